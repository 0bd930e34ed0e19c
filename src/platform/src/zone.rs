//! Time zones, by the rules of the system's time zone data.

use std::{
    path::{Component, Path},
    sync::LazyLock,
};

use jiff::{Timestamp, tz::TimeZone};

use super::Zone;

const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds from year 1 to 1970.
const EPOCH: i64 = 62_135_596_800;

/// The zone that `TZ` or the machine names.
static LOCAL: LazyLock<TimeZone> = LazyLock::new(|| local().unwrap_or_else(TimeZone::system));

/// Where the system keeps the rules of zones.
const ZONES: &str = "/usr/share/zoneinfo/";
/// The zone of the machine: a link to a file there.
const MACHINE: &str = "/etc/localtime";

/// The local zone, where a file of its name holds its rules: the database of zones begins with a list of them all, which every
/// session would hold.
fn local() -> Option<TimeZone> {
    let name = match std::env::var("TZ") {
        Ok(name) => name.strip_prefix(':').unwrap_or(&name).to_owned(),
        Err(std::env::VarError::NotPresent) => {
            let target = std::fs::read_link(MACHINE).ok()?;
            target.to_str()?.split_once("/zoneinfo/")?.1.to_owned()
        }
        Err(_) => return None,
    };
    let is_plain = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_)));
    if !is_plain || std::env::var_os("TZDIR").is_some() {
        return None;
    }
    TimeZone::tzif(&name, &std::fs::read(format!("{ZONES}{name}")).ok()?).ok()
}

fn offset_at(zone: &TimeZone, at: Timestamp) -> i64 {
    i64::from(zone.to_offset(at).seconds()).saturating_mul(TICKS_PER_SECOND)
}

/// The distance of local time to UTC, both in ticks since year 1.
pub(super) fn utc_offset(utc: i64) -> i64 {
    let seconds = utc.checked_div(TICKS_PER_SECOND).unwrap_or(0).saturating_sub(EPOCH);
    Timestamp::from_second(seconds).map_or(0, |at| offset_at(&LOCAL, at))
}

/// A zone by its id; without one the local zone.
pub(super) fn zone(id: Option<&str>) -> Option<Zone> {
    let zone = match id {
        Some(id) => TimeZone::get(id).ok()?,
        None => LOCAL.clone(),
    };
    let id = zone.iana_name().or(id).map_or_else(|| local_id().unwrap_or_else(|| "UTC".into()), str::to_owned);
    let now = Timestamp::now();
    let (mut base, mut daylight) = (offset_at(&zone, now), false);
    for change in zone.following(now).take(2) {
        daylight |= change.dst().is_dst() || zone.to_offset_info(now).dst().is_dst();
        if !change.dst().is_dst() {
            base = i64::from(change.offset().seconds()).saturating_mul(TICKS_PER_SECOND);
        }
    }
    let is_utc = matches!(id.as_str(), "UTC" | "Etc/UTC" | "Etc/UCT" | "Zulu" | "Universal");
    let standard = if is_utc { "Coordinated Universal Time".to_owned() } else { id.clone() };
    Some(Zone { id, daylight: standard.clone(), standard, base_offset: base, has_daylight: daylight })
}

/// How far a zone is from UTC at a moment, and whether summer time counts then. A clock reading that comes twice is the later
/// one.
pub(super) fn zone_offset(id: &str, ticks: i64, is_utc: bool) -> (i64, bool) {
    let zone = TimeZone::get(id).unwrap_or_else(|_| LOCAL.clone());
    let seconds = ticks.checked_div(TICKS_PER_SECOND).unwrap_or(0).saturating_sub(EPOCH);
    let Ok(moment) = Timestamp::from_second(seconds) else { return (0, false) };
    let at = if is_utc {
        moment
    } else {
        let clock = TimeZone::UTC.to_datetime(moment);
        zone.to_ambiguous_timestamp(clock).later().unwrap_or(moment)
    };
    let info = zone.to_offset_info(at);
    (i64::from(info.offset().seconds()).saturating_mul(TICKS_PER_SECOND), info.dst().is_dst())
}

/// The id of the local zone where its data does not say it.
fn local_id() -> Option<String> {
    std::fs::read_to_string("/etc/timezone").ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The ids of all zones.
pub(super) fn ids() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.to_string()).collect()
}
