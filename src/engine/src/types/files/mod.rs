//! `System.IO`: paths, files, folders, streams, drives.

use psrpd_dotnet::{DateTime, Kind, Str};

pub(super) use super::args::s as text_at;
use super::{TypeDef, known};
use crate::{
    eval::{R, Runspace, error},
    platform::FileKind,
    providers,
    value::{Opaque, Value, enumerate, text},
};

mod directory;
mod drive;
mod file;
mod file_info;
pub(crate) mod info;
mod intrinsics;
mod invoke_provider;
pub(crate) mod path;
mod powershell;
pub(crate) mod stream;
pub(crate) mod text_stream;
pub(crate) mod unix_stat;

pub(crate) use file::split_lines;
pub(crate) use powershell::space_of;
pub(crate) use stream::open_stream;

pub(super) use file_info::TYPES as INFOS;
pub(super) use intrinsics::TYPES as INTRINSICS;
pub(super) use invoke_provider::TYPES as INVOKE_PROVIDER;
pub(super) use powershell::TYPES as POWERSHELL;
pub(super) use stream::TYPES as STREAMS;
pub(super) use text_stream::TYPES as TEXT_STREAMS;
pub(super) use unix_stat::TYPES as UNIX_STAT;

pub(super) const TYPES: &[TypeDef] = &[path::TYPE, file::TYPE, directory::TYPE, drive::TYPE, info::TYPE];

pub(super) const ENUMS: &[TypeDef] = &[
    TypeDef::flag_labels(
        "System.IO.UnixFileMode",
        &[
            ("None", 0),
            ("OtherExecute", 1),
            ("OtherWrite", 2),
            ("OtherRead", 4),
            ("GroupExecute", 8),
            ("GroupWrite", 16),
            ("GroupRead", 32),
            ("UserExecute", 64),
            ("UserWrite", 128),
            ("UserRead", 256),
            ("StickyBit", 512),
            ("SetGroup", 1024),
            ("SetUser", 2048),
        ],
    ),
    TypeDef::flag_labels("System.IO.FileAccess", &[("Read", 1), ("Write", 2), ("ReadWrite", 3)]),
    TypeDef::flag_labels(
        "System.IO.FileShare",
        &[("None", 0), ("Read", 1), ("Write", 2), ("ReadWrite", 3), ("Delete", 4), ("Inheritable", 16)],
    ),
    TypeDef::labels("System.IO.SearchOption", &[("TopDirectoryOnly", 0), ("AllDirectories", 1)]),
    TypeDef::labels("System.IO.SeekOrigin", &[("Begin", 0), ("Current", 1), ("End", 2)]),
    TypeDef::labels(
        "System.IO.DriveType",
        &[
            ("Unknown", 0),
            ("NoRootDirectory", 1),
            ("Removable", 2),
            ("Fixed", 3),
            ("Network", 4),
            ("CDRom", 5),
            ("Ram", 6),
        ],
    ),
];

/// A stream over bytes in memory, of a class derived from `MemoryStream`.
pub(crate) fn memory_stream_of(of: &'static str, bytes: Vec<u8>) -> Value {
    Value::object(stream::Stream::memory_of(of, bytes, true))
}

fn long(n: u64) -> Value {
    Value::I64(i64::try_from(n).unwrap_or(i64::MAX))
}

fn char_array(chars: &str) -> Value {
    Value::chars(chars.encode_utf16().collect::<Vec<_>>())
}

fn byte_array(bytes: impl Into<Vec<u8>>) -> Value {
    Value::bytes(bytes)
}

/// A path of a .NET method as a whole one: relative ones begin in the directory of the process.
pub(super) fn full_path(rs: &Runspace, args: &[Value], at: usize) -> R<String> {
    let path = text_at(args, at);
    if path.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "path"));
    }
    Ok(path::whole(&path, &rs.state.process_directory))
}

/// What a path is, if there is anything.
fn kind_of(rs: &Runspace, path: &str) -> Option<FileKind> {
    rs.platform.stat(path).ok().map(|stat| stat.kind)
}

/// The ticks of a time in UTC.
pub(crate) fn to_utc(rs: &Runspace, date: DateTime) -> i64 {
    match date.kind() {
        Kind::Utc => date.ticks(),
        _ => date.ticks().saturating_sub(rs.platform.utc_offset(date.ticks())),
    }
}

/// A time that is meant as UTC whatever its kind says.
fn as_utc(value: &Value) -> Value {
    match value.base() {
        Value::DateTime(date) if date.kind() == Kind::Unspecified => Value::DateTime(date.with_kind(Kind::Utc)),
        other => other.clone(),
    }
}

/// `ResolveLinkTarget`
fn link_target(rs: &Runspace, path: &str, to_the_end: bool) -> R<Value> {
    const MAX_LINKS: usize = 40;
    let mut at = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = rs.platform.read_link(&at) else { break };
        at = if next.starts_with('/') {
            providers::normalise(&next)
        } else {
            providers::normalise(&providers::join(providers::split(&at).0, &next))
        };
        if !to_the_end {
            break;
        }
    }
    if at == path {
        return match rs.platform.stat_link(path) {
            Ok(_) => Ok(Value::Null),
            Err(failure) => Err(providers::io_error(rs, &failure, path)),
        };
    }
    let is_folder = kind_of(rs, &at) == Some(FileKind::Directory);
    Ok(info::value(rs, &at, is_folder))
}

/// `FileVersionInfo` of a file without a version.
fn version_info(path: &str) -> Value {
    const LINES: [(&str, &str); 13] = [
        ("InternalName:", ""),
        ("OriginalFilename:", ""),
        ("FileVersion:", ""),
        ("FileDescription:", ""),
        ("Product:", ""),
        ("ProductVersion:", ""),
        ("Debug:", "False"),
        ("Patched:", "False"),
        ("PreRelease:", "False"),
        ("PrivateBuild:", "False"),
        ("SpecialBuild:", "False"),
        ("Language:", ""),
        ("", ""),
    ];
    let mut shown = format!("File:             {path}\n");
    for (name, value) in LINES.iter().filter(|(name, _)| !name.is_empty()) {
        shown.push_str(&format!("{name:<18}{value}\n"));
    }
    let nothing = || Value::Null;
    Opaque::new(
        "System.Diagnostics.FileVersionInfo",
        [
            ("FileVersionRaw", Value::object(crate::value::Version([0, 0, 0, 0]))),
            ("ProductVersionRaw", Value::object(crate::value::Version([0, 0, 0, 0]))),
            ("Comments", nothing()),
            ("CompanyName", nothing()),
            ("FileBuildPart", Value::I32(0)),
            ("FileDescription", nothing()),
            ("FileMajorPart", Value::I32(0)),
            ("FileMinorPart", Value::I32(0)),
            ("FileName", path.into()),
            ("FilePrivatePart", Value::I32(0)),
            ("FileVersion", nothing()),
            ("InternalName", nothing()),
            ("IsDebug", false.into()),
            ("IsPatched", false.into()),
            ("IsPrivateBuild", false.into()),
            ("IsPreRelease", false.into()),
            ("IsSpecialBuild", false.into()),
            ("Language", nothing()),
            ("LegalCopyright", nothing()),
            ("LegalTrademarks", nothing()),
            ("OriginalFilename", nothing()),
            ("PrivateBuild", nothing()),
            ("ProductBuildPart", Value::I32(0)),
            ("ProductMajorPart", Value::I32(0)),
            ("ProductMinorPart", Value::I32(0)),
            ("ProductName", nothing()),
            ("ProductPrivatePart", Value::I32(0)),
            ("ProductVersion", nothing()),
            ("SpecialBuild", nothing()),
        ],
    )
    .displayed(shown)
    .into_value()
}

/// The entries of a folder that match a pattern: the whole paths, and whether they are folders.
fn entries(rs: &Runspace, folder: &str, pattern: &str, recurse: bool) -> R<Vec<(String, bool)>> {
    let pattern = providers::file_system::Pattern::new(pattern, false);
    let mut found = Vec::new();
    let mut waiting = std::collections::VecDeque::from([folder.to_owned()]);
    while let Some(folder) = waiting.pop_front() {
        rs.check_stop()?;
        let names = rs.platform.list(&folder).map_err(|failure| providers::folder_error(rs, &failure, &folder))?;
        for name in names {
            let whole = providers::join(&folder, &name);
            let Ok(stat) = rs.platform.stat(&whole) else { continue };
            let is_folder = stat.kind == FileKind::Directory;
            if pattern.is_match(&name) {
                found.push((whole.clone(), is_folder));
            }
            if recurse && is_folder && !stat.is_link {
                waiting.push_back(whole);
            }
        }
    }
    Ok(found)
}

/// The pattern and the depth that the arguments after a path ask for.
fn search(args: &[Value]) -> (Str, bool) {
    let pattern = args.iter().find_map(Value::as_str).cloned().unwrap_or_else(|| "*".into());
    let recurse = args.iter().any(|arg| matches!(arg.base(), Value::Enum(_, 1)));
    (pattern, recurse)
}

/// Infos of folders or files as an array of their type.
fn infos(rs: &Runspace, of: &str, found: Vec<(String, bool)>) -> Value {
    let items = found.iter().map(|(path, is_folder)| info::value(rs, path, *is_folder)).collect();
    Value::typed_array(known(of), items)
}

fn lines_of(value: Option<&Value>) -> Vec<Str> {
    value.and_then(enumerate).unwrap_or_default().iter().map(text).collect()
}

/// What the encoding of an argument makes of text; UTF-8 without a mark if there is none.
fn encoding_at(args: &[Value], at: usize) -> providers::encoding::Encoding {
    args.get(at).and_then(crate::types::encoding::of).unwrap_or(providers::encoding::UTF8)
}
