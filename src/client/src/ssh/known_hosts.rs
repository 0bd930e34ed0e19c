//! known_hosts files: is this the key of that host?
//!
//! The format is that of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. Lines are parsed by the key library, matching is
//! ours: a revoked key refuses before anything else, certificate authorities, hashed names, wildcards, negation
//! and `[host]:port` count as they do for ssh(1).

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use russh::keys::ssh_key::known_hosts::{Entry, HostPatterns, Marker};
use russh::keys::{Algorithm, Certificate, HashAlg, PublicKey};

use super::config::pattern::{ListMatch, matches_list};

/// The lines of all known_hosts files, in order.
#[derive(Debug, Default)]
pub struct KnownHosts {
    lines: Vec<Line>,
    revoked: Vec<(PublicKey, String)>,
}

#[derive(Debug)]
struct Line {
    entry: Entry,
    file: String,
    number: usize,
}

/// A line that was skipped because it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The file's name.
    pub file: String,
    /// Its line, from 1.
    pub number: usize,
}

/// What the files say about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A line lists exactly this key for the host, or the authority that signed the certificate.
    Known,
    /// A line lists the key as revoked.
    Revoked {
        /// Where: `file:line`.
        place: String,
    },
    /// Lines list other keys for the host, among them one of the same type.
    Changed {
        /// The first such line: `file:line`.
        place: String,
        /// Its key's SHA256 fingerprint.
        expected: String,
    },
    /// No line lists a key of this type for the host.
    Unknown {
        /// A line that lists a key of another type for the host, if there is one: `file:line`.
        other_type: Option<String>,
    },
    /// The server's certificate is not acceptable, and no line lists its bare key.
    BadCertificate {
        /// Why not.
        reason: String,
    },
}

/// The key that a server proved to hold.
#[derive(Debug, Clone, Copy)]
pub enum Offered<'a> {
    /// A bare key.
    Key(&'a PublicKey),
    /// A host certificate.
    Certificate(&'a Certificate),
}

impl KnownHosts {
    /// Adds the lines of a file. Lines that cannot be read are skipped, as ssh does, and returned.
    pub fn read(&mut self, file: &str, text: &str) -> Vec<BadLine> {
        let mut bad = Vec::new();
        for (index, raw) in text.lines().enumerate() {
            // The parser wants single blanks.
            let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            match line.parse() {
                Ok(entry) => self.lines.push(Line { entry, file: file.to_owned(), number }),
                Err(_) => bad.push(BadLine { file: file.to_owned(), number }),
            }
        }
        bad
    }

    /// Adds a RevokedHostKeys file: one public key per line. A key revocation list (KRL) is not understood.
    ///
    /// # Errors
    /// The number of the first line that is no key, from 1: a list that cannot be read whole protects nobody.
    pub fn read_revoked(&mut self, file: &str, text: &str) -> Result<(), BadLine> {
        for (index, line) in text.lines().enumerate() {
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let key = PublicKey::from_openssh(&line).map_err(|_| BadLine { file: file.to_owned(), number })?;
            self.revoked.push((key, format!("{file}:{number}")));
        }
        Ok(())
    }

    /// Judges the key that the server of `name` holds; `name` is that of [`host_name`]. `now` is Unix time in
    /// seconds, for the validity of certificates; `addressed` the plain host name, without port, which a
    /// certificate has to name.
    pub fn judge(&self, name: &str, addressed: &str, offered: Offered<'_>, now: u64) -> Verdict {
        if let Some(place) = self.revoked(name, offered) {
            return Verdict::Revoked { place };
        }
        match offered {
            Offered::Key(key) => self.judge_key(name, key),
            Offered::Certificate(certificate) => match self.certificate(name, addressed, certificate, now) {
                Ok(()) => Verdict::Known,
                Err(reason) => {
                    // The key inside may be known by itself.
                    let key = PublicKey::new(certificate.public_key().clone(), "");
                    match self.judge_key(name, &key) {
                        Verdict::Known => Verdict::Known,
                        _ => Verdict::BadCertificate { reason },
                    }
                }
            },
        }
    }

    fn judge_key(&self, name: &str, key: &PublicKey) -> Verdict {
        let lines: Vec<&Line> = self.host_lines(name).collect();
        if lines.iter().any(|line| line.holds(key)) {
            return Verdict::Known;
        }
        let same_type = lines.iter().find(|line| type_name(line.entry.public_key()) == type_name(key));
        match same_type {
            Some(line) => {
                let expected = line.entry.public_key().fingerprint(HashAlg::Sha256).to_string();
                Verdict::Changed { place: line.place(), expected }
            }
            None => Verdict::Unknown { other_type: lines.first().map(|line| line.place()) },
        }
    }

    fn revoked(&self, name: &str, offered: Offered<'_>) -> Option<String> {
        let keys: Vec<PublicKey> = match offered {
            Offered::Key(key) => vec![key.clone()],
            Offered::Certificate(c) => {
                vec![PublicKey::new(c.public_key().clone(), ""), PublicKey::new(c.signature_key().clone(), "")]
            }
        };
        let everywhere =
            self.revoked.iter().find(|(revoked, _)| keys.iter().any(|k| k.key_data() == revoked.key_data()));
        if let Some((_, place)) = everywhere {
            return Some(place.clone());
        }
        self.lines
            .iter()
            .filter(|line| line.entry.marker() == Some(&Marker::Revoked) && line.applies(name))
            .find(|line| keys.iter().any(|key| line.holds(key)))
            .map(Line::place)
    }

    fn certificate(&self, name: &str, addressed: &str, certificate: &Certificate, now: u64) -> Result<(), String> {
        let authorities: Vec<_> = self
            .lines
            .iter()
            .filter(|line| line.entry.marker() == Some(&Marker::CertAuthority) && line.applies(name))
            .map(|line| line.entry.public_key().fingerprint(HashAlg::Sha256))
            .collect();
        if authorities.is_empty() {
            return Err("no @cert-authority line of known_hosts is for this host".to_owned());
        }
        if !certificate.cert_type().is_host() {
            return Err("the server sent a user certificate".to_owned());
        }
        certificate
            .validate_at(now, &authorities)
            .map_err(|_| "it is not signed by a known authority, or not valid today".to_owned())?;
        // An empty list of principals would make the certificate good for every host: refused, as by ssh.
        let named = certificate.valid_principals().iter().any(|p| p == addressed);
        if named { Ok(()) } else { Err(format!("it does not name the host {addressed}")) }
    }

    fn host_lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.entry.marker().is_none() && line.applies(name))
    }

    /// The types of the keys known for a host, so that the server is asked for one of these first; a host known
    /// by its RSA key must not look unknown because it also has a newer one.
    pub fn known_algorithms(&self, name: &str) -> Vec<Algorithm> {
        let mut seen = BTreeSet::new();
        let keys = self.host_lines(name).map(|line| line.entry.public_key());
        keys.filter(|key| seen.insert(type_name(key))).map(PublicKey::algorithm).collect()
    }

    /// Whether certificates can be judged at all for the host.
    pub fn has_authority(&self, name: &str) -> bool {
        self.lines.iter().any(|line| line.entry.marker() == Some(&Marker::CertAuthority) && line.applies(name))
    }
}

impl Line {
    fn place(&self) -> String {
        format!("{}:{}", self.file, self.number)
    }

    fn holds(&self, key: &PublicKey) -> bool {
        self.entry.public_key().key_data() == key.key_data()
    }

    fn applies(&self, name: &str) -> bool {
        match self.entry.host_patterns() {
            HostPatterns::Patterns(patterns) => {
                let patterns: Vec<String> = patterns.iter().map(|p| p.to_ascii_lowercase()).collect();
                matches_list(name, patterns.iter().map(String::as_str)) == ListMatch::Positive
            }
            HostPatterns::HashedName { salt, hash } => {
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
                hmac::sign(&key, name.as_bytes()).as_ref() == hash
            }
        }
    }
}

/// The key type without the signature hash: an RSA key is the same key whichever hash signs with it.
fn type_name(key: &PublicKey) -> String {
    match key.algorithm() {
        Algorithm::Rsa { .. } => "ssh-rsa".to_owned(),
        other => other.as_str().to_owned(),
    }
}

/// The name under which a host is listed: lower case, `[host]:port` unless the port is 22.
pub fn host_name(host: &str, port: u16) -> String {
    let host = host.to_ascii_lowercase();
    if port == 22 { host } else { format!("[{host}]:{port}") }
}

/// The line that lists `key` for `name`. With `salt`, the name is hashed (`HashKnownHosts`).
///
/// # Errors
/// The key cannot be written.
pub fn new_line(name: &str, key: &PublicKey, salt: Option<[u8; 20]>) -> Result<String, russh::keys::ssh_key::Error> {
    let mut key = key.clone();
    key.set_comment("");
    let name = match salt {
        None => name.to_owned(),
        Some(salt) => {
            use base64::Engine as _;
            let engine = base64::engine::general_purpose::STANDARD;
            let hmac_key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
            let hash = hmac::sign(&hmac_key, name.as_bytes());
            format!("|1|{}|{}", engine.encode(salt), engine.encode(hash.as_ref()))
        }
    };
    Ok(format!("{name} {}\n", key.to_openssh()?.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::{KnownHosts, Offered, Verdict, host_name, new_line};
    use russh::keys::ssh_key::certificate::{Builder, CertType};
    use russh::keys::ssh_key::private::Ed25519Keypair;
    use russh::keys::{Certificate, PrivateKey, PublicKey};

    const RSA: &str = include_str!("../../tests/keys/rsa.pub");

    fn private(seed: u8) -> PrivateKey {
        PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
    }

    fn key(seed: u8) -> PublicKey {
        private(seed).public_key().clone()
    }

    fn line(name: &str, seed: u8) -> String {
        new_line(name, &key(seed), None).unwrap()
    }

    fn judge(text: &str, name: &str, seed: u8) -> Verdict {
        let mut hosts = KnownHosts::default();
        assert_eq!(hosts.read("kh", text), []);
        hosts.judge(name, name, Offered::Key(&key(seed)), 0)
    }

    #[test]
    fn known_changed_unknown() {
        let text = line("web", 1);
        assert_eq!(judge(&text, "web", 1), Verdict::Known);
        assert!(matches!(judge(&text, "web", 2), Verdict::Changed { place, .. } if place == "kh:1"));
        assert_eq!(judge(&text, "db", 1), Verdict::Unknown { other_type: None });
        let rsa = format!("# c\n\nweb {RSA}");
        assert_eq!(judge(&rsa, "web", 1), Verdict::Unknown { other_type: Some("kh:3".into()) });
        assert_eq!(judge(&format!("{rsa}\n{text}"), "web", 1), Verdict::Known);
    }

    #[test]
    fn revoked_wins_over_known() {
        let text = format!("{}@revoked\t *  {}", line("web", 1), line("", 1).trim_start());
        assert_eq!(judge(&text, "web", 1), Verdict::Revoked { place: "kh:2".into() });
        assert_eq!(judge(&text, "web", 2), judge(&line("web", 1), "web", 2));
    }

    #[test]
    fn revoked_host_keys_file() {
        let mut hosts = KnownHosts::default();
        hosts.read("kh", &line("web", 1));
        hosts.read_revoked("r", &format!("# c\n\n{}", line("", 1).trim_start())).unwrap();
        let verdict = hosts.judge("web", "web", Offered::Key(&key(1)), 0);
        assert_eq!(verdict, Verdict::Revoked { place: "r:3".into() });
        assert_eq!(hosts.read_revoked("r", "SSHKRL\n\0").unwrap_err().number, 1);
    }

    #[test]
    fn ports_wildcards_negation_case() {
        assert_eq!(host_name("Web", 22), "web");
        assert_eq!(host_name("::1", 2222), "[::1]:2222");
        let text = line("*.Example,!bad.example,[web]:2222", 1);
        assert_eq!(judge(&text, "a.example", 1), Verdict::Known);
        assert_eq!(judge(&text, "[web]:2222", 1), Verdict::Known);
        assert_eq!(judge(&text, "bad.example", 1), Verdict::Unknown { other_type: None });
        assert_eq!(judge(&text, "web", 1), Verdict::Unknown { other_type: None });
    }

    #[test]
    fn hashed_names() {
        let text = new_line("[web]:2222", &key(1), Some([7; 20])).unwrap();
        assert!(text.starts_with("|1|") && !text.contains("web"));
        assert_eq!(judge(&text, "[web]:2222", 1), Verdict::Known);
        assert_eq!(judge(&text, "web", 1), Verdict::Unknown { other_type: None });
    }

    #[test]
    fn bad_lines_are_skipped_and_named() {
        let mut hosts = KnownHosts::default();
        let bad = hosts.read("kh", &format!("web ssh-ed25519 %%%\nweb\n@huh web x y\n{}", line("web", 1)));
        assert_eq!(bad.iter().map(|b| b.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(hosts.judge("web", "web", Offered::Key(&key(1)), 0), Verdict::Known);
    }

    #[test]
    fn known_algorithms_are_listed_once() {
        let mut hosts = KnownHosts::default();
        hosts.read("kh", &format!("web {RSA}\n{}{}{}", line("web", 1), line("web", 2), line("db", 3)));
        assert_eq!(hosts.known_algorithms("web").len(), 2);
        assert_eq!(hosts.known_algorithms("nobody").len(), 0);
    }

    fn certificate(authority: u8, principals: &[&str], kind: CertType) -> Certificate {
        let host_key = key(9);
        let mut builder = Builder::new(vec![0; 16], host_key.key_data().clone(), 100, 200).unwrap();
        builder.cert_type(kind).unwrap();
        for principal in principals {
            builder.valid_principal(*principal).unwrap();
        }
        if principals.is_empty() {
            builder.all_principals_valid().unwrap();
        }
        builder.sign(&private(authority)).unwrap()
    }

    #[test]
    fn certificates() {
        let mut hosts = KnownHosts::default();
        hosts.read("kh", &format!("@cert-authority *.example {}", line("", 1).trim_start()));
        let judge =
            |certificate: &Certificate, name, now| hosts.judge(name, name, Offered::Certificate(certificate), now);
        let bad = |verdict| matches!(verdict, Verdict::BadCertificate { .. });
        let good = certificate(1, &["a.example"], CertType::Host);
        assert_eq!(judge(&good, "a.example", 150), Verdict::Known);
        assert!(bad(judge(&good, "a.example", 50)), "not yet valid");
        assert!(bad(judge(&good, "a.example", 250)), "expired");
        assert!(bad(judge(&good, "b.example", 150)), "another host's");
        assert!(bad(judge(&good, "a.other", 150)), "no authority for it");
        assert!(bad(judge(&certificate(2, &["a.example"], CertType::Host), "a.example", 150)), "wrong authority");
        assert!(bad(judge(&certificate(1, &["a.example"], CertType::User), "a.example", 150)), "user certificate");
        assert!(bad(judge(&certificate(1, &[], CertType::Host), "a.example", 150)), "no principals");
        assert!(hosts.has_authority("x.example") && !hosts.has_authority("x"));
    }

    #[test]
    fn revoked_authority_refuses_its_certificates() {
        let mut hosts = KnownHosts::default();
        let authority = line("", 1);
        hosts.read("kh", &format!("@cert-authority * {0}@revoked * {0}", authority.trim_start()));
        let certificate = certificate(1, &["a"], CertType::Host);
        let verdict = hosts.judge("a", "a", Offered::Certificate(&certificate), 150);
        assert!(matches!(verdict, Verdict::Revoked { .. }), "{verdict:?}");
    }
}
