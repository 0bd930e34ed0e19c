//! Something that runs beside: how far it is, and how to stop it.

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::DateTime;

use super::Shared;
use crate::{
    eval::{Flow, R, error},
    platform::Stop,
    value::{Category, ErrorRecord, Value},
};

/// How far it is. The last three are the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    NotStarted,
    Running,
    Stopping,
    Completed,
    Failed,
    Stopped,
}

impl Phase {
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }

    /// As PowerShell calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "NotStarted",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }
}

/// Who wants to know that it goes on.
pub(crate) type Watcher = Box<dyn Fn(Phase, Phase) + Send>;

/// One run.
pub(crate) struct Run {
    state: Mutex<State>,
    watchers: Mutex<Vec<Watcher>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct State {
    phase: Phase,
    reason: Option<Arc<ErrorRecord>>,
    /// The exception that carried that error out of a command.
    carried: Option<Value>,
    /// What stops it while it runs.
    stop: Option<Stop>,
    /// Whether it was told to stop.
    stopping: bool,
    begun: Option<DateTime>,
    ended: Option<DateTime>,
}

impl Run {
    pub(crate) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), watchers: Mutex::default(), shared: shared.clone() })
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state.lock().phase
    }

    /// What it failed for.
    pub(crate) fn reason(&self) -> Option<Arc<ErrorRecord>> {
        self.state.lock().reason.clone()
    }

    /// As [`Self::reason`], its exception in the one that a caller of the pipeline sees: the preference or a command ended it.
    pub(crate) fn reason_for_caller(&self) -> Option<Arc<ErrorRecord>> {
        let record = self.reason()?;
        let carried = self.state.lock().carried.clone();
        Some(carried.map_or_else(|| record.clone(), |exception| Arc::new(record.copy_with(exception))))
    }

    pub(crate) fn begun(&self) -> Option<DateTime> {
        self.state.lock().begun
    }

    pub(crate) fn ended(&self) -> Option<DateTime> {
        self.state.lock().ended
    }

    pub(crate) fn watch(&self, watcher: Watcher) {
        self.watchers.lock().push(watcher);
    }

    fn enter(&self, phase: Phase, change: impl FnOnce(&mut State)) {
        let before = {
            let mut state = self.state.lock();
            if state.phase.is_over() {
                return;
            }
            change(&mut state);
            std::mem::replace(&mut state.phase, phase)
        };
        if before != phase {
            self.watchers.lock().iter().for_each(|watcher| watcher(before, phase));
        }
        self.shared.notify();
    }

    /// It is about to begin: from now on it counts as running.
    pub(crate) fn announce(&self, now: DateTime) {
        self.enter(Phase::Running, |state| state.begun = Some(now));
    }

    /// It begins, and this stops it; false if it was told to stop before.
    pub(crate) fn begin(&self, now: DateTime, stop: &Stop) -> bool {
        stop.clear();
        if self.state.lock().stopping {
            return false;
        }
        self.enter(Phase::Running, |state| {
            state.begun = Some(now);
            state.stop = Some(stop.clone());
        });
        // It may have been told just now.
        if self.state.lock().stopping {
            stop.set();
        }
        true
    }

    /// It has ended so.
    pub(crate) fn finish(&self, now: DateTime, result: R<()>) {
        let carried = match &result {
            Err(Flow::Error(raised)) if raised.carrier().is_some() => Some(raised.exception()),
            _ => None,
        };
        let (phase, reason) = match result {
            Err(Flow::Error(raised)) => (Phase::Failed, Some(raised.record)),
            Err(Flow::Exhausted(limit)) => (Phase::Failed, Some(Arc::new(limit.record()))),
            Err(Flow::Stopped) => (Phase::Stopped, Some(Arc::new(stopped()))),
            _ => (Phase::Completed, None),
        };
        self.enter(phase, |state| {
            state.reason = reason;
            state.carried = carried;
            state.ended = Some(now);
            state.stop = None;
        });
    }

    /// Tells it to stop; what has not begun is over at once.
    pub(crate) fn stop(&self, now: DateTime) {
        let (stop, phase) = {
            let mut state = self.state.lock();
            state.stopping = true;
            (state.stop.clone(), state.phase)
        };
        match (stop, phase) {
            (Some(stop), _) => {
                self.enter(Phase::Stopping, |_| {});
                stop.set();
            }
            (None, Phase::NotStarted) => self.finish(now, Err(Flow::Stopped)),
            _ => {}
        }
    }

    /// A new run of the same thing may begin.
    pub(crate) fn again(&self) {
        *self.state.lock() = State::default();
    }
}

/// The record about a pipeline that was stopped.
pub(crate) fn stopped() -> ErrorRecord {
    error::record(
        "System.Management.Automation.PipelineStoppedException",
        "PipelineStopped",
        Category::OperationStopped,
        "The pipeline has been stopped.",
        Value::Null,
    )
}

/// Says of a run that it failed, unless it was said how it ended.
pub(crate) struct Ending(Option<Arc<Run>>);

impl Ending {
    pub(crate) fn of(run: &Arc<Run>) -> Self {
        Self(Some(run.clone()))
    }

    pub(crate) fn is(mut self, now: DateTime, result: R<()>) {
        // From here on the next run may have begun.
        if let Some(run) = self.0.take() {
            run.finish(now, result);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(run) = self.0.take() {
            let lost = error::invalid("RunspaceLost", "The runspace has ended before its command.");
            run.finish(DateTime::default(), Err(lost));
        }
    }
}
