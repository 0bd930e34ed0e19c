//! Property bags: how most messages are laid out (`<Obj RefId="0"><MS>…</MS></Obj>` without type names).

use alloc::vec::Vec;

use psrp_clixml::{DateTime, Object, PsString, Value, Version, WalkError};
use thiserror::Error;
use uuid::Uuid;

use super::document::{Document, Node};
use super::enums::Enumeration;
use crate::key::KeyError;

/// A payload is not what its message type says.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is not CLIXML.
    #[error("the peer sent a {what} message that cannot be read: {source}")]
    Xml {
        /// Name of the message type.
        what: &'static str,
        /// Why.
        source: psrp_clixml::Error,
    },
    /// It, or something in it, is not an object with properties.
    #[error("the peer sent a {what} that is not an object with properties")]
    NotABag {
        /// The message or structure.
        what: &'static str,
    },
    /// A property is not there.
    #[error("the peer sent a {what} without {name}")]
    Missing {
        /// The message or structure.
        what: &'static str,
        /// The property.
        name: &'static str,
    },
    /// A property has another type, or a value it must not have.
    #[error("the peer sent a {what} whose {name} is not {expected}")]
    Wrong {
        /// The message or structure.
        what: &'static str,
        /// The property.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A key in another layout.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// References lead to more values than are followed.
    #[error("the peer sent a message whose references cannot be followed: {0}")]
    References(#[from] WalkError),
    /// References lead to more bytes than [`limits::REFERENCED`](crate::limits::REFERENCED).
    #[error("the peer sent a message whose references lead to more than {} bytes", crate::limits::REFERENCED)]
    Referenced,
}

/// Reads the properties of one bag. Names are compared without case, unknown ones ignored.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'d, 'a> {
    what: &'static str,
    object: &'a Object,
    document: &'d Document<'a>,
}

impl<'d, 'a> Fields<'d, 'a> {
    pub(crate) fn of(node: Node<'d, 'a>, what: &'static str) -> Result<Self, PayloadError> {
        let object = node.object()?.ok_or(PayloadError::NotABag { what })?;
        Ok(Self { what, object, document: node.document() })
    }

    pub(crate) const fn object(self) -> &'a Object {
        self.object
    }

    /// The property, whatever it is; `None` when it is absent.
    pub(crate) fn find(self, name: &'static str) -> Option<&'a Value> {
        self.object.get(name)
    }

    /// Whether one property stands before another one.
    pub(crate) fn is_before(self, one: &str, other: &str) -> bool {
        let mut names = self.object.members.iter().map(|(name, _)| name);
        names.find(|name| name.eq_ignore_case(one) || name.eq_ignore_case(other)).is_some_and(|n| n.eq_ignore_case(one))
    }

    /// The property, or that it is missing.
    pub(crate) fn value(self, name: &'static str) -> Result<&'a Value, PayloadError> {
        self.find(name).ok_or(PayloadError::Missing { what: self.what, name })
    }

    pub(crate) fn node(self, name: &'static str) -> Result<Node<'d, 'a>, PayloadError> {
        Ok(Node::new(self.value(name)?, self.document))
    }

    /// The property, unless it is null or absent.
    pub(crate) fn optional(self, name: &'static str) -> Option<Node<'d, 'a>> {
        let value = self.find(name).filter(|value| !value.is_nil())?;
        Some(Node::new(value, self.document))
    }

    pub(crate) const fn wrong(self, name: &'static str, expected: &'static str) -> PayloadError {
        PayloadError::Wrong { what: self.what, name, expected }
    }

    fn typed<T>(
        self,
        name: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, PayloadError> {
        read(self.node(name)?.primitive()?).ok_or_else(|| self.wrong(name, expected))
    }

    pub(crate) fn i32(self, name: &'static str) -> Result<i32, PayloadError> {
        self.typed(name, "a 32-bit number", Value::as_i32)
    }

    pub(crate) fn u32(self, name: &'static str) -> Result<u32, PayloadError> {
        self.typed(name, "a positive 32-bit number", |v| v.as_i64().and_then(|n| n.try_into().ok()))
    }

    pub(crate) fn i64(self, name: &'static str) -> Result<i64, PayloadError> {
        self.typed(name, "a 64-bit number", Value::as_i64)
    }

    pub(crate) fn bool(self, name: &'static str) -> Result<bool, PayloadError> {
        self.typed(name, "true or false", Value::as_bool)
    }

    pub(crate) fn guid(self, name: &'static str) -> Result<Uuid, PayloadError> {
        self.typed(name, "a GUID", Value::as_guid)
    }

    pub(crate) fn version(self, name: &'static str) -> Result<Version, PayloadError> {
        self.typed(name, "a version", Value::as_version)
    }

    pub(crate) fn date_time(self, name: &'static str) -> Result<DateTime, PayloadError> {
        self.typed(name, "a date and time", |v| if let Value::DateTime(time) = v { Some(*time) } else { None })
    }

    pub(crate) fn char(self, name: &'static str) -> Result<u16, PayloadError> {
        self.typed(name, "a character", |v| if let Value::Char(c) = v { Some(*c) } else { None })
    }

    pub(crate) fn text(self, name: &'static str) -> Result<PsString, PayloadError> {
        self.typed(name, "text", |v| v.as_text().cloned())
    }

    /// Text that may be null or absent.
    pub(crate) fn optional_text(self, name: &'static str) -> Result<Option<PsString>, PayloadError> {
        self.optional(name).map(|_| self.text(name)).transpose()
    }

    /// True or false, or null or absent.
    pub(crate) fn optional_bool(self, name: &'static str) -> Result<Option<bool>, PayloadError> {
        self.optional(name).map(|_| self.bool(name)).transpose()
    }

    pub(crate) fn list(self, name: &'static str) -> Result<impl Iterator<Item = Node<'d, 'a>>, PayloadError> {
        self.node(name)?.items()?.ok_or_else(|| self.wrong(name, "a list"))
    }

    /// A list of texts, or null or absent.
    pub(crate) fn optional_texts(self, name: &'static str) -> Result<Option<Vec<PsString>>, PayloadError> {
        if self.optional(name).is_none() {
            return Ok(None);
        }
        let text = |node: Node<'d, 'a>| node.primitive()?.as_text().cloned().ok_or(self.wrong(name, "a list of texts"));
        self.list(name)?.map(text).collect::<Result<_, _>>().map(Some)
    }

    /// A value of an enumeration: its object, its number, or its name.
    pub(crate) fn enumeration<E: Enumeration>(self, name: &'static str) -> Result<E, PayloadError> {
        self.typed(name, E::TYPE_NAME, E::from_value)
    }

    /// As [`Self::enumeration`], or the first value when it is absent.
    pub(crate) fn enumeration_or_default<E: Enumeration + Default>(
        self,
        name: &'static str,
    ) -> Result<E, PayloadError> {
        if self.find(name).is_some() { self.enumeration(name) } else { Ok(E::default()) }
    }
}
