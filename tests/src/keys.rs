//! SSH keys of the tests, made without any program.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, PrivateKey, load_secret_key};

/// Makes an Ed25519 key pair without a passphrase: the private key in the file, the public one beside it with `.pub`.
pub fn make(path: &Path) {
    let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).expect("a new key");
    let text = key.to_openssh(LineEnding::LF).expect("a key has a text");
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    std::fs::write(path.with_extension("pub"), format!("{}\n", public(path))).expect("the public key beside it");
}

/// The public half of a private key file, as `authorized_keys` and `known_hosts` have it.
pub fn public(path: &Path) -> String {
    let key = load_secret_key(path, None).unwrap_or_else(|error| panic!("no key in {}: {error}", path.display()));
    key.public_key().to_openssh().expect("a key has a text")
}
