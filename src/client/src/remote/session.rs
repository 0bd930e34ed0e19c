//! One session: a runspace pool on a server and the pipelines in it.

mod error;
mod event;
mod leave;
mod reattach;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use psrp_clixml::{SecureString, Value};
use psrp_keys::KeyError;
use psrp_proto::host::{HostCall, HostResponse};
use psrp_proto::message::{CreatePipeline, InitRunspacePool, RunspacePoolState};
use psrp_proto::pool::client::{Event as PoolEvent, Failure, Input, Outcome, Output, Pool};
use psrp_proto::pool::{PoolError, accept_as_client};
use psrp_proto::{Channel, Message, MessageKind, RawMessage, Uuid};
use psrp_session::hello::OpenRequest;
use psrp_session::info::PipelineInfo;
use psrp_session::options::AttachMode;
use psrp_session::stream::PipelineStart;
use tokio::sync::mpsc::OwnedPermit;
use tokio::time::timeout;

pub use error::SessionError;
pub use event::{Closing, Event};

use super::host;
use super::keys::Keys;
use super::wire::{Command, Connector, End, Greeting, News, OpenError, PROTOCOL_VERSION, Wire};
use crate::limits::HELLO_TIMEOUT;

/// A session that is open. Dropping it cuts its connection: psrpd keeps the session, every other server ends it.
#[derive(Debug)]
pub struct Session {
    wire: Wire,
    pool: Pool,
    keys: Keys,
    about: About,
    /// Pipelines that have not ended, by the id that the owner knows.
    running: BTreeMap<Uuid, Running>,
    /// The ids of the owner, by those of the server, where they differ.
    names: BTreeMap<Uuid, Uuid>,
    /// Pipelines that have been started here.
    started: u64,
    /// Host calls whose answers need the session key.
    waiting: Vec<(Channel, Box<HostCall>)>,
    /// What the server says of the pool while there is output left to read of a pool that is broken.
    held: Option<RawMessage>,
    /// Why the session is being attached to anew, until it is.
    reattaching: Option<String>,
    /// Whether output counts as not handled, whoever has seen it.
    keeps: bool,
    events: VecDeque<Event>,
}

/// What is known of a session from its opening.
#[derive(Clone, Debug)]
pub struct About {
    /// InstanceId: the id of the pool.
    pub id: Uuid,
    /// Its name; empty without one.
    pub name: String,
    /// Whether it is new.
    pub created: bool,
    /// Whether it outlives its connection: the server is psrpd.
    pub is_durable: bool,
    /// What the server says of itself: a dictionary, or nothing.
    pub private_data: Value,
    /// The pipelines that were there before this client, oldest first.
    pub inherited: Vec<PipelineInfo>,
}

/// A pipeline that has not ended.
#[derive(Debug)]
struct Running {
    /// The id that the server knows.
    server_id: Uuid,
    /// Its place among those that were started here; none for an inherited one.
    order: Option<u64>,
    /// Its commands, as psrpd lists them.
    title: String,
}

/// The right to send one object of input; see [`Session::input_permit`].
#[derive(Debug)]
pub struct InputPermit(OwnedPermit<(Channel, RawMessage)>);

impl Session {
    /// Connects and opens a session, a new one or one that is there, as `request` says; `init` is for a new one.
    ///
    /// Not cancel-safe: a dropped call cuts the connection; a session it has created stays where psrpd keeps it.
    ///
    /// # Errors
    /// [`SessionError`]. A server that keeps no sessions is refused when `request` names one.
    pub async fn open(
        connector: impl Connector,
        request: OpenRequest,
        init: InitRunspacePool,
    ) -> Result<Self, SessionError> {
        let needs_names = request.options.session.is_some() || request.options.mode == AttachMode::Existing;
        let rpid = Uuid::new_v4();
        let (wire, greeting) = Wire::open(connector, request, rpid).await?;
        let (pool, about) = match greeting {
            Greeting::Stream(opened) => {
                let pool = Pool::negotiated(opened.session, PROTOCOL_VERSION);
                (pool, About::new(opened.session, opened.name, opened.created, true))
            }
            Greeting::Stock(_) if needs_names => return Err(SessionError::Unsupported("sessions with names")),
            Greeting::Stock(capability) => {
                let version = accept_as_client(PROTOCOL_VERSION, &capability).map_err(Failure::from)?;
                (Pool::negotiated(rpid, version), About::new(rpid, String::new(), true, false))
            }
        };
        let created = about.created;
        let mut session = Self {
            wire,
            pool,
            keys: Keys::default(),
            about,
            running: BTreeMap::new(),
            names: BTreeMap::new(),
            started: 0,
            waiting: Vec::new(),
            held: None,
            reattaching: None,
            keeps: false,
            events: VecDeque::new(),
        };
        session.tell_pool(if created { Input::Open(Box::new(init)) } else { Input::Connect })?;
        timeout(HELLO_TIMEOUT, session.opened()).await.map_err(|_| OpenError::Silent)??;
        let About { id, name, created, is_durable, .. } = &session.about;
        tracing::info!(%id, name, created, is_durable, "Session is open");
        Ok(session)
    }

    /// Waits until the pool is open and, in a session that was there before, its pipelines are known. Not
    /// cancel-safe: events may be lost.
    async fn opened(&mut self) -> Result<(), SessionError> {
        let (mut is_open, mut is_listed) = (false, self.about.created);
        let mut seen = VecDeque::new();
        while !(is_open && is_listed) {
            match self.next_or_held().await {
                Event::Opened => is_open = true,
                Event::Listed(list) => {
                    self.about.inherited = list;
                    is_listed = true;
                }
                Event::Ended(closing) => return Err(closing.into()),
                // What start-up code shows or asks, and news of the link.
                event => seen.push_back(event),
            }
        }
        self.events = seen;
        Ok(())
    }

    /// What is known of the session.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }

    // -- pipelines -------------------------------------------------------------------------------

    /// Starts a pipeline and gives it an id.
    ///
    /// # Errors
    /// [`PoolError`] when the session has ended.
    pub fn start(&mut self, create: CreatePipeline) -> Result<Uuid, PoolError> {
        let pid = Uuid::new_v4();
        let title = reattach::title(&create.power_shell);
        self.tell_pool(Input::CreatePipeline { pid, create: Box::new(create) })?;
        self.started += 1;
        self.running.insert(pid, Running { server_id: pid, order: Some(self.started), title });
        tracing::debug!(%pid, "Command is started");
        Ok(pid)
    }

    /// Takes over a pipeline of [`About::inherited`], from a place in its output on.
    ///
    /// # Errors
    /// [`PoolError`] when the session has ended, or the pipeline was taken over before.
    pub fn adopt(&mut self, pid: Uuid, from: PipelineStart) -> Result<(), PoolError> {
        self.tell_pool(Input::AdoptPipeline { pid })?;
        self.running.insert(pid, Running { server_id: pid, order: None, title: String::new() });
        self.wire.send(Command::ConnectPipeline { pid, from });
        Ok(())
    }

    /// From now on psrpd keeps the output that is read, and its pipelines, for somebody else. It goes no further than the
    /// credit of the request that opened the session.
    pub const fn keep_output(&mut self, keeps: bool) {
        self.keeps = keeps;
    }

    /// Waits until the server takes an object of input; none when the session has ended. The future does not borrow the
    /// session, so that events can be waited for at the same time. Cancel-safe.
    pub fn input_permit(&self) -> impl Future<Output = Option<InputPermit>> + Send + use<> {
        let reserve = self.wire.reserve_input();
        async move { reserve.await.map(InputPermit) }
    }

    /// Gives a pipeline an object.
    ///
    /// # Errors
    /// [`PoolError`] when the pipeline takes no input, or no more.
    pub fn input(&mut self, permit: InputPermit, pid: Uuid, value: Value) -> Result<(), PoolError> {
        let pid = self.server_id(pid);
        self.feed(permit, Input::PipelineInput { pid, value })
    }

    /// Ends the input of a pipeline.
    ///
    /// # Errors
    /// [`PoolError`] when the pipeline takes no input, or no more.
    pub fn end_input(&mut self, permit: InputPermit, pid: Uuid) -> Result<(), PoolError> {
        let pid = self.server_id(pid);
        self.feed(permit, Input::EndOfPipelineInput { pid })
    }

    /// What waits for flow control goes by another way than what does not.
    fn feed(&mut self, permit: InputPermit, input: Input) -> Result<(), PoolError> {
        self.pool.handle(input)?;
        let mut permit = Some(permit);
        while let Some(output) = self.pool.poll() {
            match (output, permit.take()) {
                (Output::Send { channel, message, .. }, Some(InputPermit(permit))) => {
                    permit.send((channel, message));
                }
                (output, unused) => {
                    permit = unused;
                    self.pool_output(output, None);
                }
            }
        }
        Ok(())
    }

    /// Asks the server to stop a pipeline; its end comes as [`Event::PipelineEnded`].
    ///
    /// # Errors
    /// [`PoolError`] when it has ended.
    pub fn stop(&mut self, pid: Uuid) -> Result<(), PoolError> {
        let pid = self.server_id(pid);
        self.tell_pool(Input::Stop { pid })
    }

    /// Answers a host call.
    ///
    /// # Errors
    /// [`PoolError`] when nobody waits for it any more.
    pub fn answer(&mut self, channel: Channel, response: HostResponse) -> Result<(), PoolError> {
        let channel = match channel {
            Channel::Session => channel,
            Channel::Pipeline(pid) => Channel::Pipeline(self.server_id(pid)),
        };
        self.tell_pool(Input::HostResponse { channel, response: Box::new(response) })
    }

    /// `text` as a SecureString that the server can read. Host calls that need it are not told before it can be made.
    ///
    /// # Errors
    /// [`KeyError`] when there is no session key.
    pub fn seal(&self, text: &str) -> Result<SecureString, KeyError> {
        self.keys.seal(text)
    }

    // -- events ----------------------------------------------------------------------------------

    /// The next event, [`Event::Ended`] again and again at the end.
    ///
    /// What was returned before counts as handled from this call on, and psrpd forgets it. Cancel-safe.
    pub async fn next(&mut self) -> Event {
        if self.running.is_empty()
            && let Some(message) = self.held.take()
        {
            self.message(Channel::Session, message);
        }
        self.next_or_held().await
    }

    /// The end of the session, when that is known and nobody has taken the event yet.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        self.events.iter().find_map(|event| match event {
            Event::Ended(closing) => Some(closing.clone()),
            _ => None,
        })
    }

    /// As [`next`](Self::next), and what is held back stays held back. Cancel-safe.
    async fn next_or_held(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            let keeps = self.keeps;
            let wire = &mut self.wire;
            let news = async move { if keeps { wire.glance().await } else { wire.next().await } };
            tokio::select! {
                news = news => self.news(news),
                public = self.keys.generated(), if self.keys.is_generating() => match public {
                    Ok(public) => self.server_says(Input::KeyPair(public)),
                    Err(_) => self.tell_waiting(),
                },
            }
        }
    }

    fn news(&mut self, news: News) {
        match news {
            News::Message { channel: Channel::Session, message }
                if message.kind == MessageKind::RunspacePoolState && !self.about.created =>
            {
                // A pool that was broken before we came has output to read all the same: the end comes after it.
                self.held = Some(message);
            }
            News::Message { channel, message } => self.message(channel, message),
            News::SignalAck(pid) => self.server_says(Input::SignalAck(pid)),
            News::CloseAck(channel) => self.server_says(Input::CloseAck(channel)),
            News::Pipelines(list) => self.listed(&list),
            News::Gap { pid, lost, reason } => {
                let pid = self.owner_id(pid);
                self.events.push_back(Event::Gap { pid, lost, reason });
            }
            News::Reported(text) => self.server_says(Input::ServerError(text)),
            News::LinkAway(why) => self.events.push_back(Event::LinkAway(why)),
            News::LinkBack(after) => self.events.push_back(Event::LinkBack(after)),
            News::Reattached { opened, why } => self.begin_reattach(opened, why),
            News::Detached | News::DetachRefused(_) => {}
            News::Ended(end) => self.wire_ended(end),
        }
    }

    fn wire_ended(&mut self, end: End) {
        let known = self.events.len();
        let is_broken = self.pool.state() == RunspacePoolState::Broken;
        self.server_says(Input::LinkLost);
        if is_broken {
            // The server has said why, and owes nothing more: that its side is gone by now is no news.
            return;
        }
        // The wire knows better than the pool why the link is gone, and so why the pipelines are that ended with it.
        let ended: Vec<_> = self.events.drain(known..).filter(|event| !matches!(event, Event::Ended(_))).collect();
        self.events.push_back(Event::Ended(Closing::Wire(Arc::new(end))));
        self.events.extend(ended);
    }

    fn message(&mut self, channel: Channel, message: RawMessage) {
        tracing::trace!(kind = message.kind.name(), bytes = message.size(), "Received");
        if self.keeps && message.kind == MessageKind::PipelineState {
            return self.ended_and_kept(channel.guid(), &message);
        }
        let payload = message.payload.clone();
        // What comes from a server is never misuse.
        let _ = self.pool.handle(Input::Message { channel, message });
        self.drain_pool(Some(&payload));
    }

    /// The end of a pipeline that is kept: the pool would close it, and with that the server would forget it.
    fn ended_and_kept(&mut self, pid: Uuid, message: &RawMessage) {
        let outcome = match Message::decode(message) {
            Ok(Message::PipelineState(info)) => Outcome::State(info),
            Ok(_) => Outcome::Failed(Failure::Unexpected(message.kind.name())),
            Err(error) => Outcome::Failed(error.into()),
        };
        let pid = self.owner_id(pid);
        self.running.remove(&pid);
        self.events.push_back(Event::PipelineEnded { pid, outcome });
    }

    /// What comes from a server is never misuse, and a race with its end none that matters.
    fn server_says(&mut self, input: Input) {
        let _ = self.tell_pool(input);
    }

    fn tell_pool(&mut self, input: Input) -> Result<(), PoolError> {
        self.pool.handle(input)?;
        self.drain_pool(None);
        Ok(())
    }

    fn drain_pool(&mut self, payload: Option<&Bytes>) {
        while let Some(output) = self.pool.poll() {
            self.pool_output(output, payload);
        }
    }

    fn pool_output(&mut self, output: Output, payload: Option<&Bytes>) {
        match output {
            Output::Open(pid) => self.wire.send(Command::Open(pid)),
            Output::Send { channel, stream, message } => {
                tracing::trace!(kind = message.kind.name(), bytes = message.size(), "Sent");
                self.wire.send(Command::Send { channel, stream, message });
            }
            Output::Signal(pid) => self.wire.send(Command::Signal(pid)),
            Output::Close(channel) => self.wire.send(Command::Close(channel)),
            Output::GenerateKeyPair => self.keys.generate(),
            Output::DecryptSessionKey(blob) => match self.keys.accept(&blob) {
                Ok(()) => self.server_says(Input::SessionKeyDecrypted),
                Err(_) => self.tell_waiting(),
            },
            Output::Event(event) => self.pool_event(event, payload),
        }
    }

    fn pool_event(&mut self, event: PoolEvent, payload: Option<&Bytes>) {
        let event = match event {
            PoolEvent::Opened { private_data, .. } => {
                self.about.private_data = private_data;
                if self.reattaching.is_some() {
                    return;
                }
                Event::Opened
            }
            PoolEvent::Ended(failure) => Event::Ended(Closing::Pool(failure)),
            PoolEvent::HostCall { channel, call } => return self.host_call(channel, call),
            PoolEvent::UserEvent(event) => Event::UserEvent(event),
            PoolEvent::Pipeline { pid, message } => {
                Event::Record { pid: self.owner_id(pid), message, payload: payload.cloned().unwrap_or_default() }
            }
            PoolEvent::PipelineEnded { pid, outcome } => {
                let pid = self.owner_id(pid);
                self.running.remove(&pid);
                Event::PipelineEnded { pid, outcome }
            }
            PoolEvent::PipelineClosed { pid } => {
                self.names.remove(&pid);
                return;
            }
            PoolEvent::SessionKeyReady => return self.tell_waiting(),
            PoolEvent::CallDone { .. } => return,
        };
        self.events.push_back(event);
    }

    fn host_call(&mut self, channel: Channel, call: Box<HostCall>) {
        let channel = match channel {
            Channel::Session => channel,
            Channel::Pipeline(pid) => Channel::Pipeline(self.owner_id(pid)),
        };
        if host::needs_key(&call) && !self.keys.is_ready() {
            self.waiting.push((channel, call));
            if self.tell_pool(Input::NeedSessionKey).is_err() {
                self.tell_waiting();
            }
            return;
        }
        self.events.push_back(Event::HostCall { channel, call });
    }

    /// There is a session key, or there will be none: the calls that waited for it can be answered, if only with that.
    fn tell_waiting(&mut self) {
        let waiting = self.waiting.drain(..).map(|(channel, call)| Event::HostCall { channel, call });
        self.events.extend(waiting);
    }

    fn server_id(&self, pid: Uuid) -> Uuid {
        self.running.get(&pid).map_or(pid, |running| running.server_id)
    }

    fn owner_id(&self, pid: Uuid) -> Uuid {
        self.names.get(&pid).copied().unwrap_or(pid)
    }
}

impl About {
    fn new(id: Uuid, name: String, created: bool, is_durable: bool) -> Self {
        Self { id, name, created, is_durable, private_data: Value::Nil, inherited: Vec::new() }
    }
}
