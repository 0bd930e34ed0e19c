//! `psrpd broker`.

use std::process::ExitCode;

use crate::{broker, detach};

/// Decide about new sessions. Started on demand.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// This is the process that serves.
    #[arg(long)]
    detached: bool,
    /// Take over from a running broker.
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.detached {
        broker::run(arguments.replace)?;
    } else {
        detach::relaunch(std::env::args_os().skip(1))?;
    }
    Ok(ExitCode::SUCCESS)
}
