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
    if name.contains('/') || name.starts_with('~') {
        let path = super::file_path(rs, name).ok()?;
        let exists = rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::File);
        return exists.then(|| path.into());
    }
    let search = rs.state.environment.get("PATH").cloned().unwrap_or_default();
    search.split(':').filter(|folder| !folder.is_empty()).find_map(|folder| {
        [format!("{folder}/{name}.ps1"), format!("{folder}/{name}")]
            .into_iter()
            .find(|path| is_program(path))
            .map(Into::into)
    })
}

/// A word of a native command's arguments: wildcards and `~` of bare words are expanded.
pub(crate) fn expand_word(rs: &mut Runspace, word: &str, bare: bool) -> Vec<String> {
    let unchanged = || vec![word.to_owned()];
    if !bare {
        return unchanged();
    }
    if word == "~" || word.starts_with("~/") {
        let home = rs.state.environment.get("HOME").cloned().unwrap_or_default();
        return vec![format!("{home}{}", word.get(1..).unwrap_or(""))];
    }
    if !wildcard::has_wildcards(word) || word.starts_with('-') {
        return unchanged();
    }
    let here = parse(rs, ".").ok().filter(|here| here.kind == Kind::FileSystem);
    let options = GlobOptions { dotted: true, ..GlobOptions::default() };
    let Some((here, Ok(Ok(found)))) = here.map(|here| (here, glob(rs, word, options))) else { return unchanged() };
    if found.is_empty() {
        return unchanged();
    }
    let inside = |path: &str| {
        let below = path.strip_prefix(here.path.trim_end_matches('/'))?.strip_prefix('/')?;
        Some(below.to_owned())
    };
    let is_relative = !word.starts_with('/');
    let up = word.split('/').take_while(|part| *part == ".." || *part == ".").collect::<Vec<_>>().join("/");
    found
        .into_iter()
        .map(|target| {
            if !is_relative {
                return target.path;
            }
            if up.is_empty() {
                return inside(&target.path).unwrap_or(target.path);
            }
            // Words keep the dots they began with.
            let base = parse(rs, &up).map(|base| base.path).unwrap_or_default();
            let below = target.path.strip_prefix(base.trim_end_matches('/')).unwrap_or(&target.path);
            format!("{up}{below}")
        })
        .collect()
}
