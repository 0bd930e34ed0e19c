//! What `Select-String` finds: `MatchInfo` and its context.

use psrpd_dotnet::Str;

use super::{Members, TypeDef};
use crate::value::{Opaque, Value, enumerate, text};

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("Microsoft.PowerShell.Commands.MatchInfo").members(methods),
    TypeDef::class("Microsoft.PowerShell.Commands.MatchInfoContext"),
];

/// Where input objects come from that are no files.
pub(crate) const INPUT_STREAM: &str = "InputStream";

fn methods(m: &mut Members) {
    m.method("string RelativePath(string directory)", |_, this, args| {
        Ok(relative(&field(this, "Path"), &args.first().map(text).unwrap_or_default()).into())
    });
    m.method("string ToString()", |_, this, _| Ok(shown(this, &field(this, "Path"), &field(this, "Line")).into()));
    m.method("string ToString(string directory)", |_, this, args| {
        let path = relative(&field(this, "Path"), &args.first().map(text).unwrap_or_default());
        Ok(shown(this, &path, &field(this, "Line")).into())
    });
    // Without a terminal nothing is emphasised.
    m.method("string ToEmphasizedString(string directory)", |_, this, args| {
        let path = relative(&field(this, "Path"), &args.first().map(text).unwrap_or_default());
        Ok(shown(this, &path, &field(this, "Line")).into())
    });
}

fn field(this: &Value, name: &str) -> Str {
    this.downcast::<Opaque>().and_then(|info| info.get(name)).map(|value| text(&value)).unwrap_or_default()
}

/// `path:number:line`, with the lines of the context around it.
pub(crate) fn shown(this: &Value, path: &str, line: &str) -> String {
    let Some(info) = this.downcast::<Opaque>() else { return String::new() };
    let number = info.get("LineNumber").and_then(|n| n.as_i128()).unwrap_or(0);
    let is_file = field(this, "Path").as_str() != INPUT_STREAM;
    let format = |number: i128, line: &str, prefix: &str| {
        if is_file { format!("{prefix}{path}:{number}:{line}") } else { format!("{prefix}{line}") }
    };
    let context = info.get("Context").unwrap_or_default();
    let Some(context) = context.downcast::<Opaque>() else { return format(number, line, "") };
    let lines = |name: &str| context.get(name).and_then(|lines| enumerate(&lines)).unwrap_or_default();
    let before = lines("DisplayPreContext");
    let mut out = Vec::new();
    let mut at = number.saturating_sub(i128::try_from(before.len()).unwrap_or(0));
    for line in before {
        out.push(format(at, &text(&line), "  "));
        at = at.saturating_add(1);
    }
    out.push(format(at, line, "> "));
    for line in lines("DisplayPostContext") {
        at = at.saturating_add(1);
        out.push(format(at, &text(&line), "  "));
    }
    out.join("\n")
}

/// A path as seen from a folder above it; other paths stay.
fn relative(path: &str, folder: &str) -> String {
    let folder = folder.trim_end_matches('/');
    match path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) if path != INPUT_STREAM => rest.to_owned(),
        _ => path.to_owned(),
    }
}
