//! Which parameter set is meant, and what is mandatory in it.

use psrpd_dotnet::{Str, casing};

use super::{Bound, Param, common};
use crate::eval::{Flow, R, Runspace};

/// What is left to do when all arguments are bound: the set, and what is mandatory in it.
pub(super) fn finish(rs: &mut Runspace, bound: &mut Bound, params: &[Param], expects_input: bool) -> R<()> {
    let all: Vec<Str> = {
        let mut names: Vec<Str> = Vec::new();
        for set in params.iter().flat_map(|param| &param.sets).filter_map(|set| set.name.clone()) {
            if !names.iter().any(|have| casing::eq(have, &set)) {
                names.push(set);
            }
        }
        // A default set may have no parameter of its own.
        if let Some(default) = bound.default_set.clone()
            && !names.is_empty()
            && !names.iter().any(|have| casing::eq(have, &default))
        {
            names.push(default);
        }
        names
    };
    if bound.contradicted {
        return Err(ambiguous(bound));
    }
    if !all.is_empty() && bound.sets.is_empty() {
        let restricted = params.iter().any(|param| {
            bound.has(&param.name) && !param.sets.iter().any(|set| set.name.is_none()) && !param.sets.is_empty()
        });
        if restricted {
            return Err(ambiguous(bound));
        }
        bound.sets = all;
    }
    if bound.sets.len() > 1 {
        // A set is only possible if everything mandatory in it is there or may come from the pipeline.
        let possible: Vec<Str> = bound
            .sets
            .iter()
            .filter(|set| {
                params.iter().all(|param| match param.in_set(Some(set)) {
                    Some(of) if of.mandatory => {
                        bound.has(&param.name)
                            || bound.is_delayed(&param.name)
                            || expects_input && (of.by_value || of.by_name)
                    }
                    _ => true,
                })
            })
            .cloned()
            .collect();
        let default_possible =
            bound.default_set.as_ref().is_some_and(|default| bound.sets.iter().any(|set| casing::eq(set, default)));
        match possible.as_slice() {
            [one] => bound.sets = vec![one.clone()],
            [] if default_possible => bound.sets = bound.default_set.iter().cloned().collect(),
            [] => return Err(ambiguous(bound)),
            several => {
                // Where there is input, only sets that take some are meant.
                let takes = |set: &&Str| {
                    let of_pipeline = |param: &Param| {
                        let of = param.in_set(Some(set));
                        of.is_some_and(|of| of.by_value || of.by_name) && !bound.has(&param.name)
                    };
                    params.iter().any(of_pipeline)
                };
                let taking: Vec<Str> = several.iter().filter(takes).cloned().collect();
                let several = if expects_input && !taking.is_empty() { taking } else { several.to_vec() };
                let default =
                    bound.default_set.clone().filter(|default| several.iter().any(|set| casing::eq(set, default)));
                match default {
                    Some(default) if !expects_input => bound.sets = vec![default],
                    Some(_) => bound.sets = several,
                    None if expects_input => bound.sets = several,
                    None => return Err(ambiguous(bound)),
                }
            }
        }
    }
    let set = bound.set();
    let mut missing = Vec::new();
    for param in params {
        let Some(of) = param.in_set(Some(&set)) else { continue };
        if of.mandatory && !bound.has(&param.name) && !bound.is_delayed(&param.name) {
            if expects_input && (of.by_value || of.by_name) {
                bound.waits_for_input = true;
            } else {
                missing.push((param.clone(), param.name.clone()));
            }
        }
    }
    if !missing.is_empty() {
        common::prompt(rs, bound, missing)?;
    }
    Ok(())
}

pub(super) fn ambiguous(bound: &Bound) -> Flow {
    bound.invalid("AmbiguousParameterSet", "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided.")
}
