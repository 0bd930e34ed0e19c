//! `Get-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Item",
    "GetItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     Credential pscredential credential ~",
    || Box::new(GetItem),
)
.examples(
    r#"(Get-Item /tmp).PSIsContainer # a file or directory
> True"#,
)
.in_module(MANAGEMENT)
.default_set("Path");

struct GetItem;

impl Run for GetItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, target| {
            if paths::is_out_of_sight(cx, target) {
                return paths::could_not_find(cx, target);
            }
            let items = target.kind.provider().items(cx.rs, target);
            items.into_iter().try_for_each(|item| cx.write(item))
        })
    }
}
