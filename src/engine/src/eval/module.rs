//! Modules: code with variables, functions and aliases of its own, of which it exports some.

use std::{any::Any, collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Guid, Str, casing, wildcard::Wildcard};

use super::{Function, Name, Output, R, Runspace, ScopeId, ScriptBlock, Variable, block::Call, scope::Alias};
use crate::{
    types,
    value::{Body, Member, Object, Value, Wrapped},
};

/// A module (`PSModuleInfo`).
pub(crate) struct Module {
    pub(crate) name: Str,
    /// The file it was loaded from, or a path of its own.
    pub(crate) path: Str,
    /// `Script`, `Manifest` or `Binary`.
    pub(crate) kind: &'static str,
    /// Its top scope: what its functions see above their own variables.
    pub(crate) scope: ScopeId,
    /// The text it was made of.
    pub(crate) definition: Str,
    pub(crate) version: [i32; 4],
    pub(crate) guid: Guid,
    pub(crate) exports: Mutex<Exports>,
    /// What its manifest says beside, by the name of the property.
    pub(crate) facts: Vec<(&'static str, Value)>,
    /// `OnRemove`
    pub(crate) on_remove: Mutex<Value>,
    pub(crate) nested: Mutex<Vec<Arc<Self>>>,
    /// What its manifest requires.
    pub(crate) required: Vec<Arc<Self>>,
    /// Whether it can be removed: `ReadWrite`, `ReadOnly`, `Constant`.
    pub(crate) access: Mutex<&'static str>,
    /// Set by `-Prefix` or the manifest.
    pub(crate) prefix: Mutex<Str>,
}

/// What a module exports.
#[derive(Clone, Default)]
pub(crate) struct Exports {
    /// Whether `Export-ModuleMember` chose.
    pub(crate) chosen: bool,
    pub(crate) functions: Vec<Arc<Function>>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) variables: Vec<(Name, Arc<Variable>)>,
}

/// The modules of a runspace.
#[derive(Default)]
pub(crate) struct Modules {
    /// Those that were imported, in that order.
    pub(crate) loaded: Vec<Arc<Module>>,
    by_scope: HashMap<ScopeId, Arc<Module>>,
    /// The modules of cmdlets that were used.
    pub(crate) used: Vec<&'static str>,
    pub(super) nesting: super::module_nesting::Nesting,
}

/// What is imported, and how it is called.
#[derive(Default)]
pub(crate) struct Import {
    /// Patterns of names; none means all.
    pub(crate) functions: Option<Vec<Str>>,
    pub(crate) aliases: Option<Vec<Str>>,
    pub(crate) variables: Option<Vec<Str>>,
    pub(crate) prefix: Str,
    pub(crate) keep_existing: bool,
}

impl Module {
    pub(crate) fn new(name: impl Into<Str>, path: impl Into<Str>, scope: ScopeId) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            kind: "Script",
            scope,
            definition: Str::default(),
            version: [0, 0, -1, -1],
            guid: Guid::default(),
            exports: Mutex::default(),
            facts: Vec::new(),
            on_remove: Mutex::default(),
            nested: Mutex::default(),
            required: Vec::new(),
            access: Mutex::new("ReadWrite"),
            prefix: Mutex::default(),
        }
    }

    /// The folder of its file.
    pub(crate) fn base(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// A fact of its manifest.
    pub(crate) fn fact(&self, name: &str) -> Option<Value> {
        self.facts.iter().find(|(have, _)| *have == name).map(|(_, value)| value.clone())
    }
}

impl Object for Module {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.PSModuleInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.name.clone())
    }
}

/// A name with a prefix before its noun.
pub(crate) fn prefixed(prefix: &str, name: &str) -> Str {
    match name.split_once('-') {
        _ if prefix.is_empty() => name.into(),
        Some((verb, noun)) => format!("{verb}-{prefix}{noun}").into(),
        None => format!("{prefix}{name}").into(),
    }
}

/// Whether a name matches one of the patterns.
pub(crate) fn matches_any(patterns: &[Str], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        casing::eq(pattern, name) || Wildcard::new(pattern, true).is_ok_and(|pattern| pattern.is_match(name))
    })
}

impl Runspace {
    /// The module whose top scope this is.
    pub(crate) fn module_of(&self, session: ScopeId) -> Option<Arc<Module>> {
        self.state.modules.by_scope.get(&session).cloned()
    }

    /// The module whose code runs.
    pub(crate) fn current_module(&self) -> Option<Arc<Module>> {
        self.module_of(self.scopes.get(self.frame.scope).session)
    }

    /// A top scope for a new module.
    pub(crate) fn module_scope(&mut self) -> ScopeId {
        let scope = self.scopes.push(ScopeId::GLOBAL, ScopeId::GLOBAL, Arc::new([]));
        let table = self.scopes.get_mut(scope);
        table.session = scope;
        table.is_script = true;
        table.strict = 0;
        scope
    }

    /// Makes a module known, so that its code finds it.
    pub(crate) fn add_module(&mut self, module: Module) -> Arc<Module> {
        let module = Arc::new(module);
        self.state.modules.by_scope.insert(module.scope, module.clone());
        module
    }

    /// A module of a name that nobody chose.
    pub(crate) fn dynamic_name(&self) -> Str {
        format!("__DynamicModule_{}", self.new_guid().format("D").unwrap_or_default()).into()
    }

    /// A random identifier.
    pub(crate) fn new_guid(&self) -> Guid {
        let mut bytes: [u8; 16] = self.platform.random_bytes();
        if let Some(byte) = bytes.get_mut(6) {
            *byte = *byte & 0x0f | 0x40;
        }
        if let Some(byte) = bytes.get_mut(8) {
            *byte = *byte & 0x3f | 0x80;
        }
        Guid(bytes)
    }

    /// Runs code in a scope as if it stood there.
    pub(crate) fn run_in_scope(
        &mut self,
        scope: ScopeId,
        block: &Arc<ScriptBlock>,
        args: &[Value],
        out: &mut dyn Output,
    ) -> R<()> {
        let session = self.scopes.get(scope).session;
        let block = Arc::new(ScriptBlock::new(block.lazy.clone(), session));
        let name = block.lazy.source.file.as_ref().map(|file| file.rsplit('/').next().unwrap_or("").into());
        Call::new(self, block, name.unwrap_or_default(), true).in_scope(scope).run_alone(self, args, out)
    }

    /// Fills the export list of a module whose code did not choose: all functions, and the aliases of a file.
    pub(crate) fn finish_exports(&mut self, module: &Arc<Module>, is_file: bool) {
        if !module.exports.lock().chosen {
            let all = [Str::from("*")];
            self.export(module, &all, &[], if is_file { &all } else { &[] });
        }
    }

    /// Adds to what a module exports.
    pub(crate) fn export(&mut self, module: &Arc<Module>, functions: &[Str], variables: &[Str], aliases: &[Str]) {
        let table = self.scopes.get(module.scope);
        let mut found: Vec<Arc<Function>> =
            table.functions.values().filter(|function| matches_any(functions, &function.name)).cloned().collect();
        found.sort_by(|a, b| casing::cmp(&a.name, &b.name));
        let mut named: Vec<Alias> =
            table.aliases.values().filter(|alias| matches_any(aliases, &alias.name)).cloned().collect();
        named.sort_by(|a, b| casing::cmp(&a.name, &b.name));
        let names: Vec<Name> = table
            .names()
            .into_iter()
            .filter(|name| {
                !super::AUTOMATIC.iter().any(|automatic| casing::eq(automatic, name.as_str()))
                    && matches_any(variables, name.as_str())
            })
            .collect();
        let shared: Vec<(Name, Arc<Variable>)> =
            names.into_iter().map(|name| (name.clone(), self.share(module.scope, &name))).collect();
        let mut exports = module.exports.lock();
        for function in found {
            if !exports.functions.iter().any(|have| casing::eq(&have.name, &function.name)) {
                exports.functions.push(function);
            }
        }
        for alias in named {
            if !exports.aliases.iter().any(|have| casing::eq(&have.name, &alias.name)) {
                exports.aliases.push(alias);
            }
        }
        for (name, variable) in shared {
            if !exports.variables.iter().any(|(have, _)| *have == name) {
                exports.variables.push((name, variable));
            }
        }
    }

    /// Brings what a module exports into a scope.
    pub(crate) fn import_members(&mut self, module: &Arc<Module>, target: ScopeId, import: &Import) {
        let exports = module.exports.lock().clone();
        let wanted = |list: &Option<Vec<Str>>, name: &str| list.as_ref().is_none_or(|list| matches_any(list, name));
        for function in exports.functions {
            let name = prefixed(&import.prefix, &function.name);
            if !wanted(&import.functions, &function.name) || import.keep_existing && self.resolve(&name).is_ok() {
                continue;
            }
            self.scopes.get_mut(target).functions.insert(casing::fold(&name), Arc::new(function.renamed(&name)));
        }
        for alias in exports.aliases {
            let name = prefixed(&import.prefix, &alias.name);
            if wanted(&import.aliases, &alias.name) && !(import.keep_existing && self.find_alias(&name).is_some()) {
                let target_name = match self.scopes.get(module.scope).function(&alias.target) {
                    Some(_) => prefixed(&import.prefix, &alias.target),
                    None => alias.target,
                };
                let key = casing::fold(&name);
                let module = Some(module.clone());
                let alias = Alias { name, target: target_name, module, ..Alias::default() };
                self.scopes.get_mut(target).aliases.insert(key, alias);
            }
        }
        for (name, variable) in exports.variables {
            if wanted(&import.variables, name.as_str()) {
                self.scopes.get_mut(target).bind(&name, variable);
            }
        }
    }

    /// Enters a module into the list of those that are loaded where `target` belongs to.
    pub(crate) fn list_module(&mut self, module: &Arc<Module>, target: ScopeId) {
        let session = self.scopes.get(target).session;
        match self.module_of(session) {
            Some(parent) if !Arc::ptr_eq(&parent, module) => {
                let mut nested = parent.nested.lock();
                nested.retain(|have| !Arc::ptr_eq(have, module));
                nested.push(module.clone());
            }
            _ => {
                self.state.modules.loaded.retain(|have| !Arc::ptr_eq(have, module));
                self.state.modules.loaded.push(module.clone());
            }
        }
    }

    /// Takes a module and what it exported away.
    ///
    /// # Errors
    /// What its `OnRemove` raises.
    pub(crate) fn remove_module(&mut self, module: &Arc<Module>, out: &mut dyn Output) -> R<()> {
        let on_remove = module.on_remove.lock().clone();
        if let Some(block) = self.as_block(&on_remove) {
            let info = Value::Object(module.clone());
            for value in self.call_block(&block, &[info])? {
                self.write_out(value, out)?;
            }
        }
        let mut scopes: Vec<ScopeId> = self.scopes.chain(self.frame.scope).collect();
        scopes.extend(self.calls.iter().map(|frame| frame.scope));
        for scope in scopes.into_iter().chain([ScopeId::GLOBAL]).filter(|scope| *scope != module.scope) {
            let exports = module.exports.lock().clone();
            let table = self.scopes.get_mut(scope);
            table.functions.retain(|_, function| function.block.session != module.scope);
            let prefix = module.prefix.lock().clone();
            for alias in &exports.aliases {
                table.aliases.remove(&casing::fold(&prefixed(&prefix, &alias.name)));
            }
            for (name, variable) in &exports.variables {
                table.unbind(name, variable);
            }
        }
        self.state.modules.loaded.retain(|have| !Arc::ptr_eq(have, module));
        for nested in module.nested.lock().clone() {
            self.state.modules.by_scope.remove(&nested.scope);
            self.scopes.get_mut(ScopeId::GLOBAL).functions.retain(|_, f| f.block.session != nested.scope);
        }
        Ok(())
    }

    /// `AsCustomObject()`: functions become methods, variables properties.
    pub(crate) fn module_object(&mut self, module: &Arc<Module>) -> Value {
        let exports = module.exports.lock().clone();
        let mut members = Vec::new();
        for (name, variable) in exports.variables {
            members.push(Member { name: name.as_str().into(), body: Body::Variable(variable) });
        }
        for function in exports.functions {
            members.push(Member { name: function.name.clone(), body: Body::ScriptMethod(function.block.clone()) });
        }
        Value::Wrapped(Arc::new(Wrapped::custom(members)))
    }

    /// The scope where code of a session state would run now: the innermost that is active, or its top scope.
    pub(crate) fn active_scope(&self, session: ScopeId) -> ScopeId {
        let belongs = |scope: ScopeId| self.scopes.get(scope).session == session;
        if belongs(self.frame.scope) {
            return self.frame.scope;
        }
        self.calls.iter().rev().map(|frame| frame.scope).find(|scope| belongs(*scope)).unwrap_or(session)
    }
}
