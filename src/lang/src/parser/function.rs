//! `function`, `filter`, and what methods share with them.

use alloc::{string::String, vec::Vec};

use super::Parser;
use crate::{
    ast::{Kind, List, NodeId, Text},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Parser<'_> {
    pub(super) fn function_declaration(&mut self, keyword: Token) -> NodeId {
        self.skip_newlines();
        let name = self.next();
        use TokenKind::*;
        if matches!(
            name.kind,
            Pipe | LParen
                | LCurly
                | AtParen
                | AtCurly
                | RCurly
                | RParen
                | EndOfInput
                | Semi
                | Redirection
                | RedirectInStd
                | AndAnd
                | OrOr
                | Ampersand
                | Variable
                | SplattedVariable
                | HereStringExpandable
                | HereStringLiteral
                | StringLiteral
                | StringExpandable
        ) {
            self.unget(name);
            let word = self.source(keyword);
            self.incomplete(ErrorId::MissingNameAfterKeyword, keyword.extent.after(), &[word]);
            return self.error_statement(keyword.extent, &[]);
        }
        self.remove_flags(name, TokenFlags::KEYWORD);
        let (parameters, mut error_end, close) = self.function_parameters();
        let open = self.next();
        if open.kind != LCurly {
            self.unget(open);
            self.missing_body(&mut error_end, close, name);
        }
        if let Some(end) = error_end {
            return self.error_statement(keyword.extent.to(end), &parameters.unwrap_or_default());
        }
        let is_filter = keyword.kind == Filter;
        let is_workflow = keyword.kind == Workflow;
        let outer = core::mem::replace(&mut self.lex.in_workflow, is_workflow);
        let body = self.script_block(Some(open), is_filter, None);
        self.lex.in_workflow = outer;
        let parameters = self.parameters(&parameters.unwrap_or_default());
        let kind = Kind::FunctionDefinition {
            name: self.name_of(name),
            name_extent: name.extent,
            is_filter,
            is_workflow,
            parameters,
            body,
        };
        self.add(kind, keyword.extent.to(self.extent(body)))
    }

    /// Empty parentheses are none.
    pub(super) fn parameters(&mut self, parameters: &[NodeId]) -> Option<List> {
        (!parameters.is_empty()).then(|| self.list(parameters))
    }

    pub(super) fn missing_body(&mut self, error_end: &mut Option<Extent>, close: Option<Token>, name: Token) {
        if error_end.is_none() {
            let end = close.unwrap_or(name).extent;
            *error_end = Some(end);
            self.incomplete(ErrorId::MissingFunctionBody, end.after(), &[]);
        }
    }

    /// The value of a word, the text of any other token.
    pub(super) fn name_of(&self, token: Token) -> Text {
        match (token.kind, token.value) {
            (TokenKind::Generic, TokenValue::Text(value) | TokenValue::Expandable { value, .. }) => value,
            _ => Text::slice(token.extent),
        }
    }

    /// Parameters in parentheses, where an error statement ends, and the closing parenthesis.
    pub(super) fn function_parameters(&mut self) -> (Option<Vec<NodeId>>, Option<Extent>, Option<Token>) {
        self.skip_newlines();
        let Some(open) = self.take(TokenKind::LParen) else { return (None, None, None) };
        let parameters = self.parameter_list();
        self.skip_newlines();
        let close = self.next();
        let mut error_end = None;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let end = parameters.last().map_or(open.extent, |last| self.extent(*last));
            error_end = Some(end);
            self.incomplete(ErrorId::MissingEndParenthesisInFunctionParameterList, end.after(), &[]);
        }
        self.skip_newlines();
        (Some(parameters), error_end, Some(close))
    }

    pub(super) fn text_string(&self, text: Text) -> String {
        self.lex.get(text).into()
    }
}
