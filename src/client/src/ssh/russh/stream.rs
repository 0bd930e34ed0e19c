//! A session channel as the two streams and the control of a link.

use std::io;

use psrp_channel::{Chunks, Writer};
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf};
use tokio::sync::watch;

use super::super::{Control, End, Exit, Guard, Link, peer_text};
use super::Connection;
use super::events::Lost;

pub(super) fn link(channel: Channel<Msg>, connection: Connection, host: &str, subsystem: &str, lost: Lost) -> Link {
    let (read, write) = channel.split();
    let (chunks, reader) = psrp_channel::reader();
    let (end_sender, end) = watch::channel(End::default());
    tokio::spawn(pump(read, chunks, end_sender, lost));
    let writer = Writer::new(write.make_writer(), ended(end.clone()));
    let control = Control {
        host: host.to_owned(),
        subsystem: subsystem.to_owned(),
        end,
        _guard: Guard::Russh { _connection: connection },
    };
    Link { reader: Box::new(reader), writer: Box::new(writer), control }
}

async fn ended(mut end: watch::Receiver<End>) {
    // An error means that the pump has ended, too.
    let _ = end.wait_for(|end| end.exit.is_some()).await;
}

/// Moves what arrives on the channel to the link's reader and keeps note of how the channel ends.
async fn pump(mut channel: ChannelReadHalf, chunks: Chunks, end: watch::Sender<End>, lost: Lost) {
    let mut exit = None;
    let mut orderly = false;
    let mut chunks = Some(chunks);
    while let Some(message) = channel.wait().await {
        match message {
            ChannelMsg::Data { data } => {
                if let Some(sender) = &chunks
                    && sender.send(Ok(data)).await.is_err()
                {
                    // Nobody reads any more: go on only to learn the end.
                    chunks = None;
                }
            }
            ChannelMsg::ExtendedData { data, .. } => end.send_modify(|end| end.add_stderr(&data)),
            ChannelMsg::ExitStatus { exit_status } => exit = Some(Exit::Status(exit_status)),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                exit = Some(Exit::Signal(peer_text(&format!("{signal_name:?}"))));
            }
            // The reader's end; the exit status may still come.
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
    let reason = lost.get().unwrap_or_else(|| "the connection ended".to_owned());
    let exit = exit.unwrap_or_else(|| if orderly { Exit::Closed } else { Exit::Lost(reason.clone()) });
    // First, as the writer may wait for this and the reader may take its time.
    end.send_modify(|end| end.exit = Some(exit));
    if let (false, Some(chunks)) = (orderly, chunks) {
        // Fails when nobody reads any more.
        let _ = chunks.send(Err(io::Error::new(io::ErrorKind::ConnectionReset, reason))).await;
    }
}
