//! `DateOnly` and `TimeOnly`.

use psrpd_dotnet::{DateTime, Kind, Str, cast, culture, date, date_format, date_parse};

use super::{
    Members, TypeDef,
    args::{n, s, tried},
    enum_number,
    offsets::{ALLOW_WHITE, DAY, SECOND, field, fractions, in_culture, int, moment, out_of_range, span, ticks_of},
};
use crate::{
    eval::{Flow, R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

/// The ticks that a day and a time of day are together.
pub(super) fn ticks_of_parts(args: &[Value]) -> i64 {
    let day = args.first().map_or(0, number_of).saturating_mul(DAY);
    day.saturating_add(args.get(1).map_or(0, time_of))
}

fn unreadable(args: &[Value], of: &str) -> Flow {
    error::thrown("System.FormatException", format!("String '{}' was not recognized as a valid {of}.", s(args, 0)))
}

/// What a text says, in the culture among the arguments behind it.
fn parsed(rs: &mut Runspace, args: &[Value]) -> R<Option<date_parse::Parsed>> {
    let source = s(args, 0);
    in_culture(rs, args, |rs| Ok(date_parse::parse(&source, rs.now().date().year, &rs.culture().dates)))
}

/// A text in one of several formats as a part of a moment.
fn exact_part(
    rs: &mut Runspace,
    args: &[Value],
    provider: &[Value],
    of: &str,
    make: impl FnOnce(date_parse::Parsed) -> Option<i64>,
    whole: fn(i64) -> R<Value>,
) -> R<Value> {
    match in_culture(rs, provider, |rs| Ok(super::dates::exactly(rs, args, ALLOW_WHITE)))?.and_then(make) {
        Some(number) => whole(number),
        None => Err(unreadable(args, of)),
    }
}

fn exact_date(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let day = |parsed: date_parse::Parsed| {
        (parsed.has_date && parsed.date.time_of_day() == 0).then(|| parsed.date.ticks() / DAY)
    };
    // The round-trip format of a day is one of its own.
    let shown =
        &[s(args, 0).into(), standard(&args.get(1).cloned().unwrap_or_default(), "yyyy-MM-dd", "ddd, dd MMM yyyy")];
    exact_part(rs, shown, args, "DateOnly", day, date_only)
}

fn exact_time(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let time = |parsed: date_parse::Parsed| (!parsed.has_date).then(|| parsed.date.time_of_day());
    let shown =
        &[s(args, 0).into(), standard(&args.get(1).cloned().unwrap_or_default(), "HH:mm:ss.fffffff", "HH:mm:ss")];
    exact_part(rs, shown, args, "TimeOnly", time, time_only)
}

/// Formats, with the ones in place of `o` and `r` that days and times have.
fn standard(format: &Value, round_trip: &str, rfc: &str) -> Value {
    let one = |format: &Str| -> Str {
        match format.as_str() {
            "o" | "O" => round_trip.into(),
            "r" | "R" => rfc.into(),
            _ => format.clone(),
        }
    };
    match format.base() {
        Value::Array(array) => Value::strings(array.items().iter().map(|item| one(&text(item)))),
        other => Value::Str(one(&text(other))),
    }
}

/// The rows that `DateOnly` and `TimeOnly` share, by their names.
macro_rules! part_members {
    ($m:ident $of:literal $parse:ident $exact:ident $least:expr) => {
        for declaration in [
            concat!("System.", $of, " Parse(string s)"),
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider)"),
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles style)"),
        ] {
            $m.function(declaration, |rs, _, args| $parse(rs, args));
        }
        for declaration in [
            concat!("bool TryParse(string s, [ref] System.", $of, " result)"),
            concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] System.", $of, " result)"),
            concat!("bool TryParse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
        ] {
            $m.function(declaration, |rs, _, args| {
                let found = $parse(rs, args).ok();
                tried(args, found, $least?)
            });
        }
        for declaration in [
            concat!("System.", $of, " ParseExact(string s, string format)"),
            concat!("System.", $of, " ParseExact(string s, string[] formats)"),
            concat!("System.", $of, " ParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style = None)"),
            concat!("System.", $of, " ParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style = None)"),
        ] {
            $m.function(declaration, |rs, _, args| $exact(rs, args));
        }
        for declaration in [
            concat!("bool TryParseExact(string s, string format, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string[] formats, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
            concat!("bool TryParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] System.", $of, " result)"),
        ] {
            $m.function(declaration, |rs, _, args| {
                let found = $exact(rs, args).ok();
                tried(args, found, $least?)
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
    part_members!(m "DateOnly" parse_date exact_date date_only(0));
    m.method("datetime ToDateTime(System.TimeOnly time, System.DateTimeKind kind)", |_, this, args| {
        Ok(moment(day_of(this).ticks().saturating_add(args.first().map_or(0, time_of)), super::dates::kind(args, 1)))
    });
    m.method("string ToLongDateString()", |rs, this, _| shown(rs, day_of(this), "D", &[]));
    m.method("string ToShortDateString()", |rs, this, _| shown(rs, day_of(this), "d", &[]));
}

fn clock(this: &Value) -> DateTime {
    DateTime::new(time_of(this), Kind::Unspecified).unwrap_or_default()
}

fn more_time_members(m: &mut Members) {
    part_members!(m "TimeOnly" parse_time exact_time time_only(0));
    m.method("System.TimeOnly Add(timespan value, [ref] int wrappedDays)", |_, this, args| {
        let whole = time_of(this).saturating_add(args.first().map_or(0, ticks_of));
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
    field(this, "DayNumber").as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

fn day_of(this: &Value) -> DateTime {
    DateTime::new(number_of(this).saturating_mul(DAY), Kind::Unspecified).unwrap_or_default()
}

pub(super) fn parse_date(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    match parsed(rs, args)? {
        Some(parsed) if parsed.has_date && parsed.date.time_of_day() == 0 => date_only(parsed.date.ticks() / DAY),
        _ => Err(unreadable(args, "DateOnly")),
    }
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
    m.function("System.DateOnly FromDateTime(datetime dateTime)", |_, _, args| {
        date_only(args.first().map_or(0, ticks_of) / DAY)
    });
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
            let format = s(args, 0);
            let format = if format.is_empty() { Value::from("d") } else { Value::Str(format) };
            shown(rs, day_of(this), &text(&standard(&format, "yyyy-MM-dd", "ddd, dd MMM yyyy")), args)
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
    match field(this, "Ticks") {
        Value::I64(ticks) => ticks,
        _ => 0,
    }
}

pub(super) fn parse_time(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    match parsed(rs, args)? {
        Some(parsed) if !parsed.has_date => time_only(parsed.date.time_of_day()),
        _ => Err(unreadable(args, "TimeOnly")),
    }
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
        time_only(args.first().map_or(0, ticks_of).rem_euclid(DAY))
    });
    m.function("System.TimeOnly FromTimeSpan(timespan timeSpan)", |_, _, args| {
        time_only(args.first().map_or(0, ticks_of))
    });
    m.method("System.TimeOnly Add(timespan value)", |_, this, args| {
        time_only(time_of(this).saturating_add(args.first().map_or(0, ticks_of)).rem_euclid(DAY))
    });
    for (signature, hours) in
        [("System.TimeOnly AddHours(double value)", true), ("System.TimeOnly AddMinutes(double value)", false)]
    {
        let call: super::NativeFn = if hours {
            |_, this, args| shifted(this, args, 3600 * SECOND)
        } else {
            |_, this, args| shifted(this, args, 60 * SECOND)
        };
        m.method(signature, call);
    }
    m.method("timespan ToTimeSpan()", |_, this, _| Ok(span(time_of(this))));
    m.method("bool IsBetween(System.TimeOnly start, System.TimeOnly end)", |_, this, args| {
        let (now, start, end) = (time_of(this), args.first().map_or(0, time_of), args.get(1).map_or(0, time_of));
        Ok(if start <= end { (start..end).contains(&now) } else { now >= start || now < end }.into())
    });
    for signature in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)"]
    {
        m.method(signature, |rs, this, args| {
            let format = s(args, 0);
            let format = if format.is_empty() { Value::from("t") } else { Value::Str(format) };
            shown(rs, clock(this), &text(&standard(&format, "HH:mm:ss.fffffff", "HH:mm:ss")), args)
        });
    }
    for signature in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(signature, |rs, this, args| shown(rs, clock(this), "t", args));
    }
}

fn shifted(this: &Value, args: &[Value], unit: i64) -> R<Value> {
    let amount = args.first().map_or(0.0, |arg| if let Value::F64(n) = arg.base() { *n } else { 0.0 });
    let more = cast::truncate(amount * cast::double(unit));
    time_only(time_of(this).saturating_add(more).rem_euclid(DAY))
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.DateOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .members(date_only_members),
    TypeDef::value("System.TimeOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .members(time_only_members),
];
