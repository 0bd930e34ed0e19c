//! What runs the code of a session.

mod exec;
mod native;
mod pwsh;
#[cfg(test)]
mod tests;

use std::task::{Context, Poll};

use psrp_keys::SessionKey;
use psrp_session::core::{EngineCommand, EngineEvent};
use psrp_session::options::EngineKind;

use crate::config::Config;
use crate::environment;
use crate::runtime::machine::Process;

pub(crate) use exec::{PARENT_OPTION, exec};
pub(crate) use native::{JOB_VERB, Native};
pub(crate) use pwsh::Pwsh;

/// A running engine: PSRP messages in, PSRP messages out.
///
/// Nothing happens on its own: whoever gave commands or got an event must call [`poll_event`](Self::poll_event) again.
pub(crate) trait Engine {
    /// Takes a command; it is carried out by the following [`poll_event`](Self::poll_event)s.
    ///
    /// Between [`EngineCommand::Pause`] and [`EngineCommand::Resume`] nothing is read from the engine.
    fn command(&mut self, command: EngineCommand);

    /// Goes on and gives the next event. After [`EngineEvent::Exited`] or [`EngineEvent::StartFailed`] it is pending for
    /// ever.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<EngineEvent>;

    /// Its process, leader of its own group; none for an engine without one.
    fn process(&self) -> Option<Process>;
}

/// The engine of sessions that ask for none.
pub(crate) fn default(config: &Config) -> EngineKind {
    let found = || Pwsh::find(config.engine.path.as_deref(), environment::variable("PATH"));
    match config.engine.default {
        Some(name) => name.into(),
        // Whoever says where pwsh is wants it, and is told when it is not there.
        None if config.engine.path.is_some() || found().is_some() => EngineKind::Pwsh,
        None => EngineKind::Native,
    }
}

impl Engine for Native {
    fn command(&mut self, command: EngineCommand) {
        self.command(command);
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<EngineEvent> {
        self.poll_event(context)
    }

    fn process(&self) -> Option<Process> {
        None
    }
}
