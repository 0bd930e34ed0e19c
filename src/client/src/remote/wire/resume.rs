//! A stream and its connections: each that is lost is replaced by a new one, as long as psrpd waits for this client.

use std::pin::pin;
use std::time::Duration;

use psrp_session::hello::{OpenRequest, OpenVerb, Resume};
use psrp_session::limits::STREAM_WINDOW;
use psrp_session::name::SessionRef;
use psrp_session::options::{AttachMode, AttachOptions};
use psrp_session::stream::{Endpoint, StreamEvent};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::backoff::{Backoff, random};
use super::call::{self, Answer, Call};
use super::connection::may_pass;
use super::news::Queues;
use super::pump::{Gone, Seen, pump};
use super::stream::Machine;
use super::{Connection, Connector, End, News, OpenError};
use crate::limits::{LAST_BACKOFF, QUIET_RESUME, RESUME_TIMEOUT};

/// Serves a wire until its end. Not cancel-safe: to cancel it is to cut the connection.
pub(super) async fn run(
    mut connection: Connection,
    mut connector: impl Connector,
    mut machine: Machine,
    mut queues: Queues,
) {
    let mut seen = Seen::default();
    let mut backoff = Backoff::new();
    let end = loop {
        let begun = Instant::now();
        machine.connected(begun);
        // Events may have come with the answer to the call.
        let gone = match machine.drain() {
            Ok(()) => pump(&mut connection, &mut machine, &mut queues, &mut seen).await,
            Err(end) => Gone::Ended(end),
        };
        let why = match gone {
            Gone::Ended(end) => break end,
            Gone::Left => return,
            Gone::Lost(error) => error.to_string(),
            Gone::Silent => "the server does not answer".to_owned(),
        };
        // The old connection goes before there is a new one: `ssh` may hold a master's socket, the server a slot.
        drop(connection);
        tracing::info!(why, "Link lost");
        if begun.elapsed() >= LAST_BACKOFF {
            backoff = Backoff::new();
        }
        match again(&mut connector, &mut machine, &mut queues, &mut backoff, why).await {
            Ok(new) => connection = new,
            Err(end) => break end,
        }
    };
    queues.tell(News::Ended(end));
}

/// Makes a new connection on which the stream goes on. One attempt at a time. Not cancel-safe, like its attempts: a stream
/// that was attached to anew may be lost.
async fn again(
    connector: &mut impl Connector,
    machine: &mut Machine,
    queues: &mut Queues,
    backoff: &mut Backoff,
    why: String,
) -> Result<Connection, End> {
    machine.endpoint().connection_lost();
    let lost = Instant::now();
    let patience = Duration::from_secs(machine.opened().resume_seconds.into());
    let until = lost + patience;
    let mut teller = Teller { at: lost + QUIET_RESUME, why: Some(why.clone()), queues };
    let mut last = why;
    loop {
        let wait = teller.during(sleep(backoff.before_attempt(random())));
        if timeout_at(until, wait).await.is_err() {
            return Err(End::GaveUp { after: patience, last });
        }
        let attempt = timeout_at(until, attempt(connector, machine));
        match teller.during(attempt).await {
            Ok(Ok(Attempt::Resumed(connection))) => {
                if teller.has_told() {
                    teller.queues.tell(News::LinkBack(lost.elapsed()));
                }
                return Ok(connection);
            }
            Ok(Ok(Attempt::Reattached { connection, why })) => {
                teller.queues.tell(News::Reattached { opened: machine.opened().clone(), why });
                return Ok(connection);
            }
            Ok(Err(error)) => last = passing(error)?,
            Err(_) => return Err(End::GaveUp { after: patience, last }),
        }
        tracing::debug!(last, "No new link yet");
    }
}

/// What came of an attempt.
enum Attempt {
    /// The stream goes on.
    Resumed(Connection),
    /// The stream is lost, and there is a new one.
    Reattached { connection: Connection, why: String },
}

/// One attempt; with a server that has lost the stream, two calls.
async fn attempt(connector: &mut impl Connector, machine: &mut Machine) -> Result<Attempt, OpenError> {
    machine.endpoint().connection_lost();
    let opened = machine.opened();
    let (stream, token, session) = (opened.stream, opened.token, opened.session);
    let options = AttachOptions {
        session: Some(SessionRef::Id(session)),
        mode: AttachMode::Existing,
        ..AttachOptions::default()
    };
    let endpoint = machine.endpoint();
    let resume = Resume { stream, token, next: endpoint.recv_next() };
    let request = OpenRequest::new(OpenVerb::Resume(resume), options.clone());
    let call = Call { request: &request, rpid: session, unattended: true, limit: RESUME_TIMEOUT };
    let (connection, answer) = call.make(connector, endpoint).await?;
    let refusal = match answer {
        Answer::Stream(StreamEvent::Resumed) => return Ok(Attempt::Resumed(connection)),
        Answer::Stream(StreamEvent::Refused(refusal)) => refusal,
        Answer::Stream(event) => return Err(call::unexpected(event)),
        Answer::Stock { .. } => return Err(OpenError::Unsupported("sessions that outlive their connection")),
    };
    if !["lost", "unknown-stream"].contains(&refusal.code.as_str()) {
        return Err(OpenError::Refused(refusal));
    }
    drop(connection);
    let mut endpoint = Endpoint::new(STREAM_WINDOW, 0);
    let request = OpenRequest::new(OpenVerb::Attach, options);
    let call = Call { request: &request, rpid: session, unattended: true, limit: RESUME_TIMEOUT };
    match call.make(connector, &mut endpoint).await? {
        (connection, Answer::Stream(StreamEvent::Opened(opened))) => {
            machine.replace(endpoint, opened);
            Ok(Attempt::Reattached { connection, why: refusal.text })
        }
        (_, Answer::Stream(event)) => Err(call::unexpected(event)),
        (_, Answer::Stock { .. }) => Err(OpenError::Unsupported("sessions that outlive their connection")),
    }
}

/// The text of an error after which another attempt may succeed.
///
/// # Errors
/// The end, after any other.
fn passing(error: OpenError) -> Result<String, End> {
    match error {
        OpenError::Connect(error) if may_pass(&error) => Ok(error.to_string()),
        OpenError::Connect(error) => Err(End::NeedsPerson(error)),
        OpenError::Silent => Ok(error.to_string()),
        // The host of the session is busy, or has too many connections at this moment.
        OpenError::Refused(refusal) if ["engine", "limit"].contains(&refusal.code.as_str()) => Ok(refusal.text),
        OpenError::Refused(refusal) => Err(End::Refused(refusal)),
        OpenError::Reported(text) => Err(End::Gone(text)),
        OpenError::Noise(_) | OpenError::Unsupported(_) => Err(End::Gone(error.to_string())),
        OpenError::Protocol(text) => Err(End::Protocol(text)),
    }
}

/// Tells the owner, once, when the link is away for long.
struct Teller<'a> {
    at: Instant,
    why: Option<String>,
    queues: &'a mut Queues,
}

impl Teller<'_> {
    const fn has_told(&self) -> bool {
        self.why.is_none()
    }

    /// Waits for `work`. Cancel-safe if `work` is.
    async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = sleep_until(self.at), if self.why.is_some() => {
                    if let Some(why) = self.why.take() {
                        self.queues.tell(News::LinkAway(why));
                    }
                }
            }
        }
    }
}
