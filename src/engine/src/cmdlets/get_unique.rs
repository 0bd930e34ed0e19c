//! `Get-Unique`

use std::cmp::Ordering;

use psrpd_dotnet::collation;

use super::{Cmdlet, Cx, Run, columns};
use crate::{
    eval::R,
    value::{Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Unique",
    "GetUniqueCommand",
    "InputObject psobject ^
     AsString @AsString
     OnType @UniqueByType
     CaseInsensitive",
    || Box::new(GetUnique::default()),
)
.examples(
    r#"1, 1, 2 | Get-Unique # sorted objects without repetitions
> 1
> 2"#,
)
.default_set("AsString");

#[derive(Default)]
struct GetUnique {
    last: Option<Value>,
}

impl Run for GetUnique {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject") else { return Ok(()) };
        let ignore_case = cx.flag("CaseInsensitive");
        let repeats = match &self.last {
            None => false,
            Some(last) if cx.flag("OnType") => last.type_names().first() == item.type_names().first(),
            Some(last) if cx.flag("AsString") => collation::eq(&text(last), &text(&item), ignore_case),
            Some(_) if item.is_null() => false,
            Some(last) => columns::order(cx.rs, &item, last, ignore_case)? == Ordering::Equal,
        };
        if repeats {
            return Ok(());
        }
        self.last = Some(item.clone());
        cx.write(item)
    }
}
