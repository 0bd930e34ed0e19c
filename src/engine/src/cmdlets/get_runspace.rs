//! `Get-Runspace`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    ops::patterns,
    types,
    value::{Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Runspace",
    "GetRunspaceCommand",
    "Name string[] notempty @NameParameterSet(0)
     Id int[] @IdParameterSet(0 !)
     InstanceId guid[] @InstanceIdParameterSet(0 !)",
    || Box::new(GetRunspace),
)
.examples(
    r#"@(Get-Runspace).Count -ge 1 # where scripts run
> True"#,
)
.default_set("NameParameterSet");

struct GetRunspace;

impl Run for GetRunspace {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for runspace in types::runspace::all(cx.rs) {
            if is_meant(cx, &runspace)? {
                cx.write(runspace)?;
            }
        }
        Ok(())
    }
}

/// Whether a runspace has a name, number and id that are asked for.
fn is_meant(cx: &mut Cx<'_>, runspace: &Value) -> R<bool> {
    for property in ["Name", "Id", "InstanceId"] {
        let wanted = cx.strings(property);
        if wanted.is_empty() {
            continue;
        }
        let own = cx.rs.get_member(runspace, property)?;
        let own = text(&own);
        let mut fits = false;
        for pattern in &wanted {
            fits |= patterns::wildcard(pattern, true)?.is_match(&own);
        }
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}
