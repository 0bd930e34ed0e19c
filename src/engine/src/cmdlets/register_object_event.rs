//! `Register-ObjectEvent`

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Cmdlet, Cx, Run, events::subscribe, new_guid, process_list};
use crate::{
    beside::{Inbox, Job, Phase, Shared, shell::Shell, timer::Timer},
    eval::{R, Runspace, error},
    types,
    value::{Category, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Register-ObjectEvent",
    "RegisterObjectEventCommand",
    "InputObject psobject 0 !
     EventName string 1 !
     SourceIdentifier string 100
     Action scriptblock 101
     MessageData psobject
     SupportEvent
     MaxTriggerCount int",
    || Box::new(RegisterObjectEvent),
)
.examples(
    r#"$timer = [System.Timers.Timer]::new(10); Register-ObjectEvent $timer Elapsed T; $timer.Start(); (Wait-Event T).SourceIdentifier; $timer.Stop(); Unregister-Event T; Get-Event | Remove-Event # what an object tells
> T"#,
);

struct RegisterObjectEvent;

/// The events of objects that the engine tells of, and those that it does not.
const EVENTS: &[(&str, &[&str], &[&str])] = &[
    ("System.Timers.Timer", &["Elapsed"], &["Disposed"]),
    ("System.Management.Automation.Job", &["StateChanged"], &["StartJobCompleted", "StopJobCompleted"]),
    ("System.Management.Automation.PowerShell", &["InvocationStateChanged"], &[]),
    ("System.Diagnostics.Process", &["Exited"], &["OutputDataReceived", "ErrorDataReceived", "Disposed"]),
    ("System.IO.FileSystemWatcher", &[], &["Changed", "Created", "Deleted", "Renamed", "Error", "Disposed"]),
    ("System.Management.Automation.Runspaces.Runspace", &[], &["StateChanged", "AvailabilityChanged"]),
];

impl Run for RegisterObjectEvent {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let origin = cx.value("InputObject").into_base();
        let name = cx.string("EventName").unwrap_or_default();
        let of = origin.type_of().unwrap_or_else(types::object);
        let row = EVENTS.iter().find(|(class, ..)| of.is_assignable_to(&types::known(class)));
        let has = |names: &[&str]| names.iter().any(|have| casing::eq(have, &name));
        match row {
            Some((_, told, _)) if has(told) => {}
            Some((_, _, untold)) if has(untold) => return Err(error::feature(&format!("The event {name}"))),
            _ => {
                let message = format!(
                    "Cannot register for the specified event. An event with the name '{name}' does not exist. (Parameter 'eventName')"
                );
                let category = Category::InvalidArgument;
                return cx.error("System.ArgumentException", "INVALID_REGISTRATION", category, message, Value::Null);
            }
        }
        let source = match cx.string("SourceIdentifier") {
            Some(source) => source,
            None => crate::value::text(&Value::Guid(new_guid::random(cx.rs.platform.random_bytes()))),
        };
        let taken = cx.rs.state.events.subscribers.iter().any(|have| casing::eq(&have.source, &source));
        if taken {
            let message = format!(
                "Cannot subscribe to the specified event. A subscriber with the source identifier '{source}' already exists."
            );
            let id = "SUBSCRIBER_EXISTS";
            return cx.error("System.ArgumentException", id, Category::InvalidArgument, message, Value::Null);
        }
        let number = subscribe(cx, source, origin.clone(), Value::Str(name))?;
        watch(cx.rs, &origin, number);
        Ok(())
    }
}

/// Brings what happens into the runspace that wants to know.
struct Bell {
    inbox: Arc<Inbox>,
    shared: Arc<Shared>,
    number: i32,
}

impl Bell {
    fn ring(&self, what: impl Fn(&mut Runspace) -> (Value, Value) + Send + 'static) {
        let number = self.number;
        self.inbox.put(Box::new(move |rs| {
            let (sender, args) = what(rs);
            rs.raise_event_for(number, sender, args)
        }));
        self.shared.notify();
    }
}

fn watch(rs: &Runspace, origin: &Value, number: i32) {
    let bell = Bell { inbox: rs.beside.inbox.clone(), shared: rs.beside.shared.clone(), number };
    let sender = origin.clone();
    if let Some(timer) = origin.downcast::<Timer>() {
        let sender = Arc::new(parking_lot::Mutex::new(Arc::downgrade(&match &sender {
            Value::Object(object) => object.clone(),
            _ => return,
        })));
        timer.hook(
            number,
            Arc::new(move || {
                let sender = sender.lock().upgrade().map_or(Value::Null, Value::Object);
                bell.ring(move |rs| {
                    let args = [("SignalTime", Value::DateTime(rs.now()))];
                    (sender.clone(), Opaque::new("System.Timers.ElapsedEventArgs", args).into_value())
                });
            }),
        );
        return;
    }
    if let Some(job) = origin.downcast::<Job>() {
        let watcher = move |before: Phase, now: Phase| {
            let sender = sender.clone();
            bell.ring(move |_| (sender.clone(), super::jobs::receive_job::state_change(before, now)));
        };
        let run = match job.children.lock().first() {
            Some(child) => child.run.clone(),
            None => job.run.clone(),
        };
        run.watch(Box::new(watcher));
        return;
    }
    if let Some(shell) = origin.downcast::<Shell>() {
        shell.run.watch(Box::new(move |_, now| {
            let sender = sender.clone();
            bell.ring(move |_| {
                let state = types::enum_value("System.Management.Automation.PSInvocationState", now.name());
                let of = "System.Management.Automation.PSInvocationStateInfo";
                let info = Opaque::new(of, [("State", state), ("Reason", Value::Null)]).into_value();
                let of = "System.Management.Automation.PSInvocationStateChangedEventArgs";
                (sender.clone(), Opaque::new(of, [("InvocationStateInfo", info)]).into_value())
            });
        }));
        return;
    }
    let id = sender.downcast::<Opaque>().and_then(|process| process.get("Id")).and_then(|id| id.as_i128());
    let id = id.and_then(|id| i64::try_from(id).ok()).unwrap_or(0);
    let platform = rs.platform.clone();
    // Without a thread nobody looks.
    let _ = std::thread::Builder::new().name("process watch".to_owned()).spawn(move || {
        while process_list::runs(&*platform, id) && !bell.is_forgotten() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        bell.ring(move |_| (sender.clone(), Opaque::new::<&str>("System.EventArgs", []).into_value()));
    });
}

impl Bell {
    /// Whether nobody is left who could want to know.
    fn is_forgotten(&self) -> bool {
        Arc::strong_count(&self.inbox) <= 1
    }
}
