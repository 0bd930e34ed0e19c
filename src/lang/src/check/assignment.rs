//! What may be assigned to.

use alloc::string::String;

use super::Check;
use crate::{
    ast::{Kind, NodeId},
    error::ErrorId,
    known_types::is_type,
    token::TokenKind,
};

/// Automatic variables and the types they have.
const AUTOMATIC: &[(&str, &str)] = &[
    ("_", "System.Object"),
    ("args", "System.Object[]"),
    ("this", "System.Object"),
    ("input", "System.Object"),
    ("PSCmdlet", "System.Management.Automation.PSScriptCmdlet"),
    ("PSBoundParameters", "System.Management.Automation.PSBoundParametersDictionary"),
    ("MyInvocation", "System.Management.Automation.InvocationInfo"),
    ("PSScriptRoot", "System.String"),
    ("PSCommandPath", "System.String"),
];

const REFERENCE: &str = "System.Management.Automation.PSReference";

impl Check<'_, '_> {
    /// Checks the target of an assignment, or of `++` and `--`, which then is `increment`. Only `=` takes a list.
    pub(super) fn assignment_target(&mut self, target: NodeId, takes_list: bool, increment: Option<TokenKind>) {
        let mut pending = alloc::vec![(target, takes_list)];
        while let Some((target, takes_list)) = pending.pop() {
            let mut bad = None;
            match self.view.kind(target) {
                Kind::ArrayLiteral { elements } if takes_list => {
                    let elements = self.view.list(elements).iter().rev();
                    pending.extend(elements.map(|element| (*element, true)));
                }
                Kind::ParenExpression { pipeline } => match self.view.pure_expression(pipeline) {
                    Some(expression) => pending.push((expression, takes_list)),
                    None => bad = Some(pipeline),
                },
                Kind::MemberExpression { null_conditional: false, .. }
                | Kind::InvokeMemberExpression { null_conditional: false, .. }
                | Kind::IndexExpression { null_conditional: false, .. }
                | Kind::BaseCtorInvokeMemberExpression { .. }
                | Kind::VariableExpression { .. } => {}
                Kind::AttributedExpression { .. } | Kind::ConvertExpression { .. } => {
                    if let Some(inner) = self.typed_target(target) {
                        pending.push((inner, takes_list));
                    }
                }
                _ => bad = Some(target),
            }
            if let Some(bad) = bad {
                let extent = self.view.extent(bad);
                match increment {
                    None => self.report(ErrorId::InvalidLeftHandSide, extent, &[]),
                    Some(operator) => {
                        self.report(ErrorId::OperatorRequiresVariableOrProperty, extent, &[operator.text()]);
                    }
                }
            }
        }
    }

    /// Types and attributes in front of a target. Returns what is behind them.
    fn typed_target(&mut self, target: NodeId) -> Option<NodeId> {
        let view = self.view;
        let mut expression = target;
        let mut converts = 0_u32;
        let mut reference = None;
        let mut last_type: Option<String> = None;
        loop {
            match view.kind(expression) {
                Kind::ConvertExpression { type_constraint, child } => {
                    converts = converts.saturating_add(1);
                    if let Kind::TypeConstraint { type_name } = view.kind(type_constraint) {
                        last_type = view.resolve(type_name);
                        if view.is_type(type_name, REFERENCE) {
                            reference = Some(view.extent(type_constraint));
                        } else if view.is_type(type_name, "System.Void") {
                            let place = view.extent(type_constraint);
                            self.report(ErrorId::VoidTypeConstraintNotAllowed, place, &[]);
                        }
                    }
                    expression = child;
                }
                Kind::AttributedExpression { child, .. } => expression = child,
                _ => break,
            }
        }
        if let Some(reference) = reference.filter(|_| converts > 1) {
            self.report(ErrorId::ReferenceNeedsToBeByItselfInTypeConstraint, reference, &[]);
            return None;
        }
        if let Kind::VariableExpression { path, .. } = view.kind(expression)
            && path.is_any_local()
        {
            let name = view.get(path.unqualified_path);
            let automatic = AUTOMATIC.iter().find(|(automatic, _)| automatic.eq_ignore_ascii_case(name));
            if let Some((_, expected)) = automatic
                && !last_type.is_some_and(|last| is_type(&last, expected))
            {
                let id = ErrorId::AssignmentStatementToAutomaticNotSupported;
                self.report(id, view.extent(target), &[name, expected]);
            }
        }
        Some(expression)
    }

    /// `[ref]` must be the last of several types, and stands once.
    pub(super) fn reference(&mut self, id: NodeId, type_constraint: NodeId, child: NodeId) {
        let view = self.view;
        let is_reference = |constraint: NodeId| match view.kind(constraint) {
            Kind::TypeConstraint { type_name } => view.is_type(type_name, REFERENCE),
            _ => false,
        };
        if !is_reference(type_constraint) {
            return;
        }
        let mut several = false;
        let mut inner = child;
        loop {
            match view.kind(inner) {
                Kind::ConvertExpression { type_constraint, child } => {
                    if is_reference(type_constraint) {
                        several = true;
                        let place = view.extent(type_constraint);
                        self.report(ErrorId::ReferenceNeedsToBeByItselfInTypeSequence, place, &[]);
                    }
                    inner = child;
                }
                Kind::AttributedExpression { child, .. } => inner = child,
                _ => break,
            }
        }
        let Some(parent) = view.parent(id) else { return };
        let Kind::ConvertExpression { type_constraint: outer, .. } = view.kind(parent) else { return };
        if several || is_reference(outer) || self.is_assigned(parent, id) {
            return;
        }
        self.report(ErrorId::ReferenceNeedsToBeLastTypeInTypeConversion, view.extent(type_constraint), &[]);
    }

    /// Whether a cast is in the target of an assignment, where another rule looks at it.
    fn is_assigned(&self, from: NodeId, cast: NodeId) -> bool {
        let view = self.view;
        for ancestor in view.ancestors(from) {
            match view.kind(ancestor) {
                Kind::AssignmentStatement { left, .. } => {
                    return left == cast || view.ancestors(cast).any(|ancestor| ancestor == left);
                }
                Kind::CommandExpression { .. } => return false,
                _ => {}
            }
        }
        false
    }
}
