//! What the tests of the parser share: scripts to parse, dumps to compare, and the real PowerShell to ask.
#![allow(dead_code, unreachable_pub)]

pub mod corpus;
pub mod dump;
pub mod peer;
pub mod recorded;

use std::{borrow::Cow, collections::BTreeSet};

use psrpd_lang::known_types::{CommonTypes, KnownTypes, TypeQuery};

/// Types as the recorded PowerShell knew them: every name exists but those it could not resolve.
pub struct RecordedTypes {
    unknown: BTreeSet<String>,
    not_literal: BTreeSet<String>,
}

impl RecordedTypes {
    /// From the lines `U` and `N` of a dump.
    pub fn new(knowledge: &[String]) -> Self {
        let lines = |mark: &str| knowledge.iter().filter_map(|line| line.strip_prefix(mark)).map(unescape).collect();
        Self { unknown: lines("U "), not_literal: lines("N ") }
    }
}

impl KnownTypes for RecordedTypes {
    fn resolve<'a>(&self, query: TypeQuery<'a>) -> Option<Cow<'a, str>> {
        if self.unknown.contains(query.name) { None } else { CommonTypes.resolve(query) }
    }

    fn is_subclass(&self, full_name: &str, base: &str) -> bool {
        CommonTypes.is_subclass(full_name, base)
    }

    fn is_literal(&self, full_name: &str, member: &str) -> bool {
        !self.not_literal.iter().any(|name| {
            let Some((type_name, other)) = name.split_once("::") else { return false };
            let type_name =
                CommonTypes.resolve(TypeQuery { name: type_name, arity: 0, is_attribute: false, namespaces: &[] });
            other == member && type_name.is_some_and(|name| name.eq_ignore_ascii_case(full_name))
        })
    }
}

/// Undoes the escapes of a dump.
fn unescape(text: &str) -> String {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        units.push(u16::from_str_radix(&rest[at + 2..at + 6], 16).unwrap());
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}
