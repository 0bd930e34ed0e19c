//! `Get-ChildItem`

use std::collections::HashSet;

use psrpd_dotnet::wildcard;

use super::{
    Cmdlet, Cx, MANAGEMENT, Run,
    attributes::Attributes,
    paths::{self, Filters, Given},
};
use crate::{
    eval::R,
    platform::{FileKind, FileStat},
    providers::{self, GlobOptions, Kind, Problem, Target, file_system},
    types::files::info::attribute,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-ChildItem",
    "GetChildItemCommand",
    "Path string[] @Items(0 ^ ~)
     LiteralPath|PSPath|LP string[] @LiteralItems(! ~)
     Filter string 1
     Include string[]
     Exclude string[]
     Recurse|s|r
     Depth uint
     Force
     Name
     Attributes object dynamic
     FollowSymlink dynamic
     Directory|ad dynamic
     File|af dynamic
     Hidden|ah|h dynamic
     ReadOnly|ar dynamic
     System|as dynamic",
    || Box::new(GetChildItem),
)
.examples(
    r#"$null = New-Item d/x.txt -Force; Get-ChildItem d -Name # what is in a directory
> x.txt"#,
)
.in_module(MANAGEMENT)
.default_set("Items");

struct GetChildItem;

/// What is listed, and how.
struct Listing {
    recurse: bool,
    depth: u32,
    filter: Option<file_system::Pattern>,
    attributes: Attributes,
    /// Whether hidden items are listed as others are.
    hidden: bool,
    name: bool,
    follow: bool,
    /// Folders that were followed into, so that links in a circle end.
    visited: HashSet<(u64, u64)>,
}

impl Listing {
    fn of(cx: &Cx<'_>) -> R<Self> {
        let depth = cx.int("Depth").map(|depth| u32::try_from(depth).unwrap_or(u32::MAX));
        let attributes = Attributes::of(cx)?;
        Ok(Self {
            recurse: cx.flag("Recurse") || depth.is_some(),
            depth: depth.unwrap_or(u32::MAX),
            filter: cx.string("Filter").filter(|f| !f.is_empty()).map(|f| file_system::Pattern::new(&f, true)),
            hidden: cx.flag("Force") || attributes.mentions(attribute::HIDDEN),
            attributes,
            name: cx.flag("Name"),
            follow: cx.flag("FollowSymlink"),
            visited: HashSet::new(),
        })
    }

    /// Whether a file is listed, as far as its attributes say.
    fn shows(&self, cx: &Cx<'_>, target: &Target, stat: &FileStat) -> bool {
        let bits = crate::types::files::info::attributes(&*cx.rs.platform, &target.path, stat);
        self.attributes.allow(bits) && (self.hidden || bits & attribute::HIDDEN == 0)
    }

    /// Whether what is in a folder is listed too.
    fn enters(&mut self, cx: &Cx<'_>, target: &Target, stat: &FileStat) -> bool {
        if stat.kind != FileKind::Directory || !self.hidden && target.kind.provider().is_hidden(&target.path) {
            return false;
        }
        // Names are listed through links too, unless they lead back to where they are.
        if self.name && stat.is_link {
            let real = cx.rs.platform.real_path(&target.path).unwrap_or_default();
            return !real.is_empty() && !target.path.starts_with(&real);
        }
        if !stat.is_link {
            return !self.follow || self.visited.insert((stat.device, stat.inode));
        }
        self.follow
            && cx.rs.platform.stat(&target.path).is_ok_and(|real| self.visited.insert((real.device, real.inode)))
    }

    /// Lists what is in a folder: all of it first, then what is in the folders in it.
    fn folder(&mut self, cx: &mut Cx<'_>, base: &Target, folder: &Target, depth: u32) -> R<()> {
        cx.rs.check_stop()?;
        let entries = match file_system::children(cx.rs, &folder.path) {
            Ok(entries) => entries,
            Err(flow) => return self.unreadable(cx, folder, flow),
        };
        for (name, stat) in &entries {
            let child = folder.child(name);
            let passes = self.filter.as_ref().is_none_or(|filter| filter.is_match(name));
            if passes && self.shows(cx, &child, stat) {
                self.write(cx, base, &child, stat.clone())?;
            }
        }
        if self.recurse && depth > 0 {
            for (name, stat) in &entries {
                let child = folder.child(name);
                if self.enters(cx, &child, stat) {
                    self.folder(cx, base, &child, depth.saturating_sub(1))?;
                }
            }
        }
        Ok(())
    }

    fn write(&self, cx: &mut Cx<'_>, base: &Target, target: &Target, stat: FileStat) -> R<()> {
        if self.name {
            let below = target.path.strip_prefix(base.path.trim_end_matches('/')).unwrap_or(&target.path);
            let note = crate::types::files::unix_stat::value(&cx.rs.platform, stat.clone());
            let name = Value::from(below.trim_start_matches('/'));
            return cx.write(providers::with_notes(name, target, Some(note), Some(false)));
        }
        let item = file_system::item_of(cx.rs, target, stat);
        cx.write(item)
    }

    fn unreadable(&self, cx: &mut Cx<'_>, folder: &Target, flow: crate::eval::Flow) -> R<()> {
        let crate::eval::Flow::Error(raised) = &flow else { return Err(flow) };
        let exception = raised.record.exception.clone();
        let (id, category) = if exception.type_name() == "System.UnauthorizedAccessException" {
            ("DirUnauthorizedAccessError", Category::PermissionDenied)
        } else {
            ("DirIOError", Category::ReadError)
        };
        paths::write_error(cx, exception, id, category, Value::from(folder.path.as_str()))
    }

    /// Lists what is in a container of any provider.
    fn children(&mut self, cx: &mut Cx<'_>, container: &Target) -> R<()> {
        if container.kind == Kind::FileSystem {
            let depth = self.depth;
            return self.folder(cx, container, container, depth);
        }
        if self.filter.is_some() {
            paths::check_filter(std::slice::from_ref(container))?;
        }
        for name in container.kind.provider().names(cx.rs, &container.path)? {
            let child = container.child(&name);
            self.item(cx, &child)?;
        }
        Ok(())
    }

    /// Lists one item.
    fn item(&mut self, cx: &mut Cx<'_>, target: &Target) -> R<()> {
        if self.name {
            return cx.write(Value::from(paths::leaf(target)));
        }
        let items = target.kind.provider().items(cx.rs, target);
        items.into_iter().try_for_each(|item| cx.write(item))
    }

    /// Lists item by item, where names are included or excluded: what is in a folder comes right after it.
    fn by_name(&mut self, cx: &mut Cx<'_>, base: &Target, at: &Target, filters: &Filters, depth: u32) -> R<()> {
        cx.rs.check_stop()?;
        if !at.kind.provider().is_container(cx.rs, &at.path) {
            return if filters.pass(paths::leaf(at)) { self.item(cx, at) } else { Ok(()) };
        }
        if at.kind != Kind::FileSystem {
            for name in at.kind.provider().names(cx.rs, &at.path)? {
                if filters.pass(&name) {
                    self.item(cx, &at.child(&name))?;
                }
            }
            return Ok(());
        }
        let entries = match file_system::children(cx.rs, &at.path) {
            Ok(entries) => entries,
            Err(flow) => return self.unreadable(cx, at, flow),
        };
        for (name, stat) in entries {
            let child = at.child(&name);
            let passes = self.filter.as_ref().is_none_or(|filter| filter.is_match(&name)) && filters.pass(&name);
            if passes && self.shows(cx, &child, &stat) {
                self.write(cx, base, &child, stat.clone())?;
            }
            if self.recurse && depth > 0 && self.enters(cx, &child, &stat) {
                self.by_name(cx, base, &child, filters, depth.saturating_sub(1))?;
            }
        }
        Ok(())
    }
}

impl GetChildItem {
    fn path(cx: &mut Cx<'_>, listing: &mut Listing, given: &Given) -> R<()> {
        let mut filters = Filters::of(cx)?;
        let is_pattern = |text: &str| !given.literal && wildcard::has_wildcards(text);
        if given.literal || !listing.recurse && !is_pattern(&given.text) && filters.is_empty() {
            return Self::plain(cx, listing, given, &filters);
        }
        let mut path = given.text.to_string();
        if listing.recurse && !path.ends_with(['/', '\\']) {
            Self::fix(cx, &mut path, &mut filters)?;
        }
        let none = Filters::of_nothing();
        let searched = Given { text: if path.is_empty() { ".".into() } else { path.as_str().into() }, literal: false };
        let found = paths::resolve_with(cx, &searched, if listing.recurse { &none } else { &filters }, listing.hidden)?;
        let has_pattern = is_pattern(&path);
        let by_name = listing.recurse && has_pattern && !filters.has_include() || !filters.is_empty();
        for target in &found {
            cx.rs.check_stop()?;
            let depth = listing.depth;
            if by_name {
                listing.by_name(cx, target, target, &filters, depth)?;
            } else if (!has_pattern || listing.recurse) && target.kind.provider().is_container(cx.rs, &target.path) {
                listing.children(cx, target)?;
            } else if has_pattern || listing.name {
                Self::single(cx, listing, target)?;
            } else {
                Self::named(cx, listing, target)?;
            }
        }
        Ok(())
    }

    /// With `-Recurse`, the last part of a path that is no container is what to look for below the rest.
    fn fix(cx: &mut Cx<'_>, path: &mut String, filters: &mut Filters) -> R<()> {
        let cut = path.rfind(['/', '\\', ':']).map_or(0, |at| at.saturating_add(1));
        let (above, last) = path.split_at(cut);
        let (above, last) = (above.to_owned(), last.to_owned());
        if last == "*" && (cx.flag("File") || cx.flag("Directory")) {
            *path = above;
            return Ok(());
        }
        let is_container = Self::is_container(cx, path)?;
        if !filters.has_include() && !path.is_empty() && !is_container {
            if last != "*" {
                filters.include(&last)?;
            }
            *path = above;
        }
        Ok(())
    }

    /// Whether all that a path or pattern means are containers.
    fn is_container(cx: &mut Cx<'_>, path: &str) -> R<bool> {
        let found = if wildcard::has_wildcards(path) {
            providers::glob(cx.rs, path, GlobOptions::default())?.unwrap_or_default()
        } else {
            providers::parse(cx.rs, &wildcard::unescape(path)).into_iter().collect()
        };
        Ok(!found.is_empty() && found.iter().all(|target| target.kind.provider().is_container(cx.rs, &target.path)))
    }

    /// A path that means one item.
    fn plain(cx: &mut Cx<'_>, listing: &mut Listing, given: &Given, filters: &Filters) -> R<()> {
        let Some(target) = paths::target(cx, given)? else { return Ok(()) };
        let depth = listing.depth;
        if !filters.is_empty() {
            return listing.by_name(cx, &target, &target, filters, depth);
        }
        let provider = target.kind.provider();
        if !provider.exists(cx.rs, &target.path) {
            return paths::report_problem(cx, &Problem::Missing(target.path));
        }
        if provider.is_container(cx.rs, &target.path) {
            listing.children(cx, &target)
        } else if listing.name {
            Self::single(cx, listing, &target)
        } else {
            Self::named(cx, listing, &target)
        }
    }

    /// An item that a path names: it is there whatever its attributes are, unless it is hidden and nothing asks for that.
    fn named(cx: &mut Cx<'_>, listing: &mut Listing, target: &Target) -> R<()> {
        if (target.is_folder || !listing.hidden) && paths::is_out_of_sight(cx, target) {
            return paths::could_not_find(cx, target);
        }
        listing.item(cx, target)
    }

    /// An item that a pattern matches; attributes are asked of files only.
    fn single(cx: &mut Cx<'_>, listing: &mut Listing, target: &Target) -> R<()> {
        if target.kind == Kind::FileSystem
            && let Ok(stat) = cx.rs.platform.stat_link(&target.path)
        {
            let bits = crate::types::files::info::attributes(&*cx.rs.platform, &target.path, &stat);
            if !listing.attributes.allow(bits) {
                return Ok(());
            }
        }
        listing.item(cx, target)
    }
}

impl Run for GetChildItem {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut listing = Listing::of(cx)?;
        let mut all = paths::given(cx);
        for given in &mut all {
            if given.text.is_empty() {
                given.text = ".".into();
            }
        }
        if all.is_empty() {
            all.push(Given { text: ".".into(), literal: false });
        }
        for given in all {
            Self::path(cx, &mut listing, &given).map_err(|flow| paths::ending(cx, flow))?;
        }
        Ok(())
    }
}
