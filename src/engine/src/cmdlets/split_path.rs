//! `Split-Path`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{eval::R, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Split-Path",
    "SplitPathCommand",
    "Path string[] @ParentSet(0 ! ^ ~) @LeafSet(0 ! ^ ~) @LeafBaseSet(0 ! ^ ~) @ExtensionSet(0 ! ^ ~) @QualifierSet(0 ! ^ ~) @NoQualifierSet(0 ! ^ ~) @IsAbsoluteSet(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPathSet(! ~)
     Parent switch @ParentSet
     Leaf switch @LeafSet(!)
     LeafBase switch @LeafBaseSet(!)
     Extension switch @ExtensionSet(!)
     Qualifier switch @QualifierSet(!)
     NoQualifier switch @NoQualifierSet(!)
     IsAbsolute switch @IsAbsoluteSet(!)
     Resolve",
    || Box::new(SplitPath),
)
.in_module(MANAGEMENT)
.default_set("ParentSet");

struct SplitPath;

impl Run for SplitPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in cx.strings("Path").into_iter().chain(cx.strings("LiteralPath")) {
            let path = path.replace('\\', "/");
            let trimmed = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
            let (folder, name) = paths::split(trimmed);
            let dot = name.rfind('.');
            let value = if cx.flag("Leaf") {
                name.into()
            } else if cx.flag("LeafBase") {
                dot.and_then(|at| name.get(..at)).unwrap_or(name).into()
            } else if cx.flag("Extension") {
                dot.and_then(|at| name.get(at..)).unwrap_or("").into()
            } else if cx.flag("IsAbsolute") {
                Value::Bool(path.starts_with('/'))
            } else if cx.flag("NoQualifier") {
                path.split_once(':').map_or(path.as_str(), |(_, rest)| rest).into()
            } else if trimmed == "/" {
                "".into()
            } else {
                folder.into()
            };
            cx.write(value)?;
        }
        Ok(())
    }
}
