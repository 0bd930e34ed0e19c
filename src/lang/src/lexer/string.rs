//! `'..'` and the text behind `--%`.

use super::{Lexer, chars};
use crate::{
    ast::{Text, TextBuilder},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl<'t> Lexer<'t> {
    /// A value that begins at the next character.
    pub(super) fn value_here(&self) -> TextBuilder {
        self.value_from(self.pos)
    }

    /// The text from `from` to here without what is passed over.
    pub(super) fn source_parts(&self, from: usize) -> impl Iterator<Item = &'t str> + use<'_, 't> {
        let inside = self.skips.iter().filter(move |skip| skip.start() >= from && skip.end() <= self.pos);
        let starts = core::iter::once(from).chain(inside.clone().map(|skip| skip.end()));
        let ends = inside.map(|skip| skip.start()).chain([self.pos]);
        starts.zip(ends).map(|(start, end)| self.text.get(start..end).unwrap_or(""))
    }

    /// A value that begins at `at` and has been read up to here.
    pub(super) fn value_from(&self, at: usize) -> TextBuilder {
        let mut value = TextBuilder::at(at);
        if !self.is_verbatim() {
            value.detach(self.text, self.pos);
        }
        value
    }

    pub(super) fn finish_value(&mut self, value: TextBuilder, end: usize) -> Text {
        value.finish(&mut self.tree.texts, end)
    }

    /// Behind the opening quote.
    pub(super) fn single_quoted_string(&mut self) -> Token {
        let mut value = self.value_here();
        let (flags, end) = self.single_quoted(self.start, &mut value);
        let text = self.finish_value(value, end);
        self.save(TokenKind::StringLiteral, flags, TokenValue::Text(text))
    }

    /// Behind the opening quote, which stands at `quote`: appends the string and returns where its text ended.
    pub(super) fn single_quoted(&mut self, quote: usize, value: &mut TextBuilder) -> (TokenFlags, usize) {
        loop {
            let end = self.here();
            let Some(c) = self.bump() else {
                self.report_incomplete(ErrorId::TerminatorExpectedAtEndOfString, quote, &["'"]);
                return (TokenFlags::TOKEN_IN_ERROR, end);
            };
            if !chars::is_single_quote(c) {
                value.push(c);
                continue;
            }
            match self.peek() {
                Some(second) if chars::is_single_quote(second) => {
                    self.bump();
                    value.detach(self.text, end).push(second);
                }
                _ => return (TokenFlags::NONE, end),
            }
        }
    }

    /// The rest of the line behind `--%`, as it stands.
    pub(crate) fn verbatim_argument(&mut self) -> Token {
        self.skip_white_space();
        self.start = self.pos;
        let mut quoted = false;
        while let Some(c) = self.peek() {
            let ends = match c {
                '\r' | '\n' => true,
                '|' => !quoted,
                '&' => !quoted && self.text.get(self.pos..self.end).is_some_and(|rest| rest.starts_with("&&")),
                _ => false,
            };
            if ends {
                break;
            }
            quoted ^= chars::is_double_quote(c);
            self.bump();
        }
        let text = Text::slice(Extent::new(self.start, self.pos));
        self.save(TokenKind::Generic, TokenFlags::NONE, TokenValue::Text(text))
    }
}
