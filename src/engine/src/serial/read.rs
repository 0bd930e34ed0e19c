//! CLIXML to values.

use std::sync::Arc;

use psrp_clixml::{self as clixml, ObjectValue};
use psrpd_dotnet::{DateTime, Decimal, Guid, Kind, Str, TimeSpan};

use crate::{
    eval::Runspace,
    types,
    value::{Dictionary, List, Member, Uri, Value, Version, Wrapped},
};

fn text(text: &clixml::PsString) -> Str {
    match text.as_str() {
        Some(text) => text.into(),
        None => Str::from_units(&text.encode_utf16().collect::<Vec<_>>()),
    }
}

/// The value behind a payload; objects of types that are not rehydrated become property bags.
pub(crate) fn read(rs: &mut Runspace, value: &clixml::Value) -> Value {
    use clixml::Value as C;
    match value {
        C::String(s) | C::Xml(s) | C::ScriptBlock(s) => Value::Str(text(s)),
        C::Char(c) => Value::Char(*c),
        C::Bool(b) => Value::Bool(*b),
        C::DateTime(date) => {
            let kind = match date.kind() {
                clixml::DateTimeKind::Unspecified => Kind::Unspecified,
                clixml::DateTimeKind::Utc => Kind::Utc,
                _ => Kind::Local,
            };
            DateTime::new(date.ticks(), kind).map_or(Value::Null, Value::DateTime)
        }
        C::TimeSpan(span) => Value::TimeSpan(TimeSpan(span.ticks())),
        C::U8(n) => Value::U8(*n),
        C::I8(n) => Value::I8(*n),
        C::U16(n) => Value::U16(*n),
        C::I16(n) => Value::I16(*n),
        C::U32(n) => Value::U32(*n),
        C::I32(n) => Value::I32(*n),
        C::U64(n) => Value::U64(*n),
        C::I64(n) => Value::I64(*n),
        C::F32(n) => Value::F32(*n),
        C::F64(n) => Value::F64(*n),
        C::Decimal(n) => Decimal::new(n.units(), n.scale().into(), n.is_negative()).map_or(Value::Null, Value::Decimal),
        C::Bytes(bytes) => Value::typed_array(types::byte(), bytes.iter().map(|b| Value::U8(*b)).collect()),
        C::Guid(guid) => Value::Guid(Guid(*guid.as_bytes())),
        C::Uri(uri) => Value::object(Uri(text(uri))),
        C::Version(version) => Version::parse(&version.to_string()).map_or(Value::Null, Value::object),
        C::SecureString(secret) => rs.secret(secret),
        C::Object(object) => object_value(rs, object),
        _ => Value::Null,
    }
}

fn object_value(rs: &mut Runspace, object: &clixml::Object) -> Value {
    let names: Vec<Str> = object.type_names.as_ref().map(|names| names.iter().map(text).collect()).unwrap_or_default();
    let first = names.first().cloned().unwrap_or_default();
    let members: Vec<Member> = object
        .props
        .iter()
        .chain(object.members.iter())
        .map(|(name, value)| Member::note(text(name), read(rs, value)))
        .collect();
    let base = match &object.value {
        ObjectValue::Primitive(inner) => {
            let inner = read(rs, inner);
            match types::lookup(&first).filter(types::Type::is_enum) {
                Some(of) => inner.as_i128().and_then(|n| i64::try_from(n).ok()).map_or(inner, |n| Value::Enum(of, n)),
                None => inner,
            }
        }
        ObjectValue::List { items, .. } => {
            let items: Vec<Value> = items.iter().map(|item| read(rs, item)).collect();
            if first.ends_with("[]") { Value::array(items) } else { List::value(types::array_list(), items) }
        }
        ObjectValue::Dict(entries) => {
            let table =
                if first.contains("OrderedDictionary") { Dictionary::ordered() } else { Dictionary::hashtable() };
            for (key, value) in entries {
                let key = read(rs, key);
                let value = read(rs, value);
                table.set(key, value);
            }
            Value::object(table)
        }
        _ => {
            if first.contains("SwitchParameter") {
                let present = object.get("IsPresent").and_then(clixml::Value::as_bool).unwrap_or(false);
                return types::switch(present);
            }
            let custom = Wrapped::custom(members);
            if !first.is_empty() && !first.ends_with("PSCustomObject") {
                let names = names
                    .iter()
                    .map(|name| {
                        if name.starts_with("Deserialized.") {
                            name.clone()
                        } else {
                            format!("Deserialized.{name}").into()
                        }
                    })
                    .collect();
                *custom.type_names.lock() = Some(names);
            }
            return Value::Wrapped(Arc::new(custom));
        }
    };
    if members.is_empty() {
        return base;
    }
    let wrapped = Wrapped::around(base);
    members.into_iter().for_each(|member| wrapped.add(member));
    Value::Wrapped(Arc::new(wrapped))
}
