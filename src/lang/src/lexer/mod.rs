//! The lexer. The parser pulls one token at a time and says in which mode; where it learns too late what it wanted,
//! it goes back ([`Lexer::resync`]) and scans the text again. There is no look-ahead here.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    ast::{Builder, Text},
    error::{ErrorId, Errors},
    extent::{Extent, index},
    limits,
    token::{NestedTokens, Token, TokenFlags, TokenKind, TokenValue},
};

pub(crate) mod chars;
mod comment;
mod escape;
mod expandable;
mod here_string;
mod keyword;
mod member;
mod next;
mod number;
mod number_value;
mod string;
mod variable;
mod word;

pub use number::parse_number;

/// How text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Words are commands and arguments.
    Command,
    /// Words are operators.
    Expression,
    /// Inside `[..]`.
    TypeName,
    /// Declarations in classes and enums.
    Signature,
}

/// Where a scan of nested text, such as `$(..)` in a string, left the outer text.
pub(crate) struct Outer {
    pos: usize,
    start: usize,
    origin: usize,
    end: usize,
    nested: bool,
    first_token: Option<Token>,
    last_token: Option<Token>,
    skips: Vec<Extent>,
    tokens: Vec<Token>,
}

pub(crate) struct Lexer<'t> {
    pub(crate) text: &'t str,
    pos: usize,
    /// Where the current token began.
    start: usize,
    /// Where the text being scanned begins and ends: the script, or a part of it.
    origin: usize,
    end: usize,
    pub(crate) nested: bool,
    /// Characters of nested text that the string around it doubles or escapes: they are passed over.
    skips: Vec<Extent>,
    next_skip: usize,
    pub(crate) mode: Mode,
    pub(crate) allow_signed_numbers: bool,
    /// `?` and `:` end a number.
    pub(crate) ternary_ends_number: bool,
    pub(crate) want_simple_name: bool,
    pub(crate) in_workflow: bool,
    pub(crate) tokens: Vec<Token>,
    pub(crate) first_token: Option<Token>,
    pub(crate) last_token: Option<Token>,
    pub(crate) requires: Vec<Token>,
    begin_signature: Option<Extent>,
    unscanned: BTreeMap<u32, Vec<Extent>>,
    pub(crate) tree: Builder,
    pub(crate) errors: Errors,
    budget: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            pos: 0,
            start: 0,
            origin: 0,
            end: text.len(),
            nested: false,
            skips: Vec::new(),
            next_skip: usize::MAX,
            mode: Mode::Command,
            allow_signed_numbers: false,
            ternary_ends_number: false,
            want_simple_name: false,
            in_workflow: false,
            tokens: Vec::new(),
            first_token: None,
            last_token: None,
            requires: Vec::new(),
            begin_signature: None,
            unscanned: BTreeMap::new(),
            tree: Builder::default(),
            errors: Errors::default(),
            budget: text.len().saturating_mul(limits::MAX_TOKENS_PER_BYTE).saturating_add(limits::MIN_TOKEN_BUDGET),
        }
    }

    // Reading characters.

    /// The position of the next character, behind one that is passed over.
    fn here(&self) -> usize {
        if self.pos == self.next_skip { self.skip_end() } else { self.pos }
    }

    #[cold]
    fn skip_end(&self) -> usize {
        let found = self.skips.binary_search_by_key(&self.pos, |skip| skip.start());
        found.ok().and_then(|found| self.skips.get(found)).map_or(self.pos, |skip| skip.end())
    }

    fn peek(&self) -> Option<char> {
        self.char_at(self.here())
    }

    fn char_at(&self, at: usize) -> Option<char> {
        if at >= self.end {
            return None;
        }
        let byte = *self.text.as_bytes().get(at)?;
        if byte.is_ascii() { Some(char::from(byte)) } else { self.text.get(at..)?.chars().next() }
    }

    /// The next character, NUL at the end: for tests where NUL fails either way.
    fn peek_or_nul(&self) -> char {
        self.peek().unwrap_or('\0')
    }

    fn bump(&mut self) -> Option<char> {
        let at = self.here();
        let c = self.char_at(at)?;
        self.pos = at.saturating_add(c.len_utf8());
        if self.next_skip < self.pos {
            self.find_next_skip();
        }
        Some(c)
    }

    /// Passes over the next character if it is `expected`.
    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.bump();
        }
        found
    }

    fn set_pos(&mut self, pos: usize) {
        self.pos = pos;
        if !self.skips.is_empty() {
            self.find_next_skip();
        }
    }

    #[cold]
    fn find_next_skip(&mut self) {
        let next = self.skips.partition_point(|skip| skip.start() < self.pos);
        self.next_skip = self.skips.get(next).map_or(usize::MAX, |skip| skip.start());
    }

    /// Whether texts may be taken from the script as they stand.
    fn is_verbatim(&self) -> bool {
        self.skips.is_empty()
    }

    fn skip_while(&mut self, test: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&test) {
            self.bump();
        }
    }

    fn skip_white_space(&mut self) {
        self.skip_while(chars::is_whitespace);
    }

    /// After a `\r`: the `\n` that belongs to it.
    fn finish_newline(&mut self, c: char) {
        if c == '\r' {
            self.eat('\n');
        }
    }

    // Making tokens.

    fn extent(&self) -> Extent {
        Extent::new(self.start, self.pos)
    }

    /// What the current token is written as.
    fn token_source(&self) -> &'t str {
        self.text.get(self.start..self.pos).unwrap_or("")
    }

    fn token(&mut self, kind: TokenKind) -> Token {
        self.save(kind, TokenFlags::NONE, TokenValue::None)
    }

    fn save(&mut self, kind: TokenKind, flags: TokenFlags, value: TokenValue) -> Token {
        let extent = self.extent();
        self.save_at(extent, kind, flags, value)
    }

    fn save_at(&mut self, extent: Extent, kind: TokenKind, flags: TokenFlags, value: TokenValue) -> Token {
        let token = Token { kind, flags: flags | kind.traits(), extent, value };
        self.tokens.push(token);
        use TokenKind::{Comment, EndOfInput, LineContinuation, NewLine};
        if !matches!(kind, NewLine | LineContinuation | Comment | EndOfInput) {
            self.first_token.get_or_insert(token);
            self.last_token = Some(token);
        }
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            self.abort(extent);
        }
        token
    }

    /// Gives up: from here on there is only the end of the script.
    pub(crate) fn abort(&mut self, extent: Extent) {
        self.errors.abort(extent);
        self.pos = self.end;
    }

    /// Changes a token that was handed out already, in the list too.
    pub(crate) fn update(&mut self, token: &mut Token, change: impl Fn(&mut Token)) {
        change(token);
        let saved = self.tokens.iter_mut().rev().find(|saved| saved.extent.start <= token.extent.start);
        if let Some(saved) = saved.filter(|saved| saved.extent == token.extent) {
            change(saved);
        }
    }

    // Errors.

    fn report(&mut self, id: ErrorId, extent: Extent, args: &[&str]) {
        let extent = self.without_skips(extent);
        self.errors.report(id, extent, args);
    }

    /// An extent as PowerShell reports it from nested text: as if what is passed over were not there.
    fn without_skips(&self, extent: Extent) -> Extent {
        if self.is_verbatim() {
            return extent;
        }
        Extent { start: self.without_skips_before(extent.start), end: self.without_skips_before(extent.end) }
    }

    fn without_skips_before(&self, position: u32) -> u32 {
        let inside = self.skips.iter().filter(|skip| (self.origin..self.end).contains(&skip.start()));
        let before = inside.take_while(|skip| skip.start < position);
        before.fold(position, |position, skip| position.saturating_sub(skip.end.saturating_sub(skip.start)))
    }

    /// At the one character at `at`.
    fn report_at(&mut self, id: ErrorId, at: usize) {
        let len = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        self.report(id, Extent::new(at, at.saturating_add(len)), &[]);
    }

    /// From `from` to here, where the text ended too early.
    fn report_incomplete(&mut self, id: ErrorId, from: usize, args: &[&str]) {
        let extent = self.without_skips(Extent::new(from, self.pos));
        let incomplete = self.only_blanks_after(extent);
        self.errors.add(id, extent, incomplete, args);
    }

    /// Whether nothing but blanks and comments follows `extent`. In nested text the length counts as PowerShell
    /// counts it: an offset in the script against the length of the part.
    pub(crate) fn only_blanks_after(&self, extent: Extent) -> bool {
        let end = self.without_skips_before(crate::extent::offset(self.end));
        let len = index(end).saturating_sub(self.origin);
        let rest = self.text.get(self.origin..self.end).unwrap_or("").as_bytes();
        let mut at = extent.end();
        while at < len {
            match rest.get(at) {
                Some(b'#') => at = comment::end_of_line(rest, at),
                Some(b'<') if rest.get(at.saturating_add(1)) == Some(&b'#') => at = comment::end_of_block(rest, at),
                _ => match self.char_at(self.origin.saturating_add(at)) {
                    Some(c) if chars::is_whitespace(c) => at = at.saturating_add(c.len_utf8()),
                    _ => return false,
                },
            }
        }
        true
    }

    /// Whether the line end at `extent` is followed by a line that begins with `|`; comment lines may stand between.
    pub(crate) fn is_pipe_continuation(&self, extent: Extent) -> bool {
        let rest = self.text.get(self.origin..self.end).unwrap_or("").as_bytes();
        let mut at = extent.end();
        if at >= rest.len() {
            return false;
        }
        let mut blank_line = true;
        while at < rest.len().saturating_sub(1) {
            let next = rest.get(at.saturating_add(1)).copied();
            match rest.get(at).copied() {
                Some(c @ (b'\n' | b'\r')) => {
                    if blank_line {
                        return false;
                    }
                    blank_line = true;
                    at = at.saturating_add(if c == b'\r' && next == Some(b'\n') { 2 } else { 1 });
                }
                Some(b'#') => {
                    blank_line = false;
                    at = comment::end_of_line(rest, at);
                }
                Some(b'<') if next == Some(b'#') => {
                    blank_line = false;
                    at = comment::end_of_block(rest, at);
                }
                _ => match self.char_at(self.origin.saturating_add(at)) {
                    Some(c) if chars::is_whitespace(c) => at = at.saturating_add(c.len_utf8()),
                    c => return c == Some('|'),
                },
            }
        }
        rest.last() == Some(&b'|')
    }

    // Going back and into nested text.

    /// Where the next token would begin.
    pub(crate) fn restore_point(&mut self) -> usize {
        self.start = self.pos;
        self.pos
    }

    /// Goes back to `at` and forgets the tokens from there on.
    pub(crate) fn resync(&mut self, at: usize) {
        if self.errors.is_aborted() {
            return;
        }
        self.set_pos(at.clamp(self.origin, self.end.saturating_add(1)));
        if self.first_token.is_some_and(|first| at <= first.extent.start()) {
            self.first_token = None;
        }
        forget_from(&mut self.tokens, at);
        forget_from(&mut self.requires, at);
    }

    /// Starts to scan a part of the script that a token stands for.
    pub(crate) fn start_nested(&mut self, part: Extent) -> Outer {
        let mut skips = self.unscanned.get(&part.start).cloned().unwrap_or_default();
        skips.extend_from_slice(&self.skips);
        skips.sort_unstable();
        let outer = Outer {
            pos: self.pos,
            start: self.start,
            origin: self.origin,
            end: self.end,
            nested: self.nested,
            first_token: self.first_token,
            last_token: self.last_token,
            skips: core::mem::replace(&mut self.skips, skips),
            tokens: core::mem::take(&mut self.tokens),
        };
        self.origin = part.start();
        self.end = part.end();
        self.start = self.origin;
        self.nested = true;
        self.next_skip = usize::MAX;
        self.set_pos(if self.errors.is_aborted() { self.end } else { self.origin });
        outer
    }

    /// Goes back to the outer text and returns the tokens of the part.
    pub(crate) fn finish_nested(&mut self, outer: Outer) -> Vec<Token> {
        self.origin = outer.origin;
        self.end = outer.end;
        self.start = outer.start;
        self.nested = outer.nested;
        self.first_token = outer.first_token;
        self.last_token = outer.last_token;
        self.skips = outer.skips;
        self.next_skip = usize::MAX;
        self.set_pos(if self.errors.is_aborted() { outer.end } else { outer.pos });
        core::mem::replace(&mut self.tokens, outer.tokens)
    }

    /// Puts tokens where an expandable token finds them.
    pub(crate) fn keep_nested(&mut self, tokens: &[Token]) -> NestedTokens {
        let start = crate::extent::offset(self.tree.nested_tokens.len());
        self.tree.nested_tokens.extend_from_slice(tokens);
        NestedTokens { start, len: crate::extent::offset(tokens.len()) }
    }

    pub(crate) fn nested(&self, nested: NestedTokens) -> &[Token] {
        let rest = self.tree.nested_tokens.get(index(nested.start)..).unwrap_or(&[]);
        rest.get(..index(nested.len)).unwrap_or(&[])
    }

    /// The whole text being scanned.
    pub(crate) fn whole(&self) -> Extent {
        Extent::new(self.origin, self.end)
    }

    pub(crate) fn get(&self, text: Text) -> &str {
        self.tree.texts.get(self.text, text)
    }

    /// The extent of a statement after the signature block of a script, which may hold none.
    pub(crate) fn is_after_signature(&self, statement: Extent) -> bool {
        self.begin_signature.is_some_and(|signature| signature.start < statement.start)
    }
}

fn forget_from(tokens: &mut Vec<Token>, at: usize) {
    if tokens.last().is_some_and(|last| last.kind == TokenKind::EndOfInput) {
        tokens.pop();
    }
    while tokens.last().is_some_and(|last| last.extent.end() > at) {
        tokens.pop();
    }
}
