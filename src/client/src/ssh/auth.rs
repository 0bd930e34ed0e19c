//! Logging in, in the order of ssh(1): agent keys named by ssh_config, other agent keys, key files, then
//! keyboard-interactive and password where there is a terminal.

mod identities;
mod signer;

use std::time::Duration;

use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::{Algorithm, HashAlg};
use russh::{MethodKind, MethodSet};

use super::destination::Destination;
use super::prompt::Asker;
use super::russh::{Events, Lost};
use super::{ConnectError, Settings, peer_text};
use crate::limits::{MAX_KEY_ATTEMPTS, MAX_PROMPT_ROUNDS};

use identities::Identity;

/// How many identities an agent may list, and how long it may take to do so, before we go on without it.
const AGENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Most methods that a server may ask for one after the other.
const MAX_STEPS: usize = 4;

/// What helps when keys of the agent are refused one after the other and the right one is not reached.
const TOO_MANY_KEYS: &str =
    "; name the right key with -i and --ssh-option 'IdentitiesOnly yes', as the agent holds too many";

/// One login on one connection.
struct Login<'a> {
    handle: &'a mut Handle<Events>,
    destination: &'a Destination,
    asker: &'a Asker,
    /// Why the server hung up, if it did.
    lost: &'a Lost,
    /// The methods the server would still accept, once it has said so.
    accepts: Option<MethodSet>,
    /// What was tried, for the message when all fails.
    tried: Vec<String>,
    /// A method was accepted and the server wants another one as well (RFC 4252 section 5.1).
    partial: bool,
    /// Keys were left that were not offered, as there were too many.
    crowded: bool,
}

/// Logs in as the destination's user. Not cancel-safe: a question may stay on the terminal.
///
/// # Errors
/// [`ConnectError::Auth`] when everything we have is refused, [`ConnectError::Closed`] when the server hangs up.
pub(super) async fn login(
    handle: &mut Handle<Events>,
    destination: &Destination,
    settings: &Settings,
    asker: &Asker,
    lost: &Lost,
) -> Result<(), ConnectError> {
    let config = &destination.config;
    let interactive = asker.is_interactive() && !config.batch_mode.unwrap_or(false);
    let default = ["publickey", "keyboard-interactive", "password"].map(str::to_owned).to_vec();
    let order = config.preferred_authentications.clone().unwrap_or(default);
    let mut login =
        Login { handle, destination, asker, lost, accepts: None, tried: Vec::new(), partial: true, crowded: false };
    // Once more from the start after each step of a server that wants several.
    for _ in 0..MAX_STEPS {
        if !std::mem::take(&mut login.partial) {
            break;
        }
        for method in &order {
            let done = match method.as_str() {
                "publickey" if config.pubkey_authentication.unwrap_or(true) => login.public_key(settings).await?,
                "keyboard-interactive" if interactive && config.kbd_interactive_authentication.unwrap_or(true) => {
                    login.keyboard_interactive().await?
                }
                "password" if interactive && config.password_authentication.unwrap_or(true) => login.password().await?,
                _ => false,
            };
            if done {
                return Ok(());
            }
        }
    }
    Err(login.refused(interactive))
}

impl Login<'_> {
    fn accepts(&self, method: MethodKind) -> bool {
        self.accepts.as_ref().is_none_or(|accepts| accepts.contains(&method))
    }

    /// Takes in a server's answer; `true` is success.
    fn answered(&mut self, result: AuthResult) -> Result<bool, ConnectError> {
        match result {
            AuthResult::Success => Ok(true),
            // The library reports a connection that ended during the login as an empty list.
            AuthResult::Failure { remaining_methods, .. } if remaining_methods.is_empty() => Err(self.closed()),
            AuthResult::Failure { remaining_methods, partial_success } => {
                self.accepts = Some(remaining_methods);
                self.partial |= partial_success;
                Ok(false)
            }
        }
    }

    fn closed(&self) -> ConnectError {
        let reason = self.lost.get().unwrap_or_default();
        if reason.contains("Too many authentication failures") {
            return self.refusal("no more attempts", TOO_MANY_KEYS);
        }
        let message = match self.tried.last() {
            Some(tried) => format!("it hung up during login, after {}", self.tried_so_far(tried)),
            None => "it hung up during login".to_owned(),
        };
        let message = if reason.is_empty() { message } else { format!("{message}: {reason}") };
        ConnectError::Closed { host: self.destination.host.clone(), message }
    }

    fn tried_so_far(&self, last: &str) -> String {
        match self.tried.len() {
            0 | 1 => last.to_owned(),
            count => format!("{count} attempts, the last with {last}"),
        }
    }

    fn refused(&self, interactive: bool) -> ConnectError {
        let accepts = self.accepts.iter().flat_map(|accepts| accepts.iter());
        let names: Vec<&str> = accepts.map(<&str>::from).filter(|m| *m != "none").collect();
        let password = self.accepts(MethodKind::Password) || self.accepts(MethodKind::KeyboardInteractive);
        let hint = if self.crowded {
            TOO_MANY_KEYS
        } else if self.accepts.is_none() {
            // The key was good, or there was none.
            "; start an agent, name a key with -i, or run it from a terminal"
        } else if password && !interactive {
            "; start an agent or name a key with -i, as there is no terminal to ask for a password"
        } else {
            "; check the user name, and that the key is in the server's authorized_keys"
        };
        self.refusal(&names.join(","), hint)
    }

    fn refusal(&self, accepts: &str, hint: &'static str) -> ConnectError {
        let tried = match self.tried.as_slice() {
            [] => "there was no key to offer".to_owned(),
            tried => format!("tried {}", tried.join(", ")),
        };
        let login = format!("{}@{}", self.destination.user, self.destination.host);
        ConnectError::Auth { login, tried, accepts: accepts.to_owned(), hint }
    }

    async fn public_key(&mut self, settings: &Settings) -> Result<bool, ConnectError> {
        let identities = identities::collect(self.destination, settings, AGENT_TIMEOUT).await?;
        for (attempts, mut identity) in identities.into_iter().enumerate() {
            if !self.accepts(MethodKind::PublicKey) {
                break;
            }
            if attempts == MAX_KEY_ATTEMPTS {
                self.crowded = true;
                break;
            }
            tracing::debug!(identity = identity.description(), "Offering");
            self.tried.push(identity.description());
            if self.offer(&mut identity).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks the server whether it would take this key, and signs only then: a passphrase is never asked in vain.
    async fn offer(&mut self, identity: &mut Identity) -> Result<bool, ConnectError> {
        let hash = self.rsa_hash(&identity.public_key.algorithm()).await?;
        let user = self.destination.user.clone();
        let mut signer = signer::Signer { source: &mut identity.source, asker: self.asker };
        let result = match &identity.certificate {
            Some(certificate) => {
                self.handle.authenticate_certificate_with(user, certificate.clone(), hash, &mut signer).await
            }
            None => {
                let key = identity.public_key.clone();
                self.handle.authenticate_publickey_with(user, key, hash, &mut signer).await
            }
        };
        match result {
            Ok(result) => self.answered(result),
            Err(signer::SignError::Gone) => Err(self.closed()),
            Err(signer::SignError::Declined(reason)) => {
                if let Some(tried) = self.tried.last_mut() {
                    tried.push_str(&format!(" ({reason})"));
                }
                Ok(false)
            }
        }
    }

    /// The signature hash for an RSA key; the server is asked once per key that needs it.
    async fn rsa_hash(&self, algorithm: &Algorithm) -> Result<Option<HashAlg>, ConnectError> {
        if !matches!(algorithm, Algorithm::Rsa { .. }) {
            return Ok(None);
        }
        match self.handle.best_supported_rsa_hash().await {
            // A server that does not say what it takes: SHA-1 signatures are refused nearly everywhere.
            Ok(known) => Ok(known.unwrap_or(Some(HashAlg::Sha512))),
            Err(_) => Err(self.closed()),
        }
    }

    async fn keyboard_interactive(&mut self) -> Result<bool, ConnectError> {
        let user = self.destination.user.clone();
        if !self.accepts(MethodKind::KeyboardInteractive) {
            return Ok(false);
        }
        self.tried.push("keyboard-interactive".to_owned());
        let attempts = self.destination.config.number_of_password_prompts.unwrap_or(3);
        for _ in 0..attempts {
            let started = self.handle.authenticate_keyboard_interactive_start(user.clone(), None).await;
            let mut reply = started.map_err(|_| self.closed())?;
            let mut rounds = 0;
            reply = loop {
                match reply {
                    KeyboardInteractiveAuthResponse::InfoRequest { name, instructions, prompts } => {
                        rounds += 1;
                        if rounds > MAX_PROMPT_ROUNDS || prompts.len() > MAX_PROMPT_ROUNDS {
                            let message = "it asks too many questions".to_owned();
                            let host = self.destination.host.clone();
                            return Err(ConnectError::Handshake { host, message });
                        }
                        let prompts = prompts.into_iter().map(|p| (p.prompt, p.echo)).collect();
                        let Some(answers) = self.ask_all(&name, &instructions, prompts).await else {
                            return Ok(false);
                        };
                        let sent = self.handle.authenticate_keyboard_interactive_respond(answers).await;
                        reply = sent.map_err(|_| self.closed())?;
                    }
                    other => break other,
                }
            };
            match reply {
                KeyboardInteractiveAuthResponse::Success => return Ok(true),
                KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success } => {
                    if self.answered(AuthResult::Failure { remaining_methods, partial_success })?
                        || !self.accepts(MethodKind::KeyboardInteractive)
                    {
                        return Ok(false);
                    }
                }
                KeyboardInteractiveAuthResponse::InfoRequest { .. } => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Puts the server's questions to the user; `None` when the user does not want to answer.
    async fn ask_all(&self, name: &str, instructions: &str, prompts: Vec<(String, bool)>) -> Option<Vec<String>> {
        let mut intro: String = [name, instructions]
            .iter()
            .filter(|t| !t.trim().is_empty())
            .map(|t| format!("{}\n", peer_text(t)))
            .collect();
        let mut answers = Vec::new();
        for (prompt, echo) in prompts {
            // Marked with the host, so that a server cannot imitate another one's question.
            let question =
                format!("{intro}({}@{}) {} ", self.destination.user, self.destination.host, peer_text(&prompt));
            intro.clear();
            answers.push(self.asker.ask(question, echo).await.ok()?.to_string());
        }
        Some(answers)
    }

    async fn password(&mut self) -> Result<bool, ConnectError> {
        let attempts = self.destination.config.number_of_password_prompts.unwrap_or(3);
        for attempt in 0..attempts {
            if !self.accepts(MethodKind::Password) {
                return Ok(false);
            }
            if attempt == 0 {
                self.tried.push("password".to_owned());
            }
            let question = format!("{}@{}'s password: ", self.destination.user, self.destination.host);
            let Ok(password) = self.asker.ask(question, false).await else { return Ok(false) };
            let user = self.destination.user.clone();
            let result = self.handle.authenticate_password(user, password.to_string()).await;
            let result = result.map_err(|_| self.closed())?;
            if self.answered(result)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
