//! Collections that scripts meet now and then: those that only read others, segments of arrays, dictionaries of strings.

use std::{any::Any, sync::Arc};

use super::{ITEMS, LIST, dictionaries, with};
use crate::{
    convert,
    eval::{R, Runspace, error},
    types::{self, Members, Type, TypeDef, args::i, known},
    value::{Array, Dictionary, List, Object, Value, enumerate, text},
};

const TABLE: &[&str] =
    &["System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IEnumerable"];

/// `ArraySegment[T]`: a part of an array.
struct Segment {
    of: Type,
    array: Value,
    offset: usize,
    count: usize,
}

impl Object for Segment {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        let all = enumerate(&self.array).unwrap_or_default();
        Some(all.into_iter().skip(self.offset).take(self.count).collect())
    }
}

/// A part of an array; all of it where the part is not told.
fn segment(of: &Value, args: &[Value]) -> R<Value> {
    let (Value::Type(of), Some(array)) = (of, args.first()) else { return Ok(Value::Null) };
    let Some(length) = array.as_array().map(|array| array.len()) else {
        return Err(error::argument("System.ArgumentNullException", "Value cannot be null.", "array"));
    };
    let (offset, count) = match args {
        [_, _, _] => (usize::try_from(i(args, 1)).ok(), usize::try_from(i(args, 2)).ok()),
        _ => (Some(0), Some(length)),
    };
    match (offset, count) {
        (Some(offset), Some(count)) if offset.saturating_add(count) <= length => {
            Ok(Value::object(Segment { of: of.clone(), array: array.clone(), offset, count }))
        }
        (Some(_), Some(_)) => Err(error::thrown(
            "System.ArgumentException",
            "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
        )),
        _ => {
            let name = if offset.is_none() { "offset" } else { "count" };
            Err(error::argument("System.ArgumentOutOfRangeException", "Non-negative number required.", name))
        }
    }
}

fn segments(m: &mut Members) {
    fn of(this: &Value) -> R<&Segment> {
        this.downcast::<Segment>().ok_or_else(super::out_of_range)
    }
    m.constructor("ArraySegment(T[] array)", |_, of, args| segment(of, args));
    m.constructor("ArraySegment(T[] array, int offset, int count)", |_, of, args| segment(of, args));
    m.get("System.Object Array", |_, this| Ok(of(this)?.array.clone()));
    m.get("int Offset", |_, this| Ok(Value::int(of(this)?.offset)));
    m.get("int Count", |_, this| Ok(Value::int(of(this)?.count)));
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.method("T[] ToArray()", |_, this, _| {
        Ok(Value::typed_array(super::element(this), enumerate(this).unwrap_or_default()))
    });
    m.method("System.Object Slice(int index, int count)", |_, this, args| {
        let (part, from) = (of(this)?, usize::try_from(i(args, 0)).unwrap_or(usize::MAX));
        let count = args.get(1).map(|_| usize::try_from(i(args, 1)).unwrap_or(usize::MAX));
        let count = count.unwrap_or_else(|| part.count.saturating_sub(from));
        if from.saturating_add(count) > part.count {
            return Err(super::out_of_range());
        }
        let (of, array) = (part.of.clone(), part.array.clone());
        Ok(Value::object(Segment { of, array, offset: part.offset.saturating_add(from), count }))
    });
}

/// An item of a segment of an array.
pub(in crate::types) fn segment_item(object: &Value, index: &Value) -> Option<R<Value>> {
    let part = object.downcast::<Segment>()?;
    let at = index.as_i128().and_then(|at| usize::try_from(at).ok()).filter(|at| *at < part.count);
    let found =
        at.and_then(|at| part.array.as_array().and_then(|array| Array::get(array, part.offset.saturating_add(at))));
    Some(found.ok_or_else(super::out_of_range))
}

/// What `ReadOnlyDictionary[K,V]` shows of the dictionary it was made of.
fn read_only_table(m: &mut Members) {
    m.constructor("ReadOnlyDictionary(System.Collections.IDictionary dictionary)", |_, of, args| {
        let Value::Type(of) = of else { return Ok(Value::Null) };
        guarded(args, of.clone(), Some(NOT_AT_ALL), "dictionary")
    });
    m.get("System.Object Keys", |_, this| Ok(super::more::table_view(this, false)));
    m.get("System.Object Values", |_, this| Ok(super::more::table_view(this, true)));
    m.get("int Count", |_, this| Ok(Value::int(this.downcast::<Dictionary>().map_or(0, Dictionary::len))));
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    dictionaries::reading(m);
}

/// The dictionary inside a `StringDictionary`, whose keys are in small letters.
struct Strings(Value);

impl Object for Strings {
    fn type_of(&self) -> Type {
        known(STRINGS)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        self.0.downcast::<Dictionary>().map(dictionaries::entries)
    }
}

const STRINGS: &str = "System.Collections.Specialized.StringDictionary";

fn small(args: &[Value]) -> R<Value> {
    match args.first() {
        Some(key) if !key.is_null() => Ok(text(key).as_str().to_lowercase().into()),
        _ => Err(error::argument("System.ArgumentNullException", "Value cannot be null.", "key")),
    }
}

/// A value of a `StringDictionary`.
pub(in crate::types) fn string_item(object: &Value, index: &Value) -> Option<R<Value>> {
    let table = object.downcast::<Strings>()?.0.downcast::<Dictionary>()?;
    Some(small(std::slice::from_ref(index)).map(|key| table.get(&key).unwrap_or_default()))
}

/// `strings['key'] = value`; false if the object is no `StringDictionary`.
pub(super) fn set_string(object: &Value, index: &Value, value: &Value) -> bool {
    let table = object.downcast::<Strings>().and_then(|strings| strings.0.downcast::<Dictionary>());
    if let (Some(table), Ok(key)) = (table, small(std::slice::from_ref(index))) {
        table.set(key, Value::Str(text(value)));
        return true;
    }
    false
}

fn string_table(m: &mut Members) {
    fn inside(this: &Value) -> Value {
        this.downcast::<Strings>().map_or(Value::Null, |strings| strings.0.clone())
    }
    fn of<T: Default>(this: &Value, read: impl FnOnce(&Dictionary) -> T) -> T {
        inside(this).downcast::<Dictionary>().map(read).unwrap_or_default()
    }
    m.constructor("System.Collections.Specialized.StringDictionary()", |_, _, _| {
        Ok(Value::object(Strings(Value::object(Dictionary::new(types::hashtable(), false)))))
    });
    m.get("int Count", |_, this| Ok(Value::int(of(this, Dictionary::len))));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object Keys", |_, this| Ok(super::more::table_view(&inside(this), false)));
    m.get("System.Object SyncRoot", |_, this| Ok(inside(this)));
    m.get("System.Object Values", |_, this| Ok(super::more::table_view(&inside(this), true)));
    m.method("void Add(string key, string value)", |rs, this, args| {
        let value = args.get(1).cloned().unwrap_or_default();
        rs.call_method(&inside(this), "Add", &[small(args)?, value])
    });
    m.method("void Remove(string key)", |_, this, args| {
        let key = small(args)?;
        of(this, |table| table.remove(&key));
        Ok(Value::AutomationNull)
    });
    m.method("void Clear()", |_, this, _| {
        of(this, Dictionary::clear);
        Ok(Value::AutomationNull)
    });
    m.method("bool ContainsKey(string key)", |_, this, args| {
        let key = small(args)?;
        Ok(of(this, |table| table.contains(&key)).into())
    });
    m.method("bool ContainsValue(string value)", |_, this, args| {
        let wanted = args.first().map(text).unwrap_or_default();
        Ok(of(this, Dictionary::values).iter().any(|value| text(value) == wanted).into())
    });
}

/// `BlockingCollection[T]`, which never has to block: who takes from an empty one gets an error.
fn blocking(m: &mut Members) {
    m.get("int BoundedCapacity", |_, _| Ok(Value::I32(-1)));
    m.get("bool IsAddingCompleted", |_, this| Ok(this.downcast::<List>().is_some_and(List::is_complete).into()));
    m.get("bool IsCompleted", |_, this| {
        Ok(this.downcast::<List>().is_some_and(|list| list.is_complete() && list.len() == 0).into())
    });
    m.get("int Count", |_, this| Ok(Value::int(super::len(this))));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.method("void Add(T item)", |_, this, args| {
        if this.downcast::<List>().is_some_and(List::is_complete) {
            let message = "The collection has been marked as complete with regards to additions.";
            return Err(error::thrown("System.InvalidOperationException", message));
        }
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("bool TryTake([ref] T item)", |_, this, args| {
        let found = with(this, std::collections::VecDeque::pop_front);
        let is_found = found.is_some();
        types::args::set_out(args, 0, found.unwrap_or_else(|| convert::default_of(&super::element(this))));
        Ok(is_found.into())
    });
    m.method("void CompleteAdding()", |_, this, _| {
        if let Some(list) = this.downcast::<List>() {
            list.complete();
        }
        Ok(Value::AutomationNull)
    });
    m.method("T[] ToArray()", |_, this, _| {
        Ok(Value::typed_array(super::element(this), enumerate(this).unwrap_or_default()))
    });
}

/// A collection around another one: with its items, but it may refuse changes.
struct Guarded {
    of: Type,
    inner: Arc<dyn Object>,
    refusal: Option<&'static str>,
}

impl Object for Guarded {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn inner(&self) -> Option<&Arc<dyn Object>> {
        Some(&self.inner)
    }

    fn items(&self) -> Option<Vec<Value>> {
        self.inner.items()
    }

    fn item_count(&self) -> Option<usize> {
        self.inner.item_count()
    }

    fn version(&self) -> Option<usize> {
        self.inner.version()
    }
}

const READ_ONLY_ORDERED: &str = "The OrderedDictionary is read-only and cannot be modified.";
const READ_ONLY: &str = "Collection is read-only.";
const NOT_AT_ALL: &str = "";

/// What stands around the collection that the first argument is.
fn guarded(args: &[Value], of: Type, refusal: Option<&'static str>, parameter: &str) -> R<Value> {
    match args.first().map(Value::base) {
        Some(Value::Object(inner)) => Ok(Value::object(Guarded { of, inner: inner.clone(), refusal })),
        _ => Err(error::argument("System.ArgumentNullException", "Value cannot be null.", parameter)),
    }
}

pub(super) fn read_only_list_of(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    guarded(args, known(READ_ONLY_LIST), Some(READ_ONLY), "list")
}

pub(super) fn fixed_list_of(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    guarded(args, known(FIXED_LIST), None, "list")
}

pub(super) fn shared_list_of(_: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    guarded(args, known(SHARED_LIST), None, "list")
}

pub(super) fn read_only_ordered_of(_: &mut Runspace, this: &Value, _: &[Value]) -> R<Value> {
    guarded(std::slice::from_ref(this), types::ordered_dictionary(), Some(READ_ONLY_ORDERED), "table")
}

/// Whether a collection takes changes.
pub(super) fn is_writable(this: &Value) -> bool {
    let Value::Object(object) = this.base() else { return true };
    object.as_any().downcast_ref::<Guarded>().is_none_or(|guarded| guarded.refusal.is_none())
}

/// Refuses to change what cannot be changed, and a key that a dictionary cannot take.
///
/// # Errors
/// It is read-only, or the key is not valid.
pub(crate) fn check_change(this: &Value, index: Option<&Value>) -> R<()> {
    let Value::Object(object) = this.base() else { return Ok(()) };
    let refusal = object.as_any().downcast_ref::<Guarded>().and_then(|guarded| guarded.refusal);
    match (refusal, index) {
        (Some(NOT_AT_ALL), _) => {
            let message = format!("Unable to index into an object of type \"{}\".", object.type_of().plain_name());
            Err(error::invalid_target("CannotIndex", message, this))
        }
        (Some(message), _) => Err(error::foreign("System.NotSupportedException", message)),
        (None, Some(index)) => match this.downcast::<Dictionary>().and_then(Object::own_type) {
            Some(of) if of.name() == "System.Management.Automation.DefaultParameterDictionary" => {
                dictionaries::check_default_key(&text(index))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

const READ_ONLY_LIST: &str = "System.Collections.ArrayList+ReadOnlyArrayList";
const FIXED_LIST: &str = "System.Collections.ArrayList+FixedSizeArrayList";
const SHARED_LIST: &str = "System.Collections.ArrayList+SyncArrayList";

/// What would change how many items there are.
const CHANGES: &[&str] = &[
    "int Add(System.Object value)",
    "void AddRange(System.Collections.ICollection c)",
    "void Insert(int index, System.Object value)",
    "void InsertRange(int index, System.Collections.ICollection c)",
    "void Remove(System.Object obj)",
    "void RemoveAt(int index)",
    "void RemoveRange(int index, int count)",
    "void Clear()",
];

fn refuse_read_only(_: &mut Runspace, _: &Value, _: &[Value]) -> R<Value> {
    Err(error::thrown("System.NotSupportedException", READ_ONLY))
}

fn refuse_fixed(_: &mut Runspace, _: &Value, _: &[Value]) -> R<Value> {
    Err(error::thrown("System.NotSupportedException", "Collection was of a fixed size."))
}

fn read_only_list(m: &mut Members) {
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    for declaration in CHANGES {
        m.method(declaration, refuse_read_only);
    }
    for declaration in ["void Sort()", "void Reverse()"] {
        m.method(declaration, refuse_read_only);
    }
}

fn fixed_list(m: &mut Members) {
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    for declaration in CHANGES {
        m.method(declaration, refuse_fixed);
    }
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.ArraySegment`1").implements(ITEMS).members(segments),
    TypeDef::class("System.Collections.ObjectModel.ReadOnlyDictionary`2").implements(TABLE).members(read_only_table),
    TypeDef::class(STRINGS).implements(&["System.Collections.IEnumerable"]).members(string_table),
    TypeDef::class("System.Collections.Concurrent.BlockingCollection`1").implements(ITEMS).members(blocking),
    TypeDef::class("System.Collections.Generic.OrderedDictionary`2").implements(TABLE).members(dictionaries::ordered),
    TypeDef::class("System.Collections.Generic.TreeSet`1")
        .base("System.Collections.Generic.SortedSet`1")
        .implements(ITEMS),
    TypeDef::class(READ_ONLY_LIST).base("System.Collections.ArrayList").implements(LIST).members(read_only_list),
    TypeDef::class(FIXED_LIST).base("System.Collections.ArrayList").implements(LIST).members(fixed_list),
    TypeDef::class(SHARED_LIST).base("System.Collections.ArrayList").implements(LIST),
];
