//! `Invoke-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Invoke-Item",
    "InvokeItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(InvokeItem),
)
.examples(
    r#"Get-Command Invoke-Item | ForEach-Object Name # a file with the program that belongs to it
> Invoke-Item"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct InvokeItem;

impl Run for InvokeItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, target| target.kind.provider().invoke_item(cx, target))
    }
}
