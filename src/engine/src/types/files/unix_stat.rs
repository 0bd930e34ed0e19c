//! `UnixStat`: what `stat` says of a file.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{DateTime, Kind, date::TICKS_PER_SECOND};

use crate::{
    platform::{FileStat, Platform},
    types::{self, Members, Type, TypeDef},
    value::{Body, Object, Value},
};

const NAME: &str = "System.Management.Automation.Platform+Unix+CommonStat";

/// What `stat` says.
pub(crate) struct UnixStat {
    stat: FileStat,
    platform: Arc<dyn Platform>,
}

impl Object for UnixStat {
    fn type_of(&self) -> Type {
        types::known(NAME)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What `stat` says, as an object.
pub(crate) fn value(platform: &Arc<dyn Platform>, stat: FileStat) -> Value {
    Value::object(UnixStat { stat, platform: platform.clone() })
}

mod bits {
    pub(super) const KIND: u32 = 0o170_000;
    pub(super) const SET_USER: u32 = 0o4000;
    pub(super) const SET_GROUP: u32 = 0o2000;
    pub(super) const STICKY: u32 = 0o1000;
}

/// What a file is: its letter in listings, and PowerShell's word.
fn kind(mode: u32) -> (char, &'static str) {
    match mode & bits::KIND {
        0o040_000 => ('d', "Directory"),
        0o060_000 => ('b', "BlockDevice"),
        0o020_000 => ('c', "CharacterDevice"),
        0o010_000 => ('p', "NamedPipe"),
        0o120_000 => ('l', "SymbolicLink"),
        0o140_000 => ('s', "Socket"),
        _ => ('-', "File"),
    }
}

/// `-rw-r--r--`
pub(crate) fn mode_string(stat: &FileStat) -> String {
    let mode = stat.mode;
    let mut shown = String::from(kind(mode).0);
    let classes =
        [(6_u32, bits::SET_USER, ('s', 'S')), (3, bits::SET_GROUP, ('s', 'S')), (0, bits::STICKY, ('t', 'T'))];
    for (shift, special, (both, alone)) in classes {
        let triple = mode >> shift;
        shown.push(if triple & 4 != 0 { 'r' } else { '-' });
        shown.push(if triple & 2 != 0 { 'w' } else { '-' });
        shown.push(match (triple & 1 != 0, mode & special != 0) {
            (true, true) => both,
            (false, true) => alone,
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    shown
}

/// What the note `UnixStat` of an item says; nothing without one.
pub(crate) fn noted(item: &Value, get: fn(&UnixStat) -> Value) -> Value {
    let Value::Wrapped(wrapped) = item else { return Value::Null };
    let note = wrapped.get("UnixStat").map(|member| member.body);
    match &note {
        Some(Body::Note(note)) => note.downcast::<UnixStat>().map(get).unwrap_or_default(),
        _ => Value::Null,
    }
}

pub(super) fn mode(stat: &UnixStat) -> Value {
    mode_string(&stat.stat).into()
}

/// The name of the owner, or the number.
pub(super) fn user(stat: &UnixStat) -> Value {
    let uid = stat.stat.uid;
    stat.platform.user_of(uid).unwrap_or_else(|| uid.to_string()).into()
}

/// The name of the group, or the number.
pub(super) fn group(stat: &UnixStat) -> Value {
    let gid = stat.stat.gid;
    stat.platform.group_of(gid).unwrap_or_else(|| gid.to_string()).into()
}

pub(super) fn size(stat: &UnixStat) -> Value {
    super::long(stat.stat.size)
}

fn int(n: u64) -> Value {
    Value::I32(i32::try_from(n).unwrap_or(i32::MAX))
}

fn id(n: u32) -> Value {
    Value::I32(i32::try_from(n).unwrap_or(-1))
}

/// Times are kept in whole seconds.
fn time(stat: &UnixStat, ticks: i64) -> Value {
    let whole = ticks.saturating_sub(ticks.checked_rem(TICKS_PER_SECOND).unwrap_or(0));
    let local = whole.saturating_add(stat.platform.utc_offset(whole));
    DateTime::new(local, Kind::Local).map_or(Value::Null, Value::DateTime)
}

fn get(this: &Value, get: impl Fn(&UnixStat) -> Value) -> crate::eval::R<Value> {
    Ok(this.downcast::<UnixStat>().map(get).unwrap_or_default())
}

fn members(m: &mut Members) {
    m.get("long Inode", |_, this| get(this, |s| super::long(s.stat.inode)));
    m.get("int Mode", |_, this| get(this, |s| id(s.stat.mode)));
    m.get("int UserId", |_, this| get(this, |s| id(s.stat.uid)));
    m.get("int GroupId", |_, this| get(this, |s| id(s.stat.gid)));
    m.get("int HardlinkCount", |_, this| get(this, |s| int(s.stat.links)));
    m.get("long Size", |_, this| get(this, |s| super::long(s.stat.size)));
    m.get("System.DateTime AccessTime", |_, this| get(this, |s| time(s, s.stat.accessed)));
    m.get("System.DateTime ModifiedTime", |_, this| get(this, |s| time(s, s.stat.modified)));
    m.get("System.DateTime StatusChangeTime", |_, this| get(this, |s| time(s, s.stat.changed)));
    m.get("long BlockSize", |_, this| get(this, |s| super::long(s.stat.block_size)));
    m.get("int DeviceId", |_, this| get(this, |s| int(s.stat.device)));
    m.get("int NumberOfBlocks", |_, this| get(this, |s| int(s.stat.blocks)));
    m.get("System.Management.Automation.Platform+Unix+ItemType ItemType", |_, this| {
        get(this, |s| types::enum_value("System.Management.Automation.Platform+Unix+ItemType", kind(s.stat.mode).1))
    });
    m.get("bool IsSetUid", |_, this| get(this, |s| (s.stat.mode & bits::SET_USER != 0).into()));
    m.get("bool IsSetGid", |_, this| get(this, |s| (s.stat.mode & bits::SET_GROUP != 0).into()));
    m.get("bool IsSticky", |_, this| get(this, |s| (s.stat.mode & bits::STICKY != 0).into()));
    m.method("string GetModeString()", |_, this, _| get(this, mode));
    m.method("string GetUserName()", |_, this, _| get(this, user));
    m.method("string GetGroupName()", |_, this, _| get(this, group));
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class(NAME).members(members),
    TypeDef::labels(
        "System.Management.Automation.Platform+Unix+ItemType",
        &[
            ("Directory", 0),
            ("File", 1),
            ("SymbolicLink", 2),
            ("BlockDevice", 3),
            ("CharacterDevice", 4),
            ("NamedPipe", 5),
            ("Socket", 6),
        ],
    ),
];

impl UnixStat {
    /// As `ls -l` begins a line.
    #[cfg(test)]
    fn shown(mode: u32) -> String {
        let stat = FileStat {
            kind: crate::platform::FileKind::File,
            is_link: false,
            size: 0,
            mode,
            uid: 0,
            gid: 0,
            modified: 0,
            accessed: 0,
            created: 0,
            changed: 0,
            inode: 0,
            device: 0,
            links: 0,
            blocks: 0,
            block_size: 0,
        };
        mode_string(&stat)
    }
}

#[cfg(test)]
mod tests {
    use super::UnixStat;

    #[test]
    fn modes_are_shown_as_in_listings() {
        assert_eq!(UnixStat::shown(0o100_644), "-rw-r--r--");
        assert_eq!(UnixStat::shown(0o041_777), "drwxrwxrwt");
        assert_eq!(UnixStat::shown(0o104_755), "-rwsr-xr-x");
        assert_eq!(UnixStat::shown(0o102_644), "-rw-r-Sr--");
        assert_eq!(UnixStat::shown(0o120_777), "lrwxrwxrwx");
    }
}
