//! Names of variables.

use psrpd_dotnet::casing;
use psrpd_lang::ast::{Kind, VariableScope};

use super::{Line, Match, fits};
use crate::{
    commands::type_label,
    eval::{Runspace, Slot},
    value::Value,
};

/// Scopes that can stand in front of a name.
const SCOPES: [&str; 4] = ["Global:", "Local:", "Private:", "Script:"];

/// A variable that can be seen: its name, its value, and what it is for.
fn visible(rs: &Runspace) -> Vec<(String, Value, String)> {
    let mut all: Vec<(String, Value, String)> = Vec::new();
    for scope in rs.scopes.chain(rs.frame.scope) {
        let scope = rs.scopes.get(scope);
        for name in scope.names() {
            if all.iter().any(|(have, ..)| casing::eq(have, name.as_str())) {
                continue;
            }
            let description = match scope.get(&name) {
                Some(Slot::Shared(variable)) => variable.description.lock().to_string(),
                _ => String::new(),
            };
            let value = scope.get(&name).and_then(Slot::get).unwrap_or_default();
            all.push((name.as_str().to_owned(), value, description));
        }
    }
    all
}

/// Names that the text itself assigns or declares in front of the cursor.
fn assigned(line: &Line<'_>) -> Vec<String> {
    let ids = line.nodes(|script, id| {
        let parent = script.node(id).parent.map(|parent| script.kind(parent));
        let is_target = match parent {
            Some(Kind::AssignmentStatement { left, .. }) => left == id,
            Some(Kind::Parameter { name, .. }) => name == id,
            Some(Kind::ForEachStatement { variable, .. }) => variable == id,
            Some(Kind::ConvertExpression { .. }) => true,
            _ => false,
        };
        is_target && script.node(id).extent.end() < line.cursor
    });
    let names = ids.into_iter().filter_map(|id| match line.script.kind(id) {
        Kind::VariableExpression { path, .. } if !matches!(path.scope, VariableScope::Drive) => {
            Some(line.script.text(path.unqualified_path).to_owned())
        }
        _ => None,
    });
    names.collect()
}

fn needs_braces(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    !plain && !matches!(name, "?" | "^")
}

/// Completes a variable as it is written, with its `$` or `@`.
pub(super) fn complete(rs: &Runspace, line: &Line<'_>, written: &str) -> Vec<Match> {
    let sigil = if written.starts_with('@') { "@" } else { "$" };
    let braced = written.starts_with("${");
    let typed = written.trim_start_matches(['$', '@']).trim_start_matches('{').trim_end_matches('}');
    let shown = |prefix: &str, name: &str| {
        if braced || needs_braces(name) {
            format!("{sigil}{{{prefix}{name}}}")
        } else {
            format!("{sigil}{prefix}{name}")
        }
    };
    if let Some((drive, rest)) = typed.split_once(':') {
        let prefix = format!("{drive}:");
        let items: Vec<String> = match drive.to_ascii_lowercase().as_str() {
            "env" => rs.state.environment.names(),
            "function" => crate::commands::find::matching(rs, crate::commands::find::Kinds(6), &|_| true)
                .iter()
                .map(|command| command.name().to_string())
                .collect(),
            "alias" => crate::commands::find::aliases(rs).iter().map(|alias| alias.name.to_string()).collect(),
            "global" | "local" | "script" | "private" | "using" | "variable" => {
                return named(rs, line, rest, &|name| shown(&prefix, name));
            }
            _ => return Vec::new(),
        };
        let mut items: Vec<String> = items.into_iter().filter(|name| fits(name, rest)).collect();
        items.sort_by(|a, b| casing::cmp(a, b));
        return items.iter().map(|name| Match::new(shown(&prefix, name), name, "Variable", name)).collect();
    }
    let mut found = named(rs, line, typed, &|name| shown("", name));
    if !typed.is_empty() && casing::starts_with("env:", typed) {
        let mut names = rs.state.environment.names();
        names.sort_by(|a, b| casing::cmp(a, b));
        found.extend(names.iter().map(|name| {
            Match::new(shown("env:", name), format!("env:{name}"), "Variable", format!("[string]env:{name}"))
        }));
    }
    if !typed.is_empty() {
        let scopes = SCOPES.iter().filter(|scope| casing::starts_with(scope, typed));
        found.extend(scopes.map(|scope| Match::new(format!("{sigil}{scope}"), *scope, "Variable", *scope)));
    }
    found
}

fn named(rs: &Runspace, line: &Line<'_>, typed: &str, shown: &dyn Fn(&str) -> String) -> Vec<Match> {
    let mut all = visible(rs);
    for name in assigned(line) {
        if !all.iter().any(|(have, ..)| casing::eq(have, &name)) {
            all.push((name, Value::Null, String::new()));
        }
    }
    all.retain(|(name, ..)| fits(name, typed));
    all.sort_by(|(a, ..), (b, ..)| casing::cmp(a, b));
    all.into_iter()
        .map(|(name, value, description)| {
            let of = value.type_of().map_or_else(String::new, |of| format!("[{}]", type_label(&of)));
            let dash = if description.is_empty() { "" } else { " - " };
            Match::new(shown(&name), &*name, "Variable", format!("{of}${name}{dash}{description}"))
        })
        .collect()
}

/// The names of all variables that begin with a text, for parameters that take one.
pub(super) fn names(rs: &Runspace, typed: &str) -> Vec<String> {
    let mut names: Vec<String> =
        visible(rs).into_iter().map(|(name, ..)| name).filter(|name| fits(name, typed)).collect();
    names.sort_by(|a, b| casing::cmp(a, b));
    names
}
