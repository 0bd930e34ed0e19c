//! Arguments with names.

use psrpd_dotnet::casing;

use super::{Argument, Bound, Param, about_parameter, common, make_token};
use crate::{
    commands::known,
    eval::{Common, R, Runspace},
    types,
    value::{Category, Value},
};

pub(super) type Named = Vec<(usize, Argument)>;

/// Parts arguments into named and positional ones and takes the common parameters out.
pub(super) fn split(
    rs: &mut Runspace,
    bound: &mut Bound,
    params: &[Param],
    args: Vec<Argument>,
    should_process: bool,
) -> R<(Named, Vec<Argument>, Common)> {
    let mut named = Vec::new();
    let mut positional = Vec::new();
    let mut common = Common::default();
    let mut args = args.into_iter().peekable();
    let mut only_values = false;
    while let Some(argument) = args.next() {
        let Some(name) = argument.name.clone().filter(|_| !only_values) else {
            positional.push(argument);
            continue;
        };
        if name.text.as_str() == "--" {
            only_values = true;
            continue;
        }
        match find_param(bound, params, &name.name, should_process).map_err(|flow| flow.about(name.at))? {
            Found::Param(at) => {
                let is_switch = params.get(at).is_some_and(|param| param.is_switch);
                let value = if name.has_value {
                    argument.clone()
                } else if is_switch {
                    Argument { value: types::switch(true), ..argument.clone() }
                } else {
                    match args.next_if(|next| is_value(bound, params, next, should_process)).map(as_value) {
                        Some(next) => Argument { name: argument.name.clone(), ..next },
                        None => {
                            let of = params.get(at).map_or_else(types::object, |param| param.of.clone());
                            let shown = params.get(at).map_or_else(Default::default, |param| param.name.clone());
                            let message = format!(
                                "Missing an argument for parameter '{shown}'. Specify a parameter of type '{}' and try again.",
                                of.full_name()
                            );
                            let flow = bound.invalid("MissingArgument", message).about(name.at);
                            return Err(about_parameter(flow, &shown, Some(&of), None));
                        }
                    }
                };
                named.push((at, value));
            }
            Found::Common(which) => {
                let value = if name.has_value {
                    Some((argument.value.clone(), argument.at))
                } else if common::is_switch(which) {
                    Some((Value::Bool(true), argument.at))
                } else {
                    let next = args.next_if(|next| is_value(bound, params, next, should_process)).map(as_value);
                    next.map(|next| (next.value, next.at))
                };
                let Some((value, at)) = value else {
                    let message = format!(
                        "Missing an argument for parameter '{which}'. Specify a parameter of type '{}' and try again.",
                        common::type_of(which)
                    );
                    let flow = bound.invalid("MissingArgument", message).about(name.at);
                    return Err(about_parameter(flow, which, Some(&types::known(common::type_of(which))), None));
                };
                common::apply(rs, bound, &mut common, which, value).map_err(|flow| flow.about(at))?;
            }
            Found::Nothing => {
                if argument.splatted && params.is_empty() && !bound.is_advanced {
                    positional.push(argument);
                    continue;
                }
                if let Some(absent) = absent(bound, &name.name) {
                    let message = format!(
                        "The parameter '{absent}' of '{}' is not available in the native engine.",
                        bound.command
                    );
                    return Err(bound.fail("NativeEngineParameterNotSupported", message, Category::NotImplemented));
                }
                let takes_rest = params.iter().any(|param| param.sets.iter().any(|set| set.remaining));
                if takes_rest {
                    positional.push(Argument::positional(make_token(&name.text)));
                    if name.has_value {
                        positional.push(Argument::positional(argument.value));
                    }
                    continue;
                }
                let message = format!("A parameter cannot be found that matches parameter name '{}'.", name.name);
                let flow = bound.invalid("NamedParameterNotFound", message).about(name.at);
                return Err(about_parameter(flow, &name.name, None, None));
            }
        }
    }
    Ok((named, positional, common))
}

/// Whether what stands behind a parameter is its value: no name, or one that means no parameter.
fn is_value(bound: &Bound, params: &[Param], next: &Argument, should_process: bool) -> bool {
    may_be_value(next, |name| matches!(find_param(bound, params, name, should_process), Ok(Found::Nothing)))
}

/// As [`is_value`], where it is known otherwise whether a name means a parameter.
pub(super) fn may_be_value(next: &Argument, means_none: impl FnOnce(&str) -> bool) -> bool {
    let Some(name) = &next.name else { return true };
    !name.has_value && !next.splatted && name.text.as_str() != "--" && means_none(&name.name)
}

/// An argument without its name, which is the value if there is one.
pub(super) fn as_value(next: Argument) -> Argument {
    match &next.name {
        Some(name) => Argument { value: Value::Str(name.text.clone()), name: None, ..next },
        None => next,
    }
}

/// The parameter of PowerShell's cmdlet that a name means and this engine lacks.
fn absent(bound: &Bound, name: &str) -> Option<&'static str> {
    if !bound.is_cmdlet() {
        return None;
    }
    known::find(&bound.command)?.parameter(name)
}

enum Found {
    Param(usize),
    Common(&'static str),
    Nothing,
}

/// Whether a name means one of these parameters or a common one.
pub(super) fn is_known(bound: &Bound, params: &[Param], name: &str) -> bool {
    matches!(find_param(bound, params, name, true), Ok(Found::Param(_) | Found::Common(_)))
}

/// The parameter a name means: exactly, by alias, or by a prefix that only one has.
fn find_param(bound: &Bound, params: &[Param], name: &str, should_process: bool) -> R<Found> {
    let called = |dynamic: bool| params.iter().position(|param| param.is_dynamic == dynamic && param.is_called(name));
    if let Some(at) = called(false) {
        return Ok(Found::Param(at));
    }
    if let Some(which) = common::exact(name, should_process) {
        return Ok(Found::Common(which));
    }
    let starts = |candidate: &str| casing::starts_with(candidate, name) && !name.is_empty();
    let begun = |dynamic: bool| -> Vec<usize> {
        let fits = |param: &Param| starts(&param.name) || param.aliases.iter().any(|alias| starts(alias));
        let all = params.iter().enumerate();
        all.filter(|(_, param)| param.is_dynamic == dynamic && fits(param)).map(|(at, _)| at).collect()
    };
    let shared: Vec<&'static str> = common::names(should_process).filter(|candidate| starts(candidate)).collect();
    let mut own = begun(false);
    if own.is_empty() && shared.is_empty() {
        if let Some(at) = called(true) {
            return Ok(Found::Param(at));
        }
        own = begun(true);
    }
    match (own.as_slice(), shared.as_slice()) {
        // A command's own parameter goes before those that all have.
        ([one], _) => Ok(Found::Param(*one)),
        ([], [one]) => Ok(Found::Common(one)),
        ([], []) => Ok(Found::Nothing),
        _ => {
            let mut candidates = String::new();
            for at in &own {
                candidates.push_str(&format!(" -{}", params.get(*at).map_or("", |param| &param.name)));
            }
            for name in shared {
                candidates.push_str(&format!(" -{name}"));
            }
            let flow = bound.invalid("AmbiguousParameter", format!("Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include:{candidates}."));
            Err(about_parameter(flow, name, None, None))
        }
    }
}
