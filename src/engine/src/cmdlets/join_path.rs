//! `Join-Path`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::R,
    providers::{self, Kind},
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Join-Path",
    "JoinPathCommand",
    "Path|PSPath string[] 0 ! ^ ~
     ChildPath string[] empty emptycol null 1 ! ~
     AdditionalChildPath string[] null empty emptycol 2 ~ *
     Resolve
     Credential pscredential credential ~",
    || Box::new(JoinPath),
)
.examples(
    r#"Join-Path /a b # two parts of a path
> /a/b"#,
)
.in_module(MANAGEMENT);

struct JoinPath;

/// Two parts of a path with exactly one separator between them.
pub(crate) fn join(parent: &str, child: &str) -> String {
    let child = providers::clean(child);
    if child.is_empty() {
        let parent = providers::clean(parent);
        return if parent.ends_with(['/', ':']) { parent } else { format!("{parent}/") };
    }
    let parent = providers::clean(parent);
    if parent.is_empty() {
        return child;
    }
    // A drive's root is written with a separator.
    let end = if parent.ends_with('/') { "" } else { "/" };
    format!("{parent}{end}{}", child.trim_start_matches('/'))
}

impl JoinPath {
    /// A path on a drive begins with the drive as it is called; where items have no children, only the drive counts.
    fn start(cx: &Cx<'_>, parent: &str) -> String {
        let Some((name, rest)) = parent.split_once(':').filter(|(name, _)| !name.contains(['/', '\\'])) else {
            return parent.to_owned();
        };
        match cx.rs.drive_named(name) {
            Some(drive) if drive.kind == Kind::FileSystem => join(&format!("{}:/", drive.name), rest),
            Some(drive) => format!("{}:/", drive.name),
            None => parent.to_owned(),
        }
    }
}

impl Run for JoinPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        paths::refuse_credential_of_path(cx)?;
        let mut children = cx.strings("ChildPath");
        children.extend(cx.strings("AdditionalChildPath"));
        if children.is_empty() {
            children.push(Str::default());
        }
        for parent in cx.strings("Path") {
            // The drive must exist, though nothing on it need.
            if let Err(problem) = providers::parse(cx.rs, &parent) {
                paths::report_problem(cx, &problem)?;
                continue;
            }
            let path = children.iter().fold(Self::start(cx, &parent), |path, child| join(&path, child));
            if !cx.flag("Resolve") {
                cx.write(Value::from(path))?;
                continue;
            }
            let given = paths::Given { text: path.into(), literal: false };
            for target in paths::resolve_one(cx, &given).map_err(|flow| paths::ending(cx, flow))? {
                cx.write(Value::from(target.shown()))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn one_separator_between() {
        assert_eq!(join("/a/", "/b"), "/a/b");
        assert_eq!(join("a\\b", "c\\d"), "a/b/c/d");
        assert_eq!(join("/", "b"), "/b");
        assert_eq!(join("env:", "x"), "env:/x");
        assert_eq!(join("a", ""), "a/");
    }
}
