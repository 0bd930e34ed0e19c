//! Conversions between number types that saturate or round; the only place of the crate where `as` is allowed.
#![allow(clippy::as_conversions, clippy::cast_lossless)]

/// A number as an index; negative ones become 0.
pub fn index(n: i64) -> usize {
    usize::try_from(n.max(0)).unwrap_or(usize::MAX)
}

/// A length as `Int32`, saturating.
pub fn int32(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// A length as `Int64`, saturating.
pub fn int64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The nearest double.
pub fn double(n: i64) -> f64 {
    n as f64
}

/// The nearest double.
pub fn double_unsigned(n: u64) -> f64 {
    n as f64
}

/// The nearest double.
pub fn double_wide(n: u128) -> f64 {
    n as f64
}

/// The nearest single.
pub fn single(n: f64) -> f32 {
    n as f32
}

/// The integer part, saturating; NaN becomes 0.
pub fn truncate(n: f64) -> i64 {
    n as i64
}

/// The integer part, saturating; NaN and negative numbers become 0.
pub fn truncate_unsigned(n: f64) -> u64 {
    n as u64
}

/// The integer part, saturating.
pub fn truncate_wide(n: f64) -> u128 {
    n as u128
}

/// The same bits with a sign.
pub fn signed(n: u64) -> i64 {
    n as i64
}

/// The same bits without a sign.
pub fn unsigned(n: i64) -> u64 {
    n as u64
}

/// The low bits.
pub fn low32(n: i64) -> i32 {
    n as i32
}

/// The low bits.
pub fn low16(n: i64) -> u16 {
    n as u16
}

/// The low bits.
pub fn low8(n: i64) -> u8 {
    n as u8
}
