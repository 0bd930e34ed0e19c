//! The parser: recursive descent with one token of look-ahead, one method per rule. Its rules follow PowerShell's,
//! because where several errors stand in one script, which are reported and where depends on how rules recover.

use alloc::{string::String, sync::Arc};

use crate::{
    ast::{Kind, List, NodeId, Script, StringKind, Text, TypeId},
    check,
    error::ErrorId,
    extent::{Extent, line_starts, offset},
    known_types::{CommonTypes, KnownTypes},
    lexer::{Lexer, Mode},
    limits,
    requires::Requirements,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

mod attribute;
mod block;
mod class;
mod command;
mod configuration;
mod error_recovery;
mod expression;
mod function;
mod hashtable;
mod loops;
mod member;
mod pipeline;
mod primary;
mod statement;
mod switch;
mod try_catch;
mod type_name;
mod using;

pub(crate) struct Parser<'t> {
    pub(crate) lex: Lexer<'t>,
    types: &'t dyn KnownTypes,
    /// The token that was looked at and not taken.
    ungot: Option<Token>,
    /// Where a comma separates arguments, it makes no array.
    disable_comma: bool,
    nesting: u32,
    /// Tokens that were asked for.
    scanned: u32,
}

/// Parses a script. `types` answers what types there are: whether a base class exists, which exception is derived
/// from which. Errors of the environment, such as a module that cannot be found, are not looked for.
pub fn parse(source: impl Into<Arc<str>>, types: &dyn KnownTypes) -> Script {
    parse_with(source.into(), types, |parser| {
        let root = parser.script_block(None, false, None);
        let tokens = core::mem::take(&mut parser.lex.tokens);
        let requirements = parser.requirements();
        parser.lex.tokens = tokens;
        check::check(parser, root, types);
        (Some(root), requirements)
    })
}

/// Parses a text as if it stood between double quotes (`ExpandString`). The root is the string, and places count from
/// the quote that was put in front; quotes in the text are doubled first.
pub fn parse_expandable_string(text: &str) -> Script {
    let source = alloc::format!("\"{}\"", text.replace('"', "\"\""));
    parse_with(source.into(), &CommonTypes, |parser| {
        parser.lex.mode = Mode::Expression;
        let token = parser.next();
        (Some(parser.expandable_string(token)), None)
    })
}

/// Parses the name of a type, as a cast of a string to a type reads it. None if it is no type name as a whole.
pub fn parse_type_name(name: &str) -> Option<(Script, TypeId)> {
    let name = name.trim();
    let mut found = None;
    let script = parse_with(name.into(), &CommonTypes, |parser| {
        found = parser.type_name(true).map(|(id, _)| id);
        (None, None)
    });
    let id = found?;
    let whole = script.extent_text(script.type_name(id).extent()) == name;
    let view = check::View { text: name, tree: &script.tree, types: &CommonTypes, namespaces: &[] };
    let simple = view.array_depth(id) <= limits::MAX_ARRAY_DEPTH;
    (whole && simple && script.errors().is_empty()).then_some((script, id))
}

/// Runs a rule over a text. A text that exceeds a limit has no root.
fn parse_with(
    source: Arc<str>,
    types: &dyn KnownTypes,
    rule: impl FnOnce(&mut Parser<'_>) -> (Option<NodeId>, Option<Requirements>),
) -> Script {
    let fits = source.len() <= limits::MAX_SCRIPT_LEN;
    let mut parser = Parser::new(if fits { &source } else { "" }, types);
    if !fits {
        parser.lex.abort(Extent::EMPTY);
    }
    let (root, requirements) = rule(&mut parser);
    let Parser { lex: Lexer { tree, tokens, errors, first_token, last_token, .. }, .. } = parser;
    Script {
        root: root.filter(|_| !errors.is_aborted()),
        tree,
        tokens: tokens.into_boxed_slice(),
        errors: errors.into_list(),
        requirements,
        first_token,
        last_token,
        lines: line_starts(&source),
        source,
    }
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str, types: &'t dyn KnownTypes) -> Self {
        Self { lex: Lexer::new(text), types, ungot: None, disable_comma: false, nesting: 0, scanned: 0 }
    }

    // Tokens.

    fn next(&mut self) -> Token {
        match self.ungot.take() {
            Some(token) => token,
            None => self.scan(),
        }
    }

    fn scan(&mut self) -> Token {
        self.ask();
        self.lex.next_token()
    }

    /// Asks now and then whether parsing may go on, and gives up where it may not.
    fn ask(&mut self) {
        self.scanned = self.scanned.wrapping_add(1);
        if self.scanned.is_multiple_of(limits::QUESTION) && !self.types.goes_on() {
            self.lex.abort(Extent::EMPTY);
        }
    }

    fn peek(&mut self) -> Token {
        match self.ungot {
            Some(token) => token,
            None => {
                let token = self.scan();
                self.ungot = Some(token);
                token
            }
        }
    }

    fn skip(&mut self) {
        self.ungot = None;
    }

    /// Drops a token that was looked at in text that is left.
    pub(crate) fn forget_ungot(&mut self) {
        self.ungot = None;
    }

    fn unget(&mut self, token: Token) {
        self.ungot = Some(token);
    }

    /// Takes the next token if it is of this kind.
    fn take(&mut self, kind: TokenKind) -> Option<Token> {
        let token = self.peek();
        if token.kind != kind {
            return None;
        }
        self.skip();
        Some(token)
    }

    fn skip_newlines(&mut self) {
        if self.ungot.is_none_or(|token| token.kind == TokenKind::NewLine) {
            self.ungot = None;
            self.lex.skip_newlines(false);
        }
    }

    fn skip_newlines_and_semicolons(&mut self) {
        if self.ungot.is_none_or(|token| matches!(token.kind, TokenKind::NewLine | TokenKind::Semi)) {
            self.ungot = None;
            self.lex.skip_newlines(true);
        }
    }

    fn resync(&mut self, at: usize) {
        self.ungot = None;
        self.lex.resync(at);
    }

    fn resync_to(&mut self, token: Token) {
        self.resync(token.extent.start());
    }

    /// Changes how text is read and returns how it was. A token looked at under the old mode is read again.
    fn set_mode(&mut self, mode: Mode) -> Mode {
        let old = self.lex.mode;
        if mode != old
            && let Some(token) = self.ungot
            && !token.kind.has_trait(TokenFlags::PARSE_MODE_INVARIANT)
        {
            self.resync_to(token);
        }
        self.lex.mode = mode;
        old
    }

    /// Runs a rule in a mode.
    fn in_mode<T>(&mut self, mode: Mode, rule: impl FnOnce(&mut Self) -> T) -> T {
        let old = self.set_mode(mode);
        let result = rule(self);
        self.set_mode(old);
        result
    }

    /// Runs a rule where a comma separates, or makes arrays.
    fn with_comma<T>(&mut self, disabled: bool, rule: impl FnOnce(&mut Self) -> T) -> T {
        let old = core::mem::replace(&mut self.disable_comma, disabled);
        let result = rule(self);
        self.disable_comma = old;
        result
    }

    /// Runs a rule that recurses, unless the script nests too deeply.
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.nesting >= limits::MAX_NESTING {
            self.give_up();
            return None;
        }
        self.nesting = self.nesting.saturating_add(1);
        let result = rule(self);
        self.nesting = self.nesting.saturating_sub(1);
        Some(result)
    }

    fn give_up(&mut self) {
        let extent = self.ungot.map_or(self.lex.current_extent(), |token| token.extent);
        self.ungot = None;
        self.lex.abort(extent);
    }

    fn add_flags(&mut self, mut token: Token, flags: TokenFlags) {
        self.lex.update(&mut token, |token| token.flags |= flags);
    }

    fn remove_flags(&mut self, mut token: Token, flags: TokenFlags) {
        self.lex.update(&mut token, |token| token.flags = token.flags.without(flags));
    }

    fn source(&self, token: Token) -> &'t str {
        token.extent.text(self.lex.text)
    }

    /// Whether a parameter abbreviates `name`.
    fn is_parameter(&self, token: Token, name: &str) -> bool {
        let given = self.parameter_name(token);
        name.get(..given.len()).is_some_and(|start| start.eq_ignore_ascii_case(given))
    }

    fn parameter_name(&self, token: Token) -> &str {
        match token.value {
            TokenValue::Parameter { name, .. } => self.lex.get(name),
            _ => "",
        }
    }

    // Nodes.

    fn add(&mut self, kind: Kind, extent: Extent) -> NodeId {
        let id = self.lex.tree.add(kind, extent);
        if self.lex.tree.node(id).depth > limits::MAX_TREE_DEPTH && !self.lex.errors.is_aborted() {
            self.give_up();
        }
        id
    }

    fn list(&mut self, items: &[NodeId]) -> List {
        self.lex.tree.add_list(items)
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.lex.tree.node(id).kind
    }

    pub(crate) fn extent(&self, id: NodeId) -> Extent {
        self.lex.tree.node(id).extent
    }

    fn bare_word(&mut self, extent: Extent) -> NodeId {
        self.string(Text::slice(extent), StringKind::BareWord, extent)
    }

    fn string(&mut self, value: Text, string_kind: StringKind, extent: Extent) -> NodeId {
        self.add(Kind::StringConstantExpression { value, string_kind }, extent)
    }

    fn error_expression(&mut self, extent: Extent, nested: &[NodeId]) -> NodeId {
        let nested = self.list(nested);
        self.add(Kind::ErrorExpression { nested }, extent)
    }

    fn error_statement(&mut self, extent: Extent, nested: &[NodeId]) -> NodeId {
        let nested = self.list(nested);
        self.add(Kind::ErrorStatement { nested }, extent)
    }

    // Places.

    /// The position one character in front of `extent`.
    fn before(&self, extent: Extent) -> Extent {
        let len = offset(self.lex.text.len());
        let start = extent.start;
        if start > len {
            return Extent::at(start.saturating_sub(1));
        }
        let before = self.lex.text.get(..extent.start()).and_then(|text| text.chars().next_back());
        let step = before.map_or(1, |c| offset(c.len_utf8()));
        Extent::at(start.saturating_sub(step))
    }

    /// The column of a position in its line, from 0, in UTF-16 units.
    fn column(&self, position: u32) -> usize {
        let text = Extent { start: 0, end: position }.text(self.lex.text);
        let line = text.rfind(['\r', '\n']).and_then(|end| text.get(end.saturating_add(1)..)).unwrap_or(text);
        line.chars().map(char::len_utf16).sum()
    }

    // Errors.

    pub(crate) fn error(&mut self, id: ErrorId, extent: Extent, args: &[&str]) {
        self.lex.errors.report(id, extent, args);
    }

    /// Reports an error that more text could mend if `extent` is the end of the script. Returns whether it is.
    fn incomplete(&mut self, id: ErrorId, extent: Extent, args: &[&str]) -> bool {
        self.incomplete_at(id, extent, extent, args)
    }

    /// The same where the end is looked for at another place than the error.
    fn incomplete_at(&mut self, id: ErrorId, extent: Extent, detected: Extent, args: &[&str]) -> bool {
        let incomplete = self.lex.only_blanks_after(detected);
        self.lex.errors.add(id, extent, incomplete, args);
        incomplete
    }

    fn unexpected(&mut self, token: Token) {
        self.error(ErrorId::UnexpectedToken, token.extent, &[self.source(token)]);
    }

    /// What is known of the tree so far. Namespaces play no part while it grows, as in PowerShell.
    pub(crate) fn view(&self) -> check::View<'_> {
        check::View { text: self.lex.text, tree: &self.lex.tree, types: self.types, namespaces: &[] }
    }

    pub(crate) fn full_type_name(&self, id: TypeId) -> String {
        self.lex.tree.full_type_name(self.lex.text, id)
    }
}
