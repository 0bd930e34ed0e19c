//! Taking collections apart, as a pipeline and `foreach` do: arrays, lists and other enumerables, but no strings,
//! dictionaries or XML nodes.

use super::{Enumerator, Value};

/// The items of a collection; none if the value is not one.
pub(crate) fn enumerate(value: &Value) -> Option<Vec<Value>> {
    match value.base() {
        Value::Array(array) => Some(array.items()),
        Value::Object(object) => match value.downcast::<Enumerator>() {
            Some(rest) => Some(rest.drain()),
            None => object.items(),
        },
        _ => None,
    }
}

/// Whether a pipeline takes the value apart.
pub(crate) fn enumerates(value: &Value) -> bool {
    match value.base() {
        Value::Array(_) => true,
        Value::Object(object) => object.items().is_some(),
        _ => false,
    }
}

/// How many items a list has that can be counted (`IList`).
pub(crate) fn count(value: &Value) -> Option<usize> {
    match value.base() {
        Value::Array(array) => Some(array.len()),
        Value::Object(_) => value.downcast::<super::List>().filter(|list| list.is_indexed()).map(super::List::len),
        _ => None,
    }
}
