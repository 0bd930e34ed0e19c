//! String, Regex and what matching gives.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{
    Str, casing, cast, collation,
    regex::{Match, Options, Regex},
    text as units,
};

use super::{Type, TypeDef, known};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ops::{composite, patterns},
    value::{Enumerator, List, Object, Value, enumerate, text},
};

/// `System.Text.RegularExpressions.Regex`
pub(crate) struct RegexObject {
    pub(crate) pattern: Str,
    pub(crate) options: i64,
    pub(crate) regex: Arc<Regex>,
}

impl Object for RegexObject {
    fn type_of(&self) -> Type {
        super::regex()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.pattern.clone())
    }
}

/// A match or group.
pub(crate) struct MatchObject {
    of: &'static str,
    name: Str,
    value: Str,
    index: usize,
    success: bool,
    groups: Vec<(Str, Value)>,
    next: Option<(Arc<Regex>, Str, usize)>,
}

impl Object for MatchObject {
    fn type_of(&self) -> Type {
        known(self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.value.clone())
    }
}

/// The object of a match.
pub(crate) fn match_object(regex: &Arc<Regex>, subject: &Str, found: &Match) -> Value {
    let mut groups = Vec::new();
    for (name, span) in regex.group_names().zip(&found.groups) {
        let group = MatchObject {
            of: "System.Text.RegularExpressions.Group",
            name: name.into(),
            value: span.and_then(|span| subject.get(span.start..span.end)).unwrap_or("").into(),
            index: span.map_or(0, |span| units::utf16_offset(subject, span.start)),
            success: span.is_some(),
            groups: Vec::new(),
            next: None,
        };
        groups.push((Str::from(name), Value::object(group)));
    }
    let whole = found.whole();
    let after = if whole.end > whole.start { whole.end } else { whole.end.saturating_add(1) };
    Value::object(MatchObject {
        of: "System.Text.RegularExpressions.Match",
        name: "0".into(),
        value: subject.get(whole.start..whole.end).unwrap_or("").into(),
        index: units::utf16_offset(subject, whole.start),
        success: true,
        groups,
        next: Some((regex.clone(), subject.clone(), after)),
    })
}

fn no_match() -> Value {
    Value::object(MatchObject {
        of: "System.Text.RegularExpressions.Match",
        name: "0".into(),
        value: Str::default(),
        index: 0,
        success: false,
        groups: Vec::new(),
        next: None,
    })
}

fn first_match(regex: &Arc<Regex>, subject: &Str, from: usize) -> Value {
    match regex.find(subject, from) {
        Some(found) => match_object(regex, subject, &found),
        None => no_match(),
    }
}

/// A group of a `GroupCollection`.
pub(crate) fn group(object: &Value, index: &Value) -> Option<Value> {
    let list = object.downcast::<List>().filter(|_| object.type_name().ends_with("GroupCollection"))?;
    let items = list.items.lock().clone();
    match index.base() {
        Value::Str(name) => {
            items.into_iter().find(|item| item.downcast::<MatchObject>().is_some_and(|group| group.name == *name))
        }
        other => items.get(cast::index(i64::try_from(other.as_i128()?).ok()?)).cloned(),
    }
}

fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
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

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.String")
        .implements(&["System.IComparable", "System.Collections.IEnumerable", "System.ICloneable"])
        .members(string),
    TypeDef::class("System.Text.RegularExpressions.Regex").members(regex),
    TypeDef::class("System.Text.RegularExpressions.Capture").members(|m| {
        m.get("int Index", |_, this| Ok(this.downcast::<MatchObject>().map_or(Value::Null, |m| Value::int(m.index))));
        m.get("int Length", |_, this| {
            Ok(this.downcast::<MatchObject>().map_or(Value::Null, |m| Value::int(m.value.len())))
        });
        m.get("string Value", |_, this| {
            Ok(this.downcast::<MatchObject>().map_or(Value::Null, |m| Value::Str(m.value.clone())))
        });
    }),
    TypeDef::class("System.Text.RegularExpressions.Group").base("System.Text.RegularExpressions.Capture").members(
        |m| {
            m.get("bool Success", |_, this| Ok(this.downcast::<MatchObject>().is_some_and(|m| m.success).into()));
            m.get("string Name", |_, this| {
                Ok(this.downcast::<MatchObject>().map_or(Value::Null, |m| Value::Str(m.name.clone())))
            });
            m.get("System.Text.RegularExpressions.CaptureCollection Captures", |_, this| {
                let items = if this.downcast::<MatchObject>().is_some_and(|m| m.success) {
                    vec![this.clone()]
                } else {
                    Vec::new()
                };
                Ok(List::value(known("System.Text.RegularExpressions.CaptureCollection"), items))
            });
        },
    ),
    TypeDef::class("System.Text.RegularExpressions.Match").base("System.Text.RegularExpressions.Group").members(|m| {
        m.get("System.Text.RegularExpressions.GroupCollection Groups", |_, this| {
            let groups =
                this.downcast::<MatchObject>().map(|m| m.groups.iter().map(|(_, group)| group.clone()).collect());
            Ok(List::value(known("System.Text.RegularExpressions.GroupCollection"), groups.unwrap_or_default()))
        });
        m.method("System.Text.RegularExpressions.Match NextMatch()", |_, this, _| {
            Ok(match this.downcast::<MatchObject>().and_then(|m| m.next.clone()) {
                Some((regex, subject, from)) if from <= subject.as_str().len() => first_match(&regex, &subject, from),
                _ => no_match(),
            })
        });
        m.method("string Result(string replacement)", |_, this, args| {
            let Some((regex, subject, _)) = this.downcast::<MatchObject>().and_then(|m| m.next.clone()) else {
                return Ok(Value::Null);
            };
            let at = this.downcast::<MatchObject>().map_or(0, |m| units::byte_offset(&subject, m.index));
            Ok(regex.find(&subject, at).map_or(Value::Null, |found| regex.expand(&s(args, 0), &subject, &found).into()))
        });
    }),
    TypeDef::class("System.Text.RegularExpressions.GroupCollection").members(|m| {
        m.get("int Count", |_, this| Ok(this.downcast::<List>().map_or(Value::Null, |list| Value::int(list.len()))));
    }),
    TypeDef::class("System.Text.RegularExpressions.CaptureCollection").members(|m| {
        m.get("int Count", |_, this| Ok(this.downcast::<List>().map_or(Value::Null, |list| Value::int(list.len()))));
    }),
    TypeDef::class("System.Text.RegularExpressions.MatchCollection").members(|m| {
        m.get("int Count", |_, this| Ok(this.downcast::<List>().map_or(Value::Null, |list| Value::int(list.len()))));
    }),
];

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
        let rest = match args.get(1..) {
            Some([one]) => enumerate(one).unwrap_or_else(|| vec![one.clone()]),
            rest => rest.unwrap_or(&[]).to_vec(),
        };
        let mut parts = Vec::new();
        for item in rest {
            parts.push(composite::to_string(rs, &item, "")?.to_string());
        }
        Ok(parts.join(&separator).into())
    });
    m.function("string Format(string format, params System.Object[] args)", |rs, _, args| {
        let rest = match args.get(1..) {
            Some([one]) => enumerate(one).unwrap_or_else(|| vec![one.clone()]),
            rest => rest.unwrap_or(&[]).to_vec(),
        };
        composite::format(rs, &s(args, 0), &rest).map(Value::Str).map_err(super::numbers::unwrap_format)
    });
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

fn options(args: &[Value], at: usize) -> i64 {
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

fn regex_options(bits: i64) -> Options {
    Options {
        ignore_case: bits & 1 != 0,
        multiline: bits & 2 != 0,
        explicit_capture: bits & 4 != 0,
        singleline: bits & 16 != 0,
        ignore_whitespace: bits & 32 != 0,
    }
}

fn compile(rs: &mut Runspace, pattern: &Str, bits: i64) -> R<Arc<Regex>> {
    if bits & 64 != 0 {
        return Err(error::unsupported(
            "NativeEngineMemberNotSupported",
            "[System.Text.RegularExpressions.RegexOptions] has no 'RightToLeft' in the native engine.",
        ));
    }
    rs.regex(pattern, regex_options(bits)).map_err(|bad| patterns::parse_error(pattern, &bad))
}

fn own(this: &Value) -> Option<Arc<Regex>> {
    this.downcast::<RegexObject>().map(|regex| regex.regex.clone())
}

fn all(regex: &Arc<Regex>, subject: &Str) -> Value {
    let found = regex.find_all(subject).iter().map(|found| match_object(regex, subject, found)).collect();
    List::value(known("System.Text.RegularExpressions.MatchCollection"), found)
}

fn split_by(regex: &Regex, subject: &str) -> Value {
    let mut parts = Vec::new();
    let mut last = 0;
    for found in regex.find_all(subject) {
        let whole = found.whole();
        parts.push(subject.get(last..whole.start).unwrap_or("").to_owned());
        last = whole.end;
        parts.extend(
            found
                .groups
                .iter()
                .skip(1)
                .flatten()
                .map(|span| subject.get(span.start..span.end).unwrap_or("").to_owned()),
        );
    }
    parts.push(subject.get(last..).unwrap_or("").to_owned());
    Value::strings(parts)
}

fn regex(m: &mut super::Members) {
    m.constructor("regex(string pattern)", |rs, _, args| {
        let pattern = s(args, 0);
        let regex = compile(rs, &pattern, 0)?;
        Ok(Value::object(RegexObject { pattern, options: 0, regex }))
    });
    m.constructor("regex(string pattern, System.Text.RegularExpressions.RegexOptions options)", |rs, _, args| {
        let pattern = s(args, 0);
        let bits = options(args, 1);
        let regex = compile(rs, &pattern, bits)?;
        Ok(Value::object(RegexObject { pattern, options: bits, regex }))
    });
    m.get("System.Text.RegularExpressions.RegexOptions Options", |_, this| {
        Ok(Value::Enum(
            known("System.Text.RegularExpressions.RegexOptions"),
            this.downcast::<RegexObject>().map_or(0, |regex| regex.options),
        ))
    });
    m.get("timespan MatchTimeout", |_, _| Ok(Value::TimeSpan(psrpd_dotnet::TimeSpan(-10_000))));
    m.get("bool RightToLeft", |_, _| Ok(false.into()));
    m.method("bool IsMatch(string input)", |_, this, args| {
        Ok(own(this).is_some_and(|regex| regex.is_match(&s(args, 0))).into())
    });
    m.method("System.Text.RegularExpressions.Match Match(string input)", |_, this, args| {
        Ok(own(this).map_or(Value::Null, |regex| first_match(&regex, &s(args, 0), 0)))
    });
    m.method("System.Text.RegularExpressions.MatchCollection Matches(string input)", |_, this, args| {
        Ok(own(this).map_or(Value::Null, |regex| all(&regex, &s(args, 0))))
    });
    m.method("string Replace(string input, System.Object replacement)", |rs, this, args| match own(this) {
        Some(regex) => {
            patterns::replace_text(rs, &regex, &s(args, 0), args.get(1).unwrap_or(&Value::Null)).map(Value::Str)
        }
        None => Ok(Value::Null),
    });
    m.method("string[] Split(string input)", |_, this, args| {
        Ok(own(this).map_or(Value::Null, |regex| split_by(&regex, &s(args, 0))))
    });
    m.method("string[] GetGroupNames()", |_, this, _| {
        Ok(own(this)
            .map_or(Value::Null, |regex| Value::strings(regex.group_names().map(str::to_owned).collect::<Vec<_>>())))
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.function("string Escape(string str)", |_, _, args| Ok(psrpd_dotnet::regex::escape(&s(args, 0)).into()));
    m.function("string Unescape(string str)", |_, _, args| {
        Ok(s(args, 0).replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r").replace('\\', "").into())
    });
    m.function("bool IsMatch(string input, string pattern)", |rs, _, args| {
        Ok(compile(rs, &s(args, 1), 0)?.is_match(&s(args, 0)).into())
    });
    m.function(
        "bool IsMatch(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        |rs, _, args| Ok(compile(rs, &s(args, 1), options(args, 2))?.is_match(&s(args, 0)).into()),
    );
    m.function("System.Text.RegularExpressions.Match Match(string input, string pattern)", |rs, _, args| {
        Ok(first_match(&compile(rs, &s(args, 1), 0)?, &s(args, 0), 0))
    });
    m.function("System.Text.RegularExpressions.Match Match(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)", |rs, _, args| Ok(first_match(&compile(rs, &s(args, 1), options(args, 2))?, &s(args, 0), 0)));
    m.function(
        "System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern)",
        |rs, _, args| Ok(all(&compile(rs, &s(args, 1), 0)?, &s(args, 0))),
    );
    m.function("System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)", |rs, _, args| Ok(all(&compile(rs, &s(args, 1), options(args, 2))?, &s(args, 0))));
    m.function("string Replace(string input, string pattern, System.Object replacement)", |rs, _, args| {
        let regex = compile(rs, &s(args, 1), 0)?;
        patterns::replace_text(rs, &regex, &s(args, 0), args.get(2).unwrap_or(&Value::Null)).map(Value::Str)
    });
    m.function("string[] Split(string input, string pattern)", |rs, _, args| {
        Ok(split_by(&*compile(rs, &s(args, 1), 0)?, &s(args, 0)))
    });
}
