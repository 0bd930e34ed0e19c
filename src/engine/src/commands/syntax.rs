//! The syntax of commands as text: `Get-Command -Syntax` and `Definition`.

use psrpd_dotnet::Str;

use super::CommandInfo;
use crate::{
    bind::{self, Param, ParamSet},
    eval::{R, Runspace},
    types::Type,
};

/// The names of the parameter sets, the default one first; one without name if there are none.
pub(crate) fn set_names(params: &[Param], default: Option<&Str>) -> Vec<Str> {
    let mut names: Vec<Str> = Vec::new();
    for name in params.iter().flat_map(|param| &param.sets).filter_map(|set| set.name.clone()) {
        if !names.iter().any(|have| psrpd_dotnet::casing::eq(have, &name)) {
            names.push(name);
        }
    }
    if names.is_empty() && default.is_none() {
        return vec![bind::EVERY_SET.into()];
    }
    if let Some(default) = default {
        // The default set may be the one that has no parameter of its own.
        let at = names.iter().position(|have| psrpd_dotnet::casing::eq(have, default));
        let first = at.map_or_else(|| default.clone(), |at| names.remove(at));
        names.insert(0, first);
    }
    names
}

/// The parameters of a set as they are shown: positional ones by position, then mandatory ones, then the others.
pub(crate) fn in_order<'p>(params: &'p [Param], set: &str) -> Vec<(&'p Param, &'p ParamSet)> {
    let mut shown: Vec<(&Param, &ParamSet)> =
        params.iter().filter_map(|param| Some((param, param.in_set(Some(set))?))).collect();
    shown.sort_by_key(|(param, of)| match (of.position, of.mandatory) {
        (Some(at), _) => (0, at),
        (None, true) if !bind::is_common(&param.name) => (1, 0),
        _ => (2, 0),
    });
    shown
}

/// A type as syntax shows it: its accelerator, or its name without namespace.
pub(crate) fn type_label(of: &Type) -> String {
    if let Some(inner) = of.nullable() {
        return type_label(inner);
    }
    if let Some(element) = of.element() {
        return format!("{}[]", type_label(element));
    }
    if of.name() == "System.Object" {
        return "Object".into();
    }
    let short = |name: &str| name.rsplit(['.', '+']).next().unwrap_or(name).to_owned();
    if of.arguments().is_empty() {
        let shown = of.display_name();
        return short(&shown);
    }
    let arguments: Vec<String> = of.arguments().iter().map(type_label).collect();
    let name = of.short_name();
    format!("{}[{}]", name.split('`').next().unwrap_or(&name), arguments.join(","))
}

fn parameter(param: &Param, of: &ParamSet) -> String {
    let name = if of.position.is_some() && !param.is_switch {
        if of.mandatory { format!("[-{}]", param.name) } else { format!("[[-{}]", param.name) }
    } else if of.mandatory {
        format!("-{}", param.name)
    } else {
        format!("[-{}", param.name)
    };
    let end = if of.mandatory { "" } else { "]" };
    if param.is_switch { format!("{name}{end}") } else { format!("{name} <{}>{end}", type_label(&param.of)) }
}

/// The parameters of a set as text.
pub(crate) fn set_syntax(params: &[Param], set: &str) -> String {
    let mut words = Vec::new();
    let mut common = false;
    for (param, of) in in_order(params, set) {
        if bind::is_always_common(&param.name) {
            common = true;
        } else {
            words.push(parameter(param, of));
        }
    }
    if common {
        words.push("[<CommonParameters>]".into());
    }
    words.join(" ")
}

/// All forms of a command, under the name given.
pub(crate) fn forms(rs: &mut Runspace, command: &CommandInfo, name: &str) -> R<Vec<String>> {
    let params = command.params(rs)?.unwrap_or_default();
    let default = command.default_set(rs)?;
    Ok(set_names(&params, default.as_ref()).iter().map(|set| format!("{name} {}", set_syntax(&params, set))).collect())
}

/// `Definition`
pub(crate) fn definition(rs: &mut Runspace, command: &CommandInfo) -> R<Str> {
    Ok(match command {
        CommandInfo::Alias(alias) => alias.target.clone(),
        CommandInfo::Function(function) => function.block.lazy.text().into(),
        CommandInfo::Script(block) => block.lazy.text().into(),
        CommandInfo::ScriptFile(path) | CommandInfo::Application(path) => path.clone(),
        CommandInfo::Cmdlet(cmdlet) => {
            let forms = forms(rs, command, cmdlet.name)?;
            forms.iter().map(|form| format!("\n{form}\n")).collect::<String>().into()
        }
    })
}

/// What `Get-Command -Syntax` writes.
pub(crate) fn shown(rs: &mut Runspace, command: &CommandInfo) -> R<Str> {
    let forms_of = |rs: &mut Runspace, of: &CommandInfo, name: &str| -> R<String> {
        Ok(forms(rs, of, name)?.iter().map(|form| format!("\n{form}\n")).collect())
    };
    Ok(match command {
        CommandInfo::Alias(alias) => match command.target(rs) {
            Some(CommandInfo::Application(path)) => path,
            Some(target) => {
                format!("{} (alias) -> {}\n{}", alias.name, target.name(), forms_of(rs, &target, &alias.name)?).into()
            }
            None => alias.target.clone(),
        },
        CommandInfo::Application(path) => path.clone(),
        other => {
            let name = other.name();
            forms_of(rs, other, &name)?.into()
        }
    })
}
