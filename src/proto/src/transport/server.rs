//! Our end of a link to a client.

use alloc::collections::{BTreeSet, VecDeque};

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::MessageError;
use super::incoming::Incoming;
use crate::fragment::Fragments;
use crate::framing::{Element, Elements, FramingError, LineReader, write_control, write_data, write_error_line};
use crate::{Channel, Destination, Limits, RawMessage, Stream};

/// What came from the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// It opened the channel of a pipeline, or (null id) the session's. To be answered with
    /// [`ServerTransport::ack_command`].
    Command(Uuid),
    /// A whole message. Nothing of a pipeline whose channel is not open comes here.
    Message {
        /// The channel.
        channel: Channel,
        /// The stream within it.
        stream: Stream,
        /// The message.
        message: RawMessage,
    },
    /// One `Data` element ended; its messages came before this. To be answered with exactly one
    /// [`ServerTransport::ack_data`]: the client sends nothing more in this channel before.
    DataEnd {
        /// The channel.
        channel: Channel,
        /// No half-received message is left in the stream. While there is one, holding the acknowledgement back
        /// would dead-lock.
        complete: bool,
    },
    /// Stop the pipeline. To be answered with [`ServerTransport::ack_signal`].
    Signal(Uuid),
    /// Close the channel. To be answered with [`ServerTransport::ack_close`].
    Close(Channel),
    /// A message was lost. A stock server writes `Remote transport error: …` as an error line, which makes the client
    /// give up, and goes on; the [`ServerEvent::DataEnd`] still comes.
    Soft(MessageError),
    /// The client broke the framing. Nothing more is read; a stock server writes an error line and exits.
    Fatal(FramingError),
    /// The stream ended, or an empty line came, which means the same.
    EndOfStream,
}

/// The server's side of a link: lines in, events out; messages and acknowledgements in, lines out.
///
/// It acknowledges nothing by itself. A GUID may be used by one pipeline after the other: what is known of it ends
/// with [`ServerTransport::ack_close`].
#[derive(Debug)]
pub struct ServerTransport {
    lines: LineReader,
    receiver: Receiver,
    last_object_id: u64,
    output: BytesMut,
}

/// All but the line reader, so that a line can be handled where it lies.
#[derive(Debug)]
struct Receiver {
    limits: Limits,
    incoming: Incoming,
    open: BTreeSet<Uuid>,
    events: VecDeque<ServerEvent>,
    ended: bool,
}

impl ServerTransport {
    /// A link on which nothing has been said.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let incoming = Incoming::new(limits);
        Self {
            lines: LineReader::new(limits.line),
            receiver: Receiver { limits, incoming, open: BTreeSet::new(), events: VecDeque::new(), ended: false },
            last_object_id: 0,
            output: BytesMut::new(),
        }
    }

    /// Takes bytes from the client. Behind [`ServerEvent::Fatal`] and [`ServerEvent::EndOfStream`] they are ignored.
    pub fn receive(&mut self, mut bytes: &[u8]) {
        while !self.receiver.ended {
            match self.lines.next(&mut bytes) {
                Ok(Some(line)) => self.receiver.line(line),
                Ok(None) => break,
                Err(error) => self.receiver.end(ServerEvent::Fatal(error)),
            }
        }
    }

    /// The client's stream ended.
    pub fn eof(&mut self) {
        if let Some(line) = self.lines.finish()
            && !self.receiver.ended
        {
            self.receiver.line(line);
        }
        if !self.receiver.ended {
            self.receiver.end(ServerEvent::EndOfStream);
        }
    }

    /// The next thing that came, in the order of arrival.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        self.receiver.events.pop_front()
    }

    /// Writes a message, cut into fragments, one per line.
    pub fn send(&mut self, channel: Channel, message: &RawMessage) {
        self.last_object_id = self.last_object_id.saturating_add(1);
        // The size in base64, and something for the elements: a large message is not moved while it is written.
        self.output.reserve(message.size().div_ceil(2).saturating_mul(3));
        let mut fragments = Fragments::new(self.last_object_id);
        loop {
            let fragment = fragments.cut(message);
            write_data(&mut self.output, channel, Stream::Default, fragment.head(), fragment.body());
            if fragment.is_last() {
                break;
            }
        }
    }

    /// Acknowledges one `Data`.
    pub fn ack_data(&mut self, channel: Channel) {
        write_control(&mut self.output, "DataAck", channel);
    }

    /// Acknowledges a `Command`: the client may send the pipeline's first message.
    pub fn ack_command(&mut self, pid: Uuid) {
        write_control(&mut self.output, "CommandAck", pid.into());
    }

    /// Acknowledges a `Signal`.
    pub fn ack_signal(&mut self, pid: Uuid) {
        write_control(&mut self.output, "SignalAck", pid.into());
    }

    /// Acknowledges a `Close`. The GUID is free for another pipeline; behind the close of the session the client may
    /// open another one on the same link.
    pub fn ack_close(&mut self, channel: Channel) {
        self.receiver.incoming.forget(channel);
        self.receiver.open.remove(&channel.guid());
        write_control(&mut self.output, "CloseAck", channel);
    }

    /// Writes the line that tells a stock client of an error: its session is broken by it.
    pub fn error_line(&mut self, text: &str) {
        write_error_line(&mut self.output, text);
    }

    /// What is to be written to the client.
    pub fn take_output(&mut self) -> Bytes {
        self.output.split().freeze()
    }

    /// Bytes that [`Self::take_output`] would return.
    #[must_use]
    pub fn pending_output(&self) -> usize {
        self.output.len()
    }
}

impl Receiver {
    fn line(&mut self, line: &[u8]) {
        if line.is_empty() {
            return self.end(ServerEvent::EndOfStream);
        }
        for element in Elements::new(line) {
            if let Err(error) = element.and_then(|element| self.element(element)) {
                return self.end(ServerEvent::Fatal(error));
            }
        }
    }

    fn element(&mut self, element: Element<'_>) -> Result<(), FramingError> {
        let event = match element {
            Element::Data { channel, stream, base64 } => return self.data(channel, stream, base64),
            Element::Command(channel) => {
                self.open(channel)?;
                ServerEvent::Command(channel.guid())
            }
            Element::Signal(channel) => ServerEvent::Signal(channel.guid()),
            Element::Close(channel) => ServerEvent::Close(channel),
            Element::DataAck(_) | Element::CommandAck(_) | Element::SignalAck(_) | Element::CloseAck(_) => {
                return Err(FramingError::WrongDirection { name: element.name() });
            }
        };
        self.events.push_back(event);
        Ok(())
    }

    fn open(&mut self, channel: Channel) -> Result<(), FramingError> {
        let Channel::Pipeline(pid) = channel else { return Ok(()) };
        if self.open.contains(&pid) {
            return Err(FramingError::ChannelInUse(pid));
        }
        if self.open.len() >= self.limits.channels {
            return Err(FramingError::TooManyChannels { limit: self.limits.channels });
        }
        self.open.insert(pid);
        Ok(())
    }

    fn data(&mut self, channel: Channel, stream: Stream, base64: &[u8]) -> Result<(), FramingError> {
        let known = match channel {
            Channel::Session => true,
            Channel::Pipeline(pid) => self.open.contains(&pid),
        };
        let complete = if known {
            let events = &mut self.events;
            self.incoming.data((channel, stream), base64, |message| {
                events.push_back(match message {
                    Ok(message) if !message.is_for(Destination::Server) => {
                        ServerEvent::Soft(MessageError::Destination {
                            kind: message.kind.name(),
                            expected: Destination::Server.to_u32(),
                            got: message.destination,
                        })
                    }
                    Ok(message) => ServerEvent::Message { channel, stream, message },
                    Err(error) => ServerEvent::Soft(error),
                });
            })?
        } else {
            true
        };
        self.events.push_back(ServerEvent::DataEnd { channel, complete });
        Ok(())
    }

    fn end(&mut self, event: ServerEvent) {
        self.ended = true;
        self.events.push_back(event);
    }
}
