//! `CopyTo`: the items of a collection in an array, and what each collection of .NET says where they do not fit.

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    types::{Type, args},
    value::{Array, Value},
};

/// The words of a collection.
pub(super) struct Words {
    /// What the parameter of the array is called.
    array: &'static str,
    /// About a place before the array.
    negative: fn(&Value) -> Flow,
    /// About an array that is too short.
    short: fn() -> Flow,
}

/// Those of arrays, and of lists, which are arrays inside.
pub(super) const OF_ARRAYS: Words =
    Words { array: "destinationArray", negative: |at| before_array("destinationIndex", at), short: array_too_short };

pub(super) const OF_QUEUES: Words =
    Words { array: "array", negative: |_| args::out_of_range(BEYOND, "arrayIndex"), short: args::out_of_bounds };

pub(super) const OF_STACKS: Words =
    Words { negative: |at| args::out_of_range_value(BEYOND, "arrayIndex", at), ..OF_QUEUES };

/// Those of the queues and stacks that are not generic.
pub(super) const OF_OLD_LINES: Words = Words { negative: |at| not_negative("index", at), ..OF_QUEUES };

pub(super) const OF_HASH_SETS: Words =
    Words { array: "array", negative: |at| not_negative("arrayIndex", at), short: too_short };

pub(super) const OF_SORTED_SETS: Words = Words { negative: |at| not_negative("index", at), ..OF_HASH_SETS };

/// Those of keys and values of a generic dictionary.
pub(super) const OF_DICTIONARIES: Words =
    Words { negative: |_| args::out_of_range("Non-negative number required.", "index"), ..OF_HASH_SETS };

/// Those of keys and values of an ordered dictionary.
pub(super) const OF_ORDERED: Words = Words {
    short: || error::thrown("System.IndexOutOfRangeException", "Index was outside the bounds of the array."),
    ..OF_SORTED_SETS
};

pub(super) const OF_LINKED_LISTS: Words = Words {
    short: || {
        error::thrown("System.ArgumentException", "Insufficient space in the target location to copy the information.")
    },
    ..OF_SORTED_SETS
};

pub(super) const BEYOND: &str =
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";

pub(super) fn array_too_short() -> Flow {
    let message =
        "Destination array was not long enough. Check the destination index, length, and the array's lower bounds.";
    error::argument("System.ArgumentException", message, "destinationArray")
}

fn too_short() -> Flow {
    let message =
        "Destination array is not long enough to copy all the items in the collection. Check array index and length.";
    error::thrown("System.ArgumentException", message)
}

fn not_negative(parameter: &str, given: &Value) -> Flow {
    args::negative(parameter, args::n(std::slice::from_ref(given), 0))
}

/// A place before the beginning of an array.
pub(super) fn before_array(parameter: &str, at: &Value) -> Flow {
    let message = format!("{parameter} ('{}') must be greater than or equal to '0'.", crate::value::text(at));
    args::out_of_range_value(&message, parameter, at)
}

/// Puts items into an array, from a place on.
pub(super) fn copy_to(
    rs: &mut Runspace,
    (items, of): (Vec<Value>, Option<&Type>),
    array: Option<&Value>,
    start: Option<&Value>,
    words: &Words,
) -> R<Value> {
    let Some(target) = array.and_then(Value::as_array) else { return Err(args::null(words.array)) };
    let at = start.map_or(Some(0), |at| at.as_i128().and_then(|at| usize::try_from(at).ok()));
    let Some(at) = at else { return Err((words.negative)(start.unwrap_or(&Value::Null))) };
    if at.saturating_add(items.len()) > target.len() {
        return Err((words.short)());
    }
    store(rs, items, of, target, at)
}

/// The items to copy, no more than the argument says.
pub(super) fn at_most(items: Vec<Value>, count: Option<&Value>) -> R<Vec<Value>> {
    let Some(count) = count else { return Ok(items) };
    let wanted = count.as_i128().and_then(|count| usize::try_from(count).ok());
    let Some(wanted) = wanted else { return Err(not_negative("count", count)) };
    if wanted > items.len() {
        return Err(too_short());
    }
    Ok(items.into_iter().take(wanted).collect())
}

/// Puts items where they fit; numbers of an array of numbers become wider ones.
pub(super) fn store(rs: &mut Runspace, items: Vec<Value>, of: Option<&Type>, target: &Array, at: usize) -> R<Value> {
    let element = &target.element;
    let widens = of.is_some_and(|of| of.is_value_type() && element.is_value_type());
    for (offset, item) in items.into_iter().enumerate() {
        let fits = match item.type_of() {
            None => !element.is_value_type(),
            Some(have) => have.is_assignable_to(element),
        };
        let item = match fits {
            true => item,
            false if widens => convert::convert(rs, &item, element)?,
            false => return Err(misfit(&item, of, element)),
        };
        target.set(at.saturating_add(offset), item);
    }
    Ok(Value::AutomationNull)
}

fn misfit(item: &Value, of: Option<&Type>, element: &Type) -> Flow {
    if of.is_some_and(Type::is_value_type) {
        let message = "Source array type cannot be assigned to destination array type.";
        return error::thrown("System.ArrayTypeMismatchException", message);
    }
    let message = if element.is_value_type() {
        "At least one element in the source array could not be cast down to the destination array type.".to_owned()
    } else {
        format!("Unable to cast object of type '{}' to type '{}'.", item.type_name(), element.full_name())
    };
    error::thrown("System.InvalidCastException", message)
}
