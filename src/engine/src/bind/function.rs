//! Binding functions and script blocks: their parameters become variables of their scope.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use super::{
    Argument, Bound, Check, Param, argument_value, attributes, bind, bind_object, common, dynamic, make_token, named,
    paging, params_of,
};
use crate::{
    convert,
    eval::{Automatic, R, Runspace},
    ir::{ParamIr, Unit},
    types::{self, Type},
    value::{Dictionary, Value},
};

/// Binds the arguments of a function or script block and sets its variables.
pub(crate) fn bind_function(
    rs: &mut Runspace,
    unit: &Arc<Unit>,
    name: &Str,
    args: Vec<Argument>,
    expects_input: bool,
) -> R<Bound> {
    let mut params = params_of(rs, unit)?;
    let settings = attributes::binding_of(rs, unit)?;
    let mut defined = Vec::new();
    if unit.is_advanced && unit.dynamic.is_some() {
        let about = Bound {
            command: name.clone(),
            suffix: name.clone(),
            default_set: settings.default_set.clone(),
            ..Bound::default()
        };
        defined = dynamic::parameters(rs, unit, &about, &params, &args)?;
        params = dynamic::with(&params, &defined)?;
    }
    if settings.paging {
        params = paging::with(&params);
    }
    let mut bound = if unit.is_advanced {
        bind(rs, params.clone(), name, name, settings.default_set, args, expects_input, settings.should_process)?
    } else {
        bind_simple(rs, params.clone(), name, args)?
    };
    bound.is_advanced = unit.is_advanced;
    bound.defined = defined.into_iter().map(|(param, object)| (param.name, object)).collect();
    dynamic::tell(&bound);
    set_variables(rs, unit, &params, &mut bound)?;
    if unit.is_advanced {
        common::set_preferences(rs, &bound.common.clone())?;
        let paging = if settings.paging { paging::object(&bound) } else { Value::Null };
        let cmdlet = types::ps_cmdlet(rs, &bound, name, settings.impact, paging);
        rs.set_automatic(Automatic::PsCmdlet.name(), cmdlet)?;
    } else {
        let rest = std::mem::take(&mut bound.rest);
        rs.set_automatic(Automatic::Args.name(), Value::array(rest))?;
    }
    Ok(bound)
}

/// Binds a function that is not advanced: what fits no parameter goes to `$args`.
fn bind_simple(rs: &mut Runspace, params: Arc<[Param]>, name: &Str, args: Vec<Argument>) -> R<Bound> {
    let mut bound = Bound { params: params.clone(), command: name.clone(), suffix: name.clone(), ..Bound::default() };
    let mut left = Vec::new();
    let (mut given, mut tabled) = (Vec::new(), Vec::new());
    let mut args = args.into_iter().peekable();
    let mut only_values = false;
    while let Some(argument) = args.next() {
        let Some(parameter) = argument.name.clone().filter(|_| !only_values) else {
            left.push((argument, true));
            continue;
        };
        if parameter.text.as_str() == "--" {
            only_values = true;
            continue;
        }
        let exact = params.iter().position(|param| param.is_called(&parameter.name));
        let by_prefix: Vec<usize> = params
            .iter()
            .enumerate()
            .filter(|(_, p)| casing::starts_with(&p.name, &parameter.name))
            .map(|(at, _)| at)
            .collect();
        let at = match (exact, by_prefix.as_slice()) {
            (Some(at), _) => Some(at),
            (None, [one]) => Some(*one),
            (None, []) => None,
            (None, several) => {
                let names: String =
                    several.iter().map(|at| format!(" -{}", params.get(*at).map_or("", |p| &p.name))).collect();
                return Err(bound.invalid("AmbiguousParameter", format!("Parameter cannot be processed because the parameter name '{}' is ambiguous. Possible matches include:{names}.", parameter.name)).about(parameter.at));
            }
        };
        let Some(at) = at else {
            // A name that means nothing goes to `$args`, and so does what stands behind it; neither fills a parameter.
            let mut pass = |value: Value| left.push((Argument::positional(value), false));
            if parameter.has_value {
                let shown = format!("{}:", parameter.text.trim_end_matches([':', ' ']));
                pass(make_token(&shown));
                pass(super::coerce::as_written(&argument));
            } else {
                pass(make_token(&parameter.text));
            }
            if !argument.splatted
                && let Some(next) = args.next_if(|next| next.name.is_none())
            {
                left.push((next, false));
            }
            continue;
        };
        let Some(param) = params.get(at) else { continue };
        if argument.splatted {
            if given.contains(&at) {
                continue;
            }
            tabled.push(at);
        } else {
            given.push(at);
        }
        // What is written goes before what is splatted, wherever it stands.
        if bound.has(&param.name) && (argument.splatted || !tabled.contains(&at)) {
            return Err(bound.invalid("ParameterAlreadyBound", format!("Cannot bind parameter because parameter '{}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\".", param.name)).about(parameter.at));
        }
        let value = if parameter.has_value {
            argument.clone()
        } else if param.is_switch {
            Argument { value: types::switch(true), ..argument.clone() }
        } else {
            let means_none = |name: &str| {
                !params.iter().any(|param| param.is_called(name) || casing::starts_with(&param.name, name))
            };
            match args.next_if(|next| named::may_be_value(next, means_none)).map(named::as_value) {
                Some(next) => next,
                None => {
                    return Err(bound.invalid(
                        "MissingArgument",
                        format!(
                            "Missing an argument for parameter '{}'. Specify a parameter of type '{}' and try again.",
                            param.name,
                            param.of.full_name()
                        ),
                    )
                    .about(parameter.at));
                }
            }
        };
        let value = argument_value(rs, &bound, param, &value).map_err(|flow| flow.about(value.at))?;
        bound.put(&param.name, value);
    }
    let free: Vec<Param> = params.iter().filter(|param| !bound.has(&param.name) && !param.is_switch).cloned().collect();
    let mut free = free.into_iter();
    for (argument, fills) in left {
        match if fills { free.next() } else { None } {
            Some(param) => {
                let value = argument_value(rs, &bound, &param, &argument).map_err(|flow| flow.about(argument.at))?;
                bound.put(&param.name, value);
            }
            None => bound.rest.push(super::coerce::as_written(&argument)),
        }
    }
    Ok(bound)
}

/// Sets the variables of all parameters: what was bound, else the default.
pub(super) fn set_variables(rs: &mut Runspace, unit: &Arc<Unit>, params: &Arc<[Param]>, bound: &mut Bound) -> R<()> {
    let scope = rs.frame.scope;
    let table = Dictionary::new(types::bound_parameters(), true);
    for (name, value) in &bound.values {
        table.set(Value::Str(name.clone()), value.clone());
    }
    rs.set_automatic(Automatic::PsBoundParameters.name(), Value::object(table))?;
    for (param, ir) in params.iter().zip(&unit.params) {
        let value = match bound.get(&param.name) {
            Some(value) => value.clone(),
            None => default_value(rs, bound, param, ir)?,
        };
        if !bound.has(&param.name) && param.sets.iter().any(|set| set.by_value || set.by_name) {
            bound.unbound.push((param.name.clone(), value.clone()));
        }
        if rs.frame.map.is_some() {
            // A block that runs in its caller's scope constrains none of the caller's variables.
            rs.replace_in(scope, &ir.name, value)?;
        } else if ir.of.is_some() || !param.checks.is_empty() {
            let variable = rs.share(scope, &ir.name);
            *variable.value.lock() = value;
            let mut checks = param.checks.clone();
            if ir.of.is_some() {
                checks.insert(0, Check::Convert(param.of.clone()));
            }
            *variable.checks.lock() = checks;
        } else {
            rs.write_in(scope, &ir.name, value)?;
        }
    }
    Ok(())
}

/// What a parameter that is not given is.
fn default_value(rs: &mut Runspace, bound: &Bound, param: &Param, ir: &ParamIr) -> R<Value> {
    let Some(default) = &ir.default else {
        return Ok(if ir.of.is_some() { absent(&param.of) } else { Value::Null });
    };
    let value = rs.eval(default)?.settled();
    if ir.of.is_none() || value.is_null() && !param.of.is_value_type() {
        return Ok(value);
    }
    convert::convert(rs, &value, &param.of).map_err(|flow| super::coerce::conversion_failed(bound, &param.name, flow))
}

/// What a typed parameter that is not given is: a string is empty, numbers are 0, switches are off; the others are not
/// there, value types among them.
fn absent(of: &Type) -> Value {
    match of.name() {
        "System.String" => Value::from(""),
        "System.Char" | "System.DateTime" | "System.TimeSpan" | "System.Guid" | "System.Numerics.BigInteger" => {
            Value::Null
        }
        _ if of.is_enum() => Value::Null,
        _ => convert::default_of(of),
    }
}

/// Binds one pipeline object to a function's parameters.
pub(crate) fn bind_input(rs: &mut Runspace, unit: &Arc<Unit>, _name: &Str, bound: &mut Bound, input: &Value) -> R<()> {
    let takes_input = bound.params.iter().any(|param| param.sets.iter().any(|set| set.by_value || set.by_name));
    if !unit.is_advanced || !takes_input {
        if unit.is_advanced && !takes_input {
            let flow = bound.invalid("InputObjectNotBound", "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.");
            if let Some(record) = flow.record() {
                *record.target.lock() = input.clone();
            }
            return Err(flow);
        }
        return Ok(());
    }
    let before: Vec<Str> = bound.from_pipeline.clone();
    bind_object(rs, bound, input)?;
    if bound.sets.len() != 1
        && let Some(cmdlet) = rs.variable(Automatic::PsCmdlet.name().as_str())
    {
        types::choose_set(&cmdlet, &bound.object_set);
    }
    let scope = rs.frame.scope;
    let params = bound.params.clone();
    let table = rs.variable("PSBoundParameters");
    for (param, ir) in params.iter().zip(&unit.params).rev() {
        let is_new = bound.from_pipeline.iter().any(|name| casing::eq(name, &param.name));
        if is_new || before.iter().any(|name| casing::eq(name, &param.name)) {
            // What the object before bound and this one does not is again what it is by default.
            let unbound = || bound.unbound.iter().find(|(name, _)| casing::eq(name, &param.name));
            let value = match bound.get(&param.name) {
                Some(value) => value.clone(),
                None => unbound().map(|(_, value)| value.clone()).unwrap_or_default(),
            };
            if let Some(table) = table.as_ref().and_then(|table| table.downcast::<Dictionary>())
                && is_new
            {
                table.set(Value::Str(param.name.clone()), value.clone());
            }
            let at = rs.scopes.get_mut(scope).ensure(&ir.name);
            let slot = rs.scopes.get_mut(scope).slots.get_mut(at);
            match slot {
                Some(crate::eval::Slot::Shared(variable)) => *variable.value.lock() = value,
                Some(slot) => *slot = crate::eval::Slot::Plain(value),
                None => {}
            }
        }
    }
    dynamic::tell(bound);
    // Those of a dynamicparam block have no variables.
    for param in params.iter().skip(unit.params.len()) {
        if let (Some(value), Some(table)) = (bound.get(&param.name), &table)
            && let Some(table) = table.downcast::<Dictionary>()
        {
            table.set(Value::Str(param.name.clone()), value.clone());
        }
    }
    Ok(())
}
