//! Leaving a session, and closing it.

use std::sync::Arc;
use std::time::Duration;

use psrp_proto::pool::client::Input;
use tokio::time::{Instant, timeout_at};

use super::{Closing, Event, Session, SessionError};
use crate::limits::CLOSE_SESSION;
use crate::remote::wire::{Command, End, News};

impl Session {
    /// Leaves the session, which psrpd keeps: for `idle` if that is given. With `drop_output` output beyond the server's
    /// limit is dropped rather than blocked. What [`next`](Self::next) has returned counts as handled; the rest stays
    /// there.
    ///
    /// Not cancel-safe: a dropped call cuts the connection, which the session survives.
    ///
    /// # Errors
    /// [`SessionError::Unsupported`] with any other server; [`SessionError::InputOpen`] while a pipeline takes input.
    pub async fn detach(mut self, idle: Option<Duration>, drop_output: Option<bool>) -> Result<(), SessionError> {
        if !self.about.is_durable {
            return Err(SessionError::Unsupported("sessions that stay when their client leaves"));
        }
        let idle_seconds = idle.map_or(0, |idle| u32::try_from(idle.as_secs()).unwrap_or(u32::MAX).max(1));
        if self.events.is_empty() {
            // What was returned last is dealt with; what was not returned stays on the server.
            self.wire.handled();
        }
        self.wire.send(Command::Detach { idle_seconds, drop_output });
        let deadline = Instant::now() + CLOSE_SESSION;
        loop {
            match timeout_at(deadline, self.wire.glance()).await.map_err(|_| SessionError::Silent)? {
                News::Detached | News::Ended(End::Closed) => return Ok(()),
                News::DetachRefused(text) => return Err(SessionError::InputOpen(text)),
                News::Ended(end) => return Err(Closing::Wire(Arc::new(end)).into()),
                _ => {}
            }
        }
    }

    /// Closes the session: what runs in it is stopped, and the server ends it, unless it keeps sessions with names.
    ///
    /// Not cancel-safe: a dropped call cuts the connection.
    ///
    /// # Errors
    /// [`SessionError`] when the server does not agree in time, or the link is lost for good.
    pub async fn close(mut self) -> Result<(), SessionError> {
        if self.tell_pool(Input::Close).is_err() {
            return Ok(());
        }
        let deadline = Instant::now() + CLOSE_SESSION;
        loop {
            match timeout_at(deadline, self.next()).await.map_err(|_| SessionError::Silent)? {
                Event::Ended(Closing::Pool(None)) => break,
                Event::Ended(closing) => return Err(closing.into()),
                _ => {}
            }
        }
        self.wire.farewell().await;
        Ok(())
    }
}
