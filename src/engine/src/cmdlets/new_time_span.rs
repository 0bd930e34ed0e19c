//! `New-TimeSpan`

use psrpd_dotnet::{DateTime, TimeSpan, date};

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-TimeSpan",
    "NewTimeSpanCommand",
    "Start|LastWriteTime datetime @Date(0 ^ ~)
     End datetime @Date(1 ~)
     Days int @Time
     Hours int @Time
     Minutes int @Time
     Seconds int @Time
     Milliseconds int @Time",
    || Box::new(NewTimeSpan::default()),
)
.examples(
    r#"(New-TimeSpan -Minutes 90).TotalHours # a length of time
> 1.5"#,
)
.default_set("Date");

/// Now is read once, so that a missing start and a missing end are the same.
#[derive(Default)]
struct NewTimeSpan {
    now: DateTime,
}

impl Run for NewTimeSpan {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.now = cx.rs.now();
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        const UNITS: [(&str, i64); 5] = [
            ("Days", 86_400 * date::TICKS_PER_SECOND),
            ("Hours", 3600 * date::TICKS_PER_SECOND),
            ("Minutes", 60 * date::TICKS_PER_SECOND),
            ("Seconds", date::TICKS_PER_SECOND),
            ("Milliseconds", date::TICKS_PER_SECOND / 1000),
        ];
        let ticks = if UNITS.iter().any(|(name, _)| cx.bound.get(name).is_some()) {
            UNITS.iter().fold(0_i64, |ticks, (name, unit)| {
                ticks.saturating_add(cx.int(name).unwrap_or(0).saturating_mul(*unit))
            })
        } else {
            let when = |name: &str| match cx.get(name) {
                Some(Value::DateTime(when)) => when,
                _ => self.now,
            };
            when("End").ticks().saturating_sub(when("Start").ticks())
        };
        cx.write(TimeSpan(ticks).into())
    }
}
