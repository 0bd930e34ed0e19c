//! What .NET has: the names of its public types, and the members of the types that scripts meet, as `Get-Member` defines
//! them; `tests/tools/known_types.ps1` wrote both. What is here and not in the tables of the engine is refused by name.

use std::{borrow::Cow, sync::LazyLock};

use psrpd_dotnet::casing;

use super::Type;
use crate::names::Table;

mod accepted;
mod relations;

pub(crate) use accepted::accepted;
pub(crate) use relations::{BY_REF_LIKE, Relations, derives, namespaces, relations};

/// What kind of member a definition is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Event,
    Method,
    Property,
    Parameterized,
}

impl MemberKind {
    /// The label of `PSMemberTypes`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Method => "Method",
            Self::Property => "Property",
            Self::Parameterized => "ParameterizedProperty",
        }
    }
}

/// A member of a type of .NET.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) kind: MemberKind,
    pub(crate) name: Cow<'static, str>,
    /// As `Get-Member` shows it.
    pub(crate) text: Cow<'static, str>,
}

/// Whether an assembly, by its name without path and ending, comes with PowerShell.
pub(crate) fn has_assembly(name: &str) -> bool {
    include_str!("assemblies.txt").lines().any(|known| casing::eq(known, name))
}

/// A type: its name, the next base that is listed, and a line for each member that the base has not like this.
struct Listed {
    name: &'static str,
    base: &'static str,
    lines: &'static str,
}

impl Listed {
    fn read(block: &'static str) -> Self {
        let (head, lines) = block.split_once('\n').unwrap_or((block, ""));
        let (name, base) = head.split_once(' ').unwrap_or((head, ""));
        Self { name, base, lines }
    }
}

static MEMBERS: LazyLock<Table<Listed>> = LazyLock::new(|| {
    let blocks = include_str!("members.txt").trim_start_matches("# ").split("\n# ");
    Table::new(blocks.map(Listed::read), |listed| listed.name)
});

/// The full name of the type of .NET that a name in a script means; none if .NET has none.
pub(crate) fn find_type(name: &str, namespaces: &[String]) -> Option<String> {
    let (base, brackets) = super::parse_name(name)?;
    let base = match brackets.arguments {
        Some(arguments) if !base.contains('`') => format!("{base}`{}", arguments.len()),
        _ => base,
    };
    if let Some(full) = psrpd_lang::known_types::accelerator(&base) {
        return Some(full.to_owned());
    }
    let below = namespaces.iter().map(|namespace| format!("{namespace}.{base}"));
    let mut names = std::iter::once(base.clone()).chain(below).chain([format!("System.{base}")]);
    names.find_map(|name| relations(&name)).map(|of| of.full_name())
}

/// The name under which the members of a type are listed.
fn key(of: &Type) -> &str {
    if of.element().is_some() { "System.Array[]" } else { of.name().split('[').next().unwrap_or(of.name()) }
}

/// The letter of a line and the rest of it.
fn split(line: &'static str) -> Option<(u8, &'static str, &'static str)> {
    let (head, text) = line.split_once('\t')?;
    let (letter, name) = head.split_once(' ')?;
    Some((*letter.as_bytes().first()?, name, text))
}

fn kind(letter: u8) -> MemberKind {
    match letter.to_ascii_lowercase() {
        b'e' => MemberKind::Event,
        b'p' => MemberKind::Property,
        b'q' => MemberKind::Parameterized,
        _ => MemberKind::Method,
    }
}

/// Whether the members of the type itself are listed.
pub(crate) fn is_listed(of: &Type) -> bool {
    MEMBERS.row(key(of)).is_some()
}

/// The members of a type, or its static ones; none if it is not listed.
pub(crate) fn members(of: &Type, is_static: bool) -> Option<Vec<Definition>> {
    let listed = of.ancestry().find(|of| MEMBERS.row(key(of)).is_some())?;
    let mut found: Vec<Definition> = Vec::new();
    let mut next = key(listed);
    while let Some(list) = MEMBERS.row(next) {
        for (letter, name, text) in list.lines.lines().filter_map(split) {
            if letter.is_ascii_uppercase() == is_static
                && !found.iter().any(|have| have.name == name && have.kind == kind(letter))
            {
                let text = fill(text, listed);
                found.push(Definition { kind: kind(letter), name: name.into(), text });
            }
        }
        if list.base == next {
            break;
        }
        next = list.base;
    }
    if of.is_enum() && is_static {
        let label = |(name, _): (String, i64)| {
            let text = format!("static {} {name} {{get;}}", of.display_name());
            Definition { kind: MemberKind::Property, name: name.into(), text: text.into() }
        };
        found.extend(of.labels().into_iter().map(label));
    }
    Some(found)
}

/// Puts the arguments of a generic type, or the elements of an array, into a definition.
fn fill(text: &'static str, of: &Type) -> Cow<'static, str> {
    let element = of.element().cloned();
    let arguments = element.as_ref().map_or_else(|| of.arguments(), std::slice::from_ref);
    if arguments.is_empty() || !text.contains(['{', '<']) {
        return text.into();
    }
    let mut filled = text.to_owned();
    for (at, argument) in arguments.iter().enumerate() {
        filled = filled
            .replace(&format!("{{{at}}}"), &argument.display_name())
            .replace(&format!("<{at}>"), &crate::commands::type_label(argument));
    }
    filled.into()
}

/// Whether .NET gives a type a member, which the engine may not have: one to call, or one to read.
pub(crate) fn has_member(of: &Type, name: &str, is_static: bool, is_call: bool) -> bool {
    let fits =
        |member: &Definition| casing::eq(&member.name, name) && (!is_call || member.kind != MemberKind::Property);
    members(of, is_static).is_some_and(|members| members.iter().any(fits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    #[test]
    fn members_come_with_those_of_bases() {
        let members = members(&types::string(), false).unwrap();
        let get = |name: &str| members.iter().find(|member| member.name == name).unwrap();
        assert_eq!(get("Length").text, "int Length {get;}");
        assert_eq!(get("GetType").text, "type GetType()");
        assert!(has_member(&types::string(), "isnullorempty", true, true));
    }

    #[test]
    fn generic_types_show_their_arguments() {
        let of = types::find("System.Collections.Generic.List[int]").unwrap();
        let members = members(&of, false).unwrap();
        let add = members.iter().find(|member| member.name == "Add").unwrap();
        assert_eq!(
            add.text,
            "void Add(int item), void ICollection[int].Add(int item), int IList.Add(System.Object value)"
        );
    }

    #[test]
    fn what_net_gives_the_types_of_the_tables_is_listed() {
        // They have the members of what they hold.
        let wraps = |name: &str| ["PSObject", "PSCustomObject", "Nullable`1"].iter().any(|end| name.ends_with(end));
        let is_known = |of: &Type| relations(of.name()).is_some() && of.labels().is_empty() && !wraps(of.name());
        let missing: Vec<_> = types::all().into_iter().filter(|of| is_known(of) && !is_listed(of)).collect();
        assert!(missing.is_empty(), "run tests/tools/known_types.ps1 -Members again: {missing:?}");
    }

    #[test]
    fn every_table_names_types_of_net() {
        assert!(relations("system.io.path").is_some() && relations("System.Collections.Generic.List`1").is_some());
        assert!(relations("System.IO.Nothing").is_none());
    }
}
