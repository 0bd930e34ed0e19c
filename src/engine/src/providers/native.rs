//! Paths as native programs use them: the program itself, and words that a shell would expand.

use psrpd_dotnet::{Str, wildcard};

use super::{GlobOptions, Kind, glob, parse};
use crate::{eval::Runspace, platform::FileKind};

/// The program that a name means: a path, or a name along PATH.
pub(crate) fn find_program(rs: &Runspace, name: &str) -> Option<Str> {
    let is_program = |path: &str| {
        rs.platform
            .stat(path)
            .ok()
            .filter(|stat| {
                stat.kind == FileKind::File && (stat.mode & 0o111 != 0 || path.to_ascii_lowercase().ends_with(".ps1"))
            })
            .is_some()
    };
    let has_drive = name.split_once(':').is_some_and(|(drive, _)| !drive.is_empty());
    if name.contains(['/', '\\']) || name.starts_with('~') || has_drive {
        let path = super::file_path(rs, name).ok()?;
        let exists = rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::File);
        return exists.then(|| path.into());
    }
    program_folders(rs).into_iter().find_map(|folder| {
        [format!("{folder}/{name}.ps1"), format!("{folder}/{name}")]
            .into_iter()
            .find(|path| is_program(path))
            .map(Into::into)
    })
}

/// The folders of `PATH`; `~` is home, as it is to a shell.
pub(crate) fn program_folders(rs: &Runspace) -> Vec<String> {
    let search = rs.state.environment.get("PATH").unwrap_or_default();
    let home = rs.state.environment.get("HOME").unwrap_or_default();
    let at_home = |folder: &str| match folder.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
        _ => folder.to_owned(),
    };
    search.split(':').filter(|folder| !folder.is_empty()).map(at_home).collect()
}

/// The shortest way from a folder to a path.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(to.len().saturating_sub(1));
    let up = std::iter::repeat_n("..", from.len().saturating_sub(shared));
    up.chain(to.iter().skip(shared).map(String::as_str)).collect::<Vec<_>>().join("/")
}

/// A word of a native command's arguments: wildcards and `~` of bare words are expanded.
pub(crate) fn expand_word(rs: &mut Runspace, word: &str, bare: bool) -> Vec<String> {
    let unchanged = || vec![word.to_owned()];
    if !bare {
        return unchanged();
    }
    let is_pattern = wildcard::has_wildcards(word);
    if !is_pattern && (word == "~" || word.starts_with("~/")) {
        let home = rs.state.environment.get("HOME").unwrap_or_default();
        return vec![format!("{home}{}", word.get(1..).unwrap_or(""))];
    }
    if !is_pattern || word.starts_with('-') {
        return unchanged();
    }
    let here = parse(rs, ".").ok().filter(|here| here.kind == Kind::FileSystem);
    let options = GlobOptions { dotted: true, ..GlobOptions::default() };
    let Some((here, Ok(Ok(found)))) = here.map(|here| (here, glob(rs, word, options))) else { return unchanged() };
    if found.is_empty() {
        return unchanged();
    }
    let is_relative = !word.starts_with(['/', '~']);
    found.into_iter().map(|target| if is_relative { relative(&here.path, &target.path) } else { target.path }).collect()
}
