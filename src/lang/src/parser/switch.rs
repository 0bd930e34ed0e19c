//! `switch`.

use alloc::vec::Vec;

use super::{Parser, command::Context};
use crate::{
    ast::{Kind, NodeId, SwitchFlags},
    error::ErrorId,
    extent::Extent,
    token::{Token, TokenKind},
};

/// What is known of a `switch` statement while it is parsed, errors included.
struct Switch {
    flags: SwitchFlags,
    /// Where an error statement ends.
    end: Extent,
    is_error: bool,
    /// The end of the script was reached: no further error is worth a word.
    is_incomplete: bool,
    condition: Option<NodeId>,
    file_condition: Option<NodeId>,
    parenthesized: bool,
    clauses: Vec<NodeId>,
    parts: Vec<NodeId>,
    default: Option<NodeId>,
}

impl Parser<'_> {
    pub(super) fn switch_statement(&mut self, label: Option<Token>, keyword: Token) -> NodeId {
        let start = label.unwrap_or(keyword).extent;
        let mut switch = Switch {
            flags: SwitchFlags::default(),
            end: start,
            is_error: false,
            is_incomplete: false,
            condition: None,
            file_condition: None,
            parenthesized: false,
            clauses: Vec::new(),
            parts: Vec::new(),
            default: None,
        };
        self.skip_newlines();
        self.switch_parameters(&mut switch);
        self.switch_condition(&mut switch);
        self.skip_newlines();
        let open = self.next();
        let mut close = None;
        if open.kind == TokenKind::LCurly {
            switch.end = open.extent;
            self.skip_newlines();
            close = self.switch_clauses(&mut switch, open);
        } else {
            self.unget(open);
            if !switch.is_incomplete {
                switch.is_error = true;
                self.incomplete(ErrorId::MissingCurlyBraceInSwitchStatement, switch.end.after(), &[]);
            }
        }
        let (false, Some(condition), Some(close)) = (switch.is_error, switch.condition, close) else {
            return self.switch_error(start, keyword.extent, &switch);
        };
        let clauses = self.list(&switch.clauses);
        let kind = Kind::SwitchStatement {
            label: Self::label_text(label),
            flags: switch.flags,
            condition,
            clauses,
            default: switch.default,
        };
        self.add(kind, start.to(close.extent))
    }

    fn switch_error(&mut self, start: Extent, keyword: Extent, switch: &Switch) -> NodeId {
        let condition: Vec<NodeId> = switch.condition.filter(|_| switch.parenthesized).into_iter().collect();
        let conditions = self.list(&condition);
        let bodies = self.list(&switch.parts);
        let kind = Kind::SwitchError { keyword, file: switch.file_condition, conditions, bodies };
        self.add(kind, start.to(switch.end))
    }

    fn switch_parameters(&mut self, switch: &mut Switch) {
        while let Some(parameter) = self.take(TokenKind::Parameter) {
            switch.end = parameter.extent;
            if self.is_parameter(parameter, "regex") {
                switch.flags.regex = true;
                switch.flags.wildcard = false;
            } else if self.is_parameter(parameter, "wildcard") {
                switch.flags.wildcard = true;
                switch.flags.regex = false;
            } else if self.is_parameter(parameter, "exact") {
                switch.flags.regex = false;
                switch.flags.wildcard = false;
            } else if self.is_parameter(parameter, "casesensitive") {
                switch.flags.case_sensitive = true;
            } else if self.is_parameter(parameter, "parallel") {
                switch.flags.parallel = true;
            } else if self.is_parameter(parameter, "file") {
                switch.flags.file = true;
                self.skip_newlines();
                match self.single_argument(Context::FileName) {
                    Some(file) => {
                        switch.end = self.extent(file);
                        let condition = self.pipeline_of(file);
                        switch.condition = Some(condition);
                        switch.file_condition.get_or_insert(condition);
                    }
                    None => {
                        switch.is_error = true;
                        let place = parameter.extent.after();
                        switch.is_incomplete = self.incomplete(ErrorId::MissingFilenameOption, place, &[]);
                    }
                }
            } else {
                switch.is_error = true;
                let name: alloc::string::String = self.parameter_name(parameter).into();
                self.error(ErrorId::InvalidSwitchFlag, parameter.extent, &[&name]);
            }
        }
    }

    fn switch_condition(&mut self, switch: &mut Switch) {
        let Some(open) = self.take(TokenKind::LParen) else {
            if switch.condition.is_none() && !switch.flags.file {
                switch.is_error = true;
                let place = switch.end.after();
                switch.is_incomplete = self.incomplete(ErrorId::PipelineValueRequired, place, &[]);
            }
            return;
        };
        switch.end = open.extent;
        if switch.flags.file {
            switch.is_error = true;
            self.error(ErrorId::PipelineValueRequired, open.extent, &[]);
        }
        switch.parenthesized = true;
        self.skip_newlines();
        switch.condition = self.pipeline_chain();
        match switch.condition {
            Some(condition) => switch.end = self.extent(condition),
            None => {
                switch.is_error = true;
                let place = open.extent.after();
                switch.is_incomplete = self.incomplete(ErrorId::PipelineValueRequired, place, &[]);
            }
        }
        self.skip_newlines();
        let close = self.next();
        if close.kind == TokenKind::RParen {
            switch.end = close.extent;
            return;
        }
        self.unget(close);
        if !switch.is_incomplete {
            switch.is_error = true;
            let place = switch.end.after();
            switch.is_incomplete = self.incomplete(ErrorId::MissingEndParenthesisInSwitchStatement, place, &[]);
        }
    }

    /// Behind the brace. Returns the one that closes it.
    fn switch_clauses(&mut self, switch: &mut Switch, open: Token) -> Option<Token> {
        loop {
            let token = self.peek();
            let is_default = token.kind == TokenKind::Default;
            let test = if is_default {
                self.skip();
                Some(self.bare_word(token.extent))
            } else {
                self.single_argument(Context::SwitchCondition)
            };
            let Some(test) = test else {
                switch.is_error = true;
                self.incomplete(ErrorId::MissingSwitchConditionExpression, switch.end.after(), &[]);
                // A switch without clauses ends here, for what follows it.
                self.take(TokenKind::RCurly);
                return None;
            };
            switch.parts.push(test);
            switch.end = self.extent(test);
            match self.statement_block() {
                Some(body) => self.switch_clause(switch, is_default, test, body),
                None => {
                    switch.is_error = true;
                    let place = switch.end.after();
                    switch.is_incomplete = self.incomplete(ErrorId::MissingSwitchStatementClause, place, &[]);
                }
            }
            self.skip_newlines_and_semicolons();
            let token = self.peek();
            if token.kind == TokenKind::RCurly {
                self.skip();
                return Some(token);
            }
            if token.kind == TokenKind::EndOfInput {
                if !switch.is_incomplete {
                    switch.is_error = true;
                    self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent, token.extent, &[]);
                }
                return None;
            }
        }
    }

    fn switch_clause(&mut self, switch: &mut Switch, is_default: bool, test: NodeId, body: NodeId) {
        switch.parts.push(body);
        switch.end = self.extent(body);
        if !is_default {
            switch.clauses.extend([test, body]);
            return;
        }
        if switch.default.is_some() {
            switch.is_error = true;
            self.error(ErrorId::MultipleSwitchDefaultClauses, self.extent(test), &[]);
        }
        switch.default = Some(body);
    }
}
