//! The PowerShell language without I/O: tokens, the syntax tree, and parse errors with PowerShell's own ids and texts.
//!
//! [`parse`] turns a text into a [`Script`]: a tree whose nodes are named as PowerShell's `Ast` classes, the tokens for
//! colouring and completion, and the errors. Trees, tokens and errors are those of PowerShell 7.6, offsets included;
//! where several errors stand in one script, the same ones are found in the same order.
#![no_std]
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

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod ast;
mod check;
mod error;
mod extent;
pub mod known_types;
mod lexer;
pub mod limits;
mod parser;
mod print;
mod requires;
pub mod token;

pub use ast::Script;
pub use error::{ErrorId, ParseError};
pub use extent::{Extent, Position};
pub use lexer::parse_number;
pub use num_bigint::BigInt;
pub use parser::{parse, parse_expandable_string, parse_type_name};
pub use print::print;
pub use requires::Requirements;
