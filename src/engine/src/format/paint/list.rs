//! Lists: a label, a colon and a value on each line.

use super::Screen;
use crate::format::{
    cells::{self, RESET, blanks},
    packet::Item,
};

const SEPARATOR: &str = " : ";
/// The cells that the separator, a label and a value need at least.
const LEAST: usize = 5;

/// The lines of an object.
pub(super) fn paint(screen: &Screen, items: &[Item]) -> Vec<String> {
    let columns = screen.columns.unwrap_or(usize::MAX);
    if items.is_empty() || columns < LEAST {
        return Vec::new();
    }
    let longest = columns.saturating_sub(SEPARATOR.len()).saturating_sub(1);
    let label_width = items.iter().map(|item| cells::width(item.name())).max().unwrap_or(0).min(longest);
    let indent = label_width.saturating_add(SEPARATOR.len());
    let wrap = cells::Wrap::new(columns.saturating_sub(indent), screen.words);
    let accent = screen.style.as_ref().map_or("", |style| style.accent.as_str());
    let mut out = Vec::new();
    for item in items {
        let name = item.name();
        let label = match cells::width(name) {
            width if width > label_width => cells::cut_tail(name, label_width, ""),
            width => format!("{name}{}", blanks(label_width.saturating_sub(width))),
        };
        let mut head = format!("{label}{SEPARATOR}");
        if !accent.is_empty() && !head.trim().is_empty() {
            head = format!("{accent}{head}{RESET}");
        }
        for line in cells::lines(&item.field.text) {
            for part in wrap.apply(&line) {
                let end = if cells::is_open(&part) { RESET } else { "" };
                out.push(format!("{head}{part}{end}"));
                head = blanks(indent);
            }
        }
    }
    out
}
