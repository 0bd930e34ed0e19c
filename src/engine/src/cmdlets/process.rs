//! `Get-Process`, `Stop-Process`, `Wait-Process`

use std::time::Duration;

use psrpd_dotnet::{Str, casing, cast};

use super::{
    Cmdlet, Cx, MANAGEMENT, Run,
    process_list::{self, Process},
};
use crate::{
    eval::R,
    ops::patterns,
    value::{Category, Opaque, Value},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Process",
    "GetProcessCommand",
    "Name|ProcessName string[] notempty @Name(0 ~) @NameWithUserName(0 ~)
     Id|PID int[] @Id(! ~) @IdWithUserName(! ~)
     InputObject System.Diagnostics.Process[] @InputObject(! ^) @InputObjectWithUserName(! ^)
     IncludeUserName @NameWithUserName(!) @IdWithUserName(!) @InputObjectWithUserName(!)",
    || Box::new(GetProcess),
)
.examples(
    r#"(Get-Process -Id $PID).Id -eq $PID # programs that run
> True"#,
)
.in_module(MANAGEMENT)
.default_set("Name");
pub(super) static STOP: Cmdlet = Cmdlet::new(
    "Stop-Process",
    "StopProcessCommand",
    "Name|ProcessName string[] @Name(! ~)
     Id int[] @Id(0 ! ~)
     InputObject System.Diagnostics.Process[] @InputObject(0 ! ^)
     PassThru
     Force notempty",
    || Box::new(StopProcess),
)
.examples(
    r#"Get-Command Stop-Process | ForEach-Object Name # a program that shall end
> Stop-Process"#,
)
.in_module(MANAGEMENT)
.default_set("Id")
.should_process();
pub(super) static WAIT: Cmdlet = Cmdlet::new(
    "Wait-Process",
    "WaitProcessCommand",
    "Id|PID|ProcessId int[] notempty @Id(0 ! ~)
     Name|ProcessName string[] @Name(0 ! ~)
     Timeout|TimeoutSec int 1 notempty range(0,32767)
     Any
     PassThru
     InputObject System.Diagnostics.Process[] @InputObject(! ^)",
    || Box::new(WaitProcess::default()),
)
.examples(
    r#"Get-Command Wait-Process | ForEach-Object Name # until a program ends
> Wait-Process"#,
)
.in_module(MANAGEMENT)
.default_set("Name");

/// How often it is looked whether a process is still there.
const LOOK: Duration = Duration::from_millis(20);

/// The processes that the parameters mean; an error is written for each that is not there.
fn chosen(cx: &mut Cx<'_>) -> R<Vec<Process>> {
    let mut found = Vec::new();
    let objects = cx.list("InputObject");
    let ids: Vec<i64> = objects
        .iter()
        .filter_map(|object| object.downcast::<Opaque>()?.get("Id"))
        .chain(cx.list("Id"))
        .filter_map(|id| id.as_i128())
        .filter_map(|id| i64::try_from(id).ok())
        .collect();
    for id in ids {
        match process_list::one(cx.rs, id) {
            Some(process) => found.push(process),
            None => missing(cx, "NoProcessFoundForGivenId", id)?,
        }
    }
    let mut names = cx.strings("Name");
    if names.is_empty() && ["Id", "InputObject"].iter().all(|name| cx.bound.get(name).is_none()) {
        names.push("*".into());
    }
    // Each process counts once.
    let mut seen = std::collections::HashSet::new();
    found.retain(|process| seen.insert(process.id));
    if names.is_empty() {
        return Ok(found);
    }
    let mut all = process_list::all(cx.rs);
    all.sort_by(|a, b| casing::cmp(&a.name, &b.name).then(a.id.cmp(&b.id)));
    for name in names {
        let pattern = patterns::wildcard(&name, true)?;
        let before = found.len();
        let mut rest = Vec::new();
        for process in all {
            if pattern.is_match(&process.name) { found.push(process) } else { rest.push(process) }
        }
        all = rest;
        if found.len() == before && !psrpd_dotnet::wildcard::has_wildcards(&name) {
            let message = format!(
                "Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."
            );
            complain(cx, "NoProcessFoundForGivenName", message, Value::Str(name))?;
        }
    }
    Ok(found)
}

fn missing(cx: &mut Cx<'_>, id: &str, process: i64) -> R<()> {
    let message = format!("Cannot find a process with the process identifier {process}.");
    complain(cx, id, message, Value::I32(cast::low32(process)))
}

fn complain(cx: &mut Cx<'_>, id: &str, message: String, target: Value) -> R<()> {
    let exception = "Microsoft.PowerShell.Commands.ProcessCommandException";
    cx.error(exception, id, Category::ObjectNotFound, message, target)
}

struct GetProcess;

impl Run for GetProcess {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let with_user = cx.flag("IncludeUserName");
        for process in chosen(cx)? {
            cx.rs.check_stop()?;
            let mut object = process_list::object(cx.rs, &process);
            if with_user {
                let user = process_list::user_name(cx.rs, process.id);
                object = object.with_notes([("UserName", user)]);
            }
            cx.write(object)?;
        }
        Ok(())
    }
}

struct StopProcess;

impl Run for StopProcess {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for process in chosen(cx)? {
            let shown: Str = format!("{} ({})", process.name, process.id).into();
            if !cx.should_process(&shown, "Stop-Process")? {
                continue;
            }
            let object = process_list::object(cx.rs, &process);
            if let Err(failure) = cx.rs.platform.signal(process.id, true) {
                let reason = crate::providers::reason(&failure);
                let message = format!("Cannot stop process \"{shown}\" because of the following error: {reason}");
                let exception = "Microsoft.PowerShell.Commands.ProcessCommandException";
                cx.error(exception, "CouldNotStopProcess", Category::CloseError, message, object)?;
                continue;
            }
            if cx.flag("PassThru") {
                cx.write(object)?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct WaitProcess {
    waiting: Vec<(Process, Value)>,
}

impl Run for WaitProcess {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for process in chosen(cx)? {
            let object = process_list::object(cx.rs, &process);
            self.waiting.push((process, object));
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let own = i64::from(cx.rs.platform.process_id());
        if self.waiting.iter().any(|(process, _)| process.id == own) {
            let message = "This command stopped the operation because the process cannot wait on itself.".to_owned();
            complain(cx, "WaitOnItself", message, Value::Null)?;
            self.waiting.retain(|(process, _)| process.id != own);
        }
        let count = self.waiting.len();
        let deadline = cx.int("Timeout").map(|seconds| {
            cx.rs.platform.now().saturating_add(seconds.saturating_mul(psrpd_dotnet::date::TICKS_PER_SECOND))
        });
        loop {
            let (alive, ended): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.waiting).into_iter().partition(|(process, _)| cx.rs.program_runs(process.id));
            self.waiting = alive;
            if cx.flag("PassThru") {
                for (_, object) in ended {
                    cx.write(object)?;
                }
            }
            if self.waiting.is_empty() || cx.flag("Any") && self.waiting.len() < count {
                return Ok(());
            }
            if deadline.is_some_and(|deadline| cx.rs.platform.now() >= deadline) {
                break;
            }
            cx.rs.stop.sleep(LOOK);
            cx.rs.check_stop()?;
        }
        for (process, object) in std::mem::take(&mut self.waiting) {
            let message = format!(
                "This command stopped operation because process \"{} ({})\" is not stopped in the specified time-out.",
                process.name, process.id
            );
            let exception = "System.TimeoutException";
            cx.error(exception, "ProcessNotTerminated", Category::CloseError, message, object)?;
        }
        Ok(())
    }
}
