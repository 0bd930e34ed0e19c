//! `Alias:`

use psrpd_dotnet::casing;

use super::{Kind, store::Store};
use crate::{
    cmdlets,
    eval::{R, Runspace, ScopeId, error},
    value::Value,
};

pub(super) struct Aliases;

impl Store for Aliases {
    const KIND: Kind = Kind::Alias;
    const ITEM: &'static str = "System.Management.Automation.AliasInfo";

    fn all(&self, rs: &Runspace) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let own = rs.scopes.chain(rs.frame.scope).flat_map(|scope| rs.scopes.get(scope).aliases.values());
        let own = own.map(|alias| alias.name.to_string());
        let built_in = cmdlets::ALIASES
            .iter()
            .filter(|(name, ..)| !rs.state.removed_aliases.contains(&casing::fold(name)))
            .map(|(name, ..)| (*name).to_owned());
        for name in own.chain(built_in) {
            if !names.iter().any(|have| casing::eq(have, &name)) {
                names.push(name);
            }
        }
        names
    }

    fn object(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        let alias = rs.find_alias(name)?;
        Some(cmdlets::alias_object(alias))
    }

    fn content(&self, rs: &mut Runspace, name: &str) -> Option<Value> {
        rs.find_alias(name).map(|alias| Value::Str(alias.target))
    }

    fn set(&self, rs: &mut Runspace, name: &str, value: Value, force: bool) -> R<()> {
        if value.is_null() {
            return self.remove(rs, name, force);
        }
        if rs.find_alias(name).is_some_and(|alias| cmdlets::alias_is_fixed(&alias, force)) {
            return Err(cmdlets::alias_not_writable(name));
        }
        let target = rs.text(&value)?;
        rs.define_alias(rs.frame.scope, name, &target);
        Ok(())
    }

    fn options(&self, rs: &Runspace, name: &str) -> Option<i64> {
        rs.find_alias(name).map(|alias| alias.options)
    }

    fn set_options(&self, rs: &mut Runspace, name: &str, options: i64, is_new: bool, force: bool) -> R<()> {
        const CONSTANT: i64 = 2;
        let Some(mut alias) = rs.find_alias(name) else { return Ok(()) };
        if cmdlets::alias_is_fixed(&alias, force) {
            return Err(cmdlets::alias_not_writable(name));
        }
        if options & CONSTANT != 0 && !is_new {
            let message = format!(
                "Existing alias {name} cannot be made constant. Aliases can be made constant only at creation time."
            );
            let exception = "System.Management.Automation.SessionStateUnauthorizedAccessException";
            let category = crate::value::Category::WriteError;
            return Err(error::raise(exception, "AliasCannotBeMadeConstant", category, message, name.into()));
        }
        alias.options = options;
        let scopes: Vec<_> = rs.scopes.chain(rs.frame.scope).collect();
        let holder = scopes.into_iter().find(|scope| rs.scopes.get(*scope).alias(name).is_some());
        rs.scopes.get_mut(holder.unwrap_or(ScopeId::GLOBAL)).aliases.insert(casing::fold(name), alias);
        Ok(())
    }

    fn remove(&self, rs: &mut Runspace, name: &str, force: bool) -> R<()> {
        if rs.find_alias(name).is_some_and(|alias| cmdlets::alias_is_fixed(&alias, force)) {
            return Err(cmdlets::alias_not_removable(name));
        }
        rs.remove_alias(name);
        Ok(())
    }
}
