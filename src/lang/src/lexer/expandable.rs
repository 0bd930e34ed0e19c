//! `".."` and what is expanded in it.

use alloc::vec::Vec;

use super::{Lexer, Mode, chars};
use crate::{
    ast::{Text, TextBuilder},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

/// The value of an expandable string while it is scanned.
pub(super) struct Expandable {
    pub(super) value: TextBuilder,
    /// Where in the value the expansions stand.
    holes: Vec<(usize, usize)>,
    nested: Vec<Token>,
}

impl Expandable {
    pub(super) const fn new(value: TextBuilder) -> Self {
        Self { value, holes: Vec::new(), nested: Vec::new() }
    }

    pub(super) fn has_expansions(&self) -> bool {
        !self.nested.is_empty()
    }

    fn has_errors(&self) -> bool {
        self.nested.iter().any(Token::has_error)
    }
}

impl Lexer<'_> {
    /// Behind the opening quote.
    pub(super) fn double_quoted_string(&mut self) -> Token {
        let mut string = Expandable::new(self.value_here());
        let (flags, end) = self.double_quoted(self.start, &mut string);
        self.finish_expandable(string, TokenKind::StringExpandable, flags, end)
    }

    pub(super) fn finish_expandable(
        &mut self,
        string: Expandable,
        kind: TokenKind,
        mut flags: TokenFlags,
        end: usize,
    ) -> Token {
        if string.has_errors() {
            flags |= TokenFlags::TOKEN_IN_ERROR;
        }
        let value = self.finish_value(string.value, end);
        if string.nested.is_empty() {
            return self.save(kind, flags, TokenValue::Text(value));
        }
        let holes = self.tree.texts.push_holes(value, &string.holes);
        let nested = self.keep_nested(&string.nested);
        self.save(kind, flags, TokenValue::Expandable { value, holes, nested })
    }

    /// Behind the opening quote, which stands at `quote`: appends the string and returns where its text ended.
    pub(super) fn double_quoted(&mut self, quote: usize, string: &mut Expandable) -> (TokenFlags, usize) {
        loop {
            let end = self.here();
            let Some(c) = self.bump() else {
                self.report_incomplete(ErrorId::TerminatorExpectedAtEndOfString, quote, &["\""]);
                return (TokenFlags::TOKEN_IN_ERROR, end);
            };
            if chars::is_double_quote(c) {
                match self.peek() {
                    Some(second) if chars::is_double_quote(second) => {
                        self.bump();
                        string.value.detach(self.text, end).push(second);
                    }
                    _ => return (TokenFlags::NONE, end),
                }
            } else {
                self.expandable_char(c, false, string);
            }
        }
    }

    /// One character of an expandable string, which has been read, with the escape or expansion it begins.
    pub(super) fn expandable_char(&mut self, c: char, here_string: bool, string: &mut Expandable) {
        match c {
            '$' if self.expansion(here_string, string) => {}
            '`' => {
                if let Some(c) = self.scan_escape(&mut string.value) {
                    string.value.push(c);
                }
            }
            _ => string.value.push(c),
        }
    }

    /// Behind a `$`: scans what it expands, if anything.
    pub(super) fn expansion(&mut self, here_string: bool, string: &mut Expandable) -> bool {
        let dollar = self.pos.saturating_sub(1);
        let token_start = self.start;
        let mode = core::mem::replace(&mut self.mode, Mode::Expression);
        let saved = self.tokens.len();
        let nested = match self.peek() {
            Some('(') => {
                self.bump();
                self.start = dollar;
                Some(self.sub_expression(here_string))
            }
            Some(c) if c == '{' || chars::is_variable_start(c) => {
                self.start = dollar;
                Some(self.variable(false, true))
            }
            _ => None,
        };
        self.tokens.truncate(saved);
        self.mode = mode;
        self.start = token_start;
        let Some(token) = nested else { return false };
        let from = string.value.len(dollar);
        for part in self.source_parts(dollar) {
            string.value.push_str(part);
        }
        string.holes.push((from, string.value.len(self.pos)));
        string.nested.push(token);
        true
    }

    /// Behind `$(`: finds the end by counting parentheses. The inside is scanned when the parser comes to it;
    /// quotes doubled or escaped for the string around it are noted to be passed over then.
    fn sub_expression(&mut self, here_string: bool) -> Token {
        let mut depth = 1_u32;
        let mut flags = TokenFlags::NONE;
        let mut skips: Vec<Extent> = Vec::new();
        while depth > 0 {
            let at = self.here();
            let Some(c) = self.bump() else {
                self.report_incomplete(ErrorId::IncompleteDollarSubexpressionReference, self.start, &[]);
                flags = TokenFlags::TOKEN_IN_ERROR;
                break;
            };
            match c {
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {
                    let escapes = !here_string && (c == '`' || chars::is_double_quote(c));
                    if escapes && self.peek().is_some_and(chars::is_double_quote) {
                        skips.push(Extent::new(at, self.here()));
                        self.bump();
                    }
                }
            }
        }
        let extent = self.extent();
        if skips.is_empty() {
            self.unscanned.remove(&extent.start);
        } else {
            self.unscanned.insert(extent.start, skips);
        }
        let value = TokenValue::Text(Text::slice(extent));
        Token { kind: TokenKind::StringLiteral, flags: flags | TokenKind::StringLiteral.traits(), extent, value }
    }
}
