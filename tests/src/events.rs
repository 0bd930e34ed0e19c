//! Named events of the programs under test, and pauses at them.
//!
//! A program built with the feature `test-hooks` connects to the Unix socket that `PSRPD_TEST_EVENTS` names when it starts.
//! It reads one line, `{"pause":["attach.decide",..]}`, and from then on writes one line for each event:
//!
//! ```json
//! {"pid":4711,"role":"host","event":"link.lost","fields":{"lease":3}}
//! ```
//!
//! At an event of the pause list it stops until it reads `{"go":"attach.decide"}`. So a test waits for what happened instead
//! of for time to pass, and holds a program at the very point where something else is to come first. `{"advance":60}` puts
//! its clock forward, where only time makes the difference.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

/// Name of the variable that holds the path of the socket.
pub const VARIABLE: &str = "PSRPD_TEST_EVENTS";

/// Something that happened in a program under test.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// The process it happened in.
    pub pid: i32,
    /// `shim`, `broker`, `host` or `client`.
    pub role: String,
    /// The event's name, for example `link.lost`.
    pub event: String,
    /// What else there is to know of it.
    #[serde(default)]
    pub fields: Value,
}

/// The listening end. Prints all it has heard when the test panics.
#[derive(Debug)]
pub struct Events {
    path: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// In the order of arrival, with whether a wait has taken it.
    log: Vec<(Event, bool)>,
    pauses: BTreeSet<String>,
    /// Programs that stand at an event: the number of the connection, the event.
    paused: Vec<(usize, String)>,
    connections: Vec<Program>,
    closed: bool,
}

/// A program that has connected.
#[derive(Debug)]
struct Program {
    stream: UnixStream,
    /// The events it stops at: those that it was told when it connected.
    stops_at: BTreeSet<String>,
}

impl Events {
    /// Listens on a socket in the folder. Programs find it through [`VARIABLE`] = [`path`](Self::path).
    pub fn listen(folder: &Path) -> Self {
        let path = folder.join("events.sock");
        let listener = UnixListener::bind(&path).expect("a Unix socket in the sandbox");
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.lock().closed {
                    return;
                }
                accepting.accept(stream);
            }
        });
        Self { path, shared }
    }

    /// The socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Programs that start from now on stop at the event.
    pub fn pause_at(&self, event: &str) {
        self.shared.lock().pauses.insert(event.to_owned());
    }

    /// Lets one program that stands at the event go on, and waits for one if none does yet.
    #[track_caller]
    pub fn resume(&self, event: &str, limit: Duration) {
        let at = |state: &State| state.paused.iter().position(|(_, name)| name == event);
        let mut state = self.shared.wait(limit, &format!("a pause at {event}"), |state| at(state).is_some());
        if let Some(found) = at(&state) {
            let (connection, name) = state.paused.remove(found);
            state.go(connection, &name);
        }
    }

    /// No program stops at the event any more; those that stand there go on.
    pub fn release(&self, event: &str) {
        let mut state = self.shared.lock();
        state.pauses.remove(event);
        let (here, elsewhere) = std::mem::take(&mut state.paused).into_iter().partition(|(_, name)| name == event);
        state.paused = elsewhere;
        let here: Vec<_> = here;
        for (connection, name) in here {
            state.go(connection, &name);
        }
    }

    /// Puts the clock of every program forward by so many seconds.
    pub fn advance(&self, seconds: u64) {
        for program in &mut self.shared.lock().connections {
            // A program that has ended needs no clock.
            let _ = program.stream.write_all(format!("{}\n", json!({ "advance": seconds })).as_bytes());
        }
    }

    /// Waits for an event of that name that fits, and takes it: the next wait finds the one after it, so that a test that
    /// breaks a link twice waits twice.
    #[track_caller]
    pub fn wait_for(&self, event: &str, mut fits: impl FnMut(&Event) -> bool, limit: Duration) -> Event {
        let mut at = None;
        let mut state = self.shared.wait(limit, &format!("the event {event}"), |state| {
            at = state.log.iter().position(|(found, taken)| !taken && found.event == event && fits(found));
            at.is_some()
        });
        let (found, taken) = at.and_then(|at| state.log.get_mut(at)).expect("the wait found it");
        *taken = true;
        found.clone()
    }

    /// All events of that name so far, taken or not.
    pub fn all(&self, event: &str) -> Vec<Event> {
        self.shared.lock().log.iter().map(|(found, _)| found).filter(|found| found.event == event).cloned().collect()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        if std::thread::panicking() {
            eprintln!("--- events");
            for (event, taken) in &state.log {
                let mark = if *taken { "*" } else { " " };
                eprintln!("{mark} {} {} {} {}", event.pid, event.role, event.event, event.fields);
            }
            eprintln!("--- stand still: {:?}", state.paused);
        }
        for program in state.connections.drain(..) {
            let _ = program.stream.shutdown(std::net::Shutdown::Both);
        }
        drop(state);
        // Wakes the thread that accepts.
        let _ = UnixStream::connect(&self.path);
    }
}

impl State {
    fn go(&mut self, connection: usize, event: &str) {
        if let Some(program) = self.connections.get_mut(connection) {
            // A program that has been killed meanwhile does not hear it.
            let _ = program.stream.write_all(format!("{}\n", json!({ "go": event })).as_bytes());
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the events")
    }

    #[track_caller]
    fn wait(&self, limit: Duration, what: &str, mut reached: impl FnMut(&State) -> bool) -> MutexGuard<'_, State> {
        let end = Instant::now() + limit;
        let mut state = self.lock();
        while !reached(&state) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state); // so that the log can still be printed
                panic!("{what} did not come within {limit:?}");
            }
            state = self.changed.wait_timeout(state, left).expect("the events").0;
        }
        state
    }

    fn accept(self: &Arc<Self>, mut stream: UnixStream) {
        let mut state = self.lock();
        let Ok(reader) = stream.try_clone() else { return };
        let stops_at = state.pauses.clone();
        if stream.write_all(format!("{}\n", json!({ "pause": stops_at })).as_bytes()).is_err() {
            return;
        }
        let connection = state.connections.len();
        state.connections.push(Program { stream, stops_at });
        let shared = Arc::clone(self);
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                match serde_json::from_str(&line) {
                    Ok(event) => shared.heard(connection, event),
                    Err(error) => eprintln!("not an event ({error}): {line}"),
                }
            }
            // A program that has ended stands nowhere.
            shared.lock().paused.retain(|(other, _)| *other != connection);
        });
    }

    fn heard(&self, connection: usize, event: Event) {
        let mut state = self.lock();
        let name = event.event.clone();
        state.log.push((event, false));
        if state.connections.get(connection).is_some_and(|program| program.stops_at.contains(&name)) {
            // The list may have become shorter since the program read it.
            if state.pauses.contains(&name) {
                state.paused.push((connection, name));
            } else {
                state.go(connection, &name);
            }
        }
        self.changed.notify_all();
    }
}
