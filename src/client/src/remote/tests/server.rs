//! The core of psrpd between connections and an engine that does what the text of a script says.
//!
//! | script | does |
//! |---|---|
//! | `emit COUNT SIZE` | writes COUNT strings of SIZE characters, each beginning with its number |
//! | `echo` | writes what comes as input |
//! | `hang` | runs until it is stopped |
//! | `finally` | the same, and writes `fin` before it stops |
//! | `ask` | reads a line from the host and writes it |
//! | `secret` | reads a SecureString from the host and writes its text |

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use psrp_clixml::{Object, Value, Version};
use psrp_keys::{KeyPair, SessionKey};
use psrp_proto::host::{HostCall, HostReply, HostRequest};
use psrp_proto::key::SimpleBlob;
use psrp_proto::message::{
    ApplicationPrivateData, EncryptedSessionKey, PipelineStateInfo, PsInvocationState, RunspacePoolState,
    RunspacePoolStateInfo, SessionCapability,
};
use psrp_proto::{Channel, Destination, Message, RawMessage, Uuid};
use psrp_session::core::{
    Core, EngineCommand, EngineEvent, Identity, Input, InputOnDrop, KeyEvent, KeyRequest, LinkHello, LinkId, Output,
    Settings, WhenFull, WhenPrompted,
};
use psrp_session::hello::ClientHello;
use psrp_session::limits::{DEFAULT_IDLE, DEFAULT_RETAINED};
use psrp_session::name::SessionName;
use psrp_session::time::{Instant, WallClock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc;

pub(super) const SESSION: Uuid = Uuid::from_u128(0x1111_2222_3333_4444_5555_6666_7777_8888);

/// A session host. Clones are the same one.
#[derive(Clone)]
pub(super) struct Server {
    arrivals: mpsc::UnboundedSender<Arrival>,
}

enum Arrival {
    Connection(DuplexStream),
    Input(Input),
    Hello(LinkId, LinkHello, Bytes),
    /// The engine dies.
    EngineDies,
}

impl Server {
    /// Starts the host of the session `work`.
    pub(super) fn start() -> Self {
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let identity = Identity {
            id: SESSION,
            name: Some(SessionName::new("work").unwrap()),
            lost: None,
            host: "web1".to_owned(),
            configuration: "fake".to_owned(),
            clock: WallClock::new(Duration::from_secs(1_700_000_000)),
        };
        let settings = Settings {
            idle: DEFAULT_IDLE,
            retained: DEFAULT_RETAINED,
            when_full: WhenFull::Block,
            input_on_drop: InputOnDrop::Stop,
            prompt: WhenPrompted::Hold,
            show_commands: true,
            audit_commands: false,
        };
        let host = Host {
            core: Core::new(identity, settings, Instant::default()),
            begun: tokio::time::Instant::now(),
            engine: Engine::default(),
            writers: HashMap::new(),
            arrivals: arrivals.clone(),
            links: 0,
        };
        tokio::spawn(host.run(arrived));
        Self { arrivals }
    }

    pub(super) fn accept(&self, stream: DuplexStream) {
        let _ = self.arrivals.send(Arrival::Connection(stream));
    }

    pub(super) fn kill_engine(&self) {
        let _ = self.arrivals.send(Arrival::EngineDies);
    }
}

struct Host {
    core: Core,
    begun: tokio::time::Instant,
    engine: Engine,
    writers: HashMap<u64, mpsc::UnboundedSender<Bytes>>,
    arrivals: mpsc::UnboundedSender<Arrival>,
    links: u64,
}

impl Host {
    async fn run(mut self, mut arrived: mpsc::UnboundedReceiver<Arrival>) {
        self.input(Input::Engine(EngineEvent::Started));
        loop {
            let due = self.core.poll_timeout().map(|at| self.begun + at.since(Instant::default()));
            let works = self.engine.has_work();
            tokio::select! {
                arrival = arrived.recv() => match arrival {
                    Some(arrival) => self.arrival(arrival),
                    None => return,
                },
                () = tokio::task::yield_now(), if works => {
                    let event = self.engine.work();
                    self.input(Input::Engine(event));
                }
                () = tokio::time::sleep_until(due.unwrap_or(self.begun)), if due.is_some() => self.input(Input::Timeout),
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::from_start(self.begun.elapsed())
    }

    fn arrival(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Connection(stream) => {
                self.links += 1;
                let link = LinkId(self.links);
                let (reader, writer) = tokio::io::split(stream);
                let (out, outgoing) = mpsc::unbounded_channel();
                self.writers.insert(link.0, out);
                tokio::spawn(write(link, writer, outgoing, self.arrivals.clone()));
                tokio::spawn(read(link, reader, self.arrivals.clone()));
            }
            Arrival::Hello(link, hello, first) => {
                self.input(Input::LinkOpened { link, hello });
                self.input(Input::LinkBytes { link, bytes: first });
            }
            Arrival::Input(input) => self.input(input),
            Arrival::EngineDies => {
                let exited = EngineEvent::Exited { how: "was killed by signal 9".to_owned(), stderr: String::new() };
                self.input(Input::Engine(exited));
            }
        }
    }

    fn input(&mut self, input: Input) {
        let now = self.now();
        self.core.handle(input, now);
        while let Some(output) = self.core.poll() {
            match output {
                Output::Link { link, bytes } => {
                    if let Some(writer) = self.writers.get(&link.0) {
                        let _ = writer.send(bytes);
                    }
                }
                Output::CloseLink { link, .. } => {
                    self.writers.remove(&link.0);
                }
                Output::Engine(command) => {
                    for event in self.engine.command(command) {
                        let _ = self.arrivals.send(Arrival::Input(Input::Engine(event)));
                    }
                }
                Output::Keys(request) => {
                    let event = self.engine.keys(request);
                    let _ = self.arrivals.send(Arrival::Input(Input::Keys(event)));
                }
                // Its clients read.
                Output::PauseLink { .. } | Output::ResumeLink { .. } => {}
                Output::Event(_) | Output::Admin { .. } | Output::Ended { .. } => {}
            }
        }
    }
}

async fn read(link: LinkId, mut reader: impl tokio::io::AsyncRead + Unpin, arrivals: mpsc::UnboundedSender<Arrival>) {
    let mut bytes = BytesMut::new();
    let mut greeted = false;
    loop {
        bytes.reserve(64 * 1024);
        if !matches!(reader.read_buf(&mut bytes).await, Ok(1..)) {
            let _ = arrivals.send(Arrival::Input(Input::LinkLost { link }));
            return;
        }
        if greeted {
            let _ = arrivals.send(Arrival::Input(Input::LinkBytes { link, bytes: bytes.split().freeze() }));
        } else if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let client = ClientHello::peek(&bytes[..end]).unwrap();
            let options = client.request().map(|request| request.options.clone()).unwrap_or_default();
            let random =
                std::array::from_fn(|index| u8::try_from(index).unwrap() ^ u8::try_from(link.0 % 251).unwrap());
            let peer = format!("10.0.0.{}", link.0);
            let hello = LinkHello { options, client, peer, connection: String::new(), random };
            let _ = arrivals.send(Arrival::Hello(link, hello, bytes.split().freeze()));
            greeted = true;
        }
    }
}

async fn write(
    link: LinkId,
    mut writer: impl tokio::io::AsyncWrite + Unpin,
    mut outgoing: mpsc::UnboundedReceiver<Bytes>,
    arrivals: mpsc::UnboundedSender<Arrival>,
) {
    while let Some(bytes) = outgoing.recv().await {
        if writer.write_all(&bytes).await.is_err() {
            return;
        }
        let _ = arrivals.send(Arrival::Input(Input::LinkWritten { link, bytes: bytes.len() }));
    }
    let _ = writer.shutdown().await;
    let _ = arrivals.send(Arrival::Input(Input::LinkLost { link }));
}

/// An engine with one task per running pipeline.
#[derive(Default)]
struct Engine {
    tasks: BTreeMap<Uuid, Task>,
    ready: VecDeque<EngineEvent>,
    paused: bool,
    key: Option<SessionKey>,
}

enum Task {
    Emit { next: usize, count: usize, size: usize },
    Echo,
    Hang,
    Finally,
    Ask,
}

impl Engine {
    fn has_work(&self) -> bool {
        let emits = self.tasks.values().any(|task| matches!(task, Task::Emit { .. }));
        !self.paused && (emits || !self.ready.is_empty())
    }

    fn work(&mut self) -> EngineEvent {
        if let Some(event) = self.ready.pop_front() {
            return event;
        }
        let emitting = self.tasks.iter_mut().find_map(|(pid, task)| match task {
            Task::Emit { next, count, size } => {
                *next += 1;
                Some((*pid, *next, *count, *size))
            }
            _ => None,
        });
        let (pid, number, count, size) = emitting.unwrap();
        if number > count {
            return self.ends(pid, PsInvocationState::Completed);
        }
        says(Channel::Pipeline(pid), &Message::PipelineOutput(line(number, size).as_str().into()))
    }

    fn ends(&mut self, pid: Uuid, state: PsInvocationState) -> EngineEvent {
        self.tasks.remove(&pid);
        says(Channel::Pipeline(pid), &Message::PipelineState(PipelineStateInfo::new(state)))
    }

    fn stop(&mut self, pid: Uuid) -> Vec<EngineEvent> {
        let Some(task) = self.tasks.get(&pid) else { return Vec::new() };
        let last =
            matches!(task, Task::Finally).then(|| says(Channel::Pipeline(pid), &Message::PipelineOutput("fin".into())));
        last.into_iter().chain([self.ends(pid, PsInvocationState::Stopped)]).collect()
    }

    fn command(&mut self, command: EngineCommand) -> Vec<EngineEvent> {
        match command {
            EngineCommand::Send { channel, message, .. } => {
                let mut events = self.message(channel, &message);
                if let Channel::Pipeline(_) = channel {
                    events.push(EngineEvent::Queued { channel, bytes: 0 });
                }
                events
            }
            EngineCommand::Signal(pid) => {
                let mut events = self.stop(pid);
                events.push(EngineEvent::SignalAck(pid));
                events
            }
            EngineCommand::Close(Channel::Pipeline(pid)) => {
                let mut events = self.stop(pid);
                events.push(EngineEvent::CloseAck(Channel::Pipeline(pid)));
                events
            }
            EngineCommand::Close(Channel::Session) => {
                let states = [RunspacePoolState::Closing, RunspacePoolState::Closed];
                let states = states.map(|state| Message::RunspacePoolState(RunspacePoolStateInfo::new(state)));
                let mut events: Vec<_> = states.iter().map(|state| says(Channel::Session, state)).collect();
                events.push(EngineEvent::CloseAck(Channel::Session));
                events
            }
            EngineCommand::Pause => {
                self.paused = true;
                Vec::new()
            }
            EngineCommand::Resume => {
                self.paused = false;
                Vec::new()
            }
            EngineCommand::EndInput | EngineCommand::Kill => {
                vec![EngineEvent::Exited { how: "exited with 0".to_owned(), stderr: String::new() }]
            }
            EngineCommand::Open(_) => Vec::new(),
        }
    }

    fn message(&mut self, channel: Channel, message: &RawMessage) -> Vec<EngineEvent> {
        let pid = channel.guid();
        match Message::decode(message).unwrap() {
            Message::InitRunspacePool(_) => {
                let table = Object::primitive_dictionary([("PSVersion", Value::from(Version::new(7, 6)))]);
                let data = Object::primitive_dictionary([("PSVersionTable", table)]).into();
                let opened = RunspacePoolStateInfo::new(RunspacePoolState::Opened);
                let messages = [
                    Message::SessionCapability(SessionCapability::new(Version::new(2, 3))),
                    Message::ApplicationPrivateData(ApplicationPrivateData { data }),
                    Message::RunspacePoolState(opened),
                ];
                messages.iter().map(|message| says(Channel::Session, message)).collect()
            }
            Message::CreatePipeline(create) => {
                let text = create.power_shell.first_command().unwrap().text.to_string_lossy().into_owned();
                self.begin(pid, &text)
            }
            Message::PipelineInput(value) => {
                self.ready.push_back(says(channel, &Message::PipelineOutput(value)));
                Vec::new()
            }
            Message::EndOfPipelineInput => {
                let end = self.ends(pid, PsInvocationState::Completed);
                self.ready.push_back(end);
                Vec::new()
            }
            Message::PipelineHostResponse(response) => {
                let answer = match response.reply() {
                    Ok(HostReply::Text(text)) => text.to_string_lossy().into_owned(),
                    Ok(HostReply::SecureString(secret)) => {
                        self.key.as_ref().unwrap().decrypt_text(&secret.0).unwrap().to_string()
                    }
                    _ => format!("error: {}", response.error.unwrap().shown_message().unwrap().to_string_lossy()),
                };
                let output = says(channel, &Message::PipelineOutput(answer.as_str().into()));
                vec![output, self.ends(pid, PsInvocationState::Completed)]
            }
            // The key of the engine is the one that the session gives to its clients.
            Message::PublicKey(_) => {
                let key = SimpleBlob { encrypted: vec![1; 256] };
                vec![says(Channel::Session, &Message::EncryptedSessionKey(EncryptedSessionKey { key }))]
            }
            _ => Vec::new(),
        }
    }

    fn begin(&mut self, pid: Uuid, text: &str) -> Vec<EngineEvent> {
        let mut words = text.split_whitespace();
        let ask = |request: &HostRequest| {
            vec![says(Channel::Pipeline(pid), &Message::PipelineHostCall(HostCall::new(1, request)))]
        };
        let (task, events) = match words.next() {
            Some("emit") => {
                let mut number = || words.next().unwrap().parse().unwrap();
                (Task::Emit { next: 0, count: number(), size: number() }, Vec::new())
            }
            Some("echo") => (Task::Echo, Vec::new()),
            Some("hang") => (Task::Hang, Vec::new()),
            Some("finally") => (Task::Finally, Vec::new()),
            Some("ask") => (Task::Ask, ask(&HostRequest::ReadLine)),
            Some("secret") => (Task::Ask, ask(&HostRequest::ReadLineAsSecureString)),
            // Functions that the session defines for its own commands.
            _ => {
                self.tasks.insert(pid, Task::Hang);
                return vec![self.ends(pid, PsInvocationState::Completed)];
            }
        };
        self.tasks.insert(pid, task);
        events
    }

    fn keys(&mut self, request: KeyRequest) -> KeyEvent {
        match request {
            KeyRequest::Generate => KeyEvent::PublicKey(KeyPair::generate().unwrap().public_blob()),
            KeyRequest::Accept { .. } => {
                self.key = Some(SessionKey::generate().unwrap());
                KeyEvent::Ready
            }
            KeyRequest::Encrypt { link, public_key } => {
                let blob = self.key.as_ref().unwrap().encrypt_for(&public_key).unwrap();
                KeyEvent::Encrypted { link, blob }
            }
        }
    }
}

/// The string that `emit` writes.
pub(super) fn line(number: usize, size: usize) -> String {
    let number = number.to_string();
    let filler =
        char::from(b'a' + u8::try_from(number.len() + number.bytes().map(usize::from).sum::<usize>() % 20).unwrap());
    let rest = size.saturating_sub(number.len());
    number + &filler.to_string().repeat(rest)
}

fn says(channel: Channel, message: &Message) -> EngineEvent {
    EngineEvent::Message { channel, message: message.to_raw(Destination::Client, SESSION, channel.guid()) }
}
