//! `CharUnicodeInfo`, `StringInfo` and `Rune`.

use std::any::Any;

use psrpd_dotnet::{Str, casing, cast};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    Members, Type, TypeDef,
    args::{i, n, not_valid, out_of_range, s, tried, u, unit},
    chars, known,
};
use crate::{
    eval::{R, error},
    value::{Enumerator, Object, Value, text},
};

/// `System.Text.Rune`
struct Rune(char);

impl Object for Rune {
    fn type_of(&self) -> Type {
        known("System.Text.Rune")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.0.into())
    }

    fn compare(&self, other: &Value) -> Option<std::cmp::Ordering> {
        other.downcast::<Self>().map(|other| self.0.cmp(&other.0))
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.0 == other.0)
    }
}

/// A character as a value.
pub(super) fn rune(c: char) -> Value {
    Value::object(Rune(c))
}

fn r(args: &[Value], at: usize) -> char {
    args.get(at).and_then(|arg| arg.downcast::<Rune>()).map_or('\0', |rune| rune.0)
}

fn this_char(this: &Value) -> char {
    r(std::slice::from_ref(this), 0)
}

fn from_scalar(scalar: i64, name: &str) -> R<Value> {
    u32::try_from(scalar).ok().and_then(char::from_u32).map(rune).ok_or_else(|| not_valid(name))
}

fn from_pair(args: &[Value]) -> Option<char> {
    char::decode_utf16([unit(args, 0), unit(args, 1)]).next().and_then(Result::ok).filter(|c| c.len_utf16() == 2)
}

fn rune_at(args: &[Value]) -> R<Value> {
    let scalar = chars::scalar_at(args)?;
    char::from_u32(scalar).map(rune).ok_or_else(|| {
        error::argument(
            "System.ArgumentException",
            "Cannot extract a Unicode scalar value from the specified index in the input.",
            "index",
        )
    })
}

fn rune_members(m: &mut Members) {
    m.constructor("System.Text.Rune(char ch)", |_, _, args| from_scalar(unit(args, 0).into(), "ch"));
    m.constructor("System.Text.Rune(char highSurrogate, char lowSurrogate)", |_, _, args| {
        from_pair(args).map(rune).ok_or_else(|| not_valid("highSurrogate"))
    });
    for declaration in ["System.Text.Rune(int value)", "System.Text.Rune(uint value)"] {
        m.constructor(declaration, |_, _, args| from_scalar(n(args, 0), "value"));
    }
    m.constant("System.Text.Rune ReplacementChar", |_, _| Ok(rune(char::REPLACEMENT_CHARACTER)));
    m.get("bool IsAscii", |_, this| Ok(this_char(this).is_ascii().into()));
    m.get("bool IsBmp", |_, this| Ok((this_char(this).len_utf16() == 1).into()));
    m.get("int Plane", |_, this| Ok(Value::I32(i32::try_from(u32::from(this_char(this)) >> 16).unwrap_or(0))));
    m.get("int Utf16SequenceLength", |_, this| Ok(Value::int(this_char(this).len_utf16())));
    m.get("int Utf8SequenceLength", |_, this| Ok(Value::int(this_char(this).len_utf8())));
    m.get("int Value", |_, this| Ok(Value::I32(i32::try_from(u32::from(this_char(this))).unwrap_or(0))));
    macro_rules! tests {
        ($($name:literal $test:path;)*) => {
            $(m.function(concat!("bool ", $name, "(System.Text.Rune value)"), |_, _, args| {
                Ok($test(u32::from(r(args, 0))).into())
            });)*
        };
    }
    tests! {
        "IsControl" chars::is_control;
        "IsDigit" chars::is_digit;
        "IsLetter" chars::is_letter;
        "IsLetterOrDigit" chars::is_letter_or_digit;
        "IsLower" chars::is_lower;
        "IsNumber" chars::is_number;
        "IsPunctuation" chars::is_punctuation;
        "IsSeparator" chars::is_separator;
        "IsSymbol" chars::is_symbol;
        "IsUpper" chars::is_upper;
        "IsWhiteSpace" chars::is_white_space;
    }
    for declaration in ["bool IsValid(int value)", "bool IsValid(uint value)"] {
        m.function(declaration, |_, _, args| {
            Ok(u32::try_from(n(args, 0)).ok().and_then(char::from_u32).is_some().into())
        });
    }
    m.function("System.Text.Rune GetRuneAt(string input, int index)", |_, _, args| rune_at(args));
    m.function("bool TryGetRuneAt(string input, int index, [ref] System.Text.Rune value)", |_, _, args| {
        tried(args, rune_at(args).ok(), rune('\0'))
    });
    m.function("bool TryCreate(char ch, [ref] System.Text.Rune result)", |_, _, args| {
        tried(args, char::from_u32(unit(args, 0).into()).map(rune), rune('\0'))
    });
    m.function("bool TryCreate(char highSurrogate, char lowSurrogate, [ref] System.Text.Rune result)", |_, _, args| {
        tried(args, from_pair(args).map(rune), rune('\0'))
    });
    m.function("bool TryCreate(int value, [ref] System.Text.Rune result)", |_, _, args| {
        tried(args, from_scalar(n(args, 0), "").ok(), rune('\0'))
    });
    m.function("double GetNumericValue(System.Text.Rune value)", |_, _, args| {
        Ok(Value::F64(chars::numeric_value(r(args, 0).into())))
    });
    m.function("System.Globalization.UnicodeCategory GetUnicodeCategory(System.Text.Rune value)", |_, _, args| {
        Ok(chars::category_value(r(args, 0).into()))
    });
    for declaration in [
        "System.Text.Rune ToUpperInvariant(System.Text.Rune value)",
        "System.Text.Rune ToUpper(System.Text.Rune value, cultureinfo culture)",
    ] {
        m.function(declaration, |_, _, args| Ok(rune(casing::upper_plain(r(args, 0)))));
    }
    for declaration in [
        "System.Text.Rune ToLowerInvariant(System.Text.Rune value)",
        "System.Text.Rune ToLower(System.Text.Rune value, cultureinfo culture)",
    ] {
        m.function(declaration, |_, _, args| Ok(rune(casing::lower(r(args, 0)))));
    }
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
}

/// The units at which the text elements of a text begin.
fn starts(whole: &Str) -> Vec<usize> {
    whole.grapheme_indices(true).map(|(byte, _)| whole.unit_of(byte)).collect()
}

fn elements(whole: &str) -> Vec<Value> {
    whole.graphemes(true).map(Value::from).collect()
}

/// `StringInfo`: a text that counts what a reader takes for characters.
struct Info(Str);

impl Object for Info {
    fn type_of(&self) -> Type {
        known("System.Globalization.StringInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.0 == other.0)
    }
}

/// The rest of a text from an argument on.
fn rest(args: &[Value]) -> R<Str> {
    let whole = s(args, 0);
    let from = u(args, 1);
    whole.substring(from, Str::len(&whole).saturating_sub(from)).filter(|_| i(args, 1) >= 0).ok_or_else(|| {
        out_of_range("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
    })
}

fn info_members(m: &mut Members) {
    fn whole(this: &Value) -> Str {
        this.downcast::<Info>().map(|info| info.0.clone()).unwrap_or_default()
    }
    m.constructor("System.Globalization.StringInfo()", |_, _, _| Ok(Value::object(Info(Str::default()))));
    m.constructor("System.Globalization.StringInfo(string value)", |_, _, args| Ok(Value::object(Info(s(args, 0)))));
    m.get("string String", |_, this| Ok(Value::Str(whole(this))));
    m.get("int LengthInTextElements", |_, this| Ok(Value::int(whole(this).graphemes(true).count())));
    for declaration in [
        "string SubstringByTextElements(int startingTextElement)",
        "string SubstringByTextElements(int startingTextElement, int lengthInTextElements)",
    ] {
        m.method(declaration, |_, this, args| {
            let whole = whole(this);
            let all: Vec<&str> = whole.graphemes(true).collect();
            let count = if args.len() > 1 { u(args, 1) } else { all.len().saturating_sub(u(args, 0)) };
            let part = all
                .get(u(args, 0)..u(args, 0).saturating_add(count))
                .filter(|_| n(args, 0) >= 0 && u(args, 0) < all.len());
            part.map(|part| Value::from(part.concat())).ok_or_else(|| not_valid("startingTextElement"))
        });
    }
    for declaration in ["string GetNextTextElement(string str)", "string GetNextTextElement(string str, int index)"] {
        m.function(declaration, |_, _, args| Ok(rest(args)?.graphemes(true).next().unwrap_or("").into()));
    }
    for declaration in
        ["int GetNextTextElementLength(string str)", "int GetNextTextElementLength(string str, int index)"]
    {
        m.function(declaration, |_, _, args| {
            let rest = rest(args)?;
            Ok(Value::int(psrpd_dotnet::text::utf16_len(rest.graphemes(true).next().unwrap_or(""))))
        });
    }
    for declaration in [
        "System.Globalization.TextElementEnumerator GetTextElementEnumerator(string str)",
        "System.Globalization.TextElementEnumerator GetTextElementEnumerator(string str, int index)",
    ] {
        m.function(declaration, |_, _, args| {
            let of = known("System.Globalization.TextElementEnumerator");
            Ok(Value::object(Enumerator::new(of, elements(&rest(args)?))))
        });
    }
    m.function("int[] ParseCombiningCharacters(string str)", |_, _, args| {
        let starts = starts(&s(args, 0)).into_iter().map(Value::int).collect();
        Ok(Value::typed_array(super::int32(), starts))
    });
}

fn unicode_info(m: &mut Members) {
    m.function("System.Globalization.UnicodeCategory GetUnicodeCategory(char ch)", |_, _, args| {
        Ok(chars::category_value(unit(args, 0).into()))
    });
    m.function("System.Globalization.UnicodeCategory GetUnicodeCategory(int codePoint)", |_, _, args| {
        Ok(chars::category_value(u32::try_from(n(args, 0)).unwrap_or(0)))
    });
    m.function("System.Globalization.UnicodeCategory GetUnicodeCategory(string s, int index)", |_, _, args| {
        Ok(chars::category_value(chars::scalar_at(args)?))
    });
    m.function("double GetNumericValue(char ch)", |_, _, args| {
        Ok(Value::F64(chars::numeric_value(unit(args, 0).into())))
    });
    m.function("double GetNumericValue(string s, int index)", |_, _, args| {
        Ok(Value::F64(chars::numeric_value(chars::scalar_at(args)?)))
    });
    fn digit(scalar: u32) -> Value {
        Value::I32(chars::decimal_digit(scalar).and_then(|digit| i32::try_from(digit).ok()).unwrap_or(-1))
    }
    fn any_digit(scalar: u32) -> Value {
        let value = chars::numeric_value(scalar);
        Value::I32(if (0.0..10.0).contains(&value) && value.trunc() == value {
            i32::try_from(cast::truncate(value)).unwrap_or(-1)
        } else {
            -1
        })
    }
    m.function("int GetDecimalDigitValue(char ch)", |_, _, args| Ok(digit(unit(args, 0).into())));
    m.function("int GetDecimalDigitValue(string s, int index)", |_, _, args| Ok(digit(chars::scalar_at(args)?)));
    m.function("int GetDigitValue(char ch)", |_, _, args| Ok(any_digit(unit(args, 0).into())));
    m.function("int GetDigitValue(string s, int index)", |_, _, args| Ok(any_digit(chars::scalar_at(args)?)));
}

fn element_enumerator(m: &mut Members) {
    fn of(this: &Value) -> R<&Enumerator> {
        this.downcast::<Enumerator>().ok_or_else(super::args::no_object)
    }
    m.get("System.Object Current", |_, this| Ok(of(this)?.current()));
    m.method("bool MoveNext()", |_, this, _| Ok(of(this)?.next().into()));
    m.method("string GetTextElement()", |_, this, _| Ok(of(this)?.current()));
    m.method("void Reset()", |_, this, _| {
        of(this)?.reset();
        Ok(Value::AutomationNull)
    });
}

/// Conversions to the types of this file.
pub(super) fn to(value: &Value, to: &Type) -> Option<Value> {
    if to.name() != "System.Text.Rune" {
        return None;
    }
    let scalar = match value.base() {
        Value::Char(unit) => Some(u32::from(*unit)),
        other => other.as_i128().and_then(|n| u32::try_from(n).ok()),
    };
    scalar.and_then(char::from_u32).map(rune)
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.Text.Rune").implements(&["System.IComparable"]).zero(|| rune('\0')).members(rune_members),
    TypeDef::class("System.Globalization.StringInfo").members(info_members),
    TypeDef::class("System.Globalization.CharUnicodeInfo").members(unicode_info),
    TypeDef::class("System.Globalization.TextElementEnumerator")
        .implements(&["System.Collections.IEnumerator"])
        .members(element_enumerator),
    TypeDef::value("System.Text.StringRuneEnumerator").members(element_enumerator),
];
