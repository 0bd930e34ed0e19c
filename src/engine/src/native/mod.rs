//! Native programs as commands of a pipeline.

use std::{any::Any, sync::Arc, time::Duration};

use psrpd_dotnet::Str;

use crate::{
    bind::Argument,
    eval::{Flow, Output, Place, R, Runspace, StageRun, Stream},
    format::Printing,
    platform::{ProgramCall, ProgramEvent, RunningProgram},
    providers::encoding::{Encoding, UTF8},
    types::{self, Type},
    value::{Category, ErrorRecord, Exception, Object, Value, text},
};

mod arguments;
mod lines;

use lines::Lines;

/// How long to wait for a program before looking whether the pipeline is to stop.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long a program has to end after it was asked to, in ticks.
const GRACE: i64 = 5_000_000;

/// Output of a program that goes to another one or to a file: bytes that nobody makes lines of.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Object for Bytes {
    fn type_of(&self) -> Type {
        types::array_of(&types::byte(), 1)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A program with its arguments.
struct Program {
    path: Str,
    args: Vec<String>,
    running: Option<Box<dyn RunningProgram>>,
    has_ended: bool,
    /// Whether its output goes on as bytes.
    passes_bytes: bool,
    /// Makes text of objects for its input.
    printing: Option<Printing>,
    /// What its text is written in: `$OutputEncoding` as it starts.
    encoding: Encoding,
    output: Lines,
    errors: Lines,
    error_count: usize,
}

/// Prepares a program for a pipeline.
pub(crate) fn prepare(rs: &mut Runspace, path: &Str, args: Vec<Argument>, _place: Place) -> R<Box<dyn StageRun>> {
    Ok(Box::new(Program {
        path: path.clone(),
        args: arguments::words(rs, args)?,
        running: None,
        has_ended: false,
        passes_bytes: false,
        printing: None,
        encoding: UTF8,
        output: Lines::default(),
        errors: Lines::default(),
        error_count: 0,
    }))
}

impl Program {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn start(&mut self, rs: &mut Runspace) -> R<()> {
        if self.running.is_some() || self.has_ended {
            return Ok(());
        }
        self.encoding = encoding(rs);
        let environment = rs.state.environment.all();
        let directory = rs.state.locations.directory();
        let call = ProgramCall { path: &self.path, args: &self.args, environment: &environment, directory: &directory };
        let started = rs.platform.start(&call);
        self.running = Some(started.map_err(|failure| self.not_started(rs, &failure, &directory))?);
        Ok(())
    }

    fn not_started(&self, rs: &Runspace, failure: &std::io::Error, directory: &str) -> Flow {
        // Files that are no programs are, for .NET, not there.
        let reason = match failure.kind() {
            std::io::ErrorKind::PermissionDenied => "No such file or directory".into(),
            _ => crate::providers::reason(failure),
        };
        let reason = format!(
            "An error occurred trying to start process '{}' with working directory '{directory}'. {reason}",
            self.path
        );
        let place = rs.command.as_ref().map_or_else(Str::default, |command| command.position_message());
        let message = format!("Program '{}' failed to run: {reason}{place}.", self.name());
        let inner = Value::object(Exception::new("System.ComponentModel.Win32Exception", reason));
        let of = types::known("System.Management.Automation.ApplicationFailedException");
        let exception = Value::object(Exception::of(of, message.into(), inner));
        Flow::error(ErrorRecord::new(exception, "NativeCommandFailed", Category::ResourceUnavailable, Value::Null))
    }

    /// Gives the program something to read, and takes what it writes meanwhile.
    fn send(&mut self, rs: &mut Runspace, out: &mut dyn Output, mut bytes: Vec<u8>) -> R<()> {
        loop {
            let Some(running) = &mut self.running else { return Ok(()) };
            match running.send(bytes) {
                Ok(()) => return self.take(rs, out, Duration::ZERO).map(|_| ()),
                Err(rest) => bytes = rest,
            }
            self.take(rs, out, PATIENCE)?;
        }
    }

    /// Passes on what the program has written. False if there was nothing.
    fn take(&mut self, rs: &mut Runspace, out: &mut dyn Output, wait: Duration) -> R<bool> {
        if rs.stop.is_set() {
            self.stop(rs);
            rs.check_stop()?;
        }
        let Some(event) = self.running.as_mut().and_then(|running| running.next(wait)) else { return Ok(false) };
        match event {
            ProgramEvent::Output(bytes) if self.passes_bytes => out.write(rs, Value::object(Bytes(bytes)))?,
            ProgramEvent::Output(bytes) => {
                for line in self.output.push(&bytes) {
                    out.write(rs, Value::from(line))?;
                }
            }
            ProgramEvent::Errors(bytes) => {
                for line in self.errors.push(&bytes) {
                    self.error(rs, out, line)?;
                }
            }
            ProgramEvent::Exited(code) => self.ended(rs, out, code)?,
        }
        Ok(true)
    }

    fn error(&mut self, rs: &mut Runspace, out: &mut dyn Output, line: String) -> R<()> {
        let (id, target) = match self.error_count {
            0 => ("NativeCommandError", Value::from(line.as_str())),
            _ => ("NativeCommandErrorMessage", Value::Null),
        };
        self.error_count = self.error_count.saturating_add(1);
        let exception = Exception::new("System.Management.Automation.RemoteException", line);
        let record = Arc::new(ErrorRecord::new(Value::object(exception), id, Category::NotSpecified, target));
        rs.locate_command(&record);
        rs.emit(Stream::Error, Value::Object(record));
        out.sync(rs)
    }

    fn ended(&mut self, rs: &mut Runspace, out: &mut dyn Output, code: i32) -> R<()> {
        let id = self.running.take().map_or(0, |running| running.id());
        self.has_ended = true;
        if let Some(line) = self.output.finish() {
            out.write(rs, Value::from(line))?;
        }
        if let Some(line) = self.errors.finish() {
            self.error(rs, out, line)?;
        }
        rs.set_exit_code(code);
        let is_error = code != 0
            && rs.variable("PSNativeCommandUseErrorActionPreference").is_some_and(|on| crate::convert::to_bool(&on));
        if is_error { self.report(rs, code, id) } else { Ok(()) }
    }

    fn report(&self, rs: &mut Runspace, code: i32, id: u32) -> R<()> {
        let message = format!("Program \"{}\" ended with non-zero exit code: {code} (0x{code:08X}).", self.name());
        let message = message.replace("(0x000000", "(0x");
        let exception = Exception::new("System.Management.Automation.NativeCommandExitException", message)
            .with("Path", Value::Str(self.path.clone()))
            .with("ExitCode", Value::I32(code))
            .with("ProcessId", Value::I32(i32::try_from(id).unwrap_or(0)));
        let target = Value::Str(self.path.clone());
        let record = Arc::new(ErrorRecord::new(
            Value::object(exception),
            "ProgramExitedWithNonZeroCode",
            Category::NotSpecified,
            target,
        ));
        rs.locate(&record);
        // The record names no activity.
        let command = rs.command.take();
        let written = rs.write_error_record(record);
        rs.command = command;
        written
    }

    /// Ends the program: it is asked first.
    fn stop(&mut self, rs: &Runspace) {
        let Some(mut running) = self.running.take() else { return };
        self.has_ended = true;
        running.close_input();
        running.interrupt();
        let begun = rs.platform.now();
        while rs.platform.now().saturating_sub(begun) < GRACE {
            if let Some(ProgramEvent::Exited(_)) = running.next(PATIENCE) {
                return;
            }
        }
        running.kill();
    }

    /// Lines for the program's input.
    fn lines(&mut self) -> Vec<u8> {
        let lines = self.printing.as_mut().map(Printing::lines).unwrap_or_default();
        lines.into_iter().flat_map(|line| self.encoding.encode(&format!("{}\n", line.text).into())).collect()
    }
}

/// Bytes go to a program as they are: those of another program, an array of them, or one by one.
fn raw(value: &Value) -> Option<Vec<u8>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Some(bytes.0.clone());
    }
    match value.base() {
        Value::U8(byte) => Some(vec![*byte]),
        Value::Array(array) => array.bytes().map(|bytes| bytes.to_vec()),
        _ => None,
    }
}

/// `$OutputEncoding`
fn encoding(rs: &Runspace) -> Encoding {
    rs.variable("OutputEncoding").as_ref().and_then(types::encoding::of).unwrap_or(UTF8)
}

impl StageRun for Program {
    fn begin(&mut self, _rs: &mut Runspace, _out: &mut dyn Output) -> R<()> {
        Ok(())
    }

    fn process(&mut self, rs: &mut Runspace, input: Option<Value>, out: &mut dyn Output) -> R<()> {
        self.start(rs)?;
        let Some(value) = input else { return Ok(()) };
        let bytes = if let Some(bytes) = raw(&value) {
            bytes
        } else if value.as_str().is_some() && self.printing.is_none() {
            self.encoding.encode(&format!("{}\n", text(&value)).into())
        } else {
            let mut printing = match self.printing.take() {
                Some(printing) => printing,
                None => Printing::new(rs.text_screen(None)),
            };
            printing.process(rs, &value)?;
            self.printing = Some(printing);
            self.lines()
        };
        if bytes.is_empty() { Ok(()) } else { self.send(rs, out, bytes) }
    }

    fn end(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        self.start(rs)?;
        if let Some(mut printing) = self.printing.take() {
            printing.finish(rs)?;
            self.printing = Some(printing);
            let rest = self.lines();
            self.send(rs, out, rest)?;
        }
        if let Some(running) = &mut self.running {
            running.close_input();
        }
        while self.running.is_some() {
            self.take(rs, out, PATIENCE)?;
        }
        Ok(())
    }

    fn clean(&mut self, _rs: &mut Runspace, _out: &mut dyn Output) -> R<()> {
        if let Some(mut running) = self.running.take() {
            running.kill();
        }
        Ok(())
    }

    fn is_program(&self) -> bool {
        true
    }

    fn pass_bytes(&mut self) {
        self.passes_bytes = true;
    }
}
