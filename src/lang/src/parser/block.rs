//! Script blocks: `param`, named blocks, statement lists.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{BlockKind, Kind, List, NodeId},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind},
};

/// Statements and traps of a block, and where they stand; nowhere if there are none.
#[derive(Default)]
pub(super) struct Statements {
    pub(super) statements: Vec<NodeId>,
    pub(super) traps: Vec<NodeId>,
    pub(super) extent: Option<Extent>,
}

/// The parts of a script block in front of its blocks.
#[derive(Clone, Copy)]
struct Header {
    open: Option<Token>,
    using_statements: List,
    param_block: Option<NodeId>,
}

impl Parser<'_> {
    /// A script, or what follows the brace `open`. `first` is a statement that the language itself puts in front.
    pub(super) fn script_block(&mut self, open: Option<Token>, is_filter: bool, first: Option<NodeId>) -> NodeId {
        self.skip_newlines();
        let using = if open.is_none() { self.using_statements() } else { Vec::new() };
        let using_statements = self.list(&using);
        let restore = self.lex.restore_point();
        let param_block = self.param_block();
        if param_block.is_none() {
            self.resync(restore);
        }
        self.skip_newlines_and_semicolons();
        self.script_block_body(Header { open, using_statements, param_block }, is_filter, first)
    }

    fn param_block(&mut self) -> Option<NodeId> {
        self.skip_newlines();
        let candidates = self.attribute_list(false);
        self.skip_newlines();
        let param = self.take(TokenKind::Param)?;
        self.skip_newlines();
        let open = self.next();
        if open.kind != TokenKind::LParen {
            self.unget(open);
            return None;
        }
        let parameters = self.parameter_list();
        self.skip_newlines();
        let close = self.next();
        let mut end = close.extent;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            end = self.before(close.extent);
            let last = parameters.last().map_or(open.extent, |last| self.extent(*last));
            self.incomplete(ErrorId::MissingEndParenthesisInFunctionParameterList, last.after(), &[]);
        }
        let mut attributes = Vec::new();
        for candidate in candidates {
            if let Kind::TypeConstraint { type_name } = self.kind(candidate) {
                let name = self.full_type_name(type_name);
                self.error(ErrorId::TypeNotAllowedBeforeParam, self.extent(candidate), &[&name]);
            } else {
                attributes.push(candidate);
            }
        }
        let attributes = self.list(&attributes);
        let parameters = self.list(&parameters);
        Some(self.add(Kind::ParamBlock { attributes, parameters }, param.extent.to(end)))
    }

    pub(super) fn parameter_list(&mut self) -> Vec<NodeId> {
        let mut parameters = Vec::new();
        let mut comma: Option<Token> = None;
        loop {
            let Some(parameter) = self.parameter() else {
                if let Some(comma) = comma {
                    self.incomplete(ErrorId::MissingExpressionAfterToken, comma.extent.after(), &[","]);
                }
                return parameters;
            };
            parameters.push(parameter);
            self.skip_newlines();
            comma = self.take(TokenKind::Comma);
            if comma.is_none() {
                return parameters;
            }
        }
    }

    fn parameter(&mut self) -> Option<NodeId> {
        self.with_comma(true, |parser| parser.in_mode(Mode::Expression, Self::parameter_in_mode))
    }

    fn parameter_in_mode(&mut self) -> Option<NodeId> {
        self.skip_newlines();
        let attributes = self.attribute_list(false);
        self.skip_newlines();
        let token = self.next();
        let Some(name) = self.variable_of(token) else {
            self.unget(token);
            return self.parameter_without_name(&attributes);
        };
        self.skip_newlines();
        let mut default_value = None;
        if let Some(equals) = self.take(TokenKind::Equals) {
            self.skip_newlines();
            default_value = self.expression(false);
            if default_value.is_none() {
                self.incomplete(ErrorId::MissingExpressionAfterToken, equals.extent.after(), &["="]);
            }
        }
        let start = attributes.first().map_or(token.extent, |first| self.extent(*first));
        let end = default_value.map_or(token.extent, |value| self.extent(value));
        let attributes = self.list(&attributes);
        Some(self.add(Kind::Parameter { attributes, name, default_value }, start.to(end)))
    }

    fn parameter_without_name(&mut self, attributes: &[NodeId]) -> Option<NodeId> {
        let (first, last) = (*attributes.first()?, *attributes.last()?);
        self.incomplete(ErrorId::InvalidFunctionParameter, self.extent(last).after(), &[]);
        self.sync_on_error(true, &[TokenKind::RParen]);
        let extent = self.extent(first).to(self.extent(last));
        let name = self.error_variable(extent);
        let attributes = self.list(attributes);
        Some(self.add(Kind::Parameter { attributes, name, default_value: None }, extent))
    }

    fn script_block_body(&mut self, header: Header, is_filter: bool, first: Option<NodeId>) -> NodeId {
        let token = self.peek();
        if token.flags.contains(TokenFlags::SCRIPT_BLOCK_BLOCK_NAME) {
            return self.named_blocks(header);
        }
        let mut body = Statements::default();
        body.statements.extend(first);
        let mut extent = header.param_block.map(|block| self.extent(block));
        let block_extent = loop {
            let statements = self.statement_list(&mut body);
            extent = match (extent, statements) {
                (Some(extent), Some(statements)) => Some(extent.to(statements)),
                (extent, statements) => extent.or(statements),
            };
            if let Some(whole) = self.close_script_block(header.open, &mut extent) {
                break whole;
            }
        };
        let block = if is_filter { BlockKind::Process } else { BlockKind::End };
        let body = self.named_block(block, true, body, extent.unwrap_or(Extent::EMPTY));
        let Header { using_statements, param_block, .. } = header;
        let (process_block, end_block) = if is_filter { (Some(body), None) } else { (None, Some(body)) };
        let kind = Kind::ScriptBlock {
            using_statements,
            param_block,
            dynamic_param_block: None,
            begin_block: None,
            process_block,
            end_block,
            clean_block: None,
        };
        self.add(kind, block_extent)
    }

    fn named_block(&mut self, block: BlockKind, unnamed: bool, body: Statements, extent: Extent) -> NodeId {
        let statements = self.list(&body.statements);
        let traps = self.list(&body.traps);
        self.add(Kind::NamedBlock { block, unnamed, statements, traps }, extent)
    }

    /// The end of a script block. Returns its extent; none if something stands behind a script, which was passed over.
    fn close_script_block(&mut self, open: Option<Token>, body: &mut Option<Extent>) -> Option<Extent> {
        let Some(open) = open else {
            let token = self.next();
            if token.kind == TokenKind::EndOfInput {
                return Some(self.lex.whole());
            }
            self.unexpected(token);
            return None;
        };
        let close = self.next();
        let end = if close.kind == TokenKind::RCurly {
            // PowerShell compares columns, so braces on two lines may count as adjacent.
            if body.is_none() && self.column(open.extent.end) != self.column(close.extent.start) {
                *body = Some(open.extent.after().to(self.before(close.extent)));
            }
            close.extent
        } else {
            self.unget(close);
            self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent, close.extent, &[]);
            body.unwrap_or(open.extent)
        };
        Some(open.extent.to(end))
    }

    fn named_blocks(&mut self, header: Header) -> NodeId {
        let Header { open, using_statements, param_block } = header;
        let mut start = open.map(|open| open.extent).or_else(|| param_block.map(|block| self.extent(block)));
        let mut end = Extent::EMPTY;
        let mut blocks: [Option<NodeId>; 5] = [None; 5];
        let extent = loop {
            let name = self.next();
            let block = match name.kind {
                TokenKind::Dynamicparam => BlockKind::Dynamicparam,
                TokenKind::Begin => BlockKind::Begin,
                TokenKind::Process => BlockKind::Process,
                TokenKind::End => BlockKind::End,
                TokenKind::Clean => BlockKind::Clean,
                TokenKind::RCurly | TokenKind::EndOfInput => {
                    self.unget(name);
                    let mut body = Some(start.unwrap_or(end).to(end));
                    let whole = self.close_script_block(open, &mut body);
                    break whole.unwrap_or_else(|| self.lex.whole());
                }
                _ => {
                    let whole = if open.is_some() {
                        self.unget(name);
                        start.unwrap_or(end).to(end)
                    } else {
                        self.lex.whole()
                    };
                    self.error(ErrorId::MissingNamedBlocks, name.extent, &[self.source(name)]);
                    break whole;
                }
            };
            start.get_or_insert(name.extent);
            let (body, body_extent) = match self.braced_statements() {
                Some((body, extent)) => (body, extent),
                None => {
                    self.incomplete(ErrorId::MissingNamedStatementBlock, name.extent.after(), &[name.kind.text()]);
                    (Statements::default(), name.extent)
                }
            };
            end = body_extent;
            let extent = name.extent.to(end);
            let slot = match block {
                BlockKind::Dynamicparam => blocks.first_mut(),
                BlockKind::Begin => blocks.get_mut(1),
                BlockKind::Process => blocks.get_mut(2),
                BlockKind::End => blocks.get_mut(3),
                BlockKind::Clean => blocks.get_mut(4),
            };
            match slot {
                Some(slot @ None) => *slot = Some(self.named_block(block, false, body, extent)),
                _ => self.error(ErrorId::DuplicateScriptCommandClause, extent, &[name.kind.text()]),
            }
            self.skip_newlines_and_semicolons();
        };
        let [dynamic_param_block, begin_block, process_block, end_block, clean_block] = blocks;
        let kind = Kind::ScriptBlock {
            using_statements,
            param_block,
            dynamic_param_block,
            begin_block,
            process_block,
            end_block,
            clean_block,
        };
        self.add(kind, extent)
    }

    /// Statements between braces, with the extent of the braces.
    fn braced_statements(&mut self) -> Option<(Statements, Extent)> {
        self.skip_newlines();
        let open = self.next();
        if open.kind != TokenKind::LCurly {
            self.unget(open);
            return None;
        }
        let mut body = Statements::default();
        body.extent = self.statement_list(&mut body);
        let close = self.next();
        let end = if close.kind == TokenKind::RCurly {
            close.extent
        } else {
            self.unget(close);
            self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent, close.extent, &[]);
            body.extent.unwrap_or(open.extent)
        };
        Some((body, open.extent.to(end)))
    }

    pub(super) fn statement_block(&mut self) -> Option<NodeId> {
        let (body, extent) = self.braced_statements()?;
        Some(self.add_statement_block(body, extent))
    }

    pub(super) fn add_statement_block(&mut self, body: Statements, extent: Extent) -> NodeId {
        let statements = self.list(&body.statements);
        let traps = self.list(&body.traps);
        self.add(Kind::StatementBlock { statements, traps }, extent)
    }

    /// Statements up to what cannot begin one. Returns where they stand.
    pub(super) fn statement_list(&mut self, body: &mut Statements) -> Option<Extent> {
        let mut extent: Option<Extent> = None;
        self.skip_newlines_and_semicolons();
        while let Some(statement) = self.statement() {
            let place = self.extent(statement);
            if self.lex.is_after_signature(place) {
                self.error(ErrorId::TokenAfterEndOfValidScriptText, place, &[]);
            }
            if matches!(self.kind(statement), Kind::TrapStatement { .. }) {
                body.traps.push(statement);
            } else {
                body.statements.push(statement);
            }
            extent = Some(extent.unwrap_or(place).to(place));
            self.skip_newlines_and_semicolons();
            if matches!(self.peek().kind, TokenKind::RParen | TokenKind::RCurly) {
                break;
            }
        }
        extent
    }
}
