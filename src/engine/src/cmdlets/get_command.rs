//! `Get-Command`

use super::{CORE, Cmdlet, Cx, Run, all};
use crate::{
    eval::{CommandInfo, R, Resolved},
    ops::patterns,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Command",
    "GetCommandCommand",
    "Name string[] 0 ^ ~ @AllCommandSet
     Verb string[] @CmdletSet
     Noun string[] @CmdletSet
     Module|PSSnapin string[]
     CommandType|Type System.Management.Automation.CommandTypes @AllCommandSet
     TotalCount int
     Syntax
     ListImported
     All
     ArgumentList|Args object[] *",
    || Box::new(GetCommand),
)
.in_module(CORE)
.default_set("AllCommandSet");

struct GetCommand;

impl Run for GetCommand {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut names = cx.strings("Name");
        if names.is_empty() {
            names.push("*".into());
        }
        for name in names {
            if psrpd_dotnet::wildcard::has_wildcards(&name) {
                let pattern = patterns::wildcard(&name, true)?;
                for cmdlet in all().filter(|cmdlet| pattern.is_match(cmdlet.name)) {
                    cx.write(
                        CommandInfo {
                            kind: "Cmdlet",
                            name: cmdlet.name.into(),
                            definition: "".into(),
                            source: cmdlet.module.into(),
                        }
                        .value(),
                    )?;
                }
                continue;
            }
            if let Some(alias) = cx.rs.find_alias(&name) {
                cx.write(
                    CommandInfo { kind: "Alias", name: alias.name, definition: alias.target, source: "".into() }
                        .value(),
                )?;
                continue;
            }
            let info = match cx.rs.resolve(&name) {
                Ok(Resolved::Cmdlet(cmdlet)) => CommandInfo {
                    kind: "Cmdlet",
                    name: cmdlet.name.into(),
                    definition: "".into(),
                    source: cmdlet.module.into(),
                },
                Ok(Resolved::Function(function)) => CommandInfo {
                    kind: if function.is_filter { "Filter" } else { "Function" },
                    name: function.name.clone(),
                    definition: function.block.lazy.text().into(),
                    source: "".into(),
                },
                Ok(Resolved::Script(path)) => CommandInfo {
                    kind: "ExternalScript",
                    name: path.rsplit('/').next().unwrap_or("").into(),
                    definition: path.clone(),
                    source: path,
                },
                Ok(Resolved::Application(path)) => CommandInfo {
                    kind: "Application",
                    name: path.rsplit('/').next().unwrap_or("").into(),
                    definition: path.clone(),
                    source: path,
                },
                _ => {
                    let message = format!(
                        "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the spelling of the name, or if a path was included, verify that the path is correct and try again."
                    );
                    cx.error(
                        "System.Management.Automation.CommandNotFoundException",
                        "CommandNotFoundException",
                        Category::ObjectNotFound,
                        message,
                        Value::Str(name),
                    )?;
                    continue;
                }
            };
            cx.write(info.value())?;
        }
        Ok(())
    }
}
