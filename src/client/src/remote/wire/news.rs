//! What goes through a wire.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::Bytes;
use psrp_proto::{Channel, RawMessage, Stream, Uuid};
use psrp_session::stream::{Opened, PipelineStart, Refusal};
use tokio::sync::{Notify, mpsc};

use crate::ssh::ConnectError;

/// What a server is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A pipeline will be created in this channel.
    Open(Uuid),
    /// A message.
    Send {
        /// In this channel.
        channel: Channel,
        /// In this stream of it.
        stream: Stream,
        /// The message.
        message: RawMessage,
    },
    /// Stop a pipeline; answered by [`News::SignalAck`].
    Signal(Uuid),
    /// Close a channel; answered by [`News::CloseAck`].
    Close(Channel),
    /// Deliver the output of a pipeline of an earlier client. psrpd only.
    ConnectPipeline {
        /// Its PID.
        pid: Uuid,
        /// From where.
        from: PipelineStart,
    },
    /// Leave the session and keep it; answered by [`News::Detached`] or [`News::DetachRefused`]. psrpd only.
    Detach {
        /// How long it is kept, in seconds; 0 leaves that as it is.
        idle_seconds: u32,
        /// Whether output beyond the limit is dropped rather than blocked; none leaves that as it is.
        drop_output: Option<bool>,
    },
}

/// What comes from a server, and what becomes of the way to it.
#[derive(Debug)]
pub enum News {
    /// A message.
    Message {
        /// The channel it came in.
        channel: Channel,
        /// The message.
        message: RawMessage,
    },
    /// A stop was carried out.
    SignalAck(Uuid),
    /// A channel is closed.
    CloseAck(Channel),
    /// The pipelines of the session, as CLIXML of a list of [`PipelineInfo`](psrp_session::info::PipelineInfo); follows
    /// an attach to a session that was there before.
    Pipelines(Bytes),
    /// Output of a pipeline was lost before it reached this client.
    Gap {
        /// The pipeline.
        pid: Uuid,
        /// Messages lost.
        lost: u64,
        /// Why: `limit`, `stopped`.
        reason: String,
    },
    /// The session was left and stays.
    Detached,
    /// It was not left, and why.
    DetachRefused(String),
    /// The server reported an error outside of PSRP, or printed something. A stock client gives up the session.
    Reported(String),
    /// The link has been away for [`QUIET_RESUME`](crate::limits::QUIET_RESUME), and why; a new one is being made.
    LinkAway(String),
    /// The stream goes on on a new connection, after this time. Nothing was lost, nothing came twice.
    LinkBack(Duration),
    /// The stream could not go on, and the session was attached to anew: a new lease and RPID, and what this client
    /// had sent and the server not confirmed is lost.
    Reattached {
        /// The new stream.
        opened: Opened,
        /// Why the old one could not go on.
        why: String,
    },
    /// Nothing more comes.
    Ended(End),
}

/// How a wire ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum End {
    /// As was asked: the session was closed or left.
    #[error("the session was closed")]
    Closed,
    /// Another client has the session now; the text says which.
    #[error("{0}")]
    Fenced(String),
    /// The server does not let this client go on.
    #[error("{}", .0.text)]
    Refused(Refusal),
    /// The link was lost, and a new one needs a person: a password, a passphrase, a decision about a host key.
    #[error("the link was lost and cannot be made again without you: {0}")]
    NeedsPerson(ConnectError),
    /// The link was lost, and there was no new one for as long as psrpd waits for this client.
    #[error("the link was lost and could not be made again for {} s: {last}", after.as_secs())]
    GaveUp {
        /// How long it was tried.
        after: Duration,
        /// What stood in the way in the end.
        last: String,
    },
    /// The link to a server that keeps no sessions was lost.
    #[error("the link was lost, and with it the session: {0}")]
    Lost(ConnectError),
    /// The session is gone; the server says why.
    #[error("the session is lost: {0}")]
    Gone(String),
    /// The server broke the protocol.
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
}

/// News on their way to the owner of a wire.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) news: News,
    /// Whether the server waits for the owner to have handled it.
    pub(super) counted: bool,
}

/// How much the owner has handled.
#[derive(Debug, Default)]
pub(super) struct Handled {
    /// Counted arrivals since the beginning.
    pub(super) count: AtomicU64,
    /// The count has grown.
    pub(super) changed: Notify,
}

/// The inner ends of a wire's queues.
#[derive(Debug)]
pub(super) struct Queues {
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    pub(super) input: mpsc::Receiver<(Channel, RawMessage)>,
    pub(super) news: mpsc::UnboundedSender<Arrival>,
    pub(super) handled: Arc<Handled>,
}

impl Queues {
    /// Tells the owner something that the server does not wait for.
    pub(super) fn tell(&self, news: News) {
        // An owner that is gone needs no news.
        let _ = self.news.send(Arrival { news, counted: false });
    }
}
