//! `Stop-Job`

use super::{Cx, chosen};
use crate::{
    cmdlets::{CORE, Cmdlet, Run},
    eval::R,
    value::Value,
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Stop-Job",
    "StopJobCommand",
    "Job System.Management.Automation.Job[] notempty @JobParameterSet(0 ! ^ ~)
     PassThru
     Name string[] notempty @NameParameterSet(0 ! ~)
     InstanceId guid[] notempty @InstanceIdParameterSet(0 ! ~)
     Id int[] notempty @SessionIdParameterSet(0 ! ~)
     State System.Management.Automation.JobState @StateParameterSet(0 ! ~)
     Filter hashtable notempty @FilterParameterSet(0 ! ~)",
    || Box::new(StopJob),
)
.examples(
    r#"$job = Start-ThreadJob { Start-Sleep 60 }; Stop-Job $job; $job.State; Remove-Job $job # something in the background shall end
> Stopped"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet")
.should_process();

struct StopJob;

impl Run for StopJob {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for job in chosen(cx)? {
            if !cx.should_process(&format!("Command {} (Job {})", job.command, job.number), "Stop-Job")? {
                continue;
            }
            cx.rs.stop_job(&job)?;
            if cx.flag("PassThru") {
                cx.write(Value::Object(job))?;
            }
        }
        Ok(())
    }
}
