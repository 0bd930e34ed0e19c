//! Which keys to offer, in which order.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{Certificate, HashAlg, PrivateKey, PublicKey, decode_secret_key, load_openssh_certificate};
use tokio::net::UnixStream;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::super::destination::{Destination, read_text};
use super::super::{ConnectError, Settings, peer_text};

/// A key that can be offered.
pub(super) struct Identity {
    pub(super) public_key: PublicKey,
    /// Offered instead of the bare key.
    pub(super) certificate: Option<Certificate>,
    pub(super) source: Source,
    name: String,
}

/// Who signs.
#[derive(Clone)]
pub(super) enum Source {
    /// An agent that holds the key.
    Agent(Agent, Arc<AgentIdentity>),
    /// A private key that needs no passphrase.
    File(Arc<PrivateKey>),
    /// A private key under a passphrase, and its file for the question.
    Locked(Arc<Zeroizing<String>>, PathBuf),
}

/// A connection to an agent; its identities share it.
pub(super) type Agent = Arc<Mutex<AgentClient<UnixStream>>>;

impl Identity {
    /// For messages: where the key is from, and its fingerprint.
    pub(super) fn description(&self) -> String {
        let kind = if self.certificate.is_some() { "certificate" } else { "key" };
        format!("{kind} {} {}", self.name, self.public_key.fingerprint(HashAlg::Sha256))
    }
}

/// All identities for a destination. An agent that does not answer within `agent_timeout` is left out.
pub(super) async fn collect(
    destination: &Destination,
    settings: &Settings,
    agent_timeout: Duration,
) -> Result<Vec<Identity>, ConnectError> {
    let files = destination.identity_files()?;
    let explicit = !destination.config.identity_files.is_empty();
    let mut from_files: Vec<Identity> = files.iter().filter_map(|path| from_file(path, explicit)).collect();
    let mut from_agent = match agent_socket(destination, settings)? {
        Some(socket) => agent_identities(&socket, agent_timeout).await,
        None => Vec::new(),
    };
    let named: HashSet<String> = files.iter().filter_map(|path| public_of(path)).map(|key| text(&key)).collect();
    let named = |identity: &Identity| named.contains(&text(&identity.public_key));
    if destination.config.identities_only.unwrap_or(false) {
        from_agent.retain(&named);
    }
    // Agent keys that ssh_config names come first; files whose key the agent holds need not be read.
    from_agent.sort_by_key(|identity| !named(identity));
    let held: HashSet<String> = from_agent.iter().map(|identity| text(&identity.public_key)).collect();
    from_files.retain(|identity| !held.contains(&text(&identity.public_key)));
    from_agent.extend(from_files);
    with_certificates(from_agent, destination, &files)
}

fn text(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Puts certificates, from CertificateFile and from `KEY-cert.pub`, before the bare keys that they certify.
fn with_certificates(
    identities: Vec<Identity>,
    destination: &Destination,
    files: &[PathBuf],
) -> Result<Vec<Identity>, ConnectError> {
    let mut paths = Vec::new();
    for file in &destination.config.certificate_files {
        paths.push(destination.path(file)?);
    }
    paths.extend(files.iter().map(|path| suffixed(path, "-cert.pub")));
    let certificates: Vec<Certificate> = paths.iter().filter_map(|path| load_openssh_certificate(path).ok()).collect();
    let mut out = Vec::new();
    for certificate in certificates {
        let key = PublicKey::new(certificate.public_key().clone(), "");
        if let Some(identity) = identities.iter().find(|i| i.certificate.is_none() && text(&i.public_key) == text(&key))
        {
            let (source, name) = (identity.source.clone(), identity.name.clone());
            out.push(Identity { public_key: key, certificate: Some(certificate), source, name });
        }
    }
    out.extend(identities);
    Ok(out)
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The public key of a key file: from `FILE.pub`, else from the file itself.
fn public_of(path: &Path) -> Option<PublicKey> {
    let public = read_text(&suffixed(path, ".pub")).ok().and_then(|t| PublicKey::from_openssh(t.trim()).ok());
    public.or_else(|| {
        let text = read_text(path).ok()?;
        let private = PrivateKey::from_openssh(&text).ok().map(|key| key.public_key().clone());
        private.or_else(|| PublicKey::from_openssh(text.trim()).ok())
    })
}

/// Reads a private key file. Files that do not exist are worth a word only if somebody named them.
fn from_file(path: &Path, explicit: bool) -> Option<Identity> {
    let skip = |reason: &str| {
        if explicit {
            tracing::warn!(file = %path.display(), reason, "Key file is not used");
        }
        None
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return skip(&error.to_string()),
    };
    if metadata.mode() & 0o077 != 0 {
        return skip("others can read it; chmod 600 it");
    }
    let text = match read_text(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) => return skip(&error.to_string()),
    };
    let name = path.display().to_string();
    let source = match decode_secret_key(&text, None) {
        Ok(key) => Source::File(Arc::new(key)),
        Err(russh::keys::Error::KeyIsEncrypted) => Source::Locked(Arc::new(text), path.to_owned()),
        // A public key stands for a private key that the agent holds.
        Err(_) if PublicKey::from_openssh(text.trim()).is_ok() => return None,
        Err(error) => return skip(&error.to_string()),
    };
    let public_key = match &source {
        Source::File(key) => Some(key.public_key().clone()),
        _ => public_of(path),
    };
    match public_key {
        Some(public_key) => Some(Identity { public_key, certificate: None, source, name }),
        None => skip("its public half is unknown; put it beside it as .pub"),
    }
}

/// The agent's socket: IdentityAgent, else the environment.
fn agent_socket(destination: &Destination, settings: &Settings) -> Result<Option<PathBuf>, ConnectError> {
    match destination.config.identity_agent.as_deref() {
        Some("none") => Ok(None),
        None | Some("SSH_AUTH_SOCK") => Ok(settings.agent_socket.clone()),
        Some(name) => match name.strip_prefix('$').filter(|v| !v.starts_with('{')) {
            Some(variable) => Ok(std::env::var_os(variable).map(PathBuf::from)),
            None => destination.path(name).map(Some),
        },
    }
}

async fn agent_identities(socket: &Path, limit: Duration) -> Vec<Identity> {
    let listed = async {
        let mut client = AgentClient::connect(UnixStream::connect(socket).await?);
        let identities = client.request_identities().await?;
        Ok::<_, russh::keys::Error>((client, identities))
    };
    let (client, identities) = match tokio::time::timeout(limit, listed).await {
        Ok(Ok(listed)) => listed,
        Ok(Err(error)) => {
            tracing::warn!(socket = %socket.display(), %error, "The agent cannot be used");
            return Vec::new();
        }
        Err(_) => {
            tracing::warn!(socket = %socket.display(), "The agent does not answer");
            return Vec::new();
        }
    };
    let agent = Arc::new(Mutex::new(client));
    let identity = |listed: AgentIdentity| {
        let (public_key, certificate, comment) = match &listed {
            AgentIdentity::PublicKey { key, comment } => (key.clone(), None, comment),
            AgentIdentity::Certificate { certificate, comment } => {
                (PublicKey::new(certificate.public_key().clone(), ""), Some(certificate.clone()), comment)
            }
        };
        let name = format!("{} of the agent", peer_text(comment));
        Identity { public_key, certificate, source: Source::Agent(Arc::clone(&agent), Arc::new(listed)), name }
    };
    identities.into_iter().map(identity).collect()
}
