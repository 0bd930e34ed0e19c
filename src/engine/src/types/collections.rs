//! Arrays, lists, dictionaries, sets, queues and stacks.

use std::collections::VecDeque;

use psrpd_dotnet::cast;

use super::{Type, TypeDef, known};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::compare,
    value::{Dictionary, Enumerator, List, Object, Value, enumerate, text},
};

/// The interfaces of lists.
pub(super) const LIST: &[&str] = &[
    "System.Collections.IList",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
    "System.Collections.Generic.IEnumerable`1",
    "System.Collections.Generic.IList`1",
];
/// The interfaces of what can be counted.
pub(super) const ITEMS: &[&str] =
    &["System.Collections.ICollection", "System.Collections.IEnumerable", "System.Collections.Generic.IEnumerable`1"];
const TABLE: &[&str] =
    &["System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IEnumerable"];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.ArrayList").implements(LIST).members(|m| {
        common(m);
        m.method("int Add(System.Object value)", |_, this, args| {
            with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
            Ok(Value::int(len(this).saturating_sub(1)))
        });
        m.method("void Remove(System.Object obj)", |rs, this, args| {
            remove(rs, this, args).map(|_| Value::AutomationNull)
        });
        list(m);
    }),
    TypeDef::class("System.Collections.Generic.List`1").implements(LIST).members(generic_list),
    TypeDef::class("System.Collections.ObjectModel.Collection`1").implements(LIST).members(generic_list),
    TypeDef::class("System.Management.Automation.PSDataCollection`1").implements(LIST).members(|m| {
        generic_list(m);
        m.method("void Complete()", |rs, this, _| {
            if let Some(list) = this.downcast::<List>() {
                list.complete();
            }
            rs.beside.shared.notify();
            Ok(Value::AutomationNull)
        });
        m.get("bool IsOpen", |_, this| Ok(this.downcast::<List>().is_some_and(|list| !list.is_complete()).into()));
        m.method("System.Collections.ObjectModel.Collection[T] ReadAll()", |_, this, _| {
            let of = this.type_of().and_then(|of| of.arguments().first().cloned()).unwrap_or_else(super::object);
            let of = super::generic("System.Collections.ObjectModel.Collection`1", vec![of]);
            let items = with(this, std::mem::take);
            Ok(List::value(of.unwrap_or_else(super::array_list), items.into()))
        });
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class("System.Collections.ObjectModel.ReadOnlyCollection`1").implements(LIST).members(common),
    TypeDef::class("System.Collections.Queue").implements(ITEMS).members(queue),
    TypeDef::class("System.Collections.Generic.Queue`1").implements(ITEMS).members(queue),
    TypeDef::class("System.Collections.Stack").implements(ITEMS).members(stack),
    TypeDef::class("System.Collections.Generic.Stack`1").implements(ITEMS).members(stack),
    TypeDef::class("System.Collections.Hashtable").implements(TABLE).members(|m| {
        table(m);
        m.function("hashtable Synchronized(hashtable table)", |_, _, args| {
            let source = args.first().cloned().unwrap_or_default();
            let Some(source) = source.downcast::<Dictionary>() else { return Ok(Value::Null) };
            Ok(Value::object(source.copy_as(known("System.Collections.Hashtable+SyncHashtable"))))
        });
    }),
    TypeDef::class("System.Collections.Specialized.OrderedDictionary").implements(TABLE).members(|m| {
        table(m);
        m.method("void Insert(int index, System.Object key, System.Object value)", |_, this, args| {
            if let (Some(table), [at, key, value]) = (this.downcast::<Dictionary>(), args) {
                let at = cast::index(at.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0));
                if !table.insert(at, key.clone(), value.clone()) {
                    return Err(is_there(table, key));
                }
            }
            Ok(Value::AutomationNull)
        });
        m.method("void RemoveAt(int index)", |_, this, args| {
            if let (Some(table), Some(Value::I32(at))) = (this.downcast::<Dictionary>(), args.first()) {
                table.remove_at(cast::index((*at).into()));
            }
            Ok(Value::AutomationNull)
        });
    }),
    TypeDef::class("System.Collections.Generic.Dictionary`2").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Generic.SortedDictionary`2").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Generic.SortedList`2").implements(TABLE).members(table),
    TypeDef::class("System.Collections.SortedList").implements(TABLE).members(table),
    TypeDef::class("System.Collections.ListDictionaryInternal").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Specialized.ListDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Specialized.HybridDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Collections.Hashtable+SyncHashtable").base("System.Collections.Hashtable").implements(TABLE),
    TypeDef::class("System.Collections.Concurrent.ConcurrentDictionary`2").implements(TABLE).members(concurrent_table),
    TypeDef::class("System.Management.Automation.PSPrimitiveDictionary")
        .base("System.Collections.Hashtable")
        .implements(TABLE),
    TypeDef::class("System.Management.Automation.PSBoundParametersDictionary").implements(TABLE).members(table),
    TypeDef::class("System.Management.Automation.PSVersionHashTable")
        .base("System.Collections.Hashtable")
        .implements(TABLE),
    TypeDef::class("System.Management.Automation.DefaultParameterDictionary")
        .base("System.Collections.Hashtable")
        .implements(TABLE),
    TypeDef::value("System.Collections.DictionaryEntry").members(|m| {
        m.constructor("System.Collections.DictionaryEntry(System.Object key, System.Object value)", |_, _, args| {
            let [key, value] = [0, 1].map(|at| args.get(at).cloned().unwrap_or_default());
            Ok(dictionary_entry(key, value))
        });
    }),
    TypeDef::class("System.Array+ArrayEnumerator").members(enumerator),
    TypeDef::class("System.CharEnumerator").members(enumerator),
    TypeDef::class(CLIENT_INPUT).members(enumerator),
    TypeDef::class("System.Collections.ArrayList+ArrayListEnumeratorSimple").members(enumerator),
    TypeDef::class("System.Collections.Hashtable+HashtableEnumerator").members(|m| {
        enumerator(m);
        m.get("System.Object Key", |rs, this| {
            let current = this.downcast::<Enumerator>().map(Enumerator::current).unwrap_or_default();
            rs.get_member(&current, "Key")
        });
        m.get("System.Object Value", |rs, this| {
            let current = this.downcast::<Enumerator>().map(Enumerator::current).unwrap_or_default();
            rs.get_member(&current, "Value")
        });
    }),
];

/// A `DictionaryEntry`.
pub(crate) fn dictionary_entry(key: Value, value: Value) -> Value {
    super::pair(known("System.Collections.DictionaryEntry"), key, value)
}

/// The keys of a dictionary with their values, as enumerating it gives them.
pub(crate) fn entries(table: &Dictionary) -> Vec<Value> {
    let generic = match table.type_of().arguments() {
        [key, value] => super::generic("System.Collections.Generic.KeyValuePair`2", vec![key.clone(), value.clone()]),
        _ => None,
    };
    let of = generic.unwrap_or_else(|| known("System.Collections.DictionaryEntry"));
    table.entries().into_iter().map(|(key, value)| super::pair(of.clone(), key, value)).collect()
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

pub(super) fn with<T: Default>(this: &Value, change: impl FnOnce(&mut VecDeque<Value>) -> T) -> T {
    this.downcast::<List>().map(|list| list.change(change)).unwrap_or_default()
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
pub(super) fn equals(rs: &mut Runspace, a: &Value, b: &Value) -> R<bool> {
    match plainly_equal(a, b) {
        Some(equal) => Ok(equal),
        None => Ok(a.type_of() == b.type_of() && compare::equal(rs, a, b, false)?),
    }
}

pub(super) fn find(rs: &mut Runspace, items: &[Value], value: &Value) -> R<Option<usize>> {
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

fn position(value: Option<&Value>) -> usize {
    value.and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
}

fn out_of_range() -> crate::eval::Flow {
    error::argument(
        "System.ArgumentOutOfRangeException",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
        "index",
    )
}

pub(super) fn common(m: &mut super::Members) {
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
pub(super) fn enumerator_of(this: &Value) -> Value {
    let of = known("System.Collections.ArrayList+ArrayListEnumeratorSimple");
    Value::object(Enumerator::new(of, enumerate(this).unwrap_or_default()).watching(this))
}

fn list(m: &mut super::Members) {
    m.get("int Capacity", |_, this| Ok(Value::int(len(this).next_power_of_two().max(4))));
    m.method("void AddRange(System.Object collection)", |rs, this, args| {
        let element = this.downcast::<List>().and_then(List::element);
        let mut more = args.first().map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()])).unwrap_or_default();
        if let Some(of) = element {
            for item in &mut more {
                *item = convert::convert(rs, item, &of)?;
            }
        }
        with(this, |items| items.extend(more));
        Ok(Value::AutomationNull)
    });
    m.method("void Insert(int index, System.Object value)", |_, this, args| {
        let at = position(args.first());
        if at > len(this) {
            return Err(out_of_range());
        }
        with(this, |items| items.insert(at, args.get(1).cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveAt(int index)", |_, this, args| {
        let at = position(args.first());
        if at >= len(this) {
            return Err(out_of_range());
        }
        with(this, |items| {
            items.remove(at);
        });
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveRange(int index, int count)", |_, this, args| {
        let (at, count) = (position(args.first()), position(args.get(1)));
        with(this, |items| {
            let end = at.saturating_add(count).min(items.len());
            if at <= end {
                items.drain(at..end);
            }
        });
        Ok(Value::AutomationNull)
    });
    m.method("System.Object GetRange(int index, int count)", |_, this, args| {
        let (at, count) = (position(args.first()), position(args.get(1)));
        let items = enumerate(this).unwrap_or_default().into_iter().skip(at).take(count).collect();
        Ok(List::value(this.type_of().unwrap_or_else(super::array_list), items))
    });
    m.method("int IndexOf(System.Object value)", |rs, this, args| {
        Ok(Value::I32(find_in(rs, this, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    m.method("void Reverse()", |_, this, _| {
        with(this, |items| items.make_contiguous().reverse());
        Ok(Value::AutomationNull)
    });
    m.method("void Sort()", |rs, this, _| {
        let mut items = enumerate(this).unwrap_or_default();
        sort(rs, &mut items, None)?;
        with(this, |slot| *slot = items.into());
        Ok(Value::AutomationNull)
    });
    m.method("void Sort(System.Object comparison)", |rs, this, args| {
        let mut items = enumerate(this).unwrap_or_default();
        sort(rs, &mut items, args.first())?;
        with(this, |slot| *slot = items.into());
        Ok(Value::AutomationNull)
    });
}

pub(super) fn generic_list(m: &mut super::Members) {
    common(m);
    m.method("void Add(T item)", |_, this, args| {
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("bool Remove(T item)", |rs, this, args| remove(rs, this, args).map(Value::Bool));
    list(m);
    macro_rules! predicates {
        ($($declaration:literal, $finish:expr;)*) => {
            $(m.method($declaration, |rs, this, args| {
                let items = enumerate(this).unwrap_or_default();
                let Some(block) = args.first().and_then(|block| rs.as_block(block)) else { return Ok(Value::Null) };
                let mut flags = Vec::new();
                for item in &items {
                    let result = rs.call_block_with(&block, Some(item.clone()), std::slice::from_ref(item))?;
                    flags.push(convert::to_bool(&Value::collected(result)));
                }
                let finish: fn(&Value, Vec<Value>, Vec<bool>) -> Value = $finish;
                Ok(finish(this, items, flags))
            });)*
        };
    }
    predicates! {
        "T Find(System.Predicate[T] match)", |_, items, flags| items.into_iter().zip(flags).find(|(_, yes)| *yes).map(|(item, _)| item).unwrap_or_default();
        "System.Object FindAll(System.Object match)", |this, items, flags| List::value(this.type_of().unwrap_or_else(super::array_list), items.into_iter().zip(flags).filter(|(_, yes)| *yes).map(|(item, _)| item).collect());
        "int FindIndex(System.Object match)", |_, _, flags| Value::I32(flags.iter().position(|yes| *yes).map_or(-1, cast::int32));
        "bool Exists(System.Predicate[T] match)", |_, _, flags| flags.contains(&true).into();
        "bool TrueForAll(System.Object match)", |_, _, flags| (!flags.contains(&false)).into();
        "int RemoveAll(System.Object match)", |this, items, flags| {
            let removed = flags.iter().filter(|yes| **yes).count();
            with(this, |slot| *slot = items.into_iter().zip(flags).filter(|(_, yes)| !*yes).map(|(item, _)| item).collect());
            Value::int(removed)
        };
    }
}

fn sort(rs: &mut Runspace, items: &mut [Value], comparison: Option<&Value>) -> R<()> {
    let block = comparison.and_then(|block| rs.as_block(block));
    let mut failure = None;
    items.sort_by(|a, b| {
        let order = match &block {
            Some(block) => rs
                .call_block(block, &[a.clone(), b.clone()])
                .and_then(|result| convert::to_i32(rs, &Value::collected(result)))
                .map(|n| n.cmp(&0)),
            None => compare::sort_order(rs, a, b, false),
        };
        order.unwrap_or_else(|flow| {
            failure.get_or_insert(flow);
            std::cmp::Ordering::Equal
        })
    });
    failure.map_or(Ok(()), Err)
}

fn queue(m: &mut super::Members) {
    common(m);
    m.method("void Enqueue(System.Object item)", |_, this, args| {
        with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("System.Object Dequeue()", |_, this, _| {
        if len(this) == 0 {
            return Err(error::thrown("System.InvalidOperationException", "Queue empty."));
        }
        Ok(with(this, VecDeque::pop_front).unwrap_or_default())
    });
    m.method("System.Object Peek()", |_, this, _| {
        this.downcast::<List>()
            .and_then(|list| list.get(0))
            .ok_or_else(|| error::thrown("System.InvalidOperationException", "Queue empty."))
    });
}

fn stack(m: &mut super::Members) {
    common(m);
    m.method("void Push(System.Object item)", |_, this, args| {
        with(this, |items| items.push_front(args.first().cloned().unwrap_or_default()));
        Ok(Value::AutomationNull)
    });
    m.method("System.Object Pop()", |_, this, _| {
        if len(this) == 0 {
            return Err(error::thrown("System.InvalidOperationException", "Stack empty."));
        }
        Ok(with(this, VecDeque::pop_front).unwrap_or_default())
    });
    m.method("System.Object Peek()", |_, this, _| {
        this.downcast::<List>()
            .and_then(|list| list.get(0))
            .ok_or_else(|| error::thrown("System.InvalidOperationException", "Stack empty."))
    });
}

/// The error of adding a key once more.
fn is_there(table: &Dictionary, key: &Value) -> crate::eval::Flow {
    let shown = text(key);
    let message = if table.type_of().arguments().is_empty() {
        format!("Item has already been added. Key in dictionary: '{shown}'  Key being added: '{shown}'")
    } else {
        format!("An item with the same key has already been added. Key: {shown}")
    };
    error::thrown("System.ArgumentException", message)
}

fn table(m: &mut super::Members) {
    fn of(this: &Value) -> Option<&Dictionary> {
        this.downcast::<Dictionary>()
    }
    m.get("int Count", |_, this| Ok(Value::int(of(this).map_or(0, Dictionary::len))));
    m.get("System.Object Keys", |_, this| Ok(super::more_collections::table_view(this, false)));
    m.get("System.Object Values", |_, this| Ok(super::more_collections::table_view(this, true)));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("bool IsFixedSize", |_, _| Ok(false.into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.method("void Add(System.Object key, System.Object value)", |rs, this, args| {
        let Some(table) = of(this) else { return Ok(Value::Null) };
        let [key, value] = args else { return Ok(Value::Null) };
        let (mut key, mut value) = (key.clone(), value.clone());
        if let [key_type, value_type] = table.type_of().arguments() {
            key = convert::convert(rs, &key, key_type)?;
            value = convert::convert(rs, &value, value_type)?;
        }
        if key.is_null() {
            return Err(error::argument("System.ArgumentNullException", "Value cannot be null.", "key"));
        }
        if !table.add(key.clone(), value) {
            return Err(is_there(table, &key));
        }
        Ok(Value::AutomationNull)
    });
    m.method("void Remove(System.Object key)", |_, this, args| {
        let removed = of(this).is_some_and(|table| table.remove(args.first().unwrap_or(&Value::Null)));
        let generic = of(this).is_some_and(|table| !table.type_of().arguments().is_empty());
        Ok(if generic { removed.into() } else { Value::AutomationNull })
    });
    m.method("bool ContainsKey(System.Object key)", |_, this, args| {
        Ok(of(this).is_some_and(|table| table.contains(args.first().unwrap_or(&Value::Null))).into())
    });
    m.method("bool Contains(System.Object key)", |_, this, args| {
        Ok(of(this).is_some_and(|table| table.contains(args.first().unwrap_or(&Value::Null))).into())
    });
    m.method("bool ContainsValue(System.Object value)", |rs, this, args| {
        let values = of(this).map(Dictionary::values).unwrap_or_default();
        Ok(find(rs, &values, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
    m.method("void Clear()", |_, this, _| {
        if let Some(table) = of(this) {
            table.clear();
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object Clone()", |_, this, _| {
        Ok(of(this).map_or(Value::Null, |table| Value::object(table.copy())))
    });
    m.method("System.Object get_Item(System.Object key)", |_, this, args| {
        Ok(of(this).and_then(|table| table.get(args.first()?)).unwrap_or_default())
    });
    m.method("System.Object Item(System.Object key)", |rs, this, args| {
        rs.index(this, args.first().unwrap_or(&Value::Null))
    });
    m.method("void set_Item(System.Object key, System.Object value)", |rs, this, args| match args {
        [key, value] => rs.set_index(this, key, value.clone()).map(|()| Value::AutomationNull),
        _ => Ok(Value::Null),
    });
    m.method("bool TryGetValue(TKey key, [ref] TValue value)", |_, this, args| {
        let found = of(this).and_then(|table| table.get(args.first()?));
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    });
    m.method("System.Collections.IDictionaryEnumerator GetEnumerator()", |_, this, _| {
        let entries = of(this).map(entries).unwrap_or_default();
        let of = known("System.Collections.Hashtable+HashtableEnumerator");
        Ok(Value::object(Enumerator::new(of, entries).watching(this)))
    });
}

fn concurrent_table(m: &mut super::Members) {
    table(m);
    fn of(this: &Value) -> Option<&Dictionary> {
        this.downcast::<Dictionary>()
    }
    m.get("bool IsEmpty", |_, this| Ok(of(this).is_none_or(|table| table.len() == 0).into()));
    m.method("bool TryAdd(TKey key, TValue value)", |_, this, args| match (of(this), args) {
        (Some(table), [key, value]) => Ok(table.add(key.clone(), value.clone()).into()),
        _ => Ok(false.into()),
    });
    m.method("bool TryRemove(TKey key, [ref] TValue value)", |_, this, args| {
        let key = args.first().cloned().unwrap_or_default();
        let found = of(this).and_then(|table| table.get(&key));
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(of(this).is_some_and(|table| table.remove(&key)).into())
    });
    m.method("TValue GetOrAdd(TKey key, TValue value)", |_, this, args| match (of(this), args) {
        (Some(table), [key, value]) => {
            table.add(key.clone(), value.clone());
            Ok(table.get(key).unwrap_or_default())
        }
        _ => Ok(Value::Null),
    });
    m.method("TValue AddOrUpdate(TKey key, TValue addValue, System.Object updateValueFactory)", |rs, this, args| {
        let (Some(table), [key, value, block]) = (of(this), args) else { return Ok(Value::Null) };
        let new = match (table.get(key), rs.as_block(block)) {
            (Some(old), Some(block)) => Value::collected(rs.call_block(&block, &[key.clone(), old])?),
            _ => value.clone(),
        };
        table.set(key.clone(), new.clone());
        Ok(new)
    });
}

/// The members of arrays.
pub(super) fn array_members(m: &mut super::Members) {
    fn length(this: &Value) -> usize {
        this.as_array().map_or(0, |array| array.len())
    }
    m.get("int Length", |_, this| Ok(Value::int(length(this))));
    m.get("long LongLength", |_, this| Ok(Value::I64(cast::int64(length(this)))));
    m.get("int Rank", |_, this| Ok(Value::int(this.as_array().map_or(1, |array| array.rank()))));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.method("int GetLength(int dimension)", |_, this, args| {
        Ok(Value::int(match this.as_array().and_then(|array| array.dimensions.as_ref()) {
            Some(dimensions) => dimensions.get(position(args.first())).copied().unwrap_or(0),
            None => length(this),
        }))
    });
    m.method("int GetUpperBound(int dimension)", |_, this, args| {
        let length = match this.as_array().and_then(|array| array.dimensions.as_ref()) {
            Some(dimensions) => dimensions.get(position(args.first())).copied().unwrap_or(0),
            None => length(this),
        };
        Ok(Value::I32(cast::int32(length).saturating_sub(1)))
    });
    m.method("int GetLowerBound(int dimension)", |_, _, _| Ok(Value::I32(0)));
    m.method("System.Object Clone()", |_, this, _| {
        Ok(this.as_array().map_or(Value::Null, |array| Value::typed_array(array.element.clone(), array.items())))
    });
    m.method("bool Contains(System.Object value)", |rs, this, args| {
        let items = enumerate(this).unwrap_or_default();
        Ok(find(rs, &items, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
    m.method("int IndexOf(System.Object value)", |rs, this, args| {
        let items = enumerate(this).unwrap_or_default();
        Ok(Value::I32(find(rs, &items, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    m.method("System.Object GetValue(int index)", |rs, this, args| {
        rs.index(this, args.first().unwrap_or(&Value::Null))
    });
    m.method("void SetValue(System.Object value, int index)", |rs, this, args| match args {
        [value, index] => rs.set_index(this, index, value.clone()).map(|()| Value::AutomationNull),
        _ => Ok(Value::Null),
    });
    m.method("void CopyTo(array array, int index)", |_, this, args| {
        if let (Some(from), Some(to)) = (this.as_array(), args.first().and_then(Value::as_array)) {
            let start = position(args.get(1));
            for (at, item) in from.items().into_iter().enumerate() {
                to.set(start.saturating_add(at), item);
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| {
        Ok(Value::object(Enumerator::new(known("System.Array+ArrayEnumerator"), enumerate(this).unwrap_or_default())))
    });
    m.method("void Add(System.Object value)", |_, _, _| {
        Err(error::thrown("System.NotSupportedException", "Collection was of a fixed size."))
    });
    m.method("void Clear()", |_, this, _| {
        if let Some(array) = this.as_array() {
            let fill = convert::default_of(&array.element);
            array.with(|items| items.iter_mut().for_each(|item| *item = fill.clone()));
        }
        Ok(Value::AutomationNull)
    });
    m.function("void Reverse(array array)", |_, _, args| {
        if let Some(array) = args.first().and_then(Value::as_array) {
            array.with(|items| items.reverse());
        }
        Ok(Value::AutomationNull)
    });
    m.function("void Sort(array array)", |rs, _, args| {
        if let Some(array) = args.first().and_then(Value::as_array) {
            let mut items = array.items();
            sort(rs, &mut items, None)?;
            array.with(|slot| *slot = items);
        }
        Ok(Value::AutomationNull)
    });
    m.function("int IndexOf(array array, System.Object value)", |rs, _, args| {
        let items = args.first().and_then(enumerate).unwrap_or_default();
        Ok(Value::I32(find(rs, &items, args.get(1).unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
}

/// The type of an enumerator over what a client sends.
const CLIENT_INPUT: &str = "System.Management.Automation.Runspaces.PipelineReader`1+<GetReadEnumerator>d__20";

/// `$input` of a pipeline to which a client sends objects: it passes once.
pub(crate) fn client_input() -> Type {
    super::generic(CLIENT_INPUT, vec![super::object()]).unwrap_or_else(|| known(CLIENT_INPUT))
}
