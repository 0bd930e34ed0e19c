//! `psrpd engine-exec`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;

use super::Run;
use crate::engines;

/// Become an engine. Started by a host.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The process id of the host.
    #[arg(long)]
    parent: i32,
    /// The program.
    program: OsString,
    /// Its arguments.
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    arguments: Vec<OsString>,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let Self { parent, program, arguments } = self;
        match engines::exec(parent, &program, &arguments) {
            Ok(never) => match never {},
            Err(error) => Err(error).with_context(|| format!("cannot run {}", program.display())),
        }
    }
}
