//! `[CompletionCompleters]`: the parts of completion, one by one, for completers that scripts write.

use super::{Match, commands, complete, paths, types_of, words};
use crate::{
    commands::find::Kinds,
    eval::{R, Runspace},
    types::{Members, TypeDef},
    value::{Value, text},
};

fn results(matches: Vec<Match>) -> Value {
    Value::array(matches.into_iter().map(Match::value).collect())
}

fn typed(args: &[Value]) -> String {
    args.first().map(text).unwrap_or_default().to_string()
}

/// What a text is completed to where it stands alone.
fn alone(rs: &mut Runspace, written: &str) -> R<Value> {
    let found = complete(rs, written, written.len())?;
    Ok(Value::array(found.map(|found| found.matches).unwrap_or_default()))
}

/// Commands of some kinds, of one module if one is named.
fn of_module(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let kinds = args.get(2).and_then(Value::as_i128).and_then(|bits| i64::try_from(bits).ok()).unwrap_or(0);
    let module = args.get(1).map(text).unwrap_or_default();
    let name = typed(args);
    let wanted = if module.is_empty() { name } else { format!("{module}\\{name}") };
    Ok(results(commands::names(rs, &wanted, Kinds(kinds))?))
}

fn members(m: &mut Members) {
    m.function(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CompletionResult] CompleteCommand(string commandName)",
        |rs, _, args| alone(rs, &typed(args)),
    );
    m.function(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CompletionResult] CompleteCommand(string commandName, string moduleName, System.Management.Automation.CommandTypes commandTypes)",
        |rs, _, args| of_module(rs, args),
    );
    m.function(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CompletionResult] CompleteFilename(string fileName)",
        |rs, _, args| Ok(results(paths::complete(rs, &typed(args), paths::What::All, false))),
    );
    m.function(
        "System.Collections.Generic.List[System.Management.Automation.CompletionResult] CompleteOperator(string wordToComplete)",
        |_, _, args| Ok(results(words::operators(&typed(args)))),
    );
    m.function(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CompletionResult] CompleteType(string typeName)",
        |rs, _, args| Ok(results(types_of::names(rs, &typed(args)))),
    );
    m.function(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.CompletionResult] CompleteVariable(string variableName)",
        |rs, _, args| alone(rs, &format!("${}", typed(args))),
    );
}

/// The types of this file.
pub(super) const TYPE: TypeDef = TypeDef::class("System.Management.Automation.CompletionCompleters").members(members);
