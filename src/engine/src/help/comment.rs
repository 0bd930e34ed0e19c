//! Comments that describe a function: `.SYNOPSIS` and its kind.

use psrpd_lang::{Script, ast::Kind, token::TokenKind};

use crate::ir::LazyUnit;

/// What a comment says, section by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comment {
    /// The word behind the dot in lower case, what stands behind it on the line, and the text below.
    sections: Vec<(String, String, String)>,
}

/// Words that may begin a section.
const WORDS: [&str; 17] = [
    "synopsis",
    "description",
    "parameter",
    "example",
    "inputs",
    "outputs",
    "notes",
    "link",
    "component",
    "role",
    "functionality",
    "forwardhelptargetname",
    "forwardhelpcategory",
    "remotehelprunspace",
    "externalhelp",
    "mamlhelpfile",
    "externalscript",
];

impl Comment {
    /// Reads the text of comments; none if it has no section.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut comment = Self::default();
        let mut lines: Vec<&str> = Vec::new();
        let mut head: Option<(String, String)> = None;
        let mut close = |head: &mut Option<(String, String)>, lines: &mut Vec<&str>| {
            if let Some((word, argument)) = head.take() {
                comment.sections.push((word, argument, unindent(lines)));
            }
            lines.clear();
        };
        for line in text.lines() {
            let trimmed = line.trim();
            let section = trimmed.strip_prefix('.').and_then(|rest| {
                let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
                is_word.then(|| (word.to_ascii_lowercase(), argument.trim().to_owned()))
            });
            match section {
                // A word that means nothing here makes it a comment like any other.
                Some((word, _)) if !WORDS.contains(&word.as_str()) => return None,
                Some(section) => {
                    close(&mut head, &mut lines);
                    head = Some(section);
                }
                None => lines.push(line),
            }
        }
        close(&mut head, &mut lines);
        (!comment.sections.is_empty()).then_some(comment)
    }

    /// The text of a section.
    pub(crate) fn get(&self, word: &str) -> Option<&str> {
        self.sections.iter().find(|(have, ..)| have == word).map(|(_, _, text)| text.as_str())
    }

    /// The texts of all sections of a kind.
    pub(crate) fn all<'c>(&'c self, word: &'c str) -> impl Iterator<Item = &'c str> {
        self.sections.iter().filter(move |(have, ..)| have == word).map(|(_, _, text)| text.as_str())
    }

    /// What stands behind a word on its line.
    pub(crate) fn argument(&self, word: &str) -> Option<&str> {
        self.sections.iter().find(|(have, ..)| have == word).map(|(_, argument, _)| argument.as_str())
    }

    /// The text about a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let about = |(word, argument, _): &&(String, String, String)| {
            word == "parameter" && psrpd_dotnet::casing::eq(argument, name)
        };
        self.sections.iter().find(about).map(|(_, _, text)| text.as_str())
    }
}

/// Lines without the blanks that all of them begin with, and without empty ones around them.
fn unindent(lines: &[&str]) -> String {
    let is_empty = |line: &&str| line.trim().is_empty();
    let indent = lines
        .iter()
        .filter(|line| !is_empty(line))
        .map(|line| line.len().saturating_sub(line.trim_start().len()))
        .min()
        .unwrap_or(0);
    let cut: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or("").trim_end()).collect();
    cut.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// The comment that belongs to a function or script: in front of it, or first or last inside of it.
pub(crate) fn of_function(unit: &LazyUnit) -> Option<Comment> {
    let script = &unit.source.script;
    let body = script.node(unit.node).extent;
    let function =
        script.node(unit.node).parent.filter(|id| matches!(script.kind(*id), Kind::FunctionDefinition { .. }));
    let inside = |from: usize, to: usize| tokens_between(script, from, to);
    let (from, to) = match function {
        Some(_) => (body.start().saturating_add(1), body.end().saturating_sub(1)),
        None => (body.start(), script.source().len().max(body.end())),
    };
    let tokens = inside(from.min(to), to);
    let first = tokens.iter().take_while(|token| token.0).map(|token| token.1.as_str()).collect::<Vec<_>>();
    if let Some(comment) = Comment::parse(&first.join("\n")) {
        return Some(comment);
    }
    let mut last = tokens.iter().rev().take_while(|token| token.0).map(|token| token.1.as_str()).collect::<Vec<_>>();
    last.reverse();
    if let Some(comment) = Comment::parse(&last.join("\n")) {
        return Some(comment);
    }
    let start = script.node(function?).extent.start();
    let before = inside(0, start);
    let mut above = before.iter().rev().take_while(|token| token.0).map(|token| token.1.as_str()).collect::<Vec<_>>();
    above.reverse();
    Comment::parse(&above.join("\n"))
}

/// Tokens of a stretch: whether each is a comment, and its text without the signs of a comment.
fn tokens_between(script: &Script, from: usize, to: usize) -> Vec<(bool, String)> {
    let meant = script.tokens().iter().filter(|token| {
        token.extent.start() >= from
            && token.extent.end() <= to
            && !matches!(token.kind, TokenKind::NewLine | TokenKind::EndOfInput)
    });
    meant
        .map(|token| {
            let text = script.token_text(token);
            let inner = match text.strip_prefix("<#") {
                Some(block) => block.strip_suffix("#>").unwrap_or(block),
                None => text.trim_start_matches('#'),
            };
            (token.kind == TokenKind::Comment, inner.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Comment;

    #[test]
    fn sections_are_parted_by_their_words() {
        let comment =
            Comment::parse(" .SYNOPSIS\n  Says hi.\n.PARAMETER Name\n  Who.\n    Or what.\n.EXAMPLE\n x\n.EXAMPLE\n y")
                .unwrap();
        assert_eq!(comment.get("synopsis"), Some("Says hi."));
        assert_eq!(comment.parameter("name"), Some("Who.\n  Or what."));
        assert_eq!(comment.all("example").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(Comment::parse("no help here"), None);
    }
}
