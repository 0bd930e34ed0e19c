//! Who drives the session: leases are granted, refused, taken away and given up.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::{Object, TypeNames, Value};
use psrp_proto::host::{HostRequest, VOID_CALL_ID};
use psrp_proto::message::{Message, RunspacePoolState, UserEvent};
use psrp_proto::{Channel, MessageKind};

use super::io::LinkId;
use super::lease::{Lease, StreamSide, Wire};
use super::leave::Leave;
use super::link::{LinkStage, Wish};
use super::payload::Reason;
use super::probe::FIRST_PROBE;
use super::who::Who;
use super::{Core, Phase, Timer, payload};
use crate::options::AttachMode;
use crate::stream::{Frame, Opened};

/// The source identifier of the event that counts events which were not kept.
const EVENTS_LOST: &str = "Psrp.EventsLost";

impl Core {
    /// A link wants the session.
    pub(super) fn attach(&mut self, id: LinkId, wish: Wish) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let mode = link.hello.options.mode;
        if matches!(self.phase, Phase::Closing { .. } | Phase::Ended) {
            return self.refuse_closing(id);
        }
        if mode == AttachMode::New && self.leases > 0 {
            let text = format!("session {} exists (PSRP_ATTACH=new); choose another name", self.title());
            return self.refuse(id, "exists", &text);
        }
        link.stage = LinkStage::Waiting(Box::new(wish));
        self.event("attach.decide", alloc::vec![("link", id.0.to_string())]);
        if mode == AttachMode::Steal {
            self.stolen = self.lease.as_mut().and_then(Lease::stream).map(|side| side.id);
        }
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

    // -- granting --------------------------------------------------------------------------------

    pub(super) fn grant(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let LinkStage::Waiting(wish) = core::mem::replace(&mut link.stage, LinkStage::Gone) else { return };
        let Wish { rpid, host, init } = *wish;
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
            rpid: if is_stream { self.identity.id } else { rpid },
            host,
            who: Who::of(hello, init.as_ref()),
            since: self.now,
            on_close: hello.options.on_close,
            on_busy: hello.options.on_busy,
            slots: BTreeMap::new(),
            next_probe: FIRST_PROBE,
            opened: false,
            closing: None,
            owes_close: false,
            left: false,
            exit_seen: false,
            floods: false,
            heard: self.now,
        };
        self.lease = Some(lease);
        self.timers.disarm(Timer::Disconnect);
        self.timers.disarm(Timer::Resume);
        self.audit(if created { "session.created" } else { "session.attached" }, Vec::new());
        if is_stream {
            self.announce_stream();
        } else {
            self.arm_silent();
            match init {
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
        let patience = self.resume_patience();
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
                resume_seconds: u32::try_from(patience.as_secs()).unwrap_or(u32::MAX),
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
        let state = payload::pool_state(RunspacePoolState::Opened, None);
        self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
        self.now_opened();
        if let Some(text) = if inherited { Some(self.notice()) } else { self.notice_of_loss() } {
            self.send_notice(text);
        }
    }

    /// What follows once the client knows that the pool is open: what it missed.
    pub(super) fn now_opened(&mut self) {
        if let Some(lease) = self.lease.as_mut() {
            lease.opened = true;
        }
        self.pump_pool_calls();
        self.event("session.opened", Vec::new());
    }

    /// Gives the client the events of the runspace, as far as it takes them.
    pub(super) fn pump_events(&mut self) {
        while self.lease.as_ref().is_some_and(|lease| lease.opened) && self.has_room() {
            let Some(event) = self.lost_events_event().or_else(|| self.kept_events.pop_front()) else { return };
            self.send_unlogged(Channel::Session, MessageKind::UserEvent, event, true);
        }
    }

    /// USER_EVENT that says how many events were not kept for the client, if any.
    fn lost_events_event(&mut self) -> Option<Bytes> {
        let lost = core::mem::take(&mut self.lost_events);
        let event = UserEvent {
            event_id: 0,
            source_id: EVENTS_LOST.into(),
            time_generated: self.identity.clock.date_time(self.now).filter(|_| lost > 0)?,
            sender: Value::Nil,
            source_args: Object::list(TypeNames::array_of("System.Object"), [lost]).into(),
            message_data: lost.into(),
            computer_name: Some(self.identity.host.as_str().into()),
            runspace_id: self.identity.id,
        };
        Some(Message::UserEvent(event).encode())
    }

    /// APPLICATION_PRIVATE_DATA for the current client: the engine's, and where the client has landed.
    pub(super) fn private_data(&self) -> Bytes {
        let attached = self.lease.as_ref().map_or_else(String::new, |lease| lease.who.peer.clone());
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
    fn send_notice(&mut self, text: String) {
        if !self.lease.as_ref().is_some_and(|lease| payload::is_terminal(&lease.host)) {
            return;
        }
        let call = payload::host_call(VOID_CALL_ID, &HostRequest::WriteWarningLine { text: text.into() });
        self.send_client(Channel::Session, MessageKind::RunspacePoolHostCall, call);
    }
}
