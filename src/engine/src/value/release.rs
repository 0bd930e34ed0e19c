//! Letting go what objects hold: a chain of a million objects must not need a million frames of the stack.

use std::{
    any::Any,
    cell::{Cell, RefCell},
};

use super::Value;

/// How deep objects are dropped inside of each other; what lies deeper waits until those are gone.
const DEPTH: u32 = 64;

thread_local! {
    static DROPPING: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Drops what an object held that is dropped itself.
pub(crate) fn release<T: Any>(held: T) {
    // Without its variables the thread is ending.
    let depth = DROPPING.try_with(Cell::get).unwrap_or(0);
    if depth >= DEPTH {
        let _ = WAITING.try_with(|waiting| waiting.borrow_mut().push(Box::new(held)));
        return;
    }
    let _ = DROPPING.try_with(|dropping| dropping.set(depth.saturating_add(1)));
    drop(held);
    if depth == 0 {
        while let Ok(Some(next)) = WAITING.try_with(|waiting| waiting.borrow_mut().pop()) {
            drop(next);
        }
    }
    let _ = DROPPING.try_with(|dropping| dropping.set(depth));
}

/// As [`release`], for values, of which most hold nothing.
pub(crate) fn release_values(values: &mut Vec<Value>) {
    if values.iter().any(Value::is_deep) {
        release(std::mem::take(values));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::value::{Value, Wrapped};

    #[test]
    fn chains_need_no_stack() {
        let body = || {
            let mut chain = Value::Null;
            for at in 0..200_000 {
                chain = match at % 2 {
                    0 => Value::array(vec![chain]),
                    _ => Value::Wrapped(Arc::new(Wrapped::with(chain, Vec::new()))),
                };
            }
        };
        std::thread::Builder::new().stack_size(256 * 1024).spawn(body).unwrap().join().unwrap();
    }
}
