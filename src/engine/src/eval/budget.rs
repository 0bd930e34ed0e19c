//! What a command of the client may use up: steps, bytes of output, memory.
//!
//! A command that goes beyond a limit ends, and nothing in it catches that. What must run in the end (`finally`, `clean`) gets
//! a part of the limit more, once. Steps are counted for all that a command has started: runspaces and jobs in threads of this
//! process share one account with it, as long as they run; a job in a process of its own has an account of the same size there.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use psrp_clixml as clixml;

use super::{Flow, R, Runspace};
use crate::{
    host::{Answer, ForwardedEvent, Host, HostCall, Question, Record},
    limits,
    platform::Stop,
    value::{Category, ErrorRecord, Exception, Value},
};

/// A limit that was reached, and how high it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Bytes that the process of the session may use.
    Memory(u64),
    /// Statements, turns of loops and items that a command may work on.
    Steps(u64),
    /// Bytes that a command may send to its client.
    Output(u64),
}

impl Limit {
    /// What is said of a command that was ended by it.
    pub(crate) fn record(self) -> ErrorRecord {
        let (exception, id, done, key) = match self {
            Self::Memory(most) => (
                "System.InsufficientMemoryException",
                "NativeEngineMemoryLimit",
                format!("its session uses more than {most} bytes of memory"),
                "limits.memory",
            ),
            Self::Steps(most) => (
                "System.InvalidOperationException",
                "NativeEngineStepLimit",
                format!("it took more than {most} steps"),
                "limits.steps",
            ),
            Self::Output(most) => (
                "System.InvalidOperationException",
                "NativeEngineOutputLimit",
                format!("it has more than {most} bytes of output"),
                "limits.output",
            ),
        };
        let message =
            format!("The command was ended: {done}, the limit that {key} sets in the server's configuration.");
        ErrorRecord::new(Value::object(Exception::new(exception, message)), id, Category::LimitsExceeded, Value::Null)
    }
}

/// The steps that a command has taken, with all that runs for it.
#[derive(Default)]
pub(crate) struct Budget {
    steps: AtomicU64,
}

impl Runspace {
    /// A command of the client begins.
    pub(crate) fn begin_command(&mut self) {
        self.budget = Arc::default();
        self.stop.forget_excess();
        if let Some(sent) = &self.sent {
            sent.bytes.store(0, Ordering::Relaxed);
        }
    }

    /// Counts as many steps as there are between two looks at the limits.
    pub(super) fn count_steps(&self) -> R<()> {
        let Some(most) = self.platform.step_limit() else { return Ok(()) };
        let step = u64::from(limits::CHECKS);
        let taken = self.budget.steps.fetch_add(step, Ordering::Relaxed).saturating_add(step);
        let is_over = self.watch.is_over.get();
        if taken <= if is_over { with_reserve(most) } else { most } {
            return Ok(());
        }
        self.watch.is_over.set(true);
        Err(Flow::Exhausted(Limit::Steps(most)))
    }

    /// Ends what cleans up, where it sends too much.
    pub(super) fn check_sent(&self) -> R<()> {
        match &self.sent {
            Some(sent) if sent.bytes.load(Ordering::Relaxed) > with_reserve(sent.most) => Err(sent.exhausted()),
            _ => Ok(()),
        }
    }

    /// Why the pipeline is to stop: the client wants that, or it has had too much.
    #[cold]
    pub(super) fn stopped(&self) -> Flow {
        self.excess().unwrap_or(Flow::Stopped)
    }

    /// What ends a command that has sent too much.
    pub(crate) fn excess(&self) -> Option<Flow> {
        self.sent.as_ref().filter(|_| self.stop.is_excess()).map(|sent| sent.exhausted())
    }
}

/// A limit with what is kept for cleaning up.
fn with_reserve(limit: u64) -> u64 {
    limit.saturating_add(limit / limits::RESERVE)
}

/// What the client of a session got from the command that runs.
pub(crate) struct Sent {
    bytes: AtomicU64,
    most: u64,
    stop: Stop,
}

impl Sent {
    fn exhausted(&self) -> Flow {
        Flow::Exhausted(Limit::Output(self.most))
    }

    /// Whether so many bytes more can be sent; if not, they are counted, and the command ends.
    fn takes(&self, bytes: usize) -> bool {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let sent = self.bytes.load(Ordering::Relaxed).saturating_add(bytes);
        self.bytes.store(sent, Ordering::Relaxed);
        if sent <= self.most {
            return true;
        }
        let is_reserve = self.stop.is_excess() && sent <= with_reserve(self.most);
        if !self.stop.is_excess() {
            // What did not fit uses nothing of what is kept.
            self.bytes.store(self.most, Ordering::Relaxed);
        }
        self.stop.exceed();
        is_reserve
    }
}

/// The host of a session whose commands may send so much and no more. What goes beyond is not sent.
pub(crate) struct Metered {
    host: Box<dyn Host>,
    sent: Arc<Sent>,
}

impl Metered {
    /// Ends the pipeline that this stops as soon as it has sent that many bytes.
    pub(crate) fn new(host: Box<dyn Host>, most: u64, stop: Stop) -> (Self, Arc<Sent>) {
        let sent = Arc::new(Sent { bytes: AtomicU64::new(0), most, stop });
        (Self { host, sent: sent.clone() }, sent)
    }
}

/// Bytes of the texts of a call; calls without text end of themselves.
fn size(call: &HostCall) -> usize {
    match call {
        HostCall::Write { text, .. }
        | HostCall::WriteLine { text, .. }
        | HostCall::ErrorLine(text)
        | HostCall::WarningLine(text)
        | HostCall::VerboseLine(text)
        | HostCall::DebugLine(text)
        | HostCall::SetTitle(text) => text.len(),
        HostCall::Put { cells, .. } => cells.len(),
        _ => 0,
    }
    .saturating_add(limits::CALL_SIZE)
}

impl Host for Metered {
    fn input(&mut self) -> Option<clixml::Value> {
        self.host.input()
    }

    fn output(&mut self, clixml: Vec<u8>) {
        if self.sent.takes(clixml.len()) {
            self.host.output(clixml);
        }
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        if self.sent.takes(clixml.len()) {
            self.host.record(stream, clixml);
        }
    }

    fn call(&mut self, call: HostCall) {
        // How the session ends is no output.
        if matches!(call, HostCall::SetShouldExit(_) | HostCall::PopRunspace) || self.sent.takes(size(&call)) {
            self.host.call(call);
        }
    }

    fn ask(&mut self, question: Question) -> Result<Answer, String> {
        self.host.ask(question)
    }

    fn event(&mut self, event: ForwardedEvent) {
        if self.sent.takes(event_size(&event)) {
            self.host.event(event);
        }
    }

    fn encrypt(&mut self, secret: &str) -> Option<clixml::SecureString> {
        self.host.encrypt(secret)
    }

    fn decrypt(&mut self, secret: &clixml::SecureString) -> Option<String> {
        self.host.decrypt(secret)
    }
}

/// Bytes that an event has on the wire, roughly.
fn event_size(event: &ForwardedEvent) -> usize {
    let values = [&event.sender, &event.arguments, &event.message];
    values.into_iter().map(|value| clixml::write(value).len()).fold(limits::CALL_SIZE, usize::saturating_add)
}
