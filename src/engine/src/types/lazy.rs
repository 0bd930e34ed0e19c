//! `Lazy[T]`: a value that is made when somebody wants it.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Delegate, Type, TypeDef};
use crate::{
    convert,
    eval::{Flow, R, Runspace},
    value::{Object, Value, text},
};

/// A value that may have to be made.
struct Lazy {
    of: Type,
    /// What makes it; without it, its constructor does.
    factory: Value,
    value: Mutex<Option<Value>>,
}

impl Object for Lazy {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let value = self.value.lock().clone();
        Some(value.map_or_else(|| "Value is not created.".into(), |value| text(&value)))
    }
}

/// A new one: of a delegate or of nothing, with how threads share it, or of a value that is there.
///
/// # Errors
/// A value that does not convert.
pub(super) fn construct(rs: &mut Runspace, of: &Type, args: &[Value]) -> R<Option<Value>> {
    let [element] = of.arguments() else { return Ok(None) };
    let is_mode = |value: &Value| matches!(value.base(), Value::Bool(_) | Value::Enum(..));
    let first = args.first().filter(|first| !is_mode(first));
    let (factory, value) = match first {
        Some(first) => match rs.as_block(first) {
            Some(block) => (super::delegate(&super::known("System.Object"), block), None),
            None if first.downcast::<Delegate>().is_some() => (first.clone(), None),
            None => (Value::Null, Some(convert::convert(rs, first, &element.clone())?)),
        },
        None => (Value::Null, None),
    };
    Ok(Some(Value::object(Lazy { of: of.clone(), factory, value: Mutex::new(value) })))
}

fn value(rs: &mut Runspace, this: &Value) -> R<Value> {
    let Some(lazy) = this.downcast::<Lazy>() else { return Ok(Value::Null) };
    if let Some(value) = lazy.value.lock().clone() {
        return Ok(value);
    }
    let Some(element) = lazy.of.arguments().first().cloned() else { return Ok(Value::Null) };
    let made = match lazy.factory.downcast::<Delegate>() {
        Some(delegate) => {
            let block = delegate.block.clone();
            rs.call_block_with(&block, None, &[]).and_then(|all| {
                let result = Value::collected(all).settled();
                convert::convert(rs, &result, &element)
            })
        }
        None if element.is_value_type() => Ok(convert::default_of(&element)),
        None => rs.construct(&element, &[]),
    };
    match made {
        // A property whose getter fails has no value.
        Err(Flow::Error(_)) => Ok(Value::Null),
        made => {
            let made = made?;
            *lazy.value.lock() = Some(made.clone());
            Ok(made)
        }
    }
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Lazy`1").members(|m| {
        m.get("bool IsValueCreated", |_, this| {
            Ok(this.downcast::<Lazy>().is_some_and(|lazy| lazy.value.lock().is_some()).into())
        });
        m.get("System.Object Value", value);
    }),
    TypeDef::labels(
        "System.Threading.LazyThreadSafetyMode",
        &[("None", 0), ("PublicationOnly", 1), ("ExecutionAndPublication", 2)],
    ),
];
