//! `Unblock-File`

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::R,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Unblock-File",
    "UnblockFileCommand",
    "Path string[] @ByPath(0 !)
     LiteralPath|PSPath|LP string[] @ByLiteralPath(! ~)",
    || Box::new(UnblockFile),
)
.examples(
    r#"Get-Command Unblock-File | ForEach-Object Name # refused on Linux, where nothing is blocked
> Unblock-File"#,
)
.default_set("ByPath")
.should_process();

/// Files carry no mark of where they came from here: there is nothing to take off.
struct UnblockFile;

impl Run for UnblockFile {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in text_file::all_files(cx)? {
            if cx.rs.platform.stat(&path).is_err() {
                text_file::not_found(cx, &path, path.as_str().into())?;
            }
        }
        let message = "The cmdlet does not support Linux.";
        let category = Category::NotImplemented;
        Err(cx.fail("System.PlatformNotSupportedException", "LinuxNotSupported", category, message, Value::Null))
    }
}
