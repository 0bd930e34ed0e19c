//! The elements.

use crate::{Channel, Stream};

/// One element of the framing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element<'a> {
    /// Bytes of a channel's fragment stream, both ways.
    Data {
        /// The channel.
        channel: Channel,
        /// The stream within it.
        stream: Stream,
        /// The content as it came, never empty: base64 in which white space is allowed.
        base64: &'a [u8],
    },
    /// To the client: a `Data` was consumed.
    DataAck(Channel),
    /// To the server: open a pipeline's channel.
    Command(Channel),
    /// To the client: the channel is open, its first `Data` may follow.
    CommandAck(Channel),
    /// To the server: stop the pipeline.
    Signal(Channel),
    /// To the client: it was stopped, or is not known.
    SignalAck(Channel),
    /// To the server: close the channel.
    Close(Channel),
    /// To the client: it is closed.
    CloseAck(Channel),
}

impl Element<'_> {
    /// The element's name, case-sensitive.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Data { .. } => "Data",
            Self::DataAck(_) => "DataAck",
            Self::Command(_) => "Command",
            Self::CommandAck(_) => "CommandAck",
            Self::Signal(_) => "Signal",
            Self::SignalAck(_) => "SignalAck",
            Self::Close(_) => "Close",
            Self::CloseAck(_) => "CloseAck",
        }
    }

    /// The channel it speaks of.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match *self {
            Self::Data { channel, .. }
            | Self::DataAck(channel)
            | Self::Command(channel)
            | Self::CommandAck(channel)
            | Self::Signal(channel)
            | Self::SignalAck(channel)
            | Self::Close(channel)
            | Self::CloseAck(channel) => channel,
        }
    }
}
