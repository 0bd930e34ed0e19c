//! `Env:`

use super::{Kind, store::Store};
use crate::{
    eval::{R, Runspace},
    types,
    value::Value,
};

pub(super) struct Environment;

impl Store for Environment {
    const KIND: Kind = Kind::Environment;
    const ITEM: &'static str = "System.Collections.DictionaryEntry";

    fn all(&self, rs: &Runspace) -> Vec<String> {
        rs.state.environment.names()
    }

    fn object(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        let value = rs.state.environment.get(name)?.as_str().into();
        Some(types::dictionary_entry(name.into(), value))
    }

    fn content(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        rs.state.environment.get(name).map(|value| value.as_str().into())
    }

    fn set(&self, rs: &mut Runspace, name: &str, value: Value, _force: bool) -> R<()> {
        // Nothing removes it; an empty text is a value.
        if value.is_null() {
            rs.state.environment.remove(name);
        } else {
            let text = rs.text(&value)?;
            rs.state.environment.set(name, &text);
        }
        Ok(())
    }

    fn remove(&self, rs: &mut Runspace, name: &str, _force: bool) -> R<()> {
        rs.state.environment.remove(name);
        Ok(())
    }
}
