//! Paths as PowerShell writes them: `sub/file`, `~/file`, `Env:HOME`, `FileSystem::/etc`.

use std::sync::Arc;

use psrpd_dotnet::Str;

use super::{Drive, Kind};
use crate::{
    eval::{Flow, Runspace, error},
    types,
    value::{Category, ErrorRecord, Exception, Value},
};

/// What a path means.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    /// The drive it is on; none for paths that name the provider instead.
    pub(crate) drive: Option<Arc<Drive>>,
    /// The provider as the path names it.
    pub(crate) qualifier: Option<Str>,
    /// The path of the provider: absolute for files, a name elsewhere.
    pub(crate) path: String,
    /// Whether the path ends in a separator, so that it can only mean a container.
    pub(crate) is_folder: bool,
}

impl Target {
    /// The same place with another path of the provider.
    pub(crate) fn with_path(&self, path: impl Into<String>) -> Self {
        Self { path: path.into(), is_folder: false, ..self.clone() }
    }

    /// A child of the item.
    pub(crate) fn child(&self, name: &str) -> Self {
        self.with_path(match self.kind {
            Kind::FileSystem => join(&self.path, name),
            _ => name.to_owned(),
        })
    }

    /// As PowerShell shows it (`Path` of a `PathInfo`).
    pub(crate) fn shown(&self) -> String {
        let end = if self.is_folder && self.path.len() > 1 { "/" } else { "" };
        if let Some(qualifier) = &self.qualifier {
            return format!("{qualifier}::{}{end}", self.path);
        }
        match &self.drive {
            Some(drive) if !drive.is_root() => match self.kind {
                Kind::FileSystem => match drive.relative(&self.path).unwrap_or(&self.path) {
                    "" => format!("{}:/", drive.name),
                    inside => format!("{}:/{inside}{end}", drive.name),
                },
                _ => format!("{}:/{}", drive.name, self.path),
            },
            _ => format!("{}{end}", self.path),
        }
    }

    /// As an error shows it: without the provider.
    pub(crate) fn in_errors(&self) -> String {
        if self.qualifier.is_some() { self.path.clone() } else { self.shown() }
    }

    /// `ProviderPath`: the path of the provider; the beginning of a drive is written as the drive has it.
    pub(crate) fn provider_path(&self) -> String {
        match &self.drive {
            Some(drive) if self.is_drive_root(drive) => format!("{}/", self.path),
            _ => self.path.clone(),
        }
    }

    /// Whether it is where a drive of files begins, the one of absolute paths aside.
    fn is_drive_root(&self, drive: &Drive) -> bool {
        drive.kind == Kind::FileSystem && !drive.is_root() && drive.root.trim_end_matches('/') == self.path
    }

    /// The path of a file as its object has it: folders may end in a separator.
    pub(crate) fn full_name(&self) -> String {
        match &self.drive {
            Some(drive) if self.is_drive_root(drive) => format!("{}/", self.path),
            _ if self.is_folder && self.path.len() > 1 => format!("{}/", self.path),
            _ => self.path.clone(),
        }
    }

    /// `PSPath`: the path behind the full name of the provider.
    pub(crate) fn ps_path(&self) -> String {
        format!("{}::{}", self.kind.full_name(), self.path)
    }
}

/// Why a path means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Drive(String),
    Provider(String),
    /// `~` where the provider of the location has no home.
    Home(Kind),
    /// There is no such item.
    Missing(String),
}

impl Problem {
    /// The record, with the error id of a cmdlet's class behind its own.
    pub(crate) fn record(&self, id: impl Fn(&str) -> String) -> ErrorRecord {
        let (exception, own, category, item, message) = match self {
            Self::Drive(name) => (
                "System.Management.Automation.DriveNotFoundException",
                "DriveNotFound",
                "Drive",
                name,
                format!("Cannot find drive. A drive with the name '{name}' does not exist."),
            ),
            Self::Provider(name) => (
                "System.Management.Automation.ProviderNotFoundException",
                "ProviderNotFound",
                "CmdletProvider",
                name,
                format!("Cannot find a provider with the name '{name}'."),
            ),
            Self::Home(kind) => {
                let message = format!(
                    "Home location for this provider is not set. To set the home location, call \"(get-psprovider '{}').Home = 'path'\".",
                    kind.name()
                );
                return error::record(
                    "System.Management.Automation.PSInvalidOperationException",
                    &id("InvalidOperation"),
                    Category::InvalidOperation,
                    message,
                    Value::Null,
                );
            }
            Self::Missing(path) => (
                "System.Management.Automation.ItemNotFoundException",
                "PathNotFound",
                "Drive",
                path,
                format!("Cannot find path '{path}' because it does not exist."),
            ),
        };
        let kind = types::enum_value("System.Management.Automation.SessionStateCategory", category);
        let exception =
            Exception::new(exception, message).with("ItemName", item.as_str()).with("SessionStateCategory", kind);
        ErrorRecord::new(Value::object(exception), id(own), Category::ObjectNotFound, Value::from(item.as_str()))
    }

    /// The error where no cmdlet is at fault.
    pub(crate) fn flow(&self) -> Flow {
        Flow::error(self.record(str::to_owned))
    }
}

/// An absolute path of a file without `.`, `..` and empty parts.
pub(crate) fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A path of a file and a name in it.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.ends_with('/') { format!("{folder}{name}") } else { format!("{folder}/{name}") }
}

/// The folder and the name of an absolute path of a file.
pub(crate) fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => (if name.is_empty() { "" } else { "/" }, name),
        Some((folder, name)) => (folder, name),
        None => ("", path),
    }
}

/// Whether a path is written as that of a folder; dots alone are not, whatever is behind them.
fn ends_as_folder(text: &str) -> bool {
    let is_dots = |part: &str| matches!(part, "" | "." | "..");
    let is_relative = text.starts_with('.') && text.split(['/', '\\']).all(is_dots);
    text.ends_with(['/', '\\']) && !is_relative
}

/// `\` as `/`.
pub(crate) fn clean(path: &str) -> String {
    path.replace('\\', "/")
}

/// The provider and the rest of `Provider::path`.
pub(crate) fn parse_qualified(text: &str) -> Option<(&str, &str)> {
    let (provider, rest) = text.split_once("::")?;
    (!provider.is_empty() && !provider.contains(['/', ':'])).then_some((provider, rest))
}

/// The drive and the rest of `Drive:path`.
fn drive_of(text: &str) -> Option<(&str, &str)> {
    if text.starts_with("./") || text.starts_with(".\\") {
        return None;
    }
    let (drive, rest) = text.split_once(':')?;
    (!drive.is_empty() && !drive.contains(['/', '\\'])).then_some((drive, rest))
}

/// What a path without wildcards means.
///
/// # Errors
/// Where it names a drive or provider that does not exist.
pub(crate) fn parse(rs: &Runspace, text: &str) -> Result<Target, Problem> {
    if let Some((name, rest)) = parse_qualified(text) {
        let kind = Kind::find(name).ok_or_else(|| Problem::Provider(name.to_owned()))?;
        let path = match kind {
            Kind::FileSystem => {
                let rest = clean(rest);
                let whole = if rest.starts_with('/') { rest } else { join(&rs.state.locations.directory(), &rest) };
                normalise(&whole)
            }
            _ => rest.trim_matches(['/', '\\']).to_owned(),
        };
        let is_folder = rest.ends_with(['/', '\\']);
        return Ok(Target { kind, drive: None, qualifier: Some(name.into()), path, is_folder });
    }
    let is_folder = ends_as_folder(text);
    let on = |drive: Arc<Drive>, relative: &str| {
        let path = drive.inside(&clean(relative));
        Target { kind: drive.kind, path, drive: Some(drive), qualifier: None, is_folder }
    };
    let here = rs.state.locations.current();
    if text.starts_with(['/', '\\']) {
        // An absolute path of a file, unless the location is on another kind of drive and the path has no more.
        let drive = rs.state.drives.root().ok_or_else(|| Problem::Drive("/".into()))?;
        return Ok(on(drive, text));
    }
    if let Some((name, rest)) = drive_of(text) {
        let drive = rs.drive_named(name).ok_or_else(|| Problem::Drive(name.to_owned()))?;
        if rest.starts_with(['/', '\\']) || drive.kind != Kind::FileSystem {
            return Ok(on(drive, rest));
        }
        let current = drive.current.lock().clone();
        return Ok(on(drive, &format!("{current}/{rest}")));
    }
    if text == "~" || text.starts_with("~/") || text.starts_with("~\\") {
        if here.kind != Kind::FileSystem {
            return Err(Problem::Home(here.kind));
        }
        let home = rs.state.environment.get("HOME").unwrap_or_default();
        let drive = rs.state.drives.root().ok_or_else(|| Problem::Drive("/".into()))?;
        return Ok(on(drive, &format!("{home}/{}", text.get(1..).unwrap_or(""))));
    }
    Ok(match here.kind {
        Kind::FileSystem => {
            let relative = clean(text);
            match &here.drive {
                Some(drive) => {
                    let inside = drive.relative(&here.path).unwrap_or("");
                    on(drive.clone(), &format!("{inside}/{relative}"))
                }
                None => Target { is_folder, ..here.with_path(normalise(&join(&here.path, &relative))) },
            }
        }
        _ => here.with_path(match text {
            "." => String::new(),
            name => name.trim_start_matches("./").trim_matches(['/', '\\']).to_owned(),
        }),
    })
}

/// The absolute path of a file; a path that means something else stays as it is.
pub(crate) fn absolute(rs: &Runspace, text: &str) -> String {
    match parse(rs, text) {
        Ok(target) if target.kind == Kind::FileSystem => target.path,
        _ => text.to_owned(),
    }
}

/// The absolute path of a file that a path means: what commands use that know only files.
///
/// # Errors
/// Where the path means something else than a file.
pub(crate) fn file_path(rs: &Runspace, text: &str) -> Result<String, Flow> {
    let target = parse(rs, text).map_err(|problem| problem.flow())?;
    if target.kind == Kind::FileSystem {
        return Ok(target.path);
    }
    let message = "Cannot perform operation because operation \"ReportWrongProviderType\" is not valid. Remove operation \"ReportWrongProviderType\", or investigate why it is not valid.";
    let exception = "System.Management.Automation.PSInvalidOperationException";
    let id = "ReadWriteFileNotFileSystemProvider";
    let record = error::record(exception, id, Category::InvalidArgument, message, Value::Null);
    let name = target.kind.full_name();
    let shown = format!("Cannot open file because the current provider ({name}) cannot open a file.");
    *record.details.lock() = Some(shown.into());
    Err(Flow::error(record))
}
