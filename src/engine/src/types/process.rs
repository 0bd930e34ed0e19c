//! `System.Diagnostics.Process`

use std::time::Duration;

use super::{Members, TypeDef};
use crate::{
    cmdlets::process_list,
    eval::{R, Runspace, error},
    value::{Opaque, Value},
};

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.ComponentModel.Component").base("System.MarshalByRefObject"),
    TypeDef::class("System.Diagnostics.ProcessModule").base("System.ComponentModel.Component"),
    TypeDef::class("System.Diagnostics.Process").base("System.ComponentModel.Component").members(process),
    TypeDef::labels(
        "System.Diagnostics.ProcessPriorityClass",
        &[
            ("Normal", 32),
            ("Idle", 64),
            ("High", 128),
            ("RealTime", 256),
            ("BelowNormal", 16_384),
            ("AboveNormal", 32_768),
        ],
    ),
];

fn id(value: &Value) -> i64 {
    let id = value.downcast::<Opaque>().and_then(|process| process.get("Id")).and_then(|id| id.as_i128());
    id.and_then(|id| i64::try_from(id).ok()).unwrap_or(0)
}

fn by_id(rs: &Runspace, id: i64) -> R<Value> {
    match process_list::one(rs, id) {
        Some(process) => Ok(process_list::object(rs, &process)),
        None => Err(error::thrown("System.ArgumentException", format!("Process with an Id of {id} is not running."))),
    }
}

/// What a property is now, where that changes while a process runs.
pub(crate) fn live(rs: &Runspace, object: &Value, name: &str) -> Option<Value> {
    let opaque = object.downcast::<Opaque>()?;
    if !psrpd_dotnet::casing::eq(name, "HasExited")
        || crate::value::Object::type_of(opaque).name() != "System.Diagnostics.Process"
    {
        return None;
    }
    let is_over = !rs.program_runs(id(object));
    opaque.set("HasExited", is_over.into());
    Some(is_over.into())
}

fn process(m: &mut Members) {
    super::process_start::process_members(m);
    for declaration in ["void Kill()", "void Kill(bool entireProcessTree)"] {
        m.method(declaration, |rs, this, _| {
            rs.platform.signal(id(this), true).map_err(|failure| {
                error::thrown("System.InvalidOperationException", crate::providers::reason(&failure))
            })?;
            Ok(Value::AutomationNull)
        });
    }
    m.get("int ExitCode", |rs, this| match rs.program_end(id(this)) {
        Some((code, _)) => Ok(Value::I32(code)),
        None => Err(error::thrown(
            "System.InvalidOperationException",
            "Process must exit before requested information can be determined.",
        )),
    });
    m.get("datetime ExitTime", |rs, this| {
        Ok(rs.program_end(id(this)).map_or(Value::Null, |(_, at)| Value::DateTime(at)))
    });
    m.method("void WaitForExit()", |rs, this, _| rs.wait_for_program(id(this), None).map(|_| Value::AutomationNull));
    m.method("bool WaitForExit(int milliseconds)", |rs, this, args| {
        let most = args.first().and_then(Value::as_i128).and_then(|ms| u64::try_from(ms).ok());
        rs.wait_for_program(id(this), most.map(Duration::from_millis)).map(Value::from)
    });
    m.method("void Refresh()", |rs, this, _| {
        let fresh = process_list::one(rs, id(this)).map(|process| process_list::object(rs, &process));
        if let (Some(old), Some(fresh)) =
            (this.downcast::<Opaque>(), fresh.as_ref().and_then(|f| f.downcast::<Opaque>()))
        {
            for (name, value) in fresh.properties() {
                old.set(&name, value);
            }
        }
        Ok(Value::AutomationNull)
    });
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
    m.function("System.Diagnostics.Process GetCurrentProcess()", |rs, _, _| {
        by_id(rs, i64::from(rs.platform.process_id()))
    });
    m.function("System.Diagnostics.Process GetProcessById(int processId)", |rs, _, args| {
        let id = args.first().and_then(Value::as_i128).and_then(|id| i64::try_from(id).ok()).unwrap_or(0);
        by_id(rs, id)
    });
    m.function("System.Diagnostics.Process[] GetProcesses()", |rs, _, _| {
        let all = process_list::all(rs).iter().map(|process| process_list::object(rs, process)).collect();
        Ok(Value::typed_array(super::known("System.Diagnostics.Process"), all))
    });
    m.function("System.Diagnostics.Process[] GetProcessesByName(string processName)", |rs, _, args| {
        let name = args.first().map(crate::value::text).unwrap_or_default();
        let all = process_list::all(rs);
        let named = all.iter().filter(|process| psrpd_dotnet::casing::eq(&process.name, &name));
        let objects = named.map(|process| process_list::object(rs, process)).collect();
        Ok(Value::typed_array(super::known("System.Diagnostics.Process"), objects))
    });
}
