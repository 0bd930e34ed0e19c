//! `Group-Object`

use super::{
    Cmdlet, Cx, Run,
    select_object::{columns, value_of},
};
use crate::{
    eval::R,
    ops::compare,
    types,
    value::{Dictionary, List, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Group-Object",
    "GroupObjectCommand",
    "InputObject psobject ^
     Property object[] 0
     NoElement
     AsHashTable|AHT @HashTable(!)
     AsString @HashTable
     Culture string
     CaseSensitive",
    || Box::new(GroupObject::default()),
);

#[derive(Default)]
struct GroupObject {
    groups: Vec<(Vec<Value>, Vec<Value>)>,
}

impl Run for GroupObject {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject") else { return Ok(()) };
        let columns = columns(cx.rs, &cx.list("Property"));
        let mut keys = Vec::new();
        if columns.is_empty() {
            keys.push(item.clone());
        }
        for column in &columns {
            keys.push(value_of(cx.rs, column, &item)?);
        }
        let ignore_case = !cx.flag("CaseSensitive");
        for (have, items) in &mut self.groups {
            let mut same = true;
            for (a, b) in have.iter().zip(&keys) {
                same &= a.type_of() == b.type_of() && compare::equal(cx.rs, a, b, ignore_case)?;
            }
            if same {
                items.push(item);
                return Ok(());
            }
        }
        self.groups.push((keys, vec![item]));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let mut groups = std::mem::take(&mut self.groups);
        let first = groups.first().map(|(keys, _)| keys.iter().map(Value::type_of).collect::<Vec<_>>());
        let uniform = groups.iter().all(|(keys, _)| Some(keys.iter().map(Value::type_of).collect::<Vec<_>>()) == first);
        if uniform {
            groups.sort_by(|(a, _), (b, _)| {
                let mut orders = a
                    .iter()
                    .zip(b)
                    .map(|(a, b)| compare::order(a, b, true).unwrap_or_else(|| text(a).as_str().cmp(text(b).as_str())));
                orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        let collection = types::generic("System.Collections.ObjectModel.Collection`1", vec![types::ps_object()])
            .unwrap_or_else(types::array_list);
        if cx.flag("AsHashTable") {
            let table = Dictionary::hashtable();
            for (keys, items) in groups {
                let key = match keys.as_slice() {
                    [one] => one.clone(),
                    _ => Value::array(keys.clone()),
                };
                let key = if cx.flag("AsString") { Value::Str(text(&key)) } else { key };
                table.set(key, List::value(collection.clone(), items));
            }
            return cx.write(Value::object(table));
        }
        for (keys, items) in groups {
            let name: Vec<String> = keys.iter().map(|key| text(key).to_string()).collect();
            let count = Value::int(items.len());
            let no_element = cx.flag("NoElement");
            let of = if no_element {
                "Microsoft.PowerShell.Commands.GroupInfoNoElement"
            } else {
                "Microsoft.PowerShell.Commands.GroupInfo"
            };
            let items = if no_element { Vec::new() } else { items };
            let group = Opaque::new(
                of,
                [
                    ("Values", List::value(types::array_list(), keys)),
                    ("Count", count),
                    ("Group", List::value(collection.clone(), items)),
                    ("Name", name.join(", ").into()),
                ],
            );
            cx.write(group.into_value())?;
        }
        Ok(())
    }
}
