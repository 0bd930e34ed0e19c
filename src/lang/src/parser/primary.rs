//! Primary expressions: variables, literals, parentheses, script blocks, and the expansions of strings.

use alloc::vec::Vec;

use super::{Parser, block::Statements};
use crate::{
    ast::{Kind, NodeId, StringKind, Text, VariablePath, VariableScope},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    token::{Token, TokenKind, TokenValue},
};

impl Parser<'_> {
    pub(super) fn primary_expression(&mut self, with_member_access: bool) -> Option<NodeId> {
        let token = self.next();
        use TokenKind::*;
        let expression = match token.kind {
            SplattedVariable | Variable => self.variable_or_using(token, with_member_access),
            Number => {
                let TokenValue::Number(value) = token.value else { return None };
                self.add(Kind::ConstantExpression { value }, token.extent)
            }
            HereStringExpandable | StringExpandable | HereStringLiteral | StringLiteral => {
                self.expandable_string(token)
            }
            LParen => self.parenthesized(token),
            AtParen | DollarParen => self.sub_expression(token),
            AtCurly => self.nested(|parser| parser.hashtable(token))?,
            LCurly => self.script_block_expression(token),
            _ => {
                self.unget(token);
                return None;
            }
        };
        if !with_member_access {
            return Some(expression);
        }
        let access = self.next_member_access(true);
        Some(self.postfix(access, expression))
    }

    pub(super) fn variable_of(&mut self, token: Token) -> Option<NodeId> {
        let TokenValue::Variable(path) = token.value else { return None };
        let splatted = token.kind == TokenKind::SplattedVariable;
        Some(self.add(Kind::VariableExpression { path, splatted }, token.extent))
    }

    /// A variable that does not stand in the script.
    pub(super) fn implied_variable(&mut self, name: &str, extent: Extent) -> NodeId {
        let path = VariablePath::new(name, self.lex.tree.texts.cook(name));
        self.add(Kind::VariableExpression { path, splatted: false }, extent)
    }

    pub(super) fn error_variable(&mut self, extent: Extent) -> NodeId {
        self.implied_variable("__error__", extent)
    }

    /// `$using:name` wraps the variable, with what follows it, in an expression of its own.
    fn variable_or_using(&mut self, token: Token, with_member_access: bool) -> NodeId {
        let TokenValue::Variable(path) = token.value else { return self.error_variable(token.extent) };
        let splatted = token.kind == TokenKind::SplattedVariable;
        let name = self.lex.get(path.unqualified_path);
        let drive = self.lex.get(path.user_path).split_once(':').map_or("", |(drive, _)| drive);
        let is_using = path.scope == VariableScope::Drive && drive.eq_ignore_ascii_case("using") && !name.is_empty();
        if !is_using {
            return self.add(Kind::VariableExpression { path, splatted }, token.extent);
        }
        let path = VariablePath::new(name, path.unqualified_path);
        let mut expression = self.add(Kind::VariableExpression { path, splatted }, token.extent);
        if with_member_access {
            let access = self.next_member_access(true);
            expression = self.postfix(access, expression);
        }
        let extent = self.extent(expression);
        self.add(Kind::UsingExpression { sub_expression: expression }, extent)
    }

    /// A string or word; with its expansions, if it has some.
    pub(super) fn expandable_string(&mut self, token: Token) -> NodeId {
        let string_kind = match token.kind {
            TokenKind::StringLiteral => StringKind::SingleQuoted,
            TokenKind::HereStringLiteral => StringKind::SingleQuotedHereString,
            TokenKind::StringExpandable => StringKind::DoubleQuoted,
            TokenKind::HereStringExpandable => StringKind::DoubleQuotedHereString,
            _ => StringKind::BareWord,
        };
        match token.value {
            TokenValue::Expandable { value, holes, nested } => {
                let parts = self.lex.nested(nested).to_vec();
                let nested_expressions = self.nested_expressions(token, &parts);
                let nested_expressions = self.list(&nested_expressions);
                let kind = Kind::ExpandableStringExpression { value, holes, nested_expressions, string_kind };
                self.add(kind, token.extent)
            }
            TokenValue::Text(value) => self.string(value, string_kind, token.extent),
            _ => self.string(Text::default(), string_kind, token.extent),
        }
    }

    /// Parses the expansions of a string and gives its token the tokens in them.
    fn nested_expressions(&mut self, string: Token, parts: &[Token]) -> Vec<NodeId> {
        let mut expressions = Vec::new();
        let mut tokens = Vec::new();
        for part in parts {
            self.ask();
            if self.lex.errors.is_aborted() {
                break;
            }
            if matches!(part.value, TokenValue::Variable(_)) {
                expressions.push(self.variable_or_using(*part, false));
                tokens.push(*part);
                continue;
            }
            let outer = self.lex.start_nested(part.extent);
            let expression = self.primary_expression(true);
            self.ungot = None;
            tokens.extend(self.lex.finish_nested(outer));
            expressions.push(expression.unwrap_or_else(|| self.error_expression(part.extent, &[])));
        }
        let kept = self.lex.keep_nested(&tokens);
        let mut string = string;
        self.lex.update(&mut string, |token| {
            if let TokenValue::Expandable { nested, .. } = &mut token.value {
                *nested = kept;
            }
        });
        expressions
    }

    pub(super) fn script_block_expression(&mut self, open: Token) -> NodeId {
        let body = self.nested(|parser| {
            parser.with_comma(false, |parser| {
                parser.in_mode(Mode::Command, |parser| {
                    parser.skip_newlines();
                    parser.script_block(Some(open), false, None)
                })
            })
        });
        let Some(script_block) = body else { return self.error_expression(open.extent, &[]) };
        let extent = self.extent(script_block);
        self.add(Kind::ScriptBlockExpression { script_block }, extent)
    }

    fn sub_expression(&mut self, open: Token) -> NodeId {
        let mut body = Statements::default();
        let close = self.with_comma(false, |parser| {
            parser.in_mode(Mode::Command, |parser| {
                parser.skip_newlines();
                body.extent = parser.statement_list(&mut body);
                parser.skip_newlines();
                let close = parser.next();
                if close.kind == TokenKind::RParen {
                    return Some(close);
                }
                parser.unget(close);
                parser.incomplete(ErrorId::MissingEndParenthesisInSubexpression, close.extent, &[]);
                None
            })
        });
        let end = close.map(|close| close.extent).or(body.extent).unwrap_or(open.extent);
        let extent = open.extent.to(end);
        let statements = body.extent.unwrap_or(Extent::EMPTY);
        let sub_expression = self.add_statement_block(body, statements);
        if open.kind == TokenKind::DollarParen {
            self.add(Kind::SubExpression { sub_expression }, extent)
        } else {
            self.add(Kind::ArrayExpression { sub_expression }, extent)
        }
    }

    fn parenthesized(&mut self, open: Token) -> NodeId {
        let (pipeline, close) = self.in_mode(Mode::Command, |parser| {
            parser.with_comma(false, |parser| {
                parser.skip_newlines();
                let pipeline = match parser.pipeline_chain() {
                    Some(pipeline) => pipeline,
                    None => {
                        let place = open.extent.after();
                        parser.incomplete(ErrorId::ExpectedExpression, place, &[]);
                        parser.error_statement(place, &[])
                    }
                };
                parser.skip_newlines();
                let close = parser.next();
                if close.kind == TokenKind::RParen {
                    return (pipeline, Some(close));
                }
                parser.unget(close);
                let place = parser.extent(pipeline).after();
                parser.incomplete(ErrorId::MissingEndParenthesisInExpression, place, &[]);
                (pipeline, None)
            })
        });
        let end = close.map_or(self.extent(pipeline), |close| close.extent);
        self.add(Kind::ParenExpression { pipeline }, open.extent.to(end))
    }
}
