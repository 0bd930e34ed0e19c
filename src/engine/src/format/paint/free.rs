//! Free text: pieces one after the other, indented by frames.

use super::Screen;
use crate::format::{
    cells::{Wrap, blanks},
    packet::{Frame, Piece},
};

/// How deep groups may nest.
const MAX_DEPTH: usize = 50;

struct Writer<'s> {
    screen: &'s Screen,
    columns: i64,
    frames: Vec<Frame>,
    text: String,
    out: Vec<String>,
}

/// The lines of free text.
pub(super) fn paint(screen: &Screen, pieces: &[Piece], columns: Option<usize>) -> Vec<String> {
    let columns = columns.and_then(|columns| i64::try_from(columns).ok()).unwrap_or(i64::from(i32::MAX));
    let mut writer = Writer { screen, columns, frames: Vec::new(), text: String::new(), out: Vec::new() };
    writer.pieces(pieces, 0);
    writer.flush();
    writer.out
}

impl Writer<'_> {
    fn pieces(&mut self, pieces: &[Piece], depth: usize) {
        for piece in pieces {
            match piece {
                Piece::NewLine => self.flush(),
                Piece::Text(text) => self.text.push_str(text),
                Piece::Field(field) => self.text.push_str(&field.text),
                Piece::Group(_, _) if depth >= MAX_DEPTH => {}
                Piece::Group(Some(frame), inner) => {
                    self.frames.push(*frame);
                    self.pieces(inner, depth.saturating_add(1));
                    self.frames.pop();
                }
                Piece::Group(None, inner) => self.pieces(inner, depth.saturating_add(1)),
            }
        }
    }

    /// Ends the line; text that was not written yet is broken and indented as the innermost frame says.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let left: i64 = self.frames.iter().map(|frame| i64::from(frame.left)).sum();
        let right: i64 = self.frames.iter().map(|frame| i64::from(frame.right)).sum();
        let useful = self.columns.saturating_sub(left).saturating_sub(right);
        let text = if useful <= 0 { String::new() } else { text };
        let mut first = self.frames.last().map_or(0, |frame| i64::from(frame.first));
        if first.saturating_abs() >= useful {
            first = 0;
        }
        let (ahead, behind) = (first.max(0), first.min(0).saturating_neg());
        let size = |n: i64| usize::try_from(n).unwrap_or(0);
        let wrap = Wrap {
            first: size(useful.saturating_sub(ahead)),
            rest: size(useful.saturating_sub(behind)),
            words: self.screen.words,
        };
        for (at, line) in wrap.apply(&text).into_iter().enumerate() {
            let indent = left.saturating_add(if at == 0 { ahead } else { behind });
            self.out.push(format!("{}{line}", blanks(size(indent))));
        }
    }
}
