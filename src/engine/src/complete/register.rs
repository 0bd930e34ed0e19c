//! Completers that scripts registered, and the types of completion.

use std::{collections::HashMap, sync::Arc};

use psrpd_dotnet::casing;

use super::{arguments::result_kind, complete_input, result};
use crate::{
    eval::{ScriptBlock, error},
    types::{Members, TypeDef},
    value::{Opaque, Value, enumerate, text},
};

/// What `Register-ArgumentCompleter` keeps.
#[derive(Default)]
pub(crate) struct Completers {
    /// By `command:parameter`, or by `parameter` for all commands.
    parameters: HashMap<String, Arc<ScriptBlock>>,
    programs: HashMap<String, Arc<ScriptBlock>>,
    /// For programs that have none of their own.
    fallback: Option<Arc<ScriptBlock>>,
}

impl Completers {
    /// Registers a completer of a parameter of a command, or of all commands that have it.
    pub(crate) fn add_parameter(&mut self, command: Option<&str>, parameter: &str, block: Arc<ScriptBlock>) {
        let key = match command {
            Some(command) => format!("{}:{}", casing::fold(command), casing::fold(parameter)),
            None => casing::fold(parameter),
        };
        self.parameters.insert(key, block);
    }

    /// Registers a completer of a program.
    pub(crate) fn add_program(&mut self, name: &str, block: Arc<ScriptBlock>) {
        self.programs.insert(casing::fold(name), block);
    }

    /// Registers the completer of all other programs.
    pub(crate) fn set_fallback(&mut self, block: Arc<ScriptBlock>) {
        self.fallback = Some(block);
    }

    pub(super) fn of_parameter(&self, command: &str, parameter: &str) -> Option<Arc<ScriptBlock>> {
        let (command, parameter) = (casing::fold(command), casing::fold(parameter));
        self.parameters.get(&format!("{command}:{parameter}")).or_else(|| self.parameters.get(&parameter)).cloned()
    }

    pub(super) fn of_program(&self, name: &str) -> Option<Arc<ScriptBlock>> {
        self.programs.get(&casing::fold(name)).or(self.fallback.as_ref()).cloned()
    }
}

fn result_members(m: &mut Members) {
    m.constructor(
        "System.Management.Automation.CompletionResult(string completionText, string listItemText, System.Management.Automation.CompletionResultType resultType, string toolTip)",
        |_, _, args| {
            let texts: Vec<_> = [0, 1, 3].iter().map(|at| args.get(*at).map(text).unwrap_or_default()).collect();
            if let Some(name) = ["completionText", "listItemText", "toolTip"].iter().zip(&texts).find_map(|(name, text)| text.is_empty().then_some(*name)) {
                return Err(error::argument(error::NULL_ARGUMENT, &error::is_null(name), name));
            }
            let [shown, list, tip] = texts.as_slice() else { return Ok(Value::Null) };
            Ok(result(shown, list, &result_kind(args.get(2).unwrap_or(&Value::Null)), tip))
        },
    );
    m.constructor("System.Management.Automation.CompletionResult(string completionText)", |_, _, args| {
        let shown = args.first().map(text).unwrap_or_default();
        Ok(result(&shown, &shown, "Text", &shown))
    });
}

/// Goes to the next match, or the one before it, around the ends, and gives it.
fn next_result(this: &Value, forward: bool) -> Value {
    let Some(completion) = this.downcast::<Opaque>() else { return Value::Null };
    let matches = completion.get("CompletionMatches").as_ref().and_then(enumerate).unwrap_or_default();
    let last = matches.len().saturating_sub(1);
    let at = completion.get("CurrentMatchIndex").and_then(|at| at.as_i128()).and_then(|at| usize::try_from(at).ok());
    let next = match (at, forward) {
        (Some(at), true) if at < last => at.saturating_add(1),
        (Some(at), false) if at > 0 => at.saturating_sub(1),
        (_, true) => 0,
        (_, false) => last,
    };
    if !matches.is_empty() {
        completion.set("CurrentMatchIndex", Value::I32(psrpd_dotnet::cast::int32(next)));
    }
    matches.get(next).cloned().unwrap_or_default()
}

/// The types of completion.
pub(crate) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.CommandCompletion").members(|m| {
        m.function(
            "System.Management.Automation.CommandCompletion CompleteInput(string input, int cursorIndex, hashtable options)",
            |rs, _, args| complete_input(rs, args),
        );
        m.method("System.Management.Automation.CompletionResult GetNextResult(bool forward)", |_, this, args| {
            Ok(next_result(this, args.first().is_some_and(crate::convert::to_bool)))
        });
    }),
    super::completers::TYPE,
    TypeDef::class("System.Management.Automation.CompletionResult").members(result_members),
    TypeDef::labels(
        "System.Management.Automation.CompletionResultType",
        &[
            ("Text", 0),
            ("History", 1),
            ("Command", 2),
            ("ProviderItem", 3),
            ("ProviderContainer", 4),
            ("Property", 5),
            ("Method", 6),
            ("ParameterName", 7),
            ("ParameterValue", 8),
            ("Variable", 9),
            ("Namespace", 10),
            ("Type", 11),
            ("Keyword", 12),
            ("DynamicKeyword", 13),
        ],
    ),
];
