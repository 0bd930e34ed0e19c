//! Types that are read from text: Version, Uri, Regex and Type.

use psrpd_dotnet::{Str, regex::Options};

use super::cannot;
use crate::{
    eval::{R, Runspace, error},
    types::{
        Type,
        regex::{INFINITE, RegexObject},
    },
    value::{Uri, Value, Version, text},
};

/// The text of a string or number.
pub(super) fn source(value: &Value) -> Option<Str> {
    match value.base() {
        Value::Str(text) => Some(text.clone()),
        _ if value.as_i128().is_some() || value.is_real() => Some(text(value)),
        // A semantic version converts to the version in it.
        base if base.type_of().is_some_and(|of| of.is_kind("SemanticVersion")) => {
            text(value).split(['-', '+']).next().map(Str::from)
        }
        _ => None,
    }
}

/// A value of a type that is read from text; none where the type is no such type.
pub(super) fn read(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    let is_read = matches!(
        to.name(),
        "System.Type"
            | "System.RuntimeType"
            | "System.Text.RegularExpressions.Regex"
            | "System.Version"
            | "System.Uri"
            | "System.Management.Automation.ScriptBlock"
    );
    let is_semantic = value.type_name() == "System.Management.Automation.SemanticVersion";
    if !is_read || is_semantic || value.downcast::<crate::value::Dictionary>().is_some() {
        return Ok(None);
    }
    let Some(source) = source(value).filter(|_| to.name() != "System.Management.Automation.ScriptBlock") else {
        return Err(cannot(value, to));
    };
    Ok(Some(match to.name() {
        "System.Text.RegularExpressions.Regex" => {
            let regex = rs.regex(&source, Options::default()).map_err(|bad| {
                let message = format!(
                    "Cannot convert value \"{source}\" to type \"System.Text.RegularExpressions.Regex\". Error: \"Invalid pattern '{source}' at offset {}. {}\"",
                    bad.offset, bad.reason
                );
                error::cast("InvalidCastFromStringToRegex", message)
            })?;
            Value::object(RegexObject { pattern: source, options: 0, regex, timeout: INFINITE })
        }
        "System.Version" => version(&source)?,
        "System.Uri" => Value::object(Uri(source)),
        _ => Value::Type(rs.find_type(&source).or_else(|| rs.absent_type(&source)).ok_or_else(|| {
            let message =
                format!("Cannot convert the \"{source}\" value of type \"System.String\" to type \"System.Type\".");
            error::cast("InvalidCastFromStringToType", message)
        })?),
    }))
}

fn version(source: &str) -> R<Value> {
    Version::parse(source).map(Value::object).ok_or_else(|| {
        let parts = source.split('.').count();
        let reason = if !(2..=4).contains(&parts) {
            "Version string portion was too short or too long. (Parameter 'input')".to_owned()
        } else {
            let bad = source.split('.').find(|part| part.parse::<i32>().is_err()).unwrap_or("");
            format!("The input string '{bad}' was not in a correct format.")
        };
        let message = format!("Cannot convert value \"{source}\" to type \"System.Version\". Error: \"{reason}\"");
        error::cast("InvalidCastParseTargetInvocation", message)
    })
}
