//! Properties that hold for any bytes. Each function panics when its property does not; fuzz targets call them with
//! made-up bytes, tests with those of `corpus/`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::{Bytes, BytesMut};
use psrp_clixml::{Value, Version};
use psrp_proto::fragment::Fragments;
use psrp_proto::framing::{write_control, write_data};
use psrp_proto::host::{HostCall, HostReply, HostRequest, HostResponse};
use psrp_proto::message::{
    ApplicationPrivateData, Command, CreatePipeline, HostInfo, InitRunspacePool, PipelineStateInfo, PowerShell,
    PsInvocationState, RunspacePoolState, RunspacePoolStateInfo, SessionCapability,
};
use psrp_proto::{Channel, Destination, Message, RawMessage, Stream, Uuid};

use crate::core::{
    AdminCommand, Core, EngineEvent, Identity, Input, InputOnDrop, LinkHello, LinkId, Output, Settings, WhenFull,
    WhenPrompted,
};
use crate::hello::ClientHello;
use crate::limits::{DEFAULT_IDLE, MIN_STREAM_WINDOW};
use crate::options::{AttachMode, AttachOptions};
use crate::stream::{Endpoint, StreamEvent};
use crate::time::{Instant, WallClock};

/// How the bytes of a stream are cut does not change what they say. The first byte is the length of the pieces.
pub fn stream(data: &[u8]) {
    let Some((piece, data)) = data.split_first() else { return };
    let receive = |piece: usize| {
        let mut endpoint = Endpoint::new(MIN_STREAM_WINDOW, 0);
        let mut events: Vec<StreamEvent> = Vec::new();
        let mut failed = None;
        for bytes in data.chunks(piece) {
            let result = endpoint.receive(bytes);
            assert!(failed.is_none() || result.is_err(), "a dead stream lives again");
            failed = result.err();
            while let Some(event) = endpoint.poll_event() {
                if matches!(event, StreamEvent::Message { .. } | StreamEvent::Control(_)) {
                    endpoint.handled();
                }
                events.push(event);
            }
        }
        (events, failed)
    };
    assert_eq!(receive(usize::from(*piece).max(1)), receive(data.len().max(1)), "pieces of {piece} bytes");
}

/// Whatever clients, the engine, people and time do to a session in whatever order: every question is answered once, nothing
/// is sent to a link that is not there, and nothing comes behind the end. Two bytes make one step; a step of raw bytes is
/// followed by them.
pub fn session(data: &[u8]) {
    let mut model = Model::new();
    let mut rest = data;
    while let Some((&[what, which], behind)) = rest.split_first_chunk::<2>() {
        let length = if what == RAW { usize::from(which).min(behind.len()) } else { 0 };
        let (raw, behind) = behind.split_at_checked(length).unwrap_or((&[], behind));
        model.step(what, which, raw);
        rest = behind;
    }
}

/// The step of a client that sends the bytes behind it.
const RAW: u8 = 0xff;

/// The session's id, and the pool's towards the engine.
const ENGINE: Uuid = Uuid::from_u128(1 << 64);

/// The pool's id towards clients.
const CLIENT: Uuid = Uuid::from_u128(2);

struct Model {
    core: Core,
    now: Duration,
    last_link: u64,
    links: BTreeSet<LinkId>,
    questions: BTreeMap<u64, bool>,
    ended: bool,
}

impl Model {
    fn new() -> Self {
        let identity = Identity {
            id: ENGINE,
            name: None,
            lost: None,
            host: "web1".to_string(),
            configuration: "pwsh".to_string(),
            clock: WallClock::new(Duration::from_secs(1_700_000_000)),
        };
        let settings = Settings {
            idle: DEFAULT_IDLE,
            retained: 4_096,
            when_full: WhenFull::Drop,
            input_on_drop: InputOnDrop::Stop,
            prompt: WhenPrompted::Hold,
            show_commands: true,
            audit_commands: false,
        };
        let now = Duration::from_secs(1_000);
        Self {
            core: Core::new(identity, settings, Instant::from_start(now)),
            now,
            last_link: 0,
            links: BTreeSet::new(),
            questions: BTreeMap::new(),
            ended: false,
        }
    }

    fn step(&mut self, what: u8, which: u8, raw: &[u8]) {
        // The link that came last, or one of those before it.
        let link = LinkId(self.last_link.saturating_sub(u64::from(which >> 6)));
        let input = match what {
            RAW => self.client_says(link, Bytes::copy_from_slice(raw)),
            0 => Some(self.link_opened(which)),
            1 => self.links.remove(&link).then_some(Input::LinkLost { link }),
            2 => self.client_says(link, control("Command", which)),
            3 => self.client_says(link, control("Signal", which)),
            4 => self.client_says(link, control("Close", which)),
            5 => Some(Input::LinkWritten { link, bytes: usize::from(which) << 8 }),
            6 => Some(Input::Engine(EngineEvent::Started)),
            7 => Some(Input::Engine(EngineEvent::SignalAck(engine_pid(which)))),
            8 => Some(Input::Engine(EngineEvent::CloseAck(channel(which, engine_pid)))),
            9 => Some(Input::Engine(EngineEvent::Queued { channel: channel(which, engine_pid), bytes: which.into() })),
            10 => Some(Input::Engine(EngineEvent::Garbage { text: "noise".to_string() })),
            11 => Some(Input::Engine(EngineEvent::Exited { how: "exited with 1".to_string(), stderr: String::new() })),
            12 => Some(self.question(which)),
            13 => {
                self.now = self.now.saturating_add(Duration::from_secs(1 << (which % 14)));
                Some(Input::Timeout)
            }
            14..=20 => Some(Input::Engine(engine_message(what, which))),
            _ => self.client_says(link, client_message(what, which)),
        };
        if let Some(input) = input {
            self.core.handle(input, Instant::from_start(self.now));
            self.check();
        }
    }

    /// Bytes of a link that is gone do not come.
    fn client_says(&self, link: LinkId, bytes: Bytes) -> Option<Input> {
        self.links.contains(&link).then_some(Input::LinkBytes { link, bytes })
    }

    fn link_opened(&mut self, which: u8) -> Input {
        self.last_link = self.last_link.saturating_add(1);
        let link = LinkId(self.last_link);
        self.links.insert(link);
        let mode = match which % 4 {
            0 | 1 => AttachMode::Auto,
            2 => AttachMode::Steal,
            _ => AttachMode::New,
        };
        let options = AttachOptions { mode, ..AttachOptions::default() };
        let hello = LinkHello {
            options,
            client: ClientHello::default(),
            peer: "192.0.2.7".to_string(),
            connection: String::new(),
            random: [which; 48],
        };
        Input::LinkOpened { link, hello }
    }

    fn question(&mut self, which: u8) -> Input {
        let request = u64::try_from(self.questions.len()).unwrap_or(u64::MAX);
        self.questions.insert(request, false);
        let command = match which % 8 {
            0 => AdminCommand::Remove { force: which & 0x10 != 0 },
            1 => AdminCommand::Stop,
            _ => AdminCommand::Info,
        };
        Input::Admin { request, command }
    }

    fn check(&mut self) {
        while let Some(output) = self.core.poll() {
            assert!(!self.ended, "{output:?} comes behind the end");
            match output {
                Output::Link { link, .. } => assert!(self.links.contains(&link), "{link:?} is not there"),
                Output::PauseLink { link } | Output::ResumeLink { link } => {
                    assert!(self.links.contains(&link), "{link:?} is not there");
                }
                Output::CloseLink { link, .. } => assert!(self.links.remove(&link), "{link:?} is not there"),
                Output::Admin { request, .. } => {
                    assert_eq!(self.questions.insert(request, true), Some(false), "an answer to no question");
                }
                Output::Ended { .. } => self.ended = true,
                _ => {}
            }
        }
        assert_eq!(self.core.has_ended(), self.ended, "the end is told");
        assert!(self.ended || self.questions.values().all(|answered| *answered), "a question is not answered");
    }
}

/// A pipeline as its client calls it. GUIDs are used again and again.
fn client_pid(which: u8) -> Uuid {
    Uuid::from_u128(u128::from(which % 3).saturating_add(10))
}

/// A pipeline as the engine calls it: the core counts them.
fn engine_pid(which: u8) -> Uuid {
    let (session, _) = ENGINE.as_u64_pair();
    Uuid::from_u64_pair(session, u64::from(which % 6).saturating_add(1))
}

fn channel(which: u8, pid: fn(u8) -> Uuid) -> Channel {
    if which & 0x20 == 0 { Channel::Pipeline(pid(which)) } else { Channel::Session }
}

fn control(name: &'static str, which: u8) -> Bytes {
    let mut out = BytesMut::new();
    write_control(&mut out, name, channel(which, client_pid));
    out.freeze()
}

/// A `Data` with one of the messages of a client.
fn client_message(what: u8, which: u8) -> Bytes {
    let call = HostCall::new(1, &HostRequest::ReadLine);
    let messages = [
        Message::SessionCapability(SessionCapability::new(Version::new(2, 3))),
        Message::InitRunspacePool(InitRunspacePool::new(Value::Nil, HostInfo::NONE)),
        Message::CreatePipeline(CreatePipeline::new(PowerShell::script("1"))),
        Message::CreatePipeline(CreatePipeline { no_input: false, ..CreatePipeline::new(PowerShell::script("1")) }),
        Message::CreatePipeline(CreatePipeline::new(PowerShell::pipeline([Command::named("Receive-PsrpCommand")]))),
        Message::CreatePipeline(CreatePipeline::new(PowerShell::pipeline([Command::named("Close-PsrpSession")]))),
        Message::PipelineInput(1.into()),
        Message::EndOfPipelineInput,
        Message::PipelineHostResponse(HostResponse::new(&call, &HostReply::Null)),
        Message::PublicKeyRequest,
        Message::CloseSession,
    ];
    let message = messages.get(usize::from(what % 11)).unwrap_or(&Message::CloseSession);
    let channel = match message {
        Message::SessionCapability(_)
        | Message::InitRunspacePool(_)
        | Message::PublicKeyRequest
        | Message::CloseSession => Channel::Session,
        _ => Channel::Pipeline(client_pid(which)),
    };
    let pid = if which & 0x10 == 0 { channel.guid() } else { client_pid(which.wrapping_add(1)) };
    let raw = message.to_raw(Destination::Server, CLIENT, pid);
    let mut out = BytesMut::new();
    let mut fragments = Fragments::new(u64::from(what).saturating_add(1));
    loop {
        let fragment = fragments.cut(&raw);
        write_data(&mut out, channel, Stream::Default, fragment.head(), fragment.body());
        if fragment.is_last() {
            return out.freeze();
        }
    }
}

/// One of the messages of an engine.
fn engine_message(what: u8, which: u8) -> EngineEvent {
    let message = match what {
        14 => Message::SessionCapability(SessionCapability::new(Version::new(2, 3))),
        15 => Message::ApplicationPrivateData(ApplicationPrivateData { data: Value::Nil }),
        16 if which & 0x10 == 0 => Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Opened)),
        16 => Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Broken)),
        17 => Message::PipelineOutput("x".repeat(usize::from(which) << 4).as_str().into()),
        18 => Message::PipelineHostCall(HostCall::new(i64::from(which), &HostRequest::ReadLine)),
        19 => Message::PipelineState(PipelineStateInfo::new(PsInvocationState::Completed)),
        _ => Message::PipelineState(PipelineStateInfo::new(PsInvocationState::Stopped)),
    };
    let channel = if what < 17 { Channel::Session } else { Channel::Pipeline(engine_pid(which)) };
    let message: RawMessage = message.to_raw(Destination::Client, ENGINE, channel.guid());
    EngineEvent::Message { channel, message }
}
