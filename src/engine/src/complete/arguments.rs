//! Names of parameters, and what parameters take.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing};
use psrpd_lang::ast::{Kind, NodeId};

use super::{Found, Line, Match, commands, fits, members, name_of, paths, quoted, types_of, unquote, variables};
use crate::{
    bind::{Check, Param},
    cmdlets,
    commands::{
        CommandInfo,
        find::{self, Kinds},
        type_label,
    },
    eval::{R, Runspace, ScriptBlock},
    types,
    value::{Dictionary, Opaque, Value, text},
};

/// What stands in front of the cursor in a command.
struct Place<'p> {
    params: &'p [Param],
    /// The parameters that have got an argument.
    bound: Vec<Str>,
    /// How many arguments have no name.
    positional: usize,
    /// The parameter whose argument comes next.
    pending: Option<Str>,
}

impl<'p> Place<'p> {
    fn param(&self, name: &str) -> Option<&'p Param> {
        self.params.iter().find(|param| param.is_called(name)).or_else(|| {
            let mut found = self.params.iter().filter(|param| casing::starts_with(&param.name, name));
            found.next().filter(|_| found.next().is_none())
        })
    }

    fn pass(&mut self, line: &Line<'_>, element: NodeId) {
        match line.script.kind(element) {
            Kind::CommandParameter { name, argument, .. } => {
                let name = line.script.text(name);
                let param = self.param(name);
                let name = param.map_or_else(|| name.into(), |param| param.name.clone());
                let waits = argument.is_none() && param.is_some_and(|param| !param.is_switch);
                self.bound.push(name.clone());
                self.pending = waits.then_some(name);
            }
            _ => {
                if self.pending.take().is_none() {
                    self.positional = self.positional.saturating_add(1);
                }
            }
        }
    }

    /// The sets that are possible with what is bound; none means all.
    fn sets(&self) -> Option<Vec<Str>> {
        let mut sets: Option<Vec<Str>> = None;
        for name in &self.bound {
            let Some(param) = self.param(name) else { continue };
            if param.sets.iter().any(|set| set.name.is_none()) {
                continue;
            }
            let own: Vec<Str> = param.sets.iter().filter_map(|set| set.name.clone()).collect();
            sets = Some(match sets {
                None => own,
                Some(have) => have.into_iter().filter(|set| own.iter().any(|name| casing::eq(name, set))).collect(),
            });
        }
        sets
    }

    fn is_possible(&self, param: &Param, sets: &Option<Vec<Str>>) -> bool {
        !self.bound.iter().any(|name| casing::eq(name, &param.name))
            && sets.as_ref().is_none_or(|sets| {
                param
                    .sets
                    .iter()
                    .any(|set| set.name.as_ref().is_none_or(|name| sets.iter().any(|have| casing::eq(have, name))))
            })
    }

    /// The parameter that the next argument without name is for.
    fn next_positional(&self) -> Option<&'p Param> {
        let sets = self.sets();
        let mut open: Vec<(i32, &Param)> = self
            .params
            .iter()
            .filter(|param| self.is_possible(param, &sets))
            .filter_map(|param| Some((param.sets.iter().find_map(|set| set.position)?, param)))
            .collect();
        open.sort_by_key(|(position, _)| *position);
        let mut positions: Vec<i32> = open.iter().map(|(position, _)| *position).collect();
        positions.dedup();
        let at = positions.get(self.positional).or_else(|| positions.last())?;
        open.iter().find(|(position, _)| position == at).map(|(_, param)| *param)
    }
}

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
        return Ok(Some(Found::of(from, to, commands::complete(rs, written)?)));
    }
    let name = match script.kind(first) {
        Kind::StringConstantExpression { value, .. } => script.text(value).to_owned(),
        _ => script.extent_text(script.node(first).extent).to_owned(),
    };
    let info = find::named(rs, &name, Kinds::ALL, false)?.into_iter().next();
    let info = match info {
        Some(info) => info.target(rs),
        None => None,
    };
    let params = match &info {
        Some(info) => info.params(rs)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let mut place = Place { params: &params, bound: Vec::new(), positional: 0, pending: None };
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
            return Ok(Some(Found::of(from, to, names(&place, param_name))));
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
        return Ok(Some(Found::of(from, to, names(&place, written.trim_start_matches('-')))));
    }
    if let Some(keys) = calculated(line, under, &asked.name) {
        return Ok(Some(keys));
    }
    let pending = place.pending.clone();
    let param = pending.as_deref().and_then(|name| place.param(name)).or_else(|| place.next_positional());
    let is_comma = line.token.is_some_and(|token| token.kind == psrpd_lang::token::TokenKind::Comma);
    let (from, word) = if is_comma { (to, "") } else { (from, written) };
    let matches = match param {
        Some(param) => values(rs, &asked, &place, param, word)?,
        None => paths::complete(rs, word, paths::What::All, true).into_iter().map(Match::value).collect(),
    };
    Ok(Some(Found { from, to, matches }))
}

/// The command that is completed.
struct Asked<'a, 's> {
    line: &'a Line<'s>,
    command: NodeId,
    name: String,
    info: Option<CommandInfo>,
}

/// Names of parameters.
fn names(place: &Place<'_>, typed: &str) -> Vec<Match> {
    let sets = place.sets();
    let possible = place.params.iter().filter(|param| place.is_possible(param, &sets) && fits(&param.name, typed));
    possible
        .map(|param| {
            let tip = format!("[{}] {}", type_label(&param.of), param.name);
            Match::new(format!("-{}", param.name), &*param.name, "ParameterName", tip)
        })
        .collect()
}

/// The names of calculated properties' keys, where the cursor is in a hashtable.
fn calculated(line: &Line<'_>, under: Option<NodeId>, command: &str) -> Option<Found> {
    let Kind::Hashtable { pairs } = line.script.kind(under?) else { return None };
    const NAME: (&str, &str) = ("Name", "[string] The name of the new property.");
    const EXPRESSION: (&str, &str) = ("Expression", "[scriptblock] What computes the value.");
    let keys: Vec<(&str, &str)> = match command.to_ascii_lowercase().as_str() {
        "select-object" | "convertto-html" => vec![NAME, EXPRESSION],
        "sort-object" => vec![
            EXPRESSION,
            ("Ascending", "[bool] Whether small values come first."),
            ("Descending", "[bool] Whether great values come first."),
        ],
        "group-object" | "compare-object" | "measure-object" => vec![EXPRESSION],
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
    if let Some(found) = completer(rs, asked, place, param, &typed)? {
        return Ok(found);
    }
    let to_values = |matches: Vec<Match>| Ok(matches.into_iter().map(Match::value).collect());
    if let Some(Check::Set { values, .. }) = param.checks.iter().find(|check| matches!(check, Check::Set { .. })) {
        let mut words: Vec<&str> = values.iter().map(Str::as_str).collect();
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
    if let Some(matches) = of_cmdlet(rs, asked, &param.name, &typed, written)? {
        return to_values(matches);
    }
    let what = match asked.name.as_str() {
        "Set-Location" | "Push-Location" => paths::What::Directories,
        _ => paths::What::All,
    };
    to_values(paths::complete(rs, written, what, true))
}

/// Modules that are loaded.
pub(super) fn modules(_rs: &Runspace, typed: &str) -> Vec<Match> {
    let mut names: Vec<&str> = cmdlets::all().map(|cmdlet| cmdlet.module).collect();
    names.sort_unstable();
    names.dedup();
    plain(&names, typed, None, "ParameterValue")
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
        | ("ForEach-Object", "MemberName") => members::properties(rs, asked.line, asked.command, typed).map(Some),
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

/// Runs a completer that a script registered or declared for a parameter; none if there is none.
fn completer(
    rs: &mut Runspace,
    asked: &Asked<'_, '_>,
    place: &Place<'_>,
    param: &Param,
    typed: &str,
) -> R<Option<Vec<Value>>> {
    let registered = rs.state.completers.of_parameter(&asked.name, &param.name);
    let block = match registered {
        Some(block) => block,
        None => match declared(rs, asked, param)? {
            Some(Declared::Block(block)) => block,
            Some(Declared::Words(words)) => {
                // They are written as they are declared.
                let begins = |word: &&Str| casing::fold(word).starts_with(&casing::fold(typed));
                let found = words.iter().filter(begins).map(|word| super::result(word, word, "Text", word));
                return Ok(Some(found.collect()));
            }
            None => return Ok(None),
        },
    };
    let bound = Dictionary::hashtable();
    for name in &place.bound {
        bound.set(Value::Str(name.clone()), Value::Bool(true));
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
    let shown = line.script.extent_text(line.script.node(command).extent);
    Opaque::new("System.Management.Automation.Language.CommandAst", [("Extent", Value::from(shown))])
        .displayed(shown)
        .into_value()
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
        let name = crate::bind::attribute_name(attribute);
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
