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

use clap::{ArgMatches, Command};
use psrp_session::options::EngineKind;

use crate::control::VERSION;
use crate::engines::JOB_VERB;

/// The exit code for a session that does not exist.
const NO_SESSION: u8 = 250;

/// The exit code for our own mistakes and what the system refuses.
const FAILED: u8 = 254;

/// Arguments of a verb.
trait Run: clap::Args {
    /// Does what they say.
    fn run(self) -> anyhow::Result<ExitCode>;
}

struct Verb {
    name: &'static str,
    /// Whether people have no use for it.
    is_internal: bool,
    define: fn(Command) -> Command,
    run: fn(&ArgMatches) -> anyhow::Result<ExitCode>,
}

impl Verb {
    const fn of<A: Run>(name: &'static str) -> Self {
        Self {
            name,
            is_internal: false,
            define: A::augment_args,
            run: |matches| A::from_arg_matches(matches).unwrap_or_else(|error| error.exit()).run(),
        }
    }

    const fn internal(self) -> Self {
        Self { is_internal: true, ..self }
    }
}

const VERBS: [Verb; 9] = [
    Verb::of::<subsystem::Arguments>("subsystem"),
    Verb::of::<serve::Arguments>("serve"),
    Verb::of::<sessions::Arguments>("sessions"),
    Verb::of::<config::Arguments>("config"),
    Verb::of::<version::Arguments>("version"),
    Verb::of::<broker::Arguments>("broker").internal(),
    Verb::of::<host::Arguments>("host").internal(),
    Verb::of::<engine_exec::Arguments>("engine-exec").internal(),
    Verb::of::<engine_job::Arguments>(JOB_VERB).internal(),
];

/// The command line with some of the verbs.
fn command<'v>(verbs: impl IntoIterator<Item = &'v Verb>) -> Command {
    let define = |verb: &Verb| (verb.define)(Command::new(verb.name)).hide(verb.is_internal);
    Command::new("psrpd")
        .version(VERSION)
        .about("PowerShell remoting over SSH in which a session outlives its connection")
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(verbs.into_iter().map(define))
        .after_help(EXAMPLES)
}

const EXAMPLES: &str = "Examples:
  Subsystem powershell /usr/libexec/psrpd/psrpd subsystem    in sshd_config: serve stock and our own clients
  psrpd serve                                                without sshd: the subsystem's own SSH server
  psrpd sessions                                             what runs here
  psrpd sessions remove work                                 end the session named work
  psrpd config check                                         is the configuration right?";

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
    // To define all of them takes as long as all the rest of the start of a process that is told its verb.
    let first = std::env::args_os().nth(1).unwrap_or_default();
    let told = VERBS.iter().find(|verb| first == verb.name);
    let matches = told.map_or_else(|| command(&VERBS), |verb| command([verb])).get_matches();
    let verb = |(name, matches)| Some((VERBS.iter().find(|verb| verb.name == name)?.run)(matches));
    // Without a verb the process has ended with the help.
    matches.subcommand().and_then(verb).unwrap_or(Ok(ExitCode::FAILURE)).unwrap_or_else(|error| {
        eprintln!("psrpd: {error:#}");
        ExitCode::from(FAILED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        command(&VERBS).debug_assert();
    }
}
