//! Who started the process of a job.

use std::{io, sync::Arc, time::Duration};

use psrp_clixml as clixml;

use super::{
    ARGUMENT, COLOURS, COMPLETED, DIRECTORY, FAILED, FIRST, GO, INPUT, KEY, OUTPUT, Pipe, SCRIPT, STOP, STOPPED,
    STREAMS, VALUE, put, split,
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
    pub(crate) fn new(rs: &Runspace, directory: &str, script: &str) -> Self {
        let mut order = Self {
            frames: Vec::new(),
            environment: rs.state.environment.all(),
            process_directory: rs.state.process_directory.clone(),
        };
        put(&mut order.frames, DIRECTORY, directory.as_bytes());
        if let Some(screen) = rs.console.screen() {
            let [front, back] = [screen.foreground, screen.background].map(|colour| colour.unwrap_or(-1));
            put(&mut order.frames, COLOURS, format!("{front} {back}").as_bytes());
        }
        put(&mut order.frames, SCRIPT, script.as_bytes());
        order
    }

    /// What runs before the script.
    pub(crate) fn first(&mut self, script: &str) {
        put(&mut self.frames, FIRST, script.as_bytes());
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
            put(&mut self.frames, KEY, text(&key).as_bytes());
            self.value(rs, VALUE, &value)?;
        }
        Ok(())
    }

    fn value(&mut self, rs: &mut Runspace, tag: u8, value: &Value) -> R<()> {
        let host = std::mem::replace(&mut rs.host, Box::new(Pipe(io::sink())));
        let payload = serial::output(rs, value);
        rs.host = host;
        put(&mut self.frames, tag, &payload?);
        Ok(())
    }
}

/// How long to wait for something to happen before it is looked whether to stop.
const PAUSE: Duration = Duration::from_millis(20);

/// How much of what it complains of is kept.
const MAX_ERRORS: usize = 64 * 1024;

/// The exception of a process that is gone.
pub(crate) const TRANSPORT: &str = "System.Management.Automation.Remoting.PSRemotingTransportException";

/// How many of them a process may take to stop.
const PATIENCE: u32 = 250;

/// Has a process do it, and gathers what that writes.
///
/// # Errors
/// What the script failed for; that it was stopped; that the process could not be started or has ended.
pub(crate) fn drive(rs: &mut Runspace, mut order: Order, gathered: &Arc<Gathered>) -> R<()> {
    let Some((path, args)) = rs.platform.worker() else { return Err(ended(0, &[])) };
    let call =
        ProgramCall { path: &path, args: &args, environment: &order.environment, directory: &order.process_directory };
    let mut program = rs.platform.start(&call).map_err(|failure| {
        let message = format!("The background process could not be started: {failure}.");
        error::invalid("BackgroundProcess", message)
    })?;
    rs.host = Box::new(Pipe(io::sink()));
    put(&mut order.frames, GO, &[]);
    let _ = program.send(order.frames);
    let result = listen(rs, &mut *program, gathered);
    program.kill();
    result
}

fn listen(rs: &mut Runspace, program: &mut dyn RunningProgram, gathered: &Arc<Gathered>) -> R<()> {
    let (mut bytes, mut errors) = (Vec::new(), Vec::new());
    let mut patience = None;
    loop {
        if rs.stop.is_set() {
            let left = match patience {
                None => {
                    let mut frame = Vec::new();
                    put(&mut frame, STOP, &[]);
                    let _ = program.send(frame);
                    PATIENCE
                }
                Some(left) => u32::saturating_sub(left, 1),
            };
            if left == 0 {
                return Err(Flow::Stopped);
            }
            patience = Some(left);
        }
        match program.next(PAUSE) {
            Some(ProgramEvent::Output(piece)) => bytes.extend(piece),
            Some(ProgramEvent::Exited(_)) if patience.is_some() => return Err(Flow::Stopped),
            Some(ProgramEvent::Exited(code)) => return Err(ended(code, &errors)),
            Some(ProgramEvent::Errors(piece)) if errors.len() < MAX_ERRORS => errors.extend(piece),
            Some(ProgramEvent::Errors(_)) | None => {}
        }
        while let Some((tag, payload)) = split(&mut bytes) {
            match tag {
                COMPLETED => return Ok(()),
                STOPPED => return Err(Flow::Stopped),
                FAILED => {
                    let record = clixml::parse(&payload).ok().map(|tree| serial::error_record(rs, &tree));
                    return Err(record.map_or_else(|| ended(0, &errors), Flow::error));
                }
                tag => receive(rs, gathered, tag, &payload),
            }
        }
    }
}

/// Takes what it has written.
fn receive(rs: &mut Runspace, gathered: &Arc<Gathered>, tag: u8, payload: &[u8]) {
    let stream = STREAMS.iter().find(|(of, _)| *of == tag).map(|(_, stream)| *stream);
    if tag != OUTPUT && stream.is_none() {
        return;
    }
    let Ok(tree) = clixml::parse(payload) else { return };
    let (kind, value) = match stream {
        None => {
            let value = serial::read(rs, &tree);
            (Kind::Output, gathered.origin().map_or(value.clone(), |origin| marked(&value, origin)))
        }
        Some(Record::Error) => (Kind::Error, Value::object(serial::error_record(rs, &tree))),
        Some(Record::Warning) => (Kind::Warning, serial::message_record(rs, &tree, Kind::Warning)),
        Some(Record::Verbose) => (Kind::Verbose, serial::message_record(rs, &tree, Kind::Verbose)),
        Some(Record::Debug) => (Kind::Debug, serial::message_record(rs, &tree, Kind::Debug)),
        Some(Record::Information) => (Kind::Information, serial::information_record(rs, &tree)),
        Some(Record::Progress) => (Kind::Progress, serial::progress_from(rs, &tree)),
    };
    gathered.add(kind, value);
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
