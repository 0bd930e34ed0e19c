//! The rows of which the tables of types consist.

use super::Members;
use crate::value::Value;

/// A row of the type table.
pub(crate) struct TypeDef {
    /// The full name; generic ones end in `` `1 ``.
    pub(crate) name: &'static str,
    /// The full name of the base; empty for interfaces and `System.Object`.
    pub(crate) base: &'static str,
    /// Interfaces, by full name.
    pub(crate) interfaces: &'static [&'static str],
    /// The labels of an enum.
    pub(crate) labels: &'static [(&'static str, i64)],
    /// Whether labels combine.
    pub(crate) flags: bool,
    /// The members.
    pub(crate) members: fn(&mut Members),
    /// The value of a value type whose fields are all zero.
    pub(crate) zero: fn() -> Value,
}

impl TypeDef {
    /// A class derived from `System.Object`.
    pub(crate) const fn class(name: &'static str) -> Self {
        Self {
            name,
            base: "System.Object",
            interfaces: &[],
            labels: &[],
            flags: false,
            members: |_| {},
            zero: || Value::Null,
        }
    }

    /// A value type.
    pub(crate) const fn value(name: &'static str) -> Self {
        Self { base: "System.ValueType", ..Self::class(name) }
    }

    /// An enum.
    pub(crate) const fn labels(name: &'static str, labels: &'static [(&'static str, i64)]) -> Self {
        Self { base: "System.Enum", labels, ..Self::class(name) }
    }

    /// An enum whose labels combine.
    pub(crate) const fn flag_labels(name: &'static str, labels: &'static [(&'static str, i64)]) -> Self {
        Self { flags: true, ..Self::labels(name, labels) }
    }

    pub(crate) const fn base(mut self, base: &'static str) -> Self {
        self.base = base;
        self
    }

    pub(crate) const fn implements(mut self, interfaces: &'static [&'static str]) -> Self {
        self.interfaces = interfaces;
        self
    }

    pub(crate) const fn zero(mut self, zero: fn() -> Value) -> Self {
        self.zero = zero;
        self
    }

    pub(crate) const fn members(mut self, members: fn(&mut Members)) -> Self {
        self.members = members;
        self
    }
}
