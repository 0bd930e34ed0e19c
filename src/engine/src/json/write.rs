//! Writing JSON in the layout of Json.NET.

use psrpd_dotnet::{Str, number_format};

use super::Node;

/// Which characters are written as `\u` escapes, beyond those that must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    Default,
    NonAscii,
    Html,
}

/// The text of a value; indented by two blanks a level unless compressed.
pub(crate) fn to_text(node: &Node, compressed: bool, escapes: Escapes) -> Str {
    let mut writer = Writer { out: String::new(), compressed, escapes };
    writer.node(node, 0);
    writer.out.into()
}

struct Writer {
    out: String,
    compressed: bool,
    escapes: Escapes,
}

impl Writer {
    fn node(&mut self, node: &Node, level: usize) {
        match node {
            Node::Null => self.out.push_str("null"),
            Node::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Node::Int(n) => self.out.push_str(&n.to_string()),
            Node::Big(n) => self.out.push_str(&n.to_string()),
            Node::Float(n) => self.float(*n),
            Node::Digits(text) => self.out.push_str(text),
            Node::Text(text) => self.text(text),
            Node::Array(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.separate(at, level.saturating_add(1));
                    self.node(item, level.saturating_add(1));
                }
                self.close(']', items.is_empty(), level);
            }
            Node::Object(members) => {
                self.out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    self.separate(at, level.saturating_add(1));
                    self.text(name);
                    self.out.push_str(if self.compressed { ":" } else { ": " });
                    self.node(value, level.saturating_add(1));
                }
                self.close('}', members.is_empty(), level);
            }
        }
    }

    fn separate(&mut self, at: usize, level: usize) {
        if at > 0 {
            self.out.push(',');
        }
        self.line(level);
    }

    fn close(&mut self, bracket: char, is_empty: bool, level: usize) {
        if !is_empty {
            self.line(level);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, level: usize) {
        if !self.compressed {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(level));
        }
    }

    /// A float always shows that it is one; what is no number is a string.
    fn float(&mut self, n: f64) {
        if n.is_nan() {
            return self.out.push_str("\"NaN\"");
        }
        if n.is_infinite() {
            return self.out.push_str(if n > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
        }
        let shown = number_format::round_trip(n);
        self.out.push_str(&shown);
        if !shown.contains(['.', 'E']) {
            self.out.push_str(".0");
        }
    }

    fn text(&mut self, text: &Str) {
        self.out.push('"');
        for c in char::decode_utf16(text.units().iter().copied()) {
            match c {
                Ok(c) => self.char(c),
                // Half a pair has no other form in UTF-8.
                Err(half) => self.escape(half.unpaired_surrogate()),
            }
        }
        self.out.push('"');
    }

    fn char(&mut self, c: char) {
        match c {
            '"' if self.escapes == Escapes::Html => self.escape(0x22),
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.escape_char(c),
            '<' | '>' | '&' | '\'' if self.escapes == Escapes::Html => self.escape_char(c),
            '\u{80}'.. if self.escapes == Escapes::NonAscii => self.escape_char(c),
            _ => self.out.push(c),
        }
    }

    fn escape_char(&mut self, c: char) {
        c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| self.escape(*unit));
    }

    fn escape(&mut self, unit: u16) {
        self.out.push_str(&format!("\\u{unit:04x}"));
    }
}
