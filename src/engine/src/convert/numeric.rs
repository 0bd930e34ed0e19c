//! Numbers from numbers and from text.

use num_traits::ToPrimitive;
use psrpd_dotnet::{Decimal, Str, cast, number_parse};
use psrpd_lang::ast::{Number as Literal, NumericLiteral};

use super::{cannot, default_of};
use crate::{
    eval::{R, error},
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

pub(super) fn numeric(value: &Value, of: Numeric, to: &Type) -> R<Value> {
    if let Value::Str(text) = value.base() {
        return string_to(text, of, to);
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

fn string_to(text: &Str, of: Numeric, to: &Type) -> R<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(default_of(to));
    }
    let decimal = || match of {
        Numeric::Decimal => Decimal::parse(&number_parse::without_thousands(trimmed)?).map(Value::Decimal),
        _ => None,
    };
    let double = || number_parse::double(trimmed).ok().map(Value::F64);
    let scanned = scan(trimmed).or_else(decimal).or_else(double);
    // What is too large only by digits behind the point is rounded.
    let found = scanned.as_ref().and_then(number).and_then(|number| from_number(&number, of)).or_else(decimal);
    if let Some(found) = found {
        return Ok(found);
    }
    let wrong = || format!("The input string '{text}' was not in a correct format.");
    let converted = match of {
        Numeric::Integer { bits, signed, .. } => match hexadecimal(trimmed) {
            Some(digits) => from_hexadecimal(digits, of, bits, signed),
            None if is_whole(trimmed) => Err(overflow(of)),
            None => Err(wrong()),
        },
        Numeric::Big => Err("The value could not be parsed.".into()),
        _ if scanned.is_none() => Err(wrong()),
        _ => Err(overflow(of)),
    };
    converted.map_err(|reason| {
        let id = match of {
            Numeric::Integer { .. } | Numeric::Big => "InvalidCastFromStringToInteger",
            Numeric::Decimal => "InvalidCastFromStringToDecimal",
            Numeric::Single | Numeric::Double => "InvalidCastFromStringToDoubleOrSingle",
        };
        let message = format!("Cannot convert value \"{text}\" to type \"{}\". Error: \"{reason}\"", to.full_name());
        error::cast(id, message)
    })
}

/// The digits behind what says for .NET's type converters that they are hexadecimal.
fn hexadecimal(text: &str) -> Option<&str> {
    let marks = ["#", "0x", "0X", "&h", "&H"];
    marks.iter().find_map(|mark| text.strip_prefix(mark))
}

/// The bits of an integer, as `Convert.ToInt32(text, 16)` and its kin read them.
///
/// # Errors
/// .NET's message about the text.
fn from_hexadecimal(text: &str, of: Numeric, bits: u32, signed: bool) -> Result<Value, String> {
    let end = text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len());
    let (digits, behind) = text.split_at(end);
    if digits.is_empty() {
        return Err("Could not find any recognizable digits.".into());
    }
    let read = u64::from_str_radix(digits, 16).ok().filter(|n| bits == 64 || u32::try_from(*n).is_ok());
    let Some(read) = read else {
        let read_as = if bits == 64 { "a UInt64" } else { "a UInt32" };
        return Err(format!("Value was either too large or too small for {read_as}."));
    };
    if !behind.is_empty() {
        return Err("Additional non-parsable characters are at the end of the string.".into());
    }
    let number = i128::from(read);
    let first_bit = 1i128.wrapping_shl(bits.saturating_sub(1));
    let is_negative = signed && number & first_bit != 0;
    let number = if is_negative { number.saturating_sub(first_bit.saturating_mul(2)) } else { number };
    integer(number, bits, signed).ok_or_else(|| overflow(of))
}

/// Whether a text is a whole number for .NET.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}
