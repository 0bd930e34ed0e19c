//! Constraints of parameters, variables and properties: types and validation attributes.

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::{Str, casing, regex::Options};

use super::custom;
use crate::{
    convert,
    eval::{Action, Flow, R, Runspace, ScriptBlock, error},
    ops::compare,
    types::{self, Type},
    value::{Category, Dictionary, ErrorRecord, Exception, Value, Version, enumerate, items_of, text},
};

/// One constraint.
#[derive(Clone)]
pub(crate) enum Check {
    Convert(Type),
    /// The type of a variable that belongs to the block that runs alone: what is assigned is cast.
    Cast(Type),
    /// A preference: Suspend is none.
    Preference,
    Set {
        values: Vec<Str>,
        ignore_case: bool,
        message: Option<Str>,
    },
    /// A set that a class of a script makes.
    MadeSet {
        of: Type,
        ignore_case: bool,
        message: Option<Str>,
    },
    /// An attribute that a script defines.
    Custom(Value),
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
    /// Paths on these drives.
    Drive(Vec<Str>),
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
    /// The id and the reason.
    Invalid(&'static str, String),
    /// What was raised while the value was tested.
    Raised(Value, String),
    Flow(Flow),
}

impl Failure {
    /// The exception behind it and what it says; the flow itself where nothing is known of the value.
    pub(super) fn exception(self) -> Result<(Value, String), Flow> {
        match self {
            Self::Invalid(id, reason) => {
                let exception = Exception::new(VALIDATION, reason.as_str());
                let record = ErrorRecord::new(
                    Value::object(Exception::new(VALIDATION, reason.as_str())),
                    id,
                    Category::MetadataError,
                    Value::Null,
                );
                *exception.record.lock() = Some(Arc::new(record));
                Ok((Value::object(exception), reason))
            }
            Self::Raised(exception, reason) => Ok((exception, reason)),
            Self::Flow(flow) => Err(flow),
        }
    }
}

const VALIDATION: &str = "System.Management.Automation.ValidationMetadataException";

impl From<Flow> for Failure {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

const NULL: &str =
    "The argument is null. Provide a valid value for the argument, and then try running the command again.";
const NULL_OR_EMPTY_ITEM: &str = "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.";

impl Check {
    /// Why a value is not valid.
    ///
    /// # Errors
    /// What a script that validates raises.
    pub(crate) fn explain(&self, rs: &mut Runspace, value: &Value) -> R<Result<(), String>> {
        match self.test(rs, value) {
            Ok(()) => Ok(Ok(())),
            Err(failure) => failure.exception().map(|(_, reason)| Err(reason)),
        }
    }

    /// Tests a value that has been converted; collections item by item.
    pub(crate) fn test(&self, rs: &mut Runspace, value: &Value) -> Result<(), Failure> {
        match self {
            Self::Convert(_) | Self::Cast(_) | Self::Preference | Self::Credential => Ok(()),
            Self::Custom(attribute) => custom::test(rs, attribute, value),
            Self::MadeSet { of, ignore_case, message } => {
                let values = custom::words(rs, of)?;
                Self::Set { values, ignore_case: *ignore_case, message: message.clone() }.test(rs, value)
            }
            Self::Count { least, most } => {
                let count = match items_of(value.base().clone()) {
                    Ok(items) => items.len(),
                    Err(_) if value.is_null() => 0,
                    Err(_) => {
                        return Err(Failure::Invalid(
                            "NotAnArrayParameter",
                            "The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from the parameter or make the parameter an array parameter.".into(),
                        ));
                    }
                };
                let count = psrpd_dotnet::cast::int32(count);
                if least == most && count != *least {
                    return Err(Failure::Invalid(
                        "ValidateCountExactFailure",
                        format!("The parameter requires exactly {least} value(s) - {count} value(s) were provided."),
                    ));
                }
                if count < *least || count > *most {
                    return Err(Failure::Invalid(
                        "ValidateCountMinMaxFailure",
                        format!(
                            "The parameter requires at least {least} value(s) and no more than {most} value(s) - {count} value(s) were provided."
                        ),
                    ));
                }
                Ok(())
            }
            Self::NotNull | Self::NotNullOrEmpty | Self::NotNullOrWhiteSpace => self.not_empty(value),
            _ if value.is_null() && self.is_of_each() => {
                Err(Failure::Invalid("ArgumentIsNull", NULL_OR_EMPTY_ITEM.into()))
            }
            _ => match items_of(value.base().clone()) {
                Ok(items) => {
                    for item in items {
                        self.test_item(rs, &item)?;
                    }
                    Ok(())
                }
                Err(_) => self.test_item(rs, value),
            },
        }
    }

    fn not_empty(&self, value: &Value) -> Result<(), Failure> {
        const NULL_ITEM: &str = "The argument has a null value, or an element of the argument collection contains a null value. Provide a collection that does not contain any null values, and then try the command again.";
        const EMPTY: &str = "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.";
        const BLANK: &str = "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains non white-space characters, and then try the command again.";
        const BLANK_ITEM: &str = "An element of the argument collection is null, empty, or consists of only white-space characters. Supply a collection that does not contain any those values and then try the command again.";
        let fail = |id: &'static str, text: &str| Err(Failure::Invalid(id, text.into()));
        let blank = matches!(self, Self::NotNullOrWhiteSpace);
        if value.is_null() {
            return match self {
                Self::NotNull => fail("ArgumentIsNull", NULL),
                Self::NotNullOrEmpty => fail("ArgumentIsNull", EMPTY),
                _ => fail("ArgumentIsNull", BLANK),
            };
        }
        if super::coerce::is_compact(value) {
            return Ok(());
        }
        let Some(items) = enumerate(value) else {
            return match self {
                Self::NotNull => Ok(()),
                _ if value.downcast::<Dictionary>().is_some_and(|table| table.entries().is_empty()) => {
                    fail("ArgumentIsEmpty", NULL_OR_EMPTY_ITEM)
                }
                Self::NotNullOrEmpty if value.as_str().is_some_and(|text| text.is_empty()) => {
                    fail("ArgumentIsEmpty", EMPTY)
                }
                Self::NotNullOrWhiteSpace if value.as_str().is_some_and(|text| text.trim().is_empty()) => {
                    fail("ArgumentIsEmptyOrWhiteSpace", BLANK)
                }
                _ => Ok(()),
            };
        };
        // In an array of PSObject a text is not seen to be empty.
        let is_wrapped = value.type_of().is_some_and(|of| of.element() == Some(&types::ps_object()));
        let is_empty = |item: &Value| {
            let text = item.as_str().map(|text| if blank { text.trim().is_empty() } else { text.is_empty() });
            !is_wrapped && text == Some(true)
        };
        match self {
            Self::NotNull if items.iter().any(Value::is_null) => fail("ArgumentIsNull", NULL_ITEM),
            Self::NotNull => Ok(()),
            _ if items.is_empty() => fail("ArgumentIsEmpty", NULL_OR_EMPTY_ITEM),
            _ if items.iter().any(Value::is_null) => {
                fail("ArgumentIsNull", if blank { BLANK_ITEM } else { NULL_OR_EMPTY_ITEM })
            }
            _ if items.iter().any(is_empty) && blank => fail("ArgumentCollectionContainsEmptyOrWhiteSpace", BLANK_ITEM),
            _ if items.iter().any(is_empty) => fail("ArgumentCollectionContainsEmpty", NULL_OR_EMPTY_ITEM),
            _ => Ok(()),
        }
    }

    /// Whether it is one of the attributes that look at each item of an argument.
    fn is_of_each(&self) -> bool {
        matches!(
            self,
            Self::Set { .. }
                | Self::Pattern { .. }
                | Self::Range { .. }
                | Self::RangeKind(_)
                | Self::Script { .. }
                | Self::Length { .. }
        )
    }

    fn test_item(&self, rs: &mut Runspace, value: &Value) -> Result<(), Failure> {
        let shown = text(value);
        let fail = |id: &'static str, text: String| Err(Failure::Invalid(id, text));
        if value.is_null() && self.is_of_each() && !matches!(self, Self::Length { .. }) {
            return fail("ArgumentIsNull", NULL.into());
        }
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
                    Some(message) => fail("ValidateSetFailure", message.replace("{0}", &shown).replace("{1}", &list)),
                    None => fail(
                        "ValidateSetFailure",
                        format!(
                            "The argument \"{shown}\" does not belong to the set \"{list}\" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the command again."
                        ),
                    ),
                }
            }
            Self::StrictVersion => match value.downcast::<Version>().map(|version| version.0) {
                Some([1..=4, 0, ..] | [5, 0..=1, ..] | [6, 0..=2, ..] | [7, 0..=6, ..]) => Ok(()),
                _ => fail(
                    "ArgumentIsInvalid",
                    format!(
                        "The \"{shown}\" argument does not contain a valid PowerShell version. Supply a valid version number and then try the command again."
                    ),
                ),
            },
            Self::Range { least, most } => {
                let comparable = |a: &Value, b: &Value| compare::order(a, b, true);
                let limit = least.type_of().unwrap_or_else(types::object);
                let Ok(value) = convert::convert(rs, value, &limit) else {
                    return fail("ValidationRangeElementType", wrong_type(value, &limit));
                };
                match (comparable(&value, least), comparable(&value, most)) {
                    (None, _) | (_, None) => fail("ValidationRangeElementType", wrong_type(&value, &limit)),
                    (Some(Ordering::Less), _) => fail(
                        "ValidateRangeTooSmall",
                        format!(
                            "The {shown} argument is less than the minimum allowed range of {}. Supply an argument that is greater than or equal to {} and then try the command again.",
                            text(least),
                            text(least)
                        ),
                    ),
                    (_, Some(Ordering::Greater)) => fail(
                        "ValidateRangeTooBig",
                        format!(
                            "The {shown} argument is greater than the maximum allowed range of {}. Supply an argument that is less than or equal to {} and then try the command again.",
                            text(most),
                            text(most)
                        ),
                    ),
                    _ => Ok(()),
                }
            }
            Self::Drive(drives) => {
                let is_of = |drive: &Str| match shown.split_once(':') {
                    Some((have, _)) => casing::eq(have, drive),
                    None => drive.as_str() == "/",
                };
                if drives.iter().any(is_of) {
                    return Ok(());
                }
                let have = shown.split_once(':').map_or("/", |(drive, _)| drive);
                let list: Vec<&str> = drives.iter().map(Str::as_str).collect();
                let list = list.join(", ");
                fail(
                    "ValidateDriveFailure",
                    format!(
                        "The path argument drive {have} does not belong to the set of approved drives: {list}. Supply a path argument with an approved drive."
                    ),
                )
            }
            Self::NotWord(words) => match words.iter().any(|word| casing::eq(word, &shown)) {
                true => fail(
                    "ArgumentIsInvalid",
                    format!("The parameter cannot be processed because the name '{shown}' is a member type."),
                ),
                false => Ok(()),
            },
            Self::RangeKind(kind) => {
                let number = match value.base() {
                    Value::TimeSpan(span) => psrpd_dotnet::cast::double(span.0),
                    Value::Str(_) => return fail("ValidationRangeElementType", wrong_type(value, &types::int32())),
                    _ => convert::to_f64(rs, value)?,
                };
                let (ok, id, what) = match kind.to_ascii_lowercase().as_str() {
                    "positive" => (number > 0.0, "ValidateRangePositiveFailure", "greater than zero"),
                    "nonnegative" => {
                        (number >= 0.0, "ValidateRangeNonNegativeFailure", "greater than or equal to zero")
                    }
                    "negative" => (number < 0.0, "ValidateRangeNegativeFailure", "less than zero"),
                    _ => (number <= 0.0, "ValidateRangeNonPositiveFailure", "less than or equal to zero"),
                };
                if ok {
                    Ok(())
                } else {
                    fail(id, format!("The argument \"{shown}\" cannot be validated because its value is not {what}."))
                }
            }
            Self::Length { least, most } => {
                if value.as_str().is_none() {
                    return fail(
                        "ValidateLengthNotString",
                        "The ValidateLength attribute cannot be applied to a parameter that is not a string or string[] parameter. Make the parameter a string or string[] parameter.".into(),
                    );
                }
                let length = psrpd_dotnet::cast::int32(shown.len());
                if length < *least {
                    return fail(
                        "ValidateLengthMinLengthFailure",
                        format!(
                            "The character length ({length}) of the argument is too short. Specify an argument with a length that is greater than or equal to \"{least}\", and then try the command again."
                        ),
                    );
                }
                if length > *most {
                    return fail(
                        "ValidateLengthMaxLengthFailure",
                        format!(
                            "The character length of the {length} argument is too long. Shorten the character length of the argument so it is fewer than or equal to \"{most}\" characters, and then try the command again."
                        ),
                    );
                }
                Ok(())
            }
            Self::Pattern { pattern, message } => {
                let regex = rs.regex(pattern, Options { ignore_case: true, ..Options::default() }).map_err(|bad| {
                    let reason = format!("Invalid pattern '{pattern}' at offset {}. {}", bad.offset, bad.reason);
                    let exception =
                        Exception::new("System.Text.RegularExpressions.RegexParseException", reason.as_str());
                    Failure::Raised(Value::object(exception), reason)
                })?;
                if rs.is_match(&regex, &shown)? {
                    return Ok(());
                }
                match message {
                    Some(message) => {
                        fail("ValidatePatternFailure", message.replace("{0}", &shown).replace("{1}", pattern))
                    }
                    None => fail(
                        "ValidatePatternFailure",
                        format!(
                            "The argument \"{shown}\" does not match the \"{pattern}\" pattern. Supply an argument that matches \"{pattern}\" and try the command again."
                        ),
                    ),
                }
            }
            Self::Script { block, message } => {
                let results = rs.call_block_with(block, Some(value.clone()), std::slice::from_ref(value));
                let results = match results {
                    Ok(results) => results,
                    Err(Flow::Error(raised)) => {
                        let reason = raised.record.message().to_string();
                        return Err(Failure::Raised(raised.record.exception.clone(), reason));
                    }
                    Err(other) => return Err(other.into()),
                };
                if convert::to_bool(&Value::collected(results)) {
                    return Ok(());
                }
                let code = block.lazy.text();
                match message {
                    Some(message) => fail("ValidateScriptFailure", message.replace("{0}", &shown).replace("{1}", code)),
                    None => fail(
                        "ValidateScriptFailure",
                        format!(
                            "The \"{code}\" validation script for the argument with value \"{shown}\" did not return a result of True. Determine why the validation script failed, and then try the command again."
                        ),
                    ),
                }
            }
            _ => Ok(()),
        }
    }
}

/// What is said of a value whose type does not go with the limits of a range.
fn wrong_type(value: &Value, limit: &Type) -> String {
    let (have, want) = (value.type_of().unwrap_or_else(types::object).short_name(), limit.short_name());
    format!(
        "The argument cannot be validated because its type \"{have}\" is not the same type ({want}) as the maximum and minimum limits of the parameter. Make sure the argument is of type {want} and then try the command again."
    )
}

/// Converts to the type of a variable or parameter, to which texts are no Booleans.
///
/// # Errors
/// An `ArgumentTransformationMetadataException` around what the conversion raises.
fn transformed(rs: &mut Runspace, value: Value, of: &Type) -> R<Value> {
    let failed = |message: Str, cause: Value| {
        let name = "System.Management.Automation.ArgumentTransformationMetadataException";
        let exception = Exception::of(types::known(name), message, cause);
        Flow::error(ErrorRecord::new(
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

/// Converts and tests a value that is assigned to a variable, which its first value makes.
///
/// # Errors
/// `ValidateSetFailure`, and what conversion raises.
pub(crate) fn apply_checks(rs: &mut Runspace, checks: &[Check], value: Value, name: &str, is_new: bool) -> R<Value> {
    let mut value = custom::transform(rs, checks, value)?;
    for check in checks {
        if let Check::Convert(of) = check {
            value = transformed(rs, value, of)?;
            continue;
        }
        if let (Check::Preference, Value::Enum(_, number)) = (check, value.base())
            && Action::from_number(*number) == Action::Suspend
        {
            let of = "System.Management.Automation.ArgumentTransformationMetadataException";
            let message = crate::eval::no_suspend();
            return Err(error::raise(of, "RuntimeException", Category::MetadataError, message, Value::Null));
        }
        match check.test(rs, &value) {
            Ok(()) => {}
            Err(Failure::Flow(flow)) => return Err(flow),
            Err(_) => {
                let shown = if value.is_null() { "$null".into() } else { text(&value) };
                let message = if is_new {
                    format!(
                        "The attribute cannot be added because variable {name} with value {shown} would no longer be valid."
                    )
                } else {
                    format!(
                        "The variable cannot be validated because the value {shown} is not a valid value for the {name} variable."
                    )
                };
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
