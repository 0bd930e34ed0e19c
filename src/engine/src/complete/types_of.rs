//! Names of types and namespaces.

use psrpd_dotnet::casing;
use psrpd_lang::known_types;

use super::{Found, Line, Match};
use crate::{eval::Runspace, types::known};

/// More than this is no help.
const MAX_TYPES: usize = 1000;

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_.+`".contains(c)
}

/// Completes behind `[`, unless that indexes something.
pub(super) fn complete(rs: &Runspace, line: &Line<'_>) -> Option<Found> {
    let before = line.text.get(..line.cursor)?;
    let typed = before.get(before.rfind(|c| !is_name(c)).map_or(0, |at| at.saturating_add(1))..)?;
    let from = line.cursor.saturating_sub(typed.len());
    let bracket = before.get(..from)?;
    let outside = bracket.strip_suffix('[').or_else(|| {
        // An argument of a generic type.
        let inner = bracket.trim_end().strip_suffix(',')?;
        inner.rfind('[').and_then(|at| inner.get(..at)).filter(|head| head.ends_with(is_name))
    })?;
    let is_generic = outside.rfind('[').is_some_and(|at| {
        outside.get(at.saturating_add(1)..).is_some_and(|name| !name.is_empty() && name.chars().all(is_name))
    });
    let indexes = outside.ends_with(|c: char| c.is_alphanumeric() || "_)]}\"'".contains(c));
    if typed.is_empty() || indexes && !is_generic && !ends_with_attribute(outside) {
        return None;
    }
    Some(Found::of(from, line.cursor, names(rs, typed)))
}

/// `[a()][b`: attributes and casts follow each other.
fn ends_with_attribute(outside: &str) -> bool {
    outside.ends_with(']')
}

/// The types and namespaces that a text could become.
pub(super) fn names(rs: &Runspace, typed: &str) -> Vec<Match> {
    let mut found: Vec<(String, Match)> = Vec::new();
    let label = |name: &str| name.split('`').next().unwrap_or(name).to_owned();
    if let Some((namespace, rest)) = typed.rsplit_once('.') {
        for (of, names) in known::namespaces() {
            if casing::eq(of, namespace) {
                for name in names.filter(|name| casing::starts_with(name, rest)) {
                    let full = format!("{of}.{}", label(name));
                    let list = if name.contains('`') { format!("{}<>", label(name)) } else { label(name) };
                    found.push((casing::fold(&list), Match::new(full.clone(), list, "Type", full)));
                }
            }
        }
        let mut spaces: Vec<String> = below(typed);
        spaces.dedup();
        found.extend(spaces.into_iter().map(|full| {
            let list = full.rsplit('.').next().unwrap_or(&full).to_owned();
            (casing::fold(&list), Match::new(full.clone(), list, "Namespace", format!("Namespace {full}")))
        }));
    } else {
        for (name, full) in known_types::accelerators().filter(|(name, _)| casing::starts_with(name, typed)) {
            let list = full.rsplit('.').next().unwrap_or(full);
            let short = list.strip_suffix("Attribute").unwrap_or(list);
            // Attributes and the numbers with a size have capitals.
            let is_capital = short != list || matches!(short, "Int16" | "Int32" | "Int64");
            let name = if is_capital && casing::eq(name, short) { short } else { name };
            found.push((casing::fold(list), Match::new(name, list, "Type", full)));
        }
        let accelerated: Vec<&str> = known_types::accelerators().map(|(_, full)| full).collect();
        for (of, names) in known::namespaces() {
            for name in names.filter(|name| casing::starts_with(name, typed)) {
                let full = format!("{of}.{}", label(name));
                if !accelerated.contains(&full.as_str()) {
                    let list = if name.contains('`') { format!("{}<>", label(name)) } else { label(name) };
                    found.push((casing::fold(&list), Match::new(full.clone(), list, "Type", full)));
                }
            }
        }
        found.extend(below(typed).into_iter().map(|full| {
            (casing::fold(&full), Match::new(full.clone(), full.clone(), "Namespace", format!("Namespace {full}")))
        }));
    }
    found.extend(
        rs.class_names()
            .into_iter()
            .filter(|name| casing::starts_with(name, typed))
            .map(|name| (casing::fold(&name), Match::new(name.clone(), name.clone(), "Type", name))),
    );
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.truncate(MAX_TYPES);
    found.into_iter().map(|(_, shown)| shown).collect()
}

/// The namespaces that begin with a text, each one step further.
fn below(typed: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (of, _) in known::namespaces().filter(|(of, _)| casing::starts_with(of, typed)) {
        let end =
            of.get(typed.len()..).and_then(|rest| rest.find('.')).map_or(of.len(), |at| at.saturating_add(typed.len()));
        let step = of.get(..end).unwrap_or(of).to_owned();
        if !found.contains(&step) {
            found.push(step);
        }
    }
    found.sort_by(|a, b| casing::cmp(a, b));
    found
}

/// Namespaces for `using namespace`.
pub(super) fn namespaces(typed: &str) -> Vec<Match> {
    let shown = |full: String| {
        let list = full.rsplit('.').next().unwrap_or(&full).to_owned();
        Match::new(full.clone(), list, "Namespace", format!("Namespace {full}"))
    };
    below(typed).into_iter().map(shown).collect()
}
