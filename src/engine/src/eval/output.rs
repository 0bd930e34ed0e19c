//! Where values go.

use super::{R, Runspace};
use crate::value::Value;

/// Where values go.
pub(crate) trait Output {
    fn write(&mut self, rs: &mut Runspace, value: Value) -> R<()>;

    /// A `return` statement begins: in a method, what was output before does not count.
    fn returning(&mut self) -> bool {
        false
    }

    /// Passes on what redirected streams have gathered.
    fn sync(&mut self, _rs: &mut Runspace) -> R<()> {
        Ok(())
    }
}

/// Keeps values.
#[derive(Default)]
pub(crate) struct Collector {
    pub(crate) values: Vec<Value>,
}

impl Output for Collector {
    fn write(&mut self, _rs: &mut Runspace, value: Value) -> R<()> {
        self.values.push(value);
        Ok(())
    }
}

/// Keeps values as one: none, the only one, or an array.
#[derive(Default)]
pub(crate) struct Gathered {
    only: Option<Value>,
    several: Vec<Value>,
}

impl Gathered {
    /// What was output.
    pub(crate) fn finish(self) -> Value {
        match self.only {
            Some(only) => only,
            None => Value::collected(self.several),
        }
    }
}

impl Output for Gathered {
    fn write(&mut self, _rs: &mut Runspace, value: Value) -> R<()> {
        if self.only.is_none() && self.several.is_empty() {
            self.only = Some(value);
            return Ok(());
        }
        self.several.extend(self.only.take());
        self.several.push(value);
        Ok(())
    }
}

/// Drops values.
pub(crate) struct Discard;

impl Output for Discard {
    fn write(&mut self, _rs: &mut Runspace, _value: Value) -> R<()> {
        Ok(())
    }
}
