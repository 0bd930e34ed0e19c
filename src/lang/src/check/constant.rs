//! Which expressions are constants.

use super::View;
use crate::{
    ast::{Kind, NodeId},
    known_types::is_safe_primitive,
    token::{TokenFlags, TokenKind},
};

/// What a constant is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The argument of an attribute of a function.
    Attribute,
    /// The argument of an attribute in a class, which .NET must store.
    ClassAttribute,
    /// What `#requires` and `using module` ask for: hashtables, too.
    Requires,
}

impl View<'_> {
    pub(crate) fn is_constant(&self, id: NodeId, purpose: Use) -> bool {
        let is_constant = |id: NodeId| self.is_constant(id, purpose);
        match self.kind(id) {
            Kind::ConstantExpression { .. } | Kind::TrueConstant | Kind::StringConstantExpression { .. } => true,
            Kind::StatementBlock { statements, traps } => match self.list(statements) {
                [statement] => traps.is_empty() && is_constant(*statement),
                _ => false,
            },
            Kind::Pipeline { .. } => self.pure_expression(id).is_some_and(is_constant),
            Kind::TernaryExpression { condition, if_true, if_false } => {
                is_constant(condition) && is_constant(if_true) && is_constant(if_false)
            }
            Kind::BinaryExpression { left, operator, right, .. } => {
                operator.has_trait(TokenFlags::CAN_CONSTANT_FOLD)
                    && is_constant(left)
                    && is_constant(right)
                    && !self.divides_by_nothing(operator, right)
            }
            Kind::UnaryExpression { operator, child } => {
                operator.has_trait(TokenFlags::CAN_CONSTANT_FOLD) && is_constant(child)
            }
            Kind::ConvertExpression { type_constraint, child } => {
                let Kind::TypeConstraint { type_name } = self.kind(type_constraint) else { return false };
                self.simple_name(type_name).is_some_and(is_safe_primitive) && is_constant(child)
            }
            Kind::SubExpression { sub_expression } | Kind::UsingExpression { sub_expression } => {
                is_constant(sub_expression)
            }
            Kind::ParenExpression { pipeline } => is_constant(pipeline),
            Kind::VariableExpression { path, .. } => {
                path.is_variable() && is_constant_name(self.get(path.unqualified_path))
            }
            Kind::TypeExpression { type_name } => purpose != Use::Requires || self.resolve(type_name).is_some(),
            Kind::Hashtable { pairs } => {
                purpose == Use::Requires && self.list(pairs).iter().all(|part| is_constant(*part))
            }
            Kind::MemberExpression { expression, member, is_static: true, .. } => {
                let Kind::TypeExpression { type_name } = self.kind(expression) else { return false };
                let (Some(type_name), Some(member)) = (self.resolve(type_name), self.string(member)) else {
                    return false;
                };
                self.types.is_literal(&type_name, member)
            }
            Kind::ArrayLiteral { elements } => self.list(elements).iter().all(|element| is_constant(*element)),
            Kind::ScriptBlockExpression { .. } => purpose == Use::Attribute,
            _ => false,
        }
    }

    /// `/ $null` and `% $false` are left for the run to fail.
    fn divides_by_nothing(&self, operator: TokenKind, right: NodeId) -> bool {
        let Kind::VariableExpression { path, .. } = self.kind(right) else { return false };
        let name = self.get(path.unqualified_path);
        matches!(operator, TokenKind::Divide | TokenKind::Rem)
            && (name.eq_ignore_ascii_case("false") || name.eq_ignore_ascii_case("null"))
    }
}

/// `$true`, `$false` and `$null`.
pub(super) fn is_constant_name(name: &str) -> bool {
    ["true", "false", "null"].iter().any(|constant| constant.eq_ignore_ascii_case(name))
}
