//! `ConvertFrom-Json`

use psrpd_dotnet::{DateTime, Kind, Str, casing, cast, culture, date, date_parse};

use super::{Cmdlet, Cx, Run, paths};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    json::{self, Node},
    types,
    value::{Category, Dictionary, ErrorRecord, Exception, Member, Value, Wrapped},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertFrom-Json",
    "ConvertFromJsonCommand",
    "InputObject string 0 ! ^ empty
     AsHashtable
     Depth int positive
     NoEnumerate
     DateKind Microsoft.PowerShell.Commands.JsonDateKind",
    || Box::new(ConvertFromJson::default()),
)
.examples(
    r#"('{"a": [1, 2]}' | ConvertFrom-Json).a # the parts of a document
> 1
> 2"#,
);

/// How deep a document may be.
pub(crate) const DEFAULT_DEPTH: i64 = 1024;

#[derive(Default)]
struct ConvertFromJson {
    texts: Vec<Str>,
}

impl Run for ConvertFromJson {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.texts.extend(cx.string("InputObject"));
        Ok(())
    }

    /// Each input is a text of its own, or all of them are the lines of one: the first decides.
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let texts = std::mem::take(&mut self.texts);
        let Some((first, more)) = texts.split_first() else { return Ok(()) };
        if more.is_empty() {
            return convert_text(cx, first).map(drop);
        }
        let stands_alone = match convert_text(cx, first) {
            Ok(any) => any,
            Err(Flow::Error(_)) => false,
            Err(other) => return Err(other),
        };
        if stands_alone {
            return more.iter().try_for_each(|text| convert_text(cx, text).map(drop));
        }
        let lines: Vec<&str> = texts.iter().map(Str::as_str).collect();
        convert_text(cx, &lines.join("\n").into()).map(drop)
    }
}

/// Writes what a text says; false if it says nothing.
fn convert_text(cx: &mut Cx<'_>, text: &Str) -> R<bool> {
    let depth = cast::index(cx.int("Depth").unwrap_or(DEFAULT_DEPTH));
    let dates = match cx.get("DateKind") {
        Some(Value::Enum(_, kind)) => kind,
        _ => 0,
    };
    let as_table = cx.flag("AsHashtable");
    let found = json_value(cx.rs, text, depth, as_table, dates).map_err(|flow| paths::ending(cx, flow))?;
    let Some(value) = found else {
        cx.write(Value::Null)?;
        return Ok(false);
    };
    let any = !value.is_null();
    if cx.flag("NoEnumerate") {
        cx.write(value)?;
    } else {
        cx.write_all(value)?;
    }
    Ok(any)
}

/// What a text says; nothing if it is empty.
///
/// # Errors
/// `System.ArgumentException`, and members that no object can have.
pub(crate) fn json_value(rs: &mut Runspace, text: &Str, depth: usize, as_table: bool, dates: i64) -> R<Option<Value>> {
    let node = rs.while_running(|goes_on| json::read(text, depth, goes_on))?.map_err(|message| failed(&message))?;
    node.map(|node| Builder { as_table, dates }.value(rs, node)).transpose()
}

fn failed(message: &str) -> Flow {
    let inner = Value::object(Exception::new("Newtonsoft.Json.JsonReaderException", message));
    let exception = Exception::of(
        types::known("System.ArgumentException"),
        format!("Conversion from JSON failed with error: {message}").into(),
        inner,
    );
    let id = "System.ArgumentException";
    Flow::error(ErrorRecord::new(Value::object(exception), id, Category::NotSpecified, Value::Null))
}

/// The objects of a document, as the cmdlet makes them when nothing else is asked for.
pub(crate) fn value(cx: &mut Cx<'_>, node: Node) -> R<Value> {
    Builder { as_table: false, dates: 0 }.value(cx.rs, node)
}

struct Builder {
    as_table: bool,
    /// `JsonDateKind`: Default, Local, Utc, Offset, String.
    dates: i64,
}

impl Builder {
    fn value(&self, rs: &mut Runspace, node: Node) -> R<Value> {
        rs.check_stop()?;
        Ok(match node {
            Node::Null => Value::Null,
            Node::Bool(b) => b.into(),
            Node::Int(n) => n.into(),
            Node::Big(n) => types::big(n),
            Node::Float(n) => n.into(),
            Node::Digits(text) => convert::string_to_number(&text)?,
            Node::Text(text) => self.text(rs, text)?,
            Node::Array(items) => {
                let items = items.into_iter().map(|item| self.value(rs, item)).collect::<R<Vec<Value>>>()?;
                Value::array(items)
            }
            Node::Object(members) if self.as_table => {
                let table = Dictionary::new(types::known("System.Management.Automation.OrderedHashtable"), false);
                for (name, node) in members {
                    let value = self.value(rs, node)?;
                    table.set(Value::Str(name), value);
                }
                Value::object(table)
            }
            Node::Object(members) => self.object(rs, members)?,
        })
    }

    fn object(&self, rs: &mut Runspace, members: Vec<(Str, Node)>) -> R<Value> {
        let mut notes = Vec::with_capacity(members.len());
        let mut seen = std::collections::HashMap::new();
        for (name, node) in members {
            let complain = |id: &str, message: String| {
                let category = Category::InvalidOperation;
                Flow::error(error::record("System.InvalidOperationException", id, category, message, Value::Null))
            };
            if name.is_empty() {
                return Err(complain("EmptyKeyInJsonString", "The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.".into()));
            }
            if let Some(have) = seen.insert(casing::fold(&name), name.clone()) {
                return Err(complain(
                    "KeysWithDifferentCasingInJsonString",
                    format!(
                        "Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{have}' was '{name}'."
                    ),
                ));
            }
            if ["psobject", "psbase", "psadapted", "psextended", "pstypenames"]
                .iter()
                .any(|word| casing::eq(word, &name))
            {
                let message = format!("The member name \"{name}\" is reserved.");
                let exception = "System.Management.Automation.ExtendedTypeSystemException";
                let id = "PSObjectMembersMembersAddReservedName";
                return Err(Flow::error(error::record(exception, id, Category::NotSpecified, message, Value::Null)));
            }
            let value = self.value(rs, node)?;
            notes.push(Member::note(name, value));
        }
        Ok(Value::Wrapped(std::sync::Arc::new(Wrapped::custom(notes))))
    }

    /// A string; one that looks like a date is a date.
    fn text(&self, rs: &mut Runspace, text: Str) -> R<Value> {
        const STRING: i64 = 4;
        if self.dates == STRING {
            return Ok(Value::Str(text));
        }
        let Some(parsed) = iso_date(&text).or_else(|| script_date(&text)) else { return Ok(Value::Str(text)) };
        const OFFSET: i64 = 3;
        if self.dates == OFFSET {
            return match rs.find_type("System.DateTimeOffset") {
                Some(of) => convert::convert(rs, &Value::Str(text), &of),
                None => Err(error::unsupported(
                    "NativeEngineTypeNotSupported",
                    "The type [System.DateTimeOffset] exists in .NET but not in the native engine.",
                )),
            };
        }
        let (date, offset) = parsed;
        let utc = |ticks: i64| date.add_ticks(ticks.saturating_neg()).map(|date| date.with_kind(Kind::Utc));
        let date = match offset {
            None => date,
            Some(0) if text.ends_with('Z') || text.ends_with('/') => date.with_kind(Kind::Utc),
            Some(ticks) => {
                let utc = utc(ticks).unwrap_or(date);
                local(rs, utc)
            }
        };
        Ok(Value::DateTime(match (self.dates, date.kind()) {
            (1, Kind::Unspecified) => date.with_kind(Kind::Local),
            (1, Kind::Utc) => local(rs, date),
            (2, Kind::Unspecified) => date.with_kind(Kind::Utc),
            (2, Kind::Local) => {
                let offset = rs.utc_offset(date);
                date.add_ticks(offset.saturating_neg()).unwrap_or(date).with_kind(Kind::Utc)
            }
            _ => date,
        }))
    }
}

fn local(rs: &Runspace, utc: DateTime) -> DateTime {
    let offset = rs.platform.utc_offset(utc.ticks());
    utc.add_ticks(offset).unwrap_or(utc).with_kind(Kind::Local)
}

/// A time in the only form that counts as one: `yyyy-MM-ddTHH:mm:ss`, with fraction and zone or without.
fn iso_date(text: &str) -> Option<(DateTime, Option<i64>)> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let fits = bytes.len() >= shape.len()
        && shape.iter().zip(bytes).all(|(want, have)| if *want == b'd' { have.is_ascii_digit() } else { want == have });
    if !fits {
        return None;
    }
    let tail = text.get(shape.len()..)?;
    let zone = tail.trim_start_matches(['.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let is_zone = zone.is_empty()
        || zone == "Z"
        || matches!(zone.as_bytes(), [b'+' | b'-', rest @ ..] if rest.len() == 5 && rest.get(2) == Some(&b':'));
    if !is_zone {
        return None;
    }
    let parsed = date_parse::parse(text, 1, &culture::invariant().dates)?;
    Some((parsed.date, parsed.offset))
}

/// `/Date(milliseconds)/`
fn script_date(text: &str) -> Option<(DateTime, Option<i64>)> {
    let ms: i64 = text.strip_prefix("/Date(")?.strip_suffix(")/")?.parse().ok()?;
    let ticks = ms.checked_mul(10_000)?.checked_add(date::UNIX_EPOCH)?;
    Some((DateTime::new(ticks, Kind::Unspecified)?, Some(0)))
}
