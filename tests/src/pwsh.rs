//! Finds a real PowerShell.

use std::path::{Path, PathBuf};
use std::process::Command;

pub use peers::program;

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
    /// The one of [`peers::pwsh`]; without one the test is [skipped](crate::skip).
    pub fn find() -> Option<Self> {
        peers::pwsh().map(|path| Self { path })
    }

    /// The same, for who can do without.
    pub fn look() -> Option<Self> {
        peers::look_for_pwsh().map(|path| Self { path })
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
