//! `Update-List`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Dictionary, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Update-List",
    "UpdateListCommand",
    "Add object[] notempty @AddRemoveSet
     Remove object[] notempty @AddRemoveSet
     Replace object[] notempty @ReplaceSet(!)
     InputObject psobject notempty ^
     Property string notempty 0",
    || Box::new(UpdateList),
)
.examples(
    r#"$o = [pscustomobject]@{ List = [Collections.ArrayList](1, 2) }; ($o | Update-List List -Add 3 -Remove 1).List # what a list has
> 2
> 3"#,
)
.default_set("AddRemoveSet");

struct UpdateList;

const CHANGES: [&str; 3] = ["Add", "Remove", "Replace"];

impl Run for UpdateList {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(input) = cx.get("InputObject") else {
            let table = Dictionary::hashtable();
            for name in CHANGES {
                if let Some(items) = cx.get(name) {
                    table.set(name.into(), items);
                }
            }
            return cx.write(Value::object(table));
        };
        let Some(property) = cx.string("Property") else {
            let exception = "System.InvalidOperationException";
            let id = "MissingPropertyParameter";
            return Err(cx.fail(exception, id, Category::InvalidOperation, "", Value::Null));
        };
        let Some(list) = cx.rs.find_member(&input, &property)? else {
            let exception = "System.ArgumentException";
            return cx.error(exception, "MemberDoesntExist", Category::InvalidOperation, "", input);
        };
        if cx.get("Replace").is_some() {
            cx.rs.call_method(&list, "Clear", &[]).map_err(|flow| unwrapped(cx, flow))?;
        }
        for (parameter, method) in [("Add", "Add"), ("Remove", "Remove"), ("Replace", "Add")] {
            for item in cx.list(parameter) {
                cx.rs.call_method(&list, method, &[item]).map_err(|flow| unwrapped(cx, flow))?;
            }
        }
        cx.write(input)
    }
}

/// What the list itself throws.
fn unwrapped(cx: &Cx<'_>, flow: crate::eval::Flow) -> crate::eval::Flow {
    let inner = |record: &crate::value::ErrorRecord| Some(record.exception.downcast::<Exception>()?.inner.clone());
    let inner = flow.record().and_then(|record| inner(record)).filter(|inner| !inner.is_null());
    let Some(inner) = inner else { return cx.own(flow, Category::NotSpecified) };
    let id = cx.id(&inner.type_name());
    let record = crate::value::ErrorRecord::new(inner, id, Category::NotSpecified, Value::Null);
    *record.activity.lock() = cx.cmdlet.name.into();
    crate::eval::Flow::error(record)
}
