//! Patterns of ssh_config(5), PATTERNS; also used by known_hosts files.

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters and `?` for one.
///
/// Iterative with one backtracking point, so a hostile pattern costs at most `text * pattern` steps.
pub fn matches(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == b'?' || Some(&c) == text.get(t) => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    t = star_t + 1;
                    p = star_p + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|tail| tail.iter().all(|&c| c == b'*'))
}

/// Answer of a pattern list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMatch {
    /// No pattern matches.
    None,
    /// A pattern matches, no negated one does.
    Positive,
    /// A negated pattern (`!pattern`) matches; it wins over every other.
    Negated,
}

/// Matches against patterns of which each may be negated by a leading `!`.
pub fn matches_list<'a>(text: &str, patterns: impl IntoIterator<Item = &'a str>) -> ListMatch {
    let mut answer = ListMatch::None;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(negated) if matches(text, negated) => return ListMatch::Negated,
            None if matches(text, pattern) => answer = ListMatch::Positive,
            _ => {}
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::{ListMatch, matches, matches_list};

    #[test]
    fn wildcards() {
        for (text, pattern, expected) in [
            ("web01", "web*", true),
            ("web01", "web??", true),
            ("web1", "web??", false),
            ("", "*", true),
            ("", "", true),
            ("a", "", false),
            ("abcabd", "*ab?", true),
            ("abcabdx", "*ab?", false),
            ("a.b.c", "a*c", true),
            ("a.b.c", "*.b.*", true),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn hostile_pattern_is_fast() {
        let text = "a".repeat(2000);
        assert!(!matches(&text, &format!("{}b", "*a".repeat(1000))));
    }

    #[test]
    fn negation_wins() {
        assert_eq!(matches_list("web1", ["web*", "!web1"]), ListMatch::Negated);
        assert_eq!(matches_list("web1", ["!web2", "web*"]), ListMatch::Positive);
        assert_eq!(matches_list("web1", ["!web2"]), ListMatch::None);
    }
}
