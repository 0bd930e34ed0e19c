//! `Start-Sleep`

use std::time::Duration;

use psrpd_dotnet::cast;

use super::{Cmdlet, Cx, Run};
use crate::{convert, eval::R};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Start-Sleep",
    "StartSleepCommand",
    "Seconds double range(0,2147483) @Seconds(0 ! ^ ~)
     Milliseconds|ms int range(0,2147483647) @Milliseconds(! ~)
     Duration|ts timespan @FromTimeSpan(0 ! ^ ~)",
    || Box::new(StartSleep),
)
.examples(
    r#"Start-Sleep -Milliseconds 1; 'awake' # a pause
> awake"#,
)
.default_set("Seconds");

struct StartSleep;

impl Run for StartSleep {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let seconds = match (cx.get("Milliseconds"), cx.get("Seconds"), cx.get("Duration")) {
            (Some(ms), ..) => convert::to_f64(cx.rs, &ms)? / 1000.0,
            (_, Some(seconds), _) => convert::to_f64(cx.rs, &seconds)?,
            (_, _, Some(crate::value::Value::TimeSpan(span))) => cast::double(span.0) / 10_000_000.0,
            _ => 0.0,
        };
        cx.rs.stop.sleep(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX));
        cx.rs.check_stop()
    }
}
