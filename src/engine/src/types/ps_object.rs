//! `PSObject`, and members as objects: `$x.PSObject.Properties`, `[psnoteproperty]::new()`.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing, wildcard::Wildcard};

use super::{Members, Type, TypeDef, describe::definition, known};
use crate::{
    eval::{R, Runspace, error},
    value::{Body, Dictionary, Member, Object, Opaque, Value, enumerate, text},
};

const NAMESPACE: &str = "System.Management.Automation.";

/// `object.PSObject`
struct View(Value);

impl Object for View {
    fn type_of(&self) -> Type {
        super::ps_object()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &Value) -> bool {
        self.0.same(other)
    }
}

/// `object.PSObject`
pub(crate) fn ps_object_view(object: &Value) -> Value {
    Value::object(View(object.clone()))
}

/// `object.PSTypeNames`
pub(crate) fn type_names_view(rs: &Runspace, object: &Value) -> Value {
    let names = rs.state.wrapper(object).map_or_else(|| object.type_names(), |own| Value::Wrapped(own).type_names());
    Value::object(TypeNames { object: object.clone(), names: Mutex::new(names) })
}

/// The type names of an object, which may be changed.
struct TypeNames {
    object: Value,
    names: Mutex<Vec<Str>>,
}

impl Object for TypeNames {
    fn type_of(&self) -> Type {
        known("System.Management.Automation.Runspaces.ConsolidatedString")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.names.lock().iter().cloned().map(Value::Str).collect())
    }
}

fn change_names<T: Default>(rs: &mut Runspace, this: &Value, change: impl FnOnce(&mut Vec<Str>) -> T) -> T {
    let Some(view) = this.downcast::<TypeNames>() else { return T::default() };
    let mut names = view.names.lock();
    let result = change(&mut names);
    *rs.state.extend(&view.object).type_names.lock() = Some(names.clone());
    result
}

/// A member of an object, or one that is not on an object yet.
pub(crate) struct MemberInfo {
    object: Value,
    member: Mutex<Member>,
    /// The type of a property that the type of the object declares, and whether it can be set.
    declared: Option<(&'static str, bool)>,
    is_instance: bool,
}

impl MemberInfo {
    /// One that is not on an object.
    fn alone(member: Member) -> Value {
        Value::object(Self { object: Value::Null, member: Mutex::new(member), declared: None, is_instance: true })
    }

    fn kind(&self) -> &'static str {
        if self.declared.is_some() { "Property" } else { self.member.lock().kind() }
    }

    fn name(&self) -> Str {
        self.member.lock().name.clone()
    }

    fn is_settable(&self) -> bool {
        match (&self.declared, &self.member.lock().body) {
            (Some((_, settable)), _) => *settable,
            (None, Body::Script { set, .. }) => set.is_some(),
            (None, Body::Note(_) | Body::Property(_) | Body::Alias(_)) => true,
            _ => false,
        }
    }
}

/// A `PSNoteProperty`.
pub(crate) fn note_property(name: Str, value: Value) -> Value {
    MemberInfo::alone(Member::note(name, value))
}

impl Object for MemberInfo {
    fn type_of(&self) -> Type {
        known(match self.kind() {
            "NoteProperty" => "System.Management.Automation.PSNoteProperty",
            "ScriptProperty" => "System.Management.Automation.PSScriptProperty",
            "AliasProperty" => "System.Management.Automation.PSAliasProperty",
            "CodeProperty" => "System.Management.Automation.PSCodeProperty",
            "ScriptMethod" => "System.Management.Automation.PSScriptMethod",
            "CodeMethod" => "System.Management.Automation.PSCodeMethod",
            "PropertySet" => "System.Management.Automation.PSPropertySet",
            "MemberSet" => "System.Management.Automation.PSMemberSet",
            _ => "System.Management.Automation.PSProperty",
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        if let Some((of, settable)) = self.declared {
            return Some(format!("{of} {} {{get;{}}}", self.name(), if settable { "set;" } else { "" }).into());
        }
        Some(definition(&self.member.lock()).into())
    }
}

/// Some of the members of an object.
struct Collection {
    object: Value,
    of: &'static str,
    items: Vec<Value>,
}

impl Object for Collection {
    fn type_of(&self) -> Type {
        super::generic("System.Management.Automation.PSMemberInfoIntegratingCollection`1", vec![known(self.of)])
            .unwrap_or_else(super::object)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }
}

/// One member of an object, as an object.
pub(crate) fn member_view(object: &Value, member: Member) -> Value {
    Value::object(MemberInfo { object: object.clone(), member: Mutex::new(member), declared: None, is_instance: true })
}

/// All members of an object: its own, those of the type table, those of its type.
fn members_of(rs: &mut Runspace, object: &Value) -> Vec<Value> {
    let extended = rs.state.wrapper(object);
    let mut seen: Vec<Str> = Vec::new();
    let mut found = Vec::new();
    let mut add = |member: Member, declared: Option<(&'static str, bool)>, is_instance: bool| {
        if seen.iter().any(|name| casing::eq(name, &member.name)) {
            return;
        }
        seen.push(member.name.clone());
        found.push(Value::object(MemberInfo {
            object: object.clone(),
            member: Mutex::new(member),
            declared,
            is_instance,
        }));
    };
    for member in extended.as_ref().map(|own| own.members()).unwrap_or_default() {
        add(member, None, true);
    }
    let seen_as = extended.map_or_else(|| object.clone(), Value::Wrapped);
    for member in rs.state.types.members(&seen_as) {
        add(member, None, false);
    }
    let property = |name: Str| Member { name, body: Body::Property(Value::Null) };
    if object.downcast::<Opaque>().is_some()
        || crate::eval::class::of(object).is_some()
        || super::data_table::is_row(object)
    {
        let hidden = crate::eval::class::hidden_names(object);
        for (name, value) in crate::serial::all_properties(rs, &object.clone().into_base()).unwrap_or_default() {
            if hidden.contains(&name) {
                continue;
            }
            let of = value.type_of().map_or("System.Object", |of| leak_free_name(&of));
            add(property(name), Some((of, true)), true);
        }
    }
    if object.type_of().is_some_and(|of| of.is_assignable_to(&super::exception())) {
        for (name, _) in super::exception_properties(object) {
            let settable = ["HelpLink", "Source", "HResult"].contains(&name.as_str());
            add(property(name), Some(("System.Object", settable)), true);
        }
    }
    if let Some(of) = object.type_of() {
        for of in of.ancestry() {
            for declared in of.own_members().properties.iter().filter(|p| !p.is_static) {
                add(property(declared.name.into()), Some((declared.of, declared.set.is_some())), true);
            }
        }
    }
    found
}

/// The name of a type as a signature writes it, for the types that have a static one.
fn leak_free_name(of: &Type) -> &'static str {
    match of.name() {
        "System.String" => "string",
        "System.Int32" => "int",
        "System.Int64" => "long",
        "System.Boolean" => "bool",
        "System.Double" => "double",
        "System.DateTime" => "datetime",
        "System.TimeSpan" => "timespan",
        "System.Collections.Hashtable" => "hashtable",
        "System.Version" => "version",
        _ => "System.Object",
    }
}

/// The methods of an object.
fn methods_of(rs: &Runspace, object: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let own = rs.state.wrapper(object).map(|own| own.members()).unwrap_or_default();
    let from_types = rs.state.types.members(object);
    for member in own.into_iter().chain(from_types) {
        if matches!(member.body, Body::ScriptMethod(_) | Body::NativeMethod(_)) {
            found.push(Value::object(MemberInfo {
                object: object.clone(),
                member: Mutex::new(member),
                declared: None,
                is_instance: true,
            }));
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for of in object.type_of().iter().flat_map(Type::ancestry) {
        for method in of.own_members().methods.iter().filter(|method| !method.is_static) {
            if !names.iter().any(|have| casing::eq(have, method.signature.name)) {
                names.push(method.signature.name);
            }
        }
    }
    for name in ["ToString", "GetType", "Equals", "GetHashCode"] {
        if !names.iter().any(|have| casing::eq(have, name)) {
            names.push(name);
        }
    }
    found.extend(names.into_iter().map(|name| super::method_view(object, name)));
    found
}

fn collection(rs: &mut Runspace, object: &Value, kind: &str) -> Value {
    let (of, items) = match kind {
        "Methods" => ("System.Management.Automation.PSMethodInfo", methods_of(rs, object)),
        "Properties" => {
            let mut items = members_of(rs, object);
            items.retain(|item| {
                item.downcast::<MemberInfo>()
                    .is_some_and(|info| info.declared.is_some() || info.member.lock().is_property())
            });
            ("System.Management.Automation.PSPropertyInfo", items)
        }
        _ => {
            let mut items = members_of(rs, object);
            for method in methods_of(rs, object) {
                let name = name_of(&method);
                if !items.iter().any(|have| casing::eq(&name_of(have), &name)) {
                    items.push(method);
                }
            }
            ("System.Management.Automation.PSMemberInfo", items)
        }
    };
    Value::object(Collection { object: object.clone(), of, items })
}

fn name_of(member: &Value) -> Str {
    match member.downcast::<MemberInfo>() {
        Some(info) => info.name(),
        None => {
            member.downcast::<Opaque>().and_then(|view| view.get("Name")).map(|name| text(&name)).unwrap_or_default()
        }
    }
}

fn kind_of(member: &Value) -> Str {
    match member.downcast::<MemberInfo>() {
        Some(info) => info.kind().into(),
        None => "Method".into(),
    }
}

/// The member a collection has under a name.
pub(crate) fn indexed(object: &Value, index: &Value) -> Option<Value> {
    let members = object.downcast::<Collection>()?;
    let name = text(index);
    Some(members.items.iter().find(|item| casing::eq(&name_of(item), &name)).cloned().unwrap_or_default())
}

/// `object.PSStandardMembers` and other member sets: members that are read by name.
pub(crate) fn member_set_view(object: &Value, name: &str, members: &Arc<[Member]>) -> Value {
    let _ = object;
    let mut properties = vec![
        ("Name".into(), Value::from(name)),
        ("MemberType".into(), super::enum_value("System.Management.Automation.PSMemberTypes", "MemberSet")),
    ];
    properties.extend(members.iter().map(|member| (member.name.clone(), set_member(member))));
    let shown = definition(&Member { name: name.into(), body: Body::MemberSet(members.clone()) });
    Opaque::new("System.Management.Automation.PSMemberSet", properties).displayed(shown).into_value()
}

fn set_member(member: &Member) -> Value {
    match &member.body {
        Body::PropertySet(_) => MemberInfo::alone(member.clone()),
        _ => member.held().cloned().unwrap_or_default(),
    }
}

/// The member that an object of `PSMemberInfo` describes.
pub(crate) fn as_member(value: &Value) -> Option<Member> {
    value.downcast::<MemberInfo>().map(|info| info.member.lock().clone())
}

fn info(this: &Value) -> Option<&MemberInfo> {
    this.downcast::<MemberInfo>()
}

fn read(rs: &mut Runspace, this: &Value) -> R<Value> {
    let Some(info) = info(this) else { return Ok(Value::Null) };
    let member = info.member.lock().clone();
    if info.declared.is_some() {
        return rs.get_member(&info.object, &member.name);
    }
    match &member.body {
        Body::Note(_) | Body::Property(_) if info.object.is_null() => Ok(member.held().cloned().unwrap_or_default()),
        Body::Note(_) | Body::Property(_) => rs.get_member(&info.object, &member.name),
        _ if member.is_property() => rs.read_member(&info.object, &member.name, &member.body),
        _ => Ok(this.clone()),
    }
}

fn assign(rs: &mut Runspace, this: &Value, value: Value) -> R<()> {
    let Some(info) = info(this) else { return Ok(()) };
    if info.object.is_null() {
        if let Body::Note(slot) = &mut info.member.lock().body {
            *slot = value;
        }
        return Ok(());
    }
    let name = info.name();
    rs.set_member(&info.object, &name, value)
}

fn type_of_value(rs: &mut Runspace, this: &Value) -> R<Value> {
    let Some(info) = info(this) else { return Ok(Value::Null) };
    if let Some((of, _)) = info.declared {
        return Ok(rs.find_type(of).map_or_else(|| of.into(), |of| of.full_name().into()));
    }
    let kind = info.kind();
    Ok(match kind {
        "NoteProperty" | "Property" | "AliasProperty" => {
            let value = read(rs, this)?;
            value.type_of().map_or("System.Object".into(), |of| of.full_name().into())
        }
        "PropertySet" | "MemberSet" => format!("{NAMESPACE}PS{kind}").into(),
        _ => "System.Object".into(),
    })
}

/// The rows that all members have, in the order of .NET.
fn common(m: &mut Members) {
    m.get("string Name", |_, this| Ok(Value::Str(name_of(this))));
    m.get("bool IsInstance", |_, this| Ok(info(this).is_some_and(|info| info.is_instance).into()));
    m.method("System.Management.Automation.PSMemberInfo Copy()", |_, this, _| {
        Ok(as_member(this).map_or(Value::Null, MemberInfo::alone))
    });
}

fn member_type(m: &mut Members) {
    m.get("System.Management.Automation.PSMemberTypes MemberType", |_, this| {
        Ok(super::enum_value("System.Management.Automation.PSMemberTypes", &kind_of(this)))
    });
}

fn access(m: &mut Members) {
    m.get("bool IsSettable", |_, this| Ok(info(this).is_some_and(MemberInfo::is_settable).into()));
    m.get("bool IsGettable", |_, _| Ok(true.into()));
}

fn value(m: &mut Members) {
    m.get_set("System.Object Value", read, assign);
}

fn type_name(m: &mut Members) {
    m.get("string TypeNameOfValue", type_of_value);
}

fn block(rs: &mut Runspace, value: Option<&Value>) -> Option<Arc<crate::eval::ScriptBlock>> {
    value.and_then(|value| rs.as_block(value))
}

fn arg_text(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

/// Runs a method that was read as an object.
fn invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let Some(info) = info(this) else { return Ok(Value::Null) };
    let args = match args {
        [one] if matches!(one.base(), Value::Array(_)) => enumerate(one).unwrap_or_default(),
        _ => args.to_vec(),
    };
    let name = info.name();
    rs.call_method(&info.object.clone(), &name, &args)
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.PSObject").members(|m| {
        fn view(this: &Value) -> Value {
            this.downcast::<View>().map_or_else(|| this.clone(), |view| view.0.clone())
        }
        m.get("System.Management.Automation.PSMemberInfoCollection[System.Management.Automation.PSMemberInfo] Members", |rs, this| {
            Ok(collection(rs, &view(this), "Members"))
        });
        m.get("System.Management.Automation.PSMemberInfoCollection[System.Management.Automation.PSPropertyInfo] Properties", |rs, this| {
            Ok(collection(rs, &view(this), "Properties"))
        });
        m.get("System.Management.Automation.PSMemberInfoCollection[System.Management.Automation.PSMethodInfo] Methods", |rs, this| {
            Ok(collection(rs, &view(this), "Methods"))
        });
        m.get("System.Object ImmediateBaseObject", |_, this| Ok(view(this).into_base()));
        m.get("System.Object BaseObject", |_, this| Ok(view(this).into_base()));
        m.get("System.Collections.ObjectModel.Collection[string] TypeNames", |rs, this| Ok(type_names_view(rs, &view(this))));
        m.method("psobject Copy()", |_, this, _| Ok(copy(&view(this))));
        m.function("psobject AsPSObject(System.Object obj)", |_, _, args| {
            Ok(Value::Wrapped(args.first().cloned().unwrap_or_default().wrapped()))
        });
    }),
    TypeDef::class("System.Management.Automation.PSMemberInfo").members(common),
    TypeDef::class("System.Management.Automation.PSPropertyInfo").base("System.Management.Automation.PSMemberInfo"),
    TypeDef::class("System.Management.Automation.PSMethodInfo").base("System.Management.Automation.PSMemberInfo"),
    TypeDef::class("System.Management.Automation.PSNoteProperty").base("System.Management.Automation.PSPropertyInfo").members(|m| {
        m.constructor("psnoteproperty(string name, System.Object value)", |_, _, args| {
            Ok(MemberInfo::alone(Member::note(arg_text(args, 0), args.get(1).cloned().unwrap_or_default())))
        });
        member_type(m);
        access(m);
        value(m);
        type_name(m);
    }),
    TypeDef::class("System.Management.Automation.PSProperty").base("System.Management.Automation.PSPropertyInfo").members(|m| {
        member_type(m);
        value(m);
        access(m);
        type_name(m);
    }),
    TypeDef::class("System.Management.Automation.PSCodeProperty").base("System.Management.Automation.PSPropertyInfo").members(|m| {
        member_type(m);
        access(m);
        value(m);
        type_name(m);
    }),
    TypeDef::class("System.Management.Automation.PSScriptProperty").base("System.Management.Automation.PSPropertyInfo").members(|m| {
        for signature in [
            "psscriptproperty(string name, scriptblock getterScript)",
            "psscriptproperty(string name, scriptblock getterScript, scriptblock setterScript)",
        ] {
            m.constructor(signature, |rs, _, args| {
                let body = Body::Script { get: block(rs, args.get(1)), set: block(rs, args.get(2)) };
                Ok(MemberInfo::alone(Member { name: arg_text(args, 0), body }))
            });
        }
        m.get("scriptblock GetterScript", |_, this| script(this, false));
        m.get("scriptblock SetterScript", |_, this| script(this, true));
        member_type(m);
        access(m);
        value(m);
        type_name(m);
    }),
    TypeDef::class("System.Management.Automation.PSVariableProperty").base("System.Management.Automation.PSNoteProperty").members(|m| {
        m.constructor("psvariableproperty(psvariable variable)", |_, _, args| {
            let held = args.first().and_then(|arg| arg.downcast::<Opaque>()).and_then(crate::cmdlets::held_variable);
            let Some(variable) = held else { return Err(super::args::null("variable")) };
            let name = variable.name.as_str().into();
            Ok(MemberInfo::alone(Member { name, body: Body::Variable(variable) }))
        });
    }),
    TypeDef::class("System.Management.Automation.PSAliasProperty").base("System.Management.Automation.PSPropertyInfo").members(|m| {
        m.constructor("psaliasproperty(string name, string referencedMemberName)", |_, _, args| {
            Ok(MemberInfo::alone(Member { name: arg_text(args, 0), body: Body::Alias(arg_text(args, 1)) }))
        });
        m.get("string ReferencedMemberName", |_, this| {
            Ok(match as_member(this).map(|member| member.body) {
                Some(Body::Alias(target)) => Value::Str(target),
                _ => Value::Null,
            })
        });
        m.get("type ConversionType", |_, _| Ok(Value::Null));
        member_type(m);
        type_name(m);
        access(m);
        value(m);
    }),
    TypeDef::class("System.Management.Automation.PSScriptMethod").base("System.Management.Automation.PSMethodInfo").members(|m| {
        m.constructor("psscriptmethod(string name, scriptblock script)", |rs, _, args| {
            let Some(script) = block(rs, args.get(1)) else {
                return Err(error::argument("System.Management.Automation.PSArgumentNullException", "Value cannot be null.", "script"));
            };
            Ok(MemberInfo::alone(Member { name: arg_text(args, 0), body: Body::ScriptMethod(script) }))
        });
        m.get("scriptblock Script", |_, this| {
            Ok(match as_member(this).map(|member| member.body) {
                Some(Body::ScriptMethod(script)) => Value::Object(script),
                _ => Value::Null,
            })
        });
        m.get("System.Collections.ObjectModel.Collection[string] OverloadDefinitions", |_, this| Ok(Value::strings([text(this)])));
        member_type(m);
        type_name(m);
        m.get("System.Object Value", |_, this| Ok(this.clone()));
        m.method("System.Object Invoke(params System.Object[] arguments)", invoke);
    }),
    TypeDef::class("System.Management.Automation.PSCodeMethod").base("System.Management.Automation.PSMethodInfo").members(|m| {
        member_type(m);
        m.method("System.Object Invoke(params System.Object[] arguments)", invoke);
    }),
    TypeDef::class("System.Management.Automation.PSPropertySet").base("System.Management.Automation.PSMemberInfo").members(|m| {
        m.constructor("psobject(string name, System.Collections.Generic.IEnumerable[string] referencedPropertyNames)", |_, _, args| {
            let names = args.get(1).and_then(enumerate).unwrap_or_default();
            let body = Body::PropertySet(names.iter().map(text).collect());
            Ok(MemberInfo::alone(Member { name: arg_text(args, 0), body }))
        });
        m.get("System.Collections.ObjectModel.Collection[string] ReferencedPropertyNames", |_, this| {
            Ok(match as_member(this).map(|member| member.body) {
                Some(Body::PropertySet(names)) => Value::strings(names),
                _ => Value::Null,
            })
        });
        member_type(m);
        m.get("System.Object Value", |_, this| Ok(this.clone()));
        type_name(m);
    }),
    TypeDef::class("System.Management.Automation.PSMemberSet").base("System.Management.Automation.PSMemberInfo").members(|m| {
        for signature in [
            "psmemberset(string name)",
            "psmemberset(string name, System.Collections.Generic.IEnumerable[System.Management.Automation.PSMemberInfo] members)",
        ] {
            m.constructor(signature, |_, _, args| {
                let members: Vec<Member> =
                    args.get(1).and_then(enumerate).unwrap_or_default().iter().filter_map(as_member).collect();
                Ok(MemberInfo::alone(Member { name: arg_text(args, 0), body: Body::MemberSet(members.into()) }))
            });
        }
        member_type(m);
    }),
    TypeDef::class("System.Management.Automation.PSMemberInfoCollection`1").implements(&["System.Collections.IEnumerable"]),
    TypeDef::class("System.Management.Automation.PSMemberInfoIntegratingCollection`1")
        .base("System.Management.Automation.PSMemberInfoCollection`1")
        .implements(&["System.Collections.IEnumerable"])
        .members(|m| {
            m.method("void Add(System.Management.Automation.PSMemberInfo member)", add);
            m.method("void Add(System.Management.Automation.PSMemberInfo member, bool preValidated)", add);
            m.method("void Remove(string name)", |rs, this, args| {
                if let Some(members) = this.downcast::<Collection>() {
                    let name = arg_text(args, 0);
                    match members.object.downcast::<Dictionary>() {
                        Some(_) => {}
                        None => drop(rs.state.wrapper(&members.object).map(|own| own.remove(&name))),
                    }
                }
                Ok(Value::AutomationNull)
            });
            for signature in [
                "System.Object Match(string name)",
                "System.Object Match(string name, System.Management.Automation.PSMemberTypes memberTypes)",
            ] {
                m.method(signature, |_, this, args| {
                    let pattern = Wildcard::new(&arg_text(args, 0), true);
                    let kinds = match args.get(1).map(Value::base) {
                        Some(Value::Enum(_, bits)) => Some(*bits),
                        _ => None,
                    };
                    let kind_bits = |item: &Value| match super::enum_value("System.Management.Automation.PSMemberTypes", &kind_of(item)) {
                        Value::Enum(_, bits) => bits,
                        _ => 0,
                    };
                    let Some(members) = this.downcast::<Collection>() else { return Ok(Value::Null) };
                    let found = members.items.iter().filter(|item| {
                        pattern.as_ref().is_ok_and(|pattern| pattern.is_match(&name_of(item)))
                            && kinds.is_none_or(|kinds| kind_bits(item) & kinds != 0)
                    });
                    let found = found.cloned().collect();
                    Ok(Value::object(Collection { object: members.object.clone(), of: members.of, items: found }))
                });
            }
            m.get("int Count", |_, this| Ok(this.downcast::<Collection>().map_or(Value::Null, |members| Value::int(members.items.len()))));
        }),
    TypeDef::class("System.Management.Automation.Runspaces.ConsolidatedString")
        .implements(&["System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"])
        .members(|m| {
            m.get("int Count", |_, this| Ok(this.downcast::<TypeNames>().map_or(Value::Null, |view| Value::int(view.names.lock().len()))));
            m.method("void Add(string item)", |rs, this, args| {
                change_names(rs, this, |names| names.push(arg_text(args, 0)));
                Ok(Value::AutomationNull)
            });
            m.method("void Insert(int index, string item)", |rs, this, args| {
                let at = args.first().and_then(Value::as_i128).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
                change_names(rs, this, |names| names.insert(at.min(names.len()), arg_text(args, 1)));
                Ok(Value::AutomationNull)
            });
            m.method("void Clear()", |rs, this, _| {
                change_names(rs, this, Vec::clear);
                Ok(Value::AutomationNull)
            });
            m.method("bool Remove(string item)", |rs, this, args| {
                let name = arg_text(args, 0);
                Ok(change_names(rs, this, |names| {
                    let before = names.len();
                    if let Some(at) = names.iter().position(|have| *have == name) {
                        names.remove(at);
                    }
                    names.len() < before
                })
                .into())
            });
            m.method("void RemoveAt(int index)", |rs, this, args| {
                let at = args.first().and_then(Value::as_i128).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
                change_names(rs, this, |names| {
                    if at < names.len() {
                        names.remove(at);
                    }
                });
                Ok(Value::AutomationNull)
            });
            m.method("bool Contains(string item)", |_, this, args| {
                let name = arg_text(args, 0);
                Ok(this.downcast::<TypeNames>().is_some_and(|view| view.names.lock().contains(&name)).into())
            });
            m.method("int IndexOf(string item)", |_, this, args| {
                let name = arg_text(args, 0);
                let at = this.downcast::<TypeNames>().and_then(|view| view.names.lock().iter().position(|have| *have == name));
                Ok(Value::I32(at.map_or(-1, psrpd_dotnet::cast::int32)))
            });
        }),
];

fn script(this: &Value, setter: bool) -> R<Value> {
    Ok(match as_member(this).map(|member| member.body) {
        Some(Body::Script { get, set }) => {
            (if setter { set } else { get }).map_or(Value::Null, |block| Value::Object(block))
        }
        _ => Value::Null,
    })
}

fn add(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    if let (Some(members), Some(member)) = (this.downcast::<Collection>(), args.first().and_then(as_member)) {
        rs.state.extend(&members.object).add(member);
    }
    Ok(Value::AutomationNull)
}

/// `object.PSObject.Copy()`: the members are copied, and so is a base that can be.
fn copy(object: &Value) -> Value {
    match object {
        Value::Wrapped(wrapped) => Value::Wrapped(Arc::new(wrapped.copy())),
        _ => match object {
            Value::Array(array) => Value::Array(Arc::new(array.copy())),
            _ => object.clone(),
        },
    }
}
