//! Values of numeric literals.

use core::fmt;

use num_bigint::BigInt;

/// A number of 96 bits and a scale, laid out as `System.Decimal.GetBits` gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Bits 0 to 31 of the digits read as one integer.
    pub low: u32,
    /// Bits 32 to 63.
    pub middle: u32,
    /// Bits 64 to 95.
    pub high: u32,
    /// How many of the decimal digits are behind the point, 0 to 28.
    pub scale: u8,
    /// Whether it is negative.
    pub negative: bool,
}

/// The value of a numeric literal and its .NET type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `System.SByte`, suffix `y`.
    SByte(i8),
    /// `System.Byte`, suffix `uy`.
    Byte(u8),
    /// `System.Int16`, suffix `s`.
    Int16(i16),
    /// `System.UInt16`, suffix `us`.
    UInt16(u16),
    /// `System.Int32`.
    Int32(i32),
    /// `System.UInt32`, suffix `u`.
    UInt32(u32),
    /// `System.Int64`, suffix `l` or too large for Int32.
    Int64(i64),
    /// `System.UInt64`, suffix `ul`, or `u` and too large for UInt32.
    UInt64(u64),
    /// `System.Double`.
    Double(f64),
    /// `System.Decimal`, suffix `d` or too large for Int64.
    Decimal(Decimal),
    /// `System.Numerics.BigInteger`, suffix `n`: a place in a table, [`crate::Script::big_integer`].
    BigInteger(u32),
}

impl Number {
    /// The full name of the .NET type.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::SByte(_) => "System.SByte",
            Self::Byte(_) => "System.Byte",
            Self::Int16(_) => "System.Int16",
            Self::UInt16(_) => "System.UInt16",
            Self::Int32(_) => "System.Int32",
            Self::UInt32(_) => "System.UInt32",
            Self::Int64(_) => "System.Int64",
            Self::UInt64(_) => "System.UInt64",
            Self::Double(_) => "System.Double",
            Self::Decimal(_) => "System.Decimal",
            Self::BigInteger(_) => "System.Numerics.BigInteger",
        }
    }
}

/// The value of a literal that stands on its own, without a table for the large ones.
#[derive(Clone, Debug, PartialEq)]
pub enum NumericLiteral {
    /// Any but a BigInteger.
    Number(Number),
    /// A BigInteger.
    BigInteger(BigInt),
}

impl fmt::Display for Decimal {
    /// As .NET writes it: all digits of the scale, no minus sign on zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = u128::from(self.high) << 64 | u128::from(self.middle) << 32 | u128::from(self.low);
        let scale = usize::from(self.scale);
        let digits = alloc::format!("{digits:0>width$}", width = scale.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
        let sign = if self.negative && digits.contains(|c| c != '0') { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}
