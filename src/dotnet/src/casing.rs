//! Ordinal comparison ignoring case: both sides in simple upper case, one character for one, as
//! `StringComparer.OrdinalIgnoreCase` compares. An ASCII character never equals one outside ASCII.

use std::cmp::Ordering;

/// The simple upper-case form of a character.
pub fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => c,
    }
}

/// The simple lower-case form of a character.
pub fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// `ToUpperInvariant`.
pub fn to_upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(upper_plain).collect() }
}

/// `ToLowerInvariant`.
pub fn to_lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().map(lower).collect() }
}

/// `Char.ToUpperInvariant`, which unlike [`upper`] may lead from outside ASCII into it.
pub fn upper_plain(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// A key that two texts share exactly if they are equal ignoring case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(upper).collect() }
}

/// Whether two texts are equal ignoring case.
pub fn eq(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    if a.is_ascii() || b.is_ascii() {
        return false;
    }
    a.chars().map(upper).eq(b.chars().map(upper))
}

/// Compares two texts ignoring case.
pub fn cmp(a: &str, b: &str) -> Ordering {
    a.chars().map(upper).cmp(b.chars().map(upper))
}

/// Where `part` begins in `text` ignoring case, in bytes.
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .find(|at| text.get(*at..).is_some_and(|rest| starts_with(rest, part)))
}

/// Whether `text` begins with `part` ignoring case.
pub fn starts_with(text: &str, part: &str) -> bool {
    let mut chars = text.chars().map(upper);
    part.chars().map(upper).all(|c| chars.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_stays_among_itself() {
        assert!(eq("K", "k"));
        assert!(!eq("K", "\u{212A}"));
        assert!(eq("é", "É"));
        assert!(!eq("ß", "SS"));
        assert_eq!(find("abCd", "cD"), Some(2));
    }
}
