//! The blocks of a method and the flow between them.

use alloc::string::String;

use super::{
    flow::{Analysis, Block, EXIT, Event, Loop, OBJECT, PESSIMIZING},
    fold,
};
use crate::{
    ast::{Kind, List, NodeId, Step, Text, VariablePath, VariableScope},
    token::TokenKind,
};

impl Analysis<'_> {
    pub(super) fn block(&mut self) -> usize {
        self.blocks.push(Block::default());
        self.blocks.len().saturating_sub(1)
    }

    fn flows(&mut self, from: usize, to: usize) {
        let Some(block) = self.blocks.get_mut(from) else { return };
        if block.next.contains(&to) {
            return;
        }
        block.next.push(to);
        let reachable = block.reachable;
        if let Some(block) = self.blocks.get_mut(to) {
            block.reachable |= reachable;
            block.previous.push(from);
        }
    }

    fn flows_to(&mut self, to: usize) {
        self.flows(self.current, to);
    }

    fn event(&mut self, event: Event) {
        if let Some(block) = self.blocks.get_mut(self.current) {
            block.events.push(event);
        }
    }

    fn write(&mut self, name: &str, type_name: Option<&str>) {
        self.event(Event::Write { name: fold(name), type_name: type_name.map(Into::into) });
    }

    /// Whether the body may change variables by name; nested script blocks do not count.
    pub(super) fn is_pessimistic(&self, body: NodeId) -> bool {
        let view = self.view;
        let mut walk = view.visit(body);
        while let Some(step) = walk.next() {
            let Step::Enter(id) = step else { continue };
            match view.kind(id) {
                Kind::VariableExpression { path, .. } if path.scope == VariableScope::Private => return true,
                Kind::Command { elements, invocation_operator, .. } => {
                    let name = view.list(elements).first().and_then(|name| view.string(*name));
                    let is_named = |name: &str| PESSIMIZING.iter().any(|other| other.eq_ignore_ascii_case(name));
                    if invocation_operator == TokenKind::Dot || name.is_some_and(is_named) {
                        return true;
                    }
                }
                Kind::FunctionDefinition { .. } | Kind::ScriptBlockExpression { .. } | Kind::TrapStatement { .. } => {
                    walk.skip_children();
                }
                _ => {}
            }
        }
        false
    }

    pub(super) fn parameters(&mut self, parameters: List) {
        for parameter in self.view.list(parameters) {
            let Kind::Parameter { name, .. } = self.view.kind(*parameter) else { continue };
            let Kind::VariableExpression { path, .. } = self.view.kind(name) else { continue };
            if path.is_any_local() {
                let name = self.name_of(path);
                self.variables.entry(name.clone()).or_default().assigned = true;
                self.event(Event::Write { name, type_name: None });
            }
        }
    }

    fn name_of(&self, path: VariablePath) -> String {
        let name = self.view.get(path.unqualified_path);
        fold(if name.eq_ignore_ascii_case("PSItem") { "_" } else { name })
    }

    pub(super) fn script_block(&mut self, body: NodeId) {
        if let Kind::ScriptBlock { dynamic_param_block, begin_block, process_block, end_block, clean_block, .. } =
            self.view.kind(body)
        {
            let blocks = [dynamic_param_block, begin_block, process_block, end_block, clean_block];
            for block in blocks.into_iter().flatten() {
                self.node(block);
            }
        }
        self.flows_to(EXIT);
    }

    fn list(&mut self, list: List) {
        for id in self.view.list(list) {
            self.node(*id);
        }
    }

    fn maybe(&mut self, id: Option<NodeId>) {
        if let Some(id) = id {
            self.node(id);
        }
    }

    fn node(&mut self, id: NodeId) {
        match self.view.kind(id) {
            Kind::NamedBlock { statements, .. } | Kind::StatementBlock { statements, .. } => self.list(statements),
            Kind::IfStatement { clauses, else_clause } => self.if_statement(clauses, else_clause),
            Kind::TernaryExpression { condition, if_true, if_false } => self.ternary(condition, if_true, if_false),
            Kind::TrapStatement { body, .. } | Kind::BlockStatement { body, .. } | Kind::CatchClause { body, .. } => {
                self.node(body);
            }
            Kind::SwitchStatement { label, condition, clauses, default, .. } => {
                self.switch(label, condition, clauses, default);
            }
            Kind::DataStatement { variable, body, .. } => {
                self.node(body);
                if let Some(variable) = variable {
                    self.write(self.view.get(variable), Some(OBJECT));
                }
            }
            Kind::ForEachStatement { label, variable, condition, body, .. } => {
                self.foreach(label, variable, condition, body);
            }
            Kind::ForStatement { label, initializer, condition, iterator, body } => {
                self.maybe(initializer);
                self.while_loop(label, condition, iterator, |analysis| analysis.node(body));
            }
            Kind::WhileStatement { label, condition, body } => {
                self.while_loop(label, Some(condition), None, |analysis| analysis.node(body));
            }
            Kind::DoWhileStatement { label, condition, body } | Kind::DoUntilStatement { label, condition, body } => {
                self.do_loop(label, condition, body);
            }
            Kind::TryStatement { body, catch_clauses, finally } => self.try_statement(body, catch_clauses, finally),
            Kind::BreakStatement { label } => self.jump(label, |target| target.on_break),
            Kind::ContinueStatement { label } => self.jump(label, |target| target.on_continue),
            Kind::ReturnStatement { pipeline } => self.leave(pipeline, |block| block.returns = true),
            Kind::ExitStatement { pipeline } | Kind::ThrowStatement { pipeline } => {
                self.leave(pipeline, |block| block.throws = true);
            }
            Kind::AssignmentStatement { left, right, .. } => {
                self.node(right);
                self.targets(left);
            }
            Kind::Pipeline { elements, .. } => self.pipeline(elements),
            Kind::Command { elements, .. } => self.list(elements),
            Kind::CommandExpression { expression, .. } => self.node(expression),
            Kind::CommandParameter { argument, .. } => self.maybe(argument),
            Kind::FileRedirection { location, .. } => self.node(location),
            Kind::BinaryExpression { left, operator, right, .. } => self.binary(left, operator, right),
            Kind::UnaryExpression { child, .. }
            | Kind::ConvertExpression { child, .. }
            | Kind::AttributedExpression { child, .. } => self.node(child),
            Kind::SubExpression { sub_expression } | Kind::ArrayExpression { sub_expression } => {
                self.node(sub_expression);
            }
            Kind::VariableExpression { path, .. } => self.read(id, path),
            Kind::MemberExpression { expression, member, .. } => {
                self.node(expression);
                self.node(member);
            }
            Kind::InvokeMemberExpression { expression, member, arguments, .. } => {
                self.node(expression);
                self.node(member);
                self.list(arguments);
            }
            Kind::ArrayLiteral { elements: list } | Kind::Hashtable { pairs: list } => self.list(list),
            Kind::ExpandableStringExpression { nested_expressions, .. } => self.list(nested_expressions),
            Kind::ParenExpression { pipeline } => self.node(pipeline),
            Kind::IndexExpression { target, index, .. } => {
                self.node(target);
                self.node(index);
            }
            _ => {}
        }
    }

    fn read(&mut self, id: NodeId, path: VariablePath) {
        if path.is_any_local() {
            let name = self.name_of(path);
            self.variables.entry(name.clone()).or_default().reads.push(id);
            self.event(Event::Read(id, name));
        }
    }

    fn if_statement(&mut self, clauses: List, else_clause: Option<NodeId>) {
        let after = self.block();
        if else_clause.is_none() {
            self.flows_to(after);
        }
        let clauses = self.view.list(clauses);
        let last = clauses.chunks_exact(2).len().saturating_sub(1);
        for (position, clause) in clauses.chunks_exact(2).enumerate() {
            let [condition, body] = clause else { continue };
            let then = self.block();
            let next = if position == last && else_clause.is_none() { after } else { self.block() };
            self.node(*condition);
            self.flows_to(then);
            self.flows_to(next);
            self.current = then;
            self.node(*body);
            self.flows_to(after);
            self.current = next;
        }
        if let Some(body) = else_clause {
            self.node(body);
            self.flows_to(after);
        }
        self.current = after;
    }

    fn ternary(&mut self, condition: NodeId, if_true: NodeId, if_false: NodeId) {
        let (then, otherwise, after) = (self.block(), self.block(), self.block());
        self.node(condition);
        self.flows_to(then);
        self.flows_to(otherwise);
        for (block, value) in [(then, if_true), (otherwise, if_false)] {
            self.current = block;
            self.node(value);
            self.flows_to(after);
        }
        self.current = after;
    }

    fn binary(&mut self, left: NodeId, operator: TokenKind, right: NodeId) {
        self.node(left);
        if !matches!(operator, TokenKind::And | TokenKind::Or) {
            return self.node(right);
        }
        let (after, next) = (self.block(), self.block());
        self.flows_to(after);
        self.flows_to(next);
        self.current = next;
        self.node(right);
        self.flows_to(after);
        self.current = after;
    }

    /// A loop that tests first; `condition` is what comes before each turn.
    fn loop_with(
        &mut self,
        label: Option<Text>,
        condition: Option<impl FnOnce(&mut Self)>,
        iterator: Option<NodeId>,
        body: impl FnOnce(&mut Self),
    ) {
        let on_continue = self.block();
        if let Some(iterator) = iterator {
            let after = self.block();
            self.flows_to(after);
            self.current = on_continue;
            self.node(iterator);
            self.flows_to(after);
            self.current = after;
        } else {
            self.flows_to(on_continue);
            self.current = on_continue;
        }
        let (turn, on_break) = (self.block(), self.block());
        if let Some(condition) = condition {
            condition(self);
            self.flows_to(on_break);
        }
        self.loops.push(Loop { label, on_break, on_continue });
        self.flows_to(turn);
        self.current = turn;
        body(self);
        self.flows_to(on_continue);
        self.current = on_break;
        self.loops.pop();
    }

    fn while_loop(
        &mut self,
        label: Option<Text>,
        condition: Option<NodeId>,
        iterator: Option<NodeId>,
        body: impl FnOnce(&mut Self),
    ) {
        let condition = condition.map(|condition| move |analysis: &mut Self| analysis.node(condition));
        self.loop_with(label, condition, iterator, body);
    }

    fn do_loop(&mut self, label: Option<Text>, condition: NodeId, body: NodeId) {
        let (on_continue, turn, on_break, repeat) = (self.block(), self.block(), self.block(), self.block());
        self.loops.push(Loop { label, on_break, on_continue });
        self.flows_to(turn);
        self.current = turn;
        self.node(body);
        self.flows_to(on_continue);
        self.current = on_continue;
        self.node(condition);
        self.flows_to(on_break);
        self.flows_to(repeat);
        self.current = repeat;
        self.flows_to(turn);
        self.current = on_break;
        self.loops.pop();
    }

    fn foreach(&mut self, label: Option<Text>, variable: NodeId, condition: NodeId, body: NodeId) {
        let after = self.block();
        let test = |analysis: &mut Self| {
            analysis.node(condition);
            analysis.flows_to(after);
            analysis.write("foreach", Some("System.Collections.IEnumerator"));
            analysis.target(variable);
        };
        self.loop_with(label, Some(test), None, |analysis| analysis.node(body));
        self.flows_to(after);
        self.current = after;
    }

    fn switch(&mut self, label: Option<Text>, condition: NodeId, clauses: List, default: Option<NodeId>) {
        let test = |analysis: &mut Self| {
            analysis.node(condition);
            analysis.write("switch", Some("System.Collections.IEnumerator"));
        };
        self.loop_with(label, Some(test), None, |analysis| analysis.switch_clauses(clauses, default));
    }

    fn switch_clauses(&mut self, clauses: List, default: Option<NodeId>) {
        let after = self.block();
        let clauses = self.view.list(clauses);
        let last = clauses.chunks_exact(2).len().saturating_sub(1);
        for (position, clause) in clauses.chunks_exact(2).enumerate() {
            let [test, body] = clause else { continue };
            let is_last = position == last && default.is_none();
            let then = self.block();
            let next = if is_last { after } else { self.block() };
            self.node(*test);
            self.flows_to(next);
            self.flows_to(then);
            self.current = then;
            self.node(*body);
            if !is_last {
                self.flows_to(next);
                self.current = next;
            }
        }
        if let Some(body) = default {
            self.flows_to(after);
            self.node(body);
        }
        self.flows_to(after);
        self.current = after;
    }

    fn try_statement(&mut self, body: NodeId, catch_clauses: List, finally: Option<NodeId>) {
        let before = self.current;
        let first = self.block();
        self.flows_to(first);
        self.current = first;
        self.node(body);
        let end_of_try = self.current;
        let finally_block = finally.map(|_| self.block());
        let after = self.block();
        let mut catches_all = false;
        for clause in self.view.list(catch_clauses) {
            let Kind::CatchClause { catch_types, body } = self.view.kind(*clause) else { continue };
            catches_all |= catch_types.is_empty();
            let handler = self.block();
            self.flows(before, handler);
            self.current = handler;
            self.node(body);
            self.flows_to(finally_block.unwrap_or(after));
        }
        let (Some(finally), Some(finally_block)) = (finally, finally_block) else {
            self.flows(end_of_try, after);
            self.current = after;
            return;
        };
        self.flows(end_of_try, finally_block);
        self.current = finally_block;
        self.node(finally);
        self.flows_to(after);
        if !catches_all {
            self.flows(before, finally_block);
            let rethrow = self.block();
            self.flows_to(rethrow);
            if let Some(block) = self.blocks.get_mut(rethrow) {
                block.throws = true;
            }
            self.flows(rethrow, EXIT);
        }
        self.current = after;
    }

    fn jump(&mut self, label: Option<NodeId>, place: impl Fn(&Loop) -> usize) {
        self.maybe(label);
        let view = self.view;
        let target = match label {
            None => self.loops.last(),
            Some(label) => view.string(label).and_then(|label| {
                let has_label =
                    |target: &&Loop| target.label.map_or("", |own| view.get(own)).eq_ignore_ascii_case(label);
                self.loops.iter().rev().find(has_label)
            }),
        };
        match target.map(place) {
            Some(target) => self.flows_to(target),
            None => {
                self.flows_to(EXIT);
                if let Some(block) = self.blocks.get_mut(self.current) {
                    block.throws = true;
                }
            }
        }
        self.current = self.block();
    }

    fn leave(&mut self, pipeline: Option<NodeId>, mark: impl Fn(&mut Block)) {
        self.maybe(pipeline);
        self.flows_to(EXIT);
        if let Some(block) = self.blocks.get_mut(self.current) {
            mark(block);
        }
        self.current = self.block();
    }

    /// A command may break out of any loop around it.
    fn pipeline(&mut self, elements: List) {
        let mut has_command = false;
        for element in self.view.list(elements) {
            self.node(*element);
            if let Kind::Command { redirections, .. } | Kind::CommandExpression { redirections, .. } =
                self.view.kind(*element)
            {
                self.list(redirections);
            }
            has_command |= matches!(self.view.kind(*element), Kind::Command { .. });
        }
        if !has_command || self.loops.is_empty() {
            return;
        }
        for position in 0..self.loops.len() {
            let Some((on_break, on_continue)) = self.loops.get(position).map(|t| (t.on_break, t.on_continue)) else {
                continue;
            };
            self.flows_to(on_break);
            self.flows_to(on_continue);
        }
        let next = self.block();
        self.flows_to(next);
        self.current = next;
    }

    /// The targets of an assignment, lists and parentheses taken apart.
    fn targets(&mut self, left: NodeId) {
        match self.view.kind(left) {
            Kind::ParenExpression { pipeline } => {
                if let Some(expression) = self.view.pure_expression(pipeline) {
                    self.targets(expression);
                }
            }
            Kind::ArrayLiteral { elements } => {
                for element in self.view.list(elements) {
                    self.targets(*element);
                }
            }
            _ => self.target(left),
        }
    }

    fn target(&mut self, target: NodeId) {
        let view = self.view;
        let (mut converts, mut has_attributes) = (0_u32, false);
        let mut type_name = None;
        let mut inner = target;
        loop {
            inner = match view.kind(inner) {
                Kind::ConvertExpression { type_constraint, child } => {
                    type_name = Some(type_constraint);
                    child
                }
                Kind::AttributedExpression { child, .. } => {
                    has_attributes = true;
                    child
                }
                _ => break,
            };
            converts = converts.saturating_add(1);
        }
        let Kind::VariableExpression { path, .. } = view.kind(inner) else { return self.node(target) };
        if !path.is_any_local() {
            return;
        }
        let name = self.name_of(path);
        let resolved = type_name.map(|constraint| match view.kind(constraint) {
            Kind::TypeConstraint { type_name } => view.resolve(type_name),
            _ => None,
        });
        let simple = !has_attributes && converts <= 1;
        let variable = self.variables.entry(name.clone()).or_default();
        if !simple || matches!(resolved, Some(None)) {
            variable.dynamic = true;
        }
        if simple {
            variable.assigned = true;
            self.event(Event::Write { name, type_name: resolved.flatten() });
        }
    }
}
