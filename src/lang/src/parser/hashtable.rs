//! `@{}`.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId},
    error::ErrorId,
    lexer::Mode,
    token::{Token, TokenKind},
};

impl Parser<'_> {
    pub(super) fn hashtable(&mut self, open: Token) -> NodeId {
        self.skip_newlines();
        let mut pairs = Vec::new();
        while let Some((key, value)) = self.key_value_pair() {
            pairs.extend([key, value]);
            if !matches!(self.peek().kind, TokenKind::NewLine | TokenKind::Semi) {
                break;
            }
            self.skip_newlines_and_semicolons();
        }
        let close = self.next();
        let end = if close.kind == TokenKind::RCurly {
            close.extent
        } else {
            self.unget(close);
            self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent.after(), close.extent, &[]);
            self.before(close.extent)
        };
        let pairs = self.list(&pairs);
        self.add(Kind::Hashtable { pairs }, open.extent.to(end))
    }

    fn key_value_pair(&mut self) -> Option<(NodeId, NodeId)> {
        let (key, equals) = self.in_mode(Mode::Expression, |parser| {
            let key = parser.label_or_key()?;
            Some((key, parser.next()))
        })?;
        if equals.kind != TokenKind::Equals {
            self.unget(equals);
            let place = self.extent(key).after();
            self.error(ErrorId::MissingEqualsInHashLiteral, place, &[]);
            self.sync_on_error(false, &[TokenKind::RCurly, TokenKind::Semi, TokenKind::NewLine]);
            return Some((key, self.error_statement(place, &[])));
        }
        let value = self.in_mode(Mode::Command, |parser| {
            parser.skip_newlines();
            parser.statement()
        });
        let value = match value {
            Some(value) => value,
            None => {
                let place = equals.extent.after();
                self.incomplete(ErrorId::MissingStatementInHashLiteral, place, &[]);
                self.error_statement(place, &[])
            }
        };
        Some((key, value))
    }
}
