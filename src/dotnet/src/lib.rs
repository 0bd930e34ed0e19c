//! What .NET does with text, numbers, dates and patterns, byte for byte, as PowerShell scripts see it: pure functions
//! and small values that the native engine stands on. No I/O, no clock, no state.
//!
//! | module | is |
//! |---|---|
//! | [`text`] | [`Str`]: a shared string that counts in UTF-16 units |
//! | [`casing`], [`collation`] | the two ways of comparing strings: ordinal ignoring case, and ICU's root collation |
//! | [`decimal`] | `System.Decimal` |
//! | [`culture`] | what numbers and dates are written like where |
//! | [`number_format`], [`number_parse`] | numbers to text and back |
//! | [`date`], [`date_format`], [`date_parse`], [`time_span`] | `DateTime` and `TimeSpan` |
//! | [`guid`] | `System.Guid` |
//! | [`wildcard`], [`regex`] | patterns |
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

pub mod casing;
pub mod cast;
pub mod collation;
pub mod culture;
pub mod date;
pub mod date_format;
pub mod date_parse;
pub mod decimal;
pub mod guid;
pub mod limits;
pub mod number_format;
pub mod number_parse;
pub mod random;
pub mod regex;
pub mod sort;
pub mod text;
pub mod time_span;
pub mod unescape;
pub mod wildcard;
mod zeros;

pub use date::{DateTime, Kind};
pub use decimal::Decimal;
pub use guid::Guid;
pub use num_bigint::BigInt;
pub use text::Str;
pub use time_span::TimeSpan;
