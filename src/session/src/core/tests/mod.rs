//! The core between scripted clients and a scripted engine, in virtual time.

mod attach;
mod closing;
mod engine;
mod flood;
mod model;
mod pipelines;
mod stream;
mod virtual_commands;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use psrp_clixml::{Object, Value, Version};
use psrp_proto::host::{Coordinates, HostRequest, VOID_CALL_ID};
use psrp_proto::message::{
    ApplicationPrivateData, Argument, Command, CreatePipeline, HostDefaultData, HostInfo, InitRunspacePool, Message,
    PowerShell, RunspacePoolState,
};
use psrp_proto::transport::{ClientEvent, ClientTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Stream, Uuid};

use super::pipeline::Outcome;
use super::*;
use crate::hello::ClientHello;
use crate::name::SessionName;
use crate::options::AttachOptions;
use crate::time::WallClock;

pub(super) const SESSION: Uuid = Uuid::from_u128(0x1111_2222_3333_4444_5555_6666_7777_8888);

/// A client as PowerShell is one: lines in and out, and what it got.
pub(super) struct Client {
    pub(super) transport: ClientTransport,
    pub(super) rpid: Uuid,
    /// What came, oldest first.
    pub(super) messages: Vec<RawMessage>,
    pub(super) events: Vec<ClientEvent>,
    /// Whether it takes what is sent to it.
    pub(super) reads: bool,
    /// What ssh would exit with, once the link was closed.
    pub(super) exit: Option<u8>,
    pub(super) unread: VecDeque<Bytes>,
    /// Bytes that it has read.
    pub(super) read: usize,
    next_pid: u128,
}

impl Client {
    pub(super) fn of_kind(&self, kind: MessageKind) -> Vec<&RawMessage> {
        self.messages.iter().filter(|message| message.kind == kind).collect()
    }

    /// The texts of the objects that came for a pipeline.
    pub(super) fn output(&self, pid: Uuid) -> Vec<String> {
        let mine = self.messages.iter().filter(|m| m.pid == pid && m.kind == MessageKind::PipelineOutput);
        mine.map(|m| psrp_clixml::parse(&m.payload).unwrap().as_str().unwrap().to_string()).collect()
    }

    /// The final state of a pipeline.
    pub(super) fn state(&self, pid: Uuid) -> Option<Outcome> {
        let states: Vec<_> =
            self.messages.iter().filter(|m| m.pid == pid && m.kind == MessageKind::PipelineState).collect();
        assert!(states.len() <= 1, "a pipeline ends once");
        states.first().and_then(|message| payload::read_pipeline_state(&message.payload))
    }

    /// The text of the error with which a pipeline failed.
    pub(super) fn failure(&self, pid: Uuid) -> String {
        let state = self.messages.iter().find(|m| m.pid == pid && m.kind == MessageKind::PipelineState).unwrap();
        let state = psrp_clixml::parse(&state.payload).unwrap();
        let record = state.get("ExceptionAsErrorRecord").unwrap();
        record.get("Exception").unwrap().get("Message").unwrap().as_str().unwrap().to_string()
    }

    pub(super) fn pool_states(&self) -> Vec<RunspacePoolState> {
        let states = self.of_kind(MessageKind::RunspacePoolState);
        states.iter().map(|message| payload::read_pool_state(&message.payload).unwrap()).collect()
    }

    pub(super) fn has(&self, event: &ClientEvent) -> bool {
        self.events.contains(event)
    }

    pub(super) fn errors(&self) -> Vec<String> {
        let errors = self.events.iter().filter_map(|event| match event {
            ClientEvent::ServerError(text) => Some(text.to_string()),
            _ => None,
        });
        errors.collect()
    }
}

/// An engine that does what the test says.
#[derive(Default)]
pub(super) struct FakeEngine {
    /// Pipelines that were created, with their payload.
    pub(super) created: Vec<(Uuid, Bytes)>,
    pub(super) running: Vec<Uuid>,
    /// What came for pipelines: input and host responses.
    pub(super) received: Vec<RawMessage>,
    pub(super) pool_messages: Vec<RawMessage>,
    /// How often the functions that explain the session's commands were defined.
    pub(super) helpers: usize,
    pub(super) signals: Vec<Uuid>,
    pub(super) paused: bool,
    pub(super) killed: bool,
    /// Does not answer stops and closes.
    pub(super) hangs: bool,
    /// Does not open.
    pub(super) stays_shut: bool,
    /// Takes nothing of what it is sent.
    pub(super) takes_nothing: bool,
}

pub(super) struct World {
    pub(super) core: Core,
    pub(super) now: Instant,
    pub(super) clients: BTreeMap<u64, Client>,
    pub(super) engine: FakeEngine,
    pub(super) events: Vec<Event>,
    pub(super) keys: Vec<KeyRequest>,
    pub(super) ended: Option<String>,
    pub(super) frames: BTreeMap<u64, Vec<u8>>,
    /// Links without a client of this test's whose output stays where it is.
    pub(super) deaf: Vec<u64>,
    /// Links that are not to be read.
    pub(super) paused: Vec<u64>,
    last_link: u64,
}

pub(super) fn settings() -> Settings {
    Settings {
        idle: crate::limits::DEFAULT_IDLE,
        retained: crate::limits::DEFAULT_RETAINED,
        when_full: WhenFull::Block,
        input_on_drop: InputOnDrop::Stop,
        prompt: WhenPrompted::Hold,
        show_commands: true,
        audit_commands: false,
    }
}

impl World {
    pub(super) fn new(name: Option<&str>) -> Self {
        Self::with_settings(name, settings())
    }

    pub(super) fn with_settings(name: Option<&str>, settings: Settings) -> Self {
        let identity = Identity {
            id: SESSION,
            name: name.map(|name| SessionName::new(name).unwrap()),
            lost: None,
            host: "web1".to_string(),
            configuration: "pwsh".to_string(),
            clock: WallClock::new(Duration::from_secs(1_700_000_000)),
        };
        let now = Instant::from_start(Duration::from_secs(1_000));
        let mut world = Self {
            core: Core::new(identity, settings, now),
            now,
            clients: BTreeMap::new(),
            engine: FakeEngine::default(),
            events: Vec::new(),
            keys: Vec::new(),
            ended: None,
            frames: BTreeMap::new(),
            deaf: Vec::new(),
            paused: Vec::new(),
            last_link: 0,
        };
        world.engine_says(EngineEvent::Started);
        world
    }

    /// A new connection; its first line follows.
    pub(super) fn link(&mut self, options: AttachOptions, client: ClientHello) -> u64 {
        self.last_link += 1;
        let id = self.last_link;
        let random = core::array::from_fn(|index| index as u8 ^ id as u8);
        let peer = std::format!("10.0.0.{id}");
        let connection = std::format!("{peer} 50000 10.0.0.1 22");
        let hello = LinkHello { options, client, peer, connection, random };
        self.input(Input::LinkOpened { link: LinkId(id), hello });
        id
    }

    /// Connects a stock client that says no more than its versions.
    pub(super) fn connect_with(&mut self, options: AttachOptions) -> u64 {
        let id = self.link(options, ClientHello::default());
        let client = Client {
            transport: ClientTransport::new(Limits::default()),
            rpid: Uuid::from_u128(u128::from(id) << 64),
            messages: Vec::new(),
            events: Vec::new(),
            reads: true,
            exit: None,
            unread: VecDeque::new(),
            read: 0,
            next_pid: 0,
        };
        self.clients.insert(id, client);
        self.send(id, Channel::Session, MessageKind::SessionCapability, capability("2.4"));
        id
    }

    /// Opens a stock client's session.
    pub(super) fn open_with(&mut self, options: AttachOptions, host: HostInfo) -> u64 {
        let id = self.connect_with(options);
        self.send(id, Channel::Session, MessageKind::InitRunspacePool, init(host));
        self.run();
        id
    }

    pub(super) fn open(&mut self) -> u64 {
        self.open_with(AttachOptions::default(), console())
    }

    pub(super) fn client(&self, id: u64) -> &Client {
        &self.clients[&id]
    }

    pub(super) fn send(&mut self, id: u64, channel: Channel, kind: MessageKind, payload: Bytes) {
        let client = self.clients.get_mut(&id).unwrap();
        let message = RawMessage {
            destination: Destination::Server.to_u32(),
            kind,
            rpid: client.rpid,
            pid: channel.guid(),
            payload,
        };
        let stream = if kind == MessageKind::PipelineHostResponse || kind == MessageKind::RunspacePoolHostResponse {
            Stream::PromptResponse
        } else {
            Stream::Default
        };
        client.transport.send(channel, stream, &message).unwrap();
    }

    /// Starts a pipeline and returns the client's PID and the engine's.
    pub(super) fn start(&mut self, id: u64, payload: Bytes) -> (Uuid, Uuid) {
        let before = self.engine.created.len();
        let pid = self.create(id, payload);
        assert_eq!(self.engine.created.len(), before + 1, "the engine got it");
        (pid, self.engine.created[before].0)
    }

    /// Sends CREATE_PIPELINE, wherever it ends up.
    pub(super) fn create(&mut self, id: u64, payload: Bytes) -> Uuid {
        let client = self.clients.get_mut(&id).unwrap();
        client.next_pid += 1;
        let pid = Uuid::from_u128((u128::from(id) << 32) + client.next_pid);
        client.transport.open(pid).unwrap();
        self.run();
        self.send(id, Channel::Pipeline(pid), MessageKind::CreatePipeline, payload);
        self.run();
        pid
    }

    pub(super) fn close(&mut self, id: u64, channel: Channel) {
        self.clients.get_mut(&id).unwrap().transport.close(channel).unwrap();
        self.run();
    }

    pub(super) fn signal(&mut self, id: u64, pid: Uuid) {
        self.clients.get_mut(&id).unwrap().transport.signal(pid).unwrap();
        self.run();
    }

    /// The client's ssh dies.
    pub(super) fn lose(&mut self, id: u64) {
        self.input(Input::LinkLost { link: LinkId(id) });
        self.run();
    }

    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.now.after(time);
        while let Some(next) = self.core.poll_timeout().filter(|next| *next <= until) {
            self.now = next;
            self.input(Input::Timeout);
            self.run();
        }
        self.now = until;
    }

    pub(super) fn engine_says(&mut self, event: EngineEvent) {
        self.input(Input::Engine(event));
        self.run();
    }

    pub(super) fn engine_sends(&mut self, channel: Channel, kind: MessageKind, payload: Bytes) {
        let message =
            RawMessage { destination: Destination::Client.to_u32(), kind, rpid: SESSION, pid: channel.guid(), payload };
        self.engine_says(EngineEvent::Message { channel, message });
    }

    pub(super) fn engine_writes(&mut self, pid: Uuid, text: &str) {
        self.engine_sends(Channel::Pipeline(pid), MessageKind::PipelineOutput, text_payload(text));
    }

    pub(super) fn engine_ends(&mut self, pid: Uuid, outcome: Outcome) {
        self.engine.running.retain(|running| *running != pid);
        let state = payload::pipeline_state(outcome, None);
        self.engine_sends(Channel::Pipeline(pid), MessageKind::PipelineState, state);
    }

    pub(super) fn input(&mut self, input: Input) {
        self.core.handle(input, self.now);
    }

    /// Lets everybody do what they have to until nobody has.
    pub(super) fn run(&mut self) {
        loop {
            let mut moved = false;
            while let Some(output) = self.core.poll() {
                moved = true;
                self.carry_out(output);
            }
            let ids: Vec<u64> = self.clients.keys().copied().collect();
            for id in ids {
                moved |= self.run_client(id);
            }
            if !moved {
                return;
            }
        }
    }

    fn run_client(&mut self, id: u64) -> bool {
        let client = self.clients.get_mut(&id).unwrap();
        let mut written = 0;
        while client.reads {
            let Some(bytes) = client.unread.pop_front() else { break };
            written += bytes.len();
            client.transport.receive(&bytes);
        }
        client.read += written;
        while let Some(event) = client.transport.poll_event() {
            match event {
                ClientEvent::Message { message, .. } => client.messages.push(message),
                event => client.events.push(event),
            }
        }
        let bytes = client.transport.take_output();
        let closed = client.exit.is_some();
        if written > 0 {
            self.input(Input::LinkWritten { link: LinkId(id), bytes: written });
        }
        if !bytes.is_empty() && !closed {
            self.input(Input::LinkBytes { link: LinkId(id), bytes });
            return true;
        }
        written > 0
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Link { link, bytes } => match self.clients.get_mut(&link.0) {
                Some(client) => client.unread.push_back(bytes),
                None => {
                    self.frames.entry(link.0).or_default().extend(&bytes);
                    if self.deaf.contains(&link.0) {
                        return;
                    }
                    self.input(Input::LinkWritten { link, bytes: bytes.len() });
                }
            },
            Output::CloseLink { link, exit_code } => {
                if let Some(client) = self.clients.get_mut(&link.0) {
                    client.exit = Some(exit_code);
                }
            }
            Output::PauseLink { link } => self.paused.push(link.0),
            Output::ResumeLink { link } => self.paused.retain(|paused| *paused != link.0),
            Output::Engine(command) => self.engine_does(command),
            Output::Keys(request) => self.keys.push(request),
            Output::Event(event) => self.events.push(event),
            Output::Admin { .. } => {}
            Output::Ended { reason, .. } => self.ended = Some(reason),
        }
    }

    fn engine_does(&mut self, command: EngineCommand) {
        let engine = &mut self.engine;
        match command {
            EngineCommand::Open(_) => {}
            EngineCommand::Send { channel: Channel::Session, message, .. } => {
                assert_eq!(message.rpid, SESSION);
                let opens = message.kind == MessageKind::InitRunspacePool && !engine.stays_shut;
                engine.pool_messages.push(message);
                if opens {
                    self.engine_opens();
                }
            }
            EngineCommand::Send { channel: Channel::Pipeline(pid), message, .. } => {
                assert_eq!((message.rpid, message.pid), (SESSION, pid));
                let is_helper = String::from_utf8_lossy(&message.payload).contains("function global:");
                if is_helper {
                    engine.helpers += 1;
                    engine.running.push(pid);
                    self.engine_stops(pid);
                } else if message.kind.opens_pipeline() {
                    engine.created.push((pid, message.payload.clone()));
                    engine.running.push(pid);
                } else {
                    engine.received.push(message);
                }
                if !self.engine.takes_nothing {
                    self.input(Input::Engine(EngineEvent::Queued { channel: Channel::Pipeline(pid), bytes: 0 }));
                }
            }
            EngineCommand::Signal(pid) => {
                engine.signals.push(pid);
                if !engine.hangs {
                    self.engine_stops(pid);
                    self.input(Input::Engine(EngineEvent::SignalAck(pid)));
                }
            }
            EngineCommand::Close(Channel::Pipeline(pid)) => {
                if !engine.hangs {
                    self.engine_stops(pid);
                    self.input(Input::Engine(EngineEvent::CloseAck(Channel::Pipeline(pid))));
                }
            }
            EngineCommand::Close(Channel::Session) => {
                if !engine.hangs {
                    for state in [RunspacePoolState::Closing, RunspacePoolState::Closed] {
                        let state = payload::pool_state(state, None);
                        self.engine_message(Channel::Session, MessageKind::RunspacePoolState, state);
                    }
                    self.input(Input::Engine(EngineEvent::CloseAck(Channel::Session)));
                }
            }
            EngineCommand::Pause => engine.paused = true,
            EngineCommand::Resume => engine.paused = false,
            EngineCommand::EndInput => {
                let exited = EngineEvent::Exited { how: "exited with 160".to_string(), stderr: String::new() };
                self.input(Input::Engine(exited));
            }
            EngineCommand::Kill => {
                engine.killed = true;
                let exited = EngineEvent::Exited { how: "was killed by signal 9".to_string(), stderr: String::new() };
                self.input(Input::Engine(exited));
            }
        }
    }

    fn engine_stops(&mut self, pid: Uuid) {
        if self.engine.running.contains(&pid) {
            self.engine.running.retain(|running| *running != pid);
            let state = payload::pipeline_state(Outcome::Stopped, None);
            self.engine_message(Channel::Pipeline(pid), MessageKind::PipelineState, state);
        }
    }

    fn engine_opens(&mut self) {
        self.engine_message(Channel::Session, MessageKind::SessionCapability, capability("2.3"));
        let table = Object::primitive_dictionary([("PSVersion", Value::from(Version::new(7, 6)))]);
        let data = Object::primitive_dictionary([("PSVersionTable", table)]);
        let data = Message::ApplicationPrivateData(ApplicationPrivateData { data: data.into() }).encode();
        self.engine_message(Channel::Session, MessageKind::ApplicationPrivateData, data);
        let opened = payload::pool_state(RunspacePoolState::Opened, None);
        self.engine_message(Channel::Session, MessageKind::RunspacePoolState, opened);
    }

    fn engine_message(&mut self, channel: Channel, kind: MessageKind, payload: Bytes) {
        let message =
            RawMessage { destination: Destination::Client.to_u32(), kind, rpid: SESSION, pid: channel.guid(), payload };
        self.input(Input::Engine(EngineEvent::Message { channel, message }));
    }

    pub(super) fn happened(&self, name: &str) -> bool {
        self.events.iter().any(|event| event.name == name)
    }
}

/// The options of `PSRP_` variables.
pub(super) fn options(variables: &[(&str, &str)]) -> AttachOptions {
    AttachOptions::from_variables(variables.iter().copied()).unwrap()
}

pub(super) fn capability(version: &str) -> Bytes {
    payload::capability(version.parse().unwrap(), None)
}

pub(super) fn init(host: HostInfo) -> Bytes {
    Message::InitRunspacePool(InitRunspacePool::new(Value::Nil, host)).encode()
}

/// The host of a console with a person in front of it.
pub(super) fn console() -> HostInfo {
    HostInfo::console(HostDefaultData {
        cursor_position: Some(Coordinates { x: 0, y: 7 }),
        ..HostDefaultData::default()
    })
}

/// CREATE_PIPELINE of a script.
pub(super) fn script(text: &str) -> Bytes {
    Message::CreatePipeline(payload::script(text, None)).encode()
}

/// CREATE_PIPELINE of a script that takes input.
pub(super) fn script_with_input(text: &str) -> Bytes {
    Message::CreatePipeline(CreatePipeline { no_input: false, ..payload::script(text, None) }).encode()
}

/// A command's name, and name and value of each argument.
type Call<'a> = (&'a str, &'a [(Option<&'a str>, Value)]);

/// CREATE_PIPELINE of commands with arguments, as PowerShell sends a plain call.
pub(super) fn commands(commands: &[Call<'_>]) -> Bytes {
    let commands = commands.iter().map(|(name, arguments)| {
        let arguments = arguments.iter().map(|(name, value)| {
            let name = name.map(psrp_clixml::PsString::from);
            Argument { name, value: value.clone() }
        });
        Command { arguments: arguments.collect(), ..Command::named(*name) }
    });
    Message::CreatePipeline(CreatePipeline::new(PowerShell::pipeline(commands))).encode()
}

pub(super) fn text_payload(text: &str) -> Bytes {
    psrp_clixml::write(&Value::from(text)).into()
}

/// The blob of a public key.
pub(super) fn public_key_blob() -> Vec<u8> {
    psrp_proto::key::PublicKeyBlob { exponent: 65_537, modulus: [0xC3; 256].into() }.encode()
}

/// PUBLIC_KEY of a client.
pub(super) fn public_key() -> Bytes {
    payload::public_key(&public_key_blob()).unwrap()
}

/// The blob of an encrypted session key.
pub(super) fn encrypted_key() -> Vec<u8> {
    psrp_proto::key::SimpleBlob { encrypted: [0x5A; 256].into() }.encode()
}
