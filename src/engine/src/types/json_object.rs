//! `JsonObject`: what `ConvertFrom-Json` and `ConvertTo-Json` are for .NET.

use psrpd_dotnet::cast;

use super::TypeDef;
use crate::{
    cmdlets::convert_from_json::{DEFAULT_DEPTH, json_value},
    convert,
    eval::{Flow, R, Runspace},
    value::{Reference, Value, text},
};

/// Reads a text. Members that no object can have are an error for the reference, a text that is no JSON ends the call.
fn from_json(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let (Some((error, given)), Some(input)) = (args.split_last(), args.first()) else { return Ok(Value::Null) };
    let as_table = given.get(1).is_some_and(convert::to_bool);
    let depth = given.get(2).and_then(Value::as_i128).and_then(|depth| i64::try_from(depth).ok());
    let set = |value: Value| {
        if let Some(reference) = error.downcast::<Reference>() {
            reference.set(value);
        }
    };
    set(Value::Null);
    match json_value(rs, &text(input), cast::index(depth.unwrap_or(DEFAULT_DEPTH)), as_table, 0) {
        Ok(found) => Ok(found.unwrap_or_default()),
        Err(Flow::Error(raised)) if raised.record.id.lock().ends_with("InJsonString") => {
            set(Value::Object(raised.record.clone()));
            Ok(Value::Null)
        }
        Err(other) => Err(other),
    }
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("Microsoft.PowerShell.Commands.JsonObject").members(|m| {
    for signature in [
        "System.Object ConvertFromJson(string input, [ref] System.Management.Automation.ErrorRecord error)",
        "System.Object ConvertFromJson(string input, bool returnHashtable, [ref] System.Management.Automation.ErrorRecord error)",
        "System.Object ConvertFromJson(string input, bool returnHashtable, System.Nullable[int] maxDepth, [ref] System.Management.Automation.ErrorRecord error)",
    ] {
        m.function(signature, |rs, _, args| from_json(rs, args));
    }
})];
