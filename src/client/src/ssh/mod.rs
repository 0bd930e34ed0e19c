//! Connections to subsystems: over SSH by the built-in client, by the system's `ssh`, or on this machine.
//!
//! [`connect`] gives a [`Link`]: a reader, a writer and what is left to control, whatever the transport. Each
//! link has a connection of its own, jump hosts included. A reader that is not drained stops its connection
//! (keepalive answers too) and no other; who reads is expected to take everything in and to slow its peer down
//! by its own protocol.

mod auth;
mod child;
pub mod config;
mod destination;
mod error;
mod host_key;
pub mod known_hosts;
mod local;
mod openssh;
mod prompt;
mod russh;
mod user;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

pub use error::{ConnectError, HostKeyError, OfferedKey, peer_text};
pub use prompt::{Nobody, Prompt, Terminal, pass_on_interrupt, restore_terminal};
pub use user::LocalUser;

use crate::target::Host;

/// How hosts are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Transport {
    /// The built-in SSH client.
    #[default]
    Russh,
    /// The system's `ssh` program: every option of ssh_config, GSSAPI, security keys.
    Openssh,
}

/// What the command line and the environment say about connections.
#[derive(Clone)]
pub struct Settings {
    /// Built-in client or `ssh` program.
    pub transport: Transport,
    /// Who we are here.
    pub local_user: LocalUser,
    /// Remote user for targets that name none.
    pub user: Option<String>,
    /// Port for targets that name none.
    pub port: Option<u16>,
    /// Key files, tried before those of ssh_config.
    pub identity_files: Vec<PathBuf>,
    /// Jump hosts, in the form of ProxyJump.
    pub jump: Option<String>,
    /// ssh_config file instead of the user's and the system's; `none` reads no file.
    pub config_file: Option<PathBuf>,
    /// ssh_config lines that win over all files: `Keyword=value`.
    pub options: Vec<String>,
    /// The subsystem to ask for.
    pub subsystem: String,
    /// Environment variables for the subsystem; the server has to accept their names.
    pub env: Vec<(String, String)>,
    /// Time to connect, exchange keys and log in; ConnectTimeout of ssh_config, else
    /// [`crate::limits::CONNECT_TIMEOUT`].
    pub connect_timeout: Option<Duration>,
    /// The agent's socket (`SSH_AUTH_SOCK`).
    pub agent_socket: Option<PathBuf>,
    /// Who answers questions.
    pub prompt: Arc<dyn Prompt>,
    /// The server program, for targets on this machine.
    pub server_program: PathBuf,
}

impl Settings {
    /// The settings of a command line without flags: subsystem `powershell`, questions to `prompt`.
    pub fn new(prompt: Arc<dyn Prompt>) -> Self {
        Self {
            transport: Transport::default(),
            local_user: LocalUser::current(),
            user: None,
            port: None,
            identity_files: Vec::new(),
            jump: None,
            config_file: None,
            options: Vec::new(),
            subsystem: "powershell".to_owned(),
            env: Vec::new(),
            connect_timeout: None,
            agent_socket: std::env::var_os("SSH_AUTH_SOCK").filter(|v| !v.is_empty()).map(PathBuf::from),
            prompt,
            server_program: local::server_program(),
        }
    }
}

/// Receives what the subsystem writes. An orderly end is end of file; a lost connection is an error.
pub type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// Sends to the subsystem; waits while the peer's window is full. Shutting it down is end of file for the peer.
pub type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// A subsystem at the other end of a connection. Dropping all three parts ends the connection.
pub struct Link {
    /// From the subsystem.
    pub reader: Reader,
    /// To the subsystem.
    pub writer: Writer,
    /// End, error output.
    pub control: Control,
}

/// How a subsystem ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this status.
    Status(u32),
    /// A signal killed it.
    Signal(String),
    /// The channel was closed without a status.
    Closed,
    /// The connection was lost, and why.
    Lost(String),
}

/// What remains of a link beside its two streams. Keep it as long as the streams are used.
pub struct Control {
    host: String,
    subsystem: String,
    end: watch::Receiver<End>,
    /// Keeps the connection, or the child process, alive.
    _guard: Guard,
}

/// How far the other end is, and the last bytes of its error output.
#[derive(Debug, Clone, Default)]
struct End {
    exit: Option<Exit>,
    stderr: Vec<u8>,
}

impl End {
    fn add_stderr(&mut self, bytes: &[u8]) {
        self.stderr.extend_from_slice(bytes);
        let surplus = self.stderr.len().saturating_sub(crate::limits::STDERR_TAIL);
        self.stderr.drain(..surplus);
    }
}

enum Guard {
    Russh { _connection: russh::Connection },
    Child { _process: child::Process },
}

impl Control {
    /// Waits until the subsystem has ended. Needs somebody who drains the reader. Cancel-safe.
    pub async fn exit(&mut self) -> Exit {
        match self.end.wait_for(|end| end.exit.is_some()).await {
            Ok(end) => end.exit.clone().unwrap_or(Exit::Closed),
            Err(_) => Exit::Closed,
        }
    }

    /// The last bytes of the subsystem's error output, as text. Servers based on OpenSSH send none.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.end.borrow().stderr).into_owned()
    }

    /// What the early end of a link means, for a message and an exit code. With the `ssh` program this is where
    /// errors of connecting and logging in come to light.
    pub fn failure(&self, exit: &Exit) -> ConnectError {
        openssh::failure(&self.host, &self.subsystem, exit, &self.stderr())
    }
}

/// Connects to the subsystem of a host. Not cancel-safe: a dropped call may leave a question on the terminal,
/// everything else is undone.
///
/// # Errors
/// [`ConnectError`]; with the `ssh` program only failures to start it, the rest comes from [`Control::failure`].
pub async fn connect(host: &Host, settings: &Settings) -> Result<Link, ConnectError> {
    match (host, settings.transport) {
        (Host::Here, _) => local::connect(settings),
        (Host::Ssh(host), Transport::Openssh) => openssh::connect(host, settings),
        (Host::Ssh(host), Transport::Russh) => russh::connect(host, settings).await,
    }
}
