//! Whole files as text, and how .NET words what goes wrong with a file.

use std::io::{Error, ErrorKind};

use psrpd_dotnet::Str;

use crate::{
    eval::{Flow, R, Runspace, error},
    providers::{
        encoding::{Encoding, UTF8},
        file_path, split,
    },
    types::files,
    value::Value,
};

/// The words of an error of the operating system.
pub(crate) fn reason(failure: &Error) -> String {
    let text = failure.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

fn denied(path: &str) -> Flow {
    error::thrown("System.UnauthorizedAccessException", format!("Access to the path '{path}' is denied."))
}

/// What .NET throws when something fails with a file.
pub(crate) fn io_error(rs: &Runspace, failure: &Error, path: &str) -> Flow {
    if rs.stop.is_set() {
        return Flow::Stopped;
    }
    match failure.kind() {
        ErrorKind::OutOfMemory => rs.exhaust(),
        ErrorKind::NotFound => {
            let folder = split(path.trim_end_matches('/')).0;
            if folder.is_empty() || rs.platform.stat(folder).is_ok() {
                error::thrown("System.IO.FileNotFoundException", format!("Could not find file '{path}'."))
            } else {
                folder_error(rs, failure, path)
            }
        }
        ErrorKind::NotADirectory => folder_error(rs, failure, path),
        ErrorKind::PermissionDenied | ErrorKind::IsADirectory => denied(path),
        ErrorKind::AlreadyExists => {
            error::thrown("System.IO.IOException", format!("The file '{path}' already exists."))
        }
        _ => error::thrown("System.IO.IOException", format!("{} : '{path}'", reason(failure))),
    }
}

/// What .NET throws when something fails with a folder.
pub(crate) fn folder_error(rs: &Runspace, failure: &Error, path: &str) -> Flow {
    match failure.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => error::thrown(
            "System.IO.DirectoryNotFoundException",
            format!("Could not find a part of the path '{path}'."),
        ),
        ErrorKind::IsADirectory => error::thrown("System.IO.IOException", format!("Is a directory : '{path}'")),
        _ => io_error(rs, failure, path),
    }
}

/// A file as text, by its mark or as UTF-8.
pub(crate) fn read_text(rs: &Runspace, path: &str) -> R<Str> {
    let path = file_path(rs, path)?;
    let bytes = rs.read_file(&path).map_err(|failure| io_error(rs, &failure, &path))?;
    let (encoding, mark) = Encoding::marked(&bytes).unwrap_or((UTF8, 0));
    Ok(encoding.decode(bytes.get(mark..).unwrap_or(&[])))
}

/// The lines of a file.
pub(crate) fn read_lines(rs: &Runspace, path: &str) -> R<Vec<Value>> {
    read_text(rs, path).map(|text| files::split_lines(&text))
}

/// Writes a file.
pub(crate) fn write_file(rs: &Runspace, path: &str, content: &[u8], append: bool) -> R<()> {
    let path = file_path(rs, path)?;
    rs.write_file(&path, content, append).map_err(|failure| io_error(rs, &failure, &path))
}
