//! `Get-Date`

use psrpd_dotnet::{DateTime, Kind, Str, cast, date};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, Runspace},
    ops::composite,
    types::{self, integers::unwrap_format},
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Date",
    "GetDateCommand",
    "Date|LastWriteTime datetime 0 ^ ~ @DateAndFormat @DateAndUFormat
     UnixTimeSeconds|UnixTime long range(-62135596800,253402300799) @UnixTimeSecondsAndFormat(!) @UnixTimeSecondsAndUFormat(!)
     Year int range(1,9999)
     Month int range(1,12)
     Day int range(1,31)
     Hour int range(0,23)
     Minute int range(0,59)
     Second int range(0,59)
     Millisecond int range(0,999)
     DisplayHint Microsoft.PowerShell.Commands.DisplayHintType
     UFormat string @DateAndUFormat(!) @UnixTimeSecondsAndUFormat(!)
     Format string @DateAndFormat @UnixTimeSecondsAndFormat
     AsUTC",
    || Box::new(GetDate),
)
.examples(
    r#"Get-Date -Date '2024-02-29' -Format yyyy-MM-dd # a date as text
> 2024-02-29"#,
)
.default_set("DateAndFormat");

struct GetDate;

impl Run for GetDate {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let when = moment(cx);
        if let Some(format) = cx.string("UFormat") {
            let shown = unix_format(cx.rs, when, &format)?;
            return match shown {
                Some(shown) => cx.write(Value::Str(shown)),
                None => Err(cx.fail(
                    "System.IndexOutOfRangeException",
                    "System.IndexOutOfRangeException",
                    Category::NotSpecified,
                    "Index was outside the bounds of the array.",
                    Value::Null,
                )),
            };
        }
        if let Some(format) = cx.string("Format") {
            let format = match format.to_ascii_lowercase().as_str() {
                "filedate" => "yyyyMMdd".into(),
                "filedatetime" => "yyyyMMddTHHmmssffff".into(),
                "filedateuniversal" => "yyyyMMddZ".into(),
                "filedatetimeuniversal" => "yyyyMMddTHHmmssffffZ".into(),
                _ => format,
            };
            let shown = composite::to_string(cx.rs, &Value::DateTime(when), &format).map_err(unwrap_format);
            let shown = shown.map_err(|flow| cx.own(flow, Category::NotSpecified))?;
            return cx.write(Value::Str(shown));
        }
        let hint = cx
            .get("DisplayHint")
            .unwrap_or_else(|| types::enum_value("Microsoft.PowerShell.Commands.DisplayHintType", "DateTime"));
        cx.write(Value::DateTime(when).with_notes([("DisplayHint", hint)]))
    }
}

/// The time that the parameters mean.
fn moment(cx: &Cx<'_>) -> DateTime {
    let mut when = match cx.get("Date") {
        Some(Value::DateTime(date)) => date,
        _ => cx.rs.now(),
    };
    if let Some(seconds) = cx.int("UnixTimeSeconds") {
        let ticks = seconds.saturating_mul(date::TICKS_PER_SECOND).saturating_add(date::UNIX_EPOCH);
        let utc = DateTime::new(ticks, Kind::Utc).unwrap_or(when);
        let offset = cx.rs.utc_offset(utc);
        when = utc.add_ticks(offset).unwrap_or(utc).with_kind(Kind::Local);
    }
    // Each part is an offset, so that a day that the month does not have is one of the next month.
    let day = when.date();
    let (hour, minute, second, ticks) = when.clock();
    let changed = |name: &str, old: i64| cx.int(name).unwrap_or(old).saturating_sub(old);
    let months = changed("Year", day.year).saturating_mul(12);
    when = when.add_months(months).unwrap_or(when);
    when = when.add_months(changed("Month", day.month)).unwrap_or(when);
    let days = changed("Day", when.date().day);
    let millisecond = ticks / 10_000;
    let parts = [
        (days, 86_400 * date::TICKS_PER_SECOND),
        (changed("Hour", hour), 3600 * date::TICKS_PER_SECOND),
        (changed("Minute", minute), 60 * date::TICKS_PER_SECOND),
        (changed("Second", second), date::TICKS_PER_SECOND),
        (changed("Millisecond", millisecond), 10_000),
    ];
    for (count, unit) in parts {
        when = when.add_ticks(count.saturating_mul(unit)).unwrap_or(when);
    }
    if cx.bound.get("Millisecond").is_some() {
        let rest = when.ticks().rem_euclid(10_000);
        when = when.add_ticks(rest.saturating_neg()).unwrap_or(when);
    }
    if cx.flag("AsUTC") { to_utc(cx.rs, when) } else { when }
}

fn to_utc(rs: &Runspace, when: DateTime) -> DateTime {
    if when.kind() == Kind::Utc {
        return when;
    }
    let offset = rs.utc_offset(when);
    when.add_ticks(offset.saturating_neg()).unwrap_or(when).with_kind(Kind::Utc)
}

/// The formats of Unix, as PowerShell knows them; none where a `%` has nothing behind it.
fn unix_format(rs: &mut Runspace, when: DateTime, format: &str) -> R<Option<Str>> {
    let format = format.strip_prefix('+').unwrap_or(format);
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(code) = rest.next() else { return Ok(None) };
        let pattern = match code {
            'A' => "dddd",
            'a' => "ddd",
            'B' => "MMMM",
            'b' | 'h' => "MMM",
            'c' => "ddd dd MMM yyyy HH:mm:ss",
            'D' | 'x' => "MM/dd/yy",
            'd' => "dd",
            'F' => "yyyy-MM-dd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'm' => "MM",
            'p' => "tt",
            'R' => "HH:mm",
            'r' => "hh:mm:ss tt",
            'S' => "ss",
            'T' | 'X' => "HH:mm:ss",
            'Y' => "yyyy",
            'y' => "yy",
            'Z' => "zz",
            _ => "",
        };
        if !pattern.is_empty() {
            out.push_str(&composite::to_string(rs, &Value::DateTime(when), pattern)?);
            continue;
        }
        match unix_number(rs, when, code) {
            Some(shown) => out.push_str(&shown),
            None => out.push(code),
        }
    }
    Ok(Some(out.into()))
}

fn unix_number(rs: &Runspace, when: DateTime, code: char) -> Option<String> {
    let (hour, ..) = when.clock();
    let twelve = match hour.rem_euclid(12) {
        0 => 12,
        hour => hour,
    };
    let weekday = when.day_of_week();
    // The year that the ISO week belongs to is that of its Thursday.
    let iso_day = if weekday == 0 { 7 } else { weekday };
    let days = 4_i64.saturating_sub(iso_day);
    let thursday = when.add_ticks(days.saturating_mul(86_400 * date::TICKS_PER_SECOND)).unwrap_or(when);
    let iso_year = thursday.date().year;
    Some(match code {
        'C' => (when.date().year / 100).to_string(),
        'e' => format!("{:2}", when.date().day),
        'G' => format!("{iso_year:04}"),
        'g' => format!("{:02}", iso_year.rem_euclid(100)),
        'j' => format!("{:03}", when.day_of_year()),
        'k' => format!("{hour:2}"),
        'l' => format!("{twelve:2}"),
        'n' => "\n".into(),
        's' => {
            let ticks = to_utc(rs, when).ticks().saturating_sub(date::UNIX_EPOCH);
            let half = date::TICKS_PER_SECOND / 2;
            ticks.saturating_add(half).div_euclid(date::TICKS_PER_SECOND).to_string()
        }
        't' => "\t".into(),
        'U' | 'W' => (when.day_of_year() / 7).to_string(),
        'u' => iso_day.to_string(),
        'V' => format!("{:02}", cast::index(when.iso_week())),
        'w' => weekday.to_string(),
        '%' => "%".into(),
        _ => return None,
    })
}
