//! `System.String`.

use psrpd_dotnet::{Str, casing, cast};

use super::{
    Members, TypeDef,
    args::{above, check_not_negative, n, negative, out_of_range, s as argument, u, units},
    known, string_search,
};
use crate::{
    eval::{R, Runspace, error},
    ops::composite,
    value::{Array, Enumerator, Value, enumerate, text},
};

pub(super) use super::string_search::replace_units;

pub(super) fn s(args: &[Value], at: usize) -> Str {
    argument(args, at)
}

/// What a method that takes any number of values was given: those of a collection with items of one type in the place of all
/// of them.
pub(super) fn each(args: &[Value]) -> Vec<Value> {
    match args {
        [one]
            if one.type_of().is_some_and(|of| {
                !of.arguments().is_empty() || of.element().is_some_and(|of| *of != super::object())
            }) =>
        {
            enumerate(one).unwrap_or_else(|| vec![one.clone()])
        }
        _ => args.to_vec(),
    }
}

fn this_str(this: &Value) -> Str {
    text(this)
}

/// The characters of a set; without any, blanks are meant.
fn set(args: &[Value]) -> Option<Vec<u16>> {
    let set: Vec<u16> = match args {
        [] => Vec::new(),
        [one] => units(std::slice::from_ref(one), 0),
        several => several.iter().flat_map(|item| text(item).units().to_vec()).collect(),
    };
    (!set.is_empty()).then_some(set)
}

/// Cuts characters of a set off one end or both.
fn trimmed(this: &Value, args: &[Value], start: bool, end: bool) -> Value {
    let whole = this_str(this);
    let set = set(args);
    if whole.is_wide() {
        let all = whole.units();
        let is_in = |unit: &u16| match &set {
            Some(set) => set.contains(unit),
            None => char::from_u32((*unit).into()).is_some_and(char::is_whitespace),
        };
        let from = if start { all.iter().position(|unit| !is_in(unit)).unwrap_or(all.len()) } else { 0 };
        let to = if end {
            all.iter().rposition(|unit| !is_in(unit)).map_or(0, |at| at.saturating_add(1))
        } else {
            all.len()
        };
        return Value::Str(Str::from_units(all.get(from..to).unwrap_or(&[])));
    }
    let is_in = |c: char| match &set {
        Some(set) => u16::try_from(u32::from(c)).is_ok_and(|unit| set.contains(&unit)),
        None => c.is_whitespace(),
    };
    match (start, end) {
        (true, true) => whole.trim_matches(is_in),
        (true, false) => whole.trim_start_matches(is_in),
        _ => whole.trim_end_matches(is_in),
    }
    .into()
}

fn substring(this: &Value, start: i64, length: Option<i64>) -> R<Value> {
    let text = this_str(this);
    let total = cast::int64(Str::len(&text));
    if start < 0 {
        return Err(negative("startIndex", start));
    }
    if start > total {
        return Err(out_of_range("startIndex cannot be larger than length of string.", "startIndex"));
    }
    let length = length.unwrap_or(total.saturating_sub(start));
    if length < 0 {
        return Err(negative("length", length));
    }
    text.substring(cast::index(start), cast::index(length))
        .map(Value::Str)
        .ok_or_else(|| out_of_range("Index and length must refer to a location within the string.", "length"))
}

fn split(text: &str, separators: &[String], count: i64, options: i64) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    let (mut from, limit) = (0, cast::index(count));
    let find = |separator: &String, from: usize| {
        let found = text.get(from..).and_then(|rest| rest.find(separator.as_str()));
        found.map(|at| from.saturating_add(at))
    };
    // Where each of them comes next: one that is rare is not looked for again with every part.
    let mut next: Vec<(&String, usize)> =
        separators.iter().filter(|one| !one.is_empty()).filter_map(|one| Some((one, find(one, 0)?))).collect();
    loop {
        if count > 0 && parts.len().saturating_add(1) >= limit {
            break;
        }
        next.retain_mut(|(separator, at)| {
            if *at >= from {
                return true;
            }
            let found = find(separator, from);
            *at = found.unwrap_or(*at);
            found.is_some()
        });
        let first = next.iter().min_by_key(|(separator, at)| (*at, std::cmp::Reverse(separator.len())));
        let Some((separator, at)) = first else { break };
        let part = text.get(from..*at).unwrap_or("");
        from = at.saturating_add(separator.len());
        let part = if options & 2 != 0 { part.trim() } else { part };
        if options & 1 == 0 || !part.is_empty() {
            parts.push(part.into());
        }
    }
    let rest = text.get(from..).unwrap_or("");
    let last = if options & 2 != 0 { rest.trim() } else { rest };
    if options & 1 == 0 || !last.is_empty() {
        parts.push(last.into());
    }
    Value::strings_of(parts)
}

fn separators(args: &[Value]) -> Vec<String> {
    let Some(arg) = args.first() else { return Vec::new() };
    let items = enumerate(arg).unwrap_or_else(|| vec![arg.clone()]);
    items.iter().map(|item| text(item).to_string()).collect()
}

/// What `Split` splits at where nothing is said.
const BLANKS: [&str; 6] = [" ", "\t", "\n", "\r", "\x0b", "\x0c"];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.String")
        .implements(&[
            "System.IComparable",
            "System.Collections.IEnumerable",
            "System.IConvertible",
            "System.ICloneable",
        ])
        .members(string),
    TypeDef::labels("System.Text.NormalizationForm", &[("FormC", 1), ("FormD", 2), ("FormKC", 5), ("FormKD", 6)]),
    TypeDef::flag_labels(
        "System.Globalization.CompareOptions",
        &[
            ("None", 0),
            ("IgnoreCase", 1),
            ("IgnoreNonSpace", 2),
            ("IgnoreSymbols", 4),
            ("IgnoreKanaType", 8),
            ("IgnoreWidth", 16),
            ("NumericOrdering", 32),
            ("OrdinalIgnoreCase", 0x1000_0000),
            ("StringSort", 0x2000_0000),
            ("Ordinal", 0x4000_0000),
        ],
    ),
];

fn string(m: &mut Members) {
    m.constant("string Empty", |_, _| Ok("".into()));
    m.get("int Length", |_, this| Ok(Value::int(Str::len(&this_str(this)))));
    for declaration in ["string ToUpper()", "string ToUpper(cultureinfo culture)", "string ToUpperInvariant()"] {
        m.method(declaration, |_, this, _| Ok(casing::to_upper(&this_str(this)).into()));
    }
    for declaration in ["string ToLower()", "string ToLower(cultureinfo culture)", "string ToLowerInvariant()"] {
        m.method(declaration, |_, this, _| Ok(casing::to_lower(&this_str(this)).into()));
    }
    macro_rules! trims {
        ($($name:literal $start:literal $end:literal;)*) => {
            $(for declaration in [
                concat!("string ", $name, "()"),
                concat!("string ", $name, "(char trimChar)"),
                concat!("string ", $name, "(params char[] trimChars)"),
            ] {
                m.method(declaration, |_, this, args| Ok(trimmed(this, args, $start, $end)));
            })*
        };
    }
    trims! {
        "Trim" true true;
        "TrimStart" true false;
        "TrimEnd" false true;
    }
    m.method("string Substring(int startIndex)", |_, this, args| substring(this, n(args, 0), None));
    m.method("string Substring(int startIndex, int length)", |_, this, args| {
        substring(this, n(args, 0), Some(n(args, 1)))
    });
    string_search::searching(m);
    string_search::comparing(m);
    string_search::replacing(m);
    for (declaration, left) in [
        ("string PadLeft(int totalWidth)", true),
        ("string PadLeft(int totalWidth, char paddingChar)", true),
        ("string PadRight(int totalWidth)", false),
        ("string PadRight(int totalWidth, char paddingChar)", false),
    ] {
        let call: super::NativeFn =
            if left { |rs, this, args| pad(rs, this, args, true) } else { |rs, this, args| pad(rs, this, args, false) };
        m.method(declaration, call);
    }
    splitting(m);
    characters(m);
    normalizing(m);
    for declaration in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(declaration, |_, this, _| Ok(Value::Str(this_str(this))));
    }
    m.method("System.Object Clone()", |_, this, _| Ok(Value::Str(this_str(this))));
    m.method("int GetHashCode(System.StringComparison comparisonType)", |rs, this, args| {
        let how = string_search::how(&[&[Value::Null], args].concat(), string_search::CULTURE);
        let folded = if how.ignore_case { Value::from(casing::fold(&this_str(this))) } else { this.clone() };
        rs.call_method(&folded, "GetHashCode", &[])
    });
    super::converters::convertible(m);
    joining(m);
    string_search::formatting(m);
    m.function("bool IsNullOrEmpty(string value)", |_, _, args| Ok(s(args, 0).is_empty().into()));
    m.function("bool IsNullOrWhiteSpace(string value)", |_, _, args| Ok(s(args, 0).trim().is_empty().into()));
    for declaration in ["string Copy(string str)", "string Intern(string str)"] {
        m.function(declaration, |_, _, args| Ok(Value::Str(s(args, 0))));
    }
    // Which texts are shared is nothing that a script can rely on.
    m.function("string IsInterned(string str)", |_, _, args| {
        Ok(if s(args, 0).is_empty() { Value::from("") } else { Value::Null })
    });
    constructors(m);
}

fn splitting(m: &mut Members) {
    m.method("string[] Split()", |_, this, _| Ok(split(&this_str(this), &BLANKS.map(String::from), 0, 0)));
    m.method("string[] Split(params char[] separator)", |_, this, args| Ok(split_chars(this, args, 0, 0)));
    m.method("string[] Split(char[] separator, int count)", |_, this, args| split_some(this, args, n(args, 1), 0));
    m.method("string[] Split(char separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
    for declaration in [
        "string[] Split(char separator, int count)",
        "string[] Split(char separator, int count, System.StringSplitOptions options)",
        "string[] Split(string separator, int count)",
        "string[] Split(string separator, int count, System.StringSplitOptions options)",
        "string[] Split(string[] separator, int count, System.StringSplitOptions options)",
    ] {
        m.method(declaration, |_, this, args| split_some_at(this, args));
    }
    m.method("string[] Split(char[] separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split_chars(this, args, 0, options(args, 1)))
    });
    m.method("string[] Split(char[] separator, int count, System.StringSplitOptions options)", |_, this, args| {
        split_some(this, args, n(args, 1), options(args, 2))
    });
    m.method("string[] Split(string separator)", |_, this, args| Ok(split(&this_str(this), &separators(args), 0, 0)));
    m.method("string[] Split(string separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
    m.method("string[] Split(string[] separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
}

/// A count of parts that may be none at all.
fn counted(count: i64, make: impl FnOnce() -> Value) -> R<Value> {
    match count {
        0 => Ok(Value::strings(Vec::<String>::new())),
        count if count < 0 => Err(negative("count", count)),
        _ => Ok(make()),
    }
}

fn split_some(this: &Value, args: &[Value], count: i64, options: i64) -> R<Value> {
    counted(count, || split_chars(this, args, count, options))
}

fn split_some_at(this: &Value, args: &[Value]) -> R<Value> {
    let count = n(args, 1);
    counted(count, || split(&this_str(this), &separators(args), count, options(args, 2)))
}

fn characters(m: &mut Members) {
    for declaration in ["char[] ToCharArray()", "char[] ToCharArray(int startIndex, int length)"] {
        m.method(declaration, |_, this, args| {
            let whole = this_str(this);
            let all = whole.units();
            if args.is_empty() {
                return Ok(Value::chars(all));
            }
            check_not_negative(args, &[(1, "length")])?;
            let (from, count) = (n(args, 0), n(args, 1));
            // .NET compares without a sign.
            let length = cast::int64(all.len());
            if from < 0 {
                return Err(above("startIndex", from & i64::from(u32::MAX), length));
            }
            match all.get(u(args, 0)..cast::index(from.saturating_add(count))) {
                Some(part) => Ok(Value::chars(part)),
                None => Err(above("startIndex", from, length.saturating_sub(count))),
            }
        });
    }
    m.method("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", |_, this, args| {
        let Some(target) = args.get(1).and_then(Value::as_array) else { return Err(super::args::null("destination")) };
        check_not_negative(args, &[(3, "count"), (0, "sourceIndex")])?;
        let (whole, count) = (this_str(this), n(args, 3));
        let behind = cast::int64(Str::len(&whole)).saturating_sub(n(args, 0));
        if count > behind {
            return Err(above("sourceIndex", count, behind));
        }
        let room = cast::int64(target.len()).saturating_sub(count);
        if n(args, 2) > room {
            return Err(above("destinationIndex", n(args, 2), room));
        }
        check_not_negative(args, &[(2, "destinationIndex")])?;
        if let Some(part) = whole.substring(u(args, 0), u(args, 3)) {
            copy_units(&part, target, u(args, 2))?;
        }
        Ok(Value::AutomationNull)
    });
    for declaration in ["char get_Chars(int index)", "char Chars(int index)"] {
        m.method(declaration, |_, this, args| {
            let unit = this_str(this).unit(u(args, 0)).filter(|_| n(args, 0) >= 0);
            unit.map(Value::Char).ok_or_else(|| {
                error::thrown("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
            })
        });
    }
    m.method("System.CharEnumerator GetEnumerator()", |_, this, _| {
        Ok(Value::object(Enumerator::new(
            known("System.CharEnumerator"),
            this_str(this).units().iter().map(|unit| Value::Char(*unit)).collect::<Vec<_>>(),
        )))
    });
    m.method("System.Text.StringRuneEnumerator EnumerateRunes()", |_, this, _| {
        Ok(Value::object(Enumerator::new(
            known("System.Text.StringRuneEnumerator"),
            this_str(this).chars().map(super::unicode::rune).collect::<Vec<_>>(),
        )))
    });
}

/// Copies units into a `char[]`.
///
/// # Errors
/// An array that has no room for them.
pub(super) fn copy_units(part: &Str, target: &Array, from: usize) -> R<()> {
    if target.len() < from.saturating_add(Str::len(part)) {
        return Err(out_of_range("Index and count must refer to a location within the string.", "destinationIndex"));
    }
    for (at, unit) in part.units().iter().enumerate() {
        target.set(from.saturating_add(at), Value::Char(*unit));
    }
    Ok(())
}

/// A text in one of the forms of Unicode, by the number of its label.
fn normal(whole: &str, form: i64) -> R<Str> {
    use icu_normalizer::{ComposingNormalizerBorrowed as Composing, DecomposingNormalizerBorrowed as Decomposing};
    Ok(match form {
        2 => Decomposing::new_nfd().normalize(whole),
        5 => Composing::new_nfkc().normalize(whole),
        6 => Decomposing::new_nfkd().normalize(whole),
        1 => Composing::new_nfc().normalize(whole),
        _ => {
            return Err(error::argument(
                "System.ArgumentException",
                "Invalid or unsupported normalization form.",
                "normalizationForm",
            ));
        }
    }
    .into())
}

fn normalizing(m: &mut Members) {
    fn checked(this: &Value, args: &[Value]) -> R<Str> {
        let whole = this_str(this);
        if whole.is_wide() {
            return Err(error::argument(
                "System.ArgumentException",
                "Invalid Unicode code point found at index 0.",
                "strInput",
            ));
        }
        normal(&whole, if args.is_empty() { 1 } else { super::args::label(args, 0) })
    }
    for declaration in ["string Normalize()", "string Normalize(System.Text.NormalizationForm normalizationForm)"] {
        m.method(declaration, |_, this, args| checked(this, args).map(Value::Str));
    }
    for declaration in ["bool IsNormalized()", "bool IsNormalized(System.Text.NormalizationForm normalizationForm)"] {
        m.method(declaration, |_, this, args| Ok((checked(this, args)? == this_str(this)).into()));
    }
}

fn joining(m: &mut Members) {
    for declaration in [
        "string Join(string separator, params string[] value)",
        "string Join(string separator, params System.Object[] values)",
        "string Join(char separator, params string[] value)",
        "string Join(char separator, params System.Object[] values)",
    ] {
        m.function(declaration, |rs, _, args| {
            let separator = s(args, 0);
            if let [_, Value::Null] = args {
                return Err(super::args::null("values"));
            }
            let mut parts = Vec::new();
            for item in each(args.get(1..).unwrap_or(&[])) {
                parts.push(composite::to_string(rs, &item, "")?.to_string());
            }
            Ok(parts.join(&separator).into())
        });
    }
    for declaration in [
        "string Join(string separator, string[] value, int startIndex, int count)",
        "string Join(char separator, string[] value, int startIndex, int count)",
    ] {
        m.function(declaration, |_, _, args| {
            let items = super::args::items(args, 1);
            let (start, count) = (n(args, 2), n(args, 3));
            check_not_negative(args, &[(2, "startIndex"), (3, "count")])?;
            let last = cast::int64(items.len()).saturating_sub(count);
            let end = u(args, 2).saturating_add(u(args, 3));
            let Some(part) = items.get(u(args, 2)..end) else {
                return Err(above("startIndex", start, last));
            };
            let parts: Vec<String> = part.iter().map(|item| text(item).to_string()).collect();
            Ok(parts.join(&s(args, 0)).into())
        });
    }
    m.function("string Concat(params System.Object[] args)", |rs, _, args| {
        let mut whole = Str::default();
        // Beside a text all of them are taken as texts.
        let are_texts = args.iter().any(|arg| arg.as_str().is_some());
        for item in each(args) {
            let shown = if are_texts { rs.text(&item)? } else { composite::to_string(rs, &item, "")? };
            whole.push(&shown);
        }
        Ok(Value::Str(whole))
    });
}

fn constructors(m: &mut Members) {
    m.constructor("string(char c, int count)", |rs, _, args| {
        check_not_negative(args, &[(1, "count")])?;
        let count = u(args, 1);
        rs.reserve_text(count)?;
        Ok(Value::Str(Str::from_units(&vec![super::args::unit(args, 0); count])))
    });
    for declaration in ["string(char[] value)", "string(char[] value, int startIndex, int length)"] {
        m.constructor(declaration, |_, _, args| {
            let all = units(args, 0);
            check_not_negative(args, &[(1, "startIndex"), (2, "length")])?;
            let (from, count) = if args.len() < 2 { (0, all.len()) } else { (u(args, 1), u(args, 2)) };
            match all.get(from..from.saturating_add(count)) {
                Some(part) => Ok(Value::Str(Str::from_units(part))),
                None => Err(above("startIndex", n(args, 1), cast::int64(all.len()).saturating_sub(n(args, 2)))),
            }
        });
    }
}

pub(super) fn options(args: &[Value], at: usize) -> i64 {
    if let Some(Value::Enum(_, n)) = args.get(at) { *n } else { 0 }
}

fn split_chars(this: &Value, args: &[Value], count: i64, options: i64) -> Value {
    let first = args.first().cloned().unwrap_or_default();
    let set = enumerate(&first).unwrap_or_else(|| args.to_vec());
    let set: Vec<String> = set.iter().map(|item| text(item).to_string()).collect();
    let set = if set.is_empty() { BLANKS.map(String::from).to_vec() } else { set };
    split(&this_str(this), &set, count, options)
}

fn pad(rs: &Runspace, this: &Value, args: &[Value], left: bool) -> R<Value> {
    let whole = this_str(this);
    let width = n(args, 0);
    if width < 0 {
        return Err(negative("totalWidth", width));
    }
    rs.reserve_text(cast::index(width))?;
    let with = args.get(1).map_or_else(|| Str::from(" "), text);
    let fill = with.repeat(cast::index(width).saturating_sub(Str::len(&whole)));
    let (mut first, second) = if left { (Str::from(fill), whole) } else { (whole, Str::from(fill)) };
    first.push(&second);
    Ok(Value::Str(first))
}
