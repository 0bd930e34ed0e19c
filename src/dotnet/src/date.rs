//! `System.DateTime`: 100 ns ticks since year 1, and what kind of time they are.

use crate::cast;

/// Ticks of a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of a day.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// Ticks of `DateTime.MaxValue`.
pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
/// Ticks of 1970-01-01.
pub const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// What a time is relative to: `DateTimeKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Not known.
    #[default]
    Unspecified,
    /// Coordinated universal time.
    Utc,
    /// The time of the session's time zone.
    Local,
}

/// A date and time of day. Equality compares ticks only, as .NET does; [`DateTime::kind`] stands aside.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateTime {
    ticks: i64,
    kind: Kind,
}

/// A date in the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// 1 to 9999.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
}

impl DateTime {
    /// A time from ticks; none out of the range of years 1 to 9999.
    pub fn new(ticks: i64, kind: Kind) -> Option<Self> {
        (0..=MAX_TICKS).contains(&ticks).then_some(Self { ticks, kind })
    }

    /// Midnight of a day; none if there is no such day.
    pub fn from_date(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Self::new(days_before(year, month, day).saturating_mul(TICKS_PER_DAY), Kind::Unspecified)
    }

    /// A time of a day.
    pub fn from_parts(date: Date, hour: i64, minute: i64, second: i64, ticks: i64) -> Option<Self> {
        let midnight = Self::from_date(date.year, date.month, date.day)?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
            return None;
        }
        let seconds = hour.saturating_mul(3600).saturating_add(minute.saturating_mul(60)).saturating_add(second);
        midnight.add_ticks(seconds.saturating_mul(TICKS_PER_SECOND).saturating_add(ticks))
    }

    /// 100 ns since the beginning of year 1.
    pub fn ticks(self) -> i64 {
        self.ticks
    }

    /// What it is relative to.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The same clock reading, taken for another kind of time.
    #[must_use]
    pub fn with_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// A later or earlier time; none out of range.
    pub fn add_ticks(self, ticks: i64) -> Option<Self> {
        Self::new(self.ticks.checked_add(ticks)?, self.kind)
    }

    /// A number of months later; the day is cut to the length of the month.
    pub fn add_months(self, months: i64) -> Option<Self> {
        let Date { year, month, day } = self.date();
        let total = year.checked_mul(12)?.checked_add(month)?.checked_sub(1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12).saturating_add(1));
        let date = Self::from_date(year, month, day.min(days_in_month(year, month)))?;
        Self::new(date.ticks.checked_add(self.time_of_day())?, self.kind)
    }

    /// The day.
    pub fn date(self) -> Date {
        date_of(self.ticks.div_euclid(TICKS_PER_DAY))
    }

    /// Ticks since midnight.
    pub fn time_of_day(self) -> i64 {
        self.ticks.rem_euclid(TICKS_PER_DAY)
    }

    /// Hour, minute, second, and the ticks of the second.
    pub fn clock(self) -> (i64, i64, i64, i64) {
        let time = self.time_of_day();
        let seconds = time.div_euclid(TICKS_PER_SECOND);
        (
            seconds.div_euclid(3600),
            seconds.div_euclid(60).rem_euclid(60),
            seconds.rem_euclid(60),
            time.rem_euclid(TICKS_PER_SECOND),
        )
    }

    /// 0 for Sunday.
    pub fn day_of_week(self) -> i64 {
        self.ticks.div_euclid(TICKS_PER_DAY).saturating_add(1).rem_euclid(7)
    }

    /// 1 to 366.
    pub fn day_of_year(self) -> i64 {
        let Date { year, .. } = self.date();
        self.ticks.div_euclid(TICKS_PER_DAY).saturating_sub(days_before(year, 1, 1)).saturating_add(1)
    }

    /// The number of the week as ISO 8601 counts.
    pub fn iso_week(self) -> i64 {
        let weekday = match self.day_of_week() {
            0 => 7,
            day => day,
        };
        let week = self.day_of_year().saturating_sub(weekday).saturating_add(10).div_euclid(7);
        let year = self.date().year;
        match week {
            0 => weeks_of(year.saturating_sub(1)),
            53 if weeks_of(year) < 53 => 1,
            week => week,
        }
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.ticks == other.ticks
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.ticks.cmp(&other.ticks)
    }
}

impl std::hash::Hash for DateTime {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.ticks.hash(state);
    }
}

fn weeks_of(year: i64) -> i64 {
    let first = |year: i64| DateTime::from_date(year, 1, 1).map_or(0, DateTime::day_of_week);
    let long = first(year) == 4 || is_leap(year) && first(year) == 3;
    if long { 53 } else { 52 }
}

/// Whether a year has a 29 February.
pub fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// How many days a month has.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 0001-01-01 to a date.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let before = year.saturating_sub(1);
    let leaps = before.div_euclid(4).saturating_sub(before.div_euclid(100)).saturating_add(before.div_euclid(400));
    let months: i64 = (1..month).map(|m| days_in_month(year, m)).sum();
    before.saturating_mul(365).saturating_add(leaps).saturating_add(months).saturating_add(day).saturating_sub(1)
}

fn date_of(days: i64) -> Date {
    // An estimate that is at most one year too early.
    let mut year = cast::truncate(cast::double(days) / 365.2425).saturating_add(1).max(1);
    while days_before(year.saturating_add(1), 1, 1) <= days {
        year = year.saturating_add(1);
    }
    while days_before(year, 1, 1) > days {
        year = year.saturating_sub(1);
    }
    let mut rest = days.saturating_sub(days_before(year, 1, 1));
    let mut month = 1_i64;
    while rest >= days_in_month(year, month) {
        rest = rest.saturating_sub(days_in_month(year, month));
        month = month.saturating_add(1);
    }
    Date { year, month, day: rest.saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar() {
        let date = DateTime::from_date(2024, 2, 29).unwrap();
        assert_eq!(date.date(), Date { year: 2024, month: 2, day: 29 });
        assert_eq!(date.day_of_week(), 4);
        assert_eq!(date.day_of_year(), 60);
        assert_eq!(date.add_months(12).unwrap().date().day, 28);
        assert_eq!(DateTime::from_date(1970, 1, 1).unwrap().ticks(), UNIX_EPOCH);
        assert_eq!(DateTime::new(MAX_TICKS, Kind::Utc).unwrap().date(), Date { year: 9999, month: 12, day: 31 });
        assert_eq!(DateTime::from_date(2021, 1, 3).unwrap().iso_week(), 53);
        assert_eq!(DateTime::from_date(2023, 2, 29), None);
    }
}
