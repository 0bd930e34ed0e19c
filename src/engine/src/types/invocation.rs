//! `InvocationInfo`

use super::{TypeDef, enum_value};
use crate::value::{Dictionary, Invocation, List, Value};

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class("System.Management.Automation.InvocationInfo").members(|m| {
    macro_rules! get {
        ($($declaration:literal => $read:expr;)*) => {
            $(m.get($declaration, |_, this| {
                let read: fn(&Invocation) -> Value = $read;
                Ok(this.downcast::<Invocation>().map_or(Value::Null, read))
            });)*
        };
    }
    get! {
        "System.Management.Automation.CommandInfo MyCommand" => |i| i.command.clone();
    }
    m.get("System.Collections.Generic.Dictionary[string,System.Object] BoundParameters", |rs, this| {
        let Some(invocation) = this.downcast::<Invocation>() else { return Ok(Value::Null) };
        if invocation.is_record {
            let of = super::generic("System.Collections.Generic.Dictionary`2", vec![super::string(), super::object()]);
            return Ok(Value::object(Dictionary::new(of.unwrap_or_else(super::hashtable), false)));
        }
        let own = invocation.bound.clone();
        Ok(if own.is_null() { rs.variable("PSBoundParameters").unwrap_or_default() } else { own })
    });
    m.get("System.Collections.Generic.List[System.Object] UnboundArguments", |rs, this| {
        let Some(invocation) = this.downcast::<Invocation>() else { return Ok(Value::Null) };
        if !invocation.unbound.is_null() {
            return Ok(invocation.unbound.clone());
        }
        // A function that runs has its leftovers in `$args`.
        let left = if invocation.is_record { None } else { rs.variable("args") };
        let left = left.and_then(|left| crate::value::enumerate(&left)).unwrap_or_default();
        Ok(List::value(super::list_of(super::object()), left))
    });
    get! {
        "int ScriptLineNumber" => |i| Value::I32(i.line_number());
        "int OffsetInLine" => |i| Value::I32(i.offset());
    }
    m.get("long HistoryId", |rs, _| Ok(Value::I64(rs.history.next_id())));
    get! {
        "string ScriptName" => |i| Value::Str(i.script_name());
        "string Line" => |i| Value::Str(i.line());
        "string Statement" => |i| Value::Str(i.statement());
        "string PositionMessage" => |i| Value::Str(i.position_message());
        "string PSScriptRoot" => |i| i.script_name().rsplit_once('/').map_or("", |(root, _)| root).into();
        "string PSCommandPath" => |i| {
            let name = i.script_name();
            if name.is_empty() { Value::Null } else { Value::Str(name) }
        };
        "string InvocationName" => |i| Value::Str(i.name.clone());
        "int PipelineLength" => |i| Value::I32(i.pipeline_length);
        "int PipelinePosition" => |i| Value::I32(i.pipeline_position);
        "bool ExpectingInput" => |i| i.expecting_input.into();
        "System.Management.Automation.CommandOrigin CommandOrigin" => |i| {
            let label = if i.by_client { "Runspace" } else { "Internal" };
            enum_value("System.Management.Automation.CommandOrigin", label)
        };
        "System.Management.Automation.Language.IScriptExtent DisplayScriptPosition" => |_| Value::Null;
    }
})];
