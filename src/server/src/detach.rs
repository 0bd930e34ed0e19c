//! Starting a process that outlives the login: `psrpd broker` and `psrpd host`.
//!
//! The starter runs `psrpd VERB`; that makes a session of its own, runs `psrpd VERB --detached` and exits, so that the new
//! process belongs to nobody and can never get a terminal. Its standard input and error are `/dev/null` and its standard
//! output is a pipe, on which it writes one line when it can be reached; then that is `/dev/null` too. Nothing of sshd's
//! channel is inherited: `ssh` would wait for it.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::environment;
use crate::limits::{CONTROL_LINE, START_WAIT};

/// Says that the process is the detached one.
pub(crate) const DETACHED_OPTION: &str = "--detached";

/// The program that belongs to the test that runs.
#[cfg(test)]
pub(crate) fn own_program() -> PathBuf {
    // A test is target/PROFILE/deps/NAME, the program target/PROFILE/psrpd.
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("psrpd")
}

/// The program that runs: its file, or what is left of it when it was replaced.
#[cfg(not(test))]
pub(crate) fn own_program() -> PathBuf {
    match std::env::current_exe() {
        Ok(path) if path.exists() => path,
        _ => PathBuf::from("/proc/self/exe"),
    }
}

/// Starts `psrpd ARGUMENTS` detached with `variables` added to this process's environment, and returns the line that it
/// wrote when it was ready.
///
/// Not cancel-safe: the process may be started and nobody learns of it.
///
/// # Errors
/// The system's; a process that ended without a line is one too.
pub(crate) async fn start(arguments: &[String], variables: &[(String, String)]) -> io::Result<String> {
    let mut launcher =
        launcher(arguments, variables).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let stdout = launcher.stdout.take().ok_or_else(|| io::Error::other("the pipe of a new process is missing"))?;
    let mut line = String::new();
    let mut ready = BufReader::new(stdout.take(CONTROL_LINE.try_into().unwrap_or(u64::MAX)));
    tokio::time::timeout(START_WAIT, ready.read_line(&mut line))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "a new process did not get ready in time"))??;
    launcher.wait().await?;
    if line.ends_with('\n') { Ok(line) } else { Err(io::Error::other("a new process ended before it was ready")) }
}

/// Starts `psrpd ARGUMENTS` detached as [`start`] does, and does not wait for it.
///
/// # Errors
/// The system's.
pub(crate) fn launch(arguments: &[String], variables: &[(String, String)]) -> io::Result<()> {
    // It ends at once; the runtime reaps it.
    launcher(arguments, variables).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    Ok(())
}

/// What one connection wanted of psrpd is not for the process, nor for the engine in it.
fn launcher(arguments: &[String], variables: &[(String, String)]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(own_program());
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    for (name, _) in environment::psrp_variables() {
        command.env_remove(name);
    }
    command
}

/// The first half of a start: leaves the login's session and runs the same command once more, detached.
///
/// # Errors
/// The system's.
pub(crate) fn relaunch(arguments: impl Iterator<Item = OsString>) -> io::Result<()> {
    match rustix::process::setsid() {
        // Started by hand from a shell that made it the leader of a process group.
        Ok(_) | Err(rustix::io::Errno::PERM) => {}
        Err(error) => return Err(error.into()),
    }
    Command::new(own_program())
        .args(arguments)
        .arg(DETACHED_OPTION)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(())
}

/// The second half: tells the starter that this process can be reached, and lets go of it.
///
/// # Errors
/// The system's. That the starter no longer listens is none.
pub(crate) fn ready(line: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    let nothing = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    Ok(rustix::stdio::dup2_stdout(&nothing)?)
}
