//! One end of a stream: numbering, keeping, acknowledging, resuming. Both ends are alike.

use alloc::collections::VecDeque;
use alloc::string::String;

use bytes::{Bytes, BytesMut};
use psrp_proto::{Channel, Stream};
use thiserror::Error;

use super::control::Control;
use super::frame::{Frame, FrameError, Opened, Refusal};
use super::incoming::{Incoming, Unhandled};
use super::outgoing::{Outgoing, Staged};
use crate::limits::{MAX_MESSAGE, MAX_PARTIAL_MESSAGES, MAX_UNHANDLED};

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
    /// More came than can be kept until it is handled.
    #[error("the peer sent more than {MAX_UNHANDLED} frames, or too large ones, while it was not answered")]
    TooMuchUnhandled,
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

impl Endpoint {
    /// An end that lets the peer be `window` bytes ahead and may itself send up to the mark `limit`.
    #[must_use]
    pub fn new(window: u64, limit: u64) -> Self {
        Self {
            outgoing: Outgoing::new(limit),
            incoming: Incoming::new(window),
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
                    self.incoming.deliver(Unhandled { seq, counted: 0, free: control.text_size() })?;
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
        self.incoming.handled();
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
        self.outgoing.controls = self.outgoing.controls.saturating_add(1);
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
        !self.outgoing.staged.is_empty() || !self.outgoing.has_credit()
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

    /// How many control frames were sent that the peer has not handled.
    #[must_use]
    pub fn unacknowledged_controls(&self) -> usize {
        self.outgoing.controls
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
