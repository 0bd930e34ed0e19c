//! Delegates: script blocks that .NET calls with typed arguments.

use std::{any::Any, sync::Arc};

use super::{Members, Type, TypeDef};
use crate::{
    convert,
    eval::{R, Runspace, ScriptBlock, error},
    value::{Object, Value},
};

/// A script block as a delegate.
pub(crate) struct Delegate {
    of: Type,
    pub(crate) block: Arc<ScriptBlock>,
}

impl Object for Delegate {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A script block as a delegate of a type.
pub(crate) fn delegate(of: &Type, block: Arc<ScriptBlock>) -> Value {
    Value::object(Delegate { of: of.clone(), block })
}

/// Whether script blocks convert to the type.
pub(crate) fn is_delegate(of: &Type) -> bool {
    of.ancestry().any(|of| of.name() == "System.Delegate")
}

/// Calls a script block as a delegate of a type does: its result is of the type that the delegate returns.
///
/// # Errors
/// What the block raises, and what the conversion of its result raises.
pub(crate) fn call_delegate(rs: &mut Runspace, of: &Type, block: &Arc<ScriptBlock>, args: &[Value]) -> R<Value> {
    let underscore = match args {
        [one] => Some(one.clone()),
        _ => None,
    };
    let result = Value::collected(rs.call_block_with(block, underscore, args)?);
    let returns = match of.short_name().split('`').next().unwrap_or("") {
        "Func" | "Converter" => of.arguments().last().cloned(),
        "Predicate" => Some(super::boolean()),
        "Comparison" => Some(super::int32()),
        "MatchEvaluator" => Some(super::string()),
        _ => return Ok(Value::AutomationNull),
    };
    match returns {
        Some(returns) => convert::convert(rs, &result.settled(), &returns),
        None => Ok(result),
    }
}

fn invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let Some(delegate) = this.downcast::<Delegate>() else { return Ok(Value::Null) };
    let (of, block) = (delegate.of.clone(), delegate.block.clone());
    call_delegate(rs, &of, &block, args).map_err(|flow| error::method_invocation(flow, "Invoke", args.len()))
}

fn members(m: &mut Members) {
    // As many as its type says; an array is one of them.
    m.method("System.Object Invoke(System.Object arg1 = None, System.Object arg2 = None, System.Object arg3 = None, System.Object arg4 = None, System.Object arg5 = None, System.Object arg6 = None, System.Object arg7 = None, System.Object arg8 = None, System.Object arg9 = None, System.Object arg10 = None, System.Object arg11 = None, System.Object arg12 = None, System.Object arg13 = None, System.Object arg14 = None, System.Object arg15 = None, System.Object arg16 = None)", invoke);
    m.method("System.Object DynamicInvoke(params System.Object[] args)", invoke);
}

macro_rules! delegates {
    ($($name:literal),* $(,)?) => {
        &[
            TypeDef::class("System.Delegate").members(members),
            TypeDef::class("System.MulticastDelegate").base("System.Delegate"),
            $(TypeDef::class($name).base("System.MulticastDelegate")),*
        ]
    };
}

pub(super) const TYPES: &[TypeDef] = delegates![
    "System.Func`1",
    "System.Func`2",
    "System.Func`3",
    "System.Func`4",
    "System.Func`5",
    "System.Func`6",
    "System.Func`7",
    "System.Func`8",
    "System.Func`9",
    "System.Action",
    "System.Action`1",
    "System.Action`2",
    "System.Action`3",
    "System.Action`4",
    "System.Action`5",
    "System.Action`6",
    "System.Action`7",
    "System.Action`8",
    "System.Predicate`1",
    "System.Comparison`1",
    "System.Converter`2",
    "System.EventHandler",
    "System.EventHandler`1",
    "System.Threading.ThreadStart",
    "System.Text.RegularExpressions.MatchEvaluator",
];
