//! From the name of a type to the type.

use std::{collections::HashMap, sync::LazyLock};

use parking_lot::RwLock;
use psrpd_lang::known_types;

use super::{Type, array_of, generic, lookup};

/// Names that PowerShell prefers to the full ones when it writes a type.
static SHORT: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    // Where several accelerators mean one type, the one that stands here is written.
    const NAMES: &[&str] = &[
        "adsi",
        "alias",
        "allowemptycollection",
        "array",
        "bigint",
        "bool",
        "byte",
        "char",
        "cimclass",
        "cmdletbinding",
        "cultureinfo",
        "datetime",
        "decimal",
        "double",
        "float",
        "guid",
        "hashtable",
        "initialsessionstate",
        "int",
        "ipaddress",
        "ipendpoint",
        "long",
        "mailaddress",
        "nullstring",
        "object",
        "ordered",
        "outputtype",
        "parameter",
        "physicaladdress",
        "powershell",
        "psaliasproperty",
        "pscredential",
        "pscustomobject",
        "psdefaultvalue",
        "pslistmodifier",
        "psmoduleinfo",
        "psnoteproperty",
        "psprimitivedictionary",
        "psscriptmethod",
        "psscriptproperty",
        "pstypename",
        "psvariable",
        "ref",
        "regex",
        "runspace",
        "runspacefactory",
        "sbyte",
        "scriptblock",
        "securestring",
        "semver",
        "short",
        "string",
        "supportswildcards",
        "switch",
        "timespan",
        "type",
        "uint",
        "ulong",
        "uri",
        "ushort",
        "validatecount",
        "validatelength",
        "validatepattern",
        "validaterange",
        "validatescript",
        "validateset",
        "version",
        "void",
        "wildcardpattern",
        "x500distinguishedname",
        "x509certificate",
        "xml",
        "validatenotnull",
        "validatenotnullorempty",
        "allownull",
        "allowemptystring",
        "argumentcompleter",
        "argumentcompletions",
    ];
    NAMES.iter().filter_map(|name| Some((known_types::accelerator(name)?, *name))).collect()
});

/// The accelerator of a type.
pub(crate) fn accelerator_of(full_name: &str) -> Option<&'static str> {
    match full_name {
        "System.Management.Automation.PSObject" => Some("psobject"),
        _ => SHORT.get(full_name).copied(),
    }
}

/// A type by the name a script writes; none if there is none.
pub(crate) fn find(name: &str) -> Option<Type> {
    let name = name.trim();
    if let Some(of) = FOUND.read().get(name) {
        return Some(of.clone());
    }
    let of = find_anew(name)?;
    let mut found = FOUND.write();
    if found.len() < MAX_FOUND {
        found.insert(name.to_owned(), of.clone());
    }
    Some(of)
}

/// The types of the tables by the names that scripts have used for them.
static FOUND: LazyLock<RwLock<HashMap<String, Type>>> = LazyLock::new(RwLock::default);

/// How many names are remembered.
const MAX_FOUND: usize = 1_024;

fn find_anew(name: &str) -> Option<Type> {
    let (base, brackets) = parse_name(name)?;
    let mut of = match brackets.arguments {
        Some(arguments) => {
            let arguments: Vec<Type> = arguments.iter().map(|argument| find(argument)).collect::<Option<_>>()?;
            let name = format!("{}`{}", base.split('`').next().unwrap_or(&base), arguments.len());
            let open = simple(&name)?;
            generic(open.name(), arguments)?
        }
        None => simple(&base)?,
    };
    for rank in brackets.ranks {
        of = array_of(&of, rank);
    }
    Some(of)
}

fn simple(name: &str) -> Option<Type> {
    lookup(name)
        .or_else(|| known_types::accelerator(name).and_then(lookup))
        .or_else(|| lookup(&format!("System.{name}")))
}

/// What stands in brackets behind a name.
#[derive(Default)]
pub(crate) struct Brackets {
    /// The arguments of a generic type.
    pub(crate) arguments: Option<Vec<String>>,
    /// The number of dimensions of each array around it.
    pub(crate) ranks: Vec<usize>,
}

/// Takes `Name[arguments][]` apart; none if the brackets do not match.
pub(crate) fn parse_name(name: &str) -> Option<(String, Brackets)> {
    let Some(open) = name.find('[') else {
        let simple = name.split(',').next().unwrap_or(name).trim();
        return Some((simple.into(), Brackets::default()));
    };
    let base = name.get(..open)?.trim().to_owned();
    let mut brackets = Brackets::default();
    let mut rest = name.get(open..)?;
    while let Some(inner) = rest.strip_prefix('[') {
        let end = matching(inner)?;
        let content = inner.get(..end)?;
        rest = inner.get(end.saturating_add(1)..)?.trim_start();
        if content.chars().all(|c| c == ',' || c.is_whitespace()) {
            brackets.ranks.push(content.matches(',').count().saturating_add(1));
        } else if brackets.arguments.is_none() && brackets.ranks.is_empty() {
            brackets.arguments = Some(split_at_commas(content).into_iter().map(strip).collect());
        } else {
            return None;
        }
    }
    Some((base, brackets))
}

/// The position of the bracket that closes.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' if depth == 0 => return Some(at),
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Splits at commas outside brackets.
pub(crate) fn split_at_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// An argument without the brackets and the assembly of an assembly-qualified name.
fn strip(argument: &str) -> String {
    let argument = argument.trim();
    match argument.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => split_at_commas(inner).first().map_or(String::new(), |name| name.trim().into()),
        None => argument.into(),
    }
}
