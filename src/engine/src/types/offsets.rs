//! `DateTimeOffset`, `DateOnly` and `TimeOnly`.

use psrpd_dotnet::{DateTime, Kind, Str, TimeSpan, cast, culture, date, date_format, date_parse};

use super::{
    Members, Type, TypeDef,
    args::{n, s, tried},
    enum_number,
};
use crate::{
    eval::{R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

const SECOND: i64 = date::TICKS_PER_SECOND;
const DAY: i64 = 86_400 * SECOND;

fn int(n: i64) -> Value {
    Value::I32(i32::try_from(n).unwrap_or(0))
}

fn field(this: &Value, name: &str) -> Value {
    this.downcast::<Opaque>().and_then(|value| value.get(name)).unwrap_or_default()
}

fn span(ticks: i64) -> Value {
    Value::TimeSpan(TimeSpan(ticks))
}

fn moment(ticks: i64, kind: Kind) -> Value {
    DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime)
}

fn ticks_of(value: &Value) -> i64 {
    match value.base() {
        Value::DateTime(date) => date.ticks(),
        Value::TimeSpan(span) => span.0,
        _ => 0,
    }
}

fn out_of_range(message: &str) -> crate::eval::Flow {
    error::thrown("System.ArgumentOutOfRangeException", message)
}

/// Milliseconds, microseconds and nanoseconds of a time of day.
fn fractions(ticks: i64) -> [Value; 3] {
    let rest = ticks.rem_euclid(SECOND);
    [int(rest / 10_000), int(rest / 10 % 1000), int((rest % 10).saturating_mul(100))]
}

/// A clock reading with its distance to UTC.
fn offset_date(rs: &Runspace, ticks: i64, offset: i64) -> R<Value> {
    let utc = ticks.saturating_sub(offset);
    let (Some(clock), Some(_)) = (DateTime::new(ticks, Kind::Local), DateTime::new(utc, Kind::Utc)) else {
        return Err(out_of_range(
            "The UTC time represented when the offset is applied must be between year 0 and 10,000.",
        ));
    };
    let local = utc.saturating_add(rs.platform.utc_offset(utc));
    let of_day = clock.time_of_day();
    let (hour, minute, second, _) = clock.clock();
    let day = clock.date();
    let [milli, micro, nano] = fractions(of_day);
    let shown = format_offset(ticks, offset, "").unwrap_or_default();
    Ok(Opaque::new(
        "System.DateTimeOffset",
        [
            ("DateTime", moment(ticks, Kind::Unspecified)),
            ("UtcDateTime", moment(utc, Kind::Utc)),
            ("LocalDateTime", moment(local, Kind::Local)),
            ("Date", moment(ticks.saturating_sub(of_day), Kind::Unspecified)),
            ("Day", int(day.day)),
            ("DayOfWeek", enum_number("System.DayOfWeek", clock.day_of_week())),
            ("DayOfYear", int(clock.day_of_year())),
            ("Hour", int(hour)),
            ("Millisecond", milli),
            ("Microsecond", micro),
            ("Nanosecond", nano),
            ("Minute", int(minute)),
            ("Month", int(day.month)),
            ("Offset", span(offset)),
            ("TotalOffsetMinutes", int(offset / (60 * SECOND))),
            ("Second", int(second)),
            ("Ticks", Value::I64(ticks)),
            ("UtcTicks", Value::I64(utc)),
            ("TimeOfDay", span(of_day)),
            ("Year", int(day.year)),
        ],
    )
    .displayed(shown)
    .ordered(Order::Number(utc.into()))
    .into_value())
}

fn format_offset(ticks: i64, offset: i64, format: &str) -> Option<String> {
    let culture = &culture::invariant().dates;
    let utc = DateTime::new(ticks.saturating_sub(offset), Kind::Utc)?;
    let clock = DateTime::new(ticks, Kind::Local)?;
    match format {
        "" => date_format::format(clock, "MM/dd/yyyy HH:mm:ss zzz", offset, culture).ok(),
        "u" | "r" | "R" => date_format::format(utc, format, 0, culture).ok(),
        _ => date_format::format(clock, format, offset, culture).ok(),
    }
}

fn clock_of(this: &Value) -> (i64, i64) {
    (ticks_of(&field(this, "DateTime")), ticks_of(&field(this, "Offset")))
}

/// A text as a moment; without an offset in it, local time is meant.
fn parse_offset(rs: &Runspace, source: &str) -> R<Value> {
    let year = rs.now().date().year;
    let Some(parsed) = date_parse::parse(source, year, &rs.culture().dates) else {
        return Err(error::thrown(
            "System.FormatException",
            format!("String '{source}' was not recognized as a valid DateTime."),
        ));
    };
    let ticks = parsed.date.ticks();
    let offset = parsed.offset.unwrap_or_else(|| rs.platform.utc_offset(ticks));
    offset_date(rs, ticks, offset)
}

fn now(rs: &Runspace, is_utc: bool) -> R<Value> {
    let utc = rs.platform.now();
    let offset = if is_utc { 0 } else { rs.platform.utc_offset(utc) };
    offset_date(rs, utc.saturating_add(offset), offset)
}

/// The styles among arguments, the words of which are texts by now or not.
fn assumed_utc(args: &[Value]) -> bool {
    const ASSUME_UNIVERSAL: i64 = 64;
    args.iter().any(
        |arg| matches!(arg.base(), Value::Enum(of, n) if of.is_kind("DateTimeStyles") && n & ASSUME_UNIVERSAL != 0),
    )
}

/// A text in one of several formats as a moment.
fn parse_offset_exactly(rs: &Runspace, args: &[Value]) -> R<Value> {
    const ALLOW_WHITE: i64 = 7;
    let Some(parsed) = super::dates::exactly(rs, args, ALLOW_WHITE) else {
        return Err(error::thrown(
            "System.FormatException",
            format!("String '{}' was not recognized as a valid DateTime.", s(args, 0)),
        ));
    };
    let ticks = if parsed.has_date { parsed.date.ticks() } else { crate::convert::settle_date(rs, parsed).ticks() };
    let otherwise = if assumed_utc(args) { 0 } else { rs.platform.utc_offset(ticks) };
    offset_date(rs, ticks, parsed.offset.unwrap_or(otherwise))
}

/// The ticks that a day and a time of day are together.
pub(super) fn ticks_of_parts(args: &[Value]) -> i64 {
    let day = args.first().map_or(0, number_of).saturating_mul(DAY);
    day.saturating_add(args.get(1).map_or(0, time_of))
}

fn more_offset_members(m: &mut Members) {
    for declaration in [
        "System.DateTimeOffset Parse(string input, System.IFormatProvider formatProvider)",
        "System.DateTimeOffset Parse(string input, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles)",
    ] {
        m.function(declaration, |rs, _, args| parse_offset(rs, &s(args, 0)));
    }
    for declaration in [
        "bool TryParse(string input, System.IFormatProvider formatProvider, [ref] System.DateTimeOffset result)",
        "bool TryParse(string input, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles, [ref] System.DateTimeOffset result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let least = offset_date(rs, 0, 0)?;
            tried(args, parse_offset(rs, &s(args, 0)).ok(), least)
        });
    }
    for declaration in [
        "System.DateTimeOffset ParseExact(string input, string format, System.IFormatProvider formatProvider)",
        "System.DateTimeOffset ParseExact(string input, string format, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles)",
        "System.DateTimeOffset ParseExact(string input, string[] formats, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles)",
    ] {
        m.function(declaration, |rs, _, args| parse_offset_exactly(rs, args));
    }
    for declaration in [
        "bool TryParseExact(string input, string format, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles, [ref] System.DateTimeOffset result)",
        "bool TryParseExact(string input, string[] formats, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles, [ref] System.DateTimeOffset result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let least = offset_date(rs, 0, 0)?;
            tried(args, parse_offset_exactly(rs, args).ok(), least)
        });
    }
    fn utc_of(args: &[Value], at: usize) -> i64 {
        args.get(at).map_or(0, |value| ticks_of(&field(value, "UtcDateTime")))
    }
    m.function("int Compare(System.DateTimeOffset first, System.DateTimeOffset second)", |_, _, args| {
        Ok(super::args::sign(utc_of(args, 0).cmp(&utc_of(args, 1))))
    });
    m.function("bool Equals(System.DateTimeOffset first, System.DateTimeOffset second)", |_, _, args| {
        Ok((utc_of(args, 0) == utc_of(args, 1)).into())
    });
    m.method("bool EqualsExact(System.DateTimeOffset other)", |_, this, args| {
        Ok((Some(clock_of(this)) == args.first().map(clock_of)).into())
    });
    m.method("System.DateTimeOffset AddTicks(long ticks)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(n(args, 0)), offset)
    });
    m.method("System.DateTimeOffset AddMicroseconds(double microseconds)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(cast::truncate(super::args::f(args, 0) * 10.0)), offset)
    });
    m.method("long ToFileTime()", |rs, this, _| rs.call_method(&field(this, "UtcDateTime"), "ToFileTime", &[]));
    m.function("System.DateTimeOffset FromFileTime(long fileTime)", |rs, _, args| {
        let date = rs.call_static(&Value::Type(super::datetime()), "FromFileTime", &[Value::I64(n(args, 0))])?;
        from_date(rs, &date)
    });
    for declaration in ["string ToString()", "string ToString(System.IFormatProvider formatProvider)"] {
        m.method(declaration, |_, this, _| Ok(Value::Str(text(this))));
    }
    m.constructor(
        "System.DateTimeOffset(int year, int month, int day, int hour, int minute, int second, int millisecond, timespan offset)",
        |rs, _, args| {
            let day = date::Date { year: n(args, 0), month: n(args, 1), day: n(args, 2) };
            let milliseconds = n(args, 6).saturating_mul(10_000);
            match DateTime::from_parts(day, n(args, 3), n(args, 4), n(args, 5), milliseconds) {
                Some(clock) => offset_date(rs, clock.ticks(), args.get(7).map_or(0, ticks_of)),
                None => Err(out_of_range("Year, Month, and Day parameters describe an un-representable DateTime.")),
            }
        },
    );
    m.constructor(
        "System.DateTimeOffset(System.DateOnly date, System.TimeOnly time, timespan offset)",
        |rs, _, args| offset_date(rs, ticks_of_parts(args), args.get(2).map_or(0, ticks_of)),
    );
}

/// A text in one of several formats as a part of a moment.
fn exact_part(
    rs: &Runspace,
    args: &[Value],
    of: &str,
    make: impl FnOnce(date_parse::Parsed) -> Option<i64>,
    whole: fn(i64) -> R<Value>,
) -> R<Value> {
    const ALLOW_WHITE: i64 = 7;
    match super::dates::exactly(rs, args, ALLOW_WHITE).and_then(make) {
        Some(number) => whole(number),
        None => Err(error::thrown(
            "System.FormatException",
            format!("String '{}' was not recognized as a valid {of}.", s(args, 0)),
        )),
    }
}

fn exact_date(rs: &Runspace, args: &[Value]) -> R<Value> {
    let day = |parsed: date_parse::Parsed| {
        (parsed.has_date && parsed.date.time_of_day() == 0).then(|| parsed.date.ticks() / DAY)
    };
    // The round-trip format of a day is one of its own.
    let args =
        &[s(args, 0).into(), standard(&args.get(1).cloned().unwrap_or_default(), "yyyy-MM-dd", "ddd, dd MMM yyyy")];
    exact_part(rs, args, "DateOnly", day, date_only)
}

fn exact_time(rs: &Runspace, args: &[Value]) -> R<Value> {
    let time = |parsed: date_parse::Parsed| (!parsed.has_date).then(|| parsed.date.time_of_day());
    let args =
        &[s(args, 0).into(), standard(&args.get(1).cloned().unwrap_or_default(), "HH:mm:ss.fffffff", "HH:mm:ss")];
    exact_part(rs, args, "TimeOnly", time, time_only)
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
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider)"),
            concat!("System.", $of, " Parse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles style)"),
        ] {
            $m.function(declaration, |rs, _, args| $parse(rs, &s(args, 0)));
        }
        $m.function(concat!("bool TryParse(string s, System.IFormatProvider provider, [ref] System.", $of, " result)"), |rs, _, args| {
            tried(args, $parse(rs, &s(args, 0)).ok(), $least?)
        });
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
            $m.function(declaration, |rs, _, args| tried(args, $exact(rs, args).ok(), $least?));
        }
        for declaration in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
            $m.method(declaration, |_, this, _| Ok(Value::Str(text(this))));
        }
    };
}

fn shown(clock: DateTime, format: &str) -> R<Value> {
    date_format::format(clock, format, 0, &culture::invariant().dates)
        .map(Value::from)
        .map_err(|_| error::thrown("System.FormatException", "Input string was not in a correct format."))
}

fn more_date_members(m: &mut Members) {
    part_members!(m "DateOnly" parse_date exact_date date_only(0));
    m.method("datetime ToDateTime(System.TimeOnly time, System.DateTimeKind kind)", |_, this, args| {
        let kind = match super::args::label(args, 1) {
            1 => Kind::Utc,
            2 => Kind::Local,
            _ => Kind::Unspecified,
        };
        Ok(moment(day_of(this).ticks().saturating_add(args.first().map_or(0, time_of)), kind))
    });
    m.method("string ToLongDateString()", |_, this, _| shown(day_of(this), "D"));
    m.method("string ToShortDateString()", |_, this, _| shown(day_of(this), "d"));
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
    m.method("string ToLongTimeString()", |_, this, _| shown(clock(this), "T"));
    m.method("string ToShortTimeString()", |_, this, _| shown(clock(this), "t"));
}

/// Ticks since year 1 of 1970.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// Ticks since year 1 of 1601, where the times of files begin.
const FILE_EPOCH: i64 = 504_911_232_000_000_000;

fn offset_members(m: &mut Members) {
    more_offset_members(m);
    m.constant("System.DateTimeOffset Now", |rs, _| now(rs, false));
    m.constant("System.DateTimeOffset UtcNow", |rs, _| now(rs, true));
    m.constant("System.DateTimeOffset MinValue", |rs, _| offset_date(rs, 0, 0));
    m.constant("System.DateTimeOffset MaxValue", |rs, _| offset_date(rs, date::MAX_TICKS, 0));
    m.constant("System.DateTimeOffset UnixEpoch", |rs, _| offset_date(rs, UNIX_EPOCH, 0));
    m.constructor("System.DateTimeOffset(datetime dateTime)", |rs, _, args| {
        from_date(rs, args.first().unwrap_or(&Value::Null))
    });
    m.constructor("System.DateTimeOffset(datetime dateTime, timespan offset)", |rs, _, args| {
        offset_date(rs, args.first().map_or(0, ticks_of), args.get(1).map_or(0, ticks_of))
    });
    m.constructor("System.DateTimeOffset(long ticks, timespan offset)", |rs, _, args| {
        offset_date(rs, n(args, 0), args.get(1).map_or(0, ticks_of))
    });
    for signature in [
        "System.DateTimeOffset(int year, int month, int day, int hour, int minute, int second, timespan offset)",
        "System.DateTimeOffset(int year, int month, int day, int hour, int minute, int second, int millisecond, timespan offset)",
        "System.DateTimeOffset(int year, int month, int day, int hour, int minute, int second, int millisecond, int microsecond, timespan offset)",
    ] {
        m.constructor(signature, |rs, _, args| {
            let Some((offset, parts)) = args.split_last() else { return Ok(Value::Null) };
            let day = date::Date { year: n(parts, 0), month: n(parts, 1), day: n(parts, 2) };
            let rest = n(parts, 6).saturating_mul(10_000).saturating_add(n(parts, 7).saturating_mul(10));
            match DateTime::from_parts(day, n(parts, 3), n(parts, 4), n(parts, 5), rest) {
                Some(clock) => offset_date(rs, clock.ticks(), ticks_of(offset)),
                None => Err(out_of_range("Year, Month, and Day parameters describe an un-representable DateTime.")),
            }
        });
    }
    m.function("System.DateTimeOffset Parse(string input)", |rs, _, args| parse_offset(rs, &s(args, 0)));
    m.function("bool TryParse(string input, [ref] System.DateTimeOffset result)", |rs, _, args| {
        let found = parse_offset(rs, &s(args, 0)).ok();
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    });
    m.function("System.DateTimeOffset FromFileTime(long fileTime)", |rs, _, args| {
        let utc = n(args, 0).saturating_add(FILE_EPOCH);
        let local = rs.platform.utc_offset(utc);
        offset_date(rs, utc.saturating_add(local), local)
    });
    m.function("System.DateTimeOffset FromUnixTimeSeconds(long seconds)", |rs, _, args| {
        offset_date(rs, n(args, 0).saturating_mul(SECOND).saturating_add(UNIX_EPOCH), 0)
    });
    m.function("System.DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)", |rs, _, args| {
        offset_date(rs, n(args, 0).saturating_mul(10_000).saturating_add(UNIX_EPOCH), 0)
    });
    m.method("long ToUnixTimeSeconds()", |_, this, _| {
        let (ticks, offset) = clock_of(this);
        Ok(Value::I64(ticks.saturating_sub(offset).saturating_sub(UNIX_EPOCH).div_euclid(SECOND)))
    });
    m.method("long ToUnixTimeMilliseconds()", |_, this, _| {
        let (ticks, offset) = clock_of(this);
        Ok(Value::I64(ticks.saturating_sub(offset).saturating_sub(UNIX_EPOCH).div_euclid(10_000)))
    });
    m.method("System.DateTimeOffset ToUniversalTime()", |rs, this, _| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_sub(offset), 0)
    });
    m.method("System.DateTimeOffset ToLocalTime()", |rs, this, _| {
        let (ticks, offset) = clock_of(this);
        let utc = ticks.saturating_sub(offset);
        let local = rs.platform.utc_offset(utc);
        offset_date(rs, utc.saturating_add(local), local)
    });
    m.method("System.DateTimeOffset ToOffset(timespan offset)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        let new = args.first().map_or(0, ticks_of);
        offset_date(rs, ticks.saturating_sub(offset).saturating_add(new), new)
    });
    m.method("System.DateTimeOffset Add(timespan timeSpan)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(args.first().map_or(0, ticks_of)), offset)
    });
    m.method("System.DateTimeOffset AddTicks(long ticks)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(n(args, 0)), offset)
    });
    m.method("bool EqualsExact(System.DateTimeOffset other)", |_, this, args| {
        Ok((args.first().map(clock_of) == Some(clock_of(this))).into())
    });
    m.method("long ToFileTime()", |_, this, _| {
        let (ticks, offset) = clock_of(this);
        Ok(Value::I64(ticks.saturating_sub(offset).saturating_sub(FILE_EPOCH)))
    });
    m.method("System.DateTimeOffset Subtract(timespan value)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_sub(args.first().map_or(0, ticks_of)), offset)
    });
    m.method("timespan Subtract(System.DateTimeOffset value)", |_, this, args| {
        let ((a, x), (b, y)) = (clock_of(this), args.first().map_or((0, 0), clock_of));
        Ok(span(a.saturating_sub(x).saturating_sub(b.saturating_sub(y))))
    });
    macro_rules! add {
        ($($declaration:literal $unit:expr;)*) => {
            $(m.method($declaration, |rs, this, args| {
                let (ticks, offset) = clock_of(this);
                let amount = args.first().map_or(0.0, |arg| if let Value::F64(n) = arg.base() { *n } else { 0.0 });
                let more = cast::truncate(amount * cast::double($unit));
                offset_date(rs, ticks.saturating_add(more), offset)
            });)*
        };
    }
    add! {
        "System.DateTimeOffset AddDays(double days)" DAY;
        "System.DateTimeOffset AddHours(double hours)" 3600 * SECOND;
        "System.DateTimeOffset AddMinutes(double minutes)" 60 * SECOND;
        "System.DateTimeOffset AddSeconds(double seconds)" SECOND;
        "System.DateTimeOffset AddMilliseconds(double milliseconds)" 10_000;
        "System.DateTimeOffset AddMicroseconds(double microseconds)" 10;
    }
    for (signature, months) in
        [("System.DateTimeOffset AddMonths(int months)", 1), ("System.DateTimeOffset AddYears(int years)", 12)]
    {
        let call: super::NativeFn = if months == 1 {
            |rs, this, args| add_months(rs, this, n(args, 0))
        } else {
            |rs, this, args| add_months(rs, this, n(args, 0).saturating_mul(12))
        };
        m.method(signature, call);
    }
    for signature in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider formatProvider)"]
    {
        m.method(signature, |_, this, args| {
            let (ticks, offset) = clock_of(this);
            format_offset(ticks, offset, &s(args, 0))
                .map(Value::from)
                .ok_or_else(|| error::thrown("System.FormatException", "Input string was not in a correct format."))
        });
    }
}

fn add_months(rs: &Runspace, this: &Value, months: i64) -> R<Value> {
    let (ticks, offset) = clock_of(this);
    match DateTime::new(ticks, Kind::Unspecified).and_then(|clock| clock.add_months(months)) {
        Some(clock) => offset_date(rs, clock.ticks(), offset),
        None => Err(out_of_range("The added or subtracted value results in an un-representable DateTime.")),
    }
}

fn from_date(rs: &Runspace, value: &Value) -> R<Value> {
    let Value::DateTime(date) = value.base() else { return Ok(Value::Null) };
    let offset = if date.kind() == Kind::Utc { 0 } else { rs.platform.utc_offset(date.ticks()) };
    offset_date(rs, date.ticks(), offset)
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

fn parse_date(rs: &Runspace, source: &str) -> R<Value> {
    match date_parse::parse(source, rs.now().date().year, &rs.culture().dates) {
        Some(parsed) if parsed.has_date && parsed.date.time_of_day() == 0 => date_only(parsed.date.ticks() / DAY),
        _ => Err(error::thrown(
            "System.FormatException",
            format!("String '{source}' was not recognized as a valid DateOnly."),
        )),
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
    m.function("System.DateOnly Parse(string s)", |rs, _, args| parse_date(rs, &s(args, 0)));
    m.function("bool TryParse(string s, [ref] System.DateOnly result)", |rs, _, args| {
        let found = parse_date(rs, &s(args, 0)).ok();
        if let Some(reference) = args.get(1).and_then(|arg| arg.downcast::<crate::value::Reference>()) {
            reference.set(found.clone().unwrap_or_default());
        }
        Ok(found.is_some().into())
    });
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
        m.method(signature, |_, this, args| {
            let format = s(args, 0);
            let format = if format.is_empty() { Value::from("d") } else { Value::Str(format) };
            shown(day_of(this), &text(&standard(&format, "yyyy-MM-dd", "ddd, dd MMM yyyy")))
        });
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

fn parse_time(rs: &Runspace, source: &str) -> R<Value> {
    match date_parse::parse(source, rs.now().date().year, &rs.culture().dates) {
        Some(parsed) if !parsed.has_date => time_only(parsed.date.time_of_day()),
        _ => Err(error::thrown(
            "System.FormatException",
            format!("String '{source}' was not recognized as a valid TimeOnly."),
        )),
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
    m.function("System.TimeOnly Parse(string s)", |rs, _, args| parse_time(rs, &s(args, 0)));
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
        m.method(signature, |_, this, args| {
            let format = s(args, 0);
            let format = if format.is_empty() { Value::from("t") } else { Value::Str(format) };
            shown(clock(this), &text(&standard(&format, "HH:mm:ss.fffffff", "HH:mm:ss")))
        });
    }
}

fn shifted(this: &Value, args: &[Value], unit: i64) -> R<Value> {
    let amount = args.first().map_or(0.0, |arg| if let Value::F64(n) = arg.base() { *n } else { 0.0 });
    let more = cast::truncate(amount * cast::double(unit));
    time_only(time_of(this).saturating_add(more).rem_euclid(DAY))
}

/// Conversions to the types of this file.
pub(super) fn to(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    let made = match (to.name(), value.base()) {
        ("System.DateTimeOffset", Value::DateTime(_)) => return from_date(rs, value).map(Some),
        ("System.DateTimeOffset", Value::Str(source)) => parse_offset(rs, source),
        ("System.DateOnly", Value::Str(source)) => parse_date(rs, source),
        ("System.TimeOnly", Value::Str(source)) => parse_time(rs, source),
        ("System.DateTime", _) if value.type_name() == "System.DateTimeOffset" => {
            return Ok(Some(field(value, "DateTime")));
        }
        _ => return Ok(None),
    };
    made.map(Some).map_err(|flow| {
        let reason = flow.record().map(|record| record.message()).unwrap_or_default();
        error::cast(
            "InvalidCastParseTargetInvocationWithFormatProvider",
            format!("Cannot convert value \"{}\" to type \"{}\". Error: \"{reason}\"", text(value), to.full_name()),
        )
    })
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.DateTimeOffset")
        .implements(&["System.IComparable", "System.IFormattable"])
        .members(offset_members),
    TypeDef::value("System.DateOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .members(date_only_members),
    TypeDef::value("System.TimeOnly")
        .implements(&["System.IComparable", "System.IFormattable"])
        .members(time_only_members),
];
