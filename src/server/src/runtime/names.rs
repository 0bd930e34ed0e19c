//! Names of sessions: symbolic links, because making one is atomic and fails when it is there.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::Runtime;
use super::machine::Machine;

/// How an attempt to claim a name ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Claim {
    /// The name is ours.
    Won,
    /// A living session has it.
    Taken(Uuid),
}

impl Runtime {
    /// Claims `key` (a name in small letters) for the session `id`. Of any number of attempts exactly one wins. A name whose
    /// session no longer lives is free.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn claim(&self, key: &str, id: Uuid) -> io::Result<Claim> {
        let link = self.name(key);
        let target = Path::new("../s").join(id.simple().to_string());
        loop {
            match symlink(&target, &link) {
                Ok(()) => return Ok(Claim::Won),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            match self.look_up(key) {
                Some(owner) if owner == id => return Ok(Claim::Won),
                Some(owner) if self.is_alive(owner) => return Ok(Claim::Taken(owner)),
                owner => {
                    // Its host was killed and has said nothing itself.
                    owner.map_or(Ok(()), |owner| self.bury(owner, &Machine::this()))?;
                    self.remove_stale(key)?;
                }
            }
        }
    }

    /// Gives `key` up if the session `id` has it.
    pub(super) fn release(&self, key: &str, id: Uuid) -> io::Result<()> {
        let _lock = self.exclusive()?;
        if self.look_up(key) == Some(id) { absent_is_fine(fs::remove_file(self.name(key))) } else { Ok(()) }
    }

    /// The session that has claimed `key`, alive or not.
    pub(crate) fn look_up(&self, key: &str) -> Option<Uuid> {
        let target = fs::read_link(self.name(key)).ok()?;
        Uuid::try_parse(target.file_name()?.to_str()?).ok()
    }

    /// Removes a name whose session is gone; under the lock, so that it is not a new one that goes.
    fn remove_stale(&self, key: &str) -> io::Result<()> {
        let _lock = self.exclusive()?;
        // Where it is gone already, the one that may be made at this moment is not stale. One that is there stays as it is while
        // the lock is held.
        if fs::symlink_metadata(self.name(key)).is_err() || self.look_up(key).is_some_and(|owner| self.is_alive(owner))
        {
            return Ok(());
        }
        absent_is_fine(fs::remove_file(self.name(key)))
    }

    /// Removes every name whose session is gone.
    pub(super) fn remove_stale_names(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join("n"))?.flatten() {
            if let Some(key) = entry.file_name().to_str()
                && !self.look_up(key).is_some_and(|owner| self.is_alive(owner))
            {
                self.remove_stale(key)?;
            }
        }
        Ok(())
    }

    fn name(&self, key: &str) -> PathBuf {
        self.root.join("n").join(key)
    }
}

/// Somebody else removed it first.
pub(super) fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
