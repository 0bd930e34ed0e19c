//! The types of the tables by name. Each is made when it is asked for first: a session meets few of them.

use std::sync::OnceLock;

use psrpd_dotnet::casing;

use super::{
    Shape, Type, TypeDef,
    exceptions::{self, EXCEPTIONS},
    families::FAMILIES,
};
use crate::names::hash;

/// What a table says of a type.
#[derive(Clone, Copy)]
enum Row {
    Def(&'static TypeDef),
    /// A name and a base.
    Exception(&'static exceptions::Row),
}

impl Row {
    const fn name(self) -> &'static str {
        match self {
            Self::Def(def) => def.name,
            Self::Exception(row) => row.name,
        }
    }

    fn make(self) -> Type {
        match self {
            Self::Def(def) => {
                let base = || lookup(def.base).unwrap_or_else(|| Type::new(def.base.into(), Shape::Named, None));
                let base = (!def.base.is_empty()).then(base);
                Type::new(def.name.into(), Shape::Table(def), base)
            }
            Self::Exception(row) => Type::new(row.name.into(), Shape::Named, lookup(row.base)),
        }
    }
}

/// How many rows there are.
const COUNT: usize = {
    let (mut count, mut families) = (EXCEPTIONS.len(), FAMILIES);
    while let [family, rest @ ..] = families {
        (count, families) = (count.saturating_add(family.len()), rest);
    }
    count
};

/// Twice as many as there are rows, and more.
const SLOTS: usize = COUNT.saturating_mul(2).next_power_of_two();

/// The rows of all tables.
static ROWS: [Row; COUNT] = rows();

/// The types that were made of them.
static MADE: [OnceLock<Type>; COUNT] = [const { OnceLock::new() }; COUNT];

/// Where rows are by name, as open addresses: nothing, or the place of a row and one more. Of two with the same name the
/// first is found. A session that makes this itself reads all of the tables, and each session holds what it has read.
static PLACES: [u16; SLOTS] = places();

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // evaluated at compile time
const fn rows() -> [Row; COUNT] {
    let mut rows = [Row::Exception(&EXCEPTIONS[0]); COUNT];
    let (mut at, mut families) = (0, FAMILIES);
    while let [family, rest @ ..] = families {
        let mut of_family = *family;
        while let [def, rest @ ..] = of_family {
            rows[at] = Row::Def(def);
            (at, of_family) = (at + 1, rest);
        }
        families = rest;
    }
    let mut exceptions = EXCEPTIONS;
    while let [exception, rest @ ..] = exceptions {
        rows[at] = Row::Exception(exception);
        (at, exceptions) = (at + 1, rest);
    }
    rows
}

#[allow(clippy::indexing_slicing, clippy::as_conversions, clippy::arithmetic_side_effects)] // evaluated at compile time
const fn places() -> [u16; SLOTS] {
    assert!(COUNT < u16::MAX as usize, "places are numbers of 16 bits");
    let mut places = [0; SLOTS];
    let (mut at, rows) = (0, rows());
    while at < COUNT {
        let mut slot = first_slot(rows[at].name());
        while places[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        at += 1;
        places[slot] = at as u16;
    }
    places
}

/// Where the search for a name begins.
#[allow(clippy::as_conversions, clippy::arithmetic_side_effects)] // by a constant, and less than it
const fn first_slot(name: &str) -> usize {
    (hash(name.as_bytes()) % SLOTS as u64) as usize
}

/// A type of the tables by full name, ignoring case.
pub(crate) fn lookup(name: &str) -> Option<Type> {
    let (before, from) = PLACES.split_at_checked(first_slot(name))?;
    let mut places = from.iter().chain(before).map_while(|place| usize::from(*place).checked_sub(1));
    let is_it = |place: &usize| ROWS.get(*place).is_some_and(|row| casing::eq(row.name(), name));
    places.find(is_it).map(|place| at(place).clone())
}

/// The place of a type of the tables, by its exact name; not to be there is an error of the compiler.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)] // evaluated at compile time
pub(crate) const fn place(name: &str) -> usize {
    let (mut at, rows) = (0, rows());
    while at < COUNT {
        if is_same(rows[at].name().as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("no table has a type of this name")
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([a, rest @ ..], [b, others @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

/// The type at a place of the tables.
pub(crate) fn at(place: usize) -> &'static Type {
    let ([first, ..], [made, ..]) = (&ROWS, &MADE);
    let (row, made) = ROWS.get(place).zip(MADE.get(place)).unwrap_or((first, made));
    made.get_or_init(|| row.make())
}

/// All types of the tables, by name.
pub(crate) fn all() -> Vec<Type> {
    let mut names: Vec<&str> = ROWS.iter().map(|row| row.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(lookup).collect()
}
