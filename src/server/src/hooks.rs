//! Named events and pauses for tests (cargo feature `test-hooks`; without it everything here compiles to nothing).
//!
//! When `PSRPD_TEST_EVENTS` names a unix socket, every process connects to it at its start and reads one line,
//! `{"pause":["attach.decide",...]}`. Then it writes one line per event,
//! `{"pid":1,"role":"host","event":"link.lost","fields":{...}}`, and at a paused event waits for `{"go":"attach.decide"}`.
//! One `go` lets one waiter pass. Only the task that reached the event waits: everything else in the process goes on.
//! `{"advance":60}` puts the clock of [`crate::clock`] forward by that many seconds.

pub(crate) use imp::{advanced, event, gate, poll_advanced, start};

/// The fields of an event.
pub(crate) type Fields = Vec<(&'static str, String)>;

#[cfg(not(feature = "test-hooks"))]
mod imp {
    use std::task::{Context, Poll};
    use std::time::Duration;

    /// Does nothing.
    #[inline(always)]
    pub(crate) fn start(_role: &'static str) {}

    /// Does nothing. Cancel-safe.
    #[inline(always)]
    pub(crate) async fn event(_name: &str, _fields: impl FnOnce() -> super::Fields) {}

    /// Does nothing. Cancel-safe.
    #[inline(always)]
    pub(crate) async fn gate(_name: &str) {}

    /// Zero.
    #[inline(always)]
    pub(crate) const fn advanced() -> Duration {
        Duration::ZERO
    }

    /// Never ready.
    #[inline(always)]
    pub(crate) const fn poll_advanced(_context: &mut Context<'_>, _seen: Duration) -> Poll<()> {
        Poll::Pending
    }
}

#[cfg(feature = "test-hooks")]
mod imp {
    use std::collections::HashMap;
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::net::UnixStream;
    use std::sync::{Arc, Mutex, OnceLock, PoisonError};
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use serde::Deserialize;
    use tokio::sync::Semaphore;

    static HOOKS: OnceLock<Hooks> = OnceLock::new();

    /// How far the test has put the clock forward, and who waits for more.
    static CLOCK: Mutex<(Duration, Vec<Waker>)> = Mutex::new((Duration::ZERO, Vec::new()));

    struct Hooks {
        role: &'static str,
        stream: Mutex<UnixStream>,
        pauses: Arc<HashMap<String, Semaphore>>,
    }

    #[derive(Deserialize)]
    struct Plan {
        pause: Vec<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Go(String),
        Advance(u64),
    }

    /// Connects to the test, if there is one.
    pub(crate) fn start(role: &'static str) {
        let Some(path) = std::env::var_os("PSRPD_TEST_EVENTS") else { return };
        let Ok(stream) = UnixStream::connect(path) else { return };
        let Ok(reading) = stream.try_clone() else { return };
        let mut lines = BufReader::new(reading).lines();
        let Some(Ok(plan)) = lines.next() else { return };
        let plan: Plan = serde_json::from_str(&plan).expect("the test's first line names the pauses");
        let pauses: Arc<HashMap<_, _>> =
            Arc::new(plan.pause.into_iter().map(|name| (name, Semaphore::new(0))).collect());
        let waiting = Arc::clone(&pauses);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                match serde_json::from_str(&line) {
                    Ok(Order::Go(event)) => {
                        if let Some(waiter) = waiting.get(&event) {
                            waiter.add_permits(1);
                        }
                    }
                    Ok(Order::Advance(seconds)) => {
                        let mut clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
                        clock.0 += Duration::from_secs(seconds);
                        clock.1.drain(..).for_each(Waker::wake);
                    }
                    Err(_) => {}
                }
            }
        });
        let _ = HOOKS.set(Hooks { role, stream: Mutex::new(stream), pauses });
    }

    /// How far the test has put the clock forward.
    pub(crate) fn advanced() -> Duration {
        CLOCK.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Ready once the test has put the clock forward by more than `seen`.
    pub(crate) fn poll_advanced(context: &mut Context<'_>, seen: Duration) -> Poll<()> {
        let mut clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
        if clock.0 > seen {
            return Poll::Ready(());
        }
        if !clock.1.iter().any(|waker| waker.will_wake(context.waker())) {
            clock.1.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// As [`event`], but tells nothing unless the test paused it: for what happens all the time. Cancel-safe.
    pub(crate) async fn gate(name: &str) {
        if HOOKS.get().is_some_and(|hooks| hooks.pauses.contains_key(name)) {
            event(name, Vec::new).await;
        }
    }

    /// Tells the test of an event and waits if the test paused it. Cancel-safe: a cancelled wait passes no other waiter.
    pub(crate) async fn event(name: &str, fields: impl FnOnce() -> super::Fields) {
        let Some(hooks) = HOOKS.get() else { return };
        let fields: HashMap<_, _> = fields().into_iter().collect();
        let line = serde_json::json!({
            "pid": std::process::id(), "role": hooks.role, "event": name, "fields": fields,
        });
        // A test that has ended no longer reads.
        let _ = writeln!(hooks.stream.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
        if let Some(pause) = hooks.pauses.get(name)
            && let Ok(permit) = pause.acquire().await
        {
            permit.forget();
        }
    }
}
