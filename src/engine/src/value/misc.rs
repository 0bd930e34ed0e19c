//! Small objects: versions, URIs, references, enumerators, and bags with a type.

use std::{
    any::Any,
    cmp::Ordering,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering as Memory},
    },
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::{Items, Object, Value};
use crate::types::{self, Type};

/// `System.Version`; parts that are absent are -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) [i32; 4]);

impl Version {
    /// Reads two to four numbers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = [-1; 4];
        let fields: Vec<&str> = text.split('.').collect();
        if !(2..=4).contains(&fields.len()) {
            return None;
        }
        for (slot, field) in parts.iter_mut().zip(fields) {
            *slot = field.trim().parse().ok().filter(|n| *n >= 0)?;
        }
        Some(Self(parts))
    }
}

impl Object for Version {
    fn type_of(&self) -> Type {
        types::known("System.Version")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let parts: Vec<String> = self.0.iter().take_while(|n| **n >= 0).map(ToString::to_string).collect();
        Some(parts.join(".").into())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>() == Some(self)
    }
}

/// `System.Uri`, by its text.
pub(crate) struct Uri(pub(crate) Str);

impl Object for Uri {
    fn type_of(&self) -> Type {
        types::known("System.Uri")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(types::uri_text(&self.0))
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| types::uri_text(&other.0) == types::uri_text(&self.0))
    }
}

/// `[ref]`: a variable, or a value of its own.
pub(crate) struct Reference {
    pub(crate) variable: Option<Arc<crate::eval::Variable>>,
    pub(crate) value: Mutex<Value>,
}

impl Drop for Reference {
    fn drop(&mut self) {
        super::release(std::mem::take(self.value.get_mut()));
    }
}

impl Reference {
    pub(crate) fn get(&self) -> Value {
        match &self.variable {
            Some(variable) => variable.value.lock().clone(),
            None => self.value.lock().clone(),
        }
    }

    pub(crate) fn set(&self, value: Value) {
        match &self.variable {
            Some(variable) => *variable.value.lock() = value,
            None => *self.value.lock() = value,
        }
    }
}

impl Object for Reference {
    fn type_of(&self) -> Type {
        let of = self.get().type_of().unwrap_or_else(types::object);
        let generic = types::generic("System.Management.Automation.PSReference`1", vec![of]);
        generic.unwrap_or_else(|| types::known("System.Management.Automation.PSReference"))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An enumerator over items that were taken from a collection; each item comes once.
pub(crate) struct Enumerator {
    of: Type,
    state: Mutex<(Items, Option<usize>)>,
    /// Whether more items come, one by one.
    live: AtomicBool,
    /// The collection, which must not change meanwhile.
    source: Option<Arc<dyn Object>>,
}

impl Drop for Enumerator {
    fn drop(&mut self) {
        if let Items::Values(values) = &mut self.state.get_mut().0 {
            super::release_values(values);
        }
    }
}

impl Enumerator {
    pub(crate) fn new(of: Type, items: impl Into<Items>) -> Self {
        Self { of, state: Mutex::new((items.into(), None)), live: AtomicBool::new(false), source: None }
    }

    /// The same, of a collection that must not change meanwhile.
    pub(crate) fn watching(mut self, collection: &Value) -> Self {
        self.source = if let Value::Object(object) = collection.base() { Some(object.clone()) } else { None };
        self
    }

    /// Without items: they come one by one, until there will be no more.
    pub(crate) fn live(of: Type) -> Self {
        let mut enumerator = Self::new(of, Vec::new());
        enumerator.live = AtomicBool::new(true);
        enumerator
    }

    /// Whether more items may come.
    pub(crate) fn is_live(&self) -> bool {
        self.live.load(Memory::Relaxed)
    }

    /// Takes an item that has come; none is the end.
    pub(crate) fn come(&self, item: Option<Value>) {
        let Some(item) = item else { return self.live.store(false, Memory::Relaxed) };
        let mut state = self.state.lock();
        let is_passed = state.1.is_some_and(|at| at >= state.0.len());
        match &mut state.0 {
            Items::Values(items) if !is_passed => items.push(item),
            // Nobody comes back to what was passed.
            _ => *state = (vec![item].into(), None),
        }
    }

    /// Steps forward.
    pub(crate) fn next(&self) -> bool {
        let mut state = self.state.lock();
        let next = state.1.map_or(0, |at| at.saturating_add(1));
        state.1 = Some(next);
        next < state.0.len()
    }

    /// Steps forward, to what is there.
    pub(crate) fn advance(&self) -> Option<Value> {
        let mut state = self.state.lock();
        let next = state.1.map_or(0, |at| at.saturating_add(1));
        state.1 = Some(next);
        state.0.get(next)
    }

    pub(crate) fn current(&self) -> Value {
        let state = self.state.lock();
        state.1.and_then(|at| state.0.get(at)).unwrap_or_default()
    }

    pub(crate) fn reset(&self) {
        self.state.lock().1 = None;
    }

    /// What is left.
    pub(crate) fn drain(&self) -> Items {
        let mut state = self.state.lock();
        let from = state.1.map_or(0, |at| at.saturating_add(1));
        state.1 = Some(state.0.len());
        state.0.after(from)
    }
}

impl Object for Enumerator {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(Vec::new())
    }

    fn version(&self) -> Option<usize> {
        self.source.as_ref()?.version()
    }
}

/// An object of .NET that scripts only read: a type and its properties, in order.
pub(crate) struct Opaque {
    of: Type,
    text: Shown,
    order: Option<Order>,
    properties: Mutex<Vec<(Str, Value)>>,
}

/// What an object that is only read looks like as text.
#[derive(Clone)]
enum Shown {
    Nothing,
    Fixed(Str),
    Made(fn(&Opaque) -> Str),
}

impl Drop for Opaque {
    fn drop(&mut self) {
        let properties = self.properties.get_mut();
        if properties.iter().any(|(_, value)| value.is_deep()) {
            super::release(std::mem::take(properties));
        }
    }
}

impl Opaque {
    pub(crate) fn new<K: Into<Str>>(name: &str, properties: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::of(types::known(name), properties)
    }

    /// An object of a type that is at hand.
    pub(crate) fn of<K: Into<Str>>(of: Type, properties: impl IntoIterator<Item = (K, Value)>) -> Self {
        let properties = properties.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self { of, text: Shown::Nothing, order: None, properties: Mutex::new(properties) }
    }

    /// What it compares by.
    pub(crate) fn ordered(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    pub(crate) fn order(&self) -> Option<&Order> {
        self.order.as_ref()
    }

    pub(crate) fn displayed(mut self, text: impl Into<Str>) -> Self {
        self.text = Shown::Fixed(text.into());
        self
    }

    /// As [`Self::displayed`], by what its properties are when somebody asks.
    pub(crate) fn displayed_by(mut self, make: fn(&Self) -> Str) -> Self {
        self.text = Shown::Made(make);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        self.properties.lock().iter().find(|(have, _)| casing::eq(have, name)).map(|(_, value)| value.clone())
    }

    /// Sets a property; false if there is none of this name.
    pub(crate) fn set(&self, name: &str, value: Value) -> bool {
        match self.properties.lock().iter_mut().find(|(have, _)| casing::eq(have, name)) {
            Some((_, slot)) => {
                *slot = value;
                true
            }
            None => false,
        }
    }

    /// Adds a property.
    pub(crate) fn push(&self, name: &str, value: Value) {
        self.properties.lock().push((name.into(), value));
    }

    /// Another one that has the same properties.
    pub(crate) fn copy(&self) -> Self {
        Self {
            of: self.of.clone(),
            text: self.text.clone(),
            order: self.order.clone(),
            properties: Mutex::new(self.properties.lock().clone()),
        }
    }

    /// The properties; a name that begins with NUL keeps what nobody shall see.
    pub(crate) fn properties(&self) -> Vec<(Str, Value)> {
        self.properties.lock().iter().filter(|(name, _)| !name.starts_with('\0')).cloned().collect()
    }
}

impl Object for Opaque {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn own_type(&self) -> Option<&Type> {
        self.of.class().is_none().then_some(&self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        match &self.text {
            Shown::Nothing => None,
            Shown::Fixed(text) => Some(text.clone()),
            Shown::Made(make) => Some(make(self)),
        }
    }

    fn equals(&self, other: &Value) -> bool {
        if self.order.is_some() {
            return self.compare(other) == Some(Ordering::Equal);
        }
        // Value types without an order are alike where their fields are.
        let Some(other) = other.downcast::<Self>().filter(|other| other.of == self.of) else { return false };
        let is_value = self.of.base().is_some_and(|base| base.name() == "System.ValueType");
        is_value && {
            let (own, others) = (self.properties(), other.properties());
            own.len() == others.len()
                && own.iter().zip(&others).all(|((_, one), (_, two))| super::text(one) == super::text(two))
        }
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast::<Self>().filter(|other| other.of == self.of)?;
        self.order.as_ref()?.compare(other.order.as_ref()?)
    }
}

/// What values of a type compare by.
#[derive(Clone)]
pub(crate) enum Order {
    Number(i128),
    Float(f64),
    Text(Str),
    /// Three numbers and a label: a version without label comes after those with one.
    Semantic([i64; 3], Str),
}

impl Order {
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.as_str().cmp(b.as_str())),
            (Self::Semantic(a, x), Self::Semantic(b, y)) => Some(a.cmp(b).then_with(|| compare_labels(x, y))),
            _ => None,
        }
    }
}

/// The order of two labels: none is last; parts that are numbers compare as numbers.
fn compare_labels(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                _ => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl Opaque {
    /// The object as a value.
    pub(crate) fn into_value(self) -> Value {
        Value::object(self)
    }
}

impl Value {
    /// A property of an [`Opaque`]; `$null` where there is none.
    pub(crate) fn field(&self, name: &str) -> Self {
        self.downcast::<Opaque>().and_then(|value| value.get(name)).unwrap_or_default()
    }
}
