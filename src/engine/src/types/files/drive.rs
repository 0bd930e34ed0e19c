//! `System.IO.DriveInfo`

use std::any::Any;

use psrpd_dotnet::Str;

use super::text_at;
use crate::{
    eval::{R, Runspace},
    platform::{Mount, Space},
    types::{self, Type, TypeDef},
    value::{Object, Value},
};

struct DriveInfo(Mount);

impl Object for DriveInfo {
    fn type_of(&self) -> Type {
        types::known("System.IO.DriveInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.path.as_str().into())
    }
}

fn of(this: &Value) -> Option<&Mount> {
    this.downcast::<DriveInfo>().map(|drive| &drive.0)
}

fn space(rs: &Runspace, this: &Value, get: fn(Space) -> u64) -> R<Value> {
    let Some(mount) = of(this) else { return Ok(Value::Null) };
    match rs.platform.space(&mount.path) {
        Ok(space) => Ok(super::long(get(space))),
        Err(failure) => Err(crate::providers::io_error(rs, &failure, &mount.path)),
    }
}

/// What kind of drive a file system makes, by the name of its type.
fn kind(format: &str) -> &'static str {
    match format {
        "tmpfs" | "ramfs" | "proc" | "sysfs" | "devpts" | "cgroup" | "cgroup2" | "mqueue" | "debugfs" | "tracefs" => {
            "Ram"
        }
        "nfs" | "nfs4" | "cifs" | "smb3" | "afs" | "9p" => "Network",
        "iso9660" | "udf" => "CDRom",
        "vfat" | "msdos" | "exfat" => "Removable",
        _ => "Fixed",
    }
}

pub(super) const TYPE: TypeDef = TypeDef::class("System.IO.DriveInfo").members(|m| {
    m.constructor("System.IO.DriveInfo(string driveName)", |rs, _, args| {
        let path = text_at(args, 0).to_string();
        let known = rs.platform.mounts().into_iter().find(|mount| mount.path == path);
        Ok(Value::object(DriveInfo(known.unwrap_or(Mount { path, format: String::new() }))))
    });
    m.function("System.IO.DriveInfo[] GetDrives()", |rs, _, _| {
        let all = rs.platform.mounts().into_iter().map(|mount| Value::object(DriveInfo(mount))).collect();
        Ok(Value::typed_array(types::known("System.IO.DriveInfo"), all))
    });
    m.get("string Name", |_, this| Ok(of(this).map(|mount| mount.path.as_str()).into()));
    m.get("bool IsReady", |rs, this| Ok(of(this).is_some_and(|mount| rs.platform.stat(&mount.path).is_ok()).into()));
    m.get("System.IO.DirectoryInfo RootDirectory", |rs, this| {
        Ok(of(this).map_or(Value::Null, |mount| super::info::value(rs, &mount.path, true)))
    });
    m.get("string VolumeLabel", |_, this| Ok(of(this).map(|mount| mount.path.as_str()).into()));
    m.get("System.IO.DriveType DriveType", |_, this| {
        let word = of(this).map_or("Unknown", |mount| kind(&mount.format));
        Ok(types::enum_value("System.IO.DriveType", word))
    });
    m.get("string DriveFormat", |_, this| Ok(of(this).map(|mount| mount.format.as_str()).into()));
    m.get("long AvailableFreeSpace", |rs, this| space(rs, this, |space| space.available));
    m.get("long TotalFreeSpace", |rs, this| space(rs, this, |space| space.free));
    m.get("long TotalSize", |rs, this| space(rs, this, |space| space.total));
});
