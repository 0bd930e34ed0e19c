//! Writing JSON in the layout of Json.NET, which is that of `System.Text.Json` too.

use psrpd_dotnet::{Str, number_format};

use super::Node;

/// Which characters are written as `\u` escapes, beyond those that must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    Default,
    NonAscii,
    Html,
    /// What `System.Text.Json` escapes: all that could mean something in a page, and all beyond ASCII.
    Strict,
    /// What it escapes where it is told to be relaxed.
    Relaxed,
}

impl Escapes {
    /// Whether they are those of `System.Text.Json`.
    fn is_system(self) -> bool {
        matches!(self, Self::Strict | Self::Relaxed)
    }

    /// Whether a character is written by its number.
    fn has(self, c: char) -> bool {
        match self {
            Self::Strict => c.is_control() || !c.is_ascii() || matches!(c, '"' | '\'' | '<' | '>' | '&' | '+' | '`'),
            Self::Relaxed => c.is_control(),
            _ if matches!(c, '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}') => true,
            Self::Html => matches!(c, '"' | '<' | '>' | '&' | '\''),
            Self::NonAscii => !c.is_ascii(),
            Self::Default => false,
        }
    }
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

    /// Json.NET always shows that a float is one; what is no number is a string.
    fn float(&mut self, n: f64) {
        if n.is_nan() {
            return self.out.push_str("\"NaN\"");
        }
        if n.is_infinite() {
            return self.out.push_str(if n > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
        }
        let shown = number_format::round_trip(n);
        self.out.push_str(&shown);
        if !self.escapes.is_system() && !shown.contains(['.', 'E']) {
            self.out.push_str(".0");
        }
    }

    fn text(&mut self, text: &Str) {
        self.out.push('"');
        for c in char::decode_utf16(text.units().iter().copied()) {
            match c {
                Ok(c) => self.char(c),
                // UTF-8 is what `System.Text.Json` writes.
                Err(_) if self.escapes.is_system() => self.char(char::REPLACEMENT_CHARACTER),
                // Half a pair has no other form in UTF-8.
                Err(half) => self.escape(half.unpaired_surrogate()),
            }
        }
        self.out.push('"');
    }

    fn char(&mut self, c: char) {
        match c {
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            c if self.escapes.has(c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| self.escape(*unit)),
            '"' => self.out.push_str("\\\""),
            _ => self.out.push(c),
        }
    }

    fn escape(&mut self, unit: u16) {
        let digits = if self.escapes.is_system() { format!("{unit:04X}") } else { format!("{unit:04x}") };
        self.out.push_str("\\u");
        self.out.push_str(&digits);
    }
}
