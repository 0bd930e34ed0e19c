//! Finds a real PowerShell.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A PowerShell of version 7 on this machine.
#[derive(Clone, Debug)]
pub struct Pwsh {
    path: PathBuf,
}

/// What every PowerShell of a test gets: no telemetry, no look for updates, the culture and time zone of the recordings, and
/// text without escape sequences where it does not write to a terminal.
pub const ENVIRONMENT: [(&str, &str); 5] = [
    ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
    ("POWERSHELL_UPDATECHECK", "Off"),
    ("LANG", "C.UTF-8"),
    ("TZ", "UTC"),
    ("TERM", "xterm-256color"),
];

impl Pwsh {
    /// The PowerShell that `PSRPD_TEST_PWSH` names, else the one on `PATH`, else the newest in `~/.cache/psrpd-peer`.
    ///
    /// Without one the test is [skipped](crate::skip).
    pub fn find() -> Option<Self> {
        let found = Self::look();
        if found.is_none() {
            crate::skip("no pwsh");
        }
        found
    }

    /// The same, for who can do without.
    pub fn look() -> Option<Self> {
        named().or_else(on_path).or_else(cached).map(|path| Self { path })
    }

    /// The program.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The program with the environment of the tests.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.envs(ENVIRONMENT).env_remove("PSModulePath");
        command
    }

    /// The command line of its own PSRP server on stdin and stdout, as sshd's `Subsystem` takes it.
    pub fn server(&self) -> String {
        format!("{} -NoLogo -NoProfile -sshs", self.path.display())
    }
}

fn named() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("PSRPD_TEST_PWSH").filter(|value| !value.is_empty())?);
    assert!(path.is_file(), "PSRPD_TEST_PWSH names {}, which is not a file", path.display());
    Some(path)
}

fn on_path() -> Option<PathBuf> {
    program("pwsh")
}

fn cached() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let versions = std::fs::read_dir(cache.join("psrpd-peer")).ok()?;
    let mut found: Vec<PathBuf> =
        versions.flatten().map(|version| version.path().join("pwsh")).filter(|path| path.is_file()).collect();
    found.sort();
    found.pop()
}

/// The first program of that name on `PATH` and in the folders of administrators' programs.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
