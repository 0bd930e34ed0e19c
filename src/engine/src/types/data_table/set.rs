//! `DataSet`: tables by name.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::{TableObject, stands_for, store::Table};
use crate::{
    eval::{R, error},
    types::{Members, Type, TypeDef, args::s},
    value::{Object, Value, enumerate, text},
};

#[derive(Default)]
pub(super) struct Set {
    name: Mutex<Str>,
    tables: Mutex<Vec<Arc<Table>>>,
}

stands_for!(SetObject(Set), "System.Data.DataSet");
stands_for!(TablesObject(Set), "System.Data.DataTableCollection", items all);

fn all(set: &Set) -> Vec<Value> {
    set.tables.lock().iter().map(|table| Value::object(TableObject(table.clone()))).collect()
}

fn set(value: &Value) -> Option<&Arc<Set>> {
    value.downcast::<SetObject>().map(|set| &set.0)
}

fn tables(value: &Value) -> Option<&Arc<Set>> {
    value.downcast::<TablesObject>().map(|tables| &tables.0)
}

fn position(set: &Set, name: &str) -> Option<usize> {
    set.tables.lock().iter().position(|table| casing::eq(&table.name.lock(), name))
}

/// A table by number or name.
pub(super) fn indexed(object: &Value, index: &Value) -> Option<Value> {
    let set = tables(object)?;
    if enumerate(index).is_some() {
        return None;
    }
    let at = match index.base() {
        Value::I32(at) => usize::try_from(*at).ok(),
        _ => position(set, &text(index)),
    };
    let found = at.and_then(|at| set.tables.lock().get(at).cloned());
    Some(found.map_or(Value::Null, |table| Value::object(TableObject(table))))
}

fn add(this: &Value, table: Arc<Table>) -> R<Value> {
    let Some(set) = tables(this) else { return Ok(Value::Null) };
    if table.name.lock().is_empty() {
        let free = (1..).map(|n| format!("Table{n}")).find(|name| position(set, name).is_none());
        *table.name.lock() = free.unwrap_or_default().into();
    }
    let name = table.name.lock().clone();
    if position(set, &name).is_some() {
        let message = format!("A DataTable named '{name}' already belongs to this DataSet.");
        return Err(error::thrown("System.Data.DuplicateNameException", message));
    }
    set.tables.lock().push(table.clone());
    Ok(Value::object(TableObject(table)))
}

fn members(m: &mut Members) {
    m.constructor("System.Data.DataSet()", |_, _, _| {
        let set = Set { name: Mutex::new("NewDataSet".into()), ..Set::default() };
        Ok(Value::object(SetObject(Arc::new(set))))
    });
    m.constructor("System.Data.DataSet(string dataSetName)", |_, _, args| {
        let set = Set { name: Mutex::new(s(args, 0)), ..Set::default() };
        Ok(Value::object(SetObject(Arc::new(set))))
    });
    m.get("string DataSetName", |_, this| Ok(set(this).map_or(Value::Null, |set| Value::Str(set.name.lock().clone()))));
    m.get("System.Data.DataTableCollection Tables", |_, this| {
        Ok(set(this).map_or(Value::Null, |set| Value::object(TablesObject(set.clone()))))
    });
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

fn collection_members(m: &mut Members) {
    m.get("int Count", |_, this| Ok(tables(this).map_or(Value::Null, |set| Value::int(set.tables.lock().len()))));
    m.method("System.Data.DataTable Add()", |_, this, _| add(this, Table::new(Str::default())));
    m.method("System.Data.DataTable Add(string name)", |_, this, args| add(this, Table::new(s(args, 0))));
    m.method("void Add(System.Data.DataTable table)", |_, this, args| {
        if let Some(table) = args.first().and_then(Value::downcast::<TableObject>) {
            add(this, table.0.clone())?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("bool Contains(string name)", |_, this, args| {
        Ok(tables(this).is_some_and(|set| position(set, &s(args, 0)).is_some()).into())
    });
    m.method("void Remove(string name)", |_, this, args| {
        if let Some(set) = tables(this)
            && let Some(at) = position(set, &s(args, 0))
        {
            set.tables.lock().remove(at);
        }
        Ok(Value::AutomationNull)
    });
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Data.DataSet").base("System.ComponentModel.MarshalByValueComponent").members(members),
    TypeDef::class("System.Data.DataTableCollection")
        .base("System.Data.InternalDataCollectionBase")
        .members(collection_members),
];
