//! `psrpd config`.

use std::process::ExitCode;

use clap::Subcommand;

use super::Run;
use crate::{config, environment};

/// Check the configuration.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read the files as a new session would and print what is in force.
    #[command(after_help = "Examples:
  psrpd config check
  PSRPD_CONFIG=./psrpd.toml psrpd config check             check this file and no other")]
    Check,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::Check => {
                let places = config::places(environment::variable);
                let config = config::load(&places)?;
                for place in &places {
                    println!("# {} {}", place.display(), if place.exists() { "read" } else { "not there" });
                }
                print!("{}", toml::to_string(&config)?);
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
