//! A bare PSRP client: no PowerShell, no conveniences, every message as it came.
//!
//! For measurements, where a client must cost next to nothing, and for tests of what no good client does.

mod payload;

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use psrp_proto::key::PublicKeyBlob;
use psrp_proto::message::{Message, PublicKey};
use psrp_proto::transport::{ClientEvent, ClientTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Stream, Uuid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use self::payload::{CAPABILITY, create_pipeline, init};

/// One runspace pool at the other end of a process's stdin and stdout. The process is killed with the value.
pub struct Wire {
    child: Child,
    /// None once the client has said its last.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    /// Room for what is read at once.
    buffer: Box<[u8]>,
    transport: ClientTransport,
    /// Messages that came while something else was waited for.
    arrived: VecDeque<RawMessage>,
    pool: Uuid,
    pipelines: u128,
    limit: Duration,
}

/// What a pipeline brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Objects of output.
    pub objects: u64,
    /// Bytes of their CLIXML.
    pub bytes: u64,
    /// The state it ended in: 3 stopped, 4 completed, 5 failed.
    pub state: u32,
}

/// Why nothing more comes.
pub type Failure = String;

const ENDED: &str = "the client has ended";

impl Wire {
    /// Starts the program, whose stdin and stdout lead to a server, and opens a pool of one runspace on it.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn open(command: Command, limit: Duration) -> Result<Self, Failure> {
        let mut wire = Self::connect(command, limit)?;
        // Both leave in one piece, as those of a stock client do.
        wire.queue(Channel::Session, Stream::Default, MessageKind::SessionCapability, CAPABILITY)?;
        wire.init()?;
        wire.opened()?;
        Ok(wire)
    }

    /// Starts the program and says nothing yet.
    ///
    /// # Errors
    /// When it does not start.
    pub fn connect(mut command: Command, limit: Duration) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the program has no stdin or stdout".to_owned());
        };
        let pool = Uuid::from_u128(
            u128::from(child.id()) << 64 | u128::from(rustix::process::getpid().as_raw_nonzero().get().unsigned_abs()),
        );
        let transport = ClientTransport::new(Limits::default());
        let arrived = VecDeque::new();
        Ok(Self {
            child,
            stdin: Some(stdin),
            stdout,
            buffer: vec![0; 128 * 1024].into(),
            transport,
            arrived,
            pool,
            pipelines: 0,
            limit,
        })
    }

    /// Sends SESSION_CAPABILITY and waits until it was taken.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn negotiate(&mut self) -> Result<(), Failure> {
        self.send(Channel::Session, MessageKind::SessionCapability, CAPABILITY)?;
        self.settle_on(Channel::Session)
    }

    /// Sends INIT_RUNSPACEPOOL.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn init(&mut self) -> Result<(), Failure> {
        self.send(Channel::Session, MessageKind::InitRunspacePool, &init())
    }

    /// Waits until the pool is open.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn opened(&mut self) -> Result<(), Failure> {
        loop {
            let message = self.message()?;
            if message.kind == MessageKind::RunspacePoolState {
                match integer(&message, "RunspaceState") {
                    2 => return Ok(()),
                    state => return Err(format!("the pool went to state {state}")),
                }
            }
        }
    }

    /// Runs a script to its end.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn run(&mut self, script: &str) -> Result<Outcome, Failure> {
        let pid = self.start(script, false)?;
        self.finish(pid)
    }

    /// Starts a script; `input` leaves its input open.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn start(&mut self, script: &str, input: bool) -> Result<Uuid, Failure> {
        self.create(&create_pipeline(script, true, None, input))
    }

    /// Starts a command without arguments by its name.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn command(&mut self, name: &str) -> Result<Uuid, Failure> {
        self.create(&create_pipeline(name, false, None, false))
    }

    /// Starts a command with one argument, a string without characters that XML escapes.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn call(&mut self, name: &str, argument: &str) -> Result<Uuid, Failure> {
        self.create(&create_pipeline(name, false, Some(argument), false))
    }

    /// Sends what starts a script and does not wait for the server to take it.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn post(&mut self, script: &str) -> Result<Uuid, Failure> {
        let pid = self.send_create(&create_pipeline(script, true, None, false))?;
        // The message leaves when the channel is open.
        self.keep_until(|event| *event == ClientEvent::CommandAck(pid))?;
        self.flush()?;
        Ok(pid)
    }

    fn create(&mut self, xml: &str) -> Result<Uuid, Failure> {
        let pid = self.send_create(xml)?;
        self.settle(pid)?;
        Ok(pid)
    }

    fn send_create(&mut self, xml: &str) -> Result<Uuid, Failure> {
        self.pipelines = self.pipelines.wrapping_add(1);
        let pid = Uuid::from_u128(self.pool.as_u128().rotate_left(64).wrapping_add(self.pipelines));
        self.transport.open(pid).map_err(|error| error.to_string())?;
        self.send(Channel::Pipeline(pid), MessageKind::CreatePipeline, xml)?;
        Ok(pid)
    }

    /// Waits until the server has acknowledged all that was sent to the pipeline. Needed where what follows is not reading:
    /// a sender has one `Data` under way and keeps the rest back until then.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn settle(&mut self, pid: Uuid) -> Result<(), Failure> {
        self.settle_on(Channel::Pipeline(pid))
    }

    fn settle_on(&mut self, channel: Channel) -> Result<(), Failure> {
        self.keep_until(|event| *event == ClientEvent::DataAck { channel, idle: true })
    }

    /// Waits for an event; the messages before it are kept.
    fn keep_until(&mut self, mut fits: impl FnMut(&ClientEvent) -> bool) -> Result<(), Failure> {
        loop {
            match self.event()? {
                event if fits(&event) => return Ok(()),
                ClientEvent::Message { message, .. } => self.arrived.push_back(message),
                _ => {}
            }
        }
    }

    /// One object of input: its CLIXML. It leaves when the ones before are acknowledged.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn input(&mut self, pid: Uuid, xml: &str) -> Result<(), Failure> {
        self.send(Channel::Pipeline(pid), MessageKind::PipelineInput, xml)
    }

    /// The end of the input.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn end_input(&mut self, pid: Uuid) -> Result<(), Failure> {
        self.send(Channel::Pipeline(pid), MessageKind::EndOfPipelineInput, "")
    }

    /// Waits until the pipeline asks its host for a line, and returns the number of the call.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn asked(&mut self, pid: Uuid) -> Result<i64, Failure> {
        loop {
            let message = self.message()?;
            if message.pid == pid && message.kind == MessageKind::PipelineHostCall {
                let xml = String::from_utf8_lossy(message.xml()).into_owned();
                let call = xml.split_once("<I64 N=\"ci\">").and_then(|(_, rest)| rest.split('<').next());
                return call.and_then(|call| call.parse().ok()).ok_or(xml);
            }
        }
    }

    /// Answers such a call.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn answer(&mut self, pid: Uuid, call: i64, line: &str) -> Result<(), Failure> {
        let channel = Channel::Pipeline(pid);
        let (kind, xml) = (MessageKind::PipelineHostResponse, payload::line_read(call, line));
        self.send_on(channel, Stream::PromptResponse, kind, &xml)
    }

    /// Waits for the question whether this client is still there, and answers it: the request for its public key, as this
    /// client has no host that could be asked something.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn answer_probe(&mut self) -> Result<(), Failure> {
        while self.message()?.kind != MessageKind::PublicKeyRequest {}
        // Nobody who only wants a sign of life encrypts for it.
        let key = PublicKeyBlob { exponent: 65_537, modulus: vec![0xC5; 256] };
        let key = String::from_utf8_lossy(&Message::PublicKey(PublicKey { key }).encode()).into_owned();
        self.send(Channel::Session, MessageKind::PublicKey, &key)
    }

    /// Stops a pipeline and waits until that is done; what it brings meanwhile is kept.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn stop(&mut self, pid: Uuid) -> Result<(), Failure> {
        self.transport.signal(pid).map_err(|error| error.to_string())?;
        self.flush()?;
        self.keep_until(|event| *event == ClientEvent::SignalAck(pid))
    }

    /// Sends bytes that are not the protocol, or not a whole of it.
    ///
    /// # Errors
    /// When the server takes no more.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let stdin = self.stdin.as_mut().ok_or(ENDED)?;
        stdin.write_all(bytes).and_then(|()| stdin.flush()).map_err(|error| error.to_string())
    }

    /// Waits until the server ends the link or reports an error, and returns what it said.
    pub fn end(&mut self) -> Failure {
        loop {
            if let Err(said) = self.message() {
                return said;
            }
        }
    }

    /// Process id of the program that leads to the server.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Takes what the pipeline brings to its end, and closes its channel.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn finish(&mut self, pid: Uuid) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::default();
        outcome.state = self.take(pid, |object| {
            outcome.objects = outcome.objects.saturating_add(1);
            outcome.bytes = outcome.bytes.saturating_add(object.len() as u64);
        })?;
        Ok(outcome)
    }

    /// The CLIXML of all objects that a pipeline brings to its end, and the state it ends in.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn objects(&mut self, pid: Uuid) -> Result<(Vec<String>, u32), Failure> {
        let mut objects = Vec::new();
        let state = self.take(pid, |object| objects.push(String::from_utf8_lossy(object).into_owned()))?;
        Ok((objects, state))
    }

    /// The CLIXML of the next object of a pipeline.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn object(&mut self, pid: Uuid) -> Result<String, Failure> {
        loop {
            let message = self.message()?;
            match message.kind {
                MessageKind::PipelineOutput if message.pid == pid => {
                    return Ok(String::from_utf8_lossy(message.xml()).into_owned());
                }
                MessageKind::PipelineState if message.pid == pid => {
                    return Err(format!("the pipeline has ended: {}", String::from_utf8_lossy(message.xml())));
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, pid: Uuid, mut object: impl FnMut(&[u8])) -> Result<u32, Failure> {
        let state = loop {
            let message = self.message()?;
            match message.kind {
                MessageKind::PipelineOutput if message.pid == pid => object(message.xml()),
                MessageKind::PipelineState if message.pid == pid => break integer(&message, "PipelineState"),
                _ => {}
            }
        };
        self.close_channel(Channel::Pipeline(pid))?;
        Ok(state)
    }

    /// Kills the program that leads to the server: the link is lost without a word.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Closes the pool and waits for the end of the program.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn close(mut self) -> Result<(), Failure> {
        self.close_channel(Channel::Session)?;
        self.stdin = None;
        let end = Instant::now() + self.limit;
        while self.read(end)? > 0 {}
        self.child.wait().map(drop).map_err(|error| error.to_string())
    }

    /// The next whole message.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn message(&mut self) -> Result<RawMessage, Failure> {
        if let Some(message) = self.arrived.pop_front() {
            return Ok(message);
        }
        loop {
            if let ClientEvent::Message { message, .. } = self.event()? {
                return Ok(message);
            }
        }
    }

    fn close_channel(&mut self, channel: Channel) -> Result<(), Failure> {
        self.transport.close(channel).map_err(|error| error.to_string())?;
        self.flush()?;
        while self.event()? != ClientEvent::CloseAck(channel) {}
        Ok(())
    }

    fn send(&mut self, channel: Channel, kind: MessageKind, xml: &str) -> Result<(), Failure> {
        self.send_on(channel, Stream::Default, kind, xml)
    }

    fn send_on(&mut self, channel: Channel, stream: Stream, kind: MessageKind, xml: &str) -> Result<(), Failure> {
        self.queue(channel, stream, kind, xml)?;
        self.flush()
    }

    fn queue(&mut self, channel: Channel, stream: Stream, kind: MessageKind, xml: &str) -> Result<(), Failure> {
        let payload = Bytes::copy_from_slice(xml.as_bytes());
        let message = match channel {
            Channel::Session => RawMessage::pool(Destination::Server, kind, self.pool, payload),
            Channel::Pipeline(pid) => RawMessage::pipeline(Destination::Server, kind, self.pool, pid, payload),
        };
        self.transport.send(channel, stream, &message).map_err(|error| error.to_string())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let output = self.transport.take_output();
        if output.is_empty() {
            return Ok(());
        }
        self.stdin.as_mut().ok_or(ENDED)?.write_all(&output).map_err(|error| format!("the server is gone: {error}"))
    }

    /// Reads into the buffer what the server says next: so many bytes, 0 at the end of its output.
    fn read(&mut self, end: Instant) -> Result<usize, Failure> {
        let left =
            Timespec::try_from(end.saturating_duration_since(Instant::now())).map_err(|error| error.to_string())?;
        let mut ready = [PollFd::new(&self.stdout, PollFlags::IN)];
        match retry_on_intr(|| poll(&mut ready, Some(&left))) {
            Ok(0) => Err(format!("nothing came for {:?}", self.limit)),
            Ok(_) => self.stdout.read(&mut self.buffer).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn event(&mut self) -> Result<ClientEvent, Failure> {
        let end = Instant::now() + self.limit;
        loop {
            match self.transport.poll_event() {
                Some(ClientEvent::ServerError(text) | ClientEvent::Noise(text)) => return Err(text),
                Some(ClientEvent::Fatal(error)) => return Err(error.to_string()),
                Some(ClientEvent::EndOfStream) => return Err("the server has closed its output".to_owned()),
                Some(event) => return Ok(event),
                None => {}
            }
            match self.read(end)? {
                0 => self.transport.eof(),
                length => self.transport.receive(self.buffer.get(..length).unwrap_or_default()),
            }
            self.flush()?;
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An integer property of a message, 0 when it has none of that name.
fn integer(message: &RawMessage, name: &str) -> u32 {
    let xml = String::from_utf8_lossy(message.xml());
    let value = xml.split_once(&format!("<I32 N=\"{name}\">")).and_then(|(_, rest)| rest.split('<').next());
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}
