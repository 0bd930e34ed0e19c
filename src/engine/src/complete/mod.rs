//! Completion of a line: what could stand where the cursor is (`TabExpansion2`).
//!
//! The text is parsed as it is, errors and all; the token at the cursor and the tree around it say what is asked for.
//! Nothing of the text runs, except the completers that scripts registered.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};
use psrpd_lang::{
    Script,
    ast::{Kind, NodeId, Step},
    token::{Token, TokenFlags, TokenKind},
};

use crate::{
    eval::{R, Runspace},
    ir::Source,
    types,
    value::{List, Opaque, Value, text},
};

mod arguments;
mod assigned;
mod commands;
mod completers;
mod infer;
mod local;
mod members;
mod offered;
mod paths;
mod place;
mod register;
mod types_of;
mod variables;
mod words;

pub(crate) use register::{Completers, TYPES};

/// One thing that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) text: String,
    pub(crate) list: String,
    /// The label of `CompletionResultType`.
    pub(crate) kind: &'static str,
    pub(crate) tip: String,
}

impl Match {
    pub(crate) fn new(
        text: impl Into<String>,
        list: impl Into<String>,
        kind: &'static str,
        tip: impl Into<String>,
    ) -> Self {
        Self { text: text.into(), list: list.into(), kind, tip: tip.into() }
    }

    /// `CompletionResult`
    fn value(self) -> Value {
        result(&self.text, &self.list, self.kind, &self.tip)
    }
}

/// `CompletionResult`
pub(crate) fn result(text: &str, list: &str, kind: &str, tip: &str) -> Value {
    Opaque::new(
        "System.Management.Automation.CompletionResult",
        [
            ("CompletionText", Value::from(text)),
            ("ListItemText", list.into()),
            ("ResultType", types::enum_value("System.Management.Automation.CompletionResultType", kind)),
            ("ToolTip", tip.into()),
        ],
    )
    .into_value()
}

/// What is found, and the part of the text it would replace.
pub(crate) struct Found {
    from: usize,
    to: usize,
    matches: Vec<Value>,
}

impl Found {
    /// The part of the text that would be replaced, in bytes.
    pub(crate) fn replaced(&self) -> (usize, usize) {
        (self.from, self.to)
    }

    fn of(from: usize, to: usize, matches: Vec<Match>) -> Self {
        Self { from, to, matches: matches.into_iter().map(Match::value).collect() }
    }
}

/// A text with a cursor in it.
pub(crate) struct Line<'s> {
    pub(crate) source: &'s Arc<Source>,
    pub(crate) script: &'s Script,
    pub(crate) text: &'s str,
    /// In bytes.
    pub(crate) cursor: usize,
    /// The token that the cursor is in or at the end of.
    token: Option<Token>,
    /// The tokens in front of it that mean something.
    before: Vec<Token>,
}

impl<'s> Line<'s> {
    fn new(source: &'s Arc<Source>, text: &'s str, cursor: usize) -> Self {
        let script = &source.script;
        let mut line = Self { source, script, text, cursor, token: None, before: Vec::new() };
        line.find(script.tokens());
        line
    }

    /// Finds the token at the cursor; inside of strings, that of the expansion it is in.
    fn find(&mut self, tokens: &[Token]) {
        for token in tokens {
            let (start, end) = (token.extent.start(), token.extent.end());
            let is_text =
                !matches!(token.kind, TokenKind::EndOfInput | TokenKind::NewLine | TokenKind::LineContinuation);
            if start < self.cursor && self.cursor <= end && is_text {
                let nested = self.script.nested_tokens(token).to_vec();
                let inside =
                    nested.iter().any(|token| token.extent.start() < self.cursor && self.cursor <= token.extent.end());
                if inside {
                    self.before.clear();
                    return self.find(&nested);
                }
                self.token = Some(*token);
                return;
            }
            if end <= self.cursor && is_text && end > start {
                self.before.push(*token);
            }
        }
    }

    /// Whether `&` or `.` stands in front of what the cursor is at.
    pub(super) fn is_called(&self) -> bool {
        self.before.last().is_some_and(|token| matches!(token.kind, TokenKind::Ampersand | TokenKind::Dot))
    }

    pub(crate) fn token_text(&self, token: &Token) -> &'s str {
        self.script.token_text(token)
    }

    /// The token that stands `back` tokens in front of the one at the cursor, counted from 0.
    fn previous(&self, back: usize) -> Option<&Token> {
        self.before.iter().rev().nth(back)
    }

    /// The nodes for which a test holds, outermost first.
    pub(crate) fn nodes(&self, test: impl Fn(&Script, NodeId) -> bool) -> Vec<NodeId> {
        let Some(root) = self.script.root() else { return Vec::new() };
        let entered = self.script.visit(root).filter_map(|step| match step {
            Step::Enter(id) => Some(id),
            Step::Leave(_) => None,
        });
        entered.filter(|id| test(self.script, *id)).collect()
    }

    /// The command that the cursor is in: inside of it, or with nothing but blanks between.
    fn command(&self) -> Option<NodeId> {
        let start = self.token.map_or(self.cursor, |token| token.extent.start());
        let commands = self.nodes(|script, id| {
            let extent = script.node(id).extent;
            let is_command = matches!(script.kind(id), Kind::Command { .. });
            let reaches = extent.end() >= self.cursor.min(start)
                || self.text.get(extent.end()..start).is_some_and(|gap| gap.chars().all(|c| c == ' ' || c == '\t'));
            is_command && extent.start() <= start && extent.start() < self.cursor && reaches
        });
        commands.into_iter().max_by_key(|id| self.script.node(*id).extent.start)
    }
}

/// A word without the quotes around it, and which quote that is.
pub(crate) fn unquote(word: &str) -> (String, Option<char>) {
    let Some(quote) = word.chars().next().filter(|c| matches!(c, '\'' | '"')) else { return (word.to_owned(), None) };
    let inner = word.get(1..).unwrap_or("");
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    (inner.replace(&format!("{quote}{quote}"), &quote.to_string()), Some(quote))
}

/// A text as an argument: in quotes if it needs them or stood in them.
pub(crate) fn quoted(word: &str, quote: Option<char>) -> String {
    let needs = word.is_empty() || word.chars().any(|c| c.is_whitespace() || "'\"`$&;|(){}<>,#@".contains(c));
    match quote {
        Some('"') => format!("\"{}\"", word.replace('"', "\"\"")),
        Some(quote) => format!("{quote}{}{quote}", word.replace(quote, &format!("{quote}{quote}"))),
        None if needs => format!("'{}'", word.replace('\'', "''")),
        None => word.to_owned(),
    }
}

/// Whether a name begins with what was typed, or matches it as a pattern.
pub(crate) fn fits(name: &str, typed: &str) -> bool {
    if typed.contains(['*', '?'])
        && let Ok(pattern) = psrpd_dotnet::wildcard::Wildcard::new(&format!("{typed}*"), true)
    {
        return pattern.is_match(name);
    }
    casing::starts_with(name, typed)
}

/// Completes a text at a place in bytes.
pub(crate) fn complete(rs: &mut Runspace, input: &str, cursor: usize) -> R<Option<Found>> {
    let script = psrpd_lang::parse(input, &psrpd_lang::known_types::CommonTypes);
    let source = Arc::new(Source::new(script, None));
    let line = Line::new(&source, input, cursor);
    // Types are looked for in the text first, as they are where it runs.
    let was = rs.frame.source.replace(source.clone());
    local::sketch_types(rs, &source, &line);
    let found = match line.token {
        Some(token) => at_token(rs, &line, token),
        None => at_blank(rs, &line),
    };
    rs.frame.source = was;
    found
}

/// Completes behind a blank: the next argument.
fn at_blank(rs: &mut Runspace, line: &Line<'_>) -> R<Option<Found>> {
    if let Some(found) = words::using(rs, line)? {
        return Ok(Some(found));
    }
    match line.command() {
        Some(command) => arguments::complete(rs, line, command),
        None => Ok(None),
    }
}

fn at_token(rs: &mut Runspace, line: &Line<'_>, token: Token) -> R<Option<Found>> {
    let (from, to) = (token.extent.start(), token.extent.end());
    let typed = line.token_text(&token);
    let found = |matches: Vec<Match>| Ok(Some(Found::of(from, to, matches)));
    if token.kind == TokenKind::Comment {
        return Ok(words::requires(line, &token));
    }
    if matches!(token.kind, TokenKind::Variable | TokenKind::SplattedVariable) || typed == "$" {
        let matches = variables::complete(rs, line, typed)?;
        return found(matches);
    }
    if let Some(member) = members::complete(rs, line, token)? {
        return Ok(Some(member));
    }
    let is_string = matches!(
        token.kind,
        TokenKind::StringLiteral
            | TokenKind::StringExpandable
            | TokenKind::HereStringLiteral
            | TokenKind::HereStringExpandable
    );
    if !is_string && let Some(types) = types_of::complete(rs, line) {
        return Ok(Some(types));
    }
    if let Some(using) = words::using(rs, line)? {
        return Ok(Some(using));
    }
    if is_string && let Some(keys) = members::index(rs, line, token)? {
        return Ok(Some(keys));
    }
    if let Some(attribute) = words::attribute_argument(line) {
        return Ok(Some(attribute));
    }
    if line.previous(0).is_some_and(|before| before.kind == TokenKind::Redirection) {
        return found(paths::complete(rs, typed, paths::What::All, true));
    }
    let command = line.command();
    if typed.starts_with('-') {
        if line.previous(0).is_some_and(|before| before.kind == TokenKind::Switch) {
            return found(words::switch_flags(typed));
        }
        if command.is_none()
            && line.previous(0).is_some_and(|before| {
                !before.kind.traits().contains(TokenFlags::KEYWORD)
                    && line.token_text(before).ends_with(|c: char| c.is_alphanumeric() || "_)]}\"'?^$".contains(c))
            })
        {
            return found(words::operators(typed));
        }
    }
    if let Some(values) = assigned::complete(rs, line, token)? {
        return Ok(Some(values));
    }
    if let Some(command) = command {
        return match arguments::complete(rs, line, command)? {
            Some(found) => Ok(Some(found)),
            None => Ok(Some(Found::of(0, line.text.len(), Vec::new()))),
        };
    }
    if is_string {
        return found(paths::complete(rs, typed, paths::What::All, true));
    }
    Ok(Some(Found::of(0, line.text.len(), Vec::new())))
}

/// How many UTF-16 units the first `bytes` of a text have.
fn units(text: &str, bytes: usize) -> usize {
    text.get(..bytes).unwrap_or(text).chars().map(char::len_utf16).sum()
}

/// The place in bytes of a number of UTF-16 units.
fn bytes(text: &str, units: usize) -> usize {
    let mut rest = units;
    for (at, c) in text.char_indices() {
        if rest == 0 {
            return at;
        }
        rest = rest.saturating_sub(c.len_utf16());
    }
    text.len()
}

/// `[CommandCompletion]::CompleteInput(input, cursorIndex, options)`
pub(crate) fn complete_input(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let input = args.first().map(text).unwrap_or_default();
    let input: &str = &input;
    let cursor = args.get(1).and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(input.len());
    let was = rs.success;
    let found = complete(rs, input, bytes(input, cursor));
    rs.success = was;
    let number = |n: usize| Value::I32(psrpd_dotnet::cast::int32(n));
    let (index, length, matches) = match found? {
        Some(found) => {
            let (from, to) = (units(input, found.from), units(input, found.to));
            (number(from), number(to.saturating_sub(from)), found.matches)
        }
        None => (Value::I32(-1), Value::I32(-1), Vec::new()),
    };
    let of = types::known("System.Management.Automation.CompletionResult");
    let list =
        types::generic("System.Collections.ObjectModel.Collection`1", vec![of]).unwrap_or_else(types::array_list);
    Ok(Opaque::new(
        "System.Management.Automation.CommandCompletion",
        [
            ("CurrentMatchIndex", Value::I32(-1)),
            ("ReplacementIndex", index),
            ("ReplacementLength", length),
            ("CompletionMatches", List::value(list, matches)),
        ],
    )
    .into_value())
}

/// A name in a value, for completers.
fn name_of(name: &str) -> Value {
    Value::Str(Str::from(name))
}
