//! Properties that hold for any bytes, for fuzzing and for the tests of the corpus. Not part of the API.

use crate::{Event, Reader, Writer, parse, write};
use alloc::vec::Vec;

/// Reading never panics; what was read is written in a form that is read as the same, whether by way of a tree or of
/// events.
///
/// # Panics
/// One of the properties is broken.
pub fn clixml(payload: &[u8]) {
    let Ok(value) = parse(payload) else { return };
    let written = write(&value);
    let again = parse(&written).map(|value| write(&value));
    assert_eq!(again.as_ref(), Ok(&written), "writing changes on the second time");
    assert_eq!(replay(&written), written, "events differ from the tree");
}

/// The payload that a writer makes of the events of `payload`.
fn replay(payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    let mut empty = true;
    let Ok(mut reader) = Reader::new(payload) else { return Vec::new() };
    while let Ok(Some(event)) = reader.next_event() {
        empty = false;
        match &event {
            Event::StartObject { name: Some(name), .. }
            | Event::StartMembers { name: Some(name) }
            | Event::Leaf { name: Some(name), .. } => {
                writer.named(name);
            }
            _ => {}
        }
        match event {
            Event::StartObject { .. } => {
                writer.start_object();
            }
            Event::TypeNames(names) => writer.type_names(&names),
            Event::ToStringText(text) => writer.to_string_text(&text),
            Event::StartList(kind) => writer.start_list(kind),
            Event::StartDict => writer.start_dict(),
            Event::StartEntry => writer.start_entry(),
            Event::StartProps => writer.start_props(),
            Event::StartMembers { .. } => writer.start_members(),
            Event::End => writer.end(),
            Event::Leaf { value, .. } => writer.value(&value),
        }
    }
    if empty { Vec::new() } else { writer.finish() }
}
