//! Programs that run beside the engine.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{ProgramCall, ProgramEvent, ProgramFiles, RunningProgram};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait in one direction.
const WAITING: usize = 16;
/// How long to wait between looks at a program that has closed its outputs and runs on.
const PAUSE: Duration = Duration::from_millis(2);

/// A child process, the leader of a process group of its own.
pub(super) struct UnixProgram {
    child: Child,
    input: Option<SyncSender<Vec<u8>>>,
    events: Receiver<ProgramEvent>,
    is_over: bool,
}

fn command(program: &ProgramCall<'_>) -> Command {
    let mut command = Command::new(program.path);
    command
        .args(program.args)
        .env_clear()
        .envs(program.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(program.directory)
        .process_group(0);
    command
}

/// Starts a program with files as its streams.
pub(super) fn launch(program: &ProgramCall<'_>, files: &ProgramFiles<'_>) -> io::Result<Box<dyn RunningProgram>> {
    let written = |path: Option<&str>| path.map_or(Ok(Stdio::null()), |path| File::create(path).map(Stdio::from));
    let input = files.input.map_or(Ok(Stdio::null()), |path| File::open(path).map(Stdio::from))?;
    let (output, errors) = (written(files.output)?, written(files.errors)?);
    let child = command(program).stdin(input).stdout(output).stderr(errors).spawn()?;
    let (_, events) = mpsc::sync_channel(WAITING);
    Ok(Box::new(UnixProgram { child, input: None, events, is_over: false }))
}

/// Starts a program with all three streams piped.
pub(super) fn start(program: &ProgramCall<'_>) -> io::Result<Box<dyn RunningProgram>> {
    let mut child = command(program).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (events_in, events) = mpsc::sync_channel(WAITING);
    let (input, to_write) = mpsc::sync_channel(WAITING);
    if let Some(stdin) = child.stdin.take() {
        thread::spawn(move || feed(stdin, &to_write));
    }
    if let Some(stderr) = child.stderr.take() {
        let events = events_in.clone();
        thread::spawn(move || pump(stderr, &events, ProgramEvent::Errors));
    }
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || pump(stdout, &events_in, ProgramEvent::Output));
    }
    Ok(Box::new(UnixProgram { child, input: Some(input), events, is_over: false }))
}

fn feed(mut stdin: impl Write, chunks: &Receiver<Vec<u8>>) {
    while let Ok(chunk) = chunks.recv() {
        if stdin.write_all(&chunk).is_err() {
            return;
        }
    }
}

fn pump(mut from: impl Read, to: &SyncSender<ProgramEvent>, what: fn(Vec<u8>) -> ProgramEvent) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(count) => {
                let chunk = buffer.get(..count).unwrap_or_default().to_vec();
                if to.send(what(chunk)).is_err() {
                    return;
                }
            }
        }
    }
}

impl UnixProgram {
    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group
            && !self.is_over
        {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl RunningProgram for UnixProgram {
    fn id(&self) -> u32 {
        self.child.id()
    }

    fn send(&mut self, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        match self.input.as_ref().map(|input| input.try_send(bytes)) {
            Some(Err(TrySendError::Full(bytes))) => Err(bytes),
            // A program that does not read any more loses what it does not read.
            _ => Ok(()),
        }
    }

    fn close_input(&mut self) {
        self.input = None;
    }

    fn next(&mut self, wait: Duration) -> Option<ProgramEvent> {
        match self.events.recv_timeout(wait) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => match self.child.try_wait() {
                Ok(None) => {
                    thread::sleep(PAUSE.min(wait));
                    None
                }
                Ok(Some(status)) => {
                    self.is_over = true;
                    let signal = status.signal().map_or(-1, |signal| signal.saturating_add(128));
                    Some(ProgramEvent::Exited(status.code().unwrap_or(signal)))
                }
                Err(_) => Some(ProgramEvent::Exited(-1)),
            },
        }
    }

    fn interrupt(&mut self) {
        self.signal(Signal::INT);
    }

    fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.is_over = true;
    }
}
