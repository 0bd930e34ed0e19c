//! A connection, and the bytes that come and go over it.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;

use super::failure::{self, TIMED_OUT};
use crate::{
    platform::{Connection, FileHandle, Platform, Stop},
    providers,
};

/// How long one attempt lasts at most: for so long nobody else can use the connection, and no stop is heard.
const PAUSE: Duration = Duration::from_millis(50);

const TICKS_PER_MILLISECOND: i64 = 10_000;

/// A connection, as a client and its stream share it.
#[derive(Clone)]
pub(crate) struct Wire(Arc<State>);

struct State {
    platform: Arc<dyn Platform>,
    connection: Mutex<Option<Box<dyn Connection>>>,
    /// How long reading may take, in milliseconds; 0 is for ever.
    reads_within: AtomicI32,
    writes_within: AtomicI32,
}

/// What is done with a connection.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Read,
    Write,
}

impl Wire {
    pub(super) fn new(platform: Arc<dyn Platform>) -> Self {
        Self(Arc::new(State {
            platform,
            connection: Mutex::default(),
            reads_within: AtomicI32::new(0),
            writes_within: AtomicI32::new(0),
        }))
    }

    fn within(&self, way: Way) -> &AtomicI32 {
        match way {
            Way::Read => &self.0.reads_within,
            Way::Write => &self.0.writes_within,
        }
    }

    /// How long something may take, in milliseconds; 0 is for ever.
    pub(super) fn wait(&self, way: Way) -> i32 {
        self.within(way).load(Ordering::Relaxed)
    }

    pub(super) fn set_wait(&self, way: Way, milliseconds: i32) {
        self.within(way).store(milliseconds, Ordering::Relaxed);
    }

    /// Takes a connection, unless it has come too late.
    pub(super) fn connected(&self, connection: Box<dyn Connection>, is_wanted: impl FnOnce() -> bool) -> bool {
        let mut held = self.0.connection.lock();
        let takes = is_wanted();
        if takes {
            *held = Some(connection);
        }
        takes
    }

    pub(super) fn is_connected(&self) -> bool {
        self.0.connection.lock().is_some()
    }

    /// Ends the connection; what waits for it ends with its attempt.
    pub(crate) fn close(&self) {
        *self.0.connection.lock() = None;
    }

    /// How many bytes can be read without waiting.
    pub(super) fn available(&self) -> usize {
        self.0.connection.lock().as_ref().map_or(0, |connection| connection.available())
    }

    /// The bytes for who hears this stop.
    pub(crate) fn bytes(&self, stop: &Stop) -> Bytes {
        Bytes { wire: self.clone(), stop: stop.clone() }
    }
}

/// A connection as bytes; many may use it at once.
pub(crate) struct Bytes {
    wire: Wire,
    stop: Stop,
}

impl Bytes {
    fn retry<T>(
        &self,
        way: Way,
        mut step: impl FnMut(&mut dyn Connection, Duration) -> io::Result<T>,
    ) -> io::Result<T> {
        let what = match way {
            Way::Read => "read data from",
            Way::Write => "write data to",
        };
        let now = || self.wire.0.platform.now();
        let most = i64::from(self.wire.wait(way)).saturating_mul(TICKS_PER_MILLISECOND);
        let deadline = (most > 0).then(|| now().saturating_add(most));
        loop {
            let wait = deadline.map_or(PAUSE, |at| left(at.saturating_sub(now())));
            let done = match &mut *self.wire.0.connection.lock() {
                Some(connection) => step(&mut **connection, wait.min(PAUSE)),
                None => return Err(failure::closed()),
            };
            match done {
                Err(failure) if matches!(failure.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
                other => return other.map_err(|failure| failure::broken(&failure, what)),
            }
            if self.stop.is_set() {
                return Err(providers::stopped());
            }
            if deadline.is_some_and(|at| now() >= at) {
                return Err(failure::broken(&io::Error::from_raw_os_error(TIMED_OUT), what));
            }
        }
    }
}

fn left(ticks: i64) -> Duration {
    Duration::from_nanos(u64::try_from(ticks).unwrap_or(0).saturating_mul(100))
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(Way::Read, |connection, wait| connection.read(buffer, wait))
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(Way::Write, |connection, wait| connection.write(bytes, wait))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Bytes {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl FileHandle for Bytes {
    fn length(&self) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
