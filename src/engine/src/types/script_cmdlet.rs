//! `$PSCmdlet`: the function that runs, as a cmdlet.

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{Members, Type, TypeDef, enum_value, known, screen::ProgressObject};
use crate::{
    bind::Bound,
    convert,
    eval::{
        Common, Flow, R, Runspace, Stream,
        confirm::{Deed, Reason},
        error,
    },
    value::{ErrorRecord, List, Object, Opaque, Reference, Value, Wrapped, enumerate, text},
};

/// `$PSCmdlet`
struct ScriptCmdlet {
    name: Str,
    set: Mutex<Str>,
    common: Arc<Common>,
    /// `ConfirmImpact`
    impact: i64,
    invocation: Value,
    /// `PagingParameters`
    paging: Value,
}

impl Object for ScriptCmdlet {
    fn type_of(&self) -> Type {
        known("System.Management.Automation.PSScriptCmdlet")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Makes `$PSCmdlet` of the function whose frame is entered.
pub(crate) fn ps_cmdlet(rs: &Runspace, bound: &Bound, name: &Str, impact: i64, paging: Value) -> Value {
    let invocation = rs.frame.invocation.clone().map_or(Value::Null, |invocation| Value::Object(invocation));
    Value::object(ScriptCmdlet {
        name: name.clone(),
        set: Mutex::new(bound.set()),
        common: bound.common.clone(),
        impact,
        invocation,
        paging,
    })
}

/// The parameter set that a pipeline object has chosen.
pub(crate) fn choose_set(cmdlet: &Value, set: &Str) {
    if let Some(cmdlet) = cmdlet.downcast::<ScriptCmdlet>() {
        *cmdlet.set.lock() = set.clone();
    }
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Internal.InternalCommand"),
    TypeDef::class("System.Management.Automation.Cmdlet")
        .base("System.Management.Automation.Internal.InternalCommand")
        .members(|m| {
            m.constant("System.Collections.Generic.HashSet[string] CommonParameters", |_, _| Ok(names(&COMMON)));
            m.constant("System.Collections.Generic.HashSet[string] OptionalCommonParameters", |_, _| {
                Ok(names(&OPTIONAL))
            });
        }),
    TypeDef::class("System.Management.Automation.PSCmdlet").base("System.Management.Automation.Cmdlet"),
    TypeDef::class("System.Management.Automation.PSScriptCmdlet")
        .base("System.Management.Automation.PSCmdlet")
        .members(members),
    TypeDef::class("System.Management.Automation.PagingParameters").members(|m| {
        m.method("psobject NewTotalCount(ulong totalCount, double accuracy)", |_, _, args| Ok(total_count(args)));
    }),
    TypeDef::flag_labels("System.Management.Automation.ShouldProcessReason", &[("None", 0), ("WhatIf", 1)]),
];

/// The parameters that every cmdlet has, in PowerShell's order.
const COMMON: [&str; 12] = [
    "Verbose",
    "Debug",
    "ErrorAction",
    "WarningAction",
    "InformationAction",
    "ProgressAction",
    "ErrorVariable",
    "WarningVariable",
    "OutVariable",
    "OutBuffer",
    "PipelineVariable",
    "InformationVariable",
];

/// Those that cmdlets have which ask for them.
const OPTIONAL: [&str; 3] = ["WhatIf", "Confirm", "UseTransaction"];

/// How many objects there are, which says of itself how sure that is.
pub(crate) fn total_count(args: &[Value]) -> Value {
    let count = args.first().cloned().unwrap_or_default();
    let accuracy = match args.get(1) {
        Some(Value::F64(accuracy)) => accuracy.clamp(0.0, 1.0),
        _ => 1.0,
    };
    let said = if accuracy >= 1.0 {
        format!("Total count: {}", text(&count))
    } else if accuracy > 0.0 {
        format!("Estimated total count: {}", text(&count))
    } else {
        "Unknown total count".to_owned()
    };
    let wrapped = Wrapped::around(count);
    wrapped.set_note("Accuracy".into(), Value::F64(accuracy));
    *wrapped.text.lock() = Some(said.into());
    Value::Wrapped(Arc::new(wrapped))
}

/// A set of names.
fn names(list: &[&str]) -> Value {
    let of = super::generic("System.Collections.Generic.HashSet`1", vec![super::string()]);
    List::value(of.unwrap_or_else(super::array_list), list.iter().map(|name| Value::from(*name)).collect())
}

fn cmdlet(value: &Value) -> Option<&ScriptCmdlet> {
    value.downcast::<ScriptCmdlet>()
}

fn context(rs: &mut Runspace, name: &str) -> R<Value> {
    let context = rs.variable("ExecutionContext").unwrap_or_default();
    rs.get_member(&context, name)
}

fn string(args: &[Value], n: usize) -> String {
    args.get(n).map(text).unwrap_or_default().to_string()
}

fn members(m: &mut Members) {
    m.get("string ParameterSetName", |_, this| {
        Ok(cmdlet(this).map_or(Value::Null, |c| Value::Str(c.set.lock().clone())))
    });
    m.get("System.Management.Automation.InvocationInfo MyInvocation", |_, this| {
        Ok(cmdlet(this).map_or(Value::Null, |c| c.invocation.clone()))
    });
    m.get("System.Management.Automation.PagingParameters PagingParameters", |_, this| {
        Ok(cmdlet(this).map_or(Value::Null, |c| c.paging.clone()))
    });
    m.get("System.Management.Automation.CommandInvocationIntrinsics InvokeCommand", |rs, _| {
        context(rs, "InvokeCommand")
    });
    m.get("System.Management.Automation.Host.PSHost Host", |_, _| Ok(super::host::host_object()));
    m.get("System.Management.Automation.SessionState SessionState", |rs, _| context(rs, "SessionState"));
    m.get("System.Management.Automation.PSEventManager Events", |rs, _| context(rs, "Events"));
    m.get("System.Management.Automation.ProviderIntrinsics InvokeProvider", |rs, _| context(rs, "InvokeProvider"));
    m.get("bool Stopping", |rs, _| Ok(rs.stop.is_set().into()));
    m.get("System.Management.Automation.ICommandRuntime CommandRuntime", |_, this| {
        let name = cmdlet(this).map(|c| c.name.clone()).unwrap_or_default();
        Ok(Opaque::new::<&str>("System.Management.Automation.MshCommandRuntime", []).displayed(name).into_value())
    });
    m.get("System.Management.Automation.PSTransactionContext CurrentPSTransaction", |_, _| Ok(Value::Null));
    m.get("System.Management.Automation.CommandOrigin CommandOrigin", |_, _| {
        Ok(enum_value("System.Management.Automation.CommandOrigin", "Runspace"))
    });
    streams(m);
    questions(m);
    m.method("System.Management.Automation.PathInfo CurrentProviderLocation(string providerId)", |rs, _, _| {
        Ok(crate::providers::path_info(rs.state.locations.current()))
    });
    m.method("string GetUnresolvedProviderPathFromPSPath(string path)", |rs, _, args| {
        let target = crate::providers::parse(rs, &string(args, 0)).map_err(|problem| problem.flow())?;
        Ok(target.provider_path().into())
    });
    m.method("System.Object GetVariableValue(string name)", |rs, _, args| {
        Ok(rs.variable(&string(args, 0)).unwrap_or_default())
    });
    m.method("System.Object GetVariableValue(string name, System.Object defaultValue)", |rs, _, args| {
        Ok(rs.variable(&string(args, 0)).unwrap_or_else(|| args.get(1).cloned().unwrap_or_default()))
    });
}

/// The methods that write.
fn streams(m: &mut Members) {
    m.method("void WriteObject(System.Object sendToPipeline)", |_, _, args| Ok(whole(args.first())));
    m.method("void WriteObject(System.Object sendToPipeline, bool enumerateCollection)", |_, _, args| {
        let enumerates = args.get(1).is_some_and(convert::to_bool);
        Ok(if enumerates { args.first().cloned().unwrap_or_default() } else { whole(args.first()) })
    });
    m.method("void WriteError(System.Management.Automation.ErrorRecord errorRecord)", |rs, this, args| {
        if let Some(record) = own_record(this, args) {
            with_common(rs, this, |rs| rs.write_error(record))?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void ThrowTerminatingError(System.Management.Automation.ErrorRecord errorRecord)", |_, this, args| {
        match own_record(this, args) {
            Some(record) => Err(Flow::error(record).marked(|raised| raised.ends_command = true)),
            None => Err(error::null_argument("errorRecord")),
        }
    });
    m.method("void WriteWarning(string text)", |rs, this, args| message(rs, this, Stream::Warning, args));
    m.method("void WriteVerbose(string text)", |rs, this, args| message(rs, this, Stream::Verbose, args));
    m.method("void WriteDebug(string text)", |rs, this, args| message(rs, this, Stream::Debug, args));
    m.method("void WriteCommandDetail(string text)", |_, _, _| Ok(Value::AutomationNull));
    m.method("void WriteProgress(System.Management.Automation.ProgressRecord progressRecord)", |rs, this, args| {
        let Some(progress) = args.first().and_then(|record| record.downcast::<ProgressObject>()) else {
            return Err(error::null_argument("progressRecord"));
        };
        let progress = progress.0.lock().clone();
        with_common(rs, this, |rs| rs.write_progress(1, &progress))?;
        Ok(Value::AutomationNull)
    });
    m.method("void WriteInformation(System.Object messageData, string[] tags)", |rs, this, args| {
        let data = args.first().cloned().unwrap_or_default();
        let tags = args.get(1).and_then(enumerate).unwrap_or_default().iter().map(text).collect::<Vec<_>>();
        let source = cmdlet(this).map(|c| c.name.clone()).unwrap_or_default();
        with_common(rs, this, |rs| rs.write_information(data, &tags, &source))?;
        Ok(Value::AutomationNull)
    });
    m.method(
        "void WriteInformation(System.Management.Automation.InformationRecord informationRecord)",
        |rs, this, args| {
            let record = args.first().cloned().unwrap_or_default();
            with_common(rs, this, |rs| rs.write_information_record(record))?;
            Ok(Value::AutomationNull)
        },
    );
}

/// The methods that ask.
fn questions(m: &mut Members) {
    m.method("bool ShouldProcess(string target)", |rs, this, args| {
        let name = cmdlet(this).map(|c| c.name.clone()).unwrap_or_default();
        should_process(rs, this, &Deed::of(&name, &string(args, 0))).map(|(yes, _)| yes.into())
    });
    m.method("bool ShouldProcess(string target, string action)", |rs, this, args| {
        should_process(rs, this, &Deed::of(&string(args, 1), &string(args, 0))).map(|(yes, _)| yes.into())
    });
    m.method(
        "bool ShouldProcess(string verboseDescription, string verboseWarning, string caption)",
        |rs, this, args| should_process(rs, this, &deed(args)).map(|(yes, _)| yes.into()),
    );
    m.method(
        "bool ShouldProcess(string verboseDescription, string verboseWarning, string caption, [ref] System.Management.Automation.ShouldProcessReason shouldProcessReason)",
        |rs, this, args| {
            let (yes, reason) = should_process(rs, this, &deed(args))?;
            let label = if reason == Reason::WhatIf { "WhatIf" } else { "None" };
            set_reference(args.get(3), enum_value("System.Management.Automation.ShouldProcessReason", label));
            Ok(yes.into())
        },
    );
    m.method("bool ShouldContinue(string query, string caption)", |rs, _, args| {
        rs.ask_yes_no(&string(args, 1), &string(args, 0), false, false).map(|(yes, _)| yes.into())
    });
    m.method(
        "bool ShouldContinue(string query, string caption, [ref] bool yesToAll, [ref] bool noToAll)",
        |rs, _, args| should_continue(rs, args, false, args.get(2), args.get(3)),
    );
    m.method(
        "bool ShouldContinue(string query, string caption, bool hasSecurityImpact, [ref] bool yesToAll, [ref] bool noToAll)",
        |rs, _, args| {
            let is_dangerous = args.get(2).is_some_and(convert::to_bool);
            should_continue(rs, args, is_dangerous, args.get(3), args.get(4))
        },
    );
}

/// What `WriteObject` sends on in one piece.
fn whole(value: Option<&Value>) -> Value {
    let value = value.cloned().unwrap_or_default();
    if crate::value::enumerates(&value) { Value::array(vec![value]) } else { value }
}

/// A record as an error of the function.
fn own_record(this: &Value, args: &[Value]) -> Option<ErrorRecord> {
    let record = args.first()?.downcast::<ErrorRecord>()?.copy();
    let name = cmdlet(this).map(|c| c.name.clone()).unwrap_or_default();
    if !name.is_empty() {
        let id = format!("{},{name}", record.id.lock());
        *record.id.lock() = id.into();
        *record.activity.lock() = name;
    }
    Some(record)
}

/// Does something with the common parameters of the function in force.
fn with_common<T>(rs: &mut Runspace, this: &Value, run: impl FnOnce(&mut Runspace) -> R<T>) -> R<T> {
    let Some(cmdlet) = cmdlet(this) else { return run(rs) };
    let saved = std::mem::replace(&mut rs.common, cmdlet.common.clone());
    let result = run(rs);
    rs.common = saved;
    result
}

fn message(rs: &mut Runspace, this: &Value, stream: Stream, args: &[Value]) -> R<Value> {
    let message = string(args, 0).into();
    with_common(rs, this, |rs| rs.write_message(stream, message))?;
    Ok(Value::AutomationNull)
}

fn deed(args: &[Value]) -> Deed {
    Deed { description: string(args, 0), warning: string(args, 1), caption: string(args, 2) }
}

fn should_process(rs: &mut Runspace, this: &Value, deed: &Deed) -> R<(bool, Reason)> {
    let Some(cmdlet) = cmdlet(this) else { return Ok((true, Reason::None)) };
    let (common, impact) = (cmdlet.common.clone(), cmdlet.impact);
    with_common(rs, this, |rs| rs.should_process(&common, impact, deed))
}

fn should_continue(
    rs: &mut Runspace,
    args: &[Value],
    default_no: bool,
    yes_to_all: Option<&Value>,
    no_to_all: Option<&Value>,
) -> R<Value> {
    let is_set = |flag: Option<&Value>| {
        flag.and_then(|flag| flag.downcast::<Reference>()).is_some_and(|flag| convert::to_bool(&flag.get()))
    };
    if is_set(yes_to_all) {
        return Ok(true.into());
    }
    if is_set(no_to_all) {
        return Ok(false.into());
    }
    let (yes, all) = rs.ask_yes_no(&string(args, 1), &string(args, 0), true, default_no)?;
    if all {
        set_reference(if yes { yes_to_all } else { no_to_all }, true.into());
    }
    Ok(yes.into())
}

fn set_reference(reference: Option<&Value>, value: Value) {
    if let Some(reference) = reference.and_then(|reference| reference.downcast::<Reference>()) {
        reference.set(value);
    }
}
