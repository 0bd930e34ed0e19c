//! The directory of one session, as its host keeps it.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

use super::machine::unix_time;
use super::manifest::{self, Manifest, Phase, Tombstone};
use super::names::absent_is_fine;
use super::{Claim, Runtime, directory, lock_file};
use crate::limits::RETAINED_STEP;

/// `s/<id>`, from its making to its end. While this value exists the session counts as alive.
#[derive(Debug)]
pub(crate) struct SessionDir {
    runtime: Runtime,
    manifest: Manifest,
    /// The name in small letters that it has claimed.
    key: Option<String>,
    /// Device and inode of the socket that we made.
    socket: (u64, u64),
    lock: File,
    /// What was noted last, in steps.
    retained: usize,
    _ageing: File,
}

/// Length of the number in a lock.
pub(super) const RETAINED_TEXT: usize = 21;

impl SessionDir {
    /// Makes the directory, its lock, its socket and its manifest.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn create(runtime: &Runtime, manifest: Manifest) -> io::Result<(Self, UnixListener)> {
        let (lock, listener, socket) = make(runtime, manifest.id)?;
        let ageing = runtime.keep_from_ageing()?;
        let directory =
            Self { runtime: runtime.clone(), manifest, key: None, socket, lock, retained: 0, _ageing: ageing };
        directory.write_manifest()?;
        Ok((directory, listener))
    }

    /// What the manifest says.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The runtime directory that it is in.
    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Changes the manifest.
    ///
    /// # Errors
    /// The file system's; the change is then kept for the next time.
    pub(crate) fn update(&mut self, change: impl FnOnce(&mut Manifest)) -> io::Result<()> {
        let before = self.manifest.clone();
        change(&mut self.manifest);
        if self.manifest == before { Ok(()) } else { self.write_manifest() }
    }

    /// Notes in the lock how many bytes of output the session retains: the broker reads it there and wakes nobody.
    pub(crate) fn note_retained(&mut self, bytes: usize) {
        let steps = bytes / RETAINED_STEP;
        if std::mem::replace(&mut self.retained, steps) != steps {
            self.write_retained();
        }
    }

    fn write_retained(&self) {
        let text = format!("{:<20}\n", self.retained * RETAINED_STEP);
        // With a full disk the session counts as before.
        let _ = self.lock.write_all_at(text.as_bytes(), 0);
    }

    /// Claims a name under which the session is found, see [`Runtime::claim`]. The manifest does not say it yet.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn claim(&mut self, name: &str) -> io::Result<Claim> {
        let key = name.to_ascii_lowercase();
        let claim = self.runtime.claim(&key, self.manifest.id)?;
        if claim == Claim::Won {
            self.key = Some(key);
        }
        Ok(claim)
    }

    /// Makes it a session with a client and, if somebody chose one, a name that it has claimed: now it is found.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn publish(&mut self, name: Option<&str>) -> io::Result<()> {
        self.update(|manifest| {
            manifest.name = name.map(str::to_owned);
            manifest.phase = Phase::Live;
            manifest.created = unix_time();
        })?;
        // Nothing, but that it is there tells it from a warm host.
        self.write_retained();
        Ok(())
    }

    /// Whether the socket is still ours.
    pub(crate) fn is_intact(&self) -> bool {
        let id = self.manifest.id;
        identity(&self.runtime.session_socket(id)) == Some(self.socket)
            && self.runtime.session(id).join("manifest.json").exists()
            && self.key.as_ref().is_none_or(|key| self.runtime.look_up(key).is_some())
    }

    /// Makes everything again that somebody removed; the listener replaces the old one.
    ///
    /// # Errors
    /// The file system's; the session lives on and this is tried again later.
    pub(crate) fn repair(&mut self) -> io::Result<UnixListener> {
        directory::make(self.runtime.root()).map_err(io::Error::other)?;
        let id = self.manifest.id;
        // The lock file may still be the one that we hold: then only the rest is missing.
        let ours = self.lock.metadata().map(|ours| (ours.dev(), ours.ino())).ok();
        let held = ours.is_some() && identity(&self.runtime.session(id).join("lock")) == ours;
        let listener = if held {
            let (listener, socket) = bind(&self.runtime, id)?;
            self.socket = socket;
            listener
        } else {
            let (lock, listener, socket) = make(&self.runtime, id)?;
            self.lock = lock;
            self.socket = socket;
            self.write_retained();
            listener
        };
        if let Ok(ageing) = self.runtime.keep_from_ageing() {
            self._ageing = ageing;
        }
        self.write_manifest()?;
        if let Some(key) = &self.key {
            // Taken means that somebody else has the name now; the session is still found by its id.
            self.runtime.claim(key, id)?;
        }
        Ok(listener)
    }

    /// Removes the directory and remembers why the session `name` ended; one that never had a name, not even an automatic one,
    /// was known to nobody but the client that was told.
    ///
    /// # Errors
    /// The file system's; the directory goes even if nothing can be remembered.
    pub(crate) fn end(self, name: &str, reason: &str, asked: bool) -> io::Result<()> {
        let Manifest { id, machine, .. } = self.manifest.clone();
        let remembered = match name {
            "" => Ok(()),
            name => self.runtime.remember(&Tombstone {
                id,
                name: Some(name.to_owned()),
                machine,
                ended: unix_time(),
                reason: reason.to_owned(),
                asked,
            }),
        };
        self.remove().and(remembered)
    }

    /// Removes the directory of a session that nobody ever had.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn remove(self) -> io::Result<()> {
        if let Some(key) = &self.key {
            self.runtime.release(key, self.manifest.id)?;
        }
        let _exclusive = self.runtime.exclusive()?;
        absent_is_fine(fs::remove_dir_all(self.runtime.session(self.manifest.id)))
    }

    fn write_manifest(&self) -> io::Result<()> {
        manifest::write(&self.path().join("manifest.json"), &self.manifest)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.runtime.session(self.manifest.id)
    }
}

/// Makes directory, lock and socket; under the directory's lock, so that no scan takes it for a dead one.
fn make(runtime: &Runtime, id: Uuid) -> io::Result<(File, UnixListener, (u64, u64))> {
    let _exclusive = runtime.exclusive()?;
    let path = runtime.session(id);
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    let lock = lock_file(&path.join("lock"))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    let (listener, socket) = bind(runtime, id)?;
    Ok((lock, listener, socket))
}

/// Binds the socket under a temporary name and puts it in its place: whoever finds it can connect.
fn bind(runtime: &Runtime, id: Uuid) -> io::Result<(UnixListener, (u64, u64))> {
    bind_at(&runtime.session_socket(id))
}

/// Binds a socket so that it replaces what is at `path`; returns its device and inode too. Two must not do so in one
/// directory at the same time: the lock that they hold sees to that.
pub(crate) fn bind_at(path: &Path) -> io::Result<(UnixListener, (u64, u64))> {
    // Not longer than `sock`, so that the checked length holds for it too.
    let temporary = path.with_file_name("new");
    absent_is_fine(fs::remove_file(&temporary))?;
    let listener = UnixListener::bind(&temporary)?;
    fs::set_permissions(&temporary, Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    let socket = identity(&temporary).ok_or(io::ErrorKind::NotFound)?;
    fs::rename(&temporary, path)?;
    Ok((listener, socket))
}

/// Device and inode of what is at `path`; none when nothing is.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}
