//! The machine below the engine: clock, random numbers, environment, files, processes. [`Unix`] is the real one; tests
//! bring their own.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

mod files;
mod memory;
mod net;
mod pipe;
mod process;
mod unix;
mod unix_files;
mod unix_net;
mod zone;

pub use files::{FileHandle, FileKind, FileStat, Files, Mount, OpenHow, Space};
pub use net::{Connection, Echo, GoesOn, Network, Peer};
pub use unix::Unix;

/// What is known of a time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its id in the time zone data.
    pub id: String,
    /// What it is called in winter.
    pub standard: String,
    /// What it is called in summer.
    pub daylight: String,
    /// Its distance to UTC in winter, in ticks.
    pub base_offset: i64,
    /// Whether clocks change.
    pub has_daylight: bool,
}

/// The machine.
pub trait Platform: Files + Network {
    /// The current time in ticks of 100 ns since year 1, UTC.
    fn now(&self) -> i64;

    /// The distance of local time to UTC at a time, both in ticks.
    fn utc_offset(&self, utc: i64) -> i64;

    /// A time zone by its id; without one the local zone.
    fn zone(&self, id: Option<&str>) -> Option<Zone>;

    /// How far a zone is from UTC at a moment, in ticks, and whether summer time counts then; the moment is in UTC or what a
    /// clock there shows.
    fn zone_offset(&self, id: &str, ticks: i64, is_utc: bool) -> (i64, bool);

    /// The ids of all time zones.
    fn zone_ids(&self) -> Vec<String>;

    /// Random bytes.
    fn random_bytes(&self) -> [u8; 16];

    /// The environment a session begins with.
    fn environment(&self) -> Vec<(String, String)>;

    /// The directory a session begins in.
    fn current_directory(&self) -> String;

    /// How many processors there are.
    fn processors(&self) -> usize;

    /// The id of this process.
    fn process_id(&self) -> u32;

    /// How many bytes of memory this process uses.
    fn memory_used(&self) -> u64;

    /// How many it may use.
    fn memory_limit(&self) -> u64;

    /// How many steps a command of a client may take; none where that is not limited.
    fn step_limit(&self) -> Option<u64> {
        None
    }

    /// How many bytes a command may send to its client; none where that is not limited.
    fn output_limit(&self) -> Option<u64> {
        None
    }

    /// The name of the user.
    fn user_name(&self) -> String;

    /// The name of the machine.
    fn host_name(&self) -> String;

    /// Name and version of the operating system.
    fn os_description(&self) -> String;

    /// Starts a program.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn start(&self, program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>>;

    /// Starts a program whose streams are files, or nothing.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn launch(&self, program: &ProgramCall<'_>, files: &ProgramFiles<'_>) -> io::Result<Box<dyn RunningProgram>>;

    /// The program, and its arguments, that serves a job over its input and output; none where jobs run in
    /// threads of this process.
    fn worker(&self) -> Option<(String, Vec<String>)> {
        None
    }

    /// Ends a process: at once, or by asking it to.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn signal(&self, process: i64, at_once: bool) -> io::Result<()>;
}

/// A program to run.
#[derive(Clone, Copy, Debug)]
pub struct ProgramCall<'c> {
    /// The path of the program.
    pub path: &'c str,
    /// Its arguments.
    pub args: &'c [String],
    /// Its whole environment.
    pub environment: &'c [(String, String)],
    /// Where it runs.
    pub directory: &'c str,
}

/// The files that are the streams of a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProgramFiles<'c> {
    /// What it reads.
    pub input: Option<&'c str>,
    /// Where its output goes.
    pub output: Option<&'c str>,
    /// Where its errors go.
    pub errors: Option<&'c str>,
}

/// What a running program does.
#[derive(Clone, Debug)]
pub enum ProgramEvent {
    /// It wrote to its standard output.
    Output(Vec<u8>),
    /// It wrote to its standard error.
    Errors(Vec<u8>),
    /// It has ended, after all output: the exit code; 128 and the number of the signal that ended it.
    Exited(i32),
}

/// A program that was started.
pub trait RunningProgram: Send {
    /// Its process id.
    fn id(&self) -> u32;

    /// Writes to its standard input, without waiting.
    ///
    /// # Errors
    /// The bytes themselves, if it does not read now.
    fn send(&mut self, bytes: Vec<u8>) -> Result<(), Vec<u8>>;

    /// Ends its standard input.
    fn close_input(&mut self);

    /// What it does next; none if that takes longer.
    fn next(&mut self, wait: Duration) -> Option<ProgramEvent>;

    /// Asks it and its children to end.
    fn interrupt(&mut self);

    /// Ends it and its children.
    fn kill(&mut self);
}

/// Ends a running pipeline from another thread.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<StopState>);

#[derive(Debug, Default)]
struct StopState {
    /// Whether it is to stop, and why.
    set: AtomicU8,
    masked: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

/// The pipeline goes on.
const GOES_ON: u8 = 0;

/// It was asked to stop.
const ASKED: u8 = 1;

/// It has sent too much.
const EXCESS: u8 = 2;

impl Stop {
    /// Asks the pipeline to stop.
    pub fn set(&self) {
        self.0.set.store(ASKED, Ordering::SeqCst);
        let _guard = self.0.lock.lock();
        self.0.changed.notify_all();
    }

    /// Forgets that it was asked; a new pipeline begins.
    pub fn clear(&self) {
        self.0.set.store(GOES_ON, Ordering::SeqCst);
        self.0.masked.store(false, Ordering::SeqCst);
    }

    /// Whether it was asked to stop, although code may run that runs even then.
    pub fn was_asked(&self) -> bool {
        self.0.set.load(Ordering::Relaxed) == ASKED
    }

    /// Has the pipeline end because it has sent too much, if nobody has asked it to stop.
    pub fn exceed(&self) {
        let _ = self.0.set.compare_exchange(GOES_ON, EXCESS, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Whether it is to end for that.
    pub fn is_excess(&self) -> bool {
        self.0.set.load(Ordering::Relaxed) == EXCESS
    }

    /// Forgets that; what was asked stays.
    pub fn forget_excess(&self) {
        let _ = self.0.set.compare_exchange(EXCESS, GOES_ON, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Whether the pipeline is to stop now.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.0.set.load(Ordering::Relaxed) != GOES_ON && !self.0.masked.load(Ordering::Relaxed)
    }

    /// Waits, but no longer than until the pipeline is to stop.
    pub fn sleep(&self, time: Duration) {
        let mut guard = self.0.lock.lock();
        if !self.is_set() {
            self.0.changed.wait_for(&mut guard, time);
        }
    }

    /// Lets code run that runs even while stopping; gives what [`Stop::unmask`] puts back.
    pub fn mask(&self) -> bool {
        // Only the thread of the pipeline masks.
        let before = self.0.masked.load(Ordering::Relaxed);
        self.0.masked.store(true, Ordering::Release);
        before
    }

    /// Ends what [`mask`](Self::mask) began; `before` is what that returned.
    pub fn unmask(&self, before: bool) {
        self.0.masked.store(before, Ordering::Release);
    }
}
