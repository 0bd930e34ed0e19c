//! The command line. One verb, one file; [`rewrite`] makes cmdlet spellings ours before anything is parsed.

mod connect;
mod context;
mod disconnect;
mod get;
mod interrupt;
mod invoke;
mod new;
mod receive;
mod remove;
mod rewrite;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::exit::{self, Outcome};
use crate::output::{ColourChoice, Format, Options, Output};
use crate::remote::Remote;
use crate::ssh::{LocalUser, Nobody, Prompt, Settings, Terminal, Transport, restore_terminal};
use crate::state::Store;

pub use context::Context;
pub use rewrite::{RewriteError, rewrite};

/// PowerShell remoting over SSH with sessions that outlive their connection.
#[derive(Debug, Parser)]
#[command(name = "psrp", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "A TARGET is [user@]host[:port][/session], '.' for this machine without SSH, or a session \
known here: /name, its Id or its InstanceId.\n\nExamples:\n  psrp new web1 --name build\n  \
psrp invoke web1/build -- Get-Process pwsh\n  psrp get\n\n\
A TIME is a number of seconds, or has units: 500ms, 90s, 5m, 8h, 2d.\n\n\
Exit codes: 0 all well; 1 the script failed; N it called exit N; 2 wrong usage; 124 out of time; 130 interrupted; \
250 no such session; 251 refused; 252 some hosts unreachable; 253 login or host key; 254 protocol error; \
255 nothing reachable.\n\n\
Every verb is also known by its cmdlet's name and alias: psrp New-PSSession -HostName web1, psrp icm web1 ...")]
pub struct Cli {
    /// Flags of every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the doc comments of the arguments are the help text")]
pub enum Verb {
    New(new::New),
    Get(get::Get),
    Invoke(Box<invoke::Invoke>),
    Connect(connect::Connect),
    Disconnect(disconnect::Disconnect),
    Receive(receive::Receive),
    Remove(remove::Remove),
}

/// Flags of every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Format of the results [default: table for lists, text for output].
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Say nothing but results and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: -v what is done, -vv how, -vvv everything.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Whether to colour what is printed.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColourChoice,
    /// Key file; may be repeated.
    #[arg(short = 'i', long = "identity", global = true, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    /// User to log in as, where the target names none.
    #[arg(short = 'l', long = "login", global = true, value_name = "USER")]
    pub login: Option<String>,
    /// Port to connect to, where the target names none.
    #[arg(short = 'p', long = "port", global = true, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Jump hosts, as [user@]host[:port], with commas between them.
    #[arg(short = 'J', long = "jump", global = true, value_name = "HOSTS")]
    pub jump: Option<String>,
    /// ssh_config file to read instead of the user's and the system's; 'none' reads none.
    #[arg(short = 'F', long = "ssh-config", global = true, value_name = "FILE")]
    pub ssh_config: Option<PathBuf>,
    /// A setting of ssh_config; wins over all files; may be repeated.
    #[arg(long, global = true, value_name = "KEYWORD=VALUE", value_parser = values::ssh_option)]
    pub ssh_option: Vec<String>,
    /// Subsystem to ask the server for.
    #[arg(long, global = true, value_name = "NAME", default_value = "powershell")]
    pub subsystem: String,
    /// Built-in SSH client, or the ssh program.
    #[arg(long, global = true, value_name = "HOW", default_value = "russh")]
    pub transport: Transport,
    /// Time to connect and log in [default: ConnectTimeout of ssh_config, else 10s].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::duration)]
    pub connect_timeout: Option<Duration>,
    /// Never ask; fail where an answer is needed.
    #[arg(long, global = true)]
    pub no_input: bool,
}

impl Global {
    fn settings(&self) -> Settings {
        let prompt: Arc<dyn Prompt> = if self.no_input { Arc::new(Nobody) } else { Arc::new(Terminal) };
        Settings {
            transport: self.transport,
            user: self.login.clone(),
            port: self.port,
            identity_files: self.identity.clone(),
            jump: self.jump.clone(),
            config_file: self.ssh_config.clone(),
            options: self.ssh_option.clone(),
            subsystem: self.subsystem.clone(),
            connect_timeout: self.connect_timeout,
            ..Settings::new(prompt)
        }
    }

    fn output(&self) -> Output {
        let format = self.output.unwrap_or(Format::Text);
        Output::standard(&Options { format, colour: self.color, quiet: self.quiet })
    }

    fn start_log(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => "error",
            (false, 0) => "warn",
            (false, 1) => "psrp=info,warn",
            (false, 2) => "psrp=debug,warn",
            // Of ours only: the log of the SSH library has what is typed and sent.
            (false, _) => "psrp=trace,warn",
        };
        let ansi = crate::output::is_coloured(self.color, &std::io::stderr());
        let filter = tracing_subscriber::EnvFilter::new(level);
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(ansi)
            .without_time();
        // Fails only if a log was started before.
        let _ = log.with_target(false).try_init();
    }
}

/// Parses a command line, cmdlet spellings included; the first word is the program's name.
///
/// # Errors
/// Usage errors, and requests for help or the version, which clap counts as errors.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    command.build();
    let words = rewrite(&command, words.into_iter().collect()).map_err(|error| {
        let kind = clap::error::ErrorKind::InvalidSubcommand;
        clap::Error::raw(kind, format!("{error}\n")).with_cmd(&command)
    })?;
    Cli::from_arg_matches(&command.try_get_matches_from(words)?)
}

/// The whole program: parses the command line of this process, runs the verb on what `remote` makes, and returns
/// the exit code. `remote` is told whether notices are wanted.
pub fn main<R: Remote>(remote: impl FnOnce(bool) -> R) -> ExitCode {
    let cli = match parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing is left to say when the terminal is gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    cli.global.start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            cli.global.output().error(None, &format!("cannot start: {error}"));
            return ExitCode::from(exit::code(&[Outcome::Broken]));
        }
    };
    let store = Store::of_user(&LocalUser::current().home);
    let code = runtime.block_on(async {
        let context = Context::new(
            remote(!cli.global.quiet),
            cli.global.settings(),
            cli.global.output(),
            store,
            interrupt::watch_interrupts(),
        );
        run(cli.verb, &context).await
    });
    // A question may still be on the terminal; nobody will answer it.
    restore_terminal();
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// Runs a verb and returns the exit code.
pub async fn run<R: Remote>(verb: Verb, context: &Context<R>) -> u8 {
    let mut interrupts = context.interrupts.clone();
    // Those that run commands stop them first.
    let ends_at_once = !matches!(verb, Verb::Invoke(_) | Verb::Receive(_));
    let outcomes = async {
        match verb {
            Verb::New(verb) => verb.run(context).await,
            Verb::Get(verb) => verb.run(context).await,
            Verb::Invoke(verb) => verb.run(context).await,
            Verb::Connect(verb) => verb.run(context).await,
            Verb::Disconnect(verb) => verb.run(context).await,
            Verb::Receive(verb) => verb.run(context).await,
            Verb::Remove(verb) => verb.run(context).await,
        }
    };
    let outcomes = tokio::select! {
        biased;
        Ok(_) = interrupts.wait_for(|count| *count > 0), if ends_at_once => vec![Outcome::Interrupted],
        outcomes = outcomes => outcomes,
    };
    context.finish(outcomes)
}
