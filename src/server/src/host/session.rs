//! The loop around the session core.

use std::collections::HashMap;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use psrp_session::core::{Core, EngineEvent, Event, Identity, Input, LinkHello, LinkId, Output};
use psrp_session::name::{SessionName, SessionRef};
use psrp_session::options::{AttachMode, AttachOptions};
use psrp_session::time::{Instant, WallClock};
use tokio::signal::unix::Signal;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::{self, Arrival, Asker, NewLink, Numbers};
use super::keys::Keys;
use super::link::{Link, send_elsewhere, send_refusal};
use super::upkeep::Upkeep;
use crate::audit::Audit;
use crate::clock::{BootTimer, since_boot};
use crate::config::Config;
use crate::control::{Command, HostReply, LinkHeader};
use crate::engines::Engine;
use crate::limits::LINGER;
use crate::runtime::machine::{host_name, unix_time};
use crate::runtime::manifest::Phase;
use crate::runtime::{Claim, SessionDir};
use crate::{hooks, wish};
use rustix::rand::{GetRandomFlags, getrandom};

/// Most events of the engine that are handled before the rest of the loop has its turn.
const ENGINE_TURN: usize = 64;

/// What became of a host that belonged to nobody.
pub(super) enum Claimed {
    /// Nothing.
    No,
    /// It has been told to end.
    End,
    /// A client made it its session.
    By(Box<Claimant>),
}

/// The client that made the host its session.
pub(super) struct Claimant {
    link: NewLink,
    options: AttachOptions,
}

/// Answers what arrives at a host that belongs to nobody. Not cancel-safe.
pub(super) async fn claim(directory: &mut SessionDir, arrival: Arrival) -> Claimed {
    let link = match arrival {
        Arrival::Link(link) => link,
        Arrival::Admin(command, asker) => {
            let (claimed, reply) = match command {
                Command::Remove { .. } => (Claimed::End, HostReply::Done),
                Command::Stop | Command::Info => (Claimed::No, HostReply::Failed("no session yet".to_owned())),
            };
            let _ = asker.answer(reply).await;
            return claimed;
        }
        Arrival::Input(_) | Arrival::Keys(_) => return Claimed::No,
    };
    // Without the client that it was started for it is of no use.
    let is_its_client = link.header.claim && directory.manifest().phase == Phase::Reserved;
    let turned_away = if is_its_client { Claimed::End } else { Claimed::No };
    let options = match options(&link.header) {
        Ok(options) => options,
        Err(text) => {
            send_refusal(link.stream, &text).await;
            return turned_away;
        }
    };
    let claim = match &options.session {
        _ if !link.header.claim => Ok(Claim::Taken(directory.manifest().id)),
        Some(SessionRef::Name(name)) => directory.claim(name.as_str()),
        Some(SessionRef::Id(id)) => Ok(Claim::Taken(*id)),
        None => directory.claim(SessionName::automatic(directory.manifest().id).as_str()),
    };
    match claim {
        Ok(Claim::Won) => {}
        Ok(Claim::Taken(_)) => {
            send_elsewhere(link.stream).await;
            return turned_away;
        }
        Err(error) => {
            send_refusal(link.stream, &format!("the session could not be named: {error} (on {})", host_name())).await;
            // It may have the name already: nobody shall find it half made.
            return Claimed::End;
        }
    }
    let name = match &options.session {
        Some(SessionRef::Name(name)) => Some(name.as_str()),
        Some(SessionRef::Id(_)) | None => None,
    };
    if let Err(error) = directory.publish(name) {
        send_refusal(link.stream, &format!("the session could not be published: {error} (on {})", host_name())).await;
        // It may have the name already: nobody shall find it half made.
        return Claimed::End;
    }
    hooks::event("create.published", || vec![("session", directory.manifest().id.to_string())]).await;
    Claimed::By(Box::new(Claimant { link, options }))
}

fn options(header: &LinkHeader) -> Result<AttachOptions, String> {
    wish::options(&header.variables).map_err(|text| format!("{text} (on {})", host_name()))
}

/// A session and everything around it.
pub(super) struct Session {
    core: Core,
    engine: Box<dyn Engine>,
    upkeep: Upkeep,
    links: HashMap<LinkId, Link>,
    closing: Vec<JoinHandle<()>>,
    questions: HashMap<u64, Asker>,
    /// Answers that are being written.
    answers: Vec<oneshot::Receiver<()>>,
    numbers: Numbers,
    keys: Keys,
    audit: Audit,
    to_loop: mpsc::Sender<Arrival>,
    /// Why the session has ended, and whether somebody wanted that.
    ended: Option<(String, bool)>,
}

impl Session {
    /// A session as the client wants it that claimed it.
    pub(super) fn new(
        config: &Config,
        upkeep: Upkeep,
        engine: Box<dyn Engine>,
        claimed: &Claimant,
        to_loop: mpsc::Sender<Arrival>,
    ) -> Self {
        let manifest = upkeep.directory.manifest();
        let name = manifest.name.as_deref().and_then(|name| SessionName::new(name).ok());
        let lost = name.as_ref().filter(|_| claimed.options.mode != AttachMode::New).and_then(|name| {
            let grave = upkeep.directory.runtime().how_it_ended(|tombstone| tombstone.had_name(name))?;
            (!grave.asked).then(|| grave.epitaph())
        });
        let identity = Identity {
            id: manifest.id,
            name,
            lost,
            host: host_name(),
            clock: WallClock::new(Duration::from_secs(unix_time()).saturating_sub(since_boot())),
            configuration: manifest.configuration.clone(),
        };
        let audit = Audit::new(&config.audit, Some(manifest.id), manifest.name.clone());
        let settings = config.settings(claimed.options.idle, claimed.link.header.retained);
        Self {
            core: Core::new(identity, settings, now()),
            engine,
            upkeep,
            links: HashMap::new(),
            closing: Vec::new(),
            questions: HashMap::new(),
            answers: Vec::new(),
            numbers: Numbers::default(),
            keys: Keys::new(to_loop.clone()),
            audit,
            to_loop,
            ended: None,
        }
    }

    /// Serves the session until it has ended. `early` is what the engine has said already.
    ///
    /// # Errors
    /// The system's.
    pub(super) async fn run(
        mut self,
        claimed: Claimant,
        early: Vec<EngineEvent>,
        mut arrivals: mpsc::Receiver<Arrival>,
        mut terminate: Signal,
    ) -> anyhow::Result<()> {
        let mut timer = BootTimer::new()?;
        self.open_link(claimed.link, claimed.options).await;
        for event in early {
            self.handle(Input::Engine(event)).await;
        }
        let mut turn = Vec::new();
        while self.ended.is_none() {
            let deadline = self.core.poll_timeout().map(|due| due.since(Instant::default()));
            tokio::select! {
                () = poll_fn(|context| poll_engine(self.engine.as_mut(), &mut turn, context)) => {
                    for event in turn.drain(..) {
                        self.handle(Input::Engine(event)).await;
                    }
                }
                Some(arrival) = arrivals.recv() => self.arrived(arrival).await,
                accepted = self.upkeep.next() => match accepted {
                    Some(accepted) => connection::spawn(accepted, &self.to_loop),
                    None => self.upkeep.check().await,
                },
                waited = timer.until(deadline) => {
                    waited?;
                    hooks::gate("timer.due").await;
                    self.handle(Input::Timeout).await;
                }
                _ = terminate.recv() => self.remove().await,
            }
        }
        self.finish().await
    }

    async fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Link(link) if link.header.claim => {
                // Somebody else was faster: it may attach, or make another session.
                tokio::task::spawn_local(send_elsewhere(link.stream));
            }
            Arrival::Link(link) => match options(&link.header) {
                Ok(options) => self.open_link(link, options).await,
                Err(text) => {
                    tokio::task::spawn_local(async move { send_refusal(link.stream, &text).await });
                }
            },
            Arrival::Admin(command, asker) => {
                let request = self.numbers.next();
                self.questions.insert(request, asker);
                self.handle(Input::Admin { request, command: command.into() }).await;
            }
            Arrival::Input(input) => {
                match input {
                    // Both directions say so.
                    Input::LinkLost { link } => match self.links.remove(&link) {
                        Some(lost) => self.close(lost.end()),
                        None => return,
                    },
                    Input::LinkBytes { link, .. } | Input::LinkWritten { link, .. }
                        if !self.links.contains_key(&link) =>
                    {
                        return;
                    }
                    _ => {}
                }
                self.handle(input).await;
            }
            Arrival::Keys(event) => self.handle(Input::Keys(event)).await,
        }
    }

    /// The first line is handled like everything that follows it, behind what it opened.
    async fn open_link(&mut self, new: NewLink, options: AttachOptions) {
        let NewLink { header, client, first, stream } = new;
        let link = self.numbers.link();
        self.links.insert(link, Link::start(link, stream, &self.to_loop));
        let LinkHeader { peer, connection, .. } = header;
        let hello = LinkHello { options, client, peer, connection, random: random() };
        self.handle(Input::LinkOpened { link, hello }).await;
        self.handle(Input::LinkBytes { link, bytes: first }).await;
    }

    async fn handle(&mut self, input: Input) {
        self.core.handle(input, now());
        self.carry_out().await;
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.core.poll() {
            match output {
                Output::Link { link, bytes } => {
                    if let Some(link) = self.links.get(&link) {
                        link.send(bytes);
                    }
                }
                Output::CloseLink { link, exit_code } => {
                    if let Some(link) = self.links.remove(&link) {
                        self.close(link.close(exit_code));
                    }
                }
                Output::PauseLink { link } => self.read(link, false),
                Output::ResumeLink { link } => self.read(link, true),
                Output::Engine(command) => self.engine.command(command),
                Output::Keys(request) => self.keys.request(request),
                Output::Event(event) => self.note(event).await,
                Output::Admin { request, reply } => {
                    if let Some(asker) = self.questions.remove(&request) {
                        self.answers.retain_mut(|written| written.try_recv() == Err(TryRecvError::Empty));
                        self.answers.push(asker.answer(reply.into()));
                    }
                }
                Output::Ended { reason, asked } => self.ended = Some((reason, asked)),
            }
        }
        self.upkeep.directory.note_retained(self.core.retained());
    }

    /// Remembers a link that is being written to its end.
    fn close(&mut self, closing: JoinHandle<()>) {
        self.closing.retain(|closing| !closing.is_finished());
        self.closing.push(closing);
    }

    fn read(&self, link: LinkId, on: bool) {
        if let Some(link) = self.links.get(&link) {
            link.read(on);
        }
    }

    async fn note(&mut self, event: Event) {
        let session = self.upkeep.directory.manifest().id;
        tracing::info!(%session, lease = event.lease, event = event.name, fields = ?event.fields, "The session noted something");
        if event.audit {
            self.audit.write(&event);
        }
        hooks::event(event.name, || event.fields).await;
    }

    async fn remove(&mut self) {
        let request = self.numbers.next();
        let command = Command::Remove { force: false };
        self.handle(Input::Admin { request, command: command.into() }).await;
    }

    /// Sends what is still to be sent and leaves a tombstone.
    async fn finish(mut self) -> anyhow::Result<()> {
        let (reason, asked) = self.ended.take().unwrap_or_default();
        // Where nothing can be written, clients get their last bytes and the engine its end all the same.
        let left = self.upkeep.directory.end(&self.core.info().name, &reason, asked);
        for link in self.links.into_values() {
            self.closing.push(link.close(0));
        }
        let _ = timeout(LINGER, async {
            for closing in self.closing {
                let _ = closing.await;
            }
            for written in self.answers {
                let _ = written.await;
            }
        })
        .await;
        if let Some(engine) = self.engine.process() {
            engine.kill_group();
        }
        hooks::event("host.ended", || vec![("reason", reason)]).await;
        Ok(left?)
    }
}

/// Collects what the engine has to say, up to a turn; pending when that is nothing.
fn poll_engine(engine: &mut dyn Engine, turn: &mut Vec<EngineEvent>, context: &mut Context<'_>) -> Poll<()> {
    while turn.len() < ENGINE_TURN {
        match engine.poll_event(context) {
            Poll::Ready(event) => turn.push(event),
            Poll::Pending => break,
        }
    }
    if turn.is_empty() { Poll::Pending } else { Poll::Ready(()) }
}

fn now() -> Instant {
    Instant::from_start(since_boot())
}

/// Random bytes for the ids and secrets of a link.
fn random() -> [u8; 48] {
    let mut bytes = [0; 48];
    // It fails only before the system has gathered its first random bytes, and never gives fewer than 256.
    while getrandom(&mut bytes, GetRandomFlags::empty()) != Ok(bytes.len()) {}
    bytes
}
