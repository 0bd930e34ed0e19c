//! The attributes that scripts write, as objects: of their types, members, parameters and blocks.

use super::{Members, Type, args::value, attribute_objects, known};
use crate::{
    convert,
    eval::{R, Runspace, error},
    ir::{AttributeIr, TypeIr},
    value::{List, Opaque, Value, text},
};

/// The type that the name of an attribute means; none for what is no attribute.
fn attribute_type(rs: &Runspace, name: &str) -> Option<Type> {
    let full = format!("{name}Attribute");
    let found = [&full, name].into_iter().find_map(|name| rs.find_type(name).or_else(|| rs.absent_type(name)))?;
    found.is_kind_of(&known("System.Attribute")).then_some(found)
}

/// The object of an attribute; none for a type constraint.
///
/// # Errors
/// What its arguments raise, and an attribute that the engine has no object of.
fn object_of(rs: &mut Runspace, ir: &AttributeIr) -> R<Option<Value>> {
    let Some(of) = attribute_type(rs, &ir.name) else { return Ok(None) };
    let mut args = Vec::new();
    for argument in &ir.positional {
        args.push(rs.eval(argument)?);
    }
    let made = match of.class() {
        Some(_) => rs.construct(&of, &args)?,
        None => attribute_objects::construct(rs, &of, &args)?.ok_or_else(|| error::absent_type(of.name()))?,
    };
    for (name, value) in &ir.named {
        let value = rs.eval(value)?;
        set(rs, &made, name, value)?;
    }
    Ok(Some(made))
}

/// Gives a property its value, as what it is already.
fn set(rs: &mut Runspace, attribute: &Value, name: &str, value: Value) -> R<()> {
    let Some(object) = attribute.downcast::<Opaque>() else { return rs.set_member(attribute, name, value) };
    let value = match object.get(name).and_then(|have| have.type_of()) {
        Some(of) => convert::convert(rs, &value, &of)?,
        None => value,
    };
    object.set(name, value);
    Ok(())
}

/// The objects of attributes.
///
/// # Errors
/// As [`object_of`].
pub(crate) fn objects(rs: &mut Runspace, attributes: &[AttributeIr]) -> R<Vec<Value>> {
    let mut found = Vec::new();
    for attribute in attributes {
        found.extend(object_of(rs, attribute)?);
    }
    Ok(found)
}

/// `ScriptBlock.Attributes`
pub(super) fn block_members(m: &mut Members) {
    m.get("System.Collections.Generic.List[System.Attribute] Attributes", |rs, this| {
        let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
        let unit = block.unit().clone();
        let found = objects(rs, &unit.attributes)?;
        let of = super::list_of(known("System.Attribute"));
        Ok(List::value(of, found))
    });
}

/// What a member that is an object has: the type that declares it, its kind and its name.
fn declared(this: &Value) -> Option<(Type, String, String)> {
    let object = this.downcast::<Opaque>()?;
    let of = match object.get("DeclaringType")?.base() {
        Value::Type(of) => of.clone(),
        _ => return None,
    };
    let part = |name: &str| object.get(name).map(|value| text(&value).to_string()).unwrap_or_default();
    Some((of, part("MemberType"), part("Name")))
}

fn of_member(rs: &mut Runspace, ir: &TypeIr, kind: &str, name: &str) -> R<Vec<Value>> {
    if kind == "Property" {
        let Some(property) = ir.properties.iter().find(|have| *have.name == *name) else { return Ok(Vec::new()) };
        let mut found = objects(rs, &property.attributes)?;
        if property.is_hidden {
            let hidden = known("System.Management.Automation.HiddenAttribute");
            found.extend(attribute_objects::construct(rs, &hidden, &[])?);
        }
        return Ok(found);
    }
    let wanted = if kind == "Constructor" { &*ir.name } else { name };
    match ir.methods.iter().find(|have| *have.name == *wanted) {
        Some(method) => objects(rs, &method.attributes),
        None => Ok(Vec::new()),
    }
}

/// All attributes of a type or member.
///
/// # Errors
/// As [`object_of`]; those of .NET's own types and members are not known but for cmdlets.
fn all(rs: &mut Runspace, this: &Value) -> R<Vec<Value>> {
    if let Value::Type(of) = this.base() {
        if let Some(attribute) = crate::commands::cmdlet_attribute(of.name()) {
            return Ok(vec![attribute]);
        }
        if let Some(ir) = of.class().and_then(|class| class.ir.clone()) {
            return objects(rs, &ir.attributes);
        }
    } else if let Some((of, kind, name)) = declared(this)
        && let Some(ir) = of.class().and_then(|class| class.ir.clone())
    {
        return of_member(rs, &ir, &kind, &name);
    }
    let of = this.type_of().unwrap_or_else(super::object);
    Err(error::absent_member(&of, "GetCustomAttributes", false, true)
        .unwrap_or_else(|| error::absent_type("System.Attribute")))
}

/// Those attributes of a type or member that are of a type, all where none is asked for.
fn fitting(rs: &mut Runspace, element: &Value, wanted: Option<&Value>) -> R<Vec<Value>> {
    let mut found = all(rs, element)?;
    if let Some(Value::Type(of)) = wanted.map(Value::base) {
        found.retain(|value| value.type_of().is_some_and(|have| have.is_kind_of(of)));
    }
    Ok(found)
}

/// The array that .NET puts them into.
fn chosen(rs: &mut Runspace, element: &Value, wanted: Option<&Value>) -> R<Value> {
    let of = match wanted.map(Value::base) {
        Some(Value::Type(of)) => of.clone(),
        _ => super::object(),
    };
    fitting(rs, element, wanted).map(|found| Value::typed_array(of, found))
}

/// What types and members as objects have of their attributes.
pub(super) fn provider_members(m: &mut Members) {
    m.method("System.Object[] GetCustomAttributes(bool inherit)", |rs, this, _| chosen(rs, this, None));
    m.method("System.Object[] GetCustomAttributes(type attributeType, bool inherit)", |rs, this, args| {
        chosen(rs, this, args.first())
    });
    m.method("bool IsDefined(type attributeType, bool inherit)", |rs, this, args| {
        Ok((!fitting(rs, this, args.first())?.is_empty()).into())
    });
}

/// The static members of `System.Attribute`.
pub(super) fn attribute_members(m: &mut Members) {
    m.get("System.Object TypeId", |_, this| Ok(this.type_of().into()));
    for declaration in [
        "System.Attribute GetCustomAttribute(System.Reflection.MemberInfo element, type attributeType)",
        "System.Attribute GetCustomAttribute(type element, type attributeType)",
        "System.Attribute GetCustomAttribute(System.Reflection.MemberInfo element, type attributeType, bool inherit)",
        "System.Attribute GetCustomAttribute(type element, type attributeType, bool inherit)",
    ] {
        m.function(declaration, |rs, _, args| {
            Ok(fitting(rs, &value(args, 0), args.get(1))?.into_iter().next().unwrap_or_default())
        });
    }
    for declaration in [
        "System.Attribute[] GetCustomAttributes(System.Reflection.MemberInfo element, type attributeType)",
        "System.Attribute[] GetCustomAttributes(type element, type attributeType)",
    ] {
        m.function(declaration, |rs, _, args| chosen(rs, &value(args, 0), args.get(1)));
    }
    for declaration in [
        "bool IsDefined(System.Reflection.MemberInfo element, type attributeType)",
        "bool IsDefined(type element, type attributeType)",
    ] {
        m.function(declaration, |rs, _, args| Ok((!fitting(rs, &value(args, 0), args.get(1))?.is_empty()).into()));
    }
}
