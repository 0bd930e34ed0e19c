//! Arrays, lists, dictionaries, sets, queues and stacks.

use std::collections::VecDeque;

use super::{Type, TypeDef, known};
use crate::{
    eval::{R, Runspace, error},
    ops::compare,
    value::{Enumerator, List, Value, enumerate},
};

mod array_methods;
mod array_places;
mod arrays;
mod copying;
mod dictionaries;
mod linked_list;
mod lists;
mod more;
mod queues;
mod rare;
mod searching;
mod sets;

pub(in crate::types) use arrays::array_members;
pub(in crate::types) use dictionaries::{TYPES as DICTIONARIES, table};
pub(crate) use dictionaries::{dictionary_entry, entries as dictionary_entries};
pub(in crate::types) use linked_list::{TYPES as LINKED_LISTS, made as linked_list};
pub(in crate::types) use lists::{TYPES as LISTS, generic_list};
pub(crate) use more::set_indexed;
pub(in crate::types) use more::{TYPES as MORE, indexed, query};
pub(in crate::types) use queues::TYPES as QUEUES;
pub(crate) use rare::check_change;
pub(in crate::types) use rare::{TYPES as RARE, segment_item, string_item};
pub(in crate::types) use sets::{TYPES as SETS, in_order};

/// The interfaces of lists.
pub(in crate::types) const LIST: &[&str] = &[
    "System.Collections.IList",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
    "System.Collections.Generic.IEnumerable`1",
    "System.Collections.Generic.IList`1",
];
/// The interfaces of what can be counted.
pub(in crate::types) const ITEMS: &[&str] =
    &["System.Collections.ICollection", "System.Collections.IEnumerable", "System.Collections.Generic.IEnumerable`1"];

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Array+ArrayEnumerator").members(enumerator),
    TypeDef::class("System.Management.Automation.RangeEnumerator").members(enumerator),
    TypeDef::class("System.Management.Automation.CharRangeEnumerator").members(enumerator),
    TypeDef::class("System.CharEnumerator").members(enumerator),
    TypeDef::class(CLIENT_INPUT).members(enumerator),
    TypeDef::class("System.Collections.ArrayList+ArrayListEnumeratorSimple").members(enumerator),
    TypeDef::class(dictionaries::HASHTABLE_ENUMERATOR).members(entries),
    TypeDef::class(dictionaries::ORDERED_ENUMERATOR).members(entries),
];

/// What the enumerators of tables have.
fn entries(m: &mut super::Members) {
    enumerator(m);
    m.get("System.Object Key", |rs, this| {
        let current = this.downcast::<Enumerator>().map(Enumerator::current).unwrap_or_default();
        rs.get_member(&current, "Key")
    });
    m.get("System.Object Value", |rs, this| {
        let current = this.downcast::<Enumerator>().map(Enumerator::current).unwrap_or_default();
        rs.get_member(&current, "Value")
    });
}

fn enumerator(m: &mut super::Members) {
    m.method("bool MoveNext()", |_, this, _| Ok(this.downcast::<Enumerator>().is_some_and(Enumerator::next).into()));
    m.method("void Reset()", |_, this, _| {
        if this.type_name().starts_with(CLIENT_INPUT) {
            return Err(error::thrown("System.NotSupportedException", "Specified method is not supported."));
        }
        if let Some(enumerator) = this.downcast::<Enumerator>() {
            enumerator.reset();
        }
        Ok(Value::AutomationNull)
    });
    m.get("System.Object Current", |_, this| {
        Ok(this.downcast::<Enumerator>().map(Enumerator::current).unwrap_or_default())
    });
}

pub(in crate::types) fn with<T: Default>(this: &Value, change: impl FnOnce(&mut VecDeque<Value>) -> T) -> T {
    this.downcast::<List>().map(|list| list.change(change)).unwrap_or_default()
}

/// Where a value is among so many sorted items, or else where it would have to be.
fn place(
    rs: &mut Runspace,
    count: usize,
    get: impl Fn(usize) -> Option<Value>,
    value: &Value,
) -> R<Result<usize, usize>> {
    place_by(rs, count, get, |rs, item| compare::sort_order(rs, item, value, false))
}

/// As [`place`], by what tells how an item stands to the value.
fn place_by(
    rs: &mut Runspace,
    count: usize,
    get: impl Fn(usize) -> Option<Value>,
    mut order: impl FnMut(&mut Runspace, &Value) -> R<std::cmp::Ordering>,
) -> R<Result<usize, usize>> {
    let (mut low, mut high) = (0, count);
    while low < high {
        // The middle is that of .NET, which matters where the items are not sorted.
        let middle = low.midpoint(high.saturating_sub(1));
        let Some(item) = get(middle) else { break };
        match order(rs, &item)? {
            std::cmp::Ordering::Equal => return Ok(Ok(middle)),
            std::cmp::Ordering::Less => low = middle.saturating_add(1),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(Err(low))
}

/// `CopyTo`: all items, from a place of the array that is the first argument on, which is the second.
fn copy_to(rs: &mut Runspace, this: &Value, args: &[Value], words: &copying::Words) -> R<Value> {
    let of = this.as_array().map(|array| &array.element);
    copying::copy_to(rs, (enumerate(this).unwrap_or_default(), of), args.first(), args.get(1), words)
}

/// `CopyTo` of a collection with the words of arrays.
pub(in crate::types) fn copy_list_to(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    copy_to(rs, this, args, &copying::OF_ARRAYS)
}

/// The type of the items of a generic collection.
fn element(this: &Value) -> Type {
    this.type_of().and_then(|of| of.arguments().first().cloned()).unwrap_or_else(super::object)
}

fn len(this: &Value) -> usize {
    this.downcast::<List>().map_or(0, List::len)
}

/// `Equals` of two values, where it needs no script.
fn plainly_equal(a: &Value, b: &Value) -> Option<bool> {
    match (a.base(), b.base()) {
        (Value::Str(a), Value::Str(b)) => Some(a == b),
        (Value::I32(a), Value::I32(b)) => Some(a == b),
        (Value::I64(a), Value::I64(b)) => Some(a == b),
        (Value::Char(a), Value::Char(b)) => Some(a == b),
        (Value::Guid(a), Value::Guid(b)) => Some(a == b),
        _ => None,
    }
}

/// `Equals` of two values.
pub(in crate::types) fn equals(rs: &mut Runspace, a: &Value, b: &Value) -> R<bool> {
    match plainly_equal(a, b) {
        Some(equal) => Ok(equal),
        None => Ok(a.type_of() == b.type_of() && compare::equal(rs, a, b, false)?),
    }
}

pub(in crate::types) fn find(rs: &mut Runspace, items: &[Value], value: &Value) -> R<Option<usize>> {
    for (at, item) in items.iter().enumerate() {
        if equals(rs, item, value)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Where an item is, in the collection itself where that needs no script.
fn find_in(rs: &mut Runspace, this: &Value, value: &Value) -> R<Option<usize>> {
    let plain = matches!(value.base(), Value::Str(_) | Value::I32(_) | Value::I64(_) | Value::Char(_) | Value::Guid(_));
    match this.downcast::<List>() {
        Some(list) if plain => {
            Ok(list.items.lock().iter().position(|item| plainly_equal(item, value).unwrap_or(false)))
        }
        _ => find(rs, &enumerate(this).unwrap_or_default(), value),
    }
}

fn remove(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<bool> {
    let found = find_in(rs, this, args.first().unwrap_or(&Value::Null))?;
    if let Some(at) = found {
        with(this, |items| {
            items.remove(at);
        });
    }
    Ok(found.is_some())
}

pub(in crate::types) fn position(value: Option<&Value>) -> usize {
    value.and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
}

pub(in crate::types) fn out_of_range() -> crate::eval::Flow {
    error::argument(
        "System.ArgumentOutOfRangeException",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
        "index",
    )
}

pub(in crate::types) fn common(m: &mut super::Members) {
    m.get("int Count", |_, this| Ok(Value::int(len(this))));
    m.method("bool Contains(System.Object item)", |rs, this, args| {
        Ok(find_in(rs, this, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
    m.method("System.Object[] ToArray()", |_, this, _| {
        let element = this.downcast::<List>().and_then(List::element).unwrap_or_else(super::object);
        Ok(Value::typed_array(element, enumerate(this).unwrap_or_default()))
    });
    m.method("void Clear()", |_, this, _| {
        with(this, VecDeque::clear);
        Ok(Value::AutomationNull)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| Ok(enumerator_of(this)));
}

/// `GetEnumerator()` of a collection.
pub(crate) fn enumerator_of(this: &Value) -> Value {
    let of = known("System.Collections.ArrayList+ArrayListEnumeratorSimple");
    Value::object(Enumerator::new(of, enumerate(this).unwrap_or_default()).watching(this))
}

/// The type of an enumerator over what a client sends.
const CLIENT_INPUT: &str = "System.Management.Automation.Runspaces.PipelineReader`1+<GetReadEnumerator>d__20";

/// `$input` of a pipeline to which a client sends objects: it passes once.
pub(crate) fn client_input() -> Type {
    super::generic(CLIENT_INPUT, vec![super::object()]).unwrap_or_else(|| known(CLIENT_INPUT))
}
