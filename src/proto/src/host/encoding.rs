//! How parameters and results are encoded (MS-PSRP 2.2.6).

use alloc::vec::Vec;

use psrp_clixml::{PsString, Value};

use super::call::array_list;
use super::types::{
    BufferCell, BufferCells, ChoiceDescription, Coordinates, FieldDescription, Numbers, Rectangle, Size,
};
use crate::message::{Fields, Node, PayloadError, ProgressRecord};

/// A parameter of a method.
pub(super) trait Parameter: Sized {
    /// Reads one.
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError>;

    /// Writes one.
    fn encode(&self) -> Value;
}

pub(super) const fn wrong(expected: &'static str) -> PayloadError {
    PayloadError::Wrong { what: "host call", name: "mp", expected }
}

macro_rules! structures {
    ($($type:ty),*) => {$(
        impl Parameter for $type {
            fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
                <$type>::from_node(node)
            }

            fn encode(&self) -> Value {
                self.to_value()
            }
        }
    )*};
}

structures!(
    BufferCell,
    BufferCells,
    ChoiceDescription,
    Coordinates,
    FieldDescription,
    Numbers,
    ProgressRecord,
    Rectangle,
    Size
);

impl Parameter for i32 {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        node.primitive()?.as_i32().ok_or(wrong("a 32-bit number"))
    }

    fn encode(&self) -> Value {
        (*self).into()
    }
}

impl Parameter for i64 {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        node.primitive()?.as_i64().ok_or(wrong("a 64-bit number"))
    }

    fn encode(&self) -> Value {
        (*self).into()
    }
}

/// A null text is an empty one: no host shows them differently.
impl Parameter for PsString {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        if node.is_nil() { Ok(Self::default()) } else { node.primitive()?.as_text().cloned().ok_or(wrong("text")) }
    }

    fn encode(&self) -> Value {
        self.clone().into()
    }
}

/// A collection: an ArrayList. .NET arrays come as a bag of elements (`mae`) and lengths (`mal`).
impl<T: Parameter> Parameter for Vec<T> {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        match node.items()? {
            Some(items) => items.map(T::decode).collect(),
            None => Fields::of(node, "host call")?.list("mae")?.map(T::decode).collect(),
        }
    }

    fn encode(&self) -> Value {
        array_list(self.iter().map(T::encode)).into()
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn decode(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        if node.is_nil() { Ok(None) } else { T::decode(node).map(Some) }
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Nil, T::encode)
    }
}
