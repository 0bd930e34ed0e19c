//! `Get-Error`

use std::sync::Arc;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{ErrorRecord, Value, Wrapped},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Error",
    "GetErrorCommand",
    "InputObject psobject notempty @Error(0 ^)
     Newest|Last int range(1,2147483647) @Newest",
    || Box::new(GetError),
)
.examples(r#"$null = Get-Item /nowhere -ErrorAction SilentlyContinue; (Get-Error).CategoryInfo.Category # the last error with all that is known of it
> ObjectNotFound"#)
.default_set("Newest");

struct GetError;

impl Run for GetError {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let errors = match cx.get("InputObject") {
            Some(input) => vec![input],
            None => {
                let count = cx.int("Newest").and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
                cx.rs.errors.items.lock().iter().take(count).cloned().collect()
            }
        };
        for error in errors {
            cx.write(extended(error))?;
        }
        Ok(())
    }
}

/// An error with the type name that its extended view goes by, in the place of its own.
fn extended(error: Value) -> Value {
    let is_record = error.downcast::<ErrorRecord>().is_some();
    let own = if is_record { "System.Management.Automation.ErrorRecord" } else { "System.Exception" };
    let mut names = error.type_names();
    names.retain(|name| name.as_str() != own);
    names.insert(0, format!("{own}#PSExtendedError").into());
    let wrapped = Wrapped::around(error);
    *wrapped.type_names.lock() = Some(names);
    Value::Wrapped(Arc::new(wrapped))
}
