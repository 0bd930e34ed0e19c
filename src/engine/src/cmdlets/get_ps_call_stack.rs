//! `Get-PSCallStack`

use std::sync::Arc;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Dictionary, Invocation, Opaque, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Get-PSCallStack", "GetPSCallStackCommand", "", || Box::new(GetPsCallStack)).examples(
        r#"(Get-PSCallStack)[0].GetType().Name # who called whom
> CallStackFrame"#,
    );

struct GetPsCallStack;

impl Run for GetPsCallStack {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let rs = &*cx.rs;
        let here = std::iter::once((&rs.frame, rs.position));
        let mut found = Vec::new();
        for (frame, at) in here.chain(rs.calls.iter().rev().map(|frame| (frame, frame.at))) {
            let Some(source) = &frame.source else { continue };
            let name = if frame.name.is_empty() { "<ScriptBlock>".to_owned() } else { frame.name.to_string() };
            let place = Invocation::at(source, at);
            let file = place.script_name();
            let bound = rs.scopes.get(frame.scope).get(crate::eval::Automatic::PsBoundParameters.name());
            let arguments = bound.and_then(crate::eval::Slot::get).unwrap_or_default();
            let rest = rs.scopes.get(frame.scope).get(crate::eval::Automatic::Args.name());
            let rest = rest.and_then(crate::eval::Slot::get).unwrap_or_default();
            found.push((name, frame.part, place, file, frame.invocation.clone(), (arguments, rest)));
        }
        for (name, part, place, file, invocation, (arguments, rest)) in found {
            let function = format!("{name}{part}");
            let mut arguments: Vec<String> = arguments
                .downcast::<Dictionary>()
                .map(|table| {
                    table.entries().iter().map(|(key, value)| format!("{}={}", text(key), text(value))).collect()
                })
                .unwrap_or_default();
            // What no parameter took comes last, without names.
            arguments.extend(enumerate(&rest).unwrap_or_default().iter().map(|value| text(value).to_string()));
            let shown = if file.is_empty() { "<No file>".to_owned() } else { file.to_string() };
            let line = place.line_number();
            let short = shown.rsplit('/').next().unwrap_or(&shown).to_owned();
            let location = if file.is_empty() { shown.clone() } else { format!("{short}: line {line}") };
            let frame = Opaque::new(
                "System.Management.Automation.CallStackFrame",
                [
                    ("ScriptName", if file.is_empty() { Value::Null } else { Value::Str(file) }),
                    ("ScriptLineNumber", Value::I32(line)),
                    ("InvocationInfo", Value::Object(invocation.unwrap_or_else(|| Arc::new(place.clone())))),
                    ("Position", Value::Str(place.statement())),
                    ("FunctionName", function.as_str().into()),
                ],
            )
            .displayed(format!("at {function}, {shown}: line {line}"))
            .into_value();
            cx.write(frame.with_notes([
                ("Command", Value::from(name)),
                ("Location", location.into()),
                ("Arguments", format!("{{{}}}", arguments.join(", ")).into()),
            ]))?;
        }
        Ok(())
    }
}
