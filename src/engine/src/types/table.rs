//! The types of the tables by name. Each is made when it is asked for first: a session meets few of them.

use std::sync::LazyLock;

use super::{
    Shape, Type, TypeDef,
    exceptions::{self, EXCEPTIONS},
    families::FAMILIES,
};
use crate::names::Table;

/// What a table says of a type.
#[derive(Clone, Copy)]
enum Row {
    Def(&'static TypeDef),
    /// A name and a base.
    Exception(&'static exceptions::Row),
}

impl Row {
    fn name(self) -> &'static str {
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

/// The rows of all tables; of two with the same name the first holds.
fn rows() -> impl Iterator<Item = Row> {
    FAMILIES.iter().copied().flatten().map(Row::Def).chain(EXCEPTIONS.iter().map(Row::Exception))
}

static TABLE: LazyLock<Table<Row, Type>> = LazyLock::new(|| Table::new(rows(), |row| row.name()));

/// A type of the tables by full name, ignoring case.
pub(crate) fn lookup(name: &str) -> Option<Type> {
    TABLE.get(name, |row| row.make()).cloned()
}

/// All types of the tables, by name.
pub(crate) fn all() -> Vec<Type> {
    let mut names: Vec<&str> = rows().map(Row::name).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(lookup).collect()
}
