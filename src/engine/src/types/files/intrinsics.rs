//! `$ExecutionContext.SessionState.Path`, `.Drive` and `.Provider`.

use psrpd_dotnet::wildcard;

use super::text_at;
use crate::{
    cmdlets::{join_path, stack_name},
    eval::{R, Runspace},
    providers::{self, GlobOptions, Kind, Problem, Target},
    types::{self, Members, TypeDef},
    value::{List, Reference, Value, enumerate},
};

fn target(rs: &Runspace, args: &[Value], at: usize) -> R<Target> {
    providers::parse(rs, &text_at(args, at)).map_err(|problem| problem.flow())
}

fn collection(of: types::Type, items: Vec<Value>) -> Value {
    let of = types::generic("System.Collections.ObjectModel.Collection`1", vec![of]);
    List::value(of.unwrap_or_else(types::array_list), items)
}

/// The items a path resolves to.
fn resolved(rs: &mut Runspace, args: &[Value]) -> R<Vec<Target>> {
    let path = text_at(args, 0);
    if wildcard::has_wildcards(&path) {
        return providers::glob(rs, &path, GlobOptions::default())?.map_err(|problem| problem.flow());
    }
    let found = target(rs, args, 0)?;
    if found.kind.provider().exists(rs, &found.path) {
        return Ok(vec![found]);
    }
    Err(Problem::Missing(found.in_errors()).flow())
}

/// Hands a value back through a `[ref]` argument.
fn give_back(args: &[Value], at: usize, value: Value) {
    if let Some(reference) = args.get(at).and_then(|arg| arg.downcast::<Reference>()) {
        reference.set(value);
    }
}

fn drive_of(found: &Target) -> Value {
    found.drive.as_ref().map_or(Value::Null, providers::drive_value)
}

fn locations(m: &mut Members) {
    m.get("System.Management.Automation.PathInfo CurrentLocation", |rs, _| {
        Ok(providers::path_info(rs.state.locations.current()))
    });
    m.get("System.Management.Automation.PathInfo CurrentFileSystemLocation", |rs, _| {
        let path = rs.state.locations.directory();
        target(rs, &[Value::from(path)], 0).map(|found| providers::path_info(&found))
    });
    m.method("System.Management.Automation.PathInfo CurrentProviderLocation(string providerName)", |rs, _, args| {
        let name = text_at(args, 0);
        let kind = Kind::find(&name).ok_or_else(|| Problem::Provider(name.to_string()).flow())?;
        let here = rs.state.locations.current().clone();
        if here.kind == kind {
            return Ok(providers::path_info(&here));
        }
        let drive = if kind == Kind::FileSystem { rs.state.drives.root() } else { rs.drives().of(kind).pop() };
        let path = if kind == Kind::FileSystem { rs.state.locations.directory() } else { String::new() };
        Ok(providers::path_info(&Target { kind, drive, qualifier: None, path, is_folder: false }))
    });
    m.method("System.Management.Automation.PathInfo SetLocation(string path)", |rs, _, args| {
        let found = resolved(rs, args)?;
        match found.first().filter(|_| found.len() == 1) {
            Some(one) if one.kind.provider().is_container(rs, &one.path) => {
                rs.state.locations.go(one.clone());
                rs.change_pwd()?;
                Ok(providers::path_info(rs.state.locations.current()))
            }
            _ => Err(Problem::Missing(text_at(args, 0).to_string()).flow()),
        }
    });
    m.method("void PushCurrentLocation(string stackName)", |rs, _, args| {
        rs.state.locations.push(Some(&text_at(args, 0)));
        Ok(Value::AutomationNull)
    });
    m.method("System.Management.Automation.PathInfo PopLocation(string stackName)", |rs, _, args| {
        if let Ok(Some(popped)) = rs.state.locations.pop(Some(&text_at(args, 0))) {
            rs.state.locations.go(popped);
            rs.change_pwd()?;
        }
        Ok(providers::path_info(rs.state.locations.current()))
    });
}

fn paths(m: &mut Members) {
    locations(m);
    m.method(
        "System.Collections.ObjectModel.Collection[System.Management.Automation.PathInfo] GetResolvedPSPathFromPSPath(string path)",
        |rs, _, args| {
            let found = resolved(rs, args)?.iter().map(providers::path_info).collect();
            Ok(collection(types::known("System.Management.Automation.PathInfo"), found))
        },
    );
    m.method(
        "System.Collections.ObjectModel.Collection[string] GetResolvedProviderPathFromPSPath(string path, [ref] System.Management.Automation.ProviderInfo provider)",
        |rs, _, args| {
            let found = resolved(rs, args)?;
            if let Some(first) = found.first() {
                give_back(args, 1, providers::provider_value(first.kind));
            }
            Ok(collection(types::string(), found.iter().map(|found| Value::from(found.provider_path())).collect()))
        },
    );
    for declaration in [
        "string GetUnresolvedProviderPathFromPSPath(string path)",
        "string GetUnresolvedProviderPathFromPSPath(string path, [ref] System.Management.Automation.ProviderInfo provider, [ref] System.Management.Automation.PSDriveInfo drive)",
    ] {
        m.method(declaration, |rs, _, args| {
            let found = target(rs, args, 0)?;
            give_back(args, 1, providers::provider_value(found.kind));
            give_back(args, 2, drive_of(&found));
            Ok(found.provider_path().into())
        });
    }
    m.method("bool IsProviderQualified(string path)", |_, _, args| {
        Ok(providers::parse_qualified(&text_at(args, 0)).is_some().into())
    });
    m.method("bool IsPSAbsolute(string path, [ref] string driveName)", |rs, _, args| {
        let path = text_at(args, 0);
        let drive = match path.split_once(':') {
            _ if path.starts_with('/') => Some("/"),
            Some((drive, _)) if !drive.is_empty() && !drive.contains('/') => Some(drive),
            _ => None,
        };
        let here = rs.state.locations.current().drive.as_ref().map(|drive| drive.name.clone());
        give_back(args, 1, drive.map(Value::from).unwrap_or_else(|| here.into()));
        Ok(drive.is_some().into())
    });
    m.method("bool IsValid(string path)", |rs, _, args| {
        let path = text_at(args, 0);
        Ok((!path.is_empty() && !path.contains('\0') && providers::parse(rs, &path).is_ok()).into())
    });
    m.method("string Combine(string parent, string child)", |_, _, args| {
        Ok(join_path(&text_at(args, 0), &text_at(args, 1)).into())
    });
    m.method("string ParseParent(string path, string root)", |_, _, args| {
        let path = text_at(args, 0);
        let body = path.trim_end_matches('/');
        Ok(body.rsplit_once('/').map_or("", |(above, _)| above).into())
    });
    m.method("string ParseChildName(string path)", |rs, _, args| {
        let found = target(rs, args, 0)?;
        Ok(providers::split(&found.path).1.into())
    });
    m.method("string NormalizeRelativePath(string path, string basePath)", |rs, _, args| {
        let (path, base) = (target(rs, args, 0)?, target(rs, args, 1)?);
        Ok(super::path::relative(&base.path, &path.path).into())
    });
}

fn drives(m: &mut Members) {
    m.get("System.Management.Automation.PSDriveInfo Current", |rs, _| Ok(drive_of(rs.state.locations.current())));
    m.method("System.Management.Automation.PSDriveInfo Get(string driveName)", |rs, _, args| {
        let name = text_at(args, 0);
        let found = rs.drive_named(&name);
        found.map(|drive| providers::drive_value(&drive)).ok_or_else(|| Problem::Drive(name.to_string()).flow())
    });
    m.method(
        "System.Collections.ObjectModel.Collection[System.Management.Automation.PSDriveInfo] GetAll()",
        |rs, _, _| {
            let all = rs.drives().sorted().iter().map(providers::drive_value).collect();
            Ok(collection(types::known("System.Management.Automation.PSDriveInfo"), all))
        },
    );
    m.method(
        "System.Collections.ObjectModel.Collection[System.Management.Automation.PSDriveInfo] GetAllForProvider(string providerName)",
        |rs, _, args| {
            let name = text_at(args, 0);
            let kind = Kind::find(&name).ok_or_else(|| Problem::Provider(name.to_string()).flow())?;
            let all = rs.drives().of(kind).iter().map(providers::drive_value).collect();
            Ok(collection(types::known("System.Management.Automation.PSDriveInfo"), all))
        },
    );
}

fn provider_list(m: &mut Members) {
    m.method(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.ProviderInfo] GetAll()",
        |_, _, _| {
            let all = Kind::ALL.into_iter().map(providers::provider_value).collect();
            Ok(collection(types::known("System.Management.Automation.ProviderInfo"), all))
        },
    );
    m.method(
        "System.Collections.ObjectModel.Collection[System.Management.Automation.ProviderInfo] Get(string name)",
        |_, _, args| {
            let name = text_at(args, 0);
            let kind = Kind::find(&name).ok_or_else(|| Problem::Provider(name.to_string()).flow())?;
            Ok(collection(
                types::known("System.Management.Automation.ProviderInfo"),
                vec![providers::provider_value(kind)],
            ))
        },
    );
    m.method("System.Management.Automation.ProviderInfo GetOne(string name)", |_, _, args| {
        let name = text_at(args, 0);
        let kind = Kind::find(&name).ok_or_else(|| Problem::Provider(name.to_string()).flow())?;
        Ok(providers::provider_value(kind))
    });
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.PathIntrinsics").members(paths),
    TypeDef::class("System.Management.Automation.PathInfoStack")
        .implements(&["System.Collections.ICollection", "System.Collections.IEnumerable"])
        .members(|m| {
            m.get("int Count", |_, this| Ok(Value::int(enumerate(this).unwrap_or_default().len())));
            m.get("string Name", |_, this| Ok(stack_name(this).into()));
            m.get("bool IsSynchronized", |_, _| Ok(false.into()));
            m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
            m.method("System.Management.Automation.PathInfo[] ToArray()", |_, this, _| {
                let all = enumerate(this).unwrap_or_default();
                Ok(Value::typed_array(types::known("System.Management.Automation.PathInfo"), all))
            });
            m.method("System.Management.Automation.PathInfo Peek()", |_, this, _| {
                Ok(enumerate(this).unwrap_or_default().first().cloned().unwrap_or_default())
            });
        }),
    TypeDef::class("System.Management.Automation.DriveManagementIntrinsics").members(drives),
    TypeDef::class("System.Management.Automation.CmdletProviderManagementIntrinsics").members(provider_list),
];
