//! Time as the pure code sees it: instants are handed in, never read from a clock.

use core::time::Duration;

use psrp_clixml::{DateTime, DateTimeKind};

/// A point in time of the caller's monotonic clock, as the distance from an arbitrary start.
///
/// The clock should count time during which the machine is suspended (`CLOCK_BOOTTIME` on Linux), so that a session does
/// not outlive its limits by sleeping.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Instant(Duration);

impl Instant {
    /// The instant `since_start` after the clock's start.
    #[must_use]
    pub const fn from_start(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant `wait` later.
    #[must_use]
    pub const fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }
}

/// What the wall clock showed at the start of the caller's monotonic clock.
///
/// Only for times that are shown to people; nothing is decided by it, so it may be wrong.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct WallClock {
    unix_time_at_start: Duration,
}

impl WallClock {
    /// A clock that showed `unix_time_at_start`, the time since 1970-01-01 UTC, at the start of the monotonic clock.
    #[must_use]
    pub const fn new(unix_time_at_start: Duration) -> Self {
        Self { unix_time_at_start }
    }

    /// What it shows at `now`; none outside of the years 1 to 9999.
    #[must_use]
    pub fn date_time(self, now: Instant) -> Option<DateTime> {
        /// 1970-01-01 in ticks of 100 ns since 0001-01-01, as .NET counts.
        const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
        let since_epoch = self.unix_time_at_start.saturating_add(now.0);
        let ticks = i64::try_from(since_epoch.as_nanos() / 100).unwrap_or(i64::MAX);
        let ticks = ticks.saturating_add(UNIX_EPOCH);
        DateTime::new(ticks, DateTimeKind::Utc)
    }
}
