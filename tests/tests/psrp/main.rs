//! `psrp` and `psrpd serve` as their users run them: the built programs, a real sshd, a real PowerShell.

mod demo;
mod engine_limits;
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

/// The columns of a table, without its heading.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(2).map(|line| line.split_whitespace().collect()).collect()
}
