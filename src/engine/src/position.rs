//! Positions in scripts as messages show them.

use psrpd_dotnet::Str;
use psrpd_lang::{Extent, Script};

use crate::{
    eval::Flow,
    ir::Source,
    types,
    value::{Category, ErrorRecord, Exception, Invocation, Opaque, Value},
};

/// The number of the line a byte is on, from 1.
pub(crate) fn line_of(source: &Source, byte: usize) -> usize {
    let text = source.script.source();
    text.get(..byte.min(text.len())).map_or(1, |head| head.matches('\n').count().saturating_add(1))
}

/// Line, column (both from 1) and the text of the line.
fn place(text: &str, byte: usize) -> (usize, usize, &str) {
    let byte = byte.min(text.len());
    let head = text.get(..byte).unwrap_or("");
    let start = head.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..).unwrap_or("").split('\n').next().unwrap_or("").trim_end_matches('\r');
    let column = psrpd_dotnet::text::utf16_len(head.get(start..).unwrap_or("")).saturating_add(1);
    (head.matches('\n').count().saturating_add(1), column, line)
}

/// The position message of an extent.
pub(crate) fn message(text: &str, file: Option<&str>, extent: Extent) -> String {
    let (line, column, shown) = place(text, extent.start());
    let name = file.unwrap_or("line");
    let length = extent.text(text).split('\n').next().unwrap_or("").chars().count().max(1);
    let at = match file {
        Some(_) => format!("At {name}:{line} char:{column}"),
        None => format!("At line:{line} char:{column}"),
    };
    format!("{at}\n+ {shown}\n+ {}{}", " ".repeat(column.saturating_sub(1)), "~".repeat(length))
}

/// Fills in where something stands.
pub(crate) fn locate(invocation: &mut Invocation, source: &Source, extent: Extent) {
    let text = source.script.source();
    let (line, column, shown) = place(text, extent.start());
    invocation.line = shown.into();
    invocation.line_number = psrpd_dotnet::cast::int32(line);
    invocation.offset = psrpd_dotnet::cast::int32(column);
    invocation.script_name = source.file.clone().unwrap_or_default();
    invocation.statement = extent.text(text).into();
    invocation.position_message = message(text, source.file.as_deref(), extent).into();
}

/// The error of a text that does not parse.
pub(crate) fn parse_error(script: &Script, file: Option<&Str>) -> Flow {
    const SHOWN: usize = 10;
    let errors = script.errors();
    let text = script.source();
    let mut blocks: Vec<String> = errors
        .iter()
        .take(SHOWN)
        .map(|error| format!("{}\n{}", message(text, file.map(Str::as_str), error.extent), error.message()))
        .collect();
    if errors.len() > SHOWN {
        blocks.push("Not all parse errors were reported.  Correct the reported errors and try again.".into());
    }
    let message = blocks.join("\n\n");
    let id = errors.first().map_or("ScriptTooComplicated".to_owned(), |error| error.id.name().to_owned());
    let name = if script.is_incomplete() {
        "System.Management.Automation.IncompleteParseException"
    } else {
        "System.Management.Automation.ParseException"
    };
    let list = errors.iter().map(|error| {
        Opaque::new(
            "System.Management.Automation.Language.ParseError",
            [
                ("ErrorId", Value::from(error.id.name())),
                ("Message", error.message().into()),
                ("IncompleteInput", error.incomplete.into()),
            ],
        )
        .displayed(error.message())
        .into_value()
    });
    let exception = Exception::new(name, message).with(
        "Errors",
        Value::typed_array(types::known("System.Management.Automation.Language.ParseError"), list.collect()),
    );
    let record = ErrorRecord::new(Value::object(exception), id, Category::ParserError, Value::Null);
    Flow::error(record)
}
