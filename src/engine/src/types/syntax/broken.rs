//! Statements and expressions with an error, and what could be parsed of them.

use psrpd_lang::{
    ast::Kind,
    token::{Token, TokenKind, TokenValue},
};

use super::{Node, class, node, tokens};
use crate::{
    types::{Members, generic, string, values::tuple},
    value::{Dictionary, Value},
};

/// The names of the parameters of `switch`, as its `Flags` have them.
const SWITCH_FLAGS: [&str; 6] = ["casesensitive", "exact", "file", "parallel", "regex", "wildcard"];

pub(super) fn expression(m: &mut Members) {
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.Ast] NestedAst",
        |_, this| {
            Ok(match node(this).map(|n| (n, n.kind())) {
                Some((n, Kind::ErrorStatement { nested } | Kind::ErrorExpression { nested })) => n.any("Ast", nested),
                _ => Value::Null,
            })
        },
    );
}

pub(super) fn statement(m: &mut Members) {
    expression(m);
    m.get("System.Management.Automation.Language.Token Kind", |_, this| Ok(read(this, |n, of| n.token_at(of.keyword))));
    m.get(
        "System.Collections.Generic.Dictionary[string,System.Tuple[System.Management.Automation.Language.Token,System.Management.Automation.Language.Ast]] Flags",
        |_, this| Ok(read(this, flags)),
    );
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.Ast] Conditions",
        |_, this| Ok(read(this, |n, of| n.any("Ast", of.conditions))),
    );
    m.get(
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.Ast] Bodies",
        |_, this| Ok(read(this, |n, of| n.any("Ast", of.bodies))),
    );
}

/// The parts of a broken `switch`.
struct Switch {
    keyword: psrpd_lang::Extent,
    file: Option<psrpd_lang::ast::NodeId>,
    conditions: psrpd_lang::ast::List,
    bodies: psrpd_lang::ast::List,
}

fn read(this: &Value, read: impl FnOnce(&Node, &Switch) -> Value) -> Value {
    match node(this).map(|n| (n, n.kind())) {
        Some((n, Kind::SwitchError { keyword, file, conditions, bodies })) => {
            read(n, &Switch { keyword, file, conditions, bodies })
        }
        _ => Value::Null,
    }
}

impl Node {
    /// The token that begins at a place.
    fn token_at(&self, at: psrpd_lang::Extent) -> Value {
        let found = self.source.script.tokens().iter().find(|token| token.extent.start == at.start);
        found.map_or(Value::Null, |token| tokens::one(&self.source, *token))
    }
}

/// The parameters that were given, each with its token, `-file` with its argument, too.
fn flags(n: &Node, of: &Switch) -> Value {
    let pair = || generic("System.Tuple`2", vec![class("Token"), class("Ast")]);
    let Some(pair) = pair() else { return Value::Null };
    let Some(dictionary) = generic("System.Collections.Generic.Dictionary`2", vec![string(), pair.clone()]) else {
        return Value::Null;
    };
    let flags = Dictionary::new(dictionary, false);
    let after = n.source.script.tokens().iter().filter(|token| token.extent.start >= of.keyword.end);
    for token in after.take_while(|token| is_before_body(n, of, token)) {
        let TokenValue::Parameter { name, .. } = token.value else { continue };
        let given = n.source.script.text(name).to_ascii_lowercase();
        let Some(name) = SWITCH_FLAGS.iter().find(|flag| flag.starts_with(&given)) else { continue };
        let file = of.file.filter(|_| *name == "file").map_or(Value::Null, |file| n.one(file));
        flags.set((*name).into(), tuple(&pair, &[tokens::one(&n.source, *token), file]));
    }
    if flags.len() == 0 { Value::Null } else { Value::object(flags) }
}

/// Whether a token still belongs to the parameters.
fn is_before_body(n: &Node, of: &Switch, token: &Token) -> bool {
    let file = of.file.map(|file| n.at(file).extent());
    file.is_some_and(|file| token.extent.start >= file.start && token.extent.end <= file.end)
        || !matches!(token.kind, TokenKind::LParen | TokenKind::LCurly | TokenKind::EndOfInput)
}
