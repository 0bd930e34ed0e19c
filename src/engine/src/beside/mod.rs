//! What runs beside a session's pipeline: runspaces in threads of their own, jobs, `[powershell]` objects and events.
//!
//! A [`Lane`] is a runspace in a thread. A [`Crew`] is a number of lanes that work off what is handed to them. What runs
//! there is a [`Run`], what it writes is [`Gathered`]; jobs and shells are a run and what it gathered under another name.

use std::{
    collections::VecDeque,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use crate::eval::{R, Runspace};

mod crew;
mod events;
mod gathered;
pub(crate) mod job;
mod lane;
mod programs;
mod remote;
mod run;
pub(crate) mod shell;
mod task;
mod tasks;
pub(crate) mod timer;
mod using;

pub(crate) use crew::{Crew, Setup};
pub(crate) use events::{Events, Happened, Subscriber};
use gathered::ToGathered;
pub(crate) use gathered::{Gathered, Kind};
pub(crate) use job::{Job, JobKind};
pub(crate) use lane::{Lane, Opening, Task};
pub(crate) use programs::Programs;
pub(crate) use remote::{deserialized, error_type as remote_error_type, marked, remote_error};
pub(crate) use run::{Ending, Phase, Run, stopped};
pub(crate) use task::{Input, Piece, Work};
pub(crate) use tasks::Tasks;
pub(crate) use using::{uses, using_table};

/// Something that happened in another thread and that a runspace has to deal with.
pub(crate) type Happening = Box<dyn FnOnce(&mut Runspace) -> R<()> + Send>;

/// What all runspaces of a session share.
#[derive(Default)]
pub(crate) struct Shared {
    /// Counts changes: whoever waits for one looks again.
    changes: Mutex<u64>,
    changed: Condvar,
    last_job: AtomicI32,
    lanes: Mutex<Vec<Weak<Lane>>>,
    pub(crate) programs: Arc<Programs>,
    pub(crate) tasks: Arc<Tasks>,
    /// The instance id of the session's own runspace, once there are others.
    pub(crate) first: OnceLock<psrpd_dotnet::Guid>,
}

/// How long a wait lasts before it is looked whether the pipeline is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// For how long one thing after the other that has happened is dealt with, in ticks of 100 ns.
const ATTENDED: i64 = 1_000_000;

impl Shared {
    /// Says that something has changed: output came, or something ended.
    pub(crate) fn notify(&self) {
        let mut changes = self.changes.lock();
        *changes = changes.wrapping_add(1);
        self.changed.notify_all();
    }

    /// The next number of a job.
    pub(crate) fn job_number(&self) -> i32 {
        self.last_job.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// The runspaces that are there beside the first one, by number.
    pub(crate) fn lanes(&self) -> Vec<Arc<Lane>> {
        self.lanes.lock().iter().filter_map(Weak::upgrade).collect()
    }

    /// The smallest free number of a runspace, which this one gets; the first runspace has 1.
    fn enlist(&self, make: impl FnOnce(i32) -> Arc<Lane>) -> Arc<Lane> {
        let mut lanes = self.lanes.lock();
        lanes.retain(|lane| lane.strong_count() > 0);
        let last = lanes.iter().filter_map(Weak::upgrade).map(|lane| lane.number).max().unwrap_or(1);
        let lane = make(last.saturating_add(1));
        lanes.push(Arc::downgrade(&lane));
        lane
    }
}

/// What a runspace has to do with those beside it.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) shared: Arc<Shared>,
    /// Its jobs, by number.
    pub(crate) jobs: Vec<Arc<Job>>,
    /// Where the records of the pipeline go that runs, if not to a client.
    pub(crate) gathered: Option<Arc<Gathered>>,
    /// What works off thread jobs.
    pub(crate) thread_jobs: Option<Arc<Crew>>,
    /// What it has to deal with.
    pub(crate) inbox: Arc<Inbox>,
    /// Whether it deals with some of it now.
    attending: bool,
    /// The lane that it is in; none in the session's own.
    pub(crate) lane: Weak<Lane>,
    pub(crate) is_lane: bool,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // With the runspace of a session ends what it has started.
        if !self.is_lane {
            self.shared.lanes().iter().for_each(|lane| lane.stop.set());
            self.shared.tasks.end();
        }
    }
}

/// What happened and waits for its runspace.
#[derive(Default)]
pub(crate) struct Inbox {
    waiting: Mutex<VecDeque<Happening>>,
    is_full: AtomicBool,
}

/// How many happenings may wait; more are lost, as a timer ticks on while nobody listens.
const MAX_WAITING: usize = 10_000;

impl Inbox {
    pub(crate) fn put(&self, happening: Happening) {
        let mut waiting = self.waiting.lock();
        if waiting.len() < MAX_WAITING {
            waiting.push_back(happening);
        }
        self.is_full.store(true, Ordering::Release);
    }

    /// Whether something waits.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Acquire)
    }

    fn take(&self) -> VecDeque<Happening> {
        let mut waiting = self.waiting.lock();
        self.is_full.store(false, Ordering::Release);
        std::mem::take(&mut *waiting)
    }

    /// Gives back what was taken and not dealt with: it comes before all else.
    fn put_back(&self, mut rest: VecDeque<Happening>) {
        if rest.is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock();
        rest.append(&mut waiting);
        *waiting = rest;
        self.is_full.store(true, Ordering::Release);
    }
}

impl Runspace {
    /// Waits until something is so, or time is over: false. What happens meanwhile is dealt with.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn wait_until(&mut self, most: Option<Duration>, mut is_so: impl FnMut(&mut Self) -> bool) -> R<bool> {
        let shared = self.beside.shared.clone();
        let tick = |duration: Duration| i64::try_from(duration.as_nanos().wrapping_div(100)).unwrap_or(i64::MAX);
        let deadline = most.map(|most| self.platform.now().saturating_add(tick(most)));
        loop {
            let before = *shared.changes.lock();
            self.attend()?;
            if is_so(self) {
                return Ok(true);
            }
            self.check_stop()?;
            let mut wait = LOOK;
            if let Some(deadline) = deadline {
                let left = deadline.saturating_sub(self.platform.now());
                let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else { return Ok(false) };
                wait = wait.min(Duration::from_nanos(left.saturating_mul(100)));
            }
            let mut changes = shared.changes.lock();
            if *changes == before {
                shared.changed.wait_for(&mut changes, wait);
            }
        }
    }

    /// Deals with what happened in other threads.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn attend(&mut self) -> R<()> {
        // Nothing interrupts an action; what happens meanwhile waits for its end.
        if self.beside.attending || !self.beside.inbox.is_full() {
            return Ok(());
        }
        let inbox = self.beside.inbox.clone();
        let mut waiting = inbox.take();
        let start = self.platform.now();
        self.beside.attending = true;
        let mut done = Ok(());
        // Where actions take longer than it takes for more to happen, the pipeline goes on in between.
        while let Some(happening) = waiting.pop_front() {
            done = happening(self);
            if done.is_err() || self.platform.now().saturating_sub(start) > ATTENDED {
                break;
            }
        }
        self.beside.attending = false;
        inbox.put_back(waiting);
        done
    }

    /// Stops a job, if it is not over, and waits until it is.
    ///
    /// # Errors
    /// The pipeline was stopped.
    pub(crate) fn stop_job(&mut self, job: &Job) -> R<()> {
        if job.phase().is_over() {
            return Ok(());
        }
        job.stop(self.now());
        self.wait_until(None, |_| job.phase().is_over())?;
        Ok(())
    }
}
