//! Paths, locations and files.

use psrpd_dotnet::{Str, casing, wildcard};

use crate::{
    eval::{R, Runspace, error},
    platform::FileKind,
    value::{Opaque, Value},
};

/// An absolute path without `.` and `..`.
pub(crate) fn absolute(rs: &Runspace, path: &str) -> String {
    let path = path
        .strip_prefix("Microsoft.PowerShell.Core\\FileSystem::")
        .or_else(|| path.strip_prefix("FileSystem::"))
        .unwrap_or(path);
    let path = path.replace('\\', "/");
    let home = rs.state.environment.get("HOME").cloned().unwrap_or_default();
    let path = match path.strip_prefix('~') {
        Some("") => home,
        Some(rest) if rest.starts_with('/') => format!("{home}{rest}"),
        _ => path,
    };
    let whole = if path.starts_with('/') { path } else { format!("{}/{path}", rs.state.location) };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A `PathInfo`.
pub(crate) fn path_info(rs: &Runspace, path: &Str) -> Value {
    let provider = provider_info();
    Opaque::new(
        "System.Management.Automation.PathInfo",
        [
            ("Drive", drive_info(rs)),
            ("Provider", provider),
            ("ProviderPath", Value::Str(path.clone())),
            ("Path", Value::Str(path.clone())),
        ],
    )
    .displayed(path.clone())
    .into_value()
}

/// The drive `/`.
pub(crate) fn drive_info(rs: &Runspace) -> Value {
    Opaque::new(
        "System.Management.Automation.PSDriveInfo",
        [
            ("CurrentLocation", Value::from(rs.state.location.trim_start_matches('/'))),
            ("Name", "/".into()),
            ("Provider", provider_info()),
            ("Root", "/".into()),
            ("Description", "".into()),
            ("MaximumSize", Value::Null),
            ("Credential", Value::Null),
            ("DisplayRoot", Value::Null),
            ("VolumeSeparatedByColon", false.into()),
        ],
    )
    .displayed("/")
    .into_value()
}

/// The FileSystem provider.
pub(crate) fn provider_info() -> Value {
    Opaque::new(
        "System.Management.Automation.ProviderInfo",
        [("Name", Value::from("FileSystem")), ("ModuleName", "Microsoft.PowerShell.Core".into())],
    )
    .displayed("Microsoft.PowerShell.Core\\FileSystem")
    .into_value()
}

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
        let path = absolute(rs, name);
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
pub(crate) fn expand_word(rs: &Runspace, word: &str, bare: bool) -> Vec<String> {
    if !bare {
        return vec![word.to_owned()];
    }
    if word == "~" || word.starts_with("~/") {
        return vec![absolute(rs, word)];
    }
    if !wildcard::has_wildcards(word) || word.starts_with('-') {
        return vec![word.to_owned()];
    }
    let found = glob(rs, word);
    if found.is_empty() { vec![word.to_owned()] } else { found }
}

/// The paths that match a pattern, relative where the pattern is.
pub(crate) fn glob(rs: &Runspace, pattern: &str) -> Vec<String> {
    let is_absolute = pattern.starts_with('/');
    let mut found = vec![if is_absolute { String::from("/") } else { String::new() }];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for base in &found {
            let join = |name: &str| {
                if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") }
            };
            if !wildcard::has_wildcards(part) {
                let path = join(&wildcard::unescape(part));
                if rs.platform.stat(&absolute(rs, &path)).is_ok() {
                    next.push(path);
                }
                continue;
            }
            let Ok(matcher) = wildcard::Wildcard::new(part, true) else { continue };
            let folder = if base.is_empty() { absolute(rs, ".") } else { absolute(rs, base) };
            let mut names = rs.platform.list(&folder).unwrap_or_default();
            names.sort_by(|a, b| casing::cmp(a, b));
            next.extend(
                names
                    .into_iter()
                    .filter(|name| matcher.is_match(name) && (!name.starts_with('.') || part.starts_with('.')))
                    .map(|name| join(&name)),
            );
        }
        found = next;
    }
    found
}

/// The words of an error of the operating system.
pub(crate) fn reason(failure: &std::io::Error) -> String {
    let text = failure.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// An error of a file as .NET words it.
pub(crate) fn io_error(failure: &std::io::Error, path: &str) -> crate::eval::Flow {
    use std::io::ErrorKind as K;
    match failure.kind() {
        K::NotFound => error::thrown("System.IO.FileNotFoundException", format!("Could not find file '{path}'.")),
        K::PermissionDenied => {
            error::thrown("System.UnauthorizedAccessException", format!("Access to the path '{path}' is denied."))
        }
        K::IsADirectory => {
            error::thrown("System.UnauthorizedAccessException", format!("Access to the path '{path}' is denied."))
        }
        K::AlreadyExists => error::thrown("System.IO.IOException", format!("The file '{path}' already exists.")),
        _ => error::thrown("System.IO.IOException", format!("{} : '{path}'", reason(failure))),
    }
}

/// A file as text.
pub(crate) fn read_text(rs: &Runspace, path: &str) -> R<Str> {
    let path = absolute(rs, path);
    let bytes = rs.platform.read(&path).map_err(|failure| io_error(&failure, &path))?;
    Ok(decode(&bytes))
}

/// Bytes as text: by their byte order mark, else UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Str {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into(),
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]))
                .collect();
            Str::from_units(&units)
        }
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]))
                .collect();
            Str::from_units(&units)
        }
        _ => String::from_utf8_lossy(bytes).into(),
    }
}

/// The lines of a file.
pub(crate) fn read_lines(rs: &Runspace, path: &str) -> R<Vec<Value>> {
    let text = read_text(rs, path)?;
    Ok(text.lines().map(Value::from).collect())
}

/// Writes a file.
pub(crate) fn write_file(rs: &Runspace, path: &str, content: &[u8], append: bool) -> R<()> {
    let path = absolute(rs, path);
    rs.platform.write(&path, content, append).map_err(|failure| io_error(&failure, &path))
}
