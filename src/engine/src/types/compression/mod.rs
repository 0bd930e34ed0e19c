//! `System.IO.Compression`: streams that pack and unpack, and archives.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

use flate2::{
    Compression,
    read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder},
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};

use super::{Members, TypeDef, args::null, files::stream::Stream};
use crate::{
    convert,
    eval::R,
    platform::FileHandle,
    value::{Value, text},
};

pub(crate) mod zip;

/// A stream of a script, as readers and writers of Rust take it.
struct Below(Arc<Stream>);

impl Read for Below {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_raw(buffer)
    }
}

impl Write for Below {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_raw(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a stream does with the bytes of the one below.
enum Coder {
    Unpack(Box<dyn Read + Send>),
    /// Ends what it wrote when it is let go of.
    Pack(Box<dyn Write + Send>),
}

/// Bytes that are packed or unpacked on their way.
struct Coded {
    /// None once it ends.
    coder: Option<Coder>,
    below: Arc<Stream>,
    stays_open: bool,
}

impl Drop for Coded {
    fn drop(&mut self) {
        self.coder = None;
        if !self.stays_open {
            self.below.close();
        }
    }
}

impl Read for Coded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.coder {
            Some(Coder::Unpack(reader)) => reader.read(buffer),
            _ => Ok(0),
        }
    }
}

impl Write for Coded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.coder {
            Some(Coder::Pack(writer)) => writer.write(bytes),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.coder {
            Some(Coder::Pack(writer)) => writer.flush(),
            _ => Ok(()),
        }
    }
}

impl Seek for Coded {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl FileHandle for Coded {
    fn length(&self) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// How much work a `CompressionLevel` is.
fn level(label: &str) -> Option<Compression> {
    Some(match label {
        "Optimal" => Compression::default(),
        "Fastest" => Compression::fast(),
        "NoCompression" => Compression::none(),
        "SmallestSize" => Compression::best(),
        _ => return None,
    })
}

const GZIP: &str = "System.IO.Compression.GZipStream";
const DEFLATE: &str = "System.IO.Compression.DeflateStream";
const ZLIB: &str = "System.IO.Compression.ZLibStream";

/// A stream over another one: the second argument is a mode or a level.
fn coded(of: &'static str, args: &[Value]) -> R<Value> {
    let Some(below) = args.first().and_then(Value::shared::<Stream>) else {
        return Err(null("stream"));
    };
    let how = args.get(1).map(text).unwrap_or_default();
    let stays_open = args.get(2).is_some_and(convert::to_bool);
    let packs = how.as_str() != "Decompress";
    let inner = Below(below.clone());
    let coder = if packs {
        let level = level(&how).unwrap_or_default();
        Coder::Pack(match of {
            GZIP => Box::new(GzEncoder::new(inner, level)),
            DEFLATE => Box::new(DeflateEncoder::new(inner, level)),
            _ => Box::new(ZlibEncoder::new(inner, level)),
        })
    } else {
        Coder::Unpack(match of {
            GZIP => Box::new(MultiGzDecoder::new(inner)),
            DEFLATE => Box::new(DeflateDecoder::new(inner)),
            _ => Box::new(ZlibDecoder::new(inner)),
        })
    };
    let handle = Coded { coder: Some(coder), below, stays_open };
    Ok(Value::object(Stream::over(of, Box::new(handle), !packs, packs)))
}

macro_rules! stream {
    ($of:ident, $($signature:literal),*) => {
        TypeDef::class($of).base("System.IO.Stream").members(|m: &mut Members| {
            $(m.constructor($signature, |_, _, args| coded($of, args));)*
        })
    };
}

pub(super) const TYPES: &[TypeDef] = &[
    stream!(
        GZIP,
        "System.IO.Compression.GZipStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode)",
        "System.IO.Compression.GZipStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode, bool leaveOpen)",
        "System.IO.Compression.GZipStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel)",
        "System.IO.Compression.GZipStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel, bool leaveOpen)"
    ),
    stream!(
        DEFLATE,
        "System.IO.Compression.DeflateStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode)",
        "System.IO.Compression.DeflateStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode, bool leaveOpen)",
        "System.IO.Compression.DeflateStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel)",
        "System.IO.Compression.DeflateStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel, bool leaveOpen)"
    ),
    stream!(
        ZLIB,
        "System.IO.Compression.ZLibStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode)",
        "System.IO.Compression.ZLibStream(System.IO.Stream stream, System.IO.Compression.CompressionMode mode, bool leaveOpen)",
        "System.IO.Compression.ZLibStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel)",
        "System.IO.Compression.ZLibStream(System.IO.Stream stream, System.IO.Compression.CompressionLevel compressionLevel, bool leaveOpen)"
    ),
    TypeDef::labels("System.IO.Compression.CompressionMode", &[("Decompress", 0), ("Compress", 1)]),
    TypeDef::labels(
        "System.IO.Compression.CompressionLevel",
        &[("Optimal", 0), ("Fastest", 1), ("NoCompression", 2), ("SmallestSize", 3)],
    ),
];
