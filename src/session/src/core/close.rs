//! The end of a session.

use alloc::string::ToString;
use alloc::vec::Vec;

use psrp_proto::message::RunspacePoolState;
use psrp_proto::{Channel, MessageKind, Uuid};

use super::engine::EngineStage;
use super::io::{EngineCommand, LinkId};
use super::lease::{Closing, Target, Wire};
use super::leave::Leave;
use super::link::{Link, LinkStage};
use super::{Core, Phase, Timer, payload};
use crate::limits;

impl Core {
    /// Ends the session because somebody said so.
    pub(super) fn end_as_asked(&mut self, reason: &str) {
        self.begin_end(reason, true);
    }

    /// Ends a session that nobody wanted to end.
    pub(super) fn end(&mut self, reason: &str) {
        self.begin_end(reason, false);
    }

    /// Pipelines are stopped, the engine is closed, then everything goes.
    fn begin_end(&mut self, reason: &str, asked: bool) {
        if matches!(self.phase, Phase::Closing { .. } | Phase::Ended) {
            return;
        }
        self.phase = Phase::Closing { reason: reason.to_string(), asked };
        for timer in [Timer::Disconnect, Timer::Resume, Timer::Broken, Timer::EngineOpen, Timer::Probe] {
            self.timers.disarm(timer);
        }
        self.audit("session.closing", alloc::vec![("reason", reason.to_string())]);
        self.refuse_waiting();
        let open: Vec<u64> = self.pipelines.keys().copied().collect();
        for number in open {
            self.close_pipeline(number);
        }
        match self.engine.stage {
            EngineStage::Gone => {
                self.say_goodbye();
                self.finish_end();
            }
            EngineStage::Opening | EngineStage::Open => {
                self.engine.stage = EngineStage::Closing;
                self.engine_command(EngineCommand::Close(Channel::Session));
                self.timers.arm(Timer::Close, self.now.after(limits::CLOSE));
            }
            EngineStage::Starting | EngineStage::Ready | EngineStage::Closing => {
                self.engine_command(EngineCommand::EndInput);
                self.say_goodbye();
                self.timers.arm(Timer::Close, self.now.after(limits::CLOSE));
            }
        }
    }

    /// Refuses everybody who has come for the session and does not have it yet.
    fn refuse_waiting(&mut self) {
        self.probe = None;
        self.waiting.clear();
        let is_coming =
            |link: &Link| matches!(link.stage, LinkStage::New | LinkStage::Negotiated | LinkStage::Waiting(_));
        let coming: Vec<LinkId> = self.links.iter().filter(|(_, link)| is_coming(link)).map(|(id, _)| *id).collect();
        coming.into_iter().for_each(|id| self.refuse_closing(id));
    }

    pub(super) fn refuse_closing(&mut self, id: LinkId) {
        let text = alloc::format!("session {} is closing; try again for a new one", self.title());
        self.refuse(id, "closing", &text);
    }

    /// Gives a client that closed the session its answer. Every channel that waits for one comes first.
    pub(super) fn say_goodbye(&mut self) {
        self.pump_all();
        let Some(lease) = self.lease.as_mut() else { return };
        if core::mem::replace(&mut lease.left, true) {
            return;
        }
        let closing: Vec<Uuid> = lease.slots.iter().filter(|(_, slot)| slot.closing).map(|(pid, _)| *pid).collect();
        for pid in closing {
            self.finish_slot(pid);
        }
        let asked = self.lease.as_mut().is_some_and(|lease| lease.closing.take().is_some());
        if asked {
            self.ack_close(Channel::Session);
        } else if !self.lease.as_ref().is_some_and(super::Lease::is_stream) {
            let state = payload::pool_state(RunspacePoolState::Closed, None);
            self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
            if let Some(link) = self.lease.as_ref().and_then(|lease| lease.link) {
                self.let_go(link);
                self.give_up_lease(Leave::Ending);
            }
        }
    }

    /// The engine has exited: what is left is what our own client has not acknowledged, and clients that were told of the end
    /// and have not said goodbye.
    pub(super) fn finish_end(&mut self) {
        self.timers.disarm(Timer::Close);
        if self.links.values().any(|link| matches!(link.stage, LinkStage::Fenced)) {
            return;
        }
        let undelivered = self.lease.as_ref().is_some_and(|lease| match &lease.wire {
            Wire::Stream(side) => lease.link.is_some() && (lease.owes_close || !side.endpoint.is_drained()),
            Wire::Stock => false,
        });
        if undelivered {
            if self.timers.at(Timer::Drain).is_none() {
                self.timers.arm(Timer::Drain, self.now.after(limits::DRAIN));
            }
        } else {
            self.end_now();
        }
    }

    /// Brings what was begun by `Close(0)` to its end once nothing stands in the way any more.
    pub(super) fn finish_closing(&mut self) {
        if matches!(self.phase, Phase::Closing { .. }) && self.engine.is_gone() {
            return self.finish_end();
        }
        let Some(lease) = self.lease.as_ref().filter(|lease| lease.closing == Some(Closing::Keep)) else { return };
        let live = lease.slots.values().any(|slot| match slot.target {
            Target::Pipeline(number) => self.pipelines.get(&number).is_some_and(super::Pipeline::is_live),
            Target::Fresh | Target::Over => false,
        });
        if !live {
            self.leave_open();
        }
    }

    /// The client goes and the session stays.
    fn leave_open(&mut self) {
        for state in [RunspacePoolState::Closing, RunspacePoolState::Closed] {
            let state = payload::pool_state(state, None);
            self.send_client(Channel::Session, MessageKind::RunspacePoolState, state);
        }
        self.pump_all();
        // Whoever says goodbye has got everything: what ended is not kept for anybody else.
        let slots = self.lease.as_mut().map(|lease| core::mem::take(&mut lease.slots)).unwrap_or_default();
        for (pid, slot) in slots {
            if let Target::Pipeline(number) = slot.target {
                self.pipelines.remove(&number);
            }
            if slot.closing {
                self.ack_close(Channel::Pipeline(pid));
            }
        }
        self.ack_close(Channel::Session);
        let Some(link) = self.lease.as_ref().and_then(|lease| lease.link) else { return };
        self.audit("session.left", Vec::new());
        self.close_link(link, 0);
        self.give_up_lease(Leave::Detached);
    }

    /// Ends the session on somebody's command.
    pub(super) fn remove(&mut self, force: bool, by: &str) {
        let text = alloc::format!("session {} was removed by {by} (on {})", self.title(), self.identity.host);
        self.audit("session.removed", alloc::vec![("force", force.to_string())]);
        if self.lease.is_some() {
            self.fence_holder(&payload::Reason::session_taken(&text), Leave::Ending);
        }
        self.end_as_asked(&text);
        if force {
            self.engine_command(EngineCommand::Kill);
        }
    }
}
