//! Who started the process of a job.

use std::{io, sync::Arc, time::Duration};

use psrp_clixml as clixml;

use super::{
    ARGUMENT, COLOURS, COMPLETED, DIRECTORY, FAILED, FIRST, GO, INPUT, Incoming, KEY, Pipe, SCRIPT, STOP, STOPPED,
    STREAMS, VALUE, put,
};
use crate::{
    beside::{Gathered, Kind, marked},
    eval::{Flow, R, Runspace, error},
    host::Record,
    platform::{ProgramCall, ProgramEvent, RunningProgram},
    serial,
    value::{Category, Dictionary, Value, text},
};

/// What a process is to do.
pub(crate) struct Order {
    frames: Vec<u8>,
    environment: Vec<(String, String)>,
    process_directory: String,
}

impl Order {
    /// # Errors
    /// A text is too large to be sent, as for all of it.
    pub(crate) fn new(rs: &Runspace, directory: &str, script: &str) -> R<Self> {
        let mut order = Self {
            frames: Vec::new(),
            environment: rs.state.environment.all(),
            process_directory: rs.state.process_directory.clone(),
        };
        order.put(DIRECTORY, directory.as_bytes())?;
        if let Some(screen) = rs.console.screen() {
            let [front, back] = [screen.foreground, screen.background].map(|colour| colour.unwrap_or(-1));
            order.put(COLOURS, format!("{front} {back}").as_bytes())?;
        }
        order.put(SCRIPT, script.as_bytes())?;
        Ok(order)
    }

    fn put(&mut self, tag: u8, payload: &[u8]) -> R<()> {
        put(&mut self.frames, tag, payload).map_err(|failure| not_started(&failure))
    }

    /// What runs before the script.
    pub(crate) fn first(&mut self, script: &str) -> R<()> {
        self.put(FIRST, script.as_bytes())
    }

    /// # Errors
    /// As [`serial::output`].
    pub(crate) fn argument(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        self.value(rs, ARGUMENT, value)
    }

    /// # Errors
    /// As [`serial::output`].
    pub(crate) fn input(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        self.value(rs, INPUT, value)
    }

    /// What `$using:` means there.
    ///
    /// # Errors
    /// As [`serial::output`].
    pub(crate) fn using(&mut self, rs: &mut Runspace, table: &Value) -> R<()> {
        for (key, value) in table.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
            self.put(KEY, text(&key).as_bytes())?;
            self.value(rs, VALUE, &value)?;
        }
        Ok(())
    }

    fn value(&mut self, rs: &mut Runspace, tag: u8, value: &Value) -> R<()> {
        let host = std::mem::replace(&mut rs.host, Box::new(Pipe::new(io::sink())));
        let payload = serial::output(rs, value);
        rs.host = host;
        self.put(tag, &payload?)
    }
}

/// How long to wait for something to happen before it is looked whether to stop.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a process may take to stop, in ticks of 100 ns.
const PATIENCE: i64 = 50_000_000;

/// How much of what it complains of is kept.
const MAX_ERRORS: usize = 64 * 1024;

/// The exception of a process that is gone.
pub(crate) const TRANSPORT: &str = "System.Management.Automation.Remoting.PSRemotingTransportException";

/// Has a process do it, and gathers what that writes.
///
/// # Errors
/// What the script failed for; that it was stopped; that the process could not be started or has ended.
pub(crate) fn drive(rs: &mut Runspace, mut order: Order, gathered: &Arc<Gathered>) -> R<()> {
    let Some((path, args)) = rs.platform.worker() else { return Err(ended(0, &[])) };
    let call =
        ProgramCall { path: &path, args: &args, environment: &order.environment, directory: &order.process_directory };
    let mut program = rs.platform.start(&call).map_err(|failure| not_started(&failure))?;
    rs.host = Box::new(Pipe::new(io::sink()));
    order.put(GO, &[])?;
    let _ = program.send(order.frames);
    let result = listen(rs, &mut *program, gathered);
    program.kill();
    result
}

fn not_started(failure: &io::Error) -> Flow {
    error::invalid("BackgroundProcess", format!("The background process could not be started: {failure}."))
}

fn listen(rs: &mut Runspace, program: &mut dyn RunningProgram, gathered: &Arc<Gathered>) -> R<()> {
    let (mut incoming, mut errors) = (Incoming::default(), Vec::new());
    let mut deadline = None;
    loop {
        if rs.stop.is_set() {
            let now = rs.platform.now();
            if deadline.is_none() {
                let mut frame = Vec::new();
                let _ = put(&mut frame, STOP, &[]).map(|()| program.send(frame));
            }
            if now >= *deadline.get_or_insert(now.saturating_add(PATIENCE)) {
                return Err(Flow::Stopped);
            }
        }
        match program.next(PAUSE) {
            Some(ProgramEvent::Output(piece)) => incoming.push(&piece),
            Some(ProgramEvent::Exited(_)) if deadline.is_some() => return Err(Flow::Stopped),
            Some(ProgramEvent::Exited(code)) => return Err(ended(code, &errors)),
            Some(ProgramEvent::Errors(piece)) if errors.len() < MAX_ERRORS => errors.extend(piece),
            Some(ProgramEvent::Errors(_)) | None => {}
        }
        while let Some((tag, payload)) = incoming.next().map_err(|_| ended(0, &errors))? {
            match tag {
                COMPLETED => return Ok(()),
                STOPPED => return Err(Flow::Stopped),
                FAILED => {
                    let record = clixml::parse(payload).ok().map(|tree| serial::error_record(rs, &tree));
                    return Err(record.map_or_else(|| ended(0, &errors), Flow::error));
                }
                // Who says what nobody can read has lost its mind.
                tag => receive(rs, gathered, tag, payload).ok_or_else(|| ended(0, &errors))?,
            }
        }
    }
}

/// Takes what it has written; none if it is no CLIXML.
fn receive(rs: &mut Runspace, gathered: &Arc<Gathered>, tag: u8, payload: &[u8]) -> Option<()> {
    let stream = STREAMS.iter().find(|(of, _)| *of == tag).map(|(_, stream)| *stream);
    let tree = clixml::parse(payload).ok()?;
    let (kind, value) = match stream {
        None => {
            let value = serial::read(rs, &tree);
            let value = match gathered.origin() {
                Some(origin) => marked(&value, origin),
                None => value,
            };
            (Kind::Output, value)
        }
        Some(Record::Error) => (Kind::Error, Value::object(serial::error_record(rs, &tree))),
        Some(Record::Warning) => (Kind::Warning, serial::message_record(rs, &tree, Kind::Warning)),
        Some(Record::Verbose) => (Kind::Verbose, serial::message_record(rs, &tree, Kind::Verbose)),
        Some(Record::Debug) => (Kind::Debug, serial::message_record(rs, &tree, Kind::Debug)),
        Some(Record::Information) => (Kind::Information, serial::information_record(rs, &tree)),
        Some(Record::Progress) => (Kind::Progress, serial::progress_from(rs, &tree)),
    };
    gathered.add(kind, value);
    Some(())
}

/// The process is gone without a word.
fn ended(code: i32, errors: &[u8]) -> Flow {
    let errors = String::from_utf8_lossy(errors);
    let message = format!(
        "The background process closed or ended abnormally: \n      Exit code: {code}\n      Stdout: \'\'\n      Stderr: \'{}\'\n    .",
        errors.trim_end()
    );
    error::raise(TRANSPORT, "2101,PSSessionStateBroken", Category::OpenError, message, Value::from("localhost"))
}
