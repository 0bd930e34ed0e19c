//! Lowering of statements.

use std::sync::Arc;

use psrpd_lang::{
    ast::{Kind, List, NodeId, Text},
    token::TokenKind,
};

use super::{AttributeIr, Block, Catch, Place, Stmt, StmtKind, Switch, Target, TargetKind, lower::Lowering};
use crate::eval::Name;

impl Lowering<'_> {
    pub(super) fn statement(&mut self, id: NodeId) -> Stmt {
        let node = self.script.node(id);
        let kind = self.statement_kind(node.kind, id);
        let place = match kind {
            StmtKind::Assign { .. } => self.unnoted.take(),
            _ => None,
        };
        Stmt { kind, extent: place.unwrap_or(node.extent) }
    }

    fn boxed_step(&mut self, id: NodeId) -> Box<Stmt> {
        Box::new(self.step(id))
    }

    fn boxed(&mut self, id: NodeId) -> Box<Stmt> {
        Box::new(self.statement(id))
    }

    fn label(&self, label: Option<Text>) -> Option<Name> {
        label.map(|text| Name::new(self.script.text(text)))
    }

    fn statement_kind(&mut self, kind: Kind, id: NodeId) -> StmtKind {
        match kind {
            Kind::Pipeline { background: true, .. } | Kind::PipelineChain { background: true, .. } => {
                StmtKind::Background(id)
            }
            Kind::Pipeline { elements, .. } => self.pipeline(elements),
            Kind::CommandExpression { .. } | Kind::Command { .. } => self.single(id),
            Kind::PipelineChain { lhs, operator, rhs, .. } => {
                StmtKind::Chain { lhs: self.boxed(lhs), and: operator == TokenKind::AndAnd, rhs: self.boxed(rhs) }
            }
            Kind::AssignmentStatement { left, operator, right, .. } => {
                let op = (operator != TokenKind::Equals).then_some(operator);
                StmtKind::Assign { target: self.target(left), op, value: self.boxed(right) }
            }
            Kind::IfStatement { clauses, else_clause } => {
                StmtKind::If { clauses: self.clauses(clauses), otherwise: else_clause.map(|id| self.block(id)) }
            }
            Kind::WhileStatement { label, condition, body } => StmtKind::While {
                label: self.label(label),
                condition: self.boxed_step(condition),
                body: self.block(body),
            },
            Kind::DoWhileStatement { label, condition, body } => StmtKind::DoWhile {
                label: self.label(label),
                condition: self.boxed_step(condition),
                body: self.block(body),
                until: false,
            },
            Kind::DoUntilStatement { label, condition, body } => StmtKind::DoWhile {
                label: self.label(label),
                condition: self.boxed_step(condition),
                body: self.block(body),
                until: true,
            },
            Kind::ForStatement { label, initializer, condition, iterator, body } => StmtKind::For {
                label: self.label(label),
                init: initializer.map(|id| self.boxed_step(id)),
                condition: condition.map(|id| self.boxed_step(id)),
                step: iterator.map(|id| self.boxed_step(id)),
                body: self.block(body),
            },
            Kind::ForEachStatement { label, variable, condition, body, .. } => StmtKind::ForEach {
                label: self.label(label),
                variable: self.target(variable),
                items: self.boxed_step(condition),
                body: self.block(body),
            },
            Kind::SwitchStatement { label, flags, condition, clauses, default } => StmtKind::Switch(Box::new(Switch {
                label: self.label(label),
                flags,
                condition: self.statement(condition),
                clauses: self.cases(clauses),
                default: default.map(|id| self.block(id)),
            })),
            Kind::TryStatement { body, catch_clauses, finally } => StmtKind::Try {
                body: self.block(body),
                catches: self.catches(catch_clauses),
                finally: finally.map(|id| self.block(id)),
            },
            Kind::FunctionDefinition { name, is_filter, parameters, body, .. } => {
                let mut unit = self.nested(body);
                unit.outer_params = parameters;
                unit.is_filter = is_filter;
                StmtKind::Function { name: self.script.text(name).into(), body: Arc::new(unit), is_filter }
            }
            Kind::TypeDefinition { .. } => StmtKind::Types(vec![Arc::new(self.type_definition(id))]),
            Kind::ReturnStatement { pipeline } => StmtKind::Return(pipeline.map(|id| self.boxed(id))),
            Kind::ExitStatement { pipeline } => StmtKind::Exit(pipeline.map(|id| self.boxed(id))),
            Kind::ThrowStatement { pipeline } => StmtKind::Throw(pipeline.map(|id| self.boxed(id))),
            Kind::BreakStatement { label } => StmtKind::Break(label.map(|id| self.expression(id))),
            Kind::ContinueStatement { label } => StmtKind::Continue(label.map(|id| self.expression(id))),
            Kind::DataStatement { variable, body, .. } => {
                StmtKind::Data { variable: self.label(variable), body: self.block(body) }
            }
            _ => StmtKind::Empty,
        }
    }

    fn single(&mut self, id: NodeId) -> StmtKind {
        match self.element(id) {
            super::Element::Expr(expr, redirections) if redirections.is_empty() => StmtKind::Expr(expr),
            element => StmtKind::Pipeline(super::Pipeline { elements: vec![element] }),
        }
    }

    fn pipeline(&mut self, elements: List) -> StmtKind {
        let script = self.script;
        match script.list(elements) {
            [one] => self.single(*one),
            list => {
                let elements = list.iter().map(|id| self.element(*id)).collect();
                StmtKind::Pipeline(super::Pipeline { elements })
            }
        }
    }

    fn clauses(&mut self, clauses: List) -> Vec<(Stmt, Block)> {
        let script = self.script;
        let pairs = script.list(clauses).chunks_exact(2);
        pairs.filter_map(|pair| Some((self.step(*pair.first()?), self.block(*pair.last()?)))).collect()
    }

    fn cases(&mut self, clauses: List) -> Vec<(super::Expr, Block)> {
        let script = self.script;
        let pairs = script.list(clauses).chunks_exact(2);
        pairs.filter_map(|pair| Some((self.expression(*pair.first()?), self.block(*pair.last()?)))).collect()
    }

    fn catches(&mut self, clauses: List) -> Vec<Catch> {
        let script = self.script;
        let mut catches = Vec::new();
        for id in script.list(clauses) {
            let Kind::CatchClause { catch_types, body } = script.kind(*id) else { continue };
            let types = script.list(catch_types).iter().filter_map(|of| self.named_type(*of)).collect();
            catches.push(Catch { types, body: self.block(body) });
        }
        catches
    }

    /// What an expression means on the left of an assignment.
    pub(super) fn target(&mut self, id: NodeId) -> Target {
        let node = self.script.node(id);
        let kind = match node.kind {
            Kind::VariableExpression { path, .. } if self.script.text(path.user_path).eq_ignore_ascii_case("null") => {
                TargetKind::Nothing
            }
            Kind::VariableExpression { path, .. } => {
                TargetKind::Variable { variable: self.variable(path), constraints: Vec::new() }
            }
            Kind::ConvertExpression { type_constraint, child } => {
                let name = self.constraint(type_constraint).unwrap_or_default();
                let extent = self.script.node(type_constraint).extent;
                return self
                    .constrained(child, AttributeIr { name, extent, positional: Vec::new(), named: Vec::new() });
            }
            Kind::AttributedExpression { attribute, child } => {
                let attribute = self.attribute(attribute);
                return match attribute {
                    Some(attribute) => self.constrained(child, attribute),
                    None => self.target(child),
                };
            }
            Kind::MemberExpression { expression, member, is_static, .. } => TargetKind::Member {
                object: Box::new(self.expression(expression)),
                name: Box::new(self.expression(member)),
                is_static,
            },
            Kind::IndexExpression { target, index, .. } => {
                TargetKind::Index { object: Box::new(self.expression(target)), index: Box::new(self.expression(index)) }
            }
            Kind::ArrayLiteral { elements } => {
                let script = self.script;
                TargetKind::Several(script.list(elements).iter().map(|id| self.target(*id)).collect())
            }
            Kind::ParenExpression { pipeline } => match self.statement(pipeline).kind {
                StmtKind::Expr(_) => return self.inner_target(pipeline),
                _ => TargetKind::Nothing,
            },
            Kind::Pipeline { .. } | Kind::CommandExpression { .. } => return self.inner_target(id),
            _ => TargetKind::Nothing,
        };
        Target { kind }
    }

    /// The target inside parentheses or a pipeline of one expression.
    fn inner_target(&mut self, id: NodeId) -> Target {
        match self.script.kind(id) {
            Kind::Pipeline { elements, .. } => match self.script.list(elements).first() {
                Some(first) => self.inner_target(*first),
                None => Target { kind: TargetKind::Nothing },
            },
            Kind::CommandExpression { expression, .. } => self.target(expression),
            _ => Target { kind: TargetKind::Nothing },
        }
    }

    fn constrained(&mut self, child: NodeId, constraint: AttributeIr) -> Target {
        let mut target = self.target(child);
        let is_open = self.is_open();
        match &mut target.kind {
            TargetKind::Variable { constraints, variable } => {
                // One that others reach by name has no type of its own.
                if is_open && let Place::Slot(_) = variable.place {
                    variable.place = Place::Local;
                }
                constraints.insert(0, constraint);
            }
            TargetKind::Several(targets) => {
                if let Some(Target { kind: TargetKind::Variable { constraints, .. }, .. }) = targets.first_mut() {
                    constraints.insert(0, constraint);
                }
            }
            _ => {}
        }
        target
    }
}
