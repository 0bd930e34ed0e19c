//! XML as text.

use super::dom::{Kind, Node};

/// How a text is laid out.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Layout {
    Plain,
    /// Elements on lines of their own, two blanks deeper each.
    Indented,
}

impl Node {
    pub(crate) fn outer_xml(&self) -> String {
        self.to_xml(Layout::Plain)
    }

    /// The node and everything below as text.
    pub(crate) fn to_xml(&self, layout: Layout) -> String {
        let mut writer = Writer { out: String::new(), layout, scopes: Vec::new() };
        writer.node(self, 0);
        writer.out
    }

    pub(crate) fn inner_xml(&self) -> String {
        let mut writer = Writer { out: String::new(), layout: Layout::Plain, scopes: Vec::new() };
        if self.kind() == Kind::Attribute {
            return escaped(&self.inner_text(), true);
        }
        for child in self.children() {
            writer.node(&child, 0);
        }
        writer.out
    }
}

struct Writer {
    out: String,
    layout: Layout,
    /// Prefixes and what they mean, innermost last.
    scopes: Vec<(String, String)>,
}

impl Writer {
    fn node(&mut self, node: &Node, depth: usize) {
        let data = node.data();
        match data.kind {
            Kind::Document | Kind::Fragment => {
                for (at, child) in node.children().iter().enumerate() {
                    if self.layout == Layout::Indented && at > 0 {
                        self.out.push('\n');
                    }
                    self.node(child, depth);
                }
            }
            Kind::Element => self.element(node, depth),
            Kind::Attribute => self.attribute(&node.name(), &node.inner_text()),
            Kind::Text | Kind::Whitespace | Kind::SignificantWhitespace => {
                self.out.push_str(&escaped(&data.value, false));
            }
            Kind::CData => self.pieces(&["<![CDATA[", &data.value, "]]>"]),
            Kind::Comment => self.pieces(&["<!--", &data.value, "-->"]),
            Kind::Instruction => self.pieces(&["<?", &data.local, " ", &data.value, "?>"]),
            Kind::Declaration => self.pieces(&["<?xml ", &data.value, "?>"]),
            Kind::DocumentType => {
                // One without declarations of its own is written with an empty list of them.
                let list = if data.value.contains(['[', ' ']) { "" } else { "[]" };
                self.pieces(&["<!DOCTYPE ", &data.value, list, ">"]);
            }
        }
    }

    fn pieces(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.out.push_str(piece));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.pieces(&[name, "=\"", &escaped(value, true), "\""]);
    }

    fn element(&mut self, node: &Node, depth: usize) {
        let data = node.data();
        let name = node.name();
        self.pieces(&["<", &name]);
        let outside = self.scopes.len();
        let attributes = node.attributes();
        for attribute in &attributes {
            let inside = attribute.data();
            match (inside.prefix.as_str(), inside.local.as_str()) {
                ("xmlns", prefix) => self.scopes.push((prefix.to_owned(), attribute.inner_text())),
                ("", "xmlns") => self.scopes.push((String::new(), attribute.inner_text())),
                _ => {}
            }
        }
        self.declare(&data.prefix, &data.namespace);
        for attribute in &attributes {
            let inside = attribute.data();
            if !inside.prefix.is_empty() && inside.prefix != "xmlns" && inside.prefix != "xml" {
                self.declare(&inside.prefix, &inside.namespace);
            }
            self.out.push(' ');
            self.attribute(&attribute.name(), &attribute.inner_text());
        }
        let children = node.children();
        if children.is_empty() && data.is_empty {
            self.out.push_str(" />");
        } else {
            self.out.push('>');
            let is_mixed = children.iter().any(|child| child.kind().is_text());
            for child in &children {
                if self.layout == Layout::Indented && !is_mixed {
                    self.line(depth.saturating_add(1));
                }
                self.node(child, depth.saturating_add(1));
            }
            if self.layout == Layout::Indented && !is_mixed && !children.is_empty() {
                self.line(depth);
            }
            self.pieces(&["</", &name, ">"]);
        }
        self.scopes.truncate(outside);
    }

    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// Declares a prefix, unless it means this already.
    fn declare(&mut self, prefix: &str, namespace: &str) {
        let known = self.scopes.iter().rev().find(|(have, _)| have == prefix).map(|(_, means)| means.as_str());
        if prefix == "xml" || known.unwrap_or("") == namespace {
            return;
        }
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        self.out.push(' ');
        self.attribute(&name, namespace);
        self.scopes.push((prefix.to_owned(), namespace.to_owned()));
    }
}

/// A text with its markup characters escaped.
pub(super) fn escaped(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\n' if in_attribute => out.push_str("&#xA;"),
            '\t' if in_attribute => out.push_str("&#x9;"),
            '\r' => out.push_str("&#xD;"),
            _ => out.push(c),
        }
    }
    out
}
