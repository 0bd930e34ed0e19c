//! Sessions on servers: what the verbs need, and PowerShell remoting over [`crate::ssh::Link`]s.
//!
//! | module | is |
//! |---|---|
//! | [`wire`] | the bytes: a resumable stream with psrpd, lines with any other server |
//! | [`session`] | a runspace pool and its pipelines |
//! | [`host`] | what servers show and ask |
//! | `keys` | the session key of SecureStrings |
//! | `verbs` | [`Servers`]: the verbs, done over sessions |
//! | `run`, `record`, `stdin` | one pipeline of a verb, its records, its input |

pub mod host;
mod keys;
mod record;
mod run;
pub mod session;
mod stdin;
#[cfg(test)]
mod tests;
mod verbs;
pub mod wire;

pub use verbs::Servers;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use crate::exit::Outcome;
use crate::ssh::{ConnectError, Settings};
use crate::target::{Host, Session};

/// Sessions of hosts. One value serves all targets of a command line, at the same time.
///
/// None of the methods is cancel-safe; what was begun on the server goes on there.
pub trait Remote: Sync {
    /// Creates a session and leaves it disconnected.
    fn create(
        &self,
        host: &Host,
        settings: &Settings,
        request: &NewRequest,
    ) -> impl Future<Output = Result<SessionInfo, RemoteError>>;

    /// Lists the user's sessions on a host.
    fn list(&self, host: &Host, settings: &Settings) -> impl Future<Output = Result<Vec<SessionInfo>, RemoteError>>;

    /// Runs a script, in a session or in one made for it, and hands every record to `sink` in order.
    fn invoke(
        &self,
        host: &Host,
        settings: &Settings,
        request: &InvokeRequest,
        sink: &mut Sink<'_>,
    ) -> impl Future<Output = Result<End, RemoteError>>;

    /// Attaches to a session and tells what waits in it.
    fn connect(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        steal: bool,
    ) -> impl Future<Output = Result<Attached, RemoteError>>;

    /// Ends the attachment of whoever is attached, perhaps with other life-time settings.
    fn disconnect(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        lifetime: &Lifetime,
    ) -> impl Future<Output = Result<SessionInfo, RemoteError>>;

    /// Hands the output that waits in a session to `sink`, and with `follow` what comes until the command ends.
    fn receive(
        &self,
        host: &Host,
        settings: &Settings,
        request: &ReceiveRequest,
        sink: &mut Sink<'_>,
    ) -> impl Future<Output = Result<End, RemoteError>>;

    /// Ends a session with its processes; with `force` without waiting for any of them.
    fn remove(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        force: bool,
    ) -> impl Future<Output = Result<(), RemoteError>>;
}

/// Takes the records of one target in order; a break stops the pipeline, for instance because nobody reads any
/// more.
pub type Sink<'a> = dyn FnMut(Record) -> ControlFlow<()> + Send + 'a;

/// Why something did not work on a host.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The session does not exist, or the name is ambiguous, or it exists and must not.
    #[error("{0}")]
    NoSession(String),
    /// Attached elsewhere, quota, policy.
    #[error("{0}")]
    Refused(String),
    /// The link was lost and the session could not be reached again.
    #[error("{0}")]
    Lost(String),
    /// The peer broke the protocol.
    #[error("{0}")]
    Protocol(String),
    /// The user pressed Ctrl+C before the command was started.
    #[error("interrupted")]
    Interrupted,
}

impl From<&RemoteError> for Outcome {
    fn from(error: &RemoteError) -> Self {
        match error {
            RemoteError::Connect(error) => Self::from(error),
            RemoteError::NoSession(_) => Self::NoSession,
            RemoteError::Refused(_) => Self::Refused,
            RemoteError::Lost(_) => Self::Unreachable,
            RemoteError::Protocol(_) => Self::Broken,
            RemoteError::Interrupted => Self::Interrupted,
        }
    }
}

/// What runs the scripts of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A real PowerShell.
    Pwsh,
    /// The server's own engine.
    Native,
}

/// What happens to output that nobody takes, once the server's buffer is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// The command waits.
    Block,
    /// The oldest output is dropped.
    Drop,
}

/// How long a session lives without a client, and what it keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// Time without a client after which the server ends the session; the server's default when absent.
    pub idle_timeout: Option<Duration>,
    /// What happens when the buffer is full; the server's default when absent.
    pub keep: Option<Keep>,
}

/// A session to create.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRequest {
    /// Its name; the server chooses one when absent.
    pub name: Option<String>,
    /// A session of that name is as good as a new one.
    pub if_not_exists: bool,
    /// The engine; the server's default when absent.
    pub engine: Option<Engine>,
    /// Life time.
    pub lifetime: Lifetime,
    /// Environment variables of the engine.
    pub env: Vec<(String, String)>,
}

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// Script text.
    Text(String),
    /// A local file whose text is run; its name is for messages.
    File {
        /// Where it was read.
        path: PathBuf,
        /// Its text.
        text: String,
    },
}

/// What our standard input becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Stdin {
    /// Nothing: the pipeline has no input.
    #[default]
    None,
    /// One string per line.
    Lines,
    /// The objects of a CLIXML document.
    Objects,
}

/// A script to run on one host.
#[derive(Debug, Clone)]
pub struct InvokeRequest {
    /// The session; none makes one for this script.
    pub session: Option<Session>,
    /// The engine of a session that is made for it; the server's default when absent.
    pub engine: Option<Engine>,
    /// The script.
    pub script: Script,
    /// Positional arguments, in order.
    pub arguments: Vec<String>,
    /// Named arguments.
    pub named: Vec<(String, String)>,
    /// Values of `$using:` variables.
    pub using: BTreeMap<String, String>,
    /// Pipeline input.
    pub stdin: Stdin,
    /// Let the remote side format the output as text, one line per record.
    pub render: bool,
    /// Width of that text, in columns.
    pub width: u16,
    /// Stop the pipeline after this time.
    pub timeout: Option<Duration>,
    /// Start it, leave it running and return.
    pub disconnected: bool,
    /// How often the user pressed Ctrl+C: at 1 stop the pipeline, at 2 leave it running.
    pub interrupts: watch::Receiver<u32>,
}

/// Where to start receiving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// What was not received before.
    #[default]
    Unread,
    /// Everything that the server still has.
    Oldest,
    /// Only what comes from now on.
    New,
    /// The record of this number.
    Number(u64),
}

/// Output to fetch.
#[derive(Debug, Clone)]
pub struct ReceiveRequest {
    /// Of which session.
    pub session: Session,
    /// From where.
    pub from: Start,
    /// Go on until the command ends.
    pub follow: bool,
    /// Leave the output on the server.
    pub keep: bool,
    /// As for [`InvokeRequest`].
    pub interrupts: watch::Receiver<u32>,
}

/// The streams of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Objects.
    Output,
    /// Error records.
    Error,
    /// Warnings.
    Warning,
    /// Verbose messages.
    Verbose,
    /// Debug messages.
    Debug,
    /// Information records, `Write-Host` among them.
    Information,
    /// Progress records.
    Progress,
}

/// Something that a pipeline wrote.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its number in the pipeline's output, from 0.
    pub seq: u64,
    /// The stream.
    pub stream: Stream,
    /// The CLIXML of the object, as the server sent it.
    pub payload: Bytes,
    /// The record for people, without a line end: the text of a string, the message of a record.
    pub text: String,
    /// Whether the line ends behind it; it does not behind `Write-Host -NoNewline`.
    pub ends_line: bool,
    /// Who it is for.
    pub audience: Audience,
}

/// Who a record is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Everybody.
    #[default]
    Everybody,
    /// Programs: PowerShell shows it to nobody who has not asked for it.
    Programs,
    /// People: programs have had it as a record.
    People,
}

/// How a pipeline ended for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// For the exit code.
    pub outcome: Outcome,
    /// Error records that were received.
    pub errors: u64,
    /// The session, where it remains.
    pub session: Option<SessionInfo>,
    /// Why it ended so, when that is not in a record.
    pub message: Option<String>,
}

/// State of a session, in PowerShell's words (RunspaceState).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum SessionState {
    /// A client is attached.
    Opened,
    /// No client is attached.
    Disconnected,
    /// Its engine has failed.
    Broken,
    /// It has ended.
    Closed,
}

/// Whether a session can take a command, in PowerShell's words (RunspaceAvailability).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// It can.
    Available,
    /// A command runs.
    Busy,
    /// A client has to connect first.
    None,
}

/// What a host says about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its name.
    pub name: String,
    /// Its InstanceId.
    pub instance_id: Uuid,
    /// State.
    pub state: SessionState,
    /// Availability.
    pub availability: Availability,
    /// Engine or endpoint.
    pub configuration_name: String,
    /// What it takes to resume the stream of this client; kept in the local table and given back unread.
    pub resume: Option<String>,
    /// Whether it answers when it is asked.
    pub answers: bool,
}

/// What waits in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The session.
    pub session: SessionInfo,
    /// Its pipelines.
    pub pipelines: Vec<Waiting>,
}

/// A pipeline of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Its state, in PowerShell's words.
    pub state: String,
    /// The beginning of its command.
    pub command: String,
    /// Records that were not received yet.
    pub unread: u64,
    /// The question it waits for, if it does.
    pub prompt: Option<String>,
}
