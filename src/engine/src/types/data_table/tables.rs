//! `DataTable` and its rows.

use std::{
    any::Any,
    sync::{Arc, atomic::Ordering},
};

use super::{
    ColumnObject, RowObject, TableObject, accept,
    columns::ColumnsObject,
    delete, expression, reject, row, row_argument, rows_of, stands_for,
    store::{State, Table, seen},
    view::{View, ViewObject, selected},
};
use crate::{
    eval::{R, error},
    types::{self, Members, Type, TypeDef, args::s, collections::position},
    value::{Object, Value, enumerate},
};

stands_for!(RowsObject(Table), "System.Data.DataRowCollection", items rows_of);

fn table(value: &Value) -> Option<&Arc<Table>> {
    value.downcast::<TableObject>().map(|table| &table.0)
}

fn rows(value: &Value) -> Option<&Arc<Table>> {
    value.downcast::<RowsObject>().map(|rows| &rows.0)
}

fn array_of_rows(rows: Vec<Arc<super::Row>>) -> Value {
    let rows = rows.into_iter().map(|row| Value::object(RowObject(row))).collect();
    Value::typed_array(types::known("System.Data.DataRow"), rows)
}

fn members(m: &mut Members) {
    m.constructor("System.Data.DataTable()", |_, _, _| Ok(Value::object(TableObject(Table::new("".into())))));
    m.constructor("System.Data.DataTable(string tableName)", |_, _, args| {
        Ok(Value::object(TableObject(Table::new(s(args, 0)))))
    });
    m.get("bool CaseSensitive", |_, _| Ok(false.into()));
    m.get("System.Data.DataColumnCollection Columns", |_, this| {
        Ok(table(this).map_or(Value::Null, |table| Value::object(ColumnsObject(table.columns.clone()))))
    });
    m.get("System.Data.DataView DefaultView", |_, this| {
        let Some(table) = table(this) else { return Ok(Value::Null) };
        let known = table.view.lock().upgrade();
        let view = known.unwrap_or_else(|| View::of(table));
        *table.view.lock() = Arc::downgrade(&view);
        Ok(Value::object(ViewObject(view)))
    });
    m.get("bool HasErrors", |_, _| Ok(false.into()));
    m.get_set(
        "System.Data.DataColumn[] PrimaryKey",
        |_, this| {
            let key = table(this).map(|table| table.key.lock().clone()).unwrap_or_default();
            let key = key.into_iter().map(|column| Value::object(ColumnObject(column))).collect();
            Ok(Value::typed_array(types::known("System.Data.DataColumn"), key))
        },
        |_, this, value| {
            let Some(table) = table(this) else { return Ok(()) };
            let columns = enumerate(&value).unwrap_or_else(|| vec![value]);
            let key: Vec<_> =
                columns.iter().filter_map(|one| one.downcast::<ColumnObject>()).map(|one| one.0.clone()).collect();
            for column in &key {
                column.allows_null.store(false, Ordering::Relaxed);
                column.is_unique.store(key.len() == 1, Ordering::Relaxed);
            }
            *table.key.lock() = key;
            Ok(())
        },
    );
    m.get("System.Data.DataRowCollection Rows", |_, this| {
        Ok(table(this).map_or(Value::Null, |table| Value::object(RowsObject(table.clone()))))
    });
    m.get_set(
        "string TableName",
        |_, this| Ok(table(this).map_or(Value::Null, |table| Value::Str(table.name.lock().clone()))),
        |_, this, value| {
            if let Some(table) = table(this) {
                *table.name.lock() = crate::value::text(&value);
            }
            Ok(())
        },
    );
    m.method("System.Data.DataRow NewRow()", |_, this, _| {
        Ok(table(this).map_or(Value::Null, |table| Value::object(RowObject(table.new_row()))))
    });
    m.method("void AcceptChanges()", |_, this, _| on_rows(this, accept));
    m.method("void RejectChanges()", |_, this, _| on_rows(this, reject));
    m.method("void ImportRow(System.Data.DataRow row)", |_, this, args| {
        if let Some(table) = table(this) {
            table.import(&*row_argument(args)?);
        }
        Ok(Value::AutomationNull)
    });
    for signature in ["void BeginLoadData()", "void EndLoadData()", "void Dispose()"] {
        m.method(signature, |_, _, _| Ok(Value::AutomationNull));
    }
    copies(m);
    searches(m);
}

fn on_rows(this: &Value, what: fn(&Arc<super::Row>)) -> R<Value> {
    if let Some(table) = table(this) {
        table.all().iter().for_each(what);
    }
    Ok(Value::AutomationNull)
}

fn copies(m: &mut Members) {
    m.method("void Clear()", |_, this, _| {
        if let Some(table) = table(this) {
            for row in table.rows.lock().drain(..) {
                *row.state.lock() = State::Detached;
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Data.DataTable Clone()", |_, this, _| {
        Ok(table(this).map_or(Value::Null, |table| Value::object(TableObject(table.alike()))))
    });
    m.method("System.Data.DataTable Copy()", |_, this, _| {
        let Some(table) = table(this) else { return Ok(Value::Null) };
        let copy = table.alike();
        table.all().iter().for_each(|row| copy.import(row));
        Ok(Value::object(TableObject(copy)))
    });
}

fn searches(m: &mut Members) {
    for signature in [
        "System.Data.DataRow[] Select()",
        "System.Data.DataRow[] Select(string filterExpression)",
        "System.Data.DataRow[] Select(string filterExpression, string sort)",
    ] {
        m.method(signature, |_, this, args| match table(this) {
            Some(table) => selected(table, &s(args, 0), &s(args, 1)).map(array_of_rows),
            None => Ok(Value::Null),
        });
    }
    m.method("System.Object Compute(string expression, string filter)", |_, this, args| {
        let Some(table) = table(this) else { return Ok(Value::Null) };
        let rows = selected(table, &s(args, 1), "")?;
        match expression::parse(&s(args, 0), &table.columns)? {
            Some(node) => expression::aggregate(&node, &rows).map(seen),
            None => Ok(types::converters::db_null()),
        }
    });
}

fn collection_members(m: &mut Members) {
    m.get("int Count", |_, this| Ok(rows(this).map_or(Value::Null, |table| Value::int(table.rows.lock().len()))));
    m.method("void Add(System.Data.DataRow row)", |rs, this, args| {
        if let Some(table) = rows(this) {
            table.insert(rs, &row_argument(args)?, usize::MAX)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Data.DataRow Add(params System.Object[] values)", |rs, this, args| {
        let Some(table) = rows(this) else { return Ok(Value::Null) };
        let values = match args {
            [only] => enumerate(only).unwrap_or_else(|| args.to_vec()),
            several => several.to_vec(),
        };
        let row = table.row_of(rs, &values)?;
        table.insert(rs, &row, usize::MAX)?;
        Ok(Value::object(RowObject(row)))
    });
    m.method("void InsertAt(System.Data.DataRow row, int pos)", |rs, this, args| {
        if let Some(table) = rows(this) {
            table.insert(rs, &row_argument(args)?, position(args.get(1)))?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("int IndexOf(System.Data.DataRow row)", |_, this, args| {
        let wanted = args.first().and_then(row);
        let at = rows(this).and_then(|table| {
            table.rows.lock().iter().position(|row| wanted.as_ref().is_some_and(|wanted| Arc::ptr_eq(row, wanted)))
        });
        Ok(at.map_or(Value::I32(-1), Value::int))
    });
    m.method("void Remove(System.Data.DataRow row)", |_, this, args| {
        let row = row_argument(args)?;
        take_out(this, |table| table.rows.lock().iter().position(|have| Arc::ptr_eq(have, &row)))
    });
    m.method("void RemoveAt(int index)", |_, this, args| {
        let at = position(args.first());
        take_out(this, |table| (at < table.rows.lock().len()).then_some(at))
    });
    m.method("void Clear()", |_, this, _| {
        if let Some(table) = rows(this) {
            table.rows.lock().clear();
        }
        Ok(Value::AutomationNull)
    });
    for signature in ["System.Data.DataRow Find(System.Object key)", "System.Data.DataRow Find(System.Object[] keys)"] {
        m.method(signature, |rs, this, args| {
            let Some(table) = rows(this) else { return Ok(Value::Null) };
            let key = args.first().cloned().unwrap_or_default();
            let key = enumerate(&key).unwrap_or_else(|| vec![key]);
            Ok(table.find(rs, &key)?.map_or(Value::Null, |row| Value::object(RowObject(row))))
        });
    }
}

/// Takes out the row at a place.
fn take_out(this: &Value, place: impl FnOnce(&Table) -> Option<usize>) -> R<Value> {
    let Some(table) = rows(this) else { return Ok(Value::AutomationNull) };
    let Some(at) = place(table) else {
        let message = "There is no row at that position.";
        return Err(error::thrown("System.IndexOutOfRangeException", message));
    };
    let row = table.rows.lock().remove(at);
    delete(&row);
    *row.state.lock() = State::Detached;
    Ok(Value::AutomationNull)
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Data.DataTable").base("System.ComponentModel.MarshalByValueComponent").members(members),
    TypeDef::class("System.Data.DataRowCollection")
        .base("System.Data.InternalDataCollectionBase")
        .members(collection_members),
];
