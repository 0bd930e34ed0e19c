//! `Select-Object`

use psrpd_dotnet::{Str, casing, cast};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Flow, R, Runspace, ScriptBlock},
    ops::{compare, patterns},
    value::{Category, Dictionary, Member, Value, Wrapped, text},
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
     Skip int range(0,2147483647) @DefaultParameter
     SkipLast int range(0,2147483647) @SkipLastParameter
     Wait @DefaultParameter @IndexParameter
     Index int[] @IndexParameter
     SkipIndex int[] @SkipIndexParameter",
    || Box::new(SelectObject::default()),
)
.default_set("DefaultParameter");

#[derive(Default)]
struct SelectObject {
    seen: i64,
    written: i64,
    waiting: Vec<Value>,
    unique: Vec<Value>,
}

/// A property by name or pattern, or one that is calculated.
pub(super) enum Column {
    Named(Str),
    Calculated { name: Str, block: std::sync::Arc<ScriptBlock> },
    Renamed { name: Str, property: Str },
}

/// The columns that a `-Property` parameter names.
pub(super) fn columns(rs: &Runspace, list: &[Value]) -> Vec<Column> {
    let mut columns = Vec::new();
    for item in list {
        if let Some(block) = rs.as_block(item) {
            columns.push(Column::Calculated { name: block.lazy.text().trim().into(), block });
            continue;
        }
        let Some(table) = item.downcast::<Dictionary>() else {
            columns.push(Column::Named(text(item)));
            continue;
        };
        let find = |keys: &[&str]| {
            table
                .entries()
                .into_iter()
                .find(|(key, _)| keys.iter().any(|name| casing::starts_with(name, &text(key)) && !text(key).is_empty()))
                .map(|(_, value)| value)
        };
        let expression = find(&["Expression"]).unwrap_or_default();
        let name = find(&["Name", "Label"]).map(|name| text(&name));
        match rs.as_block(&expression) {
            Some(block) => {
                columns.push(Column::Calculated { name: name.unwrap_or_else(|| block.lazy.text().into()), block });
            }
            None => {
                let property = text(&expression);
                columns.push(Column::Renamed { name: name.unwrap_or_else(|| property.clone()), property });
            }
        }
    }
    columns
}

/// The value a column has for an object; an error in it is no value.
pub(super) fn value_of(rs: &mut Runspace, column: &Column, item: &Value) -> R<Value> {
    match column {
        Column::Named(name) | Column::Renamed { property: name, .. } => rs.get_member(item, name),
        Column::Calculated { block, .. } => match rs.call_block_with(block, Some(item.clone()), &[]) {
            Ok(values) => Ok(Value::collected(values).settled()),
            Err(Flow::Error(_)) => Ok(Value::Null),
            Err(other) => Err(other),
        },
    }
}

impl SelectObject {
    fn project(&self, cx: &mut Cx<'_>, item: &Value) -> R<Option<Value>> {
        let list = cx.list("Property");
        let exclude = cx.strings("ExcludeProperty");
        let expand = cx.string("ExpandProperty");
        if list.is_empty() && exclude.is_empty() {
            return match expand {
                Some(name) => self.expand(cx, item, &name),
                None => Ok(Some(item.clone())),
            };
        }
        let list = if list.is_empty() { vec![Value::from("*")] } else { list };
        let object = Wrapped::custom(Vec::new());
        let is_excluded = |name: &str| {
            exclude.iter().any(|pattern| patterns::wildcard(pattern, true).is_ok_and(|pattern| pattern.is_match(name)))
        };
        for column in columns(cx.rs, &list) {
            match &column {
                Column::Named(name) if psrpd_dotnet::wildcard::has_wildcards(name) => {
                    let pattern = patterns::wildcard(name, true)?;
                    for (name, value) in crate::format::shown_properties(cx.rs, item)? {
                        if pattern.is_match(&name) && !is_excluded(&name) && object.get(&name).is_none() {
                            object.add(Member::note(name, value));
                        }
                    }
                }
                Column::Named(name) => {
                    let value = value_of(cx.rs, &column, item)?;
                    if !is_excluded(name) {
                        object.add(Member::note(name.clone(), value));
                    }
                }
                Column::Calculated { name, .. } | Column::Renamed { name, .. } => {
                    let value = value_of(cx.rs, &column, item)?;
                    object.add(Member::note(name.clone(), value));
                }
            }
        }
        let name = item.type_names().first().cloned().unwrap_or_else(|| "System.Object".into());
        let selected = format!("Selected.{}", name.strip_prefix("Selected.").unwrap_or(&name));
        *object.type_names.lock() =
            Some(vec![selected.into(), "System.Management.Automation.PSCustomObject".into(), "System.Object".into()]);
        if let Some(name) = expand {
            let Some(value) = self.expand(cx, item, &name)? else { return Ok(None) };
            let notes = object
                .members()
                .into_iter()
                .map(|member| (member.name.clone(), cx.rs.member_value(item, &member.body).unwrap_or_default()));
            return Ok(Some(value.with_notes(notes.collect::<Vec<_>>())));
        }
        Ok(Some(Value::Wrapped(std::sync::Arc::new(object))))
    }

    fn expand(&self, cx: &mut Cx<'_>, item: &Value, name: &str) -> R<Option<Value>> {
        match cx.rs.find_member(item, name)? {
            Some(value) => {
                for part in cx.rs.items_of(&value) {
                    self.emit_plain(cx, part)?;
                }
                Ok(None)
            }
            None => {
                let message = format!("Property \"{name}\" cannot be found.");
                cx.error(
                    "System.Management.Automation.PSArgumentException",
                    "ExpandPropertyNotFound",
                    Category::InvalidArgument,
                    message,
                    item.clone(),
                )?;
                Ok(None)
            }
        }
    }

    fn emit_plain(&self, cx: &mut Cx<'_>, value: Value) -> R<()> {
        cx.write(value)
    }

    fn emit(&mut self, cx: &mut Cx<'_>, item: &Value) -> R<()> {
        let Some(value) = self.project(cx, item)? else { return Ok(()) };
        if cx.flag("Unique") {
            for have in &self.unique {
                if same(cx, have, &value)? {
                    return Ok(());
                }
            }
            self.unique.push(value.clone());
        }
        cx.write(value)
    }
}

/// Whether two results are the same for `-Unique`.
fn same(cx: &mut Cx<'_>, a: &Value, b: &Value) -> R<bool> {
    let ignore_case = cx.flag("CaseInsensitive");
    match (a, b) {
        (Value::Wrapped(x), Value::Wrapped(y)) if x.is_custom() && y.is_custom() => {
            let (left, right) =
                (crate::format::shown_properties(cx.rs, a)?, crate::format::shown_properties(cx.rs, b)?);
            if left.len() != right.len() {
                return Ok(false);
            }
            for ((_, x), (_, y)) in left.iter().zip(&right) {
                if !compare::equal(cx.rs, x, y, ignore_case)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => compare::equal(cx.rs, a, b, ignore_case),
    }
}

impl Run for SelectObject {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject") else { return Ok(()) };
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
        if cx.bound.get("SkipLast").is_some() || last.is_some() {
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
            Some(first) if self.written >= first => Err(cx.stop_upstream()),
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
        Ok(())
    }
}
