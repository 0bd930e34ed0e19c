//! `Select-Object`

use std::{cmp::Ordering, sync::Arc};

use psrpd_dotnet::{Str, casing, cast};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Column, Keys, Source},
};
use crate::{
    eval::R,
    ops::patterns,
    value::{Body, Category, Member, Value, Wrapped},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Select-Object",
    "SelectObjectCommand",
    "InputObject psobject ^
     Property object[] @DefaultParameter(0) @SkipLastParameter(0)
     ExcludeProperty string[] @DefaultParameter @SkipLastParameter
     ExpandProperty string @DefaultParameter @SkipLastParameter
     Unique
     CaseInsensitive
     Last int range(0,2147483647) @DefaultParameter
     First int range(0,2147483647) @DefaultParameter
     Skip int range(0,2147483647) @DefaultParameter @SkipLastParameter
     SkipLast int range(0,2147483647) @SkipLastParameter
     Wait @DefaultParameter @IndexParameter
     Index int[] range(0,2147483647) @IndexParameter
     SkipIndex int[] range(0,2147483647) @SkipIndexParameter",
    || Box::new(SelectObject::default()),
)
.examples(
    r#"1..5 | Select-Object -First 2 # the first ones
> 1
> 2

[pscustomobject]@{ a = 1; b = 2 } | Select-Object -ExpandProperty b # one property
> 2"#,
)
.default_set("DefaultParameter");

#[derive(Default)]
struct SelectObject {
    columns: Vec<Column>,
    exclude: Vec<psrpd_dotnet::wildcard::Wildcard>,
    seen: i64,
    written: i64,
    waiting: Vec<Value>,
    /// With `-Unique`: what was kept, and which notes count.
    unique: Vec<(Value, Vec<Member>)>,
}

impl SelectObject {
    fn is_excluded(&self, name: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.is_match(name))
    }

    /// The notes that the columns give for an object.
    fn notes(&self, cx: &mut Cx<'_>, item: &Value) -> R<Vec<Member>> {
        let mut notes = Vec::new();
        for column in &self.columns {
            let mut cells = columns::cells(cx.rs, &column.source, item)?;
            cells.retain(|cell| !self.is_excluded(&cell.name));
            if column.name.is_some() && cells.len() > 1 {
                cx.error(
                    "System.InvalidOperationException",
                    "RenamingMultipleResults",
                    Category::InvalidOperation,
                    "Cannot rename multiple results.",
                    item.clone(),
                )?;
                continue;
            }
            if cells.is_empty()
                && let Source::Named(name) = &column.source
                && !psrpd_dotnet::wildcard::has_wildcards(name)
                && !self.is_excluded(name)
            {
                notes.push(Member::note(column.name.clone().unwrap_or_else(|| name.clone()), Value::Null));
            }
            for cell in cells {
                notes.push(Member::note(column.name.clone().unwrap_or(cell.name), cell.value));
            }
        }
        Ok(notes)
    }

    fn emit(&mut self, cx: &mut Cx<'_>, item: &Value) -> R<()> {
        let expand = cx.string("ExpandProperty");
        if self.columns.is_empty() {
            return match expand {
                Some(name) => self.expand(cx, item, &name, &[]),
                None => self.write(cx, item, item.clone(), Vec::new()),
            };
        }
        let notes = self.notes(cx, item)?;
        if let Some(name) = expand {
            return self.expand(cx, item, &name, &notes);
        }
        let mut kept: Vec<Member> = Vec::with_capacity(notes.len());
        for note in notes {
            if kept.iter().any(|have| casing::eq(&have.name, &note.name)) {
                exists(cx, &note.name, "AlreadyExistingUserSpecifiedPropertyNoExpand", item)?;
            } else {
                kept.push(note);
            }
        }
        let object = Wrapped::custom(kept.clone());
        *object.type_names.lock() = Some(selected_names(item));
        self.write(cx, item, Value::Wrapped(Arc::new(object)), kept)
    }

    fn expand(&mut self, cx: &mut Cx<'_>, item: &Value, name: &str, notes: &[Member]) -> R<()> {
        let mut cells = columns::cells(cx.rs, &Source::Named(name.into()), item)?;
        let complain = |cx: &mut Cx<'_>, id: &str, message: String| {
            let exception = "System.Management.Automation.PSArgumentException";
            cx.error(exception, id, Category::InvalidArgument, message, item.clone())
        };
        let value = match (cells.pop(), cells.is_empty()) {
            (None, _) => {
                return complain(cx, "ExpandPropertyNotFound", format!("Property \"{name}\" cannot be found."));
            }
            (Some(_), false) => {
                return complain(cx, "MutlipleExpandProperties", "Multiple properties cannot be expanded.".into());
            }
            (Some(cell), true) => cell.value,
        };
        for part in cx.rs.items_of(&value).into_iter().filter(|part| !part.is_null()) {
            if notes.is_empty() {
                self.write(cx, item, part, Vec::new())?;
                continue;
            }
            let wrapped = match &part {
                Value::Wrapped(wrapped) => {
                    let copy = wrapped.copy();
                    if wrapped.is_custom() {
                        *copy.type_names.lock() = Some(selected_names(&part));
                    }
                    Arc::new(copy)
                }
                _ => Arc::new(Wrapped::around(part.clone())),
            };
            for note in notes {
                if cx.rs.property_for_binding(&part, &note.name)?.is_some() {
                    exists(cx, &note.name, "AlreadyExistingUserSpecifiedPropertyExpand", item)?;
                } else {
                    wrapped.add(note.clone());
                }
            }
            self.write(cx, item, Value::Wrapped(wrapped), notes.to_vec())?;
        }
        Ok(())
    }

    /// Writes a result; with `-Unique` it waits for the end, and is dropped if there was one like it.
    fn write(&mut self, cx: &mut Cx<'_>, item: &Value, value: Value, notes: Vec<Member>) -> R<()> {
        mark(item, &value);
        if !cx.flag("Unique") {
            return cx.write(value);
        }
        let ignore_case = cx.flag("CaseInsensitive");
        for (have, have_notes) in &self.unique {
            if have_notes.len() != notes.len()
                || columns::order(cx.rs, &value.clone().into_base(), &have.clone().into_base(), ignore_case)?
                    != Ordering::Equal
            {
                continue;
            }
            let mut same = true;
            for note in &notes {
                let other = have_notes.iter().find(|other| casing::eq(&other.name, &note.name));
                same &= match (other.map(|other| &other.body), &note.body) {
                    (Some(Body::Note(a)), Body::Note(b)) => {
                        columns::order(cx.rs, a, b, ignore_case)? == Ordering::Equal
                    }
                    _ => false,
                };
            }
            if same {
                return Ok(());
            }
        }
        self.unique.push((value, notes));
        Ok(())
    }
}

/// Custom objects are told from then on, wherever they are held, that they were selected.
fn mark(item: &Value, value: &Value) {
    let Value::Wrapped(wrapped) = value else { return };
    if !wrapped.is_custom() || wrapped.text.lock().is_some() {
        return;
    }
    let mut names = value.type_names();
    if let Some(selected) = selected_names(item).into_iter().next()
        && !names.contains(&selected)
    {
        names.insert(0, selected);
        *wrapped.type_names.lock() = Some(names);
    }
}

/// The type names of what is made of an object.
fn selected_names(item: &Value) -> Vec<Str> {
    let name = item.type_of().map_or_else(|| "System.Object".into(), |of| of.plain_name());
    let selected = format!("Selected.{name}");
    vec![selected.into(), "System.Management.Automation.PSCustomObject".into(), "System.Object".into()]
}

fn exists(cx: &mut Cx<'_>, name: &str, id: &str, item: &Value) -> R<()> {
    let message = format!("The property cannot be processed because the property \"{name}\" already exists.");
    let exception = "System.Management.Automation.PSArgumentException";
    cx.error(exception, id, Category::InvalidOperation, message, item.clone())
}

impl Run for SelectObject {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.columns = columns::columns(cx, "Property", Keys { naming: true, ..Keys::default() })?;
        let is_empty = |source: &Source| matches!(source, Source::Block(block) if block.lazy.text().is_empty());
        if self.columns.iter().any(|column| column.name.is_none() && is_empty(&column.source)) {
            let message = "A property is an empty script block and does not provide a name.";
            let exception = "System.Management.Automation.PSArgumentException";
            let id = "EmptyScriptBlockAndNoName";
            return Err(cx.fail(exception, id, Category::InvalidArgument, message, Value::Null));
        }
        for pattern in cx.strings("ExcludeProperty") {
            self.exclude.push(patterns::wildcard(&pattern, true)?);
        }
        if self.columns.is_empty() && !self.exclude.is_empty() {
            self.columns.push(Column::plain(Source::Named("*".into())));
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|item| !item.is_null()) else { return Ok(()) };
        let at = self.seen;
        self.seen = at.saturating_add(1);
        let has_index = cx.bound.get("Index").is_some();
        if has_index {
            let wanted: Vec<i64> =
                cx.list("Index").iter().filter_map(Value::as_i128).filter_map(|n| i64::try_from(n).ok()).collect();
            if wanted.contains(&at) {
                self.emit(cx, &item)?;
            }
            let last = wanted.iter().copied().max().unwrap_or(0);
            return if at >= last && !cx.flag("Wait") { Err(cx.stop_upstream()) } else { Ok(()) };
        }
        if cx.bound.get("SkipIndex").is_some() {
            let skipped = cx.list("SkipIndex").iter().any(|n| n.as_i128() == Some(at.into()));
            return if skipped { Ok(()) } else { self.emit(cx, &item) };
        }
        let (first, last, skip) = (cx.int("First"), cx.int("Last"), cx.int("Skip").unwrap_or(0));
        let skips_both = cx.bound.get("SkipLast").is_some();
        if skips_both && at < skip {
            return Ok(());
        }
        if skips_both || last.is_some() {
            if let Some(first) = first
                && at < first.saturating_add(skip)
            {
                return if at >= skip { self.emit(cx, &item) } else { Ok(()) };
            }
            self.waiting.push(item);
            return Ok(());
        }
        if at < skip {
            return Ok(());
        }
        match first {
            Some(first) if self.written >= first => {
                if cx.flag("Wait") {
                    Ok(())
                } else {
                    Err(cx.stop_upstream())
                }
            }
            Some(first) => {
                self.written = self.written.saturating_add(1);
                self.emit(cx, &item)?;
                if self.written >= first && !cx.flag("Wait") { Err(cx.stop_upstream()) } else { Ok(()) }
            }
            None => self.emit(cx, &item),
        }
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let count = waiting.len();
        let kept: Vec<Value> = match (cx.int("SkipLast"), cx.int("Last")) {
            (Some(skip), _) => waiting.into_iter().take(count.saturating_sub(cast::index(skip))).collect(),
            (None, Some(last)) => {
                let skip = cast::index(if cx.int("First").is_some() { 0 } else { cx.int("Skip").unwrap_or(0) });
                let end = count.saturating_sub(skip);
                waiting.into_iter().take(end).skip(end.saturating_sub(cast::index(last))).collect()
            }
            _ => waiting,
        };
        for item in kept {
            self.emit(cx, &item)?;
        }
        std::mem::take(&mut self.unique).into_iter().try_for_each(|(value, _)| cx.write(value))
    }
}
