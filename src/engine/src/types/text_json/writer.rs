//! JSON as `System.Text.Json` writes it.

use psrpd_dotnet::Str;

use crate::json::Node;

/// Which characters are written as numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escaping {
    /// All that could mean something in a page, and all beyond ASCII.
    Strict,
    /// What JSON itself asks for.
    Relaxed,
}

/// A text in quotes.
pub(super) fn quoted(text: &str, escaping: Escaping) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let is_strict = escaping == Escaping::Strict;
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '"' if !is_strict => out.push_str("\\\""),
            c if c.is_control() || is_strict && ("\"'<>&+`".contains(c) || !c.is_ascii()) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// How values are written.
pub(super) struct Style {
    pub(super) escaping: Escaping,
    pub(super) is_indented: bool,
}

/// A value as text.
pub(super) fn written(node: &Node, style: &Style) -> Str {
    let mut out = String::new();
    write(node, style, 0, &mut out);
    out.into()
}

fn write(node: &Node, style: &Style, depth: usize, out: &mut String) {
    let inner = depth.saturating_add(1);
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Node::Int(n) => out.push_str(&n.to_string()),
        Node::Big(n) => out.push_str(&n.to_string()),
        Node::Float(n) => out.push_str(&psrpd_dotnet::number_format::round_trip(*n)),
        Node::Digits(digits) => out.push_str(digits),
        Node::Text(text) => out.push_str(&quoted(text, style.escaping)),
        Node::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                next(style, at, inner, out);
                write(item, style, inner, out);
            }
            close(style, items.is_empty(), depth, out);
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                next(style, at, inner, out);
                out.push_str(&quoted(name, style.escaping));
                out.push_str(if style.is_indented { ": " } else { ":" });
                write(value, style, inner, out);
            }
            close(style, members.is_empty(), depth, out);
            out.push('}');
        }
    }
}

/// What stands before the item at a place.
fn next(style: &Style, at: usize, depth: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    line(style, depth, out);
}

fn close(style: &Style, is_empty: bool, depth: usize, out: &mut String) {
    if !is_empty {
        line(style, depth, out);
    }
}

fn line(style: &Style, depth: usize, out: &mut String) {
    if style.is_indented {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
}
