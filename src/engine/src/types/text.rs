//! StringBuilder.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, cast};

use super::{Type, TypeDef};
use crate::{
    ops::composite,
    value::{Object, Value, enumerate, text},
};

struct Builder(Mutex<String>);

impl Object for Builder {
    fn type_of(&self) -> Type {
        super::string_builder()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.lock().as_str().into())
    }
}

fn with(this: &Value, change: impl FnOnce(&mut String)) -> Value {
    if let Some(builder) = this.downcast::<Builder>() {
        change(&mut builder.0.lock());
    }
    this.clone()
}

fn s(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

fn n(args: &[Value], at: usize) -> usize {
    args.get(at).and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Text.StringBuilder").members(|m| {
    m.constructor("System.Text.StringBuilder()", |_, _, _| Ok(Value::object(Builder(Mutex::default()))));
    m.constructor("System.Text.StringBuilder(string value)", |_, _, args| {
        Ok(Value::object(Builder(Mutex::new(s(args, 0).to_string()))))
    });
    m.constructor("System.Text.StringBuilder(int capacity)", |_, _, _| Ok(Value::object(Builder(Mutex::default()))));
    m.get("int Capacity", |_, this| Ok(Value::int(text(this).len().max(16))));
    m.get("int MaxCapacity", |_, _| Ok(Value::I32(i32::MAX)));
    m.get_set(
        "int Length",
        |_, this| Ok(Value::int(text(this).len())),
        |_, this, value| {
            let length = value.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            with(this, |text| {
                let end = psrpd_dotnet::text::byte_offset(text, length);
                text.truncate(end);
            });
            Ok(())
        },
    );
    m.method("System.Text.StringBuilder Append(string value)", |_, this, args| {
        Ok(with(this, |text| text.push_str(&s(args, 0))))
    });
    m.method("System.Text.StringBuilder Append(System.Object value)", |rs, this, args| {
        let shown = composite::to_string(rs, args.first().unwrap_or(&Value::Null), "")?;
        Ok(with(this, |text| text.push_str(&shown)))
    });
    m.method("System.Text.StringBuilder Append(char value, int repeatCount)", |_, this, args| {
        Ok(with(this, |text| text.push_str(&s(args, 0).repeat(n(args, 1)))))
    });
    m.method("System.Text.StringBuilder AppendLine()", |_, this, _| Ok(with(this, |text| text.push('\n'))));
    m.method("System.Text.StringBuilder AppendLine(string value)", |_, this, args| {
        Ok(with(this, |text| {
            text.push_str(&s(args, 0));
            text.push('\n');
        }))
    });
    m.method("System.Text.StringBuilder AppendFormat(string format, params System.Object[] args)", |rs, this, args| {
        let shown = composite::format(rs, &s(args, 0), &super::values::spread(args.get(1..).unwrap_or(&[])))?;
        Ok(with(this, |text| text.push_str(&shown)))
    });
    m.method("System.Text.StringBuilder Insert(int index, string value)", |_, this, args| {
        Ok(with(this, |text| {
            let at = psrpd_dotnet::text::byte_offset(text, n(args, 0));
            text.insert_str(at, &s(args, 1));
        }))
    });
    m.method("System.Text.StringBuilder Remove(int startIndex, int length)", |_, this, args| {
        Ok(with(this, |text| {
            let from = psrpd_dotnet::text::byte_offset(text, n(args, 0));
            let to = psrpd_dotnet::text::byte_offset(text, n(args, 0).saturating_add(n(args, 1)));
            text.replace_range(from..to, "");
        }))
    });
    m.method("System.Text.StringBuilder Replace(string oldValue, string newValue)", |_, this, args| {
        Ok(with(this, |text| *text = text.replace(s(args, 0).as_str(), &s(args, 1))))
    });
    m.method("System.Text.StringBuilder Clear()", |_, this, _| Ok(with(this, String::clear)));
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(int startIndex, int length)", |_, this, args| {
        Ok(text(this).substring(n(args, 0), n(args, 1)).map_or(Value::Null, Value::Str))
    });
})];

/// The bytes of a collection.
pub(crate) fn to_bytes(value: &Value) -> Vec<u8> {
    enumerate(value)
        .unwrap_or_default()
        .iter()
        .map(|item| item.as_i128().map_or(0, |n| cast::low8(i64::try_from(n).unwrap_or(0))))
        .collect()
}
