//! `Group-Object`

use std::cmp::Ordering;

use psrpd_dotnet::Str;

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Column, Key, Keys, Source},
};
use crate::{
    eval::{R, Runspace},
    ops::ordering,
    types::{self, Type},
    value::{Category, Dictionary, ErrorRecord, Exception, List, Opaque, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Group-Object",
    "GroupObjectCommand",
    "NoElement
     AsHashTable|AHT @HashTable
     AsString @HashTable
     InputObject psobject ^
     Property object[] 0
     Culture string
     CaseSensitive",
    || Box::new(GroupObject::default()),
)
.examples(
    r#"1, 2, 1 | Group-Object | ForEach-Object { "$($_.Name): $($_.Count)" } # how many there are of each
> 1: 2
> 2: 1"#,
);

#[derive(Default)]
struct GroupObject {
    columns: Vec<Column>,
    items: Vec<(Vec<Key>, Value)>,
}

struct Group {
    keys: Vec<Key>,
    items: Vec<Value>,
}

impl Run for GroupObject {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        columns::check_culture(cx)?;
        self.columns = columns::columns(cx, "Property", Keys::default())?;
        let complain = |message: &str, target: Value| {
            Err(cx.fail("System.ArgumentException", "ArgumentException", Category::InvalidArgument, message, target))
        };
        if cx.flag("AsString") && !cx.flag("AsHashTable") {
            let message = "The command cannot be run because the AsString parameter requires that you specify the AsHashtable parameter.";
            return complain(message, cx.value("AsString"));
        }
        if cx.flag("AsHashTable") && self.columns.len() > 1 && !cx.flag("AsString") {
            let message = "The command cannot be run because using the AsHashTable parameter with more than one property requires adding the AsString parameter.";
            return complain(message, cx.value("Property"));
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|item| !item.is_null()) else { return Ok(()) };
        let keys = columns::keys_of(cx, &self.columns, &item)?;
        self.items.push((keys, item));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let groups = groups(cx, std::mem::take(&mut self.items))?;
        let collection = types::generic("System.Collections.ObjectModel.Collection`1", vec![types::ps_object()])
            .unwrap_or_else(types::array_list);
        if groups.is_empty() {
            return Ok(());
        }
        if cx.flag("AsHashTable") { self.table(cx, groups, &collection) } else { self.write(cx, groups, &collection) }
    }
}

/// Keys of one type are sorted and grouped; else each object joins the first group whose key is equal.
fn groups(cx: &mut Cx<'_>, mut items: Vec<(Vec<Key>, Value)>) -> R<Vec<Group>> {
    let ignore_case = !cx.flag("CaseSensitive");
    let sorted = is_uniform(&items);
    let rs = &mut *cx.rs;
    if sorted {
        let compare = |rs: &mut Runspace, (a, _): &(Vec<Key>, Value), (b, _): &(Vec<Key>, Value)| {
            columns::order_keys(rs, a, b, ignore_case, &|_| false)
        };
        ordering(rs, compare, |by| psrpd_dotnet::sort::stable(&mut items, by))?;
    }
    let mut groups: Vec<Group> = Vec::new();
    for (keys, item) in items {
        rs.check_stop()?;
        let first = if sorted { groups.len().saturating_sub(1) } else { 0 };
        let mut found = None;
        for (at, group) in groups.iter().enumerate().skip(first) {
            if columns::order_keys(rs, &group.keys, &keys, ignore_case, &|_| false)? == Ordering::Equal {
                found = Some(at);
                break;
            }
        }
        match found.and_then(|at| groups.get_mut(at)) {
            Some(group) => group.items.push(item),
            None => groups.push(Group { keys, items: vec![item] }),
        }
    }
    Ok(groups)
}

/// Whether the keys of each column have one type; keys without value do not count.
fn is_uniform(items: &[(Vec<Key>, Value)]) -> bool {
    let mut types: Vec<Option<Type>> = Vec::new();
    for (keys, _) in items {
        if types.is_empty() {
            types = vec![None; keys.len()];
        }
        if types.len() != keys.len() {
            return false;
        }
        for (known, key) in types.iter_mut().zip(keys) {
            let Some(of) = key.as_ref().and_then(Value::type_of) else { continue };
            match known {
                Some(known) if *known != of => return false,
                Some(_) => {}
                None => *known = Some(of),
            }
        }
    }
    true
}

impl GroupObject {
    fn name(&self, keys: &[Key]) -> Str {
        let is_block = |at: usize| matches!(self.columns.get(at), Some(Column { source: Source::Block(_), .. }));
        let parts: Vec<String> = keys
            .iter()
            .enumerate()
            .filter_map(|(at, key)| key.as_ref().map(|key| (at, key)))
            .map(|(at, key)| match enumerate(key) {
                Some(items) if !is_block(at) => {
                    let items: Vec<String> = items.iter().map(|item| text(item).to_string()).collect();
                    format!("{{{}}}", items.join(", "))
                }
                _ => text(key).to_string(),
            })
            .collect();
        parts.join(", ").into()
    }

    fn table(&self, cx: &mut Cx<'_>, groups: Vec<Group>, collection: &Type) -> R<()> {
        let table = Dictionary::new(types::hashtable(), !cx.flag("CaseSensitive"));
        for group in groups {
            let key = if cx.flag("AsString") {
                Value::Str(self.name(&group.keys))
            } else {
                group.keys.into_iter().next().flatten().unwrap_or_default()
            };
            if key.is_null() || !table.add(key.clone(), List::value(collection.clone(), group.items)) {
                let message = "The objects grouped by this property cannot be expanded because there is a key duplication. Provide a valid value for the property, and then try again.";
                let inner = if key.is_null() {
                    Exception::new("System.ArgumentNullException", "Value cannot be null. (Parameter 'key')")
                } else {
                    let shown = text(&key);
                    let message = format!(
                        "Item has already been added. Key in dictionary: '{shown}'  Key being added: '{shown}'"
                    );
                    Exception::new("System.ArgumentException", message)
                };
                let exception = Exception::of(types::exception(), message.into(), Value::object(inner));
                let record =
                    ErrorRecord::new(Value::object(exception), cx.id(message), Category::InvalidArgument, Value::Null);
                *record.activity.lock() = cx.cmdlet.name.into();
                return cx.rs.write_error(record);
            }
        }
        cx.write(Value::object(table))
    }

    fn write(&self, cx: &mut Cx<'_>, groups: Vec<Group>, collection: &Type) -> R<()> {
        let no_element = cx.flag("NoElement");
        let of = if no_element { "GroupInfoNoElement" } else { "GroupInfo" };
        for group in groups {
            let name = self.name(&group.keys);
            let count = Value::int(group.items.len());
            let items = if no_element { Vec::new() } else { group.items };
            let values = group.keys.into_iter().map(Option::unwrap_or_default).collect();
            let group = Opaque::new(
                &format!("Microsoft.PowerShell.Commands.{of}"),
                [
                    ("Values", List::value(types::array_list(), values)),
                    ("Count", count),
                    ("Group", List::value(collection.clone(), items)),
                    ("Name", Value::Str(name)),
                ],
            );
            cx.write(group.into_value())?;
        }
        Ok(())
    }
}
