//! `Comparer` and `EqualityComparer`, generic and not.

use std::{any::Any, cmp::Ordering};

use super::{
    Members, Type, TypeDef,
    args::{sign, value},
    known,
};
use crate::{
    eval::{R, Runspace},
    ops,
    value::{Object, Value},
};

/// A comparer of a type, by its own order or by what a script says.
struct Comparer {
    of: Type,
    block: Option<Value>,
}

impl Object for Comparer {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The comparer of the type that a static member was asked of.
fn default(this: &Value) -> Value {
    match this {
        Value::Type(of) => Value::object(Comparer { of: of.clone(), block: None }),
        _ => Value::Null,
    }
}

fn compare(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let (a, b) = (value(args, 0), value(args, 1));
    if let Some(block) = this.downcast::<Comparer>().and_then(|comparer| comparer.block.clone()) {
        let result = rs.call_method(&block, "Invoke", &[a, b])?;
        return crate::convert::convert(rs, &result, &super::int32());
    }
    Ok(match (a.is_null(), b.is_null()) {
        (true, true) => sign(Ordering::Equal),
        (true, false) => sign(Ordering::Less),
        (false, true) => sign(Ordering::Greater),
        _ => ops::compare::compare(rs, &a, &b, false)?.map_or(Value::I32(0), sign),
    })
}

fn comparer(m: &mut Members) {
    m.constant("System.Collections.Generic.Comparer[T] Default", |_, this| Ok(default(this)));
    m.function("System.Collections.Generic.Comparer[T] Create(System.Comparison[T] comparison)", |_, this, args| {
        Ok(match this {
            Value::Type(of) => Value::object(Comparer { of: of.clone(), block: Some(value(args, 0)) }),
            _ => Value::Null,
        })
    });
    m.method("int Compare(T x, T y)", compare);
}

fn equality(m: &mut Members) {
    m.constant("System.Collections.Generic.EqualityComparer[T] Default", |_, this| Ok(default(this)));
    m.method("bool Equals(T x, T y)", |rs, _, args| {
        let (a, b) = (value(args, 0), value(args, 1));
        match a.is_null() || b.is_null() {
            true => Ok((a.is_null() && b.is_null()).into()),
            false => rs.call_method(&a, "Equals", &[b]),
        }
    });
    m.method("int GetHashCode(T obj)", |rs, _, args| rs.call_method(&value(args, 0), "GetHashCode", &[]));
}

fn plain(m: &mut Members) {
    for declaration in ["System.Collections.Comparer Default", "System.Collections.Comparer DefaultInvariant"] {
        m.constant(declaration, |_, _| {
            Ok(Value::object(Comparer { of: known("System.Collections.Comparer"), block: None }))
        });
    }
    m.method("int Compare(System.Object a, System.Object b)", compare);
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Collections.Generic.Comparer`1")
        .implements(&["System.Collections.IComparer", "System.Collections.Generic.IComparer`1"])
        .members(comparer),
    TypeDef::class("System.Collections.Generic.EqualityComparer`1")
        .implements(&["System.Collections.IEqualityComparer", "System.Collections.Generic.IEqualityComparer`1"])
        .members(equality),
    TypeDef::class("System.Collections.Comparer").implements(&["System.Collections.IComparer"]).members(plain),
];
