//! The patterns of `-Filter` and of .NET's listings: `*` and `?` with the ways of DOS.

/// A pattern of file names.
pub(crate) struct Pattern {
    parts: Vec<Part>,
    ignore_case: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Char(char),
    /// Any text.
    Any,
    /// Any text up to the last dot.
    AnyToDot,
    /// One character, or nothing before a dot and at the end.
    One,
    /// A dot, or nothing at the end.
    Dot,
}

impl Pattern {
    pub(crate) fn new(pattern: &str, ignore_case: bool) -> Self {
        let chars: Vec<char> = if pattern == "*.*" { vec!['*'] } else { pattern.chars().collect() };
        let mut parts = Vec::new();
        for (at, c) in chars.iter().enumerate() {
            let next = chars.get(at.saturating_add(1));
            match c {
                '*' if next == Some(&'.') && chars.len() == at.saturating_add(2) => parts.push(Part::AnyToDot),
                '.' if next.is_none() && parts.last() == Some(&Part::AnyToDot) => {}
                '*' => parts.push(Part::Any),
                '?' => parts.push(Part::One),
                '.' if matches!(next, Some('?' | '*')) => parts.push(Part::Dot),
                c => parts.push(Part::Char(*c)),
            }
        }
        Self { parts, ignore_case }
    }

    /// Whether a name matches. Time is bounded by the product of both lengths.
    pub(crate) fn is_match(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let last_dot = name.iter().rposition(|c| *c == '.').unwrap_or(name.len());
        // Which ends of the name the parts so far can reach.
        let mut reached = vec![false; name.len().saturating_add(1)];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        for part in &self.parts {
            let mut next = vec![false; reached.len()];
            for (at, _) in reached.iter().enumerate().filter(|(_, on)| **on) {
                let c = name.get(at).copied();
                let mut mark = |at: usize| {
                    if let Some(slot) = next.get_mut(at) {
                        *slot = true;
                    }
                };
                match part {
                    Part::Char(wanted) if c.is_some_and(|c| self.same(c, *wanted)) => mark(at.saturating_add(1)),
                    Part::Char(_) => {}
                    Part::Any => (at..=name.len()).for_each(mark),
                    Part::AnyToDot => (at..=last_dot.max(at)).for_each(mark),
                    Part::One => match c {
                        None | Some('.') => mark(at),
                        Some(_) => mark(at.saturating_add(1)),
                    },
                    Part::Dot => match c {
                        Some('.') => mark(at.saturating_add(1)),
                        None => mark(at),
                        Some(_) => {}
                    },
                }
            }
            reached = next;
        }
        reached.last() == Some(&true)
    }

    fn same(&self, a: char, b: char) -> bool {
        a == b || self.ignore_case && psrpd_dotnet::casing::upper(a) == psrpd_dotnet::casing::upper(b)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn names_match_as_dos_matched_them() {
        let matches = |pattern: &str, name: &str| Pattern::new(pattern, true).is_match(name);
        assert!(matches("*.txt", "A.TXT"));
        assert!(matches("*.*", "none"));
        assert!(matches("a?", "a"));
        assert!(!matches("q?txt", "q.txt"));
        assert!(matches("*", ".hid"));
        assert!(matches("a.*", "a"));
        assert!(!matches("*.t", "a.txt"));
        assert!(matches("[x]", "[x]"));
        assert!(!Pattern::new("*.T", false).is_match("a.t"));
    }
}
