//! `psrpd host`.

use std::process::ExitCode;

use super::{Engine, Run};
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

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if self.detached {
            host::run(self.engine.into(), self.warm)?;
        } else {
            detach::relaunch(std::env::args_os().skip(1))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
