//! `Compare-Object`

use std::{cmp::Ordering, collections::VecDeque};

use psrpd_dotnet::{Str, cast};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Column, Key, Keys},
};
use crate::{
    eval::R,
    value::{Member, Value, Wrapped},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Compare-Object",
    "CompareObjectCommand",
    "ReferenceObject psobject[] 0 ! emptycol
     DifferenceObject psobject[] 1 ! ^ emptycol
     SyncWindow int range(0,2147483647)
     Property object[]
     ExcludeDifferent
     IncludeEqual
     PassThru
     Culture string
     CaseSensitive",
    || Box::new(CompareObject::default()),
)
.examples(r#"Compare-Object (1, 2) (2, 3) | ForEach-Object { "$($_.InputObject) $($_.SideIndicator)" } # what only one of two lists has
> 3 =>
> 1 <="#);

#[derive(Default)]
struct CompareObject {
    columns: Vec<Column>,
    references: VecDeque<Entry>,
    /// What waits for its match on either side.
    reference_backlog: VecDeque<Entry>,
    difference_backlog: VecDeque<Entry>,
}

struct Entry {
    keys: Vec<Key>,
    item: Value,
}

impl Run for CompareObject {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        columns::check_culture(cx)?;
        self.columns = columns::columns(cx, "Property", Keys::default())?;
        for item in cx.list("ReferenceObject") {
            let entry = self.entry(cx, item)?;
            self.references.push_back(entry);
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for item in cx.list("DifferenceObject") {
            let entry = self.entry(cx, item)?;
            self.step(cx, Some(entry))?;
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        while !self.references.is_empty() {
            self.step(cx, None)?;
        }
        for entry in std::mem::take(&mut self.difference_backlog) {
            self.emit(cx, entry, "=>")?;
        }
        for entry in std::mem::take(&mut self.reference_backlog) {
            self.emit(cx, entry, "<=")?;
        }
        Ok(())
    }
}

impl CompareObject {
    fn entry(&self, cx: &mut Cx<'_>, item: Value) -> R<Entry> {
        Ok(Entry { keys: columns::keys_of(cx, &self.columns, &item)?, item })
    }

    /// Takes the next object of either side: a match is found at once, or in what waits on the other side.
    fn step(&mut self, cx: &mut Cx<'_>, mut difference: Option<Entry>) -> R<()> {
        cx.rs.check_stop()?;
        let mut reference = self.references.pop_front();
        if let (Some(a), Some(b)) = (&reference, &difference)
            && same(cx, a, b)?
        {
            return match reference {
                Some(reference) => self.emit(cx, reference, "=="),
                None => Ok(()),
            };
        }
        if let Some(entry) = &difference
            && let Some(found) = take_match(cx, entry, &mut self.reference_backlog)?
        {
            self.emit(cx, found, "==")?;
            difference = None;
        }
        if let Some(entry) = &reference
            && take_match(cx, entry, &mut self.difference_backlog)?.is_some()
            && let Some(entry) = reference.take()
        {
            self.emit(cx, entry, "==")?;
        }
        let window = cast::index(cx.int("SyncWindow").unwrap_or(i32::MAX.into()));
        if let Some(entry) = difference {
            while self.difference_backlog.len() >= window.max(1) {
                if let Some(old) = self.difference_backlog.pop_front() {
                    self.emit(cx, old, "=>")?;
                }
            }
            if window == 0 { self.emit(cx, entry, "=>")? } else { self.difference_backlog.push_back(entry) }
        }
        if let Some(entry) = reference {
            while self.reference_backlog.len() >= window.max(1) {
                if let Some(old) = self.reference_backlog.pop_front() {
                    self.emit(cx, old, "<=")?;
                }
            }
            if window == 0 { self.emit(cx, entry, "<=")? } else { self.reference_backlog.push_back(entry) }
        }
        Ok(())
    }

    fn emit(&self, cx: &mut Cx<'_>, entry: Entry, side: &str) -> R<()> {
        let excluding = cx.flag("ExcludeDifferent");
        let equal_wanted = if cx.bound.get("IncludeEqual").is_some() { cx.flag("IncludeEqual") } else { excluding };
        if if side == "==" { !equal_wanted } else { excluding } {
            return Ok(());
        }
        let side = Value::from(side);
        if cx.flag("PassThru") {
            let wrapped = match &entry.item {
                Value::Wrapped(wrapped) => wrapped.clone(),
                _ => cx.rs.state.extend(&entry.item),
            };
            wrapped.set_note("SideIndicator".into(), side);
            return cx.write(Value::Wrapped(wrapped));
        }
        let mut notes = Vec::new();
        if self.columns.is_empty() {
            notes.push(Member::note("InputObject", entry.item));
        } else {
            let names = self.columns.iter().map(|column| column.source.text());
            notes.extend(
                names.zip(entry.keys).map(|(name, key): (Str, Key)| Member::note(name, key.unwrap_or_default())),
            );
        }
        notes.push(Member::note("SideIndicator", side));
        cx.write(Value::Wrapped(std::sync::Arc::new(Wrapped::custom(notes))))
    }
}

fn same(cx: &mut Cx<'_>, a: &Entry, b: &Entry) -> R<bool> {
    let ignore_case = !cx.flag("CaseSensitive");
    Ok(columns::order_keys(cx.rs, &a.keys, &b.keys, ignore_case, &|_| false)? == Ordering::Equal)
}

fn take_match(cx: &mut Cx<'_>, entry: &Entry, backlog: &mut VecDeque<Entry>) -> R<Option<Entry>> {
    for at in 0..backlog.len() {
        if let Some(other) = backlog.get(at)
            && same(cx, entry, other)?
        {
            return Ok(backlog.remove(at));
        }
    }
    Ok(None)
}
