//! `Get-ChildItem`

use psrpd_dotnet::casing;

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{eval::R, ops::patterns, platform::FileKind, value::Value};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-ChildItem",
    "GetChildItemCommand",
    "Path string[] @Items(0 ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralItems(! ~)
     Filter string 1
     Include string[]
     Exclude string[]
     Recurse|s
     Depth uint
     Force
     Name
     Directory|ad
     File|af
     Hidden|ah|h",
    || Box::new(GetChildItem),
)
.in_module(MANAGEMENT)
.default_set("Items");

struct GetChildItem;

impl GetChildItem {
    /// Whether the name of an item passes the filters.
    fn passes(cx: &Cx<'_>, name: &str) -> R<bool> {
        let matches = |pattern: &str| patterns::wildcard(pattern, true).map(|pattern| pattern.is_match(name));
        if let Some(filter) = cx.string("Filter")
            && !matches(&filter)?
        {
            return Ok(false);
        }
        for pattern in cx.strings("Exclude") {
            if matches(&pattern)? {
                return Ok(false);
            }
        }
        let include = cx.strings("Include");
        for pattern in &include {
            if matches(pattern)? {
                return Ok(true);
            }
        }
        Ok(include.is_empty())
    }

    fn folder(cx: &mut Cx<'_>, root: &str, path: &str, depth: i64) -> R<()> {
        cx.rs.check_stop()?;
        let mut names = cx.rs.platform.list(path).unwrap_or_default();
        names.sort_by(|a, b| casing::cmp(a, b));
        let mut entries = Vec::new();
        for name in names {
            let whole = format!("{}/{name}", path.trim_end_matches('/'));
            if let Ok(stat) = cx.rs.platform.stat(&whole) {
                entries.push((name, whole, stat));
            }
        }
        // Directories come before files.
        entries.sort_by_key(|(_, _, stat)| stat.kind != FileKind::Directory);
        let (only_folders, only_files, hidden) = (cx.flag("Directory"), cx.flag("File"), cx.flag("Hidden"));
        for (name, whole, stat) in &entries {
            let is_folder = stat.kind == FileKind::Directory;
            let is_hidden = name.starts_with('.');
            if is_hidden && !cx.flag("Force") && !hidden
                || hidden && !is_hidden
                || only_folders && !is_folder
                || only_files && is_folder
            {
                continue;
            }
            if Self::passes(cx, name)? {
                let value = if cx.flag("Name") {
                    Value::from(whole.strip_prefix(root).unwrap_or(whole).trim_start_matches('/'))
                } else {
                    paths::item(cx, whole, stat)
                };
                cx.write(value)?;
            }
        }
        if depth > 0 {
            for (name, whole, stat) in &entries {
                if stat.kind == FileKind::Directory && !stat.is_link && (!name.starts_with('.') || cx.flag("Force")) {
                    Self::folder(cx, root, whole, depth.saturating_sub(1))?;
                }
            }
        }
        Ok(())
    }
}

impl Run for GetChildItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let here = cx.bound.get("Path").is_none() && cx.bound.get("LiteralPath").is_none();
        let roots = if here { vec![cx.rs.state.location.to_string()] } else { paths::resolve(cx, true)? };
        let depth = cx.int("Depth").unwrap_or(if cx.flag("Recurse") { i64::MAX } else { 0 });
        for root in roots {
            match cx.rs.platform.stat(&root) {
                Ok(stat) if stat.kind == FileKind::Directory => Self::folder(cx, &root, &root, depth)?,
                Ok(stat) => {
                    let value = if cx.flag("Name") {
                        Value::from(paths::split(&root).1)
                    } else {
                        paths::item(cx, &root, &stat)
                    };
                    cx.write(value)?;
                }
                Err(_) => {}
            }
        }
        Ok(())
    }
}
