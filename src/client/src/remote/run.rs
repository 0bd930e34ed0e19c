//! One pipeline from its start to its end: records out, input in, questions answered, Ctrl+C and time limits obeyed.

use std::ops::ControlFlow;
use std::time::Duration;

use psrp_clixml::Value;
use psrp_proto::host::HostCall;
use psrp_proto::message::{PipelineStateInfo, PsInvocationState};
use psrp_proto::pool::client::Outcome as PipelineOutcome;
use psrp_proto::{Channel, Uuid};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::Sink;
use super::host::{self, Host, Shown};
use super::record::{Records, error_text};
use super::session::{Event, InputPermit, Session, SessionError};
use crate::exit::Outcome;
use crate::limits::STOP_PIPELINE;

/// A pipeline that is run or received.
pub(super) struct Run<'a, 'sink> {
    session: &'a mut Session,
    pid: Uuid,
    host: &'a Host,
    sink: &'a mut Sink<'sink>,
    /// Takes news of the link.
    notice: &'a (dyn Fn(&str) + Send + Sync),
    records: Records,
    input: Option<mpsc::Receiver<Result<Value, String>>>,
    permit: Option<InputPermit>,
    interrupts: watch::Receiver<u32>,
    deadline: Option<Instant>,
    quiet: Option<Duration>,
    most: Option<u64>,
    stopping: Option<Stopping>,
    exit: Option<i32>,
}

/// What to run, besides the pipeline itself.
pub(super) struct Terms<'a> {
    pub(super) host: &'a Host,
    pub(super) notice: &'a (dyn Fn(&str) + Send + Sync),
    /// Objects of pipeline input.
    pub(super) input: Option<mpsc::Receiver<Result<Value, String>>>,
    /// How often Ctrl+C was pressed.
    pub(super) interrupts: watch::Receiver<u32>,
    /// After what time the pipeline is stopped.
    pub(super) timeout: Option<Duration>,
    /// After what silence it is left, for pipelines of which everything is there that will be read.
    pub(super) quiet: Option<Duration>,
    /// After how many messages it is left.
    pub(super) most: Option<u64>,
    /// The number of the first record.
    pub(super) first: u64,
}

/// How a pipeline ended for this client.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    pub(super) errors: u64,
    pub(super) message: Option<String>,
    /// It has not ended: the user leaves it running.
    pub(super) is_left: bool,
}

/// Why a pipeline is being stopped.
#[derive(Debug)]
enum Stopping {
    Interrupted,
    TimedOut,
    /// Nobody takes its records.
    Unread,
    /// Its input is wrong.
    Input(String),
}

/// What happened next.
enum Step {
    Session(Event),
    Permit(Option<InputPermit>),
    Input(Option<Result<Value, String>>),
    Interrupted(u32),
    Deadline,
    Quiet,
}

impl<'a, 'sink> Run<'a, 'sink> {
    pub(super) fn new(session: &'a mut Session, pid: Uuid, terms: Terms<'a>, sink: &'a mut Sink<'sink>) -> Self {
        Self {
            session,
            pid,
            host: terms.host,
            sink,
            notice: terms.notice,
            records: Records::from(terms.first),
            input: terms.input,
            permit: None,
            interrupts: terms.interrupts,
            deadline: terms.timeout.map(|timeout| Instant::now() + timeout),
            quiet: terms.quiet,
            most: terms.most,
            stopping: None,
            exit: None,
        }
    }

    /// Runs to the end. Not cancel-safe: a dropped call leaves the pipeline as it is.
    ///
    /// # Errors
    /// [`SessionError`] when the session ends before the pipeline does.
    pub(super) async fn run(mut self) -> Result<Ended, SessionError> {
        loop {
            if self.most == Some(0) && self.stopping.is_none() {
                return Ok(self.read());
            }
            match self.step().await {
                Step::Session(Event::PipelineEnded { pid, outcome }) if pid == self.pid => {
                    self.rest();
                    // When the session ends its pipelines fail first; why it did is the better answer.
                    return match (&outcome, self.session.closing()) {
                        (PipelineOutcome::Failed(_), Some(closing)) => Err(closing.into()),
                        _ => Ok(self.ended(outcome)),
                    };
                }
                Step::Session(Event::Ended(closing)) => return Err(closing.into()),
                Step::Session(event) => {
                    if let Some(left) = self.event(event).await {
                        return Ok(left);
                    }
                }
                // The session has ended, and will say so.
                Step::Permit(None) => self.input = None,
                Step::Permit(permit) => self.permit = permit,
                Step::Input(value) => self.feed(value),
                Step::Interrupted(1) => self.stop(Stopping::Interrupted),
                Step::Interrupted(_) => return Ok(self.left().await),
                Step::Quiet => return Ok(self.read()),
                Step::Deadline if self.stopping.is_some() => return Err(SessionError::Unstoppable),
                Step::Deadline => self.stop(Stopping::TimedOut),
            }
        }
    }

    /// Cancel-safe.
    async fn step(&mut self) -> Step {
        let permit = self.session.input_permit();
        let feeds = self.input.is_some() && self.stopping.is_none();
        let has_permit = self.permit.is_some();
        let interrupts = &mut self.interrupts;
        let quiet = self.quiet.filter(|_| self.stopping.is_none());
        tokio::select! {
            event = self.session.next() => Step::Session(event),
            permit = permit, if feeds && !has_permit => Step::Permit(permit),
            value = receive(&mut self.input), if feeds && has_permit => Step::Input(value),
            Ok(count) = pressed(interrupts) => Step::Interrupted(count),
            () = sleep_until(self.deadline.unwrap_or_else(Instant::now)), if self.deadline.is_some() => Step::Deadline,
            () = sleep(quiet.unwrap_or_default()), if quiet.is_some() => Step::Quiet,
        }
    }

    /// Takes an event; gives the end when the user leaves the pipeline running in the middle of a question. Not
    /// cancel-safe: a question stays on the terminal.
    async fn event(&mut self, event: Event) -> Option<Ended> {
        if let (Some(most), Event::Record { .. } | Event::HostCall { .. }) = (&mut self.most, &event) {
            *most = most.saturating_sub(1);
        }
        match event {
            Event::Record { pid, message, payload } if pid == self.pid => {
                let record = self.records.message(&message, payload);
                self.hand_over(record);
            }
            Event::HostCall { channel, call } => return self.host_call(channel, &call).await,
            Event::Gap { pid, lost, reason } if pid == self.pid => {
                let text = format!("{lost} records of the output were lost on the server ({reason})");
                let record = self.records.shown(Shown::Warning(text));
                self.hand_over(record);
            }
            Event::LinkAway(why) => (self.notice)(&format!("link lost: {why}; trying to get it back")),
            Event::LinkBack(after) => {
                (self.notice)(&format!("reconnected after {} s, nothing was lost", after.as_secs()));
            }
            Event::Reattached(why) => {
                (self.notice)(&format!("attached to the session anew, some output may come twice: {why}"));
            }
            _ => {}
        }
        None
    }

    /// Shows or answers what a call is for. Not cancel-safe, as [`event`](Self::event).
    async fn host_call(&mut self, channel: Channel, call: &HostCall) -> Option<Ended> {
        if !call.method.returns_value() {
            match host::shown(call) {
                Some(Shown::Exit(code)) => self.exit = Some(code),
                Some(shown) => {
                    let record = self.records.shown(shown);
                    self.hand_over(record);
                }
                None => {}
            }
            return None;
        }
        self.rest();
        let session = &*self.session;
        let deadline = self.deadline;
        let response = tokio::select! {
            response = self.host.answer(call, |text| session.seal(text)) => response,
            Ok(count) = pressed(&mut self.interrupts) => {
                if count > 1 {
                    return Some(self.left().await);
                }
                self.stop(Stopping::Interrupted);
                return None;
            }
            // What it means is for `run`, which sees it next.
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => return None,
        };
        // The pipeline may have ended while the person thought.
        let _ = self.session.answer(channel, response);
        None
    }

    fn hand_over(&mut self, record: Option<super::Record>) {
        if let Some(record) = record
            && !matches!(self.stopping, Some(Stopping::Unread))
            && let ControlFlow::Break(()) = (self.sink)(record)
        {
            self.stop(Stopping::Unread);
        }
    }

    /// Shows what stands on the console without a line end: a question follows, or the end.
    fn rest(&mut self) {
        let rest = self.records.rest();
        self.hand_over(rest);
    }

    fn feed(&mut self, value: Option<Result<Value, String>>) {
        let Some(permit) = self.permit.take() else { return };
        let fed = match value {
            Some(Ok(value)) => self.session.input(permit, self.pid, value),
            Some(Err(text)) => return self.stop(Stopping::Input(text)),
            None => {
                self.input = None;
                self.session.end_input(permit, self.pid)
            }
        };
        if fed.is_err() {
            // The pipeline takes no more; why is in its end.
            self.input = None;
        }
    }

    /// Stops the pipeline, the first time; from then on it has a limited time to end.
    fn stop(&mut self, why: Stopping) {
        if self.stopping.is_none() {
            self.stopping = Some(why);
            self.deadline = Some(Instant::now() + STOP_PIPELINE);
            let _ = self.session.stop(self.pid);
        }
    }

    /// The user leaves the pipeline running. Its input ends, because nobody can go on with it. Not
    /// cancel-safe: the input may stay open.
    async fn left(&mut self) -> Ended {
        if self.input.take().is_some() {
            let permit = match self.permit.take() {
                Some(permit) => Some(permit),
                None => self.session.input_permit().await,
            };
            if let Some(permit) = permit {
                let _ = self.session.end_input(permit, self.pid);
            }
        }
        Ended { outcome: Outcome::Interrupted, errors: self.records.errors, message: None, is_left: true }
    }

    /// All is read that was to be.
    fn read(&mut self) -> Ended {
        self.rest();
        Ended { outcome: Outcome::Ok, errors: self.records.errors, message: None, is_left: false }
    }

    fn ended(self, outcome: PipelineOutcome) -> Ended {
        let errors = self.records.errors;
        let end = |outcome, message| Ended { outcome, errors, message, is_left: false };
        let (state, text) = match outcome {
            PipelineOutcome::State(PipelineStateInfo { state, error }) => {
                (state, error.map(|error| error_text(&error)))
            }
            PipelineOutcome::Failed(failure) => (PsInvocationState::Failed, Some(failure.to_string())),
        };
        match (self.stopping, state) {
            (Some(Stopping::Interrupted), _) => end(Outcome::Interrupted, None),
            (Some(Stopping::TimedOut), _) => end(Outcome::TimedOut, Some("stopped: its time was over".to_owned())),
            (Some(Stopping::Unread), _) => end(Outcome::Ok, None),
            (Some(Stopping::Input(text)), _) => end(Outcome::Usage, Some(text)),
            (None, PsInvocationState::Completed) => end(self.exit.map_or(Outcome::Ok, Outcome::script), None),
            (None, PsInvocationState::Stopped) => {
                end(self.exit.map_or(Outcome::Script(1), Outcome::script), Some("the command was stopped".to_owned()))
            }
            (None, _) => end(self.exit.filter(|code| *code != 0).map_or(Outcome::Script(1), Outcome::script), text),
        }
    }
}

/// Cancel-safe.
async fn receive(input: &mut Option<mpsc::Receiver<Result<Value, String>>>) -> Option<Result<Value, String>> {
    match input {
        Some(input) => input.recv().await,
        None => std::future::pending().await,
    }
}

/// Waits until Ctrl+C is pressed once more, and gives how often it was. Cancel-safe.
async fn pressed(interrupts: &mut watch::Receiver<u32>) -> Result<u32, watch::error::RecvError> {
    interrupts.changed().await?;
    Ok(*interrupts.borrow_and_update())
}
