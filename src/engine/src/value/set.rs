//! `HashSet[T]`

use std::{
    any::Any,
    sync::atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;

use super::{
    Object, Value,
    dictionary::{Key, Wanted},
    slots::Slots,
};
use crate::types::Type;

/// A set of values.
pub(crate) struct Set {
    of: Type,
    ignore_case: bool,
    entries: Mutex<Slots<Value>>,
    changes: AtomicUsize,
}

impl Set {
    pub(crate) fn new(of: Type, ignore_case: bool, items: impl IntoIterator<Item = Value>) -> Self {
        let set = Self { of, ignore_case, entries: Mutex::new(Slots::new()), changes: AtomicUsize::new(0) };
        for item in items {
            set.add(item);
        }
        set
    }

    /// Whether texts that differ in case only are the same.
    pub(crate) fn ignores_case(&self) -> bool {
        self.ignore_case
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.lock().len()
    }

    /// Adds; false if it is there already.
    pub(crate) fn add(&self, item: Value) -> bool {
        let item = item.into_base();
        let is_new = self.entries.lock().add(Key::of(&item, self.ignore_case), item).is_ok();
        self.changes.fetch_add(usize::from(is_new), Ordering::Relaxed);
        is_new
    }

    /// Removes; false if it is not there.
    pub(crate) fn remove(&self, item: &Value) -> bool {
        self.entries.lock().remove(&Wanted::of(item, self.ignore_case)).is_some()
    }

    pub(crate) fn contains(&self, item: &Value) -> bool {
        self.entries.lock().contains(&Wanted::of(item, self.ignore_case))
    }

    /// The item that is the same as another.
    pub(crate) fn get(&self, item: &Value) -> Option<Value> {
        self.entries.lock().get(&Wanted::of(item, self.ignore_case)).cloned()
    }

    pub(crate) fn clear(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
        self.entries.lock().clear();
    }

    /// The items in their order.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.entries.lock().values().cloned().collect()
    }

    /// Other values as a set that compares as this one does.
    pub(crate) fn like(&self, items: impl IntoIterator<Item = Value>) -> Self {
        Self::new(self.of.clone(), self.ignore_case, items)
    }
}

impl Object for Set {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.all())
    }

    fn item_count(&self) -> Option<usize> {
        Some(self.len())
    }

    // Items may be removed while a set is enumerated.
    fn version(&self) -> Option<usize> {
        Some(self.changes.load(Ordering::Relaxed))
    }
}
