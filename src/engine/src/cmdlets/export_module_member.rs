//! `Export-ModuleMember`

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Export-ModuleMember",
    "ExportModuleMemberCommand",
    "Function string[] 0 ^ ~ emptycol
     Cmdlet string[] ~ emptycol
     Variable string[] notnull ~
     Alias string[] notnull ~",
    || Box::new(ExportModuleMember),
)
.examples(r#"$m = New-Module { function Get-One { 1 }; function Get-Two { 2 }; Export-ModuleMember Get-One }; $m.ExportedFunctions.Keys # what others may call
> Get-One"#)
.in_module(CORE);

struct ExportModuleMember;

impl Run for ExportModuleMember {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(module) = cx.rs.current_module() else {
            return Err(cx.fail(
                "System.InvalidOperationException",
                "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
                Category::PermissionDenied,
                "The Export-ModuleMember cmdlet can only be called from inside a module.",
                Value::Null,
            ));
        };
        module.exports.lock().chosen = true;
        cx.rs.export(&module, &cx.strings("Function"), &cx.strings("Variable"), &cx.strings("Alias"));
        Ok(())
    }
}
