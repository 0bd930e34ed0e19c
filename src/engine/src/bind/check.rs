//! Constraints of parameters, variables and properties: types and validation attributes.

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::{Str, casing, regex::Options};

use crate::{
    convert,
    eval::{Flow, R, Runspace, ScriptBlock, error},
    ops::compare,
    types::{self, Type},
    value::{Category, Dictionary, Value, Version, enumerate, text},
};

/// One constraint.
#[derive(Clone)]
pub(crate) enum Check {
    Convert(Type),
    Set {
        values: Vec<Str>,
        ignore_case: bool,
        message: Option<Str>,
    },
    Range {
        least: Value,
        most: Value,
    },
    RangeKind(Str),
    Length {
        least: i32,
        most: i32,
    },
    Count {
        least: i32,
        most: i32,
    },
    Pattern {
        pattern: Str,
        message: Option<Str>,
    },
    Script {
        block: Arc<ScriptBlock>,
        message: Option<Str>,
    },
    /// None of these words, which would be meant for another parameter.
    NotWord(Vec<Str>),
    NotNull,
    NotNullOrEmpty,
    NotNullOrWhiteSpace,
    /// A name is asked for its password: `[Credential()]`.
    Credential,
    /// A version that PowerShell had; a whole number or the word Latest means one.
    StrictVersion,
}

/// Why a value is refused.
pub(crate) enum Failure {
    Text(String),
    Flow(Flow),
}

impl From<Flow> for Failure {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

impl Check {
    /// Why a value is not valid.
    ///
    /// # Errors
    /// What a script that validates raises.
    pub(crate) fn explain(&self, rs: &mut Runspace, value: &Value) -> R<Result<(), String>> {
        match self.test(rs, value) {
            Ok(()) => Ok(Ok(())),
            Err(Failure::Text(reason)) => Ok(Err(reason)),
            Err(Failure::Flow(flow)) => Err(flow),
        }
    }

    /// Tests a value that has been converted; collections item by item.
    pub(crate) fn test(&self, rs: &mut Runspace, value: &Value) -> Result<(), Failure> {
        match self {
            Self::Convert(_) | Self::Credential => Ok(()),
            Self::Count { least, most } => {
                let count = enumerate(value).map_or(1, |items| items.len());
                let count = psrpd_dotnet::cast::int32(count);
                if count < *least || count > *most {
                    return Err(Failure::Text(format!(
                        "The parameter requires at least {least} value(s) and no more than {most} value(s) - {count} value(s) were provided."
                    )));
                }
                Ok(())
            }
            Self::NotNull | Self::NotNullOrEmpty | Self::NotNullOrWhiteSpace => self.not_empty(value),
            _ => match enumerate(value) {
                Some(items) => {
                    for item in items {
                        self.test_item(rs, &item)?;
                    }
                    Ok(())
                }
                None => self.test_item(rs, value),
            },
        }
    }

    fn not_empty(&self, value: &Value) -> Result<(), Failure> {
        let fail = |text: &str| Err(Failure::Text(text.into()));
        if value.is_null() {
            return match self {
                Self::NotNull => fail(
                    "The argument is null. Provide a valid value for the argument, and then try running the command again.",
                ),
                Self::NotNullOrEmpty => fail(
                    "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.",
                ),
                _ => fail(
                    "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains non white-space characters, and then try the command again.",
                ),
            };
        }
        let items = enumerate(value);
        match (self, items) {
            (Self::NotNull, Some(items)) if items.iter().any(Value::is_null) => fail(
                "The argument collection contains a null value. Provide a collection that does not contain any null values, and then try running the command again.",
            ),
            (Self::NotNull, _) => Ok(()),
            (_, None) if value.downcast::<Dictionary>().is_some_and(|table| table.entries().is_empty()) => fail(
                "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.",
            ),
            (_, Some(items)) if items.is_empty() => fail(
                "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.",
            ),
            (_, Some(items)) => {
                // In an array of PSObject a text is not seen to be empty.
                let is_wrapped = value.type_of().is_some_and(|of| of.element() == Some(&types::ps_object()));
                let is_empty = |item: &Value| !is_wrapped && item.as_str().is_some_and(|text| text.is_empty());
                let bad = items.iter().any(|item| item.is_null() || is_empty(item));
                if bad {
                    fail(
                        "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.",
                    )
                } else {
                    Ok(())
                }
            }
            (Self::NotNullOrEmpty, None) if value.as_str().is_some_and(|text| text.is_empty()) => fail(
                "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.",
            ),
            (Self::NotNullOrWhiteSpace, None) if value.as_str().is_some_and(|text| text.trim().is_empty()) => fail(
                "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains non white-space characters, and then try the command again.",
            ),
            _ => Ok(()),
        }
    }

    fn test_item(&self, rs: &mut Runspace, value: &Value) -> Result<(), Failure> {
        let shown = text(value);
        let fail = |text: String| Err(Failure::Text(text));
        match self {
            Self::Set { values, ignore_case, message } => {
                let found =
                    values.iter().any(|have| if *ignore_case { casing::eq(have, &shown) } else { *have == shown });
                if found {
                    return Ok(());
                }
                let list: Vec<&str> = values.iter().map(Str::as_str).collect();
                let list = list.join(",");
                match message {
                    Some(message) => fail(message.replace("{0}", &shown).replace("{1}", &list)),
                    None => fail(format!(
                        "The argument \"{shown}\" does not belong to the set \"{list}\" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the command again."
                    )),
                }
            }
            Self::StrictVersion => match value.downcast::<Version>().map(|version| version.0) {
                Some([1..=4, 0, ..] | [5, 0..=1, ..] | [6, 0..=2, ..] | [7, 0..=6, ..]) => Ok(()),
                _ => fail(format!(
                    "The \"{shown}\" argument does not contain a valid PowerShell version. Supply a valid version number and then try the command again."
                )),
            },
            Self::Range { least, most } => {
                let comparable = |a: &Value, b: &Value| compare::order(a, b, true);
                let value = match least.type_of() {
                    Some(of) => convert::convert(rs, value, &of).unwrap_or_else(|_| value.clone()),
                    None => value.clone(),
                };
                match (comparable(&value, least), comparable(&value, most)) {
                    (None, _) | (_, None) => {
                        fail("The argument type does not match the type of the minimum and maximum limits.".into())
                    }
                    (Some(Ordering::Less), _) => fail(format!(
                        "The {shown} argument is less than the minimum allowed range of {}. Supply an argument that is greater than or equal to {} and then try the command again.",
                        text(least),
                        text(least)
                    )),
                    (_, Some(Ordering::Greater)) => fail(format!(
                        "The {shown} argument is greater than the maximum allowed range of {}. Supply an argument that is less than or equal to {} and then try the command again.",
                        text(most),
                        text(most)
                    )),
                    _ => Ok(()),
                }
            }
            Self::NotWord(words) => match words.iter().any(|word| casing::eq(word, &shown)) {
                true => fail(format!("The parameter cannot be processed because the name '{shown}' is a member type.")),
                false => Ok(()),
            },
            Self::RangeKind(kind) => {
                let number = match value.base() {
                    Value::TimeSpan(span) => psrpd_dotnet::cast::double(span.0),
                    _ => convert::to_f64(rs, value)?,
                };
                let (ok, what) = match kind.to_ascii_lowercase().as_str() {
                    "positive" => (number > 0.0, "greater than zero"),
                    "nonnegative" => (number >= 0.0, "greater than or equal to zero"),
                    "negative" => (number < 0.0, "less than zero"),
                    _ => (number <= 0.0, "less than or equal to zero"),
                };
                if ok {
                    Ok(())
                } else {
                    fail(format!("The argument \"{shown}\" cannot be validated because its value is not {what}."))
                }
            }
            Self::Length { least, most } => {
                let length = psrpd_dotnet::cast::int32(shown.len());
                if length < *least {
                    return fail(format!(
                        "The character length ({length}) of the argument is too short. Specify an argument with a length that is greater than or equal to \"{least}\", and then try the command again."
                    ));
                }
                if length > *most {
                    return fail(format!(
                        "The character length of the {length} argument is too long. Shorten the character length of the argument so it is fewer than or equal to \"{most}\" characters, and then try the command again."
                    ));
                }
                Ok(())
            }
            Self::Pattern { pattern, message } => {
                let regex = rs.regex(pattern, Options { ignore_case: true, ..Options::default() });
                if regex.is_ok_and(|regex| regex.is_match(&shown)) {
                    return Ok(());
                }
                match message {
                    Some(message) => fail(message.replace("{0}", &shown).replace("{1}", pattern)),
                    None => fail(format!(
                        "The argument \"{shown}\" does not match the \"{pattern}\" pattern. Supply an argument that matches \"{pattern}\" and try the command again."
                    )),
                }
            }
            Self::Script { block, message } => {
                let results = rs.call_block_with(block, Some(value.clone()), std::slice::from_ref(value));
                let results = match results {
                    Ok(results) => results,
                    Err(Flow::Error(raised)) => return fail(raised.record.message().to_string()),
                    Err(other) => return Err(other.into()),
                };
                if convert::to_bool(&Value::collected(results)) {
                    return Ok(());
                }
                let code = block.lazy.text();
                match message {
                    Some(message) => fail(message.replace("{0}", &shown).replace("{1}", code)),
                    None => fail(format!(
                        "The \"{code}\" validation script for the argument with value \"{shown}\" did not return a result of True. Determine why the validation script failed, and then try the command again."
                    )),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Converts to the type of a variable or parameter, to which texts are no Booleans.
///
/// # Errors
/// An `ArgumentTransformationMetadataException` around what the conversion raises.
fn transformed(rs: &mut Runspace, value: Value, of: &Type) -> R<Value> {
    let failed = |message: Str, cause: Value| {
        let name = "System.Management.Automation.ArgumentTransformationMetadataException";
        let exception = crate::value::Exception::of(types::known(name), message, cause);
        Flow::error(crate::value::ErrorRecord::new(
            Value::object(exception),
            "RuntimeException",
            Category::MetadataError,
            Value::Null,
        ))
    };
    if *of == types::boolean() && value.as_str().is_some() {
        return Err(failed(not_boolean(&value, of).into(), Value::Null));
    }
    convert::convert(rs, &value, of).map_err(|flow| match flow {
        Flow::Error(raised) => failed(raised.record.exception_message(), raised.record.exception.clone()),
        other => other,
    })
}

/// Why a value is no Boolean.
pub(super) fn not_boolean(value: &Value, of: &Type) -> String {
    let have = if value.is_null() { String::new() } else { value.type_name() };
    format!(
        "Cannot convert value \"{have}\" to type \"{}\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
        of.full_name()
    )
}

/// Converts and tests a value that is assigned to a variable or property.
///
/// # Errors
/// `ValidateSetFailure`, and what conversion raises.
pub(crate) fn apply_checks(rs: &mut Runspace, checks: &[Check], value: Value, name: &str) -> R<Value> {
    let mut value = value;
    for check in checks {
        if let Check::Convert(of) = check {
            value = transformed(rs, value, of)?;
            continue;
        }
        match check.test(rs, &value) {
            Ok(()) => {}
            Err(Failure::Flow(flow)) => return Err(flow),
            Err(Failure::Text(_)) => {
                let message = format!(
                    "The variable cannot be validated because the value {} is not a valid value for the {name} variable.",
                    text(&value)
                );
                return Err(error::raise(
                    "System.Management.Automation.ValidationMetadataException",
                    "ValidateSetFailure",
                    Category::MetadataError,
                    message,
                    Value::Null,
                ));
            }
        }
    }
    Ok(value)
}
