//! `Get-Job`, `Receive-Job`, `Remove-Job`, `Wait-Job`, `Stop-Job`: there are no jobs, and this is what is said of them

use psrpd_dotnet::wildcard;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Value},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Job",
    "GetJobCommand",
    "Id int[] notempty @SessionIdParameterSet(0 ~)
     Name string[] notempty @NameParameterSet(! ~)",
    || Box::new(Jobs),
)
.examples(
    r#"@(Get-Job).Count # what runs in the background
> 0"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet");
pub(super) static RECEIVE: Cmdlet = Cmdlet::new(
    "Receive-Job",
    "ReceiveJobCommand",
    "Id int[] notempty @SessionIdParameterSet(0 ! ~)
     Name string[] notempty @NameParameterSet(! ~)",
    || Box::new(Jobs),
)
.examples(
    r#"Get-Command Receive-Job | ForEach-Object Name # what something in the background put out
> Receive-Job"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet");
pub(super) static REMOVE: Cmdlet = Cmdlet::new("Remove-Job", "RemoveJobCommand", CHANGE, || Box::new(Jobs))
    .examples(
        r#"Get-Command Remove-Job | ForEach-Object Name # something in the background is forgotten
> Remove-Job"#,
    )
    .in_module(CORE)
    .default_set("SessionIdParameterSet")
    .should_process();
pub(super) static WAIT: Cmdlet = Cmdlet::new("Wait-Job", "WaitJobCommand", CHANGE, || Box::new(Jobs))
    .examples(
        r#"Get-Command Wait-Job | ForEach-Object Name # until something in the background ends
> Wait-Job"#,
    )
    .in_module(CORE)
    .default_set("SessionIdParameterSet");
pub(super) static STOP: Cmdlet = Cmdlet::new("Stop-Job", "StopJobCommand", CHANGE, || Box::new(Jobs))
    .examples(
        r#"Get-Command Stop-Job | ForEach-Object Name # something in the background shall end
> Stop-Job"#,
    )
    .in_module(CORE)
    .default_set("SessionIdParameterSet")
    .should_process();

const CHANGE: &str = "Id int[] notempty @SessionIdParameterSet(0 ! ~)
     Name string[] notempty @NameParameterSet(! ~)";

struct Jobs;

impl Run for Jobs {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let exception = "System.Management.Automation.PSArgumentException";
        for id in cx.list("Id") {
            let shown = crate::value::text(&id);
            let message = format!(
                "The command cannot find a job with the job ID {shown}. Verify the value of the Id parameter and then try the command again."
            );
            cx.error(exception, "JobWithSpecifiedSessionNotFound", Category::ObjectNotFound, message, id)?;
        }
        for name in cx.strings("Name").into_iter().filter(|name| !wildcard::has_wildcards(name)) {
            let message = format!(
                "The command cannot find the job because the job name {name} was not found. Verify the value of the Name parameter, and then try the command again."
            );
            let id = "JobWithSpecifiedNameNotFound";
            cx.error(exception, id, Category::ObjectNotFound, message, Value::Str(name))?;
        }
        Ok(())
    }
}
