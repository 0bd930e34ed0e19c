//! `[System.Management.Automation.Language.Parser]`.

use std::sync::Arc;

use psrpd_dotnet::Str;
use psrpd_lang::{Extent, ParseError};

use super::{super::language_primitives::give, Node, class, extent_value, tokens};
use crate::{
    eval::{R, Runspace, error},
    ir::Source,
    types::Members,
    value::{List, Opaque, Value, text},
};

/// Parse errors as scripts see them, as `ParseError[]`.
pub(crate) fn parse_errors(source: &Arc<Source>, errors: &[ParseError]) -> Value {
    let items = errors.iter().map(|one| problem(source, one.id.name(), &one.message(), one.extent, one.incomplete));
    Value::typed_array(class("ParseError"), items.collect())
}

/// One `ParseError`.
pub(crate) fn problem(source: &Arc<Source>, id: &str, message: &str, place: Extent, incomplete: bool) -> Value {
    let position = crate::position::message(source.script.source(), source.file.as_deref(), place);
    Opaque::new(
        "System.Management.Automation.Language.ParseError",
        [
            ("Extent", extent_value(source, place)),
            ("ErrorId", Value::from(id)),
            ("Message", message.into()),
            ("IncompleteInput", incomplete.into()),
        ],
    )
    .displayed(format!("{position}\n{message}"))
    .into_value()
}

/// Parses a text and gives its tree, tokens and errors.
fn parse(
    rs: &mut Runspace,
    source: &str,
    file: Option<Str>,
    tokens: Option<&Value>,
    errors: Option<&Value>,
) -> R<Value> {
    let script = rs.parse_open(source)?;
    let source = Arc::new(Source::new(script, file));
    give(rs, tokens, tokens::all(&source))?;
    let found = parse_errors(&source, source.script.errors());
    give(rs, errors, found)?;
    let Some(id) = source.script.root() else {
        return Err(crate::position::parse_error(&source));
    };
    Ok(Value::object(Node { source, id }))
}

pub(super) fn members(m: &mut Members) {
    m.function(
        "System.Management.Automation.Language.ScriptBlockAst ParseInput(string input, [ref] System.Management.Automation.Language.Token[] tokens, [ref] System.Management.Automation.Language.ParseError[] errors)",
        |rs, _, args| {
            let source = args.first().map(text).unwrap_or_default();
            parse(rs, &source, None, args.get(1), args.get(2))
        },
    );
    m.function(
        "System.Management.Automation.Language.ScriptBlockAst ParseInput(string input, string fileName, [ref] System.Management.Automation.Language.Token[] tokens, [ref] System.Management.Automation.Language.ParseError[] errors)",
        |rs, _, args| {
            let source = args.first().map(text).unwrap_or_default();
            let file = args.get(1).filter(|name| !name.is_null()).map(text).filter(|name| !name.is_empty());
            parse(rs, &source, file, args.get(2), args.get(3))
        },
    );
    m.function(
        "System.Management.Automation.Language.ScriptBlockAst ParseFile(string fileName, [ref] System.Management.Automation.Language.Token[] tokens, [ref] System.Management.Automation.Language.ParseError[] errors)",
        |rs, _, args| {
            let name = args.first().map(text).unwrap_or_default();
            let source = crate::providers::read_text(rs, &name)
                .map_err(|flow| error::method_invocation(flow, "ParseFile", args.len()))?;
            parse(rs, &source, Some(name), args.get(1), args.get(2))
        },
    );
}

/// `[System.Management.Automation.PSParser]`
pub(super) fn old_members(m: &mut Members) {
    m.function(
        "System.Collections.ObjectModel.Collection[System.Management.Automation.PSToken] Tokenize(string script, [ref] System.Collections.ObjectModel.Collection[System.Management.Automation.PSParseError] errors)",
        |rs, _, args| {
            let source = args.first().map(text).unwrap_or_default();
            let source = Arc::new(Source::new(rs.parse_open(&source)?, None));
            let list = |of: &str, items| {
                let of = crate::types::generic(
                    "System.Collections.ObjectModel.Collection`1",
                    vec![crate::types::known(of)],
                );
                List::value(of.unwrap_or_else(crate::types::array_list), items)
            };
            let errors = source.script.errors().iter().map(|one| {
                Opaque::new(
                    "System.Management.Automation.PSParseError",
                    [("Token", token_at(&source, one.extent)), ("Message", one.message().into())],
                )
                .into_value()
            });
            let errors = list("System.Management.Automation.PSParseError", errors.collect());
            give(rs, args.get(1), errors)?;
            Ok(list("System.Management.Automation.PSToken", tokens::old_tokens(&source)))
        },
    );
}

/// Where an error stands, as the old tokenizer says it.
fn token_at(source: &Arc<Source>, extent: Extent) -> Value {
    let start = source.script.position(extent.start);
    let end = source.script.position(extent.end);
    Opaque::new(
        "System.Management.Automation.PSToken",
        [
            ("Content", Value::from(source.script.extent_text(extent))),
            ("Type", crate::types::enum_value("System.Management.Automation.PSTokenType", "Position")),
            ("Start", Value::int(extent.start())),
            ("Length", Value::int(extent.end().saturating_sub(extent.start()))),
            ("StartLine", Value::int(start.line)),
            ("StartColumn", Value::int(start.column)),
            ("EndLine", Value::int(end.line)),
            ("EndColumn", Value::int(end.column)),
        ],
    )
    .into_value()
}
