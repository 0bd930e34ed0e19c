//! Values that a variable can be given or an operand can be compared with: labels of enums and words of a set.

use psrpd_dotnet::casing;
use psrpd_lang::{
    ast::{Kind, NodeId},
    token::{Token, TokenKind},
};

use super::{
    Found, Line, Match, fits,
    infer::{Inference, type_of},
    unquote,
};
use crate::{
    bind::Check,
    eval::{Name, R, Runspace, Slot},
    types::Type,
};

/// Completes what is assigned to a variable with a type or set, or compared with a value of an enum.
pub(super) fn complete(rs: &mut Runspace, line: &Line<'_>, token: Token) -> R<Option<Found>> {
    let Some(before) = line.previous(0) else { return Ok(None) };
    let is_assigned = before.kind == TokenKind::Equals;
    let words = if is_assigned { assignment(rs, line, before)? } else { comparison(rs, line, before)? };
    let Some(mut words) = words else { return Ok(None) };
    let (typed, quote) = unquote(line.token_text(&token));
    words.retain(|word| fits(word, &typed));
    words.sort_by(|a, b| casing::cmp(a, b));
    let Some(quote) = quote else { return Ok(None) };
    let shown = |word: String| {
        let text = format!("{quote}{word}{quote}");
        match is_assigned {
            true => Match::new(text.clone(), text.clone(), "Text", text),
            false => Match::new(text, word.clone(), "ParameterValue", word),
        }
    };
    Ok(Some(Found::of(token.extent.start(), token.extent.end(), words.into_iter().map(shown).collect())))
}

fn labels(of: &Type) -> Option<Vec<String>> {
    let of = of.nullable().unwrap_or(of);
    of.is_enum().then(|| of.labels().into_iter().map(|(label, _)| label).collect())
}

/// What the variable in front of `=` can hold.
fn assignment(rs: &mut Runspace, line: &Line<'_>, operator: &Token) -> R<Option<Vec<String>>> {
    let found = line.nodes(|script, id| {
        matches!(script.kind(id), Kind::AssignmentStatement { error_position, .. } if error_position == operator.extent)
    });
    let Some(Kind::AssignmentStatement { left, .. }) = found.first().map(|id| line.script.kind(*id)) else {
        return Ok(None);
    };
    target(rs, line, left)
}

fn target(rs: &mut Runspace, line: &Line<'_>, left: NodeId) -> R<Option<Vec<String>>> {
    let script = line.script;
    Ok(match script.kind(left) {
        Kind::ConvertExpression { type_constraint, .. } => match script.kind(type_constraint) {
            Kind::TypeConstraint { type_name } => {
                rs.find_type(&script.full_type_name(type_name)).as_ref().and_then(labels)
            }
            _ => None,
        },
        Kind::VariableExpression { path, .. } => {
            let name = Name::new(script.text(path.unqualified_path));
            constraint(rs, &name)
        }
        _ => None,
    })
}

/// What a variable of the session takes.
fn constraint(rs: &Runspace, name: &Name) -> Option<Vec<String>> {
    let Some(Slot::Shared(variable)) = rs.scopes.get(rs.scope_of(name)?).get(name) else { return None };
    variable.checks.lock().iter().find_map(|check| match check {
        Check::Set { values, .. } => Some(values.iter().map(ToString::to_string).collect()),
        Check::Convert(of) | Check::Cast(of) => labels(of),
        Check::Preference => labels(&crate::types::known("System.Management.Automation.ActionPreference")),
        _ => None,
    })
}

/// What an operand can be compared with.
fn comparison(rs: &mut Runspace, line: &Line<'_>, operator: &Token) -> R<Option<Vec<String>>> {
    let found = line.nodes(|script, id| {
        matches!(script.kind(id), Kind::BinaryExpression { error_position, .. } if error_position == operator.extent)
    });
    let Some(Kind::BinaryExpression { left, operator, .. }) = found.first().map(|id| line.script.kind(*id)) else {
        return Ok(None);
    };
    let name = operator.text().trim_start_matches('-').trim_start_matches(['i', 'c']).to_ascii_lowercase();
    if !matches!(name.as_str(), "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "like" | "notlike" | "match" | "notmatch") {
        return Ok(None);
    }
    let known = Inference::new(rs, line).of(left)?;
    Ok(type_of(&known).as_ref().and_then(labels))
}
