//! `+ - * / %` and negation: number types widen as PowerShell widens them, text joins, collections concatenate.

use std::sync::Arc;

use num_traits::ToPrimitive;
use psrpd_dotnet::{BigInt, Decimal, Str, TimeSpan, cast, text::Buffer};
use psrpd_lang::token::TokenKind;

use crate::{
    convert,
    eval::{Flow, R, Runspace, class, error},
    types,
    value::{Array, Dictionary, List, Span, Value, enumerate, text},
};

/// A number in the type that arithmetic is done in.
#[derive(Clone, Debug)]
pub(crate) enum Number {
    I32(i32),
    I64(i64),
    U64(u64),
    F64(f64),
    Decimal(Decimal),
    Big(BigInt),
}

impl Number {
    fn rank(&self) -> u8 {
        match self {
            Self::I32(_) => 0,
            Self::I64(_) => 1,
            Self::U64(_) => 2,
            Self::F64(_) => 3,
            Self::Decimal(_) => 4,
            Self::Big(_) => 5,
        }
    }

    fn to_f64(&self) -> f64 {
        match self {
            Self::I32(n) => f64::from(*n),
            Self::I64(n) => cast::double(*n),
            Self::U64(n) => cast::double_unsigned(*n),
            Self::F64(n) => *n,
            Self::Decimal(n) => n.to_f64(),
            Self::Big(n) => n.to_f64().unwrap_or(f64::INFINITY),
        }
    }

    fn to_i128(&self) -> i128 {
        match self {
            Self::I32(n) => (*n).into(),
            Self::I64(n) => (*n).into(),
            Self::U64(n) => (*n).into(),
            _ => 0,
        }
    }

    fn to_decimal(&self) -> R<Decimal> {
        Ok(match self {
            Self::Decimal(n) => *n,
            Self::F64(n) => Decimal::from_f64(*n).ok_or_else(decimal_overflow)?,
            Self::Big(n) => Decimal::from_big(n).ok_or_else(decimal_overflow)?,
            other => Decimal::from_i128(other.to_i128()).unwrap_or_default(),
        })
    }

    fn to_big(&self) -> BigInt {
        match self {
            Self::Big(n) => n.clone(),
            Self::F64(n) => num_traits::FromPrimitive::from_f64(*n).unwrap_or_default(),
            Self::Decimal(n) => n.to_big(),
            other => other.to_i128().into(),
        }
    }
}

fn decimal_overflow() -> Flow {
    error::wrapped("System.OverflowException", "Value was either too large or too small for a Decimal.")
}

fn divide_by_zero() -> Flow {
    error::wrapped("System.DivideByZeroException", "Attempted to divide by zero.")
}

/// The number a value counts as; none if it is no number.
pub(crate) fn number(value: &Value) -> Option<Number> {
    Some(match value.base() {
        Value::Bool(b) => Number::I32((*b).into()),
        Value::Char(c) => Number::I32((*c).into()),
        Value::I8(n) => Number::I32((*n).into()),
        Value::U8(n) => Number::I32((*n).into()),
        Value::I16(n) => Number::I32((*n).into()),
        Value::U16(n) => Number::I32((*n).into()),
        Value::I32(n) => Number::I32(*n),
        Value::U32(n) => Number::I64((*n).into()),
        Value::I64(n) => Number::I64(*n),
        Value::U64(n) => Number::U64(*n),
        Value::F32(n) => Number::F64((*n).into()),
        Value::F64(n) => Number::F64(*n),
        Value::Decimal(n) => Number::Decimal(*n),
        Value::Enum(of, n) if *n < 0 && of.underlying().name() == "System.UInt64" => Number::U64(n.cast_unsigned()),
        Value::Enum(_, n) => i32::try_from(*n).map_or(Number::I64(*n), Number::I32),
        other => match types::as_big(other) {
            Some(n) => Number::Big(n.clone()),
            None => return None,
        },
    })
}

/// A number of the types that most have: no operators of their own, nothing to convert.
fn plain(value: &Value) -> Option<Number> {
    Some(match value {
        Value::I32(n) => Number::I32(*n),
        Value::I64(n) => Number::I64(*n),
        Value::F64(n) => Number::F64(*n),
        _ => return None,
    })
}

/// `left op right`.
///
/// # Errors
/// What PowerShell raises where an operand does not fit the operator.
pub(crate) fn binary(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    if let (Some(a), Some(b)) = (plain(left), plain(right)) {
        return compute(op, a, b);
    }
    match op {
        TokenKind::Plus => add(rs, left, right),
        TokenKind::Multiply => multiply(rs, left, right),
        _ => numeric(rs, op, left, right),
    }
}

/// Int32 with Int32: on overflow the result is a double.
pub(super) fn integers(op: TokenKind, a: i32, b: i32) -> R<Value> {
    let wide = |n: i64| i32::try_from(n).map_or_else(|_| Value::F64(cast::double(n)), Value::I32);
    let (x, y) = (i64::from(a), i64::from(b));
    Ok(match op {
        TokenKind::Plus => wide(x.wrapping_add(y)),
        TokenKind::Minus => wide(x.wrapping_sub(y)),
        TokenKind::Multiply => wide(x.wrapping_mul(y)),
        TokenKind::Divide => match (x.checked_rem(y), x.checked_div(y)) {
            (Some(0), Some(n)) => wide(n),
            (Some(_), _) => Value::F64(f64::from(a) / f64::from(b)),
            _ => return Err(divide_by_zero()),
        },
        _ => match x.checked_rem(y) {
            Some(n) => wide(n),
            None => return Err(divide_by_zero()),
        },
    })
}

#[inline]
pub(super) fn floats(op: TokenKind, a: f64, b: f64) -> f64 {
    match op {
        TokenKind::Plus => a + b,
        TokenKind::Minus => a - b,
        TokenKind::Multiply => a * b,
        TokenKind::Divide => a / b,
        _ => a % b,
    }
}

fn add(rs: &mut Runspace, left: &Value, right: &Value) -> R<Value> {
    match left.base() {
        Value::Null | Value::AutomationNull => return Ok(right.clone().settled()),
        Value::Str(a) => {
            let number = if let Value::I32(n) = right { Some(*n) } else { None };
            let more = if number.is_some() { Str::default() } else { rs.text(right)? };
            rs.reserve_text(a.len().saturating_add(more.len()))?;
            let mut sum = Buffer::default();
            sum.push(a);
            match number {
                Some(n) => sum.push_number(n),
                None => sum.push(&more),
            }
            return Ok(Value::Str(sum.finish()));
        }
        Value::Char(c) => {
            let mut sum = Str::from_units(&[*c]);
            sum.push(&rs.text(right)?);
            return Ok(Value::Str(sum));
        }
        Value::Object(_) if left.downcast::<Dictionary>().is_some() => return merge(left, right),
        _ => {}
    }
    if let Some(mut items) = enumerate(left) {
        rs.reserve_items(items.len())?;
        match enumerate(right) {
            Some(more) => items.extend(more),
            None if matches!(right, Value::AutomationNull) => {}
            None => items.push(right.clone()),
        }
        return Ok(Value::array(items));
    }
    numeric(rs, TokenKind::Plus, left, right)
}

/// Appends to an array, in place where nobody else holds it: `$a += $x` stays linear.
pub(crate) fn append(mut left: Value, right: &Value) -> Result<Value, Value> {
    if let Value::Array(array) = &mut left
        && array.element == types::object()
        && array.rank() == 1
        && let Some(array) = Arc::get_mut(array)
    {
        let items = Array::values_mut(array);
        match enumerate(right) {
            Some(more) => items.extend(more),
            None if matches!(right, Value::AutomationNull) => {}
            None => items.push(right.clone()),
        }
        return Ok(left);
    }
    Err(left)
}

fn merge(left: &Value, right: &Value) -> R<Value> {
    let (Some(a), Some(b)) = (left.downcast::<Dictionary>(), right.downcast::<Dictionary>()) else {
        return Err(error::invalid(
            "AddHashTableToNonHashTable",
            "A hash table can only be added to another hash table.",
        ));
    };
    let sum = if a.is_ordered() { Dictionary::ordered() } else { Dictionary::hashtable() };
    for (key, value) in a.entries().into_iter().chain(b.entries()) {
        if !sum.add(key.clone(), value) {
            let own = sum.keys().into_iter().find(|own| sum.same_key(own, &key)).unwrap_or_default();
            let message = format!(
                "Item has already been added. Key in dictionary: '{}'  Key being added: '{}'",
                text(&own),
                text(&key)
            );
            return Err(error::foreign("System.ArgumentException", message));
        }
    }
    Ok(Value::object(sum))
}

fn multiply(rs: &mut Runspace, left: &Value, right: &Value) -> R<Value> {
    match left.base() {
        Value::Null | Value::AutomationNull => return Ok(Value::Null),
        Value::Str(text) => {
            let times = convert::to_i32(rs, right)?;
            let times = usize::try_from(times).map_err(|_| {
                error::foreign(
                    "System.ArgumentOutOfRangeException",
                    format!(
                        "times ('{times}') must be a non-negative value. (Parameter 'times')\nActual value was {times}."
                    ),
                )
            })?;
            rs.reserve_text(text.len().saturating_mul(times))?;
            return Ok(Value::from(text.repeat(times)));
        }
        _ => {}
    }
    if let Some(items) = enumerate(left)
        && (left.as_array().is_some() || left.downcast::<List>().is_some())
    {
        // What is no number is said to be no Int32.
        let Value::U32(times) = convert::convert(rs, right, &types::uint32()).map_err(|flow| match right.base() {
            Value::Str(_) => convert::to_i32(rs, right).err().unwrap_or(flow),
            _ => flow,
        })?
        else {
            return Ok(Value::Null);
        };
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        rs.reserve_items(items.len().saturating_mul(times))?;
        let mut product = Vec::new();
        for _ in 0..times {
            product.extend(items.iter().cloned());
        }
        let element = left.as_array().map_or_else(types::object, |array| array.element.clone());
        return Ok(Value::typed_array(element, product));
    }
    numeric(rs, TokenKind::Multiply, left, right)
}

fn numeric(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
    if let Some(result) = class::operator(rs, op, left, right)? {
        return Ok(result);
    }
    let is_wide = matches!(right.base(), Value::Decimal(_)) || types::as_big(right).is_some();
    if op == TokenKind::Multiply && matches!(left.base(), Value::Bool(_) | Value::Char(_)) && !is_wide {
        let shown = |value: &Value| value.type_of().map_or_else(|| "System.Object".into(), |of| of.full_name());
        let message = format!("The operation '[{}] * [{}]' is not defined.", shown(left), shown(right));
        return Err(error::invalid_target("NotADefinedOperationForType", message, left));
    }
    // A type's own operators: those of the left operand, then those of the right one.
    // Only next to a number, nothing or text it is the right one's that count.
    let yields = number(left).is_some() && !matches!(left.base(), Value::Enum(..))
        || left.is_null()
        || matches!(left.base(), Value::Str(_));
    let own = [Some(left), yields.then_some(right)];
    for operand in own.into_iter().flatten() {
        if let Some(of) = operand.type_of()
            && types::has_operator(&of, method_of(op))
        {
            return rs.call_static(&Value::Type(of), method_of(op), &[left.clone(), right.clone()]);
        }
    }
    let left_number = operand(rs, left, right, op)?;
    let right_number = operand(rs, right, left, op)?;
    let is = |value: &Value| (matches!(value.base(), Value::U32(_)), matches!(value.base(), Value::I64(_)));
    let ((a, long), (b, other_long)) = (is(left), is(right));
    let unsigned = (a || b) && !long && !other_long;
    if unsigned && let Some(result) = small_unsigned(op, &left_number, &right_number)? {
        return Ok(result);
    }
    // Decimals keep their type, also next to integers without bounds.
    let right_number = match (&left_number, right_number) {
        (Number::Decimal(_), Number::Big(n)) => Number::Decimal(Decimal::from_big(&n).ok_or_else(decimal_overflow)?),
        (_, other) => other,
    };
    let result = compute(op, left_number, right_number)?;
    match left.base() {
        Value::Enum(of, _) => to_enum(of, &result),
        _ => Ok(result),
    }
}

/// The result of arithmetic with an enum on the left is of that enum.
fn to_enum(of: &types::Type, result: &Value) -> R<Value> {
    match result {
        Value::I32(n) => Ok(Value::Enum(of.clone(), (*n).into())),
        other => Err(error::foreign(
            "System.InvalidCastException",
            format!("Unable to cast object of type '{}' to type '{}'.", other.type_name(), of.full_name()),
        )),
    }
}

/// UInt32 with a number that is no longer than it: unsigned where both are not negative, a double on overflow.
fn small_unsigned(op: TokenKind, a: &Number, b: &Number) -> R<Option<Value>> {
    // A UInt32 counts as Int64; whatever is an Int64 itself does not fit into one.
    let small = |n: &Number| match n {
        Number::I32(n) => Some(i64::from(*n)),
        Number::I64(n) => u32::try_from(*n).is_ok().then_some(*n),
        _ => None,
    };
    let (Some(x), Some(y)) = (small(a), small(b)) else { return Ok(None) };
    if x < 0 || y < 0 {
        return Ok(None);
    }
    let exact = |n: i64| u32::try_from(n).map_or_else(|_| Value::F64(cast::double(n)), Value::U32);
    Ok(Some(match op {
        TokenKind::Plus => exact(x.saturating_add(y)),
        TokenKind::Minus => exact(x.saturating_sub(y)),
        TokenKind::Multiply => match x.checked_mul(y) {
            Some(n) => exact(n),
            None => Value::F64(cast::double(x) * cast::double(y)),
        },
        _ => match (x.checked_rem(y), x.checked_div(y)) {
            (Some(rest), Some(quotient)) if op == TokenKind::Divide => {
                if rest == 0 {
                    exact(quotient)
                } else {
                    Value::F64(cast::double(x) / cast::double(y))
                }
            }
            (Some(rest), _) => exact(rest),
            _ => return Err(divide_by_zero()),
        },
    }))
}

/// An operand as a number; text is read as one, and where it cannot be, the other operand says what it should be.
fn operand(rs: &mut Runspace, value: &Value, other: &Value, op: TokenKind) -> R<Number> {
    match value.base() {
        Value::Null | Value::AutomationNull => Ok(Number::I32(0)),
        Value::Str(text) => match convert::string_to_number(text) {
            Ok(read) => number(&read).ok_or_else(|| no_operator(value, op)),
            Err(flow) => match other.type_of() {
                Some(of) if number(other).is_some() && of != types::boolean() => {
                    let converted = convert::convert(rs, value, &of)?;
                    number(&converted).ok_or(flow)
                }
                _ => Err(flow),
            },
        },
        _ => number(value).ok_or_else(|| no_operator(value, op)),
    }
}

fn method_of(op: TokenKind) -> &'static str {
    match op {
        TokenKind::Plus => "op_Addition",
        TokenKind::Minus => "op_Subtraction",
        TokenKind::Multiply => "op_Multiply",
        TokenKind::Divide => "op_Division",
        _ => "op_Modulus",
    }
}

fn no_operator(value: &Value, op: TokenKind) -> Flow {
    let name = match value {
        Value::Wrapped(wrapped) if wrapped.is_custom() => "System.Management.Automation.PSObject".into(),
        _ => value.type_name(),
    };
    error::method_not_found_in(&name, method_of(op))
}

fn compute(op: TokenKind, a: Number, b: Number) -> R<Value> {
    if a.rank() == 5 || b.rank() == 5 {
        return big(op, &a.to_big(), &b.to_big());
    }
    if a.rank() == 4 || b.rank() == 4 {
        return decimals(op, a.to_decimal()?, b.to_decimal()?);
    }
    if a.rank() == 3 || b.rank() == 3 {
        return Ok(Value::F64(floats(op, a.to_f64(), b.to_f64())));
    }
    if let (Number::I32(a), Number::I32(b)) = (&a, &b) {
        return integers(op, *a, *b);
    }
    let unsigned = a.rank() == 2 || b.rank() == 2;
    let (x, y) = (a.to_i128(), b.to_i128());
    if unsigned && (x < 0 || y < 0) {
        return decimals(op, a.to_decimal()?, b.to_decimal()?);
    }
    let fits = |n: i128| {
        if unsigned { u64::try_from(n).map(Value::U64).ok() } else { i64::try_from(n).map(Value::I64).ok() }
    };
    Ok(match op {
        TokenKind::Plus | TokenKind::Minus => {
            let exact = if op == TokenKind::Plus { x.checked_add(y) } else { x.checked_sub(y) };
            exact.and_then(fits).unwrap_or_else(|| Value::F64(floats(op, a.to_f64(), b.to_f64())))
        }
        TokenKind::Multiply => {
            let exact = x.checked_mul(y);
            exact.and_then(fits).unwrap_or_else(|| Value::F64(truncated(exact.unwrap_or(i128::MAX))))
        }
        _ => match (x.checked_rem(y), x.checked_div(y)) {
            (Some(rest), Some(quotient)) if op == TokenKind::Divide => {
                let exact = (rest == 0).then_some(quotient).and_then(fits);
                exact.unwrap_or_else(|| Value::F64(floats(op, a.to_f64(), b.to_f64())))
            }
            (Some(rest), _) => fits(rest).unwrap_or_default(),
            _ => return Err(divide_by_zero()),
        },
    })
}

fn decimals(op: TokenKind, a: Decimal, b: Decimal) -> R<Value> {
    let result = match op {
        TokenKind::Plus => a.checked_add(b),
        TokenKind::Minus => a.checked_sub(b),
        TokenKind::Multiply => a.checked_mul(b),
        TokenKind::Divide | TokenKind::Rem if b.is_zero() => return Err(divide_by_zero()),
        TokenKind::Divide => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result.map(Value::Decimal).ok_or_else(decimal_overflow)
}

/// A product that fits no integer, as a double: what does not fit is cut off, not rounded.
fn truncated(n: i128) -> f64 {
    let near = n.to_f64().unwrap_or(f64::INFINITY);
    let too_large = near.abs().to_u128().is_none_or(|near| near > n.unsigned_abs());
    if too_large { f64::from_bits(near.to_bits().saturating_sub(1)) } else { near }
}

#[allow(clippy::arithmetic_side_effects)] // integers without bounds; the divisor is tested
fn big(op: TokenKind, a: &BigInt, b: &BigInt) -> R<Value> {
    if op == TokenKind::Multiply {
        types::bigint::fits_big(a.bits().saturating_add(b.bits()))?;
    }
    Ok(types::big(match op {
        TokenKind::Plus => a + b,
        TokenKind::Minus => a - b,
        TokenKind::Multiply => a * b,
        _ if *b == BigInt::from(0) => return Err(divide_by_zero()),
        TokenKind::Divide => a / b,
        _ => a % b,
    }))
}

/// `-value`
pub(crate) fn negate(rs: &mut Runspace, value: &Value) -> R<Value> {
    if let Value::TimeSpan(span) = value.base() {
        return Ok(Value::TimeSpan(TimeSpan(span.0.saturating_neg())));
    }
    if let Value::F64(n) = value.base() {
        return Ok(Value::F64(-n));
    }
    if let Value::I32(n) = value
        && let Some(n) = n.checked_neg()
    {
        return Ok(Value::I32(n));
    }
    numeric(rs, TokenKind::Minus, &Value::I32(0), value)
}

/// `+value`
pub(crate) fn plus(rs: &mut Runspace, value: &Value) -> R<Value> {
    numeric(rs, TokenKind::Plus, &Value::I32(0), value)
}

/// A range: `a..b`.
pub(crate) fn range(rs: &mut Runspace, from: &Value, to: &Value) -> R<Value> {
    let span = span(rs, from, to)?;
    rs.reserve_items(span.len())?;
    Ok(span.array())
}

/// As [`range`], to go through.
pub(crate) fn span(rs: &mut Runspace, from: &Value, to: &Value) -> R<Span> {
    let single = |value: &Value| match value.base() {
        Value::Char(c) => Some(*c),
        Value::Str(text) if text.len() == 1 && !text.as_bytes().first().is_some_and(u8::is_ascii_digit) => text.unit(0),
        _ => None,
    };
    if let (Some(a), Some(b)) = (single(from), single(to)) {
        return Ok(Span::chars(a, b));
    }
    Ok(Span::numbers(bound(rs, from)?, bound(rs, to)?))
}

/// An end of a range, as `System.Convert` makes an Int32 of it.
fn bound(rs: &mut Runspace, value: &Value) -> R<i32> {
    let invalid = |message: String| Err(error::foreign("System.InvalidCastException", message));
    match value.base() {
        Value::Null | Value::AutomationNull => Ok(0),
        Value::Str(text) => text.trim().parse().map_err(|_| {
            let digits = text.trim().strip_prefix(['-', '+']).unwrap_or(text.trim());
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return error::foreign(
                    "System.OverflowException",
                    "Value was either too large or too small for an Int32.",
                );
            }
            error::foreign("System.FormatException", format!("The input string '{text}' was not in a correct format."))
        }),
        Value::DateTime(_) => invalid("Invalid cast from 'DateTime' to 'Int32'.".into()),
        other if number(other).is_some() && types::as_big(other).is_none() => {
            convert::to_i32(rs, value).map_err(|flow| match flow {
                Flow::Error(_) => {
                    error::foreign("System.OverflowException", "Value was either too large or too small for an Int32.")
                }
                other => other,
            })
        }
        _ => {
            let of = value.type_of().map_or_else(String::new, |of| of.plain_name());
            invalid(format!("Unable to cast object of type '{of}' to type 'System.IConvertible'."))
        }
    }
}
