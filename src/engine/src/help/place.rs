//! Where the comment stands that describes a function or script.

use psrpd_lang::{
    Extent, Script,
    ast::{Kind, NodeId},
    token::{Token, TokenKind},
};

use super::comment::{Comment, unindent};
use crate::ir::LazyUnit;

/// How many lines may lie between a function and the comment above it, and between a parameter and its own.
const NEAR_FUNCTION: usize = 2;
const NEAR_PARAMETER: usize = 5;

/// The comment in front of a script's first function is the function's if it is as near as this.
const NEAR_FIRST_FUNCTION: usize = 4;

/// The tokens of a script, with the lines they stand on.
struct Tokens<'s> {
    script: &'s Script,
    all: &'s [Token],
}

impl<'s> Tokens<'s> {
    fn first_line(&self, token: &Token) -> usize {
        self.script.position(token.extent.start).line
    }

    fn last_line(&self, token: &Token) -> usize {
        self.script.position(token.extent.end).line
    }

    /// The first token that does not end in front of a place.
    fn at(&self, place: usize) -> usize {
        self.all.iter().position(|token| token.extent.start() >= place).unwrap_or(self.all.len())
    }

    /// The comments that end close in front of a token, without code or a blank line between.
    fn before(&self, at: usize, near: usize) -> Vec<&'s Token> {
        let mut found = Vec::new();
        let Some(token) = self.all.get(at).or(self.all.last()) else { return found };
        let mut least = self.first_line(token).saturating_sub(near);
        for token in self.all.iter().take(at).rev() {
            if self.last_line(token) < least {
                break;
            }
            match token.kind {
                TokenKind::Comment => {
                    found.push(token);
                    least = self.first_line(token).saturating_sub(1);
                }
                TokenKind::NewLine => {}
                _ => break,
            }
        }
        found.reverse();
        found
    }

    /// The comments from a token on that follow each other without a blank line, and where they end.
    fn from(&self, at: usize) -> (Vec<&'s Token>, usize) {
        let mut found = Vec::new();
        let mut most = usize::MAX;
        let mut end = at;
        for token in self.all.iter().skip(at) {
            if self.first_line(token) > most {
                break;
            }
            match token.kind {
                TokenKind::Comment => {
                    found.push(token);
                    most = self.last_line(token).saturating_add(1);
                }
                TokenKind::NewLine => {}
                _ => break,
            }
            end = end.saturating_add(1);
        }
        (found, end)
    }

    /// The text of comments without their signs.
    fn text(&self, comments: &[&Token]) -> String {
        let inner = comments.iter().map(|token| {
            let text = self.script.token_text(token);
            match text.strip_prefix("<#") {
                Some(block) => block.strip_suffix("#>").unwrap_or(block),
                None => text.trim_start_matches('#'),
            }
        });
        inner.collect::<Vec<_>>().join("\n")
    }

    /// What the comments in front of, in and behind a parameter say.
    fn of_parameter(&self, extent: Extent) -> String {
        let (first, end) = (self.at(extent.start()), self.at(extent.end()));
        let mut comments = self.before(first, NEAR_PARAMETER);
        let inside = self.all.iter().take(end).skip(first);
        comments.extend(inside.filter(|token| token.kind == TokenKind::Comment));
        comments.extend(self.from(end).0);
        let text = self.text(&comments);
        unindent(&text.lines().take_while(|line| !line.trim_start().starts_with('.')).collect::<Vec<_>>())
    }
}

/// The comment that belongs to a function or script: above it, or first or last inside of it.
pub(crate) fn comment_of(unit: &LazyUnit) -> Option<Comment> {
    let script = &unit.source.script;
    let tokens = Tokens { script, all: script.tokens() };
    let body = script.node(unit.node).extent;
    let function =
        script.node(unit.node).parent.filter(|id| matches!(script.kind(*id), Kind::FunctionDefinition { .. }));
    let mut comment = match function {
        Some(function) => {
            let above = tokens.before(tokens.at(script.node(function).extent.start()), NEAR_FUNCTION);
            let inside = || first_inside(&tokens, tokens.at(body.start()).saturating_add(1), None);
            let last = || tokens.before(tokens.at(body.end().saturating_sub(1)), usize::MAX);
            Comment::parse(&tokens.text(&above)).or_else(inside).or_else(|| Comment::parse(&tokens.text(&last())))
        }
        None => {
            let last = || tokens.before(tokens.all.len().saturating_sub(1), usize::MAX);
            first_inside(&tokens, 0, first_function(script, unit.node))
                .or_else(|| Comment::parse(&tokens.text(&last())))
        }
    }?;
    let parameters = parameters(unit, function);
    comment.at_parameters = parameters.into_iter().map(|id| tokens.of_parameter(script.node(id).extent)).collect();
    Some(comment)
}

/// The first comment from a place on that is help, unless it is that of the function that follows.
fn first_inside(tokens: &Tokens<'_>, at: usize, function: Option<NodeId>) -> Option<Comment> {
    let mut at = at;
    loop {
        let (found, end) = tokens.from(at);
        let last = found.last()?;
        at = end;
        let Some(comment) = Comment::parse(&tokens.text(&found)) else { continue };
        let between = function.map(|id| {
            let line = tokens.script.position(tokens.script.node(id).extent.start).line;
            line.saturating_sub(tokens.last_line(last))
        });
        return between.is_none_or(|lines| lines > NEAR_FIRST_FUNCTION).then_some(comment);
    }
}

/// The function that a script begins with.
fn first_function(script: &Script, root: NodeId) -> Option<NodeId> {
    let Kind::ScriptBlock { end_block: Some(end), .. } = script.kind(root) else { return None };
    let Kind::NamedBlock { statements, .. } = script.kind(end) else { return None };
    script.list(statements).first().copied().filter(|id| matches!(script.kind(*id), Kind::FunctionDefinition { .. }))
}

/// The parameters that a function or script declares.
fn parameters(unit: &LazyUnit, function: Option<NodeId>) -> Vec<NodeId> {
    let script = &unit.source.script;
    if let Some(Kind::FunctionDefinition { parameters: Some(list), .. }) = function.map(|id| script.kind(id)) {
        return script.list(list).to_vec();
    }
    let Kind::ScriptBlock { param_block: Some(block), .. } = script.kind(unit.node) else { return Vec::new() };
    let Kind::ParamBlock { parameters, .. } = script.kind(block) else { return Vec::new() };
    script.list(parameters).to_vec()
}
