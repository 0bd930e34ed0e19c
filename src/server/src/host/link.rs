//! The two directions of a link.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::rc::Rc;

use bytes::{Buf, Bytes, BytesMut};
use psrp_session::core::{Input, LinkId};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::Arrival;
use crate::control::{FrameKind, frame_head};
use crate::hooks;
use crate::limits::{BUFFER, FRAME, LINGER, LINGER_BYTES};

/// Most pieces of output that are written together.
const PIECES: usize = 64;

/// Most slices in one system call.
const SLICES: usize = 64;

/// What the writer of a link is told.
enum ToClient {
    Bytes(Bytes),
    Exit(u8),
}

/// A link as the loop holds it.
pub(super) struct Link {
    /// The core bounds what waits here: it is told what was written.
    to_client: mpsc::UnboundedSender<ToClient>,
    /// Whether the reader may go on.
    reading: watch::Sender<bool>,
    reader: JoinHandle<()>,
    writer: JoinHandle<()>,
    /// How many bytes were written.
    written: Rc<Cell<u64>>,
}

impl Link {
    /// Starts both directions. `first` has been read already and is the loop's to handle.
    pub(super) fn start(link: LinkId, stream: UnixStream, to_loop: &mpsc::Sender<Arrival>) -> Self {
        let (from_shim, to_shim) = stream.into_split();
        let (to_client, queue) = mpsc::unbounded_channel();
        let (reading, may_read) = watch::channel(true);
        let shim = ToShim { stream: to_shim, written: Rc::default() };
        let written = Rc::clone(&shim.written);
        let reader = tokio::task::spawn_local(read(link, from_shim, may_read, to_loop.clone()));
        let writer = tokio::task::spawn_local(write(link, shim, queue, to_loop.clone()));
        Self { to_client, reading, reader, writer, written }
    }

    /// Reads from the client or not.
    pub(super) fn read(&self, on: bool) {
        self.reading.send_replace(on);
    }

    /// Sends bytes to the client.
    pub(super) fn send(&self, bytes: Bytes) {
        // A writer that is gone has said that the link is lost.
        let _ = self.to_client.send(ToClient::Bytes(bytes));
    }

    /// Ends the link after what was sent, as long as the client takes it; returns what does the rest.
    pub(super) fn close(self, exit_code: u8) -> JoinHandle<()> {
        let _ = self.to_client.send(ToClient::Exit(exit_code));
        self.end()
    }

    /// The client will say nothing more. It may still read: what was sent before is written, as long as it takes that.
    pub(super) fn end(self) -> JoinHandle<()> {
        self.reader.abort();
        drop(self.to_client);
        tokio::task::spawn_local(write_out(self.writer, self.written))
    }
}

/// Waits for the end of a writer, and stops it when its client takes next to nothing.
async fn write_out(mut writer: JoinHandle<()>, written: Rc<Cell<u64>>) {
    let mut before = written.get();
    while timeout(LINGER, &mut writer).await.is_err() {
        let after = written.get();
        if after - before < LINGER_BYTES {
            return writer.abort();
        }
        before = after;
    }
}

async fn read(link: LinkId, shim: OwnedReadHalf, mut may_read: watch::Receiver<bool>, to_loop: mpsc::Sender<Arrival>) {
    // A buffer is made only when there is something to read: an idle session holds none.
    while may_read.wait_for(|on| *on).await.is_ok() && shim.readable().await.is_ok() {
        let mut buffer = BytesMut::with_capacity(BUFFER);
        match shim.try_read_buf(&mut buffer) {
            Ok(0) => break,
            Ok(_) => {
                hooks::gate("link.read").await;
                let input = Input::LinkBytes { link, bytes: buffer.freeze() };
                if to_loop.send(Arrival::Input(input)).await.is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    let _ = to_loop.send(Arrival::Input(Input::LinkLost { link })).await;
}

/// The way to the shim, and how many bytes went there.
struct ToShim {
    stream: OwnedWriteHalf,
    written: Rc<Cell<u64>>,
}

async fn write(
    link: LinkId,
    mut shim: ToShim,
    mut queue: mpsc::UnboundedReceiver<ToClient>,
    to_loop: mpsc::Sender<Arrival>,
) {
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, PIECES).await > 0 {
        // An engine writes every object by itself; here they are joined, for one system call and one wake-up of the shim.
        let mut pieces = VecDeque::new();
        let mut exit = None;
        for next in waiting.drain(..) {
            match next {
                ToClient::Bytes(bytes) => pieces.push_back(bytes),
                ToClient::Exit(code) => exit = Some(code),
            }
        }
        let bytes = pieces.iter().map(Bytes::len).sum();
        let arrival = match write_data(&mut shim, pieces).await {
            Ok(()) => Input::LinkWritten { link, bytes },
            Err(_) => Input::LinkLost { link },
        };
        if let Some(code) = exit {
            // A shim that is gone needs no exit code.
            let _ = write_frame(&mut shim, FrameKind::Exit, [vec![code].into()].into()).await;
            return;
        }
        if to_loop.send(Arrival::Input(arrival)).await.is_err() {
            return;
        }
    }
}

/// Writes the pieces in as few frames as hold them.
async fn write_data(shim: &mut ToShim, mut pieces: VecDeque<Bytes>) -> io::Result<()> {
    while !pieces.is_empty() {
        let mut body = VecDeque::new();
        let mut room = FRAME;
        while room > 0
            && let Some(mut piece) = pieces.pop_front()
        {
            let rest = piece.split_off(piece.len().min(room));
            room -= piece.len();
            body.push_back(piece);
            if !rest.is_empty() {
                pieces.push_front(rest);
            }
        }
        write_frame(shim, FrameKind::Data, body).await?;
    }
    Ok(())
}

async fn write_frame(shim: &mut ToShim, kind: FrameKind, body: VecDeque<Bytes>) -> io::Result<()> {
    let mut whole = body;
    whole.push_front(Bytes::copy_from_slice(&frame_head(kind, whole.iter().map(Bytes::len).sum())));
    while !whole.is_empty() {
        let slices: Vec<IoSlice<'_>> = whole.iter().take(SLICES).map(|piece| IoSlice::new(piece)).collect();
        let mut written = shim.stream.write_vectored(&slices).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        shim.written.set(shim.written.get() + written as u64);
        while let Some(first) = whole.front_mut() {
            let taken = first.len().min(written);
            first.advance(taken);
            written -= taken;
            if !first.is_empty() {
                break;
            }
            whole.pop_front();
        }
    }
    Ok(())
}

fn to_shim(stream: UnixStream) -> ToShim {
    ToShim { stream: stream.into_split().1, written: Rc::default() }
}

/// Tells a shim that the session is not to be had here.
pub(super) async fn send_elsewhere(stream: UnixStream) {
    let mut shim = to_shim(stream);
    // A shim that is gone asks nobody again.
    let _ = write_frame(&mut shim, FrameKind::Elsewhere, VecDeque::new()).await;
}

/// Tells a client why it is refused, and ends its link.
pub(super) async fn send_refusal(stream: UnixStream, text: &str) {
    let mut shim = to_shim(stream);
    let line = format!("__NamedPipeError__:{text}\n");
    if write_frame(&mut shim, FrameKind::Data, [line.into()].into()).await.is_ok() {
        let _ = write_frame(&mut shim, FrameKind::Exit, [vec![crate::shim::REFUSED].into()].into()).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::LocalSet;
    use tokio::time::{Instant, pause};

    use super::*;

    /// Links of which 1 MB was sent and which were then closed; `read` says what their client does.
    async fn close_unread(read: impl AsyncFn(UnixStream)) -> JoinHandle<()> {
        let (host, shim) = UnixStream::pair().unwrap();
        let (to_loop, mut arrivals) = mpsc::channel(16);
        let link = Link::start(LinkId(1), host, &to_loop);
        tokio::task::spawn_local(async move { while arrivals.recv().await.is_some() {} });
        link.send(vec![0; 1_000_000].into());
        let closing = link.close(0);
        read(shim).await;
        closing
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_not_waited_for_for_ever() {
        LocalSet::new()
            .run_until(async {
                pause();
                let begun = Instant::now();
                let closing = close_unread(async |shim| std::mem::forget(shim)).await;
                closing.await.unwrap();
                assert!(begun.elapsed() >= LINGER && begun.elapsed() < 3 * LINGER, "{:?}", begun.elapsed());
            })
            .await;
    }

    #[tokio::test]
    async fn a_client_that_reads_slowly_gets_everything() {
        LocalSet::new()
            .run_until(async {
                pause();
                let closing = close_unread(async |mut shim| {
                    tokio::task::spawn_local(async move {
                        let mut all = 0;
                        let mut buffer = vec![0; 20_000];
                        while let Ok(read @ 1..) = tokio::io::AsyncReadExt::read(&mut shim, &mut buffer).await {
                            all += read;
                            tokio::time::sleep(LINGER / 5).await;
                        }
                        assert!(all > 1_000_000, "{all}");
                    });
                })
                .await;
                closing.await.unwrap();
            })
            .await;
    }
}
