//! Where a text is in another one by collation. Texts that are equal may differ in length, so that at every place several
//! lengths come into question; places where the first character cannot begin a match are passed over.

use std::{borrow::Cow, cmp::Ordering, collections::HashMap};

use super::{PRIMARY, eq, plain};

/// Most characters that one character may be equal to.
const EXPANSION: usize = 20;

/// Characters without weight that are looked past in a match.
const WEIGHTLESS: usize = 64;

/// Greater than every character by collation.
const GREATEST: char = '\u{ffff}';

/// Most characters of a text that are equal to a part.
fn widest(part: &str) -> usize {
    part.chars().count().saturating_mul(EXPANSION).saturating_add(WEIGHTLESS)
}

/// Whether a text begins with another one.
pub fn starts_with(text: &str, part: &str, ignore_case: bool) -> bool {
    part.is_empty() || begins(text, part, ignore_case)
}

/// Whether a text ends with another one.
pub fn ends_with(text: &str, part: &str, ignore_case: bool) -> bool {
    let places = [text.len()].into_iter().chain(text.char_indices().rev().map(|(at, _)| at));
    let mut places = places.take(widest(part).saturating_add(1));
    part.is_empty() || places.any(|at| text.get(at..).is_some_and(|tail| eq(tail, part, ignore_case)))
}

/// Where `part` begins in `text` from byte `from` on, in bytes.
pub fn find(text: &str, part: &str, from: usize, ignore_case: bool) -> Option<usize> {
    let rest = text.get(from..)?;
    let found = match both_plain(rest, part, ignore_case) {
        Some((rest, part)) => rest.find(&*part),
        None => {
            let mut fits = Fits::new(part, ignore_case);
            let places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            places.into_iter().find(|at| fits.at(rest, *at))
        }
    };
    found.map(|at| at.saturating_add(from))
}

/// Where `part` begins in `text` for the last time, in bytes.
pub fn rfind(text: &str, part: &str, ignore_case: bool) -> Option<usize> {
    if let Some((text, part)) = both_plain(text, part, ignore_case) {
        return text.rfind(&*part);
    }
    let mut fits = Fits::new(part, ignore_case);
    let places = [text.len()].into_iter().chain(text.char_indices().rev().map(|(at, _)| at));
    places.into_iter().find(|at| fits.at(text, *at))
}

/// Two texts of printable ASCII, which are compared byte by byte.
fn both_plain<'t>(text: &'t str, part: &'t str, ignore_case: bool) -> Option<(Cow<'t, str>, Cow<'t, str>)> {
    plain(part).and(plain(text))?;
    let folded = |text: &'t str| if ignore_case { text.to_ascii_lowercase().into() } else { text.into() };
    Some((folded(text), folded(part)))
}

/// Whether a text that is not empty is equal to the beginning of another one.
fn begins(text: &str, part: &str, ignore_case: bool) -> bool {
    if plain(part).is_some()
        && let Some(head) = text.get(..part.len()).filter(|head| plain(head).is_some())
    {
        return eq(head, part, ignore_case);
    }
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(widest(part).saturating_add(1));
    ends.any(|end| text.get(..end).is_some_and(|head| eq(head, part, ignore_case)))
}

/// Says of places whether a part begins there.
struct Fits<'p> {
    part: &'p str,
    ignore_case: bool,
    /// The first character of the part that has a weight.
    first: Option<char>,
    /// Whether characters that were met can begin a match.
    known: HashMap<char, bool>,
}

impl<'p> Fits<'p> {
    fn new(part: &'p str, ignore_case: bool) -> Self {
        let first = part.chars().find(|c| !is_weightless(*c));
        Self { part, ignore_case, first, known: HashMap::new() }
    }

    fn at(&mut self, text: &str, at: usize) -> bool {
        let Some(tail) = text.get(at..) else { return false };
        if let (Some(c), Some(first)) = (tail.chars().next(), self.first)
            && !*self.known.entry(c).or_insert_with(|| can_begin(c, first))
        {
            return false;
        }
        starts_with(tail, self.part, self.ignore_case)
    }
}

fn order(a: &str, b: &str) -> Ordering {
    PRIMARY.as_ref().map_or(Ordering::Equal, |collator| collator.compare(a, b))
}

fn is_weightless(c: char) -> bool {
    order(c.encode_utf8(&mut [0; 4]), "") == Ordering::Equal
}

/// Whether a text that begins with one character can be equal to one that begins with another: the weights of one of them
/// begin with those of the other.
fn can_begin(c: char, first: char) -> bool {
    let begins = |long: char, short: char| {
        let long = long.to_string();
        order(&long, &short.to_string()).is_ge() && order(&long, &format!("{short}{GREATEST}")).is_lt()
    };
    c == first || is_weightless(c) || begins(c, first) || begins(first, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_equal() {
        for (text, part, ignore_case, first, last) in [
            ("abcabc", "bc", false, Some(1), Some(4)),
            ("abcABC", "BC", true, Some(1), Some(4)),
            ("abcABC", "BC", false, Some(4), Some(4)),
            ("xe\u{301}é", "é", false, Some(1), Some(4)),
            ("xé", "e\u{301}", false, Some(1), Some(1)),
            ("aﬁb", "fi", true, Some(1), Some(1)),
            ("a\u{200d}b", "ab", false, Some(0), Some(0)),
            ("éa\u{ad}b", "ab", false, Some(2), Some(2)),
            ("äöü", "x", true, None, None),
            ("äÖü", "ö", true, Some(2), Some(2)),
            ("日本語日本", "本", false, Some(3), Some(12)),
        ] {
            assert_eq!(find(text, part, 0, ignore_case), first, "{text} {part}");
            assert_eq!(rfind(text, part, ignore_case), last, "{text} {part}");
        }
        assert_eq!(find("ab", "\u{200d}", 0, false), Some(0));
        assert!(ends_with("xe\u{301}", "é", false) && !ends_with("xé", "e", false));
        assert!(starts_with("e\u{301}x", "é", false) && starts_with("éx", "", false));
    }

    #[test]
    fn long_texts_take_no_time() {
        let long = "é".repeat(200_000);
        assert_eq!((find(&long, "yy", 0, false), rfind(&long, "yy", true)), (None, None));
        assert!(!ends_with(&long, "éa", false));
        assert_eq!(find(&"x".repeat(200_000), "YY", 0, true), None);
    }
}
