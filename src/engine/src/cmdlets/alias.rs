//! `Get-Alias`, `Set-Alias`, `New-Alias`, `Remove-Alias`

use psrpd_dotnet::{Str, casing, collation, wildcard, wildcard::Wildcard};

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    commands::{CommandInfo, find},
    eval::{Alias, Flow, R, Runspace, ScopeId, error},
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
    "Name string[] notempty @Default(0 ^ ~)
     Exclude string[]
     Scope string
     Definition string[] notempty @Definition",
    || Box::new(GetAlias),
)
.examples(
    r#"(Get-Alias gci).Definition # what an alias stands for
> Get-ChildItem"#,
)
.default_set("Default");
pub(super) static SET: Cmdlet =
    Cmdlet::new("Set-Alias", "SetAliasCommand", CHANGE, || Box::new(Define { is_new: false }))
        .examples(
            r#"Set-Alias say Write-Output; say x # a short name for a command
> x"#,
        )
        .should_process();
pub(super) static NEW: Cmdlet =
    Cmdlet::new("New-Alias", "NewAliasCommand", CHANGE, || Box::new(Define { is_new: true }))
        .examples(
            r#"New-Alias words Write-Output; words x # a short name for a command
> x"#,
        )
        .low_impact();
pub(super) static REMOVE: Cmdlet = Cmdlet::new(
    "Remove-Alias",
    "RemoveAliasCommand",
    "Name string[] 0 ! ^ ~
     Scope string
     Force",
    || Box::new(RemoveAlias),
)
.examples(
    r#"Set-Alias short Get-Date; Remove-Alias short; Test-Path Alias:short # a short name that is gone
> False"#,
)
.default_set("Default");

/// The bits of `ScopedItemOptions` that forbid changes.
const READ_ONLY: i64 = 1;
const CONSTANT: i64 = 2;

/// An `AliasInfo`.
pub(crate) fn object(alias: Alias) -> Value {
    CommandInfo::Alias(alias).value()
}

/// Whether an alias may not be changed or removed.
pub(crate) fn is_fixed(alias: &Alias, force: bool) -> bool {
    alias.options & CONSTANT != 0 || alias.options & READ_ONLY != 0 && !force
}

const UNAUTHORIZED: &str = "System.Management.Automation.SessionStateUnauthorizedAccessException";

/// The error about an alias that may not be changed.
pub(crate) fn not_writable(name: &str) -> Flow {
    let message =
        format!("Alias is not writeable because alias {name} is read-only or constant and cannot be written to.");
    error::raise(UNAUTHORIZED, "AliasNotWritable", Category::WriteError, message, name.into())
}

/// The error about an alias that may not be removed.
pub(crate) fn not_removable(name: &str) -> Flow {
    let message = format!("Alias was not removed because alias {name} is constant or read-only.");
    error::raise(UNAUTHORIZED, "AliasNotRemovable", Category::WriteError, message, name.into())
}

impl Runspace {
    /// Removes an alias from the scope that has it.
    pub(crate) fn remove_alias(&mut self, name: &str) {
        let key = casing::fold(name);
        let scopes: Vec<ScopeId> = self.scopes.chain(self.frame.scope).collect();
        for scope in scopes {
            if self.scopes.get_mut(scope).aliases.remove(&key).is_some() {
                return;
            }
        }
        self.state.removed_aliases.insert(key);
    }
}

struct GetAlias;

impl Run for GetAlias {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let all = match get_variable::scope_of(cx)? {
            None => find::aliases(cx.rs),
            Some(ScopeId::GLOBAL) => {
                let own: Vec<Alias> = cx.rs.scopes.get(ScopeId::GLOBAL).aliases.values().cloned().collect();
                let mut all = find::aliases(cx.rs);
                all.retain(|alias| !own.iter().any(|own| casing::eq(&own.name, &alias.name)));
                // What inner scopes define is not of the global one.
                let inner: Vec<ScopeId> = cx.rs.scopes.chain(cx.rs.frame.scope).collect();
                all.retain(|alias| {
                    let mut inner = inner.iter().filter(|scope| **scope != ScopeId::GLOBAL);
                    !inner.any(|scope| cx.rs.scopes.get(*scope).alias(&alias.name).is_some())
                });
                all.into_iter().chain(own).collect()
            }
            Some(scope) => {
                let mut own: Vec<Alias> = cx.rs.scopes.get(scope).aliases.values().cloned().collect();
                own.sort_by_key(|alias| casing::fold(&alias.name));
                own
            }
        };
        let mut all = all;
        all.sort_by(|a, b| collation::cmp(&a.name, &b.name, true));
        let by_target = cx.bound.get("Definition").is_some();
        let exclude =
            cx.strings("Exclude").iter().map(|p| patterns::wildcard(p, true)).collect::<R<Vec<Wildcard>>>()?;
        let mut wanted = cx.strings(if by_target { "Definition" } else { "Name" });
        if wanted.is_empty() {
            wanted.push("*".into());
        }
        for pattern in wanted {
            let matcher = patterns::wildcard(&pattern, true)?;
            let found: Vec<_> = all
                .iter()
                .filter(|alias| matcher.is_match(if by_target { &alias.target } else { &alias.name }))
                .filter(|alias| !exclude.iter().any(|pattern| pattern.is_match(&alias.name)))
                .collect();
            if found.is_empty() && !wildcard::has_wildcards(&pattern) {
                missing(cx, if by_target { "definition" } else { "name" }, &pattern)?;
            }
            for alias in found {
                cx.write(object(alias.clone()))?;
            }
        }
        Ok(())
    }
}

fn missing(cx: &mut Cx<'_>, what: &str, name: &Str) -> R<()> {
    let message =
        format!("This command cannot find a matching alias because an alias with the {what} '{name}' does not exist.");
    let exception = "System.Management.Automation.ItemNotFoundException";
    cx.error(exception, "ItemNotFoundException", Category::ObjectNotFound, message, Value::Str(name.clone()))
}

struct Define {
    is_new: bool,
}

impl Run for Define {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let alias = Alias {
            name: cx.string("Name").unwrap_or_default(),
            target: cx.string("Value").unwrap_or_default(),
            options: match cx.get("Option") {
                Some(Value::Enum(_, bits)) => bits,
                _ => 0,
            },
            description: cx.string("Description").unwrap_or_default(),
            module: None,
        };
        let action = if self.is_new { "New Alias" } else { "Set Alias" };
        if !cx.should_process(&format!("Name: {} Value: {}", alias.name, alias.target), action)? {
            return Ok(());
        }
        let existing = cx.rs.find_alias(&alias.name);
        if self.is_new && existing.is_some() && !cx.flag("Force") {
            let name = alias.name;
            let message = format!("The alias is not allowed, because an alias with the name '{name}' already exists.");
            let exception = "System.Management.Automation.SessionStateException";
            return cx.error(exception, "AliasAlreadyExists", Category::ResourceExists, message, Value::Str(name));
        }
        define(cx, alias)
    }
}

/// Defines an alias in the scope of the parameters and shows it with `-PassThru`.
pub(super) fn define(cx: &mut Cx<'_>, alias: Alias) -> R<()> {
    let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
    let existing = cx.rs.find_alias(&alias.name);
    if existing.is_some_and(|existing| is_fixed(&existing, cx.flag("Force"))) {
        return super::paths::report(cx, not_writable(&alias.name));
    }
    let key = casing::fold(&alias.name);
    cx.rs.state.removed_aliases.remove(&key);
    cx.rs.scopes.get_mut(scope).aliases.insert(key, alias.clone());
    if cx.flag("PassThru") { cx.write(object(alias)) } else { Ok(()) }
}

struct RemoveAlias;

impl Run for RemoveAlias {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = get_variable::scope_of(cx)?;
        for name in cx.strings("Name") {
            let found = match scope {
                Some(ScopeId::GLOBAL) | None => cx.rs.find_alias(&name),
                Some(scope) => cx.rs.scopes.get(scope).alias(&name).cloned(),
            };
            match found {
                None => missing(cx, "name", &name)?,
                Some(alias) if is_fixed(&alias, cx.flag("Force")) => {
                    return Err(super::paths::ending(cx, not_removable(&name)));
                }
                Some(_) => cx.rs.remove_alias(&name),
            }
        }
        Ok(())
    }
}
