//! Members that cmdlets take by their names.

use psrpd_dotnet::Str;

use super::Cx;
use crate::{
    eval::R,
    value::{Category, Exception, Value},
};

/// The id of, and what is said of, a name that means several members.
pub(super) fn ambiguous(name: &str, found: &[(Str, &'static str)], methods: bool) -> (&'static str, String) {
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let (id, what) = match methods {
        true => ("AmbiguousMethodName", "methods"),
        false => ("AmbiguousPropertyOrMethodName", "members"),
    };
    let message = format!(
        "Input name \"{name}\" is ambiguous. It can be resolved to multiple matched {what}. Possible matches include: {}.",
        names.join(" ")
    );
    (id, message)
}

/// What `ForEach-Object` and `Where-Object` say in strict mode of a member that is not there.
pub(super) fn not_resolved(cx: &mut Cx<'_>, item: &Value, name: &str, kind: &str, id: &str) -> R<()> {
    let of = "System.Management.Automation.PSArgumentException";
    let category = Category::InvalidArgument;
    if item.is_null() {
        return cx.error(of, "InputObjectIsNull", category, "Cannot operate on a 'null' input object.", Value::Null);
    }
    let exception = Exception::new(of, format!("The input name \"{name}\" cannot be resolved to a {kind}."));
    super::paths::write_error_of_object(cx, exception, id, category, item)
}
