//! Numbers from numbers and from text.

use num_traits::ToPrimitive;
use psrpd_dotnet::{Decimal, Str, cast, number_parse};
use psrpd_lang::ast::{Number as Literal, NumericLiteral};

use super::{cannot, default_of};
use crate::{
    eval::{R, Runspace, error},
    ops::arithmetic::{Number, number},
    types::{self, Type},
    value::{Value, text},
};

/// A text as the number that arithmetic makes of it.
///
/// # Errors
/// `InvalidCastFromStringToInteger`
pub(crate) fn string_to_number(text: &str) -> R<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::I32(0));
    }
    if let Some(value) = scan(trimmed) {
        return Ok(value);
    }
    if let Ok(number) = number_parse::double(trimmed) {
        return Ok(Value::F64(number));
    }
    Err(error::cast(
        "InvalidCastFromStringToInteger",
        format!(
            "Cannot convert value \"{text}\" to type \"System.Int32\". Error: \"The input string '{text}' was not in a correct format.\""
        ),
    ))
}

/// A text that is a numeric literal.
fn scan(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let shown = if negative { format!("-{digits}") } else { digits.to_owned() };
    let value = match psrpd_lang::parse_number(&shown)? {
        NumericLiteral::Number(literal) => match literal {
            Literal::SByte(n) => Value::I8(n),
            Literal::Byte(n) => Value::U8(n),
            Literal::Int16(n) => Value::I16(n),
            Literal::UInt16(n) => Value::U16(n),
            Literal::Int32(n) => Value::I32(n),
            Literal::UInt32(n) => Value::U32(n),
            Literal::Int64(n) => Value::I64(n),
            Literal::UInt64(n) => Value::U64(n),
            Literal::Double(n) => Value::F64(n),
            Literal::Decimal(n) => {
                let digits = u128::from(n.high) << 64 | u128::from(n.middle) << 32 | u128::from(n.low);
                Value::Decimal(Decimal::new(digits, u32::from(n.scale), n.negative)?)
            }
            Literal::BigInteger(_) => return None,
        },
        NumericLiteral::BigInteger(n) => types::big(n),
    };
    Some(value)
}

/// A number type: bits, signed, and its name in overflow messages.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Numeric {
    Integer { bits: u32, signed: bool, name: &'static str },
    Single,
    Double,
    Decimal,
    Big,
}

pub(super) fn numeric_type(name: &str) -> Option<Numeric> {
    let integer = |bits, signed, name| Some(Numeric::Integer { bits, signed, name });
    match name {
        "System.SByte" => integer(8, true, "a signed byte"),
        "System.Byte" => integer(8, false, "an unsigned byte"),
        "System.Int16" => integer(16, true, "an Int16"),
        "System.UInt16" => integer(16, false, "a UInt16"),
        "System.Int32" => integer(32, true, "an Int32"),
        "System.UInt32" => integer(32, false, "a UInt32"),
        "System.Int64" => integer(64, true, "an Int64"),
        "System.UInt64" => integer(64, false, "a UInt64"),
        "System.Single" => Some(Numeric::Single),
        "System.Double" => Some(Numeric::Double),
        "System.Decimal" => Some(Numeric::Decimal),
        "System.Numerics.BigInteger" => Some(Numeric::Big),
        _ => None,
    }
}

pub(super) fn numeric(rs: &mut Runspace, value: &Value, of: Numeric, to: &Type) -> R<Value> {
    if let Value::Str(text) = value.base() {
        return string_to(rs, text, of, to);
    }
    let Some(number) = number(value) else { return Err(cannot(value, to)) };
    from_number(&number, of).ok_or_else(|| {
        let what = match &number {
            // Other integers than Int32 are reached through it, or through Int64.
            Number::F64(n) if matches!(of, Numeric::Integer { .. }) && (!n.is_finite() || n.abs() > 2e18) => match of {
                Numeric::Integer { bits: 32, signed: true, .. } => overflow(of),
                Numeric::Integer { bits: 64, .. } | Numeric::Integer { bits: 32, .. } => {
                    "Arithmetic operation resulted in an overflow.".into()
                }
                _ => "Value was either too large or too small for an Int32.".into(),
            },
            _ => overflow(of),
        };
        let message =
            format!("Cannot convert value \"{}\" to type \"{}\". Error: \"{what}\"", text(value), to.full_name());
        error::cast("InvalidCastIConvertible", message)
    })
}

fn overflow(of: Numeric) -> String {
    match of {
        Numeric::Integer { name, .. } => format!("Value was either too large or too small for {name}."),
        Numeric::Decimal => "Value was either too large or too small for a Decimal.".into(),
        _ => "Value was either too large or too small for a Single.".into(),
    }
}

pub(super) fn from_number(number: &Number, of: Numeric) -> Option<Value> {
    Some(match of {
        Numeric::Integer { bits, signed, .. } => {
            let n: i128 = match number {
                Number::I32(n) => (*n).into(),
                Number::I64(n) => (*n).into(),
                Number::U64(n) => (*n).into(),
                Number::F64(n) => n.is_finite().then(|| n.round_ties_even().to_i128())??,
                Number::Decimal(n) => n.to_i128(),
                Number::Big(n) => n.to_i128()?,
            };
            integer(n, bits, signed)?
        }
        Numeric::Double => Value::F64(double_of(number)),
        Numeric::Single => Value::F32(cast::single(double_of(number))),
        Numeric::Decimal => Value::Decimal(match number {
            Number::Decimal(n) => *n,
            Number::F64(n) => Decimal::from_f64(*n)?,
            Number::Big(n) => Decimal::from_big(n)?,
            Number::I32(n) => Decimal::from(i64::from(*n)),
            Number::I64(n) => Decimal::from(*n),
            Number::U64(n) => Decimal::from(*n),
        }),
        Numeric::Big => types::big(match number {
            Number::Big(n) => n.clone(),
            Number::F64(n) => num_traits::FromPrimitive::from_f64(n.trunc())?,
            Number::Decimal(n) => n.to_big(),
            Number::I32(n) => (*n).into(),
            Number::I64(n) => (*n).into(),
            Number::U64(n) => (*n).into(),
        }),
    })
}

fn double_of(number: &Number) -> f64 {
    match number {
        Number::F64(n) => *n,
        Number::Decimal(n) => n.to_f64(),
        Number::Big(n) => n.to_f64().unwrap_or(f64::NAN),
        Number::I32(n) => f64::from(*n),
        Number::I64(n) => cast::double(*n),
        Number::U64(n) => cast::double_unsigned(*n),
    }
}

fn integer(n: i128, bits: u32, signed: bool) -> Option<Value> {
    Some(match (bits, signed) {
        (8, true) => Value::I8(n.try_into().ok()?),
        (8, false) => Value::U8(n.try_into().ok()?),
        (16, true) => Value::I16(n.try_into().ok()?),
        (16, false) => Value::U16(n.try_into().ok()?),
        (32, true) => Value::I32(n.try_into().ok()?),
        (32, false) => Value::U32(n.try_into().ok()?),
        (64, true) => Value::I64(n.try_into().ok()?),
        _ => Value::U64(n.try_into().ok()?),
    })
}

fn string_to(rs: &mut Runspace, text: &Str, of: Numeric, to: &Type) -> R<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(default_of(to));
    }
    let scanned = scan(trimmed).or_else(|| number_parse::double(trimmed).ok().map(Value::F64));
    let id = match of {
        Numeric::Integer { .. } => "InvalidCastFromStringToInteger",
        Numeric::Decimal => "InvalidCastFromStringToDecimal",
        _ => "InvalidCastFromStringToDoubleOrSingle",
    };
    let _ = rs;
    let fail = |reason: String| {
        error::cast(id, format!("Cannot convert value \"{text}\" to type \"{}\". Error: \"{reason}\"", to.full_name()))
    };
    let Some(scanned) = scanned else {
        return Err(fail(match of {
            Numeric::Big => "The value could not be parsed.".to_owned(),
            _ => format!("The input string '{text}' was not in a correct format."),
        }));
    };
    let Some(number) = number(&scanned) else { return Err(fail(String::new())) };
    // What is too large only by digits behind the point is rounded.
    let rounded = || match of {
        Numeric::Decimal => Decimal::parse(&number_parse::without_thousands(trimmed)?).map(Value::Decimal),
        _ => None,
    };
    from_number(&number, of).or_else(rounded).ok_or_else(|| match of {
        Numeric::Integer { .. } if !is_whole(trimmed) => {
            fail(format!("The input string '{text}' was not in a correct format."))
        }
        _ => fail(overflow(of)),
    })
}

/// Whether a text is a whole number for .NET: digits, or hexadecimal ones.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).or_else(|| digits.strip_prefix('#'));
    match hex {
        Some(hex) => hex.chars().all(|c| c.is_ascii_hexdigit()),
        None => digits.chars().all(|c| c.is_ascii_digit()),
    }
}
