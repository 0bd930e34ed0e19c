//! A session channel as the two streams and the control of a link.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf};
use tokio::io::{self, AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, watch};

use super::super::{Control, End, Exit, Guard, Link, peer_text};
use super::Connection;
use super::events::Lost;

/// Chunks that wait for the reader of a link; a chunk is at most [`crate::limits::CHANNEL_PACKET`] bytes.
const READ_AHEAD: usize = 16;

pub(super) fn link(channel: Channel<Msg>, connection: Connection, host: &str, subsystem: &str, lost: Lost) -> Link {
    let (read, write) = channel.split();
    let (chunks, incoming) = mpsc::channel(READ_AHEAD);
    let (end_sender, end) = watch::channel(End::default());
    tokio::spawn(pump(read, chunks, end_sender, lost));
    let writer = ChannelWriter { inner: Box::pin(write.make_writer()), ended: Box::pin(ended(end.clone())) };
    let control =
        Control { host: host.to_owned(), subsystem: subsystem.to_owned(), end, guard: Guard::Russh(connection) };
    Link { reader: Box::new(ChannelReader { incoming, current: Bytes::new() }), writer: Box::new(writer), control }
}

async fn ended(mut end: watch::Receiver<End>) {
    // An error means that the pump has ended, too.
    let _ = end.wait_for(|end| end.exit.is_some()).await;
}

/// Moves what arrives on the channel to the link's reader and keeps note of how the channel ends.
async fn pump(
    mut channel: ChannelReadHalf,
    chunks: mpsc::Sender<io::Result<Bytes>>,
    end: watch::Sender<End>,
    lost: Lost,
) {
    let mut exit = None;
    let mut orderly = false;
    while let Some(message) = channel.wait().await {
        match message {
            // Nobody reads any more: go on only to learn the end.
            ChannelMsg::Data { data } => drop(chunks.send(Ok(data)).await),
            ChannelMsg::ExtendedData { data, .. } => end.send_modify(|end| end.add_stderr(&data)),
            ChannelMsg::ExitStatus { exit_status } => exit = Some(Exit::Status(exit_status)),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                exit = Some(Exit::Signal(peer_text(&format!("{signal_name:?}"))));
            }
            ChannelMsg::Eof => orderly = true,
            ChannelMsg::Close => {
                orderly = true;
                break;
            }
            _ => {}
        }
    }
    if !orderly {
        let reason = lost.get().unwrap_or_else(|| "the connection ended".to_owned());
        drop(chunks.send(Err(io::Error::new(io::ErrorKind::ConnectionReset, reason.clone()))).await);
        exit.get_or_insert(Exit::Lost(reason));
    }
    end.send_modify(|end| end.exit = Some(exit.unwrap_or(Exit::Closed)));
}

struct ChannelReader {
    incoming: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl AsyncRead for ChannelReader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.current.is_empty() {
            match ready!(self.incoming.poll_recv(cx)) {
                Some(Ok(chunk)) => self.current = chunk,
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(())),
            }
        }
        let count = buf.remaining().min(self.current.len());
        buf.put_slice(&self.current.split_to(count));
        Poll::Ready(Ok(()))
    }
}

/// Writes to the channel. The library's writer waits for ever when the connection ends while the window is
/// full, so the end is watched as well.
struct ChannelWriter<W> {
    inner: Pin<Box<W>>,
    ended: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<W> ChannelWriter<W> {
    fn or_ended<T>(&mut self, cx: &mut Context<'_>, inner: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if inner.is_pending() && self.ended.as_mut().poll(cx).is_ready() {
            // A finished future must not be polled again.
            self.ended = Box::pin(std::future::ready(()));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, "the connection has ended")));
        }
        inner
    }
}

impl<W: AsyncWrite> AsyncWrite for ChannelWriter<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let written = self.inner.as_mut().poll_write(cx, buf);
        self.or_ended(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = self.inner.as_mut().poll_shutdown(cx);
        self.or_ended(cx, shut)
    }
}
