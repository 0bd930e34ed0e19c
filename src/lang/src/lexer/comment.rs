//! Comments, line ends, and the comments that mean something: `#requires` and the signature block.

use super::{Lexer, chars};
use crate::{
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenKind},
};

/// The line that opens a signature block, without blanks, and how far a line may differ and still count.
const BEGIN_SIGNATURE: &[u8; 24] = b"sig#beginsignatureblock\n";
const SIMILARITY: usize = 10;

impl Lexer<'_> {
    /// Line ends, blanks, comments and, if wanted, semicolons.
    pub(crate) fn skip_newlines(&mut self, semicolons: bool) {
        loop {
            let mark = self.pos;
            match self.peek() {
                Some(c) if chars::is_whitespace(c) => self.skip_white_space(),
                Some(c @ ('\r' | '\n')) => {
                    self.start = self.here();
                    self.bump();
                    self.finish_newline(c);
                    self.token(TokenKind::NewLine);
                }
                Some(';') if semicolons => {
                    self.start = self.here();
                    self.bump();
                    self.token(TokenKind::Semi);
                }
                Some('#') => {
                    self.start = self.here();
                    self.bump();
                    self.line_comment();
                }
                Some('<') => {
                    self.start = self.here();
                    self.bump();
                    if !self.eat('#') {
                        return self.set_pos(mark);
                    }
                    self.block_comment();
                }
                Some('`') => {
                    self.start = self.here();
                    self.bump();
                    match self.peek() {
                        Some(c @ ('\r' | '\n')) => {
                            self.bump();
                            self.finish_newline(c);
                            self.token(TokenKind::LineContinuation);
                        }
                        Some(c) if chars::is_char_white_space(c) => {
                            self.bump();
                            self.skip_white_space();
                        }
                        _ => return self.set_pos(mark),
                    }
                }
                _ => return,
            }
        }
    }

    /// Behind the `#`.
    pub(super) fn line_comment(&mut self) -> Token {
        let body = self.pos;
        let rest = self.text.as_bytes().get(..self.end).unwrap_or(&[]);
        let end = end_of_line(rest, body);
        self.set_pos(end);
        let line = self.text.get(body..end).unwrap_or("");
        let terminator = rest.get(end).copied().unwrap_or(0);
        let token = self.token(TokenKind::Comment);
        if opens_signature(line, terminator) {
            self.begin_signature = Some(self.extent());
        } else if !self.nested && line.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("requires")) {
            self.requires.push(token);
        }
        token
    }

    /// Behind the `<#`.
    pub(super) fn block_comment(&mut self) -> Token {
        let body = self.pos;
        let rest = self.text.as_bytes().get(..self.end).unwrap_or(&[]);
        let end = find_block_end(rest, body);
        self.set_pos(end.unwrap_or(self.end));
        if end.is_none() {
            self.report_incomplete(ErrorId::MissingTerminatorMultiLineComment, body.saturating_sub(2), &[]);
        }
        self.token(TokenKind::Comment)
    }

    /// The first token that means something after white space and block comments, from `<`: whether a comment was there.
    pub(super) fn block_comment_if_any(&mut self) -> bool {
        let mark = self.pos;
        self.start = self.here();
        self.bump();
        if self.eat('#') {
            self.block_comment();
            return true;
        }
        self.set_pos(mark);
        false
    }
}

/// The end of the line that `at` is in.
pub(super) fn end_of_line(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or(&[]);
    let len = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
    at.saturating_add(len).min(text.len())
}

/// The end of the comment that begins at `at` with `<#`, or of the text.
pub(super) fn end_of_block(text: &[u8], at: usize) -> usize {
    find_block_end(text, at.saturating_add(2)).unwrap_or(text.len())
}

fn find_block_end(text: &[u8], body: usize) -> Option<usize> {
    let rest = text.get(body..)?;
    let found = rest.windows(2).position(|pair| pair == b"#>")?;
    Some(body.saturating_add(found).saturating_add(2))
}

/// Whether a comment is close enough to the line that opens a signature block. Closeness is PowerShell's guard
/// against blocks that look signed and are not.
fn opens_signature(line: &str, terminator: u8) -> bool {
    const MIN: usize = BEGIN_SIGNATURE.len() - SIMILARITY;
    const MAX: usize = BEGIN_SIGNATURE.len() + SIMILARITY;
    // In bytes a line is never shorter than in characters, so this only spares work.
    if line.len() < MIN - 1 || !line.is_ascii() {
        return false;
    }
    let blank = |byte: &u8| !chars::is_whitespace(char::from(*byte));
    let letters = || line.bytes().filter(blank).chain([terminator]).map(|byte| byte.to_ascii_lowercase());
    let count = letters().take(MAX + 1).count();
    if !(MIN..=MAX).contains(&count) {
        return false;
    }
    distance(letters()) < SIMILARITY
}

/// Edit distance to `BEGIN_SIGNATURE`; equal characters always match.
fn distance(letters: impl Iterator<Item = u8>) -> usize {
    let mut row: [usize; BEGIN_SIGNATURE.len() + 1] = core::array::from_fn(|column| column);
    for (number, letter) in letters.enumerate() {
        let mut diagonal = number;
        let mut left = number.saturating_add(1);
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, expected) in cells.zip(BEGIN_SIGNATURE) {
            let above = *cell;
            let changed = above.min(left).min(diagonal).saturating_add(1);
            *cell = if letter == *expected { diagonal } else { changed };
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

impl Lexer<'_> {
    /// The text of a `#requires` comment without its `#`.
    pub(crate) fn requires_body(token: &Token) -> Extent {
        Extent { start: token.extent.start.saturating_add(1), end: token.extent.end }
    }
}
