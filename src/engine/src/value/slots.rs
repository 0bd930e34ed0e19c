//! Entries that are found by key and enumerated as .NET's `Dictionary` and `HashSet` do: in the order in which they were
//! added, except that a new entry takes the place of the one that was removed last.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, Equivalent, HashTable};

use super::Key;

/// Entries by key; `V` is what belongs to a key.
#[derive(Clone)]
pub(crate) struct Slots<V> {
    hasher: DefaultHashBuilder,
    /// Where the entries are.
    table: HashTable<usize>,
    entries: Vec<Option<Entry<V>>>,
    /// The places of entries that were removed.
    free: Vec<usize>,
}

#[derive(Clone)]
struct Entry<V> {
    hash: u64,
    key: Key,
    value: V,
}

impl<V: std::any::Any> Slots<V> {
    /// Lets the entries go, with the dictionary that has them.
    pub(super) fn let_go(&mut self) {
        super::release(std::mem::take(&mut self.entries));
    }
}

impl<V> Slots<V> {
    pub(crate) fn new() -> Self {
        Self::with_capacity(0)
    }

    pub(crate) fn with_capacity(count: usize) -> Self {
        Self {
            hasher: DefaultHashBuilder::default(),
            table: HashTable::with_capacity(count),
            entries: Vec::with_capacity(count),
            free: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    fn is_at<Q: Equivalent<Key>>(&self, at: usize, hash: u64, key: &Q) -> bool {
        let entry = self.entries.get(at).and_then(Option::as_ref);
        entry.is_some_and(|entry| entry.hash == hash && key.equivalent(&entry.key))
    }

    fn place<Q: Hash + Equivalent<Key>>(&self, key: &Q) -> Option<usize> {
        self.seek(key).1
    }

    /// The hash of a key, and its place if it is there.
    pub(crate) fn seek<Q: Hash + Equivalent<Key>>(&self, key: &Q) -> (u64, Option<usize>) {
        let hash = self.hasher.hash_one(key);
        (hash, self.table.find(hash, |at| self.is_at(*at, hash, key)).copied())
    }

    pub(crate) fn contains<Q: Hash + Equivalent<Key>>(&self, key: &Q) -> bool {
        self.place(key).is_some()
    }

    pub(crate) fn get<Q: Hash + Equivalent<Key>>(&self, key: &Q) -> Option<&V> {
        self.at(self.place(key)?)
    }

    /// What is at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&V> {
        self.entries.get(place).and_then(Option::as_ref).map(|entry| &entry.value)
    }

    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut V> {
        self.entries.get_mut(place).and_then(Option::as_mut).map(|entry| &mut entry.value)
    }

    /// Adds an entry; gives the value back if the key is there already.
    pub(crate) fn add(&mut self, key: Key, value: V) -> Result<(), V> {
        match self.seek(&key) {
            (_, Some(_)) => Err(value),
            (hash, None) => {
                self.put(hash, key, value);
                Ok(())
            }
        }
    }

    /// Adds an entry whose key is not there and has this hash.
    pub(crate) fn put(&mut self, hash: u64, key: Key, value: V) {
        let entry = Some(Entry { hash, key, value });
        let at = match self.free.pop() {
            Some(at) => at,
            None => {
                self.entries.push(None);
                self.entries.len().saturating_sub(1)
            }
        };
        if let Some(slot) = self.entries.get_mut(at) {
            *slot = entry;
        }
        self.enter(hash, at);
    }

    fn enter(&mut self, hash: u64, at: usize) {
        let entries = &self.entries;
        let hash_of = |at: &usize| entries.get(*at).and_then(Option::as_ref).map_or(0, |entry| entry.hash);
        self.table.insert_unique(hash, at, hash_of);
    }

    fn leave(&mut self, at: usize) -> Option<V> {
        let entry = self.entries.get_mut(at)?.take()?;
        if let Ok(found) = self.table.find_entry(entry.hash, |place| *place == at) {
            found.remove();
        }
        Some(entry.value)
    }

    /// Removes an entry; the next one that is added takes its place.
    pub(crate) fn remove<Q: Hash + Equivalent<Key>>(&mut self, key: &Q) -> Option<V> {
        let at = self.place(key)?;
        self.free.push(at);
        self.leave(at)
    }

    /// Removes an entry; those behind it move up. Only for entries without gaps.
    pub(crate) fn cut<Q: Hash + Equivalent<Key>>(&mut self, key: &Q) -> Option<V> {
        self.cut_at(self.place(key)?)
    }

    /// Removes what is at a place; what is behind it moves up.
    pub(crate) fn cut_at(&mut self, place: usize) -> Option<V> {
        let value = self.leave(place)?;
        self.entries.remove(place);
        for at in self.table.iter_mut().filter(|at| **at > place) {
            *at = at.saturating_sub(1);
        }
        Some(value)
    }

    /// Adds an entry whose key is not there at a place; what is there and behind it moves down.
    pub(crate) fn insert(&mut self, place: usize, key: Key, value: V) {
        let hash = self.hasher.hash_one(&key);
        let place = place.min(self.entries.len());
        for at in self.table.iter_mut().filter(|at| **at >= place) {
            *at = at.saturating_add(1);
        }
        self.entries.insert(place, Some(Entry { hash, key, value }));
        self.enter(hash, place);
    }

    pub(crate) fn clear(&mut self) {
        self.table.clear();
        self.entries.clear();
        self.free.clear();
    }

    /// The values in their order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().flatten().map(|entry| &entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::Text(text.into())
    }

    fn of(texts: &[&'static str]) -> Slots<&'static str> {
        let mut slots = Slots::new();
        for text in texts {
            assert!(slots.add(key(text), *text).is_ok());
        }
        slots
    }

    fn all(slots: &Slots<&'static str>) -> String {
        slots.values().copied().collect()
    }

    #[test]
    fn a_new_entry_takes_the_place_that_was_left_last() {
        let mut slots = of(&["a", "b", "c", "d"]);
        assert_eq!((slots.remove(&key("b")), slots.remove(&key("d"))), (Some("b"), Some("d")));
        assert_eq!((all(&slots).as_str(), slots.len()), ("ac", 2));
        assert_eq!((slots.add(key("e"), "e"), slots.add(key("a"), "x")), (Ok(()), Err("x")));
        assert_eq!(all(&slots), "ace");
        assert_eq!((slots.add(key("f"), "f"), slots.get(&key("f"))), (Ok(()), Some(&"f")));
        assert_eq!(all(&slots), "afce");
    }

    #[test]
    fn entries_without_gaps_move() {
        let mut slots = of(&["a", "b", "c", "d"]);
        assert_eq!(slots.cut(&key("b")), Some("b"));
        slots.insert(0, key("e"), "e");
        slots.insert(9, key("f"), "f");
        assert_eq!(all(&slots), "eacdf");
        assert_eq!(slots.cut_at(1), Some("a"));
        for (at, text) in ["e", "c", "d", "f"].iter().enumerate() {
            assert_eq!((slots.at(at), slots.get(&key(text))), (Some(text), Some(text)));
        }
        assert!(!slots.contains(&key("a")) && !slots.contains(&key("b")));
    }

    #[test]
    fn many_entries_come_and_go() {
        let mut slots = Slots::new();
        let name = |n: usize| Key::Text(n.to_string());
        for n in 0..1_000 {
            assert_eq!(slots.add(name(n), n), Ok(()));
        }
        for n in (0..1_000).step_by(3) {
            assert_eq!(slots.remove(&name(n)), Some(n));
        }
        assert_eq!(slots.len(), 666);
        assert!((0..1_000).all(|n| slots.get(&name(n)).copied() == (n % 3 != 0).then_some(n)));
        slots.clear();
        assert_eq!((slots.len(), slots.values().count()), (0, 0));
    }
}
