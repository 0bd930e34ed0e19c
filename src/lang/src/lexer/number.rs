//! Numeric literals: which words are numbers.

use alloc::string::String;

use super::{
    Lexer, Mode, chars,
    number_value::{Format, Literal, Suffix},
};
use crate::{
    ast::{Number, NumericLiteral},
    error::ErrorId,
    extent::offset,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Lexer<'_> {
    /// A number or, where the whole is none, a word. `first` has been read.
    pub(super) fn number(&mut self, first: char) -> Token {
        let Some(literal) = self.scan_number(first) else { return self.word_from_start() };
        let value = match literal.value() {
            Some(NumericLiteral::Number(number)) => Some(number),
            Some(NumericLiteral::BigInteger(number)) => {
                self.tree.big_integers.push(number);
                Some(Number::BigInteger(offset(self.tree.big_integers.len().saturating_sub(1))))
            }
            None if self.mode != Mode::Expression => return self.word_from_start(),
            None => {
                self.report(ErrorId::BadNumericConstant, self.extent(), &[self.token_source()]);
                None
            }
        };
        self.save(TokenKind::Number, TokenFlags::NONE, TokenValue::Number(value))
    }

    /// The literal that begins with `first`, which has been read; none if this is no number.
    pub(super) fn scan_number(&mut self, first: char) -> Option<Literal> {
        let mut digits = String::new();
        let mut first = first;
        if chars::is_dash(first) || first == '+' {
            digits.push(if first == '+' { '+' } else { '-' });
            first = self.bump().unwrap_or('\0');
        }
        let mut real = false;
        let mut valid = true;
        let mut format = Format::Decimal;
        let prefix = if first == '0' { self.peek_or_nul() } else { '\0' };
        match prefix {
            'x' | 'X' => {
                self.bump();
                digits.push('0');
                self.scan_digits(&mut digits, |c| c.is_ascii_hexdigit());
                format = Format::Hex;
            }
            'b' | 'B' => {
                self.bump();
                let before = digits.len();
                self.scan_digits(&mut digits, |c| matches!(c, '0' | '1'));
                valid = digits.len() > before || before > 0;
                format = Format::Binary;
            }
            _ if first == '.' => {
                digits.push('.');
                valid = self.scan_fraction(&mut digits);
                real = true;
            }
            _ => {
                digits.push(first);
                self.scan_digits(&mut digits, |c| c.is_ascii_digit());
                match self.peek_or_nul() {
                    '.' => {
                        let mark = self.pos;
                        self.bump();
                        if self.peek() == Some('.') {
                            self.set_pos(mark);
                        } else {
                            digits.push('.');
                            real = true;
                            valid = self.scan_fraction(&mut digits);
                        }
                    }
                    e @ ('e' | 'E') => {
                        self.bump();
                        digits.push(e);
                        real = true;
                        valid = self.scan_exponent(&mut digits);
                    }
                    _ => {}
                }
            }
        }
        let suffix = self.scan_suffix();
        let multiplier = self.scan_multiplier();
        let ends = match self.peek() {
            c if chars::forces_new_token(c) => true,
            Some(c) => {
                self.mode == Mode::Expression && chars::forces_new_token_after_number(c, self.ternary_ends_number)
            }
            None => true,
        };
        if !valid || !ends {
            return None;
        }
        Some(Literal { digits, format, suffix: suffix?, real, multiplier: multiplier? })
    }

    fn scan_digits(&mut self, digits: &mut String, test: impl Fn(char) -> bool) -> bool {
        let before = digits.len();
        while let Some(c) = self.peek().filter(|c| test(*c)) {
            self.bump();
            digits.push(c);
        }
        digits.len() > before
    }

    /// Behind the point; false if an exponent lacks its digits.
    fn scan_fraction(&mut self, digits: &mut String) -> bool {
        self.scan_digits(digits, |c| c.is_ascii_digit());
        let Some(e) = self.peek().filter(|c| matches!(c, 'e' | 'E')) else { return true };
        self.bump();
        digits.push(e);
        self.scan_exponent(digits)
    }

    fn scan_exponent(&mut self, digits: &mut String) -> bool {
        if let Some(sign) = self.peek().filter(|c| *c == '+' || chars::is_dash(*c)) {
            self.bump();
            digits.push(if sign == '+' { '+' } else { '-' });
        }
        self.scan_digits(digits, |c| c.is_ascii_digit())
    }

    /// The letters that choose a type; none if they make no suffix.
    fn scan_suffix(&mut self) -> Option<Suffix> {
        let is_suffix = |c: &char| matches!(c.to_ascii_lowercase(), 'd' | 'l' | 'n' | 's' | 'u' | 'y');
        let Some(first) = self.peek().filter(is_suffix) else { return Some(Suffix::None) };
        self.bump();
        let second = self.peek().filter(is_suffix);
        if second.is_some() {
            self.bump();
        }
        let second = second.map(|c| c.to_ascii_lowercase());
        Some(match (first.to_ascii_lowercase(), second) {
            ('d', None) => Suffix::Decimal,
            ('l', None) => Suffix::Long,
            ('n', None) => Suffix::BigInteger,
            ('s', None) => Suffix::Short,
            ('y', None) => Suffix::SByte,
            ('u', None) => Suffix::Unsigned,
            ('u', Some('l')) => Suffix::ULong,
            ('u', Some('s')) => Suffix::UShort,
            ('u', Some('y')) => Suffix::Byte,
            _ => return None,
        })
    }

    /// `kb` to `pb`; none if the letter stands without its `b`.
    fn scan_multiplier(&mut self) -> Option<u64> {
        let power = match self.peek_or_nul().to_ascii_lowercase() {
            'k' => 1,
            'm' => 2,
            'g' => 3,
            't' => 4,
            'p' => 5,
            _ => return Some(1),
        };
        self.bump();
        if !(self.eat('b') || self.eat('B')) {
            return None;
        }
        Some(1024_u64.pow(power))
    }
}

/// The value of a string that is a numeric literal as a whole, sign included. PowerShell reads numbers out of strings
/// this way first, so `'0x10'` and `'1kb'` are numbers.
pub fn parse_number(text: &str) -> Option<NumericLiteral> {
    let mut lexer = Lexer::new(text);
    let first = lexer.bump()?;
    let signed = first == '+' || chars::is_dash(first);
    let digit = if signed { lexer.peek_or_nul() } else { first };
    if !(digit.is_ascii_digit() || digit == '.') {
        return None;
    }
    let literal = lexer.scan_number(first)?;
    if lexer.pos < text.len() {
        return None;
    }
    literal.value()
}
