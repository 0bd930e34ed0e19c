//! `Get-Job`

use super::{Cx, chosen, with_children};
use crate::{
    beside::Job,
    cmdlets::{CORE, Cmdlet, Run},
    convert,
    eval::R,
    value::Value,
};
use std::sync::Arc;

pub(in crate::cmdlets) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Job",
    "GetJobCommand",
    "IncludeChildJob @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     ChildJobState System.Management.Automation.JobState @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     HasMoreData bool @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     Before datetime @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     After datetime @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     Newest int @SessionIdParameterSet @InstanceIdParameterSet @NameParameterSet @StateParameterSet @CommandParameterSet
     Id int[] notempty @SessionIdParameterSet(0 ~)
     Name string[] notempty @NameParameterSet(0 ! ~)
     InstanceId guid[] notempty @InstanceIdParameterSet(0 ! ~)
     State System.Management.Automation.JobState @StateParameterSet(0 ! ~)
     Command string[] notempty @CommandParameterSet(~)
     Filter hashtable notempty @FilterParameterSet(0 ! ~)",
    || Box::new(GetJob),
)
.examples(
    r#"@(Get-Job).Count # what runs in the background
> 0"#,
)
.in_module(CORE)
.default_set("SessionIdParameterSet");

struct GetJob;

impl Run for GetJob {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let selects = ["Id", "Name", "InstanceId", "State", "Command", "Filter"];
        let mut jobs = match selects.iter().any(|name| cx.get(name).is_some()) {
            true => chosen(cx)?,
            false => cx.rs.beside.jobs.clone(),
        };
        if let Some(state) = cx.string("ChildJobState") {
            let children = with_children(&jobs).into_iter();
            let own = |job: &Arc<Job>| jobs.iter().any(|have| Arc::ptr_eq(have, job));
            jobs = children.filter(|job| !own(job) && psrpd_dotnet::casing::eq(job.phase().name(), &state)).collect();
        } else if cx.flag("IncludeChildJob") {
            jobs = with_children(&jobs);
        }
        if let Some(wanted) = cx.get("HasMoreData") {
            let wanted = convert::to_bool(&wanted);
            jobs.retain(|job| job.has_more() == wanted);
        }
        for (name, is_before) in [("Before", true), ("After", false)] {
            let Some(Value::DateTime(limit)) = cx.get(name).map(Value::into_base) else { continue };
            jobs.retain(|job| job.ended().is_some_and(|ended| if is_before { ended < limit } else { ended > limit }));
        }
        jobs.sort_by_key(|job| job.number);
        jobs.dedup_by_key(|job| job.number);
        if let Some(newest) = cx.int("Newest") {
            let newest = usize::try_from(newest).unwrap_or(0);
            jobs.drain(..jobs.len().saturating_sub(newest));
            jobs.reverse();
        }
        jobs.into_iter().try_for_each(|job| cx.write(Value::Object(job)))
    }
}
