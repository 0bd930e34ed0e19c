//! `Remove-Job`

use std::sync::Arc;

use super::{Cx, chosen};
use crate::{
    beside::Job,
    cmdlets::{CORE, Cmdlet, Run},
    eval::R,
    value::{Category, Value},
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Remove-Job",
    "RemoveJobCommand",
    "Job System.Management.Automation.Job[] notempty @JobParameterSet(0 ! ^ ~)
     Force|F @SessionIdParameterSet @JobParameterSet @InstanceIdParameterSet @NameParameterSet @FilterParameterSet
     Name string[] notempty @NameParameterSet(0 ! ~)
     InstanceId guid[] notempty @InstanceIdParameterSet(0 ! ~)
     Id int[] notempty @SessionIdParameterSet(0 ! ~)
     State System.Management.Automation.JobState @StateParameterSet(0 ! ~)
     Command string[] notempty @CommandParameterSet(~)
     Filter hashtable notempty @FilterParameterSet(0 ! ~)",
    || Box::new(RemoveJob),
)
.examples(
    r#"Start-ThreadJob { 1 } | Wait-Job | Remove-Job; @(Get-Job).Count # something in the background is forgotten
> 0"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet")
.should_process();

struct RemoveJob;

impl Run for RemoveJob {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for job in chosen(cx)? {
            if !cx.should_process(&format!("Command {} (Job {})", job.command, job.number), "Remove-Job")? {
                continue;
            }
            if !job.phase().is_over() {
                if !cx.flag("Force") {
                    let message = format!(
                        "The command cannot remove the job with the job ID {} because the job is not finished. To remove the job, first stop the job, or use the Force parameter. (Parameter 'Job')",
                        job.number
                    );
                    let id = "JobObjectNotFinishedCannotBeRemoved";
                    let target = Value::Object(job);
                    cx.error("System.ArgumentException", id, Category::InvalidOperation, message, target)?;
                    continue;
                }
                cx.rs.stop_job(&job)?;
            }
            forget(cx, &job);
        }
        Ok(())
    }
}

/// Takes a job out of the list.
pub(super) fn forget(cx: &mut Cx<'_>, job: &Arc<Job>) {
    cx.rs.beside.jobs.retain(|have| !Arc::ptr_eq(have, job));
}
