//! What a manifest names must be there: the files and modules that `Test-ModuleManifest` looks for.

use psrpd_dotnet::Str;

use super::Cx;
use crate::{
    eval::{R, manifest::Wanted},
    value::{Category, Dictionary, Items, Value, items_or_one, text},
};

/// How an entry of a member is found.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A file beside the manifest.
    File,
    /// A module beside the manifest, or any other.
    Module,
}

/// The members that name files and modules: what their error calls them, and its id.
const MEMBERS: [(&str, &str, &str, Kind); 5] = [
    ("RequiredAssemblies", "RequiredAssemblies", "Modules_InvalidRequiredAssembliesInModuleManifest", Kind::File),
    ("NestedModules", "NestedModule", "Modules_InvalidNestedModuleinModuleManifest", Kind::Module),
    ("RequiredModules", "RequiredModules", "Modules_InvalidRequiredModulesinModuleManifest", Kind::Module),
    ("FileList", "FileList", "Modules_InvalidFilePathinModuleManifest", Kind::File),
    ("ModuleList", "ModuleList", "Modules_InvalidModuleListinModuleManifest", Kind::Module),
];

/// The members whose files must end in a certain way.
const PROCESSED: [(&str, &str); 3] =
    [("TypesToProcess", ".ps1xml"), ("FormatsToProcess", ".ps1xml"), ("ScriptsToProcess", ".ps1")];

/// The ends that the file of a module may have.
const MODULES: [&str; 6] = ["", ".psd1", ".psm1", ".dll", ".cdxml", ".ps1"];

/// Writes an error for everything that a manifest names and that there is not.
///
/// # Errors
/// Where errors end the command.
pub(super) fn check(cx: &mut Cx<'_>, manifest: &str, table: &Dictionary) -> R<()> {
    for (member, end) in PROCESSED {
        for name in names(table, member) {
            check_processed(cx, manifest, member, &with_end(&name, end))?;
        }
    }
    check_root(cx, manifest, table)?;
    for (member, shown, id, kind) in MEMBERS {
        for entry in entries(table, member) {
            let name = Wanted::from_value(&entry).name;
            if name.is_empty() || is_there(cx, manifest, &entry, kind) {
                continue;
            }
            let message = format!(
                "The specified {shown} entry '{name}' in the module manifest '{manifest}' is invalid. Try again after updating this entry with valid values."
            );
            let exception = "System.IO.DirectoryNotFoundException";
            cx.error(exception, id, Category::ObjectNotFound, message, Value::from(manifest))?;
        }
    }
    Ok(())
}

fn check_processed(cx: &mut Cx<'_>, manifest: &str, member: &str, name: &str) -> R<()> {
    let path = beside(manifest, name);
    if cx.rs.is_file(&path) {
        return Ok(());
    }
    let message = format!(
        "The member '{member}' in the module manifest is not valid: Cannot find path '{path}' because it does not exist.. Verify that a valid value is specified for this field in the '{manifest}' file."
    );
    let id = "Modules_InvalidManifest";
    cx.error("System.ArgumentException", id, Category::ResourceUnavailable, message, Value::from(manifest))
}

fn check_root(cx: &mut Cx<'_>, manifest: &str, table: &Dictionary) -> R<()> {
    let root = ["RootModule", "ModuleToProcess"].into_iter().find_map(|key| names(table, key).into_iter().next());
    let Some(root) = root.filter(|root| !root.is_empty()) else { return Ok(()) };
    let path = beside(manifest, &root);
    if !MODULES.iter().any(|end| cx.rs.is_file(&format!("{path}{end}"))) {
        let message = format!(
            "The module manifest '{root}' could not be processed because it is not a valid PowerShell module manifest file. Remove the elements that are not permitted: {manifest}"
        );
        let id = "Modules_InvalidRootModuleInModuleManifest";
        return cx.error("System.ArgumentException", id, Category::InvalidArgument, message, Value::from(manifest));
    }
    if !root.to_ascii_lowercase().ends_with(".psd1") {
        return Ok(());
    }
    let message = format!(
        "Processing the module manifest file '{path}' did not result in a valid manifest object. Update the file to contain a valid PowerShell module manifest. A valid manifest can be created using the New-ModuleManifest cmdlet."
    );
    let id = "Modules_InvalidManifest";
    cx.error("System.ArgumentException", id, Category::ResourceUnavailable, message, Value::from(path))
}

fn is_there(cx: &Cx<'_>, manifest: &str, entry: &Value, kind: Kind) -> bool {
    let wanted = Wanted::from_value(entry);
    let path = beside(manifest, &wanted.name);
    match kind {
        Kind::File => cx.rs.platform.stat(&path).is_ok() || cx.rs.is_file(&format!("{path}.dll")),
        Kind::Module => {
            MODULES.iter().any(|end| cx.rs.is_file(&format!("{path}{end}")))
                || cx.rs.platform.stat(&path).is_ok()
                || super::module_names().any(|name| name.eq_ignore_ascii_case(&wanted.name))
                || cx.rs.module_file(&wanted, None).is_some()
        }
    }
}

/// The path of a file beside the manifest, whatever slashes the manifest has.
fn beside(manifest: &str, name: &str) -> String {
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    match manifest.rsplit_once('/') {
        _ if name.starts_with('/') => format!("/{}", parts.join("/")),
        Some((folder, _)) => format!("{folder}/{}", parts.join("/")),
        None => parts.join("/"),
    }
}

fn with_end(name: &str, end: &str) -> String {
    if name.to_ascii_lowercase().ends_with(end) { name.to_owned() } else { format!("{name}{end}") }
}

fn entries(table: &Dictionary, member: &str) -> Items {
    items_or_one(table.get_str(member).filter(|value| !value.is_null()).unwrap_or(Value::AutomationNull))
}

fn names(table: &Dictionary, member: &str) -> Vec<Str> {
    entries(table, member).into_iter().map(|entry| text(&entry)).collect()
}
