//! `Get-Verb`

use psrpd_dotnet::{Str, casing};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    ops::patterns,
    value::{Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Verb",
    "GetVerbCommand",
    "Verb string[] 0 ^ ~
     Group string[] set(Common,Communications,Data,Diagnostic,Lifecycle,Other,Security) 1 ^ ~",
    || Box::new(GetVerb),
)
.examples(
    r#"(Get-Verb Get).Group # a word that commands may begin with
> Common"#,
);

/// Verb, prefix of aliases, group, and what it stands for: what PowerShell's `Get-Verb` lists.
static VERBS: &str = include_str!("verbs.tsv");

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    VERBS.lines().map(|line| line.split('\t').collect())
}

/// The verbs of some groups; none where no group is named.
pub(super) fn of_groups(groups: &[Str]) -> Option<Vec<&'static str>> {
    let is_wanted = |row: &[&str]| row.get(2).is_some_and(|group| is_in(group, groups));
    (!groups.is_empty()).then(|| rows().filter(|row| is_wanted(row)).filter_map(|row| row.first().copied()).collect())
}

fn is_in(group: &str, groups: &[Str]) -> bool {
    groups.iter().any(|name| casing::eq(name, group))
}

/// The approved verbs.
pub(super) fn verbs() -> impl Iterator<Item = &'static str> {
    rows().filter_map(|row| row.first().copied())
}

struct GetVerb;

impl Run for GetVerb {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut wanted = Vec::new();
        for verb in cx.strings("Verb") {
            wanted.push(patterns::wildcard(&verb, true)?);
        }
        let groups = cx.strings("Group");
        for row in rows() {
            let [verb, prefix, group, description] = row.as_slice() else { continue };
            let in_group = groups.is_empty() || is_in(group, &groups);
            if in_group && (wanted.is_empty() || wanted.iter().any(|pattern| pattern.is_match(verb))) {
                let info = Opaque::new(
                    "System.Management.Automation.VerbInfo",
                    [
                        ("Verb", Value::from(*verb)),
                        ("AliasPrefix", (*prefix).into()),
                        ("Group", (*group).into()),
                        ("Description", (*description).into()),
                    ],
                );
                cx.write(info.into_value())?;
            }
        }
        Ok(())
    }
}
