//! `Get-Uptime`

use psrpd_dotnet::{TimeSpan, cast, date};

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, providers, value::Value};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Get-Uptime", "GetUptimeCommand", "Since @Since", || Box::new(GetUptime))
        .examples(
            r#"(Get-Uptime).GetType().Name # how long the machine runs
> TimeSpan"#,
        )
        .default_set("Timespan");

struct GetUptime;

impl Run for GetUptime {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let text = providers::read_text(cx.rs, "/proc/uptime")?;
        let seconds: f64 = text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
        let ticks = cast::truncate(seconds).saturating_mul(date::TICKS_PER_SECOND);
        if cx.flag("Since") {
            let since = cx.rs.now().add_ticks(ticks.saturating_neg());
            return cx.write(since.map_or(Value::Null, Value::DateTime));
        }
        cx.write(TimeSpan(ticks).into())
    }
}
