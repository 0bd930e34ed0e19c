//! An argument becomes the value of a parameter: conversion and validation.

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Argument, Bound, Param, check, custom, failure::about_value};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    types,
    value::{Category, Exception, Reference, Value, Version, Wrapped, enumerate, enumerates, text},
};

/// Types that are read from text.
const TEXTUAL: [&str; 3] = ["System.String", "System.Version", "System.Management.Automation.SemanticVersion"];

fn is_textual(of: &types::Type) -> bool {
    TEXTUAL.contains(&of.name()) || of.element() == Some(&types::string())
}

/// Converts and validates an argument.
pub(super) fn argument_value(rs: &mut Runspace, bound: &Bound, param: &Param, argument: &Argument) -> R<Value> {
    let value = match &argument.text {
        // What is made of text is made of the number as it was written.
        Some(text) if is_textual(&param.of) && !enumerates(&argument.value) => Value::Str(text.clone()),
        _ if takes_all(param) => as_written(argument),
        _ => argument.value.clone(),
    };
    coerce(rs, bound, param, value).map_err(|flow| about_value(flow, &param.name, &param.of, &argument.value))
}

/// An argument for what takes anything: a number that keeps how it was written.
pub(super) fn as_written(argument: &Argument) -> Value {
    match &argument.text {
        Some(written) if text(&argument.value) != *written && !enumerates(&argument.value) => {
            let wrapped = Wrapped::around(argument.value.clone());
            *wrapped.text.lock() = Some(written.clone());
            Value::Wrapped(Arc::new(wrapped))
        }
        _ => argument.value.clone(),
    }
}

/// Whether a parameter takes everything as it is.
pub(super) fn takes_all(param: &Param) -> bool {
    param.checks.is_empty() && matches!(param.of.name(), "System.Object" | "System.Management.Automation.PSObject")
}

/// Refuses what does not have the type name that a parameter asks for.
fn validate_name(bound: &Bound, param: &Param, value: &Value) -> R<()> {
    let Some(wanted) = &param.type_name else { return Ok(()) };
    let has_it = |value: &Value| value.is_null() || value.type_names().iter().any(|have| casing::eq(have, wanted));
    let fits = match enumerate(value).filter(|_| param.of.element().is_some()) {
        Some(items) => items.iter().all(has_it),
        None => has_it(value),
    };
    if fits {
        return Ok(());
    }
    Err(bound.invalid("MismatchedPSTypeName", format!("Cannot bind argument to parameter '{}', because PSTypeNames of the argument do not match the PSTypeName required by the parameter: {wanted}.", param.name)))
}

/// Converts and validates a value for a parameter.
pub(super) fn coerce(rs: &mut Runspace, bound: &Bound, param: &Param, value: Value) -> R<Value> {
    validate_name(bound, param, &value)?;
    if takes_all(param) {
        let value = value.settled();
        validate_null(bound, param, &value)?;
        return Ok(value);
    }
    let value = custom::transform(rs, &param.checks, value)?;
    let value = if is_of_objects(&param.of) && is_no_list(&value) { Value::array(vec![value]) } else { value };
    let asks = param.checks.iter().any(|check| matches!(check, check::Check::Credential));
    let value = if asks { rs.credential_of(value)? } else { value };
    let is_strict = param.checks.iter().any(|check| matches!(check, check::Check::StrictVersion));
    let value = if is_strict { strict_version(value) } else { value };
    let value = if param.is_switch && value.is_null() { Value::Bool(false) } else { value };
    let refuses_null = bound.is_cmdlet() && param.checks.iter().any(|check| matches!(check, check::Check::NotNull));
    let keeps_null = refuses_null
        || bound.is_cmdlet() && mandatory(param) && param.of.is_value_type()
        || !param.of.is_value_type() && (param.of != types::string() || mandatory(param) && bound.is_cmdlet());
    let converted = if value.is_null() && keeps_null {
        Value::Null
    } else if param.of == types::ps_object() {
        // Only a wrapper is asked for: a dictionary stays one.
        value
    } else if param.of.element() == Some(&types::ps_object()) {
        Value::typed_array(types::ps_object(), enumerate(&value).unwrap_or_else(|| vec![value]))
    } else if param.is_switch && !is_logical(&value) && (bound.is_cmdlet() || !value.is_real())
        || param.of == types::boolean()
            && (matches!(value.base(), Value::Str(_)) || value.is_null() && !bound.is_cmdlet())
    {
        return Err(not_logical(bound, param, &value));
    } else if param.is_switch && bound.is_cmdlet() {
        types::switch(convert::to_bool(&value))
    } else if bound.is_cmdlet() && is_list(&value) && takes_one(&param.of, &value) {
        return Err(not_one(bound, param, &value));
    } else if bound.is_cmdlet() && param.of.name() == "System.Text.Encoding" {
        types::encoding::from_argument(&value).map_err(|reason| {
            let inner = Exception::new("System.ArgumentException", reason.as_str());
            transformation_failed(bound, &param.name, &reason, Value::object(inner))
        })?
    } else if param.of.name() == "System.Management.Automation.PSReference" {
        if !value.is_null() && value.downcast::<Reference>().is_none() {
            let reason = "Reference type is expected in argument.";
            let inner = Value::object(Exception::new("System.ArgumentException", reason));
            return Err(transformation_failed(bound, &param.name, reason, inner));
        }
        value
    } else if let Some(items) = strings_and_nulls(bound, param, &value) {
        // A cast would make empty strings of what is missing; a parameter does not.
        let convert = |item: &Value| match item.is_null() {
            true => Ok(Value::Null),
            false => convert::convert(rs, item, &types::string()),
        };
        Value::typed_array(types::string(), items.iter().map(convert).collect::<R<_>>()?)
    } else if bound.is_advanced && !bound.is_cmdlet() && param.of == types::string() && value.as_array().is_some() {
        // Only functions that are not advanced join what they are given.
        let message = "Cannot convert value to type System.String.";
        let exception = "System.Management.Automation.PSInvalidCastException";
        let id = "InvalidCastFromAnyTypeToString";
        let flow = error::raise(exception, id, Category::InvalidArgument, message, Value::Null);
        return Err(conversion_failed(bound, &param.name, flow));
    } else {
        match convert::convert(rs, &value, &param.of).or_else(|flow| around(rs, &value, &param.of).unwrap_or(Err(flow)))
        {
            Ok(value) => value,
            Err(flow) => {
                // A cmdlet makes a list of one value by itself: what fails is the conversion to an element.
                let element = param.of.element().filter(|_| bound.is_cmdlet() && !enumerates(&value));
                let flow = element.and_then(|of| convert::convert(rs, &value, of).err()).unwrap_or(flow);
                return Err(conversion_failed(bound, &param.name, flow));
            }
        }
    };
    for check in &param.checks {
        // A wrapper is never seen to be empty.
        if param.of == types::ps_object() && matches!(check, check::Check::NotNullOrEmpty) && !converted.is_null() {
            continue;
        }
        if let Err(flow) = check.test(rs, &converted) {
            let (inner, reason) = flow.exception()?;
            let message = format!("Cannot validate argument on parameter '{}'. {reason}", param.name);
            return Err(bound.fail_because("ParameterArgumentValidationError", message, Category::InvalidData, inner));
        }
    }
    validate_null(bound, param, &converted)?;
    Ok(converted)
}

/// Whether it is an array that takes everything.
fn is_of_objects(of: &types::Type) -> bool {
    of.element().is_some_and(|of| *of == types::object() || *of == types::ps_object())
}

/// A collection whose items have no places: to such an array it is one of its items.
fn is_no_list(value: &Value) -> bool {
    value.as_array().is_none()
        && enumerates(value)
        && value.type_of().is_some_and(|of| !of.is_assignable_to(&types::known("System.Collections.IList")))
}

/// Whether it is an array or another list.
fn is_list(value: &Value) -> bool {
    let is = |of: types::Type| of.is_assignable_to(&types::known("System.Collections.IList"));
    value.as_array().is_some() || value.type_of().is_some_and(is)
}

/// Whether a parameter takes one value, and not what this list is; the words of flags may stand in one.
fn takes_one(of: &types::Type, list: &Value) -> bool {
    let takes_lists = of.is_enum() || element_of(of).is_some() || *of == types::object();
    !takes_lists && *of != types::ps_object() && !list.type_of().is_some_and(|have| have.is_assignable_to(of))
}

fn mandatory(param: &Param) -> bool {
    param.sets.iter().any(|set| set.mandatory)
}

/// A conversion that failed, of a parameter of a cmdlet or a function.
pub(super) fn conversion_failed(bound: &Bound, parameter: &str, flow: Flow) -> Flow {
    let Flow::Error(raised) = flow else { return flow };
    let reason = raised.record.message();
    let inner = raised.record.exception.clone();
    if bound.is_cmdlet() {
        return not_converted(bound, parameter, &reason, inner);
    }
    let outer = types::known("System.Management.Automation.ArgumentTransformationMetadataException");
    let inner = Value::object(Exception::of(outer, reason.clone(), inner));
    transformation_failed(bound, parameter, &reason, inner)
}

/// `CannotConvertArgumentNoMessage`
pub(super) fn not_converted(bound: &Bound, parameter: &str, reason: &str, inner: Value) -> Flow {
    let message = format!("Cannot bind parameter '{parameter}'. {reason}");
    bound.fail_because("CannotConvertArgumentNoMessage", message, Category::InvalidArgument, inner)
}

fn is_logical(value: &Value) -> bool {
    matches!(value.base(), Value::Bool(_)) || types::switch_value(value).is_some() || value.as_i128().is_some()
}

/// The value of a common parameter that is a switch.
pub(super) fn logical(bound: &Bound, param: &Param, value: Value) -> R<Value> {
    if is_logical(&value) || value.is_real() {
        return Ok(value);
    }
    Err(bound.invalid("CannotConvertArgument", not_required(param, &value.type_name())))
}

/// What is no truth value; its type stands in for it.
fn not_logical(bound: &Bound, param: &Param, value: &Value) -> Flow {
    let of = if value.is_null() { String::new() } else { value.type_name() };
    if bound.is_cmdlet() {
        return bound.invalid("CannotConvertArgument", not_required(param, &of));
    }
    let message = format!(
        "Cannot convert value \"{of}\" to type \"{}\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
        param.of.full_name()
    );
    conversion_failed(bound, &param.name, error::cast("InvalidCast", message))
}

/// A list where one value is asked for.
fn not_one(bound: &Bound, param: &Param, value: &Value) -> Flow {
    const REASON: &str = "Specified method is not supported.";
    let inner = Value::object(Exception::new("System.NotSupportedException", REASON));
    let message = not_required(param, &value.type_name()) + REASON;
    bound.fail_because("CannotConvertArgument", message, Category::InvalidArgument, inner)
}

fn not_required(param: &Param, of: &str) -> String {
    format!("Cannot convert '{of}' to the type '{}' required by parameter '{}'. ", param.of.full_name(), param.name)
}

fn transformation_failed(bound: &Bound, parameter: &str, reason: &str, inner: Value) -> Flow {
    bound.fail_because(
        "ParameterArgumentTransformationError",
        format!("Cannot process argument transformation on parameter '{parameter}'. {reason}"),
        Category::InvalidData,
        inner,
    )
}

/// The items of a collection for an array of strings, where some are missing. A function leaves them missing only where
/// the others are strings.
fn strings_and_nulls(bound: &Bound, param: &Param, value: &Value) -> Option<Vec<Value>> {
    if param.of.element() != Some(&types::string()) || is_compact(value) {
        return None;
    }
    let items = enumerate(value).filter(|items| items.iter().any(Value::is_null))?;
    (bound.is_cmdlet() || items.iter().all(|item| item.is_null() || item.as_str().is_some())).then_some(items)
}

/// A collection around a value that is none.
fn around(rs: &mut Runspace, value: &Value, of: &types::Type) -> Option<R<Value>> {
    if of.element().is_some() || enumerates(value) {
        return None;
    }
    element_of(of).map(|_| convert::convert(rs, &Value::array(vec![value.clone()]), of))
}

/// A whole number, nothing, and the word Latest as versions.
fn strict_version(value: Value) -> Value {
    let shown = text(&value);
    if shown.eq_ignore_ascii_case("latest") {
        return Value::object(Version([7, 6, -1, -1]));
    }
    let whole = if shown.is_empty() { Some(0) } else { shown.parse::<i32>().ok() };
    match (whole, value.base()) {
        (Some(major), Value::Null | Value::I32(_) | Value::Str(_)) => Value::object(Version([major, 0, -1, -1])),
        _ => value,
    }
}

/// Mandatory parameters take no null, no empty string and no empty collection unless they say so: what counts is the
/// type of the parameter, and for a collection that of its elements.
fn validate_null(bound: &Bound, param: &Param, value: &Value) -> R<()> {
    if !mandatory(param) {
        return Ok(());
    }
    let (string, is_array) = (types::string(), param.of.element().is_some());
    let reject = |value: &Value, of: &types::Type| {
        if value.is_null() {
            return (!param.allow_null).then_some(("NullNotAllowed", "null"));
        }
        let is_empty = *of == string && value.as_str().is_some_and(|text| text.is_empty());
        (is_empty && !param.allow_empty_string).then_some(("EmptyStringNotAllowed", "an empty string"))
    };
    let of_items = || {
        if is_compact(value) {
            return None;
        }
        let items = enumerate(value)?;
        let element = element_of(&param.of)?;
        if items.is_empty() && !param.allow_empty_collection {
            return Some(match is_array {
                true => ("EmptyArrayNotAllowed", "an empty array"),
                false => ("EmptyCollectionNotAllowed", "an empty collection"),
            });
        }
        items.iter().filter(|_| !element.is_value_type()).find_map(|item| reject(item, &element))
    };
    let Some((id, what)) = reject(value, &param.of).or_else(|| if value.is_null() { None } else { of_items() }) else {
        return Ok(());
    };
    let message = format!("Cannot bind argument to parameter '{}' because it is {what}.", param.name);
    Err(bound.fail(&format!("ParameterArgumentValidationError{id}"), message, Category::InvalidData))
}

/// Whether it is an array of numbers or characters, none of which can be missing.
pub(super) fn is_compact(value: &Value) -> bool {
    value.as_array().is_some_and(|array| array.is_compact() && array.len() > 0)
}

/// What a parameter that is a list or another collection holds.
fn element_of(of: &types::Type) -> Option<types::Type> {
    if let Some(element) = of.element() {
        return Some(element.clone());
    }
    let is = |name: &str| of.is_assignable_to(&types::known(name));
    match of.arguments() {
        [] => is("System.Collections.IList").then(types::object),
        [one] => {
            let is_one = is("System.Collections.ICollection") || of.is_kind("IList") || of.is_kind("ICollection");
            is_one.then(|| one.clone())
        }
        _ => None,
    }
}
