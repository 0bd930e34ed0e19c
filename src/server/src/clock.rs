//! Time that goes on while the machine is suspended (`CLOCK_BOOTTIME`), and a timer for it.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::unix::pipe;

use crate::hooks;

/// How long ago the machine was started, suspended time included, and what a test has added.
pub(crate) fn since_boot() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    Duration::new(now.tv_sec.try_into().unwrap_or(0), now.tv_nsec.try_into().unwrap_or(0)) + hooks::advanced()
}

/// A timer on [`since_boot`]: tokio's own stands still while the machine is suspended.
pub(crate) struct BootTimer {
    /// It is read as a pipe is.
    timer: pipe::Receiver,
    armed: Option<Duration>,
}

impl BootTimer {
    /// A timer that is not armed.
    pub(crate) fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Boottime, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
        Ok(Self { timer: pipe::Receiver::from_owned_fd_unchecked(timer)?, armed: None })
    }

    /// Waits until `deadline` on [`since_boot`]; for ever when there is none. Cancel-safe.
    pub(crate) async fn until(&mut self, deadline: Option<Duration>) -> io::Result<()> {
        match deadline {
            Some(deadline) => poll_fn(|context| self.poll_until(context, deadline)).await,
            None => std::future::pending().await,
        }
    }

    /// Ready from `deadline` on.
    fn poll_until(&mut self, context: &mut Context<'_>, deadline: Duration) -> Poll<io::Result<()>> {
        while since_boot() < deadline {
            let advanced = hooks::advanced();
            // Never zero, which would disarm it.
            let due = deadline.saturating_sub(advanced).max(Duration::from_nanos(1));
            if self.armed != Some(due) {
                let it_value = Timespec {
                    tv_sec: due.as_secs().try_into().unwrap_or(i64::MAX),
                    tv_nsec: due.subsec_nanos().into(),
                };
                let spec = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value };
                timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &spec)?;
                self.armed = Some(due);
            }
            if hooks::poll_advanced(context, advanced).is_ready() {
                continue;
            }
            let mut expirations = [0; 8];
            ready!(Pin::new(&mut self.timer).poll_read(context, &mut ReadBuf::new(&mut expirations)))?;
            self.armed = None;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_waits_until_the_deadline_and_not_past_it() {
        let mut timer = BootTimer::new().unwrap();
        let start = since_boot();
        // Re-arming for an earlier and a later moment must both work.
        for wait in [30, 10, 20] {
            let deadline = since_boot() + Duration::from_millis(wait);
            timer.until(Some(deadline)).await.unwrap();
            assert!(since_boot() >= deadline);
        }
        timer.until(Some(start)).await.unwrap();
        assert!(since_boot() - start < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn a_cancelled_wait_does_not_disturb_the_next() {
        let mut timer = BootTimer::new().unwrap();
        let soon = since_boot() + Duration::from_millis(20);
        tokio::select! {
            biased;
            _ = timer.until(Some(soon + Duration::from_secs(3_600))) => panic!("an hour has passed"),
            () = tokio::task::yield_now() => {}
        }
        timer.until(Some(soon)).await.unwrap();
        assert!(since_boot() >= soon);
    }
}
