//! `$name`, `${name}` and `@name`.

use super::{Lexer, Mode, chars, escape::Escaped};
use crate::{
    ast::{Text, TextBuilder, VariablePath},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

/// The name of a variable whose braces are empty.
const NO_NAME: &str = ":Error:";

impl Lexer<'_> {
    /// Behind the `$` or `@` at the start of the token.
    pub(super) fn variable(&mut self, splatted: bool, in_string: bool) -> Token {
        let name_start = self.pos;
        match self.peek() {
            Some('{') if !splatted => return self.braced_variable(in_string),
            Some(c) if chars::is_variable_start(c) => {
                self.bump();
                if matches!(c, '$' | '?' | '^') {
                    if self.mode == Mode::Command && !chars::forces_new_token(self.peek()) {
                        return self.word_from_start();
                    }
                } else if self.variable_name() {
                    return self.word_from_start();
                }
            }
            _ => return self.word(),
        }
        let name = Text::slice(Extent::new(name_start, self.pos));
        let path = VariablePath::new(self.get(name), name);
        if path.unqualified_path.is_empty() {
            let drive = path.scope == crate::ast::VariableScope::Drive;
            let id = if drive { ErrorId::InvalidVariableReferenceWithDrive } else { ErrorId::InvalidVariableReference };
            self.report(id, self.extent(), &[]);
        }
        let kind = if splatted { TokenKind::SplattedVariable } else { TokenKind::Variable };
        self.save(kind, TokenFlags::NONE, TokenValue::Variable(path))
    }

    /// The rest of a name. Returns whether this is a word after all, such as `$a-b` as an argument.
    fn variable_name(&mut self) -> bool {
        loop {
            match self.peek() {
                Some('a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '?') => {
                    self.bump();
                }
                Some(':') => {
                    let mark = self.pos;
                    self.bump();
                    if self.peek() == Some(':') {
                        self.set_pos(mark);
                        return false;
                    }
                }
                None | Some('\0' | '\t' | '\r' | '\n' | ' ') => return false,
                Some('&' | '(' | ')' | ',' | ';' | '{' | '}' | '|' | '.' | '[' | '=') => return false,
                Some(c) if chars::is_letter_or_digit(c) => {
                    self.bump();
                }
                c => return self.mode == Mode::Command && !chars::forces_new_token(c),
            }
        }
    }

    /// At the `{`.
    fn braced_variable(&mut self, in_string: bool) -> Token {
        let brace = self.pos;
        self.bump();
        let mut value = self.value_here();
        let (end, closed) = self.braced_name(in_string, &mut value);
        if !closed {
            self.report_incomplete(ErrorId::IncompleteDollarVariableReference, brace, &[]);
        }
        let mut name = self.finish_value(value, end);
        if name.is_empty() {
            if closed {
                self.report_at(ErrorId::EmptyVariableReference, self.pos.saturating_sub(1));
            }
            name = self.tree.texts.cook(NO_NAME);
        }
        if self.mode == Mode::Command {
            let next = self.peek();
            if !chars::forces_new_token(next) && !matches!(next, Some('.' | '[')) {
                return self.word_from_start();
            }
        }
        let path = VariablePath::new(self.get(name), name);
        if path.unqualified_path.is_empty() {
            self.report(ErrorId::InvalidBracedVariableReference, self.extent(), &[]);
        }
        self.save(TokenKind::Variable, TokenFlags::NONE, TokenValue::Variable(path))
    }

    /// Behind the `{`: the name, where it ended, and whether a `}` ended it.
    fn braced_name(&mut self, in_string: bool, value: &mut TextBuilder) -> (usize, bool) {
        loop {
            let at = self.here();
            let Some(mut c) = self.bump() else { return (at, false) };
            match c {
                '}' => return (at, true),
                '`' => {
                    let Some(escaped) = self.bump() else { return (at, false) };
                    value.detach(self.text, at);
                    match self.escape(escaped) {
                        Escaped::Char(escaped) => c = escaped,
                        Escaped::Unit(unit) => {
                            value.push_unit(unit);
                            continue;
                        }
                    }
                }
                '{' => self.report_at(ErrorId::OpenBraceNeedsToBeBackTickedInVariableName, self.pos),
                _ if in_string && chars::is_double_quote(c) => match self.peek() {
                    None => return (at, false),
                    Some(second) if chars::is_double_quote(second) => {
                        self.bump();
                        value.detach(self.text, at);
                        c = second;
                    }
                    _ => {}
                },
                _ => {}
            }
            value.push(c);
        }
    }
}
