//! Taking collections apart, as a pipeline and `foreach` do: arrays, lists and other enumerables, but no strings,
//! dictionaries or XML nodes.

use std::sync::Arc;

use super::{Enumerator, Items, Object, Value};

/// The items of a collection; none if the value is not one.
pub(crate) fn enumerate(value: &Value) -> Option<Vec<Value>> {
    match value.base() {
        Value::Array(array) => Some(array.items()),
        Value::Object(object) => match value.downcast::<Enumerator>() {
            Some(rest) => Some(rest.drain().into_values()),
            None => object.items(),
        },
        _ => None,
    }
}

/// The items of a collection to go through, without a copy where none is needed; the value itself if it is no collection.
pub(crate) fn items_of(value: Value) -> Result<Items, Value> {
    match value {
        Value::Array(array) => Ok(super::array::items_of(array)),
        other => match (other.base(), other.downcast::<Enumerator>()) {
            (Value::Array(array), _) => Ok(super::array::items_of(array.clone())),
            (_, Some(rest)) => Ok(rest.drain()),
            (_, None) => enumerate(&other).map(Items::from).ok_or(other),
        },
    }
}

/// Whether a pipeline takes the value apart.
pub(crate) fn enumerates(value: &Value) -> bool {
    item_count(value).is_some()
}

/// How many items a pipeline takes out of the value, if it takes it apart.
fn item_count(value: &Value) -> Option<usize> {
    match value.base() {
        Value::Array(array) => Some(array.len()),
        Value::Object(object) => object.item_count(),
        _ => None,
    }
}

/// As [`items_of`]; what is no collection is the only item, and nothing is none.
pub(crate) fn items_or_one(value: Value) -> Items {
    items_of(value).unwrap_or_else(|value| match value {
        Value::AutomationNull => Vec::new().into(),
        value => vec![value].into(),
    })
}

/// How many items a list has that can be counted (`IList`).
pub(crate) fn count(value: &Value) -> Option<usize> {
    match value.base() {
        Value::Array(array) => Some(array.len()),
        Value::Object(_) => value.downcast::<super::List>().filter(|list| list.is_indexed()).map(super::List::len),
        _ => None,
    }
}

/// A collection that is being enumerated and must not change meanwhile.
pub(crate) struct Watch {
    collection: Arc<dyn Object>,
    version: usize,
}

impl Watch {
    /// What .NET says of a collection that has changed.
    pub(crate) const MODIFIED: &str = "Collection was modified; enumeration operation may not execute.";

    /// Watches a collection, if it is of a kind whose changes end an enumeration.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let Value::Object(object) = value.base() else { return None };
        let version = object.version()?;
        // What is not taken apart, as a dictionary, is not enumerated.
        object.item_count()?;
        Some(Self { collection: object.clone(), version })
    }

    /// What goes through the collection.
    pub(crate) fn enumerator(&self) -> Value {
        crate::types::enumerator_of(&Value::Object(self.collection.clone()))
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.collection.version() != Some(self.version)
    }
}
