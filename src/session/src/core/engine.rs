//! Where the engine stands.

use alloc::collections::BTreeMap;
use alloc::string::String;

use bytes::Bytes;
use psrp_proto::message::HostInfo;
use uuid::Uuid;

/// The engine, seen from the session.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    pub(crate) stage: EngineStage,
    /// INIT_RUNSPACEPOOL that waits for the engine to start.
    pub(crate) pending_init: Option<Bytes>,
    /// APPLICATION_PRIVATE_DATA as the engine sent it.
    pub(crate) private_data: Option<Bytes>,
    /// Sizes of the pool, as the first client asked for them.
    pub(crate) pool_size: (i32, i32),
    /// The host of the first client, as the engine knows it.
    pub(crate) host: Option<HostInfo>,
    /// Whether nothing is read from it.
    pub(crate) paused: bool,
    /// Pool operations under way: our number, and the lease and number of the client.
    pub(crate) operations: BTreeMap<i64, (u64, i64)>,
    pub(crate) next_operation: i64,
    /// What its process said when it ended.
    pub(crate) epitaph: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum EngineStage {
    /// Its process is being started.
    #[default]
    Starting,
    /// It takes messages; no pool is open in it.
    Ready,
    /// It was sent INIT_RUNSPACEPOOL.
    Opening,
    /// The pool is open.
    Open,
    /// It was told to close.
    Closing,
    /// It is no more.
    Gone,
}

impl Engine {
    /// Whether no client's INIT_RUNSPACEPOOL has been used yet.
    pub(crate) const fn is_unopened(&self) -> bool {
        matches!(self.stage, EngineStage::Starting | EngineStage::Ready) && self.pending_init.is_none()
    }

    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.stage, EngineStage::Open)
    }

    pub(crate) const fn is_gone(&self) -> bool {
        matches!(self.stage, EngineStage::Gone)
    }
}

/// PIDs towards the engine: the session's id with its last half replaced by a number, so that they are fresh and need no
/// randomness.
pub(crate) fn engine_pid(session: Uuid, number: u64) -> Uuid {
    let (high, _) = session.as_u64_pair();
    Uuid::from_u64_pair(high, number)
}
