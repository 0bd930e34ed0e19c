//! `$using:` of blocks that run beside: what they mean where they are started.

use psrpd_lang::ast::{Kind, Step};

use crate::{
    eval::{R, Runspace, ScriptBlock, error, using_key},
    types,
    value::{Dictionary, Value},
};

/// A use of a value from outside.
pub(crate) struct Use {
    /// The expression with `$using:`.
    pub(crate) text: String,
    /// The expression without it.
    plain: String,
    /// Whether it is a variable alone.
    pub(crate) is_variable: bool,
}

/// The uses in a block. Blocks of `ForEach-Object -Parallel` inside have uses of their own.
pub(crate) fn uses(block: &ScriptBlock, with_parallel: bool) -> Vec<Use> {
    let source = &block.lazy.source;
    let script = &source.script;
    let mut found = Vec::new();
    let mut visit = script.visit(block.lazy.node);
    while let Some(step) = visit.next() {
        let Step::Enter(id) = step else { continue };
        match script.kind(id) {
            Kind::UsingExpression { sub_expression } => {
                let text = script.extent_text(script.node(id).extent).to_owned();
                let is_variable = matches!(script.kind(sub_expression), Kind::VariableExpression { .. });
                if !found.iter().any(|have: &Use| have.text == text) {
                    found.push(Use { plain: strip(&text), text, is_variable });
                }
            }
            Kind::Command { .. } if !with_parallel && is_parallel(script.extent_text(script.node(id).extent)) => {
                visit.skip_children();
            }
            _ => {}
        }
    }
    found
}

/// Takes `using:` out, however it is written.
fn strip(text: &str) -> String {
    let at = text.to_ascii_lowercase().find("using:");
    match at.and_then(|at| Some((text.get(..at)?, text.get(at.saturating_add(6)..)?))) {
        Some((before, behind)) => format!("{before}{behind}"),
        None => text.to_owned(),
    }
}

/// Whether a command is `ForEach-Object -Parallel`.
fn is_parallel(command: &str) -> bool {
    let command = command.to_ascii_lowercase();
    let mut words = command.split_whitespace();
    let is_foreach = matches!(words.next(), Some("foreach-object" | "foreach" | "%"));
    is_foreach
        && words.take_while(|word| !word.starts_with('{')).any(|word| word.len() > 2 && "-parallel".starts_with(word))
}

/// What the uses mean here, by their keys.
///
/// # Errors
/// `UsingVariableIsUndefined`
pub(crate) fn using_table(rs: &mut Runspace, uses: &[Use]) -> R<Value> {
    let table = Dictionary::new(types::hashtable(), true);
    for of in uses {
        let value = value_of(rs, of)?;
        table.set(Value::Str(using_key(&of.text, of.is_variable)), value);
    }
    Ok(Value::object(table))
}

fn value_of(rs: &mut Runspace, of: &Use) -> R<Value> {
    let name = of.plain.trim_start_matches(['$', '@', '{']).trim_end_matches('}');
    if of.is_variable && !name.contains(':') {
        return rs.lookup(&crate::eval::Name::new(name)).ok_or_else(|| undefined(&of.text));
    }
    let block = rs.parse_block(&of.plain)?;
    let mut out = crate::eval::Collector::default();
    rs.run_inline(&block, &mut crate::eval::Inline::default(), &mut out)?;
    Ok(Value::collected(out.values).settled())
}

/// The error about a variable that is not there.
fn undefined(text: &str) -> crate::eval::Flow {
    error::invalid(
        "UsingVariableIsUndefined",
        format!(
            "The value of the using variable '{text}' cannot be retrieved because it has not been set in the local session."
        ),
    )
}
