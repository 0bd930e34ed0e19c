//! `psrpd version`.

use std::process::ExitCode;

use super::Run;
use crate::control::{PROTOCOL, SUPPORTED, VERSION};

/// Print the version of this program and of what its processes speak.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  psrpd version")]
pub(super) struct Arguments {}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        println!("psrpd {VERSION}");
        println!("control protocol {PROTOCOL}, talks to hosts from {} to {}", SUPPORTED.start(), SUPPORTED.end());
        Ok(ExitCode::SUCCESS)
    }
}
