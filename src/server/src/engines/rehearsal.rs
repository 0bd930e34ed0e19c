//! What makes a warm engine warm.
//!
//! Most of the time in which a started `pwsh` opens its first pool goes into compiling the code that does it. A stock server
//! takes another session after the first one was closed, so a pool that nobody uses is opened and closed in advance; nothing
//! runs in it, and nothing of it is left when the client's pool is opened.

use std::task::{Context, Poll, ready};

use psrp_clixml::{Value, Version};
use psrp_proto::message::{HostInfo, InitRunspacePool};
use psrp_proto::pool::PoolError;
use psrp_proto::pool::client::{Event, Input, Output, Pool};
use psrp_session::core::{EngineCommand, EngineEvent};
use uuid::Uuid;

use super::Engine;
use crate::runtime::machine::Process;

/// An engine that opens and closes a pool before it does what it is told.
pub(crate) struct Rehearsed<E> {
    engine: E,
    /// The pool; none when the rehearsal is over.
    pool: Option<Pool>,
    /// What is to be done after it.
    held: Vec<EngineCommand>,
}

impl<E: Engine> Rehearsed<E> {
    /// Rehearses with the pool `rpid`, which is no session's.
    pub(crate) fn new(engine: E, rpid: Uuid) -> Self {
        let mut pool = Pool::new(rpid, Version::new(2, 3));
        let init = InitRunspacePool::new(Value::Nil, HostInfo::NONE);
        let begun = pool.handle(Input::Open(Box::new(init)));
        let mut rehearsed = Self { engine, pool: Some(pool), held: Vec::new() };
        rehearsed.go_on(begun);
        rehearsed
    }

    /// Does what follows from the pool's last input. When it fails, gives what the session is to know.
    fn go_on(&mut self, handled: Result<(), PoolError>) -> Option<EngineEvent> {
        let text = match handled.and_then(|()| self.carry_out()) {
            Ok(None) => return None,
            Ok(Some(text)) => text,
            Err(error) => error.to_string(),
        };
        self.pool = None;
        Some(EngineEvent::Garbage { text })
    }

    /// Carries out what the pool wants; a text when it has failed.
    fn carry_out(&mut self) -> Result<Option<String>, PoolError> {
        while let Some(pool) = &mut self.pool
            && let Some(output) = pool.poll()
        {
            match output {
                Output::Send { channel, stream, message } => {
                    self.engine.command(EngineCommand::Send { channel, stream, message });
                }
                Output::Close(channel) => self.engine.command(EngineCommand::Close(channel)),
                Output::Event(Event::Opened { .. }) => pool.handle(Input::Close)?,
                Output::Event(Event::Ended(Some(failure))) => return Ok(Some(failure.to_string())),
                Output::Event(Event::Ended(None)) => {
                    self.pool = None;
                    self.held.drain(..).for_each(|command| self.engine.command(command));
                }
                // Nothing runs, and nobody asked for a key.
                _ => {}
            }
        }
        Ok(None)
    }
}

impl<E: Engine> Engine for Rehearsed<E> {
    fn command(&mut self, command: EngineCommand) {
        if self.pool.is_none() || matches!(command, EngineCommand::Kill) {
            self.engine.command(command);
        } else {
            self.held.push(command);
        }
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<EngineEvent> {
        while let Some(pool) = &mut self.pool {
            let handled = match ready!(self.engine.poll_event(context)) {
                EngineEvent::Message { channel, message } => pool.handle(Input::Message { channel, message }),
                EngineEvent::CloseAck(channel) => pool.handle(Input::CloseAck(channel)),
                EngineEvent::Queued { .. } | EngineEvent::SignalAck(_) => Ok(()),
                started @ EngineEvent::Started => return Poll::Ready(started),
                EngineEvent::Error { text } => {
                    self.pool = None;
                    return Poll::Ready(EngineEvent::Garbage { text });
                }
                end @ (EngineEvent::StartFailed { .. } | EngineEvent::Garbage { .. } | EngineEvent::Exited { .. }) => {
                    self.pool = None;
                    return Poll::Ready(end);
                }
            };
            if let Some(failed) = self.go_on(handled) {
                return Poll::Ready(failed);
            }
        }
        self.engine.poll_event(context)
    }

    fn process(&self) -> Option<Process> {
        self.engine.process()
    }
}
