//! The engine `native`: the PowerShell engine of this program, in threads of the session host.
//!
//! Towards the session it is a PSRP server like `pwsh`, without the framing. The loop of the host drives the pool; every
//! runspace is a thread, and what it writes reaches the loop through a bounded [queue](queue::Queue).

mod commands;
mod private_data;
mod queue;
mod remote;
mod runspace;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use psrp_clixml::{Value, Version};
use psrp_proto::host::{HostCall, HostReply, HostRequest, HostResponse, VOID_CALL_ID};
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use psrp_proto::message::{
    ErrorCategory, ErrorRecord, InitRunspacePool, PipelineStateInfo, PsInvocationState, UserEvent,
};
use psrp_proto::pool::server::{Event, Input, Output, Pool, Work};
use psrp_proto::{Channel, MessageKind, RawMessage, Uuid};
use psrp_session::core::{EngineCommand, EngineEvent};
use psrpd_engine::{Client, End, Environment, HostInfo, Unix};

use super::SessionKey;
use private_data::private_data;
use queue::Queue;
use remote::info;
use runspace::{Feed, Job, Runspace, state_of};

/// The protocol's version in which secure strings are encrypted: all clients understand it.
const PROTOCOL: Version = Version::new(2, 3);

/// The verb of this program that runs a job of a session.
pub(crate) const JOB_VERB: &str = "engine-job";

/// The session's key, made when it is needed first.
type Key = Arc<OnceLock<SessionKey>>;

/// The environment variables that all runspaces share: those of the first of them, once it is there.
type Process = Arc<OnceLock<Environment>>;

/// Who waits for the answer to a call of the client's host.
type Asking = Sender<Result<HostReply, String>>;

/// What a runspace tells the loop.
enum Told {
    /// An object or a record.
    Record { pid: Uuid, kind: MessageKind, payload: Bytes },
    /// A call of the client's host, and who waits for its answer.
    Call { pid: Uuid, request: Box<HostRequest>, answer: Option<Asking> },
    /// An event for the client.
    Event(Box<UserEvent>),
    /// A pipeline that had too much input has taken some.
    Taken(Uuid),
    /// A pipeline has ended, and its runspace is free.
    Ended { number: usize, pid: Uuid, end: End },
    /// A runspace has ended; with a fault when it should not have.
    Gone(Option<Fault>),
}

/// Hundreds of records may wait, each in the place of the largest entry.
const _: () = assert!(size_of::<Told>() <= queue::ENTRY);

/// A fault of the engine.
struct Fault {
    /// File and line.
    place: String,
    text: String,
}

impl Told {
    /// About how many bytes it holds.
    fn size(&self) -> usize {
        match self {
            Self::Record { payload, .. } => payload.len(),
            Self::Call { .. } | Self::Event(_) | Self::Taken(_) | Self::Ended { .. } | Self::Gone(_) => 0,
        }
    }
}

/// The native engine of a session.
pub(crate) struct Native {
    pool: Pool,
    queue: Queue,
    key: Key,
    process: Process,
    /// What the client is told when its pool is open.
    private_data: Value,
    machine: Unix,
    /// The client that opened the pool.
    client: Client,
    runspaces: Vec<Runspace>,
    /// Those that run nothing, the one that ran last at the end: it has what earlier pipelines of its client left.
    free: Vec<usize>,
    /// Threads that have not ended.
    threads: usize,
    /// Pipelines that wait for a runspace which a nested one occupies.
    waiting: VecDeque<Job>,
    inputs: HashMap<Uuid, Feed>,
    calls: HashMap<(Uuid, i64), Asking>,
    events: VecDeque<EngineEvent>,
    told: VecDeque<Told>,
    paused: bool,
    /// Whether it was told to end.
    ending: bool,
    gone: bool,
}

impl Native {
    /// An engine that is not opened. Its first runspace gets ready while nobody waits for it; it has the time to rehearse when
    /// the engine is started without a client.
    pub(crate) fn new(machine: Unix, warm: bool) -> Self {
        let mut engine = Self {
            pool: Pool::new(PROTOCOL),
            queue: Queue::default(),
            key: Key::default(),
            process: Process::default(),
            private_data: private_data(&machine),
            machine,
            client: Client { host: HostInfo::NONE, arguments: Value::Nil },
            runspaces: Vec::new(),
            free: Vec::new(),
            threads: 0,
            waiting: VecDeque::new(),
            inputs: HashMap::new(),
            calls: HashMap::new(),
            events: VecDeque::from([EngineEvent::Started]),
            told: VecDeque::new(),
            paused: false,
            ending: false,
            gone: false,
        };
        // Where the system gives no thread now, it is asked again when there is a client to be told.
        let _ = engine.start_runspace(warm);
        engine
    }

    /// Carries out a command.
    pub(crate) fn command(&mut self, command: EngineCommand) {
        match command {
            EngineCommand::Open(pid) => self.handle(Input::Command(pid)),
            EngineCommand::Send { channel, message, .. } => self.receive(channel, message),
            EngineCommand::Signal(pid) => self.handle(Input::Signal(pid)),
            EngineCommand::Close(channel) => self.handle(Input::Close(channel)),
            EngineCommand::Pause => self.paused = true,
            EngineCommand::Resume => self.paused = false,
            EngineCommand::EndInput => {
                self.handle(Input::LinkLost);
                self.end();
            }
            EngineCommand::Kill => {
                self.end();
                self.exited("was ended", String::new());
            }
        }
    }

    /// The next event. After [`EngineEvent::Exited`] it is pending for ever.
    pub(crate) fn poll_event(&mut self, context: &Context<'_>) -> Poll<EngineEvent> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(event);
            }
            if self.gone {
                return Poll::Pending;
            }
            if self.paused {
                // A fault is told at once, behind the little that was written before it.
                ready!(self.queue.poll_failed(context));
                self.paused = false;
            }
            if self.ending && self.threads == 0 {
                self.exited("exited with 0", String::new());
                continue;
            }
            match self.told.pop_front() {
                Some(told) => self.hear(told),
                None => self.told = ready!(self.queue.poll_take(context)),
            }
        }
    }

    fn receive(&mut self, channel: Channel, message: RawMessage) {
        let size = message.size();
        self.handle_sized(Input::Message { channel, message }, size);
        if let Channel::Pipeline(pid) = channel {
            self.report_queued(pid);
        }
    }

    /// Says how much input a pipeline has not taken. While it asks its client something, its input holds nothing up: the
    /// answer comes behind it.
    fn report_queued(&mut self, pid: Uuid) {
        let asks = self.calls.keys().any(|(asking, _)| *asking == pid);
        let bytes = if asks { 0 } else { self.inputs.get(&pid).map_or(0, Feed::surplus) };
        self.events.push_back(EngineEvent::Queued { channel: Channel::Pipeline(pid), bytes });
    }

    fn handle(&mut self, input: Input) {
        self.handle_sized(input, 0);
    }

    /// `size` is that of the message that the input is.
    fn handle_sized(&mut self, input: Input, size: usize) {
        // Refused is what comes late: the client may have ended the pipeline a moment before.
        let _ = self.pool.handle(input);
        while let Some(output) = self.pool.poll() {
            match output {
                Output::CommandAck(_) => {}
                Output::SignalAck(pid) => self.events.push_back(EngineEvent::SignalAck(pid)),
                Output::CloseAck(channel) => self.events.push_back(EngineEvent::CloseAck(channel)),
                Output::Send { channel, message } => self.events.push_back(EngineEvent::Message { channel, message }),
                Output::ErrorLine(text) => self.events.push_back(EngineEvent::Error { text }),
                Output::EncryptSessionKey(public) => self.encrypt_key(&public),
                Output::Event(event) => self.event(event, size),
            }
        }
    }

    fn encrypt_key(&mut self, public: &PublicKeyBlob) {
        let Some(key) = session_key(&self.key) else { return };
        match key.encrypt_for(&public.encode()).ok().and_then(|blob| SimpleBlob::decode(&blob).ok()) {
            Some(blob) => self.handle(Input::SessionKeyEncrypted(blob)),
            None => self.events.push_back(EngineEvent::Error { text: "the public key cannot be used".to_owned() }),
        }
    }

    fn event(&mut self, event: Event, size: usize) {
        match event {
            Event::Open(init) => self.open(&init),
            Event::Start { pid, work } => self.start(pid, work),
            Event::PipelineInput { pid, value } => {
                if let Some(feed) = self.inputs.get(&pid) {
                    feed.give(value, size);
                }
            }
            Event::EndOfPipelineInput { pid } => drop(self.inputs.remove(&pid)),
            Event::Stop { pid } => self.stop(pid),
            Event::HostResponse { channel: Channel::Pipeline(pid), response } => self.answer(pid, &response),
            Event::HostResponse { .. } => {}
            Event::Reset { call_id } => {
                let done = self.reset();
                self.handle(Input::ResetDone { call_id, done });
            }
            Event::Refused(error) => self.events.push_back(EngineEvent::Garbage { text: error.to_string() }),
            Event::Ended => self.stop_all(),
        }
    }

    fn open(&mut self, init: &InitRunspacePool) {
        self.client = Client { host: info(&init.host_info), arguments: init.application_arguments.clone() };
        let first = if self.runspaces.is_empty() { self.start_runspace(false) } else { Ok(0) };
        match first {
            Ok(number) => {
                self.meet(number);
                self.free.push(number);
                let private_data = std::mem::replace(&mut self.private_data, Value::Nil);
                self.handle(Input::Opened { private_data });
            }
            Err(error) => self.handle(Input::OpenFailed(Box::new(no_thread(&error)))),
        }
    }

    fn start_runspace(&mut self, rehearses: bool) -> std::io::Result<usize> {
        let number = self.runspaces.len();
        let runspace = Runspace::start(number, self.machine, rehearses, &self.queue, &self.key, &self.process)?;
        self.runspaces.push(runspace);
        self.threads += 1;
        Ok(number)
    }

    fn meet(&self, number: usize) {
        if let Some(runspace) = self.runspaces.get(number) {
            runspace.meet(self.client.clone());
        }
    }

    // -- pipelines -------------------------------------------------------------------------------

    fn start(&mut self, pid: Uuid, work: Work) {
        let (mut nested, mut input) = (false, None);
        if let Work::Commands(create) = &work {
            nested = create.is_nested;
            if !create.no_input {
                let (feed, taken) = Feed::new();
                self.inputs.insert(pid, feed);
                input = Some(taken);
            }
        }
        let job = Job { pid, work, input };
        match self.free.pop() {
            Some(number) => self.run(number, job),
            None if nested => self.refuse_nested(pid),
            None if self.runspaces.len() >= self.pool.max_runspaces() => self.waiting.push_back(job),
            None => match self.start_runspace(false) {
                Ok(number) => {
                    self.meet(number);
                    self.run(number, job);
                }
                Err(error) => self.fail(pid, no_thread(&error)),
            },
        }
    }

    fn run(&mut self, number: usize, job: Job) {
        if let Some(runspace) = self.runspaces.get_mut(number) {
            runspace.run(job);
        }
    }

    fn refuse_nested(&mut self, pid: Uuid) {
        let text = "A nested pipeline cannot run in this engine while another pipeline of its runspace runs.";
        let error = ErrorRecord::new(
            text,
            "NotSupported",
            ErrorCategory::NotImplemented,
            "System.Management.Automation.PSNotSupportedException",
        );
        self.fail(pid, error);
    }

    fn fail(&mut self, pid: Uuid, error: ErrorRecord) {
        self.inputs.remove(&pid);
        self.handle(Input::PipelineEnded { pid, info: Box::new(PipelineStateInfo::failed(error)) });
    }

    fn stop(&mut self, pid: Uuid) {
        // First: input that is cut must not look like all input.
        if let Some(runspace) = self.runspaces.iter().find(|runspace| runspace.running == Some(pid)) {
            runspace.stop.set();
        }
        // Whoever waits for one of these waits no more.
        self.inputs.remove(&pid);
        self.calls.retain(|(asking, _), _| *asking != pid);
        if let Some(at) = self.waiting.iter().position(|job| job.pid == pid) {
            self.waiting.remove(at);
            let info = PipelineStateInfo::new(PsInvocationState::Stopped);
            self.handle(Input::PipelineEnded { pid, info: Box::new(info) });
        }
    }

    fn ended(&mut self, number: usize, pid: Uuid, end: &End) {
        self.inputs.remove(&pid);
        if let Some(runspace) = self.runspaces.get_mut(number) {
            runspace.running = None;
            match self.waiting.pop_front() {
                Some(job) => runspace.run(job),
                None => self.free.push(number),
            }
        }
        let (state, record) = state_of(end);
        let error = record
            .and_then(|text| psrp_clixml::parse(text.as_bytes()).ok())
            .and_then(|value| ErrorRecord::from_value(&value).ok())
            .map(Box::new);
        self.handle(Input::PipelineEnded { pid, info: Box::new(PipelineStateInfo { state, error }) });
    }

    /// Sets the only runspace back, if it runs nothing.
    fn reset(&mut self) -> bool {
        let Some(runspace) = self.free.last().and_then(|number| self.runspaces.get(*number)) else { return false };
        // Every pipeline comes behind it.
        runspace.reset();
        true
    }

    // -- what runspaces say ----------------------------------------------------------------------

    fn hear(&mut self, told: Told) {
        match told {
            Told::Record { pid, kind, payload } => self.handle(Input::Record { pid, kind, payload }),
            Told::Call { pid, request, answer } => self.call(pid, &request, answer),
            Told::Event(event) => self.handle(Input::UserEvent(event)),
            Told::Taken(pid) => self.report_queued(pid),
            Told::Ended { number, pid, end } => self.ended(number, pid, &end),
            Told::Gone(fault) => {
                self.threads = self.threads.saturating_sub(1);
                if let Some(Fault { place, text }) = fault {
                    self.end();
                    let how = format!(
                        "failed by a fault of its own at {place}: please report that; a new session is well, or runs in PowerShell with PSRP_ENGINE=pwsh"
                    );
                    self.exited(&how, text);
                }
            }
        }
    }

    fn call(&mut self, pid: Uuid, request: &HostRequest, answer: Option<Asking>) {
        let channel = Channel::Pipeline(pid);
        let mut id = VOID_CALL_ID;
        if let Some(answer) = answer {
            // Nobody answers a pipeline that is being stopped.
            if self.is_stopping(pid) {
                return;
            }
            id = self.pool.next_call_id(channel);
            self.calls.insert((pid, id), answer);
            self.report_queued(pid);
        }
        self.handle(Input::HostCall { channel, call: Box::new(HostCall::new(id, request)) });
    }

    fn is_stopping(&self, pid: Uuid) -> bool {
        self.runspaces.iter().any(|runspace| runspace.running == Some(pid) && runspace.stop.is_set())
    }

    fn answer(&mut self, pid: Uuid, response: &HostResponse) {
        if let Some(answer) = self.calls.remove(&(pid, response.call_id)) {
            // A pipeline that has ended waits no more.
            let _ = answer.send(match &response.error {
                Some(error) => Err(message_of(error)),
                None => response.reply().map_err(|error| error.to_string()),
            });
        }
        self.report_queued(pid);
    }

    // -- the end ---------------------------------------------------------------------------------

    fn stop_all(&mut self) {
        self.runspaces.iter().for_each(|runspace| runspace.stop.set());
        self.inputs.clear();
        self.calls.clear();
    }

    /// Lets the threads end; a `finally` block runs to its end.
    fn end(&mut self) {
        self.ending = true;
        self.paused = false;
        self.stop_all();
        self.waiting.clear();
        self.runspaces.clear();
        self.free.clear();
        self.queue.open();
    }

    fn exited(&mut self, how: &str, stderr: String) {
        if !std::mem::replace(&mut self.gone, true) {
            self.events.push_back(EngineEvent::Exited { how: how.to_owned(), stderr });
        }
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        self.end();
    }
}

fn message_of(error: &ErrorRecord) -> String {
    error.exception.get("Message").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The key; none when the system gives no random bytes.
fn session_key(key: &OnceLock<SessionKey>) -> Option<&SessionKey> {
    if key.get().is_none() {
        let _ = key.set(SessionKey::generate().ok()?);
    }
    key.get()
}

fn no_thread(error: &std::io::Error) -> ErrorRecord {
    let text = format!("the system gives no thread for a runspace: {error}");
    ErrorRecord::new(text.as_str(), "RunspaceThread", ErrorCategory::ResourceUnavailable, "System.OutOfMemoryException")
}
