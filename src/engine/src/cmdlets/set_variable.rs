//! `Set-Variable`

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    eval::{Name, R},
    value::Value,
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
     PassThru
     Scope string",
    || Box::new(SetVariable::default()),
)
.should_process();

#[derive(Default)]
struct SetVariable {
    values: Vec<Value>,
}

impl Run for SetVariable {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.values.extend(cx.get("Value"));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = get_variable::scope_of(cx)?.unwrap_or(cx.rs.frame.scope);
        let value = match self.values.len() {
            0 => Value::Null,
            1 => self.values.pop().unwrap_or_default(),
            _ => Value::array(std::mem::take(&mut self.values)),
        };
        for name in cx.strings("Name") {
            let shown = cx.rs.text(&value)?;
            if !cx.should_process(&format!("Name: {name} Value: {shown}"), "Set variable")? {
                continue;
            }
            let name = Name::new(&name);
            let variable = cx.rs.share(scope, &name);
            if cx.flag("Force") {
                variable.options.lock().read_only = false;
            }
            if let Err(flow) = cx.rs.write_shared(&variable, value.clone()) {
                let Some(record) = flow.record() else { return Err(flow) };
                let copy = record.copy();
                let id = copy.id.lock().clone();
                *copy.id.lock() = cx.id(&id).into();
                cx.rs.write_error(copy)?;
                continue;
            }
            if let Some(description) = cx.string("Description") {
                *variable.description.lock() = description;
            }
            if let Some(Value::Enum(_, bits)) = cx.get("Option") {
                get_variable::set_options(&variable, bits);
            }
            if cx.flag("PassThru") {
                cx.write(get_variable::object(&variable))?;
            }
        }
        Ok(())
    }
}
