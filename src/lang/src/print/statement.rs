//! Statements, pipelines and commands.

use super::{Item, Items};
use crate::{
    Script,
    ast::{Kind, List, NodeId, Redirect, StringKind, SwitchFlags, Text},
    token::TokenKind,
};

impl Items {
    /// Whether the node was a statement or a part of one.
    pub(super) fn statement(&mut self, script: &Script, id: NodeId) -> bool {
        match script.kind(id) {
            Kind::StatementBlock { statements, traps } => {
                self.open();
                self.lines(script, traps);
                self.lines(script, statements);
                self.close();
            }
            Kind::IfStatement { clauses, else_clause } => {
                for (position, clause) in script.list(clauses).chunks(2).enumerate() {
                    if let [condition, body] = clause {
                        self.condition(if position > 0 { " elseif (" } else { "if (" }, *condition, ") ");
                        self.id(*body);
                    }
                }
                self.block_behind(" else ", else_clause);
            }
            Kind::DataStatement { variable, commands_allowed, body } => {
                self.str("data ");
                if let Some(variable) = variable {
                    self.0.push(Item::Text(variable));
                    self.str(" ");
                }
                if !commands_allowed.is_empty() {
                    self.str("-SupportedCommand ");
                    self.list(script, commands_allowed, ", ");
                    self.str(" ");
                }
                self.id(body);
            }
            Kind::TryStatement { body, catch_clauses, finally } => {
                self.str("try ");
                self.id(body);
                self.list(script, catch_clauses, "");
                self.block_behind(" finally ", finally);
            }
            Kind::CatchClause { catch_types, body } => {
                self.str(" catch ");
                self.list(script, catch_types, ", ");
                self.id(body);
            }
            Kind::TrapStatement { trap_type, body } => {
                self.str("trap ");
                self.0.extend(trap_type.map(Item::Node));
                self.id(body);
            }
            Kind::BreakStatement { label } => self.word_and("break", label),
            Kind::ContinueStatement { label } => self.word_and("continue", label),
            Kind::ReturnStatement { pipeline } => self.word_and("return", pipeline),
            Kind::ExitStatement { pipeline } => self.word_and("exit", pipeline),
            Kind::ThrowStatement { pipeline } => self.word_and("throw", pipeline),
            Kind::SwitchStatement { label, flags, condition, clauses, default } => {
                self.label(label);
                self.switch(script, flags, condition, clauses, default);
            }
            Kind::AssignmentStatement { left, operator, right, .. } => {
                self.id(left);
                self.str(" ");
                self.str(operator.text());
                self.str(" ");
                self.id(right);
            }
            _ => return self.loop_statement(script, id) || self.pipeline(script, id),
        }
        true
    }

    fn label(&mut self, label: Option<Text>) {
        if let Some(label) = label {
            self.str(":");
            self.0.push(Item::Text(label));
            self.str(" ");
        }
    }

    fn condition(&mut self, before: &'static str, condition: NodeId, behind: &'static str) {
        self.str(before);
        self.id(condition);
        self.str(behind);
    }

    fn block_behind(&mut self, keyword: &'static str, block: Option<NodeId>) {
        if let Some(block) = block {
            self.str(keyword);
            self.id(block);
        }
    }

    fn word_and(&mut self, word: &'static str, rest: Option<NodeId>) {
        self.str(word);
        if let Some(rest) = rest {
            self.str(" ");
            self.id(rest);
        }
    }

    fn loop_statement(&mut self, script: &Script, id: NodeId) -> bool {
        match script.kind(id) {
            Kind::ForEachStatement { label, variable, condition, body, .. } => {
                self.label(label);
                self.condition("foreach (", variable, " in ");
                self.condition("", condition, ") ");
                self.id(body);
            }
            Kind::ForStatement { label, initializer, condition, iterator, body } => {
                self.label(label);
                self.str("for (");
                for part in [initializer, condition] {
                    self.0.extend(part.map(Item::Node));
                    self.str("; ");
                }
                self.0.extend(iterator.map(Item::Node));
                self.str(") ");
                self.id(body);
            }
            Kind::WhileStatement { label, condition, body } => {
                self.label(label);
                self.condition("while (", condition, ") ");
                self.id(body);
            }
            Kind::DoWhileStatement { label, condition, body } | Kind::DoUntilStatement { label, condition, body } => {
                let is_until = matches!(script.kind(id), Kind::DoUntilStatement { .. });
                self.label(label);
                self.str("do ");
                self.id(body);
                self.condition(if is_until { " until (" } else { " while (" }, condition, ")");
            }
            _ => return false,
        }
        true
    }

    fn switch(
        &mut self,
        script: &Script,
        flags: SwitchFlags,
        condition: NodeId,
        clauses: List,
        default: Option<NodeId>,
    ) {
        self.str("switch");
        for (set, name) in
            [(flags.regex, " -regex"), (flags.wildcard, " -wildcard"), (flags.case_sensitive, " -casesensitive")]
        {
            self.str(if set { name } else { "" });
        }
        if flags.file {
            self.condition(" -file ", condition, " ");
        } else {
            self.condition(" (", condition, ") ");
        }
        self.open();
        for clause in script.list(clauses).chunks(2) {
            if let [test, body] = clause {
                self.id(*test);
                self.str(" ");
                self.id(*body);
                self.newline();
            }
        }
        if let Some(body) = default {
            self.str("default ");
            self.id(body);
            self.newline();
        }
        self.close();
    }

    fn pipeline(&mut self, script: &Script, id: NodeId) -> bool {
        match script.kind(id) {
            Kind::PipelineChain { lhs, operator, rhs, background } => {
                self.id(lhs);
                self.str(if operator == TokenKind::OrOr { " || " } else { " && " });
                self.id(rhs);
                self.str(if background { " &" } else { "" });
            }
            Kind::Pipeline { elements, background } => {
                self.list(script, elements, " | ");
                self.str(if background { " &" } else { "" });
            }
            Kind::CommandExpression { expression, redirections } => {
                self.id(expression);
                self.list(script, redirections, "");
            }
            Kind::Command { elements, invocation_operator, redirections } => {
                match invocation_operator {
                    TokenKind::Ampersand => self.str("& "),
                    TokenKind::Dot => self.str(". "),
                    _ => {}
                }
                self.command(script, elements, redirections);
            }
            Kind::CommandParameter { argument, error_position, .. } => {
                self.0.push(Item::Source(error_position));
                self.0.extend(argument.map(Item::Node));
            }
            Kind::MergingRedirection { .. } => {
                self.str(" ");
                self.0.push(Item::Source(script.node(id).extent));
            }
            Kind::FileRedirection { from, append, location } => {
                self.str(" ");
                self.str(stream(from));
                self.str(if append { ">> " } else { "> " });
                self.id(location);
            }
            _ => return false,
        }
        true
    }

    /// The elements and redirections in the order in which they stand: a word that ends in the backtick at the end of the
    /// script, or `--%`, which takes the rest of the line, has to stay the last.
    fn command(&mut self, script: &Script, elements: List, redirections: List) {
        let is_mark = |id: &NodeId| match script.kind(*id) {
            Kind::StringConstantExpression { value, .. } => script.text(value) == "--%",
            _ => false,
        };
        let (elements, mut redirections) = (script.list(elements), script.list(redirections));
        let start = |id: NodeId| script.node(id).extent.start;
        let mark = match elements {
            [.., mark, rest]
                if matches!(script.kind(*rest), Kind::StringConstantExpression { .. }) && is_mark(mark) =>
            {
                Some(*mark)
            }
            _ => None,
        };
        for (position, element) in elements.iter().enumerate() {
            while let [first, rest @ ..] = redirections
                && start(*first) < start(*element)
            {
                self.id(*first);
                redirections = rest;
            }
            self.str(if position > 0 { " " } else { "" });
            self.id(*element);
            // Behind a quoted mark PowerShell loses one parameter, without which it would be no mark.
            let is_quoted = !matches!(
                script.kind(*element),
                Kind::StringConstantExpression { string_kind: StringKind::BareWord, .. }
            );
            self.str(if mark == Some(*element) && is_quoted { " -x" } else { "" });
        }
        for redirection in redirections {
            self.id(*redirection);
        }
        if mark.is_some() {
            self.0.push(Item::Verbatim);
        }
    }
}

fn stream(stream: Redirect) -> &'static str {
    match stream {
        Redirect::All => "*",
        Redirect::Output => "",
        Redirect::Error => "2",
        Redirect::Warning => "3",
        Redirect::Verbose => "4",
        Redirect::Debug => "5",
        Redirect::Information => "6",
    }
}
