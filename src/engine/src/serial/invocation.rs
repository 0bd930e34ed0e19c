//! Where a record comes from, as clients get it that ask for it (MS-PSRP 2.2.3.15.1).

use std::sync::Arc;

use crate::{
    eval::{Flow, R, Runspace},
    types,
    value::{Invocation, Value},
};

/// Properties of an invocation that follow its name on the wire, in order; `None` is what the engine does not count.
const OF_INVOCATION: [(&str, Option<&str>); 16] = [
    ("InvocationInfo_BoundParameters", Some("BoundParameters")),
    ("InvocationInfo_CommandOrigin", Some("CommandOrigin")),
    ("InvocationInfo_ExpectingInput", Some("ExpectingInput")),
    ("InvocationInfo_InvocationName", Some("InvocationName")),
    ("InvocationInfo_Line", Some("Line")),
    ("InvocationInfo_OffsetInLine", Some("OffsetInLine")),
    ("InvocationInfo_HistoryId", Some("HistoryId")),
    ("InvocationInfo_PipelineIterationInfo", None),
    ("InvocationInfo_PipelineLength", Some("PipelineLength")),
    ("InvocationInfo_PipelinePosition", Some("PipelinePosition")),
    ("InvocationInfo_PSScriptRoot", Some("PSScriptRoot")),
    ("InvocationInfo_PSCommandPath", Some("PSCommandPath")),
    ("InvocationInfo_PositionMessage", Some("PositionMessage")),
    ("InvocationInfo_ScriptLineNumber", Some("ScriptLineNumber")),
    ("InvocationInfo_ScriptName", Some("ScriptName")),
    ("InvocationInfo_UnboundArguments", Some("UnboundArguments")),
];

const OF_COMMAND: [(&str, &str); 4] = [
    ("CommandInfo_CommandType", "CommandType"),
    ("CommandInfo_Definition", "Definition"),
    ("CommandInfo_Name", "Name"),
    ("CommandInfo_Visibility", "Visibility"),
];

/// What a record says of where it comes from.
pub(super) fn fields(rs: &mut Runspace, invocation: &Arc<Invocation>) -> R<Vec<(&'static str, Value)>> {
    let command = invocation.command.clone();
    let invocation = Value::Object(invocation.clone());
    let mut fields = Vec::new();
    for (field, property) in OF_INVOCATION {
        let value = match property {
            Some(property) => property_of(rs, &invocation, property)?,
            None => no_counts(),
        };
        fields.push((field, value));
    }
    fields.push(("SerializeExtent", false.into()));
    if !command.is_null() {
        for (field, property) in OF_COMMAND {
            fields.push((field, property_of(rs, &command, property)?));
        }
    }
    Ok(fields)
}

/// A property; null where there is none to be had.
fn property_of(rs: &mut Runspace, object: &Value, name: &str) -> R<Value> {
    match rs.get_member(object, name) {
        Err(Flow::Error(_)) => Ok(Value::Null),
        other => other,
    }
}

/// How often each command of the pipeline has run, which the engine does not count.
pub(super) fn no_counts() -> Value {
    Value::typed_array(types::known("System.Int32"), Vec::new())
}
