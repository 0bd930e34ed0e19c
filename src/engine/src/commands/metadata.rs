//! Parameters of commands as objects: `ParameterMetadata`, `CommandParameterSetInfo` and the attributes in them.

use psrpd_dotnet::Str;

use super::{
    CommandInfo,
    syntax::{set_names, set_syntax},
};
use crate::{
    bind::{self, Check, Param, ParamSet},
    eval::{R, Runspace},
    ir::Unit,
    types::{self, Type},
    value::{Dictionary, List, Opaque, Value},
};

const SMA: &str = "System.Management.Automation";

fn generic(name: &str, arguments: &[&str]) -> Type {
    let arguments = arguments.iter().map(|name| types::known(name)).collect();
    types::generic(name, arguments).unwrap_or_else(types::object)
}

/// A list under the name of a generic collection.
pub(super) fn collection(name: &str, element: &str, items: Vec<Value>) -> Value {
    List::value(generic(&format!("System.Collections.ObjectModel.{name}`1"), &[element]), items)
}

pub(super) fn attribute<const N: usize>(name: &str, properties: [(&str, Value); N]) -> Value {
    let full = format!("{SMA}.{name}Attribute");
    let id = Value::Type(types::known(&full));
    Opaque::new(&full, properties.into_iter().chain([("TypeId", id)])).into_value()
}

/// `[Cmdlet()]` of the cmdlet that a .NET class implements.
pub(crate) fn cmdlet_attribute(class: &str) -> Option<Value> {
    let cmdlet = crate::cmdlets::all().find(|cmdlet| cmdlet.full_class() == class)?;
    let (verb, noun) = cmdlet.name.split_once('-')?;
    let impact = if cmdlet.should_process { cmdlet.impact } else { 0 };
    let uri = super::known::find(cmdlet.name).map_or("", |known| known.help_uri);
    Some(attribute(
        "Cmdlet",
        [
            ("NounName", noun.into()),
            ("VerbName", verb.into()),
            ("DefaultParameterSetName", cmdlet.default_set.into()),
            ("SupportsShouldProcess", cmdlet.should_process.into()),
            ("ConfirmImpact", types::enum_number("System.Management.Automation.ConfirmImpact", impact)),
            ("HelpUri", uri.into()),
        ],
    ))
}

pub(super) fn parameter_attribute(set: &ParamSet, param: &Param) -> Value {
    let none = types::enum_value("System.Management.Automation.ExperimentAction", "None");
    attribute(
        "Parameter",
        [
            ("ExperimentName", Value::Null),
            ("ExperimentAction", none),
            ("Position", Value::I32(set.position.unwrap_or(i32::MIN))),
            ("ParameterSetName", Value::Str(set_name(set))),
            ("Mandatory", set.mandatory.into()),
            ("ValueFromPipeline", set.by_value.into()),
            ("ValueFromPipelineByPropertyName", set.by_name.into()),
            ("ValueFromRemainingArguments", set.remaining.into()),
            ("HelpMessage", help(param)),
            ("HelpMessageBaseName", Value::Null),
            ("HelpMessageResourceId", Value::Null),
            ("DontShow", param.is_hidden.into()),
        ],
    )
}

fn help(param: &Param) -> Value {
    if param.help.is_empty() { Value::Null } else { Value::Str(param.help.clone()) }
}

fn set_name(set: &ParamSet) -> Str {
    set.name.clone().unwrap_or_else(|| bind::EVERY_SET.into())
}

fn check_attribute(check: &Check) -> Option<Value> {
    let message = |message: &Option<Str>| message.clone().map_or(Value::Null, Value::Str);
    Some(match check {
        Check::Convert(_) | Check::Cast(_) | Check::Preference | Check::NotWord(_) | Check::StrictVersion => {
            return None;
        }
        Check::Custom(attribute) => attribute.clone(),
        Check::MadeSet { ignore_case, message: text, .. } => attribute(
            "ValidateSet",
            [("ErrorMessage", message(text)), ("IgnoreCase", (*ignore_case).into()), ("ValidValues", Value::Null)],
        ),
        Check::Set { values, ignore_case, message: text } => attribute(
            "ValidateSet",
            [
                ("ErrorMessage", message(text)),
                ("IgnoreCase", (*ignore_case).into()),
                ("ValidValues", Value::strings(values.iter().cloned())),
            ],
        ),
        Check::Range { least, most } => {
            attribute("ValidateRange", [("MinRange", least.clone()), ("MaxRange", most.clone())])
        }
        Check::RangeKind(kind) => attribute("ValidateRange", [("RangeKind", Value::Str(kind.clone()))]),
        Check::Length { least, most } => {
            attribute("ValidateLength", [("MinLength", Value::I32(*least)), ("MaxLength", Value::I32(*most))])
        }
        Check::Count { least, most } => {
            attribute("ValidateCount", [("MinLength", Value::I32(*least)), ("MaxLength", Value::I32(*most))])
        }
        Check::Pattern { pattern, message: text } => attribute(
            "ValidatePattern",
            [
                ("RegexPattern", Value::Str(pattern.clone())),
                ("Options", types::enum_value("System.Text.RegularExpressions.RegexOptions", "IgnoreCase")),
                ("ErrorMessage", message(text)),
            ],
        ),
        Check::Script { block, message: text } => attribute(
            "ValidateScript",
            [("ErrorMessage", message(text)), ("ScriptBlock", Value::Object(block.clone()))],
        ),
        Check::Credential => attribute("Credential", [("TransformNullOptionalParameters", true.into())]),
        Check::Drive(drives) => {
            attribute("ValidateDrive", [("ValidRootDrives", Value::strings(drives.iter().cloned()))])
        }
        Check::NotNull => attribute("ValidateNotNull", []),
        Check::NotNullOrEmpty => attribute("ValidateNotNullOrEmpty", []),
        Check::NotNullOrWhiteSpace => attribute("ValidateNotNullOrWhiteSpace", []),
    })
}

/// The attributes of a variable: its type, and what validates it.
pub(crate) fn variable_attributes(checks: &[Check]) -> Vec<Value> {
    let one = |check: &Check| match check {
        Check::Convert(_) => Some(attribute("ArgumentTypeConverter", [])),
        check => check_attribute(check),
    };
    checks.iter().filter_map(one).collect()
}

/// The attributes of a parameter that no script writes.
fn from_table(param: &Param) -> Vec<Value> {
    let mut found: Vec<Value> = param.sets.iter().map(|set| parameter_attribute(set, param)).collect();
    if !param.aliases.is_empty() {
        found.push(attribute("Alias", [("AliasNames", Value::strings(param.aliases.iter().cloned()))]));
    }
    found.extend(param.checks.iter().filter_map(check_attribute));
    let allowed = [
        (param.allow_null, "AllowNull"),
        (param.allow_empty_string, "AllowEmptyString"),
        (param.allow_empty_collection, "AllowEmptyCollection"),
    ];
    found.extend(allowed.iter().filter(|(yes, _)| *yes).map(|(_, name)| attribute(name, [])));
    found
}

/// The type of a dictionary by name.
pub(super) fn table_of(of: &str) -> Type {
    generic("System.Collections.Generic.Dictionary`2", &["System.String", of])
}

fn parameter_sets_of(param: &Param) -> Value {
    let table = Dictionary::new(table_of("System.Management.Automation.ParameterSetMetadata"), true);
    let mut sets: Vec<&ParamSet> = param.sets.iter().collect();
    if param.is_written {
        sets.reverse();
    }
    for set in sets {
        let metadata = Opaque::new(
            "System.Management.Automation.ParameterSetMetadata",
            [
                ("IsMandatory", set.mandatory.into()),
                ("Position", Value::I32(set.position.unwrap_or(i32::MIN))),
                ("ValueFromPipeline", set.by_value.into()),
                ("ValueFromPipelineByPropertyName", set.by_name.into()),
                ("ValueFromRemainingArguments", set.remaining.into()),
                ("HelpMessage", help(param)),
                ("HelpMessageBaseName", Value::Null),
                ("HelpMessageResourceId", Value::Null),
            ],
        );
        table.set(Value::Str(set_name(set)), metadata.into_value());
    }
    Value::object(table)
}

fn aliases(param: &Param) -> Vec<Value> {
    param.aliases.iter().cloned().map(Value::Str).collect()
}

/// The attributes of a parameter of a command with that code.
fn attributes(rs: &mut Runspace, code: Option<&Unit>, param: &Param) -> Vec<Value> {
    super::written::attributes(rs, code, param).unwrap_or_else(|| from_table(param))
}

/// `ParameterMetadata`
pub(super) fn parameter(rs: &mut Runspace, code: Option<&Unit>, param: &Param) -> Value {
    let attributes = attributes(rs, code, param);
    Opaque::new(
        "System.Management.Automation.ParameterMetadata",
        [
            ("Name", Value::Str(param.name.clone())),
            ("ParameterType", Value::Type(param.of.clone())),
            ("ParameterSets", parameter_sets_of(param)),
            ("IsDynamic", param.is_dynamic.into()),
            ("Aliases", collection("Collection", "System.String", aliases(param))),
            ("Attributes", collection("Collection", "System.Attribute", attributes)),
            ("SwitchParameter", param.is_switch.into()),
        ],
    )
    .into_value()
}

/// `Parameters`: all parameters by name; `$null` for programs.
pub(crate) fn parameters(rs: &mut Runspace, command: &CommandInfo) -> R<Value> {
    let Some(params) = command.params(rs)? else { return Ok(Value::Null) };
    let table = Dictionary::new(table_of("System.Management.Automation.ParameterMetadata"), true);
    let code = command.code(rs);
    for param in &params {
        table.set(Value::Str(param.name.clone()), parameter(rs, code.as_deref(), param));
    }
    Ok(Value::object(table))
}

/// `CommandParameterInfo`
fn parameter_info(param: &Param, attributes: Vec<Value>, set: &ParamSet) -> Value {
    let read_only = "ReadOnlyCollection";
    Opaque::new(
        "System.Management.Automation.CommandParameterInfo",
        [
            ("Name", Value::Str(param.name.clone())),
            ("ParameterType", Value::Type(param.of.clone())),
            ("IsMandatory", set.mandatory.into()),
            ("IsDynamic", param.is_dynamic.into()),
            ("Position", Value::I32(set.position.unwrap_or(i32::MIN))),
            ("ValueFromPipeline", set.by_value.into()),
            ("ValueFromPipelineByPropertyName", set.by_name.into()),
            ("ValueFromRemainingArguments", set.remaining.into()),
            ("HelpMessage", help(param)),
            ("Aliases", collection(read_only, "System.String", aliases(param))),
            ("Attributes", collection(read_only, "System.Attribute", attributes)),
        ],
    )
    .into_value()
}

/// `ParameterSets`; `$null` for programs.
pub(crate) fn parameter_sets(rs: &mut Runspace, command: &CommandInfo) -> R<Value> {
    let Some(params) = command.params(rs)? else { return Ok(Value::Null) };
    let default = command.default_set(rs)?;
    let code = command.code(rs);
    let attributes: Vec<Vec<Value>> = params.iter().map(|param| attributes(rs, code.as_deref(), param)).collect();
    let mut sets = Vec::new();
    for name in set_names(&params, default.as_ref()) {
        let mut infos = Vec::new();
        for (param, attributes) in params.iter().zip(&attributes) {
            infos.extend(param.in_set(Some(&name)).map(|set| parameter_info(param, attributes.clone(), set)));
        }
        let is_default = default.as_ref().is_some_and(|default| psrpd_dotnet::casing::eq(default, &name));
        let of = "System.Management.Automation.CommandParameterInfo";
        sets.push(
            Opaque::new(
                "System.Management.Automation.CommandParameterSetInfo",
                [
                    ("Name", Value::Str(name.clone())),
                    ("IsDefault", is_default.into()),
                    ("Parameters", collection("ReadOnlyCollection", of, infos)),
                ],
            )
            .displayed(set_syntax(&params, &name))
            .into_value(),
        );
    }
    Ok(collection("ReadOnlyCollection", "System.Management.Automation.CommandParameterSetInfo", sets))
}
