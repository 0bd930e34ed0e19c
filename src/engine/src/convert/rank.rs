//! How well arguments fit the parameters of an overload.

use super::convert;
use crate::{
    eval::{Flow, Runspace},
    types::Type,
    value::{Value, enumerate},
};

/// How far a value is from a type, for choosing overloads; none if it cannot be converted.
pub(crate) fn rank(rs: &mut Runspace, value: &Value, to: &Type) -> Option<i32> {
    if value.is_null() {
        return if to.is_value_type() && to.nullable().is_none() {
            None
        } else {
            Some(if to.name() == "System.String" { 3 } else { 1 })
        };
    }
    let have = value.type_of()?;
    if have == *to {
        return Some(0);
    }
    if to.name() == "System.Object" {
        return Some(60);
    }
    if have.is_assignable_to(to) {
        return Some(2);
    }
    let widening = |name: &str| {
        [
            "System.SByte",
            "System.Byte",
            "System.Int16",
            "System.UInt16",
            "System.Int32",
            "System.UInt32",
            "System.Int64",
            "System.UInt64",
            "System.Single",
            "System.Double",
            "System.Decimal",
        ]
        .iter()
        .position(|have| *have == name)
    };
    if let (Some(from), Some(into)) = (widening(have.name()), widening(to.name())) {
        let distance = i32::try_from(from.abs_diff(into)).unwrap_or(0);
        return if into > from { Some(distance.saturating_add(3)) } else { Some(distance.saturating_add(30)) };
    }
    if matches!(value.base(), Value::Str(_)) && widening(to.name()).is_some() {
        // A text goes to any number, whatever it says: that it does not is found when it is converted.
        return Some(39);
    }
    if to.name() == "System.String" {
        return Some(if matches!(value.base(), Value::Char(_)) { 20 } else { 45 });
    }
    if to.name() == "System.Boolean" {
        return Some(50);
    }
    if let Some(element) = to.element() {
        let items = enumerate(value);
        let is_list = items.is_some();
        let items = items.unwrap_or_else(|| vec![value.clone()]);
        if to.name() == "System.Char[]" && matches!(value.base(), Value::Str(_)) {
            return Some(22);
        }
        let element = element.clone();
        let worst = items
            .iter()
            .take(8)
            .map(|item| rank(rs, item, &element))
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max()
            .unwrap_or(0);
        return Some(worst.saturating_add(if is_list { 5 } else { 35 }));
    }
    if crate::types::is_delegate(to) {
        return rs.as_block(value).map(|_| 4);
    }
    // A rule that applies and fails is a rule all the same.
    match convert(rs, value, to) {
        Ok(_) => Some(40),
        Err(Flow::Error(raised)) if *raised.record.id.lock() != *"ConvertToFinalInvalidCastException" => Some(42),
        Err(_) => None,
    }
}
