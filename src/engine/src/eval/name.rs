//! Names of variables: compared ignoring case, quickly.

use std::{
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock},
};

use psrpd_dotnet::casing;

use crate::names::hash;

/// A name as written, and its hash ignoring case.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    text: Arc<str>,
    hash: u64,
}

impl Name {
    pub(crate) fn new(text: &str) -> Self {
        let hash = if text.is_ascii() { hash(text.as_bytes()) } else { hash(casing::fold(text).as_bytes()) };
        Self { text: text.into(), hash }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && (Arc::ptr_eq(&self.text, &other.text) || casing::eq(&self.text, &other.text))
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Variables that every scope may have, in the order of their slots.
pub(crate) const AUTOMATIC: [&str; 12] = [
    "_",
    "args",
    "input",
    "this",
    "PSCmdlet",
    "PSBoundParameters",
    "MyInvocation",
    "PSScriptRoot",
    "PSCommandPath",
    "foreach",
    "switch",
    "Matches",
];

/// An automatic variable that the engine sets by itself, by its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Automatic {
    Underscore,
    Args,
    Input,
    This,
    PsCmdlet,
    PsBoundParameters,
    MyInvocation,
    PsScriptRoot,
    PsCommandPath,
    Foreach,
    Switch,
    Matches,
}

impl Automatic {
    /// Its slot in every unit.
    pub(crate) fn slot(self) -> usize {
        match self {
            Self::Underscore => 0,
            Self::Args => 1,
            Self::Input => 2,
            Self::This => 3,
            Self::PsCmdlet => 4,
            Self::PsBoundParameters => 5,
            Self::MyInvocation => 6,
            Self::PsScriptRoot => 7,
            Self::PsCommandPath => 8,
            Self::Foreach => 9,
            Self::Switch => 10,
            Self::Matches => 11,
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static Name {
        static NAMES: LazyLock<[Name; AUTOMATIC.len()]> = LazyLock::new(automatic);
        let [first, ..] = &*NAMES;
        NAMES.get(self.slot()).unwrap_or(first)
    }
}

fn automatic() -> [Name; AUTOMATIC.len()] {
    AUTOMATIC.map(Name::new)
}

/// The slot of `$_`.
pub(crate) const UNDERSCORE: u32 = 0;

/// Whether a name belongs to a variable that no scope may shadow.
pub(crate) fn is_protected(name: &Name) -> bool {
    const NAMES: [&str; 19] = [
        "true",
        "false",
        "Host",
        "HOME",
        "ExecutionContext",
        "PSVersionTable",
        "PSEdition",
        "PID",
        "PSCulture",
        "PSUICulture",
        "ShellId",
        "PSHOME",
        "EnabledExperimentalFeatures",
        "Error",
        "IsLinux",
        "IsMacOS",
        "IsWindows",
        "IsCoreCLR",
        "?",
    ];
    NAMES.iter().any(|protected| casing::eq(protected, name.as_str()))
}
