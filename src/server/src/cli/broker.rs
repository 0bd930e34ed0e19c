//! `psrpd broker`.

use std::process::ExitCode;

use super::Run;
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

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        if self.detached {
            broker::run(self.replace)?;
        } else {
            detach::relaunch(std::env::args_os().skip(1))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
