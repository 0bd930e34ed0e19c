//! Static methods that a script calls with types: `[Array]::Empty[int]()`.

use psrpd_dotnet::casing;

use super::Type;
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    value::{List, Reference, Value, enumerate},
};

/// Calls the generic method of a type; none for one that its arguments alone choose.
///
/// # Errors
/// What the method raises.
pub(crate) fn call(rs: &mut Runspace, of: &Type, name: &str, types: &[Type], args: &[Value]) -> Option<R<Value>> {
    let is = |wanted: &str| casing::eq(name, wanted);
    match (of.name(), types, args) {
        ("System.Array", [element], []) if is("Empty") => Some(Ok(Value::typed_array(element.clone(), Vec::new()))),
        ("System.Array", [..], []) if is("Empty") => Some(Err(no_overload(name, types, args))),
        ("System.Array", [_, to], [_, _]) if is("ConvertAll") => {
            Some(convert_all(rs, to, args).map(|items| Value::typed_array(to.clone(), items)))
        }
        ("System.Array", [element], [array, block]) if rs.as_block(block).is_some() => {
            let name_of = if is("ForEach") { "System.Action`1" } else { "System.Predicate`1" };
            let of_block = super::generic(name_of, vec![element.clone()])?;
            let block = super::delegate(&of_block, rs.as_block(block)?);
            Some(rs.call_static(&Value::Type(of.clone()), name, &[array.clone(), block]))
        }
        ("System.Linq.Enumerable", [element], []) if is("Empty") => {
            Some(Ok(Value::typed_array(element.clone(), Vec::new())))
        }
        ("System.Linq.Enumerable", [element], [source]) if is("Cast") => Some(cast(element, source)),
        ("System.Linq.Enumerable", [element], [source]) if is("OfType") => {
            let items = enumerate(source).unwrap_or_default();
            let fits = |item: &Value| item.type_of().is_some_and(|have| have.is_kind_of(element));
            Some(Ok(Value::typed_array(element.clone(), items.into_iter().filter(fits).collect())))
        }
        ("System.Enum", [of], [text, ..]) if is("Parse") => Some(convert::convert(rs, text, of)),
        ("System.Enum", [of], [text, rest @ ..]) if is("TryParse") => {
            let target = rest.last()?.downcast::<Reference>()?;
            let found = convert::convert(rs, text, of);
            let known = found.is_ok();
            target.set(found.unwrap_or_else(|_| convert::default_of(of)));
            Some(Ok(known.into()))
        }
        ("System.Enum", [of], []) if is("GetNames") => {
            Some(Ok(Value::strings(of.labels().into_iter().map(|(name, _)| name))))
        }
        ("System.Enum", [of], []) if is("GetValues") => {
            let values = of.labels().into_iter().map(|(_, number)| Value::Enum(of.clone(), number)).collect();
            Some(Ok(Value::typed_array(of.clone(), values)))
        }
        ("System.Text.Json.JsonSerializer", [of], [code, rest @ ..]) if is("Deserialize") && rest.len() < 2 => {
            Some(super::text_json::deserialize(rs, &crate::value::text(code), of, rest.first()))
        }
        ("System.Threading.Tasks.Task", [of], [value]) if is("FromResult") => {
            Some(super::task_makers::from_result(rs, of, value))
        }
        ("System.Activator", [of], []) if is("CreateInstance") => Some(rs.construct(of, &[])),
        _ => None,
    }
}

/// Calls the generic method of an object; none where it has none.
///
/// # Errors
/// What the method raises.
pub(crate) fn call_on(
    rs: &mut Runspace,
    object: &Value,
    name: &str,
    types: &[Type],
    args: &[Value],
) -> Option<R<Value>> {
    let is_list = object.type_of().is_some_and(|of| of.is_kind("List"));
    match (types, args) {
        ([to], [converter]) if is_list && casing::eq(name, "ConvertAll") => {
            let items = convert_all(rs, to, &[object.clone(), converter.clone()]);
            let of = super::generic("System.Collections.Generic.List`1", vec![to.clone()])?;
            Some(items.map(|items| List::value(of, items)))
        }
        _ => None,
    }
}

fn cast(element: &Type, source: &Value) -> R<Value> {
    let mut items = Vec::new();
    for item in enumerate(source).unwrap_or_default() {
        let fits = item.is_null() || item.type_of().is_some_and(|have| have.is_kind_of(element));
        if !fits {
            let have = item.type_of().map_or_else(String::new, |of| of.full_name());
            let message = format!("Unable to cast object of type '{have}' to type '{}'.", element.full_name());
            return Err(error::method_invocation(error::thrown("System.InvalidCastException", message), "Cast", 1));
        }
        items.push(item);
    }
    Ok(Value::typed_array(element.clone(), items))
}

/// What a converter makes of each item.
fn convert_all(rs: &mut Runspace, to: &Type, args: &[Value]) -> R<Vec<Value>> {
    let Some(block) = args.get(1).and_then(|block| rs.as_block(block)) else { return Ok(Vec::new()) };
    let mut made = Vec::new();
    for item in args.first().and_then(enumerate).unwrap_or_default() {
        rs.check_stop()?;
        let result = rs.call_block_with(&block, Some(item.clone()), std::slice::from_ref(&item))?;
        made.push(convert::convert(rs, &Value::collected(result).settled(), to)?);
    }
    Ok(made)
}

fn no_overload(name: &str, types: &[Type], args: &[Value]) -> Flow {
    let message = format!(
        "Could not find a suitable generic method overload for \"{name}\" with \"{}\" type parameters, and the argument count: \"{}\".",
        types.len(),
        args.len()
    );
    error::method("MethodCountCouldNotFindBestGeneric", message)
}
