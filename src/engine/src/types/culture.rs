//! `CultureInfo`: the cultures by name. Formatting knows the invariant culture and en-US; the others are names.

use psrpd_dotnet::{Str, casing};

use super::{Members, TypeDef};
use crate::{
    eval::{Flow, R, error},
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
            ("UseUserOverride", false.into()),
            ("IsReadOnly", true.into()),
        ],
    )
    .displayed(name)
    .into_value()
}

fn text_info(name: &str) -> Value {
    Opaque::new(
        "System.Globalization.TextInfo",
        [("CultureName", Value::from(name)), ("ListSeparator", ",".into()), ("IsReadOnly", true.into())],
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

fn arg(args: &[Value]) -> Value {
    args.first().cloned().unwrap_or_default()
}

fn members(m: &mut Members) {
    m.constructor("cultureinfo(string name)", |_, _, args| of(&arg(args)));
    m.constructor("cultureinfo(int culture)", |_, _, args| of(&arg(args)));
    m.constant("cultureinfo InvariantCulture", |_, _| of(&"".into()));
    m.constant("cultureinfo CurrentCulture", |rs, _| of(&rs.culture().name.into()));
    m.constant("cultureinfo CurrentUICulture", |rs, _| of(&rs.culture().name.into()));
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
    TypeDef::class("System.Globalization.TextInfo").members(|m| {
        fn s(args: &[Value]) -> Str {
            args.first().map(text).unwrap_or_default()
        }
        m.method("string ToTitleCase(string str)", |_, _, args| Ok(title(&s(args)).into()));
        m.method("string ToUpper(string str)", |_, _, args| Ok(s(args).to_uppercase().into()));
        m.method("string ToLower(string str)", |_, _, args| Ok(s(args).to_lowercase().into()));
    }),
];
