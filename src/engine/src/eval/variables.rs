//! Reading and assigning variables by slot and by name.

use std::sync::Arc;

use psrpd_dotnet::{Kind, Str};
use smallvec::SmallVec;

use super::{Name, R, Runspace, ScopeId, Slot, Variable, VariableOptions, error, name::UNDERSCORE};
use crate::{
    bind, convert,
    ir::Place,
    providers, types,
    value::{Category, Dictionary, Opaque, Value, Version},
};

/// The name of `$?`.
const SUCCESS: &str = "?";

impl Runspace {
    /// The slot of the scope for a slot of the unit.
    pub(super) fn at(&self, slot: u32) -> usize {
        let slot = usize::try_from(slot).unwrap_or(usize::MAX);
        match &self.frame.map {
            None => slot,
            Some(map) => map.get(slot).and_then(|at| usize::try_from(*at).ok()).unwrap_or(usize::MAX),
        }
    }

    /// A variable of an expression; none if it is not set.
    pub(crate) fn read(&mut self, name: &Name, place: &Place) -> R<Option<Value>> {
        Ok(match place {
            Place::Slot(slot) => {
                let at = self.at(*slot);
                match self.scopes.get(self.frame.scope).slots.get(at) {
                    Some(Slot::Plain(value)) => Some(value.clone()),
                    Some(Slot::Shared(variable)) => Some(variable.value.lock().clone()),
                    _ => self.lookup_above(name),
                }
            }
            Place::Dynamic => self.lookup(name),
            Place::Global => self.scopes.get(ScopeId::GLOBAL).get(name).and_then(Slot::get),
            Place::Script => {
                let scope = self.scopes.script(self.frame.scope);
                self.scopes.get(scope).get(name).and_then(Slot::get)
            }
            Place::Local | Place::Private => self.scopes.get(self.frame.scope).get(name).and_then(Slot::get),
            Place::Drive(drive) => return self.read_drive(drive, name.as_str()),
        })
    }

    /// A variable by name, from the current scope outwards.
    pub(crate) fn lookup(&self, name: &Name) -> Option<Value> {
        if let Some(slot) = self.scopes.get(self.frame.scope).get(name) {
            return slot.get();
        }
        self.lookup_above(name)
    }

    fn lookup_above(&self, name: &Name) -> Option<Value> {
        let mut next = self.scopes.get(self.frame.scope).parent;
        while let Some(id) = next {
            let scope = self.scopes.get(id);
            match scope.get(name) {
                Some(Slot::Shared(variable)) if variable.options.get().private => {}
                Some(slot) => return slot.get(),
                None => {}
            }
            next = scope.parent;
        }
        None
    }

    /// As [`Self::lookup`], by text.
    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        self.lookup(&Name::new(name))
    }

    /// Assigns a variable as a script does.
    ///
    /// # Errors
    /// `VariableNotWritable`, and what its constraints raise.
    #[inline]
    pub(crate) fn write(&mut self, name: &Name, place: &Place, value: Value) -> R<()> {
        if let Place::Slot(slot) = place
            && self.state.all_scope.is_empty()
        {
            let at = self.at(*slot);
            match self.scopes.get_mut(self.frame.scope).slots.get_mut(at) {
                Some(Slot::Plain(slot)) => {
                    slot.become_value(value);
                    return Ok(());
                }
                Some(slot @ Slot::Unset) => {
                    *slot = Slot::Plain(value);
                    return Ok(());
                }
                _ => {}
            }
        }
        self.write_anywhere(name, place, value)
    }

    fn write_anywhere(&mut self, name: &Name, place: &Place, value: Value) -> R<()> {
        match place {
            Place::Slot(slot) => {
                let at = self.at(*slot);
                let scope = self.frame.scope;
                if let Some(variable) = self.all_scope_variable(name) {
                    return self.write_shared(&variable, value);
                }
                match self.scopes.get_mut(scope).slots.get_mut(at) {
                    Some(Slot::Shared(variable)) => {
                        let variable = variable.clone();
                        self.write_shared(&variable, value)
                    }
                    Some(plain) => {
                        *plain = Slot::Plain(value);
                        Ok(())
                    }
                    None => self.write_in(scope, name, value),
                }
            }
            Place::Dynamic | Place::Local if self.all_scope_variable(name).is_some() => {
                let variable = self.all_scope_variable(name);
                variable.map_or(Ok(()), |variable| self.write_shared(&variable, value))
            }
            Place::Dynamic => {
                let found = self.scopes.chain(self.frame.scope).find(|id| self.scopes.get(*id).get(name).is_some());
                self.write_in(found.unwrap_or(self.frame.scope), name, value)
            }
            Place::Global => self.write_in(ScopeId::GLOBAL, name, value),
            Place::Script => self.write_in(self.scopes.script(self.frame.scope), name, value),
            Place::Local => self.write_in(self.frame.scope, name, value),
            Place::Private => {
                self.write_in(self.frame.scope, name, value)?;
                let variable = self.share(self.frame.scope, name);
                variable.options.change(|options| options.private = true);
                Ok(())
            }
            Place::Drive(drive) => self.write_drive(&drive.clone(), name.as_str(), value),
        }
    }

    /// The variable that is in all scopes, where the current one has none of its own.
    fn all_scope_variable(&self, name: &Name) -> Option<Arc<Variable>> {
        let (scope, _) = self.state.all_scope.iter().find(|(_, have)| have == name)?;
        let is_own = matches!(self.scopes.get(self.frame.scope).get(name), Some(Slot::Shared(_)));
        match self.scopes.get(*scope).get(name) {
            Some(Slot::Shared(variable)) if !is_own && variable.options.get().all_scope => Some(variable.clone()),
            _ => None,
        }
    }

    /// Assigns a variable of a scope.
    pub(crate) fn write_in(&mut self, scope: ScopeId, name: &Name, value: Value) -> R<()> {
        let table = self.scopes.get_mut(scope);
        let at = table.ensure(name);
        match table.slots.get_mut(at) {
            Some(Slot::Shared(variable)) => {
                let variable = variable.clone();
                self.write_shared(&variable, value)
            }
            Some(slot) => {
                *slot = Slot::Plain(value);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Assigns a variable of a scope as if it were new: what constrained it does no longer.
    pub(crate) fn replace_in(&mut self, scope: ScopeId, name: &Name, value: Value) -> R<()> {
        if let Some(Slot::Shared(variable)) = self.scopes.get(scope).get(name)
            && !variable.options.get().is_fixed()
        {
            variable.checks.lock().clear();
        }
        self.write_in(scope, name, value)
    }

    /// Assigns a variable that has options or constraints.
    pub(crate) fn write_shared(&mut self, variable: &Arc<Variable>, value: Value) -> R<()> {
        if variable.options.get().is_fixed() {
            return Err(not_writable(&variable.name));
        }
        let (value, checks): (_, SmallVec<[bind::Check; 1]>) = match variable.checks.lock().as_slice() {
            [bind::Check::Convert(of) | bind::Check::Cast(of)] if let Some(simple) = convert::simple(&value, of) => {
                (simple, SmallVec::new())
            }
            checks => (value, checks.iter().cloned().collect()),
        };
        let value = match checks.as_slice() {
            [] => value,
            [bind::Check::Cast(of)] => convert::convert(self, &value, of)?,
            checks => bind::apply_checks(self, checks, value, &variable.name, false).map_err(not_transformed)?,
        };
        *variable.value.lock() = value;
        Ok(())
    }

    /// Sets an automatic variable of the current scope, whatever its options are.
    pub(crate) fn set_automatic(&mut self, name: &Name, value: Value) -> R<()> {
        self.write_in(self.frame.scope, name, value)
    }

    /// `$_` of the current scope.
    pub(crate) fn set_underscore(&mut self, value: Value) {
        let at = self.at(UNDERSCORE);
        if let Some(slot) = self.scopes.get_mut(self.frame.scope).slots.get_mut(at) {
            *slot = Slot::Plain(value);
        }
    }

    /// What `$_` is in the current scope, to put it back later.
    pub(crate) fn take_underscore(&mut self) -> Slot {
        let at = self.at(UNDERSCORE);
        self.scopes.get_mut(self.frame.scope).slots.get_mut(at).map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn restore_underscore(&mut self, saved: Slot) {
        let at = self.at(UNDERSCORE);
        if let Some(slot) = self.scopes.get_mut(self.frame.scope).slots.get_mut(at) {
            *slot = saved;
        }
    }

    /// The variable as an object; from now on its slot refers to that.
    pub(crate) fn share(&mut self, scope: ScopeId, name: &Name) -> Arc<Variable> {
        let table = self.scopes.get_mut(scope);
        let at = table.ensure(name);
        let Some(slot) = table.slots.get_mut(at) else { return Arc::new(Variable::new(name.as_str(), Value::Null)) };
        match slot {
            Slot::Shared(variable) => variable.clone(),
            _ => {
                let variable = Arc::new(Variable::new(name.as_str(), slot.get().unwrap_or_default()));
                *slot = Slot::Shared(variable.clone());
                variable
            }
        }
    }

    /// The scope that holds a variable, from the current one outwards.
    pub(crate) fn scope_of(&self, name: &Name) -> Option<ScopeId> {
        self.scopes.chain(self.frame.scope).find(|id| self.scopes.get(*id).get(name).is_some())
    }

    /// Removes a variable.
    pub(crate) fn unset(&mut self, scope: ScopeId, name: &Name) {
        let table = self.scopes.get_mut(scope);
        if let Some(at) = table.find(name)
            && let Some(slot) = table.slots.get_mut(at)
        {
            *slot = Slot::Unset;
        }
    }

    /// `env:`, `function:`, `alias:`, `using:` and other drives.
    fn read_drive(&mut self, drive: &Str, name: &str) -> R<Option<Value>> {
        Ok(match drive.to_ascii_lowercase().as_str() {
            "env" => self.state.environment.get(name).map(|text| Value::from(text.as_str())),
            "function" => self.find_function(name).map(|function| Value::Object(function.block.clone())),
            "alias" => self.find_alias(name).map(|alias| Value::Str(alias.target)),
            "using" => {
                return Err(error::invalid(
                    "UsingWithoutInvokeCommand",
                    "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, Start-Job, or InlineScript in the script workflow. When it is used with Invoke-Command, the Using variable is valid only if the script block is invoked on a remote computer.",
                ));
            }
            _ => return self.read_content(&format!("{drive}:{name}")),
        })
    }

    /// `${drive:path}`: the lines of a file.
    fn read_content(&mut self, path: &str) -> R<Option<Value>> {
        let Ok(target) = providers::parse(self, path) else { return Ok(None) };
        let provider = target.kind.provider();
        if target.kind != providers::Kind::FileSystem || !provider.exists(self, &target.path) {
            return Ok(None);
        }
        if provider.is_container(self, &target.path) {
            let message = format!(
                "Unable to get content because it is a directory: '{}'. Please use 'Get-ChildItem' instead.",
                target.path
            );
            let category = Category::InvalidOperation;
            return Err(error::raise(
                "System.InvalidOperationException",
                "GetContainerContentException",
                category,
                message,
                Value::Null,
            ));
        }
        providers::read_lines(self, &target.path).map(|lines| Some(Value::collected(lines)))
    }

    /// `${drive:path} = value`
    fn write_content(&mut self, drive: &Str, name: &str, value: Value) -> R<()> {
        let path = format!("{drive}:{name}");
        if providers::parse(self, &path).is_err() {
            return Err(error::raise(
                "System.Management.Automation.DriveNotFoundException",
                "DriveNotFound",
                Category::ObjectNotFound,
                format!("Cannot find drive. A drive with the name '{drive}' does not exist."),
                Value::Str(drive.clone()),
            ));
        }
        let block = self.parse_block(
            "Microsoft.PowerShell.Management\\Set-Content -LiteralPath $args[0] -Value $args[1] -ErrorAction Stop",
        )?;
        self.call_block(&block, &[Value::from(path), value]).map(|_| ())
    }

    fn write_drive(&mut self, drive: &Str, name: &str, value: Value) -> R<()> {
        match drive.to_ascii_lowercase().as_str() {
            "env" => {
                let text = self.text(&value)?;
                if value.is_null() {
                    self.state.environment.remove(name);
                } else {
                    self.state.environment.set(name, &text);
                }
                Ok(())
            }
            "function" => {
                let block = match self.as_block(&value) {
                    Some(block) => block,
                    None => {
                        let text = self.text(&value)?;
                        self.parse_block(&text)?
                    }
                };
                self.define_function(self.frame.scope, name, block, false);
                Ok(())
            }
            "alias" => {
                let target = self.text(&value)?;
                self.define_alias(self.frame.scope, name, &target);
                Ok(())
            }
            _ => self.write_content(drive, name, value),
        }
    }

    /// The variables every session begins with.
    pub(crate) fn init_variables(&mut self) {
        let constant = VariableOptions { constant: true, all_scope: true, ..VariableOptions::default() };
        let read_only = VariableOptions { read_only: true, all_scope: true, ..VariableOptions::default() };
        let home = self.state.environment.get("HOME").unwrap_or_else(|| "/".into());
        let pid = i32::try_from(self.platform.process_id()).unwrap_or(i32::MAX);
        let table = self.version_table();
        let fixed: Vec<(&str, Value, VariableOptions)> = vec![
            ("Host", types::host::host_object(), constant),
            ("HOME", home.into(), read_only),
            ("ExecutionContext", types::execution_context(), constant),
            ("PSVersionTable", table, constant),
            ("PSEdition", "Core".into(), constant),
            ("PID", Value::I32(pid), constant),
            ("PSCulture", self.culture.name.as_str().into(), read_only),
            ("PSUICulture", self.culture.name.as_str().into(), read_only),
            ("ShellId", "Microsoft.PowerShell".into(), constant),
            ("PSHOME", "/opt/microsoft/powershell/7".into(), constant),
            (
                "EnabledExperimentalFeatures",
                types::generic("System.Collections.Generic.HashSet`1", vec![types::string()])
                    .map_or(Value::Null, |of| Value::object(crate::value::Set::new(of, false, []))),
                constant,
            ),
            ("Error", Value::Object(self.errors.clone()), VariableOptions { all_scope: false, ..constant }),
            ("IsLinux", true.into(), read_only),
            ("IsMacOS", false.into(), read_only),
            ("IsWindows", false.into(), read_only),
            ("IsCoreCLR", true.into(), read_only),
            (SUCCESS, true.into(), read_only),
            ("true", true.into(), constant),
            ("false", false.into(), constant),
            // It is protected in another way.
            ("null", Value::Null, VariableOptions::default()),
        ];
        for (name, value, options) in fixed {
            let variable = self.share(ScopeId::GLOBAL, &Name::new(name));
            *variable.value.lock() = value;
            variable.options.set(options);
        }
        let preference = |label: &str| types::enum_value("System.Management.Automation.ActionPreference", label);
        let plain: Vec<(&str, Value)> = vec![
            ("ErrorActionPreference", preference("Continue")),
            ("WarningPreference", preference("Continue")),
            ("InformationPreference", preference("SilentlyContinue")),
            ("VerbosePreference", preference("SilentlyContinue")),
            ("DebugPreference", preference("SilentlyContinue")),
            ("ProgressPreference", preference("Continue")),
            ("ConfirmPreference", types::enum_value("System.Management.Automation.ConfirmImpact", "High")),
            ("WhatIfPreference", false.into()),
            ("ErrorView", types::enum_value("System.Management.Automation.ErrorView", "ConciseView")),
            ("PSNativeCommandUseErrorActionPreference", false.into()),
            (
                "PSNativeCommandArgumentPassing",
                types::enum_value("System.Management.Automation.NativeArgumentPassingStyle", "Standard"),
            ),
            ("FormatEnumerationLimit", Value::I32(4)),
            ("PSStyle", crate::format::style::new()),
            ("MaximumHistoryCount", Value::I32(4096)),
            ("NestedPromptLevel", Value::I32(0)),
            (
                "PSDefaultParameterValues",
                Value::object(Dictionary::new(
                    types::known("System.Management.Automation.DefaultParameterDictionary"),
                    true,
                )),
            ),
            ("OutputEncoding", types::encoding::sealed_utf8(false)),
            ("PSEmailServer", "".into()),
            ("PSScriptRoot", "".into()),
            ("PSCommandPath", "".into()),
            ("StackTrace", Value::Null),
            ("^", Value::Null),
            ("$", Value::Null),
            ("PSSessionApplicationName", "wsman".into()),
            ("PSSessionConfigurationName", "http://schemas.microsoft.com/powershell/Microsoft.PowerShell".into()),
        ];
        for (name, value) in plain {
            let _ = self.write_in(ScopeId::GLOBAL, &Name::new(name), value);
        }
        for name in [
            "ErrorActionPreference",
            "WarningPreference",
            "InformationPreference",
            "VerbosePreference",
            "DebugPreference",
            "ProgressPreference",
        ] {
            let variable = self.share(ScopeId::GLOBAL, &Name::new(name));
            variable.checks.lock().extend([
                bind::Check::Convert(types::known("System.Management.Automation.ActionPreference")),
                bind::Check::Preference,
            ]);
        }
        for (name, of) in [
            ("ConfirmPreference", "System.Management.Automation.ConfirmImpact"),
            ("ErrorView", "System.Management.Automation.ErrorView"),
            ("PSNativeCommandUseErrorActionPreference", "System.Boolean"),
            ("PSNativeCommandArgumentPassing", "System.Management.Automation.NativeArgumentPassingStyle"),
            ("PSDefaultParameterValues", "System.Management.Automation.DefaultParameterDictionary"),
        ] {
            let variable = self.share(ScopeId::GLOBAL, &Name::new(name));
            variable.checks.lock().push(bind::Check::Convert(types::known(of)));
        }
        let most = bind::Check::Range { least: Value::I32(1), most: Value::I32(32_767) };
        self.share(ScopeId::GLOBAL, &Name::new("MaximumHistoryCount")).checks.lock().push(most);
        self.sync_pwd();
    }

    fn version_table(&self) -> Value {
        let table = Dictionary::new(types::known("System.Management.Automation.PSVersionHashTable"), true);
        let version = |parts| Value::object(Version(parts));
        let compatible = [
            [1, 0, -1, -1],
            [2, 0, -1, -1],
            [3, 0, -1, -1],
            [4, 0, -1, -1],
            [5, 0, -1, -1],
            [5, 1, -1, -1],
            [6, 0, -1, -1],
            [7, 0, -1, -1],
        ];
        let semantic = types::semantic_version(crate::VERSION).unwrap_or_default();
        for (name, value) in [
            ("PSVersion", semantic),
            ("PSEdition", "Core".into()),
            ("GitCommitId", crate::COMMIT_ID.into()),
            ("OS", self.platform.os_description().into()),
            ("Platform", "Unix".into()),
            (
                "PSCompatibleVersions",
                Value::typed_array(types::known("System.Version"), compatible.into_iter().map(version).collect()),
            ),
            ("PSRemotingProtocolVersion", version([2, 4, -1, -1])),
            ("SerializationVersion", version([1, 1, 0, 1])),
            ("WSManStackVersion", version([3, 0, -1, -1])),
        ] {
            table.set(name.into(), value);
        }
        Value::object(table)
    }

    /// `$PSSenderInfo`
    pub(crate) fn set_sender(&mut self, arguments: &psrp_clixml::Value) {
        let name = |of: &str| format!("System.Management.Automation.Remoting.{of}");
        let identity = Opaque::new(
            &name("PSIdentity"),
            [
                ("AuthenticationType", Value::from("")),
                ("IsAuthenticated", true.into()),
                ("Name", "".into()),
                ("CertificateDetails", Value::Null),
            ],
        );
        let user =
            Opaque::new(&name("PSPrincipal"), [("Identity", identity.into_value()), ("WindowsIdentity", Value::Null)]);
        let said = crate::serial::read(self, arguments);
        let table = primitives();
        copy_primitives(&said, &table);
        let sender = Opaque::new(
            &name("PSSenderInfo"),
            [
                ("UserInfo", user.into_value()),
                ("ClientTimeZone", Value::Null),
                ("ConnectionString", "http://localhost".into()),
                ("ApplicationArguments", Value::object(table)),
                ("ConfigurationName", "".into()),
                ("ConnectedUser", "".into()),
                ("RunAsUser", "".into()),
            ],
        );
        let _ = self.write_in(ScopeId::GLOBAL, &Name::new("PSSenderInfo"), sender.into_value());
    }

    /// Keeps the variable `?` at how the last command ended, before it is looked at as a variable: `$?` itself reads that.
    pub(crate) fn sync_success(&mut self) {
        let success = self.success;
        *self.share(ScopeId::GLOBAL, &Name::new(SUCCESS)).value.lock() = success.into();
    }

    /// Keeps `$PWD` at the current location.
    pub(crate) fn sync_pwd(&mut self) {
        let location = providers::path_info(self.state.locations.current());
        let _ = self.write_in(ScopeId::GLOBAL, &Name::new("PWD"), location);
    }

    /// As [`Self::sync_pwd`], where a script has changed the location: what it wants to run then runs.
    ///
    /// # Errors
    /// What that raises.
    pub(crate) fn change_pwd(&mut self) -> R<()> {
        let old = self.state.actions.is_some().then(|| self.variable("PWD").unwrap_or_default());
        self.sync_pwd();
        match old {
            Some(old) => self.moved(old, providers::path_info(self.state.locations.current())),
            None => Ok(()),
        }
    }

    /// The current time of day as a kind that scripts expect.
    pub(crate) fn utc_now(&self) -> psrpd_dotnet::DateTime {
        psrpd_dotnet::DateTime::new(self.platform.now(), Kind::Utc).unwrap_or_default()
    }
}

/// A value that the type of a variable does not take.
pub(super) fn not_transformed(flow: super::Flow) -> super::Flow {
    let Some(record) = flow.record() else { return flow };
    if !record.exception.type_of().is_some_and(|of| of.is_kind("PSInvalidCastException")) {
        return flow;
    }
    let of = types::known("System.Management.Automation.ArgumentTransformationMetadataException");
    let outer = crate::value::Exception::of(of, record.exception_message(), record.exception.clone());
    let record =
        crate::value::ErrorRecord::new(Value::object(outer), "RuntimeException", Category::MetadataError, Value::Null);
    super::Flow::error(record)
}

/// `VariableNotWritable`
pub(crate) fn not_writable(name: &str) -> super::Flow {
    error::raise(
        "System.Management.Automation.SessionStateUnauthorizedAccessException",
        "VariableNotWritable",
        Category::WriteError,
        format!("Cannot overwrite variable {name} because it is read-only or constant."),
        Value::from(name),
    )
}

/// Copies a dictionary of primitives into another; dictionaries in it become dictionaries of primitives, too.
fn copy_primitives(from: &Value, to: &Dictionary) {
    for (key, value) in from.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
        let value = match value.downcast::<Dictionary>() {
            Some(_) => {
                let inner = primitives();
                copy_primitives(&value, &inner);
                Value::object(inner)
            }
            None => value,
        };
        to.set(key, value);
    }
}

fn primitives() -> Dictionary {
    Dictionary::new(types::known("System.Management.Automation.PSPrimitiveDictionary"), true)
}
