//! Finding modules, reading their manifests, and loading them.

use std::sync::Arc;

use psrpd_dotnet::{Guid, Str, casing};
use psrpd_lang::{
    Extent,
    ast::{Kind, Step},
};

pub(crate) use super::wanted_module::{Wanted, has_extension, version_of};
use super::{
    Discard, Flow, Function, R, Runspace, ScopeId, ScriptBlock, error,
    find_module::BUILT_IN,
    module::{Import, Module, matches_any},
};
use crate::{
    cmdlets, convert, position, providers, types,
    value::{Category, Dictionary, List, Value, Version, enumerate, text},
};

/// `Modules_ModuleNotFound`
pub(crate) fn not_found(wanted: &Wanted) -> Flow {
    let shown = |version: [i32; 4]| text(&Value::object(Version(version)));
    let version = match (wanted.exact.or(wanted.minimum), wanted.maximum) {
        (Some(least), Some(most)) if wanted.exact.is_none() => {
            format!(" with MinimumVersion '{}' and MaximumVersion '{}'", shown(least), shown(most))
        }
        (Some(version), _) => format!(" with version '{}'", shown(version)),
        (None, Some(most)) => format!(" with MaximumVersion '{}'", shown(most)),
        (None, None) => String::new(),
    };
    let id = if version.is_empty() { "Modules_ModuleNotFound" } else { "Modules_ModuleWithVersionNotFound" };
    import_error(
        "System.IO.FileNotFoundException",
        id,
        Category::ResourceUnavailable,
        format!(
            "The specified module '{}'{version} was not loaded because no valid module file was found in any module directory.",
            wanted.name
        ),
        Value::Str(wanted.name.clone()),
    )
}

/// `Modules_ModuleFileNotFound`: a file that a member of a manifest names.
fn no_file(manifest: &str, member: &str, file: &str) -> Flow {
    import_error(
        "System.Management.Automation.PSInvalidOperationException",
        "Modules_ModuleFileNotFound",
        Category::ResourceUnavailable,
        format!(
            "The module to process '{file}', listed in field '{member}' of module manifest '{manifest}' was not processed because no valid module was found in any module directory."
        ),
        Value::Str(stem(manifest)),
    )
}

/// `Modules_InvalidManifest`
fn invalid(exception: &str, manifest: &str, message: String) -> Flow {
    let category = Category::ResourceUnavailable;
    import_error(exception, "Modules_InvalidManifest", category, message, Value::from(manifest))
}

const MISSING: &str = "System.MissingMemberException";
const ARGUMENT: &str = "System.ArgumentException";

/// Why a manifest cannot be read.
fn not_permitted(manifest: &str, reason: &str) -> Flow {
    let message = format!(
        "The module manifest '{manifest}' could not be processed because it is not a valid PowerShell module manifest file. Remove the elements that are not permitted: {reason}"
    );
    invalid(MISSING, manifest, message)
}

pub(super) fn import_error(exception: &str, id: &str, category: Category, message: String, target: Value) -> Flow {
    let id = format!("{id},Microsoft.PowerShell.Commands.ImportModuleCommand");
    let record = error::record(exception, &id, category, message, target);
    *record.activity.lock() = "Import-Module".into();
    Flow::error(record)
}

impl Runspace {
    /// Reads a manifest: a table of constants.
    ///
    /// # Errors
    /// `Modules_InvalidManifest`.
    pub(crate) fn read_manifest(&mut self, file: &str) -> R<Value> {
        let text = providers::read_text(self, file)?;
        let unit = match self.parse(&text, Some(file.into())) {
            Ok(unit) => unit,
            Err(Flow::Error(raised)) => return Err(not_permitted(file, &raised.record.message())),
            Err(other) => return Err(other),
        };
        let script = &unit.source.script;
        for step in script.visit(unit.node) {
            let Step::Enter(id) = step else { continue };
            let is_code = matches!(
                script.kind(id),
                Kind::Command { .. }
                    | Kind::InvokeMemberExpression { .. }
                    | Kind::AssignmentStatement { .. }
                    | Kind::ScriptBlockExpression { .. }
                    | Kind::FunctionDefinition { .. }
                    | Kind::TypeDefinition { .. }
            );
            if is_code {
                let extent = script.node(id).extent;
                let written = script.extent_text(extent);
                let name = written.split_whitespace().next().unwrap_or_default();
                let message =
                    format!("The command '{name}' is not allowed in restricted language mode or a Data section.");
                let at = Extent { end: extent.start.saturating_add(u32::try_from(name.len()).unwrap_or(0)), ..extent };
                let found = match script.kind(id) {
                    Kind::Command { .. } => {
                        position::found(&unit.source, "NotAllowed", &message, &[at]).record().map(|r| r.message())
                    }
                    _ => None,
                };
                return Err(not_permitted(file, &found.unwrap_or_else(|| written.into())));
            }
        }
        let scope = self.module_scope();
        let mut out = super::Collector::default();
        let result = self.run_in_scope(scope, &Arc::new(ScriptBlock::new(unit.clone(), scope)), &[], &mut out);
        self.scopes.pop(scope);
        result?;
        match out.values.pop() {
            Some(table) if out.values.is_empty() && table.downcast::<Dictionary>().is_some() => Ok(table),
            _ => Err(invalid(
                ARGUMENT,
                file,
                format!(
                    "Processing the module manifest file '{file}' did not result in a valid manifest object. Update the file to contain a valid PowerShell module manifest. A valid manifest can be created using the New-ModuleManifest cmdlet."
                ),
            )),
        }
    }

    /// Loads a module's file and what its manifest asks for.
    ///
    /// # Errors
    /// What its code throws, `Modules_ModuleNotFound`, `Modules_InvalidManifest`.
    pub(crate) fn load_module(&mut self, file: &str, args: &[Value], target: ScopeId) -> R<Arc<Module>> {
        self.nested_module(file, |rs| rs.load_file(file, args, target))
    }

    fn load_file(&mut self, file: &str, args: &[Value], target: ScopeId) -> R<Arc<Module>> {
        let lower = file.to_ascii_lowercase();
        if lower.ends_with(".dll") || lower.ends_with(".cdxml") {
            return Err(error::feature(&format!("The module '{file}'")));
        }
        if !lower.ends_with(".psd1") {
            return self.load_script(file, Module::new(stem(file), file, ScopeId::GLOBAL), args);
        }
        let table = self.read_manifest(file)?;
        let Some(table) = table.downcast::<Dictionary>() else { return Err(not_found(&Wanted::named(file))) };
        self.load_manifest(file, table, args, target)
    }

    fn load_script(&mut self, file: &str, mut module: Module, args: &[Value]) -> R<Arc<Module>> {
        let source = providers::read_text(self, file)?;
        let unit = self.parse(&source, Some(file.into()))?;
        module.definition = source;
        let block = Arc::new(ScriptBlock::new(unit, ScopeId::GLOBAL));
        let module = self.run_module(module, &block, args, &mut Discard)?;
        self.finish_exports(&module, true);
        Ok(module)
    }

    /// Makes a module and runs its code.
    ///
    /// # Errors
    /// What its code throws.
    pub(crate) fn run_module(
        &mut self,
        mut module: Module,
        block: &Arc<ScriptBlock>,
        args: &[Value],
        out: &mut dyn super::Output,
    ) -> R<Arc<Module>> {
        module.scope = self.module_scope();
        let module = self.add_module(module);
        match self.run_in_scope(module.scope, block, args, out) {
            Ok(()) | Err(Flow::Return) => {}
            Err(other) => return Err(other),
        }
        Ok(module)
    }

    fn load_manifest(&mut self, file: &str, table: &Dictionary, args: &[Value], target: ScopeId) -> R<Arc<Module>> {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        check_manifest(file, table)?;
        self.check_version(file, table)?;
        let list = |key: &str| -> Option<Vec<Str>> {
            table.get_str(key).map(|value| enumerate(&value).unwrap_or_else(|| vec![value]).iter().map(text).collect())
        };
        let mut required = Vec::new();
        for wanted in required_modules(table) {
            required.push(self.require_module(file, &wanted, |rs| rs.import_required(&wanted, file, &folder))?);
        }
        for script in list("ScriptsToProcess").unwrap_or_default() {
            let path = providers::absolute(self, &format!("{folder}/{script}"));
            let source = providers::read_text(self, &path).map_err(|_| invalid(ARGUMENT, file, format!("The member 'ScriptsToProcess' in the module manifest is not valid: Cannot find path '{path}' because it does not exist.. Verify that a valid value is specified for this field in the '{file}' file.")))?;
            let unit = self.parse(&source, Some(path.into()))?;
            let scope = self.active_scope(target);
            self.run_in_scope(scope, &Arc::new(ScriptBlock::new(unit, target)), &[], &mut Discard)?;
        }
        for assembly in list("RequiredAssemblies").unwrap_or_default() {
            if !types::known::has_assembly(assembly.split([',', '/']).next().unwrap_or("").trim_end_matches(".dll")) {
                return Err(error::feature(&format!("RequiredAssemblies of the module manifest '{file}'")));
            }
        }
        for types in list("TypesToProcess").unwrap_or_default() {
            let path = providers::absolute(self, &format!("{folder}/{types}"));
            cmdlets::type_files::load_module_file(self, &path)?;
        }
        for views in list("FormatsToProcess").unwrap_or_default() {
            let path = providers::absolute(self, &format!("{folder}/{views}"));
            if let Some(message) = cmdlets::update_format_data::load_file(self, &path, false)? {
                let exception = "System.Management.Automation.RuntimeException";
                let id = "FormatXmlUpdateException,Microsoft.PowerShell.Commands.ImportModuleCommand";
                self.write_error(error::record(exception, id, Category::InvalidOperation, message, Value::Null))?;
            }
        }
        let mut module = Module::new(stem(file), file, ScopeId::GLOBAL);
        describe(&mut module, table);
        module.required = required;
        let root = list("RootModule").or_else(|| list("ModuleToProcess")).and_then(|list| list.first().cloned());
        let module = match root.filter(|root| !root.is_empty()) {
            Some(root) => {
                let root =
                    self.root_file(&folder, &root).ok_or_else(|| no_file(file, "ModuleToProcess/RootModule", &root))?;
                module.path = root.as_str().into();
                // PowerShell reads the manifest of a module with code two times.
                if let Some(tags) = module.fact("Tags").as_ref().and_then(|tags| tags.downcast::<List>()) {
                    tags.change(|tags| tags.extend(tags.iter().cloned().collect::<Vec<_>>()));
                }
                self.load_script(&root, module, args)?
            }
            None => {
                module.kind = "Manifest";
                module.scope = self.module_scope();
                self.add_module(module)
            }
        };
        for nested in table.get_str("NestedModules").iter().flat_map(items_of) {
            let wanted = Wanted::from_value(&nested);
            let path =
                self.file_beside(&folder, &wanted).ok_or_else(|| no_file(file, "NestedModules", &wanted.name))?;
            if path == file {
                module.nested.lock().push(module.clone());
                continue;
            }
            let inner = self.load_module(&path, &[], target)?;
            self.import_members(&inner, module.scope, &Import::default());
            module.nested.lock().push(inner.clone());
            let more = inner.exports.lock().clone();
            let mut exports = module.exports.lock();
            // What it gives belongs to this module now.
            exports.functions.extend(
                more.functions
                    .into_iter()
                    .map(|function| Arc::new(Function { module: Some(module.clone()), ..function.copy() })),
            );
            exports.aliases.extend(more.aliases);
            exports.variables.extend(more.variables);
        }
        let mut exports = module.exports.lock();
        if let Some(wanted) = list("FunctionsToExport") {
            exports.functions.retain(|function| matches_any(&wanted, &function.name));
        }
        if let Some(wanted) = list("AliasesToExport") {
            exports.aliases.retain(|alias| matches_any(&wanted, &alias.name));
        }
        if let Some(wanted) = list("VariablesToExport") {
            exports.variables.retain(|(name, _)| matches_any(&wanted, name.as_str()));
        }
        drop(exports);
        if let Some(prefix) = table.get_str("DefaultCommandPrefix") {
            *module.prefix.lock() = text(&prefix);
        }
        Ok(module)
    }

    /// Imports a module that another one requires.
    fn import_required(&mut self, wanted: &Wanted, by: &str, folder: &str) -> R<Arc<Module>> {
        let found = match self.loaded_module(wanted) {
            Some(have) => Ok(have),
            None if wanted.is_path() => {
                let file = self.file_beside(folder, wanted).unwrap_or_else(|| wanted.name.to_string());
                self.import_by_name(&Wanted { name: file.into(), ..wanted.clone() }, &[], ScopeId::GLOBAL, false)
            }
            None => self.import_by_name(wanted, &[], ScopeId::GLOBAL, false),
        };
        let module = match found {
            Ok(module) => module,
            Err(Flow::Error(raised)) if raised.record.id.lock().starts_with("Modules_Module") => {
                return Err(import_error(
                    "System.MissingMemberException",
                    "Modules_InvalidManifest",
                    Category::ResourceUnavailable,
                    format!(
                        "The required module '{}' is not loaded. Load the module or remove the module from 'RequiredModules' in the file '{by}'.",
                        wanted.name
                    ),
                    Value::from(by),
                ));
            }
            Err(other) => return Err(other),
        };
        self.import_members(&module, ScopeId::GLOBAL, &Import::default());
        self.list_module(&module, ScopeId::GLOBAL);
        Ok(module)
    }

    /// Imports a module by name or path; one that is loaded is not loaded again unless it must.
    ///
    /// # Errors
    /// As [`Self::load_module`].
    pub(crate) fn import_by_name(
        &mut self,
        wanted: &Wanted,
        args: &[Value],
        target: ScopeId,
        force: bool,
    ) -> R<Arc<Module>> {
        if !wanted.is_path()
            && let Some(have) = self.loaded_module(wanted)
            && !force
        {
            return Ok(have);
        }
        if !wanted.is_path()
            && let Some(name) = cmdlets::module_names().find(|name| casing::eq(name, &wanted.name))
        {
            return Ok(self.built_in_module(name));
        }
        let file = self.module_file(wanted, None).ok_or_else(|| not_found(wanted))?;
        if !self.is_wanted_file(wanted, &file) {
            return Err(not_found(wanted));
        }
        let loaded = self.state.modules.loaded.clone();
        if let Some(have) = loaded.iter().find(|module| module.file().as_str() == file) {
            if !force {
                return Ok(have.clone());
            }
            self.remove_module(&have.clone(), &mut Discard)?;
        }
        self.load_module(&file, args, target)
    }

    /// A module for `using module`.
    ///
    /// # Errors
    /// As [`Self::load_module`].
    pub(crate) fn import_for_using(&mut self, specification: &Value, folder: Option<&str>) -> R<Arc<Module>> {
        let mut wanted = Wanted::from_value(specification);
        if wanted.is_path()
            && let Some(folder) = folder
            && !wanted.name.starts_with(['/', '~'])
        {
            wanted.name = providers::absolute(self, &format!("{folder}/{}", wanted.name)).into();
        }
        self.import_by_name(&wanted, &[], ScopeId::GLOBAL, false)
    }

    /// A module that is loaded.
    pub(crate) fn loaded_module(&self, wanted: &Wanted) -> Option<Arc<Module>> {
        let modules = &self.state.modules.loaded;
        modules.iter().rev().find(|m| casing::eq(&m.name, &wanted.name) && wanted.accepts_module(m)).cloned()
    }

    /// The module of cmdlets of the engine.
    pub(crate) fn built_in_module(&mut self, name: &'static str) -> Arc<Module> {
        if let Some(have) = self.loaded_module(&Wanted::named(name)) {
            return have;
        }
        let path = format!("{BUILT_IN}/{name}/{name}.psd1");
        let scope = self.module_scope();
        let mut module = Module::new(name, path, scope);
        module.kind = "Manifest";
        module.version = [7, 0, 0, 0];
        module.facts.push(("CompatiblePSEditions", Value::strings([Str::from("Core")])));
        self.add_module(module)
    }

    /// Loads the module along the module path that exports a command, if there is one.
    ///
    /// # Errors
    /// What its code throws.
    pub(crate) fn auto_load(&mut self, command: &str) -> R<bool> {
        for folder in self.module_folders() {
            for name in self.platform.list(&folder).unwrap_or_default() {
                let wanted = Wanted::named(name.as_str());
                if self.loaded_module(&wanted).is_some() {
                    continue;
                }
                let Some(file) = self.file_in(&format!("{folder}/{name}"), &wanted) else { continue };
                if !self.seems_to_export(&file, command) {
                    continue;
                }
                let module = self.load_module(&file, &[], ScopeId::GLOBAL)?;
                self.import_members(&module, ScopeId::GLOBAL, &Import::default());
                self.list_module(&module, ScopeId::GLOBAL);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a module's files name a command, so that it is worth loading.
    fn seems_to_export(&mut self, file: &str, command: &str) -> bool {
        let names = self.names_in(file);
        names.iter().any(|name| casing::eq(name, command))
    }

    /// The names of the functions that a module's files define or its manifest lists, without running them.
    pub(crate) fn names_in(&mut self, file: &str) -> Vec<Str> {
        if file.to_ascii_lowercase().ends_with(".psd1") {
            let Ok(table) = self.read_manifest(file) else { return Vec::new() };
            let Some(table) = table.downcast::<Dictionary>() else { return Vec::new() };
            let mut names: Vec<Str> = Vec::new();
            for key in ["FunctionsToExport", "AliasesToExport"] {
                names.extend(table.get_str(key).iter().flat_map(items_of).map(|name| text(&name)));
            }
            let (patterns, mut found): (Vec<Str>, Vec<Str>) =
                names.into_iter().partition(|name| psrpd_dotnet::wildcard::has_wildcards(name));
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let root = table.get_str("RootModule").and_then(|root| self.root_file(folder, &text(&root)));
            if let Some(root) = root.filter(|_| !patterns.is_empty()) {
                let more = self.names_in(&root);
                found.extend(more.into_iter().filter(|name| matches_any(&patterns, name)));
            }
            return found;
        }
        let Ok(source) = providers::read_text(self, file) else { return Vec::new() };
        let Ok(unit) = self.parse(&source, None) else { return Vec::new() };
        let script = &unit.source.script;
        let functions = script.visit(unit.node).filter_map(|step| match step {
            Step::Enter(id) => match script.kind(id) {
                Kind::FunctionDefinition { name, .. } => Some(Str::from(script.text(name))),
                _ => None,
            },
            Step::Leave(_) => None,
        });
        functions.collect()
    }
}

impl Module {
    /// The file that `Import-Module` would find: its manifest, else its script.
    pub(crate) fn file(&self) -> Str {
        self.fact("Manifest").map_or_else(|| self.path.clone(), |path| text(&path))
    }
}

fn items_of(value: &Value) -> Vec<Value> {
    enumerate(value).filter(|_| value.downcast::<Dictionary>().is_none()).unwrap_or_else(|| vec![value.clone()])
}

/// What a manifest requires.
pub(crate) fn required_modules(table: &Dictionary) -> Vec<Wanted> {
    table.get_str("RequiredModules").iter().flat_map(items_of).map(|required| Wanted::from_value(&required)).collect()
}

/// The name of a file without folder and ending.
pub(crate) fn stem(file: &str) -> Str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).into()
}

/// The members a manifest may have.
const MEMBERS: [&str; 31] = [
    "ModuleToProcess",
    "NestedModules",
    "GUID",
    "Author",
    "CompanyName",
    "Copyright",
    "ModuleVersion",
    "Description",
    "PowerShellVersion",
    "PowerShellHostName",
    "PowerShellHostVersion",
    "CLRVersion",
    "DotNetFrameworkVersion",
    "ProcessorArchitecture",
    "RequiredModules",
    "TypesToProcess",
    "FormatsToProcess",
    "ScriptsToProcess",
    "PrivateData",
    "RequiredAssemblies",
    "ModuleList",
    "FileList",
    "FunctionsToExport",
    "VariablesToExport",
    "AliasesToExport",
    "CmdletsToExport",
    "DscResourcesToExport",
    "CompatiblePSEditions",
    "HelpInfoURI",
    "RootModule",
    "DefaultCommandPrefix",
];

/// Refuses a manifest without a version, or with members that none has.
pub(crate) fn check_manifest(file: &str, table: &Dictionary) -> R<()> {
    let unknown: Vec<Str> = table
        .entries()
        .iter()
        .map(|(key, _)| text(key))
        .filter(|key| !MEMBERS.iter().any(|member| casing::eq(member, key)))
        .collect();
    if !unknown.is_empty() {
        let names: Vec<String> = unknown.iter().map(|name| format!("'{name}'")).collect();
        let valid: Vec<String> = MEMBERS.iter().map(|member| format!("'{member}'")).collect();
        return Err(import_error(
            "System.InvalidOperationException",
            "Modules_InvalidManifestMember",
            Category::InvalidData,
            format!(
                "The '{file}' module cannot be imported because its manifest contains one or more members that are not valid. The valid manifest members are ({}). Remove the members that are not valid ({}), then try to import the module again.",
                valid.join(", "),
                names.join(", ")
            ),
            Value::from(file),
        ));
    }
    if table.get_str("ModuleVersion").is_none() {
        let message = format!(
            "The member 'ModuleVersion' is not present in the module manifest. This member must exist and be assigned a version number of the form 'n.n.n.n'. Add the missing member to the file '{file}'."
        );
        return Err(invalid(MISSING, file, message));
    }
    Ok(())
}

impl Runspace {
    /// Refuses what is no version or id, and a module for a later PowerShell.
    fn check_version(&mut self, file: &str, table: &Dictionary) -> R<()> {
        for (member, of) in
            [("ModuleVersion", "System.Version"), ("PowerShellVersion", "System.Version"), ("GUID", "System.Guid")]
        {
            let Some(value) = table.get_str(member) else { continue };
            if let Err(Flow::Error(raised)) = convert::convert(self, &value, &types::known(of)) {
                let reason = raised.record.message();
                let message =
                    format!("The '{member}' member is not valid in the module manifest file '{file}': {reason}");
                return Err(invalid(ARGUMENT, file, message));
            }
        }
        let Some(wanted) = table.get_str("PowerShellVersion").and_then(|version| version_of(&version)) else {
            return Ok(());
        };
        let have = crate::OWN_VERSION;
        if wanted <= have {
            return Ok(());
        }
        let [have, wanted] = [have, wanted].map(|version| text(&Value::object(Version(version))));
        Err(import_error(
            "System.InvalidOperationException",
            "Modules_InsufficientPowerShellVersion",
            Category::ResourceUnavailable,
            format!(
                "The version of PowerShell on this computer is '{have}'. The module '{file}' requires a minimum PowerShell version of '{wanted}' to run. Verify that you have the minimum required version of PowerShell installed, and then try again."
            ),
            Value::from(file),
        ))
    }
}

/// What a manifest says about a module.
pub(crate) fn describe(module: &mut Module, table: &Dictionary) {
    module.facts.push(("Manifest", Value::Str(module.path.clone())));
    if let Some(version) = table.get_str("ModuleVersion").and_then(|version| version_of(&version)) {
        module.version = version;
    }
    if let Some(guid) = table.get_str("GUID").and_then(|guid| Guid::parse(&text(&guid))) {
        module.guid = guid;
    }
    for key in ["Author", "CompanyName", "Copyright", "Description", "HelpInfoURI", "RootModule", "PrivateData"] {
        if let Some(value) = table.get_str(key) {
            module.facts.push((key, value));
        }
    }
    for key in ["PowerShellVersion", "CLRVersion", "DotNetFrameworkVersion", "PowerShellHostVersion"] {
        if let Some(version) = table.get_str(key).and_then(|version| version_of(&version)) {
            module.facts.push((key, Value::object(Version(version))));
        }
    }
    for key in ["CompatiblePSEditions", "FileList", "ScriptsToProcess"] {
        if let Some(value) = table.get_str(key) {
            module.facts.push((key, Value::array(items_of(&value))));
        }
    }
    let data = table.get_str("PrivateData");
    let data = data.as_ref().and_then(|data| data.downcast::<Dictionary>()).and_then(|data| data.get_str("PSData"));
    if let Some(data) = data.as_ref().and_then(|data| data.downcast::<Dictionary>()) {
        for key in ["Tags", "ProjectUri", "LicenseUri", "IconUri", "ReleaseNotes"] {
            if let Some(value) = data.get_str(key) {
                let value = match key {
                    "Tags" => {
                        let of = types::list_of(types::string());
                        List::value(of, items_of(&value))
                    }
                    "ReleaseNotes" => value,
                    _ => Value::object(crate::value::Uri(text(&value))),
                };
                module.facts.push((key, value));
            }
        }
    }
}
