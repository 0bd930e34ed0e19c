//! The view of error records: as `$ErrorView` says.

use std::sync::Arc;

use crate::{
    eval::{Flow, R, Runspace},
    types,
    value::{Category, Dictionary, ErrorRecord, Invocation, Value, text as plain_text},
};

/// The columns of a message where the client has no console.
const WIDTH: usize = 120;

/// The text of an error record.
pub(super) fn write(rs: &mut Runspace, value: &Value) -> R<String> {
    let Some(record) = value.downcast::<ErrorRecord>() else { return super::error_bag::write(rs, value) };
    if is_native(&record.id.lock()) {
        return Ok(record.exception_message().to_string());
    }
    match chosen(rs).as_str() {
        "detailedview" => detailed(rs, value),
        "categoryview" => Ok(record.category_message()),
        "conciseview" => concise(rs, record),
        _ => Ok(normal(record)),
    }
}

/// Whether the error is a line that a native program wrote: it is shown as it is.
pub(super) fn is_native(id: &str) -> bool {
    matches!(id, "NativeCommandErrorMessage" | "NativeCommandError")
}

/// `$ErrorView`, in lower case.
pub(super) fn chosen(rs: &mut Runspace) -> String {
    rs.variable("ErrorView").map(|view| plain_text(&view).to_ascii_lowercase()).unwrap_or_default()
}

pub(super) fn detailed(rs: &mut Runspace, value: &Value) -> R<String> {
    let script = rs.view_script("$_ | Get-Error | Out-String")?;
    match rs.call_block_with(&script, Some(value.clone()), &[]) {
        Ok(found) => Ok(plain_text(&Value::collected(found)).to_string()),
        Err(Flow::Error(raised)) => Ok(format!("Error found in error view definition: {}", raised.record.message())),
        Err(other) => Err(other),
    }
}

fn normal(record: &ErrorRecord) -> String {
    let invocation = record.invocation.lock().clone();
    let mut out = String::new();
    if let Some(invocation) = &invocation
        && !record.activity.lock().is_empty()
    {
        let name = command_name(invocation);
        if !name.is_empty() {
            out.push_str(&format!("{name} : "));
        }
    }
    out.push_str(&record.message());
    if let Some(invocation) = invocation
        && !invocation.position_message().is_empty()
        && (!invocation.command.is_null() || *record.category.lock() != Category::ParserError)
    {
        out.push_str(&format!("\n{}", invocation.position_message()));
    }
    out.push_str(&format!("\n+ CategoryInfo          : {}", record.category_message()));
    out.push_str(&format!("\n+ FullyQualifiedErrorId : {}", record.id.lock()));
    out
}

fn command_name(invocation: &Invocation) -> String {
    let info = invocation.command.downcast::<crate::value::Opaque>();
    let get = |name: &str| info.and_then(|info| info.get(name)).map(|value| plain_text(&value).to_string());
    match get("CommandType").as_deref() {
        Some("ExternalScript") => get("Path").unwrap_or_default(),
        Some("Script") => get("Definition").unwrap_or_default(),
        Some(_) if matches!(invocation.name.as_str(), "" | "&" | ".") => get("Name").unwrap_or_default(),
        _ => invocation.name.to_string(),
    }
}

/// Where an error happened.
pub(super) struct Site {
    /// The file; empty for what was typed.
    pub(super) script: String,
    pub(super) line: i32,
    pub(super) offset: i32,
    /// `PositionMessage`: the place in words, the line, a mark below it.
    pub(super) message: String,
}

impl Site {
    fn of(invocation: &Invocation) -> Self {
        Self {
            script: invocation.script_name().to_string(),
            line: invocation.line_number(),
            offset: invocation.offset(),
            message: invocation.position_message().to_string(),
        }
    }

    /// The line with its mark. Modules show none: nobody wants to see their lines.
    fn position(&self, rs: &Runspace) -> Option<Position> {
        if self.script.to_ascii_lowercase().ends_with(".psm1") {
            return None;
        }
        let in_editor = rs.state.environment.get("TERM_PROGRAM").is_some_and(|program| program == "vscode");
        let file = match (self.script.is_empty(), in_editor) {
            (true, _) => String::new(),
            (false, true) => format!("{}:{}:{}", self.script, self.line, self.offset),
            (false, false) => format!("{}:{}", self.script, self.line),
        };
        let lines: Vec<&str> = self.message.split('\n').collect();
        let without_mark = |line: Option<&&str>| line.and_then(|line| line.get(1..)).unwrap_or("").to_owned();
        let (line, mark) = (without_mark(lines.get(1)), without_mark(lines.last()));
        Some(Position::new(&file, &self.line.to_string(), &line, &mark))
    }
}

/// The source line with a mark below the place, for errors in scripts and in texts of several lines.
struct Position {
    head: String,
    /// What stands in front of the message.
    prefix: String,
}

impl Position {
    fn new(file: &str, number: &str, line: &str, mark: &str) -> Self {
        let extra = " ".repeat(number.len().saturating_sub(4));
        let prefix = format!("{extra}     | ");
        let mut head = format!("{file}\n{extra}Line |\n{number:>4} | {line}\n");
        if !mark.is_empty() {
            head.push_str(&format!("{prefix}{mark}\n"));
        }
        Self { head, prefix }
    }
}

/// The place that the target of an error names: `Line` and `LineText`, as test frameworks do.
fn target_position(record: &ErrorRecord) -> Option<Position> {
    let target = record.target.lock().clone();
    let table = target.downcast::<Dictionary>()?;
    let get = |name: &str| table.get_str(name).map(|value| plain_text(&value).to_string());
    let (number, line) = (get("Line")?, get("LineText")?.trim().to_owned());
    let length = line.chars().count();
    let column = |name: &str| get(name)?.parse::<usize>().ok();
    let start = column("StartColumn").filter(|start| (1..=length).contains(start));
    let mark = start.map_or_else(String::new, |start| {
        let behind = length.saturating_add(1);
        let end = column("EndColumn").filter(|end| *end > start && *end <= behind).unwrap_or(behind);
        format!("{}{}", " ".repeat(start.saturating_sub(1)), "~".repeat(end.saturating_sub(start)))
    });
    Some(Position::new(&get("File").unwrap_or_default(), &number, &line, &mark))
}

fn position(rs: &Runspace, record: &ErrorRecord, invocation: Option<&Invocation>) -> Option<Position> {
    if let Some(position) = target_position(record) {
        return Some(position);
    }
    let invocation = invocation?;
    let is_script = !invocation.script_name().is_empty();
    let is_parse_error = *record.category.lock() == Category::ParserError
        && record
            .exception
            .type_of()
            .is_some_and(|of| of.name() == "System.Management.Automation.ParentContainsErrorRecordException");
    let is_shown = is_parse_error || is_script || invocation.line_number() > 1;
    if is_shown { Site::of(invocation).position(rs) } else { None }
}

fn concise(rs: &mut Runspace, record: &ErrorRecord) -> R<String> {
    let invocation: Option<Arc<Invocation>> = record.invocation.lock().clone();
    let place = position(rs, record, invocation.as_deref());
    let is_parse_error = *record.category.lock() == Category::ParserError;
    let own = record.exception_message().to_string();
    let details = record.details.lock().clone().filter(|details| !details.is_empty());
    let said = match details {
        Some(details) => details.to_string(),
        None if is_parse_error && own.contains("~\n") => {
            own.split("~\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or("").to_owned()
        }
        None => own,
    };
    let in_script = invocation.as_ref().is_some_and(|invocation| !invocation.script_name().is_empty());
    let reason = reason(rs, record, invocation.as_deref())?;
    let recommended = record.recommended.lock().clone();
    Ok(framed(rs, &reason, &said, place, in_script || is_parse_error, &recommended))
}

/// The concise view out of its parts; the site is that of an error whose place is shown.
pub(super) fn compose(rs: &Runspace, reason: &str, said: &str, site: Option<&Site>, recommended: &str) -> String {
    let place = site.and_then(|site| site.position(rs));
    framed(rs, reason, said, place, site.is_some_and(|site| !site.script.is_empty()), recommended)
}

fn framed(rs: &Runspace, reason: &str, said: &str, place: Option<Position>, folds: bool, recommended: &str) -> String {
    let (head, prefix) = place.map(|place| (place.head, place.prefix)).unwrap_or_default();
    let mut message = format!("{prefix}{said}");
    if folds {
        let window = rs.console.screen().and_then(|screen| screen.window);
        let width = window.map_or(WIDTH, |window| usize::try_from(window.width).unwrap_or(0));
        message = format!("{}\n", fold(&message.replace(['\n', '\t'], " "), &prefix, width));
    }
    if !recommended.trim().is_empty() {
        message.push_str(&format!("\n  Recommendation: {recommended}"));
    }
    format!("{reason}: {head}{message}")
}

/// A message broken at blanks, the prefix in front of each line.
fn fold(message: &str, prefix: &str, width: usize) -> String {
    let count = |text: &str| text.chars().count();
    let head_of = |text: &str| {
        let head: String = text.chars().take(width).collect();
        if head.len() == text.len() {
            return head;
        }
        head.rsplit_once(char::is_whitespace).map_or(head.clone(), |(head, _)| head.to_owned())
    };
    if width == 0 || count(message) <= width {
        return message.into();
    }
    let first = head_of(message);
    let mut rest = message.strip_prefix(first.as_str()).unwrap_or("").trim().to_owned();
    let mut out = format!("{first}\n");
    while count(&rest).saturating_add(count(prefix)) > width {
        let line = head_of(&format!("{prefix}{rest}"));
        let Some(used) = line.strip_prefix(prefix).filter(|used| !used.is_empty()) else { break };
        out.push_str(&format!("{line}\n"));
        rest = rest.strip_prefix(used).unwrap_or("").trim().to_owned();
    }
    out.push_str(&format!("{prefix}{}", rest.trim()));
    out
}

/// What the message begins with: the command, or what kind of error it is.
fn reason(rs: &mut Runspace, record: &ErrorRecord, invocation: Option<&Invocation>) -> R<String> {
    let thrown = types::exception_property(&record.exception, "WasThrownFromThrowStatement");
    if thrown.is_some_and(|thrown| crate::convert::to_bool(&thrown)) {
        return Ok("Exception".into());
    }
    let command = invocation.map(|invocation| invocation.command.clone()).unwrap_or_default();
    let name = if command.is_null() { Value::Null } else { rs.get_member(&command, "Name")? };
    let name = plain_text(&name).to_string();
    let activity = record.activity.lock().to_string();
    // Errors of the language have no command.
    if !activity.is_empty() && !name.is_empty() && rs.resolve(&name).is_ok() {
        return Ok(name);
    }
    if !activity.is_empty() {
        return Ok(activity);
    }
    // What a script throws as a record names the command, errors of the language do not.
    let of_language = record
        .exception
        .type_of()
        .is_some_and(|of| of.ancestry().any(|of| of.name() == "System.Management.Automation.RuntimeException"));
    if !command.is_null() && !of_language {
        return Ok(name);
    }
    // A command that is not there has only the name it was called by.
    let called = invocation.map(|invocation| invocation.name.to_string()).unwrap_or_default();
    if command.is_null() && !called.is_empty() {
        return Ok(called);
    }
    let category = *record.category.lock();
    Ok(match () {
        () if category != Category::NotSpecified => category.name(),
        () if !record.reason().is_empty() => record.reason().to_string(),
        () => "Error".into(),
    })
}
