//! The decision about a host key: known_hosts files, and the question to the user.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use russh::keys::{Algorithm, HashAlg, PublicKey, PublicKeyOrCertificate};

use super::config::StrictHostKeyChecking;
use super::destination::{Destination, read_text};
use super::known_hosts::{KnownHosts, Offered, Verdict, new_line};
use super::prompt::Asker;
use super::{ConnectError, HostKeyError, OfferedKey};

/// What is needed to judge the key of one host.
pub(super) struct HostKeyCheck {
    hosts: KnownHosts,
    name: String,
    addressed: String,
    strict: StrictHostKeyChecking,
    hash: bool,
    /// Where new keys go; none when ssh_config says `none`.
    file: Option<PathBuf>,
    asker: Asker,
}

impl HostKeyCheck {
    pub(super) fn new(destination: &Destination, asker: &Asker) -> Result<Self, ConnectError> {
        let (user, global) = destination.known_hosts_files()?;
        let mut hosts = KnownHosts::default();
        for path in user.iter().chain(&global) {
            match read_text(path) {
                Ok(text) => {
                    for bad in hosts.read(&path.display().to_string(), &text) {
                        tracing::warn!(file = bad.file, line = bad.number, "Line of known_hosts cannot be read");
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // A file that lists revoked keys and cannot be read must not look empty.
                Err(source) => return Err(ConnectError::File { path: path.clone(), source }),
            }
        }
        if let Some(path) = destination.revoked_host_keys()? {
            // As ssh does: a list that is configured and cannot be used refuses every host.
            let unusable = |source| ConnectError::File { path: path.clone(), source };
            let text = read_text(&path).map_err(unusable)?;
            hosts.read_revoked(&path.display().to_string(), &text).map_err(|bad| {
                let reason = format!("line {} is no public key (a KRL needs --transport openssh)", bad.number);
                unusable(io::Error::new(io::ErrorKind::InvalidData, reason))
            })?;
        }
        let alias = destination.config.host_key_alias.clone();
        Ok(Self {
            hosts,
            name: destination.known_hosts_name(),
            addressed: alias.unwrap_or_else(|| destination.host.clone()),
            strict: destination.config.strict_host_key_checking.unwrap_or_default(),
            hash: destination.config.hash_known_hosts.unwrap_or(false),
            file: user.into_iter().next(),
            asker: asker.clone(),
        })
    }

    /// The key types to ask the server for first.
    pub(super) fn known_algorithms(&self) -> Vec<Algorithm> {
        self.hosts.known_algorithms(&self.name)
    }

    /// Whether to ask for a certificate.
    pub(super) fn wants_certificate(&self) -> bool {
        self.hosts.has_authority(&self.name)
    }

    /// Accepts or refuses the key that the server has proved to hold; asks, and adds the key, where that is
    /// allowed. Not cancel-safe: the question stays on the terminal.
    pub(super) async fn judge(&self, offered: &PublicKeyOrCertificate) -> Result<(), HostKeyError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let key = offered.public_key();
        let offered = match offered {
            PublicKeyOrCertificate::PublicKey { key, .. } => Offered::Key(key),
            PublicKeyOrCertificate::Certificate(certificate) => Offered::Certificate(certificate),
        };
        let host = self.name.clone();
        let offered_key = OfferedKey {
            host: host.clone(),
            algorithm: algorithm(&key),
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        };
        tracing::debug!(host, algorithm = offered_key.algorithm, fingerprint = offered_key.fingerprint, "Host key");
        match self.hosts.judge(&self.name, &self.addressed, offered, now) {
            Verdict::Known => Ok(()),
            Verdict::Revoked { place } => Err(HostKeyError::Revoked { host, place }),
            Verdict::BadCertificate { reason } => Err(HostKeyError::Certificate { host, reason }),
            Verdict::Changed { place, expected } => {
                Err(HostKeyError::Changed { key: Box::new(offered_key), expected, place })
            }
            Verdict::Unknown { other_type } => self.unknown(&key, offered_key, other_type).await,
        }
    }

    async fn unknown(
        &self,
        key: &PublicKey,
        offered: OfferedKey,
        other_type: Option<String>,
    ) -> Result<(), HostKeyError> {
        let note = other_type.map_or(String::new(), |place| format!(" ({place} lists a key of another type)"));
        let may_ask = self.strict == StrictHostKeyChecking::Ask && self.asker.is_interactive();
        if may_ask {
            let OfferedKey { host, algorithm, fingerprint } = &offered;
            let question = format!(
                "The {algorithm} key of {host} is not known{note}.\nFingerprint: {fingerprint}\nConnect and remember this key (yes/no/fingerprint)? "
            );
            if !self.confirmed(question, fingerprint).await {
                return Err(HostKeyError::Declined { host: offered.host });
            }
        } else if self.strict != StrictHostKeyChecking::AcceptNew {
            let file = self.file.as_ref().map_or("known_hosts".to_owned(), |f| f.display().to_string());
            return Err(HostKeyError::Unknown { key: Box::new(offered), file, note });
        }
        if let Some(file) = &self.file
            && let Err(error) = self.remember(file, key)
        {
            // The user, or the configuration, has accepted the key: this connection is all right.
            tracing::warn!(file = %file.display(), %error, "Cannot add the host key");
        }
        Ok(())
    }

    /// Asks until the answer is yes, no or the fingerprint; no answer is no.
    async fn confirmed(&self, mut question: String, fingerprint: &str) -> bool {
        loop {
            let Ok(answer) = self.asker.ask(question, true).await else { return false };
            match answer.trim() {
                yes if yes.eq_ignore_ascii_case("yes") || yes == fingerprint => return true,
                no if no.eq_ignore_ascii_case("no") => return false,
                _ => question = "Please type yes, no or the fingerprint: ".to_owned(),
            }
        }
    }

    fn remember(&self, file: &Path, key: &PublicKey) -> io::Result<()> {
        let salt = if self.hash {
            let mut salt = [0; 20];
            aws_lc_rs::rand::fill(&mut salt).map_err(|_| io::Error::other("no random bytes"))?;
            Some(salt)
        } else {
            None
        };
        let line = new_line(&self.name, key, salt).map_err(io::Error::other)?;
        if let Some(directory) = file.parent() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        // A file whose last line has no end would swallow ours.
        let unfinished = std::fs::read(file).is_ok_and(|b| b.last().is_some_and(|&last| last != b'\n'));
        let mut out = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
        out.write_all(format!("{}{line}", if unfinished { "\n" } else { "" }).as_bytes())
    }
}

fn algorithm(key: &PublicKey) -> String {
    match key.algorithm() {
        Algorithm::Ed25519 => "ED25519".to_owned(),
        Algorithm::Rsa { .. } => "RSA".to_owned(),
        Algorithm::Ecdsa { .. } => "ECDSA".to_owned(),
        other => other.as_str().to_owned(),
    }
}
