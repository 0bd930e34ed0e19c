//! `System.DateTime`: what it converts to and from, beside its properties.

use psrpd_dotnet::{DateTime, Kind, Str, TimeSpan, cast, date, date_parse};

use super::{
    Members, TypeDef,
    args::{f, items, label, n, out_of_range, s, sign, ticks as t, tried},
    integers::in_culture,
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    ops::composite,
    value::{Value, text},
};

/// Ticks of 1601-01-01, from which file times count.
const FILE_EPOCH: i64 = 504_911_232_000_000_000;
/// Ticks of 1899-12-30, from which OLE Automation dates count.
const OLE_EPOCH: i64 = 599_264_352_000_000_000;

/// The bits of `DateTimeStyles` that say what a text means.
const NO_CURRENT_DATE: i64 = 8;
pub(super) const ADJUST_TO_UNIVERSAL: i64 = 16;
const ASSUME_LOCAL: i64 = 32;
pub(super) const ASSUME_UNIVERSAL: i64 = 64;
const ROUND_TRIP: i64 = 128;
pub(super) const WHITE: i64 = 7;

fn d(args: &[Value], at: usize) -> DateTime {
    match args.get(at).map(Value::base) {
        Some(Value::DateTime(date)) => *date,
        _ => DateTime::default(),
    }
}

fn made(ticks: Option<i64>, kind: Kind) -> Option<DateTime> {
    ticks.and_then(|ticks| DateTime::new(ticks, kind))
}

/// A parsed text as the styles have it.
fn styled(rs: &Runspace, parsed: date_parse::Parsed, styles: i64) -> DateTime {
    let local = |utc: i64| made(utc.checked_add(rs.platform.utc_offset(utc)), Kind::Local);
    if !parsed.has_date && styles & NO_CURRENT_DATE != 0 {
        return parsed.date;
    }
    let clock = if parsed.has_date {
        parsed.date
    } else {
        convert::settle_date(rs, date_parse::Parsed { offset: None, ..parsed })
    };
    let utc = match parsed.offset {
        Some(offset) => Some(clock.ticks().saturating_sub(offset)),
        None if styles & ASSUME_UNIVERSAL != 0 => Some(clock.ticks()),
        None if styles & ASSUME_LOCAL != 0 => {
            let at = clock.with_kind(Kind::Local);
            if styles & ADJUST_TO_UNIVERSAL == 0 {
                return at;
            }
            Some(clock.ticks().saturating_sub(rs.utc_offset(at)))
        }
        None => None,
    };
    let Some(utc) = utc else { return clock };
    let is_utc = styles & ADJUST_TO_UNIVERSAL != 0 || styles & ROUND_TRIP != 0 && parsed.offset == Some(0);
    let moved = if is_utc { made(Some(utc), Kind::Utc) } else { local(utc) };
    moved.unwrap_or(clock)
}

/// The styles among arguments.
pub(super) fn styles(args: &[Value]) -> i64 {
    let is = |arg: &&Value| matches!(arg.base(), Value::Enum(of, _) if of.is_kind("DateTimeStyles"));
    args.iter().position(|arg| is(&arg)).map_or(0, |at| label(args, at))
}

fn parse(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let (source, styles) = (s(args, 0), styles(args));
    in_culture(rs, args, |rs| {
        let year = rs.now().date().year;
        match date_parse::parse(&source, year, &rs.culture().dates) {
            Some(parsed) => Ok(Value::DateTime(styled(rs, parsed, styles))),
            None => Err(error::thrown("System.FormatException", date_parse::complaint(&source, &rs.culture().dates))),
        }
    })
}

/// A text in one of several formats, read.
pub(super) fn exactly(rs: &Runspace, args: &[Value], styles: i64) -> Option<date_parse::Parsed> {
    let source = s(args, 0);
    let source = if styles & WHITE == 0 { source } else { source.trim().into() };
    let formats: Vec<Str> = match args.get(1).map(Value::base) {
        Some(Value::Array(_)) => items(args, 1).iter().map(text).collect(),
        _ => vec![s(args, 1)],
    };
    let culture = rs.culture();
    formats.iter().find_map(|format| date_parse::parse_exact(&source, format, &culture.dates))
}

fn parse_exact(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let styles = styles(args);
    in_culture(rs, args, |rs| match exactly(rs, args, styles) {
        Some(parsed) => Ok(Value::DateTime(styled(rs, parsed, styles))),
        None => Err(unreadable(args, "DateTime")),
    })
}

/// `System.FormatException` of a text that is none of a type in the formats that are given.
pub(super) fn unreadable(args: &[Value], of: &str) -> Flow {
    error::thrown("System.FormatException", format!("String '{}' was not recognized as a valid {of}.", s(args, 0)))
}

/// To another kind of time, and what that is in ticks.
fn in_utc(rs: &Runspace, date: DateTime) -> i64 {
    match date.kind() {
        Kind::Utc => date.ticks(),
        _ => date.ticks().saturating_sub(rs.utc_offset(date)),
    }
}

fn file_time(ticks: i64) -> R<Value> {
    match ticks.checked_sub(FILE_EPOCH).filter(|time| *time >= 0) {
        Some(time) => Ok(Value::I64(time)),
        None => Err(error::thrown("System.ArgumentOutOfRangeException", "Not a valid Win32 FileTime.")),
    }
}

fn from_file_time(rs: &Runspace, time: i64, is_local: bool) -> R<Value> {
    let utc = time.checked_add(FILE_EPOCH).filter(|_| time >= 0).and_then(|ticks| DateTime::new(ticks, Kind::Utc));
    let Some(utc) = utc else { return Err(out_of_range("Not a valid Win32 FileTime.", "fileTime")) };
    if !is_local {
        return Ok(Value::DateTime(utc));
    }
    let offset = rs.platform.utc_offset(utc.ticks());
    Ok(made(utc.ticks().checked_add(offset), Kind::Local).map_or(Value::Null, Value::DateTime))
}

const DAY: f64 = 86_400_000.0;

/// Days since the end of 1899, whole milliseconds only.
fn to_ole(ticks: i64) -> f64 {
    if ticks == 0 {
        return 0.0;
    }
    // A time without a date is one of the first day.
    let ticks = if ticks < date::TICKS_PER_DAY { ticks.saturating_add(OLE_EPOCH) } else { ticks };
    let mut milliseconds = ticks.saturating_sub(OLE_EPOCH) / 10_000;
    if milliseconds < 0 {
        // Before that day the fraction counts forward all the same.
        let rest = milliseconds % 86_400_000;
        if rest != 0 {
            milliseconds = milliseconds.saturating_sub(86_400_000_i64.saturating_add(rest).saturating_mul(2));
        }
    }
    cast::double(milliseconds) / DAY
}

fn from_ole(days: f64) -> R<Value> {
    let wrong = || error::thrown("System.ArgumentException", "Not a legal OleAut date.");
    if !(-657_435.0..2_958_466.0).contains(&days) {
        return Err(wrong());
    }
    let mut milliseconds = cast::truncate(days * DAY + if days >= 0.0 { 0.5 } else { -0.5 });
    if milliseconds < 0 {
        milliseconds = milliseconds.saturating_sub((milliseconds % 86_400_000).saturating_mul(2));
    }
    let ticks = milliseconds.saturating_mul(10_000).saturating_add(OLE_EPOCH);
    DateTime::new(ticks, Kind::Unspecified).map(Value::DateTime).ok_or_else(wrong)
}

/// Ticks and kind in one number.
fn to_binary(rs: &Runspace, date: DateTime) -> i64 {
    const UTC: i64 = 1 << 62;
    const LOCAL: i64 = i64::MIN;
    match date.kind() {
        Kind::Unspecified => date.ticks(),
        Kind::Utc => date.ticks() | UTC,
        Kind::Local => {
            let utc = date.ticks().saturating_sub(rs.utc_offset(date));
            (utc & 0x3fff_ffff_ffff_ffff) | LOCAL
        }
    }
}

fn from_binary(rs: &Runspace, data: i64) -> R<Value> {
    let ticks = data & 0x3fff_ffff_ffff_ffff;
    let made = if data < 0 {
        made(ticks.checked_add(rs.platform.utc_offset(ticks)), Kind::Local)
    } else {
        made(Some(ticks), if data & (1 << 62) != 0 { Kind::Utc } else { Kind::Unspecified })
    };
    made.map(Value::DateTime).ok_or_else(|| {
        let message = "The binary data must result in a DateTime with ticks between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.";
        error::argument("System.ArgumentException", message, "dateData")
    })
}

fn parsing(m: &mut Members) {
    for declaration in [
        "datetime Parse(string s)",
        "datetime Parse(string s, System.IFormatProvider provider)",
        "datetime Parse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles styles)",
    ] {
        m.function(declaration, |rs, _, args| parse(rs, args));
    }
    for declaration in [
        "datetime ParseExact(string s, string format, System.IFormatProvider provider)",
        "datetime ParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style)",
        "datetime ParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style)",
    ] {
        m.function(declaration, |rs, _, args| parse_exact(rs, args));
    }
    for declaration in [
        "bool TryParse(string s, [ref] datetime result)",
        "bool TryParse(string s, System.IFormatProvider provider, [ref] datetime result)",
        "bool TryParse(string s, System.IFormatProvider provider, System.Globalization.DateTimeStyles styles, [ref] datetime result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse(rs, args).ok();
            tried(args, found, Value::DateTime(DateTime::default()))
        });
    }
    for declaration in [
        "bool TryParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] datetime result)",
        "bool TryParseExact(string s, string[] formats, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] datetime result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse_exact(rs, args).ok();
            tried(args, found, Value::DateTime(DateTime::default()))
        });
    }
}

/// The kind that an argument names.
pub(super) fn kind(args: &[Value], at: usize) -> Kind {
    match label(args, at) {
        1 => Kind::Utc,
        2 => Kind::Local,
        _ => Kind::Unspecified,
    }
}

/// What `DateTime` has beside properties and arithmetic.
pub(super) fn members(m: &mut Members) {
    parsing(m);
    m.function("int Compare(datetime t1, datetime t2)", |_, _, args| Ok(sign(d(args, 0).cmp(&d(args, 1)))));
    m.function("bool Equals(datetime t1, datetime t2)", |_, _, args| Ok((d(args, 0) == d(args, 1)).into()));
    m.function("datetime FromFileTime(long fileTime)", |rs, _, args| from_file_time(rs, n(args, 0), true));
    m.function("datetime FromFileTimeUtc(long fileTime)", |rs, _, args| from_file_time(rs, n(args, 0), false));
    m.function("datetime FromOADate(double d)", |_, _, args| from_ole(f(args, 0)));
    m.function("datetime FromBinary(long dateData)", |rs, _, args| from_binary(rs, n(args, 0)));
    m.method("long ToFileTime()", |rs, this, _| file_time(in_utc(rs, d(std::slice::from_ref(this), 0))));
    m.method("long ToFileTimeUtc()", |rs, this, _| {
        let date = d(std::slice::from_ref(this), 0);
        file_time(if date.kind() == Kind::Local { in_utc(rs, date) } else { date.ticks() })
    });
    m.method("double ToOADate()", |_, this, _| Ok(Value::F64(to_ole(d(std::slice::from_ref(this), 0).ticks()))));
    m.method("long ToBinary()", |rs, this, _| Ok(Value::I64(to_binary(rs, d(std::slice::from_ref(this), 0)))));
    m.method("bool IsDaylightSavingTime()", |rs, this, _| {
        let date = d(std::slice::from_ref(this), 0);
        let standard = rs.platform.zone(None).map_or(0, |zone| zone.base_offset);
        Ok((date.kind() != Kind::Utc && rs.utc_offset(date) != standard).into())
    });
    m.method("datetime AddMicroseconds(double value)", |_, this, args| {
        let date = d(std::slice::from_ref(this), 0);
        date.add_ticks(cast::truncate(f(args, 0) * 10.0)).map(Value::DateTime).ok_or_else(|| {
            out_of_range("The added or subtracted value results in an un-representable DateTime.", "value")
        })
    });
    for declaration in [
        "string[] GetDateTimeFormats(char format)",
        "string[] GetDateTimeFormats(char format, System.IFormatProvider provider)",
    ] {
        m.method(declaration, |rs, this, args| {
            Ok(Value::strings([composite::to_string(rs, this, &s(args, 0)).map_err(super::integers::unwrap_format)?]))
        });
    }
    m.constructor("datetime(long ticks, System.DateTimeKind kind)", |_, _, args| {
        DateTime::new(n(args, 0), kind(args, 1)).map(Value::DateTime).ok_or_else(|| {
            out_of_range("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks")
        })
    });
    for declaration in [
        "datetime(System.DateOnly date, System.TimeOnly time)",
        "datetime(System.DateOnly date, System.TimeOnly time, System.DateTimeKind kind)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let ticks = super::date_only::ticks_of_parts(args);
            Ok(made(Some(ticks), kind(args, 2)).map_or(Value::Null, Value::DateTime))
        });
    }
}

fn span(ticks: i64) -> Value {
    Value::TimeSpan(TimeSpan(ticks))
}

fn too_long() -> Flow {
    super::args::overflow("TimeSpan overflowed because the duration is too long.")
}

/// A time span of a number of units.
fn of_units(number: f64, ticks: i64) -> R<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_807.0;
    if number.is_nan() {
        return Err(error::thrown(
            "System.ArgumentException",
            "TimeSpan does not accept floating point Not-a-Number values.",
        ));
    }
    let whole = number * cast::double(ticks);
    if whole.abs() >= LIMIT { Err(too_long()) } else { Ok(span(cast::truncate(whole))) }
}

/// A time span of several units, each with its number of ticks.
fn of_parts(args: &[Value], units: &[i64]) -> R<Value> {
    let whole = units.iter().enumerate().map(|(at, ticks)| i128::from(n(args, at)).saturating_mul(i128::from(*ticks)));
    let whole = whole.fold(0_i128, i128::saturating_add);
    i64::try_from(whole).map(span).map_err(|_| too_long())
}

const MICROSECOND: i64 = 10;
const MILLISECOND: i64 = 10_000;
const SECOND: i64 = date::TICKS_PER_SECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY_TICKS: i64 = 24 * HOUR;

fn parse_span(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    convert::convert(rs, &Value::Str(s(args, 0)), &super::timespan()).map_err(error::inside)
}

fn parse_span_exactly(args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    let formats: Vec<Str> = match args.get(1).map(Value::base) {
        Some(Value::Array(_)) => items(args, 1).iter().map(text).collect(),
        _ => vec![s(args, 1)],
    };
    let is_negative = args.iter().any(|arg| matches!(arg.base(), Value::Enum(of, 1) if of.is_kind("TimeSpanStyles")));
    let found = formats.iter().find_map(|format| TimeSpan::parse_exact(&source, format));
    found
        .map(|found| span(if is_negative { found.0.saturating_neg() } else { found.0 }))
        .ok_or_else(|| error::thrown("System.FormatException", "Input string was not in a correct format."))
}

/// What `TimeSpan` has beside properties and arithmetic.
pub(super) fn span_members(m: &mut Members) {
    macro_rules! constants {
        ($($declaration:literal $value:expr;)*) => {
            $(m.constant($declaration, |_, _| Ok(Value::I64($value)));)*
        };
    }
    m.constant("int HoursPerDay", |_, _| Ok(Value::I32(24)));
    constants! {
        "long MicrosecondsPerDay" DAY_TICKS / 10;
        "long MicrosecondsPerHour" HOUR / 10;
        "long MicrosecondsPerMillisecond" 1000;
        "long MicrosecondsPerMinute" MINUTE / 10;
        "long MicrosecondsPerSecond" 1_000_000;
        "long MillisecondsPerDay" 86_400_000;
        "long MillisecondsPerHour" 3_600_000;
        "long MillisecondsPerMinute" 60_000;
        "long MillisecondsPerSecond" 1000;
        "long MinutesPerDay" 1440;
        "long MinutesPerHour" 60;
        "long NanosecondsPerTick" 100;
        "long SecondsPerDay" 86_400;
        "long SecondsPerHour" 3600;
        "long SecondsPerMinute" 60;
        "long TicksPerDay" DAY_TICKS;
        "long TicksPerHour" HOUR;
        "long TicksPerMicrosecond" MICROSECOND;
        "long TicksPerMillisecond" MILLISECOND;
        "long TicksPerMinute" MINUTE;
        "long TicksPerSecond" SECOND;
    }
    macro_rules! units {
        ($($declaration:literal $ticks:expr;)*) => {
            $(m.function($declaration, |_, _, args| of_units(f(args, 0), $ticks));)*
        };
    }
    units! {
        "timespan FromDays(double value)" DAY_TICKS;
        "timespan FromHours(double value)" HOUR;
        "timespan FromMinutes(double value)" MINUTE;
        "timespan FromSeconds(double value)" SECOND;
        "timespan FromMilliseconds(double value)" MILLISECOND;
        "timespan FromMicroseconds(double value)" MICROSECOND;
    }
    macro_rules! parts {
        ($($declaration:literal $units:expr;)*) => {
            $(m.function($declaration, |_, _, args| of_parts(args, $units));)*
        };
    }
    parts! {
        "timespan FromDays(int days)" &[DAY_TICKS];
        "timespan FromDays(int days, int hours, long minutes = 0, long seconds = 0, long milliseconds = 0, long microseconds = 0)" &[DAY_TICKS, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND];
        "timespan FromHours(int hours)" &[HOUR];
        "timespan FromHours(int hours, long minutes, long seconds = 0, long milliseconds = 0, long microseconds = 0)" &[HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND];
        "timespan FromMinutes(long minutes)" &[MINUTE];
        "timespan FromMinutes(long minutes, long seconds, long milliseconds = 0, long microseconds = 0)" &[MINUTE, SECOND, MILLISECOND, MICROSECOND];
        "timespan FromSeconds(long seconds)" &[SECOND];
        "timespan FromSeconds(long seconds, long milliseconds, long microseconds = 0)" &[SECOND, MILLISECOND, MICROSECOND];
        "timespan FromMilliseconds(long milliseconds)" &[MILLISECOND];
        "timespan FromMilliseconds(long milliseconds, long microseconds)" &[MILLISECOND, MICROSECOND];
        "timespan FromMicroseconds(long microseconds)" &[MICROSECOND];
    }
    m.function("int Compare(timespan t1, timespan t2)", |_, _, args| Ok(sign(t(args, 0).cmp(&t(args, 1)))));
    m.function("bool Equals(timespan t1, timespan t2)", |_, _, args| Ok((t(args, 0) == t(args, 1)).into()));
    for declaration in
        ["timespan Parse(string s)", "timespan Parse(string input, System.IFormatProvider formatProvider)"]
    {
        m.function(declaration, |rs, _, args| parse_span(rs, args));
    }
    for declaration in [
        "bool TryParse(string s, [ref] timespan result)",
        "bool TryParse(string input, System.IFormatProvider formatProvider, [ref] timespan result)",
    ] {
        m.function(declaration, |rs, _, args| {
            let found = parse_span(rs, args).ok();
            tried(args, found, span(0))
        });
    }
    for declaration in [
        "timespan ParseExact(string input, string format, System.IFormatProvider formatProvider)",
        "timespan ParseExact(string input, string[] formats, System.IFormatProvider formatProvider)",
        "timespan ParseExact(string input, string format, System.IFormatProvider formatProvider, System.Globalization.TimeSpanStyles styles)",
        "timespan ParseExact(string input, string[] formats, System.IFormatProvider formatProvider, System.Globalization.TimeSpanStyles styles)",
    ] {
        m.function(declaration, |_, _, args| parse_span_exactly(args));
    }
    for declaration in [
        "bool TryParseExact(string input, string format, System.IFormatProvider formatProvider, [ref] timespan result)",
        "bool TryParseExact(string input, string[] formats, System.IFormatProvider formatProvider, [ref] timespan result)",
        "bool TryParseExact(string input, string format, System.IFormatProvider formatProvider, System.Globalization.TimeSpanStyles styles, [ref] timespan result)",
        "bool TryParseExact(string input, string[] formats, System.IFormatProvider formatProvider, System.Globalization.TimeSpanStyles styles, [ref] timespan result)",
    ] {
        m.function(declaration, |_, _, args| tried(args, parse_span_exactly(args).ok(), span(0)));
    }
    m.method("timespan Multiply(double factor)", |_, this, args| {
        let ticks = t(std::slice::from_ref(this), 0);
        of_units(cast::double(ticks) * f(args, 0), 1)
    });
    m.method("timespan Divide(double divisor)", |_, this, args| {
        let ticks = t(std::slice::from_ref(this), 0);
        of_units((cast::double(ticks) / f(args, 0)).round_ties_even(), 1)
    });
    m.method("double Divide(timespan ts)", |_, this, args| {
        Ok(Value::F64(cast::double(t(std::slice::from_ref(this), 0)) / cast::double(t(args, 0))))
    });
    m.method("string ToString(string format, System.IFormatProvider formatProvider)", |rs, this, args| {
        composite::to_string(rs, this, &s(args, 0)).map(Value::Str).map_err(super::integers::unwrap_format)
    });
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::flag_labels(
        "System.Globalization.DateTimeStyles",
        &[
            ("None", 0),
            ("AllowLeadingWhite", 1),
            ("AllowTrailingWhite", 2),
            ("AllowInnerWhite", 4),
            ("AllowWhiteSpaces", 7),
            ("NoCurrentDateDefault", NO_CURRENT_DATE),
            ("AdjustToUniversal", ADJUST_TO_UNIVERSAL),
            ("AssumeLocal", ASSUME_LOCAL),
            ("AssumeUniversal", ASSUME_UNIVERSAL),
            ("RoundtripKind", ROUND_TRIP),
        ],
    ),
    TypeDef::flag_labels("System.Globalization.TimeSpanStyles", &[("None", 0), ("AssumeNegative", 1)]),
];
