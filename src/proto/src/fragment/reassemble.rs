//! Fragments into messages.

use alloc::vec::Vec;

use bytes::{Buf, Bytes};
use thiserror::Error;

use super::{FragmentHeader, HEADER_SIZE};

/// The peer sent fragments that do not make up a message.
///
/// A stock server answers with an error line and goes on; the message is lost.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FragmentError {
    /// Object ids are positive signed 64-bit numbers.
    #[error("the peer sent a fragment with the object id {got}, expected 1 to 2^63-1")]
    ObjectId {
        /// The id.
        got: u64,
    },
    /// A fragment that continues a message when none was begun.
    #[error("the peer sent fragment {fragment_id} of object {object_id} without its first one")]
    NotStarted {
        /// Its object id.
        object_id: u64,
        /// Its fragment id.
        fragment_id: u64,
    },
    /// A fragment of another message before the end of this one.
    #[error("the peer sent a fragment of object {got} inside of object {expected}")]
    OtherObject {
        /// The unfinished object.
        expected: u64,
        /// The object of the fragment that came.
        got: u64,
    },
    /// A gap, or a fragment that came twice.
    #[error("the peer sent fragment {got}, expected {expected}")]
    Sequence {
        /// The fragment id that was due.
        expected: u64,
        /// The one that came.
        got: u64,
    },
    /// More bytes than [`Limits`](crate::Limits) allows for a message of this channel.
    #[error("the peer sent a message of more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// More bytes than [`Limits::unfinished`](crate::Limits::unfinished) in unfinished messages.
    #[error("the peer has more than {limit} bytes of unfinished messages")]
    TooManyUnfinished {
        /// The limit.
        limit: usize,
    },
}

/// What a fragment may be, seen from those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Object {
    /// Only the first fragment of a message.
    #[default]
    Idle,
    /// The next fragment of this message, or the first one of another, which makes this one forgotten.
    Unfinished { object_id: u64, next_fragment: u64 },
    /// As `Unfinished`, but the message was refused: its further fragments are skipped without another error.
    Refused,
}

/// The blob that is arriving.
#[derive(Debug, Clone, Copy)]
struct Blob {
    missing: usize,
    end: bool,
    skip: bool,
}

/// Puts the messages of one fragment stream together.
///
/// Holds at most `limit` bytes plus a header, and nothing that a declared length alone would make it allocate.
#[derive(Debug, Clone)]
pub struct Reassembler {
    header: [u8; HEADER_SIZE],
    header_length: usize,
    blob: Option<Blob>,
    object: Object,
    message: Vec<u8>,
    limit: usize,
}

impl Reassembler {
    /// For messages of at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            header: [0; HEADER_SIZE],
            header_length: 0,
            blob: None,
            object: Object::Idle,
            message: Vec::new(),
            limit,
        }
    }

    /// Takes bytes from the front of `input` up to the end of the next message, which is returned; `None` when all of
    /// `input` was taken. A message that lies whole in `input` is returned as a part of it, without a copy.
    ///
    /// # Errors
    /// [`FragmentError`]: the message is lost, its further fragments are skipped in silence. Calls may go on.
    pub fn next(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, FragmentError> {
        loop {
            let Some(blob) = (match self.blob {
                Some(blob) => Some(blob),
                None => self.begin_fragment(input)?,
            }) else {
                return Ok(None);
            };
            let piece = input.split_to(blob.missing.min(input.len()));
            let missing = blob.missing.saturating_sub(piece.len());
            self.blob = (missing > 0).then_some(Blob { missing, ..blob });
            let ends = missing == 0 && blob.end;
            if ends {
                self.object = Object::Idle;
            }
            if blob.skip {
                // Nothing to keep.
            } else if ends && self.message.is_empty() {
                return Ok(Some(piece));
            } else {
                self.message.extend_from_slice(&piece);
                if ends {
                    return Ok(Some(core::mem::take(&mut self.message).into()));
                }
            }
            if missing > 0 {
                return Ok(None);
            }
        }
    }

    /// Bytes of the unfinished message that are held.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.message.len()
    }

    /// Whether the stream stands at the end of a message.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.header_length == 0 && self.blob.is_none() && self.object == Object::Idle
    }

    /// Forgets what is unfinished; the rest of its message will be skipped.
    pub fn refuse(&mut self) {
        self.message = Vec::new();
        if let Some(blob) = &mut self.blob {
            blob.skip = true;
        }
        if self.object != Object::Idle {
            self.object = Object::Refused;
        }
    }

    /// Reads a fragment header; `None` when it has not arrived whole.
    fn begin_fragment(&mut self, input: &mut Bytes) -> Result<Option<Blob>, FragmentError> {
        while self.header_length < HEADER_SIZE && input.has_remaining() {
            if let Some(place) = self.header.get_mut(self.header_length) {
                *place = input.get_u8();
            }
            self.header_length = self.header_length.saturating_add(1);
        }
        if self.header_length < HEADER_SIZE {
            return Ok(None);
        }
        self.header_length = 0;
        let header = FragmentHeader::decode(&self.header);
        let missing = usize::try_from(header.blob_length).unwrap_or(usize::MAX);
        let mut blob = Blob { missing, end: header.end, skip: false };
        let accepted = self.accept(header, missing);
        if accepted.is_err() {
            self.message = Vec::new();
            self.object = Object::Refused;
        }
        blob.skip = self.object == Object::Refused;
        self.blob = Some(blob);
        accepted.map(|()| self.blob)
    }

    fn accept(&mut self, header: FragmentHeader, blob_length: usize) -> Result<(), FragmentError> {
        let FragmentHeader { object_id, fragment_id, start, .. } = header;
        if object_id == 0 || i64::try_from(object_id).is_err() {
            return Err(FragmentError::ObjectId { got: object_id });
        }
        match self.object {
            // An unfinished message is forgotten without an error, as stock receivers do.
            _ if start => self.message = Vec::new(),
            Object::Refused => return Ok(()),
            Object::Idle => return Err(FragmentError::NotStarted { object_id, fragment_id }),
            Object::Unfinished { object_id: expected, .. } if expected != object_id => {
                return Err(FragmentError::OtherObject { expected, got: object_id });
            }
            Object::Unfinished { next_fragment: expected, .. } if expected != fragment_id => {
                return Err(FragmentError::Sequence { expected, got: fragment_id });
            }
            Object::Unfinished { .. } => {}
        }
        if self.message.len().saturating_add(blob_length) > self.limit {
            return Err(FragmentError::TooLarge { limit: self.limit });
        }
        self.object = Object::Unfinished { object_id, next_fragment: fragment_id.saturating_add(1) };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::super::{BLOB_SIZE, FRAGMENT_SIZE, Fragments};
    use super::*;
    use crate::{Destination, MessageKind, RawMessage, Uuid};

    fn fragment(object_id: u64, fragment_id: u64, flags: (bool, bool), blob: &[u8]) -> Vec<u8> {
        let (start, end) = flags;
        let blob_length = blob.len() as u32;
        let mut bytes = FragmentHeader { object_id, fragment_id, start, end, blob_length }.encode().to_vec();
        bytes.extend_from_slice(blob);
        bytes
    }

    fn feed(reassembler: &mut Reassembler, bytes: Vec<u8>) -> Vec<Result<Vec<u8>, FragmentError>> {
        let mut input = Bytes::from(bytes);
        let mut found = Vec::new();
        while let Some(next) = reassembler.next(&mut input).transpose() {
            found.push(next.map(|b| b.to_vec()));
        }
        found
    }

    const START: (bool, bool) = (true, false);
    const MIDDLE: (bool, bool) = (false, false);
    const END: (bool, bool) = (false, true);
    const WHOLE: (bool, bool) = (true, true);

    #[test]
    fn errors_cost_one_message_and_keep_the_stream_in_step() {
        let good = fragment(9, 0, WHOLE, b"good");
        for (bad, error) in [
            (fragment(0, 0, WHOLE, b"x"), FragmentError::ObjectId { got: 0 }),
            (fragment(1 << 63, 0, WHOLE, b"x"), FragmentError::ObjectId { got: 1 << 63 }),
            (fragment(1, 1, END, b"x"), FragmentError::NotStarted { object_id: 1, fragment_id: 1 }),
            (
                [fragment(1, 0, START, b"a"), fragment(2, 1, MIDDLE, b"b"), fragment(1, 2, END, b"c")].concat(),
                FragmentError::OtherObject { expected: 1, got: 2 },
            ),
            (
                [fragment(1, 0, START, b"a"), fragment(1, 2, MIDDLE, b"b"), fragment(1, 3, END, b"c")].concat(),
                FragmentError::Sequence { expected: 1, got: 2 },
            ),
            (
                [fragment(1, 0, START, &[0; 15]), fragment(1, 1, MIDDLE, b"bb"), fragment(1, 2, END, b"c")].concat(),
                FragmentError::TooLarge { limit: 16 },
            ),
        ] {
            let mut reassembler = Reassembler::new(16);
            let found = feed(&mut reassembler, [bad, good.clone()].concat());
            assert_eq!(found, [Err(error), Ok(b"good".to_vec())]);
            assert!(reassembler.is_idle());
        }
    }

    #[test]
    fn a_first_fragment_makes_an_unfinished_message_forgotten() {
        let bytes = [fragment(1, 0, START, b"lost"), fragment(2, 0, START, b"go"), fragment(2, 1, END, b"od")].concat();
        assert_eq!(feed(&mut Reassembler::new(99), bytes), [Ok(b"good".to_vec())]);
    }

    #[test]
    fn empty_blobs_end_messages_at_once() {
        let bytes = [fragment(1, 0, START, b"a"), fragment(1, 1, END, b"")].concat();
        assert_eq!(feed(&mut Reassembler::new(99), bytes), [Ok(b"a".to_vec())]);
        assert_eq!(feed(&mut Reassembler::new(99), fragment(1, 0, WHOLE, b"")), [Ok(vec![])]);
    }

    #[test]
    fn a_refused_message_is_skipped_to_its_end() {
        let mut reassembler = Reassembler::new(99);
        assert_eq!(feed(&mut reassembler, fragment(1, 0, START, b"ab")[..22].to_vec()), []);
        assert_eq!(reassembler.held(), 1);
        reassembler.refuse();
        assert_eq!(reassembler.held(), 0);
        let rest = [b"b".to_vec(), fragment(1, 1, END, b"c"), fragment(2, 0, WHOLE, b"good")].concat();
        assert_eq!(feed(&mut reassembler, rest), [Ok(b"good".to_vec())]);
    }

    #[test]
    fn a_declared_length_allocates_nothing() {
        let mut reassembler = Reassembler::new(usize::MAX);
        let header = FragmentHeader { object_id: 1, fragment_id: 0, start: true, end: true, blob_length: u32::MAX };
        assert_eq!(feed(&mut reassembler, header.encode().to_vec()), []);
        assert_eq!(reassembler.message.capacity(), 0);
        assert!(!reassembler.is_idle());
    }

    #[test]
    fn the_largest_single_fragment() {
        let message = |size: usize| {
            let payload = Bytes::from(vec![7; size - 40]);
            RawMessage::pool(Destination::Client, MessageKind::PipelineOutput, Uuid::nil(), payload)
        };
        let first = Fragments::new(1).cut(&message(BLOB_SIZE)).is_last();
        assert!(first);
        let larger = message(BLOB_SIZE + 1);
        let mut fragments = Fragments::new(1);
        let first = fragments.cut(&larger);
        assert!(!first.is_last());
        assert_eq!(first.head().len() + first.body().len(), FRAGMENT_SIZE);
        let second = fragments.cut(&larger);
        assert!(second.is_last());
        assert_eq!((second.head().len(), second.body().len()), (HEADER_SIZE, 1));
    }

    proptest! {
        #[test]
        fn messages_come_back_whatever_the_chunks(sizes in prop::collection::vec(0usize..100_000, 1..5), chunk in 1usize..70_000) {
            let messages: Vec<_> = sizes.iter().enumerate().map(|(i, &size)| {
                let payload = (0..size).map(|b| (b * 31 + i) as u8).collect::<Vec<_>>().into();
                RawMessage::pipeline(Destination::Client, MessageKind::Unknown(i as u32), Uuid::from_u128(i as u128), Uuid::from_u128(7), payload)
            }).collect();
            let mut stream = Vec::new();
            for (message, id) in messages.iter().zip(1..) {
                let mut fragments = Fragments::new(id);
                while fragments.remaining(message) > 0 {
                    let fragment = fragments.cut(message);
                    stream.extend_from_slice(fragment.head());
                    stream.extend_from_slice(fragment.body());
                    prop_assert_eq!(fragment.is_last(), fragments.remaining(message) == 0);
                }
            }
            let mut reassembler = Reassembler::new(1 << 20);
            let mut found = Vec::new();
            for piece in stream.chunks(chunk) {
                found.extend(feed(&mut reassembler, piece.to_vec()));
            }
            let found: Vec<_> = found.into_iter().map(|m| RawMessage::decode(m.unwrap().into()).unwrap()).collect();
            prop_assert_eq!(found, messages);
            prop_assert!(reassembler.is_idle());
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut reassembler = Reassembler::new(100);
            for found in feed(&mut reassembler, bytes).into_iter().flatten() {
                prop_assert!(found.len() <= 100);
            }
            prop_assert!(reassembler.held() <= 100);
        }
    }
}
