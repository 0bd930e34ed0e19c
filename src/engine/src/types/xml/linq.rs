//! LINQ to XML: `XDocument`, `XElement`, `XAttribute`, over the same tree as `XmlDocument`.

use std::any::Any;

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{
    Layout, Node,
    dom::{Data, Kind},
    parse, write_to,
};
use crate::{
    eval::{R, Runspace, error},
    providers,
    types::{Members, Type, TypeDef, args::value, enum_value, known},
    value::{Object, Opaque, Order, Value, enumerate, text},
};

/// A node as LINQ sees it. One that is added elsewhere becomes a node of that tree.
struct Linked(Mutex<Node>);

impl Object for Linked {
    fn type_of(&self) -> Type {
        known(match self.0.lock().kind() {
            Kind::Document | Kind::Fragment => "System.Xml.Linq.XDocument",
            Kind::Element => "System.Xml.Linq.XElement",
            Kind::Attribute => "System.Xml.Linq.XAttribute",
            Kind::Comment => "System.Xml.Linq.XComment",
            Kind::CData => "System.Xml.Linq.XCData",
            Kind::Instruction => "System.Xml.Linq.XProcessingInstruction",
            Kind::DocumentType => "System.Xml.Linq.XDocumentType",
            _ => "System.Xml.Linq.XText",
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(shown(&self.0.lock(), Layout::Indented).into())
    }

    fn key(&self) -> Option<usize> {
        self.0.lock().key()
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| self.0.lock().same(&other.0.lock()))
    }
}

fn shown(node: &Node, layout: Layout) -> String {
    match node.kind() {
        Kind::Document => {
            let parts = node.children().into_iter().filter(|child| child.kind() != Kind::Declaration);
            parts.map(|child| child.to_xml(layout)).collect::<Vec<_>>().join(if layout == Layout::Indented {
                "\n"
            } else {
                ""
            })
        }
        Kind::Attribute => format!("{}=\"{}\"", node.name(), super::write::escaped(&node.inner_text(), true)),
        _ => node.to_xml(layout),
    }
}

/// Items that are given one by one and have no count of their own.
struct Sequence(Vec<Value>);

impl Object for Sequence {
    fn type_of(&self) -> Type {
        known("System.Xml.Linq.XContainer+<GetElements>d__40")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.clone())
    }
}

fn wrap(node: Node) -> Value {
    Value::object(Linked(Mutex::new(node)))
}

fn optional(node: Option<Node>) -> R<Value> {
    Ok(node.map_or(Value::Null, wrap))
}

fn sequence(nodes: impl IntoIterator<Item = Node>) -> R<Value> {
    Ok(Value::object(Sequence(nodes.into_iter().map(wrap).collect())))
}

fn of(this: &Value) -> R<Node> {
    this.downcast::<Linked>().map(|linked| linked.0.lock().clone()).ok_or_else(crate::types::args::no_object)
}

/// A name in two parts: `{namespace}local`.
fn name_parts(name: &str) -> (String, String) {
    match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((namespace, local)) => (namespace.to_owned(), local.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

fn namespace_value(namespace: &str) -> Value {
    Opaque::new("System.Xml.Linq.XNamespace", [("NamespaceName", Value::from(namespace))])
        .displayed(namespace.to_owned())
        .ordered(Order::Text(namespace.into()))
        .into_value()
}

fn name_value(namespace: &str, local: &str) -> Value {
    let whole = if namespace.is_empty() { local.to_owned() } else { format!("{{{namespace}}}{local}") };
    Opaque::new(
        "System.Xml.Linq.XName",
        [
            ("LocalName", Value::from(local)),
            ("Namespace", namespace_value(namespace)),
            ("NamespaceName", namespace.into()),
        ],
    )
    .displayed(whole.clone())
    .ordered(Order::Text(whole.into()))
    .into_value()
}

fn name_of(node: &Node) -> Value {
    let data = node.data();
    name_value(&data.namespace, &data.local)
}

/// Whether a node has the name that an argument gives, or none is given.
fn is_named(node: &Node, args: &[Value]) -> bool {
    let Some(name) = args.first() else { return true };
    let (namespace, local) = name_parts(&text(name));
    node.read(|data| data.namespace == namespace && data.local == local).unwrap_or(false)
}

fn attribute(node: &Node, args: &[Value]) -> Option<Node> {
    node.attributes().into_iter().find(|attribute| is_named(attribute, args))
}

fn load(rs: &Runspace, source: &str) -> R<Node> {
    rs.while_running(|goes_on| parse(source, goes_on))?
        .map_err(|reason| error::thrown("System.Xml.XmlException", reason))
}

/// The text of a file, or what a reader has.
fn read(rs: &mut Runspace, source: &Value) -> R<String> {
    match source.base() {
        Value::Str(path) => {
            let path = providers::normalise(path.strip_prefix("file://").unwrap_or(path));
            providers::read_text(rs, &path).map(|whole| whole.to_string())
        }
        other => {
            let whole = rs.call_method(&other.clone(), "ReadToEnd", &[])?;
            Ok(text(&whole).to_string())
        }
    }
}

/// Puts content behind what a node holds: attributes, nodes, texts, or several of them.
fn add(rs: &mut Runspace, parent: &Node, content: &Value, at: usize) -> R<()> {
    if content.is_null() {
        return Ok(());
    }
    if let Some(linked) = content.downcast::<Linked>() {
        let node = linked.0.lock().clone();
        let is_own = std::sync::Arc::ptr_eq(&node.tree, &parent.tree);
        let added = if node.parent().is_some() || !is_own { node.copy_to(parent, true) } else { node.clone() };
        if node.kind() == Kind::Attribute {
            if parent.attribute(&node.name()).is_some() {
                return Err(error::thrown("System.InvalidOperationException", "Duplicate attribute."));
            }
            parent.add_attribute(&added);
        } else {
            parent.insert(&added, at);
        }
        if node.parent().is_none() {
            *linked.0.lock() = added;
        }
        parent.change(|data| data.is_empty = data.is_empty && data.children.is_empty());
        return Ok(());
    }
    if content.as_str().is_none()
        && let Some(items) = enumerate(content)
    {
        return items
            .iter()
            .enumerate()
            .try_for_each(|(offset, item)| add(rs, parent, item, at.saturating_add(offset)));
    }
    let shown = plain(rs, content)?;
    parent.insert(&parent.create(Data::text(Kind::Text, shown)), at);
    parent.change(|data| data.is_empty = false);
    Ok(())
}

/// A value as XML writes it.
fn plain(rs: &mut Runspace, value: &Value) -> R<String> {
    Ok(match value.base() {
        Value::Bool(yes) => if *yes { "true" } else { "false" }.to_owned(),
        Value::DateTime(_) => crate::ops::composite::to_string(rs, value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")?.to_string(),
        _ => crate::ops::composite::to_string(rs, value, "")?.to_string(),
    })
}

fn add_all(rs: &mut Runspace, parent: &Node, args: &[Value]) -> R<Value> {
    for content in args {
        add(rs, parent, content, usize::MAX)?;
    }
    Ok(Value::AutomationNull)
}

fn element(document: &Node, name: &str) -> Node {
    let (namespace, local) = name_parts(name);
    document.create(Data { is_empty: true, ..Data::named(Kind::Element, &local, &namespace) })
}

fn clear(node: &Node, attributes: bool, nodes: bool) {
    if attributes {
        node.attributes().iter().for_each(Node::detach);
    }
    if nodes {
        node.children().iter().for_each(Node::detach);
    }
}

fn ancestors(node: &Node) -> impl Iterator<Item = Node> {
    std::iter::successors(node.parent(), Node::parent).filter(|node| node.kind() == Kind::Element)
}

fn object_members(m: &mut Members) {
    m.get("System.Xml.Linq.XElement Parent", |_, this| {
        optional(of(this)?.parent().filter(|parent| parent.kind() == Kind::Element))
    });
    m.get("System.Xml.Linq.XDocument Document", |_, this| {
        let node = of(this)?;
        let root = std::iter::successors(Some(node), Node::parent).last();
        optional(root.filter(|root| root.kind() == Kind::Document))
    });
    m.get("System.Xml.XmlNodeType NodeType", |_, this| {
        Ok(enum_value("System.Xml.XmlNodeType", of(this)?.kind().label()))
    });
    m.get("string BaseUri", |_, _| Ok("".into()));
    for declaration in ["int LineNumber", "int LinePosition"] {
        m.get(declaration, |_, _| Ok(Value::I32(0)));
    }
    m.method("void Remove()", |_, this, _| {
        of(this)?.detach();
        Ok(Value::AutomationNull)
    });
}

fn node_members(m: &mut Members) {
    m.get("System.Xml.Linq.XNode NextNode", |_, this| optional(of(this)?.sibling(1)));
    m.get("System.Xml.Linq.XNode PreviousNode", |_, this| optional(of(this)?.sibling(-1)));
    for (declaration, offset) in [
        ("void AddBeforeSelf(params System.Object[] content)", 0_usize),
        ("void AddAfterSelf(params System.Object[] content)", 1),
    ] {
        let call: crate::types::NativeFn = if offset == 0 {
            |rs, this, args| beside(rs, this, args, 0)
        } else {
            |rs, this, args| beside(rs, this, args, 1)
        };
        m.method(declaration, call);
    }
    m.method("void ReplaceWith(params System.Object[] content)", |rs, this, args| {
        beside(rs, this, args, 1)?;
        of(this)?.detach();
        Ok(Value::AutomationNull)
    });
    for declaration in ["System.Object Ancestors()", "System.Object Ancestors(System.Object name)"] {
        m.method(declaration, |_, this, args| {
            let node = of(this)?;
            sequence(ancestors(&node).filter(|node| is_named(node, args)).collect::<Vec<_>>())
        });
    }
    for (declaration, after) in [
        ("System.Object ElementsAfterSelf()", true),
        ("System.Object ElementsAfterSelf(System.Object name)", true),
        ("System.Object ElementsBeforeSelf()", false),
        ("System.Object ElementsBeforeSelf(System.Object name)", false),
    ] {
        let call: crate::types::NativeFn =
            if after { |_, this, args| around(this, args, true) } else { |_, this, args| around(this, args, false) };
        m.method(declaration, call);
    }
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
    m.method("string ToString(System.Xml.Linq.SaveOptions options)", |_, this, args| {
        let is_plain = matches!(args.first(), Some(Value::Enum(_, n)) if n & 1 != 0);
        Ok(shown(&of(this)?, if is_plain { Layout::Plain } else { Layout::Indented }).into())
    });
}

fn around(this: &Value, args: &[Value], after: bool) -> R<Value> {
    let node = of(this)?;
    let (at, all) = (node.position().unwrap_or(0), node.parent().map(|parent| parent.children()).unwrap_or_default());
    let some = all.into_iter().enumerate().filter(|(place, _)| if after { *place > at } else { *place < at });
    sequence(
        some.map(|(_, node)| node)
            .filter(|node| node.kind() == Kind::Element && is_named(node, args))
            .collect::<Vec<_>>(),
    )
}

fn beside(rs: &mut Runspace, this: &Value, args: &[Value], offset: usize) -> R<Value> {
    let node = of(this)?;
    let (Some(parent), Some(at)) = (node.parent(), node.position()) else {
        return Err(error::thrown("System.InvalidOperationException", "The parent is missing."));
    };
    for (place, content) in args.iter().enumerate() {
        add(rs, &parent, content, at.saturating_add(offset).saturating_add(place))?;
    }
    Ok(Value::AutomationNull)
}

fn container_members(m: &mut Members) {
    m.get("System.Xml.Linq.XNode FirstNode", |_, this| optional(of(this)?.children().into_iter().next()));
    m.get("System.Xml.Linq.XNode LastNode", |_, this| optional(of(this)?.children().into_iter().last()));
    m.method("System.Xml.Linq.XElement Element(System.Object name)", |_, this, args| {
        optional(of(this)?.elements().into_iter().find(|node| is_named(node, args)))
    });
    for declaration in ["System.Object Elements()", "System.Object Elements(System.Object name)"] {
        m.method(declaration, |_, this, args| {
            sequence(of(this)?.elements().into_iter().filter(|node| is_named(node, args)).collect::<Vec<_>>())
        });
    }
    for declaration in ["System.Object Descendants()", "System.Object Descendants(System.Object name)"] {
        m.method(declaration, |_, this, args| {
            let below = of(this)?.descendants().into_iter().skip(1);
            sequence(below.filter(|node| node.kind() == Kind::Element && is_named(node, args)).collect::<Vec<_>>())
        });
    }
    for declaration in ["System.Object DescendantsAndSelf()", "System.Object DescendantsAndSelf(System.Object name)"] {
        m.method(declaration, |_, this, args| {
            let all = of(this)?.descendants().into_iter();
            sequence(all.filter(|node| node.kind() == Kind::Element && is_named(node, args)).collect::<Vec<_>>())
        });
    }
    m.method("System.Object Nodes()", |_, this, _| {
        sequence(of(this)?.children().into_iter().filter(|node| node.kind() != Kind::Declaration).collect::<Vec<_>>())
    });
    m.method("System.Object DescendantNodes()", |_, this, _| sequence(of(this)?.descendants().into_iter().skip(1)));
    m.method("void Add(params System.Object[] content)", |rs, this, args| add_all(rs, &of(this)?, args));
    m.method("void AddFirst(params System.Object[] content)", |rs, this, args| {
        let node = of(this)?;
        for (at, content) in args.iter().enumerate() {
            add(rs, &node, content, at)?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveNodes()", |_, this, _| {
        clear(&of(this)?, false, true);
        Ok(Value::AutomationNull)
    });
    m.method("void ReplaceNodes(params System.Object[] content)", |rs, this, args| {
        let node = of(this)?;
        clear(&node, false, true);
        add_all(rs, &node, args)
    });
    for declaration in
        ["void Save(System.Object target)", "void Save(System.Object target, System.Xml.Linq.SaveOptions options)"]
    {
        m.method(declaration, |rs, this, args| {
            let node = of(this)?;
            let is_plain = matches!(args.get(1), Some(Value::Enum(_, n)) if n & 1 != 0);
            let layout = if is_plain { Layout::Plain } else { Layout::Indented };
            let target = value(args, 0);
            let is_text = target.type_of().is_some_and(|of| of.name() == "System.IO.StringWriter");
            let declared = node.children().into_iter().find(|child| child.kind() == Kind::Declaration);
            let declaration = match declared {
                Some(declared) if !is_text => format!("<?xml {}?>", declared.data().value),
                _ => format!("<?xml version=\"1.0\" encoding=\"{}\"?>", if is_text { "utf-16" } else { "utf-8" }),
            };
            let newline = if is_plain { "" } else { "\n" };
            let whole = format!("{declaration}{newline}{}", shown(&node, layout));
            write_to(rs, &whole, args)
        });
    }
}

fn element_members(m: &mut Members) {
    m.constructor("System.Xml.Linq.XElement(System.Object name)", |_, _, args| made(args));
    m.constructor("System.Xml.Linq.XElement(System.Object name, params System.Object[] content)", |rs, _, args| {
        let whole = made(args)?;
        let content = args.get(1..).unwrap_or(&[]);
        add_all(rs, &of(&whole)?, content)?;
        Ok(whole)
    });
    for declaration in [
        "System.Xml.Linq.XElement Parse(string text)",
        "System.Xml.Linq.XElement Parse(string text, System.Xml.Linq.LoadOptions options)",
    ] {
        m.function(declaration, |rs, _, args| {
            let document = load(rs, &text(&value(args, 0)))?;
            let root = document.document_element();
            root.iter().for_each(Node::detach);
            optional(root)
        });
    }
    m.function("System.Xml.Linq.XElement Load(System.Object source)", |rs, _, args| {
        let source = read(rs, &value(args, 0))?;
        let root = load(rs, &source)?.document_element();
        root.iter().for_each(Node::detach);
        optional(root)
    });
    m.get_set(
        "System.Xml.Linq.XName Name",
        |_, this| Ok(name_of(&of(this)?)),
        |_, this, value| {
            let (namespace, local) = name_parts(&text(&value));
            of(this)?.change(|data| (data.namespace, data.local) = (namespace, local));
            Ok(())
        },
    );
    m.get_set(
        "string Value",
        |_, this| Ok(of(this)?.inner_text().into()),
        |_, this, value| {
            of(this)?.set_inner_text(&text(&value));
            Ok(())
        },
    );
    m.get("bool HasAttributes", |_, this| Ok((!of(this)?.attributes().is_empty()).into()));
    m.get("bool HasElements", |_, this| Ok((!of(this)?.elements().is_empty()).into()));
    m.get("bool IsEmpty", |_, this| {
        let node = of(this)?;
        Ok((!node.has_children() && node.read(|data| data.is_empty).unwrap_or(false)).into())
    });
    m.get("System.Xml.Linq.XAttribute FirstAttribute", |_, this| optional(of(this)?.attributes().into_iter().next()));
    m.get("System.Xml.Linq.XAttribute LastAttribute", |_, this| optional(of(this)?.attributes().into_iter().last()));
    m.method("System.Xml.Linq.XAttribute Attribute(System.Object name)", |_, this, args| {
        optional(attribute(&of(this)?, args))
    });
    for declaration in ["System.Object Attributes()", "System.Object Attributes(System.Object name)"] {
        m.method(declaration, |_, this, args| {
            sequence(of(this)?.attributes().into_iter().filter(|node| is_named(node, args)).collect::<Vec<_>>())
        });
    }
    m.method("void SetAttributeValue(System.Object name, System.Object value)", |rs, this, args| {
        let node = of(this)?;
        if value(args, 1).is_null() {
            attribute(&node, args).iter().for_each(Node::detach);
            return Ok(Value::AutomationNull);
        }
        let shown = plain(rs, &value(args, 1))?;
        match attribute(&node, args) {
            Some(found) => found.set_inner_text(&shown),
            None => {
                let (namespace, local) = name_parts(&text(&value(args, 0)));
                node.set_attribute(&local, &namespace, &shown);
            }
        }
        Ok(Value::AutomationNull)
    });
    m.method("void SetElementValue(System.Object name, System.Object value)", |rs, this, args| {
        let node = of(this)?;
        let found = node.elements().into_iter().find(|node| is_named(node, args));
        if value(args, 1).is_null() {
            found.iter().for_each(Node::detach);
            return Ok(Value::AutomationNull);
        }
        let shown = plain(rs, &value(args, 1))?;
        let target = found.unwrap_or_else(|| {
            let new = element(&node, &text(&value(args, 0)));
            node.append(&new);
            new
        });
        target.set_inner_text(&shown);
        Ok(Value::AutomationNull)
    });
    m.method("void SetValue(System.Object value)", |rs, this, args| {
        let shown = plain(rs, &value(args, 0))?;
        of(this)?.set_inner_text(&shown);
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveAll()", |_, this, _| {
        clear(&of(this)?, true, true);
        Ok(Value::AutomationNull)
    });
    m.method("void RemoveAttributes()", |_, this, _| {
        clear(&of(this)?, true, false);
        Ok(Value::AutomationNull)
    });
    m.method("void ReplaceAll(params System.Object[] content)", |rs, this, args| {
        let node = of(this)?;
        clear(&node, true, true);
        add_all(rs, &node, args)
    });
    m.method("System.Xml.Linq.XNamespace GetDefaultNamespace()", |_, this, _| {
        Ok(namespace_value(&of(this)?.namespace_of("").unwrap_or_default()))
    });
    m.method("System.Xml.Linq.XNamespace GetNamespaceOfPrefix(string prefix)", |_, this, args| {
        Ok(of(this)?.namespace_of(&text(&value(args, 0))).map_or(Value::Null, |namespace| namespace_value(&namespace)))
    });
}

fn made(args: &[Value]) -> R<Value> {
    Ok(wrap(element(&Node::document(), &text(&value(args, 0)))))
}

fn document_members(m: &mut Members) {
    m.constructor("System.Xml.Linq.XDocument(params System.Object[] content)", |rs, _, args| {
        let document = Node::document();
        for content in args {
            let is_declaration = content.type_of().is_some_and(|of| of.name() == "System.Xml.Linq.XDeclaration");
            match is_declaration {
                true => document.add_declaration(text(content).trim_start_matches("<?xml ").trim_end_matches("?>")),
                false => add(rs, &document, content, usize::MAX)?,
            }
        }
        Ok(wrap(document))
    });
    for declaration in [
        "System.Xml.Linq.XDocument Parse(string text)",
        "System.Xml.Linq.XDocument Parse(string text, System.Xml.Linq.LoadOptions options)",
    ] {
        m.function(declaration, |rs, _, args| load(rs, &text(&value(args, 0))).map(wrap));
    }
    m.function("System.Xml.Linq.XDocument Load(System.Object source)", |rs, _, args| {
        let source = read(rs, &value(args, 0))?;
        load(rs, &source).map(wrap)
    });
    m.get("System.Xml.Linq.XDeclaration Declaration", |_, this| {
        optional(of(this)?.children().into_iter().find(|node| node.kind() == Kind::Declaration))
    });
    m.get("System.Xml.Linq.XDocumentType DocumentType", |_, this| {
        optional(of(this)?.children().into_iter().find(|node| node.kind() == Kind::DocumentType))
    });
    m.get("System.Xml.Linq.XElement Root", |_, this| optional(of(this)?.elements().into_iter().next()));
}

/// The attribute before or after another one.
fn neighbour(attribute: &Node, step: isize) -> Option<Node> {
    let all = attribute.parent()?.attributes();
    let at = all.iter().position(|have| have.same(attribute))?;
    all.get(at.checked_add_signed(step)?).cloned()
}

fn attribute_members(m: &mut Members) {
    m.constructor("System.Xml.Linq.XAttribute(System.Object name, System.Object value)", |rs, _, args| {
        let (namespace, local) = name_parts(&text(&value(args, 0)));
        let shown = plain(rs, &value(args, 1))?;
        let document = Node::document();
        let made = document.create(Data::named(Kind::Attribute, &local, &namespace));
        made.set_inner_text(&shown);
        Ok(wrap(made))
    });
    m.get("System.Xml.Linq.XName Name", |_, this| Ok(name_of(&of(this)?)));
    m.get("System.Xml.Linq.XAttribute NextAttribute", |_, this| optional(neighbour(&of(this)?, 1)));
    m.get("System.Xml.Linq.XAttribute PreviousAttribute", |_, this| optional(neighbour(&of(this)?, -1)));
    m.get("bool IsNamespaceDeclaration", |_, this| {
        let name = of(this)?.name();
        Ok((name == "xmlns" || name.starts_with("xmlns:")).into())
    });
    m.get_set(
        "string Value",
        |_, this| Ok(of(this)?.inner_text().into()),
        |_, this, value| {
            of(this)?.set_inner_text(&text(&value));
            Ok(())
        },
    );
    m.method("void SetValue(System.Object value)", |rs, this, args| {
        let shown = plain(rs, &value(args, 0))?;
        of(this)?.set_inner_text(&shown);
        Ok(Value::AutomationNull)
    });
    m.method("string ToString()", |_, this, _| Ok(Value::Str(text(this))));
}

/// A node that is only text of a kind.
fn text_members(m: &mut Members) {
    m.get_set(
        "string Value",
        |_, this| Ok(of(this)?.inner_text().into()),
        |_, this, value| {
            of(this)?.set_inner_text(&text(&value));
            Ok(())
        },
    );
}

/// Conversions of texts to names.
pub(in crate::types) fn to(source: &Value, to: &Type) -> Option<Value> {
    let shown = source.as_str()?;
    match to.name() {
        "System.Xml.Linq.XNamespace" => Some(namespace_value(shown)),
        "System.Xml.Linq.XName" => {
            let (namespace, local) = name_parts(shown);
            Some(name_value(&namespace, &local))
        }
        _ => None,
    }
}

const NODE: &str = "System.Xml.Linq.XNode";
const CONTAINER: &str = "System.Xml.Linq.XContainer";

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Xml.Linq.XObject").members(object_members),
    TypeDef::class(NODE).base("System.Xml.Linq.XObject").members(node_members),
    TypeDef::class(CONTAINER).base(NODE).members(container_members),
    TypeDef::class("System.Xml.Linq.XElement").base(CONTAINER).members(element_members),
    TypeDef::class("System.Xml.Linq.XDocument").base(CONTAINER).members(document_members),
    TypeDef::class("System.Xml.Linq.XAttribute").base("System.Xml.Linq.XObject").members(attribute_members),
    TypeDef::class("System.Xml.Linq.XText").base(NODE).members(|m| {
        m.constructor("System.Xml.Linq.XText(string value)", |_, _, args| {
            Ok(wrap(Node::document().create(Data::text(Kind::Text, text(&value(args, 0)).to_string()))))
        });
        text_members(m);
    }),
    TypeDef::class("System.Xml.Linq.XCData").base("System.Xml.Linq.XText").members(|m| {
        m.constructor("System.Xml.Linq.XCData(string value)", |_, _, args| {
            Ok(wrap(Node::document().create(Data::text(Kind::CData, text(&value(args, 0)).to_string()))))
        });
    }),
    TypeDef::class("System.Xml.Linq.XComment").base(NODE).members(|m| {
        m.constructor("System.Xml.Linq.XComment(string value)", |_, _, args| {
            Ok(wrap(Node::document().create(Data::text(Kind::Comment, text(&value(args, 0)).to_string()))))
        });
        text_members(m);
    }),
    TypeDef::class("System.Xml.Linq.XDeclaration").members(|m| {
        m.constructor(
            "System.Xml.Linq.XDeclaration(string version, string encoding, string standalone)",
            |_, _, args| {
                let part = |at: usize| text(&value(args, at));
                let piece = |name: &str, at: usize| {
                    if part(at).is_empty() { String::new() } else { format!(" {name}=\"{}\"", part(at)) }
                };
                let whole =
                    format!("<?xml version=\"{}\"{}{}?>", part(0), piece("encoding", 1), piece("standalone", 2));
                let properties =
                    [("Encoding", value(args, 1)), ("Standalone", value(args, 2)), ("Version", value(args, 0))];
                Ok(Opaque::new("System.Xml.Linq.XDeclaration", properties).displayed(whole).into_value())
            },
        );
    }),
    TypeDef::class("System.Xml.Linq.XName").members(|m| {
        m.function("System.Xml.Linq.XName Get(string expandedName)", |_, _, args| {
            let (namespace, local) = name_parts(&text(&value(args, 0)));
            Ok(name_value(&namespace, &local))
        });
        m.function("System.Xml.Linq.XName Get(string localName, string namespaceName)", |_, _, args| {
            Ok(name_value(&text(&value(args, 1)), &text(&value(args, 0))))
        });
    }),
    TypeDef::class("System.Xml.Linq.XNamespace").members(|m| {
        m.constant("System.Xml.Linq.XNamespace None", |_, _| Ok(namespace_value("")));
        m.constant("System.Xml.Linq.XNamespace Xml", |_, _| {
            Ok(namespace_value("http://www.w3.org/XML/1998/namespace"))
        });
        m.constant("System.Xml.Linq.XNamespace Xmlns", |_, _| Ok(namespace_value("http://www.w3.org/2000/xmlns/")));
        m.function("System.Xml.Linq.XNamespace Get(string namespaceName)", |_, _, args| {
            Ok(namespace_value(&text(&value(args, 0))))
        });
        m.function(
            "System.Xml.Linq.XName op_Addition(System.Xml.Linq.XNamespace ns, string localName)",
            |_, _, args| Ok(name_value(&text(&value(args, 0)), &text(&value(args, 1)))),
        );
        m.method("System.Xml.Linq.XName GetName(string localName)", |_, this, args| {
            Ok(name_value(&text(this), &text(&value(args, 0))))
        });
    }),
    TypeDef::flag_labels(
        "System.Xml.Linq.SaveOptions",
        &[("None", 0), ("DisableFormatting", 1), ("OmitDuplicateNamespaces", 2)],
    ),
    TypeDef::flag_labels(
        "System.Xml.Linq.LoadOptions",
        &[("None", 0), ("PreserveWhitespace", 1), ("SetBaseUri", 2), ("SetLineInfo", 4)],
    ),
];
