//! `Start-Sleep`

use std::time::Duration;

use psrpd_dotnet::{TimeSpan, cast};

use super::{Cmdlet, Cx, Run};
use crate::{
    convert,
    eval::R,
    value::{Category, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Start-Sleep",
    "StartSleepCommand",
    "Seconds double range(0,2147483) @Seconds(0 ! ^ ~)
     Milliseconds|ms int range(0,2147483647) @Milliseconds(! ~)
     Duration|ts timespan nonnegative @FromTimeSpan(0 ! ^ ~)",
    || Box::new(StartSleep),
)
.examples(
    r#"Start-Sleep -Milliseconds 1; 'awake' # a pause
> awake"#,
)
.default_set("Seconds");

/// The seconds of `-Duration`.
///
/// # Errors
/// Where it is negative, or longer than a wait can be.
fn duration(cx: &Cx<'_>, span: TimeSpan) -> R<f64> {
    const TICKS_PER_MILLISECOND: i64 = 10_000;
    let milliseconds = span.0.checked_div(TICKS_PER_MILLISECOND).unwrap_or(0);
    if span.0 < 0 {
        let message = format!(
            "Cannot validate argument on parameter 'Duration'. The argument \"{}\" cannot be validated because its value is not greater than or equal to zero.",
            text(&span.into())
        );
        let exception = "System.Management.Automation.ParameterBindingValidationException";
        let id = "ParameterArgumentValidationError";
        return Err(cx.fail(exception, id, Category::InvalidData, message, Value::Null));
    }
    if milliseconds > i64::from(i32::MAX) {
        let message = format!(
            "The '-Duration' parameter value must not exceed '24.20:31:23.6470000', provided value was '{}'.",
            text(&span.into())
        );
        let id = "MaximumDurationExceeded";
        return Err(cx.fail("System.ArgumentException", id, Category::InvalidArgument, message, Value::Null));
    }
    Ok(cast::double(span.0) / 10_000_000.0)
}

struct StartSleep;

impl Run for StartSleep {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let seconds = match (cx.get("Milliseconds"), cx.get("Seconds"), cx.get("Duration")) {
            (Some(ms), ..) => convert::to_f64(cx.rs, &ms)? / 1000.0,
            (_, Some(seconds), _) => convert::to_f64(cx.rs, &seconds)?,
            (_, _, Some(Value::TimeSpan(span))) => duration(cx, span)?,
            _ => 0.0,
        };
        cx.rs.stop.sleep(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX));
        cx.rs.check_stop()
    }
}
