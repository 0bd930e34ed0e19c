//! The client's side of a runspace pool (MS-PSRP 3.1).

mod events;
mod pipeline;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

use psrp_clixml::{Value, Version};
use uuid::Uuid;

pub use events::{Event, Failure, Input, Outcome, Output};
use pipeline::Pipeline;

use super::{PoolError, accept_as_client};
use crate::host::{HostMethod, HostResponse};
use crate::key::PublicKeyBlob;
use crate::message::{
    ConnectRunspacePool, Message, PoolCall, PublicKey, RunspacePoolInitData, RunspacePoolState, RunspacePoolStateInfo,
    SessionCapability,
};
use crate::{Channel, Destination, MessageClass, RawMessage, Stream, limits};

/// A runspace pool on a server, as its client sees it.
#[derive(Debug)]
pub struct Pool {
    rpid: Uuid,
    state: State,
    /// Our version of the protocol, and after the negotiation the one that is spoken.
    protocol_version: Version,
    negotiated: bool,
    key: Key,
    pipelines: BTreeMap<Uuid, Pipeline>,
    /// Host calls for the pool that wait for an answer.
    host_calls: BTreeMap<i64, HostMethod>,
    /// Calls of the pool that wait for an answer.
    calls: BTreeSet<i64>,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum State {
    BeforeOpen,
    /// All three must have come.
    Opening {
        private_data: Option<Value>,
        ready: bool,
        init_data: Option<RunspacePoolInitData>,
    },
    Opened,
    /// The end of the session is awaited; then it has ended like this.
    Closing(Option<Failure>),
    Ended {
        broken: bool,
    },
}

/// Where the exchange of the session key stands.
#[derive(Debug, Default)]
enum Key {
    #[default]
    Unused,
    Generating,
    /// PUBLIC_KEY was sent.
    Requested(PublicKeyBlob),
    Ready(PublicKeyBlob),
}

impl Pool {
    /// A pool with the id `rpid`, which speaks `protocol_version` (2.3, or 2.4 for no session key) or older.
    #[must_use]
    pub const fn new(rpid: Uuid, protocol_version: Version) -> Self {
        Self {
            rpid,
            state: State::BeforeOpen,
            protocol_version,
            negotiated: false,
            key: Key::Unused,
            pipelines: BTreeMap::new(),
            host_calls: BTreeMap::new(),
            calls: BTreeSet::new(),
            outputs: VecDeque::new(),
        }
    }

    /// A pool on a link where SESSION_CAPABILITY has gone both ways already, and `protocol_version` came out.
    #[must_use]
    pub fn negotiated(rpid: Uuid, protocol_version: Version) -> Self {
        Self { negotiated: true, ..Self::new(rpid, protocol_version) }
    }

    /// Takes one input.
    ///
    /// # Errors
    /// [`PoolError`] when the owner asks for what the state does not allow. The server's inputs are never errors here:
    /// they become [`Event::Ended`] or [`Event::PipelineEnded`].
    pub fn handle(&mut self, input: Input) -> Result<(), PoolError> {
        match input {
            Input::Open(init) => self.open(&Message::InitRunspacePool(*init))?,
            Input::Connect => self.open(&Message::ConnectRunspacePool(ConnectRunspacePool::default()))?,
            Input::CreatePipeline { pid, create } => {
                let takes_input = !create.no_input;
                self.start(pid, takes_input, &Message::CreatePipeline(*create))?;
            }
            Input::GetCommandMetadata { pid, get } => self.start(pid, false, &Message::GetCommandMetadata(*get))?,
            Input::AdoptPipeline { pid } => self.add_pipeline(pid, false)?,
            Input::PipelineInput { pid, value } => self.pipeline_input(pid, &Message::PipelineInput(value))?,
            Input::EndOfPipelineInput { pid } => {
                self.pipeline_input(pid, &Message::EndOfPipelineInput)?;
                self.live_pipeline(pid)?.takes_input = false;
            }
            Input::HostResponse { channel, response } => self.host_response(channel, *response)?,
            Input::Stop { pid } => self.stop(pid)?,
            Input::Abandon { pid } => {
                self.live_pipeline(pid)?;
                self.end_pipeline(pid, Outcome::State(Pipeline::STOPPED));
            }
            Input::SetMaxRunspaces(set) => self.call(set.call_id, &Message::SetMaxRunspaces(set))?,
            Input::SetMinRunspaces(set) => self.call(set.call_id, &Message::SetMinRunspaces(set))?,
            Input::GetAvailableRunspaces { call_id } => {
                self.call(call_id, &Message::GetAvailableRunspaces(PoolCall { call_id }))?;
            }
            Input::ResetRunspaceState { call_id } => {
                let needed = Version::new(2, 3);
                if self.protocol_version < needed {
                    return Err(PoolError::Version { needed, spoken: self.protocol_version });
                }
                self.call(call_id, &Message::ResetRunspaceState(PoolCall { call_id }))?;
            }
            Input::NeedSessionKey => self.need_session_key()?,
            Input::KeyPair(key) => self.key_pair(key),
            Input::SessionKeyDecrypted => self.session_key_decrypted(),
            Input::Close => self.close()?,
            Input::Message { channel, message } => self.message(channel, &message),
            Input::SignalAck(pid) => self.signal_ack(pid),
            Input::CloseAck(channel) => self.close_ack(channel),
            Input::ServerError(text) => self.fail(Failure::Reported(text)),
            Input::LinkLost => self.link_lost(),
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
            State::BeforeOpen => RunspacePoolState::BeforeOpen,
            State::Opening { .. } => RunspacePoolState::Opening,
            State::Opened => RunspacePoolState::Opened,
            State::Closing(None) => RunspacePoolState::Closing,
            State::Closing(Some(_)) | State::Ended { broken: true } => RunspacePoolState::Broken,
            State::Ended { broken: false } => RunspacePoolState::Closed,
        }
    }

    /// The version of the protocol: ours, and after the negotiation the one that is spoken.
    #[must_use]
    pub const fn protocol_version(&self) -> Version {
        self.protocol_version
    }

    /// Whether SecureStrings are encrypted with a session key; else they are plain UTF-16 text.
    #[must_use]
    pub fn uses_session_key(&self) -> bool {
        self.protocol_version < Version::new(2, 4)
    }

    fn open(&mut self, message: &Message) -> Result<(), PoolError> {
        if !matches!(self.state, State::BeforeOpen) {
            return Err(self.not("new"));
        }
        if !self.negotiated {
            let capability = Message::SessionCapability(SessionCapability::new(self.protocol_version));
            self.send(Channel::Session, Stream::Default, &capability);
        }
        self.send(Channel::Session, Stream::Default, message);
        self.state = State::Opening { private_data: None, ready: false, init_data: None };
        Ok(())
    }

    fn call(&mut self, call_id: i64, message: &Message) -> Result<(), PoolError> {
        self.opened()?;
        if !self.calls.insert(call_id) {
            return Err(PoolError::CallExists(call_id));
        }
        self.send(Channel::Session, Stream::Default, message);
        Ok(())
    }

    fn host_response(&mut self, channel: Channel, response: HostResponse) -> Result<(), PoolError> {
        let call_id = response.call_id;
        let waiting = match channel {
            Channel::Session if matches!(self.state, State::Opening { .. } | State::Opened) => {
                Some(&mut self.host_calls)
            }
            Channel::Session => None,
            Channel::Pipeline(pid) => self.pipelines.get_mut(&pid).filter(|p| p.is_live()).map(|p| &mut p.host_calls),
        };
        let waiting = waiting.filter(|calls| calls.get(&call_id) == Some(&response.method));
        waiting.ok_or(PoolError::NoHostCall { channel, call_id })?.remove(&call_id);
        let message = match channel {
            Channel::Session => Message::RunspacePoolHostResponse(response),
            Channel::Pipeline(_) => Message::PipelineHostResponse(response),
        };
        self.send(channel, Stream::PromptResponse, &message);
        Ok(())
    }

    fn need_session_key(&mut self) -> Result<(), PoolError> {
        self.opened()?;
        if !self.uses_session_key() {
            return Err(PoolError::NoSessionKey(self.protocol_version));
        }
        match self.key {
            Key::Unused => self.generate_key(),
            Key::Generating | Key::Requested(_) => {}
            Key::Ready(_) => self.event(Event::SessionKeyReady),
        }
        Ok(())
    }

    fn generate_key(&mut self) {
        self.key = Key::Generating;
        self.outputs.push_back(Output::GenerateKeyPair);
    }

    fn key_pair(&mut self, key: PublicKeyBlob) {
        if matches!(self.key, Key::Generating) && matches!(self.state, State::Opening { .. } | State::Opened) {
            self.send(Channel::Session, Stream::Default, &Message::PublicKey(PublicKey { key: key.clone() }));
            self.key = Key::Requested(key);
        }
    }

    fn session_key_decrypted(&mut self) {
        if let Key::Requested(key) = &self.key {
            self.key = Key::Ready(key.clone());
            self.event(Event::SessionKeyReady);
        }
    }

    /// The server asks for our key; it may do so again and again.
    fn public_key_requested(&mut self) {
        match &self.key {
            Key::Unused => self.generate_key(),
            Key::Generating => {}
            Key::Requested(key) | Key::Ready(key) => {
                let message = Message::PublicKey(PublicKey { key: key.clone() });
                self.send(Channel::Session, Stream::Default, &message);
            }
        }
    }

    fn close(&mut self) -> Result<(), PoolError> {
        match self.state {
            State::BeforeOpen => self.end(None),
            State::Opening { .. } | State::Opened => self.begin_closing(None),
            State::Closing(_) | State::Ended { .. } => return Err(self.not("open")),
        }
        Ok(())
    }

    /// Closes the pipelines and, right behind them, the session: the server answers in that order.
    fn begin_closing(&mut self, failure: Option<Failure>) {
        for (pid, pipeline) in &mut self.pipelines {
            if pipeline.close() {
                self.outputs.push_back(Output::Close(Channel::Pipeline(*pid)));
            }
        }
        self.outputs.push_back(Output::Close(Channel::Session));
        self.state = State::Closing(failure);
    }

    /// The pool is broken: its pipelines have failed, and the session is closed.
    fn fail(&mut self, failure: Failure) {
        match self.state {
            State::BeforeOpen => self.end(Some(failure)),
            State::Opening { .. } | State::Opened => {
                // Each is closed before the session is, and ended before it is closed.
                let pids: Vec<_> = self.pipelines.keys().copied().collect();
                pids.into_iter().for_each(|pid| self.end_pipeline(pid, Outcome::Failed(failure.clone())));
                self.begin_closing(Some(failure));
            }
            State::Closing(_) | State::Ended { .. } => {}
        }
    }

    fn link_lost(&mut self) {
        let failure = match &mut self.state {
            State::Ended { .. } => return,
            State::Closing(failure) => failure.take(),
            State::BeforeOpen | State::Opening { .. } | State::Opened => Some(Failure::LinkLost),
        };
        for (pid, pipeline) in &mut self.pipelines {
            if pipeline.end() {
                let outcome = Outcome::Failed(failure.clone().unwrap_or(Failure::LinkLost));
                self.outputs.push_back(Output::Event(Event::PipelineEnded { pid: *pid, outcome }));
            }
        }
        self.end(failure);
    }

    fn end(&mut self, failure: Option<Failure>) {
        self.state = State::Ended { broken: failure.is_some() };
        for pid in core::mem::take(&mut self.pipelines).into_keys() {
            self.event(Event::PipelineClosed { pid });
        }
        self.event(Event::Ended(failure));
    }

    fn close_ack(&mut self, channel: Channel) {
        match channel {
            Channel::Session => {
                if let State::Closing(failure) = &mut self.state {
                    let failure = failure.take();
                    let pids: Vec<_> = self.pipelines.keys().copied().collect();
                    pids.into_iter().for_each(|pid| self.end_pipeline(pid, Outcome::State(Pipeline::STOPPED)));
                    self.end(failure);
                }
            }
            Channel::Pipeline(pid) => self.pipeline_closed(pid),
        }
    }

    fn message(&mut self, channel: Channel, message: &RawMessage) {
        if matches!(self.state, State::BeforeOpen | State::Ended { .. }) {
            return;
        }
        match (channel, message.kind.class()) {
            (Channel::Pipeline(pid), MessageClass::Pipeline) => self.pipeline_message(pid, message),
            (Channel::Session, MessageClass::Session) => self.session_message(message),
            // A pool message of another pool is ignored, as in stock clients.
            (Channel::Session, MessageClass::Pool) if message.rpid == self.rpid => self.session_message(message),
            _ => {}
        }
    }

    fn session_message(&mut self, message: &RawMessage) {
        if matches!(self.state, State::Closing(_)) {
            return;
        }
        let result = Message::decode(message).map_err(Failure::from).and_then(|m| self.session_content(m));
        if let Err(failure) = result {
            self.fail(failure);
        }
    }

    fn session_content(&mut self, message: Message) -> Result<(), Failure> {
        let name = message.kind().name();
        match message {
            Message::SessionCapability(server) => {
                if core::mem::replace(&mut self.negotiated, true) {
                    return Err(Failure::Unexpected(name));
                }
                self.protocol_version = accept_as_client(self.protocol_version, &server)?;
            }
            Message::CloseSession => return Err(Failure::CloseRequested),
            Message::PublicKeyRequest => self.public_key_requested(),
            Message::EncryptedSessionKey(message) => {
                if matches!(self.key, Key::Requested(_)) {
                    self.outputs.push_back(Output::DecryptSessionKey(message.key));
                }
            }
            Message::RunspacePoolState(info) => self.pool_state(info)?,
            Message::ApplicationPrivateData(data) => {
                if let State::Opening { private_data, .. } = &mut self.state {
                    private_data.get_or_insert(data.data);
                }
                self.opened_if_complete();
            }
            Message::RunspacePoolInitData(data) => {
                if let State::Opening { init_data, ready, .. } = &mut self.state {
                    *init_data = Some(data);
                    *ready = true;
                }
                self.opened_if_complete();
            }
            Message::RunspaceAvailability(answer) if self.calls.remove(&answer.call_id) => {
                self.event(Event::CallDone { call_id: answer.call_id, response: answer.response });
            }
            Message::RunspacePoolHostCall(call) => {
                if call.method.returns_value() {
                    if self.host_calls.len() >= limits::HOST_CALLS {
                        return Err(Failure::TooManyHostCalls);
                    }
                    self.host_calls.insert(call.call_id, call.method);
                }
                self.event(Event::HostCall { channel: Channel::Session, call: Box::new(call) });
            }
            Message::UserEvent(event) => self.event(Event::UserEvent(Box::new(event))),
            // Pool messages that are not known, or that only servers get, are ignored, those of the session are not.
            other if other.kind().class() == MessageClass::Session => return Err(Failure::Unexpected(name)),
            _ => {}
        }
        Ok(())
    }

    fn pool_state(&mut self, info: RunspacePoolStateInfo) -> Result<(), Failure> {
        match info.state {
            RunspacePoolState::Opened => {
                if !self.negotiated {
                    return Err(Failure::Unexpected("RUNSPACEPOOL_STATE"));
                }
                if let State::Opening { ready, .. } = &mut self.state {
                    *ready = true;
                }
                self.opened_if_complete();
                Ok(())
            }
            RunspacePoolState::Closed | RunspacePoolState::Broken => {
                Err(info.error.map_or(Failure::EndedSilently, Failure::Ended))
            }
            _ => Ok(()),
        }
    }

    /// Stock clients use nothing before the private data has come, whichever of the two is first.
    fn opened_if_complete(&mut self) {
        if let State::Opening { private_data, ready: true, init_data } = &mut self.state
            && let Some(private_data) = private_data.take()
        {
            let init_data = init_data.take();
            self.state = State::Opened;
            self.event(Event::Opened { protocol_version: self.protocol_version, private_data, init_data });
        }
    }

    fn opened(&self) -> Result<(), PoolError> {
        if matches!(self.state, State::Opened) { Ok(()) } else { Err(self.not("opened")) }
    }

    const fn not(&self, expected: &'static str) -> PoolError {
        PoolError::State { expected, state: self.state().name() }
    }

    fn send(&mut self, channel: Channel, stream: Stream, message: &Message) {
        let message = message.to_raw(Destination::Server, self.rpid, channel.guid());
        self.outputs.push_back(Output::Send { channel, stream, message });
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
