//! What goes into a server's pool and what comes out.

use alloc::boxed::Box;
use alloc::string::String;

use bytes::Bytes;
use psrp_clixml::Value;
use uuid::Uuid;

use crate::host::{HostCall, HostResponse};
use crate::key::{PublicKeyBlob, SimpleBlob};
use crate::message::{CreatePipeline, ErrorRecord, GetCommandMetadata, InitRunspacePool, PipelineStateInfo, UserEvent};
use crate::pool::NegotiationError;
use crate::{Channel, MessageKind, RawMessage};

/// What happens to a server's pool.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The client opened the channel of a pipeline, or (null id) the session's.
    Command(Uuid),
    /// A message came from the client.
    Message {
        /// The channel it came in.
        channel: Channel,
        /// The message.
        message: RawMessage,
    },
    /// The client wants a pipeline stopped.
    Signal(Uuid),
    /// The client closed a channel.
    Close(Channel),
    /// The link has ended.
    LinkLost,
    /// The engine has done [`Event::Open`].
    Opened {
        /// Its private data: a dictionary or nothing.
        private_data: Value,
    },
    /// The engine could not do [`Event::Open`].
    OpenFailed(Box<ErrorRecord>),
    /// The engine has ended.
    Failed(Box<ErrorRecord>),
    /// An object or a record of a pipeline.
    Record {
        /// The pipeline.
        pid: Uuid,
        /// PIPELINE_OUTPUT, ERROR_RECORD or one of the other records.
        kind: MessageKind,
        /// Its payload.
        payload: Bytes,
    },
    /// A pipeline has ended: stopped, completed or failed.
    PipelineEnded {
        /// The pipeline.
        pid: Uuid,
        /// How.
        info: Box<PipelineStateInfo>,
    },
    /// The engine calls the client's host.
    HostCall {
        /// For a pipeline, or for the pool.
        channel: Channel,
        /// The call, with an id from [`Pool::next_call_id`](super::Pool::next_call_id).
        call: Box<HostCall>,
    },
    /// The engine forwards an event.
    UserEvent(Box<UserEvent>),
    /// The engine has done [`Event::Reset`], or not.
    ResetDone {
        /// The id of the call.
        call_id: i64,
        /// Whether.
        done: bool,
    },
    /// The engine needs the session key and the client has not asked for it: only clients up to protocol 2.1 wait for
    /// this.
    NeedSessionKey,
    /// [`Output::EncryptSessionKey`] was done.
    SessionKeyEncrypted(SimpleBlob),
}

/// What a server's pool wants done, or has to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Acknowledge [`Input::Command`].
    CommandAck(Uuid),
    /// Acknowledge [`Input::Signal`].
    SignalAck(Uuid),
    /// Acknowledge [`Input::Close`].
    CloseAck(Channel),
    /// Send a message.
    Send {
        /// In this channel.
        channel: Channel,
        /// The message.
        message: RawMessage,
    },
    /// Tell the client of an error outside of PSRP. A stock client breaks its session; the pool goes on.
    ErrorLine(String),
    /// Encrypt the session key, always the same one, for this key, and tell with [`Input::SessionKeyEncrypted`].
    EncryptSessionKey(PublicKeyBlob),
    /// Something to do for the engine, or to know.
    Event(Event),
}

/// What a server's pool has to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The client opens the pool. To be answered with [`Input::Opened`] or [`Input::OpenFailed`].
    Open(Box<InitRunspacePool>),
    /// Run this now. To be answered with [`Input::PipelineEnded`], last of all.
    Start {
        /// The pipeline.
        pid: Uuid,
        /// What.
        work: Work,
    },
    /// An object for a pipeline.
    PipelineInput {
        /// The pipeline.
        pid: Uuid,
        /// The object.
        value: Value,
    },
    /// No more objects for it.
    EndOfPipelineInput {
        /// The pipeline.
        pid: Uuid,
    },
    /// Stop a pipeline; calls of its host are not answered any more.
    Stop {
        /// The pipeline.
        pid: Uuid,
    },
    /// The client's host has answered a call.
    HostResponse {
        /// For a pipeline, or for the pool.
        channel: Channel,
        /// The answer.
        response: Box<HostResponse>,
    },
    /// Set the runspace back. To be answered with [`Input::ResetDone`].
    Reset {
        /// The id of the call.
        call_id: i64,
    },
    /// The client's versions do not go together with ours: it hears nothing any more.
    Refused(NegotiationError),
    /// The pool has ended. Nothing comes after it but acknowledgements.
    Ended,
}

/// What a pipeline runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Commands.
    Commands(Box<CreatePipeline>),
    /// `Get-Command`.
    Metadata(Box<GetCommandMetadata>),
}

impl Work {
    pub(super) fn is_nested(&self) -> bool {
        matches!(self, Self::Commands(create) if create.is_nested)
    }

    pub(super) fn takes_input(&self) -> bool {
        matches!(self, Self::Commands(create) if !create.no_input)
    }
}
