//! Expressions: ternary, binary and unary operators, arrays, casts.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId},
    error::ErrorId,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Parser<'_> {
    /// An expression. With `ternary`, a `?` or `:` ends a number, as behind an operator.
    pub(super) fn expression(&mut self, ternary: bool) -> Option<NodeId> {
        self.nested(|parser| parser.in_mode(Mode::Expression, |parser| parser.expression_rule(ternary))).flatten()
    }

    fn expression_rule(&mut self, ternary: bool) -> Option<NodeId> {
        let condition = self.binary_expression(ternary)?;
        let Some(question) = self.take(TokenKind::QuestionMark) else { return Some(condition) };
        self.skip_newlines();
        let found = self.expression(true);
        let if_true = found.unwrap_or_else(|| self.missing_operand(question));
        self.skip_newlines();
        let colon = self.next();
        if colon.kind != TokenKind::Colon {
            self.unget(colon);
            let mut parts = alloc::vec![condition];
            if !matches!(self.kind(if_true), Kind::ErrorExpression { .. }) {
                parts.push(if_true);
                self.incomplete(ErrorId::MissingColonInTernaryExpression, colon.extent, &[]);
            }
            let end = self.before(colon.extent);
            return Some(self.error_expression(self.extent(condition).to(end), &parts));
        }
        self.skip_newlines();
        let if_false = self.expression(true).unwrap_or_else(|| self.missing_operand(colon));
        let extent = self.extent(condition).to(self.extent(if_false));
        Some(self.add(Kind::TernaryExpression { condition, if_true, if_false }, extent))
    }

    /// Reports that nothing follows an operator.
    fn missing_operand(&mut self, operator: Token) -> NodeId {
        let place = operator.extent.after();
        self.incomplete(ErrorId::ExpectedValueExpression, place, &[self.source(operator)]);
        self.error_expression(place, &[])
    }

    fn binary_expression(&mut self, ternary: bool) -> Option<NodeId> {
        let first = self.array_literal(ternary)?;
        let token = self.peek();
        if !token.kind.has_trait(TokenFlags::BINARY_OPERATOR) {
            return Some(self.after_operand(first));
        }
        self.skip();
        let mut operands = alloc::vec![first];
        let mut operators: Vec<Token> = alloc::vec![token];
        let mut operator = token;
        loop {
            self.skip_newlines();
            let operand = self.array_literal(true);
            let operand = operand.unwrap_or_else(|| self.missing_operand(operator));
            operands.push(operand);
            operator = self.next();
            if !operator.kind.has_trait(TokenFlags::BINARY_OPERATOR) {
                self.unget(operator);
                break;
            }
            let precedence = operator.kind.binary_precedence();
            while operators.last().is_some_and(|last| precedence <= last.kind.binary_precedence()) {
                self.reduce(&mut operands, &mut operators);
            }
            operators.push(operator);
        }
        while !operators.is_empty() {
            self.reduce(&mut operands, &mut operators);
        }
        let whole = operands.pop()?;
        Some(self.after_operand(whole))
    }

    /// Joins the last two operands.
    fn reduce(&mut self, operands: &mut Vec<NodeId>, operators: &mut Vec<Token>) {
        let (Some(right), Some(left), Some(operator)) = (operands.pop(), operands.pop(), operators.pop()) else {
            return;
        };
        let extent = self.extent(left).to(self.extent(right));
        let kind = Kind::BinaryExpression { left, operator: operator.kind, right, error_position: operator.extent };
        operands.push(self.add(kind, extent));
    }

    /// A word with a dash behind an operand is an operator that does not exist.
    fn after_operand(&mut self, expression: NodeId) -> NodeId {
        let token = self.peek();
        let TokenValue::Parameter { name, .. } = token.value else { return expression };
        self.unexpected(token);
        self.skip();
        let kind = Kind::CommandParameter { name, argument: None, error_position: token.extent };
        let parameter = self.add(kind, token.extent);
        self.error_expression(self.extent(expression).to(token.extent), &[expression, parameter])
    }

    fn array_literal(&mut self, ternary: bool) -> Option<NodeId> {
        let first = self.unary_expression(ternary)?;
        if self.disable_comma || self.peek().kind != TokenKind::Comma {
            return Some(first);
        }
        let mut elements = alloc::vec![first];
        let mut last = first;
        while let Some(comma) = self.take(TokenKind::Comma) {
            self.skip_newlines();
            let element = self.unary_expression(true);
            last = element.unwrap_or_else(|| {
                let place = comma.extent.after();
                self.incomplete(ErrorId::MissingExpressionAfterToken, place, &[self.source(comma)]);
                self.error_expression(comma.extent, &[])
            });
            elements.push(last);
            if element.is_none() {
                break;
            }
        }
        let extent = self.extent(first).to(self.extent(last));
        let elements = self.list(&elements);
        Some(self.add(Kind::ArrayLiteral { elements }, extent))
    }

    pub(super) fn unary_expression(&mut self, ternary: bool) -> Option<NodeId> {
        self.nested(|parser| parser.unary_expression_rule(ternary)).flatten()
    }

    /// The next token, where a sign belongs to a number.
    fn peek_operand(&mut self, ternary: bool) -> Token {
        let signed = core::mem::replace(&mut self.lex.allow_signed_numbers, true);
        let ends = core::mem::replace(&mut self.lex.ternary_ends_number, ternary);
        if let Some(token) = self.ungot
            && (token.kind == TokenKind::Minus || (ternary && token.kind == TokenKind::Generic))
        {
            self.resync_to(token);
        }
        let token = self.peek();
        self.lex.allow_signed_numbers = signed;
        self.lex.ternary_ends_number = ends;
        token
    }

    fn unary_expression_rule(&mut self, ternary: bool) -> Option<NodeId> {
        let token = self.peek_operand(ternary);
        let expression = if token.kind.has_trait(TokenFlags::UNARY_OPERATOR) {
            if self.disable_comma && token.kind == TokenKind::Comma {
                return None;
            }
            match self.operator_expression(token) {
                Ok(expression) => expression,
                Err(error) => return Some(error),
            }
        } else if token.kind == TokenKind::LBracket {
            let attributes = self.attribute_list(true);
            match self.attributed_expression(token, &attributes)? {
                Ok(expression) => expression,
                Err(error) => return Some(error),
            }
        } else {
            self.primary_expression(true)?
        };
        let token = self.peek();
        let operator = match token.kind {
            TokenKind::PlusPlus => TokenKind::PostfixPlusPlus,
            TokenKind::MinusMinus => TokenKind::PostfixMinusMinus,
            _ => return Some(expression),
        };
        self.skip();
        let extent = self.extent(expression).to(token.extent);
        Some(self.add(Kind::UnaryExpression { operator, child: expression }, extent))
    }

    fn operator_expression(&mut self, token: Token) -> Result<NodeId, NodeId> {
        self.skip();
        self.skip_newlines();
        let Some(child) = self.unary_expression(true) else {
            let word = self.source(token);
            self.incomplete(ErrorId::MissingExpressionAfterOperator, token.extent.after(), &[word]);
            return Err(self.error_expression(token.extent, &[]));
        };
        let extent = token.extent.to(self.extent(child));
        if token.kind == TokenKind::Comma {
            let elements = self.list(&[child]);
            return Ok(self.add(Kind::ArrayLiteral { elements }, extent));
        }
        Ok(self.add(Kind::UnaryExpression { operator: token.kind, child }, extent))
    }

    /// What attributes and types in brackets are in front of, or the last type itself.
    fn attributed_expression(&mut self, token: Token, attributes: &[NodeId]) -> Option<Result<NodeId, NodeId>> {
        let (last, outer) = attributes.split_last()?;
        let last_extent = self.extent(*last);
        let mut expression = match self.kind(*last) {
            Kind::TypeConstraint { type_name } => self.type_or_cast(*last, type_name),
            _ => {
                self.skip_newlines();
                let Some(child) = self.unary_expression(true) else {
                    let name = self.attribute_type(*last);
                    self.incomplete(ErrorId::UnexpectedAttribute, last_extent, &[&name]);
                    return Some(Err(self.error_expression(token.extent.to(last_extent), attributes)));
                };
                self.attributed(*last, child)
            }
        };
        for attribute in outer.iter().rev() {
            expression = self.attributed(*attribute, expression);
        }
        Some(Ok(expression))
    }

    fn attributed(&mut self, attribute: NodeId, child: NodeId) -> NodeId {
        let extent = self.extent(attribute).to(self.extent(child));
        let kind = if self.is_type_constraint(attribute) {
            Kind::ConvertExpression { type_constraint: attribute, child }
        } else {
            Kind::AttributedExpression { attribute, child }
        };
        self.add(kind, extent)
    }

    /// Behind `[type]`: a static member, a cast, or the type as a value.
    fn type_or_cast(&mut self, constraint: NodeId, type_name: crate::ast::TypeId) -> NodeId {
        let extent = self.extent(constraint);
        let access = if self.ungot.is_some() { None } else { self.lex.member_access_operator(false) };
        if let Some(access) = access {
            let target = self.add(Kind::TypeExpression { type_name }, extent);
            return self.postfix(Some(access), target);
        }
        if !matches!(self.peek().kind, TokenKind::NewLine | TokenKind::Comma)
            && let Some(child) = self.unary_expression(true)
        {
            return self.attributed(constraint, child);
        }
        self.add(Kind::TypeExpression { type_name }, extent)
    }
}
