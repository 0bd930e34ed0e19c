//! Servers that are programs, in real time.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::remote::wire::{Connection, Connector};
use crate::ssh::ConnectError;

/// No test with a program takes as long as this.
const LIMIT: Duration = Duration::from_secs(120);

/// A program that serves one connection on its standard input and output, as a subsystem of sshd does.
#[derive(Clone)]
pub(super) struct Child {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Child {
    pub(super) fn new(program: PathBuf, arguments: impl IntoIterator<Item = OsString>) -> Self {
        Self { program, arguments: arguments.into_iter().collect() }
    }
}

impl Connector for Child {
    async fn connect(&mut self, _: bool) -> Result<Connection, ConnectError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.envs([("POWERSHELL_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_UPDATECHECK", "Off"), ("LANG", "C.UTF-8")]);
        let mut child = command.stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let (reader, writer) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        let why = Box::pin(async move {
            let status = child.wait().await.unwrap();
            ConnectError::Closed { host: "child".to_owned(), message: status.to_string() }
        });
        Ok(Connection { reader: Box::new(reader), writer: Box::new(writer), why })
    }
}

/// Runs a test in real time with such a server.
pub(super) fn with<F: Future<Output = ()>>(server: Child, test: impl FnOnce(Child) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LIMIT, test(server)).await.expect("the test hangs") });
}
