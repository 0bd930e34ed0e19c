//! `-eq -lt` and their kin, `-contains`, and the order that sorting uses.

use std::cmp::Ordering;

use psrpd_dotnet::{casing, collation};
use psrpd_lang::token::TokenKind;

use super::{
    arithmetic::{Number, number},
    quick,
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, class, error},
    types,
    value::{ErrorRecord, Exception, Value, enumerate, text},
};

/// Whether two values are equal, the right one converted to the type of the left.
pub(crate) fn equal(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool) -> R<bool> {
    let (a, b) = (left.base(), right.base());
    match (a, b) {
        (Value::I32(a), Value::I32(b)) => return Ok(a == b),
        (Value::Null | Value::AutomationNull, _) => return Ok(right.is_null()),
        (_, Value::Null | Value::AutomationNull) => return Ok(false),
        (Value::Str(a), Value::Str(b)) if !a.is_wide() && !b.is_wide() => return Ok(collation::eq(a, b, ignore_case)),
        (Value::Str(a), Value::Str(b)) => return Ok(a == b),
        (Value::Str(a), _) => {
            let b = rs.text(right)?;
            return Ok(collation::eq(a, &b, ignore_case));
        }
        _ => {}
    }
    if left.same(right) {
        return Ok(true);
    }
    if let Some(equal) = class::equals(rs, left, right)? {
        let of = a.type_of().filter(|of| !equal && b.type_of().as_ref() != Some(of));
        let Some(of) = of else { return Ok(equal) };
        // What is not equal as it is may be as an object of the class.
        return match convert::convert(rs, right, &of) {
            Ok(converted) => Ok(class::equals(rs, left, &converted)? == Some(true)),
            Err(Flow::Error(_)) => Ok(false),
            Err(other) => Err(other),
        };
    }
    if let (Some(x), Some(y)) = (number(a), number(b))
        && !matches!(a, Value::Bool(_) | Value::Char(_) | Value::Enum(..))
        && !matches!(b, Value::Bool(_) | Value::Enum(..) | Value::Char(_))
    {
        return Ok(compare_numbers(&x, &y) == Some(Ordering::Equal));
    }
    match a {
        // A text is no type, whatever it names.
        Value::Type(_) => return Ok(false),
        Value::Char(a) => match b {
            Value::Char(b) => return Ok(casing_char(*a, *b, ignore_case)),
            Value::Str(b) => return Ok(b.len() == 1 && b.unit(0).is_some_and(|b| casing_char(*a, b, ignore_case))),
            _ => {}
        },
        Value::Bool(a) => return Ok(*a == convert::to_bool(right)),
        Value::Object(object) if object.equals(right) => return Ok(true),
        _ => {}
    }
    let Some(of) = a.type_of() else { return Ok(false) };
    if matches!(a, Value::Object(_) | Value::Array(_) | Value::Wrapped(_)) && convert::is_opaque(&of) {
        return Ok(false);
    }
    match convert::convert(rs, right, &of) {
        Ok(converted) => Ok(same_scalar(a, &converted)),
        Err(Flow::Error(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

fn casing_char(a: u16, b: u16, ignore_case: bool) -> bool {
    let upper = |unit: u16| char::from_u32(unit.into()).map(casing::upper);
    a == b || ignore_case && upper(a).is_some_and(|a| upper(b) == Some(a))
}

/// Equality of values of one type.
fn same_scalar(a: &Value, b: &Value) -> bool {
    match (a, b.base()) {
        (Value::DateTime(a), Value::DateTime(b)) => a == b,
        (Value::TimeSpan(a), Value::TimeSpan(b)) => a == b,
        (Value::Guid(a), Value::Guid(b)) => a == b,
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Enum(a, x), Value::Enum(b, y)) => a == b && x == y,
        (Value::Char(a), Value::Char(b)) => a == b,
        (Value::Object(a), _) => a.equals(b),
        (a, b) => match (number(a), number(b)) {
            (Some(x), Some(y)) => compare_numbers(&x, &y) == Some(Ordering::Equal),
            _ => false,
        },
    }
}

/// Compares numbers of any types; NaN compares with nothing.
pub(crate) fn compare_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (a, b) {
        (Number::F64(a), Number::F64(b)) => a.partial_cmp(b),
        (Number::F64(x), other) | (other, Number::F64(x)) => {
            let y = match other {
                Number::I32(n) => f64::from(*n),
                Number::I64(n) => psrpd_dotnet::cast::double(*n),
                Number::U64(n) => psrpd_dotnet::cast::double_unsigned(*n),
                Number::Decimal(n) => n.to_f64(),
                Number::Big(n) => num_traits::ToPrimitive::to_f64(n)?,
                Number::F64(n) => *n,
            };
            let order = x.partial_cmp(&y)?;
            Some(if matches!(a, Number::F64(_)) { order } else { order.reverse() })
        }
        (Number::Decimal(x), Number::Decimal(y)) => Some(x.cmp(y)),
        (Number::Decimal(x), other) => Some(x.cmp(&psrpd_dotnet::Decimal::from_i128(wide(other)?)?)),
        (other, Number::Decimal(y)) => Some(psrpd_dotnet::Decimal::from_i128(wide(other)?)?.cmp(y)),
        (Number::Big(x), Number::Big(y)) => Some(x.cmp(y)),
        (Number::Big(x), other) => Some(x.cmp(&wide(other)?.into())),
        (other, Number::Big(y)) => Some(psrpd_dotnet::BigInt::from(wide(other)?).cmp(y)),
        (a, b) => Some(wide(a)?.cmp(&wide(b)?)),
    }
}

fn wide(number: &Number) -> Option<i128> {
    match number {
        Number::I32(n) => Some((*n).into()),
        Number::I64(n) => Some((*n).into()),
        Number::U64(n) => Some((*n).into()),
        _ => None,
    }
}

/// The order of two values as `-lt` sees it, the right one converted to the type of the left.
///
/// # Errors
/// `NotIcomparable` and `ComparisonFailure`.
pub(crate) fn compare(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool) -> R<Option<Ordering>> {
    let (a, b) = (left.base(), right.base());
    match (a, b) {
        (Value::I32(a), Value::I32(b)) => return Ok(Some(a.cmp(b))),
        (Value::Null | Value::AutomationNull, _) if right.is_null() => return Ok(Some(Ordering::Equal)),
        (Value::Null | Value::AutomationNull, _) => return Ok(Some(null_order(b))),
        (_, Value::Null | Value::AutomationNull) => return Ok(Some(null_order(a).reverse())),
        (Value::Str(a), _) => {
            let b = rs.text(right)?;
            return Ok(Some(collation::cmp(a, &b, ignore_case)));
        }
        _ => {}
    }
    if class::of(left).is_some() {
        // What is compared with an object of a class becomes one, if it can.
        let of = a.type_of().filter(|of| !right.is_null() && b.type_of().as_ref() != Some(of));
        let other = match of.map(|of| convert::convert(rs, right, &of)) {
            Some(Ok(other)) => other,
            Some(Err(Flow::Error(_))) | None => right.clone(),
            Some(Err(other)) => return Err(other),
        };
        if let Some(order) = class::compare_to(rs, left, &other)? {
            return Ok(Some(order));
        }
    }
    if let (Some(x), Some(y)) = (number(a), number(b))
        && !matches!(a, Value::Bool(_) | Value::Char(_))
        && !(matches!((a, b), (Value::Enum(..), Value::Enum(..))) && a.type_of() != b.type_of())
    {
        return Ok(compare_numbers(&x, &y));
    }
    if let (Value::Bool(a), b) = (a, b) {
        return Ok(Some(a.cmp(&convert::to_bool(b))));
    }
    let Some(of) = a.type_of() else { return Ok(None) };
    if !is_comparable(a) {
        if left.same(right) {
            return Ok(Some(Ordering::Equal));
        }
        if matches!(left, Value::Wrapped(wrapped) if wrapped.is_custom()) {
            let message = format!(
                "Cannot compare \"{}\" to \"{}\" because the objects are not the same type or the object \"{}\" does not implement \"IComparable\".",
                text(left),
                text(right),
                text(left)
            );
            let exception = "System.Management.Automation.ExtendedTypeSystemException";
            return Err(error::raise(
                exception,
                "PSObjectCompareTo",
                crate::value::Category::NotSpecified,
                message,
                Value::Null,
            ));
        }
        let shown = match a {
            Value::Type(of) => of.full_name().into(),
            _ => text(left),
        };
        let message = format!("Cannot compare \"{shown}\" because it is not IComparable.");
        return Err(error::invalid_target("NotIcomparable", message, left));
    }
    let converted = convert::convert(rs, right, &of).map_err(|flow| match flow {
        // What cannot be read as a number fails as the conversion that it is.
        Flow::Error(_) if matches!(b, Value::Str(_)) && (number(a).is_some() || of.is_enum()) => flow,
        Flow::Error(inner) => {
            let reason = inner.record.message();
            let message = format!("Could not compare \"{}\" to \"{}\". Error: \"{reason}\"", text(left), text(right));
            let of = types::known("System.Management.Automation.RuntimeException");
            let exception = Exception::of(of, message.into(), inner.record.exception.clone());
            let category = crate::value::Category::InvalidOperation;
            Flow::error(ErrorRecord::new(Value::object(exception), "ComparisonFailure", category, right.clone()))
        }
        other => other,
    })?;
    Ok(order(a, &converted, ignore_case))
}

/// `$null` sorts below what is not negative.
fn null_order(other: &Value) -> Ordering {
    match number(other) {
        Some(n) if compare_numbers(&n, &Number::I32(0)) == Some(Ordering::Less) => Ordering::Greater,
        _ => Ordering::Less,
    }
}

fn is_comparable(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.compare(value).is_some()
                || value.downcast::<crate::value::Version>().is_some()
                || types::as_big(value).is_some()
        }
        Value::Array(_) | Value::Wrapped(_) | Value::Type(_) => false,
        _ => true,
    }
}

/// The order of two values of one type; none if they have none.
pub(crate) fn order(a: &Value, b: &Value, ignore_case: bool) -> Option<Ordering> {
    match (a.base(), b.base()) {
        (Value::Str(a), Value::Str(b)) => Some(collation::cmp(a, b, ignore_case)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => Some(a.cmp(b)),
        (Value::Guid(a), Value::Guid(b)) => Some(a.cmp(b)),
        (Value::Char(a), Value::Char(b)) if ignore_case => {
            let fold = |c: &u16| char::from_u32(u32::from(*c)).map_or(u32::from(*c), |c| casing::upper(c).into());
            Some(fold(a).cmp(&fold(b)))
        }
        (Value::Enum(_, a), Value::Enum(_, b)) => Some(a.cmp(b)),
        (Value::Object(object), _) if object.compare(b).is_some() => object.compare(b),
        (x, y) => match (a.downcast::<crate::value::Version>(), b.downcast::<crate::value::Version>()) {
            (Some(a), Some(b)) => Some(a.cmp(b)),
            _ => compare_numbers(&number(x)?, &number(y)?),
        },
    }
}

/// The order that `Sort-Object` and `[array]::Sort` use: by conversion where that works, else as strings.
pub(crate) fn sort_order(rs: &mut Runspace, left: &Value, right: &Value, ignore_case: bool) -> R<Ordering> {
    match compare(rs, left, right, ignore_case) {
        Ok(Some(order)) => Ok(order),
        Ok(None) => Ok(Ordering::Equal),
        Err(Flow::Error(_)) => Ok(collation::cmp(&text(left), &text(right), ignore_case)),
        Err(other) => Err(other),
    }
}

/// A comparison operator: a collection on the left is filtered.
pub(crate) fn operator(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let (kind, ignore_case) = kind(op);
    if let Some(items) = enumerate(left) {
        let mut kept = Vec::new();
        for item in items {
            let is_kept = match quick::test(op, &item, right) {
                Some(is_kept) => is_kept,
                None => test(rs, kind, &item, right, ignore_case)?,
            };
            if is_kept {
                kept.push(item);
            }
        }
        return Ok(Value::array(kept));
    }
    test(rs, kind, left, right, ignore_case).map(Value::Bool)
}

/// The operator that ignores case, and whether this one does.
pub(crate) fn kind(op: TokenKind) -> (TokenKind, bool) {
    use TokenKind as T;
    match op {
        T::Ceq => (T::Ieq, false),
        T::Cne => (T::Ine, false),
        T::Cgt => (T::Igt, false),
        T::Cge => (T::Ige, false),
        T::Clt => (T::Ilt, false),
        T::Cle => (T::Ile, false),
        T::Ccontains => (T::Icontains, false),
        T::Cnotcontains => (T::Inotcontains, false),
        T::Cin => (T::Iin, false),
        T::Cnotin => (T::Inotin, false),
        T::Clike => (T::Ilike, false),
        T::Cnotlike => (T::Inotlike, false),
        T::Cmatch => (T::Imatch, false),
        T::Cnotmatch => (T::Inotmatch, false),
        T::Creplace => (T::Ireplace, false),
        T::Csplit => (T::Isplit, false),
        other => (other, true),
    }
}

fn test(rs: &mut Runspace, kind: TokenKind, left: &Value, right: &Value, ignore_case: bool) -> R<bool> {
    Ok(match kind {
        TokenKind::Ieq => equal(rs, left, right, ignore_case)?,
        TokenKind::Ine => !equal(rs, left, right, ignore_case)?,
        _ => {
            let order = compare(rs, left, right, ignore_case)?;
            match kind {
                TokenKind::Igt => order == Some(Ordering::Greater),
                TokenKind::Ige => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                TokenKind::Ilt => order == Some(Ordering::Less),
                _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            }
        }
    })
}

/// Whether a collection has an item that equals a value; a single value is a collection of one.
pub(crate) fn contains(rs: &mut Runspace, items: &Value, value: &Value, ignore_case: bool) -> R<bool> {
    match enumerate(items) {
        Some(items) => {
            let op = if ignore_case { TokenKind::Ieq } else { TokenKind::Ceq };
            for item in items {
                rs.check_stop()?;
                let is_it = match quick::test(op, &item, value) {
                    Some(is_it) => is_it,
                    None => equal(rs, &item, value, ignore_case)?,
                };
                if is_it {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        None => equal(rs, items, value, ignore_case),
    }
}

/// Whether an exception is of a type, by name.
pub(crate) fn is_exception(value: &Value) -> bool {
    value.downcast::<Exception>().is_some()
}
