//! `CultureInfo`: the cultures by name.

use std::sync::Arc;

use psrpd_dotnet::{
    Str, casing,
    culture::{self, Culture, Dates, Numbers},
};

use super::{
    Members, TypeDef, args,
    culture_dates::DATES,
    culture_formats::{self, Format, Formats},
    culture_numbers::NUMBERS,
};
use crate::{
    eval::{Flow, Name, R, Runspace, ScopeId, error},
    value::{Opaque, Order, Value, text},
};

/// A culture a line: name, LCID, display name, ISO name of three letters, Windows name of three letters, whether it is
/// neutral, the parent, the name in its own language.
const CULTURES: &str = include_str!("cultures.txt");

/// Begins the lines of cultures that are known by a short name but not listed.
const UNLISTED: char = '+';

/// What .NET calls cultures without a number of their own.
const CUSTOM: i32 = 4096;

const CULTURE: &str = "System.Globalization.CultureInfo";

fn unknown(name: &str) -> Flow {
    error::thrown(
        "System.Globalization.CultureNotFoundException",
        format!("Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier."),
    )
}

/// What the culture is called in .NET, and how it is written if its calendar is one that the engine has.
fn build(fields: [&str; 8]) -> Value {
    let [name, number, shown, iso, windows, neutral, parent, native] = fields;
    let parent = if name.is_empty() { Value::Null } else { find(parent).unwrap_or_default() };
    let language = name.split('-').next().filter(|language| !language.is_empty()).unwrap_or("iv");
    let formats = culture::find(name);
    let separator = formats.as_ref().map_or(LIST_SEPARATOR, |of| of.list_separator.as_str());
    let mut properties: Vec<(Str, Value)> = Vec::new();
    let mut add = |name: &str, value: Value| properties.push((name.into(), value));
    add("Parent", parent);
    add("LCID", Value::I32(number.parse().unwrap_or(CUSTOM)));
    add("KeyboardLayoutId", Value::I32(number.parse().unwrap_or(CUSTOM)));
    add("Name", name.into());
    add("IetfLanguageTag", name.into());
    add("DisplayName", shown.into());
    add("NativeName", native.into());
    add("EnglishName", shown.into());
    add("TwoLetterISOLanguageName", language.into());
    add("ThreeLetterISOLanguageName", iso.into());
    add("ThreeLetterWindowsLanguageName", windows.into());
    add("TextInfo", text_info(name, separator, number.parse().unwrap_or(CUSTOM)));
    add("IsNeutralCulture", (neutral == "True").into());
    if let Some(formats) = formats {
        add(Numbers::PART, culture_formats::object(formats.numbers.clone(), false));
        add(Dates::PART, culture_formats::object(formats.dates.clone(), false));
        add("Calendar", super::calendar::gregorian());
    }
    add("UseUserOverride", false.into());
    add("IsReadOnly", false.into());
    Opaque::new(CULTURE, properties).displayed(name).ordered(Order::Text(name.into())).into_value()
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

fn text_info(name: &str, separator: &str, number: i32) -> Value {
    // Code pages are known of what is written in Latin letters as English is.
    let latin = name.is_empty() || name.starts_with("en");
    let pages = [("ANSICodePage", 1252), ("OEMCodePage", 437), ("MacCodePage", 10_000), ("EBCDICCodePage", 37)];
    let mut properties = Vec::new();
    if latin {
        properties.extend(pages.map(|(name, page)| (name, Value::I32(page))));
    }
    properties.extend([
        ("LCID", Value::I32(number)),
        ("CultureName", name.into()),
        ("IsReadOnly", true.into()),
        ("ListSeparator", separator.into()),
    ]);
    if latin {
        properties.push(("IsRightToLeft", false.into()));
    }
    Opaque::new("System.Globalization.TextInfo", properties).displayed(format!("TextInfo - {name}")).into_value()
}

/// A culture by name, ignoring case; one that is well formed but unknown gets no number of its own.
fn find(name: &str) -> Option<Value> {
    if name.is_empty() {
        let shown = "Invariant Language (Invariant Country)";
        return Some(build(["", "127", shown, "ivl", "IVL", "False", "", shown]));
    }
    for line in CULTURES.lines().map(|line| line.trim_start_matches(UNLISTED)) {
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
    let listed = CULTURES.lines().filter(|line| !line.starts_with(UNLISTED));
    std::iter::once("").chain(listed.filter_map(|line| line.split('|').next()))
}

/// All cultures.
pub(crate) fn all() -> impl Iterator<Item = Value> {
    names().filter_map(find).map(fixed)
}

/// The culture of a number.
fn by_number(number: i64) -> Option<Value> {
    let wanted = number.to_string();
    match number {
        127 => find(""),
        _ => {
            let line = CULTURES.lines().find(|line| line.split('|').nth(1) == Some(wanted.as_str()))?;
            find(line.split('|').next()?.trim_start_matches(UNLISTED))
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

/// The culture that numbers and dates are written in: the very object that was set, or one that cannot be changed.
pub(super) fn current(rs: &mut Runspace) -> R<Value> {
    if rs.state.culture.is_null() {
        let name = rs.culture().name.clone();
        rs.state.culture = of(&name.as_str().into()).map(fixed)?;
    }
    Ok(rs.state.culture.clone())
}

/// The culture of the session, or how it writes, was changed.
pub(super) fn refresh(rs: &mut Runspace) -> R<()> {
    let current = rs.state.culture.clone();
    if let Some(formats) = of_provider(rs, &current)? {
        rs.culture = formats;
    }
    Ok(())
}

/// The culture of texts.
pub(super) fn current_ui(rs: &mut Runspace) -> R<Value> {
    let name = rs.state.ui_culture.clone().unwrap_or_else(|| rs.culture().name.clone());
    of(&name.as_str().into()).map(fixed)
}

pub(super) fn is_culture(value: &Value) -> bool {
    value.type_of().is_some_and(|of| of.name() == CULTURE)
}

/// Whether an argument says how to format.
pub(super) fn is_provider(value: &Value) -> bool {
    value.type_of().is_some_and(|of| [CULTURE, NUMBERS, DATES].contains(&of.name()))
}

/// How numbers and dates are written for what a call names; none if that says nothing of it.
///
/// # Errors
/// Cultures whose calendar the engine does not have.
pub(crate) fn of_provider(rs: &Runspace, provider: &Value) -> R<Option<Arc<Culture>>> {
    if !is_provider(provider) {
        return Ok(None);
    }
    let mut changed = Culture::clone(&rs.culture());
    if let Some(numbers) = provider.downcast::<Format<Numbers>>() {
        changed.numbers = numbers.values();
    } else if let Some(dates) = provider.downcast::<Format<Dates>>() {
        changed.dates = dates.values();
    } else {
        let part = |name: &str| provider.downcast::<Opaque>().and_then(|bag| bag.get(name)).unwrap_or_default();
        let (numbers, dates) = (part(Numbers::PART), part(Dates::PART));
        let (Ok(numbers), Ok(dates)) = (culture_formats::of::<Numbers>(&numbers), culture_formats::of::<Dates>(&dates))
        else {
            return Err(without_formats(provider));
        };
        changed.numbers = numbers.values();
        changed.dates = dates.values();
        changed.name = text(provider).to_string();
    }
    Ok(Some(Arc::new(changed)))
}

/// The engine knows no more of a culture than what it is called.
pub(super) fn without_formats(culture: &Value) -> Flow {
    error::feature(&format!("Formatting as in the culture '{}'", text(culture)))
}

/// Formats numbers and dates from now on as a culture does.
///
/// # Errors
/// Where the engine knows no more than the culture's name.
pub(super) fn set_current(rs: &mut Runspace, culture: &Value) -> R<()> {
    let name = text(culture);
    if let Some(formats) = of_provider(rs, culture)? {
        rs.culture = formats;
    }
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

/// Lets nobody change a culture that was just made.
pub(crate) fn fixed(culture: Value) -> Value {
    if let Some(bag) = culture.downcast::<Opaque>() {
        bag.set(IS_READ_ONLY, true.into());
        if let Some(numbers) = bag.get(Numbers::PART).as_ref().and_then(Value::downcast::<Format<Numbers>>) {
            numbers.fix();
        }
        if let Some(dates) = bag.get(Dates::PART).as_ref().and_then(Value::downcast::<Format<Dates>>) {
            dates.fix();
        }
    }
    culture
}

/// One that can be changed alone.
fn copy(culture: &Value) -> R<Value> {
    let Some(bag) = culture.downcast::<Opaque>() else { return Err(args::null("ci")) };
    let copied = bag.copy();
    copied.set(IS_READ_ONLY, false.into());
    if let Some(numbers) = bag.get(Numbers::PART) {
        copied.set(Numbers::PART, culture_formats::of::<Numbers>(&numbers)?.copy());
    }
    if let Some(dates) = bag.get(Dates::PART) {
        copied.set(Dates::PART, culture_formats::of::<Dates>(&dates)?.copy());
    }
    Ok(copied.into_value())
}

const IS_READ_ONLY: &str = "IsReadOnly";

/// What the culture has of this name; what the engine does not have of some is refused.
fn part(this: &Value, name: &str) -> R<Value> {
    this.downcast::<Opaque>().and_then(|bag| bag.get(name)).ok_or_else(|| without_formats(this))
}

/// Gives a culture another way to write.
fn set_part<T: Formats>(rs: &mut Runspace, this: &Value, value: &Value) -> R<()> {
    if value.is_null() {
        return Err(args::null("value"));
    }
    if crate::convert::to_bool(&part(this, IS_READ_ONLY)?) {
        return Err(culture_formats::instance_fixed());
    }
    culture_formats::of::<T>(value)?;
    part(this, T::PART)?;
    if let Some(bag) = this.downcast::<Opaque>() {
        bag.set(T::PART, value.clone());
    }
    refresh(rs)
}

/// What a culture is called, and what kind it is.
macro_rules! read {
    ($m:ident: $($declaration:literal $name:literal,)*) => {
        $($m.get($declaration, |_, this| part(this, $name));)*
    };
}

fn properties(m: &mut Members) {
    read!(m:
        "cultureinfo Parent" "Parent",
        "int LCID" "LCID",
        "int KeyboardLayoutId" "KeyboardLayoutId",
        "string Name" "Name",
        "string IetfLanguageTag" "IetfLanguageTag",
        "string DisplayName" "DisplayName",
        "string NativeName" "NativeName",
        "string EnglishName" "EnglishName",
        "string TwoLetterISOLanguageName" "TwoLetterISOLanguageName",
        "string ThreeLetterISOLanguageName" "ThreeLetterISOLanguageName",
        "string ThreeLetterWindowsLanguageName" "ThreeLetterWindowsLanguageName",
        "System.Globalization.TextInfo TextInfo" "TextInfo",
        "bool IsNeutralCulture" "IsNeutralCulture",
        "System.Globalization.Calendar Calendar" "Calendar",
        "bool UseUserOverride" "UseUserOverride",
        "bool IsReadOnly" "IsReadOnly",
    );
    m.get_set(
        "System.Globalization.NumberFormatInfo NumberFormat",
        |_, this| part(this, Numbers::PART),
        |rs, this, value| set_part::<Numbers>(rs, this, &value),
    );
    m.get_set(
        "System.Globalization.DateTimeFormatInfo DateTimeFormat",
        |_, this| part(this, Dates::PART),
        |rs, this, value| set_part::<Dates>(rs, this, &value),
    );
}

fn arg(args: &[Value]) -> Value {
    args.first().cloned().unwrap_or_default()
}

fn members(m: &mut Members) {
    properties(m);
    m.method("System.Object Clone()", |_, this, _| copy(this));
    m.function("cultureinfo ReadOnly(cultureinfo ci)", |_, _, args| copy(&arg(args)).map(fixed));
    m.constructor("cultureinfo(string name)", |_, _, args| of(&arg(args)));
    m.constructor("cultureinfo(int culture)", |_, _, args| of(&arg(args)));
    m.constant("cultureinfo InvariantCulture", |_, _| of(&"".into()).map(fixed));
    m.static_get_set("cultureinfo CurrentCulture", |rs, _| current(rs), |rs, _, value| set_current(rs, &value));
    m.static_get_set("cultureinfo CurrentUICulture", |rs, _| current_ui(rs), |rs, _, value| set_current_ui(rs, &value));
    m.constant("cultureinfo InstalledUICulture", |_, _| of(&"".into()).map(fixed));
    for signature in [
        "cultureinfo GetCultureInfo(string name)",
        "cultureinfo GetCultureInfo(int culture)",
        "cultureinfo GetCultureInfoByIetfLanguageTag(string name)",
    ] {
        m.function(signature, |_, _, args| of(&arg(args)).map(fixed));
    }
    m.function("cultureinfo CreateSpecificCulture(string name)", |_, _, args| of(&arg(args)));
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
    TypeDef::class(CULTURE).implements(&["System.IFormatProvider"]).members(members),
    TypeDef::class("System.Globalization.TextInfo").members(|m| {
        fn s(args: &[Value]) -> Str {
            args.first().map(text).unwrap_or_default()
        }
        m.method("string ToTitleCase(string str)", |_, _, args| Ok(title(&s(args)).into()));
        m.method("string ToUpper(string str)", |_, _, args| Ok(s(args).to_uppercase().into()));
        m.method("string ToLower(string str)", |_, _, args| Ok(s(args).to_lowercase().into()));
    }),
];
