//! Values as PowerShell converts them to strings: invariant culture, doubles with 15 digits, collections joined.

use psrpd_dotnet::{Str, culture, date_format, number_format};

use super::{Value, enumerate};
use crate::types::Type;

/// The string conversion with a blank between items.
pub(crate) fn text(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        Value::Null | Value::AutomationNull => Str::default(),
        Value::Bool(b) => if *b { "True" } else { "False" }.into(),
        Value::I32(n) => (*n).into(),
        Value::I64(n) => n.to_string().into(),
        Value::Char(c) => Str::from_units(&[*c]),
        Value::F32(n) if n.is_finite() => number_format::significant(f64::from(*n), 7).into(),
        Value::F64(n) => number_format::significant(*n, 15).into(),
        Value::F32(n) => number_format::round_trip_single(*n).into(),
        Value::Decimal(n) => n.to_string().into(),
        Value::DateTime(date) => {
            date_format::format(*date, "", 0, &culture::invariant().dates).unwrap_or_default().into()
        }
        Value::TimeSpan(span) => span.to_string().into(),
        Value::Guid(guid) => guid.to_string().into(),
        Value::Enum(of, n) => of.enum_text(*n).into(),
        Value::Type(of) => display_type(of).into(),
        Value::Array(_) => joined(value),
        Value::Object(object) => match object.text() {
            Some(text) => text,
            None if super::enumerates(value) => joined(value),
            None => object.type_of().plain_name().into(),
        },
        Value::Wrapped(wrapped) if wrapped.is_custom() && wrapped.text.lock().is_some() => {
            wrapped.text.lock().clone().unwrap_or_default()
        }
        Value::Wrapped(wrapped) if wrapped.is_custom() => custom(value),
        Value::Wrapped(wrapped) => text(&wrapped.base),
        _ => value.as_i128().unwrap_or(0).to_string().into(),
    }
}

/// Items joined.
fn joined(value: &Value) -> Str {
    let items = enumerate(value).unwrap_or_default();
    join(items.iter().map(item_text), " ")
}

/// Texts with a separator between them.
pub(crate) fn join(parts: impl IntoIterator<Item = Str>, separator: &str) -> Str {
    let mut out = Str::default();
    let separator = Str::from(separator);
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            out.push(&separator);
        }
        out.push(&part);
    }
    out
}

/// How a number was written that a command was given: what becomes of it where it is made text, and not only shown in one.
pub(crate) fn as_written(value: &Value) -> Option<Str> {
    match value {
        Value::Wrapped(wrapped)
            if wrapped.base.as_i128().is_some() || matches!(wrapped.base, Value::F64(_) | Value::Decimal(_)) =>
        {
            wrapped.text.lock().clone()
        }
        _ => None,
    }
}

/// What an item of a collection prints: collections inside their type, custom objects nothing.
pub(crate) fn item_text(item: &Value) -> Str {
    if let Some(written) = as_written(item) {
        return written;
    }
    match item {
        Value::Wrapped(wrapped) if wrapped.is_custom() => wrapped.text.lock().clone().unwrap_or_default(),
        _ => match item.base() {
            Value::Array(array) => array.type_of().plain_name().into(),
            Value::Type(of) => of.plain_name().into(),
            Value::Object(object) if super::enumerates(item) && object.text().is_none() => {
                object.type_of().plain_name().into()
            }
            Value::Object(object) => object.listed_text().unwrap_or_else(|| text(item)),
            _ => text(item),
        },
    }
}

/// `@{a=1; b=x}`: custom objects inside print nothing, collections their type.
fn custom(value: &Value) -> Str {
    let Value::Wrapped(wrapped) = value else { return Str::default() };
    let mut parts = Vec::new();
    for member in wrapped.members() {
        let Some(note) = member.held() else { continue };
        let text = match note {
            Value::Wrapped(inner) if inner.is_custom() => Str::default(),
            _ => match note.base() {
                Value::Array(array) => array.type_of().plain_name().into(),
                Value::Object(object) if object.text().is_none() => object.type_of().plain_name().into(),
                _ => text(note),
            },
        };
        parts.push(format!("{}={text}", member.name));
    }
    if parts.is_empty() {
        return Str::default();
    }
    format!("@{{{}}}", parts.join("; ")).into()
}

/// A type as PowerShell writes it: by its accelerator, `[]` behind arrays, arguments of generics in brackets.
pub(crate) fn display_type(of: &Type) -> String {
    of.display_name()
}
