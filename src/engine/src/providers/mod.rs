//! Drives, paths and items. A provider is what stands behind a drive: files, variables, functions, aliases, the
//! environment. Paths are taken apart in [`path`], patterns are expanded in [`glob`]; what can be done to an item is
//! [`Provider`], one file for each.

use crate::{
    cmdlets::Cx,
    eval::{Flow, R, Runspace, error},
    value::{Category, Value},
};

mod alias;
mod content;
mod drive;
pub(crate) mod encoding;
mod environment;
pub(crate) mod file_system;
mod function;
mod glob;
mod location;
mod native;
mod object;
mod path;
mod store;
mod utf7;
mod variable;

pub(crate) use content::{Content, ContentWriter, Reader};
pub(crate) use drive::{Drive, Drives};
pub(crate) use glob::{GlobOptions, glob};
pub(crate) use location::Locations;
pub(crate) use native::{expand_word, find_program, program_folders};
pub(crate) use object::{PathInfo, ProviderInfo, drive_value, path_info, provider_value, with_notes};
pub(crate) use path::{Problem, Target, absolute, clean, file_path, join, normalise, parse, parse_qualified, split};

pub(crate) use file_system::{
    folder_error, io_error, own_encoding, read_lines, read_text, reason, stopped, write_file,
};

/// Gives a function other options (`ScopedItemOptions`).
///
/// # Errors
/// Those of functions that may not be changed.
pub(crate) fn set_function_options(rs: &mut Runspace, name: &str, options: i64) -> R<()> {
    store::Store::set_options(&function::Functions, rs, name, options, false, false)
}

/// Gives an alias other options.
///
/// # Errors
/// Those of aliases that may not be changed.
pub(crate) fn set_alias_options(rs: &mut Runspace, name: &str, options: i64) -> R<()> {
    store::Store::set_options(&alias::Aliases, rs, name, options, false, false)
}

/// What stands behind a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Alias,
    Environment,
    FileSystem,
    Function,
    Variable,
}

impl Kind {
    /// All providers, as `Get-PSProvider` lists them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Alias, Self::Environment, Self::FileSystem, Self::Function, Self::Variable];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alias => "Alias",
            Self::Environment => "Environment",
            Self::FileSystem => "FileSystem",
            Self::Function => "Function",
            Self::Variable => "Variable",
        }
    }

    /// The name with the module in front, as paths and objects show it.
    pub(crate) fn full_name(self) -> String {
        format!("Microsoft.PowerShell.Core\\{}", self.name())
    }

    /// The provider by its name, with or without the module.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let short = match name.split_once('\\') {
            Some((module, short)) if module.eq_ignore_ascii_case("Microsoft.PowerShell.Core") => short,
            Some(_) => return None,
            None => name,
        };
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(short))
    }

    /// What can be done to its items.
    pub(crate) fn provider(self) -> &'static dyn Provider {
        match self {
            Self::Alias => &alias::Aliases,
            Self::Environment => &environment::Environment,
            Self::FileSystem => &file_system::FileSystem,
            Self::Function => &function::Functions,
            Self::Variable => &variable::Variables,
        }
    }
}

/// What can be done to the items of a provider. Paths are the provider's own: absolute paths of files, plain names
/// elsewhere, where the empty one is the drive itself. What a provider lacks fails as PowerShell lets it fail.
pub(crate) trait Provider: Sync {
    fn exists(&self, rs: &mut Runspace, path: &str) -> bool;

    /// Whether an item has children.
    fn is_container(&self, rs: &mut Runspace, path: &str) -> bool;

    /// The names of the children, in the order in which they are shown.
    ///
    /// # Errors
    /// Where the container cannot be read.
    fn names(&self, rs: &mut Runspace, path: &str) -> R<Vec<String>>;

    /// Whether the item is shown only on demand.
    fn is_hidden(&self, _path: &str) -> bool {
        false
    }

    /// The item, with the notes that every item carries; several for a drive itself.
    fn items(&self, rs: &mut Runspace, target: &Target) -> Vec<Value>;

    /// `New-Item`
    fn new_item(&self, cx: &mut Cx<'_>, target: &Target, kind: &str, value: Option<Value>) -> R<()>;

    /// `Set-Item`
    fn set_item(&self, _cx: &mut Cx<'_>, _target: &Target, _value: Value) -> R<()> {
        Err(unsupported())
    }

    /// `Clear-Item`
    fn clear_item(&self, _cx: &mut Cx<'_>, _target: &Target) -> R<()> {
        Err(unsupported())
    }

    /// `Remove-Item`
    fn remove_item(&self, cx: &mut Cx<'_>, target: &Target, recurse: bool) -> R<()>;

    /// `Copy-Item`
    fn copy_item(&self, cx: &mut Cx<'_>, from: &Target, to: &Target, recurse: bool) -> R<()>;

    /// `Move-Item`
    fn move_item(&self, cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()>;

    /// `Rename-Item`
    fn rename_item(&self, cx: &mut Cx<'_>, from: &Target, name: &str) -> R<()>;

    /// `Invoke-Item`
    fn invoke_item(&self, _cx: &mut Cx<'_>, _target: &Target) -> R<()> {
        Err(unsupported())
    }

    /// Opens the content of an item for `Get-Content`; none if an error was written instead.
    fn reader(&self, cx: &mut Cx<'_>, target: &Target) -> R<Option<Content>>;

    /// Opens an item for `Set-Content` and `Add-Content`; none if an error was written instead.
    fn writer(&self, cx: &mut Cx<'_>, target: &Target, append: bool) -> R<Option<Box<dyn ContentWriter>>>;

    /// `Clear-Content`
    fn clear_content(&self, cx: &mut Cx<'_>, target: &Target) -> R<()>;
}

/// `NotSupported`: the provider cannot do this.
pub(crate) fn unsupported() -> Flow {
    not_supported("Provider operation stopped because the provider does not support this operation.")
}

/// As [`unsupported`], with other words.
pub(crate) fn not_supported(message: &str) -> Flow {
    error::raise(
        "System.Management.Automation.PSNotSupportedException",
        "NotSupported",
        Category::NotImplemented,
        message,
        Value::Null,
    )
}
