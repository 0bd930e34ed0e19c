//! What a format string, a pattern or a number may ask for.

/// Most digits behind the point that a numeric format may ask for; .NET's own limit is 999,999,999.
pub const MAX_PRECISION: usize = 100_000;

/// How often a regular expression may go back before matching gives up.
pub const MAX_BACKTRACKS: usize = 50_000_000;
