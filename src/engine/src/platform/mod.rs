//! The machine below the engine: clock, random numbers, environment, files, processes. [`Unix`] is the real one; tests
//! bring their own.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

mod process;
mod unix;

pub use unix::Unix;

/// What a directory entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file, or what is none of the others.
    File,
    /// A directory.
    Directory,
    /// A symbolic link that leads nowhere.
    BrokenLink,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct FileStat {
    /// What it is, links followed.
    pub kind: FileKind,
    /// Whether the path itself is a symbolic link.
    pub is_link: bool,
    /// Size in bytes.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last change of the content, in ticks of 100 ns since year 1, UTC.
    pub modified: i64,
    /// Last access, in the same unit.
    pub accessed: i64,
    /// Creation, in the same unit.
    pub created: i64,
}

/// The machine. All paths are absolute.
pub trait Platform: Send + Sync {
    /// The current time in ticks of 100 ns since year 1, UTC.
    fn now(&self) -> i64;

    /// The distance of local time to UTC at a time, both in ticks.
    fn utc_offset(&self, utc: i64) -> i64;

    /// Random bytes.
    fn random_bytes(&self) -> [u8; 16];

    /// The environment a session begins with.
    fn environment(&self) -> Vec<(String, String)>;

    /// The directory a session begins in.
    fn current_directory(&self) -> String;

    /// The id of this process.
    fn process_id(&self) -> u32;

    /// The name of the user.
    fn user_name(&self) -> String;

    /// The name of the machine.
    fn host_name(&self) -> String;

    /// Name and version of the operating system.
    fn os_description(&self) -> String;

    /// The whole content of a file.
    ///
    /// # Errors
    /// As the operating system reports them; so below.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Replaces or extends the content of a file.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn write(&self, path: &str, content: &[u8], append: bool) -> io::Result<()>;

    /// What is known of a path.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn stat(&self, path: &str) -> io::Result<FileStat>;

    /// The names in a directory, unsorted.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;

    /// Creates a directory and those above it.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn create_directory(&self, path: &str) -> io::Result<()>;

    /// Removes a file, or a directory with everything in it.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn remove(&self, path: &str, recurse: bool) -> io::Result<()>;

    /// Renames or moves.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Starts a program.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn start(&self, program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>>;
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
    set: AtomicBool,
    masked: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Stop {
    /// Asks the pipeline to stop.
    pub fn set(&self) {
        self.0.set.store(true, Ordering::SeqCst);
        let _guard = self.0.lock.lock();
        self.0.changed.notify_all();
    }

    /// Forgets that it was asked; a new pipeline begins.
    pub fn clear(&self) {
        self.0.set.store(false, Ordering::SeqCst);
        self.0.masked.store(false, Ordering::SeqCst);
    }

    /// Whether the pipeline is to stop now.
    pub fn is_set(&self) -> bool {
        self.0.set.load(Ordering::Relaxed) && !self.0.masked.load(Ordering::Relaxed)
    }

    /// Waits, but no longer than until the pipeline is to stop.
    pub fn sleep(&self, time: Duration) {
        let mut guard = self.0.lock.lock();
        if !self.is_set() {
            self.0.changed.wait_for(&mut guard, time);
        }
    }

    /// Lets code run that runs even while stopping; gives what [`Stop::unmask`] puts back.
    pub(crate) fn mask(&self) -> bool {
        self.0.masked.swap(true, Ordering::SeqCst)
    }

    pub(crate) fn unmask(&self, before: bool) {
        self.0.masked.store(before, Ordering::SeqCst);
    }
}
