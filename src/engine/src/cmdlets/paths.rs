//! What the cmdlets that take paths share: what a path means, which items it resolves to, and their errors.

use psrpd_dotnet::{Str, wildcard};

use super::Cx;
use crate::{
    eval::{Flow, R},
    ops::patterns,
    platform::FileKind,
    providers::{self, GlobOptions, Kind, Problem, Target},
    value::{Category, ErrorRecord, Exception, Opaque, Value},
};

/// A path as it was given, and whether wildcards in it mean themselves.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) text: Str,
    pub(super) literal: bool,
}

/// The paths of `-Path` and `-LiteralPath`.
pub(super) fn given(cx: &Cx<'_>) -> Vec<Given> {
    let of = |name: &str, literal: bool| {
        cx.strings(name).into_iter().map(move |text| Given { text, literal }).collect::<Vec<_>>()
    };
    of("Path", false).into_iter().chain(of("LiteralPath", true)).collect()
}

/// An error record of the cmdlet.
pub(crate) fn record(cx: &Cx<'_>, exception: Value, id: &str, category: Category, target: Value) -> ErrorRecord {
    let record = ErrorRecord::new(exception, cx.id(id), category, target);
    *record.activity.lock() = cx.cmdlet.name.into();
    record
}

/// Writes an error about an input object, which is an object of PowerShell whatever it holds.
pub(crate) fn write_error_of_object(
    cx: &mut Cx<'_>,
    exception: Exception,
    id: &str,
    category: Category,
    object: &Value,
) -> R<()> {
    let record = record(cx, Value::object(exception), id, category, object.clone());
    *record.target_type.lock() = Some("PSObject".into());
    cx.rs.write_error(record)
}

/// Writes an error of the cmdlet and goes on.
pub(crate) fn write_error(cx: &mut Cx<'_>, exception: Value, id: &str, category: Category, target: Value) -> R<()> {
    let record = record(cx, exception, id, category, target);
    cx.rs.write_error(record)
}

/// Whether an error is one that the cmdlet has made and not yet called its own.
fn is_unnamed(flow: &Flow) -> Option<&ErrorRecord> {
    let Flow::Error(raised) = flow else { return None };
    let is_own = !raised.thrown && !raised.by_preference && raised.record.activity.lock().is_empty();
    (is_own && !raised.record.id.lock().contains(',')).then_some(&raised.record)
}

/// An error that ends the cmdlet, as its own.
pub(crate) fn ending(cx: &Cx<'_>, flow: Flow) -> Flow {
    if let Some(record) = is_unnamed(&flow) {
        let id = record.id.lock().clone();
        *record.id.lock() = cx.id(&id).into();
        *record.activity.lock() = cx.cmdlet.name.into();
    }
    flow
}

/// Writes an error that something below has raised, and goes on.
pub(crate) fn report(cx: &mut Cx<'_>, flow: Flow) -> R<()> {
    match ending(cx, flow) {
        Flow::Error(raised) if !raised.by_preference => cx.rs.write_error_record(raised.record.clone()),
        other => Err(other),
    }
}

/// Writes that a path means nothing. Where there is no home, the command ends.
pub(super) fn report_problem(cx: &mut Cx<'_>, problem: &Problem) -> R<()> {
    let record = problem.record(|id| cx.id(id));
    *record.activity.lock() = cx.cmdlet.name.into();
    if matches!(problem, Problem::Home(_)) {
        return Err(Flow::error(record));
    }
    cx.rs.write_error(record)
}

/// What a path without wildcards means; an error is written where it means nothing.
pub(super) fn target(cx: &mut Cx<'_>, given: &Given) -> R<Option<Target>> {
    let text = if given.literal { given.text.to_string() } else { wildcard::unescape(&given.text) };
    match providers::parse(cx.rs, &text) {
        Ok(target) => refuse_credential(cx, target.kind).map(|()| Some(target)),
        Err(problem) => report_problem(cx, &problem).map(|()| None),
    }
}

/// No provider takes credentials.
pub(super) fn refuse_credential(cx: &Cx<'_>, kind: Kind) -> R<()> {
    if !has_credential(cx) {
        return Ok(());
    }
    Err(providers::not_supported(match kind {
        Kind::FileSystem => NO_CREDENTIAL,
        _ => {
            "The provider does not support the use of credentials. Perform the operation again without specifying credentials."
        }
    }))
}

/// As [`refuse_credential`], for cmdlets that work on paths alone.
pub(super) fn refuse_credential_of_path(cx: &Cx<'_>) -> R<()> {
    if !has_credential(cx) {
        return Ok(());
    }
    let exception = "System.Management.Automation.PSNotSupportedException";
    Err(cx.fail(exception, "NotSupported", Category::NotImplemented, NO_CREDENTIAL, Value::Null))
}

const NO_CREDENTIAL: &str = "The FileSystem provider supports credentials only on the New-PSDrive cmdlet. Perform the operation again without specifying credentials.";

/// Whether a credential is given, and not the empty one.
fn has_credential(cx: &Cx<'_>) -> bool {
    let user = |given: &Value| given.downcast::<Opaque>().and_then(|credential| credential.get("UserName"));
    cx.get("Credential").is_some_and(|given| user(&given).is_some_and(|name| !name.is_null()))
}

/// `-Include` and `-Exclude`, ready to match.
#[derive(Default)]
pub(super) struct Filters {
    include: Vec<wildcard::Wildcard>,
    exclude: Vec<wildcard::Wildcard>,
}

impl Filters {
    pub(super) fn of(cx: &Cx<'_>) -> R<Self> {
        let read = |name: &str| -> R<Vec<wildcard::Wildcard>> {
            cx.strings(name)
                .iter()
                .filter(|pattern| !pattern.is_empty())
                .map(|pattern| patterns::wildcard(pattern, true))
                .collect()
        };
        Ok(Self { include: read("Include")?, exclude: read("Exclude")? })
    }

    /// Filters that everything passes.
    pub(super) fn of_nothing() -> Self {
        Self { include: Vec::new(), exclude: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    pub(super) fn has_include(&self) -> bool {
        !self.include.is_empty()
    }

    /// A further pattern to include.
    pub(super) fn include(&mut self, pattern: &str) -> R<()> {
        self.include.push(patterns::wildcard(pattern, true)?);
        Ok(())
    }

    /// Whether a name passes.
    pub(super) fn pass(&self, name: &str) -> bool {
        let is_in = self.include.is_empty() || self.include.iter().any(|pattern| pattern.is_match(name));
        is_in && !self.exclude.iter().any(|pattern| pattern.is_match(name))
    }
}

/// The last part of a path of a provider.
pub(super) fn leaf(target: &Target) -> &str {
    match target.kind {
        Kind::FileSystem => providers::split(&target.path).1,
        _ => &target.path,
    }
}

/// The items that one path resolves to; an error is written where there is none, and a pattern without match is
/// nothing at all.
pub(super) fn resolve_one(cx: &mut Cx<'_>, given: &Given) -> R<Vec<Target>> {
    let filters = Filters::of(cx)?;
    let hidden = cx.flag("Force");
    resolve_with(cx, given, &filters, hidden)
}

/// As [`resolve_one`], with other filters.
pub(super) fn resolve_with(cx: &mut Cx<'_>, given: &Given, filters: &Filters, hidden: bool) -> R<Vec<Target>> {
    if !given.literal && wildcard::has_wildcards(&given.text) {
        let options = GlobOptions { hidden, ..GlobOptions::default() };
        return match providers::glob(cx.rs, &given.text, options)? {
            Ok(mut found) => {
                refuse_credential(cx, found.first().map_or(Kind::FileSystem, |target| target.kind))?;
                let filter = cx.string("Filter").filter(|filter| !filter.is_empty());
                if let Some(filter) = filter {
                    let pattern = providers::file_system::Pattern::new(&filter, true);
                    check_filter(&found)?;
                    found.retain(|target| pattern.is_match(leaf(target)));
                }
                found.retain(|target| filters.pass(leaf(target)));
                Ok(found)
            }
            Err(problem) => report_problem(cx, &problem).map(|()| Vec::new()),
        };
    }
    let Some(target) = target(cx, given)? else { return Ok(Vec::new()) };
    if !target.kind.provider().exists(cx.rs, &target.path) {
        let is_named = given.literal && target.qualifier.is_none();
        let problem = Problem::Missing(if is_named { given.text.to_string() } else { target.in_errors() });
        return report_problem(cx, &problem).map(|()| Vec::new());
    }
    if !given.literal && !filters.pass(leaf(&target)) {
        return Ok(Vec::new());
    }
    Ok(vec![target])
}

/// Whether the place of a pattern exists; where not, that was an error of its own.
pub(super) fn has_place(cx: &mut Cx<'_>, given: &Given) -> R<bool> {
    providers::glob(cx.rs, &given.text, GlobOptions::default()).map(|found| found.is_ok())
}

/// Only files can be filtered.
pub(super) fn check_filter(found: &[Target]) -> R<()> {
    if found.iter().any(|target| target.kind != Kind::FileSystem) {
        return Err(providers::not_supported("Cannot call method. The provider does not support the use of filters."));
    }
    Ok(())
}

/// The items that all paths resolve to.
pub(super) fn resolve(cx: &mut Cx<'_>) -> R<Vec<Target>> {
    let mut found = Vec::new();
    for given in given(cx) {
        found.extend(resolve_one(cx, &given)?);
    }
    Ok(found)
}

/// Does something to each item; what an item's provider refuses ends the cmdlet as its own error.
pub(super) fn for_each(cx: &mut Cx<'_>, mut work: impl FnMut(&mut Cx<'_>, &Target) -> R<()>) -> R<()> {
    // One path after the other: what is said of one comes after the items of those before it.
    let done = given(cx).into_iter().try_for_each(|given| {
        resolve_one(cx, &given)?.iter().try_for_each(|target| {
            cx.rs.check_stop()?;
            work(cx, target)
        })
    });
    done.map_err(|flow| ending(cx, flow))
}

/// Whether a file is hidden, or a path that can only mean a folder means a file.
pub(super) fn is_out_of_sight(cx: &Cx<'_>, target: &Target) -> bool {
    if target.kind != Kind::FileSystem {
        return false;
    }
    if target.is_folder {
        return cx.rs.platform.stat(&target.path).is_ok_and(|stat| stat.kind != FileKind::Directory);
    }
    !cx.flag("Force") && leaf(target).len() > 1 && leaf(target).starts_with('.')
}

/// Says that an item cannot be seen.
pub(super) fn could_not_find(cx: &mut Cx<'_>, target: &Target) -> R<()> {
    let path = format!("{}{}", target.path, if target.is_folder { "/" } else { "" });
    let message = format!("Could not find item {path}.");
    cx.error("System.IO.IOException", "ItemNotFound", Category::ObjectNotFound, message, path.into())
}
