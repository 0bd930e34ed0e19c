//! `-band -bor -bxor -bnot -shl -shr`.

use num_traits::ToPrimitive;
use psrpd_dotnet::cast;
use psrpd_lang::token::TokenKind;

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    types,
    value::Value,
};

/// An operand as an integer of the type that bit operators work in; enums keep their type.
fn operand(rs: &mut Runspace, value: &Value, op: TokenKind) -> R<Value> {
    Ok(match value.base() {
        Value::Null | Value::AutomationNull => Value::I32(0),
        Value::Bool(b) => Value::I32((*b).into()),
        Value::Char(c) => Value::I32((*c).into()),
        Value::Enum(..) => value.base().clone(),
        Value::Str(text) => operand(rs, &convert::string_to_number(text)?, op)?,
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => {
            let n = convert::to_f64(rs, value)?.round_ties_even();
            match n.to_u64() {
                Some(n) => Value::U64(n),
                None => Value::I64(n.to_i64().unwrap_or(0)),
            }
        }
        other => match other.as_i128() {
            Some(n) => match other {
                Value::U32(_) | Value::I64(_) | Value::U64(_) => other.clone(),
                _ => fit(n),
            },
            None => return Err(no_operator(value, op)),
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

fn no_operator(value: &Value, op: TokenKind) -> Flow {
    let name = match value {
        Value::Wrapped(wrapped) if wrapped.is_custom() => "System.Management.Automation.PSObject".into(),
        _ => value.type_name(),
    };
    let method = match op {
        TokenKind::Band => "op_BitwiseAnd",
        TokenKind::Bor => "op_BitwiseOr",
        TokenKind::Bxor => "op_ExclusiveOr",
        TokenKind::Shl => "op_LeftShift",
        TokenKind::Shr => "op_RightShift",
        _ => "op_OnesComplement",
    };
    error::method_not_found_in(&name, method)
}

/// `left op right`.
pub(crate) fn binary(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    if matches!(op, TokenKind::Shl | TokenKind::Shr) {
        return shift(rs, op, left, right);
    }
    if let (Some(a), Some(b)) = (types::as_big(left), types::as_big(right).cloned().or_else(|| integer(right))) {
        return Ok(types::big(match op {
            TokenKind::Band => a & b,
            TokenKind::Bor => a | b,
            _ => a ^ b,
        }));
    }
    let a = operand(rs, left, op)?;
    if let Value::Enum(of, n) = &a {
        let b = convert::convert(rs, right, of)
            .map(|value| raw(&value))
            .or_else(|_| operand(rs, right, op).map(|v| raw(&v)))?;
        let b = b.to_i64().unwrap_or(0);
        return Ok(Value::Enum(of.clone(), apply(op, (*n).into(), b.into()).to_i64().unwrap_or(0)));
    }
    let b = match operand(rs, right, op)? {
        Value::Enum(_, n) => fit(n.into()),
        other => other,
    };
    let result = apply(op, raw(&a), raw(&b));
    let negative = raw(&a) < 0 || raw(&b) < 0;
    Ok(match (&a, &b) {
        (Value::I32(_), Value::I32(_)) => Value::I32(result.to_i32().unwrap_or(0)),
        (Value::U64(_), _) | (_, Value::U64(_)) if negative => Value::I64(result.to_i64().unwrap_or(0)),
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

fn integer(value: &Value) -> Option<psrpd_dotnet::BigInt> {
    value.as_i128().map(Into::into)
}

fn apply(op: TokenKind, a: i128, b: i128) -> i128 {
    match op {
        TokenKind::Band => a & b,
        TokenKind::Bor => a | b,
        _ => a ^ b,
    }
}

/// Shifts keep the type of the left operand; bits that do not fit it are lost.
fn shift(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let to_left = op == TokenKind::Shl;
    if left.is_null() {
        return Ok(Value::I32(0));
    }
    if matches!(left.base(), Value::Bool(_) | Value::Char(_)) {
        let shown = |value: &Value| value.type_of().map_or_else(|| "System.Object".into(), |of| of.full_name());
        let name = if to_left { "-shl" } else { "-shr" };
        let message = format!("The operation '[{}] {name} [{}]' is not defined.", shown(left), shown(right));
        return Err(error::invalid_target("NotADefinedOperationForType", message, left));
    }
    let count = convert::to_i32(rs, right)?.cast_unsigned();
    let short = |n: i64| {
        let n = cast::low32(n);
        i64::from(if to_left { n.wrapping_shl(count) } else { n.wrapping_shr(count) })
    };
    Ok(match left.base() {
        Value::U8(n) => Value::U8(cast::low8(short((*n).into()))),
        Value::I8(n) => Value::I8(cast::low8(short((*n).into())).cast_signed()),
        Value::U16(n) => Value::U16(cast::low16(short((*n).into()))),
        Value::I16(n) => Value::I16(cast::low16(short((*n).into())).cast_signed()),
        _ => match operand(rs, left, op)? {
            Value::U32(n) => Value::U32(if to_left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
            Value::I64(n) => Value::I64(if to_left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
            Value::U64(n) => Value::U64(if to_left { n.wrapping_shl(count) } else { n.wrapping_shr(count) }),
            other => Value::I32(cast::low32(short(raw(&other).to_i64().unwrap_or(0)))),
        },
    })
}

/// `-bnot value`
pub(crate) fn not(rs: &mut Runspace, value: &Value) -> R<Value> {
    if let Some(n) = types::as_big(value) {
        return Ok(types::big(!n));
    }
    Ok(match operand(rs, value, TokenKind::Bnot)? {
        Value::I32(n) => Value::I32(!n),
        Value::U32(n) => Value::U32(!n),
        Value::I64(n) => Value::I64(!n),
        Value::U64(n) => Value::U64(!n),
        Value::Enum(of, n) => Value::Enum(of, !n),
        other => other,
    })
}
