//! The log for whoever looks for a fault: `PSRPD_LOG=/path/of/a/file` in the environment of a connection's server.
//!
//! It tells what happens to sessions, never what is run in them. Without the variable nothing is set up and nothing is written:
//! a session host has nobody to write to.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Mutex;

/// Starts the log, if one is wanted. A file that cannot be opened leaves the process without a log.
pub(crate) fn start() {
    let Some(path) = std::env::var_os("PSRPD_LOG") else { return };
    if let Ok(file) = OpenOptions::new().append(true).create(true).mode(0o600).open(path) {
        // A second start in one process finds the first in its place.
        let _ = tracing_subscriber::fmt().json().with_writer(Mutex::new(file)).try_init();
    }
}
