//! `foreach`, `for`, `while`, `do`.

use super::Parser;
use crate::{
    ast::{Kind, LoopFlags, NodeId},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenKind},
};

impl Parser<'_> {
    /// The parts that are there, in an error statement.
    fn loop_error(&mut self, start: Extent, end: Extent, parts: &[Option<NodeId>]) -> NodeId {
        let parts: alloc::vec::Vec<NodeId> = parts.iter().copied().flatten().collect();
        self.error_statement(start.to(end), &parts)
    }

    pub(super) fn foreach_statement(&mut self, label: Option<Token>, keyword: Token) -> NodeId {
        let start = label.unwrap_or(keyword).extent;
        self.skip_newlines();
        let (flags, throttle_limit, bad_parameter) = self.foreach_parameters();
        let Some(open) = self.open_parenthesis(keyword, keyword.kind.text()) else {
            return self.loop_error(start, keyword.extent, &[]);
        };
        self.skip_newlines();
        let token = self.next();
        let Some(variable) = self.variable_of(token) else {
            self.unget(token);
            self.incomplete(ErrorId::MissingVariableNameAfterForeach, open.extent.after(), &[]);
            return self.loop_error(start, open.extent, &[]);
        };
        self.skip_newlines();
        let (condition, body, mut error_end) = self.foreach_rest(self.extent(variable));
        error_end = error_end.or(bad_parameter);
        let (Some(condition), Some(body), None) = (condition, body, error_end) else {
            return self.loop_error(start, error_end.unwrap_or(start), &[Some(variable), condition, body]);
        };
        let label = Self::label_text(label);
        let kind = Kind::ForEachStatement { label, flags, throttle_limit, variable, condition, body };
        self.add(kind, start.to(self.extent(body)))
    }

    /// `-parallel` and its kind, and the place of a parameter that does not exist.
    fn foreach_parameters(&mut self) -> (LoopFlags, Option<NodeId>, Option<Extent>) {
        let mut flags = LoopFlags::default();
        let mut throttle_limit = None;
        let mut bad = None;
        while let Some(parameter) = self.take(TokenKind::Parameter) {
            if self.is_parameter(parameter, "parallel") {
                flags.parallel = true;
            } else if self.is_parameter(parameter, "throttlelimit") {
                self.skip_newlines();
                throttle_limit = self.single_argument(super::command::Context::Argument);
                if throttle_limit.is_none() {
                    self.incomplete(ErrorId::MissingThrottleLimit, parameter.extent.after(), &[]);
                }
            } else {
                bad = Some(parameter.extent);
                let name: alloc::string::String = self.parameter_name(parameter).into();
                self.error(ErrorId::InvalidForeachFlag, parameter.extent, &[&name]);
            }
            self.skip_newlines();
        }
        (flags, throttle_limit, bad)
    }

    /// From `in` on: what is enumerated, the body, and where an error statement ends.
    fn foreach_rest(&mut self, variable: Extent) -> (Option<NodeId>, Option<NodeId>, Option<Extent>) {
        let in_token = self.next();
        if in_token.kind != TokenKind::In {
            self.unget(in_token);
            self.incomplete(ErrorId::MissingInInForeach, variable.after(), &[]);
            return (None, None, Some(variable));
        }
        self.skip_newlines();
        let Some(condition) = self.pipeline_chain() else {
            self.incomplete(ErrorId::MissingForeachExpression, in_token.extent.after(), &[]);
            return (None, None, Some(in_token.extent));
        };
        self.skip_newlines();
        let close = self.next();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let place = self.extent(condition);
            self.incomplete(ErrorId::MissingEndParenthesisAfterForeach, place.after(), &[]);
            return (Some(condition), None, Some(place));
        }
        let Some(body) = self.statement_block() else {
            self.incomplete(ErrorId::MissingForeachStatement, close.extent.after(), &[]);
            return (Some(condition), None, Some(close.extent));
        };
        (Some(condition), Some(body), None)
    }

    pub(super) fn for_statement(&mut self, label: Option<Token>, keyword: Token) -> NodeId {
        let start = label.unwrap_or(keyword).extent;
        self.skip_newlines();
        let Some(open) = self.open_parenthesis(keyword, keyword.kind.text()) else {
            return self.loop_error(start, keyword.extent, &[]);
        };
        let mut end = open.extent;
        let initializer = self.for_part(&mut end);
        self.for_separator(&mut end);
        let condition = self.for_part(&mut end);
        self.for_separator(&mut end);
        let iterator = self.for_part(&mut end);
        self.skip_newlines();
        let close = self.next();
        let body = if close.kind == TokenKind::RParen {
            let body = self.statement_block();
            if body.is_none() {
                end = close.extent;
                self.incomplete(ErrorId::MissingLoopStatement, end.after(), &[keyword.kind.text()]);
            }
            body
        } else {
            self.unget(close);
            let id = ErrorId::MissingEndParenthesisAfterStatement;
            self.incomplete(id, end.after(), &[keyword.kind.text()]);
            None
        };
        let Some(body) = body else {
            return self.loop_error(start, end, &[initializer, condition, iterator]);
        };
        let label = Self::label_text(label);
        let kind = Kind::ForStatement { label, initializer, condition, iterator, body };
        self.add(kind, start.to(self.extent(body)))
    }

    fn for_part(&mut self, end: &mut Extent) -> Option<NodeId> {
        self.skip_newlines();
        let part = self.pipeline_chain();
        if let Some(part) = part {
            *end = self.extent(part);
        }
        part
    }

    /// The parenthesis behind a keyword, which an error calls `shown`.
    fn open_parenthesis(&mut self, keyword: Token, shown: &str) -> Option<Token> {
        let open = self.next();
        if open.kind == TokenKind::LParen {
            return Some(open);
        }
        self.unget(open);
        self.incomplete(ErrorId::MissingOpenParenthesisAfterKeyword, keyword.extent.after(), &[shown]);
        None
    }

    fn for_separator(&mut self, end: &mut Extent) {
        if let Some(token) = self.take(TokenKind::Semi) {
            *end = token.extent;
        }
    }

    pub(super) fn while_statement(&mut self, label: Option<Token>, keyword: Token) -> NodeId {
        let start = label.unwrap_or(keyword).extent;
        self.skip_newlines();
        let Some(open) = self.open_parenthesis(keyword, self.source(keyword)) else {
            return self.loop_error(start, keyword.extent, &[]);
        };
        self.skip_newlines();
        let found = self.pipeline_chain();
        let condition = match found {
            Some(condition) => condition,
            None => {
                let place = open.extent.after();
                self.incomplete(ErrorId::MissingExpressionAfterKeyword, place, &[keyword.kind.text()]);
                self.error_statement(place, &[])
            }
        };
        self.skip_newlines();
        let close = self.next();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let place = self.extent(condition);
            if !matches!(self.kind(condition), Kind::ErrorStatement { .. }) {
                let id = ErrorId::MissingEndParenthesisAfterStatement;
                self.incomplete(id, place.after(), &[keyword.kind.text()]);
            }
            return self.loop_error(start, place, &[found]);
        }
        self.skip_newlines();
        let Some(body) = self.statement_block() else {
            self.incomplete(ErrorId::MissingLoopStatement, close.extent.after(), &[keyword.kind.text()]);
            return self.loop_error(start, close.extent, &[found]);
        };
        let label = Self::label_text(label);
        self.add(Kind::WhileStatement { label, condition, body }, start.to(self.extent(body)))
    }

    pub(super) fn do_statement(&mut self, label: Option<Token>, keyword: Token) -> NodeId {
        let start = label.unwrap_or(keyword).extent;
        let Some(body) = self.statement_block() else {
            self.incomplete(ErrorId::MissingLoopStatement, keyword.extent.after(), &[TokenKind::Do.text()]);
            return self.loop_error(start, keyword.extent, &[]);
        };
        self.skip_newlines();
        let word = self.next();
        if !matches!(word.kind, TokenKind::While | TokenKind::Until) {
            self.unget(word);
            let end = self.extent(body);
            self.incomplete(ErrorId::MissingWhileOrUntilInDoWhile, end.after(), &[]);
            return self.loop_error(start, end, &[Some(body)]);
        }
        let (condition, end) = self.do_condition(word);
        let (Some(condition), Ok(close)) = (condition, end) else {
            let end = end.err().unwrap_or(start);
            return self.loop_error(start, end, &[Some(body), condition]);
        };
        let label = Self::label_text(label);
        let kind = if word.kind == TokenKind::Until {
            Kind::DoUntilStatement { label, condition, body }
        } else {
            Kind::DoWhileStatement { label, condition, body }
        };
        self.add(kind, start.to(close))
    }

    /// Behind `while` or `until`: the condition, and the closing parenthesis or where an error statement ends.
    fn do_condition(&mut self, word: Token) -> (Option<NodeId>, Result<Extent, Extent>) {
        self.skip_newlines();
        let Some(open) = self.open_parenthesis(word, word.kind.text()) else { return (None, Err(word.extent)) };
        self.skip_newlines();
        let condition = self.pipeline_chain();
        if condition.is_none() {
            let place = open.extent.after();
            self.incomplete(ErrorId::MissingExpressionAfterKeyword, place, &[word.kind.text()]);
        }
        self.skip_newlines();
        let close = self.next();
        let Some(found) = condition else {
            if close.kind != TokenKind::RParen {
                self.unget(close);
            }
            return (None, Err(open.extent));
        };
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let place = self.extent(found);
            let id = ErrorId::MissingEndParenthesisAfterStatement;
            self.incomplete(id, place.after(), &[word.kind.text()]);
            return (condition, Err(place));
        }
        (condition, Ok(close.extent))
    }
}
