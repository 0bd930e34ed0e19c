//! The PowerShell language without I/O: tokens, the syntax tree, and parse errors with PowerShell's own ids and texts.
//!
//! [`parse`] turns a text into a [`Script`]: a tree whose nodes are named as PowerShell's `Ast` classes, the tokens for
//! colouring and completion, and the errors. Trees, tokens and errors are those of PowerShell 7.6, places included;
//! where several errors stand in one script, the same ones are found in the same order. The tests compare all of it
//! with PowerShell's own parser.
//!
//! ```
//! use psrpd_lang::{ast::{Kind, Step}, known_types::CommonTypes, parse};
//!
//! let script = parse("Get-Item $path | Remove-Item", &CommonTypes);
//! assert!(script.errors().is_empty());
//! let commands = script.visit(script.root().unwrap()).filter(|step| {
//!     matches!(step, Step::Enter(id) if matches!(script.kind(*id), Kind::Command { .. }))
//! });
//! assert_eq!(commands.count(), 2);
//!
//! let script = parse("if (1) {", &CommonTypes);
//! assert_eq!(script.errors()[0].id.name(), "MissingEndCurlyBrace");
//! assert!(script.is_incomplete());
//! ```
//!
//! | module | is |
//! |---|---|
//! | `lexer` | one token at a time, in the mode the parser asks for |
//! | `parser` | the rules, one method each, with PowerShell's recovery from errors |
//! | `check` | what is wrong although the grammar is right: two walks over the finished tree |
//! | [`ast`] | the tree: an arena of `Copy` nodes with byte extents |
//! | [`token`], [`ErrorId`] | kinds, flags, ids and texts, as PowerShell has them |
//! | [`known_types`] | the questions about .NET types that only an engine can answer |
//! | `print` | a tree as a script again |
//!
//! What PowerShell's parser finds out by looking around is left to the engine: whether a module or assembly that
//! `using` names is there, whether a hashtable describes a module, whether an attribute may stand on a member of a class and has the properties it is given,
//! and the rules for classes that are DSC resources. `configuration` is refused as PowerShell on Linux does without
//! DSC. Where PowerShell runs out of stack, [`limits`] decide.
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
