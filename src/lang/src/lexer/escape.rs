//! Backtick escapes.

use super::Lexer;
use crate::{ast::TextBuilder, error::ErrorId, extent::Extent};

/// What PowerShell puts in the place of an escape it could not read.
const INVALID: char = '\u{ffff}';
const MAX_DIGITS: usize = 6;

pub(super) enum Escaped {
    Char(char),
    /// A surrogate on its own.
    Unit(u16),
}

impl Lexer<'_> {
    /// The escape of `c`, which stands behind the backtick and has been read.
    pub(super) fn escape(&mut self, c: char) -> Escaped {
        Escaped::Char(match c {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(),
            'v' => '\u{b}',
            _ => c,
        })
    }

    /// Behind `` `u ``.
    fn unicode_escape(&mut self) -> Escaped {
        let start = self.pos.saturating_sub(2);
        let invalid = Escaped::Char(INVALID);
        if !self.eat('{') {
            let extent = Extent::new(start, self.pos);
            self.report(ErrorId::InvalidUnicodeEscapeSequence, extent, &[]);
            return invalid;
        }
        let mut value: u32 = 0;
        let mut digits = 0_usize;
        loop {
            let at = self.here();
            let c = self.peek();
            if c == Some('}') && digits == 0 {
                self.bump();
                let extent = Extent::new(start, self.pos);
                self.report(ErrorId::InvalidUnicodeEscapeSequence, extent, &[]);
                return invalid;
            }
            if c == Some('}') {
                self.bump();
                break;
            }
            let Some(digit) = c.and_then(|c| c.to_digit(16)) else {
                let missing_end = digits >= MAX_DIGITS;
                self.report_at(
                    if missing_end {
                        ErrorId::MissingUnicodeEscapeSequenceTerminator
                    } else {
                        ErrorId::InvalidUnicodeEscapeSequence
                    },
                    at,
                );
                return invalid;
            };
            if digits == MAX_DIGITS {
                self.report_at(ErrorId::TooManyDigitsInUnicodeEscapeSequence, at);
                return invalid;
            }
            self.bump();
            value = value.wrapping_shl(4) | digit;
            digits = digits.saturating_add(1);
        }
        if let Some(c) = char::from_u32(value) {
            return Escaped::Char(c);
        }
        if let Ok(unit) = u16::try_from(value) {
            return Escaped::Unit(unit);
        }
        let digits = Extent::new(start.saturating_add(3), self.pos.saturating_sub(1));
        self.report(ErrorId::InvalidUnicodeEscapeSequenceValue, digits, &[]);
        invalid
    }

    /// After a backtick, which has been read: the escape goes to `value`. NUL and the end of the text are not
    /// escaped: the backtick stands for itself. Returns the character to go on with, as if it stood in the text.
    pub(super) fn scan_escape(&mut self, value: &mut TextBuilder) -> Option<char> {
        let backtick = self.pos.saturating_sub(1);
        let c = match self.peek() {
            None | Some('\0') => return Some('`'),
            Some(c) => c,
        };
        self.bump();
        value.detach(self.text, backtick);
        match self.escape(c) {
            Escaped::Char(c) if u32::from(c) <= 0xffff => Some(c),
            Escaped::Char(c) => {
                value.push(c);
                None
            }
            Escaped::Unit(unit) => {
                value.push_unit(unit);
                None
            }
        }
    }
}
