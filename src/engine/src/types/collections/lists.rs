//! `ArrayList`, `List[T]` and their kin.

use psrpd_dotnet::{cast, sort as sorts};

use super::{
    LIST, common,
    copying::{BEYOND, OF_ARRAYS, copy_to as copy_items},
    element, equals, find_in, len, out_of_range, position, remove, searching, with,
};
use crate::types::args::{self, out_of_bounds, value};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::{compare, ordering},
    types::{self, Members, TypeDef},
    value::{List, Value, enumerate},
};

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.ArrayList").implements(LIST).members(|m| {
        common(m);
        m.method("int Add(System.Object value)", |_, this, args| {
            with(this, |items| items.push_back(args.first().cloned().unwrap_or_default()));
            Ok(Value::int(len(this).saturating_sub(1)))
        });
        m.method("void Remove(System.Object obj)", |rs, this, args| {
            remove(rs, this, args).map(|_| Value::AutomationNull)
        });
        array_list(m);
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
            let of = types::generic("System.Collections.ObjectModel.Collection`1", vec![element(this)]);
            let items = with(this, std::mem::take);
            Ok(List::value(of.unwrap_or_else(types::array_list), items.into()))
        });
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
    }),
    TypeDef::class("System.Collections.ObjectModel.ReadOnlyCollection`1").implements(LIST).members(read_only),
];

/// The items of another collection, as items of this one.
fn items_for(rs: &mut Runspace, this: &Value, source: &Value) -> R<Vec<Value>> {
    if source.is_null() {
        return Err(args::null(if searching::is_old(this) { "c" } else { "collection" }));
    }
    let mut items = enumerate(source).unwrap_or_else(|| vec![source.clone()]);
    if let Some(of) = this.downcast::<List>().and_then(List::element) {
        for item in &mut items {
            *item = convert::convert(rs, item, &of)?;
        }
    }
    Ok(items)
}

fn part(this: &Value, range: std::ops::Range<usize>) -> Vec<Value> {
    this.downcast::<List>().map(|list| list.items.lock().range(range).cloned().collect()).unwrap_or_default()
}

fn read_only(m: &mut Members) {
    common(m);
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    anywhere(m);
    // Those of the interfaces are seen, and take nothing.
    m.method("void Add(T item)", |_, _, args| Err(error::no_overload("Add", args.len())));
    m.method("void Insert(int index, T item)", |_, _, args| Err(error::no_overload("Insert", args.len())));
    m.method("bool Remove(T item)", |_, _, args| Err(error::no_overload("Remove", args.len())));
    m.method("void RemoveAt(int index)", |_, _, args| Err(error::no_overload("RemoveAt", args.len())));
    m.method("void Clear()", |_, _, args| Err(error::no_overload("Clear", args.len())));
}

/// What every list has.
fn anywhere(m: &mut Members) {
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.method("int IndexOf(System.Object value)", |rs, this, args| {
        Ok(Value::I32(find_in(rs, this, &value(args, 0))?.map_or(-1, cast::int32)))
    });
    m.method("System.Object Item(int index)", |rs, this, args| rs.index(this, &value(args, 0)));
    for signature in ["void CopyTo(array array)", "void CopyTo(array array, int arrayIndex)"] {
        m.method(signature, |rs, this, args| super::copy_to(rs, this, args, &OF_ARRAYS));
    }
    m.method("void CopyTo(int index, array array, int arrayIndex, int count)", |rs, this, args| {
        let (start, count) = (position(args.first()), position(args.get(3)));
        let items = enumerate(this).unwrap_or_default();
        let Some(part) = items.get(start..start.saturating_add(count)) else { return Err(out_of_bounds()) };
        copy_items(rs, (part.to_vec(), None), args.get(1), args.get(2), &OF_ARRAYS)
    });
}

/// What `ArrayList` and the generic lists have.
fn list(m: &mut Members) {
    anywhere(m);
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("bool IsFixedSize", |_, _| Ok(false.into()));
    m.get_set(
        "int Capacity",
        |_, this| Ok(Value::int(this.downcast::<List>().map_or(0, List::capacity))),
        |_, this, value| {
            let Some(list) = this.downcast::<List>() else { return Ok(()) };
            let wanted = value.as_i128().and_then(|wanted| usize::try_from(wanted).ok());
            match wanted.filter(|wanted| *wanted >= list.len()) {
                Some(wanted) => list.set_capacity(wanted),
                None => return Err(args::out_of_range("capacity was less than the current size.", "value")),
            }
            Ok(())
        },
    );
    m.method("void AddRange(System.Object collection)", |rs, this, args| {
        let more = items_for(rs, this, &value(args, 0))?;
        with(this, |items| items.extend(more));
        Ok(Value::AutomationNull)
    });
    m.method("void Insert(int index, System.Object value)", |rs, this, args| {
        let at = position(args.first());
        if at > len(this) {
            let is_old = searching::is_old(this);
            let message = if is_old { BEYOND } else { "Index must be within the bounds of the List." };
            return Err(args::out_of_range(message, "index"));
        }
        let value = args.get(1).cloned().unwrap_or_default();
        let value = match this.downcast::<List>().and_then(List::element) {
            Some(of) => convert::convert(rs, &value, &of)?,
            None => value,
        };
        with(this, |items| items.insert(at, value));
        Ok(Value::AutomationNull)
    });
    m.method("void InsertRange(int index, System.Object collection)", |rs, this, args| {
        let at = position(args.first());
        if at > len(this) {
            return Err(args::out_of_range(BEYOND, "index"));
        }
        let more = items_for(rs, this, args.get(1).unwrap_or(&Value::Null))?;
        with(this, |items| {
            let behind = items.split_off(at);
            items.extend(more);
            items.extend(behind);
        });
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
        let range = searching::part(this, args, 0)?;
        with(this, |items| drop(items.drain(range)));
        Ok(Value::AutomationNull)
    });
    m.method("System.Object GetRange(int index, int count)", |_, this, args| {
        let range = searching::part(this, args, 0)?;
        Ok(List::value(this.type_of().unwrap_or_else(types::array_list), part(this, range)))
    });
    m.method("int LastIndexOf(System.Object value)", |rs, this, args| {
        for (at, item) in enumerate(this).unwrap_or_default().iter().enumerate().rev() {
            if equals(rs, item, args.first().unwrap_or(&Value::Null))? {
                return Ok(Value::I32(cast::int32(at)));
            }
        }
        Ok(Value::I32(-1))
    });
    searching::members(m);
    orders(m);
}

fn orders(m: &mut Members) {
    m.method("void Reverse()", |_, this, _| {
        with(this, |items| items.make_contiguous().reverse());
        Ok(Value::AutomationNull)
    });
    m.method("void Reverse(int index, int count)", |_, this, args| {
        let range = searching::part(this, args, 0)?;
        with(this, |items| items.make_contiguous().get_mut(range).map(<[Value]>::reverse).is_some());
        Ok(Value::AutomationNull)
    });
    for signature in ["void Sort()", "void Sort(System.Object comparison)"] {
        m.method(signature, |rs, this, args| {
            let mut items = enumerate(this).unwrap_or_default();
            sort(rs, &mut items, args.first())?;
            with(this, |slot| *slot = items.into());
            Ok(Value::AutomationNull)
        });
    }
    m.method("int BinarySearch(System.Object item)", |rs, this, args| {
        super::array_methods::binary_search(rs, &enumerate(this).unwrap_or_default(), &value(args, 0))
    });
}

fn array_list(m: &mut Members) {
    list(m);
    m.method("System.Object Clone()", |_, this, _| {
        Ok(List::value(types::array_list(), enumerate(this).unwrap_or_default()))
    });
    m.method("array ToArray(type type)", |_, this, given| {
        let Some(Value::Type(of)) = given.first().map(Value::base) else { return Err(args::null("type")) };
        let mut items = Vec::new();
        for item in enumerate(this).unwrap_or_default() {
            items.push(super::array_places::cast_down(&item, of)?);
        }
        Ok(Value::typed_array(of.clone(), items))
    });
    m.method("void TrimToSize()", |_, _, _| Ok(Value::AutomationNull));
    m.method("void SetRange(int index, System.Object c)", |_, this, given| {
        let Some(new) = given.get(1).and_then(enumerate) else { return Err(args::null("c")) };
        let start = position(given.first());
        if start.saturating_add(new.len()) > len(this) {
            return Err(out_of_range());
        }
        with(this, |items| {
            for (slot, item) in items.iter_mut().skip(start).zip(new) {
                *slot = item;
            }
        });
        Ok(Value::AutomationNull)
    });
    m.function("System.Collections.ArrayList Repeat(System.Object value, int count)", |_, _, args| {
        let count = position(args.get(1));
        if count > crate::limits::MAX_ITEMS {
            let message = "Non-negative number required.";
            return Err(error::argument("System.ArgumentOutOfRangeException", message, "count"));
        }
        Ok(List::value(types::array_list(), vec![value(args, 0); count]))
    });
    m.function("System.Collections.ArrayList Adapter(System.Collections.IList list)", |_, _, args| Ok(value(args, 0)));
    m.function(
        "System.Collections.ArrayList Synchronized(System.Collections.ArrayList list)",
        super::rare::shared_list_of,
    );
    m.function(
        "System.Collections.ArrayList ReadOnly(System.Collections.ArrayList list)",
        super::rare::read_only_list_of,
    );
    m.function("System.Collections.ArrayList FixedSize(System.Collections.ArrayList list)", super::rare::fixed_list_of);
}

/// Asks a predicate about each item, up to the first that it lets through if `only_one`.
fn asked(rs: &mut Runspace, this: &Value, given: &[Value], only_one: bool) -> R<Vec<(Value, bool)>> {
    let Some(block) = given.last().and_then(|block| rs.as_block(block)) else { return Err(args::null("match")) };
    let mut answers = Vec::new();
    for item in enumerate(this).unwrap_or_default() {
        rs.check_stop()?;
        let result = rs.call_block(&block, std::slice::from_ref(&item))?;
        let is_match = convert::to_bool(&Value::collected(result));
        answers.push((item, is_match));
        if is_match && only_one {
            break;
        }
    }
    Ok(answers)
}

fn or_default(this: &Value, found: Option<Value>) -> Value {
    found.unwrap_or_else(|| convert::default_of(&element(this)))
}

fn index(at: Option<usize>) -> Value {
    Value::I32(at.map_or(-1, cast::int32))
}

fn predicates(m: &mut Members) {
    m.method("T Find(System.Predicate[T] match)", |rs, this, args| {
        let found = asked(rs, this, args, true)?.pop().filter(|(_, yes)| *yes);
        Ok(or_default(this, found.map(|(item, _)| item)))
    });
    m.method("T FindLast(System.Predicate[T] match)", |rs, this, args| {
        let found = asked(rs, this, args, false)?.into_iter().rfind(|(_, yes)| *yes);
        Ok(or_default(this, found.map(|(item, _)| item)))
    });
    m.method("System.Object FindAll(System.Predicate[T] match)", |rs, this, args| {
        let found = asked(rs, this, args, false)?.into_iter().filter(|(_, yes)| *yes).map(|(item, _)| item).collect();
        Ok(List::value(this.type_of().unwrap_or_else(types::array_list), found))
    });
    m.method("int FindIndex(System.Predicate[T] match)", |rs, this, args| {
        Ok(index(asked(rs, this, args, true)?.iter().position(|(_, yes)| *yes)))
    });
    m.method("int FindLastIndex(System.Predicate[T] match)", |rs, this, args| {
        Ok(index(asked(rs, this, args, false)?.iter().rposition(|(_, yes)| *yes)))
    });
    m.method("bool Exists(System.Predicate[T] match)", |rs, this, args| {
        Ok(asked(rs, this, args, true)?.last().is_some_and(|(_, yes)| *yes).into())
    });
    m.method("bool TrueForAll(System.Predicate[T] match)", |rs, this, args| {
        Ok(asked(rs, this, args, false)?.iter().all(|(_, yes)| *yes).into())
    });
    m.method("int RemoveAll(System.Predicate[T] match)", |rs, this, args| {
        let (out, kept): (Vec<_>, Vec<_>) = asked(rs, this, args, false)?.into_iter().partition(|(_, yes)| *yes);
        with(this, |items| *items = kept.into_iter().map(|(item, _)| item).collect());
        Ok(Value::int(out.len()))
    });
    m.method("void ForEach(System.Action[T] action)", |rs, this, args| {
        let watch = crate::value::Watch::of(this);
        let Some(block) = args.first().and_then(|block| rs.as_block(block)) else { return Ok(Value::Null) };
        for item in enumerate(this).unwrap_or_default() {
            rs.check_stop()?;
            if watch.as_ref().is_some_and(crate::value::Watch::is_changed) {
                return Err(error::thrown("System.InvalidOperationException", crate::value::Watch::MODIFIED));
            }
            rs.call_block_with(&block, Some(item.clone()), std::slice::from_ref(&item))?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object ConvertAll(System.Delegate converter)", |rs, this, args| {
        let converter = value(args, 0);
        let (Some(of), Some(block)) = (converter.type_of(), rs.as_block(&converter)) else { return Ok(Value::Null) };
        let to = of.arguments().last().cloned().unwrap_or_else(types::object);
        let mut converted = Vec::new();
        for item in enumerate(this).unwrap_or_default() {
            rs.check_stop()?;
            converted.push(types::call_delegate(rs, &of, &block, &[item])?);
        }
        let list = types::list_of(to);
        Ok(List::value(list, converted))
    });
}

pub(in crate::types) fn generic_list(m: &mut Members) {
    common(m);
    m.method("void Add(T item)", |_, this, args| {
        with(this, |items| items.push_back(value(args, 0)));
        Ok(Value::AutomationNull)
    });
    m.method("bool Remove(T item)", |rs, this, args| remove(rs, this, args).map(Value::Bool));
    list(m);
    predicates(m);
    searching::by_predicate(m);
    m.method("int EnsureCapacity(int capacity)", |_, this, args| {
        let Some(list) = this.downcast::<List>() else { return Ok(Value::Null) };
        let wanted = position(args.first());
        if wanted > list.capacity() {
            list.set_capacity(wanted.max(list.capacity().saturating_mul(2)).max(4));
        }
        Ok(Value::int(list.capacity()))
    });
    m.method("void TrimExcess()", |_, this, _| {
        if let Some(list) = this.downcast::<List>()
            // .NET does not bother for less than a tenth.
            && list.len() < list.capacity().saturating_mul(9) / 10
        {
            list.set_capacity(list.len());
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Object AsReadOnly()", |_, this, _| {
        let of = types::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![element(this)]);
        Ok(List::value(of.unwrap_or_else(types::object), enumerate(this).unwrap_or_default()))
    });
    m.method("System.Object Slice(int start, int length)", |_, this, args| {
        let range = searching::part(this, args, 0)?;
        Ok(List::value(this.type_of().unwrap_or_else(types::array_list), part(this, range)))
    });
}

/// Sorts by a script's comparison, or by the order of the items.
pub(super) fn sort(rs: &mut Runspace, items: &mut Vec<Value>, comparison: Option<&Value>) -> R<()> {
    let compare = |rs: &mut Runspace, a: &Value, b: &Value| compare_by(rs, comparison, a, b);
    ordering(rs, compare, |by| sorts::unstable(items, by))
}

/// The order of two values by a comparer, a delegate or a script block, or by their own.
pub(super) fn compare_by(rs: &mut Runspace, comparer: Option<&Value>, a: &Value, b: &Value) -> R<std::cmp::Ordering> {
    let Some(comparer) = comparer.filter(|comparer| !comparer.is_null()) else {
        return compare::sort_order(rs, a, b, false);
    };
    let pair = [a.clone(), b.clone()];
    let result = match rs.as_block(comparer) {
        Some(block) => Value::collected(rs.call_block(&block, &pair)?),
        None => rs.call_method(comparer, "Compare", &pair)?,
    };
    convert::to_i32(rs, &result).map(|n| n.cmp(&0))
}
