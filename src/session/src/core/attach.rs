//! Who drives the session: leases are granted, refused, taken away and given up.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_proto::{Channel, MessageKind, Uuid};

use super::io::{InputOnDrop, LinkId};
use super::lease::{Lease, StreamSide, Wire};
use super::link::{Link, LinkStage, Wish};
use super::payload::Reason;
use super::pipeline::{Delivery, InputState};
use super::{Core, Phase, Timer, notice, payload};
use crate::hello::{OpenVerb, Resume};
use crate::limits;
use crate::name::SessionName;
use crate::options::{AttachMode, OnClose};
use crate::stream::{Endpoint, Frame, Opened};

/// A question to the holder of the session: are you there?
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) holder: LinkId,
    /// The number in the question, which the answer repeats.
    pub(super) number: i64,
}

/// Our own host calls are numbered from here, so that their answers are never mistaken for answers to the engine.
pub(super) const FIRST_PROBE: i64 = 1 << 62;

/// Why a lease ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Leave {
    /// The connection is gone.
    Lost,
    /// The client left on purpose and the session stays.
    Detached,
    /// Another client took the session.
    Superseded,
    /// The session ends.
    Ending,
}

impl Core {
    /// A link wants the session.
    pub(super) fn attach(&mut self, id: LinkId, wish: Wish) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let mode = link.hello.options.mode;
        if matches!(self.phase, Phase::Closing { .. } | Phase::Ended) {
            let text = format!("session {} is closing; try again for a new one", self.title());
            return self.refuse(id, "closing", &text);
        }
        if mode == AttachMode::New && self.leases > 0 {
            let text = format!("session {} exists (PSRP_ATTACH=new); choose another name", self.title());
            return self.refuse(id, "exists", &text);
        }
        link.stage = LinkStage::Waiting(wish);
        self.event("attach.decide", alloc::vec![("link", id.0.to_string())]);
        match self.lease.as_ref().map(|lease| lease.link) {
            Some(Some(_)) if mode == AttachMode::Steal => {
                self.audit("lease.stolen", alloc::vec![("by", self.peer_of(id))]);
                self.fence_holder(&Reason::session_taken(&self.taken_by(id)), Leave::Superseded);
                self.grant(id);
            }
            Some(Some(holder)) => {
                self.waiting.push_back(id);
                self.send_probe(holder);
            }
            // The stream's client is away: whoever is here comes first.
            Some(None) => {
                self.give_up_lease(Leave::Superseded);
                self.grant(id);
            }
            None => self.grant(id),
        }
    }

    fn taken_by(&self, id: LinkId) -> String {
        format!("session {} was taken over from {} (on {})", self.title(), self.peer_of(id), self.identity.host)
    }

    // -- probing ---------------------------------------------------------------------------------

    /// Asks the holder of the session for a sign of life that its user does not see.
    fn send_probe(&mut self, holder: LinkId) {
        if self.probe.is_some() {
            return;
        }
        let Some(lease) = self.lease.as_mut() else { return };
        let number = lease.next_probe;
        lease.next_probe = lease.next_probe.saturating_add(1);
        let is_null_host = lease.host.is_null;
        if let Some(side) = lease.stream() {
            side.endpoint.ping(number.unsigned_abs());
        } else if is_null_host {
            // A value call breaks a client without host; the request for its key does not, as often as we like.
            self.send_client(Channel::Session, MessageKind::PublicKeyRequest, payload::public_key_request());
        } else {
            let call = payload::host_call(number, payload::GET_NAME, &[]);
            self.send_client(Channel::Session, MessageKind::RunspacePoolHostCall, call);
        }
        self.probe = Some(Probe { holder, number });
        self.timers.arm(Timer::Probe, self.now.after(limits::PROBE));
        self.event("probe.sent", alloc::vec![("link", holder.0.to_string())]);
    }

    /// The holder answered: those who wait are refused.
    pub(super) fn probe_answered(&mut self) {
        let Some(probe) = self.probe.take() else { return };
        self.timers.disarm(Timer::Probe);
        self.event("probe.answered", alloc::vec![("link", probe.holder.0.to_string())]);
        let holder = match &self.lease {
            Some(lease) => format!(
                "session {} is attached from {} since {}; set PSRP_ATTACH=steal to take it over",
                self.title(),
                lease.peer,
                notice::ago(self.now.since(lease.since)),
            ),
            None => return,
        };
        while let Some(id) = self.waiting.pop_front() {
            self.refuse(id, "attached", &holder);
        }
        self.arm_silent();
    }

    /// The holder did not answer in time: it is dead.
    pub(super) fn probe_timeout(&mut self) {
        let Some(probe) = self.probe.take() else { return };
        self.audit("probe.timeout", alloc::vec![("link", probe.holder.0.to_string())]);
        let text = format!("session {} was given to another client because this one did not answer", self.title());
        let why = if self.waiting.is_empty() { Leave::Lost } else { Leave::Superseded };
        self.fence_holder(&Reason::session_taken(&text), why);
        self.next_waiting();
    }

    /// A link that took part in a probe is gone.
    pub(super) fn probe_forget(&mut self, id: LinkId) {
        if self.probe.as_ref().is_some_and(|probe| probe.holder == id) {
            self.probe = None;
            self.timers.disarm(Timer::Probe);
        }
    }

    pub(super) fn silent_timeout(&mut self) {
        let Some(lease) = self.lease.as_ref() else { return };
        let Some(holder) = lease.link.filter(|_| !lease.is_stream()) else { return };
        if self.now.since(lease.heard) >= limits::SILENT {
            self.send_probe(holder);
        } else {
            self.timers.arm(Timer::Silent, lease.heard.after(limits::SILENT));
        }
    }

    /// Gives the session to the first who waits, if it is free.
    fn next_waiting(&mut self) {
        while self.lease.is_none() {
            let Some(id) = self.waiting.pop_front() else { return };
            self.grant(id);
        }
    }

    // -- granting --------------------------------------------------------------------------------

    fn grant(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let LinkStage::Waiting(wish) = core::mem::replace(&mut link.stage, LinkStage::Gone) else { return };
        let hello = &link.hello;
        let is_stream = hello.client.stream_version().is_some();
        link.stage = if is_stream { LinkStage::Stream } else { LinkStage::Stock };
        let created = self.leases == 0;
        self.leases = self.leases.saturating_add(1);
        let wire = if is_stream {
            Wire::Stream(Box::new(StreamSide::new(&hello.random, hello.client.credit())))
        } else {
            Wire::Stock
        };
        if created {
            self.idle = hello.options.idle.unwrap_or(self.idle);
        }
        let lease = Lease {
            number: self.leases,
            link: Some(id),
            wire,
            rpid: if is_stream { self.identity.id } else { wish.rpid },
            host: wish.host,
            peer: hello.peer.clone(),
            since: self.now,
            on_close: hello.options.on_close,
            on_busy: hello.options.on_busy,
            slots: BTreeMap::new(),
            next_probe: FIRST_PROBE,
            opened: false,
            closing: None,
            left: false,
            exit_seen: false,
            heard: self.now,
        };
        let client = if is_stream { "psrp" } else { "stock" };
        let fields = alloc::vec![("from", lease.peer.clone()), ("client", client.to_string())];
        self.lease = Some(lease);
        self.timers.disarm(Timer::Disconnect);
        self.timers.disarm(Timer::Resume);
        self.audit(if created { "session.created" } else { "session.attached" }, fields);
        if is_stream {
            self.announce_stream();
        } else {
            self.arm_silent();
            match wish.init {
                Some(init) if self.engine.is_unopened() => self.open_engine(init),
                _ => self.welcome(),
            }
        }
    }

    /// Tells the client of a stream that it has the session, and what to send next.
    fn announce_stream(&mut self) {
        let created = self.engine.is_unopened();
        let name = self.identity.name.as_ref().map_or_else(String::new, ToString::to_string);
        let session = self.identity.id;
        let Some(lease) = self.lease.as_mut() else { return };
        let number = lease.number;
        if let Some(side) = lease.stream() {
            let opened = Opened {
                session,
                lease: number,
                stream: side.id,
                token: side.token,
                created,
                limit: side.endpoint.granted(),
                name,
                resume_seconds: u32::try_from(limits::RESUME.as_secs()).unwrap_or(u32::MAX),
            };
            side.endpoint.send_direct(&Frame::Opened(opened));
        }
    }

    /// Tells the client that the pool is open, if it is: what a stock server sends after INIT_RUNSPACEPOOL.
    pub(super) fn welcome(&mut self) {
        let Some(lease) = &self.lease else { return };
        if lease.opened || !(self.engine.is_open() || self.engine.is_gone()) {
            return;
        }
        if self.engine.is_gone() && self.engine.private_data.is_none() {
            let text = self.engine.epitaph.clone().unwrap_or_default();
            return self.break_pool(&text);
        }
        let inherited = lease.number > 1;
        let data = self.private_data();
        self.send_client(Channel::Session, MessageKind::ApplicationPrivateData, data);
        let state = payload::pool_state(payload::OPENED, None);
        self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
        self.now_opened();
        if inherited {
            self.send_notice();
        }
    }

    /// What follows once the client knows that the pool is open: what it missed.
    pub(super) fn now_opened(&mut self) {
        if let Some(lease) = self.lease.as_mut() {
            lease.opened = true;
        }
        while let Some(call) = self.kept_calls.pop_front() {
            self.send_client(Channel::Session, MessageKind::RunspacePoolHostCall, call);
        }
        while let Some(event) = self.kept_events.pop_front() {
            self.send_client(Channel::Session, MessageKind::UserEvent, event);
        }
        self.event("session.opened", Vec::new());
    }

    /// APPLICATION_PRIVATE_DATA for the current client: the engine's, and where the client has landed.
    pub(super) fn private_data(&self) -> Bytes {
        let attached = self.lease.as_ref().map_or_else(String::new, |lease| lease.peer.clone());
        let entries = [
            ("Session", self.identity.name.as_ref().map_or_else(String::new, ToString::to_string)),
            ("Id", self.identity.id.to_string()),
            ("Host", self.identity.host.clone()),
            ("Configuration", self.identity.configuration.clone()),
            ("Lease", self.leases.to_string()),
            ("Attached", attached),
        ];
        let data = self.engine.private_data.clone().unwrap_or_default();
        payload::with_private_entry(&data, &entries)
    }

    /// Tells a person at a terminal what was found.
    fn send_notice(&mut self) {
        if !self.lease.as_ref().is_some_and(|lease| lease.host.is_terminal) {
            return;
        }
        let text = self.notice();
        let call = payload::host_call(payload::VOID_CALL, payload::WRITE_WARNING_LINE, &[&text]);
        self.send_client(Channel::Session, MessageKind::RunspacePoolHostCall, call);
    }

    // -- streams ---------------------------------------------------------------------------------

    /// The first line of our own client was answered: what it wants is next.
    pub(super) fn stream_attach(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        match link.hello.client.verb() {
            Some(OpenVerb::Resume(resume)) => {
                let resume = resume.clone();
                self.resume(id, &resume);
            }
            _ => {
                let rpid = self.identity.id;
                self.attach(id, Wish { rpid, host: Default::default(), init: None });
            }
        }
    }

    /// The client of a stream is back on a new connection.
    fn resume(&mut self, id: LinkId, resume: &Resume) {
        self.event("attach.decide", alloc::vec![("link", id.0.to_string())]);
        let known = self.lease.as_mut().is_some_and(|lease| {
            lease.stream().is_some_and(|side| side.id == resume.stream && side.token == resume.token)
        });
        if !known {
            let text = format!("session {} has been taken over or detached; attach to it again", self.title());
            return self.refuse(id, "unknown-stream", &text);
        }
        let old = self.lease.as_mut().and_then(|lease| lease.link.take());
        if let Some(old) = old {
            // The token proves that it is the same client: its old connection is dead, whatever it looks like.
            self.close_link(old, 0);
        }
        let Some(lease) = self.lease.as_mut() else { return };
        let Some(side) = lease.stream() else { return };
        side.endpoint.connection_lost();
        if let Err(error) = side.endpoint.resume_from(resume.next) {
            let text = format!("session {} cannot go on where it was: {error}; attach to it again", self.title());
            self.give_up_lease(Leave::Lost);
            return self.refuse(id, "lost", &text);
        }
        let next = side.endpoint.recv_next();
        side.endpoint.send_direct(&Frame::Resumed { next });
        lease.link = Some(id);
        lease.heard = self.now;
        if let Some(link) = self.links.get_mut(&id) {
            link.stage = LinkStage::Stream;
        }
        self.timers.disarm(Timer::Resume);
        self.audit("stream.resumed", alloc::vec![("from", self.peer_of(id))]);
    }

    pub(super) fn resume_timeout(&mut self) {
        if self.lease.as_ref().is_some_and(|lease| lease.link.is_none()) {
            self.audit("lease.expired", Vec::new());
            self.give_up_lease(Leave::Lost);
            self.next_waiting();
        }
    }

    // -- losing ----------------------------------------------------------------------------------

    /// The connection of the session's client is gone.
    pub(super) fn holder_lost(&mut self, link: &Link) {
        if matches!(link.stage, LinkStage::Stream) && self.phase == Phase::Alive {
            let Some(lease) = self.lease.as_mut() else { return };
            lease.link = None;
            if let Some(side) = lease.stream() {
                side.endpoint.connection_lost();
            }
            self.timers.arm(Timer::Resume, self.now.after(limits::RESUME));
            self.audit("lease.suspended", Vec::new());
            return self.suspended_to_waiting();
        }
        self.give_up_lease(Leave::Lost);
        self.next_waiting();
    }

    /// Somebody waits for a session whose stream has no client: that one comes first.
    fn suspended_to_waiting(&mut self) {
        if !self.waiting.is_empty() {
            self.give_up_lease(Leave::Superseded);
            self.next_waiting();
        }
    }

    /// Takes the session from its holder, telling it why.
    pub(super) fn fence_holder(&mut self, reason: &Reason, why: Leave) {
        let Some(id) = self.lease.as_ref().and_then(|lease| lease.link) else { return };
        let feeds_input = self
            .pipelines
            .values()
            .any(|pipeline| matches!(pipeline.delivery, Delivery::Bound { .. }) && pipeline.input == InputState::Open);
        self.event("lease.fenced", alloc::vec![("link", id.0.to_string())]);
        if let Some(side) = self.lease.as_mut().and_then(Lease::stream) {
            side.endpoint.send_direct(&Frame::Fenced(reason.text.clone()));
            self.close_link(id, EXIT_FENCED);
        } else if feeds_input {
            // A stock client that is feeding input hangs or crashes when it is told; a cut it takes better.
            self.close_link(id, EXIT_FENCED);
        } else {
            let state = payload::pool_state(payload::BROKEN, Some(reason));
            self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
            self.release_channels(id);
            if let Some(link) = self.links.get_mut(&id) {
                link.stage = LinkStage::Fenced;
                link.deadline = Some(self.now.after(limits::FENCED));
            }
        }
        self.give_up_lease(why);
    }

    /// Answers what a client that loses the session still waits for.
    fn release_channels(&mut self, id: LinkId) {
        let Some(lease) = self.lease.as_mut() else { return };
        let slots = core::mem::take(&mut lease.slots);
        let Some(link) = self.links.get_mut(&id) else { return };
        for (pid, slot) in slots {
            for _ in 0..slot.held_acks {
                link.transport.ack_data(Channel::Pipeline(pid));
            }
            if slot.closing {
                link.transport.ack_close(Channel::Pipeline(pid));
            }
        }
    }

    /// Ends the current lease: what it alone could finish is stopped, everything else goes on unheard.
    pub(super) fn give_up_lease(&mut self, why: Leave) {
        let Some(mut lease) = self.lease.take() else { return };
        self.timers.disarm(Timer::Silent);
        self.timers.disarm(Timer::Resume);
        self.take_acknowledgements(&mut lease);
        let mut stop = Vec::new();
        let mut end_input = Vec::new();
        let mut bound = false;
        for pipeline in self.pipelines.values_mut() {
            if matches!(pipeline.delivery, Delivery::Unbound) {
                continue;
            }
            bound = true;
            pipeline.delivery = Delivery::Unbound;
            pipeline.signal_ack_due = false;
            pipeline.questions.iter_mut().for_each(|question| question.asked = None);
            let input_cut = pipeline.input == InputState::Open;
            if input_cut {
                pipeline.input = InputState::Lost;
            }
            if input_cut && self.settings.input_on_drop == InputOnDrop::End {
                end_input.push(pipeline.number);
            } else if input_cut || pipeline.nested {
                stop.push(pipeline.number);
            }
        }
        for number in end_input {
            self.end_input(number);
        }
        for number in stop {
            self.stop_pipeline(number);
        }
        if why == Leave::Ending || self.phase == (Phase::Ended) {
            return;
        }
        self.detached_since = Some(self.now);
        self.answer_questions_nobody_hears();
        if why != Leave::Superseded {
            self.left(&lease, bound, &why);
        }
    }

    /// Decides what becomes of a session that nobody drives any more.
    fn left(&mut self, lease: &Lease, bound: bool, why: &Leave) {
        if !matches!(self.phase, Phase::Alive | Phase::Broken) {
            return;
        }
        if self.phase == Phase::Broken {
            return self.audit("session.disconnected", Vec::new());
        }
        let busy = self.pipelines.values().any(|pipeline| !pipeline.housekeeping && pipeline.is_live());
        let unread = bound && self.pipelines.values().any(|p| !p.housekeeping && p.log.unread_messages() > 0);
        let ran = self.pipelines.values().any(|p| !p.housekeeping) || self.has_run();
        let keep = lease.on_close == Some(OnClose::Keep) || *why == Leave::Detached;
        let patience = match &self.identity.name {
            Some(_) => self.idle,
            None if busy || unread || keep => self.idle,
            None if ran => limits::NAMELESS_IDLE.min(self.idle),
            None => return self.end("its client was lost before it ran anything"),
        };
        if self.identity.name.is_none() {
            let name = SessionName::automatic(self.identity.id);
            self.audit("session.named", alloc::vec![("name", name.to_string())]);
            self.identity.name = Some(name);
        }
        self.timers.arm(Timer::Disconnect, self.now.after(patience));
        self.audit("session.disconnected", alloc::vec![("kept_seconds", patience.as_secs().to_string())]);
    }

    fn has_run(&self) -> bool {
        self.user_pipelines > 0
    }
}

/// What the `ssh` of a client that lost the session exits with.
const EXIT_FENCED: u8 = super::link_event::EXIT_REFUSED;

impl StreamSide {
    fn new(random: &[u8; 48], credit: u64) -> Self {
        let (id, token) = random.split_first_chunk::<16>().map_or(([0; 16], [0; 32]), |(id, rest)| {
            let mut token = [0; 32];
            token.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            (*id, token)
        });
        Self {
            id: Uuid::from_bytes(id),
            token,
            endpoint: Endpoint::new(limits::STREAM_WINDOW, credit),
            unacknowledged: VecDeque::new(),
            acknowledged: 0,
            deferred: VecDeque::new(),
        }
    }
}
