//! Drives, providers and paths of PowerShell as types.

use crate::{
    providers::{self, Drive, Kind, PathInfo, ProviderInfo},
    types::{self, TypeDef},
    value::{List, Opaque, Value},
};

fn drive(this: &Value) -> Option<&Drive> {
    this.downcast::<Drive>()
}

fn provider(this: &Value) -> Option<Kind> {
    this.downcast::<ProviderInfo>().map(|info| info.0)
}

fn path(this: &Value) -> Option<&providers::Target> {
    this.downcast::<PathInfo>().map(|info| &info.0)
}

/// What a FileSystem drive has used and has free; nothing of others.
pub(crate) fn space_of(this: &Value, free: bool) -> Value {
    let Some(drive) = drive(this).filter(|drive| drive.kind == Kind::FileSystem) else {
        return Value::AutomationNull;
    };
    match drive.space() {
        Some(space) if free => super::long(space.available),
        Some(space) => super::long(space.total.saturating_sub(space.available)),
        None => Value::Null,
    }
}

fn credential() -> Value {
    Opaque::new("System.Management.Automation.PSCredential", [("UserName", Value::Null), ("Password", Value::Null)])
        .displayed("System.Management.Automation.PSCredential")
        .into_value()
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.PSDriveInfo").members(|m| {
        m.get_set(
            "string CurrentLocation",
            |_, this| Ok(drive(this).map(|drive| drive.current.lock().clone()).into()),
            |_, this, value| {
                if let Some(drive) = drive(this) {
                    *drive.current.lock() = crate::value::text(&value);
                }
                Ok(())
            },
        );
        m.get("string Name", |_, this| Ok(drive(this).map(|drive| drive.name.clone()).into()));
        m.get("System.Management.Automation.ProviderInfo Provider", |_, this| {
            Ok(drive(this).map_or(Value::Null, |drive| providers::provider_value(drive.kind)))
        });
        m.get("string Root", |_, this| Ok(drive(this).map(|drive| drive.root.clone()).into()));
        m.get("string Description", |_, this| {
            Ok(drive(this).map(|drive| drive.description.clone()).unwrap_or_default())
        });
        m.get("System.Object MaximumSize", |_, _| Ok(Value::Null));
        m.get("System.Management.Automation.PSCredential Credential", |_, _| Ok(credential()));
        m.get("string DisplayRoot", |_, _| Ok(Value::Null));
        m.get("bool VolumeSeparatedByColon", |_, this| Ok(drive(this).is_some_and(|drive| !drive.is_root()).into()));
    }),
    TypeDef::class("System.Management.Automation.ProviderInfo").members(|m| {
        m.get("type ImplementingType", |_, this| {
            let name = provider(this).map_or("", Kind::name);
            Ok(Value::Type(types::known(&format!("Microsoft.PowerShell.Commands.{name}Provider"))))
        });
        m.get("string HelpFile", |_, _| Ok("System.Management.Automation.dll-Help.xml".into()));
        m.get("string Name", |_, this| Ok(provider(this).map(Kind::name).into()));
        m.get("System.Management.Automation.PSSnapInInfo PSSnapIn", |_, _| Ok("Microsoft.PowerShell.Core".into()));
        m.get("string ModuleName", |_, _| Ok("Microsoft.PowerShell.Core".into()));
        m.get("System.Management.Automation.PSModuleInfo Module", |_, _| Ok(Value::Null));
        m.get("string Description", |_, _| Ok("".into()));
        m.get("System.Management.Automation.Provider.ProviderCapabilities Capabilities", |_, this| {
            const FILES: i64 = 4 | 16 | 32;
            const OTHERS: i64 = 16;
            let bits = if provider(this) == Some(Kind::FileSystem) { FILES } else { OTHERS };
            Ok(Value::Enum(types::known("System.Management.Automation.Provider.ProviderCapabilities"), bits))
        });
        m.get("string Home", |rs, this| {
            let home = rs.state.environment.get("HOME").unwrap_or_default();
            Ok(if provider(this) == Some(Kind::FileSystem) { home } else { String::new() }.into())
        });
        m.get(
            "System.Collections.ObjectModel.Collection[System.Management.Automation.PSDriveInfo] Drives",
            |rs, this| {
                let of = types::generic(
                    "System.Collections.ObjectModel.Collection`1",
                    vec![types::known("System.Management.Automation.PSDriveInfo")],
                );
                let drives = provider(this).map(|kind| rs.drives().of(kind)).unwrap_or_default();
                let drives = drives.iter().map(providers::drive_value).collect();
                Ok(List::value(of.unwrap_or_else(types::array_list), drives))
            },
        );
        m.get("bool VolumeSeparatedByColon", |_, this| Ok((provider(this) != Some(Kind::FileSystem)).into()));
        m.get("char ItemSeparator", |_, _| Ok(Value::Char(u16::from(b'/'))));
        m.get("char AltItemSeparator", |_, _| Ok(Value::Char(u16::from(b'\\'))));
    }),
    TypeDef::class("System.Management.Automation.PathInfo").members(|m| {
        m.get("System.Management.Automation.PSDriveInfo Drive", |_, this| {
            Ok(path(this).and_then(|path| path.drive.as_ref()).map_or(Value::Null, providers::drive_value))
        });
        m.get("System.Management.Automation.ProviderInfo Provider", |_, this| {
            Ok(path(this).map_or(Value::Null, |path| providers::provider_value(path.kind)))
        });
        m.get("string ProviderPath", |_, this| Ok(path(this).map(providers::Target::provider_path).into()));
        m.get("string Path", |_, this| Ok(path(this).map(providers::Target::shown).into()));
    }),
    TypeDef::flag_labels(
        "System.Management.Automation.Provider.ProviderCapabilities",
        &[
            ("None", 0),
            ("Include", 1),
            ("Exclude", 2),
            ("Filter", 4),
            ("ExpandWildcards", 8),
            ("ShouldProcess", 16),
            ("Credentials", 32),
            ("Transactions", 64),
        ],
    ),
    TypeDef::labels(
        "System.Management.Automation.SessionStateCategory",
        &[
            ("Variable", 0),
            ("Alias", 1),
            ("Function", 2),
            ("Filter", 3),
            ("Drive", 4),
            ("CmdletProvider", 5),
            ("Scope", 6),
            ("Command", 7),
            ("Resource", 8),
            ("Cmdlet", 9),
        ],
    ),
    TypeDef::class("Microsoft.PowerShell.Commands.AliasProvider"),
    TypeDef::class("Microsoft.PowerShell.Commands.EnvironmentProvider"),
    TypeDef::class("Microsoft.PowerShell.Commands.FileSystemProvider"),
    TypeDef::class("Microsoft.PowerShell.Commands.FunctionProvider"),
    TypeDef::class("Microsoft.PowerShell.Commands.VariableProvider"),
];
