//! `New-Object`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Dictionary, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-Object",
    "NewObjectCommand",
    "TypeName string @Net(0 !)
     ArgumentList|Args object[] @Net(1)
     Property System.Collections.IDictionary",
    || Box::new(NewObject),
)
.examples(
    r#"(New-Object System.Version 1, 2).ToString() # an object of a type
> 1.2"#,
)
.default_set("Net");

struct NewObject;

impl Run for NewObject {
    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let name = cx.string("TypeName").unwrap_or_default();
        let Some(of) = cx.rs.find_type(&name) else {
            let flow = cx.rs.no_type(&name);
            if flow.record().is_some_and(|record| record.id.lock().as_str() != "TypeNotFound") {
                return Err(flow);
            }
            let message =
                format!("Cannot find type [{name}]: verify that the assembly containing this type is loaded.");
            return Err(cx.fail(
                "System.Management.Automation.PSArgumentException",
                "TypeNotFound",
                Category::InvalidType,
                message,
                Value::Null,
            ));
        };
        let args = cx.list("ArgumentList");
        let object = cx.rs.activate(&of, &args).map_err(|flow| {
            let Some(record) = flow.record() else { return flow };
            if *record.id.lock() == *"MethodCountCouldNotFindBest" {
                let message =
                    format!("A constructor was not found. Cannot find an appropriate constructor for type {name}.");
                return cx.fail(
                    "System.Management.Automation.PSArgumentException",
                    "CannotFindAppropriateCtor",
                    Category::ObjectNotFound,
                    message,
                    Value::Null,
                );
            }
            let copy = record.copy();
            *copy.id.lock() = cx.id("ConstructorInvokedThrowException").into();
            *copy.category.lock() = Category::InvalidOperation;
            *copy.activity.lock() = "New-Object".into();
            crate::eval::Flow::error(copy)
        })?;
        if let Some(table) = cx.get("Property").as_ref().and_then(|table| table.downcast::<Dictionary>()) {
            for (key, value) in table.entries() {
                let name = text(&key);
                if let Value::Wrapped(wrapped) = &object
                    && wrapped.is_custom()
                {
                    wrapped.set_note(name, value);
                    continue;
                }
                set_property(cx, &object, &name, value)?;
            }
        }
        cx.write(object)
    }
}

/// Gives a property of the new object its value.
fn set_property(cx: &mut Cx<'_>, object: &Value, name: &str, value: Value) -> R<()> {
    let is_class = crate::eval::class::of(object).is_some_and(|instance| instance.get(name).is_some());
    if !is_class
        && cx.rs.native_property(object, name)?.is_none()
        && object.type_of().is_some_and(|of| of.class().is_some())
    {
        let message = format!("The member \"{name}\" was not found for the specified .NET object.");
        let of = "System.InvalidOperationException";
        return Err(cx.fail(of, "InvalidOperationException", Category::InvalidOperation, message, Value::Null));
    }
    cx.rs.set_member(object, name, value).map_err(|flow| match flow.record() {
        Some(record) if record.id.lock().starts_with("ExceptionWhenSetting") => {
            let message =
                "The value supplied is not valid, or the property is read-only. Change the value, and then try again.";
            cx.fail("System.Exception", "SetValueException", Category::InvalidData, message, Value::Null)
        }
        _ => flow,
    })
}
