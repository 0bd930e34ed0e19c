//! `Get-Module`

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use super::{CORE, Cmdlet, Cx, Run, module_names};
use crate::{
    eval::{
        R, ScopeId,
        manifest::{Wanted, describe},
        module::{Exports, Module, matches_any},
    },
    value::{Dictionary, Value, enumerate, text},
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
        let wanted: Vec<Wanted> = cx.list("FullyQualifiedName").iter().map(Wanted::from_value).collect();
        let names: Option<Vec<Str>> = match cx.strings("Name") {
            names if !names.is_empty() => Some(names),
            _ if !wanted.is_empty() => Some(wanted.iter().map(|w| w.name.clone()).collect()),
            _ => None,
        };
        let edition = cx.string("PSEdition");
        let accepts = |module: &Module| {
            let editions = module.fact("CompatiblePSEditions").and_then(|list| enumerate(&list)).unwrap_or_default();
            let fits = |edition: &Str| editions.iter().any(|have| casing::eq(&text(have), edition));
            edition.as_ref().is_none_or(fits)
                && (wanted.is_empty()
                    || wanted.iter().any(|w| casing::eq(&w.name, &module.name) && w.accepts(module.version)))
        };
        let mut found = if cx.flag("ListAvailable") {
            available(cx, names.as_deref())
        } else {
            let used = cx.rs.state.modules.used.clone();
            for name in used {
                let module = cx.rs.built_in_module(name);
                cx.rs.list_module(&module, ScopeId::GLOBAL);
            }
            loaded(cx)
        };
        found.retain(|module| accepts(module) && names.as_ref().is_none_or(|names| matches_any(names, &module.name)));
        if !cx.flag("ListAvailable") {
            found.sort_by(|a, b| casing::cmp(&a.name, &b.name));
        }
        for module in found {
            cx.write(Value::Object(module))?;
        }
        Ok(())
    }
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

/// The modules along the module path, described by their files without running them.
fn available(cx: &mut Cx<'_>, names: Option<&[Str]>) -> Vec<Arc<Module>> {
    let mut found = Vec::new();
    for folder in cx.rs.module_folders() {
        let mut entries = cx.rs.platform.list(&folder).unwrap_or_default();
        entries.sort_by(|a, b| casing::cmp(a, b));
        for name in entries.into_iter().filter(|name| names.is_none_or(|names| matches_any(names, name))) {
            let mut versions = cx.rs.platform.list(&format!("{folder}/{name}")).unwrap_or_default();
            versions.retain(|name| crate::value::Version::parse(name).is_some());
            versions.sort_by_key(|name| std::cmp::Reverse(crate::value::Version::parse(name)));
            let wanted = |exact| Wanted { exact, ..Wanted::named(format!("{folder}/{name}")) };
            let exact = versions.iter().map(|text| crate::value::Version::parse(text).map(|version| version.0));
            let all: Vec<Wanted> = if versions.is_empty() { vec![wanted(None)] } else { exact.map(wanted).collect() };
            for wanted in all {
                if let Some(file) = cx.rs.module_file(&wanted, None) {
                    found.push(describe_file(cx, &name, &file));
                }
            }
        }
    }
    for name in module_names().filter(|name| names.is_none_or(|names| matches_any(names, name))) {
        found.push(cx.rs.built_in_module(name));
    }
    found
}

/// A module as its files describe it.
pub(super) fn describe_file(cx: &mut Cx<'_>, name: &str, file: &str) -> Arc<Module> {
    let scope = cx.rs.module_scope();
    let mut module = Module::new(name, file, scope);
    if file.ends_with(".psd1")
        && let Ok(table) = cx.rs.read_manifest(file)
        && let Some(table) = table.downcast::<Dictionary>()
    {
        describe(&mut module, table);
        if table.get_str("RootModule").is_none() {
            module.kind = "Manifest";
        }
    }
    let names = cx.rs.names_in(file);
    let functions = names.iter().filter_map(|name| cx.rs.named_function(name, scope).ok()).collect();
    *module.exports.lock() = Exports { functions, ..Exports::default() };
    Arc::new(module)
}
