//! `System.DateTime` and `System.TimeSpan`, in ticks of 100 nanoseconds.

use crate::number::trim;
use core::fmt;

/// Ticks of a second.
const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A point in time of .NET: a wall clock and what it is relative to.
///
/// Equality is of both; two times of different offsets are never equal here even if they are the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    ticks: i64,
    kind: DateTimeKind,
}

/// What a [`DateTime`] is relative to (`System.DateTimeKind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateTimeKind {
    /// The sender's time zone, this many minutes ahead of UTC (`+02:00` is 120): -899 to 899.
    Local(i16),
    /// Not said.
    Unspecified,
    /// UTC.
    Utc,
}

impl DateTime {
    /// The last tick of 9999-12-31.
    pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
    /// The largest distance from UTC, in minutes: 14 hours and 59 minutes.
    pub const MAX_OFFSET: i16 = 14 * 60 + 59;

    /// The time whose wall clock shows `ticks` (100 ns since 0001-01-01T00:00:00, not converted to UTC).
    ///
    /// `None` if `ticks` is not in 0 ..= [`MAX_TICKS`](Self::MAX_TICKS), or the offset beyond
    /// [`MAX_OFFSET`](Self::MAX_OFFSET).
    pub fn new(ticks: i64, kind: DateTimeKind) -> Option<Self> {
        let offset = if let DateTimeKind::Local(minutes) = kind { minutes.saturating_abs() } else { 0 };
        ((0..=Self::MAX_TICKS).contains(&ticks) && offset <= Self::MAX_OFFSET).then_some(Self { ticks, kind })
    }

    /// What the wall clock shows, in 100 ns since 0001-01-01T00:00:00 (`DateTime.Ticks`).
    pub fn ticks(self) -> i64 {
        self.ticks
    }

    /// What the wall clock is relative to.
    pub fn kind(self) -> DateTimeKind {
        self.kind
    }

    /// An `xs:dateTime` or `xs:date`, the forms that serializers write. More than seven digits of a second are rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let mut input = Input(trim(text));
        let (year, month) = (input.fixed(4)?, input.after('-')?.fixed(2)?);
        let day = input.after('-')?.fixed(2)?;
        let mut ticks = days_before(year, month, day)?.checked_mul(DAY)?;
        if input.take('T') {
            let (hour, minute) = (input.fixed(2)?, input.after(':')?.fixed(2)?);
            let second = input.after(':')?.fixed(2)?;
            if hour > 23 || minute > 59 || second > 59 {
                return None;
            }
            let fraction = if input.take('.') { Fraction::read(&mut input)?.rounded() } else { 0 };
            ticks = sum([ticks, hour.checked_mul(HOUR)?, minute.checked_mul(MINUTE)?, second.checked_mul(SECOND)?])?;
            ticks = ticks.checked_add(fraction)?;
        }
        let kind = match input.0 {
            "" => DateTimeKind::Unspecified,
            "Z" => DateTimeKind::Utc,
            _ => DateTimeKind::Local(input.offset()?),
        };
        Self::new(ticks, kind)
    }
}

/// The form of PowerShell: `yyyy-MM-ddTHH:mm:ss`, a fraction without trailing zeros, and `Z`, an offset, or nothing.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.ticks.div_euclid(DAY));
        let part = |unit: i64, of: i64| self.ticks.div_euclid(unit).rem_euclid(of);
        let (hour, minute, second) = (part(HOUR, 24), part(MINUTE, 60), part(SECOND, 60));
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        write_fraction(f, self.ticks.rem_euclid(SECOND))?;
        match self.kind {
            DateTimeKind::Unspecified => Ok(()),
            DateTimeKind::Utc => f.write_str("Z"),
            DateTimeKind::Local(offset) => {
                let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
            }
        }
    }
}

/// A length of time of .NET, in ticks of 100 ns; it may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeSpan(i64);

impl TimeSpan {
    /// A length of so many ticks.
    pub fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// The length in ticks (`TimeSpan.Ticks`).
    pub fn ticks(self) -> i64 {
        self.0
    }

    /// An `xs:duration`. As in .NET a year has 365 days, a month 30, and digits of a second after the seventh are
    /// dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let mut input = Input(trim(text));
        let negative = input.take('-');
        input.after('P')?;
        let mut total = 0_i128;
        let mut parts = 0_u32;
        for (designator, unit) in [('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)] {
            parts = parts.saturating_add(input.component(designator, unit, &mut total)?);
        }
        if input.take('T') {
            let date_parts = parts;
            for (designator, unit) in [('H', HOUR), ('M', MINUTE), ('S', SECOND)] {
                parts = parts.saturating_add(input.component(designator, unit, &mut total)?);
            }
            if parts == date_parts {
                return None;
            }
        }
        let total = if negative { total.checked_neg()? } else { total };
        (input.0.is_empty() && parts > 0).then_some(())?;
        i64::try_from(total).ok().map(Self)
    }
}

/// The form of PowerShell: an `xs:duration` with days as the largest unit and no parts that are zero.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = i128::from(self.0).abs();
        let part = |unit: i64, of: i64| ticks.div_euclid(unit.into()).rem_euclid(of.into());
        let (days, hours, minutes) = (ticks.div_euclid(DAY.into()), part(HOUR, 24), part(MINUTE, 60));
        let (seconds, fraction) = (part(SECOND, 60), part(1, SECOND));
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if ticks.rem_euclid(DAY.into()) == 0 && days > 0 {
            return Ok(());
        }
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if seconds > 0 || fraction > 0 || hours == 0 && minutes == 0 {
            write!(f, "{seconds}")?;
            write_fraction(f, i64::try_from(fraction).map_err(|_| fmt::Error)?)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

/// `.` and up to seven digits without trailing zeros, or nothing.
fn write_fraction(f: &mut fmt::Formatter<'_>, ticks: i64) -> fmt::Result {
    let (mut digits, mut width) = (ticks, 7_usize);
    if digits == 0 {
        return Ok(());
    }
    while digits.rem_euclid(10) == 0 {
        digits = digits.div_euclid(10);
        width = width.saturating_sub(1);
    }
    write!(f, ".{digits:0width$}")
}

fn sum<const N: usize>(terms: [i64; N]) -> Option<i64> {
    terms.into_iter().try_fold(0_i64, i64::checked_add)
}

/// Days from 0001-01-01 to a date of the Gregorian calendar; `None` if there is no such date.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let length = *lengths.get(index)?;
    if year < 1 || !(1..=length).contains(&day) {
        return None;
    }
    let past = year.checked_sub(1)?;
    let leap_days = sum([past.div_euclid(4), past.div_euclid(100).checked_neg()?, past.div_euclid(400)])?;
    let in_year = lengths.iter().take(index).try_fold(day.checked_sub(1)?, |days, length| days.checked_add(*length))?;
    sum([past.checked_mul(365)?, leap_days, in_year])
}

/// Year, month and day of the date so many days after 0001-01-01.
///
/// Counted in years that begin in March, so that the leap day is a year's last: day `n` of such a year is in month
/// (5n + 2) / 153, which starts on day (153m + 2) / 5.
fn civil(days: i64) -> (i64, i64, i64) {
    // From 0000-03-01, the beginning of the 400-year cycle.
    let days = days.saturating_add(306);
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leaps = day.div_euclid(1_460).saturating_sub(day.div_euclid(36_524)).saturating_add(day.div_euclid(146_096));
    let year = day.saturating_sub(leaps).div_euclid(365);
    let first = year.saturating_mul(365).saturating_add(year.div_euclid(4)).saturating_sub(year.div_euclid(100));
    let day = day.saturating_sub(first);
    let month = day.saturating_mul(5).saturating_add(2).div_euclid(153);
    let day = day.saturating_sub(month.saturating_mul(153).saturating_add(2).div_euclid(5)).saturating_add(1);
    let (month, carry) = if month < 10 { (month.saturating_add(3), 0) } else { (month.saturating_sub(9), 1) };
    (cycle.saturating_mul(400).saturating_add(year).saturating_add(carry), month, day)
}

/// The rest of a text that is being read from the left.
struct Input<'a>(&'a str);

impl<'a> Input<'a> {
    /// Skips `c` if it is next.
    fn take(&mut self, c: char) -> bool {
        self.after(c).is_some()
    }

    /// Skips `c`, which must be next.
    fn after(&mut self, c: char) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(c)?;
        Some(self)
    }

    /// All digits that follow, maybe none.
    fn digits(&mut self) -> &'a str {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        digits
    }

    /// A number of exactly `count` digits.
    fn fixed(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        if digits.bytes().all(|digit| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
    }

    /// `+hh:mm` or `-hh:mm` and nothing after it, in minutes.
    fn offset(&mut self) -> Option<i16> {
        let negative = self.take('-');
        if !negative {
            self.after('+')?;
        }
        let (hours, minutes) = (self.fixed(2)?, self.after(':')?.fixed(2)?);
        if !self.0.is_empty() || minutes > 59 {
            return None;
        }
        let minutes = i16::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok()?;
        if negative { minutes.checked_neg() } else { Some(minutes) }
    }

    /// A part of a duration, `12H`, added to `total`; 0 if the next part is another one. Only seconds have a fraction.
    fn component(&mut self, designator: char, unit: i64, total: &mut i128) -> Option<u32> {
        let mut rest = Self(self.0);
        let digits = rest.digits();
        let fraction = if unit == SECOND && rest.take('.') { Some(Fraction(rest.digits())) } else { None };
        if !rest.take(designator) {
            return Some(0);
        }
        if digits.is_empty() && fraction.as_ref().is_none_or(|fraction| fraction.0.is_empty()) {
            return None;
        }
        let count: i32 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let ticks = i128::from(count).checked_mul(unit.into())?;
        *total = total.checked_add(ticks)?.checked_add(fraction.map_or(0, |fraction| fraction.truncated()).into())?;
        *self = rest;
        Some(1)
    }
}

/// The digits of a second after the point.
struct Fraction<'a>(&'a str);

impl<'a> Fraction<'a> {
    /// At least one digit.
    fn read(input: &mut Input<'a>) -> Option<Self> {
        let digits = input.digits();
        (!digits.is_empty()).then_some(Self(digits))
    }

    /// In ticks, without the digits after the seventh.
    fn truncated(&self) -> i64 {
        let digits = self.0.bytes().map(|digit| i64::from(digit.saturating_sub(b'0')));
        digits
            .chain(core::iter::repeat(0))
            .take(7)
            .fold(0, |ticks, digit| ticks.saturating_mul(10).saturating_add(digit))
    }

    /// In ticks, rounded up from half a tick on.
    fn rounded(&self) -> i64 {
        let half = self.0.as_bytes().get(7).is_some_and(|digit| *digit >= b'5');
        self.truncated().saturating_add(half.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn unspecified(ticks: i64) -> Option<DateTime> {
        DateTime::new(ticks, DateTimeKind::Unspecified)
    }

    /// Each line is what PowerShell 7.6.9 makes of the text, but for the time zone, which it converts to its own.
    #[test]
    fn dates_are_read_as_powershell_reads_them() {
        for (text, ticks, kind) in [
            ("2018-06-13T23:46:28.00516+00:00", 636645303880051600, DateTimeKind::Local(0)),
            ("2018-06-13T23:46:28Z", 636645303880000000, DateTimeKind::Utc),
            (" 2018-06-13T23:46:28Z ", 636645303880000000, DateTimeKind::Utc),
            ("2018-06-13T23:46:28-02:30", 636645303880000000, DateTimeKind::Local(-150)),
            ("2018-06-13T23:46:28+14:01", 636645303880000000, DateTimeKind::Local(841)),
            ("2018-06-13", 636644448000000000, DateTimeKind::Unspecified),
            ("2018-06-13Z", 636644448000000000, DateTimeKind::Utc),
            ("2018-06-13T23:46:28.123456789", 636645303881234568, DateTimeKind::Unspecified),
            ("2018-06-13T23:46:28.12345675", 636645303881234568, DateTimeKind::Unspecified),
            ("2018-06-13T23:46:28.99999999", 636645303890000000, DateTimeKind::Unspecified),
            ("0001-01-01T00:00:00", 0, DateTimeKind::Unspecified),
            ("9999-12-31T23:59:59.9999999", DateTime::MAX_TICKS, DateTimeKind::Unspecified),
        ] {
            assert_eq!(DateTime::parse(text), DateTime::new(ticks, kind), "{text}");
        }
        for text in [
            "",
            "2018-06-13T24:00:00",
            "2018-06-13T23:46:60",
            "2018-06-13T23:46:28.",
            "2018-06-13 23:46:28",
            "2018-06-13T23:46",
            "0000-01-01T00:00:00",
            "10000-01-01T00:00:00",
            "2018-06-13T23:46:28+02",
            "2018-02-29T00:00:00",
            "2018-06-13t23:46:28z",
            "-2018-06-13T23:46:28Z",
            "2018-06-13T23:46:28ZZ",
            "2018-06-13T23:46:28+15:00",
            "9999-12-31T23:59:59.99999999",
            "2018-é6-13",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_written_as_powershell_writes_them() {
        for text in [
            "2018-06-13T23:46:28.00516+00:00",
            "2024-05-01T12:00:00.1234567+02:00",
            "2024-02-29T00:00:00-02:30",
            "2000-12-31T23:59:59Z",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59.9999999",
        ] {
            assert_eq!(DateTime::parse(text).map(|time| time.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn every_day_of_the_calendar_comes_back() {
        let mut day = 0;
        for year in 1..=9999 {
            for month in 1..=12 {
                for date in 1..=31 {
                    if let Some(days) = days_before(year, month, date) {
                        assert_eq!((days, civil(days)), (day, (year, month, date)));
                        day += 1;
                    }
                }
            }
        }
        assert_eq!(day, 3_652_059);
    }

    #[test]
    fn times_beyond_the_limits_are_refused() {
        assert_eq!(unspecified(-1), None);
        assert_eq!(unspecified(DateTime::MAX_TICKS + 1), None);
        assert_eq!(DateTime::new(0, DateTimeKind::Local(900)), None);
    }

    /// Each line is what PowerShell 7.6.9 makes of the text.
    #[test]
    fn durations_are_read_as_powershell_reads_them() {
        for (text, ticks) in [
            ("PT0S", 0),
            ("P1Y", 315360000000000),
            ("P1M", 25920000000000),
            ("P1Y2M3DT4H5M6.7S", 369939067000000),
            ("-P1D", -864000000000),
            ("PT1.23456789S", 12345678),
            ("PT1.00000005S", 10000000),
            ("PT1.S", 10000000),
            ("PT.5S", 5000000),
            ("PT1H60M", 72000000000),
            ("P10675199DT2H48M5.4775807S", i64::MAX),
            ("-P10675199DT2H48M5.4775808S", i64::MIN),
            (" PT1S ", 10000000),
            ("PT100000S", 1000000000000),
            ("P0Y0M1DT0H0M0S", 864000000000),
        ] {
            assert_eq!(TimeSpan::parse(text), Some(TimeSpan::from_ticks(ticks)), "{text}");
        }
        for text in [
            "",
            "+P1D",
            "P",
            "PT",
            "P1DT",
            "PT.S",
            "PT5M1H",
            "P10675199DT2H48M5.4775808S",
            "P1W",
            "PT1.5H",
            "P999999999999D",
            "01:00:00",
            "P1D ,",
        ] {
            assert_eq!(TimeSpan::parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_written_as_powershell_writes_them() {
        for text in [
            "PT0S",
            "P1D",
            "P1DT2H3M4.5S",
            "-PT1H40M5S",
            "PT0.0000001S",
            "PT1H",
            "P1DT1M",
            "P10675199DT2H48M5.4775807S",
            "-P10675199DT2H48M5.4775808S",
        ] {
            assert_eq!(TimeSpan::parse(text).map(|span| span.to_string()).as_deref(), Some(text));
        }
    }

    proptest! {
        #[test]
        fn every_time_comes_back(ticks in 0..=DateTime::MAX_TICKS, offset in -899..=899_i16) {
            for kind in [DateTimeKind::Utc, DateTimeKind::Unspecified, DateTimeKind::Local(offset)] {
                let time = DateTime::new(ticks, kind).unwrap();
                prop_assert_eq!(DateTime::parse(&time.to_string()), Some(time));
            }
        }

        #[test]
        fn every_duration_comes_back(ticks: i64) {
            let span = TimeSpan::from_ticks(ticks);
            prop_assert_eq!(TimeSpan::parse(&span.to_string()), Some(span));
        }
    }
}
