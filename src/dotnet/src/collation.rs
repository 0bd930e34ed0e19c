//! Comparison of strings by ICU's root collation, which is what culture-sensitive comparison means where the culture
//! is the invariant one.

use std::{cmp::Ordering, sync::LazyLock};

mod search;

pub use search::{ends_with, find, rfind, starts_with};

use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions, options::Strength};

/// Collators are made of constant data and never change.
static TERTIARY: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| collator(Strength::Tertiary));
static SECONDARY: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| collator(Strength::Secondary));
static PRIMARY: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| collator(Strength::Primary));

fn collator(strength: Strength) -> Option<CollatorBorrowed<'static>> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    Collator::try_new(Default::default(), options).ok()
}

/// Compares two texts; `ignore_case` leaves the difference of upper and lower case aside.
pub fn cmp(a: &str, b: &str, ignore_case: bool) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if let (Some(a), Some(b)) = (plain(a), plain(b)) {
        return cmp_plain(a, b, ignore_case);
    }
    let collator = if ignore_case { &*SECONDARY } else { &*TERTIARY };
    collator.as_ref().map_or_else(|| a.cmp(b), |collator| collator.compare(a, b))
}

/// Whether two texts are equal.
pub fn eq(a: &str, b: &str, ignore_case: bool) -> bool {
    cmp(a, b, ignore_case) == Ordering::Equal
}

/// The bytes of a text that consists of printable ASCII characters and line ends only.
fn plain(text: &str) -> Option<&[u8]> {
    let bytes = text.as_bytes();
    bytes.iter().all(|b| weight(*b) != 0).then_some(bytes)
}

/// What two texts may be compared by instead of themselves, byte by byte; none for texts that only ICU compares.
pub fn key(text: &str, ignore_case: bool) -> Option<Vec<u8>> {
    let bytes = plain(text)?;
    let mut key: Vec<u8> = bytes.iter().map(|b| weight(*b)).collect();
    if !ignore_case {
        key.push(0);
        key.extend(bytes.iter().map(|b| u8::from(b.is_ascii_uppercase())));
    }
    Some(key)
}

fn cmp_plain(a: &[u8], b: &[u8], ignore_case: bool) -> Ordering {
    let primary = a.iter().map(|b| weight(*b)).cmp(b.iter().map(|b| weight(*b)));
    if primary != Ordering::Equal || ignore_case {
        return primary;
    }
    // Lower case sorts before upper case.
    a.iter().map(u8::is_ascii_uppercase).cmp(b.iter().map(u8::is_ascii_uppercase))
}

/// The characters of ASCII that are no letters, in the order of the root collation.
const ORDER: &[u8] = b"\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

/// The position of an ASCII character in the root collation, case left aside; 0 where it has none.
fn weight(byte: u8) -> u8 {
    const TABLE: [u8; 128] = table();
    TABLE.get(usize::from(byte)).copied().unwrap_or(0)
}

#[allow(clippy::indexing_slicing, clippy::as_conversions, clippy::arithmetic_side_effects)] // evaluated at compile time
const fn table() -> [u8; 128] {
    let mut table = [0; 128];
    let mut at = 0;
    while at < ORDER.len() {
        table[ORDER[at] as usize] = at as u8 + 1;
        at += 1;
    }
    let mut letter = 0;
    while letter < 26 {
        table[(b'a' + letter) as usize] = ORDER.len() as u8 + 1 + letter;
        table[(b'A' + letter) as usize] = ORDER.len() as u8 + 1 + letter;
        letter += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_icu() {
        let chars: Vec<String> = (9_u8..127).filter(|b| weight(*b) != 0).map(|b| char::from(b).to_string()).collect();
        for ignore_case in [false, true] {
            let collator = if ignore_case { SECONDARY.as_ref() } else { TERTIARY.as_ref() }.unwrap();
            for a in &chars {
                for b in &chars {
                    assert_eq!(cmp(a, b, ignore_case), collator.compare(a, b), "{a:?} {b:?}");
                    assert_eq!(key(a, ignore_case).cmp(&key(b, ignore_case)), cmp(a, b, ignore_case), "{a:?} {b:?}");
                    let (x, y) = (format!("a{a}b"), format!("A{b}"));
                    assert_eq!(cmp(&x, &y, ignore_case), collator.compare(&x, &y), "{x:?} {y:?}");
                    assert_eq!(
                        key(&x, ignore_case).cmp(&key(&y, ignore_case)),
                        cmp(&x, &y, ignore_case),
                        "{x:?} {y:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn measured_with_powershell() {
        let mut words =
            ["x", "", "1", "10", "2", "_x", "a", "A", "ä", "a b", "a-b", "a.b", "a'b", "ab", "B", "ss", "ß"];
        words.sort_by(|a, b| cmp(a, b, false));
        assert_eq!(
            words,
            ["", "_x", "1", "10", "2", "a", "A", "ä", "a b", "a-b", "a.b", "a'b", "ab", "B", "ss", "ß", "x"]
        );
        assert!(eq("a\u{200d}b", "ab", true));
        assert!(eq("e\u{301}", "é", false));
        assert!(!eq("ß", "ss", true));
        assert!(eq("ﬁ", "fi", true));
    }
}
