//! Events of a runspace: those that wait, who wants to know of them, and what becomes of one.

use std::sync::Arc;

use psrp_clixml as clixml;
use psrpd_dotnet::{Str, casing};

use super::{Job, Kind, ToGathered};
use crate::{
    eval::{Flow, Name, R, Runspace, ScriptBlock},
    host::ForwardedEvent,
    serial,
    value::{Opaque, Value, text},
};

/// The events of a session that wait, and who wants to know of them.
#[derive(Default)]
pub(crate) struct Events {
    pub(crate) waiting: Vec<(i32, Str, Value)>,
    pub(crate) subscribers: Vec<Subscriber>,
    last_event: i32,
    last_subscriber: i32,
}

/// Who wants to know of an event.
#[derive(Clone)]
pub(crate) struct Subscriber {
    pub(crate) number: i32,
    pub(crate) source: Str,
    /// What is to run, and the job that has what it writes; without it the event waits to be taken.
    pub(crate) action: Option<(Arc<ScriptBlock>, Arc<Job>)>,
    pub(crate) is_support: bool,
    /// Whether the client is told.
    pub(crate) forwards: bool,
    /// How often it still wants to know.
    pub(crate) rest: Option<i64>,
    /// `MessageData` of its events.
    pub(crate) data: Value,
    /// What the events come from.
    pub(crate) origin: Value,
    pub(crate) object: Value,
}

/// What has happened.
pub(crate) struct Happened {
    pub(crate) source: Str,
    pub(crate) sender: Value,
    pub(crate) args: Vec<Value>,
    pub(crate) event_args: Value,
    pub(crate) data: Value,
}

impl Events {
    pub(crate) fn next_subscriber(&mut self) -> i32 {
        self.last_subscriber = self.last_subscriber.saturating_add(1);
        self.last_subscriber
    }
}

impl Runspace {
    /// The event of what happened: actions run, and where nobody has one it waits.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn raise_event(&mut self, of: Happened) -> R<Value> {
        let all = self.state.events.subscribers.clone();
        let takers: Vec<Subscriber> =
            all.into_iter().filter(|taker| casing::eq(&taker.source, &of.source) && taker.origin.is_null()).collect();
        let event = self.event_object(&of);
        if takers.is_empty() {
            self.queue_event(&of, &event);
        }
        for taker in takers {
            self.hand_event(&taker, &of, &event)?;
        }
        Ok(event)
    }

    /// As [`Self::raise_event`], for the events of an object that one subscriber waits for.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn raise_event_for(&mut self, number: i32, sender: Value, event_args: Value) -> R<()> {
        let taker = self.state.events.subscribers.iter().find(|taker| taker.number == number).cloned();
        let Some(taker) = taker else { return Ok(()) };
        let args = vec![sender.clone(), event_args.clone()];
        let of = Happened { source: taker.source.clone(), sender, args, event_args, data: taker.data.clone() };
        let event = self.event_object(&of);
        if taker.action.is_none() && !taker.forwards {
            self.queue_event(&of, &event);
        }
        self.hand_event(&taker, &of, &event)
    }

    fn event_object(&mut self, of: &Happened) -> Value {
        let events = &mut self.state.events;
        events.last_event = events.last_event.saturating_add(1);
        let number = events.last_event;
        Opaque::new(
            "System.Management.Automation.PSEventArgs",
            [
                ("ComputerName", Value::Null),
                ("RunspaceId", Value::Guid(self.console.runspace)),
                ("EventIdentifier", Value::I32(number)),
                ("Sender", of.sender.clone()),
                ("SourceEventArgs", of.event_args.clone()),
                ("SourceArgs", Value::array(of.args.clone())),
                ("SourceIdentifier", Value::Str(of.source.clone())),
                ("TimeGenerated", Value::DateTime(self.now())),
                ("MessageData", of.data.clone()),
            ],
        )
        .into_value()
    }

    fn queue_event(&mut self, of: &Happened, event: &Value) {
        let number = self.state.events.last_event;
        self.state.events.waiting.push((number, of.source.clone(), event.clone()));
    }

    fn hand_event(&mut self, taker: &Subscriber, of: &Happened, event: &Value) -> R<()> {
        if taker.forwards {
            self.forward_event(event)?;
        }
        // An action that was stopped has had its turn, too.
        let done = match &taker.action {
            Some((block, job)) => self.run_action(block, job, taker, of, event),
            None => Ok(()),
        };
        for have in self.state.events.subscribers.iter_mut().filter(|have| have.number == taker.number) {
            have.rest = have.rest.map(|rest| rest.saturating_sub(1));
        }
        let over: Vec<Subscriber> =
            self.state.events.subscribers.extract_if(.., |taker| taker.rest == Some(0)).collect();
        over.iter().for_each(|taker| self.end_subscription(taker));
        done
    }

    /// Tells the client of an event.
    fn forward_event(&mut self, event: &Value) -> R<()> {
        let Some(bag) = event.downcast::<Opaque>() else { return Ok(()) };
        let mut on_wire = |name: &str| {
            let value = bag.get(name).unwrap_or_default();
            serial::tree(self, &value).map(Option::unwrap_or_default)
        };
        let (sender, arguments, message) = (on_wire("Sender")?, on_wire("SourceArgs")?, on_wire("MessageData")?);
        let (id, time, runspace) = (on_wire("EventIdentifier")?, on_wire("TimeGenerated")?, on_wire("RunspaceId")?);
        let source = bag.get("SourceIdentifier").map(|source| text(&source).to_string()).unwrap_or_default();
        let (Some(id), clixml::Value::DateTime(time), Some(runspace)) = (id.as_i32(), time, runspace.as_guid()) else {
            return Ok(());
        };
        self.host.event(ForwardedEvent { id, source, time, sender, arguments, message, runspace });
        Ok(())
    }

    /// Nobody wants to know any more: the job of the action is over.
    pub(crate) fn end_subscription(&mut self, taker: &Subscriber) {
        if let Some((_, job)) = &taker.action {
            job.run.finish(self.now(), Err(Flow::Stopped));
        }
        if let Some(timer) = taker.origin.downcast::<super::timer::Timer>() {
            timer.unhook(taker.number);
        }
    }

    /// Runs an action in a scope of its own; its job has what it writes.
    fn run_action(
        &mut self,
        block: &Arc<ScriptBlock>,
        job: &Arc<Job>,
        taker: &Subscriber,
        of: &Happened,
        event: &Value,
    ) -> R<()> {
        let scope = self.module_scope();
        let names = [
            ("Event", event.clone()),
            ("EventSubscriber", taker.object.clone()),
            ("Sender", of.sender.clone()),
            ("EventArgs", of.event_args.clone()),
        ];
        for (name, value) in names {
            self.write_in(scope, &Name::new(name), value)?;
        }
        job.run.begin(self.now(), &crate::platform::Stop::default());
        let block = Arc::new(ScriptBlock::new(block.lazy.clone(), scope));
        let gathered = self.beside.gathered.replace(job.gathered.clone());
        let streams = std::mem::take(&mut self.streams);
        let (success, catching) = (self.success, std::mem::replace(&mut self.catching, false));
        let ends = std::mem::replace(&mut self.ends_uncaught, false);
        let position = self.position;
        let result = self.call_block_into(&block, &of.args, &mut ToGathered(job.gathered.clone()));
        self.position = position;
        (self.success, self.catching, self.ends_uncaught) = (success, catching, ends);
        self.streams = streams;
        self.beside.gathered = gathered;
        self.scopes.pop(scope);
        match result {
            Err(flow @ (Flow::Stopped | Flow::Exhausted(_))) => Err(flow),
            Err(Flow::Error(raised)) => {
                job.gathered.add(Kind::Error, Value::Object(raised.record));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Runspace {
    /// The session ends: `PowerShell.Exiting`.
    pub(crate) fn say_goodbye(&mut self) {
        let source: Str = "PowerShell.Exiting".into();
        if self.state.events.subscribers.iter().any(|taker| casing::eq(&taker.source, &source)) {
            self.reset();
            self.stop.clear();
            let nothing = Value::Null;
            let of = Happened {
                source,
                sender: nothing.clone(),
                args: Vec::new(),
                event_args: nothing.clone(),
                data: nothing,
            };
            // Nobody is left to be told of a failure.
            let _ = self.raise_event(of);
        }
    }
}
