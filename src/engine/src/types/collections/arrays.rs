//! The members of arrays; the static ones are in [`super::array_methods`].

use std::sync::Arc;

use psrpd_dotnet::cast;

use super::{copying::OF_ARRAYS, find, position};
use crate::{
    convert,
    eval::error,
    types::{Members, known},
    value::{Enumerator, Value, enumerate, items_of},
};

/// The members of arrays.
pub(in crate::types) fn array_members(m: &mut Members) {
    fn length(this: &Value) -> usize {
        this.as_array().map_or(0, |array| array.len())
    }
    m.get("int Length", |_, this| Ok(Value::int(length(this))));
    m.get("long LongLength", |_, this| Ok(Value::I64(cast::int64(length(this)))));
    m.get("int Rank", |_, this| Ok(Value::int(this.as_array().map_or(1, |array| array.rank()))));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("bool IsFixedSize", |_, _| Ok(true.into()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.get("int Count", |_, this| Ok(Value::int(length(this))));
    m.method("int GetLength(int dimension)", |_, this, args| {
        Ok(Value::int(match this.as_array().and_then(|array| array.dimensions.as_ref()) {
            Some(dimensions) => dimensions.get(position(args.first())).copied().unwrap_or(0),
            None => length(this),
        }))
    });
    m.method("long GetLongLength(int dimension)", |rs, this, args| {
        let length = rs.call_method(this, "GetLength", args)?;
        convert::convert(rs, &length, &crate::types::int64())
    });
    m.method("void Initialize()", |_, _, _| Ok(Value::AutomationNull));
    m.method("int GetUpperBound(int dimension)", |_, this, args| {
        let length = match this.as_array().and_then(|array| array.dimensions.as_ref()) {
            Some(dimensions) => dimensions.get(position(args.first())).copied().unwrap_or(0),
            None => length(this),
        };
        Ok(Value::I32(cast::int32(length).saturating_sub(1)))
    });
    m.method("int GetLowerBound(int dimension)", |_, _, _| Ok(Value::I32(0)));
    m.method("System.Object Clone()", |_, this, _| {
        Ok(this.as_array().map_or(Value::Null, |array| Value::Array(Arc::new(array.copy()))))
    });
    m.method("bool Contains(System.Object value)", |rs, this, args| {
        rs.room_to_expand(this)?;
        let items = enumerate(this).unwrap_or_default();
        Ok(find(rs, &items, args.first().unwrap_or(&Value::Null))?.is_some().into())
    });
    m.method("int IndexOf(System.Object value)", |rs, this, args| {
        rs.room_to_expand(this)?;
        let items = enumerate(this).unwrap_or_default();
        Ok(Value::I32(find(rs, &items, args.first().unwrap_or(&Value::Null))?.map_or(-1, cast::int32)))
    });
    super::array_places::members(m);
    m.method("void CopyTo(array array, int index)", |rs, this, args| super::copy_to(rs, this, args, &OF_ARRAYS));
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| {
        Ok(Value::object(Enumerator::new(
            known("System.Array+ArrayEnumerator"),
            items_of(this.base().clone()).unwrap_or_else(|_| Vec::new().into()),
        )))
    });
    for signature in [
        "void Add(System.Object value)",
        "void Insert(int index, System.Object value)",
        "void Remove(System.Object value)",
        "void RemoveAt(int index)",
    ] {
        m.method(signature, |_, _, _| {
            Err(error::thrown("System.NotSupportedException", "Collection was of a fixed size."))
        });
    }
    m.method("void Clear()", |_, this, _| {
        if let Some(array) = this.as_array() {
            let fill = convert::default_of(&array.element);
            array.fill(0..array.len(), &fill);
        }
        Ok(Value::AutomationNull)
    });
    super::array_methods::members(m);
}
