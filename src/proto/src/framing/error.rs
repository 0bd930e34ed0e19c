//! Why a line is not the protocol.

use thiserror::Error;
use uuid::Uuid;

use crate::Excerpt;

/// The peer broke the framing. A stock server answers with an error line and exits, a stock client gives up the session.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FramingError {
    /// More than [`Limits::line`](crate::Limits::line) bytes without a line end.
    #[error("the peer sent a line of more than {limit} bytes")]
    LineTooLong {
        /// The limit.
        limit: usize,
    },
    /// Characters, blanks or an XML declaration where an element was expected.
    #[error("expected an element, the peer sent {0}; nothing else may write to this stream")]
    Text(Excerpt),
    /// An element this framing does not have.
    #[error("the peer sent the unknown element {0}")]
    UnknownElement(Excerpt),
    /// An element that only the other side may send.
    #[error("the peer sent {name}, which only its other side may send")]
    WrongDirection {
        /// Name of the element.
        name: &'static str,
    },
    /// An element cut short, or with broken markup.
    #[error("the peer sent a malformed {name} element")]
    Malformed {
        /// Name of the element.
        name: &'static str,
    },
    /// Not exactly the attributes `PSGuid`, and `Stream` for `Data`.
    #[error("the peer sent a {name} element with other attributes than {expected}")]
    Attributes {
        /// Name of the element.
        name: &'static str,
        /// The attributes it must have.
        expected: &'static str,
    },
    /// `PSGuid` is not a GUID.
    #[error("the peer sent {0} where a GUID was expected")]
    Guid(Excerpt),
    /// `Data` whose content is not exactly one run of text.
    #[error("the peer sent a Data element without text, or with something other than text")]
    DataContent,
    /// The content of `Data` is not base64.
    #[error("the peer sent a Data element that is not base64")]
    Base64,
    /// `Signal` and `SignalAck` are for pipelines only.
    #[error("the peer sent {name} for the session; only a pipeline can be stopped")]
    SessionSignal {
        /// `Signal` or `SignalAck`.
        name: &'static str,
    },
    /// `Command` for a pipeline whose channel is not closed yet.
    #[error("the peer opened pipeline {0} again before it was closed")]
    ChannelInUse(Uuid),
    /// More than [`Limits::channels`](crate::Limits::channels) open pipelines.
    #[error("the peer opened more than {limit} pipelines at once")]
    TooManyChannels {
        /// The limit.
        limit: usize,
    },
    /// `CommandAck` for a pipeline that nobody opened.
    #[error("the peer acknowledged pipeline {0}, which was not opened")]
    UnknownChannel(Uuid),
}
