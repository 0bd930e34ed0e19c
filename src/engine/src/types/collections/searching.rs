//! Searching, sorting and copying parts of lists.

use std::ops::Range;

use psrpd_dotnet::cast;

use super::{copying::BEYOND, equals, len, lists::sort, with};
use crate::{
    convert,
    eval::{Flow, R, Runspace},
    types::{
        self, Members,
        args::{self, n, negative, out_of_bounds, value},
    },
    value::{Value, enumerate},
};

const COUNT: &str = "Count must be positive and count must refer to a location within the string/array/collection.";
const TOO_LARGE: &str = "Larger than collection size.";

/// Whether it is an `ArrayList`, which says of places what the older collections say.
pub(super) fn is_old(this: &Value) -> bool {
    this.type_of().is_some_and(|of| of == types::array_list())
}

/// What a list says of a number that must not be negative.
pub(super) fn below_zero(this: &Value, name: &str, given: i64) -> Flow {
    if is_old(this) { negative(name, given) } else { args::out_of_range("Non-negative number required.", name) }
}

/// A part of a list by the arguments `index` and `count`.
///
/// # Errors
/// Those of arguments that mean no part.
pub(super) fn part(this: &Value, args: &[Value], at: usize) -> R<Range<usize>> {
    let (index, count) = (n(args, at), n(args, at.saturating_add(1)));
    for (name, given) in [("index", index), ("count", count)] {
        if given < 0 {
            return Err(below_zero(this, name, given));
        }
    }
    let (start, end) = (cast::index(index), cast::index(index.saturating_add(count)));
    if end > len(this) { Err(out_of_bounds()) } else { Ok(start..end) }
}

/// The part in which a search from the front looks: from `startIndex`, all or so many.
fn forwards(this: &Value, start: i64, count: Option<i64>, name: &str) -> R<Range<usize>> {
    let length = len(this);
    let Some(start) = usize::try_from(start).ok().filter(|start| *start <= length) else {
        return Err(args::out_of_range(BEYOND, name));
    };
    let rest = length.saturating_sub(start);
    match count {
        None => Ok(start..length),
        Some(count) => match usize::try_from(count).ok().filter(|count| *count <= rest) {
            Some(count) => Ok(start..start.saturating_add(count)),
            None => Err(args::out_of_range(COUNT, "count")),
        },
    }
}

/// The part in which a search from the end looks: back from `startIndex`, all or so many.
fn backwards(this: &Value, start: i64, count: Option<i64>, name: &str) -> R<Range<usize>> {
    let Some(at) = usize::try_from(start).ok().filter(|at| *at < len(this)) else {
        return Err(out_of_range_at(name));
    };
    let end = at.saturating_add(1);
    match count {
        None => Ok(0..end),
        Some(count) => match usize::try_from(count).ok().filter(|count| *count <= end) {
            Some(count) => Ok(end.saturating_sub(count)..end),
            None => Err(args::out_of_range(COUNT, "count")),
        },
    }
}

fn out_of_range_at(name: &str) -> Flow {
    args::out_of_range("Index was out of range. Must be non-negative and less than the size of the collection.", name)
}

/// The part that `LastIndexOf` looks through.
fn last_part(this: &Value, args: &[Value]) -> R<Range<usize>> {
    let (start, count) = (n(args, 1), args.get(2).map(|_| n(args, 2)));
    let name = if is_old(this) { "startIndex" } else { "index" };
    if len(this) == 0 {
        return Ok(0..0);
    }
    for (name, given) in [(name, Some(start)), ("count", count)] {
        if let Some(given) = given.filter(|given| *given < 0) {
            return Err(below_zero(this, name, given));
        }
    }
    let end = start.saturating_add(1);
    let Some(count) = count else {
        return if cast::index(start) < len(this) { Ok(0..cast::index(end)) } else { Err(out_of_range_at(name)) };
    };
    if cast::index(start) >= len(this) {
        return Err(args::out_of_range(TOO_LARGE, name));
    }
    if count > end {
        return Err(args::out_of_range(TOO_LARGE, "count"));
    }
    Ok(cast::index(end.saturating_sub(count))..cast::index(end))
}

/// The first or last place in a part of a list whose item is as wanted.
fn place(
    rs: &mut Runspace,
    this: &Value,
    part: Range<usize>,
    is_last: bool,
    mut is_wanted: impl FnMut(&mut Runspace, &Value) -> R<bool>,
) -> R<Value> {
    let items = enumerate(this).unwrap_or_default();
    let places: Vec<usize> = if is_last { part.rev().collect() } else { part.collect() };
    for at in places {
        rs.check_stop()?;
        if let Some(item) = items.get(at)
            && is_wanted(rs, item)?
        {
            return Ok(Value::I32(cast::int32(at)));
        }
    }
    Ok(Value::I32(-1))
}

/// As [`place`], by a predicate, which is the last argument.
fn place_by(rs: &mut Runspace, this: &Value, args: &[Value], is_last: bool) -> R<Value> {
    let Some(block) = args.last().and_then(|block| rs.as_block(block)) else { return Err(args::null("match")) };
    let count = (args.len() > 2).then(|| n(args, 1));
    let part = match is_last {
        true => backwards(this, n(args, 0), count, "startIndex")?,
        false => forwards(this, n(args, 0), count, "startIndex")?,
    };
    place(rs, this, part, is_last, |rs, item| {
        let answer = rs.call_block(&block, std::slice::from_ref(item))?;
        Ok(convert::to_bool(&Value::collected(answer)))
    })
}

fn search(rs: &mut Runspace, this: &Value, part: Range<usize>, wanted: &Value, comparer: Option<&Value>) -> R<Value> {
    let items = enumerate(this).unwrap_or_default();
    super::array_methods::search(rs, items.get(part.clone()).unwrap_or_default(), part.start, (Some(wanted), comparer))
}

/// What `ArrayList` and the generic lists have.
pub(super) fn members(m: &mut Members) {
    for signature in
        ["int IndexOf(System.Object value, int index)", "int IndexOf(System.Object value, int index, int count)"]
    {
        m.method(signature, |rs, this, args| {
            let name = if is_old(this) { "startIndex" } else { "index" };
            let part = forwards(this, n(args, 1), args.get(2).map(|_| n(args, 2)), name)?;
            let wanted = value(args, 0);
            place(rs, this, part, false, |rs, item| equals(rs, item, &wanted))
        });
    }
    for signature in [
        "int LastIndexOf(System.Object value, int index)",
        "int LastIndexOf(System.Object value, int index, int count)",
    ] {
        m.method(signature, |rs, this, args| {
            let part = last_part(this, args)?;
            let wanted = value(args, 0);
            place(rs, this, part, true, |rs, item| equals(rs, item, &wanted))
        });
    }
    m.method("void Sort(int index, int count, System.Object comparer)", |rs, this, args| {
        let part = part(this, args, 0)?;
        let mut items: Vec<Value> = enumerate(this).unwrap_or_default().get(part.clone()).unwrap_or_default().to_vec();
        sort(rs, &mut items, args.get(2))?;
        with(this, |slots| slots.iter_mut().skip(part.start).zip(items).for_each(|(slot, item)| *slot = item));
        Ok(Value::AutomationNull)
    });
    m.method("int BinarySearch(System.Object item, System.Object comparer)", |rs, this, args| {
        search(rs, this, 0..len(this), &value(args, 0), args.get(1))
    });
    m.method("int BinarySearch(int index, int count, System.Object item, System.Object comparer)", |rs, this, args| {
        let part = part(this, args, 0)?;
        search(rs, this, part, &value(args, 2), args.get(3))
    });
}

/// What only generic lists have.
pub(super) fn by_predicate(m: &mut Members) {
    for signature in [
        "int FindIndex(int startIndex, System.Predicate[T] match)",
        "int FindIndex(int startIndex, int count, System.Predicate[T] match)",
    ] {
        m.method(signature, |rs, this, args| place_by(rs, this, args, false));
    }
    for signature in [
        "int FindLastIndex(int startIndex, System.Predicate[T] match)",
        "int FindLastIndex(int startIndex, int count, System.Predicate[T] match)",
    ] {
        m.method(signature, |rs, this, args| place_by(rs, this, args, true));
    }
}
