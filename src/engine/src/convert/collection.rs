//! Arrays, generic collections, and objects made of tables.

use super::{cannot, convert};
use crate::{
    eval::{Flow, R, Runspace, class, error},
    types::{self, Type},
    value::{Dictionary, Exception, Value, enumerate, text},
};

pub(super) fn array(rs: &mut Runspace, value: &Value, element: &Type, to: &Type) -> R<Value> {
    if to.name() == "System.Char[]"
        && let Value::Str(text) = value.base()
    {
        return Ok(Value::chars(text.units().to_vec()));
    }
    if let Some(array) = value.as_array()
        && array.rank() > 1
    {
        return Err(cannot(value, to));
    }
    // An array of numbers is what an array of the labels of such numbers is, too.
    if value.as_array().is_some_and(|array| array.element.is_enum() && array.element.underlying() == *element) {
        return Ok(value.clone());
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
        let several = enumerate(value);
        let is_list = several.is_some();
        let items = several.unwrap_or_else(|| vec![value.clone()]);
        let mut converted = Vec::with_capacity(items.len());
        for item in items {
            let one = convert(rs, &item, &element);
            converted.push(one.map_err(|flow| match flow {
                Flow::Error(_) if is_list => cannot(value, to),
                other => other,
            })?);
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

/// Makes an object out of a dictionary: by a constructor that takes it, else an object whose properties its entries become.
pub(super) fn from_dictionary(rs: &mut Runspace, value: &Value, to: &Type) -> R<Value> {
    let Some(table) = value.downcast::<Dictionary>() else { return Err(cannot(value, to)) };
    if to.class().is_some() && class::fits_constructor(rs, to, value) {
        return class::construct(rs, to, std::slice::from_ref(value));
    }
    if to.class().is_none() && takes_as_it_is(rs, to, value) {
        return rs.construct(to, std::slice::from_ref(value));
    }
    let constructors = &to.own_members().constructors;
    let is_default = |parameters: &[types::Parameter]| parameters.iter().all(|one| one.is_optional);
    let has_default = match to.class() {
        Some(_) => class::has_default_constructor(to),
        None => constructors.is_empty() || constructors.iter().any(|c| is_default(&c.signature.parameters)),
    };
    let is_value = super::HAS_CONSTRUCTOR.contains(&to.name());
    if !has_default && !is_value {
        return Err(cannot(value, to));
    }
    if let (true, Some(first)) = (is_value, table.keys().first()) {
        return Err(not_set(to, &text(first), to.property(&text(first), false).map(|p| p.name)));
    }
    let object = rs.construct(to, &[]).map_err(|flow| match flow {
        Flow::Error(raised) if to.class().is_some() => {
            let reason = raised.record.exception_message();
            let (shown, of) = (text(value), to.full_name());
            let message = format!("Cannot convert value \"{shown}\" to type \"{of}\". Error: \"{reason}\"");
            error::cast("InvalidCastConstructorException", message)
        }
        other => other,
    })?;
    for (key, value) in table.entries() {
        set_from_entry(rs, &object, to, &text(&key), value)?;
    }
    Ok(object)
}

/// Whether a constructor of a class of .NET takes a value as it is.
pub(super) fn takes_as_it_is(rs: &Runspace, to: &Type, value: &Value) -> bool {
    let Some(have) = value.type_of() else { return false };
    to.own_members().constructors.iter().any(|constructor| match constructor.signature.parameters.as_slice() {
        [only] => rs
            .parameter_type(to, only.of, false)
            .is_some_and(|wanted| wanted != types::object() && have.is_assignable_to(&wanted)),
        _ => false,
    })
}

fn set_from_entry(rs: &mut Runspace, object: &Value, to: &Type, name: &str, value: Value) -> R<()> {
    let failed = |flow: Flow| match flow {
        Flow::Error(raised) => error::cast_because(
            "ObjectCreationError",
            format!("Cannot create object of type \"{}\". {}", to.full_name(), raised.record.message()),
            raised.record.exception.clone(),
        ),
        other => other,
    };
    if let Some(instance) = class::of(object) {
        if instance.get(name).is_none() {
            let names = class::declared(to).into_iter().map(|(name, of)| (name.to_string(), of)).collect();
            return Err(unknown_property(to, name, names));
        }
        let value = class::accepted(rs, to, name, value).map_err(failed)?;
        return rs.set_member(object, name, value).map_err(failed);
    }
    if rs.native_property(object, name)?.is_none() {
        let all = to.ancestry().flat_map(|of| &of.own_members().properties);
        let settable = all.filter(|property| !property.is_static && property.set.is_some());
        let full_name = |of: &str| rs.find_type(of).map_or_else(|| of.to_owned(), |of| of.full_name());
        let names = settable.map(|property| (property.name.to_owned(), full_name(property.of))).collect();
        return Err(unknown_property(to, name, names));
    }
    if let Some(fixed) = to.property(name, false).filter(|property| property.set.is_none()) {
        return Err(not_set(to, name, Some(fixed.name)));
    }
    rs.set_member(object, name, value).map_err(failed)
}

/// A property that there is not, or that can only be read.
fn not_set(to: &Type, name: &str, fixed: Option<&str>) -> Flow {
    let Some(fixed) = fixed else { return unknown_property(to, name, Vec::new()) };
    let message = format!("Cannot create object of type \"{}\". \"{fixed}\" is a ReadOnly property.", to.full_name());
    error::cast("ObjectCreationError", message)
}

fn unknown_property(to: &Type, name: &str, settable: Vec<(String, String)>) -> Flow {
    let (made, of) = (to.plain_name(), to.full_name());
    let settable: Vec<String> = settable.into_iter().map(|(name, of)| format!("[{name} <{of}>]")).collect();
    let rest = match settable.is_empty() {
        true => "There is no settable property available.".to_owned(),
        false => format!("The settable properties are: {}.", settable.join(", ")),
    };
    let reason = format!("The property '{name}' was not found for the '{of}' object. {rest}");
    let message = format!("Cannot create object of type \"{made}\". {reason}");
    let inner = Value::object(Exception::new("System.InvalidOperationException", reason));
    error::cast_because("ObjectCreationError", message, inner)
}
