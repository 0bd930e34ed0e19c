//! What the cmdlets that take paths share: resolving them, and the objects of files.

use psrpd_dotnet::{DateTime, Kind, Str, wildcard};

use super::Cx;
use crate::{
    eval::R,
    platform::{FileKind, FileStat},
    providers, types,
    value::{Category, Opaque, Value},
};

/// The paths that `-Path` and `-LiteralPath` mean, absolute; a pattern without match gives none, a path without file an
/// error.
pub(super) fn resolve(cx: &mut Cx<'_>, must_exist: bool) -> R<Vec<String>> {
    let mut found = Vec::new();
    for path in cx.strings("Path") {
        if wildcard::has_wildcards(&path) {
            found.extend(providers::glob(cx.rs, &path).iter().map(|path| providers::absolute(cx.rs, path)));
        } else {
            push(cx, &wildcard::unescape(&path), must_exist, &mut found)?;
        }
    }
    for path in cx.strings("LiteralPath") {
        push(cx, &path, must_exist, &mut found)?;
    }
    Ok(found)
}

fn push(cx: &mut Cx<'_>, path: &str, must_exist: bool, found: &mut Vec<String>) -> R<()> {
    let whole = providers::absolute(cx.rs, path);
    if must_exist && cx.rs.platform.stat(&whole).is_err() {
        let message = format!("Cannot find path '{whole}' because it does not exist.");
        return cx.error(
            "System.Management.Automation.ItemNotFoundException",
            "PathNotFound",
            Category::ObjectNotFound,
            message,
            Value::from(whole),
        );
    }
    found.push(whole);
    Ok(())
}

/// The folder and the name of a path.
pub(super) fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((folder, name)) => (folder, name),
        None => ("", path),
    }
}

/// The notes that every item of the FileSystem provider carries.
pub(super) fn notes(cx: &Cx<'_>, path: &str, is_container: Option<bool>) -> Vec<(&'static str, Value)> {
    let (folder, name) = split(path);
    let mut notes = vec![
        ("PSPath", Value::from(format!("Microsoft.PowerShell.Core\\FileSystem::{path}"))),
        ("PSParentPath", Value::from(format!("Microsoft.PowerShell.Core\\FileSystem::{folder}"))),
        ("PSChildName", Value::from(name)),
        ("PSDrive", providers::drive_info(cx.rs)),
        ("PSProvider", providers::provider_info()),
    ];
    notes.extend(is_container.map(|is| ("PSIsContainer", Value::Bool(is))));
    notes
}

/// `FileInfo` or `DirectoryInfo`, with the provider's notes.
pub(super) fn item(cx: &Cx<'_>, path: &str, stat: &FileStat) -> Value {
    let (folder, name) = split(path);
    let is_folder = stat.kind == FileKind::Directory;
    let when = |ticks: i64, kind: Kind| DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime);
    let local = |ticks: i64| when(ticks.saturating_add(cx.rs.platform.utc_offset(ticks)), Kind::Local);
    let bits = if is_folder { 16 } else { 128 }
        | if stat.is_link { 1024 } else { 0 }
        | if name.starts_with('.') { 2 } else { 0 };
    let extension: Str = name.rfind('.').and_then(|at| name.get(at..)).unwrap_or("").into();
    let mut properties: Vec<(&str, Value)> = Vec::new();
    if is_folder {
        properties.extend([("Parent", Value::from(folder)), ("Root", Value::from("/"))]);
    } else {
        let size = i64::try_from(stat.size).unwrap_or(i64::MAX);
        properties.extend([
            ("Length", Value::I64(size)),
            ("DirectoryName", Value::from(folder)),
            ("Directory", Value::from(folder)),
            ("IsReadOnly", Value::Bool(stat.mode & 0o222 == 0)),
        ]);
    }
    properties.extend([
        ("FullName", Value::from(path)),
        ("Extension", Value::Str(extension)),
        ("Name", Value::from(name)),
        ("Exists", Value::Bool(true)),
        ("CreationTime", local(stat.created)),
        ("CreationTimeUtc", when(stat.created, Kind::Utc)),
        ("LastAccessTime", local(stat.accessed)),
        ("LastAccessTimeUtc", when(stat.accessed, Kind::Utc)),
        ("LastWriteTime", local(stat.modified)),
        ("LastWriteTimeUtc", when(stat.modified, Kind::Utc)),
        ("LinkTarget", Value::Null),
        ("UnixFileMode", Value::Enum(types::known("System.IO.UnixFileMode"), i64::from(stat.mode & 0o777))),
        ("Attributes", Value::Enum(types::known("System.IO.FileAttributes"), bits)),
    ]);
    let of = if is_folder { "System.IO.DirectoryInfo" } else { "System.IO.FileInfo" };
    let info = Opaque::new(of, properties).displayed(path).into_value();
    info.with_notes(notes(cx, path, Some(is_folder)))
}
