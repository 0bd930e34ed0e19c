//! `-band -bor -bxor -bnot -shl -shr`.

use num_traits::ToPrimitive;
use psrpd_dotnet::cast;
use psrpd_lang::token::TokenKind;

use crate::{
    convert,
    eval::{R, Runspace, error},
    value::Value,
};

/// An operand as an integer of the type that bit operators work in; enums keep their type.
fn operand(rs: &mut Runspace, value: &Value) -> R<Value> {
    Ok(match value.base() {
        Value::Null | Value::AutomationNull => Value::I32(0),
        Value::Bool(b) => Value::I32((*b).into()),
        Value::Char(c) => Value::I32((*c).into()),
        Value::Enum(..) => value.base().clone(),
        Value::Str(text) => operand(rs, &convert::string_to_number(text)?)?,
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => {
            let n = convert::to_f64(rs, value)?.round_ties_even();
            let n = n.to_i128().unwrap_or(0);
            fit(n)
        }
        other => match other.as_i128() {
            Some(n) => match other {
                Value::U32(_) | Value::I64(_) | Value::U64(_) => other.clone(),
                _ => fit(n),
            },
            None => return Err(error::method_not_found(value, "op_BitwiseAnd")),
        },
    })
}

fn fit(n: i128) -> Value {
    if let Ok(n) = i32::try_from(n) {
        Value::I32(n)
    } else if let Ok(n) = u32::try_from(n) {
        Value::U32(n)
    } else if let Ok(n) = i64::try_from(n) {
        Value::I64(n)
    } else {
        Value::U64(n.to_u64().unwrap_or(u64::MAX))
    }
}

fn raw(value: &Value) -> i128 {
    match value {
        Value::Enum(_, n) => (*n).into(),
        other => other.as_i128().unwrap_or(0),
    }
}

/// `left op right`.
pub(crate) fn binary(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let a = operand(rs, left)?;
    if matches!(op, TokenKind::Shl | TokenKind::Shr) {
        let count = convert::to_i32(rs, right)?.cast_unsigned();
        return Ok(shift(&a, op == TokenKind::Shl, count));
    }
    if let Value::Enum(of, n) = &a {
        let b = convert::convert(rs, right, of)
            .map(|value| raw(&value))
            .or_else(|_| operand(rs, right).map(|v| raw(&v)))?;
        let b = b.to_i64().unwrap_or(0);
        return Ok(Value::Enum(of.clone(), apply(op, (*n).into(), b.into()).to_i64().unwrap_or(0)));
    }
    let b = operand(rs, right)?;
    if let Value::Enum(of, _) = &b {
        return Ok(Value::Enum(of.clone(), apply(op, raw(&a), raw(&b)).to_i64().unwrap_or(0)));
    }
    let result = apply(op, raw(&a), raw(&b));
    Ok(match (&a, &b) {
        (Value::I32(_), Value::I32(_)) => Value::I32(result.to_i32().unwrap_or(0)),
        (Value::U64(_), _) | (_, Value::U64(_)) => {
            Value::U64(cast::unsigned(cast::signed(u64::try_from(result & i128::from(u64::MAX)).unwrap_or(0))))
        }
        (Value::U32(_), Value::U32(_)) => Value::U32(result.to_u32().unwrap_or(0)),
        (Value::U32(_), Value::I32(n)) | (Value::I32(n), Value::U32(_)) if *n >= 0 => {
            Value::U32(result.to_u32().unwrap_or(0))
        }
        _ => Value::I64(result.to_i64().unwrap_or(0)),
    })
}

fn apply(op: TokenKind, a: i128, b: i128) -> i128 {
    match op {
        TokenKind::Band => a & b,
        TokenKind::Bor => a | b,
        _ => a ^ b,
    }
}

fn shift(value: &Value, left: bool, count: u32) -> Value {
    match value {
        Value::U32(n) => Value::U32(if left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
        Value::I64(n) => Value::I64(if left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
        Value::U64(n) => Value::U64(if left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
        other => {
            let n = cast::low32(raw(other).to_i64().unwrap_or(0));
            Value::I32(if left { n.wrapping_shl(count) } else { n.wrapping_shr(count) })
        }
    }
}

/// `-bnot value`
pub(crate) fn not(rs: &mut Runspace, value: &Value) -> R<Value> {
    Ok(match operand(rs, value)? {
        Value::I32(n) => Value::I32(!n),
        Value::U32(n) => Value::U32(!n),
        Value::I64(n) => Value::I64(!n),
        Value::U64(n) => Value::U64(!n),
        Value::Enum(of, n) => Value::Enum(of, !n),
        other => other,
    })
}
