//! Events of the engine: `New-Event`, `Get-Event`, `Remove-Event`, `Wait-Event`, `Register-EngineEvent`,
//! `Unregister-Event`, `Get-EventSubscriber`

use std::{sync::Arc, time::Duration};

use psrp_clixml as clixml;
use psrpd_dotnet::{Str, casing};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, ScriptBlock, error},
    host::ForwardedEvent,
    ops::patterns,
    serial, types,
    value::{Category, Opaque, Value, text},
};

pub(super) static NEW: Cmdlet = Cmdlet::new(
    "New-Event",
    "NewEventCommand",
    "SourceIdentifier string 0 !
     Sender psobject 1
     EventArguments psobject[] 2
     MessageData psobject 3",
    || Box::new(NewEvent),
)
.examples(r#"$null = New-Event Example -MessageData 5; (Get-Event Example).MessageData; Remove-Event Example # something that happens
> 5"#);
pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Event",
    "GetEventCommand",
    "SourceIdentifier string 0 ^ ~ @BySource
     EventIdentifier|Id int 0 ! ~ @ById",
    || Box::new(GetEvent),
)
.examples(
    r#"@(Get-Event).Count # what happened and nobody has looked at
> 0"#,
)
.default_set("BySource");
pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-Event",
    "RemoveEventCommand",
    "SourceIdentifier string 0 ! ~ @BySource
     EventIdentifier int 0 ! ~ @ByIdentifier",
    || Box::new(RemoveEvent),
)
.examples(
    r#"$null = New-Event Gone; Remove-Event Gone; @(Get-Event).Count # what happened is forgotten
> 0"#,
)
.default_set("BySource")
.should_process();
pub(super) static WAIT: Cmdlet = Cmdlet::new(
    "Wait-Event",
    "WaitEventCommand",
    "SourceIdentifier string 0 ^ ~ @BySource
     Timeout|TimeoutSec int range(-1,2147483647)",
    || Box::new(WaitEvent),
)
.examples(
    r#"$null = New-Event There; (Wait-Event There).SourceIdentifier; Remove-Event There # until something happens
> There"#,
);
pub(super) static REGISTER: Cmdlet = Cmdlet::new(
    "Register-EngineEvent",
    "RegisterEngineEventCommand",
    "SourceIdentifier string 0 !
     Action scriptblock 101
     SupportEvent
     Forward
     MaxTriggerCount int",
    || Box::new(Register),
)
.examples(r#"$null = Register-EngineEvent Ex { }; @(Get-EventSubscriber Ex).Count; Unregister-Event Ex # a script for what will happen
> 1"#);
pub(super) static UNREGISTER: Cmdlet = Cmdlet::new(
    "Unregister-Event",
    "UnregisterEventCommand",
    "SourceIdentifier string 0 ! ~ @BySource
     SubscriptionId int 0 ! ~ @ByID
     Force",
    || Box::new(Unregister),
)
.examples(
    r#"$null = Register-EngineEvent Un { }; Unregister-Event Un; @(Get-EventSubscriber).Count # nobody waits any more
> 0"#,
)
.default_set("BySource")
.should_process();
pub(super) static SUBSCRIBERS: Cmdlet = Cmdlet::new(
    "Get-EventSubscriber",
    "GetEventSubscriberCommand",
    "SourceIdentifier string 0 ~ @BySource
     SubscriptionId|Id int 0 ! ~ @ById
     Force",
    || Box::new(Subscribers),
)
.examples(
    r#"@(Get-EventSubscriber).Count # who waits for what
> 0"#,
)
.default_set("BySource");

/// The events of a session that wait, and who wants to know of them.
#[derive(Default)]
pub(crate) struct Events {
    waiting: Vec<(i32, Str, Value)>,
    subscribers: Vec<Subscriber>,
    last_event: i32,
    last_subscriber: i32,
}

#[derive(Clone)]
struct Subscriber {
    id: i32,
    source: Str,
    /// What to run; without it the event goes to the client.
    action: Option<Arc<ScriptBlock>>,
    is_support: bool,
    /// How often it still runs.
    rest: Option<i64>,
    object: Value,
}

struct NewEvent;

impl Run for NewEvent {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let source = cx.string("SourceIdentifier").unwrap_or_default();
        let events = &mut cx.rs.state.events;
        events.last_event = events.last_event.saturating_add(1);
        let id = events.last_event;
        let arguments = cx.list("EventArguments");
        let event = Opaque::new(
            "System.Management.Automation.PSEventArgs",
            [
                ("ComputerName", Value::Null),
                ("RunspaceId", Value::Guid(cx.rs.console.runspace)),
                ("EventIdentifier", Value::I32(id)),
                ("Sender", cx.value("Sender")),
                ("SourceEventArgs", Value::Null),
                ("SourceArgs", Value::array(arguments.clone())),
                ("SourceIdentifier", Value::Str(source.clone())),
                ("TimeGenerated", Value::DateTime(cx.rs.now())),
                ("MessageData", cx.value("MessageData")),
            ],
        )
        .into_value();
        let all = cx.rs.state.events.subscribers.clone();
        let takers: Vec<Subscriber> = all.into_iter().filter(|taker| casing::eq(&taker.source, &source)).collect();
        let queued = takers.is_empty();
        for taker in takers {
            match &taker.action {
                Some(action) => run_action(cx, &taker, action, &event, &arguments)?,
                None => forward(cx, &event)?,
            }
            count_down(cx, taker.id);
        }
        if queued {
            cx.rs.state.events.waiting.push((id, source, event.clone()));
        }
        cx.write(event)
    }
}

/// Runs the action of a subscriber; its output and its errors go nowhere.
fn run_action(cx: &mut Cx<'_>, taker: &Subscriber, action: &ScriptBlock, event: &Value, args: &[Value]) -> R<()> {
    let sender = cx.value("Sender");
    let names = [("Event", event.clone()), ("EventSubscriber", taker.object.clone()), ("Sender", sender)];
    let scope = cx.rs.module_scope();
    for (name, value) in names {
        cx.rs.write_in(scope, &crate::eval::Name::new(name), value)?;
    }
    let block = Arc::new(ScriptBlock::new(action.lazy.clone(), scope));
    let result = cx.rs.call_block(&block, args);
    cx.rs.scopes.pop(scope);
    match result {
        Err(crate::eval::Flow::Error(_)) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Tells the client.
fn forward(cx: &mut Cx<'_>, event: &Value) -> R<()> {
    let Some(bag) = event.downcast::<Opaque>() else { return Ok(()) };
    let mut on_wire = |name: &str| {
        let value = bag.get(name).unwrap_or_default();
        serial::tree(cx.rs, &value).map(Option::unwrap_or_default)
    };
    let (sender, arguments, message) = (on_wire("Sender")?, on_wire("SourceArgs")?, on_wire("MessageData")?);
    let (id, time, runspace) = (on_wire("EventIdentifier")?, on_wire("TimeGenerated")?, on_wire("RunspaceId")?);
    let source = bag.get("SourceIdentifier").map(|source| text(&source).to_string()).unwrap_or_default();
    let (Some(id), clixml::Value::DateTime(time), Some(runspace)) = (id.as_i32(), time, runspace.as_guid()) else {
        return Ok(());
    };
    cx.rs.host.event(ForwardedEvent { id, source, time, sender, arguments, message, runspace });
    Ok(())
}

fn count_down(cx: &mut Cx<'_>, id: i32) {
    let subscribers = &mut cx.rs.state.events.subscribers;
    for taker in subscribers.iter_mut().filter(|taker| taker.id == id) {
        taker.rest = taker.rest.map(|rest| rest.saturating_sub(1));
    }
    subscribers.retain(|taker| taker.rest != Some(0));
}

/// The events that the parameters mean.
fn chosen(cx: &mut Cx<'_>) -> R<Vec<(i32, Str, Value)>> {
    let all = cx.rs.state.events.waiting.clone();
    if let Some(id) = cx.int("EventIdentifier") {
        return Ok(all.into_iter().filter(|(have, ..)| i64::from(*have) == id).collect());
    }
    let Some(source) = cx.string("SourceIdentifier") else { return Ok(all) };
    let pattern = patterns::wildcard(&source, true)?;
    Ok(all.into_iter().filter(|(_, have, _)| pattern.is_match(have)).collect())
}

/// The error about an event or subscriber that is not there.
fn missing(cx: &mut Cx<'_>, ids: (&str, &str), what: &str, by_source: &str) -> R<()> {
    let (id, message) = match (cx.int(ids.0), cx.string("SourceIdentifier")) {
        (Some(id), _) => (ids.1, format!("{what} with identifier '{id}' does not exist.")),
        (_, Some(source)) if !psrpd_dotnet::wildcard::has_wildcards(&source) => {
            (BAD_SOURCE, format!("{what} with {by_source} '{source}' does not exist."))
        }
        _ => return Ok(()),
    };
    cx.error("System.ArgumentException", id, Category::InvalidArgument, message, Value::Null)
}

const BAD_SOURCE: &str = "INVALID_SOURCE_IDENTIFIER";

struct GetEvent;

impl Run for GetEvent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let found = chosen(cx)?;
        if found.is_empty() {
            return missing(cx, ("EventIdentifier", BAD_SOURCE), "Event", "source identifier");
        }
        found.into_iter().try_for_each(|(.., event)| cx.write(event))
    }
}

struct RemoveEvent;

impl Run for RemoveEvent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let found = chosen(cx)?;
        if found.is_empty() {
            return missing(cx, ("EventIdentifier", "INVALID_EVENT_IDENTIFIER"), "Event", "source identifier");
        }
        for (id, source, _) in found {
            if cx.should_process(&format!("Event '{source}'"), "Remove")? {
                cx.rs.state.events.waiting.retain(|(have, ..)| *have != id);
            }
        }
        Ok(())
    }
}

struct WaitEvent;

impl Run for WaitEvent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let found = chosen(cx)?;
        if let Some((.., event)) = found.into_iter().next() {
            return cx.write(event);
        }
        // Nothing but this pipeline could make an event now: only time passes.
        let time = match cx.int("Timeout") {
            Some(seconds) if seconds >= 0 => Duration::from_secs(psrpd_dotnet::cast::unsigned(seconds)),
            _ => Duration::MAX,
        };
        cx.rs.stop.sleep(time);
        cx.rs.check_stop()
    }
}

struct Register;

impl Run for Register {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let source = cx.string("SourceIdentifier").unwrap_or_default();
        let action = cx.value("Action");
        let action = cx.rs.as_block(&action);
        let refused = match (&action, cx.flag("Forward")) {
            (None, false) => Some((
                "ACTION_MANDATORY_FOR_LOCAL",
                Category::InvalidArgument,
                "Action must be specified for non-forwarded events.",
            )),
            (Some(_), true) => Some((
                "ACTION_AND_FORWARD_NOT_SUPPORTED",
                Category::InvalidOperation,
                "The action is not supported when you are forwarding events.",
            )),
            _ => None,
        };
        if let Some((id, category, message)) = refused {
            return Err(cx.fail("System.ArgumentException", id, category, message, Value::Null));
        }
        if casing::eq(&source, "PowerShell.OnIdle") {
            return Err(error::feature("The event PowerShell.OnIdle"));
        }
        let events = &mut cx.rs.state.events;
        events.last_subscriber = events.last_subscriber.saturating_add(1);
        let id = events.last_subscriber;
        let job = action.as_ref().map(|action| job(id, &source, action));
        let object = Opaque::new(
            "System.Management.Automation.PSEventSubscriber",
            [
                ("SubscriptionId", Value::I32(id)),
                ("SourceObject", Value::Null),
                ("EventName", Value::Null),
                ("SourceIdentifier", Value::Str(source.clone())),
                ("Action", job.clone().unwrap_or_default()),
                ("HandlerDelegate", Value::Null),
                ("SupportEvent", cx.flag("SupportEvent").into()),
                ("ForwardEvent", cx.flag("Forward").into()),
            ],
        )
        .into_value();
        let subscriber = Subscriber {
            id,
            source,
            action,
            is_support: cx.flag("SupportEvent"),
            rest: cx.int("MaxTriggerCount").filter(|count| *count > 0),
            object,
        };
        cx.rs.state.events.subscribers.push(subscriber);
        job.map_or(Ok(()), |job| cx.write(job))
    }
}

/// What runs the script of a subscriber.
fn job(id: i32, source: &Str, action: &ScriptBlock) -> Value {
    Opaque::new(
        "System.Management.Automation.PSEventJob",
        [
            ("StatusMessage", Value::Null),
            ("HasMoreData", false.into()),
            ("Location", Value::Null),
            ("Command", action.lazy.text().into()),
            ("State", types::enum_value("System.Management.Automation.JobState", "NotStarted")),
            ("Id", Value::I32(id)),
            ("Name", Value::Str(source.clone())),
        ],
    )
    .into_value()
}

fn subscribers(cx: &mut Cx<'_>) -> R<Vec<Subscriber>> {
    let all = cx.rs.state.events.subscribers.clone();
    let force = cx.flag("Force");
    let visible = all.into_iter().filter(|taker| force || !taker.is_support);
    if let Some(id) = cx.int("SubscriptionId") {
        return Ok(visible.filter(|taker| i64::from(taker.id) == id).collect());
    }
    let Some(source) = cx.string("SourceIdentifier") else { return Ok(visible.collect()) };
    let pattern = patterns::wildcard(&source, true)?;
    Ok(visible.filter(|taker| pattern.is_match(&taker.source)).collect())
}

struct Unregister;

impl Run for Unregister {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let found = subscribers(cx)?;
        if found.is_empty() {
            return missing(
                cx,
                ("SubscriptionId", "INVALID_SUBSCRIPTION_IDENTIFIER"),
                "Event subscription",
                "identifier",
            );
        }
        for taker in found {
            if cx.should_process(&format!("Event subscription '{}'", taker.source), "Unsubscribe")? {
                cx.rs.state.events.subscribers.retain(|have| have.id != taker.id);
            }
        }
        Ok(())
    }
}

struct Subscribers;

impl Run for Subscribers {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let found = subscribers(cx)?;
        if found.is_empty() {
            return missing(cx, ("SubscriptionId", BAD_SOURCE), "Event subscription", "source identifier");
        }
        found.into_iter().try_for_each(|taker| cx.write(taker.object))
    }
}
