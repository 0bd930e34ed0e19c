//! Printing: format objects become lines of text.

use super::{
    cells,
    packet::{Body, Entry, Item, Origin, Packet, Piece, Shape, Start},
};

mod free;
mod list;
mod table;

use table::Table;

/// A printed line.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// The escape sequences for what is not text of objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    pub(crate) accent: String,
    pub(crate) header: String,
    pub(crate) calculated_header: String,
}

/// Where lines go, as far as it matters for what they look like.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    /// Columns of lists and free text; without a number lines are as long as they are.
    pub(crate) columns: Option<usize>,
    /// Columns of tables.
    pub(crate) table_columns: usize,
    /// Rows after which tables may repeat their header.
    pub(crate) rows: Option<usize>,
    /// Escape sequences; without, none reach the lines.
    pub(crate) style: Option<Style>,
    /// Whether lines break between words.
    pub(crate) words: bool,
}

/// How long a table waits for rows before it fixes the widths of its columns, in ticks.
const PATIENCE: i64 = 3_000_000;

/// A packet that does not follow on the one before: its class and the cmdlet that may have made it.
pub(crate) struct OutOfSequence {
    pub(crate) class: &'static str,
    pub(crate) culprit: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Document,
    Group,
}

/// Packets of a group that wait until its layout is known.
#[derive(Default)]
struct Queue {
    /// Whether it waits only for some time.
    limited: bool,
    since: i64,
    is_open: bool,
    packets: Vec<Packet>,
}

/// A group that is being printed.
enum Group {
    Table(Table),
    Wide { table: Table, per_row: usize, waiting: Vec<String> },
    Other,
}

/// Turns packets into lines, which pile up in [`Printer::lines`].
pub(crate) struct Printer {
    screen: Screen,
    state: State,
    queue: Option<Queue>,
    start: Option<Start>,
    group: Option<Group>,
    pub(crate) lines: Vec<Line>,
    origin: Origin,
}

impl Printer {
    pub(crate) fn new(screen: Screen) -> Self {
        Self {
            screen,
            state: State::Outside,
            queue: None,
            start: None,
            group: None,
            lines: Vec::new(),
            origin: Origin::None,
        }
    }

    /// Whether a document begun and not ended is in the way of a new one.
    pub(crate) fn is_inside_group(&self) -> bool {
        self.state == State::Group
    }

    /// Takes a packet. `now` is the time in ticks.
    pub(crate) fn accept(&mut self, packet: Packet, now: i64) -> Result<(), OutOfSequence> {
        self.follow(&packet)?;
        if let Packet::Start(start) = &packet {
            let is_flexible = match &start.shape {
                Shape::Table { columns, .. } => columns.first().is_some_and(|column| column.width == 0),
                _ => false,
            };
            if start.autosize || is_flexible {
                self.queue = Some(Queue { limited: !start.autosize, ..Queue::default() });
            }
        }
        let Some(mut queue) = self.queue.take() else {
            self.print(packet, None);
            return Ok(());
        };
        if let Packet::Start(_) = &packet {
            self.queue = Some(queue);
            self.print(packet, None);
            return Ok(());
        }
        if !queue.is_open && !matches!(packet, Packet::GroupStart(_)) {
            self.queue = Some(queue);
            self.print(packet, None);
            return Ok(());
        }
        if !queue.is_open {
            queue.is_open = true;
            queue.since = now;
        }
        let is_late = queue.limited && now.saturating_sub(queue.since) > PATIENCE;
        let is_over = matches!(packet, Packet::GroupEnd) || is_late;
        queue.packets.push(packet);
        let packets = if is_over { std::mem::take(&mut queue.packets) } else { Vec::new() };
        queue.is_open = !is_over;
        self.queue = Some(queue);
        let widths = if is_over { self.widths(&packets) } else { None };
        for packet in packets {
            self.print(packet, widths.as_deref());
        }
        Ok(())
    }

    /// Forgets a document that was not ended.
    pub(crate) fn restart(&mut self) {
        self.finish();
        self.close_group();
        self.start = None;
        self.state = State::Outside;
    }

    /// Prints what still waits.
    pub(crate) fn finish(&mut self) {
        let waiting = self.queue.as_mut().map(|queue| std::mem::take(&mut queue.packets)).unwrap_or_default();
        for packet in waiting {
            self.print(packet, None);
        }
        self.queue = None;
    }

    fn follow(&mut self, packet: &Packet) -> Result<(), OutOfSequence> {
        let (class, wanted, next) = match packet {
            Packet::Entry(entry) if entry.out_of_band => return Ok(()),
            Packet::Entry(_) => ("FormatEntryData", State::Group, State::Group),
            Packet::Start(_) => ("FormatStartData", State::Outside, State::Document),
            Packet::GroupStart(_) => ("GroupStartData", State::Document, State::Group),
            Packet::GroupEnd => ("GroupEndData", State::Group, State::Document),
            Packet::End => ("FormatEndData", State::Document, State::Outside),
        };
        if self.state != wanted {
            let culprit = match packet {
                Packet::Start(Start { shape: Shape::Table { .. }, .. }) => "format-table",
                Packet::Start(Start { shape: Shape::List, .. }) => "format-list",
                Packet::Start(Start { shape: Shape::Wide { .. }, .. }) => "format-wide",
                Packet::Start(Start { shape: Shape::Custom, .. }) => "format-complex",
                _ => "format-*",
            };
            return Err(OutOfSequence { class, culprit });
        }
        self.state = next;
        Ok(())
    }

    /// The widths that the content of a group asks for.
    fn widths(&self, packets: &[Packet]) -> Option<Vec<usize>> {
        let entries = || {
            packets.iter().filter_map(|packet| match packet {
                Packet::Entry(entry) if !entry.out_of_band => Some(&entry.body),
                _ => None,
            })
        };
        match &self.start.as_ref()?.shape {
            Shape::Table { columns, .. } if !columns.is_empty() => {
                let mut widths: Vec<usize> = columns.iter().map(|column| cells::width(column.header())).collect();
                for body in entries() {
                    let Body::Row { fields, .. } = body else { continue };
                    for (width, field) in widths.iter_mut().zip(fields) {
                        *width = (*width).max(cells::width(&field.text));
                    }
                }
                Some(widths)
            }
            Shape::Wide { columns: 0 } => {
                let longest = entries().filter_map(|body| match body {
                    Body::Wide(field) => Some(cells::width(&field.text)),
                    _ => None,
                });
                Some(vec![longest.max().unwrap_or(0)])
            }
            _ => None,
        }
    }

    fn print(&mut self, packet: Packet, widths: Option<&[usize]>) {
        match packet {
            Packet::Start(start) => {
                self.start = Some(start);
                self.line(String::new());
            }
            Packet::GroupStart(heading) => {
                if let Some(pieces) = heading {
                    self.free(&pieces, self.screen.columns);
                    self.line(String::new());
                }
                self.open_group(widths);
            }
            Packet::Entry(entry) => self.entry(entry),
            Packet::GroupEnd => self.close_group(),
            Packet::End => {
                if !matches!(self.start, Some(Start { shape: Shape::List, .. })) {
                    self.line(String::new());
                }
                self.start = None;
            }
        }
    }

    /// A line; its escape sequences vanish where none are wanted.
    fn line(&mut self, text: String) {
        let text = if self.screen.style.is_some() { text } else { cells::plain(&text) };
        self.lines.push(Line { text, origin: self.origin });
    }

    fn open_group(&mut self, widths: Option<&[usize]>) {
        let shape = self.start.as_ref().map(|start| start.shape.clone());
        let group = match shape {
            Some(Shape::Table { hide_header, repeat_header, columns }) => {
                let mut table = Table::new(&self.screen, &columns, widths, hide_header, repeat_header);
                let header = table.header(&self.screen, &columns);
                header.into_iter().for_each(|line| self.line(line));
                Group::Table(table)
            }
            Some(Shape::Wide { columns }) => {
                let per_row = match widths {
                    Some([longest, ..]) if *longest > 0 => table::per_row(*longest, self.screen.table_columns),
                    _ if columns > 0 => columns,
                    _ => 2,
                };
                Group::Wide { table: Table::even(&self.screen, per_row), per_row, waiting: Vec::new() }
            }
            _ => Group::Other,
        };
        self.group = Some(group);
    }

    fn close_group(&mut self) {
        if let Some(Group::Wide { table, per_row, mut waiting }) = self.group.take()
            && !waiting.is_empty()
        {
            waiting.resize(per_row, String::new());
            let row = table.row(&waiting, &[], false);
            row.into_iter().for_each(|line| self.line(line));
        }
    }

    fn entry(&mut self, entry: Entry) {
        self.origin = entry.origin;
        if entry.out_of_band {
            self.out_of_band(entry.body);
        } else {
            self.in_group(entry.body);
        }
        self.origin = Origin::None;
    }

    fn in_group(&mut self, body: Body) {
        let mut group = self.group.take();
        let lines = match (&mut group, body) {
            (Some(Group::Table(table)), Body::Row { fields, wrap }) => {
                let mut lines = table.repeated_header(&self.screen);
                lines.extend(table.fields(&fields, wrap));
                lines
            }
            (Some(Group::Wide { table, per_row, waiting }), Body::Wide(field)) => {
                waiting.push(field.text);
                if waiting.len() == *per_row { table.row(&std::mem::take(waiting), &[], false) } else { Vec::new() }
            }
            (_, Body::List(items)) => {
                let mut lines = self.list(&items);
                lines.push(String::new());
                lines
            }
            (_, Body::Custom(pieces)) => {
                self.free(&pieces, self.screen.columns);
                Vec::new()
            }
            _ => Vec::new(),
        };
        self.group = group;
        lines.into_iter().for_each(|line| self.line(line));
    }

    fn out_of_band(&mut self, body: Body) {
        match body {
            Body::Raw(text) => self.lines.push(Line { text, origin: self.origin }),
            Body::Custom(pieces) => self.free(&pieces, None),
            Body::List(items) => {
                self.line(String::new());
                let lines = self.list(&items);
                lines.into_iter().for_each(|line| self.line(line));
                self.line(String::new());
            }
            _ => {}
        }
    }

    fn list(&self, items: &[Item]) -> Vec<String> {
        list::paint(&self.screen, items)
    }

    fn free(&mut self, pieces: &[Piece], columns: Option<usize>) {
        let lines = free::paint(&self.screen, pieces, columns);
        lines.into_iter().for_each(|line| self.line(line));
    }
}
