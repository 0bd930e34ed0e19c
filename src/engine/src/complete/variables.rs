//! Names of variables.

use psrpd_dotnet::{casing, collation};
use psrpd_lang::{
    Script,
    ast::{Kind, NodeId, VariableScope},
};

use super::{
    Line, Match, fits,
    infer::{Inference, type_of},
};
use crate::{
    cmdlets,
    commands::type_label,
    eval::{Name, R, Runspace, Slot},
    value::Value,
};

/// Scopes that can stand in front of a name.
const SCOPES: [&str; 5] = ["Global:", "Local:", "Script:", "Private:", "Using:"];

/// Names that mean something where they have a value, and are known without.
const SPECIAL: [&str; 24] = [
    "CurrentlyExecutingCommand",
    "foreach",
    "LASTEXITCODE",
    "LogCommandHealthEvent",
    "LogCommandLifecycleEvent",
    "LogEngineHealthEvent",
    "LogEngineLifecycleEvent",
    "LogProviderHealthEvent",
    "LogProviderLifecycleEvent",
    "LogSettingsEvent",
    "Matches",
    "OFS",
    "PSCmdlet",
    "PSDebugContext",
    "PSItem",
    "PSLogUserData",
    "PSModuleAutoLoadingPreference",
    "switch",
    "this",
    "VerboseHelpErrors",
    "_",
    "?",
    "^",
    "$",
];

/// Drives whose items can be written as variables.
const DRIVES: [(&str, &str); 5] = [
    ("Alias", "Drive that contains a view of the aliases stored in a session state"),
    ("Env", "Drive that contains a view of the environment variables for the process"),
    ("Function", "Drive that contains a view of the functions stored in a session state"),
    ("Temp", "Drive that maps to the temporary directory path for the current user"),
    ("Variable", "Drive that contains a view of those variables stored in a session state"),
];

/// A variable that can be seen: its name, its value, and what it is for.
fn visible(rs: &Runspace) -> Vec<(String, Value, String)> {
    let mut all: Vec<(String, Value, String)> = Vec::new();
    for scope in rs.scopes.chain(rs.frame.scope) {
        let scope = rs.scopes.get(scope);
        // The function that completes has variables of its own.
        if ["inputScript", "cursorColumn", "positionOfCursor"].iter().all(|name| scope.get(&Name::new(name)).is_some())
        {
            continue;
        }
        for name in scope.names() {
            if all.iter().any(|(have, ..)| casing::eq(have, name.as_str())) {
                continue;
            }
            let description = match scope.get(&name) {
                Some(Slot::Shared(variable)) => variable.description.lock().to_string(),
                _ => String::new(),
            };
            let description = match description.as_str() {
                "" => cmdlets::variable_description(name.as_str()).to_owned(),
                _ => description,
            };
            let value = scope.get(&name).and_then(Slot::get).unwrap_or_default();
            all.push((name.as_str().to_owned(), value, description));
        }
    }
    all
}

/// Names that the text itself assigns or declares in front of the cursor, and the last place of each.
fn assigned(line: &Line<'_>) -> Vec<(String, NodeId)> {
    let is_in_list = |script: &Script, id: NodeId| {
        let list = script.node(id).parent.filter(|id| matches!(script.kind(*id), Kind::ArrayLiteral { .. }));
        let parent = list.and_then(|list| script.node(list).parent.map(|parent| (list, parent)));
        parent.is_some_and(
            |(list, parent)| matches!(script.kind(parent), Kind::AssignmentStatement { left, .. } if left == list),
        )
    };
    let ids = line.nodes(|script, id| {
        let parent = script.node(id).parent.map(|parent| script.kind(parent));
        let is_target = match parent {
            Some(Kind::AssignmentStatement { left, .. }) => left == id,
            Some(Kind::Parameter { name, .. }) => name == id,
            Some(Kind::ForEachStatement { variable, .. }) => variable == id,
            Some(Kind::ConvertExpression { .. }) => true,
            Some(Kind::ArrayLiteral { .. }) => is_in_list(script, id),
            _ => false,
        };
        is_target && script.node(id).extent.end() < line.cursor
    });
    let end = line.token.and_then(|token| {
        let at = line.nodes(|script, id| script.node(id).extent.start == token.extent.start);
        at.last().copied()
    });
    let mut names: Vec<(String, NodeId)> = ids
        .into_iter()
        .filter_map(|id| match line.script.kind(id) {
            Kind::VariableExpression { path, .. } if !matches!(path.scope, VariableScope::Drive) => {
                Some((line.script.text(path.unqualified_path).to_owned(), end.unwrap_or(id)))
            }
            _ => None,
        })
        .collect();
    names.extend(stored(line));
    names
}

/// Names of variables that common parameters of commands in front of the cursor fill.
fn stored(line: &Line<'_>) -> Vec<(String, NodeId)> {
    const PARAMETERS: [&str; 10] = [
        "OutVariable",
        "ov",
        "PipelineVariable",
        "pv",
        "ErrorVariable",
        "ev",
        "WarningVariable",
        "wv",
        "InformationVariable",
        "iv",
    ];
    let words = line.nodes(|script, id| {
        matches!(script.kind(id), Kind::StringConstantExpression { .. }) && script.node(id).extent.end() < line.cursor
    });
    let is_named = |id: &NodeId| {
        let script = line.script;
        let Some(Kind::Command { elements, .. }) = script.node(*id).parent.map(|id| script.kind(id)) else {
            return false;
        };
        let list = script.list(elements);
        let before = list.iter().position(|have| have == id).and_then(|at| list.get(at.checked_sub(1)?));
        before.is_some_and(|before| match script.kind(*before) {
            Kind::CommandParameter { name, .. } => PARAMETERS.iter().any(|have| casing::eq(have, script.text(name))),
            _ => false,
        })
    };
    let named = words.into_iter().filter(is_named);
    named
        .map(|id| (line.script.extent_text(line.script.node(id).extent).trim_start_matches('+').to_owned(), id))
        .collect()
}

fn needs_braces(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    !plain && !matches!(name, "?" | "^")
}

/// Completes a variable as it is written, with its `$` or `@`.
pub(super) fn complete(rs: &mut Runspace, line: &Line<'_>, written: &str) -> R<Vec<Match>> {
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
            _ => return Ok(Vec::new()),
        };
        let mut items: Vec<String> = items.into_iter().filter(|name| fits(name, rest)).collect();
        items.sort_by(|a, b| collation::cmp(a, b, true));
        return Ok(items.iter().map(|name| Match::new(shown(&prefix, name), name, "Variable", name)).collect());
    }
    let mut found = named(rs, line, typed, &|name| shown("", name))?;
    if casing::starts_with("env:", typed) {
        let mut names = rs.state.environment.names();
        names.sort_by(|a, b| collation::cmp(a, b, true));
        found.extend(names.iter().map(|name| {
            Match::new(shown("env:", name), format!("env:{name}"), "Variable", format!("[string]env:{name}"))
        }));
    }
    {
        let special = SPECIAL.iter().filter(|name| fits(name, typed));
        let special = special.filter(|name| !found.iter().any(|have| casing::eq(&have.list, name)));
        let special: Vec<Match> = special.map(|name| Match::new(shown("", name), *name, "Variable", *name)).collect();
        found.extend(special);
        let drives = DRIVES.iter().filter(|(name, _)| casing::starts_with(name, typed));
        found.extend(drives.map(|(name, said)| Match::new(format!("{sigil}{name}:"), *name, "Variable", *said)));
        let scopes = SCOPES.iter().filter(|scope| casing::starts_with(scope, typed));
        found.extend(scopes.map(|scope| Match::new(format!("{sigil}{scope}"), *scope, "Variable", *scope)));
    }
    Ok(found)
}

fn named(rs: &mut Runspace, line: &Line<'_>, typed: &str, shown: &dyn Fn(&str) -> String) -> R<Vec<Match>> {
    let mut all = visible(rs);
    let mut own: Vec<(String, String)> = Vec::new();
    for (name, at) in assigned(line).into_iter().filter(|(name, _)| fits(name, typed)) {
        if !all.iter().any(|(have, ..)| casing::eq(have, &name)) {
            let of = Inference::new(rs, line).variable(&name, at)?;
            let of = type_of(&of).map(|of| format!("[{}]$", type_label(&of))).unwrap_or_default();
            own.push((name.clone(), format!("{of}{name}")));
            all.push((name, Value::Null, String::new()));
        }
    }
    all.retain(|(name, ..)| fits(name, typed));
    all.sort_by(|(a, ..), (b, ..)| collation::cmp(a, b, true));
    let found = all
        .into_iter()
        .map(|(name, value, description)| {
            if let Some((_, tip)) = own.iter().find(|(have, _)| *have == name) {
                return Match::new(shown(&name), &*name, "Variable", tip.clone());
            }
            let of = value.type_of().map_or_else(String::new, |of| format!("[{}]", type_label(&of)));
            let dash = if description.is_empty() { "" } else { " - " };
            Match::new(shown(&name), &*name, "Variable", format!("{of}${name}{dash}{description}"))
        })
        .collect();
    Ok(found)
}

/// The names of all variables that begin with a text, for parameters that take one.
pub(super) fn names(rs: &Runspace, typed: &str) -> Vec<String> {
    let mut names: Vec<String> =
        visible(rs).into_iter().map(|(name, ..)| name).filter(|name| fits(name, typed)).collect();
    names.sort_by(|a, b| collation::cmp(a, b, true));
    names
}
