//! What a session has to tell.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use psrp_proto::host::HostCall;
use psrp_proto::message::UserEvent;
use psrp_proto::pool::client::{Failure, Outcome};
use psrp_proto::{Channel, Message, Uuid};
use psrp_session::info::PipelineInfo;

use super::super::wire::End;

/// What a session has to tell.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The pool is open. Not told to owners of an open session.
    Opened,
    /// The pipelines of a session that was there before. Told to owners when a session was attached to anew.
    Listed(Vec<PipelineInfo>),
    /// An object or a record of a pipeline.
    Record {
        /// The pipeline.
        pid: Uuid,
        /// PIPELINE_OUTPUT, ERROR_RECORD or another record.
        message: Box<Message>,
        /// Its CLIXML as the server sent it; empty for null.
        payload: Bytes,
    },
    /// A pipeline has ended; no record of it follows.
    PipelineEnded {
        /// The pipeline.
        pid: Uuid,
        /// How.
        outcome: Outcome,
    },
    /// The server calls the host. If its method returns a value it waits for [`Session::answer`](super::Session::answer).
    HostCall {
        /// For a pipeline, or for the pool.
        channel: Channel,
        /// The call.
        call: Box<HostCall>,
    },
    /// An event of the server's engine.
    UserEvent(Box<UserEvent>),
    /// Output of a pipeline was lost on the server, which kept no more.
    Gap {
        /// The pipeline.
        pid: Uuid,
        /// Messages lost.
        lost: u64,
        /// Why: `limit`, `stopped`.
        reason: String,
    },
    /// The link has been away for some time, and why; a new one is being made.
    LinkAway(String),
    /// The link is back after this time. Nothing was lost, nothing came twice.
    LinkBack(Duration),
    /// The session was attached to anew after the stream was lost, and why: some output may come twice.
    Reattached(String),
    /// The session has ended for this client.
    Ended(Closing),
}

/// How a session ended for its client.
#[derive(Clone, Debug)]
pub enum Closing {
    /// In its pool: on request, or by a failure.
    Pool(Option<Failure>),
    /// With the way to its server.
    Wire(Arc<End>),
}
