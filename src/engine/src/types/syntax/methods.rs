//! What scripts do with a tree: look for nodes, read constants, make script blocks of it.

use std::sync::Arc;

use psrpd_lang::ast::{Kind, Step};

use super::{Node, node};
use crate::{
    convert,
    eval::{R, Runspace, ScriptBlock, error},
    ir::LazyUnit,
    types::{Members, call_delegate},
    value::{List, Value},
};

/// The nodes below one that a script block says yes to, in the order of PowerShell's visitors.
fn find(rs: &mut Runspace, this: &Value, args: &[Value], first: bool) -> R<Vec<Value>> {
    let (Some(root), Some(predicate)) = (node(this), args.first()) else { return Ok(Vec::new()) };
    let Some(block) = rs.as_block(predicate) else {
        return Err(error::argument(
            "System.Management.Automation.PSArgumentNullException",
            "Value cannot be null. (Parameter 'predicate')",
            "predicate",
        ));
    };
    let (Some(of), nested) = (predicate.type_of(), args.get(1).is_some_and(convert::to_bool)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let source = root.source.clone();
    let mut walk = source.script.visit(root.id);
    while let Some(step) = walk.next() {
        let Step::Enter(id) = step else { continue };
        rs.check_stop()?;
        // PowerShell's search does not know this kind, only what is in it.
        if matches!(source.script.kind(id), Kind::BaseCtorInvokeMemberExpression { .. }) {
            continue;
        }
        let value = Value::object(root.at(id));
        if convert::to_bool(&call_delegate(rs, &of, &block, std::slice::from_ref(&value))?) {
            found.push(value);
            if first {
                break;
            }
        }
        let is_nested = matches!(
            source.script.kind(id),
            Kind::ScriptBlockExpression { .. } | Kind::FunctionDefinition { .. } | Kind::TrapStatement { .. }
        );
        if is_nested && !nested {
            walk.skip_children();
        }
    }
    Ok(found)
}

/// Whether the value of a part of a tree can be told without running anything.
fn is_safe(n: &Node) -> bool {
    let script = &n.source.script;
    script.visit(n.id).all(|step| {
        let Step::Enter(id) = step else { return true };
        match script.kind(id) {
            Kind::VariableExpression { path, .. } => {
                ["true", "false", "null"].iter().any(|name| script.text(path.user_path).eq_ignore_ascii_case(name))
            }
            Kind::ConstantExpression { .. }
            | Kind::TrueConstant
            | Kind::StringConstantExpression { .. }
            | Kind::ExpandableStringExpression { .. }
            | Kind::ArrayLiteral { .. }
            | Kind::ArrayExpression { .. }
            | Kind::ParenExpression { .. }
            | Kind::SubExpression { .. }
            | Kind::Hashtable { .. }
            | Kind::StatementBlock { .. }
            | Kind::Pipeline { .. }
            | Kind::CommandExpression { .. }
            | Kind::UnaryExpression { .. }
            | Kind::BinaryExpression { .. }
            | Kind::TernaryExpression { .. }
            | Kind::ConvertExpression { .. }
            | Kind::TypeConstraint { .. } => true,
            _ => false,
        }
    })
}

/// `SafeGetValue()`
fn safe_value(rs: &mut Runspace, this: &Value, _: &[Value]) -> R<Value> {
    let Some(n) = node(this) else { return Ok(Value::Null) };
    let fail = |message: &str| {
        let flow = error::foreign("System.InvalidOperationException", message);
        Err(error::method_invocation(flow, "SafeGetValue", 0))
    };
    match constant(rs, n)? {
        Some(value) => Ok(value),
        None => fail(
            "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: ",
        ),
    }
}

/// The value of a part of a tree; none if it can only be told by running something.
fn constant(rs: &mut Runspace, n: &Node) -> R<Option<Value>> {
    if !is_safe(n) {
        return Ok(None);
    }
    let text = n.source.script.extent_text(n.extent()).to_owned();
    let block = rs.parse_block(&text)?;
    rs.call_block(&block, &[]).map(|values| Some(Value::collected(values).settled()))
}

/// The table that a text is, with constants alone.
///
/// # Errors
/// What its expressions raise.
pub(in crate::types) fn constant_table(rs: &mut Runspace, text: &str) -> R<Option<Value>> {
    let script = rs.parse_open(text)?;
    if !script.errors().is_empty() {
        return Ok(None);
    }
    let source = Arc::new(crate::ir::Source::new(script, None));
    let Some(root) = source.script.root() else { return Ok(None) };
    let table = source.script.visit(root).find_map(|step| match step {
        Step::Enter(id) if matches!(source.script.kind(id), Kind::Hashtable { .. }) => Some(id),
        _ => None,
    });
    match table.filter(|id| source.script.extent_text(source.script.node(*id).extent) == text.trim()) {
        Some(id) => constant(rs, &Node { source: source.clone(), id }),
        None => Ok(None),
    }
}

/// `GetScriptBlock()`
fn script_block(rs: &mut Runspace, this: &Value, _: &[Value]) -> R<Value> {
    let Some(n) = node(this) else { return Ok(Value::Null) };
    if !n.source.script.errors().is_empty() {
        let flow = crate::position::parse_error(&n.source);
        return Err(error::method_invocation(flow, "GetScriptBlock", 0));
    }
    let session = rs.scopes.get(rs.frame.scope).session;
    let mut unit = LazyUnit::new(n.source.clone(), n.id);
    let parent = n.source.script.node(n.id).parent.map(|id| n.source.script.kind(id));
    if let Some(Kind::FunctionDefinition { parameters, is_filter, .. }) = parent {
        unit.outer_params = parameters;
        unit.is_filter = is_filter;
    }
    Ok(Value::object(ScriptBlock::new(Arc::new(unit), session)))
}

pub(super) fn ast(m: &mut Members) {
    super::properties::ast(m);
    m.method(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.Language.Ast] FindAll(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
        |rs, this, args| {
            let found = find(rs, this, args, false)?;
            let of = crate::types::generic("System.Collections.Generic.List`1", vec![super::class("Ast")]);
            Ok(of.map_or(Value::Null, |of| List::value(of, found)))
        },
    );
    m.method(
        "System.Management.Automation.Language.Ast Find(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
        |rs, this, args| Ok(find(rs, this, args, true)?.into_iter().next().unwrap_or_default()),
    );
    m.method("System.Object SafeGetValue()", safe_value);
    m.method("System.Management.Automation.Language.Ast Copy()", |rs, this, _| {
        // A copy hangs in no tree: it is one of its own.
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let script = rs.parse_open(n.source.script.source())?;
        let source = Arc::new(crate::ir::Source::new(script, n.source.file.clone()));
        Ok(Value::object(Node { source, id: n.id }))
    });
}

pub(super) fn script_block_ast(m: &mut Members) {
    super::properties::script_block(m);
    m.method("scriptblock GetScriptBlock()", script_block);
}

pub(super) fn command(m: &mut Members) {
    super::properties::command(m);
    m.method("string GetCommandName()", |_, this, _| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let Kind::Command { elements, .. } = n.kind() else { return Ok(Value::Null) };
        let script = &n.source.script;
        Ok(match script.list(elements).first().map(|id| script.kind(*id)) {
            Some(Kind::StringConstantExpression { value, .. }) => n.text_of(value),
            _ => Value::Null,
        })
    });
}

pub(super) fn variable(m: &mut Members) {
    super::properties::variable(m);
    m.method("bool IsConstantVariable()", |_, this, _| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let Kind::VariableExpression { path, .. } = n.kind() else { return Ok(Value::Null) };
        let name = n.source.script.text(path.user_path);
        Ok(["true", "false", "null"].iter().any(|constant| name.eq_ignore_ascii_case(constant)).into())
    });
}

/// The expression that a pipeline is, if it is nothing else.
pub(super) fn pipeline_base(m: &mut Members) {
    m.method("System.Management.Automation.Language.ExpressionAst GetPureExpression()", |_, this, _| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let Kind::Pipeline { elements, background: false } = n.kind() else { return Ok(Value::Null) };
        let script = &n.source.script;
        let [only] = script.list(elements) else { return Ok(Value::Null) };
        Ok(match script.kind(*only) {
            Kind::CommandExpression { expression, redirections } if redirections.is_empty() => n.one(expression),
            _ => Value::Null,
        })
    });
}

/// `StaticType`: what an expression is, as far as its form tells.
pub(super) fn expression(m: &mut Members) {
    m.get("type StaticType", |rs, this| {
        let Some(n) = node(this) else { return Ok(Value::Null) };
        let script = &n.source.script;
        let name = match n.kind() {
            Kind::ConstantExpression { value: Some(value) } => value.type_name().to_owned(),
            Kind::TrueConstant => "System.Boolean".into(),
            Kind::StringConstantExpression { .. } | Kind::ExpandableStringExpression { .. } => "System.String".into(),
            Kind::ArrayLiteral { .. } | Kind::ArrayExpression { .. } => "System.Object[]".into(),
            Kind::Hashtable { .. } => "System.Collections.Hashtable".into(),
            Kind::ScriptBlockExpression { .. } => "System.Management.Automation.ScriptBlock".into(),
            Kind::TypeExpression { .. } => "System.Type".into(),
            Kind::ConvertExpression { type_constraint, .. } => match script.kind(type_constraint) {
                Kind::TypeConstraint { type_name } => script.full_type_name(type_name),
                _ => "System.Object".into(),
            },
            _ => "System.Object".into(),
        };
        Ok(rs.find_type(&name).unwrap_or_else(crate::types::object).into())
    });
}

pub(super) fn assignment(m: &mut Members) {
    super::properties::assignment(m);
    m.method(
        "System.Collections.Generic.IEnumerable[System.Management.Automation.Language.ExpressionAst] GetAssignmentTargets()",
        |_, this, _| {
            let Some(n) = node(this) else { return Ok(Value::Null) };
            let Kind::AssignmentStatement { left, .. } = n.kind() else { return Ok(Value::Null) };
            let targets = match n.source.script.kind(left) {
                Kind::ArrayLiteral { elements } => n.source.script.list(elements).iter().map(|id| n.one(*id)).collect(),
                _ => vec![n.one(left)],
            };
            Ok(Value::array(targets))
        },
    );
}
