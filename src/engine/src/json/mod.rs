//! JSON as PowerShell reads and writes it: Json.NET's tolerant reader and its writer, and the strict reader of
//! `System.Text.Json` behind `Test-Json`.

use psrpd_dotnet::{BigInt, Str};

mod read;
mod schema;
mod strict;
mod write;

pub(crate) use read::read;
pub(crate) use schema::{Failure, validate};
pub(crate) use strict::{Leniency, check};
pub(crate) use write::{Escapes, to_text};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    Big(BigInt),
    Float(f64),
    /// A number whose digits are settled already.
    Digits(String),
    Text(Str),
    Array(Vec<Self>),
    Object(Vec<(Str, Self)>),
}

impl Node {
    /// A member of an object; the last one of a name counts.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rev().find(|(have, _)| have.as_str() == name).map(|(_, node)| node),
            _ => None,
        }
    }
}
