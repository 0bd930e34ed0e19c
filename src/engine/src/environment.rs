//! Environment variables, which all runspaces of a process share.

use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::RwLock;

/// The environment variables of a process. A clone is the same environment.
#[derive(Clone, Debug, Default)]
pub struct Environment(Arc<RwLock<IndexMap<String, String>>>);

impl Environment {
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.read().get(name).cloned()
    }

    pub(crate) fn set(&self, name: &str, value: &str) {
        self.0.write().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn remove(&self, name: &str) {
        self.0.write().shift_remove(name);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.read().keys().cloned().collect()
    }

    /// Names and values, as a new program gets them.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        self.0.read().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Another one that begins with the same variables, as that of a new process.
    pub(crate) fn copy(&self) -> Self {
        self.all().into_iter().collect()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(Arc::new(RwLock::new(variables.into_iter().collect())))
    }
}
