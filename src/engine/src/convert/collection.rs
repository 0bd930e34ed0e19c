//! Arrays, generic collections, and objects made of tables.

use super::{cannot, convert};
use crate::{
    eval::{Flow, R, Runspace, class, error},
    types::{self, Type},
    value::{Dictionary, Value, enumerate, text},
};

pub(super) fn array(rs: &mut Runspace, value: &Value, element: &Type, to: &Type) -> R<Value> {
    if to.name() == "System.Char[]"
        && let Value::Str(text) = value.base()
    {
        return Ok(Value::typed_array(element.clone(), text.units().iter().map(|unit| Value::Char(*unit)).collect()));
    }
    if let Some(array) = value.as_array()
        && array.rank() > 1
    {
        return Err(cannot(value, to));
    }
    let Some(items) = enumerate(value) else {
        let item = convert(rs, value, element).map_err(|flow| not_an_element(flow, value, to))?;
        return Ok(Value::typed_array(element.clone(), vec![item]));
    };
    let mut converted = Vec::with_capacity(items.len());
    for item in items {
        converted.push(convert(rs, &item, element)?);
    }
    Ok(Value::typed_array(element.clone(), converted))
}

/// A single value that does not become the element of an array.
fn not_an_element(flow: Flow, value: &Value, to: &Type) -> Flow {
    let Flow::Error(raised) = flow else { return flow };
    if !raised.record.exception.type_of().is_some_and(|of| of.is_kind("PSInvalidCastException")) {
        return Flow::Error(raised);
    }
    let message = format!(
        "Cannot convert value \"{}\" to type \"{}\". Error: \"{}\"",
        text(value),
        to.full_name(),
        raised.record.exception_message()
    );
    error::cast_because("InvalidCastExceptionScalarToArray", message, raised.record.exception.clone())
}

pub(super) fn generic(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    if let [element] = to.arguments()
        && ["List", "Collection", "HashSet", "Queue", "Stack", "SortedSet", "LinkedList", "ObservableCollection"]
            .iter()
            .any(|kind| to.is_kind(kind))
    {
        let element = element.clone();
        let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
        let mut converted = Vec::with_capacity(items.len());
        for item in items {
            converted.push(convert(rs, &item, &element)?);
        }
        return rs.construct(to, &[Value::typed_array(element, converted)]).map(Some);
    }
    if ["IEnumerable", "IList", "ICollection", "IReadOnlyList"].iter().any(|kind| to.is_kind(kind))
        && let [element] = to.arguments()
    {
        let element = element.clone();
        return array(rs, value, &element, &types::array_of(&element, 1)).map(Some);
    }
    Ok(None)
}

pub(super) fn from_dictionary(rs: &mut Runspace, table: &Dictionary, to: &Type) -> R<Value> {
    if !to.own_members().constructors.is_empty()
        && to.class().is_none()
        && to.own_members().constructors.iter().all(|c| !c.signature.parameters.is_empty())
    {
        return rs.construct(to, &[Value::object(table.copy())]);
    }
    if super::HAS_CONSTRUCTOR.contains(&to.name()) {
        let name = table.keys().first().map(text).unwrap_or_default();
        let of = to.full_name();
        let message = format!(
            "Cannot create object of type \"{of}\". The property '{name}' was not found for the '{of}' object. There is no settable property available."
        );
        return Err(error::cast("ObjectCreationError", message));
    }
    let object = rs.construct(to, &[])?;
    for (key, value) in table.entries() {
        let name = text(&key);
        let known = match class::of(&object) {
            Some(instance) => instance.get(&name).is_some(),
            None => rs.native_property(&object, &name)?.is_some(),
        };
        if !known {
            let settable: Vec<String> = match class::of(&object) {
                Some(_) => class::declared(to).iter().map(|(name, of)| format!("[{name} <{of}>]")).collect(),
                None => Vec::new(),
            };
            let message = format!(
                "Cannot create object of type \"{}\". The property '{name}' was not found for the '{}' object. The settable properties are: {}.",
                to.full_name(),
                to.full_name(),
                settable.join(", ")
            );
            return Err(error::cast("ObjectCreationError", message));
        }
        rs.set_member(&object, &name, value).map_err(|flow| match flow {
            Flow::Error(raised) => error::cast(
                "ObjectCreationError",
                format!("Cannot create object of type \"{}\". {}", to.full_name(), raised.record.message()),
            ),
            other => other,
        })?;
    }
    Ok(object)
}
