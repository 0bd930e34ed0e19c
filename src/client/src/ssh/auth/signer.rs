//! Signing a login, by the agent or with a key file whose passphrase is asked for now.

use std::sync::Arc;

use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_encoding::Encode as _;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::{HashAlg, PrivateKey, decode_secret_key, signature};
use zeroize::Zeroizing;

use super::super::prompt::Asker;
use super::identities::Source;

/// How often a passphrase is asked for.
const PASSPHRASE_ATTEMPTS: usize = 3;

/// One signature.
pub(super) struct Signer<'a> {
    pub(super) source: &'a mut Source,
    pub(super) asker: &'a Asker,
}

/// Why there is no signature.
#[derive(Debug)]
pub(super) enum SignError {
    /// The connection has ended.
    Gone,
    /// The key cannot sign; the next one may.
    Declined(String),
}

impl From<russh::SendError> for SignError {
    fn from(_: russh::SendError) -> Self {
        Self::Gone
    }
}

fn declined(reason: impl ToString) -> SignError {
    SignError::Declined(reason.to_string())
}

impl russh::Signer for Signer<'_> {
    type Error = SignError;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, SignError> {
        if let Source::Agent(agent, identity) = &mut *self.source {
            let signed = agent.lock().await.sign_request(identity, hash, data).await;
            return signed.map_err(|e| declined(format!("the agent does not sign: {e}")));
        }
        let key = self.unlocked().await?;
        // RSA signatures take long enough to matter to everything else on this thread.
        let signed = tokio::task::spawn_blocking(move || sign(&key, hash, data)).await;
        signed.map_err(declined)?
    }
}

impl Signer<'_> {
    async fn unlocked(&mut self) -> Result<Arc<PrivateKey>, SignError> {
        let (text, path) = match &*self.source {
            Source::File(key) => return Ok(Arc::clone(key)),
            Source::Locked(text, path) => (Arc::clone(text), path.display().to_string()),
            Source::Agent(..) => return Err(declined("the key is in the agent")),
        };
        if !self.asker.is_interactive() {
            return Err(declined("it has a passphrase, and there is no terminal to ask for it"));
        }
        for _ in 0..PASSPHRASE_ATTEMPTS {
            let question = format!("Passphrase of {path}: ");
            let passphrase = self.asker.ask(question, false).await.map_err(|_| declined("no passphrase was given"))?;
            if passphrase.is_empty() {
                return Err(declined("no passphrase was given"));
            }
            // Deriving the key from the passphrase is slow on purpose.
            let unlocked = tokio::task::spawn_blocking({
                let text = Arc::clone(&text);
                move || unlock(&text, &passphrase)
            });
            if let Ok(Some(key)) = unlocked.await {
                let key = Arc::new(key);
                *self.source = Source::File(Arc::clone(&key));
                return Ok(key);
            }
        }
        Err(declined("the passphrase was wrong"))
    }
}

fn unlock(text: &Zeroizing<String>, passphrase: &Zeroizing<String>) -> Option<PrivateKey> {
    decode_secret_key(text, Some(passphrase)).ok()
}

/// Appends the signature of `data` to it, as a string (RFC 4252 section 7).
fn sign(key: &PrivateKey, hash: Option<HashAlg>, mut data: Vec<u8>) -> Result<Vec<u8>, SignError> {
    let signed = match key.key_data() {
        KeypairData::Rsa(rsa) => signature::Signer::try_sign(&(rsa, hash), &data),
        _ => signature::Signer::try_sign(key, &data),
    };
    let blob: Vec<u8> = signed.map_err(declined)?.encode_vec().map_err(declined)?;
    blob.encode(&mut data).map_err(declined)?;
    Ok(data)
}
