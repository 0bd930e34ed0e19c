//! Conversions between types, in PowerShell's order of rules, and the ranks that overloads are chosen by.

use std::sync::Arc;

use psrpd_dotnet::{DateTime, Decimal, Guid, Str, TimeSpan};

use crate::{
    eval::{Flow, R, Runspace, class, error},
    types::{self, Code, Type},
    value::{Dictionary, List, Value, Wrapped, count, enumerate, enumerates, text},
};

mod collection;
mod enumeration;
mod numeric;
pub(crate) mod rank;
mod scalar;
mod text;

use collection::{array, from_dictionary, generic};
use enumeration::enumeration;
pub(crate) use numeric::string_to_number;
use numeric::{numeric, numeric_type};
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
            | "System.Half"
            | "System.Int128"
            | "System.UInt128"
            | "System.Net.IPAddress"
            | "System.Net.Mail.MailAddress"
            | "System.Globalization.CultureInfo"
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
        _ => of.zero(),
    }
}

/// Whether this stands for a text that is null.
fn is_null_string(value: &Value) -> bool {
    matches!(value.base(), Value::Object(_)) && value.type_name() == "System.Management.Automation.Language.NullString"
}

/// Converts a value to a type where nothing but a look at both is needed to tell what it becomes.
#[inline]
pub(crate) fn simple(value: &Value, to: &Type) -> Option<Value> {
    Some(match (value, to.code()) {
        (Value::Null | Value::AutomationNull, _) => return None,
        (Value::I32(n), Code::Double) => Value::F64(f64::from(*n)),
        (Value::I32(n), Code::Int64) => Value::I64(i64::from(*n)),
        (Value::I32(n), Code::String) => Value::Str((*n).into()),
        (Value::I32(n), Code::Boolean) => Value::Bool(*n != 0),
        (_, Code::Object)
        | (Value::I32(_), Code::Int32)
        | (Value::I64(_), Code::Int64)
        | (Value::F64(_), Code::Double)
        | (Value::Bool(_), Code::Boolean)
        | (Value::Str(_), Code::String) => value.clone(),
        _ => return None,
    })
}

/// Converts a value to a type.
///
/// # Errors
/// The error of the rule that applies, as a cast raises it.
pub(crate) fn convert(rs: &mut Runspace, value: &Value, to: &Type) -> R<Value> {
    if to.code() == Code::Object {
        return Ok(value.clone().settled());
    }
    if value.is_null() {
        return null(to);
    }
    if let Some(converted) = simple(value, to) {
        return Ok(converted);
    }
    let name = to.name();
    match name {
        // What a cmdlet takes as an object stays what it is; only the cast to a custom object rebuilds dictionaries.
        "System.Management.Automation.PSObject" if value.downcast::<Dictionary>().is_some() => {
            return Ok(value.clone());
        }
        "System.Management.Automation.PSObject" | "System.Management.Automation.PSCustomObject" => {
            return Ok(to_ps_object(value));
        }
        "System.Boolean" => return boolean(value),
        "System.String" if is_null_string(value) => return Ok(Value::Null),
        "System.String" => {
            return match crate::value::as_written(value) {
                Some(written) => Ok(Value::Str(written)),
                None => rs.text(value).map(Value::Str),
            };
        }
        "System.Void" => return Ok(Value::AutomationNull),
        _ => {}
    }
    if let Some(have) = value.type_of()
        && have.is_assignable_to(to)
    {
        // Whoever takes any collection takes it apart.
        if to.is_interface() {
            rs.room_to_expand(value)?;
        }
        return Ok(if matches!(value, Value::Wrapped(wrapped) if !wrapped.has_members()) {
            value.clone().into_base()
        } else {
            value.clone()
        });
    }
    rs.room_to_expand(value)?;
    if to.is_absent() {
        let is_kin = value.type_of().is_some_and(|have| have.is_kind_of(to));
        return if is_kin { Ok(value.clone()) } else { Err(error::absent_type(name)) };
    }
    if let Some(inner) = to.nullable() {
        return convert(rs, value, &inner.clone());
    }
    if types::is_delegate(to)
        && let Some(block) = rs.as_block(value)
    {
        return Ok(types::delegate(to, block));
    }
    if let Some(element) = to.element() {
        return array(rs, value, &element.clone(), to);
    }
    if to.is_enum() {
        return enumeration(value, to);
    }
    if let Some(of) = numeric_type(name) {
        return match types::as_plain_number(
            value,
            !matches!(name, "System.Single" | "System.Double" | "System.Decimal"),
        ) {
            Some(plain) => numeric(&plain, of, to),
            None => numeric(value, of, to),
        };
    }
    let is_table = value.downcast::<Dictionary>().is_some();
    match name {
        "System.Char" => return character(rs, value),
        "System.DateTime" if !is_table => return date(rs, value),
        "System.TimeSpan" if !is_table => return time_span(value),
        "System.Guid" if !is_table => return guid(value),
        "System.Management.Automation.SwitchParameter" if matches!(value.base(), Value::Bool(_)) => {
            return Ok(types::switch(to_bool(value)));
        }
        "System.Management.Automation.SwitchParameter"
            if value.as_i128().is_some() || value.is_real() || value.as_str().is_some() =>
        {
            return Err(cannot(value, to));
        }
        "System.Management.Automation.SwitchParameter"
            if value.downcast::<Dictionary>().is_some_and(|table| table.entries().is_empty()) =>
        {
            return Ok(types::switch(false));
        }
        "System.Collections.Hashtable" => {
            if let Some(table) = value.downcast::<Dictionary>() {
                let copy = Dictionary::hashtable();
                table.entries().into_iter().for_each(|(key, value)| copy.set(key, value));
                return Ok(Value::object(copy));
            }
            if matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
                return Err(no_constructor(value, to, &cannot(value, to)));
            }
        }
        "System.Collections.Specialized.OrderedDictionary" => {
            if let Some(table) = value.downcast::<Dictionary>() {
                let copy = Dictionary::ordered();
                table.entries().into_iter().for_each(|(key, value)| copy.set(key, value));
                return Ok(Value::object(copy));
            }
        }
        "System.Collections.ArrayList" => {
            let items = match value.downcast::<Dictionary>() {
                Some(table) => {
                    Some(table.entries().into_iter().map(|(key, value)| types::dictionary_entry(key, value)).collect())
                }
                None => enumerate(value),
            };
            if let Some(items) = items {
                return Ok(List::value(to.clone(), items));
            }
            return Err(cannot(value, to));
        }
        "System.Collections.Queue" | "System.Collections.Stack" if matches!(value.base(), Value::Array(_)) => {
            return rs.construct(to, std::slice::from_ref(value));
        }
        "System.Collections.SortedList" | "System.Management.Automation.PSPrimitiveDictionary" if is_table => {
            return rs.construct(to, std::slice::from_ref(value));
        }
        "System.Array" => {
            let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
            return Ok(Value::array(items));
        }
        "System.Management.Automation.PSReference" => return Ok(value.clone()),
        _ => {}
    }
    if !is_table && let Some(converted) = text::read(rs, value, to)? {
        return Ok(converted);
    }
    if let Some(converted) = types::convert_special(rs, value, to)? {
        return Ok(converted);
    }
    if is_table && is_filled_by_properties(to) {
        return from_dictionary(rs, value, to);
    }
    if !to.arguments().is_empty()
        && let Some(converted) = generic(rs, value, to)?
    {
        return Ok(converted);
    }
    if is_table
        && (to.class().is_some()
            || to.is_assignable_to(&types::known("System.Attribute"))
            || !to.own_members().constructors.is_empty()
            || to.is_assignable_to(&types::exception())
            || HAS_CONSTRUCTOR.contains(&name))
    {
        return from_dictionary(rs, value, to);
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
            return from_dictionary(rs, &Value::object(table), to).map_err(|flow| match flow {
                Flow::Error(_) => no_constructor(value, to, &cannot(value, to)),
                other => other,
            });
        }
        if matches!(value.base(), Value::Str(_))
            && let Some(parsed) = class::parse(rs, to, value)?
        {
            return Ok(parsed);
        }
        if !class::fits_constructor(rs, to, value) {
            return Err(cannot(value, to));
        }
        return class::construct(rs, to, std::slice::from_ref(value));
    } else if enumerates(value) && collection::takes_as_it_is(rs, to, value) {
        return rs.construct(to, std::slice::from_ref(value));
    } else if !to.own_members().constructors.is_empty() && !to.is_interface() && is_argument(value) {
        match rs.construct(to, std::slice::from_ref(value)) {
            Ok(made) => return Ok(made),
            Err(Flow::Error(raised))
                if ["MethodCountCouldNotFindBest", "MethodArgumentConversionInvalidCastArgument"]
                    .contains(&raised.record.id.lock().as_str()) => {}
            Err(flow) => return Err(no_constructor(value, to, &flow)),
        }
    }
    Err(cannot(value, to))
}

/// The error where a constructor was tried.
fn no_constructor(value: &Value, to: &Type, flow: &Flow) -> Flow {
    let inner = error::inside(flow.clone());
    let Some(raised) = inner.record() else { return flow.clone() };
    let category = crate::value::Category::NotSpecified;
    let inner = crate::value::ErrorRecord::new(raised.exception.clone(), "", category, Value::Null);
    let message = format!(
        "Cannot convert value \"{}\" to type \"{}\". Error: \"{}\"",
        text(value),
        to.full_name(),
        inner.exception_message()
    );
    error::cast("InvalidCastConstructorException", message)
}

/// Types that have constructors which no table lists.
const HAS_CONSTRUCTOR: [&str; 7] = [
    "System.Decimal",
    "System.Numerics.BigInteger",
    "System.DateTime",
    "System.TimeSpan",
    "System.Guid",
    "System.Version",
    "System.Management.Automation.SwitchParameter",
];

/// Whether a constructor may take it without its text standing in for it.
fn is_argument(value: &Value) -> bool {
    match value.base() {
        Value::Bool(_) | Value::DateTime(_) | Value::TimeSpan(_) | Value::Type(_) | Value::Array(_) => false,
        Value::Object(_) => enumerate(value).is_none() && types::as_big(value).is_none(),
        Value::Wrapped(_) => false,
        _ => true,
    }
}

/// A value as the errors of conversions show it: types by their full names, collections by that of their type.
pub(crate) fn shown(value: &Value) -> Str {
    match value.base() {
        Value::Type(of) => of.full_name().into(),
        Value::Array(_) => value.type_of().map_or_else(String::new, |of| of.plain_name()).into(),
        Value::Object(_) if enumerate(value).is_some() => {
            value.type_of().map_or_else(String::new, |of| of.plain_name()).into()
        }
        _ => text(value),
    }
}

/// The error of a value that does not become the type.
pub(crate) fn no_conversion(value: &Value, to: &Type) -> Flow {
    error::cast("ConvertToFinalInvalidCastException", final_message(value, to))
}

/// The error where no rule fits.
pub(crate) fn cannot(value: &Value, to: &Type) -> Flow {
    let base = value.base();
    let own = value.type_of();
    let is_fraction = base.is_real() && to.name() == "System.Char";
    if matches!(base, Value::Bool(_) | Value::Char(_) | Value::DateTime(_) | Value::Enum(..)) || is_fraction {
        let is_primitive = numeric_type(to.name()).is_some_and(|of| of != numeric::Numeric::Big)
            || matches!(to.name(), "System.Char" | "System.Boolean" | "System.DateTime");
        let name = |of: &Type| if is_primitive { of.short_name() } else { of.full_name() };
        let from = own.as_ref().map(name).unwrap_or_default();
        let message = format!(
            "Cannot convert value \"{}\" to type \"{}\". Error: \"Invalid cast from '{from}' to '{}'.\"",
            text(value),
            to.full_name(),
            name(to)
        );
        return error::cast("InvalidCastIConvertible", message);
    }
    if let Value::Wrapped(_) = base
        && HAS_CONSTRUCTOR.contains(&to.name())
    {
        let message = format!(
            "Cannot convert value \"{}\" to type \"{}\". Error: \"{}\"",
            text(value),
            to.full_name(),
            final_message(value, to)
        );
        return error::cast("InvalidCastConstructorException", message);
    }
    error::cast("ConvertToFinalInvalidCastException", final_message(value, to))
}

fn final_message(value: &Value, to: &Type) -> String {
    // What was to be a secret is not shown.
    let is_secret = matches!(to.name(), "System.Security.SecureString" | "System.Management.Automation.PSCredential");
    let shown = if is_secret { String::new() } else { format!("\"{}\" ", shown(value)) };
    let of = value.type_of().map_or_else(|| "null".into(), |of| of.full_name());
    format!("Cannot convert the {shown}value of type \"{of}\" to type \"{}\".", to.plain_name())
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
        "System.DateTime" | "System.TimeSpan" | "System.Guid" => return Err(no_null(to)),
        _ => match default_of(to) {
            Value::Null if to.is_value_type() && to.nullable().is_none() => return Err(no_null(to)),
            value => value,
        },
    })
}

/// Whether a dictionary gives a collection of this type properties, and no items.
fn is_filled_by_properties(to: &Type) -> bool {
    let kinds = ["List", "Collection", "HashSet", "SortedSet", "Queue", "Stack", "Dictionary", "SortedDictionary"];
    !to.arguments().is_empty() && !to.is_interface() && kinds.iter().any(|kind| to.is_kind(kind))
}

fn no_null(to: &Type) -> Flow {
    error::cast("nullToObjectInvalidCast", format!("Cannot convert null to type \"{}\".", to.plain_name()))
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
