//! Lowering of commands and redirections.

use psrpd_dotnet::Str;
use psrpd_lang::{
    ast::{Kind, List, NodeId, Redirect, StringKind},
    token::TokenKind,
};

use super::{Arg, Command, Element, Expr, ExprKind, Redirection, lower::Lowering};
use crate::value::Value;

impl Lowering<'_> {
    pub(super) fn element(&mut self, id: NodeId) -> Element {
        let node = self.script.node(id);
        match node.kind {
            Kind::Command { elements, invocation_operator, redirections } => {
                let script = self.script;
                let list = script.list(elements);
                let name = list.first().map(|id| self.expression(*id));
                let name = name.unwrap_or(Expr { kind: ExprKind::Const(Value::Null), extent: node.extent });
                Element::Command(Box::new(Command {
                    name,
                    dot: invocation_operator == TokenKind::Dot,
                    ampersand: invocation_operator == TokenKind::Ampersand,
                    args: list.iter().skip(1).map(|id| self.argument(*id)).collect(),
                    redirections: self.redirections(redirections),
                    extent: node.extent,
                }))
            }
            Kind::CommandExpression { expression, redirections } => {
                Element::Expr(self.expression(expression), self.redirections(redirections))
            }
            _ => Element::Expr(self.expression(id), Vec::new()),
        }
    }

    fn argument(&mut self, id: NodeId) -> Arg {
        let node = self.script.node(id);
        match node.kind {
            Kind::CommandParameter { name, argument, error_position } => {
                // A program gets two words where a blank stands behind the colon.
                let is_apart = argument.is_some_and(|id| self.script.node(id).extent.start() > error_position.end());
                let blank = if is_apart { " " } else { "" };
                Arg::Parameter {
                    name: self.script.text(name).into(),
                    text: format!("{}{blank}", self.script.extent_text(error_position)).into(),
                    value: argument.map(|id| self.expression(id)),
                    written: argument.and_then(|id| self.written(id)),
                    bare: argument.is_some_and(|id| !is_quoted(&self.script.kind(id))),
                    extent: error_position,
                }
            }
            Kind::VariableExpression { splatted: true, .. } => Arg::Splat(self.expression(id)),
            Kind::UsingExpression { sub_expression }
                if matches!(self.script.kind(sub_expression), Kind::VariableExpression { splatted: true, .. }) =>
            {
                Arg::Splat(self.expression(id))
            }
            kind => {
                let bare = !is_quoted(&kind);
                Arg::Value { expr: self.expression(id), text: self.written(id), bare }
            }
        }
    }

    /// The source text of a number, or of a list of words.
    fn written(&self, id: NodeId) -> Option<Str> {
        let node = self.script.node(id);
        matches!(self.script.kind(id), Kind::ConstantExpression { .. } | Kind::ArrayLiteral { .. })
            .then(|| self.script.extent_text(node.extent).into())
    }

    fn redirections(&mut self, list: List) -> Vec<Redirection> {
        let script = self.script;
        script
            .list(list)
            .iter()
            .filter_map(|id| match script.kind(*id) {
                Kind::MergingRedirection { from, to: Redirect::Output } => Some(Redirection::Merge { from }),
                Kind::FileRedirection { from, append, location } => {
                    Some(Redirection::File { from, append, target: self.expression(location) })
                }
                _ => None,
            })
            .collect()
    }
}

/// A string in quotes: a program gets it as it is.
fn is_quoted(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::StringConstantExpression { string_kind, .. } | Kind::ExpandableStringExpression { string_kind, .. }
            if *string_kind != StringKind::BareWord
    )
}
