//! `Get-PSDrive`, `New-PSDrive`, `Remove-PSDrive`, `Get-PSProvider`

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Cmdlet, Cx, MANAGEMENT, Run, get_variable, paths};
use crate::{
    eval::{R, ScopeId},
    ops::patterns,
    platform::FileKind,
    providers::{self, Drive, Kind, Problem},
    value::{Category, Exception, Value},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-PSDrive",
    "GetPSDriveCommand",
    "Name string[] notempty @Name(0 ~)
     LiteralName string[] @LiteralName(0 ! ~)
     Scope string ~
     PSProvider string[] ~",
    || Box::new(Get),
)
.examples(
    r#"(Get-PSDrive Env).Provider.Name # a drive and what is behind it
> Environment"#,
)
.in_module(MANAGEMENT)
.default_set("Name");
pub(super) static NEW: Cmdlet = Cmdlet::new(
    "New-PSDrive",
    "NewPSDriveCommand",
    "Name string 0 ! ~
     PSProvider string 1 ! ~
     Root string empty 2 ! ~
     Description string ~
     Scope string ~
     Credential pscredential credential ~",
    || Box::new(New),
)
.examples(
    r#"(New-PSDrive Here FileSystem /tmp).Root # a short name for a place
> /tmp"#,
)
.in_module(MANAGEMENT)
.low_impact();
pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-PSDrive",
    "RemovePSDriveCommand",
    "Name string[] emptycol null @Name(0 ! ~)
     LiteralName string[] @LiteralName(0 ! ~)
     PSProvider string[] ~
     Scope string ~
     Force",
    || Box::new(Remove),
)
.examples(r#"$null = New-PSDrive Away FileSystem /tmp; Remove-PSDrive Away; @(Get-PSDrive Away -ErrorAction Ignore).Count # a drive that is gone
> 0"#)
.in_module(MANAGEMENT)
.default_set("Name")
.should_process();
pub(super) static PROVIDER: Cmdlet =
    Cmdlet::new("Get-PSProvider", "GetPSProviderCommand", "PSProvider string[] notempty 0 ~", || Box::new(GetProvider))
        .examples(
            r#"(Get-PSProvider FileSystem).Name # what drives can lead to
> FileSystem"#,
        )
        .in_module(MANAGEMENT);

/// Writes the error of a problem with an id of its own.
fn report_as(cx: &mut Cx<'_>, problem: &Problem, id: &str, target: Option<Value>) -> R<()> {
    let record = problem.record(|_| cx.id(id));
    *record.activity.lock() = cx.cmdlet.name.into();
    if let Some(target) = target {
        *record.target.lock() = target;
    }
    cx.rs.write_error(record)
}

/// The drives that names and providers mean. A provider that does not exist is told, unless names matter more.
fn drives(cx: &mut Cx<'_>, missing: &str, names_first: bool) -> R<Vec<Arc<Drive>>> {
    let providers = cx.strings("PSProvider");
    let mut kinds = Vec::new();
    for name in &providers {
        match Kind::find(name) {
            Some(kind) => kinds.push(kind),
            None if names_first => {}
            None => {
                let target = Value::strings(providers.iter().cloned());
                report_as(cx, &Problem::Provider(name.to_string()), missing, Some(target))?;
            }
        }
    }
    if !providers.is_empty() && kinds.is_empty() && !names_first {
        return Ok(Vec::new());
    }
    let scope = get_variable::scope_of(cx)?;
    let all: Vec<Arc<Drive>> = scope
        .map_or_else(|| cx.rs.drives(), |scope| cx.rs.drives_in(scope))
        .sorted()
        .into_iter()
        .filter(|drive| providers.is_empty() || kinds.contains(&drive.kind))
        .collect();
    let mut found = Vec::new();
    let literal = cx.strings("LiteralName");
    let mut names: Vec<_> = cx.strings("Name").into_iter().map(|name| (name, false)).collect();
    names.extend(literal.into_iter().map(|name| (name, true)));
    if names.is_empty() {
        return Ok(all);
    }
    for (name, is_literal) in names {
        let matcher = patterns::wildcard(&name, true)?;
        let is_named = |drive: &Arc<Drive>| {
            if is_literal { casing::eq(&drive.name, &name) } else { matcher.is_match(&drive.name) }
        };
        let own: Vec<_> = all.iter().filter(|drive| is_named(drive)).cloned().collect();
        if own.is_empty() && (is_literal || !psrpd_dotnet::wildcard::has_wildcards(&name)) {
            report_as(cx, &Problem::Drive(name.to_string()), missing, None)?;
        }
        found.extend(own);
    }
    Ok(found)
}

struct Get;

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let is_scoped = get_variable::scope_of(cx).map_err(|flow| paths::ending(cx, flow))?.is_some();
        let missing = if is_scoped { "GetDriveNoMatchingDrive" } else { "GetLocationNoMatchingDrive" };
        for drive in drives(cx, missing, false)? {
            cx.write(providers::drive_value(&drive))?;
        }
        Ok(())
    }
}

struct New;

impl New {
    /// The place that a drive of files begins at.
    fn root(cx: &Cx<'_>, given: &str) -> String {
        match providers::parse(cx.rs, given) {
            Ok(target) => target.full_name(),
            Err(_) => given.to_owned(),
        }
    }

    fn run(cx: &mut Cx<'_>, scope: ScopeId) -> R<()> {
        let (name, provider) = (cx.string("Name").unwrap_or_default(), cx.string("PSProvider").unwrap_or_default());
        let Some(kind) = Kind::find(&provider) else {
            return paths::report_problem(cx, &Problem::Provider(provider.to_string()));
        };
        if name.contains([';', '~', '/', '\\', '.', ':']) {
            let message = "Cannot process the drive name because the drive name contains one or more of the following characters that are not valid: ; ~ / \\ . :";
            let exception = "System.Management.Automation.PSArgumentException";
            return cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null);
        }
        let given = cx.string("Root").unwrap_or_default();
        let root = match kind {
            Kind::FileSystem => Self::root(cx, &given),
            _ => given.to_string(),
        };
        let what = format!("Name: {name} Provider: {} Root: {given}", kind.full_name());
        if !cx.should_process(&what, "New drive")? {
            return Ok(());
        }
        let description = cx.string("Description").map_or(Value::Null, Value::Str);
        let drive = Arc::new(Drive::new(&cx.rs.platform, name.clone(), kind, root.as_str(), description));
        if kind == Kind::FileSystem && !cx.rs.platform.stat(&root).is_ok_and(|stat| stat.kind == FileKind::Directory) {
            let message = format!("The specified drive root \"{root}\" either does not exist, or it is not a folder.");
            let exception = Value::object(Exception::new("System.IO.IOException", message));
            let target = providers::drive_value(&drive);
            return paths::write_error(cx, exception, "DriveRootError", Category::ReadError, target);
        }
        if cx.rs.drives_in(scope).find(&name).is_some() {
            let message = format!("A drive with the name '{name}' already exists.");
            let exception = "System.Management.Automation.SessionStateException";
            return cx.error(exception, "DriveAlreadyExists", Category::ResourceExists, message, Value::Str(name));
        }
        cx.rs.add_drive(scope, drive.clone());
        cx.write(providers::drive_value(&drive))
    }
}

impl Run for New {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("Credential").is_some_and(|credential| !credential.is_null()) {
            return Err(crate::eval::error::feature("New-PSDrive -Credential"));
        }
        let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
        Self::run(cx, scope).map_err(|flow| paths::ending(cx, flow))
    }
}

struct Remove;

impl Run for Remove {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for drive in drives(cx, "DriveNotFound", true)? {
            let what = format!("Name: {} Provider: {} Root: {}", drive.name, drive.kind.full_name(), drive.root);
            if !cx.should_process(&what, "Remove Drive")? {
                continue;
            }
            let here = cx.rs.state.locations.current().drive.clone();
            if here.is_some_and(|here| Arc::ptr_eq(&here, &drive)) {
                let message = format!("Cannot remove drive '{}' because it is in use.", drive.name);
                let exception = "System.Management.Automation.PSInvalidOperationException";
                cx.error(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null)?;
                continue;
            }
            cx.rs.remove_drive(&drive);
        }
        Ok(())
    }
}

struct GetProvider;

impl Run for GetProvider {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let names = cx.strings("PSProvider");
        if names.is_empty() {
            return Kind::ALL.into_iter().try_for_each(|kind| cx.write(providers::provider_value(kind)));
        }
        for name in names {
            let short = name.rsplit('\\').next().unwrap_or("");
            let matcher = patterns::wildcard(short, true)?;
            let found: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| matcher.is_match(kind.name())).collect();
            if found.is_empty() && !psrpd_dotnet::wildcard::has_wildcards(&name) {
                report_as(cx, &Problem::Provider(name.to_string()), "ProviderNotFound", None)?;
            }
            for kind in found {
                cx.write(providers::provider_value(kind))?;
            }
        }
        Ok(())
    }
}
