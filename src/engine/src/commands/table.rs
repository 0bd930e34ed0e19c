//! The types of commands and of the attributes of parameters.

use std::sync::{Arc, LazyLock};

use psrpd_dotnet::Str;

use super::{CommandInfo, known, metadata, syntax, verb_and_noun};
use crate::{
    bind,
    eval::{R, Runspace, ScopeId, ScriptBlock, error},
    ir::{LazyUnit, Source},
    providers,
    types::{self, Members, TypeDef},
    value::{Body, Member, Opaque, Value, Version, text},
};

const META: &str = "System.Management.Automation.Internal.CmdletMetadataAttribute";
const PARSING: &str = "System.Management.Automation.Internal.ParsingBaseAttribute";
const VALIDATE: &str = "System.Management.Automation.ValidateArgumentsAttribute";
const EACH: &str = "System.Management.Automation.ValidateEnumeratedArgumentsAttribute";
const COMMAND: &str = "System.Management.Automation.CommandInfo";

macro_rules! attributes {
    ($($name:literal < $base:expr),* $(,)?) => {
        &[$(TypeDef::class(concat!("System.Management.Automation.", $name)).base($base)),*]
    };
}

/// Attributes, which scripts mostly see in `Attributes` of parameters.
pub(crate) const ATTRIBUTES: &[TypeDef] = attributes![
    "Internal.CmdletMetadataAttribute" < "System.Attribute",
    "Internal.ParsingBaseAttribute" < META,
    "ParameterAttribute" < PARSING,
    "AliasAttribute" < PARSING,
    "SupportsWildcardsAttribute" < PARSING,
    "PSDefaultValueAttribute" < PARSING,
    "HiddenAttribute" < PARSING,
    "ExperimentalAttribute" < PARSING,
    "AllowNullAttribute" < META,
    "AllowEmptyStringAttribute" < META,
    "AllowEmptyCollectionAttribute" < META,
    "OutputTypeAttribute" < META,
    "CmdletCommonMetadataAttribute" < META,
    "CmdletBindingAttribute" < "System.Management.Automation.CmdletCommonMetadataAttribute",
    "CmdletAttribute" < "System.Management.Automation.CmdletCommonMetadataAttribute",
    "ArgumentTransformationAttribute" < META,
    "CredentialAttribute" < "System.Management.Automation.ArgumentTransformationAttribute",
    "ArgumentTypeConverterAttribute" < "System.Management.Automation.ArgumentTransformationAttribute",
    "ArgumentCompleterAttribute" < "System.Attribute",
    "ArgumentCompletionsAttribute" < "System.Attribute",
    "PSTypeNameAttribute" < "System.Attribute",
    "ValidateArgumentsAttribute" < META,
    "ValidateEnumeratedArgumentsAttribute" < VALIDATE,
    "NullValidationAttributeBase" < VALIDATE,
    "ValidateNotNullOrAttributeBase" < "System.Management.Automation.NullValidationAttributeBase",
    "ValidateSetAttribute" < EACH,
    "ValidateRangeAttribute" < EACH,
    "ValidateLengthAttribute" < EACH,
    "ValidatePatternAttribute" < EACH,
    "ValidateScriptAttribute" < EACH,
    "ValidateCountAttribute" < VALIDATE,
    "ValidateDriveAttribute" < VALIDATE,
    "ValidateUserDriveAttribute" < "System.Management.Automation.ValidateDriveAttribute",
    "ValidateNotNullAttribute" < "System.Management.Automation.NullValidationAttributeBase",
    "ValidateNotNullOrEmptyAttribute" < "System.Management.Automation.ValidateNotNullOrAttributeBase",
    "ValidateNotNullOrWhiteSpaceAttribute" < "System.Management.Automation.ValidateNotNullOrAttributeBase",
];

/// Commands, and what their properties hold.
pub(crate) const TYPES: &[TypeDef] = &[
    TypeDef::class(COMMAND).members(command_members),
    TypeDef::class("System.Management.Automation.CmdletInfo").base(COMMAND).members(cmdlet_members),
    TypeDef::class("System.Management.Automation.FunctionInfo").base(COMMAND).members(function_members),
    TypeDef::class("System.Management.Automation.FilterInfo").base("System.Management.Automation.FunctionInfo"),
    TypeDef::class("System.Management.Automation.AliasInfo").base(COMMAND).members(alias_members),
    TypeDef::class("System.Management.Automation.ApplicationInfo").base(COMMAND).members(application_members),
    TypeDef::class("System.Management.Automation.ExternalScriptInfo").base(COMMAND).members(script_file_members),
    TypeDef::class("System.Management.Automation.ScriptInfo").base(COMMAND).members(|m| {
        m.get("scriptblock ScriptBlock", block);
    }),
    TypeDef::class("System.Management.Automation.ParameterMetadata"),
    TypeDef::class("System.Management.Automation.ParameterSetMetadata"),
    TypeDef::class("System.Management.Automation.CommandParameterInfo"),
    TypeDef::class("System.Management.Automation.CommandParameterSetInfo"),
    TypeDef::class("System.Management.Automation.PSTypeName").members(|m| {
        m.constructor("System.Management.Automation.PSTypeName(string name)", |rs, _, args| {
            let name = args.first().map(text).unwrap_or_default();
            Ok(type_name(rs, name))
        });
        m.constructor("System.Management.Automation.PSTypeName(type type)", |rs, _, args| match args {
            [Value::Type(of)] => Ok(type_name(rs, of.full_name().into())),
            _ => Ok(Value::Null),
        });
    }),
    TypeDef::class("Microsoft.PowerShell.Commands.GetHelpCodeMethods").members(|m| {
        m.function("string GetHelpUri(psobject commandInfoPSObject)", |rs, _, args| help_uri(rs, args.first()));
    }),
    TypeDef::flag_labels(
        "System.Management.Automation.PSMemberViewTypes",
        &[("Extended", 1), ("Adapted", 2), ("Base", 4), ("All", 7)],
    ),
    TypeDef::class("Microsoft.PowerShell.Commands.MemberDefinition"),
    TypeDef::labels("System.Management.Automation.ExperimentAction", &[("None", 0), ("Hide", 1), ("Show", 2)]),
    TypeDef::labels(
        "System.Management.Automation.RemotingCapability",
        &[("None", 0), ("PowerShell", 1), ("SupportedByCommand", 2), ("OwnedByCommand", 3)],
    ),
];

fn info(value: &Value) -> Option<CommandInfo> {
    CommandInfo::of(value).cloned()
}

fn with(value: &Value, read: impl FnOnce(&CommandInfo) -> Value) -> R<Value> {
    Ok(CommandInfo::of(value).map_or(Value::Null, read))
}

fn block(rs: &mut Runspace, this: &Value) -> R<Value> {
    Ok(info(this).and_then(|info| info.block(rs)).map_or(Value::Null, |block| Value::Object(block)))
}

fn definition(rs: &mut Runspace, this: &Value) -> R<Value> {
    match info(this) {
        Some(info) => syntax::definition(rs, &info).map(Value::Str),
        None => Ok(Value::Null),
    }
}

fn options(this: &Value) -> Value {
    let label = match CommandInfo::of(this) {
        Some(CommandInfo::Cmdlet(_)) => "ReadOnly",
        Some(CommandInfo::Alias(alias)) => {
            return types::enum_number("System.Management.Automation.ScopedItemOptions", alias.options);
        }
        Some(CommandInfo::Function(function)) => {
            return types::enum_number("System.Management.Automation.ScopedItemOptions", function.options);
        }
        _ => "None",
    };
    types::enum_value("System.Management.Automation.ScopedItemOptions", label)
}

/// Gives a function or alias of the session other options; what holds the old object keeps the old ones.
fn set_options(rs: &mut Runspace, this: &Value, value: Value) -> R<()> {
    let bits = if let Value::Enum(_, bits) = value.base() { *bits } else { 0 };
    match CommandInfo::of(this) {
        Some(CommandInfo::Alias(alias)) => providers::set_alias_options(rs, &alias.name, bits),
        Some(CommandInfo::Function(function)) => providers::set_function_options(rs, &function.name, bits),
        _ => Ok(()),
    }
}

fn version(this: &Value) -> Value {
    match CommandInfo::of(this) {
        Some(CommandInfo::Cmdlet(cmdlet)) if cmdlet.module == crate::cmdlets::CORE => {
            Value::object(Version([7, 6, 0, 500]))
        }
        Some(CommandInfo::Cmdlet(_)) => Value::object(Version([7, 0, 0, 0])),
        Some(CommandInfo::Application(_)) => Value::object(Version([0, 0, 0, 0])),
        Some(CommandInfo::Function(function)) => {
            function.module.as_ref().map_or(Value::Null, |module| Value::object(Version(module.version)))
        }
        Some(CommandInfo::Alias(alias)) => {
            alias.module.as_ref().map_or(Value::Null, |module| Value::object(Version(module.version)))
        }
        _ => Value::Null,
    }
}

fn module(this: &Value) -> Value {
    let own = match CommandInfo::of(this) {
        Some(CommandInfo::Function(function)) => Some(&function.module),
        Some(CommandInfo::Alias(alias)) => Some(&alias.module),
        _ => None,
    };
    if let Some(own) = own {
        return own.clone().map_or(Value::Null, |module| Value::Object(module));
    }
    let name = CommandInfo::of(this).map(CommandInfo::module).unwrap_or_default();
    if name.is_empty() || name.as_str() == crate::cmdlets::CORE {
        return Value::Null;
    }
    Opaque::new("System.Management.Automation.PSModuleInfo", [("Name", Value::Str(name.clone()))])
        .displayed(name)
        .into_value()
}

/// A `PSTypeName`: a name, and the type if there is one.
fn type_name(rs: &Runspace, name: Str) -> Value {
    let found = rs.find_type(&name);
    Opaque::new(
        "System.Management.Automation.PSTypeName",
        [("Name", Value::Str(name.clone())), ("Type", found.into()), ("TypeDefinitionAst", Value::Null)],
    )
    .displayed(name)
    .into_value()
}

/// `OutputType`
fn output_types(rs: &mut Runspace, this: &Value) -> R<Value> {
    let of = "System.Management.Automation.PSTypeName";
    let Some(info) = info(this) else { return Ok(Value::Null) };
    let names: Vec<Str> = match &info {
        CommandInfo::Alias(_) => match info.target(rs) {
            Some(target) => return output_types(rs, &target.value()),
            None => return Ok(Value::Null),
        },
        CommandInfo::Application(_) => vec!["System.String".into()],
        CommandInfo::Cmdlet(cmdlet) => {
            let listed = known::find(cmdlet.name).map_or("", |known| known.output_types);
            listed.split(',').filter(|name| !name.is_empty()).map(Str::from).collect()
        }
        other => match other.block(rs) {
            Some(block) => bind::output_types_of(rs, &block.unit().clone())?,
            None => Vec::new(),
        },
    };
    let items = names.into_iter().map(|name| type_name(rs, name));
    let items = items.collect();
    Ok(metadata::collection("ReadOnlyCollection", of, items))
}

fn command_members(m: &mut Members) {
    m.get("string Name", |_, this| with(this, |info| Value::Str(info.name())));
    m.get("System.Management.Automation.CommandTypes CommandType", |_, this| {
        with(this, |info| types::enum_value("System.Management.Automation.CommandTypes", info.kind()))
    });
    m.get("string Source", |_, this| with(this, |info| Value::Str(info.module())));
    m.get("version Version", |_, this| Ok(version(this)));
    m.get("System.Management.Automation.SessionStateEntryVisibility Visibility", |_, _| {
        Ok(types::enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public"))
    });
    m.get("string ModuleName", |_, this| with(this, |info| Value::Str(info.module())));
    m.get("psmoduleinfo Module", |_, this| Ok(module(this)));
    m.get("System.Management.Automation.RemotingCapability RemotingCapability", |_, this| with(this, known::remoting));
    m.get(
        "System.Collections.Generic.Dictionary[string,System.Management.Automation.ParameterMetadata] Parameters",
        |rs, this| match info(this) {
            Some(info) => metadata::parameters(rs, &info),
            None => Ok(Value::Null),
        },
    );
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.CommandParameterSetInfo] ParameterSets",
        |rs, this| match info(this) {
            Some(info) => metadata::parameter_sets(rs, &info),
            None => Ok(Value::Null),
        },
    );
    m.method("System.Management.Automation.ParameterMetadata ResolveParameter(string name)", |rs, this, args| {
        let name = args.first().map(text).unwrap_or_default();
        let Some(info) = info(this) else { return Ok(Value::Null) };
        let params = info.params(rs)?.unwrap_or_default();
        let folded = psrpd_dotnet::casing::fold(&name);
        let mut found = params.iter().filter(|param| psrpd_dotnet::casing::fold(&param.name).starts_with(&folded));
        let found = params.iter().find(|param| param.is_called(&name)).or_else(|| found.next());
        match found {
            Some(param) => {
                let code = info.code(rs);
                Ok(metadata::parameter(rs, code.as_deref(), param))
            }
            None => Err(error::thrown(
                "System.Management.Automation.ParameterBindingException",
                format!("A parameter cannot be found that matches parameter name '{name}'."),
            )),
        }
    });
}

fn cmdlet_members(m: &mut Members) {
    m.get("string Verb", |_, this| with(this, |info| verb_and_noun(&info.name()).0.into()));
    m.get("string Noun", |_, this| with(this, |info| verb_and_noun(&info.name()).1.into()));
    m.get("string HelpFile", |_, this| {
        with(this, |info| match info.module().as_str() {
            crate::cmdlets::CORE => "System.Management.Automation.dll-Help.xml".into(),
            crate::cmdlets::UTILITY => "Microsoft.PowerShell.Commands.Utility.dll-Help.xml".into(),
            crate::cmdlets::MANAGEMENT => "Microsoft.PowerShell.Commands.Management.dll-Help.xml".into(),
            other => format!("{other}.dll-Help.xml").into(),
        })
    });
    m.get("System.Management.Automation.PSSnapInInfo PSSnapIn", |_, this| {
        with(this, |info| {
            if info.module().as_str() != crate::cmdlets::CORE {
                return Value::Null;
            }
            let of = "System.Management.Automation.PSSnapInInfo";
            Opaque::new(of, [("Name", Value::from(crate::cmdlets::CORE))]).displayed(crate::cmdlets::CORE).into_value()
        })
    });
    m.get("version Version", |_, this| Ok(version(this)));
    m.get("type ImplementingType", |_, this| {
        with(this, |info| match info {
            CommandInfo::Cmdlet(cmdlet) => {
                let full = known::find(cmdlet.name).map_or_else(
                    || format!("Microsoft.PowerShell.Commands.{}", cmdlet.class),
                    |known| known.class.to_owned(),
                );
                Value::Type(types::known(&full))
            }
            _ => Value::Null,
        })
    });
    m.get("string Definition", definition);
    default_set(m);
    m.get(OUTPUT_TYPE, output_types);
    m.get("System.Management.Automation.ScopedItemOptions Options", |_, this| Ok(options(this)));
}

const OUTPUT_TYPE: &str =
    "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.PSTypeName] OutputType";

fn default_set(m: &mut Members) {
    m.get("string DefaultParameterSet", |rs, this| match info(this) {
        Some(info) => Ok(info.default_set(rs)?.map_or(Value::Null, Value::Str)),
        None => Ok(Value::Null),
    });
}

fn function_members(m: &mut Members) {
    m.get("scriptblock ScriptBlock", block);
    m.get("bool CmdletBinding", |rs, this| Ok(info(this).is_some_and(|info| info.is_advanced(rs)).into()));
    default_set(m);
    m.get("string Definition", definition);
    m.get_set("System.Management.Automation.ScopedItemOptions Options", |_, this| Ok(options(this)), set_options);
    m.get("string Description", |_, _| Ok(Value::Null));
    m.get("string Verb", |_, this| with(this, |info| verb_and_noun(&info.name()).0.into()));
    m.get("string Noun", |_, this| with(this, |info| verb_and_noun(&info.name()).1.into()));
    m.get("string HelpFile", |_, _| Ok(Value::Null));
    m.get(OUTPUT_TYPE, output_types);
}

fn alias_members(m: &mut Members) {
    m.get("System.Management.Automation.CommandInfo ReferencedCommand", |rs, this| {
        let Some(CommandInfo::Alias(alias)) = info(this) else { return Ok(Value::Null) };
        if let Some(next) = rs.find_alias(&alias.target) {
            return Ok(CommandInfo::Alias(next).value());
        }
        Ok(rs.resolve(&alias.target).map_or(Value::Null, |found| CommandInfo::from(found).value()))
    });
    m.get("System.Management.Automation.CommandInfo ResolvedCommand", |rs, this| {
        Ok(info(this).and_then(|info| info.target(rs)).map_or(Value::Null, CommandInfo::value))
    });
    m.get("string Definition", definition);
    m.get_set("System.Management.Automation.ScopedItemOptions Options", |_, this| Ok(options(this)), set_options);
    m.get("string Description", |_, this| {
        with(this, |info| match info {
            CommandInfo::Alias(alias) => Value::Str(alias.description.clone()),
            _ => Value::Null,
        })
    });
    m.get(OUTPUT_TYPE, output_types);
}

fn application_members(m: &mut Members) {
    m.get("string Path", definition);
    m.get("string Extension", |_, this| {
        with(this, |info| {
            let name = info.name();
            name.rfind('.').and_then(|at| name.get(at..)).unwrap_or("").into()
        })
    });
    m.get("string Definition", definition);
    m.get("string Source", definition);
    m.get("version Version", |_, this| Ok(version(this)));
    m.get("System.Management.Automation.SessionStateEntryVisibility Visibility", |_, _| {
        Ok(types::enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public"))
    });
    m.get(OUTPUT_TYPE, output_types);
}

fn script_file_members(m: &mut Members) {
    m.get("string Path", definition);
    m.get("string Definition", definition);
    m.get("string Source", definition);
    m.get("System.Management.Automation.SessionStateEntryVisibility Visibility", |_, _| {
        Ok(types::enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public"))
    });
    m.get("scriptblock ScriptBlock", block);
    m.get(OUTPUT_TYPE, output_types);
    m.get("string ScriptContents", |rs, this| match info(this) {
        Some(CommandInfo::ScriptFile(path)) => providers::read_text(rs, &path).map(Value::Str),
        _ => Ok(Value::Null),
    });
}

/// Where the help of a command is.
fn help_uri(rs: &mut Runspace, command: Option<&Value>) -> R<Value> {
    let Some(info) = command.and_then(info) else { return Ok("".into()) };
    let Some(target) = info.target(rs) else { return Ok("".into()) };
    let code = target.code(rs);
    target.help_uri(rs, code.as_deref()).map(Value::Str)
}

/// A script property of the type table.
fn script_property(name: &str, code: &str) -> Member {
    let script = psrpd_lang::parse(code, &psrpd_lang::known_types::CommonTypes);
    let get = script.root().map(|root| {
        let unit = LazyUnit::new(Arc::new(Source::new(script, None)), root);
        Arc::new(ScriptBlock::new(Arc::new(unit), ScopeId::GLOBAL))
    });
    Member { name: name.into(), body: Body::Script { get, set: None } }
}

/// The members that the type table adds to commands.
pub(crate) fn type_members(of: &str) -> Vec<Member> {
    static COMMON: LazyLock<Vec<Member>> = LazyLock::new(|| {
        vec![
            Member { name: "Namespace".into(), body: Body::Alias("ModuleName".into()) },
            script_property("HelpUri", "[Microsoft.PowerShell.Commands.GetHelpCodeMethods]::GetHelpUri($this)"),
        ]
    });
    static ALIAS: LazyLock<Vec<Member>> = LazyLock::new(|| {
        vec![
            script_property("ResolvedCommandName", "$this.ResolvedCommand.Name"),
            script_property(
                "DisplayName",
                "'{0} -> {1}' -f $this.Name, ($this.ResolvedCommand ? $this.ResolvedCommand.Name : $this.Definition)",
            ),
        ]
    });
    match of {
        COMMAND => COMMON.clone(),
        "System.Management.Automation.AliasInfo" => ALIAS.clone(),
        _ => Vec::new(),
    }
}
