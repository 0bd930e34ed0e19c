//! The view of `Get-Error`: an error with all that is known of it, each property on a line, what is in it below it.

use crate::{
    eval::{R, Runspace},
    format::expression,
    ops::compare,
    types,
    value::{Dictionary, ErrorRecord, Value, enumerate, text as plain_text},
};

/// How deep errors in errors are shown.
const MAX_DEPTH: usize = 10;

/// How much further right each level begins.
const STEP: usize = 4;

/// The text of an error.
pub(super) fn write(rs: &mut Runspace, error: &Value) -> R<String> {
    object(rs, error, 0, 1)
}

/// The lines of an object, the last one without its end.
fn object(rs: &mut Runspace, of: &Value, indent: usize, depth: usize) -> R<String> {
    let properties = properties(rs, of)?;
    let width = properties.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let prefix = " ".repeat(indent);
    let mut out = String::new();
    for (name, value) in &properties {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{prefix}{name:width$} : "));
        let below = indent.saturating_add(width).saturating_add(" : ".len());
        let shown = shown(rs, name, value, Place { indent, depth, below })?;
        out.push_str(&shown);
    }
    Ok(out)
}

/// Where a value is shown: the indentation of its property, how deep that is, and where further lines begin.
#[derive(Clone, Copy)]
struct Place {
    indent: usize,
    depth: usize,
    below: usize,
}

/// What stands behind the name of a property.
fn shown(rs: &mut Runspace, name: &str, value: &Value, at: Place) -> R<String> {
    if is_expanded(value) {
        if at.depth >= MAX_DEPTH {
            return Ok("…".into());
        }
        let inner = object(rs, value, at.indent.saturating_add(STEP), at.depth.saturating_add(1))?;
        return Ok(format!("\n{inner}"));
    }
    if name == "StackTrace" {
        return Ok(format!("\n{}", plain_text(value)));
    }
    if name == "TargetSite" {
        return site(rs, value, at.indent.saturating_add(STEP));
    }
    if let Some(table) = value.downcast::<Dictionary>() {
        return Ok(entries(table, at.indent.saturating_add(STEP)));
    }
    if let Some(items) = enumerate(value) {
        return list(rs, &items, at);
    }
    if let Value::Type(of) = value.base() {
        return Ok(format!("[{}]", of.full_name()));
    }
    let text = rs.text(value)?;
    let further = format!("\n{}", " ".repeat(at.below));
    Ok(text.lines().collect::<Vec<_>>().join(&further) + if text.ends_with('\n') { &further } else { "" })
}

/// The method that an exception came from, as far as that is of use.
fn site(rs: &mut Runspace, method: &Value, indent: usize) -> R<String> {
    let mut lines = String::new();
    for name in ["Name", "DeclaringType", "MemberType", "Module"] {
        let Some(value) = expression::property(rs, method, name)?.filter(|value| !value.is_null()) else { continue };
        let text = match value.base() {
            Value::Type(of) => format!("[{}]", of.full_name()),
            _ => plain_text(&value).to_string(),
        };
        lines.push_str(&format!("\n{}{name:13} : {text}", " ".repeat(indent)));
    }
    Ok(if lines.is_empty() { plain_text(method).to_string() } else { lines })
}

/// Names and values of a dictionary, and an empty line.
fn entries(table: &Dictionary, indent: usize) -> String {
    let entries: Vec<(String, String)> = table
        .entries()
        .iter()
        .map(|(key, value)| (plain_text(key).to_string(), plain_text(value).to_string()))
        .collect();
    let width = entries.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    let lines: String =
        entries.iter().map(|(key, value)| format!("\n{}{key:width$} : {value}", " ".repeat(indent))).collect();
    format!("{lines}\n")
}

/// The items of a list: values on lines of their own, objects as their properties with an empty line between them.
fn list(rs: &mut Runspace, items: &[Value], at: Place) -> R<String> {
    let mut out = String::new();
    for item in items {
        let is_first = out.is_empty();
        out.push('\n');
        let is_value =
            !matches!(item.base(), Value::Object(_) | Value::Array(_) | Value::Wrapped(_) | Value::DateTime(_));
        if is_value {
            let text = match item.base() {
                Value::Type(of) => format!("[{}]", of.full_name()),
                _ => rs.text(item)?.to_string(),
            };
            let pad = at.indent.saturating_mul(2).saturating_add(STEP).saturating_add(2);
            out.push_str(&format!("{}{text}", " ".repeat(pad)));
            continue;
        }
        if !is_first {
            out.push('\n');
        }
        if at.depth >= MAX_DEPTH {
            out.push('…');
        } else {
            out.push_str(&object(rs, item, at.indent.saturating_add(STEP), at.depth.saturating_add(1))?);
        }
    }
    Ok(out)
}

/// Whether the properties of a value are shown below it.
fn is_expanded(value: &Value) -> bool {
    value.downcast::<ErrorRecord>().is_some()
        || is_exception(value)
        || value.type_of().is_some_and(|of| of.is_kind("InvocationInfo"))
}

fn is_exception(value: &Value) -> bool {
    value.type_of().is_some_and(|of| of.is_kind_of(&types::known("System.Exception")))
}

/// The properties that say something; of an exception its type comes first.
fn properties(rs: &mut Runspace, of: &Value) -> R<Vec<(String, Value)>> {
    let mut found = Vec::new();
    if is_exception(of)
        && let Some(kind) = of.type_of()
    {
        found.push(("Type".to_owned(), Value::from(kind.full_name())));
    }
    for name in expression::property_names(rs, of)?.in_order() {
        if name.as_str() == "PSErrorIndex" {
            continue;
        }
        let value = expression::property(rs, of, &name)?.unwrap_or_default();
        if says_something(rs, &value)? {
            found.push((name.to_string(), value));
        }
    }
    Ok(found)
}

/// Whether a value is none of `$null`, an empty text, what an empty text converts to, and an empty list.
fn says_something(rs: &mut Runspace, value: &Value) -> R<bool> {
    if value.is_null() {
        return Ok(false);
    }
    if let Some(table) = value.downcast::<Dictionary>() {
        return Ok(!table.entries().is_empty());
    }
    if let Some(items) = enumerate(value) {
        return Ok(!items.is_empty());
    }
    Ok(!compare::equal(rs, value, &Value::from(""), true)?)
}
