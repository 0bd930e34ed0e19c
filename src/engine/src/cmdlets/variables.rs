//! `New-Variable`, `Clear-Variable`, `Remove-Variable`

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    eval::{Name, R, ScopeId},
    ops::patterns,
    value::{Category, Value},
};

pub(super) static NEW: Cmdlet = Cmdlet::new(
    "New-Variable",
    "NewVariableCommand",
    "Name string 0 ! ~
     Value object 1 ^ ~
     Description string
     Option System.Management.Automation.ScopedItemOptions
     Force
     PassThru
     Scope string",
    || Box::new(NewVariable),
)
.should_process();
pub(super) static CLEAR: Cmdlet =
    Cmdlet::new("Clear-Variable", "ClearVariableCommand", CHANGE, || Box::new(Change { remove: false }))
        .should_process();
pub(super) static REMOVE: Cmdlet =
    Cmdlet::new("Remove-Variable", "RemoveVariableCommand", REMOVE_TABLE, || Box::new(Change { remove: true }))
        .should_process();

const CHANGE: &str = "Name string[] 0 ! ~
     Include string[]
     Exclude string[]
     Force
     PassThru
     Scope string";

const REMOVE_TABLE: &str = "Name string[] 0 ! ~
     Include string[]
     Exclude string[]
     Force
     Scope string";

struct NewVariable;

impl Run for NewVariable {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
        let shown = cx.string("Name").unwrap_or_default();
        let name = Name::new(&shown);
        let value = cx.value("Value");
        let value = cx.rs.text(&value)?;
        if !cx.should_process(&format!("Name: {shown} Value: {value}"), "New variable")? {
            return Ok(());
        }
        if cx.rs.scopes.get(scope).get(&name).is_some() && !cx.flag("Force") {
            let message = format!("A variable with name '{shown}' already exists.");
            return cx.error(
                "System.Management.Automation.SessionStateException",
                "VariableAlreadyExists",
                Category::ResourceExists,
                message,
                Value::Str(shown),
            );
        }
        cx.rs.unset(scope, &name);
        let variable = cx.rs.share(scope, &name);
        *variable.value.lock() = cx.value("Value");
        *variable.description.lock() = cx.string("Description").unwrap_or_default();
        if let Some(Value::Enum(_, bits)) = cx.get("Option") {
            get_variable::set_options(&variable, bits);
        }
        if cx.flag("PassThru") { cx.write(get_variable::object(&variable)) } else { Ok(()) }
    }
}

struct Change {
    remove: bool,
}

impl Run for Change {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = get_variable::scope_of(cx)?;
        for pattern in cx.strings("Name") {
            let matcher = patterns::wildcard(&pattern, true)?;
            let scopes: Vec<ScopeId> = match scope {
                Some(scope) => vec![scope],
                None => cx.rs.scopes.chain(cx.rs.frame.scope).collect(),
            };
            let mut found = Vec::new();
            for scope in scopes {
                let names = cx.rs.scopes.get(scope).names();
                found
                    .extend(names.into_iter().filter(|name| matcher.is_match(name.as_str())).map(|name| (name, scope)));
                if !found.is_empty() {
                    break;
                }
            }
            if found.is_empty() && !psrpd_dotnet::wildcard::has_wildcards(&pattern) {
                let message = format!("Cannot find a variable with the name '{pattern}'.");
                let exception = "System.Management.Automation.ItemNotFoundException";
                cx.error(exception, "VariableNotFound", Category::ObjectNotFound, message, Value::Str(pattern))?;
            }
            for (name, scope) in found {
                let action = if self.remove { "Remove variable" } else { "Clear variable" };
                if !cx.should_process(&format!("Name: {}", name.as_str()), action)? {
                    continue;
                }
                let variable = cx.rs.share(scope, &name);
                let options = *variable.options.lock();
                if options.constant || options.read_only && !cx.flag("Force") {
                    let (id, message) = if self.remove {
                        let hint = "If the variable is read-only, try the operation again specifying the Force option.";
                        (
                            "VariableNotRemovable",
                            format!(
                                "Cannot remove variable {} because it is constant or read-only. {hint}",
                                name.as_str()
                            ),
                        )
                    } else {
                        (
                            "VariableNotWritable",
                            format!("Cannot overwrite variable {} because it is read-only or constant.", name.as_str()),
                        )
                    };
                    let exception = "System.Management.Automation.SessionStateUnauthorizedAccessException";
                    cx.error(exception, id, Category::WriteError, message, Value::from(name.as_str()))?;
                } else if self.remove {
                    cx.rs.unset(scope, &name);
                } else {
                    *variable.value.lock() = Value::Null;
                }
            }
        }
        Ok(())
    }
}
