//! Files whose reading and writing hears a stop, whatever they are: devices that never end, pipes that nobody writes to.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
    time::Duration,
};

use crate::{
    eval::Runspace,
    platform::{FileHandle, OpenHow, Platform, Stop},
};

/// How long to wait for a pipe before it is looked at again.
const LOOK: Duration = Duration::from_millis(10);

/// The bits of a mode that say what a file is, and those of a named pipe.
const FILE_TYPE: u32 = 0o170_000;
const PIPE: u32 = 0o010_000;

/// After how many bytes that were read the memory is looked at.
const LARGE: usize = 8 << 20;

/// A file, and what ends a wait for it.
struct Patient {
    file: Box<dyn FileHandle>,
    stop: Stop,
    platform: Arc<dyn Platform>,
    /// The memory that may be used while it is read.
    most: u64,
    read: usize,
}

/// What reading and writing ends with when the pipeline is stopped; [`io::ErrorKind::Interrupted`] would be tried again.
pub(crate) fn stopped() -> io::Error {
    io::Error::other("the pipeline was stopped")
}

/// Tries until it need not wait.
fn patiently<T>(stop: &Stop, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        if stop.is_set() {
            return Err(stopped());
        }
        match attempt() {
            Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => stop.sleep(LOOK),
            other => return other,
        }
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = patiently(&self.stop, || self.file.read(buffer))?;
        self.read = self.read.saturating_add(count);
        if self.read >= LARGE {
            self.read = 0;
            if self.platform.memory_used() > self.most {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
        }
        Ok(count)
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        patiently(&self.stop, || self.file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Patient {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl FileHandle for Patient {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.file.set_length(length)
    }
}

impl Runspace {
    /// Opens a file. What fails because of a stop, [`super::io_error`] knows.
    pub(crate) fn open_file(&self, path: &str, how: OpenHow) -> io::Result<Box<dyn FileHandle>> {
        let file = patiently(&self.stop, || self.platform.open(path, how))?;
        let (stop, platform) = (self.stop.clone(), self.platform.clone());
        Ok(Box::new(Patient { file, stop, platform, most: self.memory_allowed(), read: 0 }))
    }

    /// Replaces or extends the content of a file.
    pub(crate) fn write_file(&self, path: &str, content: &[u8], append: bool) -> io::Result<()> {
        // A pipe may have no reader yet.
        if self.platform.stat(path).is_ok_and(|stat| stat.mode & FILE_TYPE == PIPE) {
            return self.open_file(path, OpenHow { write: true, ..OpenHow::default() })?.write_all(content);
        }
        self.platform.write(path, content, append)
    }

    /// The whole content of a file.
    pub(crate) fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut file = self.open_file(path, OpenHow { read: true, ..OpenHow::default() })?;
        let length = file.length().ok().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if self.reserve(length).is_err() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let mut content = Vec::with_capacity(length);
        file.read_to_end(&mut content)?;
        Ok(content)
    }
}
