//! `-like`, `-match`, `-replace`.

use std::sync::Arc;

use psrpd_dotnet::{
    Str,
    regex::{Match, Options, Regex},
    wildcard::Wildcard,
};

use crate::{
    eval::{Automatic, Flow, R, Runspace, error},
    types::regex::{RegexObject, match_object},
    value::{Dictionary, Value, enumerate, text},
};

/// A wildcard pattern.
///
/// # Errors
/// `WildcardPatternException`, which says nothing of its own in an operator.
pub(crate) fn wildcard(pattern: &str, ignore_case: bool) -> R<Wildcard> {
    Wildcard::new(pattern, ignore_case).map_err(|_| {
        error::raise(
            "System.Management.Automation.WildcardPatternException",
            "RuntimeException",
            crate::value::Category::NotSpecified,
            format!("The specified wildcard character pattern is not valid: {pattern}"),
            Value::Null,
        )
    })
}

/// `-like` and `-notlike`.
pub(crate) fn like(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool, negate: bool) -> R<Value> {
    let pattern = wildcard(&rs.text(right)?, ignore_case)?;
    if let Some(items) = enumerate(left) {
        // What is kept is what was compared: text.
        let texts = items.iter().map(text);
        return Ok(Value::array(texts.filter(|text| pattern.is_match(text) != negate).map(Value::Str).collect()));
    }
    let subject = rs.text(left)?;
    Ok(Value::Bool(pattern.is_match(&subject) != negate))
}

/// A regular expression from an operand: one that is compiled, or text.
///
/// # Errors
/// `InvalidRegularExpression`.
pub(crate) fn regex(rs: &mut Runspace, value: &Value, ignore_case: bool) -> R<Arc<Regex>> {
    if let Some(compiled) = value.downcast::<RegexObject>() {
        return Ok(compiled.regex.clone());
    }
    let pattern = rs.text(value)?;
    rs.regex(&pattern, Options { ignore_case, ..Options::default() }).map_err(|_| invalid_pattern(&pattern))
}

/// The error of `-replace` and `switch -Regex`.
pub(crate) fn invalid_pattern(pattern: &str) -> Flow {
    let message = format!("The regular expression pattern {pattern} is not valid.");
    error::invalid_target("InvalidRegularExpression", message, &Value::from(pattern))
}

/// As [`regex`], for `-match` and `-split`.
///
/// # Errors
/// What .NET says of the pattern.
pub(crate) fn match_regex(rs: &mut Runspace, value: &Value, options: Options) -> R<Arc<Regex>> {
    if let Some(compiled) = value.downcast::<RegexObject>() {
        return Ok(compiled.regex.clone());
    }
    let pattern = rs.text(value)?;
    rs.regex(&pattern, options).map_err(|bad| {
        let message = format!("Invalid pattern '{pattern}' at offset {}. {}", bad.offset, bad.reason);
        error::foreign("System.Text.RegularExpressions.RegexParseException", message)
    })
}

/// `-match` and `-notmatch`; a scalar that matches sets `$Matches`.
pub(crate) fn matches(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool, negate: bool) -> R<Value> {
    let regex = match_regex(rs, right, Options { ignore_case, ..Options::default() })?;
    if let Some(items) = enumerate(left) {
        let mut kept = Vec::new();
        for item in items {
            let subject = rs.text(&item)?;
            if rs.is_match(&regex, &subject)? != negate {
                kept.push(item);
            }
        }
        return Ok(Value::array(kept));
    }
    let subject = rs.text(left)?;
    let found = rs.find_match(&regex, &subject, 0)?;
    if let Some(found) = &found {
        set_matches(rs, &regex, &subject, found)?;
    }
    Ok(Value::Bool(found.is_some() != negate))
}

/// Fills `$Matches`: numbers for unnamed groups, names for named ones, absent groups left out.
pub(crate) fn set_matches(rs: &mut Runspace, regex: &Regex, subject: &str, found: &Match) -> R<()> {
    let table = Dictionary::hashtable_for(found.groups.len());
    for (name, span) in regex.group_names().zip(&found.groups) {
        let Some(span) = span else { continue };
        let key = name.parse::<i32>().map_or_else(|_| Value::from(name), Value::I32);
        table.set(key, Value::from(subject.get(span.start..span.end).unwrap_or("")));
    }
    rs.set_automatic(Automatic::Matches.name(), Value::object(table))
}

/// `-replace`
pub(crate) fn replace(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool) -> R<Value> {
    let operands = enumerate(right).unwrap_or_else(|| vec![right.clone()]);
    if operands.len() > 2 {
        // `-ireplace` is the same operator here, and the rarer name.
        let op = if ignore_case { "-replace" } else { "-creplace" };
        return Err(error::invalid_target(
            "BadReplaceArgument",
            format!("The {op} operator allows only two elements to follow it, not {}.", operands.len()),
            right,
        ));
    }
    let regex = regex(rs, operands.first().unwrap_or(&Value::Null), ignore_case)?;
    let replacement = operands.get(1).cloned().unwrap_or_default();
    if let Some(items) = enumerate(left) {
        let mut replaced = Vec::new();
        for item in items {
            let subject = rs.text(&item)?;
            replaced.push(Value::Str(replace_text(rs, &regex, &subject, &replacement)?));
        }
        return Ok(Value::array(replaced));
    }
    let subject = rs.text(left)?;
    replace_text(rs, &regex, &subject, &replacement).map(Value::Str)
}

/// Replaces all matches by a replacement text, or by what a script block makes of each match.
pub(crate) fn replace_text(rs: &mut Runspace, regex: &Arc<Regex>, subject: &Str, replacement: &Value) -> R<Str> {
    let block = rs.as_block(replacement);
    let pattern = if block.is_none() { rs.text(replacement)? } else { Str::default() };
    let mut next = rs.find_match(regex, subject, 0)?;
    if next.is_none() {
        return Ok(subject.clone());
    }
    let mut out = String::new();
    let (mut last, mut measured) = (0, 0);
    while let Some(one) = next {
        let whole = one.whole();
        out.push_str(subject.get(last..whole.start).unwrap_or(""));
        match &block {
            Some(block) => {
                let object = match_object(regex, subject, &one);
                let is_delegate = replacement.downcast::<crate::types::Delegate>().is_some();
                let args = if is_delegate { vec![object.clone()] } else { Vec::new() };
                let results = rs.call_block_with(block, Some(object), &args)?;
                out.push_str(&rs.text(&Value::collected(results))?);
            }
            None => out.push_str(&regex.expand(&pattern, subject, &one)),
        }
        last = whole.end;
        rs.grown(&mut measured, out.len())?;
        next = rs.find_match(regex, subject, one.after(subject))?;
    }
    out.push_str(subject.get(last..).unwrap_or(""));
    Ok(out.into())
}

/// Errors of a pattern given to a .NET method.
pub(crate) fn parse_error(pattern: &str, bad: &psrpd_dotnet::regex::BadRegex) -> Flow {
    error::foreign(
        "System.Text.RegularExpressions.RegexParseException",
        format!("Invalid pattern '{pattern}' at offset {}. {}", bad.offset, bad.reason),
    )
}
