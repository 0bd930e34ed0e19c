//! What the cmdlets share that look at properties of objects: names, patterns, script blocks, and hashtables that
//! describe a calculated property.

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::{Str, casing, collation, wildcard};

use super::Cx;
use crate::{
    convert,
    eval::{Flow, R, Runspace, ScriptBlock, error},
    ops::{compare, patterns},
    serial, types,
    value::{Category, Dictionary, ErrorRecord, Exception, Value, text},
};

/// A property as `-Property` names it.
pub(super) struct Column {
    pub(super) source: Source,
    /// What the result is to be called.
    pub(super) name: Option<Str>,
    pub(super) descending: Option<bool>,
    /// How `ConvertTo-Html` is to show it.
    pub(super) width: Option<Str>,
    pub(super) alignment: Option<Str>,
}

impl Column {
    /// A column without more than its source.
    pub(super) fn plain(source: Source) -> Self {
        Self { source, name: None, descending: None, width: None, alignment: None }
    }
}

/// Where a column gets its values.
pub(super) enum Source {
    Named(Str),
    Block(Arc<ScriptBlock>),
}

impl Source {
    /// The name of a result that has no other.
    pub(super) fn text(&self) -> Str {
        match self {
            Self::Named(name) => name.clone(),
            Self::Block(block) => block.lazy.text().into(),
        }
    }
}

/// A value of a column for an object.
pub(super) struct Cell {
    pub(super) name: Str,
    pub(super) value: Value,
    /// What went wrong while it was calculated.
    pub(super) error: Option<Arc<ErrorRecord>>,
}

/// The keys that a hashtable may have.
#[derive(Clone, Copy, Default)]
pub(super) struct Keys {
    pub(super) naming: bool,
    pub(super) ordering: bool,
    pub(super) styling: bool,
}

/// The columns that a parameter names.
///
/// # Errors
/// `DictionaryKeyIllegal` and its kin.
pub(super) fn columns(cx: &Cx<'_>, parameter: &str, keys: Keys) -> R<Vec<Column>> {
    if cx.get(parameter).is_none_or(|given| given.is_null()) {
        return Ok(Vec::new());
    }
    let list = cx.list(parameter);
    let mut columns = Vec::with_capacity(list.len());
    for item in &list {
        columns.push(column(cx, item, keys)?);
    }
    Ok(columns)
}

const EXPECTED: &str = "{System.String, System.Management.Automation.ScriptBlock}";

fn column(cx: &Cx<'_>, item: &Value, keys: Keys) -> R<Column> {
    if let Some(table) = item.downcast::<Dictionary>() {
        return from_table(cx, table, keys);
    }
    let source = match (cx.rs.as_block(item), item.base()) {
        (Some(block), Value::Object(_)) => Source::Block(block),
        (_, Value::Str(name)) if name.is_empty() => {
            return Err(refuse(cx, "ExpressionEmptyString2", "An empty string value is not allowed.".into()));
        }
        (_, Value::Str(name)) => Source::Named(name.clone()),
        (_, Value::Null) => {
            let message =
                format!("The value of a parameter was null; one of the following types was expected: {EXPECTED}.");
            return Err(refuse(cx, "DictionaryKeyUnknownType", message));
        }
        _ => {
            let message = format!("Cannot convert {} to one of the following types {EXPECTED}.", item.type_name());
            return Err(refuse(cx, "DictionaryKeyUnknownType", message));
        }
    };
    Ok(Column::plain(source))
}

fn from_table(cx: &Cx<'_>, table: &Dictionary, keys: Keys) -> R<Column> {
    let mut column = Column::plain(Source::Named(Str::default()));
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in table.entries() {
        let Some(key_text) = key.as_str().cloned() else {
            let of = key.type_of().map_or_else(String::new, |of| of.short_name());
            let message = format!("The {of} key type is not valid. The key must be a string.");
            return Err(refuse(cx, "DictionaryKeyNonString", message));
        };
        let Some(known) = known_key(&key_text, keys) else {
            return Err(refuse(cx, "DictionaryKeyIllegal", format!("The {key_text} key is not valid.")));
        };
        if seen.contains(&known) {
            let message = format!("The duplicated key \"{key_text}\" conflicts with \"{known}\".");
            return Err(refuse(cx, "DictionaryKeyDuplicate", message));
        }
        seen.push(known);
        if value.is_null() {
            return Err(refuse(cx, "DictionaryKeyMissingValue", format!("The {key_text} key has no value.")));
        }
        let wrong_type = |expected: &str, id: &str| {
            let of = value.type_name();
            let message = format!("The \"{key_text}\" key has a type, {of}, that is not valid; expected {expected}.");
            refuse(cx, id, message)
        };
        match known {
            "expression" => {
                column.source = match (cx.rs.as_block(&value), value.base()) {
                    (Some(block), Value::Object(_)) => Source::Block(block),
                    (_, Value::Str(name)) if name.is_empty() => {
                        let message = "The \"expression\" key cannot have an empty string value.";
                        return Err(refuse(cx, "ExpressionEmptyString1", message.into()));
                    }
                    (_, Value::Str(name)) => Source::Named(name.clone()),
                    _ => return Err(wrong_type(&format!("types are {EXPECTED}"), "DictionaryKeyIllegalValue1")),
                };
            }
            "name" => match value.as_str() {
                Some(name) => column.name = Some(name.clone()).filter(|name| !name.is_empty()),
                None => return Err(wrong_type("type is System.String", "DictionaryKeyIllegalValue2")),
            },
            "width" => column.width = Some(text(&value)),
            "alignment" => column.alignment = Some(text(&value)),
            "descending" => column.descending = Some(convert::to_bool(&value)),
            _ => {
                let ascending = convert::to_bool(&value);
                column.descending = column.descending.or(Some(!ascending));
            }
        }
    }
    if !seen.contains(&"expression") {
        let message = "A mandatory entry for expression is missing.";
        return Err(refuse(cx, "DictionaryKeyMandatoryEntry", message.into()));
    }
    // Where both are given, ascending wins.
    if let (true, Some(up)) = (seen.contains(&"ascending"), table.get_str("Ascending")) {
        column.descending = Some(!convert::to_bool(&up));
    }
    Ok(column)
}

/// The key that a prefix means.
fn known_key(key: &str, keys: Keys) -> Option<&'static str> {
    if key.is_empty() {
        return None;
    }
    let known: [(&str, &'static str, bool); 7] = [
        ("expression", "expression", true),
        ("name", "name", keys.naming),
        ("label", "name", keys.naming),
        ("ascending", "ascending", keys.ordering),
        ("descending", "descending", keys.ordering),
        ("width", "width", keys.styling),
        ("alignment", "alignment", keys.styling),
    ];
    known.into_iter().find(|(name, _, allowed)| *allowed && casing::starts_with(name, key)).map(|(_, meant, _)| meant)
}

fn refuse(cx: &Cx<'_>, id: &str, message: String) -> Flow {
    let record = error::record(
        "System.NotSupportedException",
        &cx.id(id),
        Category::InvalidArgument,
        "Specified method is not supported.",
        Value::Null,
    );
    *record.activity.lock() = cx.cmdlet.name.into();
    *record.details.lock() = Some(message.into());
    Flow::error(record)
}

/// The values that a source has for an object: none where a name does not exist, several where a pattern matches more.
pub(super) fn cells(rs: &mut Runspace, source: &Source, item: &Value) -> R<Vec<Cell>> {
    match source {
        Source::Named(name) if wildcard::has_wildcards(name) => {
            let pattern = patterns::wildcard(name, true)?;
            // The keys of a Hashtable are its properties here; other dictionaries show those of their type.
            let table = item.downcast::<Dictionary>().filter(|_| is_hashtable(item));
            let all = match table {
                Some(table) => table.entries().into_iter().map(|(key, value)| (text(&key), value)).collect(),
                None => properties(rs, item)?,
            };
            Ok(all
                .into_iter()
                .filter(|(name, _)| pattern.is_match(name))
                .map(|(name, value)| Cell { name, value, error: None })
                .collect())
        }
        Source::Named(name) => {
            let found = match property(rs, item, name) {
                Ok(found) => found,
                Err(Flow::Error(_)) => Some(Value::Null),
                Err(other) => return Err(other),
            };
            let real = real_name(item, name);
            Ok(found.map(|value| Cell { name: real, value, error: None }).into_iter().collect())
        }
        Source::Block(block) => {
            let (value, error) = match rs.call_block_with(block, Some(item.clone()), &[]) {
                Ok(values) => (around_float(Value::collected(values).settled()), None),
                Err(Flow::Error(raised)) => (Value::Null, Some(raised.record.clone())),
                Err(other) => return Err(other),
            };
            Ok(vec![Cell { name: source.text(), value, error }])
        }
    }
}

/// A number of floating point as a script block gives it: inside of an object.
fn around_float(value: Value) -> Value {
    match value {
        Value::F64(_) | Value::F32(_) => Value::Wrapped(value.wrapped()),
        other => other,
    }
}

/// Whether the keys of a dictionary are its properties here.
fn is_hashtable(item: &Value) -> bool {
    item.type_of().is_some_and(|of| of.is_kind_of(&types::hashtable()))
}

/// A property that an object really has: not the `Count` and `Length` that the language gives every object.
fn property(rs: &mut Runspace, item: &Value, name: &Str) -> R<Option<Value>> {
    if item.downcast::<Dictionary>().is_some() && !is_hashtable(item) {
        return rs.native_property(item, name);
    }
    let intrinsic = ["Count", "Length"].iter().any(|word| casing::eq(word, name));
    if !intrinsic || matches!(item, Value::Wrapped(wrapped) if wrapped.get(name).is_some()) {
        return rs.find_member(item, name);
    }
    if let Some(found) = item.downcast::<Dictionary>().and_then(|table| table.get_str(name)) {
        return Ok(Some(found));
    }
    if let Some(found) = rs.native_property(item, name)? {
        return Ok(Some(found));
    }
    match rs.state.types.member(item, name) {
        Some(member) => rs.member_value(item, &member.body).map(Some),
        None => Ok(None),
    }
}

/// A property's name in its own spelling, where the object carries it itself.
fn real_name(item: &Value, name: &Str) -> Str {
    if let Value::Wrapped(wrapped) = item
        && let Some(member) = wrapped.get(name)
    {
        return member.name;
    }
    if let Some((real, _)) =
        types::xml::properties(item).and_then(|all| all.into_iter().find(|(have, _)| casing::eq(have, name)))
    {
        return real;
    }
    match item.type_of() {
        Some(of) => of
            .ancestry()
            .flat_map(|of| &of.own_members().properties)
            .find(|property| !property.is_static && casing::eq(property.name, name))
            .map_or_else(|| name.clone(), |property| property.name.into()),
        None => name.clone(),
    }
}

/// Names and values of all properties of an object: those added to it, those of the type table, those of its type.
pub(super) fn properties(rs: &mut Runspace, item: &Value) -> R<Vec<(Str, Value)>> {
    let mut found = added_properties(rs, item)?;
    if !matches!(item, Value::Wrapped(wrapped) if wrapped.is_custom()) {
        for (name, value) in serial::all_properties(rs, &item.clone().into_base())? {
            if !found.iter().any(|(have, _)| casing::eq(have, &name)) {
                found.push((name, value));
            }
        }
    }
    Ok(found)
}

/// The properties that an object has beyond those of its .NET type.
pub(super) fn added_properties(rs: &mut Runspace, item: &Value) -> R<Vec<(Str, Value)>> {
    let mut members = rs.state.wrapper(item).map(|wrapped| wrapped.members()).unwrap_or_default();
    for member in rs.state.types.members(item) {
        if !members.iter().any(|have| casing::eq(&have.name, &member.name)) {
            members.push(member);
        }
    }
    let mut found = Vec::with_capacity(members.len());
    for member in members.iter().filter(|member| member.is_property()) {
        let value = match rs.member_value(item, &member.body) {
            Ok(value) => value,
            Err(Flow::Error(_)) => Value::Null,
            Err(other) => return Err(other),
        };
        found.push((member.name.clone(), value));
    }
    Ok(found)
}

/// A key to sort, group or compare by; `None` where the object has no such property.
pub(super) type Key = Option<Value>;

/// The keys of an object, in the order of the columns; without columns the object itself. Errors in script blocks are
/// written, and the key is missing.
pub(super) fn keys_of(cx: &mut Cx<'_>, columns: &[Column], item: &Value) -> R<Vec<Key>> {
    if columns.is_empty() {
        return Ok(vec![Some(item.clone())]);
    }
    let mut keys = Vec::with_capacity(columns.len());
    for column in columns {
        let cells = cells(cx.rs, &column.source, item)?;
        if cells.is_empty() {
            keys.push(None);
        }
        for cell in cells {
            if let Some(failed) = &cell.error {
                let record = failed.copy();
                *record.id.lock() = cx.id("ExpressionEvaluation").into();
                *record.category.lock() = Category::InvalidResult;
                *record.target.lock() = item.clone();
                *record.target_type.lock() = Some("PSObject".into());
                *record.activity.lock() = cx.cmdlet.name.into();
                cx.rs.write_error(record)?;
            }
            let failed = cell.error.is_some();
            keys.push((!failed).then_some(cell.value));
        }
    }
    Ok(keys)
}

/// Keys of many objects that compare without conversions: one for each, all integers or all texts.
pub(super) enum SimpleKeys {
    Numbers(Vec<i64>),
    Texts(Vec<Vec<u8>>),
}

impl SimpleKeys {
    /// The order of the objects at two positions.
    pub(super) fn order(&self, a: usize, b: usize) -> Ordering {
        match self {
            Self::Numbers(keys) => keys.get(a).cmp(&keys.get(b)),
            Self::Texts(keys) => keys.get(a).cmp(&keys.get(b)),
        }
    }
}

/// The keys as simple ones, where all are.
pub(super) fn simple_keys(keyed: &[Vec<Key>], ignore_case: bool) -> Option<SimpleKeys> {
    let single = |keys: &Vec<Key>| match keys.as_slice() {
        [Some(one)] => Some(one.base().clone()),
        _ => None,
    };
    let number = |keys: &Vec<Key>| match single(keys)? {
        Value::I32(n) => Some(n.into()),
        Value::I64(n) => Some(n),
        _ => None,
    };
    if let Some(numbers) = keyed.iter().map(number).collect() {
        return Some(SimpleKeys::Numbers(numbers));
    }
    let text = |keys: &Vec<Key>| match single(keys)? {
        Value::Str(text) if !text.is_wide() => collation::key(&text, ignore_case),
        _ => None,
    };
    keyed.iter().map(text).collect::<Option<_>>().map(SimpleKeys::Texts)
}

/// The order of two lists of keys. Missing keys come last whatever the direction.
pub(super) fn order_keys(
    rs: &mut Runspace,
    left: &[Key],
    right: &[Key],
    ignore_case: bool,
    descending: &dyn Fn(usize) -> bool,
) -> R<Ordering> {
    for (at, (a, b)) in left.iter().zip(right).enumerate() {
        let order = match (a, b) {
            (Some(a), Some(b)) => {
                let order = order(rs, a, b, ignore_case)?;
                if descending(at) { order.reverse() } else { order }
            }
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
        };
        if order != Ordering::Equal {
            return Ok(order);
        }
    }
    Ok(left.len().cmp(&right.len()))
}

/// The order of two objects: by value where they compare, else by their text, where a custom object has none.
pub(super) fn order(rs: &mut Runspace, a: &Value, b: &Value, ignore_case: bool) -> R<Ordering> {
    match compare::compare(rs, a, b, ignore_case) {
        Ok(order) => Ok(order.unwrap_or(Ordering::Equal)),
        Err(Flow::Error(_)) => {
            let shown = |value: &Value| match value {
                Value::Wrapped(wrapped) if wrapped.is_custom() => Str::default(),
                _ => text(value),
            };
            Ok(collation::cmp(&shown(a), &shown(b), ignore_case))
        }
        Err(other) => Err(other),
    }
}

/// Refuses the cultures whose order of letters is not the root one.
///
/// # Errors
/// `NativeEngineFeatureNotSupported`.
pub(super) fn check_culture(cx: &Cx<'_>) -> R<()> {
    let Some(culture) = cx.string("Culture").filter(|name| !name.is_empty()) else { return Ok(()) };
    let language = culture.split('-').next().unwrap_or("").to_ascii_lowercase();
    if ["en", "iv", "de", "fr", "it", "nl", "pt", "127", "1033"].contains(&language.as_str()) {
        return Ok(());
    }
    Err(error::feature(&format!("The order of the culture '{culture}'")))
}

/// A name or script block where a hashtable is none (`PSPropertyExpression`).
///
/// # Errors
/// `CannotConvertArgumentNoMessage`.
pub(super) fn expression(cx: &Cx<'_>, parameter: &str, value: &Value) -> R<Source> {
    match (cx.rs.as_block(value), value.base()) {
        (Some(block), Value::Object(_)) => Ok(Source::Block(block)),
        (_, Value::Object(_) | Value::Array(_)) => {
            let of = value.type_name();
            let shown = text(value);
            let reason = format!(
                "Cannot convert the \"{shown}\" value of type \"{of}\" to type \"Microsoft.PowerShell.Commands.PSPropertyExpression\"."
            );
            let inner = Exception::new("System.Management.Automation.PSInvalidCastException", reason.as_str());
            let exception = Exception::of(
                types::known("System.Management.Automation.ParameterBindingException"),
                format!("Cannot bind parameter '{parameter}'. {reason}").into(),
                Value::object(inner),
            );
            let id = cx.id("CannotConvertArgumentNoMessage");
            let record = ErrorRecord::new(Value::object(exception), id, Category::InvalidArgument, Value::Null);
            *record.activity.lock() = cx.cmdlet.name.into();
            Err(Flow::error(record))
        }
        _ => Ok(Source::Named(text(value))),
    }
}
