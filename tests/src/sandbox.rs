//! A temporary folder, and every process that was started in it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::processes::{self, Process};

/// A folder that is deleted, and processes that are killed, when the test ends.
///
/// Session hosts leave the process tree of the login that started them, so a parent cannot find them. They keep the
/// environment, though: whatever starts with [`mark`](Self::mark) belongs to this sandbox.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
}

/// Name of the variable that marks the processes of a sandbox.
const MARK: &str = "PSRPD_TEST_SANDBOX";

impl Sandbox {
    /// An empty folder below `/tmp`, whose short path leaves room for Unix sockets, or below `$PSRPD_TEST_FOLDER`.
    pub fn new() -> Self {
        let below = std::env::var_os("PSRPD_TEST_FOLDER").unwrap_or_else(|| "/tmp".into());
        let folder = tempfile::Builder::new().prefix("psrpd-").tempdir_in(below).expect("a temporary folder");
        std::fs::create_dir(folder.path().join("tmp")).expect("a folder in the temporary folder");
        Self { folder }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder inside for the temporary files of scripts.
    pub fn tmp(&self) -> PathBuf {
        self.path().join("tmp")
    }

    /// Writes a file into the folder and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// The variable, name and value, that makes a process one of this sandbox.
    pub fn mark(&self) -> (&'static str, String) {
        (MARK, self.path().display().to_string())
    }

    /// Its processes that run now.
    pub fn processes(&self) -> Vec<Process> {
        processes_of(self.path())
    }

    /// Waits until the processes of the sandbox are as `wanted`, and returns them.
    #[track_caller]
    pub fn wait_for_processes(&self, limit: Duration, mut wanted: impl FnMut(&[Process]) -> bool) -> Vec<Process> {
        let end = Instant::now() + limit;
        loop {
            let found = self.processes();
            if wanted(&found) {
                return found;
            }
            if Instant::now() >= end {
                let lines: Vec<String> = found.iter().map(|p| format!("  {} {}", p.pid, p.command_line())).collect();
                panic!("after {limit:?} the processes are still these:\n{}", lines.join("\n"));
            }
            // Linux tells nobody but the parent when a process ends; looking again is all there is.
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        end_processes(self.path());
    }
}

/// The processes of the sandbox in this folder that run now.
pub fn processes_of(folder: &Path) -> Vec<Process> {
    let folder = folder.display().to_string();
    let mut found = processes::all();
    found.retain(|process| process.state != 'Z' && process.started_with(MARK, &folder));
    found
}

/// Kills the processes of the sandbox in this folder. What is being killed may be about to start something: looks again until
/// nothing is left.
pub fn end_processes(folder: &Path) {
    for _ in 0..100 {
        let left = processes_of(folder);
        if left.is_empty() {
            return;
        }
        for process in left {
            process.signal(Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
