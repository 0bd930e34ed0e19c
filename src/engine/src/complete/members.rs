//! Members behind `.` and `::`, and keys behind `[`.

use psrpd_dotnet::{casing, wildcard};
use psrpd_lang::{
    ast::{Kind, NodeId},
    token::{Token, TokenKind},
};

use super::{
    Found, Line, Match, fits,
    infer::{Inference, Known, type_of},
    quoted, unquote,
};
use crate::{
    eval::{R, Runspace},
    types::{
        self, Type,
        describe::{self, Shown, View},
    },
    value::{Dictionary, text},
};

/// The expression that ends at a place.
fn expression_before(line: &Line<'_>, end: usize) -> Option<NodeId> {
    let is_expression = |kind: Kind| {
        matches!(
            kind,
            Kind::VariableExpression { .. }
                | Kind::StringConstantExpression { .. }
                | Kind::ExpandableStringExpression { .. }
                | Kind::ConstantExpression { .. }
                | Kind::TypeExpression { .. }
                | Kind::ParenExpression { .. }
                | Kind::SubExpression { .. }
                | Kind::ArrayExpression { .. }
                | Kind::Hashtable { .. }
                | Kind::MemberExpression { .. }
                | Kind::InvokeMemberExpression { .. }
                | Kind::IndexExpression { .. }
                | Kind::ScriptBlockExpression { .. }
                | Kind::ConvertExpression { .. }
        )
    };
    let found = line.nodes(|script, id| script.node(id).extent.end() == end && is_expression(script.kind(id)));
    found.first().copied()
}

/// Completes a member if the cursor is behind a dot or two colons.
pub(super) fn complete(rs: &mut Runspace, line: &Line<'_>, token: Token) -> R<Option<Found>> {
    let is_access = |kind: TokenKind| matches!(kind, TokenKind::Dot | TokenKind::ColonColon | TokenKind::QuestionDot);
    let (access, typed, from) = if is_access(token.kind) {
        (token, "", token.extent.end())
    } else {
        match line.previous(0) {
            Some(before) if is_access(before.kind) && before.extent.end == token.extent.start => {
                (*before, line.token_text(&token), token.extent.start())
            }
            _ => return Ok(None),
        }
    };
    let Some(target) = expression_before(line, access.extent.start()) else { return Ok(None) };
    let known = Inference::new(rs, line).of(target)?;
    let is_static = access.kind == TokenKind::ColonColon;
    let matches = of_known(rs, &known, typed, is_static);
    if matches.is_empty() {
        return Ok(Some(Found::of(0, line.text.len(), matches)));
    }
    let to = if is_access(token.kind) { from } else { token.extent.end() };
    Ok(Some(Found::of(from, to, matches)))
}

/// The members of something known.
pub(super) fn of_known(rs: &Runspace, known: &Known, typed: &str, is_static: bool) -> Vec<Match> {
    let mut matches = shown(members_of(rs, known, is_static), typed, !is_static && !matches!(known, Known::Value(_)));
    if let (Known::Value(value), false) = (known, is_static)
        && let Some(table) = value.downcast::<Dictionary>()
    {
        let keys = table.keys().into_iter().filter(|key| key.as_str().is_some()).map(|key| text(&key).to_string());
        matches.extend(keys.filter(|key| fits(key, typed)).map(|key| {
            let name = quoted(&key, None);
            Match::new(name.clone(), name.clone(), "Property", name)
        }));
    }
    matches
}

/// Members of something known, without order.
fn members_of(rs: &Runspace, known: &Known, is_static: bool) -> Vec<Shown> {
    match (known, is_static) {
        (Known::Value(value), false) => describe::members(rs, value, View(View::ADAPTED | View::EXTENDED), false),
        (Known::TypeObject(_), false) => describe::of_type(&types::runtime_type(), false, false),
        (Known::Any(list), false) => {
            let mut all: Vec<Shown> = Vec::new();
            for member in list.iter().flat_map(|of| of_type(rs, of)) {
                if !all.iter().any(|have| casing::eq(&have.name, &member.name)) {
                    all.push(member);
                }
            }
            all
        }
        (Known::Keys(keys, of), false) => {
            // What a custom object is made of shows through.
            let of = if *of == types::custom_object() { types::ps_object() } else { of.clone() };
            let own = keys.iter().map(|(name, of)| Shown::property(name, &format!("{of} {name}")));
            own.chain(of_type(rs, &of)).collect()
        }
        _ => match type_of(known) {
            Some(of) if is_static => {
                let mut all = describe::of_type(&of, true, false);
                if of.is_enum() {
                    all.extend(describe::of_type(&types::known("System.Enum"), true, false));
                }
                all
            }
            Some(of) => of_type(rs, &of),
            None => Vec::new(),
        },
    }
}

/// The members of the objects of a type, with what the type table adds.
fn of_type(rs: &Runspace, of: &Type) -> Vec<Shown> {
    let mut all = describe::of_type(of, false, false);
    for member in of.ancestry().filter_map(|of| rs.state.types.get(of.name())).flat_map(|data| data.members.clone()) {
        if !all.iter().any(|have| casing::eq(&have.name, &member.name)) {
            all.push(describe::extended(&member));
        }
    }
    all
}

/// The keys of a dictionary.
fn keys_of(known: &Known) -> Vec<String> {
    match known {
        Known::Value(value) => match value.downcast::<Dictionary>() {
            Some(table) => {
                table.keys().iter().filter(|key| key.as_str().is_some()).map(|key| text(key).to_string()).collect()
            }
            None => Vec::new(),
        },
        Known::Keys(keys, _) => keys.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Properties, then methods, each by name.
fn shown(mut members: Vec<Shown>, typed: &str, is_declared: bool) -> Vec<Match> {
    let is_method = |member: &Shown| member.kind.ends_with("Method");
    let hidden =
        |member: &Shown| matches!(member.kind, "ParameterizedProperty" | "Event" | "MemberSet" | "PropertySet");
    members.retain(|member| !hidden(member) && fits(&member.name, typed));
    members.sort_by(|a, b| is_method(a).cmp(&is_method(b)).then_with(|| casing::cmp(&a.name, &b.name)));
    members
        .into_iter()
        .map(|member| {
            if is_method(&member) {
                let tip = member.definition.replace("), ", ")\n");
                return Match::new(format!("{}(", member.name), &*member.name, "Method", tip);
            }
            let tip = if is_declared {
                member.definition.replace("{get;set;}", "{ get; set; }").replace("{get;}", "{ get; }")
            } else {
                member.definition
            };
            Match::new(&*member.name, &*member.name, "Property", tip)
        })
        .collect()
}

/// The names of the properties that the objects of a pipeline have in front of a command, those that match a pattern.
pub(super) fn properties(
    rs: &mut Runspace,
    line: &Line<'_>,
    command: NodeId,
    typed: &str,
    and_methods: bool,
) -> R<Vec<Match>> {
    let Some(pipeline) = line.script.node(command).parent else { return Ok(Vec::new()) };
    let known = Inference::new(rs, line).upstream(pipeline, command)?;
    let mut matches = of_known(rs, &known, typed, false);
    matches.retain(|found| and_methods || found.kind == "Property");
    for method in matches.iter_mut().filter(|found| found.kind == "Method") {
        method.text = method.list.clone();
    }
    // A property's value has no place in a hint.
    for found in &mut matches {
        if let Some((tip, _)) = found.tip.split_once('=').filter(|(head, _)| !head.contains('{')) {
            found.tip = tip.to_owned();
        }
    }
    Ok(matches)
}

/// Completes a key in `$table["..`.
pub(super) fn index(rs: &mut Runspace, line: &Line<'_>, token: Token) -> R<Option<Found>> {
    let Some(bracket) = line.previous(0).filter(|before| before.kind == TokenKind::LBracket) else { return Ok(None) };
    if bracket.extent.end != token.extent.start {
        return Ok(None);
    }
    let Some(target) = expression_before(line, bracket.extent.start()) else { return Ok(None) };
    let known = Inference::new(rs, line).of(target)?;
    let (typed, _) = unquote(line.token_text(&token));
    let mut keys = keys_of(&known);
    keys.retain(|key| fits(key, &typed) || wildcard::has_wildcards(&typed));
    keys.sort_by(|a, b| casing::cmp(a, b));
    let matches =
        keys.into_iter().map(|key| Match::new(quoted(&key, Some('\'')), key.clone(), "Property", key)).collect();
    Ok(Some(Found::of(token.extent.start(), token.extent.end(), matches)))
}
