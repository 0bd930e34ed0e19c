//! What a background job writes arrives as from another machine: without its methods, and marked.

use std::sync::Arc;

use psrp_clixml as clixml;
use psrpd_dotnet::Guid;

use crate::{
    eval::{Output, R, Runspace},
    serial, types,
    value::{ErrorRecord, Exception, Member, Opaque, Value},
};

use super::{Gathered, Kind};

/// A value as it arrives; none where it cannot be sent.
///
/// # Errors
/// The pipeline was stopped.
pub(crate) fn deserialized(rs: &mut Runspace, value: &Value) -> R<Value> {
    let payload = serial::output(rs, value)?;
    if payload.is_empty() {
        return Ok(Value::Null);
    }
    Ok(clixml::parse(&payload).map_or(Value::Null, |tree| serial::read(rs, &tree)))
}

/// Where what arrived comes from.
pub(crate) fn marked(value: &Value, runspace: Guid) -> Value {
    let wrapped = value.wrapped();
    let notes = [
        ("PSComputerName", Value::from("localhost")),
        ("RunspaceId", Value::Guid(runspace)),
        ("PSShowComputerName", false.into()),
    ];
    for (name, value) in notes {
        wrapped.add(Member::note(name, value));
    }
    Value::Wrapped(wrapped)
}

/// An error as it arrives.
pub(crate) fn remote_error(record: &ErrorRecord, runspace: Guid) -> Arc<ErrorRecord> {
    const REMOTE: &str = "System.Management.Automation.RemoteException";
    let is_remote = record.exception.type_name() == REMOTE;
    let exception = match is_remote {
        true => record.exception.clone(),
        false => Value::object(Exception::new(REMOTE, record.exception_message())),
    };
    let copy = record.copy_with(exception);
    *copy.reason.lock() = record.reason();
    *copy.target_name.lock() = Some(record.target_name());
    *copy.target_type.lock() = Some(record.target_type());
    let origin = Opaque::new(
        "System.Management.Automation.Remoting.OriginInfo",
        [
            ("PSComputerName", Value::from("localhost")),
            ("RunspaceID", Value::Guid(runspace)),
            ("InstanceID", Value::Guid(Guid::default())),
        ],
    )
    .displayed("localhost");
    *copy.origin.lock() = Some(origin.into_value());
    Arc::new(copy)
}

/// Output of a background job.
pub(super) struct ToRemote {
    pub(super) gathered: Arc<Gathered>,
    pub(super) runspace: Guid,
}

impl Output for ToRemote {
    fn write(&mut self, rs: &mut Runspace, value: Value) -> R<()> {
        let arrived = deserialized(rs, &value)?;
        if !value.is_null() {
            self.gathered.add(Kind::Output, marked(&arrived, self.runspace));
        }
        Ok(())
    }
}

/// The type of errors that arrived.
pub(crate) fn error_type() -> types::Type {
    types::known("System.Management.Automation.Runspaces.RemotingErrorRecord")
}
