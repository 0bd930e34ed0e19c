//! `psrpd engine-job`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use psrpd_engine::Unix;

use super::Run;
use crate::engines::JOB_VERB;

/// Run a job of the native engine. Started by a host.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many bytes of memory it may use.
    memory: u64,
    /// How many steps it may take.
    steps: Option<u64>,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let machine = Unix::with_memory(self.memory).with_steps(self.steps).with_worker(JOB_VERB);
        psrpd_engine::serve(Arc::new(machine), std::io::stdin(), std::io::stdout()).context("cannot run the job")?;
        Ok(ExitCode::SUCCESS)
    }
}
