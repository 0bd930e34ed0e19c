//! Binding of pipeline objects.

use psrpd_dotnet::{Str, casing};

use super::{Bound, Param, ParamSet, coerce};
use crate::{
    eval::{Flow, R, Runspace},
    types,
    value::Value,
};

/// Binds one pipeline object; parameters it bound before are free again.
///
/// # Errors
/// `InputObjectNotBound`, and what conversion and validation raise.
pub(crate) fn bind_object(rs: &mut Runspace, bound: &mut Bound, input: &Value) -> R<bool> {
    let params = bound.params.clone();
    if let Some((at, slot)) = bound.direct
        && let Some(param) = params.get(at)
        && (input.is_null()
            || coerce::takes_all(param)
            || super::fits(input, &param.of)
            || matches!(input, Value::Str(_)) && param.of.element() == Some(&types::ps_object()))
        && let Ok(value) = coerce(rs, bound, param, input.clone())
        && let Some((_, held)) = bound.values.get_mut(slot)
    {
        *held = value;
        return Ok(true);
    }
    bound.direct = None;
    for name in std::mem::take(&mut bound.from_pipeline) {
        bound.values.retain(|(have, _)| !casing::eq(have, &name));
    }
    let mut any = false;
    let candidates: Vec<&Param> =
        params.iter().filter(|param| !bound.has(&param.name) && !bound.is_delayed(&param.name)).collect();
    let possible = |param: &Param, test: &dyn Fn(&ParamSet) -> bool, sets: &[Str]| {
        param.sets.iter().any(|set| {
            test(set)
                && set
                    .name
                    .as_ref()
                    .is_none_or(|name| sets.is_empty() || sets.iter().any(|have| casing::eq(have, name)))
        })
    };
    let mut sets = bound.sets.clone();
    for with_coercion in [false, true] {
        // By value.
        for param in &candidates {
            if bound.has(&param.name) || any && with_coercion || !possible(param, &|set| set.by_value, &sets) {
                continue;
            }
            let fits = input.is_null() || super::fits(input, &param.of) || param.of == types::ps_object();
            if !fits && !with_coercion {
                continue;
            }
            match coerce(rs, bound, param, input.clone()) {
                Ok(value) => {
                    bound.put(&param.name, value);
                    bound.from_pipeline.push(param.name.clone());
                    any = true;
                    narrow(&mut sets, param, &|set| set.by_value);
                }
                Err(flow) => not_bound(flow)?,
            }
        }
        // By property name.
        for param in &candidates {
            if bound.has(&param.name) || !possible(param, &|set| set.by_name, &sets) {
                continue;
            }
            let names = std::iter::once(&param.name).chain(&param.aliases);
            let mut found = None;
            for name in names {
                // The one property that every string has.
                if !matches!(input, Value::Str(_)) || casing::eq(name, "Length") {
                    found = rs.property_for_binding(input, name)?;
                }
                if found.is_some() {
                    break;
                }
            }
            let Some(found) = found else { continue };
            let fits = super::fits(&found, &param.of);
            if !fits && !with_coercion {
                continue;
            }
            match coerce(rs, bound, param, found) {
                Ok(value) => {
                    bound.put(&param.name, value);
                    bound.from_pipeline.push(param.name.clone());
                    any = true;
                    narrow(&mut sets, param, &|set| set.by_name);
                }
                Err(flow) => not_bound(flow)?,
            }
        }
    }
    for (at, block) in bound.delayed.clone() {
        let Some(param) = params.get(at) else { continue };
        let results = rs.call_block_with(&block, Some(input.clone()), &[])?;
        let value = coerce(rs, bound, param, Value::collected(results).settled())?;
        bound.put(&param.name, value);
        bound.from_pipeline.push(param.name.clone());
        any = true;
    }
    let has_pipeline_params = params.iter().any(|param| param.sets.iter().any(|set| set.by_value || set.by_name));
    if !any
        && (has_pipeline_params || bound.is_cmdlet())
        && candidates.iter().any(|param| param.sets.iter().any(|set| set.by_value || set.by_name))
        || !any && bound.is_cmdlet()
    {
        let flow = bound.invalid("InputObjectNotBound", "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.");
        if let Some(record) = flow.record() {
            *record.target.lock() = input.clone();
        }
        return Err(flow);
    }
    bound.direct = direct(bound, &params);
    Ok(any)
}

/// The parameter that takes all objects to come as it took this one, and its place among the values: no other can take
/// any by value, nor by name in the sets that are left then.
fn direct(bound: &Bound, params: &[Param]) -> Option<(usize, usize)> {
    let [only] = bound.from_pipeline.as_slice() else { return None };
    let at = params.iter().position(|param| casing::eq(&param.name, only))?;
    let slot = bound.values.iter().position(|(name, _)| casing::eq(name, only))?;
    let own = params.get(at).filter(|param| param.sets.iter().all(|set| set.by_value) && param.checks.is_empty())?;
    if !bound.delayed.is_empty() {
        return None;
    }
    let shares =
        |set: &ParamSet| set.name.is_none() || own.sets.iter().any(|own| own.name.is_none() || own.name == set.name);
    let takes = |param: &Param| param.sets.iter().any(|set| set.by_value || set.by_name && shares(set));
    let mut others = params.iter().filter(|param| !std::ptr::eq(*param, own) && !bound.has(&param.name));
    (!others.any(takes)).then_some((at, slot))
}

/// What a parameter has taken leaves only the sets that it took it in.
fn narrow(sets: &mut Vec<Str>, param: &Param, test: &dyn Fn(&ParamSet) -> bool) {
    let own: Option<Vec<&Str>> = param.sets.iter().filter(|set| test(set)).map(|set| set.name.as_ref()).collect();
    let Some(own) = own else { return };
    if sets.is_empty() {
        *sets = own.into_iter().cloned().collect();
    } else {
        sets.retain(|set| own.iter().any(|name| casing::eq(name, set)));
    }
}

/// What does not become a parameter's type leaves it free; what it becomes has to pass its checks.
fn not_bound(flow: Flow) -> R<()> {
    let is_conversion = flow.record().is_some_and(|record| {
        let id = record.id.lock();
        id.starts_with("CannotConvertArgument") || id.starts_with("ParameterArgumentTransformationError")
    });
    if is_conversion { Ok(()) } else { Err(flow) }
}
