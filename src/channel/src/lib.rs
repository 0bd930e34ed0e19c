//! A channel of an SSH connection (RFC 4254, section 5) as a reader and a writer, for both of its ends.
//!
//! The SSH library hands out what arrives message by message; whoever pumps them gives the data to a [`Chunks`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

/// Chunks that wait for the reader; a chunk is at most a packet of the channel.
const READ_AHEAD: usize = 16;

/// Where the pump puts the data of a channel: chunks in order, at most one error as the last of them. Dropped at the end of
/// the data. The pump waits while the reader is behind, and fails when nobody reads any more.
pub type Chunks = mpsc::Sender<io::Result<Bytes>>;

/// A reader, and where its data come from.
#[must_use]
pub fn reader() -> (Chunks, Reader) {
    let (chunks, incoming) = mpsc::channel(READ_AHEAD);
    (chunks, Reader { incoming, current: Bytes::new() })
}

/// What the peer sends in a channel.
#[derive(Debug)]
pub struct Reader {
    incoming: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl AsyncRead for Reader {
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

/// Writes to the peer and waits while its window is full.
///
/// The library's writer waits for ever when the connection ends meanwhile, so the end is watched as well.
pub struct Writer<W> {
    inner: Pin<Box<W>>,
    ended: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<W> Writer<W> {
    /// Writes with the library's writer until `ended` resolves.
    pub fn new(inner: W, ended: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { inner: Box::pin(inner), ended: Box::pin(ended) }
    }

    fn or_ended<T>(&mut self, cx: &mut Context<'_>, inner: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if inner.is_pending() && self.ended.as_mut().poll(cx).is_ready() {
            // A finished future must not be polled again.
            self.ended = Box::pin(std::future::ready(()));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, "the connection has ended")));
        }
        inner
    }
}

impl<W: AsyncWrite> AsyncWrite for Writer<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        // An empty message would be sent.
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
    }

    #[test]
    fn chunks_are_read_in_order_and_then_the_error() {
        run(async {
            let (chunks, mut reader) = reader();
            for chunk in [&b"ab"[..], b"", b"c"] {
                chunks.send(Ok(Bytes::from_static(chunk))).await.unwrap();
            }
            chunks.send(Err(io::ErrorKind::ConnectionReset.into())).await.unwrap();
            drop(chunks);
            let mut read = Vec::new();
            let error = reader.read_to_end(&mut read).await.unwrap_err();
            assert_eq!((&read[..], error.kind()), (&b"abc"[..], io::ErrorKind::ConnectionReset));
            assert_eq!(reader.read_to_end(&mut read).await.unwrap(), 0, "behind the error it has ended");
        });
    }

    #[test]
    fn a_writer_that_waits_learns_of_the_end() {
        run(async {
            let (near, _far) = tokio::io::duplex(4);
            let (end, ended) = tokio::sync::oneshot::channel::<()>();
            let mut writer = Writer::new(near, async { drop(ended.await) });
            writer.write_all(b"full").await.unwrap();
            drop(end);
            for _ in 0..2 {
                let error = writer.write_all(b"x").await.unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
            }
        });
    }
}
