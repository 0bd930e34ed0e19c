//! The members of objects and types as `Get-Member` and completion show them.

use psrpd_dotnet::{Str, casing};

use super::{Type, known};
use crate::{
    commands::type_label,
    eval::{R, Runspace},
    ir::{MethodIr, TypeIr},
    value::{Body, Member, Opaque, Value, enumerates, text},
};

/// A member as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// The label of `PSMemberTypes`.
    pub(crate) kind: &'static str,
    pub(crate) name: Str,
    pub(crate) definition: String,
}

impl Shown {
    /// A property.
    pub(crate) fn property(name: &str, definition: &str) -> Self {
        Self::new("Property", name, definition)
    }

    fn new(kind: &'static str, name: impl Into<Str>, definition: impl Into<String>) -> Self {
        Self { kind, name: name.into(), definition: definition.into() }
    }
}

/// Which members are meant: the bits of `PSMemberViewTypes`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View(pub(crate) i64);

impl View {
    pub(crate) const EXTENDED: i64 = 1;
    pub(crate) const ADAPTED: i64 = 2;
    pub(crate) const BASE: i64 = 4;
}

/// The members of an object, without order; those added to it come first.
pub(crate) fn members(rs: &Runspace, object: &Value, view: View, hidden: bool) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut add = |shown: Shown| {
        if !found.iter().any(|have| casing::eq(&have.name, &shown.name)) {
            found.push(shown);
        }
    };
    if view.0 & View::EXTENDED != 0 {
        let own = rs.state.wrapper(object).map(|wrapped| wrapped.members()).unwrap_or_default();
        own.iter().for_each(|member| add(extended(member)));
        // What arrays get from the type table is among their own properties.
        if object.as_array().is_none() {
            rs.state.types.listed(object, hidden).iter().for_each(|member| add(extended(member)));
        }
    }
    if view.0 & (View::ADAPTED | View::BASE) != 0 {
        // A row shows its columns where other objects show their properties.
        let columns = super::data_table::columns_of(object);
        let is_beside = |shown: &Shown| columns.is_none() || shown.kind != "Property";
        native(object, hidden).into_iter().filter(is_beside).for_each(&mut add);
        for (name, of) in columns.unwrap_or_default() {
            let definition = format!("{} {name} {{get;set;}}", of.display_name());
            add(Shown::new("Property", name, definition));
        }
    }
    found
}

/// The names of the members that a pattern means, and what kinds they are.
///
/// # Errors
/// The pattern is none.
pub(crate) fn matching(rs: &Runspace, object: &Value, pattern: &str) -> R<Vec<(Str, &'static str)>> {
    let pattern = crate::ops::patterns::wildcard(pattern, true)?;
    let members = members(rs, object, View(View::ADAPTED | View::EXTENDED), false).into_iter();
    Ok(members.filter(|shown| pattern.is_match(&shown.name)).map(|shown| (shown.name, shown.kind)).collect())
}

/// A member that was added to an object or comes from the type table.
pub(crate) fn extended(member: &Member) -> Shown {
    Shown::new(member.kind(), member.name.clone(), definition(member))
}

/// The text that says what such a member is.
pub(crate) fn definition(member: &Member) -> String {
    let name = &member.name;
    match &member.body {
        Body::Note(value) => format!("{} {name}={}", note_type(value), note_text(value)),
        Body::Property(value) => format!("{} {name} {{get;set;}}", note_type(value)),
        Body::Variable(variable) => {
            let value = variable.value.lock().clone();
            format!("{} {name}={}", note_type(&value), note_text(&value))
        }
        Body::Alias(target) => format!("{name} = {target}"),
        Body::Script { get, set } => {
            let part = |word: &str, block: &Option<std::sync::Arc<crate::eval::ScriptBlock>>| {
                block.as_ref().map_or_else(String::new, |block| format!("{word}={};", block.lazy.text()))
            };
            format!("System.Object {name} {{{}{}}}", part("get", get), part("set", set))
        }
        Body::ScriptMethod(_) => format!("System.Object {name}();"),
        Body::Native { .. } | Body::Code { .. } => format!("System.Object {name}{{get={name};}}"),
        Body::NativeMethod(_) => format!("static string {name}(psobject instance)"),
        Body::PropertySet(names) => {
            let names: Vec<&str> = names.iter().map(Str::as_str).collect();
            format!("{name} {{{}}}", names.join(", "))
        }
        Body::MemberSet(members) => {
            let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            format!("{name} {{{}}}", names.join(", "))
        }
    }
}

fn note_type(value: &Value) -> String {
    if matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
        return value.type_names().first().map(ToString::to_string).unwrap_or_default();
    }
    match value.type_of() {
        Some(of) if of.name() == "System.Object" => "object".into(),
        Some(of) => type_label(&of),
        None => "object".into(),
    }
}

fn note_text(value: &Value) -> Str {
    match value {
        Value::Null | Value::AutomationNull => "null".into(),
        Value::Type(of) => of.full_name().into(),
        _ if enumerates(value) => value.type_name().into(),
        _ => text(value),
    }
}

/// The members that the .NET type of an object has.
fn native(object: &Value, hidden: bool) -> Vec<Shown> {
    let Some(of) = object.type_of() else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(opaque) = object.downcast::<Opaque>()
        && known::members(&of, false).is_none_or(|members| !members.iter().any(|member| is_property(member.kind)))
    {
        found.extend(opaque.properties().into_iter().map(|(name, value)| {
            let shown = value.type_of().map_or_else(|| "System.Object".into(), |of| of.display_name());
            let definition = format!("{shown} {name} {{get;set;}}");
            Shown::new("Property", name, definition)
        }));
    }
    // An object out of another process has no methods but those that need none of its own.
    let is_copy = of == super::ps_object();
    found.extend(
        of_type(&of, false, hidden).into_iter().filter(|shown| {
            !is_copy || shown.kind == "Method" && ["GetType", "ToString"].contains(&shown.name.as_str())
        }),
    );
    found
}

fn is_property(kind: known::MemberKind) -> bool {
    matches!(kind, known::MemberKind::Property | known::MemberKind::Parameterized)
}

/// The members of a type: those of its classes, what .NET is known to have, or what the tables of the engine say.
pub(crate) fn of_type(of: &Type, is_static: bool, hidden: bool) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for class in of.ancestry() {
        if let Some(ir) = class.class().and_then(|class| class.ir.clone()) {
            of_class(class, &ir, is_static, hidden, &mut found);
        }
    }
    match known::members(of, is_static) {
        Some(members) => {
            // What only the tables of the engine list is below what .NET is known to have.
            of.ancestry().take_while(|of| !known::is_listed(of)).for_each(|of| of_table(of, is_static, &mut found));
            for member in members {
                if !found.iter().any(|have| casing::eq(&have.name, &member.name)) {
                    found.push(Shown::new(member.kind.label(), &*member.name, member.text.clone()));
                }
            }
        }
        None => of.ancestry().for_each(|of| of_table(of, is_static, &mut found)),
    }
    if hidden {
        found.extend(accessors(&found));
    }
    found
}

/// The methods behind properties, which only `-Force` shows.
fn accessors(members: &[Shown]) -> Vec<Shown> {
    let properties = members.iter().filter(|member| matches!(member.kind, "Property" | "ParameterizedProperty"));
    let mut found = Vec::new();
    for property in properties {
        let Some((head, tail)) = property.definition.split_once('{') else { continue };
        let head = head.trim();
        let (of, rest) = head
            .rsplit_once(' ')
            .filter(|(_, name)| !name.ends_with(')'))
            .unwrap_or_else(|| head.split_once(' ').unwrap_or((head, "")));
        let arguments = rest.split_once('(').map_or("", |(_, inside)| inside.trim_end_matches(')'));
        let name = &property.name;
        if tail.contains("get;") {
            found.push(Shown::new("Method", format!("get_{name}"), format!("{of} get_{name}({arguments})")));
        }
        if tail.contains("set;") {
            let comma = if arguments.is_empty() { "" } else { ", " };
            let definition = format!("void set_{name}({arguments}{comma}{of} value)");
            found.push(Shown::new("Method", format!("set_{name}"), definition));
        }
    }
    found
}

fn of_table(of: &Type, is_static: bool, found: &mut Vec<Shown>) {
    let prefix = if is_static { "static " } else { "" };
    for property in of.own_members().properties.iter().filter(|property| property.is_static == is_static) {
        if !found.iter().any(|have| casing::eq(&have.name, property.name)) {
            let set = if property.set.is_some() { "set;" } else { "" };
            let definition = format!("{prefix}{} {} {{get;{set}}}", property.of, property.name);
            found.push(Shown::new("Property", property.name, definition));
        }
    }
    for method in of.own_members().methods.iter().filter(|method| method.is_static == is_static) {
        let text = format!("{prefix}{}", method.signature.text);
        match found.iter_mut().find(|have| casing::eq(&have.name, method.signature.name)) {
            Some(have) => {
                have.definition.push_str(", ");
                have.definition.push_str(&text);
            }
            None => found.push(Shown::new("Method", method.signature.name, text)),
        }
    }
}

/// The members that a class of a script declares.
fn of_class(of: &Type, ir: &TypeIr, is_static: bool, hidden: bool, found: &mut Vec<Shown>) {
    if ir.is_enum {
        return;
    }
    let prefix = if is_static { "static " } else { "" };
    for property in ir.properties.iter().filter(|property| property.is_static == is_static) {
        if property.is_hidden && !hidden || found.iter().any(|have| casing::eq(&have.name, &property.name)) {
            continue;
        }
        let shown = property.of.as_deref().map_or_else(|| "System.Object".into(), type_name);
        let definition = format!("{prefix}{shown} {} {{get;set;}}", property.name);
        found.push(Shown::new("Property", property.name.clone(), definition));
    }
    let mut own: Vec<Shown> = Vec::new();
    for method in &ir.methods {
        let is_constructor = casing::eq(&method.name, &ir.name);
        if is_constructor && !is_static || !is_constructor && method.is_static != is_static {
            continue;
        }
        let text = signature(of, method, is_constructor);
        let text = if is_constructor { text } else { format!("{prefix}{text}") };
        let name: Str = if is_constructor { "new".into() } else { method.name.clone() };
        match own.iter_mut().find(|have| casing::eq(&have.name, &name)) {
            Some(have) => {
                have.definition.push_str(", ");
                have.definition.push_str(&text);
            }
            None => own.push(Shown::new("Method", name, text)),
        }
    }
    if is_static && !own.iter().any(|member| member.name.as_str() == "new") {
        own.push(Shown::new("Method", "new", format!("{} new()", of.display_name())));
    }
    for member in own {
        if !found.iter().any(|have| casing::eq(&have.name, &member.name)) {
            found.push(member);
        }
    }
}

/// A type that a script names, as definitions write it.
fn type_name(name: &str) -> String {
    super::find(name).map_or_else(|| name.to_owned(), |of| of.display_name())
}

fn signature(of: &Type, method: &MethodIr, is_constructor: bool) -> String {
    let parameters: Vec<String> = method
        .body
        .unit()
        .params
        .iter()
        .map(|param| {
            let shown = param.of.as_ref().map_or_else(|| "System.Object".into(), |of| type_name(&of.text));
            format!("{shown} {}", param.name.as_str())
        })
        .collect();
    let parameters = parameters.join(", ");
    if is_constructor {
        return format!("{} new({parameters})", of.display_name());
    }
    let returns = method.returns.as_ref().map_or_else(|| "void".into(), |of| type_name(&of.text));
    format!("{returns} {}({parameters})", method.name)
}
