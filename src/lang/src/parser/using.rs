//! `using`.

use alloc::vec::Vec;

use super::{Parser, command::Context};
use crate::{
    ast::{Kind, NodeId, UsingKind},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenKind},
};

impl Parser<'_> {
    /// The `using` statements at the top of a script.
    pub(super) fn using_statements(&mut self) -> Vec<NodeId> {
        let mut statements = Vec::new();
        loop {
            let token = self.peek();
            if token.kind != TokenKind::Using {
                self.resync_to(token);
                return statements;
            }
            self.skip();
            let statement = self.using_statement(token);
            self.skip_newlines_and_semicolons();
            if matches!(self.kind(statement), Kind::UsingStatement { .. }) {
                statements.push(statement);
            }
        }
    }

    pub(super) fn using_statement(&mut self, keyword: Token) -> NodeId {
        let directive = self.next();
        let using_kind = match directive.kind {
            TokenKind::Namespace => UsingKind::Namespace,
            TokenKind::Type => UsingKind::Type,
            TokenKind::Module => UsingKind::Module,
            TokenKind::Command => UsingKind::Command,
            TokenKind::Assembly => UsingKind::Assembly,
            _ => {
                self.unget(directive);
                self.incomplete(ErrorId::MissingUsingStatementDirective, keyword.extent.after(), &[]);
                return self.error_statement(keyword.extent, &[]);
            }
        };
        let item = self.next();
        use TokenKind::{Comma, EndOfInput, NewLine, Semi};
        if matches!(item.kind, EndOfInput | NewLine | Comma | Semi) {
            self.incomplete(ErrorId::MissingUsingItemName, directive.extent.after(), &[]);
            return self.error_statement(keyword.extent.to(directive.extent), &[]);
        }
        let Some(name) = self.argument(Context::Argument, item) else {
            self.error(ErrorId::InvalidValueForUsingItemName, item.extent, &[self.source(item)]);
            self.sync_on_error(true, &[Semi, NewLine]);
            return self.error_statement(keyword.extent.to(item.extent), &[]);
        };
        let is_hashtable = matches!(self.kind(name), Kind::Hashtable { .. });
        let is_string = matches!(self.kind(name), Kind::StringConstantExpression { .. });
        let is_module = is_hashtable && using_kind == UsingKind::Module;
        if !(is_string || is_module) {
            let extent = self.extent(name);
            self.error(ErrorId::InvalidValueForUsingItemName, extent, &[extent.text(self.lex.text)]);
            return self.error_statement(keyword.extent.to(extent), &[]);
        }
        if using_kind != UsingKind::Assembly
            && !is_hashtable
            && let Some(statement) = self.using_alias(keyword, using_kind, item, name)
        {
            return statement;
        }
        // No assembly is ever found: what is asked for is .NET code, and that cannot be run here.
        if using_kind == UsingKind::Assembly
            && let Kind::StringConstantExpression { value, .. } = self.kind(name)
        {
            let assembly = self.text_string(value);
            self.error(ErrorId::ErrorLoadingAssembly, self.extent(name), &[&assembly]);
        }
        self.require_statement_terminator();
        let (module_specification, name_node) = if is_hashtable { (Some(name), None) } else { (None, Some(name)) };
        let extent = keyword.extent.to(self.extent(name));
        self.add(Kind::UsingStatement { using_kind, name: name_node, module_specification, alias: None }, extent)
    }

    /// `= alias`, which only some kinds need; none if nothing of the kind follows.
    fn using_alias(&mut self, keyword: Token, using_kind: UsingKind, item: Token, name: NodeId) -> Option<NodeId> {
        let Some(equals) = self.take(TokenKind::Equals) else {
            if !matches!(using_kind, UsingKind::Type | UsingKind::Command) {
                return None;
            }
            self.incomplete(ErrorId::MissingEqualsInUsingAlias, item.extent.after(), &[]);
            return Some(self.error_statement(keyword.extent.to(self.extent(name)), &[name]));
        };
        let token = self.next();
        if matches!(token.kind, TokenKind::EndOfInput | TokenKind::NewLine | TokenKind::Semi) {
            self.unget(token);
            self.incomplete(ErrorId::MissingNamespaceAlias, equals.extent.after(), &[]);
            return Some(self.error_statement(keyword.extent.to(equals.extent), &[]));
        }
        if token.kind == TokenKind::Comma {
            self.error(ErrorId::UnexpectedUnaryOperator, token.extent, &[self.source(token)]);
            return Some(self.error_statement(keyword.extent.to(token.extent), &[]));
        }
        let alias = self.argument(Context::Argument, token);
        let extent = keyword.extent.to(token.extent);
        let name_node = Some(name);
        let kind = match alias.map(|alias| (alias, self.kind(alias))) {
            Some((alias, Kind::Hashtable { .. })) if using_kind == UsingKind::Module => {
                Kind::UsingStatement { using_kind, name: name_node, module_specification: Some(alias), alias: None }
            }
            Some((alias, Kind::StringConstantExpression { .. })) => {
                Kind::UsingStatement { using_kind, name: name_node, module_specification: None, alias: Some(alias) }
            }
            _ => return Some(self.bad_alias(keyword, token, name, alias)),
        };
        self.require_statement_terminator();
        Some(self.add(kind, extent))
    }

    fn bad_alias(&mut self, keyword: Token, token: Token, name: NodeId, alias: Option<NodeId>) -> NodeId {
        let extent: Extent = alias.map_or(token.extent, |alias| self.extent(alias));
        self.error(ErrorId::InvalidValueForUsingItemName, extent, &[extent.text(self.lex.text)]);
        let mut parts = alloc::vec![name];
        parts.extend(alias);
        self.error_statement(keyword.extent.to(extent), &parts)
    }

    fn require_statement_terminator(&mut self) {
        let token = self.peek();
        match token.kind {
            TokenKind::NewLine | TokenKind::Semi => self.skip(),
            TokenKind::EndOfInput => {}
            _ => {
                self.incomplete(ErrorId::MissingStatementTerminator, token.extent, &[]);
            }
        }
    }
}
