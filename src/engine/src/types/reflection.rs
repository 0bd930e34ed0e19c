//! What scripts ask of types and assemblies: `.Assembly`, `GetInterface()`, the type accelerators.

use psrpd_dotnet::casing;

use super::{Members, Type, TypeDef, known, known::has_assembly, lookup};
use crate::{
    eval::{R, error},
    value::{Dictionary, Opaque, Value, text},
};

/// The assembly of a name like `mscorlib, Version=...`.
pub(super) fn assembly(full_name: &str) -> Value {
    let name = full_name.split(',').next().unwrap_or(full_name);
    Opaque::new(
        "System.Reflection.RuntimeAssembly",
        [
            ("FullName", Value::from(full_name)),
            ("Location", "".into()),
            ("ImageRuntimeVersion", "v4.0.30319".into()),
            ("IsDynamic", (name == "PowerShell Class Assembly").into()),
            ("GlobalAssemblyCache", false.into()),
        ],
    )
    .displayed(full_name)
    .into_value()
}

/// The full name of an assembly of .NET.
fn full_name(short: &str) -> String {
    format!("{short}, Version=10.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a")
}

fn assembly_name(full_name: &str) -> Value {
    let mut parts = full_name.split(", ");
    let name = parts.next().unwrap_or("");
    let version = parts.find_map(|part| part.strip_prefix("Version=")).and_then(crate::value::Version::parse);
    Opaque::new(
        "System.Reflection.AssemblyName",
        [
            ("Name", Value::from(name)),
            ("Version", version.map_or(Value::Null, Value::object)),
            ("CultureName", "".into()),
            ("FullName", full_name.into()),
        ],
    )
    .displayed(full_name)
    .into_value()
}

fn assembly_members(m: &mut Members) {
    m.method("System.Reflection.AssemblyName GetName()", |_, this, _| Ok(assembly_name(&text(this))));
    for signature in [
        "type GetType(string name)",
        "type GetType(string name, bool throwOnError)",
        "type GetType(string name, bool throwOnError, bool ignoreCase)",
    ] {
        m.method(signature, |_, this, args| {
            let name = args.first().map(text).unwrap_or_default();
            let ignores = args.get(2).is_some_and(crate::convert::to_bool);
            let found = lookup(&name).or_else(|| super::absent(&name));
            let found = found.filter(|of| ignores || of.name() == name.as_str());
            let found = found.filter(|of| *of.assembly() == *text(this));
            if found.is_none() && args.get(1).is_some_and(crate::convert::to_bool) {
                let message = format!("Could not load type '{name}' from assembly '{}'.", text(this));
                return Err(error::foreign("System.TypeLoadException", message));
            }
            Ok(found.into())
        });
    }
    m.function("System.Reflection.Assembly LoadWithPartialName(string partialName)", |_, _, args| {
        let name = args.first().map(text).unwrap_or_default();
        let short = name.split(',').next().unwrap_or("").trim();
        Ok(if has_assembly(short) { assembly(&full_name(short)) } else { Value::Null })
    });
    m.function("System.Reflection.Assembly Load(string assemblyString)", |_, _, args| {
        let name = args.first().map(text).unwrap_or_default();
        let short = name.split(',').next().unwrap_or("").trim();
        if has_assembly(short) {
            return Ok(assembly(&full_name(short)));
        }
        let message = format!("Could not load file or assembly '{name}'. The system cannot find the file specified.\n");
        Err(error::foreign("System.IO.FileNotFoundException", message))
    });
    for signature in
        ["System.Reflection.Assembly LoadFrom(string assemblyFile)", "System.Reflection.Assembly LoadFile(string path)"]
    {
        m.function(signature, |rs, _, args| {
            let path = args.first().map(text).unwrap_or_default();
            if rs.platform.stat(&path).is_err() {
                let message =
                    format!("Could not load file or assembly '{path}'. The system cannot find the file specified.\n");
                return Err(error::foreign("System.IO.FileNotFoundException", message));
            }
            Err(error::feature(&format!("The assembly '{path}'")))
        });
    }
    m.function("System.Reflection.Assembly GetExecutingAssembly()", |_, _, _| {
        Ok(assembly(super::ps_object().assembly()))
    });
    m.function("System.Reflection.Assembly GetAssembly(type type)", |_, _, args| {
        Ok(match args.first().map(Value::base) {
            Some(Value::Type(of)) => assembly(of.assembly()),
            _ => Value::Null,
        })
    });
}

/// The assemblies that a session works with.
pub(super) fn assemblies() -> Vec<Value> {
    const KEY: &str = "Culture=neutral, PublicKeyToken";
    let own = [
        super::object().assembly().to_owned(),
        super::ps_object().assembly().to_owned(),
        format!("Microsoft.PowerShell.ConsoleHost, Version=7.6.0.500, {KEY}=31bf3856ad364e35"),
        format!("Microsoft.PowerShell.Commands.Management, Version=7.6.0.500, {KEY}=31bf3856ad364e35"),
        format!("Microsoft.PowerShell.Commands.Utility, Version=7.6.0.500, {KEY}=31bf3856ad364e35"),
        format!("Microsoft.PowerShell.Security, Version=7.6.0.500, {KEY}=31bf3856ad364e35"),
    ];
    let system = ["System.Runtime", "System.Collections", "System.Linq", "System.Text.RegularExpressions"];
    let system = system.iter().map(|name| format!("{name}, Version=10.0.0.0, {KEY}=b03f5f7f11d50a3a"));
    own.into_iter().chain(system).map(|name| assembly(&name)).collect()
}

/// The interfaces of a type that the tables know of, bases included.
fn interfaces(of: &Type) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    for of in of.ancestry() {
        let own: Vec<Type> = match of.class() {
            Some(class) => class.interfaces.clone(),
            None => of
                .interface_names()
                .iter()
                .filter_map(|name| match of.arguments() {
                    [] => lookup(name),
                    arguments if name.contains('`') => super::generic(name, arguments.to_vec()),
                    _ => lookup(name),
                })
                .collect(),
        };
        for one in own {
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

fn of(value: &Value) -> Option<&Type> {
    match value.base() {
        Value::Type(of) => Some(of),
        _ => None,
    }
}

/// The members of `System.Type` that lead to other types.
pub(super) fn type_members(m: &mut Members) {
    m.get("System.Reflection.Assembly Assembly", |_, this| {
        Ok(of(this).map_or(Value::Null, |of| assembly(of.assembly())))
    });
    m.get("System.Collections.Generic.IEnumerable[type] ImplementedInterfaces", |_, this| Ok(listed(this)));
    m.method("type[] GetInterfaces()", |_, this, _| Ok(listed(this)));
    for signature in ["type GetInterface(string name)", "type GetInterface(string name, bool ignoreCase)"] {
        m.method(signature, |_, this, args| {
            let name = args.first().map(text).unwrap_or_default();
            let ignores = args.get(1).is_some_and(crate::convert::to_bool);
            let is = |have: &str| have == name.as_str() || ignores && casing::eq(have, &name);
            let found = of(this).map(interfaces).unwrap_or_default();
            Ok(found.into_iter().find(|of| is(&of.short_name()) || is(of.name())).into())
        });
    }
    super::member_info::type_members(m);
    super::attribute_reflection::provider_members(m);
    m.method("System.Reflection.TypeInfo GetTypeInfo()", |_, this, _| Ok(this.clone()));
    m.method("type MakeArrayType()", |_, this, _| Ok(of(this).map(|of| super::array_of(of, 1)).into()));
    m.method("type MakeGenericType(params type[] typeArguments)", |_, this, args| {
        let arguments: Vec<Type> = args.iter().filter_map(|arg| of(arg).cloned()).collect();
        Ok(of(this).and_then(|of| super::generic(of.name(), arguments)).into())
    });
    m.method("type GetGenericTypeDefinition()", |_, this, _| {
        Ok(of(this).and_then(|of| lookup(of.name().split('[').next().unwrap_or(""))).into())
    });
    for signature in [
        "type GetType(string typeName)",
        "type GetType(string typeName, bool throwOnError)",
        "type GetType(string typeName, bool throwOnError, bool ignoreCase)",
    ] {
        m.function(signature, |_, _, args| {
            let name = args.first().map(text).unwrap_or_default();
            let plain = if name.contains('[') { name.as_str() } else { name.split(',').next().unwrap_or("").trim() };
            let ignores = args.get(2).is_some_and(crate::convert::to_bool);
            let is_named = |have: &str| if ignores { casing::eq(have, plain) } else { have == plain };
            let found = super::find(plain).or_else(|| super::absent(plain));
            let found = found.filter(|of| is_named(&of.plain_name()) || is_named(of.name()));
            if found.is_none() && args.get(1).is_some_and(crate::convert::to_bool) {
                // A script asks from an assembly without a file.
                let asking =
                    "Anonymously Hosted DynamicMethods Assembly, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null";
                let message = format!("Could not resolve type '{name}' in assembly '{asking}'.");
                return Err(error::foreign("System.TypeLoadException", message));
            }
            Ok(found.into())
        });
    }
}

fn listed(this: &Value) -> Value {
    let found = of(this).map(interfaces).unwrap_or_default();
    Value::typed_array(known("System.Type"), found.into_iter().map(Value::Type).collect())
}

/// `[TypeAccelerators]`, which scripts reach by reflection.
fn accelerator_members(m: &mut Members) {
    m.constant("System.Collections.Generic.Dictionary[string,type] Get", |rs, _| -> R<Value> {
        let of = super::generic("System.Collections.Generic.Dictionary`2", vec![super::string(), known("System.Type")]);
        let table = Dictionary::new(of.unwrap_or_else(super::hashtable), true);
        for (name, full) in psrpd_lang::known_types::accelerators() {
            if let Some(of) = lookup(full).or_else(|| super::absent(full)) {
                table.set(Value::from(name), Value::Type(of));
            }
        }
        for (name, of) in rs.added_accelerators() {
            table.set(Value::from(name), Value::Type(of));
        }
        Ok(Value::object(table))
    });
    m.function("void Add(string typeName, type type)", |rs, _, args| {
        if let [name, Value::Type(of)] = args {
            rs.add_accelerator(&text(name), of);
        }
        Ok(Value::AutomationNull)
    });
    m.function("bool Remove(string typeName)", |rs, _, args| {
        Ok(rs.remove_accelerator(&args.first().map(text).unwrap_or_default()).into())
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Reflection.Assembly").members(assembly_members),
    TypeDef::class("System.Reflection.RuntimeAssembly").base("System.Reflection.Assembly"),
    TypeDef::class("System.Reflection.AssemblyName"),
    TypeDef::class("System.Management.Automation.TypeAccelerators").members(accelerator_members),
];
