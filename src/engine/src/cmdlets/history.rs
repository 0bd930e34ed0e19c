//! `Get-History`, `Add-History`, `Invoke-History`, `Clear-History`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::{Inline, R, Runspace},
    history::Entry,
    ops::patterns,
    types,
    value::{Category, Opaque, Value, text},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-History",
    "GetHistoryCommand",
    "Id long[] range(1,9223372036854775807) 0 ^
     Count int 1 range(0,32767)",
    || Box::new(Get),
)
.examples(
    r#"@(Get-History -Count 1).Count -le 1 # what was typed before
> True"#,
)
.in_module(CORE);
pub(super) static ADD: Cmdlet = Cmdlet::new(
    "Add-History",
    "AddHistoryCommand",
    "InputObject psobject[] 0 ^
     Passthru",
    || Box::new(Add),
)
.examples(r#"[pscustomobject]@{ CommandLine = 'x' } | Get-Member CommandLine | ForEach-Object Name # a line more among those that were typed
> CommandLine"#)
.in_module(CORE);
pub(super) static INVOKE: Cmdlet =
    Cmdlet::new("Invoke-History", "InvokeHistoryCommand", "Id string 0 ~", || Box::new(Invoke))
        .examples(
            r#"Get-Command Invoke-History | ForEach-Object Name # a line once more
> Invoke-History"#,
        )
        .in_module(CORE)
        .should_process();
pub(super) static CLEAR: Cmdlet = Cmdlet::new(
    "Clear-History",
    "ClearHistoryCommand",
    "Id int[] range(1,2147483647) @IDParameter(0)
     CommandLine string[] notempty @CommandLineParameter
     Count int 1 range(1,2147483647)
     Newest",
    || Box::new(Clear),
)
.examples(
    r#"Clear-History; @(Get-History).Count # nothing of what was typed before
> 0"#,
)
.in_module(CORE)
.default_set("IDParameter")
.should_process();

fn object(entry: &Entry) -> Value {
    Opaque::new(
        "Microsoft.PowerShell.Commands.HistoryInfo",
        [
            ("Id", Value::I64(entry.id)),
            ("CommandLine", Value::Str(entry.command.clone())),
            (
                "ExecutionStatus",
                types::enum_value("System.Management.Automation.Runspaces.PipelineState", &entry.status),
            ),
            ("StartExecutionTime", Value::DateTime(entry.start)),
            ("EndExecutionTime", Value::DateTime(entry.end)),
            (
                "Duration",
                Value::TimeSpan(psrpd_dotnet::TimeSpan(entry.end.ticks().saturating_sub(entry.start.ticks()))),
            ),
        ],
    )
    .displayed(entry.command.clone())
    .into_value()
}

fn count(cx: &Cx<'_>) -> Option<usize> {
    cx.int("Count").and_then(|n| usize::try_from(n).ok())
}

fn not_found(cx: &mut Cx<'_>, id: i64) -> R<()> {
    let message = format!("Cannot locate the history for Id {id}.");
    let id = Value::I64(id);
    cx.error("System.ArgumentException", "GetHistoryNoHistoryForId", Category::ObjectNotFound, message, id)
}

struct Get;

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let ids = cx.list("Id");
        if ids.is_empty() {
            let all: Vec<Value> = cx.rs.history.entries().map(object).collect();
            let skip = count(cx).map_or(0, |count| all.len().saturating_sub(count));
            for entry in all.into_iter().skip(skip) {
                cx.write(entry)?;
            }
            return Ok(());
        }
        for id in ids {
            let id = id.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
            let found: Vec<Value> = match (cx.rs.history.find(id), count(cx)) {
                (None, _) => {
                    not_found(cx, id)?;
                    continue;
                }
                (Some(entry), None) => vec![object(entry)],
                // With a count, the entries up to this one.
                (Some(_), Some(count)) => {
                    let upto: Vec<Value> = cx.rs.history.entries().filter(|entry| entry.id <= id).map(object).collect();
                    let skip = upto.len().saturating_sub(count);
                    upto.into_iter().skip(skip).collect()
                }
            };
            for entry in found {
                cx.write(entry)?;
            }
        }
        Ok(())
    }
}

struct Add;

/// What an object says of a command that ran; none if it says too little.
fn entry_of(rs: &mut Runspace, object: &Value) -> R<Option<Entry>> {
    let command = rs.find_member(object, "CommandLine")?;
    let status = rs.find_member(object, "ExecutionStatus")?;
    let (Some(command), Some(status)) = (command, status) else { return Ok(None) };
    let mut times = Vec::new();
    for name in ["StartExecutionTime", "EndExecutionTime"] {
        let Some(time) = rs.find_member(object, name)? else { return Ok(None) };
        match crate::convert::convert(rs, &time, &types::datetime()).map(|time| time.base().clone()) {
            Ok(Value::DateTime(time)) => times.push(time),
            _ => return Ok(None),
        }
    }
    let [start, end] = times.as_slice() else { return Ok(None) };
    Ok(Some(Entry { id: 0, command: text(&command), status: text(&status), start: *start, end: *end }))
}

impl Run for Add {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for input in cx.list("InputObject") {
            let Some(entry) = entry_of(cx.rs, &input)? else {
                let exception = "System.IO.InvalidDataException";
                let message = "Cannot add history because the input object has a format that is not valid.";
                cx.error(exception, "AddHistoryInvalidInput", Category::InvalidData, message, input.clone())?;
                continue;
            };
            let id = cx.rs.add_history(entry);
            if cx.flag("Passthru")
                && let Some(added) = cx.rs.history.find(id).map(object)
            {
                cx.write(added)?;
            }
        }
        Ok(())
    }
}

struct Invoke;

impl Run for Invoke {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let wanted = cx.string("Id");
        let history = &cx.rs.history;
        let found = match &wanted {
            None => history.entries().last(),
            Some(id) => match id.parse::<i64>() {
                Ok(id) => history.find(id),
                Err(_) => {
                    let starts = |entry: &&Entry| psrpd_dotnet::casing::starts_with(&entry.command, id);
                    history.entries().rev().find(starts)
                }
            },
        };
        let Some((id, command)) = found.map(|entry| (entry.id, entry.command.clone())) else {
            let (id, message, category, target) = match wanted {
                None => (
                    "InvokeHistoryNoLastHistoryEntryFound",
                    "Cannot locate most recent history.".to_owned(),
                    Category::InvalidOperation,
                    Value::Null,
                ),
                Some(wanted) if wanted.parse::<i64>().is_ok() => {
                    let number = wanted.parse::<i64>().unwrap_or(0);
                    let message = format!("Cannot locate the history for Id {number}.");
                    let id = "InvokeHistoryNoHistoryForId";
                    let category = Category::ObjectNotFound;
                    return Err(cx.fail("System.ArgumentException", id, category, message, Value::I64(number)));
                }
                Some(wanted) => (
                    "InvokeHistoryNoHistoryForCommandline",
                    format!("Cannot locate the history for command line {wanted}."),
                    Category::ObjectNotFound,
                    Value::Str(wanted),
                ),
            };
            return Err(cx.fail("System.InvalidOperationException", id, category, message, target));
        };
        if cx.rs.history.running.contains(&id) {
            let message = "The Invoke-History cmdlet is called repeatedly, in a loop.";
            let exception = "System.InvalidOperationException";
            let category = Category::InvalidOperation;
            return Err(cx.fail(exception, "InvokeHistoryLoopDetected", category, message, Value::Null));
        }
        if !cx.should_process(&command, "Invoke-History")? {
            return Ok(());
        }
        cx.rs.host.write(&command, true, None);
        let block = cx.rs.parse_block(&command)?;
        cx.rs.history.running.push(id);
        let result = cx.rs.run_inline(&block, &mut Inline::default(), cx.out);
        cx.rs.history.running.pop();
        result
    }
}

struct Clear;

const CLEARS_ALL: &str = "This command will clear all the entries from the session history.";

impl Run for Clear {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut doomed: Vec<i64> = Vec::new();
        let ids = cx.list("Id");
        let lines = cx.strings("CommandLine");
        for id in &ids {
            let id = id.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
            if cx.rs.history.find(id).is_none() {
                not_found(cx, id)?;
                continue;
            }
            doomed.push(id);
        }
        for line in &lines {
            let pattern = patterns::wildcard(line, true)?;
            doomed
                .extend(cx.rs.history.entries().filter(|entry| pattern.is_match(&entry.command)).map(|entry| entry.id));
        }
        if ids.is_empty() && lines.is_empty() {
            doomed.extend(cx.rs.history.entries().map(|entry| entry.id));
        }
        if cx.flag("Newest") {
            doomed.reverse();
        }
        if let Some(count) = count(cx) {
            doomed.truncate(count);
        }
        if !doomed.is_empty() && cx.should_process(CLEARS_ALL, "Clear-History")? {
            cx.rs.history.remove(&doomed);
        }
        Ok(())
    }
}
