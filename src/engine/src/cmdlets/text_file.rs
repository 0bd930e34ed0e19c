//! Text files as the data cmdlets read and write them: with `-Encoding`, and their own error.

use psrpd_dotnet::{Str, wildcard};

use super::Cx;
use crate::{
    eval::{Flow, R},
    providers::{
        self,
        encoding::{Encoding, UTF8},
    },
    value::{Category, ErrorRecord, Value},
};

/// A whole file, by the parameter `Encoding` or its byte order mark.
///
/// # Errors
/// `FileOpenFailure`.
pub(super) fn read(cx: &Cx<'_>, path: &str) -> R<Str> {
    let bytes = cx.rs.read_file(path).map_err(|failure| open_failure(cx, &failure, path))?;
    let (encoding, mark) = Encoding::marked(&bytes).unwrap_or((encoding(cx), 0));
    Ok(encoding.decode(bytes.get(mark..).unwrap_or(&[])))
}

/// Text as bytes in the encoding of the parameter `Encoding`.
pub(super) fn encode(cx: &Cx<'_>, text: &Str) -> Vec<u8> {
    encoding(cx).encode(text)
}

/// The files that a path means: those that match where it has wildcards.
///
/// # Errors
/// A path that means no file.
pub(super) fn files(cx: &mut Cx<'_>, path: &str) -> R<Vec<String>> {
    if wildcard::has_wildcards(path) {
        let found = providers::glob(cx.rs, path, providers::GlobOptions::default())?.unwrap_or_default();
        return Ok(found.iter().map(providers::Target::provider_path).collect());
    }
    Ok(vec![providers::file_path(cx.rs, &wildcard::unescape(path))?])
}

/// The files that `LiteralPath` and `Path` mean.
///
/// # Errors
/// A path that means no file.
pub(super) fn all_files(cx: &mut Cx<'_>) -> R<Vec<String>> {
    let mut found = Vec::new();
    for path in cx.strings("LiteralPath") {
        found.push(providers::file_path(cx.rs, &path)?);
    }
    for path in cx.strings("Path") {
        found.extend(files(cx, &path)?);
    }
    Ok(found)
}

/// Says that a file is not there, of the path as it was given.
///
/// # Errors
/// Where errors end the command.
pub(super) fn not_found(cx: &mut Cx<'_>, path: &str, given: Value) -> R<()> {
    let message = format!("Cannot find path '{path}' because it does not exist.");
    let exception = "System.Management.Automation.ItemNotFoundException";
    cx.error(exception, "FileNotFound", Category::ObjectNotFound, message, given)
}

/// Writes or extends a file; a new one gets the mark of its encoding.
///
/// # Errors
/// `FileOpenFailure`.
pub(super) fn write(cx: &Cx<'_>, path: &str, text: &str, append: bool) -> R<()> {
    write_in(cx, path, text, append, encoding(cx))
}

/// As [`write`], in an encoding.
///
/// # Errors
/// `FileOpenFailure`.
pub(super) fn write_in(cx: &Cx<'_>, path: &str, text: &str, append: bool, encoding: Encoding) -> R<()> {
    let is_new = !append || cx.rs.platform.stat(path).map_or(true, |stat| stat.size == 0);
    let mut bytes = if is_new { encoding.preamble().to_vec() } else { Vec::new() };
    bytes.extend(encoding.encode(&text.into()));
    cx.rs.write_file(path, &bytes, append).map_err(|failure| open_failure(cx, &failure, path))
}

/// What the parameter `Encoding` asks for.
pub(super) fn encoding(cx: &Cx<'_>) -> Encoding {
    cx.get("Encoding").as_ref().and_then(crate::types::encoding::of).unwrap_or(UTF8)
}

/// A file that cannot be opened.
pub(super) fn open_failure(cx: &Cx<'_>, failure: &std::io::Error, path: &str) -> Flow {
    let flow = providers::io_error(cx.rs, failure, path);
    let Some(record) = flow.record() else { return flow };
    let copy = ErrorRecord::new(record.exception.clone(), cx.id("FileOpenFailure"), Category::OpenError, Value::Null);
    *copy.activity.lock() = cx.cmdlet.name.into();
    Flow::error(copy)
}
