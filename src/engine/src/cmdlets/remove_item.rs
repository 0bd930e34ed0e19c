//! `Remove-Item`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    platform::FileKind,
    providers::{Kind, Target},
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
     Force
     Credential pscredential credential ~",
    || Box::new(RemoveItem),
)
.examples(
    r#"'x' | Set-Content gone.txt; Remove-Item gone.txt; Test-Path gone.txt # a file that is gone
> False"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct RemoveItem;

impl RemoveItem {
    /// The location and what is above it cannot go.
    fn is_in_use(cx: &Cx<'_>, target: &Target) -> bool {
        let here = cx.rs.state.locations.current();
        target.kind == Kind::FileSystem
            && here.kind == Kind::FileSystem
            && (here.path == target.path
                || here.path.strip_prefix(target.path.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/')))
    }

    fn remove(cx: &mut Cx<'_>, target: &Target) -> R<()> {
        if Self::is_in_use(cx, target) {
            let message = format!("Cannot remove the item at '{}' because it is in use.", target.path);
            let exception = "System.Management.Automation.PSInvalidOperationException";
            return cx.error(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null);
        }
        let recurse = cx.flag("Recurse");
        if !recurse && Self::has_children(cx, target) {
            let path = &target.path;
            let question = format!(
                "The item at {path} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?"
            );
            if !cx.should_continue("Confirm", &question)? {
                return Ok(());
            }
        }
        target.kind.provider().remove_item(cx, target, recurse)
    }

    fn has_children(cx: &mut Cx<'_>, target: &Target) -> bool {
        match target.kind {
            Kind::FileSystem => {
                let is_link = cx.rs.platform.stat_link(&target.path).is_ok_and(|stat| stat.is_link);
                !is_link && cx.rs.platform.list(&target.path).is_ok_and(|names| !names.is_empty())
            }
            _ => target.path.is_empty(),
        }
    }
}

impl RemoveItem {
    /// What lies in folders and has the names that are asked for; what is deepest goes first.
    fn remove_chosen(cx: &mut Cx<'_>) -> R<()> {
        let (filters, everything) = (paths::Filters::of(cx)?, paths::Filters::default());
        for given in paths::given(cx) {
            let is_pattern = !given.literal && psrpd_dotnet::wildcard::has_wildcards(&given.text);
            for target in paths::resolve_with(cx, &given, &everything, cx.flag("Force"))? {
                Self::remove_below(cx, &target, &filters)?;
                if is_pattern {
                    Self::remove_if_chosen(cx, &target, &filters)?;
                }
            }
        }
        Ok(())
    }

    fn remove_below(cx: &mut Cx<'_>, target: &Target, filters: &paths::Filters) -> R<()> {
        cx.rs.check_stop()?;
        let is_folder = cx.rs.platform.stat_link(&target.path).is_ok_and(|stat| stat.kind == FileKind::Directory);
        if target.kind != Kind::FileSystem || !is_folder {
            return Ok(());
        }
        for name in cx.rs.platform.list(&target.path).unwrap_or_default() {
            let child = target.child(&name);
            Self::remove_below(cx, &child, filters)?;
            Self::remove_if_chosen(cx, &child, filters)?;
        }
        Ok(())
    }

    fn remove_if_chosen(cx: &mut Cx<'_>, target: &Target, filters: &paths::Filters) -> R<()> {
        // A folder that still holds what is not to go stays.
        let stays = !filters.pass(paths::leaf(target)) || !filters.has_include() && Self::has_children(cx, target);
        if stays { Ok(()) } else { Self::remove(cx, target) }
    }
}

impl Run for RemoveItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("Recurse") && (cx.bound.get("Include").is_some() || cx.bound.get("Exclude").is_some()) {
            return Self::remove_chosen(cx).map_err(|flow| paths::ending(cx, flow));
        }
        paths::for_each(cx, Self::remove)
    }
}
