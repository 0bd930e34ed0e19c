//! Lowering of expressions.

use std::sync::Arc;

use psrpd_dotnet::{Decimal, Str};
use psrpd_lang::{
    Extent,
    ast::{Kind, List, NodeId, Number, StringKind, Text},
    token::TokenKind,
};

use super::{Expr, ExprKind, Getter, Invoke, Member, NamedType, Stmt, StmtKind, lower::Lowering};
use crate::value::Value;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, id: NodeId) -> Expr {
        let node = self.script.node(id);
        Expr { kind: self.expression_kind(node.kind, id), extent: node.extent }
    }

    fn child(&mut self, id: NodeId) -> Box<Expr> {
        Box::new(self.expression(id))
    }

    fn children(&mut self, list: List) -> Vec<Expr> {
        let script = self.script;
        script.list(list).iter().map(|id| self.expression(*id)).collect()
    }

    pub(super) fn string(&self, text: Text) -> Str {
        if self.script.has_lone_surrogates(text) {
            return Str::from_units(&self.script.utf16(text));
        }
        self.script.text(text).into()
    }

    fn expression_kind(&mut self, kind: Kind, id: NodeId) -> ExprKind {
        match kind {
            Kind::ConstantExpression { value } => {
                ExprKind::Const(value.map_or(Value::Null, |number| number_value(self.script, number)))
            }
            Kind::TrueConstant => ExprKind::Const(Value::Bool(true)),
            Kind::StringConstantExpression { value, .. } => ExprKind::Const(Value::Str(self.string(value))),
            Kind::ExpandableStringExpression { value, holes, nested_expressions, string_kind } => {
                self.expandable(value, holes, nested_expressions, string_kind)
            }
            Kind::VariableExpression { path, .. } => {
                let name = self.script.text(path.user_path).to_ascii_lowercase();
                match name.as_str() {
                    "true" => ExprKind::Const(Value::Bool(true)),
                    "false" => ExprKind::Const(Value::Bool(false)),
                    "null" => ExprKind::Const(Value::Null),
                    "?" => ExprKind::Success,
                    _ => ExprKind::Variable(self.variable(path)),
                }
            }
            Kind::ArrayLiteral { elements } => ExprKind::Array(self.children(elements)),
            Kind::Hashtable { pairs } => ExprKind::Hashtable { pairs: self.pairs(pairs), ordered: false },
            Kind::ArrayExpression { sub_expression } => self.collected(sub_expression),
            Kind::SubExpression { sub_expression } => ExprKind::Sub(self.block(sub_expression)),
            Kind::ParenExpression { pipeline } => ExprKind::Paren(Box::new(self.statement(pipeline))),
            Kind::UnaryExpression { operator, child } => self.unary(operator, child),
            Kind::BinaryExpression { left, operator, right, .. } => {
                let operands = Box::new((self.expression(left), self.expression(right)));
                match operator {
                    TokenKind::And | TokenKind::Or | TokenKind::Xor => ExprKind::Logical(operator, operands),
                    TokenKind::QuestionQuestion => ExprKind::Coalesce(operands),
                    _ => ExprKind::Binary(operator, operands),
                }
            }
            Kind::TernaryExpression { condition, if_true, if_false } => ExprKind::Ternary(Box::new((
                self.expression(condition),
                self.expression(if_true),
                self.expression(if_false),
            ))),
            Kind::ConvertExpression { type_constraint, child } => self.cast(type_constraint, child),
            Kind::AttributedExpression { child, .. } => ExprKind::Attributed(self.child(child)),
            Kind::TypeExpression { type_name } => {
                ExprKind::Type(NamedType::new(self.script.full_type_name(type_name), self.script.node(id).extent))
            }
            Kind::MemberExpression { expression, member, is_static, null_conditional } => {
                ExprKind::Member(Box::new(Member {
                    object: self.expression(expression),
                    name: self.expression(member),
                    is_static,
                    is_conditional: null_conditional,
                    getter: Getter::new(),
                }))
            }
            Kind::InvokeMemberExpression {
                expression,
                member,
                arguments,
                is_static,
                null_conditional,
                generic_type_arguments,
            } => ExprKind::Invoke(Box::new(Invoke {
                object: self.expression(expression),
                name: self.expression(member),
                types: self
                    .script
                    .types(generic_type_arguments)
                    .iter()
                    .map(|of| self.script.full_type_name(*of))
                    .collect(),
                args: self.children(arguments),
                is_static,
                is_conditional: null_conditional,
            })),
            Kind::BaseCtorInvokeMemberExpression { arguments, .. } => {
                ExprKind::BaseConstructor(self.children(arguments))
            }
            Kind::IndexExpression { target, index, null_conditional } => {
                ExprKind::Index { object: self.child(target), index: self.child(index), conditional: null_conditional }
            }
            Kind::ScriptBlockExpression { script_block } => ExprKind::ScriptBlock(Arc::new(self.nested(script_block))),
            Kind::UsingExpression { sub_expression } => {
                let text = self.script.extent_text(self.script.node(id).extent);
                ExprKind::Using { text: text.into(), value: self.child(sub_expression) }
            }
            Kind::CommandExpression { expression, .. } => self.expression(expression).kind,
            Kind::Pipeline { .. } => ExprKind::Paren(Box::new(self.statement(id))),
            _ => ExprKind::Const(Value::Null),
        }
    }

    fn expandable(
        &mut self,
        value: Text,
        holes: psrpd_lang::ast::HoleList,
        nested: List,
        _kind: StringKind,
    ) -> ExprKind {
        let script = self.script;
        let whole = script.text(value);
        let mut parts = Vec::new();
        let mut rest = whole;
        let extent = Extent::EMPTY;
        let constant = |text: &str| Expr { kind: ExprKind::Const(Value::from(text)), extent };
        for (hole, expression) in script.holes(holes).iter().zip(script.list(nested)) {
            let written = script.text(*hole);
            // Holes lie in the value one after another, so each is found behind the one before.
            let at = written.as_ptr().addr().saturating_sub(rest.as_ptr().addr());
            if at > 0 {
                parts.push(constant(rest.get(..at).unwrap_or("")));
            }
            rest = rest.get(at.saturating_add(written.len())..).unwrap_or("");
            self.texts = self.texts.saturating_add(1);
            parts.push(self.expression(*expression));
            self.texts = self.texts.saturating_sub(1);
        }
        if !rest.is_empty() {
            parts.push(constant(rest));
        }
        ExprKind::Expand(parts)
    }

    fn pairs(&mut self, pairs: List) -> Vec<(Expr, Stmt)> {
        let script = self.script;
        let pairs = script.list(pairs).chunks_exact(2);
        pairs.filter_map(|pair| Some((self.expression(*pair.first()?), self.entry(*pair.last()?)))).collect()
    }

    /// The value in a hash literal: commands are a statement of their own, an expression is none.
    fn entry(&mut self, id: NodeId) -> Stmt {
        let statement = self.statement(id);
        let place = match statement.kind {
            StmtKind::Pipeline(_) => self.unnoted.take(),
            _ => None,
        };
        Stmt { extent: place.unwrap_or(statement.extent), ..statement }
    }

    /// `@( )`, in which an expression alone is no statement of its own either.
    fn collected(&mut self, statements: NodeId) -> ExprKind {
        let unnoted = self.unnoted;
        let block = self.block(statements);
        if let [Stmt { kind: StmtKind::Expr(_), .. }] = block.statements.as_slice() {
            self.unnoted = unnoted;
        }
        ExprKind::Collect(block)
    }

    fn unary(&mut self, operator: TokenKind, child: NodeId) -> ExprKind {
        let (by, prefix) = match operator {
            TokenKind::PlusPlus => (1, true),
            TokenKind::MinusMinus => (-1, true),
            TokenKind::PostfixPlusPlus => (1, false),
            TokenKind::PostfixMinusMinus => (-1, false),
            _ => return ExprKind::Unary(operator, self.child(child)),
        };
        ExprKind::Step { target: Box::new(self.target(child)), read: self.child(child), by, prefix }
    }

    fn cast(&mut self, constraint: NodeId, child: NodeId) -> ExprKind {
        let of = self.constraint(constraint).unwrap_or_default();
        if let Kind::Hashtable { pairs } = self.script.kind(child) {
            match of.to_ascii_lowercase().as_str() {
                "ordered" => return ExprKind::Hashtable { pairs: self.pairs(pairs), ordered: true },
                "pscustomobject" => return ExprKind::Custom(self.pairs(pairs)),
                _ => {}
            }
        }
        // `[pscustomobject]` is the same type as `[psobject]`, but as a cast it makes objects of dictionaries.
        let of = if of.eq_ignore_ascii_case("pscustomobject") {
            "System.Management.Automation.PSCustomObject".into()
        } else {
            of
        };
        // `[ref]$x` holds the variable itself.
        let brackets = self.script.node(constraint).extent;
        let extent = Extent { start: brackets.start.saturating_add(1), end: brackets.end.saturating_sub(1) };
        ExprKind::Cast { of: NamedType::new(of, extent), value: self.child(child) }
    }
}

/// The value of a numeric literal.
pub(crate) fn number_value(script: &psrpd_lang::Script, number: Number) -> Value {
    match number {
        Number::SByte(n) => Value::I8(n),
        Number::Byte(n) => Value::U8(n),
        Number::Int16(n) => Value::I16(n),
        Number::UInt16(n) => Value::U16(n),
        Number::Int32(n) => Value::I32(n),
        Number::UInt32(n) => Value::U32(n),
        Number::Int64(n) => Value::I64(n),
        Number::UInt64(n) => Value::U64(n),
        Number::Double(n) => Value::F64(n),
        Number::Decimal(n) => {
            let digits = u128::from(n.high) << 64 | u128::from(n.middle) << 32 | u128::from(n.low);
            Value::Decimal(Decimal::new(digits, u32::from(n.scale), n.negative).unwrap_or_default())
        }
        Number::BigInteger(at) => crate::types::big(script.big_integer(at).cloned().unwrap_or_default()),
    }
}
