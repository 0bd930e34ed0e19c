//! The roots: Object, ValueType, Enum, Array, Type and what is built on them.

use super::{TypeDef, known};
use crate::value::Value;

const LIST: &[&str] = &["System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef {
        base: "",
        members: |m| {
            m.function("bool ReferenceEquals(System.Object objA, System.Object objB)", |_, _, args| {
                Ok(match args {
                    [a, b] => Value::Bool(a.is_null() && b.is_null() || a.same(b)),
                    _ => Value::Null,
                })
            });
            m.function("bool Equals(System.Object objA, System.Object objB)", |rs, _, args| match args {
                [a, b] if a.is_null() || b.is_null() => Ok(Value::Bool(a.is_null() && b.is_null())),
                [a, b] if a.same(b) => Ok(true.into()),
                [a, _] => rs.call_method(a, "Equals", args.get(1..).unwrap_or(&[])),
                _ => Ok(Value::Null),
            });
        },
        ..TypeDef::class("System.Object")
    },
    TypeDef::class("System.Exception").members(|m| {
        m.method("System.Exception GetBaseException()", |_, this, _| Ok(super::special::base_exception(this)));
    }),
    TypeDef::class("System.ValueType"),
    TypeDef::class("System.Enum")
        .base("System.ValueType")
        .implements(&["System.IComparable", "System.ISpanFormattable", "System.IFormattable", "System.IConvertible"])
        .members(super::enumeration::members),
    TypeDef::class("System.Array").implements(LIST).members(super::collections::array_members),
    TypeDef::class("System.Attribute").members(super::attribute_reflection::attribute_members),
    TypeDef::class("System.Type").base("System.Reflection.MemberInfo").members(type_members),
    TypeDef::class("System.Reflection.TypeInfo").base("System.Type"),
    TypeDef::class("System.RuntimeType").base("System.Reflection.TypeInfo"),
    TypeDef::value("System.Void"),
    TypeDef::value("System.Nullable`1"),
    TypeDef { base: "", ..TypeDef::class("System.IDisposable") },
    TypeDef { base: "", ..TypeDef::class("System.IComparable") },
    TypeDef { base: "", ..TypeDef::class("System.IEquatable`1") },
    TypeDef { base: "", ..TypeDef::class("System.ICloneable") },
    TypeDef { base: "", ..TypeDef::class("System.IFormattable") },
    TypeDef { base: "", ..TypeDef::class("System.ISpanFormattable") },
    TypeDef { base: "", ..TypeDef::class("System.IUtf8SpanFormattable") },
    TypeDef { base: "", ..TypeDef::class("System.IConvertible") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.IEnumerable") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.ICollection") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.IList") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.IDictionary") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.Generic.IEnumerable`1") },
    TypeDef { base: "", ..TypeDef::class("System.Collections.Generic.IList`1") },
];

fn type_members(m: &mut super::Members) {
    fn with(value: &Value, f: impl Fn(&super::Type) -> Value) -> Value {
        if let Value::Type(of) = value.base() { f(of) } else { Value::Null }
    }
    m.get("string Name", |_, this| Ok(with(this, |of| of.short_name().into())));
    m.get("string FullName", |_, this| Ok(with(this, |of| of.full_name().into())));
    m.get("string Namespace", |_, this| Ok(with(this, |of| of.namespace().map_or(Value::Null, Value::from))));
    m.get("type BaseType", |_, this| Ok(with(this, |of| of.base().cloned().map_or(Value::Null, Value::Type))));
    m.get("bool IsArray", |_, this| Ok(with(this, |of| of.element().is_some().into())));
    m.get("bool IsEnum", |_, this| Ok(with(this, |of| of.is_enum().into())));
    m.get("bool IsClass", |_, this| Ok(with(this, |of| (!of.is_value_type() && !of.is_interface()).into())));
    m.get("bool IsValueType", |_, this| Ok(with(this, |of| of.is_value_type().into())));
    m.get("bool IsInterface", |_, this| Ok(with(this, |of| of.is_interface().into())));
    super::type_flags::members(m);
    m.method("int GetArrayRank()", |_, this, _| match this.base() {
        Value::Type(of) if of.element().is_some() => {
            Ok(Value::int(of.name().rsplit('[').next().unwrap_or("").matches(',').count().saturating_add(1)))
        }
        _ => Err(crate::eval::error::thrown("System.ArgumentException", "Must be an array type.")),
    });
    m.method("bool IsAssignableTo(type targetType)", |_, this, args| {
        Ok(with(this, |of| {
            args.first().is_some_and(|to| matches!(to.base(), Value::Type(to) if of.is_kind_of(to))).into()
        }))
    });
    m.method("string GetEnumName(System.Object value)", |rs, this, args| {
        rs.call_static(&Value::Type(known("System.Enum")), "GetName", &[this.clone(), super::args::value(args, 0)])
    });
    m.method("bool IsEnumDefined(System.Object value)", |rs, this, args| {
        rs.call_static(&Value::Type(known("System.Enum")), "IsDefined", &[this.clone(), super::args::value(args, 0)])
    });
    m.method("bool Equals(type o)", |_, this, args| Ok(args.first().is_some_and(|other| this.same(other)).into()));
    m.function("System.TypeCode GetTypeCode(type type)", |_, _, args| {
        Ok(match args.first().map(Value::base) {
            Some(Value::Type(of)) => super::converters::code_of(of),
            _ => super::enum_number("System.TypeCode", 0),
        })
    });
    m.constant("type[] EmptyTypes", |_, _| Ok(Value::typed_array(known("System.Type"), Vec::new())));
    m.get("type[] GenericTypeArguments", |_, this| {
        Ok(with(this, |of| {
            Value::typed_array(known("System.Type"), of.arguments().iter().cloned().map(Value::Type).collect())
        }))
    });
    m.get("string AssemblyQualifiedName", |_, this| {
        Ok(with(this, |of| format!("{}, {}", of.full_name(), of.assembly()).into()))
    });
    m.get("type UnderlyingSystemType", |_, this| Ok(this.clone()));
    m.method("type GetElementType()", |_, this, _| {
        Ok(with(this, |of| of.element().cloned().map_or(Value::Null, Value::Type)))
    });
    m.method("type[] GetGenericArguments()", |_, this, _| {
        Ok(with(this, |of| {
            Value::typed_array(known("System.Type"), of.arguments().iter().cloned().map(Value::Type).collect())
        }))
    });
    m.method("string[] GetEnumNames()", |_, this, _| {
        Ok(with(this, |of| Value::strings(of.labels().into_iter().map(|(name, _)| name))))
    });
    m.method("array GetEnumValues()", |_, this, _| {
        Ok(with(this, |of| {
            Value::typed_array(of.clone(), of.labels().into_iter().map(|(_, n)| Value::Enum(of.clone(), n)).collect())
        }))
    });
    m.method("type GetEnumUnderlyingType()", |_, this, _| Ok(with(this, |of| Value::Type(of.underlying()))));
    m.method("bool IsAssignableFrom(type c)", |_, this, args| {
        Ok(with(this, |of| {
            args.first().is_some_and(|other| matches!(other.base(), Value::Type(other) if other.is_kind_of(of))).into()
        }))
    });
    m.method("bool IsSubclassOf(type c)", |_, this, args| {
        Ok(with(this, |of| {
            args.first()
                .is_some_and(
                    |other| matches!(other.base(), Value::Type(other) if of != other && !other.is_interface() && of.is_kind_of(other)),
                )
                .into()
        }))
    });
    m.method("bool IsInstanceOfType(System.Object o)", |_, this, args| {
        Ok(with(this, |of| args.first().and_then(Value::type_of).is_some_and(|have| have.is_kind_of(of)).into()))
    });
    m.method("string ToString()", |_, this, _| Ok(with(this, |of| of.plain_name().into())));
    super::reflection::type_members(m);
}
