//! `New-Variable`, `Clear-Variable`, `Remove-Variable`

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    eval::{Name, R, is_protected},
    value::{Category, Value},
};

pub(super) static NEW: Cmdlet = Cmdlet::new(
    "New-Variable",
    "NewVariableCommand",
    "Name string 0 ! ~
     Value object 1 ^ ~
     Description string
     Option System.Management.Automation.ScopedItemOptions
     Visibility System.Management.Automation.SessionStateEntryVisibility
     Force
     PassThru
     Scope string notempty",
    || Box::new(NewVariable),
)
.examples(
    r#"New-Variable fixed 1 -Option Constant; $fixed # a variable that keeps its value
> 1"#,
)
.low_impact();
pub(super) static CLEAR: Cmdlet =
    Cmdlet::new("Clear-Variable", "ClearVariableCommand", CHANGE, || Box::new(Change { remove: false }))
        .examples(
            r#"$x = 1; Clear-Variable x; $null -eq $x # a variable without its value
> True"#,
        )
        .should_process();
pub(super) static REMOVE: Cmdlet =
    Cmdlet::new("Remove-Variable", "RemoveVariableCommand", REMOVE_TABLE, || Box::new(Change { remove: true }))
        .examples(
            r#"$x = 1; Remove-Variable x; Test-Path Variable:x # a variable that is gone
> False"#,
        )
        .should_process();

const CHANGE: &str = "Name string[] 0 ! ~
     Include string[]
     Exclude string[]
     Force
     PassThru
     Scope string notempty";

const REMOVE_TABLE: &str = "Name string[] 0 ! ~
     Include string[]
     Exclude string[]
     Force
     Scope string notempty";

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
        if cx.rs.scopes.get(scope).get(&name).is_some() {
            if !cx.flag("Force") {
                let message = format!("A variable with name '{shown}' already exists.");
                let exception = "System.Management.Automation.SessionStateException";
                let target = Value::Str(shown);
                return cx.error(exception, "VariableAlreadyExists", Category::ResourceExists, message, target);
            }
            if is_protected(&name) || cx.rs.share(scope, &name).options.get().constant {
                return not_changeable(cx, &name, false);
            }
        }
        cx.rs.unset(scope, &name);
        let variable = cx.rs.share(scope, &name);
        *variable.value.lock() = cx.value("Value");
        get_variable::describe(cx, &variable, scope);
        if cx.flag("PassThru") { cx.write(get_variable::object(&variable)) } else { Ok(()) }
    }
}

fn not_changeable(cx: &mut Cx<'_>, name: &Name, removing: bool) -> R<()> {
    let name = name.as_str();
    let (id, message) = if removing {
        let hint = "If the variable is read-only, try the operation again specifying the Force option.";
        ("VariableNotRemovable", format!("Cannot remove variable {name} because it is constant or read-only. {hint}"))
    } else {
        ("VariableNotWritable", format!("Cannot overwrite variable {name} because it is read-only or constant."))
    };
    let exception = "System.Management.Automation.SessionStateUnauthorizedAccessException";
    cx.error(exception, id, Category::WriteError, message, name.into())
}

struct Change {
    remove: bool,
}

impl Run for Change {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = get_variable::scope_of(cx)?;
        let is_given = scope.is_some();
        for pattern in cx.strings("Name") {
            for (name, scope) in get_variable::matching(cx, &pattern, scope)? {
                let action = if self.remove { "Remove variable" } else { "Clear variable" };
                if !cx.should_process(&format!("Name: {}", name.as_str()), action)? {
                    continue;
                }
                // Without a scope, clearing makes an empty variable here and leaves that of a caller as it is.
                let here = cx.rs.frame.scope;
                let keeps = self.remove || is_given || cx.rs.share(scope, &name).options.get().all_scope;
                let scope = if keeps { scope } else { here };
                let variable = cx.rs.share(scope, &name);
                let options = variable.options.get();
                if options.constant || is_protected(&name) || options.read_only && !cx.flag("Force") {
                    not_changeable(cx, &name, self.remove)?;
                    continue;
                }
                if self.remove {
                    cx.rs.unset(scope, &name);
                    continue;
                }
                cx.rs.write_shared(&variable, Value::Null)?;
                if cx.flag("PassThru") {
                    cx.write(get_variable::object(&variable))?;
                }
            }
        }
        Ok(())
    }
}
