//! Values that CLIXML has an element for.

use psrp_clixml::{self as clixml};
use psrpd_dotnet::Kind;

use super::ps_string;
use crate::{
    eval::ScriptBlock,
    types::{self, screen::ProgressObject, xml},
    value::{Uri, Value, Version, text},
};

/// The value as a primitive of CLIXML, if it is one.
pub(super) fn primitive(value: &Value) -> Option<clixml::Value> {
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
        Value::Array(array) => C::Bytes(array.bytes()?.to_vec()),
        Value::Object(object) => {
            let any = object.as_any();
            if let Some(version) = any.downcast_ref::<Version>() {
                C::Version(text(&Value::object(*version)).parse().ok()?)
            } else if let Some(uri) = any.downcast_ref::<Uri>() {
                C::Uri(ps_string(&types::uri_text(&uri.0)))
            } else if let Some(block) = any.downcast_ref::<ScriptBlock>() {
                C::ScriptBlock(block.lazy.text().into())
            } else if let Some(document) = xml::as_document(value) {
                C::Xml(ps_string(&document.outer_xml().into()))
            } else if let Some(record) = any.downcast_ref::<ProgressObject>() {
                C::Progress(Box::new(progress(record)))
            } else {
                return None;
            }
        }
        _ => return None,
    })
}

/// A `ProgressRecord` that a pipeline carries.
fn progress(record: &ProgressObject) -> clixml::Progress {
    let record = record.0.lock();
    clixml::Progress {
        activity: record.activity.as_str().into(),
        activity_id: record.id,
        current_operation: record.operation.as_deref().map(Into::into),
        parent_activity_id: record.parent_id,
        percent_complete: record.percent,
        record_type: if record.is_completed { "Completed" } else { "Processing" }.into(),
        seconds_remaining: record.seconds_remaining,
        status_description: record.status.as_str().into(),
    }
}
