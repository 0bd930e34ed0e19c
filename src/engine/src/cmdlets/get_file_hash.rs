//! `Get-FileHash`

use std::io::{self, Read};

use psrpd_dotnet::wildcard;
use sha2::Digest;

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{Flow, R},
    platform::{FileKind, OpenHow},
    providers,
    value::{Category, ErrorRecord, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-FileHash",
    "GetFileHashCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(0 ! ~)
     InputStream System.IO.Stream @StreamParameterSet(0 !)
     Algorithm string 1 set(SHA1,SHA256,SHA384,SHA512,MD5)",
    || Box::new(GetFileHash),
)
.examples(r#"'x' | Set-Content x.txt -NoNewline; (Get-FileHash x.txt -Algorithm MD5).Hash # whether a file is what it should be
> 9DD4E461268C8034F5C8564E155C67A6"#)
.default_set("Path");

struct GetFileHash;

/// The digest of bytes, in capital hexadecimal digits.
pub(crate) fn hash(algorithm: &str, bytes: &[u8]) -> String {
    hexadecimal(&crate::types::digest(algorithm, bytes))
}

/// As [`hash`], of what a file has.
fn hash_of(algorithm: &str, mut file: impl Read) -> io::Result<String> {
    let digest = match algorithm {
        "SHA1" => drain(sha1::Sha1::new(), &mut file),
        "SHA384" => drain(sha2::Sha384::new(), &mut file),
        "SHA512" => drain(sha2::Sha512::new(), &mut file),
        "MD5" => drain(md5::Md5::new(), &mut file),
        _ => drain(sha2::Sha256::new(), &mut file),
    }?;
    Ok(hexadecimal(&digest))
}

fn drain(mut digest: impl Digest, file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(digest.finalize().to_vec()),
            Ok(count) => digest.update(chunk.get(..count).unwrap_or(&[])),
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
            Err(failure) => return Err(failure),
        }
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn info(algorithm: &str, hash: String, path: Value) -> Value {
    Opaque::new(
        "Microsoft.PowerShell.Commands.FileHashInfo",
        [("Algorithm", algorithm.into()), ("Hash", hash.into()), ("Path", path)],
    )
    .into_value()
}

impl Run for GetFileHash {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let algorithm = cx.string("Algorithm").map_or_else(|| "SHA256".into(), |name| name.to_ascii_uppercase());
        if let Some(stream) = cx.get("InputStream") {
            let bytes = stream_bytes(cx, &stream)?;
            return cx.write(info(&algorithm, hash(&algorithm, &bytes), "".into()));
        }
        let mut paths = Vec::new();
        for path in cx.strings("LiteralPath") {
            let whole = providers::file_path(cx.rs, &path)?;
            if cx.rs.platform.stat(&whole).is_err() {
                let missing = io::Error::from(io::ErrorKind::NotFound);
                report(cx, &missing, &whole, "FileNotFound", Category::ObjectNotFound)?;
                continue;
            }
            paths.push(whole);
        }
        for path in cx.strings("Path") {
            if wildcard::has_wildcards(&path) {
                paths.extend(text_file::files(cx, &path)?);
                continue;
            }
            let whole = providers::file_path(cx.rs, &wildcard::unescape(&path))?;
            if cx.rs.platform.stat(&whole).is_err() {
                text_file::not_found(cx, &whole, path.into())?;
            } else {
                paths.push(whole);
            }
        }
        for path in paths {
            let is_folder = cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::Directory);
            let how = OpenHow { read: true, ..OpenHow::default() };
            match cx.rs.open_file(&path, how).and_then(|file| hash_of(&algorithm, file)) {
                Ok(hash) if !is_folder => cx.write(info(&algorithm, hash, path.into()))?,
                Ok(_) => {
                    let denied = io::Error::from(io::ErrorKind::PermissionDenied);
                    complain(cx, &denied, &path)?;
                }
                Err(failure) => complain(cx, &failure, &path)?,
            }
        }
        Ok(())
    }
}

fn complain(cx: &mut Cx<'_>, failure: &io::Error, path: &str) -> R<()> {
    let flow = providers::io_error(cx.rs, failure, path);
    let Some(record) = flow.record() else { return Err(flow) };
    let (id, category) = if record.exception.type_name().ends_with("UnauthorizedAccessException") {
        ("UnauthorizedAccessError", Category::InvalidData)
    } else {
        ("FileReadError", Category::ReadError)
    };
    report(cx, failure, path, id, category)
}

fn report(cx: &mut Cx<'_>, failure: &io::Error, path: &str, id: &str, category: Category) -> R<()> {
    let flow = providers::io_error(cx.rs, failure, path);
    let Some(record) = flow.record() else { return Err(flow) };
    let copy = ErrorRecord::new(record.exception.clone(), cx.id(id), category, path.into());
    *copy.activity.lock() = cx.cmdlet.name.into();
    cx.rs.write_error(copy)
}

/// What a stream still has.
fn stream_bytes(cx: &mut Cx<'_>, stream: &Value) -> R<Vec<u8>> {
    const CHUNK: i32 = 81_920;
    let mut bytes = Vec::new();
    loop {
        cx.rs.check_stop()?;
        let size = usize::try_from(CHUNK).unwrap_or(0);
        let buffer = Value::bytes(vec![0; size]);
        let read = cx.rs.call_method(stream, "Read", &[buffer.clone(), Value::I32(0), Value::I32(CHUNK)])?;
        let count = read.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if count == 0 {
            return Ok(bytes);
        }
        let chunk = buffer.as_array().and_then(|array| array.bytes()).unwrap_or_default();
        bytes.extend(chunk.iter().take(count));
        if bytes.len() > crate::limits::MAX_STRING {
            return Err(Flow::error(crate::eval::error::record(
                "System.OutOfMemoryException",
                &cx.id("System.OutOfMemoryException"),
                Category::ResourceUnavailable,
                "Array dimensions exceeded supported range.",
                Value::Null,
            )));
        }
    }
}
