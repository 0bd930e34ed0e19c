//! `Receive-Job`

use std::sync::Arc;

use psrpd_dotnet::Str;

use super::{Cx, chosen, forward, remove_job::forget};
use crate::{
    beside::{Job, JobKind, Kind, Phase},
    cmdlets::{CORE, Cmdlet, Run},
    eval::R,
    types,
    value::{Category, ErrorRecord, Member, Opaque, Value},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Receive-Job",
    "ReceiveJobCommand",
    "Job System.Management.Automation.Job[] @Location(0 ! ^ ~)
     Keep
     NoRecurse
     Force
     Wait
     AutoRemoveJob
     WriteEvents
     WriteJobInResults
     Name string[] notempty @NameParameterSet(0 ! ~)
     InstanceId guid[] notempty @InstanceIdParameterSet(0 ! ~)
     Id int[] notempty @SessionIdParameterSet(0 ! ~)",
    || Box::new(ReceiveJob::default()),
)
.examples(
    r#"Start-ThreadJob { 1 + 1 } | Receive-Job -Wait -AutoRemoveJob # what something in the background put out
> 2"#,
)
.in_module(CORE)
.default_set("Location");

#[derive(Default)]
struct ReceiveJob {
    jobs: Vec<Arc<Job>>,
}

impl Run for ReceiveJob {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let needs_wait = ["AutoRemoveJob", "WriteEvents", "WriteJobInResults"];
        if cx.flag("Wait") {
            return Ok(());
        }
        for name in needs_wait {
            if cx.flag(name) {
                let message = match name {
                    "AutoRemoveJob" => {
                        "The -AutoRemoveJob parameter cannot be used without the -Wait parameter".to_owned()
                    }
                    name => format!("The {name} parameter cannot be used without the Wait parameter."),
                };
                let exception = "System.Management.Automation.PSInvalidOperationException";
                return Err(cx.fail(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
            }
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for job in chosen(cx)? {
            if cx.flag("Wait") {
                self.jobs.push(job);
            } else {
                receive(cx, &job, None)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.jobs.is_empty() {
            return Ok(());
        }
        if cx.flag("WriteJobInResults") {
            for job in self.jobs.clone() {
                cx.write(Value::Object(job))?;
            }
        }
        let mut phases: Vec<Phase> = self.jobs.iter().map(|job| job.phase()).collect();
        loop {
            let all_over = self.jobs.iter().all(|job| job.phase().is_over());
            for (at, job) in self.jobs.iter().enumerate() {
                receive(cx, job, Some(job))?;
                let now = job.phase();
                if let Some(before) = phases.get_mut(at)
                    && *before != now
                {
                    let before = std::mem::replace(before, now);
                    if cx.flag("WriteEvents") {
                        cx.write(state_change(before, now))?;
                    }
                }
            }
            if all_over {
                break;
            }
            let jobs = &self.jobs;
            cx.rs.wait_until(None, |_| {
                jobs.iter().any(|job| !is_received(job)) || jobs.iter().all(|job| job.phase().is_over())
            })?;
        }
        if cx.flag("AutoRemoveJob") {
            self.jobs.iter().for_each(|job| forget(cx, job));
        }
        Ok(())
    }
}

/// Whether nothing is there that could be received.
fn is_received(job: &Arc<Job>) -> bool {
    job.family().iter().all(|job| job.gathered.is_empty())
}

/// `JobStateEventArgs`
pub(in crate::cmdlets) fn state_change(before: Phase, now: Phase) -> Value {
    let info = |phase: Phase| types::jobs::state_info(phase, None);
    Opaque::new(
        "System.Management.Automation.JobStateEventArgs",
        [("JobStateInfo", info(now)), ("PreviousJobStateInfo", info(before))],
    )
    .into_value()
}

/// Writes what a job has written.
fn receive(cx: &mut Cx<'_>, job: &Arc<Job>, source: Option<&Arc<Job>>) -> R<()> {
    let keep = cx.flag("Keep") && source.is_none();
    let family = if cx.flag("NoRecurse") { vec![job.clone()] } else { job.family() };
    for member in family {
        let over = member.phase().is_over();
        if matches!(member.kind, JobKind::Thread | JobKind::Event) {
            for kind in [
                Kind::Output,
                Kind::Error,
                Kind::Warning,
                Kind::Verbose,
                Kind::Debug,
                Kind::Progress,
                Kind::Information,
            ] {
                for value in member.gathered.read(kind, keep) {
                    forward(cx, kind, value, false)?;
                }
            }
        } else {
            for (kind, value) in member.gathered.read_in_order(keep) {
                let value = with_source(kind, value, source);
                forward(cx, kind, value, member.kind == JobKind::BackgroundChild)?;
            }
        }
        if over && (source.is_none() || is_received(&member)) {
            fail(cx, &member)?;
        }
    }
    Ok(())
}

/// What comes while it is waited for says which job it is from.
fn with_source(kind: Kind, value: Value, source: Option<&Arc<Job>>) -> Value {
    match (source, &value) {
        (Some(job), Value::Wrapped(wrapped)) if kind == Kind::Output && job.kind == JobKind::Background => {
            wrapped.add(Member::note("PSSourceJobInstanceId", Value::Guid(job.instance)));
            value
        }
        _ => value,
    }
}

/// Writes why a job failed.
fn fail(cx: &mut Cx<'_>, job: &Arc<Job>) -> R<()> {
    let Some(reason) = job.reason() else { return Ok(()) };
    let record = match job.kind {
        JobKind::Thread => ErrorRecord::new(
            reason.exception.clone(),
            Str::from("JobStateFailed"),
            Category::InvalidResult,
            Value::Null,
        ),
        JobKind::BackgroundChild => reason.copy(),
        _ => return Ok(()),
    };
    *record.invocation.lock() = None;
    *record.origin.lock() = None;
    cx.rs.forward_error(Arc::new(record))
}
