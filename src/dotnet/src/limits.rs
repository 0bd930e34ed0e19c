//! What a format string, a pattern or a number may ask for.

/// Most digits that a numeric format may ask for; .NET's own limit.
pub const MAX_PRECISION: usize = 999_999_999;

/// Most digits of an integer that is read.
pub const MAX_DIGITS: usize = 2_500_000;

/// How often a regular expression may go back before matching gives up.
pub const MAX_BACKTRACKS: usize = 5_000_000;
