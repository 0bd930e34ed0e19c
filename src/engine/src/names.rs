//! Tables of what is built in, by name: nothing of a row is copied, and what it stands for is made when it is asked for
//! first. There may be hundreds of sessions, and each meets little of what there is.

use std::sync::OnceLock;

use hashbrown::HashTable;
use psrpd_dotnet::casing;

/// A table of rows with names, which are ASCII; of several rows with the same name the first holds.
pub(crate) struct Table<R, T = ()> {
    rows: Box<[(R, OnceLock<T>)]>,
    name_of: fn(&R) -> &'static str,
    by_name: HashTable<u16>,
}

impl<R, T> Table<R, T> {
    pub(crate) fn new(rows: impl Iterator<Item = R>, name_of: fn(&R) -> &'static str) -> Self {
        let rows: Box<[_]> = rows.map(|row| (row, OnceLock::new())).collect();
        let by_name = HashTable::with_capacity(rows.len());
        let mut table = Self { rows, name_of, by_name };
        for at in 0..u16::try_from(table.rows.len()).unwrap_or(u16::MAX) {
            let name = table.name(at);
            if table.row(name).is_none() {
                let Self { rows, by_name, .. } = &mut table;
                let hash_of = |at: &u16| rows.get(usize::from(*at)).map_or(0, |(row, _)| hash(name_of(row).as_bytes()));
                by_name.insert_unique(hash(name.as_bytes()), at, hash_of);
            }
        }
        table
    }

    /// The row of this name, ignoring case.
    pub(crate) fn row(&self, name: &str) -> Option<&R> {
        self.find(name).map(|(row, _)| row)
    }

    /// What the row of this name stands for.
    pub(crate) fn get(&self, name: &str, make: impl FnOnce(&R) -> T) -> Option<&T> {
        self.find(name).map(|(row, made)| made.get_or_init(|| make(row)))
    }

    fn find(&self, name: &str) -> Option<&(R, OnceLock<T>)> {
        let at = self.by_name.find(hash(name.as_bytes()), |at| casing::eq(self.name(*at), name))?;
        self.rows.get(usize::from(*at))
    }

    fn name(&self, at: u16) -> &'static str {
        self.rows.get(usize::from(at)).map_or("", |(row, _)| (self.name_of)(row))
    }
}

/// FNV-1a, ASCII letters in upper case.
pub(crate) const fn hash(mut text: &[u8]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = BASIS;
    while let [byte, rest @ ..] = text {
        hash = (hash ^ u64::from_le_bytes([byte.to_ascii_uppercase(), 0, 0, 0, 0, 0, 0, 0])).wrapping_mul(PRIME);
        text = rest;
    }
    hash
}
