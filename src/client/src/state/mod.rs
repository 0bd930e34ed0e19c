//! The local session table: which sessions this user knows, and under which Id.
//!
//! One JSON file, `sessions.json` in `$XDG_STATE_HOME/psrp` (`~/.local/state/psrp`), readable by its owner only
//! because it holds what resumes a session. Writers hold a lock on `sessions.lock` and replace the file by
//! rename, so a reader sees either the old table or the new one.

mod table;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

pub use table::{Known, LookupError, Table};

use crate::limits::MAX_TEXT_FILE;

/// The table's place on disk.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
}

/// Why the table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The system refuses.
    #[error("cannot use the session table {}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not what was written.
    #[error("the session table {} is damaged ({reason}); move it away to start with an empty one, sessions on their hosts are not affected", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// More than [`crate::limits::MAX_LOCAL_SESSIONS`] sessions.
    #[error("the session table is full; remove sessions with `psrp remove`")]
    Full,
}

impl Store {
    /// The store of the current user: `$XDG_STATE_HOME/psrp`, else `.local/state/psrp` under `home`.
    pub fn of_user(home: &Path) -> Self {
        let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        Self::at(state.unwrap_or_else(|| home.join(".local/state")).join("psrp"))
    }

    /// A store in a directory, which is created when something is written.
    pub fn at(directory: PathBuf) -> Self {
        Self { directory }
    }

    fn file(&self) -> PathBuf {
        self.directory.join("sessions.json")
    }

    /// The table as it is now; empty when there is none yet.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn read(&self) -> Result<Table, StateError> {
        let path = self.file();
        let mut text = String::new();
        let opened = File::open(&path).and_then(|file| file.take(MAX_TEXT_FILE + 1).read_to_string(&mut text));
        match opened {
            Ok(_) => Table::parse(&text).map_err(|reason| StateError::Damaged { path, reason }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Table::default()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(StateError::Damaged { path, reason: "it is no UTF-8".to_owned() })
            }
            Err(source) => Err(StateError::Io { path, source }),
        }
    }

    /// Changes the table. `change` runs under the lock; other processes wait. Blocks.
    ///
    /// # Errors
    /// As [`read`](Self::read), or the table cannot be written; then nothing has changed.
    pub fn update<T>(&self, change: impl FnOnce(&mut Table) -> T) -> Result<T, StateError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| StateError::Io { path, source }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory).map_err(failed(&self.directory))?;
        let lock_path = self.directory.join("sessions.lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&lock_path);
        let lock = lock.map_err(failed(&lock_path))?;
        lock.lock().map_err(failed(&lock_path))?;
        let mut table = self.read()?;
        let result = change(&mut table);
        if table.len() > crate::limits::MAX_LOCAL_SESSIONS {
            return Err(StateError::Full);
        }
        let new = self.directory.join("sessions.json.new");
        write_new(&new, &table.to_text()).map_err(failed(&new))?;
        fs::rename(&new, self.file()).map_err(failed(&new))?;
        Ok(result)
    }
}

/// Writes a file that only its owner can read, and makes sure that it is on disk before it gets its name.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    // Left behind by a process that was killed, perhaps with other permissions.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{StateError, Store};
    use crate::state::Known;
    use std::os::unix::fs::PermissionsExt as _;
    use uuid::Uuid;

    fn known(number: u128) -> Known {
        Known {
            id: 0,
            name: format!("s{number}"),
            host: "web".into(),
            instance_id: Uuid::from_u128(number),
            configuration_name: "pwsh".into(),
            resume: None,
        }
    }

    #[test]
    fn written_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path().join("a/b"));
        assert_eq!(store.read().unwrap().len(), 0);
        assert_eq!(store.update(|table| table.add(known(1))).unwrap(), 1);
        assert_eq!(store.update(|table| table.add(known(2))).unwrap(), 2);
        assert_eq!(store.read().unwrap().len(), 2);
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(store.file()), 0o600);
        assert_eq!(mode(store.directory.clone()), 0o700);
    }

    #[test]
    fn damage_is_reported_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path().to_owned());
        for text in ["{", "{\"schema\":2}", "{\"schema\":1,\"next_id\":1,\"sessions\":[{}]}", "\u{0}"] {
            std::fs::write(store.file(), text).unwrap();
            assert!(matches!(store.read(), Err(StateError::Damaged { .. })), "{text}");
            assert!(store.update(|_| ()).is_err());
            assert_eq!(std::fs::read_to_string(store.file()).unwrap(), text);
        }
        std::fs::write(store.file(), [0xff]).unwrap();
        assert!(matches!(store.read(), Err(StateError::Damaged { .. })));
    }

    #[test]
    fn writers_do_not_lose_each_others_sessions() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path().to_owned());
        let add = |number: u128| {
            let store = store.clone();
            std::thread::spawn(move || store.update(|table| table.add(known(number))).unwrap())
        };
        let threads: Vec<_> = (1..=20).map(add).collect();
        let mut ids: Vec<u32> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=20).collect::<Vec<_>>());
        assert_eq!(store.read().unwrap().len(), 20);
    }
}
