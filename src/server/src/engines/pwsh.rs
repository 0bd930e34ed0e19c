//! The engine `pwsh`: a child `pwsh -NoLogo -NoProfile -sshs`, spoken to through its pipes.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::task::{Context, Poll, ready};
use std::thread;

use bytes::{Buf, Bytes};
use psrp_proto::transport::{ClientEvent, ClientTransport, SendError};
use psrp_proto::{Channel, Limits};
use psrp_session::core::{EngineCommand, EngineEvent};
use rustix::pipe::fcntl_setpipe_size;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;

use super::{Engine, PARENT_OPTION};
use crate::detach::own_program;
use crate::limits::{BUFFER, ENGINE_BREATH, ENGINE_MORSEL, ENGINE_PIPE, ENGINE_STDERR};
use crate::runtime::machine::Process;

/// Where packages put `pwsh` besides the directories of `PATH`.
const KNOWN_PLACES: [&str; 3] = ["/usr/bin/pwsh", "/opt/microsoft/powershell/7/pwsh", "/snap/bin/pwsh"];

/// A child `pwsh`.
pub(crate) struct Pwsh {
    process: Process,
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    status: Option<oneshot::Receiver<io::Result<ExitStatus>>>,
    how: Option<String>,
    transport: ClientTransport,
    /// Being written.
    output: Bytes,
    events: VecDeque<EngineEvent>,
    paused: bool,
    /// Whether it is read again only after an [`ENGINE_BREATH`].
    out_of_breath: bool,
    end_input: bool,
    buffer: Box<[u8]>,
    last_stderr: VecDeque<u8>,
}

impl Pwsh {
    /// Starts `program` with `arguments`. Must be called on the main thread: the child dies with the thread that started
    /// it.
    ///
    /// # Errors
    /// The system's, when no process could be made.
    pub(crate) fn start(program: &Path, arguments: &[String]) -> io::Result<Self> {
        let mut child = Command::new(own_program())
            .args(["engine-exec", PARENT_OPTION, &std::process::id().to_string(), "--"])
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let gone = || io::Error::other("the engine ended at once");
        let pid = child.id().ok_or_else(gone)?;
        let process = Process::of(pid.cast_signed()).ok_or_else(gone)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        if let Some(stdout) = &stdout {
            // The more the engine can write ahead, the fewer times the two wait for each other. Refused to a user who has many
            // pipes; then it stays as small as it was.
            let _ = fcntl_setpipe_size(stdout, ENGINE_PIPE);
        }
        let (tell, status) = oneshot::channel();
        tokio::spawn(async move {
            // The host may be gone already.
            let _ = tell.send(child.wait().await);
        });
        Ok(Self {
            process,
            stdin,
            stdout,
            stderr,
            status: Some(status),
            how: None,
            transport: ClientTransport::new(Limits::default()),
            output: Bytes::new(),
            events: VecDeque::from([EngineEvent::Started]),
            paused: false,
            out_of_breath: false,
            end_input: false,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            last_stderr: VecDeque::new(),
        })
    }

    /// Finds the program `name`, `pwsh` where none is configured: a path as it is, a bare name in the directories of `path` (the
    /// variable `PATH`), and `pwsh` also where packages put it.
    pub(crate) fn find(name: Option<&Path>, path: Option<OsString>) -> Option<PathBuf> {
        let bare = name.unwrap_or(Path::new("pwsh"));
        if bare.components().count() > 1 {
            return Some(bare.to_owned()).filter(|program| is_executable(program));
        }
        let on_path = path.iter().flat_map(std::env::split_paths).map(|directory| directory.join(bare));
        let known = KNOWN_PLACES.iter().filter(|_| name.is_none()).map(PathBuf::from);
        on_path.chain(known).find(|candidate| is_executable(candidate))
    }

    fn poll_write(&mut self, context: &mut Context<'_>) {
        while let Some(stdin) = &mut self.stdin {
            if self.output.is_empty() {
                self.output = self.transport.take_output();
            }
            if self.output.is_empty() {
                if self.end_input {
                    self.stdin = None;
                }
                return;
            }
            match Pin::new(stdin).poll_write(context, &self.output) {
                Poll::Ready(Ok(written)) => self.output.advance(written),
                // Its end is reported when it is known how.
                Poll::Ready(Err(_)) => self.stdin = None,
                Poll::Pending => return,
            }
        }
        self.output = self.transport.take_output();
        self.output.clear();
    }

    fn poll_stderr(&mut self, context: &mut Context<'_>) {
        let mut bytes = [0; 1_024];
        while let Some(stderr) = &mut self.stderr {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(stderr).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.last_stderr.extend(buffer.filled());
                    let surplus = self.last_stderr.len().saturating_sub(ENGINE_STDERR);
                    self.last_stderr.drain(..surplus);
                }
                Poll::Ready(_) => self.stderr = None,
                Poll::Pending => return,
            }
        }
    }

    /// Reads until there is an event. Ready when there is one or nothing more can come.
    fn poll_stdout(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while self.events.is_empty() && !self.paused {
            if std::mem::take(&mut self.out_of_breath) {
                // Not with a timer: whoever waits for a pipe to be readable is woken by every write, wanted or not, and the
                // engine pays for it.
                thread::sleep(ENGINE_BREATH);
            }
            let Some(stdout) = &mut self.stdout else { return Poll::Ready(()) };
            let mut buffer = ReadBuf::new(&mut self.buffer);
            match ready!(Pin::new(stdout).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    let read = buffer.filled();
                    self.out_of_breath = read.len() < ENGINE_MORSEL && read.last() != Some(&b'\n');
                    self.transport.receive(read);
                }
                _ => {
                    self.stdout = None;
                    self.transport.eof();
                }
            }
            while let Some(event) = self.transport.poll_event() {
                self.translate(event);
            }
            // What was acknowledged makes room for more.
            self.poll_write(context);
        }
        if self.events.is_empty() { Poll::Pending } else { Poll::Ready(()) }
    }

    fn poll_exit(&mut self, context: &mut Context<'_>) {
        if let Some(status) = &mut self.status
            && let Poll::Ready(status) = Pin::new(status).poll(context)
        {
            self.status = None;
            self.how = Some(match status {
                Ok(Ok(status)) => describe(status),
                Ok(Err(error)) => format!("is gone ({error})"),
                Err(_) => "is gone".to_owned(),
            });
            // What is left is no more than its pipe holds, and nobody must wait for a reader to learn of the end.
            self.paused = false;
        }
    }

    fn translate(&mut self, event: ClientEvent) {
        let event = match event {
            ClientEvent::Message { channel, message } => EngineEvent::Message { channel, message },
            ClientEvent::CommandAck(_) | ClientEvent::EndOfStream => return,
            ClientEvent::DataAck { channel, .. } => self.queued(channel),
            ClientEvent::SignalAck(pid) => EngineEvent::SignalAck(pid),
            ClientEvent::CloseAck(channel) => EngineEvent::CloseAck(channel),
            ClientEvent::ServerError(text) => EngineEvent::Error { text },
            ClientEvent::Noise(text) => EngineEvent::Garbage { text },
            ClientEvent::Fatal(error) => EngineEvent::Garbage { text: error.to_string() },
        };
        self.events.push_back(event);
    }

    fn queued(&self, channel: Channel) -> EngineEvent {
        EngineEvent::Queued { channel, bytes: self.transport.queued_bytes(channel) }
    }
}

impl Engine for Pwsh {
    fn command(&mut self, command: EngineCommand) {
        let (changed, result) = match command {
            EngineCommand::Open(pid) => (None, self.transport.open(pid)),
            EngineCommand::Send { channel, stream, message } => {
                (Some(channel), self.transport.send(channel, stream, &message))
            }
            EngineCommand::Signal(pid) => (Some(Channel::Pipeline(pid)), self.transport.signal(pid)),
            EngineCommand::Close(channel) => (Some(channel), self.transport.close(channel)),
            EngineCommand::Pause => return self.paused = true,
            EngineCommand::Resume => return self.paused = false,
            EngineCommand::EndInput => return self.end_input = true,
            EngineCommand::Kill => return self.process.kill_group(),
        };
        match result {
            Ok(()) => self.events.extend(changed.map(|channel| self.queued(channel))),
            // Its end is an event of its own.
            Err(SendError::Ended) => {}
            Err(error) => tracing::error!(%error, "The session gave the engine an impossible command"),
        }
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<EngineEvent> {
        self.poll_write(context);
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(event);
        }
        self.poll_exit(context);
        self.poll_stderr(context);
        let nothing_more = match self.poll_stdout(context) {
            Poll::Ready(()) => self.events.is_empty(),
            // A program that the engine started may hold its output open for ever: what it wrote itself was read.
            Poll::Pending => !self.paused,
        };
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(event);
        }
        match self.how.take_if(|_| nothing_more) {
            Some(how) => {
                let stderr = String::from_utf8_lossy(self.last_stderr.make_contiguous()).trim().to_owned();
                Poll::Ready(EngineEvent::Exited { how, stderr: explained(stderr) })
            }
            None => Poll::Pending,
        }
    }

    fn process(&self) -> Option<Process> {
        Some(self.process)
    }
}

/// What an engine said last, with what to do where only pwsh itself knows what it means: several of a user that write their
/// startup profile at once, or one that is killed while it writes, can leave one of which each later pwsh dies.
fn explained(stderr: String) -> String {
    match stderr.strip_prefix("Stack overflow.") {
        Some(rest) => format!(
            "Stack overflow. If it always says so, its startup profile is damaged; remove \
             ~/.cache/powershell/StartupProfileData-SSHServerMode{rest}"
        ),
        None => stderr,
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with {code}"),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => "is gone".to_owned(),
    }
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
