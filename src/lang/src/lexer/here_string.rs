//! `@'..'@` and `@".."@`.

use super::{Lexer, chars, expandable::Expandable};
use crate::{
    error::ErrorId,
    token::{Token, TokenFlags, TokenKind},
};

impl Lexer<'_> {
    /// Behind the opening `@` and quote, of which `quote` is the kind.
    pub(super) fn here_string(&mut self, quote: char) -> Token {
        let kind = if quote == '"' { TokenKind::HereStringExpandable } else { TokenKind::HereStringLiteral };
        let header = self.start;
        if !self.here_string_header(header, quote) {
            let mut string = Expandable::new(self.value_here());
            string.value.detach("", 0);
            let end = self.pos;
            return self.finish_expandable(string, kind, TokenFlags::TOKEN_IN_ERROR, end);
        }
        let mut string = Expandable::new(self.value_here());
        let mut false_footer = None;
        let mut end = self.pos;
        if self.here_string_footer(quote, &mut string, &mut false_footer) {
            return self.finish_expandable(string, kind, TokenFlags::NONE, end);
        }
        loop {
            end = self.here();
            let Some(c) = self.bump() else {
                let footer = if quote == '"' { "\"@" } else { "'@" };
                match false_footer {
                    Some(at) => self.report_incomplete(ErrorId::WhitespaceBeforeHereStringFooter, at, &[]),
                    None => self.report_incomplete(ErrorId::TerminatorExpectedAtEndOfString, header, &[footer]),
                }
                return self.finish_expandable(string, kind, TokenFlags::TOKEN_IN_ERROR, end);
            };
            match c {
                '\r' | '\n' => {
                    let len = string.value.len(end);
                    string.value.push(c);
                    if c == '\r' && self.eat('\n') {
                        string.value.push('\n');
                    }
                    if self.here_string_footer(quote, &mut string, &mut false_footer) {
                        string.value.truncate(len);
                        return self.finish_expandable(string, kind, TokenFlags::NONE, end);
                    }
                }
                _ if quote == '"' => self.expandable_char(c, true, &mut string),
                _ => string.value.push(c),
            }
        }
    }

    /// Passes over the rest of the line, which must be blank.
    fn here_string_header(&mut self, header: usize, quote: char) -> bool {
        self.skip_white_space();
        match self.peek() {
            Some(c @ ('\r' | '\n')) => {
                self.bump();
                self.finish_newline(c);
                true
            }
            None => {
                let footer = if quote == '"' { "\"@" } else { "'@" };
                self.report_incomplete(ErrorId::TerminatorExpectedAtEndOfString, header, &[footer]);
                false
            }
            Some(_) => {
                self.report_at(ErrorId::UnexpectedCharactersAfterHereStringHeader, self.here());
                // The rest of the line, or up to what would be the end of the string, belongs to it.
                while let Some(c) = self.peek().filter(|c| !matches!(c, '\r' | '\n')) {
                    self.bump();
                    if c == quote && self.eat('@') {
                        break;
                    }
                }
                false
            }
        }
    }

    /// At the start of a line: whether the string ends here. Blanks in front of the end are a mistake worth noting.
    fn here_string_footer(&mut self, quote: char, string: &mut Expandable, false_footer: &mut Option<usize>) -> bool {
        let is_quote = |c: char| if quote == '"' { chars::is_double_quote(c) } else { chars::is_single_quote(c) };
        let mark = self.pos;
        if self.peek().is_some_and(is_quote) {
            self.bump();
            if self.eat('@') {
                return true;
            }
            self.set_pos(mark);
        }
        while let Some(c) = self.peek().filter(|c| chars::is_whitespace(*c)) {
            self.bump();
            string.value.push(c);
        }
        let mark = self.here();
        let Some(c) = self.peek().filter(|c| is_quote(*c)) else { return false };
        self.bump();
        if self.eat('@') {
            false_footer.get_or_insert(mark);
            string.value.push(c);
            string.value.push('@');
        } else {
            self.set_pos(mark);
        }
        false
    }
}
