//! `Get-Alias`, `Set-Alias`, `New-Alias`

use psrpd_dotnet::casing;

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    commands::{CommandInfo, find},
    eval::{Alias, R},
    ops::patterns,
    value::{Category, Value},
};

const CHANGE: &str = "Name string 0 ! ~
     Value string 1 ! ~
     Description string
     Option System.Management.Automation.ScopedItemOptions
     PassThru
     Scope string
     Force";

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Alias",
    "GetAliasCommand",
    "Name string[] @Default(0 ^ ~)
     Exclude string[]
     Scope string
     Definition string[] @Definition",
    || Box::new(GetAlias),
)
.default_set("Default");
pub(super) static SET: Cmdlet =
    Cmdlet::new("Set-Alias", "SetAliasCommand", CHANGE, || Box::new(Define { is_new: false })).should_process();
pub(super) static NEW: Cmdlet =
    Cmdlet::new("New-Alias", "NewAliasCommand", CHANGE, || Box::new(Define { is_new: true })).should_process();

/// An `AliasInfo`.
pub(crate) fn object(alias: Alias) -> Value {
    CommandInfo::Alias(alias).value()
}

struct GetAlias;

impl Run for GetAlias {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let all = find::aliases(cx.rs);
        let by_target = cx.bound.get("Definition").is_some();
        let mut wanted = cx.strings(if by_target { "Definition" } else { "Name" });
        if wanted.is_empty() {
            wanted.push("*".into());
        }
        for pattern in wanted {
            let matcher = patterns::wildcard(&pattern, true)?;
            let found: Vec<_> = all
                .iter()
                .filter(|alias| matcher.is_match(if by_target { &alias.target } else { &alias.name }))
                .collect();
            if found.is_empty() && !psrpd_dotnet::wildcard::has_wildcards(&pattern) {
                let message = format!(
                    "This command cannot find a matching alias because an alias with the {} '{pattern}' does not exist.",
                    if by_target { "definition" } else { "name" }
                );
                let exception = "System.Management.Automation.ItemNotFoundException";
                cx.error(exception, "ItemNotFoundException", Category::ObjectNotFound, message, Value::Str(pattern))?;
            }
            for alias in found {
                cx.write(object(alias.clone()))?;
            }
        }
        Ok(())
    }
}

struct Define {
    is_new: bool,
}

impl Run for Define {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (name, target) = (cx.string("Name").unwrap_or_default(), cx.string("Value").unwrap_or_default());
        if self.is_new && cx.rs.find_alias(&name).is_some() && !cx.flag("Force") {
            let message = format!("The alias is not allowed, because an alias with the name '{name}' already exists.");
            let exception = "System.Management.Automation.SessionStateException";
            return cx.error(exception, "AliasAlreadyExists", Category::ResourceExists, message, Value::Str(name));
        }
        let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
        cx.rs.state.removed_aliases.remove(&casing::fold(&name));
        cx.rs.define_alias(scope, &name, &target);
        if !cx.flag("PassThru") {
            return Ok(());
        }
        match cx.rs.find_alias(&name) {
            Some(alias) => cx.write(object(alias)),
            None => Ok(()),
        }
    }
}
