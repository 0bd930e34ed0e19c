//! `Write-Output`

use super::{Cmdlet, Cx, Run};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Output",
    "WriteOutputCommand",
    "InputObject psobject emptycol null 0 ! ^ *
     NoEnumerate",
    || Box::new(WriteOutput),
)
.examples(
    r#"Write-Output 1 2 # objects
> 1
> 2"#,
);

struct WriteOutput;

impl Run for WriteOutput {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let value = cx.value("InputObject");
        if cx.flag("NoEnumerate") { cx.write(value) } else { cx.write_all(value) }
    }
}
