//! XML nodes as PowerShell shows them: attributes and child elements are properties.

use psrpd_dotnet::{Str, casing};

use super::dom::{Kind, Node};
use crate::{
    eval::{Flow, R, error},
    value::{Category, Value},
};

/// The node in a value.
pub(crate) fn as_node(value: &Value) -> Option<&Node> {
    value.downcast::<Node>()
}

/// The document in a value.
pub(crate) fn as_document(value: &Value) -> Option<&Node> {
    as_node(value).filter(|node| node.kind() == Kind::Document)
}

/// The children of a node that has some: what is written as its items.
pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    let node = as_node(value)?;
    node.has_children().then(|| node.children().into_iter().map(Node::into_value).collect())
}

/// All properties, in document order; those of one name are one.
pub(crate) fn properties(value: &Value) -> Option<Vec<(Str, Value)>> {
    let node = as_node(value)?;
    let mut found: Vec<(String, Vec<Node>)> = Vec::new();
    for part in node.parts(|_| true) {
        let name = part.local_name();
        match found.iter_mut().find(|(have, _)| casing::eq(have, &name)) {
            Some((_, same)) => same.push(part),
            None => found.push((name, vec![part])),
        }
    }
    Some(found.into_iter().map(|(name, same)| (name.into(), collected(same))).collect())
}

fn collected(nodes: Vec<Node>) -> Value {
    let mut values: Vec<Value> = nodes.into_iter().map(shown).collect();
    if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::array(values) }
}

/// A node as the value of a property: text where it holds nothing else.
fn shown(node: Node) -> Value {
    if node.is_plain() { node.inner_text().into() } else { node.into_value() }
}

/// A property: an attribute, or the child elements of a name.
pub(crate) fn property(object: &Value, name: &str) -> Option<Value> {
    let found = as_node(object)?.parts(|part| part.is_called(name));
    if found.is_empty() {
        return None;
    }
    Some(match found.as_slice() {
        [only] if only.kind() == Kind::Declaration => only.value().unwrap_or_default().into(),
        _ => collected(found),
    })
}

/// Sets a property; false if the node has none of this name.
pub(crate) fn assign(object: &Value, name: &str, value: &Value) -> R<bool> {
    let Some(node) = as_node(object) else { return Ok(false) };
    let found = node.parts(|part| part.is_called(name));
    let fail = |id: &str, text: &str| -> Flow {
        error::raise(
            "System.Management.Automation.SetValueException",
            id,
            Category::NotSpecified,
            format!("Cannot set \"{name}\" because {text}"),
            Value::Null,
        )
    };
    const ONLY_STRINGS: &str = "only strings can be used as values to set XmlNode properties.";
    let only = match found.as_slice() {
        [] => return Ok(false),
        [only] => only,
        _ => return Err(fail("XmlNodeSetRestrictionsMoreThanOneNode", ONLY_STRINGS)),
    };
    let Some(text) = value.as_str() else { return Err(fail("XmlNodeSetShouldBeAString", ONLY_STRINGS)) };
    if !only.is_plain() {
        let id = if only.attributes().is_empty() {
            "XmlNodeSetRestrictionsUnknownNodeType"
        } else {
            "XmlNodeSetRestrictionsNodeWithAttributes"
        };
        return Err(fail(id, ONLY_STRINGS));
    }
    only.set_inner_text(text);
    Ok(true)
}
