//! Parameters that a `dynamicparam` block makes.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};

use super::{Argument, Bound, Check, Param, ParamSet, argument_value, named, positional};
use crate::{
    convert,
    eval::{Collector, Flow, R, Runspace, ScriptBlock, error},
    ir::Unit,
    types::{self, Type},
    value::{Category, Dictionary, Opaque, Value, enumerate, text},
};

const DICTIONARY: &str = "System.Management.Automation.RuntimeDefinedParameterDictionary";

/// The parameters that the `dynamicparam` block of a function makes of the arguments, with the objects they were made of.
///
/// # Errors
/// What the block raises.
pub(super) fn parameters(
    rs: &mut Runspace,
    unit: &Arc<Unit>,
    bound: &Bound,
    statics: &Arc<[Param]>,
    args: &[Argument],
) -> R<Vec<(Param, Value)>> {
    let Some(block) = &unit.dynamic else { return Ok(Vec::new()) };
    let mut known = Bound { params: statics.clone(), ..Bound::default() };
    (known.command, known.suffix) = (bound.command.clone(), bound.suffix.clone());
    (known.default_set, known.is_advanced) = (bound.default_set.clone(), true);
    bind_known(rs, &mut known, statics, args)?;
    super::function::set_variables(rs, unit, statics, &mut known)?;
    let mut made = Collector::default();
    match rs.run_block(block, &mut made) {
        Ok(()) | Err(Flow::Return) => {}
        Err(other) => return Err(other),
    }
    let mut found = Vec::new();
    for value in made.values {
        let Some(table) = value.downcast::<Dictionary>().filter(|_| value.type_name() == DICTIONARY) else { continue };
        for (_, defined) in table.entries() {
            if let Some(param) = parameter(rs, &defined)? {
                found.push((param, defined));
            }
        }
    }
    Ok(found)
}

/// Binds what of the arguments the declared parameters take; the rest waits for the dynamic ones.
fn bind_known(rs: &mut Runspace, known: &mut Bound, statics: &Arc<[Param]>, args: &[Argument]) -> R<()> {
    let mut fitting = Vec::new();
    let mut args = args.iter().peekable();
    while let Some(argument) = args.next() {
        let is_known = match &argument.name {
            Some(name) => named::is_known(known, statics, &name.name),
            None => true,
        };
        if is_known {
            fitting.push(argument.clone());
        } else if argument.name.as_ref().is_some_and(|name| !name.has_value) {
            args.next_if(|next| next.name.is_none());
        }
    }
    let (named, rest, _) = named::split(rs, known, statics, fitting, true)?;
    for (at, argument) in named {
        let Some(param) = statics.get(at) else { continue };
        let value = argument_value(rs, known, param, &argument)?;
        known.restrict(param);
        known.put(&param.name, value);
    }
    // What is left over may be meant for a parameter that is still to come.
    let _ = positional::bind(rs, known, statics, rest);
    Ok(())
}

/// A parameter of a `RuntimeDefinedParameter`.
fn parameter(rs: &mut Runspace, defined: &Value) -> R<Option<Param>> {
    let Some(object) = defined.downcast::<Opaque>() else { return Ok(None) };
    let of: Type = match object.get("ParameterType").as_ref().map(Value::base) {
        Some(Value::Type(of)) => of.clone(),
        _ => types::object(),
    };
    let name = text(&object.get("Name").unwrap_or_default());
    let mut param = Param { is_dynamic: true, ..Param::new(name, of) };
    for attribute in object.get("Attributes").as_ref().and_then(enumerate).unwrap_or_default() {
        apply(rs, &mut param, &attribute)?;
    }
    if param.sets.is_empty() {
        param.sets.push(ParamSet::default());
    }
    Ok(Some(param))
}

/// What an attribute says of a parameter.
fn apply(rs: &mut Runspace, param: &mut Param, attribute: &Value) -> R<()> {
    let Some(object) = attribute.downcast::<Opaque>() else { return Ok(()) };
    let get = |name: &str| object.get(name).unwrap_or_default();
    let of = attribute.type_of().map(|of| of.short_name()).unwrap_or_default();
    let message = Some(get("ErrorMessage")).filter(|message| !message.is_null()).map(|message| text(&message));
    let strings = |name: &str| -> Vec<Str> {
        let list = get(name);
        enumerate(&list).unwrap_or_else(|| vec![list]).iter().map(text).collect()
    };
    let check = match of.strip_suffix("Attribute").unwrap_or(&of) {
        "Parameter" => {
            let yes = |name: &str| convert::to_bool(&get(name));
            let set = text(&get("ParameterSetName"));
            let help = get("HelpMessage");
            if !help.is_null() {
                param.help = text(&help);
            }
            param.sets.push(ParamSet {
                name: (set.as_str() != super::EVERY_SET && !set.is_empty()).then_some(set),
                position: Some(convert::to_i32(rs, &get("Position"))?).filter(|at| *at >= 0),
                mandatory: yes("Mandatory"),
                by_value: yes("ValueFromPipeline"),
                by_name: yes("ValueFromPipelineByPropertyName"),
                remaining: yes("ValueFromRemainingArguments"),
            });
            return Ok(());
        }
        "Alias" => {
            param.aliases.extend(strings("AliasNames"));
            return Ok(());
        }
        "AllowNull" => {
            param.allow_null = true;
            return Ok(());
        }
        "AllowEmptyString" => {
            param.allow_empty_string = true;
            return Ok(());
        }
        "AllowEmptyCollection" => {
            param.allow_empty_collection = true;
            return Ok(());
        }
        "ValidateSet" => {
            let ignore_case = convert::to_bool(&get("IgnoreCase"));
            Check::Set { values: strings("ValidValues"), ignore_case, message }
        }
        "ValidateRange" if !get("RangeKind").is_null() => Check::RangeKind(text(&get("RangeKind"))),
        "ValidateRange" => Check::Range { least: get("MinRange"), most: get("MaxRange") },
        "ValidateLength" => Check::Length {
            least: convert::to_i32(rs, &get("MinLength"))?,
            most: convert::to_i32(rs, &get("MaxLength"))?,
        },
        "ValidateCount" => Check::Count {
            least: convert::to_i32(rs, &get("MinLength"))?,
            most: convert::to_i32(rs, &get("MaxLength"))?,
        },
        "ValidatePattern" => Check::Pattern { pattern: text(&get("RegexPattern")), message },
        "ValidateScript" => match rs.as_block(&get("ScriptBlock")) {
            Some(block) => Check::Script { block, message },
            None => return Ok(()),
        },
        "ValidateNotNull" => Check::NotNull,
        "ValidateNotNullOrEmpty" => Check::NotNullOrEmpty,
        "ValidateNotNullOrWhiteSpace" => Check::NotNullOrWhiteSpace,
        _ => return Ok(()),
    };
    param.checks.push(check);
    Ok(())
}

/// Tells the objects that the parameters were made of what was bound.
pub(super) fn tell(bound: &Bound) {
    for (name, object) in &bound.defined {
        if let (Some(value), Some(object)) = (bound.get(name), object.downcast::<Opaque>()) {
            object.set("Value", value.clone());
            object.set("IsSet", true.into());
        }
    }
}

/// All parameters of a function, those of its `dynamicparam` block last.
///
/// # Errors
/// `ParameterNameAlreadyExistsForCommand` and its kin.
pub(super) fn with(statics: &Arc<[Param]>, defined: &[(Param, Value)]) -> R<Arc<[Param]>> {
    let mut all = statics.to_vec();
    for (param, _) in defined {
        if let Some(same) = all.iter().find(|have| have.is_called(&param.name)) {
            let (id, message) = match casing::eq(&same.name, &param.name) {
                true => (
                    "ParameterNameAlreadyExistsForCommand",
                    format!("A parameter with the name '{}' was defined multiple times for the command.", param.name),
                ),
                false => (
                    "ParameterNameConflictsWithAlias",
                    format!(
                        "The parameter '{}' cannot be specified because it conflicts with the parameter alias of the same name for parameter '{}'.",
                        param.name, same.name
                    ),
                ),
            };
            let exception = "System.Management.Automation.MetadataException";
            return Err(error::raise(exception, id, Category::MetadataError, message, Value::Null));
        }
        all.push(param.clone());
    }
    Ok(all.into())
}

/// The parameters that a function has with these arguments, those of its `dynamicparam` block included.
///
/// # Errors
/// What the block raises.
pub(crate) fn all_parameters(rs: &mut Runspace, block: &ScriptBlock, args: Vec<Value>) -> R<Vec<Param>> {
    let unit = block.unit().clone();
    let statics = super::attributes::params_of(rs, &unit)?;
    if unit.dynamic.is_none() || !unit.is_advanced {
        return Ok(statics.to_vec());
    }
    let args: Vec<Argument> = args.into_iter().map(Argument::positional).collect();
    let about = Bound { is_advanced: true, ..Bound::default() };
    let defined = rs.in_scope_of(block, |rs| parameters(rs, &unit, &about, &statics, &args))?;
    Ok(with(&statics, &defined)?.to_vec())
}
