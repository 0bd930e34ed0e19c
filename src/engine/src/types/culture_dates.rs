//! `DateTimeFormatInfo`

use psrpd_dotnet::culture::{self, Dates};

use super::{
    Members, TypeDef, args, calendar,
    culture_formats::{self, Formats, fixed, format_of, get, instance, object, set, string, strings, words},
};
use crate::{
    eval::{R, Runspace, error},
    value::Value,
};

pub(super) const DATES: &str = "System.Globalization.DateTimeFormatInfo";

impl Formats for Dates {
    const TYPE: &'static str = DATES;
    const PART: &'static str = "DateTimeFormat";
}

/// The calendars of .NET have up to so many months; those of the Gregorian one are followed by an empty name.
const MONTHS: usize = 13;
const DAYS: usize = 7;

/// The names of days or months, as many as there are in .NET.
fn list(names: &[String], count: usize) -> Value {
    Value::strings(names.iter().map(String::as_str).chain([""]).take(count))
}

fn set_list(
    rs: &mut Runspace,
    this: &Value,
    value: &Value,
    count: usize,
    slot: fn(&mut Dates) -> &mut Vec<String>,
) -> R<()> {
    if culture_formats::of::<Dates>(this)?.is_fixed() {
        return Err(culture_formats::instance_fixed());
    }
    if value.is_null() {
        return Err(args::null("value"));
    }
    let names = strings(value);
    if names.len() != count {
        let message = format!("Length of the array must be {count}.");
        return Err(error::argument("System.ArgumentException", &message, "value"));
    }
    set::<Dates>(rs, this, |dates| *slot(dates) = names)
}

/// The number of an enum's value.
fn number(value: &Value) -> usize {
    match value.base() {
        Value::Enum(_, number) => usize::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

fn label(of: &str, number: usize) -> Value {
    super::enum_number(of, i64::try_from(number).unwrap_or(0))
}

/// Any text.
macro_rules! pattern {
    ($m:ident, $declaration:literal, $field:ident) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Dates>(this, |of| string(&of.$field)),
            |rs, this, value| set::<Dates>(rs, this, |of| of.$field = words(&value)),
        );
    };
    // The full pattern follows these.
    ($m:ident, $declaration:literal, $field:ident, full) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Dates>(this, |of| string(&of.$field)),
            |rs, this, value| {
                set::<Dates>(rs, this, |of| {
                    of.$field = words(&value);
                    of.full = None;
                })
            },
        );
    };
}

macro_rules! names {
    ($m:ident, $declaration:literal, $field:ident, $count:ident) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Dates>(this, |of| list(&of.$field, $count)),
            |rs, this, value| set_list(rs, this, &value, $count, |of| &mut of.$field),
        );
    };
}

macro_rules! choice {
    ($m:ident, $declaration:literal, $field:ident, $of:literal) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Dates>(this, |of| label($of, of.$field)),
            |rs, this, value| set::<Dates>(rs, this, |of| of.$field = number(&value)),
        );
    };
}

fn members(m: &mut Members) {
    pattern!(m, "string AMDesignator", am);
    m.get_set(
        "System.Globalization.Calendar Calendar",
        |_, _| Ok(calendar::gregorian()),
        |rs, this, value| set_calendar(rs, this, &value),
    );
    pattern!(m, "string DateSeparator", date_separator);
    choice!(m, "System.DayOfWeek FirstDayOfWeek", first_day, "System.DayOfWeek");
    choice!(
        m,
        "System.Globalization.CalendarWeekRule CalendarWeekRule",
        week_rule,
        "System.Globalization.CalendarWeekRule"
    );
    m.get_set(
        "string FullDateTimePattern",
        |_, this| get::<Dates>(this, |of| string(&of.full())),
        |rs, this, value| set::<Dates>(rs, this, |of| of.full = Some(words(&value))),
    );
    pattern!(m, "string LongDatePattern", long_date, full);
    pattern!(m, "string LongTimePattern", long_time, full);
    pattern!(m, "string MonthDayPattern", month_day);
    pattern!(m, "string PMDesignator", pm);
    m.get("string RFC1123Pattern", |_, _| Ok("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".into()));
    pattern!(m, "string ShortDatePattern", short_date);
    pattern!(m, "string ShortTimePattern", short_time);
    m.get("string SortableDateTimePattern", |_, _| Ok("yyyy'-'MM'-'dd'T'HH':'mm':'ss".into()));
    pattern!(m, "string TimeSeparator", time_separator);
    m.get("string UniversalSortableDateTimePattern", |_, _| Ok("yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into()));
    pattern!(m, "string YearMonthPattern", year_month);
    names!(m, "string[] AbbreviatedDayNames", short_days, DAYS);
    names!(m, "string[] ShortestDayNames", shortest_days, DAYS);
    names!(m, "string[] DayNames", days, DAYS);
    names!(m, "string[] AbbreviatedMonthNames", short_months, MONTHS);
    names!(m, "string[] MonthNames", months, MONTHS);
    m.get("bool IsReadOnly", |_, this| Ok(culture_formats::of::<Dates>(this)?.is_fixed().into()));
    m.get("string NativeCalendarName", |_, this| get::<Dates>(this, |of| string(&of.calendar)));
    names!(m, "string[] AbbreviatedMonthGenitiveNames", short_genitive_months, MONTHS);
    names!(m, "string[] MonthGenitiveNames", genitive_months, MONTHS);
    methods(m);
    naming(m);
}

/// Only the calendar that there is.
fn set_calendar(rs: &mut Runspace, this: &Value, value: &Value) -> R<()> {
    match value {
        _ if value.is_null() => Err(args::null("value")),
        _ if value.type_name() == calendar::gregorian().type_name() => set::<Dates>(rs, this, |_| {}),
        _ => Err(error::feature("Dates of another calendar")),
    }
}

fn methods(m: &mut Members) {
    m.constructor("System.Globalization.DateTimeFormatInfo()", |_, _, _| {
        Ok(object(culture::invariant().dates.clone(), false))
    });
    m.constant("System.Globalization.DateTimeFormatInfo InvariantInfo", |_, _| {
        Ok(object(culture::invariant().dates.clone(), true))
    });
    m.constant("System.Globalization.DateTimeFormatInfo CurrentInfo", |rs, _| instance::<Dates>(rs, None));
    m.function(
        "System.Globalization.DateTimeFormatInfo GetInstance(System.IFormatProvider provider)",
        |rs, _, args| instance::<Dates>(rs, args.first()),
    );
    m.function(
        "System.Globalization.DateTimeFormatInfo ReadOnly(System.Globalization.DateTimeFormatInfo dtfi)",
        |_, _, args| fixed::<Dates>(args, "dtfi"),
    );
    m.method("System.Object Clone()", |_, this, _| Ok(culture_formats::of::<Dates>(this)?.copy()));
    m.method("System.Object GetFormat(type formatType)", |_, this, args| Ok(format_of::<Dates>(this, args)));
}

/// What a month is called; the first one is 1.
fn month(this: &Value, args: &[Value], names: fn(&Dates) -> &[String]) -> R<Value> {
    let given = args.first().cloned().unwrap_or_default();
    let number = given.as_i128().and_then(|number| usize::try_from(number).ok());
    let Some(at) = number.and_then(|number| number.checked_sub(1)).filter(|at| *at < MONTHS) else {
        let message = format!("Valid values are between 1 and {MONTHS}, inclusive.");
        return Err(args::out_of_range_value(&message, "month", &given));
    };
    get::<Dates>(this, |of| string(names(of).get(at).map_or("", String::as_str)))
}

/// What a day of the week is called.
fn day(this: &Value, args: &[Value], names: fn(&Dates) -> &[String]) -> R<Value> {
    let at = args.first().map_or(0, number);
    get::<Dates>(this, |of| string(names(of).get(at).map_or("", String::as_str)))
}

fn era(this: &Value, args: &[Value], name: fn(&Dates) -> &str) -> R<Value> {
    match args.first().and_then(Value::as_i128) {
        // The current one, or the only one.
        Some(0 | 1) => get::<Dates>(this, |of| string(name(of))),
        _ => {
            let given = args.first().cloned().unwrap_or_default();
            Err(args::out_of_range_value("Era value was not valid.", "era", &given))
        }
    }
}

/// The methods that name months, days and eras.
fn naming(m: &mut Members) {
    m.method("string GetMonthName(int month)", |_, this, args| month(this, args, |of| &of.months));
    m.method("string GetAbbreviatedMonthName(int month)", |_, this, args| month(this, args, |of| &of.short_months));
    m.method("string GetDayName(System.DayOfWeek dayofweek)", |_, this, args| day(this, args, |of| &of.days));
    m.method("string GetAbbreviatedDayName(System.DayOfWeek dayofweek)", |_, this, args| {
        day(this, args, |of| &of.short_days)
    });
    m.method("string GetShortestDayName(System.DayOfWeek dayOfWeek)", |_, this, args| {
        day(this, args, |of| &of.shortest_days)
    });
    m.method("string GetEraName(int era)", |_, this, args| era(this, args, |of| &of.era));
    m.method("string GetAbbreviatedEraName(int era)", |_, this, args| era(this, args, |of| &of.short_era));
    m.method("int GetEra(string eraName)", |_, this, args| {
        let name = args::s(args, 0).to_lowercase();
        get::<Dates>(this, |of| {
            let is_known = [&of.era, &of.short_era].into_iter().any(|era| era.to_lowercase() == name.as_str());
            Value::I32(if is_known { 1 } else { -1 })
        })
    });
}

pub(super) const TYPES: &[TypeDef] =
    &[TypeDef::class(DATES).implements(&["System.IFormatProvider", "System.ICloneable"]).members(members)];
