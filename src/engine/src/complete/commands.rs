//! Names of commands.

use psrpd_dotnet::casing;

use super::{Match, fits, paths, quoted, unquote};
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds, split_module},
        shown,
    },
    eval::{R, Runspace},
};

/// Completes the name of a command: files first, then commands of all kinds by name.
pub(super) fn complete(rs: &mut Runspace, written: &str) -> R<Vec<Match>> {
    let (typed, _) = unquote(written);
    let mut found = paths::complete(rs, written, paths::What::All, false);
    if !typed.contains('/') && !typed.starts_with(['~', '.']) {
        found.extend(names(rs, written, Kinds::ALL)?);
    }
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
    commands.sort_by_key(|command| casing::fold(&command.name()));
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
