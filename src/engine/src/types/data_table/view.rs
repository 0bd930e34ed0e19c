//! `DataView`: the rows of a table that fit a filter, in an order.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{
    RowObject, TableObject, expression, stands_for,
    store::{Row, State, Table},
};
use crate::{
    eval::R,
    types::{self, Members, Type, TypeDef},
    value::{Object, Value, text},
};

/// What a view shows.
pub(super) struct View {
    table: Arc<Table>,
    filter: Mutex<Str>,
    sort: Mutex<Str>,
}

impl View {
    pub(super) fn of(table: &Arc<Table>) -> Arc<Self> {
        Arc::new(Self { table: table.clone(), filter: Mutex::default(), sort: Mutex::default() })
    }

    fn rows(&self) -> R<Vec<Arc<Row>>> {
        selected(&self.table, &self.filter.lock().clone(), &self.sort.lock().clone())
    }
}

/// The rows of a table that are not deleted and fit a filter, in an order.
///
/// # Errors
/// What is no filter or no order.
pub(super) fn selected(table: &Table, filter: &str, sort: &str) -> R<Vec<Arc<Row>>> {
    let node = expression::parse(filter, &table.columns)?;
    let order = expression::parse_order(sort, &table.columns)?;
    let mut rows = Vec::new();
    for row in table.all().into_iter().filter(|row| !row.is(State::Deleted)) {
        if node.as_ref().map_or(Ok(true), |node| node.holds(&row))? {
            rows.push(row);
        }
    }
    if !order.is_empty() {
        rows.sort_by(|a, b| expression::by_columns(&order, a, b));
    }
    Ok(rows)
}

pub(super) struct ViewObject(pub(super) Arc<View>);

impl Object for ViewObject {
    fn type_of(&self) -> Type {
        types::known("System.Data.DataView")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn key(&self) -> Option<usize> {
        Some(Arc::as_ptr(&self.0).addr())
    }

    fn items(&self) -> Option<Vec<Value>> {
        let rows = self.0.rows().unwrap_or_default();
        Some(rows.into_iter().map(|row| Value::object(RowViewObject(row))).collect())
    }
}

// A row as a view shows it.
stands_for!(RowViewObject(Row), "System.Data.DataRowView");

fn view(value: &Value) -> Option<Arc<View>> {
    value.downcast::<ViewObject>().map(|view| view.0.clone())
}

fn members(m: &mut Members) {
    m.constructor("System.Data.DataView()", |_, _, _| {
        Ok(Value::object(ViewObject(View::of(&Table::new(Str::default())))))
    });
    m.constructor("System.Data.DataView(System.Data.DataTable table)", |_, _, args| {
        let table = args.first().and_then(Value::downcast::<TableObject>);
        Ok(table.map_or(Value::Null, |table| Value::object(ViewObject(View::of(&table.0)))))
    });
    m.get("int Count", |_, this| match view(this) {
        Some(view) => Ok(Value::int(view.rows()?.len())),
        None => Ok(Value::Null),
    });
    m.get_set(
        "string RowFilter",
        |_, this| Ok(view(this).map_or(Value::Null, |view| Value::Str(view.filter.lock().clone()))),
        |_, this, value| match view(this) {
            Some(view) => {
                expression::parse(&text(&value), &view.table.columns)?;
                *view.filter.lock() = text(&value);
                Ok(())
            }
            None => Ok(()),
        },
    );
    m.get_set(
        "string Sort",
        |_, this| Ok(view(this).map_or(Value::Null, |view| Value::Str(view.sort.lock().clone()))),
        |_, this, value| match view(this) {
            Some(view) => {
                expression::parse_order(&text(&value), &view.table.columns)?;
                *view.sort.lock() = text(&value);
                Ok(())
            }
            None => Ok(()),
        },
    );
    m.get("System.Data.DataTable Table", |_, this| {
        Ok(view(this).map_or(Value::Null, |view| Value::object(TableObject(view.table.clone()))))
    });
    m.method("System.Data.DataTable ToTable()", |_, this, _| match view(this) {
        Some(view) => {
            let copy = view.table.alike();
            view.rows()?.iter().for_each(|row| copy.import(row));
            copy.all().iter().for_each(|row| *row.state.lock() = State::Added);
            Ok(Value::object(TableObject(copy)))
        }
        None => Ok(Value::Null),
    });
}

fn row_members(m: &mut Members) {
    fn row(value: &Value) -> Option<Arc<Row>> {
        value.downcast::<RowViewObject>().map(|row| row.0.clone())
    }
    m.get("System.Data.DataRow Row", |_, this| Ok(row(this).map_or(Value::Null, |row| Value::object(RowObject(row)))));
    m.get("bool IsNew", |_, this| Ok(row(this).is_some_and(|row| row.is(State::Detached)).into()));
    m.get("bool IsEdit", |_, _| Ok(false.into()));
    m.method("void Delete()", |_, this, _| {
        if let Some(row) = row(this) {
            super::delete(&row);
        }
        Ok(Value::AutomationNull)
    });
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Data.DataView").base("System.ComponentModel.MarshalByValueComponent").members(members),
    TypeDef::class("System.Data.DataRowView").members(row_members),
];
