//! The session key: fetched from the server when the first SecureString is to be written (MS-PSRP 2.2.2.3, 2.2.2.4).

use psrp_clixml::SecureString;
use psrp_keys::{KeyError, KeyPair, SessionKey};
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use tokio::task::JoinHandle;

/// The keys of one session.
#[derive(Debug, Default)]
pub(super) struct Keys {
    generating: Option<JoinHandle<Result<KeyPair, KeyError>>>,
    pair: Option<KeyPair>,
    session: Option<SessionKey>,
}

impl Keys {
    /// Starts to make the key pair, which takes up to half a second, on a thread of its own.
    pub(super) fn generate(&mut self) {
        self.generating = Some(tokio::task::spawn_blocking(KeyPair::generate));
    }

    pub(super) const fn is_generating(&self) -> bool {
        self.generating.is_some()
    }

    /// Waits for the key pair and gives its public half. Only while [`is_generating`](Self::is_generating). Cancel-safe.
    pub(super) async fn generated(&mut self) -> Result<PublicKeyBlob, KeyError> {
        let Some(task) = &mut self.generating else { return std::future::pending().await };
        let made = task.await.unwrap_or(Err(KeyError::Generate));
        self.generating = None;
        let pair = made?;
        let public = PublicKeyBlob::decode(&pair.public_blob())?;
        self.pair = Some(pair);
        Ok(public)
    }

    /// Takes the session key in.
    pub(super) fn accept(&mut self, encrypted: &SimpleBlob) -> Result<(), KeyError> {
        let pair = self.pair.as_ref().ok_or(KeyError::Decrypt)?;
        self.session = Some(pair.decrypt_session_key(&encrypted.encode())?);
        Ok(())
    }

    pub(super) const fn is_ready(&self) -> bool {
        self.session.is_some()
    }

    /// `text` as a SecureString of this session.
    pub(super) fn seal(&self, text: &str) -> Result<SecureString, KeyError> {
        self.session.as_ref().ok_or(KeyError::Generate)?.encrypt_text(text).map(SecureString)
    }
}
