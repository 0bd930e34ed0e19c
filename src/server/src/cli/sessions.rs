//! `psrpd sessions`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use psrp_session::name::SessionRef;
use serde_json::json;

use super::{FAILED, NO_SESSION, Run};
use crate::ask::{ask, ask_all, remove_session};
use crate::control::{Command, HostReply, Session};
use crate::runtime::machine::host_name;
use crate::runtime::{LiveSession, Runtime};
use crate::{environment, resolve};

/// List and end the sessions of this user on this computer.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  psrpd sessions
  psrpd sessions list --output json
  psrpd sessions stop work                 stop what runs in the session work
  psrpd sessions remove 9d2c0f3a           end the session whose InstanceId begins like this
  psrpd sessions remove --force work       end it at once, without finally blocks"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the sessions.
    List(List),
    /// End sessions: what runs in them is stopped.
    Remove {
        /// Do not wait for the engine, and kill a session that does not answer.
        #[arg(long)]
        force: bool,
        /// Names, InstanceIds, or the first eight or more digits of one.
        #[arg(required = true)]
        sessions: Vec<String>,
    },
    /// Stop what runs in sessions.
    Stop {
        /// Names, InstanceIds, or the first eight or more digits of one.
        #[arg(required = true)]
        sessions: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct List {
    /// How to print them.
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

impl Run for Arguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runtimes = Runtime::open(environment::variable)?.all(environment::variable);
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        tokio.block_on(async {
            match self.verb.unwrap_or(Verb::List(self.list)) {
                Verb::List(List { output }) => list(&runtimes, output).await,
                Verb::Remove { force, sessions } => Ok(tell(&runtimes, &sessions, Command::Remove { force }).await),
                Verb::Stop { sessions } => Ok(tell(&runtimes, &sessions, Command::Stop).await),
            }
        })
    }
}

async fn list(runtimes: &[Runtime], format: Format) -> anyhow::Result<ExitCode> {
    let mut live = Vec::new();
    for runtime in runtimes {
        live.extend(runtime.scan()?.live.into_iter().filter(LiveSession::is_session));
    }
    let answers = ask_all(live).await;
    let mut sessions = Vec::new();
    for (session, answer) in answers {
        match answer {
            Ok(info) => sessions.push(info),
            Err(error) => {
                eprintln!("psrpd: session {}: {error}", title(&session));
                sessions.push(Session::silent(&session));
            }
        }
    }
    let mut stdout = io::stdout().lock();
    match format {
        Format::Table => stdout.write_all(table(&sessions).as_bytes())?,
        Format::Json => writeln!(stdout, "{:#}", json!({ "schema": 1, "results": sessions }))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The columns of Get-PSSession that mean something here, and what each session does.
fn table(sessions: &[Session]) -> String {
    let id = |session: &Session| session.id.simple().to_string()[..8].to_owned();
    let mut rows = vec![["Id", "Name", "ComputerName", "State", "ConfigurationName", "Activity"].map(str::to_owned)];
    rows.extend(sessions.iter().map(|session| {
        [
            id(session),
            session.name.clone(),
            session.computer_name.clone(),
            session.state.clone(),
            session.configuration_name.clone(),
            session.activity.clone(),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Gives a command to each of these sessions; the exit code is the worst.
async fn tell(runtimes: &[Runtime], sessions: &[String], command: Command) -> ExitCode {
    let mut code = 0;
    for wanted in sessions {
        if let Err((failed, text)) = tell_one(runtimes, wanted, command).await {
            eprintln!("psrpd: {text}");
            code = code.max(failed);
        }
    }
    ExitCode::from(code)
}

async fn tell_one(runtimes: &[Runtime], wanted: &str, command: Command) -> Result<(), (u8, String)> {
    let wanted = SessionRef::parse(wanted).map_err(|error| (2, error.to_string()))?;
    let found = resolve::find(runtimes, &wanted).map_err(|refused| (NO_SESSION, refused.text))?;
    let session = found.ok_or_else(|| (NO_SESSION, resolve::absent(runtimes, &wanted).text))?;
    let answer = match command {
        Command::Remove { force } => remove_session(&session, force).await,
        command => ask(&session.socket, command).await,
    };
    match answer {
        Ok(HostReply::Failed(text)) => Err((FAILED, format!("session {wanted} on {}: {text}", host_name()))),
        Ok(_) => Ok(()),
        Err(error) => Err((FAILED, format!("session {wanted} on {}: {error}", host_name()))),
    }
}

fn title(session: &LiveSession) -> String {
    session.manifest.name.clone().unwrap_or_else(|| session.manifest.id.to_string())
}
