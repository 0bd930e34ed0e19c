//! `-band -bor -bxor -bnot -shl -shr`.

use num_traits::ToPrimitive;
use psrpd_dotnet::cast;
use psrpd_lang::token::TokenKind;

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    ops::arithmetic::number,
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
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => whole(rs, value)?,
        other => match other.as_i128() {
            Some(n) => match other {
                Value::U32(_) | Value::I64(_) | Value::U64(_) => other.clone(),
                _ => fit(n),
            },
            None => return Err(no_operator(value, op)),
        },
    })
}

/// A number with a fraction as the first of Int32, UInt32, Int64 and UInt64 that holds what it rounds to.
fn whole(rs: &mut Runspace, value: &Value) -> R<Value> {
    let number = match value.base() {
        Value::Decimal(n) => Some(n.to_i128()),
        _ => convert::to_f64(rs, value)?.round_ties_even().to_i128(),
    };
    match number.filter(|n| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(n)) {
        Some(n) => Ok(fit(n)),
        None => Err(convert::no_conversion(value, &types::uint64())),
    }
}

/// Text as the number that it is; where it is none, the other operand says what it should be.
fn read(rs: &mut Runspace, value: &Value, other: &Value) -> R<Value> {
    let Value::Str(text) = value.base() else { return Ok(value.clone()) };
    match (convert::string_to_number(text), other.base()) {
        (Err(_), Value::Enum(of, _)) => convert::convert(rs, value, &of.clone()),
        (Err(flow), Value::Bool(_) | Value::Char(_)) => Err(flow),
        (Err(flow), _) => match other.type_of() {
            Some(of) if number(other).is_some() && types::as_big(other).is_none() => convert::convert(rs, value, &of),
            _ => Err(flow),
        },
        (found, _) => found,
    }
}

/// Bits of numbers with a fraction: unsigned, or signed where one of them is negative.
fn reals(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let is_number = |value: &Value| value.is_null() || number(value).is_some() && types::as_big(value).is_none();
    if !is_number(left) || !is_number(right) {
        let message = "Object reference not set to an instance of an object.";
        return Err(error::foreign("System.NullReferenceException", message));
    }
    let has_double = |value: &Value| matches!(value.base(), Value::F32(_) | Value::F64(_));
    let double = has_double(left) || has_double(right);
    let mut bits = |value: &Value| -> R<(i128, bool)> {
        let plain = match value.base() {
            Value::Null | Value::AutomationNull => Value::I32(0),
            Value::Enum(_, n) => Value::I64(*n),
            other => other.clone(),
        };
        let of = if double { types::double() } else { types::decimal() };
        let wide = convert::convert(rs, &plain, &of)?;
        let negative = match &wide {
            Value::F64(n) => *n < 0.0,
            Value::Decimal(n) => n.is_negative(),
            _ => false,
        };
        let to = if negative { types::int64() } else { types::uint64() };
        Ok((raw(&convert::convert(rs, &wide, &to)?), negative))
    };
    let ((a, is_negative), (b, is_other_negative)) = (bits(left)?, bits(right)?);
    let result = apply(op, a, b);
    Ok(if is_negative || is_other_negative {
        let low = u64::try_from(result & i128::from(u64::MAX)).unwrap_or(0);
        Value::I64(low.cast_signed())
    } else {
        Value::U64(result.to_u64().unwrap_or(0))
    })
}

/// A whole number of any size, as a partner of one without bounds.
fn unbounded(value: &Value) -> Option<psrpd_dotnet::BigInt> {
    match value.base() {
        Value::Null | Value::AutomationNull => Some(0.into()),
        Value::Bool(b) => Some(i32::from(*b).into()),
        Value::Char(c) => Some((*c).into()),
        Value::Enum(_, n) => Some((*n).into()),
        other => other.as_i128().map(Into::into).or_else(|| types::as_big(value).cloned()),
    }
}

/// Bits of integers without bounds.
fn bigs(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    if matches!(left.base(), Value::Enum(..)) {
        return Err(no_operator(left, op));
    }
    let Some(a) = unbounded(left) else { return Err(no_operator(left, op)) };
    let b = match unbounded(right) {
        Some(b) => b,
        None => {
            let of = types::big_integer();
            let made = convert::convert(rs, right, &of)
                .map_err(|flow| error::method_argument(flow, "1", right, &of, method(op)))?;
            types::as_big(&made).cloned().unwrap_or_default()
        }
    };
    Ok(types::big(match op {
        TokenKind::Band => a & b,
        TokenKind::Bor => a | b,
        _ => a ^ b,
    }))
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
    error::method_not_found_in(&name, method(op))
}

fn method(op: TokenKind) -> &'static str {
    match op {
        TokenKind::Band => "op_BitwiseAnd",
        TokenKind::Bor => "op_BitwiseOr",
        TokenKind::Bxor => "op_ExclusiveOr",
        TokenKind::Shl => "op_LeftShift",
        TokenKind::Shr => "op_RightShift",
        _ => "op_OnesComplement",
    }
}

/// `left op right`.
pub(crate) fn binary(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    if matches!(left.base(), Value::Object(_))
        && let Some(of) = left.type_of().filter(|of| types::has_operator(of, method(op)))
    {
        return rs.call_static(&Value::Type(of), method(op), &[left.clone(), right.clone()]);
    }
    if matches!(op, TokenKind::Shl | TokenKind::Shr) {
        return shift(rs, op, left, right);
    }
    let (left, right) = (&read(rs, left, right)?, &read(rs, right, left)?);
    if left.is_real() || right.is_real() {
        return reals(rs, op, left, right);
    }
    if types::as_big(left).is_some() || types::as_big(right).is_some() {
        return bigs(rs, op, left, right);
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
    // Next to an unsigned number a negative one counts by its bits.
    let low = |width: u64| u64::try_from(result & i128::from(width)).unwrap_or(0);
    Ok(match (&a, &b) {
        (Value::I32(_), Value::I32(_)) => Value::I32(result.to_i32().unwrap_or(0)),
        (Value::U64(_), _) | (_, Value::U64(_)) => Value::U64(low(u64::MAX)),
        (Value::U32(_), Value::U32(_) | Value::I32(_)) | (Value::I32(_), Value::U32(_)) => {
            Value::U32(low(u32::MAX.into()).to_u32().unwrap_or(0))
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

/// Shifts keep the type of the left operand; bits that do not fit it are lost.
fn shift(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let to_left = op == TokenKind::Shl;
    if left.is_null() {
        return Ok(Value::I32(0));
    }
    let left = &read(rs, left, right)?;
    if types::as_big(left).is_some() || unbounded(left).is_some() && types::as_big(right).is_some() && !small(left) {
        return shift_big(rs, op, left, right);
    }
    if matches!(left.base(), Value::Bool(_) | Value::Char(_)) {
        let right = &read(rs, right, left)?;
        if right.as_i128().is_none()
            && !matches!(right.base(), Value::Null | Value::Bool(_) | Value::Char(_) | Value::F32(_) | Value::F64(_))
        {
            return Err(no_operator(right, op));
        }
        let shown = |value: &Value| value.type_of().map_or_else(|| "System.Object".into(), |of| of.full_name());
        let name = if to_left { "-shl" } else { "-shr" };
        let message = format!("The operation '[{}] {name} [{}]' is not defined.", shown(left), shown(right));
        return Err(error::invalid_target("NotADefinedOperationForType", message, left));
    }
    if number(left).is_none() {
        return Err(no_operator(left, op));
    }
    let right = &read(rs, right, left)?;
    let count = convert::to_i32(rs, right)?.cast_unsigned();
    if let Value::Enum(of, _) = left.base() {
        let name = if to_left { "LeftShift" } else { "RightShift" };
        let message =
            format!("The binary operator {name} is not defined for the types '{}' and 'System.Int32'.", of.full_name());
        return Err(error::foreign("System.InvalidOperationException", message));
    }
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

/// Whether a shift of it has a rule of its own.
fn small(value: &Value) -> bool {
    !matches!(value.base(), Value::Bool(_) | Value::Char(_))
}

/// Shifts of integers without bounds; a negative count shifts the other way.
#[allow(clippy::arithmetic_side_effects)] // integers without bounds; the count is limited
fn shift_big(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    let right = read(rs, right, left)?;
    let Some(n) = unbounded(left) else { return Err(no_operator(left, op)) };
    let of = types::int32();
    let count = match convert::convert(rs, &right, &of) {
        Ok(Value::I32(count)) => i64::from(count),
        Ok(_) => 0,
        Err(flow) if number(&right).is_some() => {
            return Err(error::method_argument(flow, "1", &right, &of, method(op)));
        }
        Err(flow) => return Err(flow),
    };
    let count = if op == TokenKind::Shl { count } else { count.saturating_neg() };
    let by = count.unsigned_abs();
    if count > 0 {
        types::bigint::fits_big(n.bits().saturating_add(by))?;
    }
    Ok(types::big(if count < 0 { n >> by } else { n << by }))
}

/// `-bnot value`
pub(crate) fn not(rs: &mut Runspace, value: &Value) -> R<Value> {
    if let Some(n) = types::as_big(value) {
        return Ok(types::big(!n));
    }
    if number(value).is_none() && !value.is_null() && value.as_str().is_none() {
        return Err(convert::no_conversion(value, &types::int32()));
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
