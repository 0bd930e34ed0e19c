//! `Resolve-Path` and `Convert-Path`

use super::{
    Cmdlet, Cx, MANAGEMENT, Run,
    paths::{self, Filters, Given},
};
use crate::{
    eval::R,
    providers::{self, Kind, Problem, Target, path_info},
    types::files::path as names,
    value::Value,
};

pub(super) static RESOLVE: Cmdlet = Cmdlet::new(
    "Resolve-Path",
    "ResolvePathCommand",
    "Path string[] @Path(0 ! ^ ~) @PathWithRelativeBase(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~) @LiteralPathWithRelativeBase(! ~)
     Relative
     RelativeBasePath string @PathWithRelativeBase @LiteralPathWithRelativeBase
     Force",
    || Box::new(ResolvePath),
)
.in_module(MANAGEMENT)
.default_set("Path");

pub(super) static CONVERT: Cmdlet = Cmdlet::new(
    "Convert-Path",
    "ConvertPathCommand",
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Force",
    || Box::new(ConvertPath),
)
.in_module(MANAGEMENT)
.default_set("Path");

struct ResolvePath;

impl ResolvePath {
    /// A path as it is written from a place; on another drive it stays whole.
    fn relative(from: &Target, to: &Target) -> String {
        if from.kind != Kind::FileSystem || to.kind != Kind::FileSystem {
            return to.shown();
        }
        // Even where the place itself is meant, its name is told.
        let (folder, name) = providers::split(&to.path);
        let way = if from.path == to.path && !name.is_empty() {
            format!("{}/{name}", names::relative(&from.path, folder))
        } else {
            names::relative(&from.path, &to.path)
        };
        let way = if name.is_empty() { if way == "." { String::new() } else { format!("{way}/") } } else { way };
        if way.starts_with("..") { way } else { format!("./{way}") }
    }

    fn find(cx: &mut Cx<'_>, given: &Given) -> R<Vec<Target>> {
        paths::resolve_with(cx, given, &Filters::of_nothing(), cx.flag("Force"))
    }

    fn run(cx: &mut Cx<'_>) -> R<()> {
        let here = cx.rs.state.locations.current().clone();
        let mut base = here.clone();
        if let Some(text) = cx.string("RelativeBasePath") {
            let Some(found) = paths::target(cx, &Given { text, literal: false })? else { return Ok(()) };
            if !found.kind.provider().is_container(cx.rs, &found.path) {
                return paths::report_problem(cx, &Problem::Missing(found.shown()));
            }
            base = found;
        }
        for given in paths::given(cx) {
            // Relative paths begin at the base.
            cx.rs.state.locations.visit(base.clone());
            let found = Self::find(cx, &given);
            cx.rs.state.locations.visit(here.clone());
            for target in found? {
                let value =
                    if cx.flag("Relative") { Value::from(Self::relative(&base, &target)) } else { path_info(&target) };
                cx.write(value)?;
            }
        }
        Ok(())
    }
}

impl Run for ResolvePath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        Self::run(cx).map_err(|flow| paths::ending(cx, flow))
    }
}

struct ConvertPath;

impl Run for ConvertPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for given in paths::given(cx) {
            let found = ResolvePath::find(cx, &given).map_err(|flow| paths::ending(cx, flow))?;
            for target in found {
                cx.write(Value::from(target.provider_path()))?;
            }
        }
        Ok(())
    }
}
