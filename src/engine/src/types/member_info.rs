//! Members of types as objects: `GetMethods()`, `GetProperty()` and what they lead to.

use psrpd_dotnet::{Str, casing};

use super::{
    Members, Type, TypeDef, array_of,
    describe::{self, Shown},
    known, split_at_commas,
};
use crate::{
    eval::{R, Runspace, error},
    value::{Opaque, Value, enumerate, text},
};

const PROPERTY: &str = "System.Reflection.RuntimePropertyInfo";
const METHOD: &str = "System.Reflection.RuntimeMethodInfo";
const CONSTRUCTOR: &str = "System.Reflection.RuntimeConstructorInfo";
const PARAMETER: &str = "System.Reflection.RuntimeParameterInfo";
const MEMBER_TYPES: &str = "System.Reflection.MemberTypes";

/// `BindingFlags`
mod flags {
    pub(super) const IGNORE_CASE: i64 = 1;
    pub(super) const INSTANCE: i64 = 4;
    pub(super) const STATIC: i64 = 8;
    pub(super) const PUBLIC: i64 = 16;
    pub(super) const DEFAULT: i64 = INSTANCE | STATIC | PUBLIC;
}

fn type_of(value: &Value) -> Option<&Type> {
    match value.base() {
        Value::Type(of) => Some(of),
        _ => None,
    }
}

/// A type as a definition writes it.
fn named(rs: &Runspace, name: &str) -> Type {
    rs.find_type(name.trim().trim_start_matches("[ref] ")).unwrap_or_else(super::object)
}

/// The flags among the arguments.
fn flags_in(args: &[Value]) -> i64 {
    let found = args.iter().find_map(|arg| match arg.base() {
        Value::Enum(of, bits) if of.name() == "System.Reflection.BindingFlags" => Some(*bits),
        _ => None,
    });
    found.unwrap_or(flags::DEFAULT)
}

/// The members of the wished kinds with whether they are static; none of those that are not public.
fn shown(of: &Type, bits: i64, kinds: &[&str]) -> Vec<(Shown, bool)> {
    let mut found = Vec::new();
    for (bit, is_static) in [(flags::INSTANCE, false), (flags::STATIC, true)] {
        if bits & bit == 0 || bits & flags::PUBLIC == 0 {
            continue;
        }
        let members = describe::of_type(of, is_static, true);
        found.extend(
            members.into_iter().filter(|member| kinds.contains(&member.kind)).map(|member| (member, is_static)),
        );
    }
    found
}

fn property(rs: &Runspace, of: &Type, member: &Shown, is_static: bool) -> Value {
    let head = member.definition.split('{').next().unwrap_or("").trim().trim_start_matches("static ");
    let shown = head.split(&format!(" {}", member.name)).next().unwrap_or("");
    let kind = named(rs, shown);
    let can = |word: &str| Value::from(member.definition.contains(word));
    let display = format!("{} {}", kind.name(), member.name);
    Opaque::new(
        PROPERTY,
        [
            ("MemberType", super::enum_value(MEMBER_TYPES, "Property")),
            ("Name", Value::Str(member.name.clone())),
            ("DeclaringType", Value::Type(declares(of, &member.name).clone())),
            ("ReflectedType", Value::Type(of.clone())),
            ("PropertyType", Value::Type(kind)),
            ("CanRead", can("get;")),
            ("CanWrite", can("set;")),
            ("IsSpecialName", false.into()),
            ("IsStatic", is_static.into()),
        ],
    )
    .displayed(display)
    .into_value()
}

/// The nearest of a type and its bases that has a member itself.
fn declares<'t>(of: &'t Type, name: &str) -> &'t Type {
    let has = |of: &&Type| {
        let members = of.own_members();
        members.properties.iter().any(|have| casing::eq(have.name, name))
            || members.methods.iter().any(|have| casing::eq(have.signature.name, name))
            || of.class().and_then(|class| class.ir.as_ref()).is_some_and(|ir| {
                ir.properties.iter().any(|have| casing::eq(&have.name, name))
                    || ir.methods.iter().any(|have| casing::eq(&have.name, name))
            })
    };
    of.ancestry().find(has).unwrap_or(of)
}

/// The overloads of a definition: `int A(int x), int A(string y)`.
pub(super) fn overloads(definition: &str) -> Vec<String> {
    let bracketed = definition.replace('(', "[(").replace(')', ")]");
    split_at_commas(&bracketed)
        .into_iter()
        .map(|one| one.replace("[(", "(").replace(")]", ")").trim().to_owned())
        .collect()
}

fn parameters(rs: &Runspace, list: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for (at, one) in split_at_commas(list).into_iter().enumerate() {
        let Some((shown, name)) = one.trim().rsplit_once(' ') else { continue };
        let is_array = shown.starts_with("Params ") || shown.starts_with("params ");
        let shown = shown.trim_start_matches("Params ").trim_start_matches("params ").trim_start_matches("ref ");
        let kind = named(rs, shown);
        let kind = if is_array && kind.element().is_none() { array_of(&kind, 1) } else { kind };
        let display = format!("{} {name}", kind.name());
        found.push(
            Opaque::new(
                PARAMETER,
                [
                    ("ParameterType", Value::Type(kind)),
                    ("Name", name.into()),
                    ("Position", Value::I32(i32::try_from(at).unwrap_or(i32::MAX))),
                ],
            )
            .displayed(display)
            .into_value(),
        );
    }
    found
}

fn kinds_of(parameters: &[Value]) -> Vec<Type> {
    parameters
        .iter()
        .filter_map(|one| one.downcast::<Opaque>()?.get("ParameterType").as_ref().and_then(type_of).cloned())
        .collect()
}

fn method(rs: &Runspace, of: &Type, name: &Str, overload: &str, is_static: bool) -> Value {
    let plain = overload.trim_start_matches("static ");
    let is_constructor = name.as_str() == "new";
    let (head, rest) = plain.split_once('(').unwrap_or((plain, ""));
    let list = parameters(rs, rest.trim_end_matches(')'));
    let returns = named(rs, head.rsplit_once(' ').map_or("void", |(returns, _)| returns));
    let shown: Vec<String> = kinds_of(&list).iter().map(short).collect();
    let proper: Str = if is_constructor { ".ctor".into() } else { name.clone() };
    let result = if is_constructor { "Void".into() } else { short(&returns) };
    let kind = if is_constructor { "Constructor" } else { "Method" };
    let is_special = is_constructor || name.starts_with("get_") || name.starts_with("set_") || name.starts_with("op_");
    Opaque::new(
        if is_constructor { CONSTRUCTOR } else { METHOD },
        [
            ("Name", Value::Str(proper.clone())),
            ("DeclaringType", Value::Type(declares(of, name).clone())),
            ("ReflectedType", Value::Type(of.clone())),
            ("MemberType", super::enum_value(MEMBER_TYPES, kind)),
            ("ReturnType", Value::Type(returns)),
            ("IsPublic", true.into()),
            ("IsPrivate", false.into()),
            ("IsStatic", (is_static && !is_constructor).into()),
            ("IsConstructor", is_constructor.into()),
            ("IsSpecialName", is_special.into()),
            ("IsGenericMethod", false.into()),
        ],
    )
    .displayed(format!("{result} {proper}({})", shown.join(", ")))
    .into_value()
    .also(|value| attach(value, list))
}

/// How the text of a method names a type: primitive ones without their namespace.
fn short(of: &Type) -> String {
    let primitive =
        of.is_value_type() && of.namespace() == Some("System") && !of.is_enum() && of.arguments().is_empty();
    let simple = [
        "Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Char", "Double",
        "Single", "Void",
    ];
    if primitive && simple.contains(&of.short_name().as_str()) { of.short_name() } else { of.plain_name() }
}

/// Where the parameters of a method are kept.
const PARAMETERS: &str = "\0parameters";

fn attach(value: &Value, list: Vec<Value>) {
    if let Some(object) = value.downcast::<Opaque>() {
        object.push(PARAMETERS, Value::typed_array(known("System.Reflection.ParameterInfo"), list));
    }
}

trait Also: Sized {
    fn also(self, run: impl FnOnce(&Self)) -> Self {
        run(&self);
        self
    }
}

impl Also for Value {}

fn properties(rs: &Runspace, of: &Type, bits: i64) -> Vec<Value> {
    let mut found = shown(of, bits, &["Property"]);
    if of.class().is_some() {
        found.sort_by_key(|(_, is_static)| !is_static);
    }
    found.iter().map(|(member, is_static)| property(rs, of, member, *is_static)).collect()
}

fn methods(rs: &Runspace, of: &Type, bits: i64) -> Vec<Value> {
    let members = shown(of, bits, &["Method"]).into_iter().filter(|(member, _)| member.name.as_str() != "new");
    members
        .flat_map(|(member, is_static)| {
            let all = overloads(&member.definition);
            all.into_iter().map(move |one| (member.name.clone(), one, is_static))
        })
        .map(|(name, one, is_static)| method(rs, of, &name, &one, is_static))
        .collect()
}

fn constructors(rs: &Runspace, of: &Type) -> Vec<Value> {
    let members = shown(of, flags::STATIC | flags::PUBLIC, &["Method"]);
    let new = members.iter().find(|(member, _)| member.name.as_str() == "new");
    let all = new.map(|(member, _)| overloads(&member.definition)).unwrap_or_default();
    all.iter().map(|one| method(rs, of, &"new".into(), one, false)).collect()
}

fn name_of(value: &Value) -> Str {
    value.downcast::<Opaque>().and_then(|object| object.get("Name")).map(|name| text(&name)).unwrap_or_default()
}

/// The one of this name; `AmbiguousMatchException` if several fit.
fn pick(found: Vec<Value>, name: &str, bits: i64, wanted: Option<&[Type]>) -> R<Value> {
    let same = |have: &str| have == name || bits & flags::IGNORE_CASE != 0 && casing::eq(have, name);
    let fits =
        |value: &Value| wanted.is_none_or(|wanted| kinds_of(&parameter_list(value)) == wanted) && same(&name_of(value));
    let mut found = found.into_iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(_), Some(second)) => {
            let of = second.downcast::<Opaque>().and_then(|object| object.get("ReflectedType")).unwrap_or_default();
            let message = format!("Ambiguous match found for '{} {}'.", text(&of), text(&second));
            Err(error::thrown("System.Reflection.AmbiguousMatchException", message))
        }
        (first, _) => Ok(first.unwrap_or_default()),
    }
}

fn parameter_list(value: &Value) -> Vec<Value> {
    let list = value.downcast::<Opaque>().and_then(|object| object.get(PARAMETERS)).unwrap_or_default();
    enumerate(&list).unwrap_or_default()
}

/// The types in an argument of type `type[]`.
fn types_in(args: &[Value]) -> Option<Vec<Type>> {
    let list = args.iter().skip(1).find_map(|arg| arg.as_array().is_some().then(|| enumerate(arg)).flatten())?;
    Some(list.iter().filter_map(|one| type_of(one).cloned()).collect())
}

macro_rules! lists {
    ($m:ident, $($signature:literal, $element:literal, $find:expr;)*) => {
        $($m.method($signature, |rs, this, args| {
            let find: fn(&Runspace, &Type, i64) -> Vec<Value> = $find;
            let found = type_of(this).map(|of| find(rs, of, flags_in(args))).unwrap_or_default();
            Ok(Value::typed_array(known($element), found))
        });)*
    };
}

/// The members of `System.Type` that list its members.
pub(super) fn type_members(m: &mut Members) {
    lists! {
        m,
        "System.Reflection.PropertyInfo[] GetProperties()", "System.Reflection.PropertyInfo", properties;
        "System.Reflection.PropertyInfo[] GetProperties(System.Reflection.BindingFlags bindingAttr)", "System.Reflection.PropertyInfo", properties;
        "System.Reflection.MethodInfo[] GetMethods()", "System.Reflection.MethodInfo", methods;
        "System.Reflection.MethodInfo[] GetMethods(System.Reflection.BindingFlags bindingAttr)", "System.Reflection.MethodInfo", methods;
        "System.Reflection.ConstructorInfo[] GetConstructors()", "System.Reflection.ConstructorInfo", |rs, of, _| constructors(rs, of);
        "System.Reflection.MemberInfo[] GetMembers()", "System.Reflection.MemberInfo", |rs, of, bits| {
            let mut all = methods(rs, of, bits);
            all.extend(constructors(rs, of));
            all.extend(properties(rs, of, bits));
            all
        };
    }
    for signature in [
        "System.Reflection.PropertyInfo GetProperty(string name)",
        "System.Reflection.PropertyInfo GetProperty(string name, System.Reflection.BindingFlags bindingAttr)",
    ] {
        m.method(signature, |rs, this, args| {
            let name = args.first().map(text).unwrap_or_default();
            let bits = flags_in(args);
            let Some(of) = type_of(this) else { return Ok(Value::Null) };
            pick(properties(rs, of, bits), &name, bits, None)
        });
    }
    for signature in [
        "System.Reflection.MethodInfo GetMethod(string name)",
        "System.Reflection.MethodInfo GetMethod(string name, System.Reflection.BindingFlags bindingAttr)",
        "System.Reflection.MethodInfo GetMethod(string name, type[] types)",
    ] {
        m.method(signature, |rs, this, args| {
            let name = args.first().map(text).unwrap_or_default();
            let bits = flags_in(args);
            let Some(of) = type_of(this) else { return Ok(Value::Null) };
            pick(methods(rs, of, bits), &name, bits, types_in(args).as_deref())
        });
    }
    m.method("System.Reflection.MemberInfo[] GetMember(string name)", |rs, this, args| {
        let name = args.first().map(text).unwrap_or_default();
        let Some(of) = type_of(this) else { return Ok(Value::Null) };
        let bits = flags_in(&[]);
        let mut found = methods(rs, of, bits);
        found.extend(properties(rs, of, bits));
        found.retain(|member| *name_of(member) == *name);
        Ok(Value::typed_array(known("System.Reflection.MemberInfo"), found))
    });
    m.method("System.Reflection.ConstructorInfo GetConstructor(type[] types)", |rs, this, args| {
        let Some(of) = type_of(this) else { return Ok(Value::Null) };
        let wanted: Vec<Type> = args
            .first()
            .and_then(enumerate)
            .unwrap_or_default()
            .iter()
            .filter_map(|one| type_of(one).cloned())
            .collect();
        pick(constructors(rs, of), ".ctor", 0, Some(&wanted))
    });
}

/// The type an object of this file is of, and the name it stands for.
fn target(this: &Value) -> Option<(Value, Str)> {
    Some((this.downcast::<Opaque>()?.get("ReflectedType")?, name_of(this)))
}

fn property_members(m: &mut Members) {
    super::attribute_reflection::provider_members(m);
    m.method("System.Object GetValue(System.Object obj)", |rs, this, args| {
        let Some((of, name)) = target(this) else { return Ok(Value::Null) };
        match args.first() {
            Some(object) if !object.is_null() => rs.get_member(object, &name),
            _ => rs.get_static(&of, &name),
        }
    });
    m.method("void SetValue(System.Object obj, System.Object value)", |rs, this, args| {
        let Some((of, name)) = target(this) else { return Ok(Value::Null) };
        match args {
            [object, value] if !object.is_null() => rs.set_member(object, &name, value.clone())?,
            [_, value] => rs.set_static(&of, &name, value.clone())?,
            _ => {}
        }
        Ok(Value::AutomationNull)
    });
}

fn method_members(m: &mut Members) {
    super::attribute_reflection::provider_members(m);
    m.method("System.Reflection.ParameterInfo[] GetParameters()", |_, this, _| {
        Ok(this.downcast::<Opaque>().and_then(|object| object.get(PARAMETERS)).unwrap_or_default())
    });
    m.method("System.Object Invoke(System.Object obj, System.Object[] parameters)", |rs, this, args| {
        let Some((of, name)) = target(this) else { return Ok(Value::Null) };
        let list = args.get(1).and_then(enumerate).unwrap_or_default();
        match args.first() {
            Some(object) if !object.is_null() => rs.call_method(object, &name, &list),
            _ => rs.call_static(&of, &name, &list),
        }
    });
}

fn constructor_members(m: &mut Members) {
    super::attribute_reflection::provider_members(m);
    m.method("System.Reflection.ParameterInfo[] GetParameters()", |_, this, _| {
        Ok(this.downcast::<Opaque>().and_then(|object| object.get(PARAMETERS)).unwrap_or_default())
    });
    m.method("System.Object Invoke(System.Object[] parameters)", |rs, this, args| {
        let of = this.downcast::<Opaque>().and_then(|object| object.get("ReflectedType"));
        let list = args.first().and_then(enumerate).unwrap_or_default();
        match of.as_ref().and_then(type_of) {
            Some(of) => rs.construct(of, &list),
            None => Ok(Value::Null),
        }
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Reflection.MemberInfo"),
    TypeDef::class("System.Reflection.PropertyInfo").base("System.Reflection.MemberInfo"),
    TypeDef::class(PROPERTY).base("System.Reflection.PropertyInfo").members(property_members),
    TypeDef::class("System.Reflection.MethodBase").base("System.Reflection.MemberInfo"),
    TypeDef::class("System.Reflection.MethodInfo").base("System.Reflection.MethodBase"),
    TypeDef::class(METHOD).base("System.Reflection.MethodInfo").members(method_members),
    TypeDef::class("System.Reflection.ConstructorInfo").base("System.Reflection.MethodBase"),
    TypeDef::class(CONSTRUCTOR).base("System.Reflection.ConstructorInfo").members(constructor_members),
    TypeDef::class("System.Reflection.ParameterInfo"),
    TypeDef::class(PARAMETER).base("System.Reflection.ParameterInfo"),
    TypeDef::flag_labels(
        MEMBER_TYPES,
        &[
            ("Constructor", 1),
            ("Event", 2),
            ("Field", 4),
            ("Method", 8),
            ("Property", 16),
            ("TypeInfo", 32),
            ("Custom", 64),
            ("NestedType", 128),
            ("All", 191),
        ],
    ),
    TypeDef::flag_labels(
        "System.Reflection.BindingFlags",
        &[
            ("Default", 0),
            ("IgnoreCase", 1),
            ("DeclaredOnly", 2),
            ("Instance", 4),
            ("Static", 8),
            ("Public", 16),
            ("NonPublic", 32),
            ("FlattenHierarchy", 64),
            ("InvokeMethod", 256),
            ("CreateInstance", 512),
            ("GetField", 1024),
            ("SetField", 2048),
            ("GetProperty", 4096),
            ("SetProperty", 8192),
            ("PutDispProperty", 16384),
            ("PutRefDispProperty", 32768),
            ("ExactBinding", 65536),
            ("SuppressChangeType", 131_072),
            ("OptionalParamBinding", 262_144),
            ("IgnoreReturn", 16_777_216),
            ("DoNotWrapExceptions", 33_554_432),
        ],
    ),
];
