//! What goes into the session core and what comes out of it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use psrp_proto::message::RawMessage;
use psrp_proto::{Channel, Stream};
use uuid::Uuid;

use crate::hello::ClientHello;
use crate::info::SessionInfo;
use crate::options::AttachOptions;
use crate::time::WallClock;

/// One connection of a client, for as long as it lasts. The caller numbers them and never uses a number twice.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LinkId(pub u64);

/// What is known of a client before its first byte is handled.
#[derive(Clone, Debug)]
pub struct LinkHello {
    /// What the connection asked for: its `PSRP_*` variables, overridden by what the client said in its first line.
    pub options: AttachOptions,
    /// What the client said in its first line.
    pub client: ClientHello,
    /// Where the client is, for texts and audit lines: its address as sshd gave it, or `this computer`.
    pub peer: String,
    /// The connection as sshd describes it (`SSH_CONNECTION`), for audit lines; empty where there is none.
    pub connection: String,
    /// Random bytes for this link: the ids and secrets of its stream.
    pub random: [u8; 48],
}

/// Everything that can happen to a session.
#[derive(Debug)]
pub enum Input {
    /// A client reached the session; its first line follows as [`Input::LinkBytes`].
    LinkOpened {
        /// The new link.
        link: LinkId,
        /// What is known of the client.
        hello: LinkHello,
    },
    /// Bytes came from a client.
    LinkBytes {
        /// Its link.
        link: LinkId,
        /// The bytes.
        bytes: Bytes,
    },
    /// Bytes of [`Output::Link`] were handed to the operating system.
    LinkWritten {
        /// The link.
        link: LinkId,
        /// How many.
        bytes: usize,
    },
    /// The connection is gone: end of its input, or an error.
    LinkLost {
        /// The link.
        link: LinkId,
    },
    /// Something came from the engine.
    Engine(EngineEvent),
    /// The answer to an [`Output::Keys`].
    Keys(KeyEvent),
    /// Somebody on this machine asks or commands.
    Admin {
        /// Chosen by the caller; stands in the answer.
        request: u64,
        /// What is asked.
        command: AdminCommand,
    },
    /// Time passed: [`poll_timeout`](super::Core::poll_timeout) is due.
    Timeout,
}

/// Everything that a session wants done, in this order.
#[derive(Debug)]
pub enum Output {
    /// Send bytes to a client.
    Link {
        /// Its link.
        link: LinkId,
        /// The bytes.
        bytes: Bytes,
    },
    /// End a connection after everything sent to it before. The session has forgotten it: its loss need not be told.
    CloseLink {
        /// The link.
        link: LinkId,
        /// What the client's `ssh` exits with.
        exit_code: u8,
    },
    /// Read nothing more from a client until [`Output::ResumeLink`]: it does not read what it is answered. What was read
    /// before is taken all the same.
    PauseLink {
        /// Its link.
        link: LinkId,
    },
    /// Read on.
    ResumeLink {
        /// Its link.
        link: LinkId,
    },
    /// Tell the engine.
    Engine(EngineCommand),
    /// Do a step of the session-key exchange.
    Keys(KeyRequest),
    /// Something worth noting happened: an audit line, a change of the manifest, a test's named event.
    Event(Event),
    /// The answer to an [`Input::Admin`].
    Admin {
        /// The number of the request.
        request: u64,
        /// The answer.
        reply: AdminReply,
    },
    /// The session has ended and nothing more will come: the process can exit.
    Ended {
        /// Why, for the tombstone: `closed`, `idle timeout`, `engine exited with 1`.
        reason: String,
        /// Whether a client or its user wanted that.
        asked: bool,
    },
}

/// What the session tells its engine. Channels and messages are the engine's own: its RPID and PIDs.
#[derive(Debug)]
pub enum EngineCommand {
    /// Open the channel of a pipeline.
    Open(Uuid),
    /// Send a message; messages of one channel and stream arrive in this order.
    Send {
        /// Where.
        channel: Channel,
        /// In which of the channel's two streams.
        stream: Stream,
        /// What.
        message: RawMessage,
    },
    /// Stop a pipeline.
    Signal(Uuid),
    /// Close a pipeline's channel, or the session.
    Close(Channel),
    /// Read nothing more from the engine until [`EngineCommand::Resume`].
    Pause,
    /// Read on.
    Resume,
    /// End the engine: close its input, so that `finally` blocks run.
    EndInput,
    /// End the engine at once and everything in its process group.
    Kill,
}

/// What comes from an engine.
#[derive(Debug)]
pub enum EngineEvent {
    /// The engine runs and takes messages.
    Started,
    /// The engine could not be started.
    StartFailed {
        /// Why, in one line, with what to do.
        text: String,
    },
    /// A message.
    Message {
        /// On which channel.
        channel: Channel,
        /// The message.
        message: RawMessage,
    },
    /// How many bytes of one channel are not yet taken by the engine; comes after every change.
    Queued {
        /// The channel.
        channel: Channel,
        /// Bytes.
        bytes: usize,
    },
    /// A stop was carried out.
    SignalAck(Uuid),
    /// A channel is closed.
    CloseAck(Channel),
    /// The engine reported an error of its own (`__NamedPipeError__`); a stock server goes on after some of them.
    Error {
        /// Its text.
        text: String,
    },
    /// The engine does not keep to the protocol.
    Garbage {
        /// What was wrong, with the bytes escaped and cut.
        text: String,
    },
    /// The engine is gone.
    Exited {
        /// How, for a person: `exited with 1`, `was killed by signal 9`.
        how: String,
        /// The last lines it wrote to its standard error.
        stderr: String,
    },
}

/// A step of the session-key exchange that needs cryptography.
#[derive(Debug)]
pub enum KeyRequest {
    /// Make the key pair with which the engine's key is fetched; answered by [`KeyEvent::PublicKey`].
    Generate,
    /// Decrypt the engine's session key with that pair and keep it; answered by [`KeyEvent::Ready`].
    Accept {
        /// The blob of ENCRYPTED_SESSION_KEY.
        encrypted: Vec<u8>,
    },
    /// Encrypt the kept key for a client; answered by [`KeyEvent::Encrypted`].
    Encrypt {
        /// For whom.
        link: LinkId,
        /// The blob of the client's PUBLIC_KEY.
        public_key: Vec<u8>,
    },
}

/// The answer to a [`KeyRequest`].
#[derive(Debug)]
pub enum KeyEvent {
    /// The blob for PUBLIC_KEY.
    PublicKey(Vec<u8>),
    /// The engine's key is known.
    Ready,
    /// The blob for ENCRYPTED_SESSION_KEY.
    Encrypted {
        /// For whom.
        link: LinkId,
        /// The blob.
        blob: Vec<u8>,
    },
    /// A step failed.
    Failed {
        /// For whom; none when it was the exchange with the engine.
        link: Option<LinkId>,
        /// Why.
        text: String,
    },
}

/// A question or command from this machine: the broker, `psrpd sessions`, the shim on behalf of `psrp get` and `psrp remove`.
#[derive(Clone, Debug)]
pub enum AdminCommand {
    /// What is this session, and which pipelines does it hold?
    Info,
    /// Stop the running pipelines.
    Stop,
    /// End the session; `force` does not wait for the engine.
    Remove {
        /// Kill the engine at once.
        force: bool,
    },
}

/// The answer to an [`AdminCommand`].
#[derive(Clone, Debug)]
pub enum AdminReply {
    /// To [`AdminCommand::Info`].
    Info(Box<SessionInfo>),
    /// Done, or begun.
    Done,
}

/// Something worth noting.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name, `link.lost` for instance; tests wait for it.
    pub name: &'static str,
    /// The lease at that moment.
    pub lease: u64,
    /// What belongs to it.
    pub fields: Vec<(&'static str, String)>,
    /// Whether it is a line of the audit log.
    pub audit: bool,
}

/// What distinguishes one session from another and never changes.
#[derive(Clone, Debug)]
pub struct Identity {
    /// InstanceId: the RPID towards the engine.
    pub id: Uuid,
    /// Its name; a nameless session gets an automatic one when it is kept.
    pub name: Option<crate::name::SessionName>,
    /// What became of the session that had this name before, if nobody wanted it to end: `ended 5 min ago, its host was killed`.
    pub lost: Option<String>,
    /// This computer's name, for texts.
    pub host: String,
    /// The column ConfigurationName: the endpoint's or the engine's name.
    pub configuration: String,
    /// The wall clock, for times that are shown.
    pub clock: WallClock,
}

/// How long and how much: what configuration can change.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a session is kept while nobody is attached.
    pub idle: Duration,
    /// Output kept for clients that are away, in bytes.
    pub retained: usize,
    /// What happens when that is full.
    pub when_full: WhenFull,
    /// What happens to a pipeline whose input was still open when a stock client was lost.
    pub input_on_drop: InputOnDrop,
    /// What happens to a prompt while nobody is attached.
    pub prompt: WhenPrompted,
    /// Whether lists and texts show what a command says.
    pub show_commands: bool,
    /// Whether the audit log notes it.
    pub audit_commands: bool,
}

/// What happens when the retained output has reached its limit (OutputBufferingMode of PowerShell).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WhenFull {
    /// The engine waits.
    #[default]
    Block,
    /// The oldest messages go, and readers are told.
    Drop,
}

/// What happens to a pipeline whose input was still open when its client was lost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum InputOnDrop {
    /// It is stopped: cut input must not look like all input.
    #[default]
    Stop,
    /// Its input ends, as the stock server does on connect.
    End,
}

/// What happens to a prompt while nobody is attached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WhenPrompted {
    /// It waits for the next client that receives the pipeline.
    #[default]
    Hold,
    /// The script sees a host exception.
    Fail,
}
