//! `New-Item` and `Invoke-Item` for files.

use super::{folder_error, io_error, io_failure, item, report};
use crate::{
    cmdlets::{Cx, paths},
    eval::{Flow, R},
    platform::{FileKind, OpenHow},
    providers::{Target, encoding, normalise, parse, split},
    value::{Category, ErrorRecord, Exception, Value, enumerates, text},
};

/// What `-ItemType` names; the beginning of a word is enough.
enum ItemType {
    File,
    Folder,
    SymbolicLink,
    HardLink,
    Junction,
}

fn item_type(name: &str) -> Option<ItemType> {
    let lower = name.to_ascii_lowercase();
    let begins = |word: &str| word.starts_with(&lower);
    match lower.as_str() {
        "" => Some(ItemType::File),
        _ if begins("directory") || begins("container") => Some(ItemType::Folder),
        _ if begins("file") => Some(ItemType::File),
        _ if begins("symboliclink") => Some(ItemType::SymbolicLink),
        _ if begins("junction") => Some(ItemType::Junction),
        _ if begins("hardlink") => Some(ItemType::HardLink),
        _ => None,
    }
}

pub(super) fn new_item(cx: &mut Cx<'_>, target: &Target, kind: &str, value: Option<Value>) -> R<()> {
    let Some(kind) = item_type(kind) else {
        return Err(cx.fail(
            "System.Management.Automation.PSArgumentException",
            "Argument",
            Category::InvalidArgument,
            "The type is not a known type for the file system. Only \"file\",\"directory\" or \"symboliclink\" can be specified.",
            Value::Null,
        ));
    };
    match kind {
        ItemType::File => file(cx, target, value),
        ItemType::Folder => folder(cx, target),
        ItemType::Junction => junction(cx, target, value),
        ItemType::SymbolicLink => link(cx, target, value, false),
        ItemType::HardLink => link(cx, target, value, true),
    }
}

fn written(cx: &mut Cx<'_>, target: &Target) -> R<()> {
    match item(cx.rs, target) {
        Some(made) => cx.write(made),
        None => Ok(()),
    }
}

fn file(cx: &mut Cx<'_>, target: &Target, value: Option<Value>) -> R<()> {
    let path = target.path.as_str();
    let force = cx.flag("Force");
    if !cx.should_process(&format!("Destination: {path}"), "Create File")? {
        return Ok(());
    }
    if force {
        let above = split(path).0.to_owned();
        if let Err(failure) = cx.rs.platform.create_directory(&above) {
            let flow = folder_error(cx.rs, &failure, &above);
            let denied = "CreateIntermediateDirectoriesUnauthorizedAccessError";
            let target = Value::from(above);
            return report(cx, flow, denied, "CreateIntermediateDirectoriesIOError", Category::WriteError, target);
        }
    }
    let how = OpenHow { write: true, create: true, must_be_new: !force, truncate: force, read: false };
    let content = match &value {
        Some(value) if !value.is_null() => {
            let shown = if enumerates(value) { text(&Value::from(value.type_name())) } else { cx.rs.text(value)? };
            encoding::UTF8.encode(&shown)
        }
        _ => Vec::new(),
    };
    let done = cx.rs.open_file(path, how).and_then(|mut file| file.write_all(&content));
    if let Err(failure) = done {
        let flow = match failure.kind() {
            std::io::ErrorKind::NotFound => folder_error(cx.rs, &failure, path),
            _ => io_error(cx.rs, &failure, path),
        };
        let target = Value::from(path);
        return report(cx, flow, "NewItemUnauthorizedAccessError", "NewItemIOError", Category::WriteError, target);
    }
    written(cx, target)
}

fn folder(cx: &mut Cx<'_>, target: &Target) -> R<()> {
    let path = target.path.as_str();
    let force = cx.flag("Force");
    if !force && cx.rs.platform.stat_link(path).is_ok() {
        let message = format!("An item with the specified name {path} already exists.");
        return io_failure(cx, "DirectoryExist", Category::ResourceExists, message, path.into());
    }
    if !cx.should_process(&format!("Destination: {path}"), "Create Directory")? {
        return Ok(());
    }
    if cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::File) {
        // With -Force, a file of the name is left as it is, and nothing is made.
        return Ok(());
    }
    if let Err(failure) = cx.rs.platform.create_directory(path) {
        let flow = folder_error(cx.rs, &failure, path);
        let target = Value::from(path);
        let denied = "CreateDirectoryUnauthorizedAccessError";
        return report(cx, flow, denied, "CreateDirectoryIOError", Category::WriteError, target);
    }
    written(cx, target)
}

/// The target that a link is to have.
fn link_target(cx: &Cx<'_>, value: Option<Value>) -> R<String> {
    match value {
        // Separators of Windows are meant as ours.
        Some(value) if !text(&value).is_empty() => Ok(text(&value).replace('\\', "/")),
        _ => {
            let name = cx.strings("Path").first().map_or_else(String::new, ToString::to_string);
            let message = format!("Link '{name}' cannot be created because the target Value was not specified.");
            let exception = Exception::new("System.Management.Automation.PSArgumentNullException", message);
            let exception = Value::object(exception.with("ParamName", "content"));
            let record = ErrorRecord::new(exception, cx.id("ArgumentNull"), Category::InvalidArgument, Value::Null);
            *record.activity.lock() = cx.cmdlet.name.into();
            Err(Flow::error(record))
        }
    }
}

fn junction(cx: &mut Cx<'_>, target: &Target, value: Option<Value>) -> R<()> {
    let to = link_target(cx, value)?;
    if to.starts_with('/') {
        if cx.rs.platform.stat(&to).is_err() {
            return no_target(cx, to.as_str());
        }
        // There are no junctions here: the request is heard, and nothing comes of it.
        cx.should_process(&format!("Destination: {}", target.path), "Create Junction")?;
        return Ok(());
    }
    let message = "Creating a junction requires an absolute path for the target.";
    let exception = Value::object(Exception::new("System.ArgumentException", message));
    paths::write_error(cx, exception, "NotAbsolutePath", Category::InvalidArgument, Value::from(to))
}

fn no_target(cx: &mut Cx<'_>, path: &str) -> R<()> {
    let message = format!("Could not find item {path}.");
    let exception = Value::object(Exception::new("System.Management.Automation.ItemNotFoundException", message));
    paths::write_error(cx, exception, "ItemNotFound", Category::ObjectNotFound, path.into())
}

fn link(cx: &mut Cx<'_>, target: &Target, value: Option<Value>, is_hard: bool) -> R<()> {
    let path = target.path.as_str();
    let given = link_target(cx, value)?;
    // A symbolic link keeps the words of its target; they count from the folder the link is in.
    let whole = match parse(cx.rs, &given) {
        Ok(found) if is_hard => found.path,
        _ if given.starts_with('/') => normalise(&given),
        _ => normalise(&format!("{}/{given}", split(path).0)),
    };
    let action = if is_hard { "Create Hard Link" } else { "Create Symbolic Link" };
    if !cx.should_process(&format!("Destination: {path}"), action)? {
        return Ok(());
    }
    let force = cx.flag("Force");
    if is_hard {
        match cx.rs.platform.stat(&whole).map(|stat| stat.kind) {
            Err(_) => return no_target(cx, &whole),
            Ok(FileKind::Directory) => {
                let message = format!("A file is required for the operation. The item '{whole}' is not a file.");
                let exception = Value::object(Exception::new("System.InvalidOperationException", message));
                return paths::write_error(cx, exception, "ItemNotFile", Category::InvalidOperation, whole.into());
            }
            Ok(_) => {}
        }
    }
    if cx.rs.platform.stat_link(path).is_ok() {
        if !force {
            let message = format!("Cannot create link because the path already exists: {path}.");
            return io_failure(cx, "SymLinkExists", Category::ResourceExists, message, path.into());
        }
        if whole == path {
            let message = "The target and path cannot be the same.";
            let exception = Value::object(Exception::new("System.IO.IOException", message));
            let id = "TargetIsSameAsLink";
            return paths::write_error(cx, exception, id, Category::InvalidOperation, path.into());
        }
        if let Err(failure) = cx.rs.platform.remove(path, false) {
            let flow = io_error(cx.rs, &failure, path);
            return report(cx, flow, "AccessException", "NewItemDeleteIOError", Category::WriteError, path.into());
        }
    }
    let done = if is_hard { cx.rs.platform.hard_link(path, &whole) } else { cx.rs.platform.link(path, &given) };
    if let Err(failure) = done {
        let flow = io_error(cx.rs, &failure, path);
        let denied = "NewItemUnauthorizedAccessError";
        return report(cx, flow, denied, "NewItemIOError", Category::WriteError, path.into());
    }
    written(cx, target)
}

/// Programs are run; there is nothing that opens other files in a session without a screen.
pub(super) fn invoke_item(cx: &mut Cx<'_>, target: &Target) -> R<()> {
    if !cx.should_process(&format!("Item: {}", target.path), "Invoke Item")? {
        return Ok(());
    }
    let is_program =
        cx.rs.platform.stat(&target.path).is_ok_and(|stat| stat.kind == FileKind::File && stat.mode & 0o111 != 0);
    if is_program {
        let block = cx.rs.parse_block("& $args[0]")?;
        for value in cx.rs.call_block(&block, &[Value::from(target.path.as_str())])? {
            cx.write(value)?;
        }
        return Ok(());
    }
    let path = &target.path;
    let message = format!(
        "An error occurred trying to start process '/usr/bin/xdg-open' with arguments '{path}'. No such file or directory"
    );
    Err(cx.fail(
        "System.ComponentModel.Win32Exception",
        "System.ComponentModel.Win32Exception",
        Category::NotSpecified,
        message,
        Value::Null,
    ))
}
