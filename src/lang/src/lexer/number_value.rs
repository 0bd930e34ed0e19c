//! What numeric literals are worth.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "integers of any size do not overflow, and their size is bounded by `limits::MAX_NUMBER_DIGITS`"
)]

use alloc::string::String;

use num_bigint::{BigInt, Sign};

use crate::{
    ast::{Decimal, Number, NumericLiteral},
    extent::index,
    limits,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Decimal,
    Hex,
    Binary,
}

/// The type a suffix asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Suffix {
    None,
    Unsigned,
    SByte,
    Byte,
    Short,
    UShort,
    Long,
    ULong,
    Decimal,
    BigInteger,
}

/// A literal taken apart.
pub(super) struct Literal {
    /// Sign and digits, point and exponent for a real one; no prefix, but a `0` in front of hexadecimal digits.
    pub(super) digits: String,
    pub(super) format: Format,
    pub(super) suffix: Suffix,
    pub(super) real: bool,
    pub(super) multiplier: u64,
}

impl Literal {
    pub(super) fn value(&self) -> Option<NumericLiteral> {
        if self.digits.len() > limits::MAX_NUMBER_DIGITS {
            return None;
        }
        if self.real {
            return self.real_value();
        }
        let (value, suffix) = match self.format {
            Format::Decimal => (self.digits.parse::<BigInt>().ok()?, self.suffix),
            Format::Hex => self.hex_value()?,
            Format::Binary => self.binary_value()?,
        };
        let value = value * self.multiplier;
        integer(value, suffix, self.format == Format::Decimal)
    }

    fn real_value(&self) -> Option<NumericLiteral> {
        if self.suffix == Suffix::Decimal {
            let decimal = parse_decimal(&self.digits, self.multiplier)?;
            return Some(NumericLiteral::Number(Number::Decimal(decimal)));
        }
        let value = self.digits.parse::<f64>().ok()? * multiplier_as_double(self.multiplier);
        if self.suffix == Suffix::None {
            return Some(NumericLiteral::Number(Number::Double(value)));
        }
        integer(round_to_integer(value)?, self.suffix, false)
    }

    /// Sign and digits.
    fn parts(&self) -> (bool, &str) {
        match self.digits.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.digits.strip_prefix('+').unwrap_or(&self.digits)),
        }
    }

    fn is_unsigned(&self) -> bool {
        matches!(self.suffix, Suffix::Unsigned | Suffix::Byte | Suffix::UShort | Suffix::ULong)
    }

    /// The type of a literal whose digits fill 64 bits.
    fn widened(&self, full: bool) -> Suffix {
        match self.suffix {
            Suffix::None if full => Suffix::Long,
            Suffix::Unsigned if full => Suffix::ULong,
            suffix => suffix,
        }
    }

    /// Digits that fill the type exactly carry its sign bit; the `0` the scan put in front hides it elsewhere.
    fn hex_value(&self) -> Option<(BigInt, Suffix)> {
        let (negative, mut digits) = self.parts();
        if !self.is_unsigned() {
            let filled = match self.suffix {
                Suffix::SByte => 2,
                Suffix::Short => 4,
                Suffix::Long => 16,
                _ if digits.len() < 16 => 8,
                _ => 16,
            };
            if digits.len().checked_sub(1) == Some(filled) {
                digits = digits.get(1..)?;
            }
        }
        let signed = digits.starts_with(|c: char| c.to_digit(16).is_some_and(|digit| digit >= 8));
        let bits = digits.len().saturating_mul(4);
        let value = from_bits(BigInt::parse_bytes(digits.as_bytes(), 16)?, signed, bits);
        Some((if negative { -value } else { value }, self.widened(digits.len() == 16)))
    }

    fn binary_value(&self) -> Option<(BigInt, Suffix)> {
        let (negative, digits) = self.parts();
        let fills_type = matches!(digits.len(), 8 | 16 | 32 | 64 | 96) || digits.len() >= 128;
        let signed = !self.is_unsigned() && fills_type && digits.starts_with('1');
        // A sign bit is that of the first whole byte.
        let signed = signed && digits.len().is_multiple_of(8);
        let value = from_bits(BigInt::parse_bytes(digits.as_bytes(), 2)?, signed, digits.len());
        Some((if negative { -value } else { value }, self.widened(digits.len() == 64)))
    }
}

/// Reads `value` as two's complement of `bits` bits if its highest bit is a sign.
fn from_bits(value: BigInt, signed: bool, bits: usize) -> BigInt {
    if signed { value - (BigInt::from(1) << bits) } else { value }
}

fn integer(value: BigInt, suffix: Suffix, decimal_digits: bool) -> Option<NumericLiteral> {
    let number = match suffix {
        Suffix::SByte => i8::try_from(&value).ok().map(Number::SByte),
        Suffix::Byte => u8::try_from(&value).ok().map(Number::Byte),
        Suffix::Short => i16::try_from(&value).ok().map(Number::Int16),
        Suffix::UShort => u16::try_from(&value).ok().map(Number::UInt16),
        Suffix::Long => i64::try_from(&value).ok().map(Number::Int64),
        Suffix::ULong => u64::try_from(&value).ok().map(Number::UInt64),
        Suffix::Unsigned => {
            let narrow = u32::try_from(&value).ok().map(Number::UInt32);
            narrow.or_else(|| u64::try_from(&value).ok().map(Number::UInt64))
        }
        Suffix::Decimal => to_decimal(value, 0).map(Number::Decimal),
        Suffix::BigInteger => return Some(NumericLiteral::BigInteger(value)),
        Suffix::None => return unsuffixed(value, decimal_digits),
    };
    number.map(NumericLiteral::Number)
}

/// The first of the types that holds the value.
fn unsuffixed(value: BigInt, decimal_digits: bool) -> Option<NumericLiteral> {
    let narrow = i32::try_from(&value).ok().map(Number::Int32);
    let number = narrow.or_else(|| i64::try_from(&value).ok().map(Number::Int64));
    if number.is_some() || !decimal_digits {
        return number.map(NumericLiteral::Number);
    }
    if let Some(decimal) = to_decimal(value.clone(), 0) {
        return Some(NumericLiteral::Number(Number::Decimal(decimal)));
    }
    to_double(&value).map(|double| NumericLiteral::Number(Number::Double(double)))
}

/// As .NET converts a BigInteger: bits that do not fit are cut off, not rounded.
fn to_double(value: &BigInt) -> Option<f64> {
    const MANTISSA_BITS: u64 = 52;
    const BIAS: u64 = 1023;
    let exponent = value.bits().checked_sub(1).filter(|exponent| (MANTISSA_BITS..=BIAS).contains(exponent))?;
    let mantissa = u64::try_from(value.magnitude() >> (exponent - MANTISSA_BITS)).ok()?;
    let fraction = mantissa & ((1 << MANTISSA_BITS) - 1);
    let magnitude = f64::from_bits((exponent + BIAS) << MANTISSA_BITS | fraction);
    Some(if value.sign() == Sign::Minus { -magnitude } else { magnitude })
}

fn multiplier_as_double(multiplier: u64) -> f64 {
    // Powers of two up to 2^50: the halves are exact.
    let high = u32::try_from(multiplier >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(multiplier & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// The nearest integer, the even one of two; none for infinities.
fn round_to_integer(value: f64) -> Option<BigInt> {
    const MANTISSA_BITS: u32 = 52;
    const BIAS: u32 = 1075;
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let exponent = u32::try_from((bits >> MANTISSA_BITS) & 0x7ff).ok()?;
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | (1 << MANTISSA_BITS) };
    let exponent = exponent.max(1);
    let magnitude = match exponent.checked_sub(BIAS) {
        Some(left) => BigInt::from(mantissa) << left,
        None => {
            let right = BIAS.saturating_sub(exponent);
            if right > MANTISSA_BITS.saturating_add(1) {
                BigInt::ZERO
            } else {
                let whole = mantissa >> right;
                let rest = mantissa & (1_u64 << right).wrapping_sub(1);
                let half = 1_u64 << right.saturating_sub(1);
                let up = rest > half || (rest == half && whole & 1 == 1);
                BigInt::from(whole) + u8::from(up)
            }
        }
    };
    Some(if value.is_sign_negative() { -magnitude } else { magnitude })
}

/// As `Decimal.Parse` reads it, multiplied.
fn parse_decimal(text: &str, multiplier: u64) -> Option<Decimal> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut digits = String::from(whole);
    digits.push_str(fraction);
    if !digits.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse::<BigInt>().ok()?;
    let scale = i64::try_from(fraction.len()).ok()?.saturating_sub(exponent);
    let parsed = scaled_decimal(value, scale, digits.starts_with('-'))?;
    if multiplier == 1 {
        return Some(parsed);
    }
    let mantissa = mantissa(&parsed) * multiplier;
    scaled_decimal(mantissa, i64::from(parsed.scale), parsed.negative)
}

fn mantissa(decimal: &Decimal) -> BigInt {
    let words = [decimal.low, decimal.middle, decimal.high];
    BigInt::from_slice(if decimal.negative { Sign::Minus } else { Sign::Plus }, &words)
}

/// `value` divided by ten to the power of `scale`, rounded to what a Decimal holds.
fn scaled_decimal(value: BigInt, scale: i64, negative: bool) -> Option<Decimal> {
    const MAX_SCALE: i64 = 28;
    if value.sign() == Sign::NoSign {
        let scale = u8::try_from(scale.clamp(0, MAX_SCALE)).ok()?;
        return Some(Decimal { scale, negative, ..Decimal::default() });
    }
    if scale < 0 {
        let power = u32::try_from(scale.checked_neg()?).ok().filter(|power| *power <= 64)?;
        return to_decimal(value * BigInt::from(10).pow(power), 0);
    }
    // Digits beyond the 29 that may fit, and beyond the largest scale, are rounded away at once.
    let mut drop = scale.saturating_sub(MAX_SCALE).max(0);
    loop {
        let kept = divide_rounding(&value, drop)?;
        let fits = kept.magnitude().bits() <= 96;
        if fits || drop >= scale {
            return to_decimal(kept, u8::try_from(scale.saturating_sub(drop).max(0)).ok()?);
        }
        drop = drop.saturating_add(1);
    }
}

/// Divides by a power of ten, rounding half to even.
fn divide_rounding(value: &BigInt, power: i64) -> Option<BigInt> {
    if power == 0 {
        return Some(value.clone());
    }
    let power = u32::try_from(power).ok().filter(|power| index(*power) <= limits::MAX_NUMBER_DIGITS);
    let Some(power) = power else { return Some(BigInt::ZERO) };
    let divisor = BigInt::from(10).pow(power);
    let magnitude = BigInt::from(value.magnitude().clone());
    let whole = magnitude.checked_div(&divisor)?;
    let rest: BigInt = magnitude - &whole * &divisor;
    let twice: BigInt = rest * 2;
    let up = twice > divisor || (twice == divisor && whole.bit(0));
    let rounded = if up { whole + 1 } else { whole };
    Some(if value.sign() == Sign::Minus { -rounded } else { rounded })
}

fn to_decimal(value: BigInt, scale: u8) -> Option<Decimal> {
    let (sign, words) = value.to_u32_digits();
    if words.len() > 3 {
        return None;
    }
    let word = |position: usize| words.get(position).copied().unwrap_or(0);
    Some(Decimal { low: word(0), middle: word(1), high: word(2), scale, negative: sign == Sign::Minus })
}
