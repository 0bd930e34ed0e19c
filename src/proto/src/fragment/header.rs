//! The fragment header.

use super::HEADER_SIZE;

const START: u8 = 1;
const END: u8 = 2;

/// The 21 bytes in front of every fragment's blob (MS-PSRP 2.2.4). All numbers are big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentHeader {
    /// 8 bytes: the same in all fragments of a message, 1 to 2^63-1.
    pub object_id: u64,
    /// 8 bytes: 0, 1, 2, … within the message.
    pub fragment_id: u64,
    /// Flag 0x01: the first fragment of its message.
    pub start: bool,
    /// Flag 0x02: the last one.
    pub end: bool,
    /// 4 bytes: length of the blob behind the header.
    pub blob_length: u32,
}

impl FragmentHeader {
    /// The header as bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_SIZE] {
        let flags = if self.start { START } else { 0 } | if self.end { END } else { 0 };
        let mut bytes = [0; HEADER_SIZE];
        let fields = self.object_id.to_be_bytes().into_iter().chain(self.fragment_id.to_be_bytes());
        let fields = fields.chain([flags]).chain(self.blob_length.to_be_bytes());
        bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Reads a header as it stands. Flag bits without a meaning are ignored.
    #[must_use]
    pub const fn decode(bytes: &[u8; HEADER_SIZE]) -> Self {
        let [o0, o1, o2, o3, o4, o5, o6, o7, f0, f1, f2, f3, f4, f5, f6, f7, flags, b0, b1, b2, b3] = *bytes;
        Self {
            object_id: u64::from_be_bytes([o0, o1, o2, o3, o4, o5, o6, o7]),
            fragment_id: u64::from_be_bytes([f0, f1, f2, f3, f4, f5, f6, f7]),
            start: flags & START != 0,
            end: flags & END != 0,
            blob_length: u32::from_be_bytes([b0, b1, b2, b3]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout() {
        let header = FragmentHeader { object_id: 0x0102, fragment_id: 3, start: true, end: true, blob_length: 0xca };
        let bytes = *b"\0\0\0\0\0\0\x01\x02\0\0\0\0\0\0\0\x03\x03\0\0\0\xca";
        assert_eq!(header.encode(), bytes);
        assert_eq!(FragmentHeader::decode(&bytes), header);
    }
}
