//! `Get-Date`

use psrpd_dotnet::{DateTime, date};

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, ops::composite, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Date",
    "GetDateCommand",
    "Date|LastWriteTime datetime 0 ^ ~
     UnixTimeSeconds|UnixTime long
     Year int range(1,9999)
     Month int range(1,12)
     Day int range(1,31)
     Hour int range(0,23)
     Minute int range(0,59)
     Second int range(0,59)
     Millisecond int range(0,999)
     DisplayHint string
     UFormat string
     Format string
     AsUTC",
    || Box::new(GetDate),
);

struct GetDate;

impl Run for GetDate {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut when = match cx.get("Date") {
            Some(Value::DateTime(date)) => date,
            _ => cx.rs.now(),
        };
        if let Some(seconds) = cx.int("UnixTimeSeconds") {
            let ticks = seconds.saturating_mul(date::TICKS_PER_SECOND).saturating_add(date::UNIX_EPOCH);
            when = DateTime::new(ticks, when.kind()).unwrap_or(when);
        }
        let day = when.date();
        let (hour, minute, second, ticks) = when.clock();
        let part = |name: &str, old: i64| cx.int(name).unwrap_or(old);
        let ticks = cx.int("Millisecond").map_or(ticks, |ms| ms.saturating_mul(10_000));
        let day =
            date::Date { year: part("Year", day.year), month: part("Month", day.month), day: part("Day", day.day) };
        let made = DateTime::from_parts(day, part("Hour", hour), part("Minute", minute), part("Second", second), ticks);
        let mut when = made.map_or(when, |made| made.with_kind(when.kind()));
        if cx.flag("AsUTC") {
            let offset = if when.kind() == psrpd_dotnet::Kind::Utc { 0 } else { cx.rs.utc_offset(when) };
            when = when.add_ticks(offset.saturating_neg()).unwrap_or(when).with_kind(psrpd_dotnet::Kind::Utc);
        }
        match cx.string("Format") {
            Some(format) => {
                let format = match format.to_ascii_lowercase().as_str() {
                    "filedate" => "yyyyMMdd".into(),
                    "filedatetime" => "yyyyMMddTHHmmssffff".into(),
                    "filedateuniversal" => "yyyyMMddZ".into(),
                    "filedatetimeuniversal" => "yyyyMMddTHHmmssffffZ".into(),
                    _ => format,
                };
                let shown = composite::to_string(cx.rs, &Value::DateTime(when), &format)?;
                cx.write(Value::Str(shown))
            }
            None => cx.write(Value::DateTime(when)),
        }
    }
}
