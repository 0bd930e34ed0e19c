//! `Get-Error`

use super::{Cmdlet, Cx, Run};
use crate::{eval::R, value::Value};

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
            let name = format!("{}#PSExtendedError", error.type_name());
            let wrapped = Value::Wrapped(std::sync::Arc::new(crate::value::Wrapped::around(error)));
            cx.write(wrapped.with_type_name(&name))?;
        }
        Ok(())
    }
}
