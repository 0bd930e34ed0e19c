//! `Set-Variable`

use psrpd_dotnet::{Str, wildcard};

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    eval::{Name, R, is_protected},
    value::{Category, Value, enumerate},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-Variable",
    "SetVariableCommand",
    "Name string[] 0 ! ~
     Value object 1 ^ ~
     Include string[]
     Exclude string[]
     Description string
     Option System.Management.Automation.ScopedItemOptions
     Force
     Visibility System.Management.Automation.SessionStateEntryVisibility
     PassThru
     Append
     Scope string",
    || Box::new(SetVariable::default()),
)
.examples(
    r#"Set-Variable x 5; $x # a variable by its name
> 5"#,
)
.should_process();

/// Values from the pipeline are gathered for the variable that the arguments name.
#[derive(Default)]
struct SetVariable {
    names_given: bool,
    values: Vec<Value>,
}

impl Run for SetVariable {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.names_given = cx.bound.get("Name").is_some();
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.names_given {
            self.values.extend(cx.get("Value"));
            return Ok(());
        }
        let value = cx.value("Value");
        set(cx, &value)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if !self.names_given {
            return Ok(());
        }
        let value = match self.values.len() {
            0 => Value::Null,
            1 => self.values.pop().unwrap_or_default(),
            _ => Value::array(std::mem::take(&mut self.values)),
        };
        set(cx, &value)
    }
}

fn set(cx: &mut Cx<'_>, value: &Value) -> R<()> {
    let scope = get_variable::scope_of(cx)?;
    for name in cx.strings("Name") {
        let targets: Vec<Str> = if wildcard::has_wildcards(&name) {
            let found = get_variable::matching(cx, &name, scope)?;
            found.into_iter().map(|(name, _)| Str::from(name.as_str())).collect()
        } else {
            vec![name]
        };
        for name in targets {
            let shown = cx.rs.text(value)?;
            if cx.should_process(&format!("Name: {name} Value: {shown}"), "Set variable")? {
                set_one(cx, &name, value)?;
            }
        }
    }
    Ok(())
}

fn set_one(cx: &mut Cx<'_>, name: &Str, value: &Value) -> R<()> {
    let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
    let key = Name::new(name);
    let is_constant = ["true", "false"].iter().any(|word| psrpd_dotnet::casing::eq(word, name));
    if psrpd_dotnet::casing::eq(name, "null") {
        return Ok(());
    }
    if is_constant || is_protected(&key) {
        let message = format!("Cannot overwrite variable {name} because it is read-only or constant.");
        let exception = "System.Management.Automation.SessionStateUnauthorizedAccessException";
        let target = Value::Str(name.clone());
        return cx.error(exception, "VariableNotWritable", Category::WriteError, message, target);
    }
    let variable = cx.rs.share(scope, &key);
    let read_only = cx.flag("Force") && std::mem::take(&mut variable.options.lock().read_only);
    let value = if cx.flag("Append") { appended(&variable.value.lock(), value) } else { value.clone() };
    let written = cx.rs.write_shared(&variable, value);
    variable.options.lock().read_only |= read_only;
    if let Err(flow) = written {
        let Some(record) = flow.record().filter(|record| record.id.lock().starts_with("VariableNot")) else {
            return Err(flow);
        };
        let copy = record.copy();
        let id = copy.id.lock().clone();
        *copy.id.lock() = cx.id(&id).into();
        return cx.rs.write_error(copy);
    }
    get_variable::describe(cx, &variable);
    if cx.flag("PassThru") { cx.write(get_variable::object(&variable)) } else { Ok(()) }
}

/// What a variable holds, with more behind it.
fn appended(have: &Value, more: &Value) -> Value {
    let items = |value: &Value| match enumerate(value) {
        Some(items) => items,
        None if value.is_null() => Vec::new(),
        None => vec![value.clone()],
    };
    let all: Vec<Value> = items(have).into_iter().chain(items(more)).collect();
    Value::array(all)
}
