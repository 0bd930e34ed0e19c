//! Names of commands.

use psrpd_dotnet::{casing, collation};

use super::{Line, Match, fits, local, paths, quoted, unquote};
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds, split_module},
        shown,
    },
    eval::{R, Runspace},
};

/// Completes the name of a command: files first, then commands of all kinds by name.
pub(super) fn complete(rs: &mut Runspace, line: &Line<'_>, written: &str) -> R<Vec<Match>> {
    let (typed, quote) = unquote(written);
    let mut found = paths::complete(rs, written, paths::What::All, false);
    // A path in quotes is a text, not a command, unless it is called.
    if quote.is_none() && !line.is_called() {
        for path in found.iter_mut().filter(|path| path.text.starts_with(['\'', '"'])) {
            path.text.insert_str(0, "& ");
        }
    }
    if typed.contains('/') || typed.starts_with(['~', '.']) {
        return Ok(found);
    }
    let known = names(rs, written, Kinds::ALL)?;
    // Those of the text come first, the last of them before the others.
    let own = local::functions(line).into_iter().rev();
    for (name, _) in own.filter(|(name, _)| fits(name, &typed)) {
        if known.iter().chain(&found).any(|have| casing::eq(&have.list, name)) {
            continue;
        }
        found.push(Match::new(quoted(name, quote), name, "Command", name));
    }
    found.extend(known);
    Ok(found)
}

/// The commands of some kinds whose names begin with a text.
pub(super) fn names(rs: &mut Runspace, written: &str, kinds: Kinds) -> R<Vec<Match>> {
    let (typed, quote) = unquote(written);
    let (module, plain) = split_module(&typed);
    if plain.is_empty() && module.is_none() {
        return Ok(Vec::new());
    }
    let mut commands = find::matching(rs, kinds, &|name| fits(name, plain));
    commands.retain(|command| module.is_none_or(|module| casing::eq(&command.module(), module)));
    commands.sort_by(|a, b| collation::cmp(&a.name(), &b.name(), true));
    let prefix = module.map(|module| format!("{module}\\")).unwrap_or_default();
    let mut matches: Vec<Match> = Vec::new();
    for command in commands {
        let name = command.name().to_string();
        let tip = match &command {
            CommandInfo::Alias(alias) => alias.target.to_string(),
            CommandInfo::Application(path) | CommandInfo::ScriptFile(path) => path.to_string(),
            other => shown(rs, other)?.to_string(),
        };
        // Of several programs with one name all but the first need their path.
        let is_taken = matches.iter().any(|have| have.list == name);
        let text = match &command {
            CommandInfo::Application(path) | CommandInfo::ScriptFile(path) if is_taken => path.to_string(),
            _ if is_taken => continue,
            _ => format!("{prefix}{name}"),
        };
        matches.push(Match::new(quoted(&text, quote), name, "Command", tip));
    }
    Ok(matches)
}
