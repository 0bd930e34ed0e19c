//! `SecureString`: text that is not shown, and leaves the session only encrypted.

use std::any::Any;

use parking_lot::Mutex;

use super::{Object, Value};
use crate::types::{self, Type};

/// A secret.
pub(crate) struct Secret {
    text: Mutex<String>,
    read_only: Mutex<bool>,
}

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: Mutex::new(text.into()), read_only: Mutex::new(false) }
    }

    pub(crate) fn value(text: impl Into<String>) -> Value {
        Value::object(Self::new(text))
    }

    /// What it hides.
    pub(crate) fn reveal(&self) -> String {
        self.text.lock().clone()
    }

    /// Changes it; false if it is read-only.
    pub(crate) fn change(&self, change: impl FnOnce(&mut String)) -> bool {
        if self.is_read_only() {
            return false;
        }
        change(&mut self.text.lock());
        true
    }

    pub(crate) fn is_read_only(&self) -> bool {
        *self.read_only.lock()
    }

    pub(crate) fn make_read_only(&self) {
        *self.read_only.lock() = true;
    }
}

impl Object for Secret {
    fn type_of(&self) -> Type {
        types::known("System.Security.SecureString")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
