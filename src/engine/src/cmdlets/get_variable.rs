//! `Get-Variable`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Name, R, ScopeId, Variable},
    ops::patterns,
    value::{Category, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Variable",
    "GetVariableCommand",
    "Name string[] 0 ^ ~
     ValueOnly
     Include string[]
     Exclude string[]
     Scope string",
    || Box::new(GetVariable),
);

struct GetVariable;

/// The scope that a `-Scope` parameter means.
pub(super) fn scope_of(cx: &mut Cx<'_>) -> R<Option<ScopeId>> {
    let Some(scope) = cx.string("Scope") else { return Ok(None) };
    let here = cx.rs.frame.scope;
    Ok(Some(match scope.to_ascii_lowercase().as_str() {
        "global" => ScopeId::GLOBAL,
        "local" | "private" => here,
        "script" => cx.rs.scopes.script(here),
        number => {
            let depth: usize = number.parse().unwrap_or(0);
            let found = cx.rs.scopes.chain(here).nth(depth);
            match found {
                Some(scope) => scope,
                None => {
                    let message = format!("The scope number '{depth}' exceeds the number of active scopes.");
                    return Err(cx.fail(
                        "System.Management.Automation.PSArgumentOutOfRangeException",
                        "ScopeIDExceedsAvailableScopes",
                        Category::InvalidArgument,
                        message,
                        Value::Null,
                    ));
                }
            }
        }
    }))
}

/// Sets the options of a variable from the bits of `ScopedItemOptions`.
pub(super) fn set_options(variable: &Variable, bits: i64) {
    let mut options = variable.options.lock();
    options.read_only = bits & 1 != 0;
    options.constant = bits & 2 != 0;
    options.private = bits & 4 != 0;
    options.all_scope = bits & 8 != 0;
}

/// A `PSVariable`.
pub(crate) fn object(variable: &Variable) -> Value {
    let options = *variable.options.lock();
    let bits = [(options.read_only, 1), (options.constant, 2), (options.private, 4), (options.all_scope, 8)];
    let bits = bits.iter().filter(|(on, _)| *on).fold(0, |bits, (_, bit)| bits | bit);
    Opaque::new(
        "System.Management.Automation.PSVariable",
        [
            ("Name", Value::Str(variable.name.clone())),
            ("Description", Value::Str(variable.description.lock().clone())),
            ("Value", variable.value.lock().clone()),
            (
                "Visibility",
                crate::types::enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public"),
            ),
            ("Module", Value::Null),
            ("ModuleName", "".into()),
            ("Options", Value::Enum(crate::types::known("System.Management.Automation.ScopedItemOptions"), bits)),
            ("Attributes", Value::array(Vec::new())),
        ],
    )
    .into_value()
}

impl Run for GetVariable {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = scope_of(cx)?;
        let mut names = cx.strings("Name");
        if names.is_empty() {
            names.push("*".into());
        }
        for pattern in names {
            let matcher = patterns::wildcard(&pattern, true)?;
            let scopes: Vec<ScopeId> = match scope {
                Some(scope) => vec![scope],
                None => cx.rs.scopes.chain(cx.rs.frame.scope).collect(),
            };
            let mut found: Vec<(Name, ScopeId)> = Vec::new();
            for scope in scopes {
                for name in cx.rs.scopes.get(scope).names() {
                    if matcher.is_match(name.as_str()) && !found.iter().any(|(have, _)| *have == name) {
                        found.push((name, scope));
                    }
                }
            }
            found.sort_by(|(a, _), (b, _)| psrpd_dotnet::casing::cmp(a.as_str(), b.as_str()));
            if found.is_empty() && !psrpd_dotnet::wildcard::has_wildcards(&pattern) {
                let message = format!("Cannot find a variable with the name '{pattern}'.");
                cx.error(
                    "System.Management.Automation.ItemNotFoundException",
                    "VariableNotFound",
                    Category::ObjectNotFound,
                    message,
                    Value::Str(pattern),
                )?;
            }
            for (name, scope) in found {
                let variable = cx.rs.share(scope, &name);
                let value = if cx.flag("ValueOnly") { variable.value.lock().clone() } else { object(&variable) };
                cx.write(value)?;
            }
        }
        Ok(())
    }
}
