//! The binder: arguments to parameters, for cmdlets and functions alike.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};
use psrpd_lang::Extent;

use crate::{
    eval::{Common, Name, R, Runspace, ScopeId, ScriptBlock},
    ir::AttributeIr,
    types::{self, Type},
    value::{Dictionary, List, Value, text},
};

mod attributes;
mod check;
mod coerce;
mod common;
mod custom;
mod dynamic;
mod failure;
mod function;
mod named;
mod obsolete;
pub(crate) mod paging;
mod pipeline;
mod positional;
mod sets;
mod table;

pub(crate) use attributes::{Binding, aliases_of, binding_of, checks_of, help_uri_of, output_types_of, params_of};
pub(crate) use check::{Check, apply_checks};
use coerce::{argument_value, coerce};
pub(crate) use common::{is_always_common, is_common, params as common_params};
pub(crate) use custom::words as made_words;
pub(crate) use dynamic::all_parameters;
use failure::about_parameter;
pub(crate) use failure::unbound;
pub(crate) use function::{bind_function, bind_input};
pub(crate) use obsolete::warn as warn_if_obsolete;
pub(crate) use pipeline::bind_object;
pub(crate) use table::parse_table;

/// What the parameter set of parameters is called that are in all of them.
pub(crate) const EVERY_SET: &str = "__AllParameterSets";

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
    /// Comes from the provider of a path: it is looked for where nothing else is called so.
    pub(crate) is_dynamic: bool,
    /// Comes from another provider than that of files, which does not show it.
    pub(crate) is_elsewhere: bool,
    /// The type name that objects for it have to have: `[PSTypeName()]`.
    pub(crate) type_name: Option<Str>,
    /// What help says of it.
    pub(crate) help: Str,
    /// Completion does not show it.
    pub(crate) is_hidden: bool,
    /// What `[Obsolete()]` says of it.
    pub(crate) obsolete: Option<Str>,
    /// Whether a script writes it.
    pub(crate) is_written: bool,
}

impl Param {
    /// The words it takes, where it takes only some.
    pub(crate) fn choices(&self) -> Option<Vec<Str>> {
        self.checks
            .iter()
            .find_map(|check| if let Check::Set { values, .. } = check { Some(values.clone()) } else { None })
    }
}

impl Param {
    /// A parameter without sets, checks and aliases.
    pub(crate) fn new(name: Str, of: Type) -> Self {
        let is_switch = of == types::switch_parameter();
        Self {
            name,
            aliases: Vec::new(),
            of,
            sets: Vec::new(),
            checks: Vec::new(),
            allow_null: false,
            allow_empty_string: false,
            allow_empty_collection: false,
            is_switch,
            is_dynamic: false,
            is_elsewhere: false,
            type_name: None,
            help: Str::default(),
            is_hidden: false,
            obsolete: None,
            is_written: false,
        }
    }
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
    /// Where its value is written.
    pub(crate) at: Extent,
}

/// `-Name`
#[derive(Clone)]
pub(crate) struct ArgumentName {
    pub(crate) name: Str,
    /// As written, with the dash.
    pub(crate) text: Str,
    /// Whether the value came with it: `-Name:value`, or from a table.
    pub(crate) has_value: bool,
    /// Where it is written.
    pub(crate) at: Extent,
}

impl Argument {
    /// Where its name is written.
    fn name_at(&self) -> Extent {
        self.name.as_ref().map_or(Extent::EMPTY, |name| name.at)
    }

    /// `-Name` as it was typed: a switch, or the next argument is its value.
    pub(crate) fn typed(name: &str) -> Self {
        let name =
            ArgumentName { name: name.into(), text: format!("-{name}").into(), has_value: false, at: Extent::EMPTY };
        Self { name: Some(name), ..Self::positional(Value::Null) }
    }

    pub(crate) fn positional(value: Value) -> Self {
        Self { name: None, value, text: None, bare: false, splatted: false, at: Extent::EMPTY }
    }

    pub(crate) fn named(name: &str, value: Value) -> Self {
        let name =
            ArgumentName { name: name.into(), text: format!("-{name}").into(), has_value: true, at: Extent::EMPTY };
        Self { name: Some(name), ..Self::positional(value) }
    }
}

/// What the binder made of the arguments of a command.
pub(crate) struct Bound {
    pub(crate) values: Vec<(Str, Value)>,
    pub(crate) common: Arc<Common>,
    /// Parameter sets that are still possible; empty means all.
    pub(crate) sets: Vec<Str>,
    pub(crate) default_set: Option<Str>,
    /// Whether a mandatory parameter is to come from the pipeline.
    pub(crate) waits_for_input: bool,
    /// Whether parameters were bound that no set has together.
    contradicted: bool,
    /// Parameters that a script block gives for each object.
    delayed: Vec<(usize, Arc<ScriptBlock>)>,
    /// Parameters that the last object bound.
    from_pipeline: Vec<Str>,
    /// The parameter set that the last object chose.
    object_set: Str,
    /// What parameters are that the pipeline may bind, while it does not.
    unbound: Vec<(Str, Value)>,
    /// The one parameter that can take pipeline objects, by value, and its place among the values, once the first object
    /// has bound it.
    direct: Option<(usize, usize)>,
    params: Arc<[Param]>,
    command: Str,
    /// Leftovers of a function that is not advanced.
    rest: Vec<Value>,
    is_advanced: bool,
    suffix: Str,
    /// The names of parameters of a `dynamicparam` block and the objects they were made of.
    defined: Vec<(Str, Value)>,
}

impl Default for Bound {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            common: Common::none(),
            sets: Vec::new(),
            default_set: None,
            waits_for_input: false,
            contradicted: false,
            delayed: Vec::new(),
            from_pipeline: Vec::new(),
            object_set: Str::default(),
            unbound: Vec::new(),
            direct: None,
            params: Arc::default(),
            command: Str::default(),
            rest: Vec::new(),
            is_advanced: false,
            suffix: Str::default(),
            defined: Vec::new(),
        }
    }
}

impl Bound {
    /// The value of a parameter, if it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(have, _)| casing::eq(have, name)).map(|(_, value)| value)
    }

    /// Whether a parameter is of a value type, or a string.
    pub(crate) fn is_scalar(&self, name: &str) -> bool {
        let param = self.params.iter().find(|param| casing::eq(&param.name, name));
        param.is_some_and(|param| param.of.is_value_type() || param.of == types::string())
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
        self.set_among(&self.sets)
    }

    /// The parameter set that is chosen where these are left.
    fn set_among(&self, sets: &[Str]) -> Str {
        match sets {
            [one] => one.clone(),
            _ => self.default_set.clone().unwrap_or_else(|| EVERY_SET.into()),
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
            self.contradicted |= self.sets.is_empty();
        }
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
    Some(ArgumentName { name: name.into(), text: shown.clone(), has_value: shown.ends_with(':'), at: Extent::EMPTY })
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
    let (more, defaults) = defaults(rs, command, &params, &args);
    let args = args.into_iter().chain(more).collect();
    let (named, positional, common) = named::split(rs, &mut bound, &params, args, should_process)?;
    bound.common = Arc::new(common);
    // What is written goes before what is splatted, wherever it stands.
    let (splatted, written): (Vec<_>, Vec<_>) = named.into_iter().partition(|(_, argument)| argument.splatted);
    let given: Vec<usize> = written.iter().map(|(at, _)| *at).collect();
    for (at, argument) in written.into_iter().chain(splatted) {
        let Some(param) = params.get(at) else { continue };
        if bound.has(&param.name) {
            if argument.splatted && given.contains(&at) {
                continue;
            }
            let flow = bound.invalid("ParameterAlreadyBound", format!("Cannot bind parameter because parameter '{}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\".", param.name));
            return Err(about_parameter(flow.about(argument.name_at()), &param.name, None, None));
        }
        bound.restrict(param);
        if expects_input && delays(rs, param, &argument.value) {
            if let Some(block) = rs.as_block(&argument.value) {
                bound.delayed.push((at, block));
            }
            continue;
        }
        let value = argument_value(rs, &bound, param, &argument).map_err(|flow| flow.about(argument.at))?;
        bound.put(&param.name, value);
    }
    positional::bind(rs, &mut bound, &params, positional)?;
    for argument in defaults {
        let Some(name) = &argument.name else { continue };
        let Some(param) = params.iter().find(|param| param.is_called(&name.name)) else { continue };
        if !bound.has(&param.name) && !bound.is_delayed(&param.name) {
            let value = argument_value(rs, &bound, param, &argument)?;
            bound.restrict(param);
            bound.put(&param.name, value);
        }
    }
    sets::finish(rs, &mut bound, &params, expects_input)?;
    Ok(bound)
}

/// Whether a value is of a parameter's type, or an element of it where that is an array.
fn fits(value: &Value, of: &Type) -> bool {
    value.type_of().is_some_and(|have| {
        have.is_assignable_to(of) || of.element().is_some_and(|element| have.is_assignable_to(element))
    })
}

/// Whether a script block is to be evaluated for each input object.
fn delays(rs: &Runspace, param: &Param, value: &Value) -> bool {
    rs.as_block(value).is_some()
        && param.sets.iter().any(|set| set.by_value || set.by_name)
        && param.of != types::script_block()
        && param.of.name() != "System.Object"
        && param.of.element().is_none_or(|of| of.name() != "System.Object" && *of != types::script_block())
}

/// `$PSDefaultParameterValues`: of common parameters, and of the command's own.
fn defaults(rs: &mut Runspace, command: &str, params: &[Param], args: &[Argument]) -> (Vec<Argument>, Vec<Argument>) {
    let (mut common, mut own) = (Vec::new(), Vec::new());
    for (parameter, value) in matching_defaults(rs, command).unwrap_or_default() {
        let parameter = parameter.as_str();
        let given = args.iter().any(|arg| arg.name.as_ref().is_some_and(|name| casing::eq(&name.name, parameter)));
        let is_own = params.iter().any(|param| param.is_called(parameter));
        if !given && (is_own || is_common(parameter)) {
            let value = settled_default(rs, value);
            let argument = Argument { splatted: true, ..Argument::named(parameter, value) };
            if is_own { own.push(argument) } else { common.push(argument) }
        }
    }
    (common, own)
}

/// What `$PSDefaultParameterValues` has for one parameter of a command.
pub(crate) fn default_argument(rs: &mut Runspace, command: &str, parameter: &str) -> Option<Value> {
    let is_called = |name: &str| casing::eq(name, parameter);
    let (_, value) = matching_defaults(rs, command)?.into_iter().find(|(name, _)| is_called(name))?;
    Some(settled_default(rs, value))
}

/// The parameters and values of `$PSDefaultParameterValues` that are for a command.
fn matching_defaults(rs: &mut Runspace, command: &str) -> Option<Vec<(String, Value)>> {
    let table = rs.variable("PSDefaultParameterValues")?;
    let table = table.downcast::<Dictionary>()?;
    if table.get_str("Disabled").is_some_and(|off| crate::convert::to_bool(&off)) {
        return None;
    }
    let mut found = Vec::new();
    for (key, value) in table.entries() {
        let key = text(&key);
        let Some((pattern, parameter)) = key.split_once(':') else { continue };
        if !psrpd_dotnet::wildcard::Wildcard::new(pattern, true).is_ok_and(|pattern| pattern.is_match(command)) {
            continue;
        }
        found.push((parameter.to_owned(), value));
    }
    Some(found)
}

/// A default as it is bound: what a block of code gives.
fn settled_default(rs: &mut Runspace, value: Value) -> Value {
    match rs.as_block(&value) {
        Some(block) => rs.call_block(&block, &[]).map(Value::collected).unwrap_or_default(),
        None => value,
    }
}

impl Bound {
    fn is_cmdlet(&self) -> bool {
        self.suffix.starts_with("Microsoft.PowerShell.Commands.")
    }
}

impl Bound {
    fn is_delayed(&self, name: &str) -> bool {
        self.delayed.iter().any(|(at, _)| self.params.get(*at).is_some_and(|param| casing::eq(&param.name, name)))
    }
}

/// A list that gathers the records of a `-XVariable` parameter.
pub(crate) fn variable_list(rs: &mut Runspace, scope: ScopeId, name: &str) -> Arc<List> {
    let (append, name) = name.strip_prefix('+').map_or((false, name), |rest| (true, rest));
    let name = name.trim_start_matches('$');
    let (scope, name) = match name.split_once(':') {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("global") => (ScopeId::GLOBAL, rest),
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("script") => (rs.scopes.script(scope), rest),
        Some((prefix, rest)) if ["local", "private"].iter().any(|p| prefix.eq_ignore_ascii_case(p)) => (scope, rest),
        _ => (scope, name),
    };
    let key = Name::new(name);
    let items = match append.then(|| rs.lookup(&key)).flatten() {
        Some(old) if old.is_null() => Vec::new(),
        Some(old) => crate::value::enumerate(&old).unwrap_or_else(|| vec![old]),
        None => Vec::new(),
    };
    let list = Arc::new(List::new(types::array_list(), items));
    let _ = rs.write_in(scope, &key, Value::Object(list.clone()));
    list
}

/// The constraints that stand in front of a variable.
pub(crate) fn attribute_name(attribute: &AttributeIr) -> String {
    let name = attribute.name.to_ascii_lowercase();
    let short = name.rsplit('.').next().unwrap_or(&name);
    short.strip_suffix("attribute").unwrap_or(short).to_owned()
}
