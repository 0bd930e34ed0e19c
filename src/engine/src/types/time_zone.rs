//! `TimeZone`, the older view of the local time zone.

use psrpd_dotnet::{DateTime, Kind, TimeSpan};

use super::TypeDef;
use crate::{
    eval::Runspace,
    value::{Opaque, Value},
};

fn date(args: &[Value]) -> DateTime {
    match args.first() {
        Some(Value::DateTime(date)) => *date,
        _ => DateTime::default(),
    }
}

/// How far local time is from UTC at a time.
fn offset(rs: &Runspace, at: DateTime) -> i64 {
    match at.kind() {
        Kind::Utc => 0,
        _ => rs.utc_offset(at),
    }
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.TimeZone").members(|m| {
        m.constant("System.TimeZone CurrentTimeZone", |rs, _| {
            let zone = rs.platform.zone(None);
            let name = |of: fn(&crate::platform::Zone) -> &String| zone.as_ref().map_or("", |zone| of(zone).as_str());
            Ok(Opaque::new(
                "System.CurrentSystemTimeZone",
                [
                    ("StandardName", Value::from(name(|zone| &zone.standard))),
                    ("DaylightName", Value::from(name(|zone| &zone.daylight))),
                ],
            )
            .into_value())
        });
        m.method("timespan GetUtcOffset(datetime time)", |rs, _, args| {
            Ok(Value::TimeSpan(TimeSpan(offset(rs, date(args)))))
        });
        m.method("bool IsDaylightSavingTime(datetime time)", |rs, _, args| {
            let base = rs.platform.zone(None).map_or(0, |zone| zone.base_offset);
            Ok((date(args).kind() != Kind::Utc && offset(rs, date(args)) != base).into())
        });
        m.method("datetime ToUniversalTime(datetime time)", |rs, _, args| {
            let at = date(args);
            let ticks = offset(rs, at).saturating_neg();
            Ok(Value::DateTime(at.add_ticks(ticks).unwrap_or(at).with_kind(Kind::Utc)))
        });
        m.method("datetime ToLocalTime(datetime time)", |rs, _, args| {
            let at = date(args);
            if at.kind() == Kind::Local {
                return Ok(Value::DateTime(at));
            }
            let ticks = rs.platform.utc_offset(at.ticks());
            Ok(Value::DateTime(at.add_ticks(ticks).unwrap_or(at).with_kind(Kind::Local)))
        });
    }),
    TypeDef::class("System.CurrentSystemTimeZone").base("System.TimeZone"),
];
