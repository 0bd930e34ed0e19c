//! Bytes into lines.

use alloc::vec::Vec;

use super::FramingError;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Cuts a byte stream into lines as .NET's `ReadLine` does: a line ends with LF, CR or CRLF, the last one also with the
/// stream. A byte-order mark at the very start is skipped.
///
/// A line that arrives whole in one input is handed out without a copy.
#[derive(Debug)]
pub struct LineReader {
    /// Beginning of a line whose end has not arrived, and after it was handed out the whole line until the next call.
    partial: Vec<u8>,
    partial_is_spent: bool,
    /// The last line ended with CR: a LF that follows belongs to it.
    after_cr: bool,
    at_start: bool,
    limit: usize,
}

impl LineReader {
    /// A reader that refuses lines of more than `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { partial: Vec::new(), partial_is_spent: false, after_cr: false, at_start: true, limit }
    }

    /// The next line that ends in `input`, which is advanced behind it; `None` when all of `input` was taken.
    ///
    /// # Errors
    /// [`FramingError::LineTooLong`]. The reader is of no use afterwards.
    pub fn next<'l, 'i: 'l>(&'l mut self, input: &mut &'i [u8]) -> Result<Option<&'l [u8]>, FramingError> {
        self.forget_spent();
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            *input = input.strip_prefix(b"\n").unwrap_or(input);
        }
        let end = memchr::memchr2(b'\n', b'\r', input);
        let length = end.unwrap_or(input.len());
        if self.partial.len().saturating_add(length) > self.limit {
            return Err(FramingError::LineTooLong { limit: self.limit });
        }
        let (head, tail) = input.split_at_checked(length).unwrap_or((input, &[]));
        let Some((line_end, rest)) = tail.split_first() else {
            self.partial.extend_from_slice(head);
            *input = &[];
            return Ok(None);
        };
        self.after_cr = *line_end == b'\r';
        *input = rest;
        let line = if self.partial.is_empty() {
            head
        } else {
            self.partial.extend_from_slice(head);
            self.partial_is_spent = true;
            &self.partial
        };
        Ok(Some(Self::without_bom(&mut self.at_start, line)))
    }

    /// The last line, when the stream ended without a line end.
    pub fn finish(&mut self) -> Option<&[u8]> {
        self.forget_spent();
        if self.partial.is_empty() {
            return None;
        }
        self.partial_is_spent = true;
        Some(Self::without_bom(&mut self.at_start, &self.partial))
    }

    fn forget_spent(&mut self) {
        if self.partial_is_spent {
            self.partial_is_spent = false;
            self.partial.clear();
            // One large line must not pin its memory for the rest of the link.
            self.partial.shrink_to(64 << 10);
        }
    }

    fn without_bom<'l>(at_start: &mut bool, line: &'l [u8]) -> &'l [u8] {
        if core::mem::take(at_start) { line.strip_prefix(BOM).unwrap_or(line) } else { line }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    fn lines(reader: &mut LineReader, mut input: &[u8]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        while let Some(line) = reader.next(&mut input).unwrap() {
            found.push(line.to_vec());
        }
        found
    }

    #[test]
    fn every_line_end_and_the_bom() {
        let mut reader = LineReader::new(100);
        assert_eq!(lines(&mut reader, b"\xef\xbb\xbfa\nb\r\nc\rd"), [b"a", b"b", b"c"]);
        assert_eq!(lines(&mut reader, b"\r"), [b"d"]);
        assert_eq!(lines(&mut reader, b"\n\n\xef\xbb\xbfe"), [b""]);
        assert_eq!(reader.finish(), Some(&b"\xef\xbb\xbfe"[..]), "only the first mark is skipped");
        assert_eq!(reader.finish(), None);
    }

    #[test]
    fn a_long_line_is_refused_whole_or_in_pieces() {
        let mut reader = LineReader::new(4);
        assert_eq!(lines(&mut reader, b"abcd\nab"), [b"abcd"]);
        assert_eq!(reader.next(&mut &b"cde"[..]), Err(FramingError::LineTooLong { limit: 4 }));
        assert_eq!(LineReader::new(4).next(&mut &b"abcde\n"[..]), Err(FramingError::LineTooLong { limit: 4 }));
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(bytes in prop::collection::vec(prop::sample::select(vec![b'\r', b'\n', b'x', 0xef, 0xbb, 0xbf]), 0..60), cuts in prop::collection::vec(1usize..7, 60)) {
            let mut whole = LineReader::new(1000);
            let mut expected = lines(&mut whole, &bytes);
            expected.extend(whole.finish().map(<[u8]>::to_vec));
            let mut reader = LineReader::new(1000);
            let mut found = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts {
                let (head, tail) = rest.split_at(cut.min(rest.len()));
                found.extend(lines(&mut reader, head));
                rest = tail;
            }
            found.extend(lines(&mut reader, rest));
            found.extend(reader.finish().map(<[u8]>::to_vec));
            prop_assert_eq!(found, expected);
        }
    }
}
