//! The verbs, done over [`Session`]s.

mod convert;

use std::sync::Arc;
use std::time::Duration;

use psrp_clixml::Value;
use psrp_proto::message::{Command, CreatePipeline, InitRunspacePool, PowerShell};
use psrp_session::hello::{OpenRequest, OpenVerb};
use psrp_session::info;
use psrp_session::limits::MAX_MESSAGE;
use psrp_session::name::{SessionName, SessionRef};
use psrp_session::options::{AttachMode, AttachOptions, OnClose};
use psrp_session::question::read_sessions;
use tokio::sync::{mpsc, watch};

use super::host::{self, Host as Console};
use super::run::{Ended, Run, Terms};
use super::session::{Session as Open, SessionError};
use super::wire::{self, End as WireEnd, OpenError, SshConnector};
use super::{
    Attached, End, InvokeRequest, Keep, Lifetime, NewRequest, ReceiveRequest, Remote, RemoteError, Script, SessionInfo,
    Sink, Start, stdin,
};
use crate::exit::Outcome;
use crate::limits::QUIET_RECEIVE;
use crate::ssh::Settings;
use crate::target::{Host, Session};
use convert::{engine, left, listed, named, start, waiting};

/// Sessions of servers that are reached as [`crate::ssh`] does it.
pub struct Servers {
    notice: Box<Notice>,
}

/// Tells the user something about a host while a verb goes on.
type Notice = dyn Fn(&Host, &str) + Send + Sync;

impl Servers {
    /// `notice` is told what the user should know while a verb goes on: that a link is away, or back.
    pub fn new(notice: impl Fn(&Host, &str) + Send + Sync + 'static) -> Self {
        Self { notice: Box::new(notice) }
    }

    /// Opens a session with the usual window. As [`Session::open`](Open::open) not cancel-safe, like all that follows.
    async fn open(
        &self,
        host: &Host,
        settings: &Settings,
        options: AttachOptions,
        width: Option<u16>,
    ) -> Result<Open, RemoteError> {
        self.open_with(host, settings, OpenRequest::new(OpenVerb::Attach, options), width).await
    }

    async fn open_with(
        &self,
        host: &Host,
        settings: &Settings,
        request: OpenRequest,
        width: Option<u16>,
    ) -> Result<Open, RemoteError> {
        Ok(self.try_open(host, settings, request, width).await?)
    }

    async fn try_open(
        &self,
        host: &Host,
        settings: &Settings,
        request: OpenRequest,
        width: Option<u16>,
    ) -> Result<Open, SessionError> {
        let init = InitRunspacePool::new(host::application_arguments(), host::host_info(width));
        let connector = SshConnector::new(host.clone(), settings.clone());
        Open::open(connector, request, init).await
    }

    /// Attaches to a session that is there, from whomever has it if `steal`.
    async fn attach(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        steal: bool,
    ) -> Result<Open, RemoteError> {
        let request = OpenRequest::new(OpenVerb::Attach, named(session, AttachMode::Existing)?);
        let existing = self.try_open(host, settings, request, None).await;
        let is_held =
            matches!(&existing, Err(SessionError::Open(OpenError::Refused(refusal))) if refusal.code == "attached");
        if !(steal && is_held) {
            return Ok(existing?);
        }
        // To steal is to create, when there is nothing to be stolen: so not before it is known that there is.
        let open = self.open(host, settings, named(session, AttachMode::Steal)?, None).await?;
        if open.about().created {
            // Its holder has ended it in this moment. One with a name stays when its client leaves.
            let id = open.about().id;
            open.close().await?;
            self.remove(host, settings, &Session::InstanceId(id), false).await?;
            return Err(RemoteError::NoSession(format!("there is no session {session} on {host}")));
        }
        Ok(open)
    }

    async fn ask(
        &self,
        host: &Host,
        settings: &Settings,
        verb: OpenVerb,
        options: AttachOptions,
    ) -> Result<Vec<info::SessionInfo>, RemoteError> {
        let what = match verb {
            OpenVerb::List => "lists of sessions",
            _ => "sessions with names",
        };
        let connector = SshConnector::new(host.clone(), settings.clone());
        let reply = wire::ask(connector, &OpenRequest::new(verb, options), what).await.map_err(SessionError::from)?;
        read_sessions(&reply).ok_or_else(|| RemoteError::Protocol(format!("{host} sent a list that cannot be read")))
    }

    async fn run(
        &self,
        host: &Host,
        settings: &Settings,
        open: &mut Open,
        pid: uuid::Uuid,
        terms: PartialTerms,
        sink: &mut Sink<'_>,
    ) -> Result<Ended, RemoteError> {
        let console = Console::new(Arc::clone(&settings.prompt), host.to_string());
        let notice = |text: &str| (self.notice)(host, text);
        let terms = Terms {
            host: &console,
            notice: &notice,
            input: terms.input,
            interrupts: terms.interrupts,
            timeout: terms.timeout,
            quiet: terms.quiet,
            most: terms.most,
            first: terms.first,
        };
        let ended = Run::new(open, pid, terms, sink).run().await;
        ended.map_err(|error| way_back(error, open, host))
    }
}

/// An error with the way back to a session that goes on without this client.
fn way_back(error: SessionError, open: &Open, host: &Host) -> RemoteError {
    let goes_on =
        matches!(&error, SessionError::Lost(end) if matches!(&**end, WireEnd::NeedsPerson(_) | WireEnd::GaveUp { .. }));
    match RemoteError::from(error) {
        RemoteError::Lost(text) if goes_on => {
            RemoteError::Lost(format!("{text}; the session goes on: psrp receive {host}/{}", open.about().id))
        }
        error => error,
    }
}

/// [`Terms`] without what a host and its settings make of them.
struct PartialTerms {
    input: Option<mpsc::Receiver<Result<Value, String>>>,
    interrupts: watch::Receiver<u32>,
    timeout: Option<Duration>,
    quiet: Option<Duration>,
    most: Option<u64>,
    first: u64,
}

impl Remote for Servers {
    async fn create(&self, host: &Host, settings: &Settings, request: &NewRequest) -> Result<SessionInfo, RemoteError> {
        let mut settings = settings.clone();
        settings.env.extend(request.env.iter().cloned());
        let name = request.name.as_deref().map(SessionName::new).transpose();
        let name = name.map_err(|error| RemoteError::NoSession(error.to_string()))?;
        let mode = if request.if_not_exists { AttachMode::Auto } else { AttachMode::New };
        let options = AttachOptions {
            mode: if name.is_some() { mode } else { AttachMode::Auto },
            session: name.map(SessionRef::Name),
            on_close: Some(OnClose::Keep),
            idle: request.lifetime.idle_timeout,
            engine: request.engine.map(engine),
            ..AttachOptions::default()
        };
        let open = self.open(host, &settings, options, None).await?;
        leave(open, &request.lifetime).await
    }

    async fn list(&self, host: &Host, settings: &Settings) -> Result<Vec<SessionInfo>, RemoteError> {
        let sessions = self.ask(host, settings, OpenVerb::List, AttachOptions::default()).await?;
        // One that is ending is not there for anybody any more.
        let there = sessions.into_iter().filter(|session| session.state != info::SessionState::Closing);
        Ok(there.map(listed).collect())
    }

    async fn invoke(
        &self,
        host: &Host,
        settings: &Settings,
        request: &InvokeRequest,
        sink: &mut Sink<'_>,
    ) -> Result<End, RemoteError> {
        let options = match &request.session {
            Some(session) => named(session, AttachMode::Existing)?,
            None => AttachOptions {
                on_close: Some(OnClose::Close),
                engine: request.engine.map(engine),
                ..AttachOptions::default()
            },
        };
        let open = self.open(host, settings, options, Some(request.width));
        let mut open = unless_interrupted(&request.interrupts, open).await?;
        if !open.about().is_durable {
            let wanted = [
                (request.disconnected, "commands that run on without their client"),
                (request.engine.is_some(), "a choice of engines"),
            ];
            if let Some((_, what)) = wanted.into_iter().find(|(is_wanted, _)| *is_wanted) {
                return Err(SessionError::Unsupported(what).into());
            }
        }
        let pid = open.start(pipeline(request)).map_err(SessionError::from)?;
        if request.disconnected {
            let session = leave(open, &Lifetime::default()).await?;
            return Ok(End { outcome: Outcome::Ok, errors: 0, session: Some(session), message: None });
        }
        let terms = PartialTerms {
            input: stdin::objects(request.stdin),
            interrupts: request.interrupts.clone(),
            timeout: request.timeout,
            quiet: None,
            most: None,
            first: 0,
        };
        let ended = self.run(host, settings, &mut open, pid, terms, sink).await?;
        finish(open, ended, request.session.is_some()).await
    }

    async fn connect(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        steal: bool,
    ) -> Result<Attached, RemoteError> {
        let open = self.attach(host, settings, session, steal).await?;
        let pipelines = open.about().inherited.iter().map(waiting).collect();
        Ok(Attached { session: leave(open, &Lifetime::default()).await?, pipelines })
    }

    async fn disconnect(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        lifetime: &Lifetime,
    ) -> Result<SessionInfo, RemoteError> {
        leave(self.attach(host, settings, session, true).await?, lifetime).await
    }

    async fn receive(
        &self,
        host: &Host,
        settings: &Settings,
        request: &ReceiveRequest,
        sink: &mut Sink<'_>,
    ) -> Result<End, RemoteError> {
        let mut open_request = OpenRequest::new(OpenVerb::Attach, named(&request.session, AttachMode::Existing)?);
        if request.keep {
            // Nothing is acknowledged, so all of it has to come unasked.
            open_request.credit = u64::try_from(MAX_MESSAGE).unwrap_or(u64::MAX);
        }
        let open = self.open_with(host, settings, open_request, None);
        let mut open = unless_interrupted(&request.interrupts, open).await?;
        open.keep_output(request.keep);
        let mut total = Ended { outcome: Outcome::Ok, errors: 0, message: None, is_left: false };
        for pipeline in open.about().inherited.clone() {
            let is_live = ["Queued", "Running", "Stopping"].contains(&pipeline.state.as_str());
            if !is_live && request.from == Start::New {
                continue;
            }
            let (from, first) = start(request.from);
            open.adopt(pipeline.id, from).map_err(SessionError::from)?;
            let terms = PartialTerms {
                input: None,
                interrupts: request.interrupts.clone(),
                timeout: None,
                // Without --follow, what runs is read as far as it has come.
                quiet: (!is_live || !request.follow).then_some(QUIET_RECEIVE),
                most: (is_live && !request.follow).then_some(pipeline.unread),
                first,
            };
            let ended = self.run(host, settings, &mut open, pipeline.id, terms, sink).await?;
            total.outcome = total.outcome.max(ended.outcome);
            total.errors = total.errors.saturating_add(ended.errors);
            total.message = ended.message.or(total.message);
            if ended.outcome == Outcome::Interrupted {
                break;
            }
        }
        finish(open, total, true).await
    }

    async fn remove(
        &self,
        host: &Host,
        settings: &Settings,
        session: &Session,
        force: bool,
    ) -> Result<(), RemoteError> {
        let options = named(session, AttachMode::Existing)?;
        self.ask(host, settings, OpenVerb::Remove { force }, options).await.map(|_| ())
    }
}

/// Does `work`, unless the user presses Ctrl+C before it is done or has done so. Not cancel-safe, as `work`.
async fn unless_interrupted<T>(
    interrupts: &watch::Receiver<u32>,
    work: impl Future<Output = Result<T, RemoteError>>,
) -> Result<T, RemoteError> {
    let mut interrupts = interrupts.clone();
    tokio::select! {
        biased;
        Ok(_) = interrupts.wait_for(|count| *count > 0) => Err(RemoteError::Interrupted),
        done = work => done,
    }
}

/// Leaves a session, and says what it is from now on.
async fn leave(open: Open, lifetime: &Lifetime) -> Result<SessionInfo, RemoteError> {
    let about = open.about().clone();
    open.detach(lifetime.idle_timeout, lifetime.keep.map(|keep| keep == Keep::Drop)).await?;
    Ok(left(&about))
}

/// Leaves the session of a pipeline, or closes one that was made for it.
async fn finish(open: Open, ended: Ended, is_named: bool) -> Result<End, RemoteError> {
    let Ended { outcome, errors, mut message, is_left } = ended;
    let mut session = None;
    if is_left && open.about().is_durable {
        session = Some(leave(open, &Lifetime::default()).await?);
    } else if is_named {
        leave(open, &Lifetime::default()).await?;
    } else {
        if is_left {
            message = Some("the server keeps no sessions, so the command was stopped".to_owned());
        }
        // What the command did is known; how its session ends changes nothing.
        if let Err(error) = open.close().await {
            tracing::info!(%error, "The session was not closed in order");
        }
    }
    Ok(End { outcome, errors, session, message })
}

/// The pipeline that a request asks for.
fn pipeline(request: &InvokeRequest) -> CreatePipeline {
    let text = match &request.script {
        Script::Text(text) | Script::File { text, .. } => text,
    };
    let mut script = Command::script(text.as_str());
    for (name, value) in &request.named {
        script = script.parameter(name.as_str(), value.as_str());
    }
    for value in &request.arguments {
        script = script.argument(value.as_str());
    }
    let using: Vec<_> = request.using.iter().map(|(name, value)| (format!("$using:{name}"), value.as_str())).collect();
    script = script.using(using.iter().map(|(expression, value)| (expression.as_str(), Value::from(*value))));
    let mut commands = vec![script];
    if request.render {
        let width = i32::from(request.width.max(1));
        commands.push(Command::named("Out-String").parameter("Stream", true).parameter("Width", width));
    }
    let create = CreatePipeline::new(PowerShell::pipeline(commands));
    // This client's own host: that of the session is the host of whoever created it, and may be none.
    let host_info = host::host_info(Some(request.width));
    CreatePipeline { no_input: request.stdin == super::Stdin::None, host_info, ..create }
}
