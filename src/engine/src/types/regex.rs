//! Regex and what matching gives.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{
    Str, TimeSpan, cast,
    regex::{Match, Options, Regex},
    text as units,
    unescape::unescape,
};

use super::{
    Type, TypeDef, known,
    strings::{options, s},
};
use crate::{
    eval::{R, Runspace, error},
    ops::patterns,
    value::{List, Object, Value, text},
};

const COLLECTION: &[&str] =
    &["System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"];

pub(super) const TYPES: &[TypeDef] = &[
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
            let mut groups: Vec<Value> = groups.unwrap_or_default();
            // Group 0 is the match itself; without one there is it alone, which has not matched either.
            match groups.first_mut() {
                Some(whole) => *whole = this.clone(),
                None => groups.push(this.clone()),
            }
            Ok(List::value(known("System.Text.RegularExpressions.GroupCollection"), groups))
        });
        m.constant("System.Text.RegularExpressions.Match Empty", |_, _| Ok(no_match()));
        m.function(
            "System.Text.RegularExpressions.Match Synchronized(System.Text.RegularExpressions.Match inner)",
            |_, _, args| Ok(super::args::value(args, 0)),
        );
        m.method("System.Text.RegularExpressions.Match NextMatch()", |rs, this, _| {
            match this.downcast::<MatchObject>().and_then(|m| m.next.clone()) {
                Some((regex, subject, from)) => first_match(rs, &regex, &subject, from),
                None => Ok(no_match()),
            }
        });
        m.method("string Result(string replacement)", |rs, this, args| {
            let Some((regex, subject, _)) = this.downcast::<MatchObject>().and_then(|m| m.next.clone()) else {
                return Ok(Value::Null);
            };
            let at = this.downcast::<MatchObject>().map_or(0, |m| units::byte_offset(&subject, m.index));
            let found = rs.find_match(&regex, &subject, at)?;
            Ok(found.map_or(Value::Null, |found| regex.expand(&s(args, 0), &subject, &found).into()))
        });
    }),
    TypeDef::class("System.Text.RegularExpressions.GroupCollection").implements(COLLECTION).members(|m| {
        collection(m);
        group_collection(m);
    }),
    TypeDef::class("System.Text.RegularExpressions.CaptureCollection").implements(COLLECTION).members(|m| {
        collection(m);
    }),
    TypeDef::class("System.Text.RegularExpressions.MatchCollection").implements(COLLECTION).members(|m| {
        collection(m);
    }),
];

/// What the collections of captures, groups and matches have.
fn collection(m: &mut super::Members) {
    m.get("int Count", |_, this| Ok(this.downcast::<List>().map_or(Value::Null, |list| Value::int(list.len()))));
    m.get("bool IsReadOnly", |_, _| Ok(true.into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.method("void CopyTo(array array, int arrayIndex)", |rs, this, args| {
        super::collections::copy_list_to(rs, this, args)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| Ok(super::enumerator_of(this)));
    m.method("System.Object Item(int i)", |rs, this, args| rs.index(this, &super::args::value(args, 0)));
    m.method("System.Object get_Item(int i)", |rs, this, args| rs.index(this, &super::args::value(args, 0)));
}

/// What groups have by their names.
fn group_collection(m: &mut super::Members) {
    fn names(this: &Value) -> Vec<Str> {
        let items = this.downcast::<List>().map(|list| list.items.lock().clone()).unwrap_or_default();
        items.iter().filter_map(|item| item.downcast::<MatchObject>().map(|group| group.name.clone())).collect()
    }
    m.get("System.Collections.Generic.IEnumerable[string] Keys", |_, this| {
        Ok(Value::array(names(this).into_iter().map(Value::Str).collect()))
    });
    m.get("System.Collections.Generic.IEnumerable[System.Text.RegularExpressions.Group] Values", |_, this| {
        Ok(Value::array(crate::value::enumerate(this).unwrap_or_default()))
    });
    m.method("bool ContainsKey(string key)", |_, this, args| Ok(names(this).contains(&s(args, 0)).into()));
    m.method("System.Text.RegularExpressions.Group Item(string groupname)", |rs, this, args| {
        rs.index(this, &super::args::value(args, 0))
    });
    m.method("System.Text.RegularExpressions.Group get_Item(string groupname)", |rs, this, args| {
        rs.index(this, &super::args::value(args, 0))
    });
    m.method("bool TryGetValue(string key, [ref] System.Text.RegularExpressions.Group value)", |_, this, args| {
        let found = names(this).contains(&s(args, 0)).then(|| group(this, &super::args::value(args, 0))).flatten();
        super::args::tried(args, found, Value::Null)
    });
}

/// `System.Text.RegularExpressions.Regex`
pub(crate) struct RegexObject {
    pub(crate) pattern: Str,
    pub(crate) options: i64,
    pub(crate) regex: Arc<Regex>,
    /// As the script gave it; matching here stops with the script, and needs no time of its own.
    pub(crate) timeout: TimeSpan,
}

/// No timeout.
pub(crate) const INFINITE: TimeSpan = TimeSpan(-10_000);

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
            of: if name == "0" {
                "System.Text.RegularExpressions.Match"
            } else {
                "System.Text.RegularExpressions.Group"
            },
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

/// A match in a part of a text, as one in the whole.
fn moved(found: Value, by: usize) -> Value {
    let Some(part) = found.downcast::<MatchObject>().filter(|part| part.success && by > 0) else { return found };
    let groups = part.groups.iter().map(|(name, group)| (name.clone(), moved(group.clone(), by))).collect();
    Value::object(MatchObject {
        of: part.of,
        name: part.name.clone(),
        value: part.value.clone(),
        index: part.index.saturating_add(by),
        success: true,
        groups,
        next: part.next.clone(),
    })
}

fn first_match(rs: &Runspace, regex: &Arc<Regex>, subject: &Str, from: usize) -> R<Value> {
    let found = rs.find_match(regex, subject, from)?;
    Ok(found.map_or_else(no_match, |found| match_object(regex, subject, &found)))
}

/// A group of a `GroupCollection`.
pub(crate) fn group(object: &Value, index: &Value) -> Option<Value> {
    let list = object.downcast::<List>().filter(|_| object.type_name().ends_with("GroupCollection"))?;
    let items = list.items.lock().clone();
    match index.base() {
        Value::Str(name) => {
            let found =
                items.into_iter().find(|item| item.downcast::<MatchObject>().is_some_and(|group| group.name == *name));
            // The group of a name that the pattern does not have is one that failed.
            Some(found.unwrap_or_else(|| {
                Value::object(MatchObject {
                    of: "System.Text.RegularExpressions.Group",
                    name: Str::default(),
                    value: Str::default(),
                    index: 0,
                    success: false,
                    groups: Vec::new(),
                    next: None,
                })
            }))
        }
        other => items.get(cast::index(i64::try_from(other.as_i128()?).ok()?)).cloned(),
    }
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

/// A timeout among the arguments.
///
/// # Errors
/// What is none: zero, or less.
fn timeout(args: &[Value], at: usize) -> R<Option<TimeSpan>> {
    const MOST: i64 = 2_147_483_646 * 10_000;
    match args.get(at).map(Value::base) {
        Some(Value::TimeSpan(span)) if *span == INFINITE || (1..=MOST).contains(&span.0) => Ok(Some(*span)),
        Some(Value::TimeSpan(_)) => Err(super::args::not_valid("matchTimeout")),
        _ => Ok(None),
    }
}

fn own(this: &Value) -> Option<Arc<Regex>> {
    this.downcast::<RegexObject>().map(|regex| regex.regex.clone())
}

fn all_from(rs: &Runspace, regex: &Arc<Regex>, subject: &Str, from: usize) -> R<Value> {
    let found = rs.find_matches(regex, subject, from, usize::MAX)?;
    let found = found.iter().map(|found| match_object(regex, subject, found)).collect();
    Ok(List::value(known("System.Text.RegularExpressions.MatchCollection"), found))
}

fn count_of(rs: &Runspace, regex: &Regex, subject: &str) -> R<Value> {
    rs.find_matches(regex, subject, 0, usize::MAX).map(|found| Value::int(found.len()))
}

/// What is done with a regular expression object.
fn with<T>(this: &Value, work: impl FnOnce(Arc<Regex>) -> R<T>) -> R<Value>
where
    Value: From<T>,
{
    own(this).map_or(Ok(Value::Null), |regex| work(regex).map(Value::from))
}

fn split_by(rs: &Runspace, regex: &Regex, subject: &str, most: usize, from: usize) -> R<Value> {
    let mut parts = Vec::new();
    let mut last = 0;
    for found in rs.find_matches(regex, subject, from, most)? {
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
    Ok(Value::strings(parts))
}

fn regex(m: &mut super::Members) {
    m.constructor("regex(string pattern)", |rs, _, args| {
        let pattern = s(args, 0);
        let regex = compile(rs, &pattern, 0)?;
        Ok(Value::object(RegexObject { pattern, options: 0, regex, timeout: INFINITE }))
    });
    for signature in [
        "regex(string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "regex(string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.constructor(signature, |rs, _, args| {
            let pattern = s(args, 0);
            let bits = options(args, 1);
            let regex = compile(rs, &pattern, bits)?;
            let timeout = timeout(args, 2)?.unwrap_or(INFINITE);
            Ok(Value::object(RegexObject { pattern, options: bits, regex, timeout }))
        });
    }
    m.get("System.Text.RegularExpressions.RegexOptions Options", |_, this| {
        Ok(Value::Enum(
            known("System.Text.RegularExpressions.RegexOptions"),
            this.downcast::<RegexObject>().map_or(0, |regex| regex.options),
        ))
    });
    m.get("bool RightToLeft", |_, _| Ok(false.into()));
    m.get("timespan MatchTimeout", |_, this| {
        Ok(Value::TimeSpan(this.downcast::<RegexObject>().map_or(INFINITE, |regex| regex.timeout)))
    });
    m.method("bool IsMatch(string input)", |rs, this, args| with(this, |regex| rs.is_match(&regex, &s(args, 0))));
    m.method("System.Text.RegularExpressions.Match Match(string input)", |rs, this, args| {
        with(this, |regex| first_match(rs, &regex, &s(args, 0), 0))
    });
    m.method("System.Text.RegularExpressions.MatchCollection Matches(string input)", |rs, this, args| {
        with(this, |regex| all_from(rs, &regex, &s(args, 0), 0))
    });
    instance_methods(m);
    m.method("string[] GetGroupNames()", |_, this, _| {
        Ok(own(this)
            .map_or(Value::Null, |regex| Value::strings(regex.group_names().map(str::to_owned).collect::<Vec<_>>())))
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.function("string Escape(string str)", |_, _, args| Ok(psrpd_dotnet::regex::escape(&s(args, 0)).into()));
    m.function("string Unescape(string str)", |_, _, args| {
        unescape(&s(args, 0))
            .map(Value::Str)
            .map_err(|reason| error::foreign("System.Text.RegularExpressions.RegexParseException", reason))
    });
    m.constant("timespan InfiniteMatchTimeout", |_, _| Ok(Value::TimeSpan(INFINITE)));
    m.static_get_set("int CacheSize", |_, _| Ok(Value::I32(15)), |_, _, _| Ok(()));
    m.method("int GroupNumberFromName(string name)", |_, this, args| {
        let at = own(this).and_then(|regex| regex.group_position(&s(args, 0)));
        Ok(Value::I32(at.map_or(-1, cast::int32)))
    });
    m.method("string GroupNameFromNumber(int i)", |_, this, args| {
        let at = usize::try_from(super::args::n(args, 0)).unwrap_or(usize::MAX);
        let name = own(this).and_then(|regex| regex.group_names().nth(at).map(str::to_owned));
        Ok(name.unwrap_or_default().into())
    });
    m.method("int Count(string input, int startat)", |rs, this, args| {
        let subject = s(args, 0);
        with(this, |regex| {
            let found = rs.find_matches(&regex, &subject, start(&subject, args, 1)?, usize::MAX)?;
            Ok(Value::int(found.len()))
        })
    });
    m.method("int[] GetGroupNumbers()", |_, this, _| {
        let count = own(this).map_or(0, |regex| regex.group_names().count());
        Ok(Value::typed_array(super::int32(), (0..count).map(Value::int).collect()))
    });
    static_methods(m);
}

/// Where matching begins: the argument, if there is one, is a position in UTF-16 units.
fn start(subject: &Str, args: &[Value], at: usize) -> R<usize> {
    let Some(given) = args.get(at) else { return Ok(0) };
    let position = given.as_i128().and_then(|n| usize::try_from(n).ok());
    match position.filter(|position| *position <= Str::len(subject)) {
        Some(position) => Ok(units::byte_offset(subject, position)),
        None => {
            let message = "Start index cannot be less than 0 or greater than input length.";
            Err(super::args::out_of_range(message, "startat"))
        }
    }
}

/// How often to replace or split: without the argument, or with -1, without end.
fn limit(args: &[Value], at: usize) -> R<usize> {
    match args.get(at).and_then(Value::as_i128).unwrap_or(-1) {
        -1 => Ok(usize::MAX),
        count => {
            usize::try_from(count).map_err(|_| super::args::out_of_range("Count cannot be less than -1.", "count"))
        }
    }
}

/// The text with some of the matches replaced, by a text or by what a delegate makes of a match.
fn replace(rs: &mut Runspace, regex: &Arc<Regex>, subject: &Str, with: &Value, most: usize, from: usize) -> R<Value> {
    let mut out = String::new();
    let mut last = 0;
    let mut measured = 0;
    for one in &rs.find_matches(regex, subject, from, most)? {
        let whole = one.whole();
        out.push_str(subject.get(last..whole.start).unwrap_or(""));
        match with.downcast::<super::Delegate>() {
            Some(delegate) => {
                let (of, block) = (with.type_of().unwrap_or_else(super::object), delegate.block.clone());
                let made = super::call_delegate(rs, &of, &block, &[match_object(regex, subject, one)])?;
                out.push_str(&text(&made));
            }
            None => out.push_str(&regex.expand(&text(with), subject, one)),
        }
        last = whole.end;
        rs.grown(&mut measured, out.len())?;
    }
    out.push_str(subject.get(last..).unwrap_or(""));
    Ok(out.into())
}

fn instance_methods(m: &mut super::Members) {
    m.method("bool IsMatch(string input, int startat)", |rs, this, args| {
        let subject = s(args, 0);
        with(this, |regex| Ok(rs.find_match(&regex, &subject, start(&subject, args, 1)?)?.is_some()))
    });
    m.method("System.Text.RegularExpressions.Match Match(string input, int startat)", |rs, this, args| {
        let subject = s(args, 0);
        with(this, |regex| first_match(rs, &regex, &subject, start(&subject, args, 1)?))
    });
    m.method(
        "System.Text.RegularExpressions.Match Match(string input, int beginning, int length)",
        |rs, this, args| {
            let subject = s(args, 0);
            let (start, length) = (super::args::u(args, 1), super::args::u(args, 2));
            let end = start.saturating_add(length);
            if super::args::n(args, 1) < 0 || start > Str::len(&subject) {
                return Err(super::args::out_of_range(
                    "Start index cannot be less than 0 or greater than input length.",
                    "beginning",
                ));
            }
            if super::args::n(args, 2) < 0 || end > Str::len(&subject) {
                return Err(super::args::out_of_range(
                    "Length cannot be less than 0 or exceed input length.",
                    "length",
                ));
            }
            // What lies before and behind is not looked at.
            let part = Str::from_units(subject.units().get(start..end).unwrap_or(&[]));
            let found = with(this, |regex| first_match(rs, &regex, &part, 0))?;
            Ok(moved(found, start))
        },
    );
    m.method("System.Text.RegularExpressions.MatchCollection Matches(string input, int startat)", |rs, this, args| {
        let subject = s(args, 0);
        with(this, |regex| all_from(rs, &regex, &subject, start(&subject, args, 1)?))
    });
    m.method("int Count(string input)", |rs, this, args| with(this, |regex| count_of(rs, &regex, &s(args, 0))));
    for signature in [
        "string Replace(string input, string replacement)",
        "string Replace(string input, string replacement, int count)",
        "string Replace(string input, string replacement, int count, int startat)",
        "string Replace(string input, System.Text.RegularExpressions.MatchEvaluator evaluator)",
        "string Replace(string input, System.Text.RegularExpressions.MatchEvaluator evaluator, int count)",
        "string Replace(string input, System.Text.RegularExpressions.MatchEvaluator evaluator, int count, int startat)",
    ] {
        m.method(signature, |rs, this, args| {
            let (Some(regex), subject) = (own(this), s(args, 0)) else { return Ok(Value::Null) };
            let with = args.get(1).cloned().unwrap_or_default();
            replace(rs, &regex, &subject, &with, limit(args, 2)?, start(&subject, args, 3)?)
        });
    }
    m.method("string[] Split(string input)", |rs, this, args| {
        with(this, |regex| split_by(rs, &regex, &s(args, 0), usize::MAX, 0))
    });
    for signature in ["string[] Split(string input, int count)", "string[] Split(string input, int count, int startat)"]
    {
        m.method(signature, |rs, this, args| {
            // Zero is no limit here.
            let most = match limit(args, 1)? {
                0 => usize::MAX,
                count => count.saturating_sub(1),
            };
            let subject = s(args, 0);
            with(this, |regex| split_by(rs, &regex, &subject, most, start(&subject, args, 2)?))
        });
    }
}

fn static_methods(m: &mut super::Members) {
    for signature in [
        "bool IsMatch(string input, string pattern)",
        "bool IsMatch(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "bool IsMatch(string input, string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 2))?;
            timeout(args, 3)?;
            rs.is_match(&regex, &s(args, 0)).map(Value::from)
        });
    }
    for signature in [
        "System.Text.RegularExpressions.Match Match(string input, string pattern)",
        "System.Text.RegularExpressions.Match Match(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "System.Text.RegularExpressions.Match Match(string input, string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 2))?;
            timeout(args, 3)?;
            first_match(rs, &regex, &s(args, 0), 0)
        });
    }
    for signature in [
        "System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern)",
        "System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 2))?;
            timeout(args, 3)?;
            all_from(rs, &regex, &s(args, 0), 0)
        });
    }
    for signature in [
        "int Count(string input, string pattern)",
        "int Count(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "int Count(string input, string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 2))?;
            timeout(args, 3)?;
            count_of(rs, &regex, &s(args, 0))
        });
    }
    for signature in [
        "string Replace(string input, string pattern, string replacement)",
        "string Replace(string input, string pattern, string replacement, System.Text.RegularExpressions.RegexOptions options)",
        "string Replace(string input, string pattern, string replacement, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
        "string Replace(string input, string pattern, System.Text.RegularExpressions.MatchEvaluator evaluator)",
        "string Replace(string input, string pattern, System.Text.RegularExpressions.MatchEvaluator evaluator, System.Text.RegularExpressions.RegexOptions options)",
        "string Replace(string input, string pattern, System.Text.RegularExpressions.MatchEvaluator evaluator, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 3))?;
            timeout(args, 4)?;
            let with = args.get(2).cloned().unwrap_or_default();
            replace(rs, &regex, &s(args, 0), &with, usize::MAX, 0)
        });
    }
    for signature in [
        "string[] Split(string input, string pattern)",
        "string[] Split(string input, string pattern, System.Text.RegularExpressions.RegexOptions options)",
        "string[] Split(string input, string pattern, System.Text.RegularExpressions.RegexOptions options, timespan matchTimeout)",
    ] {
        m.function(signature, |rs, _, args| {
            let regex = compile(rs, &s(args, 1), options(args, 2))?;
            timeout(args, 3)?;
            split_by(rs, &regex, &s(args, 0), usize::MAX, 0)
        });
    }
}
