//! `System.Decimal`: a 96-bit integer, a sign, and the number of digits after the point.

use core::fmt;
use core::str::FromStr;

/// A .NET decimal. `1.10` and `1.1` are different values here, because they are written differently; they are equal in
/// .NET.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The 96 bits, most significant third first. (Not a `u128`, which would double the size of every value.)
    units: [u32; 3],
    scale: u8,
    negative: bool,
}

/// A text that is not a decimal number, or one beyond ±79228162514264337593543950335.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 96 bits")]
pub struct DecimalError;

impl Decimal {
    /// The largest number of units.
    pub const MAX_UNITS: u128 = (1 << 96) - 1;
    /// The largest number of digits after the point.
    pub const MAX_SCALE: u8 = 28;

    /// The number `units` / 10^`scale`, negated if `negative`. There is no negative zero.
    ///
    /// # Errors
    /// `units` is above [`MAX_UNITS`](Self::MAX_UNITS) or `scale` above [`MAX_SCALE`](Self::MAX_SCALE).
    pub fn new(units: u128, scale: u8, negative: bool) -> Result<Self, DecimalError> {
        if scale > Self::MAX_SCALE {
            return Err(DecimalError);
        }
        let third = |shift: u32| u32::try_from(units >> shift & 0xFFFF_FFFF);
        let high = u32::try_from(units >> 64);
        match (high, third(32), third(0)) {
            (Ok(high), Ok(middle), Ok(low)) => {
                Ok(Self { units: [high, middle, low], scale, negative: negative && units != 0 })
            }
            _ => Err(DecimalError),
        }
    }

    /// The number without sign and point, below 2^96.
    pub fn units(self) -> u128 {
        self.units.iter().fold(0, |units, third| units << 32 | u128::from(*third))
    }

    /// How many of the digits stand after the point, 0 to 28.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// True below zero.
    pub fn is_negative(self) -> bool {
        self.negative
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        let magnitude = value.unsigned_abs();
        // The halves of a u64 always fit.
        let half = |shift: u32| u32::try_from(magnitude >> shift & 0xFFFF_FFFF).unwrap_or_default();
        Self { units: [0, half(32), half(0)], scale: 0, negative: value < 0 }
    }
}

/// The invariant form, with as many digits after the point as the scale says.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let units = self.units();
        match 10_u128.pow(self.scale.into()) {
            1 => write!(f, "{sign}{units}"),
            one => {
                let (integer, fraction) = (units.checked_div(one), units.checked_rem(one));
                let width = usize::from(self.scale);
                write!(f, "{sign}{}.{:0width$}", integer.unwrap_or_default(), fraction.unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Digits with an optional sign and point. Digits after the point that do not fit are rounded away, a half to the even
/// neighbour, as .NET does.
impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let negative = text.starts_with('-');
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
        if integer.is_empty() && fraction.is_empty() {
            return Err(DecimalError);
        }
        let mut units = 0_u128;
        for digit in integer.chars() {
            units = push_digit(units, digit)?.ok_or(DecimalError)?;
        }
        let mut scale = 0_u8;
        let mut digits = fraction.chars();
        let mut dropped = None;
        for digit in digits.by_ref() {
            match push_digit(units, digit)? {
                Some(more) if scale < Self::MAX_SCALE => {
                    units = more;
                    scale = scale.saturating_add(1);
                }
                _ => {
                    dropped = Some(digit);
                    break;
                }
            }
        }
        if let Some(first) = dropped {
            let mut rest_is_zero = true;
            for digit in digits {
                if !digit.is_ascii_digit() {
                    return Err(DecimalError);
                }
                rest_is_zero &= digit == '0';
            }
            let exact_half = first == '5' && rest_is_zero;
            if first > '5' || first == '5' && (!exact_half || units & 1 == 1) {
                units = units.saturating_add(1);
                if units > Self::MAX_UNITS && scale > 0 {
                    // One digit fewer, rounded again.
                    units = units.saturating_add(5).div_euclid(10);
                    scale = scale.saturating_sub(1);
                }
            }
        }
        Self::new(units, scale, negative)
    }
}

/// `units` with one more digit; `None` if that is beyond 96 bits.
fn push_digit(units: u128, digit: char) -> Result<Option<u128>, DecimalError> {
    let digit = digit.to_digit(10).ok_or(DecimalError)?;
    let more = units.checked_mul(10).and_then(|units| units.checked_add(digit.into()));
    Ok(more.filter(|units| *units <= Decimal::MAX_UNITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    /// Each line is what PowerShell 7.6.9 makes of the text.
    #[test]
    fn decimals_are_read_as_powershell_reads_them() {
        for (text, read) in [
            ("1.10", "1.10"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("0.12345678901234567890123456785", "0.1234567890123456789012345678"),
            ("0.12345678901234567890123456775", "0.1234567890123456789012345678"),
            ("0.123456789012345678901234567851", "0.1234567890123456789012345679"),
            ("7.9228162514264337593543950336", "7.922816251426433759354395034"),
            ("7.92281625142643375935439503355", "7.922816251426433759354395034"),
            ("-0.00", "0.00"),
            ("+1.5", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0.00000000000000000000000000000", "0.0000000000000000000000000000"),
            ("0000000000000000000000000000000000001.5", "1.5"),
            ("79228162514264337593543950335.4", "79228162514264337593543950335"),
            ("-12", "-12"),
        ] {
            assert_eq!(text.parse::<Decimal>().map(|d| d.to_string()), Ok(read.to_string()), "{text}");
        }
        for text in
            ["", ".", "1e5", "1,000", "79228162514264337593543950336", "79228162514264337593543950335.5", "1.2.3", "٣"]
        {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError), "{text}");
        }
    }

    #[test]
    fn limits_are_kept() {
        assert!(Decimal::new(Decimal::MAX_UNITS, 28, true).is_ok());
        assert_eq!(Decimal::new(Decimal::MAX_UNITS + 1, 0, false), Err(DecimalError));
        assert_eq!(Decimal::new(1, 29, false), Err(DecimalError));
        assert_eq!(Decimal::from(i64::MIN).to_string(), i64::MIN.to_string());
    }

    proptest! {
        #[test]
        fn every_decimal_comes_back(units in 0..=Decimal::MAX_UNITS, scale in 0..=28_u8, negative: bool) {
            let value = Decimal::new(units, scale, negative).unwrap();
            prop_assert_eq!(value.to_string().parse(), Ok(value));
            prop_assert_eq!(value.units(), units);
        }
    }
}
