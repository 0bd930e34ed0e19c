//! `Sort-Object`

use std::cmp::Ordering;

use psrpd_dotnet::{cast, sort};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Key, Keys},
};
use crate::{
    eval::{R, Runspace},
    ops::ordering,
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Sort-Object",
    "SortObjectCommand",
    "Stable @Default
     Descending
     Unique
     Top int range(1,2147483647) @Top(!)
     Bottom int range(1,2147483647) @Bottom(!)
     InputObject psobject ^
     Property object[] 0
     Culture string
     CaseSensitive",
    || Box::new(SortObject::default()),
)
.examples(
    r#"3, 1, 2 | Sort-Object -Descending # the greatest first
> 3
> 2
> 1"#,
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
        columns::check_culture(cx)?;
        let columns = columns::columns(cx, "Property", Keys { ordering: true, ..Keys::default() })?;
        let items = std::mem::take(&mut self.items);
        let mut keyed: Vec<Vec<Key>> = Vec::with_capacity(items.len());
        for item in &items {
            keyed.push(columns::keys_of(cx, &columns, item)?);
        }
        let ignore_case = !cx.flag("CaseSensitive");
        let all_descending = cx.flag("Descending");
        let down = |at: usize| columns.get(at).and_then(|column| column.descending).unwrap_or(all_descending);
        let keys = |at: usize| keyed.get(at).map_or(&[][..], Vec::as_slice);
        let simple = columns::simple_keys(&keyed, ignore_case);
        let is_down = down(0);
        let compare = |rs: &mut Runspace, a: &usize, b: &usize| match &simple {
            Some(simple) => {
                let order = simple.order(*a, *b);
                Ok(if is_down { order.reverse() } else { order })
            }
            None => columns::order_keys(rs, keys(*a), keys(*b), ignore_case, &down),
        };
        let keeps_order = ["Stable", "Top", "Bottom"].iter().any(|name| cx.bound.get(name).is_some());
        let is_unique = cx.bound.get("Unique").is_some();
        let order = ordering(cx.rs, compare, |by| {
            let mut order: Vec<usize> = (0..items.len()).collect();
            if keeps_order {
                sort::stable(&mut order, &mut *by);
            } else {
                order = sort::introsort(items.len(), |a, b| by(&a, &b));
            }
            if is_unique {
                order.dedup_by(|later, earlier| by(earlier, later) == Ordering::Equal);
            }
            order
        })?;
        let count = order.len();
        let (skip, take) = match (cx.int("Top"), cx.int("Bottom")) {
            (Some(top), _) => (0, cast::index(top)),
            (_, Some(bottom)) => (count.saturating_sub(cast::index(bottom)), count),
            _ => (0, count),
        };
        for at in order.into_iter().skip(skip).take(take) {
            cx.write(items.get(at).cloned().unwrap_or_default())?;
        }
        Ok(())
    }
}
