//! A message into fragments.

use super::{BLOB_SIZE, FragmentHeader, HEADER_SIZE};
use crate::RawMessage;
use crate::message::HEADER_SIZE as MESSAGE_HEADER_SIZE;

/// One fragment, in two pieces that follow each other on the wire, so that the payload is not copied to cut it.
#[derive(Debug, Clone)]
pub struct Fragment<'a> {
    head: [u8; HEADER_SIZE + MESSAGE_HEADER_SIZE],
    head_length: usize,
    body: &'a [u8],
    last: bool,
}

impl<'a> Fragment<'a> {
    /// The fragment header, and in the first fragment of a message the message's header too.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.head.get(..self.head_length).unwrap_or(&self.head)
    }

    /// The part of the message's payload that is in this fragment.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Whether it is the last one of its message.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.last
    }
}

/// The place in a message up to which it was cut into fragments of at most [`FRAGMENT_SIZE`](super::FRAGMENT_SIZE)
/// bytes.
#[derive(Debug, Clone)]
pub struct Fragments {
    object_id: u64,
    next_fragment: u64,
    /// Bytes of the payload that are in fragments already cut.
    taken: usize,
}

impl Fragments {
    /// Starts to cut a message that gets the id `object_id` (positive, below 2^63).
    #[must_use]
    pub const fn new(object_id: u64) -> Self {
        Self { object_id, next_fragment: 0, taken: 0 }
    }

    /// Bytes of `message` that are not cut yet, its header included.
    #[must_use]
    pub fn remaining(&self, message: &RawMessage) -> usize {
        let header = if self.next_fragment == 0 { MESSAGE_HEADER_SIZE } else { 0 };
        message.payload.len().saturating_sub(self.taken).saturating_add(header)
    }

    /// Cuts the next fragment; `message` must be the same in every call. Not to be called behind the last one.
    #[must_use]
    pub fn cut<'m>(&mut self, message: &'m RawMessage) -> Fragment<'m> {
        let start = self.next_fragment == 0;
        let remaining = self.remaining(message);
        let blob = remaining.min(BLOB_SIZE);
        let last = blob == remaining;
        let message_header = if start { MESSAGE_HEADER_SIZE } else { 0 };
        let to = self.taken.saturating_add(blob.saturating_sub(message_header));
        let body = message.payload.get(self.taken..to).unwrap_or_default();
        let header = FragmentHeader {
            object_id: self.object_id,
            fragment_id: self.next_fragment,
            start,
            end: last,
            blob_length: u32::try_from(blob).unwrap_or(u32::MAX),
        };
        self.taken = to;
        self.next_fragment = self.next_fragment.saturating_add(1);

        let mut head = [0; HEADER_SIZE + MESSAGE_HEADER_SIZE];
        let bytes = header.encode().into_iter().chain(message.encode_header());
        head.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        Fragment { head, head_length: HEADER_SIZE.saturating_add(message_header), body, last }
    }
}
