//! Tokens, for the parser and for those who colour or complete a line.

use crate::{
    ast::{HoleList, Number, Text, VariablePath},
    extent::Extent,
};

mod flags;
mod kind;

pub use flags::TokenFlags;
pub use kind::TokenKind;

/// One token. It copies no text: [`crate::Script::token_text`] cuts it out of the script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The traits of its kind and what the parser found out about it.
    pub flags: TokenFlags,
    /// Where it stands.
    pub extent: Extent,
    /// What it stands for.
    pub value: TokenValue,
}

/// What a token stands for, where its text does not say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenValue {
    /// Nothing but its text.
    None,
    /// A string without expansion, a generic word, or a label: the text it yields.
    Text(Text),
    /// A string or word with `$name` or `$(..)` in it.
    Expandable {
        /// Its text with escapes replaced and the expansions as written.
        value: Text,
        /// Where in `value` the expansions stand.
        holes: HoleList,
        /// The expansions: [`crate::Script::nested_tokens`].
        nested: NestedTokens,
    },
    /// A number; `None` where the digits are out of range.
    Number(Option<Number>),
    /// A variable or splatted variable.
    Variable(VariablePath),
    /// A parameter: its name without the dash, and whether a colon ends it.
    Parameter {
        /// The name as written.
        name: Text,
        /// Whether the token ends in a colon.
        colon: bool,
    },
    /// `>` and `>>` with the number of the stream; 0 stands for all.
    FileRedirection {
        /// The stream, 0 to 6.
        from: u8,
        /// Whether it appends.
        append: bool,
    },
    /// `2>&1`.
    MergingRedirection {
        /// The stream that goes elsewhere, 0 to 6.
        from: u8,
        /// Where it goes.
        to: u8,
    },
}

/// The tokens inside an expandable string, a slice of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NestedTokens {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Token {
    /// Whether the parser found the token itself malformed.
    pub const fn has_error(&self) -> bool {
        self.flags.contains(TokenFlags::TOKEN_IN_ERROR)
    }
}
