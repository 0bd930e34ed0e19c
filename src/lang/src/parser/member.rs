//! Member access, method calls and indexes.

use alloc::vec::Vec;

use super::{Parser, command::Context};
use crate::{
    ast::{Kind, NodeId, TypeId},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenFlags, TokenKind},
};

/// What a member is accessed on, and how.
#[derive(Clone, Copy)]
struct Access {
    expression: NodeId,
    operator: Token,
}

impl Access {
    fn is_static(self) -> bool {
        self.operator.kind == TokenKind::ColonColon
    }

    fn is_null_conditional(self) -> bool {
        self.operator.kind == TokenKind::QuestionDot
    }
}

impl Parser<'_> {
    pub(super) fn next_member_access(&mut self, allow_bracket: bool) -> Option<Token> {
        if self.ungot.is_some() { None } else { self.lex.member_access_operator(allow_bracket) }
    }

    /// All member accesses and indexes behind an expression, of which the first operator has been read.
    pub(super) fn postfix(&mut self, operator: Option<Token>, expression: NodeId) -> NodeId {
        let mut expression = expression;
        let mut operator = operator;
        while let Some(token) = operator {
            self.skip_newlines();
            let access = Access { expression, operator: token };
            expression = if matches!(token.kind, TokenKind::LBracket | TokenKind::QuestionLBracket) {
                self.index(access)
            } else {
                self.member(access)
            };
            operator = self.next_member_access(true);
        }
        expression
    }

    fn member_name(&mut self) -> Option<NodeId> {
        if let Some(name) = self.simple_name() {
            return Some(name);
        }
        let token = self.peek();
        if token.kind.has_trait(TokenFlags::UNARY_OPERATOR) || token.kind == TokenKind::LBracket {
            return self.unary_expression(false);
        }
        self.primary_expression(false)
    }

    fn member(&mut self, access: Access) -> NodeId {
        let member = match self.member_name() {
            Some(member) => {
                if self.ungot.is_none()
                    && let Some(call) = self.method_call(access, member)
                {
                    return call;
                }
                member
            }
            None => self.missing_member(access),
        };
        let extent = self.extent(access.expression).to(self.extent(member));
        let kind = Kind::MemberExpression {
            expression: access.expression,
            member,
            is_static: access.is_static(),
            null_conditional: access.is_null_conditional(),
        };
        self.add(kind, extent)
    }

    fn missing_member(&mut self, access: Access) -> NodeId {
        let operator = access.operator.extent;
        self.incomplete(ErrorId::MissingPropertyName, operator.after(), &[]);
        self.single_argument(Context::Argument).unwrap_or_else(|| {
            let extent = self.extent(access.expression).to(operator);
            self.error_expression(extent, &[])
        })
    }

    /// The arguments behind a member's name, if there are some.
    fn method_call(&mut self, access: Access, member: NodeId) -> Option<NodeId> {
        let restore = self.lex.restore_point();
        let (types, bracket) =
            if self.lex.bracket_may_follow() { self.method_type_arguments(restore) } else { (None, None) };
        let open = if self.ungot.is_some() { None } else { self.lex.invoke_member_open_paren() };
        let Some(open) = open else {
            if bracket.is_some() {
                self.resync(restore);
            }
            return None;
        };
        let (arguments, end) = if open.kind == TokenKind::LParen {
            self.invoke_arguments(open)
        } else {
            self.skip_newlines();
            let block = self.script_block_expression(open);
            (alloc::vec![block], self.extent(block))
        };
        Some(self.invocation(access, member, &arguments, types.unwrap_or_default(), end))
    }

    fn invocation(
        &mut self,
        access: Access,
        member: NodeId,
        arguments: &[NodeId],
        types: Vec<TypeId>,
        end: Extent,
    ) -> NodeId {
        let extent = self.extent(access.expression).to(end);
        let kind = Kind::InvokeMemberExpression {
            expression: access.expression,
            member,
            arguments: self.list(arguments),
            generic_type_arguments: self.lex.tree.add_type_list(&types),
            is_static: access.is_static(),
            null_conditional: access.is_null_conditional(),
        };
        self.add(kind, extent)
    }

    /// Arguments behind `(`, with the extent of the last thing that belongs to them.
    pub(super) fn invoke_arguments(&mut self, open: Token) -> (Vec<NodeId>, Extent) {
        self.with_comma(true, |parser| parser.invoke_arguments_rule(open))
    }

    fn invoke_arguments_rule(&mut self, open: Token) -> (Vec<NodeId>, Extent) {
        let mut arguments: Vec<NodeId> = Vec::new();
        let mut comma: Option<Token> = None;
        let mut reported = false;
        loop {
            self.skip_newlines();
            let Some(argument) = self.expression(false) else {
                if let Some(comma) = comma {
                    self.incomplete(ErrorId::MissingExpressionAfterToken, comma.extent.after(), &[","]);
                    reported = true;
                }
                break;
            };
            arguments.push(argument);
            self.skip_newlines();
            comma = self.take(TokenKind::Comma);
            if comma.is_none() {
                break;
            }
        }
        self.skip_newlines();
        let close = self.next();
        if close.kind == TokenKind::RParen {
            return (arguments, close.extent);
        }
        self.unget(close);
        let last = arguments.last().map(|last| self.extent(*last));
        if !reported {
            let place = last.unwrap_or(open.extent).after();
            self.incomplete(ErrorId::MissingEndParenthesisInMethodCall, place, &[]);
        }
        let end = comma.map(|comma| comma.extent).or(last).unwrap_or(open.extent);
        (arguments, end)
    }

    fn index(&mut self, access: Access) -> NodeId {
        let bracket = access.operator;
        self.skip_newlines();
        let found = self.with_comma(false, |parser| parser.expression(false));
        let index = found.unwrap_or_else(|| {
            self.incomplete(ErrorId::MissingArrayIndexExpression, bracket.extent.after(), &[]);
            self.error_expression(bracket.extent, &[])
        });
        self.skip_newlines();
        let close = self.next();
        let end = if close.kind == TokenKind::RBracket {
            close.extent
        } else {
            self.unget(close);
            let end = self.extent(index);
            if !matches!(self.kind(index), Kind::ErrorExpression { .. }) {
                self.incomplete(ErrorId::MissingEndSquareBracket, end.after(), &[]);
            }
            end
        };
        let extent = self.extent(access.expression).to(end);
        let kind = Kind::IndexExpression {
            target: access.expression,
            index,
            null_conditional: bracket.kind == TokenKind::QuestionLBracket,
        };
        self.add(kind, extent)
    }
}
