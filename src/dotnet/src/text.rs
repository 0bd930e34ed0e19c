//! Strings as .NET has them: sequences of UTF-16 units, kept in UTF-8 as long as that is possible.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock},
};

/// A `System.String`. Cheap to clone; appending to a string that nobody else holds does not copy it.
#[derive(Clone)]
pub struct Str(Arc<Inner>);

impl Default for Str {
    /// The empty string, of which there is one.
    fn default() -> Self {
        static EMPTY: LazyLock<Str> = LazyLock::new(|| Str(Arc::default()));
        EMPTY.clone()
    }
}

#[derive(Clone, Default)]
struct Inner {
    /// The text; lone surrogates are replacement characters.
    text: String,
    /// The UTF-16 units, where there are lone surrogates.
    wide: Option<Box<[u16]>>,
}

impl Str {
    /// A string of these UTF-16 units.
    pub fn from_units(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => text.into(),
            Err(_) => Self(Arc::new(Inner { text: String::from_utf16_lossy(units), wide: Some(units.into()) })),
        }
    }

    /// The text; lone surrogates are replacement characters.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Whether there is nothing in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.text.is_empty()
    }

    /// Whether it has lone surrogates, so that [`Str::as_str`] is not the whole truth.
    #[inline]
    pub fn is_wide(&self) -> bool {
        self.0.wide.is_some()
    }

    /// Whether every character is ASCII, so that positions in UTF-8 and UTF-16 are the same.
    pub fn is_ascii(&self) -> bool {
        self.0.text.is_ascii()
    }

    /// The number of UTF-16 units.
    pub fn len(&self) -> usize {
        match &self.0.wide {
            Some(wide) => wide.len(),
            None => utf16_len(&self.0.text),
        }
    }

    /// The UTF-16 units.
    pub fn units(&self) -> Cow<'_, [u16]> {
        match &self.0.wide {
            Some(wide) => Cow::Borrowed(wide),
            None => Cow::Owned(self.0.text.encode_utf16().collect()),
        }
    }

    /// The unit at a position.
    pub fn unit(&self, position: usize) -> Option<u16> {
        if let Some(wide) = &self.0.wide {
            return wide.get(position).copied();
        }
        match self.0.text.as_bytes().get(position) {
            Some(byte) if self.is_ascii() => Some(u16::from(*byte)),
            None => None,
            _ => self.0.text.encode_utf16().nth(position),
        }
    }

    /// `length` units from `start`; none where they reach past the end.
    pub fn substring(&self, start: usize, length: usize) -> Option<Self> {
        let end = start.checked_add(length)?;
        if self.0.wide.is_none() && self.is_ascii() {
            return self.0.text.get(start..end).map(Self::from);
        }
        self.units().get(start..end).map(Self::from_units)
    }

    /// Appends in place where nobody else holds the string.
    pub fn push(&mut self, other: &Self) {
        if self.is_wide() || other.is_wide() || (!self.is_empty() && !other.is_empty() && self.splits_pair(other)) {
            let units = [&*self.units(), &*other.units()].concat();
            *self = Self::from_units(&units);
            return;
        }
        Arc::make_mut(&mut self.0).text.push_str(&other.0.text);
    }

    /// Two strings that are not wide have no halves to join.
    fn splits_pair(&self, other: &Self) -> bool {
        self.is_wide() && other.is_wide()
    }
}

/// A string that grows.
#[derive(Debug, Default)]
pub struct Buffer {
    /// What came before the last string with lone surrogates, and that.
    wide: Option<Str>,
    text: String,
}

impl Buffer {
    /// Appends a string.
    pub fn push(&mut self, text: &Str) {
        if text.is_wide() {
            let mut wide = self.take();
            wide.push(text);
            self.wide = Some(wide);
        } else {
            self.text.push_str(text);
        }
    }

    /// Appends a number.
    pub fn push_number(&mut self, n: i32) {
        let _ = write!(self.text, "{n}");
    }

    /// The string.
    pub fn finish(mut self) -> Str {
        self.take()
    }

    fn take(&mut self) -> Str {
        let text = Str::from(std::mem::take(&mut self.text));
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
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self(Arc::new(Inner { text, wide: None }))
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(text.into_owned())
    }
}

impl From<char> for Str {
    fn from(c: char) -> Self {
        Self::from(c.to_string())
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.text == other.0.text && self.0.wide == other.0.wide)
    }
}

impl Eq for Str {}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.0.wide.is_none() && self.0.text == other
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
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
}
