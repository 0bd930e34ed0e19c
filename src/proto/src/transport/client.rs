//! Our end of a link to a server.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};
use thiserror::Error;
use uuid::Uuid;

use super::MessageError;
use super::incoming::Incoming;
use crate::fragment::{BLOB_SIZE, FRAGMENT_SIZE, Fragments, HEADER_SIZE};
use crate::framing::{ERROR_LINE_PREFIX, Element, Elements, FramingError, LineReader, write_control, write_data};
use crate::{Channel, Limits, RawMessage, Stream, limits};

/// What came from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEvent {
    /// A whole message. Nothing of a pipeline whose channel is not open comes here.
    Message {
        /// The channel.
        channel: Channel,
        /// The message. Its ids and its destination are not checked yet.
        message: RawMessage,
    },
    /// The channel of a pipeline is open.
    CommandAck(Uuid),
    /// One `Data` was consumed.
    DataAck {
        /// The channel.
        channel: Channel,
        /// Nothing is queued or in flight any more.
        idle: bool,
    },
    /// A pipeline was stopped.
    SignalAck(Uuid),
    /// A channel is closed. Its GUID may be used again.
    CloseAck(Channel),
    /// An error line: what the server says, without the prefix. A stock client gives up the session.
    ServerError(String),
    /// A line, or the beginning of one, that is not the protocol: output of start-up files, a stack trace. A stock
    /// client gives up the session.
    Noise(String),
    /// The server broke the framing, or a message was lost. Nothing more is read or written.
    Fatal(LinkError),
    /// The stream ended.
    EndOfStream,
}

/// Why a link to a server cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// Its lines are not the framing.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// A message could not be put together.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// A call that the state of the channel does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// The pipeline's channel is not open, or is being closed.
    #[error("{0} is not open")]
    NotOpen(Channel),
    /// [`ClientTransport::open`] for a channel that is not closed yet.
    #[error("{0} is open already")]
    InUse(Channel),
    /// The link has ended.
    #[error("the link to the server has ended")]
    Ended,
}

/// The client's side of a link: messages in, lines out; lines in, events out.
///
/// It keeps the rules that stock servers need: one `Data` in flight per channel, a pipeline's first `Data` behind its
/// `CommandAck`, CREATE_PIPELINE alone in its `Data`, host responses first.
#[derive(Debug)]
pub struct ClientTransport {
    lines: LineReader,
    core: Core,
}

/// All but the line reader, so that a line can be handled where it lies.
#[derive(Debug)]
struct Core {
    incoming: Incoming,
    session: Outgoing,
    pipelines: BTreeMap<Uuid, Outgoing>,
    last_object_id: u64,
    output: BytesMut,
    /// Channels that may have something to write since the last [`ClientTransport::take_output`].
    touched: Vec<Channel>,
    /// Content of the `Data` that is being written; kept for its memory.
    chunk: Vec<u8>,
    events: VecDeque<ClientEvent>,
    ended: bool,
}

/// What waits to be sent in a channel.
#[derive(Debug, Default)]
struct Outgoing {
    state: Flow,
    closing: bool,
    /// Answers to host calls, and everything else.
    prompt: Queue,
    default: Queue,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// `CommandAck` is awaited.
    Opening,
    /// The next `Data` may be sent.
    #[default]
    Ready,
    /// `DataAck` is awaited.
    InFlight,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<RawMessage>,
    /// How far the first of them was cut.
    first: Option<Fragments>,
    bytes: usize,
}

impl ClientTransport {
    /// A link on which nothing has been said.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            lines: LineReader::new(limits.line),
            core: Core {
                incoming: Incoming::new(limits),
                session: Outgoing::default(),
                pipelines: BTreeMap::new(),
                last_object_id: 0,
                output: BytesMut::new(),
                touched: Vec::new(),
                chunk: Vec::new(),
                events: VecDeque::new(),
                ended: false,
            },
        }
    }

    /// Opens the channel of a pipeline. Messages may be sent at once; they wait for the acknowledgement.
    ///
    /// # Errors
    /// [`SendError::InUse`], [`SendError::Ended`].
    pub fn open(&mut self, pid: Uuid) -> Result<(), SendError> {
        let core = &mut self.core;
        core.alive()?;
        let channel = Channel::from(pid);
        if channel == Channel::Session || core.pipelines.contains_key(&pid) {
            return Err(SendError::InUse(channel));
        }
        core.pipelines.insert(pid, Outgoing { state: Flow::Opening, ..Outgoing::default() });
        write_control(&mut core.output, "Command", channel);
        Ok(())
    }

    /// Queues a message. It is written with the next [`Self::take_output`] when nothing is in flight in the channel;
    /// what was queued together shares a `Data`.
    ///
    /// # Errors
    /// [`SendError::NotOpen`], [`SendError::Ended`].
    pub fn send(&mut self, channel: Channel, stream: Stream, message: &RawMessage) -> Result<(), SendError> {
        self.core.alive()?;
        let outgoing = self.core.outgoing(channel).filter(|o| !o.closing).ok_or(SendError::NotOpen(channel))?;
        outgoing.queue(stream).push(message.clone());
        self.core.touched.push(channel);
        Ok(())
    }

    /// Asks the server to stop a pipeline. What is queued for it and not sent is dropped, as a stock client does.
    ///
    /// # Errors
    /// [`SendError::NotOpen`], [`SendError::Ended`].
    pub fn signal(&mut self, pid: Uuid) -> Result<(), SendError> {
        let core = &mut self.core;
        core.alive()?;
        let outgoing = core.pipelines.get_mut(&pid).filter(|o| !o.closing);
        outgoing.ok_or(SendError::NotOpen(pid.into()))?.drop_queued();
        write_control(&mut core.output, "Signal", pid.into());
        Ok(())
    }

    /// Closes a channel. What is queued and not sent is dropped. The session closes when every pipeline has been.
    ///
    /// # Errors
    /// [`SendError::NotOpen`], [`SendError::Ended`].
    pub fn close(&mut self, channel: Channel) -> Result<(), SendError> {
        let core = &mut self.core;
        core.alive()?;
        let outgoing = core.outgoing(channel).filter(|o| !o.closing).ok_or(SendError::NotOpen(channel))?;
        outgoing.closing = true;
        outgoing.drop_queued();
        write_control(&mut core.output, "Close", channel);
        Ok(())
    }

    /// Takes bytes from the server. Behind [`ClientEvent::Fatal`] and [`ClientEvent::EndOfStream`] they are ignored.
    pub fn receive(&mut self, mut bytes: &[u8]) {
        while !self.core.ended {
            match self.lines.next(&mut bytes) {
                Ok(Some(line)) => self.core.line(line),
                Ok(None) => break,
                Err(error) => self.core.end(ClientEvent::Fatal(error.into())),
            }
        }
    }

    /// The server's stream ended.
    pub fn eof(&mut self) {
        if let Some(line) = self.lines.finish()
            && !self.core.ended
        {
            self.core.line(line);
        }
        if !self.core.ended {
            self.core.end(ClientEvent::EndOfStream);
        }
    }

    /// The next thing that came, in the order of arrival.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.core.events.pop_front()
    }

    /// What is to be written to the server.
    pub fn take_output(&mut self) -> Bytes {
        self.core.write_touched();
        self.core.output.split().freeze()
    }

    /// Bytes of messages that wait in a channel and are not in the output yet.
    #[must_use]
    pub fn queued_bytes(&self, channel: Channel) -> usize {
        let outgoing = match channel {
            Channel::Session => Some(&self.core.session),
            Channel::Pipeline(pid) => self.core.pipelines.get(&pid),
        };
        outgoing.map_or(0, Outgoing::queued_bytes)
    }

    /// Bytes of messages that wait in all channels.
    #[must_use]
    pub fn queued_total(&self) -> usize {
        let pipelines = self.core.pipelines.values().map(Outgoing::queued_bytes);
        pipelines.fold(self.core.session.queued_bytes(), usize::saturating_add)
    }
}

impl Core {
    fn alive(&self) -> Result<(), SendError> {
        if self.ended { Err(SendError::Ended) } else { Ok(()) }
    }

    fn outgoing(&mut self, channel: Channel) -> Option<&mut Outgoing> {
        match channel {
            Channel::Session => Some(&mut self.session),
            Channel::Pipeline(pid) => self.pipelines.get_mut(&pid),
        }
    }

    fn line(&mut self, line: &[u8]) {
        if let Some((prefix, text)) = line.split_at_checked(ERROR_LINE_PREFIX.len())
            && prefix.eq_ignore_ascii_case(ERROR_LINE_PREFIX.as_bytes())
        {
            self.events.push_back(ClientEvent::ServerError(notice(text)));
            return;
        }
        let (text, elements) = Elements::split_text(line);
        if !text.is_empty() {
            self.events.push_back(ClientEvent::Noise(notice(text)));
        }
        for element in Elements::new(elements) {
            if let Err(error) = element.map_err(LinkError::from).and_then(|element| self.element(element)) {
                return self.end(ClientEvent::Fatal(error));
            }
        }
    }

    fn element(&mut self, element: Element<'_>) -> Result<(), LinkError> {
        let channel = element.channel();
        match element {
            Element::Data { stream, base64, .. } => self.data(channel, stream, base64)?,
            Element::DataAck(_) => self.data_ack(channel),
            Element::CommandAck(_) => self.command_ack(channel.guid())?,
            Element::SignalAck(_) => {
                if self.pipelines.contains_key(&channel.guid()) {
                    self.events.push_back(ClientEvent::SignalAck(channel.guid()));
                }
            }
            Element::CloseAck(_) => self.close_ack(channel),
            Element::Command(_) | Element::Signal(_) | Element::Close(_) => {
                return Err(FramingError::WrongDirection { name: element.name() }.into());
            }
        }
        Ok(())
    }

    fn data(&mut self, channel: Channel, stream: Stream, base64: &[u8]) -> Result<(), LinkError> {
        if self.outgoing(channel).is_none() {
            return Ok(());
        }
        let mut lost = None;
        let events = &mut self.events;
        self.incoming.data((channel, stream), base64, |message| match message {
            Ok(message) if lost.is_none() => events.push_back(ClientEvent::Message { channel, message }),
            Ok(_) => {}
            Err(error) => lost = lost.take().or(Some(error)),
        })?;
        lost.map_or(Ok(()), |error| Err(error.into()))
    }

    fn data_ack(&mut self, channel: Channel) {
        let Some(outgoing) = self.outgoing(channel).filter(|o| o.state == Flow::InFlight) else { return };
        outgoing.state = Flow::Ready;
        let idle = outgoing.queued_bytes() == 0;
        self.touched.push(channel);
        self.events.push_back(ClientEvent::DataAck { channel, idle });
    }

    fn command_ack(&mut self, pid: Uuid) -> Result<(), FramingError> {
        let outgoing = self.pipelines.get_mut(&pid).ok_or(FramingError::UnknownChannel(pid))?;
        if outgoing.state == Flow::Opening {
            outgoing.state = Flow::Ready;
            self.touched.push(pid.into());
            self.events.push_back(ClientEvent::CommandAck(pid));
        }
        Ok(())
    }

    fn close_ack(&mut self, channel: Channel) {
        if !self.outgoing(channel).is_some_and(|o| o.closing) {
            return;
        }
        match channel {
            Channel::Session => self.session = Outgoing::default(),
            Channel::Pipeline(pid) => {
                self.pipelines.remove(&pid);
            }
        }
        self.incoming.forget(channel);
        self.events.push_back(ClientEvent::CloseAck(channel));
    }

    /// Writes one `Data` in every channel that has something to send and nothing in flight.
    fn write_touched(&mut self) {
        for channel in core::mem::take(&mut self.touched) {
            let outgoing = match channel {
                Channel::Session => Some(&mut self.session),
                Channel::Pipeline(pid) => self.pipelines.get_mut(&pid),
            };
            let Some(outgoing) = outgoing.filter(|o| !self.ended && o.state == Flow::Ready && o.queued_bytes() > 0)
            else {
                continue;
            };
            let stream = if outgoing.prompt.bytes > 0 { Stream::PromptResponse } else { Stream::Default };
            self.chunk.clear();
            outgoing.queue(stream).fill(&mut self.chunk, &mut self.last_object_id);
            outgoing.state = Flow::InFlight;
            write_data(&mut self.output, channel, stream, &self.chunk, &[]);
        }
    }

    fn end(&mut self, event: ClientEvent) {
        self.ended = true;
        self.events.push_back(event);
    }
}

impl Outgoing {
    const fn queue(&mut self, stream: Stream) -> &mut Queue {
        match stream {
            Stream::Default => &mut self.default,
            Stream::PromptResponse => &mut self.prompt,
        }
    }

    const fn queued_bytes(&self) -> usize {
        self.prompt.bytes.saturating_add(self.default.bytes)
    }

    fn drop_queued(&mut self) {
        self.prompt = Queue::default();
        self.default = Queue::default();
    }
}

impl Queue {
    fn push(&mut self, message: RawMessage) {
        self.bytes = self.bytes.saturating_add(message.size());
        self.messages.push_back(message);
    }

    /// Puts whole fragments into `chunk`, as many as one `Data` may carry.
    fn fill(&mut self, chunk: &mut Vec<u8>, last_object_id: &mut u64) {
        while let Some(message) = self.messages.front() {
            let fragments = self.first.get_or_insert_with(|| {
                *last_object_id = last_object_id.saturating_add(1);
                Fragments::new(*last_object_id)
            });
            let before = fragments.remaining(message);
            let size = before.min(BLOB_SIZE).saturating_add(HEADER_SIZE);
            if chunk.len().saturating_add(size) > FRAGMENT_SIZE {
                return;
            }
            let fragment = fragments.cut(message);
            chunk.extend_from_slice(fragment.head());
            chunk.extend_from_slice(fragment.body());
            self.bytes = self.bytes.saturating_sub(before.saturating_sub(fragments.remaining(message)));
            if fragment.is_last() {
                let alone = message.kind.opens_pipeline();
                self.first = None;
                self.messages.pop_front();
                if alone {
                    return;
                }
            }
        }
    }
}

/// The beginning of a line that is not an element, as text for a user: bounded, without control characters.
fn notice(line: &[u8]) -> String {
    let head = line.get(..limits::NOTICE).unwrap_or(line);
    String::from_utf8_lossy(head).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
