//! Attributes and type constraints.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId, Text},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind},
};

impl Parser<'_> {
    /// Attributes and type constraints in front of something.
    pub(super) fn attribute_list(&mut self, in_expression: bool) -> Vec<NodeId> {
        let mut attributes = Vec::new();
        while let Some(attribute) = self.attribute() {
            attributes.push(attribute);
            if !in_expression || matches!(self.kind(attribute), Kind::Attribute { .. }) {
                self.skip_newlines();
            }
        }
        attributes
    }

    /// A `[` where one may stand; a token looked at already counts if it is one.
    fn next_left_bracket(&mut self) -> Option<Token> {
        match self.ungot {
            Some(token) if token.kind == TokenKind::LBracket => Some(self.next()),
            Some(_) => None,
            None => self.lex.left_bracket(),
        }
    }

    pub(super) fn attribute(&mut self) -> Option<NodeId> {
        let open = self.next_left_bracket()?;
        self.skip_newlines();
        let Some((type_name, name_token)) = self.type_name(true) else {
            self.resync_to(open);
            self.incomplete(ErrorId::MissingTypename, open.extent.after(), &[]);
            return None;
        };
        let next = self.next();
        if next.kind == TokenKind::LParen {
            return Some(self.attribute_with_arguments(open, next, type_name, name_token));
        }
        let name_extent = self.lex.tree.type_name(type_name).extent();
        let end = if next.kind == TokenKind::RBracket {
            next.extent
        } else {
            self.unget(next);
            let place = self.before(next.extent);
            self.error(ErrorId::EndSquareBracketExpectedAtEndOfAttribute, place, &[]);
            name_extent
        };
        Some(self.add(Kind::TypeConstraint { type_name }, open.extent.to(end)))
    }

    fn attribute_with_arguments(
        &mut self,
        open: Token,
        open_paren: Token,
        type_name: crate::ast::TypeId,
        name_token: Token,
    ) -> NodeId {
        self.skip_newlines();
        let mut last = open_paren.extent;
        let (positional, named) = self.in_mode(Mode::Expression, |parser| {
            parser.with_comma(true, |parser| parser.attribute_arguments(&mut last))
        });
        self.skip_newlines();
        let mut end = None;
        let close = self.next();
        if close.kind == TokenKind::RParen {
            end = Some(close.extent);
        } else {
            self.unget(close);
            self.incomplete(ErrorId::MissingEndParenthesisInExpression, last.after(), &[]);
        }
        self.skip_newlines();
        let close = self.next();
        if close.kind == TokenKind::RBracket {
            end = Some(close.extent);
        } else {
            self.unget(close);
            if let Some(end) = end {
                self.incomplete(ErrorId::EndSquareBracketExpectedAtEndOfAttribute, end.after(), &[]);
            }
        }
        self.add_flags(name_token, TokenFlags::ATTRIBUTE_NAME);
        let positional_arguments = self.list(&positional);
        let named_arguments = self.list(&named);
        let kind = Kind::Attribute { type_name, positional_arguments, named_arguments };
        self.add(kind, open.extent.to(end.unwrap_or(last)))
    }

    /// Positional and named arguments.
    fn attribute_arguments(&mut self, last: &mut Extent) -> (Vec<NodeId>, Vec<NodeId>) {
        let (mut positional, mut named) = (Vec::new(), Vec::new());
        let mut comma: Option<Token> = None;
        loop {
            self.skip_newlines();
            if let Some((_, name)) = self.simple_name_token() {
                let (argument, expression_omitted) = self.named_argument(name.extent, last);
                let extent = name.extent.to(self.extent(argument));
                let name = Text::slice(name.extent);
                named.push(self.add(Kind::NamedAttributeArgument { name, argument, expression_omitted }, extent));
            } else if let Some(argument) = self.expression(false) {
                positional.push(argument);
                *last = self.extent(argument);
            } else if let Some(comma) = comma {
                let place = comma.extent.after();
                self.incomplete(ErrorId::MissingExpressionAfterToken, place, &[","]);
                positional.push(self.error_expression(place, &[]));
                *last = place;
            }
            self.skip_newlines();
            let Some(next) = self.take(TokenKind::Comma) else { return (positional, named) };
            comma = Some(next);
            *last = next.extent;
        }
    }

    fn named_argument(&mut self, name: Extent, last: &mut Extent) -> (NodeId, bool) {
        let Some(equals) = self.take(TokenKind::Equals) else {
            return (self.add(Kind::TrueConstant, name), true);
        };
        self.skip_newlines();
        let argument = match self.expression(false) {
            Some(argument) => argument,
            None => {
                let place = equals.extent.after();
                self.incomplete(ErrorId::MissingExpressionInNamedArgument, place, &[]);
                let argument = self.error_expression(place, &[]);
                let stop = [TokenKind::Comma, TokenKind::RParen, TokenKind::RBracket, TokenKind::NewLine];
                self.sync_on_error(true, &stop);
                argument
            }
        };
        *last = self.extent(argument);
        (argument, false)
    }
}
