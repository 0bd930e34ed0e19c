//! XML: the document object model of .NET, PowerShell's view of it, and XPath.

use psrpd_dotnet::Str;

use super::{Members, TypeDef, args::no_object, enum_value, known};
use crate::{
    eval::{Flow, R, Runspace, error},
    providers,
    value::{Array, List, Object, Opaque, Value, enumerate, text},
};

mod adapter;
mod dom;
mod linq;
mod parse;
mod write;
mod writer;
mod xpath;

pub(crate) use adapter::{as_document, as_node, assign, items, properties, property};
use dom::{Data, Kind};
pub(crate) use dom::{Document, Node};
pub(super) use linq::{TYPES as LINQ, to as to_linq};
pub(crate) use parse::parse;
pub(crate) use write::Layout;
pub(super) use writer::TYPES as WRITERS;
pub(crate) use xpath::select;

/// `ToString()` as the type table has it: the name of the node, the nodes of a list.
pub(crate) fn shown(rs: &mut Runspace, this: &Value) -> R<Value> {
    match as_node(this) {
        Some(node) => Ok(node.local_name().into()),
        None => rs.text(this).map(Value::Str),
    }
}

const NOT_AT_ROOT: &str = "Data at the root level is invalid. Line 1, position 1.";
const WRONG_NODE: &str = "The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type.";

/// A text as a document, as a cast makes it.
///
/// # Errors
/// `InvalidCastToXmlDocument`
pub(crate) fn cast(rs: &Runspace, source: &Str) -> R<Value> {
    if source.trim().is_empty() {
        return Ok(Document::document().into_value());
    }
    let document = Document::document();
    let parsed = rs.while_running(|goes_on| parse::parse_fragment(&document, source, goes_on))?;
    parsed.map(|()| document.into_value()).map_err(|reason| {
        // Behind the root, what is no text for a document is no node for one here.
        let is_behind = reason.starts_with("Data at the root level") && reason != NOT_AT_ROOT;
        let reason = if is_behind { WRONG_NODE } else { &reason };
        error::cast(
            "InvalidCastToXmlDocument",
            format!("Cannot convert value \"{source}\" to type \"System.Xml.XmlDocument\". Error: \"{reason}\""),
        )
    })
}

/// Nodes as a list of .NET.
fn list(class: &str, nodes: impl IntoIterator<Item = Node>) -> Value {
    List::value(known(class), nodes.into_iter().map(Node::into_value).collect())
}

fn node(this: &Value) -> R<&Node> {
    as_node(this).ok_or_else(no_object)
}

fn optional(node: Option<Node>) -> Value {
    node.map_or(Value::Null, Node::into_value)
}

fn arg(args: &[Value], at: usize) -> Str {
    args.get(at).map(text).unwrap_or_default()
}

fn node_arg(args: &[Value], at: usize) -> Option<Node> {
    args.get(at).and_then(as_node).cloned()
}

fn xml_error(reason: String) -> Flow {
    error::thrown("System.Xml.XmlException", reason)
}

/// The node that is inserted: it has to be of the same document.
fn insertable(parent: &Node, args: &[Value]) -> R<Node> {
    let Some(new) = node_arg(args, 0) else {
        return Err(no_object());
    };
    if !std::sync::Arc::ptr_eq(&parent.tree, &new.tree) {
        return Err(error::thrown(
            "System.ArgumentException",
            "The node to be inserted is from a different document context.",
        ));
    }
    let mut above = Some(parent.clone());
    while let Some(next) = above {
        if next.same(&new) {
            return Err(error::thrown(
                "System.ArgumentException",
                "Cannot insert a node or any ancestor of that node as a child of itself.",
            ));
        }
        above = next.parent();
    }
    if parent.kind() == Kind::Document
        && new.kind() == Kind::Element
        && parent.document_element().is_some_and(|root| !root.same(&new))
    {
        return Err(error::thrown(
            "System.InvalidOperationException",
            "This document already has a 'DocumentElement' node.",
        ));
    }
    Ok(new)
}

fn node_members(m: &mut Members) {
    m.get("string Name", |_, this| Ok(node(this)?.name().into()));
    m.get("string LocalName", |_, this| Ok(node(this)?.local_name().into()));
    m.get("string NamespaceURI", |_, this| Ok(node(this)?.data().namespace.into()));
    m.get_set(
        "string Prefix",
        |_, this| Ok(node(this)?.data().prefix.into()),
        |_, this, value| {
            node(this)?.change(|data| data.prefix = text(&value).to_string());
            Ok(())
        },
    );
    m.get("System.Xml.XmlNodeType NodeType", |_, this| {
        Ok(enum_value("System.Xml.XmlNodeType", node(this)?.kind().label()))
    });
    m.get("System.Xml.XmlNode ParentNode", |_, this| {
        let node = node(this)?;
        Ok(if node.kind() == Kind::Attribute { Value::Null } else { optional(node.parent()) })
    });
    m.get("xml OwnerDocument", |_, this| {
        let node = node(this)?;
        Ok(if node.id == 0 { Value::Null } else { node.at(0).into_value() })
    });
    m.get("System.Xml.XmlAttributeCollection Attributes", |_, this| {
        let node = node(this)?;
        Ok(match node.kind() {
            Kind::Element => Value::object(AttributeList(node.clone())),
            _ => Value::Null,
        })
    });
    m.get_set(
        "string InnerXml",
        |_, this| Ok(node(this)?.inner_xml().into()),
        |rs, this, value| {
            let node = node(this)?;
            node.children().iter().for_each(Node::detach);
            if node.kind() == Kind::Attribute {
                node.set_inner_text(&text(&value));
                return Ok(());
            }
            rs.while_running(|goes_on| parse::parse_fragment(node, &text(&value), goes_on))?.map_err(xml_error)
        },
    );
    m.get_set("string InnerText", |_, this| Ok(node(this)?.inner_text().into()), set_text);
    m.get("System.Xml.XmlNode NextSibling", |_, this| Ok(optional(node(this)?.sibling(1))));
    m.get("System.Xml.XmlNode PreviousSibling", |_, this| Ok(optional(node(this)?.sibling(-1))));
    m.get_set(
        "string Value",
        |_, this| Ok(node(this)?.value().map_or(Value::Null, Value::from)),
        |rs, this, value| {
            if node(this)?.value().is_none() {
                return Err(error::thrown(
                    "System.InvalidOperationException",
                    "Cannot set a value on node type 'Element'.",
                ));
            }
            set_text(rs, this, value)
        },
    );
    m.get("System.Xml.XmlNodeList ChildNodes", |_, this| Ok(list("System.Xml.XmlChildNodes", node(this)?.children())));
    m.get("System.Xml.XmlNode FirstChild", |_, this| Ok(optional(node(this)?.children().into_iter().next())));
    m.get("System.Xml.XmlNode LastChild", |_, this| Ok(optional(node(this)?.children().pop())));
    m.get("bool HasChildNodes", |_, this| Ok(node(this)?.has_children().into()));
    m.get("bool IsReadOnly", |_, _| Ok(false.into()));
    m.get("string OuterXml", |_, this| Ok(node(this)?.outer_xml().into()));
    m.get("string BaseURI", |_, _| Ok("".into()));
    m.method("System.Xml.XmlNode AppendChild(System.Xml.XmlNode newChild)", |_, this, args| {
        let parent = node(this)?;
        let new = insertable(parent, args)?;
        parent.append(&new);
        Ok(new.into_value())
    });
    m.method("System.Xml.XmlNode PrependChild(System.Xml.XmlNode newChild)", |_, this, args| {
        let parent = node(this)?;
        let new = insertable(parent, args)?;
        parent.insert(&new, 0);
        Ok(new.into_value())
    });
    for (signature, offset) in [
        ("System.Xml.XmlNode InsertBefore(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)", 0),
        ("System.Xml.XmlNode InsertAfter(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)", 1),
    ] {
        let call: super::NativeFn = if offset == 0 {
            |_, this, args| insert_at(this, args, 0)
        } else {
            |_, this, args| insert_at(this, args, 1)
        };
        m.method(signature, call);
    }
    m.method("System.Xml.XmlNode RemoveChild(System.Xml.XmlNode oldChild)", |_, this, args| {
        let parent = node(this)?;
        match node_arg(args, 0).filter(|old| old.parent().is_some_and(|own| own.same(parent))) {
            Some(old) => {
                old.detach();
                Ok(old.into_value())
            }
            None => {
                Err(error::thrown("System.ArgumentException", "The node to be removed is not a child of this node."))
            }
        }
    });
    m.method(
        "System.Xml.XmlNode ReplaceChild(System.Xml.XmlNode newChild, System.Xml.XmlNode oldChild)",
        |_, this, args| {
            let parent = node(this)?;
            let new = insertable(parent, args)?;
            let Some(old) = node_arg(args, 1) else { return Ok(Value::Null) };
            let at = old.position().unwrap_or(usize::MAX);
            old.detach();
            parent.insert(&new, at);
            Ok(old.into_value())
        },
    );
    m.method("void RemoveAll()", |_, this, _| {
        let node = node(this)?;
        node.children().iter().chain(&node.attributes()).for_each(Node::detach);
        Ok(Value::AutomationNull)
    });
    for signature in ["System.Xml.XmlNode CloneNode(bool deep)", "System.Xml.XmlNode Clone()"] {
        m.method(signature, |_, this, args| {
            let node = node(this)?;
            let deep = args.first().is_none_or(|deep| deep.as_bool() == Some(true));
            if node.kind() == Kind::Document {
                let copy = Document::document();
                node.children().iter().for_each(|child| copy.append(&child.copy_to(&copy, true)));
                return Ok(copy.into_value());
            }
            Ok(node.copy_to(node, deep).into_value())
        });
    }
    m.method("void Normalize()", |_, _, _| Ok(Value::AutomationNull));
    for signature in [
        "System.Xml.XmlNodeList SelectNodes(string xpath)",
        "System.Xml.XmlNodeList SelectNodes(string xpath, System.Xml.XmlNamespaceManager nsmgr)",
    ] {
        m.method(signature, |rs, this, args| {
            let found = select(rs, node(this)?, &arg(args, 0), &namespaces(args.get(1)))?;
            Ok(list("System.Xml.XPathNodeList", found))
        });
    }
    for signature in [
        "System.Xml.XmlNode SelectSingleNode(string xpath)",
        "System.Xml.XmlNode SelectSingleNode(string xpath, System.Xml.XmlNamespaceManager nsmgr)",
    ] {
        m.method(signature, |rs, this, args| {
            let found = select(rs, node(this)?, &arg(args, 0), &namespaces(args.get(1)))?;
            Ok(optional(found.into_iter().next()))
        });
    }
    m.method("string GetNamespaceOfPrefix(string prefix)", |_, this, args| {
        Ok(node(this)?.namespace_of(&arg(args, 0)).unwrap_or_default().into())
    });
    m.method("string GetPrefixOfNamespace(string namespaceURI)", |_, this, args| {
        let wanted = arg(args, 0);
        let mut next = Some(node(this)?.clone());
        while let Some(node) = next {
            for declared in node.attributes() {
                let data = declared.data();
                if data.prefix == "xmlns" && declared.inner_text() == wanted.as_str() {
                    return Ok(data.local.into());
                }
            }
            next = node.parent();
        }
        Ok("".into())
    });
    m.method("void WriteTo(System.Object w)", |rs, this, args| match node_writer(rs, this, args)? {
        Some(written) => Ok(written),
        None => write_to(rs, &node(this)?.outer_xml(), args),
    });
    m.method("void WriteContentTo(System.Object w)", |rs, this, args| {
        for child in node(this)?.children() {
            rs.call_method(&child.into_value(), "WriteTo", args)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("System.Collections.IEnumerator GetEnumerator()", |_, this, _| {
        let items: Vec<Value> = node(this)?.children().into_iter().map(Node::into_value).collect();
        Ok(Value::object(crate::value::Enumerator::new(known("System.Collections.IEnumerator"), items)))
    });
}

fn insert_at(this: &Value, args: &[Value], offset: usize) -> R<Value> {
    let parent = node(this)?;
    let new = insertable(parent, args)?;
    let Some(beside) = node_arg(args, 1) else {
        parent.insert(&new, if offset == 0 { usize::MAX } else { 0 });
        return Ok(new.into_value());
    };
    if !beside.parent().is_some_and(|own| own.same(parent)) {
        return Err(error::thrown("System.ArgumentException", "The reference node is not a child of this node."));
    }
    new.detach();
    let at = beside.position().unwrap_or(0).saturating_add(offset);
    parent.insert(&new, at);
    Ok(new.into_value())
}

fn set_text(_: &mut Runspace, this: &Value, value: Value) -> R<()> {
    let node = node(this)?;
    if node.kind() == Kind::Document {
        return Err(error::thrown(
            "System.InvalidOperationException",
            "The 'InnerText' of a 'Document' node is read-only and cannot be set.",
        ));
    }
    node.set_inner_text(&text(&value));
    Ok(())
}

/// Prefixes and namespaces of an `XmlNamespaceManager`.
fn namespaces(manager: Option<&Value>) -> Vec<(String, String)> {
    let Some(manager) = manager.and_then(|manager| manager.downcast::<Namespaces>()) else { return Vec::new() };
    manager.0.lock().clone()
}

/// Writes to what has a `Write` method, or to a file.
/// Writes a node where a writer of XML is what to write on.
fn node_writer(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Option<Value>> {
    let node = node(this)?;
    args.first().and_then(|target| writer::write_node(rs, target, node)).transpose()
}

fn write_to(rs: &mut Runspace, content: &str, args: &[Value]) -> R<Value> {
    let target = args.first().cloned().unwrap_or_default();
    match target.as_str() {
        Some(path) => providers::write_file(rs, path, content.as_bytes(), false)?,
        None if target.type_of().is_some_and(|of| of.is_assignable_to(&known("System.IO.Stream"))) => {
            let bytes = Value::bytes(content.as_bytes());
            rs.call_method(&target, "Write", &[bytes, Value::I32(0), Value::int(content.len())])?;
        }
        None => drop(rs.call_method(&target, "Write", &[content.into()])?),
    }
    Ok(Value::AutomationNull)
}

fn document_members(m: &mut Members) {
    m.constructor("xml()", |_, _, _| Ok(Document::document().into_value()));
    m.get("System.Xml.XmlElement DocumentElement", |_, this| Ok(optional(node(this)?.document_element())));
    m.get_set(
        "bool PreserveWhitespace",
        |_, this| Ok((*node(this)?.tree.preserves_whitespace.lock()).into()),
        |_, this, value| {
            *node(this)?.tree.preserves_whitespace.lock() = value.as_bool() == Some(true);
            Ok(())
        },
    );
    m.method("void LoadXml(string xml)", |rs, this, args| load(rs, node(this)?, &arg(args, 0)));
    m.method("void Load(string filename)", |rs, this, args| {
        let source = providers::read_text(rs, &arg(args, 0))?;
        load(rs, node(this)?, &source)
    });
    m.method("void Load(System.Object source)", |rs, this, args| {
        let reader = args.first().cloned().unwrap_or_default();
        let source = rs.call_method(&reader, "ReadToEnd", &[])?;
        load(rs, node(this)?, &text(&source))
    });
    m.method("void Save(System.Object target)", |rs, this, args| {
        if let Some(written) = node_writer(rs, this, args)? {
            return Ok(written);
        }
        let node = node(this)?;
        let preserves = *node.tree.preserves_whitespace.lock();
        let content = node.to_xml(if preserves { Layout::Plain } else { Layout::Indented });
        write_to(rs, &content, args)
    });
    macro_rules! create {
        ($($declaration:literal, |$args:ident| $data:expr;)*) => {
            $(m.method($declaration, |_, this, $args| {
                let document = node(this)?;
                Ok(document.create($data).into_value())
            });)*
        };
    }
    create! {
        "System.Xml.XmlElement CreateElement(string name)", |args| Data { is_empty: true, ..Data::named(Kind::Element, &checked(args, 0)?, "") };
        "System.Xml.XmlElement CreateElement(string qualifiedName, string namespaceURI)", |args| Data { is_empty: true, ..Data::named(Kind::Element, &checked(args, 0)?, &arg(args, 1)) };
        "System.Xml.XmlElement CreateElement(string prefix, string localName, string namespaceURI)", |args| prefixed(Kind::Element, args);
        "System.Xml.XmlAttribute CreateAttribute(string name)", |args| Data::named(Kind::Attribute, &checked(args, 0)?, "");
        "System.Xml.XmlAttribute CreateAttribute(string qualifiedName, string namespaceURI)", |args| Data::named(Kind::Attribute, &checked(args, 0)?, &arg(args, 1));
        "System.Xml.XmlAttribute CreateAttribute(string prefix, string localName, string namespaceURI)", |args| prefixed(Kind::Attribute, args);
        "System.Xml.XmlText CreateTextNode(string text)", |args| Data::text(Kind::Text, arg(args, 0).to_string());
        "System.Xml.XmlCDataSection CreateCDataSection(string data)", |args| Data::text(Kind::CData, arg(args, 0).to_string());
        "System.Xml.XmlComment CreateComment(string data)", |args| Data::text(Kind::Comment, arg(args, 0).to_string());
        "System.Xml.XmlWhitespace CreateWhitespace(string text)", |args| Data::text(Kind::Whitespace, arg(args, 0).to_string());
        "System.Xml.XmlSignificantWhitespace CreateSignificantWhitespace(string text)", |args| Data::text(Kind::SignificantWhitespace, arg(args, 0).to_string());
        "System.Xml.XmlDocumentFragment CreateDocumentFragment()", |_args| Data::new(Kind::Fragment);
        "System.Xml.XmlProcessingInstruction CreateProcessingInstruction(string target, string data)", |args| Data { local: arg(args, 0).to_string(), ..Data::text(Kind::Instruction, arg(args, 1).to_string()) };
        "System.Xml.XmlDeclaration CreateXmlDeclaration(string version, string encoding, string standalone)", |args| declaration(args);
    }
    m.method("System.Xml.XmlNode ImportNode(System.Xml.XmlNode node, bool deep)", |_, this, args| {
        let deep = args.get(1).and_then(Value::as_bool).unwrap_or(false);
        let document = node(this)?;
        Ok(optional(node_arg(args, 0).map(|other| other.copy_to(document, deep))))
    });
    by_tag_name(m);
    m.method("System.Xml.XmlElement GetElementById(string elementId)", |_, _, _| Ok(Value::Null));
}

fn load(rs: &Runspace, document: &Node, source: &str) -> R<Value> {
    document.children().iter().for_each(Node::detach);
    rs.while_running(|goes_on| parse::parse_into(document, source, goes_on))?.map_err(xml_error)?;
    Ok(Value::AutomationNull)
}

/// A name that XML allows.
fn checked(args: &[Value], at: usize) -> R<String> {
    let name = arg(args, at);
    let first = name.chars().next();
    match first {
        None => Err(error::thrown(
            "System.ArgumentException",
            "The local name for elements or attributes cannot be null or an empty string.",
        )),
        Some(c) if !(c.is_alphabetic() || c == '_') => Err(error::thrown(
            "System.Xml.XmlException",
            format!("Name cannot begin with the '{c}' character, hexadecimal value 0x{:02X}.", u32::from(c)),
        )),
        Some(_) => {
            match name.char_indices().find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))) {
                Some((_, c)) => Err(error::thrown(
                    "System.Xml.XmlException",
                    format!(
                        "The '{c}' character, hexadecimal value 0x{:02X}, cannot be included in a name.",
                        u32::from(c)
                    ),
                )),
                None => Ok(name.to_string()),
            }
        }
    }
}

fn prefixed(kind: Kind, args: &[Value]) -> Data {
    Data {
        prefix: arg(args, 0).to_string(),
        local: arg(args, 1).to_string(),
        namespace: arg(args, 2).to_string(),
        is_empty: kind == Kind::Element,
        ..Data::new(kind)
    }
}

fn declaration(args: &[Value]) -> Data {
    let mut content = format!("version=\"{}\"", arg(args, 0));
    for (name, value) in [("encoding", arg(args, 1)), ("standalone", arg(args, 2))] {
        if !value.is_empty() {
            content.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    Data::text(Kind::Declaration, content)
}

fn by_tag_name(m: &mut Members) {
    m.method("System.Xml.XmlNodeList GetElementsByTagName(string name)", |_, this, args| {
        let name = arg(args, 0);
        let root = node(this)?;
        let all = root.descendants().into_iter().skip(1).filter(|found| found.kind() == Kind::Element);
        Ok(list("System.Xml.XmlElementList", all.filter(|found| name.as_str() == "*" || found.name() == name.as_str())))
    });
    m.method("System.Xml.XmlNodeList GetElementsByTagName(string localName, string namespaceURI)", |_, this, args| {
        let (name, namespace) = (arg(args, 0), arg(args, 1));
        let root = node(this)?;
        let all = root.descendants().into_iter().skip(1).filter(|found| found.kind() == Kind::Element);
        Ok(list(
            "System.Xml.XmlElementList",
            all.filter(|found| {
                let data = found.data();
                (name.as_str() == "*" || data.local == name.as_str())
                    && (namespace.as_str() == "*" || data.namespace == namespace.as_str())
            }),
        ))
    });
}

fn element_members(m: &mut Members) {
    m.get_set(
        "bool IsEmpty",
        |_, this| Ok(node(this)?.data().is_empty.into()),
        |_, this, value| {
            let node = node(this)?;
            let is_empty = value.as_bool() == Some(true);
            if is_empty {
                node.children().iter().for_each(Node::detach);
            }
            node.change(|data| data.is_empty = is_empty);
            Ok(())
        },
    );
    m.get("bool HasAttributes", |_, this| Ok((!node(this)?.attributes().is_empty()).into()));
    m.method("string GetAttribute(string name)", |_, this, args| {
        Ok(node(this)?.attribute(&arg(args, 0)).map(|found| found.inner_text()).unwrap_or_default().into())
    });
    m.method("string GetAttribute(string localName, string namespaceURI)", |_, this, args| {
        Ok(find_attribute(node(this)?, args).map(|found| found.inner_text()).unwrap_or_default().into())
    });
    m.method("void SetAttribute(string name, string value)", |_, this, args| {
        node(this)?.set_attribute(&checked(args, 0)?, "", &arg(args, 1));
        Ok(Value::AutomationNull)
    });
    m.method("string SetAttribute(string localName, string namespaceURI, string value)", |_, this, args| {
        node(this)?.set_attribute(&checked(args, 0)?, &arg(args, 1), &arg(args, 2));
        Ok(Value::Str(arg(args, 2)))
    });
    m.method("bool HasAttribute(string name)", |_, this, args| {
        Ok(node(this)?.attribute(&arg(args, 0)).is_some().into())
    });
    m.method("bool HasAttribute(string localName, string namespaceURI)", |_, this, args| {
        Ok(find_attribute(node(this)?, args).is_some().into())
    });
    m.method("void RemoveAttribute(string name)", |_, this, args| {
        if let Some(found) = node(this)?.attribute(&arg(args, 0)) {
            found.detach();
        }
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveAllAttributes()", |_, this, _| {
        node(this)?.attributes().iter().for_each(Node::detach);
        Ok(Value::AutomationNull)
    });
    m.method("System.Xml.XmlAttribute GetAttributeNode(string name)", |_, this, args| {
        Ok(optional(node(this)?.attribute(&arg(args, 0))))
    });
    m.method("System.Xml.XmlAttribute SetAttributeNode(System.Xml.XmlAttribute newAttr)", |_, this, args| {
        append_attribute(node(this)?, args)
    });
    by_tag_name(m);
}

fn find_attribute(node: &Node, args: &[Value]) -> Option<Node> {
    let (name, namespace) = (arg(args, 0), arg(args, 1));
    node.attributes().into_iter().find(|attribute| {
        let data = attribute.data();
        data.local == name.as_str() && data.namespace == namespace.as_str()
    })
}

fn append_attribute(owner: &Node, args: &[Value]) -> R<Value> {
    let Some(new) = node_arg(args, 0) else { return Ok(Value::Null) };
    if let Some(old) = owner.attribute(&new.name()) {
        old.detach();
    }
    owner.add_attribute(&new);
    Ok(new.into_value())
}

/// The attributes of an element, as a collection.
struct AttributeList(Node);

impl Object for AttributeList {
    fn type_of(&self) -> super::Type {
        known("System.Xml.XmlAttributeCollection")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.attributes().into_iter().map(Node::into_value).collect())
    }
}

/// An attribute of a collection by name, a node of a list by position.
pub(crate) fn indexed(object: &Value, index: &Value) -> Option<Value> {
    let attributes = object.downcast::<AttributeList>()?;
    Some(match index.as_str() {
        Some(name) => optional(attributes.0.attribute(name)),
        None => {
            let at = index.as_i128().and_then(|at| usize::try_from(at).ok())?;
            optional(attributes.0.attributes().into_iter().nth(at))
        }
    })
}

fn attribute_list(m: &mut Members) {
    fn owner(this: &Value) -> R<&Node> {
        this.downcast::<AttributeList>().map(|list| &list.0).ok_or_else(no_object)
    }
    m.get("int Count", |_, this| Ok(Value::int(owner(this)?.attributes().len())));
    m.get("System.Object SyncRoot", |_, this| Ok(this.clone()));
    m.get("bool IsSynchronized", |_, _| Ok(false.into()));
    m.method("System.Xml.XmlNode GetNamedItem(string name)", |_, this, args| {
        Ok(optional(owner(this)?.attribute(&arg(args, 0))))
    });
    m.method("System.Xml.XmlAttribute Append(System.Xml.XmlAttribute node)", |_, this, args| {
        append_attribute(owner(this)?, args)
    });
    m.method("System.Xml.XmlNode SetNamedItem(System.Xml.XmlNode node)", |_, this, args| {
        append_attribute(owner(this)?, args)
    });
    m.method("System.Xml.XmlAttribute Prepend(System.Xml.XmlAttribute node)", |_, this, args| {
        let owner = owner(this)?;
        let new = append_attribute(owner, args)?;
        owner.change(|data| {
            let length = data.attributes.len();
            data.attributes.rotate_right(1.min(length));
        });
        Ok(new)
    });
    m.method("System.Xml.XmlAttribute Remove(System.Xml.XmlAttribute node)", |_, _, args| {
        let found = node_arg(args, 0);
        if let Some(found) = &found {
            found.detach();
        }
        Ok(optional(found))
    });
    m.method("System.Xml.XmlNode RemoveNamedItem(string name)", |_, this, args| {
        let found = owner(this)?.attribute(&arg(args, 0));
        if let Some(found) = &found {
            found.detach();
        }
        Ok(optional(found))
    });
    m.method("void RemoveAll()", |_, this, _| {
        owner(this)?.attributes().iter().for_each(Node::detach);
        Ok(Value::AutomationNull)
    });
    m.method("System.Xml.XmlNode Item(int index)", |_, this, args| {
        Ok(args.first().and_then(|index| indexed(this, index)).unwrap_or_default())
    });
}

fn node_list(m: &mut Members) {
    m.get("int Count", |_, this| Ok(Value::int(enumerate(this).map_or(0, |items| items.len()))));
    m.method("System.Xml.XmlNode Item(int index)", |_, this, args| {
        let at = args.first().and_then(Value::as_i128).and_then(|at| usize::try_from(at).ok());
        Ok(at.and_then(|at| enumerate(this)?.into_iter().nth(at)).unwrap_or_default())
    });
}

/// `XmlNamespaceManager`
struct Namespaces(parking_lot::Mutex<Vec<(String, String)>>);

impl Object for Namespaces {
    fn type_of(&self) -> super::Type {
        known("System.Xml.XmlNamespaceManager")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.lock().iter().map(|(prefix, _)| prefix.as_str().into()).collect())
    }
}

fn manager(m: &mut Members) {
    m.constructor("System.Xml.XmlNamespaceManager(System.Object nameTable)", |_, _, _| {
        Ok(Value::object(Namespaces(parking_lot::Mutex::default())))
    });
    m.method("void AddNamespace(string prefix, string uri)", |_, this, args| {
        if let Some(manager) = this.downcast::<Namespaces>() {
            manager.0.lock().push((arg(args, 0).to_string(), arg(args, 1).to_string()));
        }
        Ok(Value::AutomationNull)
    });
    m.method("string LookupNamespace(string prefix)", |_, this, args| {
        let prefix = arg(args, 0);
        let found = this
            .downcast::<Namespaces>()
            .and_then(|manager| manager.0.lock().iter().rev().find(|(have, _)| *have == prefix.as_str()).cloned());
        Ok(found.map_or(Value::Null, |(_, means)| means.into()))
    });
    m.method("bool HasNamespace(string prefix)", |_, this, args| {
        let prefix = arg(args, 0);
        Ok(this
            .downcast::<Namespaces>()
            .is_some_and(|manager| manager.0.lock().iter().any(|(have, _)| *have == prefix.as_str()))
            .into())
    });
}

/// Namespaces of a hashtable, for `Select-Xml`.
pub(crate) fn namespace_table(table: &Value) -> Vec<(String, String)> {
    let entries =
        table.downcast::<crate::value::Dictionary>().map(crate::value::Dictionary::entries).unwrap_or_default();
    entries.into_iter().map(|(prefix, means)| (text(&prefix).to_string(), text(&means).to_string())).collect()
}

/// Documents made of other things than text: nodes become a document around a copy.
pub(crate) fn convert(rs: &Runspace, value: &Value) -> R<Option<Value>> {
    if let Some(source) = value.as_str() {
        return cast(rs, source).map(Some);
    }
    if let Value::Array(array) = value.base() {
        let lines: Vec<String> = Array::items(array).iter().map(|line| text(line).to_string()).collect();
        return cast(rs, &lines.join(" ").into()).map(Some);
    }
    if value.downcast::<crate::eval::ScriptBlock>().is_some() {
        return cast(rs, &text(value)).map(Some);
    }
    Ok(None)
}

const NODES: &[&str] = &["System.Collections.IEnumerable"];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Xml.XmlNode").implements(NODES).members(node_members),
    TypeDef::class("System.Xml.XmlDocument").base("System.Xml.XmlNode").members(document_members),
    TypeDef::class("System.Xml.XmlDocumentFragment").base("System.Xml.XmlNode"),
    TypeDef::class("System.Xml.XmlLinkedNode").base("System.Xml.XmlNode"),
    TypeDef::class("System.Xml.XmlElement").base("System.Xml.XmlLinkedNode").members(element_members),
    TypeDef::class("System.Xml.XmlAttribute").base("System.Xml.XmlNode").members(|m| {
        m.get("System.Xml.XmlElement OwnerElement", |_, this| Ok(optional(node(this)?.parent())));
        m.get("bool Specified", |_, _| Ok(true.into()));
    }),
    TypeDef::class("System.Xml.XmlCharacterData").base("System.Xml.XmlLinkedNode").members(|m| {
        m.get_set("string Data", |_, this| Ok(node(this)?.inner_text().into()), set_text);
        m.get("int Length", |_, this| Ok(Value::int(node(this)?.inner_text().encode_utf16().count())));
    }),
    TypeDef::class("System.Xml.XmlText").base("System.Xml.XmlCharacterData"),
    TypeDef::class("System.Xml.XmlCDataSection").base("System.Xml.XmlCharacterData"),
    TypeDef::class("System.Xml.XmlComment").base("System.Xml.XmlCharacterData"),
    TypeDef::class("System.Xml.XmlWhitespace").base("System.Xml.XmlCharacterData"),
    TypeDef::class("System.Xml.XmlSignificantWhitespace").base("System.Xml.XmlCharacterData"),
    TypeDef::class("System.Xml.XmlProcessingInstruction").base("System.Xml.XmlLinkedNode").members(|m| {
        m.get("string Target", |_, this| Ok(node(this)?.local_name().into()));
        m.get_set("string Data", |_, this| Ok(node(this)?.data().value.into()), set_text);
    }),
    TypeDef::class("System.Xml.XmlDeclaration").base("System.Xml.XmlLinkedNode").members(|m| {
        fn part(this: &Value, name: &str) -> R<Value> {
            let content = node(this)?.data().value;
            let value = content
                .split(&format!("{name}="))
                .nth(1)
                .and_then(|rest| rest.get(1..)?.split(['"', '\'']).next().map(str::to_owned));
            Ok(value.unwrap_or_default().into())
        }
        m.get("string Version", |_, this| part(this, "version"));
        m.get("string Encoding", |_, this| part(this, "encoding"));
        m.get("string Standalone", |_, this| part(this, "standalone"));
    }),
    TypeDef::class("System.Xml.XmlDocumentType").base("System.Xml.XmlLinkedNode"),
    TypeDef::class("System.Xml.XmlNodeList").implements(NODES).members(node_list),
    TypeDef::class("System.Xml.XmlChildNodes").base("System.Xml.XmlNodeList").implements(NODES),
    TypeDef::class("System.Xml.XPathNodeList").base("System.Xml.XmlNodeList").implements(NODES),
    TypeDef::class("System.Xml.XmlElementList").base("System.Xml.XmlNodeList").implements(NODES),
    TypeDef::class("System.Xml.XmlNamedNodeMap").implements(NODES),
    TypeDef::class("System.Xml.XmlAttributeCollection")
        .base("System.Xml.XmlNamedNodeMap")
        .implements(NODES)
        .members(attribute_list),
    TypeDef::class("System.Xml.XmlNamespaceManager").implements(NODES).members(manager),
    TypeDef::class("System.Xml.NameTable").members(|m| {
        m.constructor("System.Xml.NameTable()", |_, _, _| {
            Ok(Opaque::new::<&str>("System.Xml.NameTable", []).into_value())
        });
    }),
    TypeDef::labels(
        "System.Xml.XmlNodeType",
        &[
            ("None", 0),
            ("Element", 1),
            ("Attribute", 2),
            ("Text", 3),
            ("CDATA", 4),
            ("EntityReference", 5),
            ("Entity", 6),
            ("ProcessingInstruction", 7),
            ("Comment", 8),
            ("Document", 9),
            ("DocumentType", 10),
            ("DocumentFragment", 11),
            ("Notation", 12),
            ("Whitespace", 13),
            ("SignificantWhitespace", 14),
            ("EndElement", 15),
            ("EndEntity", 16),
            ("XmlDeclaration", 17),
        ],
    ),
];
