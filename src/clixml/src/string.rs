//! Text of .NET: a sequence of UTF-16 code units that need not be well-formed.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// A .NET string. Nearly always it is ordinary text and is held as UTF-8; a string with a lone surrogate, which is legal
/// in PowerShell and travels as `_xD83D_`, is held as UTF-16.
///
/// Strings compare by UTF-16 code units, as `[string]::CompareOrdinal` does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PsString(Repr);

/// INVARIANT: `Utf16` holds at least one lone surrogate, so that equal strings have equal representations.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Utf8(Box<str>),
    Utf16(Box<[u16]>),
}

/// A borrowed [`PsString`]: what the [`Writer`](crate::Writer) takes, so that nobody has to copy text to write it.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// Ordinary text.
    Utf8(&'a str),
    /// UTF-16 code units; lone surrogates are allowed.
    Utf16(&'a [u16]),
}

impl PsString {
    /// A string of these UTF-16 code units.
    pub fn from_utf16(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => Self::from(text),
            Err(_) => Self(Repr::Utf16(units.into())),
        }
    }

    /// The text as UTF-8; `None` if it has a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Utf8(text) => Some(text),
            Repr::Utf16(_) => None,
        }
    }

    /// The text with U+FFFD in place of lone surrogates.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Utf8(text) => Cow::Borrowed(text),
            Repr::Utf16(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// The UTF-16 code units.
    pub fn encode_utf16(&self) -> impl Iterator<Item = u16> + '_ {
        let (text, units): (&str, &[u16]) = match &self.0 {
            Repr::Utf8(text) => (text, &[]),
            Repr::Utf16(units) => ("", units),
        };
        text.encode_utf16().chain(units.iter().copied())
    }

    /// True for the string of length 0.
    pub fn is_empty(&self) -> bool {
        self.as_str() == Some("")
    }

    /// Whether this is `other` when case is ignored, as PowerShell compares the names of members and types
    /// (`StringComparison.OrdinalIgnoreCase`: characters are compared by their simple upper case).
    pub fn eq_ignore_case(&self, other: &str) -> bool {
        self.as_str().is_some_and(|text| eq_ignore_case(text, other))
    }
}

/// Whether two texts are equal when case is ignored, see [`PsString::eq_ignore_case`].
fn eq_ignore_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().map(simple_upper).eq(b.chars().map(simple_upper))
}

/// The simple (one to one) upper case of a character: `ß`, whose upper case is two characters, stays as it is.
fn simple_upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

impl Default for PsString {
    fn default() -> Self {
        Self(Repr::Utf8(Box::default()))
    }
}

impl From<&str> for PsString {
    fn from(text: &str) -> Self {
        Self(Repr::Utf8(text.into()))
    }
}

impl From<String> for PsString {
    fn from(text: String) -> Self {
        Self(Repr::Utf8(text.into()))
    }
}

impl From<Text<'_>> for PsString {
    fn from(text: Text<'_>) -> Self {
        match text {
            Text::Utf8(text) => Self::from(text),
            Text::Utf16(units) => Self::from_utf16(units),
        }
    }
}

impl PartialEq<str> for PsString {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for PsString {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(*other)
    }
}

impl Ord for PsString {
    fn cmp(&self, other: &Self) -> Ordering {
        self.encode_utf16().cmp(other.encode_utf16())
    }
}

impl PartialOrd for PsString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Lossy: lone surrogates are shown as U+FFFD.
impl fmt::Display for PsString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

/// As a string literal; lone surrogates are shown as `\u{d83d}`.
impl fmt::Debug for PsString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = match &self.0 {
            Repr::Utf8(text) => return fmt::Debug::fmt(text, f),
            Repr::Utf16(units) => units,
        };
        f.write_str("\"")?;
        for c in char::decode_utf16(units.iter().copied()) {
            match c {
                Ok(c) => write!(f, "{}", c.escape_debug())?,
                Err(lone) => write!(f, "\\u{{{:x}}}", lone.unpaired_surrogate())?,
            }
        }
        f.write_str("\"")
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::Utf8(text)
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self::Utf8(text)
    }
}

impl<'a> From<&'a [u16]> for Text<'a> {
    fn from(units: &'a [u16]) -> Self {
        Self::Utf16(units)
    }
}

impl<'a> From<&'a PsString> for Text<'a> {
    fn from(text: &'a PsString) -> Self {
        match &text.0 {
            Repr::Utf8(text) => Self::Utf8(text),
            Repr::Utf16(units) => Self::Utf16(units),
        }
    }
}

/// Collects text piece by piece; pieces may be halves of a surrogate pair.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    text: String,
    /// A high surrogate that waits for its low one. Only while `units` is not in use.
    high: Option<u16>,
    /// Everything so far, once a lone surrogate was met.
    units: Option<Vec<u16>>,
}

impl Builder {
    pub(crate) fn push_str(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        if self.high.is_some() {
            self.give_up_utf8();
        }
        match &mut self.units {
            Some(units) => units.extend(piece.encode_utf16()),
            None => self.text.push_str(piece),
        }
    }

    pub(crate) fn push_unit(&mut self, unit: u16) {
        if let Some(units) = &mut self.units {
            units.push(unit);
        } else if let Some(high) = self.high {
            match char::decode_utf16([high, unit]).next() {
                Some(Ok(c)) => {
                    self.high = None;
                    self.text.push(c);
                }
                _ => {
                    self.give_up_utf8();
                    self.push_unit(unit);
                }
            }
        } else if let Some(c) = char::from_u32(unit.into()) {
            self.text.push(c);
        } else if unit < 0xDC00 {
            self.high = Some(unit);
        } else {
            self.give_up_utf8();
            self.push_unit(unit);
        }
    }

    pub(crate) fn finish(mut self) -> PsString {
        if self.high.is_some() {
            self.give_up_utf8();
        }
        match self.units {
            Some(units) => PsString::from_utf16(&units),
            None => PsString::from(self.text),
        }
    }

    /// The text has a lone surrogate: go on in UTF-16.
    fn give_up_utf8(&mut self) {
        let mut units: Vec<u16> = self.text.encode_utf16().collect();
        units.extend(self.high.take());
        self.text = String::new();
        self.units = Some(units);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use std::collections::BTreeSet;

    #[test]
    fn ordinary_text_is_utf8_whatever_it_came_from() {
        let units: Vec<u16> = "a😀".encode_utf16().collect();
        assert_eq!(PsString::from_utf16(&units), PsString::from("a😀"));
        assert_eq!(PsString::from("a😀").as_str(), Some("a😀"));
        assert!(PsString::from("a😀").encode_utf16().eq(units));
    }

    #[test]
    fn a_lone_surrogate_survives() {
        let text = PsString::from_utf16(&[0x61, 0xD83D, 0x62]);
        assert_eq!(text.as_str(), None);
        assert_eq!(text.to_string_lossy(), "a\u{FFFD}b");
        assert_eq!(format!("{text} {text:?}"), "a\u{FFFD}b \"a\\u{d83d}b\"");
        assert!(text.encode_utf16().eq([0x61, 0xD83D, 0x62]));
    }

    #[test]
    fn order_is_by_code_unit() {
        // U+1F600 is D83D DE00 in UTF-16 and so comes before U+FF01, unlike in UTF-8.
        let sorted: BTreeSet<PsString> = ["\u{FF01}", "😀", "a"].into_iter().map(PsString::from).collect();
        let sorted: Vec<&str> = sorted.iter().filter_map(PsString::as_str).collect();
        assert_eq!(sorted, ["a", "😀", "\u{FF01}"]);
    }

    #[test]
    fn names_compare_without_case() {
        assert!(PsString::from("PSPath").eq_ignore_case("pspath"));
        assert!(PsString::from("Größe").eq_ignore_case("GRÖßE"));
        assert!(!PsString::from("ß").eq_ignore_case("SS"));
        assert!(!PsString::from_utf16(&[0xD800]).eq_ignore_case("\u{FFFD}"));
    }
}
