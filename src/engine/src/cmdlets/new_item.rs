//! `New-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    platform::FileKind,
    providers,
    value::{Category, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-Item",
    "NewItemCommand",
    "Path string[] @pathSet(0 ! ~) @nameSet(0 ~)
     Name string null empty @nameSet(! ~)
     ItemType|Type string ~
     Value|Target object ^ ~
     Force",
    || Box::new(NewItem),
)
.in_module(MANAGEMENT)
.default_set("pathSet")
.should_process();

struct NewItem;

impl Run for NewItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let kind = cx.string("ItemType").unwrap_or_default().to_ascii_lowercase();
        let mut targets = cx.strings("Path");
        if targets.is_empty() {
            targets.push(cx.rs.state.location.clone());
        }
        for target in targets {
            let target = match cx.string("Name") {
                Some(name) => format!("{target}/{name}"),
                None => target.to_string(),
            };
            let path = providers::absolute(cx.rs, &target);
            let existing = cx.rs.platform.stat(&path).ok();
            let force = cx.flag("Force");
            if kind == "directory" || kind == "container" {
                if existing.is_some() && !force {
                    let message = format!("An item with the specified name {path} already exists.");
                    cx.error(
                        "System.IO.IOException",
                        "DirectoryExist",
                        Category::ResourceExists,
                        message,
                        Value::from(path),
                    )?;
                    continue;
                }
                cx.rs.platform.create_directory(&path).map_err(|failure| providers::io_error(&failure, &path))?;
            } else if kind.is_empty() || kind == "file" {
                if existing.is_some_and(|stat| stat.kind == FileKind::File) && !force {
                    let message = format!("The file '{path}' already exists.");
                    cx.error(
                        "System.IO.IOException",
                        "NewItemIOError",
                        Category::WriteError,
                        message,
                        Value::from(path),
                    )?;
                    continue;
                }
                if force {
                    let folder = paths::split(&path).0.to_owned();
                    cx.rs
                        .platform
                        .create_directory(&folder)
                        .map_err(|failure| providers::io_error(&failure, &folder))?;
                }
                let content = cx.get("Value").map(|value| text(&value)).unwrap_or_default();
                if cx.rs.platform.write(&path, content.as_bytes(), false).is_err() {
                    let message = format!("Could not find a part of the path '{path}'.");
                    cx.error(
                        "System.IO.DirectoryNotFoundException",
                        "NewItemIOError",
                        Category::WriteError,
                        message,
                        Value::from(path),
                    )?;
                    continue;
                }
            } else {
                return Err(crate::eval::error::feature(&format!("An item of type {kind}")));
            }
            if let Ok(stat) = cx.rs.platform.stat(&path) {
                let item = paths::item(cx, &path, &stat);
                cx.write(item)?;
            }
        }
        Ok(())
    }
}
