//! `System.Numerics.BigInteger`.
#![allow(clippy::arithmetic_side_effects)] // on integers without bounds

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};
use psrpd_dotnet::number_parse::{self, ParseNumberError, Styles};

use super::{
    Members, TypeDef,
    args::{
        byte_array, bytes, d, divide_by_zero, f, flag, limits_crossed, n, negative, out_of_range, out_of_range_value,
        overflow, s, set_out, sign, tried, value,
    },
    as_big, big,
    integers::{NUMBER, formatting, in_culture, styles},
    values::value_tuple,
};
use crate::{
    eval::{R, Runspace, error},
    value::Value,
};

/// Whether an integer without bounds may have that many bits.
///
/// # Errors
/// `System.OutOfMemoryException`.
pub(crate) fn fits_big(bits: u64) -> R<()> {
    if bits <= crate::limits::MAX_BIG_BITS {
        return Ok(());
    }
    Err(error::thrown("System.OutOfMemoryException", "Exception of type 'System.OutOfMemoryException' was thrown."))
}

fn b(args: &[Value], at: usize) -> BigInt {
    args.get(at).and_then(as_big).cloned().unwrap_or_default()
}

fn parse(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    let styles = styles(args, Styles::INTEGER);
    in_culture(rs, args, |rs| {
        let culture = rs.culture();
        number_parse::styled_integer(&source, styles, &culture.numbers, None, true).map(big).map_err(
            |wrong| match wrong {
                ParseNumberError::Format => error::thrown("System.FormatException", "The value could not be parsed."),
                ParseNumberError::Overflow => overflow("Value was either too large or too small for a BigInteger."),
            },
        )
    })
}

fn power(base: &BigInt, exponent: i64) -> R<Value> {
    let exponent = u32::try_from(exponent).map_err(|_| negative("exponent", exponent))?;
    if base.bits() > 1 {
        fits_big(base.bits().saturating_mul(exponent.into()))?;
    }
    Ok(big(base.pow(exponent)))
}

/// The logarithm of a number that may be larger than any double.
fn log(x: &BigInt) -> f64 {
    const DOUBLE_BITS: u64 = 1000;
    if x.is_negative() {
        return f64::NAN;
    }
    let drop = x.bits().saturating_sub(DOUBLE_BITS);
    let head = (x >> drop).to_f64().unwrap_or(f64::INFINITY);
    head.ln() + drop.to_f64().unwrap_or(0.0) * std::f64::consts::LN_2
}

/// As many bits as .NET keeps a number in: groups of 32, the sign included.
fn width(x: &BigInt) -> u64 {
    let bits = if x.is_negative() { (x + 1_u32).bits() } else { x.bits() };
    (bits / 32 + 1) * 32
}

fn rotated(x: &BigInt, by: i64) -> BigInt {
    let bits = width(x).max(32);
    let modulus = BigInt::from(1) << bits;
    let unsigned = if x.is_negative() { x + &modulus } else { x.clone() };
    let by = u64::try_from(by.rem_euclid(i64::try_from(bits).unwrap_or(1))).unwrap_or(0);
    let turned = ((&unsigned << by) | (&unsigned >> (bits - by))) % &modulus;
    if turned.bit(bits - 1) { turned - modulus } else { turned }
}

fn set_bits(x: &BigInt) -> u64 {
    match x.is_negative() {
        true => width(x).saturating_sub((-x - 1_u32).magnitude().count_ones()),
        false => x.magnitude().count_ones(),
    }
}

/// The larger or smaller by size.
fn by_size(args: &[Value], wanted: Ordering) -> R<Value> {
    let (x, y) = (b(args, 0), b(args, 1));
    let order = x.magnitude().cmp(y.magnitude());
    let first = order == wanted || order == Ordering::Equal && x.is_negative() == (wanted == Ordering::Less);
    Ok(big(if first { x } else { y }))
}

fn properties(m: &mut Members) {
    m.constant("bigint MinusOne", |_, _| Ok(big((-1).into())));
    m.constant("bigint One", |_, _| Ok(big(1.into())));
    m.constant("bigint Zero", |_, _| Ok(big(0.into())));
    m.get("bool IsPowerOfTwo", |_, this| {
        Ok(as_big(this).is_some_and(|n| n.is_positive() && n.magnitude().count_ones() == 1).into())
    });
    m.get("bool IsZero", |_, this| Ok(as_big(this).is_some_and(Zero::is_zero).into()));
    m.get("bool IsOne", |_, this| Ok(as_big(this).is_some_and(|n| *n == 1.into()).into()));
    m.get("bool IsEven", |_, this| Ok(as_big(this).is_some_and(|n| !n.bit(0)).into()));
    m.get("int Sign", |_, this| Ok(as_big(this).map_or(Value::I32(0), |n| sign(n.cmp(&BigInt::zero())))));
}

fn arithmetic(m: &mut Members) {
    macro_rules! pairs {
        ($($declaration:literal $compute:expr;)*) => {
            $(m.function($declaration, |_, _, args| {
                let compute: fn(BigInt, BigInt) -> BigInt = $compute;
                Ok(big(compute(b(args, 0), b(args, 1))))
            });)*
        };
    }
    pairs! {
        "bigint Add(bigint left, bigint right)" |x, y| x + y;
        "bigint Subtract(bigint left, bigint right)" |x, y| x - y;
        "bigint Multiply(bigint left, bigint right)" |x, y| x * y;
        "bigint Max(bigint left, bigint right)" |x, y| x.max(y);
        "bigint Min(bigint left, bigint right)" |x, y| x.min(y);
        "bigint GreatestCommonDivisor(bigint left, bigint right)" common_divisor;
        "bigint CopySign(bigint value, bigint sign)" |x, y| if y.is_negative() { -x.abs() } else { x.abs() };
    }
    macro_rules! divisions {
        ($($declaration:literal $compute:expr;)*) => {
            $(m.function($declaration, |_, _, args| {
                let compute: fn(BigInt, BigInt) -> Value = $compute;
                let divisor = b(args, 1);
                if divisor.is_zero() {
                    return Err(divide_by_zero());
                }
                Ok(compute(b(args, 0), divisor))
            });)*
        };
    }
    divisions! {
        "bigint Divide(bigint dividend, bigint divisor)" |x, y| big(x / y);
        "bigint Remainder(bigint dividend, bigint divisor)" |x, y| big(x % y);
        "System.ValueTuple[bigint,bigint] DivRem(bigint left, bigint right)" |x, y| value_tuple(&[big(&x / &y), big(x % y)]);
    }
    m.function("bigint DivRem(bigint dividend, bigint divisor, [ref] bigint remainder)", |_, _, args| {
        let (dividend, divisor) = (b(args, 0), b(args, 1));
        if divisor.is_zero() {
            return Err(divide_by_zero());
        }
        set_out(args, 2, big(&dividend % &divisor));
        Ok(big(dividend / divisor))
    });
    m.function("bigint ModPow(bigint value, bigint exponent, bigint modulus)", |_, _, args| {
        let (base, exponent, modulus) = (b(args, 0), b(args, 1), b(args, 2));
        if exponent.is_negative() {
            let message = format!("exponent ('{exponent}') must be a non-negative value.");
            return Err(out_of_range_value(&message, "exponent", &value(args, 1)));
        }
        if modulus.is_zero() {
            return Err(divide_by_zero());
        }
        // .NET's remainder has the sign of the dividend.
        let size = base.abs().modpow(&exponent, &modulus.abs());
        Ok(big(if base.is_negative() && exponent.bit(0) { -size } else { size }))
    });
    m.function("bigint Pow(bigint value, int exponent)", |_, _, args| power(&b(args, 0), n(args, 1)));
    m.function("bigint Abs(bigint value)", |_, _, args| Ok(big(b(args, 0).abs())));
    m.function("bigint Negate(bigint value)", |_, _, args| Ok(big(-b(args, 0))));
    m.function("int Compare(bigint left, bigint right)", |_, _, args| Ok(sign(b(args, 0).cmp(&b(args, 1)))));
    m.function("bigint MaxMagnitude(bigint x, bigint y)", |_, _, args| by_size(args, Ordering::Greater));
    m.function("bigint MinMagnitude(bigint x, bigint y)", |_, _, args| by_size(args, Ordering::Less));
    m.function("bigint Clamp(bigint value, bigint min, bigint max)", |_, _, args| {
        let (x, low, high) = (b(args, 0), b(args, 1), b(args, 2));
        if low > high {
            return Err(limits_crossed(&value(args, 1), &value(args, 2)));
        }
        Ok(big(x.clamp(low, high)))
    });
}

fn common_divisor(x: BigInt, y: BigInt) -> BigInt {
    let (mut a, mut b) = (x.abs(), y.abs());
    while !b.is_zero() {
        let rest = &a % &b;
        a = std::mem::replace(&mut b, rest);
    }
    a
}

fn bits(m: &mut Members) {
    m.function("double Log(bigint value)", |_, _, args| Ok(Value::F64(log(&b(args, 0)))));
    m.function("double Log(bigint value, double baseValue)", |_, _, args| {
        Ok(Value::F64(log(&b(args, 0)) / f(args, 1).ln()))
    });
    m.function("double Log10(bigint value)", |_, _, args| Ok(Value::F64(log(&b(args, 0)) / 10_f64.ln())));
    m.function("bigint Log2(bigint value)", |_, _, args| match b(args, 0).sign() {
        Sign::Minus => Err(out_of_range("Non-negative number required.", "value")),
        Sign::NoSign => Ok(big(0.into())),
        Sign::Plus => Ok(big(b(args, 0).bits().saturating_sub(1).into())),
    });
    m.function("bigint PopCount(bigint value)", |_, _, args| Ok(big(set_bits(&b(args, 0)).into())));
    m.function("bigint LeadingZeroCount(bigint value)", |_, _, args| {
        let x = b(args, 0);
        let zeros = if x.is_negative() { 0 } else { x.bits().div_ceil(32).max(1) * 32 - x.bits() };
        Ok(big(zeros.into()))
    });
    m.function("bigint TrailingZeroCount(bigint value)", |_, _, args| {
        Ok(big(b(args, 0).trailing_zeros().unwrap_or(32).into()))
    });
    m.function("bigint RotateLeft(bigint value, int rotateAmount)", |_, _, args| {
        Ok(big(rotated(&b(args, 0), n(args, 1))))
    });
    m.function("bigint RotateRight(bigint value, int rotateAmount)", |_, _, args| {
        Ok(big(rotated(&b(args, 0), n(args, 1).saturating_neg())))
    });
    macro_rules! tests {
        ($($declaration:literal $test:expr;)*) => {
            $(m.function($declaration, |_, _, args| {
                let test: fn(&BigInt) -> bool = $test;
                Ok(test(&b(args, 0)).into())
            });)*
        };
    }
    tests! {
        "bool IsEvenInteger(bigint value)" |x| !x.bit(0);
        "bool IsOddInteger(bigint value)" |x| x.bit(0);
        "bool IsNegative(bigint value)" |x| x.is_negative();
        "bool IsPositive(bigint value)" |x| !x.is_negative();
        "bool IsPow2(bigint value)" |x| x.is_positive() && x.magnitude().count_ones() == 1;
    }
}

fn to_bytes(x: &BigInt, is_unsigned: bool, is_big_endian: bool) -> R<Value> {
    if is_unsigned && x.is_negative() {
        return Err(overflow("Negative values do not have an unsigned representation."));
    }
    let mut list = if is_unsigned { x.magnitude().to_bytes_le() } else { x.to_signed_bytes_le() };
    if is_big_endian {
        list.reverse();
    }
    Ok(byte_array(list))
}

fn members(m: &mut Members) {
    properties(m);
    for declaration in [
        "bigint Parse(string value)",
        "bigint Parse(string value, System.Globalization.NumberStyles style)",
        "bigint Parse(string value, System.IFormatProvider provider)",
        "bigint Parse(string value, System.Globalization.NumberStyles style, System.IFormatProvider provider)",
    ] {
        m.function(declaration, |rs, _, args| parse(rs, args));
    }
    for declaration in [
        "bool TryParse(string value, [ref] bigint result)",
        "bool TryParse(string value, System.IFormatProvider provider, [ref] bigint result)",
        "bool TryParse(string value, System.Globalization.NumberStyles style, System.IFormatProvider provider, [ref] bigint result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse(rs, args).ok();
            tried(args, found, big(0.into()))
        });
    }
    arithmetic(m);
    bits(m);
    for declaration in [
        "byte[] ToByteArray()",
        "byte[] ToByteArray(bool isUnsigned)",
        "byte[] ToByteArray(bool isUnsigned, bool isBigEndian)",
    ] {
        m.method(declaration, |_, this, args| {
            as_big(this).map_or(Ok(Value::Null), |x| to_bytes(x, flag(args, 0), flag(args, 1)))
        });
    }
    m.method("int GetByteCount(bool isUnsigned = False)", |_, this, args| {
        let x = as_big(this).cloned().unwrap_or_default();
        Ok(Value::int(if flag(args, 0) { x.magnitude().to_bytes_le().len() } else { x.to_signed_bytes_le().len() }))
    });
    m.method("long GetBitLength()", |_, this, _| {
        let x = as_big(this).cloned().unwrap_or_default();
        let bits = if x.is_negative() { (x + 1_u32).bits() } else { x.bits() };
        Ok(Value::I64(i64::try_from(bits).unwrap_or(i64::MAX)))
    });
    constructors(m);
    formatting(m);
}

fn constructors(m: &mut Members) {
    for declaration in ["bigint(int value)", "bigint(uint value)", "bigint(long value)", "bigint(ulong value)"] {
        m.constructor(declaration, |_, _, args| Ok(big(args.first().and_then(Value::as_i128).unwrap_or(0).into())));
    }
    for declaration in ["bigint(float value)", "bigint(double value)"] {
        m.constructor(declaration, |_, _, args| {
            BigInt::from_f64(f(args, 0).trunc())
                .map(big)
                .ok_or_else(|| overflow("BigInteger cannot represent infinity or NaN."))
        });
    }
    m.constructor("bigint(decimal value)", |_, _, args| Ok(big(d(args, 0).to_big())));
    m.constructor("bigint(byte[] value)", |_, _, args| Ok(big(BigInt::from_signed_bytes_le(&bytes(args, 0)))));
}

pub(super) const TYPES: &[TypeDef] =
    &[TypeDef::value("System.Numerics.BigInteger").implements(NUMBER).members(members)];
