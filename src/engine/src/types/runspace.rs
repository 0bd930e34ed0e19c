//! `[runspace]`: the session as an object.

use super::{TypeDef, enum_value};
use crate::{
    eval::Runspace,
    value::{Opaque, Value},
};

/// How far a runspace, or a pool of them, is.
pub(super) const STATES: &[(&str, i64)] = &[
    ("BeforeOpen", 0),
    ("Opening", 1),
    ("Opened", 2),
    ("Closed", 3),
    ("Closing", 4),
    ("Broken", 5),
    ("Disconnecting", 6),
    ("Disconnected", 7),
    ("Connecting", 8),
];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Runspaces.Runspace").members(|m| {
        m.constant("runspace DefaultRunspace", |rs, _| Ok(current(rs)));
    }),
    TypeDef::class("System.Management.Automation.Runspaces.LocalRunspace")
        .base("System.Management.Automation.Runspaces.Runspace")
        .members(super::spaces::runspace),
    TypeDef::labels("System.Management.Automation.Runspaces.RunspaceState", STATES),
    TypeDef::labels(
        "System.Management.Automation.Runspaces.RunspaceAvailability",
        &[("None", 0), ("Available", 1), ("AvailableForNestedCommand", 2), ("Busy", 3), ("RemoteDebug", 4)],
    ),
];

/// The runspace that runs.
pub(crate) fn current(rs: &Runspace) -> Value {
    let number = rs.beside.lane.upgrade().map(|lane| lane.number);
    object(number, rs.console.runspace, true)
}

/// The runspaces of the process, by number.
pub(crate) fn all(rs: &Runspace) -> Vec<Value> {
    let own = rs.beside.lane.upgrade().map(|lane| lane.number);
    let first = rs.beside.shared.first.get().copied().unwrap_or(rs.console.runspace);
    let lanes = rs.beside.shared.lanes();
    let others =
        lanes.iter().map(|lane| object(Some(lane.number), lane.instance, lane.is_busy() || own == Some(lane.number)));
    std::iter::once(object(None, first, true)).chain(others).collect()
}

/// A runspace of that number; without one, that of the session.
fn object(number: Option<i32>, instance: psrpd_dotnet::Guid, is_busy: bool) -> Value {
    let state = Opaque::new(
        "System.Management.Automation.RunspaceStateInfo",
        [
            ("State", enum_value("System.Management.Automation.Runspaces.RunspaceState", "Opened")),
            ("Reason", Value::Null),
        ],
    )
    .displayed("Opened");
    let availability = if is_busy { "Busy" } else { "Available" };
    let name = number.map_or_else(|| "RemoteHost".to_owned(), |number| format!("Runspace{number}"));
    Opaque::new(
        "System.Management.Automation.Runspaces.LocalRunspace",
        [
            ("Version", Value::object(crate::value::Version(crate::OWN_VERSION))),
            ("RunspaceIsRemote", false.into()),
            ("RunspaceStateInfo", state.into_value()),
            (
                "RunspaceAvailability",
                enum_value("System.Management.Automation.Runspaces.RunspaceAvailability", availability),
            ),
            ("InstanceId", Value::Guid(instance)),
            ("Id", Value::I32(number.unwrap_or(1))),
            ("Name", name.into()),
            ("SessionStateProxy", Value::Null),
        ],
    )
    .into_value()
}
