//! `Sort-Object`

use std::cmp::Ordering;

use psrpd_dotnet::cast;

use super::{
    Cmdlet, Cx, Run,
    select_object::{Column, columns, value_of},
};
use crate::{
    convert,
    eval::R,
    ops::compare,
    value::{Dictionary, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Sort-Object",
    "SortObjectCommand",
    "InputObject psobject ^
     Property object[] 0
     Descending
     Unique
     Top int range(1,2147483647) @Top(!)
     Bottom int range(1,2147483647) @Bottom(!)
     Stable @Default
     Culture string
     CaseSensitive",
    || Box::new(SortObject::default()),
)
.default_set("Default");

#[derive(Default)]
struct SortObject {
    items: Vec<Value>,
}

impl Run for SortObject {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.items.extend(cx.get("InputObject").filter(|item| !item.is_null()));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let list = cx.list("Property");
        let ignore_case = !cx.flag("CaseSensitive");
        let all_descending = cx.flag("Descending");
        let descending: Vec<bool> = list
            .iter()
            .map(|item| match item.downcast::<Dictionary>() {
                Some(table) => {
                    let flag = |name: &str| {
                        table
                            .entries()
                            .into_iter()
                            .find(|(key, _)| psrpd_dotnet::casing::starts_with(name, &text(key)))
                            .map(|(_, value)| convert::to_bool(&value))
                    };
                    flag("Descending").or_else(|| flag("Ascending").map(|up| !up)).unwrap_or(all_descending)
                }
                None => all_descending,
            })
            .collect();
        let columns = columns(cx.rs, &list);
        let mut keyed: Vec<(Vec<Option<Value>>, Value)> = Vec::new();
        for item in std::mem::take(&mut self.items) {
            let mut keys = Vec::new();
            if columns.is_empty() {
                keys.push(Some(item.clone()));
            }
            for column in &columns {
                let missing = matches!(column, Column::Named(name) if cx.rs.find_member(&item, name)?.is_none());
                keys.push(if missing { None } else { Some(value_of(cx.rs, column, &item)?) });
            }
            keyed.push((keys, item));
        }
        let mut failure = None;
        let rs = &mut *cx.rs;
        keyed.sort_by(|(a, _), (b, _)| {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                let order = match (a, b) {
                    (Some(a), Some(b)) => compare::sort_order(rs, a, b, ignore_case).unwrap_or_else(|flow| {
                        failure.get_or_insert(flow);
                        Ordering::Equal
                    }),
                    (None, None) => Ordering::Equal,
                    (None, Some(_)) => Ordering::Greater,
                    (Some(_), None) => Ordering::Less,
                };
                if order != Ordering::Equal {
                    return if descending.get(at).copied().unwrap_or(all_descending) { order.reverse() } else { order };
                }
            }
            Ordering::Equal
        });
        if let Some(flow) = failure {
            return Err(flow);
        }
        let mut sorted: Vec<(Vec<Option<Value>>, Value)> = Vec::new();
        for (keys, item) in keyed {
            let repeats = match sorted.last() {
                Some((last, _)) if cx.flag("Unique") => {
                    let mut equal = true;
                    for (a, b) in last.iter().zip(&keys) {
                        equal &= match (a, b) {
                            (Some(a), Some(b)) => compare::equal(cx.rs, a, b, ignore_case)?,
                            (None, None) => true,
                            _ => false,
                        };
                    }
                    equal
                }
                _ => false,
            };
            if !repeats {
                sorted.push((keys, item));
            }
        }
        let count = sorted.len();
        let (skip, take) = match (cx.int("Top"), cx.int("Bottom")) {
            (Some(top), _) => (0, cast::index(top)),
            (_, Some(bottom)) => (count.saturating_sub(cast::index(bottom)), count),
            _ => (0, count),
        };
        for (_, item) in sorted.into_iter().skip(skip).take(take) {
            cx.write(item)?;
        }
        Ok(())
    }
}
