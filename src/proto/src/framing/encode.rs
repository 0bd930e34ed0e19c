//! Elements into lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, BytesMut};
use uuid::fmt::Hyphenated;

use super::ERROR_LINE_PREFIX;
use crate::{Channel, Stream};

/// Writes an element without content, for example `<DataAck PSGuid='…' />` for the name `DataAck`, and a LF.
pub fn write_control(out: &mut BytesMut, name: &'static str, channel: Channel) {
    out.reserve(64);
    out.put_u8(b'<');
    out.put_slice(name.as_bytes());
    write_psguid(out, channel);
    out.put_slice(b" />\n");
}

/// Writes a `Data` element and a LF. Its bytes are `head` followed by `body`.
///
/// Single quotes and this order of the attributes: a stock client searches the line for exactly this form to tell
/// session lines from pipeline lines.
pub fn write_data(out: &mut BytesMut, channel: Channel, stream: Stream, head: &[u8], body: &[u8]) {
    out.put_slice(b"<Data Stream='");
    out.put_slice(stream.name().as_bytes());
    out.put_u8(b'\'');
    write_psguid(out, channel);
    out.put_u8(b'>');
    write_base64(out, head, body);
    out.put_slice(b"</Data>\n");
}

/// Writes the line that tells a stock client of an error. Line ends within `text` become blanks.
pub fn write_error_line(out: &mut BytesMut, text: &str) {
    out.put_slice(ERROR_LINE_PREFIX.as_bytes());
    for byte in text.bytes() {
        out.put_u8(if matches!(byte, b'\r' | b'\n') { b' ' } else { byte });
    }
    out.put_u8(b'\n');
}

fn write_psguid(out: &mut BytesMut, channel: Channel) {
    out.put_slice(b" PSGuid='");
    out.put_slice(channel.guid().hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]).as_bytes());
    out.put_u8(b'\'');
}

/// Base64 of `head` and `body` as one run, without joining them: only the three bytes at the seam are copied.
fn write_base64(out: &mut BytesMut, head: &[u8], body: &[u8]) {
    let whole = head.len().saturating_sub(head.len().checked_rem(3).unwrap_or(0));
    let (aligned, left) = head.split_at_checked(whole).unwrap_or((head, &[]));
    let missing = if left.is_empty() { 0 } else { 3_usize.saturating_sub(left.len()) };
    let (joint, body) = body.split_at_checked(missing).unwrap_or((body, &[]));
    let mut seam = [0_u8; 3];
    let mut filled = 0_usize;
    for (to, from) in seam.iter_mut().zip(left.iter().chain(joint)) {
        *to = *from;
        filled = filled.saturating_add(1);
    }
    for part in [aligned, seam.get(..filled).unwrap_or_default(), body] {
        append_base64(out, part);
    }
}

fn append_base64(out: &mut BytesMut, part: &[u8]) {
    let before = out.len();
    let length = part.len().div_ceil(3).saturating_mul(4);
    out.resize(before.saturating_add(length), 0);
    let written = out.get_mut(before..).map_or(Ok(0), |room| STANDARD.encode_slice(part, room));
    debug_assert_eq!(written, Ok(length), "the room is what base64 needs");
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::{Element, Elements};
    use super::*;

    #[test]
    fn lines_are_byte_for_byte_those_of_a_stock_peer() {
        let p = Channel::Pipeline(Uuid::from_u128(0x4f1b7d60_2c39_4e8a_b6d4_7a8b9c0d1e2f));
        let mut out = BytesMut::new();
        write_control(&mut out, "DataAck", p);
        write_data(&mut out, Channel::Session, Stream::Default, b"AB", b"C");
        write_error_line(&mut out, "one\r\ntwo");
        assert_eq!(
            out,
            "<DataAck PSGuid='4f1b7d60-2c39-4e8a-b6d4-7a8b9c0d1e2f' />\n\
             <Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>QUJD</Data>\n\
             __NamedPipeError__:one  two\n"
        );
    }

    proptest! {
        #[test]
        fn data_comes_back(head in prop::collection::vec(any::<u8>(), 0..70), body in prop::collection::vec(any::<u8>(), 1..200)) {
            let mut out = BytesMut::new();
            write_data(&mut out, Channel::Session, Stream::Default, &head, &body);
            let line = out.strip_suffix(b"\n").unwrap();
            let elements: Vec<_> = Elements::new(line).collect();
            let [Ok(Element::Data { base64, .. })] = elements[..] else { panic!("{elements:?}") };
            prop_assert_eq!(STANDARD.decode(base64).unwrap(), [head, body].concat());
        }
    }
}
