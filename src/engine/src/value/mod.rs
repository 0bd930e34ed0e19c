//! Values: what a variable holds and a pipeline carries.

use std::{
    any::Any,
    fmt,
    sync::{Arc, LazyLock},
};

use psrpd_dotnet::{DateTime, Decimal, Guid, Str, TimeSpan};

use crate::types::{self, Type};

mod array;
mod dictionary;
mod enumerate;
mod error;
mod invocation;
mod items;
mod list;
mod member;
mod misc;
mod release;
mod secret;
mod set;
mod slots;
mod store;
mod text;

pub(crate) use array::Array;
pub(crate) use dictionary::{Dictionary, Key};
pub(crate) use enumerate::{Watch, count, enumerate, enumerates, items_of, items_or_one};
pub(crate) use error::{Category, ErrorRecord, Exception, exception_message};
pub(crate) use invocation::Invocation;
pub(crate) use items::{Items, Span, Walk};
pub(crate) use list::List;
pub(crate) use member::{Body, Member, Wrapped};
pub(crate) use misc::{Enumerator, Opaque, Order, Reference, Uri, Version};
pub(crate) use release::{release, release_values};
pub(crate) use secret::Secret;
pub(crate) use set::Set;
pub(crate) use store::compact_size;
pub(crate) use text::{as_written, item_text, join, text};

/// A value. Scalars lie in it, everything else is shared; a clone is one more hold on the same object.
#[derive(Clone, Default)]
pub(crate) enum Value {
    /// `$null`
    #[default]
    Null,
    /// The result of a command without output: nothing in a pipeline, `$null` in a variable.
    AutomationNull,
    Bool(bool),
    Char(u16),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Decimal(Decimal),
    Str(Str),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    Guid(Guid),
    /// A value of an enum type.
    Enum(Type, i64),
    Type(Type),
    Array(Arc<Array>),
    Object(Arc<dyn Object>),
    /// A value with members or type names of its own (`PSObject`).
    Wrapped(Arc<Wrapped>),
}

const _: () = assert!(size_of::<Value>() == 24);

/// An object that is more than a scalar.
pub(crate) trait Object: Any + Send + Sync {
    /// Its .NET type.
    fn type_of(&self) -> Type;

    /// The same, to look at, where it is at hand and no class of a script.
    fn own_type(&self) -> Option<&Type> {
        None
    }

    /// For downcasts.
    fn as_any(&self) -> &dyn Any;

    /// `ToString()`, where it is not the name of the type.
    fn text(&self) -> Option<Str> {
        None
    }

    /// The items, if a pipeline takes it apart.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    /// How many items a pipeline takes out of it, if it takes it apart.
    fn item_count(&self) -> Option<usize> {
        self.items().map(|items| items.len())
    }

    /// A number that is another one after a change that ends an enumeration; none where changes are allowed.
    fn version(&self) -> Option<usize> {
        None
    }

    /// The text in a list of texts and on the wire, where it is not `ToString()`.
    fn listed_text(&self) -> Option<Str> {
        self.text()
    }

    /// What tells it from other objects, where one object may have several holders.
    fn key(&self) -> Option<usize> {
        None
    }

    /// The object of .NET that an object of a script's class is derived from.
    fn inner(&self) -> Option<&Arc<dyn Object>> {
        None
    }

    /// The type names, where they are not those of the type.
    fn type_names(&self) -> Option<Vec<Str>> {
        None
    }

    /// The order among objects of its type, where there is one.
    fn compare(&self, _other: &Value) -> Option<std::cmp::Ordering> {
        None
    }

    /// `Equals()`, where it is not identity.
    fn equals(&self, _other: &Value) -> bool {
        false
    }
}

impl Value {
    /// An object.
    pub(crate) fn object(object: impl Object) -> Self {
        Self::Object(Arc::new(object))
    }

    /// `object[]`
    pub(crate) fn array(items: Vec<Self>) -> Self {
        Self::Array(Arc::new(Array::objects(items)))
    }

    /// An array with elements of a type.
    pub(crate) fn typed_array(element: Type, items: Vec<Self>) -> Self {
        Self::Array(Arc::new(Array::new(element, items)))
    }

    /// `byte[]`
    pub(crate) fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Array(Arc::new(Array::of_bytes(bytes.into())))
    }

    /// `char[]`
    pub(crate) fn chars(units: impl Into<Vec<u16>>) -> Self {
        Self::Array(Arc::new(Array::of_chars(units.into())))
    }

    /// An array with so many times the same element of a type.
    pub(crate) fn filled_array(element: Type, length: usize, fill: Self) -> Self {
        Self::Array(Arc::new(Array::filled(element, length, fill)))
    }

    /// `string[]`
    pub(crate) fn strings(items: impl IntoIterator<Item = impl Into<Str>>) -> Self {
        Self::typed_array(types::string(), items.into_iter().map(|item| Self::Str(item.into())).collect())
    }

    /// A custom object of note properties.
    pub(crate) fn custom<K: Into<Str>>(notes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Wrapped(Arc::new(Wrapped::custom(
            notes.into_iter().map(|(name, value)| Member::note(name, value)).collect(),
        )))
    }

    /// What an expression makes of several results: none, the one, or an array.
    pub(crate) fn collected(mut items: Vec<Self>) -> Self {
        match items.len() {
            0 => Self::AutomationNull,
            1 => items.pop().unwrap_or_default(),
            _ => Self::array(items),
        }
    }

    /// A length or count.
    pub(crate) fn int(n: usize) -> Self {
        Self::I32(psrpd_dotnet::cast::int32(n))
    }

    /// Whether it is `$null`, wrapped or not.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::AutomationNull)
    }

    /// Whether it may hold other values.
    pub(crate) fn is_deep(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_) | Self::Wrapped(_))
    }

    /// Takes the place of what was there. The smallest kinds are written as they have just been made: a value that is
    /// copied as a whole has to wait until all of its parts are in memory.
    #[inline]
    pub(crate) fn become_value(&mut self, value: Self) {
        match value {
            Self::I32(n) => match self {
                Self::I32(old) => *old = n,
                slot => *slot = Self::I32(n),
            },
            Self::F64(n) => match self {
                Self::F64(old) => *old = n,
                slot => *slot = Self::F64(n),
            },
            value => *self = value,
        }
    }

    /// As a variable or argument holds it.
    pub(crate) fn settled(self) -> Self {
        if matches!(self, Self::AutomationNull) { Self::Null } else { self }
    }

    /// The value without a wrapper; a custom object stays.
    pub(crate) fn base(&self) -> &Self {
        match self {
            Self::Wrapped(wrapped) if !wrapped.is_custom() => &wrapped.base,
            _ => self,
        }
    }

    /// As [`Self::base`], owned.
    pub(crate) fn into_base(self) -> Self {
        match &self {
            Self::Wrapped(wrapped) if !wrapped.is_custom() => wrapped.base.clone(),
            _ => self,
        }
    }

    /// The object inside, if it is of this Rust type.
    pub(crate) fn downcast<T: Object>(&self) -> Option<&T> {
        match self.base() {
            Self::Object(object) => object.as_any().downcast_ref().or_else(|| object.inner()?.as_any().downcast_ref()),
            _ => None,
        }
    }

    /// The object itself to keep, if it is of this Rust type.
    pub(crate) fn shared<T: Object>(&self) -> Option<Arc<T>> {
        let Self::Object(object) = self.base() else { return None };
        let object: Arc<dyn Any + Send + Sync> = object.clone();
        object.downcast().ok()
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&Str> {
        match self.base() {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The array.
    pub(crate) fn as_array(&self) -> Option<&Arc<Array>> {
        match self.base() {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The Boolean.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.base() {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it is a number that may have a fraction.
    pub(crate) fn is_real(&self) -> bool {
        matches!(self.base(), Self::F32(_) | Self::F64(_) | Self::Decimal(_))
    }

    /// The number, if it is an integer of any type, a char excepted.
    pub(crate) fn as_i128(&self) -> Option<i128> {
        Some(match self.base() {
            Self::I8(n) => (*n).into(),
            Self::U8(n) => (*n).into(),
            Self::I16(n) => (*n).into(),
            Self::U16(n) => (*n).into(),
            Self::I32(n) => (*n).into(),
            Self::U32(n) => (*n).into(),
            Self::I64(n) => (*n).into(),
            Self::U64(n) => (*n).into(),
            _ => return None,
        })
    }

    /// The type of a scalar that lies in the value.
    pub(crate) fn scalar_type(&self) -> Option<&'static Type> {
        fn types() -> [Type; 17] {
            [
                types::boolean(),
                types::char(),
                types::sbyte(),
                types::byte(),
                types::int16(),
                types::uint16(),
                types::int32(),
                types::uint32(),
                types::int64(),
                types::uint64(),
                types::single(),
                types::double(),
                types::decimal(),
                types::string(),
                types::datetime(),
                types::timespan(),
                types::guid(),
            ]
        }
        static TYPES: LazyLock<[Type; 17]> = LazyLock::new(types);
        let at = match self {
            Self::Bool(_) => 0,
            Self::Char(_) => 1,
            Self::I8(_) => 2,
            Self::U8(_) => 3,
            Self::I16(_) => 4,
            Self::U16(_) => 5,
            Self::I32(_) => 6,
            Self::U32(_) => 7,
            Self::I64(_) => 8,
            Self::U64(_) => 9,
            Self::F32(_) => 10,
            Self::F64(_) => 11,
            Self::Decimal(_) => 12,
            Self::Str(_) => 13,
            Self::DateTime(_) => 14,
            Self::TimeSpan(_) => 15,
            Self::Guid(_) => 16,
            _ => return None,
        };
        TYPES.get(at)
    }

    /// The .NET type; `$null` has none.
    pub(crate) fn type_of(&self) -> Option<Type> {
        if let Some(of) = self.scalar_type() {
            return Some(of.clone());
        }
        Some(match self {
            Self::Enum(of, _) => of.clone(),
            Self::Type(_) => types::runtime_type(),
            Self::Array(array) => array.type_of(),
            Self::Object(object) => object.type_of(),
            // What is left of an object that came over the wire.
            Self::Wrapped(wrapped) if wrapped.is_custom() && wrapped.text.lock().is_some() => types::ps_object(),
            Self::Wrapped(wrapped) if wrapped.is_custom() => types::custom_object(),
            Self::Wrapped(wrapped) => return wrapped.base.type_of(),
            // `$null`; the others are scalars.
            _ => return None,
        })
    }

    /// The full name of the type, `null` without one.
    pub(crate) fn type_name(&self) -> String {
        self.type_of().map_or_else(|| "null".into(), |of| of.full_name())
    }

    /// The list of type names (`PSTypeNames`).
    pub(crate) fn type_names(&self) -> Vec<Str> {
        if let Self::Wrapped(wrapped) = self
            && let Some(names) = &*wrapped.type_names.lock()
        {
            return names.clone();
        }
        if let Self::Object(object) = self.base()
            && let Some(names) = object.type_names()
        {
            return names;
        }
        self.type_of().map(|of| of.chain()).unwrap_or_default()
    }

    /// Whether its type names may be others than those of its type.
    pub(crate) fn has_own_names(&self) -> bool {
        matches!(self, Self::Wrapped(wrapped) if wrapped.type_names.lock().is_some())
            || matches!(self.base(), Self::Object(object) if object.type_names().is_some())
    }

    /// A wrapper around the value: the one it has, or a new one.
    pub(crate) fn wrapped(&self) -> Arc<Wrapped> {
        match self {
            Self::Wrapped(wrapped) => wrapped.clone(),
            _ => Arc::new(Wrapped::around(self.clone())),
        }
    }

    /// The value with notes of its own, as cmdlets attach them.
    pub(crate) fn with_notes<K: Into<Str>>(self, notes: impl IntoIterator<Item = (K, Self)>) -> Self {
        let wrapped = Wrapped::around(self.into_base());
        for (name, value) in notes {
            wrapped.set_note(name.into(), value);
        }
        Self::Wrapped(Arc::new(wrapped))
    }

    /// The value under another first type name.
    pub(crate) fn with_type_name(self, name: &str) -> Self {
        let wrapped = self.wrapped();
        let mut names = self.type_names();
        names.insert(0, name.into());
        *wrapped.type_names.lock() = Some(names);
        Self::Wrapped(wrapped)
    }

    /// What tells objects of reference types apart.
    pub(crate) fn identity(&self) -> Option<usize> {
        match self.base() {
            Self::Object(object) => Some(object.key().unwrap_or_else(|| Arc::as_ptr(object).addr())),
            Self::Array(array) => Some(Arc::as_ptr(array).addr()),
            _ => None,
        }
    }

    /// Whether both are the same object.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Wrapped(a), Self::Wrapped(b)) if Arc::ptr_eq(a, b) => true,
            _ => match (self.base(), other.base()) {
                (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b) || a.key().is_some() && a.key() == b.key(),
                (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b),
                (Self::Type(a), Self::Type(b)) => a == b,
                _ => false,
            },
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]{}", self.type_name(), text(self))
    }
}

macro_rules! from {
    ($($rust:ty => $variant:ident),*) => {
        $(impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from! {
    bool => Bool, i32 => I32, i64 => I64, u64 => U64, u32 => U32, f64 => F64, u8 => U8, &str => Str, String => Str, Str => Str,
    Decimal => Decimal, DateTime => DateTime, TimeSpan => TimeSpan, Guid => Guid, Type => Type
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    /// A `string[]` as operators give it.
    pub(crate) fn strings_of(items: Vec<Self>) -> Self {
        Self::typed_array(types::string(), items)
    }
}
