//! What arrives on a channel.

use std::io;

use psrp_channel::{Chunks, Reader};
use russh::{ChannelMsg, ChannelReadHalf};
use tokio::sync::oneshot;

/// Resolves when the channel has ended.
pub(super) type Ended = oneshot::Receiver<()>;

/// Moves what arrives on a channel to the reader that is returned. It must run from the channel's first message on: the library
/// also sends requests this way and stops the whole connection when nobody takes them.
pub(super) fn reader(channel: ChannelReadHalf) -> (Reader, Ended) {
    let (chunks, reader) = psrp_channel::reader();
    let (ending, ended) = oneshot::channel();
    tokio::spawn(pump(channel, chunks, ending));
    (reader, ended)
}

async fn pump(mut channel: ChannelReadHalf, chunks: Chunks, ending: oneshot::Sender<()>) {
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
