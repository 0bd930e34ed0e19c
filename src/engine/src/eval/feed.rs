//! What goes into the first command of a pipeline.

use std::sync::Arc;

use super::Runspace;
use crate::value::{Enumerator, List, Value, Walk, Watch, items_or_one};

/// What goes into the first command of a pipeline.
pub(crate) enum Feed {
    /// Nothing: the command runs once, without input.
    Nothing,
    /// These, out of a collection that must not change meanwhile.
    Items(Walk, Option<Watch>),
    /// What the client sends, as it comes.
    Client,
    /// What an enumerator still has, or will have.
    Live(Arc<dyn crate::value::Object>),
    /// What others put into a collection until it is complete.
    Collection(Arc<List>),
}

/// An enumerator to which more may come.
fn live(value: &Value) -> Option<Arc<dyn crate::value::Object>> {
    match value {
        Value::Object(object) if value.downcast::<Enumerator>().is_some_and(Enumerator::is_live) => {
            Some(object.clone())
        }
        _ => None,
    }
}

/// What goes in out of the value of an expression.
pub(super) fn feed_of(value: Value) -> Feed {
    if let Some(enumerator) = live(&value) {
        return Feed::Live(enumerator);
    }
    let watch = Watch::of(&value);
    Feed::Items(items_or_one(value).into_iter(), watch)
}

impl Feed {
    /// The next object; none at the end.
    pub(super) fn next(&mut self, rs: &mut Runspace) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Items(items, _) => items.next(),
            Self::Client => rs.client_input(),
            Self::Live(object) => {
                let enumerator = object.as_any().downcast_ref::<Enumerator>()?;
                rs.pull(enumerator).then(|| enumerator.current())
            }
            Self::Collection(list) => {
                let list = list.clone();
                let some = rs.wait_until(None, |_| list.is_complete() || list.len() > 0);
                // Whoever was stopped looks for it next.
                some.ok()?;
                list.items.lock().pop_front()
            }
        }
    }
}
