//! Objects: type names, a text, a value, and members.

use crate::string::PsString;
use crate::value::{RefId, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// `<Obj>` (MS-PSRP 2.2.5.2): what is left of a .NET object when it is sent.
///
/// Every part may be absent; a bag of members alone is what most PSRP messages are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The id by which a [`Value::Ref`] of the same message names this object; `None` if none does.
    pub ref_id: Option<RefId>,
    /// `<TN>`: the type names, most derived first.
    pub type_names: Option<Arc<TypeNames>>,
    /// `<ToString>`: what `ToString()` gave.
    pub to_string: Option<PsString>,
    /// What the object holds.
    pub value: ObjectValue,
    /// `<Props>`: properties of the .NET object.
    pub props: Members,
    /// `<MS>`: members that PowerShell added, and those of property bags.
    pub members: Members,
}

/// What an object holds besides its members.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ObjectValue {
    /// Nothing: a property bag.
    #[default]
    None,
    /// A primitive, or another object. (`Nil`, a reference and a member set cannot be in an object and are not written.)
    Primitive(Value),
    /// A list.
    List {
        /// Which of the four elements for lists it is.
        kind: ListKind,
        /// Its items; a stack's from the top down.
        items: Vec<Value>,
    },
    /// `<DCT>`: keys, none of which is null, and their values, in the order of sending.
    Dict(Vec<(Value, Value)>),
}

/// The elements for lists (MS-PSRP 2.2.5.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// `<IE>`: something that can only be enumerated.
    Enumerable,
    /// `<LST>`: an array or list.
    List,
    /// `<QUE>`: a queue, first out first.
    Queue,
    /// `<STK>`: a stack, top first.
    Stack,
}

/// The names of an object's type and of the types it derives from, most derived first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeNames(Vec<PsString>);

/// Named values in the order of sending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(Vec<(PsString, Value)>);

impl Object {
    /// A property bag without members and type names, the beginning of most messages; add members with
    /// [`with`](Self::with).
    pub fn bag() -> Self {
        Self::default()
    }

    /// An object around `value`.
    pub fn wrapping(value: impl Into<Value>) -> Self {
        Self { value: ObjectValue::Primitive(value.into()), ..Self::default() }
    }

    /// A value of the enumeration `type_name`: its name `text` and its number, whose width is that of the enumeration.
    pub fn enumeration(type_name: &str, text: &str, number: impl Into<Value>) -> Self {
        Self::wrapping(number)
            .typed(TypeNames::new([type_name, "System.Enum", "System.ValueType", "System.Object"]))
            .displayed(text)
    }

    /// A list (`<LST>`) with the given type names.
    pub fn list<T: Into<Value>>(type_names: TypeNames, items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(Into::into).collect();
        Self { value: ObjectValue::List { kind: ListKind::List, items }, ..Self::default() }.typed(type_names)
    }

    /// A `System.String[]`.
    pub fn string_list<T: Into<PsString>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::list(TypeNames::array_of("System.String"), items.into_iter().map(|item| Value::String(item.into())))
    }

    /// A dictionary with the given type names.
    pub fn dict<K: Into<Value>, V: Into<Value>>(
        type_names: TypeNames,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self { value: ObjectValue::Dict(entries), ..Self::default() }.typed(type_names)
    }

    /// A `PSPrimitiveDictionary`: the dictionary of application arguments and private data.
    pub fn primitive_dictionary<K: Into<PsString>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let names =
            ["System.Management.Automation.PSPrimitiveDictionary", "System.Collections.Hashtable", "System.Object"];
        Self::dict(TypeNames::new(names), entries.into_iter().map(|(key, value)| (Value::String(key.into()), value)))
    }

    /// This object with one more member (`<MS>`).
    #[must_use]
    pub fn with(mut self, name: impl Into<PsString>, value: impl Into<Value>) -> Self {
        self.members.push(name, value);
        self
    }

    /// This object with one more property (`<Props>`).
    #[must_use]
    pub fn with_prop(mut self, name: impl Into<PsString>, value: impl Into<Value>) -> Self {
        self.props.push(name, value);
        self
    }

    /// This object with these type names.
    #[must_use]
    pub fn typed(self, type_names: impl Into<Arc<TypeNames>>) -> Self {
        Self { type_names: Some(type_names.into()), ..self }
    }

    /// This object with this ToString text.
    #[must_use]
    pub fn displayed(self, text: impl Into<PsString>) -> Self {
        Self { to_string: Some(text.into()), ..self }
    }

    /// The member of this name, or else the property of this name; case is ignored.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name).or_else(|| self.props.get(name))
    }

    /// The value for a key that is a string; case is ignored. `None` if this is not a dictionary.
    pub fn entry(&self, key: &str) -> Option<&Value> {
        let ObjectValue::Dict(entries) = &self.value else { return None };
        let found = entries.iter().find(|(k, _)| k.as_text().is_some_and(|text| text.eq_ignore_case(key)));
        found.map(|(_, value)| value)
    }

    /// Whether the most derived type is `name`, case ignored, be it live or deserialized before.
    pub fn is(&self, name: &str) -> bool {
        self.type_names.as_ref().and_then(|names| names.iter().next()).is_some_and(|first| {
            let first = first.to_string_lossy();
            PsString::from(TypeNames::live(&first)).eq_ignore_case(name)
        })
    }
}

impl ListKind {
    /// The name of the element.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Enumerable => "IE",
            Self::List => "LST",
            Self::Queue => "QUE",
            Self::Stack => "STK",
        }
    }

    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        [Self::Enumerable, Self::List, Self::Queue, Self::Stack].into_iter().find(|kind| kind.tag() == tag)
    }
}

impl TypeNames {
    /// These names, most derived first.
    pub fn new<T: Into<PsString>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// The names of an array: `System.String[]`, `System.Array`, `System.Object`.
    pub fn array_of(element: &str) -> Self {
        Self::new([&alloc::format!("{element}[]"), "System.Array", "System.Object"])
    }

    /// The names, most derived first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &PsString> {
        self.0.iter()
    }

    /// A type name without the `Deserialized.` that readers put in front of it.
    pub fn live(name: &str) -> &str {
        const PREFIX: &str = "Deserialized.";
        match name.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
            _ => name,
        }
    }
}

impl Members {
    /// The value of this name; case is ignored. If a name was sent twice, the last one counts, as in PowerShell.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(n, _)| n.eq_ignore_case(name)).map(|(_, value)| value)
    }

    /// Adds a value at the end.
    pub fn push(&mut self, name: impl Into<PsString>, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// Names and values in the order of sending.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&PsString, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The values, to be changed in place.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<PsString>, V: Into<Value>> FromIterator<(N, V)> for Members {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_hide_properties_and_case_is_ignored() {
        let object = Object::bag().with_prop("Name", "p").with_prop("Other", 1).with("NAME", "m").with("name", "last");
        assert_eq!(object.get("nAmE").and_then(Value::as_str), Some("last"));
        assert_eq!(object.get("other").and_then(Value::as_i32), Some(1));
        assert_eq!(object.get("none"), None);
    }

    #[test]
    fn type_names_match_with_and_without_prefix() {
        let object = Object::bag().typed(TypeNames::new(["deserialized.System.IO.FileInfo", "System.Object"]));
        assert!(object.is("system.io.fileinfo"));
        assert!(!object.is("System.Object"));
        assert!(!Object::bag().is("System.Object"));
    }

    #[test]
    fn dictionaries_are_searched_by_text() {
        let object = Object::primitive_dictionary([("PSVersionTable", 1), ("Other", 2)]);
        assert_eq!(object.entry("psversiontable").and_then(Value::as_i32), Some(1));
        assert_eq!(Object::bag().entry("x"), None);
    }
}
