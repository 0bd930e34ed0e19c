//! Help of functions and scripts that their comments give.

use psrpd_dotnet::{Str, casing};

use super::{Comment, NAMESPACES, object, objects, one_or_many, paragraphs, pipeline_input};
use crate::{
    bind::{self, Param, ParamSet},
    commands::CommandInfo,
    convert,
    eval::{R, Runspace},
    ir::{Expr, ExprKind},
    value::{Value, text},
};

const HELP: &str = "MamlCommandHelpInfo";

fn kind(name: &str) -> String {
    format!("{HELP}#{name}")
}

fn part(name: &str, notes: Vec<(&str, Value)>) -> Value {
    object(&[&kind(name)], notes)
}

fn type_value(of: &str) -> Value {
    Value::from(of).with_notes([("required", Value::from("true"))])
}

/// What syntax and list of parameters say alike.
fn parameter(comment: &Comment, at: usize, param: &Param, set: &ParamSet, default: Option<&str>) -> Value {
    let of = param.of.short_name();
    let mut notes: Vec<(&str, Value)> = Vec::new();
    if let Some(text) = comment.parameter(&param.name, at) {
        notes.push(("description", paragraphs(&[text])));
    }
    notes.push(("name", Value::Str(param.name.clone())));
    if let Some(default) = default {
        notes.push(("defaultValue", default.into()));
        notes.push(("type", part("type", vec![("name", of.as_str().into())])));
    }
    let choices = super::labels(&param.of).filter(|_| default.is_none());
    if let Some(choices) = choices {
        notes.push(("parameterValueGroup", super::choices(HELP, choices)));
    } else if default.is_some() || !param.is_switch {
        notes.push(("parameterValue", type_value(&of)));
    }
    let position = match set.position {
        Some(at) => at.saturating_add(1).to_string(),
        _ => "named".into(),
    };
    notes.extend([
        ("required", Value::from(if set.mandatory { "true" } else { "false" })),
        ("globbing", "false".into()),
        ("pipelineInput", pipeline_input(set).into()),
        ("position", position.into()),
    ]);
    part("parameter", notes)
}

/// An example: what stands up to the first `>` of its first line is the prompt, what follows an empty line remarks.
fn example(number: usize, text: &str) -> Value {
    let first = text.lines().next().unwrap_or("");
    let (prompt, rest) = match first.find('>') {
        Some(at) => text.split_at(at.saturating_add(1)),
        None => ("PS > ", text),
    };
    let (code, remarks) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let line = "-".repeat(26);
    part(
        "example",
        vec![
            ("introduction", paragraphs(&[prompt])),
            ("code", code.trim().into()),
            ("remarks", paragraphs(&[remarks.trim_matches('\n'), "", "", "", ""])),
            ("title", format!("{line} EXAMPLE {number} {line}").into()),
        ],
    )
}

/// What goes in or comes out: one item, or several.
fn typed<'c>(list: &str, item: &str, texts: impl Iterator<Item = &'c str>) -> Option<Value> {
    let of = |text: &'c str| part(item, vec![("type", part("type", vec![("name", text.into())]))]);
    let items: Vec<Value> = texts.map(of).collect();
    (!items.is_empty()).then(|| part(list, vec![(item, one_or_many(items))]))
}

/// What a parameter is when it is not given, as text.
fn default_of(command: &CommandInfo, rs: &mut Runspace, param: &Param) -> String {
    let block = command.block(rs);
    let unit = block.as_ref().map(|block| block.unit().clone());
    let ir = unit.as_ref().and_then(|unit| unit.params.iter().find(|ir| casing::eq(ir.name.as_str(), &param.name)));
    match (ir.and_then(|ir| ir.default.as_ref()), block) {
        (Some(Expr { kind: ExprKind::Const(value), .. }), _) => text(value).to_string(),
        (Some(expr), Some(block)) => block.lazy.source.script.extent_text(expr.extent).to_owned(),
        _ if param.of.is_value_type() && param.of.nullable().is_none() => {
            text(&convert::default_of(&param.of)).to_string()
        }
        _ => String::new(),
    }
}

/// The help that a comment gives a command.
pub(crate) fn of_comment(rs: &mut Runspace, command: &CommandInfo, comment: &Comment) -> R<Value> {
    let name = command.name();
    let params: Vec<Param> = match command.block(rs) {
        Some(block) => bind::params_of(rs, &block.unit().clone())?.to_vec(),
        None => Vec::new(),
    };
    let default_set = command.default_set(rs)?;
    let mut sets: Vec<Str> = Vec::new();
    for set in params.iter().flat_map(|param| &param.sets).filter_map(|set| set.name.clone()) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    if sets.is_empty() {
        sets.push(bind::EVERY_SET.into());
    }
    sets.sort_by_key(|set| default_set.as_ref() != Some(set));
    let mut items = Vec::new();
    for set in &sets {
        let own = params.iter().enumerate();
        let own = own.filter_map(|(at, param)| Some(parameter(comment, at, param, param.in_set(Some(set))?, None)));
        let own: Vec<Value> = own.collect();
        let mut notes = vec![("name", Value::Str(name.clone()))];
        if !own.is_empty() {
            notes.insert(0, ("parameter", one_or_many(own)));
        }
        items.push(part("syntaxItem", notes));
    }
    let mut notes: Vec<(&str, Value)> = vec![("syntax", part("syntax", vec![("syntaxItem", one_or_many(items))]))];
    let listed: Vec<Value> = params
        .iter()
        .enumerate()
        .map(|(at, param)| {
            let set = param.sets.first().cloned().unwrap_or_default();
            parameter(comment, at, param, &set, Some(&default_of(command, rs, param)))
        })
        .collect();
    if !listed.is_empty() {
        notes.push(("parameters", part("parameters", vec![("parameter", one_or_many(listed))])));
    }
    if let Some(text) = comment.get("description") {
        notes.push(("description", paragraphs(&[text])));
    }
    if let Some(text) = comment.get("notes") {
        notes.push(("alertSet", part("alertSet", vec![("alert", paragraphs(&[text]))])));
    }
    let examples: Vec<Value> =
        comment.all("example").enumerate().map(|(at, text)| example(at.saturating_add(1), text)).collect();
    if !examples.is_empty() {
        notes.push(("examples", part("examples", vec![("example", one_or_many(examples))])));
    }
    let mut details: Vec<(&str, Value)> = Vec::new();
    if let Some(text) = comment.get("synopsis") {
        details.push(("description", paragraphs(&[text])));
    }
    details.push(("name", Value::Str(name.clone())));
    notes.push(("details", part("details", details)));
    notes.extend(typed("inputTypes", "inputType", comment.all("inputs")).map(|inputs| ("inputTypes", inputs)));
    notes.extend(typed("returnValues", "returnValue", comment.all("outputs")).map(|outputs| ("returnValues", outputs)));
    let links: Vec<Value> = comment
        .all("link")
        .map(|text| {
            let note = if text.contains("://") { "uri" } else { "linkText" };
            part("navigationLink", vec![(note, text.into())])
        })
        .collect();
    if !links.is_empty() {
        notes.push(("relatedLinks", part("relatedLinks", vec![("navigationLink", objects(links))])));
    }
    notes.extend(NAMESPACES.map(|(name, uri)| (name, Value::from(uri))));
    let text = |word: &str| comment.get(word).map_or(Value::Null, Value::from);
    notes.extend([
        ("Name", Value::Str(name)),
        ("Category", command.kind().into()),
        ("Synopsis", text("synopsis")),
        ("Component", text("component")),
        ("Role", text("role")),
        ("Functionality", text("functionality")),
        ("ModuleName", Value::Str(command.module())),
    ]);
    Ok(object(&[HELP, "HelpInfo"], notes))
}
