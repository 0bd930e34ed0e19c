//! The common parameters.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use super::{Bound, Param, coerce, variable_list};
use crate::{
    convert,
    eval::{Common, Flow, Name, R, Runspace},
    types,
    value::{Value, text},
};

const NAMES: [(&str, &str); 12] = [
    ("Verbose", "vb"),
    ("Debug", "db"),
    ("ErrorAction", "ea"),
    ("WarningAction", "wa"),
    ("InformationAction", "infa"),
    ("ProgressAction", "proga"),
    ("ErrorVariable", "ev"),
    ("WarningVariable", "wv"),
    ("InformationVariable", "iv"),
    ("OutVariable", "ov"),
    ("OutBuffer", "ob"),
    ("PipelineVariable", "pv"),
];
const SHOULD_PROCESS: [(&str, &str); 2] = [("WhatIf", "wi"), ("Confirm", "cf")];

/// All names, those of ShouldProcess included where the command supports it.
pub(super) fn names(should_process: bool) -> impl Iterator<Item = &'static str> {
    let more: &[(&str, &str)] = if should_process { &SHOULD_PROCESS } else { &[] };
    NAMES.iter().chain(more).map(|(name, _)| *name)
}

/// A common parameter by name or alias.
pub(super) fn exact(name: &str, should_process: bool) -> Option<&'static str> {
    let more: &[(&'static str, &str)] = if should_process { &SHOULD_PROCESS } else { &[] };
    let found = NAMES.iter().chain(more).find(|(have, alias)| casing::eq(have, name) || casing::eq(alias, name))?;
    Some(found.0)
}

pub(crate) fn is_common(name: &str) -> bool {
    exact(name, true).is_some()
}

/// Whether every cmdlet has a parameter of this name.
pub(crate) fn is_always_common(name: &str) -> bool {
    NAMES.iter().any(|(have, _)| casing::eq(have, name))
}

/// The common parameters as parameters.
pub(crate) fn params(should_process: bool) -> impl Iterator<Item = Param> {
    let more: &[(&str, &str)] = if should_process { &SHOULD_PROCESS } else { &[] };
    NAMES.iter().chain(more).map(|(name, alias)| {
        let of = if is_switch(name) { types::switch_parameter() } else { types::known(type_of(name)) };
        let checks = match *name {
            "OutBuffer" => vec![super::Check::Range { least: Value::I32(0), most: Value::I32(i32::MAX) }],
            _ => Vec::new(),
        };
        Param {
            aliases: vec![(*alias).into()],
            sets: vec![super::ParamSet::default()],
            checks,
            ..Param::new((*name).into(), of)
        }
    })
}

pub(super) fn is_switch(name: &str) -> bool {
    matches!(name, "Verbose" | "Debug" | "WhatIf" | "Confirm")
}

pub(super) fn type_of(name: &str) -> &'static str {
    match name {
        "ErrorAction" | "WarningAction" | "InformationAction" | "ProgressAction" => {
            "System.Management.Automation.ActionPreference"
        }
        "OutBuffer" => "System.Int32",
        _ => "System.String",
    }
}

/// What a common parameter makes of its argument.
fn converted(rs: &mut Runspace, bound: &Bound, name: &str, value: Value) -> R<Value> {
    let Some(param) = params(true).find(|param| *param.name == *name) else { return Ok(value) };
    if is_switch(name) {
        return coerce::logical(bound, &param, value);
    }
    if param.of == types::string() {
        return Ok(value);
    }
    let converted = convert::convert(rs, &value, &param.of).map_err(|flow| match flow {
        Flow::Error(raised) if value.is_null() => no_target(bound, name, &raised.record.message()),
        Flow::Error(raised) => {
            coerce::not_converted(bound, name, &raised.record.message(), raised.record.exception.clone())
        }
        other => other,
    })?;
    coerce(rs, bound, &param, converted)
}

/// The error of a value that the property behind a common parameter refuses.
fn no_target(bound: &Bound, name: &str, reason: &str) -> Flow {
    let message = format!("Cannot bind parameter '{name}' to the target. Exception setting \"{name}\": \"{reason}\"");
    bound.fail("ParameterBindingFailed", message, crate::value::Category::WriteError)
}

/// Takes the value of a common parameter.
pub(super) fn apply(
    rs: &mut Runspace,
    bound: &mut Bound,
    common: &mut Common,
    name: &'static str,
    value: Value,
) -> R<()> {
    let value = converted(rs, bound, name, value)?;
    let action = || crate::eval::Action::from_number(if let Value::Enum(_, n) = value { n } else { 2 });
    if name.ends_with("Action") && action() == crate::eval::Action::Suspend {
        return Err(no_target(bound, name, &crate::eval::no_suspend()));
    }
    let shown = text(&value);
    // A function is bound in its own scope already; the variables are its caller's.
    let scope = match rs.calls.last() {
        Some(caller) if !bound.is_cmdlet() => caller.scope,
        _ => rs.frame.scope,
    };
    match name {
        "Verbose" => common.verbose = Some(convert::to_bool(&value)),
        "Debug" => common.debug = Some(convert::to_bool(&value)),
        "WhatIf" => common.what_if = Some(convert::to_bool(&value)),
        "Confirm" => common.confirm = Some(convert::to_bool(&value)),
        "ErrorAction" => common.error_action = Some(action()),
        "WarningAction" => common.warning_action = Some(action()),
        "InformationAction" => common.information_action = Some(action()),
        "ProgressAction" => common.progress_action = Some(action()),
        "ErrorVariable" => common.error_variable = Some(variable_list(rs, scope, &shown)),
        "WarningVariable" => common.warning_variable = Some(variable_list(rs, scope, &shown)),
        "InformationVariable" => common.information_variable = Some(variable_list(rs, scope, &shown)),
        "OutVariable" => common.out_variable = Some(variable_list(rs, scope, &shown)),
        "PipelineVariable" => common.pipeline_variable = Some(Name::new(&shown)),
        _ => {}
    }
    let value = if is_switch(name) { types::switch(convert::to_bool(&value)) } else { value };
    bound.put(&Str::from(name), value);
    Ok(())
}

/// Sets the preference variables of an advanced function from its common parameters.
pub(super) fn set_preferences(rs: &mut Runspace, common: &Arc<Common>) -> R<()> {
    let label = |action: crate::eval::Action| {
        types::enum_value("System.Management.Automation.ActionPreference", &format!("{action:?}"))
    };
    let chosen = [
        ("ErrorActionPreference", common.error_action.map(label)),
        ("WarningPreference", common.warning_action.map(label)),
        ("InformationPreference", common.information_action.map(label)),
        ("ProgressPreference", common.progress_action.map(label)),
        (
            "VerbosePreference",
            common.verbose.map(|on| {
                label(if on { crate::eval::Action::Continue } else { crate::eval::Action::SilentlyContinue })
            }),
        ),
        (
            "DebugPreference",
            common.debug.map(|on| {
                label(if on { crate::eval::Action::Continue } else { crate::eval::Action::SilentlyContinue })
            }),
        ),
        ("WhatIfPreference", common.what_if.map(Value::Bool)),
    ];
    for (name, value) in chosen {
        if let Some(value) = value {
            rs.set_local(name, value)?;
        }
    }
    if let Some(confirm) = common.confirm {
        rs.set_local(
            "ConfirmPreference",
            types::enum_value("System.Management.Automation.ConfirmImpact", if confirm { "Low" } else { "None" }),
        )?;
    }
    Ok(())
}

/// Asks the user for mandatory parameters that are missing.
pub(super) fn prompt(rs: &mut Runspace, bound: &mut Bound, missing: Vec<(Param, Str)>) -> R<()> {
    let names: Vec<&str> = missing.iter().map(|(_, name)| name.as_str()).collect();
    let list = format!(" {}", names.join(" "));
    let failure = bound.invalid(
        "MissingMandatoryParameter",
        format!("Cannot process command because of one or more missing mandatory parameters:{list}."),
    );
    let fields = missing
        .iter()
        .map(|(param, name)| crate::console::field(name, &format!("&{name}"), &param.of, &param.help))
        .collect();
    let caption = format!(
        "cmdlet {} at command pipeline position {}",
        bound.command,
        rs.command.as_ref().map_or(1, |c| c.pipeline_position)
    );
    let answers = match rs.ask_fields(&caption, "Supply values for the following parameters:", fields) {
        Ok(answers) => answers,
        Err(Flow::Error(_)) => return Err(failure),
        Err(other) => return Err(other),
    };
    for (param, name) in missing {
        let Some((_, answer)) = answers.iter().find(|(have, _)| casing::eq(have, &name)) else { return Err(failure) };
        // An answer becomes what is asked for as any value does, not as arguments do.
        let answer = match convert::convert(rs, answer, &param.of) {
            Ok(answer) => answer,
            Err(Flow::Error(_)) => answer.clone(),
            Err(other) => return Err(other),
        };
        let value = coerce(rs, bound, &param, answer)?;
        bound.put(&name, value);
    }
    Ok(())
}
