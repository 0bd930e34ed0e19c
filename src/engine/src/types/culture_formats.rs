//! `NumberFormatInfo` and `DateTimeFormatInfo`: how a culture writes, as objects that scripts may change.

use psrpd_dotnet::culture::{self, Dates, Numbers};

use super::{Members, TypeDef};
use crate::{
    eval::{R, error},
    value::{Opaque, Value, enumerate, text},
};

pub(super) const NUMBERS: &str = "System.Globalization.NumberFormatInfo";
pub(super) const DATES: &str = "System.Globalization.DateTimeFormatInfo";

fn number(n: usize) -> Value {
    Value::int(n)
}

fn sizes(sizes: &[usize]) -> Value {
    Value::typed_array(super::int32(), sizes.iter().copied().map(Value::int).collect())
}

pub(super) fn numbers(of: &Numbers) -> Value {
    let s = |text: &String| Value::from(text.as_str());
    Opaque::new(
        NUMBERS,
        [
            ("CurrencyDecimalDigits", number(of.currency_decimals)),
            ("CurrencyDecimalSeparator", s(&of.currency_point)),
            ("IsReadOnly", false.into()),
            ("CurrencyGroupSizes", sizes(&of.currency_sizes)),
            ("NumberGroupSizes", sizes(&of.sizes)),
            ("PercentGroupSizes", sizes(&of.percent_sizes)),
            ("CurrencyGroupSeparator", s(&of.currency_group)),
            ("CurrencySymbol", s(&of.currency)),
            ("NaNSymbol", s(&of.nan)),
            ("CurrencyNegativePattern", number(of.currency_negative)),
            ("NumberNegativePattern", number(of.negative)),
            ("PercentPositivePattern", number(of.percent_positive)),
            ("PercentNegativePattern", number(of.percent_negative)),
            ("NegativeInfinitySymbol", s(&of.minus_infinity)),
            ("NegativeSign", s(&of.minus)),
            ("NumberDecimalDigits", number(of.decimals)),
            ("NumberDecimalSeparator", s(&of.point)),
            ("NumberGroupSeparator", s(&of.group)),
            ("CurrencyPositivePattern", number(of.currency_positive)),
            ("PositiveInfinitySymbol", s(&of.infinity)),
            ("PositiveSign", s(&of.plus)),
            ("PercentDecimalDigits", number(of.percent_decimals)),
            ("PercentDecimalSeparator", s(&of.percent_point)),
            ("PercentGroupSeparator", s(&of.percent_group)),
            ("PercentSymbol", s(&of.percent)),
            ("PerMilleSymbol", s(&of.permille)),
        ],
    )
    .into_value()
}

pub(super) fn dates(of: &Dates) -> Value {
    let s = |text: &String| Value::from(text.as_str());
    let list = |names: &[String]| Value::strings(names.iter().map(String::as_str));
    // The thirteenth month is that of other calendars.
    let months = |names: &[String]| Value::strings(names.iter().map(String::as_str).chain([""]));
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let rules = ["FirstDay", "FirstFullWeek", "FirstFourDayWeek"];
    Opaque::new(
        DATES,
        [
            ("AMDesignator", s(&of.am)),
            ("Calendar", super::calendar::gregorian()),
            ("DateSeparator", s(&of.date_separator)),
            (
                "FirstDayOfWeek",
                super::enum_value("System.DayOfWeek", days.get(of.first_day).copied().unwrap_or("Sunday")),
            ),
            (
                "CalendarWeekRule",
                super::enum_value(
                    "System.Globalization.CalendarWeekRule",
                    rules.get(of.week_rule).copied().unwrap_or("FirstDay"),
                ),
            ),
            ("FullDateTimePattern", format!("{} {}", of.long_date, of.long_time).into()),
            ("LongDatePattern", s(&of.long_date)),
            ("LongTimePattern", s(&of.long_time)),
            ("MonthDayPattern", s(&of.month_day)),
            ("PMDesignator", s(&of.pm)),
            ("RFC1123Pattern", "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".into()),
            ("ShortDatePattern", s(&of.short_date)),
            ("ShortTimePattern", s(&of.short_time)),
            ("SortableDateTimePattern", "yyyy'-'MM'-'dd'T'HH':'mm':'ss".into()),
            ("TimeSeparator", s(&of.time_separator)),
            ("UniversalSortableDateTimePattern", "yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into()),
            ("YearMonthPattern", s(&of.year_month)),
            ("AbbreviatedDayNames", list(&of.short_days)),
            ("ShortestDayNames", list(&of.shortest_days)),
            ("DayNames", list(&of.days)),
            ("AbbreviatedMonthNames", months(&of.short_months)),
            ("MonthNames", months(&of.months)),
            ("IsReadOnly", false.into()),
            ("NativeCalendarName", s(&of.calendar)),
            ("AbbreviatedMonthGenitiveNames", months(&of.short_genitive_months)),
            ("MonthGenitiveNames", months(&of.genitive_months)),
        ],
    )
    .into_value()
}

/// A copy that can be changed alone.
pub(super) fn copy(this: &Value) -> Value {
    let Some(bag) = this.downcast::<Opaque>() else { return this.clone() };
    let copied = bag.copy();
    copied.set("IsReadOnly", false.into());
    for name in ["NumberFormat", "DateTimeFormat"] {
        if let Some(part) = copied.get(name) {
            copied.set(name, copy(&part));
        }
    }
    copied.into_value()
}

fn field(bag: &Opaque, name: &str) -> String {
    bag.get(name).map(|value| text(&value).to_string()).unwrap_or_default()
}

fn count(bag: &Opaque, name: &str) -> usize {
    bag.get(name).and_then(|value| value.as_i128()).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

fn list(bag: &Opaque, name: &str) -> Vec<String> {
    let items = bag.get(name).as_ref().and_then(enumerate).unwrap_or_default();
    items.iter().map(|item| text(item).to_string()).collect()
}

pub(super) fn read_numbers(bag: &Opaque) -> Numbers {
    let sizes = |name: &str| list(bag, name).iter().filter_map(|size| size.parse().ok()).collect();
    Numbers {
        currency: field(bag, "CurrencySymbol"),
        currency_decimals: count(bag, "CurrencyDecimalDigits"),
        currency_point: field(bag, "CurrencyDecimalSeparator"),
        currency_group: field(bag, "CurrencyGroupSeparator"),
        currency_sizes: sizes("CurrencyGroupSizes"),
        currency_negative: count(bag, "CurrencyNegativePattern"),
        currency_positive: count(bag, "CurrencyPositivePattern"),
        decimals: count(bag, "NumberDecimalDigits"),
        point: field(bag, "NumberDecimalSeparator"),
        group: field(bag, "NumberGroupSeparator"),
        sizes: sizes("NumberGroupSizes"),
        negative: count(bag, "NumberNegativePattern"),
        minus: field(bag, "NegativeSign"),
        plus: field(bag, "PositiveSign"),
        percent: field(bag, "PercentSymbol"),
        permille: field(bag, "PerMilleSymbol"),
        percent_decimals: count(bag, "PercentDecimalDigits"),
        percent_point: field(bag, "PercentDecimalSeparator"),
        percent_group: field(bag, "PercentGroupSeparator"),
        percent_sizes: sizes("PercentGroupSizes"),
        percent_negative: count(bag, "PercentNegativePattern"),
        percent_positive: count(bag, "PercentPositivePattern"),
        nan: field(bag, "NaNSymbol"),
        infinity: field(bag, "PositiveInfinitySymbol"),
        minus_infinity: field(bag, "NegativeInfinitySymbol"),
    }
}

pub(super) fn read_dates(bag: &Opaque) -> Dates {
    let invariant = &culture::invariant().dates;
    Dates {
        date_separator: field(bag, "DateSeparator"),
        time_separator: field(bag, "TimeSeparator"),
        first_day: invariant.first_day,
        week_rule: invariant.week_rule,
        short_date: field(bag, "ShortDatePattern"),
        long_date: field(bag, "LongDatePattern"),
        short_time: field(bag, "ShortTimePattern"),
        long_time: field(bag, "LongTimePattern"),
        month_day: field(bag, "MonthDayPattern"),
        year_month: field(bag, "YearMonthPattern"),
        days: list(bag, "DayNames"),
        short_days: list(bag, "AbbreviatedDayNames"),
        shortest_days: list(bag, "ShortestDayNames"),
        months: list(bag, "MonthNames"),
        short_months: list(bag, "AbbreviatedMonthNames"),
        genitive_months: list(bag, "MonthGenitiveNames"),
        short_genitive_months: list(bag, "AbbreviatedMonthGenitiveNames"),
        am: field(bag, "AMDesignator"),
        pm: field(bag, "PMDesignator"),
        era: invariant.era.clone(),
        short_era: invariant.short_era.clone(),
        calendar: field(bag, "NativeCalendarName"),
    }
}

/// The name in one of the lists.
fn name(this: &Value, of: &str, at: Option<i128>) -> Option<Value> {
    let names = this.downcast::<Opaque>().map(|bag| list(bag, of)).unwrap_or_default();
    names.get(usize::try_from(at?).ok()?).map(|name| Value::from(name.as_str()))
}

fn month(this: &Value, of: &str, args: &[Value]) -> R<Value> {
    let at = args.first().and_then(Value::as_i128).map(|number| number.saturating_sub(1));
    name(this, of, at).ok_or_else(|| {
        let message = "month must be between one and thirteen. (Parameter 'month')";
        error::thrown("System.ArgumentOutOfRangeException", message)
    })
}

fn day(this: &Value, of: &str, args: &[Value]) -> Value {
    let at = match args.first().map(Value::base) {
        Some(Value::Enum(_, number)) => Some(i128::from(*number)),
        _ => None,
    };
    name(this, of, at).unwrap_or_default()
}

/// `GetInstance()`: what is asked for itself, or that part of a culture.
fn part_of(provider: Option<&Value>, of: &str, part: &str, otherwise: impl FnOnce() -> Value) -> Value {
    let provider = provider.cloned().unwrap_or_default();
    if provider.type_name() == of {
        return provider;
    }
    provider.downcast::<Opaque>().and_then(|bag| bag.get(part)).unwrap_or_else(otherwise)
}

/// The methods that name months and days.
fn date_members(m: &mut Members) {
    m.constructor("System.Globalization.DateTimeFormatInfo()", |_, _, _| Ok(dates(&culture::invariant().dates)));
    m.constant("System.Globalization.DateTimeFormatInfo InvariantInfo", |_, _| Ok(dates(&culture::invariant().dates)));
    m.constant("System.Globalization.DateTimeFormatInfo CurrentInfo", |rs, _| Ok(dates(&rs.culture().dates)));
    m.function("System.Globalization.DateTimeFormatInfo GetInstance(System.IFormatProvider provider)", |_, _, args| {
        Ok(part_of(args.first(), DATES, "DateTimeFormat", || dates(&culture::invariant().dates)))
    });
    m.method("System.Object Clone()", |_, this, _| Ok(copy(this)));
    m.method("string GetMonthName(int month)", |_, this, args| month(this, "MonthNames", args));
    m.method("string GetAbbreviatedMonthName(int month)", |_, this, args| month(this, "AbbreviatedMonthNames", args));
    m.method("string GetDayName(System.DayOfWeek dayofweek)", |_, this, args| Ok(day(this, "DayNames", args)));
    m.method("string GetAbbreviatedDayName(System.DayOfWeek dayofweek)", |_, this, args| {
        Ok(day(this, "AbbreviatedDayNames", args))
    });
    m.method("string GetShortestDayName(System.DayOfWeek dayOfWeek)", |_, this, args| {
        Ok(day(this, "ShortestDayNames", args))
    });
}

fn number_members(m: &mut Members) {
    m.constructor("System.Globalization.NumberFormatInfo()", |_, _, _| Ok(numbers(&culture::invariant().numbers)));
    m.constant("System.Globalization.NumberFormatInfo InvariantInfo", |_, _| {
        Ok(numbers(&culture::invariant().numbers))
    });
    m.function(
        "System.Globalization.NumberFormatInfo GetInstance(System.IFormatProvider formatProvider)",
        |_, _, args| Ok(part_of(args.first(), NUMBERS, "NumberFormat", || numbers(&culture::invariant().numbers))),
    );
    m.constant("System.Globalization.NumberFormatInfo CurrentInfo", |rs, _| Ok(numbers(&rs.culture().numbers)));
    m.method("System.Object Clone()", |_, this, _| Ok(copy(this)));
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(NUMBERS).implements(&["System.IFormatProvider"]).members(number_members),
    TypeDef::class(DATES).implements(&["System.IFormatProvider"]).members(date_members),
];
