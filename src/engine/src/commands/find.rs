//! Finding commands by name or pattern, all of a name, or all there are.

use psrpd_dotnet::{Str, casing, wildcard};

use super::CommandInfo;
use crate::{
    cmdlets,
    eval::{Alias, R, Runspace},
    ops::patterns,
    platform::FileKind,
};

/// Kinds of commands, as the bits of `CommandTypes`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds(pub(crate) i64);

impl Kinds {
    pub(crate) const ALL: Self = Self(0x1ff);
    /// Aliases, functions, filters and cmdlets.
    pub(crate) const LISTED: Self = Self(0x0f);

    fn has(self, bit: i64) -> bool {
        self.0 & bit != 0
    }

    /// Whether a command is of one of these kinds.
    pub(crate) fn include(self, command: &CommandInfo) -> bool {
        self.has(match command {
            CommandInfo::Alias(_) => 1,
            CommandInfo::Function(function) if function.is_filter => 4,
            CommandInfo::Function(_) => 2,
            CommandInfo::Cmdlet(_) => 8,
            CommandInfo::ScriptFile(_) => 16,
            CommandInfo::Application(_) => 32,
            CommandInfo::Script(_) => 64,
        })
    }
}

/// All aliases that can be seen, by name.
pub(crate) fn aliases(rs: &Runspace) -> Vec<Alias> {
    let mut all: Vec<Alias> = Vec::new();
    for scope in rs.scopes.chain(rs.frame.scope) {
        all.extend(rs.scopes.get(scope).aliases.values().cloned());
    }
    let built_in = cmdlets::ALIASES.iter().filter(|alias| !rs.state.removed_aliases.contains(&casing::fold(alias.0)));
    all.extend(built_in.map(Alias::built_in));
    first_of_each(all, |alias| &alias.name)
}

/// Sorts by name and keeps what shadows the others of the same name.
fn first_of_each<T>(mut all: Vec<T>, name: impl Fn(&T) -> &Str) -> Vec<T> {
    let key = |item: &T| casing::fold(name(item));
    all.sort_by_key(&key);
    all.dedup_by(|later, earlier| key(later) == key(earlier));
    all
}

/// All commands of some kinds that a test on the name lets through: aliases, functions, filters, cmdlets, programs.
pub(crate) fn matching(rs: &Runspace, kinds: Kinds, test: &dyn Fn(&str) -> bool) -> Vec<CommandInfo> {
    let mut found = Vec::new();
    if kinds.has(1) {
        let aliases = aliases(rs).into_iter().filter(|alias| test(&alias.name));
        found.extend(aliases.map(CommandInfo::Alias));
    }
    if kinds.has(2) || kinds.has(4) {
        let mut functions = Vec::new();
        for scope in rs.scopes.chain(rs.frame.scope) {
            let own = rs.scopes.get(scope).functions.values();
            functions.extend(own.filter(|function| test(&function.name)).cloned());
        }
        let functions = first_of_each(functions, |function| &function.name);
        let (filters, functions): (Vec<_>, Vec<_>) = functions.into_iter().partition(|function| function.is_filter);
        let all = functions.into_iter().chain(filters).map(CommandInfo::Function);
        found.extend(all.filter(|command| kinds.include(command)));
    }
    if kinds.has(8) {
        let mut cmdlets: Vec<_> = cmdlets::all().filter(|cmdlet| test(cmdlet.name)).collect();
        cmdlets.sort_by_key(|cmdlet| casing::fold(cmdlet.name));
        found.extend(cmdlets.into_iter().map(CommandInfo::Cmdlet));
    }
    if kinds.has(16) || kinds.has(32) {
        found.extend(programs(rs, test).into_iter().filter(|command| kinds.include(command)));
    }
    found
}

/// Programs and scripts along PATH, by name.
fn programs(rs: &Runspace, test: &dyn Fn(&str) -> bool) -> Vec<CommandInfo> {
    let mut found: Vec<(String, CommandInfo)> = Vec::new();
    for folder in crate::providers::program_folders(rs) {
        if rs.stop.is_set() {
            break;
        }
        for name in rs.platform.list(&folder).unwrap_or_default().into_iter().filter(|name| test(name)) {
            let path = format!("{folder}/{name}");
            let Ok(stat) = rs.platform.stat(&path) else { continue };
            let is_script = name.to_ascii_lowercase().ends_with(".ps1");
            if stat.kind == FileKind::File && (is_script || stat.mode & 0o111 != 0) {
                let path = Str::from(path);
                let command = if is_script { CommandInfo::ScriptFile(path) } else { CommandInfo::Application(path) };
                found.push((casing::fold(&name), command));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().map(|(_, command)| command).collect()
}

/// A name with the module in front of it.
pub(crate) fn split_module(name: &str) -> (Option<&str>, &str) {
    match name.split_once('\\') {
        Some((module, name)) if !module.is_empty() && !module.contains('/') => (Some(module), name),
        _ => (None, name),
    }
}

/// The commands that a name or pattern means. A name means one command, or all of that name.
///
/// # Errors
/// `WildcardPattern`.
pub(crate) fn named(rs: &Runspace, name: &str, kinds: Kinds, all: bool) -> R<Vec<CommandInfo>> {
    let (module, plain) = split_module(name);
    let of_module = |command: &CommandInfo| module.is_none_or(|module| casing::eq(&command.module(), module));
    if wildcard::has_wildcards(plain) && !plain.contains('/') && !is_alias(rs, plain, kinds) {
        let pattern = patterns::wildcard(plain, true)?;
        let mut found = matching(rs, kinds, &|name| pattern.is_match(name));
        found.retain(of_module);
        return Ok(found);
    }
    if plain.contains('/') || plain.starts_with('~') {
        let path = crate::providers::find_program(rs, plain);
        let command = path.map(|path| {
            if path.to_ascii_lowercase().ends_with(".ps1") {
                CommandInfo::ScriptFile(path)
            } else {
                CommandInfo::Application(path)
            }
        });
        return Ok(command.into_iter().filter(|command| kinds.include(command)).collect());
    }
    let test = |have: &str| casing::eq(have, plain);
    let mut found = matching(rs, Kinds(kinds.0 & Kinds::LISTED.0), &test);
    found.retain(of_module);
    if found.is_empty() || all {
        let programs = Kinds(kinds.0 & !Kinds::LISTED.0);
        if all {
            found.extend(matching(rs, programs, &|have| have == plain));
        } else if module.is_none()
            && let Some(path) = crate::providers::find_program(rs, plain)
        {
            let command = if path.to_ascii_lowercase().ends_with(".ps1") {
                CommandInfo::ScriptFile(path)
            } else {
                CommandInfo::Application(path)
            };
            found.extend(programs.include(&command).then_some(command));
        }
    }
    if !all && !matches!(kinds.0, 32) {
        found.truncate(1);
    } else if kinds.0 == 32 {
        found = matching(rs, kinds, &|have| have == plain);
    }
    Ok(found)
}

/// `?` and `%` are names, though they could be patterns.
fn is_alias(rs: &Runspace, name: &str, kinds: Kinds) -> bool {
    kinds.has(1) && rs.find_alias(name).is_some()
}

/// How many letters one has to insert, remove, replace or swap to make one text of the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().map(|c| c.to_ascii_lowercase()).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX);
            let next = j.saturating_add(1);
            let mut best = at(&last, next).saturating_add(1).min(at(&row, j).saturating_add(1));
            best = best.min(at(&last, j).saturating_add(usize::from(x != y)));
            let swapped =
                i > 0 && j > 0 && a.get(i.saturating_sub(1)) == Some(y) && b.get(j.saturating_sub(1)) == Some(x);
            if swapped {
                best = best.min(at(&before, j.saturating_sub(1)).saturating_add(1));
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("Get-Location", "get-loction"), 1);
        assert_eq!(distance("ab", "BA"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
