//! `Write-Progress`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Flow, R},
    host::Progress,
    value::{Category, ErrorRecord, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Progress",
    "WriteProgressCommand",
    "Activity string 0
     Status string 1 notempty
     Id int 2 range(0,2147483647)
     PercentComplete int range(-1,100)
     SecondsRemaining int
     CurrentOperation string
     ParentId int range(-1,2147483647)
     Completed
     SourceId int",
    || Box::new(WriteProgress),
)
.examples(
    r#"Write-Progress Working -PercentComplete 50; 'done' # how far a script is
> done"#,
);

struct WriteProgress;

impl Run for WriteProgress {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let activity = cx.string("Activity").unwrap_or_default();
        let is_completed = cx.flag("Completed");
        if activity.is_empty() && !is_completed {
            let exception = Exception::new(
                "System.ArgumentException",
                "Missing value for mandatory parameter. (Parameter 'Activity')",
            )
            .with("ParamName", "Activity");
            let id = cx.id("MissingActivity");
            let record =
                ErrorRecord::new(Value::object(exception), id, Category::InvalidArgument, cx.value("Activity"));
            return Err(Flow::error(record));
        }
        let number = |name: &str, other: i32| cx.int(name).and_then(|n| i32::try_from(n).ok()).unwrap_or(other);
        let (id, parent_id) = (number("Id", 0), number("ParentId", -1));
        if id == parent_id {
            return Err(cx.fail(
                "System.Management.Automation.PSArgumentException",
                "Argument",
                Category::InvalidArgument,
                "ParentActivityId cannot be the same as the ActivityId.",
                Value::Null,
            ));
        }
        let progress = Progress {
            // A client shows no progress without a name.
            activity: if activity.is_empty() { " ".into() } else { activity.to_string() },
            id,
            status: cx.string("Status").map_or_else(|| "Processing".into(), |status| status.to_string()),
            operation: cx.string("CurrentOperation").map(|text| text.to_string()),
            parent_id,
            percent: number("PercentComplete", -1),
            is_completed,
            seconds_remaining: number("SecondsRemaining", -1),
        };
        let source = cx.int("SourceId").unwrap_or(0);
        cx.rs.write_progress(source, &progress)
    }
}
