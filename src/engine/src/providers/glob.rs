//! Expanding wildcards, the same way for files and for everything else.

use psrpd_dotnet::wildcard;

use super::{Kind, Problem, Target, parse, parse_qualified};
use crate::{
    eval::{R, Runspace},
    ops::patterns,
};

/// How wildcards are expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GlobOptions {
    /// Hidden items match too.
    pub(crate) hidden: bool,
    /// Hidden items match where the pattern itself begins with a dot, as in a shell.
    pub(crate) dotted: bool,
}

/// The items that a pattern matches.
///
/// # Errors
/// A bad pattern, or Stop.
pub(crate) fn glob(rs: &mut Runspace, pattern: &str, options: GlobOptions) -> R<Result<Vec<Target>, Problem>> {
    let (start, parts) = split(pattern);
    let start = match parse(rs, start) {
        Ok(start) => start,
        Err(problem) => return Ok(Err(problem)),
    };
    if start.kind == Kind::FileSystem && !start.kind.provider().exists(rs, &start.path) {
        return Ok(Err(Problem::Missing(start.path)));
    }
    let parts: Vec<&str> = match start.kind {
        Kind::FileSystem => parts.split(['/', '\\']).filter(|part| !part.is_empty()).collect(),
        _ => vec![parts.trim_matches(['/', '\\'])],
    };
    let mut found = vec![start];
    for part in parts {
        let mut next = Vec::new();
        for base in &found {
            rs.check_stop()?;
            expand(rs, base, part, options, &mut next)?;
        }
        found = next;
    }
    Ok(Ok(found))
}

fn expand(rs: &mut Runspace, base: &Target, part: &str, options: GlobOptions, next: &mut Vec<Target>) -> R<()> {
    let provider = base.kind.provider();
    if !wildcard::has_wildcards(part) {
        let name = wildcard::unescape(part);
        let child = match name.as_str() {
            "." => base.clone(),
            ".." => base.with_path(super::split(&base.path).0),
            _ => base.child(&name),
        };
        if provider.exists(rs, &child.path) {
            next.push(child);
        }
        return Ok(());
    }
    let matcher = patterns::wildcard(part, true)?;
    if !provider.is_container(rs, &base.path) {
        return Ok(());
    }
    // A folder that cannot be read has nothing that matches.
    let names = provider.names(rs, &base.path).unwrap_or_default();
    for name in names {
        let child = base.child(&name);
        let is_shown = options.hidden || options.dotted && part.starts_with('.') || !provider.is_hidden(&child.path);
        if is_shown && matcher.is_match(&name) {
            next.push(child);
        }
    }
    Ok(())
}

/// The part of a pattern that has no wildcards, up to a separator, and the rest.
fn split(pattern: &str) -> (&str, &str) {
    let body = match parse_qualified(pattern) {
        Some((provider, _)) => provider.len().saturating_add("::".len()),
        None if pattern.starts_with(['/', '\\']) => 1,
        None => match pattern.split_once(':') {
            Some((drive, _)) if !drive.is_empty() && !drive.contains(['/', '\\', '*', '?', '[']) => {
                drive.len().saturating_add(1)
            }
            _ => 0,
        },
    };
    let mut at = body;
    let rest = pattern.get(body..).unwrap_or("");
    for (offset, c) in rest.char_indices() {
        if c == '/' || c == '\\' {
            let end = body.saturating_add(offset).saturating_add(1);
            if wildcard::has_wildcards(pattern.get(at..end).unwrap_or(""))
                || pattern.get(at..end).unwrap_or("").contains('`')
            {
                break;
            }
            at = end;
        }
    }
    (pattern.get(..at).unwrap_or(""), pattern.get(at..).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn patterns_begin_where_wildcards_do() {
        assert_eq!(split("/usr/b*/x"), ("/usr/", "b*/x"));
        assert_eq!(split("*.txt"), ("", "*.txt"));
        assert_eq!(split("env:H*"), ("env:", "H*"));
        assert_eq!(split("FileSystem::/e*"), ("FileSystem::/", "e*"));
        assert_eq!(split("/*"), ("/", "*"));
        assert_eq!(split("a/b/c?"), ("a/b/", "c?"));
    }
}
