//! Calls that the state does not allow.

use psrp_clixml::Version;
use thiserror::Error;
use uuid::Uuid;

use crate::Channel;

/// The owner of a pool asked for something that its state does not allow. Nothing was done.
///
/// Some of them are ordinary races: the peer may have ended the pipeline or the pool a moment before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The pool must be in another state.
    #[error("the pool is {state}, not {expected}")]
    State {
        /// The state it must be in.
        expected: &'static str,
        /// The state it is in.
        state: &'static str,
    },
    /// There is a pipeline with this id whose channel is not closed yet.
    #[error("pipeline {0} exists already")]
    PipelineExists(Uuid),
    /// No pipeline has this id, or it has ended.
    #[error("pipeline {0} does not exist or has ended")]
    NoPipeline(Uuid),
    /// The pipeline is being stopped: its host gives no answers any more.
    #[error("pipeline {0} is being stopped and can ask nothing")]
    Stopping(Uuid),
    /// The pipeline was created without input, or its input has ended.
    #[error("pipeline {0} takes no more input")]
    InputEnded(Uuid),
    /// No such host call waits for an answer.
    #[error("no host call {call_id} of {channel} waits for an answer")]
    NoHostCall {
        /// Where it would have come from.
        channel: Channel,
        /// Its id.
        call_id: i64,
    },
    /// A call with this id is on its way.
    #[error("a call with the id {0} waits for an answer already")]
    CallExists(i64),
    /// The peer speaks an older version of the protocol.
    #[error("the peer speaks protocol {spoken}, this needs {needed}")]
    Version {
        /// The version it needs.
        needed: Version,
        /// The version that was negotiated.
        spoken: Version,
    },
    /// With this version of the protocol there is no session key.
    #[error("there is no session key in protocol {0}")]
    NoSessionKey(Version),
    /// The state of a pipeline that is told as its end is not stopped, completed or failed.
    #[error("{0} is not the end of a pipeline")]
    NotAnEnd(&'static str),
    /// The message is not one that the owner may send like this.
    #[error("{0} is not a record or an object of a pipeline")]
    NotARecord(&'static str),
}
