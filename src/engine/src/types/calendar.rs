//! Calendars: the Gregorian one, and the weeks of ISO 8601.

use psrpd_dotnet::{DateTime, date};

use super::{Members, TypeDef, args::not_valid, enum_number, enum_value};
use crate::value::{Opaque, Value};

const CALENDAR: &str = "System.Globalization.GregorianCalendar";
const DAY: i64 = date::TICKS_PER_SECOND * 86_400;

/// The calendar of all cultures that the engine formats in.
pub(super) fn gregorian() -> Value {
    made(true)
}

fn made(read_only: bool) -> Value {
    let day = |ticks| DateTime::new(ticks, psrpd_dotnet::Kind::Unspecified).map_or(Value::Null, Value::DateTime);
    Opaque::new(
        CALENDAR,
        [
            ("MinSupportedDateTime", day(0)),
            ("MaxSupportedDateTime", day(date::MAX_TICKS)),
            ("AlgorithmType", enum_value("System.Globalization.CalendarAlgorithmType", "SolarCalendar")),
            ("CalendarType", enum_value("System.Globalization.GregorianCalendarTypes", "Localized")),
            ("Eras", Value::typed_array(super::int32(), vec![Value::I32(1)])),
            ("TwoDigitYearMax", Value::I32(2049)),
            ("IsReadOnly", read_only.into()),
        ],
    )
    .into_value()
}

fn day(args: &[Value]) -> DateTime {
    match args.first().map(Value::base) {
        Some(Value::DateTime(date)) => *date,
        _ => DateTime::default(),
    }
}

fn number(args: &[Value], at: usize) -> i64 {
    match args.get(at).map(Value::base) {
        Some(Value::Enum(_, number)) => *number,
        Some(other) => other.as_i128().and_then(|number| i64::try_from(number).ok()).unwrap_or(0),
        None => 0,
    }
}

fn int(number: i64) -> Value {
    Value::I32(i32::try_from(number).unwrap_or(0))
}

/// The week of the year where the first one has at least so many days; one day is the first of January's own week.
fn week(of: DateTime, first_day: i64, full_days: i64) -> i64 {
    let passed = of.day_of_year().saturating_sub(1);
    let january = of.day_of_week().saturating_sub(passed % 7);
    if full_days == 1 {
        let offset = (january.saturating_sub(first_day).saturating_add(14)) % 7;
        return (passed.saturating_add(offset) / 7).saturating_add(1);
    }
    let mut offset = (first_day.saturating_sub(january).saturating_add(14)) % 7;
    if offset >= full_days {
        offset = offset.saturating_sub(7);
    }
    let rest = passed.saturating_sub(offset);
    if rest >= 0 {
        return (rest / 7).saturating_add(1);
    }
    match of.add_ticks(passed.saturating_add(1).saturating_mul(DAY).saturating_neg()) {
        Some(last_year) => week(last_year, first_day, full_days),
        None => 1,
    }
}

/// The year that the ISO week of a day belongs to.
fn iso_year(of: DateTime) -> i64 {
    let (year, week) = (of.date().year, of.iso_week());
    match of.date().month {
        1 if week > 51 => year.saturating_sub(1),
        12 if week == 1 => year.saturating_add(1),
        _ => year,
    }
}

/// The Monday of the first ISO week of a year.
fn first_monday(year: i64) -> Option<DateTime> {
    let fourth = DateTime::from_date(year, 1, 4)?;
    let since_monday = (fourth.day_of_week().saturating_add(6)) % 7;
    fourth.add_ticks(since_monday.saturating_mul(DAY).saturating_neg())
}

fn weeks_in(year: i64) -> i64 {
    DateTime::from_date(year, 12, 28).map_or(52, DateTime::iso_week)
}

fn calendar(m: &mut Members) {
    m.constructor("System.Globalization.GregorianCalendar()", |_, _, _| Ok(made(false)));
    m.method(
        "int GetWeekOfYear(datetime time, System.Globalization.CalendarWeekRule rule, System.DayOfWeek firstDayOfWeek)",
        |_, _, args| {
            let full_days = match number(args, 1) {
                0 => 1,
                1 => 7,
                _ => 4,
            };
            Ok(int(week(day(args), number(args, 2), full_days)))
        },
    );
    m.method("int GetYear(datetime time)", |_, _, args| Ok(int(day(args).date().year)));
    m.method("int GetMonth(datetime time)", |_, _, args| Ok(int(day(args).date().month)));
    m.method("int GetDayOfMonth(datetime time)", |_, _, args| Ok(int(day(args).date().day)));
    m.method("int GetDayOfYear(datetime time)", |_, _, args| Ok(int(day(args).day_of_year())));
    m.method("System.DayOfWeek GetDayOfWeek(datetime time)", |_, _, args| {
        Ok(enum_number("System.DayOfWeek", day(args).day_of_week()))
    });
    m.method("int GetDaysInMonth(int year, int month)", |_, _, args| {
        Ok(int(date::days_in_month(number(args, 0), number(args, 1))))
    });
    m.method("int GetDaysInYear(int year)", |_, _, args| {
        Ok(int(if date::is_leap(number(args, 0)) { 366 } else { 365 }))
    });
    m.method("int GetMonthsInYear(int year)", |_, _, _| Ok(Value::I32(12)));
    m.method("bool IsLeapYear(int year)", |_, _, args| Ok(date::is_leap(number(args, 0)).into()));
}

fn iso_week(m: &mut Members) {
    m.function("int GetWeekOfYear(datetime date)", |_, _, args| Ok(int(day(args).iso_week())));
    m.function("int GetYear(datetime date)", |_, _, args| Ok(int(iso_year(day(args)))));
    m.function("int GetWeeksInYear(int year)", |_, _, args| Ok(int(weeks_in(number(args, 0)))));
    m.function("datetime GetYearStart(int year)", |_, _, args| {
        Ok(first_monday(number(args, 0)).map_or(Value::Null, Value::DateTime))
    });
    m.function("datetime GetYearEnd(int year)", |_, _, args| {
        let days = weeks_in(number(args, 0)).saturating_mul(7).saturating_sub(1);
        let end = first_monday(number(args, 0)).and_then(|start| start.add_ticks(days.saturating_mul(DAY)));
        Ok(end.map_or(Value::Null, Value::DateTime))
    });
    m.function("datetime ToDateTime(int year, int week, System.DayOfWeek dayOfWeek)", |_, _, args| {
        let (week, of_week) = (number(args, 1), number(args, 2));
        if !(1..=53).contains(&week) {
            return Err(not_valid("week"));
        }
        let since_monday = if of_week == 0 { 6 } else { of_week.saturating_sub(1) };
        let days = week.saturating_sub(1).saturating_mul(7).saturating_add(since_monday);
        let found = first_monday(number(args, 0)).and_then(|start| start.add_ticks(days.saturating_mul(DAY)));
        Ok(found.map_or(Value::Null, Value::DateTime))
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Globalization.Calendar"),
    TypeDef::class(CALENDAR).base("System.Globalization.Calendar").members(calendar),
    TypeDef::class("System.Globalization.ISOWeek").members(iso_week),
    TypeDef::labels(
        "System.Globalization.CalendarWeekRule",
        &[("FirstDay", 0), ("FirstFullWeek", 1), ("FirstFourDayWeek", 2)],
    ),
    TypeDef::labels(
        "System.Globalization.CalendarAlgorithmType",
        &[("Unknown", 0), ("SolarCalendar", 1), ("LunarCalendar", 2), ("LunisolarCalendar", 3)],
    ),
    TypeDef::labels(
        "System.Globalization.GregorianCalendarTypes",
        &[
            ("Localized", 1),
            ("USEnglish", 2),
            ("MiddleEastFrench", 9),
            ("Arabic", 10),
            ("TransliteratedEnglish", 11),
            ("TransliteratedFrench", 12),
        ],
    ),
];
