//! `Split-Path`

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::{R, Runspace},
    providers::{self, Kind},
    types::files::path::extension,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Split-Path",
    "SplitPathCommand",
    "Path string[] @ParentSet(0 ! ^ ~) @LeafSet(0 ! ^ ~) @LeafBaseSet(0 ! ^ ~) @ExtensionSet(0 ! ^ ~) @QualifierSet(0 ! ^ ~) @NoQualifierSet(0 ! ^ ~) @IsAbsoluteSet(0 ! ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralPathSet(! ~)
     Qualifier @QualifierSet(! ~)
     NoQualifier @NoQualifierSet(! ~)
     Parent @ParentSet(~)
     Leaf @LeafSet(! ~)
     LeafBase @LeafBaseSet(! ~)
     Extension @ExtensionSet(! ~)
     Resolve
     IsAbsolute @IsAbsoluteSet(!)
     Credential pscredential credential ~",
    || Box::new(SplitPath),
)
.examples(r#"Split-Path /a/b.txt -Leaf # the last part of a path
> b.txt"#)
.in_module(MANAGEMENT)
.default_set("ParentSet");

struct SplitPath;

/// The qualifier of a path, the way it is written, and the rest.
fn qualifier(path: &str) -> (Option<&str>, &str) {
    if let Some((provider, rest)) = providers::parse_qualified(path) {
        let length = provider.len().saturating_add("::".len());
        return (path.get(..length), rest);
    }
    match path.split_once(':') {
        Some((drive, rest)) if !drive.is_empty() && !drive.contains(['/', '\\']) => {
            (path.get(..drive.len().saturating_add(1)), rest)
        }
        _ => (None, path),
    }
}

/// The path above: one separator and what follows it are cut off.
fn parent(rs: &Runspace, path: &str) -> Option<String> {
    let (qualifier, rest) = qualifier(path);
    let rest = providers::clean(rest);
    let body = rest.trim_end_matches('/');
    if let Some(qualifier) = qualifier {
        if body.is_empty() || is_flat(rs, qualifier) {
            return Some(String::new());
        }
        let above = body.rsplit_once('/').map_or("", |(above, _)| above);
        let root = if above.is_empty() && body.starts_with('/') { "/" } else { above };
        return Some(format!("{qualifier}{root}"));
    }
    if body.is_empty() {
        return None;
    }
    Some(body.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned()))
}

/// Whether the items of a drive have no children, so that a path on it is one name.
fn is_flat(rs: &Runspace, qualifier: &str) -> bool {
    let name = qualifier.trim_end_matches(':');
    let kind = rs.drive_named(name).map(|drive| drive.kind).or_else(|| Kind::find(name));
    kind.is_some_and(|kind| kind != Kind::FileSystem)
}

/// The last part; dots mean the names of what they lead to.
fn leaf(rs: &Runspace, path: &str) -> String {
    let (qualifier, rest) = qualifier(path);
    let rest = providers::clean(rest);
    if qualifier.is_some_and(|qualifier| is_flat(rs, qualifier)) {
        return rest;
    }
    let body = rest.trim_end_matches('/');
    match body.rsplit('/').next() {
        Some(".." | ".") | Some("") | None => match providers::parse(rs, path) {
            Ok(target) => providers::split(&target.path).1.to_owned(),
            Err(_) => String::new(),
        },
        Some(name) => name.to_owned(),
    }
}

fn without_extension(name: &str) -> &str {
    match name.rfind('.') {
        Some(at) => name.get(..at).unwrap_or(name),
        None => name,
    }
}

impl SplitPath {
    fn one(cx: &mut Cx<'_>, path: &str) -> R<()> {
        let value: Value = match cx.bound.set().as_str() {
            "IsAbsoluteSet" => (path.starts_with(['/', '\\']) || qualifier(path).0.is_some()).into(),
            "LeafSet" => leaf(cx.rs, path).into(),
            "LeafBaseSet" => {
                let name = leaf(cx.rs, path);
                without_extension(name.rsplit('/').next().unwrap_or("")).into()
            }
            "ExtensionSet" => extension(&leaf(cx.rs, path)).into(),
            "NoQualifierSet" => match qualifier(path) {
                (Some(_), "") => path.into(),
                (_, rest) => rest.into(),
            },
            "QualifierSet" => match qualifier(path).0 {
                Some(qualifier) => qualifier.into(),
                None => {
                    let message =
                        format!("Cannot parse path because path '{path}' does not have a qualifier specified.");
                    let exception = "System.FormatException";
                    let id = "ParsePathFormatError";
                    return cx.error(exception, id, Category::InvalidArgument, message, Value::from(path));
                }
            },
            _ => match parent(cx.rs, path) {
                Some(parent) => parent.into(),
                None => {
                    let message = "Cannot process argument because the value of argument \"path\" is not valid. Change the value of the \"path\" argument and run the operation again.";
                    let exception = "System.Management.Automation.PSArgumentException";
                    return Err(cx.fail(exception, "Argument", Category::InvalidArgument, message, Value::Null));
                }
            },
        };
        cx.write(value)
    }
}

impl Run for SplitPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::refuse_credential_of_path(cx)?;
        for given in paths::given(cx) {
            if !cx.flag("Resolve") {
                Self::one(cx, &given.text)?;
                continue;
            }
            for target in paths::resolve_one(cx, &given).map_err(|flow| paths::ending(cx, flow))? {
                Self::one(cx, &target.shown())?;
            }
        }
        Ok(())
    }
}
