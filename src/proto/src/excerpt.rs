//! Text of a peer, made fit for an error message.

use alloc::string::String;
use core::fmt;

/// Characters kept of a peer's text.
const KEPT: usize = 80;

/// The beginning of something a peer sent, bounded and escaped, so that it can stand in an error or a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt(String);

impl Excerpt {
    /// Takes the first 80 characters of `bytes`. Control characters are escaped, broken UTF-8 is replaced.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        // Four bytes a character at most; the slice keeps a large input from being decoded whole.
        let head = bytes.get(..KEPT.saturating_mul(4)).unwrap_or(bytes);
        let text = String::from_utf8_lossy(head);
        let mut kept = String::new();
        let mut chars = text.chars();
        for c in chars.by_ref().take(KEPT) {
            if c.is_control() { kept.extend(c.escape_default()) } else { kept.push(c) }
        }
        if chars.next().is_some() || head.len() < bytes.len() {
            kept.push('…');
        }
        Self(kept)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_dirty_text_is_bounded_and_escaped() {
        assert_eq!(Excerpt::new(b"a\r\nb\x1b[0m").as_str(), "a\\r\\nb\\u{1b}[0m");
        let long = Excerpt::new(&[b'x'; 100_000]);
        assert_eq!(long.as_str().chars().count(), KEPT + 1);
        assert!(Excerpt::new(&[0xff; 10]).as_str().chars().all(|c| c == '\u{fffd}'));
    }
}
