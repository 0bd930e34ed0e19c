//! `Copy-Item` and `Move-Item`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::{R, error},
    providers::{self, Kind, Target},
    types,
    value::{Category, Exception, List, Value},
};

pub(super) static COPY: Cmdlet = Cmdlet::new(
    "Copy-Item",
    "CopyItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Destination string 1 ~
     Container
     Force
     Filter string
     Include string[]
     Exclude string[]
     Recurse
     PassThru
     Credential pscredential credential ~
     FromSession object ~ dynamic
     ToSession object ~ dynamic",
    || Box::new(Transfer { is_copy: true }),
)
.examples(
    r#"'x' | Set-Content from.txt; Copy-Item from.txt to.txt; Get-Content to.txt # a file under another name
> x"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

pub(super) static MOVE: Cmdlet = Cmdlet::new(
    "Move-Item",
    "MoveItemCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Destination string 1 ~
     Force
     Filter string
     Include string[]
     Exclude string[]
     PassThru
     Credential pscredential credential ~",
    || Box::new(Transfer { is_copy: false }),
)
.examples(
    r#"'x' | Set-Content here.txt; Move-Item here.txt there.txt; Test-Path here.txt # a file at another place
> False"#,
)
.in_module(MANAGEMENT)
.default_set("Path")
.should_process();

struct Transfer {
    is_copy: bool,
}

impl Transfer {
    /// Where things go: a pattern must mean exactly one place, anything else need not exist.
    fn destination(cx: &mut Cx<'_>) -> R<Option<Target>> {
        let text = cx.string("Destination").filter(|text| !text.is_empty()).unwrap_or_else(|| Str::from("."));
        let given = paths::Given { text, literal: false };
        if psrpd_dotnet::wildcard::has_wildcards(&given.text) {
            let found = providers::glob(cx.rs, &given.text, providers::GlobOptions::default())?;
            if let Ok([one]) = found.as_deref() {
                return Ok(Some(one.clone()));
            }
            if let Ok([_, ..]) = found.as_deref() {
                let message = "Cannot move the item because the destination resolved to multiple paths. Specify a destination path that resolves to a single destination and try again.";
                let exception = "System.Management.Automation.PSArgumentException";
                let id = "MoveItemOneDestination";
                cx.error(exception, id, Category::InvalidArgument, message, Value::Str(given.text))?;
                return Ok(None);
            }
        }
        paths::target(cx, &given)
    }

    fn transfer(&self, cx: &mut Cx<'_>, given: &paths::Given) -> R<()> {
        let found = paths::resolve_one(cx, given)?;
        if found.is_empty() {
            return Ok(());
        }
        let Some(to) = Self::destination(cx)? else { return Ok(()) };
        if let Some(other) = found.iter().find(|from| from.kind != to.kind) {
            return self.not_same_provider(cx, other);
        }
        let is_container = to.kind.provider().is_container(cx.rs, &to.path);
        if !self.is_copy && found.len() > 1 && !is_container {
            let message = "Cannot move the item because the source path points to one or more items and the destination path is not a container. Validate that the destination path is a container and try again.";
            let exception = Value::object(Exception::new("System.Management.Automation.PSArgumentException", message));
            let id = "MoveItemPathMultipleDestinationNotContainer";
            return paths::write_error(cx, exception, id, Category::InvalidArgument, Value::Str(given.text.clone()));
        }
        for from in &found {
            cx.rs.check_stop()?;
            if self.is_copy {
                Self::copy(cx, from, &to)?;
            } else {
                from.kind.provider().move_item(cx, from, &to)?;
            }
        }
        Ok(())
    }

    fn copy(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
        let provider = from.kind.provider();
        let argument = "System.Management.Automation.PSArgumentException";
        if from.kind == Kind::FileSystem
            && provider.is_container(cx.rs, &from.path)
            && provider.exists(cx.rs, &to.path)
            && !provider.is_container(cx.rs, &to.path)
        {
            let message = "Container cannot be copied onto existing leaf item.";
            let exception = Value::object(Exception::new(argument, message));
            let id = "CopyContainerItemToLeafError";
            let target = Value::from(from.path.as_str());
            return paths::write_error(cx, exception, id, Category::InvalidArgument, target);
        }
        let is_flat = cx.bound.get("Container").is_some() && !cx.flag("Container");
        if is_flat && provider.is_container(cx.rs, &from.path) && provider.is_container(cx.rs, &to.path) {
            if cx.flag("Recurse") {
                return Self::copy_flat(cx, from, to);
            }
            let message = "Container cannot be copied to another container. The -Recurse or -Container parameter is not specified.";
            let exception = Value::object(Exception::new(argument, message));
            let id = "CopyContainerToContainerWithoutRecurseOrContainer";
            let target = Value::from(from.path.as_str());
            return paths::write_error(cx, exception, id, Category::InvalidArgument, target);
        }
        provider.copy_item(cx, from, to, cx.flag("Recurse"))
    }

    /// `-Container:$false -Recurse`: everything below goes directly into the destination.
    fn copy_flat(cx: &mut Cx<'_>, from: &Target, to: &Target) -> R<()> {
        cx.rs.check_stop()?;
        let provider = from.kind.provider();
        let children = provider.names(cx.rs, &from.path)?;
        for name in children {
            let child = from.child(&name);
            provider.copy_item(cx, &child, to, false)?;
            if provider.is_container(cx.rs, &child.path) {
                Self::copy_flat(cx, &child, to)?;
            }
        }
        Ok(())
    }

    fn not_same_provider(&self, cx: &mut Cx<'_>, from: &Target) -> R<()> {
        let (id, message) = if self.is_copy {
            (
                "CopyItemSourceAndDestinationNotSameProvider",
                "Source and destination path did not resolve to the same provider.",
            )
        } else {
            (
                "System.Management.Automation.PSArgumentException",
                "Cannot move the item because the source and destination paths did not resolve to the same provider.",
            )
        };
        let exception = Value::object(Exception::new("System.Management.Automation.PSArgumentException", message));
        let of = types::generic("System.Collections.ObjectModel.Collection`1", vec![types::string()]);
        let target = List::value(of.unwrap_or_else(types::array_list), vec![Value::from(from.path.as_str())]);
        paths::write_error(cx, exception, id, Category::InvalidArgument, target)
    }
}

impl Run for Transfer {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for name in ["ToSession", "FromSession"] {
            if cx.bound.get(name).is_some() {
                return Err(error::feature(&format!("Copy-Item -{name}, which needs a session to another machine,")));
            }
        }
        for given in paths::given(cx) {
            self.transfer(cx, &given).map_err(|flow| paths::ending(cx, flow))?;
        }
        Ok(())
    }
}
