//! Arrays of .NET: fixed length, one element type, any number of dimensions.

use parking_lot::Mutex;

use super::Value;
use crate::types::{self, Type};

/// An array.
pub(crate) struct Array {
    /// The type of an element.
    pub(crate) element: Type,
    /// The length of each dimension; none where there is only one.
    pub(crate) dimensions: Option<Box<[usize]>>,
    items: Mutex<Vec<Value>>,
}

impl Drop for Array {
    fn drop(&mut self) {
        super::release_values(self.items.get_mut());
    }
}

impl Array {
    pub(crate) fn new(element: Type, items: Vec<Value>) -> Self {
        Self { element, dimensions: None, items: Mutex::new(items) }
    }

    pub(crate) fn objects(items: Vec<Value>) -> Self {
        Self::new(types::object(), items)
    }

    /// An array of several dimensions, filled with one value.
    pub(crate) fn rectangular(element: Type, dimensions: Vec<usize>, fill: Value) -> Self {
        let length = dimensions.iter().fold(1_usize, |n, d| n.saturating_mul(*d));
        Self { element, dimensions: Some(dimensions.into()), items: Mutex::new(vec![fill; length]) }
    }

    pub(crate) fn type_of(&self) -> Type {
        types::array_of(&self.element, self.rank())
    }

    pub(crate) fn rank(&self) -> usize {
        self.dimensions.as_ref().map_or(1, |d| d.len())
    }

    pub(crate) fn len(&self) -> usize {
        self.items.lock().len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<Value> {
        self.items.lock().get(at).cloned()
    }

    /// The element of an array of one dimension at a place, counted from the end where that is negative.
    #[inline]
    pub(crate) fn at(&self, at: i32) -> Option<Value> {
        if self.dimensions.is_some() {
            return None;
        }
        let items = self.items.lock();
        items.get(place(at, items.len())?).cloned()
    }

    /// Sets an element, at a place as that of [`Self::at`], where elements are of the type of the value.
    ///
    /// # Errors
    /// The value, where it is not as simple as that.
    #[inline]
    pub(crate) fn put(&self, at: i32, value: Value) -> Result<(), Value> {
        if self.dimensions.is_some()
            || self.element != *types::OBJECT && value.scalar_type().is_none_or(|of| *of != self.element)
        {
            return Err(value);
        }
        let mut items = self.items.lock();
        let place = place(at, items.len());
        match place.and_then(|place| items.get_mut(place)) {
            Some(slot) => {
                *slot = value.settled();
                Ok(())
            }
            None => Err(value),
        }
    }

    /// Sets an element; false where there is none.
    pub(crate) fn set(&self, at: usize, value: Value) -> bool {
        match self.items.lock().get_mut(at) {
            Some(slot) => {
                *slot = value;
                true
            }
            None => false,
        }
    }

    /// A copy of the elements.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.items.lock().clone()
    }

    /// The elements, for the one who holds the array alone.
    pub(crate) fn into_items(mut self) -> Vec<Value> {
        std::mem::take(self.items.get_mut())
    }

    /// Changes the elements in place: `[array]::Sort` and its kind.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        change(&mut self.items.lock())
    }

    /// The elements, for the one who holds the array alone.
    pub(crate) fn items_mut(&mut self) -> &mut Vec<Value> {
        self.items.get_mut()
    }

    /// The bytes of a `byte[]`.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        if self.element != types::byte() {
            return None;
        }
        let items = self.items.lock();
        items.iter().map(|item| if let Value::U8(byte) = item { Some(*byte) } else { None }).collect()
    }
}

/// A place that may be counted from the end.
fn place(at: i32, length: usize) -> Option<usize> {
    let place = usize::try_from(at.unsigned_abs()).ok()?;
    if at < 0 { length.checked_sub(place) } else { Some(place) }
}
