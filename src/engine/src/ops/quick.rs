//! Operators on the values that most scripts give them, which need neither conversions nor the runspace. What is not
//! here is left to the operators themselves: these say nothing that those would not say.

use std::cmp::Ordering;

use psrpd_dotnet::{TimeSpan, cast, collation};
use psrpd_lang::token::TokenKind as T;

use super::arithmetic;
use crate::{eval::R, value::Value};

/// `left op right`; none where more is needed to tell.
#[inline]
pub(crate) fn apply(op: T, left: &Value, right: &Value) -> Option<R<Value>> {
    match (left, right) {
        (Value::I32(a), Value::I32(b)) => whole(op, *a, *b),
        (Value::F64(a), Value::F64(b)) => real(op, *a, *b).map(Ok),
        (Value::F64(a), Value::I32(b)) => real(op, *a, f64::from(*b)).map(Ok),
        (Value::I32(a), Value::F64(b)) => real(op, f64::from(*a), *b).map(Ok),
        _ => other(op, left, right).map(Ok),
    }
}

/// As [`apply`], for operators whose result is a Boolean.
#[inline]
pub(crate) fn test(op: T, left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::I32(a), Value::I32(b)) => ordered(op, a.cmp(b)),
        (Value::F64(a), Value::F64(b)) => compared(op, *a, *b),
        (Value::F64(a), Value::I32(b)) => compared(op, *a, f64::from(*b)),
        (Value::I32(a), Value::F64(b)) => compared(op, f64::from(*a), *b),
        _ => same_kind(op, left, right),
    }
}

/// What an order says to a comparison.
#[inline]
fn ordered(op: T, order: Ordering) -> Option<bool> {
    Some(match op {
        T::Ieq | T::Ceq => order.is_eq(),
        T::Ine | T::Cne => order.is_ne(),
        T::Ilt | T::Clt => order.is_lt(),
        T::Ile | T::Cle => order.is_le(),
        T::Igt | T::Cgt => order.is_gt(),
        T::Ige | T::Cge => order.is_ge(),
        _ => return None,
    })
}

/// A comparison of doubles; NaN is nothing's equal.
#[inline]
fn compared(op: T, a: f64, b: f64) -> Option<bool> {
    ordered(op, a.partial_cmp(&b)?)
}

/// Two Int32.
#[inline]
fn whole(op: T, a: i32, b: i32) -> Option<R<Value>> {
    match (exact(op, a, b), op) {
        (Some(n), _) => Some(Ok(Value::I32(n))),
        // Too large, divided by zero, or of another type.
        (None, T::Plus | T::Minus | T::Multiply | T::Divide | T::Rem) => Some(arithmetic::integers(op, a, b)),
        _ => ordered(op, a.cmp(&b)).map(|result| Ok(Value::Bool(result))),
    }
}

/// What is an Int32 again of two Int32.
#[inline]
pub(crate) fn exact(op: T, a: i32, b: i32) -> Option<i32> {
    match op {
        T::Plus => a.checked_add(b),
        T::Minus => a.checked_sub(b),
        T::Multiply => a.checked_mul(b),
        T::Rem => a.checked_rem(b),
        T::Band => Some(a & b),
        T::Bor => Some(a | b),
        T::Bxor => Some(a ^ b),
        T::Shl => Some(a.wrapping_shl(b.cast_unsigned())),
        T::Shr => Some(a.wrapping_shr(b.cast_unsigned())),
        _ => None,
    }
}

/// Two doubles.
#[inline]
fn real(op: T, a: f64, b: f64) -> Option<Value> {
    match op {
        T::Plus | T::Minus | T::Multiply | T::Divide | T::Rem => Some(Value::F64(arithmetic::floats(op, a, b))),
        _ => compared(op, a, b).map(Value::Bool),
    }
}

/// Everything else.
fn other(op: T, left: &Value, right: &Value) -> Option<Value> {
    if let Some(result) = same_kind(op, left, right) {
        return Some(Value::Bool(result));
    }
    match (left, right) {
        (Value::I64(a), Value::I64(b)) => long(op, *a, *b),
        (Value::I64(a), Value::I32(b)) => long(op, *a, i64::from(*b)),
        (Value::I32(a), Value::I64(b)) => long(op, i64::from(*a), *b),
        (Value::DateTime(a), Value::DateTime(b)) if op == T::Minus => {
            a.ticks().checked_sub(b.ticks()).map(|ticks| Value::TimeSpan(TimeSpan(ticks)))
        }
        (Value::DateTime(a), Value::TimeSpan(b)) => match op {
            T::Plus => a.add_ticks(b.0).map(Value::DateTime),
            T::Minus => a.add_ticks(b.0.checked_neg()?).map(Value::DateTime),
            _ => None,
        },
        (Value::Str(a), Value::Str(b)) if op == T::Plus => a.joined(b).map(Value::Str),
        (Value::Str(a), Value::I32(b)) if op == T::Plus => a.joined_number(*b).map(Value::Str),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => match op {
            T::Plus => a.0.checked_add(b.0).map(|ticks| Value::TimeSpan(TimeSpan(ticks))),
            T::Minus => a.0.checked_sub(b.0).map(|ticks| Value::TimeSpan(TimeSpan(ticks))),
            _ => None,
        },
        _ => None,
    }
}

/// Two Int64; what does not fit is left to the operator.
fn long(op: T, a: i64, b: i64) -> Option<Value> {
    let exact = match op {
        T::Plus => a.checked_add(b),
        T::Minus => a.checked_sub(b),
        T::Multiply => a.checked_mul(b),
        T::Rem => a.checked_rem(b),
        T::Divide => match a.checked_rem(b)? {
            0 => a.checked_div(b),
            _ => return Some(Value::F64(cast::double(a) / cast::double(b))),
        },
        T::Band => Some(a & b),
        T::Bor => Some(a | b),
        T::Bxor => Some(a ^ b),
        _ => return ordered(op, a.cmp(&b)).map(Value::Bool),
    };
    exact.map(Value::I64)
}

/// The number that is written in a text with nothing but a few digits.
fn digits(text: &str) -> Option<i32> {
    const MOST: usize = 9;
    if text.is_empty() || text.len() > MOST {
        return None;
    }
    text.bytes().try_fold(0_i32, |n, byte| {
        let digit = i32::from(char::from(byte).is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?);
        Some(n.wrapping_mul(10).wrapping_add(digit))
    })
}

/// Whether a character is the only one of a text, where both are ASCII.
fn same_letter(unit: u16, text: &str, ignore_case: bool) -> Option<bool> {
    let [other] = text.as_bytes() else { return None };
    let letter = u8::try_from(unit).ok().filter(u8::is_ascii)?;
    Some(if ignore_case { letter.eq_ignore_ascii_case(other) } else { letter == *other })
}

/// Comparisons of two values of one kind.
fn same_kind(op: T, left: &Value, right: &Value) -> Option<bool> {
    let is_equality = |equal: bool| match op {
        T::Ieq | T::Ceq => Some(equal),
        T::Ine | T::Cne => Some(!equal),
        _ => None,
    };
    match (left, right) {
        (Value::Str(a), Value::Str(b)) if !a.is_wide() && !b.is_wide() => {
            let ignore_case = match op {
                T::Ieq | T::Ine | T::Ilt | T::Ile | T::Igt | T::Ige => true,
                T::Ceq | T::Cne | T::Clt | T::Cle | T::Cgt | T::Cge => false,
                _ => return None,
            };
            match op {
                T::Ieq | T::Ceq => Some(collation::eq(a, b, ignore_case)),
                T::Ine | T::Cne => Some(!collation::eq(a, b, ignore_case)),
                _ => ordered(op, collation::cmp(a, b, ignore_case)),
            }
        }
        (Value::I32(a), Value::Str(b)) => ordered(op, a.cmp(&digits(b)?)),
        (Value::Bool(a), Value::Bool(b)) => is_equality(a == b),
        (Value::Null, Value::Null) => is_equality(true),
        (Value::Null, Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) | Value::Str(_))
        | (Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) | Value::Str(_), Value::Null) => {
            is_equality(false)
        }
        (Value::Char(a), Value::Str(b)) => is_equality(same_letter(*a, b, matches!(op, T::Ieq | T::Ine))?),
        (Value::Char(a), Value::Char(b)) if matches!(op, T::Ceq | T::Cne) => is_equality(a == b),
        (Value::DateTime(a), Value::DateTime(b)) => ordered(op, a.cmp(b)),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => ordered(op, a.0.cmp(&b.0)),
        _ => None,
    }
}
