//! `DataColumn` and the columns of a table.

use std::{
    any::Any,
    sync::{Arc, atomic::Ordering},
};

use psrpd_dotnet::Str;

use super::{
    TableObject, stands_for,
    store::{Column, Columns, is_db_null, seen},
};
use crate::{
    convert,
    eval::{R, error},
    types::{self, Members, Type, TypeDef, args::s, collections},
    value::{Object, Value, enumerate, text},
};

pub(super) struct ColumnObject(pub(super) Arc<Column>);

impl Object for ColumnObject {
    fn type_of(&self) -> Type {
        types::known("System.Data.DataColumn")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.name())
    }

    fn key(&self) -> Option<usize> {
        Some(Arc::as_ptr(&self.0).addr())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| Arc::ptr_eq(&self.0, &other.0))
    }
}

stands_for!(ColumnsObject(Columns), "System.Data.DataColumnCollection", items all);

fn all(columns: &Columns) -> Vec<Value> {
    columns.all().into_iter().map(|column| Value::object(ColumnObject(column))).collect()
}

fn columns(value: &Value) -> Option<&Arc<Columns>> {
    value.downcast::<ColumnsObject>().map(|columns| &columns.0)
}

fn column(value: &Value) -> Option<&Arc<Column>> {
    value.downcast::<ColumnObject>().map(|column| &column.0)
}

/// A column by number or name.
pub(super) fn indexed(object: &Value, index: &Value) -> Option<Value> {
    let columns = columns(object)?;
    if enumerate(index).is_some() {
        return None;
    }
    let at = match index.base() {
        Value::I32(at) => usize::try_from(*at).ok(),
        _ => columns.position(&text(index)),
    };
    Some(at.and_then(|at| columns.at(at)).map_or(Value::Null, |column| Value::object(ColumnObject(column))))
}

fn made(name: Str, of: &Value) -> Arc<Column> {
    match of.base() {
        Value::Type(of) => Column::new(name, of.clone()),
        _ => Column::new(name, types::string()),
    }
}

/// Adds a column to the table of a collection.
fn add(this: &Value, column: Arc<Column>) -> R<Value> {
    let table = columns(this).and_then(|columns| columns.table.lock().upgrade());
    if let Some(table) = table {
        table.add_column(&column)?;
    }
    Ok(Value::object(ColumnObject(column)))
}

fn collection_members(m: &mut Members) {
    m.get("int Count", |_, this| Ok(columns(this).map_or(Value::Null, |columns| Value::int(columns.len()))));
    m.method("System.Data.DataColumn Add()", |_, this, _| add(this, made(Str::default(), &Value::Null)));
    m.method("System.Data.DataColumn Add(string columnName)", |_, this, args| {
        add(this, made(s(args, 0), &Value::Null))
    });
    m.method("System.Data.DataColumn Add(string columnName, type type)", |_, this, args| {
        add(this, made(s(args, 0), args.get(1).unwrap_or(&Value::Null)))
    });
    m.method("void Add(System.Data.DataColumn column)", |_, this, args| {
        if let Some(column) = args.first().and_then(column) {
            add(this, column.clone())?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void AddRange(System.Data.DataColumn[] columns)", |_, this, args| {
        for item in args.first().and_then(enumerate).unwrap_or_default() {
            if let Some(column) = column(&item) {
                add(this, column.clone())?;
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("bool Contains(string name)", |_, this, args| {
        Ok(columns(this).is_some_and(|columns| columns.position(&s(args, 0)).is_some()).into())
    });
    m.method("int IndexOf(string columnName)", |_, this, args| {
        let at = columns(this).and_then(|columns| columns.position(&s(args, 0)));
        Ok(at.map_or(Value::I32(-1), Value::int))
    });
    m.method("int IndexOf(System.Data.DataColumn column)", |_, this, args| {
        let name = args.first().and_then(column).map(|column| column.name()).unwrap_or_default();
        let at = columns(this).and_then(|columns| columns.position(&name));
        Ok(at.map_or(Value::I32(-1), Value::int))
    });
    m.method("void Remove(string name)", |_, this, args| remove(this, &s(args, 0)));
    m.method("void Remove(System.Data.DataColumn column)", |_, this, args| {
        let name = args.first().and_then(column).map(|column| column.name()).unwrap_or_default();
        remove(this, &name)
    });
    m.method("void RemoveAt(int index)", |_, this, args| {
        if let Some(table) = columns(this).and_then(|columns| columns.table.lock().upgrade()) {
            table.remove_column(collections::position(args.first()));
        }
        Ok(Value::AutomationNull)
    });
}

fn remove(this: &Value, name: &str) -> R<Value> {
    let Some(columns) = columns(this) else { return Ok(Value::AutomationNull) };
    let Some(at) = columns.position(name) else {
        let message = format!("Column '{name}' does not belong to table {}.", columns.table_name());
        return Err(error::thrown("System.ArgumentException", message));
    };
    if let Some(table) = columns.table.lock().upgrade() {
        table.remove_column(at);
    }
    Ok(Value::AutomationNull)
}

fn members(m: &mut Members) {
    m.constructor("System.Data.DataColumn()", |_, _, _| {
        Ok(Value::object(ColumnObject(made(Str::default(), &Value::Null))))
    });
    m.constructor("System.Data.DataColumn(string columnName)", |_, _, args| {
        Ok(Value::object(ColumnObject(made(s(args, 0), &Value::Null))))
    });
    m.constructor("System.Data.DataColumn(string columnName, type dataType)", |_, _, args| {
        Ok(Value::object(ColumnObject(made(s(args, 0), args.get(1).unwrap_or(&Value::Null)))))
    });
    macro_rules! flag {
        ($declaration:literal, $field:ident) => {
            m.get_set(
                $declaration,
                |_, this| Ok(column(this).is_some_and(|column| column.$field.load(Ordering::Relaxed)).into()),
                |_, this, value| {
                    if let Some(column) = column(this) {
                        column.$field.store(convert::to_bool(&value), Ordering::Relaxed);
                    }
                    Ok(())
                },
            );
        };
    }
    flag!("bool AllowDBNull", allows_null);
    m.get_set(
        "bool AutoIncrement",
        |_, this| Ok(column(this).is_some_and(|column| column.counter.lock().is_on).into()),
        |_, this, value| {
            if let Some(column) = column(this) {
                column.counter.lock().is_on = convert::to_bool(&value);
                let mut of = column.of.lock();
                if !["System.Int32", "System.Int64", "System.Int16"].contains(&of.name()) {
                    *of = types::int32();
                }
            }
            Ok(())
        },
    );
    m.get_set(
        "long AutoIncrementSeed",
        |_, this| Ok(column(this).map_or(Value::Null, |column| Value::I64(column.counter.lock().seed))),
        |_, this, value| {
            if let (Some(column), Value::I64(seed)) = (column(this), value) {
                let mut counter = column.counter.lock();
                (counter.seed, counter.next) = (seed, seed);
            }
            Ok(())
        },
    );
    m.get_set(
        "long AutoIncrementStep",
        |_, this| Ok(column(this).map_or(Value::Null, |column| Value::I64(column.counter.lock().step))),
        |_, this, value| {
            if let (Some(column), Value::I64(step)) = (column(this), value) {
                column.counter.lock().step = step;
            }
            Ok(())
        },
    );
    m.get_set(
        "string Caption",
        |_, this| {
            let caption = |column: &Arc<Column>| column.caption.lock().clone().unwrap_or_else(|| column.name());
            Ok(column(this).map_or(Value::Null, |column| Value::Str(caption(column))))
        },
        |_, this, value| {
            if let Some(column) = column(this) {
                *column.caption.lock() = Some(text(&value));
            }
            Ok(())
        },
    );
    m.get_set(
        "string ColumnName",
        |_, this| Ok(column(this).map_or(Value::Null, |column| Value::Str(column.name()))),
        |_, this, value| {
            if let Some(column) = column(this) {
                *column.name.lock() = text(&value);
            }
            Ok(())
        },
    );
    m.get("string Prefix", |_, _| Ok("".into()));
    m.get_set(
        "type DataType",
        |_, this| Ok(column(this).map_or(Value::Null, |column| Value::Type(column.of.lock().clone()))),
        |_, this, value| {
            let Some(column) = column(this) else { return Ok(()) };
            let is_filled = column.table.lock().upgrade().is_some_and(|table| !table.all().is_empty());
            if is_filled {
                let message = "Cannot change DataType of a column once it has data.";
                return Err(error::thrown("System.ArgumentException", message));
            }
            if let Value::Type(of) = value {
                *column.of.lock() = of;
            }
            Ok(())
        },
    );
    m.get("System.Data.DataSetDateTime DateTimeMode", |_, _| {
        Ok(types::enum_value("System.Data.DataSetDateTime", "UnspecifiedLocal"))
    });
    m.get_set(
        "System.Object DefaultValue",
        |_, this| Ok(column(this).map_or(Value::Null, |column| seen(column.default.lock().clone()))),
        |rs, this, value| {
            let Some(column) = column(this) else { return Ok(()) };
            let of = column.of.lock().clone();
            let value =
                if is_db_null(&value) || value.is_null() { Value::Null } else { convert::convert(rs, &value, &of)? };
            *column.default.lock() = value;
            Ok(())
        },
    );
    m.get("string Expression", |_, _| Ok("".into()));
    m.get("int MaxLength", |_, _| Ok(Value::I32(-1)));
    m.get("string Namespace", |_, _| Ok("".into()));
    m.get("int Ordinal", |_, this| {
        let Some(column) = column(this) else { return Ok(Value::Null) };
        let table = column.table.lock().upgrade();
        let at = table.and_then(|table| table.columns.position(&column.name()));
        Ok(at.map_or(Value::I32(-1), Value::int))
    });
    flag!("bool ReadOnly", is_read_only);
    m.get("System.Data.DataTable Table", |_, this| {
        let table = column(this).and_then(|column| column.table.lock().upgrade());
        Ok(table.map_or(Value::Null, |table| Value::object(TableObject(table))))
    });
    flag!("bool Unique", is_unique);
    m.get("System.Data.MappingType ColumnMapping", |_, _| Ok(types::enum_value("System.Data.MappingType", "Element")));
    m.get("System.ComponentModel.ISite Site", |_, _| Ok(Value::Null));
    m.get("System.ComponentModel.IContainer Container", |_, _| Ok(Value::Null));
    m.get("bool DesignMode", |_, _| Ok(false.into()));
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Data.DataColumn").base("System.ComponentModel.MarshalByValueComponent").members(members),
    TypeDef::class("System.Data.DataColumnCollection")
        .base("System.Data.InternalDataCollectionBase")
        .members(collection_members),
    TypeDef::labels(
        "System.Data.DataSetDateTime",
        &[("Local", 1), ("Unspecified", 2), ("UnspecifiedLocal", 3), ("Utc", 4)],
    ),
    TypeDef::labels(
        "System.Data.MappingType",
        &[("Element", 1), ("Attribute", 2), ("SimpleContent", 3), ("Hidden", 4)],
    ),
];
