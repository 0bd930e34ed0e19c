//! The resumable stream: frames.

use std::collections::VecDeque;

use bytes::{BufMut as _, Bytes, BytesMut};
use psrp_proto::message::HEADER_SIZE;
use psrp_proto::{Channel, RawMessage};
use psrp_session::stream::{Control, Endpoint, Opened, StreamEvent};
use tokio::time::Instant;

use super::liveness::{Liveness, Verdict, slept};
use super::news::Arrival;
use super::pump::{self, PeerDead};
use super::{Command, End, News};
use crate::limits::READ_CHUNK;

/// The code of the refusal after which the stream goes on.
const INPUT_OPEN: &str = "input-open";

/// One stream, over any number of connections.
pub(super) struct Machine {
    endpoint: Endpoint,
    opened: Opened,
    news: VecDeque<Arrival>,
    /// Arrivals that count, of this stream and of those before it.
    delivered: u64,
    /// Of them the ones of earlier streams, which nobody waits for any more.
    stale: u64,
    handled: u64,
    finished: bool,
    liveness: Liveness,
}

impl Machine {
    /// A stream that was opened; `endpoint` may hold more than that.
    pub(super) fn new(endpoint: Endpoint, opened: Opened) -> Self {
        Self {
            endpoint,
            opened,
            news: VecDeque::new(),
            delivered: 0,
            stale: 0,
            handled: 0,
            finished: false,
            liveness: Liveness::new(Instant::now(), slept()),
        }
    }

    pub(super) const fn opened(&self) -> &Opened {
        &self.opened
    }

    pub(super) const fn endpoint(&mut self) -> &mut Endpoint {
        &mut self.endpoint
    }

    /// A new stream takes the place of one that cannot go on.
    pub(super) fn replace(&mut self, endpoint: Endpoint, opened: Opened) {
        self.endpoint = endpoint;
        self.opened = opened;
        self.stale = self.delivered;
    }

    /// A connection begins.
    pub(super) fn connected(&mut self, now: Instant) {
        self.liveness = Liveness::new(now, slept());
    }

    fn counted(&mut self, news: News) {
        self.delivered += 1;
        self.news.push_back(Arrival { news, counted: true });
    }

    /// Takes in what the endpoint has.
    pub(super) fn drain(&mut self) -> Result<(), End> {
        while let Some(event) = self.endpoint.poll_event() {
            self.event(event)?;
        }
        Ok(())
    }

    fn event(&mut self, event: StreamEvent) -> Result<(), End> {
        match event {
            StreamEvent::Message { channel, bytes, .. } => match RawMessage::decode(bytes) {
                Ok(message) => self.counted(News::Message { channel, message }),
                Err(error) => return Err(End::Protocol(error.to_string())),
            },
            StreamEvent::Control(control) => self.control(control)?,
            StreamEvent::Fenced(text) => return Err(End::Fenced(text)),
            StreamEvent::Refused(refusal) if refusal.code == INPUT_OPEN => {
                self.news.push_back(Arrival { news: News::DetachRefused(refusal.text), counted: false });
            }
            StreamEvent::Refused(refusal) => return Err(End::Refused(refusal)),
            StreamEvent::Pong(_) => {}
            StreamEvent::Opened(_) | StreamEvent::Reply(_) | StreamEvent::Resumed => {
                return Err(End::Protocol("the stream was opened twice".to_owned()));
            }
        }
        Ok(())
    }

    fn control(&mut self, control: Control) -> Result<(), End> {
        let news = match control {
            Control::CloseAck(channel) => {
                self.finished |= channel == Channel::Session;
                News::CloseAck(channel)
            }
            Control::Detached => {
                self.finished = true;
                News::Detached
            }
            Control::Gap { pid, lost, reason } => News::Gap { pid, lost, reason },
            Control::PipelineList(list) => News::Pipelines(list),
            Control::SignalAck(pid) => News::SignalAck(pid),
            Control::Close(_) | Control::ConnectPipeline { .. } | Control::Detach { .. } | Control::Signal(_) => {
                return Err(End::Protocol("it sent a control frame of a client".to_owned()));
            }
        };
        self.counted(news);
        Ok(())
    }
}

impl pump::Machine for Machine {
    fn receive(&mut self, bytes: &[u8], now: Instant) -> Result<(), End> {
        self.liveness.heard(now);
        let received = self.endpoint.receive(bytes);
        // What came before the error is good.
        self.drain()?;
        received.map_err(|error| End::Protocol(error.to_string()))
    }

    fn poll(&mut self) -> Option<Arrival> {
        self.news.pop_front()
    }

    fn command(&mut self, command: Command) {
        match command {
            // The message that creates the pipeline opens its channel.
            Command::Open(_) => {}
            Command::Send { channel, stream, message } => self.endpoint.send(channel, stream, whole(&message)),
            Command::Signal(pid) => self.endpoint.send_control(Control::Signal(pid)),
            Command::Close(channel) => self.endpoint.send_control(Control::Close(channel)),
            Command::ConnectPipeline { pid, from } => {
                self.endpoint.send_control(Control::ConnectPipeline { pid, from });
            }
            Command::Detach { idle_seconds, drop_output } => {
                self.endpoint.send_control(Control::Detach { idle_seconds, drop_output });
            }
        }
    }

    fn output(&mut self) -> Bytes {
        self.endpoint.take_output(READ_CHUNK)
    }

    fn handled(&mut self) {
        self.handled += 1;
        if self.handled > self.stale {
            self.endpoint.handled();
        }
    }

    fn takes_input(&self) -> bool {
        !self.endpoint.is_blocked()
    }

    fn takes_bytes(&self) -> bool {
        // The server stops at the mark that it was granted.
        true
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn deadline(&self) -> Option<Instant> {
        Some(self.liveness.deadline())
    }

    fn timeout(&mut self, now: Instant) -> Result<(), PeerDead> {
        if now < self.liveness.deadline() {
            return Ok(());
        }
        match self.liveness.check(now, slept()) {
            Verdict::Wait => {}
            Verdict::Ask => self.endpoint.ping(0),
            Verdict::Dead => return Err(PeerDead),
        }
        Ok(())
    }
}

/// Header and payload in one, as a stream carries them.
fn whole(message: &RawMessage) -> Bytes {
    let mut bytes = BytesMut::with_capacity(HEADER_SIZE + message.payload.len());
    bytes.put_slice(&message.encode_header());
    bytes.put_slice(&message.payload);
    bytes.freeze()
}
