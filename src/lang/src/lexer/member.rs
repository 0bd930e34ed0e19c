//! What may follow an expression or precede one without white space: `.name`, `::name`, `[index]`, `(arguments)`.

use super::{Lexer, Mode, chars};
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    /// The operator of a member access or index directly behind an expression.
    pub(crate) fn member_access_operator(&mut self, allow_bracket: bool) -> Option<Token> {
        while self.peek() == Some('<') {
            if !self.block_comment_if_any() {
                return None;
            }
        }
        let mark = self.pos;
        self.start = self.here();
        let c = self.peek()?;
        if !matches!(c, '.' | ':' | '[' | '?') {
            return None;
        }
        self.bump();
        let next = self.peek();
        let ends_word = self.mode == Mode::Command
            && next.is_none_or(|next| chars::is_whitespace(next) || matches!(next, '\0' | '\r' | '\n'));
        let kind = match (c, next) {
            ('.', Some('.')) => None,
            ('.', _) => (!ends_word).then_some(TokenKind::Dot),
            (':', Some(':')) => {
                self.bump();
                let next = self.peek();
                let ends_word = self.mode == Mode::Command
                    && next.is_none_or(|next| chars::is_whitespace(next) || matches!(next, '\0' | '\r' | '\n'));
                (!ends_word).then_some(TokenKind::ColonColon)
            }
            ('[', _) => allow_bracket.then_some(TokenKind::LBracket),
            ('?', Some('.')) => {
                self.bump();
                Some(TokenKind::QuestionDot)
            }
            ('?', Some('[')) if allow_bracket => {
                self.bump();
                Some(TokenKind::QuestionLBracket)
            }
            _ => None,
        };
        let Some(kind) = kind else {
            self.set_pos(mark);
            return None;
        };
        Some(self.token(kind))
    }

    /// Whether the next token may be a `[`. PowerShell scans that token to see; this spares most scans.
    pub(crate) fn bracket_may_follow(&self) -> bool {
        self.peek().is_some_and(|c| matches!(c, '[' | '`' | '<') || chars::is_whitespace(c))
    }

    /// The `(` of a method call, or the `{` of a script block as its only argument.
    pub(crate) fn invoke_member_open_paren(&mut self) -> Option<Token> {
        let kind = match self.peek()? {
            '(' => TokenKind::LParen,
            '{' => TokenKind::LCurly,
            _ => return None,
        };
        self.start = self.here();
        self.bump();
        Some(self.token(kind))
    }

    /// The `[` of an attribute or type. White space and comments in front of it are passed over, unless a member
    /// access follows: that must stand directly behind an expression, so the white space matters.
    pub(crate) fn left_bracket(&mut self) -> Option<Token> {
        let restore = self.pos;
        let mut blanks = false;
        loop {
            self.start = self.here();
            match self.peek()? {
                '#' => {
                    blanks = true;
                    self.bump();
                    self.line_comment();
                }
                '<' => {
                    if !self.block_comment_if_any() {
                        return None;
                    }
                    blanks = false;
                }
                '[' => {
                    self.bump();
                    return Some(self.token(TokenKind::LBracket));
                }
                '.' | ':' => {
                    if blanks {
                        self.resync(restore);
                    }
                    return None;
                }
                c if chars::is_whitespace(c) => {
                    blanks = true;
                    self.skip_white_space();
                }
                _ => return None,
            }
        }
    }
}
