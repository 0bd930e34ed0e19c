//! `System.IO.Directory`

use super::{entries, full_path, info, kind_of, search, text_at};
use crate::{
    eval::{R, Runspace, error},
    platform::FileKind,
    providers::{folder_error, io_error, normalise},
    types::TypeDef,
    value::Value,
};

/// Creates a folder and those above it.
pub(crate) fn create(rs: &Runspace, path: &str) -> R<()> {
    if kind_of(rs, path).is_some_and(|kind| kind != FileKind::Directory) {
        return Err(error::thrown("System.IO.IOException", format!("The file '{path}' already exists.")));
    }
    rs.platform.create_directory(path).map_err(|failure| folder_error(rs, &failure, path))
}

/// Removes a folder.
pub(crate) fn delete(rs: &Runspace, path: &str, recurse: bool) -> R<()> {
    if kind_of(rs, path) == Some(FileKind::File) {
        return Err(error::thrown("System.IO.IOException", format!("The directory name is invalid. : '{path}'")));
    }
    rs.platform.remove(path, recurse).map_err(|failure| folder_error(rs, &failure, path))
}

/// Moves a folder to where nothing is yet.
pub(crate) fn rename(rs: &Runspace, from: &str, to: &str) -> R<()> {
    let to = to.trim_end_matches('/');
    if kind_of(rs, from).is_none() {
        return Err(folder_error(rs, &std::io::ErrorKind::NotFound.into(), from));
    }
    if rs.platform.stat_link(to).is_ok() {
        let message = format!("Cannot create '{to}' because a file or directory with the same name already exists.");
        return Err(error::thrown("System.IO.IOException", message));
    }
    rs.platform.rename(from, to).map_err(|failure| folder_error(rs, &failure, from))
}

/// A new folder of its own among temporary files.
fn temporary(rs: &mut Runspace, _: &Value, args: &[Value]) -> R<Value> {
    const PRIVATE: u32 = 0o700;
    let prefix = text_at(args, 0);
    if prefix.contains(['/', '\0']) {
        let message = "The value cannot contain a directory separator.";
        return Err(error::argument("System.ArgumentException", message, "prefix"));
    }
    let path = format!("{}{prefix}{}", super::path::temporary(rs), super::path::random_letters(rs, 6));
    create(rs, &path)?;
    rs.platform.set_mode(&path, PRIVATE).map_err(|failure| io_error(rs, &failure, &path))?;
    Ok(info::value(rs, &path, true))
}

fn list(rs: &mut Runspace, args: &[Value], wanted: fn(bool) -> bool) -> R<Value> {
    let given = text_at(args, 0);
    let folder = full_path(rs, args, 0)?;
    let (pattern, recurse) = search(args.get(1..).unwrap_or(&[]));
    let found = entries(rs, folder.trim_end_matches('/'), &pattern, recurse)?;
    let shown = found.into_iter().filter(|(_, is_folder)| wanted(*is_folder)).map(|(path, _)| {
        // Paths begin as the folder was given.
        let below = path.strip_prefix(folder.trim_end_matches('/')).unwrap_or(&path);
        format!("{}{below}", given.trim_end_matches('/'))
    });
    Ok(Value::strings(shown))
}

pub(super) const TYPE: TypeDef = TypeDef::class("System.IO.Directory").members(|m| {
    m.function("bool Exists(string path)", |rs, _, args| {
        Ok((full_path(rs, args, 0).is_ok_and(|path| kind_of(rs, &path) == Some(FileKind::Directory))).into())
    });
    for declaration in [
        "System.IO.DirectoryInfo CreateDirectory(string path)",
        "System.IO.DirectoryInfo CreateDirectory(string path, System.IO.UnixFileMode unixCreateMode)",
    ] {
        m.function(declaration, |rs, _, args| {
            let path = full_path(rs, args, 0)?;
            create(rs, &path)?;
            if let Some(Value::Enum(_, bits)) = args.get(1).map(Value::base) {
                let mode = u32::try_from(*bits).unwrap_or(0o755);
                rs.platform.set_mode(&path, mode).map_err(|failure| io_error(rs, &failure, &path))?;
            }
            Ok(info::value(rs, &path, true))
        });
    }
    for declaration in ["void Delete(string path)", "void Delete(string path, bool recursive)"] {
        m.function(declaration, |rs, _, args| {
            let path = full_path(rs, args, 0)?;
            delete(rs, &path, args.get(1).is_some_and(crate::convert::to_bool)).map(|()| Value::AutomationNull)
        });
    }
    m.function("void Move(string sourceDirName, string destDirName)", |rs, _, args| {
        let (from, to) = (full_path(rs, args, 0)?, full_path(rs, args, 1)?);
        if kind_of(rs, &from) == Some(FileKind::File) {
            super::file::rename(rs, &from, &to, false)?;
        } else {
            rename(rs, &from, &to)?;
        }
        Ok(Value::AutomationNull)
    });
    m.function("string GetCurrentDirectory()", |rs, _, _| Ok(rs.state.process_directory.as_str().into()));
    m.function("void SetCurrentDirectory(string path)", |rs, _, args| {
        let path = normalise(&full_path(rs, args, 0)?);
        if kind_of(rs, &path) != Some(FileKind::Directory) {
            return Err(folder_error(rs, &std::io::ErrorKind::NotFound.into(), &path));
        }
        rs.state.process_directory = path;
        Ok(Value::AutomationNull)
    });
    m.function("System.IO.DirectoryInfo GetParent(string path)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        Ok(super::path::folder(&path).map_or(Value::Null, |folder| info::value(rs, &folder, true)))
    });
    m.function("string GetDirectoryRoot(string path)", |rs, _, args| full_path(rs, args, 0).map(|_| "/".into()));
    m.function("string[] GetLogicalDrives()", |rs, _, _| {
        Ok(Value::strings(rs.platform.mounts().into_iter().map(|mount| mount.path)))
    });
    for kind in ["GetFiles", "EnumerateFiles"] {
        for declaration in declarations(kind) {
            m.function(declaration, |rs, _, args| list(rs, args, |is_folder| !is_folder));
        }
    }
    for kind in ["GetDirectories", "EnumerateDirectories"] {
        for declaration in declarations(kind) {
            m.function(declaration, |rs, _, args| list(rs, args, |is_folder| is_folder));
        }
    }
    for kind in ["GetFileSystemEntries", "EnumerateFileSystemEntries"] {
        for declaration in declarations(kind) {
            m.function(declaration, |rs, _, args| list(rs, args, |_| true));
        }
    }
    m.function("System.IO.FileSystemInfo CreateSymbolicLink(string path, string pathToTarget)", |rs, _, args| {
        let path = full_path(rs, args, 0)?;
        rs.platform.link(&path, &text_at(args, 1)).map_err(|failure| io_error(rs, &failure, &path))?;
        Ok(info::value(rs, &path, true))
    });
    super::file::times(m);
    m.function("System.IO.DirectoryInfo CreateTempSubdirectory(string prefix = null)", temporary);
    m.function(
        "System.IO.FileSystemInfo ResolveLinkTarget(string linkPath, bool returnFinalTarget)",
        super::file::target_of,
    );
});

/// The overloads of a method that lists.
fn declarations(name: &str) -> [&'static str; 3] {
    match name {
        "GetFiles" => [
            "string[] GetFiles(string path)",
            "string[] GetFiles(string path, string searchPattern)",
            "string[] GetFiles(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
        "EnumerateFiles" => [
            "System.Collections.Generic.IEnumerable[string] EnumerateFiles(string path)",
            "System.Collections.Generic.IEnumerable[string] EnumerateFiles(string path, string searchPattern)",
            "System.Collections.Generic.IEnumerable[string] EnumerateFiles(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
        "GetDirectories" => [
            "string[] GetDirectories(string path)",
            "string[] GetDirectories(string path, string searchPattern)",
            "string[] GetDirectories(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
        "EnumerateDirectories" => [
            "System.Collections.Generic.IEnumerable[string] EnumerateDirectories(string path)",
            "System.Collections.Generic.IEnumerable[string] EnumerateDirectories(string path, string searchPattern)",
            "System.Collections.Generic.IEnumerable[string] EnumerateDirectories(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
        "GetFileSystemEntries" => [
            "string[] GetFileSystemEntries(string path)",
            "string[] GetFileSystemEntries(string path, string searchPattern)",
            "string[] GetFileSystemEntries(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
        _ => [
            "System.Collections.Generic.IEnumerable[string] EnumerateFileSystemEntries(string path)",
            "System.Collections.Generic.IEnumerable[string] EnumerateFileSystemEntries(string path, string searchPattern)",
            "System.Collections.Generic.IEnumerable[string] EnumerateFileSystemEntries(string path, string searchPattern, System.IO.SearchOption searchOption)",
        ],
    }
}
