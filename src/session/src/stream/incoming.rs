//! What one end receives: checked for its number and its credit, put together, acknowledged when it is handled.

use alloc::collections::{BTreeMap, VecDeque};

use bytes::{Bytes, BytesMut};
use psrp_proto::{Channel, Stream};

use super::endpoint::StreamError;
use super::frame::Frame;
use crate::limits::{MAX_FRAME, MAX_MESSAGE, MAX_PARTIAL_MESSAGES, MAX_UNHANDLED};

/// An event that is not yet handled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unhandled {
    /// The number of its frame.
    pub(super) seq: u64,
    /// Its bytes that count against the credit.
    pub(super) counted: u64,
    /// Its other bytes.
    pub(super) free: usize,
}

#[derive(Debug)]
pub(super) struct Incoming {
    /// The number that is due.
    pub(super) next: u64,
    /// Messages that lack their end.
    partial: BTreeMap<(Channel, Stream), BytesMut>,
    partial_bytes: usize,
    /// The events that are not yet handled.
    unhandled: VecDeque<Unhandled>,
    unhandled_bytes: u64,
    /// Their bytes that no credit bounds.
    free_bytes: usize,
    /// Data bytes received since the start of the stream.
    pub(super) data: u64,
    /// The mark granted to the peer.
    pub(super) limit: u64,
    window: u64,
    /// Whether the peer does not know `next` or `limit` yet.
    pub(super) ack_due: bool,
}

impl Incoming {
    /// Nothing received, and `window` data bytes granted.
    pub(super) const fn new(window: u64) -> Self {
        Self {
            next: 1,
            partial: BTreeMap::new(),
            partial_bytes: 0,
            unhandled: VecDeque::new(),
            unhandled_bytes: 0,
            free_bytes: 0,
            data: 0,
            limit: window,
            window,
            ack_due: false,
        }
    }

    /// Whether the frame is the one that is due; one that was handled before a resume is not, and is skipped.
    pub(super) fn is_due(&mut self, seq: u64) -> Result<bool, StreamError> {
        if seq > self.next {
            return Err(StreamError::Sequence { expected: self.next, got: seq });
        }
        if seq < self.next {
            return Ok(false);
        }
        self.next = self.next.saturating_add(1);
        Ok(true)
    }

    /// Notes an event that the owner will report as handled.
    pub(super) fn deliver(&mut self, event: Unhandled) -> Result<(), StreamError> {
        self.unhandled.push_back(event);
        self.unhandled_bytes = self.unhandled_bytes.saturating_add(event.counted);
        self.free_bytes = self.free_bytes.saturating_add(event.free);
        if self.unhandled.len() > MAX_UNHANDLED || self.free_bytes > MAX_MESSAGE.saturating_mul(2) {
            return Err(StreamError::TooMuchUnhandled);
        }
        Ok(())
    }

    /// The oldest event was handled.
    pub(super) fn handled(&mut self) {
        if let Some(event) = self.unhandled.pop_front() {
            self.unhandled_bytes = self.unhandled_bytes.saturating_sub(event.counted);
            self.free_bytes = self.free_bytes.saturating_sub(event.free);
            self.ack_due = true;
        }
    }

    pub(super) fn assemble(
        &mut self,
        seq: u64,
        channel: Channel,
        stream: Stream,
        last: bool,
        bytes: Bytes,
    ) -> Result<Option<Bytes>, StreamError> {
        if stream == Stream::Default {
            self.data = self.data.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            let overrun = u64::try_from(MAX_FRAME).unwrap_or(u64::MAX);
            if self.data > self.limit.saturating_add(overrun) {
                return Err(StreamError::CreditOverrun);
            }
        }
        let key = (channel, stream);
        let whole = match self.partial.get_mut(&key) {
            Some(partial) => {
                if partial.len().saturating_add(bytes.len()) > MAX_MESSAGE {
                    return Err(StreamError::MessageTooLong);
                }
                partial.extend_from_slice(&bytes);
                self.partial_bytes = self.partial_bytes.saturating_add(bytes.len());
                let whole = if last { self.partial.remove(&key) } else { None };
                if let Some(whole) = &whole {
                    self.partial_bytes = self.partial_bytes.saturating_sub(whole.len());
                }
                whole.map(BytesMut::freeze)
            }
            None if last => Some(bytes),
            None => {
                if self.partial.len() >= MAX_PARTIAL_MESSAGES {
                    return Err(StreamError::TooManyPartial);
                }
                self.partial_bytes = self.partial_bytes.saturating_add(bytes.len());
                self.partial.insert(key, BytesMut::from(bytes));
                None
            }
        };
        match &whole {
            // A host response is not counted against the credit, so neither is it released.
            Some(message) if stream == Stream::PromptResponse => {
                self.deliver(Unhandled { seq, counted: 0, free: message.len() })?;
            }
            Some(message) => {
                let counted = u64::try_from(message.len()).unwrap_or(u64::MAX);
                self.deliver(Unhandled { seq, counted, free: 0 })?;
            }
            None => self.ack_due = true,
        }
        if self.partial_bytes > MAX_MESSAGE.saturating_mul(2) {
            return Err(StreamError::MessageTooLong);
        }
        Ok(whole)
    }

    /// Appends an acknowledgement when there is news.
    ///
    /// Parts of an unfinished message count as handled and release their credit: they are kept here, so the peer need not,
    /// and a message may be larger than the window.
    pub(super) fn write_ack(&mut self, out: &mut BytesMut) {
        if !self.ack_due {
            return;
        }
        self.ack_due = false;
        let released = self.data.saturating_sub(self.unhandled_bytes);
        self.limit = self.limit.max(released.saturating_add(self.window));
        let next = self.unhandled.front().map_or(self.next, |event| event.seq);
        Frame::Ack { next, limit: self.limit }.encode(out);
    }
}
