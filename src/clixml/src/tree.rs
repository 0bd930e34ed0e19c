//! Payloads as trees: [`parse`] and [`write`].

use crate::error::Error;
use crate::limits::{MAX_DEPTH, TOO_DEEP};
use crate::object::{Members, Object, ObjectValue};
use crate::reader::{Event, Reader};
use crate::string::PsString;
use crate::value::{RefId, Value};
use crate::writer::Writer;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

/// Reads one PSRP payload, with or without byte order mark. An empty one is [`Value::Nil`].
///
/// References stay references and every object is held once, so the tree is at most a constant times the payload.
///
/// # Errors
/// The payload is not CLIXML, or exceeds one of the [`limits`](crate::limits).
pub fn parse(payload: &[u8]) -> Result<Value, Error> {
    let mut tree = TreeReader { reader: Reader::new(payload)?, referenced: BTreeSet::new() };
    let Some((_, mut value)) = tree.value()? else { return Ok(Value::Nil) };
    // Whatever follows the value is an error, which the reader finds.
    tree.reader.next_event()?;
    forget_ids(&mut value, &tree.referenced);
    Ok(value)
}

/// The payload of a PSRP message as PowerShell writes it: behind a byte order mark, and empty for `$null`.
///
/// What [`parse`] made of a payload of PowerShell gives the same bytes again. Objects get new ids in the order of
/// writing, and references follow them; a reference whose object does not come before it becomes `Nil`, as nobody could
/// resolve it. A value on level [`MAX_DEPTH`] is replaced by [`TOO_DEEP`].
pub fn write(value: &Value) -> Vec<u8> {
    if value.is_nil() { Vec::new() } else { writer_of(value).finish() }
}

/// As [`write`], but as text without byte order mark, and `<Nil />` for `$null`.
pub fn write_text(value: &Value) -> String {
    writer_of(value).finish_text()
}

fn writer_of(value: &Value) -> Writer {
    let mut writer = Writer::new();
    write_value(&mut writer, value);
    writer
}

/// Writes `value` and all that is in it.
pub(crate) fn write_value(writer: &mut Writer, value: &Value) {
    TreeWriter { writer, ids: BTreeMap::new() }.value(value, 1);
}

/// The way from events to a tree.
struct TreeReader<'a> {
    reader: Reader<'a>,
    /// The objects that references name.
    referenced: BTreeSet<RefId>,
}

impl TreeReader<'_> {
    /// The next value and its name; `None` at the end of what holds it. The reader's depth limit bounds the recursion.
    fn value(&mut self) -> Result<Option<(Option<PsString>, Value)>, Error> {
        Ok(match self.reader.next_event()? {
            Some(Event::Leaf { name, value }) => {
                if let Value::Ref(target) = value {
                    self.referenced.insert(target);
                }
                Some((name, value))
            }
            Some(Event::StartObject { name, ref_id }) => Some((name, Value::Object(Box::new(self.object(ref_id)?)))),
            Some(Event::StartMembers { name }) => {
                let mut members = Members::default();
                self.members(&mut members)?;
                Some((name, Value::MemberSet(members)))
            }
            // Only an end can stand here.
            _ => None,
        })
    }

    fn object(&mut self, ref_id: RefId) -> Result<Object, Error> {
        let mut object = Object { ref_id: Some(ref_id), ..Object::default() };
        while let Some(event) = self.reader.next_event()? {
            match event {
                Event::TypeNames(names) => object.type_names = Some(names),
                Event::ToStringText(text) => object.to_string = Some(text),
                Event::StartList(kind) => object.value = ObjectValue::List { kind, items: self.items()? },
                Event::StartDict => object.value = ObjectValue::Dict(self.entries()?),
                Event::StartProps => self.members(&mut object.props)?,
                Event::StartMembers { .. } => self.members(&mut object.members)?,
                Event::StartObject { ref_id, .. } => object.value = ObjectValue::Primitive(self.object(ref_id)?.into()),
                Event::Leaf { value, .. } => object.value = ObjectValue::Primitive(value),
                Event::End | Event::StartEntry => break,
            }
        }
        Ok(object)
    }

    fn items(&mut self) -> Result<Vec<Value>, Error> {
        let mut items = Vec::new();
        while let Some((_, item)) = self.value()? {
            items.push(item);
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Value, Value)>, Error> {
        let mut entries = Vec::new();
        while let Some(Event::StartEntry) = self.reader.next_event()? {
            if let (Some((_, key)), Some((_, value))) = (self.value()?, self.value()?) {
                entries.push((key, value));
            }
            // The end of the entry.
            self.reader.next_event()?;
        }
        Ok(entries)
    }

    fn members(&mut self, members: &mut Members) -> Result<(), Error> {
        while let Some((name, value)) = self.value()? {
            members.push(name.unwrap_or_default(), value);
        }
        Ok(())
    }
}

/// Takes the ids off the objects that no reference names, so that a tree that was read equals one that was built.
fn forget_ids(value: &mut Value, referenced: &BTreeSet<RefId>) {
    let object = match value {
        Value::Object(object) => object,
        Value::MemberSet(members) => return members.values_mut().for_each(|value| forget_ids(value, referenced)),
        _ => return,
    };
    object.ref_id = object.ref_id.filter(|id| referenced.contains(id));
    match &mut object.value {
        ObjectValue::None => {}
        ObjectValue::Primitive(value) => forget_ids(value, referenced),
        ObjectValue::List { items, .. } => items.iter_mut().for_each(|item| forget_ids(item, referenced)),
        ObjectValue::Dict(entries) => entries.iter_mut().for_each(|(key, value)| {
            forget_ids(key, referenced);
            forget_ids(value, referenced);
        }),
    }
    object.props.values_mut().chain(object.members.values_mut()).for_each(|value| forget_ids(value, referenced));
}

/// The way from a tree to calls of a writer.
struct TreeWriter<'w> {
    writer: &'w mut Writer,
    /// The id that an object of the tree got.
    ids: BTreeMap<RefId, RefId>,
}

impl TreeWriter<'_> {
    /// `level` is that of the value, from 1. It bounds the recursion.
    fn value(&mut self, value: &Value, level: usize) {
        match value {
            Value::Nil => self.writer.leaf(value),
            _ if level >= MAX_DEPTH => self.writer.string(TOO_DEEP),
            Value::Object(object) => self.object(object, level),
            Value::Ref(target) => match self.ids.get(target) {
                Some(id) => self.writer.leaf(&Value::Ref(*id)),
                None => self.writer.leaf(&Value::Nil),
            },
            Value::MemberSet(members) if self.writer.in_members() => {
                self.writer.start_members();
                self.members(members, level);
                self.writer.end();
            }
            _ => self.writer.leaf(value),
        }
    }

    fn object(&mut self, object: &Object, level: usize) {
        let id = self.writer.start_object();
        if let Some(ref_id) = object.ref_id {
            self.ids.insert(ref_id, id);
        }
        if let Some(names) = &object.type_names {
            self.writer.type_names(names);
        }
        if let Some(text) = &object.to_string {
            self.writer.to_string_text(text);
        }
        self.object_value(&object.value, level.saturating_add(1));
        if !object.props.is_empty() {
            self.writer.start_props();
            self.members(&object.props, level);
            self.writer.end();
        }
        if !object.members.is_empty() {
            self.writer.start_members();
            self.members(&object.members, level);
            self.writer.end();
        }
        self.writer.end();
    }

    /// `level` is that of the values in it.
    fn object_value(&mut self, value: &ObjectValue, level: usize) {
        match value {
            ObjectValue::None | ObjectValue::Primitive(Value::Nil | Value::Ref(_) | Value::MemberSet(_)) => {}
            ObjectValue::Primitive(value @ Value::Object(_)) => self.value(value, level),
            ObjectValue::Primitive(value) => self.writer.leaf(value),
            ObjectValue::List { kind, items } => {
                self.writer.start_list(*kind);
                items.iter().for_each(|item| self.value(item, level));
                self.writer.end();
            }
            ObjectValue::Dict(entries) => {
                self.writer.start_dict();
                for (key, value) in entries {
                    self.writer.start_entry();
                    self.value(key, level);
                    self.value(value, level);
                    self.writer.end();
                }
                self.writer.end();
            }
        }
    }

    /// `level` is that of the object or set whose members these are.
    fn members(&mut self, members: &Members, level: usize) {
        for (name, value) in members.iter() {
            self.writer.named(name);
            self.value(value, level.saturating_add(1));
        }
    }
}
