//! Conversions between types, in PowerShell's order of rules, and the ranks that overloads are chosen by.

use std::sync::Arc;

use psrpd_dotnet::{DateTime, Decimal, Guid, Str, TimeSpan, regex::Options};

use crate::{
    eval::{Flow, R, Runspace, class, error},
    types::{self, Type, regex::RegexObject},
    value::{Dictionary, List, Uri, Value, Version, Wrapped, count, enumerate, text},
};

mod collection;
mod enumeration;
mod numeric;
mod rank;
mod scalar;

use collection::{array, from_dictionary, generic};
use enumeration::enumeration;
pub(crate) use numeric::string_to_number;
use numeric::{numeric, numeric_type};
pub(crate) use rank::rank;
pub(crate) use scalar::settle_date;
use scalar::{character, date, guid, time_span};

/// Whether a value counts as true.
pub(crate) fn to_bool(value: &Value) -> bool {
    match value.base() {
        Value::Null | Value::AutomationNull => false,
        Value::Bool(b) => *b,
        Value::Str(text) => !text.is_empty(),
        Value::Char(c) => *c != 0,
        Value::F32(n) => *n != 0.0,
        Value::F64(n) => *n != 0.0,
        Value::Decimal(n) => !n.is_zero(),
        Value::Enum(_, n) => *n != 0,
        Value::Array(_) | Value::Object(_) => {
            if let Some(present) = types::switch_value(value) {
                return present;
            }
            if let Some(n) = types::as_big(value) {
                return *n != psrpd_dotnet::BigInt::from(0);
            }
            match count(value) {
                Some(0) => false,
                Some(1) => {
                    let first = enumerate(value).and_then(|items| items.into_iter().next()).unwrap_or_default();
                    match count(&first) {
                        Some(n) => n > 0,
                        None => to_bool(&first),
                    }
                }
                _ => true,
            }
        }
        other => other.as_i128().is_none_or(|n| n != 0),
    }
}

/// As `Int32`, for indexes and counts.
pub(crate) fn to_i32(rs: &mut Runspace, value: &Value) -> R<i32> {
    if let Value::I32(n) = value.base() {
        return Ok(*n);
    }
    match convert(rs, value, &types::int32())? {
        Value::I32(n) => Ok(n),
        _ => Ok(0),
    }
}

/// As `Double`.
pub(crate) fn to_f64(rs: &mut Runspace, value: &Value) -> R<f64> {
    match convert(rs, value, &types::double())? {
        Value::F64(n) => Ok(n),
        _ => Ok(0.0),
    }
}

/// Types that nothing but their own objects converts to.
pub(crate) fn is_opaque(of: &Type) -> bool {
    !matches!(
        of.name(),
        "System.Version"
            | "System.Uri"
            | "System.Numerics.BigInteger"
            | "System.Text.RegularExpressions.Regex"
            | "System.Management.Automation.ScriptBlock"
    ) && of.element().is_none()
}

/// The value of a type without one: 0, false, `$null`.
pub(crate) fn default_of(of: &Type) -> Value {
    match of.name() {
        "System.Boolean" => Value::Bool(false),
        "System.Char" => Value::Char(0),
        "System.SByte" => Value::I8(0),
        "System.Byte" => Value::U8(0),
        "System.Int16" => Value::I16(0),
        "System.UInt16" => Value::U16(0),
        "System.Int32" => Value::I32(0),
        "System.UInt32" => Value::U32(0),
        "System.Int64" => Value::I64(0),
        "System.UInt64" => Value::U64(0),
        "System.Single" => Value::F32(0.0),
        "System.Double" => Value::F64(0.0),
        "System.Decimal" => Value::Decimal(Decimal::ZERO),
        "System.DateTime" => Value::DateTime(DateTime::default()),
        "System.TimeSpan" => Value::TimeSpan(TimeSpan(0)),
        "System.Guid" => Value::Guid(Guid::default()),
        "System.Management.Automation.SwitchParameter" => types::switch(false),
        "System.Numerics.BigInteger" => types::big(0.into()),
        _ if of.is_enum() => Value::Enum(of.clone(), 0),
        _ => Value::Null,
    }
}

/// Converts a value to a type.
///
/// # Errors
/// The error of the rule that applies, as a cast raises it.
pub(crate) fn convert(rs: &mut Runspace, value: &Value, to: &Type) -> R<Value> {
    let name = to.name();
    if name == "System.Object" {
        return Ok(value.clone().settled());
    }
    if value.is_null() {
        return null(to);
    }
    match name {
        // What a cmdlet takes as an object stays what it is; only the cast to a custom object rebuilds dictionaries.
        "System.Management.Automation.PSObject" if value.downcast::<Dictionary>().is_some() => {
            return Ok(value.clone());
        }
        "System.Management.Automation.PSObject" | "System.Management.Automation.PSCustomObject" => {
            return Ok(to_ps_object(value));
        }
        "System.Boolean" => return boolean(value),
        "System.String" => return rs.text(value).map(Value::Str),
        "System.Void" => return Ok(Value::AutomationNull),
        _ => {}
    }
    if let Some(have) = value.type_of()
        && have.is_assignable_to(to)
    {
        return Ok(if matches!(value, Value::Wrapped(wrapped) if wrapped.members().is_empty()) {
            value.clone().into_base()
        } else {
            value.clone()
        });
    }
    if let Some(inner) = to.nullable() {
        return convert(rs, value, &inner.clone());
    }
    if let Some(element) = to.element() {
        return array(rs, value, &element.clone(), to);
    }
    if to.is_enum() {
        return enumeration(value, to);
    }
    if let Some(of) = numeric_type(name) {
        return numeric(rs, value, of, to);
    }
    match name {
        "System.Char" => return character(rs, value),
        "System.DateTime" => return date(rs, value),
        "System.TimeSpan" => return time_span(value),
        "System.Guid" => return guid(value),
        "System.Type" | "System.RuntimeType" => {
            if let Value::Str(name) = value.base() {
                return rs.find_type(name).map(Value::Type).ok_or_else(|| {
                    error::cast(
                        "InvalidCastFromStringToType",
                        format!(
                            "Cannot convert the \"{name}\" value of type \"System.String\" to type \"System.Type\"."
                        ),
                    )
                });
            }
        }
        "System.Management.Automation.SwitchParameter" => return Ok(types::switch(to_bool(value))),
        "System.Management.Automation.ScriptBlock" => {
            if let Value::Str(source) = value.base() {
                return rs.parse_block(&source.clone()).map(|block| Value::Object(block));
            }
        }
        "System.Text.RegularExpressions.Regex" => {
            if let Value::Str(pattern) = value.base() {
                let regex = rs.regex(&pattern.clone(), Options::default()).map_err(|bad| {
                    error::cast("InvalidCastFromStringToRegex", format!("Cannot convert value \"{pattern}\" to type \"System.Text.RegularExpressions.Regex\". Error: \"Invalid pattern '{pattern}' at offset {}. {}\"", bad.offset, bad.reason))
                })?;
                return Ok(Value::object(RegexObject { pattern: pattern.clone(), options: 0, regex }));
            }
        }
        "System.Version" => {
            let shown = match value.base() {
                Value::Str(text) => text.clone(),
                _ => Str::default(),
            };
            if let Value::Str(_) = value.base() {
                return Version::parse(&shown).map(Value::object).ok_or_else(|| {
                    let reason = if shown.split('.').count() < 2 || shown.split('.').count() > 4 {
                        "Version string portion was too short or too long. (Parameter 'input')".to_owned()
                    } else {
                        format!(
                            "The input string '{}' was not in a correct format.",
                            shown.split('.').find(|part| part.parse::<i32>().is_err()).unwrap_or("")
                        )
                    };
                    error::cast(
                        "InvalidCastParseTargetInvocation",
                        format!("Cannot convert value \"{shown}\" to type \"System.Version\". Error: \"{reason}\""),
                    )
                });
            }
        }
        "System.Uri" => {
            if let Value::Str(text) = value.base() {
                return Ok(Value::object(Uri(text.clone())));
            }
        }
        "System.Collections.Hashtable" => {
            if let Some(table) = value.downcast::<Dictionary>() {
                let copy = Dictionary::hashtable();
                table.entries().into_iter().for_each(|(key, value)| copy.set(key, value));
                return Ok(Value::object(copy));
            }
        }
        "System.Collections.Specialized.OrderedDictionary" => {
            if let Some(table) = value.downcast::<Dictionary>() {
                let copy = Dictionary::ordered();
                table.entries().into_iter().for_each(|(key, value)| copy.set(key, value));
                return Ok(Value::object(copy));
            }
        }
        "System.Collections.ArrayList" if enumerate(value).is_some() => {
            let items = enumerate(value).unwrap_or_default();
            return Ok(List::value(to.clone(), items));
        }
        "System.Array" => {
            let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
            return Ok(Value::array(items));
        }
        "System.Management.Automation.PSReference" => return Ok(value.clone()),
        _ => {}
    }
    if let Some(converted) = types::convert_special(rs, value, to)? {
        return Ok(converted);
    }
    if !to.arguments().is_empty()
        && let Some(converted) = generic(rs, value, to)?
    {
        return Ok(converted);
    }
    if let Some(table) = value.downcast::<Dictionary>()
        && (to.class().is_some() || !to.own_members().constructors.is_empty())
    {
        return from_dictionary(rs, table, to);
    }
    if to.class().is_some() {
        if let Value::Wrapped(wrapped) = value
            && wrapped.is_custom()
        {
            let table = Dictionary::ordered();
            for member in wrapped.members() {
                if let Some(note) = member.held() {
                    table.set(Value::Str(member.name.clone()), note.clone());
                }
            }
            return from_dictionary(rs, &table, to);
        }
        match class::construct(rs, to, std::slice::from_ref(value)) {
            Ok(made) => return Ok(made),
            Err(Flow::Error(raised)) if *raised.record.id.lock() == *"MethodCountCouldNotFindBest" => {}
            Err(other) => return Err(other),
        }
    } else if !to.own_members().constructors.is_empty() && !to.is_interface() {
        match rs.construct(to, std::slice::from_ref(value)) {
            Ok(made) => return Ok(made),
            Err(Flow::Error(raised))
                if ["MethodCountCouldNotFindBest", "MethodArgumentConversionInvalidCastArgument"]
                    .contains(&raised.record.id.lock().as_str()) => {}
            Err(Flow::Error(raised)) => {
                let inner = crate::value::ErrorRecord::new(
                    raised.record.exception.clone(),
                    "",
                    crate::value::Category::NotSpecified,
                    Value::Null,
                );
                let message = format!(
                    "Cannot convert value \"{}\" to type \"{}\". Error: \"{}\"",
                    text(value),
                    to.full_name(),
                    inner.exception_message()
                );
                return Err(error::cast("InvalidCastConstructorException", message));
            }
            Err(other) => return Err(other),
        }
    }
    Err(cannot(value, to))
}

/// `ConvertToFinalInvalidCastException`
fn cannot(value: &Value, to: &Type) -> Flow {
    // Dates go the way of `IConvertible`, which has words of its own.
    if let Value::DateTime(_) = value.base() {
        let is_basic = numeric_type(to.name()).is_some() || to.name() == "System.Char";
        let (from, target) = if is_basic {
            ("DateTime".to_owned(), to.short_name())
        } else {
            (value.type_name().to_string(), to.full_name())
        };
        let message = format!(
            "Cannot convert value \"{}\" to type \"{}\". Error: \"Invalid cast from '{from}' to '{target}'.\"",
            text(value),
            to.full_name()
        );
        return error::cast("InvalidCastIConvertible", message);
    }
    // What was to be a secret is not shown.
    let is_secret = matches!(to.name(), "System.Security.SecureString" | "System.Management.Automation.PSCredential");
    let shown = if is_secret { String::new() } else { format!("\"{}\" ", text(value)) };
    let message =
        format!("Cannot convert the {shown}value of type \"{}\" to type \"{}\".", value.type_name(), to.full_name());
    error::cast("ConvertToFinalInvalidCastException", message)
}

fn null(to: &Type) -> R<Value> {
    Ok(match to.name() {
        "System.String" => Value::from(""),
        _ if to.is_enum() => {
            let names: Vec<String> = to.labels().into_iter().map(|(name, _)| name).collect();
            let message = format!(
                "Cannot convert null to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
                to.full_name(),
                names.join(",")
            );
            return Err(error::cast("nullToEnumInvalidCast", message));
        }
        "System.DateTime" | "System.TimeSpan" | "System.Guid" => {
            return Err(error::cast(
                "nullToObjectInvalidCast",
                format!("Cannot convert null to type \"{}\".", to.full_name()),
            ));
        }
        _ => default_of(to),
    })
}

fn to_ps_object(value: &Value) -> Value {
    match value {
        Value::Wrapped(_) => value.clone(),
        _ => {
            if let Some(table) = value.downcast::<Dictionary>() {
                let entries = table.entries().into_iter().map(|(key, value)| (text(&key), value));
                return Value::custom(entries);
            }
            Value::Wrapped(Arc::new(Wrapped::around(value.clone())))
        }
    }
}

fn boolean(value: &Value) -> R<Value> {
    Ok(Value::Bool(to_bool(value)))
}
