//! Values as JSON.
//!
//! | PowerShell | JSON |
//! |---|---|
//! | null | `null` |
//! | string, char, URI, GUID, version, script block, XML | string |
//! | bool | `true`, `false` |
//! | integers, decimal, single, double | number; NaN and the infinities are strings, as JSON has no such numbers |
//! | DateTime | string, ISO 8601 with the offset that the value has |
//! | TimeSpan | string, `[-][d.]hh:mm:ss[.fffffff]` |
//! | byte array | string, base64 |
//! | enum | its number |
//! | SecureString | string `System.Security.SecureString`; its content never |
//! | list, queue, stack | array |
//! | dictionary, object | object; names that differ only in case are one member |
//! | string, number or list with note properties of its own | `{"value": ..., "Note": ...}` |
//! | anything below eight levels, or beyond the size limit | `{"$truncated": "its text"}` |

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;
use psrp_clixml::{DateTime, DateTimeKind, Members, Object, ObjectValue, PsString, Resolver, TimeSpan, Value};

use crate::limits::{JSON_DEPTH, JSON_NODES};

/// Ticks, of 100 ns, in a second.
const TICKS: u64 = 10_000_000;

/// Notes that remoting adds to every object; they do not make a string an object.
const REMOTING_NOTES: [&str; 4] = ["PSComputerName", "RunspaceId", "PSShowComputerName", "PSSourceJobInstanceId"];

/// Writes a value as one line of JSON.
pub fn to_json(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), resolver: Resolver::new(value), nodes: 0 };
    writer.value(value, 0);
    writer.out
}

struct Writer<'a> {
    out: String,
    resolver: Resolver<'a>,
    nodes: usize,
}

impl<'a> Writer<'a> {
    fn value(&mut self, value: &'a Value, depth: usize) {
        self.nodes = self.nodes.saturating_add(1);
        match value {
            Value::Object(_) | Value::Ref(_) => match self.resolver.object(value) {
                Ok(Some(object)) => self.object(object, depth),
                Ok(None) => self.out.push_str("null"),
                Err(_) => self.truncated(""),
            },
            Value::MemberSet(members) if depth >= JSON_DEPTH => self.truncated(&format!("{} members", members.len())),
            Value::MemberSet(members) => self.members(None, &[members], depth),
            other => self.primitive(other),
        }
    }

    fn object(&mut self, object: &'a Object, depth: usize) {
        let own_notes = object.members.iter().any(|(name, _)| !is_remoting_note(name));
        if let ObjectValue::Primitive(inner) = &object.value
            && !(own_notes && object.type_names.is_none())
        {
            // Also an enum, and a primitive that keeps properties of its .NET type.
            return if depth < JSON_DEPTH { self.value(inner, depth) } else { self.primitive_or_truncated(inner) };
        }
        if depth >= JSON_DEPTH || self.nodes >= JSON_NODES {
            let text = object.to_string.as_ref().map(|t| t.to_string_lossy().into_owned());
            return self.truncated(&text.unwrap_or_default());
        }
        match &object.value {
            ObjectValue::List { items, .. } if !own_notes => self.list(items, depth),
            ObjectValue::Dict(entries) => self.dictionary(entries, &object.members, depth),
            ObjectValue::None => self.members(None, &[&object.members, &object.props], depth),
            value => self.members(Some(value), &[&object.members], depth),
        }
    }

    fn primitive_or_truncated(&mut self, value: &'a Value) {
        match value {
            Value::Object(_) | Value::Ref(_) | Value::MemberSet(_) => self.truncated(""),
            other => self.primitive(other),
        }
    }

    fn truncated(&mut self, text: &str) {
        self.out.push_str("{\"$truncated\":");
        self.string(text);
        self.out.push('}');
    }

    fn list(&mut self, items: &'a [Value], depth: usize) {
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            if self.nodes >= JSON_NODES {
                self.truncated(&format!("{} more", items.len() - index));
                break;
            }
            self.value(item, depth + 1);
        }
        self.out.push(']');
    }

    fn dictionary(&mut self, entries: &'a [(Value, Value)], notes: &'a Members, depth: usize) {
        let mut names = Names::default();
        self.out.push('{');
        for (key, value) in entries {
            let key = key_text(key.primitive());
            self.member(&mut names, &key, value, depth);
        }
        for (name, value) in notes.iter().filter(|(name, _)| !is_remoting_note(name)) {
            self.member(&mut names, &name.to_string_lossy(), value, depth);
        }
        self.out.push('}');
    }

    fn members(&mut self, value: Option<&'a ObjectValue>, all: &[&'a Members], depth: usize) {
        let mut names = Names::default();
        self.out.push('{');
        if let Some(value) = value {
            names.add("value");
            self.out.push_str("\"value\":");
            match value {
                ObjectValue::Primitive(inner) => self.value(inner, depth + 1),
                ObjectValue::List { items, .. } => self.list(items, depth),
                _ => self.out.push_str("null"),
            }
        }
        for (name, value) in all.iter().flat_map(|members| members.iter()) {
            self.member(&mut names, &name.to_string_lossy(), value, depth);
        }
        self.out.push('}');
    }

    fn member(&mut self, names: &mut Names, name: &str, value: &'a Value, depth: usize) {
        if names.is_full || !names.add(name) {
            return;
        }
        if names.seen.len() > 1 {
            self.out.push(',');
        }
        if self.nodes >= JSON_NODES {
            names.is_full = true;
            self.out.push_str("\"$truncated\":\"the object is too large\"");
            return;
        }
        self.string(name);
        self.out.push(':');
        self.value(value, depth + 1);
    }

    fn primitive(&mut self, value: &Value) {
        match value {
            Value::Nil | Value::Object(_) | Value::Ref(_) | Value::MemberSet(_) => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::U8(n) => self.number(n),
            Value::I8(n) => self.number(n),
            Value::U16(n) => self.number(n),
            Value::I16(n) => self.number(n),
            Value::U32(n) => self.number(n),
            Value::I32(n) => self.number(n),
            Value::U64(n) => self.number(n),
            Value::I64(n) => self.number(n),
            Value::Decimal(n) => self.number(n),
            // Debug is the shortest text that reads back as the same number, with an exponent where that is shorter.
            Value::F32(n) if n.is_finite() => self.number(&format_args!("{n:?}")),
            Value::F64(n) if n.is_finite() => self.number(&format_args!("{n:?}")),
            other => {
                let text = text(other);
                self.string(&text);
            }
        }
    }

    fn number(&mut self, number: &dyn std::fmt::Display) {
        // Into a String: cannot fail.
        let _ = write!(self.out, "{number}");
    }

    fn string(&mut self, text: &str) {
        let _ = write!(self.out, "{}", serde_json::Value::from(text));
    }
}

/// The member names of one JSON object; PowerShell compares without case.
#[derive(Default)]
struct Names {
    seen: HashSet<String>,
    is_full: bool,
}

impl Names {
    fn add(&mut self, name: &str) -> bool {
        self.seen.insert(name.to_lowercase())
    }
}

fn is_remoting_note(name: &PsString) -> bool {
    REMOTING_NOTES.iter().any(|note| name.eq_ignore_case(note))
}

fn key_text(key: &Value) -> String {
    match key {
        Value::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        Value::U8(_)
        | Value::I8(_)
        | Value::U16(_)
        | Value::I16(_)
        | Value::U32(_)
        | Value::I32(_)
        | Value::U64(_)
        | Value::I64(_)
        | Value::F32(_)
        | Value::F64(_)
        | Value::Decimal(_) => {
            let mut writer = Writer { out: String::new(), resolver: Resolver::new(key), nodes: 0 };
            writer.primitive(key);
            writer.out.trim_matches('"').to_owned()
        }
        other => text(other),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(s) | Value::Uri(s) | Value::Xml(s) | Value::ScriptBlock(s) => s.to_string_lossy().into_owned(),
        Value::Char(unit) => String::from_utf16_lossy(&[*unit]),
        Value::DateTime(time) => date_time(*time),
        Value::TimeSpan(span) => time_span(*span),
        Value::F32(n) => float(f64::from(*n)),
        Value::F64(n) => float(*n),
        Value::Bytes(bytes) => base64::engine::general_purpose::STANDARD.encode(bytes),
        Value::Guid(guid) => guid.to_string(),
        Value::Version(version) => version.to_string(),
        Value::SecureString(_) => "System.Security.SecureString".to_owned(),
        Value::Progress(progress) => {
            format!("{}: {}", progress.activity.to_string_lossy(), progress.status_description.to_string_lossy())
        }
        _ => String::new(),
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number > 0.0 {
        "Infinity".to_owned()
    } else {
        "-Infinity".to_owned()
    }
}

/// Seven digits of a fraction of a second, without the zeros at the end and with the point; empty for none.
fn fraction(ticks: u64, fixed: bool) -> String {
    let digits = format!("{:07}", ticks % TICKS);
    match (ticks % TICKS, fixed) {
        (0, _) => String::new(),
        (_, true) => format!(".{digits}"),
        (_, false) => format!(".{}", digits.trim_end_matches('0')),
    }
}

fn date_time(time: DateTime) -> String {
    let ticks = u64::try_from(time.ticks()).unwrap_or(0);
    let seconds = ticks / TICKS;
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let offset = match time.kind() {
        DateTimeKind::Utc => "Z".to_owned(),
        DateTimeKind::Unspecified => String::new(),
        DateTimeKind::Local(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{}{offset}",
        clock / 3600,
        clock / 60 % 60,
        clock % 60,
        fraction(ticks, false)
    )
}

/// Year, month and day of a number of days since 0001-01-01 in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    // Years that begin in March put the leap day at the end of the year, of the century and of the 400 years.
    let days = days + 306;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let (month, carry) = if shifted < 10 { (shifted + 3, 0) } else { (shifted - 9, 1) };
    (era * 400 + year + carry, month, day)
}

fn time_span(span: TimeSpan) -> String {
    let ticks = span.ticks().unsigned_abs();
    let sign = if span.ticks() < 0 { "-" } else { "" };
    let seconds = ticks / TICKS;
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}."),
    };
    let clock = seconds % 86_400;
    format!("{sign}{days}{:02}:{:02}:{:02}{}", clock / 3600, clock / 60 % 60, clock % 60, fraction(ticks, true))
}

#[cfg(test)]
mod tests {
    use super::to_json;
    use psrp_clixml::parse;

    fn json(clixml: &str) -> String {
        let text = to_json(&parse(clixml.as_bytes()).unwrap());
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        text
    }

    #[test]
    fn primitives() {
        for (clixml, expected) in [
            ("<Nil />", "null"),
            ("<S>a\"b_x000A_é</S>", r#""a\"b\né""#),
            ("<C>97</C>", "\"a\""),
            ("<B>true</B>", "true"),
            ("<I64>-9223372036854775808</I64>", "-9223372036854775808"),
            ("<U64>18446744073709551615</U64>", "18446744073709551615"),
            ("<D>79228162514264337593543950335</D>", "79228162514264337593543950335"),
            ("<D>1.50</D>", "1.50"),
            ("<Db>0.1</Db>", "0.1"),
            ("<Db>1E+300</Db>", "1e300"),
            ("<Db>NaN</Db>", "\"NaN\""),
            ("<Sg>-INF</Sg>", "\"-Infinity\""),
            ("<DT>2026-02-28T23:59:59.5+02:00</DT>", "\"2026-02-28T23:59:59.5+02:00\""),
            ("<DT>0001-01-01T00:00:00</DT>", "\"0001-01-01T00:00:00\""),
            ("<DT>2000-02-29T12:00:00Z</DT>", "\"2000-02-29T12:00:00Z\""),
            ("<DT>9999-12-31T23:59:59.9999999</DT>", "\"9999-12-31T23:59:59.9999999\""),
            ("<TS>PT1.5S</TS>", "\"00:00:01.5000000\""),
            ("<TS>-P2DT3H</TS>", "\"-2.03:00:00\""),
            ("<BA>AQID</BA>", "\"AQID\""),
            ("<G>5f0c1a2b-0000-4000-8000-000000000001</G>", "\"5f0c1a2b-0000-4000-8000-000000000001\""),
            ("<Version>1.2.3</Version>", "\"1.2.3\""),
            ("<SS>c2VjcmV0</SS>", "\"System.Security.SecureString\""),
        ] {
            assert_eq!(json(clixml), expected, "{clixml}");
        }
    }

    #[test]
    fn dates_agree_with_a_calendar_that_counts() {
        let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
        let mut day = 0;
        for year in 1..=2400 {
            for (month, length) in
                [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate()
            {
                assert_eq!(super::civil(day), (year, month as u64 + 1, 1));
                assert_eq!(super::civil(day + length - 1), (year, month as u64 + 1, length));
                day += length;
            }
        }
    }

    #[test]
    fn objects_and_collections() {
        let object = r#"<Obj RefId="0"><TN RefId="0"><T>Deserialized.X</T></TN><ToString>x</ToString><Props><I32 N="A">1</I32><S N="b">two</S></Props><MS><S N="B">note</S></MS></Obj>"#;
        assert_eq!(json(object), r#"{"B":"note","A":1}"#);
        let list = r#"<Obj RefId="0"><LST><I32>1</I32><Nil /><Obj RefId="1"><LST /></Obj></LST></Obj>"#;
        assert_eq!(json(list), "[1,null,[]]");
        let dict = r#"<Obj RefId="0"><DCT><En><S N="Key">a</S><I32 N="Value">1</I32></En><En><I32 N="Key">2</I32><S N="Value">b</S></En></DCT></Obj>"#;
        assert_eq!(json(dict), r#"{"a":1,"2":"b"}"#);
        let enumeration = r#"<Obj RefId="0"><TN RefId="0"><T>System.ConsoleColor</T><T>System.Enum</T></TN><ToString>Blue</ToString><I32>9</I32></Obj>"#;
        assert_eq!(json(enumeration), "9");
    }

    #[test]
    fn notes_of_remoting_do_not_make_a_string_an_object() {
        let plain = r#"<Obj RefId="0"><S>a</S><MS><S N="PSComputerName">web</S></MS></Obj>"#;
        assert_eq!(json(plain), "\"a\"");
        let noted = r#"<Obj RefId="0"><S>a</S><MS><S N="Note">n</S></MS></Obj>"#;
        assert_eq!(json(noted), r#"{"value":"a","Note":"n"}"#);
        let list = r#"<Obj RefId="0"><LST><I32>1</I32></LST><MS><S N="Note">n</S></MS></Obj>"#;
        assert_eq!(json(list), r#"{"value":[1],"Note":"n"}"#);
    }

    #[test]
    fn depth_is_marked() {
        let mut clixml = r#"<I32 N="x">7</I32>"#.to_owned();
        for level in (0..12).rev() {
            let name = if level == 0 { "" } else { r#" N="x""# };
            clixml = format!(r#"<Obj RefId="{level}"{name}><ToString>level {level}</ToString><MS>{clixml}</MS></Obj>"#);
        }
        let text = json(&clixml);
        assert!(text.contains(r#"{"$truncated":"level 8"}"#), "{text}");
        assert_eq!(text.matches("\"x\":").count(), 8, "{text}");
    }

    #[test]
    fn references_end() {
        // An object that contains itself, and one of which every level holds the next one ten times.
        let cycle = r#"<Obj RefId="0"><MS><Ref N="self" RefId="0" /></MS></Obj>"#;
        assert!(json(cycle).contains("$truncated"));
        let mut bomb = r#"<Obj RefId="0"><LST>"#.to_owned();
        bomb += r#"<Obj RefId="1"><LST><I32>0</I32></LST></Obj>"#;
        for level in 2..9 {
            let refs = format!(r#"<Ref RefId="{}" />"#, level - 1).repeat(40);
            bomb += &format!(r#"<Obj RefId="{level}"><LST>{refs}</LST></Obj>"#);
        }
        bomb += "</LST></Obj>";
        let text = json(&bomb);
        assert!(text.contains("$truncated") && text.len() < 64 << 20, "{}", text.len());
    }
}
