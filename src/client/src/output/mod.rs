//! Results. Standard output carries results only, in one of the formats of `-o`; everything else, notices,
//! errors and the other streams of a pipeline in `text`, goes to standard error.
//!
//! | format | lists of sessions | records of pipelines |
//! |---|---|---|
//! | `table`, `wide` | columns | as `text` |
//! | `name` | one `host/session` per line | as `text` |
//! | `text` | as `table` | what the remote formatter printed; a label in front where several hosts answer |
//! | `json` | one document `{"schema": 1, "results": [...]}` | the same |
//! | `jsonl` | one object per line | one object per line as it arrives; the last of a host has `"stream": "end"` |
//! | `clixml` | one `Objs` element | one `Objs` element per host, holding the objects as the server sent them |

mod colour;
mod json;
mod records;
mod rows;
mod table;

use std::io::{self, Write};

pub use colour::{ColourChoice, visible};
pub use json::to_json;
pub use rows::SessionRow;

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// What people read.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// CLIXML for Import-Clixml.
    Clixml,
    /// Columns.
    Table,
    /// More columns.
    Wide,
    /// One name per line.
    Name,
}

impl Format {
    /// Whether people read it: then the remote side formats objects as text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Table | Self::Wide | Self::Name)
    }
}

/// Where and how results are written.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    format: Format,
    /// Columns of the terminal; none when standard output is no terminal, and lines are never cut.
    width: Option<u16>,
    colour_out: bool,
    colour_err: bool,
    /// Remote control characters would reach a terminal.
    guard_out: bool,
    quiet: bool,
    labels: Vec<String>,
    records: records::State,
}

/// Whether to colour what goes to a stream of this process.
pub(crate) fn is_coloured(choice: ColourChoice, stream: &impl io::IsTerminal) -> bool {
    colour::wanted(choice, stream.is_terminal(), &|name| std::env::var(name).ok())
}

/// What [`Output`] is made of.
pub struct Options {
    /// `-o`.
    pub format: Format,
    /// `--color`.
    pub colour: ColourChoice,
    /// `-q`: no notices.
    pub quiet: bool,
}

impl Output {
    /// Writes to the standard streams of this process.
    pub fn standard(options: &Options) -> Self {
        use std::io::IsTerminal as _;
        let out_terminal = io::stdout().is_terminal();
        let width = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col).filter(|&w| w > 0);
        Self {
            width: width.filter(|_| out_terminal),
            colour_out: is_coloured(options.colour, &io::stdout()),
            colour_err: is_coloured(options.colour, &io::stderr()),
            guard_out: out_terminal,
            ..Self::to(Box::new(io::stdout()), Box::new(io::stderr()), options)
        }
    }

    /// Writes anywhere, without colour and without a width.
    pub fn to(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, options: &Options) -> Self {
        Self {
            out,
            err,
            format: options.format,
            width: None,
            colour_out: false,
            colour_err: false,
            guard_out: false,
            quiet: options.quiet,
            labels: Vec::new(),
            records: records::State::default(),
        }
    }

    /// The format, and the width in columns that text should be formatted for.
    pub fn shape(&self) -> (Format, u16) {
        (self.format, self.width.unwrap_or(120))
    }

    /// Names the hosts that will answer, so that their lines can be labelled when there are several.
    pub fn label(&mut self, hosts: &[String]) {
        self.labels = if hosts.len() > 1 { hosts.to_vec() } else { Vec::new() };
    }

    /// Says something on standard error, unless `-q`.
    pub fn notice(&mut self, text: &str) {
        if !self.quiet {
            self.message(&visible(text, false));
        }
    }

    /// Says what went wrong on standard error: `psrp: HOST: text`.
    pub fn error(&mut self, host: Option<&str>, text: &str) {
        let place = host.map_or(String::new(), |host| format!("{host}: "));
        // Scripts and servers have their words in it.
        let line = visible(&format!("psrp: {place}{text}"), false);
        let line = if self.colour_err { colour::red(&line) } else { line };
        self.message(&line);
    }

    fn message(&mut self, line: &str) {
        // There is nowhere to say that standard error is gone.
        let _ = writeln!(self.err, "{line}");
    }

    /// Ends the document of the format and flushes.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.finish_records()?;
        self.out.flush()
    }
}
