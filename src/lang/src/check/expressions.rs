//! Expressions.

use alloc::{borrow::Cow, collections::BTreeSet, string::ToString};

use super::{
    Check, View,
    constant::{Use, is_constant_name},
    fold,
};
use crate::{
    ast::{Kind, List, NodeId, Number, VariablePath, VariableScope},
    error::ErrorId,
    token::TokenKind,
};

/// Variables that methods see although they are not assigned there.
const VISIBLE_IN_METHODS: &[&str] = &[
    "LASTEXITCODE",
    "Error",
    "StackTrace",
    "OutputEncoding",
    "NestedPromptLevel",
    "pwd",
    "Matches",
    "PSApplicationOutputEncoding",
];

impl Check<'_, '_> {
    pub(super) fn enter_expression(&mut self, id: NodeId, kind: Kind) {
        match kind {
            Kind::UnaryExpression { operator, child } => {
                use TokenKind::{MinusMinus, PlusPlus, PostfixMinusMinus, PostfixPlusPlus};
                if matches!(operator, PlusPlus | PostfixPlusPlus | MinusMinus | PostfixMinusMinus) {
                    self.assignment_target(child, false, Some(operator));
                }
            }
            Kind::ConvertExpression { type_constraint, child } => self.convert(id, type_constraint, child),
            Kind::AttributedExpression { attribute, child } => self.attributed(attribute, child),
            Kind::UsingExpression { sub_expression } => self.using_expression(sub_expression),
            Kind::VariableExpression { path, splatted } => self.variable(id, path, splatted),
            Kind::Hashtable { pairs } => self.duplicate_keys(pairs),
            _ => {}
        }
    }

    fn convert(&mut self, id: NodeId, type_constraint: NodeId, child: NodeId) {
        let Kind::TypeConstraint { type_name } = self.view.kind(type_constraint) else { return };
        let name = self.view.full_type_name(type_name);
        if !name.eq_ignore_ascii_case("ordered") {
            return self.reference(id, type_constraint, child);
        }
        if !matches!(self.view.kind(child), Kind::Hashtable { .. }) {
            self.report(ErrorId::OrderedAttributeOnlyOnHashLiteralNode, self.view.extent(id), &[&name]);
        }
    }

    /// An attribute must be on a variable.
    fn attributed(&mut self, attribute: NodeId, child: NodeId) {
        let mut child = child;
        loop {
            child = match self.view.kind(child) {
                Kind::VariableExpression { .. } => return,
                Kind::AttributedExpression { child, .. } | Kind::ConvertExpression { child, .. } => child,
                _ => break,
            };
        }
        if let Kind::Attribute { type_name, .. } = self.view.kind(attribute) {
            let name = self.view.full_type_name(type_name);
            self.report(ErrorId::UnexpectedAttribute, self.view.extent(attribute), &[&name]);
        }
    }

    /// `$using:` takes variables, members and constant indexes.
    fn using_expression(&mut self, expression: NodeId) {
        let view = self.view;
        let mut expression = expression;
        let bad = loop {
            match view.kind(expression) {
                Kind::VariableExpression { .. } => return,
                Kind::MemberExpression { expression: inner, member, .. } if view.string(member).is_some() => {
                    expression = inner;
                }
                Kind::IndexExpression { target, index, .. } => {
                    if !view.is_constant(index, Use::Attribute) {
                        break index;
                    }
                    expression = target;
                }
                _ => break expression,
            }
        };
        self.report(ErrorId::InvalidUsingExpression, view.extent(bad), &[]);
    }

    fn variable(&mut self, id: NodeId, path: VariablePath, splatted: bool) {
        let view = self.view;
        let name = view.get(path.user_path);
        if splatted {
            self.splatted(id, name);
        }
        let is_dynamic = self.dynamic.get(id.index()).copied().unwrap_or(false);
        if is_dynamic
            && path.is_variable()
            && !matches!(path.scope, VariableScope::Global | VariableScope::Script)
            && !is_constant_name(view.get(path.unqualified_path))
            && !VISIBLE_IN_METHODS.iter().any(|visible| visible.eq_ignore_ascii_case(name))
        {
            self.report(ErrorId::VariableNotLocal, view.extent(id), &[]);
        }
        let member = self.members.last().copied().flatten().map(|member| view.kind(member));
        if name.eq_ignore_ascii_case("this")
            && let Some(Kind::FunctionMember { modifiers, .. } | Kind::PropertyMember { modifiers, .. }) = member
            && modifiers.is_static
        {
            self.report(ErrorId::NonStaticMemberAccessInStaticMember, view.extent(id), &[name]);
        }
    }

    /// Splatting is for arguments of commands.
    fn splatted(&mut self, id: NodeId, name: &str) {
        let parent = self.view.parent(id);
        let id_or = |id: Option<NodeId>| id.map(|id| self.view.kind(id));
        let extent = self.view.extent(id);
        match id_or(parent) {
            Some(Kind::Command { .. } | Kind::UsingExpression { .. }) => {}
            Some(Kind::ArrayLiteral { .. })
                if matches!(parent.and_then(|id| self.view.parent_kind(id)), Some(Kind::Command { .. })) =>
            {
                self.report(ErrorId::SplattingNotPermittedInArgumentList, extent, &[name]);
            }
            _ => self.report(ErrorId::SplattingNotPermitted, extent, &[name]),
        }
    }

    fn duplicate_keys(&mut self, pairs: List) {
        let mut keys = BTreeSet::new();
        for key in self.view.list(pairs).iter().step_by(2) {
            let view = self.view;
            let Some(text) = key_text(view, *key) else { continue };
            if !keys.insert(fold(&text)) {
                self.report(ErrorId::DuplicateKeyInHashLiteral, view.extent(*key), &[&text]);
            }
        }
    }
}

/// A constant key as text.
fn key_text(view: View<'_>, key: NodeId) -> Option<Cow<'_, str>> {
    Some(match view.kind(key) {
        Kind::StringConstantExpression { value, .. } => Cow::Borrowed(view.get(value)),
        Kind::ConstantExpression { value: Some(number) } => Cow::Owned(match number {
            Number::SByte(value) => value.to_string(),
            Number::Byte(value) => value.to_string(),
            Number::Int16(value) => value.to_string(),
            Number::UInt16(value) => value.to_string(),
            Number::Int32(value) => value.to_string(),
            Number::UInt32(value) => value.to_string(),
            Number::Int64(value) => value.to_string(),
            Number::UInt64(value) => value.to_string(),
            Number::Double(value) => value.to_string(),
            Number::Decimal(value) => value.to_string(),
            Number::BigInteger(position) => view.tree.big_integers.get(crate::extent::index(position))?.to_string(),
        }),
        _ => return None,
    })
}
