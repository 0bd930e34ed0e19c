//! `psrpd`: PowerShell remoting over SSH in which a session outlives its connection; the server.

mod ask;
mod audit;
mod broker;
mod cli;
mod clock;
mod config;
mod control;
mod detach;
mod engines;
mod environment;
mod hooks;
mod host;
mod limits;
mod log;
mod peer;
mod resolve;
mod runtime;
mod shim;
mod sshd;
mod wish;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
