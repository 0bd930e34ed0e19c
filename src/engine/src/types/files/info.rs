//! `FileInfo` and `DirectoryInfo`: what both have.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{DateTime, Kind, Str};

use crate::{
    eval::{R, Runspace},
    platform::{FileKind, FileStat, Platform},
    providers,
    types::{self, Members, Type, TypeDef},
    value::{Body, Member, Object, Value},
};

/// The bits of `FileAttributes` that Unix has.
pub(crate) mod attribute {
    pub(crate) const READ_ONLY: i64 = 1;
    pub(crate) const HIDDEN: i64 = 2;
    pub(crate) const DIRECTORY: i64 = 16;
    pub(crate) const NORMAL: i64 = 128;
    pub(crate) const LINK: i64 = 1024;
}

/// Whether this user may read but not write.
pub(crate) fn is_read_only(platform: &dyn Platform, stat: &FileStat) -> bool {
    let (user, group) = platform.identity();
    let shift = if stat.uid == user {
        6
    } else if stat.gid == group {
        3
    } else {
        0
    };
    const READ: u32 = 4;
    const WRITE: u32 = 2;
    (stat.mode >> shift) & (READ | WRITE) == READ
}

/// The attributes of a file, from what Unix knows.
pub(crate) fn attributes(platform: &dyn Platform, path: &str, stat: &FileStat) -> i64 {
    let name = providers::split(path).1;
    let bits = [
        (is_read_only(platform, stat), attribute::READ_ONLY),
        (stat.is_link, attribute::LINK),
        (stat.kind == FileKind::Directory, attribute::DIRECTORY),
        (name.starts_with('.') && name.len() > 1, attribute::HIDDEN),
    ];
    match bits.iter().filter(|(on, _)| *on).fold(0, |all, (_, bit)| all | bit) {
        0 => attribute::NORMAL,
        bits => bits,
    }
}

/// A file or folder by its path. What is known of it is looked up once, until `Refresh()`.
pub(crate) struct Info {
    pub(crate) is_folder: bool,
    /// The absolute path; `MoveTo()` changes it.
    path: Mutex<Str>,
    /// As it was given: the text of the object.
    original: Mutex<Str>,
    stat: Mutex<Option<Option<FileStat>>>,
    pub(crate) platform: Arc<dyn Platform>,
}

impl Info {
    pub(crate) fn new(rs: &Runspace, path: impl Into<Str>, is_folder: bool) -> Self {
        let path: Str = path.into();
        Self {
            is_folder,
            original: Mutex::new(path.clone()),
            path: Mutex::new(path),
            stat: Mutex::new(None),
            platform: rs.platform.clone(),
        }
    }

    /// An item whose state was looked up already.
    pub(crate) fn known(rs: &Runspace, path: &str, stat: FileStat) -> Self {
        let info = Self::new(rs, path, stat.kind == FileKind::Directory);
        *info.stat.lock() = Some(Some(stat));
        info
    }

    /// With another text.
    pub(crate) fn written(self, original: impl Into<Str>) -> Self {
        *self.original.lock() = original.into();
        self
    }

    pub(crate) fn path(&self) -> Str {
        self.path.lock().clone()
    }

    pub(crate) fn name(&self) -> Str {
        let path = self.path();
        match providers::split(path.trim_end_matches('/')).1 {
            "" => "/".into(),
            name => name.into(),
        }
    }

    /// What is known of it, the link itself where it is one.
    pub(crate) fn stat(&self) -> Option<FileStat> {
        let path = self.path();
        let path = if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path.to_string() };
        self.stat.lock().get_or_insert_with(|| self.platform.stat_link(&path).ok()).clone()
    }

    pub(crate) fn refresh(&self) {
        *self.stat.lock() = None;
    }

    /// After the file was moved.
    pub(crate) fn moved(&self, path: &str) {
        *self.path.lock() = path.into();
        *self.original.lock() = path.into();
        self.refresh();
    }

    /// As [`Self::moved`], for a folder.
    pub(crate) fn moved_folder(&self, path: &str) {
        self.moved(path);
        *self.path.lock() = format!("{path}/").into();
    }

    pub(crate) fn exists(&self) -> bool {
        self.stat().is_some_and(|stat| (stat.kind == FileKind::Directory) == self.is_folder)
    }

    fn attributes(&self) -> i64 {
        self.stat().map_or(-1, |stat| attributes(&*self.platform, &self.path(), &stat))
    }

    fn time(&self, of: fn(&FileStat) -> i64, kind: Kind) -> Value {
        // What does not exist has the time at which Windows begins to count.
        let ticks = self.stat().map_or(NO_TIME, |stat| of(&stat));
        let ticks = if kind == Kind::Local { ticks.saturating_add(self.platform.utc_offset(ticks)) } else { ticks };
        DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime)
    }

    pub(crate) fn link_target(&self) -> Option<String> {
        self.stat().filter(|stat| stat.is_link)?;
        self.platform.read_link(&self.path()).ok()
    }

    /// Where its links lead in the end.
    fn resolved_target(&self) -> Option<String> {
        if self.link_target().is_none() {
            return Some(self.path().to_string());
        }
        let path = self.path();
        let mut at = path.to_string();
        for _ in 0..MAX_LINKS {
            match self.platform.read_link(&at) {
                Ok(next) if next.starts_with('/') => at = providers::normalise(&next),
                Ok(next) => at = providers::normalise(&providers::join(providers::split(&at).0, &next)),
                Err(_) => break,
            }
        }
        Some(at)
    }

    fn link_type(&self) -> Value {
        match self.stat() {
            Some(stat) if stat.is_link => "SymbolicLink".into(),
            Some(stat) if stat.kind == FileKind::File && stat.links > 1 => "HardLink".into(),
            _ => Value::Null,
        }
    }

    /// `Mode`: the attributes as letters.
    fn mode(&self, with_hard_link: bool) -> Value {
        let Some(stat) = self.stat() else { return "".into() };
        let bits = attributes(&*self.platform, &self.path(), &stat);
        let is_hard = with_hard_link && stat.kind == FileKind::File && stat.links > 1;
        let first = if stat.is_link || is_hard {
            'l'
        } else if bits & attribute::DIRECTORY != 0 {
            'd'
        } else {
            '-'
        };
        let mark = |bit, letter| if bits & bit != 0 { letter } else { '-' };
        let letters = [first, '-', mark(attribute::READ_ONLY, 'r'), mark(attribute::HIDDEN, 'h'), '-'];
        letters.iter().collect::<String>().into()
    }
}

/// 1601-01-01, in ticks.
const NO_TIME: i64 = 504_911_232_000_000_000;

/// How many links are followed.
const MAX_LINKS: usize = 40;

impl Object for Info {
    fn type_of(&self) -> Type {
        types::known(if self.is_folder { "System.IO.DirectoryInfo" } else { "System.IO.FileInfo" })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.original.lock().clone())
    }
}

/// A file or folder as an object.
pub(crate) fn value(rs: &Runspace, path: &str, is_folder: bool) -> Value {
    Value::object(Info::new(rs, path, is_folder))
}

pub(super) fn of(this: &Value) -> Option<&Info> {
    this.downcast::<Info>()
}

/// A property of an [`Info`].
pub(super) fn property(this: &Value, get: impl Fn(&Info) -> Value) -> R<Value> {
    Ok(of(this).map(get).unwrap_or_default())
}

fn set_time(rs: &mut Runspace, this: &Value, value: &Value, is_access: bool) -> R<()> {
    let (Some(info), Value::DateTime(date)) = (of(this), value.base()) else { return Ok(()) };
    let ticks = super::to_utc(rs, *date);
    let path = info.path();
    let (accessed, modified) = if is_access { (Some(ticks), None) } else { (None, Some(ticks)) };
    info.refresh();
    rs.platform.set_times(&path, accessed, modified).map_err(|failure| providers::io_error(rs, &failure, &path))
}

/// Makes a file read-only, or writable again.
pub(crate) fn set_read_only(rs: &Runspace, path: &str, read_only: bool) -> R<()> {
    let failed = |failure: &std::io::Error| providers::io_error(rs, failure, path);
    let mode = rs.platform.stat(path).map_err(|failure| failed(&failure))?.mode;
    let mode = if read_only { mode & !0o222 } else { mode | 0o200 };
    rs.platform.set_mode(path, mode & 0o7777).map_err(|failure| failed(&failure))
}

fn set_attributes(rs: &mut Runspace, this: &Value, value: &Value) -> R<()> {
    let (Some(info), Value::Enum(_, bits)) = (of(this), value.base()) else { return Ok(()) };
    info.refresh();
    set_read_only(rs, &info.path(), bits & attribute::READ_ONLY != 0)
}

/// The members of `FileSystemInfo`.
pub(super) fn common(m: &mut Members) {
    m.get("bool Exists", |_, this| property(this, |info| info.exists().into()));
    m.get("string FullName", |_, this| property(this, |info| Value::Str(info.path())));
    m.get("string Extension", |_, this| property(this, |info| super::path::extension(&info.name()).into()));
    m.get_set(
        "System.DateTime CreationTime",
        |_, this| property(this, |info| info.time(|stat| stat.created, Kind::Local)),
        |rs, this, value| set_time(rs, this, &value, false),
    );
    m.get_set(
        "System.DateTime CreationTimeUtc",
        |_, this| property(this, |info| info.time(|stat| stat.created, Kind::Utc)),
        |rs, this, value| set_time(rs, this, &super::as_utc(&value), false),
    );
    m.get_set(
        "System.DateTime LastAccessTime",
        |_, this| property(this, |info| info.time(|stat| stat.accessed, Kind::Local)),
        |rs, this, value| set_time(rs, this, &value, true),
    );
    m.get_set(
        "System.DateTime LastAccessTimeUtc",
        |_, this| property(this, |info| info.time(|stat| stat.accessed, Kind::Utc)),
        |rs, this, value| set_time(rs, this, &super::as_utc(&value), true),
    );
    m.get_set(
        "System.DateTime LastWriteTime",
        |_, this| property(this, |info| info.time(|stat| stat.modified, Kind::Local)),
        |rs, this, value| set_time(rs, this, &value, false),
    );
    m.get_set(
        "System.DateTime LastWriteTimeUtc",
        |_, this| property(this, |info| info.time(|stat| stat.modified, Kind::Utc)),
        |rs, this, value| set_time(rs, this, &super::as_utc(&value), false),
    );
    m.get("string LinkTarget", |_, this| property(this, |info| info.link_target().into()));
    m.get_set(
        "System.IO.UnixFileMode UnixFileMode",
        |_, this| {
            property(this, |info| {
                let mode = info.stat().map_or(-1, |stat| i64::from(stat.mode & 0o7777));
                Value::Enum(types::known("System.IO.UnixFileMode"), mode)
            })
        },
        |rs, this, value| {
            let (Some(info), Value::Enum(_, bits)) = (of(this), value.base()) else { return Ok(()) };
            let path = info.path();
            info.refresh();
            let mode = u32::try_from(bits & 0o7777).unwrap_or(0);
            rs.platform.set_mode(&path, mode).map_err(|failure| providers::io_error(rs, &failure, &path))
        },
    );
    m.get_set(
        "System.IO.FileAttributes Attributes",
        |_, this| property(this, |info| Value::Enum(types::known("System.IO.FileAttributes"), info.attributes())),
        |rs, this, value| set_attributes(rs, this, &value),
    );
    m.method("void Refresh()", |_, this, _| {
        property(this, |info| {
            info.refresh();
            Value::AutomationNull
        })
    });
    m.method("void CreateAsSymbolicLink(string pathToTarget)", |rs, this, args| {
        let Some(info) = of(this) else { return Ok(Value::AutomationNull) };
        info.refresh();
        let path = info.path();
        let done = rs.platform.link(&path, &super::text_at(args, 0));
        done.map_err(|failure| providers::io_error(rs, &failure, &path)).map(|()| Value::AutomationNull)
    });
    m.method("System.IO.FileSystemInfo ResolveLinkTarget(bool returnFinalTarget)", |rs, this, args| {
        let Some(info) = of(this) else { return Ok(Value::Null) };
        super::link_target(rs, &info.path(), args.first().is_some_and(crate::convert::to_bool))
    });
    m.method("string ToString()", |_, this, _| property(this, |info| info.text().into()));
}

/// The members that PowerShell adds to files and folders, in its order. Those of Unix are read from the note of an item.
pub(crate) fn type_members(is_folder: bool) -> Vec<Member> {
    let member =
        |name: &str, kind, get: fn(&Value) -> Value| Member { name: name.into(), body: Body::Code { get, kind } };
    let code = |name: &str, get| member(name, "CodeProperty", get);
    let script = |name: &str, get| member(name, "ScriptProperty", get);
    let mut members = vec![
        script("UnixMode", |this| super::unix_stat::noted(this, super::unix_stat::mode)),
        script("User", |this| super::unix_stat::noted(this, super::unix_stat::user)),
        script("Group", |this| super::unix_stat::noted(this, super::unix_stat::group)),
        script("Size", |this| super::unix_stat::noted(this, super::unix_stat::size)),
        code("Mode", |this| with(this, |info| info.mode(true))),
        code("ModeWithoutHardLink", |this| with(this, |info| info.mode(false))),
    ];
    if !is_folder {
        members.push(script("VersionInfo", |this| with(this, |info| super::version_info(&info.path()))));
    }
    members.extend([
        script("BaseName", |this| {
            with(this, |info| {
                let name = info.name();
                if info.is_folder {
                    return Value::Str(name);
                }
                name.strip_suffix(super::path::extension(&name)).unwrap_or(&name).into()
            })
        }),
        code("ResolvedTarget", |this| with(this, |info| info.resolved_target().into())),
        Member { name: "Target".into(), body: Body::Alias("LinkTarget".into()) },
        code("LinkType", |this| with(this, Info::link_type)),
        script("NameString", |this| with(this, name_string)),
        script("LengthString", |this| {
            with(this, |info| match info.stat() {
                Some(stat) if !info.is_folder => stat.size.to_string().into(),
                _ => "".into(),
            })
        }),
        script("LastWriteTimeString", |this| {
            with(this, |info| match info.time(|stat| stat.modified, Kind::Local) {
                Value::DateTime(date) => {
                    let culture = &psrpd_dotnet::culture::invariant().dates;
                    let part = |format: &str| psrpd_dotnet::date_format::format(date, format, 0, culture);
                    let day = part("d").unwrap_or_default();
                    let time = part("t").unwrap_or_default();
                    format!("{day:>10} {time:>8}").into()
                }
                other => other,
            })
        }),
    ]);
    members
}

fn with(this: &Value, get: impl Fn(&Info) -> Value) -> Value {
    of(this).map(get).unwrap_or_default()
}

/// The name as a listing shows it: links with their target, folders and programs in colour.
fn name_string(info: &Info) -> Value {
    let name = info.name();
    let paint = |colour: &str| format!("\u{1b}[{colour}m{name}\u{1b}[0m");
    match (info.link_target(), info.stat()) {
        (Some(target), _) => format!("\u{1b}[36;1m{name}\u{1b}[0m -> {target}").into(),
        (None, Some(_)) if info.is_folder => paint("44;1").into(),
        (None, Some(stat)) if stat.mode & 0o111 != 0 => paint("32;1").into(),
        (None, Some(_)) if is_archive(&name) => paint("31;1").into(),
        (None, Some(_)) if super::path::extension(&name).to_ascii_lowercase().starts_with(".ps") => {
            paint("33;1").into()
        }
        _ => Value::Str(name),
    }
}

fn is_archive(name: &str) -> bool {
    [".zip", ".tgz", ".gz", ".tar", ".nupkg", ".cab", ".7z"]
        .iter()
        .any(|archive| super::path::extension(name).eq_ignore_ascii_case(archive))
}

pub(super) const TYPE: TypeDef =
    TypeDef::class("System.IO.FileSystemInfo").base("System.MarshalByRefObject").members(common);
