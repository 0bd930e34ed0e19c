//! `Select-Xml`

use super::{Cmdlet, Cx, Run, paths, text_file};
use crate::{
    eval::R,
    providers::{self, Kind},
    types::xml,
    value::{Category, Dictionary, Opaque, Value, text},
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

/// A node as a line: its text or what is in it, and where it was read from.
fn shown(cx: &mut Cx<'_>, node: &xml::Node, path: &str) -> R<String> {
    let node = node.clone().into_value();
    let own = cx.rs.get_member(&node, "Value")?;
    let inside = if own.is_null() { cx.rs.get_member(&node, "InnerXml")? } else { own };
    let inside = text(&inside);
    Ok(if path == INPUT { inside.trim().to_owned() } else { format!("{}:{path}", inside.trim()) })
}

/// Where nodes come from that were not read from a file.
const INPUT: &str = "InputStream";

impl SelectXml {
    fn select(cx: &mut Cx<'_>, node: &xml::Node, path: &str) -> R<()> {
        let pattern = cx.string("XPath").unwrap_or_default();
        let namespaces = xml::namespace_table(&cx.value("Namespace"));
        for found in xml::select(cx.rs, node, &pattern, &namespaces)? {
            let shown = shown(cx, &found, path)?;
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
        match cx.rs.while_running(|goes_on| xml::parse(source, goes_on))? {
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
        let spaces = cx.value("Namespace");
        let spaces = spaces.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
        if spaces.iter().any(|(_, uri)| uri.is_null()) {
            let message = "This command cannot be run because the prefix value in the Namespace parameter is null. Provide a valid value for the prefix, and then run the command again.";
            let id = "PrefixError";
            return cx.error(
                "System.InvalidOperationException",
                id,
                Category::InvalidOperation,
                message,
                cx.value("Namespace"),
            );
        }
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
            if target.kind != Kind::FileSystem {
                let path = providers::absolute(cx.rs, &target.path);
                let message = format!("The file '{}' cannot be read: Could not find file '{path}'.", target.path);
                let exception = "System.InvalidOperationException";
                let name = Value::from(target.path.as_str());
                cx.error(exception, "ProcessingFile", Category::InvalidData, message, name)?;
                continue;
            }
            let source = text_file::read(cx, &target.path)?;
            Self::source(cx, &source, &target.path)?;
        }
        Ok(())
    }
}
