//! `Test-Path`

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{
    eval::R,
    platform::FileKind,
    providers,
    value::{Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Test-Path",
    "TestPathCommand",
    "Path string[] null empty emptycol @Path(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] null empty emptycol @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     PathType|Type string set(Any,Container,Leaf)
     IsValid",
    || Box::new(TestPath),
)
.in_module(MANAGEMENT)
.default_set("Path");

struct TestPath;

impl TestPath {
    /// Whether an item of a drive other than `/` exists; none if the path names no such drive.
    fn on_drive(cx: &Cx<'_>, path: &str) -> Option<bool> {
        let (drive, name) = path.split_once(':')?;
        let name = name.trim_start_matches(['/', '\\']);
        Some(match drive.to_ascii_lowercase().as_str() {
            "env" => name.is_empty() || cx.rs.state.environment.contains_key(name),
            "variable" => name.is_empty() || cx.rs.variable(name).is_some(),
            "function" => name.is_empty() || cx.rs.find_function(name).is_some(),
            "alias" => name.is_empty() || cx.rs.find_alias(name).is_some(),
            _ => return None,
        })
    }
}

impl Run for TestPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let wanted = cx.string("PathType").unwrap_or_default().to_ascii_lowercase();
        for (path, literal) in
            cx.list("Path").into_iter().map(|p| (p, false)).chain(cx.list("LiteralPath").into_iter().map(|p| (p, true)))
        {
            let path = text(&path);
            let exists = if path.trim().is_empty() {
                false
            } else if let Some(exists) = Self::on_drive(cx, &path) {
                exists
            } else if cx.flag("IsValid") {
                true
            } else {
                let candidates = if !literal && psrpd_dotnet::wildcard::has_wildcards(&path) {
                    providers::glob(cx.rs, &path)
                } else {
                    vec![path.to_string()]
                };
                candidates.iter().any(|path| {
                    let kind = cx.rs.platform.stat(&providers::absolute(cx.rs, path)).map(|stat| stat.kind);
                    match (kind, wanted.as_str()) {
                        (Ok(kind), "container") => kind == FileKind::Directory,
                        (Ok(kind), "leaf") => kind != FileKind::Directory,
                        (kind, _) => kind.is_ok(),
                    }
                })
            };
            cx.write(Value::Bool(exists))?;
        }
        Ok(())
    }
}
