//! `Invoke-Expression`

use std::sync::Arc;

use super::{Cmdlet, Cx, Run};
use crate::eval::{Common, Inline, R, ScriptBlock};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Invoke-Expression", "InvokeExpressionCommand", "Command string 0 ! ^", || Box::new(InvokeExpression))
        .examples(
            r#"Invoke-Expression '1 + 1' # a text as a script
> 2"#,
        );

struct InvokeExpression;

impl Run for InvokeExpression {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let text = cx.string("Command").unwrap_or_default();
        let unit = cx.rs.parse(&text, None).inspect_err(|flow| {
            if let Some(record) = flow.record() {
                let id = record.id.lock().clone();
                *record.id.lock() = format!("{id},Microsoft.PowerShell.Commands.InvokeExpressionCommand").into();
                *record.activity.lock() = "Invoke-Expression".into();
            }
        })?;
        let session = cx.rs.scopes.get(cx.rs.frame.scope).session;
        let common = std::mem::replace(&mut cx.rs.common, Common::none());
        let result =
            cx.rs.run_for_cmdlet(&Arc::new(ScriptBlock::new(unit, session)), &mut Inline::default(), None, cx.out);
        cx.rs.common = common;
        result
    }
}
