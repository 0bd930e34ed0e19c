//! `Set-`, `Get-`, `Remove-`, `Enable-` and `Disable-PSBreakpoint`: as in every session whose client has no debugger, none can
//! be set.

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    types::TypeDef,
    value::{Category, Value},
};

pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-PSBreakpoint",
    "SetPSBreakpointCommand",
    "Action scriptblock @Command @Line @Variable
     Column int range(1,2147483647) @Line(2)
     Command|C string[] @Command(!)
     Line int[] @Line(1 !)
     Script string[] notnull @Command(0) @Line(0 !) @Variable(0)
     Variable|V string[] @Variable(!)
     Mode System.Management.Automation.VariableAccessMode @Variable
     Runspace runspace notnull",
    || Box::new(Set),
)
.examples(
    r#"try { Set-PSBreakpoint -Variable a } catch { $_.FullyQualifiedErrorId.Split(',')[0] } # breakpoints need a debugger
> SetPSBreakpoint:RemoteDebuggerNotSupported"#,
)
.default_set("Line");

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-PSBreakpoint",
    "GetPSBreakpointCommand",
    "Script string[] notempty @Line(0 ^) @Command @Variable @Type
     Id int[] notnull @Id(0 ! ^)
     Variable string[] notnull @Variable(!)
     Command string[] notnull @Command(!)
     Type Microsoft.PowerShell.Commands.BreakpointType[] notnull @Type(0 ! ^)
     Runspace runspace notnull",
    || Box::new(Get),
)
.examples(
    r#"@(Get-PSBreakpoint).Count # the breakpoints of the session
> 0"#,
)
.default_set("Line");

const OF_ONE: &str = "Breakpoint System.Management.Automation.Breakpoint[] notnull @Breakpoint(0 ! ^)
     Id int[] notnull @Id(0 ! ~)
     Runspace|RunspaceId runspace @Id(~)";

const OF_ONE_PASSED_THROUGH: &str = "PassThru
     Breakpoint System.Management.Automation.Breakpoint[] notnull @Breakpoint(0 ! ^)
     Id int[] notnull @Id(0 ! ~)
     Runspace|RunspaceId runspace @Id(~)";

pub(super) static REMOVE: Cmdlet =
    Cmdlet::new("Remove-PSBreakpoint", "RemovePSBreakpointCommand", OF_ONE, || Box::new(Change))
        .examples(
            r#"Get-PSBreakpoint | Remove-PSBreakpoint; @(Get-PSBreakpoint).Count # all breakpoints are gone
> 0"#,
        )
        .default_set("Breakpoint")
        .should_process();

pub(super) static ENABLE: Cmdlet =
    Cmdlet::new("Enable-PSBreakpoint", "EnablePSBreakpointCommand", OF_ONE_PASSED_THROUGH, || Box::new(Change))
        .examples(
            r#"@(Get-PSBreakpoint | Enable-PSBreakpoint -PassThru).Count # all breakpoints are in force
> 0"#,
        )
        .default_set("Breakpoint")
        .should_process();

pub(super) static DISABLE: Cmdlet =
    Cmdlet::new("Disable-PSBreakpoint", "DisablePSBreakpointCommand", OF_ONE_PASSED_THROUGH, || Box::new(Change))
        .examples(
            r#"@(Get-PSBreakpoint | Disable-PSBreakpoint -PassThru).Count # no breakpoint is in force
> 0"#,
        )
        .default_set("Breakpoint")
        .should_process();

struct Set;

impl Run for Set {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let message = "Breakpoints cannot be set in the remote session because remote debugging is not supported by the current host.";
        let exception = "System.Management.Automation.PSNotSupportedException";
        let id = "SetPSBreakpoint:RemoteDebuggerNotSupported";
        Err(cx.fail(exception, id, Category::NotImplemented, message, Value::Null))
    }
}

struct Get;

impl Run for Get {}

/// What is done with breakpoints, of which there are none.
struct Change;

impl Run for Change {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for id in cx.list("Id") {
            let message = format!("There is no breakpoint with ID '{}'.", crate::value::text(&id));
            let exception = "System.ArgumentException";
            let name = "PSBreakpoint:BreakpointIdNotFound";
            cx.error(exception, name, Category::InvalidArgument, message, Value::Null)?;
        }
        Ok(())
    }
}

pub(crate) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Breakpoint"),
    TypeDef::labels("System.Management.Automation.VariableAccessMode", &[("Read", 0), ("Write", 1), ("ReadWrite", 2)]),
    TypeDef::labels("Microsoft.PowerShell.Commands.BreakpointType", &[("Line", 0), ("Variable", 1), ("Command", 2)]),
];
