//! Jobs: something that runs, under a number and a name.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{DateTime, Guid, Str};

use super::{Gathered, Kind, Phase, Run, Shared};
use crate::{
    eval::Runspace,
    types,
    value::{ErrorRecord, Object, Value},
};

/// What a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// `Start-ThreadJob`
    Thread,
    /// `Start-Job`; its child has what it wrote.
    Background,
    BackgroundChild,
    /// `ForEach-Object -Parallel -AsJob`, with a child for each object.
    Parallel,
    ParallelChild,
    /// The action of an event.
    Event,
}

impl JobKind {
    fn class(self) -> &'static str {
        match self {
            Self::Thread => "Microsoft.PowerShell.ThreadJob.ThreadJob",
            Self::Background => "System.Management.Automation.PSRemotingJob",
            Self::BackgroundChild => "System.Management.Automation.PSRemotingChildJob",
            Self::Parallel => "System.Management.Automation.PSTasks.PSTaskJob",
            Self::ParallelChild => "System.Management.Automation.PSTasks.PSTaskChildJob",
            Self::Event => "System.Management.Automation.PSEventJob",
        }
    }

    /// `PSJobTypeName`
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Thread => "ThreadJob",
            Self::Background => "BackgroundJob",
            Self::Parallel => "PSTaskJob",
            Self::ParallelChild => "PSTaskChildJob",
            Self::BackgroundChild | Self::Event => "",
        }
    }

    /// `Location`
    pub(crate) fn location(self) -> &'static str {
        match self {
            Self::Thread | Self::Parallel | Self::ParallelChild => "PowerShell",
            Self::Background | Self::BackgroundChild => "localhost",
            Self::Event => "",
        }
    }
}

/// A job.
pub(crate) struct Job {
    pub(crate) kind: JobKind,
    pub(crate) number: i32,
    pub(crate) instance: Guid,
    pub(crate) name: Mutex<Str>,
    pub(crate) command: Str,
    pub(crate) run: Arc<Run>,
    pub(crate) gathered: Arc<Gathered>,
    pub(crate) children: Mutex<Vec<Arc<Self>>>,
    /// When it began, where nothing of it has run yet.
    pub(crate) begun: Option<DateTime>,
    /// How many runspaces work for it.
    pub(crate) crew: Mutex<Option<Arc<super::Crew>>>,
}

impl Job {
    pub(crate) fn new(rs: &Runspace, kind: JobKind, name: Option<Str>, command: &str) -> Self {
        let shared: &Arc<Shared> = &rs.beside.shared;
        let number = shared.job_number();
        Self {
            kind,
            number,
            instance: Guid(rs.platform.random_bytes()),
            name: Mutex::new(name.unwrap_or_else(|| format!("Job{number}").into())),
            command: command.into(),
            run: Run::new(shared),
            gathered: Gathered::new(shared),
            children: Mutex::default(),
            begun: (kind == JobKind::Background || kind == JobKind::Parallel).then(|| rs.now()),
            crew: Mutex::default(),
        }
    }

    /// How far it is: with children, how far they are.
    pub(crate) fn phase(&self) -> Phase {
        let children = self.children.lock().clone();
        if children.is_empty() {
            return self.run.phase();
        }
        let phases: Vec<Phase> = children.iter().map(|child| child.phase()).collect();
        let any = |wanted: Phase| phases.contains(&wanted);
        let all_over = phases.iter().all(|phase| phase.is_over());
        match self.run.phase() {
            Phase::Stopping | Phase::Stopped if !all_over => Phase::Stopping,
            _ if !all_over => Phase::Running,
            Phase::Stopped => Phase::Stopped,
            _ if any(Phase::Failed) => Phase::Failed,
            _ if any(Phase::Stopped) => Phase::Stopped,
            _ => Phase::Completed,
        }
    }

    /// Whether something came that nobody has received.
    pub(crate) fn has_more(&self) -> bool {
        let own = match self.kind {
            JobKind::BackgroundChild => !self.phase().is_over() || !self.gathered.is_empty(),
            _ => !self.gathered.is_empty(),
        };
        own || self.children.lock().clone().iter().any(|child| child.has_more())
    }

    /// Itself and what it consists of.
    pub(crate) fn family(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let children = self.children.lock().clone();
        std::iter::once(self.clone()).chain(children).collect()
    }

    /// Asks it to stop.
    pub(crate) fn stop(&self, now: DateTime) {
        let children = self.children.lock().clone();
        if children.is_empty() || children.iter().any(|child| !child.phase().is_over()) {
            self.run.stop(now);
        }
        for child in &children {
            child.run.stop(now);
        }
    }

    pub(crate) fn begun(&self) -> Option<DateTime> {
        self.begun.or_else(|| self.run.begun())
    }

    pub(crate) fn ended(&self) -> Option<DateTime> {
        let children = self.children.lock().clone();
        if children.is_empty() {
            return self.run.ended();
        }
        self.phase().is_over().then(|| children.iter().filter_map(|child| child.ended()).max()).flatten()
    }

    /// What it failed for.
    pub(crate) fn reason(&self) -> Option<Arc<ErrorRecord>> {
        self.run.reason().filter(|_| self.run.phase() == Phase::Failed)
    }

    /// What was written of a kind.
    pub(crate) fn list(&self, kind: Kind) -> Value {
        Value::Object(self.gathered.list(kind))
    }
}

impl Object for Job {
    fn type_of(&self) -> types::Type {
        types::known(self.kind.class())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.kind.class().into())
    }
}
