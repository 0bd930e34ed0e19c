//! A channel as a reader and a writer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use russh::{ChannelMsg, ChannelReadHalf};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, oneshot};

/// Chunks that wait for the reader.
const READ_AHEAD: usize = 16;

/// Resolves when the channel has ended.
pub(super) type Ended = oneshot::Receiver<()>;

/// Moves what arrives on a channel to the reader that is returned. It must run from the channel's first message on: the library
/// also sends requests this way and stops the whole connection when nobody takes them.
pub(super) fn reader(channel: ChannelReadHalf) -> (ChannelReader, Ended) {
    let (chunks, incoming) = mpsc::channel(READ_AHEAD);
    let (ending, ended) = oneshot::channel();
    tokio::spawn(pump(channel, chunks, ending));
    (ChannelReader { incoming, current: Bytes::new() }, ended)
}

async fn pump(mut channel: ChannelReadHalf, chunks: mpsc::Sender<io::Result<Bytes>>, ending: oneshot::Sender<()>) {
    let mut chunks = Some(chunks);
    let mut orderly = false;
    while let Some(message) = channel.wait().await {
        match message {
            ChannelMsg::Data { data } => {
                if let Some(sender) = &chunks
                    && sender.send(Ok(data)).await.is_err()
                {
                    // Nobody reads any more; what comes is thrown away, so that the connection goes on.
                    chunks = None;
                }
            }
            ChannelMsg::Eof => {
                orderly = true;
                chunks = None;
            }
            ChannelMsg::Close => {
                orderly = true;
                break;
            }
            _ => {}
        }
    }
    if let (false, Some(chunks)) = (orderly, chunks) {
        let lost = io::Error::new(io::ErrorKind::ConnectionReset, "the connection was lost");
        drop(chunks.send(Err(lost)).await);
    }
    // Nobody may be waiting for it.
    let _ = ending.send(());
}

/// What a client sends.
pub(super) struct ChannelReader {
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

/// Writes to a client and waits while its window is full. The library's writer would wait for ever when the connection ends
/// meanwhile, so the end is watched as well.
pub(super) struct ChannelWriter<W> {
    inner: Pin<Box<W>>,
    ended: Option<Ended>,
}

impl<W> ChannelWriter<W> {
    pub(super) fn new(inner: W, ended: Ended) -> Self {
        Self { inner: Box::pin(inner), ended: Some(ended) }
    }

    fn unless_ended<T>(&mut self, cx: &mut Context<'_>, inner: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if inner.is_ready() {
            return inner;
        }
        if let Some(ended) = &mut self.ended {
            // An error means that the pump is gone, which is an end, too.
            let _ = ready!(Pin::new(ended).poll(cx));
            self.ended = None;
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, "the connection has ended")))
    }
}

impl<W: AsyncWrite> AsyncWrite for ChannelWriter<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let written = self.inner.as_mut().poll_write(cx, buf);
        self.unless_ended(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = self.inner.as_mut().poll_shutdown(cx);
        self.unless_ended(cx, shut)
    }
}
