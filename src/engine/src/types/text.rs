//! StringBuilder and encodings.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, cast};

use super::{Type, TypeDef, known};
use crate::{
    eval::error,
    ops::composite,
    value::{Object, Opaque, Value, enumerate, text},
};

struct Builder(Mutex<String>);

impl Object for Builder {
    fn type_of(&self) -> Type {
        known("System.Text.StringBuilder")
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

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Text.StringBuilder").members(|m| {
        m.constructor("System.Text.StringBuilder()", |_, _, _| Ok(Value::object(Builder(Mutex::default()))));
        m.constructor("System.Text.StringBuilder(string value)", |_, _, args| Ok(Value::object(Builder(Mutex::new(s(args, 0).to_string())))));
        m.constructor("System.Text.StringBuilder(int capacity)", |_, _, _| Ok(Value::object(Builder(Mutex::default()))));
        m.get("int Capacity", |_, this| Ok(Value::int(text(this).len().max(16))));
        m.get("int MaxCapacity", |_, _| Ok(Value::I32(i32::MAX)));
        m.get_set("int Length", |_, this| Ok(Value::int(text(this).len())), |_, this, value| {
            let length = value.as_i128().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            with(this, |text| {
                let end = psrpd_dotnet::text::byte_offset(text, length);
                text.truncate(end);
            });
            Ok(())
        });
        m.method("System.Text.StringBuilder Append(string value)", |_, this, args| Ok(with(this, |text| text.push_str(&s(args, 0)))));
        m.method("System.Text.StringBuilder Append(System.Object value)", |rs, this, args| {
            let shown = composite::to_string(rs, args.first().unwrap_or(&Value::Null), "")?;
            Ok(with(this, |text| text.push_str(&shown)))
        });
        m.method("System.Text.StringBuilder Append(char value, int repeatCount)", |_, this, args| Ok(with(this, |text| text.push_str(&s(args, 0).repeat(n(args, 1))))));
        m.method("System.Text.StringBuilder AppendLine()", |_, this, _| Ok(with(this, |text| text.push('\n'))));
        m.method("System.Text.StringBuilder AppendLine(string value)", |_, this, args| Ok(with(this, |text| {
            text.push_str(&s(args, 0));
            text.push('\n');
        })));
        m.method("System.Text.StringBuilder AppendFormat(string format, params System.Object[] args)", |rs, this, args| {
            let shown = composite::format(rs, &s(args, 0), args.get(1..).unwrap_or(&[]))?;
            Ok(with(this, |text| text.push_str(&shown)))
        });
        m.method("System.Text.StringBuilder Insert(int index, string value)", |_, this, args| Ok(with(this, |text| {
            let at = psrpd_dotnet::text::byte_offset(text, n(args, 0));
            text.insert_str(at, &s(args, 1));
        })));
        m.method("System.Text.StringBuilder Remove(int startIndex, int length)", |_, this, args| Ok(with(this, |text| {
            let from = psrpd_dotnet::text::byte_offset(text, n(args, 0));
            let to = psrpd_dotnet::text::byte_offset(text, n(args, 0).saturating_add(n(args, 1)));
            text.replace_range(from..to, "");
        })));
        m.method("System.Text.StringBuilder Replace(string oldValue, string newValue)", |_, this, args| Ok(with(this, |text| *text = text.replace(s(args, 0).as_str(), &s(args, 1)))));
        m.method("System.Text.StringBuilder Clear()", |_, this, _| Ok(with(this, String::clear)));
        m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
        m.method("string ToString(int startIndex, int length)", |_, this, args| Ok(text(this).substring(n(args, 0), n(args, 1)).map_or(Value::Null, Value::Str)));
    }),
    TypeDef::class("System.Text.Encoding").members(encoding),
    TypeDef::class("System.Text.UTF8Encoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.UTF8Encoding+UTF8EncodingSealed").base("System.Text.UTF8Encoding"),
    TypeDef::class("System.Text.ASCIIEncoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.ASCIIEncoding+ASCIIEncodingSealed").base("System.Text.ASCIIEncoding"),
    TypeDef::class("System.Text.UnicodeEncoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.UTF32Encoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.Latin1Encoding").base("System.Text.Encoding"),
    TypeDef::class("System.Text.Latin1Encoding+Latin1EncodingSealed").base("System.Text.Latin1Encoding"),
    TypeDef::class("System.BitConverter").members(|m| {
        m.constant("bool IsLittleEndian", |_, _| Ok(true.into()));
        m.function("string ToString(byte[] value)", |_, _, args| {
            let bytes = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
            Ok(bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join("-").into())
        });
        m.function("byte[] GetBytes(int value)", |_, _, args| Ok(if let Some(Value::I32(n)) = args.first() { bytes(&n.to_le_bytes()) } else { Value::Null }));
        m.function("byte[] GetBytes(long value)", |_, _, args| Ok(if let Some(Value::I64(n)) = args.first() { bytes(&n.to_le_bytes()) } else { Value::Null }));
        m.function("byte[] GetBytes(double value)", |_, _, args| Ok(if let Some(Value::F64(n)) = args.first() { bytes(&n.to_le_bytes()) } else { Value::Null }));
        m.function("int ToInt32(byte[] value, int startIndex)", |_, _, args| {
            let bytes = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
            let from = n(args, 1);
            match bytes.get(from..from.saturating_add(4)).and_then(|part| <[u8; 4]>::try_from(part).ok()) {
                Some(part) => Ok(Value::I32(i32::from_le_bytes(part))),
                None => Err(error::argument("System.ArgumentException", "Destination array is not long enough to copy all the items in the collection. Check array index and length.", "value")),
            }
        });
    }),
];

fn bytes(list: &[u8]) -> Value {
    Value::typed_array(super::byte(), list.iter().map(|b| Value::U8(*b)).collect())
}

fn encoding(m: &mut super::Members) {
    fn make(name: &str) -> Value {
        Opaque::new::<&str>(name, []).into_value()
    }
    m.constant("System.Text.Encoding UTF8", |_, _| Ok(make("System.Text.UTF8Encoding+UTF8EncodingSealed")));
    m.constant("System.Text.Encoding Default", |_, _| Ok(make("System.Text.UTF8Encoding+UTF8EncodingSealed")));
    m.constant("System.Text.Encoding ASCII", |_, _| Ok(make("System.Text.ASCIIEncoding+ASCIIEncodingSealed")));
    m.constant("System.Text.Encoding Unicode", |_, _| Ok(make("System.Text.UnicodeEncoding")));
    m.constant("System.Text.Encoding UTF32", |_, _| Ok(make("System.Text.UTF32Encoding")));
    m.constant("System.Text.Encoding Latin1", |_, _| Ok(make("System.Text.Latin1Encoding+Latin1EncodingSealed")));
    m.get("string WebName", |_, this| {
        Ok(match this.type_of().map(|of| of.short_name()).unwrap_or_default().as_str() {
            "ASCIIEncoding" | "ASCIIEncodingSealed" => "us-ascii",
            "UnicodeEncoding" => "utf-16",
            "UTF32Encoding" => "utf-32",
            "Latin1EncodingSealed" => "iso-8859-1",
            _ => "utf-8",
        }
        .into())
    });
    m.method("byte[] GetBytes(string s)", |_, this, args| {
        let shown = s(args, 0);
        Ok(bytes(&encode(this, &shown)))
    });
    m.method("int GetByteCount(string s)", |_, this, args| Ok(Value::int(encode(this, &s(args, 0)).len())));
    m.method("string GetString(byte[] bytes)", |_, this, args| {
        let list = args.first().and_then(Value::as_array).and_then(|array| array.bytes()).unwrap_or_default();
        Ok(match this.type_of().map(|of| of.short_name()).unwrap_or_default().as_str() {
            "UnicodeEncoding" => {
                let units: Vec<u16> = list
                    .chunks_exact(2)
                    .map(|pair| {
                        u16::from_le_bytes([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)])
                    })
                    .collect();
                Value::Str(Str::from_units(&units))
            }
            "ASCIIEncodingSealed" => {
                list.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect::<String>().into()
            }
            "Latin1EncodingSealed" => list.iter().map(|b| char::from(*b)).collect::<String>().into(),
            _ => String::from_utf8_lossy(&list).into_owned().into(),
        })
    });
}

fn encode(this: &Value, shown: &Str) -> Vec<u8> {
    match this.type_of().map(|of| of.short_name()).unwrap_or_default().as_str() {
        "UnicodeEncoding" => shown.units().iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        "UTF32Encoding" => shown.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "ASCIIEncodingSealed" => {
            shown.chars().map(|c| if c.is_ascii() { u8::try_from(c).unwrap_or(b'?') } else { b'?' }).collect()
        }
        "Latin1EncodingSealed" => shown.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        _ => shown.as_bytes().to_vec(),
    }
}

/// The bytes of a collection.
pub(crate) fn to_bytes(value: &Value) -> Vec<u8> {
    enumerate(value)
        .unwrap_or_default()
        .iter()
        .map(|item| item.as_i128().map_or(0, |n| cast::low8(i64::try_from(n).unwrap_or(0))))
        .collect()
}
