//! What the `PSGuid` and `Stream` attributes of an element say.

use core::fmt;

use uuid::Uuid;

/// One of the independent byte channels of a link.
///
/// On the wire a GUID (`PSGuid`): the null GUID addresses the session (the runspace pool), every other one a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The runspace pool.
    Session,
    /// The pipeline with this id, which is also the PID in the headers of its messages.
    Pipeline(Uuid),
}

impl Channel {
    /// The value of the `PSGuid` attribute.
    #[must_use]
    pub const fn guid(self) -> Uuid {
        match self {
            Self::Session => Uuid::nil(),
            Self::Pipeline(pid) => pid,
        }
    }
}

impl From<Uuid> for Channel {
    fn from(guid: Uuid) -> Self {
        if guid.is_nil() { Self::Session } else { Self::Pipeline(guid) }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => f.write_str("the session channel"),
            Self::Pipeline(pid) => write!(f, "pipeline {pid}"),
        }
    }
}

/// One of the two byte streams of a channel. Each is reassembled on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Stream {
    /// Everything but answers to host calls. A server sends nothing else, not even for host calls.
    #[default]
    Default,
    /// Answers of a client to host calls. They overtake what waits in [`Stream::Default`].
    PromptResponse,
}

impl Stream {
    /// The value of the `Stream` attribute.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::PromptResponse => "PromptResponse",
        }
    }

    /// Reads the attribute as a stock receiver does: without case, and everything unknown is [`Stream::Default`].
    #[must_use]
    pub fn from_name(name: &[u8]) -> Self {
        if name.eq_ignore_ascii_case(b"PromptResponse") { Self::PromptResponse } else { Self::Default }
    }
}
