//! The server's side of a runspace pool (MS-PSRP 3.2).

mod events;
mod pipeline;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;

use psrp_clixml::Version;
use uuid::Uuid;

pub use events::{Event, Input, Output, Work};
use pipeline::{HostCalls, Pipeline};

use super::{PoolError, accept_as_server};
use crate::host::{HostCall, HostResponse};
use crate::message::{
    ApplicationPrivateData, Availability, EncryptedSessionKey, ErrorRecord, InitRunspacePool, Message, PsThreadOptions,
    RunspaceAvailability, RunspacePoolState, RunspacePoolStateInfo, SessionCapability,
};
use crate::{Channel, Destination, MessageClass, MessageKind, RawMessage};

/// A runspace pool, as its server sees it: one session of one client.
///
/// Runs at most as many pipelines at once as the pool has runspaces, nested ones not counted; the others wait here.
#[derive(Debug)]
pub struct Pool {
    state: State,
    /// Our version of the protocol, and after the negotiation the one that is spoken.
    protocol_version: Version,
    /// The pool's id: the client's choice.
    rpid: Uuid,
    min_runspaces: i32,
    max_runspaces: i32,
    pipelines: BTreeMap<Uuid, Pipeline>,
    /// Pipelines that wait for a runspace, in the order of arrival.
    queue: VecDeque<(Uuid, Work)>,
    host_calls: HostCalls,
    outputs: VecDeque<Output>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// SESSION_CAPABILITY is awaited.
    New,
    /// The negotiation failed.
    Refused,
    /// INIT_RUNSPACEPOOL is awaited.
    Negotiated,
    /// The engine opens.
    Opening,
    Opened,
    /// Ends when no pipeline runs any more; then the client's `Close` is acknowledged, if it sent one.
    Closing {
        acknowledge: bool,
    },
    Ended,
}

impl Pool {
    /// A pool that speaks `protocol_version` (2.3, or 2.4 for no session key to clients of 2.4) or older.
    #[must_use]
    pub fn new(protocol_version: Version) -> Self {
        Self {
            state: State::New,
            protocol_version,
            rpid: Uuid::nil(),
            min_runspaces: 1,
            max_runspaces: 1,
            pipelines: BTreeMap::new(),
            queue: VecDeque::new(),
            host_calls: HostCalls::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input.
    ///
    /// # Errors
    /// [`PoolError`] when the engine says what the state does not allow. The client's inputs are never errors here.
    pub fn handle(&mut self, input: Input) -> Result<(), PoolError> {
        match input {
            Input::Command(pid) => self.command(pid),
            Input::Message { channel, message } => self.message(channel, &message),
            Input::Signal(pid) => self.signal(pid),
            Input::Close(Channel::Session) => self.close(),
            Input::Close(Channel::Pipeline(pid)) => self.close_pipeline(pid),
            Input::LinkLost => self.begin_closing(false),
            Input::Opened { private_data } => {
                self.expect(State::Opening, "opening")?;
                self.state = State::Opened;
                self.send_to_pool(&Message::ApplicationPrivateData(ApplicationPrivateData { data: private_data }));
                self.send_state(RunspacePoolState::Opened);
            }
            Input::OpenFailed(error) => {
                self.expect(State::Opening, "opening")?;
                self.broken(error);
            }
            Input::Failed(error) => {
                if !matches!(self.state, State::Opening | State::Opened | State::Closing { .. }) {
                    return Err(self.not("open"));
                }
                self.broken(error);
            }
            Input::Record { pid, kind, payload } => self.record(pid, kind, payload)?,
            Input::PipelineEnded { pid, info } => self.pipeline_ended(pid, *info)?,
            Input::HostCall { channel, call } => self.host_call(channel, *call)?,
            Input::UserEvent(event) => {
                self.expect(State::Opened, "opened")?;
                self.send_to_pool(&Message::UserEvent(*event));
            }
            Input::ResetDone { call_id, done } => {
                self.expect(State::Opened, "opened")?;
                self.answer(call_id, Availability::Done(done));
            }
            Input::NeedSessionKey => {
                self.expect(State::Opened, "opened")?;
                self.send_to_session(&Message::PublicKeyRequest);
            }
            Input::SessionKeyEncrypted(key) => {
                self.send_to_session(&Message::EncryptedSessionKey(EncryptedSessionKey { key }));
            }
        }
        Ok(())
    }

    /// The next thing to do or to know.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The state in the words of PowerShell.
    #[must_use]
    pub const fn state(&self) -> RunspacePoolState {
        match self.state {
            State::New | State::Refused | State::Negotiated => RunspacePoolState::BeforeOpen,
            State::Opening => RunspacePoolState::Opening,
            State::Opened => RunspacePoolState::Opened,
            State::Closing { .. } => RunspacePoolState::Closing,
            State::Ended => RunspacePoolState::Closed,
        }
    }

    /// The version of the protocol: ours, and after the negotiation the one that is spoken.
    #[must_use]
    pub const fn protocol_version(&self) -> Version {
        self.protocol_version
    }

    /// How many pipelines run at the same time, nested ones not counted.
    #[must_use]
    pub fn max_runspaces(&self) -> usize {
        usize::try_from(self.max_runspaces).unwrap_or(1)
    }

    /// An id for the next call of the host of the pool or of a pipeline: 1, 2, 3, … for each of them.
    pub fn next_call_id(&mut self, channel: Channel) -> i64 {
        let calls = match channel {
            Channel::Session => Some(&mut self.host_calls),
            Channel::Pipeline(pid) => self.pipelines.get_mut(&pid).map(|pipeline| &mut pipeline.host_calls),
        };
        calls.map_or(1, HostCalls::next_id)
    }

    fn message(&mut self, channel: Channel, message: &RawMessage) {
        match (self.state, message.kind.class()) {
            (State::Refused | State::Ended | State::Closing { .. }, _) => {}
            (_, MessageClass::Session) if channel == Channel::Session => self.session_message(message),
            // A pool message of another pool makes a stock server close the session.
            (State::Opened, MessageClass::Pool) if message.rpid != self.rpid => self.begin_closing(false),
            // Start-up code may call the host before the pool is open.
            (State::Opening, MessageClass::Pool) if message.kind != MessageKind::RunspacePoolHostResponse => {}
            (State::Opening, MessageClass::Pool) | (State::Opened, MessageClass::Pool | MessageClass::Pipeline) => {
                match Message::decode(message) {
                    Ok(content) => self.opened_message(channel, message, content),
                    Err(error) => self.soft_error(&error),
                }
            }
            _ => {}
        }
    }

    fn session_message(&mut self, message: &RawMessage) {
        match (self.state, Message::decode(message)) {
            (State::New, Ok(Message::SessionCapability(client))) => self.negotiate(&client),
            (State::Opening | State::Opened, Ok(Message::SessionCapability(_))) => self.begin_closing(false),
            (State::Negotiated, Ok(Message::InitRunspacePool(init))) => self.init(message.rpid, init),
            (State::Opening | State::Opened, Ok(Message::InitRunspacePool(_))) => {
                self.soft_error(&"the session exists already");
            }
            (State::Negotiated | State::Opening | State::Opened, Ok(Message::PublicKey(message))) => {
                self.outputs.push_back(Output::EncryptSessionKey(message.key));
            }
            (State::New, _) | (_, Ok(_)) => {}
            (_, Err(error)) => self.soft_error(&error),
        }
    }

    fn negotiate(&mut self, client: &SessionCapability) {
        let accepted = accept_as_server(self.protocol_version, client);
        self.protocol_version = accepted.unwrap_or(self.protocol_version);
        // A client that does not fit is answered too, and finds out by itself.
        self.send_to_session(&Message::SessionCapability(SessionCapability::new(self.protocol_version)));
        self.state = match accepted {
            Ok(_) => State::Negotiated,
            Err(error) => {
                self.event(Event::Refused(error));
                State::Refused
            }
        };
    }

    fn init(&mut self, rpid: Uuid, init: InitRunspacePool) {
        if init.min_runspaces < 1 || init.max_runspaces < 1 {
            self.soft_error(&"the pool must have at least one runspace");
        } else if init.min_runspaces > init.max_runspaces {
            self.soft_error(&"the minimum pool size cannot be greater than the maximum pool size");
        } else if matches!(init.thread_options, PsThreadOptions::UseNewThread | PsThreadOptions::ReuseThread) {
            self.soft_error(&"the thread options cannot be set from a client");
        } else {
            self.rpid = rpid;
            (self.min_runspaces, self.max_runspaces) = (init.min_runspaces, init.max_runspaces);
            self.state = State::Opening;
            self.event(Event::Open(Box::new(init)));
        }
    }

    fn opened_message(&mut self, channel: Channel, raw: &RawMessage, message: Message) {
        match (channel, message) {
            (Channel::Session, Message::SetMaxRunspaces(set)) => {
                let done = set.runspaces >= self.min_runspaces.max(1);
                if done {
                    self.max_runspaces = set.runspaces;
                }
                self.answer(set.call_id, Availability::Done(done));
                self.start_queued();
            }
            (Channel::Session, Message::SetMinRunspaces(set)) => {
                let done = (1..=self.max_runspaces).contains(&set.runspaces);
                if done {
                    self.min_runspaces = set.runspaces;
                }
                self.answer(set.call_id, Availability::Done(done));
            }
            (Channel::Session, Message::GetAvailableRunspaces(call)) => {
                let free = i64::from(self.max_runspaces).saturating_sub(self.in_use());
                self.answer(call.call_id, Availability::Runspaces(free.max(0)));
            }
            (Channel::Session, Message::ResetRunspaceState(call)) if self.max_runspaces == 1 => {
                self.event(Event::Reset { call_id: call.call_id });
            }
            (Channel::Session, Message::ResetRunspaceState(call)) => {
                self.answer(call.call_id, Availability::Done(false));
            }
            (Channel::Session, Message::RunspacePoolHostResponse(response)) => {
                self.host_response(Channel::Session, response);
            }
            (Channel::Session, Message::CreatePipeline(_) | Message::GetCommandMetadata(_)) => {
                self.soft_error(&"a pipeline cannot be created in the session channel");
            }
            (Channel::Pipeline(pid), message) if raw.pid == pid => {
                self.pipeline_message(pid, message, raw.payload.len());
            }
            (Channel::Pipeline(_), Message::CreatePipeline(_) | Message::GetCommandMetadata(_)) => {
                self.soft_error(&"the pipeline has another id than its channel");
            }
            // What is not known, or what only clients get, is ignored.
            _ => {}
        }
    }

    fn host_response(&mut self, channel: Channel, response: HostResponse) {
        let calls = match channel {
            Channel::Session => Some(&mut self.host_calls),
            Channel::Pipeline(pid) => self.pipelines.get_mut(&pid).map(|pipeline| &mut pipeline.host_calls),
        };
        // An answer that nobody waits for is late, and ignored.
        if calls.is_some_and(|calls| calls.answered(&response)) {
            self.event(Event::HostResponse { channel, response: Box::new(response) });
        }
    }

    fn host_call(&mut self, channel: Channel, call: HostCall) -> Result<(), PoolError> {
        let calls = match channel {
            Channel::Session if matches!(self.state, State::Opening | State::Opened) => &mut self.host_calls,
            Channel::Session => return Err(self.not("open")),
            Channel::Pipeline(pid) => self.running(pid)?.may_call(pid, &call)?,
        };
        calls.called(&call)?;
        let message = match channel {
            Channel::Session => Message::RunspacePoolHostCall(call),
            Channel::Pipeline(_) => Message::PipelineHostCall(call),
        };
        self.send(channel, &message);
        Ok(())
    }

    fn close(&mut self) {
        match self.state {
            State::Opening | State::Opened => self.begin_closing(true),
            State::Closing { .. } => self.state = State::Closing { acknowledge: true },
            State::New | State::Refused | State::Negotiated => {
                self.outputs.push_back(Output::CloseAck(Channel::Session));
                self.end();
            }
            State::Ended => self.outputs.push_back(Output::CloseAck(Channel::Session)),
        }
    }

    fn begin_closing(&mut self, acknowledge: bool) {
        match self.state {
            State::Opening | State::Opened => {
                self.state = State::Closing { acknowledge };
                self.stop_all();
                self.end_if_idle();
            }
            State::New | State::Refused | State::Negotiated => self.end(),
            State::Closing { .. } | State::Ended => {}
        }
    }

    /// The end of the last pipeline is the end of a closing pool.
    fn end_if_idle(&mut self) {
        let State::Closing { acknowledge } = self.state else { return };
        if self.pipelines.values().any(Pipeline::is_running) {
            return;
        }
        self.send_state(RunspacePoolState::Closing);
        self.send_state(RunspacePoolState::Closed);
        if acknowledge {
            self.outputs.push_back(Output::CloseAck(Channel::Session));
        }
        self.end();
    }

    /// Tells the client why, and ends without waiting for pipelines: the engine is gone.
    fn broken(&mut self, error: Box<ErrorRecord>) {
        self.queue.clear();
        self.pipelines.values_mut().for_each(Pipeline::end);
        if matches!(self.state, State::Closing { .. }) {
            return self.end_if_idle();
        }
        let info = RunspacePoolStateInfo { state: RunspacePoolState::Broken, error: Some(error) };
        self.send_to_pool(&Message::RunspacePoolState(info));
        self.end();
    }

    fn end(&mut self) {
        self.state = State::Ended;
        self.event(Event::Ended);
    }

    fn answer(&mut self, call_id: i64, response: Availability) {
        self.send_to_pool(&Message::RunspaceAvailability(RunspaceAvailability { call_id, response }));
    }

    fn send_state(&mut self, state: RunspacePoolState) {
        self.send_to_pool(&Message::RunspacePoolState(RunspacePoolStateInfo::new(state)));
    }

    fn send_to_pool(&mut self, message: &Message) {
        self.send(Channel::Session, message);
    }

    /// Messages of the session class have no RPID when a server sends them.
    fn send_to_session(&mut self, message: &Message) {
        let message = message.to_raw(Destination::Client, Uuid::nil(), Uuid::nil());
        self.outputs.push_back(Output::Send { channel: Channel::Session, message });
    }

    fn send(&mut self, channel: Channel, message: &Message) {
        let message = message.to_raw(Destination::Client, self.rpid, channel.guid());
        self.outputs.push_back(Output::Send { channel, message });
    }

    /// As a stock server words it: the session goes on, a stock client's does not.
    fn soft_error(&mut self, error: &dyn core::fmt::Display) {
        self.outputs.push_back(Output::ErrorLine(format!("Remote transport error: {error}")));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn expect(&self, state: State, expected: &'static str) -> Result<(), PoolError> {
        if self.state == state { Ok(()) } else { Err(self.not(expected)) }
    }

    const fn not(&self, expected: &'static str) -> PoolError {
        PoolError::State { expected, state: self.state().name() }
    }
}
