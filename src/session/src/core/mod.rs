//! The session core: one PowerShell session, whoever is connected to it.
//!
//! PSRP ends here. Towards every client the core is a server, towards the engine a client; messages are put together and
//! kept whole, their payloads are opaque but for the few it owns, and the ids in their headers are translated. A numbered
//! *lease* says which link drives the session; every pipeline has a log of its output with a cursor of the reader.
//!
//! Driven as the crate's documentation says: one [`Core::handle`], then [`Core::poll`] until it is empty, then wait until
//! [`Core::poll_timeout`].

mod admin;
mod attach;
mod client;
mod client_stream;
mod close;
mod create;
mod engine;
mod engine_event;
mod host_call;
mod io;
mod keys;
mod lease;
mod leave;
mod link;
mod link_event;
mod log;
mod notice;
mod payload;
mod pipeline;
mod probe;
mod pump;
mod resume;
#[cfg(test)]
mod tests;
mod timers;
mod virtual_command;
mod who;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
pub use io::{
    AdminCommand, AdminReply, EngineCommand, EngineEvent, Event, Identity, Input, InputOnDrop, KeyEvent, KeyRequest,
    LinkHello, LinkId, Output, Settings, WhenFull, WhenPrompted,
};
use psrp_proto::Uuid;
use psrp_proto::host::HostCall;

use self::engine::Engine;
use self::keys::Keys;
use self::lease::Lease;
use self::link::Link;
pub(crate) use self::payload::own_capability;
use self::pipeline::Pipeline;
use self::timers::{Timer, Timers};
use crate::time::Instant;

/// One session.
#[derive(Debug)]
pub struct Core {
    identity: Identity,
    settings: Settings,
    now: Instant,
    created: Instant,
    phase: Phase,
    links: BTreeMap<LinkId, Link>,
    lease: Option<Lease>,
    /// The number of the last lease; 0 before the first.
    leases: u64,
    /// Who waits for the session while its holder is probed, first come first.
    waiting: VecDeque<LinkId>,
    probe: Option<probe::Probe>,
    /// The stream whose session was stolen last: its client does not come back by itself.
    stolen: Option<Uuid>,
    engine: Engine,
    keys: Keys,
    pipelines: BTreeMap<u64, Pipeline>,
    /// The number of the last pipeline.
    last_pipeline: u64,
    /// Finished pipelines that were dropped although they had output that nobody had read.
    forgotten: u64,
    /// Whether a pipeline was ever started that is a user's and not a client's own housekeeping.
    has_run: bool,
    /// What the pool's host was told while nobody listened.
    kept_calls: VecDeque<Bytes>,
    /// Its calls that the client was asked and has not answered.
    pool_questions: Vec<(HostCall, Bytes)>,
    /// Events of the runspace that no client has been given.
    kept_events: VecDeque<Bytes>,
    lost_events: u64,
    detached_since: Option<Instant>,
    /// How long it is kept while nobody is attached.
    idle: Duration,
    /// Whether a pipeline did not stop when it was told to.
    wedged: bool,
    /// Whether functions that explain the virtual commands were defined in the engine.
    helpers_defined: bool,
    /// Whether `Close-PsrpSession` was run.
    close_requested: bool,
    timers: Timers,
    outputs: VecDeque<Output>,
}

/// What becomes of the session.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Phase {
    /// It lives.
    Alive,
    /// The engine is gone; what was written can be read.
    Broken,
    /// The last client has said everything or gone, and the engine is being closed.
    Closing { reason: String, asked: bool },
    /// Nothing more will happen.
    Ended,
}

impl Core {
    /// A session whose engine is being started by the caller.
    #[must_use]
    pub fn new(identity: Identity, settings: Settings, now: Instant) -> Self {
        Self {
            idle: settings.idle,
            identity,
            settings,
            now,
            created: now,
            phase: Phase::Alive,
            links: BTreeMap::new(),
            lease: None,
            leases: 0,
            waiting: VecDeque::new(),
            probe: None,
            stolen: None,
            engine: Engine::default(),
            keys: Keys::default(),
            pipelines: BTreeMap::new(),
            last_pipeline: 0,
            has_run: false,
            kept_calls: VecDeque::new(),
            pool_questions: Vec::new(),
            kept_events: VecDeque::new(),
            lost_events: 0,
            detached_since: Some(now),
            wedged: false,
            forgotten: 0,
            helpers_defined: false,
            close_requested: false,
            timers: Timers::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes in what happened at `now`. Instants must not go back.
    pub fn handle(&mut self, input: Input, now: Instant) {
        self.now = self.now.max(now);
        if self.phase == Phase::Ended {
            return;
        }
        match input {
            Input::LinkOpened { link, hello } => self.link_opened(link, hello),
            Input::LinkBytes { link, bytes } => self.link_bytes(link, bytes),
            Input::LinkWritten { link, bytes } => self.link_written(link, bytes),
            Input::LinkLost { link } => self.link_lost(link),
            Input::Engine(event) => self.engine_event(event),
            Input::Keys(event) => self.key_event(event),
            Input::Admin { request, command } => self.admin(request, command),
            Input::Timeout => {}
        }
        self.read_paused_links();
        self.run_timers();
        self.settle();
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due if nothing happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let links = self.links.values().filter_map(|link| link.deadline);
        let stops = self.pipelines.values().filter_map(|pipeline| match pipeline.stage {
            pipeline::Stage::Stopping { give_up } => Some(give_up),
            _ => None,
        });
        links.chain(stops).chain(self.timers.next()).min()
    }

    /// Whether the session has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Brings everything that follows from the last input to its end.
    fn settle(&mut self) {
        self.pump_all();
        self.finish_closing();
        self.make_room();
        self.flush_links();
        self.steer_links();
        self.forget_closed_links();
        self.steer_engine();
    }

    fn engine_command(&mut self, command: EngineCommand) {
        self.outputs.push_back(Output::Engine(command));
    }

    /// Notes something that tests wait for.
    fn event(&mut self, name: &'static str, fields: Vec<(&'static str, String)>) {
        self.note(name, fields, false);
    }

    /// Notes something that belongs into the audit log, with the client that drives the session unless another is named.
    fn audit(&mut self, name: &'static str, mut fields: Vec<(&'static str, String)>) {
        if let Some(lease) = &self.lease
            && !fields.iter().any(|(name, _)| *name == "from")
        {
            fields.extend(lease.who.fields());
        }
        self.note(name, fields, true);
    }

    fn note(&mut self, name: &'static str, fields: Vec<(&'static str, String)>, audit: bool) {
        self.outputs.push_back(Output::Event(Event { name, lease: self.leases, fields, audit }));
    }

    /// How texts call the session.
    fn title(&self) -> String {
        match &self.identity.name {
            Some(name) => name.to_string(),
            None => self.identity.id.to_string(),
        }
    }
}
