//! Tables: columns of fixed width with a blank between them.

use super::{Screen, Style};
use crate::format::{
    cells::{self, ELLIPSIS, RESET, Wrap, blanks},
    packet::{Align, Column, Field},
};

const SEPARATOR: usize = 1;
/// Narrower screens show no tables.
const LEAST_SCREEN: usize = 5;
/// Lines that a screen keeps free below a table whose header repeats.
const MARGIN: usize = 2;

struct Layout {
    /// Hidden columns have none.
    width: Option<usize>,
    align: Align,
    is_property: bool,
}

/// A table that is being printed.
pub(super) struct Table {
    columns: Vec<Layout>,
    words: bool,
    header: Vec<String>,
    hide_header: bool,
    repeat_header: bool,
    rows: usize,
}

/// How many values of this width fit on a line of a wide view.
pub(super) fn per_row(width: usize, columns: usize) -> usize {
    let mut count = 1_usize;
    loop {
        let next = count.saturating_add(1);
        let needed = width.saturating_mul(next).saturating_add(count.saturating_mul(SEPARATOR));
        if width == 0 || needed >= columns {
            return count;
        }
        count = next;
    }
}

/// Gives columns without width their share, and takes from the last ones what the table does not have.
fn fit(widths: &mut [Option<usize>], room: usize) {
    let total = |widths: &[Option<usize>]| {
        let visible = widths.iter().flatten();
        let separators = visible.clone().count().saturating_sub(1).saturating_mul(SEPARATOR);
        visible.sum::<usize>().saturating_add(separators)
    };
    let flexible: Vec<bool> = widths.iter().map(|width| *width == Some(0)).collect();
    for width in widths.iter_mut().filter(|width| **width == Some(0)) {
        *width = Some(1);
    }
    let count = flexible.iter().filter(|is| **is).count();
    if let Some(free) = room.checked_sub(total(widths))
        && count > 0
    {
        let (share, extra) = (free.checked_div(count).unwrap_or(0), free.checked_rem(count).unwrap_or(0));
        let mut seen = 0_usize;
        for (width, _) in widths.iter_mut().zip(&flexible).filter(|(_, is)| **is) {
            let more = share.saturating_add(usize::from(seen < extra));
            *width = width.map(|width| width.saturating_add(more));
            seen = seen.saturating_add(1);
        }
        return;
    }
    while let Some(excess) = total(widths).checked_sub(room).filter(|excess| *excess > 0) {
        let shown = widths.iter().take_while(|width| width.is_some()).count();
        let Some(last) = shown.checked_sub(1).and_then(|last| widths.get_mut(last)) else { return };
        *last = last.and_then(|width| width.checked_sub(excess)).filter(|width| *width > 0);
    }
}

impl Table {
    /// A table; `widths` are those that its content asks for.
    pub(super) fn new(
        screen: &Screen,
        columns: &[Column],
        widths: Option<&[usize]>,
        hide_header: bool,
        repeat_header: bool,
    ) -> Self {
        let wanted = columns.iter().enumerate().map(|(at, column)| match widths.and_then(|widths| widths.get(at)) {
            Some(width) => *width,
            None => column.width,
        });
        let layout = columns.iter().map(|column| (column.align, column.is_property));
        Self { hide_header, repeat_header, ..Self::layout(screen, wanted.collect(), layout.collect()) }
    }

    /// Columns of the same width without header.
    pub(super) fn even(screen: &Screen, count: usize) -> Self {
        Self::layout(screen, vec![0; count], vec![(Align::Left, true); count])
    }

    fn layout(screen: &Screen, wanted: Vec<usize>, layout: Vec<(Align, bool)>) -> Self {
        let mut widths: Vec<Option<usize>> = wanted.into_iter().map(Some).collect();
        if screen.table_columns < LEAST_SCREEN {
            widths.fill(None);
        } else {
            fit(&mut widths, screen.table_columns);
        }
        let columns = widths
            .into_iter()
            .zip(layout)
            .map(|(width, (align, is_property))| Layout { width, align, is_property })
            .collect();
        Self { columns, words: screen.words, header: Vec::new(), hide_header: true, repeat_header: false, rows: 0 }
    }

    fn is_disabled(&self) -> bool {
        self.columns.iter().all(|column| column.width.is_none())
    }

    /// The header with the dashes below it.
    pub(super) fn header(&mut self, screen: &Screen, columns: &[Column]) -> Vec<String> {
        if self.hide_header || self.is_disabled() {
            return Vec::new();
        }
        let labels: Vec<String> = columns.iter().map(|column| column.header().to_owned()).collect();
        let dashes: Vec<String> = self
            .columns
            .iter()
            .zip(&labels)
            .map(|(column, label)| {
                let width = column.width.unwrap_or(0);
                let count = if label.is_empty() { width } else { width.min(cells::width(label)) };
                "-".repeat(count)
            })
            .collect();
        let style = screen.style.as_ref();
        let mut lines = self.wrapped(&labels, &[], style);
        lines.push(self.single(&dashes, &[], style));
        self.header.clone_from(&lines);
        self.rows = lines.len();
        lines
    }

    /// The header again, once the screen is full.
    pub(super) fn repeated_header(&mut self, screen: &Screen) -> Vec<String> {
        let is_full = screen.rows.is_some_and(|rows| self.rows >= rows.saturating_sub(MARGIN));
        let mut lines = Vec::new();
        if self.repeat_header && is_full {
            lines.push(String::new());
            lines.extend(self.header.iter().cloned());
            self.rows = self.header.len();
        }
        self.rows = self.rows.saturating_add(1);
        lines
    }

    /// A row.
    pub(super) fn fields(&self, fields: &[Field], wrap: bool) -> Vec<String> {
        let values: Vec<String> = fields.iter().map(|field| field.text.clone()).collect();
        let align: Vec<Align> = fields.iter().map(|field| field.align).collect();
        self.row(&values, &align, wrap)
    }

    /// A row of values; alignments that are given win over those of the columns.
    pub(super) fn row(&self, values: &[String], align: &[Align], wrap: bool) -> Vec<String> {
        match () {
            () if self.is_disabled() => Vec::new(),
            () if wrap => self.wrapped(values, align, None),
            () => vec![self.single(values, align, None)],
        }
    }

    /// The visible columns with their values; the last column of all is not padded.
    fn visible<'v>(
        &'v self,
        values: &'v [String],
        align: &'v [Align],
    ) -> impl Iterator<Item = (usize, &'v Layout, Cell<'v>)> {
        let last = self.columns.len().saturating_sub(1);
        self.columns.iter().enumerate().filter_map(move |(at, column)| {
            let value = values.get(at).map_or("", String::as_str);
            let own = if values.get(at).is_some() { align.get(at).copied() } else { Some(Align::Left) };
            let align = own.unwrap_or_default().or(column.align);
            Some((at, column, Cell { value, width: column.width?, align, is_padded: at != last }))
        })
    }

    fn single(&self, values: &[String], align: &[Align], style: Option<&Style>) -> String {
        let mut line = String::new();
        for (at, _, cell) in self.visible(values, align) {
            if at > 0 {
                line.push_str(&blanks(SEPARATOR));
            }
            let text = cell.one_line();
            match style {
                Some(style) => line.extend([style.header.as_str(), &text, RESET]),
                None => {
                    let end = if cells::is_open(&text) { RESET } else { "" };
                    line.extend([text.as_str(), end]);
                }
            }
        }
        line
    }

    /// A row whose cells may have several lines.
    fn wrapped(&self, values: &[String], align: &[Align], style: Option<&Style>) -> Vec<String> {
        let shown: Vec<(usize, &Layout, Cell<'_>)> = self.visible(values, align).collect();
        let last_shown = shown.len().saturating_sub(1);
        let mut blocks: Vec<(usize, &Layout, Vec<String>)> = Vec::new();
        for (at, (_, column, mut cell)) in shown.into_iter().enumerate() {
            cell.is_padded = at != last_shown;
            let lead = blanks(if at == 0 { 0 } else { SEPARATOR });
            let lines = cell.several_lines(self.words).into_iter().map(|line| format!("{lead}{line}")).collect();
            blocks.push((cell.width.saturating_add(lead.len()), column, lines));
        }
        let height = blocks.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
        (0..height).map(|row| compose(&blocks, row, height, style)).collect()
    }
}

/// One line of cells side by side.
fn compose(blocks: &[(usize, &Layout, Vec<String>)], row: usize, height: usize, style: Option<&Style>) -> String {
    let last = blocks.iter().rposition(|(_, _, lines)| lines.len() > row).unwrap_or(0);
    let mut out = String::new();
    for (at, (width, column, lines)) in blocks.iter().enumerate() {
        let is_end = at.saturating_add(1) == blocks.len();
        let mut value = match lines.get(row) {
            Some(line) => line.clone(),
            None if at > last || is_end => String::new(),
            None => blanks(*width),
        };
        if at == last && height > 1 {
            value.truncate(value.trim_end().len());
        }
        match style {
            Some(style) if column.is_property => out.extend([style.header.as_str(), &value, RESET]),
            Some(style) if !value.is_empty() => {
                let lead = usize::from(at > 0);
                let (head, tail) = value.split_at_checked(lead).unwrap_or(("", &value));
                out.extend([head, &style.calculated_header, tail, RESET]);
            }
            Some(_) => out.push_str(RESET),
            None => out.push_str(&value),
        }
    }
    out
}

/// A value in a column.
struct Cell<'v> {
    value: &'v str,
    width: usize,
    align: Align,
    is_padded: bool,
}

impl Cell<'_> {
    fn one_line(&self) -> String {
        self.fill(cells::first_line(self.value))
    }

    fn several_lines(&self, words: bool) -> Vec<String> {
        let is_filled = self.is_padded || matches!(self.align, Align::Right | Align::Center);
        Wrap::new(self.width, words)
            .apply(self.value)
            .into_iter()
            .map(
                |line| {
                    if is_filled && cells::width(&line) < self.width {
                        self.fill(cells::first_line(&line))
                    } else {
                        line
                    }
                },
            )
            .collect()
    }

    /// Pads or cuts a line to the width of the column.
    fn fill(&self, text: String) -> String {
        let length = cells::width(&text);
        let text = match length.cmp(&self.width) {
            std::cmp::Ordering::Less => self.pad(&text, self.width.saturating_sub(length)),
            std::cmp::Ordering::Greater => self.cut(&text),
            std::cmp::Ordering::Equal => return text,
        };
        // A wide character that did not fit leaves a cell over.
        match self.align {
            _ if cells::width(&text) == self.width => text,
            Align::Right => format!(" {text}"),
            _ if self.is_padded => format!("{text} "),
            _ => text,
        }
    }

    fn pad(&self, text: &str, count: usize) -> String {
        let behind = if self.is_padded { count } else { 0 };
        match self.align {
            Align::Right => format!("{}{text}", blanks(count)),
            Align::Center => {
                let left = count.checked_div(2).unwrap_or(0);
                format!("{}{text}{}", blanks(left), blanks(behind.saturating_sub(left)))
            }
            _ => format!("{text}{}", blanks(behind)),
        }
    }

    fn cut(&self, text: &str) -> String {
        let mark = if self.width > 1 { ELLIPSIS.to_string() } else { String::new() };
        let room = self.width.saturating_sub(usize::from(!mark.is_empty()));
        if self.align == Align::Right { cells::cut_head(text, room, &mark) } else { cells::cut_tail(text, room, &mark) }
    }
}
