//! `TimeZoneInfo`, by the time zone data of the system.

use psrpd_dotnet::{DateTime, Kind, Str, TimeSpan};

use super::{Members, TypeDef};
use crate::{
    eval::{R, Runspace, error},
    platform::Zone,
    value::{Opaque, Value, text},
};

const NAME: &str = "System.TimeZoneInfo";

/// A zone as an object.
pub(crate) fn time_zone(zone: &Zone) -> Value {
    let minutes = zone.base_offset / 600_000_000;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let display = if zone.base_offset == 0 && !zone.has_daylight {
        format!("(UTC) {}", zone.standard)
    } else {
        format!("(UTC{sign}{hours:02}:{rest:02}) {}", zone.standard)
    };
    Opaque::new(
        NAME,
        [
            ("Id", Value::from(zone.id.as_str())),
            ("HasIanaId", true.into()),
            ("DisplayName", display.as_str().into()),
            ("StandardName", zone.standard.as_str().into()),
            ("DaylightName", zone.daylight.as_str().into()),
            ("BaseUtcOffset", TimeSpan(zone.base_offset).into()),
            ("SupportsDaylightSavingTime", zone.has_daylight.into()),
        ],
    )
    .displayed(display)
    .into_value()
}

fn date(value: Option<&Value>) -> DateTime {
    match value.map(Value::base) {
        Some(Value::DateTime(date)) => *date,
        _ => DateTime::default(),
    }
}

fn id_of(zone: &Value) -> Str {
    zone.downcast::<Opaque>().and_then(|zone| zone.get("Id")).map(|id| text(&id)).unwrap_or_default()
}

fn is_utc(id: &str) -> bool {
    matches!(id, "UTC" | "Etc/UTC" | "Etc/UCT" | "Zulu" | "Universal")
}

fn find(rs: &Runspace, id: &str) -> R<Value> {
    rs.platform.zone(Some(id)).map(|zone| time_zone(&zone)).ok_or_else(|| {
        let message = format!("The time zone ID '{id}' was not found on the local computer.");
        error::thrown("System.TimeZoneNotFoundException", message)
    })
}

fn local(rs: &Runspace) -> Value {
    rs.platform.zone(None).map_or(Value::Null, |zone| time_zone(&zone))
}

/// The ticks of a moment in UTC; the zone is that of a time without a kind.
fn to_utc(rs: &Runspace, date: DateTime, zone: &str) -> i64 {
    match date.kind() {
        Kind::Utc => date.ticks(),
        _ => date.ticks().saturating_sub(rs.platform.zone_offset(zone, date.ticks(), false).0),
    }
}

/// A moment in UTC as a clock in a zone shows it.
fn from_utc(rs: &Runspace, utc: i64, zone: &str) -> Value {
    let ticks = utc.saturating_add(rs.platform.zone_offset(zone, utc, true).0);
    let kind = if is_utc(zone) { Kind::Utc } else { Kind::Unspecified };
    DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime)
}

/// The zone of a time: that of its kind.
fn own_zone(rs: &Runspace, date: DateTime) -> Str {
    if date.kind() == Kind::Utc { "UTC".into() } else { id_of(&local(rs)) }
}

/// A time whose kind contradicts the zone that it is said to be in.
fn mismatch(date: DateTime, zone: &str) -> R<()> {
    if date.kind() == Kind::Utc && !is_utc(zone) {
        let message = "The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.";
        return Err(error::argument("System.ArgumentException", message, "sourceTimeZone"));
    }
    Ok(())
}

fn conversions(m: &mut Members) {
    m.function("datetime ConvertTime(datetime dateTime, System.TimeZoneInfo destinationTimeZone)", |rs, _, args| {
        let date = date(args.first());
        let utc = to_utc(rs, date, &own_zone(rs, date));
        Ok(from_utc(rs, utc, &id_of(args.get(1).unwrap_or(&Value::Null))))
    });
    m.function(
        "datetime ConvertTime(datetime dateTime, System.TimeZoneInfo sourceTimeZone, System.TimeZoneInfo destinationTimeZone)",
        |rs, _, args| {
            let [_, from, to] = args else { return Ok(Value::Null) };
            let date = date(args.first());
            mismatch(date, &id_of(from))?;
            Ok(from_utc(rs, to_utc(rs, date, &id_of(from)), &id_of(to)))
        },
    );
    m.function(
        "datetime ConvertTimeFromUtc(datetime dateTime, System.TimeZoneInfo destinationTimeZone)",
        |rs, _, args| Ok(from_utc(rs, date(args.first()).ticks(), &id_of(args.get(1).unwrap_or(&Value::Null)))),
    );
    m.function("datetime ConvertTimeToUtc(datetime dateTime)", |rs, _, args| {
        let date = date(args.first());
        let utc = to_utc(rs, date, &own_zone(rs, date));
        Ok(DateTime::new(utc, Kind::Utc).map_or(Value::Null, Value::DateTime))
    });
    m.function("datetime ConvertTimeToUtc(datetime dateTime, System.TimeZoneInfo sourceTimeZone)", |rs, _, args| {
        let (date, zone) = (date(args.first()), id_of(args.get(1).unwrap_or(&Value::Null)));
        mismatch(date, &zone)?;
        Ok(DateTime::new(to_utc(rs, date, &zone), Kind::Utc).map_or(Value::Null, Value::DateTime))
    });
    m.function(
        "datetime ConvertTimeBySystemTimeZoneId(datetime dateTime, string destinationTimeZoneId)",
        |rs, _, args| {
            let date = date(args.first());
            let zone = find(rs, &args.get(1).map(text).unwrap_or_default())?;
            let utc = to_utc(rs, date, &own_zone(rs, date));
            Ok(from_utc(rs, utc, &id_of(&zone)))
        },
    );
    m.function(
        "datetime ConvertTimeBySystemTimeZoneId(datetime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)",
        |rs, _, args| {
            let date = date(args.first());
            let from = find(rs, &args.get(1).map(text).unwrap_or_default())?;
            let to = find(rs, &args.get(2).map(text).unwrap_or_default())?;
            mismatch(date, &id_of(&from))?;
            Ok(from_utc(rs, to_utc(rs, date, &id_of(&from)), &id_of(&to)))
        },
    );
}

fn members(m: &mut Members) {
    m.constant("System.TimeZoneInfo Local", |rs, _| Ok(local(rs)));
    m.constant("System.TimeZoneInfo Utc", |rs, _| find(rs, "UTC"));
    m.function("System.TimeZoneInfo FindSystemTimeZoneById(string id)", |rs, _, args| {
        find(rs, &args.first().map(text).unwrap_or_default())
    });
    m.function(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.TimeZoneInfo] GetSystemTimeZones()",
        |rs, _, _| {
            let zones = rs.platform.zone_ids().iter().filter_map(|id| rs.platform.zone(Some(id))).collect::<Vec<_>>();
            Ok(Value::array(zones.iter().map(time_zone).collect()))
        },
    );
    conversions(m);
    m.method("timespan GetUtcOffset(datetime dateTime)", |rs, this, args| {
        let (date, zone) = (date(args.first()), id_of(this));
        let is_utc = date.kind() == Kind::Utc;
        Ok(TimeSpan(rs.platform.zone_offset(&zone, date.ticks(), is_utc).0).into())
    });
    m.method("bool IsDaylightSavingTime(datetime dateTime)", |rs, this, args| {
        let (date, zone) = (date(args.first()), id_of(this));
        let is_utc = date.kind() == Kind::Utc;
        Ok(rs.platform.zone_offset(&zone, date.ticks(), is_utc).1.into())
    });
    m.method("string ToString()", |_, this, _| Ok(text(this).into()));
    m.method("bool Equals(System.TimeZoneInfo other)", |_, this, args| {
        Ok((args.first().is_some_and(|other| id_of(other) == id_of(this))).into())
    });
}

pub(super) const TYPES: &[TypeDef] = &[TypeDef::class(NAME).members(members)];
