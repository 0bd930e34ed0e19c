//! Searching and comparing of `System.String`.

use std::cmp::Ordering;

use psrpd_dotnet::{Str, casing, cast, collation};

use super::{
    Members,
    args::{above, flag, i, label, n, negative, out_of_range, s, sign, u, units},
};
use crate::{
    eval::{Flow, R, error},
    ops::composite,
    value::{Value, text},
};

/// How texts are compared.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct How {
    pub(super) ignore_case: bool,
    /// By code units, else by the collation of the culture.
    pub(super) ordinal: bool,
}

pub(super) const CULTURE: How = How { ignore_case: false, ordinal: false };
const ORDINAL: How = How { ignore_case: false, ordinal: true };

/// The comparison that is among arguments: a `StringComparison`, or whether case is ignored with a culture behind it.
pub(super) fn how(args: &[Value], otherwise: How) -> How {
    for (at, arg) in args.iter().enumerate().skip(1) {
        match arg.base() {
            Value::Enum(of, n) if of.is_kind("StringComparison") => {
                return How { ignore_case: matches!(n, 1 | 3 | 5), ordinal: *n >= 4 };
            }
            Value::Bool(_) => return How { ignore_case: flag(args, at), ordinal: false },
            _ => {}
        }
    }
    otherwise
}

/// The comparison that `CompareOptions` mean.
///
/// # Errors
/// Options that the engine cannot follow.
fn by_options(bits: i64) -> R<How> {
    const IGNORE_CASE: i64 = 1;
    const ORDINAL_IGNORE_CASE: i64 = 0x1000_0000;
    const STRING_SORT: i64 = 0x2000_0000;
    const BY_UNITS: i64 = 0x4000_0000;
    Ok(match bits & !STRING_SORT {
        0 => CULTURE,
        IGNORE_CASE => How { ignore_case: true, ordinal: false },
        ORDINAL_IGNORE_CASE => How { ignore_case: true, ordinal: true },
        BY_UNITS => ORDINAL,
        _ => return Err(error::feature("Comparing with these CompareOptions")),
    })
}

pub(super) fn equal(a: &Str, b: &Str, how: How) -> bool {
    match (how.ordinal, how.ignore_case) {
        (true, false) => a == b,
        (true, true) => casing::eq(a, b),
        (false, ignore_case) => collation::eq(a, b, ignore_case),
    }
}

pub(super) fn compare(a: &Str, b: &Str, how: How) -> Value {
    match (how.ordinal, how.ignore_case) {
        (true, false) => ordinal(a, b),
        (true, true) => ordinal(&casing::fold(a).into(), &casing::fold(b).into()),
        (false, ignore_case) => sign(collation::cmp(a, b, ignore_case)),
    }
}

/// The distance of the first units that differ, or of the lengths.
pub(super) fn ordinal(a: &Str, b: &Str) -> Value {
    let (a, b) = (a.units(), b.units());
    let differ = a.iter().zip(b.iter()).find(|(x, y)| x != y);
    let distance = differ.map(|(x, y)| i32::from(*x).saturating_sub(i32::from(*y)));
    Value::I32(distance.unwrap_or_else(|| cast::int32(a.len()).saturating_sub(cast::int32(b.len()))))
}

fn starts(whole: &Str, part: &Str, how: How) -> bool {
    match (how.ordinal, how.ignore_case) {
        (true, false) => whole.starts_with(part.as_str()),
        (true, true) => casing::starts_with(whole, part),
        (false, ignore_case) => collation::starts_with(whole, part, ignore_case),
    }
}

fn ends(whole: &Str, part: &Str, how: How) -> bool {
    match (how.ordinal, how.ignore_case) {
        (true, false) => whole.ends_with(part.as_str()),
        (true, true) => casing::fold(whole).ends_with(&casing::fold(part)),
        (false, ignore_case) => collation::ends_with(whole, part, ignore_case),
    }
}

/// The byte of the first place of a part.
pub(super) fn first(whole: &str, part: &str, how: How) -> Option<usize> {
    match (how.ordinal, how.ignore_case) {
        (true, false) => whole.find(part),
        (true, true) => casing::find(whole, part),
        (false, ignore_case) => collation::find(whole, part, 0, ignore_case),
    }
}

/// The byte of the last place of a part.
fn last(whole: &str, part: &str, how: How) -> Option<usize> {
    match (how.ordinal, how.ignore_case) {
        (true, false) => return whole.rfind(part),
        (false, ignore_case) => return collation::rfind(whole, part, ignore_case),
        (true, true) => {}
    }
    let mut found = None;
    let mut from = 0_usize;
    while let Some(at) = whole.get(from..).and_then(|rest| first(rest, part, how)) {
        let at = from.saturating_add(at);
        found = Some(at);
        if at >= whole.len() {
            break;
        }
        from = whole.ceil_char_boundary(at.saturating_add(1));
    }
    found
}

/// The integers among arguments, which say where to search.
fn bounds(args: &[Value]) -> Vec<i64> {
    args.iter()
        .skip(1)
        .filter(|arg| matches!(arg, Value::I32(_)))
        .filter_map(|arg| arg.as_i128())
        .filter_map(|n| i64::try_from(n).ok())
        .collect()
}

const NO_PLACE: &str =
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";
const NO_COUNT: &str = "Count must be positive and count must refer to a location within the string/array/collection.";

/// The first and the last unit of what is searched forwards.
fn forwards(whole: &Str, args: &[Value]) -> R<(usize, usize)> {
    let length = cast::int64(Str::len(whole));
    let bounds = bounds(args);
    let start = bounds.first().copied().unwrap_or(0);
    if !(0..=length).contains(&start) {
        return Err(out_of_range(NO_PLACE, "startIndex"));
    }
    let count = bounds.get(1).copied().unwrap_or(length.saturating_sub(start));
    if count < 0 || count > length.saturating_sub(start) {
        return Err(out_of_range(NO_COUNT, "count"));
    }
    Ok((cast::index(start), cast::index(start.saturating_add(count))))
}

/// The same of what is searched backwards from a unit.
fn backwards(whole: &Str, args: &[Value]) -> R<(usize, usize)> {
    let length = cast::int64(Str::len(whole));
    let bounds = bounds(args);
    let Some(start) = bounds.first().copied() else { return Ok((0, Str::len(whole))) };
    if length == 0 {
        return Ok((0, 0));
    }
    if start < -1 || start > length {
        return Err(out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        ));
    }
    let end = start.saturating_add(1).min(length);
    let count = bounds.get(1).copied().unwrap_or(end);
    if count < 0 || end.saturating_sub(count) < 0 {
        return Err(out_of_range(NO_COUNT, "count"));
    }
    Ok((cast::index(end.saturating_sub(count)), cast::index(end)))
}

/// Searches a part of a text: the unit where something is, or -1.
fn within(whole: &Str, (from, to): (usize, usize), find: impl FnOnce(&str) -> Option<usize>) -> Value {
    let (start, end) = (whole.byte_of(from), whole.byte_of(to));
    let found = whole.get(start..end).and_then(find).map(|at| at.saturating_add(start));
    Value::I32(found.map_or(-1, |at| cast::int32(whole.unit_of(at))))
}

/// As [`within`], in texts with lone surrogates.
fn within_units(whole: &Str, (from, to): (usize, usize), is: impl Fn(&[u16]) -> bool, is_last: bool) -> Value {
    let units = whole.units();
    let mut places = from..to;
    let fits = |at: &usize| units.get(*at..to).is_some_and(&is);
    let found = if is_last { places.rev().find(fits) } else { places.find(fits) };
    Value::I32(found.map_or(-1, cast::int32))
}

fn search(this: &Value, args: &[Value], is_last: bool) -> R<Value> {
    let (whole, part) = (text(this), s(args, 0));
    let is_char = matches!(args.first(), Some(Value::Char(_)));
    let how = how(args, if is_char { ORDINAL } else { CULTURE });
    let range = if is_last { backwards(&whole, args)? } else { forwards(&whole, args)? };
    if whole.is_wide() || part.is_wide() {
        let wanted = part.units();
        return Ok(within_units(&whole, range, |rest| rest.starts_with(&wanted), is_last));
    }
    Ok(within(&whole, range, |inner| if is_last { last(inner, &part, how) } else { first(inner, &part, how) }))
}

fn search_any(this: &Value, args: &[Value], is_last: bool) -> R<Value> {
    let (whole, set) = (text(this), units(args, 0));
    let range = if is_last { backwards(&whole, args)? } else { forwards(&whole, args)? };
    if whole.is_wide() || set.iter().any(|unit| (0xd800..0xe000).contains(unit)) {
        return Ok(within_units(&whole, range, |rest| rest.first().is_some_and(|unit| set.contains(unit)), is_last));
    }
    let is_in = |c: char| u16::try_from(u32::from(c)).is_ok_and(|unit| set.contains(&unit));
    Ok(within(&whole, range, |inner| if is_last { inner.rfind(is_in) } else { inner.find(is_in) }))
}

pub(super) fn searching(m: &mut Members) {
    macro_rules! index_of {
        ($name:literal $last:literal) => {
            for declaration in [
                concat!("int ", $name, "(char value)"),
                concat!("int ", $name, "(char value, int startIndex)"),
                concat!("int ", $name, "(char value, int startIndex, int count)"),
                concat!("int ", $name, "(string value)"),
                concat!("int ", $name, "(string value, int startIndex)"),
                concat!("int ", $name, "(string value, int startIndex, int count)"),
                concat!("int ", $name, "(string value, System.StringComparison comparisonType)"),
                concat!("int ", $name, "(string value, int startIndex, System.StringComparison comparisonType)"),
                concat!(
                    "int ",
                    $name,
                    "(string value, int startIndex, int count, System.StringComparison comparisonType)"
                ),
            ] {
                m.method(declaration, |_, this, args| search(this, args, $last));
            }
            for declaration in [
                concat!("int ", $name, "Any(char[] anyOf)"),
                concat!("int ", $name, "Any(char[] anyOf, int startIndex)"),
                concat!("int ", $name, "Any(char[] anyOf, int startIndex, int count)"),
            ] {
                m.method(declaration, |_, this, args| search_any(this, args, $last));
            }
        };
    }
    index_of!("IndexOf" false);
    m.method("int IndexOf(char value, System.StringComparison comparisonType)", |_, this, args| {
        search(this, args, false)
    });
    index_of!("LastIndexOf" true);
    for declaration in [
        "bool Contains(string value)",
        "bool Contains(string value, System.StringComparison comparisonType)",
        "bool Contains(char value)",
        "bool Contains(char value, System.StringComparison comparisonType)",
    ] {
        m.method(declaration, |_, this, args| {
            let (whole, part) = (text(this), s(args, 0));
            if whole.is_wide() || part.is_wide() {
                let (whole, part) = (whole.units(), part.units());
                return Ok(whole.windows(part.len().max(1)).any(|window| *window == *part).into());
            }
            Ok(first(&whole, &part, how(args, ORDINAL)).is_some().into())
        });
    }
    for declaration in [
        "bool StartsWith(string value)",
        "bool StartsWith(string value, System.StringComparison comparisonType)",
        "bool StartsWith(string value, bool ignoreCase, cultureinfo culture)",
    ] {
        m.method(declaration, |_, this, args| Ok(starts(&text(this), &s(args, 0), how(args, CULTURE)).into()));
    }
    for declaration in [
        "bool EndsWith(string value)",
        "bool EndsWith(string value, System.StringComparison comparisonType)",
        "bool EndsWith(string value, bool ignoreCase, cultureinfo culture)",
    ] {
        m.method(declaration, |_, this, args| Ok(ends(&text(this), &s(args, 0), how(args, CULTURE)).into()));
    }
    m.method("bool StartsWith(char value)", |_, this, args| Ok(starts(&text(this), &s(args, 0), ORDINAL).into()));
    m.method("bool EndsWith(char value)", |_, this, args| Ok(ends(&text(this), &s(args, 0), ORDINAL).into()));
}

/// A part of each text, as the comparisons with indexes take it.
fn parts(args: &[Value]) -> R<(Str, Str)> {
    let wrong = |name: &str| -> Flow {
        out_of_range(
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
            name,
        )
    };
    if n(args, 4) < 0 {
        return Err(out_of_range("Length cannot be less than zero.", "length"));
    }
    let part = |at: usize, name: &str| {
        let whole = s(args, at);
        let start = n(args, at.saturating_add(1));
        let rest = cast::int64(Str::len(&whole)).saturating_sub(start);
        let length = cast::index(rest.min(n(args, 4)));
        if start < 0 || rest < 0 {
            Err(wrong(name))
        } else {
            whole.substring(cast::index(start), length).ok_or_else(|| wrong(name))
        }
    };
    Ok((part(0, "indexA")?, part(2, "indexB")?))
}

pub(super) fn comparing(m: &mut Members) {
    m.method("int CompareTo(System.Object value)", |_, this, args| match args.first() {
        Some(Value::Str(other)) => Ok(sign(collation::cmp(&text(this), other, false))),
        Some(other) if !other.is_null() => {
            Err(error::thrown("System.ArgumentException", "Object must be of type String."))
        }
        _ => Ok(sign(Ordering::Greater)),
    });
    m.method("int CompareTo(string strB)", |_, this, args| Ok(sign(collation::cmp(&text(this), &s(args, 0), false))));
    m.method("bool Equals(System.Object obj)", |_, this, args| {
        Ok(matches!(args.first().map(Value::base), Some(Value::Str(other)) if *other == text(this)).into())
    });
    for declaration in
        ["bool Equals(string value)", "bool Equals(string value, System.StringComparison comparisonType)"]
    {
        m.method(declaration, |_, this, args| Ok(equal(&text(this), &s(args, 0), how(args, ORDINAL)).into()));
    }
    for declaration in
        ["bool Equals(string a, string b)", "bool Equals(string a, string b, System.StringComparison comparisonType)"]
    {
        m.function(declaration, |_, _, args| Ok(equal(&s(args, 0), &s(args, 1), how(args, ORDINAL)).into()));
    }
    for declaration in [
        "int Compare(string strA, string strB)",
        "int Compare(string strA, string strB, bool ignoreCase)",
        "int Compare(string strA, string strB, System.StringComparison comparisonType)",
        "int Compare(string strA, string strB, bool ignoreCase, cultureinfo culture)",
    ] {
        m.function(declaration, |_, _, args| Ok(compare(&s(args, 0), &s(args, 1), how(args, CULTURE))));
    }
    m.function(
        "int Compare(string strA, string strB, cultureinfo culture, System.Globalization.CompareOptions options)",
        |_, _, args| Ok(compare(&s(args, 0), &s(args, 1), by_options(label(args, 3))?)),
    );
    for declaration in [
        "int Compare(string strA, int indexA, string strB, int indexB, int length)",
        "int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase)",
        "int Compare(string strA, int indexA, string strB, int indexB, int length, System.StringComparison comparisonType)",
        "int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase, cultureinfo culture)",
    ] {
        m.function(declaration, |_, _, args| {
            let (a, b) = parts(args)?;
            Ok(compare(&a, &b, how(args, CULTURE)))
        });
    }
    m.function(
        "int Compare(string strA, int indexA, string strB, int indexB, int length, cultureinfo culture, System.Globalization.CompareOptions options)",
        |_, _, args| {
            let (a, b) = parts(args)?;
            Ok(compare(&a, &b, by_options(label(args, 6))?))
        },
    );
    m.function("int CompareOrdinal(string strA, string strB)", |_, _, args| Ok(ordinal(&s(args, 0), &s(args, 1))));
    m.function("int CompareOrdinal(string strA, int indexA, string strB, int indexB, int length)", |_, _, args| {
        let (a, b) = parts(args)?;
        Ok(ordinal(&a, &b))
    });
}

/// Replaces in texts with lone surrogates.
pub(super) fn replace_units(whole: &Str, old: &Str, new: &Str) -> Str {
    let (whole, old, new) = (whole.units(), old.units(), new.units());
    let mut out = Vec::with_capacity(whole.len());
    let mut at = 0_usize;
    while let Some(unit) = whole.get(at) {
        if whole.get(at..).is_some_and(|rest| rest.starts_with(&old)) {
            out.extend_from_slice(&new);
            at = at.saturating_add(old.len().max(1));
        } else {
            out.push(*unit);
            at = at.saturating_add(1);
        }
    }
    Str::from_units(&out)
}

/// Replaces every place of a text, however it is compared.
fn replace_by(whole: &Str, old: &Str, new: &Str, how: How) -> Str {
    if whole.is_wide() || old.is_wide() || new.is_wide() {
        return replace_units(whole, old, new);
    }
    if how.ordinal && !how.ignore_case {
        return whole.replace(old.as_str(), new).into();
    }
    let mut out = String::new();
    let mut rest = whole.as_str();
    while let Some(at) = first(rest, old, how) {
        let Some((before, found)) = rest.split_at_checked(at) else { break };
        // What is found may be longer or shorter than what was asked for.
        let length = matched(found, old, how);
        out.push_str(before);
        out.push_str(new);
        rest = found.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    out.into()
}

/// How many bytes at the beginning of a text are equal to a part.
fn matched(found: &str, part: &str, how: How) -> usize {
    let is = |end: usize| {
        found.get(..end).is_some_and(|head| match how.ordinal {
            true => casing::eq(head, part),
            false => collation::eq(head, part, how.ignore_case),
        })
    };
    if is(part.len()) {
        return part.len();
    }
    let ends = found.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8()));
    ends.into_iter().find(|end| is(*end)).unwrap_or(found.len())
}

pub(super) fn replacing(m: &mut Members) {
    m.method("string Replace(char oldChar, char newChar)", |_, this, args| {
        Ok(Value::Str(replace_by(&text(this), &s(args, 0), &s(args, 1), ORDINAL)))
    });
    for declaration in [
        "string Replace(string oldValue, string newValue)",
        "string Replace(string oldValue, string newValue, System.StringComparison comparisonType)",
        "string Replace(string oldValue, string newValue, bool ignoreCase, cultureinfo culture)",
    ] {
        m.method(declaration, |_, this, args| {
            let old = s(args, 0);
            if old.is_empty() {
                return Err(error::argument(
                    "System.ArgumentException",
                    "The value cannot be an empty string.",
                    "oldValue",
                ));
            }
            Ok(Value::Str(replace_by(&text(this), &old, &s(args, 1), how(args, ORDINAL))))
        });
    }
    for declaration in ["string ReplaceLineEndings()", "string ReplaceLineEndings(string replacementText)"] {
        m.method(declaration, |_, this, args| {
            let with = if args.is_empty() { Str::from("\n") } else { s(args, 0) };
            let whole = text(this).replace("\r\n", "\n");
            let is_end = |c: char| matches!(c, '\n' | '\r' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}');
            Ok(whole.split(is_end).collect::<Vec<_>>().join(&with).into())
        });
    }
    m.method("string Remove(int startIndex)", |_, this, args| remove(&text(this), args));
    m.method("string Remove(int startIndex, int count)", |_, this, args| remove(&text(this), args));
    m.method("string Insert(int startIndex, string value)", |_, this, args| {
        let whole = text(this);
        let at = u(args, 0);
        match (whole.substring(0, at), whole.substring(at, Str::len(&whole).saturating_sub(at))) {
            (Some(mut head), Some(tail)) if n(args, 0) >= 0 => {
                head.push(&s(args, 1));
                head.push(&tail);
                Ok(Value::Str(head))
            }
            // .NET compares without a sign.
            _ => Err(above("startIndex", n(args, 0) & i64::from(u32::MAX), cast::int64(Str::len(&whole)))),
        }
    });
}

fn remove(whole: &Str, args: &[Value]) -> R<Value> {
    let length = cast::int64(Str::len(whole));
    let start = n(args, 0);
    if args.len() < 2 {
        if start < 0 {
            return Err(out_of_range("StartIndex cannot be less than zero.", "startIndex"));
        }
        if start > length {
            return Err(out_of_range("startIndex cannot be larger than length of string.", "startIndex"));
        }
        return Ok(whole.substring(0, cast::index(start)).map_or(Value::Null, Value::Str));
    }
    if start < 0 {
        return Err(negative("startIndex", start));
    }
    let count = i64::from(i(args, 1));
    if count < 0 {
        return Err(negative("count", count));
    }
    let end = start.saturating_add(count);
    match (whole.substring(0, u(args, 0)), whole.substring(cast::index(end), cast::index(length.saturating_sub(end)))) {
        (Some(mut head), Some(tail)) if end <= length => {
            head.push(&tail);
            Ok(Value::Str(head))
        }
        _ => Err(above("count", count, length.saturating_sub(start))),
    }
}

/// `String.Format` in all forms.
pub(super) fn formatting(m: &mut Members) {
    m.function("string Format(string format, params System.Object[] args)", |rs, _, args| {
        composite::format(rs, &s(args, 0), args.get(1..).unwrap_or(&[]))
            .map(Value::Str)
            .map_err(super::integers::unwrap_format)
    });
    m.function(
        "string Format(System.IFormatProvider provider, string format, params System.Object[] args)",
        |rs, _, args| {
            let (format, rest) = (s(args, 1), args.get(2..).unwrap_or(&[]));
            composite::with_provider(rs, args.first(), |rs| composite::format(rs, &format, rest))
                .map(Value::Str)
                .map_err(super::integers::unwrap_format)
        },
    );
}
