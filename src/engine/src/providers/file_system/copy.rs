//! `Copy-Item` for files.

use super::{Pattern, bare, children, folder_error, io_error, item, report};
use crate::{
    cmdlets::{Cx, paths},
    eval::R,
    platform::FileKind,
    providers::{Target, join, split},
    value::{Category, Dictionary, Exception, Value},
};

pub(super) fn copy_item(cx: &mut Cx<'_>, from: &Target, to: &Target, recurse: bool) -> R<()> {
    let is_folder =
        |cx: &Cx<'_>, path: &str| cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory);
    if is_folder(cx, &from.path) {
        if from.path == to.path || is_same_link(cx, &from.path, &to.path) {
            return itself(cx, &from.path);
        }
        return folder(cx, from, to, recurse);
    }
    file(cx, from, to)
}

/// Whether a path lies in a folder, or is the folder.
fn is_within(path: &str, folder: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether both are links that end at the same item.
fn is_same_link(cx: &Cx<'_>, from: &str, to: &str) -> bool {
    let is_link = |path: &str| cx.rs.platform.stat_link(path).is_ok_and(|stat| stat.is_link);
    match (cx.rs.platform.stat(from), cx.rs.platform.stat(to)) {
        (Ok(a), Ok(b)) => is_link(from) && is_link(to) && (a.inode, a.device) == (b.inode, b.device),
        _ => false,
    }
}

fn itself(cx: &mut Cx<'_>, path: &str) -> R<()> {
    let message = format!("Cannot overwrite the item {path} with itself.");
    let exception = Exception::new("System.IO.IOException", message);
    if let Some(data) = exception.data.downcast::<Dictionary>() {
        data.set("SelfCopy".into(), path.into());
    }
    paths::write_error(cx, Value::object(exception), "CopyError", Category::WriteError, Value::from(path))
}

fn folder(cx: &mut Cx<'_>, from: &Target, to: &Target, recurse: bool) -> R<()> {
    cx.rs.check_stop()?;
    // An existing folder takes the copy in, another name becomes it.
    let exists = cx.rs.platform.stat(&to.path).ok().map(|stat| stat.kind);
    let destination = match exists {
        Some(FileKind::Directory) => to.with_path(join(&to.path, split(&from.path).1)),
        _ => to.clone(),
    };
    if !cx.should_process(&format!("Item: {} Destination: {}", from.path, destination.path), "Copy Directory")? {
        return Ok(());
    }
    copy_folder(cx, from, &destination, recurse)
}

fn copy_folder(cx: &mut Cx<'_>, from: &Target, to: &Target, recurse: bool) -> R<()> {
    cx.rs.check_stop()?;
    let path = to.path.as_str();
    if cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind != FileKind::Directory) {
        let message = format!("An item with the specified name {path} already exists.");
        return cx.error("System.IO.IOException", "DirectoryExist", Category::ResourceExists, message, path.into());
    }
    let is_new = cx.rs.platform.stat(path).is_err();
    if is_new {
        if let Err(failure) = cx.rs.platform.create_directory(path) {
            let flow = folder_error(cx.rs, &failure, path);
            let denied = "CopyDirectoryInfoItemUnauthorizedAccessError";
            let target = bare(cx.rs, &from.path);
            return report(cx, flow, denied, "CopyDirectoryInfoItemIOError", Category::WriteError, target);
        }
        if cx.flag("PassThru")
            && let Some(made) = item(cx.rs, to)
        {
            cx.write(made)?;
        }
    }
    if !is_new && !cx.flag("Force") {
        let message = format!("An item with the specified name {path} already exists.");
        cx.error("System.IO.IOException", "DirectoryExist", Category::ResourceExists, message, path.into())?;
    }
    if !recurse {
        return Ok(());
    }
    let filter = cx.string("Filter").filter(|filter| !filter.is_empty()).map(|filter| Pattern::new(&filter, true));
    let entries = match children(cx.rs, &from.path) {
        Ok(entries) => entries,
        Err(flow) => {
            let denied = "CopyDirectoryInfoItemUnauthorizedAccessError";
            let target = bare(cx.rs, &from.path);
            return report(cx, flow, denied, "CopyDirectoryInfoItemIOError", Category::WriteError, target);
        }
    };
    // The files of a folder come before the folders in it.
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(_, stat)| stat.kind == FileKind::Directory);
    for (name, _) in files {
        if filter.as_ref().is_none_or(|filter| filter.is_match(&name)) {
            file(cx, &from.child(&name), &to.child(&name))?;
        }
    }
    for (name, _) in folders {
        let (from, to) = (from.child(&name), to.child(&name));
        // A copy into itself would never end.
        if !is_within(&to.path, &from.path) {
            copy_folder(cx, &from, &to, recurse)?;
        }
    }
    Ok(())
}

fn file(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
    let is_folder =
        |cx: &Cx<'_>, path: &str| cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory);
    let destination = if is_folder(cx, &to.path) { to.child(split(&from.path).1) } else { to.clone() };
    let (source, path) = (from.path.as_str(), destination.path.as_str());
    let same = |cx: &Cx<'_>| match (cx.rs.platform.stat(source), cx.rs.platform.stat(path)) {
        (Ok(a), Ok(b)) => a.inode == b.inode && a.device == b.device,
        _ => false,
    };
    if source == path || same(cx) {
        return itself(cx, source);
    }
    if !cx.should_process(&format!("Item: {source} Destination: {path}"), "Copy File")? {
        return Ok(());
    }
    let denied = "CopyFileInfoItemUnauthorizedAccessError";
    if destination.is_folder {
        // `name/` can only mean a folder, and there is none.
        let shown = format!("{path}/");
        if cx.rs.platform.stat(split(path).0).is_err() {
            let flow = folder_error(cx.rs, &std::io::ErrorKind::NotFound.into(), &shown);
            let target = bare(cx.rs, source);
            return report(cx, flow, denied, "CopyFileInfoItemIOError", Category::WriteError, target);
        }
        let message = format!("Access to the path '{shown}' is denied.");
        let exception = Value::object(Exception::new("System.UnauthorizedAccessException", message));
        let target = bare(cx.rs, source);
        return paths::write_error(cx, exception, denied, Category::PermissionDenied, target);
    }
    if cx.flag("Force") && cx.rs.platform.stat(path).is_ok() {
        let _ = crate::types::files::info::set_read_only(cx.rs, path, false);
    }
    if let Err(failure) = cx.rs.while_running(|goes_on| cx.rs.platform.copy(source, path, goes_on))? {
        let flow = match failure.kind() {
            std::io::ErrorKind::NotFound => folder_error(cx.rs, &failure, path),
            _ => io_error(cx.rs, &failure, path),
        };
        let target = bare(cx.rs, source);
        return report(cx, flow, denied, "CopyFileInfoItemIOError", Category::WriteError, target);
    }
    if cx.flag("PassThru")
        && let Some(made) = item(cx.rs, &destination)
    {
        cx.write(made)?;
    }
    Ok(())
}
