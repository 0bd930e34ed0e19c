//! `ConvertTo-Xml`

use psrpd_dotnet::Str;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{R, Runspace},
    limits,
    ops::composite,
    serial,
    types::xml::{Layout, Node},
    value::{Dictionary, Value, enumerate, enumerates},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertTo-Xml",
    "ConvertToXmlCommand",
    "Depth int range(1,2147483647)
     InputObject psobject null 0 ! ^
     NoTypeInformation
     As string notempty set(Stream,String,Document)",
    || Box::new(ConvertToXml { document: None }),
)
.examples(
    r#"(1 | ConvertTo-Xml).Objects.Object.'#text' # an object as an XML document
> 1"#,
);

struct ConvertToXml {
    /// The document, and its element.
    document: Option<(Node, Node)>,
}

impl ConvertToXml {
    fn document(&mut self) -> (Node, Node) {
        self.document
            .get_or_insert_with(|| {
                let document = Node::document();
                document.add_declaration("version=\"1.0\" encoding=\"utf-8\"");
                let root = document.add_element("Objects");
                (document, root)
            })
            .clone()
    }
}

impl Run for ConvertToXml {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (_, root) = self.document();
        let depth = cx.int("Depth").and_then(|n| i32::try_from(n).ok()).unwrap_or(1);
        let writer = Writer { typed: !cx.flag("NoTypeInformation") };
        let value = cx.value("InputObject");
        writer.object(cx.rs, &root, "Object", None, &value, depth, 0)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (document, root) = self.document();
        match cx.string("As").unwrap_or_default().to_ascii_lowercase().as_str() {
            "string" => cx.write(document.to_xml(Layout::Indented).into()),
            "stream" => {
                cx.write("<?xml version=\"1.0\" encoding=\"utf-8\"?>".into())?;
                cx.write("<Objects>".into())?;
                for object in root.elements() {
                    cx.write(object.to_xml(Layout::Indented).into())?;
                }
                cx.write("</Objects>".into())
            }
            _ => cx.write(document.into_value()),
        }
    }
}

struct Writer {
    typed: bool,
}

impl Writer {
    /// An element about a value, below its parent.
    fn element(&self, parent: &Node, tag: &str, name: Option<&str>, of: &str) -> Node {
        let element = parent.add_element(tag);
        if let Some(name) = name {
            element.set_attribute("Name", "", name);
        }
        if self.typed {
            element.set_attribute("Type", "", of);
        }
        element
    }

    #[allow(clippy::too_many_arguments)]
    fn object(
        &self,
        rs: &mut Runspace,
        parent: &Node,
        tag: &str,
        name: Option<&str>,
        value: &Value,
        depth: i32,
        level: usize,
    ) -> R<()> {
        rs.check_stop()?;
        let Some(of) = value.type_of() else {
            let element = parent.add_element(tag);
            if let Some(name) = name {
                element.set_attribute("Name", "", name);
                if self.typed {
                    element.set_attribute("Type", "", "System.Object");
                }
            }
            return Ok(());
        };
        let is_custom = matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom());
        let of = if is_custom { "System.Management.Automation.PSCustomObject".to_owned() } else { of.plain_name() };
        let element = self.element(parent, tag, name, &of);
        let below = level.saturating_add(1);
        if serial::is_primitive(value) || below > limits::MAX_SERIAL_DEPTH {
            element.set_inner_text(&plain(rs, value)?);
            return Ok(());
        }
        if let Some(table) = value.downcast::<Dictionary>() {
            for (key, item) in table.entries() {
                self.object(rs, &element, "Property", Some("Key"), &key, depth, below)?;
                self.object(rs, &element, "Property", Some("Value"), &item, depth, below)?;
            }
            return Ok(());
        }
        if enumerates(value) {
            for item in enumerate(value).unwrap_or_default() {
                self.object(rs, &element, "Property", None, &item, depth, below)?;
            }
            return Ok(());
        }
        if let Value::Enum(of, n) = value.base()
            && depth > 0
        {
            let number = self.element(&element, "Property", Some("value__"), &of.underlying().plain_name());
            number.set_inner_text(&n.to_string());
            return Ok(());
        }
        if depth <= 0 {
            let shown = rs.text(value)?;
            if !is_custom {
                element.set_inner_text(&shown);
                return Ok(());
            }
            self.element(&element, "Property", None, "System.String").set_inner_text(&shown);
            for (name, item) in members(rs, value)? {
                let shown = rs.text(&item)?;
                let note = "System.Management.Automation.PSNoteProperty";
                self.element(&element, "Property", Some(&name), note).set_inner_text(&shown);
            }
            return Ok(());
        }
        for (name, item) in members(rs, value)? {
            self.object(rs, &element, "Property", Some(&name), &item, depth.saturating_sub(1), below)?;
        }
        Ok(())
    }
}

/// A primitive as text.
fn plain(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        Value::Array(array) => Ok(array.type_of().full_name().into()),
        _ => composite::own_text(rs, value),
    }
}

/// What an object has: members that were added to it, and properties of its type.
fn members(rs: &mut Runspace, value: &Value) -> R<Vec<(Str, Value)>> {
    let mut found = Vec::new();
    if let Value::Wrapped(wrapped) = value {
        for member in wrapped.members().iter().filter(|member| member.is_property()) {
            found.push((member.name.clone(), rs.member_value(value, &member.body)?));
        }
    }
    if !matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
        found.extend(serial::properties(rs, value)?);
    }
    Ok(found)
}
