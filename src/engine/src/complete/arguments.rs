//! Names of parameters, and what parameters take.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};
use psrpd_lang::ast::{Kind, NodeId};

use super::{
    Found, Line, Match, commands, fits, local, members, name_of, offered, paths, place::Place, quoted, types_of,
    unquote, variables,
};
use crate::{
    bind::{self, Check, Param},
    cmdlets,
    commands::{
        CommandInfo,
        find::{self, Kinds},
    },
    eval::{R, Runspace, ScriptBlock},
    types,
    value::{Dictionary, Value, items_or_one, text},
};

/// Completes what the cursor is at in a command.
pub(super) fn complete(rs: &mut Runspace, line: &Line<'_>, command: NodeId) -> R<Option<Found>> {
    let script = line.script;
    let Kind::Command { elements, .. } = script.kind(command) else { return Ok(None) };
    let list: Vec<NodeId> = script.list(elements).to_vec();
    let Some(first) = list.first().copied() else { return Ok(None) };
    let under = list.iter().copied().find(|id| {
        let extent = script.node(*id).extent;
        extent.start() < line.cursor && line.cursor <= extent.end()
    });
    let (from, to) = match line.token {
        Some(token) => (token.extent.start(), token.extent.end()),
        None => (line.cursor, line.cursor),
    };
    let written = line.token.map_or("", |token| line.token_text(&token));
    if under == Some(first) {
        return Ok(Some(Found::of(from, to, commands::complete(rs, line, written)?)));
    }
    let name = match script.kind(first) {
        Kind::StringConstantExpression { value, .. } => script.text(value).to_owned(),
        _ => script.extent_text(script.node(first).extent).to_owned(),
    };
    let info = local::command(rs, line, &name)?;
    let params = match &info {
        Some(info) => info.params(rs)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let mut place = Place::new(&params);
    for element in list.iter().copied().skip(1) {
        if Some(element) == under || script.node(element).extent.start() >= line.cursor {
            break;
        }
        place.pass(line, element);
    }
    let is_native =
        !matches!(info, Some(CommandInfo::Cmdlet(_) | CommandInfo::Function(_) | CommandInfo::ScriptFile(_)));
    if is_native {
        let word = unquote(written).0;
        if let Some(matches) = native(rs, line, command, &name, &word)? {
            return Ok(Some(Found { from, to, matches }));
        }
        return Ok(Some(Found::of(from, to, paths::complete(rs, written, paths::What::All, false))));
    }
    let asked = Asked { line, command, name: info.as_ref().map(|info| info.name().to_string()).unwrap_or(name), info };
    if let Some(element) = under
        && let Kind::CommandParameter { name, argument, .. } = script.kind(element)
    {
        let param_name = script.text(name);
        let colon = script.node(element).extent.start().saturating_add(param_name.len()).saturating_add(2);
        if line.cursor < colon || argument.is_none() && !script.extent_text(script.node(element).extent).ends_with(':')
        {
            return Ok(Some(Found::of(from, to, place.names(param_name))));
        }
        let (from, word) = match argument {
            Some(argument) => {
                let extent = script.node(argument).extent;
                (extent.start(), script.extent_text(extent))
            }
            None => (line.cursor, ""),
        };
        let matches = match place.param(param_name) {
            Some(param) if param.is_switch => ["$true", "$false"]
                .iter()
                .filter(|word_of| fits(word_of, word))
                .map(|word| Match::new(*word, *word, "ParameterValue", *word).value())
                .collect(),
            Some(param) => values(rs, &asked, &place, param, word)?,
            None => Vec::new(),
        };
        return Ok(Some(Found { from, to: line.cursor.max(from), matches }));
    }
    if written.starts_with('-')
        && under.is_none_or(|id| !matches!(script.kind(id), Kind::StringConstantExpression { .. }) || written == "-")
    {
        return Ok(Some(Found::of(from, to, place.names(written.trim_start_matches('-')))));
    }
    if let Some(keys) = calculated(line, under, &asked.name) {
        return Ok(Some(keys));
    }
    let pending = place.pending.clone();
    let params = match pending.as_deref().and_then(|name| place.param(name)) {
        Some(param) => vec![param],
        None => place.next_positional(),
    };
    let is_comma = line.token.is_some_and(|token| token.kind == psrpd_lang::token::TokenKind::Comma);
    let (from, word) = if is_comma { (to, "") } else { (from, written) };
    let mut matches = Vec::new();
    for param in &params {
        matches = values(rs, &asked, &place, param, word)?;
        if !matches.is_empty() {
            break;
        }
    }
    if params.is_empty() {
        matches = paths::complete(rs, word, paths::What::All, true).into_iter().map(Match::value).collect();
    }
    Ok(Some(Found { from, to, matches }))
}

/// The command that is completed.
struct Asked<'a, 's> {
    line: &'a Line<'s>,
    command: NodeId,
    name: String,
    info: Option<CommandInfo>,
}

/// The names of calculated properties' keys, where the cursor is in a hashtable.
fn calculated(line: &Line<'_>, under: Option<NodeId>, command: &str) -> Option<Found> {
    // One that is not closed ends in front of the blanks that the cursor is behind.
    let open = || {
        let tables = line.nodes(|script, id| matches!(script.kind(id), Kind::Hashtable { .. }));
        let is_near = |id: &NodeId| {
            let end = line.script.node(*id).extent.end();
            let gap = line.text.get(end..line.cursor);
            gap.is_some_and(|gap| gap.trim().is_empty())
                && !line.text.get(..end).is_some_and(|text| text.ends_with('}'))
        };
        tables.into_iter().rfind(is_near)
    };
    let Kind::Hashtable { pairs } = line.script.kind(under.or_else(open)?) else { return None };
    const NAME: (&str, &str) = ("Name", "[string] The name of the new property.");
    const EXPRESSION: (&str, &str) = ("Expression", "[scriptblock] What computes the value.");
    let keys: Vec<(&str, &str)> = match command.to_ascii_lowercase().as_str() {
        "select-object" | "convertto-html" => vec![NAME, EXPRESSION],
        "sort-object" => vec![
            EXPRESSION,
            ("Ascending", "[bool] Whether small values come first."),
            ("Descending", "[bool] Whether great values come first."),
        ],
        "group-object" | "compare-object" => vec![EXPRESSION],
        "measure-object" => Vec::new(),
        "format-table" => vec![
            EXPRESSION,
            ("FormatString", "[string] The format of the value."),
            ("Label", "[string] The title of the column."),
            ("Width", "[int] The width of the column."),
            ("Alignment", "[string] Left, Center or Right."),
        ],
        "format-list" => {
            vec![EXPRESSION, ("FormatString", "[string] The format of the value."), ("Label", "[string] The label.")]
        }
        "format-wide" | "format-custom" => vec![EXPRESSION, ("FormatString", "[string] The format of the value.")],
        _ => return None,
    };
    let used = super::infer::keys(line.script, pairs);
    let token = line.token?;
    let is_word = line.token_text(&token).chars().all(char::is_alphanumeric);
    let typed = if is_word { line.token_text(&token) } else { "" };
    let from = if is_word { token.extent.start() } else { line.cursor };
    let open = keys.into_iter().filter(|(name, _)| {
        casing::starts_with(name, typed) && !used.iter().any(|have| casing::eq(have, name) && !casing::eq(have, typed))
    });
    let matches = open.map(|(name, tip)| Match::new(name, name, "Property", tip)).collect();
    Some(Found::of(from, line.cursor.max(from), matches))
}

fn plain(words: &[&str], typed: &str, quote: Option<char>, kind: &'static str) -> Vec<Match> {
    let fitting = words.iter().filter(|word| fits(word, typed));
    fitting.map(|word| Match::new(quoted(word, quote), *word, kind, *word)).collect()
}

/// What a parameter takes.
fn values(rs: &mut Runspace, asked: &Asked<'_, '_>, place: &Place<'_>, param: &Param, written: &str) -> R<Vec<Value>> {
    let (typed, quote) = unquote(written);
    if let Some(found) = completer(rs, asked, place, param, &typed, written)? {
        return Ok(found);
    }
    let to_values = |matches: Vec<Match>| Ok(matches.into_iter().map(Match::value).collect());
    if let Some(Check::Set { values, .. }) = param.checks.iter().find(|check| matches!(check, Check::Set { .. })) {
        let mut words: Vec<&str> = values.iter().map(Str::as_str).collect();
        words.sort_by(|a, b| casing::cmp(a, b));
        return to_values(plain(&words, &typed, quote, "ParameterValue"));
    }
    if let Some(Check::MadeSet { of, .. }) = param.checks.iter().find(|check| matches!(check, Check::MadeSet { .. })) {
        let words = bind::made_words(rs, of)?;
        let mut words: Vec<&str> = words.iter().map(Str::as_str).collect();
        words.sort_by(|a, b| casing::cmp(a, b));
        return to_values(plain(&words, &typed, quote, "ParameterValue"));
    }
    let of = param.of.nullable().or_else(|| param.of.element()).unwrap_or(&param.of).clone();
    if of.is_enum() {
        let labels = of.labels();
        let mut words: Vec<&str> = labels.iter().map(|(name, _)| name.as_str()).collect();
        words.sort_by(|a, b| casing::cmp(a, b));
        return to_values(plain(&words, &typed, quote, "ParameterValue"));
    }
    if let Some(matches) = by_others(rs, asked, place, &param.name, &typed, quote)? {
        return to_values(matches);
    }
    if let Some(matches) = of_cmdlet(rs, asked, &param.name, &typed, written)? {
        return to_values(matches);
    }
    let what = match asked.name.as_str() {
        "Set-Location" | "Push-Location" => paths::What::Directories,
        _ => paths::What::All,
    };
    let escapes = !matches!(param.name.as_str(), "LiteralPath" | "PSPath");
    to_values(paths::complete(rs, written, what, escapes))
}

/// Modules that are loaded.
pub(super) fn modules(_rs: &Runspace, typed: &str) -> Vec<Match> {
    let mut names: Vec<&str> = cmdlets::all().map(|cmdlet| cmdlet.module).collect();
    names.sort_unstable();
    names.dedup();
    plain(&names, typed, None, "ParameterValue")
}

/// Parameters that take what the other arguments of their command leave.
fn by_others(
    rs: &mut Runspace,
    asked: &Asked<'_, '_>,
    place: &Place<'_>,
    param: &str,
    typed: &str,
    quote: Option<char>,
) -> R<Option<Vec<Match>>> {
    if !matches!((asked.name.as_str(), param), ("Get-Verb" | "Get-Command", "Verb") | ("Get-Command", "Noun")) {
        return Ok(None);
    }
    let given = place.arguments(rs, asked.line)?;
    let words = |name: &str| -> Vec<Str> {
        let value = given.iter().find(|(have, _)| casing::eq(have, name)).map(|(_, value)| value.clone());
        value.map(items_or_one).into_iter().flatten().map(|one| text(&one)).collect()
    };
    let found = match asked.name.as_str() {
        "Get-Verb" => cmdlets::verbs_of(&words("Group")),
        _ => offered::parts_of_names(param, &words("Verb"), &words("Noun"), &words("Module")),
    };
    let Some(found) = found else { return Ok(None) };
    Ok(Some(plain(&found, typed, quote, "Text")))
}

/// Parameters of cmdlets that take names of something.
fn of_cmdlet(
    rs: &mut Runspace,
    asked: &Asked<'_, '_>,
    param: &str,
    typed: &str,
    written: &str,
) -> R<Option<Vec<Match>>> {
    const ENCODINGS: [&str; 11] = [
        "ascii",
        "ansi",
        "bigendianunicode",
        "bigendianutf32",
        "oem",
        "unicode",
        "utf7",
        "utf8",
        "utf8BOM",
        "utf8NoBOM",
        "utf32",
    ];
    let quote = unquote(written).1;
    let list = |words: &[&str], kind| Ok(Some(plain(words, typed, quote, kind)));
    let owned = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Ok(Some(plain(&words, typed, quote, "ParameterValue")))
    };
    match (asked.name.as_str(), param) {
        ("Get-Command" | "Get-Help" | "help", "Name") | ("Set-Alias" | "New-Alias", "Value") => {
            commands::names(rs, written, Kinds::ALL).map(Some)
        }
        ("Get-Alias" | "Remove-Alias" | "Export-Alias", "Name") => {
            owned(&find::aliases(rs).iter().map(|alias| alias.name.to_string()).collect::<Vec<_>>())
        }
        ("Get-Variable" | "Set-Variable" | "Remove-Variable" | "Clear-Variable", "Name") => {
            owned(&variables::names(rs, typed))
        }
        (
            "Select-Object" | "Sort-Object" | "Group-Object" | "Measure-Object" | "Where-Object" | "Format-Table"
            | "Format-List" | "Format-Wide" | "Format-Custom" | "Compare-Object" | "ConvertTo-Html",
            "Property",
        )
        | ("Select-Object", "ExpandProperty" | "ExcludeProperty")
        | ("ForEach-Object", "MemberName") => {
            let mut found = members::properties(rs, asked.line, asked.command, typed, param == "MemberName")?;
            let taken = names_in_front(asked.line);
            found.retain(|found| !taken.iter().any(|have| casing::eq(have, &found.text)));
            Ok(Some(found))
        }
        ("Join-String", "Separator" | "FormatString") => Ok(Some(offered::join_texts(param, typed, quote))),
        ("New-Object", "TypeName") => Ok(Some(types_of::names(rs, typed))),
        ("Get-Module" | "Import-Module" | "Remove-Module", "Name") | ("Get-Command", "Module") => {
            Ok(Some(modules(rs, typed)))
        }
        ("Get-Verb" | "Get-Command", "Verb") => list(&cmdlets::verbs().collect::<Vec<_>>(), "Text"),
        ("Get-Command", "Noun") => {
            let mut nouns: Vec<&str> =
                cmdlets::all().filter_map(|cmdlet| Some(cmdlet.name.split_once('-')?.1)).collect();
            nouns.sort_unstable();
            nouns.dedup();
            list(&nouns, "Text")
        }
        ("New-Item", "ItemType") => list(&["File", "Directory", "SymbolicLink", "Junction", "HardLink"], "Text"),
        ("Set-StrictMode", "Version") => list(&["Latest", "3.0", "2.0", "1.0"], "Text"),
        ("Get-Date", "Format") => {
            list(&["FileDate", "FileDateUniversal", "FileDateTime", "FileDateTimeUniversal"], "ParameterValue")
        }
        ("Get-PSDrive", "Name") => list(&["/", "Alias", "Env", "Function", "Temp", "Variable"], "ParameterValue"),
        ("Get-PSProvider" | "Get-PSDrive", "PSProvider") => {
            list(&["Alias", "Environment", "FileSystem", "Function", "Variable"], "ParameterValue")
        }
        (_, "Encoding") => list(&ENCODINGS, "ParameterValue"),
        (_, "Scope") if asked.info.as_ref().is_some_and(|info| matches!(info, CommandInfo::Cmdlet(_))) => {
            list(&["Global", "Local", "Script"], "ParameterValue")
        }
        _ => Ok(None),
    }
}

/// The words of the list that the cursor is in: what is there already is not offered again.
fn names_in_front<'s>(line: &Line<'s>) -> Vec<&'s str> {
    let mut found = Vec::new();
    let mut before = line.before.iter().rev();
    while let (Some(comma), Some(word)) = (before.next(), before.next()) {
        if comma.kind != psrpd_lang::token::TokenKind::Comma {
            break;
        }
        found.push(line.token_text(word));
    }
    found
}

/// Runs a completer that a script registered or declared for a parameter; none if there is none.
fn completer(
    rs: &mut Runspace,
    asked: &Asked<'_, '_>,
    place: &Place<'_>,
    param: &Param,
    typed: &str,
    written: &str,
) -> R<Option<Vec<Value>>> {
    let registered = rs.state.completers.of_parameter(&asked.name, &param.name);
    let block = match registered {
        Some(block) => block,
        None => match declared(rs, asked, param)? {
            Some(Declared::Block(block)) => block,
            Some(Declared::Words(words)) => {
                // They are written as they are declared.
                let begins = |word: &&Str| casing::starts_with(word, written);
                let found = words.iter().filter(begins).map(|word| super::result(word, word, "ParameterValue", word));
                return Ok(Some(found.collect()));
            }
            None => return Ok(None),
        },
    };
    let bound = Dictionary::hashtable();
    for (name, value) in place.arguments(rs, asked.line)? {
        bound.set(Value::Str(name), value);
    }
    let args = [
        name_of(&asked.name),
        Value::Str(param.name.clone()),
        name_of(typed),
        ast(asked.line, asked.command),
        Value::object(bound),
    ];
    Ok(Some(run(rs, &block, &args)))
}

/// Runs a completer that was registered for a program; none if there is none.
fn native(rs: &mut Runspace, line: &Line<'_>, command: NodeId, name: &str, typed: &str) -> R<Option<Vec<Value>>> {
    let short = name.rsplit('/').next().unwrap_or(name);
    let Some(block) = rs.state.completers.of_program(short) else { return Ok(None) };
    let cursor = Value::I32(psrpd_dotnet::cast::int32(super::units(line.text, line.cursor)));
    Ok(Some(run(rs, &block, &[name_of(typed), ast(line, command), cursor])))
}

/// What a completer gives: results as they are, texts as results.
fn run(rs: &mut Runspace, block: &Arc<ScriptBlock>, args: &[Value]) -> Vec<Value> {
    let results = rs.call_block(block, args).unwrap_or_default();
    let made = |value: Value| {
        if value.type_name() == "System.Management.Automation.CompletionResult" {
            return value;
        }
        let shown = text(&value);
        super::result(&shown, &shown, "Text", &shown)
    };
    results.into_iter().filter(|value| !value.is_null()).map(made).collect()
}

/// The command as completers get it.
fn ast(line: &Line<'_>, command: NodeId) -> Value {
    Value::object(types::syntax::Node { source: line.source.clone(), id: command })
}

enum Declared {
    Block(Arc<ScriptBlock>),
    Words(Vec<Str>),
}

/// `[ArgumentCompleter()]` and `[ArgumentCompletions()]` of a function's parameter.
fn declared(rs: &mut Runspace, asked: &Asked<'_, '_>, param: &Param) -> R<Option<Declared>> {
    let Some(block) = asked.info.as_ref().and_then(|info| info.block(rs)) else { return Ok(None) };
    let unit = block.unit().clone();
    let Some(ir) = unit.params.iter().find(|ir| casing::eq(ir.name.as_str(), &param.name)) else { return Ok(None) };
    for attribute in &ir.attributes {
        let name = bind::attribute_name(attribute);
        if name != "argumentcompleter" && name != "argumentcompletions" {
            continue;
        }
        let mut words = Vec::new();
        for argument in &attribute.positional {
            let value = rs.eval(argument)?;
            if let Some(block) = rs.as_block(&value) {
                return Ok(Some(Declared::Block(block)));
            }
            words.push(text(&value));
        }
        if name == "argumentcompletions" {
            return Ok(Some(Declared::Words(words)));
        }
    }
    Ok(None)
}

/// The type of completion results, for scripts that make them.
pub(super) fn result_kind(value: &Value) -> String {
    types::known("System.Management.Automation.CompletionResultType")
        .labels()
        .into_iter()
        .find(|(label, n)| casing::eq(label, &text(value)) || matches!(value.base(), Value::Enum(_, have) if have == n))
        .map_or_else(|| "Text".into(), |(label, _)| label)
}
