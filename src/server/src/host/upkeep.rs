//! A host keeps its directory and socket in being, whatever happens to them.

use std::io;
use std::sync::Arc;

use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use crate::limits::{ACCEPT_PAUSE, CONNECTIONS, UPKEEP};
use crate::runtime::SessionDir;
use crate::{hooks, peer};

/// Directory and socket of a session.
pub(super) struct Upkeep {
    pub(super) directory: SessionDir,
    listener: UnixListener,
    tick: Interval,
    asked: Signal,
    _hangup: Signal,
    places: Arc<Semaphore>,
}

/// A new connection, and its place among those that have not said what they want.
pub(super) type Accepted = (UnixStream, OwnedSemaphorePermit);

impl Upkeep {
    pub(super) fn new(directory: SessionDir, listener: UnixListener) -> io::Result<Self> {
        let mut tick = interval(UPKEEP);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick.reset();
        Ok(Self {
            directory,
            listener,
            tick,
            asked: signal(SignalKind::user_defined1())?,
            // Handled and not ignored: an engine and all its programs would inherit that.
            _hangup: signal(SignalKind::hangup())?,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
        })
    }

    /// The next connection of a process of this user; none when it is time for a [`check`](Self::check), or somebody asks for
    /// one with SIGUSR1. While too many have not said what they want, the next ones wait. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<Accepted> {
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.listener, &self.places) => accepted,
                _ = self.tick.tick() => return None,
                _ = self.asked.recv() => return None,
            };
            match accepted {
                Ok(accepted) if peer::is_own(&accepted.0) => return Some(accepted),
                Ok(_) => {}
                // For instance no descriptor is left: the session goes on with the links that it has.
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    /// Looks, and makes again what is missing. Not cancel-safe.
    pub(super) async fn check(&mut self) {
        if self.directory.is_intact() {
            return;
        }
        // Tried again at the next look.
        let Ok(listener) = self.directory.repair().and_then(UnixListener::from_std) else { return };
        self.listener = listener;
        let id = self.directory.manifest().id;
        hooks::event("runtime.recreated", || vec![("session", id.to_string())]).await;
    }
}

async fn accept(listener: &UnixListener, places: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}
