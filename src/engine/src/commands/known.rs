//! What a stock PowerShell has: names of its commands and of their parameters, as `tests/tools/known_commands.ps1`
//! wrote them. A command or parameter that is here and not in the tables of the engine is refused by name.

use std::sync::LazyLock;

use psrpd_dotnet::casing;

use super::CommandInfo;
use crate::{names, types, value::Value};

/// A command of PowerShell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    #[cfg(test)]
    pub(crate) module: &'static str,
    /// The full name of its .NET class; empty for functions.
    pub(crate) class: &'static str,
    pub(crate) help_uri: &'static str,
    /// Full names, separated by commas.
    pub(crate) output_types: &'static str,
    /// `Name|Alias`, separated by blanks.
    parameters: &'static str,
    /// The label of `RemotingCapability`.
    remoting: &'static str,
}

impl Known {
    /// The parameter that a name, an alias or the beginning of a name means; none if none or several.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'static str> {
        let words = || self.parameters.split(' ').filter(|word| !word.is_empty());
        let proper = |word: &'static str| word.split('|').next().unwrap_or(word);
        if let Some(word) = words().find(|word| word.split('|').any(|have| casing::eq(have, name))) {
            return Some(proper(word));
        }
        let folded = casing::fold(name);
        let mut found = words().map(proper).filter(|have| casing::fold(have).starts_with(&folded));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The names of its parameters.
    #[cfg(test)]
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.split(' ').filter_map(|word| word.split('|').next()).filter(|name| !name.is_empty())
    }
}

static TABLE: &str = include_str!("known.tsv");

static BY_NAME: LazyLock<names::Table<Known>> = LazyLock::new(|| names::Table::new(all(), |known| known.name));

/// All commands of PowerShell.
pub(crate) fn all() -> impl Iterator<Item = Known> {
    TABLE.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (name, _module, class) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Known {
            name,
            #[cfg(test)]
            module: _module,
            class,
            help_uri: fields.next()?,
            output_types: fields.next()?,
            parameters: fields.next()?,
            remoting: fields.next()?,
        })
    })
}

/// A command of PowerShell by name.
pub(crate) fn find(name: &str) -> Option<Known> {
    BY_NAME.row(name).copied()
}

/// `RemotingCapability` of a command.
pub(super) fn remoting(info: &CommandInfo) -> Value {
    let known = matches!(info, CommandInfo::Cmdlet(_)).then(|| find(&info.name())).flatten();
    let of = "System.Management.Automation.RemotingCapability";
    types::enum_value(of, known.map_or("PowerShell", |known| known.remoting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_whole() {
        assert_eq!(all().count(), TABLE.lines().count());
    }

    #[test]
    fn parameters_are_found_by_alias_and_beginning() {
        let known = find("get-childitem").unwrap();
        assert_eq!(known.parameter("af"), Some("File"));
        assert_eq!(known.parameter("Follow"), Some("FollowSymlink"));
        assert_eq!(known.parameter("f"), None);
    }

    #[test]
    fn tables_of_cmdlets_name_what_powershell_has() {
        let mut wrong = Vec::new();
        for cmdlet in crate::cmdlets::all() {
            let Some(known) = find(cmdlet.name) else {
                wrong.push(format!("{} is no cmdlet of PowerShell", cmdlet.name));
                continue;
            };
            let class =
                ["Microsoft.PowerShell.Commands.", "System.Management.Automation.", "Microsoft.PowerShell.ThreadJob."]
                    .iter()
                    .find_map(|namespace| known.class.strip_prefix(namespace));
            let is_function = known.class.is_empty() && cmdlet.class == cmdlet.name;
            if known.module != cmdlet.module || !is_function && class != Some(cmdlet.class) {
                wrong.push(format!("{}: {} in {}", cmdlet.name, known.class, known.module));
            }
            // What the provider of another drive adds was not seen where the list was made.
            let params = cmdlet.params();
            let own = params.iter().filter(|param| !param.is_dynamic);
            let names = own.map(|param| param.name.to_string()).collect::<Vec<_>>();
            let unknown = names.iter().filter(|name| !known.parameters().any(|have| have == name.as_str()));
            wrong.extend(unknown.map(|name| format!("{} has no -{name}", cmdlet.name)));
        }
        assert!(wrong.is_empty(), "not as PowerShell has it: {wrong:#?}");
    }
}
