//! `psrpd engine-exec`: becomes the engine, after making of itself the process that an engine should be.
//!
//! What must happen between fork and exec happens here instead, in a process of its own, because a `pre_exec` hook would be
//! unsafe code.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Signal, getppid, set_parent_process_death_signal, setsid};
use tokio::signal::unix::{SignalKind, signal};

/// The option that carries the process id of the host.
pub(crate) const PARENT_OPTION: &str = "--parent";

/// How much more likely than its host an engine is to be killed when memory runs out.
const OOM_SCORE: i32 = 500;

/// Becomes `program`: leader of its own session and process group, with default signal actions, killed when `parent` (its
/// main thread) dies, preferred by the out-of-memory killer.
///
/// # Errors
/// Returns only when that did not work.
pub(crate) fn exec(parent: i32, program: &OsString, arguments: &[OsString]) -> io::Result<Infallible> {
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before the line above.
    if getppid().map(rustix::process::Pid::as_raw_pid) != Some(parent) {
        return Err(io::Error::other("the session host has ended"));
    }
    prefer_to_be_killed();
    // A signal that is ignored stays ignored in the engine and in every program that it runs; one that is handled gets its
    // default action back at exec.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let _inside = runtime.enter();
    for kind in [SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit(), SignalKind::terminate()] {
        drop(signal(kind)?);
    }
    Err(Command::new(program).args(arguments).exec())
}

/// Without effect where the system does not allow it.
fn prefer_to_be_killed() {
    let path = "/proc/self/oom_score_adj";
    let current: i32 = fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let _ = fs::write(path, (current.saturating_add(OOM_SCORE)).min(1_000).to_string());
}
