//! The content of `Data` elements into messages, per channel and stream.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use thiserror::Error;

use crate::fragment::{FragmentError, Reassembler};
use crate::framing::FramingError;
use crate::message::HeaderError;
use crate::{Channel, Limits, RawMessage, Stream};

/// As .NET: padding must be there, the bits it leaves over do not matter.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// The peer sent something in a channel that is not a message for us. The message is lost; the channel goes on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MessageError {
    /// Its fragments do not make up a message.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
    /// It is shorter than a header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Its destination is the other side.
    #[error("the peer sent a {kind} message for destination {got}, expected {expected}")]
    Destination {
        /// Name of the message type.
        kind: &'static str,
        /// The bit that must be set.
        expected: u32,
        /// The field's value.
        got: u32,
    },
}

/// The half-received messages of a link.
#[derive(Debug)]
pub(super) struct Incoming {
    streams: BTreeMap<(Channel, Stream), Reassembler>,
    /// Bytes held in all of them.
    unfinished: usize,
    limits: Limits,
}

impl Incoming {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { streams: BTreeMap::new(), unfinished: 0, limits }
    }

    /// Takes the content of one `Data` element and hands the messages it completes to `each`; of several errors only
    /// the first. Returns whether the stream then stands at the end of a message.
    pub(super) fn data(
        &mut self,
        (channel, stream): (Channel, Stream),
        base64: &[u8],
        mut each: impl FnMut(Result<RawMessage, MessageError>),
    ) -> Result<bool, FramingError> {
        let limit = match channel {
            Channel::Session => self.limits.session_message,
            Channel::Pipeline(_) => self.limits.pipeline_message,
        };
        let mut bytes = decode(base64)?;
        let size = bytes.len();
        let reassembler = self.streams.entry((channel, stream)).or_insert_with(|| Reassembler::new(limit));
        let others = self.unfinished.saturating_sub(reassembler.held());
        let mut failed = false;
        while let Some(next) = reassembler.next(&mut bytes).transpose() {
            let message = next.map_err(MessageError::from).and_then(|message| {
                let message = if message.len() < size / 2 { Bytes::copy_from_slice(&message) } else { message };
                Ok(RawMessage::decode(message)?)
            });
            if message.is_ok() || !core::mem::replace(&mut failed, message.is_err()) {
                each(message);
            }
        }
        if others.saturating_add(reassembler.held()) > self.limits.unfinished {
            reassembler.refuse();
            each(Err(FragmentError::TooManyUnfinished { limit: self.limits.unfinished }.into()));
        }
        self.unfinished = others.saturating_add(reassembler.held());
        Ok(reassembler.is_idle())
    }

    /// Forgets what is unfinished in a channel.
    pub(super) fn forget(&mut self, channel: Channel) {
        for stream in [Stream::Default, Stream::PromptResponse] {
            if let Some(reassembler) = self.streams.remove(&(channel, stream)) {
                self.unfinished = self.unfinished.saturating_sub(reassembler.held());
            }
        }
    }
}

/// Base64 that may have white space in it.
fn decode(text: &[u8]) -> Result<Bytes, FramingError> {
    // Decoded without a look for white space first: stock peers write none.
    let decoded = BASE64.decode(text).or_else(|_| {
        let dense: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')).collect();
        BASE64.decode(dense)
    });
    decoded.map(Bytes::from).map_err(|_| FramingError::Base64)
}
