//! What `System.Type` says of a type with yes or no.

use super::{Members, Shape, Type, known};
use crate::value::Value;

/// `TypeAttributes`: the bits this file reads.
mod bits {
    pub(super) const VISIBILITY: u32 = 0x7;
    pub(super) const PUBLIC: u32 = 0x1;
    pub(super) const NESTED_PUBLIC: u32 = 0x2;
    pub(super) const SEQUENTIAL_LAYOUT: u32 = 0x8;
    pub(super) const EXPLICIT_LAYOUT: u32 = 0x10;
    pub(super) const LAYOUT: u32 = 0x18;
    pub(super) const ABSTRACT: u32 = 0x80;
    pub(super) const SEALED: u32 = 0x100;
    pub(super) const SPECIAL_NAME: u32 = 0x400;
    pub(super) const IMPORT: u32 = 0x1000;
    pub(super) const SERIALIZABLE: u32 = 0x2000;
    pub(super) const STRING_FORMAT: u32 = 0x30000;
    pub(super) const UNICODE: u32 = 0x10000;
    pub(super) const AUTO: u32 = 0x20000;
    pub(super) const BEFORE_FIELD_INIT: u32 = 0x10_0000;
}

/// `TypeAttributes` of a type.
fn attributes(of: &Type) -> u32 {
    match &of.0.shape {
        Shape::Array { .. } => bits::PUBLIC | bits::SEALED | bits::SERIALIZABLE,
        Shape::Class(_) if of.is_enum() => bits::PUBLIC | bits::SEALED,
        Shape::Class(_) => bits::PUBLIC,
        // What is not listed is not public.
        _ => of.relations().map_or(bits::BEFORE_FIELD_INIT, |found| found.attributes),
    }
}

fn is_open_generic(of: &Type) -> bool {
    of.arguments().is_empty() && of.name().contains('`') && of.element().is_none()
}

const PRIMITIVE: [&str; 14] = [
    "Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "IntPtr", "UIntPtr", "Char",
    "Double", "Single",
];

fn has(of: &Type, bit: u32) -> bool {
    attributes(of) & bit != 0
}

fn visibility(of: &Type) -> u32 {
    attributes(of) & bits::VISIBILITY
}

fn derives_from(of: &Type, base: &str) -> bool {
    of.ancestry().any(|of| of.name() == base || known::derives(of.name(), base))
}

/// The properties: a declaration and what answers it.
macro_rules! flags {
    ($m:ident, $(($declaration:literal, $answer:expr),)*) => {
        $($m.get($declaration, |_, this| {
            let answer: fn(&Type) -> bool = $answer;
            Ok(match this.base() {
                Value::Type(of) => answer(of).into(),
                _ => Value::Null,
            })
        });)*
    };
}

pub(super) fn members(m: &mut Members) {
    #[rustfmt::skip]
    flags! {
        m,
        ("bool IsGenericType", |of| !of.arguments().is_empty() || is_open_generic(of)),
        ("bool IsGenericTypeDefinition", is_open_generic),
        ("bool IsConstructedGenericType", |of| !of.arguments().is_empty()),
        ("bool ContainsGenericParameters", is_open_generic),
        ("bool IsTypeDefinition", |of| of.arguments().is_empty() && of.element().is_none()),
        ("bool IsSZArray", |of| matches!(&of.0.shape, Shape::Array { rank: 1, .. })),
        ("bool IsVariableBoundArray", |of| matches!(&of.0.shape, Shape::Array { rank, .. } if *rank > 1)),
        ("bool HasElementType", |of| of.element().is_some()),
        ("bool IsAbstract", |of| has(of, bits::ABSTRACT)),
        ("bool IsSealed", |of| has(of, bits::SEALED)),
        ("bool IsSpecialName", |of| has(of, bits::SPECIAL_NAME)),
        ("bool IsImport", |of| has(of, bits::IMPORT)),
        ("bool IsSerializable", |of| has(of, bits::SERIALIZABLE) || of.is_enum() || super::is_delegate(of)),
        ("bool IsPublic", |of| visibility(of) == bits::PUBLIC),
        ("bool IsNotPublic", |of| visibility(of) == 0),
        ("bool IsNested", |of| visibility(of) >= bits::NESTED_PUBLIC),
        ("bool IsNestedPublic", |of| visibility(of) == bits::NESTED_PUBLIC),
        ("bool IsVisible", |of| visibility(of.element().unwrap_or(of)) != 0),
        ("bool IsAutoLayout", |of| !has(of, bits::LAYOUT)),
        ("bool IsLayoutSequential", |of| attributes(of) & bits::LAYOUT == bits::SEQUENTIAL_LAYOUT),
        ("bool IsExplicitLayout", |of| attributes(of) & bits::LAYOUT == bits::EXPLICIT_LAYOUT),
        ("bool IsAnsiClass", |of| !has(of, bits::STRING_FORMAT)),
        ("bool IsUnicodeClass", |of| attributes(of) & bits::STRING_FORMAT == bits::UNICODE),
        ("bool IsAutoClass", |of| attributes(of) & bits::STRING_FORMAT == bits::AUTO),
        ("bool IsByRefLike", |of| has(of, known::BY_REF_LIKE)),
        ("bool IsMarshalByRef", |of| derives_from(of, "System.MarshalByRefObject")),
        ("bool IsContextful", |of| derives_from(of, "System.ContextBoundObject")),
        ("bool IsPrimitive", |of| of.name().strip_prefix("System.").is_some_and(|name| PRIMITIVE.contains(&name))),
        ("bool IsCollectible", |of| of.class().is_some()),
        ("bool IsSecurityCritical", |_| true),
        ("bool IsSecuritySafeCritical", |_| false),
        ("bool IsSecurityTransparent", |_| false),
        ("bool IsGenericParameter", |_| false),
        ("bool IsGenericTypeParameter", |_| false),
        ("bool IsGenericMethodParameter", |_| false),
        ("bool IsByRef", |_| false),
        ("bool IsPointer", |_| false),
        ("bool IsNestedAssembly", |_| false),
        ("bool IsNestedFamANDAssem", |_| false),
        ("bool IsNestedFamily", |_| false),
        ("bool IsNestedFamORAssem", |_| false),
        ("bool IsNestedPrivate", |_| false),
        ("bool IsCOMObject", |_| false),
        ("bool IsSignatureType", |_| false),
    }
}
