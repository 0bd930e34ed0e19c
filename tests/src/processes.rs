//! Other processes of this machine, as `/proc` shows them.

use std::fmt::Write as _;
use std::path::PathBuf;

use rustix::process::{Pid, Signal};

/// A process at the moment it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Process id.
    pub pid: i32,
    /// Process id of its parent.
    pub parent: i32,
    /// The kernel's name of it, 15 bytes at most.
    pub name: String,
    /// `R`, `S`, `D`, `T`, `Z` and so on: `proc(5)`.
    pub state: char,
}

impl Process {
    fn read(pid: i32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name is in parentheses and may hold spaces and parentheses itself.
        let (head, tail) = stat.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        let mut fields = tail.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        Some(Self { pid, parent, name, state })
    }

    /// Its command line, the arguments joined by spaces; empty for a process that has ended.
    pub fn command_line(&self) -> String {
        let bytes = std::fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim_end_matches('\0').replace('\0', " ")
    }

    /// Whether it started with this variable in its environment.
    pub fn started_with(&self, variable: &str, value: &str) -> bool {
        let wanted = format!("{variable}={value}");
        std::fs::read(format!("/proc/{}/environ", self.pid))
            .is_ok_and(|bytes| bytes.split(|&byte| byte == 0).any(|entry| entry == wanted.as_bytes()))
    }

    /// Sends a signal; a process that is gone is none to complain about.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
}

/// Every process that this user can see.
pub fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir(PathBuf::from("/proc")) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Process::read).collect()
}

/// The children of `pid`, and theirs, parents first.
pub fn descendants(pid: i32) -> Vec<Process> {
    let all = all();
    let mut found: Vec<Process> = Vec::new();
    let mut parents = vec![pid];
    while let Some(parent) = parents.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            parents.push(process.pid);
            found.push(process.clone());
        }
    }
    found
}

/// What the threads of `pid` and of its descendants wait for, a line each: what is known of a process that does not end.
pub fn waits(pid: i32) -> String {
    let own = Process::read(pid);
    let mut lines = String::new();
    for process in own.into_iter().chain(descendants(pid)) {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", process.pid)).into_iter().flatten().flatten();
        for task in tasks.map(|entry| entry.path()) {
            let read = |file: &str| std::fs::read_to_string(task.join(file)).unwrap_or_default().trim().to_owned();
            let (name, place, call) = (read("comm"), read("wchan"), read("syscall"));
            let number = call.split(' ').next().unwrap_or_default();
            let _ = writeln!(lines, "{} {} {name}: {place}, system call {number}", process.pid, process.name);
        }
    }
    lines
}

/// Whether there is a process of this id that is not a zombie.
pub fn is_alive(pid: i32) -> bool {
    Process::read(pid).is_some_and(|process| process.state != 'Z')
}
