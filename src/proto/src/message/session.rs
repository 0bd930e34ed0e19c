//! The messages of the session class: versions and keys.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use psrp_clixml::{Members, Object, Value, Version};

use super::{Fields, Node, PayloadError};
use crate::key::{PublicKeyBlob, SimpleBlob};

/// SESSION_CAPABILITY (MS-PSRP 2.2.2.1): the versions a side speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionCapability {
    /// `protocolversion`: 2.0 to 2.4.
    pub protocol_version: Version,
    /// `PSVersion`: a constant, 2.0, not the version of the product.
    pub ps_version: Version,
    /// `SerializationVersion`: a constant, 1.1.0.1.
    pub serialization_version: Version,
    /// Further properties. Stock peers ignore them; very old clients send `TimeZone` (bytes).
    pub extensions: Members,
}

impl SessionCapability {
    /// What stock peers say that speak this version of the protocol.
    #[must_use]
    pub fn new(protocol_version: Version) -> Self {
        Self {
            protocol_version,
            ps_version: Version::new(2, 0),
            serialization_version: serialization_version(),
            extensions: Members::default(),
        }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        const KNOWN: [&str; 3] = ["protocolversion", "PSVersion", "SerializationVersion"];
        let fields = Fields::of(node, "SESSION_CAPABILITY")?;
        let members = fields.object().members.iter();
        let unknown = members.filter(|(name, _)| !KNOWN.iter().any(|known| name.eq_ignore_case(known)));
        Ok(Self {
            protocol_version: fields.version("protocolversion")?,
            ps_version: fields.version("PSVersion")?,
            serialization_version: fields.version("SerializationVersion")?,
            extensions: unknown.map(|(name, value)| (name.clone(), value.clone())).collect(),
        })
    }

    pub(super) fn to_value(&self) -> Value {
        let bag = Object::bag()
            .with("protocolversion", self.protocol_version)
            .with("PSVersion", self.ps_version)
            .with("SerializationVersion", self.serialization_version);
        self.extensions.iter().fold(bag, |bag, (name, value)| bag.with(name.clone(), value.clone())).into()
    }
}

/// PUBLIC_KEY (MS-PSRP 2.2.2.3): the client's key, for which the server encrypts the session key. On the wire the
/// property `PublicKey`: base64 of the [`PublicKeyBlob`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The key.
    pub key: PublicKeyBlob,
}

impl PublicKey {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let blob = base64_property(node, "PUBLIC_KEY", "PublicKey")?;
        Ok(Self { key: PublicKeyBlob::decode(&blob)? })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag().with("PublicKey", STANDARD.encode(self.key.encode())).into()
    }
}

/// ENCRYPTED_SESSION_KEY (MS-PSRP 2.2.2.4): the answer to PUBLIC_KEY. On the wire the property `EncryptedSessionKey`:
/// base64 of the [`SimpleBlob`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedSessionKey {
    /// The session key, encrypted.
    pub key: SimpleBlob,
}

impl EncryptedSessionKey {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let blob = base64_property(node, "ENCRYPTED_SESSION_KEY", "EncryptedSessionKey")?;
        Ok(Self { key: SimpleBlob::decode(&blob)? })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag().with("EncryptedSessionKey", STANDARD.encode(self.key.encode())).into()
    }
}

fn base64_property(node: Node<'_, '_>, what: &'static str, name: &'static str) -> Result<Vec<u8>, PayloadError> {
    let fields = Fields::of(node, what)?;
    let text: String = fields.text(name)?.to_string_lossy().into();
    STANDARD.decode(text.trim()).map_err(|_| fields.wrong(name, "base64"))
}

/// 1.1.0.1, the only version of CLIXML that stock peers speak.
fn serialization_version() -> Version {
    "1.1.0.1".parse().unwrap_or(Version::new(1, 1))
}
