//! A runspace in a thread of its own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
};

use parking_lot::Mutex;
use psrpd_dotnet::Guid;

use super::Shared;
use crate::{
    environment::Environment,
    eval::{R, Runspace, error},
    host::Nobody,
    limits,
    platform::{Platform, Stop},
};

/// Something for a lane to do.
pub(crate) type Task = Box<dyn FnOnce(&mut Runspace) + Send>;

/// How a runspace begins.
pub(crate) struct Opening {
    platform: Arc<dyn Platform>,
    shared: Arc<Shared>,
    environment: Environment,
    directory: String,
}

impl Opening {
    /// As one beside this runspace.
    pub(crate) fn beside(rs: &Runspace) -> Self {
        if !rs.beside.is_lane {
            rs.beside.shared.first.get_or_init(|| rs.console.runspace);
        }
        Self {
            platform: rs.platform.clone(),
            shared: rs.beside.shared.clone(),
            environment: rs.state.environment.clone(),
            directory: rs.state.locations.directory(),
        }
    }

    /// As one of another process, whose environment begins as that of this one.
    pub(crate) fn apart(rs: &Runspace) -> Self {
        Self { environment: rs.state.environment.copy(), ..Self::beside(rs) }
    }
}

/// A runspace as others hold it. When nobody does, it ends after what it was given.
pub(crate) struct Lane {
    pub(crate) number: i32,
    pub(crate) instance: Guid,
    pub(crate) stop: Stop,
    tasks: Mutex<Option<Sender<Task>>>,
    is_busy: AtomicBool,
}

impl Lane {
    /// Opens a runspace.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn open(opening: &Opening) -> R<Arc<Self>> {
        let (tasks, todo) = channel::<Task>();
        let lane = opening.shared.enlist(|number| {
            Arc::new(Self {
                number,
                instance: Guid(opening.platform.random_bytes()),
                stop: Stop::default(),
                tasks: Mutex::new(Some(tasks)),
                is_busy: AtomicBool::new(false),
            })
        });
        let (platform, shared) = (opening.platform.clone(), opening.shared.clone());
        let (environment, directory) = (opening.environment.clone(), opening.directory.clone());
        let (stop, held, instance) = (lane.stop.clone(), Arc::downgrade(&lane), lane.instance);
        let number = u32::try_from(lane.number).unwrap_or(0);
        let work = move || {
            let mut rs = Runspace::new(platform, Box::new(Nobody), stop);
            rs.scopes.belong_to(number);
            rs.console.runspace = instance;
            rs.beside.shared = shared;
            rs.beside.lane = held;
            rs.beside.is_lane = true;
            rs.state.environment = environment;
            let root = rs.state.drives.root();
            rs.state.locations.restart(&directory, root);
            rs.sync_pwd();
            for task in todo {
                // A fault of the engine ends this runspace alone.
                if catch_unwind(AssertUnwindSafe(|| task(&mut rs))).is_err() {
                    return;
                }
            }
        };
        let name = format!("runspace {}", lane.number);
        thread::Builder::new()
            .name(name)
            .stack_size(limits::STACK_SIZE)
            .spawn(work)
            .map_err(|failure| error::invalid("RunspaceThread", failure.to_string()))?;
        Ok(lane)
    }

    /// Gives it something to do after all else.
    pub(crate) fn give(&self, task: Task) {
        if let Some(tasks) = &*self.tasks.lock() {
            // One that has ended drops it, and whoever waits for it is told so.
            let _ = tasks.send(task);
        }
    }

    /// Lets it end.
    pub(crate) fn close(&self) {
        *self.tasks.lock() = None;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.tasks.lock().is_none()
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Relaxed)
    }

    pub(crate) fn set_busy(&self, yes: bool) {
        self.is_busy.store(yes, Ordering::Relaxed);
    }
}
