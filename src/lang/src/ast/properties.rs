//! What nodes say of themselves in a word.

use crate::token::TokenKind;

/// Which block of a script block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `dynamicparam`
    Dynamicparam,
    /// `begin`
    Begin,
    /// `process`
    Process,
    /// `end`
    End,
    /// `clean`
    Clean,
}

impl BlockKind {
    /// The keyword.
    pub const fn token(self) -> TokenKind {
        match self {
            Self::Dynamicparam => TokenKind::Dynamicparam,
            Self::Begin => TokenKind::Begin,
            Self::Process => TokenKind::Process,
            Self::End => TokenKind::End,
            Self::Clean => TokenKind::Clean,
        }
    }
}

/// Class or enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `class`
    Class,
    /// `enum`
    Enum,
}

/// What a `using` statement uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsingKind {
    /// `using assembly`
    Assembly,
    /// `using command`, which is an error.
    Command,
    /// `using module`
    Module,
    /// `using namespace`
    Namespace,
    /// `using type`, which is an error.
    Type,
}

impl UsingKind {
    /// The word behind `using`.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Assembly => "assembly",
            Self::Command => "command",
            Self::Module => "module",
            Self::Namespace => "namespace",
            Self::Type => "type",
        }
    }
}

/// How a member of a class is declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MemberModifiers {
    /// `static`; labels of enums are.
    pub is_static: bool,
    /// `hidden`
    pub is_hidden: bool,
    /// A label of an enum.
    pub is_literal: bool,
}

/// The parameters of a `foreach` statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoopFlags {
    /// `-parallel`, which is an error.
    pub parallel: bool,
}

/// The parameters of a `switch` statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SwitchFlags {
    /// `-file`: the condition names a file whose lines are tested.
    pub file: bool,
    /// `-regex`
    pub regex: bool,
    /// `-wildcard`
    pub wildcard: bool,
    /// `-casesensitive`
    pub case_sensitive: bool,
    /// `-parallel`, which is an error.
    pub parallel: bool,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StringKind {
    /// `'..'`
    SingleQuoted,
    /// `@'..'@`
    SingleQuotedHereString,
    /// `".."`
    DoubleQuoted,
    /// `@".."@`
    DoubleQuotedHereString,
    /// A word without quotes.
    BareWord,
}

/// A stream in a redirection; the numbers are those of `RedirectionStream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redirect {
    /// `*`
    All,
    /// `1`
    Output,
    /// `2`
    Error,
    /// `3`
    Warning,
    /// `4`
    Verbose,
    /// `5`
    Debug,
    /// `6`
    Information,
}

impl Redirect {
    pub(crate) const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Output,
            2 => Self::Error,
            3 => Self::Warning,
            4 => Self::Verbose,
            5 => Self::Debug,
            6 => Self::Information,
            _ => Self::All,
        }
    }

    /// The number in front of `>`, 0 for `*`.
    pub const fn number(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Output => 1,
            Self::Error => 2,
            Self::Warning => 3,
            Self::Verbose => 4,
            Self::Debug => 5,
            Self::Information => 6,
        }
    }

    /// What error messages call it.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::All => "* stream",
            Self::Output => "output stream",
            Self::Error => "error stream",
            Self::Warning => "warning stream",
            Self::Verbose => "verbose stream",
            Self::Debug => "debug stream",
            Self::Information => "information stream",
        }
    }
}
