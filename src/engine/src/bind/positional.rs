//! Arguments without names.

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Argument, Bound, Check, Param, about_parameter, argument_value, coerce};
use crate::{
    eval::{Flow, R, Runspace},
    types,
    value::{Value, text},
};

/// Binds arguments by position, those of the possible sets in the order of their positions; what is left over goes to
/// the parameter that takes the rest.
pub(super) fn bind(rs: &mut Runspace, bound: &mut Bound, params: &Arc<[Param]>, args: Vec<Argument>) -> R<()> {
    let several = args.len() > 1;
    let mut args = args.into_iter().peekable();
    while args.peek().is_some() {
        let Some(position) = next_position(bound, params) else { break };
        let candidates: Vec<usize> = params
            .iter()
            .enumerate()
            .filter(|(_, param)| {
                !bound.has(&param.name) && !bound.is_delayed(&param.name) && is_at(bound, param, position)
            })
            .map(|(at, _)| at)
            .collect();
        // Arguments for a parameter that takes the rest go there together, a single object too.
        let is_object = |at: &usize| params.get(*at).is_some_and(|param| param.of == types::ps_object());
        let one = args.peek().is_some_and(|only| !crate::value::enumerates(&only.value));
        if (several || one && bound.is_cmdlet() && !candidates.is_empty() && candidates.iter().all(is_object))
            && candidates.iter().all(|at| params.get(*at).is_some_and(|p| p.sets.iter().any(|set| set.remaining)))
        {
            break;
        }
        let Some(argument) = args.next() else { break };
        let at = choose(rs, bound, params, &candidates, &argument);
        let Some(param) = at.and_then(|at| params.get(at)) else { break };
        if rs.as_block(&argument.value).is_some()
            && super::delays(rs, param, &argument.value)
            && rs.command.as_ref().is_some_and(|c| c.expecting_input)
        {
            if let (Some(block), Some(at)) = (rs.as_block(&argument.value), at) {
                bound.delayed.push((at, block));
            }
            bound.restrict(param);
            continue;
        }
        let value = argument_value(rs, bound, param, &argument).map_err(|flow| flow.about(argument.at))?;
        let rivals = rivals(bound, params, &candidates, param);
        // One that is as near, and takes the argument too.
        let fits = |param: &Param| super::fits(&argument.value, &param.of);
        if rivals.iter().any(|rival| fits(rival) == fits(param) && argument_value(rs, bound, rival, &argument).is_ok())
        {
            return Err(super::sets::ambiguous(bound));
        }
        bound.restrict(param);
        bound.put(&param.name, value);
    }
    let rest: Vec<Argument> = args.collect();
    let Some(first) = rest.first() else { return Ok(()) };
    let taker = params.iter().find(|param| {
        !bound.has(&param.name)
            && param.sets.iter().any(|set| {
                set.remaining
                    && set
                        .name
                        .as_ref()
                        .is_none_or(|name| bound.sets.is_empty() || bound.sets.iter().any(|s| casing::eq(s, name)))
            })
    });
    match taker {
        Some(param) => {
            let mut values = Vec::new();
            for argument in &rest {
                values.push(coerce::as_written(argument));
            }
            let single = match values.as_slice() {
                [one] if crate::value::enumerates(one) => one.clone(),
                _ => crate::value::List::value(types::list_of(types::object()), values),
            };
            bound.restrict(param);
            let value = coerce(rs, bound, param, single)?;
            bound.put(&param.name, value);
            Ok(())
        }
        // Names that exclude each other come first.
        None if bound.contradicted => Err(super::sets::ambiguous(bound)),
        None => {
            let shown = if first.value.is_null() { "$null".into() } else { text(&first.value) };
            let message = format!("A positional parameter cannot be found that accepts argument '{shown}'.");
            let flow = bound.invalid("PositionalParameterNotFound", message);
            Err(about_parameter(flow, &shown, None, Some(&first.value)))
        }
    }
}

/// The lowest position that is free.
fn next_position(bound: &Bound, params: &[Param]) -> Option<i32> {
    params
        .iter()
        .filter(|param| !bound.has(&param.name) && !bound.is_delayed(&param.name))
        .flat_map(|param| param.sets.iter())
        .filter(|set| {
            set.name.as_ref().is_none_or(|name| bound.sets.is_empty() || bound.sets.iter().any(|s| casing::eq(s, name)))
        })
        .filter_map(|set| set.position)
        .min()
}

fn is_at(bound: &Bound, param: &Param, position: i32) -> bool {
    param.sets.iter().any(|set| {
        set.position == Some(position)
            && set
                .name
                .as_ref()
                .is_none_or(|name| bound.sets.is_empty() || bound.sets.iter().any(|s| casing::eq(s, name)))
    })
}

/// Where the default set is out already: the parameters at the same position that share no set with the one chosen.
fn rivals<'p>(bound: &Bound, params: &'p [Param], candidates: &[usize], chosen: &Param) -> Vec<&'p Param> {
    let possible = |param: &Param| -> Vec<psrpd_dotnet::Str> {
        let names = param.sets.iter().filter_map(|set| set.name.clone());
        names.filter(|name| bound.sets.iter().any(|set| casing::eq(set, name))).collect()
    };
    let default_is_out =
        bound.default_set.as_ref().is_some_and(|default| !bound.sets.iter().any(|set| casing::eq(set, default)));
    let own = possible(chosen);
    if !default_is_out || bound.sets.is_empty() || own.is_empty() {
        return Vec::new();
    }
    let is_rival = |other: &&Param| {
        let others = possible(other);
        !others.is_empty() && !others.iter().any(|set| own.iter().any(|name| casing::eq(name, set)))
    };
    candidates.iter().filter_map(|at| params.get(*at)).filter(is_rival).collect()
}

/// How the ids of errors begin that refuse a value.
const REFUSED: &str = "ParameterArgumentValidationError";

/// Among the parameters at one position: that of the default set whose type fits, then any that fits, then any that can
/// be converted to.
fn choose(
    rs: &mut Runspace,
    bound: &Bound,
    params: &[Param],
    candidates: &[usize],
    argument: &Argument,
) -> Option<usize> {
    if let [one] = candidates {
        return Some(*one);
    }
    let in_default = |at: usize| {
        let default = bound.default_set.as_deref();
        params.get(at).is_some_and(|param| {
            default.is_some_and(|default| {
                param.sets.iter().any(|set| set.name.as_deref().is_some_and(|name| casing::eq(name, default)))
            })
        })
    };
    let fits = |value: &Value, at: usize| {
        params.get(at).is_some_and(|param| {
            let is_any = |of: &types::Type| *of == types::object() || *of == types::ps_object();
            is_any(&param.of) || !param.of.element().is_some_and(is_any) && super::fits(value, &param.of)
        })
    };
    let mut ordered: Vec<usize> = candidates.to_vec();
    ordered.sort_by_key(|at| !in_default(*at));
    // A stable sort: those whose type fits come first.
    ordered.sort_by_key(|at| !fits(&argument.value, *at));
    for at in &ordered {
        let Some(param) = params.get(*at) else { continue };
        match argument_value(rs, bound, param, argument) {
            Ok(_) => return Some(*at),
            // What a function cannot convert, and what can be converted and is refused, is told when it is bound; but a name
            // that is a word for the kind of a member says that it is none.
            Err(Flow::Error(raised))
                if !param.checks.iter().any(|check| matches!(check, Check::NotWord(_)))
                    && (!bound.is_cmdlet() || raised.record.id.lock().starts_with(REFUSED)) =>
            {
                return Some(*at);
            }
            Err(Flow::Error(_)) => {}
            Err(_) => return None,
        }
    }
    ordered.first().copied()
}
