//! `Write-Error`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, ErrorRecord, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Error",
    "WriteErrorCommand",
    "Exception System.Exception @WithException(0 !)
     Message|Msg string null empty @NoException(0 ! ^) @WithException
     ErrorRecord System.Management.Automation.ErrorRecord @ErrorRecord(0 !)
     Category System.Management.Automation.ErrorCategory @NoException @WithException
     ErrorId string @NoException @WithException
     TargetObject object @NoException @WithException
     RecommendedAction string
     CategoryActivity|Activity string
     CategoryReason|Reason string
     CategoryTargetName|TargetName string
     CategoryTargetType|TargetType string",
    || Box::new(WriteError),
)
.examples(
    r#"Write-Error bad 2>&1 | ForEach-Object { "$_" } # an error that does not end the script
> bad"#,
)
.default_set("NoException");

struct WriteError;

impl Run for WriteError {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let message = cx.string("Message");
        let function = cx.rs.frame.invocation.as_ref().map(|caller| caller.command_name.clone()).unwrap_or_default();
        let suffix = |id: &str| if function.is_empty() { id.to_owned() } else { format!("{id},{function}") };
        let record = match (cx.get("ErrorRecord"), cx.get("Exception")) {
            (Some(given), _) => match given.downcast::<ErrorRecord>() {
                Some(given) => {
                    let copy = given.copy();
                    *copy.id.lock() = suffix(&given.own_id()).into();
                    copy
                }
                None => return Ok(()),
            },
            (None, exception) => {
                let category = match cx.get("Category") {
                    Some(Value::Enum(_, n)) => Category::from_number(n),
                    _ => Category::NotSpecified,
                };
                let (exception, default_id) = match exception {
                    Some(exception) => {
                        let id = exception.type_name();
                        (exception, id)
                    }
                    None => {
                        let name = "Microsoft.PowerShell.Commands.WriteErrorException";
                        (Value::object(Exception::new(name, message.clone().unwrap_or_default())), name.to_owned())
                    }
                };
                let id = cx.string("ErrorId").map_or(default_id, |id| id.to_string());
                let record = ErrorRecord::new(exception, suffix(&id), category, cx.value("TargetObject"));
                if cx.bound.get("Exception").is_some()
                    && let Some(message) = message
                {
                    *record.details.lock() = Some(message);
                }
                record
            }
        };
        *record.activity.lock() = "Write-Error".into();
        if let Some(activity) = cx.string("CategoryActivity") {
            *record.activity.lock() = activity;
        }
        if let Some(reason) = cx.string("CategoryReason") {
            *record.reason.lock() = reason;
        }
        if let Some(name) = cx.string("CategoryTargetName") {
            *record.target_name.lock() = Some(name);
        }
        if let Some(name) = cx.string("CategoryTargetType") {
            *record.target_type.lock() = Some(name);
        }
        if let Some(action) = cx.string("RecommendedAction") {
            let message = record.message();
            *record.recommended.lock() = action;
            *record.details.lock() = Some(message);
        }
        // It is the error of whoever writes it.
        if let Some(caller) = &cx.rs.frame.invocation {
            *record.invocation.lock() = Some(std::sync::Arc::new(caller.for_record()));
            *record.stack_trace.lock() = cx.rs.stack_trace().into();
        }
        cx.rs.write_error(record)
    }
}
