//! Files and items of other drives.

use psrpd_dotnet::{collation, wildcard};
use psrpd_lang::token::TokenKind;

use super::{Match, fits, quoted, unquote};
use crate::{
    commands::find::{self, Kinds},
    eval::Runspace,
    platform::FileKind,
    providers,
    types::files::path as names,
};

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    All,
    Directories,
}

/// Completes a path as it is written; `escapes` says that the result is a pattern, in which brackets mean something.
pub(super) fn complete(rs: &mut Runspace, written: &str, what: What, escapes: bool) -> Vec<Match> {
    let (typed, quote) = unquote(written);
    if let Some((drive, rest)) = typed.split_once(':')
        && !drive.contains(['/', '\\'])
    {
        return items(rs, drive, rest.trim_start_matches(['/', '\\']), quote);
    }
    let typed = typed.replace('\\', "/");
    if typed == "~" {
        return Vec::new();
    }
    let (folder, leaf) = match typed.rfind('/') {
        Some(at) => (typed.get(..=at).unwrap_or(""), typed.get(at.saturating_add(1)..).unwrap_or("")),
        None => ("", typed.as_str()),
    };
    let absolute = providers::absolute(rs, if folder.is_empty() { "." } else { folder });
    if wildcard::has_wildcards(folder) {
        let options = providers::GlobOptions { dotted: true, ..providers::GlobOptions::default() };
        let folders = providers::glob(rs, folder, options).ok().and_then(Result::ok).unwrap_or_default();
        let folders: Vec<String> = folders.iter().map(providers::Target::provider_path).collect();
        return folders.iter().flat_map(|folder| in_folder(rs, folder, "", leaf, quote, what, escapes)).collect();
    }
    in_folder(rs, &absolute, folder, leaf, quote, what, escapes)
}

/// The entries of a folder that begin as what was typed, behind the folder as it was typed.
fn in_folder(
    rs: &Runspace,
    absolute: &str,
    folder: &str,
    leaf: &str,
    quote: Option<char>,
    what: What,
    escapes: bool,
) -> Vec<Match> {
    let here = providers::absolute(rs, ".");
    // What goes up behind a name, or comes from a pattern, is told as the shortest way from here.
    let is_plain = !(folder.trim_start_matches("../").contains("/..") || folder.is_empty() && absolute != here);
    let is_relative = !folder.starts_with(['/', '~', '.']);
    let mut names = rs.platform.list(absolute).unwrap_or_default();
    names.retain(|name| fits(name, leaf));
    names.sort_by(|a, b| collation::cmp(a, b, false));
    let mut found = Vec::new();
    for name in names {
        let path = format!("{}/{name}", absolute.trim_end_matches('/'));
        let Ok(stat) = rs.platform.stat(&path) else { continue };
        let is_folder = stat.kind == FileKind::Directory;
        if what == What::Directories && !is_folder {
            continue;
        }
        let plain = if !is_plain && !folder.starts_with(['/', '~']) {
            from_here(&here, &path)
        } else if is_relative {
            format!("./{folder}{name}")
        } else {
            format!("{folder}{name}")
        };
        let text = written_as(&plain, quote, escapes);
        let kind = if is_folder { "ProviderContainer" } else { "ProviderItem" };
        found.push(Match::new(text, name, kind, path));
    }
    found
}

/// The shortest way from a folder to a path.
fn from_here(folder: &str, path: &str) -> String {
    match names::relative(folder, path).as_str() {
        "." => "./".into(),
        way if way == ".." || way.ends_with("/..") => format!("{way}/"),
        way if way.starts_with("../") => way.into(),
        way => format!("./{way}"),
    }
}

/// A path as an argument: in quotes if it needs them or stood in them.
fn written_as(path: &str, quote: Option<char>, escapes: bool) -> String {
    if !needs_quotes(path, escapes) {
        let quote = quote.map(String::from).unwrap_or_default();
        return format!("{quote}{path}{quote}");
    }
    let quote = quote.unwrap_or('\'');
    let (mut text, tick) = match quote {
        '\'' => (path.replace('\'', "''"), "`"),
        _ => (path.replace('`', "``").replace('$', "`$"), "``"),
    };
    if escapes {
        text = text.replace('[', &format!("{tick}[")).replace(']', &format!("{tick}]"));
    }
    format!("{quote}{text}{quote}")
}

/// Whether a text is more than one word without quotes.
fn needs_quotes(text: &str, escapes: bool) -> bool {
    let script = psrpd_lang::parse(text, &psrpd_lang::known_types::CommonTypes);
    let is_word = matches!(script.tokens(), [_, end] if end.kind == TokenKind::EndOfInput);
    !is_word || !script.errors().is_empty() || text.contains(['$', '`']) || escapes && text.contains(['[', ']'])
}

/// The items of a drive that is none of files.
fn items(rs: &Runspace, drive: &str, leaf: &str, quote: Option<char>) -> Vec<Match> {
    let commands = |kinds| find::matching(rs, Kinds(kinds), &|name| fits(name, leaf));
    let (drive, mut names): (&str, Vec<String>) = match drive.to_ascii_lowercase().as_str() {
        "env" => ("Env", rs.state.environment.names().into_iter().filter(|name| fits(name, leaf)).collect()),
        "variable" => ("Variable", super::variables::names(rs, leaf)),
        "function" => ("Function", commands(6).iter().map(|command| command.name().to_string()).collect()),
        "alias" => ("Alias", commands(1).iter().map(|command| command.name().to_string()).collect()),
        _ => return Vec::new(),
    };
    names.sort_by(|a, b| collation::cmp(a, b, true));
    let shown = |name: String| {
        let path = format!("{drive}:/{name}");
        Match::new(quoted(&path, quote), name, "ProviderItem", path)
    };
    names.into_iter().map(shown).collect()
}
