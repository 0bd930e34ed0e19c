//! Words: arguments, parameters, operators in letters, identifiers, type names and labels.

use super::{Lexer, Mode, chars, expandable::Expandable, keyword};
use crate::{
    ast::Text,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Lexer<'_> {
    /// A word from the start of the token on, however far it was read as something else.
    pub(super) fn word_from_start(&mut self) -> Token {
        self.set_pos(self.start);
        self.word()
    }

    /// The rest of a word whose beginning, from the start of the token, stands as it is.
    pub(super) fn word(&mut self) -> Token {
        let string = Expandable::new(self.value_from(self.start));
        self.word_with(string)
    }

    /// The rest of a word whose beginning is in `string`.
    pub(super) fn word_with(&mut self, mut string: Expandable) -> Token {
        while !chars::forces_new_token(self.peek()) {
            let at = self.here();
            let Some(c) = self.bump() else { break };
            if chars::is_single_quote(c) {
                string.value.detach(self.text, at);
                self.single_quoted(at, &mut string.value);
            } else if chars::is_double_quote(c) {
                string.value.detach(self.text, at);
                self.double_quoted(at, &mut string);
            } else {
                self.expandable_char(c, false, &mut string);
            }
        }
        let end = self.pos;
        if string.has_expansions() {
            return self.finish_expandable(string, TokenKind::Generic, TokenFlags::NONE, end);
        }
        let value = self.finish_value(string.value, end);
        self.save(TokenKind::Generic, TokenFlags::NONE, TokenValue::Text(value))
    }

    /// An operator, unless more follows that makes it a word in command mode.
    pub(super) fn operator_or_word(&mut self, kind: TokenKind) -> Token {
        if self.mode == Mode::Command && !chars::forces_new_token(self.peek()) {
            return self.word();
        }
        self.token(kind)
    }

    /// Behind the dash: `-Name`, `-Name:` or an operator.
    pub(super) fn parameter(&mut self) -> Token {
        let command = self.mode == Mode::Command;
        let name_start = self.pos;
        let mut colon = false;
        let mut name_end = self.pos;
        while let Some(c) = self.peek() {
            name_end = self.pos;
            match c {
                'a'..='z' | 'A'..='Z' => {}
                '{' | '}' | '(' | ')' | ';' | ',' | '|' | '&' | '.' | '[' | '\r' | '\n' | '\0' => break,
                ':' => {
                    colon = true;
                    if command {
                        self.bump();
                    }
                    break;
                }
                _ if chars::is_whitespace(c) => break,
                _ if command && (chars::is_single_quote(c) || chars::is_double_quote(c)) => return self.word(),
                _ if command => {}
                _ => break,
            }
            self.bump();
            name_end = self.pos;
        }
        let name = Text::slice(Extent::new(name_start, name_end));
        if self.mode == Mode::Expression
            && let Some(operator) = keyword::operator(self.get(name))
        {
            return self.token(operator);
        }
        if name.is_empty() {
            return self.token(TokenKind::Minus);
        }
        self.save(TokenKind::Parameter, TokenFlags::NONE, TokenValue::Parameter { name, colon })
    }

    /// Behind its first character.
    pub(super) fn identifier(&mut self) -> Token {
        self.skip_while(chars::is_identifier_follow);
        if self.mode == Mode::TypeName {
            return self.type_name();
        }
        if self.want_simple_name {
            return self.token(TokenKind::Identifier);
        }
        if self.mode == Mode::Command && !chars::forces_new_token(self.peek()) {
            return self.word();
        }
        if matches!(self.mode, Mode::Command | Mode::Signature)
            && let Some(kind) = keyword::keyword(self.token_source())
            && (kind != TokenKind::InlineScript || self.in_workflow)
        {
            return self.token(kind);
        }
        self.token(TokenKind::Identifier)
    }

    fn type_name(&mut self) -> Token {
        let part = |c: char| matches!(c, '.' | '`' | '_' | '+' | '#' | '\\') || chars::is_letter_or_digit(c);
        self.skip_while(part);
        self.save(TokenKind::Identifier, TokenFlags::TYPE_NAME, TokenValue::None)
    }

    /// Behind the comma of `[type, assembly]`: the name of the assembly, empty if it is missing.
    pub(crate) fn assembly_name(&mut self) -> alloc::string::String {
        let mut name = alloc::string::String::new();
        self.assembly_name_part(&mut name);
        while self.peek() == Some(',') {
            self.start = self.here();
            self.bump();
            name.push_str(", ");
            self.token(TokenKind::Comma);
            self.assembly_name_part(&mut name);
            if self.peek() == Some('=') {
                self.start = self.here();
                self.bump();
                name.push('=');
                self.token(TokenKind::Equals);
                self.assembly_name_part(&mut name);
            }
        }
        name
    }

    fn assembly_name_part(&mut self, name: &mut alloc::string::String) {
        self.skip_white_space();
        self.start = self.pos;
        while !chars::forces_new_token_in_assembly_name(self.peek()) {
            name.extend(self.bump());
        }
        self.save(TokenKind::Identifier, TokenFlags::TYPE_NAME, TokenValue::None);
        self.skip_white_space();
    }

    /// Where the current token ends.
    pub(crate) fn current_extent(&self) -> Extent {
        self.extent()
    }

    /// Behind a colon in command mode.
    pub(super) fn label(&mut self) -> Token {
        let name_start = self.pos;
        match self.peek() {
            Some(c) if chars::is_identifier_start(c) => {}
            None => {
                let value = TokenValue::Text(Text::slice(self.extent()));
                return self.save(TokenKind::Generic, TokenFlags::NONE, value);
            }
            Some(_) => return self.word(),
        }
        self.skip_while(chars::is_identifier_follow);
        if self.mode == Mode::Command && !chars::forces_new_token(self.peek()) {
            return self.label_as_word();
        }
        let name = Text::slice(Extent::new(name_start, self.pos));
        self.save(TokenKind::Label, TokenFlags::NONE, TokenValue::Text(name))
    }

    /// PowerShell takes the first character behind what looked like a label as it stands, even a quote or a backtick.
    fn label_as_word(&mut self) -> Token {
        let mut string = Expandable::new(self.value_from(self.start));
        if let Some(c) = self.bump() {
            string.value.push(c);
        }
        self.word_with(string)
    }
}
