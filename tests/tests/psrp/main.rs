//! `psrp` and `psrpd serve` as their users run them: the built programs, a real sshd, a real PowerShell.

mod demo;
mod exit_codes;
mod formats;
mod interaction;
mod many;
mod psrpcore;
mod readme;
mod resume;
mod serve;
mod takeover;
mod together;
mod transports;
mod verbs;

use e2e::pwsh::Pwsh;
use e2e::server::{Server, Setup};

/// A server whose sessions run in a real PowerShell; the test is skipped without one.
fn server() -> Option<Server> {
    Some(Setup::pwsh(&Pwsh::find()?).start())
}

/// The columns of a table, without its heading.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(2).map(|line| line.split_whitespace().collect()).collect()
}
