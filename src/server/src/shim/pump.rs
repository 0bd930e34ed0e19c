//! Moving bytes between the client and the session host.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;

use crate::control::{FrameKind, parse_frame_head};
use crate::limits::BUFFER;

/// Why nothing moves any more.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Ending {
    /// The host said so.
    Exit(u8),
    /// Nobody takes the bytes for the client.
    ClientGone,
    /// The host is gone.
    HostGone {
        /// Whether it stopped in the middle of a line.
        in_line: bool,
    },
}

/// What comes from the host.
#[derive(Default)]
pub(super) struct Down {
    buffer: BytesMut,
}

const HEAD: usize = 5;

impl Down {
    /// Waits for the first frame and says whether it is that the session is not to be had there. Cancel-safe.
    ///
    /// # Errors
    /// The host's end; `InvalidData` when it sends something else than frames.
    pub(super) async fn is_elsewhere(&mut self, host: &mut UnixStream) -> io::Result<bool> {
        loop {
            if let Some((kind, _)) = self.head()? {
                return Ok(kind == FrameKind::Elsewhere);
            }
            self.read(host).await?;
        }
    }

    fn head(&self) -> io::Result<Option<(FrameKind, usize)>> {
        self.buffer.first_chunk::<HEAD>().map(|head| parse_frame_head(*head)).transpose()
    }

    fn take_body(&mut self, length: usize) -> BytesMut {
        self.buffer.advance(HEAD);
        self.buffer.split_to(length)
    }

    async fn read(&mut self, host: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
        self.buffer.reserve(BUFFER);
        if host.read_buf(&mut self.buffer).await? == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// Moves bytes both ways until one side ends. Not cancel-safe: bytes that were read may be lost.
pub(super) async fn run(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
    host: UnixStream,
    down: Down,
) -> Ending {
    let (from_host, to_host) = host.into_split();
    let mut up = std::pin::pin!(upstream(reader, to_host));
    let mut down = std::pin::pin!(downstream(from_host, writer, down));
    tokio::select! {
        ending = &mut down => ending,
        // The client will say nothing more; the host may, and then has no reason to stay.
        () = &mut up => match down.await {
            Ending::HostGone { in_line: false } => Ending::Exit(0),
            ending => ending,
        },
    }
}

/// Ends when the client does or the host takes nothing more; the host then sees the end too.
async fn upstream(reader: &mut (impl AsyncRead + Unpin), mut host: OwnedWriteHalf) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(length @ 1..) = reader.read(&mut buffer).await {
        if host.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}

async fn downstream(
    mut host: impl AsyncRead + Unpin,
    writer: &mut (impl AsyncWrite + Unpin),
    mut down: Down,
) -> Ending {
    let mut in_line = false;
    loop {
        match down.head() {
            Ok(Some((kind, length))) if down.buffer.len() >= HEAD + length => {
                let body = down.take_body(length);
                match kind {
                    FrameKind::Data => {
                        if writer.write_all(&body).await.is_err() {
                            return Ending::ClientGone;
                        }
                        in_line = body.last().map_or(in_line, |last| *last != b'\n');
                    }
                    FrameKind::Exit => {
                        let _ = writer.flush().await;
                        return Ending::Exit(body.first().copied().unwrap_or(0));
                    }
                    FrameKind::Elsewhere => return Ending::HostGone { in_line },
                }
                continue;
            }
            Ok(_) => {}
            Err(_) => return Ending::HostGone { in_line },
        }
        // All that came was passed on: an embedded server may buffer.
        if writer.flush().await.is_err() {
            return Ending::ClientGone;
        }
        if down.read(&mut host).await.is_err() {
            return Ending::HostGone { in_line };
        }
    }
}
