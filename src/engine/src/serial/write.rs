//! The serialiser: PowerShell's rules for what of an object is written, and how deep.

use std::{collections::HashMap, sync::Arc};

use psrp_clixml::{self as clixml, ListKind, RefId, TypeNames, Writer};
use psrpd_dotnet::{Kind, Str};

use super::ps_string;
use crate::{
    eval::{Flow, R, Runspace, ScriptBlock, error},
    limits, types,
    value::{
        Body, Category, Dictionary, ErrorRecord, List, Member, Object, Opaque, Secret, Uri, Value, Version, enumerate,
        enumerates, text,
    },
};

/// Writes one payload.
pub(super) struct Serializer {
    writer: Writer,
    /// Objects that were written, by identity.
    seen: HashMap<usize, RefId>,
    /// What is held so that no identity is used twice.
    kept: Vec<Value>,
    level: usize,
}

impl Serializer {
    pub(super) fn new() -> Self {
        Self { writer: Writer::new(), seen: HashMap::new(), kept: Vec::new(), level: 0 }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.writer.finish()
    }

    pub(super) fn finish_text(self) -> String {
        self.writer.finish_text()
    }

    /// Writes the value of the payload.
    pub(super) fn top(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        self.write(rs, value, 1)
    }

    fn named(&mut self, rs: &mut Runspace, name: &str, value: &Value, depth: i32) -> R<()> {
        self.writer.named(name);
        self.write(rs, value, depth)
    }

    fn write(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if self.level >= limits::MAX_SERIAL_DEPTH {
            self.writer.string("Maximum depth of serialization has been reached.");
            return Ok(());
        }
        self.level = self.level.saturating_add(1);
        let result = self.value(rs, value, depth);
        self.level = self.level.saturating_sub(1);
        result
    }

    fn value(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if value.is_null() {
            self.writer.value(&clixml::Value::Nil);
            return Ok(());
        }
        let extended = match value {
            Value::Wrapped(_) => None,
            _ => rs.state.wrapper(value).map(Value::Wrapped),
        };
        let value = extended.as_ref().unwrap_or(value);
        if let Some(primitive) = primitive(value) {
            return self.primitive(rs, value, &primitive, depth);
        }
        if let Some(secret) = value.downcast::<Secret>() {
            let Some(encrypted) = rs.host.encrypt(&secret.reveal()) else { return Err(no_session_key()) };
            self.writer.value(&clixml::Value::SecureString(encrypted));
            return Ok(());
        }
        // Exceptions and format objects are written whole wherever they stand.
        let is_whole = crate::ops::compare::is_exception(value) || crate::format::wire::is_format_object(value);
        let depth = if is_whole { depth.max(1) } else { depth };
        if let Some(id) = identity(value) {
            if let Some(known) = self.seen.get(&id) {
                self.writer.value(&clixml::Value::Ref(*known));
                return Ok(());
            }
            let deep =
                depth > 0 || is_container(value) || matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom());
            if !deep && !has_notes(value) {
                let shown = rs.text(value)?;
                self.writer.value(&clixml::Value::String(ps_string(&shown)));
                return Ok(());
            }
            let reference = self.writer.start_object();
            self.seen.insert(id, reference);
            self.kept.push(value.clone());
        } else if depth <= 0 && !has_notes(value) {
            let shown = rs.text(value)?;
            self.writer.value(&clixml::Value::String(ps_string(&shown)));
            return Ok(());
        } else {
            self.writer.start_object();
        }
        self.object(rs, value, depth)?;
        self.writer.end();
        Ok(())
    }

    /// A primitive: bare, or in an object where it has notes or other type names.
    fn primitive(&mut self, rs: &mut Runspace, value: &Value, primitive: &clixml::Value, depth: i32) -> R<()> {
        let Value::Wrapped(wrapped) = value else {
            self.writer.value(primitive);
            return Ok(());
        };
        let members = wrapped.members();
        let names = wrapped.type_names.lock().clone();
        if members.is_empty() && names.is_none() {
            self.writer.value(primitive);
            return Ok(());
        }
        self.writer.start_object();
        if let Some(names) = names {
            self.writer.type_names(&Arc::new(TypeNames::new(names.iter().map(ps_string))));
        }
        self.writer.value(primitive);
        self.members(rs, value, &members, depth)?;
        self.writer.end();
        Ok(())
    }

    fn object(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if let Some(record) = value.downcast::<ErrorRecord>() {
            return self.error_record(rs, record);
        }
        let names = value.type_names();
        if depth > 0 || is_container(value) || matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
            self.writer.type_names(&Arc::new(TypeNames::new(names.iter().map(ps_string))));
        }
        let added = match value {
            Value::Wrapped(wrapped) => wrapped.members(),
            _ => Vec::new(),
        };
        if matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
            return self.members(rs, value, &added, depth);
        }
        if let Some(table) = value.downcast::<Dictionary>() {
            self.writer.start_dict();
            for (key, item) in table.entries() {
                self.writer.start_entry();
                self.write(rs, &key, depth)?;
                self.write(rs, &item, depth)?;
                self.writer.end();
            }
            self.writer.end();
            return self.members(rs, value, &added, depth);
        }
        if is_container(value) {
            let kind = match value.downcast::<List>().map(Object::type_of) {
                Some(of) if of.is_kind("Queue") => ListKind::Queue,
                Some(of) if of.is_kind("Stack") => ListKind::Stack,
                Some(of)
                    if [
                        "HashSet",
                        "SortedSet",
                        "LinkedList",
                        "KeyCollection",
                        "ValueCollection",
                        "OrderedDictionaryKeyValueCollection",
                        "MatchCollection",
                    ]
                    .iter()
                    .any(|kind| of.is_kind(kind)) =>
                {
                    ListKind::Enumerable
                }
                _ => ListKind::List,
            };
            self.writer.start_list(kind);
            for item in enumerate(value).unwrap_or_default() {
                self.write(rs, &item, depth)?;
            }
            self.writer.end();
            return self.members(rs, value, &added, depth);
        }
        let shown = if depth > 0 { rs.text(value)? } else { Str::default() };
        if depth <= 0 {
            let shown = rs.text(value)?;
            self.writer.value(&clixml::Value::String(ps_string(&shown)));
            return self.members(rs, value, &added, depth);
        }
        if let Value::Enum(_, n) = value.base() {
            self.writer.to_string_text(clixml::Text::from(shown.as_str()));
            self.writer.value(&enum_number(value, *n));
            return self.members(rs, value, &added, depth);
        }
        if !shown.is_wide() {
            self.writer.to_string_text(shown.as_str());
        }
        if let Some(kind) = record_kind(value) {
            return self.informational(rs, value, kind);
        }
        let properties = super::properties(rs, &value.clone().into_base())?;
        if !properties.is_empty() {
            self.writer.start_props();
            for (name, item) in properties {
                self.named(rs, &name, &item, depth.saturating_sub(1))?;
            }
            self.writer.end();
        }
        self.members(rs, value, &added, depth)
    }

    /// Note properties keep the depth; members of the type table and scripts are one deeper.
    fn members(&mut self, rs: &mut Runspace, value: &Value, added: &[Member], depth: i32) -> R<()> {
        let from_type = if is_container(value) || primitive(value).is_some() || value.downcast::<Dictionary>().is_some()
        {
            Vec::new()
        } else {
            rs.state.type_members(value)
        };
        let members: Vec<(&Member, bool)> = added
            .iter()
            .map(|m| (m, true))
            .chain(from_type.iter().map(|m| (m, false)))
            .filter(|(m, _)| m.is_property())
            .collect();
        if members.is_empty() {
            if matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
                self.writer.start_members();
                self.writer.end();
            }
            return Ok(());
        }
        self.writer.start_members();
        for (member, is_own) in members {
            let item = rs.member_value(value, &member.body)?;
            let depth = if is_own && matches!(member.body, Body::Note(_)) { depth } else { depth.saturating_sub(1) };
            self.named(rs, &member.name, &item, depth)?;
        }
        self.writer.end();
        Ok(())
    }

    /// `ErrorRecord` in the form of PSRP (MS-PSRP 2.2.3.15).
    fn error_record(&mut self, rs: &mut Runspace, record: &ErrorRecord) -> R<()> {
        self.writer
            .type_names(&Arc::new(TypeNames::new(["System.Management.Automation.ErrorRecord", "System.Object"])));
        self.writer.to_string_text(record.message().as_str());
        self.writer.start_members();
        self.named(rs, "Exception", &record.exception, 1)?;
        let target = record.target.lock().clone();
        self.named(rs, "TargetObject", &target, 1)?;
        let id = record.id.lock().clone();
        self.writer.named("FullyQualifiedErrorId").string(id.as_str());
        let invocation = record.invocation.lock().clone();
        self.named(rs, "InvocationInfo", &invocation.map_or(Value::Null, |i| Value::Object(i)), 1)?;
        let number = i32::try_from(record.category.lock().number()).unwrap_or(0);
        self.writer.named("ErrorCategory_Category").value(&clixml::Value::I32(number));
        let activity = record.activity.lock().clone();
        self.writer.named("ErrorCategory_Activity").string(activity.as_str());
        self.writer.named("ErrorCategory_Reason").string(record.reason().as_str());
        self.writer.named("ErrorCategory_TargetName").string(record.target_name().as_str());
        self.writer.named("ErrorCategory_TargetType").string(record.target_type().as_str());
        self.writer.named("ErrorCategory_Message").string(record.category_message().as_str());
        if let Some(details) = record.details.lock().clone() {
            self.writer.named("ErrorDetails_Message").string(details.as_str());
            let recommended = record.recommended.lock().clone();
            self.writer.named("ErrorDetails_RecommendedAction").string(recommended.as_str());
        }
        self.writer.named("SerializeExtendedInfo").value(&clixml::Value::Bool(false));
        let trace = record.stack_trace.lock().clone();
        self.writer.named("ErrorDetails_ScriptStackTrace").string(trace.as_str());
        self.writer.named("PSMessageDetails").value(&clixml::Value::Nil);
        self.writer.end();
        Ok(())
    }

    /// Warning, verbose, debug and information records.
    fn informational(&mut self, rs: &mut Runspace, value: &Value, kind: RecordKind) -> R<()> {
        let Some(record) = value.downcast::<Opaque>() else { return Ok(()) };
        if kind == RecordKind::Information {
            self.writer.start_props();
            for (name, item) in record.properties() {
                self.named(rs, &name, &item, 1)?;
            }
            self.writer.end();
            return Ok(());
        }
        self.writer.start_members();
        let message = record.get("Message").map(|message| text(&message)).unwrap_or_default();
        self.writer.named("InformationalRecord_Message").string(message.as_str());
        self.writer.named("InformationalRecord_SerializeInvocationInfo").value(&clixml::Value::Bool(false));
        self.writer.end();
        Ok(())
    }
}

/// A secret cannot leave the session.
fn no_session_key() -> Flow {
    error::raise(
        "System.Management.Automation.Remoting.PSRemotingDataStructureException",
        "NoSessionKey",
        Category::NotSpecified,
        "The session key is not available: the client has not sent the key to encrypt it with.",
        Value::Null,
    )
}

#[derive(Clone, Copy, PartialEq)]
enum RecordKind {
    Message,
    Information,
}

fn record_kind(value: &Value) -> Option<RecordKind> {
    match value.type_name().as_str() {
        "System.Management.Automation.WarningRecord"
        | "System.Management.Automation.VerboseRecord"
        | "System.Management.Automation.DebugRecord" => Some(RecordKind::Message),
        "System.Management.Automation.InformationRecord" => Some(RecordKind::Information),
        _ => None,
    }
}

fn has_notes(value: &Value) -> bool {
    matches!(value, Value::Wrapped(wrapped) if !wrapped.is_custom() && !wrapped.members().is_empty())
}

fn is_container(value: &Value) -> bool {
    value.downcast::<Dictionary>().is_some() || enumerates(value) && value.downcast::<ErrorRecord>().is_none()
}

fn identity(value: &Value) -> Option<usize> {
    match value {
        Value::Wrapped(wrapped) if wrapped.is_custom() => Some(Arc::as_ptr(wrapped).addr()),
        _ => match value.base() {
            Value::Object(object) => Some(Arc::as_ptr(object).addr()),
            Value::Array(array) => Some(Arc::as_ptr(array).addr()),
            _ => None,
        },
    }
}

fn enum_number(value: &Value, n: i64) -> clixml::Value {
    let underlying = value.type_of().map_or_else(types::int32, |of| of.underlying());
    match underlying.name() {
        "System.Byte" => clixml::Value::U8(u8::try_from(n).unwrap_or(0)),
        "System.SByte" => clixml::Value::I8(i8::try_from(n).unwrap_or(0)),
        "System.Int16" => clixml::Value::I16(i16::try_from(n).unwrap_or(0)),
        "System.UInt16" => clixml::Value::U16(u16::try_from(n).unwrap_or(0)),
        "System.UInt32" => clixml::Value::U32(u32::try_from(n).unwrap_or(0)),
        "System.Int64" => clixml::Value::I64(n),
        "System.UInt64" => clixml::Value::U64(n.cast_unsigned()),
        _ => clixml::Value::I32(i32::try_from(n).unwrap_or(0)),
    }
}

/// The value as a primitive of CLIXML, if it is one.
fn primitive(value: &Value) -> Option<clixml::Value> {
    use clixml::Value as C;
    Some(match value.base() {
        Value::Bool(b) => C::Bool(*b),
        Value::Char(c) => C::Char(*c),
        Value::I8(n) => C::I8(*n),
        Value::U8(n) => C::U8(*n),
        Value::I16(n) => C::I16(*n),
        Value::U16(n) => C::U16(*n),
        Value::I32(n) => C::I32(*n),
        Value::U32(n) => C::U32(*n),
        Value::I64(n) => C::I64(*n),
        Value::U64(n) => C::U64(*n),
        Value::F32(n) => C::F32(*n),
        Value::F64(n) => C::F64(*n),
        Value::Decimal(n) => {
            C::Decimal(clixml::Decimal::new(n.digits(), u8::try_from(n.scale()).ok()?, n.is_negative()).ok()?)
        }
        Value::Str(text) => C::String(ps_string(text)),
        Value::DateTime(date) => {
            let kind = match date.kind() {
                Kind::Unspecified => clixml::DateTimeKind::Unspecified,
                Kind::Utc => clixml::DateTimeKind::Utc,
                Kind::Local => clixml::DateTimeKind::Local(0),
            };
            C::DateTime(clixml::DateTime::new(date.ticks(), kind)?)
        }
        Value::TimeSpan(span) => C::TimeSpan(clixml::TimeSpan::from_ticks(span.0)),
        Value::Guid(guid) => C::Guid(clixml::Uuid::from_bytes(guid.0)),
        Value::Array(array) => C::Bytes(array.bytes()?),
        Value::Object(object) => {
            let any = object.as_any();
            if let Some(version) = any.downcast_ref::<Version>() {
                C::Version(text(&Value::object(*version)).parse().ok()?)
            } else if let Some(uri) = any.downcast_ref::<Uri>() {
                C::Uri(ps_string(&uri.0))
            } else if let Some(block) = any.downcast_ref::<ScriptBlock>() {
                C::ScriptBlock(block.lazy.text().into())
            } else {
                return None;
            }
        }
        _ => return None,
    })
}
