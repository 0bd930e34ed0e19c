//! Char, DateTime, TimeSpan and Guid.

use psrpd_dotnet::{DateTime, Guid, Kind, TimeSpan, culture, date_parse};

use super::cannot;
use crate::{
    eval::{R, Runspace, error},
    types,
    value::{Value, text},
};

pub(super) fn character(rs: &mut Runspace, value: &Value) -> R<Value> {
    match value.base() {
        Value::Str(text) if text.len() == 1 => Ok(Value::Char(text.unit(0).unwrap_or(0))),
        Value::Str(text) => {
            let message = format!("Cannot convert value \"{text}\" to type \"System.Char\". Error: \"String must be exactly one character long.\"");
            Err(error::cast("InvalidCastParseTargetInvocation", message))
        }
        Value::Enum(_, n) => Ok(Value::Char(u16::try_from(*n).unwrap_or(0))),
        other => match other.as_i128() {
            Some(n) => u16::try_from(n).map(Value::Char).map_err(|_| {
                let message = format!("Cannot convert value \"{n}\" to type \"System.Char\". Error: \"Value was either too large or too small for a character.\"");
                error::cast("InvalidCastIConvertible", message)
            }),
            None if value.is_real() => {
                let from = value.type_of().map_or_else(String::new, |of| of.short_name());
                let shown = rs.text(value)?;
                let message = format!("Cannot convert value \"{shown}\" to type \"System.Char\". Error: \"Invalid cast from '{from}' to 'Char'.\"");
                Err(error::cast("InvalidCastIConvertible", message))
            }
            None => Err(cannot(value, &types::char())),
        },
    }
}

pub(super) fn date(rs: &mut Runspace, value: &Value) -> R<Value> {
    if value.is_real() {
        return date(rs, &Value::Str(text(value)));
    }
    match value.base() {
        Value::Char(ticks) => {
            Ok(Value::DateTime(DateTime::new((*ticks).into(), Kind::Unspecified).unwrap_or_default()))
        }
        Value::Str(text) => {
            let now = rs.now();
            match date_parse::parse(text, now.date().year, &culture::invariant().dates) {
                Some(parsed) => Ok(Value::DateTime(settle_date(rs, parsed))),
                None => {
                    let reason = date_parse::complaint(text, &culture::invariant().dates);
                    let message =
                        format!("Cannot convert value \"{text}\" to type \"System.DateTime\". Error: \"{reason}\"");
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

pub(super) fn time_span(value: &Value) -> R<Value> {
    if value.is_real() {
        return time_span(&Value::Str(text(value)));
    }
    match value.base() {
        Value::Char(ticks) => Ok(Value::TimeSpan(TimeSpan((*ticks).into()))),
        Value::Enum(_, ticks) => Ok(Value::TimeSpan(TimeSpan(*ticks))),
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

pub(super) fn guid(value: &Value) -> R<Value> {
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
            Some(bytes) => match <[u8; 16]>::try_from(bytes.as_slice()) {
                Ok(bytes) => Ok(Value::Guid(Guid(Guid(bytes).to_dotnet_bytes()))),
                Err(_) => Err(cannot(value, &types::guid())),
            },
            None => Err(cannot(value, &types::guid())),
        },
    }
}
