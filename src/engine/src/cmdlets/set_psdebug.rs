//! `Set-PSDebug`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::{R, ScopeId, error},
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-PSDebug",
    "SetPSDebugCommand",
    "Trace int range(0,2) @on
     Step @on
     Strict @on
     Off @off",
    || Box::new(SetPsDebug),
)
.examples(
    r#"Set-PSDebug -Strict; try { $missing } catch { $_.FullyQualifiedErrorId }; Set-PSDebug -Off # variables without a value are errors
> VariableIsUndefined"#,
)
.in_module(CORE);

struct SetPsDebug;

impl Run for SetPsDebug {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if ["Off", "Step", "Strict", "Trace"].iter().all(|name| cx.get(name).is_none()) {
            let message = "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided.";
            let exception = "System.Management.Automation.ParameterBindingException";
            let category = Category::InvalidArgument;
            return Err(cx.fail(exception, "AmbiguousParameterSet", category, message, Value::Null));
        }
        if cx.flag("Off") {
            cx.rs.trace = 0;
            cx.rs.scopes.get_mut(ScopeId::GLOBAL).strict = 0;
            let here = cx.rs.frame.scope;
            cx.rs.scopes.get_mut(here).strict = 0;
            return Ok(());
        }
        if cx.flag("Step") {
            return Err(error::feature("Stepping through a script"));
        }
        if cx.get("Strict").is_some() {
            let strict = u8::from(cx.flag("Strict"));
            cx.rs.scopes.get_mut(ScopeId::GLOBAL).strict = strict;
            let here = cx.rs.frame.scope;
            cx.rs.scopes.get_mut(here).strict = strict;
        }
        if let Some(level) = cx.int("Trace") {
            if level > 1 {
                return Err(error::feature("Tracing of variables and calls"));
            }
            cx.rs.trace = u8::try_from(level).unwrap_or(0);
        }
        Ok(())
    }
}
