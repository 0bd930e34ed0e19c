//! A newer broker takes the place of an older one: the listening socket is passed, so that no client finds it closed.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

use crate::control::{BrokerReply, BrokerRequest};
use crate::limits::{BROKER_WAIT, CONTROL_LINE};
use crate::runtime::{Runtime, bind_at};

/// Asks the running broker for its socket and waits until it is gone. One that does not answer is left behind with its old
/// socket, and a new one takes its place in the directory.
///
/// # Errors
/// The system's.
pub(super) fn take_over(runtime: &Runtime, lock: &File) -> io::Result<UnixListener> {
    let Ok(listener) = receive(runtime) else { return Ok(bind_at(&runtime.broker_socket())?.0) };
    let give_up = Instant::now() + BROKER_WAIT;
    while flock(lock, FlockOperation::NonBlockingLockExclusive).is_err() && Instant::now() < give_up {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(listener)
}

fn receive(runtime: &Runtime) -> io::Result<UnixListener> {
    let mut stream = UnixStream::connect(runtime.broker_socket())?;
    stream.set_read_timeout(Some(BROKER_WAIT))?;
    let mut line = serde_json::to_vec(&BrokerRequest::HandOver)?;
    line.push(b'\n');
    stream.write_all(&line)?;

    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut reply = vec![0; CONTROL_LINE];
    let received = recvmsg(&stream, &mut [IoSliceMut::new(&mut reply)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let is_reply =
        serde_json::from_slice(&reply[..received.bytes]).is_ok_and(|reply| matches!(reply, BrokerReply::HandedOver));
    let mut descriptors = ancillary.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    });
    match descriptors.next().and_then(|mut descriptors| descriptors.next()) {
        Some(listener) if is_reply => Ok(listener.into()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the running broker did not pass its socket")),
    }
}

/// Passes the listening socket to the successor that asked on `stream`.
///
/// # Errors
/// The system's.
pub(super) fn pass(stream: impl AsFd, listener: impl AsFd) -> io::Result<()> {
    let mut line = serde_json::to_vec(&BrokerReply::HandedOver)?;
    line.push(b'\n');
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors = [listener.as_fd()];
    ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(stream, &[IoSlice::new(&line)], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}
