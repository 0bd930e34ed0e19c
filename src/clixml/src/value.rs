//! Values as they stand in a payload.

use crate::decimal::Decimal;
use crate::object::{Members, Object, ObjectValue};
use crate::string::PsString;
use crate::time::{DateTime, TimeSpan};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;
use uuid::Uuid;

/// A value of PowerShell on the wire: null, a primitive, an object, or a reference to an object (MS-PSRP 2.2.5).
///
/// The variants are named after their .NET types. Numbers and times are kept as what they are: the text PowerShell gives
/// them follows from the value, so nothing of it is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `$null`: `<Nil />`, or an empty payload.
    #[default]
    Nil,
    /// `<S>`
    String(PsString),
    /// `<C>`: one UTF-16 code unit.
    Char(u16),
    /// `<B>`
    Bool(bool),
    /// `<DT>`
    DateTime(DateTime),
    /// `<TS>`
    TimeSpan(TimeSpan),
    /// `<By>`, System.Byte
    U8(u8),
    /// `<SB>`, System.SByte
    I8(i8),
    /// `<U16>`
    U16(u16),
    /// `<I16>`
    I16(i16),
    /// `<U32>`
    U32(u32),
    /// `<I32>`
    I32(i32),
    /// `<U64>`
    U64(u64),
    /// `<I64>`
    I64(i64),
    /// `<Sg>`, System.Single
    F32(f32),
    /// `<Db>`, System.Double
    F64(f64),
    /// `<D>`
    Decimal(Decimal),
    /// `<BA>`, System.Byte\[\]
    Bytes(Vec<u8>),
    /// `<G>`
    Guid(Uuid),
    /// `<URI>`: its text, which may be relative or empty.
    Uri(PsString),
    /// `<Version>`
    Version(Version),
    /// `<XD>`, System.Xml.XmlDocument: its text, not checked to be XML.
    Xml(PsString),
    /// `<SBK>`: the text of a script block. Stock readers make a string of it.
    ScriptBlock(PsString),
    /// `<SS>`
    SecureString(SecureString),
    /// `<PR>`: a progress record that is data, unlike a PROGRESS_RECORD message.
    Progress(Box<Progress>),
    /// `<Obj>`
    Object(Box<Object>),
    /// `<Ref>`: the object of this message that has this id. It stays a reference; a
    /// [`Resolver`](crate::Resolver) finds the object.
    Ref(RefId),
    /// `<MS N="...">`: a member set, which exists only as a member of an object's [`members`](Object::members).
    /// In any other place it is written as `Nil`.
    MemberSet(Members),
}

/// Names an object within one message. [`parse`](crate::parse) counts objects in the order of their start tags from 0,
/// which is also what PowerShell's writer does; whatever ids a peer chose, they are unique after reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefId(pub u64);

/// `System.Version`: two to four numbers, each at most 2,147,483,647. A number that is absent is less than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    build: Option<u32>,
    revision: Option<u32>,
}

/// A SecureString: the base64 text on the wire, encrypted with the session key up to protocol 2.3 and merely encoded
/// from 2.4 on. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecureString(pub String);

/// `System.Management.Automation.ProgressRecord` as data (MS-PSRP 2.2.5.1.25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done. Not empty in PowerShell.
    pub activity: PsString,
    /// Tells activities of one command from each other.
    pub activity_id: i32,
    /// The step that is under way.
    pub current_operation: Option<PsString>,
    /// The activity that this one is a part of, -1 for none.
    pub parent_activity_id: i32,
    /// 0 to 100, -1 if not known.
    pub percent_complete: i32,
    /// `Processing` or `Completed`, by name or number, as sent.
    pub record_type: PsString,
    /// Seconds, -1 if not known.
    pub seconds_remaining: i32,
    /// The state in words. Not empty in PowerShell.
    pub status_description: PsString,
}

impl Value {
    /// The value itself without an object around it.
    ///
    /// Any primitive may arrive in an object, for its notes, its type names, or only because it was sent before; an enum
    /// is an object around a number.
    pub fn primitive(&self) -> &Self {
        let mut value = self;
        while let Self::Object(object) = value {
            let ObjectValue::Primitive(inner) = &object.value else { break };
            value = inner;
        }
        value
    }

    /// The object, if this is one.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The text of a string, with or without an object around it.
    pub fn as_text(&self) -> Option<&PsString> {
        if let Self::String(text) = self.primitive() { Some(text) } else { None }
    }

    /// The text of a string without lone surrogates, with or without an object around it.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().and_then(PsString::as_str)
    }

    /// The Boolean, with or without an object around it.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self.primitive() { Some(*value) } else { None }
    }

    /// The number if it is an integer of any width that fits, or an enum of that value.
    pub fn as_i32(&self) -> Option<i32> {
        self.as_i64().and_then(|value| value.try_into().ok())
    }

    /// The number if it is an integer of any width that fits, or an enum of that value.
    pub fn as_i64(&self) -> Option<i64> {
        match *self.primitive() {
            Self::U8(value) => Some(value.into()),
            Self::I8(value) => Some(value.into()),
            Self::U16(value) => Some(value.into()),
            Self::I16(value) => Some(value.into()),
            Self::U32(value) => Some(value.into()),
            Self::I32(value) => Some(value.into()),
            Self::U64(value) => value.try_into().ok(),
            Self::I64(value) => Some(value),
            _ => None,
        }
    }

    /// The GUID, with or without an object around it.
    pub fn as_guid(&self) -> Option<Uuid> {
        if let Self::Guid(value) = self.primitive() { Some(*value) } else { None }
    }

    /// The version, with or without an object around it.
    pub fn as_version(&self) -> Option<Version> {
        if let Self::Version(value) = self.primitive() { Some(*value) } else { None }
    }

    /// The items of a list of any kind.
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.as_object()?.value {
            ObjectValue::List { items, .. } => Some(items),
            _ => None,
        }
    }

    /// True for `$null`.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The member of this name, see [`Object::get`]; `None` if this is not an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

value_from! {
    &str => String, String => String, PsString => String,
    bool => Bool, DateTime => DateTime, TimeSpan => TimeSpan,
    u8 => U8, i8 => I8, u16 => U16, i16 => I16, u32 => U32, i32 => I32, u64 => U64, i64 => I64, f32 => F32, f64 => F64,
    Decimal => Decimal, Vec<u8> => Bytes, Uuid => Guid, Version => Version, SecureString => SecureString,
    Progress => Progress, Object => Object, RefId => Ref,
}

/// `None` is `$null`.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl Version {
    /// The version `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor, build: None, revision: None }
    }

    /// The version `major.minor.build`.
    #[must_use]
    pub const fn with_build(self, build: u32) -> Self {
        Self { build: Some(build), ..self }
    }

    /// The third number, if there is one.
    pub fn build(self) -> Option<u32> {
        self.build
    }

    /// The fourth number, if there is one.
    pub fn revision(self) -> Option<u32> {
        self.revision
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        [self.build, self.revision].into_iter().flatten().try_for_each(|part| write!(f, ".{part}"))
    }
}

/// A text that is not two to four numbers up to 2,147,483,647 with points between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version of two to four numbers")]
pub struct VersionError;

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text.split('.').map(|part| {
            let number: Option<i32> = crate::number::parse_integer(part);
            number.and_then(|number| u32::try_from(number).ok()).ok_or(VersionError)
        });
        let mut next = || parts.next().transpose();
        let (major, minor) = (next()?.ok_or(VersionError)?, next()?.ok_or(VersionError)?);
        let version = Self { major, minor, build: next()?, revision: next()? };
        if next()?.is_some() { Err(VersionError) } else { Ok(version) }
    }
}

impl fmt::Debug for SecureString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecureString(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn a_value_is_four_words() {
        assert!(size_of::<Value>() <= 32);
    }

    #[test]
    fn versions_are_read_as_powershell_reads_them() {
        for (text, read) in [("1.2", "1.2"), ("1.2.3", "1.2.3"), (" 01. 2.3.4", "1.2.3.4"), ("+1.2", "1.2")] {
            assert_eq!(text.parse::<Version>().map(|version| version.to_string()), Ok(read.to_string()));
        }
        for text in ["", "1", "1.2.3.4.5", "1.-2", "2147483648.0", "1..2"] {
            assert_eq!(text.parse::<Version>(), Err(VersionError), "{text}");
        }
        assert!(Version::new(2, 3) < Version::new(2, 4));
        assert!(Version::new(2, 3) < Version::new(2, 3).with_build(0));
    }

    #[test]
    fn accessors_look_through_objects() {
        let wrapped = Value::from(Object::wrapping(Object::wrapping(5)));
        assert_eq!(wrapped.as_i32(), Some(5));
        assert_eq!(Value::U64(u64::MAX).as_i64(), None);
        assert_eq!(Value::from(Object::bag()).as_str(), None);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let value = Value::from(SecureString("c2VjcmV0".to_string()));
        assert_eq!(format!("{value:?}"), "SecureString(SecureString(..))");
    }
}
