//! A parsed script.

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

use num_bigint::BigInt;

use super::{Builder, HoleList, Kind, List, Node, NodeId, Text, TypeId, TypeList, TypeName, Visit, tree::slice};
use crate::{
    error::ParseError,
    extent::{Extent, Position, index},
    requires::Requirements,
    token::{NestedTokens, Token, TokenValue},
};

/// A script with its tree, its tokens and its errors.
#[derive(Debug)]
pub struct Script {
    pub(crate) source: Arc<str>,
    pub(crate) tree: Builder,
    pub(crate) root: Option<NodeId>,
    pub(crate) tokens: Box<[Token]>,
    pub(crate) errors: Vec<ParseError>,
    pub(crate) requirements: Option<Requirements>,
    pub(crate) first_token: Option<Token>,
    pub(crate) last_token: Option<Token>,
    /// Where each line begins.
    pub(crate) lines: Box<[u32]>,
}

impl Script {
    /// The text that was parsed.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The node of the whole script, a [`Kind::ScriptBlock`]; none if the script exceeds a limit.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// What is wrong with the script; a script with errors must not run.
    pub fn errors(&self) -> &[ParseError] {
        &self.errors
    }

    /// Whether every error could be mended by more text: a prompt asks for another line.
    pub fn is_incomplete(&self) -> bool {
        !self.errors.is_empty() && self.errors.iter().all(|error| error.incomplete)
    }

    /// What `#requires` lines ask for, if there are any.
    pub fn requirements(&self) -> Option<&Requirements> {
        self.requirements.as_ref()
    }

    /// The tokens, comments and line ends included, `EndOfInput` last.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The first and last token that mean something, for `$^` and `$$`.
    pub fn first_and_last_token(&self) -> Option<(&Token, &Token)> {
        self.first_token.as_ref().zip(self.last_token.as_ref())
    }

    /// The tokens inside an expandable string or word.
    pub fn nested_tokens(&self, token: &Token) -> &[Token] {
        match token.value {
            TokenValue::Expandable { nested: NestedTokens { start, len }, .. } => {
                slice(&self.tree.nested_tokens, start, len)
            }
            _ => &[],
        }
    }

    /// How a token is written.
    pub fn token_text(&self, token: &Token) -> &str {
        token.extent.text(&self.source)
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        self.tree.node(id)
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.tree.node(id).kind
    }

    /// How many nodes there are; ids are dense below that.
    pub fn node_count(&self) -> usize {
        self.tree.len()
    }

    /// The nodes of a list.
    pub fn list(&self, list: List) -> &[NodeId] {
        self.tree.list(list)
    }

    /// A type name.
    pub fn type_name(&self, id: TypeId) -> &TypeName {
        self.tree.type_name(id)
    }

    /// The type names of a list.
    pub fn types(&self, list: TypeList) -> &[TypeId] {
        self.tree.type_list(list)
    }

    /// A type name as PowerShell writes it, with assembly (`ITypeName.FullName`).
    pub fn full_type_name(&self, id: TypeId) -> String {
        self.tree.full_type_name(&self.source, id)
    }

    /// A text; lone surrogates, which only `` `u{d800} `` makes, are replacement characters.
    pub fn text(&self, text: Text) -> &str {
        self.tree.texts.get(&self.source, text)
    }

    /// A text in UTF-16, lone surrogates included.
    pub fn utf16(&self, text: Text) -> Vec<u16> {
        self.tree.texts.utf16(&self.source, text)
    }

    /// Whether [`Script::text`] replaces anything, so that only [`Script::utf16`] gives the true value.
    pub fn has_lone_surrogates(&self, text: Text) -> bool {
        self.tree.texts.has_lone_surrogates(text)
    }

    /// The places of the expansions in the value of an expandable string; the text between them is literal.
    pub fn holes(&self, holes: HoleList) -> &[Text] {
        self.tree.holes(holes.start, holes.len)
    }

    /// The value of a literal with suffix `n`.
    pub fn big_integer(&self, position: u32) -> Option<&BigInt> {
        self.tree.big_integers.get(index(position))
    }

    /// The line and column of a place.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = Extent { start, end: offset }.text(&self.source);
        let beyond = index(offset).saturating_sub(self.source.len());
        let column = before.chars().map(char::len_utf16).sum::<usize>();
        Position { line, column: column.saturating_add(beyond).saturating_add(1) }
    }

    /// What stands at `extent`.
    pub fn extent_text(&self, extent: Extent) -> &str {
        extent.text(&self.source)
    }

    /// Walks a part of the tree in PowerShell's order, without recursion.
    pub fn visit(&self, from: NodeId) -> Visit<'_> {
        Visit::new(&self.tree, from)
    }
}
