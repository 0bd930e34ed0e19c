//! `Wait-Job`

use std::{sync::Arc, time::Duration};

use super::{Cx, chosen};
use crate::{
    beside::Job,
    cmdlets::{CORE, Cmdlet, Run},
    eval::R,
    value::Value,
};

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Wait-Job",
    "WaitJobCommand",
    "Job System.Management.Automation.Job[] notempty @JobParameterSet(0 ! ^ ~)
     Any
     Timeout|TimeoutSec int range(-1,2147483647)
     Force
     Name string[] notempty @NameParameterSet(0 ! ~)
     InstanceId guid[] notempty @InstanceIdParameterSet(0 ! ~)
     Id int[] notempty @SessionIdParameterSet(0 ! ~)
     State System.Management.Automation.JobState @StateParameterSet(0 ! ~)
     Filter hashtable notempty @FilterParameterSet(0 ! ~)",
    || Box::new(WaitJob::default()),
)
.examples(
    r#"Start-ThreadJob { 1 } | Wait-Job | ForEach-Object State; Get-Job | Remove-Job # until something in the background ends
> Completed"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet");

#[derive(Default)]
struct WaitJob {
    jobs: Vec<Arc<Job>>,
}

impl Run for WaitJob {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for job in chosen(cx)? {
            if !self.jobs.iter().any(|have| Arc::ptr_eq(have, &job)) {
                self.jobs.push(job);
            }
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let seconds = cx.int("Timeout").and_then(|seconds| u64::try_from(seconds).ok());
        let any = cx.flag("Any");
        let over = |job: &Arc<Job>| job.phase().is_over();
        if self.jobs.is_empty() {
            return Ok(());
        }
        cx.rs.wait_until(seconds.map(Duration::from_secs), |_| match any {
            true => self.jobs.iter().any(over),
            false => self.jobs.iter().all(over),
        })?;
        let mut ended: Vec<&Arc<Job>> = self.jobs.iter().filter(|job| over(job)).collect();
        if any {
            ended.truncate(1);
        } else if ended.len() < self.jobs.len() {
            return Ok(());
        }
        ended.into_iter().try_for_each(|job| cx.write(Value::Object(job.clone())))
    }
}
