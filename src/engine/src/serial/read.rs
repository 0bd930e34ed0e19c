//! CLIXML to values. Objects of types that are not turned back into live ones become property bags.

use std::{collections::HashMap, sync::Arc};

use psrp_clixml::{self as clixml, ListKind, ObjectValue, RefId};
use psrpd_dotnet::{DateTime, Decimal, Guid, Kind, Str, TimeSpan};

use crate::{
    eval::Runspace,
    types::{self, xml},
    value::{Body, Dictionary, List, Member, Opaque, Uri, Value, Version, Wrapped},
};

/// The value behind a payload.
pub(crate) fn read(rs: &mut Runspace, value: &clixml::Value) -> Value {
    Reader { objects: HashMap::new() }.value(rs, value)
}

fn text(text: &clixml::PsString) -> Str {
    match text.as_str() {
        Some(text) => text.into(),
        None => Str::from_units(&text.encode_utf16().collect::<Vec<_>>()),
    }
}

struct Reader {
    /// Objects that may be referred to.
    objects: HashMap<RefId, Value>,
}

impl Reader {
    fn value(&mut self, rs: &mut Runspace, value: &clixml::Value) -> Value {
        use clixml::Value as C;
        match value {
            C::String(s) | C::ScriptBlock(s) => Value::Str(text(s)),
            C::Xml(s) => {
                let source = text(s);
                let read = rs.while_running(|goes_on| xml::parse(&source, goes_on));
                read.ok().and_then(Result::ok).map_or(Value::Str(source), xml::Document::into_value)
            }
            C::Char(c) => Value::Char(*c),
            C::Bool(b) => Value::Bool(*b),
            C::DateTime(date) => {
                // The clock of a sender becomes the one of this machine.
                let (kind, ticks) = match date.kind() {
                    clixml::DateTimeKind::Unspecified => (Kind::Unspecified, date.ticks()),
                    clixml::DateTimeKind::Utc => (Kind::Utc, date.ticks()),
                    clixml::DateTimeKind::Local(minutes) => {
                        let utc = date.ticks().saturating_sub(i64::from(minutes).saturating_mul(600_000_000));
                        (Kind::Local, utc.saturating_add(rs.platform.utc_offset(utc)))
                    }
                };
                DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime)
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
            C::Decimal(n) => {
                Decimal::new(n.units(), n.scale().into(), n.is_negative()).map_or(Value::Null, Value::Decimal)
            }
            C::Bytes(bytes) => Value::bytes(bytes.clone()),
            C::Guid(guid) => Value::Guid(Guid(*guid.as_bytes())),
            C::Uri(uri) => Value::object(Uri(text(uri))),
            C::Version(version) => Version::parse(&version.to_string()).map_or(Value::Null, Value::object),
            C::SecureString(secret) => rs.secret(secret),
            C::Progress(record) => progress(record),
            C::Object(object) => self.object(rs, object),
            C::Ref(target) => self.objects.get(target).cloned().unwrap_or_default(),
            _ => Value::Null,
        }
    }

    /// Members, in order: properties of the object, then what was added to it.
    fn members(&mut self, rs: &mut Runspace, object: &clixml::Object) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for (name, value) in object.props.iter() {
            members.push(Member { name: text(name), body: Body::Property(self.value(rs, value)) });
        }
        for (name, value) in object.members.iter() {
            let member = match value {
                clixml::Value::MemberSet(inner) => {
                    let inner: Vec<Member> =
                        inner.iter().map(|(name, value)| Member::note(text(name), self.value(rs, value))).collect();
                    Member { name: text(name), body: Body::MemberSet(inner.into()) }
                }
                value => Member::note(text(name), self.value(rs, value)),
            };
            members.push(member);
        }
        members
    }

    fn object(&mut self, rs: &mut Runspace, object: &clixml::Object) -> Value {
        let names: Vec<Str> =
            object.type_names.as_ref().map(|names| names.iter().map(text).collect()).unwrap_or_default();
        let first = names.first().cloned().unwrap_or_default();
        let shown = object.to_string.as_ref().map(text);
        // An object may hold itself: it is known before what it holds is read.
        let keep = |reader: &mut Self, value: &Value| {
            if let Some(id) = object.ref_id {
                reader.objects.insert(id, value.clone());
            }
        };
        let base = match &object.value {
            ObjectValue::Primitive(inner) => self.value(rs, inner),
            ObjectValue::List { kind, items } => {
                let of = match kind {
                    ListKind::Queue => types::known("System.Collections.Queue"),
                    ListKind::Stack => types::known("System.Collections.Stack"),
                    _ => types::array_list(),
                };
                let list = List::value(of, Vec::new());
                let wrapped = named(list.clone(), &names, None);
                keep(self, &wrapped);
                let items: Vec<Value> = items.iter().map(|item| self.value(rs, item)).collect();
                if let Some(list) = list.downcast::<List>() {
                    *list.items.lock() = items.into();
                }
                return self.finish(rs, object, wrapped);
            }
            ObjectValue::Dict(entries) => {
                let is_ordered = first.ends_with("System.Collections.Specialized.OrderedDictionary");
                // A dictionary of primitives is one again.
                let is_primitive = first.as_str() == PRIMITIVE_DICTIONARY;
                let value = Value::object(match (is_ordered, is_primitive) {
                    (_, true) => Dictionary::new(types::known(PRIMITIVE_DICTIONARY), true),
                    (true, _) => Dictionary::ordered(),
                    _ => Dictionary::hashtable(),
                });
                let wrapped = if is_primitive { value.clone() } else { named(value.clone(), &names, None) };
                keep(self, &wrapped);
                for (key, item) in entries {
                    let (key, item) = (self.value(rs, key), self.value(rs, item));
                    if let Some(table) = value.downcast::<Dictionary>() {
                        table.set(key, item);
                    }
                }
                return self.finish(rs, object, wrapped);
            }
            ObjectValue::None => {
                let custom = Value::Wrapped(Arc::new(Wrapped::custom(Vec::new())));
                let custom = named(custom, &names, shown);
                keep(self, &custom);
                let custom = self.finish(rs, object, custom);
                return match rehydrate(rs, &first, &custom) {
                    Some(live) => {
                        keep(self, &live);
                        live
                    }
                    None => custom,
                };
            }
        };
        let wrapped = named(base, &names, shown);
        keep(self, &wrapped);
        self.finish(rs, object, wrapped)
    }

    /// Adds the members of the wire.
    fn finish(&mut self, rs: &mut Runspace, object: &clixml::Object, value: Value) -> Value {
        let members = self.members(rs, object);
        if members.is_empty() {
            return value;
        }
        let wrapped = value.wrapped();
        members.into_iter().for_each(|member| wrapped.add(member));
        Value::Wrapped(wrapped)
    }
}

const PRIMITIVE_DICTIONARY: &str = "System.Management.Automation.PSPrimitiveDictionary";

/// A value under the type names of the wire, which say from now on that it was deserialised.
fn named(value: Value, names: &[Str], shown: Option<Str>) -> Value {
    if names.is_empty() && shown.is_none() {
        return value;
    }
    let wrapped = value.wrapped();
    if !names.is_empty() {
        let prefixed = names.iter().map(|name| {
            if name.to_ascii_lowercase().starts_with("deserialized.") {
                name.clone()
            } else {
                format!("Deserialized.{name}").into()
            }
        });
        *wrapped.type_names.lock() = Some(prefixed.collect());
    }
    *wrapped.text.lock() = shown;
    Value::Wrapped(wrapped)
}

fn progress(record: &clixml::Progress) -> Value {
    let string = |s: &clixml::PsString| Value::Str(text(s));
    Opaque::new(
        "System.Management.Automation.ProgressRecord",
        [
            ("ActivityId", Value::I32(record.activity_id)),
            ("ParentActivityId", Value::I32(record.parent_activity_id)),
            ("Activity", string(&record.activity)),
            ("StatusDescription", string(&record.status_description)),
            ("CurrentOperation", record.current_operation.as_ref().map_or(Value::Null, string)),
            ("PercentComplete", Value::I32(record.percent_complete)),
            ("SecondsRemaining", Value::I32(record.seconds_remaining)),
            (
                "RecordType",
                types::enum_value("System.Management.Automation.ProgressRecordType", &text(&record.record_type)),
            ),
        ],
    )
    .into_value()
}

/// The live object of a bag, for the few types that come back to life; none if it cannot be made.
fn rehydrate(rs: &mut Runspace, first: &str, bag: &Value) -> Option<Value> {
    let name = first.strip_prefix("Deserialized.").unwrap_or(first);
    let Value::Wrapped(wrapped) = bag else { return None };
    let get = |name: &str| wrapped.get(name).and_then(|member| member.held().cloned());
    match name {
        "System.Management.Automation.SwitchParameter" => Some(types::switch(get("IsPresent")?.as_bool()?)),
        "System.Management.Automation.PSCredential" => {
            let (user, password) = (get("UserName")?, get("Password")?);
            password.downcast::<crate::value::Secret>()?;
            Some(types::credential(&crate::value::text(&user), password.clone()))
        }
        "System.Net.IPAddress" | "System.Net.Mail.MailAddress" | "System.Globalization.CultureInfo" => {
            let source = match name {
                "System.Globalization.CultureInfo" => get("Name")?,
                _ => Value::Str(crate::value::text(bag)),
            };
            crate::convert::convert(rs, &source, &types::known(name)).ok()
        }
        _ => None,
    }
}
