//! Drives, providers and locations as objects, and the notes that items carry.

use std::{
    any::Any,
    sync::{Arc, LazyLock},
};

use psrpd_dotnet::Str;

use super::{Drive, Kind, Target, path};
use crate::{
    types::{self, Type},
    value::{Object, Value},
};

impl Object for Drive {
    fn type_of(&self) -> Type {
        types::known("System.Management.Automation.PSDriveInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.name.clone())
    }
}

/// A drive as an object.
pub(crate) fn drive_value(drive: &Arc<Drive>) -> Value {
    Value::Object(drive.clone())
}

/// `ProviderInfo`
pub(crate) struct ProviderInfo(pub(crate) Kind);

impl Object for ProviderInfo {
    fn type_of(&self) -> Type {
        types::known("System.Management.Automation.ProviderInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.full_name().into())
    }
}

fn all() -> Vec<Arc<ProviderInfo>> {
    Kind::ALL.into_iter().map(|kind| Arc::new(ProviderInfo(kind))).collect()
}

/// A provider as an object; it is always the same one.
pub(crate) fn provider_value(kind: Kind) -> Value {
    static ALL: LazyLock<Vec<Arc<ProviderInfo>>> = LazyLock::new(all);
    let found = ALL.iter().find(|info| info.0 == kind).cloned();
    found.map_or(Value::Null, |info| Value::Object(info))
}

/// `PathInfo`
pub(crate) struct PathInfo(pub(crate) Target);

impl Object for PathInfo {
    fn type_of(&self) -> Type {
        types::known("System.Management.Automation.PathInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.shown().into())
    }
}

/// A place as an object.
pub(crate) fn path_info(target: &Target) -> Value {
    Value::object(PathInfo(target.clone()))
}

/// An item with the notes that tell where it is from. Only files have parents, children and what `stat` says.
pub(crate) fn with_notes(value: Value, target: &Target, stat: Option<Value>, is_container: Option<bool>) -> Value {
    let mut notes = vec![("PSPath", Value::from(target.ps_path()))];
    if target.kind == Kind::FileSystem {
        let (folder, name) = path::split(&target.path);
        let parent = if folder.is_empty() { String::new() } else { format!("{}::{folder}", target.kind.full_name()) };
        notes.extend([("PSParentPath", Value::from(parent)), ("PSChildName", Value::from(name))]);
        notes.extend(stat.map(|stat| ("UnixStat", stat)));
    }
    notes.extend(target.drive.as_ref().map(|drive| ("PSDrive", drive_value(drive))));
    notes.push(("PSProvider", provider_value(target.kind)));
    notes.extend(is_container.map(|is| ("PSIsContainer", Value::Bool(is))));
    value.with_notes(notes)
}
