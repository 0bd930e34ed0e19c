//! Records of pipelines.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use psrp_clixml::{ObjectValue, TypeNames, Value, parse};

use super::{Format, Output, colour, json, visible};
use crate::remote::{Attached, Audience, End, Record, Stream};

/// Around the objects of a host; the namespace is PowerShell's.
const OBJS_START: &str = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";
const OBJS_END: &str = "</Objs>";

/// Longest label in front of a line.
const MAX_LABEL: usize = 24;

/// What was begun and has to be ended.
#[derive(Default)]
pub(super) struct State {
    /// Results in the JSON document so far.
    json: Option<usize>,
    /// Objects of each of several hosts for CLIXML, until the host has ended. Those of a single one are written as they
    /// come.
    clixml: BTreeMap<String, Vec<u8>>,
    /// An `Objs` element is begun.
    in_objs: bool,
    counts: HashMap<String, BTreeMap<&'static str, u64>>,
    /// Beginnings of lines, of hosts whose lines have labels: they are written whole.
    begun: HashMap<String, String>,
}

impl Output {
    /// Writes one record of a host.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn record(&mut self, host: &str, session: Option<&str>, record: &Record) -> io::Result<()> {
        let for_people = !matches!(self.format, Format::Json | Format::Jsonl);
        if record.audience == (if for_people { Audience::Programs } else { Audience::People }) {
            return Ok(());
        }
        let count = self.records.counts.entry(host.to_owned()).or_default().entry(name(record.stream)).or_default();
        *count = count.saturating_add(1);
        match self.format {
            Format::Json => {
                let line = record_json(host, session, record);
                self.json_result(&line)
            }
            Format::Jsonl => {
                writeln!(self.out, "{}", record_json(host, session, record))?;
                self.out.flush()
            }
            Format::Clixml if record.stream == Stream::Output && self.labels.is_empty() => {
                self.begin_objs()?;
                self.out.write_all(without_bom(&record.payload))
            }
            Format::Clixml if record.stream == Stream::Output => {
                let objects = self.records.clixml.entry(host.to_owned()).or_default();
                objects.extend_from_slice(without_bom(&record.payload));
                Ok(())
            }
            _ => self.text(host, record),
        }
    }

    /// Writes one record of a host as text. A line that is only begun waits for its end where lines have labels.
    fn text(&mut self, host: &str, record: &Record) -> io::Result<()> {
        if record.stream != Stream::Information || !self.labels.iter().any(|label| label == host) {
            return self.lines(host, record);
        }
        let mut text = self.records.begun.remove(host).unwrap_or_default();
        text.push_str(&record.text);
        if record.ends_line {
            return self.lines(host, &Record { text, ..record.clone() });
        }
        self.records.begun.insert(host.to_owned(), text);
        Ok(())
    }

    /// Ends the records of a host.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn end(&mut self, host: &str, end: &End, duration: Duration) -> io::Result<()> {
        match self.format {
            Format::Jsonl => {
                let line = self.end_json(host, end, duration);
                writeln!(self.out, "{line}")
            }
            Format::Json => {
                let line = self.end_json(host, end, duration);
                self.json_result(&line)
            }
            Format::Clixml if self.labels.is_empty() => {
                self.begin_objs()?;
                self.end_objs()
            }
            Format::Clixml => {
                let objects = self.records.clixml.remove(host).unwrap_or_default();
                self.objs(&objects)
            }
            _ => self.end_text(host),
        }
    }

    /// Writes the line that a host has only begun.
    fn end_text(&mut self, host: &str) -> io::Result<()> {
        let Some(text) = self.records.begun.remove(host) else { return Ok(()) };
        let (stream, payload) = (Stream::Information, Default::default());
        let audience = Audience::People;
        self.lines(host, &Record { seq: 0, stream, payload, text, ends_line: true, audience })
    }

    /// Tells what waits in a session of `host`.
    pub fn attached(&mut self, host: &str, attached: &Attached) {
        for waiting in &attached.pipelines {
            let command = visible(&waiting.command, false);
            let mut line = format!("{}: {} ({} unread)", waiting.state, command, waiting.unread);
            if !self.labels.is_empty() {
                line = format!("{host}/{}: {line}", attached.session.name);
            }
            if let Some(prompt) = &waiting.prompt {
                let _ = write!(line, ", waiting for input: {}", visible(prompt, false));
            }
            self.notice(&line);
        }
    }

    pub(super) fn finish_records(&mut self) -> io::Result<()> {
        // Hosts whose end was never told, because the run was cut short.
        if self.records.in_objs {
            self.end_objs()?;
        }
        for (_, objects) in std::mem::take(&mut self.records.clixml) {
            self.objs(&objects)?;
        }
        match (self.format, self.records.json.take()) {
            (Format::Json, None) => writeln!(self.out, "{{\"schema\":1,\"results\":[]}}"),
            (Format::Json, Some(_)) => writeln!(self.out, "\n]}}"),
            _ => Ok(()),
        }
    }

    /// Adds a result to the JSON document.
    pub(super) fn json_result(&mut self, text: &str) -> io::Result<()> {
        let count = self.records.json.get_or_insert(0);
        let first = *count == 0;
        *count = count.saturating_add(1);
        let before = if first { "{\"schema\":1,\"results\":[\n" } else { ",\n" };
        write!(self.out, "{before}{text}")
    }

    pub(super) fn objs(&mut self, objects: &[u8]) -> io::Result<()> {
        self.begin_objs()?;
        self.out.write_all(objects)?;
        self.end_objs()
    }

    /// Begins an `Objs` element, unless one was begun.
    fn begin_objs(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.records.in_objs, true) {
            return Ok(());
        }
        self.out.write_all(OBJS_START.as_bytes())
    }

    fn end_objs(&mut self) -> io::Result<()> {
        self.records.in_objs = false;
        writeln!(self.out, "{OBJS_END}")
    }

    /// Output goes to standard output, the other streams to standard error with their mark.
    fn lines(&mut self, host: &str, record: &Record) -> io::Result<()> {
        let label = self.labels.iter().position(|l| l == host);
        let is_output = record.stream == Stream::Output;
        let coloured = if is_output { self.colour_out } else { self.colour_err };
        let guarded = self.guard_out || !is_output;
        let body = if guarded { visible(&record.text, coloured) } else { record.text.clone() };
        let mark = match (record.stream, label.is_some()) {
            (Stream::Output, _) => "",
            (Stream::Error | Stream::Information, false) => "",
            (Stream::Warning, false) => "WARNING: ",
            (Stream::Verbose, false) => "VERBOSE: ",
            (Stream::Debug, false) => "DEBUG: ",
            (Stream::Error, true) => "! ",
            (Stream::Warning, true) => "w ",
            (Stream::Verbose, true) => "v ",
            (Stream::Debug, true) => "d ",
            (Stream::Information, true) => "i ",
            // Progress means something only where it can be redrawn.
            (Stream::Progress, _) => return Ok(()),
        };
        let width = self.labels.iter().map(|l| l.chars().count()).max().unwrap_or(0).min(MAX_LABEL);
        let prefix = label.map_or(String::new(), |index| {
            let padded = format!("{:width$.width$}", visible(host, false));
            let padded = if coloured { colour::label(&padded, index) } else { padded };
            format!("{padded} | ")
        });
        let mut text = String::new();
        for line in body.split('\n') {
            let line = format!("{mark}{line}");
            let line = match record.stream {
                Stream::Error if coloured => colour::red(&line),
                Stream::Warning if coloured => colour::yellow(&line),
                _ => line,
            };
            let _ = writeln!(text, "{prefix}{line}");
        }
        if !record.ends_line {
            text.pop();
        }
        if is_output {
            self.out.write_all(text.as_bytes())?;
            self.out.flush()
        } else {
            // There is nowhere to say that standard error is gone.
            let _ = self.err.write_all(text.as_bytes());
            Ok(())
        }
    }

    fn end_json(&mut self, host: &str, end: &End, duration: Duration) -> String {
        let counts = self.records.counts.remove(host).unwrap_or_default();
        let session = end.session.as_ref().map(|s| s.name.clone());
        let exit = crate::exit::code(&[end.outcome]);
        serde_json::json!({
            "host": host,
            "session": session,
            "stream": "end",
            "outcome": end.outcome.word(),
            "exit": exit,
            "duration": duration.as_secs_f64(),
            "counts": counts,
            "message": end.message,
        })
        .to_string()
    }
}

fn record_json(host: &str, session: Option<&str>, record: &Record) -> String {
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    let (type_name, value) = match parse(&record.payload) {
        Ok(value) => (type_name(&value), json::to_json(&value)),
        // Our own peer checks what it sends; a stranger's object is shown as its text.
        Err(_) => (None, quote(&record.text)),
    };
    format!(
        "{{\"host\":{},\"session\":{},\"seq\":{},\"stream\":\"{}\",\"type\":{},\"value\":{value}}}",
        quote(host),
        session.map_or("null".to_owned(), quote),
        record.seq,
        name(record.stream),
        type_name.map_or("null".to_owned(), |t| quote(&t)),
    )
}

fn name(stream: Stream) -> &'static str {
    match stream {
        Stream::Output => "output",
        Stream::Error => "error",
        Stream::Warning => "warning",
        Stream::Verbose => "verbose",
        Stream::Debug => "debug",
        Stream::Information => "information",
        Stream::Progress => "progress",
    }
}

/// The .NET type of a value, without `Deserialized.`.
fn type_name(value: &Value) -> Option<String> {
    let name = match value {
        Value::Object(object) => {
            let first = object.type_names.as_ref().and_then(|names| names.iter().next());
            return match (first, &object.value) {
                (Some(name), _) => Some(TypeNames::live(&name.to_string_lossy()).to_owned()),
                (None, ObjectValue::Primitive(inner)) => type_name(inner),
                (None, _) => None,
            };
        }
        Value::Nil | Value::Ref(_) | Value::MemberSet(_) => return None,
        Value::String(_) => "System.String",
        Value::Char(_) => "System.Char",
        Value::Bool(_) => "System.Boolean",
        Value::DateTime(_) => "System.DateTime",
        Value::TimeSpan(_) => "System.TimeSpan",
        Value::U8(_) => "System.Byte",
        Value::I8(_) => "System.SByte",
        Value::U16(_) => "System.UInt16",
        Value::I16(_) => "System.Int16",
        Value::U32(_) => "System.UInt32",
        Value::I32(_) => "System.Int32",
        Value::U64(_) => "System.UInt64",
        Value::I64(_) => "System.Int64",
        Value::F32(_) => "System.Single",
        Value::F64(_) => "System.Double",
        Value::Decimal(_) => "System.Decimal",
        Value::Bytes(_) => "System.Byte[]",
        Value::Guid(_) => "System.Guid",
        Value::Uri(_) => "System.Uri",
        Value::Version(_) => "System.Version",
        Value::Xml(_) => "System.Xml.XmlDocument",
        Value::ScriptBlock(_) => "System.Management.Automation.ScriptBlock",
        Value::SecureString(_) => "System.Security.SecureString",
        Value::Progress(_) => "System.Management.Automation.ProgressRecord",
    };
    Some(name.to_owned())
}

fn without_bom(payload: &[u8]) -> &[u8] {
    payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(payload)
}
