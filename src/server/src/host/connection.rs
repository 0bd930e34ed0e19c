//! What arrives at a host's socket.

use std::io;

use bytes::{Bytes, BytesMut};
use psrp_session::core::{Input, KeyEvent, LinkId};
use psrp_session::hello::ClientHello;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::upkeep::Accepted;
use crate::control::{Command, HostReply, HostRequest, LinkHeader, read_line, write_line};
use crate::hooks;
use crate::limits::{FIRST_LINE, HEADER_WAIT, INFO_WAIT, VARIABLES};

/// What the loop of a host is told.
pub(super) enum Arrival {
    /// A client.
    Link(NewLink),
    /// A question or command.
    Admin(Command, Asker),
    /// Bytes of a client, or that it is gone.
    Input(Input),
    /// An answer of the session key.
    Keys(KeyEvent),
}

/// Who asks.
pub(super) struct Asker {
    reply: oneshot::Sender<HostReply>,
    written: oneshot::Receiver<()>,
}

impl Asker {
    /// Answers; what comes back is done when the answer is on its way, or can never be.
    pub(super) fn answer(self, reply: HostReply) -> oneshot::Receiver<()> {
        // Who asked may be gone.
        let _ = self.reply.send(reply);
        self.written
    }
}

/// A client whose first line has come.
pub(super) struct NewLink {
    /// What its shim says of it.
    pub(super) header: LinkHeader,
    /// What it said in its first line.
    pub(super) client: ClientHello,
    /// That line, and what came with it.
    pub(super) first: Bytes,
    /// Its shim.
    pub(super) stream: UnixStream,
}

/// Serves a connection in a task of its own until the loop takes it over.
pub(super) fn spawn((stream, place): Accepted, to_loop: &mpsc::Sender<Arrival>) {
    let to_loop = to_loop.clone();
    tokio::task::spawn_local(async move {
        let _place = place;
        // Who does not say what he wants, or not in our language, is not told anything.
        let _ = serve(stream, to_loop).await;
    });
}

async fn serve(stream: UnixStream, to_loop: mpsc::Sender<Arrival>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    match timeout(HEADER_WAIT, read_line(&mut stream)).await?? {
        HostRequest::Link(header) if header.variables.len() <= VARIABLES => {
            let first = timeout(HEADER_WAIT, first_line(&mut stream)).await??;
            let client = ClientHello::peek(first.split(|byte| *byte == b'\n').next().unwrap_or_default())
                .map_err(io::Error::other)?;
            hooks::event("attach.arrived", || vec![("peer", header.peer.clone())]).await;
            let arrival = Arrival::Link(NewLink { header, client, first, stream: stream.into_inner() });
            to_loop.send(arrival).await.map_err(io::Error::other)
        }
        HostRequest::Link(_) => Err(io::Error::other("too many variables")),
        HostRequest::Admin(command) => {
            let (reply, answered) = oneshot::channel();
            // Dropped at the end, whatever that is.
            let (_writing, written) = oneshot::channel();
            to_loop.send(Arrival::Admin(command, Asker { reply, written })).await.map_err(io::Error::other)?;
            let reply = timeout(INFO_WAIT, answered).await?.map_err(io::Error::other)?;
            write_line(&mut stream, &reply).await?;
            stream.flush().await
        }
    }
}

/// Everything until the end of the first line, and all that was read with it.
async fn first_line(stream: &mut BufReader<UnixStream>) -> io::Result<Bytes> {
    let mut bytes = BytesMut::new();
    loop {
        let searched = bytes.len();
        if stream.read_buf(&mut bytes).await? == 0 || bytes.len() > 2 * FIRST_LINE {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if memchr::memchr(b'\n', &bytes[searched..]).is_some() {
            // What the reader holds back would be lost with it.
            bytes.extend_from_slice(stream.buffer());
            return Ok(bytes.freeze());
        }
    }
}

/// Numbers of links and questions, never used twice.
#[derive(Default)]
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    pub(super) fn link(&mut self) -> LinkId {
        LinkId(self.next())
    }
}
