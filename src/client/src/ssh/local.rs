//! This machine, without SSH: the server's subsystem program as a child process.

use std::path::PathBuf;

use tokio::process::Command;

use super::{ConnectError, Link, Settings, child};

pub(super) fn connect(settings: &Settings) -> Result<Link, ConnectError> {
    let mut command = Command::new(&settings.server_program);
    command.arg("subsystem").envs(settings.env.iter().map(|(name, value)| (name, value)));
    // Ctrl+C at our terminal is for us: what it means to the session goes through this process.
    command.process_group(0);
    tracing::info!(program = %settings.server_program.display(), "Starting the server");
    child::spawn(command, "localhost", &settings.subsystem)
}

/// `psrpd` beside this program if it is there, else the one on `PATH`.
pub(super) fn server_program() -> PathBuf {
    let beside = std::env::current_exe().ok().map(|exe| exe.with_file_name("psrpd"));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from("psrpd"))
}
