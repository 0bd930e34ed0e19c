//! What follows the head of an answer.

use std::{io::Write, time::Duration};

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::{CHUNK, ENDED, Failure, Head, Wire};
use crate::eval::Runspace;

/// Where it ends.
enum Length {
    Known(u64),
    Chunked,
    UntilTheEnd,
    Over,
}

/// What undoes its compression.
enum Coding {
    None,
    Gzip(MultiGzDecoder<Vec<u8>>),
    /// With a header of zlib or without one: the first byte tells.
    Deflate,
    Zlib(ZlibDecoder<Vec<u8>>),
    Raw(DeflateDecoder<Vec<u8>>),
}

impl Coding {
    fn decode(&mut self, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
        const ZLIB: u8 = 0x78;
        if matches!(self, Self::Deflate) {
            *self = match bytes.first() {
                Some(&ZLIB) => Self::Zlib(ZlibDecoder::new(Vec::new())),
                Some(_) => Self::Raw(DeflateDecoder::new(Vec::new())),
                None => Self::Deflate,
            };
        }
        fn step<W: Write>(writer: &mut W, bytes: &[u8], out: fn(&mut W) -> &mut Vec<u8>) -> std::io::Result<Vec<u8>> {
            writer.write_all(bytes)?;
            writer.flush()?;
            Ok(std::mem::take(out(writer)))
        }
        match self {
            Self::None | Self::Deflate => Ok(bytes),
            Self::Gzip(writer) => step(writer, &bytes, MultiGzDecoder::get_mut),
            Self::Zlib(writer) => step(writer, &bytes, ZlibDecoder::get_mut),
            Self::Raw(writer) => step(writer, &bytes, DeflateDecoder::get_mut),
        }
    }
}

/// The body of an answer, read as it comes.
pub(crate) struct Body {
    wire: Wire,
    length: Length,
    coding: Coding,
    pause: Option<Duration>,
}

impl Body {
    pub(super) fn new(wire: Wire, head: &Head, method: &str, pause: Option<Duration>) -> Self {
        let is_chunked = head.get("Transfer-Encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let length = head.get("Content-Length").and_then(|value| value.parse().ok());
        let is_empty = method == "HEAD" || matches!(head.status, 204 | 304);
        let length = match length {
            _ if is_empty => Length::Over,
            _ if is_chunked => Length::Chunked,
            Some(length) => Length::Known(length),
            None => Length::UntilTheEnd,
        };
        let coding = match head.get("Content-Encoding") {
            Some(value) if value.eq_ignore_ascii_case("gzip") => Coding::Gzip(MultiGzDecoder::new(Vec::new())),
            Some(value) if value.eq_ignore_ascii_case("deflate") => Coding::Deflate,
            _ => Coding::None,
        };
        Self { wire, length, coding, pause }
    }

    /// Whether its compression is undone.
    pub(crate) fn is_decoded(&self) -> bool {
        !matches!(self.coding, Coding::None)
    }

    /// The next piece; none at the end.
    pub(crate) fn next(&mut self, rs: &Runspace) -> Result<Option<Vec<u8>>, Failure> {
        loop {
            self.wire.within(rs, self.pause);
            let Some(piece) = self.piece(rs)? else { return Ok(None) };
            let decoded = self.coding.decode(piece);
            let decoded = decoded.map_err(|failure| Failure::Broken(failure.to_string()))?;
            if !decoded.is_empty() {
                return Ok(Some(decoded));
            }
        }
    }

    /// All that is left, up to a number of bytes.
    pub(crate) fn all(&mut self, rs: &Runspace, most: usize) -> Result<Vec<u8>, Failure> {
        let mut all = Vec::new();
        while let Some(piece) = self.next(rs)? {
            all.extend(piece);
            if all.len() > most {
                return Err(Failure::Broken("Array dimensions exceeded supported range.".into()));
            }
        }
        Ok(all)
    }

    fn piece(&mut self, rs: &Runspace) -> Result<Option<Vec<u8>>, Failure> {
        match self.length {
            Length::Over => Ok(None),
            Length::Known(0) => {
                self.length = Length::Over;
                Ok(None)
            }
            Length::Known(left) => {
                let most = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
                let piece = self.wire.take(rs, most)?;
                if piece.is_empty() {
                    return Err(Failure::Broken(ENDED.into()));
                }
                self.length = Length::Known(left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX)));
                Ok(Some(piece))
            }
            Length::UntilTheEnd => {
                let piece = self.wire.take(rs, CHUNK)?;
                if piece.is_empty() {
                    self.length = Length::Over;
                    return Ok(None);
                }
                Ok(Some(piece))
            }
            Length::Chunked => self.chunk(rs),
        }
    }

    fn chunk(&mut self, rs: &Runspace) -> Result<Option<Vec<u8>>, Failure> {
        let line = self.wire.line(rs)?;
        let size = line.split(';').next().unwrap_or("").trim();
        let invalid = || Failure::Broken("Received an invalid chunk header.".into());
        let mut left = usize::from_str_radix(size, 16).map_err(|_| invalid())?;
        if left > crate::limits::MAX_STRING {
            return Err(invalid());
        }
        if left == 0 {
            while !self.wire.line(rs)?.is_empty() {}
            self.length = Length::Over;
            return Ok(None);
        }
        let mut chunk = Vec::new();
        while left > 0 {
            let piece = self.wire.take(rs, left)?;
            if piece.is_empty() {
                return Err(Failure::Broken(ENDED.into()));
            }
            left = left.saturating_sub(piece.len());
            chunk.extend(piece);
        }
        self.wire.line(rs)?;
        Ok(Some(chunk))
    }
}
