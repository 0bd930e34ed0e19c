//! `System.Char`, and what Unicode says of characters.

use psrpd_dotnet::{Str, casing};
use unicode_general_category::{GeneralCategory as Category, get_general_category};

use super::{
    Members, TypeDef,
    args::{n, not_valid, out_of_range, s, tried, u, unit},
    converters::convertible,
    enum_number, integers,
};
use crate::{
    eval::{R, error},
    value::{Value, text},
};

/// The labels of `UnicodeCategory`, each at its number.
const CATEGORIES: &[(&str, i64)] = &[
    ("UppercaseLetter", 0),
    ("LowercaseLetter", 1),
    ("TitlecaseLetter", 2),
    ("ModifierLetter", 3),
    ("OtherLetter", 4),
    ("NonSpacingMark", 5),
    ("SpacingCombiningMark", 6),
    ("EnclosingMark", 7),
    ("DecimalDigitNumber", 8),
    ("LetterNumber", 9),
    ("OtherNumber", 10),
    ("SpaceSeparator", 11),
    ("LineSeparator", 12),
    ("ParagraphSeparator", 13),
    ("Control", 14),
    ("Format", 15),
    ("Surrogate", 16),
    ("PrivateUse", 17),
    ("ConnectorPunctuation", 18),
    ("DashPunctuation", 19),
    ("OpenPunctuation", 20),
    ("ClosePunctuation", 21),
    ("InitialQuotePunctuation", 22),
    ("FinalQuotePunctuation", 23),
    ("OtherPunctuation", 24),
    ("MathSymbol", 25),
    ("CurrencySymbol", 26),
    ("ModifierSymbol", 27),
    ("OtherSymbol", 28),
    ("OtherNotAssigned", 29),
];

const SURROGATE: i64 = 16;

/// The number of the `UnicodeCategory` of a character; units that are none are surrogates.
pub(super) fn category(scalar: u32) -> i64 {
    let Some(c) = char::from_u32(scalar) else { return SURROGATE };
    match get_general_category(c) {
        Category::UppercaseLetter => 0,
        Category::LowercaseLetter => 1,
        Category::TitlecaseLetter => 2,
        Category::ModifierLetter => 3,
        Category::OtherLetter => 4,
        Category::NonspacingMark => 5,
        Category::SpacingMark => 6,
        Category::EnclosingMark => 7,
        Category::DecimalNumber => 8,
        Category::LetterNumber => 9,
        Category::OtherNumber => 10,
        Category::SpaceSeparator => 11,
        Category::LineSeparator => 12,
        Category::ParagraphSeparator => 13,
        Category::Control => 14,
        Category::Format => 15,
        Category::Surrogate => SURROGATE,
        Category::PrivateUse => 17,
        Category::ConnectorPunctuation => 18,
        Category::DashPunctuation => 19,
        Category::OpenPunctuation => 20,
        Category::ClosePunctuation => 21,
        Category::InitialPunctuation => 22,
        Category::FinalPunctuation => 23,
        Category::OtherPunctuation => 24,
        Category::MathSymbol => 25,
        Category::CurrencySymbol => 26,
        Category::ModifierSymbol => 27,
        Category::OtherSymbol => 28,
        _ => 29,
    }
}

pub(super) fn category_value(scalar: u32) -> Value {
    enum_number("System.Globalization.UnicodeCategory", category(scalar))
}

/// The tests of characters that .NET has for chars, for texts with an index, and for runes.
macro_rules! tests {
    ($($name:ident $scalar:ident $test:expr;)*) => {
        $(pub(super) fn $name($scalar: u32) -> bool {
            $test
        })*
    };
}

tests! {
    is_control c category(c) == 14;
    is_digit c category(c) == 8;
    is_letter c category(c) <= 4;
    is_letter_or_digit c category(c) <= 4 || category(c) == 8;
    is_lower c category(c) == 1;
    is_number c (8..=10).contains(&category(c));
    is_punctuation c (18..=24).contains(&category(c));
    is_separator c (11..=13).contains(&category(c));
    is_symbol c (25..=28).contains(&category(c));
    is_upper c category(c) == 0;
    is_white_space c char::from_u32(c).is_some_and(char::is_whitespace);
}

/// First and last of characters that count up, and what the first of them stands for.
const COUNTED: &[(u32, u32, f64)] = &[
    (0xb2, 0xb3, 2.0),
    (0xb9, 0xb9, 1.0),
    (0x2070, 0x2070, 0.0),
    (0x2074, 0x2079, 4.0),
    (0x2080, 0x2089, 0.0),
    (0x215f, 0x215f, 1.0),
    (0x2160, 0x216b, 1.0),
    (0x2170, 0x217b, 1.0),
    (0x2460, 0x2473, 1.0),
    (0x2474, 0x2487, 1.0),
    (0x2488, 0x249b, 1.0),
    (0x24ea, 0x24ea, 0.0),
    (0x24eb, 0x24f4, 11.0),
    (0x24f5, 0x24fe, 1.0),
    (0x24ff, 0x24ff, 0.0),
    (0x2776, 0x277f, 1.0),
    (0x2780, 0x2789, 1.0),
    (0x278a, 0x2793, 1.0),
    (0x3007, 0x3007, 0.0),
    (0x3021, 0x3029, 1.0),
    (0x3220, 0x3229, 1.0),
    (0x3251, 0x325f, 21.0),
    (0x3280, 0x3289, 1.0),
    (0x32b1, 0x32bf, 36.0),
];

/// Characters that stand for numbers out of line.
const SINGLE: &[(u32, f64)] = &[
    (0xbc, 0.25),
    (0xbd, 0.5),
    (0xbe, 0.75),
    (0x2150, 1.0 / 7.0),
    (0x2151, 1.0 / 9.0),
    (0x2152, 0.1),
    (0x2153, 1.0 / 3.0),
    (0x2154, 2.0 / 3.0),
    (0x2155, 0.2),
    (0x2156, 0.4),
    (0x2157, 0.6),
    (0x2158, 0.8),
    (0x2159, 1.0 / 6.0),
    (0x215a, 5.0 / 6.0),
    (0x215b, 0.125),
    (0x215c, 0.375),
    (0x215d, 0.625),
    (0x215e, 0.875),
    (0x216c, 50.0),
    (0x216d, 100.0),
    (0x216e, 500.0),
    (0x216f, 1000.0),
    (0x217c, 50.0),
    (0x217d, 100.0),
    (0x217e, 500.0),
    (0x217f, 1000.0),
    (0x2180, 1000.0),
    (0x2181, 5000.0),
    (0x2182, 10_000.0),
    (0x2189, 0.0),
    (0x3038, 10.0),
    (0x3039, 20.0),
    (0x303a, 30.0),
];

/// The decimal digit of a character; digits of a script stand in a row.
pub(super) fn decimal_digit(scalar: u32) -> Option<u32> {
    if !is_digit(scalar) {
        return None;
    }
    let mut first = scalar;
    while let Some(before) = first.checked_sub(1).filter(|before| is_digit(*before)) {
        first = before;
    }
    scalar.checked_sub(first)?.checked_rem(10)
}

/// What number a character stands for, -1 if for none.
pub(super) fn numeric_value(scalar: u32) -> f64 {
    if let Some(digit) = decimal_digit(scalar) {
        return f64::from(digit);
    }
    if let Some((_, number)) = SINGLE.iter().find(|(have, _)| *have == scalar) {
        return *number;
    }
    let counted = COUNTED.iter().find(|(first, last, _)| (*first..=*last).contains(&scalar));
    counted.map_or(-1.0, |(first, _, number)| number + f64::from(scalar.saturating_sub(*first)))
}

/// The character at an index of a text; half of one where it is not whole.
pub(super) fn scalar_at(args: &[Value]) -> R<u32> {
    let source = s(args, 0);
    let index = u(args, 1);
    let wrong = || not_valid("index");
    if n(args, 1) < 0 {
        return Err(wrong());
    }
    let first = source.unit(index).ok_or_else(wrong)?;
    let pair = [first, source.unit(index.saturating_add(1)).unwrap_or(0)];
    Ok(match char::decode_utf16(pair).next() {
        Some(Ok(c)) => u32::from(c),
        _ => u32::from(first),
    })
}

fn unit_at(args: &[Value]) -> R<u16> {
    let wrong = || not_valid("index");
    if n(args, 1) < 0 {
        return Err(wrong());
    }
    s(args, 0).unit(u(args, 1)).ok_or_else(wrong)
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

fn cased(args: &[Value], change: fn(char) -> char) -> R<Value> {
    let unit = unit(args, 0);
    let Some(c) = char::from_u32(unit.into()) else { return Ok(Value::Char(unit)) };
    Ok(Value::Char(u16::try_from(u32::from(change(c))).unwrap_or(unit)))
}

fn classes(m: &mut Members) {
    macro_rules! both {
        ($($name:literal $test:ident;)*) => {
            $(
                m.function(concat!("bool ", $name, "(char c)"), |_, _, args| Ok($test(unit(args, 0).into()).into()));
                m.function(concat!("bool ", $name, "(string s, int index)"), |_, _, args| Ok($test(scalar_at(args)?).into()));
            )*
        };
    }
    both! {
        "IsControl" is_control;
        "IsDigit" is_digit;
        "IsLetter" is_letter;
        "IsLetterOrDigit" is_letter_or_digit;
        "IsLower" is_lower;
        "IsNumber" is_number;
        "IsPunctuation" is_punctuation;
        "IsSeparator" is_separator;
        "IsSymbol" is_symbol;
        "IsUpper" is_upper;
        "IsWhiteSpace" is_white_space;
    }
    macro_rules! halves {
        ($($name:literal $test:expr;)*) => {
            $(
                m.function(concat!("bool ", $name, "(char c)"), |_, _, args| {
                    let test: fn(u16) -> bool = $test;
                    Ok(test(unit(args, 0)).into())
                });
                m.function(concat!("bool ", $name, "(string s, int index)"), |_, _, args| {
                    let test: fn(u16) -> bool = $test;
                    Ok(test(unit_at(args)?).into())
                });
            )*
        };
    }
    halves! {
        "IsHighSurrogate" is_high;
        "IsLowSurrogate" is_low;
        "IsSurrogate" |unit| is_high(unit) || is_low(unit);
    }
    macro_rules! ascii {
        ($($name:literal $test:expr;)*) => {
            $(m.function(concat!("bool ", $name, "(char c)"), |_, _, args| {
                let test: fn(&u8) -> bool = $test;
                Ok(u8::try_from(unit(args, 0)).is_ok_and(|byte| test(&byte)).into())
            });)*
        };
    }
    ascii! {
        "IsAscii" u8::is_ascii;
        "IsAsciiDigit" u8::is_ascii_digit;
        "IsAsciiHexDigit" u8::is_ascii_hexdigit;
        "IsAsciiHexDigitLower" |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        "IsAsciiHexDigitUpper" |byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
        "IsAsciiLetter" u8::is_ascii_alphabetic;
        "IsAsciiLetterLower" u8::is_ascii_lowercase;
        "IsAsciiLetterOrDigit" u8::is_ascii_alphanumeric;
        "IsAsciiLetterUpper" u8::is_ascii_uppercase;
    }
    m.function("bool IsBetween(char c, char minInclusive, char maxInclusive)", |_, _, args| {
        Ok((unit(args, 1)..=unit(args, 2)).contains(&unit(args, 0)).into())
    });
    m.function("bool IsSurrogatePair(char highSurrogate, char lowSurrogate)", |_, _, args| {
        Ok((is_high(unit(args, 0)) && is_low(unit(args, 1))).into())
    });
    m.function("bool IsSurrogatePair(string s, int index)", |_, _, args| {
        let first = unit_at(args)?;
        let second = s(args, 0).unit(u(args, 1).saturating_add(1));
        Ok((is_high(first) && second.is_some_and(is_low)).into())
    });
}

fn conversions(m: &mut Members) {
    for declaration in
        ["char ToUpper(char c)", "char ToUpper(char c, cultureinfo culture)", "char ToUpperInvariant(char c)"]
    {
        m.function(declaration, |_, _, args| cased(args, casing::upper_plain));
    }
    for declaration in
        ["char ToLower(char c)", "char ToLower(char c, cultureinfo culture)", "char ToLowerInvariant(char c)"]
    {
        m.function(declaration, |_, _, args| cased(args, casing::lower));
    }
    m.function("double GetNumericValue(char c)", |_, _, args| Ok(Value::F64(numeric_value(unit(args, 0).into()))));
    m.function("double GetNumericValue(string s, int index)", |_, _, args| {
        Ok(Value::F64(numeric_value(scalar_at(args)?)))
    });
    const CATEGORY: [&str; 2] = [
        "System.Globalization.UnicodeCategory GetUnicodeCategory(char c)",
        "System.Globalization.UnicodeCategory GetUnicodeCategory(string s, int index)",
    ];
    m.function(CATEGORY[0], |_, _, args| Ok(category_value(unit(args, 0).into())));
    m.function(CATEGORY[1], |_, _, args| Ok(category_value(scalar_at(args)?)));
    m.function("string ConvertFromUtf32(int utf32)", |_, _, args| {
        let found = u32::try_from(n(args, 0)).ok().and_then(char::from_u32);
        found.map(|c| Value::Str(Str::from(c))).ok_or_else(|| {
            out_of_range("A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).", "utf32")
        })
    });
    m.function("int ConvertToUtf32(char highSurrogate, char lowSurrogate)", |_, _, args| {
        let pair = [unit(args, 0), unit(args, 1)];
        if !is_high(pair[0]) {
            return Err(out_of_range(
                "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.",
                "highSurrogate",
            ));
        }
        match char::decode_utf16(pair).next() {
            Some(Ok(c)) => Ok(Value::I32(i32::try_from(u32::from(c)).unwrap_or(0))),
            _ => Err(out_of_range(
                "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.",
                "lowSurrogate",
            )),
        }
    });
    m.function("int ConvertToUtf32(string s, int index)", |_, _, args| {
        let scalar = scalar_at(args)?;
        match u16::try_from(scalar).ok().filter(|unit| is_high(*unit) || is_low(*unit)) {
            Some(half) => {
                let kind = if is_high(half) { "high" } else { "low" };
                let message = format!("Found a {kind} surrogate char without a preceding low surrogate at index: {}. The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.", u(args, 1));
                let message = if is_high(half) { message } else { message.replace("preceding low", "preceding high") };
                Err(error::argument("System.ArgumentException", &message, "s"))
            }
            None => Ok(Value::I32(i32::try_from(scalar).unwrap_or(0))),
        }
    });
}

fn parse(args: &[Value]) -> R<Value> {
    let source = s(args, 0);
    match source.len() {
        1 => Ok(Value::Char(source.unit(0).unwrap_or(0))),
        _ => Err(error::thrown("System.FormatException", "String must be exactly one character long.")),
    }
}

fn members(m: &mut Members) {
    m.constant("char MaxValue", |_, _| Ok(Value::Char(u16::MAX)));
    m.constant("char MinValue", |_, _| Ok(Value::Char(0)));
    classes(m);
    conversions(m);
    m.function("char Parse(string s)", |_, _, args| parse(args));
    m.function("bool TryParse(string s, [ref] char result)", |_, _, args| {
        tried(args, parse(args).ok(), Value::Char(0))
    });
    m.function("string ToString(char c)", |_, _, args| Ok(Value::Str(s(args, 0))));
    for declaration in ["string ToString()", "string ToString(System.IFormatProvider provider)"] {
        m.method(declaration, |_, this, _| Ok(Value::Str(text(this))));
    }
    convertible(m);
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.Char").implements(integers::NUMBER).members(members),
    TypeDef::labels("System.Globalization.UnicodeCategory", CATEGORIES),
];
