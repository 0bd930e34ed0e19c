//! Small objects: versions, URIs, references, enumerators, and bags with a type.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::{Object, Value};
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
        Some(self.0.clone())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| other.0 == self.0)
    }
}

/// `[ref]`: a variable, or a value of its own.
pub(crate) struct Reference {
    pub(crate) variable: Option<Arc<crate::eval::Variable>>,
    pub(crate) value: Mutex<Value>,
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
        types::known("System.Management.Automation.PSReference")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An enumerator over items that were taken from a collection; each item comes once.
pub(crate) struct Enumerator {
    of: Type,
    state: Mutex<(Vec<Value>, Option<usize>)>,
}

impl Enumerator {
    pub(crate) fn new(of: Type, items: Vec<Value>) -> Self {
        Self { of, state: Mutex::new((items, None)) }
    }

    /// Steps forward.
    pub(crate) fn next(&self) -> bool {
        let mut state = self.state.lock();
        let next = state.1.map_or(0, |at| at.saturating_add(1));
        state.1 = Some(next);
        next < state.0.len()
    }

    pub(crate) fn current(&self) -> Value {
        let state = self.state.lock();
        state.1.and_then(|at| state.0.get(at).cloned()).unwrap_or_default()
    }

    pub(crate) fn reset(&self) {
        self.state.lock().1 = None;
    }

    /// What is left, all at once.
    pub(crate) fn drain(&self) -> Vec<Value> {
        let mut state = self.state.lock();
        let from = state.1.map_or(0, |at| at.saturating_add(1));
        state.1 = Some(state.0.len());
        state.0.get(from..).map(<[Value]>::to_vec).unwrap_or_default()
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
}

/// An object of .NET that scripts only read: a type and its properties, in order.
pub(crate) struct Opaque {
    of: Type,
    text: Option<Str>,
    properties: Mutex<Vec<(Str, Value)>>,
}

impl Opaque {
    pub(crate) fn new<K: Into<Str>>(name: &str, properties: impl IntoIterator<Item = (K, Value)>) -> Self {
        let properties = properties.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self { of: types::known(name), text: None, properties: Mutex::new(properties) }
    }

    pub(crate) fn displayed(mut self, text: impl Into<Str>) -> Self {
        self.text = Some(text.into());
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

    pub(crate) fn properties(&self) -> Vec<(Str, Value)> {
        self.properties.lock().clone()
    }
}

impl Object for Opaque {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        self.text.clone()
    }
}

impl Opaque {
    /// The object as a value.
    pub(crate) fn into_value(self) -> Value {
        Value::object(self)
    }
}
