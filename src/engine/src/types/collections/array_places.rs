//! Elements of arrays by their places: `GetValue`, `SetValue`, `Get` and `Set`.

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    types::{Members, Type},
    value::{Array, Value, enumerate},
};

pub(super) fn members(m: &mut Members) {
    for signature in [
        "System.Object GetValue(int index)",
        "System.Object GetValue(int index1, int index2)",
        "System.Object GetValue(int index1, int index2, int index3)",
        "System.Object GetValue(params int[] indices)",
        "System.Object Get(int index)",
        "System.Object Get(int index1, int index2)",
    ] {
        m.method(signature, |_, this, args| element(this, args));
    }
    for signature in [
        "void SetValue(System.Object value, int index)",
        "void SetValue(System.Object value, int index1, int index2)",
        "void SetValue(System.Object value, int index1, int index2, int index3)",
        "void SetValue(System.Object value, params int[] indices)",
    ] {
        m.method(signature, |rs, this, args| match args {
            [value, places @ ..] => put(rs, this, places, value),
            [] => Ok(Value::Null),
        });
    }
    for signature in
        ["void Set(int index, System.Object value)", "void Set(int index1, int index2, System.Object value)"]
    {
        m.method(signature, |rs, this, args| match args {
            [places @ .., value] => put(rs, this, places, value),
            [] => Ok(Value::Null),
        });
    }
}

fn element(this: &Value, places: &[Value]) -> R<Value> {
    let Some(array) = this.as_array() else { return Ok(Value::Null) };
    let at = position(array, places)?;
    array.get(at).ok_or_else(outside)
}

fn put(rs: &mut Runspace, this: &Value, places: &[Value], value: &Value) -> R<Value> {
    let Some(array) = this.as_array() else { return Ok(Value::Null) };
    let at = position(array, places)?;
    let value = stored(rs, value, &array.element)?;
    if array.set(at, value) { Ok(Value::AutomationNull) } else { Err(outside()) }
}

fn outside() -> Flow {
    error::thrown("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
}

/// Where an element is among all of them.
fn position(array: &Array, places: &[Value]) -> R<usize> {
    let places: Vec<Value> = match places {
        [one] => enumerate(one).unwrap_or_else(|| vec![one.clone()]),
        several => several.to_vec(),
    };
    let own = [array.len()];
    let dimensions = array.dimensions.as_deref().unwrap_or(&own);
    if dimensions.len() != places.len() {
        let message = match places.len() {
            1 => "Array was not a one-dimensional array.",
            2 => "Array was not a two-dimensional array.",
            3 => "Array was not a three-dimensional array.",
            _ => "Indices length does not match the array rank.",
        };
        return Err(error::thrown("System.ArgumentException", message));
    }
    let mut at = 0_usize;
    for (place, length) in places.iter().zip(dimensions) {
        let place = place.as_i128().and_then(|place| usize::try_from(place).ok());
        let place = place.filter(|place| place < length).ok_or_else(outside)?;
        at = at.saturating_mul(*length).saturating_add(place);
    }
    Ok(at)
}

/// A value as an array of a type stores it: numbers only become wider.
fn stored(rs: &mut Runspace, value: &Value, of: &Type) -> R<Value> {
    if value.is_null() {
        return Ok(if of.is_value_type() { convert::default_of(of) } else { Value::Null });
    }
    let have = value.type_of().unwrap_or_else(crate::types::object);
    if have.is_assignable_to(of) || of.nullable() == Some(&have) {
        return Ok(if of.is_value_type() { value.base().clone() } else { value.clone() });
    }
    match (width(&have), width(of)) {
        (Some(from), Some(to)) if widens(from, to) => convert::convert(rs, value, of),
        (Some(_), Some(_)) => Err(error::thrown(
            "System.ArgumentException",
            "Cannot widen from source type to target type either because the source type is a not a primitive type or the conversion cannot be accomplished.",
        )),
        _ => Err(error::thrown("System.InvalidCastException", "Object cannot be stored in an array of this type.")),
    }
}

/// An item as the element of an array of another type: nothing is converted, not even to a wider number.
pub(super) fn cast_down(value: &Value, of: &Type) -> R<Value> {
    let have = value.type_of().unwrap_or_else(crate::types::object);
    if value.is_null() {
        return Ok(if of.is_value_type() { convert::default_of(of) } else { Value::Null });
    }
    if have.is_assignable_to(of) || of.nullable() == Some(&have) {
        return Ok(value.clone());
    }
    if !of.is_value_type() {
        let (have, of) = (have.full_name(), of.full_name());
        let message = format!("Unable to cast object of type '{have}' to type '{of}'.");
        return Err(error::thrown("System.InvalidCastException", message));
    }
    let message = "At least one element in the source array could not be cast down to the destination array type.";
    Err(error::thrown("System.InvalidCastException", message))
}

/// How many bits a number has, and whether they hold a sign; those of floating point come after all integers.
fn width(of: &Type) -> Option<(u32, bool)> {
    Some(match of.name() {
        "System.Boolean" => (0, false),
        "System.SByte" => (8, true),
        "System.Byte" => (8, false),
        "System.Int16" => (16, true),
        "System.UInt16" | "System.Char" => (16, false),
        "System.Int32" => (32, true),
        "System.UInt32" => (32, false),
        "System.Int64" => (64, true),
        "System.UInt64" => (64, false),
        "System.Single" => (128, true),
        "System.Double" => (256, true),
        _ => return None,
    })
}

fn widens((from, from_signed): (u32, bool), (to, to_signed): (u32, bool)) -> bool {
    from > 0 && (from, from_signed) == (to, to_signed) || from > 0 && from < to && (to_signed || !from_signed)
}
