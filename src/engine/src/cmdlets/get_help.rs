//! `Get-Help`

use psrpd_dotnet::{Str, wildcard};

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds},
    },
    eval::{R, error, module::matches_any},
    help,
    host::Progress,
    ops::patterns,
    value::{Category, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Help",
    "GetHelpCommand",
    "Name string notempty 0 ~
     Path string
     Category string[] set(Alias,Cmdlet,Provider,General,FAQ,Glossary,HelpFile,ScriptCommand,Function,Filter,ExternalScript,All,DefaultHelp,DscResource,Class,Configuration)
     Detailed @DetailedView(!)
     Full @AllUsersView
     Examples @Examples(!)
     Parameter string[] @Parameters(!)
     Component string[]
     Functionality string[]
     Role string[]
     Online @Online(!)",
    || Box::new(GetHelp),
)
.in_module(CORE)
.default_set("AllUsersView")
.examples(
    "Get-Help Get-Location | ForEach-Object Name # the name of what is described
> Get-Location",
);

struct GetHelp;

/// The help of one command: what its comment says, or its table.
fn help_of(cx: &mut Cx<'_>, command: &CommandInfo) -> R<Option<Value>> {
    let Some(command) = command.target(cx.rs) else { return Ok(None) };
    if let Some(block) = command.block(cx.rs)
        && let Some(comment) = help::comment_of(&block.lazy)
    {
        if let Some(target) = comment.argument("forwardhelptargetname")
            && let Some(found) = find::named(cx.rs, target, Kinds(Kinds::LISTED.0 & !1), false)?.into_iter().next()
            && found.name() != command.name()
        {
            return help_of(cx, &found);
        }
        return help::of_comment(cx.rs, &command, &comment).map(Some);
    }
    if matches!(command, CommandInfo::Application(_)) {
        return Ok(None);
    }
    help::of_command(cx.rs, &command).map(Some)
}

fn category(command: &CommandInfo, wanted: &[Str]) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|name| psrpd_dotnet::casing::eq(name, command.kind()) || name.as_str() == "All")
}

/// Whether help belongs to the components, roles and functionalities that are asked for.
fn is_of(cx: &mut Cx<'_>, help: &Value) -> R<bool> {
    for facet in ["Component", "Role", "Functionality"] {
        let wanted = cx.strings(facet);
        let have = text(&cx.rs.get_member(help, facet)?);
        if !wanted.is_empty() && !matches_any(&wanted, &have) {
            return Ok(false);
        }
    }
    Ok(true)
}

impl GetHelp {
    /// Writes the parameters of a help object that match.
    fn parameters(cx: &mut Cx<'_>, help: &Value) -> R<()> {
        let all = cx.rs.get_member(help, "parameters")?;
        let all = if all.is_null() { all } else { cx.rs.get_member(&all, "parameter")? };
        let all = enumerate(&all).unwrap_or_else(|| vec![all]);
        for name in cx.strings("Parameter") {
            let pattern = patterns::wildcard(&name, true)?;
            let mut any = false;
            for parameter in all.iter().filter(|parameter| !parameter.is_null()) {
                let have = cx.rs.get_member(parameter, "name")?;
                if pattern.is_match(&text(&have)) {
                    any = true;
                    cx.write(parameter.clone())?;
                }
            }
            if !any {
                let message = format!("No parameter matches criteria {name}.");
                let exception = "System.Management.Automation.PSArgumentException";
                cx.error(exception, "NoParmsFound", Category::InvalidArgument, message, help.clone())?;
            }
        }
        Ok(())
    }

    fn write(cx: &mut Cx<'_>, help: Value) -> R<()> {
        match cx.bound.set().as_str() {
            "DetailedView" => cx.write(help::with_view(&help, "Detailed")),
            "Examples" => cx.write(help::with_view(&help, "Examples")),
            "Parameters" => Self::parameters(cx, &help),
            _ if cx.flag("Full") => cx.write(help::with_view(&help, "Full")),
            _ => cx.write(help),
        }
    }
}

impl Run for GetHelp {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("Online") {
            let message = "Cmdlet 'Get-Help' does not support parameter 'Online' in a remote session.";
            let exception = "System.InvalidOperationException";
            let id = "ParameterNotValidInRemoteRunspace";
            return Err(cx.fail(exception, id, Category::InvalidArgument, message, Value::Null));
        }
        if cx.bound.get("Path").is_some() {
            return Err(error::feature("Help of files as a provider sees them (-Path)"));
        }
        let name = cx.string("Name").unwrap_or_default();
        let done = Progress {
            activity: "Get-Help".into(),
            id: 0,
            status: "Completed".into(),
            operation: None,
            parent_id: -1,
            percent: -1,
            is_completed: true,
            seconds_remaining: -1,
        };
        if name.is_empty() {
            let help = find::named(cx.rs, "Get-Help", Kinds(8), false)?.into_iter().next();
            cx.rs.write_own_progress(&done)?;
            return match help {
                Some(command) => match help_of(cx, &command)? {
                    Some(help) => Self::write(cx, help),
                    None => Ok(()),
                },
                None => Ok(()),
            };
        }
        let wanted = cx.strings("Category");
        let is_pattern = wildcard::has_wildcards(&name);
        let kinds = if is_pattern { Kinds::LISTED } else { Kinds::ALL };
        let mut found = find::named(cx.rs, &name, kinds, false)?;
        found.retain(|command| category(command, &wanted) && !(is_pattern && matches!(command, CommandInfo::Alias(_))));
        let mut helps = Vec::new();
        for command in &found {
            if let Some(help) = help_of(cx, command)?
                && is_of(cx, &help)?
            {
                helps.push(help);
            }
        }
        cx.rs.write_own_progress(&done)?;
        match helps.as_slice() {
            [] if is_pattern => Ok(()),
            [] => {
                let message = format!(
                    "Get-Help could not find {name} in a help file in this session. To download updated help topics type: \"Update-Help\". To get help online, search for the help topic in the TechNet library at https://go.microsoft.com/fwlink/?LinkID=107116."
                );
                let exception = "Microsoft.PowerShell.Commands.HelpNotFoundException";
                cx.error(exception, "HelpNotFound", Category::ResourceUnavailable, message, Value::Null)
            }
            [one] => Self::write(cx, one.clone()),
            _ => {
                for help in helps {
                    if cx.bound.set().as_str() == "Parameters" {
                        Self::parameters(cx, &help)?;
                        continue;
                    }
                    if let Value::Wrapped(wrapped) = &help {
                        *wrapped.type_names.lock() = Some(vec!["HelpInfoShort".into()]);
                    }
                    cx.write(help)?;
                }
                Ok(())
            }
        }
    }
}
