//! `Variable:`

use super::{Kind, store::Store};
use crate::{
    cmdlets,
    eval::{Name, R, Runspace, ScopeId, error},
    value::{Category, Value},
};

pub(super) struct Variables;

impl Store for Variables {
    const KIND: Kind = Kind::Variable;
    const ITEM: &'static str = "System.Management.Automation.PSVariable";

    fn all(&self, rs: &Runspace) -> Vec<String> {
        let mut names: Vec<Name> = Vec::new();
        for scope in rs.scopes.chain(rs.frame.scope) {
            for name in rs.scopes.get(scope).names() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.iter().map(|name| name.as_str().to_owned()).collect()
    }

    fn object(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        rs.sync_success();
        let name = Name::new(name);
        let scope = rs.scope_of(&name)?;
        Some(cmdlets::variable_object(&rs.share(scope, &name)))
    }

    fn content(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        rs.sync_success();
        rs.variable(name)
    }

    fn set(&self, rs: &mut Runspace, name: &str, value: Value, _force: bool) -> R<()> {
        let name = Name::new(name);
        let scope: ScopeId = rs.scope_of(&name).unwrap_or(rs.frame.scope);
        rs.write_in(scope, &name, value)
    }

    fn remove(&self, rs: &mut Runspace, name: &str, force: bool) -> R<()> {
        let name = Name::new(name);
        let Some(scope) = rs.scope_of(&name) else { return Ok(()) };
        let options = rs.share(scope, &name).options.get();
        if options.constant || options.read_only && !force {
            let shown = name.as_str();
            let message = format!(
                "Cannot remove variable {shown} because it is constant or read-only. If the variable is read-only, try the operation again specifying the Force option."
            );
            return Err(error::raise(
                "System.Management.Automation.SessionStateUnauthorizedAccessException",
                "VariableNotRemovable",
                Category::WriteError,
                message,
                Value::from(shown),
            ));
        }
        rs.unset(scope, &name);
        Ok(())
    }

    fn allows_null(&self) -> bool {
        true
    }
}
