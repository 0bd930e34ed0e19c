//! `New-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    providers::{self, Target},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-Item",
    "NewItemCommand",
    "Path string[] @pathSet(0 ! ~) @nameSet(0 ~)
     Name string null empty @nameSet(! ~)
     ItemType|Type string ~
     Value|Target object ^ ~
     Force
     Credential pscredential credential ~
     Options System.Management.Automation.ScopedItemOptions elsewhere",
    || Box::new(NewItem),
)
.examples(
    r#"(New-Item new.txt -Value x -Force).Name # a new file
> new.txt"#,
)
.in_module(MANAGEMENT)
.default_set("pathSet")
.should_process();

struct NewItem;

impl NewItem {
    /// The places to make an item at. Only the folders that a name goes into are resolved.
    fn targets(cx: &mut Cx<'_>) -> R<Vec<Target>> {
        let name = cx.string("Name").filter(|name| !name.is_empty());
        let mut given = paths::given(cx);
        if given.is_empty() {
            given.push(paths::Given { text: ".".into(), literal: true });
        }
        let mut targets = Vec::new();
        for mut given in given {
            match &name {
                Some(name) if psrpd_dotnet::wildcard::has_wildcards(&given.text) => {
                    let folders = paths::resolve_one(cx, &given)?;
                    targets.extend(folders.iter().map(|folder| Self::below(folder, name)));
                }
                Some(name) => targets.extend(paths::target(cx, &given)?.map(|folder| Self::below(&folder, name))),
                None => {
                    given.literal = true;
                    targets.extend(paths::target(cx, &given)?);
                }
            }
        }
        Ok(targets)
    }

    fn below(folder: &Target, name: &str) -> Target {
        match folder.kind {
            providers::Kind::FileSystem => {
                folder.with_path(providers::normalise(&format!("{}/{}", folder.path, providers::clean(name))))
            }
            _ => folder.child(name),
        }
    }
}

impl Run for NewItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let kind = cx.string("ItemType").unwrap_or_default();
        let value = cx.get("Value");
        for target in Self::targets(cx)? {
            super::set_item::check_options(cx, &target)?;
            let done = target.kind.provider().new_item(cx, &target, &kind, value.clone());
            done.map_err(|flow| paths::ending(cx, flow))?;
        }
        Ok(())
    }
}
