//! `Remove-Item` for files.

use super::{Pattern, bare, children, io_error};
use crate::{
    cmdlets::{Cx, paths},
    eval::{Flow, R},
    platform::FileKind,
    providers::{Target, join},
    types::files::info,
    value::{Category, Exception, Value},
};

pub(super) fn remove_item(cx: &mut Cx<'_>, target: &Target, recurse: bool) -> R<()> {
    let path = &target.path;
    let Ok(stat) = cx.rs.platform.stat_link(path) else { return Ok(()) };
    if stat.kind == FileKind::Directory {
        folder(cx, path, stat.is_link, recurse, true)
    } else if cx.should_process(path, "Remove File")? {
        one(cx, path)
    } else {
        Ok(())
    }
}

fn folder(cx: &mut Cx<'_>, path: &str, is_link: bool, recurse: bool, is_first: bool) -> R<()> {
    cx.rs.check_stop()?;
    // Only the folder that was named is asked about, or every one where everything in it goes too.
    let goes_on = if is_first || recurse { cx.should_process(path, "Remove Directory")? } else { true };
    if is_link {
        // A link is only let go; what it leads to stays.
        if goes_on {
            one(cx, path)?;
        }
        return Ok(());
    }
    if !goes_on {
        return Ok(());
    }
    let filter = cx.string("Filter").filter(|filter| !filter.is_empty()).map(|filter| Pattern::new(&filter, true));
    let entries = match children(cx.rs, path) {
        Ok(entries) => entries,
        Err(flow) => return failed(cx, path, flow),
    };
    for (name, stat) in &entries {
        let child = join(path, name);
        if stat.kind == FileKind::Directory {
            folder(cx, &child, stat.is_link, recurse, false)?;
        } else if filter.as_ref().is_none_or(|filter| filter.is_match(name))
            && (!recurse || cx.should_process(&child, "Remove File")?)
        {
            one(cx, &child)?;
        }
    }
    // What is left was not removed, and an error has said why.
    let is_empty = cx.rs.platform.list(path).is_ok_and(|left| left.is_empty());
    if is_empty {
        return one(cx, path);
    }
    if !cx.flag("Force") || is_first {
        let message = format!("Directory {path} cannot be removed because it is not empty.");
        let exception = Value::object(Exception::new("System.IO.IOException", message.clone()));
        let record = paths::record(cx, exception, "DirectoryNotEmpty", Category::WriteError, bare(cx.rs, path));
        *record.details.lock() = Some(cannot_remove(path, &message).into());
        return cx.rs.write_error(record);
    }
    Ok(())
}

fn cannot_remove(path: &str, why: &str) -> String {
    format!("Cannot remove item {path}: {why}")
}

/// Removes one file, or one folder that is empty.
fn one(cx: &mut Cx<'_>, path: &str) -> R<()> {
    let force = cx.flag("Force");
    let Ok(stat) = cx.rs.platform.stat_link(path) else { return Ok(()) };
    let bits = info::attributes(&*cx.rs.platform, path, &stat);
    if !force && bits & (info::attribute::HIDDEN | info::attribute::READ_ONLY) != 0 {
        let message = "You do not have sufficient access rights to perform this operation or the item is hidden, system, or read only.";
        let exception = Value::object(Exception::new("System.IO.IOException", message));
        let id = "RemoveFileSystemItemUnAuthorizedAccess";
        let record = paths::record(cx, exception, id, Category::PermissionDenied, bare(cx.rs, path));
        *record.details.lock() = Some(cannot_remove(path, message).into());
        return cx.rs.write_error(record);
    }
    match cx.rs.platform.remove(path, false) {
        Ok(()) => Ok(()),
        Err(failure) => {
            let flow = io_error(cx.rs, &failure, path);
            failed(cx, path, flow)
        }
    }
}

fn failed(cx: &mut Cx<'_>, path: &str, flow: Flow) -> R<()> {
    let Flow::Error(raised) = &flow else { return Err(flow) };
    let exception = raised.record.exception.clone();
    let why = raised.record.exception_message();
    let (id, category) = if exception.type_name() == "System.UnauthorizedAccessException" {
        ("RemoveFileSystemItemUnAuthorizedAccess", Category::PermissionDenied)
    } else {
        ("RemoveFileSystemItemIOError", Category::WriteError)
    };
    let record = paths::record(cx, exception, id, category, bare(cx.rs, path));
    *record.details.lock() = Some(cannot_remove(path, &why).into());
    cx.rs.write_error(record)
}
