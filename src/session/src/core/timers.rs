//! The session's timers: a table of named instants.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::io::{LinkId, Output};
use super::pipeline::{Outcome, Stage};
use super::{Core, EngineCommand, Phase};
use crate::limits;
use crate::time::Instant;

/// What a timer is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Timer {
    /// The engine must be open.
    EngineOpen,
    /// The holder must have answered the probe.
    Probe,
    /// The lost connection of a stream must be back.
    Resume,
    /// Somebody must have attached.
    Disconnect,
    /// The attached client must have said something.
    Silent,
    /// The engine must have closed.
    Close,
    /// What is left of a broken session goes.
    Broken,
    /// Unacknowledged output of an ended session is given up.
    Drain,
}

const COUNT: usize = 8;

/// The table.
#[derive(Debug, Default)]
pub(super) struct Timers([Option<Instant>; COUNT]);

impl Timers {
    const ALL: [Timer; COUNT] = [
        Timer::EngineOpen,
        Timer::Probe,
        Timer::Resume,
        Timer::Disconnect,
        Timer::Silent,
        Timer::Close,
        Timer::Broken,
        Timer::Drain,
    ];

    fn slot(&mut self, timer: Timer) -> Option<&mut Option<Instant>> {
        let index = Self::ALL.iter().position(|candidate| *candidate == timer)?;
        self.0.get_mut(index)
    }

    pub(super) fn arm(&mut self, timer: Timer, at: Instant) {
        if let Some(slot) = self.slot(timer) {
            *slot = Some(at);
        }
    }

    pub(super) fn disarm(&mut self, timer: Timer) {
        if let Some(slot) = self.slot(timer) {
            *slot = None;
        }
    }

    pub(super) fn at(&self, timer: Timer) -> Option<Instant> {
        Self::ALL.iter().zip(&self.0).find(|(candidate, _)| **candidate == timer).and_then(|(_, at)| *at)
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let (timer, slot) = Self::ALL.iter().zip(&mut self.0).find(|(_, at)| at.is_some_and(|at| at <= now))?;
        *slot = None;
        Some(*timer)
    }
}

impl Core {
    pub(super) fn run_timers(&mut self) {
        while let Some(timer) = self.timers.take_due(self.now) {
            match timer {
                Timer::EngineOpen => self.engine_open_timeout(),
                Timer::Probe => self.probe_timeout(),
                Timer::Resume => self.resume_timeout(),
                Timer::Disconnect => self.disconnect_timeout(),
                Timer::Silent => self.silent_timeout(),
                Timer::Close => self.engine_command(EngineCommand::Kill),
                // Whoever reads what is left is let to.
                Timer::Broken if self.lease.is_some() => self.timers.arm(Timer::Broken, self.now.after(limits::BROKEN)),
                Timer::Broken => self.end_broken(),
                Timer::Drain => self.end_now(),
            }
        }
        self.run_link_deadlines();
        self.run_stop_deadlines();
    }

    fn disconnect_timeout(&mut self) {
        if self.lease.is_none() && self.phase == Phase::Alive {
            let kept = self.idle.as_secs().to_string();
            self.audit("session.expired", alloc::vec![("kept_seconds", kept)]);
            self.end("it was not attached to in time");
        }
    }

    fn run_link_deadlines(&mut self) {
        let now = self.now;
        let due: Vec<LinkId> = self
            .links
            .iter()
            .filter(|(_, link)| link.deadline.is_some_and(|deadline| deadline <= now))
            .map(|(id, _)| *id)
            .collect();
        for link in due {
            self.link_deadline(link);
        }
    }

    /// Gives up waiting for pipelines that do not stop: the client is told so before it gives up itself.
    fn run_stop_deadlines(&mut self) {
        let now = self.now;
        let due: Vec<u64> = self
            .pipelines
            .values()
            .filter(|pipeline| matches!(pipeline.stage, Stage::Stopping { give_up } if give_up <= now))
            .map(|pipeline| pipeline.number)
            .collect();
        for number in due {
            self.wedged = true;
            self.audit("pipeline.wedged", alloc::vec![("pipeline", number.to_string())]);
            self.conclude(number, Outcome::Stopped, super::payload::pipeline_state(Outcome::Stopped, None));
        }
    }

    /// Ends everything without waiting for anybody.
    pub(super) fn end_now(&mut self) {
        if self.phase == Phase::Ended {
            return;
        }
        let (reason, asked) = match core::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Closing { reason, asked } => (reason, asked),
            _ => ("closed".to_string(), true),
        };
        let links: Vec<LinkId> = self.links.keys().copied().collect();
        for link in links {
            self.close_link(link, 0);
        }
        self.links.clear();
        self.pipelines.clear();
        self.timers = Timers::default();
        self.lease = None;
        self.outputs.push_back(Output::Ended { reason, asked });
    }

    /// How long until the session goes if nobody attaches.
    pub(super) fn expires_in(&self) -> Option<core::time::Duration> {
        self.timers.at(Timer::Disconnect).map(|at| at.since(self.now))
    }

    pub(super) fn arm_silent(&mut self) {
        self.timers.arm(Timer::Silent, self.now.after(limits::SILENT));
    }
}
