//! The static methods of `System.Array`.

use psrpd_dotnet::cast;

use super::{copying, equals, lists::sort, position};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::ordering,
    types::{self, Delegate, Members, call_delegate},
    value::{Array, List, Reference, Value},
};

/// `Array.MaxLength`
const MAX_LENGTH: i32 = 0x7FFF_FFC7;

fn array(args: &[Value], at: usize) -> R<&Array> {
    args.get(at)
        .and_then(Value::as_array)
        .map(|array| &**array)
        .ok_or_else(|| error::argument("System.ArgumentNullException", "Value cannot be null.", "array"))
}

/// A range of an array: its whole, or what begins at an argument and is as long as the next one says.
fn range(array: &Array, args: &[Value], from: usize) -> R<std::ops::Range<usize>> {
    let start = if args.len() > from { position(args.get(from)) } else { 0 };
    let count = match args.get(from.saturating_add(1)) {
        Some(count) => position(Some(count)),
        None => array.len().saturating_sub(start),
    };
    let end = start.saturating_add(count);
    if start > array.len() || end > array.len() {
        return Err(types::args::out_of_bounds());
    }
    Ok(start..end)
}

/// Calls a delegate that .NET can tell the type of: a script block alone has none.
fn called(rs: &mut Runspace, method: &str, args: &[Value], at: usize, item: &Value) -> R<Value> {
    let of = args.get(at).and_then(Value::type_of);
    match (args.get(at).and_then(|arg| arg.downcast::<Delegate>()), of) {
        (Some(delegate), Some(of)) => call_delegate(rs, &of, &delegate.block.clone(), std::slice::from_ref(item)),
        _ => Err(error::no_overload(method, args.len())),
    }
}

/// The places of the items that a predicate lets through; the first one, the last one or all.
fn matches(rs: &mut Runspace, method: &str, args: &[Value]) -> R<Vec<(usize, Value)>> {
    let (own, at) = (array(args, 0)?, args.len().saturating_sub(1));
    let range = range(own, args.get(..at).unwrap_or_default(), 1)?;
    let mut found = Vec::new();
    for (place, item) in rs.elements(own)?.into_iter().enumerate().take(range.end).skip(range.start) {
        rs.check_stop()?;
        if convert::to_bool(&called(rs, method, args, at, &item)?) {
            found.push((place, item));
            if matches!(method, "Find" | "FindIndex" | "Exists") {
                break;
            }
        }
    }
    Ok(found)
}

fn place(found: Option<&(usize, Value)>) -> Value {
    Value::I32(found.map_or(-1, |(at, _)| cast::int32(*at)))
}

fn item(args: &[Value], found: Option<&(usize, Value)>) -> R<Value> {
    let element = array(args, 0)?.element.clone();
    Ok(found.map_or_else(|| convert::default_of(&element), |(_, item)| item.clone()))
}

fn searches(m: &mut Members) {
    m.function("System.Object Find(array array, System.Object match)", |rs, _, args| {
        item(args, matches(rs, "Find", args)?.first())
    });
    m.function("System.Object FindLast(array array, System.Object match)", |rs, _, args| {
        item(args, matches(rs, "FindLast", args)?.last())
    });
    m.function("System.Object FindAll(array array, System.Object match)", |rs, _, args| {
        let found = matches(rs, "FindAll", args)?.into_iter().map(|(_, item)| item).collect();
        Ok(Value::typed_array(array(args, 0)?.element.clone(), found))
    });
    for signature in [
        "int FindIndex(array array, System.Object match)",
        "int FindIndex(array array, int startIndex, System.Object match)",
        "int FindIndex(array array, int startIndex, int count, System.Object match)",
    ] {
        m.function(signature, |rs, _, args| Ok(place(matches(rs, "FindIndex", args)?.first())));
    }
    m.function("int FindLastIndex(array array, System.Object match)", |rs, _, args| {
        Ok(place(matches(rs, "FindLastIndex", args)?.last()))
    });
    m.function("bool Exists(array array, System.Object match)", |rs, _, args| {
        Ok((!matches(rs, "Exists", args)?.is_empty()).into())
    });
    m.function("bool TrueForAll(array array, System.Object match)", |rs, _, args| {
        Ok((matches(rs, "TrueForAll", args)?.len() == array(args, 0)?.len()).into())
    });
    for signature in [
        "int IndexOf(array array, System.Object value)",
        "int IndexOf(array array, System.Object value, int startIndex)",
        "int IndexOf(array array, System.Object value, int startIndex, int count)",
    ] {
        m.function(signature, |rs, _, args| {
            let own = array(args, 0)?;
            let range = range(own, args, 2)?;
            let items = rs.elements(own)?;
            for (at, item) in items.iter().enumerate().take(range.end).skip(range.start) {
                if equals(rs, item, args.get(1).unwrap_or(&Value::Null))? {
                    return Ok(Value::I32(cast::int32(at)));
                }
            }
            Ok(Value::I32(-1))
        });
    }
    for signature in [
        "int LastIndexOf(array array, System.Object value)",
        "int LastIndexOf(array array, System.Object value, int startIndex)",
        "int LastIndexOf(array array, System.Object value, int startIndex, int count)",
    ] {
        m.function(signature, |rs, _, args| {
            let own = array(args, 0)?;
            let part = last_part(own, args)?;
            let items = rs.elements(own)?;
            for at in part.rev() {
                if let Some(item) = items.get(at)
                    && equals(rs, item, args.get(1).unwrap_or(&Value::Null))?
                {
                    return Ok(Value::I32(cast::int32(at)));
                }
            }
            Ok(Value::I32(-1))
        });
    }
    for signature in [
        "int BinarySearch(array array, System.Object value)",
        "int BinarySearch(array array, System.Object value, System.Collections.IComparer comparer)",
    ] {
        m.function(signature, |rs, _, args| {
            let items = rs.elements(array(args, 0)?)?;
            search(rs, &items, 0, (args.get(1), args.get(2)))
        });
    }
    for signature in [
        "int BinarySearch(array array, int index, int length, System.Object value)",
        "int BinarySearch(array array, int index, int length, System.Object value, System.Collections.IComparer comparer)",
    ] {
        m.function(signature, |rs, _, args| {
            let own = array(args, 0)?;
            let part = range(own, args.get(..3).unwrap_or_default(), 1)?;
            let items = rs.elements(own)?;
            search(rs, items.get(part.clone()).unwrap_or_default(), part.start, (args.get(3), args.get(4)))
        });
    }
}

/// The part that `LastIndexOf` looks through: back from a place, all or so many.
fn last_part(own: &Array, args: &[Value]) -> R<std::ops::Range<usize>> {
    let Some(start) = args.get(2) else { return Ok(0..own.len()) };
    if own.len() == 0 {
        return Ok(0..0);
    }
    let at = position(Some(start));
    if at >= own.len() {
        let message = "Index was out of range. Must be non-negative and less than the size of the collection.";
        return Err(types::args::out_of_range(message, "startIndex"));
    }
    let end = at.saturating_add(1);
    match args.get(3).map(|count| position(Some(count))) {
        None => Ok(0..end),
        Some(count) if count <= end => Ok(end.saturating_sub(count)..end),
        Some(_) => {
            let message =
                "Count must be positive and count must refer to a location within the string/array/collection.";
            Err(types::args::out_of_range(message, "count"))
        }
    }
}

/// A binary search in a part of an array that begins at a place.
pub(super) fn search(
    rs: &mut Runspace,
    items: &[Value],
    start: usize,
    (wanted, comparer): (Option<&Value>, Option<&Value>),
) -> R<Value> {
    let wanted = wanted.unwrap_or(&Value::Null);
    let found = super::place_by(
        rs,
        items.len(),
        |at| items.get(at).cloned(),
        |rs, item| super::lists::compare_by(rs, comparer, item, wanted),
    )?;
    let shifted = |at: usize| cast::int32(at.saturating_add(start));
    Ok(Value::I32(found.map_or_else(|at| !shifted(at), shifted)))
}

/// Where a value is among sorted items; where it would have to be, as its complement, if it is not there.
pub(super) fn binary_search(rs: &mut Runspace, items: &[Value], value: &Value) -> R<Value> {
    let place = super::place(rs, items.len(), |at| items.get(at).cloned(), value)?;
    Ok(Value::I32(place.map_or_else(|at| !cast::int32(at), cast::int32)))
}

/// Sorts keys, and what belongs to them.
fn sort_pairs(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    let (keys, items) = (array(args, 0)?, args.get(1).and_then(Value::as_array));
    let (places, comparer) = if args.len() < 4 { (2, args.get(2)) } else { (4, args.get(4)) };
    let part = range(keys, args.get(..places).unwrap_or_default(), 2)?;
    if items.is_some_and(|items| items.len() < part.end) {
        return Err(types::args::out_of_bounds());
    }
    let own = rs.elements(keys)?;
    let others = match items {
        Some(items) => rs.elements(items)?,
        None => own.clone(),
    };
    let pairs = own.into_iter().zip(others).skip(part.start).take(part.len());
    let mut pairs: Vec<(Value, Value)> = pairs.collect();
    let by_key = |rs: &mut Runspace, (a, _): &(Value, Value), (b, _): &(Value, Value)| {
        super::lists::compare_by(rs, comparer, a, b)
    };
    ordering(rs, by_key, |by| psrpd_dotnet::sort::unstable(&mut pairs, by))?;
    for (at, (key, item)) in pairs.into_iter().enumerate() {
        let place = part.start.saturating_add(at);
        keys.set(place, key);
        if let Some(items) = items {
            items.set(place, item);
        }
    }
    Ok(Value::AutomationNull)
}

fn orders(m: &mut Members) {
    for signature in ["void Reverse(array array)", "void Reverse(array array, int index, int length)"] {
        m.function(signature, |_, _, args| {
            let own = array(args, 0)?;
            let range = range(own, args, 1)?;
            own.reverse(range);
            Ok(Value::AutomationNull)
        });
    }
    for signature in [
        "void Sort(array array)",
        "void Sort(array array, System.Collections.IComparer comparer)",
        "void Sort(array array, int index, int length)",
        "void Sort(array array, int index, int length, System.Collections.IComparer comparer)",
    ] {
        m.function(signature, |rs, _, args| {
            let own = array(args, 0)?;
            let (places, comparer) = if args.len() < 3 { (1, args.get(1)) } else { (3, args.get(3)) };
            let range = range(own, args.get(..places).unwrap_or_default(), 1)?;
            let mut items: Vec<Value> = rs.elements(own)?.get(range.clone()).map(<[Value]>::to_vec).unwrap_or_default();
            sort(rs, &mut items, comparer.filter(|comparer| !comparer.is_null()))?;
            own.put_all(range.start, items);
            Ok(Value::AutomationNull)
        });
    }
    m.function("void Sort(array array, System.Delegate comparison)", |rs, _, args| {
        let own = array(args, 0)?;
        let mut items = rs.elements(own)?;
        sort(rs, &mut items, args.get(1))?;
        own.put_all(0, items);
        Ok(Value::AutomationNull)
    });
    for signature in [
        "void Sort(array keys, array items)",
        "void Sort(array keys, array items, System.Collections.IComparer comparer)",
        "void Sort(array keys, array items, int index, int length)",
        "void Sort(array keys, array items, int index, int length, System.Collections.IComparer comparer)",
    ] {
        m.function(signature, sort_pairs);
    }
}

fn copies(m: &mut Members) {
    fn copy(rs: &mut Runspace, from: (&Array, usize), to: (&Array, usize), count: usize) -> R<Value> {
        let fits = |(array, start): (&Array, usize)| start.saturating_add(count) <= array.len();
        if !fits(from) {
            let message =
                "Source array was not long enough. Check the source index, length, and the array's lower bounds.";
            return Err(error::argument("System.ArgumentException", message, "sourceArray"));
        }
        if !fits(to) {
            return Err(copying::array_too_short());
        }
        if from.0.copy_into(from.1..from.1.saturating_add(count), to.0, to.1) {
            return Ok(Value::AutomationNull);
        }
        let items = rs.elements(from.0)?.into_iter().skip(from.1).take(count).collect();
        copying::store(rs, items, Some(&from.0.element), to.0, to.1)
    }
    m.function("void Copy(array sourceArray, array destinationArray, int length)", |rs, _, args| {
        types::args::check_not_negative(args, &[(2, "length")])?;
        copy(rs, (array(args, 0)?, 0), (array(args, 1)?, 0), position(args.get(2)))
    });
    for signature in [
        "void Copy(array sourceArray, int sourceIndex, array destinationArray, int destinationIndex, int length)",
        "void ConstrainedCopy(array sourceArray, int sourceIndex, array destinationArray, int destinationIndex, int length)",
    ] {
        m.function(signature, |rs, _, args| {
            for (name, at) in [("sourceIndex", 1), ("destinationIndex", 3)] {
                if types::args::n(args, at) < 0 {
                    return Err(copying::before_array(name, &types::args::value(args, at)));
                }
            }
            types::args::check_not_negative(args, &[(4, "length")])?;
            let from = (array(args, 0)?, position(args.get(1)));
            copy(rs, from, (array(args, 2)?, position(args.get(3))), position(args.get(4)))
        });
    }
    for signature in ["void Clear(array array)", "void Clear(array array, int index, int length)"] {
        m.function(signature, |_, _, args| {
            let own = array(args, 0)?;
            let Ok(range) = range(own, args, 1) else {
                let message = "Index was outside the bounds of the array.";
                return Err(error::thrown("System.IndexOutOfRangeException", message));
            };
            own.fill(range, &convert::default_of(&own.element));
            Ok(Value::AutomationNull)
        });
    }
    for signature in [
        "void Fill(array array, System.Object value)",
        "void Fill(array array, System.Object value, int startIndex, int count)",
    ] {
        m.function(signature, |rs, _, args| {
            let own = array(args, 0)?;
            let range = range(own, args, 2)?;
            let fill = convert::convert(rs, args.get(1).unwrap_or(&Value::Null), &own.element)?;
            own.fill(range, &fill);
            Ok(Value::AutomationNull)
        });
    }
    m.function("void Resize([ref] array array, int newSize)", |rs, _, args| {
        let Some(reference) = args.first().and_then(|arg| arg.downcast::<Reference>()) else { return Ok(Value::Null) };
        let length = position(args.get(1));
        if args.get(1).and_then(Value::as_i128).is_some_and(|size| size < 0) {
            let message = "Non-negative number required.";
            return Err(error::argument("System.ArgumentOutOfRangeException", message, "newSize"));
        }
        let old = reference.get();
        let Some(old) = old.as_array() else { return Err(error::no_overload("Resize", args.len())) };
        rs.reserve_elements(&old.element, length)?;
        let kept = old.len().min(length);
        let new = Array::filled(old.element.clone(), length, convert::default_of(&old.element));
        if !old.copy_into(0..kept, &new, 0) {
            new.put_all(0, rs.elements(old)?.into_iter().take(kept).collect());
        }
        reference.set(Value::Array(std::sync::Arc::new(new)));
        Ok(Value::AutomationNull)
    });
    for signature in [
        "array CreateInstance(type elementType, int length)",
        "array CreateInstance(type elementType, int length1, int length2)",
        "array CreateInstance(type elementType, int length1, int length2, int length3)",
        "array CreateInstance(type elementType, params int[] lengths)",
    ] {
        m.function(signature, |rs, _, args| match args {
            [Value::Type(of), lengths @ ..] => types::new_array(rs, of, lengths),
            _ => Err(error::no_overload("CreateInstance", args.len())),
        });
    }
}

pub(super) fn members(m: &mut Members) {
    m.constant("int MaxLength", |_, _| Ok(Value::I32(MAX_LENGTH)));
    searches(m);
    orders(m);
    copies(m);
    m.function("void ForEach(array array, System.Object action)", |rs, _, args| {
        for item in rs.elements(array(args, 0)?)? {
            rs.check_stop()?;
            called(rs, "ForEach", args, 1, &item)?;
        }
        Ok(Value::AutomationNull)
    });
    m.function("System.Object ConvertAll(array array, System.Object converter)", |rs, _, args| {
        let to = args.get(1).and_then(Value::type_of).and_then(|of| of.arguments().last().cloned());
        let mut converted = Vec::new();
        for item in rs.elements(array(args, 0)?)? {
            rs.check_stop()?;
            converted.push(called(rs, "ConvertAll", args, 1, &item)?);
        }
        Ok(Value::typed_array(to.unwrap_or_else(types::object), converted))
    });
    m.function("System.Object AsReadOnly(array array)", |rs, _, args| {
        let own = array(args, 0)?;
        let of = types::generic("System.Collections.ObjectModel.ReadOnlyCollection`1", vec![own.element.clone()]);
        Ok(List::value(of.unwrap_or_else(types::object), rs.elements(own)?))
    });
}
