//! `Test-Path`

use psrpd_dotnet::wildcard;

use super::{
    Cmdlet, Cx, MANAGEMENT, Run,
    paths::{self, Filters},
};
use crate::{
    eval::{Flow, R},
    providers::{self, GlobOptions, Kind, Target},
    types::files,
    value::{Category, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Test-Path",
    "TestPathCommand",
    "Path string[] null empty emptycol @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] null empty emptycol @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     PathType|Type Microsoft.PowerShell.Commands.TestPathType
     IsValid
     Credential pscredential credential ~
     OlderThan System.Nullable`1[System.DateTime] dynamic
     NewerThan System.Nullable`1[System.DateTime] dynamic",
    || Box::new(TestPath),
)
.examples(
    r#"Test-Path /tmp -PathType Container # whether a directory is there
> True"#,
)
.in_module(MANAGEMENT)
.default_set("Path");

struct TestPath;

impl TestPath {
    fn exists(cx: &mut Cx<'_>, path: &str, literal: bool) -> R<bool> {
        if cx.flag("IsValid") {
            return Ok(providers::parse(cx.rs, path).is_ok() && !path.contains('\0'));
        }
        let found: Vec<Target> = if !literal && wildcard::has_wildcards(path) {
            // As everywhere, hidden items are found only by their names.
            let options = GlobOptions { hidden: cx.flag("Force"), ..GlobOptions::default() };
            match providers::glob(cx.rs, path, options) {
                Ok(found) => found.unwrap_or_default(),
                // What is no pattern means nothing.
                Err(Flow::Error(_)) => return Ok(false),
                Err(flow) => return Err(flow),
            }
        } else {
            let plain = if literal { path.to_owned() } else { wildcard::unescape(path) };
            providers::parse(cx.rs, &plain).into_iter().collect()
        };
        let filters = Filters::of(cx)?;
        let filter =
            cx.string("Filter").filter(|filter| !filter.is_empty() && !literal && wildcard::has_wildcards(path));
        let filter = filter.map(|filter| providers::file_system::Pattern::new(&filter, true));
        for target in found {
            let matches = filter.as_ref().is_none_or(|filter| filter.is_match(paths::leaf(&target)));
            if matches && filters.pass(paths::leaf(&target)) && Self::fits(cx, &target) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn fits(cx: &mut Cx<'_>, target: &Target) -> bool {
        let provider = target.kind.provider();
        if !provider.exists(cx.rs, &target.path) {
            return false;
        }
        let is_container = provider.is_container(cx.rs, &target.path);
        let kind_fits = match cx.get("PathType").map(Value::into_base) {
            Some(Value::Enum(_, 1)) => is_container,
            Some(Value::Enum(_, 2)) => !is_container,
            _ => true,
        };
        kind_fits && Self::age_fits(cx, target)
    }

    fn age_fits(cx: &Cx<'_>, target: &Target) -> bool {
        let ticks = |name: &str| match cx.get(name).map(Value::into_base) {
            Some(Value::DateTime(date)) => Some(files::to_utc(cx.rs, date)),
            _ => None,
        };
        let (older, newer) = (ticks("OlderThan"), ticks("NewerThan"));
        if older.is_none() && newer.is_none() || target.kind != Kind::FileSystem {
            return true;
        }
        let Ok(stat) = cx.rs.platform.stat(&target.path) else { return false };
        older.is_none_or(|older| stat.modified < older) && newer.is_none_or(|newer| stat.modified > newer)
    }

    fn null(cx: &mut Cx<'_>, target: Value) -> R<()> {
        let message = "Value cannot be null. (Parameter 'The provided Path argument was null or an empty collection.')";
        let id = "NullPathNotPermitted";
        cx.error("System.ArgumentNullException", id, Category::InvalidArgument, message, target)
    }
}

impl Run for TestPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::refuse_credential(cx, Kind::FileSystem)?;
        let given: Vec<(Value, bool)> = cx
            .list("Path")
            .into_iter()
            .map(|path| (path, false))
            .chain(cx.list("LiteralPath").into_iter().map(|path| (path, true)))
            .collect();
        if given.is_empty() {
            let target = cx.get("Path").or_else(|| cx.get("LiteralPath"));
            return Self::null(cx, target.map_or(Value::Null, Value::into_base));
        }
        for (path, literal) in given {
            if path.is_null() {
                Self::null(cx, Value::Null)?;
                continue;
            }
            let path = text(&path);
            let exists = !path.trim().is_empty() && Self::exists(cx, &path, literal)?;
            cx.write(Value::Bool(exists))?;
        }
        Ok(())
    }
}
