//! The broker: one process per user that decides about new sessions and tidies up. It is never in the data path, and what it
//! knows it can find in the runtime directory again.

mod admission;
mod takeover;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::net::UnixListener as StdListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use psrp_session::options::EngineKind;
use rustix::fs::{FlockOperation, flock};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::ask::{ask, ask_all};
use crate::config::{self, Config};
use crate::control::{
    Answer, BrokerReply, BrokerRequest, Command, Place, Refused, Session, VERSION, read_line, write_line,
};
use crate::limits::{ACCEPT_PAUSE, BROKER_IDLE, BROKER_SWEEP, CLOSE_LOOK, CONNECTIONS, GRANT, HEADER_WAIT};
use crate::resolve::{Resolution, resolve};
use crate::runtime::{Known, LiveSession, Look, Runtime, bind_at, identity, lock_file};
use crate::{clock, detach, engines, environment, hooks, log, peer, wish};

pub(crate) use admission::limit_of_sessions;
use admission::{Admission, Grant, Load, admit, order};

/// Runs the broker until there is nothing left to do. With `replace` it takes over from a running one.
///
/// # Errors
/// The system's; that another broker runs is none.
pub(crate) fn run(replace: bool) -> anyhow::Result<()> {
    hooks::start("broker");
    log::start();
    let runtime = Runtime::open(environment::variable)?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&tokio, async {
        let lock = lock_file(&runtime.broker_lock())?;
        let won = flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok();
        hooks::event("broker.lock", || vec![("won", won.to_string())]).await;
        let listener = if won {
            bind_at(&runtime.broker_socket())?.0
        } else if replace {
            takeover::take_over(&runtime, &lock)?
        } else {
            // The other one serves.
            return Ok(detach::ready("running")?);
        };
        serve(runtime, listener, lock).await
    })
}

async fn serve(runtime: Runtime, listener: StdListener, _lock: File) -> anyhow::Result<()> {
    let _ageing = runtime.keep_from_ageing();
    // Handled, so that the end of a login does not end it.
    let _hangup = signal(SignalKind::hangup())?;
    let mut asked = signal(SignalKind::user_defined1())?;
    let socket = runtime.broker_socket();
    let own = identity(&socket);
    let listener = UnixListener::from_std(listener)?;
    hooks::event("broker.spawned", Vec::new).await;
    detach::ready("ready")?;
    let broker =
        Rc::new(Broker { runtime, admission: RefCell::default(), known: RefCell::default(), looked: Cell::default() });
    let (leave, mut successor) = mpsc::channel(1);
    let mut sweep = interval(BROKER_SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sweeping = None;
    let mut used = Instant::now();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                used = Instant::now();
                match accepted {
                    // Every connection holds the broker once.
                    Ok((stream, _)) if Rc::strong_count(&broker) <= CONNECTIONS && peer::is_own(&stream) => {
                        let (broker, leave) = (Rc::clone(&broker), leave.clone());
                        tokio::task::spawn_local(async move { broker.connection(stream, leave).await });
                    }
                    Ok(_) => {}
                    // For instance no descriptor is left: the next one would fail at once, too.
                    Err(_) => sleep(ACCEPT_PAUSE).await,
                }
            }
            Some(stream) = successor.recv() => {
                takeover::pass(&stream, &listener)?;
                return Ok(());
            }
            // Beside everything else: a host that does not answer is waited for.
            _ = sweep.tick(), if sweeping.is_none() => {
                let broker = Rc::clone(&broker);
                sweeping = Some(tokio::task::spawn_local(async move { broker.sweep().await }));
            }
            nothing_left = swept(&mut sweeping) => {
                sweeping = None;
                if identity(&socket) != own {
                    // Somebody removed it, or another broker has its place: nobody will come any more.
                    return Ok(());
                }
                if nothing_left && used.elapsed() >= BROKER_IDLE && Rc::strong_count(&broker) == 1 {
                    // From here on a shim starts the next broker.
                    let _ = fs::remove_file(socket);
                    return Ok(());
                }
            }
            _ = asked.recv() => sweep.reset_immediately(),
        }
    }
}

/// Waits for the end of a sweep; for ever when there is none. Cancel-safe.
async fn swept(sweeping: &mut Option<JoinHandle<bool>>) -> bool {
    match sweeping {
        Some(sweep) => sweep.await.unwrap_or(false),
        None => std::future::pending().await,
    }
}

struct Broker {
    runtime: Runtime,
    admission: RefCell<Admission>,
    /// What was found at the last look into each directory.
    known: RefCell<HashMap<PathBuf, Known>>,
    /// When the last close look was.
    looked: Cell<Option<Duration>>,
}

impl Broker {
    /// Answers one request.
    async fn connection(&self, stream: UnixStream, leave: mpsc::Sender<UnixStream>) {
        let mut stream = BufReader::new(stream);
        let request = match timeout(HEADER_WAIT, read_line(&mut stream)).await {
            Ok(Ok(request)) => request,
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                return reply(&mut stream, BrokerReply::Failed(error.to_string())).await;
            }
            _ => return,
        };
        match request {
            BrokerRequest::Resolve { variables, environment } => {
                hooks::event("broker.asked", Vec::new).await;
                let (answer, grant) = self.resolve(&variables, &environment);
                reply(&mut stream, BrokerReply::Resolved { version: VERSION.to_owned(), answer }).await;
                if grant.is_some() {
                    // The shim says no more, and closes when the session is there or will not come.
                    let _ = timeout(GRANT, stream.read_u8()).await;
                }
            }
            BrokerRequest::HandOver => {
                // There is one place: of two successors the later one is not answered, and binds a socket of its own.
                let _ = leave.try_send(stream.into_inner());
            }
        }
    }

    fn resolve(&self, variables: &[(String, String)], environment: &str) -> (Answer, Option<Grant<'_>>) {
        let resolution = wish::options(variables)
            .map_err(|text| Refused::here("protocol", text))
            .and_then(|options| Ok((resolve(&self.runtimes(), &options)?, options.engine)));
        match resolution {
            Ok((Resolution::Attach(session), _)) => (Answer::Attach(place(&session)), None),
            Ok((Resolution::Create, engine)) => match self.create(environment, engine) {
                Ok((answer, grant)) => (answer, Some(grant)),
                Err(refused) => (Answer::Refused(refused), None),
            },
            Err(refused) => (Answer::Refused(refused), None),
        }
    }

    fn create(&self, environment: &str, engine: Option<EngineKind>) -> Result<(Answer, Grant<'_>), Refused> {
        let config = config().map_err(|error| Refused::here("limit", error))?;
        let engine = engine.unwrap_or_else(|| engines::default(&config));
        let look = match self.looked.get() {
            Some(looked) if clock::since_boot().saturating_sub(looked) < CLOSE_LOOK => Look::Quick,
            _ => Look::Close,
        };
        match self.grant(&config, engine, environment, look) {
            // What stands in the way may have gone since.
            Err(_) if look == Look::Quick => self.grant(&config, engine, environment, Look::Close),
            decided => decided,
        }
    }

    fn grant(
        &self,
        config: &Config,
        engine: EngineKind,
        environment: &str,
        look: Look,
    ) -> Result<(Answer, Grant<'_>), Refused> {
        let (sessions, hosts): (Vec<_>, Vec<_>) = self.live(look).into_iter().partition(LiveSession::is_session);
        let load = Load { sessions: sessions.len(), retained: sessions.iter().map(|session| session.retained).sum() };
        let fits = |host: &&LiveSession| host.is_warm(engine.as_str(), environment);
        let fitting: Vec<_> = hosts.iter().filter(fits).map(place).collect();
        let grant = admit(&self.admission, &config.limits, &load, &fitting, clock::since_boot())?;
        let left = fitting.len() - usize::from(grant.warm.is_some());
        let missing = config.engine.warm.saturating_sub(left.try_into().unwrap_or(u8::MAX));
        let kind = format!("{} {environment}", engine.as_str());
        let replenish = order(&self.admission, kind, fitting.len(), missing, clock::since_boot());
        Ok((Answer::Create { warm: grant.warm.clone(), retained: Some(grant.retained), replenish }, grant))
    }

    /// Removes what is dead and what is left over; whether nothing lives.
    async fn sweep(&self) -> bool {
        for runtime in self.runtimes() {
            let Ok(scan) = runtime.scan() else { continue };
            for id in &scan.dead {
                tracing::warn!(session = %id, "A session was lost");
                hooks::event("sh.killed", || vec![("session", id.to_string())]).await;
            }
            // Tried again at the next sweep.
            let _ = runtime.tidy(&scan);
        }
        let live = self.live(Look::Close);
        let nothing_left = live.is_empty();
        let keep = config().map_or(usize::MAX, |config| config.limits.leftovers);
        let nameless = live.into_iter().filter(|session| session.is_session() && session.manifest.name.is_none());
        for socket in leftovers(ask_all(nameless.collect()).await, keep) {
            let _ = ask(&socket, Command::Remove { force: false }).await;
        }
        nothing_left
    }

    fn live(&self, look: Look) -> Vec<LiveSession> {
        let mut known = self.known.borrow_mut();
        if look == Look::Close {
            self.looked.set(Some(clock::since_boot()));
        }
        let scan =
            |runtime: Runtime| runtime.scan_again(known.entry(runtime.root().to_owned()).or_default(), look).ok();
        self.runtimes().into_iter().filter_map(scan).flat_map(|scan| scan.live).collect()
    }

    fn runtimes(&self) -> Vec<Runtime> {
        self.runtime.all(environment::variable)
    }
}

/// The sockets of the idle nameless sessions that are more than `keep`, those without client for longest.
fn leftovers(nameless: Vec<(LiveSession, io::Result<Session>)>, keep: usize) -> Vec<PathBuf> {
    let mut idle: Vec<_> = nameless
        .into_iter()
        .filter_map(|(session, info)| Some((session, info.ok()?)))
        .filter(|(_, info)| info.activity == "idle" && info.pipelines.iter().all(|pipeline| pipeline.unread == 0))
        .filter_map(|(session, info)| Some((info.detached_for?, session.socket)))
        .collect();
    idle.sort();
    idle.into_iter().skip(keep).map(|(_, socket)| socket).collect()
}

fn config() -> Result<Config, config::ConfigError> {
    config::load(&config::places(environment::variable))
}

fn place(session: &LiveSession) -> Place {
    Place { id: session.manifest.id, socket: session.socket.clone() }
}

async fn reply(stream: &mut BufReader<UnixStream>, reply: BrokerReply) {
    // Who asked may be gone.
    let _ = write_line(stream, &reply).await;
    let _ = stream.flush().await;
}
