//! `System.IO.Path`

use psrpd_dotnet::Str;

use super::{char_array, full_path, text_at};
use crate::{
    environment::Environment,
    eval::{R, Runspace, error},
    platform::FileKind,
    providers,
    types::TypeDef,
    value::{Value, enumerate, text},
};

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

/// The extension with its dot, or nothing.
pub(crate) fn extension(path: &str) -> &str {
    let name = file_name(path);
    name.rfind('.').and_then(|at| name.get(at..)).filter(|e| e.len() > 1).unwrap_or("")
}

/// `GetDirectoryName`: none of a root, nothing of a mere name.
pub(crate) fn folder(path: &str) -> Option<String> {
    if path.is_empty() || path.trim_matches('/').is_empty() {
        return None;
    }
    let Some((head, _)) = path.rsplit_once('/') else { return Some(String::new()) };
    let head = head.trim_end_matches('/');
    Some(if head.is_empty() { "/".into() } else { head.into() })
}

/// The path as .NET makes it whole: a separator at the end stays.
pub(in crate::types) fn whole(path: &str, base: &str) -> String {
    let path = if path.starts_with('/') { path.to_owned() } else { providers::join(base, path) };
    let end = if path.ends_with('/') && !path.trim_matches('/').is_empty() { "/" } else { "" };
    format!("{}{end}", providers::normalise(&path))
}

fn null_or_text(args: &[Value], at: usize) -> Option<Str> {
    args.get(at).filter(|arg| !arg.is_null()).map(text)
}

fn parts(args: &[Value]) -> Vec<Value> {
    args.iter().flat_map(|arg| enumerate(arg).unwrap_or_else(|| vec![arg.clone()])).collect()
}

fn combine(args: &[Value]) -> String {
    let mut out = String::new();
    for part in parts(args) {
        let part = text(&part);
        if part.starts_with('/') {
            out = part.to_string();
            continue;
        }
        if !out.is_empty() && !out.ends_with('/') && !part.is_empty() {
            out.push('/');
        }
        out.push_str(&part);
    }
    out
}

fn join(args: &[Value]) -> String {
    let mut out = String::new();
    for part in parts(args).iter().map(text).filter(|part| !part.is_empty()) {
        if !out.is_empty() && !out.ends_with('/') && !part.starts_with('/') {
            out.push('/');
        }
        out.push_str(&part);
    }
    out
}

/// `GetRelativePath` of two whole paths.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|part| !part.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..");
    let down = to.iter().skip(shared).copied();
    let parts: Vec<&str> = up.chain(down).collect();
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}

/// A name that no file has yet.
pub(super) fn random_letters(rs: &Runspace, count: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";
    let bytes = rs.platform.random_bytes();
    bytes
        .iter()
        .cycle()
        .take(count)
        .map(|b| LETTERS.get(usize::from(*b & 31)).map_or('a', |letter| char::from(*letter)))
        .collect()
}

/// The folder for temporary files, with a separator at its end.
pub(crate) fn temporary(rs: &Runspace) -> String {
    temporary_of(&rs.state.environment)
}

/// The folder for temporary files in that environment.
pub(crate) fn temporary_of(environment: &Environment) -> String {
    let folder = environment.get("TMPDIR").filter(|folder| !folder.is_empty()).unwrap_or_else(|| "/tmp".into());
    if folder.ends_with('/') { folder } else { format!("{folder}/") }
}

/// Makes a new empty file in the folder for temporary files.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn new_temporary_file(rs: &Runspace) -> R<String> {
    const LETTERS: usize = 6;
    let path = format!("{}tmp{}.tmp", temporary(rs), random_letters(rs, LETTERS));
    rs.write_file(&path, &[], false).map_err(|failure| providers::io_error(rs, &failure, &path))?;
    Ok(path)
}

pub(super) const TYPE: TypeDef = TypeDef::class("System.IO.Path").members(|m| {
    m.constant("char DirectorySeparatorChar", |_, _| Ok(Value::Char(u16::from(b'/'))));
    m.constant("char AltDirectorySeparatorChar", |_, _| Ok(Value::Char(u16::from(b'/'))));
    m.constant("char VolumeSeparatorChar", |_, _| Ok(Value::Char(u16::from(b'/'))));
    m.constant("char PathSeparator", |_, _| Ok(Value::Char(u16::from(b':'))));
    for declaration in [
        "string Combine(string path1, string path2)",
        "string Combine(string path1, string path2, string path3)",
        "string Combine(string path1, string path2, string path3, string path4)",
        "string Combine(params string[] paths)",
    ] {
        m.function(declaration, |_, _, args| Ok(combine(args).into()));
    }
    for declaration in [
        "string Join(string path1, string path2)",
        "string Join(string path1, string path2, string path3)",
        "string Join(string path1, string path2, string path3, string path4)",
        "string Join(params string[] paths)",
    ] {
        m.function(declaration, |_, _, args| Ok(join(args).into()));
    }
    m.function("string GetFileName(string path)", |_, _, args| {
        Ok(null_or_text(args, 0).map_or(Value::Null, |path| file_name(&path).into()))
    });
    m.function("string GetExtension(string path)", |_, _, args| {
        Ok(null_or_text(args, 0).map_or(Value::Null, |path| extension(&path).into()))
    });
    m.function("string GetFileNameWithoutExtension(string path)", |_, _, args| {
        let Some(path) = null_or_text(args, 0) else { return Ok(Value::Null) };
        let name = file_name(&path);
        Ok(name.rfind('.').and_then(|at| name.get(..at)).unwrap_or(name).into())
    });
    m.function("string GetDirectoryName(string path)", |_, _, args| {
        Ok(null_or_text(args, 0).and_then(|path| folder(&path)).into())
    });
    m.function("string GetFullPath(string path)", |rs, _, args| full_path(rs, args, 0).map(Value::from));
    m.function("string GetFullPath(string path, string basePath)", |_, _, args| {
        let base = text_at(args, 1);
        if !base.starts_with('/') {
            return Err(error::argument(
                "System.ArgumentException",
                "Basepath argument is not fully qualified.",
                "basePath",
            ));
        }
        Ok(whole(&text_at(args, 0), &base).into())
    });
    m.function("string GetRelativePath(string relativeTo, string path)", |rs, _, args| {
        let (from, to) = (full_path(rs, args, 0)?, full_path(rs, args, 1)?);
        let end = if to.ends_with('/') && from.trim_end_matches('/') != to.trim_end_matches('/') { "/" } else { "" };
        Ok(format!("{}{end}", relative(&from, &to)).into())
    });
    m.function("string GetTempPath()", |rs, _, _| Ok(temporary(rs).into()));
    m.function("string GetTempFileName()", |rs, _, _| new_temporary_file(rs).map(Value::from));
    m.function("string GetRandomFileName()", |rs, _, _| {
        let letters = random_letters(rs, 11);
        let (head, tail) = letters.split_at(8.min(letters.len()));
        Ok(format!("{head}.{tail}").into())
    });
    for declaration in ["bool IsPathRooted(string path)", "bool IsPathFullyQualified(string path)"] {
        m.function(declaration, |_, _, args| Ok(text_at(args, 0).starts_with('/').into()));
    }
    m.function("string GetPathRoot(string path)", |_, _, args| {
        Ok(match null_or_text(args, 0) {
            Some(path) if path.starts_with('/') => "/".into(),
            Some(path) if !path.is_empty() => "".into(),
            _ => Value::Null,
        })
    });
    m.function("bool HasExtension(string path)", |_, _, args| Ok((!extension(&text_at(args, 0)).is_empty()).into()));
    m.function("string ChangeExtension(string path, string extension)", |_, _, args| {
        let Some(path) = null_or_text(args, 0) else { return Ok(Value::Null) };
        let name = file_name(&path);
        let dot = name.rfind('.').map_or(path.len(), |at| path.len().saturating_sub(name.len()).saturating_add(at));
        let base = path.get(..dot).unwrap_or(&path);
        // A string parameter makes `$null` empty: what is left ends in the dot.
        let new = text_at(args, 1);
        Ok(if new.starts_with('.') { format!("{base}{new}") } else { format!("{base}.{new}") }.into())
    });
    m.function("string TrimEndingDirectorySeparator(string path)", |_, _, args| {
        let path = text_at(args, 0);
        Ok(if path.len() > 1 { path.strip_suffix('/').unwrap_or(&path) } else { &path }.into())
    });
    m.function("bool EndsInDirectorySeparator(string path)", |_, _, args| Ok(text_at(args, 0).ends_with('/').into()));
    m.function("bool Exists(string path)", |rs, _, args| {
        let path = text_at(args, 0);
        if path.is_empty() {
            return Ok(false.into());
        }
        let whole = full_path(rs, args, 0)?;
        let found = rs.platform.stat(&whole).map(|stat| stat.kind);
        Ok((found.is_ok() && (!path.ends_with('/') || found.is_ok_and(|kind| kind == FileKind::Directory))).into())
    });
    m.function("char[] GetInvalidFileNameChars()", |_, _, _| Ok(char_array("\0/")));
    m.function("char[] GetInvalidPathChars()", |_, _, _| Ok(char_array("\0")));
});
