//! Named pipes, opened and read without waiting: [`io::ErrorKind::WouldBlock`] says that there is nobody at the other end
//! yet, or nothing to read.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    io::Errno,
};

use super::FileHandle;

struct Pipe(File);

/// Opens a pipe.
pub(super) fn open(options: &mut OpenOptions, path: &str) -> io::Result<Box<dyn FileHandle>> {
    let without_waiting = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    match options.custom_flags(without_waiting).open(path) {
        Ok(file) => Ok(Box::new(Pipe(file))),
        // Nobody reads it yet.
        Err(failure) if failure.raw_os_error() == Some(Errno::NXIO.raw_os_error()) => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        Err(failure) => Err(failure),
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut waiting = [PollFd::new(&self.0, PollFlags::IN)];
        poll(&mut waiting, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
        let [state] = waiting.map(|of| of.revents());
        // Without this, nobody writes to it yet: that is not its end.
        if state.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { self.0.read(buffer) }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Pipe {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl FileHandle for Pipe {
    fn length(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Ok(())
    }
}
