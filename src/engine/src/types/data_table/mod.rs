//! Tables of data: `DataTable`, `DataRow`, `DataColumn`, `DataView` and `DataSet`, as they are in memory.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, enum_value};
use crate::{
    eval::{R, Runspace, error},
    value::{Object, Value, enumerate},
};

mod columns;
mod expression;
mod set;
mod store;
mod tables;
mod view;

use columns::ColumnObject;
use store::{Row, State, Table, seen};
use view::RowViewObject;

pub(super) use columns::TYPES as COLUMNS;
pub(super) use set::TYPES as SETS;
pub(super) use tables::TYPES as TABLES;
pub(super) use view::TYPES as VIEWS;

/// An object that stands for something of a table; two that stand for the same are the same.
macro_rules! stands_for {
    ($name:ident($of:ty), $type:literal $(, items $items:expr)?) => {
        pub(in crate::types::data_table) struct $name(pub(in crate::types::data_table) Arc<$of>);

        impl Object for $name {
            fn type_of(&self) -> Type {
                $crate::types::known($type)
            }

            fn as_any(&self) -> &dyn Any {
                self
            }

            fn key(&self) -> Option<usize> {
                Some(Arc::as_ptr(&self.0).addr())
            }

            fn equals(&self, other: &Value) -> bool {
                other.downcast::<Self>().is_some_and(|other| Arc::ptr_eq(&self.0, &other.0))
            }

            $(fn items(&self) -> Option<Vec<Value>> {
                let items: fn(&$of) -> Vec<Value> = $items;
                Some(items(&self.0))
            })?
        }
    };
}
use stands_for;

stands_for!(RowObject(Row), "System.Data.DataRow");
stands_for!(TableObject(Table), "System.Data.DataTable", items rows_of);

fn rows_of(table: &Table) -> Vec<Value> {
    table.all().into_iter().map(|row| Value::object(RowObject(row))).collect()
}

fn row(value: &Value) -> Option<Arc<Row>> {
    value
        .downcast::<RowObject>()
        .map(|row| row.0.clone())
        .or_else(|| value.downcast::<RowViewObject>().map(|row| row.0.clone()))
}

/// Properties that rows have beside their columns, which tables and lists do not show.
const ASIDE: [&str; 5] = ["RowError", "RowState", "Table", "ItemArray", "HasErrors"];

/// Whether a property of an object is one that is shown with it.
pub(crate) fn is_shown(object: &Value, name: &str) -> bool {
    object.downcast::<RowObject>().is_none() || !ASIDE.contains(&name)
}

/// A column of a row by name.
pub(crate) fn property(object: &Value, name: &str) -> Option<Value> {
    let row = row(object)?;
    let at = row.columns.position(name)?;
    Some(if row.is(State::Deleted) { Value::Null } else { seen(row.value(at)) })
}

/// What a row has, its columns first.
pub(crate) fn properties(object: &Value) -> Option<Vec<(Str, Value)>> {
    let row = row(object)?;
    let columns = row.columns.all();
    let mut found: Vec<(Str, Value)> =
        columns.iter().enumerate().map(|(at, column)| (column.name(), seen(row.value(at)))).collect();
    if object.downcast::<RowObject>().is_some() {
        found.extend([
            ("RowError".into(), Value::from("")),
            ("RowState".into(), state(&row)),
            ("Table".into(), row.table.upgrade().map_or(Value::Null, |table| Value::object(TableObject(table)))),
            ("ItemArray".into(), items(&row)),
            ("HasErrors".into(), false.into()),
        ]);
    }
    Some(found)
}

/// `row.Column = value`; false if the object is no row, or has no such column.
///
/// # Errors
/// What the column does not take.
pub(crate) fn assign(rs: &mut Runspace, object: &Value, name: &str, value: &Value) -> R<bool> {
    let Some(row) = row(object) else { return Ok(false) };
    match row.columns.position(name) {
        Some(at) => row.set(rs, at, value).map(|()| true),
        None if ASIDE.contains(&name) => Ok(false),
        None => {
            let message = format!(
                "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
            );
            Err(error::invalid("PropertyNotFound", message))
        }
    }
}

/// The columns of a row, and what is in them.
pub(crate) fn columns_of(object: &Value) -> Option<Vec<(Str, Type)>> {
    Some(row(object)?.columns.all().iter().map(|column| (column.name(), column.of.lock().clone())).collect())
}

/// Whether an object is a row, whose properties are its own.
pub(crate) fn is_row(object: &Value) -> bool {
    row(object).is_some()
}

/// `row['Column']`, `row[0]`, `columns['Name']`.
pub(crate) fn indexed(object: &Value, index: &Value) -> R<Option<Value>> {
    if let Some(found) = columns::indexed(object, index).or_else(|| set::indexed(object, index)) {
        return Ok(Some(found));
    }
    let Some(row) = row(object) else { return Ok(None) };
    if enumerate(index).is_some() {
        return Ok(None);
    }
    Ok(row.place(index).ok().map(|at| seen(row.value(at))))
}

/// `row['Column'] = value`; false if the object is no row.
///
/// # Errors
/// There is no such column, or it does not take the value.
pub(crate) fn set_indexed(rs: &mut Runspace, object: &Value, index: &Value, value: &Value) -> R<bool> {
    let Some(row) = row(object) else { return Ok(false) };
    let at = row.place(index)?;
    row.set(rs, at, value).map(|()| true)
}

fn state(row: &Row) -> Value {
    enum_value("System.Data.DataRowState", row.state.lock().label())
}

fn items(row: &Row) -> Value {
    Value::array((0..row.columns.len()).map(|at| seen(row.value(at))).collect())
}

/// Takes a row out at the next `AcceptChanges()`; one that is new is gone at once.
fn delete(row: &Arc<Row>) {
    if row.is(State::Added) {
        if let Some(table) = row.table.upgrade() {
            table.rows.lock().retain(|have| !Arc::ptr_eq(have, row));
        }
        *row.state.lock() = State::Detached;
    } else if !row.is(State::Detached) {
        *row.state.lock() = State::Deleted;
    }
}

fn accept(row: &Arc<Row>) {
    match *row.state.lock() {
        State::Detached | State::Unchanged => return,
        State::Deleted => {
            if let Some(table) = row.table.upgrade() {
                table.rows.lock().retain(|have| !Arc::ptr_eq(have, row));
            }
            return;
        }
        State::Added | State::Modified => {}
    }
    row.accept();
}

fn reject(row: &Arc<Row>) {
    if row.is(State::Added) {
        delete(row);
        return;
    }
    if let Some(original) = row.original.lock().take() {
        *row.values.lock() = original;
    }
    if !row.is(State::Detached) {
        *row.state.lock() = State::Unchanged;
    }
}

fn row_members(m: &mut Members) {
    m.get("System.Data.DataRowState RowState", |_, this| Ok(row(this).map_or(Value::Null, |row| state(&row))));
    m.get("System.Data.DataTable Table", |_, this| {
        let table = row(this).and_then(|row| row.table.upgrade());
        Ok(table.map_or(Value::Null, |table| Value::object(TableObject(table))))
    });
    m.get("string RowError", |_, _| Ok("".into()));
    m.get("bool HasErrors", |_, _| Ok(false.into()));
    m.get_set(
        "System.Object[] ItemArray",
        |_, this| match row(this) {
            Some(row) if row.is(State::Deleted) => Err(store::deleted()),
            Some(row) => Ok(items(&row)),
            None => Ok(Value::Null),
        },
        |rs, this, value| {
            let Some(row) = row(this) else { return Ok(()) };
            for (at, item) in enumerate(&value).unwrap_or_default().iter().enumerate() {
                row.set(rs, at, item)?;
            }
            Ok(())
        },
    );
    for signature in
        ["bool IsNull(int columnIndex)", "bool IsNull(string columnName)", "bool IsNull(System.Data.DataColumn column)"]
    {
        m.method(signature, |_, this, args| match (row(this), args.first()) {
            (Some(row), Some(index)) => Ok(row.value(row.place(index)?).is_null().into()),
            _ => Ok(Value::Null),
        });
    }
    m.method("void Delete()", |_, this, _| on_row(this, delete));
    m.method("void AcceptChanges()", |_, this, _| on_row(this, accept));
    m.method("void RejectChanges()", |_, this, _| on_row(this, reject));
    m.method("void SetAdded()", |_, this, _| on_row(this, |row| *row.state.lock() = State::Added));
    m.method("void SetModified()", |_, this, _| on_row(this, |row| *row.state.lock() = State::Modified));
    for signature in ["void BeginEdit()", "void EndEdit()", "void ClearErrors()"] {
        m.method(signature, |_, _, _| Ok(Value::AutomationNull));
    }
}

fn on_row(this: &Value, what: fn(&Arc<Row>)) -> R<Value> {
    if let Some(row) = row(this) {
        what(&row);
    }
    Ok(Value::AutomationNull)
}

/// The row that an argument is.
fn row_argument(args: &[Value]) -> R<Arc<Row>> {
    args.first().and_then(row).ok_or_else(|| {
        error::thrown("System.ArgumentNullException", "'row' argument cannot be null. (Parameter 'row')")
    })
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.ComponentModel.MarshalByValueComponent"),
    TypeDef::class("System.Data.DataRow").members(row_members),
    TypeDef::class("System.Data.InternalDataCollectionBase"),
    TypeDef::flag_labels(
        "System.Data.DataRowState",
        &[("Detached", 1), ("Unchanged", 2), ("Added", 4), ("Deleted", 8), ("Modified", 16)],
    ),
];
