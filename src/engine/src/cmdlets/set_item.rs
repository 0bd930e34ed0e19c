//! `Set-Item` and `Clear-Item`

use psrpd_dotnet::wildcard;

use super::{Cmdlet, Cx, MANAGEMENT, Run, get_content::not_a_parameter, paths};
use crate::{
    eval::R,
    providers::{Kind, Target},
};

pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-Item",
    "SetItemCommand",
    "Path string[] @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Value object 1 ^ ~
     Force
     PassThru
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~
     Options System.Management.Automation.ScopedItemOptions elsewhere",
    || Box::new(SetItem),
)
.examples(
    r#"Set-Item Env:EXAMPLE x; $env:EXAMPLE # a variable of the environment
> x"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

pub(super) static CLEAR: Cmdlet = Cmdlet::new(
    "Clear-Item",
    "ClearItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Force
     Filter string
     Include string[]
     Exclude string[]
     Credential pscredential credential ~",
    || Box::new(ClearItem),
)
.examples(
    r#"$env:EXAMPLE = 'x'; Clear-Item Env:EXAMPLE; Test-Path Env:EXAMPLE # a variable of the environment that is gone
> False"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct SetItem;

impl Run for SetItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let value = cx.value("Value");
        for given in paths::given(cx) {
            // Setting makes an item that is not there yet, so that only patterns must find something.
            let found = if !given.literal && wildcard::has_wildcards(&given.text) {
                paths::resolve_one(cx, &given).map_err(|flow| paths::ending(cx, flow))?
            } else {
                paths::target(cx, &given)?.into_iter().collect()
            };
            for target in found {
                check_options(cx, &target)?;
                let done = target.kind.provider().set_item(cx, &target, value.clone());
                done.map_err(|flow| paths::ending(cx, flow))?;
            }
        }
        Ok(())
    }
}

/// Functions and aliases have options; other items have no such parameter.
pub(super) fn check_options(cx: &Cx<'_>, target: &Target) -> R<()> {
    if cx.get("Options").is_none() || matches!(target.kind, Kind::Alias | Kind::Function) {
        return Ok(());
    }
    Err(not_a_parameter(cx, "Options"))
}

struct ClearItem;

impl Run for ClearItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::for_each(cx, |cx, target| target.kind.provider().clear_item(cx, target))
    }
}
