//! `-split` and `-join`.

use psrpd_dotnet::{Str, casing, regex::Options};

use crate::{
    convert,
    eval::{R, Runspace, error},
    types,
    value::{Category, Value, enumerate},
};

// `SplitOptions`
const SIMPLE_MATCH: i64 = 1;
const IGNORE_PATTERN_WHITESPACE: i64 = 8;
const MULTILINE: i64 = 16;
const SINGLELINE: i64 = 32;
const IGNORE_CASE: i64 = 64;
const EXPLICIT_CAPTURE: i64 = 128;

/// `-join` with a separator.
pub(crate) fn join(rs: &mut Runspace, items: &Value, separator: &str) -> R<Value> {
    let Some(items) = enumerate(items) else { return rs.text(items).map(Value::Str) };
    rs.joined(&items, separator).map(Value::Str)
}

/// `-split` without right operand: at blanks, which are trimmed at both ends.
pub(crate) fn unary(rs: &mut Runspace, value: &Value) -> R<Value> {
    let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    let mut parts = Vec::new();
    for item in items {
        let subject = rs.text(&item)?;
        let before = parts.len();
        parts.extend(subject.split_whitespace().map(Value::from));
        if parts.len() == before {
            parts.push(Value::from(""));
        }
    }
    Ok(Value::strings_of(parts))
}

/// `-split`
pub(crate) fn binary(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool) -> R<Value> {
    let operands = enumerate(right).unwrap_or_else(|| vec![right.clone()]);
    let Some(separator) = operands.first().cloned() else {
        let message = format!("The argument to operator '-split' is not valid: {}.", right.type_name());
        return Err(error::invalid("BadOperatorArgument", message));
    };
    let limit = match operands.get(1) {
        Some(limit) => operand(convert::to_i32(rs, limit))?,
        None => 0,
    };
    let by_block = rs.as_block(&separator).is_some();
    let (simple, options) = options_of(rs, operands.get(2), ignore_case, by_block)?;
    let subjects = enumerate(left).unwrap_or_else(|| vec![left.clone()]);
    let mut parts = Vec::new();
    for subject in subjects {
        let subject = rs.text(&subject)?;
        if let Some(block) = rs.as_block(&separator) {
            by_predicate(rs, &subject, &block, limit, &mut parts)?;
            continue;
        }
        let pattern = rs.text(&separator)?;
        if pattern.is_empty() {
            // An empty pattern matches between all characters and at both ends.
            by_regex(rs, &subject, "", limit, Options::default(), &mut parts)?;
        } else if simple {
            by_text(&subject, &pattern, limit, options.ignore_case, &mut parts);
        } else {
            by_regex(rs, &subject, &pattern, limit, options, &mut parts)?;
        }
    }
    Ok(Value::strings_of(parts))
}

/// What the third operand says: whether the separator is plain text, and how it is matched if not.
fn options_of(rs: &mut Runspace, given: Option<&Value>, ignore_case: bool, by_block: bool) -> R<(bool, Options)> {
    let of = types::known("System.Management.Automation.SplitOptions");
    let bits = match given {
        None => 0,
        Some(given) => match operand(convert::convert(rs, given, &of))? {
            Value::Enum(_, bits) => bits,
            _ => 0,
        },
    };
    let has = |bit: i64| bits & bit != 0;
    let bad = |id: &str, message: &str| {
        let exception = "System.Management.Automation.ParseException";
        Err(error::raise(exception, id, Category::ParserError, message, Value::Null))
    };
    if by_block && bits != 0 {
        let message = "Options are not allowed on the -split operator with a predicate.";
        return bad("InvalidSplitOptionWithPredicate", message);
    }
    if has(SIMPLE_MATCH) && bits & !(SIMPLE_MATCH | IGNORE_CASE) != 0 {
        let message = "The combination of options with the -split operator is not valid.";
        return bad("InvalidSplitOptionCombination", message);
    }
    let options = Options {
        ignore_case: ignore_case || has(IGNORE_CASE),
        multiline: has(MULTILINE),
        singleline: has(SINGLELINE),
        explicit_capture: has(EXPLICIT_CAPTURE),
        ignore_whitespace: has(IGNORE_PATTERN_WHITESPACE),
    };
    Ok((has(SIMPLE_MATCH), options))
}

/// An operand that was converted. That it could not be is an error of the operator, not of a cast.
fn operand<T>(converted: R<T>) -> R<T> {
    converted.map_err(|flow| match flow.record() {
        Some(record) => {
            *record.id.lock() = "RuntimeException".into();
            *record.category.lock() = Category::NotSpecified;
            flow
        }
        None => flow,
    })
}

/// How many separators count: all, the first ones, or with a negative limit the last ones.
fn counted<T>(mut found: Vec<T>, limit: i32) -> Vec<T> {
    let keep = usize::try_from(limit.unsigned_abs()).unwrap_or(0).saturating_sub(1);
    match limit {
        0 => {}
        1.. => found.truncate(keep),
        _ => drop(found.drain(..found.len().saturating_sub(keep))),
    }
    found
}

fn by_text(subject: &str, separator: &str, limit: i32, ignore_case: bool, parts: &mut Vec<Value>) {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(rest) = subject.get(from..) {
        let at = if ignore_case { casing::find(rest, separator) } else { rest.find(separator) };
        let Some(at) = at else { break };
        let start = from.saturating_add(at);
        found.push(start);
        from = start.saturating_add(separator.len());
    }
    let mut last = 0;
    for start in counted(found, limit) {
        parts.push(subject.get(last..start).unwrap_or("").into());
        last = start.saturating_add(separator.len());
    }
    parts.push(subject.get(last..).unwrap_or("").into());
}

fn by_regex(
    rs: &mut Runspace,
    subject: &str,
    pattern: &str,
    limit: i32,
    options: Options,
    parts: &mut Vec<Value>,
) -> R<()> {
    let regex = super::patterns::match_regex(rs, &Value::from(pattern), options)?;
    let mut last = 0;
    for found in counted(rs.find_matches(&regex, subject, 0, usize::MAX)?, limit) {
        let whole = found.whole();
        parts.push(subject.get(last..whole.start).unwrap_or("").into());
        last = whole.end;
        let groups = found.groups.iter().skip(1).flatten();
        parts.extend(groups.map(|span| Value::from(subject.get(span.start..span.end).unwrap_or(""))));
    }
    parts.push(subject.get(last..).unwrap_or("").into());
    Ok(())
}

fn by_predicate(
    rs: &mut Runspace,
    subject: &Str,
    block: &std::sync::Arc<crate::eval::ScriptBlock>,
    limit: i32,
    parts: &mut Vec<Value>,
) -> R<()> {
    let most = usize::try_from(limit.unsigned_abs()).unwrap_or(0).saturating_sub(1);
    let mut separators = Vec::new();
    let mut places: Vec<(usize, char)> = subject.char_indices().collect();
    if limit < 0 {
        places.reverse();
    }
    for (at, c) in places {
        if limit != 0 && separators.len() >= most {
            break;
        }
        let result = rs.call_block_with(block, Some(Value::from(c.to_string())), &[])?;
        if convert::to_bool(&Value::collected(result)) {
            separators.push((at, at.saturating_add(c.len_utf8())));
        }
    }
    separators.sort_unstable();
    let mut last = 0;
    for (start, end) in separators {
        parts.push(subject.get(last..start).unwrap_or("").into());
        last = end;
    }
    parts.push(subject.get(last..).unwrap_or("").into());
    Ok(())
}
