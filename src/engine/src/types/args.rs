//! Arguments of methods as Rust values, and results as .NET has them. Arguments are converted already; what is not there
//! counts as zero or as nothing.

use std::sync::Arc;

use psrpd_dotnet::{Decimal, Str, cast};

use crate::{
    eval::{Flow, R, error},
    value::{Reference, Value, enumerate, text},
};

/// A text.
pub(super) fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

/// An integer of any type.
pub(super) fn n(args: &[Value], at: usize) -> i64 {
    args.get(at).and_then(Value::as_i128).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

/// An `Int32`.
pub(super) fn i(args: &[Value], at: usize) -> i32 {
    i32::try_from(n(args, at)).unwrap_or(0)
}

/// An index or count; negative ones become 0.
pub(super) fn u(args: &[Value], at: usize) -> usize {
    cast::index(n(args, at))
}

/// A floating point number.
pub(super) fn f(args: &[Value], at: usize) -> f64 {
    match args.get(at).map(Value::base) {
        Some(Value::F64(n)) => *n,
        Some(Value::F32(n)) => f64::from(*n),
        _ => 0.0,
    }
}

/// A decimal.
pub(super) fn d(args: &[Value], at: usize) -> Decimal {
    match args.get(at).map(Value::base) {
        Some(Value::Decimal(n)) => *n,
        _ => Decimal::ZERO,
    }
}

/// A Boolean.
pub(super) fn flag(args: &[Value], at: usize) -> bool {
    args.get(at).is_some_and(crate::convert::to_bool)
}

/// The number of an enum value.
pub(super) fn label(args: &[Value], at: usize) -> i64 {
    match args.get(at).map(Value::base) {
        Some(Value::Enum(_, n)) => *n,
        _ => 0,
    }
}

/// The UTF-16 unit of a char.
pub(super) fn unit(args: &[Value], at: usize) -> u16 {
    match args.get(at).map(Value::base) {
        Some(Value::Char(unit)) => *unit,
        _ => 0,
    }
}

/// The ticks of a `TimeSpan` or `DateTime`.
pub(super) fn ticks(args: &[Value], at: usize) -> i64 {
    match args.get(at).map(Value::base) {
        Some(Value::TimeSpan(span)) => span.0,
        Some(Value::DateTime(date)) => date.ticks(),
        _ => 0,
    }
}

/// The value itself, `$null` where there is none.
pub(super) fn value(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or_default()
}

/// The items of a collection.
pub(super) fn items(args: &[Value], at: usize) -> Vec<Value> {
    args.get(at).and_then(enumerate).unwrap_or_default()
}

/// The bytes of an array.
pub(super) fn bytes(args: &[Value], at: usize) -> Arc<Vec<u8>> {
    args.get(at).map(super::text::to_bytes).unwrap_or_default()
}

/// The units of a `char[]`, or of a text.
pub(super) fn units(args: &[Value], at: usize) -> Vec<u16> {
    let Some(value) = args.get(at) else { return Vec::new() };
    match value.base() {
        Value::Array(array) => array.chars().unwrap_or_else(|| {
            let unit = |item: &Value| if let Value::Char(unit) = item.base() { Some(*unit) } else { None };
            array.items().iter().filter_map(unit).collect()
        }),
        _ => text(value).units().to_vec(),
    }
}

/// Sets what an `out` or `ref` argument stands for.
pub(super) fn set_out(args: &[Value], at: usize, value: Value) {
    if let Some(reference) = args.get(at).and_then(|arg| arg.downcast::<Reference>()) {
        reference.set(value);
    }
}

/// What `TryParse` does with a result: sets the last argument and says whether there is one.
pub(super) fn tried(args: &[Value], found: Option<Value>, otherwise: Value) -> R<Value> {
    let is_there = found.is_some();
    set_out(args, args.len().saturating_sub(1), found.unwrap_or(otherwise));
    Ok(is_there.into())
}

/// A `byte[]`.
pub(super) fn byte_array(bytes: impl IntoIterator<Item = u8>) -> Value {
    Value::bytes(bytes.into_iter().collect::<Vec<_>>())
}

/// What `CompareTo` gives for an order.
pub(super) fn sign(order: std::cmp::Ordering) -> Value {
    Value::I32(match order {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    })
}

/// `System.ArgumentOutOfRangeException`
pub(super) fn out_of_range(message: &str, parameter: &str) -> Flow {
    error::argument("System.ArgumentOutOfRangeException", message, parameter)
}

/// The same in the words that .NET has for every parameter.
pub(super) fn not_valid(parameter: &str) -> Flow {
    out_of_range("Specified argument was out of the range of valid values.", parameter)
}

/// `System.ArgumentOutOfRangeException` with the value that is out of it.
pub(super) fn out_of_range_value(message: &str, parameter: &str, actual: &Value) -> Flow {
    let shown = format!("{message} (Parameter '{parameter}')\nActual value was {}.", text(actual));
    error::thrown("System.ArgumentOutOfRangeException", shown)
}

/// What is said of a range that goes beyond the end of an array.
pub(super) const OUT_OF_BOUNDS: &str = "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.";

/// `System.ArgumentException` of a range that goes beyond the end of an array.
pub(super) fn out_of_bounds() -> Flow {
    error::thrown("System.ArgumentException", OUT_OF_BOUNDS)
}

/// A number that must not be negative and is.
pub(super) fn negative(parameter: &str, given: i64) -> Flow {
    let message = format!("{parameter} ('{given}') must be a non-negative value.");
    out_of_range_value(&message, parameter, &Value::I64(given))
}

/// A number that must not be greater than another one and is.
pub(super) fn above(parameter: &str, given: i64, most: i64) -> Flow {
    let message = format!("{parameter} ('{given}') must be less than or equal to '{most}'.");
    out_of_range_value(&message, parameter, &Value::I64(given))
}

/// Refuses negative numbers among arguments, each given by its place and name.
pub(super) fn check_not_negative(args: &[Value], wanted: &[(usize, &str)]) -> R<()> {
    match wanted.iter().find(|(at, _)| n(args, *at) < 0) {
        Some((at, name)) => Err(negative(name, n(args, *at))),
        None => Ok(()),
    }
}

/// `System.ArgumentNullException`
pub(super) fn null(parameter: &str) -> Flow {
    error::argument("System.ArgumentNullException", "Value cannot be null.", parameter)
}

/// `System.ObjectDisposedException`
pub(super) fn disposed(name: &str) -> Flow {
    error::thrown("System.ObjectDisposedException", format!("Cannot access a disposed object.\nObject name: '{name}'."))
}

/// `System.OverflowException`
pub(super) fn overflow(message: impl Into<Str>) -> Flow {
    error::thrown("System.OverflowException", message)
}

/// `System.FormatException` of a text that is no number.
pub(super) fn no_number(source: &str) -> Flow {
    error::thrown("System.FormatException", format!("The input string '{source}' was not in a correct format."))
}

/// `System.DivideByZeroException`
pub(super) fn divide_by_zero() -> Flow {
    error::thrown("System.DivideByZeroException", "Attempted to divide by zero.")
}

/// `System.ArgumentException` of limits in the wrong order.
pub(super) fn limits_crossed(low: &Value, high: &Value) -> Flow {
    error::thrown("System.ArgumentException", format!("'{}' cannot be greater than {}.", text(low), text(high)))
}

/// `System.NullReferenceException`
pub(super) fn no_object() -> Flow {
    error::thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
}
