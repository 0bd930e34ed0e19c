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
    let state = Opaque::new(
        "System.Management.Automation.RunspaceStateInfo",
        [
            ("State", enum_value("System.Management.Automation.Runspaces.RunspaceState", "Opened")),
            ("Reason", Value::Null),
        ],
    )
    .displayed("Opened");
    Opaque::new(
        "System.Management.Automation.Runspaces.LocalRunspace",
        [
            ("Version", Value::object(crate::value::Version([7, 6, 9, -1]))),
            ("RunspaceIsRemote", false.into()),
            ("RunspaceStateInfo", state.into_value()),
            ("RunspaceAvailability", enum_value("System.Management.Automation.Runspaces.RunspaceAvailability", "Busy")),
            ("InstanceId", Value::Guid(rs.console.runspace)),
            ("Id", Value::I32(1)),
            ("Name", "Runspace1".into()),
            ("SessionStateProxy", Value::Null),
        ],
    )
    .into_value()
}
