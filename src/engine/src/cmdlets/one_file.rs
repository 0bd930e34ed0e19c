//! The one file that a path means which is written or read as a whole.

use psrpd_dotnet::{Str, wildcard};

use super::Cx;
use crate::{
    eval::{Flow, R},
    providers::{self, GlobOptions, Kind, Target},
    value::{Category, Value},
};

/// The file of `-LiteralPath`, or of a path: one without wildcards, or the only file that a pattern matches.
///
/// # Errors
/// `FileOpenFailure`, `ReadWriteMultipleFilesNotSupported`, `ReadWriteFileNotFileSystemProvider`.
pub(super) fn one_file(cx: &mut Cx<'_>, literal: Option<Str>, path: Option<Str>) -> R<String> {
    let is_literal = literal.is_some();
    let path = literal.or(path).unwrap_or_default();
    let target = if is_literal || !wildcard::has_wildcards(&path) {
        let text = if is_literal { path.to_string() } else { wildcard::unescape(&path) };
        providers::parse(cx.rs, &text).map_err(|problem| problem.flow())?
    } else {
        let found = providers::glob(cx.rs, &path, GlobOptions::default())?.unwrap_or_default();
        match <[Target; 1]>::try_from(found) {
            Ok([one]) => one,
            Err(found) if found.is_empty() => return Err(no_match(cx, &path)),
            Err(_) => return Err(several_matches(cx)),
        }
    };
    if target.kind == Kind::FileSystem { Ok(target.path) } else { Err(no_file(cx, target.kind)) }
}

/// An error with a message that is not its exception's.
fn refused(
    cx: &Cx<'_>,
    exception: &str,
    id: &str,
    category: Category,
    words: &str,
    message: String,
    target: Value,
) -> Flow {
    let flow = cx.fail(exception, id, category, words, target);
    if let Some(record) = flow.record() {
        *record.details.lock() = Some(message.into());
    }
    flow
}

fn no_match(cx: &Cx<'_>, path: &Str) -> Flow {
    let message = format!("Cannot perform operation because the wildcard path {path} did not resolve to a file.");
    let words = "Unable to find the specified file.";
    let exception = "System.IO.FileNotFoundException";
    refused(cx, exception, "FileOpenFailure", Category::OpenError, words, message, Value::Str(path.clone()))
}

const INVALID: &str = "System.Management.Automation.PSInvalidOperationException";

fn several_matches(cx: &Cx<'_>) -> Flow {
    let message = "Cannot perform operation because the path resolved to more than one file. This command cannot operate on multiple files.";
    let words = "Cannot perform operation because operation \"ReportMultipleFilesNotSupported\" is not valid. Remove operation \"ReportMultipleFilesNotSupported\", or investigate why it is not valid.";
    let id = "ReadWriteMultipleFilesNotSupported";
    refused(cx, INVALID, id, Category::InvalidArgument, words, message.into(), Value::Null)
}

/// A path of a provider that has no files.
pub(super) fn no_file(cx: &Cx<'_>, kind: Kind) -> Flow {
    let name = kind.full_name();
    let message = format!("Cannot open file because the current provider ({name}) cannot open a file.");
    let words = "Cannot perform operation because operation \"ReportWrongProviderType\" is not valid. Remove operation \"ReportWrongProviderType\", or investigate why it is not valid.";
    refused(cx, INVALID, "ReadWriteFileNotFileSystemProvider", Category::InvalidArgument, words, message, Value::Null)
}
