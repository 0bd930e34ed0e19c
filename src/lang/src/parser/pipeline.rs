//! Pipelines, chains of them, and assignments.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind},
};

impl Parser<'_> {
    /// An expression as a pipeline of its own.
    pub(super) fn pipeline_of(&mut self, expression: NodeId) -> NodeId {
        let extent = self.extent(expression);
        let redirections = crate::ast::List::default();
        let element = self.add(Kind::CommandExpression { expression, redirections }, extent);
        let elements = self.list(&[element]);
        self.add(Kind::Pipeline { elements, background: false }, extent)
    }

    /// An assignment, or pipelines joined by `&&` and `||`.
    pub(super) fn pipeline_chain(&mut self) -> Option<NodeId> {
        self.nested(Self::pipeline_chain_rule).flatten()
    }

    fn pipeline_chain_rule(&mut self) -> Option<NodeId> {
        let (expression, assignment) = self.in_mode(Mode::Expression, |parser| {
            let expression = parser.expression(false);
            let token = expression.map(|_| parser.peek());
            let assignment = token.filter(|token| token.kind.has_trait(TokenFlags::ASSIGNMENT_OPERATOR));
            if assignment.is_some() {
                parser.skip();
            }
            (expression, assignment)
        });
        if let (Some(left), Some(operator)) = (expression, assignment) {
            return Some(self.assignment(left, operator));
        }
        self.chain(expression)
    }

    fn assignment(&mut self, left: NodeId, token: Token) -> NodeId {
        self.skip_newlines();
        let right = match self.statement() {
            Some(right) => right,
            None => {
                let place = token.extent.after();
                self.incomplete(ErrorId::ExpectedValueExpression, place, &[token.kind.text()]);
                self.error_statement(place, &[])
            }
        };
        let right = self.without_pipeline(right);
        let extent = self.extent(left).to(self.extent(right));
        let kind = Kind::AssignmentStatement { left, operator: token.kind, right, error_position: token.extent };
        self.add(kind, extent)
    }

    /// What is assigned is an expression itself where it is a pipeline of only that.
    fn without_pipeline(&self, right: NodeId) -> NodeId {
        let Kind::Pipeline { elements, background: false } = self.kind(right) else { return right };
        match *self.lex.tree.list(elements) {
            [element] if matches!(self.kind(element), Kind::CommandExpression { .. }) => element,
            _ => right,
        }
    }

    fn chain(&mut self, first: Option<NodeId>) -> Option<NodeId> {
        let mut first = first;
        // What stands in front, with the operator behind it.
        let mut before: Option<(NodeId, Token)> = None;
        loop {
            let start = if first.is_none() { Some(self.peek()) } else { None };
            let Some(mut pipeline) = self.pipeline(first.take()) else {
                let (left, operator) = before?;
                return Some(self.empty_chain_element(left, operator, start));
            };
            let mut next = self.peek();
            let mut background = false;
            if next.kind == TokenKind::Ampersand {
                self.skip();
                next = self.peek();
                if matches!(next.kind, TokenKind::AndAnd | TokenKind::OrOr) {
                    self.skip();
                    self.error(ErrorId::BackgroundOperatorInPipelineChain, next.extent, &[]);
                    let start = before.map_or(pipeline, |(left, _)| left);
                    return Some(self.error_statement(self.extent(start).to(next.extent), &[]));
                }
                background = true;
            }
            let joins = !background && matches!(next.kind, TokenKind::AndAnd | TokenKind::OrOr);
            match before {
                Some((lhs, operator)) => {
                    let extent = self.extent(lhs).to(self.extent(pipeline));
                    let kind = Kind::PipelineChain { lhs, operator: operator.kind, rhs: pipeline, background };
                    pipeline = self.add(kind, extent);
                }
                None if background => {
                    if let Some(Kind::Pipeline { background, .. }) = self.lex.tree.kind_mut(pipeline) {
                        *background = true;
                    }
                }
                None => {}
            }
            if !joins {
                return Some(pipeline);
            }
            self.skip();
            self.skip_newlines();
            if self.peek().kind == TokenKind::EndOfInput {
                self.incomplete(ErrorId::EmptyPipelineChainElement, next.extent.after(), &[]);
                return Some(pipeline);
            }
            before = Some((pipeline, next));
        }
    }

    fn empty_chain_element(&mut self, left: NodeId, operator: Token, start: Option<Token>) -> NodeId {
        let word = self.source(operator);
        match start {
            Some(token) if token.kind == TokenKind::EndOfInput => {
                self.incomplete(ErrorId::EmptyPipelineChainElement, operator.extent.after(), &[word]);
            }
            // A call operator without command has been reported already.
            Some(token) if matches!(token.kind, TokenKind::Dot | TokenKind::Ampersand) => {}
            Some(token) => {
                let extent = operator.extent.to(token.extent);
                self.error(ErrorId::EmptyPipelineChainElement, extent, &[word]);
            }
            None => {}
        }
        self.error_statement(self.extent(left).to(operator.extent), &[left])
    }

    /// One pipeline, which may begin with an expression that was parsed already.
    fn pipeline(&mut self, first: Option<NodeId>) -> Option<NodeId> {
        let mut expression = first;
        let mut elements: Vec<NodeId> = Vec::new();
        let mut pipe: Option<Token> = None;
        loop {
            if expression.is_none() {
                expression = self.in_mode(Mode::Expression, |parser| parser.expression(false));
            }
            let element = match expression.take() {
                Some(expression) => Some(self.command_expression(expression, elements.is_empty())),
                None => self.command(),
            };
            match element {
                Some(element) => elements.push(element),
                None if !elements.is_empty() || self.peek().kind == TokenKind::Pipe => {
                    let place = match pipe {
                        Some(pipe) => pipe.extent.after(),
                        None => self.peek().extent,
                    };
                    self.incomplete(ErrorId::EmptyPipeElement, place, &[]);
                }
                None => {}
            }
            let mut next = self.peek();
            if next.kind == TokenKind::NewLine && self.lex.is_pipe_continuation(next.extent) {
                self.skip_newlines();
                next = self.peek();
            }
            pipe = Some(next);
            match next.kind {
                kind if ends_pipeline(kind) => break,
                TokenKind::Pipe => {
                    self.skip();
                    self.skip_newlines();
                    if self.peek().kind == TokenKind::EndOfInput {
                        self.incomplete(ErrorId::EmptyPipeElement, next.extent.after(), &[]);
                        break;
                    }
                }
                _ => {
                    self.unexpected(next);
                    break;
                }
            }
        }
        let (start, end) = (*elements.first()?, *elements.last()?);
        let extent = self.extent(start).to(self.extent(end));
        let elements = self.list(&elements);
        Some(self.add(Kind::Pipeline { elements, background: false }, extent))
    }

    fn command_expression(&mut self, expression: NodeId, is_first: bool) -> NodeId {
        let mut extent = self.extent(expression);
        if !is_first {
            self.error(ErrorId::ExpressionsMustBeFirstInPipeline, extent, &[]);
        }
        let mut redirections = Vec::new();
        while let Some(token) = self.take_redirection() {
            let mut end = Extent::EMPTY;
            let parsed = self.redirection(token, &mut redirections, &mut end);
            extent = parsed.map_or(self.extent(expression), |parsed| self.extent(expression).to(parsed));
        }
        let redirections = self.list(&redirections);
        self.add(Kind::CommandExpression { expression, redirections }, extent)
    }

    fn take_redirection(&mut self) -> Option<Token> {
        let token = self.peek();
        if !matches!(token.kind, TokenKind::Redirection | TokenKind::RedirectInStd) {
            return None;
        }
        self.skip();
        Some(token)
    }
}

fn ends_pipeline(kind: TokenKind) -> bool {
    use TokenKind::{Ampersand, AndAnd, EndOfInput, NewLine, OrOr, RCurly, RParen, Semi};
    matches!(kind, Semi | NewLine | RParen | RCurly | EndOfInput | AndAnd | OrOr | Ampersand)
}
