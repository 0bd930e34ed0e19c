//! What goes into a client's pool and what comes out.

use alloc::boxed::Box;
use alloc::string::String;

use psrp_clixml::{Value, Version};
use thiserror::Error;
use uuid::Uuid;

use crate::host::{HostCall, HostResponse};
use crate::key::{PublicKeyBlob, SimpleBlob};
use crate::message::{
    Availability, CreatePipeline, ErrorRecord, GetCommandMetadata, InitRunspacePool, Message, PayloadError,
    PipelineStateInfo, RunspacePoolInitData, SetRunspaces, UserEvent,
};
use crate::pool::NegotiationError;
use crate::{Channel, RawMessage, Stream};

/// What happens to a client's pool.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The owner opens the pool.
    Open(Box<InitRunspacePool>),
    /// The owner connects to a pool that exists under this id. Servers that keep sessions understand it.
    Connect,
    /// The owner runs a pipeline.
    CreatePipeline {
        /// Its id, which no live pipeline has.
        pid: Uuid,
        /// What to run.
        create: Box<CreatePipeline>,
    },
    /// The owner asks for commands, as a pipeline of its own.
    GetCommandMetadata {
        /// Its id, which no live pipeline has.
        pid: Uuid,
        /// Which.
        get: Box<GetCommandMetadata>,
    },
    /// A pipeline of this pool that an earlier client started runs on, and its messages come here from now on.
    AdoptPipeline {
        /// Its id.
        pid: Uuid,
    },
    /// The owner gives a pipeline an object.
    PipelineInput {
        /// The pipeline.
        pid: Uuid,
        /// The object.
        value: Value,
    },
    /// The owner has no more objects for it.
    EndOfPipelineInput {
        /// The pipeline.
        pid: Uuid,
    },
    /// The owner's host answers a call.
    HostResponse {
        /// Where the call came from.
        channel: Channel,
        /// The answer.
        response: Box<HostResponse>,
    },
    /// The owner stops a pipeline.
    Stop {
        /// The pipeline.
        pid: Uuid,
    },
    /// The owner has waited for the end of a pipeline for too long (60 s in stock clients): it has ended here, and
    /// is closed.
    Abandon {
        /// The pipeline.
        pid: Uuid,
    },
    /// The owner changes the largest number of runspaces. The id of the call is its own.
    SetMaxRunspaces(SetRunspaces),
    /// The owner changes the smallest.
    SetMinRunspaces(SetRunspaces),
    /// The owner asks how many pipelines can be started.
    GetAvailableRunspaces {
        /// Its own id for the call.
        call_id: i64,
    },
    /// The owner sets the runspace back. Protocol 2.3.
    ResetRunspaceState {
        /// Its own id for the call.
        call_id: i64,
    },
    /// The owner needs the session key: it has a SecureString to write or to read. Up to protocol 2.3.
    NeedSessionKey,
    /// [`Output::GenerateKeyPair`] was done.
    KeyPair(PublicKeyBlob),
    /// [`Output::DecryptSessionKey`] was done.
    SessionKeyDecrypted,
    /// The owner closes the pool.
    Close,
    /// A message came from the server.
    Message {
        /// The channel it came in.
        channel: Channel,
        /// The message.
        message: RawMessage,
    },
    /// The server acknowledged [`Output::Signal`].
    SignalAck(Uuid),
    /// The server acknowledged [`Output::Close`].
    CloseAck(Channel),
    /// The server reported an error outside of PSRP, or sent what is not the protocol.
    ServerError(String),
    /// The link has ended.
    LinkLost,
}

/// What a client's pool wants done, or has to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open the channel of a pipeline.
    Open(Uuid),
    /// Send a message.
    Send {
        /// In this channel.
        channel: Channel,
        /// In this stream of it.
        stream: Stream,
        /// The message.
        message: RawMessage,
    },
    /// Signal a pipeline to stop.
    Signal(Uuid),
    /// Close a channel.
    Close(Channel),
    /// Make an RSA key pair of 2048 bits, and tell with [`Input::KeyPair`].
    GenerateKeyPair,
    /// Decrypt the session key with the private key, and tell with [`Input::SessionKeyDecrypted`].
    DecryptSessionKey(SimpleBlob),
    /// Something to know.
    Event(Event),
}

/// What a client's pool has to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The pool can be used.
    Opened {
        /// The version of the protocol that is spoken.
        protocol_version: Version,
        /// The server's private data: a dictionary or nothing.
        private_data: Value,
        /// After [`Input::Connect`]: the sizes of the pool.
        init_data: Option<RunspacePoolInitData>,
    },
    /// The pool has ended: closed on request, or by a failure. Nothing comes after it.
    Ended(Option<Failure>),
    /// A call of the pool was answered.
    CallDone {
        /// The owner's id for it.
        call_id: i64,
        /// What it gave.
        response: Availability,
    },
    /// The server calls the owner's host.
    HostCall {
        /// For a pipeline, or for the pool.
        channel: Channel,
        /// The call; if its method returns a value it waits for [`Input::HostResponse`].
        call: Box<HostCall>,
    },
    /// An event of the server's engine.
    UserEvent(Box<UserEvent>),
    /// An object or a record of a pipeline.
    Pipeline {
        /// The pipeline.
        pid: Uuid,
        /// PIPELINE_OUTPUT, ERROR_RECORD or one of the other records.
        message: Box<Message>,
    },
    /// A pipeline has ended. No record follows; its id stays in use until [`Event::PipelineClosed`].
    PipelineEnded {
        /// The pipeline.
        pid: Uuid,
        /// How.
        outcome: Outcome,
    },
    /// The channel of a pipeline is closed.
    PipelineClosed {
        /// The pipeline.
        pid: Uuid,
    },
    /// The session key can be used.
    SessionKeyReady,
}

/// How a pipeline ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// As the server says. A stopped pipeline that the server says nothing about is one without an error.
    State(PipelineStateInfo),
    /// By something that the server did not say.
    Failed(Failure),
}

/// Why a pool or a pipeline failed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The versions of the two sides do not go together.
    #[error(transparent)]
    Negotiation(#[from] NegotiationError),
    /// The server ended the session and said why.
    #[error("the server ended the session: {}", shown(.0))]
    Ended(Box<ErrorRecord>),
    /// The server ended the session without saying why.
    #[error("the server ended the session without a reason")]
    EndedSilently,
    /// The server reported an error outside of PSRP.
    #[error("the server reported an error: {0}")]
    Reported(String),
    /// The server sent CLOSE_SESSION.
    #[error("the server asked to close the session")]
    CloseRequested,
    /// A message cannot be read.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// A message of the session class that is not known, or not now.
    #[error("the server sent a {0} message that was not expected")]
    Unexpected(&'static str),
    /// A message of a pipeline that is not for us, or of another pool.
    #[error("the server sent a {0} message for somebody else")]
    Misdirected(&'static str),
    /// More host calls than [`limits::HOST_CALLS`](crate::limits::HOST_CALLS) wait for an answer.
    #[error("the server has more than {} host calls waiting for an answer", crate::limits::HOST_CALLS)]
    TooManyHostCalls,
    /// The link has ended.
    #[error("the link to the server was lost")]
    LinkLost,
}

fn shown(record: &ErrorRecord) -> String {
    record.shown_message().map(|message| message.to_string_lossy().into_owned()).unwrap_or_default()
}
