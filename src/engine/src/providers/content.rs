//! Content: what `Get-Content` reads, piece by piece.

use std::io::{self, Read, Seek};

use psrpd_dotnet::Str;

use super::encoding::{Encoding, UTF8};
use crate::{cmdlets::Cx, eval::R, platform::FileHandle, value::Value};

/// How many bytes are read at once.
const CHUNK: usize = 64 << 10;

/// The content of an item.
pub(crate) enum Content {
    /// A value that is there already.
    Value(Value),
    /// A file.
    File(Reader),
}

/// Where `Set-Content` and `Add-Content` write.
pub(crate) trait ContentWriter: Send {
    /// Writes the values of one input object.
    ///
    /// # Errors
    /// Where they cannot be written.
    fn write(&mut self, cx: &mut Cx<'_>, values: &[Value]) -> R<()>;
}

/// A file as text or bytes.
pub(crate) struct Reader {
    file: Box<dyn FileHandle>,
    encoding: Encoding,
    /// Bytes that are not decoded yet.
    bytes: Vec<u8>,
    text: String,
    /// How much of the text was taken.
    taken: usize,
    begun: bool,
    ended: bool,
    at: u64,
}

impl Reader {
    pub(crate) fn new(file: Box<dyn FileHandle>, encoding: Option<Encoding>) -> Self {
        Self {
            file,
            encoding: encoding.unwrap_or(UTF8),
            bytes: Vec::new(),
            text: String::new(),
            taken: 0,
            begun: false,
            ended: false,
            at: 0,
        }
    }

    /// Reads further bytes; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = vec![0; CHUNK];
        let count = self.file.read(&mut chunk)?;
        self.bytes.extend_from_slice(chunk.get(..count).unwrap_or(&[]));
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(0));
        Ok(count > 0)
    }

    /// Decodes further text; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let has_more = self.fill()?;
        if !self.begun && (self.bytes.len() >= 4 || !has_more) {
            self.begun = true;
            if let Some((encoding, mark)) = Encoding::marked(&self.bytes) {
                self.encoding = encoding;
                self.bytes.drain(..mark);
            }
        }
        if !self.begun {
            return Ok(true);
        }
        let rest = if has_more { self.encoding.unfinished(&self.bytes) } else { 0 };
        let whole = self.bytes.len().saturating_sub(rest);
        let tail = self.bytes.split_off(whole);
        if self.taken > 0 {
            self.text.drain(..self.taken);
            self.taken = 0;
        }
        self.text.push_str(&self.encoding.decode(&self.bytes));
        self.bytes = tail;
        self.ended = !has_more;
        Ok(has_more)
    }

    fn left(&self) -> &str {
        self.text.get(self.taken..).unwrap_or("")
    }

    fn take(&mut self, length: usize, skip: usize) -> Str {
        let line = self.left().get(..length).unwrap_or("").into();
        self.taken = self.taken.saturating_add(length).saturating_add(skip).min(self.text.len());
        line
    }

    /// The next line, or what comes before the next delimiter.
    pub(crate) fn line(&mut self, delimiter: Option<&str>) -> io::Result<Option<Str>> {
        let mut searched = 0;
        loop {
            let rest = self.left().get(searched..).unwrap_or("");
            let found = match delimiter {
                Some(delimiter) => rest.find(delimiter).map(|at| (at, delimiter.len())),
                None => rest.find(['\n', '\r']).and_then(|at| {
                    let tail = rest.get(at..).unwrap_or("");
                    match tail.as_bytes() {
                        [b'\r', b'\n', ..] => Some((at, 2)),
                        // What follows decides whether it is one line end or half of one.
                        [b'\r'] if !self.ended => None,
                        _ => Some((at, 1)),
                    }
                }),
            };
            if let Some((at, length)) = found {
                return Ok(Some(self.take(searched.saturating_add(at), length)));
            }
            if self.ended {
                let length = self.left().len();
                return Ok((length > 0).then(|| self.take(length, 0)));
            }
            // What was searched need not be searched again, but for a delimiter that may have begun.
            let before = self.left().len().saturating_sub(delimiter.map_or(1, str::len));
            searched = (0..=before).rev().find(|at| self.left().is_char_boundary(*at)).unwrap_or(0);
            self.more()?;
        }
    }

    /// Everything that is left, as text.
    pub(crate) fn all(&mut self) -> io::Result<Str> {
        while self.more()? {}
        let length = self.left().len();
        Ok(self.take(length, 0))
    }

    /// The next bytes; none at the end.
    pub(crate) fn raw(&mut self) -> io::Result<Vec<u8>> {
        self.fill()?;
        Ok(std::mem::take(&mut self.bytes))
    }

    /// How many bytes the file has, where that is known.
    pub(crate) fn length(&self) -> io::Result<usize> {
        Ok(usize::try_from(self.file.length()?).unwrap_or(0))
    }

    /// Looks whether the file has grown since its end was reached; one that was cut is read from its beginning.
    pub(crate) fn look_again(&mut self) -> io::Result<()> {
        let length = self.file.length()?;
        if length < self.at {
            self.file.seek(io::SeekFrom::Start(0))?;
            self.at = 0;
        }
        self.ended = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    struct Memory(Cursor<Vec<u8>>, usize);

    impl Read for Memory {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(self.1);
            self.0.read(&mut buffer[..length])
        }
    }

    impl Write for Memory {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            self.0.write(buffer)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Memory {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    impl FileHandle for Memory {
        fn length(&self) -> io::Result<u64> {
            Ok(self.0.get_ref().len() as u64)
        }

        fn set_length(&self, _length: u64) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(content: &[u8], delimiter: Option<&str>) -> Vec<String> {
        let mut all = Vec::new();
        for step in 1..7 {
            let mut reader = Reader::new(Box::new(Memory(Cursor::new(content.to_vec()), step)), None);
            let mut found = Vec::new();
            while let Some(line) = reader.line(delimiter).unwrap() {
                found.push(line.to_string());
            }
            all.push(found);
        }
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
        all.remove(0)
    }

    #[test]
    fn lines_end_in_three_ways() {
        assert_eq!(lines(b"one\r\ntwo\nthree\rfour", None), ["one", "two", "three", "four"]);
        assert_eq!(lines(b"one\n\ntwo\n\n", None), ["one", "", "two", ""]);
        assert_eq!(lines("é😀\r\n\r".as_bytes(), None), ["é😀", ""]);
        assert_eq!(lines(b"", None), Vec::<String>::new());
        assert_eq!(lines(b"\xFF\xFEa\0\n\0b\0", None), ["a", "b"]);
        assert_eq!(lines(b"x", None), ["x"]);
    }

    #[test]
    fn delimiters_are_not_part_of_what_they_end() {
        assert_eq!(lines(b"a,b,c", Some(",")), ["a", "b", "c"]);
        assert_eq!(lines(b"a--b-c--", Some("--")), ["a", "b-c"]);
    }
}
