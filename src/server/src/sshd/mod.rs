//! The embedded SSH server of `psrpd serve`: sshd and the subsystem in one process, for machines without an SSH server.
//!
//! It serves the user that runs it and nobody else, by public keys, on the loopback interface unless told otherwise. A client
//! gets the subsystem `powershell`; shells, commands, terminals and forwarding are refused. Types of the SSH library do not
//! leave this folder.

mod address;
mod authorized_keys;
mod connection;
mod host_key;
mod stream;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use russh::keys::HashAlg;
use russh::server::Config;
use russh::{MethodKind, MethodSet, cipher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::limits::{
    ACCEPT_PAUSE, CHANNEL_PACKET, CHANNEL_WINDOW, KEEPALIVE_INTERVAL, KEEPALIVE_MAX, LOGIN_ATTEMPTS, LOGIN_GRACE,
    LOGINS,
};

use connection::{Connection, Progress};

/// The subsystem that is served.
const SUBSYSTEM: &str = "powershell";

/// Messages that wait for a channel's reader before the connection is not read any further.
const CHANNEL_MESSAGES: usize = 32;

/// What the server is made of.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Its private key; made at the first start.
    pub host_key: PathBuf,
    /// Who may log in; read at every login.
    pub authorized_keys: PathBuf,
    /// The only user name that may log in.
    pub user: String,
}

/// A client that has asked for the subsystem.
pub(crate) struct ServeSession {
    /// From the client. A connection that is lost is an error, an orderly end is end of file.
    pub reader: Box<dyn AsyncRead + Send + Unpin>,
    /// To the client; waits while the client's window is full.
    pub writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// The variables that the client has set and the server accepts.
    pub env: Vec<(String, String)>,
    /// Where the client is, as `address port number`.
    pub peer: String,
}

/// A server that listens.
pub(crate) struct Server {
    listener: TcpListener,
    config: Arc<Config>,
    settings: Arc<Settings>,
    fingerprint: String,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    HostKey(#[from] host_key::HostKeyError),
}

impl Server {
    /// Reads or makes the host key and starts to listen.
    ///
    /// Cancel-safe.
    ///
    /// # Errors
    /// The address is taken, or the host key cannot be used.
    pub(crate) async fn bind(settings: Settings) -> Result<Self, StartError> {
        let key = host_key::load_or_create(&settings.host_key)?;
        let fingerprint = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let listener = TcpListener::bind(settings.listen).await;
        let listener = listener.map_err(|source| StartError::Listen { address: settings.listen, source })?;
        let mut config = Config {
            methods: MethodSet::from(&[MethodKind::PublicKey][..]),
            // The first question of most clients is which methods there are; the answer needs no delay.
            auth_rejection_time_initial: Some(std::time::Duration::ZERO),
            keys: vec![key],
            window_size: CHANNEL_WINDOW,
            maximum_packet_size: CHANNEL_PACKET,
            channel_buffer_size: CHANNEL_MESSAGES,
            max_auth_attempts: LOGIN_ATTEMPTS,
            inactivity_timeout: None,
            keepalive_interval: Some(KEEPALIVE_INTERVAL),
            keepalive_max: KEEPALIVE_MAX,
            nodelay: true,
            ..Config::default()
        };
        let mut ciphers = config.preferred.cipher.to_vec();
        ciphers.sort_by_key(|name| *name != cipher::AES_256_GCM);
        config.preferred.cipher = ciphers.into();
        Ok(Self { listener, config: Arc::new(config), settings: Arc::new(settings), fingerprint })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not say.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The SHA256 fingerprint of the host key, as clients show it.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Serves clients until it is dropped; `serve` gets every client that asks for the subsystem and returns the exit code for
    /// it.
    ///
    /// Cancel-safe: dropping it stops listening, and connections end with the runtime.
    pub(crate) async fn run<F, S>(self, serve: F)
    where
        F: Fn(ServeSession) -> S + Clone + Send + Sync + 'static,
        S: Future<Output = u8> + Send + 'static,
    {
        let logins = Arc::new(Semaphore::new(LOGINS));
        loop {
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many files usually; the next one would fail at once, too.
                    tracing::warn!(%error, "Cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let Ok(permit) = Arc::clone(&logins).try_acquire_owned() else {
                tracing::warn!(%peer, "Too many connections are logging in");
                continue;
            };
            let (progress, done) = Progress::new(permit);
            let connection = Connection::new(Arc::clone(&self.settings), peer, progress, serve.clone());
            tokio::spawn(attend(stream, Arc::clone(&self.config), connection, done, peer));
        }
    }
}

/// One connection from its first byte to its end.
async fn attend<F, S>(
    stream: TcpStream,
    config: Arc<Config>,
    connection: Connection<F>,
    logged_in: connection::LoggedIn,
    peer: SocketAddr,
) where
    F: Fn(ServeSession) -> S + Clone + Send + Sync + 'static,
    S: Future<Output = u8> + Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "Cannot switch off Nagle's algorithm");
    }
    let grace = tokio::time::Instant::now() + LOGIN_GRACE;
    let started = tokio::time::timeout_at(grace, russh::server::run_stream(config, stream, connection)).await;
    let mut session = match started {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => return tracing::debug!(%peer, %error, "Not an SSH client"),
        Err(_) => return tracing::info!(%peer, "No SSH client within the time to log in"),
    };
    let in_time = tokio::select! {
        ended = &mut session => {
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "Connection ended");
            }
            return;
        }
        in_time = tokio::time::timeout_at(grace, logged_in) => in_time.is_ok(),
    };
    if !in_time {
        tracing::info!(%peer, "No login within the time for it");
        let reason = "the time to log in is over".to_owned();
        // Fails only when the connection has ended already.
        let _ = session.handle().disconnect(russh::Disconnect::ByApplication, reason, String::new()).await;
    }
    if let Err(error) = session.await {
        tracing::debug!(%peer, %error, "Connection ended");
    }
}
