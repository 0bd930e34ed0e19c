//! One SSH connection: who may log in, and what is answered to its requests.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use psrp_channel::{Reader, Writer};
use russh::keys::{Algorithm, HashAlg, PublicKey};
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, ChannelWriteHalf, Pty};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::authorized_keys::{self, Verdict};
use super::stream::{Ended, reader};
use super::{SUBSYSTEM, ServeSession, Settings};
use crate::limits::{CHANNELS, VARIABLE, VARIABLES};

/// Resolves at the login.
pub(super) type LoggedIn = oneshot::Receiver<()>;

/// How far a connection is: holds one of the few places for those who have not logged in.
pub(super) struct Progress {
    place: Option<OwnedSemaphorePermit>,
    logged_in: Option<oneshot::Sender<()>>,
}

impl Progress {
    pub(super) fn new(place: OwnedSemaphorePermit) -> (Self, LoggedIn) {
        let (sender, receiver) = oneshot::channel();
        (Self { place: Some(place), logged_in: Some(sender) }, receiver)
    }

    fn done(&mut self) {
        self.place = None;
        if let Some(sender) = self.logged_in.take() {
            // Nobody waits for it when the time to log in is over.
            let _ = sender.send(());
        }
    }
}

/// The state of a connection; `serve` gets the clients that ask for the subsystem.
pub(super) struct Connection<F> {
    settings: Arc<Settings>,
    peer: SocketAddr,
    progress: Progress,
    serve: F,
    /// Channels that have not asked for anything yet.
    waiting: HashMap<ChannelId, Waiting>,
    channels: usize,
}

struct Waiting {
    reader: Reader,
    ended: Ended,
    write: ChannelWriteHalf<Msg>,
    env: Vec<(String, String)>,
}

impl<F> Connection<F> {
    pub(super) fn new(settings: Arc<Settings>, peer: SocketAddr, progress: Progress, serve: F) -> Self {
        Self { settings, peer, progress, serve, waiting: HashMap::new(), channels: 0 }
    }

    /// Whether the key may log in as the user; refusals of listed keys are for the administrator to know.
    fn judge(&self, user: &str, key: &PublicKey, algorithm: &Algorithm) -> bool {
        let peer = self.peer;
        if user != self.settings.user {
            tracing::info!(%peer, "A login as another user was refused");
            return false;
        }
        if matches!(algorithm, Algorithm::Rsa { hash: None }) {
            tracing::info!(%peer, "A signature with SHA-1 was refused");
            return false;
        }
        let text = match authorized_keys::read(&self.settings.authorized_keys) {
            Ok(text) => text,
            Err(error) => {
                let file = self.settings.authorized_keys.display();
                tracing::warn!(%peer, %file, %error, "Cannot use the list of authorized keys");
                return false;
            }
        };
        match authorized_keys::judge(&text, key, peer.ip()) {
            Verdict::Accepted => true,
            Verdict::Unknown => false,
            Verdict::Refused { line, reason } => {
                let fingerprint = key.fingerprint(HashAlg::Sha256);
                tracing::warn!(%peer, %fingerprint, line, reason, "An authorized key was refused");
                false
            }
        }
    }

    fn refuse(&self, channel: ChannelId, what: &str, session: &mut Session) -> Result<(), russh::Error> {
        tracing::info!(peer = %self.peer, what, "A request was refused: only the subsystem powershell is served");
        session.channel_failure(channel)
    }
}

/// Whether a client may set a variable: what sshd is told to accept, too (`AcceptEnv PSRP_* LANG LC_*`).
fn is_accepted(name: &str, value: &str) -> bool {
    let known = name.starts_with("PSRP_") || name == "LANG" || name.starts_with("LC_");
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    known && plain && !value.contains('\0') && name.len().saturating_add(value.len()) <= VARIABLE
}

impl<F, S> Handler for Connection<F>
where
    F: Fn(ServeSession) -> S + Clone + Send + Sync + 'static,
    S: Future<Output = u8> + Send + 'static,
{
    type Error = russh::Error;

    async fn auth_publickey_offered(&mut self, user: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Self::Error> {
        Ok(if self.judge(user, offer.public_key, offer.algorithm) { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        if !self.judge(user, key.public_key, key.algorithm) {
            return Ok(Auth::reject());
        }
        let fingerprint = key.public_key.fingerprint(HashAlg::Sha256);
        tracing::info!(peer = %self.peer, %fingerprint, "Logged in");
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), Self::Error> {
        self.progress.done();
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        if self.channels >= CHANNELS {
            tracing::warn!(peer = %self.peer, "Too many channels on one connection");
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        self.channels = self.channels.saturating_add(1);
        let id = channel.id();
        let (read, write) = channel.split();
        let (reader, ended) = reader(read);
        self.waiting.insert(id, Waiting { reader, ended, write, env: Vec::new() });
        reply.accept().await;
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        self.waiting.remove(&channel);
        self.channels = self.channels.saturating_sub(1);
        Ok(())
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match self.waiting.get_mut(&channel) {
            Some(waiting) if is_accepted(name, value) && waiting.env.len() < VARIABLES => {
                waiting.env.retain(|(set, _)| set != name);
                waiting.env.push((name.to_owned(), value.to_owned()));
                session.channel_success(channel)
            }
            // As sshd does, without a word: clients send what their configuration says.
            _ => session.channel_failure(channel),
        }
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        if name != SUBSYSTEM {
            return self.refuse(channel, "another subsystem", session);
        }
        let Some(waiting) = self.waiting.remove(&channel) else {
            return self.refuse(channel, "a second request on one channel", session);
        };
        session.channel_success(channel)?;
        let ended = waiting.ended;
        // An error means that the pump is gone, which is an end, too.
        let writer = Writer::new(waiting.write.make_writer(), async { drop(ended.await) });
        let peer = format!("{} port {}", self.peer.ip().to_canonical(), self.peer.port());
        let client =
            ServeSession { reader: Box::new(waiting.reader), writer: Box::new(writer), env: waiting.env, peer };
        let served = (self.serve)(client);
        tokio::spawn(async move {
            let code = served.await;
            // These fail only when the connection has ended already.
            let _ = waiting.write.exit_status(u32::from(code)).await;
            let _ = waiting.write.eof().await;
            let _ = waiting.write.close().await;
        });
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        self.refuse(channel, "a shell", session)
    }

    async fn exec_request(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        self.refuse(channel, "a command", session)
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.refuse(channel, "a terminal", session)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.refuse(channel, "X11 forwarding", session)
    }
}
