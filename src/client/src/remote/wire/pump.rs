//! Moves the bytes of one connection, and what its owner says, through a machine that knows what they mean.

use std::io;
use std::sync::atomic::Ordering;

use bytes::{Buf as _, Bytes, BytesMut};
use psrp_proto::{Channel, RawMessage, Stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

use super::news::{Arrival, Queues};
use super::{Command, Connection, End};
use crate::limits::{FAREWELL, READ_CHUNK};
use crate::ssh::{ConnectError, Writer};

/// What the bytes of a connection mean. Never waits.
pub(super) trait Machine {
    /// Takes bytes of the server.
    fn receive(&mut self, bytes: &[u8], now: Instant) -> Result<(), End>;

    /// The next thing for the owner.
    fn poll(&mut self) -> Option<Arrival>;

    /// Takes what the owner says.
    fn command(&mut self, command: Command);

    /// Bytes for the server.
    fn output(&mut self) -> Bytes;

    /// The owner has handled the oldest arrival that counts.
    fn handled(&mut self);

    /// Whether input of pipelines can be sent now.
    fn takes_input(&self) -> bool;

    /// Whether bytes of the server are wanted now.
    fn takes_bytes(&self) -> bool;

    /// Whether the end of the connection is what was asked for.
    fn is_finished(&self) -> bool;

    /// When [`timeout`](Self::timeout) is due.
    fn deadline(&self) -> Option<Instant>;

    /// Time has passed; an error when the server counts as dead.
    fn timeout(&mut self, now: Instant) -> Result<(), PeerDead>;
}

/// The server did not say anything for too long.
#[derive(Debug)]
pub(super) struct PeerDead;

/// Why a connection is no longer pumped.
#[derive(Debug)]
pub(super) enum Gone {
    /// It is lost.
    Lost(ConnectError),
    /// The server was silent for too long.
    Silent,
    /// Nothing more is to come.
    Ended(End),
    /// The owner has gone.
    Left,
}

/// Counts what the owner has handled, from one connection to the next.
#[derive(Debug, Default)]
pub(super) struct Seen(u64);

/// Pumps a connection until it is gone. Not cancel-safe: bytes that were read may not have been taken in.
pub(super) async fn pump(
    connection: &mut Connection,
    machine: &mut impl Machine,
    queues: &mut Queues,
    seen: &mut Seen,
) -> Gone {
    let mut input = BytesMut::new();
    let mut output = Bytes::new();
    let mut unflushed = false;
    // Set once nothing more can be written: what the server has said before it closed is still to be read.
    let mut give_up: Option<Instant> = None;
    loop {
        seen.pass_on(queues, machine);
        if output.is_empty() && give_up.is_none() {
            output = machine.output();
        }
        while let Some(arrival) = machine.poll() {
            let _ = queues.news.send(arrival);
        }
        input.reserve(READ_CHUNK);
        let writes = !output.is_empty() && give_up.is_none();
        let deadline = [machine.deadline(), give_up].into_iter().flatten().min();
        let Connection { reader, writer, .. } = connection;
        tokio::select! {
            read = reader.read_buf(&mut input), if machine.takes_bytes() => match read {
                Ok(1..) => {
                    let taken = machine.receive(&input.split(), Instant::now());
                    while let Some(arrival) = machine.poll() {
                        let _ = queues.news.send(arrival);
                    }
                    if let Err(end) = taken {
                        return Gone::Ended(end);
                    }
                }
                _ => return lost(connection, machine).await,
            },
            written = write(writer, &output), if (writes || unflushed) && give_up.is_none() => match written {
                Ok(count) => {
                    output.advance(count);
                    unflushed = writes;
                }
                Err(_) => give_up = Some(Instant::now() + FAREWELL),
            },
            command = queues.commands.recv() => match command {
                Some(command) => take_command(machine, queues, command),
                None => {
                    seen.pass_on(queues, machine);
                    leave(connection, machine, output).await;
                    return Gone::Left;
                }
            },
            Some((channel, message)) = queues.input.recv(), if machine.takes_input() => {
                take_input(machine, queues, channel, message);
            }
            () = queues.handled.changed.notified() => {}
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                if give_up.is_some_and(|at| at <= Instant::now()) {
                    return lost(connection, machine).await;
                }
                if machine.timeout(Instant::now()).is_err() {
                    return Gone::Silent;
                }
            }
        }
    }
}

impl Seen {
    /// Passes on what the owner has handled since the last time.
    fn pass_on(&mut self, queues: &Queues, machine: &mut impl Machine) {
        let handled = queues.handled.count.load(Ordering::Acquire);
        while self.0 < handled {
            self.0 += 1;
            machine.handled();
        }
    }
}

/// What was given before a leave goes before it: a pipeline whose input has ended can be left, another cannot.
fn take_command(machine: &mut impl Machine, queues: &mut Queues, command: Command) {
    if let Command::Detach { .. } = command {
        while let Ok((channel, message)) = queues.input.try_recv() {
            send_input(machine, channel, message);
        }
    }
    machine.command(command);
}

/// What was commanded before the input comes before it, the creation of the pipeline for one. A leave does not: nothing
/// is commanded after it, and this input was given before.
fn take_input(machine: &mut impl Machine, queues: &mut Queues, channel: Channel, message: RawMessage) {
    let mut leave = None;
    while let Ok(command) = queues.commands.try_recv() {
        match command {
            Command::Detach { .. } => leave = Some(command),
            command => machine.command(command),
        }
    }
    send_input(machine, channel, message);
    if let Some(leave) = leave {
        take_command(machine, queues, leave);
    }
}

fn send_input(machine: &mut impl Machine, channel: Channel, message: RawMessage) {
    machine.command(Command::Send { channel, stream: Stream::Default, message });
}

/// Writes some of `bytes`, or flushes when there are none. Cancel-safe.
async fn write(writer: &mut Writer, bytes: &[u8]) -> io::Result<usize> {
    if bytes.is_empty() {
        return writer.flush().await.map(|()| 0);
    }
    match writer.write(bytes).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        count => Ok(count),
    }
}

/// What the end of a connection means. Once per connection. Cancel-safe.
async fn lost(connection: &mut Connection, machine: &impl Machine) -> Gone {
    if machine.is_finished() {
        return Gone::Ended(End::Closed);
    }
    Gone::Lost((&mut connection.why).await)
}

/// Writes the last acknowledgements; whoever waits for this has a time limit. Not cancel-safe: some may
/// not be written.
async fn leave(connection: &mut Connection, machine: &mut impl Machine, mut output: Bytes) {
    while !output.is_empty() {
        if connection.writer.write_all_buf(&mut output).await.is_err() {
            return;
        }
        output = machine.output();
    }
    let _ = connection.writer.shutdown().await;
}
