//! `CultureInfo`: the cultures by name. Formatting knows the invariant culture and en-US; the others are names.

use psrpd_dotnet::{
    Str, casing,
    date_format::{DAYS, MONTHS},
};

use super::{Members, TypeDef};
use crate::{
    eval::{EN_US, Flow, INVARIANT, Name, R, Runspace, ScopeId, error},
    value::{Opaque, Value, text},
};

/// A culture a line: name, LCID, display name, ISO name of three letters, Windows name of three letters, whether it is
/// neutral, the parent, the name in its own language.
const CULTURES: &str = include_str!("cultures.txt");

/// What .NET calls cultures without a number of their own.
const CUSTOM: i32 = 4096;

fn unknown(name: &str) -> Flow {
    error::thrown(
        "System.Globalization.CultureNotFoundException",
        format!("Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier."),
    )
}

fn build(fields: [&str; 8]) -> Value {
    let [name, number, shown, iso, windows, neutral, parent, native] = fields;
    let parent = if name.is_empty() { Value::Null } else { find(parent).unwrap_or_default() };
    let language = name.split('-').next().filter(|language| !language.is_empty()).unwrap_or("iv");
    Opaque::new(
        "System.Globalization.CultureInfo",
        [
            ("Parent", parent),
            ("LCID", Value::I32(number.parse().unwrap_or(CUSTOM))),
            ("KeyboardLayoutId", Value::I32(number.parse().unwrap_or(CUSTOM))),
            ("Name", name.into()),
            ("IetfLanguageTag", name.into()),
            ("DisplayName", shown.into()),
            ("NativeName", native.into()),
            ("EnglishName", shown.into()),
            ("TwoLetterISOLanguageName", language.into()),
            ("ThreeLetterISOLanguageName", iso.into()),
            ("ThreeLetterWindowsLanguageName", windows.into()),
            ("TextInfo", text_info(name)),
            ("IsNeutralCulture", (neutral == "True").into()),
            ("NumberFormat", number_format()),
            ("DateTimeFormat", date_time_format(name)),
            ("Calendar", super::calendar::gregorian()),
            ("UseUserOverride", false.into()),
            ("IsReadOnly", true.into()),
        ],
    )
    .displayed(name)
    .into_value()
}

/// What stands between the items of a list, where nobody chose otherwise.
const LIST_SEPARATOR: &str = ",";

/// What stands between the items of a list in the culture of the session.
pub(crate) fn list_separator(rs: &Runspace) -> Option<char> {
    let text_info = rs.state.culture.downcast::<Opaque>().and_then(|culture| culture.get("TextInfo"));
    let separator =
        text_info.as_ref().and_then(|info| info.downcast::<Opaque>()).and_then(|info| info.get("ListSeparator"));
    separator.map_or_else(|| Str::from(LIST_SEPARATOR), |separator| text(&separator)).chars().next()
}

fn text_info(name: &str) -> Value {
    Opaque::new(
        "System.Globalization.TextInfo",
        [("CultureName", Value::from(name)), ("ListSeparator", LIST_SEPARATOR.into()), ("IsReadOnly", true.into())],
    )
    .displayed(format!("TextInfo - {name}"))
    .into_value()
}

fn number_format() -> Value {
    Opaque::new(
        "System.Globalization.NumberFormatInfo",
        [
            ("CurrencyDecimalDigits", Value::I32(2)),
            ("CurrencyDecimalSeparator", ".".into()),
            ("CurrencyGroupSeparator", ",".into()),
            ("CurrencySymbol", "¤".into()),
            ("NaNSymbol", "NaN".into()),
            ("NegativeInfinitySymbol", "-Infinity".into()),
            ("NegativeSign", "-".into()),
            ("NumberDecimalDigits", Value::I32(2)),
            ("NumberDecimalSeparator", ".".into()),
            ("NumberGroupSeparator", ",".into()),
            ("PositiveInfinitySymbol", "Infinity".into()),
            ("PositiveSign", "+".into()),
            ("PercentDecimalDigits", Value::I32(2)),
            ("PercentDecimalSeparator", ".".into()),
            ("PercentGroupSeparator", ",".into()),
            ("PercentSymbol", "%".into()),
        ],
    )
    .into_value()
}

/// A culture by name, ignoring case; one that is well formed but unknown gets no number of its own.
fn find(name: &str) -> Option<Value> {
    if name.is_empty() {
        let shown = "Invariant Language (Invariant Country)";
        return Some(build(["", "127", shown, "ivl", "IVL", "False", "", shown]));
    }
    for line in CULTURES.lines() {
        if line.split('|').next().is_some_and(|have| casing::eq(have, name))
            && let Ok(fields) = <[&str; 8]>::try_from(line.split('|').collect::<Vec<_>>())
        {
            return Some(build(fields));
        }
    }
    let mut parts = name.split(['-', '_']);
    let language = parts.next().unwrap_or("");
    let is_language = (2..=3).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphabetic());
    let region = parts.next();
    let is_region = region
        .is_none_or(|region| (2..=4).contains(&region.len()) && region.chars().all(|c| c.is_ascii_alphanumeric()));
    if !is_language || !is_region || parts.next().is_some() {
        return None;
    }
    let language = language.to_ascii_lowercase();
    let (name, shown) = match region {
        Some(region) => (
            format!("{language}-{}", region.to_ascii_uppercase()),
            format!("{language} ({})", region.to_ascii_uppercase()),
        ),
        None => (language.clone(), language.clone()),
    };
    let parent = if region.is_some() { language.as_str() } else { "" };
    Some(build([&name, "4096", &shown, &language, "ZZZ", "False", parent, &shown]))
}

/// The names of all cultures, in their order.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(CULTURES.lines().filter_map(|line| line.split('|').next()))
}

/// All cultures.
pub(crate) fn all() -> impl Iterator<Item = Value> {
    names().filter_map(find)
}

/// The culture of a number.
fn by_number(number: i64) -> Option<Value> {
    let wanted = number.to_string();
    match number {
        127 => find(""),
        _ => {
            let line = CULTURES.lines().find(|line| line.split('|').nth(1) == Some(wanted.as_str()))?;
            find(line.split('|').next()?)
        }
    }
}

/// A culture of a value, as a cast and an argument make it.
///
/// # Errors
/// `CultureNotFoundException`
pub(super) fn of(value: &Value) -> R<Value> {
    if let Some(number) = value.as_i128() {
        return by_number(i64::try_from(number).unwrap_or(-1)).ok_or_else(|| unknown(&number.to_string()));
    }
    let name = text(value);
    find(&name).ok_or_else(|| unknown(&name))
}

/// The culture that numbers and dates are written in.
pub(super) fn current(rs: &mut Runspace) -> R<Value> {
    let name = rs.culture().name;
    let set = rs.state.culture.clone();
    if !set.is_null() && text(&set).as_str() == name { Ok(set) } else { of(&name.into()) }
}

/// The culture of texts.
pub(super) fn current_ui(rs: &mut Runspace) -> R<Value> {
    let name = rs.state.ui_culture.clone().unwrap_or_else(|| rs.culture().name.into());
    of(&name.into())
}

/// Formats numbers and dates from now on as a culture does.
///
/// # Errors
/// Where the engine knows no more than the culture's name.
pub(super) fn set_current(rs: &mut Runspace, culture: &Value) -> R<()> {
    let name = text(culture);
    rs.culture = match name.as_str() {
        "" => INVARIANT,
        "en-US" => EN_US,
        _ => return Err(error::feature(&format!("Formatting as in the culture '{name}'"))),
    };
    rs.state.culture = culture.clone();
    show(rs, "PSCulture", &name);
    Ok(())
}

/// What texts of the session are looked up in.
pub(super) fn set_current_ui(rs: &mut Runspace, culture: &Value) -> R<()> {
    let name = text(culture);
    rs.state.ui_culture = Some(name.to_string());
    show(rs, "PSUICulture", &name);
    Ok(())
}

/// `$PSCulture` and `$PSUICulture` follow the culture, whatever their options are.
fn show(rs: &mut Runspace, variable: &str, name: &Str) {
    let variable = rs.share(ScopeId::GLOBAL, &Name::new(variable));
    *variable.value.lock() = Value::Str(name.clone());
}

/// The patterns of dates: those of en-US, or the invariant ones.
fn date_time_format(name: &str) -> Value {
    let of = if name == "en-US" { &EN_US.dates } else { &INVARIANT.dates };
    let names = |names: &[&str], more: bool| {
        let empty = more.then(|| Value::from(""));
        Value::typed_array(super::string(), names.iter().map(|name| Value::from(*name)).chain(empty).collect())
    };
    let short = |names: &[&str], length: usize, more: bool| {
        let cut: Vec<&str> = names.iter().map(|name| name.get(..length).unwrap_or(name)).collect();
        cut.iter().map(|name| Value::from(*name)).chain(more.then(|| Value::from(""))).collect::<Vec<Value>>()
    };
    let strings = |values: Vec<Value>| Value::typed_array(super::string(), values);
    Opaque::new(
        "System.Globalization.DateTimeFormatInfo",
        [
            ("AMDesignator", "AM".into()),
            ("DateSeparator", "/".into()),
            ("FirstDayOfWeek", super::enum_value("System.DayOfWeek", "Sunday")),
            ("FullDateTimePattern", format!("{} {}", of.long_date, of.long_time).into()),
            ("LongDatePattern", of.long_date.into()),
            ("LongTimePattern", of.long_time.into()),
            ("MonthDayPattern", of.month_day.into()),
            ("PMDesignator", "PM".into()),
            ("RFC1123Pattern", "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".into()),
            ("ShortDatePattern", of.short_date.into()),
            ("ShortTimePattern", of.short_time.into()),
            ("SortableDateTimePattern", "yyyy'-'MM'-'dd'T'HH':'mm':'ss".into()),
            ("TimeSeparator", ":".into()),
            ("UniversalSortableDateTimePattern", "yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into()),
            ("YearMonthPattern", of.year_month.into()),
            ("AbbreviatedDayNames", strings(short(&DAYS, 3, false))),
            ("ShortestDayNames", strings(short(&DAYS, 2, false))),
            ("DayNames", names(&DAYS, false)),
            ("AbbreviatedMonthNames", strings(short(&MONTHS, 3, true))),
            ("MonthNames", names(&MONTHS, true)),
            ("IsReadOnly", true.into()),
            ("NativeCalendarName", "Gregorian Calendar".into()),
            ("AbbreviatedMonthGenitiveNames", strings(short(&MONTHS, 3, true))),
            ("MonthGenitiveNames", names(&MONTHS, true)),
        ],
    )
    .into_value()
}

/// The methods that name months and days.
fn name_methods(m: &mut Members) {
    fn name(names: &[&str], at: Option<i128>, length: usize) -> Option<Value> {
        let name = names.get(usize::try_from(at?).ok()?)?;
        Some(Value::from(name.get(..length).unwrap_or(name)))
    }
    fn month(args: &[Value], length: usize) -> R<Value> {
        match args.first().and_then(Value::as_i128) {
            Some(13) => Ok("".into()),
            number => name(&MONTHS, number.map(|number| number.saturating_sub(1)), length).ok_or_else(|| {
                let message = "month must be between one and thirteen. (Parameter 'month')";
                error::thrown("System.ArgumentOutOfRangeException", message)
            }),
        }
    }
    fn day(args: &[Value], length: usize) -> Value {
        let number = match args.first().map(Value::base) {
            Some(Value::Enum(_, number)) => Some(i128::from(*number)),
            _ => None,
        };
        name(&DAYS, number, length).unwrap_or_default()
    }
    m.method("string GetMonthName(int month)", |_, _, args| month(args, usize::MAX));
    m.method("string GetAbbreviatedMonthName(int month)", |_, _, args| month(args, 3));
    m.method("string GetDayName(System.DayOfWeek dayofweek)", |_, _, args| Ok(day(args, usize::MAX)));
    m.method("string GetAbbreviatedDayName(System.DayOfWeek dayofweek)", |_, _, args| Ok(day(args, 3)));
    m.method("string GetShortestDayName(System.DayOfWeek dayOfWeek)", |_, _, args| Ok(day(args, 2)));
}

fn arg(args: &[Value]) -> Value {
    args.first().cloned().unwrap_or_default()
}

fn members(m: &mut Members) {
    m.constructor("cultureinfo(string name)", |_, _, args| of(&arg(args)));
    m.constructor("cultureinfo(int culture)", |_, _, args| of(&arg(args)));
    m.constant("cultureinfo InvariantCulture", |_, _| of(&"".into()));
    m.static_get_set("cultureinfo CurrentCulture", |rs, _| current(rs), |rs, _, value| set_current(rs, &value));
    m.static_get_set("cultureinfo CurrentUICulture", |rs, _| current_ui(rs), |rs, _, value| set_current_ui(rs, &value));
    m.constant("cultureinfo InstalledUICulture", |_, _| of(&"".into()));
    for signature in [
        "cultureinfo GetCultureInfo(string name)",
        "cultureinfo GetCultureInfo(int culture)",
        "cultureinfo CreateSpecificCulture(string name)",
        "cultureinfo GetCultureInfoByIetfLanguageTag(string name)",
    ] {
        m.function(signature, |_, _, args| of(&arg(args)));
    }
}

/// A text with every word's first letter in upper case; words in upper case stay.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\'') {
        if word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) {
            out.push_str(word);
            continue;
        }
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            out.extend(first.to_uppercase());
            out.push_str(&letters.as_str().to_lowercase());
        }
    }
    out
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.IFormatProvider").base(""),
    TypeDef::class("System.Globalization.CultureInfo").implements(&["System.IFormatProvider"]).members(members),
    TypeDef::class("System.Globalization.NumberFormatInfo").implements(&["System.IFormatProvider"]).members(|m| {
        m.constant("System.Globalization.NumberFormatInfo InvariantInfo", |_, _| Ok(number_format()));
        m.constant("System.Globalization.NumberFormatInfo CurrentInfo", |_, _| Ok(number_format()));
    }),
    TypeDef::class("System.Globalization.DateTimeFormatInfo").implements(&["System.IFormatProvider"]).members(|m| {
        m.constant("System.Globalization.DateTimeFormatInfo InvariantInfo", |_, _| Ok(date_time_format("")));
        m.constant("System.Globalization.DateTimeFormatInfo CurrentInfo", |rs, _| {
            Ok(date_time_format(rs.culture().name))
        });
        name_methods(m);
    }),
    TypeDef::class("System.Globalization.TextInfo").members(|m| {
        fn s(args: &[Value]) -> Str {
            args.first().map(text).unwrap_or_default()
        }
        m.method("string ToTitleCase(string str)", |_, _, args| Ok(title(&s(args)).into()));
        m.method("string ToUpper(string str)", |_, _, args| Ok(s(args).to_uppercase().into()));
        m.method("string ToLower(string str)", |_, _, args| Ok(s(args).to_lowercase().into()));
    }),
];
