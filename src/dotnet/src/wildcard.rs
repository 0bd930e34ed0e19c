//! Wildcard patterns as `WildcardPattern` matches them: `*`, `?`, sets of characters and ranges, backtick escapes.

use crate::casing;

/// A pattern ready to match.
#[derive(Clone, Debug)]
pub struct Wildcard {
    parts: Vec<Part>,
    ignore_case: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Char(char),
    Any,
    Many,
    Set(Vec<(char, char)>),
}

/// A pattern that has a set without an end (`WildcardPatternException`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

impl Wildcard {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`BadPattern`] for `[` without its `]`.
    pub fn new(pattern: &str, ignore_case: bool) -> Result<Self, BadPattern> {
        let mut parts = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '`' => Part::Char(chars.next().unwrap_or('`')),
                '*' => Part::Many,
                '?' => Part::Any,
                '[' => Part::Set(set(&mut chars)?),
                _ => Part::Char(c),
            });
        }
        parts.dedup_by(|a, b| matches!((a, b), (Part::Many, Part::Many)));
        Ok(Self { parts, ignore_case })
    }

    /// Whether the whole text matches. Time is bounded by the product of both lengths.
    pub fn is_match(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut part, mut at) = (0_usize, 0_usize);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.parts.get(part), text.get(at)) {
                (Some(Part::Many), _) => {
                    retry = Some((part, at));
                    part = part.saturating_add(1);
                }
                (Some(one), Some(c)) if self.matches(one, *c) => {
                    part = part.saturating_add(1);
                    at = at.saturating_add(1);
                }
                (None, None) => return true,
                _ => match retry {
                    Some((many, from)) if from < text.len() => {
                        retry = Some((many, from.saturating_add(1)));
                        part = many.saturating_add(1);
                        at = from.saturating_add(1);
                    }
                    _ => return false,
                },
            }
        }
    }

    fn matches(&self, part: &Part, c: char) -> bool {
        let fold = |c: char| if self.ignore_case { casing::upper(c) } else { c };
        match part {
            Part::Char(want) => fold(*want) == fold(c),
            Part::Any => true,
            Part::Set(ranges) => ranges.iter().any(|(low, high)| {
                let inside = |c: char| (*low..=*high).contains(&c);
                inside(c) || self.ignore_case && (inside(casing::upper(c)) || inside(casing::lower(c)))
            }),
            Part::Many => false,
        }
    }
}

fn set(chars: &mut std::str::Chars<'_>) -> Result<Vec<(char, char)>, BadPattern> {
    let mut items: Vec<(char, bool)> = Vec::new();
    loop {
        match chars.next().ok_or(BadPattern)? {
            ']' if !items.is_empty() => break,
            '`' => items.push((chars.next().ok_or(BadPattern)?, true)),
            c => items.push((c, false)),
        }
    }
    let mut ranges = Vec::new();
    let mut at = 0_usize;
    while let Some((low, _)) = items.get(at) {
        let dash = items.get(at.saturating_add(1));
        let high = items.get(at.saturating_add(2));
        if let (Some(('-', false)), Some((high, _))) = (dash, high) {
            ranges.push((*low, *high));
            at = at.saturating_add(3);
        } else {
            ranges.push((*low, *low));
            at = at.saturating_add(1);
        }
    }
    Ok(ranges)
}

/// Whether a text would mean something else as a pattern than as a text.
pub fn has_wildcards(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '`' => drop(chars.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

/// A pattern that matches only this text.
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '`') {
            out.push('`');
        }
        out.push(c);
    }
    out
}

/// The text without the backticks in front of special characters.
pub fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '`' && chars.peek().is_some_and(|c| matches!(c, '*' | '?' | '[' | ']' | '`')) {
            out.extend(chars.next());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(text: &str, pattern: &str) -> bool {
        Wildcard::new(pattern, true).unwrap().is_match(text)
    }

    #[test]
    fn matches_as_powershell() {
        assert!(like("Hello", "h*O"));
        assert!(like("a\nb", "a?b"));
        assert!(like("file7", "file[0-9]"));
        assert!(!like("filex", "file[0-9]"));
        assert!(like("!", "[!a]"));
        assert!(like("a*b", "a`*b"));
        assert!(!like("axb", "a`*b"));
        assert!(like("", "*"));
        assert!(Wildcard::new("[a", true).is_err());
        assert!(!like(&"a".repeat(2000), &format!("{}b", "*a".repeat(50))));
    }
}
