//! `HashSet[T]` and `SortedSet[T]`.

use std::cmp::Ordering;

use super::{ITEMS, common, copying, element, with};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::{compare, ordering},
    types::{
        self, Members, Type, TypeDef,
        args::{set_out, value},
    },
    value::{List, Opaque, Set, Value, enumerate},
};

/// The sizes that .NET's hash tables have.
const SIZES: &[usize] = &[
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1_103, 1_327,
    1_597, 1_931, 2_333, 2_801, 3_371, 4_049, 4_861, 5_839, 7_013, 8_419, 10_103, 12_143, 14_591, 17_519, 21_023,
    25_229, 30_293, 36_353, 43_627, 52_361, 62_851, 75_431, 90_523, 108_631, 130_363, 156_437, 187_751, 225_307,
    270_371, 324_449, 389_357, 467_237, 560_689, 672_827, 807_403, 968_897, 1_162_687, 1_395_263, 1_674_319, 2_009_191,
    2_411_033, 2_893_249, 3_471_899, 4_166_287, 4_999_559, 5_999_471, 7_199_369,
];

fn size(least: usize) -> usize {
    SIZES.iter().copied().find(|size| *size >= least).unwrap_or(least)
}

/// How much room a hash table has that came to so many entries one by one: it doubles each time.
pub(super) fn capacity(count: usize) -> usize {
    let mut room = 0_usize;
    while room < count {
        room = size(room.saturating_mul(2));
    }
    room
}

/// `EnsureCapacity` of a hash table.
pub(super) fn ensured(count: usize, args: &[Value]) -> R<Value> {
    let wanted = types::args::n(args, 0);
    if wanted < 0 {
        return Err(types::args::negative("capacity", wanted));
    }
    let (have, wanted) = (capacity(count), types::args::u(args, 0));
    Ok(Value::int(if have >= wanted { have } else { size(wanted) }))
}

fn named(class: &str, of: &Type) -> Value {
    let shown = format!("System.Collections.Generic.{class}`1[{}]", of.plain_name());
    Opaque::new::<&str>("System.Object", []).displayed(shown).into_value()
}

/// What compares the keys of a hash table.
pub(super) fn comparer(of: &Type, ignores_case: bool) -> Value {
    match of.name() {
        "System.String" if ignores_case => Opaque::new::<&str>("System.OrdinalIgnoreCaseComparer", []).into_value(),
        "System.String" => Opaque::new::<&str>("System.Object", [])
            .displayed("System.Collections.Generic.StringEqualityComparer")
            .into_value(),
        _ if of.is_value_type() => named("GenericEqualityComparer", of),
        _ => named("ObjectEqualityComparer", of),
    }
}

/// A set's items in its order, each once.
pub(in crate::types) fn in_order(rs: &mut Runspace, items: &mut Vec<Value>) -> R<()> {
    let compare = |rs: &mut Runspace, a: &Value, b: &Value| compare::sort_order(rs, a, b, false);
    ordering(rs, compare, |by| {
        psrpd_dotnet::sort::stable(items, &mut *by);
        items.dedup_by(|a, b| by(a, b) == Ordering::Equal);
    })
}

/// Where an item of a sorted set is, or would have to be.
fn place(rs: &mut Runspace, this: &Value, item: &Value) -> R<Result<usize, usize>> {
    let Some(list) = this.downcast::<List>() else { return Ok(Err(0)) };
    super::place(rs, list.len(), |at| list.get(at), item)
}

fn contains(rs: &mut Runspace, this: &Value, item: &Value) -> R<bool> {
    match this.downcast::<Set>() {
        Some(set) => Ok(set.contains(item)),
        None => Ok(place(rs, this, item)?.is_ok()),
    }
}

fn add(rs: &mut Runspace, this: &Value, item: Value) -> R<bool> {
    if let Some(set) = this.downcast::<Set>() {
        return Ok(set.add(item));
    }
    let at = place(rs, this, &item)?;
    if let Err(at) = at {
        with(this, |items| items.insert(at.min(items.len()), item));
    }
    Ok(at.is_err())
}

fn remove(rs: &mut Runspace, this: &Value, item: &Value) -> R<bool> {
    if let Some(set) = this.downcast::<Set>() {
        return Ok(set.remove(item));
    }
    let at = place(rs, this, item)?;
    if let Ok(at) = at {
        with(this, |items| drop(items.remove(at)));
    }
    Ok(at.is_ok())
}

fn all(this: &Value) -> Vec<Value> {
    enumerate(this).unwrap_or_default()
}

/// The items of another collection, as items of this set.
fn others(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Vec<Value>> {
    let other = value(args, 0);
    if other.is_null() {
        return Err(error::argument("System.ArgumentNullException", "Value cannot be null.", "other"));
    }
    let of = element(this);
    let mut items = enumerate(&other).unwrap_or_else(|| vec![other]);
    for item in &mut items {
        *item = convert::convert(rs, item, &of)?;
    }
    Ok(items)
}

/// Another collection as a set that compares as this one does.
fn other_set(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Set> {
    let items = others(rs, this, args)?;
    Ok(match this.downcast::<Set>() {
        Some(set) => set.like(items),
        None => Set::new(element(this), false, items),
    })
}

/// How many items of a set are in another one, and how many each has.
fn shared(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<(usize, usize, usize)> {
    let other = other_set(rs, this, args)?;
    let own = all(this);
    Ok((own.iter().filter(|item| other.contains(item)).count(), own.len(), other.len()))
}

fn set(m: &mut Members) {
    m.method("bool Add(T item)", |rs, this, args| add(rs, this, value(args, 0)).map(Value::Bool));
    m.method("bool Remove(T item)", |rs, this, args| remove(rs, this, &value(args, 0)).map(Value::Bool));
    m.method("bool Contains(T item)", |rs, this, args| contains(rs, this, &value(args, 0)).map(Value::Bool));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.method("bool TryGetValue(T equalValue, out T actualValue)", |rs, this, args| {
        let wanted = value(args, 0);
        let found = match this.downcast::<Set>() {
            Some(set) => set.get(&wanted),
            None => place(rs, this, &wanted)?.ok().and_then(|at| this.downcast::<List>()?.get(at)),
        };
        let is_found = found.is_some();
        set_out(args, 1, found.unwrap_or_else(|| convert::default_of(&element(this))));
        Ok(is_found.into())
    });
    m.method("void CopyTo(T[] array)", copy);
    m.method("void CopyTo(T[] array, int index)", copy);
    m.method("void CopyTo(T[] array, int index, int count)", copy);
    algebra(m);
    relations(m);
}

/// `CopyTo`
fn copy(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let is_sorted = this.type_of().is_some_and(|of| of.is_kind("SortedSet"));
    let words = if is_sorted { &copying::OF_SORTED_SETS } else { &copying::OF_HASH_SETS };
    let items = copying::at_most(all(this), args.get(2))?;
    copying::copy_to(rs, (items, None), args.first(), args.get(1), words)
}

fn algebra(m: &mut Members) {
    m.method("void UnionWith(System.Object other)", |rs, this, args| {
        for item in others(rs, this, args)? {
            add(rs, this, item)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void IntersectWith(System.Object other)", |rs, this, args| {
        let other = other_set(rs, this, args)?;
        for item in all(this).iter().filter(|item| !other.contains(item)) {
            remove(rs, this, item)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void ExceptWith(System.Object other)", |rs, this, args| {
        for item in others(rs, this, args)? {
            remove(rs, this, &item)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void SymmetricExceptWith(System.Object other)", |rs, this, args| {
        for item in other_set(rs, this, args)?.all() {
            if !remove(rs, this, &item)? {
                add(rs, this, item)?;
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("int RemoveWhere(System.Object match)", |rs, this, args| {
        let Some(block) = args.first().and_then(|block| rs.as_block(block)) else { return Ok(Value::I32(0)) };
        let mut removed = 0_usize;
        for item in all(this) {
            let result = rs.call_block_with(&block, Some(item.clone()), std::slice::from_ref(&item))?;
            if convert::to_bool(&Value::collected(result)) && remove(rs, this, &item)? {
                removed = removed.saturating_add(1);
            }
        }
        Ok(Value::int(removed))
    });
}

fn relations(m: &mut Members) {
    m.method("bool IsSubsetOf(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, own, _)| (both == own).into())
    });
    m.method("bool IsProperSubsetOf(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, own, other)| (both == own && own < other).into())
    });
    m.method("bool IsSupersetOf(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, _, other)| (both == other).into())
    });
    m.method("bool IsProperSupersetOf(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, own, other)| (both == other && other < own).into())
    });
    m.method("bool SetEquals(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, own, other)| (both == own && own == other).into())
    });
    m.method("bool Overlaps(System.Object other)", |rs, this, args| {
        shared(rs, this, args).map(|(both, ..)| (both > 0).into())
    });
}

fn hash_set(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(this.downcast::<Set>().map_or(0, Set::len))));
    m.method("void Clear()", |_, this, _| {
        if let Some(set) = this.downcast::<Set>() {
            set.clear();
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| Ok(super::enumerator_of(this)));
    m.get("int Capacity", |_, this| Ok(Value::int(capacity(this.downcast::<Set>().map_or(0, Set::len)))));
    m.method("int EnsureCapacity(int capacity)", |_, this, args| {
        ensured(this.downcast::<Set>().map_or(0, Set::len), args)
    });
    m.method("void TrimExcess(int capacity)", |_, _, _| Ok(Value::AutomationNull));
    m.method("void TrimExcess()", |_, _, _| Ok(Value::AutomationNull));
    m.get("System.Object Comparer", |_, this| {
        Ok(comparer(&element(this), this.downcast::<Set>().is_some_and(Set::ignores_case)))
    });
    set(m);
}

fn sorted_set(m: &mut Members) {
    set(m);
    common(m);
    m.get("System.Object Comparer", |_, this| Ok(named("GenericComparer", &element(this))));
    m.get("System.Object Min", |_, this| Ok(all(this).first().cloned().unwrap_or_default()));
    m.get("System.Object Max", |_, this| Ok(all(this).last().cloned().unwrap_or_default()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.method("System.Object Reverse()", |_, this, _| {
        let mut items = all(this);
        items.reverse();
        Ok(Value::typed_array(element(this), items))
    });
    m.method("System.Collections.Generic.SortedSet[T] GetViewBetween(T lowerValue, T upperValue)", |rs, this, args| {
        let [low, high] = args else { return Ok(Value::Null) };
        if compare::sort_order(rs, low, high, false)? == Ordering::Greater {
            let message = "Must be less than or equal to upperValue.";
            return Err(error::argument("System.ArgumentException", message, "lowerValue"));
        }
        let mut items = all(this);
        let from = place(rs, this, low)?.unwrap_or_else(|at| at);
        let to = place(rs, this, high)?.map_or_else(|at| at, |at| at.saturating_add(1));
        items.truncate(to);
        Ok(List::value(this.type_of().unwrap_or_else(types::object), items.split_off(from.min(to))))
    });
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.Generic.HashSet`1").implements(ITEMS).members(hash_set),
    TypeDef::class("System.Collections.Generic.SortedSet`1").implements(ITEMS).members(sorted_set),
];
