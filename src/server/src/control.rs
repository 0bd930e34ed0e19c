//! What the processes say to each other on their sockets.
//!
//! A connection begins with one line of JSON that says what it is for. To a host it is a [`HostRequest`]: either the link of
//! a client, whose bytes follow as they are and are answered by frames, or a question that is answered by one line. To the
//! broker it is a [`BrokerRequest`], answered by one line.
//!
//! A frame is `kind u8, length u32 big-endian, body`: 1 = bytes for the client, 2 = end (body: exit code), 3 = the session is not
//! to be had here: ask again (no body).

use std::fmt::Display;
use std::io;
use std::time::Duration;

use psrp_session::core::{AdminCommand, AdminReply};
use psrp_session::info::{Availability, NO_ANSWER, PipelineInfo, SessionInfo, SessionState};
use psrp_session::name::SessionName;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use uuid::Uuid;

use crate::limits::{CONTROL_LINE, FRAME};
use crate::runtime::LiveSession;
use crate::runtime::machine::{host_name, unix_time};
use crate::runtime::manifest::Manifest;

/// The version of everything in this file.
pub(crate) const PROTOCOL: u32 = 1;

/// Versions of hosts that this program can talk to.
pub(crate) const SUPPORTED: std::ops::RangeInclusive<u32> = 1..=PROTOCOL;

/// This program's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The first line to a host.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostRequest {
    /// A client; its first line and everything after it follow.
    Link(LinkHeader),
    /// A question or command, answered by one [`HostReply`].
    Admin(Command),
}

/// What a shim says of its client.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct LinkHeader {
    /// The version that the shim speaks.
    pub protocol: u32,
    /// Whether the host is nobody's yet and this client makes the session.
    pub claim: bool,
    /// The connection's `PSRP_*` variables.
    pub variables: Vec<(String, String)>,
    /// Where the client is.
    pub peer: String,
    /// The connection as sshd describes it (`SSH_CONNECTION`).
    #[serde(default)]
    pub connection: String,
    /// Most bytes that a new session may retain; none: as configured.
    pub retained: Option<usize>,
}

/// [`AdminCommand`] on the wire.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    /// [`AdminCommand::Info`].
    Info,
    /// [`AdminCommand::Stop`].
    Stop,
    /// [`AdminCommand::Remove`].
    Remove {
        /// Kill the engine at once.
        force: bool,
    },
}

impl From<Command> for AdminCommand {
    fn from(command: Command) -> Self {
        match command {
            Command::Info => Self::Info,
            Command::Stop => Self::Stop,
            Command::Remove { force } => Self::Remove { force },
        }
    }
}

/// [`AdminReply`] on the wire.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostReply {
    /// [`AdminReply::Info`].
    Info(Box<Session>),
    /// [`AdminReply::Done`].
    Done,
    /// It cannot be done.
    Failed(String),
}

impl From<AdminReply> for HostReply {
    fn from(reply: AdminReply) -> Self {
        match reply {
            AdminReply::Info(info) => Self::Info(Box::new((*info).into())),
            AdminReply::Done => Self::Done,
        }
    }
}

/// [`SessionInfo`] on the wire and in `psrpd sessions --output json`; times are in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Session {
    /// InstanceId.
    pub id: Uuid,
    /// Name; empty while it has none.
    pub name: String,
    /// ComputerName.
    pub computer_name: String,
    /// `Opening`, `Opened` (a client is attached), `Disconnected`, `Closing` or `Broken`.
    pub state: String,
    /// `Available`, `Busy` or `None`.
    pub availability: String,
    /// ConfigurationName.
    pub configuration_name: String,
    /// What it does.
    pub activity: String,
    /// Where the attached client is.
    pub attached_from: Option<String>,
    /// How long ago it was created.
    pub age: u64,
    /// How long nobody has been attached.
    pub detached_for: Option<u64>,
    /// How long it will still be kept.
    pub expires_in: Option<u64>,
    /// Bytes of output kept.
    pub retained: usize,
    /// The number of its last lease.
    pub lease: u64,
    /// The version of its host.
    pub version: String,
    /// Its pipelines.
    pub pipelines: Vec<Pipeline>,
}

impl Session {
    /// What is known of a session whose host does not answer.
    pub(crate) fn silent(session: &LiveSession) -> Self {
        let Manifest { id, name, machine, created, configuration, version, .. } = (*session.manifest).clone();
        Self {
            id,
            name: name.unwrap_or_else(|| SessionName::automatic(id).to_string()),
            computer_name: machine.host,
            state: "Disconnected".to_owned(),
            availability: Availability::None.as_str().to_owned(),
            configuration_name: configuration,
            activity: NO_ANSWER.to_owned(),
            attached_from: None,
            age: unix_time().saturating_sub(created),
            detached_for: None,
            expires_in: None,
            retained: 0,
            lease: 0,
            version,
            pipelines: Vec::new(),
        }
    }
}

impl From<SessionInfo> for Session {
    fn from(info: SessionInfo) -> Self {
        let state = match info.state {
            SessionState::Alive if info.detached_for.is_some() => "Disconnected",
            SessionState::Alive => "Opened",
            other => other.as_str(),
        };
        Self {
            id: info.id,
            name: info.name,
            computer_name: info.host,
            state: state.to_owned(),
            availability: info.availability.as_str().to_owned(),
            configuration_name: info.configuration,
            activity: info.activity,
            attached_from: info.attached_from,
            age: info.age.as_secs(),
            detached_for: info.detached_for.map(|since| since.as_secs()),
            expires_in: info.expires_in.map(|rest| rest.as_secs()),
            retained: info.retained,
            lease: info.lease,
            version: info.version,
            pipelines: info.pipelines.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Session> for SessionInfo {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            name: session.name,
            host: session.computer_name,
            state: match session.state.as_str() {
                "Opening" => SessionState::Opening,
                "Closing" => SessionState::Closing,
                "Broken" => SessionState::Broken,
                _ => SessionState::Alive,
            },
            availability: match session.availability.as_str() {
                "Available" => Availability::Available,
                "Busy" => Availability::Busy,
                _ => Availability::None,
            },
            configuration: session.configuration_name,
            activity: session.activity,
            attached_from: session.attached_from,
            age: Duration::from_secs(session.age),
            detached_for: session.detached_for.map(Duration::from_secs),
            expires_in: session.expires_in.map(Duration::from_secs),
            retained: session.retained,
            lease: session.lease,
            version: session.version,
            pipelines: session.pipelines.into_iter().map(Into::into).collect(),
        }
    }
}

/// [`PipelineInfo`] on the wire; times are in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Pipeline {
    /// Its number in the session.
    pub number: u64,
    /// The engine's PID.
    pub id: Uuid,
    /// The command's text, cut.
    pub text: String,
    /// `Queued`, `Running`, `Stopping`, `Stopped`, `Completed` or `Failed`.
    pub state: String,
    /// How long ago it was started.
    pub age: u64,
    /// Bytes of output kept.
    pub retained: usize,
    /// Messages of output not yet read.
    pub unread: u64,
    /// The host method that it waits for.
    pub waiting_for: Option<String>,
    /// Whether its input is still open.
    pub input_open: bool,
    /// What its `exit` said.
    #[serde(default)]
    pub exit_code: Option<i32>,
}

impl From<PipelineInfo> for Pipeline {
    fn from(info: PipelineInfo) -> Self {
        Self {
            number: info.number,
            id: info.id,
            text: info.text,
            state: info.state,
            age: info.age.as_secs(),
            retained: info.retained,
            unread: info.unread,
            waiting_for: info.waiting_for,
            input_open: info.input_open,
            exit_code: info.exit_code,
        }
    }
}

impl From<Pipeline> for PipelineInfo {
    fn from(pipeline: Pipeline) -> Self {
        Self {
            number: pipeline.number,
            id: pipeline.id,
            text: pipeline.text,
            state: pipeline.state,
            age: Duration::from_secs(pipeline.age),
            retained: pipeline.retained,
            unread: pipeline.unread,
            waiting_for: pipeline.waiting_for,
            input_open: pipeline.input_open,
            exit_code: pipeline.exit_code,
        }
    }
}

/// A request to the broker.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BrokerRequest {
    /// Which session is it for a client with these `PSRP_*` variables, and may a new one be made?
    Resolve {
        /// The variables.
        variables: Vec<(String, String)>,
        /// The environment that an engine would be started with, see [`environment_id`](crate::environment::id).
        environment: String,
    },
    /// Pass the listening socket and end: a newer broker takes over.
    HandOver,
}

/// The broker's answer.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BrokerReply {
    /// To [`BrokerRequest::Resolve`].
    Resolved {
        /// The version of the broker's program.
        version: String,
        /// What to do.
        answer: Answer,
    },
    /// To [`BrokerRequest::HandOver`]; the socket comes with it.
    HandedOver,
    /// The request was not understood.
    Failed(String),
}

/// Where a client belongs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// To a session that exists.
    Attach(Place),
    /// To a host that is nobody's yet, or to a new one.
    Create {
        /// A warm host; none: start one.
        warm: Option<Place>,
        /// Most bytes that the session may retain.
        retained: Option<usize>,
        /// How many warm hosts to start afterwards.
        replenish: u8,
    },
    /// Nowhere.
    Refused(Refused),
}

/// Why a client is refused.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Refused {
    /// A word for programs, see [`psrp_session::stream::Refusal::code`].
    pub code: String,
    /// For people, in one line that names this computer and says what to do.
    pub text: String,
}

impl Refused {
    /// A refusal with the name of this computer behind its text: behind a load balancer "not here" and "nowhere" differ.
    pub(crate) fn here(code: &str, text: impl Display) -> Self {
        Self { code: code.to_owned(), text: format!("{text} (on {})", host_name()) }
    }
}

/// Where a host listens.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Place {
    /// InstanceId.
    pub id: Uuid,
    /// The socket.
    pub socket: std::path::PathBuf,
}

/// The kinds of frames, see the [module](self).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum FrameKind {
    /// Bytes for the client.
    Data = 1,
    /// The end.
    Exit = 2,
    /// Not here.
    Elsewhere = 3,
}

/// The head of a frame.
pub(crate) fn frame_head(kind: FrameKind, length: usize) -> [u8; 5] {
    let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [kind as u8, length[0], length[1], length[2], length[3]]
}

/// The kind and length in the head of a frame.
///
/// # Errors
/// `InvalidData` for an unknown kind or a body longer than [`FRAME`].
pub(crate) fn parse_frame_head(head: [u8; 5]) -> io::Result<(FrameKind, usize)> {
    let [kind, length @ ..] = head;
    let kind = match kind {
        1 => FrameKind::Data,
        2 => FrameKind::Exit,
        3 => FrameKind::Elsewhere,
        _ => return Err(invalid("the session host sent an unknown frame")),
    };
    match usize::try_from(u32::from_be_bytes(length)) {
        Ok(length) if length <= FRAME => Ok((kind, length)),
        _ => Err(invalid("the session host sent a frame that is too long")),
    }
}

/// Reads one line of JSON. Not cancel-safe: part of the line is lost.
///
/// # Errors
/// The stream's; `InvalidData` when it is too long or not what was expected, `UnexpectedEof` when it ends before.
pub(crate) async fn read_line<T: DeserializeOwned>(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<T> {
    let mut line = Vec::new();
    reader.take(CONTROL_LINE.try_into().unwrap_or(u64::MAX)).read_until(b'\n', &mut line).await?;
    if line.last() != Some(&b'\n') {
        return Err(match line.len() {
            CONTROL_LINE.. => invalid("a line of the control protocol is too long"),
            _ => io::ErrorKind::UnexpectedEof.into(),
        });
    }
    serde_json::from_slice(&line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Writes one line of JSON. Not cancel-safe: part of the line may have been written.
///
/// # Errors
/// The stream's.
pub(crate) async fn write_line(writer: &mut (impl AsyncWrite + Unpin), value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
    line.push(b'\n');
    writer.write_all(&line).await
}

fn invalid(text: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_keep_their_kind_and_length() {
        for kind in [FrameKind::Data, FrameKind::Exit, FrameKind::Elsewhere] {
            for length in [0, 1, FRAME] {
                assert_eq!(parse_frame_head(frame_head(kind, length)).unwrap(), (kind, length));
            }
        }
        assert!(parse_frame_head(frame_head(FrameKind::Data, FRAME + 1)).is_err());
        assert!(parse_frame_head([9, 0, 0, 0, 0]).is_err());
    }

    #[tokio::test]
    async fn lines_are_bounded_and_whole() {
        let read = async |bytes: &[u8]| read_line::<HostRequest>(&mut &bytes[..]).await.map_err(|error| error.kind());
        assert!(matches!(read(b"{\"admin\":\"info\"}\nrest").await, Ok(HostRequest::Admin(Command::Info))));
        assert_eq!(read(b"{\"admin\":\"info\"}").await.unwrap_err(), io::ErrorKind::UnexpectedEof);
        assert_eq!(read(b"{\"admin\":\"dance\"}\n").await.unwrap_err(), io::ErrorKind::InvalidData);
        assert_eq!(read(&vec![b' '; CONTROL_LINE + 1]).await.unwrap_err(), io::ErrorKind::InvalidData);
    }
}
