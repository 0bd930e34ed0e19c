//! A runspace: a thread that runs one pipeline after the other in a session of the engine.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread;

use bytes::Bytes;
use psrp_clixml::Value;
use psrp_proto::host::{HostReply, HostRequest};
use psrp_proto::message::UserEvent;
use psrp_proto::pool::server::Work;
use psrp_proto::{MessageKind, Uuid};
use psrpd_engine::{Client, End, Session, Stop, Unix, rehearse};

use super::commands::pipelines;
use super::queue::Queue;
use super::remote::{Remote, Wire};
use super::{Fault, Key, Process, SessionKey, Told, session_key};

/// Bytes of input that may wait for a pipeline before its client is not acknowledged.
pub(super) const INPUT_WAITING: usize = 1 << 20;

/// Something for a runspace to do.
enum Task {
    /// The client has come.
    Meet(Client),
    Run(Job),
    /// Set variables and location back.
    Reset,
}

/// A pipeline for a runspace.
pub(super) struct Job {
    pub(super) pid: Uuid,
    pub(super) work: Work,
    pub(super) input: Option<Input>,
}

/// The end of a pipeline's input that the loop holds.
pub(super) struct Feed {
    values: Sender<(Value, usize)>,
    waiting: Arc<AtomicUsize>,
}

/// The end of a pipeline's input that its runspace holds.
pub(super) struct Input {
    values: Receiver<(Value, usize)>,
    waiting: Arc<AtomicUsize>,
}

impl Feed {
    pub(super) fn new() -> (Self, Input) {
        let (send, receive) = channel();
        let waiting = Arc::<AtomicUsize>::default();
        (Self { values: send, waiting: Arc::clone(&waiting) }, Input { values: receive, waiting })
    }

    /// Gives the pipeline an object whose message has that size.
    pub(super) fn give(&self, value: Value, size: usize) {
        self.waiting.fetch_add(size, Ordering::SeqCst);
        // A pipeline that has ended reads no more.
        let _ = self.values.send((value, size));
    }

    /// Bytes that the client has sent too many.
    pub(super) fn surplus(&self) -> usize {
        let waiting = self.waiting.load(Ordering::SeqCst);
        if waiting > INPUT_WAITING { waiting } else { 0 }
    }
}

/// A runspace as the loop holds it. Without it, the runspace ends after its pipeline.
pub(super) struct Runspace {
    tasks: Sender<Task>,
    /// Stops the pipeline that runs.
    pub(super) stop: Stop,
    /// That pipeline.
    pub(super) running: Option<Uuid>,
}

impl Runspace {
    /// Starts the runspace of this number, which opens its session at once and then waits for its client; first it may
    /// [rehearse].
    ///
    /// # Errors
    /// The system's, when there can be no more threads.
    pub(super) fn start(
        number: usize,
        machine: Unix,
        rehearses: bool,
        queue: &Queue,
        key: &Key,
        process: &Process,
    ) -> io::Result<Self> {
        watch_faults();
        let (tasks, todo) = channel();
        let stop = Stop::default();
        let (queue, key, stopped, process) = (queue.clone(), key.clone(), stop.clone(), process.clone());
        thread::Builder::new().name(format!("runspace {number}")).stack_size(psrpd_engine::limits::STACK_SIZE).spawn(
            move || {
                let ran = catch_unwind(AssertUnwindSafe(|| {
                    if rehearses {
                        rehearse(Arc::new(machine));
                    }
                    let current = Arc::<Mutex<Current>>::default();
                    let wire = Running { current: Arc::clone(&current), queue: queue.clone(), key };
                    let mut session = Session::open(Arc::new(machine), Box::new(Remote(wire)), stopped);
                    session.belong_to(&process);
                    run(number, &todo, session, &current, &queue);
                }));
                queue
                    .push_now(Told::Gone(ran.err().map(|panic| Fault { place: FAULT.take(), text: text_of(&*panic) })));
            },
        )?;
        Ok(Self { tasks, stop, running: None })
    }

    /// Tells it who its client is, before its first pipeline.
    pub(super) fn meet(&self, client: Client) {
        let _ = self.tasks.send(Task::Meet(client));
    }

    /// Runs a pipeline; the runspace must be free.
    pub(super) fn run(&mut self, job: Job) {
        self.stop.clear();
        self.running = Some(job.pid);
        // One that has ended has said so.
        let _ = self.tasks.send(Task::Run(job));
    }

    /// Sets it back to its beginning.
    pub(super) fn reset(&self) {
        let _ = self.tasks.send(Task::Reset);
    }
}

thread_local! {
    /// Where the engine has failed on this thread.
    static FAULT: Cell<String> = const { Cell::new(String::new()) };
}

/// Has every thread know where it fails.
fn watch_faults() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |fault| {
            let place = fault.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
            tracing::error!(place, "The engine has a fault");
            FAULT.set(place);
            before(fault);
        }));
    });
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a word").to_owned()
}

fn run(number: usize, tasks: &Receiver<Task>, mut session: Session, current: &Mutex<Current>, queue: &Queue) {
    for task in tasks {
        let Job { pid, work, input } = match task {
            Task::Meet(client) => {
                session.meet(&client);
                continue;
            }
            Task::Reset => {
                session.reset_state();
                continue;
            }
            Task::Run(job) => job,
        };
        let pipelines = pipelines(&work, input.is_some());
        *lock(current) = Current { pid, input };
        let end = session.invoke_all(&pipelines);
        *lock(current) = Current::default();
        queue.push(Told::Ended { number, pid, end });
    }
}

/// What the runspace works on.
#[derive(Default)]
struct Current {
    pid: Uuid,
    input: Option<Input>,
}

fn lock(current: &Mutex<Current>) -> std::sync::MutexGuard<'_, Current> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way of the running pipeline to its client.
struct Running {
    current: Arc<Mutex<Current>>,
    queue: Queue,
    key: Key,
}

impl Running {
    fn pid(&self) -> Uuid {
        lock(&self.current).pid
    }
}

impl Wire for Running {
    fn input(&self) -> Option<Value> {
        let current = lock(&self.current);
        let input = current.input.as_ref()?;
        let (value, size) = input.values.recv().ok()?;
        let before = input.waiting.fetch_sub(size, Ordering::SeqCst);
        if before > INPUT_WAITING && before.saturating_sub(size) <= INPUT_WAITING {
            self.queue.push_now(Told::Taken(current.pid));
        }
        Some(value)
    }

    fn record(&self, kind: MessageKind, payload: Vec<u8>) {
        // It may be kept for long, so not in the room that it was written in: a copy of what is small leaves that to the next.
        let payload =
            if payload.len() < payload.capacity() / 2 { Bytes::copy_from_slice(&payload) } else { payload.into() };
        self.queue.push(Told::Record { pid: self.pid(), kind, payload });
    }

    fn event(&self, event: UserEvent) {
        self.queue.push(Told::Event(Box::new(event)));
    }

    fn tell(&self, request: HostRequest) {
        self.queue.push(Told::Call { pid: self.pid(), request: Box::new(request), answer: None });
    }

    fn ask(&self, request: HostRequest) -> Result<HostReply, String> {
        let (answer, answered) = channel();
        self.queue.push(Told::Call { pid: self.pid(), request: Box::new(request), answer: Some(answer) });
        // A call that will not be answered is dropped.
        answered.recv().map_err(|_| String::new())?
    }

    fn key(&self) -> Option<&SessionKey> {
        session_key(&self.key)
    }
}

/// How a pipeline ended, in the words of the protocol.
pub(super) fn state_of(end: &End) -> (psrp_proto::message::PsInvocationState, Option<&str>) {
    use psrp_proto::message::PsInvocationState as State;
    match end {
        End::Completed => (State::Completed, None),
        End::Stopped(record) => (State::Stopped, Some(record)),
        End::Failed(record) => (State::Failed, Some(record)),
    }
}
