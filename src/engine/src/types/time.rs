//! DateTime and TimeSpan: their properties and arithmetic.

use psrpd_dotnet::{DateTime, Kind, Str, TimeSpan, cast, date};

use super::{
    TypeDef,
    args::{f, n, out_of_range, out_of_range_value, s},
    known, operators,
};
use crate::{
    eval::{Flow, R, error},
    ops::composite,
    value::{Value, text},
};

fn d(value: &Value) -> DateTime {
    if let Value::DateTime(date) = value.base() { *date } else { DateTime::default() }
}

fn span(value: &Value) -> i64 {
    if let Value::TimeSpan(span) = value.base() { span.0 } else { 0 }
}

fn check_year(year: i64) -> R<()> {
    match year {
        1..=9999 => Ok(()),
        _ => Err(out_of_range("Year must be between 1 and 9999.", "year")),
    }
}

fn unrepresentable() -> Flow {
    error::argument(
        "System.ArgumentOutOfRangeException",
        "The added or subtracted value results in an un-representable DateTime.",
        "value",
    )
}

fn add(this: &Value, ticks: f64) -> R<Value> {
    d(this).add_ticks(cast::truncate(ticks)).map(Value::DateTime).ok_or_else(unrepresentable)
}

fn units(ticks: i64, per: i64) -> f64 {
    cast::double(ticks) / cast::double(per)
}

const SECOND: i64 = date::TICKS_PER_SECOND;
const MINUTE: i64 = SECOND * 60;
const HOUR: i64 = MINUTE * 60;
const DAY: i64 = HOUR * 24;

fn made(args: &[Value], kind: Kind) -> R<Value> {
    let day = date::Date { year: n(args, 0), month: n(args, 1), day: n(args, 2) };
    let ticks = n(args, 6).saturating_mul(10_000).saturating_add(n(args, 7).saturating_mul(10));
    DateTime::from_parts(day, n(args, 3), n(args, 4), n(args, 5), ticks)
        .map(|date| Value::DateTime(date.with_kind(kind)))
        .ok_or_else(|| {
            error::thrown(
                "System.ArgumentOutOfRangeException",
                "Year, Month, and Day parameters describe an un-representable DateTime.",
            )
        })
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.DateTime").implements(&["System.IComparable"]).members(date_time),
    TypeDef::value("System.TimeSpan").implements(&["System.IComparable"]).members(time_span),
    TypeDef::value("System.Guid").implements(&["System.IComparable"]).members(super::ids::guid),
    TypeDef::class("System.Version").implements(&["System.IComparable"]).members(super::ids::version),
];

fn date_time(m: &mut super::Members) {
    operators::date_time(m);
    super::dates::members(m);
    super::converters::convertible(m);
    m.constant("datetime MinValue", |_, _| Ok(Value::DateTime(DateTime::default())));
    m.constant("datetime MaxValue", |_, _| {
        Ok(DateTime::new(date::MAX_TICKS, Kind::Unspecified).map_or(Value::Null, Value::DateTime))
    });
    m.constant("datetime UnixEpoch", |_, _| {
        Ok(DateTime::new(date::UNIX_EPOCH, Kind::Utc).map_or(Value::Null, Value::DateTime))
    });
    m.constant("datetime Now", |rs, _| Ok(Value::DateTime(rs.now())));
    m.constant("datetime UtcNow", |rs, _| Ok(Value::DateTime(rs.utc_now())));
    m.constant("datetime Today", |rs, _| {
        let now = rs.now();
        Ok(now.add_ticks(now.time_of_day().saturating_neg()).map_or(Value::Null, Value::DateTime))
    });
    m.get("datetime Date", |_, this| {
        Ok(d(this).add_ticks(d(this).time_of_day().saturating_neg()).map_or(Value::Null, Value::DateTime))
    });
    m.get("int Day", |_, this| Ok(Value::int(cast::index(d(this).date().day))));
    m.get("System.DayOfWeek DayOfWeek", |_, this| Ok(Value::Enum(known("System.DayOfWeek"), d(this).day_of_week())));
    m.get("int DayOfYear", |_, this| Ok(Value::int(cast::index(d(this).day_of_year()))));
    m.get("int Hour", |_, this| Ok(Value::int(cast::index(d(this).clock().0))));
    m.get("System.DateTimeKind Kind", |_, this| {
        Ok(Value::Enum(
            known("System.DateTimeKind"),
            match d(this).kind() {
                Kind::Unspecified => 0,
                Kind::Utc => 1,
                Kind::Local => 2,
            },
        ))
    });
    m.get("int Millisecond", |_, this| Ok(Value::int(cast::index(d(this).clock().3 / 10_000))));
    m.get("int Microsecond", |_, this| Ok(Value::int(cast::index(d(this).clock().3 / 10 % 1000))));
    m.get("int Nanosecond", |_, this| Ok(Value::int(cast::index((d(this).clock().3 % 10).saturating_mul(100)))));
    m.get("int Minute", |_, this| Ok(Value::int(cast::index(d(this).clock().1))));
    m.get("int Month", |_, this| Ok(Value::int(cast::index(d(this).date().month))));
    m.get("int Second", |_, this| Ok(Value::int(cast::index(d(this).clock().2))));
    m.get("long Ticks", |_, this| Ok(Value::I64(d(this).ticks())));
    m.get("timespan TimeOfDay", |_, this| Ok(Value::TimeSpan(TimeSpan(d(this).time_of_day()))));
    m.get("int Year", |_, this| Ok(Value::int(cast::index(d(this).date().year))));
    m.method("datetime Add(timespan value)", |_, this, args| {
        d(this).add_ticks(args.first().map_or(0, span)).map(Value::DateTime).ok_or_else(unrepresentable)
    });
    m.method("datetime AddDays(double value)", |_, this, args| add(this, f(args, 0) * cast::double(DAY)));
    m.method("datetime AddHours(double value)", |_, this, args| add(this, f(args, 0) * cast::double(HOUR)));
    m.method("datetime AddMinutes(double value)", |_, this, args| add(this, f(args, 0) * cast::double(MINUTE)));
    m.method("datetime AddSeconds(double value)", |_, this, args| add(this, f(args, 0) * cast::double(SECOND)));
    m.method("datetime AddMilliseconds(double value)", |_, this, args| add(this, f(args, 0) * 10_000.0));
    m.method("datetime AddTicks(long value)", |_, this, args| {
        d(this).add_ticks(n(args, 0)).map(Value::DateTime).ok_or_else(unrepresentable)
    });
    m.method("datetime AddMonths(int months)", |_, this, args| {
        d(this).add_months(n(args, 0)).map(Value::DateTime).ok_or_else(unrepresentable)
    });
    m.method("datetime AddYears(int value)", |_, this, args| {
        d(this).add_months(n(args, 0).saturating_mul(12)).map(Value::DateTime).ok_or_else(unrepresentable)
    });
    m.method("timespan Subtract(datetime value)", |_, this, args| {
        Ok(Value::TimeSpan(TimeSpan(d(this).ticks().saturating_sub(args.first().map_or(0, |v| d(v).ticks())))))
    });
    m.method("datetime Subtract(timespan value)", |_, this, args| {
        d(this)
            .add_ticks(args.first().map_or(0, span).saturating_neg())
            .map(Value::DateTime)
            .ok_or_else(unrepresentable)
    });
    m.method("datetime ToUniversalTime()", |rs, this, _| {
        let date = d(this);
        let offset = if date.kind() == Kind::Utc { 0 } else { rs.utc_offset(date) };
        Ok(date
            .add_ticks(offset.saturating_neg())
            .map_or(Value::Null, |date| Value::DateTime(date.with_kind(Kind::Utc))))
    });
    m.method("datetime ToLocalTime()", |rs, this, _| {
        let date = d(this);
        let offset = if date.kind() == Kind::Local { 0 } else { rs.utc_offset(date) };
        Ok(date.add_ticks(offset).map_or(Value::Null, |date| Value::DateTime(date.with_kind(Kind::Local))))
    });
    for declaration in [
        "string ToString()",
        "string ToString(string format)",
        "string ToString(string format, System.IFormatProvider provider)",
    ] {
        m.method(declaration, |rs, this, args| {
            let format = if args.is_empty() { Str::default() } else { s(args, 0) };
            composite::with_provider(rs, args.get(1), |rs| composite::to_string(rs, this, &format))
                .map(Value::Str)
                .map_err(super::integers::unwrap_format)
        });
    }
    m.method("string ToString(System.IFormatProvider provider)", |rs, this, args| {
        composite::with_provider(rs, args.first(), |rs| composite::to_string(rs, this, "")).map(Value::Str)
    });
    m.method("string ToShortDateString()", |rs, this, _| composite::to_string(rs, this, "d").map(Value::Str));
    m.method("string ToLongDateString()", |rs, this, _| composite::to_string(rs, this, "D").map(Value::Str));
    m.method("string ToShortTimeString()", |rs, this, _| composite::to_string(rs, this, "t").map(Value::Str));
    m.method("string ToLongTimeString()", |rs, this, _| composite::to_string(rs, this, "T").map(Value::Str));
    m.function("datetime SpecifyKind(datetime value, System.DateTimeKind kind)", |_, _, args| {
        let kind = match args.get(1) {
            Some(Value::Enum(_, 1)) => Kind::Utc,
            Some(Value::Enum(_, 2)) => Kind::Local,
            _ => Kind::Unspecified,
        };
        Ok(args.first().map_or(Value::Null, |value| Value::DateTime(d(value).with_kind(kind))))
    });
    m.function("bool IsLeapYear(int year)", |_, _, args| {
        check_year(n(args, 0))?;
        Ok(date::is_leap(n(args, 0)).into())
    });
    m.function("int DaysInMonth(int year, int month)", |_, _, args| {
        if !(1..=12).contains(&n(args, 1)) {
            let message = "Month must be between one and twelve.";
            return Err(out_of_range_value(message, "month", &Value::I64(n(args, 1))));
        }
        check_year(n(args, 0))?;
        Ok(Value::int(cast::index(date::days_in_month(n(args, 0), n(args, 1)))))
    });
    m.constructor("datetime(long ticks)", |_, _, args| {
        DateTime::new(n(args, 0), Kind::Unspecified).map(Value::DateTime).ok_or_else(|| {
            error::argument(
                "System.ArgumentOutOfRangeException",
                "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.",
                "ticks",
            )
        })
    });
    for signature in [
        "datetime(int year, int month, int day)",
        "datetime(int year, int month, int day, int hour, int minute, int second)",
        "datetime(int year, int month, int day, int hour, int minute, int second, int millisecond)",
        "datetime(int year, int month, int day, int hour, int minute, int second, System.DateTimeKind kind)",
        "datetime(int year, int month, int day, int hour, int minute, int second, int millisecond, int microsecond)",
        "datetime(int year, int month, int day, int hour, int minute, int second, int millisecond, System.DateTimeKind kind)",
        "datetime(int year, int month, int day, int hour, int minute, int second, int millisecond, int microsecond, System.DateTimeKind kind)",
    ] {
        m.constructor(signature, |_, _, args| match args.split_last() {
            Some((Value::Enum(_, kind), parts)) => made(
                parts,
                match kind {
                    1 => Kind::Utc,
                    2 => Kind::Local,
                    _ => Kind::Unspecified,
                },
            ),
            _ => made(args, Kind::Unspecified),
        });
    }
}

fn time_span(m: &mut super::Members) {
    operators::time_span(m);
    super::dates::span_members(m);
    m.constant("timespan Zero", |_, _| Ok(Value::TimeSpan(TimeSpan(0))));
    m.constant("timespan MaxValue", |_, _| Ok(Value::TimeSpan(TimeSpan(i64::MAX))));
    m.constant("timespan MinValue", |_, _| Ok(Value::TimeSpan(TimeSpan(i64::MIN))));
    m.get("long Ticks", |_, this| Ok(Value::I64(span(this))));
    macro_rules! parts {
        ($($declaration:literal, $at:literal;)*) => {
            $(m.get($declaration, |_, this| Ok(Value::I32(i32::try_from(TimeSpan(span(this)).parts().get($at).copied().unwrap_or(0)).unwrap_or(0))));)*
        };
    }
    parts! {
        "int Days", 0;
        "int Hours", 1;
    }
    m.get("int Milliseconds", |_, this| Ok(Value::I32(i32::try_from(span(this) / 10_000 % 1000).unwrap_or(0))));
    m.get("int Microseconds", |_, this| Ok(Value::I32(i32::try_from(span(this) / 10 % 1000).unwrap_or(0))));
    m.get("int Nanoseconds", |_, this| {
        Ok(Value::I32(i32::try_from((span(this) % 10).saturating_mul(100)).unwrap_or(0)))
    });
    parts! {
        "int Minutes", 2;
        "int Seconds", 3;
    }
    m.get("double TotalDays", |_, this| Ok(Value::F64(units(span(this), DAY))));
    m.get("double TotalHours", |_, this| Ok(Value::F64(units(span(this), HOUR))));
    m.get("double TotalMilliseconds", |_, this| Ok(Value::F64(units(span(this), 10_000))));
    m.get("double TotalMicroseconds", |_, this| Ok(Value::F64(units(span(this), 10))));
    m.get("double TotalNanoseconds", |_, this| Ok(Value::F64(cast::double(span(this)) * 100.0)));
    m.get("double TotalMinutes", |_, this| Ok(Value::F64(units(span(this), MINUTE))));
    m.get("double TotalSeconds", |_, this| Ok(Value::F64(units(span(this), SECOND))));
    m.method("timespan Add(timespan ts)", |_, this, args| {
        Ok(Value::TimeSpan(TimeSpan(span(this).saturating_add(args.first().map_or(0, span)))))
    });
    m.method("timespan Subtract(timespan ts)", |_, this, args| {
        Ok(Value::TimeSpan(TimeSpan(span(this).saturating_sub(args.first().map_or(0, span)))))
    });
    m.method("timespan Negate()", |_, this, _| Ok(Value::TimeSpan(TimeSpan(span(this).saturating_neg()))));
    m.method("timespan Duration()", |_, this, _| Ok(Value::TimeSpan(TimeSpan(span(this).saturating_abs()))));
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(string format)", |rs, this, args| {
        composite::to_string(rs, this, &s(args, 0)).map(Value::Str).map_err(super::integers::unwrap_format)
    });
    m.function("timespan FromTicks(long value)", |_, _, args| Ok(Value::TimeSpan(TimeSpan(n(args, 0)))));
    fn new(days: i64, args: &[Value], from: usize) -> Value {
        let seconds = days
            .saturating_mul(86_400)
            .saturating_add(n(args, from).saturating_mul(3600))
            .saturating_add(n(args, from.saturating_add(1)).saturating_mul(60))
            .saturating_add(n(args, from.saturating_add(2)));
        Value::TimeSpan(TimeSpan(
            seconds.saturating_mul(SECOND).saturating_add(n(args, from.saturating_add(3)).saturating_mul(10_000)),
        ))
    }
    m.constructor("timespan(long ticks)", |_, _, args| Ok(Value::TimeSpan(TimeSpan(n(args, 0)))));
    m.constructor("timespan(int hours, int minutes, int seconds)", |_, _, args| Ok(new(0, args, 0)));
    m.constructor("timespan(int days, int hours, int minutes, int seconds)", |_, _, args| Ok(new(n(args, 0), args, 1)));
    m.constructor("timespan(int days, int hours, int minutes, int seconds, int milliseconds)", |_, _, args| {
        Ok(new(n(args, 0), args, 1))
    });
    m.constructor(
        "timespan(int days, int hours, int minutes, int seconds, int milliseconds, int microseconds)",
        |_, _, args| {
            let whole = span(&new(n(args, 0), args, 1));
            Ok(Value::TimeSpan(TimeSpan(whole.saturating_add(n(args, 5).saturating_mul(10)))))
        },
    );
}
