//! Help of commands without comments: what their tables say.

use psrpd_dotnet::{Str, casing};

use super::{NAMESPACES, object, objects, pipeline_input};
use crate::{
    bind::{self, Check, Param, ParamSet},
    commands::{CommandInfo, definition, find, in_order, known, set_names, set_syntax, type_label, verb_and_noun},
    eval::{R, Runspace},
    value::Value,
};

const HELP: &str = "ExtendedCmdletHelpInfo";

fn part(name: &str, notes: Vec<(&str, Value)>) -> Value {
    object(&[&format!("{HELP}#{name}")], notes)
}

/// A parameter, in a syntax with the values it can have.
fn parameter(param: &Param, of: &ParamSet, in_syntax: bool) -> Value {
    let shown = type_label(&param.of);
    let mut notes: Vec<(&str, Value)> = vec![
        ("name", Value::Str(param.name.clone())),
        ("required", if of.mandatory { "true" } else { "false" }.into()),
        ("pipelineInput", pipeline_input(of).into()),
        ("isDynamic", "false".into()),
        ("globbing", "false".into()),
        ("parameterSetName", of.name.as_ref().map_or("(All)".into(), |name| Value::Str(name.clone()))),
    ];
    if !param.help.is_empty() {
        notes.push(("description", format!("{}\n", param.help).into()));
    }
    if !param.is_switch {
        let is_many = param.of.element().is_some();
        let value = Value::from(shown.as_str())
            .with_notes([("variableLength", Value::Bool(is_many)), ("required", true.into())]);
        notes.push(("parameterValue", value));
    }
    let position = of.position.map_or_else(|| "Named".into(), |at| at.to_string());
    let aliases: Vec<&str> = param.aliases.iter().map(|alias| alias.as_str()).collect();
    let aliases = if aliases.is_empty() { "None".into() } else { aliases.join(", ") };
    notes.extend([
        ("type", part("type", vec![("name", shown.into())])),
        ("position", Value::from(position)),
        ("aliases", aliases.into()),
    ]);
    if let Some(values) = choices_of(param).filter(|_| in_syntax) {
        notes.push(("parameterValueGroup", super::choices(HELP, values)));
    }
    part("parameter", notes)
}

/// The values that a parameter can have, if they are few.
fn choices_of(param: &Param) -> Option<Vec<Str>> {
    super::labels(&param.of).or_else(|| {
        param.checks.iter().find_map(|check| match check {
            Check::Set { values, .. } => Some(values.clone()),
            _ => None,
        })
    })
}

/// `object[]`, or the object if it is one.
fn listed(mut items: Vec<Value>) -> Value {
    if items.len() == 1 { items.pop().unwrap_or_default() } else { Value::array(items) }
}

/// The examples of a cmdlet's table.
fn examples(command: &CommandInfo) -> Value {
    let CommandInfo::Cmdlet(cmdlet) = command else { return Value::Null };
    let shown: Vec<Value> = cmdlet
        .example_list()
        .enumerate()
        .map(|(at, example)| {
            let line = "-".repeat(26);
            let number = at.saturating_add(1);
            part(
                "example",
                vec![
                    ("title", format!("{line} EXAMPLE {number} {line}").into()),
                    ("introduction", super::paragraphs(&["PS > "])),
                    ("code", example.code.into()),
                    ("remarks", super::paragraphs(&[example.shows])),
                ],
            )
        })
        .collect();
    if shown.is_empty() { Value::Null } else { part("examples", vec![("example", super::one_or_many(shown))]) }
}

/// The help that a command's table gives.
pub(crate) fn of_command(rs: &mut Runspace, command: &CommandInfo) -> R<Value> {
    let name = command.name();
    let params = command.params(rs)?.unwrap_or_default();
    let default = command.default_set(rs)?;
    let is_common = |param: &Param| bind::is_always_common(&param.name);
    let has_common = params.iter().any(is_common);
    let mut items = Vec::new();
    let mut synopsis = String::new();
    for set in set_names(&params, default.as_ref()) {
        let own = in_order(&params, &set).into_iter().filter(|(param, _)| !is_common(param));
        let own: Vec<Value> = own.map(|(param, of)| parameter(param, of, true)).collect();
        synopsis.push_str(&format!("\n{name} {}\n", set_syntax(&params, &set)));
        items.push(part(
            "syntaxItem",
            vec![
                ("name", Value::Str(name.clone())),
                ("CommonParameters", has_common.into()),
                ("parameter", listed(own)),
            ],
        ));
    }
    let mut all: Vec<&Param> = params.iter().filter(|param| !is_common(param)).collect();
    all.sort_by(|a, b| casing::cmp(&a.name, &b.name));
    let all = all
        .into_iter()
        .map(|param| parameter(param, &param.sets.first().cloned().unwrap_or_default(), false))
        .collect();
    let lines = |names: Vec<String>| names.iter().map(|name| format!("{name}\n")).collect::<String>();
    let mut inputs: Vec<String> = Vec::new();
    for param in params.iter().filter(|param| param.sets.iter().any(|set| set.by_value || set.by_name)) {
        let of = param.of.full_name();
        if !inputs.contains(&of) {
            inputs.push(of);
        }
    }
    let inputs = if inputs.is_empty() { "None\n".into() } else { lines(inputs) };
    let known = known::find(&name);
    let outputs = known.map_or("", |known| known.output_types);
    let outputs =
        if outputs.is_empty() { "System.Object".into() } else { lines(outputs.split(',').map(Into::into).collect()) };
    let aliases: Vec<String> = find::aliases(rs)
        .iter()
        .filter(|alias| casing::eq(&alias.target, &name))
        .map(|alias| alias.name.to_string())
        .collect();
    let aliases = if aliases.is_empty() { "None\n".into() } else { lines(aliases) };
    let (verb, noun) = verb_and_noun(&name);
    let typed = |list: &str, item: &'static str, of: String| {
        part(list, vec![(item, part(item, vec![("type", part("type", vec![("name", of.into())]))]))])
    };
    let mut notes: Vec<(&str, Value)> = vec![
        ("CommonParameters", has_common.into()),
        (
            "details",
            part("details", vec![("name", Value::Str(name.clone())), ("noun", noun.into()), ("verb", verb.into())]),
        ),
        ("Syntax", part("syntax", vec![("syntaxItem", listed(items))])),
        ("parameters", part("parameters", vec![("parameter", listed(all))])),
        ("inputTypes", typed("inputTypes", "inputType", inputs)),
    ];
    let uri = known.map_or("", |known| known.help_uri);
    let mut remarks = String::from("None");
    if !uri.is_empty() {
        let link = part("navigationLinks", vec![("uri", uri.into())]);
        notes.push(("relatedLinks", part("relatedLinks", vec![("navigationLink", objects(vec![link]))])));
        remarks = format!(
            "Get-Help cannot find the Help files for this cmdlet on this computer. It is displaying only partial help.\n    -- To download and install Help files for the module that includes this cmdlet, use Update-Help.\n    -- To view the Help topic for this cmdlet online, type: \"Get-Help {name} -Online\" or\n       go to {uri}."
        );
    }
    notes.extend([
        ("returnValues", typed("returnValues", "returnValue", outputs)),
        ("aliases", aliases.into()),
        ("remarks", remarks.into()),
    ]);
    if matches!(command, CommandInfo::Cmdlet(_)) {
        notes.push(("PSSnapIn", Value::Null));
    }
    let synopsis = match command {
        CommandInfo::Cmdlet(_) => Value::Str(definition(rs, command)?),
        _ => synopsis.into(),
    };
    notes.extend([
        ("alertSet", Value::Null),
        ("description", Value::Null),
        ("examples", examples(command)),
        ("Synopsis", synopsis),
        ("ModuleName", Value::Str(command.module())),
        ("nonTerminatingErrors", "".into()),
    ]);
    notes.extend(NAMESPACES.iter().map(|(name, uri)| (*name, Value::from(*uri))));
    notes.extend([
        ("Name", Value::Str(name)),
        ("Category", command.kind().into()),
        ("Component", Value::Null),
        ("Role", Value::Null),
        ("Functionality", Value::Null),
    ]);
    Ok(object(&[HELP, "CmdletHelpInfo", "HelpInfo"], notes))
}
