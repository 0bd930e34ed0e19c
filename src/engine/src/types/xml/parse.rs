//! Reading XML, with the messages and positions of .NET's reader.

use std::collections::HashMap;

use super::dom::{Data, Kind, Node};
use crate::{limits, platform::GoesOn};

type Parsed<T> = Result<T, String>;

/// A document, unless it does not go on.
///
/// # Errors
/// What .NET says of text that is not XML.
pub(crate) fn parse(source: &str, goes_on: GoesOn<'_>) -> Parsed<Node> {
    parse_with(source, false, goes_on)
}

/// As [`parse`], keeping whitespace between elements if asked to.
pub(crate) fn parse_with(source: &str, preserve: bool, goes_on: GoesOn<'_>) -> Parsed<Node> {
    let document = Node::document();
    *document.tree.preserves_whitespace.lock() = preserve;
    parse_into(&document, source, goes_on)?;
    Ok(document)
}

/// Reads a whole document into an empty one.
pub(super) fn parse_into(document: &Node, source: &str, goes_on: GoesOn<'_>) -> Parsed<()> {
    let mut parser = Parser::new(document, source, goes_on);
    parser.content(document)?;
    if document.document_element().is_none() {
        return Err("Root element is missing.".into());
    }
    Ok(())
}

/// Reads content into a node: what `InnerXml` is set to.
pub(super) fn parse_fragment(parent: &Node, source: &str, goes_on: GoesOn<'_>) -> Parsed<()> {
    Parser::new(parent, source, goes_on).content(parent)
}

/// The fewest characters of markup that .NET's reader looks at, as short as `<a/>`.
const SHORTEST: usize = 4;

struct Parser<'s> {
    source: &'s str,
    at: usize,
    preserve: bool,
    entities: HashMap<String, String>,
    is_document: bool,
    goes_on: GoesOn<'s>,
}

/// The characters in front of which text ends, or that are not a part of a name.
fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == ':'
}

fn is_name(c: char) -> bool {
    is_name_start(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

impl<'s> Parser<'s> {
    fn new(node: &Node, source: &'s str, goes_on: GoesOn<'s>) -> Self {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let preserve = *node.tree.preserves_whitespace.lock();
        Self { source, at: 0, preserve, entities: HashMap::new(), is_document: node.kind() == Kind::Document, goes_on }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, length: usize) {
        self.at = self.at.saturating_add(length).min(self.source.len());
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.skip(text.len());
        }
        found
    }

    fn spaces(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.len().saturating_sub(rest.trim_start_matches(is_space).len());
        self.skip(length);
        length > 0
    }

    /// `message Line 1, position 5.` for a place in the source.
    fn error_at<T>(&self, at: usize, message: &str) -> Parsed<T> {
        let (line, column) = self.place(at);
        Err(format!("{message} Line {line}, position {column}."))
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.source.get(..at).unwrap_or(self.source);
        let line = before.matches('\n').count().saturating_add(1);
        let last = before.rsplit('\n').next().unwrap_or("");
        (line, last.encode_utf16().count().saturating_add(1))
    }

    fn error<T>(&self, message: &str) -> Parsed<T> {
        self.error_at(self.at, message)
    }

    fn take_until(&mut self, end: &str) -> Option<&'s str> {
        let rest = self.rest();
        let length = rest.find(end)?;
        self.skip(length.saturating_add(end.len()));
        rest.get(..length)
    }

    fn name(&mut self) -> Parsed<&'s str> {
        let rest = self.rest();
        match rest.chars().next() {
            Some(c) if is_name_start(c) => {
                let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                self.skip(length);
                Ok(rest.get(..length).unwrap_or(""))
            }
            Some(c) => self.error(&format!(
                "Name cannot begin with the '{}' character, hexadecimal value 0x{:02X}.",
                c,
                u32::from(c)
            )),
            None => self.error("Unexpected end of file while parsing Name has occurred."),
        }
    }

    /// Everything up to the end of the text, or of the innermost element.
    fn content(&mut self, root: &Node) -> Parsed<()> {
        // Open elements with the place of their names.
        let mut open: Vec<(Node, usize)> = vec![(root.clone(), 0)];
        loop {
            let Some((parent, _)) = open.last().cloned() else { return Ok(()) };
            if !(self.goes_on)() {
                return Err(String::new());
            }
            if open.len() > limits::MAX_XML_DEPTH {
                return self.error("The document is nested too deeply.");
            }
            let in_root = open.len() == 1;
            let rest = self.rest();
            if rest.is_empty() {
                if in_root {
                    return Ok(());
                }
                let names: Vec<String> = open.iter().skip(1).rev().map(|(node, _)| node.name()).collect();
                return self.error(&format!(
                    "Unexpected end of file has occurred. The following elements are not closed: {}.",
                    names.join(", ")
                ));
            }
            if in_root && self.is_document && rest.starts_with('<') && rest.encode_utf16().count() < SHORTEST {
                return self.error("Data at the root level is invalid.");
            }
            if !rest.starts_with('<') {
                self.text(&parent, in_root && self.is_document)?;
            } else if rest.starts_with("</") {
                self.end_tag(&mut open)?;
            } else if self.eat("<!--") {
                let Some(text) = self.take_until("-->") else {
                    return self.error("Unexpected end of file while parsing Comment has occurred.");
                };
                if text.contains("--") || text.ends_with('-') {
                    let before = self.at.saturating_sub(text.len()).saturating_sub(3);
                    let at = before.saturating_add(text.find("--").unwrap_or(text.len()));
                    return self
                        .error_at(at, "An XML comment cannot contain '--', and '-' cannot be the last character.");
                }
                parent.append(&parent.create(Data::text(Kind::Comment, text)));
            } else if self.eat("<![CDATA[") {
                let Some(text) = self.take_until("]]>") else {
                    return self.error("Unexpected end of file while parsing CDATA has occurred.");
                };
                parent.append(&parent.create(Data::text(Kind::CData, text)));
            } else if rest.starts_with("<?") {
                self.instruction(&parent)?;
            } else if self.eat("<!DOCTYPE") {
                self.document_type(&parent)?;
            } else {
                let element = self.start_tag(&parent)?;
                if in_root && self.is_document && parent.document_element().is_some() {
                    return Err("This document already has a 'DocumentElement' node.".into());
                }
                parent.append(&element.0);
                if !element.2 {
                    open.push((element.0, element.1));
                }
            }
        }
    }

    fn text(&mut self, parent: &Node, in_root: bool) -> Parsed<()> {
        let rest = self.rest();
        let length = rest.find('<').unwrap_or(rest.len());
        let raw = rest.get(..length).unwrap_or("");
        if raw.trim_matches(is_space).is_empty() {
            self.skip(length);
            if self.preserve {
                parent.append(&parent.create(Data::text(Kind::Whitespace, raw)));
            }
            return Ok(());
        }
        if in_root {
            if parent.has_children() {
                let skipped = raw.len().saturating_sub(raw.trim_start_matches(is_space).len());
                return self.error_at(self.at.saturating_add(skipped), "Data at the root level is invalid.");
            }
            return Err(super::WRONG_NODE.into());
        }
        if let Some(bad) = raw.find("]]>") {
            return self.error_at(self.at.saturating_add(bad), "']]>' is not allowed in character data.");
        }
        let text = self.expand(raw, self.at)?;
        self.skip(length);
        parent.append(&parent.create(Data::text(Kind::Text, text)));
        Ok(())
    }

    /// Text with its references replaced.
    fn expand(&self, raw: &str, start: usize) -> Parsed<String> {
        let raw = raw.replace("\r\n", "\n");
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw.as_str();
        let mut at = start;
        while let Some(next) = rest.find('&') {
            out.push_str(rest.get(..next).unwrap_or(""));
            at = at.saturating_add(next).saturating_add(1);
            let after = rest.get(next.saturating_add(1)..).unwrap_or("");
            let name_length = after.find(|c| !is_name(c) && c != '#').unwrap_or(after.len());
            let name = after.get(..name_length).unwrap_or("");
            if name.is_empty() || !after.get(name_length..).unwrap_or("").starts_with(';') {
                return self.error_at(at, "An error occurred while parsing EntityName.");
            }
            match self.entity(name) {
                Some(text) => out.push_str(&text),
                None => return self.error_at(at, &format!("Reference to undeclared entity '{name}'.")),
            }
            let used = name_length.saturating_add(1);
            at = at.saturating_add(used);
            rest = after.get(used..).unwrap_or("");
        }
        out.push_str(rest);
        Ok(out)
    }

    fn entity(&self, name: &str) -> Option<String> {
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            return char::from_u32(code.ok()?).map(String::from);
        }
        let known = match name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => return self.entities.get(name).cloned(),
        };
        Some(known.into())
    }

    fn end_tag(&mut self, open: &mut Vec<(Node, usize)>) -> Parsed<()> {
        self.skip(2);
        let start = self.at;
        let name = self.name()?;
        let Some((element, started)) = open.last().cloned() else { return Ok(()) };
        if open.len() == 1 {
            return self.error_at(start, "Unexpected end tag.");
        }
        if element.name() != name {
            let (line, column) = self.place(started);
            return self.error_at(
                start,
                &format!(
                    "The '{}' start tag on line {line} position {column} does not match the end tag of '{name}'.",
                    element.name()
                ),
            );
        }
        self.spaces();
        if !self.eat(">") {
            return self.unexpected("'>'");
        }
        open.pop();
        Ok(())
    }

    fn unexpected<T>(&self, wanted: &str) -> Parsed<T> {
        match self.peek() {
            Some(c) => self.error(&format!("'{c}' is an unexpected token. The expected token is {wanted}.")),
            None => self.error("Unexpected end of file has occurred."),
        }
    }

    /// A start tag: the element, the place of its name, and whether it is closed already.
    fn start_tag(&mut self, parent: &Node) -> Parsed<(Node, usize, bool)> {
        self.skip(1);
        let started = self.at;
        if self.rest().is_empty() {
            return self.error("Unexpected end of file has occurred.");
        }
        let name = self.name()?;
        if self.rest().is_empty() {
            return self.error("Unexpected end of file while parsing Name has occurred.");
        }
        let element = parent.create(Data::named(Kind::Element, name, ""));
        element.change(|data| data.parent = Some(parent.id));
        let mut places: Vec<(Node, usize)> = Vec::new();
        let is_closed = loop {
            let spaced = self.spaces();
            if self.eat("/>") {
                break true;
            }
            if self.eat(">") {
                break false;
            }
            if !spaced {
                return match self.peek() {
                    Some(c) => self.error(&format!("'{c}' is an unexpected token. Expecting whitespace.")),
                    None => self.error("Unexpected end of file has occurred."),
                };
            }
            let at = self.at;
            let attribute = self.attribute(&element)?;
            places.push((attribute, at));
        };
        element.change(|data| data.is_empty = is_closed);
        self.resolve(&element, started, &places)?;
        element.change(|data| data.parent = None);
        Ok((element, started, is_closed))
    }

    fn attribute(&mut self, element: &Node) -> Parsed<Node> {
        let start = self.at;
        let name = self.name()?;
        if element.attribute(name).is_some() {
            return self.error_at(start, &format!("'{name}' is a duplicate attribute name."));
        }
        self.spaces();
        if !self.eat("=") {
            return self.unexpected("'='");
        }
        self.spaces();
        let Some(quote @ ('"' | '\'')) = self.peek() else { return self.unexpected("'\"' or '''") };
        self.skip(1);
        let start = self.at;
        let Some(raw) = self.take_until(&quote.to_string()) else {
            return self.error("Unexpected end of file has occurred.");
        };
        if let Some(bad) = raw.find('<') {
            let at = start.saturating_add(bad);
            return self.error_at(at, "'<', hexadecimal value 0x3C, is an invalid attribute character.");
        }
        let flat: String = raw.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
        let value = self.expand(&flat, start)?;
        let attribute = element.create(Data::named(Kind::Attribute, name, ""));
        element.add_attribute(&attribute);
        attribute.set_inner_text(&value);
        Ok(attribute)
    }

    /// Gives an element and its attributes the namespaces that their prefixes mean.
    fn resolve(&self, element: &Node, started: usize, places: &[(Node, usize)]) -> Parsed<()> {
        let prefix = element.data().prefix;
        match element.namespace_of(&prefix) {
            Some(namespace) => element.change(|data| data.namespace = namespace),
            None if prefix.is_empty() => {}
            None => return self.error_at(started, &format!("'{prefix}' is an undeclared prefix.")),
        }
        for (attribute, at) in places {
            let data = attribute.data();
            let namespace = match (data.prefix.as_str(), data.local.as_str()) {
                ("xmlns", _) | ("", "xmlns") => Some("http://www.w3.org/2000/xmlns/".into()),
                ("", _) => Some(String::new()),
                (prefix, _) => element.namespace_of(prefix),
            };
            match namespace {
                Some(namespace) => attribute.change(|data| data.namespace = namespace),
                None => return self.error_at(*at, &format!("'{}' is an undeclared prefix.", data.prefix)),
            }
        }
        Ok(())
    }

    fn instruction(&mut self, parent: &Node) -> Parsed<()> {
        let start = self.at;
        self.skip(2);
        let name_at = self.at;
        let name = self.name()?;
        self.spaces();
        let Some(content) = self.take_until("?>") else {
            return self.error("Unexpected end of file while parsing PI has occurred.");
        };
        if name != "xml" {
            parent.append(&parent.create(Data { local: name.into(), ..Data::text(Kind::Instruction, content) }));
            return Ok(());
        }
        if start != 0 {
            return self.error_at(name_at, "Unexpected XML declaration. The XML declaration must be the first node in the document, and no whitespace characters are allowed to appear before it.");
        }
        parent.append(&parent.create(Data::text(Kind::Declaration, content.trim_end_matches(is_space))));
        Ok(())
    }

    /// `<!DOCTYPE`: entities that are declared inside are known from now on.
    fn document_type(&mut self, parent: &Node) -> Parsed<()> {
        self.spaces();
        let name = self.name()?;
        let rest = self.rest();
        let close = rest.find('>').unwrap_or(rest.len());
        let inside = rest.find('[').filter(|open| *open < close);
        let end = match inside {
            Some(open) => {
                let after = rest.get(open..).unwrap_or("");
                match after.find(']') {
                    Some(end) => open.saturating_add(end),
                    None => return self.error("Unexpected end of file has occurred."),
                }
            }
            None => 0,
        };
        let subset = inside.and_then(|open| rest.get(open.saturating_add(1)..end)).unwrap_or("");
        for declared in subset.split("<!ENTITY").skip(1) {
            let mut words = declared.trim_start().splitn(2, is_space);
            let (Some(entity), Some(value)) = (words.next(), words.next()) else { continue };
            let value = value.trim_start();
            if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\''))
                && let Some(text) = value.get(1..).and_then(|rest| rest.split(quote).next())
                && !text.contains('&')
            {
                self.entities.insert(entity.to_owned(), text.to_owned());
            }
        }
        let tail = rest.get(end..).unwrap_or("");
        let Some(close) = tail.find('>') else { return self.error("Unexpected end of file has occurred.") };
        let whole = end.saturating_add(close);
        let shown = match inside {
            Some(open) => format!("{name}{}[{subset}]", rest.get(..open).unwrap_or("").trim_end()),
            None => format!("{name}{}", rest.get(..whole).unwrap_or("").trim_end()),
        };
        self.skip(whole.saturating_add(1));
        parent.append(&parent.create(Data { local: name.into(), ..Data::text(Kind::DocumentType, shown) }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_and_where() {
        for (source, message) in [
            (
                "<a><b></a>",
                "The 'b' start tag on line 1 position 5 does not match the end tag of 'a'. Line 1, position 9.",
            ),
            ("<a>", "Data at the root level is invalid. Line 1, position 1."),
            (
                "<a><b/>",
                "Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 8.",
            ),
            ("<a b=1/>", "'1' is an unexpected token. The expected token is '\"' or '''. Line 1, position 6."),
            ("<a b=\"1\" b=\"2\"/>", "'b' is a duplicate attribute name. Line 1, position 10."),
            ("<a>&foo;</a>", "Reference to undeclared entity 'foo'. Line 1, position 5."),
            ("<p:a/>", "'p' is an undeclared prefix. Line 1, position 2."),
            ("<a/><b/>", "This document already has a 'DocumentElement' node."),
        ] {
            assert_eq!(parse(source, &|| true).err().as_deref(), Some(message), "{source}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for source in [
            "<a><b c=\"1\">t &amp; u</b><!-- n --><![CDATA[<x>]]><?p q?><d /></a>",
            "<?xml version=\"1.0\"?><r xmlns=\"urn:a\" xmlns:p=\"urn:b\"><p:q p:z=\"5\" /></r>",
        ] {
            assert_eq!(parse(source, &|| true).map(|document| document.outer_xml()), Ok(source.to_owned()));
        }
        let spaced = parse_with("<a>\n <b/>\n</a>", true, &|| true).map(|document| document.outer_xml());
        assert_eq!(spaced, Ok("<a>\n <b />\n</a>".into()));
    }
}
