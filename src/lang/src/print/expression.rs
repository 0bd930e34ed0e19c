//! Expressions.

use super::{Item, Items};
use crate::{
    Script,
    ast::{Kind, NodeId},
    token::{TokenFlags, TokenKind},
};

impl Items {
    pub(super) fn expression(&mut self, script: &Script, id: NodeId) {
        match script.kind(id) {
            Kind::TernaryExpression { condition, if_true, if_false } => {
                self.id(condition);
                self.str(" ? ");
                self.id(if_true);
                self.str(" : ");
                self.id(if_false);
            }
            Kind::BinaryExpression { left, operator, right, .. } => {
                self.id(left);
                self.str(" ");
                self.str(operator.text());
                self.str(" ");
                self.id(right);
            }
            Kind::UnaryExpression { operator, child } => self.unary(operator, child),
            Kind::AttributedExpression { attribute, child } => {
                self.id(attribute);
                self.id(child);
            }
            Kind::ConvertExpression { type_constraint, child } => {
                self.id(type_constraint);
                self.id(child);
            }
            Kind::TypeExpression { type_name } => {
                self.str("[");
                self.type_name(script, type_name);
                self.str("]");
            }
            Kind::MemberExpression { .. } | Kind::InvokeMemberExpression { .. } => self.member_access(script, id),
            Kind::IndexExpression { target, index, null_conditional } => {
                self.id(target);
                self.str(if null_conditional { "?[" } else { "[" });
                self.id(index);
                self.str("]");
            }
            Kind::ScriptBlockExpression { script_block: inner } | Kind::UsingExpression { sub_expression: inner } => {
                self.id(inner);
            }
            Kind::ArrayLiteral { elements } => {
                // One element alone has its comma in front.
                self.str(if elements.len() == 1 { "," } else { "" });
                self.list(script, elements, ", ");
            }
            Kind::Hashtable { pairs } => {
                self.str("@");
                self.open();
                for pair in script.list(pairs).chunks(2) {
                    if let [key, value] = pair {
                        self.id(*key);
                        self.str(" = ");
                        self.id(*value);
                        self.newline();
                    }
                }
                self.close();
            }
            Kind::ArrayExpression { sub_expression } => self.statements_in("@(", script, sub_expression),
            Kind::SubExpression { sub_expression } => self.statements_in("$(", script, sub_expression),
            Kind::ParenExpression { pipeline } => {
                self.str("(");
                self.id(pipeline);
                self.str(")");
            }
            // Numbers, strings, words and variables.
            _ => self.0.push(Item::Source(script.node(id).extent)),
        }
    }

    fn unary(&mut self, operator: TokenKind, child: NodeId) {
        match operator {
            TokenKind::PostfixPlusPlus | TokenKind::PostfixMinusMinus => {
                self.id(child);
                self.str(operator.text());
            }
            _ => {
                self.str(operator.text());
                self.str(if operator.has_trait(TokenFlags::PREFIX_OR_POSTFIX_OPERATOR) { "" } else { " " });
                self.id(child);
            }
        }
    }

    fn member_access(&mut self, script: &Script, id: NodeId) {
        let (Kind::MemberExpression { expression, member, is_static, null_conditional }
        | Kind::InvokeMemberExpression { expression, member, is_static, null_conditional, .. }) = script.kind(id)
        else {
            return;
        };
        self.id(expression);
        self.str(match (is_static, null_conditional) {
            (true, _) => "::",
            (_, true) => "?.",
            _ => ".",
        });
        self.id(member);
        let Kind::InvokeMemberExpression { arguments, generic_type_arguments, .. } = script.kind(id) else { return };
        for (position, type_name) in script.types(generic_type_arguments).iter().enumerate() {
            // The comma in front of an assembly needs brackets, which the first argument cannot have.
            let qualified = position > 0 && script.tree.assembly(*type_name).is_some();
            self.str(if position > 0 { ", " } else { "[" });
            self.str(if qualified { "[" } else { "" });
            self.type_name(script, *type_name);
            self.str(if qualified { "]" } else { "" });
        }
        self.str(if generic_type_arguments.is_empty() { "(" } else { "](" });
        self.list(script, arguments, ", ");
        self.str(")");
    }

    /// Statements between parentheses, one a line unless there is only one.
    fn statements_in(&mut self, open: &'static str, script: &Script, block: NodeId) {
        let Kind::StatementBlock { statements, traps } = script.kind(block) else { return };
        self.str(open);
        match script.list(statements) {
            [statement] if traps.is_empty() => self.id(*statement),
            [] if traps.is_empty() => {}
            _ => {
                self.newline();
                self.0.push(Item::Indent);
                self.lines(script, traps);
                self.lines(script, statements);
                self.0.push(Item::Dedent);
            }
        }
        self.str(")");
    }
}
