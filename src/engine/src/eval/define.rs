//! Defining classes and enums: all of a block at once, before anything of it runs.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use psrpd_dotnet::casing;
use psrpd_lang::{
    Extent,
    ast::{Kind, NodeId},
};

use super::{Flow, R, Runspace, class::Class};
use crate::{
    bind::{self, Check},
    convert,
    ir::{Expr, PropertyIr, TypeIr},
    position,
    types::{self, Shape, Type, known},
};

/// Defines the types of a block. Labels of enums may refer to enums that come later; bases may not.
pub(crate) fn define(rs: &mut Runspace, list: &[Arc<TypeIr>]) -> R<()> {
    let mut made = Vec::new();
    let mut pending: Vec<&Arc<TypeIr>> = list.iter().collect();
    while !pending.is_empty() {
        let mut rest = Vec::new();
        let mut failed = None;
        for ir in &pending {
            rs.check_stop()?;
            let of = if ir.is_enum { define_enum(rs, ir, &pending) } else { define_class(rs, ir).map(Some) };
            match of {
                Ok(Some(of)) => {
                    rs.define_type(&ir.name, &of);
                    made.push((of, (*ir).clone()));
                }
                Ok(None) => rest.push(*ir),
                Err(flow) if ir.is_enum => return Err(flow),
                Err(flow) => {
                    failed = Some(flow);
                    break;
                }
            }
        }
        if let Some(flow) = failed {
            return Err(flow);
        }
        if rest.len() == pending.len() {
            let all = rest.iter().map(|ir| extent(ir, ir.node)).collect::<Vec<_>>();
            let first = rest.first().map(|ir| ir.source.clone());
            let message = "Cannot define enum because of a cycle in the initialization expressions.";
            return match first {
                Some(source) => Err(position::found(&source, "CycleInEnumInitializers", message, &all)),
                None => Ok(()),
            };
        }
        pending = rest;
    }
    for (of, ir) in made.iter().filter(|(_, ir)| !ir.is_enum) {
        properties(rs, of, ir)?;
    }
    Ok(())
}

/// Makes a type known to its text alone, for questions about it: no code of it runs, and what is wrong is left out.
pub(crate) fn sketch(rs: &mut Runspace, ir: &Arc<TypeIr>) {
    let made = if ir.is_enum { define_enum(rs, ir, &[]) } else { define_class(rs, ir).map(Some) };
    if let Ok(Some(of)) = made {
        rs.define_type_of(&ir.source, &ir.name, &of);
    }
}

fn extent(ir: &TypeIr, node: NodeId) -> Extent {
    ir.source.script.node(node).extent
}

fn fault(ir: &TypeIr, id: &str, message: &str, extent: Extent) -> Flow {
    position::found(&ir.source, id, message, &[extent])
}

/// The type constraints behind the colon.
fn base_nodes(ir: &TypeIr) -> Vec<NodeId> {
    match ir.source.script.kind(ir.node) {
        Kind::TypeDefinition { base_types, .. } => ir.source.script.list(base_types).to_vec(),
        _ => Vec::new(),
    }
}

/// Lowest and highest number of a type of enums.
fn range(underlying: &Type) -> (i128, i128) {
    match underlying.name() {
        "System.SByte" => (i8::MIN.into(), i8::MAX.into()),
        "System.Byte" => (0, u8::MAX.into()),
        "System.Int16" => (i16::MIN.into(), i16::MAX.into()),
        "System.UInt16" => (0, u16::MAX.into()),
        "System.UInt32" => (0, u32::MAX.into()),
        "System.Int64" => (i64::MIN.into(), i64::MAX.into()),
        "System.UInt64" => (0, u64::MAX.into()),
        _ => (i32::MIN.into(), i32::MAX.into()),
    }
}

/// An enum; none where it has to wait for one that is still to come.
fn define_enum(rs: &mut Runspace, ir: &Arc<TypeIr>, pending: &[&Arc<TypeIr>]) -> R<Option<Type>> {
    let underlying = match ir.bases.first() {
        Some(name) => rs.resolve_type(name)?,
        None => types::int32(),
    };
    let (lowest, highest) = range(&underlying);
    let mut labels: Vec<(String, i64)> = Vec::new();
    let mut next = 0_i128;
    for property in &ir.properties {
        let mut place = extent(ir, property.node);
        if let Some(initial) = &property.initial {
            place = initial.extent;
            if names_any(ir, initial, pending) {
                return Ok(None);
            }
            next = label(rs, ir, property, initial, &labels, &underlying)?;
        }
        if next < lowest || next > highest {
            let shown = underlying.display_name();
            let message = format!("Enumerator value is either too large or too small for {shown}.");
            return Err(fault(ir, "EnumeratorValueOutOfBounds", &message, place));
        }
        let bits = i64::try_from(next).unwrap_or_else(|_| u64::try_from(next).map_or(0, u64::cast_signed));
        labels.push((property.name.to_string(), bits));
        next = next.saturating_add(1);
    }
    labels.sort_by_key(|(_, value)| *value);
    let is_default = ir.bases.is_empty();
    let class =
        Class { labels, flags: ir.flags, underlying: (!is_default).then_some(underlying), ..shell(rs, ir, Vec::new()) };
    Ok(Some(Type::new(ir.name.to_string(), Shape::Class(Arc::new(class)), types::lookup("System.Enum"))))
}

/// The number that an initial value gives a label.
fn label(
    rs: &mut Runspace,
    ir: &TypeIr,
    property: &PropertyIr,
    initial: &Expr,
    labels: &[(String, i64)],
    underlying: &Type,
) -> R<i128> {
    let script = &ir.source.script;
    // A label may refer to labels before it.
    let written = script.extent_text(initial.extent);
    if let Some((_, value)) = labels.iter().find(|(name, _)| casing::eq(name, written)) {
        return Ok((*value).into());
    }
    let Kind::PropertyMember { initial_value: Some(id), .. } = script.kind(property.node) else { return Ok(0) };
    let is_constant = script.visit(id).all(|step| match step {
        psrpd_lang::ast::Step::Enter(id) => !matches!(
            script.kind(id),
            Kind::VariableExpression { .. }
                | Kind::Command { .. }
                | Kind::InvokeMemberExpression { .. }
                | Kind::ScriptBlockExpression { .. }
                | Kind::SubExpression { .. }
        ),
        psrpd_lang::ast::Step::Leave(_) => true,
    });
    if !is_constant {
        let message = "Enumerator value must be a constant value.";
        return Err(fault(ir, "EnumeratorValueMustBeConstant", message, initial.extent));
    }
    let value = rs.eval(initial)?;
    let number = match value.base() {
        crate::value::Value::Enum(_, n) => Some((*n).into()),
        crate::value::Value::Str(_) => None,
        crate::value::Value::Decimal(n) => Some(n.to_i128()),
        other => match other.as_i128() {
            Some(n) => Some(n),
            None => convert::to_f64(rs, &value).ok().and_then(|n| num_traits::ToPrimitive::to_i128(&n)),
        },
    };
    number.ok_or_else(|| {
        let message = format!("Cannot convert the value to type \"{}\".", underlying.display_name());
        fault(ir, "CannotConvertValue", &message, initial.extent)
    })
}

/// Whether an initial value names an enum that is not there yet.
fn names_any(ir: &TypeIr, initial: &Expr, pending: &[&Arc<TypeIr>]) -> bool {
    let script = &ir.source.script;
    let named = |id: NodeId| match script.kind(id) {
        Kind::TypeExpression { type_name } => Some(script.full_type_name(type_name)),
        _ => None,
    };
    let Kind::TypeDefinition { members, .. } = script.kind(ir.node) else { return false };
    let inside = script.list(members).iter().find_map(|member| match script.kind(*member) {
        Kind::PropertyMember { initial_value: Some(id), .. } if script.node(id).extent == initial.extent => Some(id),
        _ => None,
    });
    let Some(inside) = inside else { return false };
    script.visit(inside).any(|step| {
        let psrpd_lang::ast::Step::Enter(id) = step else { return false };
        named(id).is_some_and(|name| {
            let waiting = |other: &&&Arc<TypeIr>| other.is_enum && casing::eq(&other.name, &name);
            !casing::eq(&ir.name, &name) && pending.iter().any(|other| waiting(&other))
        })
    })
}

/// A class before its members are looked at.
fn shell(rs: &Runspace, ir: &Arc<TypeIr>, interfaces: Vec<Type>) -> Class {
    Class {
        ir: Some(ir.clone()),
        interfaces,
        labels: Vec::new(),
        flags: false,
        underlying: None,
        statics: Mutex::default(),
        initialized: Mutex::default(),
        checks: OnceLock::new(),
        session: rs.scopes.get(rs.frame.scope).session,
    }
}

/// Classes of .NET that scripts name and nothing can be derived from, value types aside.
const SEALED: [&str; 6] = [
    "System.String",
    "System.Version",
    "System.Text.StringBuilder",
    "System.DBNull",
    "System.Management.Automation.PSCredential",
    "System.Management.Automation.SemanticVersion",
];

fn define_class(rs: &mut Runspace, ir: &Arc<TypeIr>) -> R<Type> {
    let mut base = types::object();
    let mut interfaces = Vec::new();
    let nodes = base_nodes(ir);
    for (at, name) in ir.bases.iter().enumerate() {
        let place = nodes.get(at).map_or(Extent::EMPTY, |node| extent(ir, *node));
        let fail = |id: &str, message: String| Err(fault(ir, id, &message, place));
        if name.ends_with(']') && name.trim_end_matches([',', ']']).ends_with('[') {
            return fail("SubtypeArray", format!("Invalid base type '{name}'. Base type cannot be an array."));
        }
        if name.contains('`') && !name.contains('[') {
            let short = name.rsplit('.').next().unwrap_or(name);
            let message =
                format!("Invalid base type '{short}'. Base type cannot be a generic with unspecified parameters.");
            return fail("SubtypeUnclosedGeneric", message);
        }
        // What the engine lacks asks for nothing, where it is an interface.
        let found = rs.find_type(name).or_else(|| rs.absent_type(name).filter(Type::is_interface));
        let Some(of) = found else {
            let flow = rs.no_type(name);
            let is_unknown = flow.record().is_some_and(|record| record.id.lock().as_str() == "TypeNotFound");
            return if is_unknown { fail("TypeNotFound", format!("Unable to find type [{name}].")) } else { Err(flow) };
        };
        if of.is_interface() {
            interfaces.push(of);
        } else if at > 0 {
            return fail("InterfaceNameExpected", format!("'{name}': Interface name expected."));
        } else if of.class().is_none() && (of.is_value_type() || of.is_enum() || SEALED.contains(&of.name())) {
            return fail("SealedBaseClass", format!("Cannot inherit from sealed class '{}'.", of.short_name()));
        } else {
            base = of;
        }
    }
    let made =
        Type::new(ir.name.to_string(), Shape::Class(Arc::new(shell(rs, ir, interfaces.clone()))), Some(base.clone()));
    if !has_constructor(ir) && !has_default_constructor(&base) {
        let message = format!("Base class '{}' does not contain a parameterless constructor.", base.short_name());
        return Err(fault(ir, "BaseClassNoDefaultCtor", &message, extent(ir, ir.node)));
    }
    if let Some(missing) = interfaces.iter().find_map(|of| missing_method(&made, of)) {
        let assembly = made.assembly();
        let message = format!(
            "Error during creation of type \"{}\". Error message:\nMethod '{missing}' in type '{}' from assembly '{assembly}' does not have an implementation.",
            ir.name, ir.name
        );
        return Err(fault(ir, "TypeCreationError", &message, extent(ir, ir.node)));
    }
    Ok(made)
}

fn has_constructor(ir: &TypeIr) -> bool {
    ir.methods.iter().any(|method| !method.is_static && casing::eq(&method.name, &ir.name))
}

fn has_default_constructor(base: &Type) -> bool {
    let Some(ir) = base.class().and_then(|class| class.ir.clone()) else {
        let constructors = &base.own_members().constructors;
        return constructors.is_empty()
            || constructors.iter().any(|one| one.signature.parameters.iter().all(|p| p.is_optional || p.is_params));
    };
    let own = |method: &&crate::ir::MethodIr| !method.is_static && casing::eq(&method.name, &ir.name);
    match ir.methods.iter().filter(own).count() {
        0 => base.base().is_none_or(has_default_constructor),
        _ => ir.methods.iter().filter(own).any(|method| method.body.unit().params.is_empty()),
    }
}

/// A method that an interface asks for and neither the class nor its bases have.
fn missing_method(of: &Type, interface: &Type) -> Option<String> {
    let asked = known::members(interface, false)?;
    asked.into_iter().filter(|member| matches!(member.kind, known::MemberKind::Method)).find_map(|member| {
        let count = member.text.split_once('(').map_or(0, |(_, rest)| {
            let inside = rest.trim_end_matches(')');
            if inside.is_empty() { 0 } else { types::split_at_commas(inside).len() }
        });
        let returns_nothing = member.text.starts_with("void ");
        let fits = of.ancestry().any(|of| match of.class().and_then(|class| class.ir.clone()) {
            Some(ir) => ir.methods.iter().any(|method| {
                let nothing = method.returns.as_ref().is_none_or(|of| casing::eq(&of.text, "void"));
                casing::eq(&method.name, &member.name)
                    && method.body.unit().params.len() == count
                    && (nothing == returns_nothing || method.returns.is_none())
            }),
            None => {
                of.name() != "System.Object"
                    || ["ToString", "Equals", "GetHashCode", "GetType"].contains(&&*member.name)
            }
        });
        (!fits).then(|| member.name.to_string())
    })
}

/// The types and attributes of the properties of a class.
fn properties(rs: &mut Runspace, of: &Type, ir: &Arc<TypeIr>) -> R<()> {
    let mut checks = Vec::new();
    for property in &ir.properties {
        let mut list = bind::checks_of(rs, &property.attributes)?;
        if let Some(name) = &property.of {
            list.insert(0, Check::Convert(rs.resolve_type(name)?));
        }
        checks.push((property.name.clone(), list));
    }
    if let Some(class) = of.class() {
        let _ = class.checks.set(checks);
    }
    Ok(())
}
