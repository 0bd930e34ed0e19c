//! References: `<Ref>` in place of an object that stands elsewhere in the message.

use core::cell::{Cell, RefCell};

use psrp_clixml::{Members, Object, ObjectValue, PsString, Resolver, Value};

use super::PayloadError;
use crate::limits;

/// A tree whose references can be followed.
///
/// Other implementations send one object for equal values (every `Merge…` of a command, for one) and refer to it.
pub(crate) struct Document<'a> {
    root: &'a Value,
    /// Made when the first reference is met. It counts what following them leads to.
    resolver: RefCell<Option<Resolver<'a>>>,
    /// Bytes that may still be read through references.
    budget: Cell<usize>,
}

impl<'a> Document<'a> {
    pub(crate) const fn new(root: &'a Value) -> Self {
        Self { root, resolver: RefCell::new(None), budget: Cell::new(limits::REFERENCED) }
    }

    pub(crate) const fn root(&self) -> Node<'_, 'a> {
        Node { value: self.root, document: self }
    }
}

/// A value in its document.
#[derive(Clone, Copy)]
pub(crate) struct Node<'d, 'a> {
    value: &'a Value,
    document: &'d Document<'a>,
}

impl<'d, 'a> Node<'d, 'a> {
    pub(super) const fn new(value: &'a Value, document: &'d Document<'a>) -> Self {
        Self { value, document }
    }

    pub(super) const fn document(self) -> &'d Document<'a> {
        self.document
    }

    /// As it stands, perhaps a reference.
    pub(crate) const fn value(self) -> &'a Value {
        self.value
    }

    pub(crate) fn is_nil(self) -> bool {
        self.value.is_nil()
    }

    /// The object that it is or refers to.
    pub(crate) fn object(self) -> Result<Option<&'a Object>, PayloadError> {
        if !matches!(self.value, Value::Ref(_)) {
            return Ok(self.value.as_object());
        }
        // Nothing else borrows it while this does.
        let mut resolver = self.document.resolver.borrow_mut();
        let resolver = resolver.get_or_insert_with(|| Resolver::new(self.document.root));
        let object = resolver.object(self.value)?;
        let weight = object.map_or(0, object_bytes);
        let left = self.document.budget.get().checked_sub(weight).ok_or(PayloadError::Referenced)?;
        self.document.budget.set(left);
        Ok(object)
    }

    /// The primitive that it is, wraps or refers to; something else as it stands.
    pub(crate) fn primitive(self) -> Result<&'a Value, PayloadError> {
        Ok(match self.object()?.map(|object| &object.value) {
            Some(ObjectValue::Primitive(value)) => value.primitive(),
            _ => self.value,
        })
    }

    /// The items of the list that it is or refers to.
    pub(crate) fn items(self) -> Result<Option<impl Iterator<Item = Self>>, PayloadError> {
        Ok(match self.object()?.map(|object| &object.value) {
            Some(ObjectValue::List { items, .. }) => {
                Some(items.iter().map(move |value| Node { value, document: self.document }))
            }
            _ => None,
        })
    }

    /// The entries of the dictionary that it is or refers to.
    pub(crate) fn entries(self) -> Result<Option<impl Iterator<Item = (Self, Self)>>, PayloadError> {
        let node = move |value| Node { value, document: self.document };
        Ok(match self.object()?.map(|object| &object.value) {
            Some(ObjectValue::Dict(entries)) => Some(entries.iter().map(move |(key, value)| (node(key), node(value)))),
            _ => None,
        })
    }
}

/// Bytes of text and data in an object, which is no deeper than CLIXML may be. What it refers to is not counted.
fn object_bytes(object: &Object) -> usize {
    let inner = match &object.value {
        ObjectValue::None => 0,
        ObjectValue::Primitive(value) => value_bytes(value),
        ObjectValue::List { items, .. } => sum(items.iter().map(value_bytes)),
        ObjectValue::Dict(entries) => sum(entries.iter().flat_map(|(k, v)| [k, v]).map(value_bytes)),
    };
    let text = object.to_string.as_ref().map_or(0, text_bytes);
    sum([inner, text, members_bytes(&object.props), members_bytes(&object.members)].into_iter())
}

fn members_bytes(members: &Members) -> usize {
    sum(members.iter().map(|(name, value)| text_bytes(name).saturating_add(value_bytes(value))))
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Object(object) => object_bytes(object),
        Value::MemberSet(members) => members_bytes(members),
        Value::String(text) | Value::Uri(text) | Value::Xml(text) | Value::ScriptBlock(text) => text_bytes(text),
        Value::Bytes(bytes) => bytes.len(),
        Value::SecureString(text) => text.0.len(),
        Value::Progress(progress) => {
            text_bytes(&progress.activity).saturating_add(text_bytes(&progress.status_description))
        }
        _ => size_of::<Value>(),
    }
}

fn text_bytes(text: &PsString) -> usize {
    text.as_str().map_or_else(|| text.encode_utf16().count().saturating_mul(2), str::len)
}

fn sum(bytes: impl Iterator<Item = usize>) -> usize {
    bytes.fold(size_of::<Value>(), usize::saturating_add)
}
