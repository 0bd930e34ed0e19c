//! The message header.

use bytes::Bytes;
use thiserror::Error;
use uuid::Uuid;

use super::MessageKind;

/// Bytes of a message header.
pub const HEADER_SIZE: usize = 40;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Who a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Destination {
    /// The client.
    Client,
    /// The server.
    Server,
}

impl Destination {
    /// The field's value, of which receivers test this one bit.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        match self {
            Self::Client => 1,
            Self::Server => 2,
        }
    }
}

/// A whole message with its payload as bytes (MS-PSRP 2.2.1 "PowerShell Remoting Protocol Message").
///
/// | bytes | field | encoding |
/// |---|---|---|
/// | 0-3 | destination | little-endian |
/// | 4-7 | type | little-endian |
/// | 8-23 | RPID | .NET GUID order: the first three groups little-endian |
/// | 24-39 | PID | the same |
/// | 40- | payload | UTF-8 CLIXML with byte-order mark, or nothing |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// A bit mask, see [`Destination`].
    pub destination: u32,
    /// The type.
    pub kind: MessageKind,
    /// Id of the runspace pool, chosen by the client; null in what a server sends of the session class.
    pub rpid: Uuid,
    /// Id of the pipeline, equal to the `PSGuid` of its channel; null for the pool.
    pub pid: Uuid,
    /// The payload as it is on the wire.
    pub payload: Bytes,
}

/// A message that is shorter than its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the peer sent a message of {length} bytes, expected a header of {HEADER_SIZE}")]
pub struct HeaderError {
    /// Bytes that came.
    pub length: usize,
}

impl RawMessage {
    /// A message of the pool.
    #[must_use]
    pub const fn pool(to: Destination, kind: MessageKind, rpid: Uuid, payload: Bytes) -> Self {
        Self { destination: to.to_u32(), kind, rpid, pid: Uuid::nil(), payload }
    }

    /// A message of the pipeline `pid`.
    #[must_use]
    pub const fn pipeline(to: Destination, kind: MessageKind, rpid: Uuid, pid: Uuid, payload: Bytes) -> Self {
        Self { destination: to.to_u32(), kind, rpid, pid, payload }
    }

    /// Reads a message. The payload shares the memory of `message`.
    ///
    /// # Errors
    /// [`HeaderError`] when there are fewer than 40 bytes.
    pub fn decode(mut message: Bytes) -> Result<Self, HeaderError> {
        let Some((&header, _)) = message.split_first_chunk::<HEADER_SIZE>() else {
            return Err(HeaderError { length: message.len() });
        };
        let payload = message.split_off(HEADER_SIZE);
        let [d0, d1, d2, d3, t0, t1, t2, t3, guids @ ..] = header;
        let (mut rpid, mut pid) = ([0; 16], [0; 16]);
        rpid.iter_mut().chain(&mut pid).zip(guids).for_each(|(to, from)| *to = from);
        Ok(Self {
            destination: u32::from_le_bytes([d0, d1, d2, d3]),
            kind: MessageKind::from_u32(u32::from_le_bytes([t0, t1, t2, t3])),
            rpid: Uuid::from_bytes_le(rpid),
            pid: Uuid::from_bytes_le(pid),
            payload,
        })
    }

    /// The header as bytes; the payload follows it on the wire.
    #[must_use]
    pub fn encode_header(&self) -> [u8; HEADER_SIZE] {
        let mut header = [0; HEADER_SIZE];
        let fields = self.destination.to_le_bytes().into_iter().chain(self.kind.to_u32().to_le_bytes());
        let fields = fields.chain(self.rpid.to_bytes_le()).chain(self.pid.to_bytes_le());
        header.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        header
    }

    /// The payload without the byte-order mark in front, which stock peers write and need not be there.
    #[must_use]
    pub fn xml(&self) -> &[u8] {
        self.payload.strip_prefix(BOM).unwrap_or(&self.payload)
    }

    /// Whether the message is for `receiver`.
    #[must_use]
    pub const fn is_for(&self, receiver: Destination) -> bool {
        self.destination & receiver.to_u32() != 0
    }

    /// Bytes on the wire, header included.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len().saturating_add(HEADER_SIZE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout() {
        let bytes = b"\x02\0\0\0\x02\0\x01\0\
            \x3a\x0f\x2c\x9d\x1e\x6b\x77\x4a\x8c\x55\x01\xd2\xe3\xf4\xa5\xb6\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \xef\xbb\xbf<S></S>";
        let message = RawMessage::decode(Bytes::from_static(bytes)).unwrap();
        let rpid = Uuid::from_u128(0x9d2c0f3a_6b1e_4a77_8c55_01d2e3f4a5b6);
        let payload = Bytes::from_static(b"\xef\xbb\xbf<S></S>");
        assert_eq!(message, RawMessage::pool(Destination::Server, MessageKind::SessionCapability, rpid, payload));
        assert_eq!(message.xml(), b"<S></S>");
        assert_eq!(message.encode_header()[..], bytes[..HEADER_SIZE]);
        assert!(message.is_for(Destination::Server) && !message.is_for(Destination::Client));
    }

    #[test]
    fn a_short_header_is_an_error() {
        assert_eq!(RawMessage::decode(Bytes::from_static(&[0; 39])), Err(HeaderError { length: 39 }));
        assert!(RawMessage::decode(Bytes::from_static(&[0; 40])).unwrap().payload.is_empty());
    }
}
