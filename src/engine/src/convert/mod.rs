//! Conversions between types, in PowerShell's order of rules, and the ranks that overloads are chosen by.

use std::sync::Arc;

use num_traits::ToPrimitive;
use psrpd_dotnet::{DateTime, Decimal, Guid, Kind, Str, TimeSpan, cast, date_parse, number_parse, regex::Options};
use psrpd_lang::ast::{Number as Literal, NumericLiteral};

use crate::{
    eval::{Flow, R, Runspace, class, error},
    ops::arithmetic::{Number, number},
    types::{self, Type, strings::RegexObject},
    value::{Dictionary, List, Uri, Value, Version, Wrapped, count, enumerate, text},
};

mod enumeration;
mod rank;

use enumeration::enumeration;
pub(crate) use rank::rank;

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

/// A text as the number that arithmetic makes of it.
///
/// # Errors
/// `InvalidCastFromStringToInteger`
pub(crate) fn string_to_number(text: &str) -> R<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::I32(0));
    }
    if let Some(value) = scan(trimmed) {
        return Ok(value);
    }
    if let Ok(number) = number_parse::double(trimmed) {
        return Ok(Value::F64(number));
    }
    Err(error::cast(
        "InvalidCastFromStringToInteger",
        format!(
            "Cannot convert value \"{text}\" to type \"System.Int32\". Error: \"The input string '{text}' was not in a correct format.\""
        ),
    ))
}

/// A text that is a numeric literal.
fn scan(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let shown = if negative { format!("-{digits}") } else { digits.to_owned() };
    let value = match psrpd_lang::parse_number(&shown)? {
        NumericLiteral::Number(literal) => match literal {
            Literal::SByte(n) => Value::I8(n),
            Literal::Byte(n) => Value::U8(n),
            Literal::Int16(n) => Value::I16(n),
            Literal::UInt16(n) => Value::U16(n),
            Literal::Int32(n) => Value::I32(n),
            Literal::UInt32(n) => Value::U32(n),
            Literal::Int64(n) => Value::I64(n),
            Literal::UInt64(n) => Value::U64(n),
            Literal::Double(n) => Value::F64(n),
            Literal::Decimal(n) => {
                let digits = u128::from(n.high) << 64 | u128::from(n.middle) << 32 | u128::from(n.low);
                Value::Decimal(Decimal::new(digits, u32::from(n.scale), n.negative)?)
            }
            Literal::BigInteger(_) => return None,
        },
        NumericLiteral::BigInteger(n) => types::big(n),
    };
    Some(value)
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
        "System.Collections.ArrayList" => {
            let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
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
                if let crate::value::Body::Note(note) = member.body {
                    table.set(Value::Str(member.name), note);
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
    let message = format!(
        "Cannot convert the \"{}\" value of type \"{}\" to type \"{}\".",
        text(value),
        value.type_name(),
        to.full_name()
    );
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

/// A number type: bits, signed, and its name in overflow messages.
#[derive(Clone, Copy, PartialEq)]
enum Numeric {
    Integer { bits: u32, signed: bool, name: &'static str },
    Single,
    Double,
    Decimal,
    Big,
}

fn numeric_type(name: &str) -> Option<Numeric> {
    let integer = |bits, signed, name| Some(Numeric::Integer { bits, signed, name });
    match name {
        "System.SByte" => integer(8, true, "a signed byte"),
        "System.Byte" => integer(8, false, "an unsigned byte"),
        "System.Int16" => integer(16, true, "an Int16"),
        "System.UInt16" => integer(16, false, "a UInt16"),
        "System.Int32" => integer(32, true, "an Int32"),
        "System.UInt32" => integer(32, false, "a UInt32"),
        "System.Int64" => integer(64, true, "an Int64"),
        "System.UInt64" => integer(64, false, "a UInt64"),
        "System.Single" => Some(Numeric::Single),
        "System.Double" => Some(Numeric::Double),
        "System.Decimal" => Some(Numeric::Decimal),
        "System.Numerics.BigInteger" => Some(Numeric::Big),
        _ => None,
    }
}

fn numeric(rs: &mut Runspace, value: &Value, of: Numeric, to: &Type) -> R<Value> {
    if let Value::Str(text) = value.base() {
        return string_to(rs, text, of, to);
    }
    if let Some(present) = types::switch_value(value) {
        return numeric(rs, &Value::Bool(present), of, to);
    }
    let Some(number) = number(value) else { return Err(cannot(value, to)) };
    if matches!(value.base(), Value::Char(_)) && matches!(of, Numeric::Single | Numeric::Double | Numeric::Decimal) {
        return Err(cannot(value, to));
    }
    from_number(&number, of).ok_or_else(|| {
        let what = overflow(of);
        let message =
            format!("Cannot convert value \"{}\" to type \"{}\". Error: \"{what}\"", text(value), to.full_name());
        error::cast("InvalidCastIConvertible", message)
    })
}

fn overflow(of: Numeric) -> String {
    match of {
        Numeric::Integer { name, .. } => format!("Value was either too large or too small for {name}."),
        Numeric::Decimal => "Value was either too large or too small for a Decimal.".into(),
        _ => "Value was either too large or too small for a Single.".into(),
    }
}

fn from_number(number: &Number, of: Numeric) -> Option<Value> {
    Some(match of {
        Numeric::Integer { bits, signed, .. } => {
            let n: i128 = match number {
                Number::I32(n) => (*n).into(),
                Number::I64(n) => (*n).into(),
                Number::U64(n) => (*n).into(),
                Number::F64(n) => n.is_finite().then(|| n.round_ties_even().to_i128())??,
                Number::Decimal(n) => n.to_i128(),
                Number::Big(n) => n.to_i128()?,
            };
            integer(n, bits, signed)?
        }
        Numeric::Double => Value::F64(double_of(number)),
        Numeric::Single => Value::F32(cast::single(double_of(number))),
        Numeric::Decimal => Value::Decimal(match number {
            Number::Decimal(n) => *n,
            Number::F64(n) => Decimal::from_f64(*n)?,
            Number::Big(n) => Decimal::from_big(n)?,
            Number::I32(n) => Decimal::from(i64::from(*n)),
            Number::I64(n) => Decimal::from(*n),
            Number::U64(n) => Decimal::from(*n),
        }),
        Numeric::Big => types::big(match number {
            Number::Big(n) => n.clone(),
            Number::F64(n) => num_traits::FromPrimitive::from_f64(n.trunc())?,
            Number::Decimal(n) => n.to_big(),
            Number::I32(n) => (*n).into(),
            Number::I64(n) => (*n).into(),
            Number::U64(n) => (*n).into(),
        }),
    })
}

fn double_of(number: &Number) -> f64 {
    match number {
        Number::F64(n) => *n,
        Number::Decimal(n) => n.to_f64(),
        Number::Big(n) => n.to_f64().unwrap_or(f64::NAN),
        Number::I32(n) => f64::from(*n),
        Number::I64(n) => cast::double(*n),
        Number::U64(n) => cast::double_unsigned(*n),
    }
}

fn integer(n: i128, bits: u32, signed: bool) -> Option<Value> {
    Some(match (bits, signed) {
        (8, true) => Value::I8(n.try_into().ok()?),
        (8, false) => Value::U8(n.try_into().ok()?),
        (16, true) => Value::I16(n.try_into().ok()?),
        (16, false) => Value::U16(n.try_into().ok()?),
        (32, true) => Value::I32(n.try_into().ok()?),
        (32, false) => Value::U32(n.try_into().ok()?),
        (64, true) => Value::I64(n.try_into().ok()?),
        _ => Value::U64(n.try_into().ok()?),
    })
}

fn string_to(rs: &mut Runspace, text: &Str, of: Numeric, to: &Type) -> R<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(default_of(to));
    }
    let scanned = scan(trimmed).or_else(|| number_parse::double(trimmed).ok().map(Value::F64));
    let id = match of {
        Numeric::Integer { .. } => "InvalidCastFromStringToInteger",
        Numeric::Decimal => "InvalidCastFromStringToDecimal",
        Numeric::Big => "InvalidCastParseTargetInvocationWithFormatProvider",
        _ => "InvalidCastFromStringToDoubleOrSingle",
    };
    let _ = rs;
    let fail = |reason: String| {
        error::cast(id, format!("Cannot convert value \"{text}\" to type \"{}\". Error: \"{reason}\"", to.full_name()))
    };
    let Some(scanned) = scanned else {
        return Err(fail(match of {
            Numeric::Big => "The value could not be parsed.".to_owned(),
            _ => format!("The input string '{text}' was not in a correct format."),
        }));
    };
    let Some(number) = number(&scanned) else { return Err(fail(String::new())) };
    from_number(&number, of).ok_or_else(|| fail(overflow(of)))
}

fn character(rs: &mut Runspace, value: &Value) -> R<Value> {
    match value.base() {
        Value::Str(text) if text.len() == 1 => Ok(Value::Char(text.unit(0).unwrap_or(0))),
        Value::Str(text) => {
            let message = format!("Cannot convert value \"{text}\" to type \"System.Char\". Error: \"String must be exactly one character long.\"");
            Err(error::cast("InvalidCastIConvertible", message))
        }
        other => match other.as_i128() {
            Some(n) => u16::try_from(n).map(Value::Char).map_err(|_| {
                let message = format!("Cannot convert value \"{n}\" to type \"System.Char\". Error: \"Value was either too large or too small for a character.\"");
                error::cast("InvalidCastIConvertible", message)
            }),
            None => {
                let _ = rs;
                let message = format!("Cannot convert value \"{}\" to type \"System.Char\". Error: \"Invalid cast from '{}' to 'Char'.\"", text(value), value.type_of().map_or_else(String::new, |of| of.short_name()));
                Err(error::cast("InvalidCastIConvertible", message))
            }
        },
    }
}

fn date(rs: &mut Runspace, value: &Value) -> R<Value> {
    match value.base() {
        Value::Str(text) => {
            let now = rs.now();
            match date_parse::parse(text, now.date().year) {
                Some(parsed) => Ok(Value::DateTime(settle_date(rs, parsed))),
                None => {
                    let message = format!(
                        "Cannot convert value \"{text}\" to type \"System.DateTime\". Error: \"String '{text}' was not recognized as a valid DateTime.\""
                    );
                    Err(error::cast("InvalidCastParseTargetInvocationWithFormatProvider", message))
                }
            }
        }
        other => match other.as_i128() {
            Some(ticks) => match i64::try_from(ticks).ok().and_then(|ticks| DateTime::new(ticks, Kind::Unspecified)) {
                Some(date) => Ok(Value::DateTime(date)),
                None => {
                    let message = format!(
                        "Cannot convert value \"{ticks}\" to type \"System.DateTime\". Error: \"Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')\""
                    );
                    Err(error::cast("InvalidCastConstructorException", message))
                }
            },
            None => Err(cannot(value, &types::datetime())),
        },
    }
}

/// A parsed date as .NET gives it: one with an offset becomes local time, one without a date is today's.
pub(crate) fn settle_date(rs: &Runspace, parsed: date_parse::Parsed) -> DateTime {
    if !parsed.has_date {
        let today = rs.now();
        return DateTime::new(
            today.ticks().saturating_sub(today.time_of_day()).saturating_add(parsed.date.time_of_day()),
            Kind::Unspecified,
        )
        .unwrap_or(parsed.date);
    }
    match parsed.offset {
        Some(offset) => {
            let utc = parsed.date.ticks().saturating_sub(offset);
            let local = utc.saturating_add(rs.platform.utc_offset(utc));
            DateTime::new(local, Kind::Local).unwrap_or(parsed.date)
        }
        None => parsed.date,
    }
}

fn time_span(value: &Value) -> R<Value> {
    match value.base() {
        Value::Str(text) => TimeSpan::parse(text).map(Value::TimeSpan).map_err(|kind| {
            let reason = match kind {
                psrpd_dotnet::time_span::ParseTimeSpanError::Overflow => format!("The TimeSpan string '{text}' could not be parsed because at least one of the numeric components is out of range or contains too many digits."),
                psrpd_dotnet::time_span::ParseTimeSpanError::Format => format!("String '{text}' was not recognized as a valid TimeSpan."),
            };
            error::cast("InvalidCastParseTargetInvocationWithFormatProvider", format!("Cannot convert value \"{text}\" to type \"System.TimeSpan\". Error: \"{reason}\""))
        }),
        other => match other.as_i128() {
            Some(ticks) => Ok(Value::TimeSpan(TimeSpan(i64::try_from(ticks).unwrap_or(i64::MAX)))),
            None => Err(cannot(value, &types::timespan())),
        },
    }
}

fn guid(value: &Value) -> R<Value> {
    match value.base() {
        Value::Str(text) => Guid::parse(text).map(Value::Guid).ok_or_else(|| {
            let reason =
                if text.trim().len() < 32 || text.contains(|c: char| !c.is_ascii_hexdigit() && !"-{}()".contains(c)) {
                    "Unrecognized Guid format."
                } else {
                    "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
                };
            error::cast(
                "InvalidCastParseTargetInvocationWithFormatProvider",
                format!("Cannot convert value \"{text}\" to type \"System.Guid\". Error: \"{reason}\""),
            )
        }),
        _ => match value.as_array().and_then(|array| array.bytes()) {
            Some(bytes) => match <[u8; 16]>::try_from(bytes) {
                Ok(bytes) => Ok(Value::Guid(Guid(Guid(bytes).to_dotnet_bytes()))),
                Err(_) => Err(cannot(value, &types::guid())),
            },
            None => Err(cannot(value, &types::guid())),
        },
    }
}

fn array(rs: &mut Runspace, value: &Value, element: &Type, to: &Type) -> R<Value> {
    if to.name() == "System.Char[]"
        && let Value::Str(text) = value.base()
    {
        return Ok(Value::typed_array(element.clone(), text.units().iter().map(|unit| Value::Char(*unit)).collect()));
    }
    if let Some(array) = value.as_array()
        && array.rank() > 1
    {
        return Err(cannot(value, to));
    }
    let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    let mut converted = Vec::with_capacity(items.len());
    for item in items {
        converted.push(convert(rs, &item, element)?);
    }
    Ok(Value::typed_array(element.clone(), converted))
}

fn generic(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    if let [element] = to.arguments()
        && ["List", "Collection", "HashSet", "Queue", "Stack", "SortedSet", "LinkedList", "ObservableCollection"]
            .iter()
            .any(|kind| to.is_kind(kind))
    {
        let element = element.clone();
        let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
        let mut converted = Vec::with_capacity(items.len());
        for item in items {
            converted.push(convert(rs, &item, &element)?);
        }
        return rs.construct(to, &[Value::typed_array(element, converted)]).map(Some);
    }
    if ["IEnumerable", "IList", "ICollection", "IReadOnlyList"].iter().any(|kind| to.is_kind(kind))
        && let [element] = to.arguments()
    {
        let element = element.clone();
        return array(rs, value, &element, &types::array_of(&element, 1)).map(Some);
    }
    Ok(None)
}

fn from_dictionary(rs: &mut Runspace, table: &Dictionary, to: &Type) -> R<Value> {
    let object = rs.construct(to, &[])?;
    for (key, value) in table.entries() {
        let name = text(&key);
        let known = match class::of(&object) {
            Some(instance) => instance.get(&name).is_some(),
            None => rs.native_property(&object, &name)?.is_some(),
        };
        if !known {
            let settable: Vec<String> = match class::of(&object) {
                Some(instance) => instance
                    .properties()
                    .iter()
                    .map(|(name, value, _)| format!("[{} <{}>]", name, value.type_name()))
                    .collect(),
                None => Vec::new(),
            };
            let message = format!(
                "Cannot create object of type \"{}\". The property '{name}' was not found for the '{}' object. The settable properties are: {}.",
                to.full_name(),
                to.full_name(),
                settable.join(", ")
            );
            return Err(error::cast("ObjectCreationError", message));
        }
        rs.set_member(&object, &name, value).map_err(|flow| match flow {
            Flow::Error(raised) => error::cast(
                "ObjectCreationError",
                format!("Cannot create object of type \"{}\". {}", to.full_name(), raised.record.message()),
            ),
            other => other,
        })?;
    }
    Ok(object)
}
