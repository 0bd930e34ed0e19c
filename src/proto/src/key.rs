//! The layouts in which the RSA key of a client and the session key of a server travel (MS-PSRP 2.2.5.1.24
//! "Secure String", 2.2.2.3, 2.2.2.4): the key blobs of the Windows CryptoAPI. There is no cryptography here.

use alloc::vec::Vec;

use thiserror::Error;

/// Type PUBLICKEYBLOB, version 2, reserved; CALG_RSA_KEYX; "RSA1".
const PUBLIC_KEY_HEADER: [u8; 12] = [6, 2, 0, 0, 0, 0xA4, 0, 0, b'R', b'S', b'A', b'1'];
/// Type SIMPLEBLOB, version 2, reserved; CALG_AES_256; CALG_RSA_KEYX.
const SIMPLE_HEADER: [u8; 12] = [1, 2, 0, 0, 0x10, 0x66, 0, 0, 0, 0xA4, 0, 0];
/// Bytes of a modulus: stock clients make keys of 2048 bits; 8192 bits leave room.
const MODULUS_BYTES: core::ops::RangeInclusive<usize> = 128..=1024;

/// The peer sent a key in another layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Fewer bytes than the header has, or than it announces.
    #[error("the peer sent a key blob of {got} bytes, expected {expected}")]
    Length {
        /// Bytes that must be there.
        expected: usize,
        /// Bytes that came.
        got: usize,
    },
    /// Another kind of blob, or of key.
    #[error("the peer sent a key that is not an RSA PUBLICKEYBLOB")]
    Header,
    /// A key too short to be safe or too long to be true.
    #[error("the peer sent an RSA key of {bits} bits, expected a whole number of bytes from 1024 to 8192 bits")]
    Size {
        /// Its announced length.
        bits: u32,
    },
}

/// The public half of a client's RSA key pair, as PUBLICKEYBLOB.
///
/// | bytes | |
/// |---|---|
/// | 0-11 | type, version, algorithm, "RSA1" |
/// | 12-15 | length of the modulus in bits, little-endian |
/// | 16-19 | exponent, little-endian |
/// | 20- | modulus, little-endian |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyBlob {
    /// The public exponent; 65537 in stock clients. A stock server reads its low three bytes only.
    pub exponent: u32,
    /// The modulus, most significant byte first.
    pub modulus: Vec<u8>,
}

impl PublicKeyBlob {
    /// Reads a blob. Bytes behind the modulus are ignored.
    ///
    /// # Errors
    /// [`KeyError`] when it is not this layout.
    pub fn decode(blob: &[u8]) -> Result<Self, KeyError> {
        let Some((header, rest)) = blob.split_first_chunk::<20>() else {
            return Err(KeyError::Length { expected: 20, got: blob.len() });
        };
        let [fixed @ .., b0, b1, b2, b3, e0, e1, e2, e3] = *header;
        if fixed != PUBLIC_KEY_HEADER {
            return Err(KeyError::Header);
        }
        let bits = u32::from_le_bytes([b0, b1, b2, b3]);
        let bytes = usize::try_from(bits / 8).unwrap_or(usize::MAX);
        if !bits.is_multiple_of(8) || !MODULUS_BYTES.contains(&bytes) {
            return Err(KeyError::Size { bits });
        }
        let Some(modulus) = rest.get(..bytes) else {
            return Err(KeyError::Length { expected: bytes.saturating_add(20), got: blob.len() });
        };
        let modulus = modulus.iter().rev().copied().collect();
        Ok(Self { exponent: u32::from_le_bytes([e0, e1, e2, e3]), modulus })
    }

    /// The blob.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let bits = u32::try_from(self.modulus.len().saturating_mul(8)).unwrap_or(u32::MAX);
        let mut blob = PUBLIC_KEY_HEADER.to_vec();
        blob.extend(bits.to_le_bytes());
        blob.extend(self.exponent.to_le_bytes());
        blob.extend(self.modulus.iter().rev());
        blob
    }
}

/// The session key of a server, encrypted for a client's RSA key (PKCS #1 v1.5), as SIMPLEBLOB: 12 bytes of header,
/// then the encrypted key, little-endian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleBlob {
    /// What RSA made of the key, most significant byte first.
    pub encrypted: Vec<u8>,
}

impl SimpleBlob {
    /// Reads a blob. The header is not looked at, as in stock clients.
    ///
    /// # Errors
    /// [`KeyError::Length`].
    pub fn decode(blob: &[u8]) -> Result<Self, KeyError> {
        let length = KeyError::Length { expected: MODULUS_BYTES.start().saturating_add(12), got: blob.len() };
        let (_, encrypted) = blob.split_first_chunk::<12>().ok_or(length)?;
        if !MODULUS_BYTES.contains(&encrypted.len()) {
            return Err(length);
        }
        Ok(Self { encrypted: encrypted.iter().rev().copied().collect() })
    }

    /// The blob.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        SIMPLE_HEADER.iter().copied().chain(self.encrypted.iter().rev().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn a_public_key_is_little_endian_on_the_wire() {
        let mut modulus = vec![0; 256];
        modulus[0] = 0xC0;
        modulus[255] = 7;
        let key = PublicKeyBlob { exponent: 65537, modulus };
        let blob = key.encode();
        assert_eq!(blob.len(), 276);
        assert_eq!(blob[..21], *b"\x06\x02\0\0\0\xA4\0\0RSA1\0\x08\0\0\x01\0\x01\0\x07");
        assert_eq!(blob[275], 0xC0);
        assert_eq!(PublicKeyBlob::decode(&blob), Ok(key));
    }

    #[test]
    fn an_encrypted_key_is_reversed() {
        let mut encrypted = vec![0; 256];
        encrypted[0] = 9;
        let key = SimpleBlob { encrypted };
        let blob = key.encode();
        assert_eq!((blob.len(), blob[267]), (268, 9));
        assert_eq!(SimpleBlob::decode(&blob), Ok(key));
    }

    #[test]
    fn other_layouts_are_refused() {
        let good = PublicKeyBlob { exponent: 3, modulus: vec![1; 256] }.encode();
        let with = |at: usize, byte| {
            let mut bad = good.clone();
            bad[at] = byte;
            PublicKeyBlob::decode(&bad)
        };
        assert_eq!(with(0, 7), Err(KeyError::Header));
        assert_eq!(with(12, 1), Err(KeyError::Size { bits: 2049 }));
        assert_eq!(with(15, 0xff), Err(KeyError::Size { bits: 0xff00_0800 }));
        assert_eq!(PublicKeyBlob::decode(&good[..100]), Err(KeyError::Length { expected: 276, got: 100 }));
        assert_eq!(PublicKeyBlob::decode(&good[..9]), Err(KeyError::Length { expected: 20, got: 9 }));
        assert_eq!(SimpleBlob::decode(&[0; 20]), Err(KeyError::Length { expected: 140, got: 20 }));
    }
}
