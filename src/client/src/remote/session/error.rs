//! Why a session cannot be opened, left or closed.

use std::sync::Arc;

use psrp_proto::pool::PoolError;
use psrp_proto::pool::client::Failure;

use super::super::wire::{End, OpenError};
use super::Closing;
use crate::limits::{CLOSE_SESSION, STOP_PIPELINE};

/// Why a session cannot be opened, left or closed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// It cannot be reached, or the server says no.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server ended it, or broke the protocol.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The link to it is gone for good, or another client has taken it.
    #[error("{0}")]
    Lost(Arc<End>),
    /// It has ended.
    #[error("the session has ended")]
    Ended,
    /// The state of the session does not allow it.
    #[error(transparent)]
    State(#[from] PoolError),
    /// It cannot be left, because a pipeline takes input from this client.
    #[error("{0}")]
    InputOpen(String),
    /// The server does not answer.
    #[error("the server did not answer within {} s", CLOSE_SESSION.as_secs())]
    Silent,
    /// A pipeline was told to stop and does not.
    #[error("the command did not stop within {} s", STOP_PIPELINE.as_secs())]
    Unstoppable,
    /// The server is no psrpd.
    #[error(
        "the server does not support {0}; it takes psrpd as its `powershell` subsystem (line `Subsystem powershell .../psrpd subsystem` of its sshd_config)"
    )]
    Unsupported(&'static str),
}

impl From<Closing> for SessionError {
    fn from(closing: Closing) -> Self {
        match closing {
            Closing::Pool(Some(failure)) => Self::Failed(failure),
            Closing::Pool(None) => Self::Ended,
            Closing::Wire(end) => Self::Lost(end),
        }
    }
}
