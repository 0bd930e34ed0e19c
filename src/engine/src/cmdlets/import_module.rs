//! `Import-Module`

use std::sync::Arc;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::{
        Flow, R, ScopeId, Stream, error,
        manifest::{self, Wanted, version_of},
        module::{Import, Module, prefixed},
    },
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Import-Module",
    "ImportModuleCommand",
    "Global
     Prefix string notnull
     Name string[] @Name(0 ! ^) @WinCompat(0 ! ^)
     FullyQualifiedName Microsoft.PowerShell.Commands.ModuleSpecification[] @FullyQualifiedName(0 ! ^)
     Function string[] notnull
     Cmdlet string[] notnull
     Variable string[] notnull
     Alias string[] notnull
     Force
     SkipEditionCheck @Name @FullyQualifiedName
     PassThru
     AsCustomObject
     MinimumVersion|Version version @Name
     MaximumVersion string @Name
     RequiredVersion version @Name
     ModuleInfo psmoduleinfo[] @ModuleInfo(0 ! ^)
     ArgumentList|Args object[]
     DisableNameChecking
     NoClobber|NoOverwrite
     Scope string set(Local,Global)
     UseWindowsPowerShell|UseWinPS @WinCompat(!)",
    || Box::new(ImportModule),
)
.examples(r#"New-Module -Name Example { function Get-Example { 'here' } } | Import-Module; Get-Example # the functions of a module
> here"#)
.in_module(CORE)
.default_set("Name");

struct ImportModule;

impl Run for ImportModule {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("UseWindowsPowerShell") {
            return Err(error::feature("-UseWindowsPowerShell"));
        }
        for info in cx.list("ModuleInfo") {
            if let Some(module) = info.shared::<Module>() {
                import(cx, &module)?;
            }
        }
        let version = |name: &str| cx.get(name).and_then(|value| version_of(&value));
        let (minimum, maximum, exact) =
            (version("MinimumVersion"), version("MaximumVersion"), version("RequiredVersion"));
        let named = cx.strings("Name").into_iter().map(|name| Wanted { name, minimum, maximum, exact, guid: None });
        let all: Vec<Wanted> = named.chain(cx.list("FullyQualifiedName").iter().map(Wanted::from_value)).collect();
        for wanted in all {
            let (args, target, force) = (cx.list("ArgumentList"), target(cx), cx.flag("Force"));
            match cx.rs.import_by_name(&wanted, &args, target, force) {
                Ok(module) => import(cx, &module)?,
                Err(Flow::Error(raised)) if !raised.thrown && !raised.by_preference => {
                    let own = raised.record.id.lock().ends_with("ImportModuleCommand");
                    if own {
                        cx.rs.write_error_record(raised.record.clone())?;
                        continue;
                    }
                    let id = raised.record.id.lock().clone();
                    if id.starts_with("NativeEngine") || error::is_parse_error(&raised.record) {
                        return Err(Flow::Error(raised));
                    }
                    // An error that its code leaves unhandled: reported as such, and the module is not loaded.
                    let action = cx.rs.action(Stream::Error);
                    cx.rs.report(&raised.record, action);
                    if let Flow::Error(raised) = manifest::not_found(&wanted) {
                        cx.rs.write_error_record(raised.record.clone())?;
                    }
                }
                Err(Flow::Error(raised)) => {
                    let id = cx.id(&raised.record.id.lock());
                    *raised.record.id.lock() = id.into();
                    *raised.record.activity.lock() = cx.cmdlet.name.into();
                    return Err(Flow::Error(raised));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

/// Where the members go.
fn target(cx: &Cx<'_>) -> ScopeId {
    let here = cx.rs.frame.scope;
    match cx.string("Scope") {
        _ if cx.flag("Global") => ScopeId::GLOBAL,
        Some(scope) if scope.eq_ignore_ascii_case("local") => here,
        Some(_) => ScopeId::GLOBAL,
        None => cx.rs.scopes.get(here).session,
    }
}

fn import(cx: &mut Cx<'_>, module: &Arc<Module>) -> R<()> {
    let target = target(cx);
    if cx.flag("AsCustomObject") {
        let object = cx.rs.module_object(module);
        return cx.write(object);
    }
    let prefix = match cx.string("Prefix") {
        Some(prefix) => {
            *module.prefix.lock() = prefix.clone();
            prefix
        }
        None => module.prefix.lock().clone(),
    };
    let chosen = ["Function", "Alias", "Variable", "Cmdlet"].iter().any(|name| cx.bound.get(name).is_some());
    let of = |name: &str| chosen.then(|| cx.strings(name));
    let import = Import {
        functions: of("Function"),
        aliases: of("Alias"),
        variables: of("Variable"),
        prefix: prefix.clone(),
        keep_existing: cx.flag("NoClobber"),
    };
    cx.rs.import_members(module, target, &import);
    cx.rs.list_module(module, target);
    check_verbs(cx, module)?;
    for function in module.exports.lock().functions.clone() {
        let message = format!("Importing function '{}'.", prefixed(&prefix, &function.name));
        cx.rs.write_message(Stream::Verbose, message.into())?;
    }
    for alias in module.exports.lock().aliases.clone() {
        cx.rs.write_message(Stream::Verbose, format!("Importing alias '{}'.", alias.name).into())?;
    }
    if cx.flag("PassThru") { cx.write(Value::Object(module.clone())) } else { Ok(()) }
}

/// Warns of commands whose verb is not one of PowerShell's.
fn check_verbs(cx: &mut Cx<'_>, module: &Arc<Module>) -> R<()> {
    if cx.flag("DisableNameChecking") {
        return Ok(());
    }
    let functions = module.exports.lock().functions.clone();
    let unapproved = functions.iter().any(|function| {
        function.name.split_once('-').is_some_and(|(verb, _)| !VERBS.iter().any(|v| v.eq_ignore_ascii_case(verb)))
    });
    if unapproved {
        let message = format!(
            "The names of some imported commands from the module '{}' include unapproved verbs that might make them less discoverable. To find the commands with unapproved verbs, run the Import-Module command again with the Verbose parameter. For a list of approved verbs, type Get-Verb.",
            module.name
        );
        cx.rs.write_message(Stream::Warning, message.into())?;
    }
    Ok(())
}

/// The approved verbs (`Get-Verb`).
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "Add", "Clear", "Close", "Copy", "Enter", "Exit", "Find", "Format", "Get", "Hide", "Join", "Lock", "Move", 
    "New", "Open", "Optimize", "Push", "Pop", "Redo", "Remove", "Rename", "Reset", "Resize", "Search", "Select", 
    "Set", "Show", "Skip", "Split", "Step", "Switch", "Undo", "Unlock", "Watch", "Connect", "Disconnect", "Read", 
    "Receive", "Send", "Write", "Backup", "Checkpoint", "Compare", "Compress", "Convert", "ConvertFrom", 
    "ConvertTo", "Dismount", "Edit", "Expand", "Export", "Group", "Import", "Initialize", "Limit", "Merge", 
    "Mount", "Out", "Publish", "Restore", "Save", "Sync", "Unpublish", "Update", "Debug", "Measure", "Ping", 
    "Repair", "Resolve", "Test", "Trace", "Approve", "Assert", "Build", "Complete", "Confirm", "Deny", "Deploy", 
    "Disable", "Enable", "Install", "Invoke", "Register", "Request", "Restart", "Resume", "Start", "Stop", 
    "Submit", "Suspend", "Uninstall", "Unregister", "Wait", "Use", "Block", "Grant", "Protect", "Revoke", 
    "Unblock", "Unprotect",
];
