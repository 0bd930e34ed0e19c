//! `DateOnly` and `TimeOnly`.

use psrpd_dotnet::{
    DateTime, Kind, Str, cast, culture,
    date::{self, TICKS_PER_DAY as DAY, TICKS_PER_SECOND as SECOND},
    date_format, date_parse,
};

use super::{
    Members, TypeDef,
    args::{f, n, s, ticks, tried, value},
    dates, enum_number,
    integers::in_culture,
    offsets::{fractions, int, moment, out_of_range, span},
};
use crate::{
    eval::{R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

/// The ticks that a day and a time of day are together.
pub(super) fn ticks_of_parts(args: &[Value]) -> i64 {
    let day = args.first().map_or(0, number_of).saturating_mul(DAY);
    day.saturating_add(args.get(1).map_or(0, time_of))
}

/// A part of a moment that is a type of its own.
pub(super) struct Part {
    name: &'static str,
    /// The format `o`.
    round_trip: &'static str,
    /// The format `r`.
    rfc: &'static str,
    /// Its number in a moment that was read; none where that says something else.
    number: fn(date_parse::Parsed) -> Option<i64>,
    make: fn(i64) -> R<Value>,
}

pub(super) const DATE: Part = Part {
    name: "DateOnly",
    round_trip: "yyyy-MM-dd",
    rfc: "ddd, dd MMM yyyy",
    number: |read| (read.has_date && read.date.time_of_day() == 0).then(|| read.date.ticks() / DAY),
    make: date_only,
};

pub(super) const TIME: Part = Part {
    name: "TimeOnly",
    round_trip: "HH:mm:ss.fffffff",
    rfc: "HH:mm:ss",
    number: |read| (!read.has_date).then(|| read.date.time_of_day()),
    make: time_only,
};

impl Part {
    /// What a text says, in the culture among the arguments behind it.
    pub(super) fn parse(&self, rs: &mut Runspace, args: &[Value]) -> R<Value> {
        let source = s(args, 0);
        let year = rs.now().date().year;
        let read = in_culture(rs, args, |rs| Ok(date_parse::parse(&source, year, &rs.culture().dates)))?;
        self.made(read, args)
    }

    /// A text in one of several formats.
    fn parse_exact(&self, rs: &mut Runspace, args: &[Value]) -> R<Value> {
        let formats = match value(args, 1).base() {
            Value::Array(array) => Value::strings(array.items().iter().map(|item| self.format(text(item)))),
            format => Value::Str(self.format(text(format))),
        };
        let shown = [s(args, 0).into(), formats];
        let read = in_culture(rs, args, |rs| Ok(dates::exactly(rs, &shown, dates::WHITE)))?;
        self.made(read, args)
    }

    fn made(&self, read: Option<date_parse::Parsed>, args: &[Value]) -> R<Value> {
        match read.and_then(self.number) {
            Some(number) => (self.make)(number),
            None => Err(dates::unreadable(args, self.name)),
        }
    }

    /// A format: days and times have an `o` and an `r` of their own.
    fn format(&self, format: Str) -> Str {
        match format.as_str() {
            "o" | "O" => self.round_trip.into(),
            "r" | "R" => self.rfc.into(),
            _ => format,
        }
    }
}

/// The rows that `DateOnly` and `TimeOnly` share, by their names.
macro_rules! part_members {
    ($m:ident $of:literal $part:ident) => {
        for declaration in [
            concat!("System.", $of, " Parse(string s)"),
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider)"),
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles style)"),
        ] {
            $m.function(declaration, |rs, _, args| $part.parse(rs, args));
        }
        for declaration in [
            concat!("bool TryParse(string s, [ref] System.", $of, " result)"),
            concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] System.", $of, " result)"),
            concat!("bool TryParse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
        ] {
            $m.function(declaration, |rs, _, args| {
                let found = $part.parse(rs, args).ok();
                tried(args, found, ($part.make)(0)?)
            });
        }
        for declaration in [
            concat!("System.", $of, " ParseExact(string s, string format)"),
            concat!("System.", $of, " ParseExact(string s, string[] formats)"),
            concat!("System.", $of, " ParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style = None)"),
            concat!("System.", $of, " ParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style = None)"),
        ] {
            $m.function(declaration, |rs, _, args| $part.parse_exact(rs, args));
        }
        for declaration in [
            concat!("bool TryParseExact(string s, string format, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string[] formats, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
        ] {
            $m.function(declaration, |rs, _, args| {
                let found = $part.parse_exact(rs, args).ok();
                tried(args, found, ($part.make)(0)?)
            });
        }
    };
}

fn shown(rs: &mut Runspace, clock: DateTime, format: &str, args: &[Value]) -> R<Value> {
    in_culture(rs, args, |rs| {
        date_format::format(clock, format, 0, &rs.culture().dates)
            .map(Value::from)
            .map_err(|_| error::thrown("System.FormatException", "Input string was not in a correct format."))
    })
}

fn more_date_members(m: &mut Members) {
    part_members!(m "DateOnly" DATE);
    m.method("datetime ToDateTime(System.TimeOnly time, System.DateTimeKind kind)", |_, this, args| {
        Ok(moment(day_of(this).ticks().saturating_add(args.first().map_or(0, time_of)), dates::kind(args, 1)))
    });
    m.method("string ToLongDateString()", |rs, this, _| shown(rs, day_of(this), "D", &[]));
    m.method("string ToShortDateString()", |rs, this, _| shown(rs, day_of(this), "d", &[]));
}

fn clock(this: &Value) -> DateTime {
    DateTime::new(time_of(this), Kind::Unspecified).unwrap_or_default()
}

fn more_time_members(m: &mut Members) {
    part_members!(m "TimeOnly" TIME);
    m.function("timespan op_Subtraction(System.TimeOnly t1, System.TimeOnly t2)", |_, _, args| {
        let [a, b] = [0, 1].map(|at| args.get(at).map_or(0, time_of));
        Ok(span(a.saturating_sub(b).rem_euclid(DAY)))
    });
    m.method("System.TimeOnly Add(timespan value, [ref] int wrappedDays)", |_, this, args| {
        let whole = time_of(this).saturating_add(ticks(args, 0));
        super::args::set_out(args, 1, int(whole.div_euclid(DAY)));
        time_only(whole.rem_euclid(DAY))
    });
    m.method("string ToLongTimeString()", |rs, this, _| shown(rs, clock(this), "T", &[]));
    m.method("string ToShortTimeString()", |rs, this, _| shown(rs, clock(this), "t", &[]));
}

fn date_only(number: i64) -> R<Value> {
    let Some(day) = DateTime::new(number.saturating_mul(DAY), Kind::Unspecified) else {
        return Err(out_of_range("The added or subtracted value results in an un-representable DateOnly."));
    };
    let date = day.date();
    Ok(Opaque::new(
        "System.DateOnly",
        [
            ("Year", int(date.year)),
            ("Month", int(date.month)),
            ("Day", int(date.day)),
            ("DayOfWeek", enum_number("System.DayOfWeek", day.day_of_week())),
            ("DayOfYear", int(day.day_of_year())),
            ("DayNumber", int(number)),
        ],
    )
    .displayed(date_format::format(day, "MM/dd/yyyy", 0, &culture::invariant().dates).unwrap_or_default())
    .ordered(Order::Number(number.into()))
    .into_value())
}

fn number_of(this: &Value) -> i64 {
    n(&[this.field("DayNumber")], 0)
}

fn day_of(this: &Value) -> DateTime {
    DateTime::new(number_of(this).saturating_mul(DAY), Kind::Unspecified).unwrap_or_default()
}

fn date_only_members(m: &mut Members) {
    more_date_members(m);
    m.constructor("System.DateOnly(int year, int month, int day)", |_, _, args| {
        match DateTime::from_date(n(args, 0), n(args, 1), n(args, 2)) {
            Some(day) => date_only(day.ticks() / DAY),
            None => Err(out_of_range("Year, Month, and Day parameters describe an un-representable DateTime.")),
        }
    });
    m.constant("System.DateOnly MinValue", |_, _| date_only(0));
    m.constant("System.DateOnly MaxValue", |_, _| date_only(date::MAX_TICKS / DAY));
    m.function("System.DateOnly FromDateTime(datetime dateTime)", |_, _, args| date_only(ticks(args, 0) / DAY));
    m.function("System.DateOnly FromDayNumber(int dayNumber)", |_, _, args| date_only(n(args, 0)));
    m.method("System.DateOnly AddDays(int value)", |_, this, args| {
        date_only(number_of(this).saturating_add(n(args, 0)))
    });
    m.method("System.DateOnly AddMonths(int value)", |_, this, args| {
        date_only(day_of(this).add_months(n(args, 0)).map_or(-1, |day| day.ticks() / DAY))
    });
    m.method("System.DateOnly AddYears(int value)", |_, this, args| {
        date_only(day_of(this).add_months(n(args, 0).saturating_mul(12)).map_or(-1, |day| day.ticks() / DAY))
    });
    m.method("datetime ToDateTime(System.TimeOnly time)", |_, this, args| {
        let time = args.first().map_or(0, time_of);
        Ok(moment(day_of(this).ticks().saturating_add(time), Kind::Unspecified))
    });
    for signature in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)"]
    {
        m.method(signature, |rs, this, args| {
            let format = DATE.format(s(args, 0));
            shown(rs, day_of(this), if format.is_empty() { "d" } else { &format }, args)
        });
    }
    for signature in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(signature, |rs, this, args| shown(rs, day_of(this), "d", args));
    }
}

fn time_only(ticks: i64) -> R<Value> {
    if !(0..DAY).contains(&ticks) {
        return Err(out_of_range("Ticks must be between 0 and and TimeOnly.MaxValue.Ticks."));
    }
    let clock = DateTime::new(ticks, Kind::Unspecified).unwrap_or_default();
    let (hour, minute, second, _) = clock.clock();
    let [milli, micro, nano] = fractions(ticks);
    Ok(Opaque::new(
        "System.TimeOnly",
        [
            ("Hour", int(hour)),
            ("Minute", int(minute)),
            ("Second", int(second)),
            ("Millisecond", milli),
            ("Microsecond", micro),
            ("Nanosecond", nano),
            ("Ticks", Value::I64(ticks)),
        ],
    )
    .displayed(format!("{hour:02}:{minute:02}"))
    .ordered(Order::Number(ticks.into()))
    .into_value())
}

fn time_of(this: &Value) -> i64 {
    n(&[this.field("Ticks")], 0)
}

fn time_only_members(m: &mut Members) {
    more_time_members(m);
    for signature in [
        "System.TimeOnly(int hour, int minute)",
        "System.TimeOnly(int hour, int minute, int second)",
        "System.TimeOnly(int hour, int minute, int second, int millisecond)",
    ] {
        m.constructor(signature, |_, _, args| {
            let parts = [n(args, 0), n(args, 1), n(args, 2), n(args, 3)];
            let [hour, minute, second, milli] = parts;
            if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
                return Err(out_of_range("Hour, Minute, and Second parameters describe an un-representable DateTime."));
            }
            let seconds = hour.saturating_mul(3600).saturating_add(minute.saturating_mul(60)).saturating_add(second);
            time_only(seconds.saturating_mul(SECOND).saturating_add(milli.saturating_mul(10_000)))
        });
    }
    m.constructor("System.TimeOnly(long ticks)", |_, _, args| time_only(n(args, 0)));
    m.constant("System.TimeOnly MinValue", |_, _| time_only(0));
    m.constant("System.TimeOnly MaxValue", |_, _| time_only(DAY.saturating_sub(1)));
    m.function("System.TimeOnly FromDateTime(datetime dateTime)", |_, _, args| {
        time_only(ticks(args, 0).rem_euclid(DAY))
    });
    m.function("System.TimeOnly FromTimeSpan(timespan timeSpan)", |_, _, args| time_only(ticks(args, 0)));
    m.method("System.TimeOnly Add(timespan value)", |_, this, args| {
        time_only(time_of(this).saturating_add(ticks(args, 0)).rem_euclid(DAY))
    });
    m.method("System.TimeOnly AddHours(double value)", |_, this, args| shifted(this, args, 3600 * SECOND));
    m.method("System.TimeOnly AddMinutes(double value)", |_, this, args| shifted(this, args, 60 * SECOND));
    m.method("timespan ToTimeSpan()", |_, this, _| Ok(span(time_of(this))));
    m.method("bool IsBetween(System.TimeOnly start, System.TimeOnly end)", |_, this, args| {
        let (now, start, end) = (time_of(this), args.first().map_or(0, time_of), args.get(1).map_or(0, time_of));
        Ok(if start <= end { (start..end).contains(&now) } else { now >= start || now < end }.into())
    });
    for signature in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)"]
    {
        m.method(signature, |rs, this, args| {
            let format = TIME.format(s(args, 0));
            shown(rs, clock(this), if format.is_empty() { "t" } else { &format }, args)
        });
    }
    for signature in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(signature, |rs, this, args| shown(rs, clock(this), "t", args));
    }
}

fn shifted(this: &Value, args: &[Value], unit: i64) -> R<Value> {
    let more = cast::truncate(f(args, 0) * cast::double(unit));
    time_only(time_of(this).saturating_add(more).rem_euclid(DAY))
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.DateOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .zero(|| date_only(0).unwrap_or_default())
        .members(date_only_members),
    TypeDef::value("System.TimeOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .zero(|| time_only(0).unwrap_or_default())
        .members(time_only_members),
];
