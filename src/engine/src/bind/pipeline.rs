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
    // The last declared is tried first.
    let candidates: Vec<&Param> =
        params.iter().rev().filter(|param| !bound.has(&param.name) && !bound.is_delayed(&param.name)).collect();
    let mut sets = bound.sets.clone();
    let mut any = false;
    for step in [Step::Value, Step::Property, Step::ConvertedValue, Step::ConvertedProperty] {
        any |= step.bind(rs, bound, &candidates, &mut sets, input)?;
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
    bound.object_set = bound.set_among(&sets);
    bound.direct = direct(bound, &params);
    Ok(any)
}

/// What is tried for an object, in this order.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Value,
    Property,
    ConvertedValue,
    ConvertedProperty,
}

impl Step {
    fn is_by_value(self) -> bool {
        matches!(self, Self::Value | Self::ConvertedValue)
    }

    fn converts(self) -> bool {
        matches!(self, Self::ConvertedValue | Self::ConvertedProperty)
    }

    fn takes(self, set: &ParamSet) -> bool {
        if self.is_by_value() { set.by_value } else { set.by_name }
    }

    /// Binds what it can: in the default set, and where that takes nothing in the others.
    fn bind(
        self,
        rs: &mut Runspace,
        bound: &mut Bound,
        candidates: &[&Param],
        sets: &mut Vec<Str>,
        input: &Value,
    ) -> R<bool> {
        let default = bound.default_set.clone().filter(|set| has(sets, set));
        if let Some(default) = default
            && self.bind_in(rs, bound, candidates, sets, std::slice::from_ref(&default), input)?
        {
            *sets = vec![default];
            return Ok(true);
        }
        let all = sets.clone();
        self.bind_in(rs, bound, candidates, sets, &all, input)
    }

    fn bind_in(
        self,
        rs: &mut Runspace,
        bound: &mut Bound,
        candidates: &[&Param],
        sets: &mut Vec<Str>,
        only: &[Str],
        input: &Value,
    ) -> R<bool> {
        let mut any = false;
        for param in candidates {
            let belongs = |set: &ParamSet| set.name.as_ref().is_none_or(|name| has(only, name));
            if bound.has(&param.name) || !param.sets.iter().any(|set| self.takes(set) && belongs(set)) {
                continue;
            }
            let found = if self.is_by_value() { Some(input.clone()) } else { property(rs, param, input)? };
            let Some(found) = found else { continue };
            let fits = super::fits(&found, &param.of)
                || self.is_by_value() && (found.is_null() || param.of == types::ps_object());
            if !fits && !self.converts() {
                continue;
            }
            match coerce(rs, bound, param, found) {
                Ok(value) => {
                    bound.put(&param.name, value);
                    bound.from_pipeline.push(param.name.clone());
                    any = true;
                    narrow(sets, param, &|set| self.takes(set));
                }
                // A property that an attribute of a script cannot transform is an error; a cmdlet goes on looking.
                Err(flow) if self == Self::ConvertedProperty && !bound.is_cmdlet() => {
                    if let Some(record) = flow.record() {
                        *record.target.lock() = input.clone();
                    }
                    return Err(flow);
                }
                Err(flow) => not_bound(flow)?,
            }
        }
        // What several took is in no set that has all of them.
        if sets.is_empty() && !only.is_empty() {
            return Err(super::sets::ambiguous(bound));
        }
        Ok(any)
    }
}

/// Whether a set is among those that are left; none are named while all are.
fn has(sets: &[Str], name: &str) -> bool {
    sets.is_empty() || sets.iter().any(|have| casing::eq(have, name))
}

/// The value of the property that is called as a parameter or one of its aliases.
fn property(rs: &mut Runspace, param: &Param, input: &Value) -> R<Option<Value>> {
    for name in std::iter::once(&param.name).chain(&param.aliases) {
        // The one property that every string has.
        if matches!(input, Value::Str(_)) && !casing::eq(name, "Length") {
            continue;
        }
        let found = rs.property_for_binding(input, name)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
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
    sets.retain(|set| own.iter().any(|name| casing::eq(name, set)));
}

/// What does not become a parameter's type leaves it free; what it becomes has to pass its checks.
fn not_bound(flow: Flow) -> R<()> {
    let is_conversion = flow.record().is_some_and(|record| {
        let id = record.id.lock();
        ["CannotConvertArgument", "ParameterArgumentTransformationError", "MismatchedPSTypeName"]
            .iter()
            .any(|known| id.starts_with(known))
    });
    if is_conversion { Ok(()) } else { Err(flow) }
}
