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
    "Path string[] @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Relative @LiteralPath @Path
     RelativeBasePath string
     Force
     Credential pscredential credential ~",
    || Box::new(ResolvePath),
)
.examples(
    r#"(Resolve-Path /tmp/..).Path # where a path leads
> /"#,
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
.examples(
    r#"Convert-Path /tmp/../tmp # a path without detours
> /tmp"#,
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
        if from.drive.as_ref().is_some_and(|drive| drive.relative(&to.path).is_none()) {
            return to.full_name();
        }
        if from.path == to.path && to.full_name().ends_with('/') {
            return "./".into();
        }
        let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
        let is_above = from.path == to.path
            || from.path.strip_prefix(to.path.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
        if !is_above {
            let way = names::relative(&from.path, &to.path);
            return if way.starts_with("..") { way } else { format!("./{way}") };
        }
        // What lies above is called by its name, seen from one above it; the root has none.
        let name = providers::split(&to.path).1;
        let up = parts(&from.path).saturating_sub(parts(&to.path)).saturating_add(usize::from(!name.is_empty()));
        if up == 0 { "./".into() } else { format!("{}{name}", "../".repeat(up)) }
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
            // PowerShell goes there and back, which its history of places shows.
            cx.rs.state.locations.go(base.clone());
            cx.rs.state.locations.go(here.clone());
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
        paths::refuse_credential_of_path(cx)?;
        Self::run(cx).map_err(|flow| paths::ending(cx, flow))
    }
}

struct ConvertPath;

impl Run for ConvertPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for given in paths::given(cx) {
            let found = ResolvePath::find(cx, &given).map_err(|flow| paths::ending(cx, flow))?;
            for target in found {
                cx.write(Value::from(target.full_name()))?;
            }
        }
        Ok(())
    }
}
