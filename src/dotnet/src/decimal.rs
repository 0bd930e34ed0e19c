//! `System.Decimal`: 96 bits of digits and a scale of 0 to 28.
#![allow(clippy::arithmetic_side_effects)] // on integers without bounds

use std::{cmp::Ordering, fmt};

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::cast;

/// A decimal number. Equality and order compare values, so `1.10` equals `1.1`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    low: u32,
    middle: u32,
    high: u32,
    scale: u8,
    negative: bool,
}

const MAX_DIGITS: u128 = (1 << 96) - 1;
const MAX_SCALE: u32 = 28;

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self { low: 0, middle: 0, high: 0, scale: 0, negative: false };
    /// 79228162514264337593543950335.
    pub const MAX: Self = Self { low: u32::MAX, middle: u32::MAX, high: u32::MAX, scale: 0, negative: false };
    /// -79228162514264337593543950335.
    pub const MIN: Self = Self { negative: true, ..Self::MAX };

    /// A number from its digits, how many of them are behind the point, and its sign; none if it has too many.
    pub fn new(digits: u128, scale: u32, negative: bool) -> Option<Self> {
        if digits > MAX_DIGITS || scale > MAX_SCALE {
            return None;
        }
        let part = |shift: u32| u32::try_from((digits >> shift) & u128::from(u32::MAX)).unwrap_or(0);
        Some(Self {
            low: part(0),
            middle: part(32),
            high: part(64),
            scale: u8::try_from(scale).unwrap_or(0),
            negative: negative && digits != 0,
        })
    }

    /// The digits as one integer.
    pub fn digits(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.middle) << 32 | u128::from(self.low)
    }

    /// How many digits are behind the point.
    pub fn scale(self) -> u32 {
        u32::from(self.scale)
    }

    /// Whether it is less than zero.
    pub fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.digits() == 0
    }

    /// The negative number.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { negative: !self.negative && !self.is_zero(), ..self }
    }

    fn signed(self) -> BigInt {
        let digits = BigInt::from(self.digits());
        if self.negative { -digits } else { digits }
    }

    /// The nearest number with at most 28 digits behind the point that fits, ties to even.
    fn fit(value: &BigInt, scale: u32) -> Option<Self> {
        let mut drop = scale.saturating_sub(MAX_SCALE);
        let magnitude = value.abs();
        loop {
            let digits = divide_even(&magnitude, &power(drop));
            let kept = scale.checked_sub(drop)?;
            match digits.to_u128() {
                Some(digits) if digits <= MAX_DIGITS => return Self::new(digits, kept, value.is_negative()),
                _ if kept == 0 => return None,
                _ => drop = drop.saturating_add(1),
            }
        }
    }

    /// Sum; none on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale().max(other.scale());
        Self::fit(&(self.scaled(scale) + other.scaled(scale)), scale)
    }

    /// Difference; none on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { negative: !other.negative, ..other })
    }

    /// Product; none on overflow.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Self::fit(&(self.signed() * other.signed()), self.scale().saturating_add(other.scale()))
    }

    /// Quotient without trailing zeros that the operands do not ask for; none on overflow or division by zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (a, b) = (self.signed(), other.signed());
        // Enough digits for the last of 29 to be rounded.
        let extra = 60_u32;
        let shifted = &a * power(extra);
        let quotient = &shifted / &b;
        let exact = (&shifted % &b).is_zero();
        let mut scale = i64::from(self.scale()) - i64::from(other.scale()) + i64::from(extra);
        let mut quotient = quotient;
        if exact {
            let ten = BigInt::from(10);
            let least = (i64::from(self.scale()) - i64::from(other.scale())).max(0);
            while scale > least && (&quotient % &ten).is_zero() {
                quotient /= &ten;
                scale = scale.saturating_sub(1);
            }
        } else {
            // A digit that is not zero behind the rest makes ties impossible.
            let last = if a.is_negative() == b.is_negative() { 1 } else { -1 };
            quotient = quotient * 10 + last;
            scale = scale.saturating_add(1);
        }
        if scale < 0 {
            quotient *= power(u32::try_from(scale.saturating_neg()).ok()?);
            scale = 0;
        }
        Self::fit(&quotient, u32::try_from(scale).ok()?)
    }

    /// Remainder with the sign of the dividend; none on division by zero.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let scale = self.scale().max(other.scale());
        Self::fit(&(self.scaled(scale) % other.scaled(scale)), scale)
    }

    fn scaled(self, scale: u32) -> BigInt {
        self.signed() * power(scale.saturating_sub(self.scale()))
    }

    /// Rounded to `digits` behind the point, ties to even or away from zero.
    #[must_use]
    pub fn round(self, digits: u32, away: bool) -> Self {
        let drop = self.scale().saturating_sub(digits);
        if drop == 0 {
            return self;
        }
        let (value, unit) = (BigInt::from(self.digits()), power(drop));
        let rounded = if away { (value * 2 + &unit) / (unit * 2) } else { divide_even(&value, &unit) };
        Self::new(rounded.to_u128().unwrap_or(0), digits, self.negative).unwrap_or(self)
    }

    /// The integer part.
    #[must_use]
    pub fn truncate(self) -> Self {
        let whole = self.digits().checked_div(10_u128.saturating_pow(self.scale())).unwrap_or(0);
        Self::new(whole, 0, self.negative).unwrap_or_default()
    }

    /// The largest integer that is not greater.
    #[must_use]
    pub fn floor(self) -> Self {
        let whole = self.truncate();
        if self.negative && whole != self { whole.checked_sub(Self::from(1_i64)).unwrap_or(whole) } else { whole }
    }

    /// The smallest integer that is not less.
    #[must_use]
    pub fn ceiling(self) -> Self {
        self.negated().floor().negated()
    }

    /// The number that `Convert.ToDecimal` makes of a double: 15 significant digits; none if it does not fit.
    pub fn from_f64(value: f64) -> Option<Self> {
        Self::from_digits(value, 14)
    }

    /// As [`Self::from_f64`] of a single: 7 significant digits.
    pub fn from_f32(value: f32) -> Option<Self> {
        Self::from_digits(f64::from(value), 6)
    }

    fn from_digits(value: f64, behind_point: usize) -> Option<Self> {
        if !value.is_finite() || value.abs() >= 7.922_816_251_426_434e28 {
            return None;
        }
        if value == 0.0 {
            return Some(Self::ZERO);
        }
        let parsed = Self::parse(&format!("{value:.behind_point$e}"))?;
        let mut digits = parsed.digits();
        let mut scale = parsed.scale();
        while scale > 0 && digits.is_multiple_of(10) {
            digits = digits.checked_div(10)?;
            scale = scale.saturating_sub(1);
        }
        Self::new(digits, scale, parsed.negative)
    }

    /// Reads digits with an optional sign, point and exponent; none if it is something else or does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || mantissa.len() > 400 || exponent.abs() > 400 {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let value: BigInt = digits.parse().ok()?;
        let value = if negative { -value } else { value };
        let scale = i64::from(cast::int32(fraction.len())).saturating_sub(i64::from(exponent));
        if scale >= 0 {
            Self::fit(&value, u32::try_from(scale).ok()?)
        } else {
            Self::fit(&(value * power(u32::try_from(scale.saturating_neg()).ok()?)), 0)
        }
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(0.0)
    }

    /// The number if it is an integer after rounding half to even.
    pub fn to_i128(self) -> i128 {
        let whole = i128::try_from(self.round(0, false).digits()).unwrap_or(0);
        if self.negative { whole.saturating_neg() } else { whole }
    }

    /// From an integer of up to 96 bits.
    pub fn from_i128(value: i128) -> Option<Self> {
        Self::new(value.unsigned_abs(), 0, value < 0)
    }

    /// From a large integer, if it fits.
    pub fn from_big(value: &BigInt) -> Option<Self> {
        Self::new(value.abs().to_u128()?, 0, value.is_negative())
    }

    /// The integer part as a large integer.
    pub fn to_big(self) -> BigInt {
        self.truncate().signed()
    }
}

fn power(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// Divides numbers that are not negative and rounds ties to even.
fn divide_even(value: &BigInt, unit: &BigInt) -> BigInt {
    let (quotient, rest) = (value / unit, value % unit);
    let up = match (rest * 2_u32).cmp(unit) {
        Ordering::Greater => true,
        Ordering::Equal => quotient.bit(0),
        Ordering::Less => false,
    };
    if up { quotient + 1 } else { quotient }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::from_i128(value.into()).unwrap_or_default()
    }
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        Self::from_i128(value.into()).unwrap_or_default()
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale().max(other.scale());
        self.scaled(scale).cmp(&other.scaled(scale))
    }
}

impl fmt::Display for Decimal {
    /// All digits of the scale, no minus sign on zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.digits(), width = scale.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
        let sign = if self.negative && !self.is_zero() { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn arithmetic_keeps_the_scale_of_dotnet() {
        assert_eq!(d("1.10").checked_add(d("2")).unwrap().to_string(), "3.10");
        assert_eq!(d("1.10").checked_mul(d("1.1")).unwrap().to_string(), "1.210");
        assert_eq!(d("10").checked_div(d("4")).unwrap().to_string(), "2.5");
        assert_eq!(d("1").checked_div(d("3")).unwrap().to_string(), "0.3333333333333333333333333333");
        assert_eq!(d("2").checked_div(d("3")).unwrap().to_string(), "0.6666666666666666666666666667");
        assert_eq!(d("2.00").checked_div(d("1")).unwrap().to_string(), "2.00");
        assert_eq!(d("6.00").checked_div(d("2.0")).unwrap().to_string(), "3.0");
        assert_eq!(d("-7").checked_rem(d("3")).unwrap().to_string(), "-1");
        assert!(Decimal::MAX.checked_add(d("1")).is_none());
        assert_eq!(Decimal::from_f64(0.1 + 0.2).unwrap().to_string(), "0.3");
        assert_eq!(d("2.5").round(0, false).to_string(), "2");
        assert_eq!(d("-2.5").floor().to_string(), "-3");
        assert_eq!(d("1e3").to_string(), "1000");
    }
}
