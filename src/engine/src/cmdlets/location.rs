//! `Get-Location`, `Set-Location`, `Push-Location`, `Pop-Location`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    platform::FileKind,
    providers,
    value::{Category, Value},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Location",
    "GetLocationCommand",
    "PSProvider string[] ~\nPSDrive string[] ~\nStack\nStackName string[] ~",
    || Box::new(Get),
)
.in_module(MANAGEMENT);
pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-Location",
    "SetLocationCommand",
    "Path string @Path(0 ^ ~)
     LiteralPath|PSPath|LP string @LiteralPath(! ~)
     PassThru",
    || Box::new(Set { push: false }),
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static PUSH: Cmdlet = Cmdlet::new(
    "Push-Location",
    "PushLocationCommand",
    "Path string @Path(0 ^ ~)
     LiteralPath|PSPath|LP string @LiteralPath(~)
     PassThru
     StackName string ~",
    || Box::new(Set { push: true }),
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static POP: Cmdlet =
    Cmdlet::new("Pop-Location", "PopLocationCommand", "PassThru\nStackName string ~", || Box::new(Pop))
        .in_module(MANAGEMENT);

struct Get;

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let here = cx.rs.state.location.clone();
        let info = providers::path_info(cx.rs, &here);
        cx.write(info)
    }
}

struct Set {
    push: bool,
}

impl Run for Set {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let old = cx.rs.state.location.clone();
        let given = cx.bound.get("Path").is_some() || cx.bound.get("LiteralPath").is_some();
        if !given && !self.push {
            cx.rs.state.location = providers::absolute(cx.rs, "~").into();
        }
        if given {
            let Some(path) = paths::resolve(cx, true)?.into_iter().next() else { return Ok(()) };
            if !cx.rs.platform.stat(&path).is_ok_and(|stat| stat.kind == FileKind::Directory) {
                let message = format!("Cannot find path '{path}' because it does not exist.");
                return cx.error(
                    "System.Management.Automation.ItemNotFoundException",
                    "PathNotFound",
                    Category::ObjectNotFound,
                    message,
                    Value::from(path),
                );
            }
            cx.rs.state.location = path.into();
        }
        if self.push {
            cx.rs.state.stack.push(old);
        }
        finish(cx)
    }
}

struct Pop;

impl Run for Pop {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(old) = cx.rs.state.stack.pop() {
            cx.rs.state.location = old;
        }
        finish(cx)
    }
}

fn finish(cx: &mut Cx<'_>) -> R<()> {
    cx.rs.sync_pwd();
    if !cx.flag("PassThru") {
        return Ok(());
    }
    let here = cx.rs.state.location.clone();
    let info = providers::path_info(cx.rs, &here);
    cx.write(info)
}
