//! CLIXML: values of PowerShell as they travel in PSRP messages (MS-PSRP 2.2.5, version 1.1.0.1 of the format).
//!
//! | to | use |
//! |---|---|
//! | read a message into a tree, or write one | [`parse`], [`write`], [`Value`], [`Object`] |
//! | find the object behind a [`Value::Ref`] | [`Resolver`] |
//! | look at the beginning of a message, or read without a tree | [`Reader`] |
//! | write without a tree | [`Writer`] |
//!
//! The form is that of a message, not of a file of `Export-Clixml`: one element, no `Objs` around it, no XML
//! declaration. Output is what PowerShell 7.6 would write, byte for byte. Input is read as PowerShell reads it, with
//! three exceptions: an object with two values is refused, dates are the full `xs:dateTime` or `xs:date`, and character
//! references to surrogates and U+0000, which XML forbids, are refused.
//!
//! A payload is hostile until it is parsed: everything is bounded by the constants in [`limits`], nothing panics.
//!
//! ```
//! use psrp_clixml::{Object, Value, parse, write_text};
//!
//! let text = r#"<Obj RefId="0"><MS><I32 N="MinRunspaces">1</I32><S N="Text">a_x000A_b</S></MS></Obj>"#;
//! let value = parse(text.as_bytes())?;
//! assert_eq!(value.get("minRunspaces").and_then(Value::as_i32), Some(1));
//! assert_eq!(value.get("Text").and_then(Value::as_str), Some("a\nb"));
//!
//! let built = Object::bag().with("MinRunspaces", 1).with("Text", "a\nb");
//! assert_eq!(value, built.into());
//! assert_eq!(write_text(&value), text);
//! # Ok::<(), psrp_clixml::Error>(())
//! ```
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

mod decimal;
mod error;
mod escape;
pub mod limits;
mod number;
mod object;
mod primitive;
mod reader;
mod resolver;
mod string;
mod time;
mod tree;
mod value;
mod writer;
mod xml;

pub use decimal::{Decimal, DecimalError};
pub use error::{Error, ErrorKind, Excerpt};
pub use escape::{escape, unescape};
pub use object::{ListKind, Members, Object, ObjectValue, TypeNames};
pub use reader::{Event, Reader};
pub use resolver::Resolver;
pub use string::{PsString, Text};
pub use time::{DateTime, DateTimeKind, TimeSpan};
pub use tree::{parse, write, write_text};
pub use uuid::Uuid;
pub use value::{Progress, RefId, SecureString, Value, Version, VersionError};
pub use writer::Writer;
