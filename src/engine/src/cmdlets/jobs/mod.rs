//! Jobs: what the cmdlets about them have in common.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing, wildcard};

use super::Cx;
use crate::{
    beside::{Job, JobKind, Kind},
    eval::{R, Stream},
    ops::patterns,
    value::{Category, Dictionary, ErrorRecord, Value, text},
};

pub(super) mod get_job;
pub(super) mod receive_job;
pub(super) mod remove_job;
pub(super) mod start_job;
pub(super) mod start_thread_job;
pub(super) mod stop_job;
pub(super) mod wait_job;

pub(crate) use start_job::in_background;

const NOT_FOUND: &str = "System.Management.Automation.PSArgumentException";

/// The jobs that the parameters of a cmdlet mean; of those that are not there, errors are written.
fn chosen(cx: &mut Cx<'_>) -> R<Vec<Arc<Job>>> {
    let mut found: Vec<Arc<Job>> = cx.list("Job").iter().filter_map(Value::shared::<Job>).collect();
    let all = with_children(&cx.rs.beside.jobs);
    for id in cx.list("Id") {
        match all.iter().find(|job| id.as_i128() == Some(job.number.into())) {
            Some(job) => found.push(job.clone()),
            None => {
                let shown = text(&id);
                let message = format!(
                    "The command cannot find a job with the job ID {shown}. Verify the value of the Id parameter and then try the command again."
                );
                cx.error(NOT_FOUND, "JobWithSpecifiedSessionNotFound", Category::ObjectNotFound, message, id)?;
            }
        }
    }
    for instance in cx.list("InstanceId") {
        match all.iter().find(|job| matches!(instance.base(), Value::Guid(id) if *id == job.instance)) {
            Some(job) => found.push(job.clone()),
            None => {
                let shown = text(&instance);
                let message = format!(
                    "The command cannot find a job with the instance identifier {shown}. Verify the value of the InstanceId parameter, and then try the command again."
                );
                let id = "JobWithSpecifiedInstanceIdNotFound";
                cx.error(NOT_FOUND, id, Category::ObjectNotFound, message, instance)?;
            }
        }
    }
    for name in cx.strings("Name") {
        named(cx, &all, &name, &mut found)?;
    }
    let jobs = cx.rs.beside.jobs.clone();
    if let Some(state) = cx.get("State") {
        let state = text(&state);
        found.extend(jobs.iter().filter(|job| casing::eq(job.phase().name(), &state)).cloned());
    }
    for command in cx.strings("Command") {
        let pattern = patterns::wildcard(command.trim(), true)?;
        found.extend(jobs.iter().filter(|job| pattern.is_match(job.command.trim())).cloned());
    }
    if let Some(filter) = cx.get("Filter") {
        filtered(cx, &jobs, &filter, &mut found)?;
    }
    Ok(found)
}

/// All jobs, and what they consist of.
fn with_children(jobs: &[Arc<Job>]) -> Vec<Arc<Job>> {
    jobs.iter().flat_map(Job::family).collect()
}

/// The jobs of a name. Thread jobs are found by their whole name alone.
fn named(cx: &mut Cx<'_>, all: &[Arc<Job>], name: &Str, found: &mut Vec<Arc<Job>>) -> R<()> {
    let pattern = patterns::wildcard(name, true)?;
    let before = found.len();
    for job in all {
        let own = job.name.lock().clone();
        let fits = if job.kind == JobKind::Thread { casing::eq(&own, name) } else { pattern.is_match(&own) };
        if fits {
            found.push(job.clone());
        }
    }
    if found.len() == before && !wildcard::has_wildcards(name) {
        let message = format!(
            "The command cannot find the job because the job name {name} was not found. Verify the value of the Name parameter, and then try the command again."
        );
        let id = "JobWithSpecifiedNameNotFound";
        cx.error(NOT_FOUND, id, Category::ObjectNotFound, message, Value::Str(name.clone()))?;
    }
    Ok(())
}

/// The jobs with these properties. Whoever manages thread jobs has no filter.
fn filtered(cx: &mut Cx<'_>, jobs: &[Arc<Job>], filter: &Value, found: &mut Vec<Arc<Job>>) -> R<()> {
    if jobs.iter().any(|job| job.kind == JobKind::Thread) {
        let message = "A ThreadJobSourceAdapter job source adapter threw an exception with the following message: Specified method is not supported.";
        cx.rs.write_message(Stream::Warning, message.into())?;
    }
    let wanted = filter.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
    for job in jobs.iter().filter(|job| job.kind != JobKind::Thread) {
        let object = Value::Object(job.clone());
        let mut fits = true;
        for (name, value) in &wanted {
            let have = cx.rs.get_member(&object, &text(name))?;
            fits &= casing::eq(&text(&have), &text(value));
        }
        if fits {
            found.push(job.clone());
        }
    }
    Ok(())
}

/// Writes what a command beside has written, as its own.
pub(super) fn forward(cx: &mut Cx<'_>, kind: Kind, value: Value, shows_all: bool) -> R<()> {
    match kind {
        Kind::Output => cx.write(value),
        Kind::Error => match value.shared::<ErrorRecord>() {
            Some(record) => cx.rs.forward_error(record),
            None => Ok(()),
        },
        Kind::Warning => cx.rs.forward_message(Stream::Warning, value, false),
        Kind::Verbose => cx.rs.forward_message(Stream::Verbose, value, shows_all),
        Kind::Debug => cx.rs.forward_message(Stream::Debug, value, shows_all),
        Kind::Information => cx.rs.write_information_record(value),
        Kind::Progress => {
            cx.rs.forward_progress(&value);
            Ok(())
        }
    }
}
