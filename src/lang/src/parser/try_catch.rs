//! `try`, `trap` and `data`.

use alloc::vec::Vec;

use super::{Parser, command::Context};
use crate::{
    ast::{Kind, NodeId, Text},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenKind},
};

impl Parser<'_> {
    /// A type in brackets; an attribute in its place is put back.
    fn exception_type(&mut self) -> Option<NodeId> {
        let restore = self.lex.restore_point();
        self.skip_newlines();
        let attribute = self.attribute()?;
        if self.is_type_constraint(attribute) {
            return Some(attribute);
        }
        self.resync(restore);
        None
    }

    pub(super) fn trap_statement(&mut self, keyword: Token) -> NodeId {
        let trap_type = self.exception_type();
        let Some(body) = self.statement_block() else {
            let end = trap_type.map_or(keyword.extent, |trap_type| self.extent(trap_type));
            self.incomplete(ErrorId::MissingTrapStatement, end.after(), &[]);
            let parts: Vec<NodeId> = trap_type.into_iter().collect();
            return self.error_statement(keyword.extent.to(end), &parts);
        };
        self.add(Kind::TrapStatement { trap_type, body }, keyword.extent.to(self.extent(body)))
    }

    pub(super) fn try_statement(&mut self, keyword: Token) -> NodeId {
        self.skip_newlines();
        let Some(body) = self.statement_block() else {
            self.incomplete(ErrorId::MissingTryStatementBlock, keyword.extent.after(), &[]);
            return self.error_statement(keyword.extent, &[]);
        };
        let mut error_end = None;
        let mut error_types = Vec::new();
        let mut catches = Vec::new();
        while let Some(clause) = self.catch_clause(&mut error_end, &mut error_types) {
            catches.push(clause);
        }
        self.skip_newlines();
        let mut finally = None;
        if let Some(word) = self.take(TokenKind::Finally) {
            finally = self.statement_block();
            if finally.is_none() {
                error_end = Some(word.extent);
                let text = word.kind.text();
                self.incomplete(ErrorId::MissingFinallyStatementBlock, word.extent.after(), &[text]);
            }
        }
        if catches.is_empty() && finally.is_none() && error_end.is_none() {
            let end = self.extent(body);
            error_end = Some(end);
            self.incomplete(ErrorId::MissingCatchOrFinally, end.after(), &[]);
        }
        if let Some(end) = error_end {
            let mut parts = alloc::vec![body];
            parts.extend(catches);
            parts.extend(error_types);
            return self.error_statement(keyword.extent.to(end), &parts);
        }
        let last = finally.or(catches.last().copied()).map_or(keyword.extent, |last| self.extent(last));
        let catch_clauses = self.list(&catches);
        self.add(Kind::TryStatement { body, catch_clauses, finally }, keyword.extent.to(last))
    }

    fn catch_clause(&mut self, error_end: &mut Option<Extent>, error_types: &mut Vec<NodeId>) -> Option<NodeId> {
        self.skip_newlines();
        let keyword = self.take(TokenKind::Catch)?;
        let mut types = Vec::new();
        let mut comma: Option<Token> = None;
        let mut missing_type = false;
        loop {
            let restore = self.lex.restore_point();
            self.skip_newlines();
            let Some(attribute) = self.attribute() else {
                if let Some(comma) = comma {
                    *error_end = Some(comma.extent);
                    missing_type = true;
                    self.incomplete(ErrorId::MissingTypeLiteralToken, comma.extent.after(), &[]);
                }
                break;
            };
            if !self.is_type_constraint(attribute) {
                self.resync(restore);
                break;
            }
            types.push(attribute);
            self.skip_newlines();
            comma = self.take(TokenKind::Comma);
            if comma.is_none() {
                break;
            }
        }
        let Some(body) = self.statement_block() else {
            if !missing_type {
                let end = types.last().map_or(keyword.extent, |last| self.extent(*last));
                *error_end = Some(end);
                self.incomplete(ErrorId::MissingCatchHandlerBlock, end.after(), &[]);
            }
            error_types.extend(types);
            return None;
        };
        let catch_types = self.list(&types);
        Some(self.add(Kind::CatchClause { catch_types, body }, keyword.extent.to(self.extent(body))))
    }

    pub(super) fn data_statement(&mut self, keyword: Token) -> NodeId {
        self.skip_newlines();
        let name = self.simple_name().map(|name| self.extent(name));
        self.skip_newlines();
        let mut commands = Vec::new();
        let mut error_end = None;
        if let Some(parameter) = self.take(TokenKind::Parameter) {
            error_end = self.supported_commands(parameter, &mut commands);
        }
        let mut body = None;
        if error_end.is_none() {
            body = self.statement_block();
            if body.is_none() {
                let end = commands.last().map(|last| self.extent(*last));
                let end = end.or(name).unwrap_or(keyword.extent);
                error_end = Some(end);
                self.incomplete(ErrorId::MissingStatementBlockForDataSection, end.after(), &[]);
            }
        }
        let (Some(body), None) = (body, error_end) else {
            return self.error_statement(keyword.extent.to(error_end.unwrap_or(keyword.extent)), &commands);
        };
        let commands_allowed = self.list(&commands);
        let kind = Kind::DataStatement { variable: name.map(Text::slice), commands_allowed, body };
        self.add(kind, keyword.extent.to(self.extent(body)))
    }

    /// Behind a parameter of `data`. Returns where an error statement ends.
    fn supported_commands(&mut self, parameter: Token, commands: &mut Vec<NodeId>) -> Option<Extent> {
        let mut error_end = None;
        if !self.is_parameter(parameter, "SupportedCommand") {
            error_end = Some(parameter.extent);
            let name: alloc::string::String = self.parameter_name(parameter).into();
            self.error(ErrorId::InvalidParameterForDataSectionStatement, parameter.extent, &[&name]);
        }
        let mut last = parameter.extent;
        loop {
            self.skip_newlines();
            let Some(command) = self.single_argument(Context::CommandName) else {
                if error_end.is_none() {
                    let id = ErrorId::MissingValueForSupportedCommandInDataSectionStatement;
                    self.incomplete(id, last.after(), &[]);
                }
                return Some(last);
            };
            commands.push(command);
            let Some(comma) = self.take(TokenKind::Comma) else { return error_end };
            last = comma.extent;
        }
    }
}
