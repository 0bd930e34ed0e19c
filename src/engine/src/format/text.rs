//! The text of a value in a cell.

use psrpd_dotnet::Str;

use super::{
    cells::ELLIPSIS,
    expression::{self, Expression, Outcome},
};
use crate::{
    eval::{R, Runspace},
    ops::composite,
    types,
    value::{Dictionary, Opaque, Value, enumerate},
};

/// The items of a collection or the entries of a dictionary.
pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    if let Some(table) = value.downcast::<Dictionary>() {
        return Some(types::dictionary_entries(table));
    }
    enumerate(value)
}

/// Values that are always written as they are, outside of tables and lists.
pub(crate) fn is_scalar(value: &Value) -> bool {
    const NAMES: &[&str] = &[
        "System.String",
        "System.SByte",
        "System.Byte",
        "System.Int16",
        "System.UInt16",
        "System.Int32",
        "System.UInt32",
        "System.Int64",
        "System.UInt64",
        "System.Char",
        "System.Single",
        "System.Double",
        "System.Boolean",
        "System.Decimal",
        "System.IntPtr",
        "System.Security.SecureString",
        "System.Numerics.BigInteger",
    ];
    let names = value.type_names();
    let Some(first) = names.first() else { return false };
    let first = without_prefix(first);
    names.get(1).is_some_and(|second| second.as_str() == "System.Enum")
        || NAMES.iter().any(|name| name.eq_ignore_ascii_case(first))
}

/// A type name without the mark of objects that were serialised.
pub(crate) fn without_prefix(name: &str) -> &str {
    name.strip_prefix("Deserialized.").unwrap_or(name)
}

/// `ToString()` of an object.
pub(crate) fn to_string(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        Value::Type(of) => Ok(of.full_name().into()),
        Value::Object(object) if object.type_of().name() == "System.Collections.DictionaryEntry" => {
            let (key, value) = (rs.get_member(value, "Key")?, rs.get_member(value, "Value")?);
            let (key, value) = (composite::to_string(rs, &key, "")?, composite::to_string(rs, &value, "")?);
            Ok(format!("[{key}, {value}]").into())
        }
        // Nodes of XML are shown by their names.
        Value::Object(object) if object.text().is_none() && object.listed_text().is_some() => {
            Ok(object.listed_text().unwrap_or_default())
        }
        Value::F64(_) | Value::F32(_) => {
            let (shown, culture) = (rs.text(value)?, rs.culture());
            let point = culture.numbers.point.as_str();
            Ok(if point == "." { shown } else { shown.replace('.', point).into() })
        }
        Value::Array(_) => rs.text(value),
        _ if value.downcast::<Opaque>().is_none() && crate::value::enumerates(value) => rs.text(value),
        _ => composite::to_string(rs, value, ""),
    }
}

/// How values become text.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How many items of a collection are shown; negative: all.
    pub(crate) items: i64,
    /// Whether fractions have a fixed number of digits, as in columns.
    pub(crate) fixed: bool,
}

/// The text of a value: collections in braces, the first few items of them.
pub(crate) fn shown(rs: &mut Runspace, value: &Value, limits: Limits) -> R<String> {
    if value.is_null() {
        return Ok(String::new());
    }
    if let Some(items) = items(value) {
        let mut parts = Vec::new();
        let most = usize::try_from(limits.items).unwrap_or(usize::MAX);
        for item in items.iter().take(most) {
            rs.check_stop()?;
            parts.push(item_name(rs, item)?);
        }
        let mut rest = String::new();
        if items.len() > most {
            rest.push(ELLIPSIS);
        }
        // The mark takes the place of the item that did not fit, without a separator.
        return Ok(format!("{{{}{rest}}}", parts.join(", ")));
    }
    if limits.fixed && matches!(value.base(), Value::F64(_) | Value::F32(_) | Value::Decimal(_)) {
        return composite::to_string(rs, value, "F").map(|text| text.to_string());
    }
    to_string(rs, value).map(|text| text.to_string())
}

/// What an item of a collection is called.
fn item_name(rs: &mut Runspace, item: &Value) -> R<String> {
    if item.is_null() {
        return Ok("$null".into());
    }
    let is_entry = item.type_of().is_some_and(|of| of.name() == "System.Collections.DictionaryEntry");
    if is_entry || item.as_array().is_some() {
        return to_string(rs, item).map(|text| text.to_string());
    }
    let has_text = match item.base() {
        Value::Object(object) => object.text().is_some(),
        _ => true,
    };
    if !has_text && let Some(name) = display_name(rs, item)? {
        return Ok(name);
    }
    let full = match item.base() {
        Value::Object(object) if !has_text => Some(object.type_of().full_name()),
        _ => None,
    };
    match full {
        Some(name) if rs.method_text(item)?.is_none() => Ok(name),
        _ => to_string(rs, item).map(|text| text.to_string()),
    }
}

/// The property that names an object, by the names that such properties usually have.
pub(crate) fn display_property(rs: &mut Runspace, object: &Value) -> R<Option<Expression>> {
    const PATTERNS: &[&str] = &["name", "id", "key", "*key", "*name", "*id"];
    const OF_REMOTING: &[&str] = &["PSComputerName", "PSShowComputerName", "RunspaceId", "PSSourceJobInstanceId"];
    if let Some(name) = super::standard::display_property(rs, object) {
        return Ok(Some(Expression::Name(name)));
    }
    for pattern in PATTERNS {
        let found = Expression::Name((*pattern).into()).resolve(rs, object)?;
        let own = found.into_iter().find(|one| !OF_REMOTING.iter().any(|name| one.label().eq_ignore_ascii_case(name)));
        if own.is_some() {
            return Ok(own);
        }
    }
    Ok(None)
}

fn display_name(rs: &mut Runspace, object: &Value) -> R<Option<String>> {
    let Some(property) = display_property(rs, object)? else { return Ok(None) };
    match property.value(rs, object)? {
        Some(Outcome::Value(value)) => to_string(rs, &value).map(|text| Some(text.to_string())),
        _ => Ok(None),
    }
}

/// What a format string makes of a value: a composite format, or the argument of `ToString`.
pub(crate) fn formatted(rs: &mut Runspace, value: &Value, format: &str) -> R<String> {
    let text = if format.contains("{0") || format.contains('}') {
        composite::format(rs, format, std::slice::from_ref(value))?
    } else {
        composite::to_string(rs, value, format)?
    };
    Ok(text.to_string())
}

/// Whether the object has properties that did not come with the connection.
pub(crate) fn has_properties(rs: &mut Runspace, object: &Value) -> R<bool> {
    const OF_REMOTING: &[&str] = &["PSComputerName", "PSShowComputerName", "RunspaceId", "PSSourceJobInstanceId"];
    let names = expression::property_names(rs, object)?.in_order();
    Ok(names.iter().any(|name| !OF_REMOTING.iter().any(|other| other.eq_ignore_ascii_case(name))))
}
