//! Strings as .NET has them: sequences of UTF-16 units, kept in UTF-8 as long as that is possible.

use std::{
    borrow::Cow,
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use lean_string::LeanString;

/// A `System.String`. Cheap to clone; appending to a string that nobody else holds does not copy it.
#[derive(Clone)]
pub struct Str(Repr);

/// How a string is kept.
#[derive(Clone)]
enum Repr {
    /// Up to [`SHORT`] bytes without lone surrogates; the shortest ones need no memory of their own.
    Short(LeanString),
    /// Everything else.
    Long(Arc<Long>),
}

const _: () = assert!(size_of::<Str>() == 16);

impl Default for Str {
    fn default() -> Self {
        Self(Repr::Short(LeanString::new()))
    }
}

struct Long {
    /// The text; lone surrogates are replacement characters.
    text: String,
    /// The UTF-16 units, where there are lone surrogates; else where they are in the text, once somebody asked.
    units: OnceLock<Box<Units>>,
}

impl Clone for Long {
    /// A copy is made to be changed: what is known of places in the text is left behind.
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), units: OnceLock::new() }
    }
}

/// The UTF-16 units of a text.
enum Units {
    /// With lone surrogates among them.
    Lone(Box<[u16]>),
    /// One for each byte.
    Ascii,
    /// How many there are, and where every [`STEP`]th of them is.
    Marked { length: usize, marks: Box<[Mark]> },
}

/// A unit and the byte of the character that it belongs to, which begins with this unit or the one before.
#[derive(Clone, Copy)]
struct Mark {
    unit: usize,
    byte: usize,
}

/// From one mark to the next.
const STEP: usize = 64;

/// Texts up to this length in bytes are counted anew each time, which costs less than remembering.
const SHORT: usize = 128;

fn mark(text: &str) -> Units {
    if text.is_ascii() {
        return Units::Ascii;
    }
    let mut marks = Vec::new();
    let mut length = 0_usize;
    for (byte, c) in text.char_indices() {
        let next = length.saturating_add(c.len_utf16());
        // The first character that reaches a multiple of the step.
        if next > marks.len().saturating_mul(STEP) {
            marks.push(Mark { unit: length, byte });
        }
        length = next;
    }
    Units::Marked { length, marks: marks.into() }
}

impl Str {
    fn long(text: String) -> Self {
        Self(Repr::Long(Arc::new(Long { text, units: OnceLock::new() })))
    }

    /// A string of these UTF-16 units.
    pub fn from_units(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => text.into(),
            Err(_) => {
                let text = String::from_utf16_lossy(units);
                let units = OnceLock::from(Box::new(Units::Lone(units.into())));
                Self(Repr::Long(Arc::new(Long { text, units })))
            }
        }
    }

    /// The text; lone surrogates are replacement characters.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Short(text) => text.as_str(),
            Repr::Long(long) => &long.text,
        }
    }

    /// Whether there is nothing in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    #[inline]
    fn lone(&self) -> Option<&[u16]> {
        let Repr::Long(long) = &self.0 else { return None };
        match long.units.get().map(|units| &**units) {
            Some(Units::Lone(units)) => Some(units),
            _ => None,
        }
    }

    /// What is known of the units; nothing of short texts, where it is not worth it.
    fn known(&self) -> Option<&Units> {
        match &self.0 {
            Repr::Short(_) => None,
            Repr::Long(long) => Some(long.units.get_or_init(|| Box::new(mark(&long.text)))),
        }
    }

    /// Whether it has lone surrogates, so that [`Str::as_str`] is not the whole truth.
    #[inline]
    pub fn is_wide(&self) -> bool {
        self.lone().is_some()
    }

    /// Whether every character is ASCII, so that positions in UTF-8 and UTF-16 are the same.
    pub fn is_ascii(&self) -> bool {
        match self.known() {
            Some(Units::Ascii) => true,
            Some(_) => false,
            None => self.as_str().is_ascii(),
        }
    }

    /// The number of UTF-16 units.
    pub fn len(&self) -> usize {
        match self.known() {
            Some(Units::Lone(units)) => units.len(),
            Some(Units::Ascii) => self.as_str().len(),
            Some(Units::Marked { length, .. }) => *length,
            None => utf16_len(self.as_str()),
        }
    }

    /// The UTF-16 units.
    pub fn units(&self) -> Cow<'_, [u16]> {
        match self.lone() {
            Some(units) => Cow::Borrowed(units),
            None => Cow::Owned(self.as_str().encode_utf16().collect()),
        }
    }

    /// The mark at or before a unit.
    fn mark_at(&self, unit: usize) -> Mark {
        const START: Mark = Mark { unit: 0, byte: 0 };
        let Some(Units::Marked { marks, .. }) = self.known() else { return START };
        let mark = unit.checked_div(STEP).and_then(|at| marks.get(at)).or(marks.last());
        mark.copied().unwrap_or(START)
    }

    /// The unit at a position.
    pub fn unit(&self, position: usize) -> Option<u16> {
        match self.known() {
            Some(Units::Lone(units)) => return units.get(position).copied(),
            Some(Units::Ascii) => return self.as_str().as_bytes().get(position).copied().map(u16::from),
            Some(Units::Marked { .. }) => {}
            None if self.as_str().is_ascii() => return self.as_str().as_bytes().get(position).copied().map(u16::from),
            None => {}
        }
        let mark = self.mark_at(position);
        self.as_str().get(mark.byte..)?.encode_utf16().nth(position.checked_sub(mark.unit)?)
    }

    /// The byte at which the character of a unit begins, and whether the unit is the first of it; the end where the
    /// unit lies past it. Of no use where there are lone surrogates.
    fn place(&self, unit: usize) -> (usize, bool) {
        if self.is_ascii() {
            return (unit.min(self.as_str().len()), true);
        }
        let mark = self.mark_at(unit);
        let mut at = mark.unit;
        for (byte, c) in self.as_str().get(mark.byte..).unwrap_or("").char_indices() {
            let next = at.saturating_add(c.len_utf16());
            if unit < next {
                return (mark.byte.saturating_add(byte), unit == at);
            }
            at = next;
        }
        (self.as_str().len(), true)
    }

    /// The byte of a unit; the end where the unit lies past it.
    pub fn byte_of(&self, unit: usize) -> usize {
        match self.place(unit) {
            (byte, true) => byte,
            // Behind the character that the unit is the second half of.
            (byte, false) => self.as_str().ceil_char_boundary(byte.saturating_add(1)),
        }
    }

    /// The unit of a byte.
    pub fn unit_of(&self, byte: usize) -> usize {
        match self.known() {
            Some(Units::Ascii) => byte,
            Some(Units::Marked { marks, .. }) => {
                let after = marks.partition_point(|mark| mark.byte <= byte);
                let mark = after.checked_sub(1).and_then(|at| marks.get(at)).copied();
                let mark = mark.unwrap_or(Mark { unit: 0, byte: 0 });
                mark.unit.saturating_add(self.as_str().get(mark.byte..byte).map_or(0, utf16_len))
            }
            _ => utf16_offset(self.as_str(), byte),
        }
    }

    /// `length` units from `start`; none where they reach past the end.
    pub fn substring(&self, start: usize, length: usize) -> Option<Self> {
        let end = start.checked_add(length)?;
        if let Some(units) = self.lone() {
            return units.get(start..end).map(Self::from_units);
        }
        if self.is_ascii() {
            return self.as_str().get(start..end).map(Self::from);
        }
        if end > self.len() {
            return None;
        }
        if let ((from, true), (to, true)) = (self.place(start), self.place(end)) {
            return self.as_str().get(from..to).map(Self::from);
        }
        // A pair is cut in two.
        let from = self.place(start);
        let skip = usize::from(!from.1);
        let units: Vec<u16> = self.as_str().get(from.0..)?.encode_utf16().skip(skip).take(length).collect();
        Some(Self::from_units(&units))
    }

    /// Both in one, as long as that is short and none has lone surrogates.
    pub fn joined(&self, other: &Self) -> Option<Self> {
        if other.is_wide() { None } else { self.joined_str(other) }
    }

    /// As [`Str::joined`], with a number behind.
    pub fn joined_number(&self, n: i32) -> Option<Self> {
        self.joined_str(itoa::Buffer::new().format(n))
    }

    fn joined_str(&self, other: &str) -> Option<Self> {
        let Repr::Short(text) = &self.0 else { return None };
        let length = text.len().saturating_add(other.len());
        if length > SHORT {
            return None;
        }
        let mut sum = LeanString::with_capacity(length);
        sum.push_str(text);
        sum.push_str(other);
        Some(Self(Repr::Short(sum)))
    }

    /// Appends in place where nobody else holds the string.
    pub fn push(&mut self, other: &Self) {
        if self.is_wide() || other.is_wide() {
            let units = [&*self.units(), &*other.units()].concat();
            *self = Self::from_units(&units);
            return;
        }
        self.push_str(other);
    }

    /// As [`Str::push`], to a string without lone surrogates.
    fn push_str(&mut self, other: &str) {
        match &mut self.0 {
            Repr::Short(text) if text.len().saturating_add(other.len()) <= SHORT => text.push_str(other),
            Repr::Short(text) => *self = [text.as_str(), other].concat().into(),
            Repr::Long(long) => {
                let long = Arc::make_mut(long);
                long.units = OnceLock::new();
                long.text.push_str(other);
            }
        }
    }
}

/// A string that grows.
#[derive(Debug, Default)]
pub struct Buffer {
    /// What came before the last string with lone surrogates, and that.
    wide: Option<Str>,
    /// What came after it, as long as that is short.
    short: LeanString,
    /// The same, once it no longer is.
    long: String,
}

impl Buffer {
    /// Appends a string.
    pub fn push(&mut self, text: &Str) {
        if text.is_wide() {
            let mut wide = self.take();
            wide.push(text);
            self.wide = Some(wide);
        } else {
            self.push_str(text);
        }
    }

    fn push_str(&mut self, text: &str) {
        if self.long.is_empty() {
            let length = self.short.len().saturating_add(text.len());
            if length <= SHORT {
                return self.short.push_str(text);
            }
            self.long.reserve(length.saturating_mul(2));
            self.long.push_str(&self.short);
        }
        self.long.push_str(text);
    }

    /// Appends a number.
    pub fn push_number(&mut self, n: i32) {
        self.push_str(itoa::Buffer::new().format(n));
    }

    /// The string.
    pub fn finish(mut self) -> Str {
        self.take()
    }

    fn take(&mut self) -> Str {
        let short = std::mem::take(&mut self.short);
        let text = if self.long.is_empty() { Str(Repr::Short(short)) } else { std::mem::take(&mut self.long).into() };
        match self.wide.take() {
            Some(mut wide) => {
                wide.push(&text);
                wide
            }
            None => text,
        }
    }
}

/// The number of UTF-16 units of a text.
pub fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The position in UTF-16 units of a position in bytes.
pub fn utf16_offset(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(0, utf16_len)
}

/// The position in bytes of a position in UTF-16 units; the end where it lies past it.
pub fn byte_offset(text: &str, unit: usize) -> usize {
    if text.is_ascii() {
        return unit.min(text.len());
    }
    let mut units = 0_usize;
    for (at, c) in text.char_indices() {
        if units >= unit {
            return at;
        }
        units = units.saturating_add(c.len_utf16());
    }
    text.len()
}

impl From<&str> for Str {
    #[inline]
    fn from(text: &str) -> Self {
        if text.len() <= SHORT { Self(Repr::Short(text.into())) } else { Self::long(text.to_owned()) }
    }
}

impl From<String> for Str {
    #[inline]
    fn from(text: String) -> Self {
        if text.len() <= SHORT { Self(Repr::Short(text.as_str().into())) } else { Self::long(text) }
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl From<i32> for Str {
    fn from(n: i32) -> Self {
        itoa::Buffer::new().format(n).into()
    }
}

impl From<char> for Str {
    fn from(c: char) -> Self {
        Self(Repr::Short(c.into()))
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        let is_same = matches!((&self.0, &other.0), (Repr::Long(a), Repr::Long(b)) if Arc::ptr_eq(a, b));
        is_same || self.as_str() == other.as_str() && self.lone() == other.lone()
    }
}

impl Eq for Str {}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        !self.is_wide() && self.as_str() == other
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::ops::Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_utf16_units() {
        let text = Str::from("a\u{1F600}b");
        assert_eq!(Str::len(&text), 4);
        assert_eq!(text.substring(3, 1).unwrap().as_str(), "b");
        let half = text.substring(1, 1).unwrap();
        assert!(half.is_wide());
        let mut whole = half;
        whole.push(&text.substring(2, 1).unwrap());
        assert_eq!(whole.as_str(), "\u{1F600}");
        assert!(text.substring(4, 1).is_none());
    }

    #[test]
    fn places_in_long_texts_are_those_of_the_units() {
        let shown = "a\u{e9}\u{1F600}z".repeat(100);
        let text = Str::from(shown.as_str());
        let units: Vec<u16> = shown.encode_utf16().collect();
        assert_eq!(Str::len(&text), units.len());
        for at in 0..units.len() {
            assert_eq!(text.unit(at), Some(units[at]));
            let part = text.substring(at, 3.min(units.len() - at)).unwrap();
            assert_eq!(part.units().as_ref(), &units[at..units.len().min(at + 3)]);
        }
        for (unit, (byte, _)) in shown.char_indices().enumerate().map(|(n, at)| (n / 4 * 5 + [0, 1, 2, 4][n % 4], at)) {
            assert_eq!((text.byte_of(unit), text.unit_of(byte)), (byte, unit));
        }
        assert_eq!(text.unit(units.len()), None);
        assert_eq!(text.byte_of(units.len() + 5), shown.len());
        let mut longer = text.clone();
        longer.push(&"x".into());
        assert_eq!(longer.unit(units.len()), Some(u16::from(b'x')));
    }
}
