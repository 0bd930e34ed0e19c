//! `[LanguagePrimitives]`: conversions and comparisons as the language does them.

use std::cmp::Ordering;

use super::Members;
use crate::{
    convert,
    eval::{Flow, R, Runspace},
    ops::compare,
    value::{Reference, Value, enumerate, enumerates},
};

fn arg(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or_default()
}

/// Puts a result where a `[ref]` says.
pub(super) fn give(rs: &mut Runspace, to: Option<&Value>, value: Value) -> R<()> {
    let Some(reference) = to.and_then(|to| to.downcast::<Reference>()) else { return Ok(()) };
    match &reference.variable {
        Some(variable) => rs.write_shared(&variable.clone(), value),
        None => {
            reference.set(value);
            Ok(())
        }
    }
}

fn equals(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let ignores = args.get(2).is_some_and(convert::to_bool);
    compare::equal(rs, &arg(args, 0), &arg(args, 1), ignores).map(Value::Bool)
}

fn order(rs: &mut Runspace, args: &[Value], ignores: bool) -> R<Value> {
    let order = compare::compare(rs, &arg(args, 0), &arg(args, 1), ignores)?;
    Ok(Value::I32(match order {
        Some(Ordering::Less) => -1,
        Some(Ordering::Greater) => 1,
        _ => 0,
    }))
}

/// Runs what may fail and says whether it did not.
fn attempt(rs: &mut Runspace, to: Option<&Value>, result: R<Value>) -> R<Value> {
    match result {
        Ok(value) => {
            give(rs, to, value)?;
            Ok(true.into())
        }
        Err(Flow::Error(_)) => Ok(false.into()),
        Err(other) => Err(other),
    }
}

pub(super) fn members(m: &mut Members) {
    m.function("bool IsTrue(System.Object obj)", |_, _, args| Ok(convert::to_bool(&arg(args, 0)).into()));
    m.function("bool IsObjectEnumerable(System.Object obj)", |_, _, args| Ok(enumerates(&arg(args, 0)).into()));
    m.function("System.Collections.IEnumerable GetEnumerable(System.Object obj)", |_, _, args| {
        let value = arg(args, 0);
        Ok(if enumerates(&value) { value } else { Value::Null })
    });
    m.function("System.Collections.IEnumerator GetEnumerator(System.Object obj)", |rs, _, args| {
        let value = arg(args, 0);
        if enumerate(&value).is_none() {
            return Ok(Value::Null);
        }
        rs.call_method(&value, "GetEnumerator", &[])
    });
    m.function("bool Equals(System.Object first, System.Object second)", |rs, _, args| equals(rs, args));
    m.function("bool Equals(System.Object first, System.Object second, bool ignoreCase)", |rs, _, args| {
        equals(rs, args)
    });
    m.function("int Compare(System.Object first, System.Object second)", |rs, _, args| order(rs, args, false));
    m.function("int Compare(System.Object first, System.Object second, bool ignoreCase)", |rs, _, args| {
        order(rs, args, args.get(2).is_some_and(convert::to_bool))
    });
    m.function("bool TryCompare(System.Object first, System.Object second, [ref] int result)", |rs, _, args| {
        let result = order(rs, args, false);
        attempt(rs, args.get(2), result)
    });
    m.function(
        "bool TryCompare(System.Object first, System.Object second, bool ignoreCase, [ref] int result)",
        |rs, _, args| {
            let result = order(rs, args, args.get(2).is_some_and(convert::to_bool));
            attempt(rs, args.get(3), result)
        },
    );
    m.function(
        "bool TryConvertTo(System.Object valueToConvert, type resultType, [ref] System.Object result)",
        |rs, _, args| {
            let Value::Type(of) = arg(args, 1) else { return Ok(false.into()) };
            let result = convert::convert(rs, &arg(args, 0), &of);
            attempt(rs, args.get(2), result)
        },
    );
    m.function(
        "bool TryConvertTo(System.Object valueToConvert, type resultType, System.IFormatProvider formatProvider, [ref] System.Object result)",
        |rs, _, args| {
            let Value::Type(of) = arg(args, 1) else { return Ok(false.into()) };
            let result = convert::convert(rs, &arg(args, 0), &of);
            attempt(rs, args.get(3), result)
        },
    );
    m.function("string ConvertTypeNameToPSTypeName(string typeName)", |rs, _, args| {
        let name = crate::value::text(&arg(args, 0));
        let shown = rs.find_type(&name).map_or_else(|| name.to_string(), |of| of.display_name());
        Ok(format!("[{shown}]").into())
    });
}
