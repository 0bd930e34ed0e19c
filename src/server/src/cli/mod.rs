//! The command line: one verb, one file.

mod broker;
mod config;
mod engine_exec;
mod engine_job;
mod host;
mod serve;
mod sessions;
mod subsystem;
mod version;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use psrp_session::options::EngineKind;

/// The exit code for a session that does not exist.
const NO_SESSION: u8 = 250;

/// The exit code for our own mistakes and what the system refuses.
const FAILED: u8 = 254;

/// PowerShell remoting over SSH in which a session outlives its connection.
#[derive(Debug, Parser)]
#[command(
    name = "psrpd",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Examples:
  Subsystem powershell /usr/libexec/psrpd/psrpd subsystem    in sshd_config: serve stock and our own clients
  psrpd serve                                                without sshd: the subsystem's own SSH server
  psrpd sessions                                             what runs here
  psrpd sessions remove work                                 end the session named work
  psrpd config check                                         is the configuration right?"
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Subsystem(subsystem::Arguments),
    Serve(serve::Arguments),
    Sessions(sessions::Arguments),
    Config(config::Arguments),
    Version(version::Arguments),
    #[command(hide = true)]
    Broker(broker::Arguments),
    #[command(hide = true)]
    Host(host::Arguments),
    #[command(hide = true)]
    EngineExec(engine_exec::Arguments),
    #[command(hide = true)]
    EngineJob(engine_job::Arguments),
}

/// An engine on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Engine {
    /// A child pwsh.
    Pwsh,
    /// The engine of this program: no .NET.
    Native,
}

impl From<Engine> for EngineKind {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Pwsh => Self::Pwsh,
            Engine::Native => Self::Native,
        }
    }
}

/// Runs the verb that the command line names.
pub(crate) fn run() -> ExitCode {
    let result = match Arguments::parse().verb {
        Verb::Subsystem(arguments) => subsystem::run(&arguments),
        Verb::Serve(arguments) => serve::run(arguments),
        Verb::Sessions(arguments) => sessions::run(arguments),
        Verb::Config(arguments) => config::run(&arguments),
        Verb::Version(arguments) => version::run(&arguments),
        Verb::Broker(arguments) => broker::run(&arguments),
        Verb::Host(arguments) => host::run(&arguments),
        Verb::EngineExec(arguments) => engine_exec::run(&arguments),
        Verb::EngineJob(arguments) => engine_job::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        eprintln!("psrpd: {error:#}");
        ExitCode::from(FAILED)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }
}
