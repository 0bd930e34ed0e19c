//! The view of error records that came over a wire and stayed property bags: what a client sends back to be shown.
//!
//! A bag says where it happened in the properties of its `InvocationInfo`, if at all, and its `CategoryInfo` is a text.

use super::errors::{self, Site};
use crate::{
    eval::{R, Runspace},
    format::expression,
    value::{Value, text as plain_text},
};

/// The text of the bag of an error record.
pub(super) fn write(rs: &mut Runspace, bag: &Value) -> R<String> {
    let exception = property(rs, bag, "Exception")?;
    let own = words(rs, &exception, "Message")?;
    let id = words(rs, bag, "FullyQualifiedErrorId")?;
    if errors::is_native(&id) {
        return Ok(own);
    }
    let details = property(rs, bag, "ErrorDetails")?;
    let details_message = words(rs, &details, "Message")?;
    let invocation = property(rs, bag, "InvocationInfo")?;
    match errors::chosen(rs).as_str() {
        "detailedview" => errors::detailed(rs, bag),
        // A text has no GetMessage.
        "categoryview" => Ok(String::new()),
        "conciseview" => {
            let said = match () {
                () if !details_message.is_empty() => details_message,
                () if !exception.is_null() => own,
                () => {
                    Some(words(rs, bag, "Message")?).filter(|message| !message.is_empty()).unwrap_or_else(|| shown(bag))
                }
            };
            let recommended = words(rs, &details, "RecommendedAction")?;
            let thrown = property(rs, &exception, "WasThrownFromThrowStatement")?;
            let reason = match () {
                () if crate::convert::to_bool(&thrown) => "Exception".to_owned(),
                () => command(rs, &invocation)?,
            };
            let site = site(rs, &invocation)?;
            Ok(errors::compose(rs, &reason, &said, site.as_ref(), &recommended))
        }
        _ => {
            let name = words(rs, &invocation, "InvocationName")?;
            let mut out = if name.is_empty() { String::new() } else { format!("{name} : ") };
            out.push_str(if details_message.is_empty() { &own } else { &details_message });
            let position = words(rs, &invocation, "PositionMessage")?;
            if !position.is_empty() {
                out.push_str(&format!("\n{position}"));
            }
            let category = match words(rs, bag, "ErrorCategory_Message")? {
                message if message.is_empty() => words(rs, bag, "CategoryInfo")?,
                message => message,
            };
            out.push_str(&format!("\n+ CategoryInfo          : {category}\n+ FullyQualifiedErrorId : {id}"));
            Ok(out)
        }
    }
}

/// What the message begins with: the command that failed, as far as the bag knows it.
fn command(rs: &mut Runspace, invocation: &Value) -> R<String> {
    for name in ["MyCommand", "InvocationName"] {
        let found = words(rs, invocation, name)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok("Error".into())
}

/// Where it happened, if that is shown.
fn site(rs: &mut Runspace, invocation: &Value) -> R<Option<Site>> {
    let number = |value: Value| value.as_i128().and_then(|number| i32::try_from(number).ok()).unwrap_or(0);
    let site = Site {
        script: words(rs, invocation, "ScriptName")?,
        line: number(property(rs, invocation, "ScriptLineNumber")?),
        offset: number(property(rs, invocation, "OffsetInLine")?),
        message: words(rs, invocation, "PositionMessage")?,
    };
    Ok(Some(site).filter(|site| !site.script.is_empty() || site.line > 1))
}

fn property(rs: &mut Runspace, of: &Value, name: &str) -> R<Value> {
    if of.is_null() {
        return Ok(Value::Null);
    }
    Ok(expression::property(rs, of, name)?.unwrap_or_default())
}

fn words(rs: &mut Runspace, of: &Value, name: &str) -> R<String> {
    Ok(shown(&property(rs, of, name)?))
}

fn shown(value: &Value) -> String {
    plain_text(value).to_string()
}
