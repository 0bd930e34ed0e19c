//! `Select-Xml`

use super::{Cmdlet, Cx, Run, paths, text_file};
use crate::{
    eval::R,
    types::xml,
    value::{Category, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Select-Xml",
    "SelectXmlCommand",
    "Path string[] notempty @Path(1 ! ~)
     LiteralPath|PSPath|LP string[] notempty @LiteralPath(! ~)
     Xml|Node System.Xml.XmlNode[] notempty @Xml(1 ! ^ ~)
     Content string[] notempty @Content(! ^)
     XPath string 0 ! notempty
     Namespace hashtable notempty",
    || Box::new(SelectXml),
)
.examples(
    r#"(Select-Xml -Content '<a><b>x</b></a>' -XPath //b).Node.InnerText # a part of an XML document
> x"#,
)
.default_set("Xml");

struct SelectXml;

/// Where nodes come from that were not read from a file.
const INPUT: &str = "InputStream";

impl SelectXml {
    fn select(cx: &mut Cx<'_>, node: &xml::Node, path: &str) -> R<()> {
        let pattern = cx.string("XPath").unwrap_or_default();
        let namespaces = xml::namespace_table(&cx.value("Namespace"));
        for found in xml::select(cx.rs, node, &pattern, &namespaces)? {
            let shown = found.local_name();
            let info = Opaque::new(
                "Microsoft.PowerShell.Commands.SelectXmlInfo",
                [("Node", found.into_value()), ("Path", Value::from(path)), ("Pattern", Value::Str(pattern.clone()))],
            );
            cx.write(info.displayed(shown).into_value())?;
        }
        Ok(())
    }

    /// A text that should be XML; one that is not is an error of its own.
    fn source(cx: &mut Cx<'_>, source: &str, path: &str) -> R<()> {
        match xml::parse(source) {
            Ok(document) => Self::select(cx, &document, path),
            Err(reason) if path == INPUT => {
                let message = format!(
                    "Cannot convert value \"{source}\" to type \"System.Xml.XmlDocument\". Error: \"{reason}\""
                );
                cx.error(
                    "System.Management.Automation.ParentContainsErrorRecordException",
                    "InvalidCastToXmlDocument",
                    Category::InvalidArgument,
                    message,
                    Value::Null,
                )
            }
            Err(reason) => cx.error(
                "System.InvalidOperationException",
                "ProcessingFile",
                Category::InvalidData,
                format!("The file '{path}' cannot be read: {reason}"),
                Value::from(path),
            ),
        }
    }
}

impl Run for SelectXml {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for node in cx.list("Xml") {
            if let Some(node) = xml::as_node(&node).cloned() {
                Self::select(cx, &node, INPUT)?;
            }
        }
        for source in cx.list("Content") {
            let source = text(&source);
            Self::source(cx, &source, INPUT)?;
        }
        for target in paths::resolve(cx)? {
            let source = text_file::read(cx, &target.path)?;
            Self::source(cx, &source, &target.path)?;
        }
        Ok(())
    }
}
