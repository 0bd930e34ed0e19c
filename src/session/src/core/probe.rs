//! Is the holder of the session still there? A dead one is replaced, a live one is protected.

use alloc::format;
use alloc::string::ToString;

use psrp_proto::host::HostRequest;
use psrp_proto::message::Message;
use psrp_proto::{Channel, MessageKind};

use super::io::LinkId;
use super::leave::Leave;
use super::payload::Reason;
use super::{Core, Timer, notice, payload};
use crate::limits;

/// A question to the holder of the session: are you there?
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) holder: LinkId,
    /// The number in the question, which the answer repeats.
    pub(super) number: i64,
}

/// Our own host calls are numbered from here, so that their answers are never mistaken for answers to the engine.
pub(super) const FIRST_PROBE: i64 = 1 << 62;

impl Core {
    /// Asks the holder of the session for a sign of life that its user does not see.
    pub(super) fn send_probe(&mut self, holder: LinkId) {
        if self.probe.is_some() {
            return;
        }
        let Some(lease) = self.lease.as_mut() else { return };
        let number = lease.next_probe;
        lease.next_probe = lease.next_probe.saturating_add(1);
        let is_null_host = lease.host.is_host_null;
        if let Some(side) = lease.stream() {
            side.endpoint.ping(number.unsigned_abs());
        } else if is_null_host {
            // A value call breaks a client without host; the request for its key does not, as often as we like.
            self.send_client(Channel::Session, MessageKind::PublicKeyRequest, Message::PublicKeyRequest.encode());
        } else {
            let call = payload::host_call(number, &HostRequest::GetName);
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
                lease.who.peer,
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
    pub(super) fn next_waiting(&mut self) {
        while self.lease.is_none() {
            let Some(id) = self.waiting.pop_front() else { return };
            self.grant(id);
        }
    }
}
