//! `Function:`

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Kind, store::Store};
use crate::{
    commands::CommandInfo,
    eval::{Flow, R, Runspace, error, function_error, function_not_writable},
    value::{Category, Value},
};

pub(super) struct Functions;

impl Store for Functions {
    const KIND: Kind = Kind::Function;
    const ITEM: &'static str = "System.Management.Automation.FunctionInfo";

    fn all(&self, rs: &Runspace) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for scope in rs.scopes.chain(rs.frame.scope) {
            for function in rs.scopes.get(scope).functions.values() {
                if !names.iter().any(|have| casing::eq(have, &function.name)) {
                    names.push(function.name.to_string());
                }
            }
        }
        names
    }

    fn object(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        let function = rs.find_function(name)?;
        Some(CommandInfo::Function(function).value())
    }

    fn content(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        rs.find_function(name).map(|function| Value::Object(function.block.clone()))
    }

    fn set(&self, rs: &mut Runspace, name: &str, value: Value, force: bool) -> R<()> {
        if value.is_null() {
            return self.remove(rs, name, force);
        }
        let existing = rs.find_function(name);
        if existing.is_some_and(|function| function.is_fixed(force)) {
            return Err(function_not_writable(name));
        }
        let block = match (rs.as_block(&value), value.base()) {
            (Some(block), _) => block,
            (None, base) if CommandInfo::of(base).is_some() => {
                match CommandInfo::of(base).and_then(|of| of.block(rs)) {
                    Some(block) => block,
                    None => return Err(not_valid()),
                }
            }
            (None, Value::Str(text)) => {
                let text = text.clone();
                rs.parse_block(&text)?
            }
            _ => return Err(not_valid()),
        };
        let scopes: Vec<_> = rs.scopes.chain(rs.frame.scope).collect();
        let scope = scopes.into_iter().find(|scope| rs.scopes.get(*scope).function(name).is_some());
        rs.define_function(scope.unwrap_or(rs.frame.scope), name, block, false);
        Ok(())
    }

    fn options(&self, rs: &Runspace, name: &str) -> Option<i64> {
        rs.find_function(name).map(|function| function.options)
    }

    fn set_options(&self, rs: &mut Runspace, name: &str, options: i64, is_new: bool, force: bool) -> R<()> {
        const CONSTANT: i64 = 2;
        let Some(function) = rs.find_function(name) else { return Ok(()) };
        if function.is_fixed(force) {
            return Err(function_not_writable(name));
        }
        if options & CONSTANT != 0 && !is_new {
            let message =
                "Existing function {0} cannot be made constant. Functions can be made constant only at creation time.";
            return Err(function_error("FunctionCannotBeMadeConstant", name, message));
        }
        let scopes: Vec<_> = rs.scopes.chain(rs.frame.scope).collect();
        if let Some(scope) = scopes.into_iter().find(|scope| rs.scopes.get(*scope).function(name).is_some()) {
            let changed = Arc::new(function.with_options(options));
            rs.scopes.get_mut(scope).functions.insert(casing::fold(name), changed);
        }
        Ok(())
    }

    fn check_rename(&self, rs: &Runspace, name: &str, force: bool) -> R<()> {
        if rs.find_function(name).is_some_and(|function| function.is_fixed(force)) {
            let message = "Cannot rename function because function {0} is read-only or constant.";
            return Err(function_error("CannotRenameFunction", name, message));
        }
        Ok(())
    }

    fn remove(&self, rs: &mut Runspace, name: &str, force: bool) -> R<()> {
        if rs.find_function(name).is_some_and(|function| function.is_fixed(force)) {
            let message = "Cannot remove function {0} because it is constant.";
            return Err(function_error("FunctionNotRemovable", name, message));
        }
        let key = casing::fold(name);
        let scopes: Vec<_> = rs.scopes.chain(rs.frame.scope).collect();
        for scope in scopes {
            if rs.scopes.get_mut(scope).functions.remove(&key).is_some() {
                break;
            }
        }
        Ok(())
    }
}

/// The value is no code.
fn not_valid() -> Flow {
    let message = "Cannot process argument because the value of argument \"value\" is not valid. Change the value of the \"value\" argument and run the operation again.";
    let exception = "System.Management.Automation.PSArgumentException";
    error::raise(exception, "Argument", Category::InvalidArgument, message, Value::Null)
}
