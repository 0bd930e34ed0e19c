//! Clients that go, and what becomes of the session then.

use alloc::string::ToString;
use alloc::vec::Vec;

use psrp_proto::message::RunspacePoolState;
use psrp_proto::{Channel, MessageKind};

use super::io::{InputOnDrop, LinkId};
use super::lease::Lease;
use super::link::{Link, LinkStage};
use super::payload::Reason;
use super::pipeline::{Delivery, InputState};
use super::{Core, Phase, Timer, payload};
use crate::limits;
use crate::name::SessionName;
use crate::options::OnClose;
use crate::stream::Frame;

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

/// What the `ssh` of a client that lost the session exits with.
const EXIT_FENCED: u8 = super::link_event::EXIT_REFUSED;

impl Core {
    /// The connection of the session's client is gone.
    pub(super) fn holder_lost(&mut self, link: &Link) {
        if matches!(link.stage, LinkStage::Stream) && self.phase == Phase::Alive {
            let Some(lease) = self.lease.as_mut() else { return };
            lease.link = None;
            if let Some(side) = lease.stream() {
                side.endpoint.connection_lost();
            }
            self.detached_since = Some(self.now);
            self.timers.arm(Timer::Resume, self.now.after(self.resume_patience()));
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
            let state = payload::pool_state(RunspacePoolState::Broken, Some(reason));
            self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
            self.let_go(id);
        }
        self.give_up_lease(why);
    }

    /// From now on the link is only answered, until its client has said goodbye.
    pub(super) fn let_go(&mut self, id: LinkId) {
        self.release_channels(id);
        if let Some(link) = self.links.get_mut(&id) {
            link.stage = LinkStage::Fenced;
            link.deadline = Some(self.now.after(limits::FENCED));
        }
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
            pipeline.log.reader_gone();
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
        if lease.link.is_some() {
            self.detached_since = Some(self.now);
        }
        self.keep_pool_questions();
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
        let reason = if *why == Leave::Detached { "the client left" } else { "the connection was lost" };
        let mut gone = alloc::vec![("reason", reason.to_string())];
        gone.extend(lease.who.fields());
        if self.phase == Phase::Broken {
            self.audit("session.disconnected", gone);
            return self.end_if_nothing_left();
        }
        if self.close_requested {
            return self.end_as_asked("closed by Close-PsrpSession");
        }
        let busy = self.pipelines.values().any(|pipeline| !pipeline.housekeeping && pipeline.is_live());
        let unread = bound && self.pipelines.values().any(|p| !p.housekeeping && p.log.unread_messages() > 0);
        let keep = lease.on_close == Some(OnClose::Keep) || *why == Leave::Detached;
        let patience = match &self.identity.name {
            Some(_) => self.idle,
            None if busy || unread || keep => self.idle,
            None if self.has_run => limits::NAMELESS_IDLE.min(self.idle),
            None => return self.end("its client was lost before it ran anything"),
        };
        if self.identity.name.is_none() {
            let name = SessionName::automatic(self.identity.id);
            self.audit("session.named", alloc::vec![("name", name.to_string())]);
            self.identity.name = Some(name);
        }
        self.timers.arm(Timer::Disconnect, self.now.after(patience));
        gone.push(("kept_seconds", patience.as_secs().to_string()));
        self.audit("session.disconnected", gone);
    }
}
