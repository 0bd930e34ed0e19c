//! The session key of PSRP: the RSA key pair with which a client fetches it (MS-PSRP 2.2.2.3 PUBLIC_KEY, 2.2.2.4
//! ENCRYPTED_SESSION_KEY) and the AES encryption of SecureString (MS-PSRP 2.2.5.1.24).
//!
//! The layouts of the two blobs are in [`psrp_proto::key`]; here is the cryptography. Secrets are wiped when they are dropped.

use std::fmt;

use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, KeySize, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey, PublicKeyComponents,
};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

pub use psrp_proto::key::KeyError as LayoutError;

/// Bytes of a session key: AES-256.
pub const SESSION_KEY_BYTES: usize = 32;

/// Why a step with keys failed.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum KeyError {
    /// The blob of the peer has another layout.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The public key of the peer is none that can be encrypted for.
    #[error("the peer sent an RSA key that cannot be used")]
    PublicKey,
    /// What the peer encrypted cannot be decrypted. It is not said why: that would help to guess the key.
    #[error("what the peer encrypted cannot be decrypted")]
    Decrypt,
    /// The system gave no key: no random bytes or no memory.
    #[error("no key could be generated")]
    Generate,
}

/// The RSA-2048 key pair of a client.
pub struct KeyPair {
    private: Pkcs1PrivateDecryptingKey,
    public: PublicKeyBlob,
}

impl KeyPair {
    /// Makes a key pair. That takes 50 to 400 ms: never on a thread that serves anything.
    ///
    /// # Errors
    /// [`KeyError::Generate`].
    pub fn generate() -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let modulus = pair.public_key().modulus().big_endian_without_leading_zero().to_vec();
        let exponent = pair.public_key().exponent().big_endian_without_leading_zero();
        let exponent = exponent.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        let private = PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| KeyError::Generate)?;
        let private = Pkcs1PrivateDecryptingKey::new(private).map_err(|_| KeyError::Generate)?;
        Ok(Self { private, public: PublicKeyBlob { exponent, modulus } })
    }

    /// The blob for PUBLIC_KEY.
    #[must_use]
    pub fn public_blob(&self) -> Vec<u8> {
        self.public.encode()
    }

    /// Decrypts the blob of ENCRYPTED_SESSION_KEY.
    ///
    /// # Errors
    /// [`KeyError::Layout`], [`KeyError::Decrypt`].
    pub fn decrypt_session_key(&self, blob: &[u8]) -> Result<SessionKey, KeyError> {
        let SimpleBlob { encrypted } = SimpleBlob::decode(blob)?;
        let mut space = Zeroizing::new(vec![0; self.private.min_output_size()]);
        let key = self.private.decrypt(&encrypted, &mut space).map_err(|_| KeyError::Decrypt)?;
        // The key is encrypted as it is; only the result of the encryption is turned around.
        let key = <[u8; SESSION_KEY_BYTES]>::try_from(&*key).map_err(|_| KeyError::Decrypt)?;
        Ok(SessionKey(Zeroizing::new(key)))
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The session key of a server, with which SecureStrings are encrypted in both directions.
pub struct SessionKey(Zeroizing<[u8; SESSION_KEY_BYTES]>);

impl SessionKey {
    /// A new random key: what a server does, once per session.
    ///
    /// # Errors
    /// [`KeyError::Generate`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = Zeroizing::new([0; SESSION_KEY_BYTES]);
        aws_lc_rs::rand::fill(key.as_mut()).map_err(|_| KeyError::Generate)?;
        Ok(Self(key))
    }

    /// A key that is known already.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; SESSION_KEY_BYTES]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// The blob of ENCRYPTED_SESSION_KEY for the client that sent the blob `public_key` in PUBLIC_KEY.
    ///
    /// # Errors
    /// [`KeyError::Layout`], [`KeyError::PublicKey`].
    pub fn encrypt_for(&self, public_key: &[u8]) -> Result<Vec<u8>, KeyError> {
        let PublicKeyBlob { exponent, modulus } = PublicKeyBlob::decode(public_key)?;
        let without_zeros = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
        let components = PublicKeyComponents { n: without_zeros(&modulus), e: without_zeros(&exponent.to_be_bytes()) };
        let key: PublicEncryptingKey = components.try_into().map_err(|_| KeyError::PublicKey)?;
        let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| KeyError::PublicKey)?;
        let mut space = vec![0; key.ciphertext_size()];
        let encrypted = key.encrypt(self.0.as_slice(), &mut space).map_err(|_| KeyError::PublicKey)?.to_vec();
        Ok(SimpleBlob { encrypted }.encode())
    }

    /// The content of `<SS>` for `text`: base64 of AES-256-CBC over UTF-16LE, with an initialisation vector of zeros, as every
    /// PSRP peer does.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the cipher cannot be set up.
    pub fn encrypt_text(&self, text: &str) -> Result<String, KeyError> {
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(self.cipher_key()?).map_err(|_| KeyError::Generate)?;
        // One allocation, so that no copy of the plain text stays behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 16));
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let zero = EncryptionContext::Iv128(FixedLength::from([0; 16]));
        key.less_safe_encrypt(&mut *bytes, zero).map_err(|_| KeyError::Generate)?;
        Ok(STANDARD.encode(&*bytes))
    }

    /// The text in `<SS>`.
    ///
    /// # Errors
    /// [`KeyError::Decrypt`] for whatever is wrong with it.
    pub fn decrypt_text(&self, content: &str) -> Result<Zeroizing<String>, KeyError> {
        let mut bytes = Zeroizing::new(STANDARD.decode(content.trim()).map_err(|_| KeyError::Decrypt)?);
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(self.cipher_key()?).map_err(|_| KeyError::Decrypt)?;
        let zero = DecryptionContext::Iv128(FixedLength::from([0; 16]));
        let plain = key.decrypt(&mut bytes, zero).map_err(|_| KeyError::Decrypt)?;
        let (units, []) = plain.as_chunks::<2>() else { return Err(KeyError::Decrypt) };
        let mut text = Zeroizing::new(String::with_capacity(plain.len() * 2));
        for unit in char::decode_utf16(units.iter().copied().map(u16::from_le_bytes)) {
            text.push(unit.map_err(|_| KeyError::Decrypt)?);
        }
        Ok(text)
    }

    fn cipher_key(&self) -> Result<UnboundCipherKey, KeyError> {
        UnboundCipherKey::new(&AES_256, self.0.as_slice()).map_err(|_| KeyError::Generate)
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SessionKey {
        SessionKey::from_bytes(std::array::from_fn(|index| index.try_into().unwrap()))
    }

    #[test]
    fn the_known_secure_string() {
        assert_eq!(key().encrypt_text("P@ss").unwrap(), "vs3d32kmcv4Ke0pF/7PSSA==");
        assert_eq!(*key().decrypt_text("vs3d32kmcv4Ke0pF/7PSSA==").unwrap(), "P@ss");
    }

    #[test]
    fn every_text_comes_back() {
        let long = "x".repeat(10_000);
        for text in ["", "P@ss", "Grüße, 世界 \u{1F600}\0", &long] {
            let content = key().encrypt_text(text).unwrap();
            assert_eq!(*key().decrypt_text(&content).unwrap(), text);
        }
        // Nothing is one block of padding.
        assert_eq!(STANDARD.decode(key().encrypt_text("").unwrap()).unwrap().len(), 16);
    }

    #[test]
    fn every_wrong_content_gives_the_same_error() {
        let odd = {
            let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(key().cipher_key().unwrap()).unwrap();
            let mut bytes = b"odd".to_vec();
            cipher.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128(FixedLength::from([0; 16]))).unwrap();
            STANDARD.encode(bytes)
        };
        for content in
            ["", "vs3d32kmcv4Ke0pF", "vs3d32kmcv4Ke0pF/7PSSB==", "AAAAAAAAAAAAAAAAAAAAAA==", "not base64", &odd]
        {
            assert_eq!(key().decrypt_text(content), Err(KeyError::Decrypt), "{content}");
        }
    }

    #[test]
    fn the_session_key_reaches_the_client() {
        let pair = KeyPair::generate().unwrap();
        let public = pair.public_blob();
        assert_eq!(public.len(), 276);
        assert_eq!(public[..20], [6, 2, 0, 0, 0, 0xA4, 0, 0, 0x52, 0x53, 0x41, 0x31, 0, 8, 0, 0, 1, 0, 1, 0]);
        let blob = key().encrypt_for(&public).unwrap();
        assert_eq!(blob.len(), 268);
        assert_eq!(*pair.decrypt_session_key(&blob).unwrap().0, *key().0);

        let mut broken = blob.clone();
        broken[100] ^= 1;
        for wrong in [&broken[..], &blob[..267], &[&blob[..], &[0]].concat()] {
            let error = pair.decrypt_session_key(wrong).unwrap_err();
            assert_eq!(error, KeyError::Decrypt);
        }
    }

    #[test]
    fn a_hostile_public_key_is_refused() {
        let good = KeyPair::generate().unwrap().public_blob();
        let even = [&good[..20], &[0; 1], &good[21..]].concat();
        let null = [&good[..20], &[0; 256]].concat();
        let no_exponent = [&good[..16], &[0; 4], &good[20..]].concat();
        for blob in [&[][..], &good[..275], &null, &no_exponent, &even] {
            assert!(key().encrypt_for(blob).is_err());
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", key()), "SessionKey(..)");
    }
}
