//! `/`, `Temp:` and other drives of files.

use psrpd_dotnet::collation;

use super::{Content, ContentWriter, Provider, Reader, Target, encoding::Encoding, join, split, with_notes};
use crate::{
    cmdlets::{Cx, paths},
    eval::{Flow, R, Runspace},
    ops::composite,
    platform::{FileHandle, FileKind, FileStat, OpenHow},
    types::files,
    value::{Category, Value, enumerate},
};

mod copy;
mod create;
mod patient;
mod pattern;
mod remove;
mod rename;
mod text;

pub(crate) use patient::stopped;
pub(crate) use pattern::Pattern;
pub(crate) use rename::move_file;
pub(crate) use text::{folder_error, io_error, read_lines, read_text, reason, write_file};

/// The provider of files.
pub(crate) struct FileSystem;

/// A file or folder as an object with its notes; none if it does not exist.
pub(crate) fn item(rs: &Runspace, target: &Target) -> Option<Value> {
    let stat = rs.platform.stat_link(&target.path).ok()?;
    Some(item_of(rs, target, stat))
}

/// As [`item`], of what is known already.
pub(crate) fn item_of(rs: &Runspace, target: &Target, stat: FileStat) -> Value {
    let is_folder = stat.kind == FileKind::Directory;
    let shown = target.full_name();
    let note = files::unix_stat::value(&rs.platform, stat.clone());
    let object = Value::object(files::info::Info::known(rs, &shown, stat));
    with_notes(object, target, Some(note), Some(is_folder))
}

/// The object without its notes, as errors carry it.
fn bare(rs: &Runspace, path: &str) -> Value {
    let is_folder = rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory);
    files::info::value(rs, path, is_folder)
}

/// Writes an error of .NET as an error of the cmdlet: other ids for what is not allowed and for everything else.
fn report(cx: &mut Cx<'_>, flow: Flow, denied: &str, other: &str, category: Category, target: Value) -> R<()> {
    let Flow::Error(raised) = &flow else { return Err(flow) };
    let exception = raised.record.exception.clone();
    let (id, category) = if exception.type_name() == "System.UnauthorizedAccessException" {
        (denied, Category::PermissionDenied)
    } else {
        (other, category)
    };
    paths::write_error(cx, exception, id, category, target)
}

/// Writes an `IOException` with a message of its own.
fn io_failure(cx: &mut Cx<'_>, id: &str, category: Category, message: String, target: Value) -> R<()> {
    cx.error("System.IO.IOException", id, category, message, target)
}

/// The children of a folder, folders first, each kind by name.
pub(crate) fn children(rs: &Runspace, path: &str) -> R<Vec<(String, FileStat)>> {
    let names = rs.platform.list(path).map_err(|failure| folder_error(rs, &failure, path))?;
    // What vanishes between listing and looking is not there.
    let look = |name: String| rs.platform.stat_link(&join(path, &name)).ok().map(|stat| (name, stat));
    let mut entries: Vec<(String, FileStat)> = names.into_iter().filter_map(look).collect();
    let is_file = |stat: &FileStat| stat.kind != FileKind::Directory;
    entries.sort_by(|(a, x), (b, y)| is_file(x).cmp(&is_file(y)).then_with(|| collation::cmp(a, b, true)));
    Ok(entries)
}

fn exception(name: &str, message: String) -> Value {
    Value::object(crate::value::Exception::new(name, message))
}

impl Provider for FileSystem {
    fn exists(&self, rs: &mut Runspace, path: &str) -> bool {
        rs.platform.stat_link(path).is_ok()
    }

    fn is_container(&self, rs: &mut Runspace, path: &str) -> bool {
        rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory)
    }

    fn names(&self, rs: &mut Runspace, path: &str) -> R<Vec<String>> {
        children(rs, path).map(|found| found.into_iter().map(|(name, _)| name).collect())
    }

    fn is_hidden(&self, path: &str) -> bool {
        split(path).1.starts_with('.')
    }

    fn items(&self, rs: &mut Runspace, target: &Target) -> Vec<Value> {
        item(rs, target).into_iter().collect()
    }

    fn new_item(&self, cx: &mut Cx<'_>, target: &Target, kind: &str, value: Option<Value>) -> R<()> {
        create::new_item(cx, target, kind, value)
    }

    fn remove_item(&self, cx: &mut Cx<'_>, target: &Target, recurse: bool) -> R<()> {
        remove::remove_item(cx, target, recurse)
    }

    fn copy_item(&self, cx: &mut Cx<'_>, from: &Target, to: &Target, recurse: bool) -> R<()> {
        copy::copy_item(cx, from, to, recurse)
    }

    fn move_item(&self, cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
        rename::move_item(cx, from, to)
    }

    fn rename_item(&self, cx: &mut Cx<'_>, from: &Target, name: &str) -> R<()> {
        rename::rename_item(cx, from, name)
    }

    fn invoke_item(&self, cx: &mut Cx<'_>, target: &Target) -> R<()> {
        create::invoke_item(cx, target)
    }

    fn reader(&self, cx: &mut Cx<'_>, target: &Target) -> R<Option<Content>> {
        let path = &target.path;
        if self.is_container(cx.rs, path) {
            let message = format!(
                "Unable to get content because it is a directory: '{path}'. Please use 'Get-ChildItem' instead."
            );
            let exception = exception("System.InvalidOperationException", message);
            paths::write_error(cx, exception, "GetContainerContentException", Category::InvalidOperation, Value::Null)?;
            return Ok(None);
        }
        match cx.rs.open_file(path, OpenHow { read: true, ..OpenHow::default() }) {
            Ok(file) => {
                let encoding = cx.get("Encoding").as_ref().and_then(crate::types::encoding::of);
                Ok(Some(Content::File(Reader::new(file, encoding))))
            }
            Err(failure) => {
                let flow = io_error(cx.rs, &failure, path);
                let target = Value::from(path.as_str());
                let denied = "GetContentReaderUnauthorizedAccessError";
                report(cx, flow, denied, "GetContentReaderIOError", Category::ReadError, target)?;
                Ok(None)
            }
        }
    }

    fn writer(&self, cx: &mut Cx<'_>, target: &Target, append: bool) -> R<Option<Box<dyn ContentWriter>>> {
        let path = target.path.clone();
        if self.is_container(cx.rs, &path) {
            if !append {
                let message = cannot_clear(&path);
                let name = "System.NotSupportedException";
                return Err(cx.fail(name, name, Category::NotSpecified, message, Value::Null));
            }
            let message = format!("Unable to write content because it is a directory: '{path}'.");
            let exception = exception("System.InvalidOperationException", message);
            let id = "WriteContainerContentException";
            return paths::write_error(cx, exception, id, Category::InvalidOperation, Value::Null).map(|()| None);
        }
        let how = OpenHow { write: true, create: true, truncate: !append, ..OpenHow::default() };
        let opened = cx.rs.open_file(&path, how).and_then(|mut file| {
            let length = if append { file.seek(std::io::SeekFrom::End(0))? } else { 0 };
            Ok((file, length))
        });
        match opened {
            Ok((file, length)) => {
                // What is added to a file that is marked is written as the file is.
                let own = || append.then(|| own_encoding(cx.rs, &path)).flatten();
                let asked = cx.get("Encoding").as_ref().and_then(crate::types::encoding::of);
                let encoding = asked.or_else(own).unwrap_or(super::encoding::UTF8);
                Ok(Some(Box::new(Writer { path, file, encoding, has_mark: length > 0 })))
            }
            Err(failure) => {
                let missing = failure.kind() == std::io::ErrorKind::NotFound;
                let flow =
                    if missing { folder_error(cx.rs, &failure, &path) } else { io_error(cx.rs, &failure, &path) };
                let (id, category) = if missing {
                    ("GetContentWriterDirectoryNotFoundError", Category::ObjectNotFound)
                } else {
                    ("GetContentWriterIOError", Category::WriteError)
                };
                let denied = "GetContentWriterUnauthorizedAccessError";
                report(cx, flow, denied, id, category, Value::from(path))?;
                Ok(None)
            }
        }
    }

    fn clear_content(&self, cx: &mut Cx<'_>, target: &Target) -> R<()> {
        let path = &target.path;
        if self.is_container(cx.rs, path) {
            let name = "System.NotSupportedException";
            let exception = exception(name, cannot_clear(path));
            let target = Value::from(path.as_str());
            return paths::write_error(cx, exception, "ClearDirectoryContent", Category::InvalidOperation, target);
        }
        if !cx.should_process(&format!("Item: {path}"), "Clear Content")? {
            return Ok(());
        }
        let how = OpenHow { write: true, truncate: true, ..OpenHow::default() };
        match cx.rs.open_file(path, how) {
            Ok(_) => Ok(()),
            Err(failure) => {
                let flow = io_error(cx.rs, &failure, path);
                let target = Value::from(path.as_str());
                let denied = "ClearContentUnauthorizedAccessError";
                report(cx, flow, denied, "ClearContentIOError", Category::WriteError, target)
            }
        }
    }
}

fn cannot_clear(path: &str) -> String {
    format!("Unable to clear content of '{path}' because it is a directory. Clear-Content is only supported on files.")
}

/// Content goes into the file at once.
/// The encoding that the mark of a file tells.
pub(crate) fn own_encoding(rs: &Runspace, path: &str) -> Option<Encoding> {
    const MARK: usize = 4;
    let mut file = rs.open_file(path, OpenHow { read: true, ..OpenHow::default() }).ok()?;
    let mut start = Vec::with_capacity(MARK);
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, 4), &mut start).ok()?;
    Encoding::marked(&start).map(|(encoding, _)| encoding)
}

struct Writer {
    path: String,
    file: Box<dyn FileHandle>,
    encoding: Encoding,
    has_mark: bool,
}

impl ContentWriter for Writer {
    fn write(&mut self, cx: &mut Cx<'_>, values: &[Value]) -> R<()> {
        let newline = !cx.flag("NoNewline");
        let as_bytes = cx.flag("AsByteStream");
        let mut bytes = Vec::new();
        // Arrays are taken apart, other collections are not; nothing is no line.
        let parts = |item: &Value| {
            if item.as_array().is_some() { enumerate(item).unwrap_or_default() } else { vec![item.clone()] }
        };
        for item in values.iter().flat_map(parts).filter(|item| !item.is_null()) {
            if as_bytes {
                let Value::U8(byte) = item.base() else { return not_a_byte(cx) };
                bytes.push(*byte);
                continue;
            }
            if !std::mem::replace(&mut self.has_mark, true) {
                bytes.extend_from_slice(self.encoding.preamble());
            }
            bytes.extend(self.encoding.encode(&composite::own_text(cx.rs, &item)?));
            if newline {
                bytes.extend(self.encoding.encode(&"\n".into()));
            }
        }
        self.file.write_all(&bytes).map_err(|failure| io_error(cx.rs, &failure, &self.path))
    }
}

fn not_a_byte(cx: &mut Cx<'_>) -> R<()> {
    let exception = "System.Management.Automation.PSArgumentException";
    let message = "Cannot proceed with byte encoding. When using byte encoding the content must be of type byte.";
    cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null)
}
