//! The binder: arguments to parameters, for cmdlets and functions alike.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use crate::{
    convert,
    eval::{Common, Flow, Name, R, Runspace, ScriptBlock, error},
    ir::AttributeIr,
    types::{self, Type},
    value::{Category, Dictionary, List, Value, enumerate, enumerates, text},
};

mod attributes;
mod check;
mod common;
mod function;
mod positional;
mod table;

pub(crate) use attributes::{checks_of, params_of};
pub(crate) use check::{Check, apply_checks};
pub(crate) use function::{bind_function, bind_input};
pub(crate) use table::parse_table;

/// A parameter.
#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) name: Str,
    pub(crate) aliases: Vec<Str>,
    pub(crate) of: Type,
    /// Where it takes part; a set without name is all sets.
    pub(crate) sets: Vec<ParamSet>,
    pub(crate) checks: Vec<Check>,
    pub(crate) allow_null: bool,
    pub(crate) allow_empty_string: bool,
    pub(crate) allow_empty_collection: bool,
    pub(crate) is_switch: bool,
    /// Takes a script block of an object at a time, where it binds from the pipeline.
    pub(crate) help: Str,
}

/// What a parameter is in one parameter set.
#[derive(Clone, Default)]
pub(crate) struct ParamSet {
    pub(crate) name: Option<Str>,
    pub(crate) position: Option<i32>,
    pub(crate) mandatory: bool,
    pub(crate) by_value: bool,
    pub(crate) by_name: bool,
    pub(crate) remaining: bool,
}

impl Param {
    /// What it is in a set.
    pub(crate) fn in_set(&self, set: Option<&str>) -> Option<&ParamSet> {
        match set {
            Some(set) => self.sets.iter().find(|s| s.name.as_deref().is_none_or(|name| casing::eq(name, set))),
            None => self.sets.first(),
        }
    }

    pub(crate) fn is_called(&self, name: &str) -> bool {
        casing::eq(&self.name, name) || self.aliases.iter().any(|alias| casing::eq(alias, name))
    }
}

/// An argument as it is written.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Option<ArgumentName>,
    pub(crate) value: Value,
    /// The source text of a number.
    pub(crate) text: Option<Str>,
    pub(crate) bare: bool,
    pub(crate) splatted: bool,
}

/// `-Name`
#[derive(Clone)]
pub(crate) struct ArgumentName {
    pub(crate) name: Str,
    /// As written, with the dash.
    pub(crate) text: Str,
    /// Whether the value came with it: `-Name:value`, or from a table.
    pub(crate) has_value: bool,
}

impl Argument {
    pub(crate) fn positional(value: Value) -> Self {
        Self { name: None, value, text: None, bare: false, splatted: false }
    }

    pub(crate) fn named(name: &str, value: Value) -> Self {
        let name = ArgumentName { name: name.into(), text: format!("-{name}").into(), has_value: true };
        Self { name: Some(name), value, text: None, bare: false, splatted: false }
    }
}

/// What the binder made of the arguments of a command.
#[derive(Default)]
pub(crate) struct Bound {
    pub(crate) values: Vec<(Str, Value)>,
    pub(crate) common: Arc<Common>,
    /// Parameter sets that are still possible; empty means all.
    pub(crate) sets: Vec<Str>,
    pub(crate) default_set: Option<Str>,
    /// Whether a mandatory parameter is to come from the pipeline.
    pub(crate) waits_for_input: bool,
    /// Parameters that a script block gives for each object.
    delayed: Vec<(usize, Arc<ScriptBlock>)>,
    /// Parameters that the last object bound.
    from_pipeline: Vec<Str>,
    params: Arc<[Param]>,
    command: Str,
    /// Leftovers of a function that is not advanced.
    rest: Vec<Value>,
    is_advanced: bool,
    suffix: Str,
}

impl Bound {
    /// The value of a parameter, if it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(have, _)| casing::eq(have, name)).map(|(_, value)| value)
    }

    fn put(&mut self, name: &Str, value: Value) {
        match self.values.iter_mut().find(|(have, _)| casing::eq(have, name)) {
            Some((_, slot)) => *slot = value,
            None => self.values.push((name.clone(), value)),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The parameter set that was chosen.
    pub(crate) fn set(&self) -> Str {
        match self.sets.as_slice() {
            [one] => one.clone(),
            several => match &self.default_set {
                Some(default) if several.is_empty() || several.iter().any(|set| casing::eq(set, default)) => {
                    default.clone()
                }
                _ => several.first().cloned().unwrap_or_else(|| "__AllParameterSets".into()),
            },
        }
    }

    /// Keeps only the sets a parameter belongs to.
    fn restrict(&mut self, param: &Param) {
        let named: Vec<Str> = param.sets.iter().filter_map(|set| set.name.clone()).collect();
        if named.is_empty() || param.sets.iter().any(|set| set.name.is_none()) {
            return;
        }
        if self.sets.is_empty() {
            self.sets = named;
        } else {
            self.sets.retain(|set| named.iter().any(|name| casing::eq(name, set)));
        }
    }

    fn fail(&self, id: &str, message: impl Into<Str>, category: Category) -> Flow {
        let exception = match id {
            "ParameterArgumentTransformationError" => {
                "System.Management.Automation.ParameterBindingArgumentTransformationException"
            }
            _ if id.starts_with("ParameterArgumentValidationError") => {
                "System.Management.Automation.ParameterBindingValidationException"
            }
            _ => "System.Management.Automation.ParameterBindingException",
        };
        let id = if self.suffix.is_empty() { id.to_owned() } else { format!("{id},{}", self.suffix) };
        let record = error::record(exception, &id, category, message, Value::Null);
        *record.activity.lock() = self.command.clone();
        Flow::error(record)
    }

    /// As [`Self::fail`], with the exception that says why.
    fn fail_because(&self, id: &str, message: String, category: Category, inner: &str, reason: &str) -> Flow {
        let flow = self.fail(id, message, category);
        let Some(record) = flow.record() else { return flow };
        let inner = Value::object(crate::value::Exception::new(inner, reason));
        let of = record.exception.type_of().unwrap_or_else(types::exception);
        let outer = crate::value::Exception::of(of, record.exception_message(), inner);
        let copy = record.copy_with(Value::object(outer));
        Flow::error(copy)
    }

    fn invalid(&self, id: &str, message: impl Into<Str>) -> Flow {
        self.fail(id, message, Category::InvalidArgument)
    }
}

/// A parameter name that was passed on through `$args`.
pub(crate) fn parameter_token(value: &Value) -> Option<ArgumentName> {
    let crate::value::Body::Note(_) = (match value {
        Value::Wrapped(wrapped) => wrapped.get("<CommandParameterName>")?.body,
        _ => return None,
    }) else {
        return None;
    };
    let shown = text(value);
    let name = shown.trim_start_matches('-').trim_end_matches(':');
    Some(ArgumentName { name: name.into(), text: shown.clone(), has_value: shown.ends_with(':') })
}

fn make_token(shown: &str) -> Value {
    let name = shown.trim_start_matches('-').trim_end_matches(':');
    Value::from(shown).with_notes([("<CommandParameterName>", Value::from(name))])
}

/// Binds the arguments of a command before the pipeline runs.
#[allow(clippy::too_many_arguments)] // what a command declares about itself
pub(crate) fn bind(
    rs: &mut Runspace,
    params: Arc<[Param]>,
    command: &Str,
    suffix: &Str,
    default_set: Option<Str>,
    args: Vec<Argument>,
    expects_input: bool,
    should_process: bool,
) -> R<Bound> {
    let mut bound = Bound {
        params: params.clone(),
        command: command.clone(),
        suffix: suffix.clone(),
        default_set,
        is_advanced: true,
        ..Bound::default()
    };
    let args = with_defaults(rs, command, &params, args);
    let (named, positional, common) = split(rs, &mut bound, &params, args, should_process)?;
    bound.common = Arc::new(common);
    for (at, argument) in named {
        let Some(param) = params.get(at) else { continue };
        if bound.has(&param.name) {
            if argument.splatted {
                continue;
            }
            return Err(bound.invalid("ParameterAlreadyBound", format!("Cannot bind parameter because parameter '{}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\".", param.name)));
        }
        bound.restrict(param);
        if expects_input && delays(rs, param, &argument.value) {
            if let Some(block) = rs.as_block(&argument.value) {
                bound.delayed.push((at, block));
            }
            continue;
        }
        let value = argument_value(rs, &bound, param, &argument)?;
        bound.put(&param.name, value);
    }
    positional::bind(rs, &mut bound, &params, positional)?;
    finish(rs, &mut bound, &params, expects_input)?;
    Ok(bound)
}

/// Whether a script block is to be evaluated for each input object.
fn delays(rs: &Runspace, param: &Param, value: &Value) -> bool {
    rs.as_block(value).is_some()
        && param.sets.iter().any(|set| set.by_value || set.by_name)
        && param.of != types::script_block()
        && param.of.name() != "System.Object"
        && param.of.element().is_none_or(|of| of.name() != "System.Object" && *of != types::script_block())
}

/// `$PSDefaultParameterValues`
fn with_defaults(rs: &mut Runspace, command: &str, params: &[Param], mut args: Vec<Argument>) -> Vec<Argument> {
    let Some(table) = rs.variable("PSDefaultParameterValues") else { return args };
    let Some(table) = table.downcast::<Dictionary>() else { return args };
    for (key, value) in table.entries() {
        let key = text(&key);
        let Some((pattern, parameter)) = key.split_once(':') else { continue };
        let matches =
            psrpd_dotnet::wildcard::Wildcard::new(pattern, true).is_ok_and(|pattern| pattern.is_match(command));
        let given = args.iter().any(|arg| arg.name.as_ref().is_some_and(|name| casing::eq(&name.name, parameter)));
        if matches && !given && (params.iter().any(|param| param.is_called(parameter)) || common::is_common(parameter))
        {
            let value = match rs.as_block(&value) {
                Some(block) => rs.call_block(&block, &[]).map(Value::collected).unwrap_or_default(),
                None => value,
            };
            args.push(Argument { splatted: true, ..Argument::named(parameter, value) });
        }
    }
    args
}

type Named = Vec<(usize, Argument)>;

/// Parts arguments into named and positional ones and takes the common parameters out.
fn split(
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
        match find_param(bound, params, &name.name, should_process)? {
            Found::Param(at) => {
                let is_switch = params.get(at).is_some_and(|param| param.is_switch);
                let value = if name.has_value {
                    argument.clone()
                } else if is_switch {
                    Argument { value: types::switch(true), ..argument.clone() }
                } else {
                    match args.next_if(|next| next.name.is_none()) {
                        Some(next) => Argument { name: argument.name.clone(), ..next },
                        None => {
                            let of = params.get(at).map_or_else(types::object, |param| param.of.clone());
                            let shown = params.get(at).map_or_else(Str::default, |param| param.name.clone());
                            let message = format!(
                                "Missing an argument for parameter '{shown}'. Specify a parameter of type '{}' and try again.",
                                of.full_name()
                            );
                            return Err(bound.invalid("MissingArgument", message));
                        }
                    }
                };
                named.push((at, value));
            }
            Found::Common(which) => {
                let value = if name.has_value {
                    Some(argument.value.clone())
                } else if common::is_switch(which) {
                    Some(Value::Bool(true))
                } else {
                    args.next_if(|next| next.name.is_none()).map(|next| next.value)
                };
                let Some(value) = value else {
                    let message = format!(
                        "Missing an argument for parameter '{which}'. Specify a parameter of type '{}' and try again.",
                        common::type_of(which)
                    );
                    return Err(bound.invalid("MissingArgument", message));
                };
                common::apply(rs, bound, &mut common, which, value)?;
            }
            Found::Nothing => {
                if argument.splatted && params.is_empty() && !bound.is_advanced {
                    positional.push(argument);
                    continue;
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
                return Err(bound.invalid("NamedParameterNotFound", message));
            }
        }
    }
    Ok((named, positional, common))
}

enum Found {
    Param(usize),
    Common(&'static str),
    Nothing,
}

/// The parameter a name means: exactly, by alias, or by a prefix that only one has.
fn find_param(bound: &Bound, params: &[Param], name: &str, should_process: bool) -> R<Found> {
    if let Some(at) = params.iter().position(|param| param.is_called(name)) {
        return Ok(Found::Param(at));
    }
    if let Some(which) = common::exact(name, should_process) {
        return Ok(Found::Common(which));
    }
    let starts = |candidate: &str| casing::starts_with(candidate, name) && !name.is_empty();
    let own: Vec<usize> = params
        .iter()
        .enumerate()
        .filter(|(_, param)| starts(&param.name) || param.aliases.iter().any(|alias| starts(alias)))
        .map(|(at, _)| at)
        .collect();
    let shared: Vec<&'static str> = common::names(should_process).filter(|candidate| starts(candidate)).collect();
    match (own.as_slice(), shared.as_slice()) {
        ([one], _) if shared.is_empty() || params.get(*one).is_some() && shared.is_empty() => Ok(Found::Param(*one)),
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
            Err(bound.invalid("AmbiguousParameter", format!("Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include:{candidates}.")))
        }
    }
}

/// Converts and validates an argument.
fn argument_value(rs: &mut Runspace, bound: &Bound, param: &Param, argument: &Argument) -> R<Value> {
    let value = match &argument.text {
        Some(text) if param.of == types::string() => Value::Str(text.clone()),
        _ => argument.value.clone(),
    };
    coerce(rs, bound, param, value)
}

/// Converts and validates a value for a parameter.
fn coerce(rs: &mut Runspace, bound: &Bound, param: &Param, value: Value) -> R<Value> {
    let keeps_null = !param.of.is_value_type() && (param.of != types::string() || mandatory(param));
    let converted = if value.is_null() && keeps_null {
        Value::Null
    } else if param.is_switch
        && !matches!(value.base(), Value::Bool(_))
        && types::switch_value(&value).is_none()
        && value.as_i128().is_none()
    {
        return Err(conversion_failed(
            bound,
            param,
            &value,
            &format!(
                "Cannot convert value \"{}\" to type \"System.Management.Automation.SwitchParameter\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
                text(&value)
            ),
        ));
    } else if param.of == types::boolean() && matches!(value.base(), Value::Str(_)) {
        return Err(conversion_failed(
            bound,
            param,
            &value,
            &format!(
                "Cannot convert value \"{}\" to type \"System.Boolean\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
                text(&value)
            ),
        ));
    } else if param.of == types::string() && enumerates(&value) && bound.is_cmdlet() {
        return Err(conversion_failed(bound, param, &value, "Specified method is not supported."));
    } else {
        match convert::convert(rs, &value, &param.of) {
            Ok(value) => value,
            Err(Flow::Error(raised)) => return Err(conversion_failed(bound, param, &value, &raised.record.message())),
            Err(other) => return Err(other),
        }
    };
    validate_null(bound, param, &converted)?;
    for check in &param.checks {
        if let Err(flow) = check.test(rs, &converted) {
            return Err(match flow {
                check::Failure::Flow(flow) => flow,
                check::Failure::Text(reason) => bound.fail_because(
                    "ParameterArgumentValidationError",
                    format!("Cannot validate argument on parameter '{}'. {reason}", param.name),
                    Category::InvalidData,
                    "System.Management.Automation.ValidationMetadataException",
                    &reason,
                ),
            });
        }
    }
    Ok(converted)
}

fn mandatory(param: &Param) -> bool {
    param.sets.iter().any(|set| set.mandatory)
}

fn conversion_failed(bound: &Bound, param: &Param, value: &Value, reason: &str) -> Flow {
    if bound.is_cmdlet() {
        let message = format!("Cannot bind parameter '{}'. {reason}", param.name);
        let message = if reason == "Specified method is not supported." {
            format!(
                "Cannot convert '{}' to the type '{}' required by parameter '{}'. {reason}",
                text(&Value::from(value.type_name())),
                param.of.full_name(),
                param.name
            )
        } else {
            message
        };
        let id = if reason == "Specified method is not supported." {
            "CannotConvertArgument"
        } else {
            "CannotConvertArgumentNoMessage"
        };
        return bound.invalid(id, message);
    }
    bound.fail_because(
        "ParameterArgumentTransformationError",
        format!("Cannot process argument transformation on parameter '{}'. {reason}", param.name),
        Category::InvalidData,
        "System.Management.Automation.ArgumentTransformationMetadataException",
        reason,
    )
}

/// Mandatory parameters take no null, no empty string and no empty collection unless they say so.
fn validate_null(bound: &Bound, param: &Param, value: &Value) -> R<()> {
    if !mandatory(param) {
        return Ok(());
    }
    let fail = |id: &str, what: &str| {
        let id = format!("ParameterArgumentValidationError{id}");
        Err(bound.fail(
            &id,
            format!("Cannot bind argument to parameter '{}' because it is {what}.", param.name),
            Category::InvalidData,
        ))
    };
    if value.is_null() {
        return if param.allow_null { Ok(()) } else { fail("NullNotAllowed", "null") };
    }
    if let Value::Str(text) = value.base() {
        return if text.is_empty() && !param.allow_empty_string {
            fail("EmptyStringNotAllowed", "an empty string")
        } else {
            Ok(())
        };
    }
    if param.of.element().is_some()
        && let Some(items) = enumerate(value)
    {
        if items.is_empty() && !param.allow_empty_collection {
            return fail("EmptyArrayNotAllowed", "an empty array");
        }
        if items.iter().any(Value::is_null) && !param.allow_null {
            return fail("NullNotAllowed", "null");
        }
        if items.iter().any(|item| item.as_str().is_some_and(|text| text.is_empty())) && !param.allow_empty_string {
            return fail("EmptyStringNotAllowed", "an empty string");
        }
    }
    Ok(())
}

impl Bound {
    fn is_cmdlet(&self) -> bool {
        self.suffix.starts_with("Microsoft.PowerShell.Commands.")
    }
}

/// What is left to do when all arguments are bound: the set, and what is mandatory in it.
fn finish(rs: &mut Runspace, bound: &mut Bound, params: &[Param], expects_input: bool) -> R<()> {
    let all: Vec<Str> = {
        let mut names: Vec<Str> = Vec::new();
        for set in params.iter().flat_map(|param| &param.sets).filter_map(|set| set.name.clone()) {
            if !names.iter().any(|have| casing::eq(have, &set)) {
                names.push(set);
            }
        }
        names
    };
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
                let default =
                    bound.default_set.clone().filter(|default| several.iter().any(|set| casing::eq(set, default)));
                match default {
                    Some(default) if !expects_input => bound.sets = vec![default],
                    Some(_) => bound.sets = several.to_vec(),
                    None if expects_input => bound.sets = several.to_vec(),
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

impl Bound {
    fn is_delayed(&self, name: &str) -> bool {
        self.delayed.iter().any(|(at, _)| self.params.get(*at).is_some_and(|param| casing::eq(&param.name, name)))
    }
}

fn ambiguous(bound: &Bound) -> Flow {
    bound.invalid("AmbiguousParameterSet", "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided.")
}

/// Binds one pipeline object; parameters it bound before are free again.
///
/// # Errors
/// `InputObjectNotBound`, and what conversion and validation raise.
pub(crate) fn bind_object(rs: &mut Runspace, bound: &mut Bound, input: &Value) -> R<bool> {
    let params = bound.params.clone();
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
    let sets = bound.sets.clone();
    let mut failure = None;
    for with_coercion in [false, true] {
        // By value.
        for param in &candidates {
            if bound.has(&param.name) || any && with_coercion || !possible(param, &|set| set.by_value, &sets) {
                continue;
            }
            let fits = input.is_null()
                || input.type_of().is_some_and(|have| have.is_assignable_to(&param.of))
                || param.of == types::ps_object();
            if !fits && !with_coercion {
                continue;
            }
            match coerce(rs, bound, param, input.clone()) {
                Ok(value) => {
                    bound.put(&param.name, value);
                    bound.from_pipeline.push(param.name.clone());
                    any = true;
                }
                Err(Flow::Error(raised)) => failure = Some(Flow::Error(raised)),
                Err(other) => return Err(other),
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
                if !matches!(input.base(), Value::Str(_)) || matches!(input, Value::Wrapped(_)) {
                    found = rs.property_for_binding(input, name)?;
                }
                if found.is_some() {
                    break;
                }
            }
            let Some(found) = found else { continue };
            let fits = found.type_of().is_some_and(|have| have.is_assignable_to(&param.of));
            if !fits && !with_coercion {
                continue;
            }
            match coerce(rs, bound, param, found) {
                Ok(value) => {
                    bound.put(&param.name, value);
                    bound.from_pipeline.push(param.name.clone());
                    any = true;
                }
                Err(Flow::Error(raised)) => failure = Some(Flow::Error(raised)),
                Err(other) => return Err(other),
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
        if let Some(failure) = failure {
            return Err(failure);
        }
        let flow = bound.invalid("InputObjectNotBound", "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.");
        if let Some(record) = flow.record() {
            *record.target.lock() = input.clone();
        }
        return Err(flow);
    }
    Ok(any)
}

/// A list that gathers the records of a `-XVariable` parameter.
pub(crate) fn variable_list(rs: &mut Runspace, name: &str) -> Arc<List> {
    let (append, name) = name.strip_prefix('+').map_or((false, name), |rest| (true, rest));
    let key = Name::new(name.trim_start_matches('$'));
    if append
        && let Some(Value::Object(object)) = rs.lookup(&key)
        && let Some(list) = object.as_any().downcast_ref::<List>()
    {
        let items = list.items.lock().clone();
        let list = Arc::new(List::new(types::array_list(), items));
        let _ = rs.write_in(rs.frame.scope, &key, Value::Object(list.clone()));
        return list;
    }
    let list = Arc::new(List::new(types::array_list(), Vec::new()));
    let _ = rs.write_in(rs.frame.scope, &key, Value::Object(list.clone()));
    list
}

/// The constraints that stand in front of a variable.
pub(crate) fn attribute_name(attribute: &AttributeIr) -> String {
    let name = attribute.name.to_ascii_lowercase();
    let short = name.rsplit('.').next().unwrap_or(&name);
    short.strip_suffix("attribute").unwrap_or(short).to_owned()
}
