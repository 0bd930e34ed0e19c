//! `Get-Command`

use psrpd_dotnet::{Str, casing, wildcard};

use super::{CORE, Cmdlet, Cx, Run, show_command_info};
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds},
        verb_and_noun,
    },
    eval::{R, error, manifest::Wanted},
    ops::patterns,
    types::Type,
    value::{Category, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Command",
    "GetCommandCommand",
    "Name string[] notempty @AllCommandSet(0 ^ ~)
     Verb string[] ~ @CmdletSet
     Noun string[] ~ @CmdletSet
     Module|PSSnapin string[] ~
     ExcludeModule string[]
     FullyQualifiedModule Microsoft.PowerShell.Commands.ModuleSpecification[] ~
     CommandType|Type System.Management.Automation.CommandTypes ~ @AllCommandSet
     TotalCount int ~
     Syntax ~
     ShowCommandInfo
     ArgumentList|Args object[] 1 * null emptycol
     All ~
     ListImported ~
     ParameterName string[] notempty
     ParameterType object[] notempty
     UseFuzzyMatching @AllCommandSet
     FuzzyMinimumDistance uint @AllCommandSet
     UseAbbreviationExpansion @AllCommandSet(~)",
    || Box::new(GetCommand { written: 0, seen: Vec::new() }),
)
.examples(
    r#"(Get-Command -Noun Location).Name # commands by the second part of their names
> Get-Location
> Pop-Location
> Push-Location
> Set-Location

(Get-Command Get-Location).ParameterSets.Name # in which forms a command can be called
> Location
> Stack"#,
)
.in_module(CORE)
.default_set("CmdletSet");

/// How far a name may be from what was asked for, if nothing else is said.
const FUZZY_DISTANCE: usize = 5;

struct GetCommand {
    written: i64,
    /// What was written before: each command comes once.
    seen: Vec<(&'static str, Str, Str)>,
}

/// What commands have to fulfil beside their names.
struct Filter {
    modules: Vec<wildcard::Wildcard>,
    /// Modules by name and version.
    specified: Vec<Wanted>,
    excluded: Vec<wildcard::Wildcard>,
    parameters: Vec<wildcard::Wildcard>,
    types: Vec<Type>,
}

fn wildcards(patterns_of: &[Str]) -> R<Vec<wildcard::Wildcard>> {
    patterns_of.iter().filter(|name| !name.is_empty()).map(|name| patterns::wildcard(name, true)).collect()
}

impl Filter {
    fn new(cx: &mut Cx<'_>) -> R<Self> {
        let mut types = Vec::new();
        for value in cx.list("ParameterType") {
            types.push(match value.base() {
                Value::Type(of) => of.clone(),
                other => {
                    let name = text(other);
                    cx.rs.resolve_type(&name)?
                }
            });
        }
        Ok(Self {
            modules: wildcards(&cx.strings("Module"))?,
            specified: cx.list("FullyQualifiedModule").iter().map(Wanted::from_value).collect(),
            excluded: wildcards(&cx.strings("ExcludeModule"))?,
            parameters: wildcards(&cx.strings("ParameterName"))?,
            types,
        })
    }

    fn admits(&self, cx: &mut Cx<'_>, command: &CommandInfo) -> R<bool> {
        let module = command.module();
        if !self.modules.is_empty() && !self.modules.iter().any(|pattern| pattern.is_match(&module))
            || self.excluded.iter().any(|pattern| pattern.is_match(&module))
        {
            return Ok(false);
        }
        let is_of = |wanted: &Wanted| casing::eq(&wanted.name, &module) && wanted.accepts(version_of(command));
        if !self.specified.is_empty() && !self.specified.iter().any(is_of) {
            return Ok(false);
        }
        if self.parameters.is_empty() && self.types.is_empty() {
            return Ok(true);
        }
        if matches!(command, CommandInfo::Alias(_)) {
            return Ok(false);
        }
        let params = command.params(cx.rs)?.unwrap_or_default();
        Ok(params.iter().any(|param| {
            let named = self.parameters.is_empty()
                || self.parameters.iter().any(|pattern| {
                    std::iter::once(&param.name).chain(&param.aliases).any(|name| pattern.is_match(name))
                });
            let typed =
                self.types.is_empty() || self.types.iter().any(|of| param.of == *of || param.of.element() == Some(of));
            named && typed
        }))
    }
}

/// The version of the module that a command is from.
fn version_of(command: &CommandInfo) -> [i32; 4] {
    match command {
        CommandInfo::Function(function) => function.module.as_ref().map_or([0; 4], |module| module.version),
        CommandInfo::Cmdlet(cmdlet) if cmdlet.module == CORE => [7, 6, 0, 500],
        _ => [7, 0, 0, 0],
    }
}

/// A function whose dynamic parameters are those that `-ArgumentList` leads to.
fn with_arguments(cx: &Cx<'_>, command: CommandInfo) -> CommandInfo {
    match (command, cx.get("ArgumentList").and_then(|list| enumerate(&list))) {
        (CommandInfo::Function(function), Some(args)) if !args.is_empty() => {
            CommandInfo::Function(std::sync::Arc::new(crate::eval::Function { args, ..function.copy() }))
        }
        (command, _) => command,
    }
}

/// The short form of a name: its capital letters and dashes.
fn abbreviation(name: &str) -> String {
    name.chars().filter(|c| c.is_uppercase() || *c == '-').collect()
}

impl GetCommand {
    /// Writes a command that is wanted; false when there are enough.
    fn write(&mut self, cx: &mut Cx<'_>, filter: &Filter, command: CommandInfo) -> R<bool> {
        let limit = cx.int("TotalCount").filter(|count| *count >= 0);
        if limit.is_some_and(|limit| self.written >= limit) {
            return Ok(false);
        }
        let path = match &command {
            CommandInfo::Application(path) | CommandInfo::ScriptFile(path) => path.clone(),
            other => other.module(),
        };
        let key = (command.kind(), Str::from(casing::fold(&command.name())), path);
        if self.seen.contains(&key) || !filter.admits(cx, &command)? {
            return Ok(true);
        }
        self.seen.push(key);
        let command = with_arguments(cx, command);
        self.written = self.written.saturating_add(1);
        if cx.flag("Syntax") {
            let shown = crate::commands::shown(cx.rs, &command)?;
            cx.write(Value::Str(shown))?;
        } else if cx.flag("ShowCommandInfo") {
            let shown = show_command_info::show(cx.rs, &command)?;
            cx.write(shown)?;
        } else {
            cx.write(command.value())?;
        }
        Ok(true)
    }

    fn by_verb_and_noun(&mut self, cx: &mut Cx<'_>, filter: &Filter) -> R<()> {
        let (verbs, nouns) = (wildcards(&cx.strings("Verb"))?, wildcards(&cx.strings("Noun"))?);
        let any = |patterns: &[wildcard::Wildcard], word: &str| {
            patterns.is_empty() || !word.is_empty() && patterns.iter().any(|pattern| pattern.is_match(word))
        };
        let wanted = |name: &str| {
            let (verb, noun) = verb_and_noun(name);
            any(&verbs, verb) && any(&nouns, noun)
        };
        for command in find::matching(cx.rs, Kinds::LISTED, &wanted) {
            let is_alias = matches!(command, CommandInfo::Alias(_));
            let asks = !verbs.is_empty() || !nouns.is_empty() || cx.bound.get("Module").is_some();
            if is_alias && asks {
                continue;
            }
            if !self.write(cx, filter, command)? {
                break;
            }
        }
        Ok(())
    }

    fn fuzzy(&mut self, cx: &mut Cx<'_>, filter: &Filter, name: &str, kinds: Kinds) -> R<()> {
        let most = cx.int("FuzzyMinimumDistance").and_then(|n| usize::try_from(n).ok()).unwrap_or(FUZZY_DISTANCE);
        let mut found: Vec<(usize, CommandInfo)> =
            find::matching(cx.rs, kinds, &|have| find::distance(name, have) <= most)
                .into_iter()
                .map(|command| (find::distance(name, &command.name()), command))
                .collect();
        found.sort_by_key(|(distance, _)| *distance);
        for (_, command) in found {
            if !self.write(cx, filter, command)? {
                break;
            }
        }
        Ok(())
    }

    fn by_name(&mut self, cx: &mut Cx<'_>, filter: &Filter, name: &Str) -> R<()> {
        let kinds = match cx.get("CommandType") {
            Some(Value::Enum(_, bits)) => Kinds(bits),
            _ => Kinds::ALL,
        };
        if cx.flag("UseFuzzyMatching") {
            return self.fuzzy(cx, filter, name, kinds);
        }
        let mut found = find::named(cx.rs, name, kinds, cx.flag("All"))?;
        if cx.flag("UseAbbreviationExpansion") {
            found.extend(find::matching(cx.rs, kinds, &|have| casing::eq(&abbreviation(have), name)));
        }
        if found.is_empty() && !wildcard::has_wildcards(name) {
            let record = error::not_found(name);
            return cx.error(
                "System.Management.Automation.CommandNotFoundException",
                "CommandNotFoundException",
                Category::ObjectNotFound,
                record,
                Value::Str(name.clone()),
            );
        }
        for command in found {
            if !self.write(cx, filter, command)? {
                break;
            }
        }
        Ok(())
    }
}

impl Run for GetCommand {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.get("ArgumentList").and_then(|list| enumerate(&list)).is_some_and(|list| !list.is_empty())
            && cx.flag("All")
        {
            let message = "Parameters All and ArgumentList are mutually exclusive.";
            let exception = "System.Management.Automation.PSArgumentException";
            return Err(cx.fail(exception, "Argument", Category::InvalidArgument, message, Value::Null));
        }
        if cx.bound.get("Module").is_some() && cx.bound.get("FullyQualifiedModule").is_some() {
            let message = "The parameters Module and FullyQualifiedModule cannot be used together. Please specify only one parameter.";
            let exception = "System.InvalidOperationException";
            let id = "ModuleAndFullyQualifiedModuleCannotBeSpecifiedTogether";
            return Err(cx.fail(exception, id, Category::InvalidOperation, message, Value::Null));
        }
        let filter = Filter::new(cx)?;
        if cx.bound.set().as_str() != "AllCommandSet" && cx.get("Name").is_none() {
            if cx.get("CommandType").is_some() {
                return self.by_name(cx, &filter, &"*".into());
            }
            return self.by_verb_and_noun(cx, &filter);
        }
        let names = cx.strings("Name");
        if names.is_empty() {
            return self.by_name(cx, &filter, &"*".into());
        }
        for name in names {
            self.by_name(cx, &filter, &name)?;
        }
        Ok(())
    }
}
