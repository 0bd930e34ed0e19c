//! Formatting: objects become format objects (`generate`), those become lines (`paint`).
//!
//! | file | is |
//! |---|---|
//! | `view`, `views` | how objects of a type are shown, as tables of data |
//! | `file` | the same from a file |
//! | `generate` | the `Format-*` cmdlets and the default formatting |
//! | `definition` | views as objects |
//! | `packet`, `wire` | format objects, and those as values |
//! | `paint`, `cells` | lines of tables, lists and free text |
//! | `expression`, `parameter`, `text`, `standard` | what is shown of an object, and how it reads |
//! | `style` | `$PSStyle` |

use std::{collections::HashMap, sync::Arc};

use crate::{
    eval::{R, Runspace, ScopeId, ScriptBlock},
    value::Value,
};

pub(crate) mod cells;
pub(crate) mod definition;
pub(crate) mod expression;
pub(crate) mod file;
pub(crate) mod generate;
pub(crate) mod packet;
pub(crate) mod paint;
pub(crate) mod parameter;
mod standard;
pub(crate) mod style;
pub(crate) mod text;
pub(crate) mod view;
mod views;
pub(crate) mod wire;

use generate::Formatter;
use paint::{Line, Printer, Screen};

/// The columns of tables where there is no terminal.
const COLUMNS: usize = 80;
/// The rows of a terminal that is not there.
const ROWS: usize = 24;

/// What a session keeps for formatting.
#[derive(Default)]
pub(crate) struct State {
    /// The scripts of views that were used, by where their text lies.
    scripts: HashMap<usize, Arc<ScriptBlock>>,
    /// The views of files that come before those that are built in, and behind them.
    before: Vec<&'static view::View>,
    after: Vec<&'static view::View>,
}

impl State {
    /// All views, in the order in which they are looked at.
    pub(crate) fn views(&self) -> impl Iterator<Item = &'static view::View> + Clone {
        self.before.iter().copied().chain(views::all()).chain(self.after.iter().copied())
    }

    /// Adds the views of a file.
    pub(crate) fn add(&mut self, views: Vec<&'static view::View>, before: bool) {
        if before {
            self.before.splice(0..0, views);
        } else {
            self.after.extend(views);
        }
    }
}

impl Runspace {
    /// A script of a view.
    pub(crate) fn view_script(&mut self, script: &'static str) -> R<Arc<ScriptBlock>> {
        let key = script.as_ptr().addr();
        if let Some(known) = self.state.formatting.scripts.get(&key) {
            return Ok(known.clone());
        }
        let block = Arc::new(ScriptBlock::new(self.parse(script, None)?, ScopeId::GLOBAL));
        self.state.formatting.scripts.insert(key, block.clone());
        Ok(block)
    }

    /// Whether lines of text break between words: only in languages that write blanks there.
    fn breaks_words(&self) -> bool {
        ["en", "fr", "de", "it", "pt", "es"].contains(&self.culture.name.split('-').next().unwrap_or(""))
    }

    /// Text for a file or a string.
    pub(crate) fn text_screen(&mut self, width: Option<usize>) -> Screen {
        Screen {
            columns: width,
            table_columns: width.unwrap_or(COLUMNS),
            rows: Some(ROWS),
            style: style::for_text(self),
            words: self.breaks_words(),
        }
    }

    /// The console of the client. Its last column stays free, where a line break would add a line.
    pub(crate) fn host_screen(&mut self) -> Screen {
        let size = |size: Option<i32>| size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
        let screen = self.console.screen();
        let columns = size(screen.and_then(|screen| screen.buffer).map(|buffer| buffer.width));
        let columns = columns.unwrap_or(COLUMNS).saturating_sub(1);
        Screen {
            columns: Some(columns),
            table_columns: columns,
            rows: size(screen.and_then(|screen| screen.window).map(|window| window.height)),
            style: style::for_host(self),
            words: self.breaks_words(),
        }
    }
}

/// Prints objects of all kinds: those that are formatted already as they are, others by their default view.
pub(crate) struct Printing {
    formatter: Formatter,
    printer: Printer,
}

impl Printing {
    pub(crate) fn new(screen: Screen) -> Self {
        Self { formatter: Formatter::default(), printer: Printer::new(screen) }
    }

    /// Takes an object.
    pub(crate) fn process(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        if let Some(packet) = wire::from_value(rs, value)? {
            if matches!(packet, packet::Packet::Start(_)) && self.printer.is_inside_group() {
                self.finish(rs)?;
            }
            return self.accept(rs, packet);
        }
        for packet in self.formatter.process(rs, value)? {
            self.accept(rs, packet)?;
        }
        Ok(())
    }

    /// Ends what has begun.
    pub(crate) fn finish(&mut self, rs: &mut Runspace) -> R<()> {
        for packet in self.formatter.finish() {
            self.accept(rs, packet)?;
        }
        self.printer.finish();
        Ok(())
    }

    fn accept(&mut self, rs: &mut Runspace, packet: packet::Packet) -> R<()> {
        let now = rs.platform.now();
        if matches!(packet, packet::Packet::Start(_)) && self.printer.is_inside_group() {
            self.printer.restart();
        }
        self.printer.accept(packet, now).map_err(|wrong| generate::out_of_sequence(wrong.class, wrong.culprit))
    }

    /// The lines that are ready.
    pub(crate) fn lines(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.printer.lines)
    }
}

/// The text of objects, as `Out-String` makes it.
pub(crate) fn to_text(rs: &mut Runspace, values: &[Value], width: Option<usize>) -> R<String> {
    let screen = rs.text_screen(width);
    let mut printing = Printing::new(screen);
    for value in values {
        printing.process(rs, value)?;
    }
    printing.finish(rs)?;
    Ok(printing.lines().into_iter().map(|line| format!("{}\n", line.text)).collect())
}
