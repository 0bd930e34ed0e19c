//! Lines: a stock server, or any other that is no psrpd.

use std::collections::VecDeque;

use bytes::Bytes;
use psrp_proto::Channel;
use psrp_proto::transport::{ClientEvent, ClientTransport};
use tokio::time::Instant;

use super::news::{Arrival, Queues};
use super::pump::{self, Gone, PeerDead, Seen, pump};
use super::{Command, Connection, End, News};
use crate::limits::STOCK_WINDOW;
use crate::ssh::peer_text;

/// Bytes of messages that wait for acknowledgements of the server at which no more input is taken.
const INPUT_MARK: usize = 256 << 10;

/// The lines of one connection. There is no second one: the server ends the session with the first.
pub(super) struct Machine {
    transport: ClientTransport,
    news: VecDeque<Arrival>,
    /// Bytes of the messages that the owner has not handled, oldest first.
    sizes: VecDeque<usize>,
    unhandled: usize,
    finished: bool,
    ended: Option<End>,
}

/// Serves a wire until its end. Not cancel-safe: to cancel it is to cut the connection.
pub(super) async fn run(mut connection: Connection, mut machine: Machine, mut queues: Queues) {
    let end = match machine.drain() {
        Err(end) => end,
        Ok(()) => match pump(&mut connection, &mut machine, &mut queues, &mut Seen::default()).await {
            Gone::Lost(error) => End::Lost(error),
            Gone::Ended(end) => end,
            // No silence is too long for a server that never says anything unasked.
            Gone::Silent | Gone::Left => return,
        },
    };
    queues.tell(News::Ended(end));
}

impl Machine {
    /// A link on which SESSION_CAPABILITY has gone both ways.
    pub(super) fn new(transport: ClientTransport) -> Self {
        Self { transport, news: VecDeque::new(), sizes: VecDeque::new(), unhandled: 0, finished: false, ended: None }
    }

    fn drain(&mut self) -> Result<(), End> {
        while let Some(event) = self.transport.poll_event() {
            self.event(event);
        }
        self.ended.take().map_or(Ok(()), Err)
    }

    fn event(&mut self, event: ClientEvent) {
        let news = match event {
            ClientEvent::Message { channel, message } => {
                self.sizes.push_back(message.size());
                self.unhandled += message.size();
                return self.news.push_back(Arrival { news: News::Message { channel, message }, counted: true });
            }
            ClientEvent::SignalAck(pid) => News::SignalAck(pid),
            ClientEvent::CloseAck(channel) => {
                self.finished |= channel == Channel::Session;
                News::CloseAck(channel)
            }
            ClientEvent::ServerError(text) | ClientEvent::Noise(text) => News::Reported(peer_text(&text)),
            ClientEvent::Fatal(error) => {
                self.ended = Some(End::Protocol(error.to_string()));
                return;
            }
            ClientEvent::CommandAck(_) | ClientEvent::DataAck { .. } | ClientEvent::EndOfStream => return,
        };
        self.news.push_back(Arrival { news, counted: false });
    }
}

impl pump::Machine for Machine {
    fn receive(&mut self, bytes: &[u8], _: Instant) -> Result<(), End> {
        self.transport.receive(bytes);
        self.drain()
    }

    fn poll(&mut self) -> Option<Arrival> {
        self.news.pop_front()
    }

    fn command(&mut self, command: Command) {
        // A channel that is closed by now takes nothing more, and that is as good as having arrived too late.
        let _ = match command {
            Command::Open(pid) => self.transport.open(pid),
            Command::Send { channel, stream, message } => self.transport.send(channel, stream, &message),
            Command::Signal(pid) => self.transport.signal(pid),
            Command::Close(channel) => self.transport.close(channel),
            Command::ConnectPipeline { .. } | Command::Detach { .. } => Ok(()),
        };
    }

    fn output(&mut self) -> Bytes {
        self.transport.take_output()
    }

    fn handled(&mut self) {
        self.unhandled -= self.sizes.pop_front().unwrap_or_default();
    }

    fn takes_input(&self) -> bool {
        self.transport.queued_total() < INPUT_MARK
    }

    fn takes_bytes(&self) -> bool {
        self.unhandled < STOCK_WINDOW
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn timeout(&mut self, _: Instant) -> Result<(), PeerDead> {
        Ok(())
    }
}
