//! Reading the files.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::keys::{KEYS, nearest, written};
use super::{Config, UserMaySet};
use crate::limits::CONFIG;

/// Why a configuration was refused.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// A file is there and cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file is no TOML, or a value has the wrong type.
    #[error("{path}: {text}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        text: String,
    },
    /// A key does not exist.
    #[error("{path}: {key} is not known; did you mean {nearest}?")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The one that looks most like it.
        nearest: &'static str,
    },
    /// The user's file sets what the machine's does not allow.
    #[error("{path}: {key} is not in user_may_set of the machine's configuration")]
    NotAllowed {
        /// The user's file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// A value is out of range.
    #[error("{0}")]
    Range(String),
}

/// The files that are read, the machine's first. `PSRPD_CONFIG` replaces both.
pub(crate) fn places(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    if let Some(only) = variable("PSRPD_CONFIG").filter(|path| !path.is_empty()) {
        return vec![only.into()];
    }
    let home = || variable("HOME").map(|home| Path::new(&home).join(".config"));
    let user = variable("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map(PathBuf::from).or_else(home);
    let machine = PathBuf::from("/etc/psrpd/psrpd.toml");
    std::iter::once(machine).chain(user.map(|directory| directory.join("psrpd/psrpd.toml"))).collect()
}

/// Reads the configuration; files that do not exist are skipped.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong.
pub(crate) fn load(places: &[PathBuf]) -> Result<Config, ConfigError> {
    let mut merged = toml::Table::new();
    for (index, path) in places.iter().enumerate() {
        let Some(document) = read(path)? else { continue };
        for key in written(&document) {
            if !KEYS.contains(&key.as_str()) {
                let nearest = nearest(&key);
                return Err(ConfigError::Unknown { path: path.clone(), key, nearest });
            }
            if index > 0 && !is_allowed(&merged, &key) {
                return Err(ConfigError::NotAllowed { path: path.clone(), key });
            }
        }
        // Checked by itself, so that an error names the right file.
        let _: Config = document
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Syntax { path: path.clone(), text: error.to_string() })?;
        merge(&mut merged, document);
    }
    let config: Config = merged.try_into().map_err(|error: toml::de::Error| ConfigError::Range(error.to_string()))?;
    config.check().map_err(ConfigError::Range)?;
    Ok(config)
}

fn read(path: &Path) -> Result<Option<toml::Table>, ConfigError> {
    let failed = |source| ConfigError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(failed)?,
    };
    let mut text = String::new();
    file.take(CONFIG).read_to_string(&mut text).map_err(failed)?;
    let syntax = |error: toml::de::Error| ConfigError::Syntax { path: path.to_owned(), text: error.to_string() };
    text.parse().map(Some).map_err(syntax)
}

fn is_allowed(machine: &toml::Table, key: &str) -> bool {
    let allowed = match machine.get("user_may_set").cloned() {
        Some(list) => list.try_into().unwrap_or(UserMaySet(Vec::new())),
        None => UserMaySet::default(),
    };
    allowed.0.iter().any(|allowed| key == allowed || key.split('.').next() == Some(allowed) && key.contains('.'))
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => old.extend(new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::OnFull;

    fn load_texts(texts: &[&str]) -> Result<Config, String> {
        let temporary = tempfile::tempdir().unwrap();
        let places: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let path = temporary.path().join(format!("{index}.toml"));
                fs::write(&path, text).unwrap();
                path
            })
            .collect();
        load(&places).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_gives_the_defaults() {
        assert_eq!(load(&[PathBuf::from("/nonexistent/psrpd.toml")]).unwrap(), Config::default());
        assert_eq!(load_texts(&[""]).unwrap(), Config::default());
    }

    #[test]
    fn the_users_file_changes_single_keys() {
        let config = load_texts(&[
            "[session]\nidle = 60\non_full = \"drop\"\n[limits]\nsessions = 2",
            "[session]\nidle = 120\n[engine]\npath = \"/opt/pwsh\"",
        ])
        .unwrap();
        assert_eq!(config.session.idle, 120);
        assert_eq!(config.session.on_full, OnFull::Drop);
        assert_eq!(config.limits.sessions, 2);
        assert_eq!(config.engine.path, Some("/opt/pwsh".into()));
    }

    #[test]
    fn the_user_may_set_only_what_the_machine_allows() {
        let user = "[limits]\nsessions = 1000";
        assert!(load_texts(&["", user]).unwrap_err().contains("limits.sessions is not in user_may_set"));
        assert!(load_texts(&["user_may_set = [\"limits.sessions\"]", user]).is_ok());
        assert!(load_texts(&["user_may_set = []", "[session]\nidle = 60"]).unwrap_err().contains("session.idle"));
        assert!(load_texts(&["", "user_may_set = [\"limits\"]"]).unwrap_err().contains("user_may_set"));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, expected) in [
            ("[session]\nidel = 60", "session.idel is not known; did you mean session.idle?"),
            ("sessions = 3", "did you mean"),
            ("[session]\nidle = 59", "session.idle = 59 is out of range; use 60 to 2147483"),
            ("[session]\nidle = \"long\"", "invalid type"),
            ("[session]\non_full = \"wait\"", "expected `block` or `drop`"),
            ("[session", "1"),
            ("[audit]\ntarget = \"file\"", "needs audit.file"),
            ("session = 3", "session"),
            ("[engine]\nwarm = 9", "engine.warm = 9"),
        ] {
            let error = load_texts(&[text]).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_places_follow_the_environment() {
        let only = places(|name| (name == "PSRPD_CONFIG").then(|| "/x.toml".into()));
        assert_eq!(only, [PathBuf::from("/x.toml")]);
        let home = places(|name| (name == "HOME").then(|| "/home/u".into()));
        assert_eq!(home[1], PathBuf::from("/home/u/.config/psrpd/psrpd.toml"));
    }
}
