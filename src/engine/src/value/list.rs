//! Lists that grow: `ArrayList`, `List[T]`, `Collection[T]`, queues, stacks, sets and read-only collections.

use std::{
    any::Any,
    collections::VecDeque,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use parking_lot::Mutex;

use super::{Object, Value};
use crate::types::Type;

/// The kinds whose items have no positions.
const UNINDEXED: [&str; 4] = ["Queue", "Stack", "SortedSet", "ConcurrentBag"];

/// A collection with an order. Its type decides what it is called and which members it has.
pub(crate) struct List {
    of: Type,
    pub(crate) items: Mutex<VecDeque<Value>>,
    /// Whether nothing more comes, where that is asked (`PSDataCollection`).
    is_complete: AtomicBool,
    changes: AtomicUsize,
    /// Room for so many items, as .NET would have it.
    capacity: AtomicUsize,
    is_indexed: bool,
    /// Whether it may change while it is enumerated.
    may_change: bool,
}

impl Drop for List {
    fn drop(&mut self) {
        super::release(std::mem::take(self.items.get_mut()));
    }
}

impl List {
    pub(crate) fn new(of: Type, items: Vec<Value>) -> Self {
        let capacity = AtomicUsize::new(items.len());
        let is_indexed = !UNINDEXED.iter().any(|kind| of.is_kind(kind));
        let may_change = of.name().starts_with("System.Collections.Concurrent.") || of.is_kind("PSDataCollection");
        let (is_complete, changes) = (AtomicBool::new(false), AtomicUsize::new(0));
        Self { of, items: Mutex::new(items.into()), is_complete, changes, capacity, is_indexed, may_change }
    }

    /// Whether nothing more comes.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    pub(crate) fn complete(&self) {
        self.is_complete.store(true, Ordering::Release);
    }

    pub(crate) fn value(of: Type, items: Vec<Value>) -> Value {
        Value::object(Self::new(of, items))
    }

    /// Changes the items as a script asks for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut VecDeque<Value>) -> T) -> T {
        let mut items = self.items.lock();
        self.changes.store(self.changes.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        change(&mut items)
    }

    pub(crate) fn get(&self, at: usize) -> Option<Value> {
        self.items.lock().get(at).cloned()
    }

    pub(crate) fn len(&self) -> usize {
        self.items.lock().len()
    }

    /// How many items .NET would have room for: it doubles where they do not fit.
    pub(crate) fn capacity(&self) -> usize {
        let mut capacity = self.capacity.load(Ordering::Relaxed);
        while capacity < self.len() {
            capacity = capacity.saturating_mul(2).max(4);
        }
        self.capacity.store(capacity, Ordering::Relaxed);
        capacity
    }

    pub(crate) fn set_capacity(&self, capacity: usize) {
        self.capacity.store(capacity.max(self.len()), Ordering::Relaxed);
    }

    /// Whether it has positions to index: stacks, queues and sets have none.
    pub(crate) fn is_indexed(&self) -> bool {
        self.is_indexed
    }

    /// The type of the elements, if it is a generic list.
    pub(crate) fn element(&self) -> Option<Type> {
        self.of.arguments().first().cloned()
    }
}

impl Object for List {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn own_type(&self) -> Option<&Type> {
        self.of.class().is_none().then_some(&self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.lock().iter().cloned().collect())
    }

    fn item_count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn version(&self) -> Option<usize> {
        (!self.may_change).then(|| self.changes.load(Ordering::Relaxed))
    }
}
