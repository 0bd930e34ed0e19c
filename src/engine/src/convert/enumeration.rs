//! Conversions to enums.

use super::{
    cannot,
    numeric::{Numeric, from_number},
};
use crate::{
    eval::{Flow, R, error},
    ops::arithmetic::number,
    types::Type,
    value::{Value, enumerate},
};

const UNCLEAR: &str = "SubstringDisambiguationEnumParseThrewAnException";

/// Converts to an enum: labels by name or unique prefix, combined where they combine, numbers that are defined.
pub(super) fn enumeration(value: &Value, to: &Type) -> R<Value> {
    if let Value::Str(label) = value.base()
        && let Some(n) = to.labelled(label)
    {
        return Ok(Value::Enum(to.clone(), n));
    }
    let labels = to.labels();
    let names = || labels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",");
    let invalid = |id: &str, shown: &str| {
        let message = match id {
            "UndefinedIntegerToEnum" | "EnumParseUndefined" => format!(
                "Cannot convert value \"{shown}\" to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
                to.full_name(),
                names()
            ),
            _ => format!(
                "Cannot convert value \"{shown}\" to type \"{}\". Error: \"Unable to match the identifier name {shown} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}\"",
                to.full_name(),
                labels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            ),
        };
        error::cast(id, message)
    };
    match value.base() {
        Value::Str(text) => parse(text, to, &labels, &invalid),
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => parse(&crate::value::text(value), to, &labels, &invalid),
        Value::Array(_) | Value::Object(_) if enumerate(value).is_some() => {
            let mut bits = 0;
            for item in enumerate(value).unwrap_or_default() {
                if let Value::Enum(_, n) = enumeration(&item, to)? {
                    bits |= n;
                }
            }
            Ok(Value::Enum(to.clone(), bits))
        }
        Value::Object(_) | Value::Char(_) => Err(cannot(value, to)),
        Value::Bool(_) => Err(cannot(value, to)),
        other => {
            let Some(found) = number(other) else { return Err(cannot(value, to)) };
            let of = Numeric::Integer { bits: 64, signed: true, name: "an Int64" };
            let Some(Value::I64(n)) = from_number(&found, of) else { return Err(cannot(value, to)) };
            let all = labels.iter().fold(0, |bits, (_, n)| bits | n);
            let has_negative = labels.iter().any(|(_, n)| *n < 0);
            let defined = labels.iter().any(|(_, have)| *have == n) || has_negative || to.is_flags() && n & !all == 0;
            if defined {
                Ok(Value::Enum(to.clone(), n))
            } else {
                Err(invalid("UndefinedIntegerToEnum", &n.to_string()))
            }
        }
    }
}

/// Labels, or numbers, with commas between them.
fn parse(text: &str, to: &Type, labels: &[(String, i64)], invalid: &dyn Fn(&str, &str) -> Flow) -> R<Value> {
    let mut bits = 0_i64;
    let all = labels.iter().fold(0, |bits, (_, n)| bits | n);
    for part in text.split(',').map(str::trim) {
        let lower = part.to_ascii_lowercase();
        let exact = labels.iter().find(|(name, _)| name.eq_ignore_ascii_case(part));
        let prefixed: Vec<_> =
            labels.iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with(&lower)).collect();
        bits |= match (exact, prefixed.as_slice(), part.parse::<i64>()) {
            (Some((_, n)), ..) => *n,
            (None, _, Ok(n)) => {
                let defined = labels.iter().any(|(_, have)| *have == n) || to.is_flags() && n & !all == 0;
                if !defined {
                    return Err(invalid("EnumParseUndefined", text));
                }
                n
            }
            (None, [(_, n)], _) if !part.is_empty() => *n,
            (None, several, _) if several.len() > 1 => {
                let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
                let reason = format!(
                    "The identifier name {text} cannot be processed because it is either too similar or identical to the following enumerator names: {}. Use a more specific identifier name.",
                    names.join(", ")
                );
                let message =
                    format!("Cannot convert value \"{text}\" to type \"{}\". Error: \"{reason}\"", to.full_name());
                return Err(error::cast(UNCLEAR, message));
            }
            _ => return Err(invalid(UNCLEAR, text)),
        };
    }
    Ok(Value::Enum(to.clone(), bits))
}
