//! How an array holds its elements: bytes, characters and the common numbers side by side, everything else as values.

use std::{ops::Range, sync::Arc};

use super::Value;
use crate::types::{self, Type};

/// The elements of an array.
#[derive(Clone)]
pub(super) enum Store {
    Values(Vec<Value>),
    /// Shared with whoever reads them as a whole; who changes them then gets a copy.
    Bytes(Arc<Vec<u8>>),
    Chars(Vec<u16>),
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Doubles(Vec<f64>),
}

/// Does something with the elements, whatever they are; `$wrap` makes a value of one that is held compactly.
macro_rules! each_kind {
    ($store:expr, $values:pat => $plain:expr, $items:ident, $wrap:ident => $compact:expr) => {
        match $store {
            Store::Values($values) => $plain,
            Store::Bytes($items) => {
                let $wrap = Value::U8;
                $compact
            }
            Store::Chars($items) => {
                let $wrap = Value::Char;
                $compact
            }
            Store::Ints($items) => {
                let $wrap = Value::I32;
                $compact
            }
            Store::Longs($items) => {
                let $wrap = Value::I64;
                $compact
            }
            Store::Doubles($items) => {
                let $wrap = Value::F64;
                $compact
            }
        }
    };
}

/// The numbers in values of one kind; none if one is of another kind.
macro_rules! unwrapped {
    ($values:expr, $kind:path) => {
        $values
            .iter()
            .map(|value| if let $kind(number) = value { Some(*number) } else { None })
            .collect::<Option<Vec<_>>>()
    };
}

/// Changes elements in place, those of one kind or all as values.
macro_rules! in_place {
    ($store:expr, $items:ident => $change:expr) => {
        match $store {
            Store::Values($items) => $change,
            Store::Bytes(shared) => {
                let $items = Arc::make_mut(shared);
                $change
            }
            Store::Chars($items) => $change,
            Store::Ints($items) => $change,
            Store::Longs($items) => $change,
            Store::Doubles($items) => $change,
        }
    };
}

/// How many bytes an element takes that is held compactly.
pub(crate) fn compact_size(element: &Type) -> Option<usize> {
    [(types::byte(), 1), (types::char(), 2), (types::int32(), 4), (types::int64(), 8), (types::double(), 8)]
        .into_iter()
        .find_map(|(of, size)| (*element == of).then_some(size))
}

impl Store {
    /// These elements of this type.
    pub(super) fn new(element: &Type, values: Vec<Value>) -> Self {
        let compact = match values.first() {
            Some(Value::U8(_)) if *element == types::byte() => {
                unwrapped!(values, Value::U8).map(|bytes| Self::Bytes(Arc::new(bytes)))
            }
            Some(Value::Char(_)) if *element == types::char() => unwrapped!(values, Value::Char).map(Self::Chars),
            Some(Value::I32(_)) if *element == types::int32() => unwrapped!(values, Value::I32).map(Self::Ints),
            Some(Value::I64(_)) if *element == types::int64() => unwrapped!(values, Value::I64).map(Self::Longs),
            Some(Value::F64(_)) if *element == types::double() => unwrapped!(values, Value::F64).map(Self::Doubles),
            _ => None,
        };
        compact.unwrap_or(Self::Values(values))
    }

    /// So many times the same element of this type.
    pub(super) fn filled(element: &Type, length: usize, fill: Value) -> Self {
        match Self::new(element, vec![fill]) {
            Self::Values(mut fill) => Self::Values(vec![fill.pop().unwrap_or_default(); length]),
            mut one => {
                match &mut one {
                    Self::Values(_) => {}
                    Self::Bytes(items) => *items = Arc::new(repeated(items, length)),
                    Self::Chars(items) => *items = repeated(items, length),
                    Self::Ints(items) => *items = repeated(items, length),
                    Self::Longs(items) => *items = repeated(items, length),
                    Self::Doubles(items) => *items = repeated(items, length),
                }
                one
            }
        }
    }

    pub(super) fn is_compact(&self) -> bool {
        !matches!(self, Self::Values(_))
    }

    pub(super) fn len(&self) -> usize {
        each_kind!(self, values => values.len(), items, _wrap => items.len())
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<Value> {
        each_kind!(self, values => values.get(at).cloned(), items, wrap => items.get(at).copied().map(wrap))
    }

    /// Sets an element; gives the value back where there is no such place.
    #[inline]
    pub(super) fn set(&mut self, at: usize, value: Value) -> Result<(), Value> {
        /// The place, if there is one.
        fn put<T>(slot: Option<&mut T>, item: T) -> bool {
            slot.map(|slot| *slot = item).is_some()
        }
        let is_there = match (&mut *self, &value) {
            (Self::Bytes(items), Value::U8(item)) => put(Arc::make_mut(items).get_mut(at), *item),
            (Self::Chars(items), Value::Char(item)) => put(items.get_mut(at), *item),
            (Self::Ints(items), Value::I32(item)) => put(items.get_mut(at), *item),
            (Self::Longs(items), Value::I64(item)) => put(items.get_mut(at), *item),
            (Self::Doubles(items), Value::F64(item)) => put(items.get_mut(at), *item),
            (Self::Values(_), _) => {
                return match self.values_mut().get_mut(at) {
                    Some(slot) => {
                        *slot = value;
                        Ok(())
                    }
                    None => Err(value),
                };
            }
            _ => {
                // Something that is no plain number.
                self.values_mut();
                return self.set(at, value);
            }
        };
        if is_there { Ok(()) } else { Err(value) }
    }

    /// A copy of the elements as values.
    pub(super) fn values(&self) -> Vec<Value> {
        each_kind!(self, values => values.clone(), items, wrap => items.iter().copied().map(wrap).collect())
    }

    /// The elements as values that can be changed; from then on they are held as values.
    pub(super) fn values_mut(&mut self) -> &mut Vec<Value> {
        if self.is_compact() {
            *self = Self::Values(self.values());
        }
        match self {
            Self::Values(values) => values,
            // Not reached: they are values now.
            other => {
                *other = Self::Values(Vec::new());
                other.values_mut()
            }
        }
    }

    pub(super) fn reverse(&mut self, range: Range<usize>) {
        in_place!(self, items => if let Some(part) = items.get_mut(range) { part.reverse() });
    }

    pub(super) fn swap(&mut self, one: usize, other: usize) {
        in_place!(self, items => if one < items.len() && other < items.len() { items.swap(one, other) });
    }

    pub(super) fn fill(&mut self, range: Range<usize>, value: &Value) {
        /// Fills a part of the elements.
        fn all<T: Clone>(items: &mut [T], range: Range<usize>, item: T) {
            if let Some(part) = items.get_mut(range) {
                part.fill(item);
            }
        }
        match (&mut *self, value) {
            (Self::Bytes(items), Value::U8(item)) => all(Arc::make_mut(items).as_mut_slice(), range, *item),
            (Self::Chars(items), Value::Char(item)) => all(items, range, *item),
            (Self::Ints(items), Value::I32(item)) => all(items, range, *item),
            (Self::Longs(items), Value::I64(item)) => all(items, range, *item),
            (Self::Doubles(items), Value::F64(item)) => all(items, range, *item),
            _ => all(self.values_mut(), range, value.clone()),
        }
    }

    /// A copy of some elements that are held compactly; none if they are not, or not all there.
    pub(super) fn part(&self, range: Range<usize>) -> Option<Self> {
        Some(match self {
            Self::Values(_) => return None,
            Self::Bytes(items) => Self::Bytes(Arc::new(items.get(range)?.to_vec())),
            Self::Chars(items) => Self::Chars(items.get(range)?.to_vec()),
            Self::Ints(items) => Self::Ints(items.get(range)?.to_vec()),
            Self::Longs(items) => Self::Longs(items.get(range)?.to_vec()),
            Self::Doubles(items) => Self::Doubles(items.get(range)?.to_vec()),
        })
    }

    /// Puts such a copy in the place of the elements from one on; false if they are held in another way, or not all there.
    pub(super) fn put_part(&mut self, at: usize, part: &Self) -> bool {
        /// Copies, where there is room.
        fn put<T: Copy>(to: &mut [T], at: usize, part: &[T]) -> bool {
            let to = to.get_mut(at..at.saturating_add(part.len()));
            to.map(|to| to.copy_from_slice(part)).is_some()
        }
        match (self, part) {
            (Self::Bytes(items), Self::Bytes(part)) => put(Arc::make_mut(items).as_mut_slice(), at, part),
            (Self::Chars(items), Self::Chars(part)) => put(items, at, part),
            (Self::Ints(items), Self::Ints(part)) => put(items, at, part),
            (Self::Longs(items), Self::Longs(part)) => put(items, at, part),
            (Self::Doubles(items), Self::Doubles(part)) => put(items, at, part),
            _ => false,
        }
    }
}

/// So many times the first of these.
fn repeated<T: Copy + Default>(items: &[T], length: usize) -> Vec<T> {
    vec![items.first().copied().unwrap_or_default(); length]
}
