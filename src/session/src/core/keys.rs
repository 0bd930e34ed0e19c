//! The session key: chosen by the engine, fetched once, handed to every client.
//!
//! `<SS>` payloads are then never touched: all clients and the engine use the same key.

use alloc::vec::Vec;

use psrp_proto::{Channel, MessageKind, RawMessage};

use super::io::{KeyEvent, KeyRequest, LinkId, Output};
use super::{Core, Lease, payload};

/// How far the exchange with the engine has come.
#[derive(Debug, Default)]
pub(super) struct Keys {
    stage: KeyStage,
    /// PUBLIC_KEY blobs of clients that wait for the key: of each the last.
    waiting: Vec<(LinkId, Vec<u8>)>,
    /// The links for which it is being encrypted.
    encrypting: Vec<LinkId>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum KeyStage {
    #[default]
    Unknown,
    /// Our key pair is being made.
    Generating,
    /// Our PUBLIC_KEY is with the engine.
    Asked,
    /// The engine's answer is being decrypted.
    Accepting,
    Known,
}

impl Keys {
    /// Whether the engine owes us an answer, which must be read whatever else is going on.
    pub(super) fn is_fetching(&self) -> bool {
        self.stage == KeyStage::Asked
    }
}

impl Core {
    /// PUBLIC_KEY of a client: an answer to a probe, or the wish for the session key. It may come any number of times.
    pub(super) fn client_public_key(&mut self, message: &RawMessage) {
        let Some(link) = self.lease.as_ref().and_then(|lease| lease.link) else { return };
        let is_null_host = self.lease.as_ref().is_some_and(|lease: &Lease| lease.host.is_host_null);
        if is_null_host && self.probe.as_ref().is_some_and(|probe| probe.holder == link) {
            self.probe_answered();
        }
        let Some(blob) = payload::read_public_key(&message.payload) else {
            return self.soft_error_to_client("the public key of the client cannot be read");
        };
        let links = &self.links;
        self.keys.waiting.retain(|(waiting, _)| *waiting != link && links.contains_key(waiting));
        self.keys.waiting.push((link, blob));
        self.fetch_key();
        self.give_keys();
    }

    /// Encrypts the key for those who wait for it, for each once at a time.
    fn give_keys(&mut self) {
        if self.keys.stage != KeyStage::Known {
            return;
        }
        let waiting = core::mem::take(&mut self.keys.waiting);
        let (later, now): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(link, _)| self.keys.encrypting.contains(link));
        self.keys.waiting = later;
        for (link, public_key) in now {
            self.keys.encrypting.push(link);
            self.outputs.push_back(Output::Keys(KeyRequest::Encrypt { link, public_key }));
        }
    }

    /// The key was encrypted for a link, or could not be.
    fn key_given(&mut self, link: LinkId) {
        self.keys.encrypting.retain(|encrypting| *encrypting != link);
        self.give_keys();
    }

    /// Asks the engine for its key, once.
    pub(super) fn fetch_key(&mut self) {
        if self.keys.stage == KeyStage::Unknown && self.engine.is_open() {
            self.keys.stage = KeyStage::Generating;
            self.outputs.push_back(Output::Keys(KeyRequest::Generate));
        }
    }

    /// ENCRYPTED_SESSION_KEY of the engine.
    pub(super) fn engine_key(&mut self, message: &RawMessage) {
        if self.keys.stage != KeyStage::Asked {
            return;
        }
        let blob = payload::read_encrypted_session_key(&message.payload);
        self.keys.stage = KeyStage::Accepting;
        let encrypted = blob.unwrap_or_default();
        self.outputs.push_back(Output::Keys(KeyRequest::Accept { encrypted }));
    }

    pub(super) fn key_event(&mut self, event: KeyEvent) {
        match event {
            KeyEvent::PublicKey(blob) => {
                if self.keys.stage == KeyStage::Generating {
                    self.keys.stage = KeyStage::Asked;
                    match payload::public_key(&blob) {
                        Some(key) => self.send_to_pool(MessageKind::PublicKey, key),
                        None => self.key_failed(None, "our own public key cannot be sent"),
                    }
                }
            }
            KeyEvent::Ready => {
                self.keys.stage = KeyStage::Known;
                self.give_keys();
            }
            KeyEvent::Encrypted { link, blob } => {
                let asked = self.lease.as_ref().is_some_and(|lease| lease.link == Some(link));
                if let Some(key) = payload::encrypted_session_key(&blob).filter(|_| asked) {
                    self.send_client(Channel::Session, MessageKind::EncryptedSessionKey, key);
                }
                self.key_given(link);
            }
            KeyEvent::Failed { link, text } => self.key_failed(link, &text),
        }
    }

    fn key_failed(&mut self, link: Option<LinkId>, text: &str) {
        if let Some(link) = link {
            self.key_given(link);
        } else {
            self.keys.stage = KeyStage::Unknown;
            self.keys.waiting.clear();
        }
        self.audit("key.failed", alloc::vec![("reason", text.into())]);
        if link.is_none() || self.lease.as_ref().and_then(|lease| lease.link) == link {
            self.soft_error_to_client(&alloc::format!("the session key could not be exchanged: {text}"));
        }
    }
}
