//! The arguments of `-Property` and `-GroupBy`: names, scripts, and dictionaries with both and more.

use psrpd_dotnet::{Str, casing};

use super::{expression::Expression, packet::Align};
use crate::{
    cmdlets::Cx,
    eval::{Flow, R},
    value::{Category, Dictionary, Value, text},
};

/// Keys that a dictionary may have, by the names that messages give them. The first one is required.
pub(crate) const TABLE: &[&str] = &["expression", "formatString", "width", "alignment", "label"];
pub(crate) const LIST: &[&str] = &["expression", "formatString", "label"];
pub(crate) const WIDE: &[&str] = &["expression", "formatString"];
pub(crate) const CUSTOM: &[&str] = &["expression", "depth"];
pub(crate) const GROUP: &[&str] = &["expression", "formatString", "label"];

const EXPRESSIONS: &str = "{System.String, System.Management.Automation.ScriptBlock}";

/// A property as it was asked for.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) expression: Expression,
    pub(crate) label: Option<String>,
    pub(crate) width: usize,
    pub(crate) align: Align,
    pub(crate) format: Option<String>,
    pub(crate) depth: Option<i64>,
}

impl Wanted {
    fn new(expression: Expression) -> Self {
        Self { expression, label: None, width: 0, align: Align::Undefined, format: None, depth: None }
    }

    /// What the column or line is called.
    pub(crate) fn label_of(&self, resolved: &Expression) -> String {
        self.label.clone().unwrap_or_else(|| resolved.label())
    }
}

/// Reads arguments; `keys` are what a dictionary may have.
pub(crate) fn read(cx: &Cx<'_>, list: &[Value], keys: &[&'static str]) -> R<Vec<Wanted>> {
    list.iter().map(|item| one(cx, item, keys)).collect()
}

fn bad(cx: &Cx<'_>, id: &str, message: impl Into<Str>) -> Flow {
    let message = message.into();
    let text = "Specified method is not supported.";
    let flow = cx.fail("System.NotSupportedException", id, Category::InvalidArgument, text, Value::Null);
    if let Some(record) = flow.record() {
        *record.details.lock() = Some(message);
    }
    flow
}

fn one(cx: &Cx<'_>, item: &Value, keys: &[&'static str]) -> R<Wanted> {
    if let Some(table) = item.downcast::<Dictionary>() {
        return dictionary(cx, &table.entries(), keys);
    }
    match expression(cx, item, false)? {
        Some(found) => Ok(Wanted::new(found)),
        None if item.is_null() => Err(bad(
            cx,
            "DictionaryKeyUnknownType",
            format!("The value of a parameter was null; one of the following types was expected: {EXPRESSIONS}."),
        )),
        None => Err(bad(
            cx,
            "DictionaryKeyUnknownType",
            format!("Cannot convert {} to one of the following types {EXPRESSIONS}.", item.type_name()),
        )),
    }
}

fn expression(cx: &Cx<'_>, value: &Value, in_dictionary: bool) -> R<Option<Expression>> {
    if let Some(name) = value.as_str() {
        if name.is_empty() {
            return Err(if in_dictionary {
                bad(cx, "ExpressionEmptyString1", "The \"expression\" key cannot have an empty string value.")
            } else {
                bad(cx, "ExpressionEmptyString2", "An empty string value is not allowed.")
            });
        }
        return Ok(Some(Expression::Name(name.clone())));
    }
    Ok(cx.rs.as_block(value).map(Expression::Script))
}

/// The entry that a key means, by its beginning.
fn matching(cx: &Cx<'_>, key: &str, keys: &[&'static str]) -> R<&'static str> {
    let mut found: Option<&'static str> = None;
    for name in keys {
        let is_meant = casing::starts_with(name, key) || (*name == "label" && casing::starts_with("name", key));
        match found {
            Some(first) if is_meant => {
                let message = format!("The {key} key is ambiguous; {first} and {name} conflict.");
                return Err(bad(cx, "DictionaryKeyAmbiguous", message));
            }
            None if is_meant => found = Some(name),
            _ => {}
        }
    }
    found.ok_or_else(|| bad(cx, "DictionaryKeyIllegal", format!("The {key} key is not valid.")))
}

fn dictionary(cx: &Cx<'_>, entries: &[(Value, Value)], keys: &[&'static str]) -> R<Wanted> {
    let mut found: Vec<(&'static str, Value)> = Vec::new();
    for (key, value) in entries {
        let Some(key) = key.as_str() else {
            let of = key.type_of().map_or_else(String::new, |of| of.short_name());
            let message = format!("The {of} key type is not valid. The key must be a string.");
            return Err(bad(cx, "DictionaryKeyNonString", message));
        };
        let name = matching(cx, key, keys)?;
        if found.iter().any(|(have, _)| *have == name) {
            let message = format!("The duplicated key \"{key}\" conflicts with \"{name}\".");
            return Err(bad(cx, "DictionaryKeyDuplicate", message));
        }
        check_type(cx, key, name, value)?;
        found.push((name, value.clone()));
    }
    let get = |name: &str| found.iter().find(|(have, _)| *have == name).map(|(_, value)| value);
    let Some(wanted) = get("expression").map(|value| expression(cx, value, true)).transpose()?.flatten() else {
        return Err(bad(cx, "DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing."));
    };
    let mut wanted = Wanted::new(wanted);
    if let Some(format) = get("formatString") {
        let format = text(format);
        if format.is_empty() {
            let message = "Cannot have an empty formatting string for key \"formatString\".";
            return Err(bad(cx, "FormatStringEmpty", message));
        }
        wanted.format = Some(format.to_string());
    }
    if let Some(width) = get("width").and_then(Value::as_i128) {
        wanted.width = usize::try_from(width).unwrap_or(0);
        if wanted.width == 0 {
            let message = format!("The value \"{width}\" for key \"width\" should be greater than 0.");
            return Err(bad(cx, "WidthOutOfRange", message));
        }
    }
    if let Some(align) = get("alignment") {
        wanted.align = alignment(cx, &text(align))?;
    }
    wanted.label = get("label").map(|label| text(label).to_string());
    wanted.depth = get("depth").and_then(Value::as_i128).and_then(|depth| i64::try_from(depth).ok());
    Ok(wanted)
}

fn check_type(cx: &Cx<'_>, key: &str, name: &str, value: &Value) -> R<()> {
    if value.is_null() {
        return Err(bad(cx, "DictionaryKeyMissingValue", format!("The {key} key has no value.")));
    }
    let of = value.type_name();
    let wanted = match name {
        "expression" if value.as_str().is_none() && cx.rs.as_block(value).is_none() => {
            let message =
                format!("The \"{key}\" key has a type, {of}, that is not valid; expected types are {EXPRESSIONS}.");
            return Err(bad(cx, "DictionaryKeyIllegalValue1", message));
        }
        "width" | "depth" if !matches!(value.base(), Value::I32(_)) => "System.Int32",
        "formatString" | "alignment" | "label" if value.as_str().is_none() => "System.String",
        _ => return Ok(()),
    };
    let message = format!("The \"{key}\" key has a type, {of}, that is not valid; expected type is {wanted}.");
    Err(bad(cx, "DictionaryKeyIllegalValue2", message))
}

fn alignment(cx: &Cx<'_>, word: &str) -> R<Align> {
    const WORDS: [(&str, Align); 3] = [("left", Align::Left), ("center", Align::Center), ("right", Align::Right)];
    let found = WORDS.iter().find(|(name, _)| !word.is_empty() && casing::starts_with(name, word));
    found.map(|(_, align)| *align).ok_or_else(|| {
        let message = format!(
            "The value \"{word}\" for key \"alignment\" is not valid; valid values are {{left, center, right}}."
        );
        bad(cx, "AlignmentIllegalValue", message)
    })
}
