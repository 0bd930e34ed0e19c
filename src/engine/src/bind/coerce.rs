//! An argument becomes the value of a parameter: conversion and validation.

use super::{Argument, Bound, Param, check};
use crate::{
    convert,
    eval::{Flow, R, Runspace},
    types,
    value::{Category, Exception, Value, enumerate, enumerates, text},
};

/// Types that are read from text.
const TEXTUAL: [&str; 3] = ["System.String", "System.Version", "System.Management.Automation.SemanticVersion"];

/// Converts and validates an argument.
pub(super) fn argument_value(rs: &mut Runspace, bound: &Bound, param: &Param, argument: &Argument) -> R<Value> {
    let value = match &argument.text {
        // What is made of text is made of the number as it was written.
        Some(text) if TEXTUAL.contains(&param.of.name()) && !enumerates(&argument.value) => Value::Str(text.clone()),
        _ => argument.value.clone(),
    };
    coerce(rs, bound, param, value)
}

/// Converts and validates a value for a parameter.
pub(super) fn coerce(rs: &mut Runspace, bound: &Bound, param: &Param, value: Value) -> R<Value> {
    let asks = param.checks.iter().any(|check| matches!(check, check::Check::Credential));
    let value = if asks { rs.credential_of(value)? } else { value };
    let value = if param.is_switch && value.is_null() { Value::Bool(false) } else { value };
    let keeps_null = !param.of.is_value_type() && (param.of != types::string() || mandatory(param));
    let converted = if value.is_null() && keeps_null {
        Value::Null
    } else if param.of == types::ps_object() {
        // Only a wrapper is asked for: a dictionary stays one.
        value
    } else if param.of.element() == Some(&types::ps_object()) {
        Value::typed_array(types::ps_object(), enumerate(&value).unwrap_or_else(|| vec![value]))
    } else if param.is_switch
        && !matches!(value.base(), Value::Bool(_))
        && types::switch_value(&value).is_none()
        && value.as_i128().is_none()
    {
        let reason = format!(
            "Cannot convert value \"{}\" to type \"System.Management.Automation.SwitchParameter\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
            text(&value)
        );
        return Err(conversion_failed(bound, param, &value, &reason, invalid_cast(&reason)));
    } else if param.of == types::boolean() && matches!(value.base(), Value::Str(_)) {
        let reason = format!(
            "Cannot convert value \"{}\" to type \"System.Boolean\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
            text(&value)
        );
        return Err(conversion_failed(bound, param, &value, &reason, invalid_cast(&reason)));
    } else if bound.is_cmdlet() && param.of.name() == "System.Text.Encoding" {
        types::encoding::from_argument(&value).map_err(|reason| transformation_failed(bound, param, &reason))?
    } else if param.of == types::string() && enumerates(&value) && bound.is_cmdlet() {
        let inner = Value::object(Exception::new("System.NotSupportedException", NOT_SUPPORTED));
        return Err(conversion_failed(bound, param, &value, NOT_SUPPORTED, inner));
    } else {
        match convert::convert(rs, &value, &param.of) {
            Ok(value) => value,
            Err(Flow::Error(raised)) => {
                let reason = raised.record.message();
                return Err(conversion_failed(bound, param, &value, &reason, raised.record.exception.clone()));
            }
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

/// The error about an argument that does not convert, around what the conversion said.
fn conversion_failed(bound: &Bound, param: &Param, value: &Value, reason: &str, inner: Value) -> Flow {
    if !bound.is_cmdlet() {
        return transformation_failed(bound, param, reason);
    }
    let (id, message) = if reason == NOT_SUPPORTED {
        let (of, wanted, name) = (value.type_name(), param.of.full_name(), &param.name);
        let message = format!("Cannot convert '{of}' to the type '{wanted}' required by parameter '{name}'. {reason}");
        ("CannotConvertArgument", message)
    } else {
        ("CannotConvertArgumentNoMessage", format!("Cannot bind parameter '{}'. {reason}", param.name))
    };
    bound.around(&bound.invalid(id, message), inner)
}

const NOT_SUPPORTED: &str = "Specified method is not supported.";

/// The exception of a cast that failed.
fn invalid_cast(reason: &str) -> Value {
    Value::object(Exception::new("System.Management.Automation.PSInvalidCastException", reason))
}

fn transformation_failed(bound: &Bound, param: &Param, reason: &str) -> Flow {
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
