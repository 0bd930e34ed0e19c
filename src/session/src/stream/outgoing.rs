//! What one end sends: first staged, then numbered as credit allows, then kept until the peer has handled it.

use alloc::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use psrp_proto::{Channel, Stream};

use super::control::Control;
use super::endpoint::StreamError;
use super::frame::Frame;
use crate::limits::{MAX_FRAME_PART, MAX_MESSAGE};

/// What is sent: first staged, then numbered as credit allows, then kept until it is acknowledged.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) staged: VecDeque<Staged>,
    /// Numbered frames that the peer has not yet handled, oldest first.
    pub(super) kept: VecDeque<Kept>,
    pub(super) kept_bytes: usize,
    /// The number of the first frame in `kept`.
    pub(super) oldest: u64,
    /// How many of `kept` went out on this connection; none while there is no connection to send them on.
    pub(super) transmitted: Option<usize>,
    /// Data bytes numbered since the start of the stream.
    pub(super) data: u64,
    /// Data bytes that may be numbered.
    pub(super) limit: u64,
    /// Messages that the peer has handled since the start of the stream.
    pub(super) handled: u64,
    /// Control frames that the peer has not handled.
    pub(super) controls: usize,
}

#[derive(Debug)]
pub(super) struct Kept {
    frame: Bytes,
    what: What,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum What {
    Control,
    /// A message of [`Stream::Default`] ends here.
    MessageEnd,
    Other,
}

#[derive(Debug)]
pub(super) enum Staged {
    Control(Control),
    Message { channel: Channel, stream: Stream, rest: Bytes },
}

impl Outgoing {
    /// Nothing sent, and `limit` data bytes allowed.
    pub(super) const fn new(limit: u64) -> Self {
        Self {
            staged: VecDeque::new(),
            kept: VecDeque::new(),
            kept_bytes: 0,
            oldest: 1,
            transmitted: Some(0),
            data: 0,
            limit,
            handled: 0,
            controls: 0,
        }
    }

    pub(super) fn next(&self) -> u64 {
        self.oldest.saturating_add(u64::try_from(self.kept.len()).unwrap_or(u64::MAX))
    }

    /// The next frame that this connection has not carried yet.
    pub(super) fn transmit(&mut self) -> Option<&Bytes> {
        let transmitted = self.transmitted.as_mut()?;
        let kept = self.kept.get(*transmitted)?;
        *transmitted = transmitted.saturating_add(1);
        Some(&kept.frame)
    }

    /// Whether `next` is the number of a frame that is held, or of the one to come.
    pub(super) fn check(&self, next: u64) -> Result<(), StreamError> {
        if next > self.next() || next < self.oldest {
            return Err(StreamError::Unresumable { asked: next, oldest: self.oldest, newest: self.next() });
        }
        Ok(())
    }

    /// The connection carries frames from `next` on.
    pub(super) fn continue_at(&mut self, next: u64) -> Result<(), StreamError> {
        self.check(next)?;
        self.transmitted = Some(usize::try_from(next.saturating_sub(self.oldest)).unwrap_or(usize::MAX));
        Ok(())
    }

    /// Drops frames below `next`.
    pub(super) fn acknowledge(&mut self, next: u64) -> Result<(), StreamError> {
        self.check(next)?;
        while self.oldest < next {
            let Some(kept) = self.kept.pop_front() else { break };
            self.kept_bytes = self.kept_bytes.saturating_sub(kept.frame.len());
            match kept.what {
                What::Control => self.controls = self.controls.saturating_sub(1),
                What::MessageEnd => self.handled = self.handled.saturating_add(1),
                What::Other => {}
            }
            self.oldest = self.oldest.saturating_add(1);
            self.transmitted = self.transmitted.map(|count| count.saturating_sub(1));
        }
        Ok(())
    }

    pub(super) fn keep(&mut self, frame: &Frame) {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        self.kept_bytes = self.kept_bytes.saturating_add(bytes.len());
        let what = match frame {
            Frame::Control { .. } => What::Control,
            Frame::Data { stream: Stream::Default, last: true, .. } => What::MessageEnd,
            _ => What::Other,
        };
        self.kept.push_back(Kept { frame: bytes.freeze(), what });
    }

    pub(super) fn number_control(&mut self, control: Control) {
        self.keep(&Frame::Control { seq: self.next(), control });
    }

    /// Numbers all parts of a message, whatever the credit.
    pub(super) fn number_message(&mut self, channel: Channel, stream: Stream, mut rest: Bytes) {
        loop {
            let bytes = rest.split_to(rest.len().min(MAX_FRAME_PART));
            self.keep(&Frame::Data { seq: self.next(), channel, stream, last: rest.is_empty(), bytes });
            if rest.is_empty() {
                return;
            }
        }
    }

    /// Whether more data may be numbered. Whatever the peer grants, no more is kept for it than the largest message has.
    pub(super) fn has_credit(&self) -> bool {
        self.data < self.limit && self.kept_bytes < MAX_MESSAGE
    }

    /// Numbers what is staged, in order, as far as the credit goes; the last frame may overrun it.
    pub(super) fn number_staged(&mut self) {
        loop {
            let has_credit = self.has_credit();
            let Some(staged) = self.staged.front_mut() else { return };
            match staged {
                Staged::Control(_) => {
                    if let Some(Staged::Control(control)) = self.staged.pop_front() {
                        self.number_control(control);
                    }
                }
                Staged::Message { channel, stream, rest } => {
                    if !has_credit {
                        return;
                    }
                    let bytes = rest.split_to(rest.len().min(MAX_FRAME_PART));
                    let (channel, stream, last) = (*channel, *stream, rest.is_empty());
                    self.data = self.data.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                    self.keep(&Frame::Data { seq: self.next(), channel, stream, last, bytes });
                    if last {
                        self.staged.pop_front();
                    }
                }
            }
        }
    }
}
