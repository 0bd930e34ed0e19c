//! The pools of both sides against each other, over both transports, with an engine that does what its scripts say.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use psrp_clixml::{Object, SecureString, Value, Version};
use psrp_proto::host::{HostCall, HostMethod, HostReply, HostRequest, HostResponse};
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use psrp_proto::message::*;
use psrp_proto::pool::client::{Event, Failure, Input, Outcome, Output};
use psrp_proto::pool::{PoolError, client, server};
use psrp_proto::transport::{ClientEvent, ClientTransport, ServerEvent, ServerTransport};
use psrp_proto::{Channel, Limits, Stream, Uuid};

const RPID: Uuid = Uuid::from_u128(0x9d2c0f3a_6b1e_4a77_8c55_01d2e3f4a5b6);
const P: Uuid = Uuid::from_u128(1);
const Q: Uuid = Uuid::from_u128(2);
const V23: Version = Version::new(2, 3);

/// What the engine does with a script:
/// `out N` gives N numbers, `echo` gives its input, `ask` reads a line and gives it, `wait` waits to be stopped,
/// `fail` fails.
#[derive(Default)]
struct Engine {
    running: BTreeMap<Uuid, String>,
    events: Vec<server::Event>,
    refuse_to_open: bool,
}

/// Two pools and the link between them.
struct Pair {
    client: client::Pool,
    client_link: ClientTransport,
    server: server::Pool,
    server_link: ServerTransport,
    engine: Engine,
    /// What the client was told.
    events: Vec<Event>,
    /// What the client has to do besides sending.
    tasks: Vec<Output>,
    /// Bytes on their way, which may be lost.
    up: VecDeque<u8>,
    down: VecDeque<u8>,
}

impl Pair {
    fn new(client: Version, server: Version) -> Self {
        Self {
            client: client::Pool::new(RPID, client),
            client_link: ClientTransport::new(Limits::default()),
            server: server::Pool::new(server),
            server_link: ServerTransport::new(Limits::default()),
            engine: Engine::default(),
            events: vec![],
            tasks: vec![],
            up: VecDeque::new(),
            down: VecDeque::new(),
        }
    }

    fn opened() -> Self {
        Self::opened_with(1)
    }

    fn opened_with(max_runspaces: i32) -> Self {
        let mut pair = Self::new(V23, V23);
        pair.does(Input::Open(Box::new(init(max_runspaces)))).unwrap();
        pair.settle();
        let [Event::Opened { protocol_version, .. }] = pair.events[..] else { panic!("{:?}", pair.events) };
        assert_eq!(protocol_version, V23);
        pair.events.clear();
        pair.engine.events.clear();
        pair
    }

    /// The owner of the client's pool does something.
    fn does(&mut self, input: Input) -> Result<(), PoolError> {
        let result = self.client.handle(input);
        while let Some(output) = self.client.poll() {
            // The link may have ended, or the server have closed the channel: then there is nothing to send.
            match output {
                Output::Open(pid) => _ = self.client_link.open(pid),
                Output::Send { channel, stream, message } => _ = self.client_link.send(channel, stream, &message),
                Output::Signal(pid) => _ = self.client_link.signal(pid),
                Output::Close(channel) => _ = self.client_link.close(channel),
                Output::Event(event) => self.events.push(event),
                task => self.tasks.push(task),
            }
        }
        self.up.extend(self.client_link.take_output());
        result
    }

    fn runs(&mut self, pid: Uuid, script: &str) -> Result<(), PoolError> {
        let mut create = CreatePipeline::new(PowerShell::script(script));
        create.no_input = script != "echo";
        self.does(Input::CreatePipeline { pid, create: create.into() })
    }

    /// Moves some bytes each way and handles them.
    fn moves(&mut self, up: usize, down: usize) {
        let bytes: Vec<_> = self.up.drain(..up.min(self.up.len())).collect();
        self.server_link.receive(&bytes);
        while let Some(event) = self.server_link.poll_event() {
            match event {
                ServerEvent::Command(pid) => self.serves(server::Input::Command(pid)),
                ServerEvent::Message { channel, message, .. } => {
                    self.serves(server::Input::Message { channel, message });
                }
                ServerEvent::DataEnd { channel, .. } => self.server_link.ack_data(channel),
                ServerEvent::Signal(pid) => self.serves(server::Input::Signal(pid)),
                ServerEvent::Close(channel) => self.serves(server::Input::Close(channel)),
                ServerEvent::EndOfStream => self.serves(server::Input::LinkLost),
                other => panic!("{other:?}"),
            }
        }
        self.down.extend(self.server_link.take_output());
        let bytes: Vec<_> = self.down.drain(..down.min(self.down.len())).collect();
        self.client_link.receive(&bytes);
        while let Some(event) = self.client_link.poll_event() {
            let input = match event {
                ClientEvent::Message { channel, message } => Input::Message { channel, message },
                ClientEvent::SignalAck(pid) => Input::SignalAck(pid),
                ClientEvent::CloseAck(channel) => Input::CloseAck(channel),
                ClientEvent::ServerError(text) => Input::ServerError(text),
                ClientEvent::CommandAck(_) | ClientEvent::DataAck { .. } => continue,
                other => panic!("{other:?}"),
            };
            self.does(input).unwrap();
        }
        self.up.extend(self.client_link.take_output());
    }

    /// Moves everything until nothing happens any more.
    fn settle(&mut self) {
        while !self.up.is_empty() || !self.down.is_empty() {
            self.moves(usize::MAX, usize::MAX);
        }
    }

    fn serves(&mut self, input: server::Input) {
        self.try_serves(input).unwrap();
    }

    fn try_serves(&mut self, input: server::Input) -> Result<(), PoolError> {
        let result = self.server.handle(input);
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::CommandAck(pid) => self.server_link.ack_command(pid),
                server::Output::SignalAck(pid) => self.server_link.ack_signal(pid),
                server::Output::CloseAck(channel) => self.server_link.ack_close(channel),
                server::Output::Send { channel, message } => self.server_link.send(channel, &message),
                server::Output::ErrorLine(text) => self.server_link.error_line(&text),
                server::Output::EncryptSessionKey(key) => {
                    let encrypted = SimpleBlob { encrypted: key.modulus };
                    self.serves(server::Input::SessionKeyEncrypted(encrypted));
                }
                server::Output::Event(event) => {
                    self.engine.events.push(event.clone());
                    self.engine_does(event);
                }
            }
        }
        self.down.extend(self.server_link.take_output());
        result
    }

    fn engine_does(&mut self, event: server::Event) {
        match event {
            server::Event::Open(_) if self.engine.refuse_to_open => {
                self.serves(server::Input::OpenFailed(Box::new(error("start-up failed"))));
            }
            server::Event::Open(_) => {
                let private_data = Object::primitive_dictionary([("Answer", 42)]).into();
                self.serves(server::Input::Opened { private_data });
            }
            server::Event::Start { pid, work } => {
                let server::Work::Commands(create) = work else { return self.gives(pid, 0.into()) };
                let script = create.power_shell.first_command().unwrap().text.to_string_lossy().into_owned();
                self.engine_runs(pid, &script);
            }
            server::Event::PipelineInput { pid, value } => self.gives(pid, value),
            server::Event::EndOfPipelineInput { pid } => self.ends(pid, PsInvocationState::Completed),
            server::Event::Stop { pid } => {
                self.gives(pid, "finally".into());
                self.ends(pid, PsInvocationState::Stopped);
            }
            server::Event::HostResponse { channel: Channel::Pipeline(pid), response } => {
                let HostReply::Text(line) = response.reply().unwrap() else { panic!("{response:?}") };
                self.gives(pid, line.into());
                self.ends(pid, PsInvocationState::Completed);
            }
            server::Event::Reset { call_id } => self.serves(server::Input::ResetDone { call_id, done: true }),
            server::Event::HostResponse { .. } | server::Event::Refused(_) | server::Event::Ended => {}
        }
    }

    fn engine_runs(&mut self, pid: Uuid, script: &str) {
        self.engine.running.insert(pid, script.into());
        match script.split_once(' ').unwrap_or((script, "")) {
            ("out", n) => {
                (0..n.parse().unwrap()).for_each(|i: i32| self.gives(pid, i.into()));
                self.ends(pid, PsInvocationState::Completed);
            }
            ("ask", _) => {
                let call_id = self.server.next_call_id(pid.into());
                let call = HostCall::new(call_id, &HostRequest::ReadLine).into();
                self.serves(server::Input::HostCall { channel: pid.into(), call });
            }
            ("fail", _) => self.ends(pid, PsInvocationState::Failed),
            _ => {}
        }
    }

    fn gives(&mut self, pid: Uuid, value: Value) {
        let message = Message::PipelineOutput(value);
        self.serves(server::Input::Record { pid, kind: message.kind(), payload: message.encode() });
    }

    fn ends(&mut self, pid: Uuid, state: PsInvocationState) {
        self.engine.running.remove(&pid);
        let info = match state {
            PsInvocationState::Failed => PipelineStateInfo::failed(error("it failed")),
            state => PipelineStateInfo::new(state),
        };
        self.serves(server::Input::PipelineEnded { pid, info: info.into() });
    }

    fn objects(&self, pid: Uuid) -> Vec<Value> {
        let of_pipeline = self.events.iter().filter_map(|event| match event {
            Event::Pipeline { pid: p, message } if *p == pid => Some(message),
            _ => None,
        });
        of_pipeline
            .map(|message| if let Message::PipelineOutput(value) = &**message { value.clone() } else { panic!() })
            .collect()
    }

    fn outcome(&self, pid: Uuid) -> &Outcome {
        let mut outcomes = self.events.iter().filter_map(|event| match event {
            Event::PipelineEnded { pid: p, outcome } if *p == pid => Some(outcome),
            _ => None,
        });
        let outcome = outcomes.next().expect("it has ended");
        assert_eq!(outcomes.next(), None, "it ends once");
        outcome
    }

    fn state_of(&self, pid: Uuid) -> PsInvocationState {
        let Outcome::State(info) = self.outcome(pid) else { panic!("{:?}", self.outcome(pid)) };
        info.state
    }
}

fn init(max_runspaces: i32) -> InitRunspacePool {
    InitRunspacePool { max_runspaces, ..InitRunspacePool::new(Value::Nil, HostInfo::NONE) }
}

fn error(text: &str) -> ErrorRecord {
    ErrorRecord::new(text, "Failed", ErrorCategory::NotSpecified, "System.Exception")
}

fn numbers(n: i32) -> Vec<Value> {
    (0..n).map(Value::I32).collect()
}

#[test]
fn a_command_from_open_to_close() {
    let mut pair = Pair::opened();
    pair.runs(P, "out 3").unwrap();
    pair.settle();
    assert_eq!(pair.objects(P), numbers(3));
    assert_eq!(pair.state_of(P), PsInvocationState::Completed);
    assert_eq!(pair.events.last(), Some(&Event::PipelineClosed { pid: P }));
    pair.runs(P, "fail").unwrap();
    pair.settle();
    pair.events.clear();
    pair.does(Input::Close).unwrap();
    pair.settle();
    assert_eq!(pair.events, [Event::Ended(None)]);
    assert_eq!(pair.client.state(), RunspacePoolState::Closed);
    assert_eq!(pair.server.state(), RunspacePoolState::Closed);
    assert_eq!(pair.engine.events.last(), Some(&server::Event::Ended));
}

#[test]
fn input_goes_in_and_is_refused_behind_its_end() {
    let mut pair = Pair::opened();
    pair.runs(P, "echo").unwrap();
    for value in [Value::from("a"), Value::Nil, 7.into()] {
        pair.does(Input::PipelineInput { pid: P, value }).unwrap();
    }
    pair.does(Input::EndOfPipelineInput { pid: P }).unwrap();
    let late = Input::PipelineInput { pid: P, value: 8.into() };
    assert_eq!(pair.does(late), Err(PoolError::InputEnded(P)));
    pair.settle();
    assert_eq!(pair.objects(P), ["a".into(), Value::Nil, 7.into()]);
    assert_eq!(pair.does(Input::EndOfPipelineInput { pid: P }), Err(PoolError::NoPipeline(P)));
    pair.runs(Q, "out 1").unwrap();
    assert_eq!(pair.does(Input::EndOfPipelineInput { pid: Q }), Err(PoolError::InputEnded(Q)));
}

#[test]
fn a_host_call_waits_for_its_answer_and_takes_one() {
    let mut pair = Pair::opened();
    pair.runs(P, "ask").unwrap();
    pair.settle();
    let [Event::HostCall { channel, call }] = &pair.events[..] else { panic!("{:?}", pair.events) };
    let (channel, call) = (*channel, call.clone());
    assert_eq!((channel, call.method), (Channel::Pipeline(P), HostMethod::ReadLine));
    let answer = |text: &str| Box::new(HostResponse::new(&call, &HostReply::Text(text.into())));
    let foreign = Box::new(HostResponse { call_id: 9, ..*answer("x") });
    let unknown = PoolError::NoHostCall { channel, call_id: 9 };
    assert_eq!(pair.does(Input::HostResponse { channel, response: foreign }), Err(unknown));
    pair.does(Input::HostResponse { channel, response: answer("typed") }).unwrap();
    let again = Input::HostResponse { channel, response: answer("again") };
    assert_eq!(pair.does(again), Err(PoolError::NoHostCall { channel, call_id: call.call_id }));
    pair.settle();
    assert_eq!(pair.objects(P), ["typed".into()]);
}

#[test]
fn a_stop_ends_a_pipeline_with_its_last_output() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    pair.settle();
    pair.does(Input::Stop { pid: P }).unwrap();
    pair.does(Input::Stop { pid: P }).unwrap();
    pair.settle();
    assert_eq!(pair.objects(P), ["finally".into()]);
    assert_eq!(pair.state_of(P), PsInvocationState::Stopped);
    assert_eq!(pair.does(Input::Stop { pid: P }), Err(PoolError::NoPipeline(P)));
}

#[test]
fn a_stop_before_anything_was_sent_ends_it_too() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    // `Command` is out, CREATE_PIPELINE waits for its acknowledgement and is dropped.
    pair.does(Input::Stop { pid: P }).unwrap();
    pair.settle();
    assert_eq!(pair.state_of(P), PsInvocationState::Stopped);
    assert_eq!(pair.events.last(), Some(&Event::PipelineClosed { pid: P }));
    assert!(pair.engine.events.is_empty(), "{:?}", pair.engine.events);
}

#[test]
fn pipelines_wait_for_a_runspace_and_keep_their_input() {
    let mut pair = Pair::opened_with(1);
    pair.runs(P, "wait").unwrap();
    pair.runs(Q, "echo").unwrap();
    pair.does(Input::PipelineInput { pid: Q, value: 1.into() }).unwrap();
    pair.does(Input::EndOfPipelineInput { pid: Q }).unwrap();
    pair.settle();
    assert!(pair.objects(Q).is_empty());
    let nested = CreatePipeline { is_nested: true, ..CreatePipeline::new(PowerShell::script("out 2")) };
    let pid = Uuid::from_u128(3);
    pair.does(Input::CreatePipeline { pid, create: nested.into() }).unwrap();
    pair.settle();
    assert_eq!(pair.objects(pid), numbers(2), "a nested one does not wait");
    pair.does(Input::Stop { pid: P }).unwrap();
    pair.settle();
    assert_eq!(pair.objects(Q), [1.into()]);
    assert_eq!(pair.state_of(Q), PsInvocationState::Completed);
}

#[test]
fn a_pipeline_that_waits_is_stopped_without_being_run() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    pair.runs(Q, "out 1").unwrap();
    pair.settle();
    pair.does(Input::Stop { pid: Q }).unwrap();
    pair.settle();
    assert_eq!(pair.outcome(Q), &Outcome::State(PipelineStateInfo::new(PsInvocationState::Stopped)));
    assert_eq!(pair.engine.events.len(), 1, "only the first was started");
}

#[test]
fn calls_of_the_pool() {
    let mut pair = Pair::opened_with(1);
    let set = |runspaces, call_id| SetRunspaces { runspaces, call_id };
    pair.runs(P, "wait").unwrap();
    for input in [
        Input::SetMaxRunspaces(set(3, 1)),
        Input::SetMinRunspaces(set(2, 2)),
        Input::SetMinRunspaces(set(9, 3)),
        Input::SetMaxRunspaces(set(0, 4)),
        Input::GetAvailableRunspaces { call_id: 5 },
        Input::ResetRunspaceState { call_id: 6 },
    ] {
        pair.does(input).unwrap();
    }
    assert_eq!(pair.does(Input::GetAvailableRunspaces { call_id: 5 }), Err(PoolError::CallExists(5)));
    pair.settle();
    let answers: Vec<_> = pair
        .events
        .iter()
        .map(|event| match event {
            Event::CallDone { call_id, response: Availability::Done(done) } => (*call_id, i64::from(*done)),
            Event::CallDone { call_id, response: Availability::Runspaces(n) } => (*call_id, *n),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(answers, [(1, 1), (2, 1), (3, 0), (4, 0), (5, 2), (6, 0)]);
    let mut single = Pair::opened_with(1);
    single.does(Input::ResetRunspaceState { call_id: 1 }).unwrap();
    single.settle();
    assert_eq!(single.events, [Event::CallDone { call_id: 1, response: Availability::Done(true) }]);
}

#[test]
fn the_session_key_is_exchanged_once_and_answered_again() {
    let mut pair = Pair::opened();
    pair.does(Input::NeedSessionKey).unwrap();
    pair.does(Input::NeedSessionKey).unwrap();
    assert_eq!(pair.tasks, [Output::GenerateKeyPair]);
    let key = PublicKeyBlob { exponent: 65537, modulus: vec![9; 256] };
    pair.does(Input::KeyPair(key.clone())).unwrap();
    pair.settle();
    let decrypt = Output::DecryptSessionKey(SimpleBlob { encrypted: key.modulus });
    assert_eq!(pair.tasks, [Output::GenerateKeyPair, decrypt.clone()]);
    assert!(pair.events.is_empty());
    pair.does(Input::SessionKeyDecrypted).unwrap();
    pair.does(Input::NeedSessionKey).unwrap();
    assert_eq!(pair.events, [Event::SessionKeyReady, Event::SessionKeyReady]);
    // A server of 2.1 clients asks for it; the same key pair serves.
    pair.tasks.clear();
    pair.serves(server::Input::NeedSessionKey);
    pair.settle();
    assert_eq!(pair.tasks, []);
    pair.runs(P, "echo").unwrap();
    let value = Value::SecureString(SecureString("AAAA".into()));
    pair.does(Input::PipelineInput { pid: P, value: value.clone() }).unwrap();
    pair.settle();
    assert_eq!(pair.objects(P), [value]);
}

#[test]
fn there_is_no_session_key_in_protocol_2_4() {
    let mut pair = Pair::new(Version::new(2, 4), Version::new(2, 4));
    pair.does(Input::Open(Box::new(init(1)))).unwrap();
    pair.settle();
    assert_eq!(pair.client.protocol_version(), Version::new(2, 4));
    assert_eq!(pair.does(Input::NeedSessionKey), Err(PoolError::NoSessionKey(Version::new(2, 4))));
}

#[test]
fn versions_that_do_not_fit_end_the_client_and_silence_the_server() {
    let mut pair = Pair::new(V23, Version::new(2, 2));
    pair.does(Input::Open(Box::new(init(1)))).unwrap();
    pair.settle();
    assert_eq!(pair.client.protocol_version(), Version::new(2, 2), "an older server is accepted");
    let mut pair = Pair::new(Version::new(2, 4), Version::new(2, 5));
    pair.does(Input::Open(Box::new(init(1)))).unwrap();
    pair.settle();
    assert!(matches!(pair.engine.events[..], [server::Event::Refused(_), server::Event::Ended]));
    let [Event::Ended(Some(failure))] = &pair.events[..] else { panic!("{:?}", pair.events) };
    let text = "the peer speaks protocolversion 2.5, expected the client's own or 2.0 to 2.3";
    assert_eq!(failure.to_string(), text);
}

#[test]
fn an_engine_that_cannot_open_is_told_by_its_own_words() {
    let mut pair = Pair::new(V23, V23);
    pair.engine.refuse_to_open = true;
    pair.does(Input::Open(Box::new(init(1)))).unwrap();
    pair.settle();
    let [Event::Ended(Some(failure))] = &pair.events[..] else { panic!("{:?}", pair.events) };
    assert_eq!(failure.to_string(), "the server ended the session: start-up failed");
    assert_eq!(pair.client.state(), RunspacePoolState::Broken);
}

#[test]
fn an_engine_that_dies_takes_pipelines_and_pool_with_it() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    pair.settle();
    pair.serves(server::Input::Failed(Box::new(error("engine exited"))));
    pair.settle();
    let Outcome::Failed(Failure::Ended(_)) = pair.outcome(P) else { panic!("{:?}", pair.events) };
    let Some(Event::Ended(Some(Failure::Ended(_)))) = pair.events.last() else { panic!("{:?}", pair.events) };
    let record = Message::PipelineOutput(1.into());
    let late = server::Input::Record { pid: P, kind: record.kind(), payload: record.encode() };
    assert_eq!(pair.try_serves(late), Err(PoolError::NoPipeline(P)));
}

#[test]
fn a_close_while_a_pipeline_runs_stops_it_first() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    pair.settle();
    pair.does(Input::Close).unwrap();
    pair.settle();
    assert_eq!(pair.state_of(P), PsInvocationState::Stopped);
    assert_eq!(pair.objects(P), ["finally".into()]);
    let end: Vec<_> = pair.events.iter().rev().take(2).collect();
    assert_eq!(end, [&Event::Ended(None), &Event::PipelineClosed { pid: P }]);
}

#[test]
fn messages_for_somebody_else_do_what_they_do_in_a_stock_client() {
    let mut pair = Pair::opened();
    pair.runs(P, "wait").unwrap();
    pair.settle();
    let object = |to, rpid, pid| {
        let message = Message::PipelineOutput(1.into()).to_raw(to, rpid, pid);
        Input::Message { channel: Channel::Pipeline(P), message }
    };
    pair.does(object(Destination::Client, RPID, Q)).unwrap();
    assert!(pair.events.is_empty(), "another pipeline's is dropped");
    let state = Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Broken));
    let message = state.to_raw(Destination::Client, Q, Uuid::nil());
    pair.does(Input::Message { channel: Channel::Session, message }).unwrap();
    assert!(pair.events.is_empty(), "another pool's is dropped");
    pair.does(object(Destination::Client, Q, P)).unwrap();
    assert_eq!(pair.outcome(P), &Outcome::Failed(Failure::Misdirected("PIPELINE_OUTPUT")));
    assert_eq!(pair.client.state(), RunspacePoolState::Opened);
    let unknown = Message::Unknown(0x1000F, Default::default()).to_raw(Destination::Client, RPID, Uuid::nil());
    pair.does(Input::Message { channel: Channel::Session, message: unknown }).unwrap();
    assert_eq!(pair.client.state(), RunspacePoolState::Broken);
}

#[test]
fn a_server_takes_strange_messages_as_a_stock_one_does() {
    let answers = |channel, message: RawMessage| {
        let mut pair = Pair::opened();
        let mut pool = std::mem::replace(&mut pair.server, server::Pool::new(V23));
        pool.handle(server::Input::Command(P)).unwrap();
        pool.poll().unwrap();
        pool.handle(server::Input::Message { channel, message }).unwrap();
        std::iter::from_fn(move || pool.poll()).collect::<Vec<_>>()
    };
    let create = || Message::CreatePipeline(CreatePipeline::new(PowerShell::script("1")));
    let error_line = |outputs: &[server::Output]| matches!(outputs, [server::Output::ErrorLine(_)]);
    let to = Destination::Server;
    assert!(error_line(&answers(Channel::Pipeline(P), create().to_raw(to, RPID, Q))));
    assert!(error_line(&answers(Channel::Session, create().to_raw(to, RPID, P))));
    let broken = RawMessage::pipeline(to, MessageKind::CreatePipeline, RPID, P, "<S>".into());
    assert!(error_line(&answers(Channel::Pipeline(P), broken)));
    let again = Message::InitRunspacePool(init(1)).to_raw(to, RPID, Uuid::nil());
    assert!(error_line(&answers(Channel::Session, again)));
    for closes in [
        Message::SessionCapability(SessionCapability::new(V23)).to_raw(to, RPID, Uuid::nil()),
        Message::GetAvailableRunspaces(PoolCall { call_id: 1 }).to_raw(to, Q, Uuid::nil()),
    ] {
        let outputs = answers(Channel::Session, closes);
        let states: Vec<_> = outputs
            .iter()
            .filter_map(|output| match output {
                server::Output::Send { message, .. } => match Message::decode(message) {
                    Ok(Message::RunspacePoolState(info)) => Some(info.state),
                    other => panic!("{other:?}"),
                },
                _ => None,
            })
            .collect();
        assert_eq!(states, [RunspacePoolState::Closing, RunspacePoolState::Closed]);
    }
    let unknown = Message::Unknown(0x21FFF, Default::default()).to_raw(to, RPID, Uuid::nil());
    assert_eq!(answers(Channel::Session, unknown), []);
}

#[test]
fn values_of_a_pool_that_a_stock_server_refuses() {
    for bad in [
        InitRunspacePool { min_runspaces: 3, ..init(1) },
        InitRunspacePool { thread_options: PsThreadOptions::ReuseThread, ..init(1) },
        init(0),
    ] {
        let mut pair = Pair::new(V23, V23);
        pair.does(Input::Open(Box::new(bad))).unwrap();
        pair.settle();
        let [Event::Ended(Some(Failure::Reported(text)))] = &pair.events[..] else { panic!("{:?}", pair.events) };
        assert!(text.starts_with("Remote transport error: the "), "{text}");
    }
}

/// What the owner of the client's pool does in a run of the model.
#[derive(Debug, Clone)]
enum Step {
    Run { pid: u8, script: &'static str },
    Input { pid: u8 },
    EndInput { pid: u8 },
    Stop { pid: u8 },
    Answer,
    Move { up: usize, down: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let pid = || 1u8..5;
    prop_oneof![
        4 => (pid(), prop::sample::select(vec!["out 0", "out 5", "echo", "ask", "wait", "fail"]))
            .prop_map(|(pid, script)| Step::Run { pid, script }),
        3 => pid().prop_map(|pid| Step::Input { pid }),
        2 => pid().prop_map(|pid| Step::EndInput { pid }),
        2 => pid().prop_map(|pid| Step::Stop { pid }),
        2 => Just(Step::Answer),
        6 => (0usize..3000, 0usize..3000).prop_map(|(up, down)| Step::Move { up, down }),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Finish {
    Close,
    LinkLost,
    Failed,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever happens in whatever order: every pipeline ends once and is closed once, nothing comes behind an end,
    /// what a completed pipeline gave is complete, and an ended pool stays ended.
    #[test]
    fn every_run_comes_to_its_end(
        steps in prop::collection::vec(step(), 0..60),
        max in 1i32..3,
        finish in prop::sample::select(vec![Finish::Close, Finish::LinkLost, Finish::Failed]),
    ) {
        let mut pair = Pair::opened_with(max);
        let pid = |n: u8| Uuid::from_u128(n.into());
        // What was run under each id, one after the other, with its input.
        let mut runs = BTreeMap::<Uuid, VecDeque<(&str, Vec<Value>)>>::new();
        let mut count = 0;
        for step in steps {
            match step {
                Step::Run { pid: n, script } => {
                    if pair.runs(pid(n), script).is_ok() {
                        runs.entry(pid(n)).or_default().push_back((script, vec![]));
                        count += 1;
                    }
                }
                Step::Input { pid: n } => {
                    let value = Value::I32(pair.events.len() as i32);
                    if pair.does(Input::PipelineInput { pid: pid(n), value: value.clone() }).is_ok() {
                        runs.get_mut(&pid(n)).unwrap().back_mut().unwrap().1.push(value);
                    }
                }
                Step::EndInput { pid: n } => _ = pair.does(Input::EndOfPipelineInput { pid: pid(n) }),
                Step::Stop { pid: n } => _ = pair.does(Input::Stop { pid: pid(n) }),
                Step::Answer => {
                    let calls: Vec<_> = pair.events.iter().filter_map(|event| match event {
                        Event::HostCall { channel, call } => Some((*channel, call.clone())),
                        _ => None,
                    }).collect();
                    for (channel, call) in calls {
                        let response = HostResponse::new(&call, &HostReply::Text("answer".into())).into();
                        _ = pair.does(Input::HostResponse { channel, response });
                    }
                }
                Step::Move { up, down } => pair.moves(up, down),
            }
        }
        match finish {
            Finish::Close => pair.does(Input::Close).unwrap(),
            Finish::LinkLost => {
                pair.does(Input::LinkLost).unwrap();
                pair.up.clear();
                pair.down.clear();
                pair.serves(server::Input::LinkLost);
                pair.down.clear();
            }
            Finish::Failed => pair.serves(server::Input::Failed(Box::new(error("engine exited")))),
        }
        pair.settle();

        prop_assert!(pair.server.state() == RunspacePoolState::Closed, "{:?}", pair.engine.events);
        prop_assert!(matches!(pair.events.last(), Some(Event::Ended(_))), "{:?}", pair.events.last());
        prop_assert!(pair.engine.running.is_empty() || finish == Finish::Failed);
        let mut live = BTreeMap::<Uuid, (Vec<Value>, Option<Outcome>)>::new();
        let (mut ended, mut closed) = (0, 0);
        for (i, event) in pair.events.iter().enumerate() {
            match event {
                Event::Pipeline { pid, message } => {
                    let Message::PipelineOutput(value) = &**message else { panic!("{message:?}") };
                    let (objects, outcome) = live.entry(*pid).or_default();
                    prop_assert!(outcome.is_none(), "output behind the end");
                    objects.push(value.clone());
                }
                Event::PipelineEnded { pid, outcome } => {
                    let before = live.entry(*pid).or_default().1.replace(outcome.clone());
                    prop_assert!(before.is_none(), "ended twice");
                    ended += 1;
                }
                Event::PipelineClosed { pid } => {
                    let (objects, outcome) = live.remove(pid).expect("closed behind its end");
                    let (script, input) = runs.get_mut(pid).unwrap().pop_front().unwrap();
                    match outcome.expect("closed behind its end") {
                        Outcome::State(PipelineStateInfo { state: PsInvocationState::Completed, .. }) => {
                            let expected = match script {
                                "out 5" => numbers(5),
                                "echo" => input,
                                "ask" => vec!["answer".into()],
                                _ => vec![],
                            };
                            prop_assert_eq!(objects, expected, "{}", script);
                        }
                        Outcome::State(PipelineStateInfo { state: PsInvocationState::Failed, .. }) => {
                            prop_assert_eq!(script, "fail");
                        }
                        Outcome::State(_) | Outcome::Failed(_) => {}
                    }
                    closed += 1;
                }
                Event::Ended(_) => prop_assert_eq!(i, pair.events.len() - 1, "nothing comes behind the end"),
                Event::HostCall { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        prop_assert_eq!((ended, closed), (count, count));
        // An ended pool stays ended.
        let before = pair.events.len();
        prop_assert!(pair.runs(P, "out 1").is_err());
        prop_assert!(pair.does(Input::Close).is_err());
        let state = Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Opened));
        let message = state.to_raw(Destination::Client, RPID, Uuid::nil());
        pair.does(Input::Message { channel: Channel::Session, message }).unwrap();
        pair.does(Input::CloseAck(Channel::Session)).unwrap();
        pair.does(Input::LinkLost).unwrap();
        prop_assert_eq!(pair.events.len(), before);
    }
}

#[test]
fn a_host_response_stream_is_the_prompt_stream() {
    let mut pool = client::Pool::negotiated(RPID, V23);
    pool.handle(Input::Connect).unwrap();
    let Some(Output::Send { message, .. }) = pool.poll() else { panic!() };
    assert_eq!(message.kind, MessageKind::ConnectRunspacePool);
    let from_server = |message: Message| Input::Message {
        channel: Channel::Session,
        message: message.to_raw(Destination::Client, RPID, Uuid::nil()),
    };
    let data = RunspacePoolInitData { min_runspaces: 1, max_runspaces: 4 };
    pool.handle(from_server(Message::RunspacePoolInitData(data))).unwrap();
    assert_eq!(pool.poll(), None, "the private data is awaited");
    pool.handle(from_server(Message::ApplicationPrivateData(ApplicationPrivateData { data: Value::Nil }))).unwrap();
    let Some(Output::Event(Event::Opened { init_data, .. })) = pool.poll() else { panic!() };
    assert_eq!(init_data, Some(data));
    pool.handle(Input::AdoptPipeline { pid: P }).unwrap();
    let call = HostCall::new(1, &HostRequest::ReadLine);
    let message = Message::PipelineHostCall(call.clone()).to_raw(Destination::Client, RPID, P);
    pool.handle(Input::Message { channel: Channel::Pipeline(P), message }).unwrap();
    pool.poll().unwrap();
    let response = HostResponse::new(&call, &HostReply::Text("x".into())).into();
    pool.handle(Input::HostResponse { channel: Channel::Pipeline(P), response }).unwrap();
    let Some(Output::Send { stream, .. }) = pool.poll() else { panic!() };
    assert_eq!(stream, Stream::PromptResponse);
}
