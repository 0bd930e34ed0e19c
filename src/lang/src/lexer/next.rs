//! The next token in the current mode.

use super::{Lexer, Mode, chars, escape::Escaped, expandable::Expandable};
use crate::{
    ast::TextBuilder,
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Lexer<'_> {
    pub(crate) fn next_token(&mut self) -> Token {
        loop {
            self.start = self.pos;
            let Some(c) = self.bump() else { return self.end_of_input() };
            match c {
                'a'..='z' | 'A'..='Z' | '_' => return self.identifier(),
                ' ' | '\t' => self.skip_white_space(),
                '#' => {
                    self.line_comment();
                }
                '`' => {
                    if let Some(token) = self.backtick() {
                        return token;
                    }
                }
                '<' if self.peek() == Some('#') => {
                    self.bump();
                    self.block_comment();
                }
                _ if chars::is_whitespace(c) => self.skip_white_space(),
                _ => return self.token_from(c),
            }
        }
    }

    /// One past the end; where the parser already stands there, one past that, as PowerShell counts.
    fn end_of_input(&mut self) -> Token {
        let at = self.start.max(self.end).saturating_add(1);
        self.pos = at;
        let extent = self.without_skips(Extent::new(at, at));
        self.save_at(extent, TokenKind::EndOfInput, TokenFlags::NONE, TokenValue::None)
    }

    /// A token that begins with `c`, which has been read and is neither blank, comment nor letter of ASCII.
    fn token_from(&mut self, c: char) -> Token {
        match c {
            _ if chars::is_single_quote(c) => self.single_quoted_string(),
            _ if chars::is_double_quote(c) => self.double_quoted_string(),
            '@' => self.at(),
            '\r' | '\n' => {
                self.finish_newline(c);
                self.token(TokenKind::NewLine)
            }
            '=' => self.operator_or_word(TokenKind::Equals),
            '+' => self.plus(),
            _ if chars::is_dash(c) => self.dash(),
            '*' => self.star(),
            '/' => self.arithmetic(TokenKind::Divide, TokenKind::DivideEquals),
            '%' => self.arithmetic(TokenKind::Rem, TokenKind::RemainderEquals),
            '$' => {
                if self.eat('(') {
                    self.token(TokenKind::DollarParen)
                } else {
                    self.variable(false, false)
                }
            }
            '<' => self.token(TokenKind::RedirectInStd),
            '>' => {
                let append = self.eat('>');
                self.file_redirection(1, append, None)
            }
            '(' => self.token(TokenKind::LParen),
            ')' => self.token(TokenKind::RParen),
            '[' => self.operator_or_word(TokenKind::LBracket),
            ']' => self.token(TokenKind::RBracket),
            '{' => self.token(TokenKind::LCurly),
            '}' => self.token(TokenKind::RCurly),
            ';' => self.token(TokenKind::Semi),
            ',' => self.token(TokenKind::Comma),
            '.' => self.dot(),
            '0'..='9' => self.digit(c),
            '&' => self.doubled('&', TokenKind::AndAnd, TokenKind::Ampersand),
            '|' => self.doubled('|', TokenKind::OrOr, TokenKind::Pipe),
            '!' => self.exclamation(),
            ':' => self.colon(),
            '?' if self.mode == Mode::Expression => self.question(),
            _ if chars::is_letter(c) => self.identifier(),
            _ => self.word(),
        }
    }

    /// Behind a backtick at the start of a token: none if it only joins lines or precedes blanks.
    fn backtick(&mut self) -> Option<Token> {
        let Some(c) = self.peek() else {
            let end = self.end;
            let extent = Extent::new(end.saturating_add(1), end.saturating_add(1));
            self.errors.add(ErrorId::IncompleteString, extent, true, &[]);
            return None;
        };
        self.bump();
        if matches!(c, '\r' | '\n') {
            self.finish_newline(c);
            self.token(TokenKind::LineContinuation);
            return None;
        }
        if chars::is_char_white_space(c) {
            self.skip_white_space();
            return None;
        }
        let mut string = Expandable::new(TextBuilder::at(self.start));
        string.value.detach(self.text, self.start);
        match self.escape(c) {
            Escaped::Char(c) => string.value.push(c),
            Escaped::Unit(unit) => string.value.push_unit(unit),
        }
        Some(self.word_with(string))
    }

    fn at(&mut self) -> Token {
        match self.peek_or_nul() {
            '{' => {
                self.bump();
                self.token(TokenKind::AtCurly)
            }
            '(' => {
                self.bump();
                self.token(TokenKind::AtParen)
            }
            c if chars::is_single_quote(c) => {
                self.bump();
                self.here_string('\'')
            }
            c if chars::is_double_quote(c) => {
                self.bump();
                self.here_string('"')
            }
            c if chars::is_variable_start(c) => self.variable(true, false),
            _ => {
                let at = self.pos.saturating_sub(1);
                self.report_at(ErrorId::UnrecognizedToken, at);
                self.token(TokenKind::Unknown)
            }
        }
    }

    fn plus(&mut self) -> Token {
        match self.peek_or_nul() {
            '+' => {
                self.bump();
                self.operator_or_word(TokenKind::PlusPlus)
            }
            '=' => {
                self.bump();
                self.operator_or_word(TokenKind::PlusEquals)
            }
            c if self.allow_signed_numbers && (chars::is_digit(c) || c == '.') => self.number('+'),
            _ => self.operator_or_word(TokenKind::Plus),
        }
    }

    fn dash(&mut self) -> Token {
        match self.peek_or_nul() {
            c if chars::is_dash(c) => {
                self.bump();
                self.operator_or_word(TokenKind::MinusMinus)
            }
            '=' => {
                self.bump();
                self.operator_or_word(TokenKind::MinusEquals)
            }
            c if chars::is_letter(c) || c == '_' || c == '?' => self.parameter(),
            c if self.allow_signed_numbers && (chars::is_digit(c) || c == '.') => self.number('-'),
            _ => self.operator_or_word(TokenKind::Minus),
        }
    }

    fn star(&mut self) -> Token {
        if self.eat('=') {
            return self.operator_or_word(TokenKind::MultiplyEquals);
        }
        if !self.eat('>') {
            return self.operator_or_word(TokenKind::Multiply);
        }
        if self.eat('>') {
            return self.file_redirection(0, true, None);
        }
        self.merging_or_file_redirection(0, None)
    }

    fn arithmetic(&mut self, plain: TokenKind, assign: TokenKind) -> Token {
        let kind = if self.eat('=') { assign } else { plain };
        self.operator_or_word(kind)
    }

    fn doubled(&mut self, c: char, twice: TokenKind, once: TokenKind) -> Token {
        let kind = if self.eat(c) { twice } else { once };
        self.token(kind)
    }

    fn dot(&mut self) -> Token {
        let command = self.mode == Mode::Command;
        match self.peek() {
            Some('.') => {
                self.bump();
                if command && !chars::forces_new_token(self.peek()) {
                    return self.word();
                }
                self.token(TokenKind::DotDot)
            }
            Some(c) if c.is_ascii_digit() => self.number('.'),
            c if command && !chars::forces_new_token(c) && !matches!(c, Some('$' | '"' | '\'')) => self.word(),
            _ => self.token(TokenKind::Dot),
        }
    }

    /// A number, or the redirection of the stream with this number.
    fn digit(&mut self, c: char) -> Token {
        let stream = c.to_digit(7).and_then(|digit| u8::try_from(digit).ok()).filter(|stream| *stream > 0);
        let (Some(stream), Some('>')) = (stream, self.peek()) else { return self.number(c) };
        let behind_digit = self.pos;
        self.bump();
        if self.eat('>') {
            return self.file_redirection(stream, true, Some(behind_digit));
        }
        self.merging_or_file_redirection(stream, Some(behind_digit))
    }

    /// Behind `>`: `&1` or `&2` merges streams; only `1` may follow `*>&`.
    fn merging_or_file_redirection(&mut self, from: u8, behind_digit: Option<usize>) -> Token {
        let mark = self.pos;
        if self.eat('&') {
            let to = match self.peek() {
                Some('1') => Some(1),
                Some('2') if from != 0 => Some(2),
                _ => None,
            };
            if let Some(to) = to {
                self.bump();
                let value = TokenValue::MergingRedirection { from, to };
                return self.save(TokenKind::Redirection, TokenFlags::NONE, value);
            }
            self.set_pos(mark);
        }
        self.file_redirection(from, false, behind_digit)
    }

    /// Where an expression is expected, a digit in front of `>` is a number.
    fn file_redirection(&mut self, from: u8, append: bool, behind_digit: Option<usize>) -> Token {
        if let Some(behind_digit) = behind_digit
            && self.mode == Mode::Expression
        {
            self.set_pos(behind_digit);
            let number = crate::ast::Number::Int32(i32::from(from));
            return self.save(TokenKind::Number, TokenFlags::NONE, TokenValue::Number(Some(number)));
        }
        let value = TokenValue::FileRedirection { from, append };
        self.save(TokenKind::Redirection, TokenFlags::NONE, value)
    }

    fn exclamation(&mut self) -> Token {
        let next = self.peek();
        let word = match self.mode {
            Mode::Command => !chars::forces_new_token(next),
            Mode::Expression => next.is_some_and(chars::is_identifier_start),
            _ => false,
        };
        if word || self.is_word_of_digits(next) {
            return self.word();
        }
        self.token(TokenKind::Exclaim)
    }

    /// Whether `!` stands before digits that make no number, which together are a word.
    fn is_word_of_digits(&mut self, next: Option<char>) -> bool {
        if self.mode != Mode::Expression || !next.is_some_and(|c| chars::is_digit(c) || c == '.') {
            return false;
        }
        let mark = self.pos;
        // PowerShell scans a number that begins with `!` here: the exclamation mark counts as its first digit.
        let number = self.scan_number('!');
        self.set_pos(mark);
        number.is_none()
    }

    fn colon(&mut self) -> Token {
        if self.eat(':') {
            if self.mode == Mode::Command && !self.want_simple_name && !chars::forces_new_token(self.peek()) {
                return self.word();
            }
            return self.token(TokenKind::ColonColon);
        }
        if self.mode == Mode::Command { self.label() } else { self.token(TokenKind::Colon) }
    }

    fn question(&mut self) -> Token {
        if !self.eat('?') {
            return self.token(TokenKind::QuestionMark);
        }
        let kind = if self.eat('=') { TokenKind::QuestionQuestionEquals } else { TokenKind::QuestionQuestion };
        self.token(kind)
    }
}
