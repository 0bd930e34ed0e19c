//! Lines of a program's output.

/// Takes bytes as they come and gives lines: `\n`, `\r\n` and `\r` end them.
#[derive(Default)]
pub(super) struct Lines {
    waiting: Vec<u8>,
    /// Whether a `\r` ended the last line, so that a `\n` behind it does not end another one.
    after_return: bool,
}

impl Lines {
    /// The lines that are complete now.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for byte in bytes {
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    lines.push(self.take());
                }
                _ => self.waiting.push(*byte),
            }
        }
        lines
    }

    /// What is left without a line end.
    pub(super) fn finish(&mut self) -> Option<String> {
        (!self.waiting.is_empty()).then(|| self.take())
    }

    fn take(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.waiting)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways_wherever_the_bytes_are_cut() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"a\r"), ["a"]);
        assert_eq!(lines.push(b"\nb\rc\n\n\xc3"), ["b", "c", ""]);
        assert_eq!(lines.push(b"\xa5"), Vec::<String>::new());
        assert_eq!(lines.finish().as_deref(), Some("å"));
        assert_eq!(lines.finish(), None);
    }
}
