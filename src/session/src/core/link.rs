//! One connection of a client.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use bytes::Bytes;
use psrp_proto::message::{HostInfo, InitRunspacePool};
use psrp_proto::transport::ServerTransport;
use psrp_proto::{Channel, RawMessage};
use uuid::Uuid;

use super::io::LinkHello;
use crate::limits::{LINK_ANSWERS, LINK_HIGH_MARK};
use crate::time::Instant;

/// One connection. It knows nothing of the others.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) hello: LinkHello,
    pub(crate) transport: Box<ServerTransport>,
    pub(crate) stage: LinkStage,
    /// Bytes given out and not yet taken by the operating system.
    pub(crate) unwritten: usize,
    /// Size of the last output that it was given because it had room.
    pub(crate) last_output: usize,
    /// What came and is not looked at before the client has read what it was answered.
    pub(crate) unread: VecDeque<Bytes>,
    /// Whether the caller was told to read nothing from it.
    pub(crate) paused: bool,
    /// When it is given up, unless something happens before.
    pub(crate) deadline: Option<Instant>,
}

impl Link {
    /// Whether more can be given to it without piling up.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting_output() < LINK_HIGH_MARK
    }

    /// Whether its client asks and does not read the answers. Output alone never comes that far: it is given only while there
    /// is room, so that a client whose pipelines write much is heard all the same.
    pub(crate) fn is_choked(&self) -> bool {
        self.waiting_output() > LINK_HIGH_MARK.saturating_add(self.last_output).saturating_add(LINK_ANSWERS)
    }

    fn waiting_output(&self) -> usize {
        self.unwritten.saturating_add(self.transport.pending_output())
    }

    /// Gives it output of which it has room for the beginning at least.
    pub(crate) fn give(&mut self, channel: Channel, message: &RawMessage) {
        let before = self.transport.pending_output();
        self.transport.send(channel, message);
        self.last_output = self.transport.pending_output().saturating_sub(before);
    }
}

/// How far a connection has come.
#[derive(Debug)]
pub(crate) enum LinkStage {
    /// Nothing was said yet.
    New,
    /// Versions were exchanged; INIT_RUNSPACEPOOL is due.
    Negotiated,
    /// It wants the session and the holder is being probed.
    Waiting(Box<Wish>),
    /// It has the lease, as a stock client.
    Stock,
    /// It has the lease, as a stream.
    Stream,
    /// It has lost the lease, or never got one, and is answered until it goes.
    Fenced,
    /// It will be closed after what was sent; nothing more is read from it.
    Gone,
}

/// What a link brings to its attach.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) rpid: Uuid,
    pub(crate) host: HostInfo,
    /// INIT_RUNSPACEPOOL as a stock client sent it, for an engine that is not open yet.
    pub(crate) init: Option<Init>,
}

/// INIT_RUNSPACEPOOL: what it says, and as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Init {
    pub(crate) content: InitRunspacePool,
    pub(crate) payload: Bytes,
}
