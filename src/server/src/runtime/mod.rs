//! The runtime directory: the only thing that the processes of one user share.
//!
//! ```text
//! s/<id>/{lock,sock,manifest.json}   a session; its host holds `flock` on `lock` as long as it lives, and notes in it how
//!                                    many bytes of output it retains
//! n/<name> -> ../s/<id>              a claimed name, in small letters
//! t/<id>.json                        how a session ended, for a day
//! lock                               held while directories and stale names are made and removed
//! warm.lock                          held while warm hosts are counted and one more is made
//! broker.lock, broker.sock           the broker
//! ```
//! Whether a session lives is decided by its lock alone, never by a process id.

pub(crate) mod directory;
pub(crate) mod machine;
pub(crate) mod manifest;
mod names;
mod scan;
mod session;
#[cfg(test)]
pub(crate) mod tests;

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use uuid::Uuid;

pub(crate) use directory::DirectoryError;
pub(crate) use names::Claim;
pub(crate) use scan::{Known, LiveSession, Look};
pub(crate) use session::{SessionDir, bind_at, identity};

/// A runtime directory that was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Runtime {
    root: PathBuf,
}

impl Runtime {
    /// Opens the preferred runtime directory, making it when it is missing.
    ///
    /// # Errors
    /// [`DirectoryError`] when it cannot be made or must not be trusted.
    pub(crate) fn open(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, DirectoryError> {
        // `candidates` always ends with a place in /tmp.
        let root = directory::candidates(variable).swap_remove(0);
        directory::make(&root)?;
        Ok(Self { root })
    }

    /// All runtime directories that exist, so that a changed environment hides no session. The preferred one, which
    /// this is, comes first.
    pub(crate) fn all(&self, variable: impl Fn(&str) -> Option<OsString>) -> Vec<Self> {
        let others = directory::candidates(variable).into_iter().map(|root| Self { root });
        let usable = others.filter(|other| other != self && directory::check(&other.root).is_ok());
        std::iter::once(self.clone()).chain(usable).collect()
    }

    /// Its path.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The socket of the broker.
    pub(crate) fn broker_socket(&self) -> PathBuf {
        self.root.join("broker.sock")
    }

    /// The lock that the running broker holds.
    pub(crate) fn broker_lock(&self) -> PathBuf {
        self.root.join("broker.lock")
    }

    /// The socket of a session.
    pub(crate) fn session_socket(&self, id: Uuid) -> PathBuf {
        self.session(id).join("sock")
    }

    fn session(&self, id: Uuid) -> PathBuf {
        self.root.join("s").join(id.simple().to_string())
    }

    fn tombstone(&self, id: Uuid) -> PathBuf {
        self.root.join("t").join(format!("{}.json", id.simple()))
    }

    /// Holds the directory's lock until the result is dropped. Held for moments only.
    fn exclusive(&self) -> io::Result<File> {
        let lock = lock_file(&self.root.join("lock"))?;
        flock(&lock, FlockOperation::LockExclusive)?;
        Ok(lock)
    }

    /// Held while warm hosts are counted and one more is made.
    pub(crate) fn count_warm(&self) -> io::Result<File> {
        let lock = lock_file(&self.root.join("warm.lock"))?;
        flock(&lock, FlockOperation::LockExclusive)?;
        Ok(lock)
    }

    /// A shared lock on the directory itself, which keeps systemd-tmpfiles from ageing what is in it (tmpfiles.d(5)).
    pub(crate) fn keep_from_ageing(&self) -> io::Result<File> {
        let directory = File::open(&self.root)?;
        flock(&directory, FlockOperation::NonBlockingLockShared)?;
        Ok(directory)
    }
}

/// Opens a lock file, making it when it is missing.
pub(crate) fn lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(manifest::flags(OFlags::NOFOLLOW))
        .open(path)
}
