//! What runs the code of a session.

mod exec;
mod pwsh;
#[cfg(test)]
mod tests;

use std::task::{Context, Poll};

use psrp_session::core::{EngineCommand, EngineEvent};

use crate::runtime::machine::Process;

pub(crate) use exec::{PARENT_OPTION, exec};
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
