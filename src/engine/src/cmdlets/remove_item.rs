//! `Remove-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    platform::FileKind,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Remove-Item",
    "RemoveItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Recurse
     Force",
    || Box::new(RemoveItem),
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct RemoveItem;

impl RemoveItem {
    /// Removes an item of a drive other than `/`; false if the path names no such drive.
    fn on_drive(cx: &mut Cx<'_>, path: &str) -> bool {
        let Some((drive, name)) = path.split_once(':') else { return false };
        let name = name.trim_start_matches(['/', '\\']);
        match drive.to_ascii_lowercase().as_str() {
            "env" => drop(cx.rs.state.environment.shift_remove(name)),
            "function" => {
                let key = psrpd_dotnet::casing::fold(name);
                let scopes: Vec<_> = cx.rs.scopes.chain(cx.rs.frame.scope).collect();
                for scope in scopes {
                    if cx.rs.scopes.get_mut(scope).functions.remove(&key).is_some() {
                        break;
                    }
                }
            }
            "variable" => {
                let name = crate::eval::Name::new(name);
                if let Some(scope) = cx.rs.scope_of(&name) {
                    cx.rs.unset(scope, &name);
                }
            }
            "alias" => drop(cx.rs.state.removed_aliases.insert(psrpd_dotnet::casing::fold(name))),
            _ => return false,
        }
        true
    }
}

impl Run for RemoveItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let written = cx.strings("Path").into_iter().chain(cx.strings("LiteralPath"));
        for path in written.collect::<Vec<_>>() {
            if Self::on_drive(cx, &path) {
                return Ok(());
            }
        }
        for path in paths::resolve(cx, true)? {
            let is_folder =
                cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::Directory && !stat.is_link);
            let recurse = cx.flag("Recurse");
            if let Err(failure) = cx.rs.platform.remove(&path, recurse) {
                let (id, category, message) = if is_folder && !recurse {
                    (
                        "DirectoryNotEmpty",
                        Category::WriteError,
                        format!("Directory {path} cannot be removed because it is not empty."),
                    )
                } else {
                    ("RemoveFileSystemItemIOError", Category::WriteError, crate::providers::reason(&failure))
                };
                cx.error("System.IO.IOException", id, category, message, Value::from(path))?;
            }
        }
        Ok(())
    }
}
