//! The text layer of PSRP over SSH and over the pipes of a child process: one XML element per line, in UTF-8.
//!
//! There is no greeting and no version line. A peer writes `Data`, `Command`, `Signal` and `Close` elements and their
//! acknowledgements; the payload of `Data` is a piece of a byte stream of [fragments](crate::fragment) in base64.
//! What is accepted is what `pwsh` 7.6 accepts; what is written is byte for byte what it writes.

mod element;
mod encode;
mod error;
mod line;
mod parse;

pub use element::Element;
pub use encode::{write_control, write_data, write_error_line};
pub use error::FramingError;
pub use line::LineReader;
pub use parse::Elements;

/// How a server tells its client of an error: a line that begins with this, compared without case.
pub const ERROR_LINE_PREFIX: &str = "__NamedPipeError__:";
