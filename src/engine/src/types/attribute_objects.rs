//! Attributes as objects that scripts make: for dynamic parameters, and to look at.

use super::{Members, Type, TypeDef, enum_value, known};
use crate::{
    convert,
    eval::{R, Runspace},
    value::{Dictionary, Opaque, Value, enumerate, text},
};

const SMA: &str = "System.Management.Automation.";
const PARAMETER: &str = "System.Management.Automation.RuntimeDefinedParameter";

/// Makes an attribute; none for what is no attribute of PowerShell.
///
/// # Errors
/// What the conversion of its arguments raises.
pub(super) fn construct(rs: &mut Runspace, of: &Type, args: &[Value]) -> R<Option<Value>> {
    let full = of.name().strip_suffix("Attribute").filter(|_| of.class().is_none());
    let Some(name) = full.and_then(|name| name.strip_prefix(SMA).or_else(|| name.strip_prefix("System."))) else {
        return Ok(None);
    };
    let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
    let strings = || {
        let list = args.iter().flat_map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()]));
        Value::strings(list.map(|one| text(&one)))
    };
    let properties: Vec<(&str, Value)> = match name {
        "Parameter" => parameter(),
        "Alias" => vec![("AliasNames", strings())],
        "ValidateSet" => vec![("ErrorMessage", Value::Null), ("IgnoreCase", true.into()), ("ValidValues", strings())],
        "ArgumentCompletions" => vec![("Completions", strings())],
        "ValidateRange" if args.len() == 1 => vec![("RangeKind", arg(0))],
        "ValidateRange" => vec![("MinRange", arg(0)), ("MaxRange", arg(1))],
        "ValidateLength" | "ValidateCount" => {
            let number = |rs: &mut Runspace, at: usize| convert::to_i32(rs, &arg(at)).map(Value::I32);
            vec![("MinLength", number(rs, 0)?), ("MaxLength", number(rs, 1)?)]
        }
        "ValidatePattern" => vec![
            ("RegexPattern", text(&arg(0)).into()),
            ("Options", enum_value("System.Text.RegularExpressions.RegexOptions", "IgnoreCase")),
            ("ErrorMessage", Value::Null),
        ],
        "ValidateScript" => vec![("ErrorMessage", Value::Null), ("ScriptBlock", arg(0))],
        "ArgumentCompleter" => vec![("ScriptBlock", arg(0)), ("Type", Value::Null)],
        "PSTypeName" => vec![("PSTypeName", text(&arg(0)).into())],
        "CmdletBinding" => [vec![("PositionalBinding", true.into())], command_metadata()].concat(),
        "Cmdlet" => {
            let names = vec![("NounName", arg(1)), ("VerbName", arg(0))];
            let metadata = command_metadata().into_iter().map(|(name, value)| match name {
                "ConfirmImpact" => (name, enum_value(IMPACT, "Medium")),
                _ => (name, value),
            });
            names.into_iter().chain(metadata).collect()
        }
        "OutputType" => output_type(rs, args)?,
        "PSDefaultValue" => vec![("Value", Value::Null), ("Help", Value::Null)],
        "ValidateDrive" | "ValidateUserDrive" => vec![("ValidRootDrives", strings())],
        "Obsolete" => vec![
            ("Message", arg(0)),
            ("IsError", convert::to_bool(&arg(1)).into()),
            ("DiagnosticId", Value::Null),
            ("UrlFormat", Value::Null),
        ],
        "AllowNull"
        | "AllowEmptyString"
        | "AllowEmptyCollection"
        | "ValidateNotNull"
        | "ValidateNotNullOrEmpty"
        | "ValidateNotNullOrWhiteSpace"
        | "ValidateTrustedData"
        | "SupportsWildcards"
        | "Hidden"
        | "DscProperty"
        | "DscResource"
        | "Flags"
        | "Serializable" => Vec::new(),
        _ => return Ok(None),
    };
    let id = Value::Type(of.clone());
    Ok(Some(Opaque::of(of.clone(), properties.into_iter().chain([("TypeId", id)])).into_value()))
}

const IMPACT: &str = "System.Management.Automation.ConfirmImpact";

/// What attributes of commands have in common.
fn command_metadata() -> Vec<(&'static str, Value)> {
    vec![
        ("DefaultParameterSetName", Value::Null),
        ("SupportsShouldProcess", false.into()),
        ("SupportsPaging", false.into()),
        ("SupportsTransactions", false.into()),
        ("ConfirmImpact", enum_value(IMPACT, "None")),
        ("HelpUri", "".into()),
        ("RemotingCapability", enum_value("System.Management.Automation.RemotingCapability", "PowerShell")),
    ]
}

fn output_type(rs: &mut Runspace, args: &[Value]) -> R<Vec<(&'static str, Value)>> {
    let items = args.iter().flat_map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()]));
    let of = known("System.Management.Automation.PSTypeName");
    let mut names = Vec::new();
    for item in items {
        names.push(rs.construct(&of, &[item])?);
    }
    Ok(vec![
        ("Type", Value::typed_array(of, names)),
        ("ProviderCmdlet", Value::Null),
        ("ParameterSetName", Value::strings([psrpd_dotnet::Str::from(crate::bind::EVERY_SET)])),
    ])
}

fn parameter() -> Vec<(&'static str, Value)> {
    vec![
        ("ExperimentName", Value::Null),
        ("ExperimentAction", enum_value("System.Management.Automation.ExperimentAction", "None")),
        ("Position", Value::I32(i32::MIN)),
        ("ParameterSetName", crate::bind::EVERY_SET.into()),
        ("Mandatory", false.into()),
        ("ValueFromPipeline", false.into()),
        ("ValueFromPipelineByPropertyName", false.into()),
        ("ValueFromRemainingArguments", false.into()),
        ("HelpMessage", Value::Null),
        ("HelpMessageBaseName", Value::Null),
        ("HelpMessageResourceId", Value::Null),
        ("DontShow", false.into()),
    ]
}

/// `RuntimeDefinedParameter`
fn runtime_defined(name: Value, of: Value, attributes: Value) -> Value {
    let properties = [
        ("Name", name),
        ("ParameterType", of),
        ("Value", Value::Null),
        ("IsSet", false.into()),
        ("Attributes", attributes),
    ];
    Opaque::new(PARAMETER, properties).into_value()
}

fn no_attributes() -> Value {
    let of = super::generic("System.Collections.ObjectModel.Collection`1", vec![known("System.Attribute")]);
    crate::value::List::value(of.unwrap_or_else(super::array_list), Vec::new())
}

fn parameter_members(m: &mut Members) {
    m.constructor("System.Management.Automation.RuntimeDefinedParameter()", |_, _, _| {
        Ok(runtime_defined("".into(), Value::Null, no_attributes()))
    });
    m.constructor(
        "System.Management.Automation.RuntimeDefinedParameter(string name, type parameterType, System.Collections.ObjectModel.Collection[System.Attribute] attributes)",
        |_, _, args| {
            let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
            Ok(runtime_defined(arg(0), arg(1), arg(2)))
        },
    );
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(PARAMETER).members(parameter_members),
    TypeDef::class("System.Management.Automation.RuntimeDefinedParameterDictionary")
        .base("System.Collections.Generic.Dictionary`2")
        .members(|m| {
            m.constructor("System.Management.Automation.RuntimeDefinedParameterDictionary()", |_, _, _| {
                let of = known("System.Management.Automation.RuntimeDefinedParameterDictionary");
                Ok(Value::object(Dictionary::new(of, true)))
            });
            super::collections::table(m);
        }),
];
