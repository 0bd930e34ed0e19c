//! `Join-Path`

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{eval::R, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Join-Path",
    "JoinPathCommand",
    "Path|PSPath string[] 0 ! ^ ~
     ChildPath string null empty 1 ! ~
     AdditionalChildPath string[] null emptycol empty * ~
     Resolve",
    || Box::new(JoinPath),
)
.in_module(MANAGEMENT);

struct JoinPath;

impl Run for JoinPath {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let children: Vec<_> = cx.string("ChildPath").into_iter().chain(cx.strings("AdditionalChildPath")).collect();
        for path in cx.strings("Path") {
            let mut joined = path.replace('\\', "/");
            for child in &children {
                let child = child.replace('\\', "/");
                let child = child.trim_start_matches('/');
                joined = if joined.ends_with('/') || joined.is_empty() {
                    format!("{joined}{child}")
                } else {
                    format!("{joined}/{child}")
                };
            }
            cx.write(Value::from(joined))?;
        }
        Ok(())
    }
}
