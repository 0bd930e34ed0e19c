//! Values as CLIXML and back.

use std::sync::Arc;

use psrp_clixml as clixml;
use psrpd_dotnet::Str;

use crate::{
    eval::{Flow, R, Runspace, Stream},
    host::Record,
    types,
    value::{ErrorRecord, Opaque, Value},
};

pub(crate) mod document;
mod invocation;
mod primitive;
mod read;
mod records;
mod write;

pub(crate) use read::read;
pub(crate) use records::{error_record, information_record, message_record, progress_from};
use write::Serializer;

/// How deep objects of .NET are written for a client.
const REMOTING_DEPTH: i32 = 1;

/// A value of the output, as a payload.
pub(crate) fn output(rs: &mut Runspace, value: &Value) -> R<Vec<u8>> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let mut serializer = Serializer::stoppable();
    serializer.top(rs, value, REMOTING_DEPTH)?;
    Ok(serializer.finish())
}

/// A value as the tree of its CLIXML.
pub(crate) fn tree(rs: &mut Runspace, value: &Value) -> R<Option<clixml::Value>> {
    let mut serializer = Serializer::new();
    serializer.top(rs, value, REMOTING_DEPTH)?;
    Ok(clixml::parse(&serializer.finish()).ok())
}

/// Progress in the form of PSRP (MS-PSRP 2.2.2.25).
pub(crate) fn progress(of: &crate::host::Progress) -> Vec<u8> {
    let (label, number) = if of.is_completed { ("Completed", 1) } else { ("Processing", 0) };
    let kind = clixml::Object::enumeration("System.Management.Automation.ProgressRecordType", label, number);
    let bag = clixml::Object::bag()
        .with("Activity", of.activity.as_str())
        .with("ActivityId", of.id)
        .with("StatusDescription", of.status.as_str())
        .with("CurrentOperation", of.operation.as_deref())
        .with("ParentActivityId", of.parent_id)
        .with("PercentComplete", of.percent)
        .with("Type", kind)
        .with("SecondsRemaining", of.seconds_remaining);
    clixml::write(&bag.into())
}

/// Progress as an object.
pub(crate) fn progress_record(of: &crate::host::Progress) -> Value {
    let kind = if of.is_completed { "Completed" } else { "Processing" };
    Opaque::new(
        "System.Management.Automation.ProgressRecord",
        [
            ("ActivityId", Value::I32(of.id)),
            ("ParentActivityId", Value::I32(of.parent_id)),
            ("Activity", of.activity.as_str().into()),
            ("StatusDescription", of.status.as_str().into()),
            ("CurrentOperation", of.operation.as_deref().map_or(Value::Null, Value::from)),
            ("PercentComplete", Value::I32(of.percent)),
            ("SecondsRemaining", Value::I32(of.seconds_remaining)),
            ("RecordType", types::enum_value("System.Management.Automation.ProgressRecordType", kind)),
        ],
    )
    .displayed(format!(
        "parent = {} id = {} act = {} stat = {} cur = {} pct = {} sec = {} type = {kind}",
        of.parent_id,
        of.id,
        of.activity,
        of.status,
        of.operation.as_deref().unwrap_or_default(),
        of.percent,
        of.seconds_remaining
    ))
    .into_value()
}

/// Sends a record to the client.
pub(crate) fn emit(rs: &mut Runspace, stream: Stream, record: &Value) {
    let kind = match stream {
        Stream::Error => Record::Error,
        Stream::Warning => Record::Warning,
        Stream::Verbose => Record::Verbose,
        Stream::Debug => Record::Debug,
        Stream::Information => Record::Information,
    };
    let mut serializer = Serializer::new();
    serializer.tells_invocation = rs.console.tells_invocation.of(stream);
    let written = match record.downcast::<Opaque>() {
        // MS-PSRP 2.2.2.26: a bag without types.
        Some(information) if matches!(stream, Stream::Information) => {
            serializer.bag(rs, &information.properties(), REMOTING_DEPTH)
        }
        _ => serializer.top(rs, record, REMOTING_DEPTH),
    };
    if written.is_ok() {
        rs.host.record(kind, serializer.finish());
    }
}

/// An error record as text, for the state of a pipeline.
pub(crate) fn record_text(rs: &mut Runspace, record: &Arc<ErrorRecord>) -> String {
    let mut serializer = Serializer::bare();
    serializer.tells_invocation = rs.console.tells_invocation.error;
    match serializer.top(rs, &Value::Object(record.clone()), REMOTING_DEPTH) {
        Ok(()) => serializer.finish_text(),
        Err(_) => String::new(),
    }
}

/// Properties that an object of .NET has, in the order in which they are serialised. One whose getter fails is left out.
pub(crate) fn properties(rs: &mut Runspace, value: &Value) -> R<Vec<(Str, Value)>> {
    gather(rs, value, false)
}

/// As [`properties`], as all but the wire have them: one whose getter fails is null.
pub(crate) fn all_properties(rs: &mut Runspace, value: &Value) -> R<Vec<(Str, Value)>> {
    gather(rs, value, true)
}

fn gather(rs: &mut Runspace, value: &Value, with_failing: bool) -> R<Vec<(Str, Value)>> {
    if let Value::Wrapped(wrapped) = value {
        let held = wrapped.properties();
        if wrapped.is_custom() || !held.is_empty() {
            return Ok(held);
        }
    }
    let value = &value.clone().into_base();
    if let Some(properties) = types::xml::properties(value) {
        return Ok(properties);
    }
    if let Some(mut properties) = types::data_table::properties(value) {
        // On the wire a row is its columns.
        if !with_failing && let Some(columns) = types::data_table::columns_of(value) {
            properties.truncate(columns.len());
        }
        return Ok(properties);
    }
    if let Some(opaque) = value.downcast::<Opaque>() {
        return Ok(opaque.properties());
    }
    if let Some(instance) = crate::eval::class::of(value) {
        let mut own: Vec<(Str, Value)> =
            instance.properties().into_iter().map(|(name, value, _)| (name, value)).collect();
        if crate::eval::class::exception_of(value).is_some() {
            own.extend(types::exception_properties(value));
        }
        return Ok(own);
    }
    let Some(of) = value.type_of() else { return Ok(Vec::new()) };
    if of.is_assignable_to(&types::exception()) {
        return Ok(types::exception_properties(value));
    }
    let mut found: Vec<(Str, Value)> = Vec::new();
    for of in of.ancestry() {
        // .NET cannot hand out what may only lie on the stack.
        let is_held = |of: &str| with_failing || !of.starts_with("System.ReadOnlySpan[");
        for property in of.own_members().properties.iter().filter(|p| !p.is_static && is_held(p.of)) {
            if found.iter().any(|(name, _)| name.as_str() == property.name) {
                continue;
            }
            match (property.get)(rs, value) {
                Ok(value) => found.push((property.name.into(), value.settled())),
                Err(Flow::Error(_)) if with_failing => found.push((property.name.into(), Value::Null)),
                Err(Flow::Error(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(found)
}

/// Whether CLIXML has an element for the value.
pub(crate) fn is_primitive(value: &Value) -> bool {
    primitive::primitive(value).is_some()
}

/// What `ToString()` gave where a deserialised object comes from.
fn deserialized_text(value: &Value) -> Option<Str> {
    match value {
        Value::Wrapped(wrapped) => wrapped.text.lock().clone(),
        _ => None,
    }
}

/// Text in UTF-16 where it must be.
fn ps_string(text: &Str) -> clixml::PsString {
    if text.is_wide() { clixml::PsString::from_utf16(&text.units()) } else { text.as_str().into() }
}
