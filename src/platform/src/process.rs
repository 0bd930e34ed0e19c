//! Programs that run beside the engine.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt, ExitStatusExt},
    },
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    process::{Pid, Signal, kill_process_group},
};

use super::{ProgramCall, ProgramEvent, ProgramFiles, RunningProgram};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait in one direction.
const WAITING: usize = 16;
/// How long to wait between looks at a program that has closed its outputs and runs on.
const PAUSE: Duration = Duration::from_millis(2);

/// What is made of bytes that a program has written.
type Made = fn(Vec<u8>) -> ProgramEvent;

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
    let errors = child.stderr.take().map(|stream| written(stream, ProgramEvent::Errors));
    let output = child.stdout.take().map(|stream| written(stream, ProgramEvent::Output));
    let streams = errors.into_iter().chain(output).collect();
    thread::spawn(move || pump(streams, &events_in));
    Ok(Box::new(UnixProgram { child, input: Some(input), events, is_over: false }))
}

fn written(stream: impl Into<OwnedFd>, made: Made) -> (File, Made) {
    (File::from(stream.into()), made)
}

fn feed(mut stdin: impl Write, chunks: &Receiver<Vec<u8>>) {
    while let Ok(chunk) = chunks.recv() {
        if stdin.write_all(&chunk).is_err() {
            return;
        }
    }
}

/// Passes on what a program writes, of streams that are ready together the first one first: so what it writes to its errors
/// before its output comes before it.
fn pump(mut streams: Vec<(File, Made)>, to: &SyncSender<ProgramEvent>) {
    let mut buffer = vec![0; CHUNK];
    while !streams.is_empty() {
        let mut waiting: Vec<_> = streams.iter().map(|(file, _)| PollFd::new(file, PollFlags::IN)).collect();
        match poll(&mut waiting, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
            Ok(_) => {}
        }
        let ready: Vec<bool> = waiting.iter().map(|stream| !stream.revents().is_empty()).collect();
        let mut ready = ready.into_iter();
        streams.retain_mut(|(file, made)| ready.next() != Some(true) || pass_on(file, *made, &mut buffer, to));
    }
}

/// Passes on what can be read at once; false if that was the end.
fn pass_on(from: &mut File, made: Made, buffer: &mut [u8], to: &SyncSender<ProgramEvent>) -> bool {
    match from.read(buffer) {
        Err(failure) => failure.kind() == io::ErrorKind::Interrupted,
        Ok(0) => false,
        Ok(count) => to.send(made(buffer.get(..count).unwrap_or_default().to_vec())).is_ok(),
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
