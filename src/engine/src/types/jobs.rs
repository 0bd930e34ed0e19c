//! Jobs as objects.

use super::{Members, TypeDef, known};
use crate::{
    beside::{Job, Kind, Phase, timer::Timer},
    eval::{Flow, R, Runspace, error},
    value::{ErrorRecord, List, Opaque, Value},
};
use std::sync::Arc;

const JOB: &str = "System.Management.Automation.Job";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(JOB).members(common),
    TypeDef::class("System.Management.Automation.Job2").base(JOB).members(|m| {
        m.get("System.Collections.Generic.List[System.Management.Automation.Runspaces.CommandParameterCollection] StartParameters", |_, _| {
            Ok(List::value(super::array_list(), Vec::new()))
        });
    }),
    TypeDef::class("Microsoft.PowerShell.ThreadJob.ThreadJob").base("System.Management.Automation.Job2").members(|m| {
        m.get("System.Management.Automation.JobDefinition ThreadJobDefinition", |_, this| {
            let Some(job) = this.downcast::<Job>() else { return Ok(Value::Null) };
            let of = "System.Management.Automation.JobDefinition";
            Ok(Opaque::new(of, [("Name", Value::Str(job.name.lock().clone())), ("Command", Value::Str(job.command.clone()))])
                .displayed(of)
                .into_value())
        });
        status(m);
        more(m);
        location(m);
        debugger(m);
    }),
    TypeDef::class("System.Management.Automation.PSRemotingJob").base(JOB).members(|m| {
        more(m);
        status(m);
        location(m);
    }),
    TypeDef::class("System.Management.Automation.PSRemotingChildJob").base(JOB).members(|m| {
        status(m);
        more(m);
        location(m);
        debugger(m);
    }),
    TypeDef::class("System.Management.Automation.PSTasks.PSTaskJob").base(JOB).members(|m| {
        m.get("int AllocatedRunspaceCount", |_, this| {
            let crew = this.downcast::<Job>().and_then(|job| job.crew.lock().clone());
            Ok(Value::int(crew.map_or(0, |crew| crew.opened())))
        });
        location(m);
        more(m);
        status(m);
    }),
    TypeDef::class("System.Management.Automation.PSTasks.PSTaskChildJob").base(JOB).members(|m| {
        location(m);
        more(m);
        status(m);
        debugger(m);
    }),
    TypeDef::class("System.Management.Automation.PSEventJob").base(JOB).members(|m| {
        m.get("psmoduleinfo Module", |_, _| Ok(Value::Null));
        status(m);
        more(m);
        location(m);
    }),
    TypeDef::class("System.Timers.Timer").base("System.ComponentModel.Component").members(timer),
    TypeDef::class("System.Timers.ElapsedEventArgs").base("System.EventArgs"),
    TypeDef::class("System.Management.Automation.JobStateEventArgs").base("System.EventArgs"),
    TypeDef::class("System.Management.Automation.Runspaces.RemotingErrorRecord")
        .base("System.Management.Automation.ErrorRecord")
        .members(|m| {
            m.get("System.Management.Automation.Remoting.OriginInfo OriginInfo", |_, this| {
                Ok(this.downcast::<ErrorRecord>().and_then(|record| record.origin.lock().clone()).unwrap_or_default())
            });
        }),
    TypeDef::labels(
        "System.Management.Automation.JobState",
        &[
            ("NotStarted", 0),
            ("Running", 1),
            ("Completed", 2),
            ("Failed", 3),
            ("Stopped", 4),
            ("Blocked", 5),
            ("Suspended", 6),
            ("Disconnected", 7),
            ("Suspending", 8),
            ("Stopping", 9),
            ("AtBreakpoint", 10),
        ],
    ),
];

fn of<T>(this: &Value, read: impl FnOnce(&Job) -> T) -> Option<T> {
    this.downcast::<Job>().map(read)
}

fn status(m: &mut Members) {
    m.get("string StatusMessage", |_, _| Ok("".into()));
}

fn more(m: &mut Members) {
    m.get("bool HasMoreData", |_, this| Ok(of(this, Job::has_more).unwrap_or(false).into()));
}

fn location(m: &mut Members) {
    m.get("string Location", |_, this| Ok(of(this, |job| job.kind.location()).unwrap_or_default().into()));
}

fn debugger(m: &mut Members) {
    m.get("System.Management.Automation.Debugger Debugger", |_, _| Ok(Value::Null));
    m.get("bool IsAsync", |_, _| Ok(false.into()));
}

/// `JobStateInfo`
pub(crate) fn state_info(phase: Phase, reason: Option<Arc<ErrorRecord>>) -> Value {
    Opaque::new(
        "System.Management.Automation.JobStateInfo",
        [
            ("State", super::enum_value("System.Management.Automation.JobState", phase.name())),
            ("Reason", reason.map_or(Value::Null, |record| record.exception.clone())),
        ],
    )
    .displayed(phase.name())
    .into_value()
}

fn common(m: &mut Members) {
    m.get("string Command", |_, this| Ok(of(this, |job| Value::Str(job.command.clone())).unwrap_or_default()));
    m.get("System.Management.Automation.JobStateInfo JobStateInfo", |_, this| {
        Ok(of(this, |job| state_info(job.phase(), job.reason())).unwrap_or_default())
    });
    m.get("System.Threading.WaitHandle Finished", |_, this| {
        let job = this.shared::<Job>();
        Ok(job.map_or(Value::Null, |job| super::threading::end_of(move || job.phase().is_over())))
    });
    m.get("guid InstanceId", |_, this| Ok(of(this, |job| Value::Guid(job.instance)).unwrap_or_default()));
    m.get("int Id", |_, this| Ok(of(this, |job| Value::I32(job.number)).unwrap_or_default()));
    m.get_set(
        "string Name",
        |_, this| Ok(of(this, |job| Value::Str(job.name.lock().clone())).unwrap_or_default()),
        |_, this, value| {
            of(this, |job| *job.name.lock() = crate::value::text(&value));
            Ok(())
        },
    );
    m.get("System.Collections.Generic.IList[System.Management.Automation.Job] ChildJobs", |_, this| {
        let children = of(this, |job| job.children.lock().clone()).unwrap_or_default();
        let list = super::list_of(known(JOB));
        Ok(List::value(list, children.into_iter().map(|child| Value::Object(child)).collect()))
    });
    m.get("System.Nullable[datetime] PSBeginTime", |_, this| {
        Ok(of(this, Job::begun).flatten().map_or(Value::Null, Value::DateTime))
    });
    m.get("System.Nullable[datetime] PSEndTime", |_, this| {
        Ok(of(this, Job::ended).flatten().map_or(Value::Null, Value::DateTime))
    });
    m.get("string PSJobTypeName", |_, this| Ok(of(this, |job| job.kind.label()).unwrap_or_default().into()));
    macro_rules! streams {
        ($($declaration:literal $kind:ident)*) => {
            $(m.get($declaration, |_, this| Ok(of(this, |job| job.list(Kind::$kind)).unwrap_or_default()));)*
        };
    }
    streams! {
        "System.Management.Automation.PSDataCollection[psobject] Output" Output
        "System.Management.Automation.PSDataCollection[System.Management.Automation.ErrorRecord] Error" Error
        "System.Management.Automation.PSDataCollection[System.Management.Automation.ProgressRecord] Progress" Progress
        "System.Management.Automation.PSDataCollection[System.Management.Automation.VerboseRecord] Verbose" Verbose
        "System.Management.Automation.PSDataCollection[System.Management.Automation.DebugRecord] Debug" Debug
        "System.Management.Automation.PSDataCollection[System.Management.Automation.WarningRecord] Warning" Warning
        "System.Management.Automation.PSDataCollection[System.Management.Automation.InformationRecord] Information" Information
    }
    m.method("void StopJob()", stop);
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

fn stop(rs: &mut Runspace, this: &Value, _: &[Value]) -> R<Value> {
    if let Some(job) = this.shared::<Job>() {
        rs.stop_job(&job)?;
    }
    Ok(Value::AutomationNull)
}

/// `State`, which PowerShell adds to jobs.
pub(crate) fn state(_: &mut Runspace, this: &Value) -> R<Value> {
    Ok(of(this, |job| job.phase().name()).unwrap_or_default().into())
}

fn timer(m: &mut Members) {
    fn of(this: &Value) -> R<&Timer> {
        this.downcast::<Timer>().ok_or(Flow::Return)
    }
    m.constructor("System.Timers.Timer()", |_, _, _| Ok(Value::object(Timer::new(100.0))));
    m.constructor("System.Timers.Timer(double interval)", |_, _, args| {
        let interval = match args.first() {
            Some(Value::F64(interval)) => *interval,
            _ => 100.0,
        };
        if interval <= 0.0 || interval > f64::from(i32::MAX) {
            let message = format!("Invalid value '{interval}' for parameter 'interval'.");
            return Err(error::thrown("System.ArgumentException", message));
        }
        Ok(Value::object(Timer::new(interval)))
    });
    m.get_set(
        "bool AutoReset",
        |_, this| Ok(of(this)?.repeats().into()),
        |_, this, value| {
            of(this)?.set_repeats(crate::convert::to_bool(&value));
            Ok(())
        },
    );
    m.get_set(
        "bool Enabled",
        |_, this| Ok(of(this)?.is_enabled().into()),
        |_, this, value| {
            of(this)?.enable(crate::convert::to_bool(&value));
            Ok(())
        },
    );
    m.get_set(
        "double Interval",
        |_, this| Ok(Value::F64(of(this)?.interval())),
        |rs, this, value| {
            let interval = crate::convert::to_f64(rs, &value)?;
            if interval <= 0.0 {
                let message =
                    format!("'{interval}' is not a valid value for 'Interval'. 'Interval' must be greater than 0.");
                return Err(error::thrown("System.ArgumentException", message));
            }
            of(this)?.set_interval(interval);
            Ok(())
        },
    );
    m.method("void Start()", |_, this, _| {
        of(this)?.enable(true);
        Ok(Value::AutomationNull)
    });
    for declaration in ["void Stop()", "void Close()", "void Dispose()"] {
        m.method(declaration, |_, this, _| {
            of(this)?.enable(false);
            Ok(Value::AutomationNull)
        });
    }
}
