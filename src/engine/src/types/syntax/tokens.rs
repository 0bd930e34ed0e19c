//! Tokens as scripts see them.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;
use psrpd_lang::{
    Extent, Script,
    token::{Token, TokenFlags, TokenValue},
};

use crate::{
    ir::{Source, number_value},
    types::{Members, Type, enum_number},
    value::{Object, Opaque, Value},
};

struct ScriptToken {
    source: Arc<Source>,
    token: Token,
}

/// All tokens of a script, as `Token[]`.
pub(super) fn all(source: &Arc<Source>) -> Value {
    array(source, source.script.tokens())
}

/// One token.
pub(super) fn one(source: &Arc<Source>, token: Token) -> Value {
    Value::object(ScriptToken { source: source.clone(), token })
}

fn array(source: &Arc<Source>, tokens: &[Token]) -> Value {
    let items = tokens.iter().map(|token| one(source, *token));
    Value::typed_array(super::class("Token"), items.collect())
}

impl Object for ScriptToken {
    fn type_of(&self) -> Type {
        super::class(match self.token.value {
            TokenValue::None => "Token",
            TokenValue::Text(_) if self.token.kind.name() == "Label" => "LabelToken",
            TokenValue::Text(_) => "StringLiteralToken",
            TokenValue::Expandable { .. } => "StringExpandableToken",
            TokenValue::Number(_) => "NumberToken",
            TokenValue::Variable(_) => "VariableToken",
            TokenValue::Parameter { .. } => "ParameterToken",
            TokenValue::FileRedirection { .. } => "FileRedirectionToken",
            TokenValue::MergingRedirection { .. } => "MergingRedirectionToken",
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(if self.token.kind.name() == "EndOfInput" { "<eof>".into() } else { self.written().into() })
    }
}

impl ScriptToken {
    fn script(&self) -> &Script {
        &self.source.script
    }

    fn written(&self) -> &str {
        self.script().token_text(&self.token)
    }

    /// What it stands for.
    fn value(&self) -> Value {
        let script = self.script();
        match self.token.value {
            TokenValue::Text(text) | TokenValue::Expandable { value: text, .. } => script.text(text).into(),
            TokenValue::Number(n) => n.map_or(Value::Null, |n| number_value(script, n)),
            _ => Value::Null,
        }
    }

    fn name(&self) -> Value {
        let script = self.script();
        match self.token.value {
            TokenValue::Variable(path) => script.text(path.user_path).into(),
            TokenValue::Parameter { name, .. } => script.text(name).into(),
            _ => Value::Null,
        }
    }

    /// A trait of it as a Boolean.
    fn stream(&self, from: u8) -> Value {
        enum_number("System.Management.Automation.Language.RedirectionStream", from.into())
    }
}

macro_rules! rows {
    ($m:ident: $($declaration:literal => |$this:ident| $read:expr;)*) => {
        $($m.get($declaration, |_, this| Ok(this.downcast::<ScriptToken>().map_or(Value::Null, |$this| $read)));)*
    };
}

pub(super) fn members(m: &mut Members) {
    rows! { m:
        "string Text" => |t| t.written().into();
        "System.Management.Automation.Language.TokenFlags TokenFlags" => |t| {
            enum_number("System.Management.Automation.Language.TokenFlags", t.token.flags.0.into())
        };
        "System.Management.Automation.Language.TokenKind Kind" => |t| {
            enum_number("System.Management.Automation.Language.TokenKind", t.token.kind.number().into())
        };
        "bool HasError" => |t| t.token.has_error().into();
        "System.Management.Automation.Language.IScriptExtent Extent" => |t| super::extent_value(&t.source, t.token.extent);
    }
}

pub(super) fn value_members(m: &mut Members) {
    rows! { m: "System.Object Value" => |t| t.value(); }
}

pub(super) fn expandable_members(m: &mut Members) {
    rows! { m:
        "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.Language.Token] NestedTokens" => |t| {
            let nested = t.script().nested_tokens(&t.token);
            if nested.is_empty() { Value::Null } else { array(&t.source, nested) }
        };
    }
}

pub(super) fn variable_members(m: &mut Members) {
    rows! { m:
        "string Name" => |t| t.name();
        "System.Management.Automation.VariablePath VariablePath" => |t| match t.token.value {
            TokenValue::Variable(path) => super::properties::variable_path(t.script(), path),
            _ => Value::Null,
        };
    }
}

pub(super) fn parameter_members(m: &mut Members) {
    rows! { m:
        "string ParameterName" => |t| t.name();
        "bool UsedColon" => |t| matches!(t.token.value, TokenValue::Parameter { colon: true, .. }).into();
    }
}

pub(super) fn label_members(m: &mut Members) {
    rows! { m: "string LabelText" => |t| t.value(); }
}

pub(super) fn redirection_members(m: &mut Members) {
    rows! { m:
        "System.Management.Automation.Language.RedirectionStream FromStream" => |t| match t.token.value {
            TokenValue::FileRedirection { from, .. } | TokenValue::MergingRedirection { from, .. } => t.stream(from),
            _ => Value::Null,
        };
    }
}

pub(super) fn file_redirection_members(m: &mut Members) {
    redirection_members(m);
    rows! { m: "bool Append" => |t| matches!(t.token.value, TokenValue::FileRedirection { append: true, .. }).into(); }
}

pub(super) fn merging_redirection_members(m: &mut Members) {
    redirection_members(m);
    rows! { m:
        "System.Management.Automation.Language.RedirectionStream ToStream" => |t| match t.token.value {
            TokenValue::MergingRedirection { to, .. } => t.stream(to),
            _ => Value::Null,
        };
    }
}

/// The kinds of tokens as the tokenizer of PowerShell 2 told them: `PSTokenType` and what a token says for it.
fn old_kind(t: &ScriptToken) -> (&'static str, Str) {
    let (flags, text) = (t.token.flags, Str::from(t.written()));
    let value = |value: Value| crate::value::text(&value);
    let kind = match t.token.kind.name() {
        "Comment" => "Comment",
        "NewLine" => "NewLine",
        "LineContinuation" => "LineContinuation",
        "Semi" => "StatementSeparator",
        "Label" => return ("LoopLabel", value(t.value())),
        "LParen" | "LCurly" | "AtParen" | "AtCurly" | "DollarParen" => "GroupStart",
        "RParen" | "RCurly" => "GroupEnd",
        "Variable" | "SplattedVariable" => return ("Variable", value(t.name())),
        "Parameter" => "CommandParameter",
        "Number" => "Number",
        _ if flags.contains(TokenFlags::COMMAND_NAME) => "Command",
        _ if flags.contains(TokenFlags::MEMBER_NAME) => "Member",
        _ if flags.contains(TokenFlags::ATTRIBUTE_NAME) => "Attribute",
        _ if flags.contains(TokenFlags::TYPE_NAME) => "Type",
        _ if flags.contains(TokenFlags::KEYWORD) => "Keyword",
        "StringLiteral" | "StringExpandable" | "HereStringLiteral" | "HereStringExpandable" => {
            return ("String", value(t.value()));
        }
        "Identifier" | "Generic" => "CommandArgument",
        _ => "Operator",
    };
    (kind, text)
}

/// The tokens of a script for `[PSParser]::Tokenize()`.
pub(super) fn old_tokens(source: &Arc<Source>) -> Vec<Value> {
    let tokens = source.script.tokens().iter().filter(|token| token.kind.name() != "EndOfInput");
    tokens.map(|token| old_token(source, *token)).collect()
}

fn old_token(source: &Arc<Source>, token: Token) -> Value {
    let script = &source.script;
    let token = ScriptToken { source: source.clone(), token };
    let (kind, content) = old_kind(&token);
    let extent = token.token.extent;
    let (start, end) = (script.position(extent.start), script.position(extent.end));
    let units = |to: usize| psrpd_dotnet::text::utf16_len(script.source().get(..to).unwrap_or(""));
    let (from, to) = (units(extent.start()), units(extent.end()));
    Opaque::new(
        "System.Management.Automation.PSToken",
        [
            ("Content", Value::Str(content)),
            ("Type", crate::types::enum_value("System.Management.Automation.PSTokenType", kind)),
            ("Start", Value::int(from)),
            ("Length", Value::int(to.saturating_sub(from))),
            ("StartLine", Value::int(start.line)),
            ("StartColumn", Value::int(start.column)),
            ("EndLine", Value::int(end.line)),
            ("EndColumn", Value::int(end.column)),
        ],
    )
    .into_value()
}

/// The token that a block begins with.
pub(in crate::types) fn start_token(source: &Arc<Source>, block: Extent) -> Value {
    let first = source.script.tokens().iter().find(|token| token.extent.start >= block.start);
    first.map_or(Value::Null, |token| old_token(source, *token))
}
