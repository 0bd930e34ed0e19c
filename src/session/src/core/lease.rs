//! The right of one client to drive the session, and what belongs to it.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};

use psrp_proto::Channel;
use psrp_proto::message::HostInfo;
use uuid::Uuid;

use super::io::LinkId;
use super::who::Who;
use crate::limits::{LINK_HIGH_MARK, MAX_UNACKNOWLEDGED_CONTROLS};
use crate::options::{OnBusy, OnClose};
use crate::stream::Endpoint;
use crate::time::Instant;

/// What a channel of the client stands for.
///
/// A client may use one GUID for several pipelines in turn, so a slot begins with `Command` and ends with `CloseAck`.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) target: Target,
    /// Acknowledgements of `Data` that wait until the engine has taken more.
    pub(crate) held_acks: u32,
    /// Whether the client closed it and waits for the answer.
    pub(crate) closing: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// Nothing yet.
    Fresh,
    /// A pipeline, by number.
    Pipeline(u64),
    /// Something that is over, or never was in the engine.
    Over,
}

impl Slot {
    pub(crate) const fn new() -> Self {
        Self { target: Target::Fresh, held_acks: 0, closing: false }
    }
}

/// How the client's messages travel.
#[derive(Debug)]
pub(crate) enum Wire {
    /// Lines of the out-of-process framing; the transport is the link's.
    Stock,
    /// The resumable stream, which outlives links.
    Stream(Box<StreamSide>),
}

/// The stream of our own client.
#[derive(Debug)]
pub(crate) struct StreamSide {
    pub(crate) id: Uuid,
    pub(crate) token: [u8; 32],
    pub(crate) endpoint: Endpoint,
    /// Messages given to the endpoint and not yet acknowledged.
    pub(crate) unacknowledged: VecDeque<Sent>,
    /// Bytes of the answers among them.
    pub(crate) answers: usize,
    /// How many of them the endpoint had reported as acknowledged when last asked.
    pub(crate) acknowledged: u64,
    /// Events whose acknowledgement waits until the engine has taken more, with their channel.
    pub(crate) deferred: VecDeque<Option<Channel>>,
}

/// A message that the client of a stream has not acknowledged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sent {
    /// Output of a pipeline: its number, and the ordinal after the message.
    Output { pipeline: u64, after: u64 },
    /// What is in no log, with its size if the client has asked for it.
    Answer(usize),
}

impl StreamSide {
    /// Whether the client asks and does not take the answers.
    pub(crate) fn is_choked(&self) -> bool {
        self.answers > LINK_HIGH_MARK || self.endpoint.unacknowledged_controls() > MAX_UNACKNOWLEDGED_CONTROLS
    }
}

/// The current client of the session.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) number: u64,
    /// The link on which it is; none while a stream waits for its client to come back.
    pub(crate) link: Option<LinkId>,
    pub(crate) wire: Wire,
    /// The RPID that the client uses.
    pub(crate) rpid: Uuid,
    /// What it said of its host.
    pub(crate) host: HostInfo,
    /// Who the client is.
    pub(crate) who: Who,
    pub(crate) since: Instant,
    pub(crate) on_close: Option<OnClose>,
    pub(crate) on_busy: OnBusy,
    pub(crate) slots: BTreeMap<Uuid, Slot>,
    /// Calls that the client's host must answer to us: the numbers of our probes.
    pub(crate) next_probe: i64,
    /// Whether the client was told that the pool is open.
    pub(crate) opened: bool,
    /// `Close(0)` came: what is left is to answer it.
    pub(crate) closing: Option<Closing>,
    /// Our own client was told that its pool is broken, and has not closed it.
    pub(crate) owes_close: bool,
    /// Whether the client was told that the session is over.
    pub(crate) left: bool,
    /// Whether `exit` was run for this client.
    pub(crate) exit_seen: bool,
    /// Whether it sends more than the engine takes, without waiting for acknowledgements.
    pub(crate) floods: bool,
    /// When the last byte came.
    pub(crate) heard: Instant,
}

/// What a client that said `Close(0)` waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Closing {
    /// The session stays: its channels are closed, then it gets its answer.
    Keep,
    /// The session ends.
    End,
}

impl Lease {
    pub(crate) const fn is_stream(&self) -> bool {
        matches!(self.wire, Wire::Stream(_))
    }

    pub(crate) fn stream(&mut self) -> Option<&mut StreamSide> {
        match &mut self.wire {
            Wire::Stream(side) => Some(side),
            Wire::Stock => None,
        }
    }
}
