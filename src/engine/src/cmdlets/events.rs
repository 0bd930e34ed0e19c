//! Events of the engine: `New-Event`, `Get-Event`, `Remove-Event`, `Wait-Event`, `Register-EngineEvent`,
//! `Unregister-Event`, `Get-EventSubscriber`

use std::{sync::Arc, time::Duration};

use psrpd_dotnet::{Str, casing};

use super::{Cmdlet, Cx, Run};
use crate::{
    beside::{Happened, Job, JobKind, Subscriber},
    eval::{R, Runspace, error},
    ops::patterns,
    value::{Category, Opaque, Value},
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
    "SourceIdentifier string notempty 0 ~ @BySource
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
    "SourceIdentifier string 0 ! @BySource
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
    "SourceIdentifier string 0 ~
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
    "SourceIdentifier string 100 !
     Action scriptblock 101
     MessageData psobject
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
     SubscriptionId int 0 ! ~ @ById
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
    "SourceIdentifier string notempty 0 ~ @BySource
     SubscriptionId|Id int 0 ! ~ @ById
     Force 1",
    || Box::new(Subscribers),
)
.examples(
    r#"@(Get-EventSubscriber).Count # who waits for what
> 0"#,
)
.default_set("BySource");

struct NewEvent;

impl Run for NewEvent {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let event = cx.rs.raise_event(Happened {
            source: cx.string("SourceIdentifier").unwrap_or_default(),
            sender: cx.value("Sender"),
            args: cx.list("EventArguments"),
            event_args: Value::Null,
            data: cx.value("MessageData"),
        })?;
        cx.write(event)
    }
}

/// The events that the parameters mean.
fn chosen(cx: &mut Cx<'_>) -> R<Vec<(i32, Str, Value)>> {
    let all = &cx.rs.state.events.waiting;
    if let Some(id) = cx.int("EventIdentifier") {
        return Ok(all.iter().filter(|(have, ..)| i64::from(*have) == id).cloned().collect());
    }
    let Some(source) = cx.string("SourceIdentifier") else { return Ok(all.clone()) };
    let pattern = patterns::wildcard(&source, true)?;
    Ok(all.iter().filter(|(_, have, _)| pattern.is_match(have)).cloned().collect())
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
        let pattern = cx.string("SourceIdentifier").map(|source| patterns::wildcard(&source, true)).transpose()?;
        let find = |rs: &Runspace| {
            let waiting = rs.state.events.waiting.iter();
            let mut fitting =
                waiting.filter(|(_, have, _)| pattern.as_ref().is_none_or(|pattern| pattern.is_match(have)));
            fitting.next().map(|(.., event)| event.clone())
        };
        let seconds = cx.int("Timeout").and_then(|seconds| u64::try_from(seconds).ok());
        cx.rs.wait_until(seconds.map(Duration::from_secs), |rs| find(rs).is_some())?;
        match find(cx.rs) {
            Some(event) => cx.write(event),
            None => Ok(()),
        }
    }
}

struct Register;

impl Run for Register {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let source = cx.string("SourceIdentifier").unwrap_or_default();
        let refused = match (cx.get("Action"), cx.flag("Forward")) {
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
        subscribe(cx, source, Value::Null, Value::Null).map(|_| ())
    }
}

/// Adds a subscriber, and writes the job of its action; its number.
pub(super) fn subscribe(cx: &mut Cx<'_>, source: Str, origin: Value, event: Value) -> R<i32> {
    let action = cx.value("Action");
    let action = cx.rs.as_block(&action).map(|block| {
        let job = Job::new(cx.rs, JobKind::Event, Some(source.clone()), block.lazy.text());
        (block, Arc::new(job))
    });
    let number = cx.rs.state.events.next_subscriber();
    let job = action.as_ref().map(|(_, job)| Value::Object(job.clone()));
    let object = Opaque::new(
        "System.Management.Automation.PSEventSubscriber",
        [
            ("SubscriptionId", Value::I32(number)),
            ("SourceObject", origin.clone()),
            ("EventName", event),
            ("SourceIdentifier", Value::Str(source.clone())),
            ("Action", job.clone().unwrap_or_default()),
            ("HandlerDelegate", Value::Null),
            ("SupportEvent", cx.flag("SupportEvent").into()),
            ("ForwardEvent", cx.flag("Forward").into()),
        ],
    )
    .into_value();
    if let Some((_, job)) = &action
        && !cx.flag("SupportEvent")
    {
        cx.rs.beside.jobs.push(job.clone());
    }
    cx.rs.state.events.subscribers.push(Subscriber {
        number,
        source,
        action,
        is_support: cx.flag("SupportEvent"),
        forwards: cx.flag("Forward"),
        rest: cx.int("MaxTriggerCount").filter(|count| *count > 0),
        data: cx.value("MessageData"),
        origin,
        object,
    });
    if let Some(job) = job
        && !cx.flag("SupportEvent")
    {
        cx.write(job)?;
    }
    Ok(number)
}

fn subscribers(cx: &mut Cx<'_>) -> R<Vec<Subscriber>> {
    let all = cx.rs.state.events.subscribers.clone();
    let force = cx.flag("Force");
    let visible = all.into_iter().filter(|taker| force || !taker.is_support);
    if let Some(id) = cx.int("SubscriptionId") {
        return Ok(visible.filter(|taker| i64::from(taker.number) == id).collect());
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
                cx.rs.state.events.subscribers.retain(|have| have.number != taker.number);
                cx.rs.end_subscription(&taker);
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
