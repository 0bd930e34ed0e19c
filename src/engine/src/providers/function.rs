//! `Function:`

use psrpd_dotnet::casing;

use super::{Kind, store::Store};
use crate::{
    commands::CommandInfo,
    eval::{R, Runspace, error},
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
        let block = match (rs.as_block(&value), value.base()) {
            (Some(block), _) => block,
            (None, Value::Str(text)) => {
                let text = text.clone();
                rs.parse_block(&text)?
            }
            _ => {
                let message = "Cannot process argument because the value of argument \"value\" is not valid. Change the value of the \"value\" argument and run the operation again.";
                let exception = "System.Management.Automation.PSArgumentException";
                return Err(error::raise(exception, "Argument", Category::InvalidArgument, message, Value::Null));
            }
        };
        let scopes: Vec<_> = rs.scopes.chain(rs.frame.scope).collect();
        let scope = scopes.into_iter().find(|scope| rs.scopes.get(*scope).function(name).is_some());
        rs.define_function(scope.unwrap_or(rs.frame.scope), name, block, false);
        Ok(())
    }

    fn remove(&self, rs: &mut Runspace, name: &str, _force: bool) -> R<()> {
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
