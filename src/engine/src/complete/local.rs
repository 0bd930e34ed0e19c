//! Functions and types that the text defines which is completed.

use std::sync::Arc;

use psrpd_dotnet::casing;
use psrpd_lang::ast::{Kind, NodeId};

use super::Line;
use crate::{
    commands::{
        CommandInfo,
        find::{self, Kinds},
    },
    eval::{Function, R, Runspace, ScriptBlock, define},
    ir::{LazyUnit, Source, TypeIr},
};

/// Makes the classes and enums of a text known to it. Nothing of it runs.
pub(super) fn sketch_types(rs: &mut Runspace, source: &Arc<Source>, line: &Line<'_>) {
    let types = line.nodes(|script, id| matches!(script.kind(id), Kind::TypeDefinition { .. }));
    for node in types {
        define::sketch(rs, &Arc::new(TypeIr::of(source, node)));
    }
}

/// The functions of the text, by name.
pub(super) fn functions<'s>(line: &Line<'s>) -> Vec<(&'s str, NodeId)> {
    let is_member = |id: NodeId| {
        line.script.node(id).parent.is_some_and(|id| matches!(line.script.kind(id), Kind::FunctionMember { .. }))
    };
    let found = line.nodes(|script, id| matches!(script.kind(id), Kind::FunctionDefinition { .. }) && !is_member(id));
    let named = found.into_iter().filter_map(|id| match line.script.kind(id) {
        Kind::FunctionDefinition { name, .. } => Some((line.script.text(name), id)),
        _ => None,
    });
    named.collect()
}

/// The command that a name means in the text: a function of its own, else what the session has.
pub(super) fn command(rs: &mut Runspace, line: &Line<'_>, name: &str) -> R<Option<CommandInfo>> {
    let own = functions(line).into_iter().rev().find(|(have, _)| casing::eq(have, name));
    if let Some((name, id)) = own {
        return Ok(function(rs, line, name, id));
    }
    let found = find::named(rs, name, Kinds::ALL, false)?.into_iter().next();
    Ok(found.and_then(|info| info.target(rs)))
}

/// A function as it would be if the text ran.
pub(super) fn function(rs: &Runspace, line: &Line<'_>, name: &str, id: NodeId) -> Option<CommandInfo> {
    let Kind::FunctionDefinition { parameters, body, is_filter, .. } = line.script.kind(id) else { return None };
    let mut unit = LazyUnit::new(line.source.clone(), body);
    unit.outer_params = parameters;
    unit.is_filter = is_filter;
    let session = rs.scopes.get(rs.frame.scope).session;
    Some(CommandInfo::Function(Arc::new(Function {
        name: name.into(),
        block: Arc::new(ScriptBlock::new(Arc::new(unit), session)),
        is_filter,
        module: None,
        options: 0,
        args: Vec::new(),
    })))
}
