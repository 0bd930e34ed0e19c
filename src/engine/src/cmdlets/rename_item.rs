//! `Rename-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Rename-Item",
    "RenameItemCommand",
    "Path string @ByPath(0 ! ^ ~)
     LiteralPath|PSPath|LP string @ByLiteralPath(! ~)
     NewName string 1 ! ~
     Force
     PassThru
     Credential pscredential credential ~",
    || Box::new(RenameItem),
)
.examples(
    r#"'x' | Set-Content old.txt; Rename-Item old.txt renamed.txt; Test-Path renamed.txt # a file under another name
> True"#,
)
.in_module(MANAGEMENT)
.default_set("ByPath")
.should_process();

struct RenameItem;

impl RenameItem {
    fn rename(cx: &mut Cx<'_>, given: &paths::Given) -> R<()> {
        let found = paths::resolve_with(cx, given, &paths::Filters::of(cx)?, true)?;
        let is_pattern = !given.literal && psrpd_dotnet::wildcard::has_wildcards(&given.text);
        match found.as_slice() {
            [one] => {
                let name = cx.string("NewName").unwrap_or_default();
                one.kind.provider().rename_item(cx, one, &name)
            }
            [] if !is_pattern || !paths::has_place(cx, given)? => Ok(()),
            _ => {
                let message = format!("Cannot rename because item at '{}' does not exist.", given.text);
                let exception = "System.Management.Automation.PSInvalidOperationException";
                cx.error(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null)
            }
        }
    }
}

impl Run for RenameItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for given in paths::given(cx) {
            Self::rename(cx, &given).map_err(|flow| paths::ending(cx, flow))?;
        }
        Ok(())
    }
}
