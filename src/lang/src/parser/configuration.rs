//! `configuration`: PowerShell on Linux parses its head, then fails to load the DSC schemas and gives up the statement.

use alloc::string::String;

use super::{Parser, command::Context};
use crate::{
    ast::{Kind, NodeId},
    error::ErrorId,
    token::{Token, TokenKind},
};

/// The first line of what PowerShell says.
const NO_SCHEMAS: &str = "System.IO.DirectoryNotFoundException: Unable to find DSC schema store at \
     /etc/opt/omi/conf/dsc/configuration. Please ensure PS DSC for Linux is installed.";

impl Parser<'_> {
    pub(super) fn configuration_statement(&mut self, keyword: Token) -> Option<NodeId> {
        self.skip_newlines();
        let name = self.next();
        if name.kind == TokenKind::LCurly {
            self.error(ErrorId::MissingConfigurationName, keyword.extent.after(), &[]);
            self.script_block_expression(name);
            return None;
        }
        self.unget(name);
        if matches!(name.kind, TokenKind::EndOfInput | TokenKind::Comma) {
            self.incomplete(ErrorId::MissingConfigurationName, name.extent.after(), &[]);
            return None;
        }
        self.skip();
        match self.argument(Context::Argument, name) {
            Some(argument) => self.check_configuration_name(argument),
            None => {
                self.error(ErrorId::ParameterRequiresArgument, name.extent.after(), &[self.source(name)]);
                self.incomplete(ErrorId::MissingConfigurationName, name.extent, &[]);
            }
        }
        self.skip_newlines();
        self.error(ErrorId::ParserError, name.extent, &[NO_SCHEMAS]);
        let restore = self.lex.restore_point();
        self.resync(restore);
        None
    }

    fn check_configuration_name(&mut self, argument: NodeId) {
        let name = match self.kind(argument) {
            Kind::StringConstantExpression { value, .. } => self.text_string(value),
            // A number is a constant, too, but not a name.
            Kind::ConstantExpression { .. } => String::new(),
            _ => return,
        };
        let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-'));
        if !valid {
            self.error(ErrorId::InvalidConfigurationName, self.extent(argument), &[&name]);
        }
    }
}
