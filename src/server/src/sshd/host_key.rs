//! The server's own key.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, PrivateKey, decode_secret_key};

/// Why the host key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostKeyError {
    #[error("cannot use the host key {}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("others can read the host key {}; chmod 600 it, or remove it to get a new one", path.display())]
    Permissions { path: PathBuf },
    #[error("the host key {} is not a private key without a passphrase: {reason}", path.display())]
    Malformed { path: PathBuf, reason: String },
}

/// The key in the file; at the first start, a new Ed25519 key. Servers that start at the same time get the same one.
///
/// # Errors
/// The file cannot be read or written, others can read it, or it is no key.
pub(super) fn load_or_create(path: &Path) -> Result<PrivateKey, HostKeyError> {
    let failed = |source| HostKeyError::Io { path: path.to_owned(), source };
    match File::open(path) {
        Ok(file) => load(path, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(failed)?;
            load(path, File::open(path).map_err(failed)?)
        }
        Err(error) => Err(failed(error)),
    }
}

fn load(path: &Path, mut file: File) -> Result<PrivateKey, HostKeyError> {
    let failed = |source| HostKeyError::Io { path: path.to_owned(), source };
    if file.metadata().map_err(failed)?.mode() & 0o077 != 0 {
        return Err(HostKeyError::Permissions { path: path.to_owned() });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    let malformed =
        |error: russh::keys::Error| HostKeyError::Malformed { path: path.to_owned(), reason: error.to_string() };
    decode_secret_key(&text, None).map_err(malformed)
}

/// Writes a new key under a name of its own first, so that nobody ever reads half a key.
fn create(path: &Path) -> io::Result<()> {
    let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(io::Error::other)?;
    let text = key.to_openssh(LineEnding::LF).map_err(io::Error::other)?;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let new = PathBuf::from(name);
    // Left by one that was killed.
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    // A link, not a rename: the first one of several servers wins.
    let linked = written.and_then(|()| fs::hard_link(&new, path));
    fs::remove_file(&new)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/key");
        let first = load_or_create(&path).unwrap();
        let second = load_or_create(&path).unwrap();
        assert_eq!(first.public_key(), second.public_key());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn refused_when_others_can_read_it_or_it_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load_or_create(&path), Err(HostKeyError::Permissions { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "garbage").unwrap();
        assert!(matches!(load_or_create(&path), Err(HostKeyError::Malformed { .. })));
    }
}
