//! The session host: one process per session, a thin loop around the session core and its engine.
//!
//! A host is started without belonging to anybody: its engine runs and is not opened, its socket listens. The first client
//! that claims it makes it a session, with a name if it wants one. A warm host is one that waits longer for that.

mod connection;
mod keys;
mod link;
mod session;
mod upkeep;

use std::time::Duration;

use psrp_session::core::EngineEvent;
use psrp_session::options::EngineKind;
use psrpd_engine::Unix;
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use uuid::Uuid;

use crate::config::{self, Config};
use crate::control::{PROTOCOL, Place, VERSION};
use crate::engines::{Engine, JOB_VERB, Native, Pwsh};
use crate::limits::{CLAIM_WAIT, WARM_WAIT};
use crate::runtime::machine::{Machine, unix_time};
use crate::runtime::manifest::{Manifest, Phase};
use crate::runtime::{Runtime, SessionDir};
use crate::{clock, detach, environment, hooks, log};

use connection::Arrival;
use session::{Claimed, Session};
use upkeep::Upkeep;

/// How many things that happened may wait for the loop; who brings more waits.
const WAITING: usize = 16;

/// Most events of an engine that wait for its first client; it is not read any further.
const EARLY: usize = 64;

/// The line that a host writes when it can be reached, or cannot ever be.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ready {
    /// It listens.
    Listening(Place),
    /// It could not be started, with the reason for the user.
    Failed(String),
}

/// Runs a host until its session has ended, or nobody came.
///
/// # Errors
/// The system's.
pub(crate) fn run(kind: EngineKind, warm: bool) -> anyhow::Result<()> {
    // What a session holds is not for core dumps and debuggers.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    hooks::start("host");
    log::start();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .thread_stack_size(256 << 10)
        .thread_keep_alive(Duration::from_secs(1))
        .build()?;
    LocalSet::new().block_on(&tokio, async {
        match Host::start(kind, warm).await {
            Ok(None) => Ok(()),
            Ok(Some(host)) => {
                detach::ready(&serde_json::to_string(&Ready::Listening(host.place()))?)?;
                host.serve(if warm { WARM_WAIT } else { CLAIM_WAIT }).await
            }
            Err(error) => Ok(detach::ready(&serde_json::to_string(&Ready::Failed(format!("{error:#}")))?)?),
        }
    })
}

/// A host that belongs to nobody yet.
struct Host {
    config: Config,
    upkeep: Upkeep,
    engine: Box<dyn Engine>,
    terminate: Signal,
    arrivals: mpsc::Receiver<Arrival>,
    to_loop: mpsc::Sender<Arrival>,
}

impl Host {
    /// None when it is a warm one that is not wanted.
    async fn start(kind: EngineKind, warm: bool) -> anyhow::Result<Option<Self>> {
        let config = config::load(&config::places(environment::variable))?;
        let runtime = Runtime::open(environment::variable)?;
        let environment = environment::id(&[]);
        // Held until this one can be seen: of many that are started at once no more stay than are wanted.
        let counting = if warm { Some(runtime.count_warm()?) } else { None };
        if warm && runtime.warm(kind.as_str(), &environment)? >= config.engine.warm.into() {
            return Ok(None);
        }
        let manifest = Manifest {
            protocol: PROTOCOL,
            version: VERSION.to_owned(),
            id: Uuid::new_v4(),
            name: None,
            phase: if warm { Phase::Warm } else { Phase::Reserved },
            machine: Machine::this(),
            created: unix_time(),
            configuration: kind.as_str().to_owned(),
            environment,
            engine: None,
        };
        let (mut directory, listener) = SessionDir::create(&runtime, manifest)?;
        drop(counting);
        let engine = match start_engine(kind, &config, warm) {
            Ok(engine) => engine,
            Err(error) => {
                directory.remove()?;
                return Err(error);
            }
        };
        let process = engine.process();
        directory.update(|manifest| manifest.engine = process)?;
        hooks::event("engine.spawned", || {
            vec![("session", directory.manifest().id.to_string()), ("pid", process.map_or(0, |it| it.pid).to_string())]
        })
        .await;
        let (to_loop, arrivals) = mpsc::channel(WAITING);
        let upkeep = Upkeep::new(directory, UnixListener::from_std(listener)?)?;
        Ok(Some(Self { config, upkeep, engine, terminate: signal(SignalKind::terminate())?, arrivals, to_loop }))
    }

    fn place(&self) -> Place {
        let directory = &self.upkeep.directory;
        let id = directory.manifest().id;
        Place { id, socket: directory.runtime().session_socket(id) }
    }

    /// Waits at most `wait` for the client that claims it, then serves the session.
    async fn serve(mut self, wait: Duration) -> anyhow::Result<()> {
        let give_up = clock::since_boot() + wait;
        let mut timer = clock::BootTimer::new()?;
        // What the engine says before there is anybody to hear it.
        let mut early = Vec::new();
        loop {
            tokio::select! {
                accepted = self.upkeep.next() => match accepted {
                    Some(accepted) => connection::spawn(accepted, &self.to_loop),
                    None => self.upkeep.check().await,
                },
                event = std::future::poll_fn(|context| self.engine.poll_event(context)), if early.len() < EARLY => {
                    let useless = !matches!(event, EngineEvent::Started);
                    early.push(event);
                    if useless && wait == WARM_WAIT {
                        break;
                    }
                }
                Some(arrival) = self.arrivals.recv() => {
                    match session::claim(&mut self.upkeep.directory, arrival).await {
                        Claimed::No => {}
                        Claimed::End => break,
                        Claimed::By(claimant) => {
                            let Self { config, upkeep, engine, terminate, arrivals, to_loop } = self;
                            let session = Session::new(&config, upkeep, engine, &claimant, to_loop);
                            return session.run(*claimant, early, arrivals, terminate).await;
                        }
                    }
                }
                waited = timer.until(Some(give_up)) => { waited?; break }
                _ = self.terminate.recv() => break,
            }
        }
        if let Some(engine) = self.engine.process() {
            engine.kill_group();
        }
        Ok(self.upkeep.directory.remove()?)
    }
}

fn start_engine(kind: EngineKind, config: &Config, warm: bool) -> anyhow::Result<Box<dyn Engine>> {
    if kind == EngineKind::Native {
        let limits = &config.limits;
        let machine = limits.memory.map_or_else(Unix::default, Unix::with_memory);
        let machine = machine.with_steps(limits.steps).with_output(limits.output);
        return Ok(Box::new(Native::new(machine.with_worker(JOB_VERB), warm)));
    }
    let configured = config.engine.path.as_deref();
    let program = Pwsh::find(configured, environment::variable("PATH")).ok_or_else(|| match configured {
        Some(path) => anyhow::anyhow!("engine did not start: engine.path = {} is no program", path.display()),
        None => anyhow::anyhow!(
            "engine did not start: no pwsh on PATH; install PowerShell, set engine.path, or ask for the engine native"
        ),
    })?;
    match Pwsh::start(&program, &config.engine.arguments) {
        Ok(engine) => Ok(Box::new(engine)),
        Err(error) => anyhow::bail!("engine did not start: {}: {error}", program.display()),
    }
}
