//! Arrays of .NET: fixed length, one element type, any number of dimensions.

use std::{ops::Range, sync::Arc};

use parking_lot::Mutex;

use super::{Items, Value, store::Store};
use crate::types::{self, Type};

/// An array.
pub(crate) struct Array {
    /// The type of an element.
    pub(crate) element: Type,
    /// The length of each dimension; none where there is only one.
    pub(crate) dimensions: Option<Box<[usize]>>,
    store: Mutex<Store>,
}

impl Drop for Array {
    fn drop(&mut self) {
        if let Store::Values(values) = self.store.get_mut() {
            super::release_values(values);
        }
    }
}

impl Array {
    /// One of one dimension.
    fn holding(element: Type, store: Store) -> Self {
        Self { element, dimensions: None, store: Mutex::new(store) }
    }

    pub(crate) fn new(element: Type, items: Vec<Value>) -> Self {
        let store = Store::new(&element, items);
        Self::holding(element, store)
    }

    pub(crate) fn objects(items: Vec<Value>) -> Self {
        Self::holding(types::object(), Store::Values(items))
    }

    /// A `byte[]`.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self::holding(types::byte(), Store::Bytes(Arc::new(bytes)))
    }

    /// A `char[]`.
    pub(crate) fn of_chars(units: Vec<u16>) -> Self {
        Self::holding(types::char(), Store::Chars(units))
    }

    /// An array filled with one value.
    pub(crate) fn filled(element: Type, length: usize, fill: Value) -> Self {
        let store = Store::filled(&element, length, fill);
        Self::holding(element, store)
    }

    /// An array of several dimensions, filled with one value.
    pub(crate) fn rectangular(element: Type, dimensions: Vec<usize>, fill: Value) -> Self {
        let length = dimensions.iter().fold(1_usize, |n, d| n.saturating_mul(*d));
        let mut array = Self::filled(element, length, fill);
        array.dimensions = Some(dimensions.into());
        array
    }

    /// Another array with the same elements.
    pub(crate) fn copy(&self) -> Self {
        Self::holding(self.element.clone(), self.store.lock().clone())
    }

    pub(crate) fn type_of(&self) -> Type {
        types::array_of(&self.element, self.rank())
    }

    pub(crate) fn rank(&self) -> usize {
        self.dimensions.as_ref().map_or(1, |d| d.len())
    }

    pub(crate) fn len(&self) -> usize {
        self.store.lock().len()
    }

    /// Whether its elements take less room than values do.
    pub(crate) fn is_compact(&self) -> bool {
        self.store.lock().is_compact()
    }

    pub(crate) fn get(&self, at: usize) -> Option<Value> {
        self.store.lock().get(at)
    }

    /// The element of an array of one dimension at a place, counted from the end where that is negative.
    #[inline]
    pub(crate) fn at(&self, at: i32) -> Option<Value> {
        if self.dimensions.is_some() {
            return None;
        }
        let store = self.store.lock();
        store.get(place(at, store.len())?)
    }

    /// The elements of an array of one dimension that are there at places as those of [`Self::at`]; none where a place is
    /// no `Int32`.
    pub(crate) fn pick(&self, places: &[Value]) -> Option<Vec<Value>> {
        let mut found = Vec::with_capacity(places.len());
        let store = self.store.lock();
        for at in places {
            let Value::I32(at) = at else { return None };
            found.extend(place(*at, store.len()).and_then(|at| store.get(at)));
        }
        Some(found)
    }

    /// Sets an element, at a place as that of [`Self::at`], where elements are of the type of the value.
    ///
    /// # Errors
    /// The value, where it is not as simple as that.
    #[inline]
    pub(crate) fn put(&self, at: i32, value: Value) -> Result<(), Value> {
        if self.dimensions.is_some()
            || self.element.code() != types::Code::Object && value.scalar_type().is_none_or(|of| *of != self.element)
        {
            return Err(value);
        }
        let mut store = self.store.lock();
        match place(at, store.len()) {
            Some(place) => store.set(place, value.settled()),
            None => Err(value),
        }
    }

    /// Sets an element; false where there is none.
    pub(crate) fn set(&self, at: usize, value: Value) -> bool {
        self.store.lock().set(at, value).is_ok()
    }

    /// A copy of the elements.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.store.lock().values()
    }

    /// The elements, for the one who holds the array alone.
    pub(crate) fn into_values(mut self) -> Vec<Value> {
        std::mem::take(self.values_mut())
    }

    /// The elements, for the one who holds the array alone.
    pub(crate) fn values_mut(&mut self) -> &mut Vec<Value> {
        self.store.get_mut().values_mut()
    }

    /// Puts these in the place of the elements from one on.
    pub(crate) fn put_all(&self, from: usize, items: Vec<Value>) {
        let mut store = self.store.lock();
        for (at, item) in items.into_iter().enumerate() {
            let _ = store.set(from.saturating_add(at), item);
        }
    }

    /// Reverses the order of some elements.
    pub(crate) fn reverse(&self, range: Range<usize>) {
        self.store.lock().reverse(range);
    }

    /// Lets two elements change places.
    pub(crate) fn swap(&self, one: usize, other: usize) {
        self.store.lock().swap(one, other);
    }

    /// Makes some elements equal to a value.
    pub(crate) fn fill(&self, range: Range<usize>, value: &Value) {
        self.store.lock().fill(range, value);
    }

    /// Copies elements to a place of an array that holds its own in the same compact way; false where that cannot be done.
    pub(crate) fn copy_into(&self, from: Range<usize>, to: &Self, at: usize) -> bool {
        // Both may be the same array, and the parts may overlap.
        let part = self.store.lock().part(from);
        part.is_some_and(|part| to.store.lock().put_part(at, &part))
    }

    /// Puts bytes in the place of those from one on; false if it is not a `byte[]`, or has no room for them.
    pub(crate) fn put_bytes(&self, at: usize, bytes: Vec<u8>) -> bool {
        self.store.lock().put_part(at, &Store::Bytes(Arc::new(bytes)))
    }

    /// The bytes of a `byte[]`.
    pub(crate) fn bytes(&self) -> Option<Arc<Vec<u8>>> {
        match &*self.store.lock() {
            Store::Bytes(bytes) => Some(bytes.clone()),
            Store::Values(items) if self.element == types::byte() => {
                let bytes = items.iter().map(|item| if let Value::U8(byte) = item { Some(*byte) } else { None });
                bytes.collect::<Option<Vec<u8>>>().map(Arc::new)
            }
            _ => None,
        }
    }

    /// The units of a `char[]`.
    pub(crate) fn chars(&self) -> Option<Vec<u16>> {
        if let Store::Chars(units) = &*self.store.lock() { Some(units.clone()) } else { None }
    }
}

/// What `foreach` goes through, without a copy where none is needed.
pub(super) fn items_of(array: Arc<Array>) -> Items {
    if array.is_compact() {
        return Items::Array(array, 0);
    }
    Arc::try_unwrap(array).map_or_else(|array| array.items(), Array::into_values).into()
}

/// A place that may be counted from the end.
fn place(at: i32, length: usize) -> Option<usize> {
    let place = usize::try_from(at.unsigned_abs()).ok()?;
    if at < 0 { length.checked_sub(place) } else { Some(place) }
}
