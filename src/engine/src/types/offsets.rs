//! `DateTimeOffset`

use psrpd_dotnet::{
    DateTime, Kind, TimeSpan, cast,
    culture::{self, Dates},
    date::{self, TICKS_PER_DAY as DAY, TICKS_PER_SECOND as SECOND},
    date_format, date_parse,
};

use super::{
    Members, Type, TypeDef,
    args::{self, f, n, s, tried},
    date_only, dates, enum_number,
    integers::in_culture,
};
use crate::{
    eval::{R, Runspace, error},
    value::{Opaque, Order, Value, text},
};

pub(super) fn int(n: i64) -> Value {
    Value::I32(i32::try_from(n).unwrap_or(0))
}

pub(super) fn span(ticks: i64) -> Value {
    Value::TimeSpan(TimeSpan(ticks))
}

pub(super) fn moment(ticks: i64, kind: Kind) -> Value {
    DateTime::new(ticks, kind).map_or(Value::Null, Value::DateTime)
}

pub(super) fn out_of_range(message: &str) -> crate::eval::Flow {
    error::thrown("System.ArgumentOutOfRangeException", message)
}

/// Milliseconds, microseconds and nanoseconds of a time of day.
pub(super) fn fractions(ticks: i64) -> [Value; 3] {
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
    let shown = format_offset(ticks, offset, "", &culture::invariant().dates).unwrap_or_default();
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

fn format_offset(ticks: i64, offset: i64, format: &str, culture: &Dates) -> Option<String> {
    let utc = DateTime::new(ticks.saturating_sub(offset), Kind::Utc)?;
    let clock = DateTime::new(ticks, Kind::Local)?;
    match format {
        "" => {
            let general = format!("{} {} zzz", culture.short_date, culture.long_time);
            date_format::format(clock, &general, offset, culture).ok()
        }
        "u" | "r" | "R" => date_format::format(utc, format, 0, culture).ok(),
        _ => date_format::format(clock, format, offset, culture).ok(),
    }
}

fn offset_text(rs: &mut Runspace, this: &Value, format: &str, args: &[Value]) -> R<Value> {
    let (ticks, offset) = clock_of(this);
    in_culture(rs, args, |rs| {
        format_offset(ticks, offset, format, &rs.culture().dates)
            .map(Value::from)
            .ok_or_else(|| error::thrown("System.FormatException", "Input string was not in a correct format."))
    })
}

fn clock_of(this: &Value) -> (i64, i64) {
    let parts = [this.field("DateTime"), this.field("Offset")];
    (args::ticks(&parts, 0), args::ticks(&parts, 1))
}

/// A text as a moment; without an offset in it, local time is meant. The arguments behind it may name a culture and styles.
fn parse_offset(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    in_culture(rs, args, |rs| {
        let year = rs.now().date().year;
        match date_parse::parse(&source, year, &rs.culture().dates) {
            Some(parsed) => settled(rs, parsed.date.ticks(), parsed.offset, args),
            None => Err(error::thrown("System.FormatException", date_parse::complaint(&source, &rs.culture().dates))),
        }
    })
}

/// A clock reading that was read, as the styles among the arguments have it.
fn settled(rs: &Runspace, ticks: i64, offset: Option<i64>, args: &[Value]) -> R<Value> {
    let styles = dates::styles(args);
    let otherwise = if styles & dates::ASSUME_UNIVERSAL != 0 { 0 } else { rs.platform.utc_offset(ticks) };
    let offset = offset.unwrap_or(otherwise);
    if styles & dates::ADJUST_TO_UNIVERSAL != 0 {
        return offset_date(rs, ticks.saturating_sub(offset), 0);
    }
    offset_date(rs, ticks, offset)
}

fn now(rs: &Runspace, is_utc: bool) -> R<Value> {
    let utc = rs.platform.now();
    let offset = if is_utc { 0 } else { rs.platform.utc_offset(utc) };
    offset_date(rs, utc.saturating_add(offset), offset)
}

/// A text in one of several formats as a moment.
fn parse_offset_exactly(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    in_culture(rs, args, |rs| {
        let parsed = dates::exactly(rs, args, dates::WHITE).ok_or_else(|| dates::unreadable(args, "DateTime"))?;
        let ticks = if parsed.has_date { parsed.date.ticks() } else { crate::convert::settle_date(rs, parsed).ticks() };
        settled(rs, ticks, parsed.offset, args)
    })
}

fn more_offset_members(m: &mut Members) {
    for declaration in [
        "System.DateTimeOffset Parse(string input)",
        "System.DateTimeOffset Parse(string input, System.IFormatProvider formatProvider)",
        "System.DateTimeOffset Parse(string input, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles)",
    ] {
        m.function(declaration, |rs, _, args| parse_offset(rs, args));
    }
    for declaration in [
        "bool TryParse(string input, [ref] System.DateTimeOffset result)",
        "bool TryParse(string input, System.IFormatProvider formatProvider, [ref] System.DateTimeOffset result)",
        "bool TryParse(string input, System.IFormatProvider formatProvider, System.Globalization.DateTimeStyles styles, [ref] System.DateTimeOffset result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let least = offset_date(rs, 0, 0)?;
            let found = parse_offset(rs, args).ok();
            tried(args, found, least)
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
            let found = parse_offset_exactly(rs, args).ok();
            tried(args, found, least)
        });
    }
    fn utc_of(args: &[Value], at: usize) -> i64 {
        args.get(at).map_or(0, |value| args::ticks(&[value.field("UtcDateTime")], 0))
    }
    m.function("int Compare(System.DateTimeOffset first, System.DateTimeOffset second)", |_, _, args| {
        Ok(args::sign(utc_of(args, 0).cmp(&utc_of(args, 1))))
    });
    m.function("bool Equals(System.DateTimeOffset first, System.DateTimeOffset second)", |_, _, args| {
        Ok((utc_of(args, 0) == utc_of(args, 1)).into())
    });
    fn moved(rs: &Runspace, args: &[Value], sign: i64) -> R<Value> {
        let (ticks, offset) = args.first().map_or((0, 0), clock_of);
        let by = args::ticks(args, 1).saturating_mul(sign);
        offset_date(rs, ticks.saturating_add(by), offset)
    }
    m.function(
        "System.DateTimeOffset op_Addition(System.DateTimeOffset dateTimeOffset, timespan timeSpan)",
        |rs, _, args| moved(rs, args, 1),
    );
    m.function(
        "System.DateTimeOffset op_Subtraction(System.DateTimeOffset dateTimeOffset, timespan timeSpan)",
        |rs, _, args| moved(rs, args, -1),
    );
    m.function("timespan op_Subtraction(System.DateTimeOffset left, System.DateTimeOffset right)", |_, _, args| {
        Ok(span(utc_of(args, 0).saturating_sub(utc_of(args, 1))))
    });
    m.constructor(
        "System.DateTimeOffset(System.DateOnly date, System.TimeOnly time, timespan offset)",
        |rs, _, args| offset_date(rs, date_only::ticks_of_parts(args), args::ticks(args, 2)),
    );
}

/// Ticks since year 1 of 1970.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

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
        offset_date(rs, args::ticks(args, 0), args::ticks(args, 1))
    });
    m.constructor("System.DateTimeOffset()", |rs, _, _| offset_date(rs, 0, 0));
    m.constructor("System.DateTimeOffset(long ticks, timespan offset)", |rs, _, args| {
        offset_date(rs, n(args, 0), args::ticks(args, 1))
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
                Some(clock) => offset_date(rs, clock.ticks(), args::ticks(std::slice::from_ref(offset), 0)),
                None => Err(out_of_range("Year, Month, and Day parameters describe an un-representable DateTime.")),
            }
        });
    }
    m.function("System.DateTimeOffset FromFileTime(long fileTime)", |rs, _, args| {
        let date = rs.call_static(&Value::Type(super::datetime()), "FromFileTime", &[Value::I64(n(args, 0))])?;
        from_date(rs, &date)
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
        let new = args::ticks(args, 0);
        offset_date(rs, ticks.saturating_sub(offset).saturating_add(new), new)
    });
    m.method("System.DateTimeOffset Add(timespan timeSpan)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(args::ticks(args, 0)), offset)
    });
    m.method("System.DateTimeOffset AddTicks(long ticks)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_add(n(args, 0)), offset)
    });
    m.method("bool EqualsExact(System.DateTimeOffset other)", |_, this, args| {
        Ok((args.first().map(clock_of) == Some(clock_of(this))).into())
    });
    m.method("long ToFileTime()", |rs, this, _| rs.call_method(&this.field("UtcDateTime"), "ToFileTime", &[]));
    m.method("System.DateTimeOffset Subtract(timespan value)", |rs, this, args| {
        let (ticks, offset) = clock_of(this);
        offset_date(rs, ticks.saturating_sub(args::ticks(args, 0)), offset)
    });
    m.method("timespan Subtract(System.DateTimeOffset value)", |_, this, args| {
        let ((a, x), (b, y)) = (clock_of(this), args.first().map_or((0, 0), clock_of));
        Ok(span(a.saturating_sub(x).saturating_sub(b.saturating_sub(y))))
    });
    macro_rules! add {
        ($($declaration:literal $unit:expr;)*) => {
            $(m.method($declaration, |rs, this, args| {
                let (ticks, offset) = clock_of(this);
                let more = cast::truncate(f(args, 0) * cast::double($unit));
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
    m.method("System.DateTimeOffset AddMonths(int months)", |rs, this, args| add_months(rs, this, n(args, 0)));
    m.method("System.DateTimeOffset AddYears(int years)", |rs, this, args| {
        add_months(rs, this, n(args, 0).saturating_mul(12))
    });
    for signature in ["string ToString()", "string ToString(System.IFormatProvider formatProvider)"] {
        m.method(signature, |rs, this, args| offset_text(rs, this, "", args));
    }
    for signature in
        ["string ToString(string format)", "string ToString(string format, System.IFormatProvider formatProvider)"]
    {
        m.method(signature, |rs, this, args| offset_text(rs, this, &s(args, 0), args));
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

/// Conversions to these types.
pub(super) fn to(rs: &mut Runspace, value: &Value, to: &Type) -> R<Option<Value>> {
    let made = match (to.name(), value.base()) {
        ("System.DateTimeOffset", Value::DateTime(_)) => return from_date(rs, value).map(Some),
        ("System.DateTimeOffset", Value::Str(source)) => parse_offset(rs, &[Value::Str(source.clone())]),
        ("System.DateOnly", Value::Str(source)) => date_only::DATE.parse(rs, &[Value::Str(source.clone())]),
        ("System.TimeOnly", Value::Str(source)) => date_only::TIME.parse(rs, &[Value::Str(source.clone())]),
        ("System.DateTime", _) if value.type_name() == "System.DateTimeOffset" => {
            return Ok(Some(value.field("DateTime")));
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

pub(super) const TYPES: &[TypeDef] = &[TypeDef::value("System.DateTimeOffset")
    .implements(&["System.IComparable", "System.IFormattable"])
    .members(offset_members)];
