//! One end of a stream: numbering, keeping, acknowledging, resuming. Both ends are alike.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;

use bytes::{Bytes, BytesMut};
use psrp_proto::{Channel, Stream};
use thiserror::Error;

use super::frame::{Control, Frame, FrameError, Opened, Refusal};
use crate::limits::{MAX_FRAME, MAX_FRAME_PART, MAX_MESSAGE, MAX_PARTIAL_MESSAGES};

/// What one end learns from the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StreamEvent {
    /// A control frame; to be followed by [`Endpoint::handled`].
    Control(Control),
    /// The session was taken over; nothing follows.
    Fenced(String),
    /// A whole PSRP message, header and payload; to be followed by [`Endpoint::handled`].
    Message {
        /// The message's channel.
        channel: Channel,
        /// The message's stream.
        stream: Stream,
        /// Header and payload.
        bytes: Bytes,
    },
    /// The session is attached.
    Opened(Opened),
    /// An answer to [`Endpoint::ping`].
    Pong(u64),
    /// What was asked is not done; nothing follows.
    Refused(Refusal),
    /// The answer to a question that needs no session.
    Reply(Bytes),
    /// The stream goes on on this connection.
    Resumed,
}

/// Why a stream cannot go on.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum StreamError {
    /// The peer sent more than it was allowed to.
    #[error("the peer sent more data than it was granted")]
    CreditOverrun,
    /// The bytes are no frames.
    #[error("the peer sent a {0}")]
    Frame(#[from] FrameError),
    /// A message is larger than any may be.
    #[error("the peer sent a message of more than {MAX_MESSAGE} bytes")]
    MessageTooLong,
    /// A number was skipped: SSH does not reorder, so this is a bug of the peer and not a loss.
    #[error("the peer sent frame {got} where {expected} was due")]
    Sequence {
        /// The number that was due.
        expected: u64,
        /// The one that came.
        got: u64,
    },
    /// What the peer asks for is no longer held, or was never sent.
    #[error("the peer resumes at frame {asked}; frames {oldest} to {newest} are held")]
    Unresumable {
        /// The number it expects.
        asked: u64,
        /// The oldest number that can be sent again.
        oldest: u64,
        /// The number that follows the newest.
        newest: u64,
    },
    /// More messages were begun than may be.
    #[error("the peer began more than {MAX_PARTIAL_MESSAGES} messages without ending one")]
    TooManyPartial,
}

/// One end of a stream.
///
/// Driving it: mutate ([`receive`](Self::receive), [`send`](Self::send), ...), then drain [`poll_event`](Self::poll_event) and
/// [`take_output`](Self::take_output). Each [`StreamEvent::Message`] and [`StreamEvent::Control`] is acknowledged to the peer
/// only after [`handled`](Self::handled) was called for it, in the order in which they came.
#[derive(Debug)]
pub struct Endpoint {
    outgoing: Outgoing,
    incoming: Incoming,
    direct: BytesMut,
    input: BytesMut,
    events: VecDeque<StreamEvent>,
    failed: Option<StreamError>,
}

/// What is sent: first staged, then numbered as credit allows, then kept until it is acknowledged.
#[derive(Debug)]
struct Outgoing {
    staged: VecDeque<Staged>,
    /// Numbered frames that the peer has not yet handled, oldest first.
    kept: VecDeque<Kept>,
    kept_bytes: usize,
    /// The number of the first frame in `kept`.
    oldest: u64,
    /// How many of `kept` went out on this connection; none while there is no connection to send them on.
    transmitted: Option<usize>,
    /// Data bytes numbered since the start of the stream.
    data: u64,
    /// Data bytes that may be numbered.
    limit: u64,
    /// Messages that the peer has handled since the start of the stream.
    handled: u64,
}

#[derive(Debug)]
struct Kept {
    frame: Bytes,
    /// Whether a message of [`Stream::Default`] ends here.
    ends_message: bool,
}

#[derive(Debug)]
enum Staged {
    Control(Control),
    Message { channel: Channel, stream: Stream, rest: Bytes },
}

#[derive(Debug)]
struct Incoming {
    /// The number that is due.
    next: u64,
    /// Messages that lack their end.
    partial: BTreeMap<(Channel, Stream), BytesMut>,
    partial_bytes: usize,
    /// Number and data bytes of each event that is not yet handled.
    unhandled: VecDeque<(u64, u64)>,
    unhandled_bytes: u64,
    /// Data bytes received since the start of the stream.
    data: u64,
    /// The mark granted to the peer.
    limit: u64,
    window: u64,
    /// Whether the peer does not know `next` or `limit` yet.
    ack_due: bool,
}

impl Endpoint {
    /// An end that lets the peer be `window` bytes ahead and may itself send up to the mark `limit`.
    #[must_use]
    pub fn new(window: u64, limit: u64) -> Self {
        Self {
            outgoing: Outgoing {
                staged: VecDeque::new(),
                kept: VecDeque::new(),
                kept_bytes: 0,
                oldest: 1,
                transmitted: Some(0),
                data: 0,
                limit,
                handled: 0,
            },
            incoming: Incoming {
                next: 1,
                partial: BTreeMap::new(),
                partial_bytes: 0,
                unhandled: VecDeque::new(),
                unhandled_bytes: 0,
                data: 0,
                limit: window,
                window,
                ack_due: false,
            },
            direct: BytesMut::new(),
            input: BytesMut::new(),
            events: VecDeque::new(),
            failed: None,
        }
    }

    /// Takes bytes from the connection.
    ///
    /// # Errors
    /// [`StreamError`] when the peer broke the rules. The stream is then dead: every later call says the same.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.input.extend_from_slice(bytes);
        loop {
            let handled = match Frame::decode(&mut self.input) {
                Ok(Some(frame)) => self.take(frame),
                Ok(None) => return Ok(()),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = handled {
                self.failed = Some(error.clone());
                return Err(error);
            }
        }
    }

    fn take(&mut self, frame: Frame) -> Result<(), StreamError> {
        match frame {
            Frame::Ack { next, limit } => {
                self.outgoing.acknowledge(next)?;
                self.outgoing.limit = self.outgoing.limit.max(limit);
                self.outgoing.number_staged();
            }
            Frame::Control { seq, control } => {
                if self.incoming.is_due(seq)? {
                    self.incoming.deliver(seq, 0);
                    self.events.push_back(StreamEvent::Control(control));
                }
            }
            Frame::Data { seq, channel, stream, last, bytes } => {
                if self.incoming.is_due(seq)?
                    && let Some(bytes) = self.incoming.assemble(seq, channel, stream, last, bytes)?
                {
                    self.events.push_back(StreamEvent::Message { channel, stream, bytes });
                }
            }
            Frame::Fenced(by) => self.events.push_back(StreamEvent::Fenced(by)),
            Frame::Opened(opened) => {
                self.outgoing.limit = self.outgoing.limit.max(opened.limit);
                self.outgoing.number_staged();
                self.events.push_back(StreamEvent::Opened(opened));
            }
            Frame::Ping(nonce) => Frame::Pong(nonce).encode(&mut self.direct),
            Frame::Pong(nonce) => self.events.push_back(StreamEvent::Pong(nonce)),
            Frame::Refused(refusal) => self.events.push_back(StreamEvent::Refused(refusal)),
            Frame::Reply(bytes) => self.events.push_back(StreamEvent::Reply(bytes)),
            Frame::Resumed { next } => {
                self.resume_from(next)?;
                self.events.push_back(StreamEvent::Resumed);
            }
            Frame::Unknown(_) => {}
        }
        Ok(())
    }

    /// The next thing that came.
    pub fn poll_event(&mut self) -> Option<StreamEvent> {
        self.events.pop_front()
    }

    /// Says that the oldest [`StreamEvent::Message`] or [`StreamEvent::Control`] not yet reported was dealt with: the peer may
    /// forget it, and may send as much more.
    pub fn handled(&mut self) {
        if let Some((_, bytes)) = self.incoming.unhandled.pop_front() {
            self.incoming.unhandled_bytes = self.incoming.unhandled_bytes.saturating_sub(bytes);
            self.incoming.ack_due = true;
        }
    }

    /// Sends a message: header and payload.
    ///
    /// A host response ([`Stream::PromptResponse`]) overtakes what waits for credit, as it must: the pipeline that waits for
    /// it may be the reason for the waiting.
    pub fn send(&mut self, channel: Channel, stream: Stream, bytes: Bytes) {
        if stream == Stream::PromptResponse {
            self.outgoing.number_message(channel, stream, bytes);
        } else {
            self.outgoing.staged.push_back(Staged::Message { channel, stream, rest: bytes });
            self.outgoing.number_staged();
        }
    }

    /// Sends a control frame. A stop overtakes what waits for credit, everything else keeps its place.
    pub fn send_control(&mut self, control: Control) {
        if matches!(control, Control::Signal(_)) {
            self.outgoing.number_control(control);
        } else {
            self.outgoing.staged.push_back(Staged::Control(control));
            self.outgoing.number_staged();
        }
    }

    /// Sends a frame that has no number and is lost with the connection.
    pub fn send_direct(&mut self, frame: &Frame) {
        frame.encode(&mut self.direct);
    }

    /// Asks whether the peer is there; [`StreamEvent::Pong`] with the same number says so.
    pub fn ping(&mut self, nonce: u64) {
        self.send_direct(&Frame::Ping(nonce));
    }

    /// Whether a message given to [`send`](Self::send) now would wait for credit.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        !self.outgoing.staged.is_empty() || self.outgoing.data >= self.outgoing.limit
    }

    /// Whether the peer has handled everything that was sent.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.outgoing.staged.is_empty() && self.outgoing.kept.is_empty()
    }

    /// Bytes held for the peer: not yet numbered, not yet transmitted or not yet acknowledged.
    #[must_use]
    pub fn held(&self) -> usize {
        let staged = self.outgoing.staged.iter().map(|staged| match staged {
            Staged::Control(_) => 0,
            Staged::Message { rest, .. } => rest.len(),
        });
        staged.fold(self.outgoing.kept_bytes, usize::saturating_add)
    }

    /// How many of the messages of [`Stream::Default`] that were sent the peer has handled, in the order of sending.
    #[must_use]
    pub fn messages_handled(&self) -> u64 {
        self.outgoing.handled
    }

    /// The number that is due from the peer: what a resume names.
    #[must_use]
    pub fn recv_next(&self) -> u64 {
        self.incoming.next
    }

    /// The mark granted to the peer.
    #[must_use]
    pub fn granted(&self) -> u64 {
        self.incoming.limit
    }

    /// Takes bytes for the connection, whole frames of about `most` bytes altogether.
    ///
    /// Acknowledgements come first, then what is not numbered, then numbered frames.
    pub fn take_output(&mut self, most: usize) -> Bytes {
        self.incoming.write_ack(&mut self.direct);
        let mut out = core::mem::take(&mut self.direct);
        while out.len() < most {
            let Some(frame) = self.outgoing.transmit() else { break };
            out.extend_from_slice(frame);
        }
        out.freeze()
    }

    /// Forgets what belonged to a connection that is gone: half a frame, and what was transmitted without being handled is
    /// transmitted again after [`resume_from`](Self::resume_from).
    pub fn connection_lost(&mut self) {
        self.input.clear();
        self.direct.clear();
        self.outgoing.transmitted = None;
    }

    /// The peer is back on a new connection and expects `next`. What lies below was received there, which is less than handled:
    /// it is not transmitted again, and kept until it is acknowledged.
    ///
    /// # Errors
    /// [`StreamError::Unresumable`] when that frame is not held.
    pub fn resume_from(&mut self, next: u64) -> Result<(), StreamError> {
        self.outgoing.continue_at(next)?;
        self.incoming.ack_due = true;
        Ok(())
    }
}

impl Outgoing {
    fn next(&self) -> u64 {
        self.oldest.saturating_add(u64::try_from(self.kept.len()).unwrap_or(u64::MAX))
    }

    /// The next frame that this connection has not carried yet.
    fn transmit(&mut self) -> Option<&Bytes> {
        let transmitted = self.transmitted.as_mut()?;
        let kept = self.kept.get(*transmitted)?;
        *transmitted = transmitted.saturating_add(1);
        Some(&kept.frame)
    }

    /// Whether `next` is the number of a frame that is held, or of the one to come.
    fn check(&self, next: u64) -> Result<(), StreamError> {
        if next > self.next() || next < self.oldest {
            return Err(StreamError::Unresumable { asked: next, oldest: self.oldest, newest: self.next() });
        }
        Ok(())
    }

    /// The connection carries frames from `next` on.
    fn continue_at(&mut self, next: u64) -> Result<(), StreamError> {
        self.check(next)?;
        self.transmitted = Some(usize::try_from(next.saturating_sub(self.oldest)).unwrap_or(usize::MAX));
        Ok(())
    }

    /// Drops frames below `next`.
    fn acknowledge(&mut self, next: u64) -> Result<(), StreamError> {
        self.check(next)?;
        while self.oldest < next {
            let Some(kept) = self.kept.pop_front() else { break };
            self.kept_bytes = self.kept_bytes.saturating_sub(kept.frame.len());
            self.handled = self.handled.saturating_add(u64::from(kept.ends_message));
            self.oldest = self.oldest.saturating_add(1);
            self.transmitted = self.transmitted.map(|count| count.saturating_sub(1));
        }
        Ok(())
    }

    fn keep(&mut self, frame: &Frame) {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        self.kept_bytes = self.kept_bytes.saturating_add(bytes.len());
        let ends_message = matches!(frame, Frame::Data { stream: Stream::Default, last: true, .. });
        self.kept.push_back(Kept { frame: bytes.freeze(), ends_message });
    }

    fn number_control(&mut self, control: Control) {
        self.keep(&Frame::Control { seq: self.next(), control });
    }

    /// Numbers all parts of a message, whatever the credit.
    fn number_message(&mut self, channel: Channel, stream: Stream, mut rest: Bytes) {
        loop {
            let bytes = rest.split_to(rest.len().min(MAX_FRAME_PART));
            self.keep(&Frame::Data { seq: self.next(), channel, stream, last: rest.is_empty(), bytes });
            if rest.is_empty() {
                return;
            }
        }
    }

    /// Numbers what is staged, in order, as far as the credit goes; the last frame may overrun it.
    fn number_staged(&mut self) {
        while let Some(staged) = self.staged.front_mut() {
            match staged {
                Staged::Control(_) => {
                    if let Some(Staged::Control(control)) = self.staged.pop_front() {
                        self.number_control(control);
                    }
                }
                Staged::Message { channel, stream, rest } => {
                    if self.data >= self.limit {
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

impl Incoming {
    /// Whether the frame is the one that is due; one that was handled before a resume is not, and is skipped.
    fn is_due(&mut self, seq: u64) -> Result<bool, StreamError> {
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
    fn deliver(&mut self, seq: u64, bytes: u64) {
        self.unhandled.push_back((seq, bytes));
        self.unhandled_bytes = self.unhandled_bytes.saturating_add(bytes);
    }

    fn assemble(
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
            Some(_) if stream == Stream::PromptResponse => self.deliver(seq, 0),
            Some(message) => self.deliver(seq, u64::try_from(message.len()).unwrap_or(u64::MAX)),
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
    fn write_ack(&mut self, out: &mut BytesMut) {
        if !self.ack_due {
            return;
        }
        self.ack_due = false;
        let released = self.data.saturating_sub(self.unhandled_bytes);
        self.limit = self.limit.max(released.saturating_add(self.window));
        let next = self.unhandled.front().map_or(self.next, |(seq, _)| *seq);
        Frame::Ack { next, limit: self.limit }.encode(out);
    }
}
