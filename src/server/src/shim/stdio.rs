//! Standard input and output without threads, and without changing the descriptors that were inherited: one that is switched
//! to non-blocking stays so for everybody who has it.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::{FileType, OFlags, fcntl_getfl, fcntl_setfl, fstat};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::unix::pipe;

/// Standard input and output of this process.
///
/// # Errors
/// The system's.
pub(crate) fn stdio() -> io::Result<(Input, Output)> {
    let input = match pollable(io::stdin().as_fd(), "/proc/self/fd/0", OFlags::RDONLY)? {
        Some((descriptor, restore)) => {
            Input::Polled { pipe: pipe::Receiver::from_owned_fd_unchecked(descriptor)?, _restore: restore }
        }
        None => Input::Threaded(tokio::io::stdin()),
    };
    let output = match pollable(io::stdout().as_fd(), "/proc/self/fd/1", OFlags::WRONLY)? {
        Some((descriptor, restore)) => {
            Output::Polled { pipe: pipe::Sender::from_owned_fd_unchecked(descriptor)?, _restore: restore }
        }
        None => Output::Threaded(tokio::io::stdout()),
    };
    Ok((input, output))
}

/// A non-blocking descriptor of the same thing; none for what cannot be waited for, as files.
///
/// A pipe is opened once more, which leaves the inherited descriptor as it is. What cannot be opened again (a socket) is
/// switched, and switched back at the end.
fn pollable(inherited: impl AsFd, path: &str, access: OFlags) -> io::Result<Option<(OwnedFd, Option<Restore>)>> {
    let kind = FileType::from_raw_mode(fstat(&inherited)?.st_mode);
    if !matches!(kind, FileType::Fifo | FileType::Socket) {
        return Ok(None);
    }
    if kind == FileType::Fifo {
        let flags = (OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed();
        let again = OpenOptions::new()
            .read(access == OFlags::RDONLY)
            .write(access == OFlags::WRONLY)
            .custom_flags(flags)
            .open(path);
        if let Ok(file) = again {
            return Ok(Some((file.into(), None)));
        }
    }
    let descriptor = inherited.as_fd().try_clone_to_owned()?;
    let before = fcntl_getfl(&descriptor)?;
    fcntl_setfl(&descriptor, before | OFlags::NONBLOCK)?;
    // Both ends may be one socket: who comes second finds it switched and leaves it to the first.
    let restore = (!before.contains(OFlags::NONBLOCK))
        .then(|| Ok::<_, io::Error>(Restore { descriptor: descriptor.try_clone()?, before }))
        .transpose()?;
    Ok(Some((descriptor, restore)))
}

/// Gives a descriptor its flags back.
pub(crate) struct Restore {
    descriptor: OwnedFd,
    before: OFlags,
}

impl Drop for Restore {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = fcntl_setfl(&self.descriptor, self.before);
    }
}

/// Standard input.
pub(crate) enum Input {
    /// A pipe or socket.
    Polled { pipe: pipe::Receiver, _restore: Option<Restore> },
    /// A file or terminal.
    Threaded(tokio::io::Stdin),
}

/// Standard output.
pub(crate) enum Output {
    /// A pipe or socket.
    Polled { pipe: pipe::Sender, _restore: Option<Restore> },
    /// A file or terminal.
    Threaded(tokio::io::Stdout),
}

impl AsyncRead for Input {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Polled { pipe, .. } => Pin::new(pipe).poll_read(context, buffer),
            Self::Threaded(stdin) => Pin::new(stdin).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Polled { pipe, .. } => Pin::new(pipe).poll_write(context, bytes),
            Self::Threaded(stdout) => Pin::new(stdout).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Polled { pipe, .. } => Pin::new(pipe).poll_flush(context),
            Self::Threaded(stdout) => Pin::new(stdout).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Polled { pipe, .. } => Pin::new(pipe).poll_shutdown(context),
            Self::Threaded(stdout) => Pin::new(stdout).poll_shutdown(context),
        }
    }
}
