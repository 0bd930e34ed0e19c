//! `Unblock-File`

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::R,
    providers,
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
        let mut paths = Vec::new();
        for path in cx.strings("LiteralPath") {
            paths.push(providers::file_path(cx.rs, &path)?);
        }
        for path in cx.strings("Path") {
            paths.extend(text_file::files(cx, &path)?);
        }
        for path in paths {
            if cx.rs.platform.stat(&path).is_err() {
                let message = format!("Cannot find path '{path}' because it does not exist.");
                let exception = "System.Management.Automation.ItemNotFoundException";
                cx.error(exception, "FileNotFound", Category::ObjectNotFound, message, path.into())?;
            }
        }
        let message = "The cmdlet does not support Linux.";
        let category = Category::NotImplemented;
        Err(cx.fail("System.PlatformNotSupportedException", "LinuxNotSupported", category, message, Value::Null))
    }
}
