//! What tables of data hold: columns, rows and their values.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    types::{self, Type},
    value::{Value, text},
};

/// `RowState`
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Detached,
    Unchanged,
    Added,
    Deleted,
    Modified,
}

impl State {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Detached => "Detached",
            Self::Unchanged => "Unchanged",
            Self::Added => "Added",
            Self::Deleted => "Deleted",
            Self::Modified => "Modified",
        }
    }
}

/// The numbers that a column gives to new rows.
#[derive(Clone)]
pub(super) struct Counter {
    pub(super) is_on: bool,
    pub(super) seed: i64,
    pub(super) step: i64,
    pub(super) next: i64,
}

/// A column.
pub(super) struct Column {
    pub(super) name: Mutex<Str>,
    pub(super) caption: Mutex<Option<Str>>,
    pub(super) of: Mutex<Type>,
    /// What a new row has; null is `DBNull`.
    pub(super) default: Mutex<Value>,
    pub(super) allows_null: AtomicBool,
    pub(super) is_unique: AtomicBool,
    pub(super) is_read_only: AtomicBool,
    pub(super) counter: Mutex<Counter>,
    pub(super) table: Mutex<Weak<Table>>,
}

impl Column {
    pub(super) fn new(name: Str, of: Type) -> Arc<Self> {
        Arc::new(Self {
            name: Mutex::new(name),
            caption: Mutex::new(None),
            of: Mutex::new(of),
            default: Mutex::new(Value::Null),
            allows_null: AtomicBool::new(true),
            is_unique: AtomicBool::new(false),
            is_read_only: AtomicBool::new(false),
            counter: Mutex::new(Counter { is_on: false, seed: 0, step: 1, next: 0 }),
            table: Mutex::default(),
        })
    }

    /// A column that is declared alike, in no table.
    pub(super) fn alike(&self) -> Arc<Self> {
        let counter = self.counter.lock().clone();
        Arc::new(Self {
            name: Mutex::new(self.name.lock().clone()),
            caption: Mutex::new(self.caption.lock().clone()),
            of: Mutex::new(self.of.lock().clone()),
            default: Mutex::new(self.default.lock().clone()),
            allows_null: AtomicBool::new(self.allows_null.load(Ordering::Relaxed)),
            is_unique: AtomicBool::new(self.is_unique.load(Ordering::Relaxed)),
            is_read_only: AtomicBool::new(self.is_read_only.load(Ordering::Relaxed)),
            counter: Mutex::new(counter),
            table: Mutex::default(),
        })
    }

    pub(super) fn name(&self) -> Str {
        self.name.lock().clone()
    }

    /// What the column has in a new row.
    fn first_value(&self) -> Value {
        let mut counter = self.counter.lock();
        if !counter.is_on {
            return self.default.lock().clone();
        }
        let number = counter.next;
        counter.next = number.saturating_add(counter.step);
        match self.of.lock().name() {
            "System.Int64" => Value::I64(number),
            _ => i32::try_from(number).map_or(Value::I64(number), Value::I32),
        }
    }

    /// A value as the column keeps it: `DBNull` is null.
    fn stored(&self, rs: &mut Runspace, value: &Value) -> R<Value> {
        if is_db_null(value) {
            return Ok(Value::Null);
        }
        let of = self.of.lock().clone();
        if value.is_null() {
            if of.is_value_type() {
                let message =
                    format!("Cannot set Column '{}' to be null. Please use DBNull instead.", self.name.lock());
                return Err(error::thrown("System.ArgumentException", message));
            }
            return Ok(Value::Null);
        }
        if of == types::string() {
            return Ok(Value::Str(text(value)));
        }
        convert::convert(rs, &value.clone().into_base(), &of).map_err(|flow| match flow {
            Flow::Error(raised) => {
                let said = raised.record.message();
                let why = said.split_once("Error: \"").map_or("", |(_, why)| why.trim_end_matches('"'));
                let message = format!(
                    "{why}Couldn't store <{}> in {} Column.  Expected type is {}.",
                    text(value),
                    self.name.lock(),
                    of.short_name()
                );
                error::thrown("System.ArgumentException", message)
            }
            other => other,
        })
    }
}

pub(super) fn is_db_null(value: &Value) -> bool {
    value.type_of().is_some_and(|of| of.name() == "System.DBNull")
}

/// A kept value as scripts see it.
pub(super) fn seen(value: Value) -> Value {
    if value.is_null() { types::converters::db_null() } else { value }
}

/// The columns of a table, which its rows know too.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) list: Mutex<Vec<Arc<Column>>>,
    pub(super) table: Mutex<Weak<Table>>,
}

impl Columns {
    pub(super) fn all(&self) -> Vec<Arc<Column>> {
        self.list.lock().clone()
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.list.lock().iter().position(|column| casing::eq(&column.name.lock(), name))
    }

    pub(super) fn at(&self, at: usize) -> Option<Arc<Column>> {
        self.list.lock().get(at).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.list.lock().len()
    }

    pub(super) fn table_name(&self) -> Str {
        self.table.lock().upgrade().map(|table| table.name.lock().clone()).unwrap_or_default()
    }
}

/// A row.
pub(super) struct Row {
    pub(super) columns: Arc<Columns>,
    pub(super) table: Weak<Table>,
    pub(super) values: Mutex<Vec<Value>>,
    /// The values before it was changed.
    pub(super) original: Mutex<Option<Vec<Value>>>,
    pub(super) state: Mutex<State>,
}

impl Row {
    /// The value in a column, null for `DBNull`.
    pub(super) fn value(&self, at: usize) -> Value {
        self.values.lock().get(at).cloned().unwrap_or_default()
    }

    pub(super) fn is(&self, state: State) -> bool {
        *self.state.lock() == state
    }

    /// The place of the column that a number, a name or a column means.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn place(&self, index: &Value) -> R<usize> {
        let table = || self.columns.table_name();
        if let Value::I32(at) = index.base() {
            let found = usize::try_from(*at).ok().filter(|at| *at < self.columns.len());
            let message = format!("Cannot find column {at}.");
            return found.ok_or_else(|| error::foreign("System.IndexOutOfRangeException", message));
        }
        let name = match index.downcast::<super::ColumnObject>() {
            Some(column) => column.0.name(),
            None => text(index),
        };
        self.columns.position(&name).ok_or_else(|| {
            let message = format!("Column '{name}' does not belong to table {}.", table());
            error::foreign("System.ArgumentException", message)
        })
    }

    /// Changes the value in a column.
    ///
    /// # Errors
    /// What the column does not take.
    pub(super) fn set(&self, rs: &mut Runspace, at: usize, value: &Value) -> R<()> {
        if self.is(State::Deleted) {
            return Err(deleted());
        }
        let Some(column) = self.columns.at(at) else { return Ok(()) };
        if column.is_read_only.load(Ordering::Relaxed) && !self.is(State::Detached) {
            let message = format!("Column '{}' is read only.", column.name());
            return Err(error::thrown("System.Data.ReadOnlyException", message));
        }
        let stored = column.stored(rs, value)?;
        if !self.is(State::Detached) {
            not_null(&column, &stored)?;
        }
        let mut values = self.values.lock();
        if values.len() <= at {
            values.resize(at.saturating_add(1), Value::Null);
        }
        if self.is(State::Unchanged) {
            *self.original.lock() = Some(values.clone());
            *self.state.lock() = State::Modified;
        }
        if let Some(slot) = values.get_mut(at) {
            *slot = stored;
        }
        Ok(())
    }

    /// Makes what is so the original.
    pub(super) fn accept(&self) {
        *self.original.lock() = None;
        *self.state.lock() = State::Unchanged;
    }
}

pub(super) fn deleted() -> Flow {
    let message = "Deleted row information cannot be accessed through the row.";
    error::thrown("System.Data.DeletedRowInaccessibleException", message)
}

fn not_null(column: &Column, value: &Value) -> R<()> {
    if value.is_null() && !column.allows_null.load(Ordering::Relaxed) {
        let message = format!("Column '{}' does not allow nulls.", column.name());
        return Err(error::thrown("System.Data.NoNullAllowedException", message));
    }
    Ok(())
}

/// A table.
#[derive(Default)]
pub(super) struct Table {
    pub(super) name: Mutex<Str>,
    pub(super) columns: Arc<Columns>,
    pub(super) rows: Mutex<Vec<Arc<Row>>>,
    /// `PrimaryKey`
    pub(super) key: Mutex<Vec<Arc<Column>>>,
    pub(super) view: Mutex<Weak<super::view::View>>,
}

impl Table {
    pub(super) fn new(name: Str) -> Arc<Self> {
        let table = Arc::new(Self { name: Mutex::new(name), ..Self::default() });
        *table.columns.table.lock() = Arc::downgrade(&table);
        table
    }

    pub(super) fn all(&self) -> Vec<Arc<Row>> {
        self.rows.lock().clone()
    }

    /// Adds a column; without a name it is called by its number.
    ///
    /// # Errors
    /// There is one of this name.
    pub(super) fn add_column(self: &Arc<Self>, column: &Arc<Column>) -> R<()> {
        if column.name.lock().is_empty() {
            let free = (1..).map(|n| format!("Column{n}")).find(|name| self.columns.position(name).is_none());
            *column.name.lock() = free.unwrap_or_default().into();
        }
        let name = column.name();
        if self.columns.position(&name).is_some() {
            let message = format!("A column named '{name}' already belongs to this DataTable.");
            return Err(error::thrown("System.Data.DuplicateNameException", message));
        }
        *column.table.lock() = Arc::downgrade(self);
        self.columns.list.lock().push(column.clone());
        for row in self.all() {
            let value = column.first_value();
            row.values.lock().push(value);
        }
        Ok(())
    }

    pub(super) fn remove_column(&self, at: usize) {
        let removed = {
            let mut list = self.columns.list.lock();
            if at >= list.len() {
                return;
            }
            list.remove(at)
        };
        *removed.table.lock() = Weak::new();
        for row in self.all() {
            let mut values = row.values.lock();
            if at < values.len() {
                values.remove(at);
            }
        }
    }

    /// A row of the table that is not in it yet.
    pub(super) fn new_row(self: &Arc<Self>) -> Arc<Row> {
        let values = self.columns.all().iter().map(|column| column.first_value()).collect();
        Arc::new(Row {
            columns: self.columns.clone(),
            table: Arc::downgrade(self),
            values: Mutex::new(values),
            original: Mutex::new(None),
            state: Mutex::new(State::Detached),
        })
    }

    /// A row with these values in the columns; null means what the column has by itself.
    ///
    /// # Errors
    /// Too many values, and what a column does not take.
    pub(super) fn row_of(self: &Arc<Self>, rs: &mut Runspace, values: &[Value]) -> R<Arc<Row>> {
        if values.len() > self.columns.len() {
            let message = "Input array is longer than the number of columns in this table.";
            return Err(error::thrown("System.ArgumentException", message));
        }
        let row = self.new_row();
        for (at, value) in values.iter().enumerate().filter(|(_, value)| !value.is_null()) {
            row.set(rs, at, value)?;
        }
        Ok(row)
    }

    /// Puts a row into the table at a place, at the end if that is beyond it.
    ///
    /// # Errors
    /// A row that is in a table, and values that its constraints refuse.
    pub(super) fn insert(&self, rs: &mut Runspace, row: &Arc<Row>, at: usize) -> R<()> {
        if !row.is(State::Detached) {
            let message = "This row already belongs to this table.";
            return Err(error::thrown("System.ArgumentException", message));
        }
        self.check(rs, row)?;
        *row.state.lock() = State::Added;
        let mut rows = self.rows.lock();
        let at = at.min(rows.len());
        rows.insert(at, row.clone());
        Ok(())
    }

    fn check(&self, rs: &mut Runspace, row: &Arc<Row>) -> R<()> {
        let key = self.key.lock().clone();
        for (at, column) in self.columns.all().iter().enumerate() {
            let value = row.value(at);
            not_null(column, &value)?;
            if column.is_unique.load(Ordering::Relaxed) && !(key.len() > 1 && is_among(&key, column)) {
                for other in self.all() {
                    rs.check_stop()?;
                    if super::expression::is_same(&other.value(at), &value) {
                        let message = format!(
                            "Column '{}' is constrained to be unique.  Value '{}' is already present.",
                            column.name(),
                            text(&value)
                        );
                        return Err(error::thrown("System.Data.ConstraintException", message));
                    }
                }
            }
        }
        Ok(())
    }

    /// The row whose primary key has these values.
    ///
    /// # Errors
    /// The table has no primary key.
    pub(super) fn find(&self, rs: &mut Runspace, wanted: &[Value]) -> R<Option<Arc<Row>>> {
        let key = self.key.lock().clone();
        if key.is_empty() {
            return Err(error::thrown("System.Data.MissingPrimaryKeyException", "Table doesn't have a primary key."));
        }
        if key.len() != wanted.len() {
            let message = format!(
                "Expecting {} value(s) for the key being indexed, but received {} value(s).",
                key.len(),
                wanted.len()
            );
            return Err(error::thrown("System.ArgumentException", message));
        }
        let mut places = Vec::new();
        for (column, value) in key.iter().zip(wanted) {
            let value = column.stored(rs, value)?;
            places.extend(self.columns.position(&column.name()).map(|at| (at, value)));
        }
        let fits = |row: &&Arc<Row>| {
            !row.is(State::Deleted)
                && places.iter().all(|(at, value)| super::expression::is_same(&row.value(*at), value))
        };
        Ok(self.all().iter().find(fits).cloned())
    }

    /// A table with the same columns and no rows.
    pub(super) fn alike(&self) -> Arc<Self> {
        let copy = Self::new(self.name.lock().clone());
        for column in self.columns.all() {
            let column = column.alike();
            *column.table.lock() = Arc::downgrade(&copy);
            copy.columns.list.lock().push(column);
        }
        let key = self.key.lock().clone();
        let places: Vec<usize> = key.iter().filter_map(|column| self.columns.position(&column.name())).collect();
        *copy.key.lock() = places.into_iter().filter_map(|at| copy.columns.at(at)).collect();
        copy
    }

    /// Takes over a copy of a row, its state included.
    pub(super) fn import(self: &Arc<Self>, row: &Row) {
        let copy = self.new_row();
        *copy.values.lock() = row.values.lock().clone();
        *copy.original.lock() = row.original.lock().clone();
        let state = *row.state.lock();
        *copy.state.lock() = if state == State::Detached { State::Added } else { state };
        self.rows.lock().push(copy);
    }
}

fn is_among(columns: &[Arc<Column>], column: &Arc<Column>) -> bool {
    columns.iter().any(|have| Arc::ptr_eq(have, column))
}
