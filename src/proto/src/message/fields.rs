//! Property bags: how most messages are laid out (`<Obj RefId="0"><MS>…</MS></Obj>` without type names).

use alloc::vec::Vec;

use psrp_clixml::{DateTime, Object, PsString, Value, Version};
use thiserror::Error;
use uuid::Uuid;

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
}

/// Reads the properties of one bag. Names are compared without case, unknown ones ignored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    what: &'static str,
    object: &'a Object,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value, what: &'static str) -> Result<Self, PayloadError> {
        let object = value.as_object().ok_or(PayloadError::NotABag { what })?;
        Ok(Self { what, object })
    }

    pub(crate) const fn object(self) -> &'a Object {
        self.object
    }

    /// The property, whatever it is; `None` when it is absent.
    pub(crate) fn find(self, name: &'static str) -> Option<&'a Value> {
        self.object.get(name)
    }

    /// The property, or that it is missing.
    pub(crate) fn value(self, name: &'static str) -> Result<&'a Value, PayloadError> {
        self.find(name).ok_or(PayloadError::Missing { what: self.what, name })
    }

    pub(crate) fn bag(self, name: &'static str, what: &'static str) -> Result<Self, PayloadError> {
        Fields::of(self.value(name)?, what)
    }

    pub(crate) fn wrong(self, name: &'static str, expected: &'static str) -> PayloadError {
        PayloadError::Wrong { what: self.what, name, expected }
    }

    fn typed<T>(
        self,
        name: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, PayloadError> {
        read(self.value(name)?).ok_or_else(|| self.wrong(name, expected))
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
        self.typed(name, "a date and time", |v| match v.primitive() {
            Value::DateTime(time) => Some(*time),
            _ => None,
        })
    }

    pub(crate) fn char(self, name: &'static str) -> Result<u16, PayloadError> {
        self.typed(name, "a character", |v| if let Value::Char(c) = v.primitive() { Some(*c) } else { None })
    }

    pub(crate) fn text(self, name: &'static str) -> Result<PsString, PayloadError> {
        self.typed(name, "text", |v| v.as_text().cloned())
    }

    /// Text that may be null or absent.
    pub(crate) fn optional_text(self, name: &'static str) -> Result<Option<PsString>, PayloadError> {
        match self.find(name) {
            None | Some(Value::Nil) => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }

    /// True or false, or null or absent.
    pub(crate) fn optional_bool(self, name: &'static str) -> Result<Option<bool>, PayloadError> {
        match self.find(name) {
            None | Some(Value::Nil) => Ok(None),
            Some(_) => self.bool(name).map(Some),
        }
    }

    pub(crate) fn list(self, name: &'static str) -> Result<&'a [Value], PayloadError> {
        self.typed(name, "a list", Value::as_list)
    }

    /// A list of texts, or null or absent.
    pub(crate) fn optional_texts(self, name: &'static str) -> Result<Option<Vec<PsString>>, PayloadError> {
        match self.find(name) {
            None | Some(Value::Nil) => return Ok(None),
            Some(_) => {}
        }
        let texts = self.list(name)?.iter().map(|v| v.as_text().cloned()).collect::<Option<Vec<_>>>();
        texts.map(Some).ok_or_else(|| self.wrong(name, "a list of texts"))
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
