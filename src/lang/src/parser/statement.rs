//! Statements: which rule a statement begins, and the short ones.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId, Text},
    error::ErrorId,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

impl Parser<'_> {
    /// A statement; none at what cannot begin one.
    pub(super) fn statement(&mut self) -> Option<NodeId> {
        self.nested(Self::statement_rule).flatten()
    }

    fn statement_rule(&mut self) -> Option<NodeId> {
        loop {
            let mut token = self.next();
            let mut attributes = Vec::new();
            let restore = token.extent.start();
            if token.kind == TokenKind::Generic && self.source(token).starts_with('[') {
                (token, attributes) = self.statement_attributes(token);
            }
            // Behind `else` and its kind PowerShell tries again once something is wrong anyway.
            let stray = matches!(token.kind, TokenKind::Else | TokenKind::ElseIf | TokenKind::Catch | TokenKind::Until);
            if !stray || self.lex.errors.is_empty() {
                return self.statement_from(token, &attributes, restore);
            }
            self.skip_newlines();
        }
    }

    fn statement_from(&mut self, token: Token, attributes: &[NodeId], restore: usize) -> Option<NodeId> {
        Some(match token.kind {
            TokenKind::If => self.if_statement(token),
            TokenKind::Switch => self.switch_statement(None, token),
            TokenKind::Foreach => self.foreach_statement(None, token),
            TokenKind::For => self.for_statement(None, token),
            TokenKind::While => self.while_statement(None, token),
            TokenKind::Do => self.do_statement(None, token),
            TokenKind::Function | TokenKind::Filter | TokenKind::Workflow => self.function_declaration(token),
            TokenKind::Return => self.flow_statement(token, |pipeline| Kind::ReturnStatement { pipeline }),
            TokenKind::Throw => self.flow_statement(token, |pipeline| Kind::ThrowStatement { pipeline }),
            TokenKind::Exit => self.flow_statement(token, |pipeline| Kind::ExitStatement { pipeline }),
            TokenKind::Break => self.jump_statement(token, |label| Kind::BreakStatement { label }),
            TokenKind::Continue => self.jump_statement(token, |label| Kind::ContinueStatement { label }),
            TokenKind::Trap => self.trap_statement(token),
            TokenKind::Try => self.try_statement(token),
            TokenKind::Data => self.data_statement(token),
            TokenKind::Parallel | TokenKind::Sequence => self.workflow_block(token),
            TokenKind::Configuration => return self.configuration_statement(token),
            TokenKind::From | TokenKind::Define | TokenKind::Var => {
                self.error(ErrorId::ReservedKeywordNotAllowed, token.extent, &[token.kind.text()]);
                self.error_statement(token.extent, &[])
            }
            TokenKind::Label => {
                self.skip_newlines();
                return self.labeled_statement(token);
            }
            TokenKind::Class => self.class_definition(attributes, token),
            TokenKind::Enum => self.enum_definition(attributes, token),
            TokenKind::Using => {
                let statement = self.using_statement(token);
                self.error(ErrorId::UsingMustBeAtStartOfScript, self.extent(statement), &[]);
                statement
            }
            TokenKind::EndOfInput if attributes.is_empty() => {
                self.unget(token);
                return None;
            }
            _ => {
                if attributes.is_empty() {
                    self.unget(token);
                } else {
                    self.resync(restore);
                }
                return self.pipeline_chain();
            }
        })
    }

    /// Attributes in front of a statement that takes some, and the token behind them. Where they turn out to be the
    /// beginning of an expression, the token is the bracket again.
    fn statement_attributes(&mut self, bracket: Token) -> (Token, Vec<NodeId>) {
        self.resync_to(bracket);
        let attributes = self.attribute_list(false);
        let token = self.next();
        let Some(first) = attributes.first().copied() else { return (token, attributes) };
        if token.flags.contains(TokenFlags::STATEMENT_DOESNT_SUPPORT_ATTRIBUTES) {
            if self.has_type_constraint(&attributes) {
                self.resync_to(bracket);
                return (self.next(), attributes);
            }
            let name = self.attribute_type(first);
            self.error(ErrorId::UnexpectedAttribute, self.extent(first), &[&name]);
        } else if token.flags.contains(TokenFlags::KEYWORD) {
            let constraint = attributes.iter().copied().find(|attribute| self.is_type_constraint(*attribute));
            if let Some(constraint) = constraint {
                let name = self.attribute_type(constraint);
                self.error(ErrorId::TypeNotAllowedBeforeStatement, self.extent(constraint), &[&name]);
            }
        } else {
            self.resync_to(bracket);
            return (self.next(), attributes);
        }
        (token, attributes)
    }

    pub(super) fn is_type_constraint(&self, attribute: NodeId) -> bool {
        matches!(self.kind(attribute), Kind::TypeConstraint { .. })
    }

    pub(super) fn has_type_constraint(&self, attributes: &[NodeId]) -> bool {
        attributes.iter().any(|attribute| self.is_type_constraint(*attribute))
    }

    /// The type of an attribute or type constraint, in full.
    pub(super) fn attribute_type(&self, attribute: NodeId) -> alloc::string::String {
        match self.kind(attribute) {
            Kind::TypeConstraint { type_name } | Kind::Attribute { type_name, .. } => self.full_type_name(type_name),
            _ => alloc::string::String::new(),
        }
    }

    fn flow_statement(&mut self, token: Token, kind: impl Fn(Option<NodeId>) -> Kind) -> NodeId {
        let pipeline = self.pipeline_chain();
        let end = pipeline.map_or(token.extent, |pipeline| self.extent(pipeline));
        self.add(kind(pipeline), token.extent.to(end))
    }

    fn jump_statement(&mut self, token: Token, kind: impl Fn(Option<NodeId>) -> Kind) -> NodeId {
        let label = self.label_or_key();
        let end = label.map_or(token.extent, |label| self.extent(label));
        self.add(kind(label), token.extent.to(end))
    }

    /// A name in a place where keywords are names, too.
    pub(super) fn simple_name_token(&mut self) -> Option<(NodeId, Token)> {
        self.lex.want_simple_name = true;
        let mut token = self.peek();
        self.lex.want_simple_name = false;
        if token.kind != TokenKind::Identifier {
            return None;
        }
        self.lex.update(&mut token, |token| token.flags |= TokenFlags::MEMBER_NAME);
        self.skip();
        Some((self.bare_word(token.extent), token))
    }

    pub(super) fn simple_name(&mut self) -> Option<NodeId> {
        self.simple_name_token().map(|(name, _)| name)
    }

    /// The label of a jump, or the key of a hash literal.
    pub(super) fn label_or_key(&mut self) -> Option<NodeId> {
        if let Some(name) = self.simple_name() {
            return Some(name);
        }
        if matches!(self.peek().kind, TokenKind::NewLine | TokenKind::Semi) {
            return None;
        }
        self.with_comma(true, |parser| parser.unary_expression(false))
    }

    fn labeled_statement(&mut self, label: Token) -> Option<NodeId> {
        let token = self.next();
        Some(match token.kind {
            TokenKind::Switch => self.switch_statement(Some(label), token),
            TokenKind::Foreach => self.foreach_statement(Some(label), token),
            TokenKind::For => self.for_statement(Some(label), token),
            TokenKind::While => self.while_statement(Some(label), token),
            TokenKind::Do => self.do_statement(Some(label), token),
            _ => {
                self.resync_to(label);
                return self.pipeline_chain();
            }
        })
    }

    /// The text of a label token.
    pub(super) fn label_text(label: Option<Token>) -> Option<Text> {
        match label?.value {
            TokenValue::Text(text) => Some(text),
            _ => None,
        }
    }

    fn workflow_block(&mut self, keyword: Token) -> NodeId {
        let Some(body) = self.statement_block() else {
            let place = keyword.extent.after();
            self.incomplete(ErrorId::MissingStatementAfterKeyword, place, &[self.source(keyword)]);
            return self.error_statement(keyword.extent, &[]);
        };
        let extent = keyword.extent.to(self.extent(body));
        let kind = Kind::BlockStatement { keyword: keyword.kind, keyword_extent: keyword.extent, body };
        self.add(kind, extent)
    }

    fn if_statement(&mut self, if_token: Token) -> NodeId {
        let mut clauses = Vec::new();
        let mut parts = Vec::new();
        let mut keyword = if_token;
        let else_clause = loop {
            self.skip_newlines();
            let open = self.next();
            let word = self.source(keyword);
            if open.kind != TokenKind::LParen {
                self.unget(open);
                self.incomplete(ErrorId::MissingOpenParenthesisInIfStatement, keyword.extent.after(), &[word]);
                return self.error_statement(if_token.extent.to(keyword.extent), &parts);
            }
            self.skip_newlines();
            let condition = self.pipeline_chain();
            let condition_or_error = match condition {
                Some(condition) => {
                    parts.push(condition);
                    condition
                }
                None => {
                    let place = open.extent.after();
                    self.incomplete(ErrorId::IfStatementMissingCondition, place, &[word]);
                    self.error_statement(place, &[])
                }
            };
            self.skip_newlines();
            let close = self.next();
            if close.kind != TokenKind::RParen {
                self.unget(close);
                if !matches!(self.kind(condition_or_error), Kind::ErrorStatement { .. }) {
                    self.incomplete(ErrorId::MissingEndParenthesisAfterStatement, close.extent, &[word]);
                }
                let end = self.before(close.extent);
                return self.error_statement(if_token.extent.to(end), &parts);
            }
            self.skip_newlines();
            let Some(body) = self.statement_block() else {
                self.incomplete(ErrorId::MissingStatementBlock, close.extent, &[word]);
                return self.error_statement(if_token.extent.to(close.extent), &parts);
            };
            parts.push(body);
            clauses.extend([condition_or_error, body]);
            let restore = match self.ungot {
                Some(token) => token.extent.start(),
                None => self.lex.restore_point(),
            };
            self.skip_newlines();
            keyword = self.peek();
            match keyword.kind {
                TokenKind::ElseIf => self.skip(),
                TokenKind::Else => {
                    self.skip();
                    self.skip_newlines();
                    let body = self.statement_block();
                    if body.is_none() {
                        self.incomplete(ErrorId::MissingStatementBlockAfterElse, keyword.extent.after(), &[]);
                        return self.error_statement(if_token.extent.to(keyword.extent), &parts);
                    }
                    break body;
                }
                _ => {
                    self.resync(restore);
                    break None;
                }
            }
        };
        let last = else_clause.or(clauses.last().copied()).map_or(if_token.extent, |last| self.extent(last));
        let clauses = self.list(&clauses);
        self.add(Kind::IfStatement { clauses, else_clause }, if_token.extent.to(last))
    }
}
