//! `Get-Module`

use std::sync::Arc;

use psrpd_dotnet::{casing, wildcard};

use super::{CORE, Cmdlet, Cx, Run, module_names, text_file};
use crate::{
    eval::{
        R, ScopeId,
        find_module::BUILT_IN,
        manifest::{Wanted, describe, has_extension, required_modules, stem},
        module::{Exports, Module, matches_any},
    },
    platform::FileKind,
    providers,
    value::{Category, Dictionary, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Module",
    "GetModuleCommand",
    "Name string[] notempty @Loaded(0 ^) @Available(0 ^)
     FullyQualifiedName Microsoft.PowerShell.Commands.ModuleSpecification[] ~
     All @Loaded @Available
     ListAvailable @Available(!)
     PSEdition string @Available
     SkipEditionCheck @Available
     Refresh @Available",
    || Box::new(GetModule),
)
.examples(
    r#"@(Get-Module No.Such.Module).Count # which modules are there
> 0"#,
)
.in_module(CORE)
.default_set("Loaded");

struct GetModule;

impl Run for GetModule {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut asked: Vec<Wanted> = cx.list("FullyQualifiedName").iter().map(Wanted::from_value).collect();
        asked.extend(cx.strings("Name").into_iter().map(Wanted::named));
        let edition = cx.string("PSEdition");
        let fits = |module: &Module| {
            let editions = module.fact("CompatiblePSEditions").and_then(|list| enumerate(&list)).unwrap_or_default();
            edition.as_ref().is_none_or(|edition| editions.iter().any(|have| casing::eq(&text(have), edition)))
        };
        let mut found = if cx.flag("ListAvailable") {
            available(cx, &asked)?
        } else {
            let used = cx.rs.state.modules.used.clone();
            for name in used {
                let module = cx.rs.built_in_module(name);
                cx.rs.list_module(&module, ScopeId::GLOBAL);
            }
            let mut found = loaded(cx);
            found.sort_by(|a, b| casing::cmp(&a.name, &b.name));
            found.retain(|module| asked.is_empty() || asked.iter().any(|wanted| means(wanted, module)));
            found
        };
        found.retain(|module| fits(module));
        for module in found {
            cx.write(Value::Object(module))?;
        }
        Ok(())
    }
}

/// Whether a loaded module is one that was asked for.
pub(super) fn means(wanted: &Wanted, module: &Module) -> bool {
    matches_any(std::slice::from_ref(&wanted.name), &module.name) && wanted.accepts_module(module)
}

/// The modules that are loaded, with `-All` those that they loaded too.
fn loaded(cx: &Cx<'_>) -> Vec<Arc<Module>> {
    let mut found = cx.rs.state.modules.loaded.clone();
    if let Some(module) = cx.rs.current_module() {
        found.extend(module.nested.lock().iter().cloned());
    }
    if cx.flag("All") {
        let nested: Vec<Arc<Module>> = found.iter().flat_map(|module| module.nested.lock().clone()).collect();
        found.extend(nested);
    }
    found
}

/// The modules that files on this machine are, described without running them.
fn available(cx: &mut Cx<'_>, asked: &[Wanted]) -> R<Vec<Arc<Module>>> {
    let mut found = Vec::new();
    for wanted in asked.iter().filter(|wanted| wanted.is_path()) {
        found.extend(at_path(cx, wanted)?);
    }
    let named: Vec<Wanted> = asked.iter().filter(|wanted| !wanted.is_path()).cloned().collect();
    if named.is_empty() && !asked.is_empty() {
        return Ok(found);
    }
    let is_named = |name: &str| {
        named.is_empty() || named.iter().any(|wanted| matches_any(std::slice::from_ref(&wanted.name), name))
    };
    for folder in cx.rs.module_folders() {
        for file in files_below(cx, &folder, &is_named)? {
            let module = describe_file(cx, &file);
            if named.is_empty() || named.iter().any(|wanted| means(wanted, &module)) {
                found.push(module);
            }
        }
        for name in module_names().filter(|name| folder == BUILT_IN && is_named(name)) {
            let module = cx.rs.built_in_module(name);
            if named.is_empty() || named.iter().any(|wanted| means(wanted, &module)) {
                found.push(module);
            }
        }
    }
    Ok(found)
}

/// The files of the modules in a folder of the module path, sorted by name: one for each version, with `-All` all there are.
fn files_below(cx: &mut Cx<'_>, folder: &str, is_named: &dyn Fn(&str) -> bool) -> R<Vec<String>> {
    let mut found = Vec::new();
    if cx.flag("All") {
        walk(cx, folder, 0, &mut |path| {
            if is_script(path) && is_named(&stem(path)) {
                found.push(path.to_owned());
            }
        })?;
        found.sort_by(|a, b| casing::cmp(&stem(a), &stem(b)));
        return Ok(found);
    }
    let mut entries = cx.rs.platform.list(folder).unwrap_or_default();
    entries.sort_by(|a, b| casing::cmp(a, b));
    for name in entries.into_iter().filter(|name| is_named(name)) {
        found.extend(cx.rs.files_in(&format!("{folder}/{name}"), &Wanted::default()));
    }
    Ok(found)
}

/// How deep `-All` searches.
const DEPTH: usize = 32;

/// Visits all files below a folder.
fn walk(cx: &mut Cx<'_>, folder: &str, depth: usize, visit: &mut dyn FnMut(&str)) -> R<()> {
    cx.rs.check_stop()?;
    let mut entries = cx.rs.platform.list(folder).unwrap_or_default();
    entries.sort_by(|a, b| casing::cmp(a, b));
    for name in entries {
        let path = format!("{folder}/{name}");
        match cx.rs.platform.stat(&path).map(|stat| stat.kind) {
            Ok(FileKind::File) => visit(&path),
            Ok(FileKind::Directory) if depth < DEPTH => walk(cx, &path, depth.saturating_add(1), visit)?,
            _ => {}
        }
    }
    Ok(())
}

fn is_script(path: &str) -> bool {
    [".psd1", ".psm1"].iter().any(|end| path.to_ascii_lowercase().ends_with(end))
}

/// The modules of a path: a file's, or those in the folder of that name.
fn at_path(cx: &mut Cx<'_>, wanted: &Wanted) -> R<Vec<Arc<Module>>> {
    let mut files = Vec::new();
    let given = wanted.name.replace('\\', "/");
    for path in text_file::files(cx, given.trim_end_matches('/'))? {
        let is_folder = cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::Directory);
        if !is_folder {
            if has_extension(&path) {
                files.push(path);
            }
        } else if cx.flag("All") {
            let leaf = path.rsplit('/').next().unwrap_or("").to_owned();
            let mut all = Vec::new();
            walk(cx, &path, 0, &mut |file| {
                if is_script(file) && casing::eq(&stem(file), &leaf) {
                    all.push(file.to_owned());
                }
            })?;
            let has_manifest = |file: &String| {
                file.strip_suffix(".psm1").is_some_and(|stem| all.iter().any(|other| *other == format!("{stem}.psd1")))
            };
            files.extend(all.iter().filter(|file| !has_manifest(file)).cloned());
        } else {
            files.extend(cx.rs.files_in(&path, &Wanted::default()));
        }
    }
    if files.is_empty() && !wildcard::has_wildcards(&given) {
        let path = providers::file_path(cx.rs, &given)?;
        let message = format!(
            "The specified module '{path}' was not found. Update the Name parameter to point to a valid path, and then try again. "
        );
        let exception = "System.IO.FileNotFoundException";
        let id = "Modules_ModuleNotFoundForGetModule";
        cx.error(exception, id, Category::ResourceUnavailable, message, Value::from(path))?;
    }
    let described = files.iter().map(|file| describe_file(cx, file));
    Ok(described.filter(|module| wanted.accepts_module(module)).collect())
}

/// A module as its files describe it.
pub(super) fn describe_file(cx: &mut Cx<'_>, file: &str) -> Arc<Module> {
    let scope = cx.rs.module_scope();
    let mut module = Module::new(stem(file), file, scope);
    let mut has_root = false;
    if file.to_ascii_lowercase().ends_with(".psd1") {
        let table = cx.rs.is_file(file).then(|| cx.rs.read_manifest(file).ok()).flatten();
        if let Some(table) = table.as_ref().and_then(|table| table.downcast::<Dictionary>()) {
            describe(&mut module, table);
            has_root = table.get_str("RootModule").is_some();
            for wanted in required_modules(table) {
                let mut required = Module::new(wanted.name.clone(), "", scope);
                required.version = wanted.has_version().unwrap_or(required.version);
                module.required.push(Arc::new(required));
            }
        }
        if !has_root {
            module.kind = "Manifest";
        }
    }
    if !has_root {
        module.facts.push(("RootModule", file.into()));
    }
    let names = cx.rs.names_in(file);
    let functions = names.iter().filter_map(|name| cx.rs.named_function(name, scope).ok()).collect();
    *module.exports.lock() = Exports { functions, ..Exports::default() };
    Arc::new(module)
}
