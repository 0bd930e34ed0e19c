//! String.

use psrpd_dotnet::{Str, casing, cast, collation, text as units};

use super::{TypeDef, known};
use crate::{
    convert,
    eval::{R, error},
    ops::composite,
    value::{Enumerator, Value, enumerate, text},
};

pub(super) fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

/// What a `params` parameter got: the items of the one collection, or the values themselves.
fn spread(args: Option<&[Value]>) -> Vec<Value> {
    match args {
        Some([one]) => enumerate(one).unwrap_or_else(|| vec![one.clone()]),
        rest => rest.unwrap_or(&[]).to_vec(),
    }
}

fn n(args: &[Value], at: usize) -> i64 {
    args.get(at).and_then(Value::as_i128).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

fn this_str(this: &Value) -> Str {
    text(this)
}

/// Whether a comparison ignores case and is ordinal: the last argument, if it is a `StringComparison`.
fn comparison(args: &[Value]) -> Option<(bool, bool)> {
    match args.last() {
        Some(Value::Enum(of, n)) if of.is_kind("StringComparison") => Some((matches!(n, 1 | 3 | 5), *n >= 4)),
        _ => None,
    }
}

fn find(hay: &str, part: &str, args: &[Value]) -> Option<usize> {
    match comparison(args) {
        Some((true, true)) => casing::find(hay, part),
        Some((false, true)) => hay.find(part),
        Some((ignore_case, false)) => collation::find(hay, part, 0, ignore_case),
        None => collation::find(hay, part, 0, false),
    }
}

fn position(text: &str, found: Option<usize>) -> Value {
    Value::I32(found.map_or(-1, |at| cast::int32(units::utf16_offset(text, at))))
}

fn trim_set(args: &[Value]) -> Option<Vec<char>> {
    let arg = args.first()?;
    let items = enumerate(arg).unwrap_or_else(|| vec![arg.clone()]);
    let set: Vec<char> = items.iter().flat_map(|item| text(item).chars().collect::<Vec<_>>()).collect();
    (!set.is_empty()).then_some(set)
}

fn out_of_range(message: &str, parameter: &str) -> crate::eval::Flow {
    error::argument("System.ArgumentOutOfRangeException", message, parameter)
}

fn substring(this: &Value, start: i64, length: Option<i64>) -> R<Value> {
    let text = this_str(this);
    let total = cast::int64(text.len());
    if start < 0 {
        return Err(out_of_range("StartIndex cannot be less than zero.", "startIndex"));
    }
    if start > total {
        return Err(out_of_range("startIndex cannot be larger than length of string.", "startIndex"));
    }
    let length = length.unwrap_or(total.saturating_sub(start));
    if length < 0 {
        return Err(out_of_range("Length cannot be less than zero.", "length"));
    }
    text.substring(cast::index(start), cast::index(length))
        .map(Value::Str)
        .ok_or_else(|| out_of_range("Index and length must refer to a location within the string.", "length"))
}

fn split(text: &str, separators: &[String], count: i64, options: i64) -> Value {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text;
    let limit = cast::index(count);
    loop {
        if count > 0 && parts.len().saturating_add(1) >= limit {
            break;
        }
        let next = separators
            .iter()
            .filter(|separator| !separator.is_empty())
            .filter_map(|separator| rest.find(separator.as_str()).map(|at| (at, separator.len())))
            .min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)));
        let Some((at, length)) = next else { break };
        let part = rest.get(..at).unwrap_or("");
        rest = rest.get(at.saturating_add(length)..).unwrap_or("");
        let part = if options & 2 != 0 { part.trim() } else { part };
        if options & 1 == 0 || !part.is_empty() {
            parts.push(part.to_owned());
        }
    }
    let last = if options & 2 != 0 { rest.trim() } else { rest };
    if options & 1 == 0 || !last.is_empty() {
        parts.push(last.to_owned());
    }
    Value::strings(parts)
}

fn separators(args: &[Value]) -> Vec<String> {
    let Some(arg) = args.first() else { return Vec::new() };
    let items = enumerate(arg).unwrap_or_else(|| vec![arg.clone()]);
    items.iter().map(|item| text(item).to_string()).collect()
}

const BLANKS: [&str; 6] = [" ", "\t", "\n", "\r", "\x0b", "\x0c"];

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.String")
    .implements(&["System.IComparable", "System.Collections.IEnumerable", "System.ICloneable"])
    .members(string)];

fn string(m: &mut super::Members) {
    m.constant("string Empty", |_, _| Ok("".into()));
    m.get("int Length", |_, this| Ok(Value::int(this_str(this).len())));
    m.method("string ToUpper()", |_, this, _| Ok(casing::to_upper(&this_str(this)).into()));
    m.method("string ToLower()", |_, this, _| Ok(casing::to_lower(&this_str(this)).into()));
    m.method("string ToUpperInvariant()", |_, this, _| Ok(casing::to_upper(&this_str(this)).into()));
    m.method("string ToLowerInvariant()", |_, this, _| Ok(casing::to_lower(&this_str(this)).into()));
    m.method("string Trim()", |_, this, _| Ok(this_str(this).trim().into()));
    m.method("string Trim(params char[] trimChars)", |_, this, args| {
        Ok(trim_set(args)
            .map_or_else(|| this_str(this).trim().into(), |set| this_str(this).trim_matches(set.as_slice()).into()))
    });
    m.method("string TrimStart(params char[] trimChars)", |_, this, args| {
        Ok(trim_set(args).map_or_else(
            || this_str(this).trim_start().into(),
            |set| this_str(this).trim_start_matches(set.as_slice()).into(),
        ))
    });
    m.method("string TrimEnd(params char[] trimChars)", |_, this, args| {
        Ok(trim_set(args).map_or_else(
            || this_str(this).trim_end().into(),
            |set| this_str(this).trim_end_matches(set.as_slice()).into(),
        ))
    });
    m.method("string Substring(int startIndex)", |_, this, args| substring(this, n(args, 0), None));
    m.method("string Substring(int startIndex, int length)", |_, this, args| {
        substring(this, n(args, 0), Some(n(args, 1)))
    });
    m.method("string Replace(char oldChar, char newChar)", |_, this, args| {
        Ok(this_str(this).replace(s(args, 0).as_str(), &s(args, 1)).into())
    });
    m.method("string Replace(string oldValue, string newValue)", |_, this, args| {
        let old = s(args, 0);
        if old.is_empty() {
            return Err(error::argument("System.ArgumentException", "String cannot be of zero length.", "oldValue"));
        }
        Ok(this_str(this).replace(old.as_str(), &s(args, 1)).into())
    });
    m.method("bool Contains(string value)", |_, this, args| Ok(this_str(this).contains(s(args, 0).as_str()).into()));
    m.method("bool Contains(string value, System.StringComparison comparisonType)", |_, this, args| {
        Ok(find(&this_str(this), &s(args, 0), args).is_some().into())
    });
    m.method("bool StartsWith(string value)", |_, this, args| {
        Ok(collation::starts_with(&this_str(this), &s(args, 0), false).into())
    });
    m.method("bool StartsWith(string value, System.StringComparison comparisonType)", |_, this, args| {
        let (text, part) = (this_str(this), s(args, 0));
        Ok(match comparison(args) {
            Some((true, true)) => casing::starts_with(&text, &part),
            Some((false, true)) => text.starts_with(part.as_str()),
            other => collation::starts_with(&text, &part, other.is_some_and(|(ignore_case, _)| ignore_case)),
        }
        .into())
    });
    m.method("bool EndsWith(string value)", |_, this, args| {
        Ok(collation::ends_with(&this_str(this), &s(args, 0), false).into())
    });
    m.method("bool EndsWith(string value, System.StringComparison comparisonType)", |_, this, args| {
        let (text, part) = (this_str(this), s(args, 0));
        Ok(match comparison(args) {
            Some((true, true)) => casing::fold(&text).ends_with(&casing::fold(&part)),
            Some((false, true)) => text.ends_with(part.as_str()),
            other => collation::ends_with(&text, &part, other.is_some_and(|(ignore_case, _)| ignore_case)),
        }
        .into())
    });
    m.method("int IndexOf(char value)", |_, this, args| {
        Ok(position(&this_str(this), this_str(this).find(s(args, 0).as_str())))
    });
    m.method("int IndexOf(string value)", |_, this, args| {
        Ok(position(&this_str(this), find(&this_str(this), &s(args, 0), &[])))
    });
    m.method("int IndexOf(string value, int startIndex)", |_, this, args| {
        let text = this_str(this);
        let from = units::byte_offset(&text, cast::index(n(args, 1)));
        Ok(position(
            &text,
            text.get(from..).and_then(|rest| rest.find(s(args, 0).as_str())).map(|at| at.saturating_add(from)),
        ))
    });
    m.method("int IndexOf(string value, System.StringComparison comparisonType)", |_, this, args| {
        Ok(position(&this_str(this), find(&this_str(this), &s(args, 0), args)))
    });
    m.method("int LastIndexOf(string value)", |_, this, args| {
        Ok(position(&this_str(this), this_str(this).rfind(s(args, 0).as_str())))
    });
    m.method("int IndexOfAny(char[] anyOf)", |_, this, args| {
        Ok(position(&this_str(this), trim_set(args).and_then(|set| this_str(this).find(set.as_slice()))))
    });
    m.method("string PadLeft(int totalWidth)", |_, this, args| Ok(pad(this, n(args, 0), " ", true)));
    m.method("string PadLeft(int totalWidth, char paddingChar)", |_, this, args| {
        Ok(pad(this, n(args, 0), &s(args, 1), true))
    });
    m.method("string PadRight(int totalWidth)", |_, this, args| Ok(pad(this, n(args, 0), " ", false)));
    m.method("string PadRight(int totalWidth, char paddingChar)", |_, this, args| {
        Ok(pad(this, n(args, 0), &s(args, 1), false))
    });
    m.method("string Insert(int startIndex, string value)", |_, this, args| {
        let text = this_str(this);
        let at = cast::index(n(args, 0));
        match (text.substring(0, at), text.substring(at, text.len().saturating_sub(at))) {
            (Some(mut head), Some(tail)) => {
                head.push(&s(args, 1));
                head.push(&tail);
                Ok(Value::Str(head))
            }
            _ => Err(out_of_range("Specified argument was out of the range of valid values.", "startIndex")),
        }
    });
    m.method("string Remove(int startIndex)", |_, this, args| {
        this_str(this)
            .substring(0, cast::index(n(args, 0)))
            .map(Value::Str)
            .ok_or_else(|| out_of_range("startIndex must be less than length of string.", "startIndex"))
    });
    m.method("string Remove(int startIndex, int count)", |_, this, args| {
        let text = this_str(this);
        let (at, count) = (cast::index(n(args, 0)), cast::index(n(args, 1)));
        let end = at.saturating_add(count);
        match (text.substring(0, at), text.substring(end, text.len().saturating_sub(end))) {
            (Some(mut head), Some(tail)) if end <= text.len() => {
                head.push(&tail);
                Ok(Value::Str(head))
            }
            _ => Err(out_of_range("Index and count must refer to a location within the string.", "count")),
        }
    });
    m.method("string[] Split()", |_, this, _| Ok(split(&this_str(this), &BLANKS.map(String::from), 0, 0)));
    m.method("string[] Split(params char[] separator)", |_, this, args| Ok(split_chars(this, args, 0, 0)));
    m.method("string[] Split(char[] separator, int count)", |_, this, args| Ok(split_chars(this, args, n(args, 1), 0)));
    m.method("string[] Split(char separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
    m.method("string[] Split(char separator, int count)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), n(args, 1), 0))
    });
    m.method("string[] Split(char[] separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split_chars(this, args, 0, options(args, 1)))
    });
    m.method("string[] Split(string separator)", |_, this, args| Ok(split(&this_str(this), &separators(args), 0, 0)));
    m.method("string[] Split(string separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
    m.method("string[] Split(string separator, int count)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), n(args, 1), 0))
    });
    m.method("string[] Split(string[] separator, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), 0, options(args, 1)))
    });
    m.method("string[] Split(string[] separator, int count, System.StringSplitOptions options)", |_, this, args| {
        Ok(split(&this_str(this), &separators(args), n(args, 1), options(args, 2)))
    });
    m.method("char[] ToCharArray()", |_, this, _| {
        Ok(Value::typed_array(super::char(), this_str(this).units().iter().map(|unit| Value::Char(*unit)).collect()))
    });
    m.method("int CompareTo(string strB)", |_, this, args| Ok(Value::I32(order(&this_str(this), &s(args, 0), false))));
    m.method("bool Equals(string value)", |_, this, args| Ok((this_str(this) == s(args, 0)).into()));
    m.method("bool Equals(string value, System.StringComparison comparisonType)", |_, this, args| {
        let (a, b) = (this_str(this), s(args, 0));
        Ok(match comparison(args) {
            Some((true, true)) => casing::eq(&a, &b),
            Some((ignore_case, false)) => collation::eq(&a, &b, ignore_case),
            _ => a == b,
        }
        .into())
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(this_str(this))));
    m.method("string Clone()", |_, this, _| Ok(Value::Str(this_str(this))));
    m.method("char get_Chars(int index)", |_, this, args| {
        Ok(this_str(this).unit(cast::index(n(args, 0))).map_or(Value::Null, Value::Char))
    });
    m.method("System.CharEnumerator GetEnumerator()", |_, this, _| {
        Ok(Value::object(Enumerator::new(
            known("System.CharEnumerator"),
            this_str(this).units().iter().map(|unit| Value::Char(*unit)).collect(),
        )))
    });
    m.function("string Join(string separator, params System.Object[] values)", |rs, _, args| {
        let separator = s(args, 0);
        let rest = spread(args.get(1..));
        let mut parts = Vec::new();
        for item in rest {
            parts.push(composite::to_string(rs, &item, "")?.to_string());
        }
        Ok(parts.join(&separator).into())
    });
    m.function("string Format(string format, params System.Object[] args)", |rs, _, args| {
        let rest = spread(args.get(1..));
        composite::format(rs, &s(args, 0), &rest).map(Value::Str).map_err(super::numbers::unwrap_format)
    });
    m.function(
        "string Format(System.IFormatProvider provider, string format, params System.Object[] args)",
        |rs, _, args| {
            let (format, rest) = (s(args, 1), spread(args.get(2..)));
            composite::with_provider(rs, args.first(), |rs| composite::format(rs, &format, &rest))
                .map(Value::Str)
                .map_err(super::numbers::unwrap_format)
        },
    );
    m.function("string Concat(params System.Object[] args)", |_, _, args| {
        let all = args.iter().flat_map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()]));
        Ok(all.map(|arg| text(&arg).to_string()).collect::<String>().into())
    });
    m.function("bool IsNullOrEmpty(string value)", |_, _, args| Ok(s(args, 0).is_empty().into()));
    m.function("bool IsNullOrWhiteSpace(string value)", |_, _, args| Ok(s(args, 0).trim().is_empty().into()));
    m.function("int Compare(string strA, string strB)", |_, _, args| {
        Ok(Value::I32(order(&s(args, 0), &s(args, 1), false)))
    });
    m.function("int Compare(string strA, string strB, bool ignoreCase)", |_, _, args| {
        Ok(Value::I32(order(&s(args, 0), &s(args, 1), args.get(2).is_some_and(convert::to_bool))))
    });
    m.function("int Compare(string strA, string strB, System.StringComparison comparisonType)", |_, _, args| {
        let (a, b) = (s(args, 0), s(args, 1));
        Ok(Value::I32(match comparison(args) {
            Some((true, true)) => sign(casing::cmp(&a, &b)),
            Some((false, true)) => sign(a.as_str().cmp(b.as_str())),
            other => order(&a, &b, other.is_some_and(|(ignore_case, _)| ignore_case)),
        }))
    });
    m.function("int CompareOrdinal(string strA, string strB)", |_, _, args| {
        let (a, b) = (s(args, 0), s(args, 1));
        let difference = a
            .units()
            .iter()
            .zip(b.units().iter())
            .find(|(x, y)| x != y)
            .map(|(x, y)| i32::from(*x).saturating_sub(i32::from(*y)));
        Ok(Value::I32(difference.unwrap_or_else(|| cast::int32(a.len()).saturating_sub(cast::int32(b.len())))))
    });
    m.function("bool Equals(string a, string b)", |_, _, args| Ok((s(args, 0) == s(args, 1)).into()));
    m.function("bool Equals(string a, string b, System.StringComparison comparisonType)", |_, _, args| {
        let (a, b) = (s(args, 0), s(args, 1));
        Ok(match comparison(args) {
            Some((true, true)) => casing::eq(&a, &b),
            Some((ignore_case, false)) => collation::eq(&a, &b, ignore_case),
            _ => a == b,
        }
        .into())
    });
    m.constructor("string(char c, int count)", |_, _, args| Ok(s(args, 0).repeat(cast::index(n(args, 1))).into()));
    m.constructor("string(char[] value)", |_, _, args| {
        Ok(args
            .first()
            .map(|arg| enumerate(arg).unwrap_or_default())
            .unwrap_or_default()
            .iter()
            .map(|c| text(c).to_string())
            .collect::<String>()
            .into())
    });
    m.constructor("string(char[] value, int startIndex, int length)", |_, _, args| {
        let items = args.first().map(|arg| enumerate(arg).unwrap_or_default()).unwrap_or_default();
        Ok(items
            .iter()
            .skip(cast::index(n(args, 1)))
            .take(cast::index(n(args, 2)))
            .map(|c| text(c).to_string())
            .collect::<String>()
            .into())
    });
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

fn sign(order: std::cmp::Ordering) -> i32 {
    match order {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }
}

fn order(a: &str, b: &str, ignore_case: bool) -> i32 {
    sign(collation::cmp(a, b, ignore_case))
}

fn pad(this: &Value, width: i64, with: &str, left: bool) -> Value {
    let text = this_str(this);
    let fill = with.repeat(cast::index(width.min(10_000_000)).saturating_sub(text.len()));
    if left { format!("{fill}{text}").into() } else { format!("{text}{fill}").into() }
}
