//! Dictionaries: `Hashtable`, `OrderedDictionary`, `Dictionary[K,V]`, `SortedDictionary[K,V]` and their kin.

use std::{
    any::Any,
    hash::{Hash, Hasher},
    sync::atomic::{AtomicUsize, Ordering},
};

use hashbrown::Equivalent;
use parking_lot::Mutex;
use psrpd_dotnet::{Guid, Str, casing, sort};

use super::{Object, Value, slots::Slots};
use crate::types::{self, Type};

/// What makes two keys the same.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Text(String),
    /// A scalar: what identifies its type, and its bits.
    Scalar(u64, u128),
    Guid(Guid),
    /// An object, by identity.
    Identity(usize),
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Text(text) => hash_text(text, state, |_| {}),
            Self::Scalar(_, bits) => state.write_u128(*bits),
            Self::Guid(guid) => guid.hash(state),
            Self::Identity(address) => state.write_usize(*address),
        }
    }
}

/// A key that is only looked for.
pub(super) enum Wanted<'v> {
    /// A text as it is.
    Exact(&'v str),
    /// A text of ASCII characters, ignoring case.
    Folded(&'v str),
    Other(Key),
}

impl<'v> Wanted<'v> {
    pub(super) fn of(value: &'v Value, ignore_case: bool) -> Self {
        match value.base() {
            Value::Str(text) if !ignore_case => Self::Exact(text),
            Value::Str(text) if text.is_ascii() => Self::Folded(text),
            _ => Self::Other(Key::of(value, ignore_case)),
        }
    }

    /// The key that it is.
    fn into_key(self) -> Key {
        match self {
            Self::Exact(text) => Key::Text(text.to_owned()),
            Self::Folded(text) => Key::Text(casing::fold(text)),
            Self::Other(key) => key,
        }
    }
}

impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Exact(text) => hash_text(text, state, |_| {}),
            Self::Folded(text) => hash_text(text, state, <[u8]>::make_ascii_uppercase),
            Self::Other(key) => key.hash(state),
        }
    }
}

impl Equivalent<Key> for Wanted<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        match (self, key) {
            (Self::Exact(text), Key::Text(have)) => text == have,
            (Self::Folded(text), Key::Text(have)) => text.eq_ignore_ascii_case(have),
            (Self::Other(other), have) => other == have,
            _ => false,
        }
    }
}

/// Hashes a text in pieces that fit on the stack.
fn hash_text<H: Hasher>(text: &str, state: &mut H, fold: fn(&mut [u8])) {
    const PIECE: usize = 64;
    let mut buffer = [0; PIECE];
    for piece in text.as_bytes().chunks(PIECE) {
        let Some(copy) = buffer.get_mut(..piece.len()) else { return };
        copy.copy_from_slice(piece);
        fold(copy);
        state.write(copy);
    }
    state.write_u8(0xff);
}

impl Key {
    pub(crate) fn of(value: &Value, ignore_case: bool) -> Self {
        let scalar = |bits: u128| Self::Scalar(type_id(value), bits);
        match value.base() {
            Value::Str(text) if ignore_case => Self::Text(casing::fold(text)),
            Value::Str(text) => Self::Text(text.as_str().into()),
            Value::Bool(b) => scalar(u128::from(*b)),
            Value::Char(c) => scalar(u128::from(*c)),
            Value::F64(n) => scalar(u128::from((n + 0.0).to_bits())),
            Value::F32(n) => scalar(u128::from((n + 0.0).to_bits())),
            Value::Enum(_, n) => scalar(u128::from(n.cast_unsigned())),
            Value::DateTime(date) => scalar(u128::from(date.ticks().cast_unsigned())),
            Value::TimeSpan(span) => scalar(u128::from(span.0.cast_unsigned())),
            Value::Guid(guid) => Self::Guid(*guid),
            Value::Type(of) => Self::Text(of.full_name()),
            Value::Decimal(n) => scalar(u128::from(n.to_f64().to_bits())),
            Value::Object(object) => match object.text() {
                Some(text) if object.equals(value) => scalar(u128::from(hash(&text))),
                _ => Self::Identity(address(object)),
            },
            Value::Array(array) => Self::Identity(std::sync::Arc::as_ptr(array).addr()),
            Value::Wrapped(wrapped) => Self::Identity(std::sync::Arc::as_ptr(wrapped).addr()),
            other => match other.as_i128() {
                Some(n) => scalar(n.cast_unsigned()),
                None => Self::Identity(0),
            },
        }
    }
}

/// What tells the type of a scalar from others: a small number for those that are used as keys most, where no object is.
fn type_id(value: &Value) -> u64 {
    match value.base() {
        Value::Bool(_) => 1,
        Value::Char(_) => 2,
        Value::I32(_) => 3,
        Value::I64(_) => 4,
        Value::F64(_) => 5,
        other => other.type_of().map_or(0, |of| of.identity()),
    }
}

fn address(object: &std::sync::Arc<dyn Object>) -> usize {
    std::sync::Arc::as_ptr(object).addr()
}

fn hash(text: &Str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    text.as_str().hash(&mut hasher);
    hasher.finish()
}

/// A dictionary. Entries keep the order in which they were added, except where .NET's own order can be told.
pub(crate) struct Dictionary {
    of: Type,
    ignore_case: bool,
    /// Whether integers index by position.
    is_ordered: bool,
    entries: Mutex<Slots<(Value, Value)>>,
    changes: AtomicUsize,
}

impl Drop for Dictionary {
    fn drop(&mut self) {
        self.entries.get_mut().let_go();
    }
}

impl Dictionary {
    pub(crate) fn new(of: Type, ignore_case: bool) -> Self {
        let is_ordered = of == types::ordered_dictionary();
        Self { of, ignore_case, is_ordered, entries: Mutex::new(Slots::new()), changes: AtomicUsize::new(0) }
    }

    /// A `Hashtable` as `@{}` makes it.
    pub(crate) fn hashtable() -> Self {
        Self::new(types::hashtable(), true)
    }

    /// The same with room for so many entries.
    pub(crate) fn hashtable_for(count: usize) -> Self {
        let mut made = Self::hashtable();
        made.entries = Mutex::new(Slots::with_capacity(count));
        made
    }

    /// An `OrderedDictionary` as `[ordered]@{}` makes it.
    pub(crate) fn ordered() -> Self {
        Self::new(types::ordered_dictionary(), true)
    }

    /// Whether texts that differ in case only are the same key.
    pub(crate) fn ignores_case(&self) -> bool {
        self.ignore_case
    }

    /// Whether keys and values have types of their own.
    pub(crate) fn is_typed(&self) -> bool {
        !self.of.arguments().is_empty()
    }

    /// Whether integers index by position.
    pub(crate) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// Notes a change that ends enumerations; generic dictionaries let entries be replaced and removed meanwhile.
    fn changed(&self, is_new: bool) {
        let ends = is_new || self.of.arguments().is_empty();
        if ends {
            self.changes.store(self.changes.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        }
    }

    pub(crate) fn get(&self, key: &Value) -> Option<Value> {
        self.entries.lock().get(&Wanted::of(key, self.ignore_case)).map(|(_, value)| value.clone())
    }

    /// Whether two keys are one to this dictionary.
    pub(crate) fn same_key(&self, one: &Value, two: &Value) -> bool {
        Key::of(one, self.ignore_case) == Key::of(two, self.ignore_case)
    }

    pub(crate) fn get_str(&self, key: &str) -> Option<Value> {
        let wanted = match key {
            _ if !self.ignore_case => Wanted::Exact(key),
            _ if key.is_ascii() => Wanted::Folded(key),
            _ => Wanted::Other(Key::Text(casing::fold(key))),
        };
        self.entries.lock().get(&wanted).map(|(_, value)| value.clone())
    }

    pub(crate) fn at(&self, position: usize) -> Option<(Value, Value)> {
        self.entries.lock().at(position).cloned()
    }

    pub(crate) fn set_at(&self, position: usize, value: Value) -> bool {
        match self.entries.lock().at_mut(position) {
            Some(entry) => {
                entry.1 = value;
                self.changed(false);
                true
            }
            None => false,
        }
    }

    /// Adds or replaces; an existing key keeps its place.
    pub(crate) fn set(&self, key: Value, value: Value) {
        let key = key.into_base();
        let mut entries = self.entries.lock();
        let wanted = Wanted::of(&key, self.ignore_case);
        let (hash, place) = entries.seek(&wanted);
        match place.and_then(|place| entries.at_mut(place)) {
            // An ordered dictionary takes the new spelling of the key.
            Some(entry) if self.is_ordered() => *entry = (key, value),
            Some(entry) => entry.1 = value,
            None => {
                let id = wanted.into_key();
                entries.put(hash, id, (key, value));
            }
        }
        self.changed(place.is_none());
    }

    /// Adds; false if the key is there already.
    pub(crate) fn add(&self, key: Value, value: Value) -> bool {
        let key = key.into_base();
        let id = Key::of(&key, self.ignore_case);
        self.changed(true);
        self.entries.lock().add(id, (key, value)).is_ok()
    }

    /// Inserts at a position; false if the key is there already.
    pub(crate) fn insert(&self, position: usize, key: Value, value: Value) -> bool {
        let id = Key::of(&key, self.ignore_case);
        let mut entries = self.entries.lock();
        let is_new = !entries.contains(&id);
        if is_new {
            self.changed(true);
            entries.insert(position, id, (key, value));
        }
        is_new
    }

    pub(crate) fn remove(&self, key: &Value) -> bool {
        let key = Wanted::of(key, self.ignore_case);
        let mut entries = self.entries.lock();
        // .NET's own hash tables fill the gap with the entry that comes next.
        let keeps_order = self.is_ordered()
            || ["OrderedHashtable", "ListDictionary", "OrderedDictionary"].iter().any(|k| self.of.is_kind(k));
        let removed = if keeps_order { entries.cut(&key) } else { entries.remove(&key) }.is_some();
        if removed {
            self.changed(false);
        }
        removed
    }

    pub(crate) fn remove_at(&self, position: usize) -> bool {
        self.changed(false);
        self.entries.lock().cut_at(position).is_some()
    }

    pub(crate) fn contains(&self, key: &Value) -> bool {
        self.entries.lock().contains(&Wanted::of(key, self.ignore_case))
    }

    pub(crate) fn clear(&self) {
        self.changed(true);
        self.entries.lock().clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.lock().len()
    }

    /// Keys and values, in the order of enumeration.
    pub(crate) fn entries(&self) -> Vec<(Value, Value)> {
        let mut entries: Vec<_> = self.entries.lock().values().cloned().collect();
        if self.of.is_kind("SortedDictionary") || self.of.is_kind("SortedList") {
            sort::stable(&mut entries, |(a, _), (b, _)| {
                crate::ops::compare::order(a, b, false).unwrap_or(std::cmp::Ordering::Equal)
            });
        } else if self.of == types::hashtable() {
            bucket_order(&mut entries);
        }
        entries
    }

    pub(crate) fn keys(&self) -> Vec<Value> {
        self.entries().into_iter().map(|(key, _)| key).collect()
    }

    pub(crate) fn values(&self) -> Vec<Value> {
        self.entries().into_iter().map(|(_, value)| value).collect()
    }

    /// A copy with the same type and entries.
    pub(crate) fn copy(&self) -> Self {
        self.copy_as(self.of.clone())
    }

    /// A copy of another type.
    pub(crate) fn copy_as(&self, of: Type) -> Self {
        let mut made = Self::new(of, self.ignore_case);
        made.entries = Mutex::new(self.entries.lock().clone());
        made
    }
}

/// The order in which .NET's `Hashtable` enumerates small integers, which hash to themselves: the buckets from the last
/// to the first. With strings its order is different in every process, and ours is that of insertion.
fn bucket_order(entries: &mut Vec<(Value, Value)>) {
    const PRIMES: [u64; 20] = [3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521];
    let hash = |value: &Value| match value {
        Value::I32(n) => Some(u64::from(n.cast_unsigned())),
        Value::Bool(b) => Some(u64::from(*b)),
        Value::Char(c) => Some(u64::from(*c) | u64::from(*c) << 16),
        Value::Enum(_, n) => Some(n.cast_unsigned() & 0xffff_ffff),
        _ => None,
    };
    let Some(hashes) = entries.iter().map(|(key, _)| hash(key)).collect::<Option<Vec<u64>>>() else { return };
    let wanted = u64::try_from(entries.len().saturating_mul(100).div_ceil(72)).unwrap_or(u64::MAX);
    let Some(size) = PRIMES.into_iter().find(|prime| *prime >= wanted) else { return };
    let mut buckets: Vec<Option<usize>> = vec![None; usize::try_from(size).unwrap_or(0)];
    for (at, hash) in hashes.iter().enumerate() {
        let seed = hash & 0x7fff_ffff;
        let step = seed.saturating_mul(101).checked_rem(size.saturating_sub(1)).unwrap_or(0).saturating_add(1);
        let mut bucket = seed.checked_rem(size).unwrap_or(0);
        loop {
            let Some(slot) = usize::try_from(bucket).ok().and_then(|bucket| buckets.get_mut(bucket)) else { return };
            if slot.is_none() {
                *slot = Some(at);
                break;
            }
            bucket = bucket.saturating_add(step).checked_rem(size).unwrap_or(0);
        }
    }
    let order: Vec<usize> = buckets.into_iter().rev().flatten().collect();
    *entries = order.into_iter().filter_map(|at| entries.get(at).cloned()).collect();
}

impl Object for Dictionary {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn own_type(&self) -> Option<&Type> {
        self.of.class().is_none().then_some(&self.of)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn version(&self) -> Option<usize> {
        let may_change = self.of.name().starts_with("System.Collections.Concurrent.");
        (!may_change).then(|| self.changes.load(Ordering::Relaxed))
    }
}
