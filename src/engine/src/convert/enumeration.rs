//! Conversions to enums.

use super::{
    cannot,
    numeric::{Numeric, from_number},
};
use crate::{
    eval::{R, error},
    ops::arithmetic::number,
    types::Type,
    value::{Value, enumerate},
};

const UNCLEAR: &str = "SubstringDisambiguationEnumParseThrewAnException";

/// Converts to an enum: labels by name or unique prefix, combined where they combine, numbers that are defined.
pub(super) fn enumeration(value: &Value, to: &Type) -> R<Value> {
    let labels = to.labels();
    let names = || labels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",");
    let invalid = |id: &str, shown: &str| {
        let message = match id {
            "UndefinedIntegerToEnum" => format!(
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
        Value::Str(text) => {
            let mut bits = 0_i64;
            let parts: Vec<&str> = text.split(',').map(str::trim).collect();
            if parts.len() > 1 && !to.is_flags() {
                return Err(invalid(UNCLEAR, text));
            }
            for part in parts {
                let lower = part.to_ascii_lowercase();
                let exact = labels.iter().find(|(name, _)| name.eq_ignore_ascii_case(part));
                let prefixed: Vec<_> =
                    labels.iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with(&lower)).collect();
                if exact.is_none() && prefixed.len() > 1 && part.parse::<i64>().is_err() {
                    let names: Vec<&str> = prefixed.iter().map(|(name, _)| name.as_str()).collect();
                    let message = format!(
                        "Cannot convert value \"{text}\" to type \"{}\". Error: \"The identifier name {text} cannot be processed because it is either too similar or identical to the following enumerator names: {}. Use a more specific identifier name.\"",
                        to.full_name(),
                        names.join(", ")
                    );
                    return Err(error::cast(UNCLEAR, message));
                }
                let number = match (exact, prefixed.as_slice(), part.parse::<i64>()) {
                    (Some((_, n)), ..) => *n,
                    (None, _, Ok(n)) => n,
                    (None, [(_, n)], _) if !part.is_empty() => *n,
                    _ => return Err(invalid(UNCLEAR, text)),
                };
                bits |= number;
            }
            Ok(Value::Enum(to.clone(), bits))
        }
        Value::Array(_) | Value::Object(_) if enumerate(value).is_some() => {
            if !to.is_flags() {
                return Err(cannot(value, to));
            }
            let mut bits = 0;
            for item in enumerate(value).unwrap_or_default() {
                if let Value::Enum(_, n) = enumeration(&item, to)? {
                    bits |= n;
                }
            }
            Ok(Value::Enum(to.clone(), bits))
        }
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
