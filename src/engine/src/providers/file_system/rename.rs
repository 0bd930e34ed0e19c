//! `Move-Item` and `Rename-Item` for files.

use std::io;

use super::{bare, children, folder_error, io_error, io_failure, item, report};
use crate::{
    cmdlets::Cx,
    eval::{R, Runspace},
    platform::FileKind,
    providers::{Target, join, split},
    types::files::path as names,
    value::{Category, Value},
};

/// Moves a file, also to another file system.
pub(crate) fn move_file(rs: &Runspace, from: &str, to: &str) -> io::Result<()> {
    match rs.platform.rename(from, to) {
        Err(failure) if failure.kind() == io::ErrorKind::CrossesDevices => {
            let stat = rs.platform.stat(from)?;
            rs.platform.copy(from, to, &|| rs.check_stop().is_ok())?;
            let _ = rs.platform.set_times(to, Some(stat.accessed), Some(stat.modified));
            rs.platform.remove(from, false)
        }
        done => done,
    }
}

/// Moves a folder, also to another file system.
fn move_folder(rs: &Runspace, from: &str, to: &str) -> io::Result<()> {
    match rs.platform.rename(from, to) {
        Err(failure) if failure.kind() == io::ErrorKind::CrossesDevices => {
            copy_tree(rs, from, to)?;
            rs.platform.remove(from, true)
        }
        done => done,
    }
}

fn copy_tree(rs: &Runspace, from: &str, to: &str) -> io::Result<()> {
    rs.platform.create_directory(to)?;
    for (name, stat) in children(rs, from).map_err(|_| io::Error::from(io::ErrorKind::PermissionDenied))? {
        let (from, to) = (join(from, &name), join(to, &name));
        match rs.platform.read_link(&from) {
            Ok(target) => rs.platform.link(&to, &target)?,
            Err(_) if stat.kind == FileKind::Directory => copy_tree(rs, &from, &to)?,
            Err(_) => rs.platform.copy(&from, &to, &|| rs.check_stop().is_ok())?,
        }
    }
    Ok(())
}

fn kind(cx: &Cx<'_>, path: &str) -> Option<FileKind> {
    cx.rs.platform.stat(path).ok().map(|stat| stat.kind)
}

fn written(cx: &mut Cx<'_>, target: &Target) -> R<()> {
    match item(cx.rs, target).filter(|_| cx.flag("PassThru")) {
        Some(moved) => cx.write(moved),
        None => Ok(()),
    }
}

pub(super) fn move_item(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
    let destination = match kind(cx, &to.path) {
        Some(FileKind::Directory) => to.child(split(&from.path).1),
        _ => to.clone(),
    };
    if kind(cx, &from.path) == Some(FileKind::Directory) {
        folder(cx, from, &destination)
    } else {
        file(cx, from, &destination)
    }
}

fn folder(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
    let (source, path) = (from.path.as_str(), to.path.as_str());
    if path == source || path.strip_prefix(source).is_some_and(|rest| rest.starts_with('/')) {
        let message = format!("Destination path cannot be a subdirectory of the source or the source itself: {path}.");
        return io_failure(cx, "MoveItemArgumentError", Category::InvalidArgument, message, path.into());
    }
    if !cx.should_process(&format!("Item: {source} Destination: {path}"), "Move Directory")? {
        return Ok(());
    }
    if cx.rs.platform.stat_link(path).is_ok() {
        let message = format!("An item with the specified name {path} already exists.");
        return io_failure(cx, "DirectoryExist", Category::ResourceExists, message, path.into());
    }
    if let Err(failure) = move_folder(cx.rs, source, path) {
        let flow = folder_error(cx.rs, &failure, path);
        let target = bare(cx.rs, source);
        let denied = "MoveDirectoryItemUnauthorizedAccessError";
        return report(cx, flow, denied, "MoveDirectoryItemIOError", Category::WriteError, target);
    }
    written(cx, to)
}

fn file(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
    let (source, path) = (from.path.as_str(), to.path.as_str());
    if !cx.should_process(&format!("Item: {source} Destination: {path}"), "Move File")? {
        return Ok(());
    }
    if source == path {
        return written(cx, to);
    }
    let target = |cx: &Cx<'_>| bare(cx.rs, source);
    if cx.rs.platform.stat_link(path).is_ok() && !cx.flag("Force") {
        let message = format!("The file '{path}' already exists.");
        let target = target(cx);
        return io_failure(cx, "MoveFileInfoItemIOError", Category::WriteError, message, target);
    }
    if let Err(failure) = move_file(cx.rs, source, path) {
        let flow = match failure.kind() {
            io::ErrorKind::NotFound => folder_error(cx.rs, &failure, path),
            _ => io_error(cx.rs, &failure, path),
        };
        let target = target(cx);
        let denied = "MoveFileInfoItemUnauthorizedAccessError";
        return report(cx, flow, denied, "MoveFileInfoItemIOError", Category::WriteError, target);
    }
    written(cx, to)
}

pub(super) fn rename_item(cx: &mut Cx<'_>, from: &Target, name: &str) -> R<()> {
    let source = from.path.as_str();
    let (above, _) = split(source);
    let name = if let Some(rest) = name.strip_prefix("./").or_else(|| name.strip_prefix(".\\")) {
        rest
    } else if names::folder(name).is_some_and(|folder| folder == above) {
        split(name).1
    } else {
        name
    };
    if name.contains('/') || name.is_empty() {
        return Err(cx.fail(
            "System.Management.Automation.PSArgumentException",
            "Argument",
            Category::InvalidArgument,
            "Cannot rename the specified target, because it represents a path or device name.",
            Value::Null,
        ));
    }
    let to = from.with_path(join(above, name));
    let path = to.path.as_str();
    let is_folder = kind(cx, source) == Some(FileKind::Directory);
    let action = if is_folder { "Rename Directory" } else { "Rename File" };
    if !cx.should_process(&format!("Item: {source} Destination: {path}"), action)? {
        return Ok(());
    }
    let id = "RenameItemIOError";
    if is_folder && source == path {
        let message = "Source and destination path must be different.".to_owned();
        return io_failure(cx, id, Category::WriteError, message, source.into());
    }
    if source != path && cx.rs.platform.stat_link(path).is_ok() {
        let message = if is_folder {
            format!("Cannot create '{path}' because a file or directory with the same name already exists.")
        } else {
            format!("The file '{path}' already exists.")
        };
        return io_failure(cx, id, Category::WriteError, message, source.into());
    }
    if let Err(failure) = cx.rs.platform.rename(source, path) {
        let flow = io_error(cx.rs, &failure, path);
        let target = Value::from(source);
        return report(cx, flow, "RenameItemUnauthorizedAccessError", id, Category::WriteError, target);
    }
    written(cx, &to)
}
