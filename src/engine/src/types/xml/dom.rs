//! The tree of an XML document. A node is its tree and a number.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use crate::{
    types::{Type, known},
    value::{Object, Value},
};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Fragment,
    Declaration,
    DocumentType,
    Element,
    Attribute,
    Text,
    CData,
    Comment,
    Instruction,
    Whitespace,
    SignificantWhitespace,
}

impl Kind {
    /// The class of .NET.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Document => "System.Xml.XmlDocument",
            Self::Fragment => "System.Xml.XmlDocumentFragment",
            Self::Declaration => "System.Xml.XmlDeclaration",
            Self::DocumentType => "System.Xml.XmlDocumentType",
            Self::Element => "System.Xml.XmlElement",
            Self::Attribute => "System.Xml.XmlAttribute",
            Self::Text => "System.Xml.XmlText",
            Self::CData => "System.Xml.XmlCDataSection",
            Self::Comment => "System.Xml.XmlComment",
            Self::Instruction => "System.Xml.XmlProcessingInstruction",
            Self::Whitespace => "System.Xml.XmlWhitespace",
            Self::SignificantWhitespace => "System.Xml.XmlSignificantWhitespace",
        }
    }

    /// The label of `XmlNodeType`.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Fragment => "DocumentFragment",
            Self::Declaration => "XmlDeclaration",
            Self::DocumentType => "DocumentType",
            Self::Element => "Element",
            Self::Attribute => "Attribute",
            Self::Text => "Text",
            Self::CData => "CDATA",
            Self::Comment => "Comment",
            Self::Instruction => "ProcessingInstruction",
            Self::Whitespace => "Whitespace",
            Self::SignificantWhitespace => "SignificantWhitespace",
        }
    }

    /// Whether it is text of its parent.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::CData | Self::Whitespace | Self::SignificantWhitespace)
    }
}

/// What a tree knows of a node.
#[derive(Clone)]
pub(super) struct Data {
    pub(super) kind: Kind,
    pub(super) prefix: String,
    pub(super) local: String,
    pub(super) namespace: String,
    /// The text of nodes that are only text; the content of instructions, declarations and document types.
    pub(super) value: String,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    pub(super) attributes: Vec<usize>,
    /// Whether an element without children is written as one tag.
    pub(super) is_empty: bool,
    /// Where it was among the children of its parent when that was asked last.
    pub(super) place: usize,
}

impl Data {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            prefix: String::new(),
            local: String::new(),
            namespace: String::new(),
            value: String::new(),
            parent: None,
            children: Vec::new(),
            attributes: Vec::new(),
            is_empty: false,
            place: 0,
        }
    }

    fn local_name(&self) -> &str {
        match self.kind {
            Kind::Document => "#document",
            Kind::Fragment => "#document-fragment",
            Kind::Declaration => "xml",
            Kind::Text => "#text",
            Kind::CData => "#cdata-section",
            Kind::Comment => "#comment",
            Kind::Whitespace => "#whitespace",
            Kind::SignificantWhitespace => "#significant-whitespace",
            _ => &self.local,
        }
    }

    /// Whether the node has a local name, in whatever case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        casing::eq(self.local_name(), name)
    }

    pub(super) fn text(kind: Kind, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(kind) }
    }

    /// A node with a name that may have a prefix.
    pub(super) fn named(kind: Kind, name: &str, namespace: &str) -> Self {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        Self { prefix: prefix.into(), local: local.into(), namespace: namespace.into(), ..Self::new(kind) }
    }
}

/// All nodes of a document, also those that are not in its tree.
pub(crate) struct Tree {
    nodes: Mutex<Vec<Data>>,
    pub(super) preserves_whitespace: Mutex<bool>,
}

/// A node.
#[derive(Clone)]
pub(crate) struct Node {
    pub(super) tree: Arc<Tree>,
    pub(super) id: usize,
}

/// The node of a document.
pub(crate) type Document = Node;

impl Node {
    /// An empty document.
    pub(crate) fn document() -> Self {
        let tree = Tree { nodes: Mutex::new(vec![Data::new(Kind::Document)]), preserves_whitespace: Mutex::new(false) };
        Self { tree: Arc::new(tree), id: 0 }
    }

    pub(crate) fn into_value(self) -> Value {
        Value::object(self)
    }

    pub(super) fn at(&self, id: usize) -> Self {
        Self { tree: self.tree.clone(), id }
    }

    /// A new node of the same document, outside of the tree.
    pub(super) fn create(&self, data: Data) -> Self {
        let mut nodes = self.tree.nodes.lock();
        nodes.push(data);
        let id = nodes.len().saturating_sub(1);
        drop(nodes);
        self.at(id)
    }

    pub(super) fn data(&self) -> Data {
        self.tree.nodes.lock().get(self.id).cloned().unwrap_or_else(|| Data::new(Kind::Text))
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Data) -> T) -> Option<T> {
        self.tree.nodes.lock().get(self.id).map(read)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Data)) {
        if let Some(data) = self.tree.nodes.lock().get_mut(self.id) {
            change(data);
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.read(|data| data.kind).unwrap_or(Kind::Text)
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.tree, &other.tree)
    }

    pub(super) fn parent(&self) -> Option<Self> {
        self.read(|data| data.parent).flatten().map(|id| self.at(id))
    }

    pub(crate) fn children(&self) -> Vec<Self> {
        let ids = self.read(|data| data.children.clone()).unwrap_or_default();
        ids.into_iter().map(|id| self.at(id)).collect()
    }

    pub(crate) fn has_children(&self) -> bool {
        self.read(|data| !data.children.is_empty()).unwrap_or(false)
    }

    pub(super) fn attributes(&self) -> Vec<Self> {
        let ids = self.read(|data| data.attributes.clone()).unwrap_or_default();
        ids.into_iter().map(|id| self.at(id)).collect()
    }

    /// A new element at the end.
    pub(crate) fn add_element(&self, name: &str) -> Self {
        let element = self.create(Data { is_empty: true, ..Data::named(Kind::Element, name, "") });
        self.append(&element);
        element
    }

    /// A declaration at the end of an empty document.
    pub(crate) fn add_declaration(&self, content: &str) {
        self.append(&self.create(Data::text(Kind::Declaration, content)));
    }

    /// The children that are elements.
    pub(crate) fn elements(&self) -> Vec<Self> {
        self.children().into_iter().filter(|child| child.kind() == Kind::Element).collect()
    }

    /// The first child element with a name.
    pub(crate) fn child(&self, name: &str) -> Option<Self> {
        self.elements().into_iter().find(|child| child.local_name() == name)
    }

    /// The text of the first child element with a name.
    pub(crate) fn child_text(&self, name: &str) -> Option<Str> {
        self.child(name).map(|child| child.inner_text().trim().into())
    }

    /// The children of the document's element that have a name.
    pub(crate) fn root_children(&self, name: &str) -> Vec<Self> {
        let root = self.document_element();
        root.iter().flat_map(Self::elements).filter(|child| child.local_name() == name).collect()
    }

    pub(super) fn document_element(&self) -> Option<Self> {
        self.at(0).elements().into_iter().next()
    }

    /// The name without prefix, or what .NET calls nodes without one.
    pub(crate) fn local_name(&self) -> String {
        self.read(|data| data.local_name().to_owned()).unwrap_or_default()
    }

    /// The attributes and the children that a test lets through, whitespace aside.
    pub(super) fn parts(&self, test: impl Fn(&Data) -> bool) -> Vec<Self> {
        let nodes = self.tree.nodes.lock();
        let Some(own) = nodes.get(self.id) else { return Vec::new() };
        let is_space = |data: &Data| matches!(data.kind, Kind::Whitespace | Kind::SignificantWhitespace);
        let passes = |id: &&usize| nodes.get(**id).is_some_and(|data| !is_space(data) && test(data));
        own.attributes.iter().chain(&own.children).filter(passes).map(|id| self.at(*id)).collect()
    }

    /// Whether the node stands for its text: an element without attributes that holds nothing but one text, or no element.
    pub(super) fn is_plain(&self) -> bool {
        let nodes = self.tree.nodes.lock();
        let Some(own) = nodes.get(self.id) else { return true };
        match own.kind {
            Kind::Element if !own.attributes.is_empty() => false,
            Kind::Element => match own.children.as_slice() {
                [] => true,
                [only] => nodes.get(*only).is_some_and(|only| only.kind == Kind::Text),
                _ => false,
            },
            kind => !matches!(kind, Kind::Document | Kind::Fragment),
        }
    }

    pub(super) fn name(&self) -> String {
        match self.kind() {
            Kind::Element | Kind::Attribute => self
                .read(|data| match data.prefix.as_str() {
                    "" => data.local.clone(),
                    prefix => format!("{prefix}:{}", data.local),
                })
                .unwrap_or_default(),
            _ => self.local_name(),
        }
    }

    /// All text below.
    pub(crate) fn inner_text(&self) -> String {
        match self.kind() {
            Kind::Document | Kind::Fragment | Kind::Element | Kind::Attribute => {
                let children = self.children();
                let inside = children.iter().filter(|child| !matches!(child.kind(), Kind::Comment | Kind::Instruction));
                inside.map(Self::inner_text).collect()
            }
            _ => self.read(|data| data.value.clone()).unwrap_or_default(),
        }
    }

    /// The value of an attribute or of text.
    pub(super) fn value(&self) -> Option<String> {
        match self.kind() {
            Kind::Attribute => Some(self.inner_text()),
            Kind::Element | Kind::Document | Kind::Fragment | Kind::DocumentType => None,
            _ => self.read(|data| data.value.clone()),
        }
    }

    /// Puts a text in the place of everything below.
    pub(crate) fn set_inner_text(&self, text: &str) {
        match self.kind() {
            Kind::Document | Kind::Fragment | Kind::Element | Kind::Attribute => {
                for child in self.children() {
                    child.detach();
                }
                if !text.is_empty() || self.kind() == Kind::Attribute {
                    self.append(&self.create(Data::text(Kind::Text, text)));
                }
                self.change(|data| data.is_empty = false);
            }
            _ => self.change(|data| data.value = text.into()),
        }
    }

    /// Takes the node out of its parent.
    pub(super) fn detach(&self) {
        if let Some(parent) = self.parent() {
            parent.change(|data| {
                data.children.retain(|id| *id != self.id);
                data.attributes.retain(|id| *id != self.id);
            });
        }
        self.change(|data| data.parent = None);
    }

    pub(super) fn append(&self, child: &Self) {
        self.insert(child, usize::MAX);
    }

    /// Puts a node at a place among the children; a fragment is replaced by what it holds.
    pub(super) fn insert(&self, child: &Self, at: usize) {
        if child.kind() == Kind::Fragment {
            for (offset, inner) in child.children().iter().enumerate() {
                self.insert(inner, at.saturating_add(offset));
            }
            return;
        }
        child.detach();
        child.change(|data| data.parent = Some(self.id));
        self.change(|data| {
            let at = at.min(data.children.len());
            data.children.insert(at, child.id);
        });
    }

    pub(super) fn add_attribute(&self, attribute: &Self) {
        attribute.detach();
        attribute.change(|data| data.parent = Some(self.id));
        self.change(|data| data.attributes.push(attribute.id));
    }

    pub(super) fn attribute(&self, name: &str) -> Option<Self> {
        self.attributes().into_iter().find(|attribute| attribute.name() == name)
    }

    /// Sets an attribute, a new one at the end.
    pub(crate) fn set_attribute(&self, name: &str, namespace: &str, value: &str) {
        let attribute = self.attribute(name).unwrap_or_else(|| {
            let new = self.create(Data::named(Kind::Attribute, name, namespace));
            self.add_attribute(&new);
            new
        });
        attribute.set_inner_text(value);
    }

    /// The place among the parent's children.
    pub(super) fn position(&self) -> Option<usize> {
        place_of(&mut self.tree.nodes.lock(), self.id).map(|(_, place)| place)
    }

    pub(super) fn sibling(&self, offset: isize) -> Option<Self> {
        let mut nodes = self.tree.nodes.lock();
        let (parent, place) = place_of(&mut nodes, self.id)?;
        let place = place.checked_add_signed(offset)?;
        let id = *nodes.get(parent)?.children.get(place)?;
        nodes.get_mut(id)?.place = place;
        drop(nodes);
        Some(self.at(id))
    }

    /// A copy in another document, or in the same one, outside of its tree.
    pub(super) fn copy_to(&self, target: &Self, deep: bool) -> Self {
        let data = self.data();
        let copy = target.create(Data { parent: None, children: Vec::new(), attributes: Vec::new(), ..data.clone() });
        for attribute in self.attributes() {
            copy.add_attribute(&attribute.copy_to(target, true));
        }
        if deep || data.kind == Kind::Attribute {
            for child in self.children() {
                copy.append(&child.copy_to(target, true));
            }
        }
        copy
    }

    /// The node and everything below, in document order, without attributes.
    pub(super) fn descendants(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open = vec![self.clone()];
        while let Some(node) = open.pop() {
            let mut children = node.children();
            children.reverse();
            open.extend(children);
            found.push(node);
        }
        found
    }

    /// The namespace that a prefix means here.
    pub(super) fn namespace_of(&self, prefix: &str) -> Option<String> {
        if prefix == "xml" {
            return Some("http://www.w3.org/XML/1998/namespace".into());
        }
        let wanted = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        let mut next = Some(self.clone());
        while let Some(node) = next {
            if let Some(declared) = node.attribute(&wanted) {
                return Some(declared.inner_text());
            }
            next = node.parent();
        }
        None
    }
}

impl Object for Node {
    fn type_of(&self) -> Type {
        known(self.kind().class())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn listed_text(&self) -> Option<Str> {
        Some(self.local_name().into())
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.same(other))
    }

    fn key(&self) -> Option<usize> {
        Some(Arc::as_ptr(&self.tree).addr().wrapping_add(self.id.wrapping_mul(2)).wrapping_add(1))
    }

    fn type_names(&self) -> Option<Vec<Str>> {
        let data = self.data();
        if data.namespace.is_empty() || !matches!(data.kind, Kind::Element | Kind::Attribute) {
            return None;
        }
        let of = self.type_of();
        let mut names = vec![Str::from(format!("{}#{}#{}", of.name(), data.namespace, data.local))];
        names.extend(of.chain());
        Some(names)
    }
}

/// The parent of a node, and its place there; a walk from one sibling to the next finds it where it was seen last.
fn place_of(nodes: &mut [Data], id: usize) -> Option<(usize, usize)> {
    let own = nodes.get(id)?;
    let (parent, seen) = (own.parent?, own.place);
    let siblings = &nodes.get(parent)?.children;
    let is_there = siblings.get(seen) == Some(&id);
    let place = if is_there { seen } else { siblings.iter().position(|sibling| *sibling == id)? };
    nodes.get_mut(id)?.place = place;
    Some((parent, place))
}
