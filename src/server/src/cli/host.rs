//! `psrpd host`.

use std::process::ExitCode;

use super::Engine;
use crate::{detach, host};

/// Hold one session. Started on demand.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// This is the process that serves.
    #[arg(long)]
    detached: bool,
    /// What runs the session.
    #[arg(long, default_value = "pwsh")]
    engine: Engine,
    /// Wait longer for the first client.
    #[arg(long)]
    warm: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.detached {
        host::run(arguments.engine.into(), arguments.warm)?;
    } else {
        detach::relaunch(std::env::args_os().skip(1))?;
    }
    Ok(ExitCode::SUCCESS)
}
