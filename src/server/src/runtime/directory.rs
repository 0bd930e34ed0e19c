//! Where the runtime directory is, and whether it can be trusted.
//!
//! It is local to the machine and never in the home directory: with a home on NFS several machines would share it,
//! and neither locks nor sockets work there.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::limits::SOCKET_PATH;

/// Why a directory was refused.
#[derive(Debug, Error)]
pub(crate) enum DirectoryError {
    /// It cannot be looked at or made.
    #[error("runtime directory {path}: {source}")]
    Io {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Somebody else owns it, or it is a link: another user may have put it there.
    #[error("runtime directory {0} is not a directory of this user; remove it or set PSRPD_RUNTIME_DIR")]
    Foreign(PathBuf),
    /// Others may enter it.
    #[error("runtime directory {path} has mode {mode:03o}; it must be closed to others: chmod 700")]
    Open {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Every process would understand it in another way.
    #[error("runtime directory {0} is not an absolute path; set PSRPD_RUNTIME_DIR to one")]
    Relative(PathBuf),
    /// A socket in it would have a path that is too long for the system.
    #[error("runtime directory {0} has a path too long for its sockets; set PSRPD_RUNTIME_DIR to a shorter one")]
    TooLong(PathBuf),
}

/// The places where the runtime directory may be, the preferred one first.
///
/// `PSRPD_RUNTIME_DIR` excludes all others. `/run/psrpd` counts when root made it for everybody (the package does);
/// `$XDG_RUNTIME_DIR` only when the user lingers, because otherwise it goes away with the last login.
pub(crate) fn candidates(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    if let Some(path) = variable("PSRPD_RUNTIME_DIR").filter(|path| !path.is_empty()) {
        return vec![path.into()];
    }
    let user = rustix::process::geteuid().as_raw();
    let mut places = Vec::new();
    if fs::symlink_metadata("/run/psrpd").is_ok_and(|shared| is_for_everybody(&shared)) {
        places.push(format!("/run/psrpd/{user}").into());
    }
    if let (Some(directory), Some(name)) = (variable("XDG_RUNTIME_DIR"), variable("LOGNAME").or(variable("USER")))
        && Path::new("/var/lib/systemd/linger").join(name).exists()
    {
        places.push(Path::new(&directory).join("psrpd"));
    }
    places.push(format!("/tmp/psrpd-{user}").into());
    places
}

fn is_for_everybody(shared: &Metadata) -> bool {
    shared.is_dir() && shared.uid() == 0 && shared.mode() & 0o1000 != 0
}

/// Checks an existing directory.
///
/// # Errors
/// [`DirectoryError`], also when it does not exist.
pub(crate) fn check(path: &Path) -> Result<(), DirectoryError> {
    let found = fs::symlink_metadata(path).map_err(|source| DirectoryError::Io { path: path.to_owned(), source })?;
    let mode = found.mode() & 0o777;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
        return Err(DirectoryError::Foreign(path.to_owned()));
    }
    if mode & 0o077 != 0 {
        return Err(DirectoryError::Open { path: path.to_owned(), mode });
    }
    let longest = path.join("s").join("0".repeat(32)).join("sock");
    if longest.as_os_str().len() > SOCKET_PATH {
        return Err(DirectoryError::TooLong(path.to_owned()));
    }
    Ok(())
}

/// Makes the directory and everything in it that is missing, and checks it.
///
/// # Errors
/// [`DirectoryError`].
pub(crate) fn make(path: &Path) -> Result<(), DirectoryError> {
    if !path.is_absolute() {
        return Err(DirectoryError::Relative(path.to_owned()));
    }
    make_one(path).map_err(|source| DirectoryError::Io { path: path.to_owned(), source })?;
    check(path)?;
    for inner in ["s", "n", "t"] {
        let path = path.join(inner);
        make_one(&path).map_err(|source| DirectoryError::Io { path, source })?;
    }
    Ok(())
}

fn make_one(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn the_variable_excludes_everything_else() {
        let only = candidates(|name| (name == "PSRPD_RUNTIME_DIR").then(|| "/x/y".into()));
        assert_eq!(only, [PathBuf::from("/x/y")]);
    }

    #[test]
    fn the_last_place_is_in_tmp_and_never_at_home() {
        let places = candidates(|name| (name == "HOME").then(|| "/home/u".into()));
        let user = rustix::process::geteuid().as_raw();
        assert_eq!(places.last().unwrap(), &PathBuf::from(format!("/tmp/psrpd-{user}")));
        assert!(places.iter().all(|place| !place.starts_with("/home")));
    }

    #[test]
    fn a_directory_of_others_is_refused() {
        let temporary = tempfile::tempdir().unwrap();
        let good = temporary.path().join("good");
        make(&good).unwrap();
        make(&good).unwrap();
        assert_eq!(fs::metadata(good.join("s")).unwrap().mode() & 0o777, 0o700);

        let link = temporary.path().join("link");
        symlink(&good, &link).unwrap();
        assert!(matches!(make(&link), Err(DirectoryError::Foreign(_))));

        let file = temporary.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(make(&file), Err(DirectoryError::Foreign(_))));

        fs::set_permissions(&good, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(make(&good), Err(DirectoryError::Open { mode: 0o750, .. })));

        assert!(matches!(make(Path::new("here")), Err(DirectoryError::Relative(_))));
        let long = temporary.path().join("l".repeat(100));
        assert!(matches!(make(&long), Err(DirectoryError::TooLong(_))));
    }
}
