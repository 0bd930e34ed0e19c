//! Positions in scripts as messages show them.

use std::sync::Arc;

use psrpd_lang::{Extent, Script};

use crate::{
    eval::Flow,
    ir::Source,
    types,
    value::{Category, ErrorRecord, Exception, Value},
};

/// The number of the line a byte is on, from 1.
pub(crate) fn line_of(source: &Source, byte: usize) -> usize {
    let text = source.script.source();
    text.get(..byte.min(text.len())).map_or(1, |head| head.matches('\n').count().saturating_add(1))
}

/// Where the line of a byte begins.
fn line_start(text: &str, byte: usize) -> usize {
    let head = text.get(..byte.min(text.len())).unwrap_or("");
    head.rfind('\n').map_or(0, |at| at.saturating_add(1))
}

/// The line of a byte, with its end.
pub(crate) fn whole_line(text: &str, byte: usize) -> &str {
    text.get(line_start(text, byte)..).unwrap_or("").split_inclusive('\n').next().unwrap_or("")
}

/// The column of a byte, from 1.
pub(crate) fn column(text: &str, byte: usize) -> usize {
    let head = text.get(line_start(text, byte)..byte.min(text.len())).unwrap_or("");
    psrpd_dotnet::text::utf16_len(head).saturating_add(1)
}

/// Longer lines are cut around what is marked.
const LONGEST_LINE: usize = 69;
/// How much of such a line is shown in front of and behind the mark at least.
const BEFORE: usize = 12;
const BEHIND: usize = 8;

/// The position message of an extent.
pub(crate) fn message(text: &str, file: Option<&str>, extent: Extent) -> String {
    let start = extent.start().min(text.len());
    let line = text.get(..start).map_or(1, |head| head.matches('\n').count().saturating_add(1));
    let (column, shown) = (column(text, start), whole_line(text, start));
    let name = file.unwrap_or("line");
    let at = format!("At {name}:{line} char:{column}");
    let shown: Vec<char> = shown.trim_end().chars().collect();
    if shown.is_empty() {
        return format!("{at}\n+ ");
    }
    let before = column.saturating_sub(1).min(shown.len());
    let rest = shown.len().saturating_sub(before);
    let marked = extent.text(text);
    let length = if marked.contains('\n') { rest } else { marked.chars().count().min(rest) };
    let (head, tail) = shown.split_at_checked(before).unwrap_or((&shown, &[]));
    let (marked, tail) = tail.split_at_checked(length).unwrap_or((tail, &[]));
    let spread = |chars: &[char]| chars.iter().collect::<String>().replace('\t', "    ").chars().collect::<Vec<char>>();
    format!("{at}\n+ {}", marked_line(&spread(head), &spread(marked), &spread(tail)))
}

/// A line and a mark below a part of it.
fn marked_line(head: &[char], marked: &[char], tail: &[char]) -> String {
    let all: Vec<char> = [head, marked, tail].concat();
    let (mut before, mut length, mut is_cut) = (head.len(), marked.len(), false);
    if all.len() > LONGEST_LINE {
        before = head.len().min(BEFORE);
        let behind = tail.len().min(BEHIND);
        let room = LONGEST_LINE.saturating_sub(before.saturating_add(length).saturating_add(behind));
        let more = room.min(head.len().saturating_sub(before));
        let behind = behind.saturating_add(room.saturating_sub(more));
        is_cut = room == 0 || behind < tail.len();
        before = before.saturating_add(more);
        length = length.min(LONGEST_LINE.saturating_sub(before));
    }
    let start = head.len().saturating_sub(before);
    let line: String = all.iter().skip(start).take(LONGEST_LINE).collect();
    let (dots, indent) = if start > 0 { ("\u{2026} ", 2) } else { ("", 0) };
    let end = if is_cut { " \u{2026}" } else { "" };
    let mark = "~".repeat(length.max(1));
    format!("{dots}{line}{end}\n+ {}{mark}", " ".repeat(before.saturating_add(indent)))
}

/// The error of a text that does not parse.
pub(crate) fn parse_error(source: &Arc<Source>) -> Flow {
    const SHOWN: usize = 10;
    let errors = source.script.errors();
    let text = source.script.source();
    let mut blocks: Vec<String> = errors
        .iter()
        .take(SHOWN)
        .map(|error| format!("{}\n{}", message(text, source.file.as_deref(), error.extent), error.message()))
        .collect();
    if errors.len() > SHOWN {
        blocks.push("Not all parse errors were reported.  Correct the reported errors and try again.".into());
    }
    parse_failure(source, blocks.join("\n\n"), "System.Management.Automation.ParseException")
}

/// The error of a text whose parts do not fit together, which only the engine can tell.
pub(crate) fn found(source: &Arc<Source>, id: &str, reason: &str, places: &[Extent]) -> Flow {
    let text = source.script.source();
    let file = source.file.as_deref();
    let blocks: Vec<String> = places.iter().map(|place| format!("{}\n{reason}", message(text, file, *place))).collect();
    let list = places.iter().map(|place| types::syntax::problem(source, id, reason, *place, false)).collect();
    let of = types::known("System.Management.Automation.Language.ParseError");
    failure(id, blocks.join("\n\n"), "System.Management.Automation.ParseException", Value::typed_array(of, list))
}

/// The error of a text from a client, which may be the beginning of one.
pub(crate) fn client_parse_error(script: Script) -> Flow {
    let source = Arc::new(Source::new(script, None));
    match source.script.errors().first() {
        Some(error) if error.incomplete => {
            parse_failure(&source, error.message(), "System.Management.Automation.IncompleteParseException")
        }
        _ => parse_error(&source),
    }
}

fn parse_failure(source: &Arc<Source>, message: String, name: &str) -> Flow {
    let errors = source.script.errors();
    let id = errors.first().map_or("ScriptTooComplicated", |error| error.id.name());
    failure(id, message, name, types::syntax::parse_errors(source, errors))
}

fn failure(id: &str, message: String, name: &str, errors: Value) -> Flow {
    let exception = Exception::new(name, message).with("Errors", errors);
    Flow::error(ErrorRecord::new(Value::object(exception), id, Category::ParserError, Value::Null))
}
