//! Text files as the data cmdlets read and write them: with `-Encoding`, and their own error.

use psrpd_dotnet::Str;

use super::Cx;
use crate::{
    eval::{Flow, R},
    providers,
    value::{Category, ErrorRecord, Value},
};

/// A whole file, by the parameter `Encoding` or its byte order mark.
///
/// # Errors
/// `FileOpenFailure`.
pub(super) fn read(cx: &Cx<'_>, path: &str) -> R<Str> {
    let bytes = cx.rs.platform.read(path).map_err(|failure| open_failure(cx, &failure, path))?;
    Ok(providers::decode(&bytes))
}

/// Writes or extends a file; a new one gets the mark of its encoding.
///
/// # Errors
/// `FileOpenFailure`.
pub(super) fn write(cx: &Cx<'_>, path: &str, text: &str, append: bool) -> R<()> {
    cx.rs.platform.write(path, text.as_bytes(), append).map_err(|failure| open_failure(cx, &failure, path))
}

fn open_failure(cx: &Cx<'_>, failure: &std::io::Error, path: &str) -> Flow {
    let flow = providers::io_error(failure, path);
    let Some(record) = flow.record() else { return flow };
    let copy = ErrorRecord::new(record.exception.clone(), cx.id("FileOpenFailure"), Category::OpenError, Value::Null);
    *copy.activity.lock() = cx.cmdlet.name.into();
    Flow::error(copy)
}
