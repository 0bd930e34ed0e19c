//! `PSModuleInfo`

use super::{TypeDef, known};
use crate::{
    commands::CommandInfo,
    eval::{R, Runspace, ScriptBlock, error, module::Module},
    value::{Dictionary, List, Value, Version},
};

const LIST: &str = "System.Collections.Generic.List`1";
const COLLECTION: &str = "System.Collections.ObjectModel.Collection`1";
const READ_ONLY: &str = "System.Collections.ObjectModel.ReadOnlyCollection`1";

fn empty(kind: &str, of: super::Type) -> Value {
    List::value(super::generic(kind, vec![of]).unwrap_or_else(super::array_list), Vec::new())
}

/// An empty list of texts.
fn texts(kind: &str) -> Value {
    empty(kind, super::string())
}

fn module(value: &Value) -> Option<&Module> {
    value.downcast::<Module>()
}

/// A dictionary from names to objects of a type.
fn named(of: &str, entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let of = super::generic("System.Collections.Generic.Dictionary`2", vec![super::string(), known(of)]);
    let table = Dictionary::new(of.unwrap_or_else(super::hashtable), true);
    for (name, value) in entries {
        table.set(name, value);
    }
    Value::object(table)
}

/// Where a prefix stands before the names of commands, it is part of them.
fn functions(module: &Module) -> Vec<(Value, Value)> {
    let prefix = module.prefix.lock().clone();
    let list = module.exports.lock().functions.clone();
    let list = list.into_iter().map(|function| {
        let name = crate::eval::module::prefixed(&prefix, &function.name);
        let info = CommandInfo::Function(std::sync::Arc::new(function.renamed(&name)));
        (Value::Str(name), info.value())
    });
    list.collect()
}

fn aliases(module: &Module) -> Vec<(Value, Value)> {
    let list = module.exports.lock().aliases.clone();
    let list = list.into_iter().map(|alias| {
        let info = CommandInfo::Alias(alias.clone());
        (Value::Str(alias.name), info.value())
    });
    list.collect()
}

fn invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let (Some(module), Some((first, rest))) = (this.shared::<Module>(), args.split_first()) else {
        return Ok(Value::Null);
    };
    let Some(block) = rs.as_block(first) else { return Ok(Value::Null) };
    let bound = std::sync::Arc::new(ScriptBlock::new(block.lazy.clone(), module.scope));
    let rest: Vec<Value> =
        rest.iter().flat_map(|arg| crate::value::enumerate(arg).unwrap_or_else(|| vec![arg.clone()])).collect();
    rs.call_block(&bound, &rest).map(Value::collected)
}

const ACCESS: &str = "System.Management.Automation.ModuleAccessMode";

/// A module that is constant stays so.
fn set_access(_: &mut Runspace, this: &Value, value: Value) -> R<()> {
    let Some(module) = module(this) else { return Ok(()) };
    let mut access = module.access.lock();
    if *access == "Constant" {
        let message = "Cannot perform operation because operation \"CallSite.Target\" is not valid. Remove operation \"CallSite.Target\", or investigate why it is not valid.";
        return Err(error::thrown("System.Management.Automation.PSInvalidOperationException", message));
    }
    let wanted = crate::value::text(&value);
    *access = ["ReadWrite", "ReadOnly", "Constant"].into_iter().find(|mode| **mode == *wanted).unwrap_or(*access);
    Ok(())
}

/// A collection of modules.
fn modules(list: Option<Vec<std::sync::Arc<Module>>>) -> Value {
    let of = super::generic(READ_ONLY, vec![known("System.Management.Automation.PSModuleInfo")]);
    let items = list.unwrap_or_default().into_iter().map(|module| Value::Object(module)).collect();
    List::value(of.unwrap_or_else(super::array_list), items)
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Management.Automation.PSModuleInfo").members(|m| {
    macro_rules! facts {
        ($($declaration:literal, $key:literal, $default:expr;)*) => {
            $(m.get($declaration, |_, this| {
                Ok(module(this).and_then(|module| module.fact($key)).unwrap_or_else(|| $default))
            });)*
        };
    }
    m.constructor("System.Management.Automation.PSModuleInfo(bool linkToGlobal)", |rs, _, _| {
        let scope = rs.module_scope();
        let name = rs.dynamic_name();
        let made = Module::new(name, "", scope);
        Ok(Value::Object(rs.add_module(made)))
    });
    m.get("bool LogPipelineExecutionDetails", |_, _| Ok(false.into()));
    m.get("string Name", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::Str(m.name.clone()))));
    m.get("string Path", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::Str(m.path.clone()))));
    m.get("System.Object ImplementingAssembly", |_, _| Ok(Value::Null));
    m.get("string Definition", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::Str(m.definition.clone()))));
    facts! {
        "string Description", "Description", "".into();
    }
    m.get("guid Guid", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::Guid(m.guid))));
    facts! {
        "string HelpInfoUri", "HelpInfoURI", Value::Null;
    }
    m.get("string ModuleBase", |_, this| Ok(module(this).map_or(Value::Null, |m| m.base().into())));
    facts! {
    "System.Object PrivateData", "PrivateData", Value::Null;
    }
    m.get("System.Object ExperimentalFeatures", |_, _| {
        Ok(empty(READ_ONLY, known("System.Management.Automation.ExperimentalFeature")))
    });
    facts! {
        "System.Collections.Generic.IEnumerable[string] Tags", "Tags", texts(LIST);
        "uri ProjectUri", "ProjectUri", Value::Null;
        "uri IconUri", "IconUri", Value::Null;
        "uri LicenseUri", "LicenseUri", Value::Null;
        "string ReleaseNotes", "ReleaseNotes", Value::Null;
    }
    m.get("uri RepositorySourceLocation", |_, _| Ok(Value::Null));
    m.get("version Version", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::object(Version(m.version)))));
    m.get("System.Management.Automation.ModuleType ModuleType", |_, this| {
        Ok(module(this).map_or(Value::Null, |m| super::enum_value("System.Management.Automation.ModuleType", m.kind)))
    });
    facts! {
        "string Author", "Author", Value::Null;
    }
    m.get_set(
        "System.Management.Automation.ModuleAccessMode AccessMode",
        |_, this| Ok(module(this).map_or(Value::Null, |m| super::enum_value(ACCESS, *m.access.lock()))),
        set_access,
    );
    facts! {
        "version ClrVersion", "CLRVersion", Value::Null;
        "string CompanyName", "CompanyName", Value::Null;
        "string Copyright", "Copyright", Value::Null;
        "version DotNetFrameworkVersion", "DotNetFrameworkVersion", Value::Null;
    }
    m.get("System.Object ExportedFunctions", |_, this| {
        Ok(module(this).map_or(Value::Null, |m| named("System.Management.Automation.FunctionInfo", functions(m))))
    });
    m.get("string Prefix", |_, this| Ok(module(this).map_or(Value::Null, |m| Value::Str(m.prefix.lock().clone()))));
    m.get("System.Object ExportedCmdlets", |_, this| {
        let name = module(this).map(|m| m.name.clone()).unwrap_or_default();
        let own = crate::cmdlets::all()
            .filter(|cmdlet| name == *cmdlet.module)
            .map(|cmdlet| (Value::from(cmdlet.name), CommandInfo::Cmdlet(cmdlet).value()));
        Ok(named("System.Management.Automation.CmdletInfo", own))
    });
    m.get("System.Object ExportedCommands", |_, this| {
        let Some(m) = module(this) else { return Ok(Value::Null) };
        Ok(named("System.Management.Automation.CommandInfo", functions(m).into_iter().chain(aliases(m))))
    });
    facts! {
        "System.Collections.Generic.IEnumerable[string] FileList", "FileList", texts(LIST);
        "System.Collections.Generic.IEnumerable[string] CompatiblePSEditions", "CompatiblePSEditions", texts(LIST);
    }
    m.get("System.Collections.Generic.IEnumerable[System.Object] ModuleList", |_, _| {
        Ok(empty(COLLECTION, super::object()))
    });
    m.get("System.Object NestedModules", |_, this| Ok(modules(module(this).map(|m| m.nested.lock().clone()))));
    facts! {
        "string PowerShellHostName", "PowerShellHostName", Value::Null;
        "version PowerShellHostVersion", "PowerShellHostVersion", Value::Null;
        "version PowerShellVersion", "PowerShellVersion", Value::Null;
    }
    m.get("System.Reflection.ProcessorArchitecture ProcessorArchitecture", |_, _| {
        Ok(super::enum_value("System.Reflection.ProcessorArchitecture", "None"))
    });
    facts! {
        "System.Collections.Generic.IEnumerable[string] Scripts", "ScriptsToProcess", texts(LIST);
    }
    m.get("System.Collections.Generic.IEnumerable[string] RequiredAssemblies", |_, _| Ok(texts(COLLECTION)));
    m.get("System.Object RequiredModules", |_, this| Ok(modules(module(this).map(|m| m.required.clone()))));
    facts! {
        "string RootModule", "RootModule", Value::Null;
    }
    m.get("System.Object ExportedVariables", |_, this| {
        let list = module(this).map(|m| m.exports.lock().variables.clone()).unwrap_or_default();
        let list =
            list.into_iter().map(|(name, variable)| (name.as_str().into(), crate::cmdlets::variable_object(&variable)));
        Ok(named("System.Management.Automation.PSVariable", list))
    });
    m.get("System.Object ExportedAliases", |_, this| {
        Ok(named("System.Management.Automation.AliasInfo", module(this).map(aliases).unwrap_or_default()))
    });
    m.get("System.Object ExportedDscResources", |_, _| Ok(texts(READ_ONLY)));
    m.get("System.Object SessionState", |rs, this| {
        Ok(module(this).map_or(Value::Null, |m| super::session::session_state(rs, m.scope)))
    });
    m.get_set(
        "scriptblock OnRemove",
        |_, this| Ok(module(this).map_or(Value::Null, |m| m.on_remove.lock().clone())),
        |_, this, value| {
            if let Some(m) = module(this) {
                *m.on_remove.lock() = value;
            }
            Ok(())
        },
    );
    for declaration in ["System.Object ExportedFormatFiles", "System.Object ExportedTypeFiles"] {
        m.get(declaration, |_, _| Ok(texts(READ_ONLY)));
    }
    m.method("System.Object Invoke(scriptblock sb, params System.Object[] args)", invoke);
    m.method("scriptblock NewBoundScriptBlock(scriptblock scriptBlockToBind)", |rs, this, args| {
        let (Some(module), Some(block)) = (this.shared::<Module>(), args.first().and_then(|arg| rs.as_block(arg)))
        else {
            return Ok(Value::Null);
        };
        Ok(Value::object(ScriptBlock::new(block.lazy.clone(), module.scope)))
    });
    m.method("psobject AsCustomObject()", |rs, this, _| {
        Ok(this.shared::<Module>().map_or(Value::Null, |module| rs.module_object(&module)))
    });
    m.method("psmoduleinfo Clone()", |_, this, _| Ok(this.clone()));
    m.method("string ToString()", |_, this, _| Ok(module(this).map_or(Value::Null, |m| Value::Str(m.name.clone()))));
})];
